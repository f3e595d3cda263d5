/* shell.c - runs the program as a shell would, and looks at what comes out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "shell.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int shell_setup(void **state) {
  struct shell *shell = calloc(1, sizeof *shell);
  if (!shell)
    return -1;
  strcpy(shell->directory, "/tmp/bareme-test-XXXXXX");
  *state = shell;
  return mkdtemp(shell->directory) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
  (void)status, (void)kind, (void)walk;
  return remove(path);
}

int shell_teardown(void **state) {
  struct shell *shell = *state;
  nftw(shell->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  free(shell->out);
  free(shell->err);
  free(shell);
  return 0;
}

/* Files of the harness lie beside the test's directory, not in it. */
static void path_beside(const struct shell *shell, const char *suffix, char path[96]) {
  snprintf(path, 96, "%s.%s", shell->directory, suffix);
}

static char *read_path(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  size_t length = 0, capacity = 65536, got;
  char *text = malloc(capacity + 1);
  while (text && (got = fread(text + length, 1, capacity - length, file)) > 0) {
    length += got;
    if (length == capacity)
      text = realloc(text, (capacity *= 2) + 1);
  }
  fclose(file);
  if (text)
    text[length] = '\0';
  return text;
}

/* The child has a plain environment: whoever runs the tests, their results are
 * the same.  In particular SIGPIPE is as at login; some runners ignore it. */
static void run_child(const struct shell *shell, const char *script, const char *out,
                      const char *err) {
  signal(SIGPIPE, SIG_DFL);
  if (chdir(shell->directory) != 0)
    _exit(126);
  int files[3] = {open("/dev/null", O_RDONLY), open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600),
                  open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600)};
  for (int i = 0; i < 3; i++)
    if (files[i] < 0 || dup2(files[i], i) < 0)
      _exit(126);
  for (int i = 0; i < 3; i++)
    if (files[i] > 2)
      close(files[i]);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("TERM", "dumb", 1);
  setenv("SOURCE", SOURCE_DIRECTORY, 1);
  unsetenv("COLUMNS");
  execl("/bin/sh", "sh", "-c", script, (char *)NULL);
  _exit(126);
}

void shell_run(struct shell *shell, const char *script, ...) {
  char commands[4096], whole[4600], out[96], err[96];
  va_list arguments;
  va_start(arguments, script);
  vsnprintf(commands, sizeof commands, script, arguments);
  va_end(arguments);
  snprintf(whole, sizeof whole, "BAREME='%s'\nbareme() { \"$BAREME\" \"$@\"; }\n%s", PROGRAM,
           commands);
  path_beside(shell, "out", out);
  path_beside(shell, "err", err);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    run_child(shell, whole, out, err);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  shell->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  free(shell->out);
  free(shell->err);
  shell->out = read_path(out);
  shell->err = read_path(err);
  unlink(out);
  unlink(err);
  assert_non_null(shell->out);
  assert_non_null(shell->err);
}

void shell_write(struct shell *shell, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", shell->directory, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

char *shell_read(struct shell *shell, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", shell->directory, name);
  return read_path(path);
}

int shell_has(struct shell *shell, const char *name) {
  char path[256];
  struct stat status;
  snprintf(path, sizeof path, "%s/%s", shell->directory, name);
  return lstat(path, &status) == 0;
}

int shell_count_files(struct shell *shell) {
  DIR *directory = opendir(shell->directory);
  assert_non_null(directory);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory));)
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(directory);
  return count;
}

void shell_expect_status(const struct shell *shell, int expected, const char *file, int line) {
  if (shell->status == expected)
    return;
  print_error("status %d, expected %d\n--- standard output\n%s--- standard error\n%s---\n",
              shell->status, expected, shell->out, shell->err);
  _fail(file, line);
}

void shell_expect_words(const char *text, const char *words, int expected, const char *file,
                        int line) {
  if ((strstr(text, words) != NULL) == expected)
    return;
  print_error("%s: \"%s\"\n--- in\n%s---\n", expected ? "not found" : "found", words, text);
  _fail(file, line);
}

void shell_write_shop(struct shell *shell) {
  shell_write(shell, "shop.bareme",
              "policy \"Shop\" { version \"1\" }\n"
              "lead { country text  size number }\n"
              "event visit { url text }\n"
              "event order\n"
              "param base = 10\n"
              "segment large \"Large\" when size >= 100\n"
              "exclude \"Test account\" when country is \"XX\"\n"
              "score fit \"Who they are\" {\n"
              "  +(base) \"Is there\"\n"
              "  +20 \"Home\" when country is \"FR\"\n"
              "  +5 when size >= 100\n"
              "}\n"
              "score activity \"What they do\" {\n"
              "  decay 50% every 10 days\n"
              "  +8 \"Visited\" on visit  at most 2 times\n"
              "  +30 \"Ordered\" on order\n"
              "}\n"
              "band grade of fit { A \"Good\" from 30  B from 15  C otherwise }\n"
              "stage cold { to warm when fit >= 30 and activity >= 5 }\n"
              "stage warm \"Interested\"\n");
  shell_write(
      shell, "leads.ndjson",
      "{\"id\":\"a\",\"country\":\"FR\",\"size\":120,\"events\":[{\"type\":\"visit\",\"at\":"
      "\"2026-05-22\",\"url\":\"/x\"},{\"type\":\"order\",\"at\":\"2026-06-01\"}]}\n"
      "{\"id\":\"b\",\"country\":\"DE\",\"size\":7,\"events\":[{\"type\":\"visit\",\"at\":"
      "\"2026-06-01\"}]}\n"
      "{\"id\":\"c\",\"country\":\"FR\",\"stage\":\"cold\"}\n"
      "{\"id\":\"d\",\"country\":\"XX\",\"size\":500}\n");
}

/* golden.c - runs the cases of golden files with the bareme program.
 *
 *   golden [--update] BAREME FILE...
 *
 * A golden file is prose, examples, and what is expected of them.  A word at
 * the beginning of a line starts a section; the lines below it that are
 * indented by four blanks are its text:
 *
 *   # …                  says something to the reader
 *   common               text put in front of every `policy` below
 *   case TITLE           begins a case; what follows belongs to it
 *   policy               policy.bareme: the common text, and this
 *   whole policy         policy.bareme: this alone
 *   use PATH             policy.bareme: a copy of a file of the project
 *   leads                leads.ndjson: a lead a line, which goes on where lines are
 *                        indented deeper
 *   file NAME            any other file
 *   made NAME            a file that cannot be shown as it is: `\xFF` is a byte, and
 *                        `\300{text}` is 300 times the text, in which `\#` is the number
 *   at INSTANT           for `expect`; 2026-06-01 if it is not said
 *   expect               scores the leads; for each a line of JSON, which goes on where
 *                        lines are indented deeper; only the members that it names are
 *                        compared
 *   errors               checks the policy; what is said on standard error, and status 3
 *   run ARGUMENTS        runs bareme; the text is its standard output
 *   stderr               what the last `run` said there; empty if it is not said
 *   status N             and how it ended; 0 if it is not said
 *
 * Paths of the project start where golden itself is started.  Each case has a
 * new, empty directory.  With --update, what is expected is
 * replaced by what is; read the difference before you keep it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "golden/json.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INDENT = 4, MOST_ARGUMENTS = 32 };

/* ---- files -------------------------------------------------------------- */

static bool read_file(struct arena *arena, const char *path, struct text *text) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return false;
  bool ok = fseek(file, 0, SEEK_END) == 0;
  long size = ok ? ftell(file) : -1;
  char *bytes = size >= 0 ? arena_alloc(arena, (size_t)size + 1) : NULL;
  ok =
      bytes && fseek(file, 0, SEEK_SET) == 0 && fread(bytes, 1, (size_t)size, file) == (size_t)size;
  fclose(file);
  *text = (struct text){bytes, ok ? (size_t)size : 0};
  return ok;
}

static bool put(struct text text, FILE *file) {
  return text.length == 0 || fwrite(text.bytes, 1, text.length, file) == text.length;
}

static bool write_file(const char *path, struct text first, struct text second) {
  FILE *file = fopen(path, "wb");
  if (!file)
    return false;
  bool ok = put(first, file) && put(second, file);
  return fclose(file) == 0 && ok;
}

/* ---- sections ----------------------------------------------------------- */

struct section {
  struct text head; /* the line that starts it */
  struct text body; /* without the indentation */
  struct text raw;  /* as it stands in the file */
};

static struct text take_line(struct text *rest) {
  const char *end = rest->length ? memchr(rest->bytes, '\n', rest->length) : NULL;
  size_t length = end ? (size_t)(end - rest->bytes) + 1 : rest->length;
  struct text line = {rest->bytes, length};
  *rest = (struct text){rest->bytes + length, rest->length - length};
  return line;
}

/* A line and those that are indented deeper. */
static struct text take_item(struct text *rest) {
  struct text item = take_line(rest);
  while (rest->length && rest->bytes[0] == ' ')
    item.length += take_line(rest).length;
  return item;
}

static struct text trimmed(struct text line) {
  while (line.length && memchr(" \r\n", line.bytes[line.length - 1], 3))
    line.length--;
  return line;
}

static bool is_indented(struct text line) {
  return line.length >= INDENT && memcmp(line.bytes, "    ", INDENT) == 0;
}

/* The indented lines, and empty ones between them. */
static struct section take_section(struct arena *arena, struct text *rest) {
  struct section section = {.head = trimmed(take_line(rest))};
  char *body = arena_alloc(arena, rest->length + 1);
  size_t length = 0, blanks = 0;
  section.raw = (struct text){rest->bytes, 0};
  for (struct text ahead = *rest; body && ahead.length;) {
    struct text line = take_line(&ahead);
    bool blank = trimmed(line).length == 0;
    if (!blank && !is_indented(line))
      break;
    blanks = blank ? blanks + 1 : 0;
    size_t skip = is_indented(line) ? INDENT : line.length - 1;
    memcpy(body + length, line.bytes + skip, line.length - skip);
    length += line.length - skip;
    if (!blank) {
      section.raw.length = (size_t)(ahead.bytes - rest->bytes);
      section.body = (struct text){body, length};
    }
  }
  rest->bytes += section.raw.length;
  rest->length -= section.raw.length;
  return section;
}

static bool head_is(const struct section *section, const char *word, struct text *argument) {
  size_t length = strlen(word);
  struct text head = section->head;
  if (head.length < length || memcmp(head.bytes, word, length) != 0 ||
      (head.length > length && head.bytes[length] != ' '))
    return false;
  *argument = (struct text){head.bytes + length, head.length - length};
  while (argument->length && *argument->bytes == ' ')
    *argument = (struct text){argument->bytes + 1, argument->length - 1};
  return true;
}

/* ---- running the program ------------------------------------------------ */

struct golden {
  const char *program; /* absolute */
  const char *root;    /* of the project: where golden was started */
  const char *file;
  bool update;
  FILE *out;          /* the file anew */
  struct arena arena; /* of the file */
  char directory[64]; /* of the case; empty: none */
  struct text common, title, at;
  bool is_new;                /* the case is not announced yet */
  struct text standard_error; /* of the last run */
  int status;
  bool error_expected, status_expected;
  unsigned cases, failures;
};

static void redirect(const char *path, int descriptor) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || dup2(file, descriptor) < 0)
    _exit(127);
}

static int run_program(struct golden *golden, char *const arguments[]) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    redirect(".stdout", STDOUT_FILENO);
    redirect(".stderr", STDERR_FILENO);
    execv(golden->program, arguments);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0)
    return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Splits at blanks; there is no quoting. */
static struct text run(struct golden *golden, struct text line) {
  char name[] = "bareme", *rest = NULL;
  char *arguments[MOST_ARGUMENTS] = {name};
  char *words = arena_alloc(&golden->arena, line.length + 1);
  size_t count = 1;
  if (!words)
    exit(5);
  memcpy(words, line.bytes, line.length);
  for (char *word = strtok_r(words, " ", &rest); word && count + 1 < MOST_ARGUMENTS;
       word = strtok_r(NULL, " ", &rest))
    arguments[count++] = word;
  struct text out = {0};
  golden->status = run_program(golden, arguments);
  read_file(&golden->arena, ".stdout", &out);
  read_file(&golden->arena, ".stderr", &golden->standard_error);
  return out;
}

/* ---- the directory of a case -------------------------------------------- */

static bool open_directory(struct golden *golden) {
  const char *base = getenv("TMPDIR");
  int length = snprintf(golden->directory, sizeof golden->directory, "%s/bareme-golden-XXXXXX",
                        base && strlen(base) < 32 ? base : "/tmp");
  return length > 0 && mkdtemp(golden->directory) && chdir(golden->directory) == 0;
}

static void close_directory(struct golden *golden) {
  DIR *directory = golden->directory[0] ? opendir(golden->directory) : NULL;
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      unlink(entry->d_name);
  if (directory)
    closedir(directory);
  if (golden->directory[0] && chdir("/") == 0)
    rmdir(golden->directory);
  golden->directory[0] = '\0';
}

/* ---- what is expected --------------------------------------------------- */

static void print_indented(struct text text, FILE *out) {
  while (text.length) {
    struct text line = trimmed(take_line(&text));
    if (line.length)
      fprintf(out, "    %.*s\n", (int)line.length, line.bytes);
    else
      fputc('\n', out);
  }
}

static void fail(struct golden *golden, const char *what, struct text expected,
                 struct text actual) {
  golden->failures++;
  printf("%s: %.*s: %s\n  expected:\n", golden->file, (int)golden->title.length,
         golden->title.bytes, what);
  print_indented(expected, stdout);
  printf("  is:\n");
  print_indented(actual, stdout);
}

/* With --update, the file gets `actual`; else a difference is a failure. */
static void settle(struct golden *golden, const struct section *section, const char *what,
                   bool same, struct text actual) {
  if (golden->update && !same)
    print_indented(actual, golden->out);
  else if (golden->update)
    put(section->raw, golden->out);
  else if (!same)
    fail(golden, what, section->body, actual);
}

static bool same_text(struct text a, struct text b) {
  return text_equal(trimmed(a), trimmed(b));
}

/* Lead by lead, only what is asked for. */
static bool same_results(struct golden *golden, struct text expected, struct text actual,
                         FILE *asked) {
  bool same = true;
  while (expected.length || actual.length) {
    struct text line = trimmed(take_item(&expected)), is = trimmed(take_line(&actual));
    struct json *wanted = json_parse(&golden->arena, line);
    struct json *got = json_parse(&golden->arena, is);
    same = same && wanted && got && json_has(got, wanted);
    if (wanted && got)
      json_print_asked(got, wanted, asked);
    else
      put(is, asked);
    fputc('\n', asked);
  }
  return same;
}

static bool mentions(struct text text, const char *word) {
  size_t length = strlen(word);
  for (size_t i = 0; i + length <= text.length; i++)
    if (memcmp(text.bytes + i, word, length) == 0)
      return true;
  return false;
}

static void expect(struct golden *golden, const struct section *section) {
  char line[256];
  snprintf(line, sizeof line, "score policy.bareme leads.ndjson --at %.*s%s",
           (int)golden->at.length, golden->at.bytes,
           mentions(section->body, "\"contributions\"") ? " --explain" : "");
  struct text results = run(golden, text_from(line));
  char *bytes = NULL;
  size_t length = 0;
  FILE *asked = open_memstream(&bytes, &length);
  if (!asked)
    exit(5);
  bool same = same_results(golden, section->body, results, asked);
  fclose(asked);
  if (golden->status != 0) {
    golden->failures++;
    printf("%s: %.*s: status %d\n", golden->file, (int)golden->title.length, golden->title.bytes,
           golden->status);
    print_indented(golden->standard_error, stdout);
  }
  settle(golden, section, "the results differ", same, (struct text){bytes, length});
  free(bytes);
}

static void expect_errors(struct golden *golden, const struct section *section) {
  run(golden, TEXT("check policy.bareme"));
  if (golden->status != 3) {
    golden->failures++;
    printf("%s: %.*s: the policy should be refused with status 3, but the status is %d\n",
           golden->file, (int)golden->title.length, golden->title.bytes, golden->status);
  }
  settle(golden, section, "standard error differs",
         same_text(section->body, golden->standard_error), golden->standard_error);
}

/* What was not said of the last `run`: nothing on standard error, status 0. */
static void settle_run(struct golden *golden) {
  if (golden->update)
    return;
  if (!golden->error_expected && golden->standard_error.length)
    fail(golden, "something on standard error", TEXT(""), golden->standard_error);
  if (!golden->status_expected && golden->status != 0) {
    golden->failures++;
    printf("%s: %.*s: status %d\n", golden->file, (int)golden->title.length, golden->title.bytes,
           golden->status);
  }
}

static void begin_run(struct golden *golden, bool judged_elsewhere) {
  settle_run(golden);
  golden->error_expected = golden->status_expected = judged_elsewhere;
}

/* ---- a file of cases
 * -------------------------------------------------------------------------------- */

static void begin_case(struct golden *golden, struct text title) {
  begin_run(golden, true);
  close_directory(golden);
  golden->title = title;
  golden->at = TEXT("2026-06-01");
  golden->cases++;
  if (!open_directory(golden)) {
    printf("%s: no directory for a case\n", golden->file);
    golden->failures++;
  }
}

static void write_named(struct golden *golden, struct text name, struct text body) {
  bool copied;
  struct text path = arena_text(&golden->arena, name, &copied);
  if (!copied || !write_file(path.bytes, TEXT(""), body))
    golden->failures++;
}

/* `12{text}`: the text, twelve times.  What follows it. */
static const char *write_times(FILE *out, const char *at, const char *end) {
  char *open = NULL;
  long times = strtol(at, &open, 10);
  const char *close = memchr(open, '}', (size_t)(end - open));
  if (*open != '{' || !close)
    return at;
  for (long i = 1; i <= times; i++)
    for (const char *byte = open + 1; byte < close; byte++)
      if (byte[0] == '\\' && byte[1] == '#' && byte++)
        fprintf(out, "%ld", i);
      else
        fputc(*byte, out);
  return close + 1;
}

static void write_made(struct golden *golden, struct text name, struct text body) {
  char *bytes = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&bytes, &length);
  if (!out)
    exit(5);
  const char *at = body.bytes, *end = body.bytes + body.length;
  while (at < end) {
    char hex[3] = {0};
    if (end - at > 3 && at[0] == '\\' && at[1] == 'x') {
      memcpy(hex, at + 2, 2);
      fputc((int)strtol(hex, NULL, 16), out);
      at += 4;
    } else if (end - at > 1 && at[0] == '\\' && at[1] >= '0' && at[1] <= '9') {
      at = write_times(out, at + 1, end);
    } else {
      fputc(*at++, out);
    }
  }
  fclose(out);
  write_named(golden, name, (struct text){bytes, length});
  free(bytes);
}

/* A lead a line: lines that are indented deeper are joined to the one before. */
static struct text joined(struct golden *golden, struct text body) {
  char *bytes = arena_alloc(&golden->arena, body.length + 1);
  if (!bytes)
    exit(5);
  for (size_t i = 0; i < body.length; i++) {
    bool goes_on = i + 1 < body.length && body.bytes[i] == '\n' && body.bytes[i + 1] == ' ';
    bytes[i] = goes_on ? ' ' : body.bytes[i];
  }
  return (struct text){bytes, body.length};
}

static void copy_policy(struct golden *golden, struct text path) {
  const char *from =
      arena_format(&golden->arena, "%s/%.*s", golden->root, (int)path.length, path.bytes);
  struct text text;
  if (from && read_file(&golden->arena, from, &text) && write_file("policy.bareme", TEXT(""), text))
    return;
  golden->failures++;
  printf("%s: cannot copy %.*s\n", golden->file, (int)path.length, path.bytes);
}

/* True if the section says what is expected, and `settle` has written it. */
static bool do_expectation(struct golden *golden, const struct section *section) {
  struct text argument;
  if (head_is(section, "expect", &argument)) {
    begin_run(golden, true);
    expect(golden, section);
  } else if (head_is(section, "errors", &argument)) {
    begin_run(golden, true);
    expect_errors(golden, section);
  } else if (head_is(section, "run", &argument)) {
    begin_run(golden, false);
    struct text out = run(golden, argument);
    settle(golden, section, "standard output differs", same_text(section->body, out), out);
  } else if (head_is(section, "stderr", &argument)) {
    golden->error_expected = true;
    settle(golden, section, "standard error differs",
           same_text(section->body, golden->standard_error), golden->standard_error);
  } else {
    return false;
  }
  return true;
}

static void do_section(struct golden *golden, const struct section *section) {
  struct text argument;
  if (head_is(section, "common", &argument))
    golden->common = section->body;
  else if (head_is(section, "case", &argument))
    begin_case(golden, argument);
  else if (head_is(section, "policy", &argument))
    write_file("policy.bareme", golden->common, section->body);
  else if (head_is(section, "whole policy", &argument))
    write_file("policy.bareme", TEXT(""), section->body);
  else if (head_is(section, "use", &argument))
    copy_policy(golden, argument);
  else if (head_is(section, "leads", &argument))
    write_named(golden, TEXT("leads.ndjson"), joined(golden, section->body));
  else if (head_is(section, "file", &argument))
    write_named(golden, argument, section->body);
  else if (head_is(section, "made", &argument))
    write_made(golden, argument, section->body);
  else if (head_is(section, "at", &argument))
    golden->at = argument;
  else if (head_is(section, "status", &argument)) {
    golden->status_expected = true;
    if (atoi(argument.bytes) != golden->status) {
      golden->failures++;
      printf("%s: %.*s: status %d\n", golden->file, (int)golden->title.length, golden->title.bytes,
             golden->status);
    }
  } else if (section->head.length && section->head.bytes[0] != '#') {
    golden->failures++;
    printf("%s: what is `%.*s`?\n", golden->file, (int)section->head.length, section->head.bytes);
  }
}

static void run_file(struct golden *golden, struct text text) {
  begin_run(golden, true);
  while (text.length) {
    struct section section = take_section(&golden->arena, &text);
    if (golden->update)
      fprintf(golden->out, "%.*s\n", (int)section.head.length, section.head.bytes);
    if (do_expectation(golden, &section))
      continue;
    do_section(golden, &section);
    if (golden->update)
      put(section.raw, golden->out);
  }
  begin_run(golden, true);
  close_directory(golden);
}

/* ---- the program
 * ---------------------------------------------------------------------------------------- */

static bool update_file(const char *path, struct text before, struct text after) {
  return text_equal(before, after) || write_file(path, TEXT(""), after);
}

static unsigned golden_file(const char *program, const char *root, const char *path, bool update) {
  struct golden golden = {.program = program, .root = root, .file = path, .update = update};
  struct text text;
  char *bytes = NULL;
  size_t length = 0;
  arena_init(&golden.arena, &memory_standard);
  golden.out = open_memstream(&bytes, &length);
  if (!golden.out || !read_file(&golden.arena, path, &text)) {
    printf("%s: cannot be read\n", path);
    return 1;
  }
  run_file(&golden, text);
  fclose(golden.out);
  if (update && !update_file(path, text, (struct text){bytes, length}))
    golden.failures++;
  printf("%s: %u cases, %u failures\n", path, golden.cases, golden.failures);
  free(bytes);
  arena_clear(&golden.arena);
  return golden.failures;
}

int main(int argc, char **argv) {
  int first = 1;
  bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
  first += update;
  if (argc < first + 2) {
    fprintf(stderr, "usage: golden [--update] BAREME FILE...\n");
    return 2;
  }
  char *program = realpath(argv[first], NULL), *root = realpath(".", NULL);
  unsigned failures = program == NULL || root == NULL;
  for (int i = first + 1; i < argc && program && root; i++) {
    char *path = chdir(root) == 0 ? realpath(argv[i], NULL) : NULL;
    failures += path ? golden_file(program, root, path, update) : 1;
    free(path);
  }
  free(program);
  free(root);
  return failures > 0;
}

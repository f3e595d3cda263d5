/* fmt.c - `bareme fmt`: policies in their one layout.
 *
 * A file is written only if it changes, and then as a whole: under another
 * name first, so that it is never half written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/diff.h"
#include "cli/find.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/tell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than any policy may have: the library refuses what is larger than that,
 * and need not be shown all of it. */
#define MOST_BYTES ((size_t)64 * 1024 * 1024)

struct bytes {
  char *bytes;
  size_t length, capacity;
  bool out_of_memory;
};

struct run {
  const struct arguments *arguments;
  struct page page; /* names and differences, for standard output */
  size_t changed, wrong, unread;
};

/* ---- bytes -------------------------------------------------------------------------------- */

static bool reserve(struct bytes *bytes, size_t more) {
  if (bytes->capacity - bytes->length >= more)
    return true;
  size_t capacity = (bytes->capacity + more) * 2;
  char *larger = realloc(bytes->bytes, capacity);
  if (!larger) {
    bytes->out_of_memory = true;
    return false;
  }
  bytes->bytes = larger;
  bytes->capacity = capacity;
  return true;
}

/* A bareme_sink's function. */
static void keep(void *context, const char *bytes, size_t length) {
  struct bytes *kept = context;
  if (length == 0 || !reserve(kept, length))
    return;
  memcpy(kept->bytes + kept->length, bytes, length);
  kept->length += length;
}

static int read_all(int file, struct bytes *bytes) {
  while (bytes->length < MOST_BYTES) {
    if (!reserve(bytes, 16 * 1024))
      return ENOMEM;
    ssize_t got = read(file, bytes->bytes + bytes->length, bytes->capacity - bytes->length);
    if (got == 0)
      return 0;
    if (got < 0 && errno != EINTR)
      return errno;
    bytes->length += got > 0 ? (size_t)got : 0;
  }
  return 0;
}

static bool is_standard(const char *path) {
  return strcmp(path, "-") == 0;
}

static const char *shown_name(const char *path) {
  return is_standard(path) ? "<stdin>" : path;
}

/* An exit_status. */
static int read_source(const char *path, struct bytes *bytes) {
  int file = is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  int error = file < 0 ? errno : read_all(file, bytes);
  if (file > STDIN_FILENO)
    close(file);
  return error == 0 ? EXIT_DONE : tell_outside("%s: %s", shown_name(path), strerror(error));
}

/* ---- one policy ------------------------------------------------------------------------------ */

static bareme_status format(const struct run *run, const char *name, const struct bytes *before,
                            struct bytes *after) {
  bareme_report *report;
  bareme_failure failure = {""};
  bareme_sink sink = {keep, after};
  bareme_status status =
      bareme_source_format(name, before->bytes, before->length, &report, &failure, &sink);
  if (status == BAREME_OK && after->out_of_memory)
    status = BAREME_NO_MEMORY;
  if (report)
    job_render_report(run->arguments, report);
  tell_status(status, &failure);
  bareme_report_free(report);
  return status;
}

/* Writing a file anew needs no right to the file, only to its directory: who
 * has protected it is asked first. */
static int write_source(const char *path, const struct bytes *bytes) {
  struct output output;
  if (!is_standard(path) && access(path, W_OK) != 0)
    return tell_outside("%s: %s", path, strerror(errno));
  int status = output_open(&output, path);
  if (status != EXIT_DONE)
    return status;
  output_put(&output, bytes->bytes, bytes->length);
  return output_close(&output);
}

static bareme_text text_in(const struct bytes *bytes) {
  return text_of(bytes->length > 0 ? bytes->bytes : "", bytes->length);
}

static void conclude(struct run *run, const char *path, const struct bytes *before,
                     const struct bytes *after) {
  const struct option_value *option = run->arguments->option;
  bool equal = before->length == after->length &&
               (before->length == 0 || memcmp(before->bytes, after->bytes, before->length) == 0);
  bool only_tells = option[OPTION_DIFF].given || option[OPTION_CHECK].given;
  run->changed += !equal && only_tells;
  if (option[OPTION_DIFF].given) {
    diff_put(&run->page, shown_name(path), text_in(before), text_in(after));
  } else if (option[OPTION_CHECK].given) {
    page_word(&run->page, equal ? "" : shown_name(path));
    page_word(&run->page, equal ? "" : "\n");
  } else if (!equal || is_standard(path)) {
    run->unread += write_source(path, after) != EXIT_DONE;
  }
}

static void format_one(struct run *run, const char *path) {
  struct bytes before = {NULL, 0, 0, false}, after = {NULL, 0, 0, false};
  if (read_source(path, &before) != EXIT_DONE) {
    run->unread++;
  } else if (bareme_image_begins(before.bytes, before.length)) {
    tell_outside("%s: a compiled policy has no layout: format its source", shown_name(path));
    run->wrong++;
  } else {
    bareme_status status = format(run, shown_name(path), &before, &after);
    if (status == BAREME_OK)
      conclude(run, path, &before, &after);
    run->wrong += status == BAREME_INVALID_POLICY;
    run->unread += status != BAREME_OK && status != BAREME_INVALID_POLICY;
  }
  free(before.bytes);
  free(after.bytes);
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static int status_of(const struct run *run) {
  if (run->unread > 0)
    return EXIT_OUTSIDE;
  if (run->wrong > 0)
    return EXIT_POLICY;
  return run->changed > 0 ? EXIT_NO : EXIT_DONE;
}

static int run(const struct arguments *arguments) {
  struct run run = {.arguments = arguments};
  struct paths paths = {0};
  int status = EXIT_DONE;
  page_init(&run.page, STDOUT_FILENO, arguments->option[OPTION_COLOR].choice);
  if (arguments->word_count > 0)
    status = paths_find(&paths, arguments->words, arguments->word_count);
  else
    format_one(&run, "-");
  for (size_t i = 0; status == EXIT_DONE && i < paths.count; i++)
    format_one(&run, paths.items[i]);
  if (status == EXIT_DONE && run.page.length > 0)
    status = page_print(&run.page, NULL);
  page_clear(&run.page);
  paths_clear(&paths);
  return status == EXIT_DONE ? status_of(&run) : status;
}

const struct command command_fmt = {
    .name = "fmt",
    .summary = "bring policies into their one layout",
    .usage = "[POLICY|DIRECTORY...]",
    .prose =
        "Rewrites each policy or module, those of a directory with all that is below it, in the "
        "one layout that there is: what it says stays the same, and so do its comments and the "
        "empty lines that part it. Without a file, or with `-`, it reads standard input and "
        "writes to standard output. A file with a syntax error is told and left alone.\n\n"
        "Exit status: 0 done, 1 with --check or --diff if a file would change, 3 a file has "
        "a syntax error or is compiled, 5 a file cannot be read or written.",
    .options = (const enum option_id[]){OPTION_CHECK, OPTION_DIFF, OPTION_COLOR, OPTION_HELP,
                                        OPTION_COUNT},
    .least_words = 0,
    .most_words = SIZE_MAX,
    .run = run,
};

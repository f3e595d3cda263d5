/* overwrite.c - whether a command would write over what it reads.
 *
 * An output replaces its file when it is complete, so reading and writing the
 * same one works, and loses what was read: leads that are results now, a policy
 * that is compiled now.  Nobody means that.  Two names mean one file if they
 * lead to the same inode or, while there is none, to the same name in the same
 * directory.  Pipes and devices may be read and written at once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/overwrite.h"

#include "cli/tell.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_standard(const char *path) {
  return !path || strcmp(path, "-") == 0;
}

static const char *last_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool stat_directory(const char *path, struct stat *status) {
  size_t length = (size_t)(last_name(path) - path);
  char *directory = malloc(length + 2);
  if (!directory)
    return false;
  memcpy(directory, length > 0 ? path : ".", length > 0 ? length : 1);
  directory[length > 0 ? length : 1] = '\0';
  bool found = stat(directory, status) == 0;
  free(directory);
  return found;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_same_file(const char *a, const char *b) {
  struct stat a_status, b_status;
  bool has_a = stat(a, &a_status) == 0, has_b = stat(b, &b_status) == 0;
  if (has_a || has_b)
    return has_a && has_b && S_ISREG(a_status.st_mode) && is_same(&a_status, &b_status);
  return strcmp(last_name(a), last_name(b)) == 0 && stat_directory(a, &a_status) &&
         stat_directory(b, &b_status) && is_same(&a_status, &b_status);
}

/* option: "-o" or "--rejects". */
static int check_input(const char *option, const char *output, const char *input) {
  if (is_standard(input) || !is_same_file(output, input))
    return EXIT_DONE;
  return tell_usage("%s %s would replace %s, which is read; write to another file", option, output,
                    input);
}

static int check_inputs(const struct arguments *arguments, const char *option,
                        const struct option_value *output) {
  int status = EXIT_DONE;
  if (!output->given || is_standard(output->word))
    return EXIT_DONE;
  for (size_t i = 0; i < arguments->word_count && status == EXIT_DONE; i++)
    status = check_input(option, output->word, arguments->words[i]);
  if (status == EXIT_DONE)
    status = check_input(option, output->word, arguments->option[OPTION_EVENTS].word);
  return status;
}

static int check_outputs(const struct option_value *results, const struct option_value *rejects) {
  if (!rejects->given)
    return EXIT_DONE;
  if (is_standard(results->word) && is_standard(rejects->word))
    return tell_usage("results and rejects would both go to standard output; give one a file");
  if (is_standard(results->word) || is_standard(rejects->word) ||
      !is_same_file(results->word, rejects->word))
    return EXIT_DONE;
  return tell_usage("results and rejects would both go to %s; give each a file", rejects->word);
}

int overwrite_check(const struct arguments *arguments) {
  const struct option_value *results = &arguments->option[OPTION_OUTPUT];
  const struct option_value *rejects = &arguments->option[OPTION_REJECTS];
  int status = check_outputs(results, rejects);
  if (status == EXIT_DONE)
    status = check_inputs(arguments, "-o", results);
  if (status == EXIT_DONE)
    status = check_inputs(arguments, "--rejects", rejects);
  return status;
}

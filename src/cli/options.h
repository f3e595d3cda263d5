/* options.h - the parser of the command line's arguments.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

enum option_kind {
  OPTION_KIND_SWITCH,
  OPTION_KIND_WORD,
  OPTION_KIND_WORDS,
  OPTION_KIND_NUMBER,
  OPTION_KIND_INSTANT,
  OPTION_KIND_CHOICE
};

struct option {
  enum option_kind kind;
  char letter; /* 0: none */
  const char *name, *value, *help;
};
extern const struct option option_table[OPTION_COUNT];

/* Reads the arguments behind the command's name: `--name=VALUE`, `--name VALUE`,
 * `-o VALUE`, `-oVALUE`; options and words may be mixed, and `--` ends the
 * options.  What is wrong is said on standard error; the result is EXIT_DONE
 * or another exit_status.  Free with arguments_clear in any case. */
int arguments_parse(const struct command *command, int count, char *const *words,
                    struct arguments *arguments);
void arguments_clear(struct arguments *arguments);

bool command_takes(const struct command *command, enum option_id id);

#endif

/* command.h - what a command is, and what the command line makes of its arguments.
 *
 * The program is one table of commands; each is a file with a table of its
 * own options and a function.  main.c finds the command, parses the arguments
 * by its table and runs it.  Everything below main.c reaches the library by
 * the public header alone: what the command line can do, any program can.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "bareme/bareme.h"

/* How a process of ours ends.  Documented in docs/cli.md; never renumbered. */
enum exit_status {
  EXIT_DONE = 0,
  EXIT_NO = 1,     /* it ran, and the answer is no */
  EXIT_USAGE = 2,  /* the command line is wrong */
  EXIT_POLICY = 3, /* a policy is invalid */
  EXIT_DATA = 4,   /* data was rejected under --strict */
  EXIT_OUTSIDE = 5 /* a file, a device or the memory failed */
};

enum option_id {
#define OPTION(id, kind, letter, name, value, help) OPTION_##id,
#include "cli/options.def"
#undef OPTION
  OPTION_COUNT /* also ends a command's list */
};

/* What was given for one option. */
struct option_value {
  bool given;
  const char *word;   /* WORD, CHOICE */
  const char **words; /* WORDS */
  size_t word_count;
  uint64_t number; /* NUMBER */
  int64_t instant; /* INSTANT */
  unsigned choice; /* CHOICE: which of the words, from 0; 0 if not given */
};

struct arguments {
  const struct command *command;
  struct option_value option[OPTION_COUNT];
  const char **words; /* what is not an option */
  size_t word_count;
};

struct command {
  const char *name;
  const char *summary;           /* one line, no full stop */
  const char *usage;             /* behind the name: "POLICY [FILE...]" */
  const char *prose;             /* paragraphs for its help */
  const enum option_id *options; /* ends with OPTION_COUNT; NULL: only --help */
  size_t least_words, most_words;
  int (*run)(const struct arguments *arguments); /* an exit_status */
};

#define COMMAND(name) extern const struct command command_##name;
#include "cli/commands.def"
#undef COMMAND

/* All of them; the last is NULL. */
extern const struct command *const commands[];
const struct command *command_find(const char *name);

#endif

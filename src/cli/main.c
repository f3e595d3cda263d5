/* main.c - the command line of Bareme: finds the command and runs it.
 *
 *   main.c       this
 *   command.h    what a command is          commands.def, options.def: the tables
 *   options      arguments by the table     suggest: did you mean
 *   tell, page   messages; text for people  output, overwrite, signals: files and ending well
 *   job          policy + leads -> results, for score, explain and summary
 *   a file for each command
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"
#include "cli/options.h"
#include "cli/overwrite.h"
#include "cli/signals.h"
#include "cli/suggest.h"
#include "cli/tell.h"

#include <stdio.h>
#include <string.h>

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cli/commands.def"
#undef COMMAND
    NULL};

const struct command *command_find(const char *name) {
  for (const struct command *const *command = commands; *command; command++)
    if (strcmp((*command)->name, name) == 0)
      return *command;
  return NULL;
}

static int unknown_command(const char *name) {
  struct suggestion best = suggest_begin(name, strlen(name));
  for (const struct command *const *command = commands; *command; command++)
    suggest_try(&best, (*command)->name);
  int status = best.word.bytes ? tell_usage("there is no command `%s`; did you mean `%s`?", name,
                                            best.word.bytes)
                               : tell_usage("there is no command `%s`", name);
  fputs("`bareme help` lists them\n", stderr);
  return status;
}

static int run_parsed(const struct arguments *arguments) {
  if (arguments->option[OPTION_HELP].given)
    return help_command(arguments->command);
  int status = overwrite_check(arguments);
  return status == EXIT_DONE ? arguments->command->run(arguments) : status;
}

static int run(const struct command *command, int count, char *const *words) {
  struct arguments arguments;
  int status = arguments_parse(command, count, words, &arguments);
  if (status == EXIT_DONE)
    status = run_parsed(&arguments);
  else if (status == EXIT_USAGE)
    fprintf(stderr, "try `bareme help %s`\n", command->name);
  arguments_clear(&arguments);
  return status;
}

int main(int count, char **words) {
  signals_init();
  if (count < 2)
    return help_short();
  const char *first = words[1];
  if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0)
    return help_version();
  if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
    return help_commands();
  const struct command *command = command_find(first);
  return command ? run(command, count - 2, words + 2) : unknown_command(first);
}

/* options.c - the parser of the command line's arguments.
 *
 * It is driven by options.def and by each command's list, and does what the
 * people who use getopt_long expect, with two differences: an option cannot be
 * shortened (a script that says --ex must not change its meaning when a new
 * option comes), and what is not known is answered with what was likely meant.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/suggest.h"
#include "cli/tell.h"

#include <stdlib.h>
#include <string.h>

const struct option option_table[OPTION_COUNT] = {
#define OPTION(id, kind, letter, name, value, help) \
  [OPTION_##id] = {OPTION_KIND_##kind, letter, name, value, help},
#include "cli/options.def"
#undef OPTION
};

/* The arguments on their way. */
struct scan {
  struct arguments *arguments;
  char *const *rest;
  int count, at;
};

bool command_takes(const struct command *command, enum option_id id) {
  if (id == OPTION_HELP)
    return true;
  for (const enum option_id *taken = command->options; taken && *taken != OPTION_COUNT; taken++)
    if (*taken == id)
      return true;
  return false;
}

/* ---- values --------------------------------------------------------------------- */

static bool parse_number(const char *word, uint64_t *number) {
  *number = 0;
  if (!*word)
    return false;
  for (; *word; word++) {
    unsigned digit = (unsigned)(*word - '0');
    if (digit > 9 || *number > (UINT32_MAX - digit) / 10)
      return false;
    *number = *number * 10 + digit;
  }
  return *number > 0;
}

/* The place of the word in "auto|ndjson|csv". */
static bool parse_choice(const char *choices, const char *word, unsigned *choice) {
  size_t length = strlen(word);
  *choice = 0;
  for (const char *at = choices; *at; ++*choice) {
    size_t here = strcspn(at, "|");
    if (here == length && memcmp(at, word, length) == 0)
      return true;
    at += here + (at[here] == '|');
  }
  return false;
}

/* Sets the value of an option.  What it says is what would have been right. */
static int set_value(struct option_value *value, const struct option *option, const char *word) {
  bool right = true;
  const char *expected = NULL;
  switch (option->kind) {
  case OPTION_KIND_SWITCH:
  case OPTION_KIND_WORD:
  case OPTION_KIND_WORDS: break;
  case OPTION_KIND_NUMBER:
    right = parse_number(word, &value->number);
    expected = "a whole number from 1";
    break;
  case OPTION_KIND_INSTANT:
    right = bareme_instant_parse(word, strlen(word), &value->instant);
    expected = "an instant, as 2026-06-01 or 2026-06-01T09:30:00Z";
    break;
  case OPTION_KIND_CHOICE:
    right = parse_choice(option->value, word, &value->choice);
    expected = option->value;
    break;
  }
  if (!right)
    return tell_usage("--%s: `%s` is not %s%s", option->name, word,
                      option->kind == OPTION_KIND_CHOICE ? "one of " : "", expected);
  value->given = true;
  value->word = word;
  return EXIT_DONE;
}

/* A list's words share one array, which is as long as there are arguments. */
static int add_word(struct option_value *value, const char *word, int count) {
  if (!value->words)
    value->words = calloc((size_t)count + 1, sizeof *value->words);
  if (!value->words)
    return tell_outside("out of memory");
  value->words[value->word_count++] = word;
  return EXIT_DONE;
}

static int set_option(struct scan *scan, enum option_id id, const char *word) {
  const struct option *option = &option_table[id];
  struct option_value *value = &scan->arguments->option[id];
  int status = set_value(value, option, word);
  if (status == EXIT_DONE && option->kind == OPTION_KIND_WORDS)
    status = add_word(value, word, scan->count);
  return status;
}

/* ---- names ------------------------------------------------------------------------ */

static int unknown_option(const struct command *command, const char *word, size_t length) {
  struct suggestion best = suggest_begin(word, length);
  for (enum option_id id = 0; id < OPTION_COUNT; id++)
    if (command_takes(command, id) && *option_table[id].help)
      suggest_try(&best, option_table[id].name);
  if (best.word.bytes)
    return tell_usage("`bareme %s` has no option --%.*s; did you mean --%s?", command->name,
                      (int)length, word, best.word.bytes);
  return tell_usage("`bareme %s` has no option --%.*s", command->name, (int)length, word);
}

static enum option_id find_name(const struct command *command, const char *word, size_t length) {
  for (enum option_id id = 0; id < OPTION_COUNT; id++)
    if (command_takes(command, id) && strlen(option_table[id].name) == length &&
        memcmp(option_table[id].name, word, length) == 0)
      return id;
  return OPTION_COUNT;
}

static enum option_id find_letter(const struct command *command, char letter) {
  for (enum option_id id = 0; id < OPTION_COUNT; id++)
    if (command_takes(command, id) && option_table[id].letter == letter)
      return id;
  return OPTION_COUNT;
}

/* The value that stands as the next argument. */
static const char *next_word(struct scan *scan) {
  return scan->at + 1 < scan->count ? scan->rest[++scan->at] : NULL;
}

/* `--name`, `--name=VALUE`, `--name VALUE`. */
static int read_long(struct scan *scan, const char *word) {
  const struct command *command = scan->arguments->command;
  size_t length = strcspn(word, "=");
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  enum option_id id = find_name(command, word, length);
  if (id == OPTION_COUNT)
    return unknown_option(command, word, length);
  const struct option *option = &option_table[id];
  if (option->kind == OPTION_KIND_SWITCH && value)
    return tell_usage("--%s has no value", option->name);
  if (option->kind != OPTION_KIND_SWITCH && !value && !(value = next_word(scan)))
    return tell_usage("--%s needs a value: --%s=%s", option->name, option->name, option->value);
  return set_option(scan, id, value);
}

/* `-o VALUE`, `-oVALUE`, `-v`; switches may stand together: `-vh`. */
static int read_letters(struct scan *scan, const char *letters) {
  const struct command *command = scan->arguments->command;
  for (; *letters; letters++) {
    enum option_id id = find_letter(command, *letters);
    if (id == OPTION_COUNT)
      return tell_usage("`bareme %s` has no option -%c", command->name, *letters);
    if (option_table[id].kind == OPTION_KIND_SWITCH) {
      int status = set_option(scan, id, NULL);
      if (status != EXIT_DONE)
        return status;
      continue;
    }
    const char *value = letters[1] ? letters + 1 : next_word(scan);
    if (!value)
      return tell_usage("-%c needs a value: -%c %s", *letters, *letters, option_table[id].value);
    return set_option(scan, id, value);
  }
  return EXIT_DONE;
}

/* ---- all of them -------------------------------------------------------------------- */

static int check_word_count(const struct arguments *arguments) {
  const struct command *command = arguments->command;
  if (arguments->option[OPTION_HELP].given)
    return EXIT_DONE;
  if (arguments->word_count < command->least_words)
    return tell_usage("something is missing: bareme %s %s", command->name, command->usage);
  if (arguments->word_count > command->most_words)
    return tell_usage("`%s` is one too many: bareme %s %s", arguments->words[command->most_words],
                      command->name, command->usage);
  return EXIT_DONE;
}

int arguments_parse(const struct command *command, int count, char *const *words,
                    struct arguments *arguments) {
  *arguments = (struct arguments){.command = command};
  arguments->words = calloc((size_t)count + 1, sizeof *arguments->words);
  if (!arguments->words)
    return tell_outside("out of memory");
  struct scan scan = {arguments, words, count, 0};
  bool options = true;
  int status = EXIT_DONE;
  for (; scan.at < count && status == EXIT_DONE; scan.at++) {
    const char *word = words[scan.at];
    if (!options || word[0] != '-' || word[1] == '\0')
      arguments->words[arguments->word_count++] = word;
    else if (strcmp(word, "--") == 0)
      options = false;
    else if (word[1] == '-')
      status = read_long(&scan, word + 2);
    else
      status = read_letters(&scan, word + 1);
  }
  return status == EXIT_DONE ? check_word_count(arguments) : status;
}

void arguments_clear(struct arguments *arguments) {
  for (enum option_id id = 0; id < OPTION_COUNT; id++)
    free(arguments->option[id].words);
  free(arguments->words);
}

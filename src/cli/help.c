/* help.c - `bareme help`: commands, options and error codes, from their tables.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include "cli/options.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/suggest.h"
#include "cli/tell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Text is easiest to read when its lines are not longer. */
#define LONGEST_LINE 100

static void begin(struct page *page) {
  page_init(page, STDOUT_FILENO, 0);
  if (page->width > LONGEST_LINE)
    page->width = LONGEST_LINE;
}

static int end(struct page *page) {
  int status = page_print(page, NULL);
  page_clear(page);
  return status;
}

/* Empty lines, and lines that begin with blanks, as they are; returns what follows. */
static const char *put_examples(struct page *page, const char *text) {
  while (*text == ' ' || *text == '\n') {
    size_t length = strcspn(text, "\n");
    page_put(page, text, length);
    page_line(page);
    text += length + (text[length] == '\n');
  }
  return text;
}

/* The words of a text between the margin and the page's width.  A line that
 * begins with blanks is an example, and is kept as it is. */
static void put_wrapped(struct page *page, const char *text, size_t margin) {
  while (*text) {
    size_t length = strcspn(text, " \n");
    if (page->column > margin && page->column + length + 1 > page->width)
      page_line(page);
    else if (page->column > margin)
      page_word(page, " ");
    page_pad(page, margin);
    page_put(page, text, length);
    text += length;
    text += strspn(text, " ");
    if (*text != '\n')
      continue;
    page_line(page);
    text = put_examples(page, text + 1);
  }
  if (page->column > 0)
    page_line(page);
}

static void put_heading(struct page *page, const char *heading) {
  page_line(page);
  page_style(page, STYLE_BOLD);
  page_word(page, heading);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

/* ---- commands ----------------------------------------------------------------------- */

static void put_commands(struct page *page) {
  for (const struct command *const *command = commands; *command; command++) {
    page_word(page, "  ");
    page_style(page, STYLE_CYAN);
    page_word(page, (*command)->name);
    page_style(page, STYLE_PLAIN);
    page_pad(page, 12);
    page_word(page, (*command)->summary);
    page_line(page);
  }
}

int help_short(void) {
  struct page page;
  begin(&page);
  page_word(&page, "Bareme scores leads by a policy that people can read.\n\n"
                   "  bareme check POLICY             is the policy right?\n"
                   "  bareme score POLICY LEADS       a result for each lead, one a line\n"
                   "  bareme explain POLICY LEADS --id ID   why a lead has its score\n"
                   "\n`bareme help` lists everything.\n");
  return end(&page);
}

int help_commands(void) {
  struct page page;
  begin(&page);
  page_word(&page, "usage: bareme COMMAND [ARGUMENT...]\n\n");
  put_commands(&page);
  page_word(&page, "\nbareme help COMMAND   its arguments and options\n"
                   "bareme help CODE      an error code of a policy, with an example\n"
                   "bareme help codes     all of them\n"
                   "bareme help opcodes   the instructions that policies become\n"
                   "bareme --version      the version\n"
                   "\nExit status: 0 done, 1 the answer is no, 2 usage, 3 the policy is invalid,\n"
                   "4 data rejected under --strict, 5 input, output or memory.\n");
  return end(&page);
}

static void put_option(struct page *page, const struct option *option) {
  if (!*option->help)
    return;
  page_word(page, "  ");
  page_style(page, STYLE_CYAN);
  if (option->letter)
    page_format(page, "-%c, ", option->letter);
  page_format(page, "--%s", option->name);
  page_style(page, STYLE_PLAIN);
  if (*option->value)
    page_format(page, " %s", option->value);
  if (page->column > 24)
    page_line(page);
  page_pad(page, 26);
  put_wrapped(page, option->help, 26);
}

int help_command(const struct command *command) {
  struct page page;
  begin(&page);
  page_format(&page, "usage: bareme %s %s\n\n", command->name, command->usage);
  put_wrapped(&page, command->prose, 0);
  put_heading(&page, "Options");
  for (enum option_id id = 0; id < OPTION_COUNT; id++)
    if (command_takes(command, id))
      put_option(&page, &option_table[id]);
  return end(&page);
}

int help_version(void) {
  struct page page;
  begin(&page);
  page_format(&page, "bareme %s\n", bareme_version());
  return end(&page);
}

/* ---- codes ---------------------------------------------------------------------------- */

static int help_codes(void) {
  struct page page;
  begin(&page);
  for (size_t i = 0; bareme_code_at(i); i++) {
    const char *code = bareme_code_at(i);
    page_style(&page, STYLE_CYAN);
    page_word(&page, code);
    page_style(&page, STYLE_PLAIN);
    page_format(&page, "  %s", bareme_code_title(code));
    page_line(&page);
  }
  return end(&page);
}

static int help_code(const char *code) {
  struct page page;
  begin(&page);
  page_style(&page, STYLE_BOLD);
  page_format(&page, "%s: %s", code, bareme_code_title(code));
  page_style(&page, STYLE_PLAIN);
  page_word(&page, "\n\n");
  page_word(&page, bareme_code_explanation(code));
  return end(&page);
}

/* ---- opcodes --------------------------------------------------------------------------- */

/* A cell of a table in Markdown, in which a bar would end it. */
static void put_cell(struct page *page, const char *text) {
  for (; *text; text++) {
    if (*text == '|')
      page_word(page, "\\");
    page_put(page, text, 1);
  }
}

/* The tables of docs/bytecode.md. */
static int help_opcodes(void) {
  struct page page;
  bareme_opcode opcode;
  const char *group = NULL;
  begin(&page);
  for (uint32_t i = 0; bareme_opcode_at(i, &opcode); i++) {
    if (opcode.group != group)
      page_format(&page, "%s### %c%s\n\n| opcode | operands | | |\n|---|---|---|---|\n",
                  group ? "\n" : "", toupper((unsigned char)opcode.group[0]), opcode.group + 1);
    group = opcode.group;
    page_format(&page, "| `%s` | `%s` | `", opcode.name, opcode.shape);
    put_cell(&page, opcode.synopsis);
    page_word(&page, "` | ");
    put_cell(&page, opcode.prose);
    page_word(&page, " |\n");
  }
  return end(&page);
}

/* "e204" and "E204" are E0204 for a person; so is what a message shows in brackets. */
static bool looks_like_code(const char *word, char code[8]) {
  size_t letters = isalpha((unsigned char)word[0]) ? 1 : 0;
  size_t digits = strspn(word + letters, "0123456789");
  if (digits == 0 || digits > 4 || word[letters + digits] != '\0')
    return false;
  char letter = letters ? (char)toupper((unsigned char)word[0]) : 'E';
  snprintf(code, 8, "%c%0*d%s", letter, (int)(4 - digits), 0, word + letters);
  if (digits == 4)
    snprintf(code, 8, "%c%s", letter, word + letters);
  return true;
}

static int unknown_topic(const char *word) {
  struct suggestion best = suggest_begin(word, strlen(word));
  for (const struct command *const *command = commands; *command; command++)
    suggest_try(&best, (*command)->name);
  for (size_t i = 0; bareme_code_at(i); i++)
    suggest_try(&best, bareme_code_at(i));
  suggest_try(&best, "codes");
  suggest_try(&best, "opcodes");
  if (best.word.bytes)
    return tell_usage("there is no help on `%s`; did you mean `%s`?", word, best.word.bytes);
  return tell_usage("there is no help on `%s`; `bareme help` lists what there is", word);
}

static int run(const struct arguments *arguments) {
  if (arguments->word_count == 0)
    return help_commands();
  const char *word = arguments->words[0];
  const struct command *command = command_find(word);
  if (command)
    return help_command(command);
  if (strcmp(word, "codes") == 0)
    return help_codes();
  if (strcmp(word, "opcodes") == 0)
    return help_opcodes();
  char code[8];
  if (looks_like_code(word, code) && bareme_code_title(code))
    return help_code(code);
  return unknown_topic(word);
}

const struct command command_help = {
    .name = "help",
    .summary = "explain a command or an error code",
    .usage = "[COMMAND | CODE | codes | opcodes]",
    .prose =
        "Explains a command with its options, or a code such as E0204 that stands in a message "
        "about a policy, with an example before and after. `codes` lists all codes, `opcodes` the "
        "instructions that policies become, as the tables of docs/bytecode.md.",
    .most_words = 1,
    .run = run,
};

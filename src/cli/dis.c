/* dis.c - `bareme dis`: the code of a policy beside its text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/job.h"
#include "cli/page.h"
#include "cli/tell.h"

#include <string.h>
#include <unistd.h>

/* Columns of a listing: a blank, the number, a mark for what is shared. */
enum { NUMBER_COLUMNS = 6, MOST_LANES = 16, MOST_OPERATION = 56, LEAST_MEANING = 20 };

struct dis {
  const struct arguments *arguments;
  bareme_policy *policy;
  bareme_report *report; /* has the text, if the policy was compiled from text */
  bareme_listing *listing;
  struct page page;
  size_t lanes, name, operation; /* columns that the longest take, within bounds */
  bool shares;                   /* something is marked */
};

/* ---- text ------------------------------------------------------------------------- */

static bareme_text trimmed(bareme_text line) {
  while (line.length > 0 && (line.bytes[0] == ' ' || line.bytes[0] == '\t'))
    line = text_of(line.bytes + 1, line.length - 1);
  while (line.length > 0 && strchr(" \t", line.bytes[line.length - 1]))
    line.length--;
  return line;
}

static size_t wider(size_t width, bareme_text text, size_t most) {
  size_t columns = bareme_text_columns(text);
  columns = columns < most ? columns : most;
  return columns > width ? columns : width;
}

static bareme_status measure(struct dis *dis) {
  bareme_instruction code;
  bareme_status status;
  for (uint32_t i = 0; (status = bareme_listing_at(dis->listing, i, &code)) == BAREME_OK; i++) {
    dis->lanes = wider(dis->lanes, code.lanes, MOST_LANES);
    dis->name = wider(dis->name, text_of(code.name, strlen(code.name)), PAGE_UNCUT);
    dis->operation = wider(dis->operation, code.operation, MOST_OPERATION);
  }
  return status == BAREME_END ? BAREME_OK : status;
}

static void put_kind(struct page *page, const bareme_criterion *criterion) {
  page_word(page, criterion->kind);
  if (!criterion->name.bytes)
    return;
  page_word(page, " ");
  bool quoted = strcmp(criterion->kind, "rule") == 0 || strcmp(criterion->kind, "group") == 0 ||
                strcmp(criterion->kind, "exclude") == 0;
  page_word(page, quoted ? "\"" : "");
  page_text(page, criterion->name, PAGE_UNCUT);
  page_word(page, quoted ? "\"" : "");
}

/* Without the text, what the policy carries of it. */
static void put_carried(struct page *page, const bareme_criterion *criterion) {
  if (criterion->source.bytes && strcmp(criterion->kind, "rule") == 0) {
    page_text(page, criterion->source, PAGE_UNCUT);
    return;
  }
  put_kind(page, criterion);
  if (!criterion->source.bytes)
    return;
  page_word(page, ": ");
  page_text(page, criterion->source, PAGE_UNCUT);
}

static void put_place(struct dis *dis, const bareme_instruction *code) {
  struct page *page = &dis->page;
  bareme_criterion criterion;
  bareme_text line = {NULL, 0};
  if (code->criterion == BAREME_NONE ||
      !bareme_policy_criterion(dis->policy, code->criterion, &criterion))
    return;
  if (dis->report && strcmp(criterion.kind, "policy") != 0)
    line = bareme_report_line(dis->report, code->file, code->line);
  page_line(page);
  page_style(page, STYLE_CYAN);
  page_text(page, code->file, PAGE_UNCUT);
  page_format(page, ":%u", code->line);
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  if (line.bytes)
    page_text(page, trimmed(line), PAGE_UNCUT);
  else
    put_carried(page, &criterion);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

static void put_instruction(struct dis *dis, uint32_t index, const bareme_instruction *code) {
  struct page *page = &dis->page;
  size_t column = NUMBER_COLUMNS + 3;
  page_style(page, STYLE_DIM);
  page_count(page, index, NUMBER_COLUMNS);
  page_word(page, code->shared ? "*" : "");
  page_pad(page, column);
  page_text(page, code->lanes, dis->lanes);
  page_style(page, STYLE_PLAIN);
  page_pad(page, column += dis->lanes + 2);
  page_word(page, code->name);
  page_pad(page, column += dis->name + 2);
  page_text(page, code->operation, PAGE_UNCUT);
  page_pad(page, column + dis->operation);
  page_style(page, STYLE_DIM);
  page_word(page, "  ");
  size_t room = page->width > page->column ? page->width - page->column : 0;
  if (!page->terminal || room >= LEAST_MEANING)
    page_text(page, code->meaning, page->terminal ? room : PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  dis->shares |= code->shared;
}

static bool same_place(const bareme_instruction *code, bareme_text file, uint32_t line,
                       uint32_t criterion) {
  return code->line == line && code->criterion == criterion && code->file.bytes == file.bytes;
}

static void put_head(struct dis *dis) {
  struct page *page = &dis->page;
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_title(dis->policy), PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_word(page, dis->arguments->option[OPTION_SECTION].choice ? ", full section: "
                                                                : ", plain section: ");
  page_count(page, bareme_listing_count(dis->listing), 0);
  page_word(page, bareme_listing_count(dis->listing) == 1 ? " instruction, " : " instructions, ");
  page_count(page, bareme_listing_registers(dis->listing), 0);
  page_word(page, bareme_listing_registers(dis->listing) == 1 ? " register" : " registers");
  page_line(page);
}

static bareme_status put_text(struct dis *dis) {
  bareme_instruction code;
  bareme_text file = {NULL, 0};
  uint32_t line = 0, criterion = BAREME_NONE;
  bareme_status status = measure(dis);
  put_head(dis);
  for (uint32_t i = 0; status == BAREME_OK && i < bareme_listing_count(dis->listing); i++) {
    status = bareme_listing_at(dis->listing, i, &code);
    if (status != BAREME_OK)
      break;
    if (!same_place(&code, file, line, criterion))
      put_place(dis, &code);
    file = code.file;
    line = code.line;
    criterion = code.criterion;
    put_instruction(dis, i, &code);
  }
  if (dis->shares) {
    page_line(&dis->page);
    page_word(&dis->page, "* others use it, too: it is done once, for the first who needs it\n");
  }
  return status;
}

/* ---- json ---------------------------------------------------------------------------- */

static void put_member(struct page *page, const char *name, bareme_text text) {
  page_format(page, "\"%s\":", name);
  if (text.bytes)
    escape_json(page, text);
  else
    page_word(page, "null");
}

static void put_json_criterion(struct page *page, const bareme_criterion *criterion) {
  page_format(page, "{\"kind\":\"%s\",", criterion->kind);
  put_member(page, "name", criterion->name);
  page_word(page, ",");
  put_member(page, "source", criterion->source);
  page_word(page, ",");
  put_member(page, "file", criterion->file);
  page_format(page, ",\"line\":%u,\"outer\":", criterion->line);
  if (criterion->outer == BAREME_NONE)
    page_word(page, "null}");
  else
    page_format(page, "%u}", criterion->outer);
}

static void put_json_criteria(struct dis *dis) {
  struct page *page = &dis->page;
  bareme_criterion criterion;
  page_word(page, ",\n \"criteria\":[");
  for (uint32_t i = 0; bareme_policy_criterion(dis->policy, i, &criterion); i++) {
    page_word(page, i > 0 ? ",\n  " : "\n  ");
    put_json_criterion(page, &criterion);
  }
  page_word(page, "]");
}

static void put_json_instruction(struct dis *dis, const bareme_instruction *code) {
  struct page *page = &dis->page;
  page_format(page, "{\"opcode\":\"%s\",\"space\":%u,", code->name, code->space);
  put_member(page, "lanes", code->lanes);
  page_word(page, ",");
  put_member(page, "operation", code->operation);
  page_word(page, ",");
  put_member(page, "meaning", code->meaning);
  if (code->criterion != BAREME_NONE) {
    page_format(page, ",\"criterion\":%u,\"shared\":%s,", code->criterion,
                code->shared ? "true" : "false");
    put_member(page, "file", code->file);
    page_format(page, ",\"line\":%u", code->line);
  }
  page_word(page, "}");
}

static bareme_status put_json(struct dis *dis) {
  struct page *page = &dis->page;
  bareme_instruction code;
  bareme_status status;
  page_word(page, "{");
  put_member(page, "policy", bareme_policy_title(dis->policy));
  page_format(page, ",\n \"section\":\"%s\",\"registers\":%u",
              dis->arguments->option[OPTION_SECTION].choice ? "full" : "plain",
              bareme_listing_registers(dis->listing));
  put_json_criteria(dis);
  page_word(page, ",\n \"code\":[");
  for (uint32_t i = 0; (status = bareme_listing_at(dis->listing, i, &code)) == BAREME_OK; i++) {
    page_word(page, i > 0 ? ",\n  " : "\n  ");
    put_json_instruction(dis, &code);
  }
  page_word(page, "]}\n");
  return status == BAREME_END ? BAREME_OK : status;
}

/* ---- the command ------------------------------------------------------------------------ */

static int show(struct dis *dis) {
  const struct option_value *given = dis->arguments->option;
  bareme_section section =
      given[OPTION_SECTION].choice ? BAREME_SECTION_FULL : BAREME_SECTION_PLAIN;
  bareme_status status = bareme_listing_new(dis->policy, section, &dis->listing);
  if (status == BAREME_OK)
    status = given[OPTION_DIS_FORMAT].choice ? put_json(dis) : put_text(dis);
  if (status != BAREME_OK)
    return tell_status(status, NULL);
  return page_print(&dis->page, given[OPTION_OUTPUT].word);
}

static int run(const struct arguments *arguments) {
  struct dis dis = {.arguments = arguments};
  page_init(&dis.page, STDOUT_FILENO, arguments->option[OPTION_COLOR].choice);
  int status = job_open_source(arguments, arguments->words[0], &dis.report, &dis.policy);
  if (status == EXIT_DONE)
    status = show(&dis);
  bareme_listing_free(dis.listing);
  bareme_policy_free(dis.policy);
  bareme_report_free(dis.report);
  page_clear(&dis.page);
  return status;
}

const struct command command_dis = {
    .name = "dis",
    .summary = "the code of a policy beside its text",
    .usage = "POLICY",
    .prose =
        "Shows the instructions that a policy becomes, below the lines that they are for: whose "
        "lanes each works on, its opcode, what it does with which registers, and what that means. "
        "An instruction with a * is needed by other criteria as well; it is done once, for the "
        "first of them. docs/bytecode.md explains the machine.\n\n"
        "  bareme dis inbound.bareme\n"
        "  bareme dis inbound.bareme --section full --format json",
    .options = (const enum option_id[]){OPTION_SECTION, OPTION_DIS_FORMAT, OPTION_SET,
                                        OPTION_VERIFY, OPTION_INCLUDE, OPTION_OUTPUT, OPTION_COLOR,
                                        OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = 1,
    .run = run,
};

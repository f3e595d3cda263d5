/* problems.c - what was wrong with the data, told at the end of a run.
 *
 *   bareme: problems in the data
 *      count  what                           where          first seen
 *         12  the value is not a number      company_size   leads.ndjson:3, 17, 22, 40, 51 …
 *          3  the line is not JSON                          leads.ndjson:7, 9, 10    set aside
 *   10,000 records read = 9,997 results + 3 set aside
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/problems.h"

#include "cli/page.h"

#include <string.h>
#include <unistd.h>

/* Columns at which the parts of a row begin. */
struct layout {
  size_t what, where, seen;
};

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

static struct layout lay_out(const bareme_reader *reader) {
  size_t what = 4, where = 5;
  bareme_problem problem;
  for (size_t i = 0; bareme_reader_problem(reader, i, &problem); i++) {
    what = larger(what, strlen(problem.what) + (problem.rejects ? 11 : 0));
    where = larger(where, problem.where.bytes ? bareme_text_columns(problem.where) : 0);
  }
  what = what < 60 ? what : 60;
  where = where < 30 ? where : 30;
  return (struct layout){12, 12 + what + 2, 12 + what + 2 + where + 2};
}

static void put_lines(struct page *page, const bareme_problem *problem) {
  if (problem->file.bytes) {
    page_text(page, problem->file, 60);
    page_word(page, ":");
  }
  for (size_t i = 0; i < problem->line_count; i++)
    page_format(page, "%s%llu", i > 0 ? ", " : "", (unsigned long long)problem->lines[i]);
  if (problem->count > problem->line_count)
    page_word(page, page->unicode ? " …" : " ...");
}

static void put_problem(struct page *page, const bareme_problem *problem, struct layout layout) {
  page_count(page, problem->count, layout.what - 2);
  page_pad(page, layout.what);
  page_word(page, problem->what);
  if (problem->rejects) {
    page_style(page, STYLE_YELLOW);
    page_word(page, " (set aside)");
    page_style(page, STYLE_PLAIN);
  }
  page_pad(page, layout.where);
  if (problem->where.bytes)
    page_text(page, problem->where, layout.seen - layout.where - 2);
  page_pad(page, layout.seen);
  put_lines(page, problem);
  page_line(page);
}

static void put_problems(struct page *page, const bareme_reader *reader) {
  struct layout layout = lay_out(reader);
  bareme_problem problem;
  page_style(page, STYLE_BOLD);
  page_pad(page, layout.what - 7);
  page_word(page, "count  problem in the data");
  page_pad(page, layout.where);
  page_word(page, "where");
  page_pad(page, layout.seen);
  page_word(page, "first lines");
  page_style(page, STYLE_PLAIN);
  page_line(page);
  for (size_t i = 0; bareme_reader_problem(reader, i, &problem); i++)
    put_problem(page, &problem, layout);
}

static void put_account(struct page *page, const bareme_read_summary *summary) {
  page_count(page, summary->records, 0);
  page_word(page, summary->records == 1 ? " record read = " : " records read = ");
  page_count(page, summary->accepted, 0);
  page_word(page, summary->accepted == 1 ? " result + " : " results + ");
  page_count(page, summary->rejected, 0);
  page_word(page, " set aside");
  page_line(page);
}

static void put_events(struct page *page, uint64_t count, const char *what) {
  page_count(page, count, 10);
  page_format(page, "  %s", what);
  page_line(page);
}

static void put_all_events(struct page *page, const bareme_read_summary *summary) {
  put_events(page, summary->events, "events counted");
  put_events(page, summary->future_events, "after the as-of instant: they do not exist");
  put_events(page, summary->duplicate_events, "with the id of an earlier one of the lead");
  put_events(page, summary->ignored_events, "of kinds that the policy does not declare");
}

void problems_tell(const bareme_reader *reader, const bareme_read_summary *summary,
                   const struct arguments *arguments) {
  struct page page;
  bool verbose = arguments->option[OPTION_VERBOSE].given;
  page_init(&page, STDERR_FILENO, arguments->option[OPTION_COLOR].choice);
  if (summary->problems > 0)
    put_problems(&page, reader);
  if (summary->rejected > 0 || verbose)
    put_account(&page, summary);
  if (verbose)
    put_all_events(&page, summary);
  if (summary->orphan_events > 0)
    put_events(&page, summary->orphan_events, "events of leads that are not in the input");
  page_tell(&page);
  page_clear(&page);
}

/* cost.c - `bareme cost`: what scoring a lead costs at most, by criterion.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/job.h"
#include "cli/page.h"
#include "cli/suggest.h"
#include "cli/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENTS_UNLESS_SAID = 20, TEXT_UNLESS_SAID = 64, OFFENDERS = 5 };

/* What is shown as one line: a criterion's own work, or the shared work of all. */
struct row {
  uint32_t criterion; /* BAREME_NONE: the shared work */
  uint64_t steps;
};

struct budget {
  bool has_work, has_memory;
  uint64_t work, memory;
};

struct estimate {
  const struct arguments *arguments;
  bareme_policy *policy;
  bareme_report *report; /* has the text, if there is one */
  bareme_cost *cost;
  uint64_t *events; /* by kind */
  uint32_t kinds, criteria;
  struct row *rows;
  size_t row_count;
  struct budget budget;
  uint64_t steps, bytes;
  struct page page;
};

/* ---- numbers of the command line -------------------------------------------------------- */

static bool read_number(const char *word, const char **rest, uint64_t *number) {
  *number = 0;
  const char *at = word;
  for (; *at >= '0' && *at <= '9'; at++) {
    uint64_t digit = (uint64_t)(*at - '0');
    if (*number > (UINT64_MAX - digit) / 10)
      return false;
    *number = *number * 10 + digit;
  }
  *rest = at;
  return at > word;
}

static int unknown_kind(const struct estimate *estimate, const char *name, size_t length) {
  bareme_text near = suggest_name(estimate->policy, BAREME_EVENTS, name, length);
  if (near.bytes)
    return tell_usage("the policy has no event `%.*s`; did you mean `%.*s`?", (int)length, name,
                      (int)near.length, near.bytes);
  return tell_usage("the policy has no event `%.*s`", (int)length, name);
}

/* `20`, or `page_view=20`. */
static int read_events(struct estimate *estimate, const char *word) {
  const char *equals = strchr(word, '='), *rest;
  uint64_t count;
  if (!read_number(equals ? equals + 1 : word, &rest, &count) || *rest)
    return tell_usage("--events: `%s` is neither N nor KIND=N", word);
  bool found = !equals;
  for (uint32_t k = 0; k < estimate->kinds; k++) {
    bareme_text name = bareme_policy_name(estimate->policy, BAREME_EVENTS, k);
    bool meant = !equals || (name.length == (size_t)(equals - word) &&
                             memcmp(name.bytes, word, name.length) == 0);
    if (meant)
      estimate->events[k] = count;
    found = found || meant;
  }
  return found ? EXIT_DONE : unknown_kind(estimate, word, (size_t)(equals - word));
}

static bool read_size(const char *word, uint64_t *bytes) {
  static const struct {
    const char *unit;
    unsigned shift;
  } units[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
  const char *rest;
  if (!read_number(word, &rest, bytes))
    return false;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcmp(rest, units[i].unit) == 0 && *bytes <= UINT64_MAX >> units[i].shift) {
      *bytes <<= units[i].shift;
      return true;
    }
  return false;
}

static int read_budget(struct budget *budget, const char *word) {
  const char *rest;
  if (strncmp(word, "work=", 5) == 0 && read_number(word + 5, &rest, &budget->work) && !*rest)
    budget->has_work = true;
  else if (strncmp(word, "memory=", 7) == 0 && read_size(word + 7, &budget->memory))
    budget->has_memory = true;
  else
    return tell_usage("--budget: `%s` is neither work=N nor memory=SIZE, as in memory=64KiB", word);
  return EXIT_DONE;
}

static int read_options(struct estimate *estimate) {
  const struct option_value *given = estimate->arguments->option;
  int status = EXIT_DONE;
  estimate->kinds = bareme_policy_count(estimate->policy, BAREME_EVENTS);
  estimate->events = calloc((size_t)estimate->kinds + 1, sizeof *estimate->events);
  if (!estimate->events)
    return tell_outside("out of memory");
  for (uint32_t k = 0; k < estimate->kinds; k++)
    estimate->events[k] = given[OPTION_COUNTS].given ? 0 : EVENTS_UNLESS_SAID;
  for (size_t i = 0; i < given[OPTION_COUNTS].word_count && status == EXIT_DONE; i++)
    status = read_events(estimate, given[OPTION_COUNTS].words[i]);
  for (size_t i = 0; i < given[OPTION_BUDGET].word_count && status == EXIT_DONE; i++)
    status = read_budget(&estimate->budget, given[OPTION_BUDGET].words[i]);
  return status;
}

static unsigned text_bytes(const struct estimate *estimate) {
  const struct option_value *text = &estimate->arguments->option[OPTION_TEXT];
  return text->given ? (unsigned)text->number : TEXT_UNLESS_SAID;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
  const struct row *left = a, *right = b;
  if (left->steps != right->steps)
    return left->steps < right->steps ? 1 : -1;
  return left->criterion < right->criterion ? -1 : left->criterion > right->criterion;
}

static int make_rows(struct estimate *estimate) {
  bareme_criterion criterion;
  uint64_t shared = 0;
  while (bareme_policy_criterion(estimate->policy, estimate->criteria, &criterion))
    estimate->criteria++;
  estimate->rows = calloc((size_t)estimate->criteria + 2, sizeof *estimate->rows);
  if (!estimate->rows)
    return tell_outside("out of memory");
  /* the one behind the last has what was stripped of its criterion */
  for (uint32_t c = 0; c <= estimate->criteria; c++) {
    uint64_t own = bareme_cost_steps_at(estimate->cost, c, BAREME_COST_OWN, estimate->events);
    shared += bareme_cost_steps_at(estimate->cost, c, BAREME_COST_SHARED, estimate->events);
    if (own > 0)
      estimate->rows[estimate->row_count++] = (struct row){c, own};
  }
  if (shared > 0)
    estimate->rows[estimate->row_count++] = (struct row){BAREME_NONE, shared};
  qsort(estimate->rows, estimate->row_count, sizeof *estimate->rows, compare_rows);
  estimate->steps =
      bareme_cost_steps_at(estimate->cost, BAREME_NONE, BAREME_COST_OWN, estimate->events);
  estimate->bytes = bareme_cost_bytes_at(estimate->cost, estimate->events);
  return EXIT_DONE;
}

/* Steps of a row for the lead, or for an event. */
static uint64_t term(const struct estimate *estimate, const struct row *row, uint32_t kind) {
  uint64_t sum = 0;
  if (row->criterion != BAREME_NONE)
    return bareme_cost_steps(estimate->cost, row->criterion, BAREME_COST_OWN, kind);
  for (uint32_t c = 0; c <= estimate->criteria; c++)
    sum += bareme_cost_steps(estimate->cost, c, BAREME_COST_SHARED, kind);
  return sum;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void put_size(struct page *page, uint64_t bytes) {
  if (bytes < 1024) {
    page_count(page, bytes, 0);
    page_word(page, bytes == 1 ? " byte" : " bytes");
  } else {
    bool large = bytes >= 1024 * 1024;
    page_points(page, (double)bytes / (large ? 1024.0 * 1024 : 1024), false, 0);
    page_word(page, large ? " MiB" : " KiB");
  }
}

static bareme_text trimmed(bareme_text line) {
  while (line.length > 0 && (line.bytes[0] == ' ' || line.bytes[0] == '\t'))
    line = text_of(line.bytes + 1, line.length - 1);
  return line;
}

static void put_name(struct page *page, const bareme_criterion *criterion) {
  page_word(page, criterion->kind);
  if (!criterion->name.bytes)
    return;
  page_word(page, " ");
  page_text(page, criterion->name, PAGE_UNCUT);
}

/* Where it is written, and what is. */
static void put_criterion(struct estimate *estimate, struct page *page, uint32_t index,
                          size_t columns) {
  bareme_criterion criterion;
  size_t end = columns == PAGE_UNCUT ? PAGE_UNCUT : page->column + columns;
  if (index == BAREME_NONE || !bareme_policy_criterion(estimate->policy, index, &criterion)) {
    page_word(page, index == BAREME_NONE ? "what several criteria share" : "not known any more");
    return;
  }
  bareme_text line = {NULL, 0};
  if (strcmp(criterion.kind, "rule") == 0) /* there may be several on a line */
    line = criterion.source;
  else if (estimate->report && strcmp(criterion.kind, "policy") != 0)
    line = trimmed(bareme_report_line(estimate->report, criterion.file, criterion.line));
  page_style(page, STYLE_CYAN);
  page_format(page, "%u", criterion.line);
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
  if (line.bytes)
    page_text(page, line,
              end == PAGE_UNCUT || end < page->column ? PAGE_UNCUT : end - page->column);
  else
    put_name(page, &criterion);
}

/* "3 + 62 page_view + 1 form_submit" */
static void put_formula(struct page *page, const struct estimate *estimate, const struct row *row) {
  bool first = true;
  for (uint32_t k = 0; k <= estimate->kinds; k++) {
    uint64_t steps = term(estimate, row, k == 0 ? BAREME_NONE : k - 1);
    if (steps == 0)
      continue;
    page_word(page, first ? "" : " + ");
    page_count(page, steps, 0);
    if (k > 0) {
      page_word(page, " ");
      page_text(page, bareme_policy_name(estimate->policy, BAREME_EVENTS, k - 1), PAGE_UNCUT);
    }
    first = false;
  }
}

static void put_amount(struct page *page, const struct estimate *estimate, uint64_t steps) {
  char share[16];
  page_count(page, steps, 10);
  snprintf(share, sizeof share, "%6.1f%%",
           estimate->steps ? 100.0 * (double)steps / (double)estimate->steps : 0.0);
  page_style(page, STYLE_DIM);
  page_word(page, share);
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
}

/* The score that a criterion stands in, or itself. */
static uint32_t outermost(const struct estimate *estimate, uint32_t index) {
  bareme_criterion criterion, outer;
  while (bareme_policy_criterion(estimate->policy, index, &criterion) &&
         criterion.outer != BAREME_NONE &&
         bareme_policy_criterion(estimate->policy, criterion.outer, &outer) &&
         strcmp(outer.kind, "policy") != 0)
    index = criterion.outer;
  return index;
}

/* What the scores cost, each with all that stands in it, in the order of the text. */
static int put_scores(struct estimate *estimate) {
  struct page *page = &estimate->page;
  uint64_t *sums = calloc((size_t)estimate->criteria + 1, sizeof *sums);
  if (!sums)
    return tell_outside("out of memory");
  for (size_t i = 0; i < estimate->row_count; i++)
    if (estimate->rows[i].criterion < estimate->criteria)
      sums[outermost(estimate, estimate->rows[i].criterion)] += estimate->rows[i].steps;
  for (uint32_t c = 0; c < estimate->criteria; c++) {
    bareme_criterion criterion;
    if (sums[c] == 0 || !bareme_policy_criterion(estimate->policy, c, &criterion) ||
        strcmp(criterion.kind, "score") != 0)
      continue;
    put_amount(page, estimate, sums[c]);
    put_name(page, &criterion);
    page_line(page);
  }
  free(sums);
  page_line(page);
  return EXIT_DONE;
}

static void put_events(struct page *page, const struct estimate *estimate) {
  bool same = true;
  for (uint32_t k = 1; k < estimate->kinds; k++)
    same = same && estimate->events[k] == estimate->events[0];
  if (estimate->kinds == 0)
    return;
  page_word(page, " with ");
  if (same) {
    page_count(page, estimate->events[0], 0);
    page_word(page, estimate->kinds == 1 ? " events" : " events of each kind");
    return;
  }
  bool first = true;
  for (uint32_t k = 0; k < estimate->kinds; k++) {
    if (estimate->events[k] == 0)
      continue;
    page_word(page, first ? "" : ", ");
    page_count(page, estimate->events[k], 0);
    page_word(page, " ");
    page_text(page, bareme_policy_name(estimate->policy, BAREME_EVENTS, k), PAGE_UNCUT);
    first = false;
  }
}

static void put_memory(struct estimate *estimate) {
  struct page *page = &estimate->page;
  page_word(page, "memory: ");
  put_size(page, (bareme_cost_bits(estimate->cost, BAREME_NONE) + 7) / 8);
  page_word(page, " for the lead");
  for (uint32_t k = 0; k < estimate->kinds; k++) {
    if (bareme_cost_bits(estimate->cost, k) == 0)
      continue;
    page_word(page, ", ");
    put_size(page, (bareme_cost_bits(estimate->cost, k) + 7) / 8);
    page_word(page, " a ");
    page_text(page, bareme_policy_name(estimate->policy, BAREME_EVENTS, k), PAGE_UNCUT);
  }
  page_line(page);
}

static int put_text(struct estimate *estimate) {
  struct page *page = &estimate->page;
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_title(estimate->policy), PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_word(page, ": at most ");
  page_count(page, estimate->steps, 0);
  page_word(page, " steps and ");
  put_size(page, estimate->bytes);
  page_word(page, " for a lead");
  put_events(page, estimate);
  page_format(page, ", texts of %u bytes", text_bytes(estimate));
  page_line(page);
  put_memory(estimate);
  page_line(page);
  int status = put_scores(estimate);
  page_word(page, "     steps  share  line");
  page_line(page);
  for (size_t i = 0; i < estimate->row_count; i++) {
    const struct row *row = &estimate->rows[i];
    put_amount(page, estimate, row->steps);
    put_criterion(estimate, page, row->criterion, PAGE_UNCUT);
    page_style(page, STYLE_DIM);
    page_word(page, "  = ");
    put_formula(page, estimate, row);
    page_style(page, STYLE_PLAIN);
    page_line(page);
  }
  return status;
}

/* ---- json ------------------------------------------------------------------------------------ */

static void put_json_terms(struct page *page, const struct estimate *estimate, uint32_t criterion,
                           bareme_cost_part part) {
  page_format(page, "{\"lead\":%llu",
              (unsigned long long)bareme_cost_steps(estimate->cost, criterion, part, BAREME_NONE));
  for (uint32_t k = 0; k < estimate->kinds; k++) {
    uint64_t steps = bareme_cost_steps(estimate->cost, criterion, part, k);
    if (steps == 0)
      continue;
    page_word(page, ",");
    escape_json(page, bareme_policy_name(estimate->policy, BAREME_EVENTS, k));
    page_format(page, ":%llu", (unsigned long long)steps);
  }
  page_format(
      page, ",\"sum\":%llu}",
      (unsigned long long)bareme_cost_steps_at(estimate->cost, criterion, part, estimate->events));
}

static void put_json_criterion(struct page *page, const bareme_criterion *criterion) {
  page_format(page, "\"kind\":\"%s\",\"name\":", criterion->kind);
  if (criterion->name.bytes)
    escape_json(page, criterion->name);
  else
    page_word(page, "null");
  page_word(page, ",\"file\":");
  escape_json(page, criterion->file);
  page_format(page, ",\"line\":%u", criterion->line);
}

static void put_json(struct estimate *estimate) {
  struct page *page = &estimate->page;
  page_word(page, "{\"policy\":");
  escape_json(page, bareme_policy_title(estimate->policy));
  page_word(page, ",\n \"events\":{");
  for (uint32_t k = 0; k < estimate->kinds; k++) {
    page_word(page, k > 0 ? "," : "");
    escape_json(page, bareme_policy_name(estimate->policy, BAREME_EVENTS, k));
    page_format(page, ":%llu", (unsigned long long)estimate->events[k]);
  }
  page_format(page, "},\"text\":%u,\n \"steps\":", text_bytes(estimate));
  put_json_terms(page, estimate, BAREME_NONE, BAREME_COST_OWN);
  page_format(page, ",\n \"bytes\":%llu,\n \"criteria\":[", (unsigned long long)estimate->bytes);
  bareme_criterion criterion;
  for (uint32_t c = 0; bareme_policy_criterion(estimate->policy, c, &criterion); c++) {
    page_word(page, c > 0 ? ",\n  {" : "\n  {");
    put_json_criterion(page, &criterion);
    page_word(page, ",\"own\":");
    put_json_terms(page, estimate, c, BAREME_COST_OWN);
    page_word(page, ",\"shared\":");
    put_json_terms(page, estimate, c, BAREME_COST_SHARED);
    page_word(page, "}");
  }
  page_word(page, "]}\n");
}

/* ---- the budget --------------------------------------------------------------------------------
 */

/* The criteria that cost most, for whoever has to save. */
static void tell_offenders(struct estimate *estimate) {
  struct page page;
  page_init(&page, STDERR_FILENO, estimate->arguments->option[OPTION_COLOR].choice);
  for (size_t i = 0; i < estimate->row_count && i < OFFENDERS; i++) {
    put_amount(&page, estimate, estimate->rows[i].steps);
    put_criterion(estimate, &page, estimate->rows[i].criterion, PAGE_UNCUT);
    page_line(&page);
  }
  page_tell(&page);
  page_clear(&page);
}

static int check_budget(struct estimate *estimate) {
  const struct budget *budget = &estimate->budget;
  int status = EXIT_DONE;
  if (budget->has_work && estimate->steps > budget->work)
    status = tell_no("%llu steps are more than the %llu of the budget; most cost",
                     (unsigned long long)estimate->steps, (unsigned long long)budget->work);
  if (status != EXIT_DONE)
    tell_offenders(estimate);
  if (budget->has_memory && estimate->bytes > budget->memory)
    status = tell_no("%llu bytes are more than the %llu of the budget",
                     (unsigned long long)estimate->bytes, (unsigned long long)budget->memory);
  return status;
}

/* ---- the command
 * ---------------------------------------------------------------------------------- */

static int measure(struct estimate *estimate) {
  const struct option_value *given = estimate->arguments->option;
  bareme_cost_options options = BAREME_COST_OPTIONS_INIT;
  options.text_bytes = text_bytes(estimate);
  options.section = given[OPTION_SECTION].choice ? BAREME_SECTION_FULL : BAREME_SECTION_PLAIN;
  int status = read_options(estimate);
  if (status == EXIT_DONE)
    status = tell_status(bareme_cost_new(estimate->policy, &options, &estimate->cost), NULL);
  return status == EXIT_DONE ? make_rows(estimate) : status;
}

static int show(struct estimate *estimate) {
  const struct option_value *given = estimate->arguments->option;
  int status = EXIT_DONE;
  if (given[OPTION_DIS_FORMAT].choice)
    put_json(estimate);
  else
    status = put_text(estimate);
  if (status == EXIT_DONE)
    status = page_print(&estimate->page, given[OPTION_OUTPUT].word);
  return status == EXIT_DONE ? check_budget(estimate) : status;
}

static int run(const struct arguments *arguments) {
  struct estimate estimate = {.arguments = arguments};
  page_init(&estimate.page, STDOUT_FILENO, arguments->option[OPTION_COLOR].choice);
  int status = job_open_source(arguments, arguments->words[0], &estimate.report, &estimate.policy);
  if (status == EXIT_DONE)
    status = measure(&estimate);
  if (status == EXIT_DONE)
    status = show(&estimate);
  free(estimate.rows);
  free(estimate.events);
  bareme_cost_free(estimate.cost);
  bareme_policy_free(estimate.policy);
  bareme_report_free(estimate.report);
  page_clear(&estimate.page);
  return status;
}

const struct command command_cost = {
    .name = "cost",
    .summary = "what scoring a lead costs at most, by criterion",
    .usage = "POLICY",
    .prose =
        "Tells, before anything runs, how much work and memory a lead can cost: so much for the "
        "lead, and so much for each of its events. Work is counted in steps; docs/bytecode.md says "
        "what a step is. The most expensive criteria come first; work that several share is "
        "a line of its own.\n\n"
        "Exit status: 1 if it is more than a --budget allows.\n\n"
        "  bareme cost inbound.bareme --events 100 --budget work=50000 --budget memory=64KiB\n"
        "  bareme cost inbound.bareme --events 5 --events page_view=1000",
    .options =
        (const enum option_id[]){OPTION_COUNTS, OPTION_TEXT, OPTION_BUDGET, OPTION_SECTION,
                                 OPTION_DIS_FORMAT, OPTION_SET, OPTION_VERIFY, OPTION_INCLUDE,
                                 OPTION_OUTPUT, OPTION_COLOR, OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = 1,
    .run = run,
};

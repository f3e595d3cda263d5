/* summary.c - `bareme summary`: how the leads are spread over stages, bands and scores.
 *
 * Everything is counted while the leads go by; only the scores are kept, eight
 * bytes each, because quartiles are worth it: a mean hides what a person looks
 * for, how many are near a threshold.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"
#include "cli/page.h"
#include "cli/rank.h"
#include "cli/tell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_COLUMN  4
#define NAME_WIDTH   24
#define COUNT_COLUMN 36 /* where counts end */
#define BAR_COLUMN   47
#define HISTOGRAM    24 /* columns */

/* The leads at each outcome of one band, grid, choice, or of the stages. */
struct spread {
  bareme_kind kind;
  uint32_t index;
  uint32_t count; /* outcomes */
  uint64_t *leads;
};

struct values {
  double *numbers;
  size_t count, capacity;
};

struct summary {
  struct job job;
  struct spread *spreads;
  size_t spread_count;
  uint64_t *moves; /* leads that moved: from * stages + to */
  uint64_t *segments, *actions, *excludes;
  struct values *scores;
  uint64_t leads, excluded, moved;
  bool out_of_memory;
};

/* ---- counting ------------------------------------------------------------------------- */

static uint32_t count_outcomes(const bareme_policy *policy, bareme_kind kind, uint32_t index) {
  if (kind == BAREME_STAGES)
    return bareme_policy_count(policy, BAREME_STAGES);
  uint32_t count = 0;
  while (bareme_policy_outcome(policy, kind, index, count).bytes)
    count++;
  return count;
}

static bool add_spreads(struct summary *summary, bareme_kind kind, uint32_t declarations) {
  for (uint32_t i = 0; i < declarations; i++) {
    struct spread *spread = &summary->spreads[summary->spread_count++];
    uint32_t count = count_outcomes(summary->job.policy, kind, i);
    *spread = (struct spread){kind, i, count, calloc(count + 1, sizeof *spread->leads)};
    if (!spread->leads)
      return false;
  }
  return true;
}

static bool allocate(struct summary *summary) {
  const bareme_policy *policy = summary->job.policy;
  uint32_t stages = bareme_policy_count(policy, BAREME_STAGES);
  size_t most = 1;
  for (bareme_kind kind = BAREME_BANDS; kind <= BAREME_CHOICES; kind++)
    most += bareme_policy_count(policy, kind);
  summary->spreads = calloc(most, sizeof *summary->spreads);
  summary->moves = calloc((size_t)stages * stages + 1, sizeof *summary->moves);
  summary->segments = calloc(bareme_policy_count(policy, BAREME_SEGMENTS) + 1, sizeof(uint64_t));
  summary->actions = calloc(bareme_policy_count(policy, BAREME_ACTIONS) + 1, sizeof(uint64_t));
  summary->excludes = calloc(bareme_policy_count(policy, BAREME_EXCLUDES) + 1, sizeof(uint64_t));
  summary->scores = calloc(bareme_policy_count(policy, BAREME_SCORES) + 1, sizeof(struct values));
  if (!summary->spreads || !summary->moves || !summary->segments || !summary->actions ||
      !summary->excludes || !summary->scores)
    return false;
  bool made = add_spreads(summary, BAREME_STAGES, stages > 0 ? 1 : 0);
  for (bareme_kind kind = BAREME_BANDS; made && kind <= BAREME_CHOICES; kind++)
    made = add_spreads(summary, kind, bareme_policy_count(policy, kind));
  return made;
}

static void clear(struct summary *summary) {
  for (size_t i = 0; i < summary->spread_count; i++)
    free(summary->spreads[i].leads);
  if (summary->scores)
    for (uint32_t i = 0; i < bareme_policy_count(summary->job.policy, BAREME_SCORES); i++)
      free(summary->scores[i].numbers);
  free(summary->spreads);
  free(summary->moves);
  free(summary->segments);
  free(summary->actions);
  free(summary->excludes);
  free(summary->scores);
  job_clear(&summary->job);
}

static bool keep_value(struct values *values, double number) {
  if (values->count == values->capacity) {
    size_t capacity = values->capacity ? values->capacity * 2 : 1024;
    double *numbers = realloc(values->numbers, capacity * sizeof *numbers);
    if (!numbers)
      return false;
    values->numbers = numbers;
    values->capacity = capacity;
  }
  values->numbers[values->count++] = number;
  return true;
}

/* ---- on any thread: what there is to count ------------------------------------------------
 *
 * Of each lead: the reason for which it is excluded, its stage before, an
 * outcome of each spread; a byte for each segment and action, 1 if it has it;
 * each score, which is no number if there is none.
 */

static void put_word(const bareme_sink *sink, uint32_t word) {
  sink->put(sink->context, (const char *)&word, sizeof word);
}

static void put_flag(const bareme_sink *sink, bool flag) {
  sink->put(sink->context, flag ? "\1" : "\0", 1);
}

static uint32_t outcome_of(const bareme_runner *runner, const struct spread *spread,
                           uint32_t lane) {
  if (spread->kind == BAREME_STAGES)
    return bareme_result_stage(runner, lane);
  return bareme_result_outcome(runner, spread->kind, spread->index, lane);
}

static void visit_lead(const struct summary *summary, const bareme_runner *runner, uint32_t lane,
                       const bareme_sink *sink) {
  const bareme_policy *policy = summary->job.policy;
  put_word(sink, bareme_result_excluded(runner, lane));
  put_word(sink, bareme_result_previous_stage(runner, lane));
  for (size_t i = 0; i < summary->spread_count; i++)
    put_word(sink, outcome_of(runner, &summary->spreads[i], lane));
  for (uint32_t i = 0; i < bareme_policy_count(policy, BAREME_SEGMENTS); i++)
    put_flag(sink, bareme_result_segment(runner, i, lane));
  for (uint32_t i = 0; i < bareme_policy_count(policy, BAREME_ACTIONS); i++)
    put_flag(sink, bareme_result_action(runner, i, lane));
  for (uint32_t i = 0; i < bareme_policy_count(policy, BAREME_SCORES); i++) {
    double number;
    if (!bareme_result_score(runner, i, lane, &number))
      number = NAN;
    sink->put(sink->context, (const char *)&number, sizeof number);
  }
}

static void visit(void *context, const bareme_runner *runner, uint32_t first, uint32_t count,
                  const bareme_sink *sink) {
  for (uint32_t lane = first; lane < first + count; lane++)
    visit_lead(context, runner, lane, sink);
}

/* ---- in order: counting ----------------------------------------------------------------------
 */

static uint32_t take_word(const char **at) {
  uint32_t word;
  memcpy(&word, *at, sizeof word);
  *at += sizeof word;
  return word;
}

static void count_stage(struct summary *summary, const struct spread *spread, uint32_t previous,
                        uint32_t stage) {
  if (previous == stage || previous == BAREME_NONE || stage == BAREME_NONE)
    return;
  summary->moves[(size_t)previous * spread->count + stage]++;
  summary->moved++;
}

static void count_flags(uint64_t *counts, uint32_t count, const char **at) {
  for (uint32_t i = 0; i < count; i++)
    counts[i] += *(*at)++ == 1;
}

static void count_scores(struct summary *summary, const char **at) {
  for (uint32_t i = 0; i < bareme_policy_count(summary->job.policy, BAREME_SCORES); i++) {
    double number;
    memcpy(&number, *at, sizeof number);
    *at += sizeof number;
    if (!isnan(number) && !keep_value(&summary->scores[i], number))
      summary->out_of_memory = true;
  }
}

/* Returns where the next lead begins. */
static const char *count_lead(struct summary *summary, const char *at) {
  const bareme_policy *policy = summary->job.policy;
  uint32_t excluded = take_word(&at), previous = take_word(&at);
  summary->leads++;
  if (excluded != BAREME_NONE) {
    summary->excludes[excluded]++;
    summary->excluded++;
  }
  for (size_t i = 0; i < summary->spread_count; i++) {
    struct spread *spread = &summary->spreads[i];
    uint32_t outcome = take_word(&at);
    if (outcome != BAREME_NONE)
      spread->leads[outcome]++;
    if (spread->kind == BAREME_STAGES)
      count_stage(summary, spread, previous, outcome);
  }
  count_flags(summary->segments, bareme_policy_count(policy, BAREME_SEGMENTS), &at);
  count_flags(summary->actions, bareme_policy_count(policy, BAREME_ACTIONS), &at);
  count_scores(summary, &at);
  return at;
}

static void take(void *context, const char *bytes, size_t length) {
  for (const char *at = bytes; at < bytes + length;)
    at = count_lead(context, at);
}

static bool goes_on(void *context) {
  struct summary *summary = context;
  job_show(&summary->job);
  return !summary->out_of_memory;
}

static int count_all(struct summary *summary) {
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  options.visit = visit;
  options.take = take;
  options.goes_on = goes_on;
  options.context = summary;
  int status = job_score(&summary->job, &options);
  return status == EXIT_DONE && summary->out_of_memory ? tell_outside("out of memory") : status;
}

/* ---- bars -------------------------------------------------------------------------------- */

static void put_heading(struct page *page, bareme_text name, bareme_text label) {
  page_line(page);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_text(page, name, NAME_WIDTH);
  page_style(page, STYLE_PLAIN);
  if (label.bytes) {
    page_style(page, STYLE_DIM);
    page_word(page, "  ");
    page_text(page, label, page->width - page->column);
    page_style(page, STYLE_PLAIN);
  }
  page_line(page);
}

static void put_plain_heading(struct page *page, const char *name) {
  put_heading(page, text_of(name, strlen(name)), text_of(NULL, 0));
}

/* "    lead  Call now          6,512  65.1 %  ██████████" */
static void put_bar(struct page *page, bareme_text name, bareme_text label, uint64_t leads,
                    uint64_t most, uint64_t all) {
  page_pad(page, NAME_COLUMN);
  page_text(page, name, NAME_WIDTH);
  size_t left = COUNT_COLUMN - 9 > page->column + 2 ? COUNT_COLUMN - 9 - page->column - 2 : 0;
  if (label.bytes && left >= 4) {
    page_style(page, STYLE_DIM);
    page_word(page, "  ");
    page_text(page, label, left);
    page_style(page, STYLE_PLAIN);
  }
  page_pad(page, COUNT_COLUMN - 9);
  page_count(page, leads, 9);
  page_format(page, "  %5.1f %%", all > 0 ? 100.0 * (double)leads / (double)all : 0.0);
  page_pad(page, BAR_COLUMN);
  page_style(page, STYLE_CYAN);
  page_bar(page, leads, most, page->width - BAR_COLUMN);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

static void outcome_names(const bareme_policy *policy, const struct spread *spread,
                          uint32_t outcome, bareme_text *name, bareme_text *label) {
  if (spread->kind == BAREME_STAGES) {
    *name = bareme_policy_name(policy, BAREME_STAGES, outcome);
    *label = text_of(NULL, 0); /* sentences, mostly */
    return;
  }
  *name = bareme_policy_outcome(policy, spread->kind, spread->index, outcome);
  *label = bareme_policy_outcome_text(policy, spread->kind, spread->index, outcome);
}

static void put_spread(struct page *page, const struct summary *summary,
                       const struct spread *spread) {
  const bareme_policy *policy = summary->job.policy;
  uint64_t most = 0, all = 0;
  for (uint32_t i = 0; i < spread->count; i++) {
    most = spread->leads[i] > most ? spread->leads[i] : most;
    all += spread->leads[i];
  }
  if (spread->kind == BAREME_STAGES)
    put_plain_heading(page, "stage");
  else
    put_heading(page, bareme_policy_name(policy, spread->kind, spread->index),
                bareme_policy_label(policy, spread->kind, spread->index));
  for (uint32_t i = 0; i < spread->count; i++) {
    bareme_text name, label;
    outcome_names(policy, spread, i, &name, &label);
    put_bar(page, name, label, spread->leads[i], most, all);
  }
}

static void put_moves(struct page *page, const struct summary *summary) {
  const bareme_policy *policy = summary->job.policy;
  uint32_t stages = bareme_policy_count(policy, BAREME_STAGES);
  if (summary->moved == 0)
    return;
  put_plain_heading(page, "moved now");
  for (uint32_t i = 0; i < stages * stages; i++) {
    if (summary->moves[i] == 0)
      continue;
    page_pad(page, NAME_COLUMN);
    page_text(page, bareme_policy_name(policy, BAREME_STAGES, i / stages), 12);
    page_word(page, page->unicode ? " → " : " -> ");
    page_text(page, bareme_policy_name(policy, BAREME_STAGES, i % stages), 12);
    page_pad(page, COUNT_COLUMN - 9);
    page_count(page, summary->moves[i], 9);
    page_line(page);
  }
}

/* Named counts: segments, actions, excludes. */
static void put_counts(struct page *page, const struct summary *summary, const char *heading,
                       bareme_kind kind, const uint64_t *leads) {
  const bareme_policy *policy = summary->job.policy;
  uint32_t count = bareme_policy_count(policy, kind);
  if (count == 0)
    return;
  put_plain_heading(page, heading);
  for (uint32_t i = 0; i < count; i++) {
    bareme_text name = bareme_policy_name(policy, kind, i);
    bareme_text label = bareme_policy_label(policy, kind, i);
    put_bar(page, name.bytes ? name : label, text_of(NULL, 0), leads[i], summary->leads,
            summary->leads);
  }
}

/* ---- scores ---------------------------------------------------------------------------------- */

/* The numbers at the ends, and where each quarter of the leads ends. */
struct quartiles {
  double at[5];
};

static struct quartiles quartiles_of(const struct values *values) {
  struct quartiles quartiles;
  for (size_t quarter = 0; quarter <= 4; quarter++)
    quartiles.at[quarter] =
        rank_number(values->numbers, values->count, (values->count - 1) * quarter / 4);
  return quartiles;
}

/* How many leads have each twenty-fourth of the range, as heights. */
static void put_histogram(struct page *page, const struct values *values,
                          const struct quartiles *quartiles) {
  static const char *const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  uint64_t bins[HISTOGRAM] = {0}, most = 1;
  double low = quartiles->at[0], range = quartiles->at[4] - low;
  for (size_t i = 0; i < values->count; i++) {
    double place = range > 0 ? (values->numbers[i] - low) / range * HISTOGRAM : 0;
    size_t bin = place < HISTOGRAM ? (size_t)place : HISTOGRAM - 1;
    most = ++bins[bin] > most ? bins[bin] : most;
  }
  page_style(page, STYLE_CYAN);
  for (size_t i = 0; i < HISTOGRAM; i++)
    page_word(page, heights[bins[i] > 0 ? 1 + bins[i] * 7 / most : 0]);
  page_style(page, STYLE_PLAIN);
}

static void put_score(struct page *page, bareme_text name, const struct values *values) {
  page_pad(page, NAME_COLUMN);
  page_text(page, name, 14);
  page_pad(page, 18);
  if (values->count > 0) {
    struct quartiles quartiles = quartiles_of(values);
    for (size_t quarter = 0; quarter <= 4; quarter++)
      page_points(page, quartiles.at[quarter], false, quarter == 0 ? 8 : 7);
    page_word(page, "  ");
    if (page->unicode)
      put_histogram(page, values, &quartiles);
  } else {
    page_word(page, "       -");
  }
  page_line(page);
}

static void put_scores(struct page *page, const struct summary *summary) {
  const bareme_policy *policy = summary->job.policy;
  uint32_t count = bareme_policy_count(policy, BAREME_SCORES);
  if (count == 0)
    return;
  page_line(page);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_word(page, "score");
  page_style(page, STYLE_DIM);
  page_pad(page, 18);
  page_word(page, "  lowest     1/4 median    3/4 highest");
  page_style(page, STYLE_PLAIN);
  page_line(page);
  for (uint32_t i = 0; i < count; i++)
    put_score(page, bareme_policy_name(policy, BAREME_SCORES, i), &summary->scores[i]);
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static void put_title(struct page *page, const struct summary *summary) {
  char instant[32];
  bareme_instant_format(summary->job.as_of, instant);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_title(summary->job.policy), page->width / 2);
  page_style(page, STYLE_PLAIN);
  page_word(page, ": ");
  page_count(page, summary->leads, 0);
  page_format(page, " %s as of %s", summary->leads == 1 ? "lead" : "leads", instant);
  page_line(page);
}

static int print(const struct summary *summary) {
  const struct option_value *given = summary->job.arguments->option;
  struct page page;
  page_init(&page, STDOUT_FILENO, given[OPTION_COLOR].choice);
  if (page.width < 60)
    page.width = 60;
  if (page.width > 100)
    page.width = 100;
  put_title(&page, summary);
  if (summary->excluded > 0)
    put_counts(&page, summary, "excluded", BAREME_EXCLUDES, summary->excludes);
  for (size_t i = 0; i < summary->spread_count; i++) {
    put_spread(&page, summary, &summary->spreads[i]);
    if (summary->spreads[i].kind == BAREME_STAGES)
      put_moves(&page, summary);
  }
  put_counts(&page, summary, "segments", BAREME_SEGMENTS, summary->segments);
  put_counts(&page, summary, "actions", BAREME_ACTIONS, summary->actions);
  put_scores(&page, summary);
  int status = page_print(&page, given[OPTION_OUTPUT].word);
  page_clear(&page);
  return status;
}

static int run(const struct arguments *arguments) {
  struct summary summary = {0};
  int status = job_open(&summary.job, arguments, false);
  if (status == EXIT_DONE && !allocate(&summary))
    status = tell_outside("out of memory");
  if (status == EXIT_DONE)
    status = count_all(&summary);
  status = job_close(&summary.job, status);
  if (status == EXIT_DONE)
    status = print(&summary);
  clear(&summary);
  return status;
}

const struct command command_summary = {
    .name = "summary",
    .summary = "how many leads stand in each stage and band, and how the scores are spread",
    .usage = "POLICY [FILE...]",
    .prose =
        "Scores the leads and counts: how many stand in each stage, band, grid and choice, how "
        "many "
        "moved, segments, actions, exclusions, and for each score the lowest, the quartiles and "
        "the highest.\n\n"
        "  bareme summary inbound.bareme leads.ndjson --at 2026-06-01",
    .options =
        (const enum option_id[]){OPTION_AT, OPTION_EVENTS, OPTION_INPUT, OPTION_SET, OPTION_VERIFY,
                                 OPTION_INCLUDE, OPTION_REJECTS, OPTION_STRICT, OPTION_OUTPUT,
                                 OPTION_COLOR, OPTION_THREADS, OPTION_VERBOSE, OPTION_STRETCH,
                                 OPTION_CHUNK, OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = SIZE_MAX,
    .run = run,
};

/* ladder.c - one lead's result as a person reads it.
 *
 *   ines-moreau-00042                         as of 2026-06-01T00:00:00Z
 *
 *   stage       lead -> qualified
 *   stars       5  Call now
 *
 *   activity  What they do                                         33.61
 *        +21.46     21.46  Completed a form         3 events, 30 before decay
 *        +12.15     33.61  Looked at pricing        4 events, 20 before decay
 *     not counted
 *        +50               Asked for a demo         nothing found
 *
 *   next stage: qualified
 *     ✗ engagement >= 10                            8.5, 1.5 more
 *
 * Each rung has what it adds, where that leads, and why.  Sums run over the
 * exact numbers; what is shown is rounded to two decimals, so a rung that only
 * carries the last bits of the rounding is left out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/ladder.h"

#include "cli/reasons.h"

#include <string.h>

#define FACTS  12 /* columns: where facts begin */
#define POINTS 11 /* where points end */
#define TOTAL  20 /* where running totals end */
#define NAME   22 /* where a rule's name begins */

struct ladder {
  struct page *page;
  const bareme_policy *policy;
  const bareme_runner *runner;
  uint32_t lane;
};

static void put_styled(struct page *page, enum style style, const char *words) {
  page_style(page, style);
  page_word(page, words);
  page_style(page, STYLE_PLAIN);
}

/* A blank line, unless the page begins. */
static void put_gap(struct page *page) {
  if (page->length > 0)
    page_line(page);
}

/* ---- facts ------------------------------------------------------------------------------ */

static void begin_fact(struct page *page, bareme_text name) {
  page_word(page, "  ");
  page_style(page, STYLE_DIM);
  page_text(page, name, PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_word(page, " ");
  page_pad(page, FACTS);
}

static void begin_named_fact(struct page *page, const char *name) {
  begin_fact(page, text_of(name, strlen(name)));
}

static void put_label(struct page *page, bareme_text label) {
  if (!label.bytes)
    return;
  page_word(page, "  ");
  page_style(page, STYLE_DIM);
  page_text(page, label, page->width > page->column ? page->width - page->column : 0);
  page_style(page, STYLE_PLAIN);
}

static void put_stage(const struct ladder *ladder) {
  struct page *page = ladder->page;
  uint32_t stage = bareme_result_stage(ladder->runner, ladder->lane);
  uint32_t previous = bareme_result_previous_stage(ladder->runner, ladder->lane);
  if (stage == BAREME_NONE)
    return;
  begin_named_fact(page, "stage");
  if (previous != stage && previous != BAREME_NONE) {
    page_text(page, bareme_policy_name(ladder->policy, BAREME_STAGES, previous), PAGE_UNCUT);
    page_word(page, page->unicode ? " → " : " -> ");
    page_style(page, STYLE_GREEN);
  }
  page_text(page, bareme_policy_name(ladder->policy, BAREME_STAGES, stage), PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  put_label(page, bareme_policy_label(ladder->policy, BAREME_STAGES, stage));
  page_line(page);
}

static void put_segments(const struct ladder *ladder) {
  bool any = false;
  for (uint32_t i = 0; i < bareme_policy_count(ladder->policy, BAREME_SEGMENTS); i++) {
    if (!bareme_result_segment(ladder->runner, i, ladder->lane))
      continue;
    if (!any)
      begin_named_fact(ladder->page, "segments");
    page_word(ladder->page, any ? ", " : "");
    page_text(ladder->page, bareme_policy_name(ladder->policy, BAREME_SEGMENTS, i), PAGE_UNCUT);
    any = true;
  }
  if (any)
    page_line(ladder->page);
}

static void put_outcomes(const struct ladder *ladder, bareme_kind kind) {
  for (uint32_t i = 0; i < bareme_policy_count(ladder->policy, kind); i++) {
    uint32_t outcome = bareme_result_outcome(ladder->runner, kind, i, ladder->lane);
    if (outcome == BAREME_NONE)
      continue;
    begin_fact(ladder->page, bareme_policy_name(ladder->policy, kind, i));
    page_text(ladder->page, bareme_policy_outcome(ladder->policy, kind, i, outcome), PAGE_UNCUT);
    put_label(ladder->page, bareme_policy_outcome_text(ladder->policy, kind, i, outcome));
    page_line(ladder->page);
  }
}

static void put_entries(const struct ladder *ladder, uint32_t action) {
  bareme_text key, value;
  for (size_t i = 0; bareme_policy_action_entry(ladder->policy, action, i, &key, &value); i++) {
    page_word(ladder->page, i == 0 ? "  (" : ", ");
    page_text(ladder->page, key, PAGE_UNCUT);
    page_word(ladder->page, " ");
    page_text(ladder->page, value, PAGE_UNCUT);
  }
  if (bareme_policy_action_entry(ladder->policy, action, 0, &key, &value))
    page_word(ladder->page, ")");
}

static void put_actions(const struct ladder *ladder) {
  const char *title = "actions";
  for (uint32_t i = 0; i < bareme_policy_count(ladder->policy, BAREME_ACTIONS); i++) {
    if (!bareme_result_action(ladder->runner, i, ladder->lane))
      continue;
    begin_named_fact(ladder->page, title);
    page_text(ladder->page, bareme_policy_name(ladder->policy, BAREME_ACTIONS, i), PAGE_UNCUT);
    put_label(ladder->page, bareme_policy_label(ladder->policy, BAREME_ACTIONS, i));
    put_entries(ladder, i);
    page_line(ladder->page);
    title = "";
  }
}

/* ---- rungs -------------------------------------------------------------------------------- */

/* "3 events, 30 before decay" */
static void put_events(struct page *page, const bareme_contribution *line) {
  page_number(page, line->events);
  page_format(page, " %s%s", line->unit, line->events == 1 ? "" : "s");
  if (line->raw != line->points) {
    page_word(page, ", ");
    page_points(page, line->raw, false, 0);
    page_word(page, " before decay");
  }
}

static void put_why_not(struct page *page, const bareme_contribution *line) {
  if (line->missing_field.bytes) {
    page_text(page, line->missing_field, 30);
    page_word(page, " is missing");
  } else if (strcmp(line->why, "unknown") == 0) {
    page_word(page, "unknown: a value is missing");
  } else if (strcmp(line->why, "not picked") == 0) {
    page_word(page, "another was picked");
  } else if (strcmp(line->why, "points missing") == 0) {
    page_word(page, "its points are missing");
  } else if (strcmp(line->why, "false") == 0) {
    page_word(page, "not true");
  } else if (strcmp(line->unit, "time") == 0) {
    page_word(page, "0 times");
  } else {
    page_word(page, line->why);
  }
}

static const char *kind_name(const bareme_contribution *line) {
  if (strcmp(line->kind, "cap") == 0)
    return "limited by `at most`";
  if (strcmp(line->kind, "group range") == 0)
    return "range of the group";
  return strcmp(line->kind, "range") == 0 ? "range of the score" : "rounded";
}

static bool is_rule(const bareme_contribution *line) {
  return strcmp(line->kind, "rule") == 0 || strcmp(line->kind, "term") == 0;
}

/* A rule inside a group is told with it: "Company size: company_size >= 50". */
static void put_name(struct page *page, const bareme_contribution *line, size_t columns) {
  size_t end = page->column + columns;
  bareme_text name = reason_name(line);
  if (line->group.bytes) {
    page_text(page, line->group, columns / 2);
    page_word(page, ": ");
    if (!line->label.bytes && name.length > 5 && memcmp(name.bytes, "when ", 5) == 0)
      name = text_of(name.bytes + 5, name.length - 5);
  }
  if (!is_rule(line))
    page_word(page, kind_name(line));
  else if (end > page->column)
    page_text(page, name, end - page->column);
}

/* What stands right of a name goes below it if there is no room beside it. */
static void put_detail(struct page *page, const struct page *detail) {
  if (detail->length == 0)
    return;
  if (page->column + 2 + detail->column > page->width) {
    page_line(page);
    page_pad(page, NAME);
  } else {
    page_pad(page, page->width - detail->column);
  }
  page_style(page, STYLE_DIM);
  page_put(page, detail->bytes, detail->length);
}

/* The points as they are written in the rule, for one that gave none; a stripped
 * policy does not know them. */
static void put_written_points(struct page *page, bareme_text source) {
  size_t length = 0;
  if (source.length == 0)
    return;
  while (length < source.length && source.bytes[length] != ' ' && source.bytes[length] != '(')
    length++;
  if (length < 2) {
    source = text_of(source.bytes[0] == '-' ? "-(...)" : "+(...)", 6);
    length = 6;
  }
  if (length < POINTS)
    page_pad(page, POINTS - length);
  page_put(page, source.bytes, length);
}

static void put_rung(const struct ladder *ladder, const bareme_contribution *line, double total) {
  struct page *page = ladder->page, detail;
  page_init(&detail, -1, 2);
  detail.unicode = page->unicode;
  if (line->why)
    put_why_not(&detail, line);
  else if (line->has_events)
    put_events(&detail, line);
  if (line->why) {
    page_style(page, STYLE_DIM);
    put_written_points(page, line->source);
  } else {
    page_style(page, line->points < 0 ? STYLE_RED : STYLE_GREEN);
    page_points(page, line->points, true, POINTS);
    page_style(page, STYLE_DIM);
    page_points(page, total, false, TOTAL - POINTS);
    page_style(page, STYLE_PLAIN);
  }
  page_pad(page, NAME);
  put_name(page, line, page->width - NAME);
  put_detail(page, &detail);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  page_clear(&detail);
}

static bool is_shown(const bareme_contribution *line) {
  bool vanishes = line->points > -0.005 && line->points < 0.005;
  return !(strcmp(line->kind, "rounding") == 0 && vanishes);
}

static void put_rungs(const struct ladder *ladder, uint32_t score) {
  bareme_contribution line;
  double total = 0;
  bool silent = false;
  for (uint32_t i = 0; bareme_result_explain(ladder->runner, score, ladder->lane, i, &line); i++) {
    silent |= line.why != NULL;
    if (line.why)
      continue;
    total += line.points;
    if (is_shown(&line))
      put_rung(ladder, &line, total);
  }
  if (!silent)
    return;
  page_word(ladder->page, "    ");
  put_styled(ladder->page, STYLE_DIM, "not counted");
  page_line(ladder->page);
  for (uint32_t i = 0; bareme_result_explain(ladder->runner, score, ladder->lane, i, &line); i++)
    if (line.why)
      put_rung(ladder, &line, total);
}

static void put_score(const struct ladder *ladder, uint32_t score) {
  struct page *page = ladder->page;
  char digits[32];
  double number;
  size_t length = 0;
  bool known = bareme_result_score(ladder->runner, score, ladder->lane, &number);
  if (known)
    length = bareme_number_format(number, digits);
  put_gap(page);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_name(ladder->policy, BAREME_SCORES, score), PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  put_label(page, bareme_policy_label(ladder->policy, BAREME_SCORES, score));
  page_word(page, "  ");
  page_pad(page, page->width - (known ? length : 7));
  page_style(page, STYLE_BOLD);
  page_put(page, known ? digits : "missing", known ? length : 7);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  put_rungs(ladder, score);
}

/* ---- what is missing to the next stage --------------------------------------------------------
 */

/* "18.2, 11.8 more" */
static void put_distance(struct page *page, const bareme_requirement *requirement) {
  if (requirement->met < 0) {
    page_word(page, "unknown: a value is missing");
    return;
  }
  if (!requirement->has_value)
    return;
  page_number(page, requirement->value);
  if (requirement->met == 1 || requirement->lacks == 0)
    return;
  page_word(page, ", ");
  page_points(page, requirement->lacks, false, 0);
  page_word(page, requirement->compare[0] == '<' ? " less" : " more");
}

static void put_requirement(struct page *page, const bareme_requirement *requirement) {
  struct page detail;
  page_init(&detail, -1, 2);
  put_distance(&detail, requirement);
  page_word(page, "    ");
  page_mark(page, requirement->met);
  page_text(page, requirement->source, page->width - page->column);
  put_detail(page, &detail);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  page_clear(&detail);
}

static void put_next(const struct ladder *ladder) {
  struct page *page = ladder->page;
  uint32_t next = bareme_result_next(ladder->runner, ladder->lane);
  if (next == BAREME_NONE)
    return;
  bareme_requirement requirement;
  put_gap(page);
  page_word(page, "  ");
  put_styled(page, STYLE_BOLD, "next stage: ");
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_name(ladder->policy, BAREME_STAGES, next), PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  for (uint32_t i = 0; bareme_result_requirement(ladder->runner, ladder->lane, i, &requirement);
       i++)
    put_requirement(page, &requirement);
}

/* ---- all of it
 * ------------------------------------------------------------------------------------ */

static void put_title(const struct ladder *ladder, int64_t as_of) {
  struct page *page = ladder->page;
  char instant[32];
  size_t length = bareme_instant_format(as_of, instant);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_result_id(ladder->runner, ladder->lane), page->width / 2);
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
  page_pad(page, page->width - length - strlen("as of "));
  page_style(page, STYLE_DIM);
  page_format(page, "as of %s", instant);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

static void put_excluded(const struct ladder *ladder) {
  uint32_t excluded = bareme_result_excluded(ladder->runner, ladder->lane);
  begin_named_fact(ladder->page, "excluded");
  page_style(ladder->page, STYLE_RED);
  page_text(ladder->page, bareme_policy_label(ladder->policy, BAREME_EXCLUDES, excluded),
            PAGE_UNCUT);
  page_style(ladder->page, STYLE_PLAIN);
  page_line(ladder->page);
}

void ladder_put(struct page *page, const bareme_policy *policy, const bareme_runner *runner,
                uint32_t lane, uint32_t score, int64_t as_of) {
  struct ladder ladder = {page, policy, runner, lane};
  if (page->width > 100)
    page->width = 100;
  put_title(&ladder, as_of);
  bool excluded = bareme_result_excluded(runner, lane) != BAREME_NONE;
  if (score != BAREME_NONE && !excluded) {
    put_score(&ladder, score);
    return;
  }
  page_line(page);
  put_stage(&ladder);
  if (excluded) {
    put_excluded(&ladder);
    return;
  }
  put_segments(&ladder);
  for (bareme_kind kind = BAREME_BANDS; kind <= BAREME_CHOICES; kind++)
    put_outcomes(&ladder, kind);
  put_actions(&ladder);
  for (uint32_t i = 0; i < bareme_policy_count(policy, BAREME_SCORES); i++)
    put_score(&ladder, i);
  put_next(&ladder);
}

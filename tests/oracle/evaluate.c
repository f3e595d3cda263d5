/* evaluate.c - from a lead to its answer (sections 4, 5 and 7 of the language).
 *
 * Arithmetic is exact about its order, because doubles are: a score's sum, a
 * group's sum and a rule's sum each start at 0 and add in source order, or in
 * order of time; a group's sum is limited and then added to what surrounds it;
 * a score's sum is limited, then rounded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/oracle.h"

#include <math.h>

/* ---- explanations ------------------------------------------------------- */

/* The lines of the score that is being computed. */
struct lines {
  struct answer_line *items;
  uint32_t count;
};

/* Rules give at most two lines: their own and that of a limit. */
static uint32_t lines_bound(const struct rule *rules) {
  uint32_t bound = 0;
  for (; rules; rules = rules->next)
    bound += 2 + lines_bound(rules->rules);
  return bound;
}

static struct answer_line *add_line(struct lines *lines, struct answer_line line) {
  lines->items[lines->count] = line;
  return &lines->items[lines->count++];
}

/* What a limit takes away or adds is a line of its own. */
static double limited(struct lines *lines, const struct rule *rule, enum answer_kind kind,
                      double sum, double low, double high) {
  double raised = low > sum ? low : sum;
  double result = high < raised ? high : raised;
  if (result != sum)
    add_line(lines, (struct answer_line){.rule = rule, .kind = kind, .points = result - sum});
  return result;
}

/* Another rule of the `pick` was taken. */
static void not_picked(struct lines *lines, uint32_t first, uint32_t end) {
  for (uint32_t i = first; i < end; i++) {
    lines->items[i].points = 0;
    if (lines->items[i].why == ANSWER_COUNTED || lines->items[i].why == ANSWER_MISSING)
      lines->items[i].why = ANSWER_NOT_PICKED;
  }
}

/* ---- rules -------------------------------------------------------------- */

/* What a rule or a group gives.  `given`: it gives a contribution, even of 0. */
struct gain {
  bool given;
  double points;
};

/* The points of one firing, with their sign. */
static struct value signed_points(const struct rule *rule, struct value points) {
  return rule->minus && points.known ? value_number(0 - points.number) : points;
}

static struct gain once(struct oracle *oracle, const struct rule *rule, struct answer_line *line) {
  struct value points = signed_points(rule, expression(oracle, rule->points));
  if (!points.known) {
    line->why = ANSWER_MISSING;
    return (struct gain){true, 0};
  }
  line->raw = points.number;
  return (struct gain){true, points.number};
}

/* Points x decay for each event that counts; missing points give nothing. */
static struct gain for_each_event(struct oracle *oracle, const struct rule *rule,
                                  struct answer_line *line) {
  struct found found = counting_events(oracle, rule);
  double sum = 0.0;
  for (uint32_t i = 0; i < found.count; i++) {
    const struct event *event = found.events[i];
    struct value points = signed_points(rule, of_event(oracle, rule->query, event, rule->points));
    if (!points.known)
      continue;
    line->raw += points.number;
    if (rule->decay->kind == DECAY_NONE)
      sum += points.number;
    else
      sum += points.number * math_decay(rule->decay, oracle->as_of - event->at);
  }
  line->events = found.count;
  if (found.count == 0)
    line->why = ANSWER_NOTHING;
  if (!isfinite(sum)) {
    line->why = ANSWER_MISSING;
    sum = 0;
  }
  if (!isfinite(line->raw))
    line->raw = 0;
  return (struct gain){found.count > 0, sum};
}

/* Whole periods of silence since the latest event, if there is one. */
static struct gain for_each_period(struct oracle *oracle, const struct rule *rule,
                                   struct answer_line *line) {
  struct found found = find_events(oracle, rule->query);
  int64_t times = 0;
  if (found.count > 0)
    times = (oracle->as_of - found.events[found.count - 1]->at) / rule->period_micros;
  line->events = (double)times;
  if (times == 0) {
    line->why = ANSWER_NOTHING;
    return (struct gain){false, 0};
  }
  struct gain gain = once(oracle, rule, line);
  struct value points = value_number((double)times * gain.points);
  if (!points.known)
    line->why = ANSWER_MISSING;
  gain.points = points.number;
  line->raw = gain.points;
  return gain;
}

static struct gain fired(struct oracle *oracle, const struct rule *rule, struct answer_line *line) {
  switch (rule->trigger) {
  case TRIGGER_ON: return for_each_event(oracle, rule, line);
  case TRIGGER_EVERY: return for_each_period(oracle, rule, line);
  default: return once(oracle, rule, line);
  }
}

/* A rule fires only when its condition, and that of every `for` around it, is
 * known to be true. */
static struct gain rule_points(struct oracle *oracle, const struct rule *rule,
                               struct value condition, struct lines *lines) {
  struct answer_line *line = add_line(lines, (struct answer_line){.rule = rule});
  if (rule->trigger == TRIGGER_WHEN)
    condition = both(condition, expression(oracle, rule->condition));
  if (!is_true(condition)) {
    line->why = condition.known ? ANSWER_FALSE : ANSWER_UNKNOWN;
    return (struct gain){false, 0};
  }
  struct gain gain = fired(oracle, rule, line);
  line->points = gain.points;
  if (gain.given && rule->most_points >= 0)
    gain.points =
        limited(lines, rule, ANSWER_CAP, gain.points, 0 - rule->most_points, rule->most_points);
  return gain;
}

/* ---- groups ------------------------------------------------------------- */

/* What a group has come to so far: RULE_GROUP adds, RULE_FIRST keeps the first
 * that gives a contribution, RULE_BEST the largest, the first of equals. */
struct tally {
  enum rule_kind kind;
  struct gain gain;
  uint32_t first_line, end_line; /* of the one that is kept */
};

static void tally_add(struct tally *tally, struct gain gain, struct lines *lines,
                      uint32_t first_line) {
  if (tally->kind == RULE_GROUP) {
    tally->gain.given |= gain.given;
    tally->gain.points += gain.points;
    return;
  }
  bool takes = !tally->gain.given || (tally->kind == RULE_BEST && gain.points > tally->gain.points);
  if (!gain.given || !takes) {
    not_picked(lines, first_line, lines->count);
    return;
  }
  not_picked(lines, tally->first_line, tally->end_line);
  *tally = (struct tally){tally->kind, gain, first_line, lines->count};
}

static void tally_rules(struct oracle *oracle, const struct rule *rules, struct value condition,
                        struct lines *lines, struct tally *tally);

static struct gain group_points(struct oracle *oracle, const struct rule *group,
                                struct value condition, struct lines *lines) {
  struct tally tally = {.kind = group->kind};
  tally_rules(oracle, group->rules, condition, lines, &tally);
  if (group->range)
    tally.gain.points = limited(lines, group, ANSWER_RANGE, tally.gain.points,
                                group->range->low_number, group->range->high_number);
  return tally.gain;
}

/* The rules of a `for` or an `include` belong to the block around it. */
static void tally_rules(struct oracle *oracle, const struct rule *rules, struct value condition,
                        struct lines *lines, struct tally *tally) {
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    uint32_t first_line = lines->count;
    switch (rule->kind) {
    case RULE_FOR: {
      struct value narrower = both(condition, expression(oracle, rule->condition));
      tally_rules(oracle, rule->rules, narrower, lines, tally);
      break;
    }
    case RULE_INCLUDE: tally_rules(oracle, rule->rules, condition, lines, tally); break;
    case RULE_POINTS:
      tally_add(tally, rule_points(oracle, rule, condition, lines), lines, first_line);
      break;
    default: tally_add(tally, group_points(oracle, rule, condition, lines), lines, first_line);
    }
  }
}

/* ---- scores ------------------------------------------------------------- */

/* Sum, range, rounding. */
static struct value settled(const struct model_value *score, struct value sum) {
  if (!sum.known)
    return sum;
  double x = sum.number;
  if (score->range.present) {
    x = score->range.low_number > x ? score->range.low_number : x;
    x = score->range.high_number < x ? score->range.high_number : x;
  }
  return value_number(score->round.none ? x : math_round_to(x, score->round.decimal));
}

static struct value score(struct oracle *oracle, const struct model_value *value,
                          struct lines *lines) {
  struct tally tally = {.kind = RULE_GROUP};
  lines->items = oracle_array(oracle, lines_bound(value->rules), sizeof *lines->items);
  tally_rules(oracle, value->rules, value_bool(true), lines, &tally);
  return settled(value, value_number(tally.gain.points));
}

/* ---- bands, grids, choices ---------------------------------------------- */

static struct value label(uint32_t index) {
  return (struct value){.type = TYPE_LABEL, .known = true, .label = index};
}

/* The first row, from the top, whose bound is reached; a missing value reaches none. */
static struct value band(struct oracle *oracle, const struct model_value *value) {
  struct value of = expression(oracle, value->expr);
  uint32_t row_index = 0;
  for (const struct band_row *row = value->band_rows; !row->otherwise; row = row->next) {
    if (of.known && of.number >= row->bound_number)
      break;
    row_index++;
  }
  return label(row_index);
}

static struct value grid(struct oracle *oracle, const struct model_value *value) {
  uint32_t row = oracle->values[value_index(oracle, value->row_band)].label;
  uint32_t column = oracle->values[value_index(oracle, value->column_band)].label;
  return label(value->cells[row * value->column_band->labels->count + column]);
}

static struct value choose(struct oracle *oracle, const struct model_value *value) {
  uint32_t row_index = 0;
  const struct choose_row *row = value->choose_rows;
  for (; row->condition && !is_true(expression(oracle, row->condition)); row = row->next)
    row_index++;
  if (!value->choose_labels)
    return value_number(row->value->number);
  return label(value->choose_labels[row_index]);
}

static struct value named(struct oracle *oracle, const struct model_value *value,
                          struct lines *lines) {
  switch (value->kind) {
  case VALUE_SCORE: return score(oracle, value, lines);
  case VALUE_COMPUTED: return settled(value, expression(oracle, value->expr));
  case VALUE_BAND: return band(oracle, value);
  case VALUE_GRID: return grid(oracle, value);
  case VALUE_CHOOSE: return choose(oracle, value);
  default: return expression(oracle, value->expr);
  }
}

/* ---- stages ------------------------------------------------------------- */

/* The first transition that is true, to a stage not entered before, moves the
 * lead.  All conditions see the stage it came with. */
static uint32_t walk(struct oracle *oracle, uint32_t stage, bool *entered) {
  const struct model_stage *here = &oracle->model->stages[stage];
  for (uint32_t i = 0; i < here->transition_count; i++) {
    const struct model_transition *way = &here->transitions[i];
    if (!entered[way->target] && is_true(expression(oracle, way->condition))) {
      entered[way->target] = true;
      return walk(oracle, way->target, entered);
    }
  }
  return stage;
}

/* The conditions that `and` joins; one in parentheses counts as one. */
static uint32_t requirements(struct oracle *oracle, const struct expr *unresolved,
                             const struct answer_requirement **out) {
  const struct expr *condition = resolved(unresolved);
  const struct expr *items = condition->kind == EXPR_AND ? condition->items : NULL;
  uint32_t count = 0;
  for (const struct expr *item = items; item; item = item->next)
    count++;
  struct answer_requirement *list = oracle_array(oracle, count + 1, sizeof *list);
  *out = list;
  if (!items) {
    *list = (struct answer_requirement){condition, expression(oracle, condition)};
    return 1;
  }
  for (const struct expr *item = items; item; item = item->next)
    *list++ = (struct answer_requirement){item, expression(oracle, item)};
  return count;
}

static uint32_t unmet(const struct answer_requirement *requirements, uint32_t count) {
  uint32_t result = 0;
  for (uint32_t i = 0; i < count; i++)
    result += !is_true(requirements[i].met);
  return result;
}

/* Of the ways onward, the one that lacks the fewest conditions, the first of those. */
static void find_next(struct oracle *oracle, struct answer *answer) {
  const struct model_stage *here = &oracle->model->stages[answer->stage];
  uint32_t fewest = UINT32_MAX;
  for (uint32_t i = 0; i < here->transition_count; i++) {
    const struct model_transition *way = &here->transitions[i];
    if (way->target <= answer->stage)
      continue;
    const struct answer_requirement *list;
    uint32_t count = requirements(oracle, way->condition, &list);
    if (unmet(list, count) >= fewest)
      continue;
    fewest = unmet(list, count);
    answer->next = way->target;
    answer->requirements = list;
    answer->requirement_count = count;
  }
}

/* ---- the answer
 * ------------------------------------------------------------------------------------ */

static uint32_t first_exclude(struct oracle *oracle) {
  for (uint32_t i = 0; i < oracle->model->exclude_count; i++)
    if (is_true(expression(oracle, oracle->model->excludes[i].condition)))
      return i;
  return ANSWER_NONE;
}

static void evaluate_values(struct oracle *oracle, struct answer *answer) {
  const struct model *model = oracle->model;
  const struct answer_line **items = oracle_array(oracle, model->value_count, sizeof *items);
  uint32_t *counts = oracle_array(oracle, model->value_count, sizeof *counts);
  for (uint32_t i = 0; i < model->value_count; i++) {
    uint32_t index = value_index(oracle, model->order[i]);
    struct lines lines = {NULL, 0};
    oracle->values[index] = named(oracle, model->order[i], &lines);
    items[index] = lines.items;
    counts[index] = lines.count;
  }
  answer->values = oracle->values;
  answer->lines = items;
  answer->line_counts = counts;
}

static void evaluate_stages(struct oracle *oracle, struct answer *answer, bool *entered) {
  answer->stage = answer->previous_stage = ANSWER_NONE;
  if (oracle->model->stage_count == 0)
    return;
  answer->stage = answer->previous_stage = oracle->record->stage;
  if (answer->excluded != ANSWER_NONE)
    return;
  answer->stage = walk(oracle, answer->previous_stage, entered);
  find_next(oracle, answer);
}

/* Actions see the stage that the lead ends in. */
static void evaluate_actions(struct oracle *oracle, struct answer *answer) {
  bool *actions = oracle_array(oracle, oracle->model->action_count, sizeof *actions);
  oracle->stage = answer->stage;
  oracle->entered = answer->entered;
  for (uint32_t i = 0; i < oracle->model->action_count; i++)
    actions[i] = answer->excluded == ANSWER_NONE &&
                 is_true(expression(oracle, oracle->model->actions[i].condition));
  answer->actions = actions;
}

struct answer evaluate(struct arena *arena, const struct model *model, const struct record *record,
                       int64_t as_of) {
  struct oracle oracle = {
      .arena = arena, .model = model, .record = record, .as_of = as_of, .stage = record->stage};
  oracle.values = oracle_array(&oracle, model->value_count, sizeof *oracle.values);
  bool *entered = oracle_array(&oracle, model->stage_count, sizeof *entered);
  struct answer answer = {.next = ANSWER_NONE, .entered = entered};
  evaluate_values(&oracle, &answer);
  answer.excluded = first_exclude(&oracle);
  evaluate_stages(&oracle, &answer, entered);
  evaluate_actions(&oracle, &answer);
  return answer;
}

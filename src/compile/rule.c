/* rule.c - one rule: its trigger, its points, its limit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/score.h"

#include <math.h>

/* A rule on its way to code. */
struct lowering {
  const struct rule *rule;
  const struct guard *guard;
  uint32_t condition; /* bool over leads; PROGRAM_NONE: none */
  uint32_t events;    /* number over leads: how many counted or fired; PROGRAM_NONE */
  uint32_t raw;       /* number over leads: points before decay; PROGRAM_NONE */
};

uint32_t zero_register(struct build *build) {
  if (build->zero)
    share(build, build->zero);
  else
    build->zero = emit(build, OP_CONST_NUMBER, 0, constant_number(build, 0.0), 0, 0);
  return build->zero;
}

/* acc + what is given, as an instruction. */
static struct instruction gift_added(uint32_t acc, struct gift gift) {
  if (gift.points == PROGRAM_NONE)
    return (struct instruction){OP_ADD_WHEN, 0, 0, acc, gift.given, gift.constant};
  if (gift.holds_outside)
    return (struct instruction){OP_ADD_POINTS, 0, 0, acc, gift.points, 0};
  return (struct instruction){OP_ADD_SOME, 0, 0, acc, gift.given, gift.points};
}

uint32_t add_gift(struct build *build, uint32_t acc, struct gift gift) {
  struct instruction sum = gift_added(acc, gift);
  return emit(build, (enum opcode)sum.op, 0, sum.a, sum.b, sum.c);
}

uint32_t add_gift_own(struct build *build, uint32_t acc, struct gift gift) {
  struct instruction sum = gift_added(acc, gift);
  return emit_own(build, (enum opcode)sum.op, 0, sum.a, sum.b, sum.c);
}

static uint32_t both(struct build *build, uint32_t a, uint32_t b) {
  if (a == PROGRAM_NONE)
    return b;
  return b == PROGRAM_NONE ? a : emit(build, OP_AND, 0, a, b, 0);
}

static uint32_t guard_register(const struct guard *guard) {
  return guard ? guard->reg : PROGRAM_NONE;
}

/* Constant points, with their sign; false if they are an expression. */
static bool constant_points(const struct rule *rule, double *points) {
  const struct expr *expr = expr_seen(rule->points);
  if (!expr->is_constant || expr->missing)
    return false;
  *points = rule->minus ? 0 - expr->number : expr->number;
  return true;
}

static uint32_t points_register(struct build *build, const struct rule *rule) {
  uint32_t points = lower_expr(build, rule->points);
  return rule->minus ? emit(build, OP_NEGATE, space_of(build, points), points, 0, 0) : points;
}

/* ---- over the lead: always, when ------------------------------------------- */

static struct gift lower_when(struct build *build, struct lowering *lowering) {
  const struct rule *rule = lowering->rule;
  uint32_t condition =
      rule->trigger == TRIGGER_WHEN ? lower_expr(build, rule->condition) : PROGRAM_NONE;
  lowering->condition = both(build, guard_register(lowering->guard), condition);
  struct gift gift = {.given = lowering->condition, .points = PROGRAM_NONE};
  if (gift.given == PROGRAM_NONE)
    gift.given = true_register(build, 0);
  double points;
  if (constant_points(rule, &points))
    gift.constant = constant_number(build, points);
  else
    gift.points = points_register(build, rule);
  return gift;
}

/* ---- on events ---------------------------------------------------------------- */

/* count x points is the sum bit for bit when every partial sum is exact. */
static bool counts_exactly(double points) {
  return points == floor(points) && fabs(points) <= 1048576.0;
}

static uint32_t sum_constant(struct build *build, uint32_t counted, uint32_t factor, double points,
                             uint16_t space) {
  uint32_t k = constant_number(build, points);
  if (factor != PROGRAM_NONE)
    return emit(build, OP_SUM_K, space, counted, factor, k);
  if (counts_exactly(points))
    return emit(build, OP_MULTIPLY_K, 0, emit(build, OP_COUNT, space, counted, 0, 0), k, 0);
  return emit(build, OP_SUM, space, counted, emit(build, OP_CONST_NUMBER, space, k, 0, 0), 0);
}

static uint32_t sum_points(struct build *build, uint32_t counted, uint32_t factor, uint32_t points,
                           uint16_t space) {
  points = place(build, points, space);
  if (factor != PROGRAM_NONE)
    points = emit(build, OP_MULTIPLY, space, points, factor, 0);
  return emit(build, OP_SUM, space, counted, points, 0);
}

static struct gift lower_on(struct build *build, struct lowering *lowering) {
  const struct rule *rule = lowering->rule;
  uint16_t space = record_space(build, rule->query);
  struct scope outer = enter_query(build, rule->query, space);
  uint32_t found = lower_query(build, rule->query, space);
  uint32_t counted = lower_counted(build, found, rule->modifiers, space);
  uint32_t factor = lower_factor(build, rule->decay, space);
  double k;
  uint32_t points, raw;
  if (constant_points(rule, &k)) {
    points = sum_constant(build, counted, factor, k, space);
    raw = sum_constant(build, counted, PROGRAM_NONE, k, space);
  } else {
    uint32_t each = points_register(build, rule);
    points = sum_points(build, counted, factor, each, space);
    raw = sum_points(build, counted, PROGRAM_NONE, each, space);
  }
  build->scope = outer;
  lowering->condition = guard_register(lowering->guard);
  lowering->raw = raw;
  lowering->events = emit(build, OP_COUNT, space, counted, 0, 0);
  uint32_t given = both(build, lowering->condition, emit(build, OP_HAS, space, counted, 0, 0));
  return (struct gift){given, points, 0, lowering->condition == PROGRAM_NONE};
}

/* ---- every … without ---------------------------------------------------------------- */

static struct gift lower_every(struct build *build, struct lowering *lowering) {
  const struct rule *rule = lowering->rule;
  uint16_t space = record_space(build, rule->query);
  struct scope outer = enter_query(build, rule->query, space);
  uint32_t found = lower_query(build, rule->query, space);
  uint32_t at = emit(build, OP_EVENT_AT, space, 0, 0, 0);
  uint32_t last = emit(build, OP_LAST_AT, space, found, at, 0);
  build->scope = outer;
  uint32_t silence = emit(build, OP_AGE, 0, last, 0, 0);
  uint32_t times =
      emit(build, OP_MICROS_STEPS, 0, silence, constant_micros(build, rule->period_micros), 0);
  double k;
  uint32_t points = constant_points(rule, &k)
                        ? emit(build, OP_MULTIPLY_K, 0, times, constant_number(build, k), 0)
                        : emit(build, OP_MULTIPLY, 0, times, points_register(build, rule), 0);
  uint32_t fired = emit(build, OP_NUMBER_GREATER_EQUAL_K, 0, times, constant_number(build, 1), 0);
  lowering->condition = guard_register(lowering->guard);
  lowering->events = times;
  uint32_t given = both(build, lowering->condition, emit(build, OP_CERTAIN, 0, fired, 0, 0));
  return (struct gift){given, points, 0, lowering->condition == PROGRAM_NONE};
}

/* ---- the limit, and the line ------------------------------------------------------------ */

/* The points where they are given, 0 elsewhere; unknown where they are missing. */
static uint32_t shown_points(struct build *build, struct gift gift) {
  uint32_t zero = zero_register(build);
  if (gift.points == PROGRAM_NONE)
    return add_gift(build, zero, gift);
  return emit(build, OP_SELECT_NUMBER, 0, gift.given, gift.points, zero);
}

static void add_rule_line(struct build *build, const struct lowering *lowering, struct gift gift) {
  static const enum line_trigger triggers[] = {LINE_ALWAYS, LINE_WHEN, LINE_ON, LINE_EVERY};
  const struct rule *rule = lowering->rule;
  uint32_t points = shown_points(build, gift);
  struct program_line *line = add_line(build, LINE_RULE, rule->span);
  if (!line)
    return;
  line->trigger = triggers[rule->trigger];
  line->label = rule->label.present ? keep_text(build, rule->label.text) : (struct text){0};
  line->points = points;
  line->condition = lowering->condition;
  line->events = lowering->events;
  line->raw = lowering->raw;
  struct program_criterion *criterion = current_criterion(build);
  if (criterion) {
    criterion->line = (uint32_t)build->lines.count - 1;
    criterion->name = line->label;
  }
  name_fields(build, line, rule->trigger == TRIGGER_WHEN ? rule->condition : NULL, lowering->guard);
}

static struct span cap_span(const struct rule *rule) {
  for (const struct modifier *modifier = rule->modifiers; modifier; modifier = modifier->next)
    if (modifier->kind == MODIFIER_POINTS)
      return modifier->span;
  return rule->span;
}

static struct gift limit_points(struct build *build, const struct rule *rule, struct gift gift) {
  bool shown = gift.points != PROGRAM_NONE && gift.holds_outside;
  uint32_t before = shown ? gift.points : shown_points(build, gift);
  uint32_t high = constant_number(build, rule->most_points);
  uint32_t low = constant_number(build, 0 - rule->most_points);
  uint32_t after = emit(build, OP_LIMIT, 0, before, low, high);
  add_difference(build, LINE_CAP, cap_span(rule), before, after);
  return (struct gift){gift.given, after, 0, true};
}

struct gift lower_rule(struct build *build, const struct rule *rule, const struct guard *guard) {
  struct lowering lowering = {rule, guard, PROGRAM_NONE, PROGRAM_NONE, PROGRAM_NONE};
  struct gift gift = rule->trigger == TRIGGER_ON      ? lower_on(build, &lowering)
                     : rule->trigger == TRIGGER_EVERY ? lower_every(build, &lowering)
                                                      : lower_when(build, &lowering);
  add_rule_line(build, &lowering, gift);
  return rule->most_points >= 0 ? limit_points(build, rule, gift) : gift;
}

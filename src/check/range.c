/* range.c - which values an expression can take: interval arithmetic.
 *
 * Recursion follows the nesting of one expression; long chains are loops.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/range.h"

#include "check/check.h"

#include <math.h>

static struct range anything(void) {
  return (struct range){-INFINITY, INFINITY, true, false, CAN_BE_ANYTHING};
}

static struct range between(double low, double high, bool may_miss) {
  return (struct range){low, high, may_miss, false, CAN_BE_ANYTHING};
}

static struct range condition(unsigned truth) {
  return (struct range){-INFINITY, INFINITY, (truth & CAN_BE_UNKNOWN) != 0, false, (uint8_t)truth};
}

static double smaller(double a, double b) {
  return b < a ? b : a;
}
static double larger(double a, double b) {
  return b > a ? b : a;
}

/* 0 x infinity is 0 here: a factor that is 0 gives 0 whatever the other is. */
static double product(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

static struct range hull(struct range a, struct range b) {
  return (struct range){smaller(a.low, b.low), larger(a.high, b.high), a.may_miss || b.may_miss,
                        a.by_param || b.by_param, a.truth | b.truth};
}

static struct range limited(struct range range, double low, double high) {
  range.low = smaller(larger(range.low, low), high);
  range.high = smaller(larger(range.high, low), high);
  return range;
}

/* ---- arithmetic --------------------------------------------------------------- */

static struct range multiplied(struct range a, struct range b) {
  double corners[] = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                      product(a.high, b.high)};
  struct range range = between(corners[0], corners[0], a.may_miss || b.may_miss);
  for (int i = 1; i < 4; i++) {
    range.low = smaller(range.low, corners[i]);
    range.high = larger(range.high, corners[i]);
  }
  return range;
}

static struct range divided(struct range a, struct range b) {
  if (b.low <= 0 && b.high >= 0)
    return between(-INFINITY, INFINITY, true);
  return multiplied(a, between(1 / b.high, 1 / b.low, b.may_miss));
}

/* The sum, moved outward by a step where it is not exact (Knuth's TwoSum tells):
 * rules may be added in an order of their own. */
static double sum_toward(double a, double b, double direction) {
  double sum = a + b, part = sum - a;
  bool exact = !isfinite(sum) || (a - (sum - part)) + (b - part) == 0;
  return exact ? sum : nextafter(sum, direction);
}

static struct range added(struct range a, struct range b) {
  return between(sum_toward(a.low, b.low, -INFINITY), sum_toward(a.high, b.high, INFINITY),
                 a.may_miss || b.may_miss);
}

static struct range opposite(struct range a) {
  struct range range = between(-a.high, -a.low, a.may_miss);
  range.by_param = a.by_param;
  return range;
}

static struct range combined(enum arithmetic arithmetic, struct range a, struct range b) {
  struct range range;
  switch (arithmetic) {
  case ARITH_ADD: range = added(a, b); break;
  case ARITH_SUBTRACT: range = added(a, opposite(b)); break;
  case ARITH_MULTIPLY: range = multiplied(a, b); break;
  default: range = divided(a, b);
  }
  range.by_param = a.by_param || b.by_param;
  return range;
}

/* Longer sums are not looked into: anything is possible. */
enum { SPINE_MOST = 64 };

/* a + b + c leans to the left: from the leaf up, over the spine's right sides. */
static struct range arithmetic_range(const struct ranges *ranges, const struct expr *expr) {
  const struct expr *spine[SPINE_MOST];
  size_t depth = 0;
  for (; expr->kind == EXPR_ARITHMETIC && !expr->is_constant; expr = expr_seen(expr->left)) {
    if (depth == SPINE_MOST)
      return anything();
    spine[depth++] = expr;
  }
  struct range range = range_of(ranges, expr);
  while (depth-- > 0)
    range = combined(spine[depth]->arithmetic, range, range_of(ranges, spine[depth]->right));
  return range;
}

/* ---- names ------------------------------------------------------------------------ */

static struct range typed(struct type type, bool may_miss) {
  struct range range = between(-INFINITY, INFINITY, may_miss);
  if (type.kind == TYPE_BOOL && !may_miss)
    range.truth = CAN_BE_TRUE | CAN_BE_FALSE;
  return range;
}

static bool field_may_miss(const struct ranges *ranges, const struct expr *expr) {
  const struct model_field *field = &ranges->model->fields[expr->index];
  return !field->required && !field->default_value;
}

static struct range name_range(const struct ranges *ranges, const struct expr *expr) {
  switch (expr->ref) {
  case REF_LEAD_FIELD: return typed(expr->type, field_may_miss(ranges, expr));
  case REF_EVENT_AT:
  case REF_STAGE:
  case REF_AS_OF:
  case REF_LABEL: return typed(expr->type, false);
  case REF_VALUE: return ranges->values[expr->value->index];
  case REF_ENTERED: return condition(CAN_BE_TRUE | CAN_BE_FALSE);
  default: return typed(expr->type, true);
  }
}

static struct range constant_range(const struct expr *expr) {
  if (expr->missing)
    return (struct range){INFINITY, -INFINITY, true, false, CAN_BE_UNKNOWN};
  switch (expr->type.kind) {
  case TYPE_BOOL: return condition(expr->boolean ? CAN_BE_TRUE : CAN_BE_FALSE);
  case TYPE_NUMBER: return between(expr->number, expr->number, false);
  case TYPE_TIME:
  case TYPE_DURATION: return between((double)expr->micros, (double)expr->micros, false);
  default: return typed(expr->type, false);
  }
}

/* ---- conditions ---------------------------------------------------------------------- */

static unsigned negated_truth(unsigned truth) {
  return (truth & CAN_BE_UNKNOWN) | (truth & CAN_BE_TRUE ? CAN_BE_FALSE : 0) |
         (truth & CAN_BE_FALSE ? CAN_BE_TRUE : 0);
}

static unsigned and_truth(unsigned a, unsigned b) {
  unsigned truth = 0;
  if (a & b & CAN_BE_TRUE)
    truth |= CAN_BE_TRUE;
  if ((a | b) & CAN_BE_FALSE)
    truth |= CAN_BE_FALSE;
  if ((a & CAN_BE_UNKNOWN && b & (CAN_BE_UNKNOWN | CAN_BE_TRUE)) ||
      (b & CAN_BE_UNKNOWN && a & (CAN_BE_UNKNOWN | CAN_BE_TRUE)))
    truth |= CAN_BE_UNKNOWN;
  return truth;
}

static struct range chain_range(const struct ranges *ranges, const struct expr *expr) {
  bool is_or = expr->kind == EXPR_OR, by_param = false;
  unsigned truth = CAN_BE_TRUE;
  for (const struct expr *item = expr->items; item; item = item->next) {
    struct range one = range_of(ranges, item);
    by_param = by_param || one.by_param;
    truth = and_truth(truth, is_or ? negated_truth(one.truth) : one.truth);
  }
  struct range range = condition(is_or ? negated_truth(truth) : truth);
  range.by_param = by_param;
  return range;
}

static unsigned less_truth(struct range a, struct range b, bool or_equal) {
  unsigned truth = 0;
  if (a.low < b.high || (or_equal && a.low == b.high))
    truth |= CAN_BE_TRUE;
  if (or_equal ? a.high > b.low : a.high >= b.low)
    truth |= CAN_BE_FALSE;
  return truth;
}

static unsigned equal_truth(struct range a, struct range b) {
  unsigned truth = a.low <= b.high && b.low <= a.high ? CAN_BE_TRUE : 0;
  bool same_point = a.low == a.high && b.low == b.high && a.low == b.low;
  return same_point ? truth : truth | CAN_BE_FALSE;
}

static bool is_ordered(struct type type) {
  return type.kind == TYPE_NUMBER || type.kind == TYPE_TIME || type.kind == TYPE_DURATION;
}

static bool is_literal(const struct expr *expr) {
  return expr->is_constant && !expr->missing && expr->kind != EXPR_NAME;
}

/* `employees >= 500`, as most comparisons are: nothing is known of a field, so it
 * can be on either side of whatever it is compared with. */
static bool is_open(const struct expr *left, const struct expr *right) {
  return left->kind == EXPR_NAME && left->ref == REF_LEAD_FIELD && is_literal(right);
}

static struct range compare_range(const struct ranges *ranges, const struct expr *expr) {
  if (is_open(expr->left, expr->right))
    return condition(CAN_BE_TRUE | CAN_BE_FALSE |
                     (field_may_miss(ranges, expr->left) ? CAN_BE_UNKNOWN : 0));
  struct range a = range_of(ranges, expr->left), b = range_of(ranges, expr->right);
  unsigned truth = CAN_BE_TRUE | CAN_BE_FALSE;
  if (is_ordered(expr_seen(expr->left)->type))
    switch (expr->compare) {
    case COMPARE_EQUAL: truth = equal_truth(a, b); break;
    case COMPARE_NOT_EQUAL: truth = negated_truth(equal_truth(a, b)); break;
    case COMPARE_LESS: truth = less_truth(a, b, false); break;
    case COMPARE_LESS_EQUAL: truth = less_truth(a, b, true); break;
    case COMPARE_GREATER: truth = less_truth(b, a, false); break;
    case COMPARE_GREATER_EQUAL: truth = less_truth(b, a, true); break;
    }
  struct range range = condition(truth | (a.may_miss || b.may_miss ? CAN_BE_UNKNOWN : 0));
  range.by_param = a.by_param || b.by_param;
  return range;
}

static struct range present_range(const struct ranges *ranges, const struct expr *expr) {
  struct range a = range_of(ranges, expr->left);
  unsigned truth = CAN_BE_TRUE | (a.may_miss ? CAN_BE_FALSE : 0);
  return condition(expr->negated ? negated_truth(truth) : truth);
}

static struct range in_range(const struct ranges *ranges, const struct expr *expr) {
  struct range a = range_of(ranges, expr->left);
  unsigned truth = CAN_BE_TRUE | CAN_BE_FALSE;
  bool by_param = a.by_param;
  if (expr->set->kind == SET_RANGE) {
    struct range low = range_of(ranges, expr->set->low), high = range_of(ranges, expr->set->high);
    truth = and_truth(less_truth(low, a, true), less_truth(a, high, true));
    by_param = by_param || low.by_param || high.by_param;
  }
  if (expr->negated)
    truth = negated_truth(truth);
  struct range range = condition(truth | (a.may_miss ? CAN_BE_UNKNOWN : 0));
  range.by_param = by_param;
  return range;
}

static struct range match_range(const struct ranges *ranges, const struct expr *expr) {
  bool may_miss = range_of(ranges, expr->left).may_miss ||
                  (expr_right(expr) && range_of(ranges, expr->right).may_miss);
  return condition(CAN_BE_TRUE | CAN_BE_FALSE | (may_miss ? CAN_BE_UNKNOWN : 0));
}

/* ---- functions --------------------------------------------------------------------------- */

static struct range folded_range(const struct ranges *ranges, const struct expr *items,
                                 bool largest) {
  struct range range = range_of(ranges, items);
  for (const struct expr *item = items->next; item; item = item->next) {
    struct range one = range_of(ranges, item);
    range.low = largest ? larger(range.low, one.low) : smaller(range.low, one.low);
    range.high = largest ? larger(range.high, one.high) : smaller(range.high, one.high);
    range.may_miss = range.may_miss || one.may_miss;
    range.by_param = range.by_param || one.by_param;
  }
  return range;
}

static struct range clamp_range(const struct ranges *ranges, const struct expr *items) {
  struct range x = range_of(ranges, items), a = range_of(ranges, items->next);
  struct range b = range_of(ranges, items->next->next);
  struct range range =
      between(smaller(larger(x.low, a.low), b.low), smaller(larger(x.high, a.high), b.high),
              x.may_miss || a.may_miss || b.may_miss);
  range.by_param = x.by_param || a.by_param || b.by_param;
  return range;
}

static struct range absolute(struct range a) {
  double low = a.low > 0 ? a.low : a.high < 0 ? -a.high : 0;
  return between(low, larger(-a.low, a.high), a.may_miss);
}

static struct range call_range(const struct ranges *ranges, const struct expr *expr) {
  if (expr->ref == REF_ENTERED)
    return condition(CAN_BE_TRUE | CAN_BE_FALSE);
  struct range a = range_of(ranges, expr->items);
  switch (expr->index) {
  case BUILTIN_MIN: return folded_range(ranges, expr->items, false);
  case BUILTIN_MAX: return folded_range(ranges, expr->items, true);
  case BUILTIN_CLAMP: return clamp_range(ranges, expr->items);
  case BUILTIN_ABS: return absolute(a);
  case BUILTIN_FLOOR: return between(floor(a.low), floor(a.high), a.may_miss);
  case BUILTIN_CEIL: return between(ceil(a.low), ceil(a.high), a.may_miss);
  case BUILTIN_ROUND: return between(floor(a.low), ceil(a.high), a.may_miss);
  case BUILTIN_SQRT: return between(0, INFINITY, a.may_miss || a.low < 0);
  case BUILTIN_LOG: return between(-INFINITY, INFINITY, a.may_miss || a.low <= 0);
  case BUILTIN_EXP: return between(0, INFINITY, true);
  case BUILTIN_LOGISTIC: return between(0, 1, a.may_miss);
  case BUILTIN_LENGTH: return between(0, INFINITY, a.may_miss);
  case BUILTIN_HOUR: return between(0, 23, a.may_miss);
  case BUILTIN_WEEKDAY: return between(1, 7, a.may_miss);
  case BUILTIN_DAYS:
    return between(a.low / (double)CLOCK_DAY, a.high / (double)CLOCK_DAY, a.may_miss);
  case BUILTIN_HOURS:
    return between(a.low / (double)CLOCK_HOUR, a.high / (double)CLOCK_HOUR, a.may_miss);
  case BUILTIN_LOWER:
  case BUILTIN_UPPER:
  case BUILTIN_TRIM:
  case BUILTIN_PLAIN: return typed(expr->type, a.may_miss);
  default: return typed(expr->type, true);
  }
}

/* Events come from the past: what is first or last of them is not after as-of. */
static struct range events_range(const struct ranges *ranges, const struct expr *expr) {
  struct range of = expr->left ? range_of(ranges, expr->left) : anything();
  switch (expr->reduce) {
  case REDUCE_COUNT:
  case REDUCE_DISTINCT: return between(0, INFINITY, false);
  case REDUCE_HAS: return condition(CAN_BE_TRUE | CAN_BE_FALSE);
  case REDUCE_SUM: return between(of.low < 0 ? -INFINITY : 0, of.high > 0 ? INFINITY : 0, false);
  case REDUCE_FIRST:
  case REDUCE_LAST: return typed(expr->type, true);
  default: return between(of.low, of.high, true);
  }
}

static struct range case_range(const struct ranges *ranges, const struct expr *expr) {
  struct range range = range_of(ranges, expr->right);
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next)
    range = hull(range, range_of(ranges, arm->value));
  return range;
}

static struct range not_range(const struct ranges *ranges, const struct expr *expr) {
  struct range range = range_of(ranges, expr->left);
  range.truth = (uint8_t)negated_truth(range.truth);
  return range;
}

struct range range_of(const struct ranges *ranges, const struct expr *expr) {
  expr = expr_seen(expr);
  if (!expr)
    return anything();
  if (expr->ref == REF_VALUE && expr->value->kind == VALUE_PARAM)
    return ranges->values[expr->value->index];
  if (expr->is_constant)
    return constant_range(expr);
  switch (expr->kind) {
  case EXPR_NAME: return name_range(ranges, expr);
  case EXPR_NEGATE: return opposite(range_of(ranges, expr->left));
  case EXPR_NOT: return not_range(ranges, expr);
  case EXPR_AND:
  case EXPR_OR: return chain_range(ranges, expr);
  case EXPR_ARITHMETIC: return arithmetic_range(ranges, expr);
  case EXPR_COMPARE: return compare_range(ranges, expr);
  case EXPR_PRESENT: return present_range(ranges, expr);
  case EXPR_IN: return in_range(ranges, expr);
  case EXPR_MATCH: return match_range(ranges, expr);
  case EXPR_CASE: return case_range(ranges, expr);
  case EXPR_CALL: return call_range(ranges, expr);
  case EXPR_EVENTS: return events_range(ranges, expr);
  default: return constant_range(expr);
  }
}

/* ---- rules ------------------------------------------------------------------------------------
 */

/* How often an `on` rule can count: modifiers that name a number say so. */
static double most_events(const struct rule *rule) {
  double most = INFINITY;
  for (const struct modifier *m = rule->modifiers; m; m = m->next)
    if (m->kind == MODIFIER_AT_MOST || m->kind == MODIFIER_FIRST)
      most = smaller(most, m->times);
  return most;
}

static struct range rule_range(const struct ranges *ranges, const struct rule *rule) {
  struct range points = range_of(ranges, rule->points);
  if (points.low > points.high)
    points = between(0, 0, false); /* a constant that is missing gives nothing */
  if (rule->minus)
    points = opposite(points);
  double most = rule->trigger == TRIGGER_ON      ? most_events(rule)
                : rule->trigger == TRIGGER_EVERY ? INFINITY
                                                 : 1;
  bool always = rule->trigger == TRIGGER_ALWAYS && !points.may_miss;
  struct range range = points;
  if (!always) {
    range.low = smaller(0, product(points.low, most));
    range.high = larger(0, product(points.high, most));
  }
  if (rule->most_points >= 0)
    range = limited(range, -rule->most_points, rule->most_points);
  range.may_miss = false;
  return range;
}

static struct range member_range(const struct ranges *ranges, const struct rule *rule) {
  if (rule->kind == RULE_POINTS)
    return rule_range(ranges, rule);
  enum rule_kind kind =
      rule->kind == RULE_FOR || rule->kind == RULE_INCLUDE ? RULE_GROUP : rule->kind;
  struct range range = range_of_rules(ranges, rule->rules, kind);
  if (rule->kind == RULE_FOR) { /* or none of it */
    range.low = smaller(range.low, 0);
    range.high = larger(range.high, 0);
  }
  return rule->range ? limited(range, rule->range->low_number, rule->range->high_number) : range;
}

struct range range_of_rules(const struct ranges *ranges, const struct rule *rules,
                            enum rule_kind kind) {
  struct range range = between(0, 0, false);
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    struct range one = member_range(ranges, rule);
    bool by_param = range.by_param || one.by_param;
    range = kind == RULE_GROUP
                ? added(range, one)
                : between(smaller(range.low, one.low), larger(range.high, one.high), false);
    range.by_param = by_param;
  }
  return range;
}

/* ---- named values
 * -------------------------------------------------------------------------------- */

static struct range settled(const struct model_value *value, struct range range) {
  if (value->range.present)
    range = limited(range, value->range.low_number, value->range.high_number);
  if (!(value->round.present && value->round.none)) {
    range.low = isfinite(range.low) ? math_round_to(range.low, value->round.decimal) : range.low;
    range.high =
        isfinite(range.high) ? math_round_to(range.high, value->round.decimal) : range.high;
  }
  return range;
}

static struct range labels_range(const struct label_set *labels) {
  if (!labels->numeric)
    return between(-INFINITY, INFINITY, false);
  struct range range = between(labels->numbers[0], labels->numbers[0], false);
  for (uint32_t i = 1; i < labels->count; i++)
    range = hull(range, between(labels->numbers[i], labels->numbers[i], false));
  return range;
}

static struct range choose_range(const struct ranges *ranges, const struct model_value *value) {
  if (value->labels)
    return labels_range(value->labels);
  struct range range = between(INFINITY, -INFINITY, false);
  for (const struct choose_row *row = value->choose_rows; row; row = row->next)
    range = hull(range, range_of(ranges, row->value));
  range.may_miss = false;
  return range;
}

static struct range value_range(const struct ranges *ranges, const struct model_value *value) {
  struct range range;
  switch (value->kind) {
  case VALUE_SCORE: return settled(value, range_of_rules(ranges, value->rules, RULE_GROUP));
  case VALUE_COMPUTED: return settled(value, range_of(ranges, value->expr));
  case VALUE_BAND:
  case VALUE_GRID: return labels_range(value->labels);
  case VALUE_CHOOSE: return choose_range(ranges, value);
  case VALUE_PARAM:
    range = range_of(ranges, value->expr);
    range.by_param = true;
    return range;
  default: return range_of(ranges, value->expr);
  }
}

bool ranges_init(struct ranges *ranges, struct arena *arena, const struct model *model) {
  ranges->model = model;
  ranges->values = arena_array(arena, (size_t)model->value_count + 1, sizeof *ranges->values);
  if (!ranges->values)
    return false;
  for (uint32_t i = 0; i < model->value_count; i++)
    ranges->values[model->order[i]->index] = value_range(ranges, model->order[i]);
  return true;
}

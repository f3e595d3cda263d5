/* expression.c - what an expression says about one lead (section 6 of the language).
 *
 * A value is known or missing.  What is computed from a missing value is
 * missing, with three exceptions: `and` and `or` can be decided by their other
 * side, `is present` is never unknown, and `case` takes the next arm.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/oracle.h"

#include "base/unicode.h"
#include "check/check.h"

#include <math.h>
#include <stdlib.h>

void *oracle_array(struct oracle *oracle, size_t count, size_t size) {
  void *array = arena_array(oracle->arena, count + 1, size);
  if (!array)
    exit(5);
  return array;
}

/* ---- values ------------------------------------------------------------- */

struct value value_missing(enum type_kind type) {
  return (struct value){.type = type};
}

struct value value_number(double number) {
  if (!isfinite(number))
    return value_missing(TYPE_NUMBER);
  return (struct value){.type = TYPE_NUMBER, .known = true, .number = number};
}

struct value value_micros(enum type_kind type, int64_t micros) {
  return (struct value){.type = type, .known = true, .micros = micros};
}

struct value value_bool(bool boolean) {
  return (struct value){.type = TYPE_BOOL, .known = true, .boolean = boolean};
}

static struct value value_text(struct text text) {
  return (struct value){.type = TYPE_TEXT, .known = true, .text = text};
}

static struct value value_label(uint32_t label) {
  return (struct value){.type = TYPE_LABEL, .known = true, .label = label};
}

static bool is_false(struct value value) {
  return value.known && !value.boolean;
}

struct value both(struct value a, struct value b) {
  if (is_false(a) || is_false(b))
    return value_bool(false);
  return is_true(a) && is_true(b) ? value_bool(true) : value_missing(TYPE_BOOL);
}

struct value either(struct value a, struct value b) {
  return opposite(both(opposite(a), opposite(b)));
}

struct value opposite(struct value a) {
  return a.known ? value_bool(!a.boolean) : a;
}

static struct text mapped(struct oracle *oracle, struct text text,
                          size_t (*map)(struct text, char *), size_t bound) {
  char *bytes = oracle_array(oracle, bound, 1);
  return (struct text){bytes, map(text, bytes)};
}

static struct text folded(struct oracle *oracle, struct text text) {
  return mapped(oracle, text, text_fold, TEXT_FOLD_BOUND(text.length));
}

static bool text_same(struct oracle *oracle, struct text a, struct text b) {
  return text_equal(folded(oracle, a), folded(oracle, b));
}

bool value_same(struct oracle *oracle, struct value a, struct value b) {
  switch (a.type) {
  case TYPE_BOOL: return a.boolean == b.boolean;
  case TYPE_NUMBER: return a.number == b.number;
  case TYPE_TEXT: return text_same(oracle, a.text, b.text);
  case TYPE_LABEL: return a.label == b.label;
  default: return a.micros == b.micros;
  }
}

/* ---- names -------------------------------------------------------------- */

static struct value with_default(struct oracle *oracle, struct value value,
                                 const struct model_field *field) {
  return value.known || !field->default_value ? value : expression(oracle, field->default_value);
}

static struct value lead_field(struct oracle *oracle, uint32_t index) {
  return with_default(oracle, oracle->record->fields[index], &oracle->model->fields[index]);
}

/* A kind of the query that lacks the field has it missing. */
static struct value event_field(struct oracle *oracle, const struct expr *expr) {
  const struct query *query = oracle->query;
  for (uint32_t i = 0; i < query->kind_count; i++) {
    uint32_t kind = query->kind_indices[i];
    uint32_t field = query->fields[expr->index].field_of_kind[i];
    if (kind == oracle->event->kind && field != UINT32_MAX)
      return with_default(oracle, oracle->event->fields[field],
                          &oracle->model->kinds[kind].fields[field]);
  }
  return value_missing(query->fields[expr->index].type.kind);
}

uint32_t value_index(const struct oracle *oracle, const struct model_value *value) {
  uint32_t i = 0;
  while (oracle->model->values[i] != value)
    i++;
  return i;
}

/* A band whose labels are numbers is a number in expressions. */
static struct value named_value(struct oracle *oracle, const struct expr *expr) {
  struct value value = oracle->values[value_index(oracle, expr->value)];
  if (expr->type.kind == TYPE_NUMBER && value.type == TYPE_LABEL)
    return value_number(expr->value->labels->numbers[value.label]);
  return value;
}

static struct value name(struct oracle *oracle, const struct expr *expr) {
  switch (expr->ref) {
  case REF_LEAD_FIELD: return lead_field(oracle, expr->index);
  case REF_EVENT_FIELD: return event_field(oracle, expr);
  case REF_EVENT_AT: return value_micros(TYPE_TIME, oracle->event->at);
  case REF_VALUE: return named_value(oracle, expr);
  case REF_STAGE: return value_label(oracle->stage);
  case REF_ENTERED: return value_bool(oracle->entered[expr->index]);
  case REF_AS_OF: return value_micros(TYPE_TIME, oracle->as_of);
  case REF_LABEL: return value_label(expr->index);
  default: return value_missing(expr->type.kind);
  }
}

/* ---- arithmetic --------------------------------------------------------- */

/* Half a microsecond goes away from zero; what no longer fits is missing. */
static struct value duration_from(double micros) {
  double whole = trunc(micros);
  if (fabs(micros - whole) >= 0.5)
    whole += micros < 0 ? -1 : 1;
  if (!(whole >= -0x1p63 && whole < 0x1p63))
    return value_missing(TYPE_DURATION);
  return value_micros(TYPE_DURATION, (int64_t)whole);
}

static struct value add_micros(enum type_kind type, int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? value_missing(type) : value_micros(type, sum);
}

static struct value subtract_micros(enum type_kind type, int64_t a, int64_t b) {
  int64_t difference;
  return __builtin_sub_overflow(a, b, &difference) ? value_missing(type)
                                                   : value_micros(type, difference);
}

static struct value numbers(enum arithmetic operation, double a, double b) {
  switch (operation) {
  case ARITH_ADD: return value_number(a + b);
  case ARITH_SUBTRACT: return value_number(a - b);
  case ARITH_MULTIPLY: return value_number(a * b);
  default: return b == 0 ? value_missing(TYPE_NUMBER) : value_number(a / b);
  }
}

/* time + duration, time - time, duration * number, duration / duration … */
static struct value times(const struct expr *expr, struct value a, struct value b) {
  enum type_kind type = expr->type.kind;
  switch (expr->arithmetic) {
  case ARITH_ADD: return add_micros(type, a.micros, b.micros);
  case ARITH_SUBTRACT: return subtract_micros(type, a.micros, b.micros);
  case ARITH_MULTIPLY:
    return a.type == TYPE_NUMBER ? duration_from((double)b.micros * a.number)
                                 : duration_from((double)a.micros * b.number);
  default:
    if (b.type == TYPE_NUMBER)
      return b.number == 0 ? value_missing(type) : duration_from((double)a.micros / b.number);
    return b.micros == 0 ? value_missing(type) : value_number((double)a.micros / (double)b.micros);
  }
}

static struct value arithmetic(struct oracle *oracle, const struct expr *expr) {
  struct value a = expression(oracle, expr->left);
  struct value b = expression(oracle, expr->right);
  if (!a.known || !b.known)
    return value_missing(expr->type.kind);
  if (a.type == TYPE_NUMBER && b.type == TYPE_NUMBER)
    return numbers(expr->arithmetic, a.number, b.number);
  return times(expr, a, b);
}

static struct value negated_amount(struct oracle *oracle, const struct expr *expr) {
  struct value a = expression(oracle, expr->left);
  if (!a.known)
    return a;
  return a.type == TYPE_NUMBER ? value_number(0 - a.number) : subtract_micros(a.type, 0, a.micros);
}

/* ---- comparisons -------------------------------------------------------- */

/* <0, 0, >0 for types that have an order. */
static int order(struct value a, struct value b) {
  if (a.type == TYPE_NUMBER)
    return (a.number > b.number) - (a.number < b.number);
  return (a.micros > b.micros) - (a.micros < b.micros);
}

static struct value comparison(struct oracle *oracle, const struct expr *expr) {
  struct value a = expression(oracle, expr->left);
  struct value b = expression(oracle, expr->right);
  if (!a.known || !b.known)
    return value_missing(TYPE_BOOL);
  bool same =
      expr->exactly && a.type == TYPE_TEXT ? text_equal(a.text, b.text) : value_same(oracle, a, b);
  switch (expr->compare) {
  case COMPARE_EQUAL: return value_bool(same);
  case COMPARE_NOT_EQUAL: return value_bool(!same);
  case COMPARE_LESS: return value_bool(order(a, b) < 0);
  case COMPARE_LESS_EQUAL: return value_bool(order(a, b) <= 0);
  case COMPARE_GREATER: return value_bool(order(a, b) > 0);
  default: return value_bool(order(a, b) >= 0);
  }
}

/* Item `i` of a list of constants. */
static struct value list_item(const struct value_list *list, uint32_t i) {
  switch (list->type.kind) {
  case TYPE_TEXT: return value_text(list->texts[i]);
  case TYPE_NUMBER: return value_number(list->numbers[i]);
  case TYPE_LABEL: return value_label(list->labels[i]);
  case TYPE_BOOL: return value_bool(list->bools[i]);
  default: return value_micros(list->type.kind, list->micros[i]);
  }
}

/* `x in A..B` says no more than `x >= A and x <= B`. */
static struct value in_range(struct oracle *oracle, struct value a, const struct set *set) {
  struct value low = expression(oracle, set->low), high = expression(oracle, set->high);
  struct value unknown = value_missing(TYPE_BOOL);
  return both(a.known && low.known ? value_bool(order(a, low) >= 0) : unknown,
              a.known && high.known ? value_bool(order(a, high) <= 0) : unknown);
}

static struct value in_list(struct oracle *oracle, struct value a, const struct value_list *list) {
  if (!a.known)
    return value_missing(TYPE_BOOL);
  for (uint32_t i = 0; i < list->count; i++)
    if (value_same(oracle, a, list_item(list, i)))
      return value_bool(true);
  return value_bool(false);
}

static struct value membership(struct oracle *oracle, const struct expr *expr) {
  struct value a = expression(oracle, expr->left);
  struct value is_in = expr->set->kind == SET_RANGE ? in_range(oracle, a, expr->set)
                                                    : in_list(oracle, a, expr->set->values);
  return expr->negated ? opposite(is_in) : is_in;
}

/* One text against one other; `contains` on a list asks whether an item is it. */
static bool matches(struct oracle *oracle, enum match match, struct value a, struct text b) {
  if (a.type == TYPE_TEXTS) {
    for (size_t i = 0; i < a.text_count; i++)
      if (text_same(oracle, a.texts[i], b))
        return true;
    return false;
  }
  struct text text = folded(oracle, a.text);
  b = folded(oracle, b);
  switch (match) {
  case MATCH_CONTAINS: return text_find(text, b, 0) != SIZE_MAX;
  case MATCH_STARTS: return text_starts_with(text, b);
  case MATCH_ENDS: return text_ends_with(text, b);
  case MATCH_LIKE: return text_like(text, b);
  default: return text_mentions(text, b);
  }
}

static struct value matching(struct oracle *oracle, const struct expr *expr) {
  struct value a = expression(oracle, expr->left);
  const struct set *set = expr_set(expr);
  struct value b = set ? value_text(TEXT("")) : expression(oracle, expr->right);
  if (!a.known || !b.known)
    return value_missing(TYPE_BOOL);
  bool result = expr->quantifier == QUANTIFIER_ALL;
  if (!set)
    result = matches(oracle, expr->match, a, b.text);
  for (uint32_t i = 0; set && i < set->values->count; i++) {
    bool one = matches(oracle, expr->match, a, set->values->texts[i]);
    result = expr->quantifier == QUANTIFIER_ALL ? result && one : result || one;
  }
  return value_bool(result != expr->negated);
}

/* ---- built-in functions ------------------------------------------------- */

static struct value part(struct text (*of)(struct text, bool *), struct text text) {
  bool found;
  struct text result = of(text, &found);
  return found ? value_text(result) : value_missing(TYPE_TEXT);
}

static double smaller(double a, double b) {
  return b < a ? b : a;
}
static double larger(double a, double b) {
  return b > a ? b : a;
}

static struct value of_text(struct oracle *oracle, uint32_t builtin, struct text t) {
  switch (builtin) {
  case BUILTIN_LOWER: return value_text(mapped(oracle, t, text_lower, TEXT_CASE_BOUND(t.length)));
  case BUILTIN_UPPER: return value_text(mapped(oracle, t, text_upper, TEXT_CASE_BOUND(t.length)));
  case BUILTIN_PLAIN: return value_text(mapped(oracle, t, text_plain, TEXT_PLAIN_BOUND(t.length)));
  case BUILTIN_TRIM: return value_text(text_trim(t));
  case BUILTIN_LENGTH: return value_number((double)utf8_count(t));
  case BUILTIN_DOMAIN: return part(text_domain, t);
  case BUILTIN_LOCAL_PART: return part(text_local_part, t);
  case BUILTIN_HOST: return part(text_host, t);
  default: return part(text_path, t);
  }
}

static struct value of_number(uint32_t builtin, double x) {
  switch (builtin) {
  case BUILTIN_ABS: return value_number(x < 0 ? 0 - x : x);
  case BUILTIN_FLOOR: return value_number(math_floor(x));
  case BUILTIN_CEIL: return value_number(math_ceil(x));
  case BUILTIN_ROUND: return value_number(math_round(x));
  case BUILTIN_SQRT: return x < 0 ? value_missing(TYPE_NUMBER) : value_number(math_sqrt(x));
  case BUILTIN_LOG: return x <= 0 ? value_missing(TYPE_NUMBER) : value_number(math_log(x));
  case BUILTIN_EXP: return value_number(math_exp(x));
  default: return value_number(math_logistic(x));
  }
}

static struct value of_micros(struct oracle *oracle, uint32_t builtin, int64_t micros) {
  switch (builtin) {
  case BUILTIN_AGE: return subtract_micros(TYPE_DURATION, oracle->as_of, micros);
  case BUILTIN_DAYS: return value_number((double)micros / (double)CLOCK_DAY);
  case BUILTIN_HOURS: return value_number((double)micros / (double)CLOCK_HOUR);
  case BUILTIN_HOUR: return value_number(clock_hour(micros));
  default: return value_number(clock_weekday(micros));
  }
}

/* min, max and clamp, from left to right. */
static struct value of_numbers(struct oracle *oracle, const struct expr *expr) {
  struct value result = expression(oracle, expr->items);
  bool raise = expr->index != BUILTIN_MIN;
  for (const struct expr *item = expr->items->next; item; item = item->next) {
    struct value next = expression(oracle, item);
    if (!result.known || !next.known)
      return value_missing(TYPE_NUMBER);
    result.number =
        raise ? larger(result.number, next.number) : smaller(result.number, next.number);
    raise = expr->index == BUILTIN_MAX;
  }
  return result;
}

static struct value call(struct oracle *oracle, const struct expr *expr) {
  if (expr->ref == REF_ENTERED)
    return name(oracle, expr);
  if (expr->index == BUILTIN_MIN || expr->index == BUILTIN_MAX || expr->index == BUILTIN_CLAMP)
    return of_numbers(oracle, expr);
  struct value argument = expression(oracle, expr->items);
  if (!argument.known)
    return value_missing(expr->type.kind);
  switch (argument.type) {
  case TYPE_TEXT: return of_text(oracle, expr->index, argument.text);
  case TYPE_NUMBER: return of_number(expr->index, argument.number);
  default: return of_micros(oracle, expr->index, argument.micros);
  }
}

/* ---- all of it ---------------------------------------------------------- */

static struct value chain(struct oracle *oracle, const struct expr *expr) {
  struct value result = value_bool(expr->kind == EXPR_AND);
  for (const struct expr *item = expr->items; item; item = item->next) {
    struct value one = expression(oracle, item);
    result = expr->kind == EXPR_AND ? both(result, one) : either(result, one);
  }
  return result;
}

static struct value cases(struct oracle *oracle, const struct expr *expr) {
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next)
    if (is_true(expression(oracle, arm->condition)))
      return expression(oracle, arm->value);
  return expression(oracle, expr->right);
}

static struct value literal(const struct expr *expr) {
  switch (expr->type.kind) {
  case TYPE_NUMBER: return value_number(expr->number);
  case TYPE_TEXT: return value_text(expr->text);
  case TYPE_BOOL: return value_bool(expr->boolean);
  case TYPE_LABEL: return value_label(expr->index);
  default: return value_micros(expr->type.kind, expr->micros);
  }
}

struct value expression(struct oracle *oracle, const struct expr *unresolved) {
  const struct expr *expr = resolved(unresolved);
  switch (expr->kind) {
  case EXPR_NAME: return name(oracle, expr);
  case EXPR_NEGATE: return negated_amount(oracle, expr);
  case EXPR_NOT: return opposite(expression(oracle, expr->left));
  case EXPR_AND:
  case EXPR_OR: return chain(oracle, expr);
  case EXPR_ARITHMETIC: return arithmetic(oracle, expr);
  case EXPR_COMPARE: return comparison(oracle, expr);
  case EXPR_PRESENT: return value_bool(expression(oracle, expr->left).known != expr->negated);
  case EXPR_IN: return membership(oracle, expr);
  case EXPR_MATCH: return matching(oracle, expr);
  case EXPR_CASE: return cases(oracle, expr);
  case EXPR_CALL: return call(oracle, expr);
  case EXPR_EVENTS: return over_events(oracle, expr);
  default: return expr->missing ? value_missing(expr->type.kind) : literal(expr);
  }
}

/* fold.c - the values of constant expressions.
 *
 * Folding gives the bits that the machine would compute: the same functions of
 * base/math.h, one operation at a time, nothing reordered.  A constant that
 * does not exist, as 1 / 0, is a missing constant.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include "check/checker.h"
#include <assert.h>

void fold_copy(struct expr *expr, const struct expr *constant) {
  expr->is_constant = constant->is_constant;
  expr->missing = constant->missing;
  expr->places = constant->places;
  expr->boolean = constant->boolean;
  if (!constant->is_constant)
    return;
  if (constant->type.kind != TYPE_TEXT)
    expr->micros = constant->micros; /* or the number, which stands in the same place */
  else if (expr->kind == EXPR_NAME)
    expr->text = expr_seen(constant)->text;
}

static void set_number(struct expr *expr, double number) {
  expr->is_constant = true;
  expr->missing = !math_finite(number);
  expr->number = expr->missing ? 0 : number;
  expr->places = 0;
}

static void set_micros(struct expr *expr, bool overflow, int64_t micros) {
  expr->is_constant = true;
  expr->missing = overflow;
  expr->micros = overflow ? 0 : micros;
}

/* A scaled duration, to the nearest microsecond. */
static void set_scaled(struct expr *expr, double micros) {
  double whole = math_finite(micros) ? math_round(micros) : 0;
  bool outside = !math_finite(micros) || whole < -0x1p63 || whole >= 0x1p63;
  set_micros(expr, outside, outside ? 0 : (int64_t)whole);
}

static void set_missing(struct expr *expr) {
  expr->is_constant = expr->missing = true;
  expr->number = 0;
  expr->micros = 0;
}

void fold_negate(struct expr *expr) {
  const struct expr *operand = expr->left;
  if (!operand->is_constant)
    return;
  int64_t micros;
  if (operand->missing)
    set_missing(expr);
  else if (expr->type.kind == TYPE_NUMBER)
    set_number(expr, 0 - operand->number);
  else {
    bool overflow = __builtin_sub_overflow(INT64_C(0), operand->micros, &micros);
    set_micros(expr, overflow, micros);
  }
}

static void fold_numbers(struct expr *expr, double a, double b) {
  switch (expr->arithmetic) {
  case ARITH_ADD: set_number(expr, a + b); break;
  case ARITH_SUBTRACT: set_number(expr, a - b); break;
  case ARITH_MULTIPLY: set_number(expr, a * b); break;
  case ARITH_DIVIDE:
    if (b == 0)
      set_missing(expr);
    else
      set_number(expr, a / b);
    break;
  }
}

static bool is_micros(const struct expr *expr) {
  return expr->type.kind == TYPE_TIME || expr->type.kind == TYPE_DURATION;
}

static void fold_two_micros(struct expr *expr, int64_t a, int64_t b) {
  int64_t micros = 0;
  switch (expr->arithmetic) {
  case ARITH_ADD: {
    bool overflow = __builtin_add_overflow(a, b, &micros);
    set_micros(expr, overflow, micros);
    break;
  }
  case ARITH_SUBTRACT: {
    bool overflow = __builtin_sub_overflow(a, b, &micros);
    set_micros(expr, overflow, micros);
    break;
  }
  case ARITH_DIVIDE:
    if (b == 0)
      set_missing(expr);
    else
      set_number(expr, (double)a / (double)b);
    break;
  case ARITH_MULTIPLY: break; /* no such type */
  }
}

/* Both operands have types that fit, and so has the expression. */
void fold_arithmetic(struct expr *expr) {
  const struct expr *a = expr->left, *b = expr->right;
  if (!a->is_constant || !b->is_constant)
    return;
  if (a->missing || b->missing)
    set_missing(expr);
  else if (is_micros(a) && is_micros(b))
    fold_two_micros(expr, a->micros, b->micros);
  else if (!is_micros(a) && !is_micros(b))
    fold_numbers(expr, a->number, b->number);
  else if (expr->arithmetic == ARITH_DIVIDE && b->number == 0)
    set_missing(expr);
  else if (expr->arithmetic == ARITH_DIVIDE)
    set_scaled(expr, (double)a->micros / b->number);
  else if (is_micros(a))
    set_scaled(expr, (double)a->micros * b->number);
  else
    set_scaled(expr, (double)b->micros * a->number);
}

/* ---- functions --------------------------------------------------------------------------- */

static double smaller(double a, double b) {
  return b < a ? b : a;
}

static double larger(double a, double b) {
  return b > a ? b : a;
}

static void fold_extreme(struct expr *expr, double (*better)(double, double)) {
  assert(expr->items);
  double best = expr->items->number;
  for (const struct expr *item = expr->items->next; item; item = item->next)
    best = better(best, item->number);
  set_number(expr, best);
}

/* All arguments are constants that are there, as many as the function takes. */
static void fold_call(struct expr *expr, enum builtin builtin) {
  const struct expr *first = expr->items;
  assert(first);
  double x = first->number;
  switch (builtin) {
  case BUILTIN_MIN: fold_extreme(expr, smaller); break;
  case BUILTIN_MAX: fold_extreme(expr, larger); break;
  case BUILTIN_ABS: set_number(expr, x < 0 ? 0 - x : x); break;
  case BUILTIN_FLOOR: set_number(expr, math_floor(x)); break;
  case BUILTIN_CEIL: set_number(expr, math_ceil(x)); break;
  case BUILTIN_ROUND: set_number(expr, math_round(x)); break;
  case BUILTIN_EXP: set_number(expr, math_exp(x)); break;
  case BUILTIN_LOGISTIC: set_number(expr, math_logistic(x)); break;
  case BUILTIN_SQRT:
    if (x < 0)
      set_missing(expr);
    else
      set_number(expr, math_sqrt(x));
    break;
  case BUILTIN_LOG:
    if (x <= 0)
      set_missing(expr);
    else
      set_number(expr, math_log(x));
    break;
  case BUILTIN_CLAMP:
    assert(first->next && first->next->next);
    set_number(expr, smaller(larger(x, first->next->number), first->next->next->number));
    break;
  case BUILTIN_DAYS: set_number(expr, (double)first->micros / (double)CLOCK_DAY); break;
  case BUILTIN_HOURS: set_number(expr, (double)first->micros / (double)CLOCK_HOUR); break;
  default: break; /* texts and instants are left to the machine */
  }
}

void fold_builtin(struct expr *expr, enum builtin builtin) {
  bool missing = false;
  for (const struct expr *item = expr->items; item; item = item->next) {
    if (!item->is_constant || item->type.kind == TYPE_TEXT || item->type.kind == TYPE_TIME)
      return;
    missing |= item->missing;
  }
  if (missing)
    set_missing(expr);
  else
    fold_call(expr, builtin);
}

/* ---- units ------------------------------------------------------------------------------- */

/* The decimal that a computed constant is printed as: 0.25 is 25/100. */
static bool shortest_decimal(double number, struct unit *unit) {
  char bytes[NUMBER_TEXT_SIZE];
  size_t length = number_format(number, bytes);
  double numerator = 0, denominator = 1;
  bool fraction = false;
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == '.') {
      fraction = true;
      continue;
    }
    if (bytes[i] < '0' || bytes[i] > '9')
      return false; /* an exponent: too large or too small to round to */
    numerator = numerator * 10 + (bytes[i] - '0');
    if (fraction)
      denominator *= 10;
  }
  *unit = (struct unit){numerator, denominator};
  return numerator <= 0x1p53 && denominator <= 1e22;
}

bool fold_unit(const struct expr *expr, struct unit *unit) {
  *unit = expr_decimal(expr);
  return unit->denominator > 0 || shortest_decimal(expr->number, unit);
}

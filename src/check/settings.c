/* settings.c - decay, range, round, and the counts and times of modifiers.
 *
 * All of these are constants: they may be written as literals, as `param`s or
 * computed from them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

#include <math.h>

/* How often something may count: a larger number could not be counted. */
#define TIMES_MAX 2147483647.0

bool check_duration(struct checker *c, const struct scope *scope, struct expr *expr,
                    const char *what, int64_t *micros) {
  if (!check_constant(c, scope, expr, TYPE_DURATION, what))
    return false;
  *micros = expr->micros;
  if (expr->micros > 0)
    return true;
  struct diag *diag =
      diag_error(c->diags, E0403, expr->span, "%s must be longer than nothing, not %s", what,
                 expr_words(c, expr));
  note_expansion(c, scope, diag);
  return false;
}

bool check_count(struct checker *c, const struct scope *scope, struct expr *expr, const char *what,
                 uint32_t *count) {
  if (!check_constant(c, scope, expr, TYPE_NUMBER, what))
    return false;
  double number = expr->number;
  if (number >= 1 && number <= TIMES_MAX && math_floor(number) == number) {
    *count = (uint32_t)number;
    return true;
  }
  if (number > TIMES_MAX)
    diag_error(c->diags, E0403, expr->span, "%s can be at most 2147483647, not %s", what,
               expr_words(c, expr));
  else
    diag_error(c->diags, E0403, expr->span, "%s must be a whole number, at least 1, not %s", what,
               expr_words(c, expr));
  return false;
}

/* ---- decay -------------------------------------------------------------------------------------
 */

static bool check_rate(struct checker *c, const struct scope *scope, struct expr *rate,
                       struct decay *decay) {
  if (!check_constant(c, scope, rate, TYPE_NUMBER, "the rate of `decay`"))
    return false;
  if (rate->number < 0 || rate->number > 1) {
    struct diag *diag = diag_error(c->diags, E0403, rate->span,
                                   "the rate of `decay` must lie between 0%% and 100%%, not at %s",
                                   expr_source(c, rate));
    if (rate->number > 1 && rate->number <= 100 && rate->kind == EXPR_NUMBER && !rate->percent)
      diag_help(c->diags, diag, "write it as a percentage: %.*s%%",
                TEXT_ARGS(span_text(c->sources, rate->span)));
    return false;
  }
  decay->rate = rate->number;
  if (rate->number < 1)
    decay->rate_log2 = math_log2(1 - rate->number);
  return true;
}

void check_decay(struct checker *c, const struct scope *scope, struct decay_syntax *syntax) {
  struct decay decay = {.kind = syntax->kind};
  syntax->decay = (struct decay){.kind = DECAY_NONE};
  if (!syntax->present || syntax->kind == DECAY_NONE)
    return;
  bool valid =
      check_duration(c, scope, syntax->duration,
                     syntax->kind == DECAY_EXPIRE ? "the time of `expire`" : "the time of `decay`",
                     &decay.duration);
  if (syntax->kind == DECAY_RATE || syntax->kind == DECAY_RATE_STEPS)
    valid &= check_rate(c, scope, syntax->rate, &decay);
  if (syntax->kind == DECAY_LINEAR_STEPS) {
    uint32_t steps = 1;
    valid &= check_count(c, scope, syntax->steps, "the number of steps", &steps);
    decay.steps = steps;
  }
  if (valid)
    syntax->decay = decay;
}

/* ---- range, round -------------------------------------------------------------------------------
 */

void check_range(struct checker *c, const struct scope *scope, struct range_syntax *range) {
  range->low_number = (double)-INFINITY;
  range->high_number = (double)INFINITY;
  if (!range->present)
    return;
  if (range->low && check_constant(c, scope, range->low, TYPE_NUMBER, "the bottom of `range`"))
    range->low_number = range->low->number;
  if (range->high && check_constant(c, scope, range->high, TYPE_NUMBER, "the top of `range`"))
    range->high_number = range->high->number;
  if (!range->low || !range->high || range->low_number <= range->high_number)
    return;
  struct diag *diag = diag_error(c->diags, E0404, range->span,
                                 "the bottom of this range lies above its top: nothing fits in");
  diag_help(c->diags, diag, "write the smaller number first: `range %.*s to %.*s`",
            TEXT_ARGS(span_text(c->sources, range->high->span)),
            TEXT_ARGS(span_text(c->sources, range->low->span)));
}

void check_round(struct checker *c, const struct scope *scope, struct round_syntax *round) {
  round->decimal = (struct unit){1, 100};
  if (!round->present || round->none)
    return;
  if (!check_constant(c, scope, round->unit, TYPE_NUMBER, "the unit of `round`"))
    return;
  struct unit decimal;
  if (!(round->unit->number > 0)) {
    struct diag *diag =
        diag_error(c->diags, E0405, round->unit->span,
                   "the unit of `round` must be above 0, not %s", expr_words(c, round->unit));
    diag_help(c->diags, diag, "`round none` keeps every digit");
  } else if (!fold_unit(round->unit, &decimal))
    diag_error(c->diags, E0405, round->unit->span,
               "%s has too many digits to round to its multiples", expr_words(c, round->unit));
  else
    round->decimal = decimal;
}

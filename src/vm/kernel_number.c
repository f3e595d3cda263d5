/* kernel_number.c - arithmetic on columns of doubles.
 *
 * A result that is not finite is missing: its bit is cleared and its value set
 * to 0, so that what follows works on harmless numbers.  So is the value of a
 * lane that was unknown before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

/* Values from x, y or k, for whole words. */
#define NUMBERS(known_bits, expression)                                   \
  struct column *const d = &m->r[i->d];                                   \
  const uint32_t words = words_of(lanes_of(m, i->space));                 \
  for (uint32_t w = 0; w < words; w++) {                                  \
    double value[WORD_LANES];                                             \
    for (uint32_t j = 0, l = w * WORD_LANES; j < WORD_LANES; j++, l++)    \
      value[j] = (expression);                                            \
    d->known[w] = (known_bits)&settle(d->number + w * WORD_LANES, value); \
  }                                                                       \
  return true

#define BINARY(op, expression)                             \
  KERNEL(op) {                                             \
    const struct column a = m->r[i->a], b = m->r[i->b];    \
    const double *const x = a.number, *const y = b.number; \
    NUMBERS(a.known[w] & b.known[w], expression);          \
  }

#define CONSTANT(op, expression)                \
  KERNEL(op) {                                  \
    const struct column a = m->r[i->a];         \
    const double *const x = a.number;           \
    const double k = m->program->numbers[i->b]; \
    NUMBERS(a.known[w], expression);            \
  }

#define UNARY(op, expression)           \
  KERNEL(op) {                          \
    const struct column a = m->r[i->a]; \
    const double *const x = a.number;   \
    NUMBERS(a.known[w], expression);    \
  }

BINARY(ADD, x[l] + y[l])
BINARY(SUBTRACT, x[l] - y[l])
BINARY(MULTIPLY, x[l] * y[l])
BINARY(DIVIDE, x[l] / y[l])
BINARY(MINIMUM, y[l] < x[l] ? y[l] : x[l])
BINARY(MAXIMUM, y[l] > x[l] ? y[l] : x[l])

CONSTANT(ADD_K, x[l] + k)
CONSTANT(SUBTRACT_K, x[l] - k)
CONSTANT(MULTIPLY_K, x[l] * k)
CONSTANT(DIVIDE_K, x[l] / k)

UNARY(NEGATE, 0.0 - x[l])
UNARY(ABSOLUTE, x[l] < 0 ? 0.0 - x[l] : x[l])

/* ---- functions that are called, so for no more lanes than there are --------------- */

#define FUNCTION(op, expression)                                            \
  KERNEL(op) {                                                              \
    const struct column a = m->r[i->a];                                     \
    struct column *const d = &m->r[i->d];                                   \
    const uint32_t lanes = lanes_of(m, i->space);                           \
    for (uint32_t w = 0; w < words_of(lanes); w++) {                        \
      double value[WORD_LANES] = {0};                                       \
      for (uint32_t j = 0; j < lanes_in(lanes, w); j++) {                   \
        const double x = a.number[w * WORD_LANES + j];                      \
        value[j] = (expression);                                            \
      }                                                                     \
      d->known[w] = a.known[w] & settle(d->number + w * WORD_LANES, value); \
    }                                                                       \
    return true;                                                            \
  }

static const double nothing = (double)(DBL_MAX * 2); /* not finite: missing */

FUNCTION(FLOOR, math_floor(x))
FUNCTION(CEILING, math_ceil(x))
FUNCTION(ROUND, math_round(x))
FUNCTION(ROOT, x < 0 ? nothing : math_sqrt(x))
FUNCTION(LOGARITHM, x <= 0 ? nothing : math_log(x))
FUNCTION(EXPONENTIAL, math_exp(x))
FUNCTION(LOGISTIC, math_logistic(x))

KERNEL(ROUND_TO) {
  const struct column a = m->r[i->a];
  struct column *const d = &m->r[i->d];
  const struct unit unit = m->program->units[i->b];
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t w = 0; w < words; w++) {
    double value[WORD_LANES];
    math_round_to_column_on(m->runner->machine, unit, value, a.number + w * WORD_LANES, WORD_LANES);
    d->known[w] = a.known[w] & settle(d->number + w * WORD_LANES, value);
  }
  return true;
}

/* A bound may be infinite, so a value that is not finite must be caught first:
 * it is missing, not at the bound. */
KERNEL(LIMIT) {
  const struct column a = m->r[i->a];
  struct column *const d = &m->r[i->d];
  const double low = m->program->numbers[i->b], high = m->program->numbers[i->c];
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t w = 0; w < words; w++) {
    double value[WORD_LANES];
    const uint64_t finite = settle(value, a.number + w * WORD_LANES);
    for (uint32_t j = 0; j < WORD_LANES; j++) {
      const double raised = low > value[j] ? low : value[j];
      value[j] = high < raised ? high : raised;
    }
    memcpy(d->number + w * WORD_LANES, value, sizeof value);
    d->known[w] = a.known[w] & finite;
  }
  return true;
}

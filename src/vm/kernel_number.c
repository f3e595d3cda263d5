/* kernel_number.c - arithmetic on columns of doubles.
 *
 * A result that is not finite is missing: its bit is cleared and its value set
 * to 0, so that what follows works on harmless numbers.  So is the value of a
 * lane that was unknown before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include <float.h>

/* Clears the known bit of each lane whose value is not finite, and its value. */
static void settle(struct column *d, const uint64_t *a, const uint64_t *b, uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    double *value = d->number + w * WORD_LANES;
    uint32_t count = lanes_in(lanes, w);
    uint64_t finite = 0;
    for (uint32_t j = 0; j < count; j++) {
      bool is_finite = value[j] >= -DBL_MAX && value[j] <= DBL_MAX;
      finite |= (uint64_t)is_finite << j;
      value[j] = is_finite ? value[j] : 0;
    }
    d->known[w] = a[w] & b[w] & finite;
  }
}

#define BINARY(expression)                     \
  for (uint32_t l = 0; l < lanes; l++) {       \
    double x = a->number[l], y = b->number[l]; \
    d->number[l] = (expression);               \
  }                                            \
  settle(d, a->known, b->known, lanes)

static void binary(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_ADD: BINARY(x + y); break;
  case OP_SUBTRACT: BINARY(x - y); break;
  case OP_MULTIPLY: BINARY(x * y); break;
  case OP_DIVIDE: BINARY(x / y); break;
  case OP_MINIMUM: BINARY(y < x ? y : x); break;
  default: BINARY(y > x ? y : x); break;
  }
}

#define UNARY(expression)                \
  for (uint32_t l = 0; l < lanes; l++) { \
    double x = a->number[l];             \
    d->number[l] = (expression);         \
  }                                      \
  settle(d, a->known, a->known, lanes)

static void with_constant(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const double k = m->program->numbers[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_ADD_K: UNARY(x + k); break;
  case OP_SUBTRACT_K: UNARY(x - k); break;
  case OP_MULTIPLY_K: UNARY(x * k); break;
  default: UNARY(x / k); break;
  }
}

/* A bound may be infinite, so a value that is not finite must be caught first:
 * it is missing, not at the bound. */
static void limit(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const double low = m->program->numbers[i->b], high = m->program->numbers[i->c];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->number[l] = a->number[l];
  settle(d, a->known, a->known, lanes);
  for (uint32_t l = 0; l < lanes; l++) {
    double raised = low > d->number[l] ? low : d->number[l];
    d->number[l] = high < raised ? high : raised;
  }
}

static void round_to(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const struct unit unit = m->program->units[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  UNARY(math_round_to(x, unit));
}

static void unary(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  const double nothing = (double)(DBL_MAX * 2); /* not finite: missing */
  switch (i->op) {
  case OP_NEGATE: UNARY(0.0 - x); break;
  case OP_ABSOLUTE: UNARY(x < 0 ? 0.0 - x : x); break;
  case OP_FLOOR: UNARY(math_floor(x)); break;
  case OP_CEILING: UNARY(math_ceil(x)); break;
  case OP_ROUND: UNARY(math_round(x)); break;
  case OP_ROOT: UNARY(x < 0 ? nothing : math_sqrt(x)); break;
  case OP_LOGARITHM: UNARY(x <= 0 ? nothing : math_log(x)); break;
  case OP_EXPONENTIAL: UNARY(math_exp(x)); break;
  default: UNARY(math_logistic(x)); break;
  }
}

bool run_number(const struct machine *m, const struct instruction *i) {
  switch (i->op) {
  case OP_ADD:
  case OP_SUBTRACT:
  case OP_MULTIPLY:
  case OP_DIVIDE:
  case OP_MINIMUM:
  case OP_MAXIMUM: binary(m, i); break;
  case OP_ADD_K:
  case OP_SUBTRACT_K:
  case OP_MULTIPLY_K:
  case OP_DIVIDE_K: with_constant(m, i); break;
  case OP_LIMIT: limit(m, i); break;
  case OP_ROUND_TO: round_to(m, i); break;
  default: unary(m, i);
  }
  return true;
}

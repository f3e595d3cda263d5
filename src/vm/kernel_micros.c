/* kernel_micros.c - times and durations, in whole microseconds.
 *
 * Whatever leaves the range of 64 bits is missing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "base/clock.h"

static bool add(int64_t a, int64_t b, int64_t *out) {
  return !__builtin_add_overflow(a, b, out);
}

static bool subtract(int64_t a, int64_t b, int64_t *out) {
  return !__builtin_sub_overflow(a, b, out);
}

/* To the nearest microsecond, half away from zero. */
static bool from_number(double number, int64_t *out) {
  double rounded = math_round(number);
  if (!(rounded >= -0x1p63 && rounded < 0x1p63))
    return false;
  *out = (int64_t)rounded;
  return true;
}

static bool scale(int64_t duration, double number, int64_t *out) {
  return from_number((double)duration * number, out);
}

static bool shrink(int64_t duration, double number, int64_t *out) {
  return number != 0 && from_number((double)duration / number, out);
}

static bool ratio(int64_t a, int64_t b, double *out) {
  *out = b ? (double)a / (double)b : 0;
  return b != 0;
}

static double whole_steps(int64_t duration, int64_t period) {
  return duration <= 0 ? 0 : (double)(duration / period);
}

/* Lane l of d by a call that says whether there is a result.  d may be an
 * operand: a lane's operands are read before it is written. */
#define LANES(type, member, bits, call)                                          \
  for (uint32_t w = 0; w < words_of(lanes); w++) {                               \
    uint64_t known = (bits), good = 0;                                           \
    for (uint32_t j = 0, l = w * WORD_LANES; j < lanes_in(lanes, w); j++, l++) { \
      type out = 0;                                                              \
      bool ok = (call);                                                          \
      d->member[l] = ok ? out : 0;                                               \
      good |= (uint64_t)ok << j;                                                 \
    }                                                                            \
    d->known[w] = known & good;                                                  \
  }

static void binary(const struct machine *m, const struct instruction *i) {
  const struct column a = m->r[i->a], b = m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_MICROS_ADD:
    LANES(int64_t, micros, a.known[w] & b.known[w], add(a.micros[l], b.micros[l], &out));
    break;
  case OP_MICROS_SUBTRACT:
    LANES(int64_t, micros, a.known[w] & b.known[w], subtract(a.micros[l], b.micros[l], &out));
    break;
  case OP_MICROS_SCALE:
    LANES(int64_t, micros, a.known[w] & b.known[w], scale(a.micros[l], b.number[l], &out));
    break;
  case OP_MICROS_SHRINK:
    LANES(int64_t, micros, a.known[w] & b.known[w], shrink(a.micros[l], b.number[l], &out));
    break;
  default: LANES(double, number, a.known[w] & b.known[w], ratio(a.micros[l], b.micros[l], &out));
  }
}

static void subtract_from(const struct machine *m, const struct instruction *i, int64_t minuend) {
  const struct column a = m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  LANES(int64_t, micros, a.known[w], subtract(minuend, a.micros[l], &out));
}

static void to_number(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  bool has_unit = i->op == OP_MICROS_UNITS || i->op == OP_MICROS_STEPS;
  int64_t unit = has_unit ? m->program->micros[i->b] : 1;
  for (uint32_t l = 0; l < lanes; l++) {
    int64_t x = a->micros[l];
    switch (i->op) {
    case OP_MICROS_UNITS: d->number[l] = (double)x / (double)unit; break;
    case OP_MICROS_STEPS: d->number[l] = whole_steps(x, unit); break;
    case OP_HOUR: d->number[l] = clock_hour(x); break;
    default: d->number[l] = clock_weekday(x); break;
    }
  }
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->known[w] = a->known[w];
}

bool run_micros(const struct machine *m, const struct instruction *i) {
  switch (i->op) {
  case OP_MICROS_NEGATE: subtract_from(m, i, 0); break;
  case OP_AGE: subtract_from(m, i, m->batch->as_of); break;
  case OP_MICROS_UNITS:
  case OP_MICROS_STEPS:
  case OP_HOUR:
  case OP_WEEKDAY: to_number(m, i); break;
  default: binary(m, i);
  }
  return true;
}

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

/* Lane l of d by a call that says whether there is a result; no more lanes than
 * there are, as some calls are dear. */
#define LANES(type, member, bits, call)                 \
  struct column *const d = &m->r[i->d];                 \
  const uint32_t lanes = lanes_of(m, i->space);         \
  for (uint32_t w = 0; w < words_of(lanes); w++) {      \
    type *const to = d->member + w * WORD_LANES;        \
    uint8_t good[WORD_LANES] = {0};                     \
    for (uint32_t j = 0; j < lanes_in(lanes, w); j++) { \
      const uint32_t l = w * WORD_LANES + j;            \
      type out = 0;                                     \
      good[j] = (call);                                 \
      to[j] = good[j] ? out : 0;                        \
    }                                                   \
    d->known[w] = (bits)&bits_of_flags(good);           \
  }                                                     \
  return true

#define BINARY(op, type, member, call)                  \
  KERNEL(op) {                                          \
    const struct column a = m->r[i->a], b = m->r[i->b]; \
    LANES(type, member, a.known[w] & b.known[w], call); \
  }

BINARY(MICROS_ADD, int64_t, micros, add(a.micros[l], b.micros[l], &out))
BINARY(MICROS_SUBTRACT, int64_t, micros, subtract(a.micros[l], b.micros[l], &out))
BINARY(MICROS_SCALE, int64_t, micros, scale(a.micros[l], b.number[l], &out))
BINARY(MICROS_SHRINK, int64_t, micros, shrink(a.micros[l], b.number[l], &out))
BINARY(MICROS_RATIO, double, number, ratio(a.micros[l], b.micros[l], &out))

static void subtract_from(const struct machine *m, const struct instruction *i, int64_t minuend) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  copy_bits(d.known, a.known, lanes);
  if (subtract_lanes(minuend, a.micros, d.micros, lanes))
    forget_wrapped(minuend, d.micros, lanes, d.known);
}

KERNEL(MICROS_NEGATE) {
  subtract_from(m, i, 0);
  return true;
}

KERNEL(AGE) {
  subtract_from(m, i, m->batch->as_of);
  return true;
}

/* A number of each lane, known where the operand is. */
#define TO_NUMBER(op, expression)                 \
  KERNEL(op) {                                    \
    const struct column a = m->r[i->a];           \
    struct column *const d = &m->r[i->d];         \
    const uint32_t lanes = lanes_of(m, i->space); \
    for (uint32_t l = 0; l < lanes; l++) {        \
      const int64_t x = a.micros[l];              \
      d->number[l] = (expression);                \
    }                                             \
    copy_bits(d->known, a.known, lanes);          \
    return true;                                  \
  }

TO_NUMBER(MICROS_UNITS, (double)x / (double)m->program->micros[i->b])
TO_NUMBER(MICROS_STEPS, whole_steps(x, m->program->micros[i->b]))
TO_NUMBER(HOUR, clock_hour(x))
TO_NUMBER(WEEKDAY, clock_weekday(x))

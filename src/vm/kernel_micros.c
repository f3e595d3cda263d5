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

/* Differences that do not fit wrap around, and have then a sign that they cannot
 * have.  The sign of the result says that: negative if it is so. */
static inline int64_t wrapped(int64_t minuend, int64_t from, int64_t difference) {
  return (minuend ^ from) & (minuend ^ difference);
}

/* Makes the lanes of differences that wrapped around unknown. */
static void forget_wrapped(struct column *d, int64_t minuend, uint32_t lanes) {
  for (uint32_t l = 0; l < lanes; l++) {
    int64_t from = (int64_t)((uint64_t)minuend - (uint64_t)d->micros[l]);
    if (wrapped(minuend, from, d->micros[l]) >= 0)
      continue;
    d->micros[l] = 0;
    d->known[l / 64] &= ~(UINT64_C(1) << l % 64);
  }
}

/* minuend - a in all lanes.  That all of them fit is the rule, and is found out
 * for all lanes at once. */
static void subtract_from(const struct machine *m, const struct instruction *i, int64_t minuend) {
  const struct column a = m->r[i->a];
  struct column *const d = &m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  int64_t any[STEP_LANES] = {0};
  for (uint32_t first = 0; first < lanes; first += STEP_LANES) {
    int64_t difference[STEP_LANES];
    for (uint32_t j = 0; j < STEP_LANES; j++) {
      const int64_t from = a.micros[first + j];
      difference[j] = (int64_t)((uint64_t)minuend - (uint64_t)from);
      any[j] |= wrapped(minuend, from, difference[j]);
    }
    memcpy(d->micros + first, difference, sizeof difference);
  }
  copy_bits(d->known, a.known, lanes);
  int64_t sign = 0;
  for (uint32_t j = 0; j < STEP_LANES; j++)
    sign |= any[j];
  if (sign < 0)
    forget_wrapped(d, minuend, lanes);
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

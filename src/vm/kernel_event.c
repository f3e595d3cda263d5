/* kernel_event.c - of the events found, those that count.
 *
 * Events lie sorted by lead and time, so that "the latest" of a lead are the
 * last lanes before the next lead's.  Only lanes that are set are visited.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "vm/distinct.h"

#include <string.h>

/* What a selection leaves is known to be true or false. */
static void finish_no(struct column *d, uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->no[w] = lane_mask(lanes, w) & ~d->yes[w];
}

#define SPACE(m, i) (&(m)->batch->spaces[(i)->space - 1])

/* The first `most` of each lead's lanes that are set. */
KERNEL(EARLIEST) {
  const struct batch_space *const space = SPACE(m, i);
  const uint64_t *const a = m->r[i->a].yes;
  const uint32_t most = i->b;
  uint32_t current = UINT32_MAX, count = 0;
  for (uint32_t w = 0; w < words_of(space->count); w++) {
    const uint16_t *const lead = space->lead + w * WORD_LANES;
    uint64_t kept = 0;
    for (uint64_t left = a[w]; left; left &= left - 1) {
      const uint32_t j = lowest_bit(left), of = lead[j];
      count = of == current ? count + 1 : 1;
      current = of;
      kept |= (uint64_t)(count <= most) << j;
    }
    m->r[i->d].yes[w] = kept;
  }
  finish_no(&m->r[i->d], space->count);
  return true;
}

/* The last `most` of each lead's lanes that are set. */
KERNEL(LATEST) {
  const struct batch_space *const space = SPACE(m, i);
  const uint64_t *const a = m->r[i->a].yes;
  const uint32_t most = i->b;
  uint32_t current = UINT32_MAX, count = 0;
  for (uint32_t w = words_of(space->count); w-- > 0;) {
    const uint16_t *const lead = space->lead + w * WORD_LANES;
    uint64_t kept = 0;
    for (uint64_t left = a[w]; left;) {
      const uint32_t j = highest_bit(left), of = lead[j];
      left ^= UINT64_C(1) << j;
      count = of == current ? count + 1 : 1;
      current = of;
      kept |= (uint64_t)(count <= most) << j;
    }
    m->r[i->d].yes[w] = kept;
  }
  finish_no(&m->r[i->d], space->count);
  return true;
}

/* An event counts unless the most-th counted one before it is less than
 * `period` older: then `most` of them are. */
KERNEL(ROLLING) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a];
  struct column *const d = &m->r[i->d];
  const int64_t period = m->program->micros[i->c];
  const uint32_t most = i->b;
  uint32_t *counted = arena_array(&m->runner->scratch, (size_t)space->count + 1, sizeof *counted);
  uint32_t count = 0, current = UINT32_MAX;
  if (!counted)
    return false;
  for (uint32_t w = 0; w < words_of(space->count); w++) {
    uint64_t kept = 0;
    for (uint64_t left = a.yes[w]; left; left &= left - 1) {
      uint32_t j = lowest_bit(left), lane = w * WORD_LANES + j;
      if (space->lead[lane] != current) {
        current = space->lead[lane];
        count = 0;
      }
      if (count >= most && space->at[lane] - space->at[counted[count - most]] < period)
        continue;
      counted[count++] = lane;
      kept |= UINT64_C(1) << j;
    }
    d->yes[w] = kept;
  }
  finish_no(d, space->count);
  return true;
}

/* Of each lead's set lanes, the last one of each value; unknown is a value. */
static bool once_per(const struct machine *m, const struct instruction *i) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a]; /* d may be a: lanes are cleared, none set anew */
  struct column *const d = &m->r[i->d];
  struct distinct values = {.kind = distinct_kind_of((enum opcode)i->op), .column = &m->r[i->b]};
  copy_bits(d->yes, a.yes, space->count);
  for (uint32_t lead = 0; lead < m->batch->count; lead++) {
    uint32_t begin = space->begin[lead], end = space->begin[lead + 1];
    if (end - begin < 2)
      continue;
    if (!distinct_begin(&values, &m->runner->scratch, end - begin))
      return false;
    for (uint32_t lane = end; lane-- > begin;)
      if (bit_get(d->yes, lane) && !distinct_add(&values, lane))
        bit_unset(d->yes, lane);
  }
  finish_no(d, space->count);
  return true;
}

#define ONCE_PER(op)       \
  KERNEL(op) {             \
    return once_per(m, i); \
  }

ONCE_PER(ONCE_PER_NUMBER)
ONCE_PER(ONCE_PER_MICROS)
ONCE_PER(ONCE_PER_TEXT)
ONCE_PER(ONCE_PER_BOOL)
ONCE_PER(ONCE_PER_LABEL)

/* Ages are made some hundreds at a time, so that they never leave the first-level
 * cache; behind the last lane as well, rather than to end in steps of one. */
enum { AGES_AT_ONCE = 512 };

KERNEL(DECAY_SINCE) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const struct decay *const decay = &m->program->decays[i->b];
  const uint32_t lanes = lanes_of(m, i->space);
  int64_t ages[AGES_AT_ONCE];
  copy_bits(d.known, a.known, lanes);
  for (uint32_t first = 0; first < lanes; first += AGES_AT_ONCE) {
    const uint32_t left = lanes - first, count = left < AGES_AT_ONCE ? left : AGES_AT_ONCE;
    if (subtract_lanes(m->batch->as_of, a.micros + first, ages, count))
      forget_wrapped(m->batch->as_of, ages, count, d.known + first / 64);
    const uint32_t whole = (count + STEP_LANES - 1) / STEP_LANES * STEP_LANES;
    math_decay_column_on(m->runner->machine, decay, d.number + first, ages, whole);
  }
  return true;
}

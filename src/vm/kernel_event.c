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

/* The first `most` of each lead's lanes that are set. */
static void earliest(const struct column *a, struct column *d, const uint32_t *lead, uint32_t lanes,
                     uint32_t most) {
  uint32_t current = UINT32_MAX, count = 0;
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t kept = 0;
    for (uint64_t left = a->yes[w]; left; left &= left - 1) {
      uint32_t j = lowest_bit(left), of = lead[w * WORD_LANES + j];
      count = of == current ? count + 1 : 1;
      current = of;
      kept |= (uint64_t)(count <= most) << j;
    }
    d->yes[w] = kept;
  }
}

/* The last `most` of each lead's lanes that are set. */
static void latest(const struct column *a, struct column *d, const uint32_t *lead, uint32_t lanes,
                   uint32_t most) {
  uint32_t current = UINT32_MAX, count = 0;
  for (uint32_t w = words_of(lanes); w-- > 0;) {
    uint64_t kept = 0;
    for (uint64_t left = a->yes[w]; left;) {
      uint32_t j = highest_bit(left), of = lead[w * WORD_LANES + j];
      left &= ~(UINT64_C(1) << j);
      count = of == current ? count + 1 : 1;
      current = of;
      kept |= (uint64_t)(count <= most) << j;
    }
    d->yes[w] = kept;
  }
}

/* An event counts unless the most-th counted one before it is less than
 * `period` older: then `most` of them are. */
static bool rolling(const struct machine *m, const struct instruction *i, const struct column *a,
                    struct column *d, const struct batch_space *space) {
  const int64_t period = m->program->micros[i->c];
  const uint32_t most = i->b;
  uint32_t *counted = arena_array(&m->runner->scratch, (size_t)space->count + 1, sizeof *counted);
  uint32_t count = 0, current = UINT32_MAX;
  if (!counted)
    return false;
  for (uint32_t w = 0; w < words_of(space->count); w++) {
    uint64_t kept = 0;
    for (uint64_t left = a->yes[w]; left; left &= left - 1) {
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
  return true;
}

/* Of each lead's set lanes, the last one of each value; unknown is a value. */
static bool once_per(const struct machine *m, const struct instruction *i, const struct column *a,
                     struct column *d, const struct batch_space *space) {
  struct distinct values = {.kind = distinct_kind_of((enum opcode)i->op), .column = &m->r[i->b]};
  memset(d->yes, 0, words_of(space->count) * sizeof *d->yes);
  for (uint32_t lead = 0; lead < m->batch->count; lead++) {
    uint32_t begin = space->begin[lead], end = space->begin[lead + 1];
    if (begin == end)
      continue;
    if (!distinct_begin(&values, &m->runner->scratch, end - begin))
      return false;
    for (uint32_t lane = end; lane-- > begin;)
      if (column_bit(a->yes, lane) && distinct_add(&values, lane))
        set_bit(d->yes, lane);
  }
  return true;
}

static void decay(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  math_decay_column(&m->program->decays[i->b], d->number, a->micros, lanes);
  memcpy(d->known, a->known, words_of(lanes) * sizeof *d->known);
}

bool run_event(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const struct batch_space *space = &m->batch->spaces[i->space - 1];
  bool ok = true;
  switch (i->op) {
  case OP_DECAY: decay(m, i); return true;
  case OP_LATEST: latest(a, d, space->lead, space->count, i->b); break;
  case OP_EARLIEST: earliest(a, d, space->lead, space->count, i->b); break;
  case OP_ROLLING: ok = rolling(m, i, a, d, space); break;
  default: ok = once_per(m, i, a, d, space); break;
  }
  finish_no(d, space->count);
  return ok;
}

/* kernel_reduce.c - from events to their leads.
 *
 * Sums go in the order of the lanes: for each lead, in order of time.  They are
 * added up where they end, in the lead's lane: the lanes of a lead lie
 * together, and its last sum comes back faster than a guess of where the lead
 * ends would pay.  A lead that is alone has all lanes, and its sum never leaves
 * its register.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "vm/distinct.h"

#define SPACE(m, i) (&(m)->batch->spaces[(i)->space - 1])

/* Runs `body` for each lane that is set in the word `bits`, with `lane` and its
 * lead `of`.  Words that are full, the rule where every event counts, need no
 * looking for bits. */
#define EACH(bits, body)                                                      \
  for (uint32_t w = 0; w < words_of(space->count); w++) {                     \
    const uint32_t first = w * WORD_LANES;                                    \
    uint64_t left = (bits);                                                   \
    if (left == ~UINT64_C(0)) {                                               \
      for (uint32_t lane = first; lane < first + WORD_LANES; lane++) {        \
        const uint32_t of = space->lead[lane];                                \
        body;                                                                 \
      }                                                                       \
      continue;                                                               \
    }                                                                         \
    for (; left; left &= left - 1) {                                          \
      const uint32_t lane = first + lowest_bit(left), of = space->lead[lane]; \
      body;                                                                   \
    }                                                                         \
  }

/* `total` plus `value` for each lane, by lead, in the order of the lanes. */
#define ADD_UP(total, bits, value)     \
  if (leads == 1) {                    \
    double sum = 0;                    \
    EACH(bits, {                       \
      (void)of;                        \
      sum += (value);                  \
    })                                 \
    (total)[0] = sum;                  \
  } else {                             \
    EACH(bits, (total)[of] += (value)) \
  }

/* Of leads; of one that is alone only its own lane counts (machine.h). */
static void zero_numbers(const struct column *d, uint32_t leads, bool known) {
  memset(d->number, 0, (leads == 1 ? 1 : words_of(leads) * WORD_LANES) * sizeof *d->number);
  if (known)
    set_lanes(d->known, leads);
  else
    memset(d->known, 0, words_of(leads) * sizeof *d->known);
}

/* A sum that left the range of numbers is missing. */
static void settle_sums(const struct column *d, uint32_t leads) {
  if (leads == 1) {
    const bool is_finite = d->number[0] >= -DBL_MAX && d->number[0] <= DBL_MAX;
    d->number[0] = is_finite ? d->number[0] : 0;
    d->known[0] &= is_finite;
    return;
  }
  for (uint32_t w = 0; w < words_of(leads); w++) {
    double *const number = d->number + w * WORD_LANES;
    d->known[w] &= settle(number, number);
  }
}

KERNEL(COUNT) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t leads = m->batch->count;
  zero_numbers(&d, leads, true);
  ADD_UP(d.number, a.yes[w], 1)
  return true;
}

KERNEL(HAS) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t leads = m->batch->count;
  memset(d.yes, 0, words_of(leads) * sizeof *d.yes);
  EACH(a.yes[w], bit_set(d.yes, of))
  for (uint32_t w = 0; w < words_of(leads); w++)
    d.no[w] = lane_mask(leads, w) & ~d.yes[w];
  return true;
}

/* Lanes of a lead are in order of time: the first one wins, or the last. */
static void instants(const struct machine *m, const struct instruction *i, bool first_wins) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t words = words_of(m->batch->count);
  memset(d.micros, 0, words * WORD_LANES * sizeof *d.micros);
  memset(d.known, 0, words * sizeof *d.known);
  EACH(a.yes[w] & b.known[w], {
    if (!(first_wins && bit_get(d.known, of)))
      d.micros[of] = b.micros[lane];
    bit_set(d.known, of);
  })
}

KERNEL(FIRST_AT) {
  instants(m, i, true);
  return true;
}

KERNEL(LAST_AT) {
  instants(m, i, false);
  return true;
}

KERNEL(SUM) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t leads = m->batch->count;
  zero_numbers(&d, leads, true);
  ADD_UP(d.number, a.yes[w] & b.known[w], b.number[lane])
  settle_sums(&d, leads);
  return true;
}

KERNEL(SUM_K) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const double k = m->program->numbers[i->c];
  const uint32_t leads = m->batch->count;
  zero_numbers(&d, leads, true);
  ADD_UP(d.number, a.yes[w] & b.known[w], b.number[lane] * k)
  settle_sums(&d, leads);
  return true;
}

static void extreme(const struct machine *m, const struct instruction *i, bool largest) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  zero_numbers(&d, m->batch->count, false);
  EACH(a.yes[w] & b.known[w], {
    const double value = b.number[lane];
    const bool better = largest ? value > d.number[of] : value < d.number[of];
    if (!bit_get(d.known, of) || better)
      d.number[of] = value;
    bit_set(d.known, of);
  })
}

KERNEL(LARGEST) {
  extreme(m, i, true);
  return true;
}

KERNEL(SMALLEST) {
  extreme(m, i, false);
  return true;
}

/* A lead's lanes lie together: its mean is complete when its last lane is done. */
KERNEL(MEAN) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t leads = m->batch->count;
  zero_numbers(&d, leads, false);
  for (uint32_t lead = 0; lead < leads; lead++) {
    double total = 0, number = 0;
    for (uint32_t lane = space->begin[lead]; lane < space->begin[lead + 1]; lane++)
      if (bit_get(a.yes, lane) && bit_get(b.known, lane)) {
        total += b.number[lane];
        number += 1;
      }
    if (number > 0) {
      d.number[lead] = total / number;
      bit_set(d.known, lead);
    }
  }
  settle_sums(&d, leads);
  return true;
}

/* ---- how many values ------------------------------------------------------------ */

static bool distinct(const struct machine *m, const struct instruction *i) {
  const struct batch_space *const space = SPACE(m, i);
  const struct column a = m->r[i->a], d = m->r[i->d];
  struct distinct values = {.kind = distinct_kind_of((enum opcode)i->op), .column = &m->r[i->b]};
  zero_numbers(&d, m->batch->count, true);
  for (uint32_t lead = 0; lead < m->batch->count; lead++) {
    uint32_t begin = space->begin[lead], end = space->begin[lead + 1];
    if (begin == end)
      continue;
    if (!distinct_begin(&values, &m->runner->scratch, end - begin))
      return false;
    for (uint32_t lane = begin; lane < end; lane++)
      if (bit_get(a.yes, lane) && distinct_knows(&values, lane) && distinct_add(&values, lane))
        d.number[lead] += 1;
  }
  return true;
}

#define DISTINCT(op)       \
  KERNEL(op) {             \
    return distinct(m, i); \
  }

DISTINCT(DISTINCT_NUMBER)
DISTINCT(DISTINCT_MICROS)
DISTINCT(DISTINCT_TEXT)
DISTINCT(DISTINCT_BOOL)
DISTINCT(DISTINCT_LABEL)

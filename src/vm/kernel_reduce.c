/* kernel_reduce.c - from events to their leads.
 *
 * Sums go in the order of the lanes: for each lead, in order of time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "vm/distinct.h"

#include <float.h>
#include <string.h>

/* Runs `body` for each lane of `bits`, with `lane` and its lead `of`. */
#define EACH(bits, body)                                                               \
  for (uint32_t w = 0; w < words_of(space->count); w++)                                \
    for (uint64_t left = (bits); left; left &= left - 1) {                             \
      const uint32_t lane = w * WORD_LANES + lowest_bit(left), of = space->lead[lane]; \
      body;                                                                            \
    }

static void zero_numbers(struct column *d, uint32_t leads, bool known) {
  memset(d->number, 0, leads * sizeof *d->number);
  for (uint32_t w = 0; w < words_of(leads); w++)
    d->known[w] = known ? lane_mask(leads, w) : 0;
}

/* A sum that left the range of numbers is missing. */
static void settle_sums(struct column *d, uint32_t leads) {
  for (uint32_t w = 0; w < words_of(leads); w++) {
    uint64_t finite = 0;
    for (uint32_t j = 0, l = w * WORD_LANES; j < lanes_in(leads, w); j++, l++) {
      bool is_finite = d->number[l] >= -DBL_MAX && d->number[l] <= DBL_MAX;
      finite |= (uint64_t)is_finite << j;
      d->number[l] = is_finite ? d->number[l] : 0;
    }
    d->known[w] &= finite;
  }
}

static void count(const struct batch_space *space, const struct column *a, struct column *d,
                  uint32_t leads) {
  zero_numbers(d, leads, true);
  EACH(a->yes[w], d->number[of] += 1);
}

static void has(const struct batch_space *space, const struct column *a, struct column *d,
                uint32_t leads) {
  memset(d->yes, 0, words_of(leads) * sizeof *d->yes);
  EACH(a->yes[w], set_bit(d->yes, of));
  for (uint32_t w = 0; w < words_of(leads); w++)
    d->no[w] = lane_mask(leads, w) & ~d->yes[w];
}

/* Lanes of a lead are in order of time: the first one wins, or the last. */
static void instants(const struct batch_space *space, const struct column *a,
                     const struct column *b, struct column *d, uint32_t leads, bool first) {
  memset(d->micros, 0, leads * sizeof *d->micros);
  memset(d->known, 0, words_of(leads) * sizeof *d->known);
  EACH(a->yes[w] & b->known[w], {
    if (!(first && column_bit(d->known, of)))
      d->micros[of] = b->micros[lane];
    set_bit(d->known, of);
  });
}

static void sum(const struct batch_space *space, const struct column *a, const struct column *b,
                struct column *d, uint32_t leads) {
  zero_numbers(d, leads, true);
  EACH(a->yes[w] & b->known[w], d->number[of] += b->number[lane]);
  settle_sums(d, leads);
}

static void sum_k(const struct batch_space *space, const struct column *a, const struct column *b,
                  struct column *d, uint32_t leads, double k) {
  zero_numbers(d, leads, true);
  EACH(a->yes[w] & b->known[w], d->number[of] += b->number[lane] * k);
  settle_sums(d, leads);
}

static void extreme(const struct batch_space *space, const struct column *a, const struct column *b,
                    struct column *d, uint32_t leads, bool largest) {
  zero_numbers(d, leads, false);
  EACH(a->yes[w] & b->known[w], {
    double value = b->number[lane];
    bool better = largest ? value > d->number[of] : value < d->number[of];
    if (!column_bit(d->known, of) || better)
      d->number[of] = value;
    set_bit(d->known, of);
  });
}

/* A lead's lanes lie together: its mean is complete when its last lane is done. */
static void mean(const struct machine *m, const struct batch_space *space, const struct column *a,
                 const struct column *b, struct column *d) {
  uint32_t leads = m->batch->count;
  zero_numbers(d, leads, false);
  for (uint32_t lead = 0; lead < leads; lead++) {
    double total = 0, number = 0;
    for (uint32_t lane = space->begin[lead]; lane < space->begin[lead + 1]; lane++)
      if (column_bit(a->yes, lane) && column_bit(b->known, lane)) {
        total += b->number[lane];
        number += 1;
      }
    if (number > 0) {
      d->number[lead] = total / number;
      set_bit(d->known, lead);
    }
  }
  settle_sums(d, leads);
}

static bool is_known(const struct column *b, enum distinct_kind kind, uint32_t lane) {
  return column_bit(b->known, lane) || (kind == DISTINCT_BOOL && column_bit(b->yes, lane));
}

static bool distinct(const struct machine *m, const struct instruction *i,
                     const struct batch_space *space, const struct column *a, struct column *d) {
  const struct column *b = &m->r[i->b];
  struct distinct values = {.kind = distinct_kind_of((enum opcode)i->op), .column = b};
  zero_numbers(d, m->batch->count, true);
  for (uint32_t lead = 0; lead < m->batch->count; lead++) {
    uint32_t begin = space->begin[lead], end = space->begin[lead + 1];
    if (begin == end)
      continue;
    if (!distinct_begin(&values, &m->runner->scratch, end - begin))
      return false;
    for (uint32_t lane = begin; lane < end; lane++)
      if (column_bit(a->yes, lane) && is_known(b, values.kind, lane) && distinct_add(&values, lane))
        d->number[lead] += 1;
  }
  return true;
}

bool run_reduce(const struct machine *m, const struct instruction *i) {
  const struct batch_space *space = &m->batch->spaces[i->space - 1];
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t leads = m->batch->count;
  switch (i->op) {
  case OP_COUNT: count(space, a, d, leads); break;
  case OP_HAS: has(space, a, d, leads); break;
  case OP_FIRST_AT:
  case OP_LAST_AT: instants(space, a, &m->r[i->b], d, leads, i->op == OP_FIRST_AT); break;
  case OP_SUM: sum(space, a, &m->r[i->b], d, leads); break;
  case OP_SUM_K: sum_k(space, a, &m->r[i->b], d, leads, m->program->numbers[i->c]); break;
  case OP_MEAN: mean(m, space, a, &m->r[i->b], d); break;
  case OP_LARGEST:
  case OP_SMALLEST: extreme(space, a, &m->r[i->b], d, leads, i->op == OP_LARGEST); break;
  default: return distinct(m, i, space, a, d);
  }
  return true;
}

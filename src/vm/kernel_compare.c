/* kernel_compare.c - comparisons: columns of values to columns of bits.
 *
 * For a word of 64 lanes the comparison's answers are gathered into a word,
 * which the known bits of the operands divide into yes, no, and unknown.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

/* Gathers `test` for lane l; a full word has a loop of constant length. */
#define GATHER(test)                                        \
  uint64_t bits = 0;                                        \
  if (lanes - w * WORD_LANES >= WORD_LANES)                 \
    for (uint32_t j = 0; j < WORD_LANES; j++) {             \
      uint32_t l = w * WORD_LANES + j;                      \
      bits |= (uint64_t)(test) << j;                        \
    }                                                       \
  else                                                      \
    for (uint32_t j = 0; j < lanes - w * WORD_LANES; j++) { \
      uint32_t l = w * WORD_LANES + j;                      \
      bits |= (uint64_t)(test) << j;                        \
    }

#define COMPARE(known_bits, test)                  \
  for (uint32_t w = 0; w < words_of(lanes); w++) { \
    const uint64_t known = (known_bits);           \
    GATHER(test)                                   \
    d->yes[w] = known & bits;                      \
    d->no[w] = known & ~bits;                      \
  }

static void numbers(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a], *cb = &m->r[i->b];
  struct column *d = &m->r[i->d];
  const double *a = ca->number, *b = cb->number;
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_NUMBER_LESS: COMPARE(ca->known[w] & cb->known[w], a[l] < b[l]); break;
  case OP_NUMBER_LESS_EQUAL: COMPARE(ca->known[w] & cb->known[w], a[l] <= b[l]); break;
  default: COMPARE(ca->known[w] & cb->known[w], a[l] == b[l]); break;
  }
}

static void numbers_k(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const double *a = ca->number, k = m->program->numbers[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_NUMBER_LESS_K: COMPARE(ca->known[w], a[l] < k); break;
  case OP_NUMBER_LESS_EQUAL_K: COMPARE(ca->known[w], a[l] <= k); break;
  case OP_NUMBER_GREATER_K: COMPARE(ca->known[w], a[l] > k); break;
  case OP_NUMBER_GREATER_EQUAL_K: COMPARE(ca->known[w], a[l] >= k); break;
  default: COMPARE(ca->known[w], a[l] == k); break;
  }
}

static bool number_in(const struct number_set *set, double number) {
  uint32_t low = 0, high = set->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (set->items[middle] < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < set->count && set->items[low] == number;
}

static void number_sets(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const struct number_set *set = &m->program->number_sets[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  COMPARE(ca->known[w], number_in(set, ca->number[l]));
}

static void micros(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a], *cb = &m->r[i->b];
  struct column *d = &m->r[i->d];
  const int64_t *a = ca->micros, *b = cb->micros;
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_MICROS_LESS: COMPARE(ca->known[w] & cb->known[w], a[l] < b[l]); break;
  case OP_MICROS_LESS_EQUAL: COMPARE(ca->known[w] & cb->known[w], a[l] <= b[l]); break;
  default: COMPARE(ca->known[w] & cb->known[w], a[l] == b[l]); break;
  }
}

static void micros_k(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const int64_t *a = ca->micros, k = m->program->micros[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_MICROS_LESS_K: COMPARE(ca->known[w], a[l] < k); break;
  case OP_MICROS_LESS_EQUAL_K:
  case OP_NEWER: COMPARE(ca->known[w], a[l] <= k); break;
  default: COMPARE(ca->known[w], a[l] == k); break;
  }
}

static void labels(const struct machine *m, const struct instruction *i) {
  const struct column *ca = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const uint32_t *a = ca->label;
  const uint32_t b = i->b, more = i->c - i->b;
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_LABEL_IS) {
    COMPARE(ca->known[w], a[l] == b);
  } else if (i->op == OP_LABEL_WITHIN) {
    COMPARE(ca->known[w], a[l] - b <= more);
  } else if (i->op == OP_LABEL_IN) {
    const uint32_t *in = m->program->tables[b].items;
    COMPARE(ca->known[w], in[a[l]] != 0);
  } else {
    const struct column *cb = &m->r[b];
    COMPARE(ca->known[w] & cb->known[w], a[l] == cb->label[l]);
  }
}

bool run_compare(const struct machine *m, const struct instruction *i) {
  switch (i->op) {
  case OP_NUMBER_LESS:
  case OP_NUMBER_LESS_EQUAL:
  case OP_NUMBER_EQUAL: numbers(m, i); break;
  case OP_NUMBER_IN: number_sets(m, i); break;
  case OP_MICROS_LESS:
  case OP_MICROS_LESS_EQUAL:
  case OP_MICROS_EQUAL: micros(m, i); break;
  case OP_MICROS_LESS_K:
  case OP_MICROS_LESS_EQUAL_K:
  case OP_MICROS_EQUAL_K:
  case OP_NEWER: micros_k(m, i); break;
  case OP_LABEL_EQUAL:
  case OP_LABEL_IS:
  case OP_LABEL_WITHIN:
  case OP_LABEL_IN: labels(m, i); break;
  default: numbers_k(m, i);
  }
  return true;
}

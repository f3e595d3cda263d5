/* kernel_compare.c - comparisons: columns of values to columns of bits.
 *
 * For a word of 64 lanes the comparison's answers are gathered into a word,
 * which the known bits of the operands divide into yes, no, and unknown.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

/* Answers `test` for lane l of all words. */
#define COMPARE(known_bits, test)                         \
  struct column *const d = &m->r[i->d];                   \
  const uint32_t words = words_of(lanes_of(m, i->space)); \
  for (uint32_t w = 0; w < words; w++) {                  \
    const uint64_t known = (known_bits);                  \
    uint8_t flags[WORD_LANES];                            \
    for (uint32_t j = 0; j < WORD_LANES; j++) {           \
      const uint32_t l = w * WORD_LANES + j;              \
      flags[j] = (test);                                  \
    }                                                     \
    const uint64_t bits = bits_of_flags(flags);           \
    d->yes[w] = known & bits;                             \
    d->no[w] = known & ~bits;                             \
  }                                                       \
  return true

/* Two columns. */
#define PAIR(op, type, member, test)                                      \
  KERNEL(op) {                                                            \
    const struct column *const ca = &m->r[i->a], *const cb = &m->r[i->b]; \
    const type *const a = ca->member, *const b = cb->member;              \
    COMPARE(ca->known[w] & cb->known[w], test);                           \
  }

/* A column and a constant k. */
#define CONSTANT(op, type, member, constants, test) \
  KERNEL(op) {                                      \
    const struct column *const ca = &m->r[i->a];    \
    const type *const a = ca->member;               \
    const type k = m->program->constants[i->b];     \
    COMPARE(ca->known[w], test);                    \
  }

PAIR(NUMBER_LESS, double, number, a[l] < b[l])
PAIR(NUMBER_LESS_EQUAL, double, number, a[l] <= b[l])
PAIR(NUMBER_EQUAL, double, number, a[l] == b[l])

CONSTANT(NUMBER_LESS_K, double, number, numbers, a[l] < k)
CONSTANT(NUMBER_LESS_EQUAL_K, double, number, numbers, a[l] <= k)
CONSTANT(NUMBER_EQUAL_K, double, number, numbers, a[l] == k)
CONSTANT(NUMBER_GREATER_K, double, number, numbers, a[l] > k)
CONSTANT(NUMBER_GREATER_EQUAL_K, double, number, numbers, a[l] >= k)

PAIR(MICROS_LESS, int64_t, micros, a[l] < b[l])
PAIR(MICROS_LESS_EQUAL, int64_t, micros, a[l] <= b[l])
PAIR(MICROS_EQUAL, int64_t, micros, a[l] == b[l])

CONSTANT(MICROS_LESS_K, int64_t, micros, micros, a[l] < k)
CONSTANT(MICROS_LESS_EQUAL_K, int64_t, micros, micros, a[l] <= k)
CONSTANT(MICROS_EQUAL_K, int64_t, micros, micros, a[l] == k)
CONSTANT(NEWER, int64_t, micros, micros, a[l] <= k)

/* ---- sets of numbers ---------------------------------------------------------- */

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

KERNEL(NUMBER_IN) {
  const struct column *const ca = &m->r[i->a];
  const struct number_set *set = &m->program->number_sets[i->b];
  COMPARE(ca->known[w], number_in(set, ca->number[l]));
}

/* ---- labels ---------------------------------------------------------------------- */

PAIR(LABEL_EQUAL, uint32_t, label, a[l] == b[l])

KERNEL(LABEL_IS) {
  const struct column *const ca = &m->r[i->a];
  const uint32_t *const a = ca->label, b = i->b;
  COMPARE(ca->known[w], a[l] == b);
}

KERNEL(LABEL_WITHIN) {
  const struct column *const ca = &m->r[i->a];
  const uint32_t *const a = ca->label, b = i->b, more = i->c - i->b;
  COMPARE(ca->known[w], a[l] - b <= more);
}

KERNEL(LABEL_IN) {
  const struct column *const ca = &m->r[i->a];
  const uint32_t *const a = ca->label, *const in = m->program->tables[i->b].items;
  COMPARE(ca->known[w], in[a[l]] != 0);
}

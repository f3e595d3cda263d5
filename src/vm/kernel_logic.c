/* kernel_logic.c - three-valued logic, 64 lanes a word.
 *
 * A lane is true if its bit stands in `yes`, false if in `no`, unknown if in
 * neither; never in both.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

/* Both planes of word w, BLOCK words at a time: that is one vector or two.  The
 * bits behind the last lane, which ~ sets, are cleared at the end. */
#define BLOCK 8u

#define PLANES(op, yes_word, no_word)                                      \
  KERNEL(op) {                                                             \
    const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];    \
    const uint32_t lanes = lanes_of(m, i->space), words = words_of(lanes); \
    uint32_t first = 0;                                                    \
    (void)b;                                                               \
    for (; first + BLOCK <= words; first += BLOCK) {                       \
      uint64_t is[BLOCK], is_not[BLOCK];                                   \
      for (uint32_t j = 0; j < BLOCK; j++) {                               \
        const uint32_t w = first + j;                                      \
        const uint64_t yes = (yes_word);                                   \
        is[j] = yes;                                                       \
        is_not[j] = (no_word);                                             \
      }                                                                    \
      memcpy(d.yes + first, is, sizeof is);                                \
      memcpy(d.no + first, is_not, sizeof is_not);                         \
    }                                                                      \
    for (uint32_t w = first; w < words; w++) {                             \
      const uint64_t yes = (yes_word), no = (no_word);                     \
      d.yes[w] = yes;                                                      \
      d.no[w] = no;                                                        \
    }                                                                      \
    if (words > 0)                                                         \
      d.no[words - 1] &= lane_mask(lanes, words - 1);                      \
    return true;                                                           \
  }

PLANES(AND, a.yes[w] & b.yes[w], a.no[w] | b.no[w])
PLANES(OR, a.yes[w] | b.yes[w], a.no[w] & b.no[w])
PLANES(BUT_NOT, a.yes[w] & ~b.yes[w], ~yes)
PLANES(BOOL_EQUAL, (a.yes[w] & b.yes[w]) | (a.no[w] & b.no[w]),
       (a.yes[w] & b.no[w]) | (a.no[w] & b.yes[w]))
PLANES(NOT, a.no[w], a.yes[w])
PLANES(CERTAIN, a.yes[w], ~yes)
PLANES(KNOWN_BOOL, a.yes[w] | a.no[w], ~yes)
PLANES(KNOWN_NUMBER, a.known[w], ~yes)
PLANES(KNOWN_MICROS, a.known[w], ~yes)
PLANES(KNOWN_TEXT, a.known[w], ~yes)
PLANES(KNOWN_LABEL, a.known[w], ~yes)
PLANES(KNOWN_TEXTS, a.known[w], ~yes)

/* The loop of runner.c sees to it. */
KERNEL(SKIP) {
  (void)m;
  (void)i;
  return true;
}

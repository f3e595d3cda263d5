/* kernel_logic.c - three-valued logic, 64 lanes a word.
 *
 * A lane is true if its bit stands in `yes`, false if in `no`, unknown if in
 * neither; never in both.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

/* Both planes of word w; d may be an operand, so they are computed first. */
#define PLANES(yes_word, no_word)                  \
  for (uint32_t w = 0; w < words_of(lanes); w++) { \
    uint64_t yes = (yes_word), no = (no_word);     \
    d->yes[w] = yes;                               \
    d->no[w] = no;                                 \
  }

static void presence(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_KNOWN_BOOL) {
    PLANES(a->yes[w] | a->no[w], lane_mask(lanes, w) & ~yes);
  } else {
    PLANES(a->known[w], lane_mask(lanes, w) & ~yes);
  }
}

static void one(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_NOT) {
    PLANES(a->no[w], a->yes[w]);
  } else {
    PLANES(a->yes[w], lane_mask(lanes, w) & ~yes);
  }
}

static void two(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_AND: PLANES(a->yes[w] & b->yes[w], a->no[w] | b->no[w]); break;
  case OP_OR: PLANES(a->yes[w] | b->yes[w], a->no[w] & b->no[w]); break;
  case OP_BUT_NOT: PLANES(a->yes[w] & ~b->yes[w], lane_mask(lanes, w) & ~yes); break;
  default:
    PLANES((a->yes[w] & b->yes[w]) | (a->no[w] & b->no[w]),
           (a->yes[w] & b->no[w]) | (a->no[w] & b->yes[w]));
  }
}

bool run_logic(const struct machine *m, const struct instruction *i) {
  switch (i->op) {
  case OP_AND:
  case OP_OR:
  case OP_BUT_NOT:
  case OP_BOOL_EQUAL: two(m, i); break;
  case OP_NOT:
  case OP_CERTAIN: one(m, i); break;
  default: presence(m, i);
  }
  return true;
}

/* distinct.h - which values of a column were seen already.
 *
 * Few values are compared one by one; more than a handful go through a hash
 * table, so that a lead with a million events costs no more for each.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_DISTINCT_H
#define BAREME_VM_DISTINCT_H

#include "vm/batch.h"

enum distinct_kind {
  DISTINCT_NUMBER,
  DISTINCT_MICROS,
  DISTINCT_TEXT,
  DISTINCT_BOOL,
  DISTINCT_LABEL
};

struct distinct {
  enum distinct_kind kind;
  const struct column *column; /* texts are folded */
  uint32_t *lanes;             /* one lane of each value seen; as a table: lane + 1, or 0 */
  size_t capacity;             /* room for lanes */
  uint32_t count;
  uint32_t table_mask; /* 0: lanes is a list */
};

/* The column kind that an ONCE_PER or DISTINCT instruction is about. */
enum distinct_kind distinct_kind_of(enum opcode op);

/* Whether the lane has a value. */
bool distinct_knows(const struct distinct *distinct, uint32_t lane);

/* Forgets all values; up to `most` will come.  False if out of memory. */
bool distinct_begin(struct distinct *distinct, struct arena *scratch, uint32_t most);

/* True if the lane's value was not seen before.  Unknown is one value. */
bool distinct_add(struct distinct *distinct, uint32_t lane);

#endif

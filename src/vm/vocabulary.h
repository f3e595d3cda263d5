/* vocabulary.h - the distinct texts of a column whose lanes are codes.
 *
 * A column of texts may come as a few texts and, for each lane, which of them it
 * is: Arrow's dictionaries, the categories of pandas and Polars, the enums of a
 * database.  What a program asks of a text it then asks of each of the few,
 * once, and a lane costs a look-up by its code.
 *
 * A vocabulary never changes.  It owns its texts, and is counted: batches hold
 * the ones that their lanes are of, and runners those that they have answers
 * for, so that the same address always is the same vocabulary.  Threads may
 * share it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_VOCABULARY_H
#define BAREME_VM_VOCABULARY_H

#include "base/memory.h"
#include "base/text.h"

#include <stdint.h>

/* Codes have 16 bits.  A column of more texts than that is one of texts. */
enum { VOCABULARY_MOST = UINT16_MAX + 1 };

struct vocabulary {
  uint32_t count;           /* at most VOCABULARY_MOST */
  const struct text *texts; /* by code */
  /* only vocabulary.c looks at these */
  struct memory memory;
  size_t size;
  uint32_t holders;
};

/* Copies the texts; the caller is its first holder.  NULL: out of memory. */
struct vocabulary *vocabulary_new(const struct memory *memory, const struct text *texts,
                                  uint32_t count);

/* One holder more, and one less: the last one's drop frees it.  NULL is none. */
struct vocabulary *vocabulary_hold(struct vocabulary *vocabulary);
void vocabulary_drop(struct vocabulary *vocabulary);

/* Does it have just these texts, in this order? */
bool vocabulary_is(const struct vocabulary *vocabulary, const struct text *texts, uint32_t count);

#endif

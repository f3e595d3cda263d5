/* memo.h - what a runner remembers about the texts of vocabularies.
 *
 * Where a column's lanes are codes, an instruction that tests its texts asks
 * each text of the vocabulary once, and then looks answers up by code, in this
 * chunk and in all that have the same vocabulary.  One that makes texts of texts
 * makes a vocabulary of a vocabulary, with the same codes.  Neither begins before
 * it has had as many lanes as there are texts: until then it works lane by lane,
 * so that a large vocabulary costs little to who has few leads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_MEMO_H
#define BAREME_VM_MEMO_H

#include "vm/runner.h"

struct memo {
  struct vocabulary *of; /* held; NULL: none yet */
  uint64_t lanes;        /* that came with it */
  bool complete;         /* all its texts were asked */
  uint8_t *answers; /* by code, up to a multiple of 64: 1 or 0; of texts made: if there is one */
  size_t size;      /* bytes there is room for */
  struct vocabulary *made; /* held; NULL: no texts are made */
};

/* Called before a batch with codes is run.  False if out of memory. */
bool memo_prepare(struct runner *runner);
void memo_clear(struct runner *runner);

/* The memo of an instruction, made for the vocabulary.  NULL: out of memory. */
struct memo *memo_of(const struct runner *runner, const struct instruction *i,
                     struct vocabulary *vocabulary);

#endif

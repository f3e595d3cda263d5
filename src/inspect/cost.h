/* cost.h - what a program costs at most, before it runs.
 *
 * Code is straight, so the work for a lead is a sum over instructions, linear
 * in how many events of each kind the lead has:
 *
 *     a + b[kind 0] * n[kind 0] + b[kind 1] * n[kind 1] + …
 *
 * Work is counted in steps.  An instruction takes a step for each lane of its
 * space; a reduction takes one for each event and one for the lead; a view
 * takes none.  Where the work for a lane depends on what is in it or on a
 * constant, there are more steps: see steps_of in cost.c, and the table in
 * docs/bytecode.md.  Texts are taken to be as long as the caller says; a text
 * made of another as long as it can become.
 *
 * What is not counted: reading and writing, and what a chunk costs whatever is
 * in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INSPECT_COST_H
#define BAREME_INSPECT_COST_H

#include "code/program.h"

/* A sum's terms: [0] for the lead, [1 + kind] for each of its events of the kind. */
struct cost {
  struct memory memory;
  uint32_t terms;   /* kinds + 1 */
  uint32_t rows;    /* criteria, and a last one for code of which that is not known */
  uint64_t *own;    /* steps, by row: work that only this criterion needs */
  uint64_t *shared; /* steps, by row: work of which it is the first of several */
  uint64_t *total;  /* steps of all */
  uint64_t *bits;   /* of registers, of columns of the batch, and of texts that are made */
};

struct cost_options {
  uint64_t text_bytes; /* of a text, or of all items of a list of text */
  bool lanes_alone;    /* one step for each lane, whatever an instruction does with it */
};

/* False if out of memory; cost_clear in any case. */
bool cost_init(struct cost *cost, const struct program *program, const struct section *section,
               const struct cost_options *options, const struct memory *memory);
void cost_clear(struct cost *cost);

/* The sum for so many events of each kind; what does not fit is UINT64_MAX. */
uint64_t cost_at(const struct cost *cost, const uint64_t *terms, const uint64_t *events);

#endif

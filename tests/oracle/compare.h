/* compare.h - what the machine says beside what the second opinion says.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_COMPARE_H
#define BAREME_TESTS_COMPARE_H

#include "oracle/evaluate.h"
#include "vm/runner.h"

#include <stdio.h>

/* Puts the records into the batch, which is empty and large enough.  False if out of memory. */
bool compare_fill(struct batch *batch, const struct model *model, const struct record *records,
                  uint32_t count);

/* Compares every output for a lane of the runner's last run, bit for bit, and
 * with `explain` every contribution; says on `out` (may be NULL) what differs.
 * True if nothing does. */
bool compare_lead(const struct runner *runner, uint32_t lane, const struct model *model,
                  const struct answer *answer, FILE *out);

/* The answer of the second opinion, for people. */
void answer_print(const struct model *model, const struct answer *answer, FILE *out);

#endif

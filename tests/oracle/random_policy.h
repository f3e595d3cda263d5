/* random_policy.h - random policies as text, random records to score with them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_RANDOM_POLICY_H
#define BAREME_TESTS_RANDOM_POLICY_H

#include "oracle/random.h"
#include "oracle/record.h"

#include <stdio.h>

/* A well-formed policy: the language in all its parts, in odd and deep
 * combinations, with constants of pools.h.  Empty if out of memory. */
struct text random_policy(struct arena *arena, struct random *random);

/* Records for a checked policy, full of missing values and of boundaries: ages
 * of exactly a duration and a microsecond to each side, equal instants, events
 * of the future, identities twice. */
const struct record *random_records(struct arena *arena, struct random *random,
                                    const struct model *model, uint32_t count);

/* The record as a line of JSON, as `bareme score` would read it. */
void record_print(const struct model *model, const struct record *record, FILE *out);

#endif

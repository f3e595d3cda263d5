/* ladder.h - one lead's result as a person reads it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LADDER_H
#define CLI_LADDER_H

#include "cli/page.h"

/* The lead `lane` of the runner's last run, which was with explanation.
 * score: only this one; BAREME_NONE: the whole result. */
void ladder_put(struct page *page, const bareme_policy *policy, const bareme_runner *runner,
                uint32_t lane, uint32_t score, int64_t as_of);

#endif

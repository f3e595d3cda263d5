/* reasons.h - why a lead has its scores, in a few words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REASONS_H
#define CLI_REASONS_H

#include "cli/page.h"

#define REASONS_MOST 3

/* How a contribution is called: its label, or else the rule as written, without
 * its points: "when company_size >= 1000". */
bareme_text reason_name(const bareme_contribution *contribution);

/* The contributions that give a lead the most points, over all scores, as
 * "Asked for a demo +48.21 | Decision maker +15"; nothing if there are none. */
void reasons_put(struct page *page, const bareme_policy *policy, const bareme_runner *runner,
                 uint32_t lane);

#endif

/* rank.h - the number at a rank, without sorting.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CLI_RANK_H
#define BAREME_CLI_RANK_H

#include <stddef.h>

/* The number that would stand at `rank`, which is less than `count`, if the
 * numbers were sorted; none of them is NaN.  -0 counts as 0.  Takes time in
 * proportion to `count`, whatever the numbers are, and no memory. */
double rank_number(const double *numbers, size_t count, size_t rank);

#endif

/* number_rare.h - the shortest text of any number, by <charconv>.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_NUMBER_RARE_H
#define BAREME_BASE_NUMBER_RARE_H

#include "base/number.h"

/* What number_format writes, for those that it has no faster way for, and in
 * tests for all: finite, not negative. */
size_t number_format_rare(double number, char out[NUMBER_TEXT_SIZE]);

#endif

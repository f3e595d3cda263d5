/* number.h - numbers and their text, without a locale.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_NUMBER_H
#define BAREME_BASE_NUMBER_H

#include "base/text.h"

/* The nearest double to a JSON number (RFC 8259) that is the whole text, by
 * the C++ library's std::from_chars.  False if it is not one or not finite. */
bool number_parse(struct text text, double *number);

/* The shortest text that reads back as the same double, plain (`0.001`,
 * `123456`) for exponents from -6 to 20, else `1e+21` as JSON and JavaScript
 * write it.  -0 is written `0`.  Not NUL-terminated; returns the length.
 * `number` must be finite. */
#define NUMBER_TEXT_SIZE 32
size_t number_format(double number, char out[NUMBER_TEXT_SIZE]);

#endif

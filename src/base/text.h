/* text.h - text is bytes with a length, UTF-8, not terminated, not owned.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_TEXT_H
#define BAREME_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
  const char *bytes; /* may be NULL if length is 0 */
  size_t length;     /* bytes */
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

struct text text_from(const char *terminated);
bool text_equal(struct text a, struct text b);

/* <0, 0, >0 by bytes, which for UTF-8 is the order of code points. */
int text_compare(struct text a, struct text b);

/* How many bytes there are up to and with the last one that is `c`; 0: none is. */
size_t text_last(struct text text, char c);

bool text_starts_with(struct text text, struct text prefix);

/* A 64-bit hash of the bytes, the same on every platform. */
uint64_t text_hash(struct text text, uint64_t seed);

/* How many single edits (insert, delete, replace, swap) lead from a to b,
 * counted up to `limit`; more gives limit + 1.  For "did you mean". */
unsigned text_distance(struct text a, struct text b, unsigned limit);

#endif

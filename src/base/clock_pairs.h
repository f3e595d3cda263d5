/* clock_pairs.h - the digits of instants, eight bytes at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_CLOCK_PAIRS_H
#define BAREME_BASE_CLOCK_PAIRS_H

#include "base/words.h"

/* Three numbers of two digits in eight bytes, as in `26-06-01` or `09:30:00`. */
struct clock_pairs {
  unsigned first, second, third;
};

#define CLOCK_BYTES(a, b, c, d, e, f, g, h)                                         \
  ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
   (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

/* Once digits are values and separators zeros, a digit's byte may be up to 9
 * and a separator's only 0: adding 0x76 or 0x7f sets the high bit of a byte
 * that is more.  A carry can only come out of a byte that has its high bit set
 * itself, and that is refused too. */
static inline bool clock_read_pairs(const char *bytes, char one, char two,
                                    struct clock_pairs *pairs) {
  uint64_t value = word_load(bytes) ^ CLOCK_BYTES('0', '0', one, '0', '0', two, '0', '0');
  uint64_t excess = value + CLOCK_BYTES(0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f, 0x76, 0x76);
  uint64_t tens = value * 10 + (value >> 8); /* at the first byte of each pair */
  pairs->first = tens & 0xff;
  pairs->second = tens >> 24 & 0xff;
  pairs->third = tens >> 48 & 0xff;
  return ((value | excess) & WORD_HIGH) == 0;
}

#endif

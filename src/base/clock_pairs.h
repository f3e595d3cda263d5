/* clock_pairs.h - the digits of instants, eight bytes at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_CLOCK_PAIRS_H
#define BAREME_BASE_CLOCK_PAIRS_H

#include "base/words.h"

#define CLOCK_BYTES(a, b, c, d, e, f, g, h)                                         \
  ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
   (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

/* A separator's byte is 0 once it is compared, a digit's its value: what may be added to it. */
#define CLOCK_ROOM(c) ((c) == '0' ? 0x76 : 0x7f)

/* Eight bytes that were compared with a pattern. */
struct clock_word {
  uint64_t tens;  /* byte i: the number of the digits i and i + 1 */
  uint64_t wrong; /* has high bits of bytes if the text is not like the pattern */
};

/* The pattern has '0' where a digit stands, and separators as they are.
 *
 * Once digits are values and separators zeros, a digit's byte may be up to 9
 * and a separator's only 0: adding 0x76 or 0x7f sets the high bit of a byte
 * that is more.  A carry can only come out of a byte that has its high bit set
 * itself, and that is refused too. */
static inline struct clock_word clock_read_word(const char *bytes, const char pattern[8]) {
  const char *p = pattern;
  uint64_t value = word_load(bytes) ^ CLOCK_BYTES(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
  uint64_t excess =
      value + CLOCK_BYTES(CLOCK_ROOM(p[0]), CLOCK_ROOM(p[1]), CLOCK_ROOM(p[2]), CLOCK_ROOM(p[3]),
                          CLOCK_ROOM(p[4]), CLOCK_ROOM(p[5]), CLOCK_ROOM(p[6]), CLOCK_ROOM(p[7]));
  return (struct clock_word){value * 10 + (value >> 8), value | excess};
}

/* Three numbers of two digits in eight bytes, as in `26-06-01` or `09:30:00`. */
struct clock_pairs {
  unsigned first, second, third;
};

/* Reads bytes that are like the pattern, `00-00-00` or `00:00:00`. */
static inline bool clock_read_pairs(const char *bytes, const char pattern[8],
                                    struct clock_pairs *pairs) {
  struct clock_word word = clock_read_word(bytes, pattern);
  pairs->first = word.tens & 0xff;
  pairs->second = word.tens >> 24 & 0xff;
  pairs->third = word.tens >> 48 & 0xff;
  return (word.wrong & WORD_HIGH) == 0;
}

#endif

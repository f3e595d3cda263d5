/* words.h - eight bytes of text at a time, in portable integers.
 *
 * The text functions look at most bytes through a 64-bit word ("SIMD within a
 * register"): texts of leads are short, ten to sixty bytes, so setting up real
 * vectors would not pay, and this is the same on every machine.  A word is
 * little-endian whatever the machine: byte i is bits 8i to 8i+7.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_WORDS_H
#define BAREME_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WORD_OF(byte) (UINT64_C(0x0101010101010101) * (uint8_t)(byte))
#define WORD_HIGH     WORD_OF(0x80)

/* The first bytes of a word, one to eight. */
#define WORD_LOW(bytes) (~UINT64_C(0) >> (64 - 8 * (bytes)))

/* The first so many bytes of two words.  A table, for a branch would often be
 * guessed wrong: texts are a little longer or shorter than a word. */
#define WORD_PAIR_ONE(bytes) \
  { WORD_LOW(bytes), 0 }
#define WORD_PAIR_TWO(bytes) \
  { ~UINT64_C(0), WORD_LOW(bytes) }
static const uint64_t word_pair_masks[17][2] = {
    {0, 0},           WORD_PAIR_ONE(1), WORD_PAIR_ONE(2), WORD_PAIR_ONE(3), WORD_PAIR_ONE(4),
    WORD_PAIR_ONE(5), WORD_PAIR_ONE(6), WORD_PAIR_ONE(7), WORD_PAIR_ONE(8), WORD_PAIR_TWO(1),
    WORD_PAIR_TWO(2), WORD_PAIR_TWO(3), WORD_PAIR_TWO(4), WORD_PAIR_TWO(5), WORD_PAIR_TWO(6),
    WORD_PAIR_TWO(7), WORD_PAIR_TWO(8)};

static inline uint64_t word_load(const char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline void word_store(char *bytes, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(bytes, &word, 8);
}

/* The first `length` bytes (0 to 7), the rest 0.  Reads nothing beyond. */
static inline uint64_t word_load_part(const char *bytes, size_t length) {
  const unsigned char *at = (const unsigned char *)bytes;
  if (length >= 4) { /* two halves that may overlap: the same bytes in the same place */
    uint64_t low = at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
    at += length - 4;
    uint64_t high = at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
    return low | high << (8 * (length - 4));
  }
  if (length == 0)
    return 0;
  return at[0] | (uint64_t)at[length / 2] << (8 * (length / 2)) |
         (uint64_t)at[length - 1] << (8 * (length - 1));
}

/* The high bit of each byte that is from `first` to `last`; all bytes of the
 * word must be ASCII. */
static inline uint64_t word_range(uint64_t word, uint8_t first, uint8_t last) {
  return (word + WORD_OF(0x80 - first)) & ~(word + WORD_OF(0x7f - last)) & WORD_HIGH;
}

/* The high bit of each byte that is zero; above the lowest such byte there may
 * be false ones. */
static inline uint64_t word_zeros(uint64_t word) {
  return (word - WORD_OF(1)) & ~word & WORD_HIGH;
}

/* The same without false ones. */
static inline uint64_t word_zeros_all(uint64_t word) {
  return ~(((word & ~WORD_HIGH) + ~WORD_HIGH) | word) & WORD_HIGH;
}

/* The index of the lowest byte whose high bit is set in `bits`, not 0. */
static inline size_t word_first(uint64_t bits) {
  return (size_t)__builtin_ctzll(bits) / 8;
}

/* The same of the highest byte. */
static inline size_t word_last(uint64_t bits) {
  return 7 - (size_t)__builtin_clzll(bits) / 8;
}

static inline bool word_is_ascii(uint64_t word) {
  return (word & WORD_HIGH) == 0;
}

/* ASCII letters to small or to capital; other ASCII stays. */
static inline uint64_t word_lower(uint64_t word) {
  return word | word_range(word, 'A', 'Z') >> 2;
}
static inline uint64_t word_upper(uint64_t word) {
  return word ^ word_range(word, 'a', 'z') >> 2;
}

#endif

/* lanes.h - words of 64 lanes, and the way between their bits and their values.
 *
 * Bits are what logic works on, 64 lanes an operation; but what compares or
 * chooses values works on lanes.  In between stand flags: a byte for each lane
 * of a word, 1 or 0.  A loop that fills or reads 64 flags is one that compilers
 * turn into vector code, whatever the type of the values; from flags to bits
 * and back it is a few instructions, written out for the instruction sets that
 * have some for it.
 *
 * A lead that is scored alone would be one lane among 63 that nobody asked for.
 * With KERNEL_LONE a word has one lane, and the same sources become code without
 * loops (machine.h).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_LANES_H
#define BAREME_VM_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "vm/bits.h"

#ifdef KERNEL_LONE

/* The only word has one lane, and that lane is there. */
#define WORD_LANES 1u

static inline uint32_t words_of(uint32_t lanes) {
  (void)lanes;
  return 1;
}

static inline uint64_t lane_mask(uint32_t lanes, uint32_t w) {
  (void)lanes, (void)w;
  return 1;
}

#else

#define WORD_LANES 64u

static inline uint32_t words_of(uint32_t lanes) {
  return (lanes + WORD_LANES - 1) / WORD_LANES;
}

/* The bits of the lanes in word w of a column of `lanes`. */
static inline uint64_t lane_mask(uint32_t lanes, uint32_t w) {
  uint32_t left = lanes - w * WORD_LANES;
  return left >= WORD_LANES ? ~UINT64_C(0) : (UINT64_C(1) << left) - 1;
}

#endif

/* Lanes that are worth a loop over vectors: columns have room for them all. */
#define STEP_LANES (WORD_LANES < 8u ? WORD_LANES : 8u)

static inline uint32_t lowest_bit(uint64_t word) {
  return (uint32_t)__builtin_ctzll(word);
}
static inline uint32_t highest_bit(uint64_t word) {
  return 63u - (uint32_t)__builtin_clzll(word);
}

/* Written out where it would be a call into the compiler's own library. */
static inline uint32_t count_bits(uint64_t word) {
#if defined __POPCNT__ || !defined __x86_64__
  return (uint32_t)__builtin_popcountll(word);
#else
  word -= word >> 1 & UINT64_C(0x5555555555555555);
  word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
  word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
#endif
}

/* ---- flags ---------------------------------------------------------------- */

#if defined KERNEL_LONE

static inline uint64_t bits_of_flags(const uint8_t flags[WORD_LANES]) {
  return flags[0];
}

static inline void flags_of_bits(uint64_t bits, uint8_t flags[WORD_LANES]) {
  flags[0] = bits & 1;
}

#elif defined __AVX512BW__

static inline uint64_t bits_of_flags(const uint8_t flags[WORD_LANES]) {
  __m512i all = _mm512_loadu_si512((const void *)flags);
  return _mm512_test_epi8_mask(all, all);
}

static inline void flags_of_bits(uint64_t bits, uint8_t flags[WORD_LANES]) {
  _mm512_storeu_si512((void *)flags, _mm512_maskz_set1_epi8(bits, 1));
}

#elif defined __AVX2__

static inline uint64_t high_bits(const uint8_t *flags) {
  __m256i half = _mm256_loadu_si256((const __m256i *)(const void *)flags);
  return (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(half, 7));
}

static inline uint64_t bits_of_flags(const uint8_t flags[WORD_LANES]) {
  return high_bits(flags) | high_bits(flags + 32) << 32;
}

/* Each byte gets the byte of bits that has its own, which is then picked out. */
static inline void half_flags(uint32_t bits, uint8_t *flags) {
  const __m256i spread =
      _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i own = _mm256_set1_epi64x((long long)0x8040201008040201);
  __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), spread);
  __m256i is_set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, own), own);
  _mm256_storeu_si256((__m256i *)(void *)flags, _mm256_and_si256(is_set, _mm256_set1_epi8(1)));
}

static inline void flags_of_bits(uint64_t bits, uint8_t flags[WORD_LANES]) {
  half_flags((uint32_t)bits, flags);
  half_flags((uint32_t)(bits >> 32), flags + 32);
}

#else

/* Eight flags as one number, the first lane's lowest; a product brings the
 * eight bits side by side to the top, and another apart. */
static inline uint64_t flags_in_order(uint64_t eight) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(eight);
#else
  return eight;
#endif
}

static inline uint64_t bits_of_flags(const uint8_t flags[WORD_LANES]) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < 8; i++) {
    uint64_t eight;
    memcpy(&eight, flags + 8 * i, 8);
    bits |= (flags_in_order(eight) * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
  }
  return bits;
}

static inline void flags_of_bits(uint64_t bits, uint8_t flags[WORD_LANES]) {
  for (uint32_t i = 0; i < 8; i++) {
    uint64_t eight = (bits >> 8 * i & 0xff) * UINT64_C(0x0101010101010101);
    eight &= UINT64_C(0x8040201008040201); /* in its byte, each its own bit */
    eight = (eight + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
    eight = flags_in_order(eight);
    memcpy(flags + 8 * i, &eight, 8);
  }
}

#endif

/* ---- answers by code --------------------------------------------------------
 *
 * Flags by code, of at least 64 codes.  As many as that fit into two registers
 * of AVX-512, which look 32 lanes up at once. */

struct answers {
  const uint8_t *flags;
#ifdef __AVX512BW__
  bool few; /* codes are below 64 */
  __m512i low, high;
#endif
};

static inline struct answers answers_of(const uint8_t *flags, uint32_t codes) {
  struct answers answers = {.flags = flags};
#ifdef __AVX512BW__
  answers.few = codes <= WORD_LANES;
  answers.low = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)flags));
  answers.high =
      _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)(flags + 32)));
#else
  (void)codes;
#endif
  return answers;
}

/* The bits of a word of lanes. */
static inline uint64_t answers_by_code(const struct answers *answers,
                                       const uint16_t code[WORD_LANES]) {
#ifdef __AVX512BW__
  if (answers->few) {
    __m512i first = _mm512_loadu_si512((const void *)code);
    __m512i second = _mm512_loadu_si512((const void *)(code + 32));
    first = _mm512_permutex2var_epi16(answers->low, first, answers->high);
    second = _mm512_permutex2var_epi16(answers->low, second, answers->high);
    return _mm512_test_epi16_mask(first, first) | (uint64_t)_mm512_test_epi16_mask(second, second)
                                                      << 32;
  }
#endif
  uint8_t flags[WORD_LANES];
  for (uint32_t j = 0; j < WORD_LANES; j++)
    flags[j] = answers->flags[code[j]];
  return bits_of_flags(flags);
}

#endif

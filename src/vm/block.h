/* block.h - a short text in one register of the machine.
 *
 * Texts of leads are short: a job title, a domain, a path.  Where the
 * instruction set has a register that holds one whole, questions about it are a
 * few instructions without a loop, and what they answer is a word of bits, one
 * for each byte.  Nothing beyond the text is read: loads are masked.  The bytes
 * behind the text are 0.
 *
 * Without such registers BLOCK_BYTES is 0, and so is the number of texts that
 * fit; texts that do not fit go the long way.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_BLOCK_H
#define BAREME_VM_BLOCK_H

#include "base/words.h"
#include "vm/lanes.h"

#if defined __AVX512BW__ && defined __AVX512VL__

#define BLOCK_BYTES 64u

struct block {
  __m512i bytes;
};

/* `length` bytes, at most BLOCK_BYTES. */
static inline struct block block_load(const char *bytes, size_t length) {
  __mmask64 mask = _bzhi_u64(~UINT64_C(0), (unsigned)length);
  return (struct block){_mm512_maskz_loadu_epi8(mask, bytes)};
}

/* Writes all BLOCK_BYTES. */
static inline void block_store(char *bytes, struct block block) {
  _mm512_storeu_si512(bytes, block.bytes);
}

static inline bool block_is_ascii(struct block block) {
  return _mm512_movepi8_mask(block.bytes) == 0;
}

/* ASCII letters to small ones. */
static inline struct block block_lower(struct block block) {
  __m512i from_a = _mm512_sub_epi8(block.bytes, _mm512_set1_epi8('A'));
  __mmask64 capital = _mm512_cmple_epu8_mask(from_a, _mm512_set1_epi8('Z' - 'A'));
  return (struct block){
      _mm512_mask_add_epi8(block.bytes, capital, block.bytes, _mm512_set1_epi8(0x20))};
}

/* Where a byte is. */
static inline uint64_t block_find(struct block block, char byte) {
  return _mm512_cmpeq_epi8_mask(block.bytes, _mm512_set1_epi8(byte));
}

/* Bytes 0 to 7, and 8 to 15. */
static inline uint64_t block_first(struct block block) {
  return (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(block.bytes));
}
static inline uint64_t block_second(struct block block) {
  return (uint64_t)_mm_extract_epi64(_mm512_castsi512_si128(block.bytes), 1);
}

/* The first eight bytes of a text, without a branch on how many there are. */
static inline uint64_t block_word(const char *bytes, size_t length) {
  const __mmask16 mask = (__mmask16)_bzhi_u32(0xff, length < 8 ? (unsigned)length : 8);
  return (uint64_t)_mm_cvtsi128_si64(_mm_maskz_loadu_epi8(mask, bytes));
}

/* Where two blocks differ. */
static inline uint64_t block_differ(struct block a, struct block b) {
  return _mm512_cmpneq_epi8_mask(a.bytes, b.bytes);
}

#elif defined __AVX2__

#define BLOCK_BYTES 32u

struct block {
  __m256i bytes;
};

/* Masked loads are of four bytes each: the text's whole fours, and what is left
 * from the last four bytes of the text. */
static inline struct block block_load(const char *bytes, size_t length) {
  if (length < 4)
    return (struct block){_mm256_setr_epi64x((long long)word_load_part(bytes, length), 0, 0, 0)};
  const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256i fours = _mm256_set1_epi32((int)(length / 4));
  __m256i whole =
      _mm256_maskload_epi32((const int *)(const void *)bytes, _mm256_cmpgt_epi32(fours, index));
  uint32_t last;
  memcpy(&last, bytes + length - 4, 4);
  uint64_t rest = (uint64_t)last >> 8 * (4 - length % 4);
  __m256i here = _mm256_cmpeq_epi32(fours, index);
  return (struct block){
      _mm256_or_si256(whole, _mm256_and_si256(here, _mm256_set1_epi32((int)(uint32_t)rest)))};
}

static inline void block_store(char *bytes, struct block block) {
  _mm256_storeu_si256((__m256i *)(void *)bytes, block.bytes);
}

static inline bool block_is_ascii(struct block block) {
  return _mm256_movemask_epi8(block.bytes) == 0;
}

static inline struct block block_lower(struct block block) {
  /* Of ASCII, as signed bytes: from A to Z. */
  __m256i from = _mm256_cmpgt_epi8(block.bytes, _mm256_set1_epi8('A' - 1));
  __m256i to = _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), block.bytes);
  __m256i capital = _mm256_and_si256(_mm256_and_si256(from, to), _mm256_set1_epi8(0x20));
  return (struct block){_mm256_or_si256(block.bytes, capital)};
}

static inline uint64_t block_find(struct block block, char byte) {
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block.bytes, _mm256_set1_epi8(byte)));
}

static inline uint64_t block_first(struct block block) {
  return (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(block.bytes));
}
static inline uint64_t block_second(struct block block) {
  return (uint64_t)_mm_extract_epi64(_mm256_castsi256_si128(block.bytes), 1);
}

static inline uint64_t block_differ(struct block a, struct block b) {
  return (uint32_t)~_mm256_movemask_epi8(_mm256_cmpeq_epi8(a.bytes, b.bytes));
}

#else

#define BLOCK_BYTES 0u

#endif

#if BLOCK_BYTES < 64
static inline uint64_t block_word(const char *bytes, size_t length) {
  return length >= 8 ? word_load(bytes) : word_load_part(bytes, length);
}
#endif

#if BLOCK_BYTES > 0
/* The bits of the first `count` bytes, at most BLOCK_BYTES. */
static inline uint64_t block_bits(size_t count) {
  return count >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
}
#endif

#endif

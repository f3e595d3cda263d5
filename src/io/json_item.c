/* json_item.c - where an item of a JSON array ends, 64 bytes at a time.
 *
 * Of a block of 64 bytes words are made that have a bit for each byte: where are
 * quotes, backslashes, brackets that open and that close, commas, newlines?
 *
 *   bytes      {"a":"x,y","b":[1]},{
 *   quotes     .1.1.1...1.1.1.......
 *   outside    1..11....11..11111111    of strings, for an even count of quotes stands in front
 *   openers    1..............1....1
 *   closers    .................11..
 *   commas     .......-..1........1.    (-: not outside)
 *
 * If more brackets are open in front of a block than it closes, no item can
 * end in it, and its brackets need only be counted.  So it is with all blocks of
 * a usual record but the first and the last; in those, bits are visited one by
 * one.
 *
 * What is rare is passed byte by byte: what is left of the bytes behind the last
 * whole block, and a block with a backslash outside of strings.
 *
 * On x86-64 the file is compiled a second time, for AVX2 (CMakeLists.txt), which
 * takes a quarter of the time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_item.h"

#include "vm/lanes.h"

size_t json_item_pass_every(struct json_item *item, struct text bytes);
size_t json_item_pass_avx2(struct json_item *item, struct text bytes);

#ifdef KERNEL_SET
#define PASS json_item_pass_avx2
#else
#define PASS json_item_pass_every
#endif

enum { BLOCK = WORD_LANES }; /* bytes */

#define ALL (~UINT64_C(0)) /* bits of a word */

/* ---- byte by byte ----------------------------------------------------------- */

static size_t pass_bytes(struct json_item *item, const char *bytes, size_t length) {
  size_t at = 0;
  for (; at < length; at++) {
    char c = bytes[at];
    item->lines += c == '\n';
    if (item->in_string) {
      item->in_string = c != '"' || item->escaped ? ALL : 0;
      item->escaped = c == '\\' && !item->escaped;
    } else if (c == '"') {
      item->in_string = ALL;
    } else if (c == '{' || c == '[') {
      item->depth++;
    } else if (item->depth == 0 && (c == ',' || c == ']')) {
      break;
    } else if ((c == '}' || c == ']') && item->depth > 0) {
      item->depth--;
    }
  }
  return at;
}

/* ---- bytes to bits ------------------------------------------------------------ */

#ifdef __AVX2__

struct block {
  __m256i low, high;
};

static inline struct block load(const char *bytes) {
  const __m256i *halves = (const __m256i *)(const void *)bytes;
  return (struct block){_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
}

/* The block with that bit set in each byte. */
static inline struct block with_bit(const struct block *block, char bit) {
  __m256i bits = _mm256_set1_epi8(bit);
  return (struct block){_mm256_or_si256(block->low, bits), _mm256_or_si256(block->high, bits)};
}

static inline uint64_t where_in_half(__m256i half, char c) {
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(half, _mm256_set1_epi8(c)));
}

/* The bits of the bytes that are `c`. */
static inline uint64_t where(const struct block *block, char c) {
  return where_in_half(block->low, c) | where_in_half(block->high, c) << 32;
}

#else

struct block {
  uint8_t bytes[BLOCK];
};

static inline struct block load(const char *bytes) {
  struct block block;
  memcpy(block.bytes, bytes, BLOCK);
  return block;
}

static inline struct block with_bit(const struct block *block, char bit) {
  struct block with;
  for (int i = 0; i < BLOCK; i++)
    with.bytes[i] = block->bytes[i] | (uint8_t)bit;
  return with;
}

static inline uint64_t where(const struct block *block, char c) {
  uint8_t flags[BLOCK];
  for (int i = 0; i < BLOCK; i++)
    flags[i] = block->bytes[i] == (uint8_t)c;
  return bits_of_flags(flags);
}

#endif

/* ---- blocks --------------------------------------------------------------------- */

/* Which bytes are escaped, if those are the backslashes; *first is 1 if the first byte is, and
 * becomes 1 if the one behind the block is.  In a run of backslashes each other one
 * escapes, the first one included.  Adding 1 to a run where it begins, if that is an even place,
 * takes the run out of the sum: so the sum tells whether even places escape or odd ones. */
static inline uint64_t escaped_by(uint64_t backslashes, uint64_t *first) {
  const uint64_t even = UINT64_C(0x5555555555555555);
  uint64_t runs = backslashes & ~*first, begins = runs & ~(runs << 1);
  uint64_t sum = runs + (begins & even), escapes = runs & (sum ^ even);
  uint64_t escaped = escapes << 1 | *first;
  *first = escapes >> 63;
  return escaped;
}

/* Each bit becomes the sum of those up to it. */
static inline uint64_t sums(uint64_t bits) {
  for (int shift = 1; shift < BLOCK; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

/* Visits the brackets of a block, and where none is open its commas, which are given as bits.
 * Returns where the item ends, or BLOCK. */
static inline uint32_t visit(uint64_t *depth, uint64_t openers, uint64_t closers, uint64_t commas,
                             uint64_t ends) {
  uint64_t left = ALL, pieces;
  while ((pieces = (openers | closers | (*depth == 0 ? commas : 0)) & left) != 0) {
    uint64_t piece = pieces & -pieces;
    if (piece & openers)
      ++*depth;
    else if (*depth > 0)
      --*depth;
    else if (piece & ends)
      return lowest_bit(piece);
    left = -piece << 1; /* those above it */
  }
  return BLOCK;
}

/* Instead of the length that was passed: nothing was, for a backslash does not escape. */
enum { ODD = BLOCK + 1 };

/* Returns where in the block the item ends, BLOCK or ODD. */
static inline uint32_t pass_block(struct json_item *item, const char *bytes) {
  const struct block block = load(bytes), curly = with_bit(&block, '[' ^ '{');
  uint64_t quotes = where(&block, '"'), backslashes = where(&block, '\\');
  uint64_t newlines = where(&block, '\n');
  uint64_t escaped = item->escaped;
  if (backslashes || escaped) /* seldom: blocks that have none need not wait for those before */
    quotes &= ~escaped_by(backslashes, &escaped);
  uint64_t outside = ~(sums(quotes) ^ item->in_string);
  if (backslashes & outside)
    return ODD;
  uint64_t openers = where(&curly, '{') & outside, closers = where(&curly, '}') & outside;
  uint32_t closed = count_bits(closers);
  if (item->depth > closed) {
    item->depth = item->depth - closed + count_bits(openers);
  } else {
    uint64_t commas = where(&block, ',') & outside, ends = commas | where(&block, ']');
    uint32_t end = visit(&item->depth, openers, closers, commas, ends);
    if (end < BLOCK) {
      *item = (struct json_item){.lines = item->lines + count_bits(newlines & ~(ALL << end))};
      return end;
    }
  }
  item->in_string = (outside >> (BLOCK - 1)) - 1;
  item->escaped = escaped;
  item->lines += count_bits(newlines);
  return BLOCK;
}

size_t PASS(struct json_item *item, struct text bytes) {
  struct json_item here = *item; /* where no pointer leads, so that it stays in registers */
  size_t at = 0;
  while (bytes.length - at >= BLOCK) {
    uint32_t passed = pass_block(&here, bytes.bytes + at);
    if (passed == ODD) {
      *item = here;
      passed = (uint32_t)pass_bytes(item, bytes.bytes + at, BLOCK);
      here = *item;
    }
    at += passed;
    if (passed < BLOCK) {
      *item = here;
      return at;
    }
  }
  *item = here;
  return at + pass_bytes(item, bytes.bytes + at, bytes.length - at);
}

#ifndef KERNEL_SET

size_t json_item_pass_on(enum math_machine machine, struct json_item *item, struct text bytes) {
#ifdef __x86_64__
  if (machine >= MATH_AVX2)
    return json_item_pass_avx2(item, bytes);
#endif
  (void)machine;
  return json_item_pass_every(item, bytes);
}

size_t json_item_pass(struct json_item *item, struct text bytes) {
  return json_item_pass_on(math_machine_best(), item, bytes);
}

#endif

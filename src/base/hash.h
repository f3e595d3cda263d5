/* hash.h - the steps of text_hash, for whoever makes the bytes on the way.
 *
 * The hash reads its input as little-endian 64-bit words, the last one filled
 * up with zeros, and mixes the length in at the end; so text_hash_folded can
 * feed words that it folds one by one.  Not for secrets: a seed makes tables
 * differ, it does not make them safe against an adversary.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_HASH_H
#define BAREME_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Odd constants without pattern (the primes of XXH64). */
#define HASH_A UINT64_C(0x9e3779b185ebca87)
#define HASH_B UINT64_C(0xc2b2ae3d27d4eb4f)
#define HASH_C UINT64_C(0x165667b19e3779f9)

static inline uint64_t hash_begin(uint64_t seed) {
  return seed ^ HASH_C;
}

/* The word's product does not wait for the state: one rotation and one
 * multiplication are all that is in sequence. */
static inline uint64_t hash_word(uint64_t state, uint64_t word) {
  uint64_t mixed = word * HASH_B;
  state ^= mixed ^ mixed >> 32;
  return (state << 27 | state >> 37) * HASH_A + HASH_C;
}

/* Every bit of the state reaches every bit of the result. */
static inline uint64_t hash_end(uint64_t state, size_t length) {
  state ^= (uint64_t)length * HASH_A;
  state = (state ^ state >> 33) * HASH_B;
  state = (state ^ state >> 29) * HASH_C;
  return state ^ state >> 32;
}

#endif

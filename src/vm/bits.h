/* bits.h - planes of bits, sixty-four lanes a word.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_BITS_H
#define BAREME_VM_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline void bit_set(uint64_t *bits, uint32_t lane) {
  bits[lane >> 6] |= UINT64_C(1) << (lane & 63);
}

static inline void bit_unset(uint64_t *bits, uint32_t lane) {
  bits[lane >> 6] &= ~(UINT64_C(1) << (lane & 63));
}

static inline void bit_put(uint64_t *bits, uint32_t lane, bool value) {
  uint64_t others = bits[lane >> 6] & ~(UINT64_C(1) << (lane & 63));
  bits[lane >> 6] = others | (uint64_t)value << (lane & 63);
}

static inline bool bit_get(const uint64_t *bits, uint32_t lane) {
  return bits[lane >> 6] >> (lane & 63) & 1;
}

#endif

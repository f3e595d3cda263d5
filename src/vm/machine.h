/* machine.h - what kernels share: registers, lanes, bits.
 *
 * A kernel carries out one instruction for all lanes of its space.  Kernels do
 * not allocate, but for the texts that they make (runner->scratch) and for
 * working room of the event kernels; when that fails they say so by returning
 * false, and the run ends.
 *
 * Bits are words of 64 lanes; the last word's bits behind the last lane stay 0.
 * Inner loops over a full word have a constant length, which is what lets
 * compilers turn them into vector code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_MACHINE_H
#define BAREME_VM_MACHINE_H

#include "vm/runner.h"

struct machine {
  struct runner *runner;
  const struct program *program;
  const struct batch *batch;
  struct column *r; /* registers */
};

#define WORD_LANES 64u

static inline uint32_t words_of(uint32_t lanes) {
  return (lanes + WORD_LANES - 1) / WORD_LANES;
}

/* The bits of the lanes in word w of a column of `lanes`. */
static inline uint64_t lane_mask(uint32_t lanes, uint32_t w) {
  uint32_t left = lanes - w * WORD_LANES;
  return left >= WORD_LANES ? ~UINT64_C(0) : (UINT64_C(1) << left) - 1;
}

/* How many lanes word w has. */
static inline uint32_t lanes_in(uint32_t lanes, uint32_t w) {
  uint32_t left = lanes - w * WORD_LANES;
  return left < WORD_LANES ? left : WORD_LANES;
}

static inline uint32_t lanes_of(const struct machine *m, uint16_t space) {
  return space == 0 ? m->batch->count : m->batch->spaces[space - 1].count;
}

static inline uint32_t lowest_bit(uint64_t word) {
  return (uint32_t)__builtin_ctzll(word);
}
static inline uint32_t highest_bit(uint64_t word) {
  return 63u - (uint32_t)__builtin_clzll(word);
}

static inline void set_bit(uint64_t *bits, uint32_t lane) {
  bits[lane >> 6] |= UINT64_C(1) << (lane & 63);
}

/* Kernels by file.  Each handles the opcodes of its group and returns false
 * only if there is no memory. */
bool run_load(const struct machine *m, const struct instruction *i);    /* kernel_load.c */
bool run_number(const struct machine *m, const struct instruction *i);  /* kernel_number.c */
bool run_micros(const struct machine *m, const struct instruction *i);  /* kernel_micros.c */
bool run_compare(const struct machine *m, const struct instruction *i); /* kernel_compare.c */
bool run_logic(const struct machine *m, const struct instruction *i);   /* kernel_logic.c */
bool run_text(const struct machine *m, const struct instruction *i);    /* kernel_text.c */
bool run_event(const struct machine *m, const struct instruction *i);   /* kernel_event.c */
bool run_reduce(const struct machine *m, const struct instruction *i);  /* kernel_reduce.c */
bool run_score(const struct machine *m, const struct instruction *i);   /* kernel_score.c */

#endif

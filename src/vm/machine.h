/* machine.h - what kernels share: registers, lanes, and how they are compiled.
 *
 * A kernel carries out one instruction for all lanes of its space.  Kernels do
 * not allocate, but for the texts that they make (runner->scratch) and for
 * working room of the event kernels; when that fails they say so by returning
 * false, and the run ends.
 *
 * Kernels work on whole words of 64 lanes, so that their inner loops have a
 * constant length and become vector code.  What that asks of columns:
 *
 *   - bits behind the last lane are 0;
 *   - values of unknown lanes, and those behind the last lane up to the next
 *     multiple of 64, are of no meaning but harmless: a finite number, a label
 *     of the set (batch.h).  Texts are looked at only where the bits say that
 *     they are known.
 *
 * d may be the same register as an operand.  So a word's results are made in
 * arrays of their own and stored when all its operands have been read; that
 * also spares compilers the question whether the arrays overlap.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_MACHINE_H
#define BAREME_VM_MACHINE_H

#include "base/math_machine.h"
#include "vm/lanes.h"
#include "vm/runner.h"

#include <float.h>

struct machine {
  struct runner *runner;
  const struct program *program;
  const struct batch *batch;
  struct column *r; /* registers */
};

static inline uint32_t lanes_of(const struct machine *m, uint16_t space) {
  return space == 0 ? m->batch->count : m->batch->spaces[space - 1].count;
}

/* How many lanes word w has. */
static inline uint32_t lanes_in(uint32_t lanes, uint32_t w) {
  uint32_t left = lanes - w * WORD_LANES;
  return left < WORD_LANES ? left : WORD_LANES;
}

/* How many lanes stand behind the last one, up to the end of its word. */
static inline uint32_t behind_last(uint32_t lanes) {
  return words_of(lanes) * WORD_LANES - lanes;
}

/* All lanes known. */
static inline void set_lanes(uint64_t *bits, uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++)
    bits[w] = lane_mask(lanes, w);
}

static inline void copy_bits(uint64_t *d, const uint64_t *a, uint32_t lanes) {
  if (d != a)
    memcpy(d, a, words_of(lanes) * sizeof *d);
}

/* ---- texts ------------------------------------------------------------------------ */

/* A register that gets values of its own: no codes from here on. */
static inline struct column plain_register(const struct machine *m, uint32_t reg) {
  m->r[reg].vocabulary = NULL;
  return m->r[reg];
}

/* The text of a lane that is known, whatever the lanes hold. */
static inline struct text lane_text(const struct column *column, uint32_t lane) {
  return column->vocabulary ? column->vocabulary->texts[column->code[lane]] : column->text[lane];
}

/* ---- differences of instants ------------------------------------------------------ */

/* Those that do not fit wrap around, and have then a sign that they cannot have.
 * The sign of the result says that: negative if it is so. */
static inline int64_t wrapped(int64_t minuend, int64_t from, int64_t difference) {
  return (minuend ^ from) & (minuend ^ difference);
}

/* minuend - from for all lanes, up to a whole step of them.  That all fit is the
 * rule, and is found out for all at once: true if one may have wrapped around.
 * The steps are vectors by name: of so few lanes compilers make none by themselves. */
static inline bool subtract_lanes(int64_t minuend, const int64_t *from, int64_t *difference,
                                  uint32_t lanes) {
  typedef uint64_t step __attribute__((vector_size(STEP_LANES * sizeof(uint64_t))));
  const step whole = (step){0} + (uint64_t)minuend;
  step any = {0};
  uint64_t sign = 0;
  for (uint32_t first = 0; first < lanes; first += STEP_LANES) {
    step subtrahend;
    memcpy(&subtrahend, from + first, sizeof subtrahend);
    const step made = whole - subtrahend;
    any |= (whole ^ subtrahend) & (whole ^ made);
    memcpy(difference + first, &made, sizeof made);
  }
  for (uint32_t j = 0; j < STEP_LANES; j++)
    sign |= any[j];
  return sign >> 63;
}

/* Makes the lanes whose differences wrapped around unknown. */
static inline void forget_wrapped(int64_t minuend, int64_t *difference, uint32_t lanes,
                                  uint64_t *known) {
  for (uint32_t l = 0; l < lanes; l++) {
    int64_t from = (int64_t)((uint64_t)minuend - (uint64_t)difference[l]);
    if (wrapped(minuend, from, difference[l]) >= 0)
      continue;
    difference[l] = 0;
    known[l / 64] &= ~(UINT64_C(1) << l % 64);
  }
}

/* ---- numbers that are not finite ----------------------------------------------- */

/* Their exponent has all its bits; one more makes it a sign. */
#define EXPONENT_BITS UINT64_C(0x7ff0000000000000)
#define EXPONENT_ONE  UINT64_C(0x0010000000000000)

static inline bool all_finite(const double value[WORD_LANES]) {
  uint64_t signs = 0;
  for (uint32_t j = 0; j < WORD_LANES; j++) {
    uint64_t bits;
    memcpy(&bits, &value[j], sizeof bits);
    signs |= (bits & EXPONENT_BITS) + EXPONENT_ONE;
  }
  return signs >> 63 == 0;
}

/* Stores a word's values, those that are not finite as 0; which ones are.  d may
 * be where they are. */
static inline uint64_t settle(double *d, const double value[WORD_LANES]) {
  if (d != value)
    memcpy(d, value, WORD_LANES * sizeof *d);
  if (all_finite(value))
    return ~UINT64_C(0);
  uint8_t finite[WORD_LANES];
  for (uint32_t j = 0; j < WORD_LANES; j++) {
    bool is_finite = d[j] >= -DBL_MAX && d[j] <= DBL_MAX;
    finite[j] = is_finite;
    d[j] = is_finite ? d[j] : 0;
  }
  return bits_of_flags(finite);
}

/* ---- one source, several instruction sets -------------------------------------
 *
 * The files kernel_*.c are compiled for every machine and, on x86-64, for AVX2
 * and for AVX-512 too (cmake/floors.cmake), with KERNEL_SET naming which.  The
 * names of what they define end in it.  A runner takes one table of kernels
 * when it is made; results are the same bits with each.
 *
 * One more set, lone, is for spaces with a single lane when there is a single
 * lead: what a server is asked for.  Words have one lane there (lanes.h), and
 * what stands behind it in registers is of no meaning at all. */

extern const struct kernels kernels_every, kernels_lone;
#ifdef __x86_64__
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

#ifndef KERNEL_SET
#define KERNEL_SET every
#endif
#define KERNEL_PASTE(name, set) name##_##set
#define KERNEL_JOIN(name, set)  KERNEL_PASTE(name, set)
#define KERNEL_NAME(op)         KERNEL_JOIN(run_##op, KERNEL_SET)

/* Begins the kernel of an opcode, which returns false only if there is no memory. */
#define KERNEL(op)                       bool KERNEL_NAME(op)(const struct machine *m, const struct instruction *i)

#define OP(name, shape, synopsis, prose) kernel KERNEL_NAME(name);
#include "code/opcodes.def"
#undef OP

#endif

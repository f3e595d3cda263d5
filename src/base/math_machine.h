/* math_machine.h - the columns of math.h as compiled for each instruction set.
 *
 * math.h's own functions choose the best that the machine has; a runner chooses
 * once, for its kernels too; tests call each and compare bits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_MATH_MACHINE_H
#define BAREME_BASE_MATH_MACHINE_H

#include "base/math.h"

enum math_machine { MATH_EVERY, MATH_AVX2, MATH_AVX512 };

/* The best that this machine has; it has those before it as well. */
enum math_machine math_machine_best(void);

void math_exp2_column_on(enum math_machine machine, double *restrict out, const double *restrict x,
                         size_t count);
void math_decay_column_on(enum math_machine machine, const struct decay *decay,
                          double *restrict out, const int64_t *restrict age, size_t count);
void math_round_to_column_on(enum math_machine machine, struct unit unit, double *restrict out,
                             const double *restrict x, size_t count);

#endif

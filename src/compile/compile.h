/* compile.h - a checked policy to a program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_COMPILE_COMPILE_H
#define BAREME_COMPILE_COMPILE_H

#include "check/model.h"
#include "code/program.h"

enum compile_result {
  COMPILE_OK,
  COMPILE_TOO_LARGE, /* a count does not fit the instruction format: reported in diags */
  COMPILE_NO_MEMORY
};

/* Makes a program in memory of its own; the model is not needed afterwards.
 * The program is freed with program_free. */
enum compile_result compile_model(const struct model *model, const struct memory *memory,
                                  struct program **program);

/* The same with the policy's tests in it.  What they expect is computed in the
 * full section, beside what explains the results. */
enum compile_result compile_tests(const struct model *model, const struct memory *memory,
                                  struct program **program);

#endif

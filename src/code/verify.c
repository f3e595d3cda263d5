/* verify.c - tables first, then each section, by one walk over its code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/verify.h"

static enum verify_result verify_section(const struct program *program,
                                         const struct section *section, const char *name,
                                         const struct memory *memory, struct refusal *refusal) {
  size_t registers = (size_t)section->register_count + 1;
  struct verifier v = {.program = program, .section = section, .name = name, .refusal = refusal};
  v.states = memory_zeroed(memory, registers, sizeof *v.states);
  if (!v.states)
    return VERIFY_NO_MEMORY;
  bool good = verify_code(&v) && verify_results(&v);
  memory_free(memory, v.states, registers, sizeof *v.states);
  return good ? VERIFY_OK : VERIFY_REFUSED;
}

enum verify_result verify_program(const struct program *program, const struct memory *memory,
                                  struct refusal *refusal) {
  if (!verify_tables(program, refusal))
    return VERIFY_REFUSED;
  enum verify_result result = verify_section(program, &program->plain, "plain", memory, refusal);
  if (result == VERIFY_OK)
    result = verify_section(program, &program->full, "full", memory, refusal);
  return result;
}

/* verify.h - the proof that a program can do no harm.
 *
 * The machine checks nothing: it reads the registers, constants and columns
 * that an instruction names.  What verify_program accepts stays within its own
 * memory, ends, and keeps numbers finite, whatever the data; that it scores as
 * somebody meant is not its business.  Every program that was loaded has to
 * pass; those of our compiler are held against it by the tests.
 *
 * What is proved:
 *   - indices of all tables lie within the tables they point into
 *   - each instruction's operands are what its shape in opcodes.def says:
 *     registers of the right class and space, written before; constants that are there
 *   - views of the batch are made by the instructions that make views, and
 *     never written to by others
 *   - each register's labels are fewer than what they index
 *   - numbers are finite, durations positive, sets in order where it matters
 *   - results, conditions and lines are registers that hold what they should
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_VERIFY_H
#define BAREME_CODE_VERIFY_H

#include "code/program.h"
#include "code/refusal.h"

enum verify_result {
  VERIFY_OK,
  VERIFY_REFUSED, /* the refusal says why */
  VERIFY_NO_MEMORY
};

/* The program is finished; its texts are UTF-8.  memory: for a while, some
 * bytes for each register. */
enum verify_result verify_program(const struct program *program, const struct memory *memory,
                                  struct refusal *refusal);

/* ---- between the files of the verifier ---- */

/* The tables that both sections of code share (verify_tables.c). */
bool verify_tables(const struct program *program, struct refusal *refusal);

/* What a register's values are known to be. */
enum register_fact {
  FACT_NONE,
  FACT_EVENT_AT, /* instants of events, which are not after the as-of instant */
  FACT_STAGES    /* what STAGES makes: bits of stages, and the last of them */
};

struct register_state {
  bool written;
  uint8_t fact; /* enum register_fact */
  /* Known labels are below this, and so are unknown ones if it is not 0; where
   * it is 0, no lane is known, and all are label 0. */
  uint32_t labels;
};

/* What is known of a register at some point of the code.  A stretch that OP_SKIP
 * may leave out changes it only for runs in which its space has lanes. */
struct register_states {
  struct register_state always;
  struct register_state within; /* when `space` has lanes */
  uint16_t space;               /* 0: nothing else holds then */
};

struct verifier {
  const struct program *program;
  const struct section *section;
  const char *name; /* of the section */
  struct register_states *states;
  struct refusal *refusal;
  uint16_t stretch;     /* the space of the stretch that the walk is in; 0: none */
  uint32_t stretch_end; /* the instruction behind it */
};

/* What holds of a register where the walk is. */
struct register_state verifier_state(const struct verifier *v, uint32_t reg);

/* The code of the section; leaves in `states` what holds at its end (verify_code.c). */
bool verify_code(struct verifier *v);

/* The registers and tables by which the section hands out results (verify_results.c). */
bool verify_results(struct verifier *v);

/* How many labels an index must reach: lanes without one are label 0. */
static inline uint32_t labels_reached(uint32_t labels) {
  return labels ? labels : 1;
}

/* How many labels or symbols a field may have. */
static inline uint32_t field_labels(const struct program *program,
                                    const struct program_field *field) {
  return field->kind == COLUMN_SYMBOL ? program->text_sets[field->labels].count + 1
                                      : program->labels[field->labels].count;
}

static inline uint32_t program_stage_count(const struct program *program) {
  return program->stage_labels == PROGRAM_NONE ? 0 : program->labels[program->stage_labels].count;
}

/* The class of the registers that hold a column of the kind. */
static inline enum register_class register_class_of_kind(enum column_kind kind) {
  static const uint8_t classes[] = {
      [COLUMN_NUMBER] = REGISTER_NUMBER,   [COLUMN_TIME] = REGISTER_MICROS,
      [COLUMN_DURATION] = REGISTER_MICROS, [COLUMN_TEXT] = REGISTER_TEXT,
      [COLUMN_BOOL] = REGISTER_BOOL,       [COLUMN_LABEL] = REGISTER_LABEL,
      [COLUMN_TEXTS] = REGISTER_TEXTS,     [COLUMN_SYMBOL] = REGISTER_LABEL};
  return (enum register_class)classes[kind];
}

#endif

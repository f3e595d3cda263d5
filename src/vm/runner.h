/* runner.h - program x batch -> results.  A runner belongs to one thread.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_RUNNER_H
#define BAREME_VM_RUNNER_H

#include "base/math_machine.h"
#include "vm/batch.h"

struct machine;
typedef bool kernel(const struct machine *m, const struct instruction *i);

/* One for each opcode; see machine.h. */
struct kernels {
  kernel *run[OPCODE_COUNT];
};

struct runner {
  const struct program *program;
  const struct section *section;
  struct memory memory;
  bool explain;
  const struct batch *batch; /* of the last run */
  struct column *registers;
  struct runner_space *spaces; /* memory of the registers, by space */
  uint32_t *listed;            /* registers by space */
  uint32_t lead_capacity;
  const struct instruction **skips; /* all OP_SKIP of the code */
  const struct instruction **leaps; /* how far they lead: see find_leaps */
  uint32_t skip_count;
  bool leaps_known;              /* for the spaces that are empty */
  enum math_machine machine;     /* what instruction set the kernels are made for */
  const struct kernels *kernels; /* for any number of lanes */
  struct kernels lone;           /* for one */
  struct memo *memos;            /* memo.h; by instruction; NULL: no vocabulary came yet */
  bool *plain;                   /* by register, with memos: its texts are needed, not only codes */
  struct arena scratch;          /* texts made by the program; forgotten at each run */
};

/* The number of leads a batch for this runner should hold: LIMIT_CHUNK_LEADS,
 * or fewer when the explanations of a large policy would need too much memory. */
uint32_t runner_chunk(const struct program *program, bool explain);

/* explain: runs the full section.  lead_capacity: leads that there is room for
 * from the start; a run over more makes more.  False if out of memory; may then
 * still be cleared. */
bool runner_init(struct runner *runner, const struct program *program, const struct memory *memory,
                 uint32_t lead_capacity, bool explain);
void runner_clear(struct runner *runner);

/* runner_init takes the best instruction set that the machine has.  This takes
 * one that it names, which the machine must have: the results are the same. */
void runner_use(struct runner *runner, enum math_machine machine);

/* Runs the program over the batch.  The results stay until the next run and
 * point into the batch.  False if out of memory (registers for more events
 * than ever before). */
bool runner_run(struct runner *runner, const struct batch *batch);

/* ---- results, for lead `lane` of the last run ---- */

static inline const struct column *result_column(const struct runner *runner, uint32_t reg) {
  return &runner->registers[reg];
}

static inline bool result_bool(const struct runner *runner, uint32_t reg, uint32_t lane) {
  return bit_get(result_column(runner, reg)->yes, lane);
}

/* Index into program->excludes, or PROGRAM_NONE. */
static inline uint32_t result_excluded(const struct runner *runner, uint32_t lane) {
  const struct column *column = result_column(runner, runner->section->excluded);
  return bit_get(column->known, lane) ? column->label[lane] : PROGRAM_NONE;
}

/* Of a lead that is not excluded.  False, and 0: the computed score is missing. */
static inline bool result_score_included(const struct runner *runner, uint32_t score, uint32_t lane,
                                         double *number) {
  const struct column *column = result_column(runner, runner->section->scores[score]);
  bool known = bit_get(column->known, lane);
  *number = known ? column->number[lane] + 0.0 : 0; /* no negative zero */
  return known;
}

/* The same of any lead; false, and 0, if it is excluded. */
static inline bool result_score(const struct runner *runner, uint32_t score, uint32_t lane,
                                double *number) {
  *number = 0;
  return result_excluded(runner, lane) == PROGRAM_NONE &&
         result_score_included(runner, score, lane, number);
}

static inline uint32_t result_band(const struct runner *runner, uint32_t band, uint32_t lane) {
  return result_column(runner, runner->section->bands[band])->label[lane];
}

static inline uint32_t result_grid(const struct runner *runner, uint32_t grid, uint32_t lane) {
  return result_column(runner, runner->section->grids[grid])->label[lane];
}

static inline uint32_t result_choice(const struct runner *runner, uint32_t choice, uint32_t lane) {
  return result_column(runner, runner->section->choices[choice])->label[lane];
}

static inline bool result_segment(const struct runner *runner, uint32_t segment, uint32_t lane) {
  return result_bool(runner, runner->section->segments[segment], lane);
}

/* False if excluded. */
static inline bool result_action(const struct runner *runner, uint32_t action, uint32_t lane) {
  return result_excluded(runner, lane) == PROGRAM_NONE &&
         result_bool(runner, runner->section->actions[action], lane);
}

/* PROGRAM_NONE if the policy has no stages. */
static inline uint32_t result_stage(const struct runner *runner, uint32_t lane) {
  uint32_t stage = runner->section->stage;
  return stage == PROGRAM_NONE ? PROGRAM_NONE : result_column(runner, stage)->label[lane];
}

static inline uint32_t result_previous_stage(const struct runner *runner, uint32_t lane) {
  return runner->section->stage == PROGRAM_NONE ? PROGRAM_NONE : runner->batch->stage[lane];
}

/* The nearest transition out of the stage that the lead ends in, onward (to a
 * stage declared later): the one with the fewest conjuncts that are not met,
 * the first of those; PROGRAM_NONE if there is none or the lead is excluded. */
uint32_t result_next(const struct runner *runner, uint32_t lane);

/* One conjunct of a transition for a lead: 1 met, 0 not met, -1 unknown.
 * For thresholds, has_value tells whether the score is there, and lacks how
 * much it must still change in the right direction (0 if met or for = and !=). */
struct conjunct_result {
  int met;
  bool has_value;
  double value, lacks;
};
struct conjunct_result result_conjunct(const struct runner *runner, uint32_t conjunct,
                                       uint32_t lane);

/* ---- explanations: only after a run with `explain` ---- */

enum why_not {
  WHY_COUNTED,    /* it gives its points */
  WHY_FALSE,      /* its condition is false */
  WHY_UNKNOWN,    /* its condition is unknown: a field is missing */
  WHY_NOTHING,    /* no event was found */
  WHY_NOT_PICKED, /* another rule of the `pick` was taken */
  WHY_MISSING     /* its points are missing */
};

struct contribution {
  const struct program_line *line;
  enum why_not why;
  double points;          /* 0 unless WHY_COUNTED */
  bool has_events;        /* on, every */
  double events;          /* how many events count, or how many times it fired */
  double raw;             /* points before decay; with has_events */
  uint32_t missing_field; /* WHY_UNKNOWN: index into program->fields, or PROGRAM_NONE */
};

/* The lines of a score for a lead, in order.  Adding the points in this order
 * in doubles, from 0, gives the score's bits: that is what makes the sum
 * checkable, and the rounding line is where the last bits go.  `out` has room
 * for result_lines_bound().  Returns how many; 0 if the score is missing or
 * the lead is excluded.  Lines of kinds other than LINE_RULE and LINE_TERM are
 * given only if they change something. */
uint32_t result_lines_bound(const struct runner *runner, uint32_t score);
uint32_t result_lines_most(const struct runner *runner); /* of all scores */
uint32_t result_lines(const struct runner *runner, uint32_t score, uint32_t lane,
                      struct contribution *out);

#endif

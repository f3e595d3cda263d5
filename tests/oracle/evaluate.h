/* evaluate.h - the second opinion: a checked policy and one lead to an answer.
 *
 * This is the language's definition made executable, as plainly as possible:
 * it walks the tree, keeps nothing, shares nothing and is slow.  It knows
 * nothing of programs and machines, and is written from docs/language.md.
 * Whatever it and the virtual machine disagree about is a mistake of one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_EVALUATE_H
#define BAREME_TESTS_EVALUATE_H

#include "oracle/record.h"

#define ANSWER_NONE UINT32_MAX

/* Why a rule gives nothing. */
enum answer_why {
  ANSWER_COUNTED, /* it gives its points */
  ANSWER_FALSE,   /* its condition is false */
  ANSWER_UNKNOWN, /* its condition is neither true nor false */
  ANSWER_NOTHING, /* no event was found */
  ANSWER_NOT_PICKED,
  ANSWER_MISSING /* its points are missing */
};

enum answer_kind { ANSWER_RULE, ANSWER_CAP, ANSWER_RANGE };

/* What one rule, or the limit of one rule or group, gives to a score. */
struct answer_line {
  const struct rule *rule;
  enum answer_kind kind;
  enum answer_why why;
  double points; /* rule: before `at most N points`; else what the limit changes */
  double events; /* on: how many count; every: how many times it fires */
  double raw;    /* points before decay */
};

/* One condition of the way to the next stage. */
struct answer_requirement {
  const struct expr *condition;
  struct value met;
};

struct answer {
  uint32_t excluded;          /* index into model->excludes; then nothing else counts but `stage` */
  const struct value *values; /* one for each of model->values; for bands, grids and choices
                                 the label */
  const struct answer_line **lines; /* for each of model->values: the lines of a score … */
  const uint32_t *line_counts;      /* … and how many */
  uint32_t stage, previous_stage;   /* ANSWER_NONE: the policy has no stages */
  const bool *entered;              /* one for each stage */
  const bool *actions;              /* one for each action */
  uint32_t next; /* the stage that the nearest way onward leads to, or ANSWER_NONE */
  const struct answer_requirement *requirements;
  uint32_t requirement_count;
};

/* Everything of the answer lives in the arena.  Ends the program if memory runs out. */
struct answer evaluate(struct arena *arena, const struct model *model, const struct record *record,
                       int64_t as_of);

#endif

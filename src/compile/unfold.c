/* unfold.c - texts that are folded only to be tested are tested as they are.
 *
 * A test by a set of folded texts folds what it tests by itself (opcodes.def),
 * most of the time in a register of the machine: cheaper than an instruction
 * that makes folded copies of a whole column for it.  Only a text that many
 * tests ask about is worth folding once for all of them.
 *
 *     t = FOLD job_title
 *     b = CONTAINS_ANY t, {"head", "vp"}        b = CONTAINS_ANY job_title, {"head", "vp"}
 *
 * What then folds for nobody is left out when registers are allocated.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

enum { FEW_TESTS = 4 };

/* Of each register. */
struct fold {
  uint32_t operand; /* what was folded into it; PROGRAM_NONE: it is no folded text */
  uint32_t tests;   /* that fold for themselves */
  bool needed;      /* by anything else */
};

static bool folds_itself(const struct build *build, const struct instruction *code) {
  const struct shape *shape = &build->shapes[code->op];
  const struct text_set *sets = build->text_sets.items;
  return shape->asks_set && shape->texts & 1 && sets[code->b].folded;
}

static void look_at(const struct build *build, struct fold *folds, const struct instruction *code) {
  uint8_t texts = build->shapes[code->op].texts;
  const uint32_t operands[] = {code->a, code->b, code->c};
  if (code->op == OP_FOLD)
    folds[code->d].operand = code->a;
  if (folds_itself(build, code)) {
    folds[code->a].tests++;
    return;
  }
  for (int i = 0; i < 3; i++)
    if (texts >> i & 1)
      folds[operands[i]].needed = true;
}

static bool folds_any(const struct build *build) {
  const struct instruction *code = build->code.items;
  for (size_t i = 0; i < build->code.count; i++)
    if (code[i].op == OP_FOLD)
      return true;
  return false;
}

void unfold_tests(struct build *build) {
  struct instruction *code = build->code.items;
  size_t registers = build->values.count;
  if (!folds_any(build))
    return;
  struct fold *folds = arena_array(&build->scratch, registers + 1, sizeof *folds);
  if (!folds || build->failed) {
    build->failed = true;
    return;
  }
  for (size_t r = 0; r < registers; r++) {
    const struct value *value = value_at(build, (uint32_t)r);
    folds[r] = (struct fold){.operand = PROGRAM_NONE, .needed = value->result || value->reason};
  }
  for (size_t i = 0; i < build->code.count; i++)
    look_at(build, folds, &code[i]);
  for (size_t i = 0; i < build->code.count; i++) {
    const struct fold *fold = &folds[code[i].a];
    if (folds_itself(build, &code[i]) && fold->operand != PROGRAM_NONE && !fold->needed &&
        fold->tests <= FEW_TESTS)
      code[i].a = fold->operand;
  }
}

/* skips.c - what need not run when no lead of a chunk has an event of a space.
 *
 * Points of no events are nothing.  So where an addition is of something that
 * is nothing when a space has no lanes, it can be left out then, and with it
 * all that is computed for it alone:
 *
 *     r3 = EVENT_TEXT url              |  left out, for
 *     r4 = STARTS_ANY r3, {"/pricing"} |  no lead has a
 *     r5 = SUM_K r4, decay, 5          |  page view
 *     r0 = ADD_POINTS r0, r5           |
 *
 * Two walks find these stretches.  The first, along the code, notes what each
 * register is when a space is empty: 0, missing, false, unknown.  The second,
 * from the end, asks for whom a register is computed: always, or only for code
 * that is left out with a space.  An addition may be left out only if it
 * happens in place, in the register that it adds to; allocate.c keeps to that.
 *
 * A sum begins at 0 and so is never -0; adding 0 to it changes no bit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include <math.h>

/* What a register holds in every lane when a space has no lanes. */
enum emptiness {
  EMPTY_OTHER,
  EMPTY_ZERO,
  EMPTY_MISSING, /* a number, a time or a duration */
  EMPTY_FALSE,
  EMPTY_UNKNOWN, /* a bool */
  EMPTY_NOT_TRUE /* one of the two above */
};

struct when_empty {
  uint8_t what;   /* enum emptiness */
  uint16_t space; /* which space; ANY_SPACE: it is so whatever is empty */
};

enum { ANY_SPACE = UINT16_MAX };

/* For whom a register is computed, if not for nobody or for code of a space. */
enum { FOR_NOBODY = UINT16_MAX, FOR_ALL = 0 };

static bool is_not_true(struct when_empty w) {
  return w.what >= EMPTY_FALSE;
}

static bool adds_nothing(struct when_empty w) {
  return w.what == EMPTY_ZERO || w.what == EMPTY_MISSING;
}

static struct when_empty other(void) {
  return (struct when_empty){EMPTY_OTHER, ANY_SPACE};
}

static struct when_empty becomes(struct when_empty w, enum emptiness what) {
  return (struct when_empty){(uint8_t)what, w.space};
}

/* Both hold at once: when the space of both is empty. */
static bool meet(struct when_empty a, struct when_empty b, struct when_empty *both) {
  *both = a.space == ANY_SPACE ? b : a;
  return a.space == b.space || a.space == ANY_SPACE || b.space == ANY_SPACE;
}

/* ---- along the code: what registers are -------------------------------------------- */

static struct when_empty of_constant(const struct build *build, const struct instruction *code) {
  static const enum emptiness bools[] = {EMPTY_FALSE, EMPTY_OTHER, EMPTY_UNKNOWN};
  const double *numbers = build->numbers.items;
  if (code->op == OP_CONST_NUMBER)
    return becomes(other(), numbers[code->a] == 0 ? EMPTY_ZERO : EMPTY_OTHER);
  return becomes(other(), bools[code->a]);
}

static struct when_empty of_comparison(const struct build *build, const struct instruction *code,
                                       struct when_empty a) {
  const double *numbers = build->numbers.items;
  bool holds;
  if (a.what == EMPTY_MISSING)
    return becomes(a, EMPTY_UNKNOWN);
  if (a.what != EMPTY_ZERO)
    return other();
  switch (code->op) {
  case OP_NUMBER_LESS_K: holds = 0 < numbers[code->b]; break;
  case OP_NUMBER_LESS_EQUAL_K: holds = 0 <= numbers[code->b]; break;
  case OP_NUMBER_EQUAL_K: holds = 0 == numbers[code->b]; break;
  case OP_NUMBER_GREATER_K: holds = 0 > numbers[code->b]; break;
  case OP_NUMBER_GREATER_EQUAL_K: holds = 0 >= numbers[code->b]; break;
  default: holds = true; /* who knows */
  }
  return holds ? other() : becomes(a, EMPTY_FALSE);
}

/* 0 within a range, and 0 times something finite, is 0. */
static struct when_empty of_number(const struct build *build, const struct instruction *code,
                                   struct when_empty a) {
  const double *numbers = build->numbers.items;
  if (a.what == EMPTY_MISSING)
    return a;
  if (a.what != EMPTY_ZERO)
    return other();
  switch (code->op) {
  case OP_MULTIPLY_K: return isfinite(numbers[code->b]) ? a : other();
  case OP_LIMIT: return numbers[code->b] <= 0 && numbers[code->c] >= 0 ? a : other();
  default: return other();
  }
}

static struct when_empty of_and(struct when_empty a, struct when_empty b) {
  if (a.what == EMPTY_FALSE)
    return a;
  if (b.what == EMPTY_FALSE)
    return b;
  if (is_not_true(a))
    return becomes(a, EMPTY_NOT_TRUE);
  return is_not_true(b) ? becomes(b, EMPTY_NOT_TRUE) : other();
}

static struct when_empty of_or(struct when_empty a, struct when_empty b) {
  struct when_empty both;
  if (!is_not_true(a) || !is_not_true(b) || !meet(a, b, &both))
    return other();
  return becomes(both,
                 a.what == EMPTY_FALSE && b.what == EMPTY_FALSE ? EMPTY_FALSE : EMPTY_NOT_TRUE);
}

static struct when_empty of_logic(enum opcode op, struct when_empty a, struct when_empty b) {
  switch (op) {
  case OP_AND: return of_and(a, b);
  case OP_OR: return of_or(a, b);
  case OP_NOT: return a.what == EMPTY_UNKNOWN ? a : other();
  case OP_CERTAIN:
  case OP_BETTER:
  case OP_BUT_NOT: return is_not_true(a) ? becomes(a, EMPTY_FALSE) : other();
  default: return a.what == EMPTY_MISSING ? becomes(a, EMPTY_FALSE) : other(); /* is present */
  }
}

/* What is added to a, or chosen beside it, is nothing. */
static struct when_empty of_addition(struct when_empty a, struct when_empty added, bool nothing) {
  struct when_empty both;
  return nothing && a.what == EMPTY_ZERO && meet(a, added, &both) ? becomes(both, EMPTY_ZERO)
                                                                  : other();
}

static struct when_empty of_choice(struct when_empty condition, struct when_empty otherwise) {
  struct when_empty both;
  bool known = is_not_true(condition) && meet(condition, otherwise, &both);
  return known ? becomes(both, (enum emptiness)otherwise.what) : other();
}

static struct when_empty of_reduction(const struct instruction *code) {
  struct when_empty w = {EMPTY_ZERO, code->space};
  switch (code->op) {
  case OP_HAS: return becomes(w, EMPTY_FALSE);
  case OP_FIRST_AT:
  case OP_LAST_AT:
  case OP_MEAN:
  case OP_LARGEST:
  case OP_SMALLEST: return becomes(w, EMPTY_MISSING);
  default: return w;
  }
}

static struct when_empty either_missing(struct when_empty a, struct when_empty b,
                                        enum emptiness result) {
  if (a.what == EMPTY_MISSING)
    return becomes(a, result);
  return b.what == EMPTY_MISSING ? becomes(b, result) : other();
}

static struct when_empty when_empty_of(const struct build *build, const struct when_empty *known,
                                       const struct instruction *code) {
  const uint32_t operands[] = {code->a, code->b, code->c};
  struct when_empty of[3] = {other(), other(), other()};
  for (int i = 0; i < 3; i++)
    if (build->shapes[code->op].reads >> i & 1)
      of[i] = known[operands[i]];
  const struct when_empty a = of[0], b = of[1], c = of[2];
  if (code->op >= OP_COUNT && code->op <= OP_DISTINCT_LABEL)
    return of_reduction(code);
  if (code->op >= OP_AND && code->op <= OP_KNOWN_TEXTS)
    return of_logic((enum opcode)code->op, a, b);
  if (code->op >= OP_NUMBER_LESS_K && code->op <= OP_NUMBER_IN)
    return of_comparison(build, code, a);
  if (code->op >= OP_NUMBER_LESS && code->op <= OP_MICROS_EQUAL_K)
    return either_missing(a, b, EMPTY_UNKNOWN);
  if ((code->op >= OP_ADD && code->op <= OP_DIVIDE) ||
      (code->op >= OP_MICROS_ADD && code->op <= OP_MICROS_SUBTRACT))
    return either_missing(a, b, EMPTY_MISSING);
  if ((code->op >= OP_ADD_K && code->op <= OP_ROUND_TO) ||
      (code->op >= OP_MICROS_NEGATE && code->op <= OP_WEEKDAY) || code->op == OP_AGE)
    return of_number(build, code, a);
  switch (code->op) {
  case OP_CONST_NUMBER:
  case OP_CONST_BOOL: return of_constant(build, code);
  case OP_MISSING_NUMBER:
  case OP_MISSING_MICROS: return becomes(other(), EMPTY_MISSING);
  case OP_SELECT_NUMBER:
  case OP_SELECT_MICROS:
  case OP_SELECT_BOOL: return of_choice(a, c);
  case OP_ADD_WHEN: return of_addition(a, b, is_not_true(b));
  case OP_ADD_SOME: return of_addition(a, b, is_not_true(b));
  case OP_ADD_POINTS: return of_addition(a, b, adds_nothing(b));
  case OP_BETTER: return of_logic(OP_BETTER, a, b);
  default: return other();
  }
}

/* ---- from the end: for whom they are computed ------------------------------------------ */

struct demand {
  const struct build *build;
  const struct when_empty *known;
  const uint32_t *last_use;
  uint16_t *for_whom; /* of each register */
  bool explains;
};

static void ask(struct demand *demand, uint32_t reg, uint16_t whom) {
  uint16_t *so_far = &demand->for_whom[reg];
  *so_far = *so_far == FOR_NOBODY || *so_far == whom ? whom : FOR_ALL;
}

/* What an instruction adds to, if what it adds is nothing when *space is empty. */
static uint32_t sum_of(const struct when_empty *known, const struct instruction *code,
                       uint16_t *space) {
  uint32_t sum = code->a;
  struct when_empty added = known[code->b];
  bool nothing;
  switch (code->op) {
  case OP_ADD_WHEN: nothing = is_not_true(added); break;
  case OP_ADD_SOME:
    added = is_not_true(added) ? added : known[code->c];
    nothing = is_not_true(added) || adds_nothing(added);
    break;
  case OP_ADD_POINTS: nothing = adds_nothing(added); break;
  case OP_OR: nothing = added.what == EMPTY_FALSE; break;
  case OP_SELECT_NUMBER:
    added = known[code->a];
    nothing = is_not_true(added);
    sum = code->c;
    break;
  default: return PROGRAM_NONE;
  }
  *space = added.space;
  return nothing && added.space != ANY_SPACE ? sum : PROGRAM_NONE;
}

/* Nobody else reads the register after instruction `at`, and none other is it. */
static bool can_stay(const struct demand *demand, const struct instruction *code, uint32_t sum,
                     size_t at) {
  const struct value *value = (struct value *)demand->build->values.items + sum;
  uint32_t same = 0;
  const uint32_t fields[] = {code->a, code->b, code->c};
  for (int i = 0; i < 3; i++)
    same += demand->build->shapes[code->op].reads >> i & 1 && fields[i] == sum;
  return same == 1 && demand->last_use[sum] == at + 1 && !value->view &&
         !is_read_after(value, demand->explains);
}

static struct skip demand_of(struct demand *demand, const struct instruction *code, size_t at) {
  uint16_t whom = demand->for_whom[code->d], space = 0;
  struct skip skip = {whom, PROGRAM_NONE};
  uint32_t read[3], sum = whom == FOR_ALL ? sum_of(demand->known, code, &space) : PROGRAM_NONE;
  if (sum != PROGRAM_NONE && can_stay(demand, code, sum, at))
    skip = (struct skip){space, sum};
  for (uint32_t n = code_operands(demand->build, code, read); n-- > 0;)
    ask(demand, read[n], read[n] == skip.stays ? FOR_ALL : skip.space);
  return skip;
}

bool find_skips(struct build *build, const uint32_t *last_use, bool explains, struct skip *skips) {
  const struct instruction *code = build->code.items;
  const struct value *values = build->values.items;
  size_t registers = build->values.count + 1;
  struct when_empty *known = memory_alloc(&build->memory, registers, sizeof *known);
  uint16_t *for_whom = memory_alloc(&build->memory, registers, sizeof *for_whom);
  struct demand demand = {build, known, last_use, for_whom, explains};
  if (known && for_whom) {
    for (size_t i = 0; i < build->code.count; i++)
      known[code[i].d] = when_empty_of(build, known, &code[i]);
    for (size_t v = 0; v < build->values.count; v++)
      for_whom[v] = is_read_after(&values[v], explains) ? FOR_ALL : FOR_NOBODY;
    for (size_t i = build->code.count; i-- > 0;)
      if (for_whom[code[i].d] != FOR_NOBODY)
        skips[i] = demand_of(&demand, &code[i], i);
  }
  bool done = known && for_whom;
  memory_free(&build->memory, known, registers, sizeof *known);
  memory_free(&build->memory, for_whom, registers, sizeof *for_whom);
  return done;
}

/* score.c - scores: blocks of rules, ranges, rounding.
 *
 * A block takes what its members give, one after the other, in the order in
 * which they are written: a sum, the first, or the best.  `for` and `include`
 * are no blocks: their rules are members of the block around them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/score.h"

#include <math.h>

struct block {
  enum rule_kind kind; /* RULE_GROUP: a sum; RULE_FIRST; RULE_BEST */
  bool wants_given;    /* somebody around it asks whether it gave anything */
  uint32_t acc;        /* sum, or the first's points */
  uint32_t given;      /* bool over leads: something was given so far */
  uint32_t best;       /* number over leads, unknown: nothing yet */
  uint32_t which;      /* label over leads: the best member so far */
  uint32_t members;
  size_t first_line;
};

static struct block begin_block(struct build *build, enum rule_kind kind, bool wants_given) {
  struct block block = {.kind = kind, .wants_given = wants_given || kind != RULE_GROUP};
  block.acc = emit_own(build, OP_CONST_NUMBER, 0, constant_number(build, 0.0), 0, 0);
  block.given = emit_own(build, OP_CONST_BOOL, 0, 0, 0, 0);
  block.best = emit_own(build, OP_MISSING_NUMBER, 0, 0, 0, 0);
  block.which = emit(build, OP_CONST_LABEL, 0, PROGRAM_NONE, 0, 0);
  block.first_line = build->lines.count;
  return block;
}

/* ---- taking a member's gift --------------------------------------------------- */

static void take_first(struct build *build, struct block *block, struct gift gift, size_t line) {
  uint32_t mine = emit(build, OP_BUT_NOT, 0, gift.given, block->given, 0);
  gift.given = mine;
  gift.holds_outside = false;
  block->acc = add_gift_own(build, block->acc, gift);
  take_lines(build, line, mine);
}

/* The lines of a best member are known only at the end; until then each of the
 * member's lines remembers the member in `taken`'s place: see finish_best. */
static void take_best(struct build *build, struct block *block, struct gift gift) {
  uint32_t points = add_gift(build, zero_register(build), gift);
  uint32_t given = emit(build, OP_CERTAIN, 0, gift.given, 0, 0);
  uint32_t better = emit(build, OP_BETTER, 0, given, points, block->best);
  block->best = emit(build, OP_SELECT_NUMBER, 0, better, points, block->best);
  block->which = emit(build, OP_SELECT_LABEL, 0, better,
                      emit(build, OP_CONST_LABEL, 0, block->members, 0, 0), block->which);
}

static void take(struct build *build, struct block *block, struct gift gift, size_t line) {
  if (block->kind == RULE_FIRST)
    take_first(build, block, gift, line);
  else if (block->kind == RULE_BEST)
    take_best(build, block, gift);
  else
    block->acc = add_gift_own(build, block->acc, gift);
  if (block->wants_given)
    block->given =
        emit(build, OP_OR, 0, block->given, emit(build, OP_CERTAIN, 0, gift.given, 0, 0), 0);
  struct program_line *lines = build->lines.items;
  for (size_t i = line; i < build->lines.count && block->kind == RULE_BEST; i++)
    lines[i].member = block->members;
  block->members++;
}

/* A line counts where the best member is its own. */
static void finish_best(struct build *build, struct block *block) {
  block->acc = emit(build, OP_ADD_POINTS, 0, zero_register(build), block->best, 0);
  for (size_t i = block->first_line; i < build->lines.count; i++) {
    uint32_t member = ((struct program_line *)build->lines.items)[i].member;
    uint32_t mine = emit(build, OP_LABEL_EQUAL, 0, block->which,
                         emit(build, OP_CONST_LABEL, 0, member, 0, 0), 0);
    mine = emit(build, OP_CERTAIN, 0, mine, 0, 0);
    if (build->failed)
      return;
    struct program_line *line = (struct program_line *)build->lines.items + i;
    line->taken = line->taken == PROGRAM_NONE ? mine : emit(build, OP_AND, 0, line->taken, mine, 0);
  }
}

/* ---- walking a block's members ---------------------------------------------------- */

static void walk(struct build *build, struct block *block, const struct rule *rules,
                 const struct guard *guard);

static uint32_t limit_range(struct build *build, const struct range_syntax *range,
                            enum line_kind kind, uint32_t before) {
  if (!range->present)
    return before;
  uint32_t high = constant_number(build, range->high_number);
  uint32_t low = constant_number(build, range->low_number);
  uint32_t after = emit(build, OP_LIMIT, space_of(build, before), before, low, high);
  add_difference(build, kind, range->span, before, after);
  return after;
}

static uint32_t open_group(struct build *build, const struct rule *rule) {
  uint32_t outer = build->group;
  struct place place =
      source_place(&build->model->sources->items[rule->span.source], rule->span.begin);
  struct program_group *group = list_add(build, &build->groups, sizeof *group);
  if (!group)
    return outer;
  group->parent = outer;
  group->source_line = place.line;
  group->kind = rule->kind == RULE_FIRST  ? GROUP_FIRST
                : rule->kind == RULE_BEST ? GROUP_BEST
                                          : GROUP_SUM;
  build->group = (uint32_t)build->groups.count - 1;
  struct text label = rule->label.present ? keep_text(build, rule->label.text) : (struct text){0};
  group->label = label;
  build->depth++;
  return outer;
}

static void close_group(struct build *build, uint32_t outer) {
  build->group = outer;
  if (build->depth)
    build->depth--;
}

static struct gift lower_block(struct build *build, const struct rule *rule,
                               const struct guard *guard, bool wants_given) {
  struct block block = begin_block(build, rule->kind, wants_given);
  uint32_t outer = open_group(build, rule);
  walk(build, &block, rule->rules, guard);
  if (rule->kind == RULE_BEST)
    finish_best(build, &block);
  uint32_t points =
      rule->range ? limit_range(build, rule->range, LINE_RANGE, block.acc) : block.acc;
  close_group(build, outer);
  return (struct gift){block.given, points, 0, true};
}

static void walk_for(struct build *build, struct block *block, const struct rule *rule,
                     const struct guard *outer) {
  struct origin before =
      begin_criterion(build, CRITERION_FOR, TEXT(""), rule->span, rule->condition);
  uint32_t condition = lower_expr(build, rule->condition);
  if (outer)
    condition = emit(build, OP_AND, 0, outer->reg, condition, 0);
  const struct guard guard = {outer, rule->condition, condition};
  walk(build, block, rule->rules, &guard);
  end_criterion(build, before);
}

/* A rule, or a block of rules: what it gives is taken by the block around it. */
static void walk_member(struct build *build, struct block *block, const struct rule *rule,
                        const struct guard *guard) {
  size_t line = build->lines.count;
  bool is_rule = rule->kind == RULE_POINTS;
  struct origin outer = begin_criterion(build, is_rule ? CRITERION_RULE : CRITERION_GROUP,
                                        is_rule ? TEXT("") : rule->label.text, rule->span, NULL);
  struct gift gift = is_rule ? lower_rule(build, rule, guard)
                             : lower_block(build, rule, guard, block->wants_given);
  take(build, block, gift, line);
  end_criterion(build, outer);
}

static void walk(struct build *build, struct block *block, const struct rule *rules,
                 const struct guard *guard) {
  for (const struct rule *rule = rules; rule && !build->failed; rule = rule->next) {
    switch (rule->kind) {
    case RULE_FOR: walk_for(build, block, rule, guard); break;
    case RULE_INCLUDE: walk(build, block, rule->rules, guard); break;
    default: walk_member(build, block, rule, guard); break;
    }
  }
}

/* ---- scores --------------------------------------------------------------------------- */

static uint32_t finish_score(struct build *build, const struct model_value *value, uint32_t sum) {
  uint32_t limited = limit_range(build, &value->range, LINE_SCORE_RANGE, sum);
  struct program_line *rounding =
      add_line(build, LINE_ROUNDING, value->round.present ? value->round.span : value->span);
  if (rounding && !value->round.present)
    rounding->source = TEXT("round to 0.01"); /* what holds when nothing is written */
  if (!(value->round.present && value->round.none))
    return emit(build, OP_ROUND_TO, 0, limited, constant_unit(build, value->round.decimal), 0);
  if (value->range.present)
    return limited;
  /* nothing else would notice a sum that is not finite */
  uint32_t high = constant_number(build, INFINITY);
  uint32_t low = constant_number(build, -INFINITY);
  return emit(build, OP_LIMIT, 0, limited, low, high);
}

uint32_t lower_score(struct build *build, const struct model_value *value) {
  struct block block = begin_block(build, RULE_GROUP, false);
  walk(build, &block, value->rules, NULL);
  return finish_score(build, value, block.acc);
}

/* The terms of a + b - c are the lines of a computed score. */
static void add_terms(struct build *build, const struct expr *expr) {
  size_t depth = 0;
  const struct expr *leaf = expr_seen(expr);
  for (; leaf->kind == EXPR_ARITHMETIC && leaf->arithmetic <= ARITH_SUBTRACT && !leaf->is_constant;
       leaf = expr_seen(leaf->left))
    depth++;
  const struct expr **terms = arena_array(&build->scratch, depth + 1, sizeof *terms);
  bool *minus = arena_array(&build->scratch, depth + 1, sizeof *minus);
  if (!terms || !minus) {
    build->failed = true;
    return;
  }
  const struct expr *node = expr_seen(expr);
  for (size_t i = depth; i > 0; i--, node = expr_seen(node->left)) {
    terms[i] = node->right;
    minus[i] = node->arithmetic == ARITH_SUBTRACT;
  }
  terms[0] = node;
  for (size_t i = 0; i <= depth && !build->failed; i++) {
    uint32_t points = lower_expr(build, terms[i]);
    if (minus[i])
      points = emit(build, OP_NEGATE, 0, points, 0, 0);
    struct program_line *line = add_line(build, LINE_TERM, terms[i]->span);
    if (line)
      line->points = points;
  }
}

uint32_t lower_computed(struct build *build, const struct model_value *value) {
  uint32_t number = place(build, lower_expr(build, value->expr), 0);
  add_terms(build, value->expr);
  return finish_score(build, value, number);
}

/* lines.c - what is kept so that every point has a reason.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/score.h"

#include <string.h>

/* A let may stand for a let may stand for …: past this depth a field that is
 * missing is not named any more. */
enum { NAMED_DEPTH = 16 };

struct program_line *add_line(struct build *build, enum line_kind kind, struct span span) {
  struct text source = keep_source(build, span);
  struct program_line *line = list_add(build, &build->lines, sizeof *line);
  if (!line)
    return NULL;
  line->kind = kind;
  line->source = source;
  line->source_name = span.source;
  line->source_line = line_at(build, span.source, span.begin);
  line->depth = build->depth;
  line->group = build->group;
  line->points = line->condition = line->taken = line->events = line->raw = PROGRAM_NONE;
  return line;
}

void add_difference(struct build *build, enum line_kind kind, struct span span, uint32_t before,
                    uint32_t after) {
  uint32_t difference = emit(build, OP_SUBTRACT, 0, after, before, 0);
  struct program_line *line = add_line(build, kind, span);
  if (line)
    line->points = difference;
}

void take_lines(struct build *build, size_t first, uint32_t mask) {
  for (size_t i = first; i < build->lines.count && !build->failed; i++) {
    uint32_t taken = ((struct program_line *)build->lines.items)[i].taken;
    taken = taken == PROGRAM_NONE ? mask : emit(build, OP_AND, 0, taken, mask, 0);
    ((struct program_line *)build->lines.items)[i].taken = taken;
  }
}

/* ---- which fields a condition names --------------------------------------------- */

/* True if the line that is made has it already, from no deeper: a value may be
 * met again and again, on as many ways as there are through the values before. */
static bool is_named(const struct build *build, struct named *named, int depth) {
  uint32_t line = (uint32_t)build->lines.count;
  if (named->line == line && named->depth <= depth)
    return true;
  *named = (struct named){line, depth};
  return false;
}

/* Each once, in order of appearance. */
static void name_field(struct build *build, uint32_t model_field) {
  if (is_named(build, &build->fields_named[model_field], 0))
    return;
  uint32_t field = record_field(build, model_field);
  uint32_t *item = list_room(build, &build->named, sizeof *item);
  if (item)
    *item = field;
}

static void name_expr(struct build *build, const struct expr *expr, int depth);

static void name_items(struct build *build, const struct expr *items, int depth) {
  for (; items; items = items->next)
    name_expr(build, items, depth);
}

static void name_case(struct build *build, const struct expr *expr, int depth) {
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next) {
    name_expr(build, arm->condition, depth);
    name_expr(build, arm->value, depth);
  }
  name_expr(build, expr->right, depth);
}

static void name_name(struct build *build, const struct expr *expr, int depth) {
  if (expr->ref == REF_LEAD_FIELD && expr->index != 0)
    name_field(build, expr->index);
  if (expr->ref != REF_VALUE)
    return;
  const struct model_value *value = expr->value;
  bool transparent = value->kind == VALUE_LET || value->kind == VALUE_SEGMENT;
  if (transparent && depth < NAMED_DEPTH &&
      !is_named(build, &build->values_named[value->index], depth))
    name_expr(build, value->expr, depth + 1);
}

/* Long chains lean to the left: the loop follows them.  A field of an event is
 * not a field of the lead. */
static void name_expr(struct build *build, const struct expr *expr, int depth) {
  while (expr && !build->failed) {
    expr = expr_seen(expr);
    if (expr->is_constant)
      return;
    switch (expr->kind) {
    case EXPR_NAME: name_name(build, expr, depth); return;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_CALL: name_items(build, expr->items, depth); return;
    case EXPR_CASE: name_case(build, expr, depth); return;
    case EXPR_EVENTS: return;
    default: break;
    }
    const struct expr *right = expr_right(expr);
    if (right && !right->is_constant)
      name_expr(build, right, depth);
    expr = expr_left(expr);
  }
}

/* Rules beside each other often name the same fields: then they share the array. */
static const uint32_t *keep_named(struct build *build) {
  const struct list *named = &build->named;
  const struct program_line *lines = build->lines.items;
  const struct program_line *before =
      build->lines.count > 1 ? &lines[build->lines.count - 2] : NULL;
  if (before && named->count && before->field_count == named->count &&
      memcmp(before->fields, named->items, named->count * sizeof(uint32_t)) == 0)
    return before->fields;
  return list_keep(build, named, sizeof(uint32_t));
}

/* The line is the last one. */
void name_fields(struct build *build, struct program_line *line, const struct expr *condition,
                 const struct guard *guard) {
  build->named.count = 0;
  for (; guard; guard = guard->outer)
    name_expr(build, guard->condition, 0);
  name_expr(build, condition, 0);
  line->fields = keep_named(build);
  line->field_count = line->fields ? (uint32_t)build->named.count : 0;
}

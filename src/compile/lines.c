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
  line->source_line = source_place(&build->model->sources->items[span.source], span.begin).line;
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

struct naming {
  struct build *build;
  struct list fields; /* uint32_t, each once, in order of appearance */
};

static void name_field(struct naming *naming, uint32_t field) {
  const uint32_t *named = naming->fields.items;
  for (size_t i = 0; i < naming->fields.count; i++)
    if (named[i] == field)
      return;
  uint32_t *item = list_add(naming->build, &naming->fields, sizeof *item);
  if (item)
    *item = field;
}

static void name_expr(struct naming *naming, const struct expr *expr, int depth);

static void name_list_of(struct naming *naming, const struct expr *items, int depth) {
  for (; items; items = items->next)
    name_expr(naming, items, depth);
}

static void name_value(struct naming *naming, const struct model_value *value, int depth) {
  bool transparent = value->kind == VALUE_LET || value->kind == VALUE_SEGMENT;
  if (transparent && depth < NAMED_DEPTH)
    name_expr(naming, value->expr, depth + 1);
}

/* Long chains lean to the left: the loop follows them. */
static void name_expr(struct naming *naming, const struct expr *expr, int depth) {
  for (; expr && !naming->build->failed; expr = expr->left) {
    expr = expr_seen(expr);
    if (expr->ref == REF_LEAD_FIELD && expr->index != 0)
      name_field(naming, record_field(naming->build, expr->index));
    if (expr->ref == REF_VALUE && expr->value)
      name_value(naming, expr->value, depth);
    if (expr->kind == EXPR_EVENTS)
      return; /* a field of an event is not a field of the lead */
    name_list_of(naming, expr->items, depth);
    for (const struct case_arm *arm = expr->arms; arm; arm = arm->next) {
      name_expr(naming, arm->condition, depth);
      name_expr(naming, arm->value, depth);
    }
    if (expr->right)
      name_expr(naming, expr->right, depth);
  }
}

void name_fields(struct build *build, struct program_line *line, const struct expr *condition,
                 const struct guard *guard) {
  struct naming naming = {build, {0}};
  for (; guard; guard = guard->outer)
    name_expr(&naming, guard->condition, 0);
  if (condition)
    name_expr(&naming, condition, 0);
  line->fields = list_keep(build, &naming.fields, sizeof(uint32_t));
  line->field_count = line->fields ? (uint32_t)naming.fields.count : 0;
  list_clear(build, &naming.fields, sizeof(uint32_t));
}

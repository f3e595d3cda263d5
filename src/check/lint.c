/* lint.c - warnings about a checked policy.
 *
 * Two questions are asked of every condition.  Can it ever be true, and can it
 * ever be anything else?  The ranges of check/range.h answer; the smallest part
 * that is to blame is shown.  And: does it say `not` about a field that may be
 * missing?  Then it does not hold for the leads without that field, which is
 * the rule (unknown stays unknown) and often a surprise.
 *
 * A condition that a `param` decides is left alone: the next --set may decide
 * otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/lint.h"

#include "base/number.h"
#include "check/range.h"

#include <math.h>

struct lint {
  struct ranges ranges;
  const struct model *model;
  struct diags *diags;
};

/* ---- words ----------------------------------------------------------------------- */

struct number_text {
  char bytes[NUMBER_TEXT_SIZE + 1];
};

static struct number_text number_words(double number) {
  struct number_text text;
  text.bytes[number_format(number, text.bytes)] = '\0';
  return text;
}

static struct text source_of(const struct lint *lint, const struct expr *expr) {
  return span_text(lint->model->sources, expr->span);
}

/* ---- never and always ---------------------------------------------------------------- */

/* `score >= 120` where the score's range is known: the numbers say why. */
static bool explain_bounds(const struct lint *lint, const struct expr *expr, struct diag *diag) {
  const struct expr *left = expr->kind == EXPR_COMPARE ? expr_seen(expr->left) : NULL;
  if (!left || left->type.kind != TYPE_NUMBER || left->is_constant)
    return false;
  struct range range = range_of(&lint->ranges, left);
  struct text name = source_of(lint, left);
  if (isfinite(range.low) && isfinite(range.high))
    diag_help(lint->diags, diag, "`%.*s` goes from %s to %s", TEXT_ARGS(name),
              number_words(range.low).bytes, number_words(range.high).bytes);
  else if (isfinite(range.high))
    diag_help(lint->diags, diag, "`%.*s` is never above %s", TEXT_ARGS(name),
              number_words(range.high).bytes);
  else if (isfinite(range.low))
    diag_help(lint->diags, diag, "`%.*s` is never below %s", TEXT_ARGS(name),
              number_words(range.low).bytes);
  return true;
}

static bool is_threshold(const struct expr *expr) {
  const struct expr *left = expr->kind == EXPR_COMPARE ? expr_seen(expr->left) : NULL;
  return left && left->ref == REF_VALUE &&
         (left->value->kind == VALUE_SCORE || left->value->kind == VALUE_COMPUTED);
}

/* The smallest part that makes the whole never true (or always). */
static const struct expr *blamed(const struct lint *lint, const struct expr *expr, bool never) {
  expr = expr_seen(expr);
  if (expr->kind != (never ? EXPR_AND : EXPR_OR))
    return expr;
  for (const struct expr *item = expr->items; item; item = item->next) {
    unsigned truth = range_of(&lint->ranges, item).truth;
    if (never ? !(truth & CAN_BE_TRUE) : truth == CAN_BE_TRUE)
      return blamed(lint, item, never);
  }
  return expr;
}

static void warn_never(struct lint *lint, const struct expr *condition) {
  const struct expr *expr = blamed(lint, condition, true);
  struct text source = source_of(lint, expr);
  struct diag *diag =
      is_threshold(expr)
          ? diag_warning(lint->diags, W0703, expr->span,
                         "no lead can reach this: `%.*s` is never true", TEXT_ARGS(source))
          : diag_warning(lint->diags, W0701, expr->span, "`%.*s` can never be true",
                         TEXT_ARGS(source));
  explain_bounds(lint, expr, diag);
}

static void warn_always(struct lint *lint, const struct expr *condition) {
  const struct expr *expr = blamed(lint, condition, false);
  struct text source = source_of(lint, expr);
  struct diag *diag =
      diag_warning(lint->diags, W0702, expr->span, "`%.*s` is always true", TEXT_ARGS(source));
  explain_bounds(lint, expr, diag);
}

/* ---- not, and fields that may be missing -------------------------------------------------- */

/* The lead field whose absence makes a negated test unknown; NULL if none. */
static const struct expr *negated_field(const struct expr *expr) {
  bool negated = expr->kind == EXPR_NOT || expr->negated ||
                 (expr->kind == EXPR_COMPARE && expr->compare == COMPARE_NOT_EQUAL);
  if (!negated || expr->kind == EXPR_PRESENT)
    return NULL;
  const struct expr *inner = expr_seen(expr->left);
  while (inner && (expr->kind == EXPR_NOT || inner->kind == EXPR_CALL) && inner->ref == REF_NONE) {
    if (inner->kind == EXPR_CALL)
      inner = expr_seen(inner->items);
    else if (inner->kind == EXPR_MATCH || inner->kind == EXPR_IN || inner->kind == EXPR_COMPARE)
      inner = expr_seen(inner->left);
    else
      return NULL;
  }
  return inner && inner->ref == REF_LEAD_FIELD && inner->index != 0 ? inner : NULL;
}

/* Whether a condition asks anywhere if the field is there. */
static bool asks_presence(const struct expr *expr, uint32_t field) {
  for (expr = expr_seen(expr); expr; expr = expr_seen(expr_left(expr))) {
    if (expr->kind == EXPR_PRESENT) {
      const struct expr *of = expr_seen(expr->left);
      if (of->ref == REF_LEAD_FIELD && of->index == field)
        return true;
    }
    for (const struct expr *item = expr_items(expr); item; item = item->next)
      if (asks_presence(item, field))
        return true;
  }
  return false;
}

static void warn_missing(struct lint *lint, const struct expr *whole, const struct expr *expr) {
  const struct expr *field = negated_field(expr);
  if (!field || !range_of(&lint->ranges, field).may_miss || asks_presence(whole, field->index))
    return;
  struct text name = lint->model->fields[field->index].name;
  struct text source = source_of(lint, expr);
  struct diag *diag =
      diag_warning(lint->diags, W0704, expr->span,
                   "this is not true for a lead without `%.*s`, either", TEXT_ARGS(name));
  diag_help(lint->diags, diag, "if such leads are meant too, write `%.*s is missing or %.*s`",
            TEXT_ARGS(name), TEXT_ARGS(source));
}

static void lint_negations(struct lint *lint, const struct expr *whole, const struct expr *expr) {
  expr = expr_seen(expr);
  if (expr->kind == EXPR_AND || expr->kind == EXPR_OR) {
    for (const struct expr *item = expr->items; item; item = item->next)
      lint_negations(lint, whole, item);
    return;
  }
  warn_missing(lint, whole, expr);
}

/* ---- where conditions stand ------------------------------------------------------------------ */

static void lint_condition(struct lint *lint, const struct expr *condition) {
  if (!condition)
    return;
  struct range range = range_of(&lint->ranges, condition);
  if (range.by_param)
    return;
  if (!(range.truth & CAN_BE_TRUE))
    warn_never(lint, condition);
  else if (range.truth == CAN_BE_TRUE)
    warn_always(lint, condition);
  else
    lint_negations(lint, condition, condition);
}

static void lint_rules(struct lint *lint, const struct rule *rules) {
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    lint_condition(lint, rule->condition);
    if (rule->query)
      lint_condition(lint, rule->query->where);
    lint_rules(lint, rule->rules);
  }
}

/* A row that no value reaches, and rows below one that every value reaches. */
static void lint_band(struct lint *lint, const struct model_value *value) {
  struct range range = range_of(&lint->ranges, value->expr);
  if (range.by_param)
    return;
  for (const struct band_row *row = value->band_rows; row && !row->otherwise; row = row->next) {
    if (row->bound_number <= range.high)
      continue;
    struct diag *diag =
        diag_warning(lint->diags, W0703, row->span, "no lead can reach this row: it begins at %s",
                     number_words(row->bound_number).bytes);
    struct text of = source_of(lint, value->expr);
    if (isfinite(range.high))
      diag_help(lint->diags, diag, "`%.*s` is never above %s", TEXT_ARGS(of),
                number_words(range.high).bytes);
    else /* no number at all */
      diag_help(lint->diags, diag, "`%.*s` is always missing", TEXT_ARGS(of));
  }
}

static void lint_value(struct lint *lint, const struct model_value *value) {
  if (value->kind == VALUE_SEGMENT)
    lint_condition(lint, value->expr);
  if (value->kind == VALUE_BAND)
    lint_band(lint, value);
  for (const struct choose_row *row = value->choose_rows; row; row = row->next)
    lint_condition(lint, row->condition);
  if (value->kind == VALUE_SCORE)
    lint_rules(lint, value->rules);
}

/* ---- what nothing uses -------------------------------------------------------------------------
 */

static void warn_unused(struct lint *lint, struct span span, const char *what, struct text name) {
  if (span.source != 0)
    return; /* a module's is for all who use it */
  struct diag *diag =
      diag_warning(lint->diags, W0705, span, "nothing uses the %s `%.*s`", what, TEXT_ARGS(name));
  diag_help(lint->diags, diag, "take it out, or use it in a rule");
}

static void lint_fields(struct lint *lint) {
  const struct model *model = lint->model;
  for (uint32_t f = 1; f < model->field_count; f++)
    if (!model->fields[f].named && !model->fields[f].used)
      warn_unused(lint, model->fields[f].span, "field", model->fields[f].name);
}

/* Fields of events are no news: they describe what the data holds, and most
 * policies look at few of them. */
static void lint_events(struct lint *lint) {
  for (uint32_t k = 0; k < lint->model->kind_count; k++)
    if (!lint->model->kinds[k].named)
      warn_unused(lint, lint->model->kinds[k].span, "event", lint->model->kinds[k].name);
}

static void lint_helpers(struct lint *lint) {
  for (uint32_t i = 0; i < lint->model->unused_count; i++) {
    const struct decl *decl = lint->model->unused[i];
    const char *what = decl->kind == DECL_LET      ? "value"
                       : decl->kind == DECL_PARAM  ? "param"
                       : decl->kind == DECL_LIST   ? "list"
                       : decl->kind == DECL_DEFINE ? "function"
                                                   : "block of rules";
    warn_unused(lint, decl->name.span, what, decl->name.text);
  }
}

static void lint_unused(struct lint *lint) {
  lint_fields(lint);
  lint_events(lint);
  lint_helpers(lint);
}

bool lint_model(struct arena *arena, const struct model *model, struct diags *diags) {
  struct lint lint = {.model = model, .diags = diags};
  if (!ranges_init(&lint.ranges, arena, model))
    return false;
  for (uint32_t i = 0; i < model->value_count; i++)
    if (model->values[i]->span.source == 0)
      lint_value(&lint, model->values[i]);
  for (uint32_t i = 0; i < model->exclude_count; i++)
    lint_condition(&lint, model->excludes[i].condition);
  for (uint32_t s = 0; s < model->stage_count; s++)
    for (uint32_t t = 0; t < model->stages[s].transition_count; t++)
      lint_condition(&lint, model->stages[s].transitions[t].condition);
  for (uint32_t i = 0; i < model->action_count; i++)
    lint_condition(&lint, model->actions[i].condition);
  if (!model->is_module)
    lint_unused(&lint);
  return true;
}

/* compare.c - two trees, node by node.
 *
 * Everything that a person wrote is compared and nothing of where it stands:
 * for the formatter, which must not change what a policy says, and for tests.
 * Literals are compared as they were written, so that 1_000 is not 1000.
 *
 * Recursion is bounded by LIMIT_NESTING; sums, which lean to the left without
 * a bound, are followed by a loop.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/compare.h"

#include "base/unicode.h"

/* Two lists of the same length whose nodes are the same, one by one. */
#define LISTS(a, b, same)                                \
  do {                                                   \
    for (; (a) && (b); (a) = (a)->next, (b) = (b)->next) \
      if (!(same))                                       \
        return false;                                    \
    return !(a) && !(b);                                 \
  } while (0)

/* ---- leaves ----------------------------------------------------------------- */

static bool same_name(const struct name *a, const struct name *b) {
  return text_equal(a->qualifier, b->qualifier) && text_equal(a->text, b->text);
}

static bool same_label(const struct label *a, const struct label *b) {
  return a->present == b->present && text_equal(a->text, b->text);
}

static bool same_names(const struct name_list *a, const struct name_list *b) {
  LISTS(a, b, same_name(&a->name, &b->name));
}

static bool same_type(const struct type_syntax *a, const struct type_syntax *b) {
  return a->kind == b->kind && same_names(a->labels, b->labels);
}

/* ---- expressions -------------------------------------------------------------- */

static bool same_expr(const struct expr *a, const struct expr *b);

static bool same_items(const struct expr *a, const struct expr *b) {
  LISTS(a, b, same_expr(a, b));
}

static bool same_set(const struct set *a, const struct set *b) {
  if (!a || !b)
    return a == b;
  return a->kind == b->kind && same_items(a->items, b->items) && same_name(&a->name, &b->name) &&
         same_expr(a->low, b->low) && same_expr(a->high, b->high);
}

static bool same_arms(const struct case_arm *a, const struct case_arm *b) {
  LISTS(a, b, same_expr(a->condition, b->condition) && same_expr(a->value, b->value));
}

static bool same_query(const struct query *a, const struct query *b) {
  if (!a || !b)
    return a == b;
  return a->any_event == b->any_event && same_names(a->kinds, b->kinds) &&
         same_expr(a->where, b->where) && same_expr(a->within, b->within);
}

/* A literal's words, whatever blanks stand between them. */
static bool same_words(struct text a, struct text b) {
  size_t i = 0, j = 0;
  for (;;) {
    while (i < a.length && unicode_is_space((unsigned char)a.bytes[i]))
      i++;
    while (j < b.length && unicode_is_space((unsigned char)b.bytes[j]))
      j++;
    if (i == a.length || j == b.length)
      return i == a.length && j == b.length;
    if (a.bytes[i++] != b.bytes[j++])
      return false;
  }
}

/* Of two expressions of one kind: what they are, without what is in them. */
static bool same_operation(const struct expr *a, const struct expr *b) {
  switch (a->kind) {
  case EXPR_TEXT: return text_equal(a->text, b->text);
  case EXPR_BOOL: return a->boolean == b->boolean;
  case EXPR_NUMBER:
    return a->number == b->number && a->percent == b->percent && same_words(a->written, b->written);
  case EXPR_DURATION:
  case EXPR_INSTANT: return a->micros == b->micros && same_words(a->written, b->written);
  case EXPR_NAME:
  case EXPR_CALL: return same_name(a->name, b->name);
  case EXPR_ARITHMETIC: return a->arithmetic == b->arithmetic;
  case EXPR_COMPARE: return a->compare == b->compare;
  case EXPR_MATCH: return a->match == b->match;
  case EXPR_EVENTS: return a->reduce == b->reduce;
  default: return true;
  }
}

/* What the nodes are, without what is in them. */
static bool same_node(const struct expr *a, const struct expr *b) {
  return a->kind == b->kind && a->negated == b->negated && a->exactly == b->exactly &&
         a->word == b->word && a->parenthesised == b->parenthesised &&
         a->quantifier == b->quantifier && same_operation(a, b);
}

/* All operands but the left one. */
static bool same_operands(const struct expr *a, const struct expr *b) {
  return same_expr(expr_right(a), expr_right(b)) && same_items(expr_items(a), expr_items(b)) &&
         same_set(expr_set(a), expr_set(b)) && same_arms(expr_arms(a), expr_arms(b)) &&
         (a->kind != EXPR_EVENTS || same_query(a->query, b->query));
}

static bool same_expr(const struct expr *a, const struct expr *b) {
  for (; a && b; a = expr_left(a), b = expr_left(b))
    if (!same_node(a, b) || !same_operands(a, b))
      return false;
  return !a && !b;
}

/* ---- rules ------------------------------------------------------------------------ */

static bool same_decay(const struct decay_syntax *a, const struct decay_syntax *b) {
  return a->present == b->present && a->kind == b->kind && same_expr(a->rate, b->rate) &&
         same_expr(a->duration, b->duration) && same_expr(a->steps, b->steps);
}

static bool same_range(const struct range_syntax *a, const struct range_syntax *b) {
  return a->present == b->present && same_expr(a->low, b->low) && same_expr(a->high, b->high);
}

static bool same_settings(const struct score_settings *a, const struct score_settings *b) {
  return same_decay(&a->decay, &b->decay) && same_range(&a->range, &b->range) &&
         a->round.present == b->round.present && a->round.none == b->round.none &&
         same_expr(a->round.unit, b->round.unit);
}

static bool same_modifier(const struct modifier *a, const struct modifier *b) {
  return a->kind == b->kind && a->word == b->word && same_expr(a->count, b->count) &&
         same_expr(a->duration, b->duration) && same_name(&a->field, &b->field) &&
         same_decay(&a->decay, &b->decay);
}

static bool same_modifiers(const struct modifier *a, const struct modifier *b) {
  LISTS(a, b, same_modifier(a, b));
}

static bool same_block_range(const struct range_syntax *a, const struct range_syntax *b) {
  return a && b ? same_range(a, b) : a == b;
}

static bool same_rules(const struct rule *a, const struct rule *b);

static bool same_rule(const struct rule *a, const struct rule *b) {
  return a->kind == b->kind && same_label(&a->label, &b->label) && a->minus == b->minus &&
         same_expr(a->points, b->points) && a->trigger == b->trigger &&
         same_expr(a->condition, b->condition) && same_query(a->query, b->query) &&
         same_expr(a->period, b->period) && same_modifiers(a->modifiers, b->modifiers) &&
         same_block_range(a->range, b->range) &&
         (a->kind != RULE_INCLUDE || same_name(a->name, b->name)) && same_rules(a->rules, b->rules);
}

static bool same_rules(const struct rule *a, const struct rule *b) {
  LISTS(a, b, same_rule(a, b));
}

/* ---- items of declarations ------------------------------------------------------------ */

static bool same_entries(const struct entry *a, const struct entry *b) {
  LISTS(a, b, same_name(&a->key, &b->key) && same_expr(a->value, b->value));
}

static bool same_field(const struct field_decl *a, const struct field_decl *b) {
  return same_name(&a->name, &b->name) && same_type(&a->type, &b->type) &&
         a->required == b->required && same_expr(a->default_value, b->default_value) &&
         same_label(&a->from, &b->from);
}

static bool same_fields(const struct field_decl *a, const struct field_decl *b) {
  LISTS(a, b, same_field(a, b));
}

static bool same_params(const struct param_decl *a, const struct param_decl *b) {
  LISTS(a, b, same_name(&a->name, &b->name) && same_type(&a->type, &b->type));
}

static bool same_band_row(const struct band_row *a, const struct band_row *b) {
  return same_name(&a->label, &b->label) && a->quoted == b->quoted &&
         same_label(&a->text, &b->text) && a->otherwise == b->otherwise &&
         same_expr(a->bound, b->bound);
}

static bool same_band_rows(const struct band_row *a, const struct band_row *b) {
  LISTS(a, b, same_band_row(a, b));
}

static bool same_grid_rows(const struct grid_row *a, const struct grid_row *b) {
  LISTS(a, b, same_name(&a->label, &b->label) && same_names(a->cells, b->cells));
}

static bool same_choose_rows(const struct choose_row *a, const struct choose_row *b) {
  LISTS(a, b, same_expr(a->value, b->value) && same_expr(a->condition, b->condition));
}

static bool same_transitions(const struct transition *a, const struct transition *b) {
  LISTS(a, b, same_name(&a->target, &b->target) && same_expr(a->condition, b->condition));
}

/* ---- tests ------------------------------------------------------------------------------ */

static bool same_assignment(const struct assignment *a, const struct assignment *b) {
  return same_name(&a->field, &b->field) && same_expr(a->value, b->value) &&
         a->is_list == b->is_list && same_items(a->items, b->items);
}

static bool same_assignments(const struct assignment *a, const struct assignment *b) {
  LISTS(a, b, same_assignment(a, b));
}

static bool same_test_event(const struct test_event *a, const struct test_event *b) {
  return same_name(&a->kind, &b->kind) && a->ago == b->ago && same_expr(a->when, b->when) &&
         same_expr(a->times, b->times) && same_assignments(a->fields, b->fields);
}

static bool same_test_events(const struct test_event *a, const struct test_event *b) {
  LISTS(a, b, same_test_event(a, b));
}

static bool same_expectation(const struct expectation *a, const struct expectation *b) {
  return a->kind == b->kind && a->negated == b->negated && same_expr(a->condition, b->condition) &&
         same_label(&a->label, &b->label) && same_name(&a->action, &b->action);
}

static bool same_expectations(const struct expectation *a, const struct expectation *b) {
  LISTS(a, b, same_expectation(a, b));
}

/* ---- declarations ------------------------------------------------------------------------- */

static bool same_head(const struct decl *a, const struct decl *b) {
  return a->kind == b->kind && a->broken == b->broken && same_name(&a->name, &b->name) &&
         same_label(&a->label, &b->label) && same_expr(a->value, b->value) &&
         same_label(&a->path, &b->path) && same_name(&a->alias, &b->alias) &&
         same_label(&a->from, &b->from) && same_label(&a->type_key, &b->type_key) &&
         same_label(&a->at_key, &b->at_key) && same_label(&a->id_key, &b->id_key) &&
         same_params(a->params, b->params) && same_name(&a->row_band, &b->row_band) &&
         same_name(&a->column_band, &b->column_band) && same_names(a->columns, b->columns) &&
         same_settings(&a->settings, &b->settings) && same_expr(a->as_of, b->as_of);
}

static bool same_body(const struct decl *a, const struct decl *b) {
  return same_entries(a->entries, b->entries) && same_fields(a->fields, b->fields) &&
         same_items(a->items, b->items) && same_rules(a->rules, b->rules) &&
         same_band_rows(a->band_rows, b->band_rows) && same_grid_rows(a->grid_rows, b->grid_rows) &&
         same_choose_rows(a->choose_rows, b->choose_rows) &&
         same_transitions(a->transitions, b->transitions) &&
         same_assignments(a->assignments, b->assignments) &&
         same_test_events(a->test_events, b->test_events) &&
         same_expectations(a->expectations, b->expectations);
}

static bool same_decls(const struct decl *a, const struct decl *b) {
  LISTS(a, b, same_head(a, b) && same_body(a, b));
}

/* ---- comments -------------------------------------------------------------------------------- */

/* Blanks at the end of a comment say nothing. */
static struct text comment_text(const struct sources *sources, const struct comment *comment) {
  struct text text = span_text(sources, comment->span);
  while (text.length > 0 && unicode_is_space((unsigned char)text.bytes[text.length - 1]))
    text.length--;
  return text;
}

static bool same_comments(struct reading a, struct reading b) {
  const struct comment *x = a.tree->comments, *y = b.tree->comments;
  LISTS(x, y, text_equal(comment_text(a.sources, x), comment_text(b.sources, y)));
}

bool tree_equal(struct reading a, struct reading b) {
  return same_decls(a.tree->decls, b.tree->decls) && same_comments(a, b);
}

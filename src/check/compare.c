/* compare.c - comparisons, `in`, and the tests of texts.
 *
 * A bare name beside something of a closed set is one of its labels:
 * `interest is high`, `stage in [lead, qualified]`.  So the side that surely
 * has a type is looked at first, and lends its set to the other.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "check/checker.h"

static bool is_order(enum compare compare) {
  return compare != COMPARE_EQUAL && compare != COMPARE_NOT_EQUAL;
}

static bool has_order(enum type_kind kind) {
  return kind == TYPE_NUMBER || kind == TYPE_TIME || kind == TYPE_DURATION;
}

static const char *sign_of(const struct expr *expr) {
  static const char *const signs[] = {
      [COMPARE_EQUAL] = "=",       [COMPARE_NOT_EQUAL] = "!=", [COMPARE_LESS] = "<",
      [COMPARE_LESS_EQUAL] = "<=", [COMPARE_GREATER] = ">",    [COMPARE_GREATER_EQUAL] = ">=",
  };
  if (expr->word)
    return expr->compare == COMPARE_EQUAL ? "is" : "is not";
  return signs[expr->compare];
}

/* ---- the two sides ----------------------------------------------------------------------- */

/* The expression may be a label of what stands beside it, and nothing else. */
static bool needs_labels(struct checker *c, const struct scope *scope, const struct expr *expr) {
  if (expr_is_literal(expr))
    return true;
  return expr_is_bare(expr) && !expr->symbol &&
         scope_find(c, scope, expr->name).kind == FOUND_NOTHING;
}

/* Beside something that is in error, a bare name is given the benefit of the doubt. */
static void check_second(struct checker *c, const struct scope *scope, struct expr *second,
                         struct type first) {
  if (type_is_error(first) && needs_labels(c, scope, second) && !expr_is_literal(second))
    second->type = first;
  else
    check_operand(c, scope, second, first.kind == TYPE_LABEL ? first.labels : NULL);
}

static void check_sides(struct checker *c, const struct scope *scope, struct expr *left,
                        struct expr *right) {
  bool swap = !expr_is_literal(right) && needs_labels(c, scope, left);
  struct expr *first = swap ? right : left, *second = swap ? left : right;
  if (swap && needs_labels(c, scope, right)) {
    check_expr(c, scope, left); /* neither is known: two errors */
    check_expr(c, scope, right);
    return;
  }
  check_expr(c, scope, first);
  check_second(c, scope, second, first->type);
  if (second->type.kind != TYPE_LABEL || first->type.kind == TYPE_LABEL || !expr_is_bare(first))
    return;
  /* `high is interest`, where `high` is something else as well */
  uint32_t index = labels_find(c, second->type.labels, first->name->text);
  if (index != UINT32_MAX)
    set_label(first, second->type.labels, index);
}

/* ---- messages ------------------------------------------------------------------------------ */

static void help_mixed(struct checker *c, struct diag *diag, const struct expr *a,
                       const struct expr *b) {
  double number;
  int64_t micros;
  if (b->kind == EXPR_TEXT && a->type.kind == TYPE_NUMBER && number_parse(b->text, &number))
    diag_help(c->diags, diag, "write the number without quotes: %.*s", TEXT_ARGS(b->text));
  else if (b->kind == EXPR_TEXT && a->type.kind == TYPE_TIME && clock_parse(b->text, &micros))
    diag_help(c->diags, diag, "write the instant without quotes: %.*s", TEXT_ARGS(b->text));
  else if (b->kind == EXPR_NUMBER && a->type.kind == TYPE_TEXT)
    diag_help(c->diags, diag, "write the text in quotes: \"%.*s\"",
              TEXT_ARGS(span_text(c->sources, b->span)));
  else if (b->kind == EXPR_NUMBER && a->type.kind == TYPE_DURATION)
    diag_help(c->diags, diag, "say of what: `%.*s days`",
              TEXT_ARGS(span_text(c->sources, b->span)));
  else if (a->type.kind == TYPE_TIME && b->type.kind == TYPE_DURATION)
    diag_help(c->diags, diag, "`age(%.*s)` is the duration since then",
              TEXT_ARGS(span_text(c->sources, a->span)));
  else if (a->type.kind == TYPE_TEXTS && b->type.kind == TYPE_TEXT)
    diag_help(c->diags, diag, "ask whether the list `contains` it");
}

static void report_mixed(struct checker *c, const struct expr *expr) {
  const struct expr *a = expr->left, *b = expr->right;
  if (expr_is_literal(a) && !expr_is_literal(b)) {
    a = expr->right;
    b = expr->left;
  }
  struct diag *diag;
  if (expr_is_literal(a))
    diag = diag_error(c->diags, E0301, expr->span, "%s cannot be compared with %s",
                      expr_words(c, a), expr_words(c, b));
  else
    diag = diag_error(c->diags, E0301, expr->span, "%s is %s and cannot be compared with %s",
                      expr_words(c, a), expr_type_words(c, a), expr_words_typed(c, b));
  help_mixed(c, diag, a, b);
}

static void report_order(struct checker *c, const struct expr *expr) {
  struct diag *diag =
      diag_error(c->diags, E0305, expr_operator(expr),
                 "`%s` needs numbers, instants or durations, but %s is %s", sign_of(expr),
                 expr_words(c, expr->left), expr_type_words(c, expr->left));
  if (expr->left->type.kind == TYPE_LABEL)
    diag_help(c->diags, diag, "labels have no order: ask `is` or `in [ … ]`");
}

static void report_exactly(struct checker *c, const struct expr *expr) {
  struct diag *diag =
      diag_error(c->diags, E0305, expr_operator(expr), "`is exactly` compares texts, but %s is %s",
                 expr_words(c, expr->left), expr_type_words(c, expr->left));
  diag_help(c->diags, diag, "write `is`");
}

/* Both sides have the same type. */
static void check_operator(struct checker *c, const struct expr *expr) {
  enum type_kind kind = expr->left->type.kind;
  if (is_order(expr->compare) && !has_order(kind))
    report_order(c, expr);
  else if (kind == TYPE_TEXTS)
    diag_error(c->diags, E0305, expr_operator(expr),
               "lists of texts cannot be compared; ask whether one `contains any of [ … ]`");
  else if (expr->exactly && kind != TYPE_TEXT)
    report_exactly(c, expr);
}

void check_compare(struct checker *c, const struct scope *scope, struct expr *expr) {
  struct expr *left = expr->left, *right = expr->right;
  expr->type = type_of(TYPE_BOOL);
  if (!left || !right)
    return;
  check_sides(c, scope, left, right);
  if (type_is_error(left->type) || type_is_error(right->type))
    return;
  if (!type_same(left->type, right->type))
    report_mixed(c, expr);
  else
    check_operator(c, expr);
}

/* ---- in ------------------------------------------------------------------------------------- */

static void check_bounds(struct checker *c, const struct scope *scope, struct set *set,
                         const struct expr *left) {
  enum type_kind kind = left->type.kind;
  if (!has_order(kind)) {
    diag_error(c->diags, E0308, set->span,
               "a range is of numbers, instants or durations, but %s is %s", expr_words(c, left),
               expr_type_words(c, left));
    return;
  }
  bool low = check_constant(c, scope, set->low, kind, "the beginning of this range");
  bool high = check_constant(c, scope, set->high, kind, "the end of this range");
  if (!low || !high)
    return;
  bool empty = kind == TYPE_NUMBER ? set->low->number > set->high->number
                                   : set->low->micros > set->high->micros;
  if (empty)
    diag_error(c->diags, E0308, set->span, "nothing lies in this range: %s is above %s",
               expr_words(c, set->low), expr_words(c, set->high));
}

void check_in(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->type = type_of(TYPE_BOOL);
  struct expr *left = expr->left;
  struct set *set = expr->set;
  if (!left || !set)
    return;
  check_expr(c, scope, left);
  if (left->type.kind == TYPE_TEXTS) {
    struct diag *diag = diag_error(c->diags, E0308, left->span,
                                   "%s is a list of texts, which is not `in` a set as a whole",
                                   expr_words(c, left));
    diag_help(c->diags, diag, "ask whether it `contains any of` or `contains all of` the set");
    left->type = type_of(TYPE_ERROR);
  }
  if (set->kind != SET_RANGE) {
    set->values = set_values(c, scope, set, left->type, left);
    return;
  }
  if (!type_is_error(left->type)) {
    check_bounds(c, scope, set, left);
    return;
  }
  check_expr(c, scope, set->low);
  check_expr(c, scope, set->high);
}

/* ---- contains, starts with, ends with, like, mentions ---------------------------------------- */

static const char *match_words(enum match match) {
  static const char *const words[] = {
      [MATCH_CONTAINS] = "contains", [MATCH_STARTS] = "starts with", [MATCH_ENDS] = "ends with",
      [MATCH_LIKE] = "like",         [MATCH_MENTIONS] = "mentions",
  };
  return words[match];
}

static bool check_matched(struct checker *c, const struct expr *expr) {
  const struct expr *left = expr->left;
  if (type_is_error(left->type))
    return false;
  if (left->type.kind == TYPE_TEXT)
    return true;
  if (left->type.kind == TYPE_TEXTS && expr->match == MATCH_CONTAINS)
    return true;
  struct diag *diag =
      diag_error(c->diags, E0306, left->span, "`%s` looks into a text, but %s is %s",
                 match_words(expr->match), expr_words(c, left), expr_type_words(c, left));
  if (left->type.kind == TYPE_LABEL)
    diag_help(c->diags, diag, "its labels are %s: ask `is` or `in [ … ]`",
              labels_words(c, left->type.labels));
  else if (left->type.kind == TYPE_TEXTS)
    diag_help(c->diags, diag, "ask whether the list `contains` a text");
  return false;
}

void check_match(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->type = type_of(TYPE_BOOL);
  if (!expr->left)
    return;
  check_expr(c, scope, expr->left);
  check_matched(c, expr);
  if (expr_set(expr))
    expr->set->values = set_values(c, scope, expr->set, type_of(TYPE_TEXT), NULL);
  else
    check_typed(c, scope, expr->right, TYPE_TEXT, "what is looked for");
}

/* depends.c - who uses whom, found by names alone.
 *
 * Before any type is known, this walk notes for each declaration the values,
 * functions and blocks of rules that its expressions name.  It follows the
 * same scopes as the check of types, so that the field of an event is never
 * taken for the value of the same name.  One question needs more than names:
 * in `interest is high`, `high` is a label and no use of a segment `high`.
 * labels_of() answers it for everything whose labels are known from its
 * declaration.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* How far a chain of `let a = b` is followed to find a closed set. */
enum { LET_STEPS = 64 };

struct walk {
  struct checker *c;
  struct node *node;
};

static void walk_expr(struct walk *walk, const struct scope *scope, struct expr *expr);

static void add_edge(struct walk *walk, struct node *to, struct span span) {
  struct edge *edge = check_alloc(walk->c, sizeof *edge);
  if (!edge)
    return;
  *edge = (struct edge){.to = to, .span = span};
  if (walk->node->last)
    walk->node->last->next = edge;
  else
    walk->node->first = edge;
  walk->node->last = edge;
}

/* Where it is checked, the name stands for the same: it need not be looked up again. */
static void walk_name(struct walk *walk, const struct scope *scope, struct expr *expr) {
  struct found found = scope_find(walk->c, scope, expr->name);
  if (found.kind != FOUND_SYMBOL)
    return;
  expr->symbol = found.symbol;
  if (found.symbol->node)
    add_edge(walk, found.symbol->node, expr->name->span);
}

/* The closed set whose label the expression is, as far as names tell. */
static const struct label_set *labels_of(struct checker *c, struct scope scope,
                                         const struct expr *expr) {
  for (int steps = 0; expr && steps < LET_STEPS; steps++) {
    if (expr->kind == EXPR_CASE) {
      expr = expr->right;
      continue;
    }
    if (expr->kind != EXPR_NAME)
      return NULL;
    struct found found = scope_find(c, &scope, expr->name);
    if (found.kind == FOUND_STAGE)
      return c->model->stage_labels;
    if (found.kind == FOUND_EVENT_FIELD && scope.query)
      return query_field_type(c, scope.module, scope.query->query, expr->name->text).labels;
    if (found.kind != FOUND_SYMBOL)
      return NULL;
    if (found.symbol->kind == SYMBOL_FIELD)
      return c->model->fields[found.symbol->index].type.labels;
    struct node *node = found.symbol->node;
    if (!node || !node->value)
      return NULL;
    if (node->value->kind != VALUE_LET)
      return node->value->type.labels;
    scope = (struct scope){.module = node->module};
    expr = node->decl->value;
  }
  return NULL;
}

static bool is_label(struct checker *c, const struct label_set *labels, const struct expr *expr) {
  return labels && expr_is_bare(expr) && labels_find(c, labels, expr->name->text) != UINT32_MAX;
}

/* Walks an expression that stands beside another, unless it is a label of its set. */
static void walk_beside(struct walk *walk, const struct scope *scope, struct expr *expr,
                        const struct expr *other) {
  if (!expr || expr_is_literal(expr))
    return;
  bool may_lend = other && (other->kind == EXPR_NAME || other->kind == EXPR_CASE);
  if (may_lend && expr_is_bare(expr) && is_label(walk->c, labels_of(walk->c, *scope, other), expr))
    return;
  if (expr->kind == EXPR_NAME)
    walk_name(walk, scope, expr);
  else
    walk_expr(walk, scope, expr);
}

static void walk_items(struct walk *walk, const struct scope *scope, struct expr *items) {
  for (struct expr *item = items; item; item = item->next)
    walk_expr(walk, scope, item);
}

static void walk_set(struct walk *walk, const struct scope *scope, struct set *set,
                     const struct expr *left) {
  if (!set)
    return;
  const struct label_set *labels = left ? labels_of(walk->c, *scope, left) : NULL;
  for (struct expr *item = set->items; item; item = item->next)
    if (!is_label(walk->c, labels, item))
      walk_expr(walk, scope, item);
  walk_expr(walk, scope, set->low);
  walk_expr(walk, scope, set->high);
}

static void walk_query(struct walk *walk, const struct scope *outer, struct query *query,
                       struct expr *of) {
  if (!query)
    return;
  struct scope_query events = {.query = query};
  struct scope scope = *outer;
  scope.query = &events;
  query_kinds(walk->c, outer->module, query, false);
  walk_expr(walk, &scope, query->where);
  walk_expr(walk, outer, query->within);
  walk_expr(walk, &scope, of);
}

static void walk_call(struct walk *walk, const struct scope *scope, struct expr *expr) {
  if (text_equal(expr->name->text, TEXT("entered")) && !expr->name->qualifier.length)
    return;
  struct found found = scope_find_declared(walk->c, scope, expr->name);
  if (found.kind == FOUND_SYMBOL && found.symbol->kind == SYMBOL_DEFINE && found.symbol->node)
    add_edge(walk, found.symbol->node, expr->name->span);
  walk_items(walk, scope, expr->items);
}

static void walk_case(struct walk *walk, const struct scope *scope, struct expr *expr) {
  for (struct case_arm *arm = expr->arms; arm; arm = arm->next) {
    walk_expr(walk, scope, arm->condition);
    walk_beside(walk, scope, arm->value, expr->right);
  }
  walk_beside(walk, scope, expr->right, expr->arms ? expr->arms->value : NULL);
}

/* The left operands of a long sum are a chain, which is followed by the loop. */
static void walk_expr(struct walk *walk, const struct scope *scope, struct expr *expr) {
  struct checker *c = walk->c;
  while (expr && expr->kind == EXPR_ARITHMETIC) {
    walk_expr(walk, scope, expr->right);
    expr = expr->left;
  }
  if (!expr || c->out_of_memory || c->depth >= CHECK_DEPTH)
    return;
  c->depth++;
  switch (expr->kind) {
  case EXPR_NAME: walk_name(walk, scope, expr); break;
  case EXPR_NEGATE:
  case EXPR_NOT:
  case EXPR_PRESENT: walk_expr(walk, scope, expr->left); break;
  case EXPR_AND:
  case EXPR_OR: walk_items(walk, scope, expr->items); break;
  case EXPR_COMPARE:
    walk_beside(walk, scope, expr->left, expr->right);
    walk_beside(walk, scope, expr->right, expr->left);
    break;
  case EXPR_IN:
  case EXPR_MATCH:
    walk_expr(walk, scope, expr->left);
    walk_expr(walk, scope, expr_right(expr));
    walk_set(walk, scope, expr_set(expr), expr->left);
    break;
  case EXPR_CASE: walk_case(walk, scope, expr); break;
  case EXPR_CALL: walk_call(walk, scope, expr); break;
  case EXPR_EVENTS: walk_query(walk, scope, expr->query, expr->left); break;
  default: break; /* literals */
  }
  c->depth--;
}

/* ---- declarations --------------------------------------------------------------------- */

static void walk_include(struct walk *walk, const struct scope *scope, const struct rule *rule) {
  struct found found = scope_find_declared(walk->c, scope, rule->name);
  if (found.kind == FOUND_SYMBOL && found.symbol->kind == SYMBOL_RULES && found.symbol->node)
    add_edge(walk, found.symbol->node, rule->name->span);
}

static void walk_decay(struct walk *walk, const struct scope *scope,
                       const struct decay_syntax *decay) {
  walk_expr(walk, scope, decay->rate);
  walk_expr(walk, scope, decay->duration);
  walk_expr(walk, scope, decay->steps);
}

static void walk_modifiers(struct walk *walk, const struct scope *scope,
                           const struct modifier *modifiers) {
  for (const struct modifier *modifier = modifiers; modifier; modifier = modifier->next) {
    walk_expr(walk, scope, modifier->count);
    walk_expr(walk, scope, modifier->duration);
    walk_decay(walk, scope, &modifier->decay);
  }
}

static void walk_range(struct walk *walk, const struct scope *scope,
                       const struct range_syntax *range) {
  walk_expr(walk, scope, range->low);
  walk_expr(walk, scope, range->high);
}

/* Blocks nest no deeper than the parser allows. */
static void walk_rules(struct walk *walk, const struct scope *scope, const struct rule *rules) {
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    if (rule->kind == RULE_INCLUDE)
      walk_include(walk, scope, rule);
    walk_expr(walk, scope, rule->condition);
    walk_query(walk, scope, rule->query, rule->trigger == TRIGGER_ON ? rule->points : NULL);
    if (rule->trigger != TRIGGER_ON)
      walk_expr(walk, scope, rule->points);
    walk_expr(walk, scope, rule->period);
    walk_modifiers(walk, scope, rule->modifiers);
    if (rule->range)
      walk_range(walk, scope, rule->range);
    if (rule->kind != RULE_INCLUDE)
      walk_rules(walk, scope, rule->rules);
  }
}

static void walk_band_name(struct walk *walk, const struct scope *scope, const struct name *name) {
  struct found found = scope_find_declared(walk->c, scope, name);
  if (found.kind == FOUND_SYMBOL && found.symbol->node)
    add_edge(walk, found.symbol->node, name->span);
}

/* The parameters hide what the module declares under the same names. */
static struct argument *open_arguments(struct checker *c, const struct decl *decl,
                                       struct scope *scope) {
  for (const struct param_decl *param = decl->params; param; param = param->next)
    scope->argument_count++;
  struct argument *arguments = check_array(c, scope->argument_count, sizeof *arguments);
  scope->arguments = arguments;
  uint32_t i = 0;
  for (const struct param_decl *param = decl->params; arguments && param; param = param->next)
    arguments[i++].param = param;
  return arguments;
}

void depends_collect(struct checker *c, struct node *node) {
  struct walk walk = {c, node};
  struct scope scope = {.module = node->module};
  const struct decl *decl = node->decl;
  if (decl->kind == DECL_DEFINE && !open_arguments(c, decl, &scope))
    return;
  walk_expr(&walk, &scope, decl->value);
  walk_decay(&walk, &scope, &decl->settings.decay);
  walk_range(&walk, &scope, &decl->settings.range);
  walk_expr(&walk, &scope, decl->settings.round.unit);
  walk_rules(&walk, &scope, decl->rules);
  for (const struct band_row *row = decl->band_rows; row; row = row->next)
    walk_expr(&walk, &scope, row->bound);
  for (const struct choose_row *row = decl->choose_rows; row; row = row->next)
    walk_expr(&walk, &scope, row->condition);
  if (decl->kind == DECL_GRID) {
    walk_band_name(&walk, &scope, &decl->row_band);
    walk_band_name(&walk, &scope, &decl->column_band);
  }
}

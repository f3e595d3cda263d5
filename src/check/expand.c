/* expand.c - copies of trees: bodies of `define`, arguments, blocks of rules.
 *
 * A body and a block of rules are copied before they are checked and stay as
 * they were written.  An argument was checked where the call stands and is
 * copied with what was found out about it; a call that was expanded is copied
 * as its expansion alone, so that calls within calls do not double.
 *
 * Every copied node counts against LIMIT_EXPANSION, and the depth of what is
 * copied counts together with the depth of where it goes: whoever walks the
 * checked tree can rely on CHECK_DEPTH.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

static bool count_node(struct checker *c) {
  if (c->depth >= CHECK_DEPTH)
    return false;
  return ++c->expanded <= LIMIT_EXPANSION && !c->out_of_memory;
}

static struct expr *copy_items(struct checker *c, const struct expr *items) {
  struct expr *first = NULL, **tail = &first;
  for (const struct expr *item = items; item; item = item->next) {
    struct expr *copy = expand_expr(c, item);
    if (!copy)
      return NULL;
    *tail = copy;
    tail = &copy->next;
  }
  return first;
}

/* True if there was nothing to copy or it was copied. */
static bool copy_expr(struct checker *c, struct expr **expr) {
  return !*expr || (*expr = expand_expr(c, *expr)) != NULL;
}

static bool copy_list(struct checker *c, struct expr **items) {
  return !*items || (*items = copy_items(c, *items)) != NULL;
}

static bool copy_set(struct checker *c, struct set **set) {
  if (!*set)
    return true;
  struct set *copy = check_alloc(c, sizeof *copy);
  if (!copy)
    return false;
  *copy = **set;
  *set = copy;
  return copy_list(c, &copy->items) && copy_expr(c, &copy->low) && copy_expr(c, &copy->high);
}

static bool copy_query(struct checker *c, struct query **query) {
  if (!*query)
    return true;
  struct query *copy = check_alloc(c, sizeof *copy);
  if (!copy)
    return false;
  *copy = **query;
  *query = copy;
  return copy_expr(c, &copy->where) && copy_expr(c, &copy->within);
}

static bool copy_arms(struct checker *c, struct case_arm **arms) {
  for (struct case_arm **at = arms; *at; at = &(*at)->next) {
    struct case_arm *copy = check_alloc(c, sizeof *copy);
    if (!copy)
      return false;
    *copy = **at;
    *at = copy;
    if (!copy_expr(c, &copy->condition) || !copy_expr(c, &copy->value))
      return false;
  }
  return true;
}

/* All children of a copied node but the left one. */
static bool copy_children(struct checker *c, struct expr *copy) {
  switch (copy->kind) {
  case EXPR_AND:
  case EXPR_OR:
  case EXPR_CALL: return copy_list(c, &copy->items);
  case EXPR_ARITHMETIC:
  case EXPR_COMPARE: return copy_expr(c, &copy->right);
  case EXPR_MATCH:
    return copy->quantifier == QUANTIFIER_NONE ? copy_expr(c, &copy->right)
                                               : copy_set(c, &copy->set);
  case EXPR_IN: return copy_set(c, &copy->set);
  case EXPR_CASE: return copy_expr(c, &copy->right) && copy_arms(c, &copy->arms);
  case EXPR_EVENTS: return copy_query(c, &copy->query);
  default: return true;
  }
}

/* One node and all its children but the left one. */
static struct expr *copy_node(struct checker *c, const struct expr *expr) {
  expr = expr_seen(expr);
  struct expr *copy = count_node(c) ? check_alloc(c, sizeof *copy) : NULL;
  if (!copy)
    return NULL;
  *copy = *expr;
  copy->next = NULL;
  c->depth++;
  bool copied = copy_children(c, copy);
  c->depth--;
  return copied ? copy : NULL;
}

/* Left operands are followed by the loop: a long sum is one long chain of them. */
struct expr *expand_expr(struct checker *c, const struct expr *expr) {
  struct expr *root = copy_node(c, expr);
  uint32_t depth = c->depth;
  for (struct expr *at = root; at && expr_left(at); at = at->left) {
    if (at->kind != EXPR_ARITHMETIC)
      c->depth++;
    at->left = copy_node(c, at->left);
    if (!at->left)
      root = NULL;
  }
  c->depth = depth;
  return root;
}

/* ---- rules ------------------------------------------------------------------------------- */

static bool copy_decay(struct checker *c, struct decay_syntax *decay) {
  return copy_expr(c, &decay->rate) && copy_expr(c, &decay->duration) &&
         copy_expr(c, &decay->steps);
}

static bool copy_modifiers(struct checker *c, struct modifier **modifiers) {
  for (struct modifier **at = modifiers; *at; at = &(*at)->next) {
    struct modifier *copy = check_alloc(c, sizeof *copy);
    if (!copy)
      return false;
    *copy = **at;
    *at = copy;
    if (!copy_expr(c, &copy->count) || !copy_expr(c, &copy->duration) ||
        !copy_decay(c, &copy->decay))
      return false;
  }
  return true;
}

static bool copy_range(struct checker *c, struct range_syntax **range) {
  if (!*range)
    return true;
  struct range_syntax *copy = check_alloc(c, sizeof *copy);
  if (!copy)
    return false;
  *copy = **range;
  *range = copy;
  return copy_expr(c, &copy->low) && copy_expr(c, &copy->high);
}

static struct rule *copy_rule(struct checker *c, const struct rule *rule) {
  struct rule *copy = count_node(c) ? check_alloc(c, sizeof *copy) : NULL;
  if (!copy)
    return NULL;
  *copy = *rule;
  copy->next = NULL;
  bool copied = copy_expr(c, &copy->points) && copy_expr(c, &copy->condition) &&
                copy_query(c, &copy->query) && copy_expr(c, &copy->period) &&
                copy_modifiers(c, &copy->modifiers) && copy_range(c, &copy->range);
  if (!copied)
    return NULL;
  if (rule->rules && !(copy->rules = expand_rules(c, rule->rules)))
    return NULL;
  return copy;
}

struct rule *expand_rules(struct checker *c, const struct rule *rules) {
  struct rule *first = NULL, **tail = &first;
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    struct rule *copy = copy_rule(c, rule);
    if (!copy)
      return NULL;
    *tail = copy;
    tail = &copy->next;
  }
  return first;
}

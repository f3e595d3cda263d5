/* params.c - `param`: constants that `--set NAME=VALUE` may replace.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"
#include "syntax/parse.h"

static struct check_set *find_set(const struct checker *c, struct text name) {
  struct check_set *found = NULL;
  for (size_t i = 0; c->options && i < c->options->set_count; i++)
    if (text_equal(c->options->sets[i].name, name)) {
      c->options->sets[i].used = true;
      found = &c->options->sets[i]; /* the last one wins */
    }
  return found;
}

static void report_set(struct checker *c, const struct node *node, const struct check_set *set) {
  struct diag *diag = diag_error(
      c->diags, E0606, node->value->span, "`--set %.*s=%.*s` does not fit: the param is %s",
      TEXT_ARGS(set->name), TEXT_ARGS(set->value), type_words(c, node->value->type));
  diag_note(c->diags, diag, node->decl->value->span, "without `--set` it has this value");
}

/* The span of the replaced expression is the one in the source: what was given
 * on the command line has none. */
static void replace(struct checker *c, struct node *node, const struct check_set *set) {
  struct scope scope = {.module = node->module};
  struct expr *value;
  if (!parse_constant(c->arena, set->value, &value)) {
    c->out_of_memory = true;
    return;
  }
  if (!value) {
    report_set(c, node, set);
    return;
  }
  value->span = node->decl->value->span;
  check_expr(c, &scope, value);
  if (!type_same(value->type, node->value->type) || !value->is_constant || value->missing)
    report_set(c, node, set);
  else
    node->value->expr = value;
}

void check_param(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  struct expr *value = node->decl->value;
  const struct check_set *set = find_set(c, node->value->name);
  if (!value)
    return;
  check_expr(c, &scope, value);
  if (type_is_error(value->type))
    return;
  if (!value->is_constant || value->missing) {
    struct diag *diag = diag_error(c->diags, E0307, value->span,
                                   "a param is a constant, but %s is none", expr_words(c, value));
    diag_help(c->diags, diag, "name what is computed for each lead with `let`");
    return;
  }
  node->value->type = value->type;
  if (set)
    replace(c, node, set);
}

/* calls.c - calls: the built-in functions, `entered`, and `define`.
 *
 * A call of a `define` is replaced by the body, with the arguments put in for
 * the parameters.  The definition is checked once by itself, so that its
 * errors are told where they are and only once; what a call can still get
 * wrong is that something must be a constant.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

#include <string.h>

static const struct {
  const char *name;
  char result;
  const char *parameters;
} builtins[] = {
#define BUILTIN(id, name, result, parameters, summary) {name, result, parameters},
#include "check/builtins.def"
#undef BUILTIN
};

static enum type_kind type_of_letter(char letter) {
  switch (letter) {
  case 'n': return TYPE_NUMBER;
  case 't': return TYPE_TEXT;
  case 'i': return TYPE_TIME;
  default: return TYPE_DURATION;
  }
}

static enum builtin find_builtin(struct text name) {
  for (int i = 0; i < BUILTIN_COUNT; i++)
    if (text_equal(name, text_from(builtins[i].name)))
      return (enum builtin)i;
  return BUILTIN_COUNT;
}

bool builtin_exists(struct text name) {
  return find_builtin(name) != BUILTIN_COUNT || text_equal(name, TEXT("entered"));
}

static void set_error(struct expr *expr) {
  expr->type = type_of(TYPE_ERROR);
  expr->is_constant = false;
}

static uint32_t count_items(const struct expr *items) {
  uint32_t count = 0;
  for (; items; items = items->next)
    count++;
  return count;
}

static void report_count(struct checker *c, const struct expr *expr, const char *wanted) {
  uint32_t given = count_items(expr->items);
  diag_error(c->diags, E0311, expr->span, "`%.*s` takes %s, but %u %s given",
             TEXT_ARGS(expr->name->text), wanted, given, given == 1 ? "is" : "are");
}

static const char *count_words(struct checker *c, size_t count) {
  if (count == 0)
    return "no values";
  if (count == 1)
    return "one value";
  const char *words = arena_format(c->arena, "%zu values", count);
  if (!words)
    c->out_of_memory = true;
  return words ? words : "";
}

/* ---- built-in functions
 * --------------------------------------------------------------------------- */

static void check_items(struct checker *c, const struct scope *scope, struct expr *items) {
  for (struct expr *item = items; item; item = item->next)
    check_expr(c, scope, item);
}

static bool check_argument(struct checker *c, const struct expr *expr, const struct expr *item,
                           struct type wanted) {
  if (type_is_error(item->type))
    return false;
  if (type_same(item->type, wanted))
    return true;
  const char *needs = type_words(c, wanted);
  struct diag *diag = expr_is_literal(item)
                          ? diag_error(c->diags, E0312, item->span, "`%.*s` needs %s, not %s",
                                       TEXT_ARGS(expr->name->text), needs, expr_words(c, item))
                          : diag_error(c->diags, E0312, item->span, "`%.*s` needs %s, but %s is %s",
                                       TEXT_ARGS(expr->name->text), needs, expr_words(c, item),
                                       expr_type_words(c, item));
  if (wanted.kind == TYPE_DURATION && item->type.kind == TYPE_TIME)
    diag_help(c->diags, diag, "`age(%.*s)` is the duration since then",
              TEXT_ARGS(span_text(c->sources, item->span)));
  return false;
}

static void check_builtin(struct checker *c, const struct scope *scope, struct expr *expr,
                          enum builtin builtin) {
  const char *parameters = builtins[builtin].parameters;
  size_t length = strlen(parameters);
  bool more = parameters[length - 1] == '+';
  size_t least = more ? length - 1 : length;
  uint32_t given = count_items(expr->items);
  check_items(c, scope, expr->items);
  expr->index = builtin;
  expr->type = type_of(type_of_letter(builtins[builtin].result));
  if (given < least || (given > least && !more)) {
    report_count(c, expr, more ? "one value or more" : count_words(c, least));
    return;
  }
  bool fits = true;
  size_t position = 0;
  for (struct expr *item = expr->items; item; item = item->next) {
    fits &= check_argument(c, expr, item, type_of(type_of_letter(parameters[position])));
    if (position + 1 < least)
      position++;
  }
  if (fits)
    fold_builtin(expr, builtin);
}

/* ---- entered
 * ------------------------------------------------------------------------------------------ */

static void check_entered(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->type = type_of(TYPE_BOOL);
  expr->ref = REF_ENTERED;
  if (count_items(expr->items) != 1) {
    report_count(c, expr, "one stage");
    return;
  }
  if (!scope->after) {
    struct diag *diag = diag_error(c->diags, E0417, expr->span,
                                   "`entered` is known only after the stages: "
                                   "in `action` and in tests");
    diag_help(c->diags, diag, "here `stage` is the one that the lead came with");
    return;
  }
  if (!c->model->stage_labels) {
    diag_error(c->diags, E0418, expr->span, "this policy has no stages");
    return;
  }
  struct expr *stage = expr->items;
  check_operand(c, scope, stage, c->model->stage_labels);
  if (stage->ref == REF_LABEL)
    expr->index = stage->index;
  else if (!type_is_error(stage->type))
    diag_error(c->diags, E0417, stage->span, "`entered` needs the name of a stage, not %s",
               expr_words(c, stage));
}

/* ---- define
 * --------------------------------------------------------------------------------------------- */

static uint32_t count_params(const struct decl *decl) {
  uint32_t count = 0;
  for (const struct param_decl *param = decl->params; param; param = param->next)
    count++;
  return count;
}

static struct argument *make_arguments(struct checker *c, const struct decl *decl) {
  struct argument *arguments = check_array(c, count_params(decl), sizeof *arguments);
  uint32_t i = 0;
  for (const struct param_decl *param = decl->params; arguments && param; param = param->next)
    arguments[i++] =
        (struct argument){.param = param, .type = records_type(c, &param->type, param->name.text)};
  return arguments;
}

/* Checks what the call gives; false if the call cannot be expanded. */
static bool fill_arguments(struct checker *c, const struct scope *scope, struct expr *expr,
                           struct argument *arguments) {
  bool fits = true;
  for (struct expr *item = expr->items; item; item = item->next, arguments++) {
    uint32_t reads = c->event_reads;
    check_operand(c, scope, item, arguments->type.labels);
    fits &= check_argument(c, expr, item, arguments->type);
    arguments->expr = item;
    arguments->of_event = c->event_reads != reads;
  }
  return fits;
}

/* The definitions may each be fine: the call that brings them together is shown. */
void report_expansion(struct checker *c, const struct scope *scope, struct span span) {
  if (c->expansion_reported || c->out_of_memory)
    return;
  c->expansion_reported = true;
  if (scope->call)
    span = scope->call->span;
  struct diag *diag =
      c->expanded > LIMIT_EXPANSION
          ? diag_error(c->diags, E0504, span, "this expands to more than %lu parts",
                       (unsigned long)LIMIT_EXPANSION)
          : diag_error(c->diags, E0503, span, "this is nested too deeply, with what it calls");
  diag_help(c->diags, diag, "name a part with `let`: it is computed once and not copied");
}

static void expand_call(struct checker *c, const struct scope *scope, struct expr *expr,
                        const struct node *node, const struct argument *arguments) {
  struct scope inner = {.module = node->module,
                        .arguments = arguments,
                        .argument_count = count_params(node->decl),
                        .call = scope->call ? scope->call : expr};
  struct expr *body = expand_expr(c, node->decl->value);
  if (!body) {
    report_expansion(c, scope, expr->span);
    set_error(expr);
    return;
  }
  check_expr(c, &inner, body);
  expr->expansion = body;
  expr->expanded = true;
  expr->type = body->type;
  if (body->is_constant)
    fold_copy(expr, body);
}

static void check_defined(struct checker *c, const struct scope *scope, struct expr *expr,
                          struct node *node) {
  struct argument *arguments = node ? make_arguments(c, node->decl) : NULL;
  if (!arguments) {
    check_items(c, scope, expr->items);
    set_error(expr);
    return;
  }
  uint32_t wanted = count_params(node->decl);
  if (count_items(expr->items) != wanted) {
    check_items(c, scope, expr->items);
    if (!node->decl->broken)
      report_count(c, expr, count_words(c, wanted));
    set_error(expr);
    return;
  }
  bool fits = fill_arguments(c, scope, expr, arguments);
  if (!fits || node->broken || node->cyclic || !node->decl->value)
    set_error(expr);
  else if (c->defining)
    expr->type = node->gives;
  else
    expand_call(c, scope, expr, node, arguments);
}

/* The definition by itself.  Its body stays as written, for the calls. */
void check_define(struct checker *c, struct node *node) {
  struct argument *arguments = make_arguments(c, node->decl);
  if (!arguments || !node->decl->value)
    return;
  for (const struct param_decl *param = node->decl->params; param; param = param->next)
    for (const struct param_decl *other = node->decl->params; other != param; other = other->next)
      if (text_equal(param->name.text, other->name.text))
        diag_error(c->diags, E0202, param->name.span, "the parameter `%.*s` is declared twice",
                   TEXT_ARGS(param->name.text));
  struct scope scope = {
      .module = node->module, .arguments = arguments, .argument_count = count_params(node->decl)};
  size_t errors = c->diags->errors;
  struct expr *body = expand_expr(c, node->decl->value);
  if (!body) {
    report_expansion(c, &scope, node->decl->value->span);
    node->broken = true;
    return;
  }
  c->defining = true;
  check_expr(c, &scope, body);
  c->defining = false;
  node->gives = body->type;
  node->broken |= c->diags->errors != errors || type_is_error(body->type);
}

/* ---- which function
 * ------------------------------------------------------------------------------------------ */

static void report_no_function(struct checker *c, const struct scope *scope,
                               const struct expr *expr) {
  if (expr->name->qualifier.length) {
    report_unknown(c, scope, expr->name);
    return;
  }
  struct suggestion suggestion = suggest(c, expr->name->text);
  for (int i = 0; i < BUILTIN_COUNT; i++)
    suggest_offer(&suggestion, text_from(builtins[i].name));
  suggest_offer(&suggestion, TEXT("entered"));
  suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_DEFINE);
  struct diag *diag = diag_error(c->diags, E0211, expr->name->span, "there is no function `%.*s`",
                                 TEXT_ARGS(expr->name->text));
  suggest_help(c, &suggestion, diag);
}

void check_call(struct checker *c, const struct scope *scope, struct expr *expr) {
  bool qualified = expr->name->qualifier.length > 0;
  if (!qualified && text_equal(expr->name->text, TEXT("entered"))) {
    check_entered(c, scope, expr);
    return;
  }
  enum builtin builtin = qualified ? BUILTIN_COUNT : find_builtin(expr->name->text);
  if (builtin != BUILTIN_COUNT) {
    check_builtin(c, scope, expr, builtin);
    return;
  }
  struct found found = scope_find_declared(c, scope, expr->name);
  if (found.kind == FOUND_SYMBOL && found.symbol->kind == SYMBOL_DEFINE) {
    check_defined(c, scope, expr, found.symbol->node);
    return;
  }
  check_items(c, scope, expr->items);
  set_error(expr);
  if (found.kind == FOUND_SYMBOL)
    report_wrong_kind(c, expr->name, found.symbol, "a function");
  else if (found.kind == FOUND_NOTHING)
    report_no_function(c, scope, expr);
}

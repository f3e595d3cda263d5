/* types.c - what an expression gives, and whether its parts fit together.
 *
 * Each function takes a node whose kind it knows, checks the parts, and writes
 * the type and, of a constant, the value.  Recursion follows parentheses; sums
 * and lists of conditions, which may be long, are followed by loops.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* How many uses of fields are looked at before one is noted again. */
enum { NOTED_STEPS = 8 };

static void set_error(struct expr *expr) {
  expr->type = type_of(TYPE_ERROR);
  expr->is_constant = false;
}

/* ---- names ------------------------------------------------------------------------------ */

/* Rules mostly name again what was named shortly before. */
static bool was_noted(const struct node *node, const struct model_field *field) {
  const struct field_use *use = node->fields;
  for (int steps = 0; use && steps < NOTED_STEPS; steps++, use = use->next)
    if (use->field == field)
      return true;
  return false;
}

void check_note_field(struct checker *c, struct model_field *field) {
  field->named = true;
  if (!c->current) {
    field->used = true;
    return;
  }
  if (was_noted(c->current, field))
    return;
  struct field_use *use = check_alloc(c, sizeof *use);
  if (!use)
    return;
  *use = (struct field_use){.next = c->current->fields, .field = field};
  c->current->fields = use;
}

static void name_value(struct checker *c, struct expr *expr, struct node *node) {
  struct model_value *value = node->value;
  expr->ref = REF_VALUE;
  expr->value = value;
  expr->type = value->type;
  if (!c->current)
    node->live = true;
  bool may_fold = value->kind == VALUE_PARAM || value->kind == VALUE_LET;
  if (may_fold && value->expr && value->expr->is_constant && !type_is_error(value->type))
    fold_copy(expr, value->expr);
}

static void name_stage(struct checker *c, struct expr *expr) {
  expr->ref = REF_STAGE;
  if (c->model->stage_labels) {
    expr->type = (struct type){TYPE_LABEL, c->model->stage_labels};
    return;
  }
  set_error(expr);
  struct diag *diag = diag_error(c->diags, E0418, expr->span, "this policy has no stages");
  diag_help(c->diags, diag, "declare them: `stage prospect { to customer when … }`");
}

/* A parameter: in an expansion, a copy of the argument takes its place. */
static void name_argument(struct checker *c, const struct scope *scope, struct expr *expr,
                          const struct argument *argument) {
  expr->type = argument->type;
  if (argument->of_event) {
    c->event_reads++;
    if (scope->query) {
      set_error(expr);
      struct diag *diag =
          diag_error(c->diags, E0408, expr->span,
                     "`%.*s` stands for something of another event, which this query cannot see",
                     TEXT_ARGS(expr->name->text));
      note_expansion(c, scope, diag);
      return;
    }
  }
  if (!argument->expr)
    return;
  expr->expansion = expand_expr(c, argument->expr);
  expr->expanded = expr->expansion != NULL;
  if (expr->expanded) {
    fold_copy(expr, argument->expr);
    return;
  }
  set_error(expr);
  report_expansion(c, scope, expr->span);
}

static void name_event_field(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->ref = REF_EVENT_FIELD;
  expr->index = query_field(c, scope, expr->name);
  c->event_reads++;
  if (!c->out_of_memory)
    expr->type = scope->query->query->fields[expr->index].type;
}

static void report_not_value(struct checker *c, struct expr *expr, const struct symbol *symbol) {
  const char *words = symbol_words(symbol);
  struct diag *diag = diag_error(c->diags, E0205, expr->span, "`%.*s` is %s and has no value here",
                                 TEXT_ARGS(expr->name->text), words);
  diag_note(c->diags, diag, symbol->span, "declared here");
  if (symbol->kind == SYMBOL_LIST)
    diag_help(c->diags, diag, "ask whether something is `in %.*s`", TEXT_ARGS(expr->name->text));
  else if (symbol->kind == SYMBOL_DEFINE)
    diag_help(c->diags, diag, "call it: `%.*s(…)`", TEXT_ARGS(expr->name->text));
  else if (symbol->kind == SYMBOL_RULES)
    diag_help(c->diags, diag, "bring the rules into a score: `include %.*s`",
              TEXT_ARGS(expr->name->text));
}

static void name_symbol(struct checker *c, struct expr *expr, const struct symbol *symbol) {
  switch (symbol->kind) {
  case SYMBOL_FIELD:
    expr->ref = REF_LEAD_FIELD;
    expr->index = symbol->index;
    expr->type = c->model->fields[symbol->index].type;
    check_note_field(c, &c->model->fields[symbol->index]);
    break;
  case SYMBOL_VALUE:
    if (symbol->node && symbol->node->value)
      name_value(c, expr, symbol->node);
    else
      set_error(expr);
    break;
  case SYMBOL_STAGE_FIELD: name_stage(c, expr); break;
  default: set_error(expr); report_not_value(c, expr, symbol);
  }
}

void check_name(struct checker *c, const struct scope *scope, struct expr *expr) {
  if (expr->symbol && expr->ref == REF_NONE && !expr->expanded) {
    name_symbol(c, expr, expr->symbol);
    return;
  }
  struct found found = scope_find(c, scope, expr->name);
  switch (found.kind) {
  case FOUND_NOTHING:
    report_unknown(c, scope, expr->name);
    set_error(expr);
    break;
  case FOUND_SILENT: set_error(expr); break;
  case FOUND_SYMBOL: name_symbol(c, expr, found.symbol); break;
  case FOUND_ARGUMENT: name_argument(c, scope, expr, found.argument); break;
  case FOUND_EVENT_FIELD: name_event_field(c, scope, expr); break;
  case FOUND_STAGE: name_stage(c, expr); break;
  case FOUND_EVENT_AT:
    expr->ref = REF_EVENT_AT;
    expr->type = type_of(TYPE_TIME);
    c->event_reads++;
    break;
  case FOUND_AS_OF:
    expr->ref = REF_AS_OF;
    expr->type = type_of(TYPE_TIME);
    break;
  }
}

/* ---- arithmetic --------------------------------------------------------------------------- */

static enum type_kind sum_type(enum arithmetic op, enum type_kind a, enum type_kind b) {
  if (a == b && (a == TYPE_NUMBER || a == TYPE_DURATION))
    return a;
  if (a == TYPE_TIME && b == TYPE_DURATION)
    return TYPE_TIME;
  if (a == TYPE_TIME && b == TYPE_TIME && op == ARITH_SUBTRACT)
    return TYPE_DURATION;
  return TYPE_ERROR;
}

static enum type_kind product_type(enum arithmetic op, enum type_kind a, enum type_kind b) {
  if (a == TYPE_NUMBER && b == TYPE_NUMBER)
    return TYPE_NUMBER;
  if (a == TYPE_DURATION && b == TYPE_NUMBER)
    return TYPE_DURATION;
  if (op == ARITH_MULTIPLY && a == TYPE_NUMBER && b == TYPE_DURATION)
    return TYPE_DURATION;
  if (op == ARITH_DIVIDE && a == TYPE_DURATION && b == TYPE_DURATION)
    return TYPE_NUMBER;
  return TYPE_ERROR;
}

static bool counts(enum type_kind kind) {
  return kind == TYPE_NUMBER || kind == TYPE_TIME || kind == TYPE_DURATION;
}

static void help_arithmetic(struct checker *c, struct diag *diag, const struct expr *left,
                            const struct expr *right) {
  const struct expr *odd = counts(left->type.kind) ? right : left;
  if (odd->type.kind == TYPE_BOOL)
    diag_help(c->diags, diag,
              "a condition becomes a number with `case { when … then 1 otherwise 0 }`");
  else if (left->type.kind == TYPE_DURATION && right->type.kind == TYPE_TIME)
    diag_help(c->diags, diag, "write the instant first, then what is added to it");
  else if (counts(odd->type.kind))
    diag_help(c->diags, diag, "`days(…)` and `hours(…)` make a number of a duration");
}

static void report_arithmetic(struct checker *c, const struct expr *expr) {
  const char *left = expr_words_typed(c, expr->left), *right = expr_words_typed(c, expr->right);
  struct diag *diag = NULL;
  switch (expr->arithmetic) {
  case ARITH_ADD:
    diag =
        diag_error(c->diags, E0302, expr_operator(expr), "%s and %s cannot be added", left, right);
    break;
  case ARITH_SUBTRACT:
    diag = diag_error(c->diags, E0302, expr_operator(expr), "%s cannot be subtracted from %s",
                      right, left);
    break;
  case ARITH_MULTIPLY:
    diag = diag_error(c->diags, E0302, expr_operator(expr), "%s and %s cannot be multiplied", left,
                      right);
    break;
  case ARITH_DIVIDE:
    diag =
        diag_error(c->diags, E0302, expr_operator(expr), "%s cannot be divided by %s", left, right);
    break;
  }
  help_arithmetic(c, diag, expr->left, expr->right);
}

/* Both operands have been checked. */
static void type_arithmetic(struct checker *c, struct expr *expr) {
  struct expr *left = expr->left, *right = expr->right;
  if (!left || !right || type_is_error(left->type) || type_is_error(right->type)) {
    set_error(expr);
    return;
  }
  bool sum = expr->arithmetic == ARITH_ADD || expr->arithmetic == ARITH_SUBTRACT;
  enum type_kind kind = sum ? sum_type(expr->arithmetic, left->type.kind, right->type.kind)
                            : product_type(expr->arithmetic, left->type.kind, right->type.kind);
  expr->type = type_of(kind);
  if (kind == TYPE_ERROR)
    report_arithmetic(c, expr);
  else
    fold_arithmetic(expr);
}

/* The operators of a sum hang on each other's left: goes down the chain,
 * remembering it, and comes back up. */
static void check_arithmetic(struct checker *c, const struct scope *scope, struct expr *expr) {
  uint32_t count = 0;
  for (struct expr *at = expr; at && at->kind == EXPR_ARITHMETIC; at = at->left)
    count++;
  struct expr **chain = check_array(c, count, sizeof *chain);
  if (!chain)
    return;
  struct expr *at = expr;
  for (uint32_t i = 0; i < count; i++, at = at->left)
    chain[i] = at;
  check_expr(c, scope, at);
  while (count > 0) {
    struct expr *operation = chain[--count];
    check_expr(c, scope, operation->right);
    type_arithmetic(c, operation);
  }
}

static void check_negate(struct checker *c, const struct scope *scope, struct expr *expr) {
  check_expr(c, scope, expr->left);
  if (!expr->left || type_is_error(expr->left->type)) {
    set_error(expr);
    return;
  }
  expr->type = expr->left->type;
  if (expr->type.kind == TYPE_NUMBER || expr->type.kind == TYPE_DURATION) {
    fold_negate(expr);
    return;
  }
  set_error(expr);
  diag_error(c->diags, E0302, expr->span, "%s has no negative: it is %s", expr_words(c, expr->left),
             expr_type_words(c, expr->left));
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void help_condition(struct checker *c, struct diag *diag, const struct expr *expr) {
  const char *source = expr_source(c, expr);
  if (expr->kind == EXPR_NAME)
    diag_help(c->diags, diag, "compare it, as in `%s %s …`, or ask `%s is present`", source,
              counts(expr->type.kind) ? ">=" : "is", source);
  else
    diag_help(c->diags, diag, "compare it with something");
}

bool check_condition(struct checker *c, const struct scope *scope, struct expr *expr) {
  check_expr(c, scope, expr);
  if (!expr || type_is_error(expr->type))
    return false;
  if (expr->type.kind == TYPE_BOOL)
    return true;
  struct diag *diag =
      expr_is_literal(expr)
          ? diag_error(c->diags, E0303, expr->span, "a condition is needed here, not %s",
                       expr_words(c, expr))
          : diag_error(c->diags, E0303, expr->span, "a condition is needed here, but %s is %s",
                       expr_words(c, expr), expr_type_words(c, expr));
  help_condition(c, diag, expr);
  return false;
}

static void check_logic(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->type = type_of(TYPE_BOOL);
  for (struct expr *item = expr->items; item; item = item->next)
    check_condition(c, scope, item);
}

/* ---- case --------------------------------------------------------------------------------------
 */

struct case_type {
  struct type type;
  const struct expr *from; /* the value that decided it */
};

static void check_case_value(struct checker *c, const struct scope *scope, struct expr *value,
                             struct case_type *all) {
  if (!value)
    return;
  check_operand(c, scope, value, all->type.labels);
  if (type_is_error(value->type))
    return;
  if (!all->from) {
    *all = (struct case_type){value->type, value};
    return;
  }
  if (type_same(value->type, all->type))
    return;
  struct diag *diag =
      diag_error(c->diags, E0309, value->span, "the values of a `case` must be alike: this is %s",
                 expr_words_typed(c, value));
  diag_note(c->diags, diag, all->from->span, "but this is %s", type_words(c, all->type));
}

static void check_case(struct checker *c, const struct scope *scope, struct expr *expr) {
  struct case_type all = {.type = type_of(TYPE_ERROR)};
  size_t errors = c->diags->errors;
  for (struct case_arm *arm = expr->arms; arm; arm = arm->next) {
    check_condition(c, scope, arm->condition);
    check_case_value(c, scope, arm->value, &all);
  }
  check_case_value(c, scope, expr->right, &all);
  expr->type = c->diags->errors == errors ? all.type : type_of(TYPE_ERROR);
  if (expr->type.kind != TYPE_TEXTS)
    return;
  set_error(expr);
  diag_error(c->diags, E0309, expr->span, "a `case` cannot choose between lists of texts");
}

/* ---- all kinds
 * ------------------------------------------------------------------------------------ */

static inline void check_literal(struct expr *expr) {
  static const enum type_kind kinds[] = {[EXPR_NUMBER] = TYPE_NUMBER,
                                         [EXPR_TEXT] = TYPE_TEXT,
                                         [EXPR_BOOL] = TYPE_BOOL,
                                         [EXPR_DURATION] = TYPE_DURATION,
                                         [EXPR_INSTANT] = TYPE_TIME};
  expr->type = type_of(kinds[expr->kind]);
  fold_literal(expr);
}

static void check_kind(struct checker *c, const struct scope *scope, struct expr *expr) {
  switch (expr->kind) {
  case EXPR_NUMBER:
  case EXPR_TEXT:
  case EXPR_BOOL:
  case EXPR_DURATION:
  case EXPR_INSTANT: check_literal(expr); break;
  case EXPR_NAME: check_name(c, scope, expr); break;
  case EXPR_NEGATE: check_negate(c, scope, expr); break;
  case EXPR_NOT:
    expr->type = type_of(TYPE_BOOL);
    check_condition(c, scope, expr->left);
    break;
  case EXPR_AND:
  case EXPR_OR: check_logic(c, scope, expr); break;
  case EXPR_ARITHMETIC: check_arithmetic(c, scope, expr); break;
  case EXPR_COMPARE: check_compare(c, scope, expr); break;
  case EXPR_PRESENT:
    expr->type = type_of(TYPE_BOOL);
    check_expr(c, scope, expr->left);
    break;
  case EXPR_IN: check_in(c, scope, expr); break;
  case EXPR_MATCH: check_match(c, scope, expr); break;
  case EXPR_CASE: check_case(c, scope, expr); break;
  case EXPR_CALL: check_call(c, scope, expr); break;
  case EXPR_EVENTS: check_events(c, scope, expr); break;
  case EXPR_ERROR: set_error(expr); break;
  }
}

void check_expr(struct checker *c, const struct scope *scope, struct expr *expr) {
  if (!expr || c->out_of_memory)
    return;
  if (c->depth >= CHECK_DEPTH) {
    report_expansion(c, scope, expr->span);
    set_error(expr);
    return;
  }
  if (expr_is_literal(expr)) { /* every other node */
    check_literal(expr);
    return;
  }
  c->depth++;
  check_kind(c, scope, expr);
  c->depth--;
}

/* ---- labels
 * ---------------------------------------------------------------------------------------- */

void set_label(struct expr *expr, const struct label_set *labels, uint32_t index) {
  expr->type = (struct type){TYPE_LABEL, labels};
  expr->ref = REF_LABEL;
  expr->index = index;
  expr->is_constant = false;
}

/* The text by which an expression may mean a label: a name, a quoted text, a
 * number as written. */
static bool label_text(struct checker *c, const struct expr *expr, struct text *text) {
  if (expr->kind == EXPR_TEXT)
    *text = expr->text;
  else if (expr->kind == EXPR_NUMBER)
    *text = span_text(c->sources, expr->span);
  else if (expr_is_bare(expr))
    *text = expr->name->text;
  else
    return false;
  return true;
}

void check_operand(struct checker *c, const struct scope *scope, struct expr *expr,
                   const struct label_set *labels) {
  struct text text;
  if (!expr || !labels || !label_text(c, expr, &text)) {
    check_expr(c, scope, expr);
    return;
  }
  uint32_t index = labels_find(c, labels, text);
  if (index != UINT32_MAX) {
    set_label(expr, labels, index);
    return;
  }
  if (expr->kind == EXPR_NAME && scope_find(c, scope, expr->name).kind != FOUND_NOTHING) {
    check_expr(c, scope, expr);
    if (type_is_error(expr->type) || expr->type.kind == TYPE_LABEL)
      return;
  }
  report_unknown_label(c, expr->span, text, labels);
  set_error(expr);
}

/* ---- what is asked of an expression
 * --------------------------------------------------------------------- */

void note_expansion(struct checker *c, const struct scope *scope, struct diag *diag) {
  if (scope->call)
    diag_note(c->diags, diag, scope->call->span, "when it is called here");
}

bool check_typed(struct checker *c, const struct scope *scope, struct expr *expr,
                 enum type_kind kind, const char *what) {
  check_expr(c, scope, expr);
  if (!expr || type_is_error(expr->type))
    return false;
  if (expr->type.kind == kind)
    return true;
  const char *wanted = type_words(c, type_of(kind));
  struct diag *diag = expr_is_literal(expr)
                          ? diag_error(c->diags, E0304, expr->span, "%s must be %s, not %s", what,
                                       wanted, expr_words(c, expr))
                          : diag_error(c->diags, E0304, expr->span, "%s must be %s, but %s is %s",
                                       what, wanted, expr_words(c, expr), expr_type_words(c, expr));
  note_expansion(c, scope, diag);
  if (kind == TYPE_DURATION && expr->kind == EXPR_NUMBER)
    diag_help(c->diags, diag, "say of what: `%.*s days`",
              TEXT_ARGS(span_text(c->sources, expr->span)));
  return false;
}

bool check_constant(struct checker *c, const struct scope *scope, struct expr *expr,
                    enum type_kind kind, const char *what) {
  if (!check_typed(c, scope, expr, kind, what))
    return false;
  if (expr->is_constant && !expr->missing)
    return true;
  if (scope->argument_count > 0 && !scope->call)
    return false; /* a definition: the call will tell */
  struct diag *diag =
      expr->is_constant
          ? diag_error(c->diags, E0307, expr->span, "%s has no value: %s cannot be computed", what,
                       expr_words(c, expr))
          : diag_error(c->diags, E0307, expr->span,
                       "%s must be a constant, but %s differs from lead to lead", what,
                       expr_words(c, expr));
  note_expansion(c, scope, diag);
  if (!expr->is_constant)
    diag_help(c->diags, diag, "write the value itself, or declare it with `param`");
  return false;
}

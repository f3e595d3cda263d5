/* tests.c - `test` declarations: the lead, its events, what is expected.
 *
 * Fields get their index, events their kind and instant, so that who runs a
 * test looks nothing up.  An expected condition is an expression like any
 * other; `stage` in it is the one that the lead ends in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "check/checker.h"

/* ---- values of fields
 * ------------------------------------------------------------------------------- */

static void check_value(struct checker *c, struct expr *value, struct type type,
                        struct text field) {
  struct scope scope = {.module = c->main};
  check_operand(c, &scope, value, type.labels);
  if (type_is_error(value->type) || type_is_error(type))
    return;
  if (!type_same(value->type, type))
    diag_error(c->diags, E0310, value->span, "`%.*s` is %s, but %s is given", TEXT_ARGS(field),
               literal_words(c, type), expr_words_typed(c, value));
  else if (!expr_is_constant(value) || value->missing)
    diag_error(c->diags, E0307, value->span, "a test gives constants, and %s is none",
               expr_words(c, value));
}

static void check_assigned(struct checker *c, struct assignment *assignment, struct type type) {
  struct text field = assignment->field.text;
  if (assignment->is_list && type.kind != TYPE_TEXTS && !type_is_error(type)) {
    diag_error(c->diags, E0310, assignment->span, "`%.*s` is %s, but a list is given",
               TEXT_ARGS(field), type_words(c, type));
    return;
  }
  for (struct expr *item = assignment->items; item; item = item->next)
    check_value(c, item, type_of(TYPE_TEXT), field);
  if (assignment->value)
    check_value(c, assignment->value, type, field);
}

/* A field is given once. */
static void check_once(struct checker *c, const struct assignment *first,
                       const struct assignment *assignment) {
  for (; first != assignment; first = first->next)
    if (text_equal(first->field.text, assignment->field.text)) {
      struct diag *diag = diag_error(c->diags, E0212, assignment->field.span,
                                     "`%.*s` is given twice", TEXT_ARGS(assignment->field.text));
      diag_note(c->diags, diag, first->field.span, "first given here");
      return;
    }
}

static void report_no_field(struct checker *c, const struct name *field, const char *of,
                            uint32_t space, unsigned kinds) {
  if (scope_may_be_lost(c, field->text))
    return;
  struct suggestion suggestion = suggest(c, field->text);
  suggest_space(c, &suggestion, space, kinds);
  struct diag *diag = diag_error(c->diags, E0204, field->span, "%s has no field `%.*s`", of,
                                 TEXT_ARGS(field->text));
  suggest_help(c, &suggestion, diag);
}

static void check_lead(struct checker *c, struct decl *decl) {
  for (struct assignment *a = decl->assignments; a; a = a->next) {
    check_once(c, decl->assignments, a);
    a->field_index = UINT32_MAX;
    if (text_equal(a->field.text, TEXT("stage"))) {
      if (c->model->stage_labels)
        check_assigned(c, a, (struct type){TYPE_LABEL, c->model->stage_labels});
      else
        diag_error(c->diags, E0418, a->field.span, "this policy has no stages");
      continue;
    }
    const struct symbol *symbol = symbols_find(c, c->main->names, a->field.text);
    if (!symbol || symbol->kind != SYMBOL_FIELD) {
      report_no_field(c, &a->field, "the lead", c->main->names, 1u << SYMBOL_FIELD);
      continue;
    }
    a->field_index = symbol->index;
    c->model->fields[symbol->index].named = true;
    check_assigned(c, a, c->model->fields[symbol->index].type);
  }
}

/* ---- events
 * -------------------------------------------------------------------------------------------- */

static void check_event_fields(struct checker *c, struct test_event *event,
                               const struct symbol *kind) {
  for (struct assignment *a = event->fields; a; a = a->next) {
    check_once(c, event->fields, a);
    a->field_index = UINT32_MAX;
    const struct symbol *symbol = symbols_find(c, kind->fields, a->field.text);
    if (symbol) {
      a->field_index = symbol->index;
      check_assigned(c, a, c->model->kinds[kind->index].fields[symbol->index].type);
    } else if (text_equal(a->field.text, TEXT("id")))
      check_assigned(c, a, type_of(TYPE_TEXT));
    else
      report_no_field(c, &a->field, "the event", kind->fields, SUGGEST_ALL);
  }
}

static void check_when(struct checker *c, const struct decl *decl, struct test_event *event) {
  struct scope scope = {.module = c->main};
  enum type_kind kind = event->ago ? TYPE_DURATION : TYPE_TIME;
  if (!check_constant(c, &scope, event->when, kind, "when the event happens"))
    return;
  event->at = event->when->micros;
  if (!event->ago || !decl->as_of || !decl->as_of->is_constant)
    return;
  if (__builtin_sub_overflow(decl->as_of->micros, event->when->micros, &event->at) ||
      event->at < CLOCK_MIN)
    diag_error(c->diags, E0403, event->when->span, "that is too long ago");
}

static void check_event(struct checker *c, const struct decl *decl, struct test_event *event) {
  struct scope scope = {.module = c->main};
  event->count = 1;
  if (event->times)
    check_count(c, &scope, event->times, "how often the event happens", &event->count);
  check_when(c, decl, event);
  const struct symbol *kind = symbols_find(c, c->main->roles, event->kind.text);
  if (kind && kind->kind == SYMBOL_EVENT) {
    event->kind_index = kind->index;
    c->model->kinds[kind->index].named = true;
    check_event_fields(c, event, kind);
    return;
  }
  if (scope_may_be_lost(c, event->kind.text))
    return;
  struct suggestion suggestion = suggest(c, event->kind.text);
  suggest_space(c, &suggestion, c->main->roles, 1u << SYMBOL_EVENT);
  struct diag *diag = diag_error(c->diags, E0208, event->kind.span, "there is no event `%.*s`",
                                 TEXT_ARGS(event->kind.text));
  suggest_help(c, &suggestion, diag);
}

/* ---- expect
 * -----------------------------------------------------------------------------------------------
 */

static void check_expected_action(struct checker *c, struct expectation *expectation) {
  const struct name *name = &expectation->action;
  const struct symbol *symbol = symbols_find(c, c->main->roles, name->text);
  if (symbol && symbol->kind == SYMBOL_ACTION) {
    expectation->action_index = symbol->index;
    return;
  }
  if (scope_may_be_lost(c, name->text))
    return;
  struct suggestion suggestion = suggest(c, name->text);
  suggest_space(c, &suggestion, c->main->roles, 1u << SYMBOL_ACTION);
  struct diag *diag =
      diag_error(c->diags, E0204, name->span, "there is no action `%.*s`", TEXT_ARGS(name->text));
  suggest_help(c, &suggestion, diag);
}

static void check_expected_exclusion(struct checker *c, const struct expectation *expectation) {
  if (!expectation->label.present)
    return;
  struct text label = expectation->label.text;
  struct suggestion suggestion = suggest(c, label);
  for (uint32_t i = 0; i < c->model->exclude_count; i++) {
    if (text_equal(c->model->excludes[i].label, label))
      return;
    suggest_offer(&suggestion, c->model->excludes[i].label);
  }
  struct diag *diag = diag_error(c->diags, E0204, expectation->label.span,
                                 "there is no `exclude \"%.*s\"`", TEXT_ARGS(label));
  suggest_help(c, &suggestion, diag);
}

static void check_expectation(struct checker *c, struct expectation *expectation) {
  struct scope scope = {.module = c->main, .after = true};
  switch (expectation->kind) {
  case EXPECT_CONDITION:
    if (expectation->condition)
      check_condition(c, &scope, expectation->condition);
    break;
  case EXPECT_EXCLUDED: check_expected_exclusion(c, expectation); break;
  case EXPECT_ACTION: check_expected_action(c, expectation); break;
  }
}

/* ---- the test
 * ------------------------------------------------------------------------------------------------
 */

static void check_test(struct checker *c, struct decl *decl) {
  struct scope scope = {.module = c->main};
  if (decl->as_of)
    check_constant(c, &scope, decl->as_of, TYPE_TIME, "the instant of `as of`");
  else if (!decl->broken) {
    struct diag *diag = diag_error(c->diags, E0416, decl->label.span, "this test has no `as of`");
    diag_help(c->diags, diag, "begin it with the instant of the evaluation: `as of 2026-06-01`");
  }
  check_lead(c, decl);
  for (struct test_event *event = decl->test_events; event; event = event->next)
    check_event(c, decl, event);
  if (!decl->expectations && !decl->broken) {
    struct diag *diag = diag_error(c->diags, E0416, decl->label.span, "this test expects nothing");
    diag_help(c->diags, diag, "say what should come out: `expect stage is …`");
  }
  for (struct expectation *e = decl->expectations; e; e = e->next)
    check_expectation(c, e);
}

void check_tests(struct checker *c) {
  uint32_t count = 0;
  for (struct decl *decl = c->main->tree->decls; decl; decl = decl->next)
    count += decl->kind == DECL_TEST;
  const struct decl **tests = check_array(c, count, sizeof *tests);
  if (!tests)
    return;
  c->model->tests = tests;
  c->model->test_count = count;
  for (struct decl *decl = c->main->tree->decls; decl; decl = decl->next) {
    if (decl->kind != DECL_TEST)
      continue;
    check_test(c, decl);
    *tests++ = decl;
  }
}

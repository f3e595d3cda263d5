/* tests.c - what tests give and expect, for a program that is to run them.
 *
 * An expectation is a condition over the results, so it is code like any
 * other: it stands at the end of the full section, and all tests of a policy
 * share it.  Its conjuncts are kept apart, so that a failure can say which of
 * them it is, and with each the values of what it names, so that it can say
 * why.  They lie in registers of their own, as what an explanation needs does.
 *
 * Of a lead that is left out there are no results but its stage: expectations
 * see its scores, bands, grids, choices and segments as missing (`hidden`),
 * although the machine has computed them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

/* ---- values to show ------------------------------------------------------------ */

/* What a part shows: named values, and what is computed at the sides of a
 * comparison.  Inside of a `define` only the names are shown, for the rest of
 * its text speaks of parameters, which nobody sees where it is called. */
struct showing {
  struct build *build;
  size_t first;            /* the part's first in build->shown */
  const struct expr *root; /* the part itself, which is shown anyway; or NULL */
  bool inside;
};

static void show(struct showing *showing, const struct expr *expr);

static void add_shown(struct showing *showing, struct text name, const struct expr *expr) {
  struct build *build = showing->build;
  struct program_shown made = {
      .name = name,
      .kind = column_kind_of(expr->type),
      .labels =
          expr->type.kind == TYPE_LABEL ? record_labels(build, expr->type.labels) : PROGRAM_NONE,
      .value = lower_expr(build, expr),
  };
  const struct program_shown *shown = build->shown.items;
  for (size_t i = showing->first; i < build->shown.count; i++)
    if (text_equal(shown[i].name, name))
      return;
  pin_reason(build, made.value);
  struct program_shown *item = list_add(build, &build->shown, sizeof *item);
  if (item)
    *item = made;
}

static void show_name(struct showing *showing, const struct expr *expr) {
  const struct model *model = showing->build->model;
  switch (expr->ref) {
  case REF_LEAD_FIELD:
    add_shown(showing, keep_text(showing->build, model->fields[expr->index].name), expr);
    break;
  case REF_VALUE: add_shown(showing, keep_text(showing->build, expr->value->name), expr); break;
  case REF_STAGE: add_shown(showing, TEXT("stage"), expr); break;
  case REF_AS_OF: add_shown(showing, TEXT("as_of"), expr); break;
  default: break;
  }
}

/* Shows what is computed there, as it is written. */
static void show_source(struct showing *showing, const struct expr *expr) {
  if (!showing->inside && expr != showing->root)
    add_shown(showing, keep_source(showing->build, expr->span), expr);
}

/* A side of a comparison: besides the names in it, what comes of them. */
static void show_side(struct showing *showing, const struct expr *side) {
  if (!side)
    return;
  const struct expr *seen = expr_seen(side);
  if (!seen->is_constant && seen->kind != EXPR_NAME && seen->ref != REF_LABEL)
    show_source(showing, side);
  show(showing, side);
}

static void show_sides(struct showing *showing, const struct expr *expr) {
  show_side(showing, expr_left(expr));
  show_side(showing, expr_right(expr));
  if (expr_set(expr) && expr->set->kind == SET_RANGE) {
    show_side(showing, expr->set->low);
    show_side(showing, expr->set->high);
  }
}

/* Everything below an expression but what is on its left. */
static void show_rest(struct showing *showing, const struct expr *expr) {
  for (const struct expr *item = expr_items(expr); item; item = item->next)
    show(showing, item);
  for (const struct case_arm *arm = expr_arms(expr); arm; arm = arm->next) {
    show(showing, arm->condition);
    show(showing, arm->value);
  }
  if (expr_right(expr))
    show(showing, expr->right);
}

/* A name, a comparison, or something else that is shown by itself. */
static bool is_shown_whole(struct showing *showing, const struct expr *written,
                           const struct expr *seen) {
  switch (seen->kind) {
  case EXPR_NAME: show_name(showing, seen); return true;
  case EXPR_EVENTS: show_source(showing, written); return true;
  case EXPR_COMPARE:
  case EXPR_PRESENT:
  case EXPR_IN:
  case EXPR_MATCH: show_sides(showing, seen); return true;
  case EXPR_CALL:
    if (seen->ref == REF_ENTERED)
      show_source(showing, written);
    return seen->ref == REF_ENTERED;
  default: return false;
  }
}

/* Long chains lean to the left: the loop follows them. */
static void show(struct showing *showing, const struct expr *expr) {
  bool outer = showing->inside;
  for (; expr && !showing->build->failed; expr = expr_left(expr)) {
    const struct expr *written = expr;
    if (expr->expanded) {
      show_source(showing, expr);
      showing->inside = true;
      expr = expr_seen(expr);
    }
    bool constant = expr->is_constant && expr->kind != EXPR_NAME;
    if (constant || is_shown_whole(showing, written, expr))
      break;
    show_rest(showing, expr);
  }
  showing->inside = outer;
}

/* ---- what is expected ------------------------------------------------------------ */

/* A part, and what it shows: the values in one or more conditions. */
static void end_part(struct build *build, uint32_t condition, struct text source, size_t first) {
  struct program_part *part = list_add(build, &build->parts, sizeof *part);
  if (part)
    *part = (struct program_part){condition, source, (uint32_t)first,
                                  (uint32_t)(build->shown.count - first)};
}

static void lower_part(struct build *build, const struct expr *expr) {
  struct showing showing = {.build = build, .first = build->shown.count, .root = expr};
  uint32_t condition = lower_expr(build, expr);
  pin_reason(build, condition);
  show(&showing, expr);
  end_part(build, condition, keep_source(build, expr->span), showing.first);
}

static void lower_condition(struct build *build, const struct expr *condition) {
  const struct expr *seen = expr_seen(condition);
  if (seen->kind != EXPR_AND || seen->is_constant) {
    lower_part(build, condition);
    return;
  }
  for (const struct expr *item = seen->items; item && !build->failed; item = item->next)
    lower_part(build, item);
}

/* Why a lead is left out is told by the conditions of the exclusions meant. */
static void lower_exclusion(struct build *build, const struct expectation *expectation) {
  const struct model *model = build->model;
  struct showing showing = {.build = build, .first = build->shown.count};
  for (uint32_t i = 0; i < model->exclude_count && !build->failed; i++)
    if (!expectation->label.present ||
        text_equal(model->excludes[i].label, expectation->label.text))
      show(&showing, model->excludes[i].condition);
  end_part(build, PROGRAM_NONE, keep_source(build, expectation->span), showing.first);
}

static void lower_expected_action(struct build *build, const struct expectation *expectation) {
  struct showing showing = {.build = build, .first = build->shown.count};
  show(&showing, build->model->actions[expectation->action_index].condition);
  end_part(build, PROGRAM_NONE, keep_source(build, expectation->span), showing.first);
}

static void lower_expectation(struct build *build, const struct expectation *expectation,
                              uint32_t hidden) {
  switch (expectation->kind) {
  case EXPECT_CONDITION:
    build->hidden = hidden;
    lower_condition(build, expectation->condition);
    build->hidden = PROGRAM_NONE;
    break;
  case EXPECT_EXCLUDED: lower_exclusion(build, expectation); break;
  case EXPECT_ACTION: lower_expected_action(build, expectation); break;
  }
}

void lower_expectations(struct build *build, struct section *section) {
  const struct model *model = build->model;
  uint32_t hidden =
      model->exclude_count ? emit(build, OP_KNOWN_LABEL, 0, section->excluded, 0, 0) : PROGRAM_NONE;
  for (uint32_t t = 0; t < model->test_count; t++) {
    const struct decl *test = model->tests[t];
    struct origin outer =
        begin_criterion(build, CRITERION_TEST, test->label.text, test->span, NULL);
    for (const struct expectation *e = test->expectations; e && !build->failed; e = e->next)
      lower_expectation(build, e, hidden);
    end_criterion(build, outer);
  }
  section->parts = list_keep(build, &build->parts, sizeof(struct program_part));
  section->part_count = (uint32_t)build->parts.count;
  section->shown = list_keep(build, &build->shown, sizeof(struct program_shown));
  section->shown_count = (uint32_t)build->shown.count;
}

/* ---- the tests -------------------------------------------------------------------- */

static void *keep_array(struct build *build, size_t count, size_t size) {
  void *items = build->failed ? NULL : arena_array(&build->program->arena, count + 1, size);
  if (!items)
    build->failed = true;
  return items;
}

static struct program_value value_of(struct build *build, const struct expr *expr) {
  const struct constant constant = expr_constant(expr);
  bool is_text = expr->type.kind == TYPE_TEXT;
  return (struct program_value){
      .number = constant.number,
      .micros = constant.micros,
      .text = is_text ? keep_text(build, constant.text) : constant.text,
      .boolean = constant.boolean,
      .label = constant.label,
  };
}

static struct text_list texts_of(struct build *build, const struct assignment *assignment) {
  size_t count = 0;
  for (const struct expr *item = assignment->items; item; item = item->next)
    count++;
  struct text *texts = keep_array(build, count, sizeof *texts);
  size_t at = 0;
  for (const struct expr *item = assignment->items; item && !build->failed; item = item->next)
    texts[at++] = keep_text(build, expr_seen(item)->text);
  return (struct text_list){texts, count};
}

/* Of the assignments, those to fields that the program reads; index: from the
 * model's fields to the program's. */
static const struct program_given *keep_given(struct build *build,
                                              const struct assignment *assignments,
                                              const uint32_t *index, uint32_t *count) {
  size_t most = 0;
  for (const struct assignment *a = assignments; a; a = a->next)
    most++;
  struct program_given *given = keep_array(build, most, sizeof *given);
  *count = 0;
  for (const struct assignment *a = assignments; a && !build->failed; a = a->next) {
    uint32_t field = a->field_index == UINT32_MAX ? PROGRAM_NONE : index[a->field_index];
    if (field == PROGRAM_NONE)
      continue;
    struct program_given made = {.field = field};
    if (a->value)
      made.value = value_of(build, expr_seen(a->value));
    else
      made.texts = texts_of(build, a);
    given[(*count)++] = made;
  }
  return given;
}

static const struct expr *find_given(const struct assignment *assignments, struct text field) {
  for (; assignments; assignments = assignments->next)
    if (text_equal(assignments->field.text, field))
      return expr_seen(assignments->value);
  return NULL;
}

static struct text text_given(struct build *build, const struct assignment *assignments,
                              struct text field) {
  const struct expr *value = find_given(assignments, field);
  return value ? keep_text(build, value->text) : (struct text){NULL, 0};
}

/* What a policy calls `id` is an event's identity if the data's key is called so. */
static struct program_test_event keep_event(struct build *build, const struct test_event *event) {
  struct program_test_event made = {
      .kind = event->kind_index, .times = event->count, .at = event->at};
  const uint32_t *index = build->kinds[event->kind_index].index_of_field;
  made.given = keep_given(build, event->fields, index, &made.given_count);
  for (const struct assignment *a = event->fields; a; a = a->next)
    if (text_equal(a->field.text, TEXT("id")) &&
        (a->field_index == UINT32_MAX || text_equal(build->model->id_key, TEXT("id"))))
      made.id = text_given(build, event->fields, TEXT("id"));
  return made;
}

static void keep_events(struct build *build, const struct decl *decl, struct program_test *test) {
  uint32_t count = 0;
  for (const struct test_event *event = decl->test_events; event; event = event->next)
    count++;
  struct program_test_event *events = keep_array(build, count, sizeof *events);
  for (const struct test_event *event = decl->test_events; event && !build->failed;
       event = event->next)
    events[test->event_count++] = keep_event(build, event);
  test->events = events;
}

static uint32_t line_of(const struct build *build, struct span span) {
  return source_line(&build->model->sources->items[span.source], span.begin);
}

static uint32_t parts_of(const struct expectation *expectation) {
  if (expectation->kind != EXPECT_CONDITION)
    return 1;
  const struct expr *seen = expr_seen(expectation->condition);
  uint32_t count = 0;
  if (seen->kind != EXPR_AND || seen->is_constant)
    return 1;
  for (const struct expr *item = seen->items; item; item = item->next)
    count++;
  return count;
}

static void keep_expectations(struct build *build, const struct decl *decl,
                              struct program_test *test, uint32_t *part) {
  static const enum program_expected kinds[] = {[EXPECT_CONDITION] = EXPECTED_CONDITION,
                                                [EXPECT_EXCLUDED] = EXPECTED_EXCLUDED,
                                                [EXPECT_ACTION] = EXPECTED_ACTION};
  uint32_t count = 0;
  for (const struct expectation *e = decl->expectations; e; e = e->next)
    count++;
  struct program_expectation *expectations = keep_array(build, count, sizeof *expectations);
  for (const struct expectation *e = decl->expectations; e && !build->failed; e = e->next) {
    expectations[test->expectation_count++] = (struct program_expectation){
        .kind = kinds[e->kind],
        .negated = e->negated,
        .label = keep_text(build, e->label.text),
        .action = e->action_index,
        .source = keep_source(build, e->span),
        .source_line = line_of(build, e->span),
        .first_part = *part,
        .part_count = parts_of(e),
    };
    *part += parts_of(e);
  }
  test->expectations = expectations;
}

static void keep_test(struct build *build, const struct decl *decl, struct program_test *test,
                      uint32_t *part) {
  const struct expr *stage = find_given(decl->assignments, TEXT("stage"));
  *test = (struct program_test){
      .name = keep_text(build, decl->label.text),
      .source_name = decl->span.source,
      .source_line = line_of(build, decl->span),
      .as_of = decl->as_of->micros,
      .id = text_given(build, decl->assignments, TEXT("id")),
      .stage = stage ? stage->index : PROGRAM_NONE,
  };
  test->given = keep_given(build, decl->assignments, build->index_of_field, &test->given_count);
  keep_events(build, decl, test);
  keep_expectations(build, decl, test, part);
}

void keep_tests(struct build *build) {
  const struct model *model = build->model;
  struct program_test *tests = keep_array(build, model->test_count, sizeof *tests);
  uint32_t part = 0;
  for (uint32_t t = 0; t < model->test_count && !build->failed; t++)
    keep_test(build, model->tests[t], &tests[t], &part);
  build->program->tests = tests;
  build->program->test_count = model->test_count;
}

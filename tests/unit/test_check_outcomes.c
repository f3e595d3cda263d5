/* test_check_outcomes.c - bands, grids, choices, stages, actions, tests, the record.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

#define SCORE "score s { +1 }\n"
#define BANDS                                                                                   \
  SCORE "band stars of s { 2 from 5  1 otherwise }\nband heat of s { hot \"Hot\" from 3  cold " \
        "otherwise }\n"

/* ---- bands ------------------------------------------------------------------------------------
 */

static void a_band_has_its_labels_and_bounds(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD "param top = 40\n" BANDS "band b of s { A from top  B otherwise }");
  const struct model_value *heat = value_named(&checked, "heat");
  assert_int_equal(heat->type.kind, TYPE_LABEL);
  assert_int_equal(heat->labels->count, 2);
  assert_true(text_equal(heat->labels->texts[0], TEXT("Hot")));
  assert_false(heat->labels->numeric);
  const struct model_value *stars = value_named(&checked, "stars");
  assert_int_equal(stars->type.kind, TYPE_NUMBER);
  assert_true(stars->labels->numbers[0] == 2);
  assert_true(value_named(&checked, "b")->band_rows->bound_number == 40);
  check_clear(&checked);
}

static void bands_that_are_wrong(void **state) {
  (void)state;
  only_error(SCORE "band b of s { a from 3 }", "E0410", "b", "no `otherwise`");
  only_error(SCORE "band b of s { a otherwise  c from 3 }", "E0411", "c from 3", "after");
  only_error(SCORE "band b of s { a from 3  c from 3  d otherwise }", "E0412", "3", "must descend");
  only_error(SCORE "band b of s { a from 3  c from 5  d otherwise }", "E0412", "5", "must descend");
  only_error(SCORE "band b of s { a from 3  A otherwise }", "E0409", "A", "two rows");
  only_error(SCORE "band b of s { a from company_size  c otherwise }", "E0307", "company_size",
             "must be a constant");
  only_error("band b of country { a from 3  c otherwise }", "E0304", "country", "must be a number");
}

/* ---- grids ------------------------------------------------------------------------------------
 */

static void cells_are_found_by_label_whatever_the_order_written(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD BANDS "grid g of stars, heat { columns cold, hot  1: A, B  2: C, a }");
  const struct model_value *g = value_named(&checked, "g");
  assert_int_equal(g->labels->count, 3); /* `a` is `A` */
  /* rows 2, 1; columns hot, cold */
  const uint32_t expected[] = {0, 2, 1, 0};
  assert_memory_equal(g->cells, expected, sizeof expected);
  assert_ptr_equal(g->row_band, value_named(&checked, "stars"));
  check_clear(&checked);
}

static void grids_that_are_wrong(void **state) {
  (void)state;
  only_error(BANDS "grid g of stars, heat { columns hot, cold  2: A, B }", "E0413", "g",
             "no row `1`");
  only_error(BANDS "grid g of stars, heat { columns hot  2: A  1: A }", "E0413", "g",
             "no column `cold`");
  only_error(BANDS "grid g of stars, heat { columns hot, cold  2: A, B  1: A, B  3: A, B }",
             "E0413", "3", "not a label of the band `stars`");
  only_error(BANDS "grid g of stars, heat { columns hot, cold  2: A, B  1: A, B  1: A, B }",
             "E0413", "1", "twice");
  only_error(BANDS "grid g of stars, heat { columns hot, cold  2: A  1: A, B }", "E0414", "2: A",
             "1 of 2 cells");
  only_error(BANDS "grid g of stars, s { columns hot, cold  2: A, B  1: A, B }", "E0205", "s",
             "a band is needed");
}

/* ---- choices ------------------------------------------------------------------------------------
 */

static void a_choice_gives_labels_or_numbers(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD "choose c { \"a\" when consent  b when company_size > 3  A otherwise }"
                     "\nchoose n { 1 when consent  2 otherwise }");
  const struct model_value *c = value_named(&checked, "c");
  assert_int_equal(c->labels->count, 2);
  assert_int_equal(c->choose_labels[0], 0);
  assert_int_equal(c->choose_labels[1], 1);
  assert_int_equal(c->choose_labels[2], 0);
  assert_int_equal(value_named(&checked, "n")->type.kind, TYPE_NUMBER);
  assert_null(value_named(&checked, "n")->labels);
  check_clear(&checked);
  only_error("choose c { a when consent }", "E0410", "c", "no `otherwise`");
  only_error("choose c { a otherwise  b when consent }", "E0411", "b when consent", "after");
}

/* ---- stages, actions, exclusions
 * ------------------------------------------------------------------ */

static void stages_are_numbered_as_declared(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD "stage a \"First\" { to c when consent  to b when stage is a }\n"
                     "stage b stage c { to a when not consent }\n"
                     "action go when entered(c) and stage is not B { owner x  n 24 hours }\n"
                     "exclude \"no\" when country is missing");
  assert_int_equal(checked.model.stage_count, 3);
  assert_int_equal(checked.model.stages[0].transition_count, 2);
  assert_int_equal(checked.model.stages[0].transitions[0].target, 2);
  assert_int_equal(checked.model.stage_labels->count, 3);
  assert_true(text_equal(checked.model.stage_labels->texts[0], TEXT("First")));
  const struct model_action *action = &checked.model.actions[0];
  assert_int_equal(action->condition->items->ref, REF_ENTERED);
  assert_int_equal(action->condition->items->index, 2);
  assert_int_equal(action->entries[0].type, ENTRY_TEXT);
  assert_int_equal(action->entries[1].type, ENTRY_DURATION);
  assert_int_equal(action->entries[1].micros, CLOCK_DAY);
  assert_int_equal(checked.model.exclude_count, 1);
  check_clear(&checked);
}

static void stages_that_are_wrong(void **state) {
  (void)state;
  only_error("stage a { to b when consent }", "E0210", "b", "there is no stage `b`");
  only_error("stage a { to a when consent }", "E0415", "to a when consent", "to itself");
  only_error("segment x when stage is a", "E0418", "stage", "no stages");
  only_error("stage a segment x when entered(a)", "E0417", "entered(a)", "after the stages");
  only_error("stage a stage b { to a when entered(b) }", "E0417", "entered(b)", "after the stages");
  only_error("stage a action c when entered(d) {}", "E0210", "d", "no stage `d`");
  only_error("action c when consent { x 1  x 2 }", "E0212", "x", "given twice");
}

static void stages_have_a_limit(void **state) {
  (void)state;
  char policy[8192], first_too_many[16];
  snprintf(first_too_many, sizeof first_too_many, "s%d", LIMIT_STAGES);
  for (int count = LIMIT_STAGES - 1; count <= LIMIT_STAGES + 1; count++) {
    size_t at = (size_t)snprintf(policy, sizeof policy, "policy \"P\" {}\n");
    for (int i = 0; i < count; i++)
      at += (size_t)snprintf(policy + at, sizeof policy - at, "stage s%d\n", i);
    if (count <= LIMIT_STAGES)
      is_valid_with(policy, NULL);
    else
      only_error_with(policy, NULL, "E0505", first_too_many, "a policy has at most");
  }
}

/* ---- tests
 * ------------------------------------------------------------------------------------------ */

static void a_test_is_resolved(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD
              "stage a { to b when consent } stage b action call when entered(b) {}\n"
              "exclude \"x\" when country is \"XX\"\n"
              "test \"t\" { as of 2026-06-02 lead { stage: A  company_size: 10  plan: pro\n"
              " tags: [\"x\"]  id: \"7\" }\n"
              " form_submit 1 day ago 3 times { form: \"demo\"  id: \"e\" }\n"
              " expect stage is b and entered(b)  expect not action call  expect excluded \"x\" }");
  const struct decl *test = checked.model.tests[0];
  const struct assignment *assigned = test->assignments;
  assert_int_equal(assigned->field_index, UINT32_MAX);
  assert_int_equal(assigned->value->index, 0);
  assert_int_equal(assigned->next->field_index, 4);
  assert_int_equal(assigned->next->next->value->index, 1);
  const struct test_event *event = test->test_events;
  assert_int_equal(event->kind_index, 1);
  assert_int_equal(event->count, 3);
  assert_int_equal(event->at, test->as_of->micros - CLOCK_DAY);
  assert_int_equal(event->fields->field_index, 0);
  assert_int_equal(event->fields->next->field_index, UINT32_MAX);
  check_clear(&checked);
}

static void error_of_test(const char *inside, const char *code, const char *at, const char *says) {
  char rest[1024];
  snprintf(rest, sizeof rest, "test \"t\" { %s }", inside);
  only_error(rest, code, at, says);
}

static void tests_that_are_wrong(void **state) {
  (void)state;
  error_of_test("lead {} expect consent", "E0416", "\"t\"", "no `as of`");
  error_of_test("as of 2026-01-01", "E0416", "\"t\"", "expects nothing");
  error_of_test("as of 2026-01-01 lead { contry: \"x\" } expect consent", "E0204", "contry",
                "did you mean `country`?");
  error_of_test("as of 2026-01-01 lead { country: 5 } expect consent", "E0310", "5", "is a text");
  error_of_test("as of 2026-01-01 lead { plan: gold } expect consent", "E0210", "gold",
                "`free`, `pro` and `to be sold`");
  error_of_test("as of 2026-01-01 page_vew 2026-01-01 expect consent", "E0208", "page_vew",
                "did you mean `page_view`?");
  error_of_test("as of 2026-01-01 page_view 2026-01-01 { foo: 1 } expect consent", "E0204", "foo",
                "no field `foo`");
  error_of_test("as of 2026-01-01 expect action call", "E0204", "call", "no action");
  error_of_test("as of 2026-01-01 expect excluded \"x\"", "E0204", "\"x\"", "no `exclude");
}

/* ---- the record
 * --------------------------------------------------------------------------------------- */

static void the_record_is_complete(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              "policy \"Name\" { version \"1\"  size 3 }\n"
              "lead { id text from \"key\"  stage text from \"s.t\"  a text from \"x.y\"\n"
              " b number = 5  c one of (u, v) = V  d text required }\n"
              "events from \"ev\" type \"t\" at \"when\" id \"nr\"\n"
              "event e \"E\" from \"type-e\" { f number required  g text }\n");
  const struct model *model = &checked.model;
  assert_true(text_equal(model->title, TEXT("Name")));
  assert_int_equal(model->entry_count, 2);
  assert_true(text_equal(model->fields[0].name, TEXT("id")));
  assert_true(text_equal(model->fields[0].path, TEXT("key")));
  assert_true(text_equal(model->stage_path, TEXT("s.t")));
  assert_int_equal(model->field_count, 5);
  assert_true(text_equal(model->fields[1].path, TEXT("x.y")));
  assert_true(model->fields[2].default_value->number == 5);
  assert_int_equal(model->fields[3].default_value->index, 1);
  assert_true(text_equal(model->events_path, TEXT("ev")));
  assert_true(text_equal(model->id_key, TEXT("nr")));
  assert_true(text_equal(model->kinds[0].type_value, TEXT("type-e")));
  check_clear(&checked);
}

static void fields_that_are_wrong(void **state) {
  (void)state;
  only_error("event e { v number = \"x\" }", "E0310", "\"x\"", "must be a number");
  only_error("event e { v one of (a, b) = c }", "E0210", "c", "not a label");
  only_error("event e { v number = company_size }", "E0307", "company_size", "a constant");
  only_error("event e { v one of (a, A) }", "E0409", "A", "listed twice");
  only_error("event e { v text  v text }", "E0202", "v", "declared twice");
  only_error("event e { v text from \"\" }", "E0213", "\"\"", "leads nowhere");
  only_error("event e from \"page_view\"", "E0202", "e", "two events have the type");
  only_error_with("policy \"P\" {} lead { id number }", NULL, "E0206", "number", "is a text");
  only_error_with("policy \"P\" {} lead { id text = \"x\" }", NULL, "E0206", "\"x\"",
                  "has no default");
  only_error_with("policy \"P\" {} lead { stage number }", NULL, "E0206", "number", "is a text");
  only_error_with("policy \"P\" {} lead { stage text required }", NULL, "E0206", "stage",
                  "is never required");
}

static void only_what_is_evaluated_is_used(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              "policy \"P\" {} lead { a number  b number  c number  d number  e number\n"
              "  f number required  g number  h number }\n"
              "event ev { x number  y number  z number required }\n"
              "let unused = b + c\nlet used = c\n"
              "define fn(p number) = p + d\ndefine none(p number) = p + b\n"
              "score s { +(used) when a > 1\n +1 when fn(e) > 2\n +1 on ev where x > 1 }\n"
              "stage one { to two when g > 1 } stage two");
  const struct model *model = &checked.model;
  const bool expected[] = {true, true, false, true, true, true, true, true, false};
  for (size_t i = 0; i < 9; i++)
    assert_int_equal(model->fields[i].used, expected[i]);
  assert_true(model->kinds[0].fields[0].used);
  assert_false(model->kinds[0].fields[1].used);
  assert_true(model->kinds[0].fields[2].used);
  check_clear(&checked);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_band_has_its_labels_and_bounds),
      cmocka_unit_test(bands_that_are_wrong),
      cmocka_unit_test(cells_are_found_by_label_whatever_the_order_written),
      cmocka_unit_test(grids_that_are_wrong),
      cmocka_unit_test(a_choice_gives_labels_or_numbers),
      cmocka_unit_test(stages_are_numbered_as_declared),
      cmocka_unit_test(stages_that_are_wrong),
      cmocka_unit_test(stages_have_a_limit),
      cmocka_unit_test(a_test_is_resolved),
      cmocka_unit_test(tests_that_are_wrong),
      cmocka_unit_test(the_record_is_complete),
      cmocka_unit_test(fields_that_are_wrong),
      cmocka_unit_test(only_what_is_evaluated_is_used),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

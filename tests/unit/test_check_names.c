/* test_check_names.c - what names mean, what hides what, and what order comes of it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

/* ---- unknown names ---------------------------------------------------------------- */

static void an_unknown_field_is_told_with_the_nearest_one(void **state) {
  (void)state;
  only_error("segment s when contry is \"FR\"", "E0204", "contry", "there is no field `contry`");
  only_error("segment s when contry is \"FR\"", "E0204", "contry", "did you mean `country`?");
}

static void nothing_is_suggested_that_is_not_near(void **state) {
  (void)state;
  only_error("segment s when zzz is \"FR\"", "E0204", "zzz",
             "a field is declared, `lead { zzz text }`");
}

static void an_unknown_score_is_called_a_score(void **state) {
  (void)state;
  only_error("score contact { +1 } score total = contct * 2", "E0204", "contct",
             "there is no score `contct`");
}

static void an_unknown_event_is_told_with_the_nearest_one(void **state) {
  (void)state;
  only_error("score s { +1 on page_vew }", "E0208", "page_vew", "did you mean `page_view`?");
}

static void an_unknown_event_does_not_make_its_fields_unknown(void **state) {
  (void)state;
  only_error("score s { +1 on page_vew where nothing > 3 once per none }", "E0208", "page_vew",
             "there is no event");
}

static void unknown_functions_lists_modules_and_rules(void **state) {
  (void)state;
  only_error("segment s when lenght(country) > 3", "E0211", "lenght", "did you mean `length`?");
  only_error("list free = [\"a\"] segment s when email in fre", "E0204", "fre",
             "did you mean `free`?");
  only_error("segment s when mailbox.is_free(email)", "E0204", "mailbox.is_free",
             "there is no module `mailbox`");
  only_error("rules common { +1 } score s { include comon }", "E0204", "comon",
             "did you mean `common`?");
}

static void every_error_of_a_policy_is_told_in_one_run(void **state) {
  (void)state;
  struct checked checked;
  check_with(&checked, &memory_standard,
             RECORD "segment a when x is 1\nsegment b when y is 2\nscore s { +1 when z }", NULL,
             NULL, 0);
  assert_int_equal(checked.diags.errors, 3);
  expect_error(&checked, checked.diags.first, "E0204", "x", "x");
  expect_error(&checked, checked.diags.last, "E0204", "z", "z");
  check_clear(&checked);
}

static void what_depends_on_an_error_is_not_told_again(void **state) {
  (void)state;
  only_error("let a = nothing + 1 let b = a * 2 segment s when b > 3 and a is 5\n"
             "band c of b { high from a  low otherwise }",
             "E0204", "nothing", "nothing");
}

/* ---- names of the wrong kind -------------------------------------------------------- */

static void a_name_that_is_something_else_is_told_what_it_is(void **state) {
  (void)state;
  only_error("segment s when page_view", "E0205", "page_view", "ask `has(page_view)`");
  only_error("list l = [\"a\"] let x = l", "E0205", "l", "a list");
  only_error("define f(x number) = x let y = f + 1", "E0205", "f", "call it");
  only_error("score t { +1 } let y = t(1)", "E0205", "t", "`t` is a score, but a function");
  only_error("score t { +1 } score s { +1 on t }", "E0205", "t", "an event is needed");
  only_error("segment t when consent let y = country in t", "E0205", "t", "a list is needed");
  only_error("stage a { to page_view when consent }", "E0205", "page_view", "a stage is needed");
}

/* ---- declared once -------------------------------------------------------------------- */

static void a_name_is_declared_once_whatever_it_names(void **state) {
  (void)state;
  only_error("score a { +1 } score a { +2 }", "E0202", "a", "declared twice");
  only_error("score a { +1 } segment a when consent", "E0202", "a", "declared twice");
  only_error("score country { +1 }", "E0202", "country", "declared twice");
  only_error("score page_view { +1 }", "E0202", "page_view", "declared twice");
  only_error("stage a stage a", "E0202", "a", "declared twice");
  only_error("event page_view", "E0202", "page_view", "declared twice");
}

static void a_field_may_be_called_like_a_stage_or_an_event(void **state) {
  (void)state;
  is_valid("stage country { to consent when consent } stage consent event email");
}

static void some_names_are_taken(void **state) {
  (void)state;
  only_error("let as_of = 3", "E0206", "as_of", "a meaning of its own");
  only_error("define length(x text) = 3", "E0206", "length", "built-in function");
  only_error("event call { at time }", "E0206", "at", "moment time from");
}

static void lead_and_policy_are_there_once(void **state) {
  (void)state;
  only_error("lead { other text }", "E0203", "lead { other text }", "declared twice");
  only_error("policy \"Other\" {}", "E0203", "policy \"Other\" {}", "declared twice");
}

static void the_first_declaration_is_the_policy(void **state) {
  (void)state;
  only_error_with("lead { a text }", NULL, "E0201", "lead { a text }", "must be `policy`");
  only_error_with("lead { a text } policy \"P\" {}", NULL, "E0201", "policy \"P\" {}", "first");
  is_valid_with("policy \"P\" {}", NULL);
}

/* ---- scopes ------------------------------------------------------------------------------ */

static void in_where_the_event_hides_the_lead(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, "policy \"P\" {} lead { form text  size number } event e { form text }\n"
                        "let a = count(e where form is \"x\")\n"
                        "let b = count(e where lead.form is \"x\" and size > 3)\n"
                        "let c = count(e where at < as_of)");
  const struct expr *a = value_named(&checked, "a")->expr->query->where;
  assert_int_equal(a->left->ref, REF_EVENT_FIELD);
  const struct expr *b = value_named(&checked, "b")->expr->query->where;
  assert_int_equal(b->items->left->ref, REF_LEAD_FIELD);
  assert_int_equal(b->items->left->index, 1); /* field 0 is id */
  assert_int_equal(b->items->next->left->ref, REF_LEAD_FIELD);
  const struct expr *c = value_named(&checked, "c")->expr->query->where;
  assert_int_equal(c->left->ref, REF_EVENT_AT);
  assert_int_equal(c->right->ref, REF_AS_OF);
  check_clear(&checked);
}

static void a_query_in_where_sees_its_own_events_only(void **state) {
  (void)state;
  is_valid("score s { +1 on page_view where count(form_submit where form is \"x\") > 1 }");
  only_error("score s { +1 on page_view where count(form_submit where url is \"x\") > 1 }", "E0204",
             "url", "there is no field `url`");
}

static void event_fields_are_unknown_outside_of_queries(void **state) {
  (void)state;
  only_error("score s { +1 when seconds > 3 }", "E0204", "seconds", "seconds");
  is_valid("score s { +(seconds) on page_view }");
}

static void a_field_of_an_event_is_no_use_of_a_score_of_that_name(void **state) {
  (void)state;
  is_valid("score form { +1 on form_submit where form is \"x\" }");
}

/* ---- order --------------------------------------------------------------------------------- */

static void declarations_may_stand_in_any_order(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, "policy \"P\" {} score total = a + b score a = b * 2 score b { +1 }");
  assert_int_equal(checked.model.value_count, 3);
  assert_ptr_equal(checked.model.order[0], value_named(&checked, "b"));
  assert_ptr_equal(checked.model.order[1], value_named(&checked, "a"));
  assert_ptr_equal(checked.model.order[2], value_named(&checked, "total"));
  assert_ptr_equal(checked.model.values[0], value_named(&checked, "total"));
  check_clear(&checked);
}

static void a_cycle_is_shown_as_a_path(void **state) {
  (void)state;
  only_error("score a = b score b = c + 1 score c = a", "E0207", "a", "a -> b -> c -> a");
  only_error("let a = a + 1", "E0207", "a", "defined by itself");
}

static void cycles_go_through_everything_that_computes(void **state) {
  (void)state;
  only_error("score a { +1 when s } segment s when b is high band b of a { high from 3  low "
             "otherwise }",
             "E0207", "a", "a -> s -> b -> a");
  only_error("define f(x number) = g(x) define g(x number) = f(x)", "E0207", "f", "f -> g -> f");
  only_error("rules r { include q } rules q { include r }", "E0207", "r", "r -> q -> r");
  only_error("score a { include r } rules r { +(a) }", "E0207", "a", "a -> r -> a");
}

static void a_label_is_no_use_of_the_value_of_that_name(void **state) {
  (void)state;
  is_valid("score s { +1 } band interest of s { high from 3  low otherwise }\n"
           "segment high when interest is high segment low when interest in [low]");
  is_valid("stage hot { to cold when hot_lead } stage cold segment hot_lead when stage is hot_lead2"
           " stage hot_lead2");
}

static uint32_t place_of(const struct checked *checked, const char *name) {
  uint32_t place = 0;
  while (!text_equal(checked->model.order[place]->name, text_from(name)))
    place++;
  return place;
}

static void every_value_comes_after_those_it_uses(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD "score t = g2 + num\n"
                               "let g2 = case { when g is A then 1 otherwise 2 }\n"
                               "grid g of b1, b2 { columns x, y  u: A, B  v: A, B }\n"
                               "band b1 of s { u from 1  v otherwise }\n"
                               "band b2 of s { x from 1  y otherwise }\n"
                               "choose num { 1 when seg  2 otherwise }\n"
                               "segment seg when f(1) > 0\n"
                               "define f(x number) = x + s\n"
                               "score s { include r } rules r { +1 when p } let p = consent\n");
  const char *const uses[][2] = {{"t", "g2"},    {"t", "num"}, {"g2", "g"},
                                 {"g", "b1"},    {"g", "b2"},  {"b1", "s"},
                                 {"num", "seg"}, {"seg", "s"}, {"s", "p"}};
  assert_int_equal(checked.model.value_count, 9);
  for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
    assert_true(place_of(&checked, uses[i][0]) > place_of(&checked, uses[i][1]));
  check_clear(&checked);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_unknown_field_is_told_with_the_nearest_one),
      cmocka_unit_test(nothing_is_suggested_that_is_not_near),
      cmocka_unit_test(an_unknown_score_is_called_a_score),
      cmocka_unit_test(an_unknown_event_is_told_with_the_nearest_one),
      cmocka_unit_test(an_unknown_event_does_not_make_its_fields_unknown),
      cmocka_unit_test(unknown_functions_lists_modules_and_rules),
      cmocka_unit_test(every_error_of_a_policy_is_told_in_one_run),
      cmocka_unit_test(what_depends_on_an_error_is_not_told_again),
      cmocka_unit_test(a_name_that_is_something_else_is_told_what_it_is),
      cmocka_unit_test(a_name_is_declared_once_whatever_it_names),
      cmocka_unit_test(a_field_may_be_called_like_a_stage_or_an_event),
      cmocka_unit_test(some_names_are_taken),
      cmocka_unit_test(lead_and_policy_are_there_once),
      cmocka_unit_test(the_first_declaration_is_the_policy),
      cmocka_unit_test(in_where_the_event_hides_the_lead),
      cmocka_unit_test(a_query_in_where_sees_its_own_events_only),
      cmocka_unit_test(event_fields_are_unknown_outside_of_queries),
      cmocka_unit_test(a_field_of_an_event_is_no_use_of_a_score_of_that_name),
      cmocka_unit_test(declarations_may_stand_in_any_order),
      cmocka_unit_test(a_cycle_is_shown_as_a_path),
      cmocka_unit_test(cycles_go_through_everything_that_computes),
      cmocka_unit_test(a_label_is_no_use_of_the_value_of_that_name),
      cmocka_unit_test(every_value_comes_after_those_it_uses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

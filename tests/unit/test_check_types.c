/* test_check_types.c - types of expressions, labels, constants.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

#include "base/number.h"

/* ---- arithmetic ------------------------------------------------------------------------ */

static enum type_kind type_given(const char *expression) {
  char policy[4096];
  snprintf(policy, sizeof policy, "%slet x = %s\n", RECORD, expression);
  struct checked checked;
  check_valid(&checked, policy);
  enum type_kind kind = value_named(&checked, "x")->type.kind;
  check_clear(&checked);
  return kind;
}

static void arithmetic_of_numbers_instants_and_durations(void **state) {
  (void)state;
  assert_int_equal(type_given("company_size + 1"), TYPE_NUMBER);
  assert_int_equal(type_given("created - as_of"), TYPE_DURATION);
  assert_int_equal(type_given("created + 3 days"), TYPE_TIME);
  assert_int_equal(type_given("created - trial"), TYPE_TIME);
  assert_int_equal(type_given("trial + 1 day"), TYPE_DURATION);
  assert_int_equal(type_given("trial * 2"), TYPE_DURATION);
  assert_int_equal(type_given("2 * trial"), TYPE_DURATION);
  assert_int_equal(type_given("trial / 2"), TYPE_DURATION);
  assert_int_equal(type_given("trial / 1 day"), TYPE_NUMBER);
  assert_int_equal(type_given("-company_size"), TYPE_NUMBER);
  assert_int_equal(type_given("-trial"), TYPE_DURATION);
}

static void what_cannot_be_computed(void **state) {
  (void)state;
  only_error("let x = country + 1", "E0302", "+", "`country` (a text) and the number 1 cannot");
  only_error("let x = created + created", "E0302", "+", "cannot be added");
  only_error("let x = trial + created", "E0302", "+", "write the instant first");
  only_error("let x = created * 2", "E0302", "*", "cannot be multiplied");
  only_error("let x = 2 / trial", "E0302", "/", "cannot be divided");
  only_error("let x = trial - 1", "E0302", "-", "cannot be subtracted");
  only_error("let x = consent + 1", "E0302", "+", "case { when");
  only_error("let x = -country", "E0302", "-country", "has no negative");
}

/* ---- comparisons --------------------------------------------------------------------------- */

static void comparisons_of_the_same_type(void **state) {
  (void)state;
  is_valid("segment a when company_size >= 3 and created < as_of and trial > 3 days");
  is_valid("segment a when country is \"FR\" and consent = true and country != \"x\"");
  is_valid("segment a when company_size is 3 and consent is not false");
  is_valid("segment a when country is exactly \"FR\" and country is not exactly email");
}

static void different_types_do_not_compare(void **state) {
  (void)state;
  only_error("segment a when country > 5", "E0301", "country > 5",
             "`country` is a text and cannot be compared with the number 5");
  only_error("segment a when company_size = \"5\"", "E0301", "company_size = \"5\"",
             "without quotes: 5");
  only_error("segment a when 5 = country", "E0301", "5 = country",
             "`country` is a text and cannot be compared with the number 5");
  only_error("segment a when created > 3 days", "E0301", "created > 3 days", "`age(created)`");
  only_error("segment a when trial > 3", "E0301", "trial > 3", "`3 days`");
  only_error("segment a when created is \"2026-01-01\"", "E0301", "created is \"2026-01-01\"",
             "without quotes");
  only_error("segment a when tags is \"x\"", "E0301", "tags is \"x\"", "`contains`");
}

static void some_types_have_no_order(void **state) {
  (void)state;
  only_error("segment a when country < \"B\"", "E0305", "<", "needs numbers");
  only_error("segment a when plan > free", "E0305", ">", "labels have no order");
  only_error("segment a when company_size is exactly 3", "E0305", "is exactly", "compares texts");
}

static void conditions_are_true_or_false(void **state) {
  (void)state;
  only_error("segment a when company_size", "E0303", "company_size", "`company_size >= …`");
  only_error("segment a when country", "E0303", "country", "`country is present`");
  only_error("segment a when not country", "E0303", "country", "a condition is needed");
  only_error("segment a when consent and 3", "E0303", "3", "a condition is needed");
  is_valid("segment a when consent segment b when not a or a and consent is missing");
}

/* ---- labels --------------------------------------------------------------------------------- */

static const char interest[] = "score s { +1 } band interest of s { high from 3  LOW otherwise }\n";

static void valid_of_interest(const char *rest) {
  char policy[1024];
  snprintf(policy, sizeof policy, "%s%s", interest, rest);
  is_valid(policy);
}

static void error_of_interest(const char *rest, const char *code, const char *at,
                              const char *says) {
  char policy[1024];
  snprintf(policy, sizeof policy, "%s%s", interest, rest);
  only_error(policy, code, at, says);
}

static void a_name_beside_a_label_is_a_label(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD "segment a when plan is Pro\nsegment b when \"TO BE SOLD\" = plan\n"
                               "segment c when plan is not free");
  const struct expr *a = value_named(&checked, "a")->expr;
  assert_int_equal(a->right->ref, REF_LABEL);
  assert_int_equal(a->right->index, 1);
  assert_ptr_equal(a->right->type.labels, a->left->type.labels);
  const struct expr *b = value_named(&checked, "b")->expr;
  assert_int_equal(b->left->ref, REF_LABEL);
  assert_int_equal(b->left->index, 2);
  check_clear(&checked);
}

static void labels_of_bands_choices_and_stages(void **state) {
  (void)state;
  valid_of_interest("segment a when interest is high or high is interest or interest is \"low\"");
  valid_of_interest("segment a when interest in [high, \"low\"] and interest not in [low]");
  valid_of_interest("choose c { \"x y\" when consent  z otherwise } segment a when c is \"X Y\"");
  valid_of_interest("stage one { to two when consent } stage two segment a when stage is one");
  valid_of_interest("let x = case { when consent then interest otherwise high }\n"
                    "segment a when x is low");
  valid_of_interest("segment high when interest is high let other = high segment b when other");
}

static void unknown_labels_are_told_with_those_there_are(void **state) {
  (void)state;
  error_of_interest("segment a when interest is hihg", "E0210", "hihg", "did you mean `high`?");
  error_of_interest("segment a when interest is none", "E0210", "none",
                    "its labels are `high` and `LOW`");
  error_of_interest("segment a when interest is \"none\"", "E0210", "\"none\"", "not a label");
  error_of_interest("segment a when interest in [high, country]", "E0210", "country",
                    "not a label");
  error_of_interest("stage one segment a when stage is two", "E0210", "two", "no stage `two`");
}

static void labels_of_different_sets_do_not_mix(void **state) {
  (void)state;
  error_of_interest("segment a when interest is plan", "E0301", "interest is plan",
                    "cannot be compared");
}

static void one_of_with_the_same_labels_is_one_type(void **state) {
  (void)state;
  is_valid("event buy { plan one of (free, pro, \"to be sold\") }\n"
           "score s { +1 on buy where plan is lead.plan }");
}

static void labels_that_are_numbers_are_numbers(void **state) {
  (void)state;
  is_valid("score s { +1 } band stars of s { 5 from 80  4 from 60  1 otherwise }\n"
           "segment a when stars >= 4 and stars = 5 and stars + 1 > 2");
  is_valid("choose n { 1 when consent\n -2.5 otherwise } score s = n * 2");
  only_error("score s { +1 } band stars of s { 5 from 80  1 otherwise } segment a when stars is "
             "high",
             "E0204", "high", "high");
}

static void texts_are_not_looked_for_in_labels(void **state) {
  (void)state;
  only_error("segment a when plan contains \"o\"", "E0306", "plan", "its labels are `free`, `pro`");
}

/* ---- sets and texts ---------------------------------------------------------------------------
 */

static void sets_have_the_type_of_what_is_looked_for(void **state) {
  (void)state;
  is_valid("list big = [10, -20] list fr = [\"FR\", \"be\"] param limit = 10\n"
           "segment a when company_size in big and country in fr and company_size in 1..limit\n"
           "segment b when created in 2020-01-01..2021-01-01 and trial in [1 day, limit * 2 days]\n"
           "segment c when consent in [true] and tags contains any of fr");
  only_error("segment a when country in [1]", "E0308", "1", "stands in a set");
  only_error("list l = [1] segment a when country in l", "E0308", "l", "not like");
  only_error("segment a when company_size in 9..1", "E0308", "9..1", "nothing lies");
  only_error("segment a when country in [email]", "E0307", "email", "a set holds constants");
  only_error("segment a when country in 1..2", "E0308", "1..2", "a range is of numbers");
  only_error("segment a when tags in [\"x\"]", "E0308", "tags", "contains any of");
  only_error("list l = [\"a\", 1]", "E0308", "1", "another type");
}

static void values_of_a_set_are_kept_once(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD "segment a when country in [\"FR\", \"be\", \"fr\", \"BE\", \"de\"]\n"
                     "segment b when company_size in [1, 2, 1.0, 0, -0]");
  const struct value_list *texts = value_named(&checked, "a")->expr->set->values;
  assert_int_equal(texts->count, 3);
  assert_true(text_equal(texts->texts[0], TEXT("FR")));
  assert_true(text_equal(texts->texts[2], TEXT("de")));
  const struct value_list *numbers = value_named(&checked, "b")->expr->set->values;
  assert_int_equal(numbers->count, 3);
  check_clear(&checked);
}

static void tests_of_texts_want_texts(void **state) {
  (void)state;
  is_valid("segment a when job_title mentions any of [\"head\", \"vp\"] and email like \"*@x\"\n"
           "segment b when tags contains \"x\" and not country starts with email");
  only_error("segment a when company_size contains \"1\"", "E0306", "company_size", "a number");
  only_error("segment a when tags starts with \"x\"", "E0306", "tags", "a list of texts");
  only_error("segment a when country contains 5", "E0304", "5", "must be a text");
}

static void the_values_of_a_case_are_alike(void **state) {
  (void)state;
  assert_int_equal(type_given("case { when consent then 1 otherwise 2 }"), TYPE_NUMBER);
  assert_int_equal(type_given("case { when consent then \"a\" otherwise country }"), TYPE_TEXT);
  only_error("let x = case { when consent then 1 otherwise \"a\" }", "E0309", "\"a\"",
             "must be alike");
  only_error("let x = case { when 1 then 1 otherwise 2 }", "E0303", "1", "condition");
}

static void functions_want_their_types_and_counts(void **state) {
  (void)state;
  assert_int_equal(type_given("days(age(created))"), TYPE_NUMBER);
  assert_int_equal(type_given("max(1, company_size, 3)"), TYPE_NUMBER);
  only_error("let x = days(created)", "E0312", "created", "needs a duration");
  only_error("let x = clamp(1, 2)", "E0311", "clamp(1, 2)", "takes 3 values, but 2 are given");
  only_error("let x = length(1, 2)", "E0311", "length(1, 2)", "takes one value");
}

/* ---- events -------------------------------------------------------------------------------------
 */

static void what_events_are_asked_for(void **state) {
  (void)state;
  assert_int_equal(type_given("count(page_view)"), TYPE_NUMBER);
  assert_int_equal(type_given("has(any event within 3 days)"), TYPE_BOOL);
  assert_int_equal(type_given("last(page_view or form_submit)"), TYPE_TIME);
  assert_int_equal(type_given("sum(seconds * 2 of page_view)"), TYPE_NUMBER);
  assert_int_equal(type_given("distinct(url of page_view)"), TYPE_NUMBER);
  only_error("let x = sum(url of page_view)", "E0304", "url", "must be a number");
  only_error("let x = distinct(company_size of page_view)", "E0314", "company_size",
             "a field of the event");
  only_error("let x = distinct(tags of form_submit)", "E0314", "tags", "lists of texts");
  only_error("let x = count(page_view within 7)", "E0304", "7", "`7 days`");
  only_error("let x = count(page_view within trial)", "E0307", "trial", "must be a constant");
  only_error("let x = count(page_view within 0 days)", "E0403", "0 days", "longer than nothing");
}

static void a_field_may_be_missing_in_some_kinds(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD "let x = count(form_submit or page_view where seconds > 3 and form is \"x\")");
  const struct query *query = value_named(&checked, "x")->expr->query;
  assert_int_equal(query->kind_count, 2);
  assert_int_equal(query->kind_indices[0], 0);
  assert_int_equal(query->field_count, 2);
  assert_int_equal(query->fields[0].field_of_kind[0], 1);
  assert_int_equal(query->fields[0].field_of_kind[1], UINT32_MAX);
  assert_int_equal(query->fields[1].field_of_kind[0], 2);
  assert_int_equal(query->fields[1].field_of_kind[1], 0);
  check_clear(&checked);
  only_error("event a { v number } event b { v text } let x = count(a or b where v is 3)", "E0313",
             "v", "a number for one of these events and a text for another");
}

/* ---- constants
 * ------------------------------------------------------------------------------------ */

static const struct expr *constant_of(struct checked *checked, const char *expression) {
  char policy[4096];
  snprintf(policy, sizeof policy, "%sparam third = 3 let x = %s\n", RECORD, expression);
  check_valid(checked, policy);
  const struct expr *expr = value_named(checked, "x")->expr;
  assert_true(expr->is_constant);
  return expr;
}

static double number_of(const char *expression) {
  struct checked checked;
  const struct expr *expr = constant_of(&checked, expression);
  assert_false(expr->missing);
  double number = expr->number;
  check_clear(&checked);
  return number;
}

static bool missing(const char *expression) {
  struct checked checked;
  bool is_missing = constant_of(&checked, expression)->missing;
  check_clear(&checked);
  return is_missing;
}

static int64_t micros_of(const char *expression) {
  struct checked checked;
  const struct expr *expr = constant_of(&checked, expression);
  assert_false(expr->missing);
  int64_t micros = expr->micros;
  check_clear(&checked);
  return micros;
}

static void constants_are_computed(void **state) {
  (void)state;
  assert_true(number_of("0.1 + 0.2") == 0.1 + 0.2);
  assert_true(number_of("2 - 3 * 4 / 5") == 2 - 3.0 * 4 / 5);
  assert_true(number_of("1 - 2 - 3") == -4);
  assert_true(number_of("third * 2") == 6);
  assert_true(number_of("max(1, third, 2) + clamp(9, 0, 5)") == 8);
  assert_true(number_of("round(-2.5)") == -3);
  assert_true(number_of("3 days / 2 days") == 1.5);
  assert_true(number_of("hours(1 day)") == 24);
  assert_int_equal(micros_of("2 * 3 days"), 6 * CLOCK_DAY);
  assert_int_equal(micros_of("1 day / 3"), 28800000000);
  assert_int_equal(micros_of("2026-01-02 - 2026-01-01"), CLOCK_DAY);
  assert_int_equal(micros_of("-(1 day)"), -CLOCK_DAY);
}

static void constants_that_do_not_exist_are_missing(void **state) {
  (void)state;
  assert_true(missing("1 / 0"));
  assert_true(missing("1 + 1 / 0"));
  assert_true(missing("sqrt(-1)"));
  assert_true(missing("log(0)"));
  assert_true(missing("exp(1000)"));
  assert_true(missing("1 day / 0"));
  assert_true(missing("1 day * exp(600)"));
}

static void what_differs_from_lead_to_lead_is_no_constant(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD "let a = company_size + 1 let b = age(2026-01-01)");
  assert_false(value_named(&checked, "a")->expr->is_constant);
  assert_false(value_named(&checked, "b")->expr->is_constant);
  check_clear(&checked);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_of_numbers_instants_and_durations),
      cmocka_unit_test(what_cannot_be_computed),
      cmocka_unit_test(comparisons_of_the_same_type),
      cmocka_unit_test(different_types_do_not_compare),
      cmocka_unit_test(some_types_have_no_order),
      cmocka_unit_test(conditions_are_true_or_false),
      cmocka_unit_test(a_name_beside_a_label_is_a_label),
      cmocka_unit_test(labels_of_bands_choices_and_stages),
      cmocka_unit_test(unknown_labels_are_told_with_those_there_are),
      cmocka_unit_test(labels_of_different_sets_do_not_mix),
      cmocka_unit_test(one_of_with_the_same_labels_is_one_type),
      cmocka_unit_test(labels_that_are_numbers_are_numbers),
      cmocka_unit_test(texts_are_not_looked_for_in_labels),
      cmocka_unit_test(sets_have_the_type_of_what_is_looked_for),
      cmocka_unit_test(values_of_a_set_are_kept_once),
      cmocka_unit_test(tests_of_texts_want_texts),
      cmocka_unit_test(the_values_of_a_case_are_alike),
      cmocka_unit_test(functions_want_their_types_and_counts),
      cmocka_unit_test(what_events_are_asked_for),
      cmocka_unit_test(a_field_may_be_missing_in_some_kinds),
      cmocka_unit_test(constants_are_computed),
      cmocka_unit_test(constants_that_do_not_exist_are_missing),
      cmocka_unit_test(what_differs_from_lead_to_lead_is_no_constant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

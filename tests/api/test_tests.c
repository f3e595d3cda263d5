/* test_tests.c - tests of a policy, run from outside.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static const char source[] =
    "policy \"Shop\"\n"
    "lead { country text  size number }\n"
    "event visit { url text }\n"
    "event order\n"
    "exclude \"Test account\" when country is \"XX\"\n"
    "score fit { +10 \"Is there\"; +20 \"Home\" when country is \"FR\"; +5 when size >= 100 }\n"
    "score activity { decay 50% every 10 days; +8 on visit at most 2 times }\n"
    "band grade of fit { A from 30  B otherwise }\n"
    "stage cold { to warm when fit >= 30 and activity >= 5 }\n"
    "stage warm\n"
    "action call when entered(warm)\n"
    "test \"home\" {\n"
    "  as of 2026-06-01\n"
    "  lead { id: \"h\"  country: \"fr\"  size: 7 }\n"
    "  visit  2026-06-01\n"
    "  expect fit = 30 and activity = 8 and grade is A\n"
    "  expect stage is warm and entered(warm) and count(visit) = 1\n"
    "  expect action call\n"
    "  expect not excluded\n"
    "}\n"
    "test \"wrong\" {\n"
    "  as of 2026-06-01\n"
    "  lead { stage: warm }\n"
    "  visit  10 days ago  3 times\n"
    "  expect fit = 10 and activity = 9 and size > 3\n"
    "  expect not action call\n"
    "  expect action call\n"
    "  expect excluded\n"
    "}\n"
    "test \"left out\" {\n"
    "  as of 2026-07-01\n"
    "  lead { country: \"XX\"  size: 500 }\n"
    "  visit  2026-07-02\n"
    "  expect excluded and_more_is_not_checked_here\n"
    "}\n";

/* The source with the last test's expectations replaced. */
static bareme_policy *compile(const char *expectations) {
  char text[4000];
  const char *last = strstr(source, "  expect excluded and_more");
  snprintf(text, sizeof text, "%.*s%s}\n", (int)(last - source), source, expectations);
  bareme_policy *policy;
  bareme_report *report;
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  options.tests = true;
  bareme_status status =
      bareme_policy_compile("shop.bareme", text, strlen(text), &options, &report, NULL, &policy);
  bareme_finding finding;
  if (status != BAREME_OK && report && bareme_report_finding(report, 0, &finding))
    print_error("%s: %s\n", finding.code, finding.message);
  assert_int_equal(status, BAREME_OK);
  bareme_report_free(report);
  return policy;
}

static bareme_tester *open_tester(const bareme_policy *policy) {
  bareme_tester *tester;
  assert_int_equal(bareme_tester_new(policy, &tester), BAREME_OK);
  return tester;
}

static bool run(bareme_tester *tester, uint32_t test) {
  bool passed;
  assert_int_equal(bareme_tester_run(tester, test, &passed), BAREME_OK);
  return passed;
}

static void a_policy_for_scoring_carries_no_tests(void **state) {
  (void)state;
  bareme_policy *policy = fixture_compile("policy \"P\"\n"
                                          "test \"t\" { as of 2026-06-01  expect 1 = 1 }\n");
  bareme_tester *tester;
  bareme_test test;
  bool passed = true;
  assert_int_equal(bareme_test_count(policy), 0);
  assert_false(bareme_test_at(policy, 0, &test));
  assert_int_equal(bareme_tester_new(policy, &tester), BAREME_OK);
  assert_int_equal(bareme_tester_run(tester, 0, &passed), BAREME_INVALID_ARGUMENT);
  assert_false(passed);
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

static void tests_are_described(void **state) {
  (void)state;
  bareme_policy *policy = compile("  expect excluded\n");
  bareme_test test;
  assert_int_equal(bareme_test_count(policy), 3);
  assert_true(bareme_test_at(policy, 1, &test));
  assert_text(test.name, "wrong");
  assert_text(test.file, "shop.bareme");
  assert_int_equal(test.line, 21);
  assert_int_equal(test.as_of, AS_OF);
  assert_false(bareme_test_at(policy, 3, &test));
  bareme_policy_free(policy);
}

static void what_is_met_passes(void **state) {
  (void)state;
  bareme_policy *policy = compile("  expect excluded\n");
  bareme_tester *tester = open_tester(policy);
  assert_true(run(tester, 0));
  assert_true(run(tester, 2));
  assert_true(run(tester, 0));
  assert_false(run(tester, 1));
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

static void a_failure_tells_each_part_and_its_values(void **state) {
  (void)state;
  bareme_policy *policy = compile("  expect excluded\n");
  bareme_tester *tester = open_tester(policy);
  bareme_expectation expectation;
  bareme_expected_part part;
  bareme_named_value value;
  assert_false(run(tester, 1));

  assert_true(bareme_tester_expectation(tester, 0, &expectation));
  assert_text(expectation.source, "expect fit = 10 and activity = 9 and size > 3");
  assert_int_equal(expectation.line, 25);
  assert_int_equal(expectation.met, 0);

  assert_true(bareme_tester_part(tester, 0, 0, &part));
  assert_int_equal(part.met, 1);
  assert_true(bareme_tester_part(tester, 0, 1, &part));
  assert_text(part.source, "activity = 9");
  assert_int_equal(part.met, 0);
  assert_true(bareme_tester_value(tester, 0, 1, 0, &value));
  assert_text(value.name, "activity");
  assert_text(value.value, "8"); /* two of three visits, at half */
  assert_false(bareme_tester_value(tester, 0, 1, 1, &value));

  assert_true(bareme_tester_part(tester, 0, 2, &part));
  assert_int_equal(part.met, -1);
  assert_true(bareme_tester_value(tester, 0, 2, 0, &value));
  assert_text(value.name, "size");
  assert_no_text(value.value);
  assert_false(bareme_tester_part(tester, 0, 3, &part));

  assert_true(bareme_tester_expectation(tester, 1, &expectation));
  assert_int_equal(expectation.met, 1);
  assert_true(bareme_tester_expectation(tester, 2, &expectation));
  assert_int_equal(expectation.met, 0);
  assert_true(bareme_tester_value(tester, 2, 0, 0, &value));
  assert_text(value.name, "entered(warm)");
  assert_text(value.value, "false");

  assert_true(bareme_tester_expectation(tester, 3, &expectation));
  assert_int_equal(expectation.met, 0);
  assert_true(bareme_tester_value(tester, 3, 0, 0, &value));
  assert_text(value.name, "excluded");
  assert_no_text(value.value);
  assert_false(bareme_tester_expectation(tester, 4, &expectation));
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

static void an_excluded_lead_has_no_results_but_its_stage(void **state) {
  (void)state;
  bareme_policy *policy = compile("  expect excluded \"Test account\"\n"
                                  "  expect stage is cold and fit is missing and grade is missing\n"
                                  "  expect fit = 15\n"
                                  "  expect count(visit) = 0 and size = 500\n");
  bareme_tester *tester = open_tester(policy);
  bareme_expectation expectation;
  bareme_named_value value;
  assert_false(run(tester, 2));
  const int met[] = {1, 1, -1, 1};
  for (uint32_t i = 0; i < 4; i++) {
    assert_true(bareme_tester_expectation(tester, i, &expectation));
    assert_int_equal(expectation.met, met[i]);
  }
  assert_true(bareme_tester_value(tester, 2, 0, 0, &value));
  assert_text(value.name, "excluded");
  assert_text(value.value, "\"Test account\"");
  assert_true(bareme_tester_value(tester, 2, 0, 1, &value));
  assert_text(value.name, "fit");
  assert_no_text(value.value);
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

static void the_lead_of_a_test_can_be_explained(void **state) {
  (void)state;
  bareme_policy *policy = compile("  expect excluded\n");
  bareme_tester *tester = open_tester(policy);
  bareme_contribution line;
  uint32_t lane;
  double score;
  assert_null(bareme_tester_runner(tester, &lane));
  run(tester, 1);
  const bareme_runner *runner = bareme_tester_runner(tester, &lane);
  assert_non_null(runner);
  assert_true(bareme_result_score(runner, 1, lane, &score));
  assert_true(score == 8);
  assert_true(bareme_result_explain(runner, 1, lane, 0, &line));
  assert_true(line.events == 2 && line.raw == 16 && line.points == 8);
  assert_int_equal(bareme_result_previous_stage(runner, lane), 1);
  run(tester, 0); /* in the same batch */
  runner = bareme_tester_runner(tester, &lane);
  assert_text(bareme_result_id(runner, lane), "h");
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

/* Several rows of tests of one instant, asked for in an order that makes every batch anew. */
static void tests_may_run_in_any_order(void **state) {
  (void)state;
  char text[20000];
  size_t length = (size_t)snprintf(text, sizeof text,
                                   "policy \"P\"\nevent e\n"
                                   "score s { +1 on e }\n");
  for (int i = 0; i < 100; i++)
    length += (size_t)snprintf(text + length, sizeof text - length,
                               "test \"%d\" { as of 2026-06-0%d\n  e 2026-06-01 %d times\n"
                               "  expect s = %d }\n",
                               i, 1 + i / 7 % 3, i + 1, i % 10 == 3 ? 0 : i + 1);
  bareme_policy *policy;
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  options.tests = true;
  assert_int_equal(bareme_policy_compile("p", text, length, &options, NULL, NULL, &policy),
                   BAREME_OK);
  bareme_tester *tester = open_tester(policy);
  for (uint32_t i = 0; i < 100; i++) {
    uint32_t test = i * 37 % 100;
    assert_int_equal(run(tester, test), test % 10 != 3);
  }
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

static void wrong_calls_are_told(void **state) {
  (void)state;
  bareme_tester *tester;
  assert_int_equal(bareme_tester_new(NULL, &tester), BAREME_INVALID_ARGUMENT);
  assert_null(tester);
  bareme_tester_free(NULL);
  bareme_policy *policy = compile("  expect excluded\n");
  bareme_expectation expectation;
  bareme_expected_part part;
  bareme_named_value value;
  bool passed;
  tester = open_tester(policy);
  assert_false(bareme_tester_expectation(tester, 0, &expectation));
  assert_false(bareme_tester_part(tester, 0, 0, &part));
  assert_false(bareme_tester_value(tester, 0, 0, 0, &value));
  assert_int_equal(bareme_tester_run(tester, 3, &passed), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_tester_run(tester, UINT32_MAX, &passed), BAREME_INVALID_ARGUMENT);
  bareme_tester_free(tester);
  bareme_policy_free(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_policy_for_scoring_carries_no_tests),
      cmocka_unit_test(tests_are_described),
      cmocka_unit_test(what_is_met_passes),
      cmocka_unit_test(a_failure_tells_each_part_and_its_values),
      cmocka_unit_test(an_excluded_lead_has_no_results_but_its_stage),
      cmocka_unit_test(the_lead_of_a_test_can_be_explained),
      cmocka_unit_test(tests_may_run_in_any_order),
      cmocka_unit_test(wrong_calls_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_cases.c - records with the results that are expected of them, from outside.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static bareme_cases *open_cases(const bareme_policy *policy, const char *path,
                                bareme_format format) {
  bareme_cases *cases;
  bareme_failure failure = {""};
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = path;
  options.format = format;
  options.has_as_of = true;
  options.as_of = AS_OF;
  if (bareme_cases_open(policy, &options, &failure, &cases) != BAREME_OK)
    fail_msg("%s", failure.text);
  return cases;
}

static bareme_case next(bareme_cases *cases) {
  bareme_case one;
  bareme_failure failure = {""};
  if (bareme_cases_next(cases, &failure, &one) != BAREME_OK)
    fail_msg("%s", failure.text);
  return one;
}

static void expect_end(bareme_cases *cases) {
  bareme_case one;
  bareme_failure failure = {""};
  assert_int_equal(bareme_cases_next(cases, &failure, &one), BAREME_END);
}

/* Opens and runs to the end or the first failure, whose text it expects. */
static void expect_refusal(const bareme_policy *policy, const char *text, bareme_format format,
                           const char *words) {
  char *path = fixture_file(text);
  bareme_cases *cases;
  bareme_case one;
  bareme_failure failure = {""};
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = path;
  options.format = format;
  options.has_as_of = true;
  options.as_of = AS_OF;
  bareme_status status = bareme_cases_open(policy, &options, &failure, &cases);
  while (status == BAREME_OK)
    status = bareme_cases_next(cases, &failure, &one);
  assert_int_equal(status, BAREME_REJECTED);
  if (!strstr(failure.text, words))
    fail_msg("`%s` has no `%s`", failure.text, words);
  bareme_cases_free(cases);
  fixture_remove(path);
}

/* Runs all cases of the text, and compares what would be written. */
static void expect_written(const char *text, bareme_format format, const char *expected) {
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(text);
  bareme_cases *cases = open_cases(policy, path, format);
  struct gathered gathered = {NULL, 0};
  bareme_sink sink = fixture_sink(&gathered);
  bareme_case one;
  assert_int_equal(bareme_cases_write(cases, &sink), BAREME_INVALID_ARGUMENT);
  while (bareme_cases_next(cases, NULL, &one) == BAREME_OK)
    continue;
  assert_int_equal(bareme_cases_write(cases, &sink), BAREME_OK);
  assert_int_equal(gathered.length, strlen(expected));
  assert_memory_equal(gathered.bytes, expected, gathered.length);
  free(gathered.bytes);
  bareme_cases_free(cases);
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void cases_of_json_are_compared(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(
      "{\"id\":\"a\",\"country\":\"FR\",\"size\":100,\"expect\":{\"scores\":{\"fit\":35},"
      "\"bands\":{\"grade\":\"a\"},\"segments\":[\"home\",\"large\"],\"excluded\":null}}\n"
      "\n"
      "{\"id\":\"b\",\"size\":1000,\"expect\":{\"scores\":{\"fit\":20,\"total\":9},\"stage\":"
      "\"cold\",\"actions\":[{\"name\":\"call\"}]}}\n"
      "{\"id\":\"c\",\"country\":\"XX\",\"expect\":{\"excluded\":\"Test account\",\"scores\":"
      "{\"fit\":null}}}\n"
      "{\"id\":\"d\"}");
  bareme_cases *cases = open_cases(policy, path, BAREME_NDJSON);
  bareme_difference difference;
  uint32_t lane;
  assert_null(bareme_cases_runner(cases, &lane));

  bareme_case one = next(cases);
  assert_text(one.id, "a");
  assert_int_equal(one.line, 1);
  assert_int_equal(one.as_of, AS_OF);
  assert_true(one.expects && one.passed);
  assert_false(bareme_cases_difference(cases, 0, &difference));

  one = next(cases);
  assert_int_equal(one.line, 3);
  assert_false(one.passed);
  assert_true(bareme_cases_difference(cases, 0, &difference));
  assert_text(difference.path, "scores.fit");
  assert_text(difference.expected, "20");
  assert_text(difference.actual, "18");
  assert_true(bareme_cases_difference(cases, 1, &difference)); /* total = 0.5 * 18 */
  assert_text(difference.path, "actions");
  assert_text(difference.expected, "[{\"name\":\"call\"}]");
  assert_text(difference.actual, "[]");
  assert_false(bareme_cases_difference(cases, 2, &difference));
  const bareme_runner *runner = bareme_cases_runner(cases, &lane);
  assert_text(bareme_result_id(runner, lane), "b");

  assert_true(next(cases).passed);
  one = next(cases);
  assert_false(one.expects || one.passed);
  expect_end(cases);
  expect_end(cases);
  bareme_cases_free(cases);
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void each_record_may_have_an_instant_of_its_own(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(
      "{\"as_of\":\"2026-05-01\",\"events\":[{\"type\":\"visit\",\"at\":\"2026-05-01\"}],"
      "\"expect\":{\"scores\":{\"activity\":8}}}\n"
      "{\"as_of\":\"2026-05-11\",\"events\":[{\"type\":\"visit\",\"at\":\"2026-05-01\"}],"
      "\"expect\":{\"scores\":{\"activity\":4}}}\n"
      "{\"events\":[{\"type\":\"visit\",\"at\":\"2026-06-02\"}],"
      "\"expect\":{\"scores\":{\"activity\":0}}}\n");
  bareme_cases *cases = open_cases(policy, path, BAREME_AUTO);
  for (int i = 0; i < 3; i++)
    assert_true(next(cases).passed);
  expect_end(cases);
  bareme_cases_free(cases);
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void cases_of_csv_are_compared(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file("id;country;size;expect.fit;expect.scores.total;expect.grade;"
                            "expect.large;expect.segments;expect.excluded;as_of\r\n"
                            "a;FR;100;35;17.5;\"A\";TRUE;large|home;none;2026-06-01\r\n"
                            "\r\n"
                            "b;;1000;20;;;false;;;\r\n"
                            "c;XX;;none;none;none;none;none;\"Test account\";\r\n"
                            "\"d\";;;;;;;;;\r\n");
  bareme_cases *cases = open_cases(policy, path, BAREME_CSV);
  bareme_difference difference;
  assert_true(next(cases).passed);
  bareme_case one = next(cases);
  assert_int_equal(one.line, 4);
  assert_false(one.passed);
  assert_true(bareme_cases_difference(cases, 0, &difference));
  assert_text(difference.path, "fit");
  assert_text(difference.actual, "18");
  assert_true(bareme_cases_difference(cases, 1, &difference));
  assert_text(difference.path, "large");
  assert_text(difference.expected, "false");
  assert_text(difference.actual, "true");
  assert_false(bareme_cases_difference(cases, 2, &difference));
  assert_true(next(cases).passed);
  one = next(cases);
  assert_text(one.id, "d");
  assert_false(one.expects);
  expect_end(cases);
  bareme_cases_free(cases);
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void writing_changes_what_differs_and_nothing_else(void **state) {
  (void)state;
  expect_written("\xEF\xBB\xBF{ \"id\" : \"a\",  \"expect\": { \"scores\" : { \"fit\":  11 } , "
                 "\"stage\":\"cold\" }, \"note\":\"\\u00e9\" }\r\n\r\n"
                 "{\"id\":\"b\",\"expect\":{\"segments\":[ \"home\" ],\"excluded\":\"x\"}}",
                 BAREME_NDJSON,
                 "\xEF\xBB\xBF{ \"id\" : \"a\",  \"expect\": { \"scores\" : { \"fit\":  10 } , "
                 "\"stage\":\"cold\" }, \"note\":\"\\u00e9\" }\r\n\r\n"
                 "{\"id\":\"b\",\"expect\":{\"segments\":[],\"excluded\":null}}");
  expect_written("id,expect.fit,expect.stage,note\na,11,cold,\"x,\ny\"\nb,,warm,\nc,,,\n",
                 BAREME_CSV,
                 "id,expect.fit,expect.stage,note\na,10,cold,\"x,\ny\"\nb,,cold,\nc,10,cold,\n");
}

static void records_that_expect_nothing_get_their_whole_result(void **state) {
  (void)state;
  expect_written(
      "{}\n{\"id\":\"b\",\"country\":\"XX\" }\n", BAREME_NDJSON,
      "{\"expect\":{\"excluded\":null,\"scores\":{\"fit\":10,\"activity\":0,\"total\":5},"
      "\"bands\":{\"grade\":\"C\"},\"segments\":[],\"stage\":\"cold\",\"actions\":[]}}\n"
      "{\"id\":\"b\",\"country\":\"XX\" ,\"expect\":{\"excluded\":\"Test account\","
      "\"scores\":{\"fit\":null,\"activity\":null,\"total\":null},\"bands\":{\"grade\":"
      "null},\"segments\":[],\"stage\":\"cold\",\"actions\":[]}}\n");
  expect_written("id\na\n", BAREME_CSV,
                 "id,expect.excluded,expect.fit,expect.activity,expect.total,expect.grade,"
                 "expect.segments,expect.stage,expect.actions\n"
                 "a,none,10,0,5,C,none,cold,none\n");
}

static void what_is_written_passes(void **state) {
  (void)state;
  const char *texts[] = {"{}\n{\"country\":\"XX\"}\n{\"country\":\"FR\",\"consent\":true}\n",
                         "country;consent\nFR;true\nXX;\n;no\n"};
  bareme_policy *policy = fixture_policy();
  for (int i = 0; i < 2; i++) {
    bareme_format format = i == 0 ? BAREME_NDJSON : BAREME_CSV;
    char *path = fixture_file(texts[i]);
    bareme_cases *cases = open_cases(policy, path, format);
    struct gathered gathered = {NULL, 0};
    bareme_sink sink = fixture_sink(&gathered);
    bareme_case one;
    while (bareme_cases_next(cases, NULL, &one) == BAREME_OK)
      assert_false(one.passed);
    assert_int_equal(bareme_cases_write(cases, &sink), BAREME_OK);
    sink.put(sink.context, "", 1);
    bareme_cases_free(cases);
    fixture_remove(path);
    path = fixture_file(gathered.bytes);
    cases = open_cases(policy, path, format);
    for (int c = 0; c < 3; c++)
      assert_true(next(cases).passed);
    expect_end(cases);
    bareme_cases_free(cases);
    fixture_remove(path);
    free(gathered.bytes);
  }
  bareme_policy_free(policy);
}

static void slips_are_not_passed_over(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  expect_refusal(policy, "{\"expect\":{\"scores\":{\"fitt\":1}}}\n", BAREME_NDJSON,
                 ":1: results of this policy have no `scores.fitt`");
  expect_refusal(policy, "\n{\"expect\":{\"contact\":1}}\n", BAREME_NDJSON,
                 ":2: results of this policy have no `contact`");
  expect_refusal(policy, "{\"expect\":{\"scores\":5}}\n", BAREME_NDJSON, "is not an object");
  expect_refusal(policy, "{\"expect\":[]}\n", BAREME_NDJSON, "`expect` is not an object");
  expect_refusal(policy, "{\"as_of\":\"soon\"}\n", BAREME_NDJSON, "`as_of` is not an instant");
  expect_refusal(policy, "{}\n{\"id\":\n", BAREME_NDJSON, ":2: the line is not a JSON object");
  expect_refusal(policy, "{}\n{} {}\n", BAREME_NDJSON, ":2: the line is not a JSON object");
  expect_refusal(policy, "[]\n", BAREME_NDJSON, "not a JSON object");
  expect_refusal(policy, "{\"size\":\"large\",\"expect\":{}}\n", BAREME_NDJSON, "size");
  expect_refusal(policy, "{\"stage\":\"hot\",\"expect\":{}}\n", BAREME_NDJSON, "stage");
  expect_refusal(policy, "id,expect.fitt\na,1\n", BAREME_CSV,
                 ":1: results of this policy have no `fitt`");
  expect_refusal(policy, "id,expect.fit\na,1\nb\n", BAREME_CSV, ":3: the row has 1 cells");
  expect_refusal(policy, "id,size,expect.fit\na,large,1\n", BAREME_CSV, ":2: `size`");
  expect_refusal(policy, "id,expect.fit\na,1\nb,\xFF\xFF\n", BAREME_CSV,
                 ":3: the file is not UTF-8");
  expect_refusal(policy, "{}\n\xE2\x82\n", BAREME_NDJSON, ":2: the file is not UTF-8");
  expect_refusal(policy, "id,as_of\na,soon\n", BAREME_CSV, "`as_of` is not an instant");
  bareme_policy_free(policy);
}

static void a_case_needs_an_instant(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file("{\"as_of\":\"2026-06-01\"}\n{}\n");
  bareme_cases *cases;
  bareme_failure failure = {""};
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = path;
  assert_int_equal(bareme_cases_open(policy, &options, &failure, &cases), BAREME_REJECTED);
  assert_non_null(strstr(failure.text, ":2: the record has no `as_of`"));
  assert_null(cases);
  options.path = "/nowhere/cases.ndjson";
  assert_int_equal(bareme_cases_open(policy, &options, &failure, &cases), BAREME_IO);
  options.path = NULL;
  assert_int_equal(bareme_cases_open(policy, &options, &failure, &cases), BAREME_INVALID_ARGUMENT);
  bareme_cases_free(NULL);
  fixture_remove(path);
  bareme_policy_free(policy);
}

/* More than a batch holds, with one instant and with two. */
static void many_cases_keep_their_order(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  for (int instants = 1; instants <= 2; instants++) {
    char *text = malloc(400000);
    assert_non_null(text);
    size_t length = 0;
    for (int i = 0; i < 3000; i++)
      length += (size_t)snprintf(text + length, 400000 - length,
                                 "{\"id\":%d,\"country\":\"%s\",\"as_of\":\"2026-06-0%d\","
                                 "\"expect\":{\"scores\":{\"fit\":%d}}}\n",
                                 i, i % 3 ? "FR" : "DE", 1 + i % instants, i % 3 ? 30 : 10);
    char *path = fixture_file(text);
    bareme_cases *cases = open_cases(policy, path, BAREME_NDJSON);
    for (int i = 0; i < 3000; i++) {
      bareme_case one = next(cases);
      assert_true(one.passed);
      assert_int_equal(one.line, i + 1);
    }
    expect_end(cases);
    bareme_cases_free(cases);
    fixture_remove(path);
    free(text);
  }
  bareme_policy_free(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cases_of_json_are_compared),
      cmocka_unit_test(each_record_may_have_an_instant_of_its_own),
      cmocka_unit_test(cases_of_csv_are_compared),
      cmocka_unit_test(writing_changes_what_differs_and_nothing_else),
      cmocka_unit_test(records_that_expect_nothing_get_their_whole_result),
      cmocka_unit_test(what_is_written_passes),
      cmocka_unit_test(slips_are_not_passed_over),
      cmocka_unit_test(a_case_needs_an_instant),
      cmocka_unit_test(many_cases_keep_their_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_policy.c - compiling policies, their reports, and what they declare.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static void versions_and_statuses_are_told(void **state) {
  (void)state;
  char expected[32];
  snprintf(expected, sizeof expected, "%d.%d.%d", BAREME_VERSION_MAJOR, BAREME_VERSION_MINOR,
           BAREME_VERSION_PATCH);
  assert_string_equal(bareme_version(), BAREME_VERSION);
  assert_string_equal(bareme_version(), expected);
  for (int status = BAREME_OK; status <= BAREME_INTERNAL; status++)
    assert_string_not_equal(bareme_status_text((bareme_status)status), "unknown status");
  assert_string_equal(bareme_status_text((bareme_status)99), "unknown status");
}

static void instants_are_read_and_written(void **state) {
  (void)state;
  int64_t micros;
  char out[32];
  assert_true(bareme_instant_parse("2026-06-01", 10, &micros));
  assert_int_equal(micros, AS_OF);
  assert_true(bareme_instant_parse("2026-06-01T02:00:00+02:00", 25, &micros));
  assert_int_equal(micros, AS_OF);
  assert_true(bareme_instant_parse("1780272000", 10, &micros));
  assert_int_equal(micros, AS_OF);
  assert_false(bareme_instant_parse("2026-02-30", 10, &micros));
  assert_false(bareme_instant_parse("", 0, &micros));
  assert_int_equal(bareme_instant_format(AS_OF, out), 20);
  assert_string_equal(out, "2026-06-01T00:00:00Z");
  assert_true(bareme_now() > AS_OF - INT64_C(86400000000) * 3650);
}

static void numbers_are_written_short(void **state) {
  (void)state;
  char out[32];
  assert_int_equal(bareme_number_format(0.1, out), 3);
  assert_string_equal(out, "0.1");
  bareme_number_format(-0.0, out);
  assert_string_equal(out, "0");
}

static void columns_are_counted(void **state) {
  (void)state;
  assert_int_equal(bareme_text_columns((bareme_text){"abc", 3}), 3);
  assert_int_equal(bareme_text_columns((bareme_text){"Gérard", 7}), 6);
  assert_int_equal(bareme_text_columns((bareme_text){"e\xCC\x81", 3}), 1); /* a mark */
  assert_int_equal(bareme_text_columns((bareme_text){"東京", 6}), 4);
  assert_int_equal(bareme_text_columns((bareme_text){NULL, 0}), 0);
}

static void codes_are_explained(void **state) {
  (void)state;
  size_t count = 0;
  for (const char *code; (code = bareme_code_at(count)); count++) {
    assert_int_equal(strlen(code), 5);
    assert_non_null(bareme_code_title(code));
    const char *explanation = bareme_code_explanation(code);
    assert_true(strlen(explanation) > 40);
    assert_int_equal(explanation[strlen(explanation) - 1], '\n');
  }
  assert_true(count > 10);
  assert_null(bareme_code_at(count));
  assert_null(bareme_code_title("E9999"));
  assert_null(bareme_code_explanation(""));
}

static void wrong_calls_are_refused(void **state) {
  (void)state;
  bareme_policy *policy = (bareme_policy *)state;
  bareme_report *report = (bareme_report *)state;
  assert_int_equal(bareme_policy_open(NULL, NULL, &report, NULL, &policy), BAREME_INVALID_ARGUMENT);
  assert_null(policy);
  assert_null(report);
  assert_int_equal(bareme_policy_open("x", NULL, NULL, NULL, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_policy_compile(NULL, "", 0, NULL, NULL, NULL, &policy),
                   BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_policy_compile("x", NULL, 3, NULL, NULL, NULL, &policy),
                   BAREME_INVALID_ARGUMENT);
  bareme_policy_free(NULL);
  bareme_report_free(NULL);
}

static void a_report_tells_every_finding(void **state) {
  (void)state;
  static const char text[] = "policy \"Bad\"\nlead { a number }\nscore s { +5 when b = 3 }\n"
                             "segment é when a is \"x\"\n";
  bareme_policy *policy;
  bareme_report *report;
  assert_int_equal(
      bareme_policy_compile("bad.bareme", text, sizeof text - 1, NULL, &report, NULL, &policy),
      BAREME_INVALID_POLICY);
  assert_null(policy);
  assert_true(bareme_report_errors(report) >= 1);
  assert_int_equal(bareme_report_count(report),
                   bareme_report_errors(report) + bareme_report_warnings(report));
  bareme_finding finding;
  assert_true(bareme_report_finding(report, 0, &finding));
  assert_string_equal(finding.code, "E0204");
  assert_true(finding.is_error);
  assert_text(finding.file, "bad.bareme");
  assert_int_equal(finding.line, 3);
  assert_int_equal(finding.column, 19);
  assert_int_equal(finding.end_line, 3);
  assert_int_equal(finding.end_column, 20);
  assert_non_null(finding.message);
  assert_false(bareme_report_finding(report, bareme_report_count(report), &finding));
  bareme_report_free(report);
}

static void a_report_can_be_left_out(void **state) {
  (void)state;
  bareme_policy *policy;
  assert_int_equal(bareme_policy_compile("x", "nonsense", 8, NULL, NULL, NULL, &policy),
                   BAREME_INVALID_POLICY);
  assert_null(policy);
}

static void a_report_is_rendered_to_a_sink(void **state) {
  (void)state;
  struct gathered plain = {0}, coloured = {0};
  bareme_sink to_plain = fixture_sink(&plain), to_coloured = fixture_sink(&coloured);
  bareme_policy *policy;
  bareme_report *report;
  bareme_policy_compile("x.bareme", "policy \"X\"\nlet y = z", 20, NULL, &report, NULL, &policy);
  bareme_report_render(report, false, &to_plain);
  bareme_report_render(report, true, &to_coloured);
  assert_non_null(strstr(plain.bytes, "x.bareme:2:9"));
  assert_null(strstr(plain.bytes, "\033"));
  assert_non_null(strstr(coloured.bytes, "\033"));
  free(plain.bytes);
  free(coloured.bytes);
  bareme_report_free(report);
}

static void a_flood_of_errors_is_counted(void **state) {
  (void)state;
  struct gathered gathered = {0};
  bareme_sink sink = fixture_sink(&gathered);
  char *text = malloc(40000);
  assert_non_null(text);
  size_t length = (size_t)sprintf(text, "policy \"X\"\n");
  for (int i = 0; i < 1000; i++)
    length += (size_t)sprintf(text + length, "let a%d = z%d\n", i, i);
  bareme_policy *policy;
  bareme_report *report;
  assert_int_equal(bareme_policy_compile("x", text, length, NULL, &report, NULL, &policy),
                   BAREME_INVALID_POLICY);
  assert_int_equal(bareme_report_errors(report), 1000);
  assert_true(bareme_report_count(report) < 1000);
  bareme_report_render(report, false, &sink);
  assert_non_null(strstr(gathered.bytes, "more that are not shown"));
  free(gathered.bytes);
  free(text);
  bareme_report_free(report);
}

static void what_a_policy_declares(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  assert_text(bareme_policy_title(policy), "Shop");
  assert_int_equal(bareme_policy_count(policy, BAREME_SCORES), 3);
  assert_int_equal(bareme_policy_count(policy, BAREME_BANDS), 1);
  assert_int_equal(bareme_policy_count(policy, BAREME_GRIDS), 0);
  assert_int_equal(bareme_policy_count(policy, BAREME_SEGMENTS), 2);
  assert_int_equal(bareme_policy_count(policy, BAREME_STAGES), 2);
  assert_int_equal(bareme_policy_count(policy, BAREME_ACTIONS), 1);
  assert_int_equal(bareme_policy_count(policy, BAREME_EXCLUDES), 1);
  assert_int_equal(bareme_policy_count(policy, BAREME_CRITERIA), 7);
  assert_text(bareme_policy_name(policy, BAREME_SCORES, 0), "fit");
  assert_text(bareme_policy_label(policy, BAREME_SCORES, 0), "Who they are");
  assert_no_text(bareme_policy_label(policy, BAREME_SCORES, 1));
  assert_text(bareme_policy_label(policy, BAREME_SEGMENTS, 0), "Large");
  assert_text(bareme_policy_name(policy, BAREME_STAGES, 0), "cold");
  assert_text(bareme_policy_label(policy, BAREME_STAGES, 0), "New");
  assert_no_text(bareme_policy_label(policy, BAREME_STAGES, 1));
  assert_text(bareme_policy_label(policy, BAREME_EXCLUDES, 0), "Test account");
  assert_no_text(bareme_policy_name(policy, BAREME_SCORES, 3));
  assert_no_text(bareme_policy_name(policy, BAREME_STAGES, BAREME_NONE));
  assert_int_equal(bareme_policy_find(policy, BAREME_SCORES, "total"), 2);
  assert_int_equal(bareme_policy_find(policy, BAREME_STAGES, "warm"), 1);
  assert_int_equal(bareme_policy_find(policy, BAREME_SCORES, "nothing"), BAREME_NONE);
  assert_int_equal(bareme_policy_find(policy, BAREME_EXCLUDES, ""), BAREME_NONE);
  bareme_policy_free(policy);
}

static void outcomes_have_labels_and_texts(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  assert_text(bareme_policy_outcome(policy, BAREME_BANDS, 0, 0), "A");
  assert_text(bareme_policy_outcome_text(policy, BAREME_BANDS, 0, 0), "Good");
  assert_text(bareme_policy_outcome(policy, BAREME_BANDS, 0, 2), "C");
  assert_no_text(bareme_policy_outcome_text(policy, BAREME_BANDS, 0, 2));
  assert_no_text(bareme_policy_outcome(policy, BAREME_BANDS, 0, 3));
  assert_no_text(bareme_policy_outcome(policy, BAREME_BANDS, 1, 0));
  assert_no_text(bareme_policy_outcome(policy, BAREME_SCORES, 0, 0));
  bareme_policy_free(policy);
}

static void metadata_is_text(void **state) {
  (void)state;
  static const char *const expected[][2] = {{"version", "1.2"},
                                            {"owner", "revops"},
                                            {"limit", "12.5"},
                                            {"fresh", "true"},
                                            {"wait", "3 days"}};
  bareme_policy *policy = fixture_policy();
  bareme_text key, value;
  for (size_t i = 0; i < 5; i++) {
    assert_true(bareme_policy_entry(policy, i, &key, &value));
    assert_text(key, expected[i][0]);
    assert_text(value, expected[i][1]);
  }
  assert_false(bareme_policy_entry(policy, 5, &key, &value));
  assert_true(bareme_policy_action_entry(policy, 0, 1, &key, &value));
  assert_text(key, "sla");
  assert_text(value, "1 day");
  assert_false(bareme_policy_action_entry(policy, 0, 2, &key, &value));
  assert_false(bareme_policy_action_entry(policy, 1, 0, &key, &value));
  bareme_policy_free(policy);
}

static void params_are_set(void **state) {
  (void)state;
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  const char *sets[] = {"base=99"};
  bareme_failure failure = {""};
  bareme_policy *policy;
  options.sets = sets;
  options.set_count = 1;
  assert_int_equal(bareme_policy_compile("x", fixture_source, strlen(fixture_source), &options,
                                         NULL, &failure, &policy),
                   BAREME_OK);
  bareme_policy_free(policy);
  sets[0] = "basis=99";
  assert_int_equal(bareme_policy_compile("x", fixture_source, strlen(fixture_source), &options,
                                         NULL, &failure, &policy),
                   BAREME_INVALID_ARGUMENT);
  assert_non_null(strstr(failure.text, "`basis`"));
  sets[0] = "=";
  assert_int_equal(bareme_policy_compile("x", fixture_source, strlen(fixture_source), &options,
                                         NULL, &failure, &policy),
                   BAREME_INVALID_ARGUMENT);
}

static void a_policy_from_memory_lies_nowhere(void **state) {
  (void)state;
  static const char text[] = "policy \"X\"\nlist l from \"/etc/passwd\"\n";
  bareme_policy *policy;
  assert_int_equal(
      bareme_policy_compile("/etc/x.bareme", text, sizeof text - 1, NULL, NULL, NULL, &policy),
      BAREME_INVALID_POLICY);
}

static void files_that_cannot_be_read_say_why(void **state) {
  (void)state;
  bareme_failure failure = {""};
  bareme_policy *policy;
  assert_int_equal(bareme_policy_open("/nothing/here.bareme", NULL, NULL, &failure, &policy),
                   BAREME_IO);
  assert_string_equal(failure.text, "/nothing/here.bareme: No such file or directory");
  assert_int_equal(bareme_policy_open("/tmp", NULL, NULL, &failure, &policy), BAREME_IO);
  assert_non_null(strstr(failure.text, "Is a directory"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(versions_and_statuses_are_told),
      cmocka_unit_test(instants_are_read_and_written),
      cmocka_unit_test(numbers_are_written_short),
      cmocka_unit_test(columns_are_counted),
      cmocka_unit_test(codes_are_explained),
      cmocka_unit_test(wrong_calls_are_refused),
      cmocka_unit_test(a_report_tells_every_finding),
      cmocka_unit_test(a_report_can_be_left_out),
      cmocka_unit_test(a_report_is_rendered_to_a_sink),
      cmocka_unit_test(a_flood_of_errors_is_counted),
      cmocka_unit_test(what_a_policy_declares),
      cmocka_unit_test(outcomes_have_labels_and_texts),
      cmocka_unit_test(metadata_is_text),
      cmocka_unit_test(params_are_set),
      cmocka_unit_test(a_policy_from_memory_lies_nowhere),
      cmocka_unit_test(files_that_cannot_be_read_say_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

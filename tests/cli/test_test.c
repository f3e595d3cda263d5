/* test_test.c - `bareme test`: the tests of policies, and files of cases.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>

/* A policy without tests, and the same with two, the second of which fails. */
static void write_shop(struct shell *shell) {
  shell_write(shell, "shop.bareme",
              "policy \"Shop\"\n"
              "lead { country text }\n"
              "event visit { url text }\n"
              "param base = 10\n"
              "score fit { +(base) \"Is there\"; +20 \"Home\" when country is \"FR\" }\n"
              "score activity { decay 50% every 10 days; +8 \"Visited\" on visit }\n"
              "stage cold { to warm when fit >= 30 and activity >= 5 }\n"
              "stage warm\n");
}

static void write_tested_shop(struct shell *shell) {
  write_shop(shell);
  shell_run(shell, "cat >>shop.bareme <<'END'\n"
                   "test \"at home\" {\n"
                   "  as of 2026-06-01\n"
                   "  lead { country: \"FR\" }\n"
                   "  visit 2026-06-01\n"
                   "  expect fit = 30 and stage is warm\n"
                   "}\n"
                   "test \"abroad, and #2\" {\n"
                   "  as of 2026-06-01\n"
                   "  visit 10 days ago\n"
                   "  expect fit = 10 and activity = 8 and country is \"DE\"\n"
                   "  expect stage is cold\n"
                   "}\n"
                   "END");
  expect_status(shell, 0);
}

static void what_passes_is_counted_and_no_more(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme --filter home");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "1 test passed\n");
  assert_string_equal(shell->err, "");
}

static void a_failure_shows_what_was_expected_and_the_ladder(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme");
  expect_status(shell, 1);
  expect_words(shell->out, "FAIL  abroad, and #2  shop.bareme:15\n"
                           "  ✗ expect fit = 10 and activity = 8 and country is \"DE\"   line 18\n"
                           "      ✓ fit = 10   fit is 10\n"
                           "      ✗ activity = 8   activity is 4\n"
                           "      ? country is \"DE\"   country is missing\n"
                           "\n");
  expect_words(shell->out, "1 event, 8 before decay");
  expect_words(shell->out, "next stage: warm");
  expect_words(shell->out, "\n2 tests, 1 failed\n");
  expect_no_words(shell->out, "expect stage is cold");
  expect_no_words(shell->out, "\033");
}

static void directories_are_searched_in_order_of_names(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell,
            "mkdir -p b/c .hidden; sed 's/country is \"DE\"/country is missing/; s/= 8/= 4/'\\\n"
            "  shop.bareme >good; cp good b/x.bareme; cp good b/c/a.bareme\n"
            "cp shop.bareme .hidden/y.bareme; ln -s .. b/up; touch b/other.txt; rm shop.bareme\n"
            "bareme test --format tap; echo; bareme test b/c/a.bareme b --format tap | tail -1");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "TAP version 14\n"
                                  "ok 1 - b/x.bareme: at home\n"
                                  "ok 2 - b/x.bareme: abroad, and \\#2\n"
                                  "ok 3 - b/c/a.bareme: at home\n"
                                  "ok 4 - b/c/a.bareme: abroad, and \\#2\n"
                                  "1..4\n"
                                  "\n"
                                  "1..6\n");
}

static void a_module_runs_its_own_tests(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "m.bareme",
              "module m\n"
              "lead { email text }\n"
              "list free = [\"a.example\"]\n"
              "define is_free(address text) = domain(address) in free\n"
              "test \"free\" { as of 2026-06-01  lead { email: \"x@A.example\" }\n"
              "  expect is_free(email) and not is_free(\"x@b.example\") }\n"
              "test \"wrong\" { as of 2026-06-01  lead { email: \"x@b.example\" }\n"
              "  expect is_free(email) }\n");
  shell_write(
      shell, "p.bareme",
      "policy \"P\"\n"
      "use \"m.bareme\" as mail\n"
      "score s { +1 when mail.is_free(email) }\n"
      "test \"uses\" { as of 2026-06-01  lead { email: \"x@a.example\" }  expect s = 1 }\n");
  shell_run(shell, "bareme test m.bareme");
  expect_status(shell, 1);
  expect_words(shell->out, "  ✗ expect is_free(email)   line 8\n"
                           "      email is \"x@b.example\"\n");
  expect_words(shell->out, "2 tests, 1 failed");
  shell_run(shell, "bareme test p.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "1 test passed\n");
}

static void params_may_be_set(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme --filter home --set base=9");
  expect_status(shell, 1);
  expect_words(shell->out, "fit is 29");
}

static void no_test_is_a_failure_unless_allowed(void **state) {
  struct shell *shell = *state;
  write_shop(shell);
  shell_run(shell, "bareme test shop.bareme");
  expect_status(shell, 1);
  assert_string_equal(shell->out, "0 tests\n");
  expect_words(shell->err, "no test was found");
  shell_run(shell, "bareme test shop.bareme --allow-empty");
  expect_status(shell, 0);
  shell_run(shell, "mkdir empty; bareme test empty");
  expect_status(shell, 1);
}

static void an_invalid_policy_is_status_3(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_write(shell, "bad.bareme", "policy \"Bad\"\nlet x = y\n");
  shell_run(shell, "bareme test .");
  expect_status(shell, 3);
  expect_words(shell->err, "bad.bareme:2:9");
  expect_words(shell->out, "2 tests, 1 failed, 1 policy is invalid");
  shell_run(shell, "bareme test nothing.bareme shop.bareme");
  expect_status(shell, 5);
  expect_words(shell->err, "nothing.bareme: No such file or directory");
  expect_words(shell->out, "2 tests, 1 failed, 1 file cannot be read");
}

static void tap_has_the_reason_in_yaml(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme --format tap");
  expect_status(shell, 1);
  expect_words(shell->out, "TAP version 14\n"
                           "ok 1 - shop.bareme: at home\n"
                           "not ok 2 - shop.bareme: abroad, and \\#2\n"
                           "  ---\n"
                           "  file: \"shop.bareme\"\n"
                           "  line: 15\n"
                           "  message: |2\n"
                           "      ✗ expect fit = 10");
  expect_words(shell->out, "\n  ...\n1..2\n");
}

static void junit_is_xml(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme --format junit >out; status=$?\n"
                   "if command -v xmllint >/dev/null; then xmllint --noout out; fi\n"
                   "cat out; exit $status");
  expect_status(shell, 1);
  assert_string_equal(shell->err, "");
  expect_words(shell->out, "<testsuites name=\"bareme\" tests=\"2\" failures=\"1\" errors=\"0\">");
  expect_words(shell->out, "<testcase classname=\"shop.bareme\" name=\"at home\" "
                           "file=\"shop.bareme\" line=\"9\"/>");
  expect_words(shell->out, "<failure message=\"expect fit = 10 and activity = 8 and "
                           "country is &quot;DE&quot;\">");
}

static void json_has_each_part_with_its_values(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test shop.bareme --format json");
  expect_status(shell, 1);
  expect_words(shell->out, "{\"line\":9,\"name\":\"at home\",\"passed\":true}");
  expect_words(shell->out, "{\"met\":false,\"source\":\"activity = 8\",\"values\":"
                           "{\"activity\":\"4\"}}");
  expect_words(shell->out, "{\"met\":null,\"source\":\"country is \\\"DE\\\"\",\"values\":"
                           "{\"country\":null}}");
  expect_words(shell->out, "\"tests\":2,\"failed\":1,\"invalid\":0,\"unread\":0}");
}

static void github_marks_the_line_of_the_expectation(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_write(shell, "bad.bareme", "policy \"Bad\"\nlet x = y\n");
  shell_run(shell, "bareme test bad.bareme shop.bareme --format github");
  expect_status(shell, 3);
  expect_words(shell->out, "::error file=bad.bareme,line=2,title=E0");
  expect_words(shell->out, "::error file=shop.bareme,line=18,title=abroad%2C and #2::");
  expect_words(shell->out, "%0A");
}

/* ---- cases --------------------------------------------------------------------------- */

static const char cases[] =
    "{\"id\":\"a\",\"country\":\"FR\",\"expect\":{\"scores\":{\"fit\":30},\"stage\":\"cold\"}}\n"
    "{\"id\":\"b\",\"as_of\":\"2026-06-11\",\"events\":[{\"type\":\"visit\",\"at\":\"2026-06-01\"}]"
    ","
    "\"expect\":{\"scores\":{\"activity\":8}}}\n";

static void cases_are_compared(void **state) {
  struct shell *shell = *state;
  write_shop(shell);
  shell_write(shell, "cases.ndjson", cases);
  shell_run(shell, "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01");
  expect_status(shell, 1);
  expect_words(shell->out, "FAIL  b  cases.ndjson:2\n"
                           "  scores.activity  expected 8, is 4\n");
  expect_words(shell->out, "as of 2026-06-11T00:00:00Z");
  expect_words(shell->out, "2 tests, 1 failed");
  shell_run(shell, "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01 --filter a");
  expect_status(shell, 0);
  shell_run(shell, "bareme test shop.bareme --cases cases.ndjson");
  expect_status(shell, 4);
  expect_words(shell->err, "cases.ndjson:1: the record has no `as_of`");
  shell_run(shell, "bareme test shop.bareme --cases - --at 2026-06-01 <cases.ndjson");
  expect_status(shell, 2);
  expect_words(shell->err, "--cases: - is no plain file");
  shell_run(shell, "mkfifo pipe; timeout 5 cat cases.ndjson >pipe &\n"
                   "bareme test shop.bareme --cases pipe --at 2026-06-01; s=$?; kill $!; exit $s");
  expect_status(shell, 2);
  expect_words(shell->err, "--cases: pipe is no plain file");
}

static void update_writes_what_came_out(void **state) {
  struct shell *shell = *state;
  write_shop(shell);
  shell_write(shell, "cases.ndjson", cases);
  shell_run(shell, "cp cases.ndjson before; chmod 640 cases.ndjson\n"
                   "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01 --update\n"
                   "sed 's/\"activity\":8/\"activity\":4/' before | diff - cases.ndjson\n"
                   "stat -c %%a cases.ndjson; ls -A | grep part\n"
                   "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01\n"
                   "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01 --update");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "1 of 2 cases changed\n640\n2 tests passed\n"
                                  "0 of 2 cases changed\n");
}

static void update_leaves_a_file_with_an_error_alone(void **state) {
  struct shell *shell = *state;
  write_shop(shell);
  shell_write(shell, "cases.ndjson", "{\"id\":\"a\"}\n{\"id\":\"a\"}\n");
  shell_run(shell, "bareme test shop.bareme --cases cases.ndjson --at 2026-06-01 --update");
  expect_status(shell, 4);
  expect_words(shell->err, "cases.ndjson:2: a lead with the same id came before");
  char *text = shell_read(shell, "cases.ndjson");
  assert_string_equal(text, "{\"id\":\"a\"}\n{\"id\":\"a\"}\n");
  free(text);
}

static void options_that_do_not_go_together_are_told(void **state) {
  struct shell *shell = *state;
  write_tested_shop(shell);
  shell_run(shell, "bareme test --update; echo $?; bareme test --at 2026-06-01; echo $?\n"
                   "bareme test --cases x; echo $?; bareme test a b --cases x; echo $?\n"
                   "bareme test shop.bareme --cases x --update --filter y; echo $?\n"
                   "bareme test shop.bareme --cases missing.csv --at 2026-06-01; echo $?");
  assert_string_equal(shell->out, "2\n2\n2\n2\n2\n5\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(what_passes_is_counted_and_no_more),
      shell_test(a_failure_shows_what_was_expected_and_the_ladder),
      shell_test(directories_are_searched_in_order_of_names),
      shell_test(a_module_runs_its_own_tests),
      shell_test(params_may_be_set),
      shell_test(no_test_is_a_failure_unless_allowed),
      shell_test(an_invalid_policy_is_status_3),
      shell_test(tap_has_the_reason_in_yaml),
      shell_test(junit_is_xml),
      shell_test(json_has_each_part_with_its_values),
      shell_test(github_marks_the_line_of_the_expectation),
      shell_test(cases_are_compared),
      shell_test(update_writes_what_came_out),
      shell_test(update_leaves_a_file_with_an_error_alone),
      shell_test(options_that_do_not_go_together_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

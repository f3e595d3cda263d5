/* test_format.c - formatting through the public interface.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

struct written {
  char text[512];
  size_t length, pieces;
};

static void keep(void *context, const char *bytes, size_t length) {
  struct written *written = context;
  assert_true(written->length + length < sizeof written->text);
  memcpy(written->text + written->length, bytes, length);
  written->length += length;
  written->pieces++;
}

static bareme_status format(const char *source, bareme_report **report, struct written *written) {
  bareme_sink sink = {keep, written};
  *written = (struct written){"", 0, 0};
  return bareme_source_format("x.bareme", source, strlen(source), report, NULL, &sink);
}

static void the_whole_text_comes_in_one_piece(void **state) {
  (void)state;
  struct written written;
  bareme_report *report;
  assert_int_equal(format("policy   \"x\" # c\nlet a=1", &report, &written), BAREME_OK);
  assert_string_equal(written.text, "policy \"x\"  # c\n\nlet a = 1\n");
  assert_int_equal(written.pieces, 1);
  assert_int_equal(bareme_report_count(report), 0);
  bareme_report_free(report);
}

static void syntax_errors_are_in_the_report_and_nothing_is_written(void **state) {
  (void)state;
  struct written written;
  bareme_report *report;
  bareme_finding finding;
  assert_int_equal(format("policy \"x\"\nlet = 1", &report, &written), BAREME_INVALID_POLICY);
  assert_int_equal(written.pieces, 0);
  assert_true(bareme_report_finding(report, 0, &finding));
  assert_int_equal(finding.line, 2);
  bareme_report_free(report);
  assert_int_equal(format("", NULL, &written), BAREME_INVALID_POLICY);
  assert_int_equal(written.pieces, 0);
}

static void names_are_not_looked_up(void **state) {
  (void)state;
  struct written written;
  assert_int_equal(format("let a = nothing", NULL, &written), BAREME_OK);
  assert_string_equal(written.text, "let a = nothing\n");
}

static void wrong_calls_are_told(void **state) {
  (void)state;
  struct written written = {"", 0, 0};
  bareme_sink sink = {keep, &written};
  bareme_report *report = (bareme_report *)&written;
  assert_int_equal(bareme_source_format(NULL, "", 0, &report, NULL, &sink),
                   BAREME_INVALID_ARGUMENT);
  assert_null(report);
  assert_int_equal(bareme_source_format("x", NULL, 1, NULL, NULL, &sink), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_source_format("x", "", 0, NULL, NULL, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(written.pieces, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_whole_text_comes_in_one_piece),
      cmocka_unit_test(syntax_errors_are_in_the_report_and_nothing_is_written),
      cmocka_unit_test(names_are_not_looked_up),
      cmocka_unit_test(wrong_calls_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

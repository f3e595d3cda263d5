/* test_case_file.c - looking through files of cases: where each expectation stands.
 *
 * What is compared with what is tested from outside, in tests/api/test_cases.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/case_file.h"

#include <string.h>

/* A program that has nothing but names. */
static struct program_score scores[] = {{.name = {"fit", 3}}, {.name = {"stage", 5}}};
static struct text labels[] = {{"hot", 3}, {"cold", 4}};
static const struct program_labels label_sets[] = {{.count = 2, .labels = labels}};
static const struct program_output bands[] = {{.name = {"grade", 5}, .labels = 0}};
static const struct program_segment segments[] = {{.name = {"large", 5}}};
static const struct program program = {
    .scores = scores,
    .score_count = 2,
    .labels = label_sets,
    .labels_count = 1,
    .stage_labels = 0,
    .bands = bands,
    .band_count = 1,
    .segments = segments,
    .segment_count = 1,
};

static bareme_status scan(struct case_file *file, const struct memory *memory, const char *text,
                          bool csv, bareme_failure *failure) {
  return case_file_init(file, &program, memory, TEXT("f"), text_from(text), csv, failure);
}

static void scan_well(struct case_file *file, const char *text, bool csv) {
  bareme_failure failure = {""};
  if (scan(file, &memory_standard, text, csv, &failure) != BAREME_OK)
    fail_msg("%s", failure.text);
}

/* The check's value as it stands in the file. */
static void assert_stands(const struct case_file *file, uint32_t check, enum case_subject subject,
                          const char *expected) {
  const struct case_check *c = &file->checks[check];
  assert_int_equal(c->subject, subject);
  assert_int_equal(c->end - c->begin, strlen(expected));
  assert_memory_equal(file->bytes.bytes + c->begin, expected, strlen(expected));
}

static void json_values_are_found_where_they_stand(void **state) {
  (void)state;
  struct case_file file;
  scan_well(&file,
            "\n"
            "  {\"x\":{\"expect\":1},\"expect\" : { \"scores\":{\"fit\" : -1.5e1 , \"stage\":null},"
            "\"bands\":{\"grade\":\"h\\u006ft\"},\"segments\": [ \"large\" , {\"k\":[],\"name\":"
            "\"b\"} ] ,\"stage\":\"cold\"}}\r\n"
            "{\"expect\":{}}\n"
            "{ \"expect\":null }",
            false);
  assert_int_equal(file.record_count, 3);
  assert_int_equal(file.records[0].line, 2);
  assert_int_equal(file.records[0].count, 5);
  assert_stands(&file, 0, CASE_SCORE, "-1.5e1");
  assert_true(file.checks[0].value.kind == CASE_NUMBER && file.checks[0].value.number == -15);
  assert_stands(&file, 1, CASE_SCORE, "null");
  assert_int_equal(file.checks[1].index, 1);
  assert_int_equal(file.checks[1].value.kind, CASE_NOTHING);
  assert_stands(&file, 2, CASE_BAND, "\"h\\u006ft\"");
  assert_true(text_equal(file.checks[2].value.text, TEXT("hot")));
  assert_stands(&file, 3, CASE_SEGMENTS, "[ \"large\" , {\"k\":[],\"name\":\"b\"} ]");
  assert_int_equal(file.checks[3].value.texts.count, 2);
  assert_true(text_equal(file.checks[3].value.texts.items[1], TEXT("b")));
  assert_stands(&file, 4, CASE_STAGE, "\"cold\"");
  assert_true(file.records[1].has_expect && file.records[1].count == 0);
  assert_false(file.records[2].has_expect);
  assert_int_equal(file.bytes.bytes[file.records[2].insert], '}');
  case_file_clear(&file);
}

static void cells_are_found_where_they_stand(void **state) {
  (void)state;
  struct case_file file;
  scan_well(&file,
            "\xEF\xBB\xBFid\texpect.fit\t\"expect.stage\"\texpect.scores.stage\texpect.large\r\n"
            "a\t 5 \t\"c\"\"o,\n\tld\"\t\tno\r\n"
            " \r\n"
            "b\t\t\t7\t",
            true);
  assert_int_equal(file.delimiter, '\t');
  assert_int_equal(file.record_count, 2);
  assert_int_equal(file.records[0].line, 2);
  assert_int_equal(file.records[1].line, 5);
  assert_int_equal(file.records[0].count, 4);
  assert_stands(&file, 0, CASE_SCORE, " 5 ");
  assert_stands(&file, 1, CASE_STAGE, "\"c\"\"o,\n\tld\"");
  assert_true(text_equal(file.checks[1].value.text, TEXT("c\"o,\n\tld")));
  assert_stands(&file, 2, CASE_SCORE, "");
  assert_int_equal(file.checks[2].value.kind, CASE_UNSET);
  assert_stands(&file, 3, CASE_SEGMENT, "no");
  assert_int_equal(file.checks[3].value.kind, CASE_OTHER); /* true and false alone */
  assert_int_equal(file.records[1].insert, file.bytes.length);
  assert_int_equal(file.checks[6].value.kind, CASE_NUMBER);
  case_file_clear(&file);
}

static void files_of_nothing_have_no_cases(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\n\n", "\xEF\xBB\xBF", "id", "id\r\n", "id\n\n"};
  struct case_file file;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    scan_well(&file, texts[i], true);
    assert_int_equal(file.record_count, 0);
    case_file_clear(&file);
  }
  for (size_t i = 0; i < 3; i++) {
    scan_well(&file, texts[i], false);
    assert_int_equal(file.record_count, 0);
    case_file_clear(&file);
  }
}

/* ---- memory ------------------------------------------------------------------------------ */

struct failing {
  long left; /* allocations that still succeed */
};

static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size) {
  struct failing *failing = context;
  if (new_size > 0 && failing->left-- <= 0)
    return NULL;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static void any_allocation_may_fail(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{\"as_of\":\"2026\\u002d06-01\",\"expect\":{\"scores\":{\"f\\u0069t\":1},\"segments\":[{"
      "\"a\":"
      "1,\"name\":\"x\\ny\"}],\"excluded\":\"a\\tb\"}}\n{}\n",
      "id,as_of,expect.fit,expect.segments,expect.grade\na,2026-06-01,5,a;b,\"h\"\"t\"\n"};
  for (int csv = 0; csv <= 1; csv++) {
    long allocations = 0;
    bareme_status status;
    do {
      struct failing failing = {allocations++};
      const struct memory memory = {failing_resize, &failing};
      struct case_file file;
      bareme_failure failure = {""};
      status = scan(&file, &memory, texts[csv], csv, &failure);
      assert_true(status == BAREME_OK || status == BAREME_NO_MEMORY);
      case_file_clear(&file);
    } while (status != BAREME_OK);
    assert_in_range(allocations, 3, 1000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_values_are_found_where_they_stand),
      cmocka_unit_test(cells_are_found_where_they_stand),
      cmocka_unit_test(files_of_nothing_have_no_cases),
      cmocka_unit_test(any_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

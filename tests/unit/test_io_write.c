/* test_io_write.c - results as NDJSON and CSV, from policies as they are written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/bareme.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/buffer.h"

static char written[64 * 1024];
static size_t written_length;

static void take(void *context, const char *bytes, size_t length) {
  (void)context;
  assert_true(length < sizeof written - written_length);
  memcpy(written + written_length, bytes, length);
  written_length += length;
  written[written_length] = 0;
}

/* Scores the leads, NDJSON, as of 2026-06-01 and writes the results. */
static const char *score(const char *source, const char *leads, bareme_write_options options) {
  bareme_failure failure = {""};
  bareme_policy *policy;
  bareme_report *report;
  bareme_status status = bareme_policy_compile("test.bareme", source, strlen(source), NULL, &report,
                                               &failure, &policy);
  if (status != BAREME_OK) {
    bareme_report_render(report, false, &(bareme_sink){take, NULL});
    fail_msg("%s", written);
  }
  bareme_report_free(report);

  char path[256];
  const char *directory = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/bareme-%ld-write.ndjson", directory ? directory : "/tmp",
           (long)getpid());
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(leads, file);
  fclose(file);

  const char *paths[] = {path};
  bareme_read_options reading = BAREME_READ_OPTIONS_INIT;
  reading.paths = paths;
  reading.path_count = 1;
  reading.as_of = options.as_of = INT64_C(1780272000000000);
  bareme_sink sink = {take, NULL};
  options.sink = &sink;
  written_length = 0;
  written[0] = 0;
  bareme_reader *reader;
  bareme_runner *runner;
  bareme_writer *writer;
  const bareme_batch *batch;
  assert_int_equal(bareme_reader_open(policy, &reading, &failure, &reader), BAREME_OK);
  assert_int_equal(bareme_runner_new(policy, options.explain, &runner), BAREME_OK);
  assert_int_equal(bareme_writer_open(policy, &options, &failure, &writer), BAREME_OK);
  while (bareme_reader_read(reader, &failure, &batch) == BAREME_OK) {
    assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
    assert_int_equal(bareme_writer_write(writer, runner, &failure), BAREME_OK);
  }
  assert_int_equal(bareme_writer_finish(writer, &failure), BAREME_OK);
  bareme_writer_free(writer);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
  bareme_policy_free(policy);
  unlink(path);
  return written;
}

static const bareme_write_options plain = BAREME_WRITE_OPTIONS_INIT;

static const char *score_json(const char *source, const char *leads) {
  return score(source, leads, plain);
}

static const char *score_csv(const char *source, const char *leads) {
  bareme_write_options options = plain;
  options.format = BAREME_CSV;
  return score(source, leads, options);
}

#define AS_OF "\"as_of\":\"2026-06-01T00:00:00Z\""

static const char everything[] =
    "policy \"All \\\"of\\\" it\" { version \"2026.3\"  size 3  policy \"x\" }\n"
    "lead { email text  size number }\n"
    "event open\n"
    "exclude \"Rival, \\\"inc\\\"\" when email is \"rival\"\n"
    "segment big when size >= 100\n"
    "segment mail when email is present\n"
    "score fit { +10 when size >= 10;  +5 \"Has mail\" when email is present }\n"
    "score ratio = fit / size\n"
    "band stars of fit { 5 from 15  1 otherwise }\n"
    "band heat of fit { hot from 15  cold otherwise }\n"
    "grid mix of stars, heat { columns hot, cold  5: A, B  1: C, D }\n"
    "choose next_step { \"call, now\" when fit >= 15  \"wait\" otherwise }\n"
    "stage lead { to ready when fit >= 15 and ratio >= 0.5 and email is present }\n"
    "stage ready\n"
    "action call \"Call them\" when fit >= 15 { owner \"sdr\"  sla 24 hours  name \"n\"  tries 3 "
    "}\n"
    "action note when big { label \"l\" }\n";

static void every_part_has_its_key(void **state) {
  (void)state;
  assert_string_equal(
      score_json(everything, "{\"id\":\"a\\n\\\"\\u0001\",\"email\":\"x\",\"size\":100}\n"),
      "{\"id\":\"a\\n\\\"\\u0001\"," AS_OF
      ",\"excluded\":null,\"scores\":{\"fit\":15,\"ratio\":0.15},"
      "\"bands\":{\"stars\":5,\"heat\":\"hot\"},\"grids\":{\"mix\":\"A\"},"
      "\"choices\":{\"next_step\":\"call, "
      "now\"},\"segments\":[\"big\",\"mail\"],\"stage\":\"lead\","
      "\"previous_stage\":\"lead\",\"next\":{\"stage\":\"ready\",\"requirements\":["
      "{\"score\":\"fit\",\"compare\":\">=\",\"threshold\":15,\"value\":15,\"lacks\":0,\"met\":"
      "true},"
      "{\"score\":\"ratio\",\"compare\":\">=\",\"threshold\":0.5,\"value\":0.15,\"lacks\":0.35,"
      "\"met\":false},{\"condition\":\"email is present\",\"met\":true}]},"
      "\"actions\":[{\"name\":\"call\",\"label\":\"Call them\",\"owner\":\"sdr\",\"sla\":\"1 day\","
      "\"name_\":\"n\",\"tries\":3},{\"name\":\"note\",\"label\":\"l\"}]}\n");
}

static void what_is_missing_is_null(void **state) {
  (void)state;
  assert_string_equal(
      score_json(everything, "{}\n"),
      "{\"id\":null," AS_OF ",\"excluded\":null,\"scores\":{\"fit\":0,\"ratio\":null},"
      "\"bands\":{\"stars\":1,\"heat\":\"cold\"},\"grids\":{\"mix\":\"D\"},"
      "\"choices\":{\"next_step\":\"wait\"},\"segments\":[],\"stage\":\"lead\","
      "\"previous_stage\":\"lead\",\"next\":{\"stage\":\"ready\",\"requirements\":["
      "{\"score\":\"fit\",\"compare\":\">=\",\"threshold\":15,\"value\":0,\"lacks\":15,\"met\":"
      "false},"
      "{\"score\":\"ratio\",\"compare\":\">=\",\"threshold\":0.5,\"value\":null,\"lacks\":null,"
      "\"met\":null},{\"condition\":\"email is present\",\"met\":false}]},\"actions\":[]}\n");
}

static void an_excluded_lead_has_no_results(void **state) {
  (void)state;
  assert_string_equal(
      score_json(everything,
                 "{\"id\":\"r\",\"email\":\"rival\",\"size\":20,\"stage\":\"ready\"}\n"),
      "{\"id\":\"r\"," AS_OF ",\"excluded\":\"Rival, \\\"inc\\\"\",\"scores\":{},\"bands\":{},"
      "\"grids\":{},\"choices\":{},\"segments\":[],\"stage\":\"ready\",\"previous_stage\":"
      "\"ready\","
      "\"next\":null,\"actions\":[]}\n");
}

static void what_is_not_declared_has_no_key(void **state) {
  (void)state;
  assert_string_equal(score_json("policy \"P\"\nlead { a number }\nscore s { +1 when a > 0 }\n",
                                 "{\"id\":\"x\",\"a\":1}\n{\"id\":\"y\"}\n"),
                      "{\"id\":\"x\"," AS_OF ",\"scores\":{\"s\":1}}\n"
                      "{\"id\":\"y\"," AS_OF ",\"scores\":{\"s\":0}}\n");
}

static void the_header_tells_of_the_policy_and_the_run(void **state) {
  (void)state;
  bareme_write_options options = plain;
  options.header = true;
  assert_string_equal(score(everything, "", options),
                      "{\"bareme\":\"" BAREME_VERSION "\",\"policy\":\"All \\\"of\\\" it\","
                      "\"version\":\"2026.3\",\"size\":3,\"policy_\":\"x\"," AS_OF "}\n");
}

static void explanations_list_every_line(void **state) {
  (void)state;
  bareme_write_options options = plain;
  options.explain = true;
  static const char source[] = "policy \"P\"\nlead { a number }\nevent e { n number }\n"
                               "score s {\n  decay to zero over 10 days\n  range to 9\n"
                               "  +5 \"Five\" when a > 0\n"
                               "  +8 on e where n > 1\n"
                               "  +1 on e where n > 5\n"
                               "}\n";
  assert_string_equal(
      score(source,
            "{\"id\":\"x\",\"a\":1,\"events\":[{\"type\":\"e\",\"at\":\"2026-05-27\",\"n\":2}]}\n"
            "{\"id\":\"y\"}\n",
            options),
      "{\"id\":\"x\"," AS_OF ",\"scores\":{\"s\":9},\"contributions\":{\"s\":["
      "{\"kind\":\"rule\",\"rule\":\"+5 \\\"Five\\\" when a > "
      "0\",\"label\":\"Five\",\"line\":7,\"points\":5},"
      "{\"kind\":\"rule\",\"rule\":\"+8 on e where n > "
      "1\",\"line\":8,\"points\":4,\"events\":1,\"raw\":8,"
      "\"decayed\":4},"
      "{\"kind\":\"rule\",\"rule\":\"+1 on e where n > 5\",\"line\":9,\"points\":0,\"events\":0,"
      "\"why\":\"nothing found\"}]}}\n"
      "{\"id\":\"y\"," AS_OF ",\"scores\":{\"s\":0},\"contributions\":{\"s\":["
      "{\"kind\":\"rule\",\"rule\":\"+5 \\\"Five\\\" when a > "
      "0\",\"label\":\"Five\",\"line\":7,\"points\":0,"
      "\"why\":\"unknown\",\"field\":\"a\"},"
      "{\"kind\":\"rule\",\"rule\":\"+8 on e where n > 1\",\"line\":8,\"points\":0,\"events\":0,"
      "\"why\":\"nothing found\"},"
      "{\"kind\":\"rule\",\"rule\":\"+1 on e where n > 5\",\"line\":9,\"points\":0,\"events\":0,"
      "\"why\":\"nothing found\"}]}}\n");
}

static void rows_have_a_column_for_each_part(void **state) {
  (void)state;
  assert_string_equal(
      score_csv(everything, "{\"id\":\"a,\\\"b\\\"\",\"email\":\"x\",\"size\":100}\n{}\n"
                            "{\"id\":\"r\",\"email\":\"rival\"}\n"
                            "{\"id\":\"z\",\"email\":\"x\",\"size\":20}\n"),
      "id,as_of,excluded,fit,ratio,stars,heat,mix,next_step,big,mail,stage,previous_stage,"
      "next_stage,next_lacks,actions\n"
      "\"a,\"\"b\"\"\",2026-06-01T00:00:00Z,,15,0.15,5,hot,A,\"call, "
      "now\",true,true,lead,lead,ready,"
      "\"ratio 0.35\",call;note\n"
      ",2026-06-01T00:00:00Z,,0,,1,cold,D,wait,false,false,lead,lead,ready,"
      "\"fit 15; ratio missing; email is present\",\n"
      "r,2026-06-01T00:00:00Z,\"Rival, \"\"inc\"\"\",,,,,,,,,lead,lead,,,\n"
      "z,2026-06-01T00:00:00Z,,15,0.75,5,hot,A,\"call, now\",false,true,ready,lead,,,call\n");
  assert_string_equal(score_csv("policy \"P\"\nscore s { +1 }\n", ""), "id,as_of,s\n");
}

static void control_characters_are_escaped(void **state) {
  (void)state;
  char out[6];
  for (int byte = 0; byte < 256; byte++) {
    char text[17];
    memset(text, 'a', 16);
    for (size_t at = 0; at < 16; at++) {
      text[at] = (char)byte;
      bool plain_byte = byte >= 0x20 && byte != '"' && byte != '\\';
      assert_int_equal(json_plain_length(text, 16), plain_byte ? 16 : at);
      text[at] = 'a';
    }
  }
  static const struct {
    unsigned char byte;
    const char *escape;
  } known[] = {{'\n', "\\n"}, {'\t', "\\t"},  {'\r', "\\r"},  {'\b', "\\b"},   {'\f', "\\f"},
               {'"', "\\\""}, {'\\', "\\\\"}, {0, "\\u0000"}, {11, "\\u000b"}, {31, "\\u001f"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    size_t length = json_escape(known[i].byte, out);
    assert_int_equal(length, strlen(known[i].escape));
    assert_memory_equal(out, known[i].escape, length);
  }
}

static void results_cannot_be_written_as_an_array(void **state) {
  (void)state;
  bareme_failure failure = {""};
  bareme_policy *policy;
  static const char source[] = "policy \"P\"\nscore s { +1 }\n";
  assert_int_equal(
      bareme_policy_compile("p", source, strlen(source), NULL, NULL, &failure, &policy), BAREME_OK);
  bareme_write_options options = plain;
  options.format = BAREME_JSON;
  bareme_writer *writer;
  assert_int_equal(bareme_writer_open(policy, &options, &failure, &writer),
                   BAREME_INVALID_ARGUMENT);
  assert_null(writer);
  bareme_policy_free(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_part_has_its_key),
      cmocka_unit_test(what_is_missing_is_null),
      cmocka_unit_test(an_excluded_lead_has_no_results),
      cmocka_unit_test(what_is_not_declared_has_no_key),
      cmocka_unit_test(the_header_tells_of_the_policy_and_the_run),
      cmocka_unit_test(explanations_list_every_line),
      cmocka_unit_test(rows_have_a_column_for_each_part),
      cmocka_unit_test(control_characters_are_escaped),
      cmocka_unit_test(results_cannot_be_written_as_an_array),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_memory.c - the N-th allocation fails, for every N, in every public
 * function: of ours, and of the libraries that read and write for us.
 *
 * Each scenario is run again and again, with the next request for memory
 * refused, alone or with all behind it, until it gets by.  Whatever is refused,
 * it ends with BAREME_NO_MEMORY and nothing is left behind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "fixture.h"
#include "heap.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

typedef bareme_status scenario(void);

static void put_nowhere(void *context, const char *bytes, size_t length) {
  (void)context, (void)bytes, (void)length;
}
static const bareme_sink nowhere = {put_nowhere, NULL};

/* ---- what there is, made before anything fails ------------------------------------------------
 */

static struct {
  char directory[32];
  char leads[64], compressed[64], squeezed[64], table[64], events[64], array[64], policy[64];
  char cases[64];
  bareme_policy *compiled, *with_tests;
} here;

static const char lead_lines[] =
    "{\"id\":\"a\",\"country\":\"FR\",\"size\":2000,\"consent\":true,\"events\":["
    "{\"type\":\"visit\",\"at\":\"2026-05-22\",\"id\":\"1\",\"url\":\"\\u0041\"},"
    "{\"type\":\"order\",\"at\":\"2026-05-01\",\"amount\":10,\"id\":\"2\"}]}\n"
    "{\"id\":\"b\",\"country\":3,\"events\":[{\"type\":\"visit\",\"at\":\"2026-06-02\"},"
    "{\"type\":\"dance\",\"at\":\"2026-05-01\"}]}\n"
    "{\"id\":\"c\",\"country\":\"XX\",\"stage\":\"hot\"}\n"
    "not a record\n";

static char *at(char *path, const char *name) {
  snprintf(path, 64, "%s/%s", here.directory, name);
  return path;
}

static void write_file(const char *path, const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void write_text(const char *path, const char *text) {
  write_file(path, text, strlen(text));
}

static void write_compressed(void) {
  char packed[1024];
  size_t length = ZSTD_compress(packed, sizeof packed, lead_lines, sizeof lead_lines - 1, 1);
  write_file(at(here.squeezed, "leads.ndjson.zst"), packed, length);
  gzFile file = gzopen(at(here.compressed, "leads.ndjson.gz"), "wb");
  assert_int_equal(gzwrite(file, lead_lines, sizeof lead_lines - 1), sizeof lead_lines - 1);
  assert_int_equal(gzclose(file), Z_OK);
}

static int set_up(void **state) {
  char other[64];
  (void)state;
  strcpy(here.directory, "/tmp/bareme-memory-XXXXXX");
  assert_non_null(mkdtemp(here.directory));
  write_text(at(here.leads, "leads.ndjson"), lead_lines);
  write_compressed();
  write_text(at(here.array, "leads.json"), "[{\"id\":\"a\"}, {\"id\":\"b\",\"size\":\"x\"}]");
  write_text(at(here.table, "leads.csv"), "id,country,size\na,FR,2000\nb,\"D\"\"E\",x\n");
  write_text(at(here.events, "events.csv"), "lead,type,at,url\na,visit,2026-05-01,/\n");
  write_text(at(here.cases, "cases.ndjson"),
             "{\"id\":\"a\",\"country\":\"FR\",\"expect\":{\"scores\":{\"fit\":1}}}\n");
  write_text(at(other, "words.txt"), "red\ngreen\n");
  write_text(at(other, "parts.bareme"), "module parts\nlead { colour text }\n"
                                        "define known(c text) = c in [\"red\"]\n");
  write_text(at(here.policy, "policy.bareme"),
             "policy \"Files\" {}\nuse std.mailbox\nuse \"parts.bareme\" as parts\n"
             "lead { email text }\nlist words from \"words.txt\"\nscore s {\n"
             "  +1 when colour in words and parts.known(colour)\n"
             "  -1 when mailbox.is_free(email)\n}\n"
             "test \"one\" { as of 2026-06-01  lead { colour: \"red\" }  expect s = 2 }\n");
  here.compiled = fixture_policy();
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  options.tests = true;
  assert_int_equal(bareme_policy_open(here.policy, &options, NULL, NULL, &here.with_tests),
                   BAREME_OK);
  return 0;
}

static int tear_down(void **state) {
  char command[64];
  (void)state;
  bareme_policy_free(here.compiled);
  bareme_policy_free(here.with_tests);
  snprintf(command, sizeof command, "rm -r '%s'", here.directory);
  return system(command);
}

/* ---- scenarios ---------------------------------------------------------------------------------
 */

static bareme_status compiles(void) {
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_status status = bareme_policy_compile("a", fixture_source, strlen(fixture_source), NULL,
                                               &report, NULL, &policy);
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static bareme_status opens(void) {
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_failure failure = {""};
  bareme_status status = bareme_policy_open(here.policy, NULL, &report, &failure, &policy);
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static bareme_status refuses(void) {
  static const char wrong[] = "policy \"P\" {}\nlead { a text }\nlet x = month + nowhere\n"
                              "score s { +1 when a > 3\n +2 on nothing }\n";
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_status status =
      bareme_policy_compile("a", wrong, sizeof wrong - 1, NULL, &report, NULL, &policy);
  assert_null(policy);
  if (report)
    bareme_report_render(report, true, &nowhere);
  bareme_report_free(report);
  return status == BAREME_INVALID_POLICY ? BAREME_OK : status;
}

static bareme_status formats(void) {
  return bareme_source_format("a", fixture_source, strlen(fixture_source), NULL, NULL, &nowhere);
}

/* Reads, runs with explanations, and writes. */
static bareme_status pipe_through(const bareme_read_options *in, bareme_format format) {
  bareme_failure failure = {""};
  bareme_reader *reader = NULL;
  bareme_runner *runner = NULL;
  bareme_writer *writer = NULL;
  const bareme_batch *batch;
  bareme_write_options out = BAREME_WRITE_OPTIONS_INIT;
  out.format = format;
  out.explain = format == BAREME_NDJSON;
  out.as_of = AS_OF;
  out.sink = &nowhere;
  bareme_status status = bareme_reader_open(here.compiled, in, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_runner_new(here.compiled, true, &runner);
  if (status == BAREME_OK)
    status = bareme_writer_open(here.compiled, &out, &failure, &writer);
  while (status == BAREME_OK) {
    status = bareme_reader_read(reader, &failure, &batch);
    if (status == BAREME_OK)
      status = bareme_runner_run(runner, batch);
    if (status == BAREME_OK)
      status = bareme_writer_write(writer, runner, &failure);
  }
  if (status == BAREME_END)
    status = bareme_writer_finish(writer, &failure);
  if (status == BAREME_OK)
    status = bareme_reader_finish(reader, &failure);
  bareme_writer_free(writer);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
  return status;
}

static bareme_status scores(const char *path, const char *events, bareme_format out) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = &path;
  options.path_count = 1;
  options.events_path = events;
  options.as_of = AS_OF;
  options.chunk = 2;
  options.explain = true;
  options.rejects = &nowhere;
  return pipe_through(&options, out);
}

static bareme_status scores_lines(void) {
  return scores(here.leads, NULL, BAREME_NDJSON);
}
static bareme_status scores_gzip(void) {
  return scores(here.compressed, NULL, BAREME_CSV);
}
static bareme_status scores_zstd(void) {
  return scores(here.squeezed, NULL, BAREME_NDJSON);
}
static bareme_status scores_array(void) {
  return scores(here.array, NULL, BAREME_NDJSON);
}
static bareme_status scores_table(void) {
  return scores(here.table, here.events, BAREME_CSV);
}

static bareme_status scores_together(const char *path, uint32_t threads) {
  bareme_failure failure = {""};
  bareme_reader *reader = NULL;
  bareme_read_options in = BAREME_READ_OPTIONS_INIT;
  bareme_write_options out = BAREME_WRITE_OPTIONS_INIT;
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  in.paths = &path;
  in.path_count = 1;
  in.as_of = AS_OF;
  in.chunk = 2;
  in.rejects = out.sink = &nowhere;
  options.threads = threads;
  options.stretch = 200;
  bareme_status status = bareme_reader_open(here.compiled, &in, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_writer_open(here.compiled, &out, &failure, &options.writer);
  if (status == BAREME_OK)
    status = bareme_score_all(reader, &options, NULL, &failure);
  bareme_writer_free(options.writer);
  bareme_reader_free(reader);
  return status;
}

static bareme_status scores_alone(void) {
  return scores_together(here.leads, 1);
}
static bareme_status scores_in_threes(void) {
  return scores_together(here.leads, 3);
}
static bareme_status scores_a_table_in_twos(void) {
  return scores_together(here.table, 2);
}

static bareme_status writes_a_file(void) {
  char path[64];
  bareme_failure failure = {""};
  bareme_writer *writer = NULL;
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  options.path = at(path, "out.ndjson");
  options.header = true;
  bareme_status status = bareme_writer_open(here.compiled, &options, &failure, &writer);
  if (status == BAREME_OK)
    status = bareme_writer_finish(writer, &failure);
  bareme_writer_free(writer);
  return status;
}

static bareme_status runs_tests(void) {
  bareme_tester *tester = NULL;
  bareme_expectation expectation;
  bareme_expected_part part;
  bareme_named_value value;
  bool passed;
  bareme_status status = bareme_tester_new(here.with_tests, &tester);
  if (status == BAREME_OK)
    status = bareme_tester_run(tester, 0, &passed);
  if (status == BAREME_OK)
    for (uint32_t e = 0; bareme_tester_expectation(tester, e, &expectation); e++)
      for (uint32_t p = 0; bareme_tester_part(tester, e, p, &part); p++)
        for (uint32_t v = 0; bareme_tester_value(tester, e, p, v, &value); v++)
          if (value.value.bytes && value.value.bytes[0] == '(') /* (out of memory) */
            status = BAREME_NO_MEMORY;
  bareme_tester_free(tester);
  return status;
}

static bareme_status runs_cases(void) {
  bareme_cases *cases = NULL;
  bareme_failure failure = {""};
  bareme_case one;
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = here.cases;
  options.has_as_of = true;
  options.as_of = AS_OF;
  bareme_status status = bareme_cases_open(here.compiled, &options, &failure, &cases);
  while (status == BAREME_OK)
    status = bareme_cases_next(cases, &failure, &one);
  if (status == BAREME_END)
    status = bareme_cases_write(cases, &nowhere);
  bareme_cases_free(cases);
  return status;
}

/* ---- failing
 * -------------------------------------------------------------------------------------- */

/* Refuses request after request until the scenario gets by; how many it took. */
static size_t starve(scenario *run, bool all_behind) {
  for (size_t nth = 1;; nth++) {
    long alive = heap_alive();
    heap_begin(nth, all_behind);
    bareme_status status = run();
    size_t requests = heap_end();
    if (heap_alive() > alive) /* the C library may let go of something of its own */
      fail_msg("request %zu refused: %ld blocks left behind", nth, heap_alive() - alive);
    if (requests < nth) {
      assert_int_equal(status, BAREME_OK);
      return nth;
    }
    if (status != BAREME_NO_MEMORY && status != BAREME_OK)
      fail_msg("request %zu refused: status %d, %s", nth, status, bareme_status_text(status));
    if (status == BAREME_OK && all_behind)
      fail_msg("request %zu and all behind it refused, and it got by", nth);
  }
}

static struct {
  const char *name;
  scenario *run;
} scenarios[] = {
    {"compiling a text", compiles},
    {"compiling files", opens},
    {"telling what is wrong", refuses},
    {"laying out", formats},
    {"scoring NDJSON", scores_lines},
    {"scoring what gzip made", scores_gzip},
    {"scoring what zstd made", scores_zstd},
    {"scoring an array", scores_array},
    {"scoring CSV, with events", scores_table},
    {"scoring all, alone", scores_alone},
    {"scoring all, three threads", scores_in_threes},
    {"scoring all of a table, two threads", scores_a_table_in_twos},
    {"writing a file", writes_a_file},
    {"running tests", runs_tests},
    {"running cases", runs_cases},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

static void survives(void **state) {
  scenario *run = *(scenario **)*state;
  assert_int_equal(run(), BAREME_OK); /* whatever a library keeps for good is allocated here */
  size_t requests = starve(run, false);
  assert_in_range(requests, 2, 1000000);
  starve(run, true);
}

int main(void) {
  struct CMUnitTest tests[SCENARIOS];
  for (size_t i = 0; i < SCENARIOS; i++)
    tests[i] = (struct CMUnitTest){
        .name = scenarios[i].name, .test_func = survives, .initial_state = &scenarios[i].run};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

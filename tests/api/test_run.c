/* test_run.c - leads in, results out: readers, runners, explanations, writers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

static const char leads[] =
    "{\"id\":\"a\",\"country\":\"FR\",\"size\":2000,\"consent\":true,\"events\":["
    "{\"type\":\"visit\",\"at\":\"2026-05-22\"},{\"type\":\"order\",\"at\":\"2026-06-01\","
    "\"amount\":10}]}\n"
    "{\"id\":\"b\",\"country\":\"DE\",\"events\":[{\"type\":\"visit\",\"at\":\"2026-06-02\"},"
    "{\"type\":\"dance\",\"at\":\"2026-05-01\"}]}\n"
    "{\"id\":\"c\",\"country\":\"XX\",\"stage\":\"warm\"}\n";

/* A policy, leads, and the first batch run. */
struct run {
  bareme_policy *policy;
  bareme_reader *reader;
  bareme_runner *runner;
  const bareme_batch *batch;
  char *path;
};

static int begin_run(void **state) {
  struct run *run = calloc(1, sizeof *run);
  bareme_failure failure = {""};
  run->policy = fixture_policy();
  run->path = fixture_file(leads);
  run->reader = fixture_reader(run->policy, run->path, 0, true);
  assert_int_equal(bareme_runner_new(run->policy, true, &run->runner), BAREME_OK);
  assert_int_equal(bareme_reader_read(run->reader, &failure, &run->batch), BAREME_OK);
  assert_int_equal(bareme_runner_run(run->runner, run->batch), BAREME_OK);
  *state = run;
  return 0;
}

static int end_run(void **state) {
  struct run *run = *state;
  bareme_runner_free(run->runner);
  bareme_reader_free(run->reader);
  bareme_policy_free(run->policy);
  fixture_remove(run->path);
  free(run);
  return 0;
}

/* ---- results --------------------------------------------------------------------------- */

static void a_lead_has_scores_and_outcomes(void **state) {
  struct run *run = *state;
  double number;
  assert_int_equal(bareme_batch_count(run->batch), 3);
  assert_text(bareme_batch_id(run->batch, 1), "b");
  assert_no_text(bareme_batch_id(run->batch, 3));
  assert_text(bareme_result_id(run->runner, 0), "a");
  assert_true(bareme_result_score(run->runner, 0, 0, &number));
  assert_true(number == 38);
  assert_true(bareme_result_score(run->runner, 1, 0, &number));
  assert_true(number == 7.33); /* 4 + 10/3 */
  assert_true(bareme_result_score(run->runner, 2, 0, &number));
  assert_true(number == 26.33);
  assert_int_equal(bareme_result_outcome(run->runner, BAREME_BANDS, 0, 0), 0);
  assert_int_equal(bareme_result_outcome(run->runner, BAREME_BANDS, 0, 1), 2);
  assert_true(bareme_result_segment(run->runner, 0, 0));
  assert_false(bareme_result_segment(run->runner, 0, 1));
  assert_true(bareme_result_action(run->runner, 0, 0));
  assert_false(bareme_result_action(run->runner, 0, 1));
  assert_int_equal(bareme_result_previous_stage(run->runner, 0), 0);
  assert_int_equal(bareme_result_stage(run->runner, 0), 1);
  assert_int_equal(bareme_result_excluded(run->runner, 0), BAREME_NONE);
}

static void an_excluded_lead_keeps_its_stage_and_has_nothing_else(void **state) {
  struct run *run = *state;
  double number;
  bareme_contribution line;
  bareme_requirement requirement;
  assert_int_equal(bareme_result_excluded(run->runner, 2), 0);
  assert_false(bareme_result_score(run->runner, 0, 2, &number));
  assert_int_equal(bareme_result_outcome(run->runner, BAREME_BANDS, 0, 2), BAREME_NONE);
  assert_false(bareme_result_segment(run->runner, 0, 2));
  assert_false(bareme_result_action(run->runner, 0, 2));
  assert_int_equal(bareme_result_stage(run->runner, 2), 1);
  assert_int_equal(bareme_result_previous_stage(run->runner, 2), 1);
  assert_int_equal(bareme_result_next(run->runner, 2), BAREME_NONE);
  assert_false(bareme_result_requirement(run->runner, 2, 0, &requirement));
  assert_false(bareme_result_explain(run->runner, 0, 2, 0, &line));
}

static void wrong_indices_have_no_results(void **state) {
  struct run *run = *state;
  double number;
  bareme_contribution line;
  assert_false(bareme_result_score(run->runner, 3, 0, &number));
  assert_false(bareme_result_score(run->runner, 0, 3, &number));
  assert_false(bareme_result_score(run->runner, BAREME_NONE, 0, &number));
  assert_int_equal(bareme_result_outcome(run->runner, BAREME_BANDS, 1, 0), BAREME_NONE);
  assert_int_equal(bareme_result_outcome(run->runner, BAREME_SCORES, 0, 0), BAREME_NONE);
  assert_false(bareme_result_segment(run->runner, 2, 0));
  assert_false(bareme_result_action(run->runner, 1, 0));
  assert_no_text(bareme_result_id(run->runner, 3));
  assert_int_equal(bareme_result_stage(run->runner, 3), BAREME_NONE);
  assert_false(bareme_result_explain(run->runner, 3, 0, 0, &line));
}

static void what_is_missing_to_the_next_stage(void **state) {
  struct run *run = *state;
  bareme_requirement requirement;
  assert_int_equal(bareme_result_next(run->runner, 0), BAREME_NONE); /* warm is final */
  assert_int_equal(bareme_result_next(run->runner, 1), 1);
  assert_true(bareme_result_requirement(run->runner, 1, 0, &requirement));
  assert_text(requirement.source, "fit >= 30");
  assert_int_equal(requirement.met, 0);
  assert_int_equal(requirement.score, 0);
  assert_string_equal(requirement.compare, ">=");
  assert_true(requirement.threshold == 30);
  assert_true(requirement.has_value && requirement.value == 10 && requirement.lacks == 20);
  assert_true(bareme_result_requirement(run->runner, 1, 2, &requirement));
  assert_text(requirement.source, "consent");
  assert_int_equal(requirement.met, -1);
  assert_int_equal(requirement.score, BAREME_NONE);
  assert_null(requirement.compare);
  assert_false(bareme_result_requirement(run->runner, 1, 3, &requirement));
}

static void a_contribution_says_why(void **state) {
  struct run *run = *state;
  bareme_contribution line;
  assert_true(bareme_result_explain(run->runner, 0, 0, 0, &line));
  assert_string_equal(line.kind, "rule");
  assert_text(line.label, "Is there");
  assert_text(line.file, "test.bareme");
  assert_int_equal(line.line, 10);
  assert_true(line.points == 10);
  assert_null(line.why);
  assert_true(bareme_result_explain(run->runner, 0, 0, 2, &line));
  assert_text(line.group, "Size");
  assert_int_equal(line.depth, 1);
  assert_no_text(line.label);
  assert_true(bareme_result_explain(run->runner, 0, 0, 4, &line));
  assert_string_equal(line.kind, "group range");
  assert_true(line.points == -2);
  assert_true(bareme_result_explain(run->runner, 1, 0, 0, &line));
  assert_true(line.has_events && line.events == 1 && line.raw == 8 && line.points == 4);
  assert_string_equal(line.unit, "event");
  assert_true(bareme_result_explain(run->runner, 0, 1, 2, &line));
  assert_string_equal(line.why, "unknown");
  assert_text(line.missing_field, "size");
  assert_true(bareme_result_explain(run->runner, 0, 1, 1, &line));
  assert_string_equal(line.why, "false");
}

/* Any order of questions gives the same answers. */
static void contributions_may_be_asked_for_in_any_order(void **state) {
  struct run *run = *state;
  bareme_contribution line;
  assert_true(bareme_result_explain(run->runner, 1, 1, 0, &line));
  assert_string_equal(line.why, "nothing found");
  assert_true(bareme_result_explain(run->runner, 0, 0, 0, &line));
  assert_true(line.points == 10);
  assert_true(bareme_result_explain(run->runner, 1, 0, 0, &line));
  assert_true(line.points == 4);
  assert_true(bareme_result_explain(run->runner, 2, 0, 0, &line));
  assert_string_equal(line.kind, "term");
}

static void a_summary_accounts_for_everything(void **state) {
  struct run *run = *state;
  bareme_read_summary summary;
  bareme_failure failure = {""};
  assert_int_equal(bareme_reader_read(run->reader, &failure, &run->batch), BAREME_END);
  assert_null(run->batch);
  assert_int_equal(bareme_reader_finish(run->reader, &failure), BAREME_OK);
  bareme_reader_summary(run->reader, &summary);
  assert_int_equal(summary.records, 3);
  assert_int_equal(summary.accepted, 3);
  assert_int_equal(summary.rejected, 0);
  assert_int_equal(summary.events, 2);
  assert_int_equal(summary.future_events, 1);
  assert_int_equal(summary.ignored_events, 1);
  assert_int_equal(summary.bytes, sizeof leads - 1);
  assert_int_equal(summary.problems, 0);
}

/* ---- many leads ---------------------------------------------------------------------------- */

static uint64_t bits(double number) {
  uint64_t word;
  memcpy(&word, &number, sizeof word);
  return word;
}

static bareme_policy *open_example(void) {
  bareme_policy *policy;
  bareme_failure failure = {""};
  assert_int_equal(bareme_policy_open(SOURCE_DIRECTORY "/examples/02-inbound-b2b.bareme", NULL,
                                      NULL, &failure, &policy),
                   BAREME_OK);
  return policy;
}

/* For every score of every lead: the points, added in order in doubles, give
 * the score to the last bit. */
static void contributions_add_up_exactly(void **state) {
  (void)state;
  bareme_policy *policy = open_example();
  char *path = fixture_leads();
  bareme_reader *reader = fixture_reader(policy, path, 0, true);
  bareme_runner *runner;
  const bareme_batch *batch;
  bareme_contribution line;
  size_t sums = 0;
  assert_int_equal(bareme_runner_new(policy, true, &runner), BAREME_OK);
  while (bareme_reader_read(reader, NULL, &batch) == BAREME_OK) {
    assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
    for (uint32_t lane = 0; lane < bareme_batch_count(batch); lane++)
      for (uint32_t score = 0; score < bareme_policy_count(policy, BAREME_SCORES); score++) {
        double number, sum = 0;
        if (!bareme_result_score(runner, score, lane, &number))
          continue;
        for (uint32_t i = 0; bareme_result_explain(runner, score, lane, i, &line); i++)
          sum += line.points;
        assert_int_equal(bits(sum + 0.0), bits(number));
        sums++;
      }
  }
  assert_true(sums > 7000);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
  bareme_policy_free(policy);
  fixture_remove(path);
}

/* All results as NDJSON. */
static void score_file(const bareme_policy *policy, const char *path, uint32_t chunk, bool explain,
                       struct gathered *results) {
  bareme_reader *reader = fixture_reader(policy, path, chunk, explain);
  bareme_runner *runner;
  bareme_writer *writer;
  const bareme_batch *batch;
  bareme_sink sink = fixture_sink(results);
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  bareme_failure failure = {""};
  options.sink = &sink;
  options.as_of = AS_OF;
  assert_int_equal(bareme_runner_new(policy, explain, &runner), BAREME_OK);
  assert_int_equal(bareme_writer_open(policy, &options, &failure, &writer), BAREME_OK);
  while (bareme_reader_read(reader, &failure, &batch) == BAREME_OK) {
    assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
    assert_int_equal(bareme_writer_write(writer, runner, &failure), BAREME_OK);
  }
  assert_int_equal(bareme_reader_finish(reader, &failure), BAREME_OK);
  assert_int_equal(bareme_writer_finish(writer, &failure), BAREME_OK);
  bareme_writer_free(writer);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
}

static void chunks_and_explanation_change_no_result(void **state) {
  (void)state;
  bareme_policy *policy = open_example();
  char *path = fixture_leads();
  struct gathered whole = {0};
  static const uint32_t chunks[] = {1, 4, 63, 64, 65, 100000};
  score_file(policy, path, 0, false, &whole);
  assert_true(whole.length > 100000);
  for (size_t i = 0; i < 2 * sizeof chunks / sizeof chunks[0]; i++) {
    struct gathered parts = {0};
    score_file(policy, path, chunks[i / 2], i % 2, &parts);
    assert_int_equal(parts.length, whole.length);
    assert_memory_equal(parts.bytes, whole.bytes, whole.length);
    free(parts.bytes);
  }
  free(whole.bytes);
  bareme_policy_free(policy);
  fixture_remove(path);
}

struct job {
  const bareme_policy *policy;
  const char *path;
  struct gathered results;
};

static void *work(void *context) {
  struct job *job = context;
  score_file(job->policy, job->path, 0, false, &job->results);
  return NULL;
}

static void threads_share_a_policy(void **state) {
  (void)state;
  bareme_policy *policy = open_example();
  char *path = fixture_leads();
  struct job jobs[4];
  pthread_t threads[4];
  for (size_t i = 0; i < 4; i++) {
    jobs[i] = (struct job){policy, path, {0}};
    assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
  }
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(jobs[i].results.length, jobs[0].results.length);
    assert_memory_equal(jobs[i].results.bytes, jobs[0].results.bytes, jobs[0].results.length);
  }
  for (size_t i = 0; i < 4; i++)
    free(jobs[i].results.bytes);
  bareme_policy_free(policy);
  fixture_remove(path);
}

/* ---- handles that do not fit each other --------------------------------------------------------
 */

static void a_runner_refuses_batches_of_another_policy(void **state) {
  struct run *run = *state;
  bareme_policy *other = fixture_policy();
  bareme_runner *runner;
  assert_int_equal(bareme_runner_new(other, false, &runner), BAREME_OK);
  assert_int_equal(bareme_runner_run(runner, run->batch), BAREME_INVALID_ARGUMENT);
  assert_no_text(bareme_result_id(runner, 0));
  bareme_runner_free(runner);
  bareme_policy_free(other);
}

static void without_explain_there_are_no_contributions(void **state) {
  struct run *run = *state;
  bareme_runner *runner;
  bareme_contribution line;
  assert_int_equal(bareme_runner_new(run->policy, false, &runner), BAREME_OK);
  assert_int_equal(bareme_runner_run(runner, run->batch), BAREME_OK);
  assert_false(bareme_result_explain(runner, 0, 0, 0, &line));
  bareme_runner_free(runner);
}

static void nothing_is_freed_twice_and_null_may_be_freed(void **state) {
  (void)state;
  bareme_reader_free(NULL);
  bareme_runner_free(NULL);
  bareme_writer_free(NULL);
  bareme_reader *reader;
  bareme_writer *writer;
  bareme_runner *runner;
  assert_int_equal(bareme_reader_open(NULL, NULL, NULL, &reader), BAREME_INVALID_ARGUMENT);
  assert_null(reader);
  assert_int_equal(bareme_writer_open(NULL, NULL, NULL, &writer), BAREME_INVALID_ARGUMENT);
  assert_null(writer);
  assert_int_equal(bareme_runner_new(NULL, false, &runner), BAREME_INVALID_ARGUMENT);
  assert_null(runner);
}

static void a_file_of_leads_that_is_not_there_says_so(void **state) {
  struct run *run = *state;
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_reader *reader;
  const bareme_batch *batch;
  const char *path = "/nothing/leads.ndjson";
  options.paths = &path;
  options.path_count = 1;
  bareme_status status = bareme_reader_open(run->policy, &options, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_reader_read(reader, &failure, &batch);
  assert_int_equal(status, BAREME_IO);
  assert_string_equal(failure.text, "/nothing/leads.ndjson: No such file or directory");
  bareme_reader_free(reader);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static void one_by_one_is_the_same_as_all_at_once(void **state) {
  struct run *run = *state;
  for (int format = BAREME_NDJSON; format <= BAREME_CSV; format += BAREME_CSV - BAREME_NDJSON) {
    struct gathered results[2] = {{0}, {0}};
    for (int single = 0; single < 2; single++) {
      bareme_sink sink = fixture_sink(&results[single]);
      bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
      bareme_failure failure = {""};
      bareme_writer *writer;
      options.sink = &sink;
      options.format = (bareme_format)format;
      assert_int_equal(bareme_writer_open(run->policy, &options, &failure, &writer), BAREME_OK);
      if (!single)
        assert_int_equal(bareme_writer_write(writer, run->runner, &failure), BAREME_OK);
      for (uint32_t lane = 0; single && lane < 3; lane++) {
        size_t before = results[single].length;
        assert_int_equal(bareme_writer_write_lead(writer, run->runner, lane, &failure), BAREME_OK);
        assert_true(results[single].length > before); /* at once */
        assert_int_equal(results[single].bytes[results[single].length - 1], '\n');
      }
      assert_int_equal(bareme_writer_write_lead(writer, run->runner, 3, &failure),
                       BAREME_INVALID_ARGUMENT);
      assert_int_equal(bareme_writer_finish(writer, &failure), BAREME_OK);
      bareme_writer_free(writer);
    }
    assert_int_equal(results[0].length, results[1].length);
    assert_memory_equal(results[0].bytes, results[1].bytes, results[0].length);
    free(results[0].bytes);
    free(results[1].bytes);
  }
}

static void a_file_appears_when_it_is_finished(void **state) {
  struct run *run = *state;
  for (int finish = 0; finish < 2; finish++) {
    char *path = fixture_file("");
    unlink(path);
    bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
    bareme_failure failure = {""};
    bareme_writer *writer;
    options.path = path;
    assert_int_equal(bareme_writer_open(run->policy, &options, &failure, &writer), BAREME_OK);
    assert_int_equal(bareme_writer_write(writer, run->runner, &failure), BAREME_OK);
    assert_int_not_equal(access(path, F_OK), 0);
    if (finish)
      assert_int_equal(bareme_writer_finish(writer, &failure), BAREME_OK);
    bareme_writer_free(writer);
    assert_int_equal(access(path, F_OK) == 0, finish);
    fixture_remove(path);
  }
}

static void rejected_records_go_to_a_sink(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file("{\"id\":\"a\"}\n{broken\n{\"id\":\"b\"}\n");
  struct gathered rejects = {0};
  bareme_sink sink = fixture_sink(&rejects);
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_reader *reader;
  const bareme_batch *batch;
  bareme_read_summary summary;
  bareme_problem problem;
  const char *const_path = path;
  options.paths = &const_path;
  options.path_count = 1;
  options.rejects = &sink;
  assert_int_equal(bareme_reader_open(policy, &options, &failure, &reader), BAREME_OK);
  assert_int_equal(bareme_reader_read(reader, &failure, &batch), BAREME_OK);
  assert_int_equal(bareme_batch_count(batch), 2);
  assert_int_equal(bareme_reader_read(reader, &failure, &batch), BAREME_END);
  assert_int_equal(bareme_reader_finish(reader, &failure), BAREME_OK);
  assert_string_equal(rejects.bytes, "{broken\n");
  bareme_reader_summary(reader, &summary);
  assert_int_equal(summary.records, 3);
  assert_int_equal(summary.rejected, 1);
  assert_int_equal(summary.problems, 1);
  assert_true(bareme_reader_problem(reader, 0, &problem));
  assert_true(problem.rejects);
  assert_int_equal(problem.count, 1);
  assert_int_equal(problem.line_count, 1);
  assert_int_equal(problem.lines[0], 2);
  assert_text(problem.file, path);
  assert_false(bareme_reader_problem(reader, 1, &problem));
  free(rejects.bytes);
  bareme_reader_free(reader);
  bareme_policy_free(policy);
  fixture_remove(path);
}

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, begin_run, end_run)

int main(void) {
  const struct CMUnitTest tests[] = {
      fixture_test(a_lead_has_scores_and_outcomes),
      fixture_test(an_excluded_lead_keeps_its_stage_and_has_nothing_else),
      fixture_test(wrong_indices_have_no_results),
      fixture_test(what_is_missing_to_the_next_stage),
      fixture_test(a_contribution_says_why),
      fixture_test(contributions_may_be_asked_for_in_any_order),
      fixture_test(a_summary_accounts_for_everything),
      cmocka_unit_test(contributions_add_up_exactly),
      cmocka_unit_test(chunks_and_explanation_change_no_result),
      cmocka_unit_test(threads_share_a_policy),
      fixture_test(a_runner_refuses_batches_of_another_policy),
      fixture_test(without_explain_there_are_no_contributions),
      cmocka_unit_test(nothing_is_freed_twice_and_null_may_be_freed),
      fixture_test(a_file_of_leads_that_is_not_there_says_so),
      fixture_test(one_by_one_is_the_same_as_all_at_once),
      fixture_test(a_file_appears_when_it_is_finished),
      cmocka_unit_test(rejected_records_go_to_a_sink),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

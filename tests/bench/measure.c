/* measure.c - where the time of scoring goes.
 *
 *   measure POLICY LEADS AS_OF [ROUNDS]
 *
 * Runs the pipeline of `bareme score` in this process, in three lengths: only
 * reading, reading and scoring, reading and scoring and writing to nowhere.
 * The differences are what each part costs.  The lengths take turns, so that
 * a machine that changes its mind disturbs all of them alike; the medians of
 * all rounds are told, and the ratios to the whole, which is what to compare:
 * absolute figures are noise on shared machines.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/bareme.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ROUNDS = 101 };

enum length { READ, SCORE, WRITE, EXPLAIN, LENGTHS };

static const char *const names[LENGTHS] = {"read", "read, score", "read, score, write",
                                           "read, score, explain, write"};

struct task {
  const char *leads;
  int64_t as_of;
  bareme_policy *policy;
  uint64_t records, bytes;
};

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void give_up(const char *what, const char *why) {
  fprintf(stderr, "measure: %s: %s\n", what, why);
  exit(1);
}

static void require(bareme_status status, const char *what, const bareme_failure *failure) {
  if (status != BAREME_OK && status != BAREME_END)
    give_up(what, failure->text[0] ? failure->text : bareme_status_text(status));
}

static bareme_writer *open_writer(const struct task *task, bool explain) {
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_writer *writer;
  options.path = "/dev/null";
  options.as_of = task->as_of;
  options.explain = explain;
  require(bareme_writer_open(task->policy, &options, &failure, &writer), "output", &failure);
  return writer;
}

static bareme_reader *open_reader(const struct task *task, bool explain) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_reader *reader;
  options.paths = &task->leads;
  options.path_count = 1;
  options.as_of = task->as_of;
  options.explain = explain;
  require(bareme_reader_open(task->policy, &options, &failure, &reader), task->leads, &failure);
  return reader;
}

/* One pass over the file; the seconds it took. */
static double pass(struct task *task, enum length length) {
  bareme_failure failure = {""};
  bareme_runner *runner = NULL;
  bareme_writer *writer = NULL;
  const bareme_batch *batch;
  double start = seconds_now();
  bareme_reader *reader = open_reader(task, length == EXPLAIN);
  if (length >= SCORE)
    require(bareme_runner_new(task->policy, length == EXPLAIN, &runner), "runner", &failure);
  if (length >= WRITE)
    writer = open_writer(task, length == EXPLAIN);
  bareme_status status;
  while ((status = bareme_reader_read(reader, &failure, &batch)) == BAREME_OK) {
    if (runner)
      require(bareme_runner_run(runner, batch), "run", &failure);
    if (writer)
      require(bareme_writer_write(writer, runner, &failure), "write", &failure);
  }
  require(status, task->leads, &failure);
  if (writer)
    require(bareme_writer_finish(writer, &failure), "output", &failure);
  double took = seconds_now() - start;
  bareme_read_summary summary;
  bareme_reader_summary(reader, &summary);
  task->records = summary.records;
  task->bytes = summary.bytes;
  bareme_writer_free(writer);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
  return took;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(const struct task *task, double times[LENGTHS][MOST_ROUNDS], int rounds) {
  printf("%llu leads, %.1f MB, one thread, median of %d rounds\n\n",
         (unsigned long long)task->records, (double)task->bytes / 1e6, rounds);
  printf("%-30s %9s %9s %11s %8s\n", "", "seconds", "MB/s", "leads/s", "ratio");
  for (int l = 0; l < LENGTHS; l++)
    qsort(times[l], (size_t)rounds, sizeof(double), ascending);
  double whole = times[WRITE][rounds / 2];
  for (int l = 0; l < LENGTHS; l++) {
    double median = times[l][rounds / 2];
    printf("%-30s %9.3f %9.0f %11.0f %8.2f\n", names[l], median, (double)task->bytes / 1e6 / median,
           (double)task->records / median, median / whole);
  }
}

int main(int count, char **arguments) {
  static double times[LENGTHS][MOST_ROUNDS];
  struct task task = {0};
  bareme_failure failure = {""};
  bareme_report *report_of_policy = NULL;
  if (count < 4) {
    fprintf(stderr, "usage: measure POLICY LEADS AS_OF [ROUNDS]\n");
    return 2;
  }
  int rounds = count > 4 ? atoi(arguments[4]) : 5;
  if (rounds < 1 || rounds > MOST_ROUNDS)
    give_up(arguments[4], "rounds go from 1 to 101");
  task.leads = arguments[2];
  if (!bareme_instant_parse(arguments[3], strlen(arguments[3]), &task.as_of))
    give_up(arguments[3], "not an instant");
  require(bareme_policy_open(arguments[1], NULL, &report_of_policy, &failure, &task.policy),
          arguments[1], &failure);
  for (int round = 0; round < rounds; round++)
    for (int l = 0; l < LENGTHS; l++)
      times[l][round] = pass(&task, (enum length)l);
  report(&task, times, rounds);
  bareme_policy_free(task.policy);
  bareme_report_free(report_of_policy);
  return 0;
}

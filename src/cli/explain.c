/* explain.c - `bareme explain`: why one lead has its result.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"
#include "cli/ladder.h"
#include "cli/page.h"
#include "cli/tell.h"

#include <string.h>
#include <unistd.h>

static uint32_t find_lane(const bareme_batch *batch, const char *id) {
  size_t length = strlen(id);
  for (uint32_t lane = 0; lane < bareme_batch_count(batch); lane++) {
    bareme_text known = bareme_batch_id(batch, lane);
    if (known.bytes && known.length == length && memcmp(known.bytes, id, length) == 0)
      return lane;
  }
  return BAREME_NONE;
}

/* Only the batch that has the lead is scored.  *lane is BAREME_NONE at the end
 * of the input. */
static int find_lead(struct job *job, uint32_t *lane) {
  const bareme_batch *batch;
  int status;
  *lane = BAREME_NONE;
  while ((status = job_read(job, &batch)) == EXIT_DONE && batch) {
    *lane = find_lane(batch, job->arguments->option[OPTION_ID].word);
    if (*lane != BAREME_NONE)
      return job_run(job, batch);
    job->results += bareme_batch_count(batch);
  }
  return status;
}

static int write_json(struct job *job, uint32_t lane) {
  struct output output;
  bareme_writer *writer;
  bareme_failure failure = {""};
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  bareme_sink sink = {output_put, &output};
  options.explain = true;
  options.as_of = job->as_of;
  options.sink = &sink;
  int status = output_open(&output, job->arguments->option[OPTION_OUTPUT].word);
  if (status != EXIT_DONE)
    return status;
  bareme_status written = bareme_writer_open(job->policy, &options, &failure, &writer);
  if (written == BAREME_OK)
    written = bareme_writer_write_lead(writer, job->runner, lane, &failure);
  if (written == BAREME_OK)
    written = bareme_writer_finish(writer, &failure);
  bareme_writer_free(writer);
  status = tell_status(written, &failure);
  if (status == EXIT_DONE)
    return output_close(&output);
  output_discard(&output);
  return status;
}

static int write_ladder(struct job *job, uint32_t lane, uint32_t score) {
  const struct option_value *given = job->arguments->option;
  struct page page;
  page_init(&page, STDOUT_FILENO, given[OPTION_COLOR].choice);
  ladder_put(&page, job->policy, job->runner, lane, score, job->as_of);
  int status = page_print(&page, given[OPTION_OUTPUT].word);
  page_clear(&page);
  return status;
}

/* Why there may be none is told too: its record may have been set aside. */
static int tell_not_found(struct job *job) {
  int status = job_close(job, EXIT_DONE);
  if (status != EXIT_DONE)
    return status;
  return tell_no("no lead has the id `%s`; %llu were read", job->arguments->option[OPTION_ID].word,
                 (unsigned long long)job->results);
}

static int explain(struct job *job) {
  const struct option_value *given = job->arguments->option;
  uint32_t score = BAREME_NONE, lane;
  if (given[OPTION_SCORE].given) {
    score = job_find_score(job, given[OPTION_SCORE].word);
    if (score == BAREME_NONE)
      return EXIT_USAGE;
  }
  int status = find_lead(job, &lane);
  progress_end(&job->progress);
  if (status != EXIT_DONE)
    return job_close(job, status);
  if (lane == BAREME_NONE)
    return tell_not_found(job);
  return given[OPTION_JSON].given ? write_json(job, lane) : write_ladder(job, lane, score);
}

static int run(const struct arguments *arguments) {
  if (!arguments->option[OPTION_ID].given)
    return tell_usage("--id ID says which lead to explain");
  if (arguments->option[OPTION_JSON].given && arguments->option[OPTION_SCORE].given)
    return tell_usage("--json has all scores: leave --score out");
  struct job job;
  int status = job_open(&job, arguments, true);
  if (status == EXIT_DONE)
    status = explain(&job);
  job_clear(&job);
  return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "why one lead has its result: every point, and what is missing to the next stage",
    .usage = "POLICY [FILE...] --id ID",
    .prose =
        "Shows one lead's result as a ladder: for each score what every rule gave, the running "
        "total and why, and below it the rules that gave nothing, and why not; then what is "
        "missing to the next stage.\n\n"
        "Exit status: 1 if no lead has the id.\n\n"
        "  bareme explain inbound.bareme leads.ndjson --id 00042 --at 2026-06-01",
    .options = (const enum option_id[]){OPTION_ID, OPTION_SCORE, OPTION_JSON, OPTION_AT,
                                        OPTION_EVENTS, OPTION_INPUT, OPTION_SET, OPTION_VERIFY,
                                        OPTION_INCLUDE, OPTION_STRICT, OPTION_OUTPUT, OPTION_COLOR,
                                        OPTION_CHUNK, OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = SIZE_MAX,
    .run = run,
};

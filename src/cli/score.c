/* score.c - `bareme score`: a result for each lead.
 *
 * Results go out in the order of the input, as they come.  With --top they are
 * written one by one into the memory of a heap instead, and from there, sorted,
 * to the output: whatever the format, a lead's result is a record of bytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "cli/top.h"

#include <stdlib.h>
#include <string.h>

enum format { FORMAT_NDJSON, FORMAT_CSV, FORMAT_TABLE, FORMAT_ARROWS }; /* as --format lists them */

struct scoring {
  struct job job;
  enum format format;
  struct output output;
  bareme_writer *writer; /* NDJSON, CSV */
  bareme_sink sink;      /* of the writer: to the record, if there is one, else to the output */
  struct table table;
  struct page *recording; /* where a single result is being collected; NULL: none is */
  struct page record;
  struct top top;
  uint32_t by; /* the score that --top goes by; BAREME_NONE without --top */
};

/* ---- one result at a time -------------------------------------------------------------- */

static void put_result(void *context, const char *bytes, size_t length) {
  struct scoring *scoring = context;
  if (scoring->recording)
    page_raw(scoring->recording, bytes, length);
  else
    output_put(&scoring->output, bytes, length);
}

/* Writes one lead's result to scoring->record. */
static int record_result(struct scoring *scoring, uint32_t lane) {
  const bareme_runner *runner = scoring->job.runner;
  bareme_failure failure = {""};
  bareme_status status = BAREME_OK;
  scoring->record.length = scoring->record.column = 0;
  scoring->recording = &scoring->record;
  if (scoring->format == FORMAT_TABLE)
    table_record(&scoring->table, runner, lane, &scoring->record);
  else
    status = bareme_writer_write_lead(scoring->writer, runner, lane, &failure);
  scoring->recording = NULL;
  if (scoring->record.out_of_memory)
    status = BAREME_NO_MEMORY;
  return tell_status(status, &failure);
}

static int consider_lead(struct scoring *scoring, uint32_t lane, uint64_t order) {
  double score;
  if (!bareme_result_score(scoring->job.runner, scoring->by, lane, &score) ||
      !top_wants(&scoring->top, score))
    return EXIT_DONE;
  int status = record_result(scoring, lane);
  if (status == EXIT_DONE && !top_keep(&scoring->top, score, order, &scoring->record))
    status = tell_outside("out of memory");
  return status;
}

static int add_row(struct scoring *scoring, uint32_t lane) {
  int status = record_result(scoring, lane);
  return status == EXIT_DONE ? table_add(&scoring->table, &scoring->record) : status;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int write_batch(struct scoring *scoring, uint32_t count) {
  int status = EXIT_DONE;
  uint64_t before = scoring->job.results - count;
  for (uint32_t lane = 0; lane < count && status == EXIT_DONE; lane++)
    status = scoring->by == BAREME_NONE ? add_row(scoring, lane)
                                        : consider_lead(scoring, lane, before + lane);
  return status;
}

static bool goes_on(void *context) {
  struct scoring *scoring = context;
  job_show(&scoring->job);
  return output_good(&scoring->output);
}

/* Results as they are go out by several threads. */
static int score_together(struct scoring *scoring) {
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  options.writer = scoring->writer;
  options.goes_on = goes_on;
  options.context = scoring;
  int status = job_score(&scoring->job, &options);
  if (status != EXIT_DONE)
    output_flush(&scoring->output); /* what was scored before it */
  return status;
}

/* Stops early when the output has failed: output_close will say so. */
static int score_all(struct scoring *scoring) {
  uint32_t count;
  int status;
  if (scoring->by == BAREME_NONE && scoring->format != FORMAT_TABLE)
    return score_together(scoring);
  do {
    status = job_next(&scoring->job, &count);
    if (status == EXIT_DONE && count > 0)
      status = write_batch(scoring, count);
  } while (status == EXIT_DONE && count > 0 && output_good(&scoring->output));
  return status;
}

static int write_top(struct scoring *scoring) {
  int status = EXIT_DONE;
  top_sort(&scoring->top);
  for (size_t i = 0; i < scoring->top.count && status == EXIT_DONE; i++) {
    const struct page *record = &scoring->top.entries[i].record;
    if (scoring->format == FORMAT_TABLE)
      status = table_add(&scoring->table, record);
    else
      output_put(&scoring->output, record->bytes, record->length);
  }
  return status;
}

static int finish(struct scoring *scoring) {
  int status = write_top(scoring);
  if (status == EXIT_DONE && scoring->format == FORMAT_TABLE)
    status = table_end(&scoring->table);
  bareme_failure failure = {""};
  if (status == EXIT_DONE && scoring->writer)
    status = tell_status(bareme_writer_finish(scoring->writer, &failure), &failure);
  output_flush(&scoring->output);
  return status;
}

/* ---- setting up ------------------------------------------------------------------------------ */

static int check_arguments(const struct option_value *given) {
  enum format format = (enum format)given[OPTION_FORMAT].choice;
  if (given[OPTION_TOP].given && !given[OPTION_BY].given)
    return tell_usage("--top needs --by SCORE: by which score?");
  if (given[OPTION_BY].given && !given[OPTION_TOP].given)
    return tell_usage("--by needs --top N: how many leads?");
  if (given[OPTION_EXPLAIN].given && format == FORMAT_CSV)
    return tell_usage("--explain has no place in CSV; use --format ndjson, arrows or table");
  if (given[OPTION_HEADER].given && format != FORMAT_NDJSON)
    return tell_usage("--header is a line of NDJSON; use --format ndjson");
  if (given[OPTION_ONLY].given && format != FORMAT_NDJSON && format != FORMAT_CSV)
    return tell_usage("--only is for NDJSON and CSV; use --format ndjson or csv");
  return EXIT_DONE;
}

static int open_writer(struct scoring *scoring) {
  const struct option_value *given = scoring->job.arguments->option;
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  bareme_failure failure = {""};
  options.format = scoring->format == FORMAT_CSV      ? BAREME_CSV
                   : scoring->format == FORMAT_ARROWS ? BAREME_ARROW
                                                      : BAREME_NDJSON;
  options.explain = given[OPTION_EXPLAIN].given;
  options.header = given[OPTION_HEADER].given;
  options.as_of = scoring->job.as_of;
  options.only = given[OPTION_ONLY].word;
  scoring->sink = (bareme_sink){put_result, scoring};
  options.sink = &scoring->sink;
  return tell_status(bareme_writer_open(scoring->job.policy, &options, &failure, &scoring->writer),
                     &failure);
}

static int open_results(struct scoring *scoring) {
  const struct option_value *given = scoring->job.arguments->option;
  if (given[OPTION_TOP].given) {
    top_init(&scoring->top, given[OPTION_TOP].number);
    scoring->by = job_find_score(&scoring->job, given[OPTION_BY].word);
    if (scoring->by == BAREME_NONE)
      return EXIT_USAGE;
  }
  int status = output_open(&scoring->output, given[OPTION_OUTPUT].word);
  if (status != EXIT_DONE)
    return status;
  if (scoring->format != FORMAT_TABLE)
    return open_writer(scoring);
  return table_init(&scoring->table, scoring->job.policy, &scoring->output,
                    given[OPTION_COLOR].choice, given[OPTION_EXPLAIN].given);
}

static void clear(struct scoring *scoring) {
  bareme_writer_free(scoring->writer);
  table_clear(&scoring->table);
  top_clear(&scoring->top);
  page_clear(&scoring->record);
  output_discard(&scoring->output);
  job_clear(&scoring->job);
}

static int run(const struct arguments *arguments) {
  struct scoring scoring = {.format = (enum format)arguments->option[OPTION_FORMAT].choice,
                            .output = {.file = -1, .signal_slot = -1},
                            .by = BAREME_NONE};
  int status = check_arguments(arguments->option);
  if (status != EXIT_DONE)
    return status;
  status = job_open(&scoring.job, arguments, arguments->option[OPTION_EXPLAIN].given);
  if (status == EXIT_DONE)
    status = open_results(&scoring);
  if (status == EXIT_DONE)
    status = score_all(&scoring);
  if (status == EXIT_DONE && output_good(&scoring.output))
    status = finish(&scoring);
  if (output_good(&scoring.output))
    status = job_close(&scoring.job, status);
  if (status == EXIT_DONE)
    status = output_close(&scoring.output);
  clear(&scoring);
  return status;
}

const struct command command_score = {
    .name = "score",
    .summary = "score leads: a result for each, in the order of the input",
    .usage = "POLICY [FILE...]",
    .prose =
        "Reads leads from the files, or from standard input, scores them by the policy, and writes "
        "a result for each. The files may be NDJSON (a lead a line, its events inside), a JSON "
        "array, CSV, or Arrow; gzip and zstd are recognised.\n\n"
        "A value that cannot be read counts as missing, and a record that cannot be read is set "
        "aside; both are told at the end, with the lines. --strict stops at the first instead.\n\n"
        "  bareme score inbound.bareme leads.ndjson --at 2026-06-01 -o results.ndjson\n"
        "  bareme score inbound.bareme leads.csv --events events.csv --format csv\n"
        "  bareme score inbound.bareme leads.ndjson --top 10 --by total --format table --explain",
    .options =
        (const enum option_id[]){OPTION_AT,      OPTION_EVENTS,  OPTION_INPUT,   OPTION_FORMAT,
                                 OPTION_EXPLAIN, OPTION_TOP,     OPTION_BY,      OPTION_SET,
                                 OPTION_VERIFY,  OPTION_INCLUDE, OPTION_REJECTS, OPTION_STRICT,
                                 OPTION_HEADER,  OPTION_ONLY,    OPTION_OUTPUT,  OPTION_COLOR,
                                 OPTION_THREADS, OPTION_VERBOSE, OPTION_STRETCH, OPTION_CHUNK,
                                 OPTION_HELP,    OPTION_COUNT},
    .least_words = 1,
    .most_words = SIZE_MAX,
    .run = run,
};

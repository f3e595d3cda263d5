/* bareme_cases.c - records with the results that are expected of them.
 *
 * The file is read twice: once as text, for what it expects (io/case_file.h),
 * and once by the reader, as every file of leads.  That the two agree on which
 * record is which follows from strictness: a case whose data has a problem is
 * no case, so the first one ends the run, and until then the n-th lead is the
 * n-th record.
 *
 * A batch has one as-of instant.  When all records share theirs, batches are
 * as large as they may be; otherwise each case is a batch of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_load.h"
#include "bareme_private.h"

#include "base/unicode.h"
#include "io/case_file.h"
#include "io/reader.h"
#include "limits.h"

#include <inttypes.h>

struct bareme_cases {
  const bareme_policy *policy;
  bareme_runner *runner;
  struct reader *reader;
  struct bareme_batch batch;
  struct arena arena; /* of the file's bytes */
  struct case_file file;
  size_t next;   /* the record that comes next */
  uint32_t lane; /* in the batch, of the one that came last */
  bool begun, ended;
};

/* ---- opening ------------------------------------------------------------------------------- */

static bool is_csv(const bareme_case_options *options, struct text name) {
  if (options->format != BAREME_AUTO)
    return options->format == BAREME_CSV;
  return text_ends_with(name, TEXT(".csv")) || text_ends_with(name, TEXT(".tsv"));
}

static bareme_status load(bareme_cases *cases, const bareme_case_options *options,
                          bareme_failure *failure) {
  struct text name = text_from(options->path), bytes;
  const char *reason = NULL;
  switch (load_file(&cases->arena, options->path, &bytes, &reason)) {
  case LOAD_OK:
    return case_file_init(&cases->file, cases->policy->program, &cases->policy->memory, name, bytes,
                          is_csv(options, name), failure);
  case LOAD_TOO_LARGE:
    failure_set(failure, "%s: a file of cases may have %u bytes", options->path,
                LIMIT_SOURCE_BYTES);
    return BAREME_IO;
  case LOAD_NO_MEMORY: return failure_memory(failure);
  case LOAD_FAILED: break;
  }
  failure_set(failure, "%s: %s", options->path, reason);
  return BAREME_IO;
}

/* Every record has an instant; *uniform: the same. */
static bareme_status settle_instants(bareme_cases *cases, const bareme_case_options *options,
                                     bool *uniform, bareme_failure *failure) {
  struct case_file *file = &cases->file;
  *uniform = true;
  for (size_t i = 0; i < file->record_count; i++) {
    struct case_record *record = &file->records[i];
    if (!record->has_as_of && !options->has_as_of)
      return case_refuse(file, record->line, failure,
                         "the record has no `as_of`, and none is "
                         "given for all");
    if (!record->has_as_of)
      record->as_of = options->as_of;
    *uniform = *uniform && record->as_of == file->records[0].as_of;
  }
  return BAREME_OK;
}

static bareme_status open_reader(bareme_cases *cases, const bareme_case_options *options,
                                 bool uniform, bareme_failure *failure) {
  const bareme_policy *policy = cases->policy;
  bareme_read_options reading = BAREME_READ_OPTIONS_INIT;
  reading.paths = &options->path;
  reading.path_count = 1;
  reading.format = cases->file.csv ? BAREME_CSV : BAREME_NDJSON;
  reading.strict = !cases->file.csv; /* of CSV, columns may be missing */
  uint32_t chunk = uniform ? runner_chunk(policy->program, true) : 1;
  if (!batch_init(&cases->batch.batch, policy->program, &policy->memory, chunk, 0))
    return failure_memory(failure);
  return reader_open(policy->program, &policy->memory, &reading, failure, &cases->reader);
}

static bareme_status open_all(bareme_cases *cases, const bareme_case_options *options,
                              bareme_failure *failure) {
  bool uniform;
  bareme_status status = load(cases, options, failure);
  if (status == BAREME_OK)
    status = settle_instants(cases, options, &uniform, failure);
  if (status == BAREME_OK)
    status = open_reader(cases, options, uniform, failure);
  if (status == BAREME_OK)
    status = bareme_runner_new(cases->policy, true, &cases->runner);
  if (status == BAREME_NO_MEMORY)
    failure_memory(failure);
  return status;
}

bareme_status bareme_cases_open(const bareme_policy *policy, const bareme_case_options *options,
                                bareme_failure *failure, bareme_cases **cases) {
  if (!cases)
    return BAREME_INVALID_ARGUMENT;
  *cases = NULL;
  bareme_case_options own = BAREME_CASE_OPTIONS_INIT;
  if (!policy || !options || !options_take(&own, sizeof own, options) || !own.path ||
      own.format == BAREME_JSON)
    return BAREME_INVALID_ARGUMENT;
  bareme_cases *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->policy = policy;
  arena_init(&made->arena, &policy->memory);
  bareme_status status = open_all(made, &own, failure);
  if (status == BAREME_OK)
    *cases = made;
  else
    bareme_cases_free(made);
  return status;
}

void bareme_cases_free(bareme_cases *cases) {
  if (!cases)
    return;
  struct memory memory = cases->policy->memory;
  bareme_runner_free(cases->runner);
  if (cases->reader)
    reader_free(cases->reader);
  if (cases->batch.batch.program)
    batch_clear(&cases->batch.batch);
  case_file_clear(&cases->file);
  arena_clear(&cases->arena);
  memory_free(&memory, cases, 1, sizeof *cases);
}

/* ---- running --------------------------------------------------------------------------------- */

/* What strictness would have said, had it been asked for: any problem of the
 * data, but that a column of the header is missing. */
static bareme_status check_data(const bareme_cases *cases, bareme_failure *failure) {
  bareme_problem problem;
  for (size_t i = 0; reader_problem(cases->reader, i, &problem); i++) {
    uint64_t line = problem.line_count > 0 ? problem.lines[0] : 0;
    if (cases->file.csv && line == 1 && !problem.rejects)
      continue;
    bool named = problem.where.bytes != NULL;
    return case_refuse(&cases->file, line, failure, "%s%.*s%s%s", named ? "`" : "",
                       (int)problem.where.length, named ? problem.where.bytes : "",
                       named ? "`: " : "", problem.what);
  }
  return BAREME_OK;
}

static bareme_status read_batch(bareme_cases *cases, bareme_failure *failure) {
  if (cases->next < cases->file.record_count)
    cases->batch.batch.as_of = cases->file.records[cases->next].as_of;
  bareme_status status = reader_read(cases->reader, &cases->batch.batch, failure);
  bareme_status data = check_data(cases, failure);
  if (data != BAREME_OK)
    return data;
  if (status == BAREME_OK)
    status = bareme_runner_run(cases->runner, &cases->batch);
  if (status == BAREME_NO_MEMORY)
    failure_memory(failure);
  cases->lane = 0;
  return status;
}

static bool is_batch_done(const bareme_cases *cases) {
  return !cases->begun || cases->lane + 1 >= cases->batch.batch.count;
}

static bool all_met(const bareme_cases *cases, const struct case_record *record) {
  for (uint32_t i = 0; i < record->count; i++)
    if (!cases->file.checks[record->first + i].met)
      return false;
  return true;
}

bareme_status bareme_cases_next(bareme_cases *cases, bareme_failure *failure, bareme_case *out) {
  *out = (bareme_case){0};
  bareme_status status = BAREME_OK;
  if (cases->ended)
    return BAREME_END;
  if (is_batch_done(cases))
    status = read_batch(cases, failure);
  else
    cases->lane++;
  cases->begun = true;
  cases->ended = status != BAREME_OK;
  bool more = cases->next < cases->file.record_count;
  if ((status == BAREME_OK && !more) || (status == BAREME_END && more))
    return case_refuse(&cases->file, 0, failure, "the file has changed while it was read");
  if (status != BAREME_OK)
    return status;
  struct case_record *record = &cases->file.records[cases->next++];
  if (!case_judge(&cases->file, record, &cases->runner->runner, cases->lane))
    return failure_memory(failure);
  *out = (bareme_case){
      .id = bareme_result_id(cases->runner, cases->lane),
      .line = record->line,
      .as_of = record->as_of,
      .expects = record->has_expect,
      .passed = record->has_expect && all_met(cases, record),
  };
  return BAREME_OK;
}

bool bareme_cases_difference(const bareme_cases *cases, uint32_t index,
                             bareme_difference *difference) {
  if (!cases->begun || cases->ended || cases->next == 0)
    return false;
  const struct case_file *file = &cases->file;
  const struct case_record *record = &file->records[cases->next - 1];
  for (uint32_t i = 0; i < record->count; i++) {
    const struct case_check *check = &file->checks[record->first + i];
    if (check->met || check->value.kind == CASE_UNSET || index-- > 0)
      continue;
    struct text expected = {file->bytes.bytes + check->begin, check->end - check->begin};
    *difference = (bareme_difference){public_text(check->path), public_text(expected),
                                      public_text(check->actual)};
    return true;
  }
  return false;
}

const bareme_runner *bareme_cases_runner(const bareme_cases *cases, uint32_t *lane) {
  *lane = cases->lane;
  return cases->begun && !cases->ended ? cases->runner : NULL;
}

bareme_status bareme_cases_write(const bareme_cases *cases, const bareme_sink *sink) {
  if (!cases->ended || cases->next != cases->file.record_count)
    return BAREME_INVALID_ARGUMENT;
  case_file_write(&cases->file, sink);
  return BAREME_OK;
}

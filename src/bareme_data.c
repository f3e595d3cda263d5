/* bareme_data.c - readers and writers, handed out.
 *
 * The public names stand for the floors' own: a bareme_batch is the batch of
 * its reader.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "limits.h"

/* ---- reading ------------------------------------------------------------------------ */

static uint32_t chunk_of(const bareme_policy *policy, const bareme_read_options *options) {
  if (options->chunk == 0)
    return runner_chunk(policy->program, options->explain);
  return options->chunk < LIMIT_CHUNK_LEADS ? options->chunk : LIMIT_CHUNK_LEADS;
}

bareme_status bareme_reader_open(const bareme_policy *policy, const bareme_read_options *options,
                                 bareme_failure *failure, bareme_reader **reader) {
  if (!reader)
    return BAREME_INVALID_ARGUMENT;
  *reader = NULL;
  bareme_read_options own = BAREME_READ_OPTIONS_INIT;
  if (!policy || !options || !options_take(&own, sizeof own, options))
    return BAREME_INVALID_ARGUMENT;
  bareme_reader *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = policy->memory;
  made->policy = policy;
  bareme_status status = BAREME_OK;
  if (!batch_init(&made->batch.batch, policy->program, &made->memory, chunk_of(policy, &own),
                  own.as_of))
    status = failure_memory(failure);
  if (status == BAREME_OK)
    status = reader_open(policy->program, &made->memory, &own, failure, &made->reader);
  if (status == BAREME_OK)
    *reader = made;
  else
    bareme_reader_free(made);
  return status;
}

bareme_status bareme_reader_read(bareme_reader *reader, bareme_failure *failure,
                                 const bareme_batch **batch) {
  *batch = NULL;
  bareme_status status = reader_read(reader->reader, &reader->batch.batch, failure);
  if (status == BAREME_OK)
    *batch = &reader->batch;
  return status;
}

void bareme_reader_summary(const bareme_reader *reader, bareme_read_summary *summary) {
  reader_summary(reader->reader, summary);
}

bool bareme_reader_problem(const bareme_reader *reader, size_t index, bareme_problem *problem) {
  return reader_problem(reader->reader, index, problem);
}

bareme_status bareme_reader_finish(bareme_reader *reader, bareme_failure *failure) {
  return reader_finish(reader->reader, failure);
}

void bareme_reader_free(bareme_reader *reader) {
  if (!reader)
    return;
  struct memory memory = reader->memory;
  if (reader->reader)
    reader_free(reader->reader);
  batch_clear(&reader->batch.batch);
  memory_free(&memory, reader, 1, sizeof *reader);
}

/* ---- writing ------------------------------------------------------------------------------ */

bareme_status bareme_writer_open(const bareme_policy *policy, const bareme_write_options *options,
                                 bareme_failure *failure, bareme_writer **writer) {
  if (!writer)
    return BAREME_INVALID_ARGUMENT;
  *writer = NULL;
  bareme_write_options own = BAREME_WRITE_OPTIONS_INIT;
  if (!policy || !options || !options_take(&own, sizeof own, options))
    return BAREME_INVALID_ARGUMENT;
  bareme_writer *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = policy->memory;
  bareme_status status = writer_open(policy->program, &made->memory, &own, failure, &made->writer);
  if (status == BAREME_OK)
    *writer = made;
  else
    bareme_writer_free(made);
  return status;
}

bareme_status bareme_writer_write(bareme_writer *writer, const bareme_runner *runner,
                                  bareme_failure *failure) {
  return writer_write(writer->writer, &runner->runner, 0, runner->lanes, failure);
}

bareme_status bareme_writer_write_lead(bareme_writer *writer, const bareme_runner *runner,
                                       uint32_t lane, bareme_failure *failure) {
  if (!runner_has_lane(runner, lane))
    return BAREME_INVALID_ARGUMENT;
  return writer_write(writer->writer, &runner->runner, lane, 1, failure);
}

bareme_status bareme_writer_finish(bareme_writer *writer, bareme_failure *failure) {
  return writer_finish(writer->writer, failure);
}

bool bareme_writer_pipe_closed(const bareme_writer *writer) {
  return writer_pipe_closed(writer->writer);
}

void bareme_writer_free(bareme_writer *writer) {
  if (!writer)
    return;
  struct memory memory = writer->memory;
  if (writer->writer)
    writer_free(writer->writer);
  memory_free(&memory, writer, 1, sizeof *writer);
}

/* writer.c - results to a file, in the way that was asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/writer.h"

#include "io/write.h"

struct writer {
  struct memory memory;
  struct arena arena;
  const struct program *program;
  struct output output;
  struct json_writer *json; /* one of the two */
  struct csv_writer *csv;
  bool explain, has_sink;
  struct contribution *lines; /* room for those of any score */
  size_t line_capacity;
};

static bool make(struct writer *writer, const bareme_write_options *options) {
  if (options->format == BAREME_CSV)
    return csv_writer_init(&writer->csv, writer->program, options->as_of, &writer->arena);
  return json_writer_init(&writer->json, writer->program, options->as_of, options->explain,
                          &writer->arena);
}

static bareme_status put_header(struct writer *writer, bool wanted, bareme_failure *failure) {
  if (writer->csv)
    csv_writer_header(writer->csv, &writer->output);
  else if (wanted && !json_writer_header(writer->json, &writer->output))
    return failure_memory(failure);
  return writer->has_sink ? output_flush(&writer->output, failure) : BAREME_OK;
}

bareme_status writer_open(const struct program *program, const struct memory *memory,
                          const bareme_write_options *options, bareme_failure *failure,
                          struct writer **writer) {
  *writer = NULL;
  struct writer *made = memory_zeroed(memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = *memory;
  made->program = program;
  made->output.file = -1;
  arena_init(&made->arena, memory);
  made->has_sink = options->sink != NULL;
  bareme_status status = BAREME_OK;
  if (options->format == BAREME_JSON) {
    failure_set(failure, "results are written as NDJSON or CSV");
    status = BAREME_INVALID_ARGUMENT;
  } else if (!make(made, options)) {
    status = failure_memory(failure);
  }
  made->explain = options->explain && made->json;
  if (status == BAREME_OK)
    status = output_open(&made->output, memory, options->path, options->sink, failure);
  if (status == BAREME_OK)
    status = put_header(made, options->header, failure);
  if (status == BAREME_OK)
    *writer = made;
  else
    writer_free(made);
  return status;
}

static bool reserve_lines(struct writer *writer, const struct runner *runner) {
  size_t need = 1;
  for (uint32_t s = 0; s < writer->program->score_count; s++) {
    size_t lines = result_lines_bound(runner, s);
    need = lines > need ? lines : need;
  }
  void *lines = writer->lines;
  if (!memory_reserve(&writer->memory, &lines, &writer->line_capacity, need, sizeof *writer->lines))
    return false;
  writer->lines = lines;
  return true;
}

bareme_status writer_write(struct writer *writer, const struct runner *runner, uint32_t first,
                           uint32_t count, bareme_failure *failure) {
  if (writer->explain && !reserve_lines(writer, runner))
    return failure_memory(failure);
  for (uint32_t lane = first; lane < first + count; lane++)
    if (writer->csv)
      csv_writer_lead(writer->csv, &writer->output, runner, lane);
    else
      json_writer_lead(writer->json, &writer->output, runner, lane, writer->lines);
  if (writer->has_sink || writer->output.has_failed)
    return output_flush(&writer->output, failure);
  return BAREME_OK;
}

bareme_status writer_finish(struct writer *writer, bareme_failure *failure) {
  return output_finish(&writer->output, failure);
}

bool writer_pipe_closed(const struct writer *writer) {
  return writer->output.pipe_closed;
}

void writer_free(struct writer *writer) {
  if (!writer)
    return;
  output_clear(&writer->output);
  if (writer->lines)
    memory_free(&writer->memory, writer->lines, writer->line_capacity, sizeof *writer->lines);
  arena_clear(&writer->arena);
  struct memory memory = writer->memory;
  memory_free(&memory, writer, 1, sizeof *writer);
}

/* writer.c - results to a file, in the way that was asked for.
 *
 * Leads are rendered into memory, and the file gets what has come together
 * when it is worth a call to the system, or at once if it is a sink.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/writer.h"

struct writer {
  struct memory memory;
  struct arena arena;
  const struct program *program;
  struct output output;
  struct json_writer *json; /* one of the two, or Arrow */
  struct csv_writer *csv;
  struct export *arrow; /* the columns that grow */
  bool explain, has_sink;
  struct rendering rendering;
};

/* ---- rendering ------------------------------------------------------------------ */

bool rendering_init(struct rendering *rendering, const struct writer *writer) {
  const struct memory *memory = &writer->memory;
  *rendering = (struct rendering){0};
  buffer_init(&rendering->text, memory);
  rendering->score_count = writer->program->score_count + 1u;
  rendering->scores = memory_zeroed(memory, rendering->score_count, sizeof *rendering->scores);
  return rendering->scores != NULL;
}

void rendering_clear(struct rendering *rendering) {
  const struct memory *memory = &rendering->text.memory;
  if (!rendering->scores)
    return;
  memory_free(memory, rendering->scores, rendering->score_count, sizeof *rendering->scores);
  memory_free(memory, rendering->lines, rendering->line_capacity, sizeof *rendering->lines);
  buffer_clear(&rendering->text);
  *rendering = (struct rendering){0};
}

static bool reserve_lines(struct rendering *rendering, const struct runner *runner) {
  void *lines = rendering->lines;
  bool done = memory_reserve(&rendering->text.memory, &lines, &rendering->line_capacity,
                             result_lines_most(runner), sizeof *rendering->lines);
  rendering->lines = lines;
  return done;
}

bool writer_render(const struct writer *writer, const struct runner *runner, uint32_t first,
                   uint32_t count, struct rendering *rendering) {
  if (writer->arrow)
    return arrow_writer_leads(writer->arrow, runner, first, count, &rendering->text);
  if (writer->explain && !reserve_lines(rendering, runner))
    return false;
  for (uint32_t lane = first; lane < first + count; lane++)
    if (writer->csv)
      csv_writer_lead(writer->csv, &rendering->text, runner, lane);
    else
      json_writer_lead(writer->json, rendering, runner, lane);
  return !rendering->text.failed;
}

/* ---- opening ---------------------------------------------------------------------- */

static bool make(struct writer *writer, const bareme_write_options *options,
                 struct result_parts parts) {
  if (options->format == BAREME_ARROW) {
    writer->arrow = export_new(writer->program, &writer->memory, writer->explain);
    return writer->arrow && rendering_init(&writer->rendering, writer);
  }
  bool made =
      options->format == BAREME_CSV
          ? csv_writer_init(&writer->csv, writer->program, options->as_of, parts, &writer->arena)
          : json_writer_init(&writer->json, writer->program, options->as_of, options->explain,
                             parts, &writer->arena);
  return made && rendering_init(&writer->rendering, writer);
}

static bareme_status put_header(struct writer *writer, bool wanted, bareme_failure *failure) {
  struct text header = {"", 0};
  struct buffer *text = &writer->rendering.text;
  if (writer->arrow && !arrow_writer_begin(writer->arrow, text))
    return failure_memory(failure);
  output_put(&writer->output, text->bytes, text->length);
  text->length = 0;
  if (writer->csv)
    header = csv_writer_header(writer->csv);
  else if (writer->json && wanted && !json_writer_header(writer->json, &writer->arena, &header))
    return failure_memory(failure);
  output_put(&writer->output, header.bytes, header.length);
  return BAREME_OK;
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
  made->explain = options->explain && options->format != BAREME_CSV;
  struct result_parts parts;
  bareme_status status = BAREME_OK;
  if (options->format == BAREME_JSON) {
    failure_set(failure, "results are written as NDJSON, CSV or Arrow");
    status = BAREME_INVALID_ARGUMENT;
  } else if (options->only && options->format == BAREME_ARROW) {
    failure_set(failure, "Arrow has all columns; who reads them leaves out what is not wanted");
    status = BAREME_INVALID_ARGUMENT;
  } else if (!parts_read(&parts, options->only, failure)) {
    status = BAREME_INVALID_ARGUMENT;
  } else if (options->only && !made->explain && parts_have(parts, RESULT_CONTRIBUTIONS)) {
    failure_set(failure, "`contributions` are part of explained results alone, and CSV has none");
    status = BAREME_INVALID_ARGUMENT;
  } else if (!make(made, options, parts)) {
    status = failure_memory(failure);
  }
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

/* ---- writing ------------------------------------------------------------------------ */

static void hand_over(struct writer *writer) {
  struct buffer *text = &writer->rendering.text;
  output_put(&writer->output, text->bytes, text->length);
  text->length = 0;
}

bareme_status writer_put(struct writer *writer, const char *bytes, size_t length,
                         bareme_failure *failure) {
  hand_over(writer);
  output_put(&writer->output, bytes, length);
  return writer->output.has_failed ? output_flush(&writer->output, failure) : BAREME_OK;
}

bareme_status writer_write(struct writer *writer, const struct runner *runner, uint32_t first,
                           uint32_t count, bareme_failure *failure) {
  struct buffer *text = &writer->rendering.text;
  if (!writer_render(writer, runner, first, count, &writer->rendering) ||
      (writer->arrow && !arrow_writer_flush(writer->arrow, text)))
    return failure_memory(failure);
  if (writer->has_sink || writer->rendering.text.length >= OUTPUT_BUFFER)
    hand_over(writer);
  return writer->output.has_failed ? output_flush(&writer->output, failure) : BAREME_OK;
}

bareme_status writer_finish(struct writer *writer, bareme_failure *failure) {
  struct buffer *text = &writer->rendering.text;
  if (writer->arrow && !arrow_writer_flush(writer->arrow, text))
    return failure_memory(failure);
  if (writer->arrow)
    arrow_writer_end(text);
  hand_over(writer);
  return output_finish(&writer->output, failure);
}

bool writer_renders_in_order(const struct writer *writer) {
  return writer->arrow != NULL;
}

bool writer_explains(const struct writer *writer) {
  return writer->explain;
}

bool writer_pipe_closed(const struct writer *writer) {
  return writer->output.pipe_closed;
}

void writer_free(struct writer *writer) {
  if (!writer)
    return;
  output_clear(&writer->output);
  rendering_clear(&writer->rendering);
  export_free(writer->arrow);
  arena_clear(&writer->arena);
  struct memory memory = writer->memory;
  memory_free(&memory, writer, 1, sizeof *writer);
}

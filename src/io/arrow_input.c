/* arrow_input.c - rows of an Arrow stream, for a reader.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_input.h"

#include "io/reader_parts.h"

void arrow_input_init(struct arrow_input *input, const struct memory *memory, struct feed *feed) {
  *input = (struct arrow_input){0};
  arrow_stream_init(&input->stream, memory, feed);
}

void arrow_input_clear(struct arrow_input *input) {
  arrow_stream_clear(&input->stream);
}

/* status: of an import, which says why. */
static bareme_status tell(const struct reader *reader, bareme_status status, const char *why,
                          bareme_failure *failure) {
  if (status == BAREME_OK)
    return BAREME_OK;
  if (status == BAREME_NO_MEMORY)
    return failure_memory(failure);
  failure_set(failure, "%.*s: %s", (int)reader->file.length, reader->file.bytes, why);
  return BAREME_IO;
}

bareme_status arrow_input_open(struct reader *reader, bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  bareme_failure why = {""};
  input->rest = (struct arrow_rows){.stream = &input->stream};
  account_reset(&reader->loader.account);
  if (reader->ledger.has_rejects)
    return tell(reader, BAREME_IO,
                "records of Arrow have no bytes of their own that could be kept: files of "
                "rejects are for NDJSON, JSON and CSV",
                failure);
  bareme_status status = arrow_stream_open(&input->stream, reader->file.bytes, failure);
  if (status != BAREME_OK)
    return status;
  status = arrow_import_open(&reader->loader, &input->stream, &why);
  return tell(reader, status, why.text, failure);
}

bareme_status arrow_input_fill(struct reader *reader, bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  struct arrow_rows *rest = &input->rest;
  bareme_failure why = {""};
  bareme_status status = BAREME_OK;
  while (status == BAREME_OK && rest->next == rest->end) {
    status = arrow_stream_next(&input->stream, &rest->batch, failure);
    if (status != BAREME_OK)
      return status;
    rest->next = 0;
    rest->end = (size_t)rest->batch->array.length;
    status = import_bind(&reader->loader.arrow->import, &rest->batch->array, &why);
  }
  return tell(reader, status, why.text, failure);
}

struct arrow_rows arrow_input_take(struct arrow_input *input, size_t count) {
  struct arrow_rows *rest = &input->rest, taken = *rest;
  if (taken.end - taken.next > count)
    taken.end = taken.next + count;
  rest->next = taken.end;
  return taken;
}

/* The machine works on 64 lanes at a time. */
enum { LANES = 64 };

struct arrow_rows arrow_input_take_bytes(struct arrow_input *input, size_t bytes) {
  size_t count = (size_t)(bytes / arrow_row_bytes(input->rest.batch));
  if (count > LANES)
    count -= count % LANES;
  return arrow_input_take(input, count > 0 ? count : 1);
}

void arrow_input_done(struct arrow_input *input, const struct arrow_rows *rows) {
  if (rows->batch && rows->end == (size_t)rows->batch->array.length)
    arrow_stream_done(&input->stream, rows->batch->number);
}

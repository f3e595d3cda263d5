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
  input->ahead.is_there = false;
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
  input->read = reader->records.feed.total;
  return tell(reader, status, why.text, failure);
}

/* The next batch with rows. */
static bareme_status next_batch(struct reader *reader, const struct stream_batch **batch,
                                bareme_failure *failure) {
  struct arrow_stream *stream = &reader->arrow.stream;
  bareme_failure why = {""};
  do {
    bareme_status status = arrow_stream_next(stream, batch, failure);
    if (status != BAREME_OK)
      return status;
    status = import_bind(&reader->loader.arrow->import, &(*batch)->array, &why);
    if (status != BAREME_OK)
      return tell(reader, status, why.text, failure);
  } while ((*batch)->array.length == 0);
  return BAREME_OK;
}

void arrow_input_read(struct reader *reader) {
  struct arrow_ahead *ahead = &reader->arrow.ahead;
  if (ahead->is_there)
    return;
  ahead->status = next_batch(reader, &ahead->batch, &ahead->failure);
  ahead->read = reader->records.feed.total;
  ahead->is_there = true;
}

bareme_status arrow_input_fill(struct reader *reader, uint64_t *read, bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  struct arrow_ahead *ahead = &input->ahead;
  *read = 0;
  if (arrow_input_has_rows(input))
    return BAREME_OK;
  arrow_input_read(reader);
  ahead->is_there = false;
  *read = ahead->read - input->read;
  input->read = ahead->read;
  if (ahead->status != BAREME_OK) {
    *failure = ahead->failure;
    return ahead->status;
  }
  input->rest.batch = ahead->batch;
  input->rest.next = 0;
  input->rest.end = (size_t)ahead->batch->array.length;
  return BAREME_OK;
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

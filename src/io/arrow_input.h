/* arrow_input.h - rows of an Arrow stream, for a reader.
 *
 * Whoever has the reader's feed for himself reads the stream's batches and tests them.
 * Then rows of them are handed out, to be decoded by any thread (lead_arrow.h).  A batch
 * may be read while rows of the one before are taken:
 *
 *     read ahead:  arrow_input_read        take:  arrow_input_fill, arrow_input_take
 *     feed -> ahead                        ahead -> rest -> rows
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_INPUT_H
#define BAREME_IO_ARROW_INPUT_H

#include "io/lead_arrow.h"

struct reader;

/* What was read: a batch with rows, or, as the status says, that there is none. */
struct arrow_ahead {
  bool is_there;
  const struct stream_batch *batch;
  bareme_status status;
  bareme_failure failure;
  uint64_t read; /* bytes of the input so far */
};

struct arrow_input {
  struct arrow_stream stream;
  struct arrow_ahead ahead;
  struct arrow_rows rest; /* of the batch before */
  uint64_t read;          /* up to that batch */
};

void arrow_input_init(struct arrow_input *input, const struct memory *memory, struct feed *feed);
void arrow_input_clear(struct arrow_input *input);

/* Reads the schema of the reader's file, and tells the account of its loader which
 * columns are not there. */
bareme_status arrow_input_open(struct reader *reader, bareme_failure *failure);

/* Reads ahead, if that was not done. */
void arrow_input_read(struct reader *reader);

/* Makes sure that there are rows left; reads if need be.  BAREME_END: the file has no
 * more.  *read: bytes of the input that this took. */
bareme_status arrow_input_fill(struct reader *reader, uint64_t *read, bareme_failure *failure);

static inline bool arrow_input_has_rows(const struct arrow_input *input) {
  return input->rest.next < input->rest.end;
}

/* Takes up to so many of the rows that are left, or about so many bytes of them, but one
 * at least. */
struct arrow_rows arrow_input_take(struct arrow_input *input, size_t count);
struct arrow_rows arrow_input_take_bytes(struct arrow_input *input, size_t bytes);

/* Nobody needs these rows any more, nor any that were taken before them. */
void arrow_input_done(struct arrow_input *input, const struct arrow_rows *rows);

#endif

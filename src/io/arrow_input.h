/* arrow_input.h - rows of an Arrow stream, for a reader.
 *
 * Whoever has the reader's feed for himself reads the stream's batches, tests them, and
 * hands out their rows, to be decoded by any thread (lead_arrow.h).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_INPUT_H
#define BAREME_IO_ARROW_INPUT_H

#include "io/lead_arrow.h"

struct reader;

struct arrow_input {
  struct arrow_stream stream;
  struct arrow_rows rest; /* of the batch that was read last */
};

void arrow_input_init(struct arrow_input *input, const struct memory *memory, struct feed *feed);
void arrow_input_clear(struct arrow_input *input);

/* Reads the schema of the reader's file, and tells the account of its loader which
 * columns are not there. */
bareme_status arrow_input_open(struct reader *reader, bareme_failure *failure);

/* Makes sure that there are rows left.  BAREME_END: the file has no more. */
bareme_status arrow_input_fill(struct reader *reader, bareme_failure *failure);

/* Takes up to so many of the rows that are left, or about so many bytes of them, but one
 * at least. */
struct arrow_rows arrow_input_take(struct arrow_input *input, size_t count);
struct arrow_rows arrow_input_take_bytes(struct arrow_input *input, size_t bytes);

/* Nobody needs these rows any more, nor any that were taken before them. */
void arrow_input_done(struct arrow_input *input, const struct arrow_rows *rows);

#endif

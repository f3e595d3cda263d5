/* arrow_input.h - leads from an Arrow stream, for a reader.
 *
 * Whoever has the reader's feed for himself reads batches of such a file with
 * the reader's own loader: columns are imported so fast that sharing the work
 * would gain little, and what is behind in the order of the input waits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_INPUT_H
#define BAREME_IO_ARROW_INPUT_H

#include "arrow/import.h"
#include "io/arrow_stream.h"

struct reader;

struct arrow_input {
  bool is_open;
  struct arrow_stream stream;
  struct import import;
  struct ArrowArray array; /* of the message that is being read */
};

void arrow_input_init(struct arrow_input *input, const struct memory *memory, struct feed *feed);
void arrow_input_clear(struct arrow_input *input);

/* Fills an empty batch with the next leads of the reader's file, and enters
 * what there is to tell of them.  Opens the stream first.  BAREME_END: there are
 * no more.  After a failure, too, the batch holds the leads before it. */
bareme_status arrow_input_read(struct reader *reader, struct batch *batch, bareme_failure *failure);

#endif

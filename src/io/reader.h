/* reader.h - lead records from files to batches.
 *
 *   file -> bytes (plain, gzip, zstd) -> records (lines, array items, CSV rows)
 *        -> fields that the program names -> a row of the batch
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_READER_H
#define BAREME_IO_READER_H

#include "bareme/bareme.h"
#include "vm/batch.h"

struct reader;

/* options as in the public header; the program must outlive the reader. */
bareme_status reader_open(const struct program *program, const struct memory *memory,
                          const bareme_read_options *options, bareme_failure *failure,
                          struct reader **reader);
/* Resets the batch, then fills it.  BAREME_END if it stays empty at the end of the input. */
bareme_status reader_read(struct reader *reader, struct batch *batch, bareme_failure *failure);
void reader_summary(const struct reader *reader, bareme_read_summary *summary);
bool reader_problem(const struct reader *reader, size_t index, bareme_problem *problem);
bareme_status reader_finish(struct reader *reader, bareme_failure *failure);
void reader_free(struct reader *reader);

#endif

/* lead_arrow.h - leads from rows of a batch of an Arrow stream.
 *
 * Whoever takes batches from the stream (arrow_input.h) only names rows of them; any
 * thread may make leads of these.  Each has an import of its own, for it is bound to a
 * batch and knows what its dictionaries are to the policy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_ARROW_H
#define BAREME_IO_LEAD_ARROW_H

#include "arrow/import.h"
#include "io/arrow_stream.h"

struct loader;

/* What a loader imports with. */
struct arrow_import {
  struct import import;
  uint64_t opened; /* the stream that it is of; 0: none */
  uint64_t bound;  /* number of the batch */
};

/* NULL is none. */
void arrow_import_clear(struct arrow_import *own);

/* Rows `next` .. `end` of a batch. */
struct arrow_rows {
  const struct arrow_stream *stream;
  const struct stream_batch *batch;
  size_t next, end;
};

/* Makes an import of the stream's schema for the loader.  Columns that are not there
 * are told to the loader's account.  lead_rows does it by itself, and tells nothing. */
bareme_status arrow_import_open(struct loader *loader, const struct arrow_stream *stream,
                                bareme_failure *failure);

/* Decodes rows to leads of loader->batch, which is empty, until it is full, a strict
 * loader stops, or they end, and passes them.  False if out of memory: then, too, what
 * was passed is in the account. */
bool lead_rows(struct loader *loader, struct arrow_rows *rows);

#endif

/* arrow_stream.h - a stream of Arrow's messages as a schema and arrays.
 *
 *   schema | dictionary ... | batch | batch | dictionary | batch ... | end
 *
 * Every message is a length, metadata (arrow_message.h) and a body.  A body is read
 * straight into memory of its own, where its buffers are used as they lie; what is
 * compressed is decompressed into more of it.
 *
 * Several batches can be in use at a time, by other threads too, as long as they are
 * done in the order in which they came.  Then one number says which of them are:
 *
 *     batch    1    2    3    4    5
 *              '- done -'    '-used-'    their memory, and dictionaries that were
 *                        ^               replaced before them, are used again
 *
 * Memory grows as the bytes come, whatever a message says of its length.
 *
 * The input is not trusted: a message's lengths are tested against its bytes,
 * the buffers' extents against the body, and what is in buffers of offsets
 * against the buffers that they point into.  What importing tests anyway is
 * left to it (arrow/source.h).
 *
 * Files of Arrow are streams between two marks; of them only the stream is
 * read, from the front.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_STREAM_H
#define BAREME_IO_ARROW_STREAM_H

#include <stdatomic.h>

#include "base/arena.h"
#include "io/arrow_message.h"
#include "io/feed.h"

struct stream_dictionary;

/* Bytes of a message, aligned to 16. */
struct stream_body {
  char *bytes;
  size_t capacity;
};

/* A batch and all that its array points to, but for dictionaries. */
struct stream_batch {
  struct stream_batch *next;
  uint64_t number; /* of all with rows that came, in whatever file, from 1 */
  uint64_t before; /* rows of this file that came before */
  uint64_t bytes;  /* of its buffers, decompressed */
  struct ArrowArray array;
  struct stream_body body;
  struct arena arena; /* arrays, and what was decompressed */
};

/* Of a batch with rows, about, but at least 1. */
static inline uint64_t arrow_row_bytes(const struct stream_batch *batch) {
  return batch->bytes / (uint64_t)batch->array.length + 1;
}

struct arrow_stream {
  struct memory memory;
  struct feed *feed;
  const char *name; /* for messages */
  struct arena schema_arena;
  struct arrow_field schema;
  struct stream_dictionary *dictionaries; /* those that came, newest first */
  struct stream_dictionary *replaced;     /* those that batches may still point to */
  struct stream_batch *batches;           /* in use or not */
  uint64_t opened;                        /* how often it was */
  uint64_t given;                         /* number of the last batch */
  uint64_t rows;                          /* of this file, in the batches so far */
  _Atomic uint64_t done;                  /* number of the last batch that nobody uses */
  struct stream_body metadata;            /* of the message that is being read */
  bareme_failure *failure;
};

void arrow_stream_init(struct arrow_stream *stream, const struct memory *memory, struct feed *feed);
void arrow_stream_clear(struct arrow_stream *stream);

/* Do these first bytes of a file begin a stream or a file of Arrow, or of its
 * kind?  ARROW_STREAM_MARK bytes are enough to tell. */
enum { ARROW_STREAM_MARK = 8 };
bool arrow_stream_begins(const char *bytes, size_t length);

/* Begins with what is unread of the feed, up to and with the schema.  All batches
 * must be done.  The name must live as long as the stream is read. */
bareme_status arrow_stream_open(struct arrow_stream *stream, const char *name,
                                bareme_failure *failure);

/* The next batch, an array of the schema; BAREME_END when there are none. */
bareme_status arrow_stream_next(struct arrow_stream *stream, const struct stream_batch **batch,
                                bareme_failure *failure);

/* Nobody uses the batch of that number any more, nor any before it. */
static inline void arrow_stream_done(struct arrow_stream *stream, uint64_t number) {
  atomic_store_explicit(&stream->done, number, memory_order_release);
}

#endif

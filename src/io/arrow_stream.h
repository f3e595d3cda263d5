/* arrow_stream.h - a stream of Arrow's messages as a schema and arrays.
 *
 *   schema | dictionary ... | batch | batch | dictionary | batch ... | end
 *
 * Every message is a length, metadata (arrow_message.h) and a body.  Buffers are
 * used where they lie in the feed, which holds a message until the next one is
 * asked for; what is compressed is decompressed into memory of its own.
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

#include "base/arena.h"
#include "io/arrow_message.h"
#include "io/feed.h"

struct stream_dictionary;

struct arrow_stream {
  struct memory memory;
  struct feed *feed;
  const char *name; /* for messages */
  struct arena schema_arena;
  struct arrow_field schema;
  struct stream_dictionary *dictionaries; /* those that came, newest first */
  struct arena batch_arena;               /* arrays of the batch, and what was decompressed */
  size_t taken;                           /* bytes of the feed that the last batch lies in */
  uint8_t *metadata;                      /* aligned */
  size_t metadata_capacity;
  bareme_failure *failure;
};

void arrow_stream_init(struct arrow_stream *stream, const struct memory *memory, struct feed *feed);
void arrow_stream_clear(struct arrow_stream *stream);

/* Do these first bytes of a file begin a stream or a file of Arrow, or of its
 * kind?  ARROW_STREAM_MARK bytes are enough to tell. */
enum { ARROW_STREAM_MARK = 8 };
bool arrow_stream_begins(const char *bytes, size_t length);

/* Begins with what is unread of the feed, up to and with the schema.  The name
 * must live as long as the stream is read. */
bareme_status arrow_stream_open(struct arrow_stream *stream, const char *name,
                                bareme_failure *failure);

/* The next batch, an array of the schema; BAREME_END when there are none.  The
 * one before is gone then. */
bareme_status arrow_stream_next(struct arrow_stream *stream, struct ArrowArray *array,
                                bareme_failure *failure);

#endif

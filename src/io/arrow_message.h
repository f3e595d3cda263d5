/* arrow_message.h - the metadata of Arrow's streams: the door to FlatBuffers.
 *
 * A message of a stream is a FlatBuffer and, behind it, a body of buffers.
 * FlatBuffers are read where they lie, in three steps: the library's verifier
 * has to find every table, vector and string of them inside its bytes; then
 * fields are looked up by their numbers in Arrow's Message.fbs and Schema.fbs.
 * Those numbers, which the format never changes, stand in arrow_message.cpp;
 * no code generated from the schemas is needed.
 *
 * What a message says of its body is not tested here.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_MESSAGE_H
#define BAREME_IO_ARROW_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bareme/arrow.h"

#ifdef __cplusplus
extern "C" {
#endif

struct arena;

enum arrow_message_kind {
  ARROW_MESSAGE_SCHEMA,
  ARROW_MESSAGE_DICTIONARY,
  ARROW_MESSAGE_BATCH,
  ARROW_MESSAGE_OTHER /* tensors, and what may come */
};

struct arrow_node { /* of an array */
  int64_t length, nulls;
};

struct arrow_extent { /* of a buffer in the body */
  int64_t offset, length;
};

enum arrow_codec { ARROW_CODEC_NONE, ARROW_CODEC_LZ4, ARROW_CODEC_ZSTD, ARROW_CODEC_OTHER };

struct arrow_message {
  enum arrow_message_kind kind;
  int version; /* of the metadata: 4 is V5 */
  int64_t body_length;
  const uint8_t *bytes; /* of the metadata */
  size_t size;
  /* a dictionary's values, or a batch */
  int64_t dictionary;
  bool is_delta;
  int64_t length; /* rows */
  enum arrow_codec codec;
  const struct arrow_node *nodes;
  const struct arrow_extent *buffers;
  const int64_t *variadic; /* for each array of views: how many buffers with texts */
  uint32_t node_count, buffer_count, variadic_count;
};

/* What is found points into the bytes, which must be aligned to 8.  False if it
 * is no message. */
bool arrow_message_read(const uint8_t *bytes, size_t length, struct arrow_message *message);

/* A type of a column of the stream.  The ArrowSchemas that `schema` is made of
 * are the first members of such structs, all the way down. */
struct arrow_field {
  struct ArrowSchema schema;
  int64_t dictionary; /* its number, where schema.dictionary is not NULL */
};

enum arrow_schema_result {
  ARROW_SCHEMA_READ,
  ARROW_SCHEMA_BROKEN,
  ARROW_SCHEMA_BIG_ENDIAN,
  ARROW_SCHEMA_NO_MEMORY
};

/* The schema of a message, in the arena; nothing in it is to be released. */
enum arrow_schema_result arrow_message_schema(const struct arrow_message *message,
                                              struct arena *arena, struct arrow_field *root);

/* ---- writing ---- */

struct arrow_sink {
  void (*put)(void *context, const void *bytes, size_t length);
  void *context;
};

/* The metadata of a message, a multiple of 8 bytes.  Dictionaries of the schema
 * are numbered from 0 in order.  False if out of memory. */
bool arrow_message_write_schema(const struct ArrowSchema *schema, const struct arrow_sink *sink);

/* dictionary -1: a batch. */
bool arrow_message_write_batch(const struct arrow_message *message, const struct arrow_sink *sink);

#ifdef __cplusplus
}
#endif

#endif

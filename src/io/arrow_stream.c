/* arrow_stream.c - a stream of Arrow's messages as a schema and arrays.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_stream.h"

#include <string.h>

#include "arrow/type.h"
#include "io/arrow_concat.h"
#include "io/arrow_decode.h"
#include "limits.h"

static const char file_mark[] = "ARROW1\0"; /* eight bytes */

/* The values of a dictionary; its arena has them and the body they lie in. */
struct stream_dictionary {
  struct stream_dictionary *next;
  struct arena arena;
  int64_t number;
  struct ArrowArray *values;
};

void arrow_stream_init(struct arrow_stream *stream, const struct memory *memory,
                       struct feed *feed) {
  *stream = (struct arrow_stream){.memory = *memory, .feed = feed};
  arena_init(&stream->schema_arena, memory);
  arena_init(&stream->batch_arena, memory);
}

static void free_dictionary(struct arrow_stream *stream, struct stream_dictionary *dictionary) {
  arena_clear(&dictionary->arena);
  memory_free(&stream->memory, dictionary, 1, sizeof *dictionary);
}

static void forget(struct arrow_stream *stream) {
  while (stream->dictionaries) {
    struct stream_dictionary *next = stream->dictionaries->next;
    free_dictionary(stream, stream->dictionaries);
    stream->dictionaries = next;
  }
  arena_reset(&stream->schema_arena);
  arena_reset(&stream->batch_arena);
  stream->taken = 0;
}

void arrow_stream_clear(struct arrow_stream *stream) {
  if (!stream->feed)
    return;
  forget(stream);
  arena_clear(&stream->schema_arena);
  arena_clear(&stream->batch_arena);
  memory_free(&stream->memory, stream->metadata, stream->metadata_capacity, 1);
  *stream = (struct arrow_stream){0};
}

bool arrow_stream_begins(const char *bytes, size_t length) {
  static const char *const marks[] = {"\xff\xff\xff\xff", "ARROW1", "FEA1", "PAR1"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (length >= strlen(marks[i]) && memcmp(bytes, marks[i], strlen(marks[i])) == 0)
      return true;
  return false;
}

/* ---- failures ------------------------------------------------------------------------ */

static bareme_status broken(struct arrow_stream *stream, const char *why) {
  if (!why)
    return failure_memory(stream->failure);
  failure_set(stream->failure, "%s: this stream of Arrow cannot be read: %s", stream->name, why);
  return BAREME_IO;
}

/* ---- bytes --------------------------------------------------------------------------- */

static const char *unread(const struct arrow_stream *stream) {
  return stream->feed->base + stream->feed->begin;
}

/* Are that many bytes unread?  If not, all there are of them are. */
static bool have(struct arrow_stream *stream, size_t length) {
  struct feed *feed = stream->feed;
  while (feed->end - feed->begin < length && !feed->ended)
    feed_more(feed);
  return feed->end - feed->begin >= length;
}

/* Why the feed ended too early. */
static bareme_status cut(struct arrow_stream *stream) {
  const struct feed *feed = stream->feed;
  if (feed->status == BAREME_OK)
    return broken(stream, "it ends in the middle of a message");
  if (stream->failure)
    *stream->failure = feed->failure;
  return feed->status;
}

/* ---- messages --------------------------------------------------------------------------- */

/* A message while it lies in the feed. */
struct envelope {
  size_t prefix, metadata, body; /* bytes */
  struct arrow_message message;
};

static uint32_t word_at(const char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

/* The length of the metadata behind a mark, or, in streams of before 2019,
 * without one.  BAREME_END: the stream's own, or the file's. */
static bareme_status read_prefix(struct arrow_stream *stream, struct envelope *envelope) {
  if (!have(stream, 4)) {
    bool none = stream->feed->end == stream->feed->begin;
    return none && stream->feed->status == BAREME_OK ? BAREME_END : cut(stream);
  }
  bool marked = word_at(unread(stream)) == UINT32_MAX;
  envelope->prefix = marked ? 8 : 4;
  if (!have(stream, envelope->prefix))
    return cut(stream);
  envelope->metadata = word_at(unread(stream) + envelope->prefix - 4);
  if (envelope->metadata == 0)
    return BAREME_END;
  return envelope->metadata <= LIMIT_RECORD_BYTES
             ? BAREME_OK
             : broken(stream, "the metadata of a message is too large");
}

/* FlatBuffers must be aligned, and a block of the feed moves when it grows. */
static bool copy_metadata(struct arrow_stream *stream, const struct envelope *envelope) {
  void *metadata = stream->metadata;
  bool room =
      memory_reserve(&stream->memory, &metadata, &stream->metadata_capacity, envelope->metadata, 1);
  stream->metadata = metadata;
  if (room)
    memcpy(metadata, unread(stream) + envelope->prefix, envelope->metadata);
  return room;
}

/* The next message with all of its body, which stays in the feed. */
static bareme_status read_message(struct arrow_stream *stream, struct envelope *envelope) {
  bareme_status status = read_prefix(stream, envelope);
  if (status != BAREME_OK)
    return status;
  if (!have(stream, envelope->prefix + envelope->metadata))
    return cut(stream);
  if (!copy_metadata(stream, envelope))
    return failure_memory(stream->failure);
  struct arrow_message *message = &envelope->message;
  if (!arrow_message_read(stream->metadata, envelope->metadata, message))
    return broken(stream, "the metadata of a message is damaged");
  if (message->body_length < 0 || message->body_length > LIMIT_ARROW_BYTES)
    return broken(stream, "the body of a message is too large");
  envelope->body = (size_t)message->body_length;
  size_t length = envelope->prefix + envelope->metadata + envelope->body;
  return have(stream, length) ? BAREME_OK : cut(stream);
}

static const uint8_t *body_of(const struct arrow_stream *stream, const struct envelope *envelope) {
  return (const uint8_t *)unread(stream) + envelope->prefix + envelope->metadata;
}

static void pass(struct arrow_stream *stream, const struct envelope *envelope) {
  stream->feed->begin += envelope->prefix + envelope->metadata + envelope->body;
}

/* ---- the schema ------------------------------------------------------------------------ */

static bareme_status read_schema(struct arrow_stream *stream) {
  struct envelope envelope;
  bareme_status status = read_message(stream, &envelope);
  if (status == BAREME_END)
    return broken(stream, "there is no schema");
  if (status != BAREME_OK)
    return status;
  if (envelope.message.kind != ARROW_MESSAGE_SCHEMA)
    return broken(stream, "it does not begin with a schema (some files have it only at their end: "
                          "write a stream instead)");
  switch (arrow_message_schema(&envelope.message, &stream->schema_arena, &stream->schema)) {
  case ARROW_SCHEMA_READ: break;
  case ARROW_SCHEMA_BROKEN: return broken(stream, "the schema is damaged");
  case ARROW_SCHEMA_BIG_ENDIAN:
    return broken(stream, "its numbers are big-endian; write it on a little-endian machine");
  case ARROW_SCHEMA_NO_MEMORY: return failure_memory(stream->failure);
  }
  pass(stream, &envelope);
  return BAREME_OK;
}

bareme_status arrow_stream_open(struct arrow_stream *stream, const char *name,
                                bareme_failure *failure) {
  forget(stream);
  stream->name = name;
  stream->failure = failure;
  bool long_enough = have(stream, sizeof file_mark);
  if (long_enough && memcmp(unread(stream), file_mark, sizeof file_mark) == 0)
    stream->feed->begin += sizeof file_mark;
  if (long_enough && memcmp(unread(stream), "PAR1", 4) == 0)
    return broken(stream, "it is Parquet; convert it, with pyarrow or DuckDB, to an Arrow stream");
  if (long_enough && memcmp(unread(stream), "FEA1", 4) == 0)
    return broken(stream, "it is Feather of version 1; write it as version 2");
  return read_schema(stream);
}

/* ---- dictionaries ------------------------------------------------------------------------ */

static const struct ArrowArray *find_values(void *context, int64_t number) {
  const struct arrow_stream *stream = context;
  for (struct stream_dictionary *d = stream->dictionaries; d; d = d->next)
    if (d->number == number)
      return d->values;
  return NULL;
}

/* The field that a dictionary is for; of those that share one, the first. */
static const struct arrow_field *find_field(const struct ArrowSchema *schema, int64_t number) {
  const struct arrow_field *field = (const struct arrow_field *)(const void *)schema;
  if (schema->dictionary && field->dictionary == number)
    return field;
  const struct arrow_field *found =
      schema->dictionary ? find_field(schema->dictionary, number) : NULL;
  for (int64_t i = 0; !found && i < schema->n_children; i++)
    found = find_field(schema->children[i], number);
  return found;
}

/* Takes out the dictionary of that number; NULL if there is none. */
static struct stream_dictionary *unlink_dictionary(struct arrow_stream *stream, int64_t number) {
  struct stream_dictionary **link = &stream->dictionaries;
  while (*link && (*link)->number != number)
    link = &(*link)->next;
  struct stream_dictionary *found = *link;
  if (found)
    *link = found->next;
  return found;
}

/* The values of the message, in an arena of their own. */
static struct ArrowArray *decode_values(struct arrow_stream *stream,
                                        const struct envelope *envelope,
                                        const struct arrow_field *field, struct arena *arena,
                                        const char **why) {
  struct arrow_decoder decoder = {
      .message = &envelope->message, .arena = arena, .dictionary = find_values, .context = stream};
  uint8_t *body = arena_alloc(arena, envelope->body); /* it outlives the message */
  if (!body)
    return NULL;
  memcpy(body, body_of(stream, envelope), envelope->body);
  decoder.body = body;
  struct ArrowArray *values = arrow_decode_values(&decoder, field);
  *why = decoder.why;
  return values;
}

static bareme_status read_dictionary(struct arrow_stream *stream, const struct envelope *envelope) {
  int64_t number = envelope->message.dictionary;
  const struct arrow_field *field = find_field(&stream->schema.schema, number);
  const char *why = NULL;
  if (!field)
    return broken(stream, "a dictionary belongs to no column");
  struct stream_dictionary *made = memory_zeroed(&stream->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(stream->failure);
  made->number = number;
  arena_init(&made->arena, &stream->memory);
  made->values = decode_values(stream, envelope, field, &made->arena, &why);
  struct stream_dictionary *old = unlink_dictionary(stream, number);
  if (made->values && old && envelope->message.is_delta)
    made->values = arrow_concat(old->values, made->values, field->schema.dictionary->format,
                                &made->arena, &why);
  if (old)
    free_dictionary(stream, old);
  if (!made->values) {
    free_dictionary(stream, made);
    return broken(stream, why);
  }
  made->next = stream->dictionaries;
  stream->dictionaries = made;
  return BAREME_OK;
}

/* ---- batches ------------------------------------------------------------------------------- */

static bareme_status read_batch(struct arrow_stream *stream, const struct envelope *envelope,
                                struct ArrowArray *array) {
  struct arrow_decoder decoder = {.message = &envelope->message,
                                  .body = body_of(stream, envelope),
                                  .arena = &stream->batch_arena,
                                  .dictionary = find_values,
                                  .context = stream};
  struct ArrowArray *made = arrow_decode_batch(&decoder, &stream->schema);
  if (!made)
    return broken(stream, decoder.why);
  *array = *made;
  stream->taken = envelope->prefix + envelope->metadata + envelope->body;
  return BAREME_OK;
}

bareme_status arrow_stream_next(struct arrow_stream *stream, struct ArrowArray *array,
                                bareme_failure *failure) {
  struct envelope envelope = {.prefix = 0};
  stream->failure = failure;
  stream->feed->begin += stream->taken;
  stream->taken = 0;
  arena_reset(&stream->batch_arena);
  for (;;) {
    bareme_status status = read_message(stream, &envelope);
    if (status == BAREME_END)
      stream->feed->begin = stream->feed->end; /* what is behind it is the file's */
    if (status != BAREME_OK)
      return status;
    if (envelope.message.kind == ARROW_MESSAGE_BATCH)
      return read_batch(stream, &envelope, array);
    if (envelope.message.kind == ARROW_MESSAGE_SCHEMA)
      return broken(stream, "there is a second schema");
    if (envelope.message.kind == ARROW_MESSAGE_DICTIONARY)
      status = read_dictionary(stream, &envelope);
    if (status != BAREME_OK)
      return status;
    pass(stream, &envelope);
    feed_release(stream->feed);
  }
}

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

/* Bytes of a body that room is made for before any of them is there. */
enum { FIRST_BYTES = 1024 * 1024 };

/* The values of a dictionary; they lie in its body and its arena. */
struct stream_dictionary {
  struct stream_dictionary *next;
  struct stream_body body;
  struct arena arena;
  int64_t number;
  uint64_t last; /* batch that may point to it, once it was replaced */
  struct ArrowArray *values;
};

void arrow_stream_init(struct arrow_stream *stream, const struct memory *memory,
                       struct feed *feed) {
  *stream = (struct arrow_stream){.memory = *memory, .feed = feed};
  arena_init(&stream->schema_arena, memory);
}

/* ---- memory -------------------------------------------------------------------------- */

static void clear_body(struct arrow_stream *stream, struct stream_body *body) {
  memory_free(&stream->memory, body->bytes, body->capacity, 1);
  *body = (struct stream_body){0};
}

/* Frees those of the list that only batches up to the number may point to. */
static void free_dictionaries(struct arrow_stream *stream, struct stream_dictionary **list,
                              uint64_t done) {
  for (struct stream_dictionary *dictionary; (dictionary = *list);) {
    if (dictionary->last > done) {
      list = &dictionary->next;
      continue;
    }
    *list = dictionary->next;
    clear_body(stream, &dictionary->body);
    arena_clear(&dictionary->arena);
    memory_free(&stream->memory, dictionary, 1, sizeof *dictionary);
  }
}

static void free_batches(struct arrow_stream *stream) {
  while (stream->batches) {
    struct stream_batch *batch = stream->batches;
    stream->batches = batch->next;
    clear_body(stream, &batch->body);
    arena_clear(&batch->arena);
    memory_free(&stream->memory, batch, 1, sizeof *batch);
  }
}

/* Of the file before. */
static void forget(struct arrow_stream *stream) {
  free_dictionaries(stream, &stream->dictionaries, UINT64_MAX);
  free_dictionaries(stream, &stream->replaced, UINT64_MAX);
  arena_reset(&stream->schema_arena);
  stream->rows = 0;
}

void arrow_stream_clear(struct arrow_stream *stream) {
  if (!stream->feed)
    return;
  forget(stream);
  free_batches(stream);
  clear_body(stream, &stream->metadata);
  arena_clear(&stream->schema_arena);
  *stream = (struct arrow_stream){0};
}

/* One that nobody uses; NULL if out of memory. */
static struct stream_batch *spare_batch(struct arrow_stream *stream) {
  const uint64_t done = atomic_load_explicit(&stream->done, memory_order_acquire);
  struct stream_batch *batch = stream->batches;
  while (batch && batch->number > done)
    batch = batch->next;
  if (!batch) {
    batch = memory_zeroed(&stream->memory, 1, sizeof *batch);
    if (!batch)
      return NULL;
    arena_init(&batch->arena, &stream->memory);
    batch->next = stream->batches;
    stream->batches = batch;
  }
  arena_reset(&batch->arena);
  return batch;
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

/* The next bytes.  Room is made for as many more as there are already, and for one in
 * any case, so that there is a place where they are. */
static bareme_status read_bytes(struct arrow_stream *stream, size_t length,
                                struct stream_body *body) {
  size_t have = 0, want;
  do {
    want = have < FIRST_BYTES / 2 ? FIRST_BYTES : have * 2;
    want = want < length ? want : length;
    void *bytes = body->bytes;
    bool room = memory_reserve(&stream->memory, &bytes, &body->capacity, want + 1, 1);
    body->bytes = bytes;
    if (!room)
      return failure_memory(stream->failure);
    if (feed_take(stream->feed, body->bytes + have, want - have) < want - have)
      return cut(stream);
    have = want;
  } while (have < length);
  return BAREME_OK;
}

static bareme_status pass_bytes(struct arrow_stream *stream, size_t length) {
  for (struct feed *feed = stream->feed; length > 0;) {
    if (!have(stream, 1))
      return cut(stream);
    size_t some = feed->end - feed->begin < length ? feed->end - feed->begin : length;
    feed->begin += some;
    length -= some;
  }
  return BAREME_OK;
}

/* ---- messages --------------------------------------------------------------------------- */

static uint32_t word_at(const char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

/* Passes the length of the metadata, which stands behind a mark, or, in streams of
 * before 2019, without one.  BAREME_END: the stream's own, or the file's. */
static bareme_status read_prefix(struct arrow_stream *stream, size_t *metadata) {
  struct feed *feed = stream->feed;
  if (!have(stream, 4)) {
    bool none = feed->end == feed->begin;
    return none && feed->status == BAREME_OK ? BAREME_END : cut(stream);
  }
  size_t prefix = word_at(unread(stream)) == UINT32_MAX ? 8 : 4;
  if (!have(stream, prefix))
    return cut(stream);
  *metadata = word_at(unread(stream) + prefix - 4);
  feed->begin += prefix;
  if (*metadata == 0)
    return BAREME_END;
  return *metadata <= LIMIT_RECORD_BYTES ? BAREME_OK
                                         : broken(stream, "the metadata of a message is too large");
}

/* The next message; its body is what the feed has next.  The metadata stay until
 * the message after it. */
static bareme_status read_message(struct arrow_stream *stream, struct arrow_message *message) {
  size_t metadata = 0;
  bareme_status status = read_prefix(stream, &metadata);
  if (status == BAREME_OK)
    status = read_bytes(stream, metadata, &stream->metadata);
  if (status != BAREME_OK)
    return status;
  if (!arrow_message_read((const uint8_t *)stream->metadata.bytes, metadata, message))
    return broken(stream, "the metadata of a message is damaged");
  if (message->body_length < 0 || message->body_length > LIMIT_ARROW_BYTES)
    return broken(stream, "the body of a message is too large");
  return BAREME_OK;
}

static bareme_status read_body(struct arrow_stream *stream, const struct arrow_message *message,
                               struct stream_body *body) {
  return read_bytes(stream, (size_t)message->body_length, body);
}

static bareme_status pass_body(struct arrow_stream *stream, const struct arrow_message *message) {
  return pass_bytes(stream, (size_t)message->body_length);
}

/* ---- the schema ------------------------------------------------------------------------ */

static bareme_status read_schema(struct arrow_stream *stream) {
  struct arrow_message message;
  bareme_status status = read_message(stream, &message);
  if (status == BAREME_END)
    return broken(stream, "there is no schema");
  if (status == BAREME_OK)
    status = pass_body(stream, &message);
  if (status != BAREME_OK)
    return status;
  if (message.kind != ARROW_MESSAGE_SCHEMA)
    return broken(stream, "it does not begin with a schema (some files have it only at their end: "
                          "write a stream instead)");
  switch (arrow_message_schema(&message, &stream->schema_arena, &stream->schema)) {
  case ARROW_SCHEMA_READ: break;
  case ARROW_SCHEMA_BROKEN: return broken(stream, "the schema is damaged");
  case ARROW_SCHEMA_BIG_ENDIAN:
    return broken(stream, "its numbers are big-endian; write it on a little-endian machine");
  case ARROW_SCHEMA_NO_MEMORY: return failure_memory(stream->failure);
  }
  return BAREME_OK;
}

bareme_status arrow_stream_open(struct arrow_stream *stream, const char *name,
                                bareme_failure *failure) {
  forget(stream);
  stream->opened++;
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

static const struct stream_dictionary *find_dictionary(const struct arrow_stream *stream,
                                                       int64_t number) {
  const struct stream_dictionary *dictionary = stream->dictionaries;
  while (dictionary && dictionary->number != number)
    dictionary = dictionary->next;
  return dictionary;
}

static const struct ArrowArray *find_values(void *context, int64_t number) {
  const struct stream_dictionary *found = find_dictionary(context, number);
  return found ? found->values : NULL;
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

/* Puts aside the dictionary of that number, if there is one: batches may point to it. */
static void replace_dictionary(struct arrow_stream *stream, int64_t number) {
  struct stream_dictionary **link = &stream->dictionaries;
  while (*link && (*link)->number != number)
    link = &(*link)->next;
  struct stream_dictionary *found = *link;
  if (!found)
    return;
  *link = found->next;
  found->last = stream->given;
  found->next = stream->replaced;
  stream->replaced = found;
}

/* The values of the message, behind those that there are if it adds to them. */
static struct ArrowArray *decode_values(struct arrow_stream *stream,
                                        const struct arrow_message *message,
                                        struct stream_dictionary *made, const char **why) {
  const struct arrow_field *field = find_field(&stream->schema.schema, message->dictionary);
  struct arrow_decoder decoder = {.message = message,
                                  .body = (const uint8_t *)made->body.bytes,
                                  .arena = &made->arena,
                                  .dictionary = find_values,
                                  .context = stream};
  *why = "a dictionary belongs to no column";
  if (!field)
    return NULL;
  struct ArrowArray *values = arrow_decode_values(&decoder, field);
  const struct ArrowArray *before =
      message->is_delta ? find_values(stream, message->dictionary) : NULL;
  *why = decoder.why;
  if (!values || !before)
    return values;
  return arrow_concat(before, values, field->schema.dictionary->format, &made->arena, why);
}

static bareme_status fill_dictionary(struct arrow_stream *stream,
                                     const struct arrow_message *message,
                                     struct stream_dictionary *made) {
  const char *why;
  bareme_status status = read_body(stream, message, &made->body);
  if (status != BAREME_OK)
    return status;
  made->number = message->dictionary;
  made->values = decode_values(stream, message, made, &why);
  return made->values ? BAREME_OK : broken(stream, why);
}

static bareme_status read_dictionary(struct arrow_stream *stream,
                                     const struct arrow_message *message) {
  struct stream_dictionary *made = memory_zeroed(&stream->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(stream->failure);
  arena_init(&made->arena, &stream->memory);
  bareme_status status = fill_dictionary(stream, message, made);
  if (status != BAREME_OK) {
    free_dictionaries(stream, &made, UINT64_MAX);
    return status;
  }
  replace_dictionary(stream, made->number);
  free_dictionaries(stream, &stream->replaced,
                    atomic_load_explicit(&stream->done, memory_order_acquire));
  made->next = stream->dictionaries;
  stream->dictionaries = made;
  return BAREME_OK;
}

/* ---- batches ------------------------------------------------------------------------------- */

static bareme_status read_batch(struct arrow_stream *stream, const struct arrow_message *message,
                                const struct stream_batch **batch) {
  struct stream_batch *made = spare_batch(stream);
  if (!made)
    return failure_memory(stream->failure);
  bareme_status status = read_body(stream, message, &made->body);
  if (status != BAREME_OK)
    return status;
  struct arrow_decoder decoder = {.message = message,
                                  .body = (const uint8_t *)made->body.bytes,
                                  .arena = &made->arena,
                                  .dictionary = find_values,
                                  .context = stream};
  struct ArrowArray *array = arrow_decode_batch(&decoder, &stream->schema);
  if (!array)
    return broken(stream, decoder.why);
  made->array = *array;
  made->bytes = decoder.bytes;
  made->before = stream->rows;
  made->number =
      array->length > 0 ? ++stream->given : 0; /* of an empty one nobody needs anything */
  stream->rows += (uint64_t)array->length;
  *batch = made;
  return BAREME_OK;
}

bareme_status arrow_stream_next(struct arrow_stream *stream, const struct stream_batch **batch,
                                bareme_failure *failure) {
  struct arrow_message message;
  stream->failure = failure;
  for (;;) {
    feed_release(stream->feed); /* messages before were copied */
    bareme_status status = read_message(stream, &message);
    if (status == BAREME_END)
      stream->feed->begin = stream->feed->end; /* what is behind it is the file's */
    if (status != BAREME_OK)
      return status;
    if (message.kind == ARROW_MESSAGE_BATCH)
      return read_batch(stream, &message, batch);
    if (message.kind == ARROW_MESSAGE_DICTIONARY)
      status = read_dictionary(stream, &message);
    else
      status = pass_body(stream, &message);
    if (status == BAREME_OK && message.kind == ARROW_MESSAGE_SCHEMA)
      status = broken(stream, "there is a second schema");
    if (status != BAREME_OK)
      return status;
  }
}

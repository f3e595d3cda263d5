/* write_arrow.c - results as messages of an Arrow stream.
 *
 *   ffffffff | length of the metadata | metadata | body: buffer | padding | buffer ...
 *
 * A message is put together from arrays in two passes: the first lists nodes and
 * buffers, of which the metadata tells; the second copies the buffers.  Each
 * begins at a multiple of 8 bytes of the body.  Dictionaries are those of the
 * policy: they stand once, in front of all batches.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_message.h"
#include "io/write.h"

struct piece { /* a buffer */
  const void *bytes;
  int64_t length;
};

/* A message that is put together. */
struct message {
  struct memory memory;
  struct arrow_node *nodes;
  struct arrow_extent *extents;
  struct piece *pieces; /* parallel to the extents */
  size_t node_count, node_capacity, extent_count, extent_capacity, piece_capacity;
  int64_t length; /* of the body */
  bool failed;
};

static void message_clear(struct message *message) {
  const struct memory *memory = &message->memory;
  memory_free(memory, message->nodes, message->node_capacity, sizeof *message->nodes);
  memory_free(memory, message->extents, message->extent_capacity, sizeof *message->extents);
  memory_free(memory, message->pieces, message->piece_capacity, sizeof *message->pieces);
}

static void *reserve(struct message *message, void *items, size_t *capacity, size_t need,
                     size_t size) {
  if (!memory_reserve(&message->memory, &items, capacity, need, size))
    message->failed = true;
  return items;
}

static void add_node(struct message *message, const struct ArrowArray *array) {
  size_t at = message->node_count;
  message->nodes =
      reserve(message, message->nodes, &message->node_capacity, at + 1, sizeof *message->nodes);
  if (message->failed)
    return;
  message->nodes[at] = (struct arrow_node){array->length, array->null_count};
  message->node_count++;
}

static int64_t padded(int64_t length) {
  return (length + 7) / 8 * 8;
}

static void add_buffer(struct message *message, const void *bytes, int64_t length) {
  size_t at = message->extent_count;
  message->extents = reserve(message, message->extents, &message->extent_capacity, at + 1,
                             sizeof *message->extents);
  message->pieces =
      reserve(message, message->pieces, &message->piece_capacity, at + 1, sizeof *message->pieces);
  if (message->failed)
    return;
  message->extents[at] = (struct arrow_extent){message->length, length};
  message->pieces[at] = (struct piece){bytes, length};
  message->extent_count++;
  message->length += padded(length);
}

/* Bytes of a value, of the types that results have; 0: none of a fixed width. */
static int64_t width_of(const char *format) {
  switch (format[0]) {
  case 'g':
  case 't': return 8;
  case 'i': return 4;
  default: return 0;
  }
}

static int64_t last_offset(const struct ArrowArray *array) {
  const int32_t *offsets = array->buffers[1];
  return offsets[array->length];
}

/* Arrays of results begin at offset 0. */
static void add_array(struct message *message, const char *format, const struct ArrowSchema *schema,
                      const struct ArrowArray *array) {
  int64_t bits = (array->length + 7) / 8, width = width_of(format);
  add_node(message, array);
  add_buffer(message, array->buffers[0], array->buffers[0] ? bits : 0);
  if (width > 0)
    add_buffer(message, array->buffers[1], array->length * width);
  else if (format[0] == 'b')
    add_buffer(message, array->buffers[1], bits);
  else if (format[0] == 'u' || format[1] == 'l')
    add_buffer(message, array->buffers[1], (array->length + 1) * 4);
  if (format[0] == 'u')
    add_buffer(message, array->buffers[2], last_offset(array));
  for (int64_t i = 0; schema && i < schema->n_children; i++)
    add_array(message, schema->children[i]->format, schema->children[i], array->children[i]);
}

/* ---- bytes ------------------------------------------------------------------------ */

static void put(void *context, const void *bytes, size_t length) {
  buffer_put(context, bytes, length);
}

static void put_word(struct buffer *out, uint32_t word) {
  buffer_put(out, (const char *)&word, sizeof word);
}

/* The metadata, behind its length, which is known when it is there. */
static void put_metadata(struct buffer *out, const struct ArrowSchema *schema,
                         const struct arrow_message *batch) {
  const struct arrow_sink sink = {put, out};
  put_word(out, UINT32_MAX);
  put_word(out, 0);
  size_t begin = out->length;
  if (schema ? !arrow_message_write_schema(schema, &sink)
             : !arrow_message_write_batch(batch, &sink))
    out->failed = true;
  if (out->failed)
    return;
  uint32_t length = (uint32_t)(out->length - begin);
  memcpy(out->bytes + begin - sizeof length, &length, sizeof length);
}

static void put_message(struct buffer *out, struct message *message, int64_t length,
                        int64_t dictionary) {
  static const char padding[8];
  const struct arrow_message metadata = {.length = length,
                                         .dictionary = dictionary,
                                         .body_length = message->length,
                                         .nodes = message->nodes,
                                         .node_count = (uint32_t)message->node_count,
                                         .buffers = message->extents,
                                         .buffer_count = (uint32_t)message->extent_count};
  out->failed |= message->failed;
  if (out->failed)
    return;
  put_metadata(out, NULL, &metadata);
  for (size_t i = 0; i < message->extent_count; i++) {
    const struct piece *piece = &message->pieces[i];
    buffer_put(out, piece->bytes, (size_t)piece->length);
    buffer_put(out, padding, (size_t)(padded(piece->length) - piece->length));
  }
}

/* ---- the stream ---------------------------------------------------------------------- */

/* Dictionaries are numbered as arrow_message_write_schema numbers them. */
static void put_dictionaries(struct buffer *out, const struct ArrowSchema *schema,
                             const struct ArrowArray *array, int64_t *number) {
  if (schema->dictionary) {
    struct message message = {.memory = out->memory};
    add_array(&message, schema->dictionary->format, NULL, array->dictionary);
    put_message(out, &message, array->dictionary->length, (*number)++);
    message_clear(&message);
  }
  for (int64_t i = 0; i < schema->n_children; i++)
    put_dictionaries(out, schema->children[i], array->children[i], number);
}

bool arrow_writer_begin(struct export *export, struct buffer *out) {
  struct ArrowSchema schema;
  struct ArrowArray none;
  int64_t number = 0;
  if (!export_schema(export, &schema))
    return false;
  bool made = export_take(export, &none);
  if (made) {
    put_metadata(out, &schema, NULL);
    put_dictionaries(out, &schema, &none, &number);
    none.release(&none);
  }
  schema.release(&schema);
  return made && !out->failed;
}

bool arrow_writer_flush(struct export *export, struct buffer *out) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  if (export_rows(export) == 0)
    return !out->failed;
  if (!export_schema(export, &schema))
    return false;
  bool made = export_take(export, &array);
  if (made) {
    struct message message = {.memory = out->memory};
    for (int64_t i = 0; i < schema.n_children; i++)
      add_array(&message, schema.children[i]->format, schema.children[i], array.children[i]);
    put_message(out, &message, array.length, -1);
    message_clear(&message);
    array.release(&array);
  }
  schema.release(&schema);
  return made && !out->failed;
}

bool arrow_writer_leads(struct export *export, const struct runner *runner, uint32_t first,
                        uint32_t count, struct buffer *out) {
  bool good = true;
  while (good && count > 0) {
    uint32_t room = ARROW_WRITER_ROWS - (uint32_t)export_rows(export);
    uint32_t some = count < room ? count : room;
    good = export_add(export, runner, first, some);
    first += some;
    count -= some;
    if (good && some == room)
      good = arrow_writer_flush(export, out);
  }
  return good;
}

void arrow_writer_end(struct buffer *out) {
  put_word(out, UINT32_MAX);
  put_word(out, 0);
}

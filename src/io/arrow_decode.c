/* arrow_decode.c - the body of a message as an array.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_decode.h"

#include <lz4frame.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "arrow/type.h"
#include "limits.h"

static const uint64_t nothing[1];

static void release(struct ArrowArray *array) {
  array->release = NULL; /* it lies in the arena */
}

static bool wrong(struct arrow_decoder *decoder, const char *why) {
  decoder->why = why;
  return false;
}

/* ---- buffers ---------------------------------------------------------------------- */

struct bytes_of {
  const uint8_t *bytes;
  int64_t length;
};

static bool damaged(struct arrow_decoder *decoder) {
  return wrong(decoder, "a compressed buffer is damaged");
}

static bool lz4(struct arrow_decoder *decoder, const struct bytes_of *from, uint8_t *out,
                size_t size) {
  LZ4F_dctx *context;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
    return wrong(decoder, NULL);
  size_t read = 0, made = 0, rest = 1;
  while (rest != 0 && read < (size_t)from->length) {
    size_t from_size = (size_t)from->length - read, to_size = size - made;
    rest = LZ4F_decompress(context, out + made, &to_size, from->bytes + read, &from_size, NULL);
    if (LZ4F_isError(rest) || (from_size == 0 && to_size == 0))
      break;
    read += from_size;
    made += to_size;
  }
  LZ4F_freeDecompressionContext(context);
  if (LZ4F_isError(rest) && strcmp(LZ4F_getErrorName(rest), "ERROR_allocation_failed") == 0)
    return wrong(decoder, NULL);
  return (rest == 0 && made == size) || damaged(decoder);
}

static bool zstd(struct arrow_decoder *decoder, const struct bytes_of *from, uint8_t *out,
                 size_t size) {
  size_t made = ZSTD_decompress(out, size, from->bytes, (size_t)from->length);
  if (ZSTD_getErrorCode(made) == ZSTD_error_memory_allocation)
    return wrong(decoder, NULL);
  return made == size || damaged(decoder);
}

/* The most bytes that one byte can become: of LZ4 by a match that goes on, of
 * Zstandard by four that stand for a block of 128 KiB.  So the memory that a
 * length claims is in proportion to the bytes that are there. */
static bool can_become(enum arrow_codec codec, int64_t packed, int64_t length) {
  return length / (codec == ARROW_CODEC_LZ4 ? 255 : 32768) <= packed;
}

/* A compressed buffer is its length and a frame; -1: the bytes as they are. */
static bool decompress(struct arrow_decoder *decoder, struct bytes_of *buffer) {
  int64_t length;
  if (decoder->message->codec == ARROW_CODEC_NONE || buffer->length == 0)
    return true;
  if (buffer->length < 8)
    return wrong(decoder, "a compressed buffer has no length");
  memcpy(&length, buffer->bytes, sizeof length);
  struct bytes_of packed = {buffer->bytes + 8, buffer->length - 8};
  if (length == -1) {
    *buffer = packed;
    return true;
  }
  if (length < 0 || (uint64_t)length > LIMIT_ARROW_BYTES - decoder->bytes)
    return wrong(decoder, "a compressed buffer is too large");
  if (!can_become(decoder->message->codec, packed.length, length))
    return wrong(decoder, "a compressed buffer is too short for its length");
  /* All of it is written, or none used. */
  uint8_t *out = arena_take(decoder->arena, (size_t)length);
  if (!out)
    return wrong(decoder, NULL);
  *buffer = (struct bytes_of){out, length};
  return decoder->message->codec == ARROW_CODEC_LZ4 ? lz4(decoder, &packed, out, (size_t)length)
                                                    : zstd(decoder, &packed, out, (size_t)length);
}

static bool take_buffer(struct arrow_decoder *decoder, struct bytes_of *buffer) {
  const struct arrow_message *message = decoder->message;
  if (decoder->next_buffer == message->buffer_count)
    return wrong(decoder, "there are fewer buffers than its columns need");
  struct arrow_extent extent = message->buffers[decoder->next_buffer++];
  if (extent.offset < 0 || extent.length < 0 || extent.offset > message->body_length ||
      extent.length > message->body_length - extent.offset)
    return wrong(decoder, "a buffer is not in the body");
  *buffer = (struct bytes_of){decoder->body + extent.offset, extent.length};
  if (!decompress(decoder, buffer))
    return false;
  decoder->bytes += (uint64_t)buffer->length;
  return decoder->bytes <= LIMIT_ARROW_BYTES || wrong(decoder, "a batch is too large");
}

/* ---- arrays ------------------------------------------------------------------------- */

/* One that is being decoded. */
struct growing {
  struct ArrowArray *array;
  const void **buffers;
};

/* The next buffer, which must have that many bytes. */
static bool take(struct arrow_decoder *decoder, struct growing *growing, int64_t size,
                 struct bytes_of *buffer) {
  if (!take_buffer(decoder, buffer))
    return false;
  if (buffer->length < size)
    return wrong(decoder, "a buffer is too short");
  growing->buffers[growing->array->n_buffers++] =
      buffer->length ? buffer->bytes : (const void *)nothing;
  return true;
}

static int64_t bytes_of_bits(int64_t bits) {
  return (bits + 7) / 8;
}

static bool take_known(struct arrow_decoder *decoder, struct growing *growing) {
  struct ArrowArray *array = growing->array;
  struct bytes_of buffer;
  int64_t size = array->null_count == 0 ? 0 : bytes_of_bits(array->length);
  if (!take(decoder, growing, size, &buffer))
    return false;
  if (array->null_count == 0)
    growing->buffers[0] = NULL;
  return true;
}

static int64_t offset_at(const uint8_t *bytes, int64_t index, bool large) {
  int64_t wide;
  int32_t narrow;
  if (large) {
    memcpy(&wide, bytes + index * 8, sizeof wide);
    return wide;
  }
  memcpy(&narrow, bytes + index * 4, sizeof narrow);
  return narrow;
}

/* They begin at 0 or behind it, never go back, and end inside what they point into. */
static bool check_offsets(struct arrow_decoder *decoder, const uint8_t *bytes, int64_t count,
                          bool large, int64_t limit) {
  int64_t before = 0;
  for (int64_t i = 0; i <= count; i++) {
    int64_t offset = offset_at(bytes, i, large);
    if (offset < before)
      return wrong(decoder, "the offsets of a column go back");
    before = offset;
  }
  return before <= limit || wrong(decoder, "the offsets of a column lead out of it");
}

/* Offsets of no lanes may be left out. */
static int64_t offsets_size(const struct ArrowArray *array, int64_t width) {
  return array->length == 0 ? 0 : (array->length + 1) * width;
}

static bool decode_text(struct arrow_decoder *decoder, struct growing *growing, bool large) {
  struct bytes_of offsets, bytes;
  if (!take(decoder, growing, offsets_size(growing->array, large ? 8 : 4), &offsets) ||
      !take(decoder, growing, 0, &bytes))
    return false;
  return growing->array->length == 0 ||
         check_offsets(decoder, offsets.bytes, growing->array->length, large, bytes.length);
}

/* Views, any number of buffers with texts, and a buffer of ours with their lengths. */
static bool decode_view(struct arrow_decoder *decoder, struct growing *growing) {
  const struct arrow_message *message = decoder->message;
  struct bytes_of buffer;
  if (decoder->next_variadic == message->variadic_count)
    return wrong(decoder, "it is not said how many buffers a column has");
  int64_t count = message->variadic[decoder->next_variadic++];
  if (count < 0 || count > message->buffer_count)
    return wrong(decoder, "there are fewer buffers than its columns need");
  size_t most = (size_t)count + 3;
  const void **buffers = arena_array(decoder->arena, most, sizeof *buffers);
  int64_t *lengths = arena_array(decoder->arena, most, sizeof *lengths);
  if (!buffers || !lengths)
    return wrong(decoder, NULL);
  buffers[0] = growing->buffers[0];
  growing->buffers = growing->array->buffers = buffers;
  if (!take(decoder, growing, growing->array->length * 16, &buffer))
    return false;
  for (int64_t i = 0; i < count; i++) {
    if (!take(decoder, growing, 0, &buffer))
      return false;
    lengths[i] = buffer.length;
  }
  buffers[growing->array->n_buffers++] = lengths;
  return true;
}

/* ---- what has children ------------------------------------------------------------------ */

static bool decode(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                   struct ArrowArray *array);

static bool decode_children(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                            struct ArrowArray *array) {
  size_t count = (size_t)schema->n_children;
  struct ArrowArray *children = arena_array(decoder->arena, count, sizeof *children);
  array->children = arena_array(decoder->arena, count, sizeof *array->children);
  if (!children || !array->children)
    return wrong(decoder, NULL);
  for (size_t i = 0; i < count; i++) {
    array->children[i] = &children[i];
    if (!decode(decoder, schema->children[i], &children[i]))
      return false;
  }
  array->n_children = schema->n_children;
  return true;
}

static bool decode_list(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                        struct growing *growing, enum arrow_kind kind) {
  bool large = kind == ARROW_LARGE_LIST || kind == ARROW_LARGE_LIST_VIEW;
  bool view = kind == ARROW_LIST_VIEW || kind == ARROW_LARGE_LIST_VIEW;
  int64_t width = large ? 8 : 4, lanes = growing->array->length;
  struct bytes_of offsets;
  if (!take(decoder, growing, view ? lanes * width : offsets_size(growing->array, width),
            &offsets) ||
      (view && !take(decoder, growing, lanes * width, &offsets)))
    return false;
  return decode_children(decoder, schema, growing->array);
}

/* Buffers behind the validity of types that we do not read; -1: not even that. */
static int buffers_behind(const char *format) {
  switch (format[0]) {
  case 'z':
  case 'Z': return 2;
  case '+': return format[1] == 'm' ? 1 : -1;
  default: return 1;
  }
}

/* Passes a column that nobody can ask for. */
static bool skip(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                 struct growing *growing) {
  struct bytes_of buffer;
  struct ArrowArray *array = growing->array;
  const char *format = schema->format;
  if (strcmp(format, "vz") == 0)
    return take_known(decoder, growing) && decode_view(decoder, growing);
  int count = buffers_behind(format) + 1;
  if (format[0] == '+' && format[1] == 'u') /* before V5 they could be null as a whole */
    count = (format[2] == 'd' ? 2 : 1) + (decoder->message->version < 4);
  for (int i = 0; i < count; i++)
    if (!take(decoder, growing, 0, &buffer))
      return false;
  return decode_children(decoder, schema, array);
}

static bool decode_encoded(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                           struct growing *growing) {
  struct ArrowArray *array = growing->array;
  struct bytes_of buffer;
  struct arrow_type index = arrow_type_of(schema->format);
  const struct arrow_field *field = (const struct arrow_field *)(const void *)schema;
  if (!take_known(decoder, growing) ||
      !take(decoder, growing, array->length * index.width, &buffer))
    return false;
  const struct ArrowArray *values = decoder->dictionary(decoder->context, field->dictionary);
  if (!values)
    return wrong(decoder, "a dictionary comes after the batch that needs it, or not at all");
  struct ArrowArray *copy = arena_alloc(decoder->arena, sizeof *copy);
  if (!copy)
    return wrong(decoder, NULL);
  *copy = *values;
  array->dictionary = copy;
  return true;
}

static bool decode_plain(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                         struct growing *growing) {
  struct arrow_type type = arrow_type_of(schema->format);
  struct bytes_of buffer;
  int64_t lanes = growing->array->length;
  if (type.kind == ARROW_NULL)
    return true;
  if (type.kind == ARROW_OTHER)
    return skip(decoder, schema, growing);
  if (!take_known(decoder, growing))
    return false;
  switch (type.kind) {
  case ARROW_BOOL: return take(decoder, growing, bytes_of_bits(lanes), &buffer);
  case ARROW_UTF8: return decode_text(decoder, growing, false);
  case ARROW_LARGE_UTF8: return decode_text(decoder, growing, true);
  case ARROW_UTF8_VIEW: return decode_view(decoder, growing);
  case ARROW_LIST:
  case ARROW_LARGE_LIST:
  case ARROW_LIST_VIEW:
  case ARROW_LARGE_LIST_VIEW: return decode_list(decoder, schema, growing, type.kind);
  case ARROW_STRUCT:
  case ARROW_FIXED_LIST: return decode_children(decoder, schema, growing->array);
  default: return take(decoder, growing, lanes * type.width, &buffer);
  }
}

enum { MOST_BUFFERS = 4 }; /* but for views, which bring their own */

static bool begin(struct arrow_decoder *decoder, struct ArrowArray *array,
                  struct growing *growing) {
  growing->array = array;
  growing->buffers = arena_array(decoder->arena, MOST_BUFFERS, sizeof *growing->buffers);
  *array = (struct ArrowArray){.buffers = growing->buffers, .release = release};
  return growing->buffers != NULL || wrong(decoder, NULL);
}

/* Lanes of any array, so that no product of them overflows. */
static const int64_t most_lanes = INT64_C(1) << 48;

static bool decode(struct arrow_decoder *decoder, const struct ArrowSchema *schema,
                   struct ArrowArray *array) {
  struct growing growing;
  if (!begin(decoder, array, &growing))
    return false;
  if (decoder->next_node == decoder->message->node_count)
    return wrong(decoder, "there are fewer arrays than it has columns");
  struct arrow_node node = decoder->message->nodes[decoder->next_node++];
  if (node.length < 0 || node.length > most_lanes || node.nulls > node.length)
    return wrong(decoder, "an array has a length that cannot be");
  array->length = node.length;
  array->null_count = node.nulls < 0 ? -1 : node.nulls;
  return schema->dictionary ? decode_encoded(decoder, schema, &growing)
                            : decode_plain(decoder, schema, &growing);
}

/* ---- messages ------------------------------------------------------------------------------ */

static bool begin_message(struct arrow_decoder *decoder) {
  decoder->next_node = decoder->next_buffer = decoder->next_variadic = 0;
  decoder->bytes = 0;
  decoder->why = NULL;
  return decoder->message->codec != ARROW_CODEC_OTHER ||
         wrong(decoder, "it is compressed in a way that is not known: use LZ4 or Zstandard");
}

/* Rows need not have bytes, if nothing is known of them; but there is no end to
 * such rows, so they are limited. */
static bool check_rows(struct arrow_decoder *decoder) {
  int64_t rows = decoder->message->length;
  return (rows >= 0 && ((uint64_t)rows <= decoder->bytes * 8 || rows <= LIMIT_ARROW_EMPTY_ROWS)) ||
         wrong(decoder, "a batch has more rows than there is room for in its buffers");
}

struct ArrowArray *arrow_decode_batch(struct arrow_decoder *decoder,
                                      const struct arrow_field *root) {
  struct ArrowArray *array = arena_alloc(decoder->arena, sizeof *array);
  struct growing growing;
  if (!array || !begin_message(decoder) || !begin(decoder, array, &growing) ||
      !decode_children(decoder, &root->schema, array) || !check_rows(decoder))
    return NULL;
  array->length = decoder->message->length;
  array->n_buffers = 1;
  return array;
}

struct ArrowArray *arrow_decode_values(struct arrow_decoder *decoder,
                                       const struct arrow_field *field) {
  struct ArrowArray *array = arena_alloc(decoder->arena, sizeof *array);
  if (!array || !begin_message(decoder) || !decode(decoder, field->schema.dictionary, array))
    return NULL;
  return array;
}

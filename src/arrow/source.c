/* source.c - finding a field's column, and binding it to buffers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/source.h"

#include <string.h>

/* ---- finding ------------------------------------------------------------------- */

/* The child of that name: its index, -1 if there is none, -2 if there are two. */
static int64_t child_called(const struct ArrowSchema *schema, struct text name) {
  int64_t found = -1;
  for (int64_t i = 0; i < schema->n_children && found != -2; i++) {
    const char *called = schema->children[i]->name;
    if (called && text_equal(text_from(called), name))
      found = found == -1 ? i : -2;
  }
  return found;
}

static struct text first_part(struct text path) {
  size_t length = 0;
  while (length < path.length && path.bytes[length] != '.')
    length++;
  return (struct text){path.bytes, length};
}

static size_t count_parts(struct text path) {
  size_t count = 1;
  for (size_t i = 0; i < path.length; i++)
    count += path.bytes[i] == '.';
  return count;
}

/* What a field of the schema gives, below its name.  NULL: out of memory. */
static struct source *describe(const struct ArrowSchema *schema, struct arena *arena) {
  struct source *source = arena_alloc(arena, sizeof *source);
  if (!source)
    return NULL;
  source->encoded = schema->dictionary != NULL;
  source->index = arrow_type_of(schema->format);
  source->format = source->encoded ? schema->dictionary->format : schema->format;
  source->type = arrow_type_of(source->format);
  if (source->encoded && (!arrow_is_integer(source->index.kind) || schema->dictionary->dictionary))
    source->type.kind = ARROW_OTHER;
  if (arrow_is_list(source->type.kind)) {
    if (source->encoded || schema->n_children != 1)
      source->type.kind = ARROW_OTHER;
    /* Lists in lists are nothing that we read: one level is enough. */
    else if (!arrow_is_list(arrow_type_of(schema->children[0]->format).kind) &&
             !(source->items = describe(schema->children[0], arena)))
      return NULL;
  }
  return source;
}

enum source_result source_find(const struct ArrowSchema *schema, struct text path,
                               struct arena *arena, struct source **source) {
  *source = NULL;
  size_t parts = count_parts(path);
  uint32_t *steps = arena_array(arena, parts, sizeof *steps), count = 0;
  struct arrow_bits *above = arena_array(arena, parts, sizeof *above);
  if (!steps || !above)
    return SOURCE_NO_MEMORY;
  for (struct text rest = path; rest.bytes;) {
    if (schema->dictionary || arrow_type_of(schema->format).kind != ARROW_STRUCT)
      return SOURCE_NONE;
    struct text part = rest;
    int64_t child = child_called(schema, part);
    if (child == -1) {
      part = first_part(rest);
      child = child_called(schema, part);
    }
    if (child < 0 || child > UINT32_MAX)
      return child == -1 ? SOURCE_NONE : SOURCE_AMBIGUOUS;
    steps[count++] = (uint32_t)child;
    schema = schema->children[child];
    size_t used = part.length + 1;
    rest = used > rest.length ? (struct text){NULL, 0}
                              : (struct text){rest.bytes + used, rest.length - used};
  }
  struct source *made = describe(schema, arena);
  if (!made)
    return SOURCE_NO_MEMORY;
  made->path = path;
  made->steps = steps;
  made->step_count = count;
  made->above = above;
  *source = made;
  return SOURCE_FOUND;
}

bool source_gives_structs(const struct source *source) {
  return source->type.kind == ARROW_NULL ||
         (source->items && source->items->type.kind == ARROW_STRUCT && !source->items->encoded);
}

bool source_gives(const struct source *source, enum column_kind kind, bool identity) {
  enum arrow_kind type = source->type.kind;
  if (type == ARROW_NULL)
    return true;
  switch (kind) {
  case COLUMN_NUMBER: return arrow_is_number(type);
  case COLUMN_TIME:
    return arrow_is_number(type) || arrow_is_text(type) || type == ARROW_DATE ||
           type == ARROW_TIMESTAMP;
  case COLUMN_DURATION: return arrow_is_number(type) || type == ARROW_DURATION;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return arrow_is_text(type) || (identity && arrow_is_integer(type));
  case COLUMN_LABEL: return arrow_is_text(type);
  case COLUMN_BOOL: return type == ARROW_BOOL;
  case COLUMN_TEXTS: return source->items && source_gives(source->items, COLUMN_TEXT, false);
  }
  return false;
}

/* ---- binding -------------------------------------------------------------------- */

/* The buffers of an array; `offset` is where row 0 is before the array's own. */
static bool bind_span(struct arrow_span *span, const struct ArrowArray *array,
                      struct arrow_type type, int64_t offset, int64_t count) {
  if (!array || array->length < 0 || array->offset < 0 || offset > array->length ||
      array->length > INT64_MAX / 32 - array->offset || array->length - offset < count ||
      array->n_buffers < arrow_buffer_count(type.kind))
    return false;
  if (array->n_buffers > 0 && !array->buffers)
    return false;
  int64_t begin = array->offset + offset;
  *span = (struct arrow_span){.offset = begin, .count = count, .sound_end = -1, .array = array};
  if (type.kind == ARROW_NULL)
    return true;
  span->known = (struct arrow_bits){array->null_count == 0 ? NULL : array->buffers[0], begin};
  if (array->n_buffers > 1)
    span->first = array->buffers[1];
  if (array->n_buffers > 2)
    span->second = array->buffers[2];
  bool needs_first = type.kind != ARROW_STRUCT && type.kind != ARROW_FIXED_LIST;
  bool needs_second = type.kind == ARROW_LIST_VIEW || type.kind == ARROW_LARGE_LIST_VIEW;
  return count == 0 || ((span->first || !needs_first) && (span->second || !needs_second));
}

static bool bind_values(struct source *source, const struct ArrowArray *array, int64_t offset,
                        int64_t count) {
  if (!source->encoded)
    return bind_span(&source->rows, array, source->type, offset, count);
  return bind_span(&source->rows, array, source->index, offset, count) && array->dictionary &&
         bind_span(&source->dictionary, array->dictionary, source->type, 0,
                   array->dictionary->length);
}

static bool bind_items(struct source *source, const struct ArrowArray *array) {
  struct source *items = source->items;
  if (!items)
    return true;
  if (array->n_children != 1 || !array->children || !array->children[0])
    return false;
  return bind_values(items, array->children[0], 0, array->children[0]->length);
}

bool source_bind(struct source *source, const struct ArrowArray *array) {
  int64_t offset = array->offset, count = array->length;
  source->above_count = 0;
  for (uint32_t i = 0; i < source->step_count; i++) {
    uint32_t step = source->steps[i];
    if (step >= array->n_children || !array->children || !array->children[step])
      return false;
    array = array->children[step];
    if (i + 1 == source->step_count)
      break;
    struct arrow_span span;
    if (!bind_span(&span, array, (struct arrow_type){.kind = ARROW_STRUCT}, offset, count))
      return false;
    if (span.known.bits)
      source->above[source->above_count++] = span.known;
    offset = span.offset;
  }
  return bind_values(source, array, offset, count) && bind_items(source, array);
}

/* ---- bits ------------------------------------------------------------------------ */

/* Reads no byte that holds none of the bits. */
uint64_t arrow_bits_word(struct arrow_bits bits, int64_t first, uint32_t count) {
  uint64_t mask = count < 64 ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
  if (!bits.bits || count == 0)
    return mask;
  uint64_t begin = (uint64_t)(bits.offset + first);
  const uint8_t *bytes = bits.bits + begin / 8;
  unsigned shift = begin % 8;
  size_t needed = (shift + count + 7) / 8;
  uint64_t word = 0;
  memcpy(&word, bytes, needed < 8 ? needed : 8); /* little-endian, as Arrow's bits are */
  word >>= shift;
  if (needed > 8)
    word |= (uint64_t)bytes[8] << (64 - shift);
  return word & mask;
}

uint64_t source_known(const struct source *source, int64_t first, uint32_t count) {
  if (source->type.kind == ARROW_NULL)
    return 0;
  uint64_t known = arrow_bits_word(source->rows.known, first, count);
  for (uint32_t i = 0; i < source->above_count; i++)
    known &= arrow_bits_word(source->above[i], first, count);
  return known;
}

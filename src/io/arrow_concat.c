/* arrow_concat.c - two arrays one behind the other.
 *
 * Additions to dictionaries of views or of nested types are refused: nobody
 * writes them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_concat.h"

#include <string.h>

#include "arrow/type.h"

static void release(struct ArrowArray *array) {
  array->release = NULL;
}

/* The result while it is put together. */
struct concat {
  const struct ArrowArray *parts[2];
  struct arena *arena;
  struct ArrowArray *out;
  const void **buffers;
};

static bool is_known(const struct ArrowArray *array, int64_t lane) {
  const uint8_t *bits = array->null_count == 0 ? NULL : array->buffers[0];
  return !bits || bits[lane / 8] >> (lane % 8) & 1;
}

static bool concat_known(struct concat *concat) {
  if (concat->parts[0]->null_count == 0 && concat->parts[1]->null_count == 0)
    return true;
  uint8_t *bits = arena_alloc(concat->arena, (size_t)concat->out->length / 8 + 1);
  if (!bits)
    return false;
  int64_t to = 0;
  for (int p = 0; p < 2; p++)
    for (int64_t lane = 0; lane < concat->parts[p]->length; lane++, to++)
      if (is_known(concat->parts[p], lane))
        bits[to / 8] |= (uint8_t)(1u << (to % 8));
  concat->buffers[0] = bits;
  concat->out->null_count = -1;
  return true;
}

static bool concat_fixed(struct concat *concat, size_t width) {
  char *values = arena_array(concat->arena, (size_t)concat->out->length + 1, width);
  if (!values)
    return false;
  concat->buffers[1] = values;
  concat->out->n_buffers = 2;
  for (int p = 0; p < 2; p++) {
    size_t size = (size_t)concat->parts[p]->length * width;
    memcpy(values, concat->parts[p]->buffers[1], size);
    values += size;
  }
  return true;
}

static int64_t offset_at(const struct ArrowArray *array, int64_t lane, bool large) {
  const char *bytes = array->buffers[1];
  int64_t wide;
  int32_t narrow;
  if (array->length == 0)
    return 0;
  if (large) {
    memcpy(&wide, bytes + lane * 8, sizeof wide);
    return wide;
  }
  memcpy(&narrow, bytes + lane * 4, sizeof narrow);
  return narrow;
}

static bool concat_texts(struct concat *concat, bool large, const char **why) {
  int64_t size = offset_at(concat->parts[0], concat->parts[0]->length, large) +
                 offset_at(concat->parts[1], concat->parts[1]->length, large);
  if (!large && size > INT32_MAX) {
    *why = "a dictionary grew too large for its type";
    return false;
  }
  char *bytes = arena_alloc(concat->arena, (size_t)size);
  char *offsets = arena_array(concat->arena, (size_t)concat->out->length + 1, 8);
  if (!bytes || !offsets)
    return false;
  concat->buffers[1] = offsets;
  concat->buffers[2] = bytes;
  concat->out->n_buffers = 3;
  int64_t used = 0, lane = 0;
  for (int p = 0; p < 2; p++) {
    const struct ArrowArray *part = concat->parts[p];
    int64_t begin = offset_at(part, 0, large), end = offset_at(part, part->length, large);
    if (end > begin)
      memcpy(bytes + used, (const char *)part->buffers[2] + begin, (size_t)(end - begin));
    for (int64_t i = 0; i <= part->length; i++) {
      int64_t offset = used + offset_at(part, i, large) - begin;
      int32_t narrow = (int32_t)offset;
      char *to = offsets + (lane + i) * (large ? 8 : 4);
      memcpy(to, large ? (const void *)&offset : (const void *)&narrow, large ? 8 : 4);
    }
    used += end - begin;
    lane += part->length;
  }
  return true;
}

struct ArrowArray *arrow_concat(const struct ArrowArray *first, const struct ArrowArray *second,
                                const char *format, struct arena *arena, const char **why) {
  struct arrow_type type = arrow_type_of(format);
  struct concat concat = {{first, second}, arena, NULL, NULL};
  *why = NULL;
  concat.out = arena_alloc(arena, sizeof *concat.out);
  concat.buffers = arena_array(arena, 3, sizeof *concat.buffers);
  if (!concat.out || !concat.buffers)
    return NULL;
  *concat.out = (struct ArrowArray){
      .length = first->length + second->length, .buffers = concat.buffers, .release = release};
  bool done = concat_known(&concat);
  if (type.kind == ARROW_UTF8 || type.kind == ARROW_LARGE_UTF8)
    done = done && concat_texts(&concat, type.kind == ARROW_LARGE_UTF8, why);
  else if (type.width > 0 && type.kind != ARROW_UTF8_VIEW)
    done = done && concat_fixed(&concat, type.width);
  else {
    *why = "additions to a dictionary of this type are not read: write it whole";
    done = false;
  }
  return done ? concat.out : NULL;
}

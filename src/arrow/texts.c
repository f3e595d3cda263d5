/* texts.c - texts one by one, and many at once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/texts.h"

#include "base/unicode.h"

static int32_t view_part(const uint8_t *view, int index) {
  int32_t part;
  memcpy(&part, view + index * 4, sizeof part);
  return part;
}

/* A length; four bytes of the text; which buffer has all of it, and where.  Short
 * texts stand behind the length. */
static bool view_text(const struct arrow_span *span, int64_t at, struct text *text) {
  const uint8_t *view = span->first + at * 16;
  int32_t length = view_part(view, 0), buffer = view_part(view, 2), offset = view_part(view, 3);
  if (length < 0)
    return false;
  text->length = (size_t)length;
  if (length <= 12) {
    text->bytes = (const char *)view + 4;
    return true;
  }
  /* validity, views, the buffers with longer texts, the lengths of those */
  const struct ArrowArray *array = span->array;
  const uint8_t *lengths = array->buffers[array->n_buffers - 1];
  if (buffer < 0 || buffer >= array->n_buffers - 3 || offset < 0 || !lengths)
    return false;
  const char *bytes = array->buffers[2 + buffer];
  int64_t there;
  memcpy(&there, lengths + (size_t)buffer * sizeof there, sizeof there);
  text->bytes = bytes + offset;
  return bytes && there - length >= offset;
}

static bool offset_text(const struct arrow_span *span, int64_t begin, int64_t end,
                        struct text *text) {
  if (begin < 0 || end < begin || (!span->second && end > begin))
    return false;
  text->bytes = span->second ? (const char *)span->second + begin : "";
  text->length = (size_t)(end - begin);
  return true;
}

bool span_lone_text(const struct arrow_span *span, struct arrow_type type, int64_t at,
                    struct text *text) {
  bool there = type.kind == ARROW_UTF8_VIEW ? view_text(span, at, text)
                                            : offset_text(span, span_offset(span, type, at),
                                                          span_offset(span, type, at + 1), text);
  return there && utf8_error(*text) == text->length;
}

void source_check(struct source *source, int64_t first, int64_t count) {
  struct arrow_span *span = &source->rows;
  struct text text;
  span->sound_end = -1;
  if (source->encoded || !arrow_has_offsets(source->type.kind) || count == 0 || !span->second)
    return;
  int64_t at = span->offset + first;
  int64_t begin = span_offset(span, source->type, at);
  int64_t end = span_offset(span, source->type, at + count);
  if (!offset_text(span, begin, end, &text) || utf8_error(text) != text.length)
    return;
  span->sound_begin = begin;
  span->sound_end = end;
}

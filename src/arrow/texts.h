/* texts.h - texts in Arrow's buffers.
 *
 * Nothing says that they are UTF-8.  Those of neighbouring rows lie one behind the
 * other, so source_check looks at the bytes of many rows in one go.  Where these are
 * UTF-8 as a whole, a text is, too, if it cuts no sequence: if neither the byte that
 * it begins with nor the one behind it continues one.
 *
 *   bytes     p a r i s z ü r i c h b a s e l
 *   offsets   0         5           11        16     the bytes 5, 11 are no continuations
 *
 * All others are looked at one by one: views, which may lie anywhere, and texts
 * of a column that has something else in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_TEXTS_H
#define BAREME_ARROW_TEXTS_H

#include "arrow/source.h"
#include "intake/key.h"

/* Before the texts of the rows first .. first + count are asked for: looks at
 * their bytes at once.  Texts of other rows may be asked for as well. */
void source_check(struct source *source, int64_t first, int64_t count);

/* A text that is looked at by itself.  False if it is not there, or not UTF-8. */
bool span_lone_text(const struct arrow_span *span, struct arrow_type type, int64_t at,
                    struct text *text);

/* Offsets need not be aligned. */
static inline int64_t span_offset(const struct arrow_span *span, struct arrow_type type,
                                  int64_t at) {
  int64_t wide;
  int32_t narrow;
  if (type.kind == ARROW_LARGE_UTF8) {
    memcpy(&wide, span->first + at * 8, sizeof wide);
    return wide;
  }
  memcpy(&narrow, span->first + at * 4, sizeof narrow);
  return narrow;
}

/* Does a text that begins or ends there cut a sequence of the sound bytes? */
static inline bool span_is_cut(const struct arrow_span *span, int64_t offset) {
  return offset < span->sound_end && (span->second[offset] & 0xc0) == 0x80;
}

/* The text of a lane, of which nothing else need be known.  False if that is not so
 * of it: if it is not one of the sound bytes, or is cut. */
static inline bool span_sound_text(const struct arrow_span *span, struct arrow_type type,
                                   int64_t at, struct text *text) {
  if (span->sound_end < 0)
    return false;
  int64_t begin = span_offset(span, type, at), end = span_offset(span, type, at + 1);
  if ((begin < span->sound_begin) | (end < begin) | (end > span->sound_end) ||
      span_is_cut(span, begin) || span_is_cut(span, end))
    return false;
  *text = (struct text){(const char *)span->second + begin, (size_t)(end - begin)};
  return true;
}

/* The text of a lane that is known.  False if it is not there, or not UTF-8. */
static inline bool span_text(const struct arrow_span *span, struct arrow_type type, int64_t at,
                             struct text *text) {
  return span_sound_text(span, type, at, text) || span_lone_text(span, type, at, text);
}

/* Of a text of the span. */
static inline struct key span_key(const struct arrow_span *span, struct text text) {
  bool readable = span->sound_end >= 0 &&
                  (uintptr_t)text.bytes + 16 <= (uintptr_t)(span->second + span->sound_end);
  return readable ? key_of_readable(text) : key_of(text);
}

#endif

/* type.h - what an Arrow type means to us, from its format string.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_TYPE_H
#define BAREME_ARROW_TYPE_H

#include "bareme/arrow.h"
#include "base/text.h"

enum arrow_kind {
  ARROW_NULL,
  ARROW_BOOL,
  ARROW_INT,  /* of `width` bytes */
  ARROW_UINT, /* the same */
  ARROW_HALF,
  ARROW_FLOAT,
  ARROW_DOUBLE,
  ARROW_DATE, /* days */
  ARROW_TIMESTAMP,
  ARROW_DURATION,
  ARROW_UTF8,       /* int32 offsets */
  ARROW_LARGE_UTF8, /* int64 offsets */
  ARROW_UTF8_VIEW,
  ARROW_LIST,
  ARROW_LARGE_LIST,
  ARROW_LIST_VIEW,
  ARROW_LARGE_LIST_VIEW,
  ARROW_FIXED_LIST, /* of `size` items */
  ARROW_STRUCT,
  ARROW_OTHER /* nothing that we read */
};

enum arrow_unit { ARROW_SECONDS, ARROW_MILLIS, ARROW_MICROS, ARROW_NANOS };

struct arrow_type {
  enum arrow_kind kind;
  uint8_t width;        /* bytes, of whatever has a fixed width; 0: has none */
  enum arrow_unit unit; /* timestamps, durations, dates of milliseconds */
  int32_t size;
};

/* The type of the values; what a dictionary's indices are is of no concern here. */
struct arrow_type arrow_type_of(const char *format);

/* For messages: `decimal128`, `list`. */
const char *arrow_type_name(const char *format);

static inline bool arrow_is_text(enum arrow_kind kind) {
  return kind >= ARROW_UTF8 && kind <= ARROW_UTF8_VIEW;
}
/* Texts that lie one behind the other. */
static inline bool arrow_has_offsets(enum arrow_kind kind) {
  return kind == ARROW_UTF8 || kind == ARROW_LARGE_UTF8;
}
static inline bool arrow_is_list(enum arrow_kind kind) {
  return kind >= ARROW_LIST && kind <= ARROW_FIXED_LIST;
}
static inline bool arrow_is_integer(enum arrow_kind kind) {
  return kind == ARROW_INT || kind == ARROW_UINT;
}
static inline bool arrow_is_number(enum arrow_kind kind) {
  return kind >= ARROW_INT && kind <= ARROW_DOUBLE;
}

/* How many buffers an array of the type has; for views, how many at least. */
int64_t arrow_buffer_count(enum arrow_kind kind);

#endif

/* type.c - what an Arrow type means to us, from its format string.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/type.h"

static const struct {
  const char *format; /* the whole of it, or what it begins with if it ends in `:` */
  const char *name;
  struct arrow_type type;
} types[] = {
    {"n", "null", {ARROW_NULL, 0, 0, 0}},
    {"b", "bool", {ARROW_BOOL, 0, 0, 0}},
    {"c", "int8", {ARROW_INT, 1, 0, 0}},
    {"C", "uint8", {ARROW_UINT, 1, 0, 0}},
    {"s", "int16", {ARROW_INT, 2, 0, 0}},
    {"S", "uint16", {ARROW_UINT, 2, 0, 0}},
    {"i", "int32", {ARROW_INT, 4, 0, 0}},
    {"I", "uint32", {ARROW_UINT, 4, 0, 0}},
    {"l", "int64", {ARROW_INT, 8, 0, 0}},
    {"L", "uint64", {ARROW_UINT, 8, 0, 0}},
    {"e", "float16", {ARROW_HALF, 2, 0, 0}},
    {"f", "float32", {ARROW_FLOAT, 4, 0, 0}},
    {"g", "float64", {ARROW_DOUBLE, 8, 0, 0}},
    {"u", "utf8", {ARROW_UTF8, 0, 0, 0}},
    {"U", "large utf8", {ARROW_LARGE_UTF8, 0, 0, 0}},
    {"vu", "utf8 view", {ARROW_UTF8_VIEW, 16, 0, 0}},
    {"tdD", "date32", {ARROW_DATE, 4, 0, 0}},
    {"tdm", "date64", {ARROW_TIMESTAMP, 8, ARROW_MILLIS, 0}},
    {"tss:", "timestamp", {ARROW_TIMESTAMP, 8, ARROW_SECONDS, 0}},
    {"tsm:", "timestamp", {ARROW_TIMESTAMP, 8, ARROW_MILLIS, 0}},
    {"tsu:", "timestamp", {ARROW_TIMESTAMP, 8, ARROW_MICROS, 0}},
    {"tsn:", "timestamp", {ARROW_TIMESTAMP, 8, ARROW_NANOS, 0}},
    {"tDs", "duration", {ARROW_DURATION, 8, ARROW_SECONDS, 0}},
    {"tDm", "duration", {ARROW_DURATION, 8, ARROW_MILLIS, 0}},
    {"tDu", "duration", {ARROW_DURATION, 8, ARROW_MICROS, 0}},
    {"tDn", "duration", {ARROW_DURATION, 8, ARROW_NANOS, 0}},
    {"+l", "list", {ARROW_LIST, 0, 0, 0}},
    {"+L", "large list", {ARROW_LARGE_LIST, 0, 0, 0}},
    {"+vl", "list view", {ARROW_LIST_VIEW, 0, 0, 0}},
    {"+vL", "large list view", {ARROW_LARGE_LIST_VIEW, 0, 0, 0}},
    {"+w:", "fixed-size list", {ARROW_FIXED_LIST, 0, 0, 0}},
    {"+s", "struct", {ARROW_STRUCT, 0, 0, 0}},
    {"d:", "decimal", {ARROW_OTHER, 0, 0, 0}},
    {"z", "binary", {ARROW_OTHER, 0, 0, 0}},
    {"Z", "large binary", {ARROW_OTHER, 0, 0, 0}},
    {"vz", "binary view", {ARROW_OTHER, 0, 0, 0}},
    {"w:", "fixed-size binary", {ARROW_OTHER, 0, 0, 0}},
    {"tts", "time of day", {ARROW_OTHER, 0, 0, 0}},
    {"ttm", "time of day", {ARROW_OTHER, 0, 0, 0}},
    {"ttu", "time of day", {ARROW_OTHER, 0, 0, 0}},
    {"ttn", "time of day", {ARROW_OTHER, 0, 0, 0}},
    {"tiM", "interval", {ARROW_OTHER, 0, 0, 0}},
    {"tiD", "interval", {ARROW_OTHER, 0, 0, 0}},
    {"tin", "interval", {ARROW_OTHER, 0, 0, 0}},
    {"+m", "map", {ARROW_OTHER, 0, 0, 0}},
    {"+ud:", "union", {ARROW_OTHER, 0, 0, 0}},
    {"+us:", "union", {ARROW_OTHER, 0, 0, 0}},
    {"+r", "run-end encoded", {ARROW_OTHER, 0, 0, 0}},
};

enum { TYPES = sizeof types / sizeof *types };

/* Where in the table, or TYPES. */
static size_t find(struct text format) {
  for (size_t i = 0; i < TYPES; i++) {
    struct text known = text_from(types[i].format);
    bool begins = known.bytes[known.length - 1] == ':';
    if (begins ? text_starts_with(format, known) : text_equal(format, known))
      return i;
  }
  return TYPES;
}

/* The digits behind `+w:`; -1 if they are none. */
static int32_t list_size(struct text format) {
  int64_t size = 0;
  for (size_t at = 3; at < format.length; at++) {
    if (format.bytes[at] < '0' || format.bytes[at] > '9' || size > INT32_MAX / 10)
      return -1;
    size = size * 10 + (format.bytes[at] - '0');
  }
  return format.length > 3 && size <= INT32_MAX ? (int32_t)size : -1;
}

struct arrow_type arrow_type_of(const char *format) {
  struct text text = text_from(format);
  size_t at = find(text);
  struct arrow_type type = {.kind = ARROW_OTHER};
  if (at < TYPES)
    type = types[at].type;
  if (type.kind == ARROW_FIXED_LIST)
    type.size = list_size(text);
  if (type.size < 0)
    type.kind = ARROW_OTHER;
  return type;
}

const char *arrow_type_name(const char *format) {
  size_t at = find(text_from(format));
  return at < TYPES ? types[at].name : format;
}

int64_t arrow_buffer_count(enum arrow_kind kind) {
  switch (kind) {
  case ARROW_NULL: return 0;
  case ARROW_STRUCT:
  case ARROW_FIXED_LIST: return 1;
  case ARROW_UTF8:
  case ARROW_LARGE_UTF8:
  case ARROW_UTF8_VIEW:
  case ARROW_LIST_VIEW:
  case ARROW_LARGE_LIST_VIEW: return 3;
  default: return 2;
  }
}

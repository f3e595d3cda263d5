/* value.c - one value of a column, by what its field is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "arrow/instants.h"
#include "arrow/texts.h"
#include "base/clock.h"
#include "base/math.h"

/* ---- numbers ------------------------------------------------------------------- */

/* Buffers need not be aligned. */
#define LOADER(name, type)                                                \
  static type name(const uint8_t *buffer, int64_t at) {                   \
    type loaded;                                                          \
    memcpy(&loaded, buffer + at * (int64_t)sizeof loaded, sizeof loaded); \
    return loaded;                                                        \
  }
LOADER(load_int16, int16_t)
LOADER(load_int32, int32_t)
LOADER(load_int64, int64_t)
LOADER(load_uint16, uint16_t)
LOADER(load_uint32, uint32_t)
LOADER(load_uint64, uint64_t)
LOADER(load_float, float)
LOADER(load_double, double)

static int64_t load_integer(struct arrow_type type, const uint8_t *buffer, int64_t at) {
  bool is_signed = type.kind == ARROW_INT;
  switch (type.width) {
  case 1: return is_signed ? (int64_t)(int8_t)buffer[at] : (int64_t)buffer[at];
  case 2: return is_signed ? (int64_t)load_int16(buffer, at) : (int64_t)load_uint16(buffer, at);
  case 4: return is_signed ? (int64_t)load_int32(buffer, at) : (int64_t)load_uint32(buffer, at);
  default: return load_int64(buffer, at); /* uint64: the caller reinterprets */
  }
}

/* IEEE 754 binary16, exactly. */
static double half_number(uint16_t bits) {
  unsigned exponent = bits >> 10 & 31, fraction = bits & 1023;
  uint64_t sign = (uint64_t)(bits >> 15) << 63, wide;
  if (exponent == 31)
    wide = UINT64_C(0x7ff) << 52 | (uint64_t)fraction << 42;
  else if (exponent > 0)
    wide = (uint64_t)(exponent - 15 + 1023) << 52 | (uint64_t)fraction << 42;
  else {
    double small = fraction * 0x1p-24;
    memcpy(&wide, &small, sizeof wide);
  }
  wide |= sign;
  double number;
  memcpy(&number, &wide, sizeof number);
  return number;
}

static double load_number(struct arrow_type type, const uint8_t *buffer, int64_t at) {
  switch (type.kind) {
  case ARROW_DOUBLE: return load_double(buffer, at);
  case ARROW_FLOAT: return (double)load_float(buffer, at);
  case ARROW_HALF: return half_number(load_uint16(buffer, at));
  case ARROW_UINT:
    if (type.width == 8)
      return (double)load_uint64(buffer, at);
    break;
  default: break;
  }
  return (double)load_integer(type, buffer, at);
}

/* ---- instants and durations -------------------------------------------------------- */

static bool instant_of(struct arrow_type type, const uint8_t *buffer, int64_t at, int64_t *micros) {
  bool fits;
  if (type.kind == ARROW_DATE)
    fits = micros_scale(load_int32(buffer, at), CLOCK_DAY, micros);
  else if (type.kind == ARROW_TIMESTAMP)
    fits = micros_of(load_int64(buffer, at), type.unit, micros);
  else
    return clock_from_number(load_number(type, buffer, at), micros);
  return fits && clock_holds(*micros);
}

static bool duration_of(struct arrow_type type, const uint8_t *buffer, int64_t at,
                        int64_t *micros) {
  if (type.kind == ARROW_DURATION)
    return micros_of(load_int64(buffer, at), type.unit, micros);
  double product = math_round(load_number(type, buffer, at) * (double)CLOCK_SECOND);
  if (!(product > -9.2e18 && product < 9.2e18))
    return false;
  *micros = (int64_t)product;
  return true;
}

/* ---- values -------------------------------------------------------------------------------- */

int64_t source_index(const struct source *source, int64_t row) {
  int64_t index = load_integer(source->index, source->rows.first, source->rows.offset + row);
  return index < source->dictionary.count ? index : -1;
}

static bool entry_is_there(const struct source *source, int64_t index) {
  return source->type.kind != ARROW_NULL && arrow_bits_get(source->dictionary.known, index);
}

/* The values that a row's are among, and where there. */
static enum arrow_status place_of(const struct source *source, int64_t row,
                                  const struct arrow_span **values, int64_t *at) {
  *values = &source->rows;
  *at = source->rows.offset + row;
  if (!source->encoded)
    return VALUE_FOUND;
  int64_t index = source_index(source, row);
  *values = &source->dictionary;
  if (index < 0)
    return VALUE_WRONG;
  *at = source->dictionary.offset + index;
  return entry_is_there(source, index) ? VALUE_FOUND : VALUE_ABSENT;
}

static enum arrow_status found_if(bool found) {
  return found ? VALUE_FOUND : VALUE_WRONG;
}

enum arrow_status source_entry(const struct source *source, int64_t index, struct text *text) {
  if (!entry_is_there(source, index))
    return VALUE_ABSENT;
  return found_if(
      span_text(&source->dictionary, source->type, source->dictionary.offset + index, text));
}

static enum arrow_status texts_of(const struct source *source, struct arena *arena, int64_t row,
                                  struct text_list *texts) {
  int64_t first, count;
  if (!source_items(source, row, &first, &count))
    return VALUE_WRONG;
  struct text *items = count ? arena_array(arena, (size_t)count, sizeof *items) : NULL;
  if (count && !items)
    return VALUE_NO_ROOM;
  for (int64_t i = 0; i < count; i++) {
    union batch_value item;
    /* Something that is no text makes a bad list, as in JSON. */
    if (!source_has(source->items, first + i) ||
        source_value(source->items, COLUMN_TEXT, NULL, arena, first + i, &item) != VALUE_FOUND)
      return VALUE_WRONG;
    items[i] = item.text;
  }
  *texts = (struct text_list){items, (size_t)count};
  return VALUE_FOUND;
}

static enum arrow_status instant_value(const struct source *source, const struct arrow_span *values,
                                       int64_t at, int64_t *micros) {
  struct text text;
  if (!arrow_is_text(source->type.kind))
    return found_if(instant_of(source->type, values->first, at, micros));
  return found_if(span_text(values, source->type, at, &text) && clock_from_data(text, micros));
}

enum arrow_status source_value(const struct source *source, enum column_kind kind,
                               const struct label_table *labels, struct arena *arena, int64_t row,
                               union batch_value *value) {
  const struct arrow_span *values;
  int64_t at;
  if (kind == COLUMN_TEXTS)
    return texts_of(source, arena, row, &value->texts);
  enum arrow_status place = place_of(source, row, &values, &at);
  if (place != VALUE_FOUND)
    return place;
  switch (kind) {
  case COLUMN_NUMBER:
    value->number = load_number(source->type, values->first, at);
    return found_if(value->number - value->number == 0); /* neither infinite nor NaN */
  case COLUMN_TIME: return instant_value(source, values, at, &value->micros);
  case COLUMN_DURATION:
    return found_if(duration_of(source->type, values->first, at, &value->micros));
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return found_if(span_text(values, source->type, at, &value->text));
  case COLUMN_BOOL: value->yes = values->first[at / 8] >> (at % 8) & 1; return VALUE_FOUND;
  case COLUMN_LABEL: {
    struct text text;
    if (!span_text(values, source->type, at, &text))
      return VALUE_WRONG;
    value->label = label_find(labels, text);
    return found_if(value->label != PROGRAM_NONE);
  }
  case COLUMN_TEXTS: break;
  }
  return VALUE_WRONG;
}

enum arrow_status source_identity(const struct source *source, struct arena *arena, int64_t row,
                                  struct text *id) {
  const struct arrow_span *values;
  int64_t at;
  enum arrow_status place = place_of(source, row, &values, &at);
  if (place != VALUE_FOUND)
    return place;
  if (arrow_is_text(source->type.kind))
    return found_if(span_text(values, source->type, at, id));
  int64_t number = load_integer(source->type, values->first, at);
  bool negative = source->type.kind == ARROW_INT && number < 0;
  uint64_t rest = negative ? -(uint64_t)number : (uint64_t)number;
  enum { MOST_DIGITS = 21 };
  char *digits = arena_alloc(arena, MOST_DIGITS);
  if (!digits)
    return VALUE_NO_ROOM;
  size_t begin = MOST_DIGITS;
  do
    digits[--begin] = (char)('0' + rest % 10);
  while (rest /= 10);
  if (negative)
    digits[--begin] = '-';
  *id = (struct text){digits + begin, MOST_DIGITS - begin};
  return VALUE_FOUND;
}

bool source_items(const struct source *source, int64_t row, int64_t *first, int64_t *count) {
  const struct arrow_span *rows = &source->rows;
  int64_t at = rows->offset + row, end = 0;
  *first = *count = 0;
  switch (source->type.kind) {
  case ARROW_LIST:
    *first = load_int32(rows->first, at);
    end = load_int32(rows->first, at + 1);
    break;
  case ARROW_LARGE_LIST:
    *first = load_int64(rows->first, at);
    end = load_int64(rows->first, at + 1);
    break;
  case ARROW_LIST_VIEW:
    *first = load_int32(rows->first, at);
    end = *first + (int64_t)load_int32(rows->second, at);
    break;
  case ARROW_LARGE_LIST_VIEW:
    *first = load_int64(rows->first, at);
    if (__builtin_add_overflow(*first, load_int64(rows->second, at), &end))
      return false;
    break;
  case ARROW_FIXED_LIST:
    if (__builtin_mul_overflow(at, (int64_t)source->type.size, first) ||
        __builtin_add_overflow(*first, (int64_t)source->type.size, &end))
      return false;
    break;
  default: return true;
  }
  *count = end - *first;
  return *first >= 0 && *count >= 0 && end <= source->items->rows.count;
}

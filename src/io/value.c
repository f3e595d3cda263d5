/* value.c - from the text of a record to a value of a field's kind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/value.h"

#include <string.h>

#include "base/clock.h"
#include "base/math.h"
#include "base/number.h"
#include "base/unicode.h"

/* ---- durations -------------------------------------------------------------- */

static const struct {
  struct text name;
  int64_t micros;
} units[] = {
    {{"second", 6}, CLOCK_SECOND}, {{"minute", 6}, CLOCK_MINUTE}, {{"hour", 4}, CLOCK_HOUR},
    {{"day", 3}, CLOCK_DAY},       {{"week", 4}, CLOCK_WEEK},
};

/* 0 if there is no such unit. */
static int64_t unit_micros(struct text name) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    struct text one = units[i].name;
    bool plural = name.length == one.length + 1 && name.bytes[one.length] == 's';
    if ((name.length == one.length || plural) && text_starts_with(name, one))
      return units[i].micros;
  }
  return 0;
}

/* Durations above this, 292,000 years, do not fit. */
static bool duration_from(double count, int64_t unit, int64_t *micros) {
  double product = math_round(count * (double)unit);
  if (!(product > -9.2e18 && product < 9.2e18))
    return false;
  *micros = (int64_t)product;
  return true;
}

bool duration_from_text(struct text text, int64_t *micros) {
  text = text_trim(text);
  size_t length = 0;
  while (length < text.length && text.bytes[length] != ' ' &&
         !(text.bytes[length] >= 'a' && text.bytes[length] <= 'z' && text.bytes[length] != 'e'))
    length++;
  double count;
  if (!number_parse((struct text){text.bytes, length}, &count))
    return false;
  struct text name = text_trim((struct text){text.bytes + length, text.length - length});
  int64_t unit = unit_micros(name);
  return unit != 0 && duration_from(count, unit, micros);
}

/* ---- JSON ---------------------------------------------------------------------- */

static bool is_number_start(char c) {
  return c == '-' || (c >= '0' && c <= '9');
}

static enum value_status number_from_json(struct json *json, json_place place, double *number) {
  return is_number_start(json_peek_at(json, place)) && json_number(json, place, number)
             ? VALUE_KNOWN
             : VALUE_BAD;
}

static enum value_status text_from_json(struct json *json, json_place place, struct arena *arena,
                                        struct text *text) {
  if (json_peek_at(json, place) != '"')
    return VALUE_BAD;
  return json_text(json, place, arena, text) ? VALUE_KNOWN : VALUE_NO_MEMORY;
}

static enum value_status duration_from_json(struct json *json, json_place place, int64_t *micros) {
  double seconds;
  if (json_peek_at(json, place) != '"')
    return number_from_json(json, place, &seconds) == VALUE_KNOWN &&
                   duration_from(seconds, CLOCK_SECOND, micros)
               ? VALUE_KNOWN
               : VALUE_BAD;
  struct text text;
  if (!json_passing_text(json, place, &text))
    return VALUE_NO_MEMORY;
  return duration_from_text(text, micros) ? VALUE_KNOWN : VALUE_BAD;
}

static enum value_status label_from_json(struct json *json, json_place place,
                                         const struct label_table *labels, uint32_t *label) {
  struct text text;
  if (json_peek_at(json, place) != '"')
    return VALUE_BAD;
  if (!json_passing_text(json, place, &text))
    return VALUE_NO_MEMORY;
  *label = label_find(labels, text);
  return *label == PROGRAM_NONE ? VALUE_BAD : VALUE_KNOWN;
}

static enum value_status texts_from_json(struct json *json, json_place place, struct arena *arena,
                                         struct text_list *texts) {
  if (json_peek_at(json, place) != '[')
    return VALUE_BAD;
  json_place item;
  size_t count = 0;
  for (bool more = json_first_item(json, place, &item); more; more = json_next_item(json, &item)) {
    if (json_peek_at(json, item) != '"')
      return VALUE_BAD;
    count++;
  }
  struct text *items = count ? arena_array(arena, count, sizeof *items) : NULL;
  if (count && !items)
    return VALUE_NO_MEMORY;
  size_t i = 0;
  for (bool more = json_first_item(json, place, &item); more; more = json_next_item(json, &item))
    if (!json_text(json, item, arena, &items[i++]))
      return VALUE_NO_MEMORY;
  *texts = (struct text_list){items, count};
  return VALUE_KNOWN;
}

enum value_status value_at_from_json(struct json *json, json_place place, int64_t *micros) {
  double number;
  if (json_peek_at(json, place) == 'n')
    return VALUE_MISSING;
  if (json_peek_at(json, place) != '"')
    return number_from_json(json, place, &number) == VALUE_KNOWN &&
                   clock_from_number(number, micros)
               ? VALUE_KNOWN
               : VALUE_BAD;
  struct text text;
  if (!json_passing_text(json, place, &text))
    return VALUE_NO_MEMORY;
  return clock_from_data(text, micros) ? VALUE_KNOWN : VALUE_BAD;
}

static bool is_whole(struct text word) {
  size_t at = word.length > 0 && word.bytes[0] == '-';
  for (; at < word.length; at++)
    if (word.bytes[at] < '0' || word.bytes[at] > '9')
      return false;
  return true;
}

enum value_status value_id_from_json(struct json *json, json_place place, struct arena *arena,
                                     struct text *id) {
  char first = json_peek_at(json, place);
  if (first == 'n')
    return VALUE_MISSING;
  if (!is_number_start(first))
    return text_from_json(json, place, arena, id);
  *id = json_word(json, place);
  return is_whole(*id) ? VALUE_KNOWN : VALUE_BAD;
}

enum value_status value_from_json(struct json *json, json_place place, const struct schema *schema,
                                  const struct program_field *field, struct arena *arena,
                                  union batch_value *value) {
  char first = json_peek_at(json, place);
  if (first == 'n')
    return VALUE_MISSING;
  switch (field->kind) {
  case COLUMN_NUMBER: return number_from_json(json, place, &value->number);
  case COLUMN_TIME: return value_at_from_json(json, place, &value->micros);
  case COLUMN_DURATION: return duration_from_json(json, place, &value->micros);
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return text_from_json(json, place, arena, &value->text);
  case COLUMN_BOOL:
    value->yes = first == 't';
    return value->yes || first == 'f' ? VALUE_KNOWN : VALUE_BAD;
  case COLUMN_LABEL:
    return label_from_json(json, place, &schema->labels[field->labels], &value->label);
  case COLUMN_TEXTS: return texts_from_json(json, place, arena, &value->texts);
  }
  return VALUE_BAD;
}

/* ---- cells ------------------------------------------------------------------------ */

static bool bool_from_cell(struct text cell, bool *yes) {
  static const struct text words[2][3] = {{{"false", 5}, {"no", 2}, {"0", 1}},
                                          {{"true", 4}, {"yes", 3}, {"1", 1}}};
  for (int value = 0; value < 2; value++)
    for (int i = 0; i < 3; i++)
      if (text_equal_folded(cell, words[value][i])) {
        *yes = value;
        return true;
      }
  return false;
}

static size_t count_items(struct text cell, char separator) {
  size_t count = 1;
  for (size_t i = 0; i < cell.length; i++)
    count += cell.bytes[i] == separator;
  return count;
}

/* Items are trimmed; empty ones are left out. */
static enum value_status texts_from_cell(struct text cell, char separator, struct arena *arena,
                                         struct text_list *texts) {
  struct text *items = arena_array(arena, count_items(cell, separator), sizeof *items);
  if (!items)
    return VALUE_NO_MEMORY;
  size_t count = 0;
  for (size_t at = 0; at <= cell.length;) {
    const char *from = cell.bytes + at, *end = memchr(from, separator, cell.length - at);
    size_t length = end ? (size_t)(end - from) : cell.length - at;
    struct text item = text_trim((struct text){from, length});
    if (item.length > 0)
      items[count++] = item;
    at += length + 1;
  }
  *texts = (struct text_list){items, count};
  return VALUE_KNOWN;
}

static enum value_status known_if(bool known) {
  return known ? VALUE_KNOWN : VALUE_BAD;
}

enum value_status value_at_from_cell(struct text cell, int64_t *micros) {
  cell = text_trim(cell);
  return cell.length == 0 ? VALUE_MISSING : known_if(clock_from_data(cell, micros));
}

enum value_status value_id_from_cell(struct text cell, struct text *id) {
  *id = cell;
  return cell.length == 0 ? VALUE_MISSING : known_if(utf8_error(cell) == cell.length);
}

enum value_status value_from_cell(struct text cell, char separator, const struct schema *schema,
                                  const struct program_field *field, struct arena *arena,
                                  union batch_value *value) {
  if (cell.length == 0)
    return VALUE_MISSING;
  if (utf8_error(cell) != cell.length)
    return VALUE_BAD;
  struct text trimmed = text_trim(cell);
  bool is_text = field->kind == COLUMN_TEXT || field->kind == COLUMN_SYMBOL;
  if (!is_text && trimmed.length == 0)
    return VALUE_MISSING;
  switch (field->kind) {
  case COLUMN_NUMBER: return known_if(number_parse(trimmed, &value->number));
  case COLUMN_TIME: return known_if(clock_from_data(trimmed, &value->micros));
  case COLUMN_DURATION: {
    double seconds;
    if (number_parse(trimmed, &seconds))
      return known_if(duration_from(seconds, CLOCK_SECOND, &value->micros));
    return known_if(duration_from_text(trimmed, &value->micros));
  }
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: value->text = cell; return VALUE_KNOWN;
  case COLUMN_BOOL: return known_if(bool_from_cell(trimmed, &value->yes));
  case COLUMN_LABEL:
    value->label = label_find(&schema->labels[field->labels], trimmed);
    return known_if(value->label != PROGRAM_NONE);
  case COLUMN_TEXTS: return texts_from_cell(cell, separator, arena, &value->texts);
  }
  return VALUE_BAD;
}

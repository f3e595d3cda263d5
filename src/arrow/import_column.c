/* import_column.c - a field's values, a word of lanes at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "arrow/import.h"
#include "arrow/texts.h"
#include "base/clock.h"
#include "vm/batch_quick.h"

/* ---- defaults ------------------------------------------------------------------- */

static union batch_value value_of(const struct program_value *value, enum column_kind kind) {
  union batch_value made = {0};
  switch (kind) {
  case COLUMN_NUMBER: made.number = value->number; break;
  case COLUMN_TIME:
  case COLUMN_DURATION: made.micros = value->micros; break;
  case COLUMN_TEXT: made.text = value->text; break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: made.label = value->label; break;
  case COLUMN_BOOL: made.yes = value->boolean; break;
  case COLUMN_TEXTS: break; /* a list has no default */
  }
  return made;
}

static void put_defaults(struct column *column, const struct program_field *field, uint32_t count) {
  if (!field->default_value || field->kind == COLUMN_TEXTS)
    return;
  union batch_value value = value_of(field->default_value, field->kind);
  for (uint32_t lane = 0; lane < count; lane++) {
    uint64_t known = column->known[lane / 64];
    if (field->kind == COLUMN_BOOL)
      known |= column->yes[lane / 64];
    if (!(known >> (lane % 64) & 1))
      column_put(column, field->kind, lane, &value);
  }
}

/* ---- as they lie there ------------------------------------------------------------- */

static bool is_micros(const struct source *source, enum column_kind kind) {
  if (source->type.unit != ARROW_MICROS)
    return false;
  return kind == COLUMN_TIME ? source->type.kind == ARROW_TIMESTAMP
                             : kind == COLUMN_DURATION && source->type.kind == ARROW_DURATION;
}

static bool all_known(const struct source *source, int64_t first, uint32_t count) {
  for (uint32_t at = 0; at < count; at += 64)
    if (source_known(source, first + at, 64) != UINT64_MAX)
      return false;
  return true;
}

/* A sum of x - x is 0 if no x is infinite or NaN. */
static bool all_finite(const double *numbers, uint32_t count) {
  double sum = 0;
  for (uint32_t i = 0; i < count; i++)
    sum += numbers[i] - numbers[i];
  return sum == 0;
}

static bool all_instants(const int64_t *micros, uint32_t count) {
  bool good = true;
  for (uint32_t i = 0; i < count; i++)
    good &= clock_holds(micros[i]);
  return good;
}

/* Values that the machine can use where they are: 64-bit, aligned, all of them
 * there and good, whole words of lanes. */
static bool borrow(struct import *import, uint32_t field, const struct source *source,
                   int64_t first, uint32_t count) {
  enum column_kind kind = import->program->fields[field].kind;
  bool number = kind == COLUMN_NUMBER && source->type.kind == ARROW_DOUBLE;
  if (source->encoded || (!number && !is_micros(source, kind)) || count % 64 != 0)
    return false;
  const uint8_t *bytes = source->rows.first + (source->rows.offset + first) * 8;
  if ((uintptr_t)bytes % 8 != 0 || !all_known(source, first, count))
    return false;
  const void *values = bytes;
  if (number ? !all_finite(values, count) : kind == COLUMN_TIME && !all_instants(values, count))
    return false;
  batch_borrow(import->batch, field, values);
  memset(import->batch->fields[field].known, 0xff, count / 8);
  return true;
}

/* ---- one by one ------------------------------------------------------------------------ */

/* A text, or digits. */
static enum arrow_status text_value(struct import *import, const struct source *source, int64_t row,
                                    struct text *text) {
  if (!source->encoded && arrow_has_offsets(source->type.kind))
    return span_text(&source->rows, source->type, source->rows.offset + row, text) ? VALUE_FOUND
                                                                                   : VALUE_WRONG;
  return source_identity(source, &import->batch->texts, row, text);
}

/* The label or symbol that a text is; PROGRAM_NONE: it is none of the labels. */
static uint32_t look_up(const struct import *import, const struct program_field *field,
                        struct text text) {
  return field->kind == COLUMN_SYMBOL ? symbol_of(&import->program->text_sets[field->labels], text)
                                      : label_find(&import->context.labels[field->labels], text);
}

static uint32_t recall(struct import *import, const struct program_field *field,
                       const struct key *key) {
  const uint32_t set =
      field->kind == COLUMN_SYMBOL ? recall_symbols(field->labels) : recall_labels(field->labels);
  struct recall_words words;
  if (!recall_key(key, &words))
    return look_up(import, field, key->text);
  struct recall_entry *entry = recall_slot(&import->recall, words, set);
  if (!recall_knows(entry, words, set))
    *entry = (struct recall_entry){words, set, look_up(import, field, key->text)};
  return entry->meaning;
}

static enum arrow_status label_value(struct import *import, const struct source *source,
                                     const struct program_field *field, int64_t row,
                                     uint32_t *label) {
  union batch_value value;
  enum arrow_status status = text_value(import, source, row, &value.text);
  if (status != VALUE_FOUND)
    return status;
  const struct key key = span_key(&source->rows, value.text);
  *label = recall(import, field, &key);
  return *label == PROGRAM_NONE ? VALUE_WRONG : VALUE_FOUND;
}

/* kind: the field's; who knows it beforehand has a switch less. */
static inline __attribute__((always_inline)) enum arrow_status
value_of_kind(struct import *import, const struct source *source, const struct program_field *field,
              enum column_kind kind, int64_t row, union batch_value *value) {
  switch (kind) {
  case COLUMN_TEXT: return text_value(import, source, row, &value->text);
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: return label_value(import, source, field, row, &value->label);
  default: return source_value(source, kind, NULL, &import->batch->texts, row, value);
  }
}

enum arrow_status import_value(struct import *import, const struct source *source,
                               const struct program_field *field, int64_t row,
                               union batch_value *value) {
  return value_of_kind(import, source, field, field->kind, row, value);
}

/* Indices of a dictionary whose texts were looked at: codes, or labels. */
static void convert_codes(struct import *import, uint32_t f, const struct coding *coding,
                          int64_t first, uint32_t count) {
  struct column *column = &import->batch->fields[f];
  const bool is_text = coding_is_text(coding);
  if (is_text)
    batch_encode(import->batch, f, coding->vocabulary);
  for (uint32_t at = 0; at < count; at += 64) {
    uint32_t lanes = count - at < 64 ? count - at : 64;
    for (uint64_t known = source_known(coding->source, first + at, lanes); known;
         known &= known - 1) {
      const uint32_t lane = at + (uint32_t)__builtin_ctzll(known);
      uint32_t value;
      switch (coding_value(coding, first + lane, &value)) {
      case VALUE_FOUND:
        if (is_text)
          column->code[lane] = (uint16_t)value;
        else
          column->label[lane] = value;
        column->known[at / 64] |= known & -known;
        break;
      case VALUE_WRONG:
        import->bad[f][at / 64] |= known & -known;
        import->any_bad[f] = true;
        break;
      default: break;
      }
    }
  }
}

static inline __attribute__((always_inline)) bool convert_kind(struct import *import, uint32_t f,
                                                               const struct source *source,
                                                               enum column_kind kind, int64_t first,
                                                               uint32_t count) {
  const struct program_field *field = &import->program->fields[f];
  struct column *column = &import->batch->fields[f];
  for (uint32_t at = 0; at < count; at += 64) {
    uint32_t lanes = count - at < 64 ? count - at : 64;
    for (uint64_t known = source_known(source, first + at, lanes); known; known &= known - 1) {
      uint32_t lane = at + (uint32_t)__builtin_ctzll(known);
      union batch_value value;
      switch (value_of_kind(import, source, field, kind, first + lane, &value)) {
      case VALUE_FOUND: column_put(column, kind, lane, &value); break;
      case VALUE_ABSENT: break;
      case VALUE_NO_ROOM: return false;
      case VALUE_WRONG:
        import->bad[f][at / 64] |= known & -known;
        import->any_bad[f] = true;
        break;
      }
    }
  }
  return true;
}

/* A loop for each of the kinds that most columns are of. */
static bool convert(struct import *import, uint32_t f, const struct source *source, int64_t first,
                    uint32_t count) {
  const enum column_kind kind = import->program->fields[f].kind;
  switch (kind) {
  case COLUMN_TEXT: return convert_kind(import, f, source, COLUMN_TEXT, first, count);
  case COLUMN_SYMBOL: return convert_kind(import, f, source, COLUMN_SYMBOL, first, count);
  case COLUMN_LABEL: return convert_kind(import, f, source, COLUMN_LABEL, first, count);
  default: return convert_kind(import, f, source, kind, first, count);
  }
}

bool import_column(struct import *import, uint32_t field, int64_t first, uint32_t count) {
  struct source *source = import->fields[field];
  if (source)
    source_check(source, first, count);
  if (import->any_bad[field])
    memset(import->bad[field], 0, (import->capacity / 64 + 1) * sizeof(uint64_t));
  import->any_bad[field] = false;
  const struct coding *coding = import->codings[field];
  if (source && borrow(import, field, source, first, count))
    return true;
  if (coding && coding->ready)
    convert_codes(import, field, coding, first, count);
  else if (source && !convert(import, field, source, first, count))
    return false;
  put_defaults(&import->batch->fields[field], &import->program->fields[field], count);
  return true;
}

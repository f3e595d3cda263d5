/* value.h - from the text of a record to a value of a field's kind.
 *
 * docs/input.md says what is accepted; this is where it is decided, once for
 * JSON and once for the cells of CSV.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_VALUE_H
#define BAREME_IO_VALUE_H

#include "io/json.h"
#include "io/schema.h"
#include "vm/batch.h"

enum value_status {
  VALUE_KNOWN,
  VALUE_MISSING, /* null, an empty cell */
  VALUE_BAD,     /* something, but not a value of this kind */
  VALUE_NO_MEMORY
};

/* Texts point into the JSON text where they can, else into the arena. */
enum value_status value_from_json(struct json *json, json_place place, const struct schema *schema,
                                  const struct program_field *field, struct arena *arena,
                                  union batch_value *value);

/* An identity: a string, or a whole number, whose digits are the text. */
enum value_status value_id_from_json(struct json *json, json_place place, struct arena *arena,
                                     struct text *id);

/* An instant: a text or a number. */
enum value_status value_at_from_json(struct json *json, json_place place, int64_t *micros);

/* The same from a cell.  Texts point into the cell; `separator` stands between
 * the items of a list. */
enum value_status value_from_cell(struct text cell, char separator, const struct schema *schema,
                                  const struct program_field *field, struct arena *arena,
                                  union batch_value *value);
enum value_status value_id_from_cell(struct text cell, struct text *id);
enum value_status value_at_from_cell(struct text cell, int64_t *micros);

/* `3 days`, `1.5 hours`, `-2 weeks`: as the language writes durations. */
bool duration_from_text(struct text text, int64_t *micros);

#endif

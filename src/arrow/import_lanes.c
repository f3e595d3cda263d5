/* import_lanes.c - events that are no more than a lane.
 *
 * Of most events there is nothing to say: their type is declared, their instant
 * is a timestamp, what they have goes to the columns of one space.  Such an event
 * is put here, by what was planned for its kind when the array came.  Whatever is
 * unusual, and whatever is to be noted, is left to import_event, which begins
 * with the event once more and forgets what was filled here.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/import.h"
#include "arrow/instants.h"
#include "arrow/texts.h"
#include "vm/batch_quick.h"

/* ---- planning --------------------------------------------------------------------- */

static bool plan_field(const struct import *import, uint32_t kind, uint32_t f,
                       struct kind_lane *lane) {
  const struct source *source = import->events.fields[kind][f];
  const struct program_field *field = &import->program->kinds[kind].fields[f];
  uint32_t column = batch_sole_column(import->batch, kind, f);
  if (!source || source->type.kind == ARROW_NULL)
    return true;
  if (column == PROGRAM_NONE && field->kind == COLUMN_TEXT)
    column = lane->column[false];
  if (column == PROGRAM_NONE || source->encoded)
    return false;
  if (field->kind == COLUMN_TEXT && arrow_has_offsets(source->type.kind) && !lane->text) {
    lane->text = source;
    lane->column[true] = column;
    return true;
  }
  lane->fields[lane->field_count++] = (struct lane_field){source, field, column};
  return true;
}

static void plan_kind(const struct import *import, uint32_t kind, struct kind_lane *lane) {
  *lane = (struct kind_lane){.space = import->batch->rows[kind].sole, .fields = lane->fields};
  if (lane->space == PROGRAM_NONE)
    return;
  lane->column[false] = lane->column[true] = batch_nowhere(import->batch, lane->space);
  for (uint32_t f = 0; f < import->program->kinds[kind].field_count; f++)
    if (!plan_field(import, kind, f, lane)) {
      lane->space = PROGRAM_NONE;
      return;
    }
}

void import_plan_lanes(struct import *import) {
  struct kind_lane *lanes = import->events.lanes;
  const struct source *text = NULL;
  if (!import->events.list || import->planned)
    return;
  for (uint32_t k = 0; k < import->program->kind_count; k++) {
    plan_kind(import, k, &lanes[k]);
    text = text ? text : lanes[k].text;
  }
  for (uint32_t k = 0; k < import->program->kind_count; k++)
    lanes[k].text = lanes[k].text ? lanes[k].text : text;
  import->planned = true;
}

/* ---- putting ---------------------------------------------------------------------- */

/* The kind of an event that has a type; KEY_NONE: it is not declared. */
static inline bool kind_of(const struct import *import, int64_t item, uint32_t *kind) {
  const struct source *type = import->events.type;
  const struct coding *coding = import->events.kinds;
  struct text text;
  if (!type || !source_has(type, item))
    return false;
  if (coding && coding->ready)
    return coding_value(coding, item, kind) == VALUE_FOUND;
  if (type->encoded || !span_text(&type->rows, type->type, type->rows.offset + item, &text))
    return false;
  struct key key = span_key(&type->rows, text);
  *kind = key_look_up(&import->types, &key);
  return true;
}

static inline bool instant_of(const struct import *import, int64_t item, int64_t *micros) {
  const struct source *at = import->events.at;
  return at && source_has(at, item) && source_timestamp(at, item, micros);
}

/* The lane's text, which may be missing.  False if it is bad. */
static inline bool put_text(const struct kind_lane *lane, int64_t item, struct batch_space *space) {
  const struct source *source = lane->text;
  struct text text;
  if (!source)
    return true;
  const struct arrow_span *span = &source->rows;
  const bool has = source_has(source, item);
  if (!span_sound_text(span, source->type, span->offset + item, &text)) {
    if (!has)
      return true;
    if (!span_lone_text(span, source->type, span->offset + item, &text))
      return false;
  }
  batch_lane_text(space, lane->column[has], text);
  return true;
}

/* The other fields.  False if a value is bad, or there is no memory. */
static inline bool put_fields(struct import *import, const struct kind_lane *lane, int64_t item,
                              struct batch_space *space) {
  for (uint32_t i = 0; i < lane->field_count; i++) {
    const struct lane_field *field = &lane->fields[i];
    union batch_value value;
    if (!source_has(field->source, item))
      continue;
    if (import_value(import, field->source, field->field, item, &value) != VALUE_FOUND)
      return false;
    column_put(&space->columns[field->column], field->field->kind, space->count, &value);
  }
  return true;
}

/* Adds the lane that was filled, if no event of its identity came before. */
static bool add_lane(struct import *import, uint32_t kind, int64_t item, int64_t at,
                     struct event_counts *counts) {
  const struct source *id = import->events.id;
  struct batch *batch = import->batch;
  enum event_outcome outcome = EVENT_ADDED;
  if (id && source_has(id, item)) {
    struct text text;
    if (source_identity(id, &batch->texts, item, &text) != VALUE_FOUND)
      return false;
    outcome = batch_lane_note(batch, kind, text);
  }
  if (outcome == EVENT_ADDED)
    batch_append(batch, import->events.lanes[kind].space, at);
  counts->added += outcome == EVENT_ADDED;
  counts->duplicate += outcome == EVENT_DUPLICATE;
  return outcome != EVENT_NO_MEMORY;
}

/* False if something about the event is unusual. */
static inline bool put_lane(struct import *import, int64_t item, struct event_counts *counts) {
  uint32_t kind;
  int64_t at = 0;
  if (!arrow_bits_get(import->events.known, item) || !kind_of(import, item, &kind))
    return false;
  if (kind == KEY_NONE) {
    counts->ignored++;
    return true;
  }
  const struct kind_lane *lane = &import->events.lanes[kind];
  if (lane->space == PROGRAM_NONE || !instant_of(import, item, &at))
    return false;
  struct batch_space *space = &import->batch->spaces[lane->space];
  if (!batch_takes_lane(import->batch, space, at))
    return false;
  if (!put_text(lane, item, space) || !put_fields(import, lane, item, space) ||
      !add_lane(import, kind, item, at, counts)) {
    import->batch->event = kind; /* so that it is forgotten by whoever begins another */
    return false;
  }
  return true;
}

bool import_events(struct import *import, int64_t row, struct event_counts *counts) {
  const struct source *list = import->events.list;
  int64_t first, count;
  if (!source_has(list, row))
    return true;
  if (!source_items(list, row, &first, &count)) {
    problems_note(import->context.problems, PROBLEM_NOT_EVENTS, SUBJECT_EVENTS);
    return true;
  }
  for (int64_t item = first; item < first + count; item++)
    if (!put_lane(import, item, counts) && !import_event(import, item, counts))
      return false;
  return true;
}

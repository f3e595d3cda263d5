/* import_events.c - any event of a row: an item of a list of structs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/import.h"
#include "arrow/texts.h"

/* ---- what every event has ---------------------------------------------------------- */

enum event_status { EVENT_THERE, EVENT_LEFT_OUT, EVENT_FAILED };

static enum event_status leave_out(struct import *import, enum problem_kind problem,
                                   problem_subject subject) {
  problems_note(import->context.problems, problem, subject);
  return EVENT_LEFT_OUT;
}

/* A value of an event, or VALUE_ABSENT. */
static enum arrow_status value_at(struct import *import, const struct source *source,
                                  enum column_kind kind, const struct label_table *labels,
                                  int64_t item, union batch_value *value) {
  if (!source || !source_has(source, item))
    return VALUE_ABSENT;
  return source_value(source, kind, labels, &import->batch->texts, item, value);
}

static enum event_status read_kind(struct import *import, int64_t item, struct event_counts *counts,
                                   uint32_t *kind) {
  const struct source *source = import->events.type;
  const struct coding *coding = import->events.kinds;
  const bool coded = coding && coding->ready;
  union batch_value type;
  enum arrow_status status =
      !source || !source_has(source, item) ? VALUE_ABSENT
      : coded                              ? coding_value(coding, item, kind)
              : source_value(source, COLUMN_TEXT, NULL, &import->batch->texts, item, &type);
  if (status != VALUE_FOUND)
    return leave_out(import, PROBLEM_EVENT_NO_TYPE, SUBJECT_NONE);
  if (!coded)
    *kind = key_find(&import->types, type.text);
  if (*kind != KEY_NONE)
    return EVENT_THERE;
  counts->ignored++;
  return EVENT_LEFT_OUT;
}

static enum event_status read_at(struct import *import, int64_t item, uint32_t kind,
                                 int64_t *micros) {
  union batch_value at;
  problem_subject subject = subject_of_kind(import->context.problems, kind);
  switch (value_at(import, import->events.at, COLUMN_TIME, NULL, item, &at)) {
  case VALUE_FOUND: *micros = at.micros; return EVENT_THERE;
  case VALUE_WRONG: return leave_out(import, PROBLEM_EVENT_BAD_AT, subject);
  default: return leave_out(import, PROBLEM_EVENT_NO_AT, subject);
  }
}

static bool read_id(struct import *import, int64_t item, uint32_t kind, struct text *id) {
  const struct source *source = import->events.id;
  *id = (struct text){NULL, 0};
  if (!source || !source_has(source, item))
    return true;
  enum arrow_status status = source_identity(source, &import->batch->texts, item, id);
  if (status != VALUE_FOUND)
    *id = (struct text){NULL, 0};
  if (status == VALUE_WRONG)
    problems_note(import->context.problems, PROBLEM_NOT_ID,
                  subject_of_kind(import->context.problems, kind));
  return status != VALUE_NO_ROOM;
}

/* ---- fields -------------------------------------------------------------------------- */

/* False if out of memory. */
static bool read_fields(struct import *import, int64_t item, uint32_t kind) {
  const struct program_kind *of = &import->program->kinds[kind];
  struct source *const *sources = import->events.fields[kind];
  for (uint32_t f = 0; f < of->field_count; f++) {
    const struct program_field *field = &of->fields[f];
    const struct label_table *labels =
        field->kind == COLUMN_LABEL ? &import->context.labels[field->labels] : NULL;
    const struct coding *coding = import->events.codings[kind][f];
    enum arrow_status status;
    if (coding && coding->ready)
      status = source_has(sources[f], item) ? coding_value(coding, item, &import->values[f].label)
                                            : VALUE_ABSENT;
    else
      status = value_at(import, sources[f], field->kind, labels, item, &import->values[f]);
    import->values_known[f] = status == VALUE_FOUND;
    if (status == VALUE_NO_ROOM)
      return false;
    if (status == VALUE_WRONG)
      problems_note(import->context.problems, problem_of_value(field->kind),
                    subject_of_event_field(import->context.problems, kind, f));
  }
  return true;
}

/* Has it all required fields?  Otherwise that is noted. */
static bool is_complete(struct import *import, uint32_t kind) {
  const struct program_kind *of = &import->program->kinds[kind];
  for (uint32_t f = 0; f < of->field_count; f++)
    if (of->fields[f].required && !of->fields[f].default_value && !import->values_known[f]) {
      problems_note(import->context.problems, PROBLEM_EVENT_REQUIRED,
                    subject_of_event_field(import->context.problems, kind, f));
      return false;
    }
  return true;
}

/* A value as read_fields has read it. */
static void put(struct import *import, uint32_t kind, uint32_t f) {
  const struct coding *coding = import->events.codings[kind][f];
  const uint32_t value = import->values[f].label;
  if (!coding || !coding->ready)
    batch_event_value(import->batch, kind, f, &import->values[f]);
  else if (!coding_is_text(coding))
    batch_event_label(import->batch, kind, f, value);
  else if (import->events.takes_codes[kind][f])
    batch_event_code(import->batch, kind, f, (uint16_t)value);
  else
    batch_event_text(import->batch, kind, f, coding->texts[value]);
}

void import_encode_events(struct import *import) {
  const struct program *program = import->program;
  if (import->coding_count == import->lead_coding_count)
    return;
  for (uint32_t k = 0; k < program->kind_count; k++)
    for (uint32_t f = 0; f < program->kinds[k].field_count; f++) {
      const struct coding *coding = import->events.codings[k][f];
      import->events.takes_codes[k][f] =
          coding && coding->ready && coding_is_text(coding) &&
          batch_event_encode(import->batch, k, f, coding->vocabulary);
    }
}

static bool add(struct import *import, uint32_t kind, int64_t at, struct text id,
                struct event_counts *counts) {
  const struct program_kind *of = &import->program->kinds[kind];
  batch_event_begin(import->batch, kind);
  for (uint32_t f = 0; f < of->field_count; f++)
    if (import->values_known[f])
      put(import, kind, f);
  switch (batch_event_add(import->batch, kind, at, id)) {
  case EVENT_ADDED: counts->added++; break;
  case EVENT_FUTURE: counts->future++; break;
  case EVENT_DUPLICATE: counts->duplicate++; break;
  case EVENT_NO_MEMORY: return false;
  }
  return true;
}

/* ---- texts of many events ------------------------------------------------------------- */

/* The items of the rows, if those of one row lie behind those of the row before. */
static bool items_of(const struct source *list, int64_t row, uint32_t rows, int64_t *first,
                     int64_t *count) {
  int64_t end = 0;
  *first = *count = 0;
  for (uint32_t i = 0; i < rows; i++) {
    int64_t begin, items;
    if (!source_items(list, row + i, &begin, &items) || (i > 0 && begin != end))
      return false;
    if (i == 0)
      *first = begin;
    end = begin + items;
  }
  *count = end - *first;
  return true;
}

void import_check_events(struct import *import, int64_t first, uint32_t count) {
  struct event_sources *events = &import->events;
  int64_t item, items;
  if (!events->list)
    return;
  if (!items_of(events->list, first, count, &item, &items))
    item = items = 0;
  struct source *const heads[] = {events->type, events->at, events->id};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    if (heads[i])
      source_check(heads[i], item, items);
  for (uint32_t i = 0; i < events->found_count; i++)
    source_check(events->found[i], item, items);
}

/* ---- events ---------------------------------------------------------------------------- */

bool import_event(struct import *import, int64_t item, struct event_counts *counts) {
  uint32_t kind;
  int64_t at;
  struct text id;
  if (!arrow_bits_get(import->events.known, item)) {
    leave_out(import, PROBLEM_EVENT_NOT_OBJECT, SUBJECT_NONE);
    return true;
  }
  if (read_kind(import, item, counts, &kind) != EVENT_THERE ||
      read_at(import, item, kind, &at) != EVENT_THERE)
    return true;
  if (!read_id(import, item, kind, &id) || !read_fields(import, item, kind))
    return false;
  return !is_complete(import, kind) || add(import, kind, at, id, counts);
}

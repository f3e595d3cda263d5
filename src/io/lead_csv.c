/* lead_csv.c - rows of CSV become leads, and events.
 *
 * A column belongs to a slot as a key belongs to it in JSON, only that the path
 * is taken as it is: the column of `company.size` is called `company.size`.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead_csv.h"

#include <string.h>

#include "base/unicode.h"
#include "io/event_store.h"

bool columns_init(struct columns *columns, const struct schema *schema,
                  const struct memory *memory) {
  uint32_t lead = schema->lead.slot_count, event = schema->event.slot_count;
  *columns = (struct columns){.lead = CSV_NONE, .event_id = CSV_NONE};
  columns->slot_count = lead > event ? lead : event;
  columns->of_slot = memory_alloc(memory, columns->slot_count, sizeof *columns->of_slot);
  return csv_open(&columns->csv, memory) && columns->of_slot;
}

void columns_clear(struct columns *columns) {
  memory_free(&columns->csv.memory, columns->of_slot, columns->slot_count,
              sizeof *columns->of_slot);
  columns->of_slot = NULL;
  csv_close(&columns->csv);
}

void columns_follow(struct columns *columns, const struct columns *others) {
  memcpy(columns->of_slot, others->of_slot, columns->slot_count * sizeof *columns->of_slot);
  columns->lead = others->lead;
  columns->event_id = others->event_id;
  csv_follow(&columns->csv, &others->csv);
}

/* ---- headers --------------------------------------------------------------------- */

/* What is the same for all columns of one header. */
struct header {
  struct columns *columns;
  struct loader *loader;
  struct text file;
  bareme_failure *failure;
};

static bareme_status begin_header(struct header *header, struct records *records,
                                  struct arena *arena) {
  struct columns *columns = header->columns;
  for (uint32_t i = 0; i < columns->slot_count; i++)
    columns->of_slot[i] = CSV_NONE;
  return csv_read_header(&columns->csv, records, header->file, arena, header->failure);
}

static bareme_status find(struct header *header, struct text path, uint32_t *column) {
  return csv_find(&header->columns->csv, path, header->file, column, header->failure);
}

/* Gives a slot its column; one that is wanted and not there is a problem. */
static bareme_status place(struct header *header, struct text path, uint32_t slot,
                           problem_subject subject) {
  uint32_t *column = &header->columns->of_slot[slot];
  bareme_status status = find(header, path, column);
  if (status == BAREME_OK && *column == CSV_NONE && subject != SUBJECT_NONE)
    problems_count(&header->loader->account.problems, PROBLEM_NO_COLUMN, subject);
  return status;
}

bareme_status columns_read_for_leads(struct columns *columns, struct records *records,
                                     struct loader *loader, struct text file, struct arena *arena,
                                     bareme_failure *failure) {
  const struct program *program = loader->program;
  const struct schema *schema = loader->schema;
  struct header header = {columns, loader, file, failure};
  bareme_status status = begin_header(&header, records, arena);
  if (status != BAREME_OK || columns->csv.column_count == 0)
    return status;
  status = place(&header, program->id.path, schema->id_slot, SUBJECT_ID);
  if (status == BAREME_OK && loader->store && columns->of_slot[schema->id_slot] == CSV_NONE) {
    failure_set(failure, "%.*s:1: there is no column `%.*s` to join the events by",
                (int)file.length, file.bytes, (int)program->id.path.length, program->id.path.bytes);
    return BAREME_IO;
  }
  if (status == BAREME_OK && schema->stage_slot != PATH_NONE)
    status = place(&header, program->stage_path, schema->stage_slot, SUBJECT_NONE);
  for (uint32_t f = 0; f < program->field_count && status == BAREME_OK; f++)
    if (schema->field_slots[f] != schema->id_slot)
      status = place(&header, program->fields[f].path, schema->field_slots[f], subject_of_field(f));
  return status;
}

/* Which column tells the lead, and which the event's own identity: a file with
 * nothing but an `id` means the lead's. */
static bareme_status place_ids(struct header *header) {
  const struct program *program = header->loader->program;
  const struct text names[] = {TEXT("lead_id"), TEXT("lead"), program->id.path};
  struct columns *columns = header->columns;
  columns->lead = CSV_NONE;
  bareme_status status = find(header, program->id_key, &columns->event_id);
  for (size_t i = 0; i < 3 && status == BAREME_OK && columns->lead == CSV_NONE; i++)
    status = find(header, names[i], &columns->lead);
  if (columns->event_id == columns->lead)
    columns->event_id = CSV_NONE;
  if (status != BAREME_OK || columns->lead != CSV_NONE)
    return status;
  failure_set(header->failure, "%.*s:1: there is no column `lead_id` to join the events by",
              (int)header->file.length, header->file.bytes);
  return BAREME_IO;
}

static bareme_status need(struct header *header, struct text path, uint32_t slot) {
  bareme_status status = place(header, path, slot, SUBJECT_NONE);
  if (status != BAREME_OK || header->columns->of_slot[slot] != CSV_NONE)
    return status;
  failure_set(header->failure, "%.*s:1: there is no column `%.*s`", (int)header->file.length,
              header->file.bytes, (int)path.length, path.bytes);
  return BAREME_IO;
}

bareme_status columns_read_for_events(struct columns *columns, struct records *records,
                                      struct loader *loader, struct text file, struct arena *arena,
                                      bareme_failure *failure) {
  const struct program *program = loader->program;
  const struct schema *schema = loader->schema;
  struct header header = {columns, loader, file, failure};
  bareme_status status = begin_header(&header, records, arena);
  if (status != BAREME_OK || columns->csv.column_count == 0)
    return status;
  status = place_ids(&header);
  if (status == BAREME_OK)
    status = need(&header, program->type_key, schema->type_slot);
  if (status == BAREME_OK)
    status = need(&header, program->at_key, schema->at_slot);
  for (uint32_t k = 0; k < program->kind_count; k++)
    for (uint32_t f = 0; f < program->kinds[k].field_count && status == BAREME_OK; f++)
      status = place(&header, program->kinds[k].fields[f].path, schema->kinds[k].slots[f],
                     subject_of_event_field(&loader->account.problems, k, f));
  return status;
}

/* ---- leads ------------------------------------------------------------------------- */

static struct text cell(const struct columns *columns, uint32_t column) {
  return column == CSV_NONE ? (struct text){"", 0} : columns->csv.cells[column];
}

static bool read_field(struct loader *loader, const struct columns *columns, uint32_t f) {
  const struct program_field *field = &loader->program->fields[f];
  struct text text = cell(columns, columns->of_slot[loader->schema->field_slots[f]]);
  union batch_value value;
  switch (value_from_cell(text, columns->csv.separator, loader->schema, field,
                          &loader->batch->texts, &value)) {
  case VALUE_KNOWN: batch_set_value(loader->batch, f, &value); break;
  case VALUE_NO_MEMORY: return false;
  case VALUE_BAD:
    problems_note(&loader->account.problems, problem_of_value(field->kind), subject_of_field(f));
    break;
  case VALUE_MISSING: break;
  }
  return true;
}

static bool read_stage(struct loader *loader, const struct columns *columns) {
  if (loader->schema->stage_slot == PATH_NONE)
    return true;
  struct text stage = cell(columns, columns->of_slot[loader->schema->stage_slot]);
  return utf8_error(stage) == stage.length && lead_put_stage(loader, text_trim(stage));
}

static struct text read_id(struct loader *loader, const struct columns *columns) {
  struct text id;
  switch (value_id_from_cell(cell(columns, columns->of_slot[loader->schema->id_slot]), &id)) {
  case VALUE_KNOWN: return id;
  case VALUE_BAD: problems_note(&loader->account.problems, PROBLEM_NOT_ID, SUBJECT_ID); break;
  case VALUE_MISSING:
  case VALUE_NO_MEMORY: break;
  }
  return (struct text){NULL, 0};
}

static enum outcome out_of_memory(struct loader *loader, struct reason *reason) {
  lead_cancel(loader, PROBLEM_CELL_COUNT, SUBJECT_NONE, reason);
  return OUTCOME_NO_MEMORY;
}

enum outcome lead_from_row(struct loader *loader, struct columns *columns,
                           const struct record *record, struct reason *reason) {
  lead_begin(loader);
  if (!csv_read_cells(&columns->csv, record->bytes, &loader->batch->texts))
    return out_of_memory(loader, reason);
  if (columns->csv.cell_count != columns->csv.column_count)
    return lead_cancel(loader, PROBLEM_CELL_COUNT, SUBJECT_NONE, reason);
  lead_identify(loader, read_id(loader, columns));
  for (uint32_t f = 0; f < loader->program->field_count; f++)
    if (!read_field(loader, columns, f))
      return out_of_memory(loader, reason);
  if (!read_stage(loader, columns))
    return lead_cancel(loader, PROBLEM_UNKNOWN_STAGE, SUBJECT_STAGE, reason);
  return lead_finish(loader, reason);
}

/* ---- events -------------------------------------------------------------------------- */

static enum event_result leave_out(struct loader *loader, enum problem_kind problem,
                                   problem_subject subject) {
  problems_note(&loader->account.problems, problem, subject);
  return EVENT_LEFT_OUT;
}

static enum event_result read_kind(struct loader *loader, const struct columns *columns,
                                   uint32_t *kind) {
  struct text type = cell(columns, columns->of_slot[loader->schema->type_slot]);
  if (type.length == 0)
    return leave_out(loader, PROBLEM_EVENT_NO_TYPE, SUBJECT_NONE);
  *kind = key_find(&loader->schema->types, type);
  if (*kind != KEY_NONE)
    return EVENT_READ;
  loader->noted.ignored++;
  loader->has_events = true;
  return EVENT_LEFT_OUT;
}

static enum event_result read_at(struct loader *loader, const struct columns *columns,
                                 struct event *event) {
  struct text at = cell(columns, columns->of_slot[loader->schema->at_slot]);
  problem_subject subject = subject_of_kind(&loader->account.problems, event->kind);
  switch (value_at_from_cell(at, &event->at)) {
  case VALUE_KNOWN: return EVENT_READ;
  case VALUE_MISSING: return leave_out(loader, PROBLEM_EVENT_NO_AT, subject);
  case VALUE_BAD:
  case VALUE_NO_MEMORY: break;
  }
  return leave_out(loader, PROBLEM_EVENT_BAD_AT, subject);
}

static void read_event_id(struct loader *loader, const struct columns *columns,
                          struct event *event) {
  enum value_status status = value_id_from_cell(cell(columns, columns->event_id), &event->id);
  if (status == VALUE_BAD)
    problems_note(&loader->account.problems, PROBLEM_NOT_ID,
                  subject_of_kind(&loader->account.problems, event->kind));
  if (status != VALUE_KNOWN)
    event->id = (struct text){NULL, 0};
}

static bool read_event_fields(struct loader *loader, const struct columns *columns,
                              struct arena *arena, struct event *event) {
  const struct program_kind *kind = &loader->program->kinds[event->kind];
  for (uint32_t f = 0; f < kind->field_count; f++) {
    struct text text = cell(columns, columns->of_slot[loader->schema->kinds[event->kind].slots[f]]);
    enum value_status status = value_from_cell(text, columns->csv.separator, loader->schema,
                                               &kind->fields[f], arena, &event->values[f]);
    event->known[f] = status == VALUE_KNOWN;
    if (status == VALUE_NO_MEMORY)
      return false;
    if (status == VALUE_BAD)
      problems_note(&loader->account.problems, problem_of_value(kind->fields[f].kind),
                    subject_of_event_field(&loader->account.problems, event->kind, f));
  }
  return true;
}

enum event_result event_from_row(struct loader *loader, struct columns *columns,
                                 const struct record *record, struct arena *arena,
                                 struct text *lead) {
  struct event *event = &loader->event;
  if (!csv_read_cells(&columns->csv, record->bytes, arena))
    return EVENT_FAILED;
  if (columns->csv.cell_count != columns->csv.column_count)
    return leave_out(loader, PROBLEM_EVENT_BROKEN, SUBJECT_NONE);
  enum event_result result = read_kind(loader, columns, &event->kind);
  if (result == EVENT_READ)
    result = read_at(loader, columns, event);
  if (result != EVENT_READ)
    return result;
  if (value_id_from_cell(cell(columns, columns->lead), lead) != VALUE_KNOWN)
    *lead = (struct text){NULL, 0};
  read_event_id(loader, columns, event);
  if (!read_event_fields(loader, columns, arena, event))
    return EVENT_FAILED;
  return event_lacks(loader, event->kind, event->known) ? EVENT_LEFT_OUT : EVENT_READ;
}

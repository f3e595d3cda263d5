/* lead_json.c - one JSON object becomes a lead.
 *
 * The object is walked once.  The places of the wanted values are noted and
 * decoded at the end, when it is known that all of it is JSON; events, which
 * are most of a record, are decoded on the way, each when its object is passed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_look.h"
#include "io/label.h"
#include "vm/batch_quick.h"

/* ---- fields -------------------------------------------------------------------------- */

/* A value as most are.  False if it must be read the long way. */
static inline bool read_usual(struct loader *loader, struct json *json, json_place place,
                              const struct program_field *field, uint32_t f) {
  struct batch *batch = loader->batch;
  double number;
  uint32_t label;
  char first;
  switch (field->kind) {
  case COLUMN_TEXT:
    if (!json_is_raw(json, place))
      return false;
    batch_quick_set_text(batch, f, json_raw_text(json, place));
    return true;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL:
    if (!label_recall(loader, json, place, field, &label))
      return false;
    batch_quick_set_label(batch, f, label);
    return true;
  case COLUMN_NUMBER:
    if (!json_short_number(json, place, &number))
      return false;
    batch_quick_set_number(batch, f, number);
    return true;
  case COLUMN_BOOL:
    first = json->base[*place];
    if ((first != 't') & (first != 'f'))
      return false;
    batch_quick_set_bool(batch, f, first == 't');
    return true;
  case COLUMN_TIME:
  case COLUMN_DURATION:
  case COLUMN_TEXTS: break;
  }
  return false;
}

static bool read_field(struct loader *loader, struct json *json, uint32_t f) {
  const struct program_field *field = &loader->program->fields[f];
  uint32_t slot = loader->schema->field_slots[f];
  json_place place = loader->lead_places[slot];
  if (!place || read_usual(loader, json, place, field, f))
    return true;
  union batch_value value;
  struct arena *arena = &loader->batch->texts;
  bool is_text = field->kind == COLUMN_TEXT || field->kind == COLUMN_SYMBOL;
  bool is_id = is_text && slot == loader->schema->id_slot;
  switch (is_id ? value_id_from_json(json, place, arena, &value.text)
                : value_from_json(json, place, loader->schema, field, arena, &value)) {
  case VALUE_KNOWN: batch_set_value(loader->batch, f, &value); break;
  case VALUE_NO_MEMORY: return false;
  case VALUE_BAD:
    if (!is_id) /* that is noted once */
      problems_note(&loader->account.problems, problem_of_value(field->kind), subject_of_field(f));
    break;
  case VALUE_MISSING: break;
  }
  return true;
}

static bool read_id(struct loader *loader, struct json *json, struct text *id) {
  json_place place = loader->lead_places[loader->schema->id_slot];
  *id = (struct text){NULL, 0};
  if (!place)
    return true;
  switch (value_id_from_json(json, place, &loader->batch->texts, id)) {
  case VALUE_KNOWN: return true;
  case VALUE_NO_MEMORY: return false;
  case VALUE_BAD: problems_note(&loader->account.problems, PROBLEM_NOT_ID, SUBJECT_ID); break;
  case VALUE_MISSING: break;
  }
  *id = (struct text){NULL, 0};
  return true;
}

/* What is wrong with the stage, or PROBLEM_KIND_COUNT. */
static enum problem_kind read_stage(struct loader *loader, struct json *json) {
  uint32_t slot = loader->schema->stage_slot;
  json_place place = slot == PATH_NONE ? NULL : loader->lead_places[slot];
  if (!place || json_peek_at(json, place) == 'n')
    return PROBLEM_KIND_COUNT;
  if (json_peek_at(json, place) != '"')
    return PROBLEM_BAD_STAGE;
  const struct program_field stages = {.kind = COLUMN_LABEL,
                                       .labels = loader->program->stage_labels};
  struct text stage;
  uint32_t label;
  if (label_recall(loader, json, place, &stages, &label)) {
    batch_set_stage(loader->batch, label);
    return PROBLEM_KIND_COUNT;
  }
  if (!json_passing_text(json, place, &stage))
    return PROBLEM_KIND_COUNT; /* json->error tells */
  if (stage.length == 0 || !lead_put_stage(loader, stage))
    return PROBLEM_UNKNOWN_STAGE;
  return PROBLEM_KIND_COUNT;
}

static void note_lost_events(struct loader *loader, struct json *json) {
  uint32_t slot = loader->schema->events_slot;
  json_place place = slot == PATH_NONE ? NULL : loader->lead_places[slot];
  char first = place ? json_peek_at(json, place) : '[';
  if (first != '[' && first != 'n')
    problems_note(&loader->account.problems, PROBLEM_NOT_EVENTS, SUBJECT_EVENTS);
}

/* ---- records ---------------------------------------------------------------------------- */

static enum problem_kind problem_of_json(enum json_error error) {
  switch (error) {
  case JSON_UTF8: return PROBLEM_NOT_UTF8;
  case JSON_TOO_DEEP: return PROBLEM_TOO_DEEP;
  case JSON_OK:
  case JSON_BROKEN:
  case JSON_NO_MEMORY: break;
  }
  return PROBLEM_NOT_JSON;
}

/* The lead under the cursor, which begins as one before: up to and with the list of events. */
static bool pass_shaped(struct loader *loader, struct json *json, const struct lead_shape *shape) {
  json_place begin = json->next, *places = loader->lead_places;
  for (uint32_t slot = 0; slot < loader->schema->lead.slot_count; slot++)
    places[slot] = shape->pieces[slot] ? begin + shape->pieces[slot] : NULL;
  json->next += shape->shape.pieces - 1;
  json->depth++;
  if (!events_pass(loader, json))
    return false;
  json->depth--;
  return json_collect_rest(json, loader->schema->lead.root, &loader->lead_wanted);
}

static void forget_places(struct loader *loader) {
  for (uint32_t slot = 0; slot < loader->schema->lead.slot_count; slot++)
    loader->lead_places[slot] = NULL;
}

static bool pass_lead(struct loader *loader, struct json *json) {
  json_place begin = json->next;
  const struct lead_shape *shape = lead_shapes_find(loader->lead_shapes, json);
  if (shape)
    return pass_shaped(loader, json, shape);
  forget_places(loader);
  bool passed = json_collect(json, loader->schema->lead.root, &loader->lead_wanted);
  if (passed && loader->schema->events_slot != PATH_NONE)
    lead_shapes_add(loader->lead_shapes, json, begin, loader->lead_places,
                    loader->schema->lead.slot_count, loader->schema->events_slot);
  return passed;
}

/* Walks the record.  False if it is not one JSON object: *problem. */
static bool pass_record(struct loader *loader, struct json *json, enum problem_kind *problem) {
  bool object = json_peek(json) == '{';
  bool passed = object ? pass_lead(loader, json) : json_skip(json);
  if (passed && *json->next < json->end) { /* something behind it */
    json->error = JSON_BROKEN;
    passed = false;
  }
  *problem = passed ? PROBLEM_NOT_OBJECT : problem_of_json(json->error);
  return passed && object;
}

void loader_want(struct loader *loader) {
  const struct schema *schema = loader->schema;
  loader->lead_wanted = (struct json_wanted){.places = loader->lead_places,
                                             .context = loader,
                                             .list = schema->events_slot,
                                             .walk = events_pass,
                                             .telling = PATH_NONE};
  loader->event_wanted = (struct json_wanted){.places = loader->event_places,
                                              .context = loader,
                                              .list = PATH_NONE,
                                              .telling = schema->type_slot,
                                              .tell = event_tell};
}

static enum outcome cancel_for_memory(struct loader *loader, struct reason *reason) {
  lead_cancel(loader, PROBLEM_NOT_JSON, SUBJECT_NONE, reason);
  return OUTCOME_NO_MEMORY;
}

enum outcome lead_from_json(struct loader *loader, const struct record *record,
                            struct reason *reason) {
  struct json *json = &loader->json;
  bool indexed = json_lines_begin(&loader->lines, record, json);
  enum problem_kind problem = problem_of_json(json->error);
  lead_begin(loader);
  if (!indexed || !pass_record(loader, json, &problem))
    return json->error == JSON_NO_MEMORY ? cancel_for_memory(loader, reason)
                                         : lead_cancel(loader, problem, SUBJECT_NONE, reason);
  struct text id;
  if (!read_id(loader, json, &id))
    return cancel_for_memory(loader, reason);
  lead_identify(loader, id);
  for (uint32_t f = 0; f < loader->program->field_count; f++)
    if (!read_field(loader, json, f))
      return cancel_for_memory(loader, reason);
  note_lost_events(loader, json);
  problem = read_stage(loader, json);
  if (problem != PROBLEM_KIND_COUNT)
    return lead_cancel(loader, problem, SUBJECT_STAGE, reason);
  if (json->error == JSON_NO_MEMORY)
    return cancel_for_memory(loader, reason);
  return lead_finish(loader, reason);
}

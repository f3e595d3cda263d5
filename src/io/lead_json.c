/* lead_json.c - one JSON object becomes a lead.
 *
 * The object is walked once.  The places of the wanted values are noted and
 * decoded at the end, when it is known that all of it is JSON; events, which
 * are most of a record, are decoded on the way, each when its object is passed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clock.h"
#include "io/lead.h"

/* ---- events ----------------------------------------------------------------------- */

static uint32_t find_kind(struct loader *loader, struct json *json, json_place place) {
  struct text type;
  return json_passing_text(json, place, &type) ? key_find(&loader->schema->types, type) : KEY_NONE;
}

/* The type of an event tells its kind, and what comes behind it. */
static void turn_to_kind(void *context, struct json *json, json_place place,
                         struct json_turn *turn) {
  struct loader *loader = context;
  struct recall_words words;
  if (json_peek_at(json, place) != '"')
    return;
  if (recall_load(json, place, &words)) {
    uint32_t slot = recall_hash(words, LOADER_TYPES);
    struct event_type *type = &loader->types[slot];
    if (!recall_equal(type->words, words))
      *type =
          (struct event_type){words, find_kind(loader, json, place), &loader->event_links->none};
    loader->kind = type->kind;
    turn->next = &type->next;
    turn->chain = (uint16_t)(1 + slot);
  } else {
    loader->kind = find_kind(loader, json, place);
  }
  turn->unwanted = loader->kind == KEY_NONE;
}

/* The kind that the event says it is of: turn_to_kind has read it. */
static inline __attribute__((always_inline)) enum event_result check_kind(struct loader *loader,
                                                                          struct json *json) {
  json_place place = loader->event_places[loader->schema->type_slot];
  if (!place || json_peek_at(json, place) != '"') {
    problems_note(&loader->account.problems, PROBLEM_EVENT_NO_TYPE, SUBJECT_NONE);
    return EVENT_LEFT_OUT;
  }
  if (loader->kind != KEY_NONE)
    return EVENT_READ;
  loader->noted.ignored++;
  loader->has_events = true;
  return EVENT_LEFT_OUT;
}

/* What every event has, in the order in which problems are told. */
struct head {
  uint32_t kind;
  int64_t at;
  struct text id; /* bytes NULL: none */
};

enum { USUAL_INSTANT = 20 };

static inline enum value_status at_of(struct loader *loader, struct json *json, json_place place,
                                      int64_t *at) {
  const char *bytes = json->base + *place + 1;
  if (place[1] - place[0] >= USUAL_INSTANT + 2 && bytes[USUAL_INSTANT] == '"' && bytes[-1] == '"' &&
      clock_parse_usual(bytes, &loader->dates, at))
    return VALUE_KNOWN;
  return value_at_from_json(json, place, at);
}

static inline __attribute__((always_inline)) enum event_result
read_at(struct loader *loader, struct json *json, struct head *head) {
  json_place place = loader->event_places[loader->schema->at_slot];
  enum value_status status = place ? at_of(loader, json, place, &head->at) : VALUE_MISSING;
  switch (status) {
  case VALUE_KNOWN: return EVENT_READ;
  case VALUE_NO_MEMORY: return EVENT_FAILED;
  case VALUE_MISSING:
  case VALUE_BAD: break;
  }
  problems_note(&loader->account.problems,
                status == VALUE_BAD ? PROBLEM_EVENT_BAD_AT : PROBLEM_EVENT_NO_AT,
                subject_of_kind(&loader->account.problems, head->kind));
  return EVENT_LEFT_OUT;
}

static bool read_event_id(struct loader *loader, struct json *json, json_place place,
                          struct arena *arena, struct head *head) {
  switch (value_id_from_json(json, place, arena, &head->id)) {
  case VALUE_KNOWN: return true;
  case VALUE_NO_MEMORY: return false;
  case VALUE_BAD:
    problems_note(&loader->account.problems, PROBLEM_NOT_ID,
                  subject_of_kind(&loader->account.problems, head->kind));
    break;
  case VALUE_MISSING: break;
  }
  head->id = (struct text){NULL, 0};
  return true;
}

/* Passes the object under the cursor and reads what every event has.  This and
 * what it calls are among the hottest lines of reading. */
static inline __attribute__((always_inline)) enum event_result
read_head(struct loader *loader, struct json *json, struct arena *arena, struct head *head) {
  const struct schema *schema = loader->schema;
  for (uint32_t s = 0; s < schema->event.slot_count; s++)
    loader->event_places[s] = NULL;
  if (!json_collect(json, schema->event.root, &loader->event_wanted) || json->error != JSON_OK)
    return EVENT_FAILED;
  enum event_result result = check_kind(loader, json);
  head->kind = loader->kind;
  if (result == EVENT_READ)
    result = read_at(loader, json, head);
  json_place id = loader->event_places[schema->event_id_slot];
  head->id = (struct text){NULL, 0};
  return result != EVENT_READ || !id || read_event_id(loader, json, id, arena, head) ? result
                                                                                     : EVENT_FAILED;
}

static void note_event_field(struct loader *loader, uint32_t kind, uint32_t f) {
  problems_note(&loader->account.problems,
                problem_of_value(loader->program->kinds[kind].fields[f].kind),
                subject_of_event_field(&loader->account.problems, kind, f));
}

/* Where a field's value is, or NULL. */
static inline json_place event_place(const struct loader *loader, uint32_t kind, uint32_t f) {
  return loader->event_places[loader->schema->kinds[kind].slots[f]];
}

enum event_result event_from_json(struct loader *loader, struct json *json, struct arena *arena) {
  struct event *event = &loader->event;
  struct head head;
  enum event_result result = read_head(loader, json, arena, &head);
  if (result != EVENT_READ)
    return result;
  const struct program_kind *kind = &loader->program->kinds[head.kind];
  event->kind = head.kind;
  event->at = head.at;
  event->id = head.id;
  for (uint32_t f = 0; f < kind->field_count; f++) {
    json_place place = event_place(loader, head.kind, f);
    enum value_status status = VALUE_MISSING;
    if (place)
      status =
          value_from_json(json, place, loader->schema, &kind->fields[f], arena, &event->values[f]);
    event->known[f] = status == VALUE_KNOWN;
    if (status == VALUE_NO_MEMORY)
      return EVENT_FAILED;
    if (status == VALUE_BAD)
      note_event_field(loader, head.kind, f);
  }
  return event_lacks(loader, event->kind, event->known) ? EVENT_LEFT_OUT : EVENT_READ;
}

/* ---- labels ------------------------------------------------------------------------ */

/* Looks a label or symbol up. */
static bool find_label(struct loader *loader, struct json *json, json_place place,
                       const struct program_field *field, uint32_t *label) {
  struct text text = json_raw_text(json, place);
  *label = field->kind == COLUMN_SYMBOL
               ? symbol_of(&loader->program->text_sets[field->labels], text)
               : label_find(&loader->schema->labels[field->labels], text);
  return *label != PROGRAM_NONE;
}

/* Labels and symbols that were looked up before, or are and then remembered.
 * False if it must be done the long way. */
static inline bool recall_label(struct loader *loader, struct json *json, json_place place,
                                const struct program_field *field, uint32_t *label) {
  bool symbol = field->kind == COLUMN_SYMBOL;
  struct recall_words words;
  if ((!symbol && field->kind != COLUMN_LABEL) || !recall_load(json, place, &words))
    return false;
  uint32_t set = symbol ? recall_symbols(field->labels) : recall_labels(field->labels);
  struct recall_entry *entry = recall_slot(&loader->recall, words, set);
  if (!recall_knows(entry, words, set)) {
    if (!find_label(loader, json, place, field, label))
      return false;
    *entry = (struct recall_entry){words, set, *label};
  }
  *label = entry->meaning;
  return true;
}

/* ---- events of a lead ----------------------------------------------------------------- */

/* Puts a value of the event that was begun.  False if out of memory. */
static bool put_event_field(struct loader *loader, struct json *json, json_place place,
                            uint32_t kind, uint32_t f) {
  const struct program_field *field = &loader->program->kinds[kind].fields[f];
  union batch_value value;
  if (field->kind == COLUMN_TEXT && json_is_raw(json, place)) {
    batch_event_text(loader->batch, kind, f, json_raw_text(json, place));
    return true;
  }
  if (recall_label(loader, json, place, field, &value.label)) {
    batch_event_label(loader->batch, kind, f, value.label);
    return true;
  }
  switch (value_from_json(json, place, loader->schema, field, &loader->batch->texts, &value)) {
  case VALUE_KNOWN: batch_event_value(loader->batch, kind, f, &value); break;
  case VALUE_NO_MEMORY: return false;
  case VALUE_BAD: note_event_field(loader, kind, f); break;
  case VALUE_MISSING: break;
  }
  return true;
}

static enum event_result put_event(struct loader *loader, struct json *json) {
  struct batch *batch = loader->batch;
  struct head head;
  enum event_result result = read_head(loader, json, &batch->texts, &head);
  if (result != EVENT_READ)
    return result;
  uint32_t count = loader->program->kinds[head.kind].field_count;
  batch_event_begin(batch, head.kind);
  for (uint32_t f = 0; f < count; f++) {
    json_place place = event_place(loader, head.kind, f);
    if (place && !put_event_field(loader, json, place, head.kind, f))
      return EVENT_FAILED;
  }
  if (loader->schema->kinds[head.kind].has_required &&
      event_lacks(loader, head.kind, batch_event_known(batch, head.kind)))
    return EVENT_LEFT_OUT;
  return lead_add_event(loader, head.kind, head.at, head.id) ? EVENT_READ : EVENT_FAILED;
}

/* One item of the list of events. */
static bool pass_event(struct loader *loader, struct json *json) {
  if (json_peek(json) != '{') {
    problems_note(&loader->account.problems, PROBLEM_EVENT_NOT_OBJECT, SUBJECT_NONE);
    return json_skip(json);
  }
  if (put_event(loader, json) != EVENT_FAILED)
    return true;
  if (json->error == JSON_OK)
    json->error = JSON_NO_MEMORY;
  return false;
}

/* The list of events, under the cursor. */
static bool pass_events(void *context, struct json *json) {
  struct loader *loader = context;
  json->depth++;
  json->next++;
  if (json_peek(json) == ']')
    json->next++;
  else
    for (char c = ','; c != ']';) {
      if (!pass_event(loader, json))
        return false;
      c = json_peek(json);
      if (c != ',' && c != ']') {
        json->error = JSON_BROKEN;
        return false;
      }
      json->next++;
    }
  json->depth--;
  return true;
}

/* ---- fields -------------------------------------------------------------------------- */

static bool read_field(struct loader *loader, struct json *json, uint32_t f) {
  const struct program_field *field = &loader->program->fields[f];
  uint32_t slot = loader->schema->field_slots[f];
  json_place place = loader->lead_places[slot];
  if (!place)
    return true;
  union batch_value value;
  struct arena *arena = &loader->batch->texts;
  if (field->kind == COLUMN_TEXT && json_is_raw(json, place)) {
    batch_set_text(loader->batch, f, json_raw_text(json, place));
    return true;
  }
  if (recall_label(loader, json, place, field, &value.label)) {
    batch_set_label(loader->batch, f, value.label);
    return true;
  }
  bool is_id = slot == loader->schema->id_slot && field->kind == COLUMN_TEXT;
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
  if (recall_label(loader, json, place, &stages, &label)) {
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

/* Walks the record.  False if it is not one JSON object: *problem. */
static bool pass_record(struct loader *loader, struct json *json, enum problem_kind *problem) {
  memset(loader->lead_places, 0, loader->schema->lead.slot_count * sizeof(json_place));
  bool object = json_peek(json) == '{';
  bool passed = object ? json_collect(json, loader->schema->lead.root, &loader->lead_wanted)
                       : json_skip(json);
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
                                             .links = loader->lead_links,
                                             .links_count = loader->lead_links_count,
                                             .context = loader,
                                             .list = schema->events_slot,
                                             .walk = pass_events,
                                             .telling = PATH_NONE};
  loader->event_wanted = (struct json_wanted){.places = loader->event_places,
                                              .links = loader->event_links,
                                              .links_count = loader->event_links_count,
                                              .context = loader,
                                              .list = PATH_NONE,
                                              .telling = schema->type_slot,
                                              .turn = turn_to_kind};
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

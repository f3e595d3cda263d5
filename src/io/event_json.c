/* event_json.c - events, of which most of a record consists.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/label.h"
#include "vm/batch_quick.h"

/* ---- events ----------------------------------------------------------------------- */

/* The kind of a type, KEY_NONE if it is not declared. */
static uint32_t find_kind(struct loader *loader, struct json *json, json_place place) {
  const struct key_table *types = &loader->schema->types;
  struct text type;
  if (*place < json->limit && json_is_raw(json, place)) {
    struct key key = key_of_readable(json_raw_text(json, place));
    return key_look_up(types, &key);
  }
  return json_passing_text(json, place, &type) ? key_find(types, type) : KEY_NONE;
}

bool event_tell(void *context, struct json *json, json_place place) {
  struct loader *loader = context;
  if (json_peek_at(json, place) != '"')
    return true;
  loader->kind = find_kind(loader, json, place);
  return loader->kind != KEY_NONE;
}

/* Of a type that is not declared. */
static inline void ignore_event(struct loader *loader) {
  loader->noted.ignored++;
  loader->has_events = true;
}

/* The kind that the event says it is of: event_tell has read it. */
static inline __attribute__((always_inline)) enum event_result check_kind(struct loader *loader,
                                                                          struct json *json) {
  json_place place = loader->event_places[loader->schema->type_slot];
  if (!place || json_peek_at(json, place) != '"') {
    problems_note(&loader->account.problems, PROBLEM_EVENT_NO_TYPE, SUBJECT_NONE);
    return EVENT_LEFT_OUT;
  }
  if (loader->kind != KEY_NONE)
    return EVENT_READ;
  ignore_event(loader);
  return EVENT_LEFT_OUT;
}

/* What every event has, in the order in which problems are told. */
struct head {
  uint32_t kind;
  int64_t at;
  struct text id; /* bytes NULL: none */
};

/* The value, if it is an instant as most are; its place is below json->limit. */
static inline bool read_usual(struct loader *loader, const struct json *json, json_place place,
                              int64_t *at) {
  _Static_assert((int)CLOCK_USUAL_BYTES <= (int)JSON_READABLE, "these can be read");
  return clock_parse_usual(json->base + *place, &loader->months, at);
}

static inline enum value_status at_of(struct loader *loader, struct json *json, json_place place,
                                      int64_t *at) {
  if (*place < json->limit && read_usual(loader, json, place, at))
    return VALUE_KNOWN;
  return value_at_from_json(json, place, at);
}

/* place: NULL if it has none. */
static inline __attribute__((always_inline)) enum event_result
read_at(struct loader *loader, struct json *json, json_place place, struct head *head) {
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

/* Passes the object under the cursor and notes where its values are, and of which kind it is. */
static inline bool collect_event(struct loader *loader, struct json *json) {
  const struct schema *schema = loader->schema;
  const struct event_shape *like = loader->shapes->like;
  json_place begin = json->next, *places = loader->event_places;
  for (uint32_t s = 0; s < schema->event.slot_count; s++)
    places[s] = NULL;
  if (!like || !json_shape_opens(&like->shape, json, begin))
    return json_collect(json, schema->event.root, &loader->event_wanted);
  /* It begins as those of its type do: `{"type":"page_view","at":"`. */
  loader->kind = like->kind;
  places[schema->type_slot] = begin + like->told;
  json->next = begin + like->shape.opening + 1;
  if (like->kind == KEY_NONE)
    return json_pass_rest(json);
  places[schema->at_slot] = begin + like->at;
  return json_collect_rest(json, schema->event.root, &loader->event_wanted);
}

/* Reads what every event has, in the object under the cursor.  This and what it
 * calls are among the hottest lines of reading. */
static inline __attribute__((always_inline)) enum event_result
read_head(struct loader *loader, struct json *json, struct arena *arena, struct head *head) {
  const struct schema *schema = loader->schema;
  if (!collect_event(loader, json) || json->error != JSON_OK)
    return EVENT_FAILED;
  enum event_result result = check_kind(loader, json);
  head->kind = loader->kind;
  if (result == EVENT_READ)
    result = read_at(loader, json, loader->event_places[schema->at_slot], head);
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

/* ---- events of a lead ----------------------------------------------------------------- */

/* Puts a value of the event that was begun.  False if out of memory. */
static bool put_event_field(struct loader *loader, struct json *json, json_place place,
                            uint32_t kind, uint32_t f) {
  const struct program_field *field = &loader->program->kinds[kind].fields[f];
  union batch_value value;
  if (field->kind == COLUMN_TEXT && json_is_raw(json, place)) {
    batch_quick_text(loader->batch, kind, f, json_raw_text(json, place));
    return true;
  }
  if (label_recall(loader, json, place, field, &value.label)) {
    batch_quick_label(loader->batch, kind, f, value.label);
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

/* Ends the event that was begun and whose fields were put. */
static inline enum event_result finish_event(struct loader *loader, const struct head *head) {
  if (loader->schema->kinds[head->kind].has_required &&
      event_lacks(loader, head->kind, batch_event_known(loader->batch, head->kind)))
    return EVENT_LEFT_OUT;
  enum event_outcome outcome = batch_quick_add(loader->batch, head->kind, head->at, head->id);
  return lead_count_event(loader, outcome) ? EVENT_READ : EVENT_FAILED;
}

/* Puts a text or label of the lane that is being filled.  False if it is unusual. */
static inline bool put_lane_field(struct loader *loader, struct json *json, json_place place,
                                  uint32_t kind, const struct event_shape_field *field,
                                  struct batch_space *space) {
  uint32_t label;
  if (field->value == EVENT_TEXT) {
    if (!json_is_raw(json, place))
      return false;
    batch_lane_text(space, field->column, json_raw_text(json, place));
    return true;
  }
  if (!label_recall(loader, json, place, &loader->program->kinds[kind].fields[field->field],
                    &label))
    return false;
  batch_lane_label(space, field->column, label);
  return true;
}

/* Adds the lane that was filled, if no event of its identity came before. */
static __attribute__((noinline)) bool add_named_lane(struct loader *loader, struct json *json,
                                                     json_place id, const struct event_shape *shape,
                                                     int64_t at) {
  if (!json_is_raw(json, id))
    return false;
  enum event_outcome outcome = batch_lane_note(loader->batch, shape->kind, json_raw_text(json, id));
  if (outcome == EVENT_ADDED)
    batch_append(loader->batch, shape->lane.space, at);
  return lead_count_event(loader, outcome);
}

/* An event whose shape came before, and which is no more than a lane.  False if
 * something about it is unusual: nothing is done then that put_fields would not do again. */
static inline bool put_lane(struct loader *loader, struct json *json, json_place begin,
                            const struct event_shape *shape, int64_t at) {
  const struct event_lane *lane = &shape->lane;
  struct batch *batch = loader->batch;
  struct batch_space *space = &batch->spaces[lane->space];
  json_place text = begin + lane->text;
  if (!batch_takes_lane(batch, space, at) || (lane->has_text & !json_is_raw(json, text)))
    return false;
  batch_lane_text(space, lane->column, json_raw_text(json, text));
  for (uint32_t i = 0; i < lane->rest_count; i++)
    if (!put_lane_field(loader, json, begin + lane->rest[i].piece, shape->kind, &lane->rest[i],
                        space))
      return false;
  if (lane->id)
    return add_named_lane(loader, json, begin + lane->id, shape, at);
  batch_append(batch, lane->space, at);
  loader->noted.added++;
  loader->has_events = true;
  return true;
}

static __attribute__((noinline)) enum event_result put_fields(struct loader *loader,
                                                              struct json *json, json_place begin,
                                                              const struct event_shape *shape,
                                                              struct head *head) {
  batch_quick_begin(loader->batch, head->kind); /* first: it answers for what put_lane filled */
  if (shape->id && !read_event_id(loader, json, begin + shape->id, &loader->batch->texts, head))
    return EVENT_FAILED;
  for (uint32_t i = 0; i < shape->field_count; i++)
    if (!put_event_field(loader, json, begin + shape->fields[i].piece, head->kind,
                         shape->fields[i].field))
      return EVENT_FAILED;
  return finish_event(loader, head);
}

/* An event whose shape came before. */
static inline enum event_result put_shaped(struct loader *loader, struct json *json,
                                           json_place begin, const struct event_shape *shape) {
  struct head head;
  if (shape->kind == KEY_NONE) {
    ignore_event(loader);
    return EVENT_LEFT_OUT;
  }
  bool usual = read_usual(loader, json, begin + shape->at, &head.at);
  if (usual && shape->lane.space != PROGRAM_NONE && put_lane(loader, json, begin, shape, head.at))
    return EVENT_READ;
  head.kind = shape->kind;
  head.id = (struct text){NULL, 0};
  enum event_result result = usual ? EVENT_READ : read_at(loader, json, begin + shape->at, &head);
  return result == EVENT_READ ? put_fields(loader, json, begin, shape, &head) : result;
}

/* An event, member by member. */
static enum event_result put_any(struct loader *loader, struct json *json) {
  struct batch *batch = loader->batch;
  struct head head;
  enum event_result result = read_head(loader, json, &batch->texts, &head);
  if (result != EVENT_READ)
    return result;
  uint32_t count = loader->program->kinds[head.kind].field_count;
  batch_quick_begin(batch, head.kind);
  for (uint32_t f = 0; f < count; f++) {
    json_place place = event_place(loader, head.kind, f);
    if (place && !put_event_field(loader, json, place, head.kind, f))
      return EVENT_FAILED;
  }
  return finish_event(loader, &head);
}

/* ---- shapes ---------------------------------------------------------------------------- */

static uint32_t piece_of(json_place begin, json_place place) {
  return place ? (uint32_t)(place - begin) : 0;
}

static enum event_shape_value shape_value(enum column_kind kind) {
  switch (kind) {
  case COLUMN_TEXT: return EVENT_TEXT;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: return EVENT_LABEL;
  case COLUMN_NUMBER:
  case COLUMN_TIME:
  case COLUMN_DURATION:
  case COLUMN_BOOL:
  case COLUMN_TEXTS: break;
  }
  return EVENT_OTHER;
}

/* Which of the kind's fields are where.  False if there are too many. */
static bool list_fields(const struct loader *loader, json_place begin, struct event_shape *shape) {
  const struct program_kind *kind = &loader->program->kinds[shape->kind];
  for (uint32_t f = 0; f < kind->field_count; f++) {
    json_place place = event_place(loader, shape->kind, f);
    if (!place)
      continue;
    if (shape->field_count == EVENT_SHAPE_FIELDS)
      return false;
    shape->fields[shape->field_count++] = (struct event_shape_field){
        .field = f, .piece = piece_of(begin, place), .value = shape_value(kind->fields[f].kind)};
  }
  return true;
}

/* How events of the shape are put if they are lanes; `string` is the piece of any string. */
static struct event_lane plan_lane(const struct batch *batch, const struct event_shape *shape,
                                   uint32_t string) {
  const struct event_lane none = {.space = PROGRAM_NONE};
  struct event_lane lane = {
      .space = batch->rows[shape->kind].sole, .id = shape->id, .text = string};
  if (lane.space == PROGRAM_NONE)
    return none;
  lane.column = batch_nowhere(batch, lane.space);
  for (uint32_t i = 0; i < shape->field_count; i++) {
    struct event_shape_field field = shape->fields[i];
    field.column = batch_sole_column(batch, shape->kind, field.field);
    if (field.value == EVENT_OTHER || field.column == PROGRAM_NONE)
      return none;
    if (field.value == EVENT_TEXT && !lane.has_text) {
      lane.has_text = true;
      lane.text = field.piece;
      lane.column = field.column;
    } else {
      lane.rest[lane.rest_count++] = field;
    }
  }
  return lane;
}

/* Remembers the event that was read, or that is of no declared kind. */
static void remember_event(struct loader *loader, const struct json *json, json_place begin) {
  const struct schema *schema = loader->schema;
  json_place *places = loader->event_places, type = places[schema->type_slot];
  struct event_shape shape = {.kind = loader->kind,
                              .at = piece_of(begin, places[schema->at_slot]),
                              .id = piece_of(begin, places[schema->event_id_slot])};
  if (!type || json_peek_at(json, type) != '"')
    return;
  if (shape.kind != KEY_NONE) {
    if (!list_fields(loader, begin, &shape))
      return;
    shape.lane = plan_lane(loader->batch, &shape, piece_of(begin, type));
  }
  event_shapes_add(loader->shapes, &shape, json, begin, json->next, type);
}

/* An event that is like none before. */
static enum event_result put_new(struct loader *loader, struct json *json) {
  json_place begin = json->next;
  enum event_result result = put_any(loader, json);
  bool whole = result == EVENT_READ || (result == EVENT_LEFT_OUT && loader->kind == KEY_NONE);
  if (whole && loader->shapes->learns)
    remember_event(loader, json, begin);
  return result;
}

/* One item of the list of events, whatever it is. */
static bool pass_item(struct loader *loader, struct json *json) {
  if (json_peek(json) != '{') {
    problems_note(&loader->account.problems, PROBLEM_EVENT_NOT_OBJECT, SUBJECT_NONE);
    return json_skip(json);
  }
  return put_new(loader, json) != EVENT_FAILED;
}

/* One item; *next is its first piece, and then the one behind it. */
static inline bool pass_event(struct loader *loader, struct json *json, json_place *next) {
  json_place begin = *next;
  const struct event_shape *shape = event_shapes_find(loader->shapes, json, begin);
  bool passed;
  if (shape) {
    *next = begin + shape->shape.pieces;
    passed = put_shaped(loader, json, begin, shape) != EVENT_FAILED;
  } else {
    json->next = begin;
    passed = pass_item(loader, json);
    *next = json->next;
  }
  if (!passed && json->error == JSON_OK)
    json->error = JSON_NO_MEMORY;
  return passed;
}

/* The list of events, under the cursor. */
bool events_pass(void *context, struct json *json) {
  struct loader *loader = context;
  json_place next = json->next + 1;
  json->depth++;
  if (json_peek_at(json, next) == ']')
    next++;
  else
    for (char c = ','; c != ']'; next++) {
      if (!pass_event(loader, json, &next))
        return false;
      c = json_peek_at(json, next);
      if (c != ',' && c != ']') {
        json->error = JSON_BROKEN;
        return false;
      }
    }
  json->next = next;
  json->depth--;
  return true;
}

/* event_store.c - events from a file of their own, until their leads come.
 *
 * The file is in any order and so are the leads; one of the two must be kept,
 * and events are what the program reads little of.  So all events are read
 * first: 48 bytes each, 24 a value, and their texts.  Those of one lead are
 * chained in the order of the input, for it decides ties.
 *
 *   leads   [ id | first | last | seen ]   found by a hash table of the id
 *   events  [ next of the lead | kind | at | id | first value, how many ]
 *   values  [ field | value ]
 *
 * Everything lies in growing arrays and is named by index.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/event_store.h"

#include "io/lead_csv.h"
#include "limits.h"

#define NOTHING UINT32_MAX

struct stored_lead {
  struct text id;
  uint64_t hash;
  uint32_t first, last; /* events */
  uint32_t count;
  bool seen;
};

struct stored_event {
  int64_t at;
  struct text id;
  size_t first_value;
  uint32_t value_count;
  uint32_t kind;
  uint32_t next;
};

struct stored_value {
  uint32_t field;
  union batch_value value;
};

struct event_store {
  struct memory memory;
  struct arena texts;
  struct stored_lead *leads;
  struct stored_event *events;
  struct stored_value *values;
  size_t lead_count, event_count, value_count;
  size_t lead_capacity, event_capacity, value_capacity;
  uint32_t *slots;   /* open addressing: lead + 1, or 0 */
  size_t slot_count; /* a power of two, or 0 */
  uint64_t seed;
};

void event_store_free(struct event_store *store) {
  if (!store)
    return;
  struct memory memory = store->memory;
  memory_free(&memory, store->leads, store->lead_capacity, sizeof *store->leads);
  memory_free(&memory, store->events, store->event_capacity, sizeof *store->events);
  memory_free(&memory, store->values, store->value_capacity, sizeof *store->values);
  memory_free(&memory, store->slots, store->slot_count, sizeof *store->slots);
  arena_clear(&store->texts);
  memory_free(&memory, store, 1, sizeof *store);
}

/* ---- leads --------------------------------------------------------------------- */

static size_t find_slot(const struct event_store *store, struct text id, uint64_t hash) {
  size_t mask = store->slot_count - 1, slot = (size_t)hash & mask;
  for (; store->slots[slot]; slot = (slot + 1) & mask) {
    const struct stored_lead *lead = &store->leads[store->slots[slot] - 1];
    if (lead->hash == hash && text_equal(lead->id, id))
      break;
  }
  return slot;
}

static bool grow_slots(struct event_store *store) {
  if (store->lead_count < store->slot_count / 2)
    return true;
  size_t count = store->slot_count ? store->slot_count * 2 : 1024;
  uint32_t *slots = memory_zeroed(&store->memory, count, sizeof *slots);
  if (!slots)
    return false;
  memory_free(&store->memory, store->slots, store->slot_count, sizeof *slots);
  store->slots = slots;
  store->slot_count = count;
  for (size_t i = 0; i < store->lead_count; i++) {
    size_t slot = (size_t)store->leads[i].hash & (count - 1);
    while (slots[slot])
      slot = (slot + 1) & (count - 1);
    slots[slot] = (uint32_t)(i + 1);
  }
  return true;
}

/* NULL if there are no events of that lead. */
static struct stored_lead *find_lead(const struct event_store *store, struct text id) {
  if (!store || store->slot_count == 0)
    return NULL;
  uint32_t lead = store->slots[find_slot(store, id, text_hash(id, store->seed))];
  return lead ? &store->leads[lead - 1] : NULL;
}

static bool keep(struct event_store *store, struct text *text) {
  bool copied;
  *text = arena_text(&store->texts, *text, &copied);
  return copied;
}

/* The lead of that id, new if need be; NULL if out of memory. */
static struct stored_lead *make_lead(struct event_store *store, struct text id) {
  void *leads = store->leads;
  if (store->lead_count >= NOTHING || !grow_slots(store) ||
      !memory_reserve(&store->memory, &leads, &store->lead_capacity, store->lead_count + 1,
                      sizeof *store->leads))
    return NULL;
  store->leads = leads;
  uint64_t hash = text_hash(id, store->seed);
  size_t slot = find_slot(store, id, hash);
  if (store->slots[slot])
    return &store->leads[store->slots[slot] - 1];
  if (!keep(store, &id))
    return NULL;
  struct stored_lead *lead = &store->leads[store->lead_count++];
  *lead = (struct stored_lead){.id = id, .hash = hash, .first = NOTHING, .last = NOTHING};
  store->slots[slot] = (uint32_t)store->lead_count;
  return lead;
}

/* ---- adding ----------------------------------------------------------------------- */

static bool keep_value(struct event_store *store, enum column_kind kind, union batch_value *value) {
  if (kind == COLUMN_TEXT || kind == COLUMN_SYMBOL)
    return keep(store, &value->text);
  if (kind != COLUMN_TEXTS)
    return true;
  struct text_list list = value->texts;
  struct text *items = arena_array(&store->texts, list.count + 1, sizeof *items);
  for (size_t i = 0; items && i < list.count; i++) {
    items[i] = list.items[i];
    if (!keep(store, &items[i]))
      return false;
  }
  value->texts.items = items;
  return items != NULL;
}

static bool reserve_event(struct event_store *store, size_t values) {
  void *events = store->events, *kept = store->values;
  if (store->event_count >= NOTHING ||
      !memory_reserve(&store->memory, &events, &store->event_capacity, store->event_count + 1,
                      sizeof *store->events))
    return false;
  store->events = events;
  if (!memory_reserve(&store->memory, &kept, &store->value_capacity, store->value_count + values,
                      sizeof *store->values))
    return false;
  store->values = kept;
  return true;
}

static bool add_event(struct event_store *store, const struct program_kind *kind,
                      const struct event *event, struct text lead_id) {
  struct stored_lead *lead = make_lead(store, lead_id);
  if (!lead || !reserve_event(store, kind->field_count + 1u))
    return false;
  struct stored_event stored = {.at = event->at,
                                .id = event->id,
                                .first_value = store->value_count,
                                .kind = event->kind,
                                .next = NOTHING};
  if (stored.id.bytes && !keep(store, &stored.id))
    return false;
  for (uint32_t f = 0; f < kind->field_count; f++) {
    struct stored_value value = {f, event->values[f]};
    if (!event->known[f])
      continue;
    if (!keep_value(store, kind->fields[f].kind, &value.value))
      return false;
    store->values[store->value_count++] = value;
    stored.value_count++;
  }
  uint32_t index = (uint32_t)store->event_count++;
  store->events[index] = stored;
  if (lead->last == NOTHING)
    lead->first = index;
  else
    store->events[lead->last].next = index;
  lead->last = index;
  lead->count++;
  return true;
}

/* ---- reading ------------------------------------------------------------------------ */

/* What reading one file of events needs. */
struct loading {
  struct loader *loader;
  struct event_store *store;
  struct records records;
  struct columns columns;
  struct arena arena; /* texts of the event that is being read */
  struct text file;
  bool strict;
};

static bool lead_of_json(struct loader *loader, struct json *json, struct arena *arena,
                         struct text *lead) {
  const struct schema *schema = loader->schema;
  const uint32_t slots[] = {schema->lead_id_slot, schema->lead_slot, schema->event_lead_slot};
  *lead = (struct text){NULL, 0};
  for (size_t i = 0; i < 3; i++) {
    json_place place = loader->event_places[slots[i]];
    if (!place)
      continue;
    enum value_status status = value_id_from_json(json, place, arena, lead);
    if (status == VALUE_KNOWN && slots[i] == schema->event_id_slot)
      loader->event.id = (struct text){NULL, 0}; /* it was the lead's */
    if (status != VALUE_KNOWN)
      *lead = (struct text){NULL, 0};
    return status != VALUE_NO_MEMORY;
  }
  return true;
}

/* A line that is an event: its lead, too. */
static enum event_result read_json(struct loading *loading, const struct record *record,
                                   struct text *lead) {
  struct loader *loader = loading->loader;
  struct json *json = &loader->json;
  enum event_result result = EVENT_FAILED;
  if (json_lines_begin(&loader->lines, record, json)) {
    if (json_peek(json) == '{') {
      result = event_from_json(loader, json, &loading->arena);
    } else if (json_skip(json)) {
      problems_note(&loader->account.problems, PROBLEM_EVENT_NOT_OBJECT, SUBJECT_NONE);
      return EVENT_LEFT_OUT;
    }
  }
  if (result != EVENT_FAILED && *json->next < json->end) {
    json->error = JSON_BROKEN; /* something behind it */
    problems_settle(&loader->account.problems, false);
    loader->noted = (struct event_counts){0};
    result = EVENT_FAILED;
  }
  if (result == EVENT_READ && !lead_of_json(loader, json, &loading->arena, lead))
    return EVENT_FAILED;
  if (result != EVENT_FAILED || json->error == JSON_NO_MEMORY || json->error == JSON_OK)
    return result;
  problems_note(&loader->account.problems, PROBLEM_EVENT_BROKEN, SUBJECT_NONE);
  return EVENT_LEFT_OUT;
}

/* False if out of memory. */
static bool read_event(struct loading *loading, const struct record *record) {
  struct loader *loader = loading->loader;
  struct text lead = {NULL, 0};
  arena_reset(&loading->arena);
  enum event_result result =
      loading->records.format == BAREME_CSV
          ? event_from_row(loader, &loading->columns, record, &loading->arena, &lead)
          : read_json(loading, record, &lead);
  if (result != EVENT_READ)
    return result == EVENT_LEFT_OUT;
  if (!lead.bytes) {
    problems_note(&loader->account.problems, PROBLEM_EVENT_NO_LEAD,
                  subject_of_kind(&loader->account.problems, loader->event.kind));
    return true;
  }
  const struct program_kind *kind = &loader->program->kinds[loader->event.kind];
  return add_event(loading->store, kind, &loader->event, lead);
}

/* False if out of memory. */
static bool read_record(struct loading *loading, const struct record *record) {
  struct problems *problems = &loading->loader->account.problems;
  switch (record->kind) {
  case RECORD_WHOLE: return read_event(loading, record);
  case RECORD_PART: return true; /* counted by its last part */
  case RECORD_BROKEN:
  case RECORD_LAST_PART: problems_note(problems, PROBLEM_EVENT_BROKEN, SUBJECT_NONE); return true;
  case RECORD_NOTE: problems_note(problems, record->problem, SUBJECT_NONE); return true;
  case RECORD_END: break;
  }
  return true;
}

static void settle(struct loader *loader) {
  problems_settle(&loader->account.problems, true);
  loader->account.events.ignored += loader->noted.ignored;
  loader->noted = (struct event_counts){0};
  loader->has_events = false;
}

static bareme_status read_all(struct loading *loading, bareme_failure *failure) {
  struct loader *loader = loading->loader;
  struct record record;
  for (;;) {
    feed_release(&loading->records.feed);
    records_next(&loading->records, &record);
    if (record.kind == RECORD_END)
      break;
    problems_at(&loader->account.problems, loading->file, record.line);
    if (!read_record(loading, &record) || loader->account.problems.out_of_memory)
      return failure_memory(failure);
    if (loading->strict && problems_noted(&loader->account.problems)) {
      struct reason reason = problems_first_noted(&loader->account.problems);
      problems_explain(&loader->account.problems, reason.problem, reason.subject, failure);
      settle(loader);
      return BAREME_REJECTED;
    }
    settle(loader);
  }
  if (loading->records.feed.status != BAREME_OK && failure)
    *failure = loading->records.feed.failure;
  return loading->records.feed.status;
}

static bareme_status load(struct loading *loading, const char *path, bareme_failure *failure) {
  bareme_status status = records_open(&loading->records, path, BAREME_AUTO, failure);
  if (status == BAREME_OK && loading->records.format == BAREME_ARROW) {
    failure_set(failure, "%s: events in a file of their own are NDJSON, JSON or CSV", path);
    status = BAREME_IO;
  }
  if (status != BAREME_OK)
    return status;
  problems_at(&loading->loader->account.problems, loading->file, 1);
  if (loading->records.format == BAREME_CSV)
    status = columns_read_for_events(&loading->columns, &loading->records, loading->loader,
                                     loading->file, &loading->store->texts, failure);
  if (status == BAREME_OK)
    status = read_all(loading, failure);
  json_lines_restart(&loading->loader->lines); /* what it was read to may come again for leads */
  return status;
}

bareme_status event_store_load(struct loader *loader, const char *path, bool strict,
                               bareme_failure *failure, struct event_store **store) {
  struct event_store *made = memory_zeroed(&loader->memory, 1, sizeof *made);
  *store = made;
  if (!made)
    return failure_memory(failure);
  made->memory = loader->memory;
  made->seed = loader->seeds.high;
  arena_init(&made->texts, &made->memory);
  struct loading loading = {.loader = loader, .store = made, .strict = strict};
  loading.file = text_from(path[0] == '-' && !path[1] ? "<stdin>" : path);
  arena_init(&loading.arena, &loader->memory);
  records_init(&loading.records, &loader->memory, LIMIT_RECORD_BYTES);
  bareme_status status = columns_init(&loading.columns, loader->schema, &loader->memory)
                             ? load(&loading, path, failure)
                             : failure_memory(failure);
  columns_clear(&loading.columns);
  records_clear(&loading.records);
  arena_clear(&loading.arena);
  return status;
}

/* ---- joining ------------------------------------------------------------------------- */

struct stored_lead *event_store_find(const struct event_store *store, struct text id) {
  return find_lead(store, id);
}

bool event_store_join(const struct event_store *store, struct loader *loader, struct text id,
                      struct stored_lead **stored_lead) {
  struct stored_lead *lead = find_lead(store, id);
  *stored_lead = lead;
  if (!lead)
    return true;
  struct event *event = &loader->event;
  for (uint32_t i = lead->first; i != NOTHING; i = store->events[i].next) {
    const struct stored_event *stored = &store->events[i];
    event->kind = stored->kind;
    event->at = stored->at;
    event->id = stored->id;
    for (uint32_t f = 0; f < loader->program->kinds[stored->kind].field_count; f++)
      event->known[f] = false;
    for (uint32_t v = 0; v < stored->value_count; v++) {
      const struct stored_value *value = &store->values[stored->first_value + v];
      event->values[value->field] = value->value;
      event->known[value->field] = true;
    }
    if (!lead_put_event(loader, event))
      return false;
  }
  return true;
}

void event_store_mark(struct stored_lead *lead) {
  lead->seen = true;
}

uint64_t event_store_orphans(const struct event_store *store) {
  uint64_t count = 0;
  for (size_t i = 0; store && i < store->lead_count; i++)
    count += store->leads[i].seen ? 0 : store->leads[i].count;
  return count;
}

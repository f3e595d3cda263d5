/* lead.c - from the values of a record to a lead of the batch.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead.h"

#include "io/event_store.h"
#include "io/lead_arrow.h"

static bool make_places(struct loader *loader) {
  const struct program *program = loader->program;
  const struct schema *schema = loader->schema;
  uint32_t fields = 1;
  for (uint32_t k = 0; k < program->kind_count; k++)
    if (program->kinds[k].field_count > fields)
      fields = program->kinds[k].field_count;
  struct arena *arena = &loader->arena;
  loader->lead_places = arena_array(arena, schema->lead.slot_count, sizeof(json_place));
  loader->event_places = arena_array(arena, schema->event.slot_count, sizeof(json_place));
  loader->event.values = arena_array(arena, fields, sizeof(union batch_value));
  loader->event.known = arena_array(arena, fields, sizeof(bool));
  return loader->lead_places && loader->event_places && loader->event.values && loader->event.known;
}

/* What is known of the input, once some of it was decoded. */
static bool make_memories(struct loader *loader) {
  loader->arrow = arena_alloc(&loader->arena, sizeof *loader->arrow);
  loader->shapes = arena_alloc(&loader->arena, sizeof *loader->shapes);
  loader->lead_shapes = arena_alloc(&loader->arena, sizeof *loader->lead_shapes);
  return loader->arrow && loader->shapes && loader->lead_shapes;
}

bool loader_init(struct loader *loader, const struct schema *schema, const struct memory *memory) {
  *loader = (struct loader){.program = schema->program, .memory = *memory, .schema = schema};
  loader->json.memory = *memory;
  arena_init(&loader->arena, memory);
  /* Each of them may be cleared after failing, so all are begun. */
  bool account = account_init(&loader->account, loader->program, memory);
  bool lines = json_lines_init(&loader->lines);
  if (!account || !lines || !make_places(loader) || !make_memories(loader))
    return false;
  loader_want(loader);
  return true;
}

void loader_clear(struct loader *loader) {
  arrow_import_clear(loader->arrow);
  json_lines_clear(&loader->lines);
  json_clear(&loader->json);
  account_clear(&loader->account);
  arena_clear(&loader->arena);
}

void loader_repeat(struct loader *loader) {
  account_repeat(&loader->account);
  json_lines_restart(&loader->lines);
}

/* ---- fields ----------------------------------------------------------------- */

void lead_begin(struct loader *loader) {
  batch_begin(loader->batch);
  loader->id = (struct text){NULL, 0};
}

void lead_identify(struct loader *loader, struct text id) {
  loader->id = id;
}

bool lead_put_stage(struct loader *loader, struct text stage) {
  if (stage.length == 0)
    return true;
  uint32_t label = label_find(&loader->schema->labels[loader->program->stage_labels], stage);
  if (label != PROGRAM_NONE)
    batch_set_stage(loader->batch, label);
  return label != PROGRAM_NONE;
}

/* ---- events ------------------------------------------------------------------- */

bool lead_put_event(struct loader *loader, const struct event *event) {
  const struct program_kind *kind = &loader->program->kinds[event->kind];
  batch_event_begin(loader->batch, event->kind);
  for (uint32_t f = 0; f < kind->field_count; f++)
    if (event->known[f])
      batch_event_value(loader->batch, event->kind, f, &event->values[f]);
  return lead_count_event(loader,
                          batch_event_add(loader->batch, event->kind, event->at, event->id));
}

bool event_lacks(struct loader *loader, uint32_t kind, const bool *known) {
  const struct program_kind *of = &loader->program->kinds[kind];
  if (!loader->schema->kinds[kind].has_required)
    return false;
  for (uint32_t f = 0; f < of->field_count; f++)
    if (program_field_must_come(&of->fields[f]) && !known[f]) {
      problems_note(&loader->account.problems, PROBLEM_EVENT_REQUIRED,
                    subject_of_event_field(&loader->account.problems, kind, f));
      return true;
    }
  return false;
}

/* ---- the end ---------------------------------------------------------------------- */

static void settle_counts(struct loader *loader, bool keep) {
  if (!loader->has_events)
    return;
  if (keep)
    event_counts_add(&loader->account.events, &loader->noted);
  loader->noted = (struct event_counts){0};
  loader->has_events = false;
}

static enum outcome out_of_memory(struct loader *loader) {
  batch_cancel(loader->batch);
  settle_counts(loader, false);
  return OUTCOME_NO_MEMORY;
}

enum outcome lead_cancel(struct loader *loader, enum problem_kind problem, problem_subject subject,
                         struct reason *reason) {
  batch_cancel(loader->batch);
  settle_counts(loader, false);
  *reason = (struct reason){problem, subject};
  return OUTCOME_REJECTED;
}

/* The first required field that is missing, or PROGRAM_NONE. */
static uint32_t missing_field(const struct loader *loader) {
  const struct program *program = loader->program;
  for (uint32_t f = 0; loader->schema->has_required && f < program->field_count; f++)
    if (program->fields[f].required && !batch_knows(loader->batch, f))
      return f;
  return PROGRAM_NONE;
}

/* Puts the lead's identity.  OUTCOME_REJECTED: it came before. */
static enum outcome identify(struct loader *loader, struct reason *reason) {
  struct text id = loader->id;
  struct stored_lead *stored = NULL;
  bool repeated;
  batch_set_id(loader->batch, id);
  if (!event_store_join(loader->store, loader, id, &stored) ||
      !account_identify(&loader->account, id_hash(&loader->seeds, id), stored, &repeated))
    return out_of_memory(loader);
  return repeated ? lead_cancel(loader, PROBLEM_DUPLICATE_ID, SUBJECT_NONE, reason)
                  : OUTCOME_ACCEPTED;
}

enum outcome lead_finish(struct loader *loader, struct reason *reason) {
  uint32_t missing = missing_field(loader);
  if (missing != PROGRAM_NONE)
    return lead_cancel(loader, PROBLEM_REQUIRED, subject_of_field(missing), reason);
  if (!loader->id.bytes && loader->program->id.required)
    return lead_cancel(loader, PROBLEM_REQUIRED, SUBJECT_ID, reason);
  enum outcome outcome = loader->id.bytes ? identify(loader, reason) : OUTCOME_ACCEPTED;
  if (outcome != OUTCOME_ACCEPTED)
    return outcome;
  if (!batch_end(loader->batch)) {
    settle_counts(loader, false);
    return OUTCOME_NO_MEMORY;
  }
  settle_counts(loader, true);
  return OUTCOME_ACCEPTED;
}

/* ---- the account -------------------------------------------------------------------- */

static void stop_if_strict(struct loader *loader, struct reject cause) {
  loader->account.stopped = loader->strict;
  loader->account.cause = cause;
}

bool lead_conclude(struct loader *loader, const struct record *record, enum outcome outcome,
                   struct reason reason) {
  struct account *account = &loader->account;
  struct problems *problems = &account->problems;
  struct reject reject = {record->bytes, record->line, reason};
  if (outcome == OUTCOME_NO_MEMORY)
    return false;
  account->records++;
  if (outcome == OUTCOME_ACCEPTED) {
    account->accepted++;
    if (problems_noted(problems)) {
      stop_if_strict(loader,
                     (struct reject){{NULL, 0}, record->line, problems_first_noted(problems)});
      problems_settle(problems, true);
    }
    return !problems->out_of_memory;
  }
  problems_settle(problems, false);
  problems_count(problems, reason.problem, reason.subject);
  stop_if_strict(loader, reject);
  return !problems->out_of_memory && account_reject(account, &reject);
}

/* rows.c - leads built row by row, for hosts that have no columns.
 *
 * The machine's batch trusts those who fill it: kinds fit, indices are in
 * range, texts are UTF-8, numbers finite.  Here all of that is tested, because
 * a host is not trusted to be right.  The first failure of a lead is kept as a
 * code and a field; words are made of them when the lead ends.
 *
 * Between begin and end a lead may have an event under construction; values
 * then go to the event.  An event of a kind that the policy does not declare
 * is built like any other, out of nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

#include "base/clock.h"
#include "base/unicode.h"
#include "intake/say.h"
#include "limits.h"

enum row_fault {
  FAULT_NONE,
  FAULT_MEMORY,
  FAULT_FULL,
  FAULT_ORDER,
  FAULT_FIELD,
  FAULT_EVENT,
  FAULT_TYPE,
  FAULT_NUMBER,
  FAULT_TIME,
  FAULT_UTF8,
  FAULT_LABEL,
  FAULT_LIST,
  FAULT_STAGE,
  FAULT_AT,
  FAULT_ID,
  FAULT_MISSING,
  FAULT_NO_ID
};

static const struct fault_words {
  bareme_status status;
  bool of_field; /* the words go on behind the name of a field */
  const char *words;
} faults[] = {
#define WORDS(text) \
  { text, sizeof(text) - 1 }
    [FAULT_NONE] = {BAREME_OK, false, ""},
    [FAULT_MEMORY] = {BAREME_NO_MEMORY, false, "out of memory"},
    [FAULT_FULL] = {BAREME_FULL, false, "the batch is full"},
    [FAULT_ORDER] = {BAREME_INVALID_ARGUMENT, false, "the calls are not in order"},
    [FAULT_FIELD] = {BAREME_INVALID_ARGUMENT, false, "there is no field of that index"},
    [FAULT_EVENT] = {BAREME_INVALID_ARGUMENT, false, "there is no kind of events of that index"},
    [FAULT_TYPE] = {BAREME_WRONG_TYPE, true, " has another type"},
    [FAULT_NUMBER] = {BAREME_INVALID_VALUE, true, ": the number is not finite"},
    [FAULT_TIME] = {BAREME_INVALID_VALUE, true, ": the instant is not of the years 1 to 9999"},
    [FAULT_UTF8] = {BAREME_INVALID_VALUE, true, ": the text is not UTF-8"},
    [FAULT_LABEL] = {BAREME_INVALID_VALUE, true, ": this is not one of its labels"},
    [FAULT_LIST] = {BAREME_INVALID_ARGUMENT, true, ": the list is NULL"},
    [FAULT_STAGE] = {BAREME_INVALID_VALUE, false, "there is no such stage"},
    [FAULT_AT] = {BAREME_INVALID_VALUE, false,
                  "the instant of the event is not of the years 1 to 9999"},
    [FAULT_ID] = {BAREME_INVALID_VALUE, false, "the identity is not UTF-8"},
    [FAULT_MISSING] = {BAREME_REJECTED, true, " is required and missing"},
    [FAULT_NO_ID] = {BAREME_REJECTED, false, "the id is required and missing"},
};

/* ---- batches ------------------------------------------------------------------------------ */

bareme_status bareme_batch_new(const bareme_policy *policy, const bareme_batch_options *options,
                               bareme_batch **batch) {
  if (!batch)
    return BAREME_INVALID_ARGUMENT;
  *batch = NULL;
  bareme_batch_options own = BAREME_BATCH_OPTIONS_INIT;
  if (!policy || !options || !options_take(&own, sizeof own, options) ||
      own.capacity > LIMIT_CHUNK_LEADS)
    return BAREME_INVALID_ARGUMENT;
  if (!clock_holds(own.as_of))
    return BAREME_INVALID_VALUE;
  bareme_batch *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->borrow = own.borrow;
  uint32_t capacity = own.capacity ? own.capacity : runner_chunk(policy->program, own.explain);
  if (!batch_init(&made->batch, policy->program, &policy->memory, capacity, own.as_of)) {
    bareme_batch_free(made);
    return BAREME_NO_MEMORY;
  }
  *batch = made;
  return BAREME_OK;
}

void bareme_batch_free(bareme_batch *batch) {
  if (!batch)
    return;
  struct memory memory = batch->batch.memory;
  batch_clear(&batch->batch);
  memory_free(&memory, batch, 1, sizeof *batch);
}

bareme_status bareme_batch_reset(bareme_batch *batch, int64_t as_of) {
  if (!batch)
    return BAREME_INVALID_ARGUMENT;
  if (!clock_holds(as_of))
    return BAREME_INVALID_VALUE;
  bareme_batch_cancel(batch);
  batch_reset(&batch->batch);
  batch->batch.as_of = as_of;
  return BAREME_OK;
}

uint32_t bareme_batch_count(const bareme_batch *batch) {
  return batch->batch.count;
}

bareme_text bareme_batch_id(const bareme_batch *batch, uint32_t lane) {
  if (lane >= batch->batch.count)
    return (bareme_text){NULL, 0};
  return public_text(batch->batch.ids[lane]);
}

/* ---- failures ----------------------------------------------------------------------------- */

static bareme_status fail_field(bareme_batch *batch, enum row_fault fault, uint32_t field) {
  batch->row.fault = fault;
  batch->row.fault_event = batch->row.in_event ? batch->row.event : PROGRAM_NONE;
  batch->row.fault_field = field;
  return faults[fault].status;
}

static bareme_status fail(bareme_batch *batch, enum row_fault fault) {
  return fail_field(batch, fault, PROGRAM_NONE);
}

/* Whether a lead is under construction and nothing failed so far; *status says what did. */
static bool is_open(const bareme_batch *batch, bareme_status *status) {
  *status = !batch || !batch->row.open ? BAREME_INVALID_ARGUMENT : faults[batch->row.fault].status;
  return *status == BAREME_OK;
}

static void tell(const bareme_batch *batch, bareme_failure *failure) {
  const struct program *program = batch->batch.program;
  const struct row *row = &batch->row;
  const struct fault_words *fault = &faults[row->fault];
  say(failure, "");
  if (fault->of_field) {
    const struct program_kind *kind =
        row->fault_event == PROGRAM_NONE ? NULL : &program->kinds[row->fault_event];
    say_words(failure, "the field ");
    say_quoted(failure, (kind ? kind->fields : program->fields)[row->fault_field].name);
    if (kind) {
      say_words(failure, " of ");
      say_quoted(failure, kind->name);
    }
  }
  say_words(failure, fault->words);
}

/* ---- leads -------------------------------------------------------------------------------- */

bareme_status bareme_batch_begin(bareme_batch *batch) {
  if (!batch || batch->row.open)
    return batch ? fail(batch, FAULT_ORDER) : BAREME_INVALID_ARGUMENT;
  batch->row = (struct row){.open = true};
  if (batch_full(&batch->batch))
    return fail(batch, FAULT_FULL);
  batch->row.begun = true;
  batch_begin(&batch->batch);
  return BAREME_OK;
}

bareme_status bareme_batch_cancel(bareme_batch *batch) {
  if (!batch || !batch->row.open)
    return BAREME_INVALID_ARGUMENT;
  if (batch->row.begun)
    batch_cancel(&batch->batch);
  batch->row = (struct row){0};
  return BAREME_OK;
}

/* The first required field that is missing, or PROGRAM_NONE. */
static uint32_t missing_field(const struct batch *batch) {
  for (uint32_t f = 0; f < batch->program->field_count; f++)
    if (batch->program->fields[f].required && !batch_knows(batch, f))
      return f;
  return PROGRAM_NONE;
}

static bool lacks_id(const struct batch *batch) {
  return batch->program->id.required && !bit_get(batch->ids_known, batch->count);
}

bareme_status bareme_batch_end(bareme_batch *batch, bareme_failure *failure) {
  bareme_status status;
  if (is_open(batch, &status)) {
    uint32_t missing = missing_field(&batch->batch);
    if (batch->row.in_event)
      status = fail(batch, FAULT_ORDER);
    else if (missing != PROGRAM_NONE)
      status = fail_field(batch, FAULT_MISSING, missing);
    else if (lacks_id(&batch->batch))
      status = fail(batch, FAULT_NO_ID);
    else if (!batch_end(&batch->batch)) { /* which has cancelled the lead */
      batch->row.begun = false;
      status = fail(batch, FAULT_MEMORY);
    }
  }
  if (status != BAREME_OK && batch && batch->row.open) {
    tell(batch, failure);
    bareme_batch_cancel(batch);
  }
  if (batch)
    batch->row = (struct row){0};
  return status;
}

/* The text as the batch holds it; UTF-8 has been seen to. */
static bool keep(bareme_batch *batch, struct text text, struct text *kept) {
  if (text.length == 0)
    text = TEXT("");
  *kept = text;
  return batch->borrow || batch_keep(&batch->batch, text, kept);
}

static struct text inner_text(bareme_text text) {
  return (struct text){text.bytes, text.bytes ? text.length : 0};
}

static bool is_utf8(struct text text) {
  return utf8_error(text) == text.length;
}

bareme_status bareme_batch_set_id(bareme_batch *batch, bareme_text id) {
  bareme_status status;
  if (!is_open(batch, &status))
    return status;
  struct text kept = inner_text(id);
  if (!is_utf8(kept))
    return fail(batch, FAULT_ID);
  if (kept.bytes && !keep(batch, kept, &kept))
    return fail(batch, FAULT_MEMORY);
  batch_set_id(&batch->batch, kept);
  return BAREME_OK;
}

/* Index of a label of the closed set, ignoring case; PROGRAM_NONE if it is none. */
static uint32_t find_label(const struct program_labels *set, struct text label) {
  for (uint32_t i = 0; i < set->count; i++)
    if (text_equal_folded(set->labels[i], label))
      return i;
  return PROGRAM_NONE;
}

bareme_status bareme_batch_set_stage(bareme_batch *batch, bareme_text stage) {
  bareme_status status;
  if (!is_open(batch, &status))
    return status;
  const struct program *program = batch->batch.program;
  struct text name = inner_text(stage);
  if (name.length == 0 || program->stage_labels == PROGRAM_NONE)
    return BAREME_OK;
  uint32_t label =
      is_utf8(name) ? find_label(&program->labels[program->stage_labels], name) : PROGRAM_NONE;
  if (label == PROGRAM_NONE)
    return fail(batch, FAULT_STAGE);
  batch_set_stage(&batch->batch, label);
  return BAREME_OK;
}

/* ---- values ------------------------------------------------------------------------------- */

/* The field that a value is for: of the event under construction, or the lead. */
static const struct program_field *field_at(const bareme_batch *batch, uint32_t index) {
  const struct program *program = batch->batch.program;
  if (!batch->row.in_event)
    return index < program->field_count ? &program->fields[index] : NULL;
  const struct program_kind *kind = &program->kinds[batch->row.event];
  return index < kind->field_count ? &kind->fields[index] : NULL;
}

/* True if the value is to be set.  False if there is nothing to do, or *status says why not. */
static bool wants(bareme_batch *batch, uint32_t index, enum column_kind kind,
                  bareme_status *status) {
  if (!is_open(batch, status) || index == BAREME_NONE)
    return false;
  if (batch->row.in_event && batch->row.event == PROGRAM_NONE)
    return false;
  const struct program_field *field = field_at(batch, index);
  if (!field)
    *status = fail(batch, FAULT_FIELD);
  else if (field->kind != kind)
    *status = fail_field(batch, FAULT_TYPE, index);
  return *status == BAREME_OK;
}

bareme_status bareme_batch_set_number(bareme_batch *batch, uint32_t field, double number) {
  bareme_status status;
  if (!wants(batch, field, COLUMN_NUMBER, &status))
    return status;
  if (!__builtin_isfinite(number))
    return fail_field(batch, FAULT_NUMBER, field);
  if (batch->row.in_event)
    batch_event_number(&batch->batch, batch->row.event, field, number);
  else
    batch_set_number(&batch->batch, field, number);
  return BAREME_OK;
}

static bareme_status set_micros(bareme_batch *batch, uint32_t field, int64_t micros) {
  if (batch->row.in_event)
    batch_event_micros(&batch->batch, batch->row.event, field, micros);
  else
    batch_set_micros(&batch->batch, field, micros);
  return BAREME_OK;
}

bareme_status bareme_batch_set_time(bareme_batch *batch, uint32_t field, int64_t micros) {
  bareme_status status;
  if (!wants(batch, field, COLUMN_TIME, &status))
    return status;
  return clock_holds(micros) ? set_micros(batch, field, micros)
                             : fail_field(batch, FAULT_TIME, field);
}

bareme_status bareme_batch_set_duration(bareme_batch *batch, uint32_t field, int64_t micros) {
  bareme_status status;
  return wants(batch, field, COLUMN_DURATION, &status) ? set_micros(batch, field, micros) : status;
}

bareme_status bareme_batch_set_bool(bareme_batch *batch, uint32_t field, bool value) {
  bareme_status status;
  if (!wants(batch, field, COLUMN_BOOL, &status))
    return status;
  if (batch->row.in_event)
    batch_event_bool(&batch->batch, batch->row.event, field, value);
  else
    batch_set_bool(&batch->batch, field, value);
  return BAREME_OK;
}

static bareme_status set_label(bareme_batch *batch, uint32_t field, uint32_t label) {
  if (label >= batch->batch.program->labels[field_at(batch, field)->labels].count)
    return fail_field(batch, FAULT_LABEL, field);
  if (batch->row.in_event)
    batch_event_label(&batch->batch, batch->row.event, field, label);
  else
    batch_set_label(&batch->batch, field, label);
  return BAREME_OK;
}

bareme_status bareme_batch_set_label(bareme_batch *batch, uint32_t field, uint32_t label) {
  bareme_status status;
  return wants(batch, field, COLUMN_LABEL, &status) ? set_label(batch, field, label) : status;
}

static bool is_kind(const bareme_batch *batch, uint32_t index, enum column_kind kind) {
  bareme_status status;
  if (!is_open(batch, &status) || (batch->row.in_event && batch->row.event == PROGRAM_NONE))
    return false;
  const struct program_field *field = field_at(batch, index);
  return field && field->kind == kind;
}

bareme_status bareme_batch_set_text(bareme_batch *batch, uint32_t field, bareme_text text) {
  bareme_status status;
  bool label = is_kind(batch, field, COLUMN_LABEL);
  bool symbol = is_kind(batch, field, COLUMN_SYMBOL); /* looked at here, and not kept */
  if (!wants(batch, field, label ? COLUMN_LABEL : symbol ? COLUMN_SYMBOL : COLUMN_TEXT, &status))
    return status;
  struct text kept = inner_text(text);
  if (!is_utf8(kept))
    return fail_field(batch, FAULT_UTF8, field);
  if (label)
    return set_label(
        batch, field,
        find_label(&batch->batch.program->labels[field_at(batch, field)->labels], kept));
  if (!symbol && !keep(batch, kept, &kept))
    return fail(batch, FAULT_MEMORY);
  if (batch->row.in_event)
    batch_event_text(&batch->batch, batch->row.event, field, kept);
  else
    batch_set_text(&batch->batch, field, kept);
  return BAREME_OK;
}

/* Copies of the texts, or of where they lie. */
static enum row_fault keep_texts(bareme_batch *batch, const bareme_text *texts, size_t count,
                                 struct text_list *list) {
  struct text *items = arena_array(&batch->batch.texts, count, sizeof *items);
  for (size_t i = 0; items && i < count; i++) {
    struct text item = inner_text(texts[i]);
    if (!is_utf8(item))
      return FAULT_UTF8;
    if (!keep(batch, item, &items[i]))
      return FAULT_MEMORY;
  }
  *list = (struct text_list){items, count};
  return items ? FAULT_NONE : FAULT_MEMORY;
}

bareme_status bareme_batch_set_texts(bareme_batch *batch, uint32_t field, const bareme_text *texts,
                                     size_t count) {
  bareme_status status;
  if (!wants(batch, field, COLUMN_TEXTS, &status))
    return status;
  if (!texts && count > 0)
    return fail_field(batch, FAULT_LIST, field);
  struct text_list list = {NULL, 0};
  enum row_fault fault = count > 0 ? keep_texts(batch, texts, count, &list) : FAULT_NONE;
  if (fault != FAULT_NONE)
    return fail_field(batch, fault, field);
  if (batch->row.in_event)
    batch_event_texts(&batch->batch, batch->row.event, field, list);
  else
    batch_set_texts(&batch->batch, field, list);
  return BAREME_OK;
}

/* ---- events ------------------------------------------------------------------------------- */

bareme_status bareme_batch_begin_event(bareme_batch *batch, uint32_t event) {
  bareme_status status;
  if (!is_open(batch, &status))
    return status;
  if (batch->row.in_event)
    return fail(batch, FAULT_ORDER);
  if (event != BAREME_NONE && event >= batch->batch.program->kind_count)
    return fail(batch, FAULT_EVENT);
  batch->row.in_event = true;
  batch->row.event = event;
  if (event != BAREME_NONE)
    batch_event_begin(&batch->batch, event);
  return BAREME_OK;
}

static bool is_complete(const struct batch *batch, uint32_t event) {
  const struct program_kind *kind = &batch->program->kinds[event];
  for (uint32_t f = 0; f < kind->field_count; f++)
    if (kind->fields[f].required && !batch_event_knows(batch, event, f))
      return false;
  return true;
}

/* The event is whole and of a kind that is declared. */
static bareme_status add_event(bareme_batch *batch, int64_t at, struct text id,
                               bareme_event_outcome *outcome) {
  if (id.bytes && !keep(batch, id, &id))
    return fail(batch, FAULT_MEMORY);
  switch (batch_event_add(&batch->batch, batch->row.event, at, id)) {
  case EVENT_ADDED: *outcome = BAREME_EVENT_ADDED; break;
  case EVENT_FUTURE: *outcome = BAREME_EVENT_FUTURE; break;
  case EVENT_DUPLICATE: *outcome = BAREME_EVENT_DUPLICATE; break;
  case EVENT_NO_MEMORY: return fail(batch, FAULT_MEMORY);
  }
  batch->row.in_event = false;
  return BAREME_OK;
}

bareme_status bareme_batch_add_event(bareme_batch *batch, int64_t at, bareme_text id,
                                     bareme_event_outcome *outcome) {
  bareme_status status;
  bareme_event_outcome unasked = BAREME_EVENT_IGNORED;
  outcome = outcome ? outcome : &unasked;
  *outcome = BAREME_EVENT_IGNORED;
  if (!is_open(batch, &status))
    return status;
  if (!batch->row.in_event)
    return fail(batch, FAULT_ORDER);
  if (!clock_holds(at))
    return fail(batch, FAULT_AT);
  if (!is_utf8(inner_text(id)))
    return fail(batch, FAULT_ID);
  if (batch->row.event != PROGRAM_NONE) {
    if (is_complete(&batch->batch, batch->row.event))
      return add_event(batch, at, inner_text(id), outcome);
    *outcome = BAREME_EVENT_INCOMPLETE;
  }
  batch->row.in_event = false;
  return BAREME_OK;
}

/* import.c - arrays of leads to batches.
 *
 * A batch is filled in three steps.  First, column by column, the values of its
 * rows: borrowed where they lie as the machine wants them, else converted.
 * Then, row by row, what decides whether a record is a lead: its stage, required
 * fields, its identity; and the events of those that are.  Records that are set
 * aside leave holes, which the last step closes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/import.h"

#include <string.h>

#include "arrow/texts.h"
#include "intake/say.h"
#include "limits.h"

/* ---- finding columns ----------------------------------------------------------- */

static bareme_status not_that(struct text path, const char *words, const char *more,
                              bareme_failure *failure) {
  say(failure, "the column ");
  say_quoted(failure, path);
  say_words(failure, words);
  say_words(failure, more);
  return BAREME_INVALID_ARGUMENT;
}

static const char *what_fits(enum column_kind kind) {
  switch (kind) {
  case COLUMN_NUMBER: return ", and its field a number: cast it to an integer or float64";
  case COLUMN_TIME: return ", and its field an instant: cast it to a timestamp or a date";
  case COLUMN_DURATION: return ", and its field a duration: cast it to one, or to seconds";
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return ", and its field a text: cast it to utf8";
  case COLUMN_LABEL: return ", and its field one of a set of labels: cast it to utf8";
  case COLUMN_BOOL: return ", and its field true or false: cast it to bool";
  case COLUMN_TEXTS: break;
  }
  return ", and its field a list of texts: cast it to a list of utf8";
}

static bareme_status wrong_type(const struct source *source, enum column_kind kind,
                                bareme_failure *failure) {
  not_that(source->path, " is of the type ", arrow_type_name(source->format), failure);
  say_words(failure, what_fits(kind));
  return BAREME_INVALID_ARGUMENT;
}

/* *source is NULL if there is no such column. */
static bareme_status find(struct import *import, const struct ArrowSchema *schema, struct text path,
                          struct source **source, bareme_failure *failure) {
  switch (source_find(schema, path, &import->arena, source)) {
  case SOURCE_FOUND:
  case SOURCE_NONE: break;
  case SOURCE_AMBIGUOUS: return not_that(path, " is there twice", "", failure);
  case SOURCE_NO_MEMORY: return say_memory(failure);
  }
  return BAREME_OK;
}

static bareme_status find_kind(struct import *import, const struct ArrowSchema *schema,
                               struct text path, enum column_kind kind, bool identity,
                               struct source **source, bareme_failure *failure) {
  bareme_status status = find(import, schema, path, source, failure);
  if (status == BAREME_OK && *source && !source_gives(*source, kind, identity))
    return wrong_type(*source, kind, failure);
  return status;
}

/* The coding of a source with a dictionary of texts, one for all who want the same
 * of it; NULL of others. */
static struct coding *find_coding(struct import *import, const struct source *source,
                                  struct coding wanted) {
  if (!source || !source->encoded || !arrow_is_text(source->type.kind))
    return NULL;
  struct coding *coding = import->all_codings;
  for (; coding < import->all_codings + import->coding_count; coding++)
    if (coding->source == source && coding->symbols == wanted.symbols &&
        coding->labels == wanted.labels && coding->kinds == wanted.kinds)
      return coding;
  import->coding_count++;
  *coding = wanted;
  coding->source = source;
  return coding;
}

static struct coding *find_field_coding(struct import *import, const struct source *source,
                                        const struct program_field *field) {
  switch (field->kind) {
  case COLUMN_TEXT: /* a default would have to have a code */
    return field->default_value ? NULL : find_coding(import, source, (struct coding){0});
  case COLUMN_SYMBOL:
    return find_coding(import, source,
                       (struct coding){.symbols = &import->program->text_sets[field->labels]});
  case COLUMN_LABEL:
    return find_coding(import, source,
                       (struct coding){.labels = &import->context.labels[field->labels]});
  default: return NULL;
  }
}

static bareme_status find_fields(struct import *import, const struct ArrowSchema *schema,
                                 bareme_failure *failure) {
  const struct program *program = import->program;
  bareme_status status =
      find_kind(import, schema, program->id.path, COLUMN_TEXT, true, &import->id, failure);
  if (status == BAREME_OK && program->stage_labels != PROGRAM_NONE)
    status = find_kind(import, schema, program->stage_path, COLUMN_LABEL, false, &import->stage,
                       failure);
  if (status == BAREME_OK && import->stage)
    import->stages =
        find_coding(import, import->stage,
                    (struct coding){.labels = &import->context.labels[program->stage_labels]});
  for (uint32_t f = 0; status == BAREME_OK && f < program->field_count; f++) {
    const struct program_field *field = &program->fields[f];
    bool identity = text_equal(field->path, program->id.path);
    status =
        find_kind(import, schema, field->path, field->kind, identity, &import->fields[f], failure);
    if (status == BAREME_OK && !import->fields[f])
      problems_count(import->context.problems, PROBLEM_NO_COLUMN, subject_of_field(f));
    else if (status == BAREME_OK)
      import->codings[f] = find_field_coding(import, import->fields[f], field);
  }
  import->lead_coding_count = import->coding_count;
  return status;
}

/* Fields of several kinds often are one column. */
static bareme_status find_event_source(struct import *import, const struct ArrowSchema *schema,
                                       const struct program_field *field, struct source **source,
                                       bareme_failure *failure) {
  struct event_sources *events = &import->events;
  for (uint32_t i = 0; i < events->found_count; i++)
    if (text_equal(events->found[i]->path, field->path)) {
      *source = events->found[i];
      return source_gives(*source, field->kind, false) ? BAREME_OK
                                                       : wrong_type(*source, field->kind, failure);
    }
  bareme_status status =
      find_kind(import, schema, field->path, field->kind, false, source, failure);
  if (status == BAREME_OK && *source)
    events->found[events->found_count++] = *source;
  return status;
}

static bareme_status find_kinds(struct import *import, const struct ArrowSchema *schema,
                                bareme_failure *failure) {
  const struct program *program = import->program;
  struct event_sources *events = &import->events;
  bareme_status status =
      find_kind(import, schema, program->type_key, COLUMN_TEXT, false, &events->type, failure);
  if (status == BAREME_OK)
    status = find_kind(import, schema, program->at_key, COLUMN_TIME, false, &events->at, failure);
  if (status == BAREME_OK)
    status = find_kind(import, schema, program->id_key, COLUMN_TEXT, true, &events->id, failure);
  events->kinds = find_coding(import, events->type, (struct coding){.kinds = &import->types});
  for (uint32_t k = 0; status == BAREME_OK && k < program->kind_count; k++) {
    const struct program_kind *kind = &program->kinds[k];
    for (uint32_t f = 0; status == BAREME_OK && f < kind->field_count; f++) {
      status = find_event_source(import, schema, &kind->fields[f], &events->fields[k][f], failure);
      if (status == BAREME_OK && !events->fields[k][f])
        problems_count(import->context.problems, PROBLEM_NO_COLUMN,
                       subject_of_event_field(import->context.problems, k, f));
      else if (status == BAREME_OK)
        events->codings[k][f] = find_field_coding(import, events->fields[k][f], &kind->fields[f]);
    }
  }
  return status;
}

static const struct ArrowSchema *items_schema(const struct ArrowSchema *schema,
                                              const struct source *list) {
  for (uint32_t i = 0; i < list->step_count; i++)
    schema = schema->children[list->steps[i]];
  return schema->children[0];
}

static bareme_status find_events(struct import *import, const struct ArrowSchema *schema,
                                 bareme_failure *failure) {
  const struct program *program = import->program;
  struct source *list = NULL;
  if (program->kind_count == 0)
    return BAREME_OK;
  bareme_status status = find(import, schema, program->events_path, &list, failure);
  if (status != BAREME_OK || !list)
    return status;
  if (!source_gives_structs(list)) {
    not_that(list->path, " is of the type ", arrow_type_name(list->format), failure);
    say_words(failure, ", and events are a list of structs");
    return BAREME_INVALID_ARGUMENT;
  }
  if (list->type.kind == ARROW_NULL)
    return BAREME_OK;
  import->events.list = list;
  return find_kinds(import, items_schema(schema, list), failure);
}

/* ---- beginning and end ------------------------------------------------------------ */

/* What is there for each field of each kind. */
static bool make_event_room(struct import *import) {
  const struct program *program = import->program;
  struct event_sources *events = &import->events;
  struct arena *arena = &import->arena;
  const size_t kinds = program->kind_count;
  size_t fields = 0;
  events->fields = arena_array(arena, kinds, sizeof(struct source **));
  events->codings = arena_array(arena, kinds, sizeof(struct coding **));
  events->takes_codes = arena_array(arena, kinds, sizeof(bool *));
  events->lanes = arena_array(arena, kinds, sizeof *events->lanes);
  if (!events->fields || !events->codings || !events->takes_codes || !events->lanes)
    return false;
  for (uint32_t k = 0; k < kinds; k++) {
    const size_t count = program->kinds[k].field_count;
    events->fields[k] = arena_array(arena, count, sizeof(struct source *));
    events->codings[k] = arena_array(arena, count, sizeof(struct coding *));
    events->takes_codes[k] = arena_array(arena, count, sizeof(bool));
    events->lanes[k].fields = arena_array(arena, count, sizeof(struct lane_field));
    if (!events->fields[k] || !events->codings[k] || !events->takes_codes[k] ||
        !events->lanes[k].fields)
      return false;
    fields += count;
  }
  events->found = arena_array(arena, fields, sizeof(struct source *));
  /* and those of the type and the stage */
  import->all_codings =
      arena_array(arena, program->field_count + fields + 2, sizeof(struct coding));
  return events->found && import->all_codings;
}

static bool make_room(struct import *import) {
  const struct program *program = import->program;
  struct arena *arena = &import->arena;
  uint32_t fields = program->field_count, most = 1;
  for (uint32_t k = 0; k < program->kind_count; k++)
    most = program->kinds[k].field_count > most ? program->kinds[k].field_count : most;
  import->fields = arena_array(arena, fields, sizeof(struct source *));
  import->codings = arena_array(arena, fields, sizeof(struct coding *));
  import->values = arena_array(arena, most, sizeof *import->values);
  import->values_known = arena_array(arena, most, sizeof(bool));
  import->kept = arena_array(arena, import->capacity, sizeof(uint32_t));
  import->any_bad = arena_array(arena, fields, sizeof(bool));
  import->bad = arena_array(arena, fields, sizeof(uint64_t *));
  if (!make_event_room(import) || !import->fields || !import->codings || !import->values ||
      !import->values_known || !import->kept || !import->any_bad || !import->bad)
    return false;
  for (uint32_t f = 0; f < fields; f++)
    if (!(import->bad[f] = arena_array(arena, import->capacity / 64 + 1, sizeof(uint64_t))))
      return false;
  if (!key_table_init(&import->types, arena, program->kind_count))
    return false;
  for (uint32_t k = 0; k < program->kind_count; k++)
    key_table_add(&import->types, program->kinds[k].type_value, k);
  return true;
}

/* Are names and children where the specification wants them? */
static bool schema_is_whole(const struct ArrowSchema *schema, int depth) {
  if (!schema || !schema->format || schema->n_children < 0 || depth > LIMIT_NESTING ||
      (schema->n_children > 0 && !schema->children))
    return false;
  for (int64_t i = 0; i < schema->n_children; i++)
    if (!schema_is_whole(schema->children[i], depth + 1))
      return false;
  return !schema->dictionary || schema_is_whole(schema->dictionary, depth + 1);
}

bareme_status import_init(struct import *import, const struct program *program,
                          const struct memory *memory, const struct import_context *context,
                          uint32_t capacity, const struct ArrowSchema *schema,
                          bareme_failure *failure) {
  *import = (struct import){
      .program = program, .memory = *memory, .context = *context, .capacity = capacity};
  arena_init(&import->arena, memory);
  if (!schema_is_whole(schema, 0)) {
    say(failure, "the schema is not whole, or was released");
    return BAREME_INVALID_ARGUMENT;
  }
  if (schema->dictionary || arrow_type_of(schema->format).kind != ARROW_STRUCT) {
    say(failure, "leads are columns of a struct, and the schema is of the type ");
    say_words(failure, arrow_type_name(schema->format));
    return BAREME_INVALID_ARGUMENT;
  }
  if (!make_room(import))
    return say_memory(failure);
  bareme_status status = find_fields(import, schema, failure);
  if (status == BAREME_OK)
    status = find_events(import, schema, failure);
  if (status == BAREME_OK && context->problems->out_of_memory)
    status = say_memory(failure);
  return status;
}

void import_clear(struct import *import) {
  for (uint32_t i = 0; i < import->coding_count; i++)
    coding_clear(&import->all_codings[i], &import->memory);
  if (import->program)
    arena_clear(&import->arena);
  *import = (struct import){0};
}

/* ---- arrays ------------------------------------------------------------------------- */

static bool bind_if(struct source *source, const struct ArrowArray *array) {
  return !source || source_bind(source, array);
}

static const struct ArrowArray *items_array(const struct ArrowArray *array,
                                            const struct source *list) {
  for (uint32_t i = 0; i < list->step_count; i++)
    array = array->children[list->steps[i]];
  return array->children[0];
}

static bool bind_events(struct import *import, const struct ArrowArray *array) {
  struct event_sources *events = &import->events;
  if (!events->list)
    return true;
  if (!source_bind(events->list, array))
    return false;
  const struct ArrowArray *items = items_array(array, events->list);
  events->known = events->list->items->rows.known;
  if (!bind_if(events->type, items) || !bind_if(events->at, items) || !bind_if(events->id, items))
    return false;
  for (uint32_t k = 0; k < import->program->kind_count; k++)
    for (uint32_t f = 0; f < import->program->kinds[k].field_count; f++)
      if (!bind_if(events->fields[k][f], items))
        return false;
  return true;
}

static bool bind_rows(struct import *import, const struct ArrowArray *array) {
  if (!array->release || array->length < 0 || array->offset < 0 ||
      array->length > INT64_MAX / 32 - array->offset || array->n_buffers < 1 || !array->buffers)
    return false;
  import->known =
      (struct arrow_bits){array->null_count == 0 ? NULL : array->buffers[0], array->offset};
  bool bound = bind_if(import->id, array) && bind_if(import->stage, array);
  for (uint32_t f = 0; f < import->program->field_count; f++)
    bound = bound && bind_if(import->fields[f], array);
  return bound && bind_events(import, array);
}

bareme_status import_bind(struct import *import, const struct ArrowArray *array,
                          bareme_failure *failure) {
  if (bind_rows(import, array))
    return BAREME_OK;
  say(failure, "the array is not of the schema, or was released");
  return BAREME_INVALID_ARGUMENT;
}

bareme_status import_give(struct import *import, const struct ArrowArray *array,
                          bareme_failure *failure) {
  import->row += (uint64_t)import->count; /* also of rows that nobody asked for */
  import->next = import->count = 0;
  import->planned = false;
  if (import_bind(import, array, failure) != BAREME_OK)
    return BAREME_INVALID_ARGUMENT;
  for (uint32_t i = 0; i < import->coding_count; i++) {
    const bool of_leads = i < import->lead_coding_count;
    const int64_t rows = of_leads ? array->length : import->events.list->items->rows.count;
    if (!coding_read(&import->all_codings[i], &import->memory, rows))
      return say_memory(failure);
  }
  import->count = array->length;
  return BAREME_OK;
}

/* ---- records -------------------------------------------------------------------------- */

/* A record while it is looked at. */
struct row {
  int64_t row;
  uint32_t place; /* in the batch's columns */
  struct text id; /* bytes NULL: none */
  uint32_t stage; /* PROGRAM_NONE: none */
  bool bad_id;
};

enum verdict { ROW_ACCEPTED, ROW_REJECTED, ROW_NO_MEMORY };

static enum verdict set_aside(struct reason *reason, enum problem_kind problem,
                              problem_subject subject) {
  *reason = (struct reason){problem, subject};
  return ROW_REJECTED;
}

static bool read_id(struct import *import, struct row *row) {
  row->id = (struct text){NULL, 0};
  row->bad_id = false;
  if (!import->id || !source_has(import->id, row->row))
    return true;
  enum arrow_status status = source_identity(import->id, &import->batch->texts, row->row, &row->id);
  if (status != VALUE_FOUND)
    row->id = (struct text){NULL, 0};
  row->bad_id = status == VALUE_WRONG;
  return status != VALUE_NO_ROOM;
}

static enum verdict read_stage(struct import *import, struct row *row, struct reason *reason) {
  row->stage = PROGRAM_NONE;
  if (!import->stage || !source_has(import->stage, row->row))
    return ROW_ACCEPTED;
  union batch_value value;
  const struct label_table *stages = &import->context.labels[import->program->stage_labels];
  enum arrow_status status =
      import->stages && import->stages->ready
          ? coding_value(import->stages, row->row, &value.label)
          : source_value(import->stage, COLUMN_LABEL, stages, NULL, row->row, &value);
  switch (status) {
  case VALUE_FOUND: row->stage = value.label; break;
  case VALUE_ABSENT: break;
  default: return set_aside(reason, PROBLEM_UNKNOWN_STAGE, SUBJECT_STAGE);
  }
  return ROW_ACCEPTED;
}

static uint32_t missing_field(const struct import *import, uint32_t place) {
  const struct program *program = import->program;
  for (uint32_t f = 0; f < program->field_count; f++)
    if (program->fields[f].required &&
        !column_knows(&import->batch->fields[f], program->fields[f].kind, place))
      return f;
  return PROGRAM_NONE;
}

/* Is the record a lead? */
static enum verdict examine(struct import *import, struct row *row, struct reason *reason) {
  if (!arrow_bits_get(import->known, row->row))
    return set_aside(reason, PROBLEM_NOT_OBJECT, SUBJECT_NONE);
  enum verdict verdict = read_stage(import, row, reason);
  if (verdict != ROW_ACCEPTED)
    return verdict;
  uint32_t missing = missing_field(import, row->place);
  if (missing != PROGRAM_NONE)
    return set_aside(reason, PROBLEM_REQUIRED, subject_of_field(missing));
  if (!read_id(import, row))
    return ROW_NO_MEMORY;
  if (!row->id.bytes && import->program->id.required)
    return set_aside(reason, PROBLEM_REQUIRED, SUBJECT_ID);
  if (!row->id.bytes)
    return ROW_ACCEPTED;
  bool repeated = false;
  if (!import->context.identify(import->context.context, row->id, &repeated))
    return ROW_NO_MEMORY;
  return repeated ? set_aside(reason, PROBLEM_DUPLICATE_ID, SUBJECT_NONE) : ROW_ACCEPTED;
}

static void note_values(struct import *import, const struct row *row) {
  struct problems *problems = import->context.problems;
  if (row->bad_id)
    problems_note(problems, PROBLEM_NOT_ID, SUBJECT_ID);
  for (uint32_t f = 0; f < import->program->field_count; f++)
    if (import->any_bad[f] && bit_get(import->bad[f], row->place))
      problems_note(problems, problem_of_value(import->program->fields[f].kind),
                    subject_of_field(f));
}

/* False if out of memory. */
static bool add_lead(struct import *import, const struct row *row) {
  struct batch *batch = import->batch;
  struct event_counts counts = {0};
  const struct import_context *context = &import->context;
  note_values(import, row);
  import->kept[batch->count] = row->place;
  batch_begin_filled(batch);
  if (row->id.bytes)
    batch_set_id(batch, row->id);
  if (row->stage != PROGRAM_NONE)
    batch_set_stage(batch, row->stage);
  if (import->events.list && !import_events(import, row->row, &counts))
    return false;
  if (row->id.bytes && context->join && !context->join(context->context, row->id))
    return false;
  if (!batch_end(batch))
    return false;
  event_counts_add(&import->counts, &counts);
  return true;
}

static void out_of_memory(struct import *import) {
  import->status = BAREME_NO_MEMORY;
}

static void stop_if_strict(struct import *import, struct reason cause) {
  if (!import->context.strict)
    return;
  import->cause = cause;
  import->status = BAREME_REJECTED;
}

static void accept(struct import *import, const struct row *row) {
  struct problems *problems = import->context.problems;
  if (!add_lead(import, row)) {
    problems_settle(problems, false);
    out_of_memory(import);
    return;
  }
  import->accepted++;
  if (problems_noted(problems))
    stop_if_strict(import, problems_first_noted(problems));
  problems_settle(problems, true);
}

static void reject(struct import *import, struct reason reason) {
  problems_count(import->context.problems, reason.problem, reason.subject);
  import->rejected++;
  stop_if_strict(import, reason);
}

static void read_row(struct import *import, uint32_t place) {
  struct problems *problems = import->context.problems;
  struct row row = {.row = import->next, .place = place};
  struct reason reason = {PROBLEM_KIND_COUNT, SUBJECT_NONE};
  problems_at(problems, problems->file, import->row + (uint64_t)row.row + 1);
  import->next++;
  import->records++;
  switch (examine(import, &row, &reason)) {
  case ROW_ACCEPTED: accept(import, &row); break;
  case ROW_REJECTED: reject(import, reason); break;
  case ROW_NO_MEMORY: out_of_memory(import); break;
  }
  if (problems->out_of_memory)
    out_of_memory(import);
}

/* ---- batches ------------------------------------------------------------------------------ */

static void move_bit(uint64_t *bits, uint32_t from, uint32_t to) {
  bit_put(bits, to, bit_get(bits, from));
}

static void move_value(struct column *column, enum column_kind kind, uint32_t from, uint32_t to) {
  switch (kind) {
  case COLUMN_NUMBER: column->number[to] = column->number[from]; break;
  case COLUMN_TIME:
  case COLUMN_DURATION: column->micros[to] = column->micros[from]; break;
  case COLUMN_TEXT:
    if (column->vocabulary)
      column->code[to] = column->code[from];
    else
      column->text[to] = column->text[from];
    break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: column->label[to] = column->label[from]; break;
  case COLUMN_TEXTS: column->texts[to] = column->texts[from]; break;
  case COLUMN_BOOL: move_bit(column->yes, from, to); break;
  }
  move_bit(column->known, from, to);
}

/* Closes the holes that records left which are no leads. */
static void close_holes(struct import *import, uint32_t rows) {
  struct batch *batch = import->batch;
  if (batch->count == rows)
    return;
  for (uint32_t f = 0; f < import->program->field_count; f++) {
    batch_return(batch, f, rows);
    for (uint32_t lane = 0; lane < batch->count; lane++)
      if (import->kept[lane] != lane)
        move_value(&batch->fields[f], import->program->fields[f].kind, import->kept[lane], lane);
  }
  batch_forget(batch, rows);
}

static void check_if(struct source *source, int64_t first, int64_t count) {
  if (source)
    source_check(source, first, count);
}

bareme_status import_rows(struct import *import, struct batch *batch) {
  int64_t left = import_left(import);
  uint32_t rows = left < import->capacity ? (uint32_t)left : import->capacity;
  import->batch = batch;
  check_if(import->id, import->next, rows);
  check_if(import->stage, import->next, rows);
  import_check_events(import, import->next, rows);
  import_plan_lanes(import);
  import_encode_events(import);
  for (uint32_t f = 0; import->status == BAREME_OK && f < import->program->field_count; f++)
    if (!import_column(import, f, import->next, rows))
      out_of_memory(import);
  for (uint32_t place = 0; import->status == BAREME_OK && place < rows; place++)
    read_row(import, place);
  close_holes(import, rows);
  return import->status;
}

void import_select(struct import *import, uint64_t before, int64_t first, int64_t end) {
  import->row = before;
  import->next = first;
  import->count = end;
  import->records = import->accepted = import->rejected = 0;
  import->counts = (struct event_counts){0};
  import->status = BAREME_OK;
}

/* batch.c - rows in, columns out.
 *
 * Memory.  Everything whose size follows from the program and the capacity in
 * leads lies in one block, which carve() lays out.  Each space has a second
 * block for its lanes, which doubles when it is full: the new one is laid out
 * beside the old, filled, and takes its place, so that running out of memory
 * at any point leaves the batch as it was.
 *
 * One invariant makes the rest short: behind the last lane all bits are 0, the
 * lanes of a lead and an event under construction counting as behind.  So an
 * unset value is a missing one, adding writes only what is known, and both
 * cancel and reset are nothing but clearing bits.  Values stay where they were:
 * the column had them, so they do no harm where they are not known.  All bits of
 * leads lie together, and so do those of a space.
 * A second one: each space has room for one more event, so that the values of
 * an event go straight to the columns, before it is known whether it is added.
 *
 * A space takes no time until it gets an event: a policy may know a thousand
 * kinds that a lead has not.  `active` lists the spaces that got one since the
 * last reset; in the others every lead begins at 0, where they all end.
 *
 * Order.  Most data has a lead's events in order of time, or the newest first.
 * Adding notes whether any came too early; only then batch_end looks at the
 * spaces, and only the ones that need it are sorted, by keys of time and lane
 * (sort_keys.h).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/batch_quick.h"

#include "limits.h"
#include "vm/seen_ids.h"
#include "vm/sort_keys.h"

#include <assert.h>
#include <string.h>

_Static_assert(LIMIT_CHUNK_LEADS <= UINT16_MAX, "lanes of leads fit into 16 bits");

/* Lanes a space begins with; a multiple of 64, as all capacities are. */
enum { FIRST_LANES = 64 };

/* As large as the largest value of a column. */
union cell {
  double number;
  int64_t micros;
  struct text text;
  struct text_list texts;
};

struct event_sorter {
  struct sort_key *keys, *merged;
  char *lanes; /* a column that is being put in order */
  size_t key_capacity, merged_capacity, lane_capacity;
};

/* ---- layout --------------------------------------------------------------- */

/* Hands out pieces of a block.  With base NULL it only adds up the size. */
struct carver {
  char *base;
  size_t used;
  bool overflow;
};

/* Pieces begin on cache lines of their own. */
static void *carve(struct carver *carver, size_t count, size_t size) {
  size_t bytes;
  if (!memory_multiply(count, size, &bytes) || bytes > SIZE_MAX / 2 - carver->used) {
    carver->overflow = true;
    return NULL;
  }
  void *piece = carver->base ? carver->base + carver->used : NULL;
  carver->used += (bytes + 63) & ~(size_t)63;
  return piece;
}

static size_t words_of(size_t lanes) {
  return (lanes + 63) / 64;
}

static size_t value_size(enum column_kind kind) {
  switch (kind) {
  case COLUMN_NUMBER: return sizeof(double);
  case COLUMN_TIME:
  case COLUMN_DURATION: return sizeof(int64_t);
  case COLUMN_TEXT: return sizeof(struct text);
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: return sizeof(uint32_t);
  case COLUMN_TEXTS: return sizeof(struct text_list);
  case COLUMN_BOOL: break; /* two planes of bits */
  }
  return 0;
}

/* Planes of bits, one behind the other. */
struct planes {
  uint64_t *next; /* NULL: sizes are only added up */
  size_t words;   /* of each */
};

static size_t planes_of(enum column_kind kind) {
  return kind == COLUMN_BOOL ? 2 : 1;
}

/* `words` is made how many there are in all planes. */
static struct planes carve_planes(struct carver *carver, size_t count, size_t lanes,
                                  size_t *words) {
  *words = count * words_of(lanes);
  return (struct planes){carve(carver, *words, sizeof(uint64_t)), words_of(lanes)};
}

static uint64_t *take_plane(struct planes *planes) {
  uint64_t *plane = planes->next;
  if (plane)
    planes->next += planes->words;
  return plane;
}

static struct column carve_column(struct carver *carver, enum column_kind kind, size_t lanes,
                                  struct planes *planes) {
  struct column column = {0};
  if (kind == COLUMN_BOOL)
    column.yes = take_plane(planes);
  else
    column.any = carve(carver, lanes, value_size(kind));
  column.known = take_plane(planes);
  if (kind == COLUMN_TEXT)
    column.code = carve(carver, lanes, sizeof *column.code);
  return column;
}

/* How much the rows of all kinds need together. */
struct row_sizes {
  size_t spaces, filled, fields;
};

static struct row_sizes row_sizes_of(const struct program *program) {
  struct row_sizes sizes = {0};
  for (uint32_t s = 0; s < program->space_count; s++) {
    const struct program_space *shape = &program->spaces[s];
    sizes.spaces += shape->kind_count;
    for (uint32_t c = 0; c < shape->column_count; c++)
      for (uint32_t k = 0; k < shape->kind_count; k++)
        sizes.filled += shape->columns[c].field_of_kind[k] != PROGRAM_NONE;
  }
  for (uint32_t k = 0; k < program->kind_count; k++)
    sizes.fields += program->kinds[k].field_count;
  return sizes;
}

/* Counts a row's spaces, and in first[f + 1] the columns that its field f fills. */
static void count_row(const struct program_space *shape, uint32_t k, struct event_row *row) {
  row->space_count++;
  for (uint32_t c = 0; c < shape->column_count; c++)
    if (shape->columns[c].field_of_kind[k] != PROGRAM_NONE)
      row->first[shape->columns[c].field_of_kind[k] + 1]++;
}

/* Writes them down; first[f + 1] moves from where those of f begin to their end. */
static void list_row(const struct program_space *shape, uint32_t s, uint32_t k,
                     struct event_row *row) {
  row->spaces[row->space_count++] = s;
  for (uint32_t c = 0; c < shape->column_count; c++)
    if (shape->columns[c].field_of_kind[k] != PROGRAM_NONE)
      row->filled[row->first[shape->columns[c].field_of_kind[k] + 1]++] =
          (struct batch_filled){s, c};
}

/* Gives each row its part of the arrays: as much as was counted. */
static void place_rows(const struct program *program, struct event_row *rows, uint32_t *spaces,
                       struct batch_filled *filled) {
  for (uint32_t k = 0; k < program->kind_count; k++) {
    struct event_row *row = &rows[k];
    uint32_t begin = 0;
    row->spaces = spaces;
    row->filled = filled;
    spaces += row->space_count;
    row->space_count = 0;
    for (uint32_t f = 0; f < program->kinds[k].field_count; f++) {
      uint32_t count = row->first[f + 1];
      row->first[f + 1] = begin;
      begin += count;
    }
    filled += begin;
  }
}

static bool has_defaults(const struct program_field *fields, uint32_t count) {
  for (uint32_t f = 0; f < count; f++)
    if (fields[f].default_value)
      return true;
  return false;
}

static uint32_t sole_space(const struct program_kind *kind, const struct event_row *row) {
  if (row->space_count != 1 || row->required || row->has_defaults)
    return PROGRAM_NONE;
  for (uint32_t f = 0; f < kind->field_count; f++)
    if (row->first[f + 1] - row->first[f] > 1)
      return PROGRAM_NONE;
  return row->spaces[0];
}

/* Each space and column is looked at twice, however many kinds there are. */
static void carve_rows(struct carver *carver, struct batch *batch) {
  const struct program *program = batch->program;
  const struct row_sizes sizes = row_sizes_of(program);
  struct event_row *rows = carve(carver, program->kind_count, sizeof *rows);
  uint32_t *spaces = carve(carver, sizes.spaces, sizeof *spaces);
  struct batch_filled *filled = carve(carver, sizes.filled, sizeof *filled);
  uint32_t *first = carve(carver, sizes.fields + program->kind_count, sizeof *first);
  bool *known = carve(carver, sizes.fields, sizeof *known);
  batch->rows = rows;
  if (!carver->base)
    return;
  for (uint32_t k = 0; k < program->kind_count; k++) {
    rows[k] = (struct event_row){
        .first = first,
        .known = known,
        .required = program_kind_requires(&program->kinds[k]) ? program->kinds[k].field_count : 0,
        .has_defaults = has_defaults(program->kinds[k].fields, program->kinds[k].field_count)};
    first += program->kinds[k].field_count + 1;
    known += program->kinds[k].field_count;
  }
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t k = 0; k < program->spaces[s].kind_count; k++)
      count_row(&program->spaces[s], k, &rows[program->spaces[s].kinds[k]]);
  place_rows(program, rows, spaces, filled);
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t k = 0; k < program->spaces[s].kind_count; k++)
      list_row(&program->spaces[s], s, k, &rows[program->spaces[s].kinds[k]]);
  for (uint32_t k = 0; k < program->kind_count; k++)
    rows[k].sole = sole_space(&program->kinds[k], &rows[k]);
}

/* Two are of identities and stages. */
static size_t lead_planes(const struct program *program) {
  size_t count = 2;
  for (uint32_t f = 0; f < program->field_count; f++)
    count += planes_of(program->fields[f].kind);
  return count;
}

static void carve_batch(struct carver *carver, struct batch *batch) {
  const struct program *program = batch->program;
  size_t lanes = words_of(batch->capacity) * 64;
  struct planes planes = carve_planes(carver, lead_planes(program), lanes, &batch->bit_words);
  batch->ids_known = take_plane(&planes);
  batch->stage_known = take_plane(&planes);
  batch->ids = carve(carver, lanes, sizeof *batch->ids);
  batch->stage = carve(carver, lanes, sizeof *batch->stage);
  batch->fields = carve(carver, program->field_count, sizeof *batch->fields);
  batch->own = carve(carver, program->field_count, sizeof *batch->own);
  batch->held = carve(carver, program->field_count, sizeof *batch->held);
  for (uint32_t f = 0; f < program->field_count; f++) {
    struct column column = carve_column(carver, program->fields[f].kind, lanes, &planes);
    if (batch->fields)
      batch->fields[f] = column;
  }
  batch->spaces = carve(carver, program->space_count, sizeof *batch->spaces);
  for (uint32_t s = 0; s < program->space_count; s++) {
    struct batch_space space = {.begin = carve(carver, lanes + 1, sizeof *space.begin)};
    space.held = carve(carver, program->spaces[s].column_count, sizeof(struct vocabulary *));
    if (batch->spaces)
      batch->spaces[s] = space;
  }
  batch->active = carve(carver, program->space_count, sizeof *batch->active);
  carve_rows(carver, batch);
  batch->seen = carve(carver, 1, sizeof *batch->seen);
  batch->sorter = carve(carver, 1, sizeof *batch->sorter);
}

/* One is of instants, and one of nowhere. */
static size_t space_planes(const struct program_space *shape) {
  size_t count = 2;
  for (uint32_t c = 0; c < shape->column_count; c++)
    count += planes_of(shape->columns[c].kind);
  return count;
}

/* The lanes of a space and the array of its columns. */
static void carve_space(struct carver *carver, const struct program_space *shape,
                        struct batch_space *space) {
  space->lead = carve(carver, space->capacity, sizeof *space->lead);
  space->at = carve(carver, space->capacity, sizeof *space->at);
  struct planes planes =
      carve_planes(carver, space_planes(shape), space->capacity, &space->bit_words);
  space->at_known = take_plane(&planes);
  space->columns = carve(carver, shape->column_count + 1, sizeof *space->columns);
  for (uint32_t c = 0; c <= shape->column_count; c++) {
    enum column_kind kind = c < shape->column_count ? shape->columns[c].kind : COLUMN_TEXT;
    struct column column = carve_column(carver, kind, space->capacity, &planes);
    if (space->columns)
      space->columns[c] = column;
  }
}

static size_t space_size(const struct program_space *shape, uint32_t capacity) {
  struct carver carver = {0};
  struct batch_space space = {.capacity = capacity};
  carve_space(&carver, shape, &space);
  return carver.overflow ? 0 : carver.used;
}

/* ---- memory ----------------------------------------------------------------- */

static void column_copy(struct column *to, const struct column *from, enum column_kind kind,
                        uint32_t count) {
  size_t words = words_of(count) * sizeof(uint64_t);
  to->vocabulary = from->vocabulary;
  if (from->vocabulary)
    memcpy(to->code, from->code, count * sizeof *to->code);
  else
    memcpy(to->any, from->any, kind == COLUMN_BOOL ? words : count * value_size(kind));
  memcpy(to->known, from->known, words);
}

/* Moves the lanes of a space to a block twice as large. */
static bool space_grow(struct batch *batch, uint32_t index) {
  const struct program_space *shape = &batch->program->spaces[index];
  struct batch_space *space = &batch->spaces[index], larger = *space;
  if (space->capacity > UINT32_MAX / 2)
    return false;
  larger.capacity = space->capacity ? space->capacity * 2 : FIRST_LANES;
  size_t size = space_size(shape, larger.capacity);
  struct carver carver = {.base = size ? memory_zeroed(&batch->memory, size, 1) : NULL};
  if (!carver.base)
    return false;
  carve_space(&carver, shape, &larger);
  if (space->capacity) {
    uint32_t lanes = space->count + 1; /* with the one that is being filled */
    memcpy(larger.lead, space->lead, lanes * sizeof *space->lead);
    memcpy(larger.at, space->at, lanes * sizeof *space->at);
    memcpy(larger.at_known, space->at_known, words_of(lanes) * sizeof(uint64_t));
    for (uint32_t c = 0; c < shape->column_count; c++)
      column_copy(&larger.columns[c], &space->columns[c], shape->columns[c].kind, lanes);
  }
  memory_free(&batch->memory, space->lead, space_size(shape, space->capacity), 1);
  *space = larger;
  return true;
}

/* An array with room for `need` items; NULL if out of memory, and it is as it was. */
static void *reserve(const struct memory *memory, void *items, size_t *capacity, size_t need,
                     size_t size) {
  return memory_reserve(memory, &items, capacity, need, size) ? items : NULL;
}

bool batch_init(struct batch *batch, const struct program *program, const struct memory *memory,
                uint32_t capacity, int64_t as_of) {
  assert(capacity > 0);
  *batch = (struct batch){.program = program, .memory = *memory, .as_of = as_of};
  arena_init(&batch->texts, memory);
  batch->capacity = capacity;
  batch->event = PROGRAM_NONE;
  batch->has_defaults = has_defaults(program->fields, program->field_count);
  struct carver sizing = {0};
  carve_batch(&sizing, batch);
  if (!sizing.overflow)
    batch->block = memory_zeroed(memory, sizing.used, 1);
  if (!batch->block)
    return false;
  batch->block_size = sizing.used;
  struct carver carver = {.base = batch->block};
  carve_batch(&carver, batch);
  /* Only the time of a look-up hangs on the seed, never what it finds. */
  batch->seen->seed = (uint64_t)(uintptr_t)batch->block;
  for (uint32_t s = 0; s < program->space_count; s++)
    if (!space_grow(batch, s))
      return false;
  return true;
}

void batch_clear(struct batch *batch) {
  const struct memory *memory = &batch->memory;
  if (batch->block) {
    struct event_sorter *sorter = batch->sorter;
    seen_ids_clear(batch->seen, memory);
    memory_free(memory, sorter->keys, sorter->key_capacity, sizeof *sorter->keys);
    memory_free(memory, sorter->merged, sorter->merged_capacity, sizeof *sorter->merged);
    memory_free(memory, sorter->lanes, sorter->lane_capacity, sizeof(union cell));
    batch_drop_codes(batch);
    for (uint32_t s = 0; s < batch->program->space_count; s++) {
      struct batch_space *space = &batch->spaces[s];
      memory_free(memory, space->lead, space_size(&batch->program->spaces[s], space->capacity), 1);
    }
    memory_free(memory, batch->block, batch->block_size, 1);
  }
  arena_clear(&batch->texts);
  memset(batch, 0, sizeof *batch);
}

/* ---- bits ------------------------------------------------------------------ */

/* Clears the bits of lanes from .. to, of which none behind `to` is set. */
static void bits_truncate(uint64_t *bits, uint32_t from, uint32_t to) {
  if (from == to)
    return;
  size_t word = from >> 6;
  bits[word] &= (UINT64_C(1) << (from & 63)) - 1;
  while (++word < words_of(to))
    bits[word] = 0;
}

/* Makes the lanes from .. to of a column unknown; they are its last ones. */
static void column_truncate(struct column *column, enum column_kind kind, uint32_t from,
                            uint32_t to) {
  bits_truncate(column->known, from, to);
  if (kind == COLUMN_BOOL)
    bits_truncate(column->yes, from, to);
  else if (column->vocabulary)
    memset(column->code + from, 0, (to - from) * sizeof *column->code);
}

static void space_truncate(struct batch_space *space, const struct program_space *shape,
                           uint32_t from) {
  uint32_t to = space->count;
  if (from == to)
    return;
  bits_truncate(space->at_known, from, to);
  for (uint32_t c = 0; c < shape->column_count; c++)
    column_truncate(&space->columns[c], shape->columns[c].kind, from, to);
  space->count = from;
}

/* ---- leads ------------------------------------------------------------------ */

/* Takes out what was put for an event that is not added. */
static void drop_event(struct batch *batch) {
  const struct event_row *row = &batch->rows[batch->event];
  for (uint32_t i = 0; i < row->space_count; i++) {
    const struct program_space *shape = &batch->program->spaces[row->spaces[i]];
    struct batch_space *space = &batch->spaces[row->spaces[i]];
    for (uint32_t c = 0; c < shape->column_count; c++)
      column_truncate(&space->columns[c], shape->columns[c].kind, space->count, space->count + 1);
  }
  batch->event = PROGRAM_NONE;
}

static void fields_truncate(struct batch *batch, uint32_t from, uint32_t to) {
  for (uint32_t f = 0; f < batch->program->field_count; f++)
    if (batch->own[f])
      bits_truncate(batch->fields[f].known, from, to);
    else
      column_truncate(&batch->fields[f], batch->program->fields[f].kind, from, to);
}

/* Makes the leads from .. to, the last ones, as if they had never been. */
static void leads_truncate(struct batch *batch, uint32_t from, uint32_t to) {
  if (batch->event != PROGRAM_NONE)
    drop_event(batch);
  bits_truncate(batch->ids_known, from, to);
  bits_truncate(batch->stage_known, from, to);
  fields_truncate(batch, from, to);
  for (uint32_t i = 0; i < batch->active_count; i++) {
    struct batch_space *space = &batch->spaces[batch->active[i]];
    space_truncate(space, &batch->program->spaces[batch->active[i]], space->begin[from]);
  }
}

/* A space without lanes again: no lead's begin in it, no bits in its planes. */
static void space_rest(struct batch_space *space, uint32_t leads) {
  memset(space->at_known, 0, space->bit_words * sizeof *space->at_known);
  memset(space->begin, 0, (leads + (size_t)1) * sizeof *space->begin);
  space->count = 0;
  space->active = false;
}

void batch_reset(struct batch *batch) {
  if (batch->event != PROGRAM_NONE)
    drop_event(batch);
  batch_drop_codes(batch);
  for (uint32_t f = 0; f < batch->program->field_count; f++)
    batch_return(batch, f, 0);
  memset(batch->ids_known, 0, batch->bit_words * sizeof *batch->ids_known);
  for (uint32_t i = 0; i < batch->active_count; i++)
    space_rest(&batch->spaces[batch->active[i]], batch->count);
  batch->active_count = 0;
  batch->count = 0;
  seen_ids_forget(batch->seen);
  batch->unsorted = false;
  arena_reset(&batch->texts);
}

static void set_default(struct batch *batch, uint32_t index, enum column_kind kind,
                        const struct program_value *value) {
  switch (kind) {
  case COLUMN_NUMBER: batch_set_number(batch, index, value->number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_set_micros(batch, index, value->micros); break;
  case COLUMN_TEXT: batch_set_text(batch, index, value->text); break;
  case COLUMN_BOOL: batch_set_bool(batch, index, value->boolean); break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: batch_set_label(batch, index, value->label); break;
  case COLUMN_TEXTS: break; /* a list has no default */
  }
}

void batch_begin_filled(struct batch *batch) {
  assert(!batch_full(batch));
  batch->ids[batch->count] = (struct text){NULL, 0};
  batch->stage[batch->count] = 0;
  bit_set(batch->stage_known, batch->count);
  seen_ids_forget(batch->seen);
  batch->unsorted = false;
}

void batch_begin(struct batch *batch) {
  const struct program *program = batch->program;
  batch_begin_filled(batch);
  for (uint32_t f = 0; batch->has_defaults && f < program->field_count; f++)
    if (program->fields[f].default_value)
      set_default(batch, f, program->fields[f].kind, program->fields[f].default_value);
}

void batch_forget(struct batch *batch, uint32_t to) {
  fields_truncate(batch, batch->count, to);
}

void batch_borrow(struct batch *batch, uint32_t field, const void *values) {
  struct column *column = &batch->fields[field];
  if (!batch->own[field])
    batch->own[field] = column->any;
  memcpy(&column->any, &values, sizeof values); /* not to be written: own tells */
}

void batch_return(struct batch *batch, uint32_t field, uint32_t count) {
  struct column *column = &batch->fields[field];
  void *own = batch->own[field];
  if (!own)
    return;
  if (count)
    memcpy(own, column->any, count * value_size(batch->program->fields[field].kind));
  column->any = own;
  batch->own[field] = NULL;
}

void batch_cancel(struct batch *batch) {
  leads_truncate(batch, batch->count, batch->count + 1);
}

void batch_truncate(struct batch *batch, uint32_t count) {
  leads_truncate(batch, count, batch->count);
  batch->count = count;
}

bool batch_keep(struct batch *batch, struct text text, struct text *kept) {
  bool copied;
  *kept = arena_text(&batch->texts, text, &copied);
  return copied;
}

void batch_set_id(struct batch *batch, struct text id) {
  batch->ids[batch->count] = id;
  if (id.bytes)
    bit_set(batch->ids_known, batch->count);
  else
    bit_unset(batch->ids_known, batch->count);
}

void batch_set_stage(struct batch *batch, uint32_t stage) {
  batch->stage[batch->count] = stage;
}

void batch_set_number(struct batch *batch, uint32_t field, double number) {
  batch_quick_set_number(batch, field, number);
}

void batch_set_micros(struct batch *batch, uint32_t field, int64_t micros) {
  batch->fields[field].micros[batch->count] = micros;
  bit_set(batch->fields[field].known, batch->count);
}

static const struct text_set *symbols_of(const struct batch *batch,
                                         const struct program_field *field) {
  return &batch->program->text_sets[field->labels];
}

void batch_set_text(struct batch *batch, uint32_t field, struct text text) {
  const struct program_field *of = &batch->program->fields[field];
  if (of->kind == COLUMN_SYMBOL) {
    batch_set_label(batch, field, symbol_of(symbols_of(batch, of), text));
    return;
  }
  if (batch->fields[field].vocabulary)
    column_decode(&batch->fields[field], batch->capacity);
  batch->fields[field].text[batch->count] = text;
  bit_set(batch->fields[field].known, batch->count);
}

void batch_set_bool(struct batch *batch, uint32_t field, bool value) {
  batch_quick_set_bool(batch, field, value);
}

void batch_set_label(struct batch *batch, uint32_t field, uint32_t label) {
  batch_quick_set_label(batch, field, label);
}

void batch_set_texts(struct batch *batch, uint32_t field, struct text_list texts) {
  batch->fields[field].texts[batch->count] = texts;
  bit_set(batch->fields[field].known, batch->count);
}

void batch_set_value(struct batch *batch, uint32_t field, const union batch_value *value) {
  switch (batch->program->fields[field].kind) {
  case COLUMN_NUMBER: batch_set_number(batch, field, value->number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_set_micros(batch, field, value->micros); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_set_text(batch, field, value->text); break;
  case COLUMN_BOOL: batch_set_bool(batch, field, value->yes); break;
  case COLUMN_LABEL: batch_set_label(batch, field, value->label); break;
  case COLUMN_TEXTS: batch_set_texts(batch, field, value->texts); break;
  }
}

bool batch_knows(const struct batch *batch, uint32_t field) {
  return column_knows(&batch->fields[field], batch->program->fields[field].kind, batch->count);
}

/* ---- events -------------------------------------------------------------------- */

void batch_event_number(struct batch *batch, uint32_t kind, uint32_t field, double number) {
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    to.column->number[to.lane] = number;
    bit_set(to.column->known, to.lane);
  }
}

void batch_event_micros(struct batch *batch, uint32_t kind, uint32_t field, int64_t micros) {
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    to.column->micros[to.lane] = micros;
    bit_set(to.column->known, to.lane);
  }
}

void batch_event_text(struct batch *batch, uint32_t kind, uint32_t field, struct text text) {
  const struct program_field *of = &batch->program->kinds[kind].fields[field];
  if (of->kind == COLUMN_SYMBOL) {
    batch_event_label(batch, kind, field, symbol_of(symbols_of(batch, of), text));
    return;
  }
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    if (to.column->vocabulary)
      column_decode(to.column, to.lane + 1);
    to.column->text[to.lane] = text;
    bit_set(to.column->known, to.lane);
  }
}

void batch_event_bool(struct batch *batch, uint32_t kind, uint32_t field, bool value) {
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    bit_put(to.column->yes, to.lane, value);
    bit_put(to.column->no, to.lane, !value);
  }
}

void batch_event_label(struct batch *batch, uint32_t kind, uint32_t field, uint32_t label) {
  batch_quick_label(batch, kind, field, label);
}

void batch_event_texts(struct batch *batch, uint32_t kind, uint32_t field, struct text_list texts) {
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    to.column->texts[to.lane] = texts;
    bit_set(to.column->known, to.lane);
  }
}

void batch_event_value(struct batch *batch, uint32_t kind, uint32_t field,
                       const union batch_value *value) {
  switch (batch->program->kinds[kind].fields[field].kind) {
  case COLUMN_NUMBER: batch_event_number(batch, kind, field, value->number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_event_micros(batch, kind, field, value->micros); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_event_text(batch, kind, field, value->text); break;
  case COLUMN_BOOL: batch_event_bool(batch, kind, field, value->yes); break;
  case COLUMN_LABEL: batch_event_label(batch, kind, field, value->label); break;
  case COLUMN_TEXTS: batch_event_texts(batch, kind, field, value->texts); break;
  }
}

static void set_event_default(struct batch *batch, uint32_t kind, uint32_t field,
                              const struct program_field *of) {
  const struct program_value *value = of->default_value;
  switch (of->kind) {
  case COLUMN_NUMBER: batch_event_number(batch, kind, field, value->number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_event_micros(batch, kind, field, value->micros); break;
  case COLUMN_TEXT: batch_event_text(batch, kind, field, value->text); break;
  case COLUMN_BOOL: batch_event_bool(batch, kind, field, value->boolean); break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: batch_event_label(batch, kind, field, value->label); break;
  case COLUMN_TEXTS: break; /* a list has no default */
  }
}

void batch_event_begin(struct batch *batch, uint32_t kind) {
  const struct program_kind *of = &batch->program->kinds[kind];
  if (batch->event != PROGRAM_NONE)
    drop_event(batch);
  batch->event = kind;
  for (uint32_t f = 0; f < of->field_count; f++) {
    batch->rows[kind].known[f] = false;
    if (of->fields[f].default_value)
      set_event_default(batch, kind, f, &of->fields[f]);
  }
}

bool batch_event_knows(const struct batch *batch, uint32_t kind, uint32_t field) {
  return batch->rows[kind].known[field];
}

const bool *batch_event_known(const struct batch *batch, uint32_t kind) {
  return batch->rows[kind].known;
}

static bool make_room(struct batch *batch, const struct event_row *row) {
  for (uint32_t i = 0; i < row->space_count; i++) {
    const struct batch_space *space = &batch->spaces[row->spaces[i]];
    if (space->count + 1 == space->capacity && !space_grow(batch, row->spaces[i]))
      return false;
  }
  return true;
}

/* EVENT_ADDED if no event of the lead had this identity. */
static enum event_outcome note_id(struct batch *batch, struct text id) {
  switch (seen_ids_add(batch->seen, &batch->memory, id)) {
  case SEEN_FIRST: return EVENT_ADDED;
  case SEEN_BEFORE: return EVENT_DUPLICATE;
  case SEEN_NO_MEMORY: break;
  }
  return EVENT_NO_MEMORY;
}

enum event_outcome batch_lane_note(struct batch *batch, uint32_t kind, struct text id) {
  enum event_outcome outcome = note_id(batch, id);
  if (outcome != EVENT_ADDED) {
    batch->event = kind;
    drop_event(batch);
  }
  return outcome;
}

enum event_outcome batch_event_add(struct batch *batch, uint32_t kind, int64_t at, struct text id) {
  const struct event_row *row = &batch->rows[kind];
  enum event_outcome outcome = EVENT_ADDED;
  if (at > batch->as_of)
    outcome = EVENT_FUTURE;
  else if (!make_room(batch, row))
    outcome = EVENT_NO_MEMORY;
  else if (id.bytes)
    outcome = note_id(batch, id);
  if (outcome != EVENT_ADDED) {
    drop_event(batch);
    return outcome;
  }
  for (uint32_t i = 0; i < row->space_count; i++)
    batch_append(batch, row->spaces[i], at);
  batch->event = PROGRAM_NONE;
  return EVENT_ADDED;
}

/* ---- order ------------------------------------------------------------------------ */

static void order_bits(uint64_t *bits, uint32_t first, const struct sort_key *keys, size_t count,
                       char *scratch) {
  for (size_t i = 0; i < count; i++)
    scratch[i] = bit_get(bits, keys[i].lane);
  for (size_t i = 0; i < count; i++)
    if (scratch[i])
      bit_set(bits, first + (uint32_t)i);
    else
      bit_unset(bits, first + (uint32_t)i);
}

static void order_column(struct column *column, enum column_kind kind, uint32_t first,
                         const struct sort_key *keys, size_t count, char *scratch) {
  if (kind == COLUMN_BOOL) {
    order_bits(column->yes, first, keys, count, scratch);
    order_bits(column->no, first, keys, count, scratch);
    return;
  }
  size_t size = column->vocabulary ? sizeof *column->code : value_size(kind);
  char *values = column->vocabulary ? (char *)column->code : column->any;
  for (size_t i = 0; i < count; i++)
    memcpy(scratch + i * size, values + keys[i].lane * size, size);
  memcpy(values + first * size, scratch, count * size);
  order_bits(column->known, first, keys, count, scratch);
}

static bool space_sorted(const struct batch_space *space, uint32_t first) {
  for (uint32_t lane = first + 1; lane < space->count; lane++)
    if (space->at[lane - 1] > space->at[lane])
      return false;
  return true;
}

static bool sorter_reserve(struct event_sorter *sorter, const struct memory *memory, size_t count) {
  struct sort_key *keys = reserve(memory, sorter->keys, &sorter->key_capacity, count, sizeof *keys);
  if (!keys)
    return false;
  sorter->keys = keys;
  struct sort_key *merged =
      reserve(memory, sorter->merged, &sorter->merged_capacity, count, sizeof *merged);
  if (!merged)
    return false;
  sorter->merged = merged;
  char *lanes = reserve(memory, sorter->lanes, &sorter->lane_capacity, count, sizeof(union cell));
  if (!lanes)
    return false;
  sorter->lanes = lanes;
  return true;
}

/* Brings the lanes from `first` on in order. */
static bool space_sort(struct batch *batch, uint32_t index, uint32_t first) {
  const struct program_space *shape = &batch->program->spaces[index];
  struct batch_space *space = &batch->spaces[index];
  struct event_sorter *sorter = batch->sorter;
  size_t count = space->count - first;
  if (!sorter_reserve(sorter, &batch->memory, count))
    return false;
  for (size_t i = 0; i < count; i++) {
    uint32_t lane = first + (uint32_t)i;
    sorter->keys[i] = (struct sort_key){space->at[lane], lane};
  }
  sort_keys(sorter->keys, sorter->merged, count);
  for (size_t i = 0; i < count; i++)
    space->at[first + i] = sorter->keys[i].at;
  for (uint32_t c = 0; c < shape->column_count; c++)
    order_column(&space->columns[c], shape->columns[c].kind, first, sorter->keys, count,
                 sorter->lanes);
  return true;
}

bool batch_end(struct batch *batch) {
  if (batch->event != PROGRAM_NONE)
    drop_event(batch);
  for (uint32_t i = 0; batch->unsorted && i < batch->active_count; i++) {
    struct batch_space *space = &batch->spaces[batch->active[i]];
    uint32_t first = space->begin[batch->count];
    if (!space_sorted(space, first) && !space_sort(batch, batch->active[i], first)) {
      batch_cancel(batch);
      return false;
    }
  }
  uint32_t count = ++batch->count, active_count = batch->active_count;
  const uint32_t *active = batch->active;
  struct batch_space *spaces = batch->spaces;
  for (uint32_t i = 0; i < active_count; i++) /* which a store of a beginning does not change */
    spaces[active[i]].begin[count] = spaces[active[i]].count;
  return true;
}

/* batch_quick.h - fields and events, in line.
 *
 * Who puts them by the million does it by these functions, which do the usual
 * and leave the rest to batch.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_BATCH_QUICK_H
#define BAREME_VM_BATCH_QUICK_H

#include "vm/batch.h"

/* A column that a field of a kind fills. */
struct batch_filled {
  uint32_t space, column;
};

/* Where the events of a kind go. */
struct event_row {
  uint32_t *spaces; /* those that want the kind */
  uint32_t space_count;
  struct batch_filled *filled; /* by field: those of field f are first[f] .. first[f + 1] */
  uint32_t *first;
  bool *known;       /* by field: has the event that is being put a value? */
  uint32_t required; /* how many fields there are, if some are required; else 0 */
  bool has_defaults; /* some field has one */
  uint32_t sole;     /* the only space, if putting an event is no more than filling a lane of it
                        and adding that: no required fields, no defaults, no field that fills two
                        columns; else PROGRAM_NONE */
};

/* ---- fields of leads ---- */

/* batch_set_number. */
static inline void batch_quick_set_number(struct batch *batch, uint32_t field, double number) {
  batch->fields[field].number[batch->count] = number;
  bit_set(batch->fields[field].known, batch->count);
}

/* batch_set_text, of a field that is no symbol. */
static inline void batch_quick_set_text(struct batch *batch, uint32_t field, struct text text) {
  if (batch->encoded) {
    batch_set_text(batch, field, text);
    return;
  }
  batch->fields[field].text[batch->count] = text;
  bit_set(batch->fields[field].known, batch->count);
}

/* batch_set_label. */
static inline void batch_quick_set_label(struct batch *batch, uint32_t field, uint32_t label) {
  batch->fields[field].label[batch->count] = label;
  bit_set(batch->fields[field].known, batch->count);
}

/* batch_set_bool. */
static inline void batch_quick_set_bool(struct batch *batch, uint32_t field, bool value) {
  bit_put(batch->fields[field].yes, batch->count, value);
  bit_put(batch->fields[field].no, batch->count, !value);
}

/* ---- values of events ---- */

/* The columns that a field fills, one after the other, and the lane of the
 * event that is being put. */
struct batch_filling {
  const struct batch_filled *next, *end;
  struct column *column;
  uint32_t lane;
};

static inline struct batch_filling batch_fill(const struct batch *batch, uint32_t kind,
                                              uint32_t field) {
  const struct event_row *row = &batch->rows[kind];
  row->known[field] = true;
  return (struct batch_filling){.next = row->filled + row->first[field],
                                .end = row->filled + row->first[field + 1]};
}

static inline bool batch_fill_next(const struct batch *batch, struct batch_filling *filling) {
  if (filling->next == filling->end)
    return false;
  const struct batch_space *space = &batch->spaces[filling->next->space];
  filling->column = &space->columns[filling->next->column];
  filling->lane = space->count;
  filling->next++;
  return true;
}

/* batch_event_begin, but batch_event_known tells only of kinds with required fields. */
static inline void batch_quick_begin(struct batch *batch, uint32_t kind) {
  const struct event_row *row = &batch->rows[kind];
  if (batch->event != PROGRAM_NONE || row->has_defaults) {
    batch_event_begin(batch, kind);
    return;
  }
  batch->event = kind;
  for (uint32_t f = 0; f < row->required; f++)
    row->known[f] = false;
}

/* batch_event_text, of a field that is no symbol. */
static inline void batch_quick_text(struct batch *batch, uint32_t kind, uint32_t field,
                                    struct text text) {
  if (batch->encoded) {
    batch_event_text(batch, kind, field, text);
    return;
  }
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    to.column->text[to.lane] = text;
    bit_set(to.column->known, to.lane);
  }
}

/* batch_event_label. */
static inline void batch_quick_label(struct batch *batch, uint32_t kind, uint32_t field,
                                     uint32_t label) {
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);) {
    to.column->label[to.lane] = label;
    bit_set(to.column->known, to.lane);
  }
}

/* ---- any lane ---- */

/* Puts a value where it belongs; that of a symbol is its label. */
static inline void column_put(struct column *column, enum column_kind kind, uint32_t lane,
                              const union batch_value *value) {
  uint64_t bit = UINT64_C(1) << (lane % 64);
  switch (kind) {
  case COLUMN_NUMBER: column->number[lane] = value->number; break;
  case COLUMN_TIME:
  case COLUMN_DURATION: column->micros[lane] = value->micros; break;
  case COLUMN_TEXT: column->text[lane] = value->text; break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: column->label[lane] = value->label; break;
  case COLUMN_TEXTS: column->texts[lane] = value->texts; break;
  case COLUMN_BOOL:
    if (value->yes)
      column->yes[lane / 64] |= bit;
    else
      column->no[lane / 64] |= bit;
    return;
  }
  column->known[lane / 64] |= bit;
}

/* ---- adding ---- */

/* Counts the lane that was filled.  Behind it there is room for the next. */
static inline void batch_append(struct batch *batch, uint32_t index, int64_t at) {
  struct batch_space *space = &batch->spaces[index];
  uint32_t lane = space->count++;
  if (!space->active) {
    space->active = true;
    batch->active[batch->active_count++] = index;
  }
  bool later = lane > space->begin[batch->count]; /* than another; a guess would often miss */
  batch->unsorted |= later & (space->at[lane - later] > at);
  space->lead[lane] = (uint16_t)batch->count;
  space->at[lane] = at;
  bit_set(space->at_known, lane);
}

static inline bool batch_has_room(const struct batch *batch, const struct event_row *row) {
  bool room = true;
  for (uint32_t i = 0; i < row->space_count; i++) {
    const struct batch_space *space = &batch->spaces[row->spaces[i]];
    room &= space->count + 1 < space->capacity;
  }
  return room;
}

/* batch_event_add. */
static inline enum event_outcome batch_quick_add(struct batch *batch, uint32_t kind, int64_t at,
                                                 struct text id) {
  const struct event_row *row = &batch->rows[kind];
  if (at > batch->as_of || id.bytes || !batch_has_room(batch, row))
    return batch_event_add(batch, kind, at, id);
  for (uint32_t i = 0; i < row->space_count; i++)
    batch_append(batch, row->spaces[i], at);
  batch->event = PROGRAM_NONE;
  return EVENT_ADDED;
}

/* ---- lanes ---- */

/* The column that a field of such a kind fills in its sole space; PROGRAM_NONE: none. */
static inline uint32_t batch_sole_column(const struct batch *batch, uint32_t kind, uint32_t field) {
  const struct event_row *row = &batch->rows[kind];
  return row->first[field] == row->first[field + 1] ? PROGRAM_NONE
                                                    : row->filled[row->first[field]].column;
}

/* Can an event of that time be a lane of its sole space, at once?  Its columns
 * may then be filled at lane space->count, and batch_append adds it; if it is not added, it
 * must be put by batch_event_begin. */
static inline bool batch_takes_lane(const struct batch *batch, const struct batch_space *space,
                                    int64_t at) {
  return (at <= batch->as_of) & (space->count + 1 < space->capacity) & !batch->encoded &
         (batch->event == PROGRAM_NONE);
}

/* The column for a text that nobody wants.  Whether an event has one hangs on its kind, which
 * nobody can guess, so who puts it need not ask. */
static inline uint32_t batch_nowhere(const struct batch *batch, uint32_t space) {
  return batch->program->spaces[space].column_count;
}

static inline void batch_lane_text(struct batch_space *space, uint32_t column, struct text text) {
  space->columns[column].text[space->count] = text;
  bit_set(space->columns[column].known, space->count);
}

static inline void batch_lane_label(struct batch_space *space, uint32_t column, uint32_t label) {
  space->columns[column].label[space->count] = label;
  bit_set(space->columns[column].known, space->count);
}

/* Notes the identity of the lane that was filled with an event of that kind,
 * before it is appended.  If it is not EVENT_ADDED, for it came before or there
 * is no memory, what was filled is forgotten. */
enum event_outcome batch_lane_note(struct batch *batch, uint32_t kind, struct text id);

#endif

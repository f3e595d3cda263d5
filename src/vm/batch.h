/* batch.h - a chunk of lead records as columns, and the rows it is built from.
 *
 * Readers fill a batch lead by lead: begin, set fields, add events, end (or
 * cancel, as if it had never been).  Columns hold only what the program reads.
 * Events that do not exist for the program are left out here, once: those
 * after the as-of instant, and second ones of the same identity.
 *
 *   fields[f]   one lane per lead
 *   spaces[s]   one lane per event: lead | at | columns…, sorted by lead, then
 *               by time, ties in the order of the input;
 *               begin[i] .. begin[i + 1] are the lanes of lead i
 *
 * Beside the values of each column stand its bits, 64 lanes a word: `known`
 * for most; for bools the two planes `yes` and `no`, unknown being neither.
 * Bits behind the last lane are 0.  Values of unknown lanes, and of lanes behind
 * the last one up to the next multiple of 64, are there and harmless: 0, or what
 * the column once had, so numbers are finite and labels are of the set.  Kernels
 * may read whole words of lanes without looking.
 *
 * Texts may be codes of a vocabulary instead (vocabulary.h): then `vocabulary` is
 * set, `code` says which text a known lane has, and `text` is not looked at.
 * They are until batch_reset, or until the column is given a text of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_BATCH_H
#define BAREME_VM_BATCH_H

#include "code/program.h"
#include "vm/bits.h"
#include "vm/vocabulary.h"

struct column {
  union {
    double *number;
    int64_t *micros;
    struct text *text;
    uint32_t *label;
    struct text_list *texts;
    uint64_t *yes;
    void *any;
  };
  union {
    uint64_t *known;
    uint64_t *no;
  };
  uint16_t *code;                /* of texts */
  struct vocabulary *vocabulary; /* NULL: its lanes are no codes */
};

/* Whether the column has a value in that lane. */
static inline bool column_knows(const struct column *column, enum column_kind kind, uint32_t lane) {
  return bit_get(column->known, lane) || (kind == COLUMN_BOOL && bit_get(column->yes, lane));
}

/* A value of a field, by its kind. */
union batch_value {
  double number;
  int64_t micros;
  struct text text; /* of symbols too */
  struct text_list texts;
  uint32_t label;
  bool yes;
};

struct batch_space {
  uint32_t count, capacity; /* lanes */
  bool active;              /* it got an event since the batch was empty */
  uint16_t *lead;           /* lane of the lead: a batch has at most LIMIT_CHUNK_LEADS */
  int64_t *at;
  uint64_t *at_known;       /* all ones: an event without an instant is not added */
  size_t bit_words;         /* from at_known on: the bits of the columns lie behind it */
  uint32_t *begin;          /* capacity of leads + 1 */
  struct column *columns;   /* and behind them nowhere, a column of texts that nobody reads */
  struct vocabulary **held; /* by column: what its lanes are of, or were; NULL */
};

/* What only batch.c looks into. */
struct event_row;    /* where the events of a kind go */
struct seen_ids;     /* the identities of the lead's events */
struct event_sorter; /* scratch to bring events in order */

struct batch {
  const struct program *program;
  struct memory memory;
  struct arena texts; /* copies of text; forgotten by batch_reset */
  int64_t as_of;
  uint32_t capacity, count; /* leads */
  struct text *ids;         /* bytes NULL: no identity */
  uint64_t *ids_known;
  size_t bit_words;      /* from ids_known on: all other bits of leads lie behind it */
  uint32_t *stage;       /* index of the stage it came with; 0 if it came with none */
  uint64_t *stage_known; /* all ones */
  struct column *fields;
  void **own;               /* by field: its own values while they are borrowed; else NULL */
  struct vocabulary **held; /* by field: what its lanes are of, or were; NULL */
  struct batch_space *spaces;
  uint32_t *active; /* the active spaces, in no order */
  uint32_t active_count;
  /* while a lead is being built */
  struct event_row *rows; /* one per kind */
  struct seen_ids *seen;
  struct event_sorter *sorter;
  uint32_t event;    /* the kind of the event that is being put; PROGRAM_NONE: none is */
  bool has_defaults; /* some field of leads has one */
  bool encoded;      /* some column has or had a vocabulary since the batch was empty */
  bool unsorted;     /* some space has an event that is before the one in front of it */
  void *block;       /* everything above whose size is known from the start */
  size_t block_size;
};

/* capacity: leads, 1 to LIMIT_CHUNK_LEADS.  False if out of memory; the batch
 * may then still be cleared. */
bool batch_init(struct batch *batch, const struct program *program, const struct memory *memory,
                uint32_t capacity, int64_t as_of);
void batch_clear(struct batch *batch);

/* Empties the batch, keeping its memory. */
void batch_reset(struct batch *batch);
static inline bool batch_full(const struct batch *batch) {
  return batch->count == batch->capacity;
}

/* Begins the next lead, every field missing or at its default.  The batch must
 * not be full. */
void batch_begin(struct batch *batch);

/* For columns at once: who has them fills the columns of `fields` for the first
 * lanes of an empty batch, begins each lead here, with the values that are
 * there, and ends it.  Lanes that no lead was begun for in the end are emptied
 * by batch_forget, up to `to`. */
void batch_begin_filled(struct batch *batch);
void batch_forget(struct batch *batch, uint32_t to);

/* Lets a field's values, numbers or micros, lie somewhere else until
 * batch_reset; its bits stay the batch's own.  What holds of a column's lanes
 * must hold there: values of unknown lanes are 0, and there are values up to
 * the next multiple of 64.  Borrowed values are never written to;
 * batch_return copies the first `count` of them to where they belong. */
void batch_borrow(struct batch *batch, uint32_t field, const void *values);
void batch_return(struct batch *batch, uint32_t field, uint32_t count);

/* Lets the lanes of a field, a text, be codes of a vocabulary, which the batch
 * holds until batch_reset.  The batch must be empty; who has codes puts them
 * where those of filled columns go. */
void batch_encode(struct batch *batch, uint32_t field, struct vocabulary *vocabulary);

/* Text handed to the batch is not copied: it must live until batch_reset.
 * batch_keep makes a copy that does; false if out of memory. */
bool batch_keep(struct batch *batch, struct text text, struct text *kept);

void batch_set_id(struct batch *batch, struct text id);
void batch_set_stage(struct batch *batch, uint32_t stage);

/* A field's value, by its index in program->fields and its kind.  Of a text that
 * is read as a symbol only the symbol is kept; a label is set as it is. */
void batch_set_number(struct batch *batch, uint32_t field, double number); /* finite */
void batch_set_micros(struct batch *batch, uint32_t field, int64_t micros);
void batch_set_text(struct batch *batch, uint32_t field, struct text text); /* or its symbol */
void batch_set_bool(struct batch *batch, uint32_t field, bool value);
void batch_set_label(struct batch *batch, uint32_t field, uint32_t label);
void batch_set_texts(struct batch *batch, uint32_t field, struct text_list texts);
void batch_set_value(struct batch *batch, uint32_t field, const union batch_value *value);

/* Whether the lead that was begun has a value for the field. */
bool batch_knows(const struct batch *batch, uint32_t field);

/* The same for an event of `kind`: begin it, set its fields in any order (by
 * their index in that kind's fields), then add it.  There is one event at a
 * time: batch_event_begin forgets one that was not added, and puts defaults
 * where there are any. */
void batch_event_begin(struct batch *batch, uint32_t kind);
void batch_event_number(struct batch *batch, uint32_t kind, uint32_t field, double number);
void batch_event_micros(struct batch *batch, uint32_t kind, uint32_t field, int64_t micros);
void batch_event_text(struct batch *batch, uint32_t kind, uint32_t field, struct text text);
void batch_event_bool(struct batch *batch, uint32_t kind, uint32_t field, bool value);
void batch_event_label(struct batch *batch, uint32_t kind, uint32_t field, uint32_t label);
void batch_event_texts(struct batch *batch, uint32_t kind, uint32_t field, struct text_list texts);
void batch_event_value(struct batch *batch, uint32_t kind, uint32_t field,
                       const union batch_value *value);

/* The same for a field of events.  False if its column cannot: it has events, or
 * codes of another vocabulary, or a default of its own. */
bool batch_event_encode(struct batch *batch, uint32_t kind, uint32_t field,
                        struct vocabulary *vocabulary);
/* Only for fields that batch_event_encode was true for. */
void batch_event_code(struct batch *batch, uint32_t kind, uint32_t field, uint16_t code);

bool batch_event_knows(const struct batch *batch, uint32_t kind, uint32_t field);
const bool *batch_event_known(const struct batch *batch, uint32_t kind); /* by field */

enum event_outcome {
  EVENT_ADDED,
  EVENT_FUTURE,    /* after the as-of instant: does not exist */
  EVENT_DUPLICATE, /* an event of this lead with the same id came before */
  EVENT_NO_MEMORY
};

/* id.bytes NULL: the event has no identity. */
enum event_outcome batch_event_add(struct batch *batch, uint32_t kind, int64_t at, struct text id);

/* Ends the lead: brings its events in order.  False if out of memory (the lead
 * is then cancelled). */
bool batch_end(struct batch *batch);

/* Takes the lead that was begun back out. */
void batch_cancel(struct batch *batch);

/* Takes all leads but the first `count` back out. */
void batch_truncate(struct batch *batch, uint32_t count);

/* ---- between the files of the batch ---- */

/* Puts texts in the place of codes, for all lanes that may have one.  They are
 * those of the vocabulary, which stays held. */
void column_decode(struct column *column, uint32_t lanes);

/* Columns are of texts again, and hold nothing. */
void batch_drop_codes(struct batch *batch);

#endif

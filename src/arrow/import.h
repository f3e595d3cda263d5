/* import.h - arrays of leads to batches.
 *
 * Whoever reads leads keeps problems, identities and counts; an import adds to
 * them what it finds, in the same words as other ways in.
 *
 *   import_init   finds the columns of the policy's fields in the schema
 *   import_give   binds them to an array
 *   import_rows   fills a batch with the next rows, until none are left
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_IMPORT_H
#define BAREME_ARROW_IMPORT_H

#include "arrow/coding.h"
#include "intake/counts.h"
#include "intake/key.h"
#include "intake/problems.h"
#include "intake/recall.h"
#include "vm/batch.h"

/* What is kept by who imports. */
struct import_context {
  const struct label_table *labels; /* parallel to program->labels */
  struct problems *problems;
  bool strict; /* the first problem ends the import */
  /* A lead has this id.  *repeated: another had it before.  False if out of memory. */
  bool (*identify)(void *context, struct text id, bool *repeated);
  /* Adds the events that are kept elsewhere for that id to the lead that is being
   * built; false if out of memory.  NULL: there are none. */
  bool (*join)(void *context, struct text id);
  void *context;
};

struct lane_field {
  const struct source *source;
  const struct program_field *field;
  uint32_t column;
};

/* What events of a kind fill if they are no more than a lane.  Whether they have a text
 * hangs on their kind, which nobody can guess, so all of them are put one: who has none
 * puts another kind's nowhere. */
struct kind_lane {
  uint32_t space;            /* PROGRAM_NONE: they are more */
  const struct source *text; /* the first field that is one; NULL: no kind has any */
  uint32_t column[2];        /* for a text that is missing, and for one that is there */
  uint32_t field_count;      /* the others */
  struct lane_field *fields;
};

struct event_sources {
  struct source *list; /* NULL: there are no events */
  struct source *type, *at, *id;
  struct source ***fields;  /* by kind, by field of the kind; NULL: there is no column */
  struct coding ***codings; /* the same; NULL: it has no dictionary of texts */
  bool **takes_codes;       /* the same, for the batch that is being filled */
  struct coding *kinds;     /* of `type` */
  struct kind_lane *lanes;  /* by kind */
  struct source **found;    /* each source once */
  uint32_t found_count;
  struct arrow_bits known; /* of the list's items, while an array is bound */
};

struct import {
  const struct program *program;
  struct memory memory;
  struct import_context context;
  struct arena arena;
  struct source *id, *stage; /* NULL: there is no column */
  struct source **fields;
  struct coding **codings; /* by field; NULL: it has no dictionary of texts */
  struct coding *stages;
  struct event_sources events;
  struct coding *all_codings; /* each once; those of leads come first */
  uint32_t coding_count, lead_coding_count;
  struct key_table types;    /* to kinds */
  struct recall recall;      /* labels and symbols */
  union batch_value *values; /* of an event; of a coded text the code, as a label */
  bool *values_known;
  /* of the array that was given */
  struct arrow_bits known; /* of the rows themselves */
  int64_t next, count;     /* rows */
  bool planned;            /* its events' lanes */
  uint64_t row;            /* of row 0, counted from 1 over all arrays */
  /* of the batch that is being filled */
  struct batch *batch;
  uint32_t *kept; /* by lane: which row it was, from the batch's first on */
  uint64_t **bad; /* by field: bits of rows with a value that is wrong */
  bool *any_bad;
  uint32_t capacity; /* rows of the three above */
  uint64_t records, accepted, rejected;
  struct event_counts counts;
  bareme_status status; /* BAREME_REJECTED, BAREME_NO_MEMORY: it is over */
  struct reason cause;  /* BAREME_REJECTED: problems->line has it */
};

/* capacity: that of the batches.  After a failure the import may still be cleared. */
bareme_status import_init(struct import *import, const struct program *program,
                          const struct memory *memory, const struct import_context *context,
                          uint32_t capacity, const struct ArrowSchema *schema,
                          bareme_failure *failure);
void import_clear(struct import *import);

/* The array must live, and stay where it is, as long as batches that were
 * filled from it. */
bareme_status import_give(struct import *import, const struct ArrowArray *array,
                          bareme_failure *failure);

/* Binds its columns to an array, to find out whether that is of the schema: to import
 * from it, it has to be given. */
bareme_status import_bind(struct import *import, const struct ArrowArray *array,
                          bareme_failure *failure);

/* The next rows are first .. end of the array that was given; of arrays before it there
 * were so many.  Counts what is found from 0. */
void import_select(struct import *import, uint64_t before, int64_t first, int64_t end);

/* Fills an empty batch with the next rows, of which one batch holds the leads;
 * none may be among them.  Adds to the counts of records and events.  After
 * BAREME_REJECTED and BAREME_NO_MEMORY the batch holds the leads before. */
bareme_status import_rows(struct import *import, struct batch *batch);

/* Rows that are left of the array. */
static inline int64_t import_left(const struct import *import) {
  return import->count - import->next;
}

/* ---- between the files of the import ---- */

/* The value of a row that is known, as a batch holds it: of a symbol the symbol. */
enum arrow_status import_value(struct import *import, const struct source *source,
                               const struct program_field *field, int64_t row,
                               union batch_value *value);

/* Adds the events of a row to the lead that is being built.  False if out of memory. */
bool import_events(struct import *import, int64_t row, struct event_counts *counts);

/* The same for one of them, whatever it is like. */
bool import_event(struct import *import, int64_t item, struct event_counts *counts);

/* Plans which events are lanes; before the first batch of an array. */
void import_plan_lanes(struct import *import);

/* Looks at the texts of the events of so many rows at once. */
void import_check_events(struct import *import, int64_t first, uint32_t count);

/* Lets the columns of events take codes where the array has them; before the first
 * row of a batch. */
void import_encode_events(struct import *import);

/* Fills a field's column for `count` rows from `first` on.  False if out of memory. */
bool import_column(struct import *import, uint32_t field, int64_t first, uint32_t count);

#endif

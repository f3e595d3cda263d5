/* lead.h - from the values of a record to a lead of the batch.
 *
 * Whatever a record is written in, it becomes a lead in the same steps: begin,
 * put fields and events, finish.  Finishing checks what can only be known at
 * the end, and adds the events of a file of their own.  What is noted on the
 * way, problems and counts, is kept if the lead is accepted.
 *
 * A loader belongs to one thread.  All it shares with others is what never
 * changes: the program, the schema, the events of a file of their own.  It
 * knows nothing of records before; see account.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_H
#define BAREME_IO_LEAD_H

#include "base/clock_usual.h"
#include "io/account.h"
#include "io/event_shapes.h"
#include "io/json_lines.h"
#include "io/lead_shapes.h"
#include "io/recall.h"
#include "io/schema.h"
#include "io/value.h"
#include "vm/batch.h"

struct event_store;
struct arrow_import;

/* An event that was read, before it is put somewhere. */
struct event {
  uint32_t kind;
  int64_t at;
  struct text id;            /* bytes NULL: none */
  union batch_value *values; /* by field of the kind */
  bool *known;
};

struct loader {
  const struct program *program;
  struct memory memory;
  const struct schema *schema;
  const struct event_store *store; /* events in a file of their own; NULL: none */
  struct id_seeds seeds;           /* of the hashes of identities */
  bool strict;                     /* stop at the first problem */
  size_t behind;                   /* bytes behind the lines that can be read, whatever is there:
                                      the last line is then passed as fast as the others */
  struct account account;          /* of the records since it was reset */
  struct arena arena;
  struct json json;
  struct json_lines lines;
  json_place *lead_places, *event_places; /* by slot */
  struct event_shapes *shapes;
  struct lead_shapes *lead_shapes;
  struct recall recall;
  struct clock_months months;
  struct arrow_import *arrow; /* see lead_arrow.h */
  struct json_wanted lead_wanted, event_wanted;
  struct event event;
  uint32_t kind;       /* of the event under the cursor; KEY_NONE: not declared */
  struct batch *batch; /* that is being filled */
  struct text id;      /* of the lead that is being built; bytes NULL: none */
  bool has_events;     /* `noted` is not 0 */
  struct event_counts noted;
};

enum outcome {
  OUTCOME_ACCEPTED,
  OUTCOME_REJECTED, /* see `reason` */
  OUTCOME_NO_MEMORY
};

/* False if out of memory; may then still be cleared. */
bool loader_init(struct loader *loader, const struct schema *schema, const struct memory *memory);
void loader_clear(struct loader *loader);

/* Puts together what json_collect is told; a step of loader_init. */
void loader_want(struct loader *loader);

/* Decodes lines of NDJSON, the last of which may lack its end, to leads of
 * loader->batch until it is full, a strict loader stops, or they end.  *passed
 * is how many bytes were decoded, whole lines; the rest may be given again.
 * `offset` tells these bytes from all others that the loader was given, for
 * memory may be used again: their place in the input will do.  False if out of
 * memory: then, too, what was passed is in the account. */
bool lead_lines(struct loader *loader, struct text lines, uint64_t offset, size_t *passed);

/* Before decoding the same records again, when their account was judged. */
void loader_repeat(struct loader *loader);

/* One record of JSON.  Whatever comes out, the batch has one more lead or is as
 * it was, and the problems are still only noted. */
enum outcome lead_from_json(struct loader *loader, const struct record *record,
                            struct reason *reason);

/* Enters what came of a record into the account.  False if out of memory. */
bool lead_conclude(struct loader *loader, const struct record *record, enum outcome outcome,
                   struct reason reason);

/* ---- steps ---- */

/* Its fields are then set in the batch. */
void lead_begin(struct loader *loader);
/* The stage as it is called in the data; length 0: none.  False: there is no such stage. */
bool lead_put_stage(struct loader *loader, struct text stage);
/* An event, whole or in steps: batch_event_begin, its values, and the event
 * itself.  False if out of memory. */
bool lead_put_event(struct loader *loader, const struct event *event);
/* Counts an event by what came of adding it to the batch. */
static inline bool lead_count_event(struct loader *loader, enum event_outcome outcome) {
  switch (outcome) {
  case EVENT_ADDED: loader->noted.added++; break;
  case EVENT_FUTURE: loader->noted.future++; break;
  case EVENT_DUPLICATE: loader->noted.duplicate++; break;
  case EVENT_NO_MEMORY: return false;
  }
  loader->has_events = true;
  return true;
}

/* id.bytes NULL: none. */
void lead_identify(struct loader *loader, struct text id);
/* Ends the lead or cancels it. */
enum outcome lead_finish(struct loader *loader, struct reason *reason);
enum outcome lead_cancel(struct loader *loader, enum problem_kind problem, problem_subject subject,
                         struct reason *reason);

/* ---- events ---- */

enum event_result {
  EVENT_READ,
  EVENT_LEFT_OUT, /* of no declared kind, or noted as a problem */
  EVENT_FAILED    /* json->error, or out of memory */
};

/* What json_collect calls: on a list of events, which are added to the lead ... */
bool events_pass(void *context, struct json *json);
/* ... and on an event's type, which tells its kind. */
bool event_tell(void *context, struct json *json, json_place place);

/* Passes the object under the cursor and decodes it to loader->event.  Texts
 * with escapes go to the arena. */
enum event_result event_from_json(struct loader *loader, struct json *json, struct arena *arena);

/* Does it lack a required field, by which are known?  Then that is noted. */
bool event_lacks(struct loader *loader, uint32_t kind, const bool *known);

#endif

/* lead.h - from the values of a record to a lead of the batch.
 *
 * Whatever a record is written in, it becomes a lead in the same steps: begin,
 * put fields and events, finish.  Finishing checks what can only be known at
 * the end, and adds the events of a file of their own.  What is noted on the
 * way, problems and counts, is kept if the lead is accepted.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_H
#define BAREME_IO_LEAD_H

#include "intake/id_set.h"
#include "intake/problems.h"
#include "io/json_lines.h"
#include "io/schema.h"
#include "io/value.h"
#include "vm/batch.h"

struct event_store;

/* An event that was read, before it is put somewhere. */
struct event {
  uint32_t kind;
  int64_t at;
  struct text id;      /* bytes NULL: none */
  union value *values; /* by field of the kind */
  bool *known;
};

struct event_counts {
  uint64_t added, future, duplicate, ignored;
};

struct loader {
  const struct program *program;
  struct memory memory;
  struct schema schema;
  struct problems problems;
  struct id_set ids;
  struct event_store *store; /* events in a file of their own; NULL: none */
  struct arena arena;
  struct json json;
  struct json_lines lines;
  json_place *lead_places, *event_places; /* by slot */
  struct event event;
  struct batch *batch; /* that is being filled */
  struct text id;      /* of the lead that is being built; bytes NULL: none */
  struct id_hash id_hash;
  bool has_events; /* `noted` is not 0 */
  struct event_counts noted, counts;
};

enum outcome {
  OUTCOME_ACCEPTED,
  OUTCOME_REJECTED, /* see `reason` */
  OUTCOME_NO_MEMORY
};

struct reason {
  enum problem_kind problem;
  problem_subject subject;
};

/* False if out of memory; may then still be cleared. */
bool loader_init(struct loader *loader, const struct program *program, const struct memory *memory);
void loader_clear(struct loader *loader);

/* One record of JSON.  Whatever comes out, the batch has one more lead or is as
 * it was, and the problems are still only noted. */
enum outcome lead_from_json(struct loader *loader, const struct record *record,
                            struct reason *reason);

/* ---- steps ---- */

void lead_begin(struct loader *loader);
void lead_put(struct loader *loader, uint32_t field, const union value *value);
/* The stage as it is called in the data; length 0: none.  False: there is no such stage. */
bool lead_put_stage(struct loader *loader, struct text stage);
bool lead_put_event(struct loader *loader, const struct event *event);

/* id.bytes NULL: none.  Better early: see id_set_hash. */
void lead_identify(struct loader *loader, struct text id);
/* Ends the lead or cancels it. */
enum outcome lead_finish(struct loader *loader, struct reason *reason);
enum outcome lead_cancel(struct loader *loader, enum problem_kind problem, problem_subject subject,
                         struct reason *reason);

/* What to note about a value that is not of the field's kind. */
enum problem_kind problem_of_value(enum column_kind kind);

/* ---- events ---- */

enum event_result {
  EVENT_READ,
  EVENT_LEFT_OUT, /* of no declared kind, or noted as a problem */
  EVENT_FAILED    /* json->error, or out of memory */
};

/* Passes the object under the cursor and decodes it to loader->event.  Texts
 * with escapes go to the arena. */
enum event_result event_from_json(struct loader *loader, struct json *json, struct arena *arena);

/* Are all required fields there?  Otherwise that is noted. */
bool event_is_complete(struct loader *loader, const struct event *event);

#endif

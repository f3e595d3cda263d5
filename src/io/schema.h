/* schema.h - what a program wants of a record, arranged for finding it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_SCHEMA_H
#define BAREME_IO_SCHEMA_H

#include "code/program.h"
#include "intake/labels.h"
#include "io/path.h"

/* What of an event is where.  A field's slot is PATH_NONE if nobody reads it. */
struct kind_schema {
  uint32_t *slots;   /* by field of the kind */
  bool has_required; /* some field is, without a default */
};

struct schema {
  const struct program *program;
  struct arena arena;

  struct paths lead;                         /* keys of a lead */
  uint32_t id_slot, stage_slot, events_slot; /* PATH_NONE: not read */
  uint32_t *field_slots;
  bool has_required; /* some field of a lead is */

  struct paths event; /* keys of an event */
  uint32_t type_slot, at_slot, event_id_slot;
  uint32_t lead_id_slot, lead_slot, event_lead_slot; /* in a file of its own: `lead_id`, `lead`,
                                                        the lead's identity */
  struct kind_schema *kinds;
  struct key_table types; /* to kinds */

  struct label_table *labels; /* parallel to program->labels */
};

/* False if out of memory; may then still be cleared.  The program must outlive
 * the schema. */
bool schema_init(struct schema *schema, const struct program *program, const struct memory *memory);
void schema_clear(struct schema *schema);

#endif

/* lead_csv.h - rows of CSV become leads, and events.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_CSV_H
#define BAREME_IO_LEAD_CSV_H

#include "io/csv.h"
#include "io/lead.h"

/* Which columns are what, for one kind of file. */
struct columns {
  struct csv csv;
  uint32_t slot_count;
  uint32_t *of_slot; /* column by slot of the lead's or event's paths; CSV_NONE: none */
  uint32_t lead;     /* of events: the lead's id */
  uint32_t event_id; /* of events: their own id */
};

/* False if out of memory; may then still be cleared. */
bool columns_init(struct columns *columns, const struct schema *schema,
                  const struct memory *memory);
void columns_clear(struct columns *columns);

/* Takes over what the header of others says, for rows of the same file. */
void columns_follow(struct columns *columns, const struct columns *others);

/* Reads the header of a file of leads, or of events; columns that the program
 * reads and the file has not are counted as problems. */
bareme_status columns_read_for_leads(struct columns *columns, struct records *records,
                                     struct loader *loader, struct text file, struct arena *arena,
                                     bareme_failure *failure);
bareme_status columns_read_for_events(struct columns *columns, struct records *records,
                                      struct loader *loader, struct text file, struct arena *arena,
                                      bareme_failure *failure);

/* One row becomes a lead, like lead_from_json. */
enum outcome lead_from_row(struct loader *loader, struct columns *columns,
                           const struct record *record, struct reason *reason);

/* One row becomes loader->event and its lead's id (bytes NULL: none); all texts
 * are in the arena. */
enum event_result event_from_row(struct loader *loader, struct columns *columns,
                                 const struct record *record, struct arena *arena,
                                 struct text *lead);

#endif

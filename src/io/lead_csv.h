/* lead_csv.h - rows of CSV, by their header.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_CSV_H
#define BAREME_IO_LEAD_CSV_H

#include "io/lead.h"

/* A row's cells, decoded by libcsv into a buffer of our own. */
struct csv {
  struct memory memory;
  struct csv_parser *parser;
  struct text header; /* as read; lives in the reader's arena */
  uint32_t column_count;
  char separator;     /* between the items of a list */
  struct text *cells; /* of the row that was read last */
  size_t cell_count, cell_capacity;
  char *bytes;
  size_t used, byte_capacity;
  bool out_of_memory;
  /* columns by slot: of the lead's paths, or of the event's; PATH_NONE: none */
  uint32_t *columns;
  size_t slot_capacity;
};

bool csv_init(struct csv *csv, const struct memory *memory);
void csv_clear(struct csv *csv);

/* Reads the header of a file of leads.  Columns that are missing are noted. */
bareme_status csv_read_header(struct csv *csv, struct records *records, struct loader *loader,
                              struct text file, struct arena *arena, bareme_failure *failure);

/* One row becomes a lead, like lead_from_json. */
enum outcome lead_from_row(struct loader *loader, struct csv *csv, const struct record *record,
                           struct reason *reason);

#endif

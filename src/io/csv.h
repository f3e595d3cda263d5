/* csv.h - a header that says which column is what, and rows of cells.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_CSV_H
#define BAREME_IO_CSV_H

#include "base/arena.h"
#include "io/records.h"

#define CSV_NONE UINT32_MAX

struct csv_parser;

struct csv {
  struct memory memory;
  struct csv_parser *parser; /* libcsv's */
  bool parser_ready;
  char delimiter;     /* between cells */
  char separator;     /* between the items of a list in one cell */
  struct text header; /* as read; in the arena of whoever read it */
  struct text *names; /* of the columns, trimmed */
  uint32_t column_count;
  struct text *cells; /* of the row that was read last */
  size_t cell_count, cell_capacity;
  char *next; /* where the next cell's bytes go */
  bool out_of_memory;
};

/* Not init and clear: those names are libcsv's.  False if out of memory; may
 * then still be closed. */
bool csv_open(struct csv *csv, const struct memory *memory);
void csv_close(struct csv *csv);

/* Reads the first row as the names of the columns; a file of nothing has none.
 * Copies into the arena. */
bareme_status csv_read_header(struct csv *csv, struct records *records, struct text file,
                              struct arena *arena, bareme_failure *failure);

/* Reads rows as `other` does, whose header was read. */
void csv_follow(struct csv *csv, const struct csv *other);

/* The column of that name: exactly, or else ignoring case; CSV_NONE if there
 * is none.  Several are a failure. */
bareme_status csv_find(const struct csv *csv, struct text name, struct text file, uint32_t *column,
                       bareme_failure *failure);

/* Decodes a row's cells; their bytes are in the arena.  False if out of memory. */
bool csv_read_cells(struct csv *csv, struct text row, struct arena *arena);

#endif

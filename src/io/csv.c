/* csv.c - a header that says which column is what, and rows of cells.
 *
 * Rows are found by records.c, which knows about quotes; libcsv takes a row
 * apart and undoes its quoting.  It is told not to trim, which is left to the
 * kinds of values, and that no byte ends a row.  Its own buffer comes from the
 * C library's heap, for its hooks have no context.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/csv.h"

#include <string.h>

#include <csv.h>

#include "base/unicode.h"
#include "limits.h"

static int never(unsigned char byte) {
  (void)byte;
  return 0;
}

bool csv_open(struct csv *csv, const struct memory *memory) {
  *csv = (struct csv){.memory = *memory};
  csv->parser = memory_zeroed(memory, 1, sizeof *csv->parser);
  if (!csv->parser || csv_init(csv->parser, 0) != 0)
    return false;
  csv->parser_ready = true;
  csv_set_space_func(csv->parser, never);
  csv_set_term_func(csv->parser, never);
  return true;
}

void csv_close(struct csv *csv) {
  if (csv->parser_ready)
    csv_free(csv->parser);
  if (csv->parser)
    memory_free(&csv->memory, csv->parser, 1, sizeof *csv->parser);
  if (csv->cells)
    memory_free(&csv->memory, csv->cells, csv->cell_capacity, sizeof *csv->cells);
  *csv = (struct csv){.memory = csv->memory};
}

/* ---- rows --------------------------------------------------------------------- */

static void take_cell(void *bytes, size_t length, void *context) {
  struct csv *csv = context;
  void *cells = csv->cells;
  if (!memory_reserve(&csv->memory, &cells, &csv->cell_capacity, csv->cell_count + 1,
                      sizeof *csv->cells)) {
    csv->out_of_memory = true;
    return;
  }
  csv->cells = cells;
  if (length)
    memcpy(csv->next, bytes, length);
  csv->cells[csv->cell_count++] = (struct text){csv->next, length};
  csv->next += length;
}

static void end_row(int byte, void *context) {
  (void)byte;
  (void)context;
}

bool csv_read_cells(struct csv *csv, struct text row, struct arena *arena) {
  csv->cell_count = 0;
  csv->out_of_memory = false;
  csv->next = arena_alloc(arena, row.length + 1); /* undoing quotes only shortens */
  if (!csv->next)
    return false;
  /* libcsv grows its buffer for a cell by as much each time: by 128 bytes, a cell
   * of many MiB would take a time that goes with its square. */
  csv_set_blk_size(csv->parser, row.length / 4 + 128);
  size_t parsed = csv_parse(csv->parser, row.bytes, row.length, take_cell, end_row, csv);
  int result = csv_fini(csv->parser, take_cell, end_row, csv);
  return !csv->out_of_memory && parsed == row.length && result == 0;
}

/* ---- the header ----------------------------------------------------------------- */

static bareme_status bad_header(struct text file, const char *what, bareme_failure *failure) {
  failure_set(failure, "%.*s:1: %s", (int)file.length, file.bytes, what);
  return BAREME_IO;
}

static bareme_status read_names(struct csv *csv, struct records *records, struct text file,
                                struct arena *arena, bareme_failure *failure) {
  struct record record;
  records_next(records, &record);
  if (record.kind == RECORD_END)
    return records->feed.status == BAREME_OK ? BAREME_END : BAREME_OK;
  if (record.kind != RECORD_WHOLE)
    return bad_header(file, "the header has broken quotes, or is too large", failure);
  bool copied;
  csv->header = arena_text(arena, record.bytes, &copied);
  if (!copied || !csv_read_cells(csv, csv->header, arena))
    return failure_memory(failure);
  if (csv->cell_count > LIMIT_CSV_COLUMNS)
    return bad_header(file, "the header has too many columns", failure);
  if (utf8_error(csv->header) != csv->header.length)
    return bad_header(file, "the header is not UTF-8; save the file as UTF-8", failure);
  csv->column_count = (uint32_t)csv->cell_count;
  csv->names = arena_array(arena, csv->column_count + 1u, sizeof *csv->names);
  if (!csv->names)
    return failure_memory(failure);
  for (uint32_t i = 0; i < csv->column_count; i++)
    csv->names[i] = text_trim(csv->cells[i]);
  return BAREME_OK;
}

static void set_delimiter(struct csv *csv, char delimiter) {
  csv_set_delim(csv->parser, (unsigned char)delimiter);
  csv->delimiter = delimiter;
  csv->separator = delimiter == ';' ? '|' : ';';
}

void csv_follow(struct csv *csv, const struct csv *other) {
  set_delimiter(csv, other->delimiter);
  csv->header = other->header;
  csv->names = other->names;
  csv->column_count = other->column_count;
}

bareme_status csv_read_header(struct csv *csv, struct records *records, struct text file,
                              struct arena *arena, bareme_failure *failure) {
  set_delimiter(csv, records->delimiter);
  csv->column_count = 0;
  csv->header = (struct text){"", 0};
  bareme_status status = read_names(csv, records, file, arena, failure);
  return status == BAREME_END ? BAREME_OK : status;
}

/* How many columns have that name; *column is the first. */
static uint32_t count_columns(const struct csv *csv, struct text name,
                              bool (*equal)(struct text, struct text), uint32_t *column) {
  uint32_t count = 0;
  for (uint32_t i = csv->column_count; i-- > 0;)
    if (equal(csv->names[i], name)) {
      *column = i;
      count++;
    }
  return count;
}

bareme_status csv_find(const struct csv *csv, struct text name, struct text file, uint32_t *column,
                       bareme_failure *failure) {
  *column = CSV_NONE;
  uint32_t count = count_columns(csv, name, text_equal, column);
  if (count == 0)
    count = count_columns(csv, name, text_equal_folded, column);
  if (count < 2)
    return BAREME_OK;
  failure_set(failure, "%.*s:1: the header has %u columns `%.*s`; rename all but one",
              (int)file.length, file.bytes, (unsigned)count, (int)name.length, name.bytes);
  return BAREME_IO;
}

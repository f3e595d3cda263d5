/* table.h - results as a table for people.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "cli/output.h"
#include "cli/page.h"

struct table_column {
  bareme_text title;
  bareme_kind kind; /* what it shows, with index; see table.c for the others */
  uint32_t index;
  bool number; /* to the right */
  bool hidden;
  size_t width;
};

struct table {
  const bareme_policy *policy;
  struct output *output;
  bool reasons; /* a second line under each row: why */
  struct table_column *columns;
  size_t column_count;
  size_t left_out;  /* columns for which the terminal is too narrow */
  struct page rows; /* records that wait until the widths are known */
  size_t waiting;
  bool printing;    /* the widths are known */
  struct page page; /* lines on their way out */
};

/* An exit_status; table_clear in any case. */
int table_init(struct table *table, const bareme_policy *policy, struct output *output,
               unsigned colour_choice, bool reasons);
void table_clear(struct table *table);

/* Appends a lead's row to the record: its cells, each ended by a NUL. */
void table_record(const struct table *table, const bareme_runner *runner, uint32_t lane,
                  struct page *record);

/* Adds a row, which is printed when the widths of the columns are known: those
 * of the first thousand rows.  An exit_status. */
int table_add(struct table *table, const struct page *record);
int table_end(struct table *table);

#endif

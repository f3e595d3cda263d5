/* table.c - results as a table for people.
 *
 *   lead       stage      contact  activity  stars
 *   a-0001     qualified       40     33.61  5
 *   a-0002     lead            15         4  2
 *
 * Rows are kept as records until there are enough of them to choose the widths
 * by, and are then printed as they come: memory stays flat, and a wider cell
 * in row 2,000,000 does no more than push its own row.  On a terminal, columns
 * share what room there is: the widest is narrowed first, and the last ones that
 * do not fit even so are left out, with a word about it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include "cli/reasons.h"
#include "cli/tell.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_TO_MEASURE 1000
#define GAP             2
#define NARROWEST       12

/* Columns that are not one declaration each. */
enum { KIND_ID = -1, KIND_EXCLUDED = -2 };

/* ---- columns ------------------------------------------------------------------------- */

static void add_column(struct table *table, const char *title, bareme_text name, int kind,
                       uint32_t index) {
  struct table_column *column = &table->columns[table->column_count++];
  *column = (struct table_column){
      .title = title ? text_of(title, strlen(title)) : name,
      .kind = (bareme_kind)kind,
      .index = index,
      .number = kind == BAREME_SCORES,
  };
  column->width = bareme_text_columns(column->title);
}

static void add_columns(struct table *table, bareme_kind kind) {
  for (uint32_t i = 0; i < bareme_policy_count(table->policy, kind); i++)
    add_column(table, NULL, bareme_policy_name(table->policy, kind, i), (int)kind, i);
}

int table_init(struct table *table, const bareme_policy *policy, struct output *output,
               unsigned colour_choice, bool reasons) {
  *table = (struct table){.policy = policy, .output = output, .reasons = reasons};
  page_init(&table->page, output->file, colour_choice);
  size_t most = 5;
  for (bareme_kind kind = BAREME_SCORES; kind <= BAREME_CHOICES; kind++)
    most += bareme_policy_count(policy, kind);
  table->columns = calloc(most, sizeof *table->columns);
  if (!table->columns)
    return tell_outside("out of memory");
  add_column(table, "lead", text_of(NULL, 0), KIND_ID, 0);
  if (bareme_policy_count(policy, BAREME_STAGES) > 0)
    add_column(table, "stage", text_of(NULL, 0), BAREME_STAGES, 0);
  for (bareme_kind kind = BAREME_SCORES; kind <= BAREME_CHOICES; kind++)
    add_columns(table, kind);
  if (bareme_policy_count(policy, BAREME_SEGMENTS) > 0)
    add_column(table, "segments", text_of(NULL, 0), BAREME_SEGMENTS, 0);
  if (bareme_policy_count(policy, BAREME_ACTIONS) > 0)
    add_column(table, "actions", text_of(NULL, 0), BAREME_ACTIONS, 0);
  if (bareme_policy_count(policy, BAREME_EXCLUDES) > 0)
    add_column(table, "excluded", text_of(NULL, 0), KIND_EXCLUDED, 0);
  return EXIT_DONE;
}

void table_clear(struct table *table) {
  free(table->columns);
  page_clear(&table->rows);
  page_clear(&table->page);
}

/* ---- cells ------------------------------------------------------------------------------ */

static void put_names(const struct table *table, const bareme_runner *runner, uint32_t lane,
                      bareme_kind kind, struct page *record) {
  bool first = true;
  for (uint32_t i = 0; i < bareme_policy_count(table->policy, kind); i++) {
    bool has = kind == BAREME_SEGMENTS ? bareme_result_segment(runner, i, lane)
                                       : bareme_result_action(runner, i, lane);
    if (!has)
      continue;
    page_word(record, first ? "" : ", ");
    page_text(record, bareme_policy_name(table->policy, kind, i), PAGE_UNCUT);
    first = false;
  }
}

static void put_score(const bareme_runner *runner, uint32_t score, uint32_t lane,
                      struct page *record) {
  double number;
  if (bareme_result_score(runner, score, lane, &number))
    page_number(record, number);
  else
    page_word(record, "-");
}

static void put_outcome(const struct table *table, const bareme_runner *runner, uint32_t lane,
                        const struct table_column *column, struct page *record) {
  uint32_t outcome = bareme_result_outcome(runner, column->kind, column->index, lane);
  if (outcome == BAREME_NONE)
    page_word(record, "-");
  else
    page_text(record, bareme_policy_outcome(table->policy, column->kind, column->index, outcome),
              PAGE_UNCUT);
}

static void put_excluded(const struct table *table, const bareme_runner *runner, uint32_t lane,
                         struct page *record) {
  uint32_t excluded = bareme_result_excluded(runner, lane);
  if (excluded != BAREME_NONE)
    page_text(record, bareme_policy_label(table->policy, BAREME_EXCLUDES, excluded), PAGE_UNCUT);
}

static void put_cell(const struct table *table, const bareme_runner *runner, uint32_t lane,
                     const struct table_column *column, struct page *record) {
  uint32_t stage;
  switch ((int)column->kind) {
  case KIND_ID: page_text(record, bareme_result_id(runner, lane), PAGE_UNCUT); break;
  case KIND_EXCLUDED: put_excluded(table, runner, lane, record); break;
  case BAREME_SCORES: put_score(runner, column->index, lane, record); break;
  case BAREME_STAGES:
    stage = bareme_result_stage(runner, lane);
    page_text(record, bareme_policy_name(table->policy, BAREME_STAGES, stage), PAGE_UNCUT);
    break;
  case BAREME_SEGMENTS:
  case BAREME_ACTIONS: put_names(table, runner, lane, column->kind, record); break;
  default: put_outcome(table, runner, lane, column, record); break;
  }
}

void table_record(const struct table *table, const bareme_runner *runner, uint32_t lane,
                  struct page *record) {
  record->unicode = table->page.unicode;
  for (size_t i = 0; i < table->column_count; i++) {
    put_cell(table, runner, lane, &table->columns[i], record);
    page_raw(record, "", 1);
  }
  if (table->reasons) {
    reasons_put(record, table->policy, runner, lane);
    page_raw(record, "", 1);
  }
}

/* ---- widths ------------------------------------------------------------------------------- */

static const char *next_cell(const char *cell) {
  return cell + strlen(cell) + 1;
}

static size_t columns_of(const char *cell) {
  return bareme_text_columns(text_of(cell, strlen(cell)));
}

static void measure(struct table *table) {
  const char *cell = table->rows.bytes, *end = cell + table->rows.length;
  while (cell < end) {
    for (size_t i = 0; i < table->column_count; i++, cell = next_cell(cell)) {
      size_t width = columns_of(cell);
      if (width > table->columns[i].width)
        table->columns[i].width = width;
    }
    if (table->reasons)
      cell = next_cell(cell);
  }
}

static size_t total_width(const struct table *table) {
  size_t width = 0;
  for (size_t i = 0; i < table->column_count; i++)
    if (!table->columns[i].hidden)
      width += table->columns[i].width + (width > 0 ? GAP : 0);
  return width;
}

/* The widest one that may be narrowed: not numbers, and not the leads' ids,
 * which people copy from here. */
static struct table_column *widest(struct table *table) {
  struct table_column *found = NULL;
  for (size_t i = 1; i < table->column_count; i++) {
    struct table_column *column = &table->columns[i];
    if (!column->hidden && !column->number && column->width > NARROWEST &&
        (!found || column->width > found->width))
      found = column;
  }
  return found;
}

static void fit(struct table *table) {
  struct table_column *column;
  while (total_width(table) > table->page.width && (column = widest(table)))
    column->width--;
}

/* Hides the last columns until the others fit; returns how many. */
static size_t hide_columns(struct table *table) {
  size_t hidden = 0;
  for (size_t i = table->column_count; i-- > 1 && total_width(table) > table->page.width;)
    if (!table->columns[i].hidden) {
      table->columns[i].hidden = true;
      hidden++;
    }
  if (table->columns[0].width > table->page.width)
    table->columns[0].width = table->page.width;
  return hidden;
}

/* ---- printing ------------------------------------------------------------------------------- */

static void put_aligned(struct page *page, const struct table_column *column, bareme_text text,
                        bool cut) {
  page_pad(page, page->column + (page->column > 0 ? GAP : 0));
  size_t begin = page->column, width = bareme_text_columns(text);
  if (column->number && width < column->width)
    page_pad(page, begin + column->width - width);
  page_text(page, text, cut && !column->number ? column->width : PAGE_UNCUT);
  page_pad(page, begin + column->width);
}

static void put_titles(struct table *table) {
  struct page *page = &table->page;
  page_style(page, STYLE_BOLD);
  for (size_t i = 0; i < table->column_count; i++)
    if (!table->columns[i].hidden)
      put_aligned(page, &table->columns[i], table->columns[i].title, page->terminal);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

static void put_reasons(struct page *page, const char *reasons) {
  if (!*reasons)
    return;
  page_style(page, STYLE_DIM);
  page_word(page, "  ");
  page_text(page, text_of(reasons, strlen(reasons)), page->terminal ? page->width - 2 : PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

/* Prints a row; returns where the next one begins. */
static const char *put_row(struct table *table, const char *cell) {
  struct page *page = &table->page;
  for (size_t i = 0; i < table->column_count; i++, cell = next_cell(cell))
    if (!table->columns[i].hidden)
      put_aligned(page, &table->columns[i], text_of(cell, strlen(cell)), page->terminal);
  page_line(page);
  if (!table->reasons)
    return cell;
  put_reasons(page, cell);
  return next_cell(cell);
}

static int print(struct table *table) {
  const char *row = table->rows.bytes, *end = row + table->rows.length;
  while (row < end)
    row = put_row(table, row);
  if (table->rows.out_of_memory || table->page.out_of_memory)
    return tell_outside("out of memory");
  output_put(table->output, table->page.bytes, table->page.length);
  table->page.length = table->rows.length = table->waiting = 0;
  return EXIT_DONE;
}

static void begin_printing(struct table *table) {
  measure(table);
  if (table->page.terminal) {
    fit(table);
    table->left_out = hide_columns(table);
  }
  put_titles(table);
  table->printing = true;
}

int table_add(struct table *table, const struct page *record) {
  page_raw(&table->rows, record->bytes, record->length);
  table->waiting++;
  if (record->out_of_memory)
    table->rows.out_of_memory = true;
  if (!table->printing && table->waiting < ROWS_TO_MEASURE)
    return EXIT_DONE;
  if (!table->printing)
    begin_printing(table);
  return print(table);
}

/* All rows are known: columns in which no row has anything are left out. */
static void drop_empty_columns(struct table *table) {
  for (size_t i = 0; i < table->column_count; i++)
    table->columns[i].hidden = true;
  const char *cell = table->rows.bytes, *end = cell + table->rows.length;
  while (cell < end) {
    for (size_t i = 0; i < table->column_count; i++, cell = next_cell(cell))
      if (*cell)
        table->columns[i].hidden = false;
    if (table->reasons)
      cell = next_cell(cell);
  }
}

int table_end(struct table *table) {
  if (!table->printing) {
    if (table->waiting > 0)
      drop_empty_columns(table);
    begin_printing(table);
  }
  int status = print(table);
  size_t hidden = table->left_out;
  if (status == EXIT_DONE && hidden > 0) {
    page_style(&table->page, STYLE_DIM);
    page_format(&table->page, "%zu more %s: make the window wider, or use --format csv", hidden,
                hidden == 1 ? "column" : "columns");
    page_style(&table->page, STYLE_PLAIN);
    page_line(&table->page);
    status = print(table);
  }
  return status;
}

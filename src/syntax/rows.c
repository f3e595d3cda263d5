/* rows.c - pieces cut into rows, and the columns that rows share.
 *
 * A block that was written on one line, and fits, stays on one line; any other
 * is opened.  That is decided from the outside in, because what lies in an
 * inline block is inline.
 *
 * A section is a run of rows of one kind that stand together: no empty line and
 * no open block between them.  Its rows share their columns.  A cell that is
 * very long does not push the others away: it goes its own way.
 *
 *     +25 "Works in marketing"  when department is "marketing"
 *     +5  "Large"               when company_size > 1000
 *     |   |                     |
 *     0   column 1              column 2
 *
 * Only what was written decides, never how it was laid out before, but for two
 * things that formatting keeps: whether a block or list was written on one
 * line, and empty lines.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/sheet.h"

#include "syntax/tokens.h"

#include <string.h>

/* A cell that is wider, or ends farther right, is left out of the alignment. */
#define WIDEST_CELL   40
#define FARTHEST_CELL 56

/* ---- before there are rows ---------------------------------------------------- */

/* Comments between a header and its `{` go behind the `{`: in front of it they
 * would part the two.  Only the first can still follow something on its line. */
static void move_remarks(struct sheet *sheet, struct piece *from, struct piece *to) {
  size_t count = from->remark_count + to->remark_count;
  struct remark *remarks = arena_array(sheet->arena, count, sizeof *remarks);
  if (!remarks) {
    sheet->failed = true;
    return;
  }
  memcpy(remarks, from->remarks, from->remark_count * sizeof *remarks);
  if (to->remark_count > 0)
    memcpy(remarks + from->remark_count, to->remarks, to->remark_count * sizeof *remarks);
  for (size_t i = 1; i < count; i++)
    remarks[i].own_line = true;
  to->remarks = remarks;
  to->remark_count = (uint32_t)count;
  to->fresh = true;
  from->remarks = NULL;
  from->remark_count = 0;
  from->fresh = false;
}

static void move_all_remarks(struct sheet *sheet) {
  for (uint32_t i = 0; i + 1 < sheet->count; i++) {
    struct piece *piece = &sheet->pieces[i];
    if (piece->block && piece->kind == TOKEN_LEFT_BRACE && piece->remark_count > 0)
      move_remarks(sheet, piece, piece + 1);
  }
}

static void add_up(struct sheet *sheet) {
  uint64_t sum = 0;
  uint32_t forces = 0;
  for (uint32_t i = 0; i < sheet->count; i++) {
    struct piece *piece = &sheet->pieces[i];
    piece->forced |= piece->remark_count > 0;
    forces += piece->forced;
    sum += piece->gap + piece->width;
    piece->sum = sum;
    piece->forces = forces;
  }
}

/* How far right `then` has to begin in the arms of each `case`. */
static void measure_arms(struct sheet *sheet) {
  for (uint32_t i = 0; i < sheet->count; i++) {
    const struct piece *piece = &sheet->pieces[i];
    if (piece->arm == 0 || has_forced(sheet, piece->arm, i))
      continue;
    struct group *group = &sheet->groups[piece->group];
    uint64_t width = flat_width(sheet, piece->arm, i - 1);
    if (width > group->widest_arm && width <= WIDEST_CELL)
      group->widest_arm = (uint32_t)width;
  }
}

/* ---- blocks and rows -------------------------------------------------------------- */

static bool was_inline(const struct sheet *sheet, uint32_t open) {
  for (uint32_t i = open + 1; i <= sheet->pieces[open].mate; i++)
    if (sheet->pieces[i].fresh)
      return false;
  return true;
}

static bool stays_inline(const struct sheet *sheet, const struct row *row, uint32_t open) {
  uint32_t close = sheet->pieces[open].mate;
  if (close == open + 1)
    return sheet->pieces[close].remark_count == 0;
  return was_inline(sheet, open) && !has_forced(sheet, row->first, close) &&
         row->depth * INDENT + flat_width(sheet, row->first, close) <= PRINT_COLUMNS;
}

static struct row *add_row(struct sheet *sheet, struct rows *rows, uint32_t first, unsigned depth) {
  if (rows->count == rows->capacity) {
    size_t capacity = rows->capacity ? rows->capacity * 2 : 128;
    struct row *items = arena_array(sheet->arena, capacity, sizeof *items);
    if (!items)
      return NULL;
    if (rows->count > 0)
      memcpy(items, rows->items, rows->count * sizeof *items);
    rows->items = items;
    rows->capacity = capacity;
  }
  struct row *row = &rows->items[rows->count++];
  *row = (struct row){.first = first, .depth = depth, .kind = sheet->pieces[first].item};
  return row;
}

/* The row that begins at row->first; returns the piece behind it. */
static uint32_t end_row(struct sheet *sheet, struct row *row) {
  uint32_t i = row->first;
  for (; i + 1 < sheet->count; i++) {
    struct piece *piece = &sheet->pieces[i];
    if (i > row->first && (piece->item || piece->kind == TOKEN_END))
      break;
    if (!piece->block)
      continue;
    if (piece->kind == TOKEN_RIGHT_BRACE && i > row->first)
      break;
    if (piece->kind != TOKEN_LEFT_BRACE)
      continue;
    if (!stays_inline(sheet, row, i)) {
      row->opens = true;
      row->last = i;
      return i + 1;
    }
    piece->inline_block = true;
    i = piece->mate;
  }
  row->last = i > row->first ? i - 1 : i;
  return i > row->first ? i : i + 1;
}

static bool cut(struct sheet *sheet, struct rows *rows) {
  unsigned depth = 0;
  for (uint32_t i = 0; i < sheet->count;) {
    bool closes = sheet->pieces[i].block && sheet->pieces[i].kind == TOKEN_RIGHT_BRACE;
    depth -= closes && depth > 0;
    struct row *row = add_row(sheet, rows, i, depth);
    if (!row)
      return false;
    row->closes = closes;
    i = end_row(sheet, row);
    depth += row->opens;
  }
  return true;
}

/* ---- empty lines between declarations ---------------------------------------------- */

/* A clause may go on below its declaration without parting it from the next. */
static bool has_clause(const struct sheet *sheet, const struct row *row) {
  uint32_t piece = row->first;
  while (piece <= row->last && !sheet->pieces[piece].clause)
    piece = next_column(sheet, row, piece);
  return piece <= row->last;
}

static bool is_long(const struct sheet *sheet, const struct row *row) {
  if (row->opens || row->closes)
    return true;
  return !has_clause(sheet, row) && (has_forced(sheet, row->first, row->last) ||
                                     flat_width(sheet, row->first, row->last) > PRINT_COLUMNS);
}

/* Declarations that need several lines, or are of different kinds, stand apart. */
static void part_declarations(const struct sheet *sheet, struct rows *rows) {
  enum row_kind kind = ROW_NONE;
  for (size_t i = 1; i < rows->count; i++) {
    struct row *before = &rows->items[i - 1], *row = &rows->items[i];
    if (before->depth == 0 && before->kind >= ROW_DECL)
      kind = before->kind;
    if (row->depth == 0 && row->kind >= ROW_DECL)
      row->blank = row->kind != kind || is_long(sheet, before) || is_long(sheet, row);
  }
}

/* ---- columns ------------------------------------------------------------------------ */

/* True if the row's section goes on with the next one. */
static bool together(const struct sheet *sheet, const struct row *row, const struct row *next) {
  const struct piece *piece = &sheet->pieces[next->first];
  if (row->kind != next->kind || row->kind == ROW_NONE || row->opens || next->opens ||
      row->depth != next->depth || next->blank || piece->blank)
    return false;
  for (uint32_t i = 0; i < piece->remark_count; i++)
    if (piece->remarks[i].blank)
      return false;
  return true;
}

uint32_t next_column(const struct sheet *sheet, const struct row *row, uint32_t piece) {
  const struct piece *pieces = sheet->pieces;
  uint32_t i = pieces[piece].inline_block ? pieces[piece].mate + 1 : piece + 1;
  while (i <= row->last && !pieces[i].column)
    i = pieces[i].inline_block ? pieces[i].mate + 1 : i + 1;
  return i <= row->last ? i : row->last + 1;
}

/* Rows wait at the column that they have next, so that each cell is looked at
 * once, however many columns and rows there are. */
struct section {
  struct row *rows;
  size_t count;
  uint32_t columns; /* highest number of one, + 1 */
  uint32_t *starts; /* by number, from the beginning of the row */
  uint32_t *gaps;   /* before each */
  size_t *waiting;  /* the first row that waits at each, + 1; or 0 */
  size_t *others;   /* by row: the next that waits at the same, + 1; or 0 */
  uint32_t *cells;  /* by row: the piece where the cell before that column begins */
};

static uint32_t count_columns(const struct sheet *sheet, const struct section *section) {
  uint32_t columns = 1;
  for (size_t i = 0; i < section->count; i++) {
    const struct row *row = &section->rows[i];
    uint32_t piece = next_column(sheet, row, row->first);
    for (; piece <= row->last; piece = next_column(sheet, row, piece))
      if (sheet->pieces[piece].column >= columns)
        columns = sheet->pieces[piece].column + 1;
  }
  return columns;
}

/* The items of a block always are one; declarations and the events of a test
 * only if there are several. */
static bool is_table(const struct section *section) {
  const struct row *row = section->rows;
  return section->count > 1 || (row->depth > 0 && row->kind != ROW_TEST_EVENT);
}

static void find_gaps(const struct sheet *sheet, struct section *section) {
  for (size_t i = 0; i < section->count; i++) {
    const struct row *row = &section->rows[i];
    uint32_t piece = next_column(sheet, row, row->first);
    for (; piece <= row->last; piece = next_column(sheet, row, piece)) {
      const struct piece *at = &sheet->pieces[piece];
      unsigned gap = is_table(section) ? at->wide : at->gap;
      if (gap > section->gaps[at->column])
        section->gaps[at->column] = gap;
    }
  }
}

static void wait(const struct sheet *sheet, struct section *section, size_t index) {
  const struct row *row = &section->rows[index];
  uint32_t next = next_column(sheet, row, section->cells[index]);
  if (next > row->last)
    return;
  size_t *first = &section->waiting[sheet->pieces[next].column];
  section->others[index] = *first;
  *first = index + 1;
}

/* The rows that have the column tell how far right it has to begin. */
static void find_start(const struct sheet *sheet, struct section *section, uint32_t column) {
  for (size_t at = section->waiting[column], next; at > 0; at = next) {
    size_t index = at - 1;
    uint32_t cell = section->cells[index];
    uint32_t piece = next_column(sheet, &section->rows[index], cell);
    uint64_t begin = section->starts[sheet->pieces[cell].column];
    uint64_t width = flat_width(sheet, cell, piece - 1);
    uint64_t start = begin + width + section->gaps[column];
    bool far =
        width > WIDEST_CELL || (begin + width > FARTHEST_CELL && section->rows->kind != ROW_GRID);
    if (!far && start > section->starts[column])
      section->starts[column] = (uint32_t)start;
    next = section->others[index];
    section->cells[index] = piece;
    wait(sheet, section, index);
  }
}

static bool reserve(struct sheet *sheet, struct section *section) {
  size_t columns = section->columns, count = section->count;
  section->starts = arena_array(sheet->arena, columns, sizeof *section->starts);
  section->gaps = arena_array(sheet->arena, columns, sizeof *section->gaps);
  section->waiting = arena_array(sheet->arena, columns, sizeof *section->waiting);
  section->others = arena_array(sheet->arena, count, sizeof *section->others);
  section->cells = arena_array(sheet->arena, count, sizeof *section->cells);
  return section->starts && section->gaps && section->waiting && section->others && section->cells;
}

static bool align(struct sheet *sheet, struct section *section) {
  section->columns = count_columns(sheet, section);
  if (section->columns == 1)
    return true;
  if (!reserve(sheet, section))
    return false;
  find_gaps(sheet, section);
  for (size_t i = 0; i < section->count; i++) {
    section->rows[i].starts = section->starts;
    section->cells[i] = section->rows[i].first;
    wait(sheet, section, i);
  }
  for (uint32_t column = 1; column < section->columns; column++)
    find_start(sheet, section, column);
  return true;
}

static bool align_all(struct sheet *sheet, struct rows *rows) {
  for (size_t i = 0; i < rows->count;) {
    struct section section = {.rows = &rows->items[i], .count = 1};
    while (i + section.count < rows->count &&
           together(sheet, &rows->items[i + section.count - 1], &rows->items[i + section.count]))
      section.count++;
    if (!align(sheet, &section))
      return false;
    i += section.count;
  }
  return true;
}

/* ---- all of it ------------------------------------------------------------------------ */

bool rows_make(struct sheet *sheet, struct rows *rows) {
  *rows = (struct rows){.count = 0};
  move_all_remarks(sheet);
  add_up(sheet);
  measure_arms(sheet);
  if (sheet->failed || !cut(sheet, rows))
    return false;
  part_declarations(sheet, rows);
  return align_all(sheet, rows);
}

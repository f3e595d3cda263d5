/* layout.c - rows written out, and broken where they are too long.
 *
 * What makes a row too long is broken from the outside in: a group that does
 * not fit on the rest of its line breaks, the groups in it are tried in turn.
 * Whether one fits is known from the widths added up beforehand, and what
 * follows it is looked at no farther than a line is long, so that the time is
 * linear in the pieces.
 *
 * A row with columns is tried in this order, and the first that fits is taken:
 *
 *     lined up, on one line
 *     lined up, with its clause broken          unless the clause begins far right
 *     on one line, not lined up
 *     with its clause on lines of its own
 *
 * For declarations the second is the last but one: they stand on their own.
 *
 * Comments behind lines of one depth that follow one another are lined up at
 * the very end, when all lines are known.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/sheet.h"

#include "syntax/tokens.h"

#include <string.h>

#define HANG            (2 * INDENT) /* what a clause on its own line is deeper than its row */
#define FARTHEST_CLAUSE 48           /* column up to which a clause may be broken in place */
#define FARTHEST_REMARK 72           /* column up to which comments are lined up */
#define REMARK_GAP      2

/* A comment that goes behind a line. */
struct trail {
  size_t at; /* offset in the text: the end of its line */
  size_t line;
  uint32_t column; /* where the line ends */
  unsigned depth;  /* of its row */
  struct text text;
};

struct ink {
  char *bytes;
  size_t length, capacity;
};

struct layout {
  struct sheet *sheet;
  struct ink ink;
  struct trail *trails;
  size_t trail_count, trail_capacity;
  size_t line;
  uint32_t column;
  unsigned depth;  /* of the row */
  uint32_t inside; /* the innermost group that holds the piece */
  uint32_t end;    /* the last piece before the line ends or the next column begins */
  bool dry;        /* only tries: nothing is written */
  bool too_long;   /* a line went beyond PRINT_COLUMNS */
};

/* ---- ink ------------------------------------------------------------------- */

static bool ink_reserve(struct sheet *sheet, struct ink *ink, size_t length) {
  if (length <= ink->capacity - ink->length)
    return true;
  size_t capacity = (ink->capacity + length) * 2;
  char *larger = arena_alloc(sheet->arena, capacity);
  if (!larger) {
    sheet->failed = true;
    return false;
  }
  if (ink->length > 0)
    memcpy(larger, ink->bytes, ink->length);
  ink->bytes = larger;
  ink->capacity = capacity;
  return true;
}

static void ink_put(struct sheet *sheet, struct ink *ink, struct text text) {
  if (text.length == 0 || !ink_reserve(sheet, ink, text.length))
    return;
  memcpy(ink->bytes + ink->length, text.bytes, text.length);
  ink->length += text.length;
}

static void ink_blanks(struct sheet *sheet, struct ink *ink, size_t count) {
  if (count == 0 || !ink_reserve(sheet, ink, count))
    return;
  memset(ink->bytes + ink->length, ' ', count);
  ink->length += count;
}

static void put_text(struct layout *layout, struct text text, uint32_t width) {
  if (!layout->dry)
    ink_put(layout->sheet, &layout->ink, text);
  layout->column += width;
  layout->too_long |= layout->column > PRINT_COLUMNS;
}

static void put_blanks(struct layout *layout, uint32_t count) {
  if (!layout->dry)
    ink_blanks(layout->sheet, &layout->ink, count);
  layout->column += count;
}

static void put_newline(struct layout *layout) {
  if (!layout->dry)
    ink_put(layout->sheet, &layout->ink, TEXT("\n"));
  layout->line++;
  layout->column = 0;
}

/* ---- comments -------------------------------------------------------------- */

static void put_trail(struct layout *layout, const struct remark *remark) {
  if (layout->dry)
    return;
  if (layout->trail_count == layout->trail_capacity) {
    size_t capacity = layout->trail_capacity ? layout->trail_capacity * 2 : 32;
    struct trail *trails = arena_array(layout->sheet->arena, capacity, sizeof *trails);
    if (!trails) {
      layout->sheet->failed = true;
      return;
    }
    if (layout->trail_count > 0)
      memcpy(trails, layout->trails, layout->trail_count * sizeof *trails);
    layout->trails = trails;
    layout->trail_capacity = capacity;
  }
  layout->trails[layout->trail_count++] =
      (struct trail){layout->ink.length, layout->line, layout->column, layout->depth, remark->text};
}

/* One on a line of its own, at the start of the line. */
static void put_remark(struct layout *layout, const struct remark *remark, uint32_t indent) {
  if (!layout->dry) {
    ink_blanks(layout->sheet, &layout->ink, indent);
    ink_put(layout->sheet, &layout->ink, remark->text);
  }
}

/* Those between two pieces of a row, ending with a line break.  The groups of
 * a list stay apart. */
static void put_remarks(struct layout *layout, const struct piece *piece, uint32_t indent) {
  for (uint32_t i = 0; i < piece->remark_count; i++) {
    const struct remark *remark = &piece->remarks[i];
    if (!remark->own_line) {
      put_trail(layout, remark);
      continue;
    }
    put_newline(layout);
    if (piece->keeps_blank && remark->blank)
      put_newline(layout);
    put_remark(layout, remark, indent);
  }
  put_newline(layout);
  if (piece->keeps_blank && piece->blank)
    put_newline(layout);
}

/* ---- what fits --------------------------------------------------------------- */

/* What follows a piece on its line: up to where the line may or will break. */
static uint64_t tail_width(const struct layout *layout, uint32_t piece, uint64_t room) {
  const struct sheet *sheet = layout->sheet;
  uint64_t width = 0;
  for (uint32_t i = piece + 1; i <= layout->end && width <= room; i++) {
    const struct piece *next = &sheet->pieces[i];
    if (next->forced || (next->breaks && sheet->groups[next->group].state != GROUP_FLAT))
      break;
    width += next->gap + next->width;
  }
  return width;
}

static bool fits(const struct layout *layout, uint32_t first, uint32_t last) {
  uint64_t width = layout->column + flat_width(layout->sheet, first, last);
  return width <= PRINT_COLUMNS && width + tail_width(layout, last, PRINT_COLUMNS) <= PRINT_COLUMNS;
}

/* In a group that fills its lines: what stands up to its next break. */
static bool next_fits(const struct layout *layout, uint32_t piece) {
  const struct sheet *sheet = layout->sheet;
  uint32_t group = sheet->pieces[piece].group, last = sheet->groups[group].last;
  uint64_t width = layout->column + sheet->pieces[piece].gap + sheet->pieces[piece].width;
  uint32_t i = piece + 1;
  for (; i <= last && width <= PRINT_COLUMNS; i++) {
    const struct piece *next = &sheet->pieces[i];
    if (next->breaks && next->group == group)
      return true;
    if (next->forced)
      return false;
    width += next->gap + next->width;
  }
  return width <= PRINT_COLUMNS &&
         width + tail_width(layout, i - 1, PRINT_COLUMNS) <= PRINT_COLUMNS;
}

/* ---- groups -------------------------------------------------------------------- */

static void open_groups(struct layout *layout, uint32_t piece) {
  struct sheet *sheet = layout->sheet;
  for (uint32_t i = sheet->pieces[piece].opens; i; i = sheet->groups[i].next) {
    struct group *group = &sheet->groups[i];
    const struct group *parent = &sheet->groups[group->parent];
    bool flat = parent->state == GROUP_FLAT || (!has_forced(sheet, group->first, group->last) &&
                                                fits(layout, group->first, group->last));
    group->state = flat ? GROUP_FLAT : GROUP_BROKEN;
    group->indent = parent->indent + group->step;
    layout->inside = i;
  }
}

/* A try before has left its marks. */
static void reset_groups(struct sheet *sheet, uint32_t first, uint32_t last) {
  for (uint32_t piece = first; piece <= last; piece++)
    for (uint32_t i = sheet->pieces[piece].opens; i; i = sheet->groups[i].next)
      sheet->groups[i].state = GROUP_UNDECIDED;
}

static bool takes_break(const struct layout *layout, uint32_t index) {
  const struct piece *piece = &layout->sheet->pieces[index];
  if (piece->forced)
    return true;
  if (!piece->breaks)
    return false;
  const struct group *group = &layout->sheet->groups[piece->group];
  return group->state == GROUP_BROKEN && (!group->fill || !next_fits(layout, index));
}

static uint32_t group_indent(const struct layout *layout, const struct piece *piece) {
  const struct group *groups = layout->sheet->groups;
  if (piece->breaks)
    return groups[piece->group].indent;
  return groups[layout->inside].indent + (layout->inside == 0 ? INDENT : 0);
}

/* Blanks before the `then` of an arm: lined up if each arm has its line. */
static uint32_t arm_gap(const struct layout *layout, const struct piece *piece) {
  const struct group *group = &layout->sheet->groups[piece->group];
  uint32_t start = group->indent + group->widest_arm + piece->gap;
  if (group->state != GROUP_BROKEN || start < layout->column + piece->gap)
    return piece->gap;
  return start - layout->column;
}

static void put_gap(struct layout *layout, uint32_t index) {
  const struct piece *piece = &layout->sheet->pieces[index];
  while (layout->inside && layout->sheet->groups[layout->inside].last < index)
    layout->inside = layout->sheet->groups[layout->inside].parent;
  if (takes_break(layout, index)) {
    uint32_t indent = group_indent(layout, piece);
    put_remarks(layout, piece, indent);
    put_blanks(layout, piece->closing && indent >= INDENT ? indent - INDENT : indent);
  } else if (piece->semicolon) {
    put_text(layout, TEXT("; "), 2);
  } else {
    put_blanks(layout, piece->arm ? arm_gap(layout, piece) : piece->gap);
  }
}

/* The pieces first to last from the present column on; the first one's gap is
 * put already.  What is broken is indented from `base`. */
static void put_pieces(struct layout *layout, uint32_t first, uint32_t last, uint32_t base) {
  struct sheet *sheet = layout->sheet;
  sheet->groups[0].state = GROUP_BROKEN;
  sheet->groups[0].indent = base;
  layout->inside = 0;
  layout->end = last;
  for (uint32_t i = first; i <= last; i++) {
    if (i > first)
      put_gap(layout, i);
    open_groups(layout, i);
    put_text(layout, sheet->pieces[i].text, sheet->pieces[i].width);
  }
}

/* ---- rows with columns ------------------------------------------------------------ */

static uint32_t row_indent(const struct row *row) {
  return row->depth * INDENT;
}

/* Where a column begins if the cell before it ends at `end`. */
static uint64_t column_start(const struct sheet *sheet, const struct row *row, uint32_t piece,
                             uint64_t end) {
  uint64_t start = row_indent(row) + row->starts[sheet->pieces[piece].column];
  uint64_t nearest = end + sheet->pieces[piece].gap;
  return start > nearest ? start : nearest;
}

/* A row lined up, were it on one line.  Without columns, all of it is the last. */
struct measure {
  uint32_t last;     /* the piece where the last column begins */
  uint32_t previous; /* and the one before it */
  uint64_t start;    /* column where the last begins */
  uint64_t end;      /* and where the row ends */
  bool head_breaks;  /* what comes before the last takes several lines */
};

static struct measure measure_row(const struct sheet *sheet, const struct row *row) {
  struct measure measure = {row->first, row->first, row_indent(row), 0, false};
  uint32_t next = next_column(sheet, row, row->first);
  for (; next <= row->last; next = next_column(sheet, row, next)) {
    uint64_t end = measure.start + flat_width(sheet, measure.last, next - 1);
    measure.start = column_start(sheet, row, next, end);
    measure.previous = measure.last;
    measure.last = next;
  }
  measure.end = measure.start + flat_width(sheet, measure.last, row->last);
  if (measure.last > row->first)
    measure.head_breaks =
        has_forced(sheet, row->first, measure.last - 1) ||
        row_indent(row) + flat_width(sheet, row->first, measure.last - 1) > PRINT_COLUMNS;
  return measure;
}

/* The cells before a piece, and the blanks up to it, lined up. */
static void put_cells(struct layout *layout, const struct row *row, uint32_t before) {
  const struct sheet *sheet = layout->sheet;
  for (uint32_t cell = row->first, next; cell < before; cell = next) {
    next = next_column(sheet, row, cell);
    put_pieces(layout, cell, next - 1, row_indent(row));
    uint64_t start = column_start(sheet, row, next, layout->column);
    put_blanks(layout, (uint32_t)start - layout->column);
  }
}

/* A clause is broken where it stands, anything else goes on below its row. */
static void put_lined_up(struct layout *layout, const struct row *row, uint32_t last) {
  reset_groups(layout->sheet, row->first, row->last);
  put_cells(layout, row, last);
  bool clause = layout->sheet->pieces[last].clause;
  put_pieces(layout, last, row->last, clause ? layout->column : row_indent(row));
}

/* The same if that makes all lines fit. */
static bool try_lined_up(struct layout *layout, const struct row *row,
                         const struct measure *measure) {
  if (measure->start > FARTHEST_CLAUSE)
    return false;
  uint32_t column = layout->column;
  size_t line = layout->line;
  layout->dry = true;
  layout->too_long = false;
  put_lined_up(layout, row, measure->last);
  layout->dry = false;
  layout->column = column;
  layout->line = line;
  if (!layout->too_long)
    put_lined_up(layout, row, measure->last);
  return !layout->too_long;
}

static void put_in_place(struct layout *layout, const struct row *row) {
  reset_groups(layout->sheet, row->first, row->last);
  put_pieces(layout, row->first, row->last, row_indent(row));
}

/* The clause on lines of its own.  What comes before it is lined up unless it
 * takes several lines itself. */
static void put_hanging(struct layout *layout, const struct row *row,
                        const struct measure *measure) {
  const struct sheet *sheet = layout->sheet;
  uint32_t clause = measure->last, cell = row->first;
  reset_groups(layout->sheet, row->first, row->last);
  if (!measure->head_breaks) {
    cell = measure->previous;
    put_cells(layout, row, cell);
  }
  put_pieces(layout, cell, clause - 1, row_indent(row));
  put_remarks(layout, &sheet->pieces[clause], row_indent(row) + HANG);
  put_blanks(layout, row_indent(row) + HANG);
  put_pieces(layout, clause, row->last, row_indent(row) + HANG);
}

static bool has_inline_block(const struct sheet *sheet, const struct row *row) {
  for (uint32_t i = row->first; i <= row->last; i++)
    if (sheet->pieces[i].inline_block)
      return true;
  return false;
}

static void put_columns(struct layout *layout, const struct row *row) {
  const struct sheet *sheet = layout->sheet;
  struct measure measure = measure_row(sheet, row);
  bool one_line = !has_forced(sheet, row->first, row->last);
  bool narrow =
      one_line && flat_width(sheet, row->first, row->last) + row_indent(row) <= PRINT_COLUMNS;
  bool clause = sheet->pieces[measure.last].clause;
  if (one_line && measure.end <= PRINT_COLUMNS)
    put_lined_up(layout, row, measure.last);
  else if (measure.head_breaks || sheet->pieces[measure.last].remark_count > 0)
    clause ? put_hanging(layout, row, &measure) : put_in_place(layout, row);
  else if (narrow && (row->kind >= ROW_DECL || has_inline_block(sheet, row)))
    put_in_place(layout, row);
  else if (!clause)
    put_lined_up(layout, row, measure.last);
  else if (try_lined_up(layout, row, &measure))
    return;
  else if (narrow)
    put_in_place(layout, row);
  else
    put_hanging(layout, row, &measure);
}

static void put_row(struct layout *layout, const struct row *row) {
  layout->depth = row->depth;
  put_blanks(layout, row_indent(row));
  if (row->starts)
    put_columns(layout, row);
  else
    put_in_place(layout, row);
}

/* ---- between rows ------------------------------------------------------------------- */

/* Comments before a row stand at its depth, those before a `}` in its block.
 * A comment behind the row before belongs to that. */
static void put_rows_remarks(struct layout *layout, const struct row *row, bool first,
                             bool *line_open) {
  const struct piece *piece = &layout->sheet->pieces[row->first];
  uint32_t indent = row_indent(row) + (row->closes ? INDENT : 0);
  bool blank = row->blank; /* still wanted */
  for (uint32_t i = 0; i < piece->remark_count; i++)
    blank &= !piece->remarks[i].blank;
  blank &= !piece->blank;
  for (uint32_t i = 0; i < piece->remark_count; i++) {
    const struct remark *remark = &piece->remarks[i];
    if (!remark->own_line && *line_open) {
      put_trail(layout, remark);
      continue;
    }
    if (*line_open)
      put_newline(layout);
    if (!first && (remark->blank || blank))
      put_newline(layout);
    put_remark(layout, remark, indent);
    *line_open = true;
    first = blank = false;
  }
  if (piece->kind == TOKEN_END)
    return;
  if (*line_open)
    put_newline(layout);
  if (!first && !row->closes && (piece->blank || blank))
    put_newline(layout);
}

static void put_all(struct layout *layout, const struct rows *rows) {
  bool line_open = false;
  for (size_t i = 0; i < rows->count && !layout->sheet->failed; i++) {
    const struct row *row = &rows->items[i];
    bool first = i == 0 || rows->items[i - 1].opens;
    put_rows_remarks(layout, row, first, &line_open);
    if (layout->sheet->pieces[row->first].kind == TOKEN_END)
      break;
    put_row(layout, row);
    line_open = true;
  }
  if (line_open)
    put_newline(layout);
}

/* ---- comments behind lines -------------------------------------------------------------- */

/* How many trails from this one on are lined up, and where. */
static size_t find_run(const struct layout *layout, size_t first, uint32_t *column) {
  size_t last = first;
  *column = layout->trails[first].column;
  for (; last < layout->trail_count; last++) {
    const struct trail *trail = &layout->trails[last];
    if (last > first && (trail->line != trail[-1].line + 1 || trail->depth != trail[-1].depth))
      break;
    if (trail->column > FARTHEST_REMARK)
      break;
    if (trail->column > *column)
      *column = trail->column;
  }
  return last > first ? last : first + 1;
}

static struct text with_trails(struct layout *layout) {
  struct sheet *sheet = layout->sheet;
  struct ink ink = {.length = 0};
  size_t at = 0;
  for (size_t i = 0; i < layout->trail_count;) {
    uint32_t column;
    for (size_t end = find_run(layout, i, &column); i < end; i++) {
      const struct trail *trail = &layout->trails[i];
      ink_put(sheet, &ink, (struct text){layout->ink.bytes + at, trail->at - at});
      ink_blanks(sheet, &ink, column - trail->column + REMARK_GAP);
      ink_put(sheet, &ink, trail->text);
      at = trail->at;
    }
  }
  ink_put(sheet, &ink, (struct text){layout->ink.bytes + at, layout->ink.length - at});
  return (struct text){ink.bytes, ink.length};
}

bool layout_rows(struct sheet *sheet, const struct rows *rows, struct text *text) {
  struct layout layout = {.sheet = sheet};
  put_all(&layout, rows);
  *text = (struct text){layout.ink.bytes, layout.ink.length};
  if (layout.trail_count > 0 && !sheet->failed)
    *text = with_trails(&layout);
  return !sheet->failed;
}

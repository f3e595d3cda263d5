/* sheet.h - a source as the printer sees it: pieces, and marks on them.
 *
 * A formatter must not lose or move a word, so the printer's text comes from
 * the source's own tokens, in their order, and never from the tree.  What the
 * tree adds is marks on them: here an item begins, here a column, here the
 * line may break.  It goes in four steps:
 *
 *     sheet.c     the source as pieces, each with the comments before it
 *     marks.c     walks the tree and marks the pieces; marks_expr.c: expressions
 *     rows.c      decides which blocks stay on one line, cuts the pieces into
 *                 rows, and lines their columns up
 *     layout.c    writes a row, and breaks it where it is too long
 *
 * A block's `{` and `}` and what stands between them is either inline, that is
 * a part of one row, or it is open: then `{` ends a row, each item is a row of
 * its own, two columns deeper, and `}` begins a row.
 *
 * Only the files named here and print.c include this.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_SHEET_H
#define BAREME_SYNTAX_SHEET_H

#include "syntax/ast.h"
#include "syntax/print.h"

#define INDENT 2 /* columns a level */

/* What kind of item a row is.  Neighbours of the same kind share columns. */
enum row_kind {
  ROW_NONE,
  ROW_PLAIN, /* has no columns */
  ROW_ENTRY,
  ROW_FIELD,
  ROW_RULE,
  ROW_BAND,
  ROW_GRID,
  ROW_CHOOSE,
  ROW_TRANSITION,
  ROW_ASSIGNMENT,
  ROW_TEST_EVENT,
  ROW_DECL /* + enum decl_kind */
};

/* Pieces of which either all breaks are taken or none, or with `fill` as many
 * as are needed.  A group lies inside its parent; group 0 is the row. */
struct group {
  uint32_t first, last; /* pieces */
  uint32_t parent;
  uint32_t next; /* the next group that begins at the same piece, inside this one; or 0 */
  uint32_t step; /* columns that its lines are deeper than its parent's */
  bool fill;
  uint32_t widest_arm; /* of a `case`, by rows.c: columns from `when` to before `then` */
  bool root;           /* the whole of a clause or value: what is right in it goes no deeper */
  /* by layout.c */
  enum { GROUP_UNDECIDED, GROUP_FLAT, GROUP_BROKEN } state;
  uint32_t indent; /* column where its lines begin, if it is broken */
};

/* A remark between two pieces. */
struct remark {
  struct text text;
  bool own_line;
  bool blank; /* an empty line stands before it */
};

struct piece {
  int kind; /* token, as the scanner tells it */
  struct text text;
  uint32_t begin;         /* offset in the source */
  uint32_t width;         /* columns */
  uint32_t mate;          /* of a bracket: the other one */
  struct remark *remarks; /* before it */
  uint32_t remark_count;
  bool fresh; /* the first of its line */
  bool blank; /* an empty line stands before it, behind its remarks */

  /* marks */
  enum row_kind item; /* an item begins here */
  bool block;         /* `{` or `}` of a block of items */
  bool semicolon;     /* inline, this item is parted from the one before by `;` */
  bool closing;       /* its break goes back to where the group began */
  bool clause;        /* a column of words that may stand on a line of their own */
  bool forced;        /* a line begins here in any case */
  bool keeps_blank;   /* inside of a row, yet empty lines before it stay */
  unsigned gap;       /* blanks before it on a line */
  unsigned wide;      /* blanks at least before it where columns are lined up */
  uint32_t column;    /* of its row, from 1; 0: none begins here */
  uint32_t group;     /* whose break this is, if `breaks` */
  bool breaks;
  uint32_t arm;   /* of the `then` of a `case`, whose group is `group`: its `when`; else 0 */
  uint32_t opens; /* the first of the groups that begin here, or 0 */

  /* by rows.c */
  bool inline_block;
  uint64_t sum;    /* columns up to its end, were all pieces on one line */
  uint32_t forces; /* forced pieces up to this one */
};

struct sheet {
  struct arena *arena;
  struct text source;
  const struct tree *tree;
  struct piece *pieces; /* the last is the end of the file */
  uint32_t count;
  struct group *groups;
  size_t group_count, group_capacity;
  bool failed; /* no memory */
};

/* ---- sheet.c --------------------------------------------------------------- */

/* Reads the tree's source as pieces.  False if out of memory. */
bool sheet_read(struct sheet *sheet, struct arena *arena, const struct sources *sources,
                const struct tree *tree);

/* The first piece at or behind an offset; the last one of a span. */
uint32_t piece_at(const struct sheet *sheet, uint32_t offset);
uint32_t piece_last(const struct sheet *sheet, struct span span);

/* A new group of the pieces first to last; 0 if out of memory. */
uint32_t group_open(struct sheet *sheet, uint32_t parent, uint32_t first, uint32_t last,
                    uint32_t step);

/* The line may break before the piece. */
void mark_break(struct sheet *sheet, uint32_t piece, uint32_t group);

/* ---- marks.c and marks_expr.c ---------------------------------------------- */

void mark_tree(struct sheet *sheet);

/* The group is the one around the expression. */
void mark_expr(struct sheet *sheet, const struct expr *expr, uint32_t group);
void mark_query(struct sheet *sheet, const struct query *query, uint32_t group);

/* `[ … ]`, from the bracket on. */
void mark_list(struct sheet *sheet, uint32_t open, const struct expr *items, uint32_t group);

/* Breaks behind the commas between the pieces. */
void mark_commas(struct sheet *sheet, uint32_t first, uint32_t last, uint32_t group);

/* ---- rows.c ------------------------------------------------------------------ */

/* A line, or several if it is too long. */
struct row {
  uint32_t first, last; /* pieces */
  unsigned depth;
  enum row_kind kind;
  bool opens;             /* ends with the `{` of an open block */
  bool closes;            /* begins with the `}` of one */
  bool blank;             /* an empty line before it and its remarks, whatever was written */
  const uint32_t *starts; /* of its columns, from where the row begins; NULL: it has none */
};

struct rows {
  struct row *items;
  size_t count, capacity;
};

/* False if out of memory. */
bool rows_make(struct sheet *sheet, struct rows *rows);

/* The next piece of the row that begins a column; the one behind the row if
 * there is none.  What is in an inline block has no columns. */
uint32_t next_column(const struct sheet *sheet, const struct row *row, uint32_t piece);

/* Columns from the beginning of the first to the end of the last piece on one line. */
static inline uint64_t flat_width(const struct sheet *sheet, uint32_t first, uint32_t last) {
  const struct piece *pieces = sheet->pieces;
  return pieces[last].sum - pieces[first].sum + pieces[first].width;
}

/* True if a line has to begin between them. */
static inline bool has_forced(const struct sheet *sheet, uint32_t first, uint32_t last) {
  return sheet->pieces[last].forces > sheet->pieces[first].forces;
}

/* ---- layout.c ------------------------------------------------------------------ */

/* All rows, as text in the arena.  False if out of memory. */
bool layout_rows(struct sheet *sheet, const struct rows *rows, struct text *text);

#endif

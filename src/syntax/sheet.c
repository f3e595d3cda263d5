/* sheet.c - the source once more, as pieces.
 *
 * The same scanner that the parser uses cuts the source, so that both agree on
 * where a word ends.  `;` only parts what a line break parts as well: it is
 * left out, and layout.c writes it where a line needs it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/sheet.h"

#include "base/unicode.h"
#include "syntax/tokens.h"

#include <string.h>

/* ---- tokens ------------------------------------------------------------- */

/* The source was parsed without an error, so that a byte-order mark is all
 * that has to be cleared away. */
static bool open_scanner(struct parser *parser, struct sheet *sheet) {
  const char *bytes = scanner_copy(sheet->arena, sheet->source);
  parser->bytes = (struct text){bytes, sheet->source.length};
  return bytes && scanner_open(parser);
}

static bool reserve(struct sheet *sheet, uint32_t *capacity) {
  if (sheet->count < *capacity)
    return true;
  uint32_t larger = *capacity ? *capacity * 2 : 256;
  struct piece *pieces = arena_array(sheet->arena, larger, sizeof *pieces);
  if (!pieces)
    return false;
  if (sheet->count > 0)
    memcpy(pieces, sheet->pieces, sheet->count * sizeof *pieces);
  sheet->pieces = pieces;
  *capacity = larger;
  return true;
}

static uint32_t columns_of(struct text text) {
  uint32_t columns = 0;
  for (size_t at = 0; at < text.length;)
    columns += unicode_columns(utf8_next(text, &at));
  return columns;
}

static bool read_pieces(struct sheet *sheet, struct parser *parser) {
  uint32_t capacity = 0;
  struct token token;
  do {
    if (!reserve(sheet, &capacity))
      return false;
    scanner_next(parser, &token);
    if (parser->out_of_memory)
      return false;
    if (token.kind == TOKEN_SEMICOLON)
      continue;
    struct piece *piece = &sheet->pieces[sheet->count++];
    *piece = (struct piece){.kind = token.kind, .begin = token.range.begin};
    piece->text =
        (struct text){sheet->source.bytes + token.range.begin, token.range.end - token.range.begin};
    piece->width = columns_of(piece->text);
  } while (token.kind != TOKEN_END);
  return true;
}

/* ---- what stands between them ------------------------------------------- */

static size_t count_lines(struct text source, size_t begin, size_t end) {
  size_t count = 0;
  for (size_t i = begin; i < end; i++)
    count += source.bytes[i] == '\n';
  return count;
}

static struct text trimmed(struct text text) {
  while (text.length > 0 &&
         (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t' ||
          text.bytes[text.length - 1] == '\r'))
    text.length--;
  return text;
}

/* Gives the comments that begin before the piece to it; returns the others.
 * Only the first can follow a piece on its line; if another does not begin its
 * line, it is a `;` that stands before it. */
static const struct comment *take_remarks(struct sheet *sheet, struct piece *piece,
                                          const struct comment *comment) {
  size_t count = 0;
  for (const struct comment *c = comment; c && c->span.begin < piece->begin; c = c->next)
    count++;
  if (count == 0)
    return comment;
  piece->remarks = arena_array(sheet->arena, count, sizeof *piece->remarks);
  if (!piece->remarks) {
    sheet->failed = true;
    return comment;
  }
  for (; piece->remark_count < count; comment = comment->next) {
    struct text text = {sheet->source.bytes + comment->span.begin,
                        comment->span.end - comment->span.begin};
    bool own_line = comment->own_line || piece->remark_count > 0;
    piece->remarks[piece->remark_count++] =
        (struct remark){.text = trimmed(text), .own_line = own_line};
  }
  return comment;
}

/* Line breaks from `end`, the end of what comes before. */
static void find_lines(struct sheet *sheet, struct piece *piece, size_t end) {
  size_t begin = piece->begin;
  piece->fresh = count_lines(sheet->source, end, begin) > 0;
  for (uint32_t i = 0; i < piece->remark_count; i++) {
    struct remark *remark = &piece->remarks[i];
    size_t at = (size_t)(remark->text.bytes - sheet->source.bytes);
    remark->blank = remark->own_line && count_lines(sheet->source, end, at) > 1;
    end = at + remark->text.length;
  }
  piece->blank = count_lines(sheet->source, end, begin) > 1;
}

static void attach(struct sheet *sheet) {
  const struct comment *comment = sheet->tree->comments;
  size_t end = 0;
  for (uint32_t i = 0; i < sheet->count && !sheet->failed; i++) {
    struct piece *piece = &sheet->pieces[i];
    comment = take_remarks(sheet, piece, comment);
    find_lines(sheet, piece, end);
    end = piece->begin + piece->text.length;
  }
}

/* ---- brackets and blanks ------------------------------------------------ */

static bool opens(int kind) {
  return kind == TOKEN_LEFT_BRACE || kind == TOKEN_LEFT_BRACKET || kind == TOKEN_LEFT_PAREN;
}

static bool closes(int kind) {
  return kind == TOKEN_RIGHT_BRACE || kind == TOKEN_RIGHT_BRACKET || kind == TOKEN_RIGHT_PAREN;
}

/* The parser saw to it that they match; `mate` of an open bracket holds, until
 * it is closed, the bracket around it. */
static void match_brackets(struct sheet *sheet) {
  uint32_t open = UINT32_MAX;
  for (uint32_t i = 0; i < sheet->count; i++) {
    struct piece *piece = &sheet->pieces[i];
    piece->mate = i;
    if (opens(piece->kind)) {
      piece->mate = open;
      open = i;
    } else if (closes(piece->kind) && open != UINT32_MAX) {
      uint32_t outer = sheet->pieces[open].mate;
      piece->mate = open;
      sheet->pieces[open].mate = i;
      open = outer;
    }
  }
}

static bool hugs_left(int kind) {
  switch (kind) {
  case TOKEN_COMMA:
  case TOKEN_COLON:
  case TOKEN_DOT:
  case TOKEN_DOTS:
  case TOKEN_RIGHT_PAREN:
  case TOKEN_RIGHT_BRACKET:
  case TOKEN_END: return true;
  default: return false;
  }
}

static bool hugs_right(int kind) {
  return kind == TOKEN_DOT || kind == TOKEN_DOTS || kind == TOKEN_LEFT_PAREN ||
         kind == TOKEN_LEFT_BRACKET;
}

static void space(struct sheet *sheet) {
  for (uint32_t i = 1; i < sheet->count; i++) {
    int before = sheet->pieces[i - 1].kind, kind = sheet->pieces[i].kind;
    bool empty = before == TOKEN_LEFT_BRACE && kind == TOKEN_RIGHT_BRACE;
    sheet->pieces[i].gap = !hugs_right(before) && !hugs_left(kind) && !empty;
  }
}

/* ---- all of it ---------------------------------------------------------- */

bool sheet_read(struct sheet *sheet, struct arena *arena, const struct sources *sources,
                const struct tree *tree) {
  *sheet =
      (struct sheet){.arena = arena, .source = sources->items[tree->source].bytes, .tree = tree};
  struct diags ignored; /* the parser has told them */
  diags_init(&ignored, arena);
  struct parser *parser = arena_alloc(arena, sizeof *parser);
  if (!parser)
    return false;
  parser->arena = arena;
  parser->sources = sources;
  parser->source = tree->source;
  parser->diags = &ignored;
  if (!open_scanner(parser, sheet) || !read_pieces(sheet, parser))
    return false;
  attach(sheet);
  match_brackets(sheet);
  space(sheet);
  return !sheet->failed && group_open(sheet, 0, 0, sheet->count - 1, 0) == 0 && !sheet->failed;
}

uint32_t piece_at(const struct sheet *sheet, uint32_t offset) {
  uint32_t low = 0, high = sheet->count - 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (sheet->pieces[middle].begin < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

uint32_t piece_last(const struct sheet *sheet, struct span span) {
  return piece_at(sheet, span.end) - 1;
}

/* ---- groups -------------------------------------------------------------- */

static bool reserve_group(struct sheet *sheet) {
  if (sheet->group_count < sheet->group_capacity)
    return true;
  size_t capacity = sheet->group_capacity ? sheet->group_capacity * 2 : 64;
  struct group *groups = arena_array(sheet->arena, capacity, sizeof *groups);
  if (!groups) {
    sheet->failed = true;
    return false;
  }
  if (sheet->group_count > 0)
    memcpy(groups, sheet->groups, sheet->group_count * sizeof *groups);
  sheet->groups = groups;
  sheet->group_capacity = capacity;
  return true;
}

/* Of the groups that begin at a piece the outer ones were opened first. */
static void list_group(struct sheet *sheet, uint32_t piece, uint32_t group) {
  uint32_t *link = &sheet->pieces[piece].opens;
  while (*link)
    link = &sheet->groups[*link].next;
  *link = group;
}

uint32_t group_open(struct sheet *sheet, uint32_t parent, uint32_t first, uint32_t last,
                    uint32_t step) {
  if (!reserve_group(sheet))
    return 0;
  uint32_t index = (uint32_t)sheet->group_count++;
  sheet->groups[index] =
      (struct group){.first = first, .last = last, .parent = parent, .step = step};
  if (index > 0)
    list_group(sheet, first, index);
  return index;
}

void mark_break(struct sheet *sheet, uint32_t piece, uint32_t group) {
  sheet->pieces[piece].group = group;
  sheet->pieces[piece].breaks = true;
}

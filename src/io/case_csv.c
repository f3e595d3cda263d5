/* case_csv.c - what a row of CSV expects.
 *
 * Cells are cut here by the same rules as the reader's, only that each is
 * known by its place in the file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/case_file.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/unicode.h"

#include <string.h>

/* What a column is for. */
struct case_column {
  enum { USE_NOTHING, USE_AS_OF, USE_EXPECT } use;
  enum case_subject subject;
  uint32_t index;
  struct text path;
};

struct rows {
  struct case_file *file;
  struct case_column *columns;
  size_t column_count, column_capacity;
  size_t at;     /* the next byte */
  uint64_t line; /* its line */
  bareme_failure *failure;
};

/* A cell as it stands in the file, and its text. */
struct cell {
  size_t begin, end;
  struct text text;
};

/* ---- cells ------------------------------------------------------------------------------ */

/* Moves behind the cell at rows->at, onto the delimiter, the line's end or the
 * file's.  Inside of quotes, those are text. */
static void pass_cell(struct rows *rows) {
  struct text bytes = rows->file->bytes;
  bool quoted = false;
  for (; rows->at < bytes.length; rows->at++) {
    char c = bytes.bytes[rows->at];
    if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == rows->file->delimiter || c == '\n' || c == '\r'))
      return;
    else if (c == '\n')
      rows->line++;
  }
}

static bool unquote(struct rows *rows, struct text trimmed, struct text *text) {
  char *out = arena_alloc(&rows->file->arena, trimmed.length);
  size_t length = 0;
  if (!out)
    return false;
  for (size_t i = 1; i + 1 < trimmed.length; i++) {
    out[length++] = trimmed.bytes[i];
    if (trimmed.bytes[i] == '"')
      i++; /* the second of two */
  }
  *text = (struct text){out, length};
  return true;
}

/* False if out of memory. */
static bool read_cell(struct rows *rows, struct cell *cell) {
  cell->begin = rows->at;
  pass_cell(rows);
  cell->end = rows->at;
  struct text raw = {rows->file->bytes.bytes + cell->begin, cell->end - cell->begin};
  struct text trimmed = text_trim(raw);
  cell->text = raw;
  bool quoted =
      trimmed.length >= 2 && trimmed.bytes[0] == '"' && trimmed.bytes[trimmed.length - 1] == '"';
  return !quoted || unquote(rows, trimmed, &cell->text);
}

/* Passes the delimiter: there is another cell. */
static bool pass_delimiter(struct rows *rows) {
  struct text bytes = rows->file->bytes;
  bool more = rows->at < bytes.length && bytes.bytes[rows->at] == rows->file->delimiter;
  rows->at += more;
  return more;
}

static void pass_line_end(struct rows *rows) {
  struct text bytes = rows->file->bytes;
  if (rows->at < bytes.length && bytes.bytes[rows->at] == '\r')
    rows->at++;
  if (rows->at < bytes.length && bytes.bytes[rows->at] == '\n') {
    rows->at++;
    rows->line++;
  }
}

/* ---- the header ---------------------------------------------------------------------------- */

/* The most frequent of the usual ones in the first line, as the reader has it. */
static char find_delimiter(struct text bytes) {
  static const char choice[] = {',', ';', '\t'};
  size_t counts[sizeof choice] = {0}, best = 0;
  bool quoted = false;
  for (size_t i = 0; i < bytes.length && (quoted || bytes.bytes[i] != '\n'); i++) {
    if (bytes.bytes[i] == '"')
      quoted = !quoted;
    for (size_t d = 0; d < sizeof choice; d++)
      counts[d] += !quoted && bytes.bytes[i] == choice[d];
  }
  for (size_t d = 1; d < sizeof choice; d++)
    if (counts[d] > counts[best])
      best = d;
  return choice[best];
}

/* `expect.contact`, or as in JSON `expect.scores.contact`. */
static bool find_column(const struct rows *rows, struct text path, struct case_column *column) {
  const char *dot = memchr(path.bytes, '.', path.length);
  struct text section = {NULL, 0}, name = path;
  if (dot) {
    section = (struct text){path.bytes, (size_t)(dot - path.bytes)};
    name = (struct text){dot + 1, path.length - section.length - 1};
  }
  *column = (struct case_column){.use = USE_EXPECT, .path = path};
  return case_find(rows->file->program, section, name, &column->subject, &column->index);
}

static bareme_status add_column(struct rows *rows, struct text name) {
  static const struct text expect = {"expect.", 7};
  void *items = rows->columns;
  bool room = memory_reserve(&rows->file->arena.memory, &items, &rows->column_capacity,
                             rows->column_count + 1, sizeof *rows->columns);
  rows->columns = items;
  if (!room)
    return failure_memory(rows->failure);
  struct case_column *column = &rows->columns[rows->column_count++];
  *column = (struct case_column){.use = USE_NOTHING};
  if (text_equal(name, TEXT("as_of")))
    column->use = USE_AS_OF;
  if (!text_starts_with(name, expect))
    return BAREME_OK;
  rows->file->expect_columns = true;
  struct text path = {name.bytes + expect.length, name.length - expect.length};
  if (find_column(rows, path, column))
    return BAREME_OK;
  return case_refuse(rows->file, 1, rows->failure, "results of this policy have no `%.*s`",
                     (int)path.length, path.bytes);
}

static bareme_status read_header(struct rows *rows) {
  struct cell cell;
  bareme_status status = BAREME_OK;
  do {
    if (!read_cell(rows, &cell))
      return failure_memory(rows->failure);
    status = add_column(rows, text_trim(cell.text));
  } while (status == BAREME_OK && pass_delimiter(rows));
  rows->file->header_end = rows->at;
  pass_line_end(rows);
  return status;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static bool read_names(struct rows *rows, struct text cell, struct case_value *value) {
  size_t count = 1, kept = 0;
  char separator = rows->file->delimiter == ';' ? '|' : ';';
  for (size_t i = 0; i < cell.length; i++)
    count += cell.bytes[i] == separator;
  struct text *texts = arena_array(&rows->file->arena, count, sizeof *texts);
  if (!texts)
    return false;
  for (size_t at = 0; at <= cell.length;) {
    const char *from = cell.bytes + at, *end = memchr(from, separator, cell.length - at);
    size_t length = end ? (size_t)(end - from) : cell.length - at;
    struct text name = text_trim((struct text){from, length});
    if (name.length > 0)
      texts[kept++] = name;
    at += length + 1;
  }
  *value = (struct case_value){.kind = CASE_TEXTS, .texts = {texts, kept}};
  return true;
}

/* False if out of memory. */
static bool read_value(struct rows *rows, enum case_subject subject, struct text cell,
                       struct case_value *value) {
  *value = (struct case_value){.kind = CASE_TEXT, .text = cell};
  switch (subject) {
  case CASE_SCORE:
    value->kind = number_parse(cell, &value->number) ? CASE_NUMBER : CASE_OTHER;
    return true;
  case CASE_SEGMENT:
    value->boolean = text_equal_folded(cell, TEXT("true"));
    value->kind = value->boolean || text_equal_folded(cell, TEXT("false")) ? CASE_BOOL : CASE_OTHER;
    return true;
  case CASE_SEGMENTS:
  case CASE_ACTIONS: return read_names(rows, cell, value);
  default: return true;
  }
}

/* An empty cell is left unset, so that each row need say only what it is about;
 * `none` says that there is no such result. */
static bareme_status read_expected(struct rows *rows, struct case_record *record,
                                   const struct case_column *column, const struct cell *cell) {
  struct text text = text_trim(cell->text);
  struct case_check *check = case_add_check(rows->file, record);
  if (!check)
    return failure_memory(rows->failure);
  check->subject = column->subject;
  check->index = column->index;
  check->path = column->path;
  check->begin = cell->begin;
  check->end = cell->end;
  if (text.length == 0)
    return BAREME_OK;
  record->has_expect = true;
  if (!read_value(rows, column->subject, text, &check->value))
    return failure_memory(rows->failure);
  if (text_equal_folded(text, TEXT("none")))
    check->value = (struct case_value){.kind = CASE_NOTHING};
  return BAREME_OK;
}

static bareme_status read_as_of(struct rows *rows, struct case_record *record, struct text cell) {
  struct text text = text_trim(cell);
  if (text.length == 0)
    return BAREME_OK;
  record->has_as_of = clock_from_data(text, &record->as_of);
  if (record->has_as_of)
    return BAREME_OK;
  return case_refuse(rows->file, record->line, rows->failure, "`as_of` is not an instant");
}

static bareme_status read_row(struct rows *rows, struct case_record *record) {
  bareme_status status = BAREME_OK;
  size_t i = 0;
  bool more = true;
  for (; more && status == BAREME_OK; i++) {
    struct cell cell;
    if (!read_cell(rows, &cell))
      return failure_memory(rows->failure);
    const struct case_column *column = i < rows->column_count ? &rows->columns[i] : NULL;
    if (column && column->use == USE_AS_OF)
      status = read_as_of(rows, record, cell.text);
    if (column && column->use == USE_EXPECT)
      status = read_expected(rows, record, column, &cell);
    more = pass_delimiter(rows);
  }
  record->end = record->insert = rows->at;
  pass_line_end(rows);
  if (status == BAREME_OK && i != rows->column_count)
    return case_refuse(rows->file, record->line, rows->failure,
                       "the row has %zu cells, and the header %zu", i, rows->column_count);
  return status;
}

/* A line of nothing but white space is no row. */
static bool pass_blank_line(struct rows *rows) {
  struct text bytes = rows->file->bytes;
  size_t at = rows->at;
  while (at < bytes.length && (bytes.bytes[at] == ' ' || bytes.bytes[at] == '\r'))
    at++;
  if (at < bytes.length && bytes.bytes[at] != '\n')
    return false;
  rows->at = at;
  pass_line_end(rows);
  return true;
}

static bareme_status read_rows(struct rows *rows) {
  bareme_status status = read_header(rows);
  while (status == BAREME_OK && rows->at < rows->file->bytes.length) {
    if (pass_blank_line(rows))
      continue;
    struct case_record *record = case_add_record(rows->file);
    if (!record)
      return failure_memory(rows->failure);
    record->line = rows->line;
    record->begin = rows->at;
    status = read_row(rows, record);
  }
  return status;
}

bareme_status case_scan_csv(struct case_file *file, bareme_failure *failure) {
  struct rows rows = {.file = file, .line = 1, .failure = failure};
  if (text_starts_with(file->bytes, TEXT("\xEF\xBB\xBF")))
    rows.at = 3;
  file->delimiter = find_delimiter(file->bytes);
  bareme_status status = read_rows(&rows);
  memory_free(&file->arena.memory, rows.columns, rows.column_capacity, sizeof *rows.columns);
  return status;
}

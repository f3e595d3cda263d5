/* records.c - a file's records, one after the other, as they stand there.
 *
 * Each format has a function that looks for the end of the record that begins
 * at feed.begin: find_line, find_item (by json_item.h), find_row.  They remember
 * what they have looked at (`scanned` and their state), so that more bytes are
 * asked for and the search goes on where it was.
 *
 * Recovery: a line ends at the end of the line whatever stands in it.  An item
 * of an array ends at a comma outside of strings and brackets, so one that is
 * broken inside costs no other; a quote or bracket that is never closed takes
 * the rest of the file, up to the limit of a record, and so it is with quotes
 * in CSV: no reader could know better.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/records.h"

#include "io/arrow_stream.h"

#include <string.h>

void records_init(struct records *records, const struct memory *memory, size_t limit) {
  *records = (struct records){.limit = limit, .delimiter = ','};
  feed_init(&records->feed, memory);
}

void records_clear(struct records *records) {
  feed_clear(&records->feed);
}

/* ---- what kind of file it is -------------------------------------------------- */

static const char *unread(const struct records *records) {
  return records->feed.base + records->feed.begin;
}

static size_t unread_length(const struct records *records) {
  return records->feed.end - records->feed.begin;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_with(const char *name, size_t length, const char *ending) {
  size_t size = strlen(ending);
  if (length < size)
    return false;
  for (size_t i = 0; i < size; i++) {
    char c = name[length - size + i];
    if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != ending[i])
      return false;
  }
  return true;
}

/* By the name; BAREME_AUTO if it does not tell. */
static bareme_format format_of_name(const char *path) {
  size_t length = strlen(path);
  if (ends_with(path, length, ".gz"))
    length -= 3;
  else if (ends_with(path, length, ".zst"))
    length -= 4;
  if (ends_with(path, length, ".ndjson") || ends_with(path, length, ".jsonl"))
    return BAREME_NDJSON;
  if (ends_with(path, length, ".csv") || ends_with(path, length, ".tsv"))
    return BAREME_CSV;
  if (ends_with(path, length, ".arrows") || ends_with(path, length, ".arrow") ||
      ends_with(path, length, ".feather"))
    return BAREME_ARROW;
  return ends_with(path, length, ".json") ? BAREME_JSON : BAREME_AUTO;
}

/* From that byte on, the first that is not blank, or where the search is given
 * up, or the end. */
static size_t first_solid(struct records *records, size_t at, bool lines) {
  for (;;) {
    const char *bytes = unread(records);
    while (at < unread_length(records) && is_blank(bytes[at]) && (lines || bytes[at] != '\n'))
      at++;
    if (at < unread_length(records) || records->feed.ended || at > records->limit)
      return at;
    feed_more(&records->feed);
  }
}

/* The line that begins there; of one that is too long, what was read. */
static struct text line_at(struct records *records, size_t begin) {
  size_t scanned = begin;
  for (;;) {
    size_t all = unread_length(records);
    const char *line = unread(records) + begin;
    const char *newline =
        all > scanned ? memchr(unread(records) + scanned, '\n', all - scanned) : NULL;
    if (newline || records->feed.ended || all - begin > records->limit)
      return (struct text){line, newline ? (size_t)(newline - line) : all - begin};
    scanned = all;
    feed_more(&records->feed);
  }
}

/* One object that begins on the first line and goes on behind it? */
static bool is_open_object(struct text line) {
  struct json_item item = {0};
  for (size_t passed; (passed = json_item_pass(&item, line)) < line.length;)
    line = (struct text){line.bytes + passed + 1, line.length - passed - 1};
  return item.depth > 0;
}

/* Is nothing else on its line? */
static bool is_lone_brace(struct records *records, size_t brace) {
  size_t next = first_solid(records, brace + 1, false);
  return next == unread_length(records) || unread(records)[next] == '\n';
}

static bareme_format find_format(struct records *records, const char *path) {
  bareme_format named = format_of_name(path);
  if (named == BAREME_NDJSON || named == BAREME_CSV || named == BAREME_ARROW)
    return named;
  while (!records->feed.ended && unread_length(records) < ARROW_STREAM_MARK)
    feed_more(&records->feed);
  if (arrow_stream_begins(unread(records), unread_length(records)))
    return BAREME_ARROW;
  size_t begin = first_solid(records, 0, true);
  char first = begin < unread_length(records) ? unread(records)[begin] : '\0';
  if (first == '[')
    return BAREME_JSON;
  if (first == '{') {
    bool goes_on = named == BAREME_JSON ? is_open_object(line_at(records, begin))
                                        : is_lone_brace(records, begin);
    return goes_on ? BAREME_JSON : BAREME_NDJSON;
  }
  return named == BAREME_AUTO ? BAREME_CSV : BAREME_NDJSON;
}

static void skip_byte_order_mark(struct records *records) {
  while (!records->feed.ended && unread_length(records) < 3)
    feed_more(&records->feed);
  if (unread_length(records) >= 3 && memcmp(unread(records), "\xef\xbb\xbf", 3) == 0)
    records->feed.begin += 3;
}

/* The most frequent of the usual ones in the header, outside of quotes. */
static char find_delimiter(struct records *records) {
  static const char choice[] = {',', ';', '\t'};
  struct text line = line_at(records, first_solid(records, 0, true));
  size_t counts[sizeof choice] = {0}, best = 0;
  bool quoted = false;
  for (size_t i = 0; i < line.length; i++) {
    if (line.bytes[i] == '"')
      quoted = !quoted;
    for (size_t d = 0; d < sizeof choice; d++)
      counts[d] += !quoted && line.bytes[i] == choice[d];
  }
  for (size_t d = 1; d < sizeof choice; d++)
    if (counts[d] > counts[best])
      best = d;
  return choice[best];
}

bareme_status records_open(struct records *records, const char *path, bareme_format format,
                           bareme_failure *failure) {
  bareme_status status = feed_open(&records->feed, path, failure);
  if (status != BAREME_OK)
    return status;
  records->line = 1;
  records->scanned = records->lines_end = 0;
  records->too_large = false;
  records->array = ARRAY_BEFORE;
  records->cell = CELL_START;
  records->bad_quotes = false;
  skip_byte_order_mark(records);
  records->format = format == BAREME_AUTO ? find_format(records, path) : format;
  if (records->format == BAREME_CSV)
    records->delimiter = find_delimiter(records);
  return BAREME_OK;
}

/* ---- taking ---------------------------------------------------------------------- */

static bool all_blank(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    if (!is_blank(text.bytes[i]))
      return false;
  return true;
}

/* Takes `length` bytes and the `ending` bytes behind them. */
static struct text take(struct records *records, size_t length, size_t ending) {
  struct text bytes = {unread(records), length};
  records->feed.begin += length + ending;
  size_t taken = length + ending;
  records->scanned = 0;
  records->lines_end = records->lines_end > taken ? records->lines_end - taken : 0;
  return bytes;
}

static struct text without_return(struct text line) {
  if (line.length > 0 && line.bytes[line.length - 1] == '\r')
    line.length--;
  return line;
}

/* Hands out what there is of a record that is too large. */
static void take_part(struct records *records, struct record *record, size_t length, size_t ending,
                      bool last) {
  record->kind = last ? RECORD_LAST_PART : RECORD_PART;
  record->problem = PROBLEM_TOO_LARGE;
  record->line = records->line;
  record->bytes = take(records, length, ending);
  records->too_large = !last;
}

/* The file could not be read to its end: what stands there is half a record. */
static bool is_cut_off(const struct records *records) {
  return records->feed.ended && records->feed.status != BAREME_OK;
}

static bool is_too_large(const struct records *records) {
  return records->too_large || records->scanned > records->limit;
}

static void give(struct records *records, struct record *record, enum record_kind kind,
                 struct text bytes) {
  size_t there = (size_t)(records->feed.base + records->feed.end - bytes.bytes);
  *record = (struct record){.kind = kind,
                            .bytes = bytes,
                            .offset = records->feed.total - there,
                            .ready = bytes.length,
                            .behind = there - bytes.length,
                            .line = records->line};
}

/* ---- lines ------------------------------------------------------------------------ */

/* Finds the end of the line, which is *ending bytes long: 0 at the file's end. */
static bool find_line(struct records *records, size_t *length, size_t *ending) {
  size_t all = unread_length(records);
  const char *begin = unread(records);
  const char *newline = all > records->scanned
                            ? memchr(begin + records->scanned, '\n', all - records->scanned)
                            : NULL;
  *length = newline ? (size_t)(newline - begin) : all;
  *ending = newline ? 1 : 0;
  records->scanned = *length;
  return newline || records->feed.ended;
}

/* Where the last line that is read wholly ends. */
static void find_lines_end(struct records *records) {
  struct text all = {unread(records), unread_length(records)};
  records->lines_end = records->feed.ended ? all.length : text_last(all, '\n');
}

static void next_line(struct records *records, struct record *record) {
  size_t length, ending;
  for (;;) {
    while (!find_line(records, &length, &ending)) {
      if (is_too_large(records) && length > 0) {
        take_part(records, record, length, 0, false);
        return;
      }
      feed_more(&records->feed);
      records->lines_end = 0;
    }
    if (ending == 0 && (is_cut_off(records) || (length == 0 && !records->too_large)))
      return;
    if (is_too_large(records)) {
      take_part(records, record, length, ending, true);
      records->line += ending;
      return;
    }
    if (records->lines_end < length + ending)
      find_lines_end(records);
    size_t ready = records->lines_end;
    struct text line = without_return(take(records, length, ending));
    give(records, record, RECORD_WHOLE, line);
    record->behind -= ready - record->ready;
    record->ready = ready;
    records->line += ending;
    if (!all_blank(line))
      return;
    record->kind = RECORD_END;
  }
}

/* The bytes up to the last line's end that were not looked at before; 0 if
 * there is none. */
static size_t find_last_end(struct records *records) {
  size_t all = unread_length(records), scanned = records->scanned;
  size_t end = text_last((struct text){unread(records) + scanned, all - scanned}, '\n');
  if (end == 0)
    records->scanned = all;
  return end > 0 ? scanned + end : 0;
}

bool records_take_lines(struct records *records, struct record_lines *lines) {
  if (records->format != BAREME_NDJSON || records->too_large)
    return false;
  size_t length;
  while ((length = find_last_end(records)) == 0 && !records->feed.ended) {
    if (records->scanned > records->limit)
      return false;
    feed_more(&records->feed);
  }
  if (length == 0 && !is_cut_off(records))
    length = unread_length(records);
  if (length == 0 || length > records->limit)
    return false;
  struct record first;
  struct text bytes = take(records, length, 0);
  give(records, &first, RECORD_WHOLE, bytes);
  *lines = (struct record_lines){bytes, first.offset, first.line};
  return true;
}

/* ---- arrays ------------------------------------------------------------------------- */

/* Skips white space; false if the file ends there. */
static bool skip_blanks(struct records *records) {
  for (;;) {
    const char *begin = unread(records), *end = begin + unread_length(records), *at = begin;
    for (; at < end && is_blank(*at); at++)
      records->line += *at == '\n';
    take(records, (size_t)(at - begin), 0);
    if (at < end)
      return true;
    if (records->feed.ended)
      return false;
    feed_more(&records->feed);
  }
}

/* Finds the `,` or `]` that ends an item: scanned is its offset. */
static bool find_item(struct records *records) {
  size_t all = unread_length(records), scanned = records->scanned;
  struct text rest = {unread(records) + scanned, all - scanned};
  records->scanned = scanned + json_item_pass(&records->item, rest);
  return records->scanned < all;
}

static struct text without_blanks(struct text text) {
  while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
    text.length--;
  return text;
}

static void note(struct records *records, struct record *record, enum problem_kind problem) {
  give(records, record, RECORD_NOTE, (struct text){unread(records), 0});
  record->problem = problem;
}

/* Takes the item that ends at `scanned`; an item of nothing is a comma too many. */
static void take_item(struct records *records, struct record *record, bool ended) {
  char stop = ended ? '\0' : unread(records)[records->scanned];
  bool large = is_too_large(records), after_comma = records->after_comma;
  struct text item = take(records, records->scanned, ended ? 0 : 1);
  records->after_comma = stop == ',';
  if (stop != ',')
    records->array = stop == ']' ? ARRAY_BEHIND : ARRAY_DONE;
  if (large) {
    give(records, record, RECORD_LAST_PART, item);
    record->problem = PROBLEM_TOO_LARGE;
    records->too_large = false;
  } else if (all_blank(item)) {
    if (after_comma || stop == ',')
      note(records, record, PROBLEM_ARRAY_COMMA);
  } else {
    give(records, record, RECORD_WHOLE, without_blanks(item));
  }
  records->line += records->item.lines;
  records->item = (struct json_item){0};
}

static void next_item(struct records *records, struct record *record) {
  if (!records->too_large && records->scanned == 0)
    skip_blanks(records);
  bool found;
  while (!(found = find_item(records)) && !records->feed.ended) {
    if (is_too_large(records) && records->scanned > 0) {
      take_part(records, record, records->scanned, 0, false);
      return;
    }
    feed_more(&records->feed);
  }
  if (!found && is_cut_off(records))
    records->array = ARRAY_DONE;
  else
    take_item(records, record, !found);
}

/* The whole file is one record, or what stands where nothing should. */
static void next_rest(struct records *records, struct record *record) {
  while (!records->feed.ended && unread_length(records) <= records->limit && !records->too_large)
    feed_more(&records->feed);
  if (is_cut_off(records))
    return;
  records->scanned = unread_length(records);
  if (is_too_large(records)) {
    bool last = records->feed.ended;
    take_part(records, record, unread_length(records), 0, last);
    if (!last)
      feed_more(&records->feed);
    else
      records->array = ARRAY_DONE;
    return;
  }
  records->array = ARRAY_DONE;
  struct text rest = without_blanks(take(records, unread_length(records), 0));
  give(records, record, RECORD_WHOLE, rest);
}

static void next_of_array(struct records *records, struct record *record) {
  if (records->array == ARRAY_BEFORE) {
    if (!skip_blanks(records))
      return;
    records->array = ARRAY_OTHER;
    if (*unread(records) == '[') {
      take(records, 1, 0);
      records->array = ARRAY_INSIDE;
      records->item = (struct json_item){0};
      records->after_comma = false;
    }
  }
  while (record->kind == RECORD_END && records->array == ARRAY_INSIDE) {
    next_item(records, record);
    if (records->array == ARRAY_DONE && record->kind == RECORD_END && !records->feed.status)
      note(records, record, PROBLEM_ARRAY_END);
    else if (records->array == ARRAY_DONE && !records->feed.status)
      records->array = ARRAY_INSIDE; /* once more, for that note */
  }
  if (record->kind != RECORD_END)
    return;
  if (records->array == ARRAY_OTHER || (records->array == ARRAY_BEHIND && skip_blanks(records))) {
    bool behind = records->array == ARRAY_BEHIND;
    next_rest(records, record);
    if (behind && record->kind == RECORD_WHOLE) {
      record->kind = RECORD_BROKEN;
      record->problem = PROBLEM_BEHIND_ARRAY;
    }
  }
}

/* ---- rows --------------------------------------------------------------------------- */

/* Finds the end of the row: scanned is its offset. */
static bool find_row(struct records *records) {
  const char *begin = unread(records), *end = begin + unread_length(records);
  const char *at = begin + records->scanned;
  for (; at < end; at++) {
    char c = *at;
    records->lines_scanned += c == '\n';
    if (records->cell == CELL_QUOTED) {
      if (c == '"')
        records->cell = CELL_CLOSED;
      continue;
    }
    if (c == '\n')
      break;
    if (c == records->delimiter)
      records->cell = CELL_START;
    else if (c == '"' && records->cell != CELL_PLAIN)
      records->cell = CELL_QUOTED; /* opens, or is the second of two */
    else if (records->cell != CELL_CLOSED)
      records->cell = CELL_PLAIN;
    else if (c != '\r')
      records->bad_quotes = true;
  }
  records->scanned = (size_t)(at - begin);
  return at < end;
}

/* Most rows have no quotes: then they are lines. */
static bool find_plain_row(struct records *records) {
  size_t length, ending;
  if (records->scanned > 0 || records->too_large || !find_line(records, &length, &ending))
    return false;
  if (ending && !memchr(unread(records), '"', length)) {
    records->lines_scanned = 1;
    return true;
  }
  records->scanned = 0;
  return false;
}

static void next_row(struct records *records, struct record *record) {
  while (record->kind == RECORD_END) {
    records->lines_scanned = records->too_large ? records->lines_scanned : 0;
    bool found = find_plain_row(records);
    if (!found)
      records->scanned = 0;
    while (!found && !(found = find_row(records)) && !records->feed.ended) {
      if (is_too_large(records) && records->scanned > 0) {
        take_part(records, record, records->scanned, 0, false);
        return;
      }
      feed_more(&records->feed);
    }
    if (!found && (is_cut_off(records) || (records->scanned == 0 && !records->too_large)))
      return;
    size_t length = records->scanned;
    if (is_too_large(records)) {
      take_part(records, record, length, found, true);
    } else {
      bool open = records->cell == CELL_QUOTED;
      struct text row = without_return(take(records, length, found));
      give(records, record, records->bad_quotes || open ? RECORD_BROKEN : RECORD_WHOLE, row);
      record->problem = PROBLEM_BAD_QUOTES;
      if (all_blank(row))
        record->kind = RECORD_END;
    }
    records->line += records->lines_scanned;
    records->lines_scanned = 0;
    records->cell = CELL_START;
    records->bad_quotes = false;
  }
}

void records_next(struct records *records, struct record *record) {
  *record = (struct record){.kind = RECORD_END, .bytes = {"", 0}, .line = records->line};
  switch (records->format) {
  case BAREME_JSON: next_of_array(records, record); break;
  case BAREME_CSV: next_row(records, record); break;
  case BAREME_ARROW: /* has no records: see arrow_input.h */
  case BAREME_AUTO:
  case BAREME_NDJSON: next_line(records, record); break;
  }
}

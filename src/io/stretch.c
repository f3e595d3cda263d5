/* stretch.c - a part of the input that one thread decodes.
 *
 * A range of a file begins and ends anywhere.  Its lines are those that begin
 * in it: so it is read from one byte before its begin, which tells whether a
 * line ends there, to the end of the line that its last byte belongs to.
 *
 *       begin                        end
 *         |                           |
 *   ...\n{"id":1}\n{"id":2}\n{"id"   :3}\n{"id":4}\n
 *          '--------- lines ------------'
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/stretch.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Bytes that are read behind a range at first, for the end of its last line. */
enum { BEHIND_BYTES = 4 * 1024 };

/* Bytes of a record that is too large are passed on in pieces of this size. */
enum { PART_BYTES = 256 * 1024 };

/* Bytes that a processor fetches together. */
enum { CACHE_LINE = 64 };

/* Buffers larger than this are given back. */
enum { KEPT_BYTES = 4 * 1024 * 1024 };

bool stretch_init(struct stretch *stretch, const struct reader *reader) {
  const struct memory *memory = &reader->memory;
  *stretch = (struct stretch){.range = {.file = -1}};
  buffer_init(&stretch->bytes, memory);
  bool columns = columns_init(&stretch->columns, &reader->schema, memory);
  return account_init(&stretch->account, reader->schema.program, memory) && columns;
}

static void close_range(struct stretch *stretch) {
  if (stretch->kind == STRETCH_CLOSE && stretch->range.file >= 0)
    close(stretch->range.file);
  stretch->range.file = -1;
}

void stretch_clear(struct stretch *stretch) {
  close_range(stretch);
  memory_free(&stretch->bytes.memory, stretch->records, stretch->record_capacity,
              sizeof *stretch->records);
  columns_clear(&stretch->columns);
  account_clear(&stretch->account);
  buffer_clear(&stretch->bytes);
}

/* ---- taking ----------------------------------------------------------------------- */

static void fail_memory(struct stretch *stretch) {
  stretch->status = failure_memory(&stretch->failure);
}

static void begin(struct stretch *stretch, struct reader *reader) {
  account_reset(&stretch->account);
  if (stretch->bytes.capacity > KEPT_BYTES || stretch->bytes.failed)
    buffer_clear(&stretch->bytes);
  stretch->bytes.failed = false;
  stretch->is_lines = reader->records.format == BAREME_NDJSON;
  stretch->is_table = reader->records.format == BAREME_CSV;
  stretch->file = reader->file;
  stretch->rows = (struct arrow_rows){.stream = NULL};
  stretch->range.file = -1;
  stretch->bytes.length = stretch->record_count = 0;
  stretch->begin = stretch->at = stretch->end = 0;
  stretch->number = reader->stretches++;
  stretch->read = stretch->ahead = stretch->row_bytes = 0;
  stretch->has_too_large = false;
  stretch->status = BAREME_OK;
}

/* Of a header, made with the reader's own loader. */
static void take_account(struct stretch *stretch, struct loader *loader) {
  struct account account = stretch->account;
  stretch->account = loader->account;
  loader->account = account;
}

static void take_header(struct stretch *stretch, struct reader *reader) {
  struct loader *loader = &reader->loader;
  account_reset(&loader->account);
  problems_at(&loader->account.problems, reader->file, 1);
  stretch->status = columns_read_for_leads(&reader->columns, &reader->records, loader, reader->file,
                                           &reader->arena, &stretch->failure);
  take_account(stretch, loader);
  stretch->header = reader->columns.csv.header;
}

static void take_schema(struct stretch *stretch, struct reader *reader) {
  stretch->status = arrow_input_open(reader, &stretch->failure);
  take_account(stretch, &reader->loader);
}

/* A plain file of lines can be read by several threads at once, if there is
 * something in it for several.  Returns the bytes in it, or 0 if it is another. */
static uint64_t split_file(struct reader *reader, uint64_t before, size_t bytes) {
  const struct records *records = &reader->records;
  const struct feed *feed = &records->feed;
  uint64_t size, begin = feed->total - before - (feed->end - feed->begin);
  int file = bytes_plain_file(feed->bytes, &size);
  if (records->format != BAREME_NDJSON || file < 0 || size <= begin || size - begin <= bytes)
    return 0;
  reader->range =
      (struct range){fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), true, begin, size};
  return size - begin;
}

static void take_file(struct stretch *stretch, struct reader *reader, size_t bytes) {
  if (reader->next_path == reader->path_count) {
    stretch->kind = STRETCH_END;
    stretch->status = BAREME_END;
    return;
  }
  uint64_t before = reader->records.feed.total;
  const char *path = reader->paths[reader->next_path++];
  reader->file = stretch->file = reader_name(path);
  stretch->kind = STRETCH_BEGIN;
  stretch->header = (struct text){"", 0};
  stretch->status = records_open(&reader->records, path, reader->format, &stretch->failure);
  if (stretch->status != BAREME_OK)
    return;
  reader->is_open = true;
  reader->in_part = false;
  if (reader->records.format == BAREME_CSV)
    take_header(stretch, reader);
  else if (reader->records.format == BAREME_ARROW)
    take_schema(stretch, reader);
  else
    stretch->ahead = split_file(reader, before, bytes);
}

static void take_range(struct stretch *stretch, struct reader *reader, size_t bytes) {
  struct range *rest = &reader->range;
  stretch->kind = STRETCH_LINES;
  stretch->range = *rest;
  if (rest->end - rest->begin > bytes)
    stretch->range.end = rest->begin + bytes;
  rest->begin = stretch->range.end;
  rest->is_line = false;
}

static void take_lines(struct stretch *stretch, struct reader *reader, size_t bytes,
                       const struct record_lines *first) {
  struct record_lines lines = *first;
  stretch->kind = STRETCH_LINES;
  do {
    buffer_text(&stretch->bytes, lines.bytes);
    feed_release(&reader->records.feed);
  } while (stretch->bytes.length < bytes && !stretch->bytes.failed &&
           records_take_lines(&reader->records, &lines));
  stretch->end = stretch->bytes.length;
}

/* False if out of memory; it is not listed then.  Behind it a line ends, so that no
 * error in it can be about the next one (json_lines.h). */
static bool list_record(struct stretch *stretch, const struct record *record) {
  void *records = stretch->records;
  size_t offset = stretch->bytes.length;
  bool room = memory_reserve(&stretch->bytes.memory, &records, &stretch->record_capacity,
                             stretch->record_count + 1, sizeof *stretch->records);
  stretch->records = records;
  buffer_text(&stretch->bytes, record->bytes);
  BUFFER_LITERAL(&stretch->bytes, "\n");
  if (!room || stretch->bytes.failed) {
    fail_memory(stretch);
    return false;
  }
  struct record *listed = &stretch->records[stretch->record_count++];
  *listed = *record;
  listed->offset = offset;
  return true;
}

/* A record that is none of a list. */
static void take_other(struct stretch *stretch, struct reader *reader) {
  const struct record *record = &reader->ahead;
  bool was_part = reader->in_part;
  reader->in_part = record->kind == RECORD_PART;
  switch (record->kind) {
  case RECORD_PART:
  case RECORD_LAST_PART: stretch->kind = STRETCH_PART; break;
  case RECORD_NOTE: stretch->kind = STRETCH_NOTE; break;
  case RECORD_WHOLE:
  case RECORD_BROKEN:
  case RECORD_END:
    stretch->kind = STRETCH_CLOSE;
    stretch->status = reader->records.feed.status;
    stretch->failure = reader->records.feed.failure;
    reader->is_open = false;
    return;
  }
  stretch->is_first = !was_part;
  stretch->is_last = !reader->in_part;
  list_record(stretch, record);
}

static bool is_listed(const struct record *record) {
  return record->kind == RECORD_WHOLE || record->kind == RECORD_BROKEN;
}

/* Records one by one; the one that ends the list waits for the next stretch. */
static void take_records(struct stretch *stretch, struct reader *reader, size_t bytes) {
  struct record *record = &reader->ahead;
  if (!reader->has_ahead)
    records_next(&reader->records, record);
  reader->has_ahead = false;
  if (is_listed(record) && stretch->is_lines) {
    stretch->kind = STRETCH_LINES;
    buffer_text(&stretch->bytes, record->bytes);
    BUFFER_LITERAL(&stretch->bytes, "\n");
    stretch->end = stretch->bytes.length;
    feed_release(&reader->records.feed);
    return;
  }
  if (!is_listed(record)) {
    take_other(stretch, reader);
    feed_release(&reader->records.feed);
    return;
  }
  stretch->kind = STRETCH_RECORDS;
  while (is_listed(record) && list_record(stretch, record) && stretch->bytes.length < bytes) {
    feed_release(&reader->records.feed);
    records_next(&reader->records, record);
  }
  reader->has_ahead = !is_listed(record);
  stretch->end = stretch->record_count;
}

static void take_rows(struct stretch *stretch, struct reader *reader, size_t bytes) {
  struct arrow_input *input = &reader->arrow;
  bareme_status status = arrow_input_fill(reader, &stretch->read, &stretch->failure);
  stretch->rows.stream = &input->stream;
  if (status == BAREME_OK) {
    stretch->kind = STRETCH_ROWS;
    stretch->rows = arrow_input_take_bytes(input, bytes);
    stretch->begin = stretch->rows.next;
    stretch->end = stretch->rows.end;
    stretch->row_bytes = (stretch->end - stretch->begin) * arrow_row_bytes(stretch->rows.batch);
    return;
  }
  stretch->kind = STRETCH_CLOSE;
  stretch->status = status == BAREME_END ? BAREME_OK : status;
  reader->is_open = false;
}

/* Rows are all that is taken of a file of Arrow. */
static bool has_rows(const struct reader *reader) {
  return reader->is_open && reader->records.format == BAREME_ARROW;
}

bool stretch_can_read_ahead(const struct reader *reader) {
  return has_rows(reader) && !reader->arrow.ahead.is_there;
}

void stretch_read_ahead(struct reader *reader) {
  arrow_input_read(reader);
}

bool stretch_can_take(const struct reader *reader, bool reading) {
  return !reading || arrow_input_has_rows(&reader->arrow);
}

void stretch_take(struct stretch *stretch, struct reader *reader, size_t bytes) {
  struct record_lines lines;
  begin(stretch, reader);
  if (has_rows(reader)) {
    take_rows(stretch, reader, bytes);
    return;
  }
  uint64_t before = reader->records.feed.total;
  if (reader->range.file >= 0 && reader->range.begin < reader->range.end) {
    take_range(stretch, reader, bytes);
    return;
  }
  if (reader->range.file >= 0) {
    stretch->kind = STRETCH_CLOSE;
    stretch->range = reader->range;
    reader->range.file = -1;
    reader->is_open = false;
    return;
  }
  if (!reader->is_open)
    take_file(stretch, reader, bytes);
  else if (!reader->has_ahead && records_take_lines(&reader->records, &lines))
    take_lines(stretch, reader, bytes, &lines);
  else
    take_records(stretch, reader, bytes);
  if (stretch->bytes.failed && stretch->status == BAREME_OK)
    fail_memory(stretch);
  if (stretch->kind == STRETCH_RECORDS && stretch->is_table)
    columns_follow(&stretch->columns, &reader->columns);
  stretch->read =
      reader->range.file < 0 ? reader->records.feed.total - before : reader->range.begin;
}

/* ---- fetching ------------------------------------------------------------------------- */

/* Reads up to `length` bytes behind those that are there; false at the end of
 * the file, or when it cannot be read. */
static bool read_more(struct stretch *stretch, uint64_t from, size_t length) {
  struct buffer *bytes = &stretch->bytes;
  if (!buffer_has_room(bytes, length)) {
    fail_memory(stretch);
    return false;
  }
  for (size_t end = bytes->length + length; bytes->length < end;) {
    ssize_t got = pread(stretch->range.file, bytes->bytes + bytes->length, end - bytes->length,
                        (off_t)(from + bytes->length));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      stretch->status = failure_errno(&stretch->failure, stretch->file.bytes);
    if (got <= 0)
      return false;
    bytes->length += (size_t)got;
  }
  return true;
}

/* Leaves so many bytes of the buffer free that a byte of the file comes to the same place of a
 * cache line as in the system's memory: then it is copied an eighth faster.  Returns what byte of
 * the file the buffer's first one would be, which wraps around at the file's beginning. */
static uint64_t align_bytes(struct buffer *bytes, uint64_t from) {
  bytes->length = (size_t)((from - (uintptr_t)bytes->bytes) % CACHE_LINE);
  return from - bytes->length;
}

/* Where the line ends that has the byte at `at`; SIZE_MAX if it is not read yet. */
static size_t find_end(const struct buffer *bytes, size_t at) {
  const char *newline =
      at < bytes->length ? memchr(bytes->bytes + at, '\n', bytes->length - at) : NULL;
  return newline ? (size_t)(newline - bytes->bytes) + 1 : SIZE_MAX;
}

/* Where the line begins that has the byte at `at`, or would have it. */
static size_t find_begin(const struct buffer *bytes, size_t first, size_t at) {
  size_t end = at < bytes->length ? at : bytes->length;
  return end > first ? first + text_last((struct text){bytes->bytes + first, end - first}, '\n')
                     : end;
}

/* Reads to the end of the last line, but not much more than the limit. */
static size_t fetch_end(struct stretch *stretch, uint64_t from, size_t begin, size_t at,
                        size_t limit, bool more) {
  struct buffer *bytes = &stretch->bytes;
  size_t end;
  while ((end = find_end(bytes, at)) == SIZE_MAX && more && bytes->length - begin <= limit)
    more = read_more(stretch, from, bytes->length);
  if (end == SIZE_MAX && !more && stretch->status == BAREME_OK)
    end = bytes->length; /* the file's last needs none */
  return end;
}

void stretch_fetch(struct stretch *stretch, size_t limit) {
  const struct range *range = &stretch->range;
  struct buffer *bytes = &stretch->bytes;
  if (stretch->kind != STRETCH_LINES || range->file < 0)
    return;
  uint64_t from = range->is_line ? range->begin : range->begin - 1;
  size_t length = (size_t)(range->end - from);
  if (!buffer_has_room(bytes, length + BEHIND_BYTES + CACHE_LINE)) {
    fail_memory(stretch);
    return;
  }
  from = align_bytes(bytes, from);
  size_t begun = bytes->length, inside = begun + length;
  bool more = read_more(stretch, from, length + BEHIND_BYTES);
  size_t first = range->is_line ? begun : find_end(bytes, begun);
  if (first >= inside)
    return; /* one line goes through all of it, or the file has become shorter */
  size_t begin = find_begin(bytes, first, inside - 1);
  size_t end = fetch_end(stretch, from, begin, inside - 1, limit, more);
  if (end != SIZE_MAX && end - begin - (end > 0 && bytes->bytes[end - 1] == '\n') > limit)
    end = SIZE_MAX;
  stretch->too_large = from + begin;
  stretch->has_too_large = end == SIZE_MAX && stretch->status == BAREME_OK;
  stretch->begin = stretch->at = first;
  stretch->end = end == SIZE_MAX ? begin : end;
  stretch->read = stretch->end - first;
}

/* ---- decoding --------------------------------------------------------------------------- */

static bool decode_record(struct stretch *stretch, struct loader *loader,
                          const struct record *listed) {
  struct record record = *listed;
  struct reason reason = {record.problem, SUBJECT_NONE};
  enum outcome outcome = OUTCOME_REJECTED;
  record.bytes.bytes = stretch->bytes.bytes + listed->offset;
  record.offset = stretch->number << 32 | listed->offset;
  record.ready = stretch->bytes.length - listed->offset;
  record.behind = stretch->bytes.capacity - stretch->bytes.length;
  record.line -= stretch->records[0].line - 1;
  problems_at(&loader->account.problems, TEXT(""), record.line);
  if (record.kind == RECORD_WHOLE)
    outcome = stretch->is_table ? lead_from_row(loader, &stretch->columns, &record, &reason)
                                : lead_from_json(loader, &record, &reason);
  return lead_conclude(loader, &record, outcome, reason);
}

static bool decode_rows(struct stretch *stretch, struct loader *loader, size_t end) {
  struct arrow_rows rows = stretch->rows;
  rows.next = stretch->at;
  rows.end = end;
  bool done = lead_rows(loader, &rows);
  stretch->at = rows.next;
  return done;
}

bool stretch_decode(struct stretch *stretch, struct loader *loader, size_t end) {
  bool done = true;
  if (stretch->kind == STRETCH_ROWS)
    return decode_rows(stretch, loader, end);
  while (done && stretch->at < end && !batch_full(loader->batch) && !loader->account.stopped) {
    if (stretch->kind == STRETCH_RECORDS) {
      done = decode_record(stretch, loader, &stretch->records[stretch->at++]);
    } else {
      struct text lines = {stretch->bytes.bytes + stretch->at, end - stretch->at};
      loader->behind = stretch->bytes.capacity - end;
      size_t passed;
      done = lead_lines(loader, lines, stretch->number << 32 | stretch->at, &passed);
      stretch->at += passed;
    }
  }
  return done;
}

/* ---- entering ----------------------------------------------------------------------------- */

/* Lines are counted where they are entered; of other records the line is known. */
static struct origin origin_of(const struct stretch *stretch, const struct reader *reader) {
  bool known = stretch->record_count > 0 && !stretch->is_lines;
  return (struct origin){stretch->file, known ? stretch->records[0].line : reader->line};
}

bareme_status stretch_enter(struct stretch *stretch, const struct account *account,
                            struct reader *reader, bareme_failure *failure) {
  struct origin origin = origin_of(stretch, reader);
  bareme_status status = ledger_enter(&reader->ledger, account, &origin, failure);
  if (stretch->kind == STRETCH_LINES)
    reader->line += account->lines;
  return status;
}

/* Passes on a line that is too large, as it is read again. */
static bareme_status enter_too_large(struct stretch *stretch, struct reader *reader,
                                     bareme_failure *failure) {
  struct buffer *bytes = &stretch->bytes;
  struct origin origin = origin_of(stretch, reader);
  bareme_status status = BAREME_OK;
  uint64_t from = stretch->too_large;
  for (bool first = true, last = false; !last && status == BAREME_OK; first = false) {
    bytes->length = 0;
    bool more = read_more(stretch, from, PART_BYTES);
    size_t end = find_end(bytes, 0);
    last = end != SIZE_MAX || !more;
    if (stretch->status != BAREME_OK)
      break;
    struct text part = {bytes->bytes, end == SIZE_MAX ? bytes->length : end - 1};
    status = ledger_enter_part(&reader->ledger, part, first, last, &origin, failure);
    from += part.length;
    reader->bytes += part.length;
  }
  reader->line++;
  return status;
}

/* Enters what is not an account of records. */
static bareme_status enter_other(struct stretch *stretch, struct reader *reader,
                                 bareme_failure *failure) {
  struct ledger *ledger = &reader->ledger;
  struct origin origin = origin_of(stretch, reader);
  struct text part = {stretch->bytes.bytes, stretch->bytes.length};
  switch (stretch->kind) {
  case STRETCH_BEGIN:
    reader->line = origin.line = 1;
    ledger->header = stretch->header;
    ledger_expect(ledger, stretch->ahead);
    return ledger_enter(ledger, &stretch->account, &origin, failure);
  case STRETCH_PART:
    reader->line += stretch->is_last;
    return ledger_enter_part(ledger, part, stretch->is_first, stretch->is_last, &origin, failure);
  case STRETCH_NOTE: return ledger_note(ledger, stretch->records[0].problem, &origin, failure);
  case STRETCH_CLOSE: close_range(stretch); break;
  case STRETCH_LINES:
    return stretch->has_too_large ? enter_too_large(stretch, reader, failure) : BAREME_OK;
  case STRETCH_ROWS: arrow_input_done(&reader->arrow, &stretch->rows); break;
  case STRETCH_RECORDS:
  case STRETCH_END: break;
  }
  return BAREME_OK;
}

bareme_status stretch_leave(struct stretch *stretch, struct reader *reader,
                            bareme_failure *failure) {
  bareme_status status = BAREME_OK;
  reader->bytes += stretch->read;
  if (stretch->kind != STRETCH_BEGIN || stretch->status == BAREME_OK)
    status = enter_other(stretch, reader, failure);
  if (status == BAREME_OK && stretch->status != BAREME_OK) {
    status = stretch->status;
    *failure = stretch->failure;
  }
  return status;
}

/* reader.c - lead records from files to batches.
 *
 *   file -> bytes.c     plain, gzip, zstd
 *        -> feed.c      blocks that stay while a batch points into them
 *        -> records.c   lines, items of an array, rows
 *        -> lead_json.c, lead_csv.c   fields, events: a batch, and an account of the rest
 *        -> ledger.c    ids that came before, counts, problems, rejects
 *
 * Of Arrow arrow_input.c makes rows of what is in the feed, and lead_arrow.c leads of these.
 *
 * What was read before a failure still counts: the leads in front of it are
 * handed out first, and the failure is told by the next read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/reader_parts.h"

#include <string.h>
#include <unistd.h>

#include "io/event_store.h"
#include "limits.h"

/* ---- opening ------------------------------------------------------------------ */

static const char *copy_path(struct reader *reader, const char *path) {
  bool copied;
  struct text copy = arena_text(&reader->arena, text_from(path), &copied);
  return copied ? copy.bytes : NULL;
}

static bareme_status copy_paths(struct reader *reader, const bareme_read_options *options,
                                bareme_failure *failure) {
  bool standard = options->path_count == 0;
  reader->path_count = standard ? 1 : options->path_count;
  reader->paths = arena_array(&reader->arena, reader->path_count, sizeof *reader->paths);
  if (!reader->paths)
    return failure_memory(failure);
  for (size_t i = 0; i < reader->path_count; i++) {
    const char *path = standard ? "-" : options->paths[i];
    if (!(reader->paths[i] = copy_path(reader, path)))
      return failure_memory(failure);
    /* Better now than after an hour of the files before it. */
    if (strcmp(path, "-") != 0 && access(path, R_OK) != 0)
      return failure_errno(failure, path);
  }
  return BAREME_OK;
}

/* Reads the events that stand in a file of their own. */
static bareme_status load_events(struct reader *reader, const bareme_read_options *options,
                                 bareme_failure *failure) {
  struct loader *loader = &reader->loader;
  const char *path = copy_path(reader, options->events_path);
  if (!path)
    return failure_memory(failure);
  bareme_status status =
      event_store_load(loader, path, options->strict, failure, &reader->ledger.store);
  loader->store = reader->ledger.store;
  struct origin origin = {loader->account.problems.file, 1};
  if (status == BAREME_OK)
    status = ledger_enter(&reader->ledger, &loader->account, &origin, failure);
  account_reset(&loader->account);
  return status;
}

/* Each of them may be cleared after failing, so all are begun. */
static bool init_parts(struct reader *reader, const struct program *program,
                       const bareme_read_options *options) {
  const struct memory *memory = &reader->memory;
  bareme_read_options own = *options;
  bool copied = !own.temporary || (own.temporary = copy_path(reader, own.temporary));
  bool schema = schema_init(&reader->schema, program, memory);
  bool ledger = ledger_init(&reader->ledger, program, memory, &own);
  bool loader = schema && loader_init(&reader->loader, &reader->schema, memory);
  return copied && ledger && loader && columns_init(&reader->columns, &reader->schema, memory);
}

static bareme_status set_up(struct reader *reader, const struct program *program,
                            const bareme_read_options *options, bareme_failure *failure) {
  reader->format = options->format;
  bareme_status status = copy_paths(reader, options, failure);
  if (status == BAREME_OK && !init_parts(reader, program, options))
    status = failure_memory(failure);
  reader->loader.strict = options->strict;
  reader->loader.seeds = reader->ledger.ids.recent.seeds;
  if (status == BAREME_OK && options->events_path)
    status = load_events(reader, options, failure);
  if (status == BAREME_OK && (options->rejects || options->rejects_path))
    status = ledger_open_rejects(&reader->ledger, options->rejects_path, options->rejects, failure);
  return status;
}

bareme_status reader_open(const struct program *program, const struct memory *memory,
                          const bareme_read_options *options, bareme_failure *failure,
                          struct reader **reader) {
  *reader = NULL;
  struct reader *made = memory_zeroed(memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = *memory;
  arena_init(&made->arena, memory);
  records_init(&made->records, memory, LIMIT_RECORD_BYTES);
  arrow_input_init(&made->arrow, memory, &made->records.feed);
  made->ledger.rejects.file = -1;
  made->range.file = -1;
  bareme_status status = set_up(made, program, options, failure);
  if (status == BAREME_OK)
    *reader = made;
  else
    reader_free(made);
  return status;
}

void reader_free(struct reader *reader) {
  if (!reader)
    return;
  columns_clear(&reader->columns);
  arrow_input_clear(&reader->arrow);
  if (reader->loader.program)
    loader_clear(&reader->loader);
  ledger_clear(&reader->ledger);
  schema_clear(&reader->schema);
  records_clear(&reader->records);
  if (reader->range.file >= 0)
    close(reader->range.file);
  arena_clear(&reader->arena);
  struct memory memory = reader->memory;
  memory_free(&memory, reader, 1, sizeof *reader);
}

/* ---- records -------------------------------------------------------------------- */

static bareme_status stop(struct reader *reader, bareme_status status) {
  reader->status = status;
  return status;
}

/* What is decoded together: a record, or rows, or lines. */
struct stretch {
  const struct record *record; /* NULL: rows or lines */
  struct arrow_rows rows;      /* batch NULL: lines */
  struct record_lines lines;
};

static bool decode_rows(struct loader *loader, struct arrow_rows rows, size_t *passed) {
  size_t begin = rows.next;
  bool decoded = lead_rows(loader, &rows);
  *passed = rows.next - begin;
  return decoded;
}

/* False if out of memory. */
static bool decode(struct reader *reader, const struct stretch *stretch, size_t *passed) {
  struct loader *loader = &reader->loader;
  const struct record_lines *lines = &stretch->lines;
  if (stretch->rows.batch)
    return decode_rows(loader, stretch->rows, passed);
  if (!stretch->record)
    return lead_lines(loader, lines->bytes, lines->offset, passed);
  struct record record = *stretch->record;
  struct reason reason = {record.problem, SUBJECT_NONE};
  enum outcome outcome = OUTCOME_REJECTED;
  record.line = 1;
  *passed = record.bytes.length;
  problems_at(&loader->account.problems, reader->file, record.line);
  if (record.kind == RECORD_WHOLE)
    outcome = reader->records.format == BAREME_CSV
                  ? lead_from_row(loader, &reader->columns, &record, &reason)
                  : lead_from_json(loader, &record, &reason);
  return lead_conclude(loader, &record, outcome, reason);
}

/* Decodes, and once more if some of the leads came before. */
static bareme_status decode_and_judge(struct reader *reader, struct stretch *stretch,
                                      size_t *passed, bareme_failure *failure) {
  struct loader *loader = &reader->loader;
  uint32_t before = loader->batch->count;
  bool repeat;
  account_reset(&loader->account);
  bool decoded = decode(reader, stretch, passed);
  bareme_status status = ledger_judge(&reader->ledger, &loader->account, &repeat, failure);
  if (repeat) {
    batch_truncate(loader->batch, before);
    loader_repeat(loader);
    stretch->lines.bytes.length = *passed;
    stretch->rows.end = stretch->rows.next + *passed;
    decoded = decode(reader, stretch, passed) && decoded;
  }
  return status == BAREME_OK && !decoded ? failure_memory(failure) : status;
}

static void read_stretch(struct reader *reader, struct stretch *stretch, uint64_t line,
                         size_t *passed) {
  struct origin origin = {reader->file, line};
  bareme_failure failure = {""};
  bareme_status decoded = decode_and_judge(reader, stretch, passed, &failure);
  bareme_status status =
      ledger_enter(&reader->ledger, &reader->loader.account, &origin, &reader->failure);
  if (status == BAREME_OK && decoded != BAREME_OK) {
    reader->failure = failure;
    status = decoded;
  }
  if (status != BAREME_OK)
    stop(reader, status);
}

static void read_lines(struct reader *reader) {
  struct record_lines *lines = &reader->lines;
  struct stretch stretch = {.lines = *lines};
  size_t passed;
  read_stretch(reader, &stretch, lines->line, &passed);
  uint64_t ended = reader->loader.account.lines;
  records_count_lines(&reader->records, ended);
  lines->line += ended;
  lines->offset += passed;
  lines->bytes.bytes += passed;
  lines->bytes.length -= passed;
}

static void read_record(struct reader *reader, const struct record *record) {
  struct ledger *ledger = &reader->ledger;
  struct stretch stretch = {.record = record};
  struct origin origin = {reader->file, record->line};
  bool was_part = reader->in_part;
  size_t passed;
  bareme_status status = BAREME_OK;
  reader->in_part = record->kind == RECORD_PART;
  switch (record->kind) {
  case RECORD_WHOLE:
  case RECORD_BROKEN: read_stretch(reader, &stretch, record->line, &passed); return;
  case RECORD_PART:
  case RECORD_LAST_PART:
    status = ledger_enter_part(ledger, record->bytes, !was_part, !reader->in_part, &origin,
                               &reader->failure);
    break;
  case RECORD_NOTE: status = ledger_note(ledger, record->problem, &origin, &reader->failure); break;
  case RECORD_END: break;
  }
  if (status != BAREME_OK)
    stop(reader, status);
}

/* ---- files --------------------------------------------------------------------------- */

struct text reader_name(const char *path) {
  return strcmp(path, "-") == 0 ? TEXT("<stdin>") : text_from(path);
}

/* Reads the schema of a file of Arrow. */
static bareme_status open_columns(struct reader *reader) {
  struct origin origin = {reader->file, 1};
  bareme_status status = arrow_input_open(reader, &reader->failure);
  if (status == BAREME_OK)
    status = ledger_enter(&reader->ledger, &reader->loader.account, &origin, &reader->failure);
  return status == BAREME_OK ? BAREME_OK : stop(reader, status);
}

/* Reads the header of a file of CSV. */
static bareme_status open_table(struct reader *reader) {
  struct loader *loader = &reader->loader;
  struct origin origin = {reader->file, 1};
  account_reset(&loader->account);
  problems_at(&loader->account.problems, reader->file, 1);
  bareme_status status = columns_read_for_leads(&reader->columns, &reader->records, loader,
                                                reader->file, &reader->arena, &reader->failure);
  if (status == BAREME_OK)
    status = ledger_enter(&reader->ledger, &loader->account, &origin, &reader->failure);
  reader->ledger.header = reader->columns.csv.header;
  return status == BAREME_OK ? BAREME_OK : stop(reader, status);
}

/* Opens the next file; BAREME_END if there is none. */
static bareme_status open_next(struct reader *reader) {
  if (reader->next_path == reader->path_count)
    return stop(reader, BAREME_END);
  const char *path = reader->paths[reader->next_path++];
  reader->file = reader_name(path);
  bareme_status status = records_open(&reader->records, path, reader->format, &reader->failure);
  if (status != BAREME_OK)
    return stop(reader, status);
  reader->is_open = true;
  reader->in_part = false;
  reader->ledger.header = (struct text){"", 0};
  switch (reader->records.format) {
  case BAREME_CSV: return open_table(reader);
  case BAREME_ARROW: return open_columns(reader);
  default: return BAREME_OK;
  }
}

static bareme_status close_file(struct reader *reader) {
  const struct feed *feed = &reader->records.feed;
  reader->is_open = false;
  if (feed->status == BAREME_OK)
    return BAREME_OK;
  reader->failure = feed->failure;
  return stop(reader, feed->status);
}

static bool batch_is_large(const struct reader *reader, uint64_t before) {
  return reader->records.feed.total - before >= LIMIT_BATCH_BYTES;
}

/* Lines if there are some, else a record. */
static void read_some(struct reader *reader) {
  struct record record;
  if (reader->lines.bytes.length > 0 || records_take_lines(&reader->records, &reader->lines)) {
    read_lines(reader);
    return;
  }
  records_next(&reader->records, &record);
  if (record.kind == RECORD_END)
    close_file(reader);
  else
    read_record(reader, &record);
}

/* Fills an empty batch: one batch is never of two messages. */
static void read_rows(struct reader *reader) {
  struct arrow_input *input = &reader->arrow;
  uint64_t read;
  size_t passed;
  if (!arrow_input_has_rows(input))
    arrow_input_done(input, &input->rest);
  bareme_status status = arrow_input_fill(reader, &read, &reader->failure);
  if (status == BAREME_OK) {
    struct stretch stretch = {.rows = arrow_input_take(input, reader->loader.batch->capacity)};
    read_stretch(reader, &stretch, 1, &passed); /* rows are counted from 1 already */
  } else if (status == BAREME_END) {
    reader->is_open = false;
  } else {
    stop(reader, status);
  }
}

static void fill(struct reader *reader, struct batch *batch) {
  uint64_t before = reader->records.feed.total;
  while (reader->status == BAREME_OK && !batch_full(batch)) {
    if (!reader->is_open && open_next(reader) != BAREME_OK)
      return;
    if (batch->count == 0)
      feed_release(&reader->records.feed); /* nobody points into it yet */
    else if (batch_is_large(reader, before) || reader->records.format == BAREME_ARROW)
      return;
    if (reader->records.format == BAREME_ARROW)
      read_rows(reader);
    else
      read_some(reader);
  }
}

bareme_status reader_read(struct reader *reader, struct batch *batch, bareme_failure *failure) {
  batch_reset(batch);
  feed_release(&reader->records.feed);
  reader->loader.batch = batch;
  fill(reader, batch);
  reader->bytes = reader->records.feed.total;
  if (batch->count > 0)
    return BAREME_OK;
  if (reader->status == BAREME_END && !ledger_balances(&reader->ledger)) {
    failure_set(&reader->failure, "records were lost while reading: this is a bug of Bareme");
    reader->status = BAREME_IO;
  }
  if (reader->status != BAREME_END && failure)
    *failure = reader->failure;
  return reader->status;
}

/* ---- afterwards ------------------------------------------------------------------------ */

void reader_summary(const struct reader *reader, bareme_read_summary *summary) {
  const struct ledger *ledger = &reader->ledger;
  size_t problems = 0;
  bareme_problem problem;
  while (problems_get(&ledger->problems, problems, &problem))
    problems++;
  *summary = (bareme_read_summary){
      .records = ledger->records,
      .accepted = ledger->accepted,
      .rejected = ledger->rejected,
      .events = ledger->events.added,
      .future_events = ledger->events.future,
      .duplicate_events = ledger->events.duplicate,
      .ignored_events = ledger->events.ignored,
      .orphan_events = event_store_orphans(ledger->store),
      .bytes = reader->bytes,
      .problems = problems,
  };
}

bool reader_problem(const struct reader *reader, size_t index, bareme_problem *problem) {
  return problems_get(&reader->ledger.problems, index, problem);
}

bareme_status reader_finish(struct reader *reader, bareme_failure *failure) {
  struct ledger *ledger = &reader->ledger;
  return ledger->has_rejects ? output_finish(&ledger->rejects, failure) : BAREME_OK;
}

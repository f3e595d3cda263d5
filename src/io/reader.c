/* reader.c - lead records from files to batches.
 *
 *   file -> bytes.c     plain, gzip, zstd
 *        -> feed.c      blocks that stay while a batch points into them
 *        -> records.c   lines, items of an array, rows
 *        -> lead_json.c, lead_csv.c   fields, events
 *        -> batch
 *
 * What was read before a failure still counts: the leads in front of it are
 * handed out first, and the failure is told by the next read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/reader.h"

#include <string.h>
#include <unistd.h>

#include "io/event_store.h"
#include "io/lead_csv.h"
#include "io/output.h"
#include "limits.h"

struct reader {
  struct memory memory;
  struct arena arena;
  const char **paths;
  size_t path_count, next_path;
  struct text file; /* as messages call it */
  bareme_format format;
  bool strict;
  struct records records;
  bool is_open; /* a file is */
  bool in_part; /* in the middle of a record that is too large */
  struct loader loader;
  struct columns columns;
  struct output rejects;
  bool has_rejects;
  struct text rejects_header; /* of CSV, that was written last */
  uint64_t records_read, accepted, rejected;
  bareme_status status; /* not BAREME_OK: nothing more is read */
  bareme_failure failure;
};

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

static bareme_status open_rejects(struct reader *reader, const bareme_read_options *options,
                                  bareme_failure *failure) {
  if (!options->rejects && !options->rejects_path)
    return BAREME_OK;
  reader->has_rejects = true;
  return output_open(&reader->rejects, &reader->memory, options->rejects_path, options->rejects,
                     failure);
}

static bareme_status set_up(struct reader *reader, const struct program *program,
                            const bareme_read_options *options, bareme_failure *failure) {
  reader->format = options->format;
  reader->strict = options->strict;
  bareme_status status = copy_paths(reader, options, failure);
  if (status == BAREME_OK && !loader_init(&reader->loader, program, &reader->memory))
    status = failure_memory(failure);
  if (status == BAREME_OK &&
      !columns_init(&reader->columns, &reader->loader.schema, &reader->memory))
    status = failure_memory(failure);
  if (status == BAREME_OK && options->events_path) {
    const char *path = copy_path(reader, options->events_path);
    status = path ? event_store_load(&reader->loader, path, options->strict, failure)
                  : failure_memory(failure);
  }
  return status == BAREME_OK ? open_rejects(reader, options, failure) : status;
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
  made->rejects.file = -1;
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
  output_clear(&reader->rejects);
  columns_clear(&reader->columns);
  if (reader->loader.program)
    loader_clear(&reader->loader);
  records_clear(&reader->records);
  arena_clear(&reader->arena);
  struct memory memory = reader->memory;
  memory_free(&memory, reader, 1, sizeof *reader);
}

/* ---- rejects --------------------------------------------------------------------- */

static void put_line(struct output *output, struct text line) {
  output_put(output, line.bytes, line.length);
  output_put(output, "\n", 1);
}

/* Rejected rows need their header to be read again. */
static void put_header(struct reader *reader) {
  struct text header = reader->columns.csv.header;
  if (reader->records.format != BAREME_CSV || text_equal(reader->rejects_header, header))
    return;
  reader->rejects_header = header;
  put_line(&reader->rejects, header);
}

/* Records of lines stay lines; an item of an array that is written over
 * several lines stays as it is, too. */
static void put_reject(struct reader *reader, const struct record *record) {
  if (!reader->has_rejects)
    return;
  put_header(reader);
  output_put(&reader->rejects, record->bytes.bytes, record->bytes.length);
  if (record->kind != RECORD_PART)
    output_put(&reader->rejects, "\n", 1);
}

static bareme_status stop(struct reader *reader, bareme_status status) {
  reader->status = status;
  return status;
}

static bareme_status reject(struct reader *reader, const struct record *record,
                            const struct reason *reason) {
  struct problems *problems = &reader->loader.problems;
  problems_settle(problems, false);
  problems_count(problems, reason->problem, reason->subject);
  reader->rejected++;
  put_reject(reader, record);
  if (reader->has_rejects && reader->rejects.has_failed)
    return stop(reader, output_flush(&reader->rejects, &reader->failure));
  if (!reader->strict)
    return BAREME_OK;
  problems_explain(problems, reason->problem, reason->subject, &reader->failure);
  return stop(reader, BAREME_REJECTED);
}

/* ---- records ----------------------------------------------------------------------- */

static bareme_status out_of_memory(struct reader *reader) {
  return stop(reader, failure_memory(&reader->failure));
}

/* A problem that sets nothing aside. */
static bareme_status note(struct reader *reader, enum problem_kind problem) {
  struct problems *problems = &reader->loader.problems;
  problems_count(problems, problem, SUBJECT_NONE);
  if (!reader->strict)
    return BAREME_OK;
  problems_explain(problems, problem, SUBJECT_NONE, &reader->failure);
  return stop(reader, BAREME_REJECTED);
}

static bareme_status accept(struct reader *reader) {
  struct problems *problems = &reader->loader.problems;
  reader->accepted++;
  bool strict = reader->strict && problems_noted(problems);
  if (strict)
    problems_explain_noted(problems, &reader->failure);
  problems_settle(problems, true);
  return strict ? stop(reader, BAREME_REJECTED) : BAREME_OK;
}

static bareme_status read_whole(struct reader *reader, const struct record *record) {
  struct reason reason;
  enum outcome outcome = reader->records.format == BAREME_CSV
                             ? lead_from_row(&reader->loader, &reader->columns, record, &reason)
                             : lead_from_json(&reader->loader, record, &reason);
  switch (outcome) {
  case OUTCOME_ACCEPTED: return accept(reader);
  case OUTCOME_REJECTED: return reject(reader, record, &reason);
  case OUTCOME_NO_MEMORY: break;
  }
  return out_of_memory(reader);
}

/* One that is too large was counted by its first part. */
static bareme_status read_part(struct reader *reader, const struct record *record, bool first) {
  if (!first) {
    put_reject(reader, record);
    return BAREME_OK;
  }
  reader->records_read++;
  return reject(reader, record, &(struct reason){PROBLEM_TOO_LARGE, SUBJECT_NONE});
}

static bareme_status read_record(struct reader *reader, const struct record *record) {
  bool was_part = reader->in_part;
  reader->in_part = record->kind == RECORD_PART;
  problems_at(&reader->loader.problems, reader->file, record->line);
  switch (record->kind) {
  case RECORD_WHOLE: reader->records_read++; return read_whole(reader, record);
  case RECORD_BROKEN:
    reader->records_read++;
    return reject(reader, record, &(struct reason){record->problem, SUBJECT_NONE});
  case RECORD_PART:
  case RECORD_LAST_PART: return read_part(reader, record, !was_part);
  case RECORD_NOTE: return note(reader, record->problem);
  case RECORD_END: break;
  }
  return BAREME_OK;
}

/* ---- files --------------------------------------------------------------------------- */

static struct text name_of(const char *path) {
  return strcmp(path, "-") == 0 ? TEXT("<stdin>") : text_from(path);
}

/* Opens the next file; BAREME_END if there is none. */
static bareme_status open_next(struct reader *reader) {
  if (reader->next_path == reader->path_count)
    return stop(reader, BAREME_END);
  const char *path = reader->paths[reader->next_path++];
  reader->file = name_of(path);
  bareme_status status = records_open(&reader->records, path, reader->format, &reader->failure);
  if (status != BAREME_OK)
    return stop(reader, status);
  reader->is_open = true;
  reader->in_part = false;
  if (reader->records.format != BAREME_CSV)
    return BAREME_OK;
  problems_at(&reader->loader.problems, reader->file, 1);
  status = columns_read_for_leads(&reader->columns, &reader->records, &reader->loader, reader->file,
                                  &reader->arena, &reader->failure);
  return status == BAREME_OK ? BAREME_OK : stop(reader, status);
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

static void fill(struct reader *reader, struct batch *batch) {
  uint64_t before = reader->records.feed.total;
  while (reader->status == BAREME_OK && !batch_full(batch)) {
    if (!reader->is_open && open_next(reader) != BAREME_OK)
      return;
    if (batch->count == 0)
      feed_release(&reader->records.feed); /* nobody points into it yet */
    else if (batch_is_large(reader, before))
      return;
    struct record record;
    records_next(&reader->records, &record);
    if (record.kind == RECORD_END)
      close_file(reader);
    else
      read_record(reader, &record);
    if (reader->loader.problems.out_of_memory)
      out_of_memory(reader);
  }
}

/* Every record is accounted for, or the tables on standard error would lie. */
static bool sums_agree(const struct reader *reader) {
  return reader->records_read == reader->accepted + reader->rejected;
}

bareme_status reader_read(struct reader *reader, struct batch *batch, bareme_failure *failure) {
  batch_reset(batch);
  feed_release(&reader->records.feed);
  reader->loader.batch = batch;
  fill(reader, batch);
  if (batch->count > 0)
    return BAREME_OK;
  if (reader->status == BAREME_END && !sums_agree(reader)) {
    failure_set(&reader->failure, "records were lost while reading: this is a bug of Bareme");
    reader->status = BAREME_IO;
  }
  if (reader->status != BAREME_END && failure)
    *failure = reader->failure;
  return reader->status;
}

/* ---- afterwards ------------------------------------------------------------------------ */

void reader_summary(const struct reader *reader, bareme_read_summary *summary) {
  const struct loader *loader = &reader->loader;
  size_t problems = 0;
  bareme_problem problem;
  while (problems_get(&loader->problems, problems, &problem))
    problems++;
  *summary = (bareme_read_summary){
      .records = reader->records_read,
      .accepted = reader->accepted,
      .rejected = reader->rejected,
      .events = loader->counts.added,
      .future_events = loader->counts.future,
      .duplicate_events = loader->counts.duplicate,
      .ignored_events = loader->counts.ignored,
      .orphan_events = event_store_orphans(loader->store),
      .bytes = reader->records.feed.total,
      .problems = problems,
  };
}

bool reader_problem(const struct reader *reader, size_t index, bareme_problem *problem) {
  return problems_get(&reader->loader.problems, index, problem);
}

bareme_status reader_finish(struct reader *reader, bareme_failure *failure) {
  return reader->has_rejects ? output_finish(&reader->rejects, failure) : BAREME_OK;
}

/* io_support.h - what the tests of reading and writing share: a program
 * written by hand, files that are gone afterwards, and a batch as text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_IO_SUPPORT_H
#define BAREME_TESTS_IO_SUPPORT_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/number.h"
#include "io/reader.h"
#include "limits.h"

/* ---- a program ---------------------------------------------------------------
 *
 *   lead {
 *     email text   size number from "company.size"   consent bool
 *     since time   wait duration   tier one of (gold, silver)   tags list of text
 *   }
 *   event view { url text  seconds number }     event open
 *   stage lead   stage qualified   stage customer
 */

enum { F_EMAIL, F_SIZE, F_CONSENT, F_SINCE, F_WAIT, F_TIER, F_TAGS, FIELD_COUNT };
enum { K_VIEW, K_OPEN, KIND_COUNT };

#define T(literal) \
  { literal, sizeof(literal) - 1 }

static const struct text tier_labels[] = {T("gold"), T("silver")};
static const struct text stage_labels[] = {T("lead"), T("qualified"), T("customer")};
static const struct program_labels label_sets[] = {
    {.name = T("tier"), .count = 2, .labels = tier_labels},
    {.name = T("stage"), .count = 3, .labels = stage_labels},
};
static const struct program_field lead_fields[FIELD_COUNT] = {
    [F_EMAIL] = {.name = T("email"), .path = T("email"), .kind = COLUMN_TEXT},
    [F_SIZE] = {.name = T("size"), .path = T("company.size"), .kind = COLUMN_NUMBER},
    [F_CONSENT] = {.name = T("consent"), .path = T("consent"), .kind = COLUMN_BOOL},
    [F_SINCE] = {.name = T("since"), .path = T("since"), .kind = COLUMN_TIME},
    [F_WAIT] = {.name = T("wait"), .path = T("wait"), .kind = COLUMN_DURATION},
    [F_TIER] = {.name = T("tier"), .path = T("tier"), .kind = COLUMN_LABEL},
    [F_TAGS] = {.name = T("tags"), .path = T("tags"), .kind = COLUMN_TEXTS},
};
static const struct program_field view_fields[] = {
    {.name = T("url"), .path = T("url"), .kind = COLUMN_TEXT},
    {.name = T("seconds"), .path = T("seconds"), .kind = COLUMN_NUMBER},
};
static const struct program_kind event_kinds[KIND_COUNT] = {
    [K_VIEW] = {T("view"), T("page_view"), view_fields, 2},
    [K_OPEN] = {T("open"), T("email_open"), NULL, 0},
};
static const uint32_t kind_view[] = {K_VIEW}, kind_open[] = {K_OPEN};
static const uint32_t column_url[] = {0}, column_seconds[] = {1};
static const struct space_column view_columns[] = {{COLUMN_TEXT, column_url},
                                                   {COLUMN_NUMBER, column_seconds}};
static const struct program_space event_spaces[] = {{kind_view, 1, view_columns, 2},
                                                    {kind_open, 1, NULL, 0}};

/* A copy to change: the fields are read from `fields`. */
static inline struct program support_program(void) {
  return (struct program){
      .title = T("Test"),
      .id = {.name = T("id"), .path = T("id"), .kind = COLUMN_TEXT},
      .stage_path = T("stage"),
      .events_path = T("events"),
      .type_key = T("type"),
      .at_key = T("at"),
      .id_key = T("id"),
      .fields = lead_fields,
      .field_count = FIELD_COUNT,
      .kinds = event_kinds,
      .kind_count = KIND_COUNT,
      .spaces = event_spaces,
      .space_count = 2,
      .labels = label_sets,
      .labels_count = 2,
      .stage_labels = 1,
  };
}

/* ---- text that grows ------------------------------------------------------------ */

struct paper {
  char text[64 * 1024];
  size_t length;
};

__attribute__((format(printf, 2, 3))) static inline void put(struct paper *paper,
                                                             const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t room = sizeof paper->text - paper->length;
  int length = vsnprintf(paper->text + paper->length, room, format, arguments);
  va_end(arguments);
  assert_true(length >= 0 && (size_t)length < room);
  paper->length += (size_t)length;
}

static inline void put_sink(void *context, const char *bytes, size_t length) {
  struct paper *paper = context;
  assert_true(length < sizeof paper->text - paper->length);
  memcpy(paper->text + paper->length, bytes, length);
  paper->length += length;
  paper->text[paper->length] = 0;
}

static inline bool lane_bit(const uint64_t *bits, uint32_t lane) {
  return bits[lane / 64] >> (lane % 64) & 1;
}

static inline void put_value(struct paper *paper, enum column_kind kind,
                             const struct column *column, uint32_t lane) {
  char number[NUMBER_TEXT_SIZE];
  if (kind == COLUMN_BOOL) {
    put(paper, "%s",
        lane_bit(column->yes, lane)  ? "true"
        : lane_bit(column->no, lane) ? "false"
                                     : "?");
    return;
  }
  if (!lane_bit(column->known, lane)) {
    put(paper, "?");
    return;
  }
  switch (kind) {
  case COLUMN_NUMBER:
    put(paper, "%.*s%s", (int)number_format(column->number[lane], number), number,
        column->number[lane] == 0 && 1 / column->number[lane] < 0 ? "(-)" : "");
    break;
  case COLUMN_TIME:
  case COLUMN_DURATION: put(paper, "%" PRId64, column->micros[lane]); break;
  case COLUMN_TEXT:
    put(paper, "'%.*s'", (int)column->text[lane].length, column->text[lane].bytes);
    break;
  case COLUMN_LABEL:
  case COLUMN_SYMBOL: put(paper, "#%" PRIu32, column->label[lane]); break;
  case COLUMN_TEXTS:
    put(paper, "[");
    for (size_t i = 0; i < column->texts[lane].count; i++) {
      struct text item = column->texts[lane].items[i];
      put(paper, "%s'%.*s'", i ? " " : "", (int)item.length, item.bytes);
    }
    put(paper, "]");
    break;
  case COLUMN_BOOL: break;
  }
}

static inline void put_events(struct paper *paper, const struct program *program,
                              const struct batch *batch, uint32_t lane) {
  for (uint32_t s = 0; s < program->space_count; s++) {
    const struct program_space *shape = &program->spaces[s];
    const struct batch_space *space = &batch->spaces[s];
    for (uint32_t e = space->begin[lane]; e < space->begin[lane + 1]; e++) {
      struct text name = program->kinds[shape->kinds[0]].name;
      put(paper, " %.*s@%" PRId64, (int)name.length, name.bytes, space->at[e] / CLOCK_SECOND);
      for (uint32_t c = 0; c < shape->column_count; c++) {
        put(paper, c ? "," : "(");
        put_value(paper, shape->columns[c].kind, &space->columns[c], e);
      }
      put(paper, shape->column_count ? ")" : "");
    }
  }
}

/* `id stage field=value … event@seconds(values) …`, only fields that are known, a line a lead. */
static inline void put_batch(struct paper *paper, const struct program *program,
                             const struct batch *batch) {
  for (uint32_t lane = 0; lane < batch->count; lane++) {
    struct text id = batch->ids[lane];
    put(paper, "%.*s/%" PRIu32, id.bytes ? (int)id.length : 1, id.bytes ? id.bytes : "?",
        batch->stage[lane]);
    for (uint32_t f = 0; f < program->field_count; f++) {
      const struct program_field *field = &program->fields[f];
      const struct column *column = &batch->fields[f];
      bool known = lane_bit(column->known, lane) ||
                   (field->kind == COLUMN_BOOL && lane_bit(column->yes, lane));
      if (!known)
        continue;
      put(paper, " %.*s=", (int)field->name.length, field->name.bytes);
      put_value(paper, field->kind, column, lane);
    }
    put_events(paper, program, batch, lane);
    put(paper, "\n");
  }
}

/* ---- files ------------------------------------------------------------------------ */

/* Writes a file in the directory of temporary files; its name is NAME behind
 * something of its own. */
static inline const char *write_file(char path[256], const char *name, const char *bytes,
                                     size_t length) {
  const char *directory = getenv("TMPDIR");
  snprintf(path, 256, "%s/bareme-%ld-%s", directory ? directory : "/tmp", (long)getpid(), name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  return path;
}

/* ---- reading everything --------------------------------------------------------------- */

/* What reading gave, as text, for comparing. */
struct reading {
  struct paper leads, problems, rejects;
  bareme_read_summary summary;
  bareme_status status;
  bareme_failure failure;
};

static inline void put_problems(struct reading *reading, const struct reader *reader) {
  bareme_problem problem;
  for (size_t i = 0; reader_problem(reader, i, &problem); i++) {
    struct paper *paper = &reading->problems;
    put(paper, "%s%s%.*s%s x%" PRIu64 " at", problem.what, problem.where.bytes ? " (" : "",
        (int)problem.where.length, problem.where.bytes ? problem.where.bytes : "",
        problem.where.bytes ? ")" : "", problem.count);
    for (size_t l = 0; l < problem.line_count; l++)
      put(paper, " %" PRIu64, problem.lines[l]);
    put(paper, "%s\n", problem.rejects ? " rejects" : "");
  }
}

static inline void read_with(struct reading *reading, const struct program *program,
                             bareme_read_options options, uint32_t chunk) {
  memset(reading, 0, sizeof *reading);
  bareme_sink rejects = {put_sink, &reading->rejects};
  if (!options.rejects_path)
    options.rejects = &rejects;
  if (options.as_of == 0)
    options.as_of = CLOCK_MAX;
  struct reader *reader;
  reading->status = reader_open(program, &memory_standard, &options, &reading->failure, &reader);
  if (reading->status != BAREME_OK) {
    assert_null(reader);
    return;
  }
  struct batch batch;
  assert_true(batch_init(&batch, program, &memory_standard, chunk, options.as_of));
  while ((reading->status = reader_read(reader, &batch, &reading->failure)) == BAREME_OK)
    put_batch(&reading->leads, program, &batch);
  reader_summary(reader, &reading->summary);
  put_problems(reading, reader);
  assert_int_equal(reading->summary.records, reading->summary.accepted + reading->summary.rejected);
  assert_int_equal(reader_finish(reader, &reading->failure), BAREME_OK);
  batch_clear(&batch);
  reader_free(reader);
}

/* Reads bytes as a file of that name. */
static inline void read_bytes(struct reading *reading, const struct program *program,
                              const char *name, const char *bytes, size_t length,
                              bareme_read_options options, uint32_t chunk) {
  char path[256];
  write_file(path, name, bytes, length);
  const char *paths[] = {path};
  options.paths = paths;
  options.path_count = 1;
  read_with(reading, program, options, chunk);
  unlink(path);
}

static inline void read_text(struct reading *reading, const char *name, const char *text) {
  struct program program = support_program();
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(reading, &program, name, text, strlen(text), options, 3);
}

#endif

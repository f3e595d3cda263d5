/* case_file.c - a file of records that say what is expected of them: the parts that do not
 * depend on how it is written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/case_file.h"

#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- names ------------------------------------------------------------------------- */

static bool find_output(const struct program_output *outputs, uint32_t count, struct text name,
                        uint32_t *index) {
  for (*index = 0; *index < count; ++*index)
    if (text_equal(outputs[*index].name, name))
      return true;
  return false;
}

static bool find_score(const struct program *program, struct text name, uint32_t *index) {
  for (*index = 0; *index < program->score_count; ++*index)
    if (text_equal(program->scores[*index].name, name))
      return true;
  return false;
}

static bool find_segment(const struct program *program, struct text name, uint32_t *index) {
  for (*index = 0; *index < program->segment_count; ++*index)
    if (text_equal(program->segments[*index].name, name))
      return true;
  return false;
}

/* Named things: by section, as in JSON, or all, as columns are. */
static bool find_named(const struct program *program, struct text section, struct text name,
                       enum case_subject *subject, uint32_t *index) {
  static const struct text sections[] = {
      [CASE_SCORE] = {"scores", 6},   [CASE_BAND] = {"bands", 5},       [CASE_GRID] = {"grids", 5},
      [CASE_CHOICE] = {"choices", 7}, [CASE_SEGMENT] = {"segments", 8},
  };
  for (*subject = CASE_SCORE; *subject <= CASE_SEGMENT; ++*subject) {
    if (section.length > 0 && !text_equal(section, sections[*subject]))
      continue;
    bool found = false;
    switch (*subject) {
    case CASE_SCORE: found = find_score(program, name, index); break;
    case CASE_BAND: found = find_output(program->bands, program->band_count, name, index); break;
    case CASE_GRID: found = find_output(program->grids, program->grid_count, name, index); break;
    case CASE_CHOICE:
      found = find_output(program->choices, program->choice_count, name, index);
      break;
    default: found = find_segment(program, name, index); break;
    }
    if (found)
      return true;
  }
  return false;
}

bool case_find(const struct program *program, struct text section, struct text name,
               enum case_subject *subject, uint32_t *index) {
  static const struct {
    struct text name;
    enum case_subject subject;
  } fixed[] = {
      {{"excluded", 8}, CASE_EXCLUDED}, {{"segments", 8}, CASE_SEGMENTS},
      {{"stage", 5}, CASE_STAGE},       {{"previous_stage", 14}, CASE_PREVIOUS_STAGE},
      {{"actions", 7}, CASE_ACTIONS},
  };
  *index = 0;
  for (size_t i = 0; section.length == 0 && i < sizeof fixed / sizeof *fixed; i++)
    if (text_equal(name, fixed[i].name)) {
      *subject = fixed[i].subject;
      bool stages = *subject == CASE_STAGE || *subject == CASE_PREVIOUS_STAGE;
      return !stages || program->stage_labels != PROGRAM_NONE;
    }
  return find_named(program, section, name, subject, index);
}

/* ---- growing -------------------------------------------------------------------------- */

struct case_record *case_add_record(struct case_file *file) {
  void *items = file->records;
  bool room = memory_reserve(&file->arena.memory, &items, &file->record_capacity,
                             file->record_count + 1, sizeof *file->records);
  file->records = items;
  if (!room)
    return NULL;
  struct case_record *record = &file->records[file->record_count++];
  *record = (struct case_record){.first = (uint32_t)file->check_count};
  return record;
}

struct case_check *case_add_check(struct case_file *file, struct case_record *record) {
  void *items = file->checks;
  bool room = memory_reserve(&file->arena.memory, &items, &file->check_capacity,
                             file->check_count + 1, sizeof *file->checks);
  file->checks = items;
  if (!room)
    return NULL;
  struct case_check *check = &file->checks[file->check_count++];
  *check = (struct case_check){0};
  record->count++;
  return check;
}

bareme_status case_refuse(const struct case_file *file, uint64_t line, bareme_failure *failure,
                          const char *format, ...) {
  char what[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  failure_set(failure, "%.*s:%" PRIu64 ": %s", (int)file->name.length, file->name.bytes, line,
              what);
  return BAREME_REJECTED;
}

/* ---- beginning and end --------------------------------------------------------------------- */

/* What looks into texts relies on it. */
static bareme_status check_utf8(const struct case_file *file, bareme_failure *failure) {
  size_t offset = utf8_error(file->bytes);
  uint64_t line = 1;
  if (offset == file->bytes.length)
    return BAREME_OK;
  for (size_t i = 0; i < offset; i++)
    line += file->bytes.bytes[i] == '\n';
  return case_refuse(file, line, failure, "the file is not UTF-8");
}

bareme_status case_file_init(struct case_file *file, const struct program *program,
                             const struct memory *memory, struct text name, struct text bytes,
                             bool csv, bareme_failure *failure) {
  *file = (struct case_file){
      .program = program, .name = name, .bytes = bytes, .csv = csv, .delimiter = ','};
  arena_init(&file->arena, memory);
  bareme_status status = check_utf8(file, failure);
  if (status != BAREME_OK)
    return status;
  return csv ? case_scan_csv(file, failure) : case_scan_json(file, failure);
}

void case_file_clear(struct case_file *file) {
  if (!file->program)
    return;
  struct memory memory = file->arena.memory;
  memory_free(&memory, file->records, file->record_capacity, sizeof *file->records);
  memory_free(&memory, file->checks, file->check_capacity, sizeof *file->checks);
  arena_clear(&file->arena);
  *file = (struct case_file){0};
}

/* ---- writing it back ------------------------------------------------------------------------ */

static void put(const bareme_sink *sink, struct text text) {
  if (text.length > 0)
    sink->put(sink->context, text.bytes, text.length);
}

/* The file's bytes up to `end`, from where the last ones ended. */
static void put_until(const struct case_file *file, const bareme_sink *sink, size_t *at,
                      size_t end) {
  put(sink, (struct text){file->bytes.bytes + *at, end - *at});
  *at = end;
}

static void put_header(const struct case_file *file, const bareme_sink *sink, size_t *at) {
  if (!file->csv || file->expect_columns)
    return;
  struct arena arena;
  struct pieces pieces;
  arena_init(&arena, &file->arena.memory);
  pieces_init(&pieces, &arena);
  case_put_header(file, &pieces);
  put_until(file, sink, at, file->header_end);
  put(sink, pieces_take(&pieces));
  pieces_clear(&pieces);
  arena_clear(&arena);
}

void case_file_write(const struct case_file *file, const bareme_sink *sink) {
  size_t at = 0;
  put_header(file, sink, &at);
  for (size_t r = 0; r < file->record_count; r++) {
    const struct case_record *record = &file->records[r];
    for (uint32_t c = 0; c < record->count; c++) {
      const struct case_check *check = &file->checks[record->first + c];
      put_until(file, sink, &at, check->begin);
      if (!check->met) {
        put(sink, check->actual);
        at = check->end;
      }
    }
    if (record->has_expect)
      continue;
    put_until(file, sink, &at, record->insert);
    put(sink, record->whole);
  }
  put_until(file, sink, &at, file->bytes.length);
}

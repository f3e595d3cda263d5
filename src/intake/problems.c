/* problems.c - counting what was wrong with the data.
 *
 * Rows are made as problems turn up and found by a table over all pairs of
 * kind and subject, so that data where every record has ten bad values is read
 * no slower for the bookkeeping.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/problems.h"

#include <string.h>

#include "intake/say.h"

static const struct {
  enum problem_effect effect;
  const char *what, *mend;
} infos[PROBLEM_KIND_COUNT] = {
#define PROBLEM(name, effect, what, mend) {PROBLEM_##effect, what, mend},
#include "intake/problems.def"
#undef PROBLEM
};

/* `page_view.seconds` */
static bool name_event_field(struct problems *problems, const struct program_kind *kind,
                             uint32_t field, struct text *name) {
  struct text parts[] = {kind->name, TEXT("."), kind->fields[field].name};
  size_t length = 0;
  for (size_t i = 0; i < 3; i++)
    length += parts[i].length;
  char *bytes = arena_alloc(&problems->arena, length);
  if (!bytes)
    return false;
  *name = (struct text){bytes, length};
  for (size_t i = 0; i < 3; i++) {
    memcpy(bytes, parts[i].bytes, parts[i].length);
    bytes += parts[i].length;
  }
  return true;
}

static bool name_subjects(struct problems *problems) {
  const struct program *program = problems->program;
  struct text *subjects = problems->subjects;
  subjects[SUBJECT_ID] = program->id.path;
  subjects[SUBJECT_STAGE] = program->stage_path;
  subjects[SUBJECT_EVENTS] = program->events_path;
  for (uint32_t f = 0; f < program->field_count; f++)
    subjects[subject_of_field(f)] = program->fields[f].name;
  uint32_t next = SUBJECT_FIRST_FIELD + program->field_count;
  for (uint32_t k = 0; k < program->kind_count; k++) {
    const struct program_kind *kind = &program->kinds[k];
    problems->first_of_kind[k] = next;
    subjects[next++] = kind->name;
    for (uint32_t f = 0; f < kind->field_count; f++)
      if (!name_event_field(problems, kind, f, &subjects[next++]))
        return false;
  }
  return true;
}

bool problems_init(struct problems *problems, const struct program *program,
                   const struct memory *memory) {
  *problems = (struct problems){.program = program};
  arena_init(&problems->arena, memory);
  size_t count = SUBJECT_FIRST_FIELD + (size_t)program->field_count;
  for (uint32_t k = 0; k < program->kind_count; k++)
    count += 1 + (size_t)program->kinds[k].field_count;
  if (count > UINT32_MAX / PROBLEM_KIND_COUNT)
    return false;
  problems->subject_count = (uint32_t)count;
  struct arena *arena = &problems->arena;
  problems->subjects = arena_array(arena, count, sizeof *problems->subjects);
  problems->first_of_kind = arena_array(arena, program->kind_count + 1u, sizeof(uint32_t));
  problems->row_of = arena_array(arena, count * PROBLEM_KIND_COUNT, sizeof(uint32_t));
  return problems->subjects && problems->first_of_kind && problems->row_of &&
         name_subjects(problems);
}

void problems_clear(struct problems *problems) {
  const struct memory *memory = &problems->arena.memory;
  if (problems->rows)
    memory_free(memory, problems->rows, problems->row_capacity, sizeof *problems->rows);
  if (problems->noted)
    memory_free(memory, problems->noted, problems->noted_capacity, sizeof *problems->noted);
  if (problems->counted)
    memory_free(memory, problems->counted, problems->counted_capacity, sizeof *problems->counted);
  arena_clear(&problems->arena);
}

enum problem_kind problem_of_value(enum column_kind kind) {
  switch (kind) {
  case COLUMN_NUMBER: return PROBLEM_NOT_NUMBER;
  case COLUMN_TIME: return PROBLEM_NOT_TIME;
  case COLUMN_DURATION: return PROBLEM_NOT_DURATION;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return PROBLEM_NOT_TEXT;
  case COLUMN_BOOL: return PROBLEM_NOT_BOOL;
  case COLUMN_LABEL: return PROBLEM_NOT_LABEL;
  case COLUMN_TEXTS: break;
  }
  return PROBLEM_NOT_TEXTS;
}

static bool reserve_list(struct problems *problems, uint32_t **list, size_t *capacity) {
  void *items = *list;
  bool done = memory_reserve(&problems->arena.memory, &items, capacity, problems->row_count + 1,
                             sizeof **list);
  *list = items;
  return done;
}

static bool reserve_row(struct problems *problems) {
  void *rows = problems->rows;
  bool done = memory_reserve(&problems->arena.memory, &rows, &problems->row_capacity,
                             problems->row_count + 1, sizeof *problems->rows);
  problems->rows = rows;
  return done && reserve_list(problems, &problems->noted, &problems->noted_capacity) &&
         reserve_list(problems, &problems->counted, &problems->counted_capacity);
}

/* NULL if out of memory. */
static struct problem_row *row_of(struct problems *problems, enum problem_kind kind,
                                  problem_subject subject) {
  uint32_t *place = &problems->row_of[(size_t)kind * problems->subject_count + subject];
  if (*place)
    return &problems->rows[*place - 1];
  if (!reserve_row(problems)) {
    problems->out_of_memory = true;
    return NULL;
  }
  struct problem_row *row = &problems->rows[problems->row_count++];
  *row = (struct problem_row){.kind = kind, .subject = subject};
  *place = (uint32_t)problems->row_count;
  return row;
}

/* Notes a line of the file where we are as one of the first. */
static void add_line(struct problems *problems, struct problem_row *row, uint64_t line) {
  bool same_file = row->file.bytes == problems->file.bytes;
  bool new_line = row->line_count == 0 || row->lines[row->line_count - 1] != line;
  if (line > 0 && same_file && new_line && row->line_count < sizeof row->lines / sizeof *row->lines)
    row->lines[row->line_count++] = line;
}

static void add_count(struct problems *problems, struct problem_row *row, uint64_t times) {
  if (row->count == 0) {
    row->file = problems->file;
    problems->counted[problems->counted_count++] = (uint32_t)(row - problems->rows);
  }
  row->count += times;
}

static void count_row(struct problems *problems, struct problem_row *row, uint64_t times) {
  add_count(problems, row, times);
  add_line(problems, row, problems->line);
}

void problems_note(struct problems *problems, enum problem_kind kind, problem_subject subject) {
  struct problem_row *row = row_of(problems, kind, subject);
  if (row && row->noted++ == 0)
    problems->noted[problems->noted_count++] = (uint32_t)(row - problems->rows);
}

void problems_settle(struct problems *problems, bool keep) {
  for (size_t i = 0; i < problems->noted_count; i++) {
    struct problem_row *row = &problems->rows[problems->noted[i]];
    if (keep)
      count_row(problems, row, row->noted);
    row->noted = 0;
  }
  problems->noted_count = 0;
}

struct reason problems_first_noted(const struct problems *problems) {
  const struct problem_row *row = &problems->rows[problems->noted[0]];
  return (struct reason){row->kind, row->subject};
}

/* The rows come in the order of what they counted first, however the records
 * were parted among those that are added up. */
void problems_add(struct problems *problems, const struct problems *other, uint64_t before) {
  for (size_t i = 0; i < other->counted_count; i++) {
    const struct problem_row *from = &other->rows[other->counted[i]];
    struct problem_row *row = row_of(problems, from->kind, from->subject);
    if (!row)
      return;
    add_count(problems, row, from->count);
    for (uint32_t l = 0; l < from->line_count; l++)
      add_line(problems, row, before + from->lines[l]);
  }
}

void problems_forget(struct problems *problems) {
  for (size_t i = 0; i < problems->row_count; i++) {
    struct problem_row *row = &problems->rows[i];
    row->count = row->noted = 0;
    row->line_count = 0;
  }
  problems->noted_count = problems->counted_count = 0;
}

void problems_count(struct problems *problems, enum problem_kind kind, problem_subject subject) {
  struct problem_row *row = row_of(problems, kind, subject);
  if (row)
    count_row(problems, row, 1);
}

void problems_explain(const struct problems *problems, enum problem_kind kind,
                      problem_subject subject, bareme_failure *failure) {
  struct text name = problems->subjects[subject];
  say(failure, "");
  say_text(failure, problems->file);
  say_words(failure, ":");
  say_number(failure, problems->line);
  say_words(failure, ": ");
  if (name.bytes) {
    say_quoted(failure, name);
    say_words(failure, ": ");
  }
  say_words(failure, infos[kind].what);
  say_words(failure, "; ");
  say_words(failure, infos[kind].mend);
}

bool problems_get(const struct problems *problems, size_t index, bareme_problem *problem) {
  if (index >= problems->counted_count)
    return false;
  const struct problem_row *row = &problems->rows[problems->counted[index]];
  struct text where = problems->subjects[row->subject];
  *problem = (bareme_problem){
      .what = infos[row->kind].what,
      .where = {where.bytes, where.length},
      .rejects = infos[row->kind].effect == PROBLEM_RECORD,
      .count = row->count,
      .file = {row->file.bytes, row->file.length},
      .line_count = row->line_count,
  };
  memcpy(problem->lines, row->lines, sizeof row->lines);
  return true;
}

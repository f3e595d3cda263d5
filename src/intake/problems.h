/* problems.h - counting what was wrong with the data.
 *
 * A row for each kind of problem and what it is about.  While a record is
 * read its problems are only noted; when it is accepted they count, and when
 * it is set aside only the reason for that does.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_PROBLEMS_H
#define BAREME_INTAKE_PROBLEMS_H

#include "bareme/vm.h"
#include "base/arena.h"
#include "code/program.h"

enum problem_effect { PROBLEM_VALUE, PROBLEM_EVENT, PROBLEM_RECORD, PROBLEM_FILE };

enum problem_kind {
#define PROBLEM(name, effect, what, mend) PROBLEM_##name,
#include "intake/problems.def"
#undef PROBLEM
  PROBLEM_KIND_COUNT
};

/* What a problem is about: a number that the functions below give. */
typedef uint32_t problem_subject;

/* Why a record is set aside. */
struct reason {
  enum problem_kind problem;
  problem_subject subject;
};

struct problem_row {
  enum problem_kind kind;
  problem_subject subject;
  uint64_t count;
  uint64_t noted;   /* in the record that is being read */
  struct text file; /* of the first */
  uint64_t lines[5];
  uint32_t line_count;
};

struct problems {
  const struct program *program;
  struct arena arena;
  struct text *subjects; /* what each subject is called; bytes NULL: nothing */
  uint32_t subject_count;
  uint32_t *first_of_kind; /* subject of a kind of event; those of its fields follow */
  uint32_t *row_of;        /* by kind and subject: row + 1, or 0 */
  struct problem_row *rows;
  size_t row_count, row_capacity;
  uint32_t *noted; /* rows with notes, in order of the first; as many as rows may be */
  size_t noted_count, noted_capacity;
  uint32_t *counted; /* rows that count something, in order of the first; likewise */
  size_t counted_count, counted_capacity;
  /* where we are */
  struct text file;
  uint64_t line;
  bool out_of_memory;
};

/* False if out of memory; may then still be cleared. */
bool problems_init(struct problems *problems, const struct program *program,
                   const struct memory *memory);
void problems_clear(struct problems *problems);

enum { SUBJECT_NONE, SUBJECT_ID, SUBJECT_STAGE, SUBJECT_EVENTS, SUBJECT_FIRST_FIELD };

static inline problem_subject subject_of_field(uint32_t field) {
  return SUBJECT_FIRST_FIELD + field;
}
static inline problem_subject subject_of_kind(const struct problems *problems, uint32_t kind) {
  return problems->first_of_kind[kind];
}
static inline problem_subject subject_of_event_field(const struct problems *problems, uint32_t kind,
                                                     uint32_t field) {
  return problems->first_of_kind[kind] + 1 + field;
}

/* What to note about a value that is not of the field's kind. */
enum problem_kind problem_of_value(enum column_kind kind);

/* Says where the next problems are. */
static inline void problems_at(struct problems *problems, struct text file, uint64_t line) {
  problems->file = file;
  problems->line = line;
}

/* Notes a problem of the record that is being read. */
void problems_note(struct problems *problems, enum problem_kind kind, problem_subject subject);

/* The record is done: what was noted counts (keep), or is forgotten. */
void problems_settle(struct problems *problems, bool keep);

static inline bool problems_noted(const struct problems *problems) {
  return problems->noted_count > 0;
}

/* The first that was noted and not settled; there must be one. */
struct reason problems_first_noted(const struct problems *problems);

/* Takes over what another table counted in lines of the file where we are;
 * `before` is how many lines stand in front of the first it counted. */
void problems_add(struct problems *problems, const struct problems *other, uint64_t before);

/* Forgets what was counted and noted. */
void problems_forget(struct problems *problems);

/* Counts one at once. */
void problems_count(struct problems *problems, enum problem_kind kind, problem_subject subject);

/* The failure of a strict run: where, what, how to mend it. */
void problems_explain(const struct problems *problems, enum problem_kind kind,
                      problem_subject subject, bareme_failure *failure);

bool problems_get(const struct problems *problems, size_t index, bareme_problem *problem);

#endif

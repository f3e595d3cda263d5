/* case_file.h - a file of records that say what is expected of them.
 *
 *   {"id":"L7","company_size":250,…,"expect":{"scores":{"contact":25},"stage":"lead"}}
 *
 *   id,company_size,expect.contact,expect.stage
 *   L7,250,25,lead
 *
 * `expect` has the shape of a result, or a part of it; in CSV the columns are
 * called as those of results.  The file stays in memory, and every expectation
 * knows its bytes in it: what comes out can be written there, and nothing else
 * of the file changes.
 *
 * Records themselves are read by the reader as those of any other file; here
 * their texts are only looked through for `expect` and `as_of`.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_CASE_FILE_H
#define BAREME_IO_CASE_FILE_H

#include "io/failure.h"
#include "io/pieces.h"
#include "vm/runner.h"

/* What of a result is expected. */
enum case_subject {
  CASE_EXCLUDED, /* the label; nothing: not excluded */
  CASE_SCORE,
  CASE_BAND,
  CASE_GRID,
  CASE_CHOICE,
  CASE_SEGMENT,  /* one, in CSV: true or false */
  CASE_SEGMENTS, /* all that hold, in any order */
  CASE_STAGE,
  CASE_PREVIOUS_STAGE,
  CASE_ACTIONS /* all that are taken, in any order */
};

/* What is written there.  UNSET: an empty cell, which expects nothing unless
 * nothing at all is expected of the record and results are to be written. */
struct case_value {
  enum { CASE_UNSET, CASE_NOTHING, CASE_NUMBER, CASE_TEXT, CASE_BOOL, CASE_TEXTS, CASE_OTHER } kind;
  double number;
  struct text text;
  struct text_list texts;
  bool boolean;
};

struct case_check {
  enum case_subject subject;
  uint32_t index;   /* of the score, band, … */
  struct text path; /* `scores.contact`: what messages call it */
  struct case_value value;
  size_t begin, end;  /* the bytes of the value in the file */
  struct text actual; /* what would stand there, made by case_judge */
  bool met;
};

struct case_record {
  uint64_t line;
  size_t begin, end; /* its bytes in the file, without the line's end */
  bool has_as_of;
  int64_t as_of;
  uint32_t first, count; /* checks */
  bool has_expect;       /* whether it says anything, be it that nothing is expected */
  size_t insert;         /* where a whole expectation would stand */
  bool is_empty;         /* JSON: `{}` */
  struct text whole;     /* that expectation, made by case_judge if there is none */
};

struct case_file {
  const struct program *program;
  struct text name, bytes;
  bool csv;
  struct arena arena;
  struct case_record *records;
  size_t record_count, record_capacity;
  struct case_check *checks;
  size_t check_count, check_capacity;
  /* CSV */
  char delimiter;
  size_t header_end;   /* behind the last cell of the header */
  bool expect_columns; /* there are some */
};

/* Looks the file through; name and bytes must outlive it.  After a failure it
 * may still be cleared. */
bareme_status case_file_init(struct case_file *file, const struct program *program,
                             const struct memory *memory, struct text name, struct text bytes,
                             bool csv, bareme_failure *failure);
void case_file_clear(struct case_file *file);

/* Compares what a record expects with its result, a lane of the runner's.
 * False if out of memory. */
bool case_judge(struct case_file *file, struct case_record *record, const struct runner *runner,
                uint32_t lane);

/* The file with what came out instead of what was expected.  All records must
 * have been judged. */
void case_file_write(const struct case_file *file, const bareme_sink *sink);

/* ---- between the files of this module ---- */

/* Of a key such as `stage`, or of `scores` and a name; false if there is no such thing. */
bool case_find(const struct program *program, struct text section, struct text name,
               enum case_subject *subject, uint32_t *index);
bareme_status case_scan_json(struct case_file *file, bareme_failure *failure);
bareme_status case_scan_csv(struct case_file *file, bareme_failure *failure);
/* NULL if out of memory. */
struct case_record *case_add_record(struct case_file *file);
struct case_check *case_add_check(struct case_file *file, struct case_record *record);
/* "FILE:LINE: …" in the failure; returns BAREME_REJECTED. */
bareme_status case_refuse(const struct case_file *file, uint64_t line, bareme_failure *failure,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The columns of a whole expectation: writes the header's part. */
void case_put_header(const struct case_file *file, struct pieces *pieces);

#endif

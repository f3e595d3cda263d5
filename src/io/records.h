/* records.h - a file's records, one after the other, as they stand there.
 *
 * A record is a line, an item of a JSON array, or a row of CSV; whether it can
 * be read is for others to find out.  Lines that hold nothing but white space
 * are no records.  Memory stays flat, for a record above the limit too: it is
 * handed out in parts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_RECORDS_H
#define BAREME_IO_RECORDS_H

#include "intake/problems.h"
#include "io/feed.h"
#include "io/json_item.h"

enum record_kind {
  RECORD_WHOLE,
  RECORD_BROKEN, /* whole, and wrong already: `problem` says why */
  RECORD_PART,   /* the first or next part of one that is too large */
  RECORD_LAST_PART,
  RECORD_NOTE, /* no record: `problem` is about the file, at that line */
  RECORD_END   /* no more */
};

struct record {
  enum record_kind kind;
  struct text bytes; /* without the line's end */
  uint64_t offset;   /* of its first byte among all that was ever read */
  size_t ready;      /* bytes from there on in which a line ends behind each record; bytes.length
                        if none does */
  size_t behind;     /* bytes behind those that can be read, whatever is there */
  uint64_t line;     /* of its first byte, from 1 */
  enum problem_kind problem;
};

struct records {
  struct feed feed;
  bareme_format format; /* NDJSON, JSON or CSV: not AUTO */
  size_t limit;         /* bytes of a record */
  char delimiter;       /* CSV */
  uint64_t line;        /* of the first unread byte */
  size_t scanned;       /* unread bytes that were looked at already */
  size_t lines_end;     /* JSON lines: unread bytes that end with a line's end */
  bool too_large;       /* in the middle of a record that is handed out in parts */
  /* JSON array */
  enum { ARRAY_BEFORE, ARRAY_INSIDE, ARRAY_BEHIND, ARRAY_OTHER, ARRAY_DONE } array;
  struct json_item item;
  bool after_comma;
  /* CSV */
  enum { CELL_START, CELL_PLAIN, CELL_QUOTED, CELL_CLOSED } cell;
  bool bad_quotes;
  uint64_t lines_scanned; /* ends of lines in the scanned bytes */
};

void records_init(struct records *records, const struct memory *memory, size_t limit);
void records_clear(struct records *records);

/* Opens the next file.  With BAREME_AUTO the format is found: see docs/input.md. */
bareme_status records_open(struct records *records, const char *path, bareme_format format,
                           bareme_failure *failure);

/* NDJSON: takes the lines that are there, at least one, of which only the file's
 * last may lack its end.  False if the next line is no such one, for it is too
 * large or cut off, or if there is none: then it is records_next that tells. */
struct record_lines {
  struct text bytes;
  uint64_t offset, line; /* of the first, as in a record */
};
bool records_take_lines(struct records *records, struct record_lines *lines);

/* The lines that were taken ended so many lines. */
static inline void records_count_lines(struct records *records, uint64_t count) {
  records->line += count;
}

/* The next record.  At the end records->feed.status tells whether it is the
 * file's or that of what could be read. */
void records_next(struct records *records, struct record *record);

#endif

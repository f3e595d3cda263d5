/* stretch.h - a part of the input that one thread decodes.
 *
 * The input is cut into stretches, which go through four steps:
 *
 *   take     in order, by one thread at a time: says what the stretch is.  Lines
 *            of a plain file are only named, by their range of bytes; whatever
 *            has to come through one pipe, decompressor or quote-aware scanner
 *            is copied, so that the next stretch can be taken
 *   fetch    by any thread: reads the range
 *   decode   by any thread, as often as need be: records to leads and an account
 *   enter    in order, by one thread at a time: into the reader's ledger
 *
 * A stretch never spans two files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_STRETCH_H
#define BAREME_IO_STRETCH_H

#include "io/buffer.h"
#include "io/reader_parts.h"

enum stretch_kind {
  STRETCH_BEGIN,   /* a file begins; the account is of its header */
  STRETCH_LINES,   /* of NDJSON */
  STRETCH_RECORDS, /* items of an array, rows */
  STRETCH_ROWS,    /* of Arrow */
  STRETCH_PART,    /* of one record that is too large */
  STRETCH_NOTE,    /* a problem that is none of a record's */
  STRETCH_CLOSE,   /* a file ends, as `status` says */
  STRETCH_END      /* there is no more, as `status` says */
};

struct stretch {
  enum stretch_kind kind;
  struct text file;       /* as messages call it */
  struct text header;     /* BEGIN: of CSV */
  struct range range;     /* LINES; CLOSE: the file to close */
  uint64_t ahead;         /* BEGIN: bytes of the file, where that is known; else 0 */
  struct buffer bytes;    /* what texts of the account and of leads point into */
  struct record *records; /* RECORDS, PART, NOTE: with bytes.bytes NULL, and the offset in ours */
  size_t record_count, record_capacity;
  bool is_first, is_last;  /* PART */
  struct arrow_rows rows;  /* ROWS: their batch, until they are entered */
  uint64_t row_bytes;      /* ROWS: about how many they are */
  bool is_lines, is_table; /* it is of NDJSON, of CSV */
  size_t begin, at, end;   /* what is to be decoded: of LINES, bytes; else indices */
  uint64_t number;         /* counts stretches: tells their bytes apart */
  uint64_t read;           /* bytes of the input */
  bool has_too_large;      /* LINES of a range: one that is too large follows, */
  uint64_t too_large;      /* from there in the file */
  bareme_status status;    /* how the reading of it ended; not BAREME_OK: nothing comes behind it */
  bareme_failure failure;
  struct columns columns; /* CSV */
  struct account account;
};

/* False if out of memory; may then still be cleared. */
bool stretch_init(struct stretch *stretch, const struct reader *reader);
void stretch_clear(struct stretch *stretch);

/* Takes the next stretch, of about so many bytes. */
void stretch_take(struct stretch *stretch, struct reader *reader, size_t bytes);

/* Some stretches can only be taken when much more than they was read.  That may be read
 * before, also while others are taken: by one thread at a time.  What can be done is to
 * be asked while nobody takes. */
bool stretch_can_read_ahead(const struct reader *reader);
void stretch_read_ahead(struct reader *reader);
bool stretch_can_take(const struct reader *reader, bool reading);

/* Reads what was only named.  No line is longer than the limit. */
void stretch_fetch(struct stretch *stretch, size_t limit);

/* Is there something to decode in it? */
static inline bool stretch_has_records(const struct stretch *stretch) {
  return stretch->kind == STRETCH_LINES || stretch->kind == STRETCH_RECORDS ||
         stretch->kind == STRETCH_ROWS;
}

/* About how many bytes its records are, of kinds that are cut by their bytes; else 0. */
static inline uint64_t stretch_size(const struct stretch *stretch) {
  return stretch->kind == STRETCH_LINES ? stretch->end - stretch->begin : stretch->row_bytes;
}

/* Must it be entered before the next one is taken?  The next file's schema takes the
 * place of this one's. */
static inline bool stretch_holds_up(const struct stretch *stretch) {
  return stretch->kind == STRETCH_CLOSE && stretch->rows.stream;
}

/* Decodes from stretch->at to `end` at most, until loader->batch is full or a
 * strict loader stops.  The loader's account tells the rest.  False if out of
 * memory. */
bool stretch_decode(struct stretch *stretch, struct loader *loader, size_t end);

/* Enters an account of records of the stretch. */
bareme_status stretch_enter(struct stretch *stretch, const struct account *account,
                            struct reader *reader, bareme_failure *failure);
/* Enters the rest, when its records are done.  BAREME_END: so is the input. */
bareme_status stretch_leave(struct stretch *stretch, struct reader *reader,
                            bareme_failure *failure);

#endif

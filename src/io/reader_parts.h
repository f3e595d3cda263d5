/* reader_parts.h - what a reader is made of, for those who read with it.
 *
 * There are two ways to read: batch by batch, by the caller's thread, straight
 * from the blocks of the feed (reader.c); and in stretches that several threads
 * decode (crew.c).  Both end in the same ledger.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_READER_PARTS_H
#define BAREME_IO_READER_PARTS_H

#include "io/arrow_input.h"
#include "io/lead_csv.h"
#include "io/ledger.h"
#include "io/reader.h"

/* Bytes of a plain file of lines: those lines that begin in begin .. end. */
struct range {
  int file;     /* -1: there is none */
  bool is_line; /* a line begins at `begin`; else that is to be found out */
  uint64_t begin, end;
};

struct reader {
  struct memory memory;
  struct arena arena;
  const char **paths;
  size_t path_count, next_path;
  struct text file; /* as messages call it */
  bareme_format format;
  struct records records;
  bool is_open; /* a file is */
  bool in_part; /* in the middle of a record that is too large */
  struct schema schema;
  struct loader loader;
  struct columns columns;
  struct arrow_input arrow;
  struct ledger ledger;
  struct record_lines lines; /* taken and not decoded yet */
  uint64_t bytes;            /* that were read of what is in the ledger */
  bareme_status status;      /* not BAREME_OK: nothing more is read */
  bareme_failure failure;
  /* in stretches: taking */
  struct range range;  /* the rest of a file that is read in ranges */
  struct record ahead; /* taken from the records */
  bool has_ahead;
  uint64_t stretches; /* taken */
  /* in stretches: entering */
  uint64_t line; /* of a file of lines: of those that come next */
};

/* What messages call the file at a path. */
struct text reader_name(const char *path);

#endif

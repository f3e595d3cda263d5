/* json_lines.h - many records through simdjson's first stage at once.
 *
 * Indexing has a cost per call that small records would pay again and again.
 * So a window of records is indexed together, and each record gets its part of
 * the list.  That is safe because a line ends behind each of them, and no error
 * can leak over the end of a line unseen: a string that is open there makes the
 * whole window broken, and in a broken window each record is indexed by itself.
 *
 * A record may have ends of lines inside, as an item of an array that is laid
 * out for people, and the window may end at one of those: then that record
 * begins the next window.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_LINES_H
#define BAREME_IO_JSON_LINES_H

#include "io/json.h"
#include "io/records.h"

struct json_lines {
  struct json_index *index;
  struct text window; /* bytes NULL: none */
  size_t readable;    /* its bytes, and those behind it that may be looked at */
  uint64_t offset;    /* of the window among all bytes; together with the address it tells
                         whether a record lies in it, or in a block that is used again */
  bool broken;        /* some record in it cannot be indexed */
  json_place next;    /* in the list of the window */
};

/* False if out of memory. */
bool json_lines_init(struct json_lines *lines);
void json_lines_clear(struct json_lines *lines);

/* The next record may lie in front of the last one. */
void json_lines_restart(struct json_lines *lines);

/* Puts the cursor before the record; it is the cursor of the record before, if
 * there was one.  False if it cannot be: json->error. */
bool json_lines_begin(struct json_lines *lines, const struct record *record, struct json *json);

#endif

/* feed.h - a file as a window of bytes that moves along.
 *
 * Records are used where they were read: a batch's texts point into the blocks
 * of the feed.  So a block that is full is not written over but held until
 * feed_release says that nobody points into it, and what is unread of it moves
 * to the next block.
 *
 *   held: [ used            |tail]        current: [tail| new bytes | room ]
 *                             '------ copied -------^   ^ begin   ^ end
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_FEED_H
#define BAREME_IO_FEED_H

#include "io/bytes.h"

struct block;

struct feed {
  struct memory memory;
  struct bytes *bytes;   /* NULL: no file is open */
  struct block *current; /* NULL: none yet */
  struct block *held, *spare;
  char *base;           /* the current block's bytes */
  size_t begin, end;    /* what is unread of it */
  bool ended;           /* nothing comes behind `end` */
  bareme_status status; /* not BAREME_OK: why it ended */
  bareme_failure failure;
  uint64_t total;  /* bytes read, of all files */
  char nothing[1]; /* base, while there is no block */
};

void feed_init(struct feed *feed, const struct memory *memory);
void feed_clear(struct feed *feed);

/* Goes on with a file; what was read of the one before stays held. */
bareme_status feed_open(struct feed *feed, const char *path, bareme_failure *failure);

/* Makes at least one more byte unread, or sets `ended`.  `begin` may move, and
 * `base` too: offsets are to be counted from `begin`. */
void feed_more(struct feed *feed);

/* Moves the next bytes to `out`: those that are unread, and behind them as they are
 * read, with no way through a block.  Fewer than `length` only when the file ends. */
size_t feed_take(struct feed *feed, char *out, size_t length);

/* Nobody points to bytes before `begin` any more. */
void feed_release(struct feed *feed);

#endif

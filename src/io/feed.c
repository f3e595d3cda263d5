/* feed.c - a file as a window of bytes that moves along.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/feed.h"

#include <string.h>

/* Bytes asked for at once. */
enum { READ_BYTES = 256 * 1024 };

/* Bytes of a block, unless one record needs more. */
enum { BLOCK_BYTES = 1024 * 1024 };

/* Spare blocks larger than this are given back. */
enum { SPARE_BYTES = 4 * BLOCK_BYTES };

struct block {
  struct block *next;
  size_t size;
  char bytes[];
};

void feed_init(struct feed *feed, const struct memory *memory) {
  *feed = (struct feed){.memory = *memory, .ended = true};
  feed->base = feed->nothing;
}

static void free_blocks(struct feed *feed, struct block *block) {
  while (block) {
    struct block *next = block->next;
    memory_free(&feed->memory, block, sizeof *block + block->size, 1);
    block = next;
  }
}

void feed_clear(struct feed *feed) {
  bytes_close(feed->bytes);
  free_blocks(feed, feed->held);
  free_blocks(feed, feed->spare);
  free_blocks(feed, feed->current);
  memset(feed, 0, sizeof *feed);
}

bareme_status feed_open(struct feed *feed, const char *path, bareme_failure *failure) {
  bytes_close(feed->bytes);
  feed->bytes = NULL;
  feed->begin = feed->end;
  feed->ended = true;
  feed->status = bytes_open(&feed->memory, path, failure, &feed->bytes);
  feed->ended = feed->status != BAREME_OK;
  return feed->status;
}

/* A block of at least that size; NULL if out of memory. */
static struct block *take_block(struct feed *feed, size_t size) {
  struct block **link = &feed->spare;
  while (*link && (*link)->size < size)
    link = &(*link)->next;
  struct block *block = *link;
  if (block) {
    *link = block->next;
    return block;
  }
  block = memory_alloc(&feed->memory, sizeof *block + size, 1);
  if (block)
    block->size = size;
  return block;
}

/* Moves on to a block with room; false if out of memory. */
static bool change_block(struct feed *feed) {
  size_t tail = feed->end - feed->begin;
  if (tail > SIZE_MAX / 4)
    return false;
  /* Twice the tail, so that a record that grows and grows is copied log n times. */
  struct block *block =
      take_block(feed, tail < BLOCK_BYTES / 2 ? BLOCK_BYTES : tail * 2 + BLOCK_BYTES);
  if (!block)
    return false;
  if (tail)
    memcpy(block->bytes, feed->base + feed->begin, tail);
  if (feed->current) {
    feed->current->next = feed->held;
    feed->held = feed->current;
  }
  block->next = NULL;
  feed->current = block;
  feed->base = block->bytes;
  feed->begin = 0;
  feed->end = tail;
  return true;
}

static void end(struct feed *feed, bareme_status status) {
  feed->ended = true;
  feed->status = status;
}

void feed_more(struct feed *feed) {
  if (feed->ended)
    return;
  size_t room = feed->current ? feed->current->size - feed->end : 0;
  if (room < READ_BYTES / 4) {
    if (!change_block(feed)) {
      end(feed, failure_memory(&feed->failure));
      return;
    }
    room = feed->current->size - feed->end;
  }
  size_t length;
  bareme_status status = bytes_read(feed->bytes, feed->base + feed->end,
                                    room < READ_BYTES ? room : READ_BYTES, &length, &feed->failure);
  feed->end += length;
  feed->total += length;
  if (status != BAREME_OK || length == 0)
    end(feed, status);
}

size_t feed_take(struct feed *feed, char *out, size_t length) {
  size_t taken = feed->end - feed->begin < length ? feed->end - feed->begin : length;
  memcpy(out, feed->base + feed->begin, taken);
  feed->begin += taken;
  while (taken < length && !feed->ended) {
    size_t more;
    bareme_status status =
        bytes_read(feed->bytes, out + taken, length - taken, &more, &feed->failure);
    taken += more;
    feed->total += more;
    if (status != BAREME_OK || more == 0)
      end(feed, status);
  }
  return taken;
}

void feed_release(struct feed *feed) {
  while (feed->held) {
    struct block *block = feed->held;
    feed->held = block->next;
    block->next = NULL;
    if (block->size > SPARE_BYTES) {
      free_blocks(feed, block);
    } else {
      block->next = feed->spare;
      feed->spare = block;
    }
  }
  if (feed->begin == feed->end)
    feed->begin = feed->end = 0;
}

/* arena.c - memory by lifetime.
 *
 * An arena is a list of blocks.  The newest one has a free part that is handed
 * out from the front in steps of 16 bytes; when it is too small, a new block
 * is made, each twice as large as the last up to a bound:
 *
 *   blocks -> [header|used ....|free .....]      next points here ^   end ^
 *                |
 *                v
 *             [header|used ............]
 *
 * What does not fit well into a block gets one of its own, put *behind* the
 * newest, so that the newest one's free part is not lost.
 *
 * Under AddressSanitizer the free part is poisoned and a gap is left behind
 * each piece, so that an overrun inside a block is found as well.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <string.h>

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(bytes, size)   ASAN_POISON_MEMORY_REGION(bytes, size)
#define UNPOISON(bytes, size) ASAN_UNPOISON_MEMORY_REGION(bytes, size)
#define GAP                   16
#else
#define POISON(bytes, size)   ((void)(bytes), (void)(size))
#define UNPOISON(bytes, size) ((void)(bytes), (void)(size))
#define GAP                   0
#endif

/* The first block holds a small policy's tree; the bound keeps what a large
 * arena leaves unused below a mebibyte.  A build for tests makes them tiny. */
#ifndef ARENA_FIRST_BYTES
#define ARENA_FIRST_BYTES 4096
#endif
#ifndef ARENA_BLOCK_BYTES
#define ARENA_BLOCK_BYTES (1024 * 1024)
#endif

/* Up to so many, stores are quicker than a call. */
enum { FEW_BYTES = 64 };

struct arena_block {
  struct arena_block *older;
  size_t size; /* bytes behind this header */
};

/* The header's size, rounded up so that what follows is aligned. */
#define HEADER \
  ((sizeof(struct arena_block) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT)

static char *block_bytes(struct arena_block *block) {
  return (char *)block + HEADER;
}

void arena_init(struct arena *arena, const struct memory *memory) {
  *arena = (struct arena){.memory = *memory};
}

static void free_block(struct arena *arena, struct arena_block *block) {
  UNPOISON(block_bytes(block), block->size);
  memory_free(&arena->memory, block, 1, HEADER + block->size);
}

void arena_clear(struct arena *arena) {
  for (struct arena_block *block = arena->blocks, *older; block; block = older) {
    older = block->older;
    free_block(arena, block);
  }
  struct memory memory = arena->memory;
  arena_init(arena, &memory);
}

void arena_reset(struct arena *arena) {
  struct arena_block *largest = arena->blocks;
  for (struct arena_block *block = arena->blocks; block; block = block->older)
    if (block->size > largest->size)
      largest = block;
  for (struct arena_block *block = arena->blocks, *older; block; block = older) {
    older = block->older;
    if (block != largest)
      free_block(arena, block);
  }
  arena->blocks = largest;
  arena->used = 0;
  if (largest) {
    largest->older = NULL;
    arena->next = block_bytes(largest);
    arena->end = arena->next + largest->size;
    POISON(arena->next, largest->size);
  }
}

static struct arena_block *new_block(struct arena *arena, size_t size) {
  struct arena_block *block = memory_alloc(&arena->memory, 1, HEADER + size);
  if (!block)
    return NULL;
  block->size = size;
  POISON(block_bytes(block), size);
  return block;
}

/* The size of the next ordinary block. */
static size_t next_size(const struct arena *arena) {
  if (!arena->blocks)
    return ARENA_FIRST_BYTES;
  size_t size = arena->blocks->size;
  return size >= ARENA_BLOCK_BYTES / 2 ? ARENA_BLOCK_BYTES : size * 2;
}

/* Room for `step` bytes that the newest block does not have. */
static char *take_new(struct arena *arena, size_t step) {
  size_t size = next_size(arena);
  bool own = arena->blocks && step > size / 4;
  struct arena_block *block = new_block(arena, own || step > size ? step : size);
  if (!block)
    return NULL;
  char *bytes = block_bytes(block);
  if (own) {
    block->older = arena->blocks->older;
    arena->blocks->older = block;
    return bytes;
  }
  block->older = arena->blocks;
  arena->blocks = block;
  arena->next = bytes + step;
  arena->end = bytes + block->size;
  return bytes;
}

void *arena_take_slowly(struct arena *arena, size_t size) {
  if (size > SIZE_MAX - HEADER - ARENA_ALIGNMENT - GAP)
    return NULL;
  /* A size of 0 takes a step too: NULL means that there is no memory. */
  size_t step =
      (size + (size == 0) + GAP + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
  char *bytes = arena->next;
  if (step <= (size_t)(arena->end - arena->next))
    arena->next += step;
  else
    bytes = take_new(arena, step);
  if (!bytes)
    return NULL;
  arena->used += size;
  UNPOISON(bytes, size);
  return bytes;
}

void *arena_alloc(struct arena *arena, size_t size) {
  char *bytes = arena_take(arena, size);
  if (!bytes || size > FEW_BYTES)
    return bytes ? memset(bytes, 0, size) : NULL;
  for (size_t at = 0; at < size; at += 8) /* a step is a multiple of 16: there is room */
    memset(bytes + at, 0, GAP ? (size - at < 8 ? size - at : 8) : 8);
  return bytes;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size) {
  char *copy = arena_take(arena, size);
  return copy && size ? memcpy(copy, bytes, size) : copy;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
  size_t bytes;
  return memory_multiply(count, size, &bytes) ? arena_alloc(arena, bytes) : NULL;
}

void *arena_room(struct arena *arena, size_t count, size_t size) {
  size_t bytes;
  return memory_multiply(count, size, &bytes) ? arena_take(arena, bytes) : NULL;
}

struct text arena_text(struct arena *arena, struct text text, bool *copied) {
  char *bytes = text.length < SIZE_MAX ? arena_take(arena, text.length + 1) : NULL;
  *copied = bytes != NULL;
  if (!bytes)
    return (struct text){NULL, 0};
  if (text.length > 0)
    memcpy(bytes, text.bytes, text.length);
  bytes[text.length] = '\0';
  return (struct text){bytes, text.length};
}

/* arena.h - memory by lifetime: many small pieces, freed together.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_ARENA_H
#define BAREME_BASE_ARENA_H

#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#define ARENA_ALIGNMENT 16

struct arena_block;

struct arena {
  struct memory memory;
  struct arena_block *blocks; /* newest first */
  char *next, *end;           /* the free part of the newest block */
  size_t used;                /* bytes handed out */
};

void arena_init(struct arena *arena, const struct memory *memory);

/* Frees everything.  The arena may be used again. */
void arena_clear(struct arena *arena);

/* Forgets everything but keeps the largest block, for use in a loop. */
void arena_reset(struct arena *arena);

/* size bytes of zeros, aligned to 16; NULL only if out of memory, also for a
 * size of 0. */
void *arena_alloc(struct arena *arena, size_t size);

/* size bytes of anything, aligned to 16, for who writes all of them at once; NULL
 * only if out of memory. */
void *arena_take_slowly(struct arena *arena, size_t size);
static inline void *arena_take(struct arena *arena, size_t size) {
#ifndef ARENA_ASAN
  size_t room = (size_t)(arena->end - arena->next);
  size_t step = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
  if (size > 0 && size <= room && step <= room) {
    void *bytes = arena->next;
    arena->next += step;
    arena->used += size;
    return bytes;
  }
#endif
  return arena_take_slowly(arena, size);
}

/* An array of zeros, checked for overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* The same of anything, for who fills all of it. */
void *arena_room(struct arena *arena, size_t count, size_t size);

/* A copy of the bytes, aligned to 16; NULL only if out of memory. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* A copy of the text's bytes, with a NUL behind them that is not counted.
 * *copied is false when out of memory; copied may not be NULL. */
struct text arena_text(struct arena *arena, struct text text, bool *copied);

/* printf into the arena, for messages; NULL if out of memory.  */
const char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *arena_format_list(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif

/* memory.h - the one door through which memory comes and goes.
 *
 * Every handle remembers the allocator it was made with.  A failed allocation
 * is an error like any other: callers test for NULL and report it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_MEMORY_H
#define BAREME_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* `resize(context, NULL, 0, n)` allocates n bytes, `resize(context, p, n, 0)`
 * frees and returns NULL, anything else changes the size and keeps the
 * contents.  Blocks are aligned for any scalar (16 bytes).  NULL means that
 * there is no memory; the old block is then untouched. */
struct memory {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
};

/* The C library's heap. */
extern const struct memory memory_standard;

/* count * size bytes, uninitialised; NULL if out of memory or on overflow.
 * A size of 0 gives NULL as well. */
void *memory_alloc(const struct memory *memory, size_t count, size_t size);

/* The same, filled with zeros. */
void *memory_zeroed(const struct memory *memory, size_t count, size_t size);

/* Frees count * size bytes; block may be NULL. */
void memory_free(const struct memory *memory, void *block, size_t count, size_t size);

/* Grows an array so that it holds at least `need` items of `size` bytes:
 * doubles *capacity.  False if out of memory, with the array untouched. */
bool memory_reserve(const struct memory *memory, void **items, size_t *capacity, size_t need,
                    size_t size);

/* *product = a * b; false on overflow.  The one place where sizes are checked. */
bool memory_multiply(size_t a, size_t b, size_t *product);

#endif

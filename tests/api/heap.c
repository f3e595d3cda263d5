/* heap.c - malloc and its kin on top of glibc's own, which keep their names
 * with `__libc_` in front for this very use.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

/* Libraries have to find them, too. */
#pragma GCC visibility push(default)
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size);
void free(void *block);
#pragma GCC visibility pop

static atomic_bool counting;
static atomic_size_t requests;
static atomic_long alive;
static size_t refused_from, refused_to;

void heap_begin(size_t nth, bool all_behind) {
  refused_from = nth;
  refused_to = all_behind ? SIZE_MAX : nth;
  requests = 0;
  counting = true;
}

size_t heap_end(void) {
  counting = false;
  return requests;
}

long heap_alive(void) {
  return alive;
}

static bool refuse(void) {
  if (!counting)
    return false;
  size_t nth = ++requests;
  if (nth < refused_from || nth > refused_to)
    return false;
  errno = ENOMEM;
  return true;
}

static void *counted(void *block) {
  alive += block != NULL;
  return block;
}

void *malloc(size_t size) {
  return refuse() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
  return refuse() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size) {
  if (block && size == 0) {
    free(block);
    return NULL;
  }
  if (refuse())
    return NULL;
  return block ? __libc_realloc(block, size) : counted(__libc_realloc(block, size));
}

void *memalign(size_t alignment, size_t size) {
  return refuse() ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *made = memalign(alignment, size);
  if (!made)
    return ENOMEM;
  *block = made;
  return 0;
}

void free(void *block) {
  alive -= block != NULL;
  __libc_free(block);
}

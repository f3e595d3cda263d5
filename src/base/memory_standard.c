/* memory_standard.c - the C library's heap as a `struct memory`.
 *
 * A file of its own: whoever brings an allocator does not link malloc.
 *
 * Large blocks are asked for in huge pages where the system has them: it then
 * makes two mebibytes ready at once, and not at each first touch of four
 * kibibytes.  For policies of a hundred thousand criteria that was two fifths of
 * the time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* madvise */

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

#ifdef MADV_HUGEPAGE

#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

/* Whole huge pages; 0 if that overflows. */
static size_t whole_pages(size_t size) {
  return size > SIZE_MAX - HUGE_PAGE ? 0 : (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/* A new block for what is in the old one. */
static void *move_to_huge(void *block, size_t old_size, size_t new_size) {
  size_t pages = whole_pages(new_size);
  if (block && old_size >= HUGE_PAGE && whole_pages(old_size) == pages)
    return block;
  void *huge = pages ? aligned_alloc(HUGE_PAGE, pages) : NULL;
  if (!huge)
    return NULL;
  madvise(huge, pages, MADV_HUGEPAGE); /* advice: whether it is taken does not matter */
  if (block)
    memcpy(huge, block, old_size < new_size ? old_size : new_size);
  free(block);
  return huge;
}

#endif

static void *resize_standard(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) { /* what realloc does then differs between libraries */
    free(block);
    return NULL;
  }
#ifdef MADV_HUGEPAGE
  if (new_size >= HUGE_PAGE)
    return move_to_huge(block, old_size, new_size);
#endif
  return realloc(block, new_size);
}

const struct memory memory_standard = {resize_standard, NULL};

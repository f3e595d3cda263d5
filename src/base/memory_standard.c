/* memory_standard.c - the C library's heap as a `struct memory`.
 *
 * A file of its own: whoever brings an allocator does not link malloc.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>

static void *resize_standard(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) { /* what realloc does then differs between libraries */
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

const struct memory memory_standard = {resize_standard, NULL};

/* bareme_heap.c - libbareme takes its memory from the C library: see embed/heap.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/heap.h"

const struct memory *embed_heap(void) {
  return &memory_standard;
}

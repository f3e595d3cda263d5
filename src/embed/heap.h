/* heap.h - the memory to take when the host names none.
 *
 * Defined twice, and which one is linked is what makes the two libraries
 * different: libbareme takes the C library's heap (bareme_heap.c), libbareme-vm
 * has none (heapless/heap.c) and asks the host for an allocator.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_EMBED_HEAP_H
#define BAREME_EMBED_HEAP_H

#include "base/memory.h"

/* NULL: there is none. */
const struct memory *embed_heap(void);

#endif

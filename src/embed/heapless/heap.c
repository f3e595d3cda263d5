/* heap.c - libbareme-vm imports nothing, and so no malloc either: see embed/heap.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/heap.h"

const struct memory *embed_heap(void) {
  return NULL;
}

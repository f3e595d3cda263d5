/* heap.h - the C library's heap, with an allocation that fails.
 *
 * A program that is linked with heap.c has its own malloc and free for all
 * that it is made of, libraries included: it counts requests, refuses the ones
 * it is told to, and knows how many blocks are alive.  Not with sanitizers,
 * which have a heap of their own.  One thread at a time may count.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef API_HEAP_H
#define API_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Counts from 0 and refuses request `nth` (from 1), or it and all behind it. */
void heap_begin(size_t nth, bool all_behind);

/* Refuses no more.  How many requests there were. */
size_t heap_end(void);

/* Blocks that were allocated and not freed. */
long heap_alive(void);

#endif

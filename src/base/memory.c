/* memory.c - size arithmetic and the calls through an allocator.
 *
 * Everything here works on `struct memory` alone, so that the virtual machine
 * can live where there is no C library; the heap of one is in
 * memory_standard.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdint.h>
#include <string.h>

/* The first reservation of an array: most arrays of a policy stay below it. */
#define FIRST_CAPACITY 8

bool memory_multiply(size_t a, size_t b, size_t *product) {
  if (b != 0 && a > SIZE_MAX / b)
    return false;
  *product = a * b;
  return true;
}

void *memory_alloc(const struct memory *memory, size_t count, size_t size) {
  size_t bytes;
  if (!memory_multiply(count, size, &bytes) || bytes == 0)
    return NULL;
  return memory->resize(memory->context, NULL, 0, bytes);
}

void *memory_zeroed(const struct memory *memory, size_t count, size_t size) {
  void *block = memory_alloc(memory, count, size);
  if (block)
    memset(block, 0, count * size);
  return block;
}

void memory_free(const struct memory *memory, void *block, size_t count, size_t size) {
  if (block)
    memory->resize(memory->context, block, count * size, 0);
}

bool memory_reserve(const struct memory *memory, void **items, size_t *capacity, size_t need,
                    size_t size) {
  if (need <= *capacity)
    return true;
  size_t wanted = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
  if (wanted < FIRST_CAPACITY)
    wanted = FIRST_CAPACITY;
  if (wanted < need)
    wanted = need;
  size_t bytes;
  if (!memory_multiply(wanted, size, &bytes))
    return false;
  void *grown = memory->resize(memory->context, *items, *capacity * size, bytes);
  if (!grown)
    return false;
  *items = grown;
  *capacity = wanted;
  return true;
}

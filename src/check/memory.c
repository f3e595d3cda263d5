/* memory.c - allocations of the check: zeros from its arena, or a flag.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "check/checker.h"

#include <string.h>

void *check_alloc(struct checker *c, size_t size) {
  return check_array(c, 1, size);
}

void *check_array(struct checker *c, size_t count, size_t size) {
  void *items = arena_array(c->arena, count ? count : 1, size);
  if (!items)
    c->out_of_memory = true;
  return items;
}

/* Counts are 32 bits wide: a source is smaller than 4 GiB, so what it declares
 * cannot be more. */
void *growing_add(struct checker *c, struct growing *array, size_t size) {
  if (array->count == array->capacity) {
    uint32_t capacity = array->capacity ? array->capacity * 2 : 8;
    void *items = capacity > array->capacity ? check_array(c, capacity, size) : NULL;
    if (!items) {
      c->out_of_memory = true;
      return NULL;
    }
    if (array->count)
      memcpy(items, array->items, array->count * size);
    array->items = items;
    array->capacity = capacity;
  }
  return (char *)array->items + array->count++ * size;
}

struct text check_join(struct checker *c, struct text a, struct text between, struct text b) {
  struct text whole = {NULL, a.length + between.length + b.length};
  char *bytes = check_alloc(c, whole.length + 1);
  if (!bytes)
    return (struct text){NULL, 0};
  if (a.length)
    memcpy(bytes, a.bytes, a.length);
  if (between.length)
    memcpy(bytes + a.length, between.bytes, between.length);
  if (b.length)
    memcpy(bytes + a.length + between.length, b.bytes, b.length);
  whole.bytes = bytes;
  return whole;
}

struct text check_fold(struct checker *c, struct text text) {
  if (text_is_folded(text))
    return text;
  char *bytes = check_array(c, TEXT_FOLD_BOUND(text.length), 1);
  if (!bytes)
    return (struct text){NULL, 0};
  return (struct text){bytes, text_fold(text, bytes)};
}

/* id_set.c - which identities came before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/id_set.h"

#include <string.h>

enum { FIRST_SLOTS = 1024 };

void id_set_init(struct id_set *set, const struct memory *memory, struct id_seeds seeds) {
  *set = (struct id_set){.memory = *memory, .seeds = seeds};
}

void id_set_clear(struct id_set *set) {
  memory_free(&set->memory, set->slots, set->capacity, sizeof *set->slots);
  set->slots = NULL;
  set->capacity = set->count = 0;
}

void id_set_forget(struct id_set *set) {
  if (set->capacity)
    memset(set->slots, 0, set->capacity * sizeof *set->slots);
  set->count = 0;
}

struct id_hash id_hash(const struct id_seeds *seeds, struct text id) {
  struct id_hash hash = {text_hash(id, seeds->high), text_hash(id, seeds->low)};
  if (hash.high == 0 && hash.low == 0)
    hash.low = 1;
  return hash;
}

static bool is_free(struct id_hash hash) {
  return hash.high == 0 && hash.low == 0;
}

static size_t find(const struct id_hash *slots, size_t capacity, struct id_hash hash) {
  size_t slot = id_set_slot(capacity, hash);
  while (!is_free(slots[slot]) && !(slots[slot].high == hash.high && slots[slot].low == hash.low))
    slot = (slot + 1) & (capacity - 1);
  return slot;
}

/* Three quarters of the slots may be taken. */
static bool has_room(size_t capacity, size_t count) {
  return count <= capacity / 4 * 3;
}

bool id_set_reserve(struct id_set *set, size_t count) {
  size_t capacity = set->capacity ? set->capacity : FIRST_SLOTS;
  while (!has_room(capacity, count))
    if (!memory_multiply(capacity, 2, &capacity))
      return false;
  if (capacity == set->capacity)
    return true;
  struct id_hash *slots = memory_zeroed(&set->memory, capacity, sizeof *slots);
  if (!slots)
    return false;
  for (size_t i = 0; i < set->capacity; i++)
    if (!is_free(set->slots[i]))
      slots[find(slots, capacity, set->slots[i])] = set->slots[i];
  memory_free(&set->memory, set->slots, set->capacity, sizeof *set->slots);
  set->slots = slots;
  set->capacity = capacity;
  return true;
}

enum id_set_result id_set_add(struct id_set *set, struct id_hash hash) {
  if (!has_room(set->capacity, set->count + 1) && !id_set_reserve(set, set->count + 1))
    return ID_NO_MEMORY;
  size_t slot = find(set->slots, set->capacity, hash);
  if (!is_free(set->slots[slot]))
    return ID_SEEN;
  set->slots[slot] = hash;
  set->count++;
  return ID_NEW;
}

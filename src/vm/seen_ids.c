/* seen_ids.c - the identities of the events of one lead.
 *
 * A few are compared one by one, if the bit of another's hash is the new one's.
 * From FEW_IDS on `slots` is an open hash table of item + 1, of which only the
 * first mask + 1 slots are used: clearing it costs what the lead has, not what
 * the largest one had.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/seen_ids.h"

#include <string.h>

/* Identities that are compared one by one before a table is made. */
enum { FEW_IDS = 16 };

void seen_ids_clear(struct seen_ids *seen, const struct memory *memory) {
  memory_free(memory, seen->items, seen->item_capacity, sizeof *seen->items);
  memory_free(memory, seen->slots, seen->slot_capacity, sizeof *seen->slots);
}

static size_t find_slot(const struct seen_ids *seen, struct text id, uint64_t hash) {
  size_t slot = (size_t)hash & seen->mask;
  for (; seen->slots[slot]; slot = (slot + 1) & seen->mask) {
    size_t item = seen->slots[slot] - 1;
    if (seen->items[item].hash == hash && text_equal(seen->items[item].text, id))
      break;
  }
  return slot;
}

/* Makes the table large enough for one more than there are. */
static bool grow(struct seen_ids *seen, const struct memory *memory) {
  if (seen->mask && seen->count < seen->mask / 2)
    return true;
  size_t size = seen->mask ? (seen->mask + 1) * 2 : (size_t)FEW_IDS * 4;
  void *slots = seen->slots;
  if (!memory_reserve(memory, &slots, &seen->slot_capacity, size, sizeof *seen->slots))
    return false;
  memset(slots, 0, size * sizeof *seen->slots);
  seen->slots = slots;
  seen->mask = size - 1;
  for (size_t i = 0; i < seen->count; i++)
    seen->slots[find_slot(seen, seen->items[i].text, seen->items[i].hash)] = (uint32_t)(i + 1);
  return true;
}

static enum seen append(struct seen_ids *seen, const struct memory *memory, struct text id,
                        uint64_t hash) {
  void *items = seen->items;
  if (!memory_reserve(memory, &items, &seen->item_capacity, seen->count + 1, sizeof *seen->items))
    return SEEN_NO_MEMORY;
  seen->items = items;
  seen->items[seen->count++] = (struct seen_id){id, hash};
  return SEEN_FIRST;
}

enum seen seen_ids_add(struct seen_ids *seen, const struct memory *memory, struct text id) {
  uint64_t hash = text_hash(id, seen->seed), mark = UINT64_C(1) << (hash >> 58);
  if (seen->count < FEW_IDS) {
    bool maybe = seen->marks & mark;
    seen->marks |= mark;
    for (size_t i = 0; maybe && i < seen->count; i++)
      if (seen->items[i].hash == hash && text_equal(seen->items[i].text, id))
        return SEEN_BEFORE;
    return append(seen, memory, id, hash);
  }
  if (seen->count >= UINT32_MAX - 1 || !grow(seen, memory))
    return SEEN_NO_MEMORY;
  size_t slot = find_slot(seen, id, hash);
  if (seen->slots[slot])
    return SEEN_BEFORE;
  if (append(seen, memory, id, hash) != SEEN_FIRST)
    return SEEN_NO_MEMORY;
  seen->slots[slot] = (uint32_t)seen->count;
  return SEEN_FIRST;
}

/* id_set.c - which identities came before.
 *
 * A slot's lower bits, as many as say which slot it is, are the number of a
 * hash, from 1; the bits above them are the hash's own, and none of those that
 * choose the slot.  The smaller the table, the more of them there are: 12 in
 * the largest one of an id_store.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/id_set.h"

#include <string.h>

#include "base/hash.h"
#include "base/words.h"

/* Numbers have 32 bits at most. */
#define FIRST_SLOTS ((size_t)1 << 10)
#define MOST_SLOTS  ((size_t)1 << 31)

void id_set_init(struct id_set *set, const struct memory *memory, struct id_seeds seeds) {
  *set = (struct id_set){.memory = *memory, .seeds = seeds};
}

void id_set_clear(struct id_set *set) {
  memory_free(&set->memory, set->slots, set->capacity, sizeof *set->slots);
  memory_free(&set->memory, set->ids, set->room, sizeof *set->ids);
  *set = (struct id_set){.memory = set->memory, .seeds = set->seeds};
}

void id_set_forget(struct id_set *set) {
  if (set->capacity)
    memset(set->slots, 0, set->capacity * sizeof *set->slots);
  set->count = 0;
}

struct id_hash id_hash(const struct id_seeds *seeds, struct text id) {
  uint64_t high = hash_begin(seeds->high), low = hash_begin(seeds->low);
  for (size_t at = 0; at < id.length; at += 8) {
    size_t left = id.length - at;
    uint64_t word = left < 8 ? word_load_part(id.bytes + at, left) : word_load(id.bytes + at);
    high = hash_word(high, word);
    low = hash_word(low, word);
  }
  struct id_hash hash = {hash_end(high, id.length), hash_end(low, id.length)};
  if (hash.high == 0 && hash.low == 0)
    hash.low = 1;
  return hash;
}

/* The bits of a slot that are a number; the others are the hash's. */
static uint32_t number_bits(const struct id_set *set) {
  return (uint32_t)(set->capacity - 1);
}

static bool is_for(const struct id_set *set, uint32_t slot, struct id_hash hash) {
  uint32_t bits = number_bits(set);
  if ((slot ^ (uint32_t)hash.high) & ~bits)
    return false;
  const struct id_hash *id = &set->ids[(slot & bits) - 1];
  return id->high == hash.high && id->low == hash.low;
}

/* The slot that is for the hash, or else the free one where it belongs. */
static uint32_t *find(const struct id_set *set, struct id_hash hash) {
  size_t at = id_set_slot(set, hash);
  while (set->slots[at] && !is_for(set, set->slots[at], hash))
    at = (at + 1) & (set->capacity - 1);
  return &set->slots[at];
}

static void take(const struct id_set *set, uint32_t *slot, struct id_hash hash, size_t number) {
  *slot = ((uint32_t)hash.high & ~number_bits(set)) | (uint32_t)number;
}

/* Three quarters of the slots may be taken. */
static size_t room_of(size_t capacity) {
  return capacity / 4 * 3;
}

static bool reserve_ids(struct id_set *set, size_t count) {
  void *ids = set->ids;
  bool reserved = memory_reserve(&set->memory, &ids, &set->room, count, sizeof *set->ids);
  set->ids = ids;
  return reserved;
}

static bool reserve_slots(struct id_set *set, size_t capacity) {
  void *slots = set->slots;
  bool reserved =
      memory_reserve(&set->memory, &slots, &set->capacity, capacity, sizeof *set->slots);
  set->slots = slots;
  return reserved;
}

bool id_set_reserve(struct id_set *set, size_t count) {
  size_t capacity = set->capacity ? set->capacity : FIRST_SLOTS;
  while (room_of(capacity) < count && capacity < MOST_SLOTS)
    capacity *= 2;
  if (room_of(capacity) < count)
    return false;
  if (capacity == set->capacity)
    return true;
  if (!reserve_ids(set, room_of(capacity)) || !reserve_slots(set, capacity))
    return false;
  memset(set->slots, 0, capacity * sizeof *set->slots);
  for (size_t i = 0; i < set->count; i++)
    take(set, find(set, set->ids[i]), set->ids[i], i + 1);
  return true;
}

enum id_set_result id_set_add(struct id_set *set, struct id_hash hash) {
  if (set->count >= room_of(set->capacity) && !id_set_reserve(set, set->count + 1))
    return ID_NO_MEMORY;
  uint32_t *slot = find(set, hash);
  if (*slot)
    return ID_SEEN;
  set->ids[set->count++] = hash;
  take(set, slot, hash, set->count);
  return ID_NEW;
}

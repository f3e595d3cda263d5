/* id_set.h - which identities came before.
 *
 * Not the identities are kept but 128 bits of two hashes with seeds that
 * differ from run to run.  Among a hundred million different ids the chance
 * that any two are taken for the same is 1 in 10^22.
 *
 * The hashes stand in the order in which they came, 16 bytes each, so that
 * adding one writes behind the last.  What is looked at is a table of slots of
 * four bytes: a slot says which hash it is for, and has some bits of it.  A
 * hash that did not come before mostly finds a free slot at once, or bits that
 * are not its own; where they are, the hash itself decides.  So a table for
 * 200,000 leads is 2 MiB, and hardly ever is anything else read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_ID_SET_H
#define BAREME_INTAKE_ID_SET_H

#include "base/memory.h"
#include "base/text.h"

struct id_hash {
  uint64_t high, low; /* never both 0 */
};

struct id_seeds {
  uint64_t high, low;
};

/* text_hash by both seeds. */
struct id_hash id_hash(const struct id_seeds *seeds, struct text id);

struct id_set {
  struct memory memory;
  struct id_hash *ids; /* in the order in which they came */
  size_t count, room;  /* of ids; there is room for three quarters of the slots */
  uint32_t *slots;     /* open addressing; 0: free */
  size_t capacity;     /* of slots: a power of two, or 0 */
  struct id_seeds seeds;
};

enum id_set_result { ID_NEW, ID_SEEN, ID_NO_MEMORY };

/* The seeds are better not known beforehand: nothing but the time of a look-up,
 * and the chance above, depends on them. */
void id_set_init(struct id_set *set, const struct memory *memory, struct id_seeds seeds);
void id_set_clear(struct id_set *set);

/* Forgets all of them, but keeps the memory. */
void id_set_forget(struct id_set *set);

/* A hash's slot, or one behind it: slots are in the order of the hashes, nearly. */
static inline size_t id_set_slot(const struct id_set *set, struct id_hash hash) {
  return (size_t)((hash.high >> 32) * (uint64_t)set->capacity >> 32);
}

/* Sends for the slot of a hash that is added soon: with many leads that is what
 * adding would wait for. */
static inline void id_set_expect(const struct id_set *set, struct id_hash hash) {
  if (set->capacity)
    __builtin_prefetch(&set->slots[id_set_slot(set, hash)], 1);
}

/* The hash that a slot is for; NULL: it is free. */
static inline const struct id_hash *id_set_at(const struct id_set *set, size_t slot) {
  uint32_t number = set->slots[slot] & (uint32_t)(set->capacity - 1);
  return number ? &set->ids[number - 1] : NULL;
}

/* Makes room for so many hashes in all.  False if out of memory, or for more
 * than 1,600 million; the set is then as it was. */
bool id_set_reserve(struct id_set *set, size_t count);

enum id_set_result id_set_add(struct id_set *set, struct id_hash hash);

#endif

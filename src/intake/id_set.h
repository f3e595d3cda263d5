/* id_set.h - which identities came before.
 *
 * Not the identities are kept but 128 bits of two hashes with seeds that
 * differ from run to run: 16 bytes a lead (and the room of a half-full table).
 * Among a hundred million different ids the chance that any two are taken for
 * the same is 1 in 10^22.
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

struct id_hash id_hash(const struct id_seeds *seeds, struct text id);

struct id_set {
  struct memory memory;
  struct id_hash *slots; /* open addressing; both 0: free */
  size_t capacity;       /* a power of two, or 0 */
  size_t count;
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
static inline size_t id_set_slot(size_t capacity, struct id_hash hash) {
  return (size_t)((hash.high >> 32) * (uint64_t)capacity >> 32);
}

/* Sends for the place of a hash that is added soon: with millions of leads
 * that is what adding would wait for. */
static inline void id_set_expect(const struct id_set *set, struct id_hash hash) {
  if (set->capacity)
    __builtin_prefetch(&set->slots[id_set_slot(set->capacity, hash)], 1);
}

/* Makes room for so many hashes in all.  False if out of memory, and then the
 * set is as it was. */
bool id_set_reserve(struct id_set *set, size_t count);

enum id_set_result id_set_add(struct id_set *set, struct id_hash hash);

#endif

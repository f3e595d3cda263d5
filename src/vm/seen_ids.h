/* seen_ids.h - the identities of the events of one lead.
 *
 * An event that comes twice, by its id, counts once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_SEEN_IDS_H
#define BAREME_VM_SEEN_IDS_H

#include "base/memory.h"
#include "base/text.h"

struct seen_id {
  struct text text;
  uint64_t hash;
};

/* All zero but for the seed: empty. */
struct seen_ids {
  struct seen_id *items;
  uint32_t *slots;
  size_t item_capacity, slot_capacity;
  size_t count;
  size_t mask; /* 0: no table yet */
  uint64_t seed;
  uint64_t marks; /* a bit for each hash: a few are mostly told apart by these */
};

void seen_ids_clear(struct seen_ids *seen, const struct memory *memory);

/* For the next lead. */
static inline void seen_ids_forget(struct seen_ids *seen) {
  seen->count = 0;
  seen->mask = 0;
  seen->marks = 0;
}

enum seen { SEEN_FIRST, SEEN_BEFORE, SEEN_NO_MEMORY };

/* Notes an identity, which must live until it is forgotten. */
enum seen seen_ids_add(struct seen_ids *seen, const struct memory *memory, struct text id);

#endif

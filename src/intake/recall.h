/* recall.h - what short texts meant, looked up before.
 *
 * Stages, labels and symbols are few and come again and again.  Looking them up
 * folds case and hashes; here two words say that it is a text that was seen
 * before, byte for byte.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_RECALL_H
#define BAREME_INTAKE_RECALL_H

#include "intake/key.h"

enum { RECALL_SLOTS = 256 };

/* Whoever recalls says how its texts become words: different ones different words,
 * and none of them zeros. */
struct recall_words {
  uint64_t word[2];
};

struct recall_entry {
  struct recall_words words; /* all zeros: none */
  uint32_t set;              /* in which it was looked up */
  uint32_t meaning;
};

struct recall {
  struct recall_entry slots[RECALL_SLOTS];
};

/* Sets that texts are looked up in. */
static inline uint32_t recall_labels(uint32_t index) {
  return index * 2;
}
static inline uint32_t recall_symbols(uint32_t index) {
  return index * 2 + 1;
}

/* Words of a text by its key: behind the text stands its length.  False if it is too long. */
static inline bool recall_key(const struct key *key, struct recall_words *words) {
  *words = (struct recall_words){{key->first, key->last | (key->text.length + 1) << 56}};
  return key->text.length < 16;
}

static inline bool recall_equal(struct recall_words a, struct recall_words b) {
  return ((a.word[0] ^ b.word[0]) | (a.word[1] ^ b.word[1])) == 0;
}

/* A number below RECALL_SLOTS. */
static inline uint32_t recall_hash(struct recall_words words) {
  uint64_t mixed = (words.word[0] ^ words.word[1] * 3) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)((mixed >> 32) * RECALL_SLOTS >> 32);
}

/* The entry for the text, its own or another's that gives way. */
static inline struct recall_entry *recall_slot(struct recall *recall, struct recall_words words,
                                               uint32_t set) {
  return &recall->slots[(recall_hash(words) + set) % RECALL_SLOTS];
}

static inline bool recall_knows(const struct recall_entry *entry, struct recall_words words,
                                uint32_t set) {
  return recall_equal(entry->words, words) && entry->set == set;
}

#endif

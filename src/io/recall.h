/* recall.h - what short strings meant, looked up before.
 *
 * Stages, labels and symbols are few and come again and again.  Looking them up
 * folds case and hashes; here two words say that it is a string that was seen
 * before, byte for byte.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_RECALL_H
#define BAREME_IO_RECALL_H

#include "base/words.h"
#include "io/json.h"

enum {
  RECALL_BYTES = 16, /* of a string with its quotes */
  RECALL_SLOTS = 256
};

/* A string with its quotes, and zeros behind them. */
struct recall_words {
  uint64_t word[RECALL_BYTES / 8];
};

struct recall_entry {
  struct recall_words words; /* all zeros: none */
  uint32_t set;              /* in which it was looked up */
  uint32_t meaning;
};

struct recall {
  struct recall_entry slots[RECALL_SLOTS];
};

/* Sets that strings are looked up in. */
static inline uint32_t recall_labels(uint32_t index) {
  return index * 2;
}
static inline uint32_t recall_symbols(uint32_t index) {
  return index * 2 + 1;
}

/* Is there no backslash in it? */
static inline bool recall_is_raw(const struct recall_words *words) {
  uint64_t backslash = WORD_OF('\\');
  return (word_zeros(words->word[0] ^ backslash) | word_zeros(words->word[1] ^ backslash)) == 0;
}

/* False if what stands there is no string, or too long, or has escapes. */
static inline bool recall_load(const struct json *json, json_place place,
                               struct recall_words *words) {
  const char *bytes = json->base + place[0];
  uint32_t room = place[1] - place[0];
  if (room > RECALL_BYTES || place[1] >= json->limit || *bytes != '"')
    return false;
  words->word[0] = word_load(bytes) & word_pair_masks[room][0];
  words->word[1] = word_load(bytes + 8) & word_pair_masks[room][1];
  return json_is_clear(json, place) || recall_is_raw(words);
}

static inline bool recall_equal(struct recall_words a, struct recall_words b) {
  return ((a.word[0] ^ b.word[0]) | (a.word[1] ^ b.word[1])) == 0;
}

/* A number below RECALL_SLOTS. */
static inline uint32_t recall_hash(struct recall_words words) {
  uint64_t mixed = (words.word[0] ^ words.word[1] * 3) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)((mixed >> 32) * RECALL_SLOTS >> 32);
}

/* The entry for the string, its own or another's that gives way. */
static inline struct recall_entry *recall_slot(struct recall *recall, struct recall_words words,
                                               uint32_t set) {
  return &recall->slots[(recall_hash(words) + set) % RECALL_SLOTS];
}

static inline bool recall_knows(const struct recall_entry *entry, struct recall_words words,
                                uint32_t set) {
  return recall_equal(entry->words, words) && entry->set == set;
}

#endif

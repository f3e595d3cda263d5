/* key.h - finding a short text among a few that are known beforehand.
 *
 * JSON keys and types of events are looked up once per key and event: the
 * hottest loop of reading.  A key of up to 16 bytes is described completely by
 * its length and two words, so looking up is one multiplication and, as tables
 * are eight times as large as their contents, mostly one comparison.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_KEY_H
#define BAREME_INTAKE_KEY_H

#include "base/arena.h"
#include "base/text.h"
#include "base/words.h"

struct key {
  /* The first 16 bytes, with zeros behind them; of a longer text its first and its last eight. */
  uint64_t first, last;
  struct text text;
};

struct key_entry {
  struct key key; /* text.bytes NULL: free */
  uint32_t value;
};

/* Open addressing; finished tables are never changed. */
struct key_table {
  struct key_entry *entries;
  uint32_t mask;
};

#define KEY_NONE UINT32_MAX

static inline struct key key_of(struct text text) {
  const char *bytes = text.bytes;
  size_t length = text.length;
  struct key key = {0, 0, text};
  key.first = length >= 8 ? word_load(bytes) : word_load_part(bytes, length);
  if (length > 16)
    key.last = word_load(bytes + length - 8);
  else if (length > 8)
    key.last = word_load(bytes + length - 8) >> 8 * (16 - length);
  return key;
}

/* The same for a text of which 16 bytes can be read, however long it is: keys
 * of all lengths come in any order, and whether one is longer than a word
 * nobody can guess. */
static inline struct key key_of_readable(struct text text) {
  if (text.length > 16)
    return key_of(text);
  const uint64_t *masks = word_pair_masks[text.length];
  return (struct key){word_load(text.bytes) & masks[0], word_load(text.bytes + 8) & masks[1], text};
}

static inline bool key_equal(const struct key *a, const struct key *b) {
  return a->text.length == b->text.length && a->first == b->first && a->last == b->last &&
         (a->text.length <= 16 || memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0);
}

static inline uint32_t key_hash(const struct key *key) {
  uint64_t mixed = (key->first ^ (key->last << 23 | key->last >> 41) ^ key->text.length) *
                   UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(mixed >> 32);
}

/* The value of a key, or KEY_NONE. */
static inline uint32_t key_look_up(const struct key_table *table, const struct key *key) {
  uint32_t slot = key_hash(key) & table->mask;
  for (; table->entries[slot].key.text.bytes; slot = (slot + 1) & table->mask)
    if (key_equal(&table->entries[slot].key, key))
      return table->entries[slot].value;
  return KEY_NONE;
}

static inline uint32_t key_find(const struct key_table *table, struct text text) {
  struct key key = key_of(text);
  return key_look_up(table, &key);
}

/* Makes an empty table that will hold `count` keys; false if out of memory. */
bool key_table_init(struct key_table *table, struct arena *arena, size_t count);

/* Adds a key, whose bytes must live as long as the table; of equal ones the
 * first stays. */
void key_table_add(struct key_table *table, struct text text, uint32_t value);

#endif

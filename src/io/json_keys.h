/* json_keys.h - the keys of an object, guessed from the objects before.
 *
 * Records of one file have their keys in the same order, or nearly.  So after
 * each key the one that came next the last time is remembered, and the next
 * time it is compared first: two words and two masks instead of finding where
 * the key ends and looking it up.  A wrong guess costs a look-up.
 *
 * What comes next may hang on what the object says of itself: events of one
 * type have other keys than those of another.  A context, a small number that
 * the walker sets when it knows, keeps the guesses apart.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_KEYS_H
#define BAREME_IO_JSON_KEYS_H

#include "base/words.h"
#include "io/path.h"

/* The beginning of a string with its quotes, as two words. */
struct json_words {
  uint64_t word[2];
};

enum {
  JSON_WORDS = 16,      /* bytes of json_words */
  JSON_KEYS = 64,       /* keys of an object that are remembered */
  JSON_KEY_SLOTS = 128, /* of the table to find them */
  JSON_CONTEXTS = 16
};

struct json_key {
  struct json_words words, masks; /* masks: the bytes up to the closing quote */
  const struct path_step *step;   /* NULL: nobody wants it */
  uint8_t next[JSON_CONTEXTS];    /* the key that came behind it; 0: none yet */
};

/* What is remembered of one node of the paths. */
struct json_keys {
  struct json_key keys[JSON_KEYS]; /* keys[0] is none: next is the first of the object */
  uint8_t slots[JSON_KEY_SLOTS];   /* open addressing by the words */
  uint8_t count;
};

void json_keys_init(struct json_keys *keys);

/* Reads JSON_WORDS bytes. */
static inline struct json_words json_words_load(const char *bytes) {
  return (struct json_words){{word_load(bytes), word_load(bytes + 8)}};
}

static inline bool json_words_equal(struct json_words a, struct json_words b) {
  return ((a.word[0] ^ b.word[0]) | (a.word[1] ^ b.word[1])) == 0;
}

/* True if the string that begins with the words is the key, whatever stands behind it. */
static inline bool json_key_is(const struct json_key *key, struct json_words words) {
  return (((words.word[0] ^ key->words.word[0]) & key->masks.word[0]) |
          ((words.word[1] ^ key->words.word[1]) & key->masks.word[1])) == 0;
}

/* The place of the key with these bytes, which stand between quotes and have
 * no escape; 0 if it is too long, or one too many, to be remembered. */
uint8_t json_keys_find(struct json_keys *keys, const struct path_node *node, struct text key);

#endif

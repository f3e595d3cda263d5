/* json_keys.c - the keys of an object, guessed from the objects before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_keys.h"

void json_keys_init(struct json_keys *keys) {
  memset(keys, 0, sizeof *keys);
  /* No key is like this: it would not be UTF-8. */
  memset(&keys->keys[0].words, 0xff, sizeof keys->keys[0].words);
  memset(&keys->keys[0].masks, 0xff, sizeof keys->keys[0].masks);
}

/* The words of the key with its quotes, and zeros behind them. */
static struct json_words words_of(struct text key) {
  char bytes[JSON_WORDS] = {'"'};
  memcpy(bytes + 1, key.bytes, key.length);
  bytes[key.length + 1] = '"';
  return json_words_load(bytes);
}

static struct json_words masks_of(struct text key) {
  char bytes[JSON_WORDS] = {0};
  memset(bytes, 0xff, key.length + 2);
  return json_words_load(bytes);
}

static uint32_t first_slot(struct json_words words) {
  uint64_t mixed = (words.word[0] ^ words.word[1] * 3) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(mixed >> 57);
}

uint8_t json_keys_find(struct json_keys *keys, const struct path_node *node, struct text key) {
  if (key.length > JSON_WORDS - 2)
    return 0;
  struct json_words words = words_of(key);
  uint32_t slot = first_slot(words);
  for (; keys->slots[slot]; slot = (slot + 1) % JSON_KEY_SLOTS)
    if (json_words_equal(keys->keys[keys->slots[slot]].words, words))
      return keys->slots[slot];
  if (keys->count == JSON_KEYS - 1)
    return 0;
  uint8_t place = ++keys->count;
  keys->slots[slot] = place;
  keys->keys[place] =
      (struct json_key){.words = words, .masks = masks_of(key), .step = path_find(node, key)};
  return place;
}

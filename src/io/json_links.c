/* json_links.c - what stood between two values before, and what came behind it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_links.h"

void json_links_init(struct json_links *links) {
  memset(links, 0, sizeof *links);
  /* No text is like this: it would not be UTF-8. */
  memset(links->none.words, 0xff, sizeof links->none.words);
  memset(links->none.masks, 0xff, sizeof links->none.masks);
  links->none.next = links->first = links->rest = &links->none;
}

/* The text and its mask, with zeros behind them. */
static void set_text(struct json_link *link, struct text text) {
  char bytes[JSON_LINK_BYTES] = {0}, mask[JSON_LINK_BYTES] = {0};
  memcpy(bytes, text.bytes, text.length);
  memset(mask, 0xff, text.length);
  memcpy(link->words, bytes, sizeof bytes);
  memcpy(link->masks, mask, sizeof mask);
  link->is_long = text.length > 2 * sizeof *link->words;
}

static uint32_t first_slot(const struct json_link *link) {
  uint64_t mixed = link->chain;
  for (size_t i = 0; i < JSON_LINK_BYTES / 8; i += 2)
    mixed = (mixed ^ link->words[i] ^ link->words[i + 1] * 3) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(mixed >> 40) % JSON_LINK_SLOTS;
}

static bool is_same(const struct json_link *a, const struct json_link *b) {
  return a->chain == b->chain && memcmp(a->words, b->words, sizeof a->words) == 0 &&
         memcmp(a->masks, b->masks, sizeof a->masks) == 0;
}

struct json_link *json_links_find(struct json_links *links, struct text text, uint16_t chain,
                                  const struct json_link *as) {
  struct json_link link = *as;
  if (text.length > JSON_LINK_BYTES)
    return &links->none;
  set_text(&link, text);
  link.chain = chain;
  link.next = &links->none;
  uint32_t slot = first_slot(&link);
  for (; links->slots[slot]; slot = (slot + 1) % JSON_LINK_SLOTS)
    if (is_same(&links->items[links->slots[slot] - 1], &link))
      return &links->items[links->slots[slot] - 1];
  if (links->count == JSON_LINKS)
    return &links->none;
  links->items[links->count] = link;
  links->slots[slot] = (uint8_t)++links->count;
  return &links->items[links->count - 1];
}

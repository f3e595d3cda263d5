/* json_links.h - what stood between two values before, and what came behind it.
 *
 * Records of one file look alike: the same keys in the same order, with the
 * same blanks.  So the bytes from the end of one value to the beginning of the
 * next, a link, are remembered, and the link that followed it the last time is
 * compared first:
 *
 *   {"id":"L7","size":250,"url":"/"}
 *   '-----'  '--------' '-----'   '     four links, the last one ends the object
 *
 * One comparison of two words, seldom four, then stands for finding the key's end, looking
 * the key up, and checking comma, quotes and colon.  A wrong guess costs a
 * look-up and is put right.  What follows a link may hang on what the object
 * says of itself, as events of one type have other keys than those of another:
 * links are kept apart by chain, a number that the walker gives.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_LINKS_H
#define BAREME_IO_JSON_LINKS_H

#include "io/path.h"

enum {
  JSON_LINK_BYTES = 32,  /* of the longest link */
  JSON_LINKS = 255,      /* that are remembered of one object */
  JSON_LINK_SLOTS = 512, /* of the table to find them */
  JSON_CHAINS = 64
};

enum json_link_kind {
  JSON_LINK_NONE,   /* like no text there is */
  JSON_LINK_END,    /* `}` */
  JSON_LINK_STRING, /* up to and with the value's opening quote */
  JSON_LINK_OTHER   /* up to the value */
};

struct json_link {
  uint64_t words[JSON_LINK_BYTES / 8]; /* zeros behind the text */
  uint64_t masks[JSON_LINK_BYTES / 8];
  struct json_link *next; /* that came behind it; never NULL */
  uint32_t slot;          /* of the key; PATH_NONE: nobody wants it */
  uint16_t chain;
  uint8_t span; /* pieces to the value's */
  uint8_t kind;
  bool is_long; /* not all of it is in the first two words */
};

/* The links of one kind of object: of a node of the paths. */
struct json_links {
  struct json_link none;
  struct json_link *first; /* of the object */
  struct json_link *rest;  /* behind a list that was walked */
  struct json_link items[JSON_LINKS];
  uint8_t slots[JSON_LINK_SLOTS]; /* open addressing: place in items + 1, or 0 */
  uint32_t count;
};

void json_links_init(struct json_links *links);

/* True if two words of the text, from the one with that number on, are the
 * link's as far as it goes. */
static inline bool json_link_has(const struct json_link *link, const char *text, int word) {
  uint64_t two[2];
  memcpy(two, text + word * 8, sizeof two);
  return (((two[0] ^ link->words[word]) & link->masks[word]) |
          ((two[1] ^ link->words[word + 1]) & link->masks[word + 1])) == 0;
}

/* True if the text begins with the link; JSON_LINK_BYTES are read. */
static inline bool json_link_is(const struct json_link *link, const char *text) {
  return json_link_has(link, text, 0) && (!link->is_long || json_link_has(link, text, 2));
}

/* The link with that text, of the chain, remembered anew if need be; `none` if
 * it is too long or one too many.  For a new one, kind, span and slot are taken
 * from `as`. */
struct json_link *json_links_find(struct json_links *links, struct text text, uint16_t chain,
                                  const struct json_link *as);

#endif

/* json.h - one JSON text, checked completely, of which only some is decoded.
 *
 * A cursor walks the offsets that json_index.h found.  Whatever it passes it
 * checks (RFC 8259), also what nobody asked for: a line is JSON or it is not.
 * Values that somebody may want are remembered by their place in the list of
 * offsets, a `json_place`, and decoded later or never.
 *
 *   {"id":"L7","size":250,"tags":["a","b"]}
 *   ^^   ^^    ^     ^^   ^^     ^^  ^^  ^^    offsets; the end of a string is
 *                                              found from the piece behind it
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_H
#define BAREME_IO_JSON_H

#include "base/arena.h"
#include "io/json_index.h"
#include "io/path.h"

typedef const uint32_t *json_place; /* NULL: nowhere */

/* Bytes that can be read from wherever a piece is plain, whatever is there. */
enum { JSON_READABLE = 64 };

enum json_error {
  JSON_OK,
  JSON_BROKEN,   /* not JSON */
  JSON_UTF8,     /* not UTF-8 */
  JSON_TOO_DEEP, /* nested deeper than LIMIT_JSON_NESTING */
  JSON_NO_MEMORY
};

struct json {
  const char *base;      /* what the offsets count from */
  json_place next;       /* the piece to look at */
  uint32_t end;          /* offset of the end of this text */
  uint32_t plain;        /* pieces before this offset can be passed by a look: see json_walk.c */
  uint32_t limit;        /* below it lies this text, and JSON_READABLE bytes can be read */
  uint32_t horizon;      /* end of what can be read */
  uint32_t first_escape; /* offset of the first backslash of this text, or one behind it */
  uint32_t searched;     /* no backslash lies between this offset ... */
  uint32_t escape;       /* and this one, where there is one, or the horizon */
  uint32_t depth;        /* objects and arrays around `next` */
  enum json_error error;
  struct memory memory;
  char *scratch; /* for keys and texts with escapes */
  size_t scratch_size;
};

/* The first byte of the piece; 0 at the end of the text. */
static inline char json_peek_at(const struct json *json, json_place place) {
  return *place < json->end ? json->base[*place] : '\0';
}

static inline char json_peek(const struct json *json) {
  return json_peek_at(json, json->next);
}

void json_clear(struct json *json);

/* Before the bytes that were looked at may have changed. */
static inline void json_forget(struct json *json) {
  json->base = NULL;
}

/* Puts the cursor before a text: some of the bytes `all`, which can be read, whose
 * pieces from that text on are listed from `next` on, as offsets from the first of all.
 * Nothing is wrong with it so far. */
void json_begin(struct json *json, struct text all, struct text text, json_place next);

/* Passes the value under the cursor.  False if it is broken: see json->error. */
bool json_skip(struct json *json);

/* Values by the names that somebody wants, as far as they were found. */
struct json_wanted {
  json_place *places; /* by slot of the paths */
  void *context;      /* for the functions */
  /* The slot whose array is not remembered but walked, or PATH_NONE: `walk` is
   * called with the cursor on the `[`; it passes the array, like json_skip. */
  uint32_t list;
  bool (*walk)(void *context, struct json *json);
  /* The slot whose value tells what the object is, or PATH_NONE: `tell` is
   * called with its place.  False if nothing else of the object is wanted. */
  uint32_t telling;
  bool (*tell)(void *context, struct json *json, json_place place);
};

/* Passes the object under the cursor and notes the places of the wanted
 * values; places must be NULL before.  Of equal keys the first one counts. */
bool json_collect(struct json *json, const struct path_node *node,
                  const struct json_wanted *wanted);

/* The same from within the object on, behind a member, as of a list that was
 * walked: the cursor is behind its value. */
bool json_collect_rest(struct json *json, const struct path_node *node,
                       const struct json_wanted *wanted);

/* The same, if nothing of the rest is wanted. */
bool json_pass_rest(struct json *json);

/* ---- steps of the walk ---- */

/* Checks the escapes in front of the offset, which are known to lie in strings.
 * False if one is broken. */
bool json_pass_escapes(struct json *json, uint32_t offset);

/* A key as it stands between its quotes. */
struct json_name {
  struct text raw;
  bool escaped;
};

/* Passes a string, number or word.  False if it is none, or broken. */
bool json_pass_scalar(struct json *json);

/* Passes `"key" :`. */
bool json_pass_key(struct json *json, struct json_name *name);

/* Decodes the key, to the scratch buffer if it has escapes.  False if out of memory. */
bool json_decode_key(struct json *json, struct json_name *name);

/* ---- values whose place was passed before, and which are thus well-formed ---- */

/* The bytes between the quotes, as they are. */
static inline struct text json_raw_text(const struct json *json, json_place place) {
  const char *begin = json->base + *place + 1;
  const char *last = json->base + (place[1] < json->end ? place[1] : json->end) - 1;
  while (*last != '"') /* white space lies between the quote and the next piece */
    last--;
  return (struct text){begin, (size_t)(last - begin)};
}

/* False if a backslash may stand between the piece and the next one. */
static inline bool json_is_clear(const struct json *json, json_place place) {
  unsigned in_front = place[1] <= json->first_escape;
  unsigned between = (place[0] >= json->searched) & (place[1] <= json->escape);
  return in_front + between != 0; /* a sum, for compilers make a branch of `or` */
}

/* Is it a string that can be used as it stands? */
static inline bool json_is_raw(const struct json *json, json_place place) {
  return (json->base[*place] == '"') & json_is_clear(json, place);
}

/* The text of a string.  If it has escapes it is decoded into the arena.
 * False if out of memory. */
bool json_text(struct json *json, json_place place, struct arena *arena, struct text *text);

/* The same, decoded into the scratch buffer: valid until the next call. */
bool json_passing_text(struct json *json, json_place place, struct text *text);

/* The bytes of a number, or of true, false and null. */
struct text json_word(const struct json *json, json_place place);

/* False if the number is not finite as a double. */
bool json_number(const struct json *json, json_place place, double *number);

/* The items of the array at `list`, one after the other: false behind the last. */
bool json_first_item(const struct json *json, json_place list, json_place *item);
bool json_next_item(const struct json *json, json_place *item);

#endif

/* json_walk.c - passing objects, as fast as they can be trusted.
 *
 * Most members of most records are alike: a key that was guessed, a colon, and
 * a string without escapes, a short whole number, or a word, with nothing but
 * a comma or brace behind it.  Such a member is passed by a few comparisons at
 * the offsets of its pieces: simdjson has already seen that strings end and
 * that nothing stands between the pieces.  They are made only below
 * json->plain: within the text, before the next escape, and where eight or
 * sixteen bytes can be loaded.  Everything else goes the long way through
 * json.c, which looks at every byte that matters; both ways accept the same.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json.h"

#include "base/words.h"
#include "limits.h"

static bool fail(struct json *json, enum json_error error) {
  json->error = error;
  return false;
}

static bool broken(struct json *json) {
  return fail(json, JSON_BROKEN);
}

/* ---- looks ------------------------------------------------------------------------ */

/* One to eight digits that fill the room up to the next piece; a number of
 * several digits does not begin with 0. */
static inline bool is_plain_number(const char *at, uint32_t room) {
  if (room > 8 || (*at == '0' && room > 1))
    return false;
  uint64_t values = (word_load(at) ^ WORD_OF('0')) << (64 - 8 * room);
  return ((values | (values + WORD_OF(0x76))) & WORD_HIGH) == 0;
}

static inline bool is_plain_word(const char *at, uint32_t room) {
  uint32_t word = (uint32_t)word_load(at);
  return (room == 4 && (memcmp(&word, "true", 4) == 0 || memcmp(&word, "null", 4) == 0)) ||
         (room == 5 && memcmp(&word, "fals", 4) == 0 && at[4] == 'e');
}

/* True if a look shows that the value is a whole string, number or word. */
static inline bool is_plain(const struct json *json, json_place value) {
  if (value[1] >= json->plain)
    return false;
  const char *at = json->base + value[0];
  uint32_t room = value[1] - value[0];
  if (*at == '"')
    return true;
  return (unsigned char)(*at - '0') <= 9 ? is_plain_number(at, room) : is_plain_word(at, room);
}

static inline bool is_plain_key(const struct json *json) {
  json_place p = json->next;
  return p[2] < json->plain && json->base[p[0]] == '"' && json->base[p[1]] == ':';
}

/* ---- skipping ----------------------------------------------------------------------- */

static bool pass_any_key(struct json *json) {
  struct json_name name;
  if (!is_plain_key(json))
    return json_pass_key(json, &name);
  json->next += 2;
  return true;
}

static inline bool pass_scalar(struct json *json) {
  if (!is_plain(json, json->next))
    return json_pass_scalar(json);
  json->next++;
  return true;
}

/* The objects (1) and arrays (0) that a skip is inside of. */
struct nest {
  uint64_t bits[LIMIT_JSON_NESTING / 64 + 1];
  uint32_t depth;
};

static bool push(struct nest *nest, struct json *json, bool object) {
  if (json->depth + nest->depth >= LIMIT_JSON_NESTING)
    return fail(json, JSON_TOO_DEEP);
  uint64_t bit = UINT64_C(1) << (nest->depth & 63), *word = &nest->bits[nest->depth >> 6];
  *word = object ? *word | bit : *word & ~bit;
  nest->depth++;
  return true;
}

static bool in_object(const struct nest *nest) {
  return nest->bits[(nest->depth - 1) >> 6] >> ((nest->depth - 1) & 63) & 1;
}

/* Behind a value: closes what ends here.  False if broken; otherwise either
 * depth is 0 or the cursor is where the next value is expected. */
static bool after_value(struct nest *nest, struct json *json) {
  while (nest->depth > 0) {
    bool object = in_object(nest);
    char c = json_peek(json);
    if (c == ',') {
      json->next++;
      return !object || pass_any_key(json);
    }
    if (c != (object ? '}' : ']'))
      return broken(json);
    json->next++;
    nest->depth--;
  }
  return true;
}

static bool skip_nested(struct json *json) {
  struct nest nest;
  nest.depth = 0;
  do {
    char first = json_peek(json);
    bool object = first == '{';
    if (object || first == '[') {
      if (!push(&nest, json, object))
        return false;
      json->next++;
      if (json_peek(json) != (object ? '}' : ']')) {
        if (object && !pass_any_key(json))
          return false;
        continue;
      }
      json->next++;
      nest.depth--;
    } else if (!pass_scalar(json)) {
      return false;
    }
    if (!after_value(&nest, json))
      return false;
  } while (nest.depth > 0);
  return true;
}

bool json_skip(struct json *json) {
  char first = json_peek(json);
  return first == '{' || first == '[' ? skip_nested(json) : pass_scalar(json);
}

/* ---- collecting ------------------------------------------------------------------------ */

/* An object on the way through it. */
struct visit {
  const struct path_node *node;
  const struct json_wanted *wanted;
  struct json_keys *keys; /* NULL: nothing is remembered */
  uint32_t key;           /* the last one, by its place in `keys`; 0: none */
  uint32_t context;
};

/* Passes a key that was not guessed.  *step is NULL if nobody wants it. */
static bool find_key(struct json *json, struct visit *visit, const struct path_step **step) {
  struct json_name name;
  if (!json_pass_key(json, &name))
    return false;
  if (visit->keys && !name.escaped) {
    uint8_t key = json_keys_find(visit->keys, visit->node, name.raw);
    visit->keys->keys[visit->key].next[visit->context] = key;
    visit->key = key;
    if (key) {
      *step = visit->keys->keys[key].step;
      return true;
    }
  }
  if (!json_decode_key(json, &name))
    return false;
  *step = path_find(visit->node, name.raw);
  visit->key = 0;
  return true;
}

static inline bool pass_key(struct json *json, struct visit *visit, const struct path_step **step) {
  if (visit->keys && is_plain_key(json)) {
    uint32_t guess = visit->keys->keys[visit->key].next[visit->context];
    const struct json_key *key = &visit->keys->keys[guess];
    if (json_key_is(key, json_words_load(json->base + *json->next))) {
      *step = key->step;
      visit->key = guess;
      json->next += 2;
      return true;
    }
  }
  return find_key(json, visit, step);
}

/* Passes what is left of an object that has nothing more to tell. */
static bool skip_members(struct json *json) {
  for (;;) {
    char c = json_peek(json);
    if (c == '}')
      return true;
    if (c != ',')
      return broken(json);
    json->next++;
    if (!pass_any_key(json) || !json_skip(json))
      return false;
  }
}

/* Passes the value of a key that somebody wants, and notes its place. */
static bool pass_wanted(struct json *json, struct visit *visit, const struct path_step *step) {
  const struct json_wanted *wanted = visit->wanted;
  json_place place = json->next;
  if (wanted->places[step->slot])
    return json_skip(json);
  wanted->places[step->slot] = place;
  if (is_plain(json, place)) {
    json->next++;
  } else {
    char first = json_peek(json);
    if (first == '[' && step->slot == wanted->list)
      return wanted->walk(wanted->context, json);
    if (first == '{' && step->child)
      return json_collect(json, step->child, wanted);
    if (!json_skip(json))
      return false;
  }
  if (step->slot != wanted->telling)
    return true;
  visit->context = wanted->turn(wanted->context, json, place);
  return visit->context != JSON_UNWANTED || skip_members(json);
}

bool json_collect(struct json *json, const struct path_node *node,
                  const struct json_wanted *wanted) {
  struct visit visit = {node, wanted, NULL, 0, 0};
  if (node->index < wanted->keys_count)
    visit.keys = &wanted->keys[node->index];
  if (json->depth >= LIMIT_JSON_NESTING)
    return fail(json, JSON_TOO_DEEP);
  json->depth++;
  json->next++;
  if (json_peek(json) == '}')
    json->next++;
  else
    for (char c = ','; c != '}';) {
      const struct path_step *step;
      if (!pass_key(json, &visit, &step) ||
          !(step ? pass_wanted(json, &visit, step) : json_skip(json)))
        return false;
      c = json_peek(json);
      if (c != ',' && c != '}')
        return broken(json);
      json->next++;
    }
  json->depth--;
  return true;
}

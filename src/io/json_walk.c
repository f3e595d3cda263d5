/* json_walk.c - passing objects, as fast as they can be trusted.
 *
 * Most members of most records are alike: a link that was guessed
 * (json_links.h), and as value a string without escapes, a short whole number,
 * or a word, with nothing but a comma or brace behind it.  Such a member is
 * passed by a few comparisons at the offsets of its pieces: simdjson has
 * already seen that strings end and that nothing stands between the pieces.
 * They are made only below json->plain: within the text, before the next
 * escape, and where words can be loaded.  Everything else goes the long way
 * through json.c, which looks at every byte that matters; both ways accept the
 * same.
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
  return (room == 4 && (memcmp(at, "true", 4) == 0 || memcmp(at, "null", 4) == 0)) ||
         (room == 5 && memcmp(at, "false", 5) == 0);
}

/* True if a look shows that the value is a whole string, number or word; the
 * piece behind it is below json->plain. */
static inline bool is_plain(const char *base, json_place value) {
  const char *at = base + value[0];
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
  if (json->next[1] >= json->plain || !is_plain(json->base, json->next))
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
  struct json_links *links; /* NULL: nothing is remembered */
  struct json_link **guess; /* where the link stands that comes next, if it is as before */
  uint16_t chain;
  bool unwanted; /* the rest of the object is */
};

static void begin_visit(struct visit *visit, const struct path_node *node,
                        const struct json_wanted *wanted) {
  bool remembered = node->index < wanted->links_count;
  struct json_links *links = remembered ? &wanted->links[node->index] : NULL;
  *visit = (struct visit){.node = node, .wanted = wanted, .links = links};
  visit->guess = links ? &links->first : NULL;
}

/* Notes the link that stands between two pieces for the next time. */
static void remember(struct visit *visit, const struct json *json, json_place from, json_place to,
                     const struct path_step *step) {
  const char *begin = json->base + *from, *end = json->base + *to;
  bool ends = from == to, string = *end == '"';
  struct json_link link = {.slot = step ? step->slot : PATH_NONE,
                           .span = (uint8_t)(to - from),
                           .kind = ends     ? JSON_LINK_END
                                   : string ? JSON_LINK_STRING
                                            : JSON_LINK_OTHER};
  struct text text = {begin, (size_t)(end - begin) + (ends || string)};
  struct json_link *found = json_links_find(visit->links, text, visit->chain, &link);
  *visit->guess = found;
  visit->guess = &found->next;
}

static void remember_end(struct visit *visit, const struct json *json) {
  if (visit->guess && (*visit->guess)->kind != JSON_LINK_END)
    remember(visit, json, json->next, json->next, NULL);
}

/* Passes the `{` or comma and the key that comes then; *step is NULL if nobody
 * wants it. */
static bool pass_key(struct json *json, struct visit *visit, const struct path_step **step) {
  json_place from = json->next++;
  struct json_name name;
  if (!json_pass_key(json, &name) || !json_decode_key(json, &name))
    return false;
  *step = path_find(visit->node, name.raw);
  if (visit->guess && !name.escaped && *json->next < json->end)
    remember(visit, json, from, json->next, *step);
  else
    visit->guess = NULL;
  return true;
}

/* Calls for a turn when the value that tells was passed. */
static void take_turn(struct json *json, struct visit *visit, json_place place) {
  struct json_turn turn = {.first = visit->guess, .chain = visit->chain};
  visit->wanted->turn(visit->wanted->context, json, place, &turn);
  visit->guess = visit->guess ? turn.first : NULL;
  visit->chain = turn.chain;
  visit->unwanted = turn.unwanted;
}

/* Passes the value of a key that somebody wants, and notes its place. */
static bool pass_wanted(struct json *json, struct visit *visit, const struct path_step *step) {
  const struct json_wanted *wanted = visit->wanted;
  json_place place = json->next;
  char first = json_peek(json);
  if (wanted->places[step->slot])
    return json_skip(json);
  wanted->places[step->slot] = place;
  if (first == '[' && step->slot == wanted->list)
    return wanted->walk(wanted->context, json);
  if (first == '{' && step->child)
    return json_collect(json, step->child, wanted);
  if (!json_skip(json))
    return false;
  if (step->slot == wanted->telling)
    take_turn(json, visit, place);
  return true;
}

/* A member, the long way. */
static bool pass_member(struct json *json, struct visit *visit) {
  const struct path_step *step;
  return pass_key(json, visit, &step) && (step ? pass_wanted(json, visit, step) : json_skip(json));
}

/* Passes members as long as they are as they were guessed: the object's end,
 * too.  False at the first that is not, with the cursor in front of it. */
static bool pass_guessed(struct json *json, struct visit *visit) {
  const struct json_wanted *wanted = visit->wanted;
  const char *base = json->base;
  uint32_t plain = json->plain;
  json_place next = json->next;
  struct json_link **guess = visit->guess;
  bool ended = false;
  while (guess && next[1] < plain) {
    struct json_link *link = *guess;
    json_place value = next + link->span;
    if (!json_link_is(link, base + *next) || value[1] >= plain)
      break;
    if (link->kind != JSON_LINK_STRING) {
      ended = link->kind == JSON_LINK_END;
      if (ended || !is_plain(base, value))
        break;
    }
    next = value + 1;
    guess = &link->next;
    if (link->slot == PATH_NONE || wanted->places[link->slot])
      continue;
    wanted->places[link->slot] = value;
    if (link->slot == wanted->telling) {
      visit->guess = guess;
      take_turn(json, visit, value);
      if (visit->unwanted)
        break;
      guess = visit->guess;
    }
  }
  json->next = next;
  visit->guess = guess;
  return ended;
}

/* Passes what is left of an object that has nothing more to tell. */
static bool pass_rest(struct json *json) {
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

static bool pass_members(struct json *json, struct visit *visit) {
  if (json_peek_at(json, json->next + 1) == '}') {
    json->next++;
    return true;
  }
  json_place begin = json->next;
  while (!pass_guessed(json, visit)) {
    if (visit->unwanted)
      return pass_rest(json);
    char c = json_peek(json);
    if (c == '}') {
      remember_end(visit, json);
      return true;
    }
    if (c != ',' && json->next != begin)
      return broken(json);
    if (!pass_member(json, visit))
      return false;
  }
  return true;
}

bool json_collect(struct json *json, const struct path_node *node,
                  const struct json_wanted *wanted) {
  struct visit visit;
  if (json->depth >= LIMIT_JSON_NESTING)
    return fail(json, JSON_TOO_DEEP);
  json->depth++;
  begin_visit(&visit, node, wanted);
  if (!pass_members(json, &visit))
    return false;
  json->next++; /* the brace */
  json->depth--;
  return true;
}

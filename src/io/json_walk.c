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
#include "io/json_look.h"
#include "limits.h"

static bool fail(struct json *json, enum json_error error) {
  json->error = error;
  return false;
}

static bool broken(struct json *json) {
  return fail(json, JSON_BROKEN);
}

/* ---- skipping ----------------------------------------------------------------------- */

static inline bool is_plain_key(const struct json *json) {
  json_place p = json->next;
  return p[2] < json->plain && json->base[p[0]] == '"' && json->base[p[1]] == ':';
}

static bool pass_any_key(struct json *json) {
  struct json_name name;
  if (!is_plain_key(json))
    return json_pass_key(json, &name);
  json->next += 2;
  return true;
}

static inline bool pass_scalar(struct json *json) {
  if (json->next[1] >= json->plain || !json_is_plain(json->base, json->next))
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
  uint64_t outer = nest->depth & 63 ? *word : 0;
  *word = object ? outer | bit : outer & ~bit;
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
  struct json_turn to;      /* where to go on guessing; next NULL: nowhere */
};

static void begin_visit(struct visit *visit, const struct path_node *node,
                        const struct json_wanted *wanted) {
  bool remembered = node->index < wanted->links_count;
  struct json_links *links = remembered ? &wanted->links[node->index] : NULL;
  *visit = (struct visit){node, wanted, links, {links ? &links->first : NULL, 0, false}};
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
  struct json_link *found = json_links_find(visit->links, text, visit->to.chain, &link);
  *visit->to.next = found;
  visit->to.next = &found->next;
}

static void remember_end(struct visit *visit, const struct json *json) {
  if (visit->to.next && (*visit->to.next)->kind != JSON_LINK_END)
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
  if (visit->to.next && !name.escaped && *json->next < json->end)
    remember(visit, json, from, json->next, *step);
  else
    visit->to.next = NULL;
  return true;
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
    wanted->turn(wanted->context, json, place, &visit->to);
  return true;
}

/* A member, the long way. */
static bool pass_member(struct json *json, struct visit *visit) {
  const struct path_step *step;
  return pass_key(json, visit, &step) && (step ? pass_wanted(json, visit, step) : json_skip(json));
}

enum guess {
  GUESS_MISSED, /* the cursor is in front of something else */
  GUESS_ENDED,  /* the cursor is on the object's brace */
  GUESS_UNWANTED,
  GUESS_BROKEN
};

/* Passes the value behind a link that was as guessed, when a look at it is not
 * enough. */
static __attribute__((noinline)) bool pass_guessed_value(struct json *json,
                                                         const struct json_wanted *wanted,
                                                         const struct json_link *link) {
  if (link->slot == wanted->list && link->slot != PATH_NONE && json_peek(json) == '[' &&
      !wanted->places[link->slot])
    return wanted->walk(wanted->context, json);
  return json_skip(json);
}

/* Passes members as long as they are as they were guessed: the object's end,
 * too. */
static enum guess pass_guessed(struct json *json, struct visit *visit) {
  const struct json_wanted *wanted = visit->wanted;
  const char *base = json->base;
  json_place *places = wanted->places, next = json->next;
  uint32_t plain = json->plain, telling = wanted->telling;
  struct json_link **guess = visit->to.next;
  while (guess) {
    struct json_link *link = *guess;
    json_place value = next + link->span;
    if (value[0] >= plain || !json_link_is(link, base + *next))
      break;
    if (value[1] < plain && (link->kind == JSON_LINK_STRING || json_is_plain(base, value))) {
      next = value + 1;
    } else if (link->kind == JSON_LINK_END) {
      break;
    } else {
      if (base[*value] == '{' && link->slot != PATH_NONE)
        break;
      json->next = value;
      if (!pass_guessed_value(json, wanted, link))
        return GUESS_BROKEN;
      next = json->next;
      plain = json->plain;
    }
    guess = &link->next;
    if (link->slot == PATH_NONE || places[link->slot])
      continue;
    places[link->slot] = value;
    if (link->slot == telling) {
      visit->to.next = guess;
      wanted->turn(wanted->context, json, value, &visit->to);
      guess = visit->to.next;
      if (visit->to.unwanted)
        break;
    }
  }
  visit->to.next = guess;
  json->next = next;
  if (json_peek(json) == '}')
    return GUESS_ENDED;
  return visit->to.unwanted ? GUESS_UNWANTED : GUESS_MISSED;
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

/* Passes the members from the cursor on: it is on the object's brace, which is
 * `begin`, or behind a value: then a brace is one too many. */
static bool pass_members(struct json *json, struct visit *visit, const json_place begin) {
  for (;;) {
    switch (pass_guessed(json, visit)) {
    case GUESS_ENDED: remember_end(visit, json); return true;
    case GUESS_UNWANTED: return pass_rest(json);
    case GUESS_BROKEN: return false;
    case GUESS_MISSED: break;
    }
    if (json->next != begin && json_peek(json) != ',')
      return broken(json);
    if (!pass_member(json, visit))
      return false;
  }
}

static void end_object(struct json *json) {
  json->next++; /* the brace */
  json->depth--;
}

bool json_collect(struct json *json, const struct path_node *node,
                  const struct json_wanted *wanted) {
  struct visit visit;
  if (json->depth >= LIMIT_JSON_NESTING)
    return fail(json, JSON_TOO_DEEP);
  json->depth++;
  begin_visit(&visit, node, wanted);
  if (json_peek_at(json, json->next + 1) == '}')
    json->next++;
  else if (!pass_members(json, &visit, json->next))
    return false;
  end_object(json);
  return true;
}

bool json_collect_rest(struct json *json, const struct path_node *node,
                       const struct json_wanted *wanted) {
  struct visit visit;
  json->depth++;
  if (json_peek(json) != '}') {
    begin_visit(&visit, node, wanted);
    if (visit.links)
      visit.to.next = &visit.links->rest;
    if (!pass_members(json, &visit, NULL))
      return false;
  }
  end_object(json);
  return true;
}

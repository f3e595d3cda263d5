/* json_walk.c - passing objects, as fast as they can be trusted.
 *
 * Most members of most records are plain: a key without escapes, and as value a
 * string without escapes, a short whole number, or a word, with nothing but a
 * comma or brace behind it.  Such a member is passed by a few comparisons at
 * the offsets of its pieces: simdjson has already seen that strings end and
 * that nothing stands between the pieces.  They are made only below
 * json->plain: within the text, before the next escape, and where words can be
 * loaded.  Everything else goes the long way through json.c, which looks at
 * every byte that matters; both ways accept the same.
 *
 * Each key is looked up, and nothing is expected of the order of members or of
 * which are there: objects that are like ones before do not come here
 * (json_shape.h).
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

/* ---- a look -------------------------------------------------------------------------- */

/* Is the key `"key":`, without a blank? */
static inline bool is_plain_key(const char *base, json_place name) {
  return base[name[0]] == '"' && memcmp(base + name[1] - 1, "\":", 2) == 0;
}

/* Is a look at key and value of the member enough? */
static inline bool is_plain_member(const struct json *json, json_place name) {
  return name[3] < json->plain && is_plain_key(json->base, name) &&
         json_is_plain(json->base, name + 2);
}

/* ---- skipping ----------------------------------------------------------------------- */

static bool pass_any_key(struct json *json) {
  struct json_name name;
  if (json->next[2] >= json->plain || !is_plain_key(json->base, json->next))
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

enum member {
  MEMBER_BROKEN,
  MEMBER_ODD, /* not plain: it was not passed */
  MEMBER_PASSED,
  MEMBER_LAST /* passed, and nothing else of the object is wanted */
};

static inline enum member member_of(bool passed) {
  return passed ? MEMBER_PASSED : MEMBER_BROKEN;
}

/* The member that was passed, whose value somebody wants; it may tell what the object is. */
static inline enum member told(const struct json_wanted *wanted, struct json *json,
                               const struct path_step *step, json_place value) {
  bool tells = step->slot == wanted->telling;
  return tells && !wanted->tell(wanted->context, json, value) ? MEMBER_LAST : MEMBER_PASSED;
}

/* Passes the value of a key that somebody wants, and notes its place. */
static enum member pass_wanted(struct json *json, const struct json_wanted *wanted,
                               const struct path_step *step) {
  json_place value = json->next;
  char first = json_peek(json);
  if (wanted->places[step->slot])
    return member_of(json_skip(json));
  wanted->places[step->slot] = value;
  if (first == '[' && step->slot == wanted->list)
    return member_of(wanted->walk(wanted->context, json));
  if (first == '{' && step->child)
    return member_of(json_collect(json, step->child, wanted));
  return json_skip(json) ? told(wanted, json, step, value) : MEMBER_BROKEN;
}

/* Passes the member behind the cursor, the long way. */
static enum member pass_member(struct json *json, const struct path_node *node,
                               const struct json_wanted *wanted) {
  struct json_name name;
  json->next++;
  if (!json_pass_key(json, &name) || !json_decode_key(json, &name))
    return MEMBER_BROKEN;
  struct key key = key_of(name.raw);
  const struct path_step *step = path_find(node, &key);
  return step ? pass_wanted(json, wanted, step) : member_of(json_skip(json));
}

/* Passes the members behind the cursor as long as they are plain. */
static enum member pass_plain_members(struct json *json, const struct path_node *node,
                                      const struct json_wanted *wanted) {
  const char *base = json->base;
  json_place *places = wanted->places, next = json->next;
  enum member member = MEMBER_PASSED;
  do {
    json_place name = next + 1, value = next + 3;
    if (!is_plain_member(json, name)) {
      member = MEMBER_ODD;
      break;
    }
    next = value + 1;
    struct text text = {base + name[0] + 1, name[1] - name[0] - 2};
    if (!(node->marks & path_mark(text.bytes, text.length)))
      continue;
    struct key key = key_of_readable(text);
    const struct path_step *step = path_find(node, &key);
    if (!step || places[step->slot])
      continue;
    places[step->slot] = value;
    member = told(wanted, json, step, value);
  } while (member == MEMBER_PASSED && base[*next] == ',');
  json->next = next;
  return member;
}

/* Passes the members of an object that has nothing more to tell; the cursor is
 * behind one. */
static bool pass_rest(struct json *json) {
  while (json_peek(json) == ',') {
    json_place name = json->next + 1;
    if (is_plain_member(json, name)) {
      json->next = name + 3;
      continue;
    }
    json->next++;
    if (!pass_any_key(json) || !json_skip(json))
      return false;
  }
  return json_peek(json) == '}' || broken(json);
}

/* Passes the members behind the cursor, which is on the object's brace or a comma. */
static bool pass_members(struct json *json, const struct path_node *node,
                         const struct json_wanted *wanted) {
  enum member member;
  do {
    member = pass_plain_members(json, node, wanted);
    if (member == MEMBER_ODD)
      member = pass_member(json, node, wanted);
    if (member == MEMBER_BROKEN)
      return false;
  } while (member == MEMBER_PASSED && json_peek(json) == ',');
  return pass_rest(json);
}

static void end_object(struct json *json) {
  json->next++; /* the brace */
  json->depth--;
}

bool json_collect(struct json *json, const struct path_node *node,
                  const struct json_wanted *wanted) {
  if (json->depth >= LIMIT_JSON_NESTING)
    return fail(json, JSON_TOO_DEEP);
  json->depth++;
  if (json_peek_at(json, json->next + 1) == '}')
    json->next++;
  else if (!pass_members(json, node, wanted))
    return false;
  end_object(json);
  return true;
}

bool json_pass_rest(struct json *json) {
  json->depth++;
  if (!pass_rest(json))
    return false;
  end_object(json);
  return true;
}

bool json_collect_rest(struct json *json, const struct path_node *node,
                       const struct json_wanted *wanted) {
  json->depth++;
  if (json_peek(json) == ',' ? !pass_members(json, node, wanted) : !pass_rest(json))
    return false;
  end_object(json);
  return true;
}

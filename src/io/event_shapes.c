/* event_shapes.c - events as they came before, by type: what of them is where.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/event_shapes.h"

_Static_assert((EVENT_SHAPE_PROBES - JSON_PROBES_FIRST) % JSON_PROBES_AT_ONCE == 0,
               "probes are compared together");

_Static_assert(EVENT_SHAPE_SLOTS == 256, "a slot is a number of eight bits");

void event_shapes_miss(struct event_shapes *shapes, struct event_shape *first) {
  shapes->learns = shapes->count < EVENT_SHAPES;
  if (first) {
    shapes->learns |= first->turn < EVENT_SHAPES_OF_TYPE;
    json_odds_miss(&first->odds);
    if (first->odds.pause > 0)
      first->turn = 0;
  } else if (!shapes->learns && ++shapes->strange == EVENT_SHAPES_STRANGE) {
    memset(shapes->slots, 0, sizeof shapes->slots);
    shapes->count = shapes->strange = 0;
  }
}

/* The place for one more shape of a type, or that of the one which gives way; NULL: none. */
static struct event_shape *make_place(struct event_shapes *shapes, struct type_key key) {
  struct event_shape *same[EVENT_SHAPES_OF_TYPE], **slot = NULL;
  uint32_t next = type_key_slot(key), count = 0;
  for (int tries = 0; tries < EVENT_SHAPE_TRIES && count < EVENT_SHAPES_OF_TYPE; tries++) {
    slot = &shapes->slots[next];
    if (!*slot)
      break;
    if ((*slot)->type == key.bytes && (*slot)->room == key.room)
      same[count++] = *slot;
    next = (next + 1) % EVENT_SHAPE_SLOTS;
  }
  if (count < EVENT_SHAPES_OF_TYPE && !*slot && shapes->count < EVENT_SHAPES) {
    *slot = &shapes->items[shapes->count++];
    (*slot)->odds = (struct json_odds){0};
    (*slot)->turn = EVENT_SHAPES_OF_TYPE;
    return *slot;
  }
  return count > 0 && same[0]->turn < count ? same[same[0]->turn++] : NULL;
}

void event_shapes_add(struct event_shapes *shapes, const struct event_shape *shape,
                      const struct json *json, json_place begin, json_place end, json_place type) {
  if (end[-1] >= json->limit)
    return;
  uint32_t piece = (uint32_t)(type - begin);
  struct event_shape added = *shape;
  added.shape = (struct json_shape){.probes = added.probes, .probe_capacity = EVENT_SHAPE_PROBES};
  if (!json_shape_make(&added.shape, json, begin, end, piece))
    return;
  if (piece > added.shape.opening || (added.kind != KEY_NONE && added.at != added.shape.opening))
    added.shape.opening = 0;
  struct type_key key = type_key_of(json, type);
  struct event_shape *place = make_place(shapes, key);
  if (!place)
    return;
  added.told = piece;
  added.type = key.bytes;
  added.room = key.room;
  added.odds = place->odds;
  added.turn = place->turn;
  *place = added;
  place->shape.probes = place->probes;
  shapes->type = piece;
}

/* event_shapes.c - events as they came before, by type: what of them is where.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/event_shapes.h"

_Static_assert((EVENT_SHAPE_PROBES - JSON_PROBES_FIRST) % JSON_PROBES_AT_ONCE == 0,
               "probes are compared together");

_Static_assert(EVENT_SHAPE_SLOTS == 256, "a slot is a number of eight bits");

/* A free slot that event_shapes_find would come to; EVENT_SHAPE_SLOTS if there is none. */
static uint32_t free_slot(const struct event_shapes *shapes, struct type_key key) {
  uint32_t slot = type_key_slot(key);
  for (int tries = 0; tries < EVENT_SHAPE_TRIES; tries++) {
    if (!shapes->slots[slot])
      return slot;
    slot = (slot + 1) % EVENT_SHAPE_SLOTS;
  }
  return EVENT_SHAPE_SLOTS;
}

void event_shapes_add(struct event_shapes *shapes, const struct event_shape *shape,
                      const struct json *json, json_place begin, json_place end, json_place type) {
  if (end[-1] >= json->limit)
    return;
  struct type_key key = type_key_of(json, type);
  uint32_t slot = free_slot(shapes, key), piece = (uint32_t)(type - begin);
  struct event_shape *added = &shapes->items[shapes->count];
  *added = *shape;
  added->shape = (struct json_shape){.probes = added->probes, .probe_capacity = EVENT_SHAPE_PROBES};
  if (slot == EVENT_SHAPE_SLOTS || !json_shape_make(&added->shape, json, begin, end, piece))
    return;
  added->type = key.bytes;
  added->room = key.room;
  shapes->type = piece;
  shapes->slots[slot] = added;
  shapes->count++;
}

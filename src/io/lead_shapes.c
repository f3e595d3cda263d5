/* lead_shapes.c - leads as they came before, up to their list of events.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead_shapes.h"

_Static_assert((LEAD_SHAPE_PROBES - JSON_PROBES_FIRST) % JSON_PROBES_AT_ONCE == 0,
               "probes are compared together");

void lead_shapes_miss(struct lead_shapes *shapes) {
  json_odds_miss(&shapes->odds);
  if (shapes->odds.pause > 0) /* others are learned meanwhile */
    shapes->count = shapes->last = 0;
}

/* Is the piece a value of the object from `begin` on, and not of an object within? */
static bool is_member(const struct json *json, json_place begin, json_place value) {
  uint32_t depth = 0;
  for (json_place place = begin; place < value; place++) {
    char c = json_peek_at(json, place);
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
  }
  return depth == 1;
}

void lead_shapes_add(struct lead_shapes *shapes, const struct json *json, json_place begin,
                     const json_place *places, uint32_t slot_count, uint32_t list) {
  json_place last = places[list];
  if (shapes->count == LEAD_SHAPES || slot_count > LEAD_SHAPE_SLOTS || !last ||
      json_peek_at(json, last) != '[' || last - begin >= JSON_SHAPE_PIECES ||
      !is_member(json, begin, last))
    return;
  struct lead_shape *shape = &shapes->items[shapes->count];
  shape->shape = (struct json_shape){.probes = shape->probes, .probe_capacity = LEAD_SHAPE_PROBES};
  for (uint32_t slot = 0; slot < slot_count; slot++)
    shape->pieces[slot] =
        places[slot] && places[slot] <= last ? (uint32_t)(places[slot] - begin) : 0;
  if (json_shape_make(&shape->shape, json, begin, last + 1, 0))
    shapes->last = shapes->count++;
}

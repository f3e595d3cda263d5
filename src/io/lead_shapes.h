/* lead_shapes.h - leads as they came before, up to their list of events.
 *
 * Like event_shapes.h, but of leads there is no telling what they are but by
 * trying.  What stands behind the list is passed member by member, for which the list must be a
 * member of the lead itself.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEAD_SHAPES_H
#define BAREME_IO_LEAD_SHAPES_H

#include "io/json_shape.h"

enum { LEAD_SHAPES = 4, LEAD_SHAPE_SLOTS = 32, LEAD_SHAPE_PROBES = 50 };

struct lead_shape {
  struct json_shape shape; /* the last piece is the list's bracket */
  /* By slot: the pieces of the wanted values, and of the list; 0: not in front of it. */
  uint32_t pieces[LEAD_SHAPE_SLOTS];
  struct json_probe probes[LEAD_SHAPE_PROBES];
};

struct lead_shapes {
  uint32_t count, last; /* the one that fitted the last lead */
  struct json_odds odds;
  struct lead_shape items[LEAD_SHAPES];
};

/* Notes that a lead had no shape. */
void lead_shapes_miss(struct lead_shapes *shapes);

/* The shape of the object under the cursor, or NULL. */
static inline const struct lead_shape *lead_shapes_find(struct lead_shapes *shapes,
                                                        struct json *json) {
  uint32_t item = shapes->last;
  if (json_odds_pause(&shapes->odds))
    return NULL;
  for (uint32_t i = 0; i < shapes->count; i++) {
    if (json_shape_fits(&shapes->items[item].shape, json, json->next)) {
      shapes->last = item;
      shapes->odds.hits++;
      return &shapes->items[item];
    }
    item = (item + 1) % shapes->count;
  }
  lead_shapes_miss(shapes);
  return NULL;
}

/* Adds the shape of the object from `begin` on, which was passed with its wanted
 * values in places[0 .. slot_count], the list in that of `list`.  Does nothing
 * if there is no room, no list, or no shape. */
void lead_shapes_add(struct lead_shapes *shapes, const struct json *json, json_place begin,
                     const json_place *places, uint32_t slot_count, uint32_t list);

#endif

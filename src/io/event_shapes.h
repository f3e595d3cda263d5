/* event_shapes.h - events as they came before, by type: what of them is where.
 *
 * Events of one type are written by one program, so they are alike but for
 * their values.  The shape of an event (json_shape.h) is remembered with its
 * kind and with the pieces of the values that are wanted, so that one like it is passed
 * and decoded without looking any key up.  What fits no shape goes the long
 * way, member by member, and leaves its shape here: the fifth of a type in the
 * place of another one.  Types whose events fit too seldom are let pass for a
 * while, and a table that is full of others is begun anew.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_EVENT_SHAPES_H
#define BAREME_IO_EVENT_SHAPES_H

#include "io/json_shape.h"

enum {
  EVENT_SHAPES = 96,
  EVENT_SHAPES_OF_TYPE = 4,
  EVENT_SHAPE_SLOTS = 256,
  EVENT_SHAPE_TRIES = 8, /* slots that are looked at */
  EVENT_SHAPE_FIELDS = 8,
  EVENT_SHAPE_PROBES = 18,
  EVENT_SHAPES_STRANGE = 4096 /* events of types without a shape until a full table is begun anew */
};

enum event_shape_value {
  EVENT_TEXT,  /* that is put as it stands */
  EVENT_LABEL, /* or symbol */
  EVENT_OTHER
};

/* A field of the kind, and the piece of its value. */
struct event_shape_field {
  uint32_t field;
  uint32_t piece;
  uint32_t column; /* only of a lane's: in its space */
  enum event_shape_value value;
};

/* How an event is put that is no more than a lane with texts and labels. */
struct event_lane {
  uint32_t space; /* PROGRAM_NONE: it is more */
  uint32_t id;    /* piece of its identity; 0: it has none */
  uint32_t text;  /* piece of the first text, or of any other string */
  bool has_text;
  uint32_t column; /* of the text: nowhere if it has none */
  uint32_t rest_count;
  struct event_shape_field rest[EVENT_SHAPE_FIELDS]; /* all others */
};

struct event_shape {
  uint64_t type; /* eight bytes of the text from the type on, behind its quote */
  uint32_t room; /* bytes from the type to the next piece */
  uint32_t kind; /* KEY_NONE: not declared, and nothing of it is wanted */
  uint32_t told; /* piece of the type, which an opening holds */
  uint32_t at;   /* pieces; 0: it has none */
  uint32_t id;
  uint32_t field_count;
  struct event_shape_field fields[EVENT_SHAPE_FIELDS];
  struct event_lane lane;
  struct json_shape shape;
  struct json_probe probes[EVENT_SHAPE_PROBES];
  /* Of the first one of its type: how all of them do, and which gives way next:
   * none until there was a pause. */
  struct json_odds odds;
  uint32_t turn;
};

struct event_shapes {
  uint32_t type; /* piece of the type in the last event that was added */
  uint32_t count;
  uint32_t strange; /* events of types without a shape since the table was begun */
  /* Of what event_shapes_find did not find: may it be added, and the first shape
   * of its type, or NULL. */
  bool learns;
  const struct event_shape *like;
  struct event_shape *slots[EVENT_SHAPE_SLOTS]; /* open addressing */
  struct event_shape items[EVENT_SHAPES];
};

/* What tells types apart.  Bytes behind a short type are the same for all
 * events of a shape: they stand before the next value. */
struct type_key {
  uint64_t bytes;
  uint32_t room;
};

static inline struct type_key type_key_of(const struct json *json, json_place type) {
  return (struct type_key){word_load(json->base + type[0] + 1), type[1] - type[0]};
}

static inline uint32_t type_key_slot(struct type_key key) {
  return (uint32_t)((key.bytes ^ key.room) * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

/* Notes that an event had no shape; `first` is the first shape of its type, or NULL. */
void event_shapes_miss(struct event_shapes *shapes, struct event_shape *first);

/* The shape of the object of these pieces, or NULL. */
static inline const struct event_shape *event_shapes_find(struct event_shapes *shapes,
                                                          struct json *json, json_place pieces) {
  json_place type = pieces + shapes->type;
  shapes->learns = false;
  shapes->like = NULL;
  if (type[1] >= json->limit)
    return NULL;
  struct type_key key = type_key_of(json, type);
  uint32_t slot = type_key_slot(key);
  struct event_shape *shape, *first = NULL;
  for (int tries = 0; (shape = shapes->slots[slot]) && tries < EVENT_SHAPE_TRIES; tries++) {
    if (shape->type == key.bytes && shape->room == key.room) {
      shapes->like = first = first ? first : shape;
      if (first == shape && json_odds_pause(&first->odds))
        return NULL;
      if (json_shape_fits(&shape->shape, json, pieces)) {
        first->odds.hits++;
        return shape;
      }
    }
    slot = (slot + 1) % EVENT_SHAPE_SLOTS;
  }
  event_shapes_miss(shapes, first);
  return NULL;
}

/* Adds what `shape` has but for type, room and shape: those of the object from
 * `begin` to before `end`, whose type is `type`.  Does nothing if there is no
 * room, or the object has no shape. */
void event_shapes_add(struct event_shapes *shapes, const struct event_shape *shape,
                      const struct json *json, json_place begin, json_place end, json_place type);

#endif

/* path.h - which keys of an object lead to something that somebody wants.
 *
 * Dotted paths become a tree of key tables: `company.size` is the step `size`
 * in the node of `company`.  Each step has a slot, a number by which its value
 * is remembered; the same path gives the same slot.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_PATH_H
#define BAREME_IO_PATH_H

#include "intake/key.h"

#define PATH_NONE UINT32_MAX

struct path_node;

struct path_step {
  struct path_step *next; /* of the same node, in order of addition */
  struct text name;
  uint32_t slot;
  struct path_node *child; /* the steps behind it; NULL: none */
};

struct path_node {
  struct path_node *next; /* all nodes of the tree */
  struct path_step *first, *last;
  uint32_t step_count;
  struct key_table table; /* to the place in `steps` */
  uint64_t marks;         /* of the names: see path_mark */
  struct path_step **steps;
};

struct paths {
  struct arena *arena;
  struct path_node *root; /* the newest node; the root is the last of the list */
  struct path_node *nodes;
  uint32_t slot_count;
};

/* False if out of memory, as for the rest. */
bool paths_init(struct paths *paths, struct arena *arena);

/* Adds a path, whose bytes must live as long. */
bool paths_add(struct paths *paths, struct text path, uint32_t *slot);

/* Makes the tables, when all paths are there. */
bool paths_finish(struct paths *paths);

/* One of 64 bits, by the length and first two bytes of a name, which is followed
 * by `":`.  Most keys of a record are nobody's, and most of these have a bit
 * that no step has. */
static inline uint64_t path_mark(const char *name, size_t length) {
  uint16_t first;
  memcpy(&first, name, sizeof first);
  return UINT64_C(1) << ((first + ((uint32_t)length << 16)) * UINT32_C(0x9e3779b9) >> 26);
}

static inline const struct path_step *path_find(const struct path_node *node,
                                                const struct key *key) {
  uint32_t place = key_look_up(&node->table, key);
  return place == KEY_NONE ? NULL : node->steps[place];
}

#endif

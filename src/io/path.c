/* path.c - which keys of an object lead to something that somebody wants.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/path.h"

#include <string.h>

static struct path_node *new_node(struct paths *paths) {
  struct path_node *node = arena_alloc(paths->arena, sizeof *node);
  if (!node)
    return NULL;
  node->next = paths->nodes;
  paths->nodes = node;
  return node;
}

bool paths_init(struct paths *paths, struct arena *arena) {
  *paths = (struct paths){.arena = arena};
  paths->root = new_node(paths);
  return paths->root != NULL;
}

/* The step of that name, new if there is none yet. */
static struct path_step *step_of(struct paths *paths, struct path_node *node, struct text name) {
  for (struct path_step *step = node->first; step; step = step->next)
    if (text_equal(step->name, name))
      return step;
  struct path_step *step = arena_alloc(paths->arena, sizeof *step);
  if (!step)
    return NULL;
  step->name = name;
  step->slot = paths->slot_count++;
  if (node->last)
    node->last->next = step;
  else
    node->first = step;
  node->last = step;
  node->step_count++;
  return step;
}

bool paths_add(struct paths *paths, struct text path, uint32_t *slot) {
  struct path_node *node = paths->root;
  for (;;) {
    const char *dot = path.length ? memchr(path.bytes, '.', path.length) : NULL;
    size_t length = dot ? (size_t)(dot - path.bytes) : path.length;
    struct path_step *step = step_of(paths, node, (struct text){path.bytes, length});
    if (!step)
      return false;
    *slot = step->slot;
    if (!dot)
      return true;
    if (!step->child && !(step->child = new_node(paths)))
      return false;
    node = step->child;
    path = (struct text){dot + 1, path.length - length - 1};
  }
}

static uint64_t mark_of(struct text name) {
  char bytes[4];
  size_t size = name.length < 2 ? name.length : 2;
  memcpy(bytes, name.bytes, size);
  memcpy(bytes + size, "\":", 2);
  return path_mark(bytes, name.length);
}

bool paths_finish(struct paths *paths) {
  for (struct path_node *node = paths->nodes; node; node = node->next) {
    node->steps = arena_array(paths->arena, node->step_count, sizeof(struct path_step *));
    if (!node->steps || !key_table_init(&node->table, paths->arena, node->step_count))
      return false;
    uint32_t place = 0;
    for (struct path_step *step = node->first; step; step = step->next) {
      key_table_add(&node->table, step->name, place);
      node->marks |= mark_of(step->name);
      node->steps[place++] = step;
    }
  }
  return true;
}

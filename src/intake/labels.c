/* labels.c - labels by their text, ignoring case.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/labels.h"

#include "base/unicode.h"

static bool make_table(struct arena *arena, const struct program_labels *set,
                       struct label_table *table) {
  uint32_t size = 4;
  while (size < set->count * 2 && size < UINT32_MAX / 2)
    size *= 2;
  table->labels = set->labels;
  table->mask = size - 1;
  table->slots = arena_array(arena, size, sizeof *table->slots);
  if (!table->slots)
    return false;
  for (uint32_t i = 0; i < set->count; i++) {
    uint32_t slot = (uint32_t)text_hash_folded(set->labels[i], 0) & table->mask;
    while (table->slots[slot])
      slot = (slot + 1) & table->mask;
    table->slots[slot] = i + 1;
  }
  return true;
}

struct label_table *labels_make(const struct program *program, struct arena *arena) {
  struct label_table *tables = arena_array(arena, program->labels_count + 1u, sizeof *tables);
  for (uint32_t i = 0; tables && i < program->labels_count; i++)
    if (!make_table(arena, &program->labels[i], &tables[i]))
      return NULL;
  return tables;
}

uint32_t label_find(const struct label_table *table, struct text text) {
  uint32_t slot = (uint32_t)text_hash_folded(text, 0) & table->mask;
  for (; table->slots[slot]; slot = (slot + 1) & table->mask)
    if (text_equal_folded(table->labels[table->slots[slot] - 1], text))
      return table->slots[slot] - 1;
  return PROGRAM_NONE;
}

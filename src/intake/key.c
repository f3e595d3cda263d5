/* key.c - building tables of keys.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/key.h"

bool key_table_init(struct key_table *table, struct arena *arena, size_t count) {
  size_t size = 8;
  while (size < count * 8 && size < UINT32_MAX / 2)
    size *= 2;
  table->entries = arena_array(arena, size, sizeof *table->entries);
  table->mask = (uint32_t)(size - 1);
  return table->entries != NULL;
}

void key_table_add(struct key_table *table, struct text text, uint32_t value) {
  if (!text.bytes)
    text.bytes = "";
  struct key key = key_of(text);
  uint32_t slot = key_hash(&key) & table->mask;
  for (; table->entries[slot].key.text.bytes; slot = (slot + 1) & table->mask)
    if (key_equal(&table->entries[slot].key, &key))
      return;
  table->entries[slot] = (struct key_entry){key, value};
}

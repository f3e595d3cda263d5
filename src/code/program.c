/* program.c - what a program needs beside its tables: look-up of texts.
 *
 * A set of texts is asked millions of times, mostly for texts that are not in
 * it.  A mask of lengths answers most of those; an open-addressed table, at
 * most half full, the rest.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/program.h"

#include "base/unicode.h"
#include "base/words.h"

const struct opcode_info opcode_infos[OPCODE_COUNT] = {
#define OP(name, shape, synopsis, prose) {#name, shape, synopsis, prose},
#include "code/opcodes.def"
#undef OP
};

static uint64_t length_bit(size_t length) {
  return UINT64_C(1) << (length < 63 ? length : 63);
}

static void note_item(struct text_set *set, struct text item) {
  set->lengths |= length_bit(item.length);
  if (item.length == 0) {
    set->has_empty = true;
    return;
  }
  unsigned char first = (unsigned char)item.bytes[0];
  set->first[first >> 6] |= UINT64_C(1) << (first & 63);
}

/* How many steps a set's items may take to find their places, for each of them:
 * by chance it is about one and a half. */
enum { STEPS_MOST = 64 };

/* Room for 16 times the items, 32 KiB at most: one in 16 of the texts that are not
 * in the set meets an item. */
enum { HEADS_EACH = 16, HEADS_ITEMS_MOST = 1024 };

static uint64_t word_at(struct text text, size_t at) {
  size_t left = text.length > at ? text.length - at : 0;
  return left >= 8 ? word_load(text.bytes + at) : left ? word_load_part(text.bytes + at, left) : 0;
}

static bool make_heads(struct arena *arena, struct text_set *set) {
  size_t size = 64;
  if (set->count == 0 || set->count > HEADS_ITEMS_MOST)
    return true;
  while (size < (size_t)set->count * HEADS_EACH)
    size *= 2;
  uint16_t *heads = arena_array(arena, size, sizeof *heads);
  if (!heads)
    return false;
  set->head_mask = (uint32_t)(size - 1);
  for (uint32_t i = set->count; i-- > 0;) {
    const struct text item = set->items[i];
    heads[text_set_head(set, word_at(item, 0), word_at(item, 8), item.length)] = (uint16_t)(i + 1);
  }
  set->heads = heads;
  return true;
}

static enum program_finished finish_set(struct arena *arena, struct text_set *set) {
  size_t size = 2, steps = 0;
  while (size < (size_t)set->count * 2)
    size *= 2;
  uint32_t *slots = arena_array(arena, size, sizeof *slots);
  if (!slots || !make_heads(arena, set))
    return PROGRAM_NO_MEMORY;
  set->slot_mask = (uint32_t)(size - 1);
  for (uint32_t i = 0; i < set->count; i++) {
    note_item(set, set->items[i]);
    uint32_t slot = (uint32_t)text_hash(set->items[i], 0) & set->slot_mask;
    for (; slots[slot] && !text_equal(set->items[slots[slot] - 1], set->items[i]); steps++)
      slot = (slot + 1) & set->slot_mask;
    if (!slots[slot]) /* of two that are the same the first counts */
      slots[slot] = i + 1;
    if (steps / STEPS_MOST > (size_t)set->count + STEPS_MOST)
      return PROGRAM_CROWDED;
  }
  set->slots = slots;
  return PROGRAM_FINISHED;
}

enum program_finished program_finish(struct program *program) {
  enum program_finished result = PROGRAM_FINISHED;
  for (uint32_t i = 0; i < program->text_set_count && result == PROGRAM_FINISHED; i++)
    result = finish_set(&program->arena, &program->text_sets[i]);
  return result;
}

struct program *program_new(const struct memory *memory) {
  struct arena arena;
  arena_init(&arena, memory);
  struct program *program = arena_alloc(&arena, sizeof *program);
  if (!program) {
    arena_clear(&arena);
    return NULL;
  }
  program->arena = arena;
  return program;
}

void program_free(struct program *program) {
  if (!program)
    return;
  struct arena arena = program->arena; /* the program lies in it */
  arena_clear(&arena);
}

uint32_t symbol_of(const struct text_set *set, struct text text) {
  uint32_t slot = (uint32_t)text_hash_folded(text, 0) & set->slot_mask;
  for (; set->slots[slot]; slot = (slot + 1) & set->slot_mask)
    if (text_equal_folded(set->items[set->slots[slot] - 1], text))
      return set->slots[slot] - 1;
  return set->count;
}

bool text_set_has(const struct text_set *set, struct text text) {
  if (!(set->lengths & length_bit(text.length)))
    return false;
  if (text.length) {
    unsigned char first = (unsigned char)text.bytes[0];
    if (!(set->first[first >> 6] >> (first & 63) & 1))
      return false;
  }
  for (uint32_t slot = (uint32_t)text_hash(text, 0) & set->slot_mask; set->slots[slot];
       slot = (slot + 1) & set->slot_mask)
    if (text_equal(set->items[set->slots[slot] - 1], text))
      return true;
  return false;
}

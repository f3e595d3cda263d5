/* builder.c - a column of Arrow while it grows, value by value.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/builder.h"

#include <string.h>

/* ---- dictionaries ---------------------------------------------------------------- */

struct dictionary {
  struct memory memory;
  size_t size; /* of the block: this, offsets, texts */
  uint32_t references;
  uint32_t count;
  int32_t offsets[];
};

static const char *dictionary_bytes(const struct dictionary *dictionary) {
  return (const char *)(dictionary->offsets + dictionary->count + 1);
}

struct dictionary *dictionary_new(const struct memory *memory, const struct text *texts,
                                  uint32_t count) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < count; i++)
    bytes += texts[i].length;
  if (bytes > INT32_MAX)
    return NULL;
  size_t size = sizeof(struct dictionary) + ((size_t)count + 1) * sizeof(int32_t) + bytes;
  struct dictionary *made = memory_alloc(memory, size, 1);
  if (!made)
    return NULL;
  *made = (struct dictionary){.memory = *memory, .size = size, .references = 1, .count = count};
  char *out = (char *)(made->offsets + count + 1);
  int32_t used = 0;
  for (uint32_t i = 0; i < count; i++) {
    made->offsets[i] = used;
    if (texts[i].length)
      memcpy(out + used, texts[i].bytes, texts[i].length);
    used += (int32_t)texts[i].length;
  }
  made->offsets[count] = used;
  return made;
}

void dictionary_hold(struct dictionary *dictionary) {
  __atomic_add_fetch(&dictionary->references, 1, __ATOMIC_RELAXED);
}

void dictionary_drop(struct dictionary *dictionary) {
  if (!dictionary || __atomic_sub_fetch(&dictionary->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  struct memory memory = dictionary->memory;
  memory_free(&memory, dictionary, dictionary->size, 1);
}

/* ---- beginning and end --------------------------------------------------------------- */

void builder_init(struct builder *builder, const struct memory *memory, const char *name,
                  const char *format) {
  *builder = (struct builder){.memory = *memory, .name = name, .format = format};
}

bool builder_children(struct builder *builder, struct arena *arena, uint32_t count) {
  builder->children = arena_array(arena, count, sizeof *builder->children);
  builder->child_count = builder->children ? count : 0;
  return builder->children != NULL;
}

void builder_encode(struct builder *builder, struct dictionary *dictionary) {
  builder->format = "i";
  builder->dictionary = dictionary;
  dictionary_hold(dictionary);
}

static void growth_clear(struct growth *growth, const struct memory *memory) {
  memory_free(memory, growth->bytes, growth->capacity, 1);
  *growth = (struct growth){0};
}

static void forget(struct builder *builder) {
  growth_clear(&builder->known, &builder->memory);
  growth_clear(&builder->values, &builder->memory);
  growth_clear(&builder->bytes, &builder->memory);
  builder->length = builder->nulls = 0;
  builder->out_of_memory = false;
}

static void forget_all(struct builder *builder) {
  forget(builder);
  for (uint32_t i = 0; i < builder->child_count; i++)
    forget_all(&builder->children[i]);
}

void builder_clear(struct builder *builder) {
  forget(builder);
  dictionary_drop(builder->dictionary);
  for (uint32_t i = 0; i < builder->child_count; i++)
    builder_clear(&builder->children[i]);
  *builder = (struct builder){0};
}

/* ---- values -------------------------------------------------------------------------------- */

/* Room for some bytes more; NULL if out of memory. */
static void *grow(struct builder *builder, struct growth *growth, size_t size) {
  if (growth->capacity - growth->used < size &&
      !memory_reserve(&builder->memory, &growth->bytes, &growth->capacity, growth->used + size,
                      1)) {
    builder->out_of_memory = true;
    return NULL;
  }
  void *room = (char *)growth->bytes + growth->used;
  growth->used += size;
  return room;
}

static void append(struct builder *builder, struct growth *growth, const void *bytes, size_t size) {
  void *room = size ? grow(builder, growth, size) : NULL;
  if (room)
    memcpy(room, bytes, size);
}

static void append_bit(struct builder *builder, struct growth *growth, bool set) {
  static const uint8_t none = 0;
  if (builder->length % 8 == 0)
    append(builder, growth, &none, 1);
  if (set && !builder->out_of_memory)
    ((uint8_t *)growth->bytes)[growth->used - 1] |= (uint8_t)(1u << (builder->length % 8));
}

static void end_value(struct builder *builder, bool known) {
  append_bit(builder, &builder->known, known);
  builder->nulls += !known;
  builder->length++;
}

static bool is_bool(const struct builder *builder) {
  return builder->format[0] == 'b';
}

/* Bytes of a value: 0 for structs and bits; of texts and lists, of an offset. */
static size_t value_width(const struct builder *builder) {
  switch (builder->format[0]) {
  case 'g':
  case 't': return 8;
  case 'i':
  case 'u': return 4;
  case '+': return builder->format[1] == 'l' ? 4 : 0;
  default: return 0;
  }
}

static bool has_offsets(const struct builder *builder) {
  return builder->format[0] == 'u' || (builder->format[0] == '+' && builder->format[1] == 'l');
}

/* Where the next value begins, of columns with offsets. */
static void append_offset(struct builder *builder, size_t end) {
  static const int32_t first = 0;
  int32_t offset = (int32_t)end;
  if (end > INT32_MAX)
    builder->out_of_memory = true;
  if (builder->length == 0 && builder->values.used == 0)
    append(builder, &builder->values, &first, sizeof first);
  append(builder, &builder->values, &offset, sizeof offset);
}

void builder_null(struct builder *builder) {
  static const uint64_t none = 0;
  if (is_bool(builder))
    append_bit(builder, &builder->values, false);
  else if (!has_offsets(builder))
    append(builder, &builder->values, &none, value_width(builder));
  else if (builder->children)
    append_offset(builder, (size_t)builder->children[0].length);
  else
    append_offset(builder, builder->bytes.used);
  if (builder->format[0] == '+' && builder->format[1] == 's')
    for (uint32_t i = 0; i < builder->child_count; i++)
      builder_null(&builder->children[i]);
  end_value(builder, false);
}

void builder_number(struct builder *builder, double number) {
  append(builder, &builder->values, &number, sizeof number);
  end_value(builder, true);
}

void builder_micros(struct builder *builder, int64_t micros) {
  append(builder, &builder->values, &micros, sizeof micros);
  end_value(builder, true);
}

void builder_int(struct builder *builder, int32_t number) {
  append(builder, &builder->values, &number, sizeof number);
  end_value(builder, true);
}

void builder_bool(struct builder *builder, bool value) {
  append_bit(builder, &builder->values, value);
  end_value(builder, true);
}

void builder_text(struct builder *builder, struct text text) {
  append(builder, &builder->bytes, text.bytes, text.length);
  append_offset(builder, builder->bytes.used);
  end_value(builder, true);
}

void builder_struct(struct builder *builder) {
  end_value(builder, true);
}

void builder_list(struct builder *builder) {
  append_offset(builder, (size_t)builder->children[0].length);
  end_value(builder, true);
}

/* ---- schemas -------------------------------------------------------------------------------- */

/* What a released schema gives back: one block, with the name behind the rest. */
struct schema_block {
  struct memory memory;
  size_t size;
  struct ArrowSchema *children, *dictionary; /* NULL: none */
  struct ArrowSchema **pointers;
};

static void release_schema(struct ArrowSchema *schema) {
  struct schema_block *block = schema->private_data;
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release)
      schema->children[i]->release(schema->children[i]);
  if (schema->dictionary && schema->dictionary->release)
    schema->dictionary->release(schema->dictionary);
  struct memory memory = block->memory;
  size_t count = (size_t)schema->n_children;
  memory_free(&memory, block->children, count, sizeof *block->children);
  memory_free(&memory, block->pointers, count, sizeof *block->pointers);
  memory_free(&memory, block->dictionary, 1, sizeof *block->dictionary);
  memory_free(&memory, block, block->size, 1);
  schema->release = NULL;
}

/* A schema without children and dictionary. */
static bool schema_init(struct ArrowSchema *schema, const struct memory *memory, const char *name,
                        const char *format) {
  size_t length = text_from(name).length, size = sizeof(struct schema_block) + length + 1;
  struct schema_block *block = memory_zeroed(memory, size, 1);
  *schema = (struct ArrowSchema){0};
  if (!block)
    return false;
  block->memory = *memory;
  block->size = size;
  char *copy = (char *)(block + 1);
  memcpy(copy, name, length + 1);
  *schema = (struct ArrowSchema){.format = format,
                                 .name = copy,
                                 .flags = ARROW_FLAG_NULLABLE,
                                 .release = release_schema,
                                 .private_data = block};
  return true;
}

static bool schema_dictionary(struct ArrowSchema *schema, const struct memory *memory) {
  struct schema_block *block = schema->private_data;
  block->dictionary = memory_zeroed(memory, 1, sizeof *block->dictionary);
  if (!block->dictionary || !schema_init(block->dictionary, memory, "", "u"))
    return false;
  schema->dictionary = block->dictionary;
  return true;
}

/* Room for children, and for what Arrow has instead of them: their addresses. */
static bool make_children(const struct memory *memory, size_t count, size_t size, void **children,
                          void **pointers) {
  *children = memory_zeroed(memory, count, size);
  *pointers = memory_zeroed(memory, count, sizeof(void *));
  if (*children && *pointers)
    return true;
  memory_free(memory, *children, count, size);
  memory_free(memory, *pointers, count, sizeof(void *));
  return false;
}

static bool schema_children(const struct builder *builder, struct ArrowSchema *schema) {
  void *children, *pointers;
  struct schema_block *block = schema->private_data;
  size_t count = builder->child_count;
  if (count == 0)
    return true;
  if (!make_children(&builder->memory, count, sizeof *block->children, &children, &pointers))
    return false;
  block->children = children;
  block->pointers = pointers;
  for (size_t i = 0; i < count; i++)
    block->pointers[i] = &block->children[i];
  schema->children = block->pointers;
  schema->n_children = (int64_t)count;
  for (size_t i = 0; i < count; i++)
    if (!builder_schema(&builder->children[i], schema->children[i]))
      return false;
  return true;
}

bool builder_schema(const struct builder *builder, struct ArrowSchema *schema) {
  if (!schema_init(schema, &builder->memory, builder->name, builder->format))
    return false;
  bool made = (!builder->dictionary || schema_dictionary(schema, &builder->memory)) &&
              schema_children(builder, schema);
  if (!made)
    release_schema(schema);
  return made;
}

/* ---- arrays ------------------------------------------------------------------------------------
 */

/* What a released array gives back. */
struct array_block {
  struct memory memory;
  struct growth own[3];
  struct dictionary *shared; /* of a dictionary's array */
  struct ArrowArray *children, *dictionary;
  struct ArrowArray **pointers;
  const void *buffers[3];
};

static void release_array(struct ArrowArray *array) {
  struct array_block *block = array->private_data;
  struct memory memory = block->memory;
  size_t count = (size_t)array->n_children;
  for (size_t i = 0; i < count; i++)
    if (array->children[i]->release)
      array->children[i]->release(array->children[i]);
  if (array->dictionary && array->dictionary->release)
    array->dictionary->release(array->dictionary);
  for (size_t i = 0; i < 3; i++)
    growth_clear(&block->own[i], &memory);
  dictionary_drop(block->shared);
  memory_free(&memory, block->children, count, sizeof *block->children);
  memory_free(&memory, block->pointers, count, sizeof *block->pointers);
  memory_free(&memory, block->dictionary, 1, sizeof *block->dictionary);
  memory_free(&memory, block, 1, sizeof *block);
  array->release = NULL;
}

static bool array_init(struct ArrowArray *array, const struct memory *memory, int64_t length,
                       int64_t nulls, int64_t buffers) {
  struct array_block *block = memory_zeroed(memory, 1, sizeof *block);
  *array = (struct ArrowArray){0};
  if (!block)
    return false;
  block->memory = *memory;
  *array = (struct ArrowArray){.length = length,
                               .null_count = nulls,
                               .n_buffers = buffers,
                               .buffers = block->buffers,
                               .release = release_array,
                               .private_data = block};
  return true;
}

/* Buffers of no bytes have an address all the same: readers like that better. */
static const uint64_t nothing[1];

static void give_buffer(struct array_block *block, size_t index, struct growth *growth) {
  block->own[index] = *growth;
  block->buffers[index] = growth->bytes ? growth->bytes : nothing;
  *growth = (struct growth){0};
}

static bool take_dictionary(struct ArrowArray *array, struct dictionary *dictionary,
                            const struct memory *memory) {
  struct array_block *block = array->private_data;
  block->dictionary = memory_zeroed(memory, 1, sizeof *block->dictionary);
  if (!block->dictionary || !array_init(block->dictionary, memory, dictionary->count, 0, 3))
    return false;
  struct array_block *texts = block->dictionary->private_data;
  dictionary_hold(dictionary);
  texts->shared = dictionary;
  texts->buffers[1] = dictionary->offsets;
  texts->buffers[2] = dictionary_bytes(dictionary);
  array->dictionary = block->dictionary;
  return true;
}

static bool take(struct builder *builder, struct ArrowArray *array);

static bool take_children(struct builder *builder, struct ArrowArray *array) {
  void *children, *pointers;
  struct array_block *block = array->private_data;
  size_t count = builder->child_count;
  if (count == 0)
    return true;
  if (!make_children(&builder->memory, count, sizeof *block->children, &children, &pointers))
    return false;
  block->children = children;
  block->pointers = pointers;
  for (size_t i = 0; i < count; i++)
    block->pointers[i] = &block->children[i];
  array->children = block->pointers;
  array->n_children = (int64_t)count;
  for (size_t i = 0; i < count; i++)
    if (!take(&builder->children[i], array->children[i]))
      return false;
  return true;
}

static bool take(struct builder *builder, struct ArrowArray *array) {
  static const int32_t first = 0;
  bool texts = builder->format[0] == 'u';
  bool is_struct = builder->format[0] == '+' && builder->format[1] == 's';
  if (has_offsets(builder) && builder->length == 0)
    append(builder, &builder->values, &first, sizeof first);
  if (builder->out_of_memory ||
      !array_init(array, &builder->memory, builder->length, builder->nulls,
                  is_struct ? 1
                  : texts   ? 3
                            : 2))
    return false;
  struct array_block *block = array->private_data;
  if (builder->nulls > 0)
    give_buffer(block, 0, &builder->known);
  if (!is_struct)
    give_buffer(block, 1, &builder->values);
  if (texts)
    give_buffer(block, 2, &builder->bytes);
  bool taken =
      (!builder->dictionary || take_dictionary(array, builder->dictionary, &builder->memory)) &&
      take_children(builder, array);
  if (!taken)
    release_array(array);
  return taken;
}

bool builder_take(struct builder *builder, struct ArrowArray *array) {
  bool taken = take(builder, array);
  forget_all(builder);
  return taken;
}

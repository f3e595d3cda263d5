/* vocabulary.c - texts that are counted, in one block with their bytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/vocabulary.h"

#include <assert.h>
#include <string.h>

struct vocabulary *vocabulary_new(const struct memory *memory, const struct text *texts,
                                  uint32_t count) {
  assert(count <= VOCABULARY_MOST);
  const size_t head = sizeof(struct vocabulary) + count * sizeof(struct text);
  size_t bytes = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (texts[i].length > SIZE_MAX / 2 - head - bytes)
      return NULL;
    bytes += texts[i].length;
  }
  struct vocabulary *made = memory_alloc(memory, head + bytes, 1);
  if (!made)
    return NULL;
  struct text *own = (struct text *)(void *)(made + 1);
  char *next = (char *)(own + count);
  for (uint32_t i = 0; i < count; i++) {
    own[i] = (struct text){next, texts[i].length};
    if (texts[i].length)
      memcpy(next, texts[i].bytes, texts[i].length);
    next += texts[i].length;
  }
  *made = (struct vocabulary){
      .count = count, .texts = own, .memory = *memory, .size = head + bytes, .holders = 1};
  return made;
}

struct vocabulary *vocabulary_hold(struct vocabulary *vocabulary) {
  if (vocabulary)
    __atomic_add_fetch(&vocabulary->holders, 1, __ATOMIC_RELAXED);
  return vocabulary;
}

void vocabulary_drop(struct vocabulary *vocabulary) {
  if (!vocabulary || __atomic_sub_fetch(&vocabulary->holders, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  struct memory memory = vocabulary->memory;
  memory_free(&memory, vocabulary, vocabulary->size, 1);
}

bool vocabulary_is(const struct vocabulary *vocabulary, const struct text *texts, uint32_t count) {
  if (vocabulary->count != count)
    return false;
  for (uint32_t i = 0; i < count; i++)
    if (!text_equal(vocabulary->texts[i], texts[i]))
      return false;
  return true;
}

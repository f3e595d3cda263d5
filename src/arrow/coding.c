/* coding.c - looking through dictionaries.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/coding.h"

static bool make_room(struct coding *coding, const struct memory *memory, size_t count) {
  void *status = coding->status, *label = coding->label, *texts = coding->texts;
  bool made = memory_reserve(memory, &status, &coding->status_room, count, sizeof *coding->status);
  coding->status = status;
  made = made && memory_reserve(memory, &label, &coding->label_room, count, sizeof *coding->label);
  coding->label = label;
  made = made && memory_reserve(memory, &texts, &coding->text_room, count, sizeof *coding->texts);
  coding->texts = texts;
  return made;
}

static void read_entry(struct coding *coding, uint32_t index) {
  struct text text = {NULL, 0};
  enum arrow_status status = source_entry(coding->source, index, &text);
  uint32_t label = 0;
  if (status != VALUE_FOUND)
    text = (struct text){NULL, 0};
  else if (coding->symbols)
    label = symbol_of(coding->symbols, text);
  else if (coding->labels)
    label = label_find(coding->labels, text);
  else if (coding->kinds)
    label = key_find(coding->kinds, text);
  if (coding->labels && label == PROGRAM_NONE)
    status = VALUE_WRONG;
  coding->status[index] = (uint8_t)status;
  coding->label[index] = label;
  coding->texts[index] = text;
}

/* Keeps the vocabulary that there is if it has these texts. */
static bool make_vocabulary(struct coding *coding, const struct memory *memory, uint32_t count) {
  if (coding->vocabulary && vocabulary_is(coding->vocabulary, coding->texts, count))
    return true;
  vocabulary_drop(coding->vocabulary);
  coding->vocabulary = vocabulary_new(memory, coding->texts, count);
  return coding->vocabulary != NULL;
}

bool coding_read(struct coding *coding, const struct memory *memory, int64_t rows) {
  const struct source *source = coding->source;
  coding->ready = false;
  if (!source->encoded || !arrow_is_text(source->type.kind) || source->dictionary.count > rows ||
      source->dictionary.count > VOCABULARY_MOST || source->dictionary.count == 0)
    return true;
  const uint32_t count = (uint32_t)source->dictionary.count;
  if (!make_room(coding, memory, count))
    return false;
  for (uint32_t index = 0; index < count; index++)
    read_entry(coding, index);
  coding->ready = !coding_is_text(coding) || make_vocabulary(coding, memory, count);
  return coding->ready;
}

void coding_clear(struct coding *coding, const struct memory *memory) {
  vocabulary_drop(coding->vocabulary);
  memory_free(memory, coding->status, coding->status_room, sizeof *coding->status);
  memory_free(memory, coding->label, coding->label_room, sizeof *coding->label);
  memory_free(memory, coding->texts, coding->text_room, sizeof *coding->texts);
}

/* label.h - labels and symbols of fields, from their texts in JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LABEL_H
#define BAREME_IO_LABEL_H

#include "io/lead.h"

/* Looks a label or symbol up. */
static inline bool label_look_up(struct loader *loader, struct json *json, json_place place,
                                 const struct program_field *field, uint32_t *label) {
  struct text text = json_raw_text(json, place);
  *label = field->kind == COLUMN_SYMBOL
               ? symbol_of(&loader->program->text_sets[field->labels], text)
               : label_find(&loader->schema->labels[field->labels], text);
  return *label != PROGRAM_NONE;
}

/* Labels and symbols that were looked up before, or are and then remembered.
 * False if it must be done the long way. */
static inline bool label_recall(struct loader *loader, struct json *json, json_place place,
                                const struct program_field *field, uint32_t *label) {
  bool symbol = field->kind == COLUMN_SYMBOL;
  struct recall_words words;
  if ((!symbol && field->kind != COLUMN_LABEL) || !recall_load(json, place, &words))
    return false;
  uint32_t set = symbol ? recall_symbols(field->labels) : recall_labels(field->labels);
  struct recall_entry *entry = recall_slot(&loader->recall, words, set);
  if (!recall_knows(entry, words, set)) {
    if (!label_look_up(loader, json, place, field, label))
      return false;
    *entry = (struct recall_entry){words, set, *label};
  }
  *label = entry->meaning;
  return true;
}

#endif

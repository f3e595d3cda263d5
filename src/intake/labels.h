/* labels.h - labels by their text, ignoring case.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_LABELS_H
#define BAREME_INTAKE_LABELS_H

#include "base/arena.h"
#include "code/program.h"

struct label_table {
  const struct text *labels;
  uint32_t *slots; /* open addressing by text_hash_folded: label + 1, or 0 */
  uint32_t mask;
};

/* A table for each of the program's sets of labels; NULL if out of memory. */
struct label_table *labels_make(const struct program *program, struct arena *arena);

/* PROGRAM_NONE if the text is none of the labels. */
uint32_t label_find(const struct label_table *table, struct text text);

#endif

/* coding.h - what the entries of a dictionary are to a field, found out once.
 *
 * A column that is encoded by a dictionary says of each row which of a few texts
 * it has.  A coding looks at these texts when an array comes: are they there, are
 * they UTF-8, which symbol, label or kind of event are they?  A row then costs a
 * look at its index.  Texts go on to the machine as codes (vm/vocabulary.h): the
 * vocabulary stays the same as long as arrays bring the same texts.
 *
 * A dictionary with more entries than its array has rows is not worth it, nor is
 * one of more than codes have: of these every row's text is looked at, as if
 * there were no dictionary.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_CODING_H
#define BAREME_ARROW_CODING_H

#include "arrow/source.h"
#include "intake/key.h"
#include "vm/vocabulary.h"

struct coding {
  const struct source *source;
  /* what a text is looked up in; none of them: it stays a text */
  const struct text_set *symbols;
  const struct label_table *labels;
  const struct key_table *kinds; /* of events; others are KEY_NONE */
  /* of the array that is bound */
  bool ready;
  uint8_t *status; /* by index: enum arrow_status */
  uint32_t *label; /* by index: the symbol, label or kind */
  struct text *texts;
  size_t status_room, label_room, text_room;
  struct vocabulary *vocabulary; /* of texts: by index; NULL: none yet */
};

/* Do its rows have codes of its vocabulary? */
static inline bool coding_is_text(const struct coding *coding) {
  return !coding->symbols && !coding->labels && !coding->kinds;
}

/* Looks at the dictionary of a source that is bound to an array of so many rows.
 * False if out of memory. */
bool coding_read(struct coding *coding, const struct memory *memory, int64_t rows);
void coding_clear(struct coding *coding, const struct memory *memory);

/* What a row that is known has: its code if it is a text, else its label. */
static inline enum arrow_status coding_value(const struct coding *coding, int64_t row,
                                             uint32_t *value) {
  const int64_t index = source_index(coding->source, row);
  if (index < 0)
    return VALUE_WRONG;
  *value = coding_is_text(coding) ? (uint32_t)index : coding->label[index];
  return (enum arrow_status)coding->status[index];
}

#endif

/* encode.h - columns of texts that batches have, turned into columns of codes.
 *
 * What a program makes of both must be the same.  For tests and measurements,
 * which stop when there is no memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_ENCODE_H
#define BAREME_TESTS_ENCODE_H

#include "vm/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The distinct texts so far, found by an open hash table of text + 1. */
struct wordbook {
  struct text *texts;
  uint32_t *slots, count, mask;
};

static inline void encode_must(bool good) {
  if (!good) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
}

static inline void *encode_room(size_t count, size_t size) {
  void *room = calloc(count + 1, size);
  encode_must(room != NULL);
  return room;
}

static inline struct wordbook wordbook_new(uint32_t most) {
  uint32_t size = 64;
  while (size < most)
    size *= 2;
  size *= 2;
  return (struct wordbook){.texts = encode_room(most, sizeof(struct text)),
                           .slots = encode_room(size, sizeof(uint32_t)),
                           .mask = size - 1};
}

/* Its code; `most` if it would be one too many. */
static inline uint32_t wordbook_code(struct wordbook *book, struct text text, uint32_t most) {
  uint32_t slot = (uint32_t)text_hash(text, 0) & book->mask;
  for (; book->slots[slot]; slot = (slot + 1) & book->mask)
    if (text_equal(book->texts[book->slots[slot] - 1], text))
      return book->slots[slot] - 1;
  if (book->count == most)
    return most;
  book->texts[book->count] = text;
  book->slots[slot] = ++book->count;
  return book->count - 1;
}

/* The same column of several batches.  They get codes of one vocabulary, if no
 * more than `most` distinct texts are there. */
struct encoded {
  struct batch *batch;
  struct column *column;
  struct vocabulary **held;
  uint32_t lanes;
};

static inline struct encoded encode_field(struct batch *batch, uint32_t f) {
  return (struct encoded){batch, &batch->fields[f], &batch->held[f], batch->count};
}

static inline struct encoded encode_column(struct batch *batch, uint32_t s, uint32_t c) {
  struct batch_space *space = &batch->spaces[s];
  return (struct encoded){batch, &space->columns[c], &space->held[c], space->count};
}

static inline bool encode_known(const struct encoded *of, uint32_t lane) {
  return of->column->known[lane / 64] >> (lane % 64) & 1;
}

static inline bool encode_collect(struct wordbook *book, const struct encoded *of, uint32_t most) {
  for (uint32_t l = 0; l < of->lanes; l++)
    if (encode_known(of, l) && wordbook_code(book, of->column->text[l], most) == most)
      return false;
  return true;
}

static inline void encode_put(struct wordbook *book, const struct encoded *of,
                              struct vocabulary *vocabulary) {
  for (uint32_t l = 0; l < of->lanes; l++)
    if (encode_known(of, l))
      of->column->code[l] = (uint16_t)wordbook_code(book, of->column->text[l], UINT16_MAX);
  memset(of->column->text, 0, of->lanes * sizeof *of->column->text);
  of->column->vocabulary = *of->held = vocabulary_hold(vocabulary);
  of->batch->encoded = true;
}

/* `first` are texts that the vocabulary begins with, used or not. */
static inline bool encode(const struct encoded *list, size_t count, uint32_t most,
                          const struct text *first, uint32_t first_count) {
  struct wordbook book = wordbook_new(most);
  bool few = true;
  for (uint32_t n = 0; n < first_count; n++)
    wordbook_code(&book, first[n], most);
  for (size_t n = 0; n < count && few; n++)
    few = encode_collect(&book, &list[n], most);
  if (few) {
    struct vocabulary *made = vocabulary_new(&memory_standard, book.texts, book.count);
    encode_must(made != NULL);
    for (size_t n = 0; n < count; n++)
      encode_put(&book, &list[n], made);
    vocabulary_drop(made);
  }
  free(book.texts);
  free(book.slots);
  return few;
}

/* All columns of texts of a batch, each with a vocabulary of its own that begins
 * with the texts given. */
static inline void encode_batch(struct batch *batch, const struct text *first,
                                uint32_t first_count) {
  const struct program *program = batch->program;
  for (uint32_t f = 0; f < program->field_count; f++) {
    const struct encoded of = encode_field(batch, f);
    if (program->fields[f].kind == COLUMN_TEXT)
      encode(&of, 1, of.lanes + first_count, first, first_count);
  }
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t c = 0; c < program->spaces[s].column_count; c++) {
      const struct encoded of = encode_column(batch, s, c);
      if (program->spaces[s].columns[c].kind == COLUMN_TEXT)
        encode(&of, 1, of.lanes + first_count, first, first_count);
    }
}

#endif

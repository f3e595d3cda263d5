/* pieces.h - what is the same in every result, written once.
 *
 * Names, labels and punctuation are put together when a writer is opened; per
 * lead they are copied.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_PIECES_H
#define BAREME_IO_PIECES_H

#include "base/arena.h"
#include "code/program.h"
#include "io/buffer.h"

/* A text that is being put together. */
struct pieces {
  struct arena *arena; /* for the finished texts */
  struct buffer buffer;
  bool failed; /* out of memory for a finished one; see pieces_failed */
};

void pieces_init(struct pieces *pieces, struct arena *arena);
void pieces_clear(struct pieces *pieces);

/* Out of memory at any time. */
bool pieces_failed(const struct pieces *pieces);

void pieces_text(struct pieces *pieces, struct text text);
void pieces_literal(struct pieces *pieces, const char *terminated);
void pieces_number(struct pieces *pieces, double number);
/* In quotes, escaped as JSON. */
void pieces_json(struct pieces *pieces, struct text text);
/* An entry's value as JSON. */
void pieces_json_value(struct pieces *pieces, const struct program_entry *entry);
/* As a cell of CSV: in quotes if need be. */
void pieces_cell(struct pieces *pieces, struct text text);

/* The text so far, kept in the arena in such a way that buffer_piece may copy
 * it; begins the next one. */
struct text pieces_take(struct pieces *pieces);

#endif

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
#include "io/output.h"

/* A text that is being put together. */
struct pieces {
  struct arena *arena; /* for the finished texts */
  struct memory memory;
  char *bytes;
  size_t length, capacity;
  bool failed; /* out of memory; the rest does nothing */
};

void pieces_init(struct pieces *pieces, struct arena *arena);
void pieces_clear(struct pieces *pieces);

void pieces_text(struct pieces *pieces, struct text text);
void pieces_literal(struct pieces *pieces, const char *terminated);
void pieces_number(struct pieces *pieces, double number);
/* In quotes, escaped as JSON. */
void pieces_json(struct pieces *pieces, struct text text);
/* An entry's value as JSON. */
void pieces_json_value(struct pieces *pieces, const struct program_entry *entry);
/* As a cell of CSV: in quotes if need be. */
void pieces_cell(struct pieces *pieces, struct text text);

/* The text so far, kept in the arena; begins the next one. */
struct text pieces_take(struct pieces *pieces);

/* The JSON escape of a byte that needs one, as `\n` or `\u0001`; returns its length. */
size_t json_escape(unsigned char byte, char out[6]);

/* The length of the text's beginning that needs no escape in JSON. */
size_t json_plain_length(const char *bytes, size_t length);

/* True if a cell of CSV with this text needs quotes. */
bool cell_needs_quotes(struct text text);

/* Straight to an output. */
void output_json(struct output *output, struct text text);
void output_cell(struct output *output, struct text text);
void output_number(struct output *output, double number);

static inline void output_text(struct output *output, struct text text) {
  output_put(output, text.bytes, text.length);
}

#endif

/* buffer.h - bytes in memory, as many as come.
 *
 * Running out of memory is remembered: `failed` is set, and what is put
 * afterwards may or may not be there.  So hundreds of puts need one test.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_BUFFER_H
#define BAREME_IO_BUFFER_H

#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"

struct buffer {
  struct memory memory;
  char *bytes;
  size_t length, capacity;
  bool failed;
};

static inline void buffer_init(struct buffer *buffer, const struct memory *memory) {
  *buffer = (struct buffer){.memory = *memory};
}

void buffer_clear(struct buffer *buffer);

/* Makes room for `length` bytes more.  False if there is no memory. */
bool buffer_grow(struct buffer *buffer, size_t length);

static inline bool buffer_has_room(struct buffer *buffer, size_t length) {
  return length <= buffer->capacity - buffer->length || buffer_grow(buffer, length);
}

static inline void buffer_put(struct buffer *buffer, const char *bytes, size_t length) {
  if (length == 0 || !buffer_has_room(buffer, length))
    return;
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

static inline void buffer_text(struct buffer *buffer, struct text text) {
  buffer_put(buffer, text.bytes, text.length);
}

/* A literal: its length is known, and the compiler makes a few stores of it. */
#define BUFFER_LITERAL(buffer, literal) buffer_put(buffer, literal, sizeof(literal) - 1)

/* A text behind which PIECE_ROOM more bytes can be read, whatever they are: then
 * it is copied so many bytes at a time, without asking how many are left. */
enum { PIECE_ROOM = 32 };

/* Where there is room for sure.  They return the place behind what was put. */
static inline char *put_piece(char *out, struct text piece) {
  memcpy(out, piece.bytes, PIECE_ROOM);
  for (size_t at = PIECE_ROOM; at < piece.length; at += PIECE_ROOM)
    memcpy(out + at, piece.bytes + at, PIECE_ROOM);
  return out + piece.length;
}

static inline char *put_literal(char *out, const char *literal, size_t length) {
  memcpy(out, literal, length);
  return out + length;
}
#define PUT_LITERAL(out, literal) put_literal(out, literal, sizeof(literal) - 1)

static inline void buffer_piece(struct buffer *buffer, struct text piece) {
  if (!buffer_has_room(buffer, piece.length + PIECE_ROOM))
    return;
  put_piece(buffer->bytes + buffer->length, piece);
  buffer->length += piece.length;
}

static inline void buffer_number(struct buffer *buffer, double number) {
  if (buffer_has_room(buffer, NUMBER_TEXT_SIZE))
    buffer->length += number_format(number, buffer->bytes + buffer->length);
}

/* In quotes, escaped as JSON. */
void buffer_json(struct buffer *buffer, struct text text);

/* As a cell of CSV: in quotes if need be. */
void buffer_cell(struct buffer *buffer, struct text text);

/* The inside of a cell that is in quotes. */
void buffer_quoted(struct buffer *buffer, struct text text);

/* The JSON escape of a byte that needs one, as `\n` or `\u0001`; returns its length. */
size_t json_escape(unsigned char byte, char out[6]);

/* The length of the text's beginning that needs no escape in JSON. */
size_t json_plain_length(const char *bytes, size_t length);

#endif

/* pieces.c - what is the same in every result, written once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/pieces.h"

#include "base/clock.h"

/* What stands for a text that could not be kept. */
static const char nothing[PIECE_ROOM];

void pieces_init(struct pieces *pieces, struct arena *arena) {
  *pieces = (struct pieces){.arena = arena};
  buffer_init(&pieces->buffer, &arena->memory);
}

void pieces_clear(struct pieces *pieces) {
  buffer_clear(&pieces->buffer);
}

bool pieces_failed(const struct pieces *pieces) {
  return pieces->failed || pieces->buffer.failed;
}

void pieces_text(struct pieces *pieces, struct text text) {
  buffer_text(&pieces->buffer, text);
}

void pieces_literal(struct pieces *pieces, const char *terminated) {
  pieces_text(pieces, text_from(terminated));
}

void pieces_number(struct pieces *pieces, double number) {
  buffer_number(&pieces->buffer, number);
}

void pieces_json(struct pieces *pieces, struct text text) {
  buffer_json(&pieces->buffer, text);
}

void pieces_json_value(struct pieces *pieces, const struct program_entry *entry) {
  char out[CLOCK_TEXT_SIZE > DURATION_TEXT_SIZE ? CLOCK_TEXT_SIZE : DURATION_TEXT_SIZE];
  switch (entry->kind) {
  case PROGRAM_TEXT: pieces_json(pieces, entry->text); break;
  case PROGRAM_NUMBER: pieces_number(pieces, entry->number); break;
  case PROGRAM_BOOL: pieces_literal(pieces, entry->boolean ? "true" : "false"); break;
  case PROGRAM_DURATION:
    pieces_json(pieces, (struct text){out, duration_format(entry->micros, out)});
    break;
  case PROGRAM_TIME:
    pieces_json(pieces, (struct text){out, clock_format(entry->micros, out)});
    break;
  }
}

void pieces_cell(struct pieces *pieces, struct text text) {
  buffer_cell(&pieces->buffer, text);
}

struct text pieces_take(struct pieces *pieces) {
  size_t length = pieces->buffer.length;
  char *bytes = arena_alloc(pieces->arena, length + PIECE_ROOM);
  if (!bytes)
    pieces->failed = true;
  pieces->buffer.length = 0;
  if (pieces_failed(pieces))
    return (struct text){nothing, 0};
  if (length)
    memcpy(bytes, pieces->buffer.bytes, length);
  memset(bytes + length, 0, PIECE_ROOM);
  return (struct text){bytes, length};
}

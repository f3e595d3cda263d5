/* pieces.c - what is the same in every result, written once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/pieces.h"

#include "base/clock.h"
#include "base/number.h"

/* ---- what needs care -------------------------------------------------------- */

static bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte != '"' && byte != '\\';
}

#define EVERY_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Its high bits are set where a byte of the word is 0; a byte above a 0 may be
 * marked as well, which only costs a second look. */
static uint64_t zero_bytes(uint64_t word) {
  return (word - EVERY_BYTE(1)) & ~word & EVERY_BYTE(0x80);
}

static bool is_plain_word(uint64_t word) {
  uint64_t control = (word - EVERY_BYTE(0x20)) & ~word & EVERY_BYTE(0x80);
  return (control | zero_bytes(word ^ EVERY_BYTE('"')) | zero_bytes(word ^ EVERY_BYTE('\\'))) == 0;
}

size_t json_plain_length(const char *bytes, size_t length) {
  size_t at = 0;
  for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
    memcpy(&word, bytes + at, sizeof word);
    if (!is_plain_word(word))
      break;
  }
  while (at < length && is_plain((unsigned char)bytes[at]))
    at++;
  return at;
}

size_t json_escape(unsigned char byte, char out[6]) {
  static const char digits[] = "0123456789abcdef";
  static const char letters[] = "btn\0fr"; /* of 8 to 13 */
  out[0] = '\\';
  if (byte == '"' || byte == '\\') {
    out[1] = (char)byte;
    return 2;
  }
  if (byte >= 8 && byte <= 13 && letters[byte - 8]) {
    out[1] = letters[byte - 8];
    return 2;
  }
  memcpy(out, "\\u00", 4);
  out[4] = digits[byte >> 4];
  out[5] = digits[byte & 15];
  return 6;
}

bool cell_needs_quotes(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    switch (text.bytes[i]) {
    case ',':
    case '"':
    case '\r':
    case '\n': return true;
    }
  return false;
}

/* ---- to an output -------------------------------------------------------------- */

void output_json(struct output *output, struct text text) {
  output_put(output, "\"", 1);
  for (size_t at = 0; at < text.length;) {
    size_t plain = json_plain_length(text.bytes + at, text.length - at);
    output_put(output, text.bytes + at, plain);
    at += plain;
    if (at < text.length) {
      char escape[6];
      output_put(output, escape, json_escape((unsigned char)text.bytes[at++], escape));
    }
  }
  output_put(output, "\"", 1);
}

void output_cell(struct output *output, struct text text) {
  if (!cell_needs_quotes(text)) {
    output_text(output, text);
    return;
  }
  output_put(output, "\"", 1);
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"')
      output_put(output, "\"", 1);
    output_put(output, text.bytes + i, 1);
  }
  output_put(output, "\"", 1);
}

void output_number(struct output *output, double number) {
  char *out = output_room(output, NUMBER_TEXT_SIZE);
  output->used += number_format(number, out);
}

/* ---- to a piece ------------------------------------------------------------------ */

void pieces_init(struct pieces *pieces, struct arena *arena) {
  *pieces = (struct pieces){.arena = arena, .memory = arena->memory};
}

void pieces_clear(struct pieces *pieces) {
  memory_free(&pieces->memory, pieces->bytes, pieces->capacity, 1);
  pieces->bytes = NULL;
  pieces->capacity = pieces->length = 0;
}

void pieces_text(struct pieces *pieces, struct text text) {
  void *bytes = pieces->bytes;
  if (pieces->failed || text.length == 0)
    return;
  if (!memory_reserve(&pieces->memory, &bytes, &pieces->capacity, pieces->length + text.length,
                      1)) {
    pieces->failed = true;
    return;
  }
  pieces->bytes = bytes;
  memcpy(pieces->bytes + pieces->length, text.bytes, text.length);
  pieces->length += text.length;
}

void pieces_literal(struct pieces *pieces, const char *terminated) {
  pieces_text(pieces, text_from(terminated));
}

void pieces_number(struct pieces *pieces, double number) {
  char out[NUMBER_TEXT_SIZE];
  pieces_text(pieces, (struct text){out, number_format(number, out)});
}

void pieces_json(struct pieces *pieces, struct text text) {
  pieces_literal(pieces, "\"");
  for (size_t at = 0; at < text.length;) {
    size_t plain = json_plain_length(text.bytes + at, text.length - at);
    pieces_text(pieces, (struct text){text.bytes + at, plain});
    at += plain;
    if (at < text.length) {
      char escape[6];
      size_t length = json_escape((unsigned char)text.bytes[at++], escape);
      pieces_text(pieces, (struct text){escape, length});
    }
  }
  pieces_literal(pieces, "\"");
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
  if (!cell_needs_quotes(text)) {
    pieces_text(pieces, text);
    return;
  }
  pieces_literal(pieces, "\"");
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"')
      pieces_literal(pieces, "\"");
    pieces_text(pieces, (struct text){text.bytes + i, 1});
  }
  pieces_literal(pieces, "\"");
}

struct text pieces_take(struct pieces *pieces) {
  bool copied = false;
  struct text taken = {"", 0};
  if (!pieces->failed)
    taken = arena_text(pieces->arena, (struct text){pieces->bytes, pieces->length}, &copied);
  if (!copied) {
    pieces->failed = true;
    taken = (struct text){"", 0};
  }
  pieces->length = 0;
  return taken;
}

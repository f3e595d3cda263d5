/* buffer.c - bytes in memory, as many as come.
 *
 * Ids are looked through eight bytes at a time for what needs an escape: in a
 * word, the bytes that are 0 after some arithmetic have their high bits set
 * (Mycroft, 1987).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/buffer.h"

#include <stdint.h>

#include "base/words.h"

enum { FIRST_BYTES = 1024 };

void buffer_clear(struct buffer *buffer) {
  memory_free(&buffer->memory, buffer->bytes, buffer->capacity, 1);
  buffer->bytes = NULL;
  buffer->length = buffer->capacity = 0;
}

bool buffer_grow(struct buffer *buffer, size_t length) {
  void *bytes = buffer->bytes;
  size_t need = buffer->length + length;
  if (buffer->failed)
    return false;
  if (need < FIRST_BYTES)
    need = FIRST_BYTES;
  if (length > SIZE_MAX - buffer->length ||
      !memory_reserve(&buffer->memory, &bytes, &buffer->capacity, need, 1)) {
    buffer->failed = true;
    return false;
  }
  buffer->bytes = bytes;
  return true;
}

/* ---- JSON -------------------------------------------------------------------------- */

static bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte != '"' && byte != '\\';
}

/* A byte above one that is not plain may be taken for such a one as well, which
 * changes nothing. */
static bool is_plain_word(uint64_t word) {
  uint64_t control = (word - WORD_OF(0x20)) & ~word & WORD_HIGH;
  return (control | word_zeros(word ^ WORD_OF('"')) | word_zeros(word ^ WORD_OF('\\'))) == 0;
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

/* Copies the text while it is looked at, with quotes around it, and up to seven
 * bytes more.  NULL if it is not plain. */
static char *put_plain(char *out, struct text text) {
  size_t at = 0;
  *out++ = '"';
  for (; text.length - at >= 8; at += 8) {
    uint64_t word = word_load(text.bytes + at);
    if (!is_plain_word(word))
      return NULL;
    word_store(out + at, word);
  }
  size_t rest = text.length - at;
  uint64_t word = word_load_part(text.bytes + at, rest);
  if (!is_plain_word(word | WORD_OF(' ') << 8 * rest))
    return NULL;
  word_store(out + at, word | (uint64_t)'"' << 8 * rest);
  return out + text.length + 1;
}

void buffer_json(struct buffer *buffer, struct text text) {
  if (!buffer_has_room(buffer, text.length + 2 + sizeof(uint64_t)))
    return;
  char *begin = buffer->bytes + buffer->length, *end = put_plain(begin, text);
  if (end) {
    buffer->length += (size_t)(end - begin);
    return;
  }
  BUFFER_LITERAL(buffer, "\"");
  for (size_t at = 0; at < text.length;) {
    size_t plain = json_plain_length(text.bytes + at, text.length - at);
    buffer_put(buffer, text.bytes + at, plain);
    at += plain;
    if (at < text.length) {
      char escape[6];
      size_t length = json_escape((unsigned char)text.bytes[at++], escape);
      buffer_put(buffer, escape, length);
    }
  }
  BUFFER_LITERAL(buffer, "\"");
}

/* ---- CSV ---------------------------------------------------------------------------- */

static bool needs_quotes(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    switch (text.bytes[i]) {
    case ',':
    case '"':
    case '\r':
    case '\n': return true;
    }
  return false;
}

void buffer_quoted(struct buffer *buffer, struct text text) {
  for (size_t at = 0; at < text.length;) {
    const char *begin = text.bytes + at, *quote = memchr(begin, '"', text.length - at);
    size_t length = quote ? (size_t)(quote - begin) + 1 : text.length - at;
    buffer_put(buffer, begin, length);
    if (quote)
      BUFFER_LITERAL(buffer, "\"");
    at += length;
  }
}

void buffer_cell(struct buffer *buffer, struct text text) {
  if (!needs_quotes(text)) {
    buffer_text(buffer, text);
    return;
  }
  BUFFER_LITERAL(buffer, "\"");
  buffer_quoted(buffer, text);
  BUFFER_LITERAL(buffer, "\"");
}

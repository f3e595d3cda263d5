/* utf8.c - code points in bytes (RFC 3629).
 *
 * Text is checked once, where it comes in, by utf8_error; everything else
 * relies on it and decodes without looking for mistakes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "base/words.h"

static bool continues(const unsigned char *byte) {
  return (*byte & 0xc0) == 0x80;
}

/* The length of the well-formed sequence of two to four bytes at `byte`, or 0.
 * The second byte's range is what excludes overlong forms (E0, F0), surrogates
 * (ED) and what lies above U+10FFFF (F4). */
static size_t sequence(const unsigned char *byte, size_t left) {
  unsigned first = byte[0];
  if (first < 0xc2 || first > 0xf4)
    return 0;
  if (first < 0xe0)
    return left >= 2 && continues(byte + 1) ? 2 : 0;
  if (first < 0xf0) {
    unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return left >= 3 && byte[1] >= low && byte[1] <= high && continues(byte + 2) ? 3 : 0;
  }
  unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
  bool good = left >= 4 && byte[1] >= low && byte[1] <= high;
  return good && continues(byte + 2) && continues(byte + 3) ? 4 : 0;
}

/* How many bytes from there on are ASCII, as far as four words at once tell. */
static size_t ascii_stretch(struct text text, size_t begin) {
  size_t at = begin;
  for (; text.length - at >= 32; at += 32) {
    const char *bytes = text.bytes + at;
    uint64_t front = word_load(bytes) | word_load(bytes + 8);
    uint64_t back = word_load(bytes + 16) | word_load(bytes + 24);
    if (!word_is_ascii(front | back))
      break;
  }
  return at - begin;
}

size_t utf8_error(struct text text) {
  const unsigned char *bytes = (const unsigned char *)text.bytes;
  size_t at = ascii_stretch(text, 0);
  while (at < text.length) {
    if (text.length - at >= 8 && word_is_ascii(word_load(text.bytes + at))) {
      at += 8;
      at += ascii_stretch(text, at);
      continue;
    }
    size_t length = bytes[at] < 0x80 ? 1 : sequence(bytes + at, text.length - at);
    if (length == 0)
      return at;
    at += length;
  }
  return text.length;
}

uint32_t utf8_next(struct text text, size_t *at) {
  const unsigned char *byte = (const unsigned char *)text.bytes + *at;
  uint32_t first = byte[0];
  if (first < 0x80) {
    *at += 1;
    return first;
  }
  if (first < 0xe0) {
    *at += 2;
    return (first & 0x1f) << 6 | (byte[1] & 0x3fu);
  }
  if (first < 0xf0) {
    *at += 3;
    return (first & 0x0f) << 12 | (byte[1] & 0x3fu) << 6 | (byte[2] & 0x3fu);
  }
  *at += 4;
  return (first & 0x07) << 18 | (byte[1] & 0x3fu) << 12 | (byte[2] & 0x3fu) << 6 |
         (byte[3] & 0x3fu);
}

uint32_t utf8_previous(struct text text, size_t *at) {
  do
    *at -= 1;
  while (*at > 0 && continues((const unsigned char *)text.bytes + *at));
  size_t next = *at;
  return utf8_next(text, &next);
}

size_t utf8_put(char *out, uint32_t code_point) {
  if (code_point < 0x80) {
    out[0] = (char)code_point;
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = (char)(0xc0 | code_point >> 6);
    out[1] = (char)(0x80 | (code_point & 0x3f));
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = (char)(0xe0 | code_point >> 12);
    out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code_point & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | code_point >> 18);
  out[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
  out[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
  out[3] = (char)(0x80 | (code_point & 0x3f));
  return 4;
}

size_t utf8_count(struct text text) {
  size_t count = 0, at = 0;
  for (; text.length - at >= 8; at += 8) {
    uint64_t word = word_load(text.bytes + at);
    uint64_t continuations = (word & ~(word << 1)) & WORD_HIGH;     /* 10xxxxxx */
    count += 8 - (size_t)((continuations >> 7) * WORD_OF(1) >> 56); /* sums the bytes */
  }
  for (; at < text.length; at++)
    count += !continues((const unsigned char *)text.bytes + at);
  return count;
}

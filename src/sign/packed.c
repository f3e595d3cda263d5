/* packed.c - the lines of a file of minisign's.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sign/packed.h"

#include <sodium.h>
#include <string.h>

/* Letters of the longest line of base64, a secret key's. */
enum { PACKED_MOST = 256 };

bool packed_line(struct text *rest, struct text *line) {
  if (rest->length == 0)
    return false;
  const char *end = memchr(rest->bytes, '\n', rest->length);
  size_t length = end ? (size_t)(end - rest->bytes) : rest->length;
  *line = (struct text){rest->bytes, length};
  *rest =
      (struct text){rest->bytes + length + (end != NULL), rest->length - length - (end != NULL)};
  if (line->length > 0 && line->bytes[line->length - 1] == '\r')
    line->length--;
  return true;
}

/* libsodium takes some letters that are none of base64's: what was read must be
 * what would be written. */
static bool is_canonical(struct text line, const unsigned char *bytes, size_t count) {
  char again[PACKED_MOST];
  bool same = sodium_base64_encoded_len(count, sodium_base64_VARIANT_ORIGINAL) == line.length + 1 &&
              line.length < sizeof again;
  if (same) {
    sodium_bin2base64(again, sizeof again, bytes, count, sodium_base64_VARIANT_ORIGINAL);
    same = sodium_memcmp(again, line.bytes, line.length) == 0;
  }
  sodium_memzero(again, sizeof again);
  return same;
}

bool packed_bytes(struct text line, unsigned char *bytes, size_t count) {
  size_t length = 0;
  return line.bytes &&
         sodium_base642bin(bytes, count, line.bytes, line.length, NULL, &length, NULL,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         length == count && is_canonical(line, bytes, count);
}

char *pack_text(char *out, struct text text) {
  memcpy(out, text.bytes, text.length);
  return out + text.length;
}

char *pack_bytes(char *out, const unsigned char *bytes, size_t count) {
  size_t room = sodium_base64_encoded_len(count, sodium_base64_VARIANT_ORIGINAL); /* with a NUL */
  sodium_bin2base64(out, room, bytes, count, sodium_base64_VARIANT_ORIGINAL);
  out[room - 1] = '\n';
  return out + room;
}

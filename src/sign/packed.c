/* packed.c - the lines of a file of minisign's.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sign/packed.h"

#include <sodium.h>
#include <string.h>

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

bool packed_bytes(struct text line, unsigned char *bytes, size_t count) {
  size_t length = 0;
  const char *end = NULL;
  return line.bytes &&
         sodium_base642bin(bytes, count, line.bytes, line.length, NULL, &length, &end,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         length == count && end == line.bytes + line.length;
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

/* say.c - sentences about what went wrong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/say.h"

#include <string.h>

static size_t length_of(const bareme_failure *failure) {
  size_t length = 0;
  while (length < sizeof failure->text - 1 && failure->text[length])
    length++;
  return length;
}

static bool continues(char byte) {
  return ((unsigned char)byte & 0xc0) == 0x80;
}

void say_text(bareme_failure *failure, struct text text) {
  if (!failure || text.length == 0)
    return;
  size_t at = length_of(failure), room = sizeof failure->text - 1 - at;
  size_t length = text.length;
  if (length > room)
    for (length = room; length > 0 && continues(text.bytes[length]); length--)
      continue;
  memcpy(failure->text + at, text.bytes, length);
  failure->text[at + length] = 0;
}

void say_words(bareme_failure *failure, const char *words) {
  say_text(failure, text_from(words));
}

void say(bareme_failure *failure, const char *words) {
  if (failure)
    failure->text[0] = 0;
  say_words(failure, words);
}

void say_quoted(bareme_failure *failure, struct text text) {
  say_words(failure, "`");
  say_text(failure, text);
  say_words(failure, "`");
}

void say_number(bareme_failure *failure, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do
    digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  say_text(failure, (struct text){digits + at, sizeof digits - at});
}

bareme_status say_memory(bareme_failure *failure) {
  say(failure, "out of memory");
  return BAREME_NO_MEMORY;
}

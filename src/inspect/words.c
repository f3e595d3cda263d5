/* words.c - text that grows, and values of a program as people write them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "inspect/words.h"

#include "base/clock.h"
#include "base/number.h"

#include <math.h>
#include <string.h>

/* Bytes of a text that are shown: enough to know it by. */
enum { SHOWN_BYTES = 48 };

void words_init(struct words *words, const struct memory *memory) {
  *words = (struct words){.memory = *memory};
}

void words_clear(struct words *words) {
  memory_free(&words->memory, words->bytes, words->capacity, 1);
  *words = (struct words){.memory = words->memory};
}

void words_text(struct words *words, struct text text) {
  if (text.length == 0 || words->failed)
    return;
  if (text.length > SIZE_MAX - words->length ||
      !memory_reserve(&words->memory, &words->bytes, &words->capacity, words->length + text.length,
                      1)) {
    words->failed = true;
    return;
  }
  memcpy((char *)words->bytes + words->length, text.bytes, text.length);
  words->length += text.length;
}

void words_put(struct words *words, const char *terminated) {
  words_text(words, text_from(terminated));
}

/* ---- numbers and instants ----------------------------------------------------- */

void words_count(struct words *words, uint64_t count) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + count % 10);
    count /= 10;
  } while (count > 0);
  words_text(words, (struct text){digits + at, sizeof digits - at});
}

void words_number(struct words *words, double number) {
  char digits[NUMBER_TEXT_SIZE];
  if (!isfinite(number))
    words_put(words, number > 0 ? "infinity" : "-infinity");
  else
    words_text(words, (struct text){digits, number_format(number, digits)});
}

void words_instant(struct words *words, int64_t micros) {
  char digits[CLOCK_TEXT_SIZE];
  words_text(words, (struct text){digits, clock_format(micros, digits)});
}

void words_duration(struct words *words, int64_t micros) {
  char digits[DURATION_TEXT_SIZE];
  words_text(words, (struct text){digits, duration_format(micros, digits)});
}

/* ---- texts ----------------------------------------------------------------------- */

static void put_control(struct words *words, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  if (byte == '\n' || byte == '\t') {
    words_put(words, byte == '\n' ? "\\n" : "\\t");
    return;
  }
  char escape[] = "\\u{00}";
  escape[3] = digits[byte >> 4];
  escape[4] = digits[byte & 15];
  words_put(words, escape);
}

/* Not inside a code point. */
static size_t cut_length(struct text text) {
  size_t length = SHOWN_BYTES;
  if (text.length <= length)
    return text.length;
  while (length > 0 && ((unsigned char)text.bytes[length] & 0xC0) == 0x80)
    length--;
  return length;
}

void words_quoted(struct words *words, struct text text) {
  size_t length = cut_length(text);
  words_put(words, "\"");
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text.bytes[i];
    if (byte == '"' || byte == '\\')
      words_put(words, "\\");
    if (byte < 0x20 || byte == 0x7F)
      put_control(words, byte);
    else
      words_text(words, (struct text){text.bytes + i, 1});
  }
  words_put(words, length < text.length ? "…\"" : "\"");
}

/* ---- decays and spaces -------------------------------------------------------------- */

void words_decay(struct words *words, const struct decay *decay) {
  switch (decay->kind) {
  case DECAY_NONE: words_put(words, "none"); return;
  case DECAY_EXPIRE: words_put(words, "expire after "); break;
  case DECAY_RATE:
  case DECAY_RATE_STEPS:
    words_number(words, decay->rate * 100);
    words_put(words, "% every ");
    break;
  default: words_put(words, "to zero over ");
  }
  words_duration(words, decay->duration);
  if (decay->kind == DECAY_RATE_STEPS)
    words_put(words, " in steps");
  if (decay->kind == DECAY_LINEAR_STEPS) {
    words_put(words, " in ");
    words_number(words, decay->steps);
    words_put(words, " steps");
  }
}

void words_space(struct words *words, const struct program *program, uint32_t space) {
  if (space == 0) {
    words_put(words, "leads");
    return;
  }
  const struct program_space *events = &program->spaces[space - 1];
  if (events->kind_count > 1 && events->kind_count == program->kind_count) {
    words_put(words, "any event");
    return;
  }
  for (uint32_t i = 0; i < events->kind_count; i++) {
    words_put(words, i == 0 ? "" : " or ");
    words_text(words, program->kinds[events->kinds[i]].name);
  }
}

/* shake.c - what stands between the words of a policy, made anew at random.
 *
 * It knows words and gaps, and two rules of the language: a sign that is first
 * on its line begins a rule, so such a gap stays a line break, or becomes `;`,
 * and no other gap before a sign becomes one; and a number and its unit stay
 * on one line.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "format/shake.h"

#include <stdio.h>
#include <string.h>

struct shaker {
  struct random *random;
  struct text source;
  size_t at;
  char *bytes;
  size_t length, capacity;
  uint32_t comments;
  uint32_t percent; /* of gaps that get a comment, in this source */
  uint32_t lines;   /* percent of gaps that become line breaks */
};

static void put(struct shaker *shaker, struct text text) {
  if (text.length > shaker->capacity - shaker->length)
    return;
  memcpy(shaker->bytes + shaker->length, text.bytes, text.length);
  shaker->length += text.length;
}

static void put_blanks(struct shaker *shaker, uint32_t most) {
  for (uint32_t count = random_below(shaker->random, most + 1); count > 0; count--)
    put(shaker, random_chance(shaker->random, 90) ? TEXT(" ") : TEXT("\t"));
}

static void put_comment(struct shaker *shaker) {
  char words[32];
  int length = snprintf(words, sizeof words, "#c%u", shaker->comments++);
  put(shaker, (struct text){words, (size_t)length});
  put_blanks(shaker, 2);
  put(shaker, random_chance(shaker->random, 90) ? TEXT("\n") : TEXT("\r\n"));
}

static void put_line(struct shaker *shaker) {
  put_blanks(shaker, 2);
  if (random_chance(shaker->random, shaker->percent))
    put_comment(shaker);
  else
    put(shaker, TEXT("\n"));
  while (random_chance(shaker->random, 20))
    put(shaker, TEXT("\n"));
  while (random_chance(shaker->random, shaker->percent)) {
    put_blanks(shaker, 4);
    put_comment(shaker);
  }
  put_blanks(shaker, 6);
}

/* ---- words and gaps ------------------------------------------------------------------- */

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '%' || c == ':' || (unsigned char)c >= 0x80;
}

/* The next text, word or sign. */
static struct text next_word(struct shaker *shaker) {
  const char *bytes = shaker->source.bytes;
  size_t begin = shaker->at, end = begin + 1, length = shaker->source.length;
  char first = bytes[begin];
  if (first == '"' || first == '`') {
    while (end < length && bytes[end] != first)
      end += bytes[end] == '\\' ? 2 : 1;
    end++;
  } else if (is_word(first)) {
    while (end < length && (is_word(bytes[end]) ||
                            (bytes[end] == '-' && end - begin >= 4 && bytes[end - 1] >= '0' &&
                             bytes[end - 1] <= '9' && bytes[end + 1] >= '0')))
      end++;
  } else if ((first == '!' || first == '<' || first == '>') && bytes[end] == '=') {
    end++;
  }
  shaker->at = end;
  return (struct text){bytes + begin, end - begin};
}

struct gap {
  bool any, line, blank;
};

/* Passes blanks, line breaks, and comments, which are taken out. */
static struct gap next_gap(struct shaker *shaker) {
  struct gap gap = {false, false, false};
  const char *bytes = shaker->source.bytes;
  for (; shaker->at < shaker->source.length; shaker->at++) {
    char c = bytes[shaker->at];
    if (c == '#')
      while (shaker->at + 1 < shaker->source.length && bytes[shaker->at + 1] != '\n')
        shaker->at++;
    else if (c == '\n')
      gap.line = true;
    else if (c != ' ' && c != '\t' && c != '\r')
      break;
    gap.any = true;
  }
  return gap;
}

static bool hugs(char before, char after) {
  return strchr("([{,", before) || strchr(")]},", after);
}

static void put_gap(struct shaker *shaker, struct gap gap, char before, char after) {
  struct random *random = shaker->random;
  if (after == '+' || after == '-') {
    bool semicolon = before != '{' && random_chance(random, 30);
    if (gap.line && semicolon)
      put(shaker, TEXT(" ; "));
    else if (gap.line)
      put_line(shaker);
    else if (gap.any)
      put(shaker, TEXT(" "));
  } else if (gap.any && before >= '0' && before <= '9' && after >= 'a' && after <= 'z') {
    if (gap.line)
      put_line(shaker);
    else
      put(shaker, random_chance(random, 90) ? TEXT(" ") : TEXT("  \t "));
  } else if (random_chance(random, gap.line ? 90 - shaker->lines / 2 : shaker->lines)) {
    if (gap.any || hugs(before, after))
      put_line(shaker);
  } else if (gap.any && !hugs(before, after)) {
    put(shaker, TEXT(" "));
    put_blanks(shaker, 3);
  } else if (gap.any || hugs(before, after)) {
    put_blanks(shaker, 2);
  }
}

struct text shake(struct arena *arena, struct random *random, struct text source,
                  uint32_t *comments) {
  struct shaker shaker = {.random = random, .source = source};
  shaker.capacity = source.length * 8 + 1024;
  shaker.bytes = arena_alloc(arena, shaker.capacity);
  if (!shaker.bytes)
    return TEXT("");
  shaker.percent = random_chance(random, 30) ? 0 : random_below(random, 30);
  shaker.lines = random_chance(random, 30) ? 0 : random_below(random, 40);
  char before = '\n';
  for (next_gap(&shaker); shaker.at < source.length;) {
    struct text word = next_word(&shaker);
    put(&shaker, word);
    before = word.bytes[word.length - 1];
    struct gap gap = next_gap(&shaker);
    if (shaker.at < source.length)
      put_gap(&shaker, gap, before, source.bytes[shaker.at]);
  }
  put_line(&shaker);
  *comments = shaker.comments;
  return (struct text){shaker.bytes, shaker.length};
}

/* words.c - the table of the language's words, read from grammar/keywords.def.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_parser.h"
#include "syntax/parser.h"

#include <string.h>

struct word {
  const char *spelling;
  size_t length;
  int token;
  enum word_class class;
};

static const struct word words[] = {
#define KEYWORD(token, spelling, class) \
  {spelling, sizeof spelling - 1, TOKEN_##token, WORD_##class},
#include "keywords.def"
#undef KEYWORD
};

#define WORD_COUNT (sizeof words / sizeof *words)

/* The table is sorted, and most words differ in their first byte. */
static int compare(struct text text, const struct word *word) {
  int first = (unsigned char)text.bytes[0] - (unsigned char)word->spelling[0];
  return first ? first : text_compare(text, (struct text){word->spelling, word->length});
}

int word_token(struct text text) {
  size_t low = 0, high = text.length ? WORD_COUNT : 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(text, &words[middle]);
    if (order == 0)
      return words[middle].token;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return TOKEN_NAME;
}

static const struct word *find(int token) {
  for (size_t i = 0; i < WORD_COUNT; i++)
    if (words[i].token == token)
      return &words[i];
  return NULL;
}

bool word_class_of(int token, enum word_class *class) {
  const struct word *word = find(token);
  if (word)
    *class = word->class;
  return word != NULL;
}

const char *word_spelling(int token) {
  const struct word *word = find(token);
  return word ? word->spelling : NULL;
}

/* One letter of a short word may be wrong, two of a longer one: `scoer` means
 * `score`, but `size` does not mean `time`. */
int word_nearest(struct text text, const int *tokens, size_t count) {
  unsigned limit = text.length < 5 ? 1 : 2, best = limit + 1;
  int nearest = 0;
  if (text.length > 24 || text.length < 2)
    return 0;
  for (size_t i = 0; i < count; i++) {
    const struct word *word = find(tokens[i]);
    if (!word || word->class == WORD_SLIP)
      continue;
    unsigned distance = text_distance(text, (struct text){word->spelling, word->length}, limit);
    if (distance < best && distance < word->length) {
      best = distance;
      nearest = tokens[i];
    }
  }
  return nearest;
}

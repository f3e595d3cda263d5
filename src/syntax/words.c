/* words.c - the table of the language's words, read from grammar/keywords.def.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"
#include "bareme_parser.h"
#include "syntax/parser.h"

#include <string.h>

/* Longer than any of them: what fills up are zeros. */
#define SPELLING_SIZE 16

struct word {
  char spelling[SPELLING_SIZE];
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

/* Eight bytes as a number that sorts as they do. */
static uint64_t rank(const char *bytes) {
  return __builtin_bswap64(word_load(bytes));
}

/* The table is sorted.  Halving it looks at the first half of each spelling; only
 * `otherwise` is longer, and is alone with its first eight letters. */
int word_token(struct text text) {
  char spelling[SPELLING_SIZE] = {0};
  if (text.length == 0 || text.length > SPELLING_SIZE)
    return TOKEN_NAME;
  memcpy(spelling, text.bytes, text.length);
  uint64_t wanted = rank(spelling);
  size_t low = 0, count = WORD_COUNT;
  while (count > 1) {
    size_t half = count / 2;
    low += rank(words[low + half].spelling) <= wanted ? half : 0;
    count -= half;
  }
  return memcmp(words[low].spelling, spelling, SPELLING_SIZE) == 0 ? words[low].token : TOKEN_NAME;
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

/* words.c - the table of the language's words, read from grammar/keywords.def.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"
#include "bareme_parser.h"
#include "base/hash.h"
#include "syntax/parser.h"

#include <string.h>

/* As many as the longest has; what fills up are zeros. */
#define SPELLING_SIZE 16
#define LONGEST_WORD  9

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

/* Up to eight bytes as a number that sorts as they do. */
static uint64_t rank(const char *bytes, size_t length) {
  return __builtin_bswap64(length < 8 ? word_load_part(bytes, length) : word_load(bytes));
}

/* The table is sorted.  Halving it looks at the first eight letters of each
 * spelling; only `otherwise` has more, and is alone with its first eight. */
int word_token(struct text text) {
  if (text.length == 0 || text.length > LONGEST_WORD)
    return TOKEN_NAME;
  uint64_t wanted = rank(text.bytes, text.length);
  const struct word *word = words;
  for (size_t count = WORD_COUNT; count > 1;) {
    size_t half = count / 2;
    word += rank(word[half].spelling, 8) <= wanted ? half : 0;
    count -= half;
  }
  bool same = rank(word->spelling, 8) == wanted && word->length == text.length &&
              (text.length < 9 || word->spelling[8] == text.bytes[8]);
  return same ? word->token : TOKEN_NAME;
}

int word_recall(struct parser *parser, struct text text) {
  if (text.length > sizeof(uint64_t))
    return word_token(text);
  uint64_t letters =
      text.length < 8 ? word_load_part(text.bytes, text.length) : word_load(text.bytes);
  struct recalled_word *word =
      &parser->recalled[letters * HASH_A / (UINT64_MAX / RECALLED_WORDS + 1)];
  if (word->letters != letters)
    *word = (struct recalled_word){letters, word_token(text)};
  return word->token;
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

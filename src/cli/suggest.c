/* suggest.c - did you mean …?
 *
 * The distance between two words is the number of letters to insert, delete,
 * replace or swap.  A third of a word's letters may be wrong; more is not a
 * slip but another word, and a guess would only mislead.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/suggest.h"

#include <string.h>

/* Commands, options and codes have shorter names; others are not suggested. */
#define LONGEST 31

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Both at most LONGEST letters.  Three rows of the table are enough: a swap
 * looks two rows up. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];
  for (size_t j = 0; j <= b_length; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *swapped = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = least(row[j], swapped[j - 2] + 1);
    }
  }
  return rows[a_length % 3][b_length];
}

struct suggestion suggest_begin(const char *wanted, size_t length) {
  return (struct suggestion){wanted, length, (length + 2) / 3 + 1, {NULL, 0}};
}

static void try_text(struct suggestion *suggestion, bareme_text word) {
  if (word.length > LONGEST || suggestion->length > LONGEST)
    return;
  size_t found = distance(suggestion->wanted, suggestion->length, word.bytes, word.length);
  if (found < suggestion->distance) {
    suggestion->distance = found;
    suggestion->word = word;
  }
}

void suggest_try(struct suggestion *suggestion, const char *word) {
  try_text(suggestion, (bareme_text){word, strlen(word)});
}

bareme_text suggest_name(const bareme_policy *policy, bareme_kind kind, const char *wanted,
                         size_t length) {
  struct suggestion best = suggest_begin(wanted, length);
  for (uint32_t i = 0; i < bareme_policy_count(policy, kind); i++)
    try_text(&best, bareme_policy_name(policy, kind, i));
  return best.word;
}

/* text.c - bytes with a length: comparing, hashing, and guessing what was meant.
 *
 * What needs to know about characters is in unicode.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/hash.h"
#include "base/unicode.h"
#include "base/words.h"

struct text text_from(const char *terminated) {
  size_t length = 0;
  while (terminated[length])
    length++;
  return (struct text){terminated, length};
}

bool text_equal(struct text a, struct text b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

int text_compare(struct text a, struct text b) {
  size_t common = a.length < b.length ? a.length : b.length;
  int order = common ? memcmp(a.bytes, b.bytes, common) : 0;
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

size_t text_last(struct text text, char c) {
  size_t length = text.length;
  for (; length >= 8; length -= 8) {
    uint64_t found = word_zeros_all(word_load(text.bytes + length - 8) ^ WORD_OF(c));
    if (found)
      return length - 7 + word_last(found);
  }
  while (length > 0 && text.bytes[length - 1] != c)
    length--;
  return length;
}

bool text_starts_with(struct text text, struct text prefix) {
  return text.length >= prefix.length &&
         (prefix.length == 0 || memcmp(text.bytes, prefix.bytes, prefix.length) == 0);
}

uint64_t text_hash(struct text text, uint64_t seed) {
  uint64_t state = hash_begin(seed);
  size_t at = 0;
  for (; text.length - at >= 8; at += 8)
    state = hash_word(state, word_load(text.bytes + at));
  if (at < text.length)
    state = hash_word(state, word_load_part(text.bytes + at, text.length - at));
  return hash_end(state, text.length);
}

/* text_distance fills the matrix of edit distances between the prefixes of a
 * and b, of which a cell needs the two rows above (two for the swap).  Only
 * the diagonals within `limit` of the main one can hold a distance within it,
 * so a row costs 2 * limit + 1 cells however long the texts are. */

#define DISTANCE_CHARACTERS 256 /* names are shorter (LIMIT_NAME_BYTES) */

struct characters {
  uint32_t items[DISTANCE_CHARACTERS];
  size_t count;
};

/* False if the text is too long.  What is not UTF-8 is taken byte by byte. */
static bool split(struct text text, struct characters *characters) {
  bool well_formed = utf8_error(text) == text.length;
  characters->count = 0;
  for (size_t at = 0; at < text.length;) {
    if (characters->count == DISTANCE_CHARACTERS)
      return false;
    uint32_t item = well_formed ? utf8_next(text, &at) : (unsigned char)text.bytes[at++];
    characters->items[characters->count++] = item;
  }
  return true;
}

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

/* The cell of row i, column j, both from 1; rows[0] is row i, rows[1] the one
 * above it, rows[2] the one above that. */
static unsigned distance_cell(unsigned *const rows[3], const struct characters *a,
                              const struct characters *b, size_t i, size_t j) {
  bool same = a->items[i - 1] == b->items[j - 1];
  unsigned cell = rows[1][j - 1] + !same;
  cell = least(cell, least(rows[1][j], rows[0][j - 1]) + 1);
  if (i > 1 && j > 1 && a->items[i - 1] == b->items[j - 2] && a->items[i - 2] == b->items[j - 1])
    cell = least(cell, rows[2][j - 2] + 1);
  return cell;
}

static unsigned banded_distance(const struct characters *a, const struct characters *b,
                                unsigned limit) {
  unsigned cells[3][DISTANCE_CHARACTERS + 1];
  unsigned *rows[3] = {cells[0], cells[1], cells[2]};
  for (size_t row = 0; row < 3; row++)
    for (size_t j = 0; j <= b->count; j++)
      cells[row][j] = limit + 1; /* what lies outside of the band */
  for (size_t j = 0; j <= b->count && j <= limit; j++)
    rows[0][j] = (unsigned)j;
  for (size_t i = 1; i <= a->count; i++) {
    unsigned *oldest = rows[2];
    rows[2] = rows[1], rows[1] = rows[0], rows[0] = oldest;
    size_t first = i > limit ? i - limit : 1;
    size_t last = i + limit < b->count ? i + limit : b->count;
    unsigned best = rows[0][first - 1] = least((unsigned)i, limit + 1);
    for (size_t j = first; j <= last; j++)
      best = least(best, rows[0][j] = distance_cell(rows, a, b, i, j));
    if (best > limit)
      return limit + 1;
    if (last < b->count)
      rows[0][last + 1] = limit + 1;
  }
  return least(rows[0][b->count], limit + 1);
}

unsigned text_distance(struct text a, struct text b, unsigned limit) {
  struct characters left, right;
  if (limit > DISTANCE_CHARACTERS)
    limit = DISTANCE_CHARACTERS;
  if (!split(a, &left) || !split(b, &right))
    return text_equal(a, b) ? 0 : limit + 1;
  size_t difference = left.count > right.count ? left.count - right.count //
                                               : right.count - left.count;
  return difference > limit ? limit + 1 : banded_distance(&left, &right, limit);
}

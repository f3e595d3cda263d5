/* unicode.c - what the tables know about code points, and texts mapped by it.
 *
 * Nearly all text that comes in is ASCII, so each mapping takes eight bytes at
 * a time as long as they are, and looks into the tables (see
 * unicode_tables.py for their shape) only for what is not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"

#include "base/hash.h"
#include "base/words.h"

enum record_flag {
  WORD = 1,
  SPACE = 2,
  MARK = 4,
  WIDE = 8,
  THIN = 16,
  ORDERED = 32,
  ORDERED_END = 64,
  UNORDERED = 128
};

struct record {
  int32_t fold, lower, upper; /* distances */
  uint32_t flags;
};

struct ordered_mark {
  uint32_t code_point, order;
};

#include "base/unicode_tables.h"

#define LOOK_UP(table, LOW, MIDDLE, code_point)                                                   \
  table##_entries[(uint32_t)table##_leaves                                                        \
                          [(uint32_t)table##_branches[(code_point) >> (LOW + MIDDLE)] << MIDDLE | \
                           ((code_point) >> LOW & ((1u << MIDDLE) - 1))]                          \
                      << LOW |                                                                    \
                  ((code_point) & ((1u << LOW) - 1))]

#define CODE_POINT_LIMIT 0x110000

static const struct record *record_of(uint32_t code_point) {
  if (code_point >= CODE_POINT_LIMIT)
    return &records[0];
  return &records[LOOK_UP(property, PROPERTY_LOW, PROPERTY_MIDDLE, code_point)];
}

static uint32_t moved(uint32_t code_point, int32_t distance) {
  return (uint32_t)((int32_t)code_point + distance);
}

uint32_t unicode_fold(uint32_t code_point) {
  return moved(code_point, record_of(code_point)->fold);
}

uint32_t unicode_lower(uint32_t code_point) {
  return moved(code_point, record_of(code_point)->lower);
}

uint32_t unicode_upper(uint32_t code_point) {
  return moved(code_point, record_of(code_point)->upper);
}

bool unicode_is_word(uint32_t code_point) {
  return record_of(code_point)->flags & WORD;
}
bool unicode_is_space(uint32_t code_point) {
  return record_of(code_point)->flags & SPACE;
}
bool unicode_is_mark(uint32_t code_point) {
  return record_of(code_point)->flags & MARK;
}

unsigned unicode_columns(uint32_t code_point) {
  uint32_t flags = record_of(code_point)->flags;
  return flags & WIDE ? 2 : flags & THIN ? 0 : 1;
}

/* Case mappings.  Both functions are parameters so that one loop serves all
 * three; as an inlined function it costs no calls. */

typedef uint64_t map_word(uint64_t word);
typedef uint32_t map_code_point(uint32_t code_point);

static inline size_t map_text(struct text text, char *out, map_word *ascii, map_code_point *other) {
  size_t at = 0, length = 0;
  while (at < text.length) {
    size_t left = text.length - at;
    if (left >= 8) {
      uint64_t word = word_load(text.bytes + at);
      if (word_is_ascii(word)) {
        word_store(out + length, ascii(word));
        at += 8, length += 8;
        continue;
      }
    }
    unsigned char byte = (unsigned char)text.bytes[at];
    if (byte < 0x80) {
      out[length++] = (char)ascii(byte);
      at++;
    } else {
      length += utf8_put(out + length, other(utf8_next(text, &at)));
    }
  }
  return length;
}

size_t text_fold(struct text text, char *out) {
  return map_text(text, out, word_lower, unicode_fold);
}

size_t text_lower(struct text text, char *out) {
  return map_text(text, out, word_lower, unicode_lower);
}

size_t text_upper(struct text text, char *out) {
  return map_text(text, out, word_upper, unicode_upper);
}

bool text_is_folded(struct text text) {
  for (size_t at = 0; at < text.length;) {
    if (text.length - at >= 8) {
      uint64_t word = word_load(text.bytes + at);
      if (word_is_ascii(word)) {
        if (word_range(word, 'A', 'Z'))
          return false;
        at += 8;
        continue;
      }
    }
    if (record_of(utf8_next(text, &at))->fold != 0)
      return false;
  }
  return true;
}

static inline uint32_t fold_next(struct text text, size_t *at) {
  uint32_t code_point = utf8_next(text, at);
  return code_point < 0x80 ? (uint32_t)word_lower(code_point) : unicode_fold(code_point);
}

/* Folding can change a text's length (U+212A, the Kelvin sign, is three bytes
 * and folds to `k`), so the two sides move on their own. */
bool text_equal_folded(struct text a, struct text b) {
  size_t i = 0, j = 0;
  while (i < a.length && j < b.length) {
    if (a.length - i >= 8 && b.length - j >= 8) {
      uint64_t left = word_load(a.bytes + i), right = word_load(b.bytes + j);
      if (word_is_ascii(left | right)) {
        if (word_lower(left) != word_lower(right))
          return false;
        i += 8, j += 8;
        continue;
      }
    } else if (a.length - i < 8 && a.length - i == b.length - j) { /* mostly the whole rest */
      uint64_t left = word_load_part(a.bytes + i, a.length - i);
      uint64_t right = word_load_part(b.bytes + j, b.length - j);
      if (word_is_ascii(left | right))
        return word_lower(left) == word_lower(right);
    }
    if (fold_next(a, &i) != fold_next(b, &j))
      return false;
  }
  return i == a.length && j == b.length;
}

/* Folded bytes on their way into the hash, which takes words of eight. */
struct hash_feed {
  uint64_t state, word;
  size_t length; /* bytes so far; length % 8 of them wait in word */
};

static void feed_byte(struct hash_feed *feed, unsigned char byte) {
  feed->word |= (uint64_t)byte << (feed->length % 8 * 8);
  if (++feed->length % 8 == 0) {
    feed->state = hash_word(feed->state, feed->word);
    feed->word = 0;
  }
}

/* Eight bytes: some fill up the waiting word, the others wait in the next. */
static void feed_word(struct hash_feed *feed, uint64_t word) {
  unsigned shift = (unsigned)(feed->length % 8 * 8);
  feed->state = hash_word(feed->state, feed->word | word << shift);
  feed->word = shift ? word >> (64 - shift) : 0;
  feed->length += 8;
}

uint64_t text_hash_folded(struct text text, uint64_t seed) {
  struct hash_feed feed = {hash_begin(seed), 0, 0};
  size_t at = 0;
  for (; text.length - at >= 8; at += 8) {
    uint64_t word = word_load(text.bytes + at);
    if (!word_is_ascii(word))
      break;
    feed.state = hash_word(feed.state, word_lower(word));
  }
  feed.length = at;
  if (text.length - at < 8) { /* mostly the whole rest */
    uint64_t word = word_load_part(text.bytes + at, text.length - at);
    if (at == text.length)
      return hash_end(feed.state, at);
    if (word_is_ascii(word))
      return hash_end(hash_word(feed.state, word_lower(word)), text.length);
  }
  while (at < text.length) {
    if (text.length - at >= 8) {
      uint64_t word = word_load(text.bytes + at);
      if (word_is_ascii(word)) {
        feed_word(&feed, word_lower(word));
        at += 8;
        continue;
      }
    }
    char bytes[4];
    size_t length = utf8_put(bytes, unicode_fold(utf8_next(text, &at)));
    for (size_t i = 0; i < length; i++)
      feed_byte(&feed, (unsigned char)bytes[i]);
  }
  if (feed.length % 8 != 0)
    feed.state = hash_word(feed.state, feed.word);
  return hash_end(feed.state, feed.length);
}

/* text_plain: NFKD without nonspacing marks.
 *
 * The table has the result for each code point; Hangul syllables are composed
 * by arithmetic (The Unicode Standard, section 3.12) and decomposed the same
 * way.  What is left of NFKD is canonical ordering: marks after one base stand
 * in the order of their combining classes.  Nearly all marks are nonspacing
 * and go away; the two dozen that stay (viramas, dots of Hangul, stems of
 * musical notes) are sorted when a run of them ends, so that

 *     plain(a) = plain(b) whenever a and b are canonically equivalent. */

/* Puts the marks of out[begin..end) in order, stably: one pass for each class,
 * into the room behind `end`.  There is room, as TEXT_PLAIN_BOUND allows for a
 * growth that characters which end with such marks are far from (3). */
static void order_marks(char *out, size_t begin, size_t end) {
  struct text run = {out + begin, end - begin};
  size_t length = 0;
  for (size_t i = 0; i < sizeof ordered_classes; i++) {
    for (size_t at = 0; at < run.length;) {
      size_t first = at;
      uint32_t code_point = utf8_next(run, &at), order = 0;
      for (size_t k = 0; k < sizeof ordered_marks / sizeof *ordered_marks; k++)
        if (ordered_marks[k].code_point == code_point)
          order = ordered_marks[k].order;
      if (order == ordered_classes[i]) {
        memcpy(out + end + length, run.bytes + first, at - first);
        length += at - first;
      }
    }
  }
  memcpy(out + begin, out + end, length);
}

#define HANGUL_FIRST  0xac00u
#define HANGUL_COUNT  11172u
#define HANGUL_VOWELS 21u
#define HANGUL_TAILS  28u

static size_t put_hangul(char *out, uint32_t syllable) {
  uint32_t tail = syllable % HANGUL_TAILS;
  uint32_t vowel = syllable / HANGUL_TAILS % HANGUL_VOWELS;
  size_t length = utf8_put(out, 0x1100 + syllable / (HANGUL_TAILS * HANGUL_VOWELS));
  length += utf8_put(out + length, 0x1161 + vowel);
  if (tail != 0)
    length += utf8_put(out + length, 0x11a7 + tail);
  return length;
}

/* What one code point becomes; returns the bytes written, 0 for a mark. */
static size_t put_plain(char *out, uint32_t code_point) {
  if (code_point - HANGUL_FIRST < HANGUL_COUNT)
    return put_hangul(out, code_point - HANGUL_FIRST);
  uint32_t offset = LOOK_UP(plain, PLAIN_LOW, PLAIN_MIDDLE, code_point);
  if (offset == 0)
    return utf8_put(out, code_point);
  size_t length = plain_bytes[offset];
  memcpy(out, plain_bytes + offset + 1, length);
  return length;
}

size_t text_plain(struct text text, char *out) {
  size_t length = 0, run = SIZE_MAX; /* where a run of ordered marks began */
  for (size_t at = 0; at < text.length;) {
    if (text.length - at >= 8 && word_is_ascii(word_load(text.bytes + at)) && run == SIZE_MAX) {
      memcpy(out + length, text.bytes + at, 8);
      at += 8, length += 8;
      continue;
    }
    uint32_t code_point = utf8_next(text, &at);
    uint32_t flags = record_of(code_point)->flags;
    if (run != SIZE_MAX && !(flags & (ORDERED | UNORDERED))) {
      order_marks(out, run, length);
      run = SIZE_MAX;
    }
    if (run == SIZE_MAX && flags & (ORDERED | ORDERED_END))
      run = length;
    length += put_plain(out + length, code_point);
  }
  if (run != SIZE_MAX)
    order_marks(out, run, length);
  return length;
}

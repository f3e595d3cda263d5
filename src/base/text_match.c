/* text_match.c - finding one text in another.
 *
 * The virtual machine runs these on every lead, mostly over a few dozen bytes,
 * so they start at once: nothing is prepared for a needle.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "base/words.h"

/* The first place from `at` on where both ends of the needle match, eight
 * places at a time: looking at two bytes that lie apart leaves few candidates
 * to compare, even in text that repeats one of them.  The caller has checked
 * that the needle is not empty and not longer than the text. */
static size_t find(struct text text, struct text needle, size_t at) {
  size_t reach = needle.length - 1;    /* from the first to the last byte */
  size_t places = text.length - reach; /* a needle may begin before this */
  char first = needle.bytes[0], last = needle.bytes[reach];
  uint64_t firsts = WORD_OF(first), lasts = WORD_OF(last);
  while (places > at && places - at >= 8) {
    uint64_t ends =
        (word_load(text.bytes + at) ^ firsts) | (word_load(text.bytes + at + reach) ^ lasts);
    for (uint64_t hits = word_zeros(ends); hits; hits &= hits - 1) {
      size_t place = at + word_first(hits);
      if (memcmp(text.bytes + place, needle.bytes, needle.length) == 0)
        return place;
    }
    at += 8;
  }
  for (; at < places; at++)
    if (text.bytes[at] == first && text.bytes[at + reach] == last &&
        memcmp(text.bytes + at, needle.bytes, needle.length) == 0)
      return at;
  return SIZE_MAX;
}

size_t text_find(struct text text, struct text needle, size_t from) {
  if (from > text.length || needle.length > text.length - from)
    return SIZE_MAX;
  return needle.length == 0 ? from : find(text, needle, from);
}

bool text_ends_with(struct text text, struct text suffix) {
  size_t start = text.length - suffix.length;
  return text.length >= suffix.length &&
         (suffix.length == 0 || memcmp(text.bytes + start, suffix.bytes, suffix.length) == 0);
}

/* ASCII without the table. */
static bool is_word(uint32_t code_point) {
  if (code_point >= 0x80)
    return unicode_is_word(code_point);
  uint32_t letter = code_point | 0x20;
  return (letter >= 'a' && letter <= 'z') || (code_point >= '0' && code_point <= '9');
}

static bool word_before(struct text text, size_t at) {
  return at > 0 && is_word(utf8_previous(text, &at));
}

static bool word_after(struct text text, size_t at) {
  return at < text.length && is_word(utf8_next(text, &at));
}

bool text_mentions(struct text text, struct text needle) {
  if (needle.length == 0)
    return false;
  /* An edge of the needle that is no word character splits no word. */
  bool left = word_after(needle, 0), right = word_before(needle, needle.length);
  for (size_t from = 0;; from++) {
    from = text_find(text, needle, from);
    if (from == SIZE_MAX)
      return false;
    if (!(left && word_before(text, from)) && !(right && word_after(text, from + needle.length)))
      return true;
  }
}

/* The literal text that stands at `at` of a pattern, up to the next sign. */
static struct text literal_at(struct text pattern, size_t at) {
  size_t end = at;
  while (end < pattern.length && pattern.bytes[end] != '*' && pattern.bytes[end] != '?')
    end++;
  return (struct text){pattern.bytes + at, end - at};
}

/* One character of the text against one sign of the pattern that is no `*`. */
static bool match_one(struct text text, size_t *at, struct text pattern, size_t *sign) {
  if (*at == text.length || *sign == pattern.length)
    return false;
  if (pattern.bytes[*sign] == '?')
    utf8_next(text, at);
  else if (pattern.bytes[*sign] == text.bytes[*at])
    ++*at;
  else
    return false;
  ++*sign;
  return true;
}

/* Only the last `*` needs a way back: what stood before it matched as early as
 * it can, which leaves the most for the rest.  What follows a `*` is looked up
 * by its literal beginning; if that does not occur, nothing can match. */
bool text_like(struct text text, struct text pattern) {
  size_t at = 0, sign = 0;
  size_t star = SIZE_MAX, resume = 0; /* the sign behind the last *, and where it was tried */
  for (;;) {
    if (sign < pattern.length && pattern.bytes[sign] == '*') {
      star = ++sign;
      resume = at;
      if (star == pattern.length)
        return true;
    } else if (match_one(text, &at, pattern, &sign)) {
      continue;
    } else if (at == text.length && sign == pattern.length) {
      return true;
    } else if (star == SIZE_MAX || resume == text.length) {
      return false;
    } else {
      utf8_next(text, &resume);
    }
    resume = text_find(text, literal_at(pattern, star), resume);
    if (resume == SIZE_MAX)
      return false;
    at = resume;
    sign = star;
  }
}

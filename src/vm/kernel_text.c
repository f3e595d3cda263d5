/* kernel_text.c - texts: made, and tested.
 *
 * Comparisons ignore case by comparing folded texts; folding is an instruction
 * of its own, so that all tests of a field share it.  A text that is folded
 * already is not copied.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "base/unicode.h"

#include <string.h>

/* ---- texts from texts --------------------------------------------------------- */

typedef size_t mapping(struct text text, char *out);

static bool map_text(struct arena *scratch, mapping *map, size_t bound, struct text text,
                     struct text *out) {
  if (text.length == 0) {
    *out = text;
    return true;
  }
  char *bytes = arena_alloc(scratch, bound);
  if (!bytes)
    return false;
  *out = (struct text){bytes, map(text, bytes)};
  return true;
}

static bool made_text(const struct machine *m, enum opcode op, struct text a, struct text *out) {
  struct arena *scratch = &m->runner->scratch;
  switch (op) {
  case OP_FOLD:
    *out = a;
    return text_is_folded(a) || map_text(scratch, text_fold, TEXT_FOLD_BOUND(a.length), a, out);
  case OP_LOWER: return map_text(scratch, text_lower, TEXT_CASE_BOUND(a.length), a, out);
  case OP_UPPER: return map_text(scratch, text_upper, TEXT_CASE_BOUND(a.length), a, out);
  default: return map_text(scratch, text_plain, TEXT_PLAIN_BOUND(a.length), a, out);
  }
}

static bool make_texts(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    if (!column_bit(a->known, l))
      d->text[l] = (struct text){0};
    else if (!made_text(m, (enum opcode)i->op, a->text[l], &d->text[l]))
      return false;
  if (d != a)
    memcpy(d->known, a->known, words_of(lanes) * sizeof *d->known);
  return true;
}

static struct text part_of(enum opcode op, struct text text, bool *found) {
  *found = true;
  switch (op) {
  case OP_TRIM: return text_trim(text);
  case OP_DOMAIN: return text_domain(text, found);
  case OP_LOCAL_PART: return text_local_part(text, found);
  case OP_HOST: return text_host(text, found);
  default: return text_path(text, found);
  }
}

static void take_parts(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t known = 0, operand = a->known[w];
    for (uint32_t j = 0, l = w * WORD_LANES; j < lanes_in(lanes, w); j++, l++) {
      bool found = false;
      struct text part = {0};
      if (operand >> j & 1)
        part = part_of((enum opcode)i->op, a->text[l], &found);
      d->text[l] = found ? part : (struct text){0};
      known |= (uint64_t)found << j;
    }
    d->known[w] = known;
  }
}

static void lengths(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->number[l] = column_bit(a->known, l) ? (double)utf8_count(a->text[l]) : 0;
  memcpy(d->known, a->known, words_of(lanes) * sizeof *d->known);
}

/* ---- tests of one text by another ------------------------------------------------- */

static bool test_text(enum opcode op, struct text text, struct text by) {
  switch (op) {
  case OP_CONTAINS: return text_find(text, by, 0) != SIZE_MAX;
  case OP_STARTS: return text_starts_with(text, by);
  case OP_ENDS: return text_ends_with(text, by);
  case OP_LIKE: return text_like(text, by);
  case OP_MENTIONS: return text_mentions(text, by);
  default: return text_equal(text, by);
  }
}

/* Folded texts in a set that ignores case are equal where their bytes are. */
static bool holds(struct text_list list, struct text folded) {
  for (size_t n = 0; n < list.count; n++)
    if (text_equal_folded(list.items[n], folded))
      return true;
  return false;
}

/* Answers `test` for the known lanes only: a text may cost something to look at. */
#define TEST(known_bits, test)                               \
  for (uint32_t w = 0; w < words_of(lanes); w++) {           \
    const uint64_t known = (known_bits);                     \
    uint64_t bits = 0;                                       \
    for (uint64_t left = known; left; left &= left - 1) {    \
      uint32_t j = lowest_bit(left), l = w * WORD_LANES + j; \
      bits |= (uint64_t)(test) << j;                         \
    }                                                        \
    d->yes[w] = bits;                                        \
    d->no[w] = known & ~bits;                                \
  }

static void test_pairs(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_HOLDS) {
    TEST(a->known[w] & b->known[w], holds(a->texts[l], b->text[l]));
  } else {
    TEST(a->known[w] & b->known[w], test_text((enum opcode)i->op, a->text[l], b->text[l]));
  }
}

/* ---- tests by a set --------------------------------------------------------------------- */

/* One walk over the text: only where a byte can begin an item are items tried. */
static bool contains_any(const struct text_set *set, struct text text) {
  if (set->has_empty)
    return true;
  for (size_t at = 0; at < text.length; at++) {
    unsigned char byte = (unsigned char)text.bytes[at];
    if (!(set->first[byte >> 6] >> (byte & 63) & 1))
      continue;
    struct text rest = {text.bytes + at, text.length - at};
    for (uint32_t n = 0; n < set->count; n++)
      if (text_starts_with(rest, set->items[n]))
        return true;
  }
  return false;
}

static bool any_item(enum opcode op, const struct text_set *set, struct text text) {
  for (uint32_t n = 0; n < set->count; n++)
    if (test_text(op, text, set->items[n]))
      return true;
  return false;
}

static bool all_items(enum opcode op, const struct text_set *set, struct text text) {
  for (uint32_t n = 0; n < set->count; n++)
    if (!test_text(op, text, set->items[n]))
      return false;
  return true;
}

static bool test_set(enum opcode op, const struct text_set *set, struct text text) {
  switch (op) {
  case OP_TEXT_IN: return text_set_has(set, text);
  case OP_CONTAINS_ANY: return contains_any(set, text);
  case OP_STARTS_ANY: return any_item(OP_STARTS, set, text);
  case OP_ENDS_ANY: return any_item(OP_ENDS, set, text);
  case OP_LIKE_ANY: return any_item(OP_LIKE, set, text);
  case OP_MENTIONS_ANY: return any_item(OP_MENTIONS, set, text);
  case OP_CONTAINS_ALL: return all_items(OP_CONTAINS, set, text);
  case OP_STARTS_ALL: return all_items(OP_STARTS, set, text);
  case OP_ENDS_ALL: return all_items(OP_ENDS, set, text);
  case OP_LIKE_ALL: return all_items(OP_LIKE, set, text);
  default: return all_items(OP_MENTIONS, set, text);
  }
}

static bool holds_set(enum opcode op, const struct text_set *set, struct text_list list) {
  bool all = op == OP_HOLDS_ALL;
  for (uint32_t n = 0; n < set->count; n++)
    if (holds(list, set->items[n]) != all)
      return !all;
  return all;
}

static void test_sets(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  const struct text_set *set = &m->program->text_sets[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_HOLDS_ANY || i->op == OP_HOLDS_ALL) {
    TEST(a->known[w], holds_set((enum opcode)i->op, set, a->texts[l]));
  } else {
    TEST(a->known[w], test_set((enum opcode)i->op, set, a->text[l]));
  }
}

/* ---- the kernels ------------------------------------------------------------------------- */

#define MAKES(op)            \
  KERNEL(op) {               \
    return make_texts(m, i); \
  }
#define TAKES(op)     \
  KERNEL(op) {        \
    take_parts(m, i); \
    return true;      \
  }
#define TESTS(op, by) \
  KERNEL(op) {        \
    by(m, i);         \
    return true;      \
  }

MAKES(FOLD)
MAKES(LOWER)
MAKES(UPPER)
MAKES(PLAIN)

TAKES(TRIM)
TAKES(DOMAIN)
TAKES(LOCAL_PART)
TAKES(HOST)
TAKES(PATH)

TESTS(LENGTH, lengths)

TESTS(TEXT_EQUAL, test_pairs)
TESTS(CONTAINS, test_pairs)
TESTS(STARTS, test_pairs)
TESTS(ENDS, test_pairs)
TESTS(LIKE, test_pairs)
TESTS(MENTIONS, test_pairs)
TESTS(HOLDS, test_pairs)

TESTS(TEXT_IN, test_sets)
TESTS(CONTAINS_ANY, test_sets)
TESTS(STARTS_ANY, test_sets)
TESTS(ENDS_ANY, test_sets)
TESTS(LIKE_ANY, test_sets)
TESTS(MENTIONS_ANY, test_sets)
TESTS(CONTAINS_ALL, test_sets)
TESTS(STARTS_ALL, test_sets)
TESTS(ENDS_ALL, test_sets)
TESTS(LIKE_ALL, test_sets)
TESTS(MENTIONS_ALL, test_sets)
TESTS(HOLDS_ANY, test_sets)
TESTS(HOLDS_ALL, test_sets)

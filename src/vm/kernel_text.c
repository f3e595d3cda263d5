/* kernel_text.c - texts: made, and tested.
 *
 * Comparisons ignore case by comparing folded texts.  A test by a set of folded
 * texts folds what it tests by itself; where two columns are compared, or a
 * folded text is asked many times, folding is an instruction of its own.  A
 * text that is folded already is not copied.
 *
 * Texts that fit into a block (block.h) and are ASCII are folded and tested in
 * a register; all others, and all texts where there are no blocks, go the long
 * way through base/.
 *
 * Where lanes are codes of a vocabulary (vocabulary.h), each of its texts is
 * tested once, and lanes look answers up (memo.h).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include "base/hash.h"
#include "base/unicode.h"
#include "vm/block.h"
#include "vm/memo.h"

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

/* True if it is sure at once that folding the text would change nothing. */
static inline bool is_plainly_folded(struct text text) {
#if BLOCK_BYTES > 0
  if (text.length > BLOCK_BYTES)
    return false;
  struct block block = block_load(text.bytes, text.length);
  return block_is_ascii(block) && block_differ(block, block_lower(block)) == 0;
#else
  return text.length == 0;
#endif
}

/* ---- parts of texts ------------------------------------------------------------ */

#if BLOCK_BYTES > 0

static inline struct text slice(struct text text, size_t begin, size_t end) {
  return begin < end ? (struct text){text.bytes + begin, end - begin} : (struct text){0};
}

static inline size_t first_of(uint64_t bits, size_t otherwise) {
  return bits ? lowest_bit(bits) : otherwise;
}

/* Offset of the path behind http:// or https:// and the host; 0 if the URL does
 * not begin so. */
static inline size_t behind_host(struct text url, struct block block, uint64_t ends) {
  const struct block lower = block_lower(block);
  const uint64_t http = block_differ(lower, block_load("http://", 7)) & 0x7f;
  const uint64_t https = block_differ(lower, block_load("https://", 8)) & 0xff;
  const size_t scheme = http == 0 ? 7 : 8;
  return http && https ? 0 : first_of(ends >> scheme << scheme, url.length);
}

/* The path of the commonest URLs.  False of all others: text_path then knows
 * what they may be. */
static inline bool common_path(struct text url, struct block block, struct text *path) {
  const uint64_t slash = block_find(block, '/');
  const uint64_t query = block_find(block, '?') | block_find(block, '#');
  size_t begin = slash & 1 ? 0 : behind_host(url, block, slash | query);
  if ((slash & 3) == 3 || (begin == 0 && !(slash & 1)))
    return false;
  size_t end = begin < url.length ? first_of(query >> begin << begin, url.length) : begin;
  *path = begin < end ? slice(url, begin, end) : TEXT("/");
  return true;
}

/* False if the block does not tell. */
static inline bool part_in_block(enum opcode op, struct text text, struct text *part) {
  struct block block = block_load(text.bytes, text.length);
  if (op == OP_PATH)
    return common_path(text, block, part);
  uint64_t signs = block_find(block, '@');
  if (op == OP_DOMAIN)
    *part = signs ? slice(text, highest_bit(signs) + 1, text.length) : (struct text){0};
  else if (op == OP_LOCAL_PART)
    *part = signs ? slice(text, 0, highest_bit(signs)) : (struct text){0};
  else
    return false;
  return true;
}

#endif

/* A part that is not there has no bytes. */
static inline struct text part_of(enum opcode op, struct text text) {
  bool found = true;
  struct text part = {0};
#if BLOCK_BYTES > 0
  if (text.length <= BLOCK_BYTES && part_in_block(op, text, &part))
    return part;
#endif
  switch (op) {
  case OP_DOMAIN: part = text_domain(text, &found); break;
  case OP_LOCAL_PART: part = text_local_part(text, &found); break;
  case OP_HOST: part = text_host(text, &found); break;
  default: part = text_path(text, &found); break;
  }
  return found ? part : (struct text){0};
}

/* A text of a text; without bytes where there is none.  False if out of memory. */
static inline __attribute__((always_inline)) bool made_text(const struct machine *m, enum opcode op,
                                                            struct text a, struct text *out) {
  struct arena *scratch = &m->runner->scratch;
  switch (op) {
  case OP_DOMAIN:
  case OP_LOCAL_PART:
  case OP_HOST:
  case OP_PATH: *out = part_of(op, a); return true;
  case OP_TRIM: *out = text_trim(a); return true;
  case OP_FOLD:
    *out = a;
    return is_plainly_folded(a) || text_is_folded(a) ||
           map_text(scratch, text_fold, TEXT_FOLD_BOUND(a.length), a, out);
  case OP_LOWER: return map_text(scratch, text_lower, TEXT_CASE_BOUND(a.length), a, out);
  case OP_UPPER: return map_text(scratch, text_upper, TEXT_CASE_BOUND(a.length), a, out);
  default: return map_text(scratch, text_plain, TEXT_PLAIN_BOUND(a.length), a, out);
  }
}

/* ---- columns of them --------------------------------------------------------------- */

/* Made anew for each opcode, so that it is not asked which one it is at every text. */
static inline __attribute__((always_inline)) bool
make_lanes(enum opcode op, const struct machine *m, const struct instruction *i) {
  const struct column a = m->r[i->a], d = plain_register(m, i->d);
  const bool may_miss = op >= OP_DOMAIN;
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t w = 0; w < words; w++) {
    const uint64_t known = a.known[w];
    uint64_t missing = 0;
    for (uint64_t left = known; left; left &= left - 1) {
      const uint32_t j = lowest_bit(left), l = w * WORD_LANES + j;
      if (!made_text(m, op, lane_text(&a, l), &d.text[l]))
        return false;
      missing |= (uint64_t)(may_miss && !d.text[l].bytes) << j;
    }
    d.known[w] = known & ~missing;
  }
  return true;
}

/* The vocabulary of the texts that are made of those of another, at the same codes. */
static bool make_vocabulary(const struct machine *m, enum opcode op, struct memo *memo) {
  const uint32_t count = memo->of->count;
  struct text *made = arena_array(&m->runner->scratch, (size_t)count + 1, sizeof *made);
  if (!made)
    return false;
  for (uint32_t n = 0; n < count; n++) {
    if (!made_text(m, op, memo->of->texts[n], &made[n]))
      return false;
    memo->answers[n] = op < OP_DOMAIN || made[n].bytes;
  }
  memo->made = vocabulary_new(&m->runner->memory, made, count);
  memo->complete = memo->made != NULL;
  return memo->complete;
}

/* Codes of that vocabulary; and texts beside them, if somebody reads them. */
static void make_codes(const struct machine *m, const struct instruction *i,
                       const struct memo *memo) {
  const struct column a = m->r[i->a];
  struct column *const d = &m->r[i->d];
  const struct answers answers = answers_of(memo->answers, memo->of->count);
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t w = 0; w < words; w++) {
    const uint32_t first = w * WORD_LANES;
    const uint64_t known = a.known[w] & answers_by_code(&answers, a.code + first);
    for (uint64_t left = m->runner->plain[i->d] ? known : 0; left; left &= left - 1) {
      const uint32_t l = first + lowest_bit(left);
      d->text[l] = memo->made->texts[a.code[l]];
    }
    d->known[w] = known;
  }
  d->code = a.code;
  d->vocabulary = memo->made;
}

/* Of codes, when there have been as many lanes as texts. */
static inline __attribute__((always_inline)) bool
make_texts(enum opcode op, const struct machine *m, const struct instruction *i) {
  struct vocabulary *const vocabulary = m->r[i->a].vocabulary;
  if (!vocabulary)
    return make_lanes(op, m, i);
  struct memo *memo = memo_of(m->runner, i, vocabulary);
  if (!memo)
    return false;
  memo->lanes += lanes_of(m, i->space);
  if (!memo->complete && memo->lanes < vocabulary->count)
    return make_lanes(op, m, i);
  if (!memo->complete && !make_vocabulary(m, op, memo))
    return false;
  make_codes(m, i, memo);
  return true;
}

#define MAKE(op)                      \
  KERNEL(op) {                        \
    return make_texts(OP_##op, m, i); \
  }

MAKE(FOLD)
MAKE(LOWER)
MAKE(UPPER)
MAKE(PLAIN)
MAKE(TRIM)
MAKE(DOMAIN)
MAKE(LOCAL_PART)
MAKE(HOST)
MAKE(PATH)

KERNEL(LENGTH) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  memset(d.number, 0, words_of(lanes) * WORD_LANES * sizeof *d.number);
  for (uint32_t w = 0; w < words_of(lanes); w++)
    for (uint64_t left = a.known[w]; left; left &= left - 1) {
      const uint32_t l = w * WORD_LANES + lowest_bit(left);
      d.number[l] = (double)utf8_count(lane_text(&a, l));
    }
  copy_bits(d.known, a.known, lanes);
  return true;
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
  struct column *const d = &m->r[i->d];                      \
  const uint32_t words = words_of(lanes_of(m, i->space));    \
  for (uint32_t w = 0; w < words; w++) {                     \
    const uint64_t known = (known_bits);                     \
    uint64_t bits = 0;                                       \
    for (uint64_t left = known; left; left &= left - 1) {    \
      uint32_t j = lowest_bit(left), l = w * WORD_LANES + j; \
      bits |= (uint64_t)(test) << j;                         \
    }                                                        \
    d->yes[w] = bits;                                        \
    d->no[w] = known & ~bits;                                \
  }                                                          \
  return true

#define TEST_PAIR(op)                                                        \
  KERNEL(op) {                                                               \
    const struct column a = m->r[i->a], b = m->r[i->b];                      \
    TEST(a.known[w] & b.known[w], test_text(OP_##op, a.text[l], b.text[l])); \
  }

TEST_PAIR(TEXT_EQUAL)
TEST_PAIR(CONTAINS)
TEST_PAIR(STARTS)
TEST_PAIR(ENDS)
TEST_PAIR(LIKE)
TEST_PAIR(MENTIONS)

KERNEL(HOLDS) {
  const struct column a = m->r[i->a], b = m->r[i->b];
  TEST(a.known[w] & b.known[w], holds(a.texts[l], b.text[l]));
}

/* ---- a text and a set, the long way --------------------------------------------------- */

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

/* Room to fold one text after another. */
struct room {
  char *bytes;
  size_t length;
};

/* False if out of memory. */
static bool fold_into(struct room *room, struct arena *arena, struct text *text) {
  if (text_is_folded(*text))
    return true;
  size_t bound = TEXT_FOLD_BOUND(text->length);
  if (bound > room->length) {
    room->length = bound * 2;
    room->bytes = arena_alloc(arena, room->length);
    if (!room->bytes)
      return false;
  }
  *text = (struct text){room->bytes, text_fold(*text, room->bytes)};
  return true;
}

/* ---- a text and a set, in a block ------------------------------------------------------ */

#if BLOCK_BYTES > 0

/* A text as a block, folded where the set wants that, and as bytes again. */
struct shown {
  struct block block;
  size_t length;
  char bytes[BLOCK_BYTES + 8]; /* so that a word may be read at each */
};

static inline bool begins_at(const struct shown *text, struct text item, size_t at) {
  if (item.length >= 8)
    return memcmp(text->bytes + at, item.bytes, item.length) == 0;
  uint64_t differ = word_load(text->bytes + at) ^ word_load_part(item.bytes, item.length);
  return (differ & ((UINT64_C(1) << 8 * item.length) - 1)) == 0;
}

/* The first and the last byte of the item leave few places to look at.  No branch
 * hangs on how long the text is. */
static inline bool block_contains(const struct shown *text, struct text item) {
  if (item.length == 0 || item.length > BLOCK_BYTES)
    return item.length == 0;
  const size_t reach = item.length - 1;
  const uint64_t ends = block_find(text->block, item.bytes[reach]) & block_bits(text->length);
  uint64_t places = block_find(text->block, item.bytes[0]) & ends >> reach;
  for (; places; places &= places - 1)
    if (begins_at(text, item, lowest_bit(places)))
      return true;
  return false;
}

/* Without branches on what the text is. */
static inline bool block_starts(const struct shown *text, struct text item) {
  if (item.length > BLOCK_BYTES)
    return false;
  struct block prefix = block_load(item.bytes, item.length);
  bool differs = block_differ(text->block, prefix) & block_bits(item.length);
  return !differs & (item.length <= text->length);
}

/* Of the lengths that most texts have no branch depends. */
static inline uint64_t hash_block(const struct shown *text) {
  uint64_t state = hash_begin(0);
  for (size_t at = 0; at < 24; at += 8) {
    uint64_t next = hash_word(state, word_load(text->bytes + at));
    state = at < text->length ? next : state;
  }
  for (size_t at = 24; at < text->length; at += 8)
    state = hash_word(state, word_load(text->bytes + at));
  return state;
}

/* What text_set_has does, the hash taken from words that are padded already. */
static inline bool block_is_in(const struct text_set *set, const struct shown *text) {
  if (!(set->lengths >> (text->length < 63 ? text->length : 63) & 1))
    return false;
  uint64_t state = hash_block(text);
  uint32_t slot = (uint32_t)hash_end(state, text->length) & set->slot_mask;
  for (; set->slots[slot]; slot = (slot + 1) & set->slot_mask) {
    const struct text item = set->items[set->slots[slot] - 1];
    if (item.length == text->length &&
        block_differ(text->block, block_load(item.bytes, item.length)) == 0)
      return true;
  }
  return false;
}

static inline bool test_shown(enum opcode op, const struct text_set *set,
                              const struct shown *text) {
  const struct text bytes = {text->bytes, text->length};
  switch (op) {
  case OP_TEXT_IN: return block_is_in(set, text);
  case OP_CONTAINS_ANY:
    for (uint32_t n = 0; n < set->count; n++)
      if (block_contains(text, set->items[n]))
        return true;
    return false;
  case OP_STARTS_ANY: {
    bool any = false;
    for (uint32_t n = 0; n < set->count; n++)
      any |= block_starts(text, set->items[n]);
    return any;
  }
  case OP_MENTIONS_ANY:
    for (uint32_t n = 0; n < set->count; n++)
      if (block_contains(text, set->items[n]) && text_mentions(bytes, set->items[n]))
        return true;
    return false;
  default: return test_set(op, set, bytes);
  }
}

/* False if the text is not one for a block. */
static inline bool test_in_block(enum opcode op, const struct text_set *set, struct text text,
                                 bool *answer) {
  struct shown shown;
  if (text.length > BLOCK_BYTES)
    return false;
  shown.block = block_load(text.bytes, text.length);
  shown.length = text.length;
  if (set->folded) {
    if (!block_is_ascii(shown.block))
      return false;
    shown.block = block_lower(shown.block);
  }
  block_store(shown.bytes, shown.block);
  memset(shown.bytes + BLOCK_BYTES, 0, sizeof shown.bytes - BLOCK_BYTES);
  *answer = test_shown(op, set, &shown);
  return true;
}

#else

static inline bool test_in_block(enum opcode op, const struct text_set *set, struct text text,
                                 bool *answer) {
  (void)op, (void)set, (void)text, (void)answer;
  return false;
}

#endif

/* ---- tests by a set --------------------------------------------------------------------- */

/* The answers for the lanes of a word; false if out of memory. */
static inline bool test_word(enum opcode op, const struct machine *m, const struct text_set *set,
                             const struct text *texts, uint64_t known, struct room *room,
                             uint64_t *answers) {
  *answers = 0;
  for (uint64_t left = known; left; left &= left - 1) {
    const uint32_t j = lowest_bit(left);
    struct text text = texts[j];
    bool answer;
    if (!test_in_block(op, set, text, &answer)) {
      if (set->folded && !fold_into(room, &m->runner->scratch, &text))
        return false;
      answer = test_set(op, set, text);
    }
    *answers |= (uint64_t)answer << j;
  }
  return true;
}

/* ---- the same of codes ------------------------------------------------------------------ */

/* Asks every text of the vocabulary. */
static bool ask_all(const struct machine *m, const struct instruction *i, struct memo *memo) {
  const struct text_set set = m->program->text_sets[i->b];
  const uint32_t count = memo->of->count;
  struct room room = {0};
  for (uint32_t w = 0; w < words_of(count); w++) {
    uint64_t yes;
    if (!test_word((enum opcode)i->op, m, &set, memo->of->texts + w * WORD_LANES,
                   lane_mask(count, w), &room, &yes))
      return false;
    flags_of_bits(yes, memo->answers + w * WORD_LANES);
  }
  memo->complete = true;
  return true;
}

static void look_up(const struct column *d, const struct column *a, const struct memo *memo,
                    uint32_t words) {
  const struct answers answers = answers_of(memo->answers, memo->of->count);
  for (uint32_t w = 0; w < words; w++) {
    const uint64_t known = a->known[w];
    const uint64_t yes = known & answers_by_code(&answers, a->code + w * WORD_LANES);
    d->yes[w] = yes;
    d->no[w] = known & ~yes;
  }
}

static bool test_lanes(const struct machine *m, const struct instruction *i, uint32_t words) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const struct text_set set = m->program->text_sets[i->b];
  struct room room = {0};
  for (uint32_t w = 0; w < words; w++) {
    const uint64_t known = a.known[w];
    struct text texts[WORD_LANES];
    uint64_t yes;
    for (uint64_t left = known; left; left &= left - 1) {
      const uint32_t j = lowest_bit(left);
      texts[j] = a.vocabulary->texts[a.code[w * WORD_LANES + j]];
    }
    if (!test_word((enum opcode)i->op, m, &set, texts, known, &room, &yes))
      return false;
    d.yes[w] = yes;
    d.no[w] = known & ~yes;
  }
  return true;
}

/* All texts are asked when there have been as many lanes. */
static bool test_codes(const struct machine *m, const struct instruction *i) {
  const struct column *const a = &m->r[i->a];
  const uint32_t lanes = lanes_of(m, i->space);
  struct memo *memo = memo_of(m->runner, i, a->vocabulary);
  if (!memo)
    return false;
  memo->lanes += lanes;
  if (!memo->complete && memo->lanes < a->vocabulary->count)
    return test_lanes(m, i, words_of(lanes));
  if (!memo->complete && !ask_all(m, i, memo))
    return false;
  look_up(&m->r[i->d], a, memo, words_of(lanes));
  return true;
}

/* ---- the instructions ------------------------------------------------------------------- */

/* Made anew for each opcode, so that it is not asked which one it is at every text. */
static inline __attribute__((always_inline)) bool
test_texts(enum opcode op, const struct machine *m, const struct instruction *i) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const struct text_set set = m->program->text_sets[i->b];
  const uint32_t words = words_of(lanes_of(m, i->space));
  struct room room = {0};
  if (a.vocabulary)
    return test_codes(m, i);
  for (uint32_t w = 0; w < words; w++) {
    const struct text *const texts = a.text + w * WORD_LANES;
    const uint64_t known = a.known[w];
    uint64_t yes;
    if (!test_word(op, m, &set, texts, known, &room, &yes))
      return false;
    d.yes[w] = yes;
    d.no[w] = known & ~yes;
  }
  return true;
}

#define TEST_SET(op)                  \
  KERNEL(op) {                        \
    return test_texts(OP_##op, m, i); \
  }

#if BLOCK_BYTES > 0

/* Which of a word's texts are the first item at their heads.  Left over are those
 * that are no texts for a block, and those whose head has another item.  Nothing
 * branches on what a text is, for who is in a set is what nobody can guess. */
static inline uint64_t find_heads(const struct text_set *set, const struct text *texts,
                                  uint64_t known, uint64_t *left_over) {
  uint64_t yes = 0;
  *left_over = 0;
  for (uint64_t left = known; left; left &= left - 1) {
    const uint32_t j = lowest_bit(left);
    const size_t length = texts[j].length;
    const bool fits = length <= BLOCK_BYTES;
    struct block block = block_load(texts[j].bytes, fits ? length : 0);
    const uint64_t odd = (length > BLOCK_BYTES) | (set->folded & (block_is_ascii(block) == 0));
    block = set->folded ? block_lower(block) : block;
    const uint32_t found =
        set->heads[text_set_head(set, block_first(block), block_second(block), length)];
    const struct text item = set->items[found - (found > 0)];
    const size_t compared = item.length < BLOCK_BYTES ? item.length : BLOCK_BYTES;
    const uint64_t differ =
        block_differ(block, block_load(item.bytes, compared)) | (item.length ^ length);
    const uint64_t differs = (differ | (0 - differ)) >> 63;
    const uint64_t is_item = found > 0;
    yes |= (is_item & ~differs) << j;
    *left_over |= ((is_item & differs) | odd) << j;
  }
  return yes;
}

/* A set whose items mostly have heads of their own. */
static bool test_heads(const struct machine *m, const struct instruction *i) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const struct text_set set = m->program->text_sets[i->b];
  const uint32_t words = words_of(lanes_of(m, i->space));
  struct room room = {0};
  for (uint32_t w = 0; w < words; w++) {
    const struct text *const texts = a.text + w * WORD_LANES;
    const uint64_t known = a.known[w];
    uint64_t rest, more = 0, yes = find_heads(&set, texts, known, &rest);
    if (rest && !test_word(OP_TEXT_IN, m, &set, texts, rest, &room, &more))
      return false;
    yes = (yes & ~rest) | more;
    d.yes[w] = yes;
    d.no[w] = known & ~yes;
  }
  return true;
}

#endif

KERNEL(TEXT_IN) {
#if BLOCK_BYTES > 0
  if (!m->r[i->a].vocabulary && m->program->text_sets[i->b].heads)
    return test_heads(m, i);
#endif
  return test_texts(OP_TEXT_IN, m, i);
}

/* A single prefix of up to eight bytes, the rule for paths: of the text only the
 * word that it begins with is looked at.  What is not ASCII in it may fold to
 * what is, and is left to test_set. */
static bool test_prefix(const struct machine *m, const struct instruction *i, bool folded,
                        struct text prefix) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t words = words_of(lanes_of(m, i->space));
  const uint64_t mask = ~UINT64_C(0) >> 8 * (8 - prefix.length);
  const uint64_t wanted = word_load_part(prefix.bytes, prefix.length);
  /* Of the bytes that this bit makes a small letter, one is that, and one the capital. */
  const uint64_t small = folded ? word_range(wanted & ~WORD_HIGH, 'a', 'z') >> 2 : 0;
  struct room room = {0};
  for (uint32_t w = 0; w < words; w++) {
    const struct text *const texts = a.text + w * WORD_LANES;
    const uint64_t known = a.known[w];
    uint64_t yes = 0;
    for (uint64_t left = known; left; left &= left - 1) {
      const uint32_t j = lowest_bit(left);
      struct text text = texts[j];
      const uint64_t word = block_word(text.bytes, text.length) & mask;
      bool answer = ((word | small) == wanted) & (text.length >= prefix.length);
      if (folded && !word_is_ascii(word)) {
        if (!fold_into(&room, &m->runner->scratch, &text))
          return false;
        answer = text_starts_with(text, prefix);
      }
      yes |= (uint64_t)answer << j;
    }
    d.yes[w] = yes;
    d.no[w] = known & ~yes;
  }
  return true;
}

KERNEL(STARTS_ANY) {
  const struct text_set set = m->program->text_sets[i->b];
  if (m->r[i->a].vocabulary)
    return test_codes(m, i);
  if (set.count == 1 && set.items[0].length >= 1 && set.items[0].length <= 8)
    return test_prefix(m, i, set.folded, set.items[0]);
  return test_texts(OP_STARTS_ANY, m, i);
}

TEST_SET(CONTAINS_ANY)
TEST_SET(ENDS_ANY)
TEST_SET(LIKE_ANY)
TEST_SET(MENTIONS_ANY)
TEST_SET(CONTAINS_ALL)
TEST_SET(STARTS_ALL)
TEST_SET(ENDS_ALL)
TEST_SET(LIKE_ALL)
TEST_SET(MENTIONS_ALL)

static bool holds_set(enum opcode op, const struct text_set *set, struct text_list list) {
  bool all = op == OP_HOLDS_ALL;
  for (uint32_t n = 0; n < set->count; n++)
    if (holds(list, set->items[n]) != all)
      return !all;
  return all;
}

KERNEL(HOLDS_ANY) {
  const struct column a = m->r[i->a];
  const struct text_set *const set = &m->program->text_sets[i->b];
  TEST(a.known[w], holds_set(OP_HOLDS_ANY, set, a.texts[l]));
}

KERNEL(HOLDS_ALL) {
  const struct column a = m->r[i->a];
  const struct text_set *const set = &m->program->text_sets[i->b];
  TEST(a.known[w], holds_set(OP_HOLDS_ALL, set, a.texts[l]));
}

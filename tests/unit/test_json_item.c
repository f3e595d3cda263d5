/* test_json_item.c - where the items of a JSON array end, on each instruction set,
 * beside a reference that looks at one byte after the other.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_item.h"
#include "unit/io_support.h"

/* What passing is to do with one byte.  True if it ends the item. */
static bool step(struct json_item *item, char c) {
  item->lines += c == '\n';
  if (item->escaped) {
    item->escaped = 0;
    return false;
  }
  if (item->in_string) {
    item->escaped = c == '\\';
    item->in_string = c != '"' ? UINT64_MAX : 0;
    return false;
  }
  switch (c) {
  case '"': item->in_string = UINT64_MAX; break;
  case '{':
  case '[': item->depth++; break;
  case ',': return item->depth == 0;
  case ']':
    if (item->depth == 0)
      return true;
    item->depth--;
    break;
  case '}': item->depth -= item->depth > 0; break;
  default: break;
  }
  return false;
}

static size_t pass_by_steps(struct json_item *item, struct text bytes) {
  size_t at = 0;
  while (at < bytes.length && !step(item, bytes.bytes[at]))
    at++;
  return at;
}

/* What passes: one of enum math_machine, or the reference. */
enum { BY_STEPS = -1 };

static size_t pass_by(int way, struct json_item *item, struct text bytes) {
  return way == BY_STEPS ? pass_by_steps(item, bytes)
                         : json_item_pass_on((enum math_machine)way, item, bytes);
}

/* The items of some bytes that come in pieces: of which each ends there, with
 * those lines; the last one may not end. */
struct items {
  size_t count, ends[600];
  struct json_item at_end[600];
};

/* Passes the bytes of which `first` come first, then so many at a time. */
static void list_items(struct items *items, int way, struct text bytes, size_t first,
                       size_t pieces) {
  struct json_item item = {0};
  items->count = 0;
  for (size_t at = 0, there = first < bytes.length ? first : bytes.length;;) {
    at += pass_by(way, &item, (struct text){bytes.bytes + at, there - at});
    if (at == there && there < bytes.length) {
      there = bytes.length - there > pieces ? there + pieces : bytes.length;
      continue;
    }
    items->ends[items->count] = at;
    items->at_end[items->count++] = item;
    if (at++ == bytes.length)
      break;
    item = (struct json_item){0};
  }
}

static void expect_same(const struct items *items, const struct items *expected, struct text bytes,
                        size_t first, size_t pieces) {
  bool same = items->count == expected->count;
  for (size_t i = 0; same && i < items->count; i++) {
    const struct json_item *a = &items->at_end[i], *b = &expected->at_end[i];
    same = items->ends[i] == expected->ends[i] && a->depth == b->depth && a->lines == b->lines &&
           a->in_string == b->in_string && a->escaped == b->escaped;
  }
  if (!same)
    fail_msg("first %zu, then %zu: %.*s", first, pieces, (int)bytes.length, bytes.bytes);
}

static void expect_any_way(struct text bytes, size_t first, size_t pieces) {
  static struct items items, expected;
  list_items(&expected, BY_STEPS, bytes, first, pieces);
  for (int way = MATH_EVERY; way <= (int)math_machine_best(); way++) {
    list_items(&items, way, bytes, first, pieces);
    expect_same(&items, &expected, bytes, first, pieces);
  }
}

static uint32_t random_below(uint64_t *seed, uint32_t limit) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*seed >> 33) % limit;
}

/* Bytes that matter and some that look like them, by how many of them there are. */
static const char *const soups[] = {
    "\"\\{}[],\nab",
    "\"\\",
    "\"\"\\\\\\\\x",
    "{{{}}},",
    "{}[],,xx",
    "\"{}[],aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
    "\"\\aaaaaaaaaaaaaaaaaaaaaaaaaaa,",
    "{{{[[[aaaaaaaaaaaaaaaaaaaaaaaaa\"\n]}",
    "\"\\{}[],\n;<z|\x7f\xdb\xdd\xfb\xfd\xa2\xac\xdc\x8a\x02\x0c\x1b\x3b",
};

/* A text in memory of its own, so that nothing behind it is read unseen. */
static struct text make_soup(uint64_t *seed, uint32_t most) {
  const char *soup = soups[random_below(seed, sizeof soups / sizeof *soups)];
  uint32_t kinds = (uint32_t)strlen(soup), length = random_below(seed, most);
  char *bytes = malloc(length + 1);
  for (uint32_t i = 0; i < length; i++)
    bytes[i] = soup[random_below(seed, kinds)];
  char *exact = malloc(length ? length : 1);
  memcpy(exact, bytes, length);
  free(bytes);
  return (struct text){exact, length};
}

static void soups_end_where_steps_say(void **state) {
  (void)state;
  uint64_t seed = 17;
  for (int round = 0; round < 20000; round++) {
    struct text soup = make_soup(&seed, 590);
    expect_any_way(soup, soup.length, 1);
    expect_any_way(soup, random_below(&seed, 200), 1 + random_below(&seed, 200));
    free((char *)(uintptr_t)soup.bytes);
  }
}

static void no_piece_shows(void **state) {
  (void)state;
  uint64_t seed = 4711;
  for (int round = 0; round < 300; round++) {
    struct text soup = make_soup(&seed, 220);
    for (size_t first = 0; first <= soup.length; first++)
      expect_any_way(soup, first, soup.length + 1);
    for (size_t pieces = 1; pieces <= soup.length; pieces++)
      expect_any_way(soup, 0, pieces);
    free((char *)(uintptr_t)soup.bytes);
  }
}

/* What matters, at each place of a block and of the one behind it. */
static void each_place_counts(void **state) {
  (void)state;
  static const char *const samples[] = {",",        "]",          "\",\",",       "\"\\\",\",",
                                        "{},",      "{,},",       "[{}],]",       "\"\\\\\",",
                                        "\\\",\",", "\n,",        "\"\n\\\n\",",  "{\"]\":[1,2]},",
                                        "}},",      "\"\\\\\\\"", "{[{[{[]}]}]}]"};
  char bytes[256];
  for (size_t s = 0; s < sizeof samples / sizeof *samples; s++)
    for (size_t place = 0; place < 160; place++) {
      size_t length = strlen(samples[s]);
      memset(bytes, 'x', sizeof bytes);
      memcpy(bytes + place, samples[s], length);
      expect_any_way((struct text){bytes, place + length}, place + length, 1);
      expect_any_way((struct text){bytes, sizeof bytes}, sizeof bytes, 1);
    }
}

/* Brackets count on, however many they are. */
static void depth_is_not_limited(void **state) {
  (void)state;
  enum { DEPTH = 100000 };
  char *bytes = malloc(2 * DEPTH + 1);
  memset(bytes, '[', DEPTH);
  memset(bytes + DEPTH, ']', DEPTH);
  bytes[2 * DEPTH] = ']';
  for (int way = MATH_EVERY; way <= (int)math_machine_best(); way++) {
    struct json_item item = {0};
    assert_int_equal(pass_by(way, &item, (struct text){bytes, DEPTH}), DEPTH);
    assert_int_equal(item.depth, DEPTH);
    assert_int_equal(pass_by(way, &item, (struct text){bytes + DEPTH, DEPTH + 1}), DEPTH);
    assert_int_equal(item.depth, 0);
  }
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(soups_end_where_steps_say),
      cmocka_unit_test(no_piece_shows),
      cmocka_unit_test(each_place_counts),
      cmocka_unit_test(depth_is_not_limited),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

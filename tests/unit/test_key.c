/* test_key.c - finding a short text among a few.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "intake/key.h"

enum { LONGEST = 40, WORDS = 200 };

/* Prefixes of this, and texts that differ from it in one byte. */
static const char letters[LONGEST + 1] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN";

static void assert_same(struct key a, struct key b) {
  assert_true(a.first == b.first && a.last == b.last && key_hash(&a) == key_hash(&b));
  assert_true(key_equal(&a, &b));
}

/* Whatever stands behind the text, and however it is read. */
static void keys_hang_on_the_text_alone(void **state) {
  (void)state;
  char one[LONGEST + 16], two[LONGEST + 16];
  for (size_t length = 0; length <= LONGEST; length++) {
    memset(one, 0x00, sizeof one);
    memset(two, 0xff, sizeof two);
    memcpy(one, letters, length);
    memcpy(two, letters, length);
    struct text first = {one, length}, second = {two, length};
    assert_same(key_of(first), key_of(second));
    assert_same(key_of(first), key_of_readable(first));
    assert_same(key_of(first), key_of_readable(second));
  }
}

/* A copy in memory of its own, so that reading beyond it is noticed. */
static uint32_t find(const struct key_table *table, struct text text) {
  char *copy = malloc(text.length ? text.length : 1);
  assert_non_null(copy);
  memcpy(copy, text.bytes, text.length);
  uint32_t value = key_find(table, (struct text){copy, text.length});
  free(copy);
  return value;
}

static void prefixes_are_told_apart(void **state) {
  (void)state;
  struct arena arena;
  struct key_table table;
  arena_init(&arena, &memory_standard);
  assert_true(key_table_init(&table, &arena, LONGEST));
  for (uint32_t length = 0; length <= LONGEST; length += 2)
    key_table_add(&table, (struct text){letters, length}, length);
  for (uint32_t length = 0; length <= LONGEST; length++)
    assert_int_equal(find(&table, (struct text){letters, length}), length % 2 ? KEY_NONE : length);
  for (uint32_t length = 2; length <= LONGEST; length += 2)
    for (uint32_t at = 0; at < length; at++) {
      char other[LONGEST];
      memcpy(other, letters, length);
      other[at] ^= 1;
      assert_int_equal(find(&table, (struct text){other, length}), KEY_NONE);
    }
  arena_clear(&arena);
}

/* So many that entries lie behind one another's. */
static void of_equal_keys_the_first_stays(void **state) {
  (void)state;
  static char words[WORDS][16];
  struct arena arena;
  struct key_table table;
  arena_init(&arena, &memory_standard);
  assert_true(key_table_init(&table, &arena, WORDS));
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t i = 0; i < WORDS; i++) {
      int length = snprintf(words[i], sizeof words[i], "word_%u", i);
      key_table_add(&table, (struct text){words[i], (size_t)length}, round * WORDS + i);
    }
  for (uint32_t i = 0; i < WORDS; i++)
    assert_int_equal(find(&table, text_from(words[i])), i);
  assert_int_equal(find(&table, TEXT("word_")), KEY_NONE);
  arena_clear(&arena);
}

static void an_empty_table_has_nothing(void **state) {
  (void)state;
  struct arena arena;
  struct key_table table;
  arena_init(&arena, &memory_standard);
  assert_true(key_table_init(&table, &arena, 0));
  assert_int_equal(find(&table, TEXT("")), KEY_NONE);
  assert_int_equal(find(&table, TEXT("x")), KEY_NONE);
  arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_hang_on_the_text_alone),
      cmocka_unit_test(prefixes_are_told_apart),
      cmocka_unit_test(of_equal_keys_the_first_stays),
      cmocka_unit_test(an_empty_table_has_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

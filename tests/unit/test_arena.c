/* test_arena.c - memory by lifetime.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct account {
  size_t used, blocks;
  size_t left; /* requests that are still granted */
};

static void *resize_counted(void *context, void *block, size_t old_size, size_t new_size) {
  struct account *account = context;
  if (new_size > 0 && account->left-- == 0) {
    account->left = 0;
    return NULL;
  }
  account->used += new_size - old_size;
  account->blocks += new_size > 0 ? 1 : (size_t)-1;
  return memory_standard.resize(NULL, block, old_size, new_size);
}

static void pieces_are_aligned_zero_and_apart(void **state) {
  (void)state;
  struct account account = {.left = SIZE_MAX};
  struct arena arena;
  arena_init(&arena, &(struct memory){resize_counted, &account});
  char *pieces[2000];
  size_t sum = 0;
  for (size_t i = 0; i < 2000; i++) {
    size_t size = i * 7 % 300;
    pieces[i] = arena_alloc(&arena, size);
    assert_non_null(pieces[i]);
    assert_int_equal((uintptr_t)pieces[i] % 16, 0);
    for (size_t k = 0; k < size; k++)
      assert_int_equal(pieces[i][k], 0);
    memset(pieces[i], (int)(i % 251), size);
    sum += size;
  }
  for (size_t i = 0; i < 2000; i++)
    for (size_t k = 0; k < i * 7 % 300; k++)
      assert_int_equal((unsigned char)pieces[i][k], i % 251);
  assert_int_equal(arena.used, sum);
  arena_clear(&arena);
  assert_int_equal(account.used, 0);
  assert_int_equal(account.blocks, 0);
}

static void a_large_piece_does_not_waste_the_newest_block(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  assert_non_null(arena_alloc(&arena, 1));
  char *next = arena.next, *end = arena.end;
  char *large = arena_alloc(&arena, 10000000);
  assert_non_null(large);
  large[9999999] = 1;
  assert_ptr_equal(arena.next, next);
  assert_ptr_equal(arena.end, end);
  arena_clear(&arena);
}

static void an_arena_can_be_used_again(void **state) {
  (void)state;
  struct account account = {.left = SIZE_MAX};
  struct arena arena;
  arena_init(&arena, &(struct memory){resize_counted, &account});
  arena_reset(&arena);
  arena_clear(&arena);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 1000; i++) {
      unsigned char *piece = arena_alloc(&arena, 100);
      assert_non_null(piece);
      assert_int_equal(piece[99], 0);
      memset(piece, 0xff, 100);
    }
    arena_reset(&arena);
    assert_int_equal(account.blocks, 1);
    assert_int_equal(arena.used, 0);
  }
  arena_clear(&arena);
  assert_int_equal(account.used, 0);
  assert_non_null(arena_alloc(&arena, 1));
  arena_clear(&arena);
}

static void without_memory_an_arena_stays_whole(void **state) {
  (void)state;
  for (size_t granted = 0; granted < 6; granted++) {
    struct account account = {.left = granted};
    struct arena arena;
    bool copied;
    arena_init(&arena, &(struct memory){resize_counted, &account});
    size_t pieces = 0;
    while (pieces < 10000 && arena_alloc(&arena, 1000))
      pieces++;
    assert_true(pieces < 10000);
    arena_text(&arena, (struct text){"x", SIZE_MAX}, &copied);
    assert_false(copied);
    assert_null(arena_format(&arena, "%5000d", 1));
    arena_clear(&arena);
    assert_int_equal(account.used, 0);
  }
}

static void sizes_are_checked(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  assert_null(arena_alloc(&arena, SIZE_MAX));
  assert_null(arena_alloc(&arena, SIZE_MAX - 15));
  assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
  void *none = arena_alloc(&arena, 0), *one = arena_alloc(&arena, 1);
  assert_non_null(none);
  assert_ptr_not_equal(none, one);
  assert_non_null(arena_array(&arena, 3, 5));
  arena_clear(&arena);
}

static void texts_are_copied_and_terminated(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  bool copied;
  struct text copy = arena_text(&arena, TEXT("a\0b"), &copied);
  assert_true(copied);
  assert_int_equal(copy.length, 3);
  assert_memory_equal(copy.bytes, "a\0b", 4);
  copy = arena_text(&arena, (struct text){NULL, 0}, &copied);
  assert_true(copied);
  assert_string_equal(copy.bytes, "");
  assert_string_equal(arena_format(&arena, "%s %d%%", "about", 50), "about 50%");
  arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_aligned_zero_and_apart),
      cmocka_unit_test(a_large_piece_does_not_waste_the_newest_block),
      cmocka_unit_test(an_arena_can_be_used_again),
      cmocka_unit_test(without_memory_an_arena_stays_whole),
      cmocka_unit_test(sizes_are_checked),
      cmocka_unit_test(texts_are_copied_and_terminated),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}

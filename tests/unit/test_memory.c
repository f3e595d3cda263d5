/* test_memory.c - size arithmetic and growing arrays.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An allocator that counts what is in use and can refuse. */
struct account {
  size_t used;
  bool refuse;
};

static void *resize_counted(void *context, void *block, size_t old_size, size_t new_size) {
  struct account *account = context;
  if (account->refuse && new_size > 0)
    return NULL;
  account->used += new_size - old_size;
  return memory_standard.resize(NULL, block, old_size, new_size);
}

static void products_are_checked(void **state) {
  (void)state;
  size_t product = 7;
  assert_true(memory_multiply(3, 4, &product));
  assert_int_equal(product, 12);
  assert_true(memory_multiply(SIZE_MAX, 1, &product));
  assert_int_equal(product, SIZE_MAX);
  assert_true(memory_multiply(SIZE_MAX, 0, &product) && product == 0);
  assert_true(memory_multiply(0, SIZE_MAX, &product) && product == 0);
  assert_true(memory_multiply(SIZE_MAX / 2, 2, &product));
  assert_false(memory_multiply(SIZE_MAX / 2 + 1, 2, &product));
  assert_false(memory_multiply(SIZE_MAX, SIZE_MAX, &product));
}

static void what_is_allocated_is_freed_by_size(void **state) {
  (void)state;
  struct account account = {0};
  struct memory memory = {resize_counted, &account};
  char *block = memory_zeroed(&memory, 10, 3);
  assert_int_equal(account.used, 30);
  for (size_t i = 0; i < 30; i++)
    assert_int_equal(block[i], 0);
  memory_free(&memory, block, 10, 3);
  assert_int_equal(account.used, 0);
  memory_free(&memory, NULL, 10, 3);
  assert_int_equal(account.used, 0);
}

static void nothing_and_too_much_are_not_allocated(void **state) {
  (void)state;
  assert_null(memory_alloc(&memory_standard, 0, 8));
  assert_null(memory_alloc(&memory_standard, 8, 0));
  assert_null(memory_alloc(&memory_standard, SIZE_MAX / 2, 3));
  assert_null(memory_zeroed(&memory_standard, SIZE_MAX / 2, 3));
}

static void arrays_grow_by_doubling_and_keep_their_items(void **state) {
  (void)state;
  struct account account = {0};
  struct memory memory = {resize_counted, &account};
  void *items = NULL;
  size_t capacity = 0, growths = 0;
  for (size_t i = 0; i < 1000; i++) {
    size_t before = capacity;
    assert_true(memory_reserve(&memory, &items, &capacity, i + 1, sizeof(size_t)));
    growths += capacity != before;
    ((size_t *)items)[i] = i;
  }
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(((size_t *)items)[i], i);
  assert_int_equal(growths, 8); /* 8, 16, ... 1024 */
  assert_int_equal(account.used, 1024 * sizeof(size_t));
  assert_true(memory_reserve(&memory, &items, &capacity, 5000, sizeof(size_t)));
  assert_int_equal(capacity, 5000);
  memory_free(&memory, items, capacity, sizeof(size_t));
  assert_int_equal(account.used, 0);
}

static void a_failed_growth_changes_nothing(void **state) {
  (void)state;
  struct account account = {0};
  struct memory memory = {resize_counted, &account};
  void *items = NULL;
  size_t capacity = 0;
  assert_true(memory_reserve(&memory, &items, &capacity, 1, 4));
  void *before = items;
  account.refuse = true;
  assert_true(memory_reserve(&memory, &items, &capacity, 8, 4));
  assert_false(memory_reserve(&memory, &items, &capacity, 9, 4));
  assert_false(memory_reserve(&memory, &items, &capacity, SIZE_MAX, 4));
  assert_ptr_equal(items, before);
  assert_int_equal(capacity, 8);
  memory_free(&memory, items, capacity, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(products_are_checked),
      cmocka_unit_test(what_is_allocated_is_freed_by_size),
      cmocka_unit_test(nothing_and_too_much_are_not_allocated),
      cmocka_unit_test(arrays_grow_by_doubling_and_keep_their_items),
      cmocka_unit_test(a_failed_growth_changes_nothing),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

/* test_path.c - which keys of an object lead to something that somebody wants.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "io/path.h"

static const struct path_step *find(const struct path_node *node, struct text name) {
  struct key key = key_of(name);
  return path_find(node, &key);
}

static void paths_lead_to_slots(void **state) {
  (void)state;
  struct arena arena;
  struct paths paths;
  uint32_t email, size, name, again, company;
  arena_init(&arena, &memory_standard);
  assert_true(paths_init(&paths, &arena));
  assert_true(paths_add(&paths, TEXT("email"), &email));
  assert_true(paths_add(&paths, TEXT("company.size"), &size));
  assert_true(paths_add(&paths, TEXT("company.name"), &name));
  assert_true(paths_add(&paths, TEXT("company"), &company));
  assert_true(paths_add(&paths, TEXT("company.size"), &again));
  assert_true(paths_finish(&paths));
  assert_int_equal(again, size);
  const struct path_node *root = paths.root, *child = find(root, TEXT("company"))->child;
  assert_int_equal(find(root, TEXT("email"))->slot, email);
  assert_null(find(root, TEXT("email"))->child);
  assert_int_equal(find(root, TEXT("company"))->slot, company);
  assert_int_equal(find(child, TEXT("size"))->slot, size);
  assert_int_equal(find(child, TEXT("name"))->slot, name);
  assert_null(find(root, TEXT("size")));
  assert_null(find(child, TEXT("email")));
  arena_clear(&arena);
}

static void without_paths_nothing_is_wanted(void **state) {
  (void)state;
  struct arena arena;
  struct paths paths;
  arena_init(&arena, &memory_standard);
  assert_true(paths_init(&paths, &arena) && paths_finish(&paths));
  assert_null(find(paths.root, TEXT("")));
  assert_null(find(paths.root, TEXT("email")));
  arena_clear(&arena);
}

/* Names of all lengths, as they stand in a record, whatever value follows them. */
static void names_have_their_marks(void **state) {
  (void)state;
  const char letters[] = "abcdefghijklmnopqrstuvwxyz";
  for (size_t length = 0; length <= 26; length++)
    for (const char *value = "1\"{t"; *value; value++) {
      struct arena arena;
      struct paths paths;
      char record[64];
      uint32_t slot;
      arena_init(&arena, &memory_standard);
      assert_true(paths_init(&paths, &arena));
      assert_true(paths_add(&paths, (struct text){letters, length}, &slot));
      assert_true(paths_finish(&paths));
      snprintf(record, sizeof record, "\"%.*s\":%c", (int)length, letters, *value);
      assert_int_equal(path_mark(record + 1, length), paths.root->marks);
      arena_clear(&arena);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_lead_to_slots),
      cmocka_unit_test(without_paths_nothing_is_wanted),
      cmocka_unit_test(names_have_their_marks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

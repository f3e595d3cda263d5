/* test_id_store.c - identities that came before, most of them in a file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/id_store.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static const struct id_seeds seeds = {1, 2};

static struct id_hash hash_of(uint64_t number) {
  char id[32];
  return id_hash(&seeds, (struct text){id, (size_t)snprintf(id, sizeof id, "lead %llu",
                                                            (unsigned long long)number)});
}

static bool add(struct id_store *store, uint64_t number) {
  bareme_failure failure = {""};
  bool seen;
  id_store_expect(store, hash_of(number));
  if (id_store_add(store, hash_of(number), &seen, &failure) != BAREME_OK)
    fail_msg("%s", failure.text);
  return seen;
}

/* Each is new the first time and never again, wherever it is kept by then. */
static void check(size_t most, uint64_t count, uint64_t stride) {
  struct id_store store;
  id_store_init(&store, &memory_standard, seeds, getenv("TMPDIR"), most);
  for (uint64_t i = 0; i < count; i++) {
    if (add(&store, i))
      fail_msg("%llu came before", (unsigned long long)i);
    uint64_t again = i * stride % (i + 1);
    if (!add(&store, again))
      fail_msg("%llu did not come before", (unsigned long long)again);
  }
  for (uint64_t i = 0; i < count; i++)
    assert_true(add(&store, i));
  assert_true(store.recent.count <= most);
  id_store_clear(&store);
}

static void few_stay_in_memory(void **state) {
  (void)state;
  check(1000, 1000, 7);
}

/* Room that was made is not made again, and what is in the store stays in it. */
static void room_is_made_beforehand(void **state) {
  (void)state;
  struct id_store store;
  id_store_init(&store, &memory_standard, seeds, getenv("TMPDIR"), 4000);
  for (uint64_t i = 0; i < 100; i++)
    assert_false(add(&store, i));
  id_store_reserve(&store, 3000);
  size_t capacity = store.recent.capacity;
  assert_true(capacity >= 3000);
  id_store_reserve(&store, 10);
  for (uint64_t i = 0; i < 3000; i++)
    assert_true(add(&store, i) == (i < 100));
  assert_int_equal(store.recent.capacity, capacity);
  id_store_reserve(&store, UINT64_MAX); /* no more than stay in memory */
  assert_true(store.recent.capacity < 4 * 4000);
  for (uint64_t i = 0; i < 3000; i++)
    assert_true(add(&store, i));
  id_store_clear(&store);
}

static void the_others_go_to_a_file(void **state) {
  (void)state;
  check(1, 200, 7);
  check(2, 500, 11);
  check(999, 1000, 13);
  check(100, 20000, 31);
}

static void the_file_grows(void **state) {
  (void)state;
  struct id_store store;
  enum { COUNT = 400000 };
  id_store_init(&store, &memory_standard, seeds, getenv("TMPDIR"), 40000);
  for (uint64_t i = 0; i < COUNT; i++)
    assert_false(add(&store, i));
  assert_in_range(store.pages, 2048, 8192);
  for (uint64_t i = 0; i < COUNT; i += 7)
    assert_true(add(&store, i));
  assert_false(add(&store, COUNT));
  id_store_clear(&store);
}

/* Places are sent for long before they are asked, while those that were sent
 * for before are filled, the table grows, and all of it goes to the file. */
static void ids_are_sent_for_far_ahead(void **state) {
  (void)state;
  enum { COUNT = 5000, FAR = 100 };
  struct id_store store;
  bareme_failure failure = {""};
  id_store_init(&store, &memory_standard, seeds, getenv("TMPDIR"), 2000);
  for (uint64_t i = 0; i < COUNT + FAR; i++) {
    if (i < COUNT)
      id_store_expect(&store, hash_of(i / 2)); /* each comes twice, one after the other */
    if (i < FAR)
      continue;
    bool seen;
    assert_int_equal(id_store_add(&store, hash_of((i - FAR) / 2), &seen, &failure), BAREME_OK);
    assert_int_equal(seen, (i - FAR) % 2);
  }
  id_store_clear(&store);
}

static bareme_status add_until_it_fails(struct id_store *store, bareme_failure *failure) {
  bareme_status status = BAREME_OK;
  bool seen;
  for (uint64_t i = 0; i < 100000 && status == BAREME_OK; i++)
    status = id_store_add(store, hash_of(i), &seen, failure);
  return status;
}

static void a_directory_that_is_not_there(void **state) {
  (void)state;
  struct id_store store;
  bareme_failure failure = {""};
  id_store_init(&store, &memory_standard, seeds, "/nowhere", 10);
  assert_int_equal(add_until_it_fails(&store, &failure), BAREME_IO);
  assert_string_equal(failure.text, "/nowhere: No such file or directory; ids that came before are "
                                    "kept there, TMPDIR names another place");
  id_store_clear(&store);
}

static void a_disk_that_is_full(void **state) {
  (void)state;
  struct id_store store;
  bareme_failure failure = {""};
  struct rlimit before, small = {100000, 0};
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small.rlim_max = before.rlim_max;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  id_store_init(&store, &memory_standard, seeds, NULL, 10);
  bareme_status status = add_until_it_fails(&store, &failure);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  assert_int_equal(status, BAREME_IO);
  assert_non_null(strstr(failure.text, "/tmp: File too large; ids"));
  id_store_clear(&store);
}

/* ---- out of memory ---- */

static size_t left;

static void *meter(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  if (new_size > 0 && left-- == 0) {
    left = 0;
    return NULL;
  }
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static void memory_runs_out(void **state) {
  (void)state;
  const struct memory metered = {meter, NULL};
  bareme_status status = BAREME_NO_MEMORY;
  size_t n = 0;
  for (; status == BAREME_NO_MEMORY; n++) {
    struct id_store store;
    bareme_failure failure = {""};
    bool seen;
    left = n;
    id_store_init(&store, &metered, seeds, NULL, 10);
    status = BAREME_OK;
    for (uint64_t i = 0; i < 30 && status == BAREME_OK; i++)
      status = id_store_add(&store, hash_of(i), &seen, &failure);
    id_store_clear(&store);
  }
  assert_int_equal(status, BAREME_OK);
  assert_in_range(n, 3, 20);
}

/* To make room is only quicker. */
static void no_memory_for_room_beforehand(void **state) {
  (void)state;
  const struct memory metered = {meter, NULL};
  struct id_store store;
  id_store_init(&store, &metered, seeds, NULL, 0);
  for (size_t n = 0; n < 2; n++) {
    left = n;
    id_store_reserve(&store, 100000);
    left = SIZE_MAX;
    for (uint64_t i = 0; i < 1000; i++)
      assert_int_equal(add(&store, i), n > 0);
  }
  id_store_clear(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_stay_in_memory),
      cmocka_unit_test(the_others_go_to_a_file),
      cmocka_unit_test(room_is_made_beforehand),
      cmocka_unit_test(the_file_grows),
      cmocka_unit_test(ids_are_sent_for_far_ahead),
      cmocka_unit_test(a_directory_that_is_not_there),
      cmocka_unit_test(a_disk_that_is_full),
      cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(no_memory_for_room_beforehand),
  };
  return cmocka_run_group_tests_name("id store", tests, NULL, NULL);
}

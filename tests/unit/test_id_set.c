/* test_id_set.c - identities that came before: hashes, slots that are full, room.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "intake/id_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Of a table as it begins: slots, and hashes for which there is room. */
enum { SLOTS = 1024, ROOM = 768 };

static const struct id_seeds seeds = {1, 2};

static struct id_hash hash_of(uint64_t number) {
  return id_hash(&seeds, (struct text){(const char *)&number, sizeof number});
}

static void begin(struct id_set *set) {
  id_set_init(set, &memory_standard, seeds);
}

static void add_new(struct id_set *set, struct id_hash hash) {
  id_set_expect(set, hash);
  assert_int_equal(id_set_add(set, hash), ID_NEW);
}

static void add_seen(struct id_set *set, struct id_hash hash) {
  id_set_expect(set, hash);
  assert_int_equal(id_set_add(set, hash), ID_SEEN);
}

/* Each of the hashes has one slot, and there are no others. */
static void check_slots(const struct id_set *set) {
  bool *has = calloc(set->count + 1, sizeof *has);
  size_t taken = 0;
  assert_non_null(has);
  for (size_t slot = 0; slot < set->capacity; slot++) {
    const struct id_hash *id = id_set_at(set, slot);
    if (!id)
      continue;
    assert_in_range(id - set->ids, 0, set->count - 1);
    assert_false(has[id - set->ids]);
    has[id - set->ids] = true;
    taken++;
  }
  assert_int_equal(taken, set->count);
  free(has);
}

/* All are new, and then none is, whichever grow the table on the way. */
static void check_all(struct id_hash (*make)(uint64_t), uint64_t count) {
  struct id_set set;
  begin(&set);
  for (uint64_t i = 0; i < count; i++) {
    add_new(&set, make(i));
    add_seen(&set, make(i));
    add_seen(&set, make(i / 2));
  }
  for (uint64_t i = 0; i < count; i++)
    add_seen(&set, make(i));
  assert_int_equal(set.count, count);
  check_slots(&set);
  id_set_clear(&set);
}

/* ---- hashes ---- */

static void a_hash_is_two_of_the_text(void **state) {
  (void)state;
  const char bytes[] = "A lead's id that is longer than most";
  for (size_t length = 0; length < sizeof bytes; length++) {
    struct text id = {bytes, length};
    struct id_hash hash = id_hash(&seeds, id);
    assert_true(hash.high == text_hash(id, seeds.high));
    assert_true(hash.low == text_hash(id, seeds.low));
  }
  struct id_hash none = id_hash(&seeds, (struct text){NULL, 0});
  assert_true(none.high == text_hash((struct text){NULL, 0}, seeds.high));
}

/* ---- slots ---- */

static void ids_are_new_once(void **state) {
  (void)state;
  check_all(hash_of, 1);
  check_all(hash_of, ROOM);
  check_all(hash_of, 100000);
}

/* The same slot and the same bits in it: only the hashes themselves differ. */
static struct id_hash with_equal_slots(uint64_t number) {
  return (struct id_hash){UINT64_C(0x123456789abcdef0), number + 1};
}

/* The same slot, and other bits. */
static struct id_hash with_equal_places(uint64_t number) {
  return (struct id_hash){number, 7};
}

/* Other slots, and the same bits. */
static struct id_hash with_equal_bits(uint64_t number) {
  return (struct id_hash){number << 48 | 5, 7};
}

/* In the last slot there is room for one: the others go on from the first. */
static struct id_hash at_the_end(uint64_t number) {
  return (struct id_hash){UINT64_MAX - number, number};
}

static void hashes_that_are_nearly_the_same(void **state) {
  (void)state;
  check_all(with_equal_slots, 2000);
  check_all(with_equal_places, 2000);
  check_all(with_equal_bits, 2000);
  check_all(at_the_end, 2000);
}

/* Half of a hash may be 0. */
static void hashes_with_zeros(void **state) {
  (void)state;
  struct id_set set;
  begin(&set);
  add_new(&set, (struct id_hash){0, 1});
  add_new(&set, (struct id_hash){1, 0});
  add_seen(&set, (struct id_hash){0, 1});
  add_seen(&set, (struct id_hash){1, 0});
  check_slots(&set);
  id_set_clear(&set);
}

/* What is walked from the first slot on is in the order of the hashes, but for
 * those that went on from a slot that was taken. */
static void slots_are_in_order(void **state) {
  (void)state;
  struct id_set set;
  uint64_t before = 0;
  size_t out_of_order = 0;
  begin(&set);
  assert_true(id_set_reserve(&set, 16 * ROOM));
  for (uint64_t i = 0; i < ROOM; i++)
    add_new(&set, hash_of(i));
  for (size_t slot = 0; slot < set.capacity; slot++) {
    const struct id_hash *id = id_set_at(&set, slot);
    if (!id)
      continue;
    out_of_order += id->high < before;
    before = id->high;
  }
  assert_in_range(out_of_order, 0, ROOM / 16);
  id_set_clear(&set);
}

/* ---- room ---- */

static void three_quarters_may_be_taken(void **state) {
  (void)state;
  struct id_set set;
  begin(&set);
  assert_int_equal(set.capacity, 0);
  for (uint64_t i = 0; i < ROOM; i++)
    add_new(&set, hash_of(i));
  assert_int_equal(set.capacity, SLOTS);
  add_new(&set, hash_of(ROOM));
  assert_int_equal(set.capacity, 2 * SLOTS);
  check_slots(&set);
  id_set_clear(&set);
}

static void room_is_made_as_it_is_asked_for(void **state) {
  (void)state;
  static const struct {
    size_t count, capacity;
  } cases[] = {{0, SLOTS},     {ROOM, SLOTS},           {ROOM + 1, 2 * SLOTS},
               {1, 2 * SLOTS}, {16 * ROOM, 16 * SLOTS}, {0, 16 * SLOTS}};
  struct id_set set;
  begin(&set);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    add_new(&set, hash_of(i));
    assert_true(id_set_reserve(&set, cases[i].count));
    assert_int_equal(set.capacity, cases[i].capacity);
    for (size_t k = 0; k <= i; k++)
      add_seen(&set, hash_of(k));
  }
  id_set_clear(&set);
}

static void what_was_forgotten_is_new(void **state) {
  (void)state;
  struct id_set set;
  begin(&set);
  id_set_forget(&set);
  for (uint64_t i = 0; i <= ROOM; i++)
    add_new(&set, hash_of(i));
  const uint32_t *slots = set.slots;
  id_set_forget(&set);
  assert_int_equal(set.count, 0);
  check_slots(&set);
  for (uint64_t i = 0; i <= ROOM; i++)
    add_new(&set, hash_of(i));
  assert_ptr_equal(set.slots, slots);
  id_set_clear(&set);
  assert_int_equal(set.count, 0);
  add_new(&set, hash_of(0));
  id_set_clear(&set);
}

/* ---- out of memory ---- */

static size_t calls, left;

static void *meter(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  if (new_size > 0) {
    calls++;
    if (left == 0)
      return NULL;
    left--;
  }
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static const struct memory metered = {meter, NULL};

/* Whichever of the two pieces there is no memory for. */
static void a_set_that_cannot_grow_stays_as_it_was(void **state) {
  (void)state;
  for (size_t n = 0; n < 2; n++) {
    struct id_set set;
    id_set_init(&set, &metered, seeds);
    left = n;
    assert_int_equal(id_set_add(&set, hash_of(0)), ID_NO_MEMORY);
    left = SIZE_MAX;
    for (uint64_t i = 0; i < ROOM; i++)
      add_new(&set, hash_of(i));
    left = n;
    assert_int_equal(id_set_add(&set, hash_of(ROOM)), ID_NO_MEMORY);
    assert_int_equal(set.count, ROOM);
    assert_int_equal(set.capacity, SLOTS);
    check_slots(&set);
    left = SIZE_MAX;
    add_new(&set, hash_of(ROOM));
    for (uint64_t i = 0; i <= ROOM; i++)
      add_seen(&set, hash_of(i));
    id_set_clear(&set);
  }
}

static void too_much_is_not_asked_for(void **state) {
  (void)state;
  static const uint64_t counts[] = {UINT64_C(1610612737), UINT64_C(1) << 32, SIZE_MAX};
  struct id_set set;
  id_set_init(&set, &metered, seeds);
  left = SIZE_MAX;
  add_new(&set, hash_of(0));
  calls = 0;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    assert_false(id_set_reserve(&set, (size_t)counts[i]));
  assert_int_equal(calls, 0);
  left = 0;
  assert_false(id_set_reserve(&set, 1610612736));
  assert_int_equal(calls, 1);
  add_seen(&set, hash_of(0));
  id_set_clear(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hash_is_two_of_the_text),
      cmocka_unit_test(ids_are_new_once),
      cmocka_unit_test(hashes_that_are_nearly_the_same),
      cmocka_unit_test(hashes_with_zeros),
      cmocka_unit_test(slots_are_in_order),
      cmocka_unit_test(three_quarters_may_be_taken),
      cmocka_unit_test(room_is_made_as_it_is_asked_for),
      cmocka_unit_test(what_was_forgotten_is_new),
      cmocka_unit_test(a_set_that_cannot_grow_stays_as_it_was),
      cmocka_unit_test(too_much_is_not_asked_for),
  };
  return cmocka_run_group_tests_name("id set", tests, NULL, NULL);
}

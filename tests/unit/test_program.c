/* test_program.c - the table of opcodes, and the look-up of texts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "code/program.h"

#include <stdio.h>
#include <string.h>

/* ---- opcodes -------------------------------------------------------------------- */

static void every_opcode_has_a_shape_of_known_letters(void **state) {
  (void)state;
  for (int op = 0; op < OPCODE_COUNT; op++) {
    const char *shape = opcode_infos[op].shape;
    assert_int_equal(strlen(shape), 4);
    assert_non_null(strchr(op == OP_SKIP ? "-" : "nmtblxNMTBLX", shape[0]));
    for (int i = 1; i < 4; i++)
      assert_non_null(strchr("nmtblxNMTBLXkisSRQWDUPfcu-", shape[i]));
    assert_true(strlen(opcode_infos[op].synopsis) > 0);
    assert_true(strlen(opcode_infos[op].prose) > 0);
  }
}

static void names_of_opcodes_are_different(void **state) {
  (void)state;
  for (int a = 0; a < OPCODE_COUNT; a++)
    for (int b = a + 1; b < OPCODE_COUNT; b++)
      assert_string_not_equal(opcode_infos[a].name, opcode_infos[b].name);
}

/* ---- sets of texts ------------------------------------------------------------------ */

struct set_case {
  struct program *program;
  struct text_set *set;
};

static struct set_case make_set(struct text *items, uint32_t count) {
  struct arena arena;
  arena_init(&arena, &memory_standard);
  struct program *program = arena_alloc(&arena, sizeof *program);
  assert_non_null(program);
  program->arena = arena;
  struct text_set *set = arena_alloc(&program->arena, sizeof *set);
  assert_non_null(set);
  *set = (struct text_set){.count = count, .items = items};
  program->text_sets = set;
  program->text_set_count = 1;
  assert_int_equal(program_finish(program), PROGRAM_FINISHED);
  return (struct set_case){program, set};
}

static void a_set_finds_its_items_and_nothing_else(void **state) {
  (void)state;
  struct text items[] = {TEXT("marketing"), TEXT("sales"), TEXT("it"), TEXT("\xc3\xa9quipe")};
  struct set_case made = make_set(items, 4);
  for (int i = 0; i < 4; i++)
    assert_true(text_set_has(made.set, items[i]));
  assert_false(text_set_has(made.set, TEXT("marketin")));
  assert_false(text_set_has(made.set, TEXT("salez")));
  assert_false(text_set_has(made.set, TEXT("\xc3\xa8quipe")));
  assert_false(text_set_has(made.set, TEXT("")));
  program_free(made.program);
}

static void the_empty_text_can_be_an_item(void **state) {
  (void)state;
  struct text items[] = {TEXT("")};
  struct set_case made = make_set(items, 1);
  assert_true(made.set->has_empty);
  assert_true(text_set_has(made.set, (struct text){NULL, 0}));
  assert_false(text_set_has(made.set, TEXT("a")));
  program_free(made.program);
}

static void an_empty_set_holds_nothing(void **state) {
  (void)state;
  struct set_case made = make_set(NULL, 0);
  assert_false(text_set_has(made.set, TEXT("")));
  assert_false(text_set_has(made.set, TEXT("a")));
  program_free(made.program);
}

static void long_texts_share_a_length_bit(void **state) {
  (void)state;
  char a[100], b[200];
  memset(a, 'a', sizeof a);
  memset(b, 'a', sizeof b);
  struct text items[] = {{a, sizeof a}};
  struct set_case made = make_set(items, 1);
  assert_true(text_set_has(made.set, (struct text){b, sizeof a}));
  assert_false(text_set_has(made.set, (struct text){b, sizeof b}));
  program_free(made.program);
}

static void ten_thousand_items_are_all_found(void **state) {
  (void)state;
  enum { COUNT = 10000 };
  static char bytes[COUNT][16];
  static struct text items[COUNT];
  for (int i = 0; i < COUNT; i++) {
    int length = snprintf(bytes[i], sizeof bytes[i], "item %d", i);
    items[i] = (struct text){bytes[i], (size_t)length};
  }
  struct set_case made = make_set(items, COUNT);
  for (int i = 0; i < COUNT; i++)
    assert_true(text_set_has(made.set, items[i]));
  assert_false(text_set_has(made.set, TEXT("item 10000")));
  program_free(made.program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_opcode_has_a_shape_of_known_letters),
      cmocka_unit_test(names_of_opcodes_are_different),
      cmocka_unit_test(a_set_finds_its_items_and_nothing_else),
      cmocka_unit_test(the_empty_text_can_be_an_item),
      cmocka_unit_test(an_empty_set_holds_nothing),
      cmocka_unit_test(long_texts_share_a_length_bit),
      cmocka_unit_test(ten_thousand_items_are_all_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

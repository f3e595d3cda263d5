/* test_symbols.c - which texts become symbols, and which tests of numbers that
 * makes of tests of texts.  That the answers stay the same is the judge's
 * business (tests/oracle), whose policies compare such texts all the time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "vm/runner.h"

/* The field of a program; `of` is a kind of event, or PROGRAM_NONE: the lead. */
static const struct program_field *field_of(const struct program *program, uint32_t of,
                                            const char *name) {
  const struct program_field *fields =
      of == PROGRAM_NONE ? program->fields : program->kinds[of].fields;
  uint32_t count = of == PROGRAM_NONE ? program->field_count : program->kinds[of].field_count;
  for (uint32_t i = 0; i < count; i++)
    if (text_equal(fields[i].name, text_from(name)))
      return &fields[i];
  fail_msg("no field %s", name);
  return NULL;
}

static enum column_kind kind_of(const struct program *program, uint32_t of, const char *name) {
  return field_of(program, of, name)->kind;
}

static const struct text_set *set_of(const struct program *program, const char *name) {
  return &program->text_sets[field_of(program, PROGRAM_NONE, name)->labels];
}

static uint32_t count_op(const struct program *program, enum opcode op) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < program->plain.code_count; i++)
    count += program->plain.code[i].op == op;
  return count;
}

/* ---- which texts ------------------------------------------------------------------------ */

static void a_text_that_is_compared_with_constants_is_a_symbol(void **state) {
  (void)state;
  struct program *program =
      compile_text("policy \"P\"\n"
                   "lead { a text  b text  c text  d text required }\n"
                   "list words = [\"x\", \"Y\", \"z\"]\n"
                   "score s { +1 when a is \"x\" or \"y\" = a or a is not \"z\"\n"
                   "          +2 when b in words and b not in [\"q\"]\n"
                   "          +3 when c is missing }\n");
  assert_int_equal(kind_of(program, PROGRAM_NONE, "a"), COLUMN_SYMBOL);
  assert_int_equal(kind_of(program, PROGRAM_NONE, "b"), COLUMN_SYMBOL);
  assert_int_equal(kind_of(program, PROGRAM_NONE, "c"), COLUMN_SYMBOL);
  assert_int_equal(kind_of(program, PROGRAM_NONE, "d"), COLUMN_SYMBOL); /* only to be there */
  assert_int_equal(set_of(program, "a")->count, 3);
  assert_int_equal(set_of(program, "b")->count, 4);
  assert_int_equal(set_of(program, "c")->count, 0);
  assert_int_equal(count_op(program, OP_TEXT_IN), 0);
  assert_int_equal(count_op(program, OP_FOLD), 0);
  program_free(program);
}

static void a_text_of_which_more_is_asked_stays_a_text(void **state) {
  (void)state;
  static const char *const uses[] = {
      "a contains \"x\"",
      "a starts with any of [\"x\"]",
      "a is exactly \"x\"",
      "a is b",
      "domain(a) is \"x\"",
      "length(a) > 3",
      "has(e where t is a)",
      "a mentions \"x\"",
      "distinct(t of e) > 1 and a is b",
      "lower(a) in [\"x\"]",
      "case { when b is \"x\" then a otherwise \"z\" } is \"y\"",
  };
  for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
    char policy[300];
    snprintf(policy, sizeof policy,
             "policy \"P\"\nlead { a text  b text }\nevent e { t text }\n"
             "score s { +1 when a is \"x\"\n +2 when %s }\n",
             uses[i]);
    struct program *program = compile_text(policy);
    assert_int_equal(kind_of(program, PROGRAM_NONE, "a"), COLUMN_TEXT);
    program_free(program);
  }
}

/* `once per` and `distinct` tell apart what no constant names. */
static void fields_of_events_are_symbols_by_the_same_rule(void **state) {
  (void)state;
  struct program *program =
      compile_text("policy \"P\"\n"
                   "event e { a text  b text  c text }\n"
                   "score s { +1 on e where a is \"x\"\n"
                   "          +2 on e where b is \"x\" once per b\n"
                   "          +3 when distinct(c of e where c is \"y\") > 1 }\n");
  assert_int_equal(kind_of(program, 0, "a"), COLUMN_SYMBOL);
  assert_int_equal(kind_of(program, 0, "b"), COLUMN_TEXT);
  assert_int_equal(kind_of(program, 0, "c"), COLUMN_TEXT);
  for (uint32_t c = 0; c < program->spaces[0].column_count; c++) {
    const struct space_column *column = &program->spaces[0].columns[c];
    assert_int_equal(column->kind, program->kinds[0].fields[column->field_of_kind[0]].kind);
  }
  program_free(program);
}

/* Fields that fill one column are of one mind, along any chain of columns. */
static void fields_that_share_a_column_decide_together(void **state) {
  (void)state;
  static const char policy[] = "policy \"P\"\n"
                               "event e { t text }\nevent f { t text }\nevent g { t text }\n"
                               "score s { +1 on e or f where t is \"x\"\n"
                               "          +2 on f or g where t is \"y\"\n"
                               "          +3 on g where t is \"z\"";
  char text[400];
  for (int other = 0; other <= 1; other++) {
    snprintf(text, sizeof text, "%s%s }\n", policy, other ? " or t contains \"a\"" : "");
    struct program *program = compile_text(text);
    for (uint32_t k = 0; k < 3; k++) {
      assert_int_equal(kind_of(program, k, "t"), other ? COLUMN_TEXT : COLUMN_SYMBOL);
      if (!other)
        assert_int_equal(field_of(program, k, "t")->labels, field_of(program, 0, "t")->labels);
    }
    for (uint32_t s = 0; s < program->space_count; s++)
      assert_int_equal(program->spaces[s].columns[0].kind, other ? COLUMN_TEXT : COLUMN_SYMBOL);
    program_free(program);
  }
}

/* What a test shows when it fails are the texts themselves. */
static void what_a_test_may_show_stays_a_text(void **state) {
  (void)state;
  const char *policy = "policy \"P\"\n"
                       "lead { a text  b text }\n"
                       "score s { +1 when a is \"x\" and b is \"y\" }\n"
                       "test \"t\" { as of 2026-06-01\n lead { a: \"x\" }\n expect a is \"x\" }\n";
  struct program *testing = compile_tests_of(policy), *scoring = compile_text(policy);
  assert_int_equal(kind_of(testing, PROGRAM_NONE, "a"), COLUMN_TEXT);
  assert_int_equal(kind_of(testing, PROGRAM_NONE, "b"), COLUMN_SYMBOL);
  assert_int_equal(kind_of(scoring, PROGRAM_NONE, "a"), COLUMN_SYMBOL);
  program_free(testing);
  program_free(scoring);
}

/* ---- which numbers ------------------------------------------------------------------------- */

static void each_text_has_one_number_but_for_case(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { a text = \"STRASSE\" }\n"
                                         "score s { +1 when a is \"Lyon\" or a is \"lyon\"\n"
                                         "          +2 when a in [\"\", \"\xE2\x84\xAA\"] }\n");
  const struct text_set *set = set_of(program, "a");
  assert_int_equal(set->count, 3);
  assert_int_equal(symbol_of(set, TEXT("LYON")), 0);
  assert_int_equal(symbol_of(set, TEXT("")), 1);
  assert_int_equal(symbol_of(set, TEXT("k")), 2); /* the Kelvin sign is a k, and three bytes */
  assert_int_equal(symbol_of(set, TEXT("\xE2\x84\xAA")), 2);
  assert_int_equal(symbol_of(set, TEXT("Lyo")), 3);
  assert_int_equal(symbol_of(set, TEXT("Lyons")), 3);
  assert_int_equal(field_of(program, PROGRAM_NONE, "a")->default_value->label, 3);
  program_free(program);
}

static void a_list_of_neighbours_is_one_test(void **state) {
  (void)state;
  struct program *program =
      compile_text("policy \"P\"\n"
                   "lead { a text }\n"
                   "score s { +1 when a in [\"b\", \"c\", \"d\"]\n"     /* 0 to 2 */
                   "          +2 when a is \"e\"\n"                     /* 3 */
                   "          +3 when a in [\"c\", \"d\", \"e\"]\n"     /* 1 to 3 */
                   "          +4 when a in [\"e\", \"b\", \"B\"] }\n"); /* 0 and 3 */
  assert_int_equal(count_op(program, OP_LABEL_WITHIN), 2);
  assert_int_equal(count_op(program, OP_LABEL_IS), 3);
  assert_int_equal(count_op(program, OP_OR), 1);
  assert_int_equal(count_op(program, OP_LABEL_IN), 0);
  program_free(program);
}

static void a_list_of_many_runs_is_a_table(void **state) {
  (void)state;
  struct program *program =
      compile_text("policy \"P\"\n"
                   "lead { a text }\n"
                   "score s { +1 when a in [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]\n"
                   "          +2 when a in [\"1\", \"3\", \"5\"]\n"
                   "          +3 when a in [\"1\", \"3\", \"5\", \"7\"] }\n");
  assert_int_equal(count_op(program, OP_LABEL_IN), 1);
  assert_int_equal(count_op(program, OP_LABEL_IS), 3);
  const uint32_t expected[] = {1, 0, 1, 0, 1, 0, 1, 0}; /* the last is for all other texts */
  assert_int_equal(program->table_count, 1);
  assert_int_equal(program->tables[0].count, 8);
  assert_memory_equal(program->tables[0].items, expected, sizeof expected);
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_text_that_is_compared_with_constants_is_a_symbol),
      cmocka_unit_test(a_text_of_which_more_is_asked_stays_a_text),
      cmocka_unit_test(fields_of_events_are_symbols_by_the_same_rule),
      cmocka_unit_test(fields_that_share_a_column_decide_together),
      cmocka_unit_test(what_a_test_may_show_stays_a_text),
      cmocka_unit_test(each_text_has_one_number_but_for_case),
      cmocka_unit_test(a_list_of_neighbours_is_one_test),
      cmocka_unit_test(a_list_of_many_runs_is_a_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

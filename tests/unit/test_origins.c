/* test_origins.c - every instruction tells for whom it works and where that is
 * written: what `bareme dis` and `bareme cost` stand on.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

static const struct program_criterion *criterion_of(const struct program *program,
                                                    const struct section *section, uint32_t at) {
  assert_true(section->origins[at].criterion < program->criterion_count);
  return &program->criteria[section->origins[at].criterion];
}

/* The first instruction of the kind; fails if there is none. */
static uint32_t find_op(const struct section *section, enum opcode op) {
  for (uint32_t i = 0; i < section->code_count; i++)
    if (section->code[i].op == op)
      return i;
  fail_msg("no %s", opcode_infos[op].name);
  return 0;
}

static const struct program_criterion *find_criterion(const struct program *program,
                                                      enum criterion_kind kind) {
  for (uint32_t i = 0; i < program->criterion_count; i++)
    if (program->criteria[i].kind == kind)
      return &program->criteria[i];
  fail_msg("no criterion of kind %d", (int)kind);
  return NULL;
}

#define assert_text(text, literal) assert_true(text_equal(text, TEXT(literal)))

static void an_instruction_knows_its_rule_and_its_line(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { size number }\n"
                                         "score s {\n"
                                         "  +1 \"Big\"\n"
                                         "    when size > 50\n"
                                         "}\n");
  const struct section *plain = &program->plain;
  uint32_t compare = find_op(plain, OP_NUMBER_GREATER_K), add = find_op(plain, OP_ADD_WHEN);
  const struct program_criterion *rule = criterion_of(program, plain, compare);
  assert_int_equal(rule->kind, CRITERION_RULE);
  assert_text(rule->name, "Big");
  assert_int_equal(rule->source_line, 4);
  assert_int_equal(plain->origins[compare].source_line, 5);
  assert_int_equal(plain->origins[add].source_line, 4);
  assert_ptr_equal(criterion_of(program, plain, add), rule);
  assert_int_equal(program->criteria[rule->outer].kind, CRITERION_SCORE);
  assert_text(program->criteria[rule->outer].name, "s");
  assert_text(program->full.lines[rule->line].source, "+1 \"Big\" when size > 50");
  program_free(program);
}

static void both_sections_speak_of_the_same_criteria(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { size number  ok bool }\n"
                                         "score s {\n"
                                         "  for ok { pick best { +1 when size > 1 ; +(size) } }\n"
                                         "  group \"G\" { range to 3\n +2 when size > 2 }\n"
                                         "}\n"
                                         "score t = s + 1\n");
  uint32_t plain = find_op(&program->plain, OP_NUMBER_GREATER_K);
  uint32_t full = find_op(&program->full, OP_NUMBER_GREATER_K);
  assert_int_equal(program->plain.origins[plain].criterion, program->full.origins[full].criterion);
  assert_int_equal(criterion_of(program, &program->full, find_op(&program->full, OP_ADD_K))->kind,
                   CRITERION_SCORE);
  assert_text(find_criterion(program, CRITERION_FOR)->source, "ok");
  uint32_t limit = find_op(&program->plain, OP_LIMIT);
  assert_text(criterion_of(program, &program->plain, limit)->name, "G");
  program_free(program);
}

static void shared_work_belongs_to_the_first_who_asks(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { country text  city text }\n"
                                         "score a { +1 \"one\" when country is \"FR\" }\n"
                                         "score b { +2 \"two\" when country is \"fr\" }\n"
                                         "score c { +3 \"three\" when city is \"Lyon\" }\n");
  const struct section *plain = &program->plain;
  uint32_t test = find_op(plain, OP_LABEL_IS);
  assert_true(plain->origins[test].shared);
  assert_text(criterion_of(program, plain, test)->name, "one");
  for (uint32_t i = test + 1; i < plain->code_count; i++)
    if (plain->code[i].op == OP_LABEL_IS)
      assert_false(plain->origins[i].shared);
  program_free(program);
}

static void a_call_is_where_it_is_called(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { size number }\n"
                                         "define big(n number) =\n"
                                         "  n > 50\n"
                                         "segment s when big(size)\n");
  const struct section *plain = &program->plain;
  uint32_t compare = find_op(plain, OP_NUMBER_GREATER_K);
  assert_int_equal(plain->origins[compare].source_line, 5);
  assert_int_equal(criterion_of(program, plain, compare)->kind, CRITERION_SEGMENT);
  assert_text(criterion_of(program, plain, compare)->source, "big(size)");
  program_free(program);
}

static void everything_that_is_named_is_a_criterion(void **state) {
  (void)state;
  struct program *program =
      compile_tests_of("policy \"P\"\n"
                       "lead { size number  plan text }\n"
                       "exclude \"Tiny\" when size < 1\n"
                       "let twice = 2 * size\n"
                       "segment big when twice > 9\n"
                       "score s { +(twice) }\n"
                       "band b of s { high from 5 low otherwise }\n"
                       "band c of s { high from 50 low otherwise }\n"
                       "grid g of b, c { columns high, low\n high: A, B\n low: B, A }\n"
                       "choose f { \"x\" when big \"y\" otherwise }\n"
                       "stage one { to two when s > 3 }\n"
                       "stage two\n"
                       "action call when plan is \"pro\"\n"
                       "test \"t\" { as of 2026-06-01 lead { size: 3 } expect s = 6 }\n");
  static const struct {
    enum criterion_kind kind;
    const char *name;
  } expected[] = {
      {CRITERION_POLICY, "P"}, {CRITERION_LET, "twice"},    {CRITERION_SEGMENT, "big"},
      {CRITERION_SCORE, "s"},  {CRITERION_BAND, "b"},       {CRITERION_GRID, "g"},
      {CRITERION_CHOICE, "f"}, {CRITERION_EXCLUDE, "Tiny"}, {CRITERION_TRANSITION, "one to two"},
      {CRITERION_STAGES, ""},  {CRITERION_ACTION, "call"},  {CRITERION_TEST, "t"},
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    struct text name = find_criterion(program, expected[i].kind)->name;
    if (!text_equal(name, text_from(expected[i].name)))
      fail_msg("%s is called %.*s", expected[i].name, TEXT_ARGS(name));
  }
  assert_text(criterion_of(program, &program->plain, find_op(&program->plain, OP_STAGES))->name,
              "");
  for (uint32_t i = 0; i < program->full.code_count; i++)
    criterion_of(program, &program->full, i);
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_instruction_knows_its_rule_and_its_line),
      cmocka_unit_test(both_sections_speak_of_the_same_criteria),
      cmocka_unit_test(shared_work_belongs_to_the_first_who_asks),
      cmocka_unit_test(a_call_is_where_it_is_called),
      cmocka_unit_test(everything_that_is_named_is_a_criterion),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

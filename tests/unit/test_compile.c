/* test_compile.c - what the compiler promises beyond right answers: work is
 * shared, records are asked only for what is used, registers are few, and no
 * failed allocation does harm.  Right answers are the judge's business
 * (tests/oracle).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "vm/runner.h"

static uint32_t count_op(const struct section *section, enum opcode op) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < section->code_count; i++)
    count += section->code[i].op == op;
  return count;
}

/* ---- work that rules share is done once ----------------------------------------------- */

static void a_decay_factor_is_computed_once_for_all_rules_of_a_kind(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "event view { url text }\n"
                                         "score s {\n"
                                         "  decay 50% every 30 days\n"
                                         "  +1 on view where url starts with \"/a\"\n"
                                         "  +2 on view where url starts with \"/b\"\n"
                                         "  +3 on view where url contains \"c\" once\n"
                                         "}\n");
  assert_int_equal(count_op(&program->plain, OP_DECAY_SINCE), 1);
  assert_int_equal(count_op(&program->plain, OP_FOLD), 0); /* few tests fold for themselves */
  assert_int_equal(count_op(&program->plain, OP_EVENT_TEXT), 1);
  program_free(program);
}

static void a_text_is_folded_once_if_many_tests_ask_about_it(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { title text }\n"
                                         "score s {\n"
                                         "  +1 when title contains \"a\"\n"
                                         "  +1 when title contains \"b\"\n"
                                         "  +1 when title contains \"c\"\n"
                                         "  +1 when title contains \"d\"\n"
                                         "  +1 when title contains \"e\"\n"
                                         "}\n");
  assert_int_equal(count_op(&program->plain, OP_FOLD), 1);
  program_free(program);
}

static void tests_fold_what_few_of_them_ask_about(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { title text }\n"
                                         "score s {\n"
                                         "  +1 when title contains \"a\"\n"
                                         "  +1 when title starts with \"b\"\n"
                                         "  +1 when title contains \"c\"\n"
                                         "  +1 when title contains \"d\"\n"
                                         "}\n");
  assert_int_equal(count_op(&program->plain, OP_FOLD), 0);
  program_free(program);
}

static void what_something_else_needs_folded_is_tested_folded(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { title text  other text }\n"
                                         "score s {\n"
                                         "  +1 when title contains \"a\"\n"
                                         "  +1 when title contains other\n"
                                         "}\n");
  assert_int_equal(count_op(&program->plain, OP_FOLD), 2);
  program_free(program);
}

static void different_decays_have_factors_of_their_own(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "event view\n"
                                         "score s {\n"
                                         "  decay 50% every 30 days\n"
                                         "  +1 on view\n"
                                         "  +2 on view decay 50% every 60 days\n"
                                         "  +3 on view no decay\n"
                                         "}\n");
  assert_int_equal(count_op(&program->plain, OP_DECAY_SINCE), 2);
  program_free(program);
}

static void the_same_condition_is_tested_once(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { country text }\n"
                                         "score a { +1 when country is \"FR\" }\n"
                                         "score b { +2 when country is \"fr\" }\n");
  assert_int_equal(count_op(&program->plain, OP_LABEL_IS), 1);
  assert_int_equal(program->text_set_count, 1);
  program_free(program);
}

static void what_nothing_uses_costs_nothing(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { country text  size number }\n"
                                         "let big = size >= 1000\n"
                                         "score s { +1 when country is \"FR\" }\n");
  assert_int_equal(count_op(&program->plain, OP_NUMBER_GREATER_EQUAL_K), 0);
  program_free(program);
}

/* ---- what a line names ------------------------------------------------------------------ */

static void a_line_names_each_field_once_through_values(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { a number  b number  c number }\n"
                                         "let x = a + b\n"
                                         "let y = x + x + c\n"
                                         "score s {\n"
                                         "  +1 when c > 1 and y > x\n"
                                         "  +2 when b > 1 and y > a\n"
                                         "}\n");
  static const char *const names[2][3] = {{"c", "b", "a"}, {"b", "a", "c"}};
  assert_int_equal(program->full.line_count, 3); /* and what rounding makes of it */
  for (int i = 0; i < 2; i++) {
    const struct program_line *line = &program->full.lines[i];
    assert_int_equal(line->field_count, 3);
    for (int n = 0; n < 3; n++)
      assert_true(text_equal(program->fields[line->fields[n]].name, text_from(names[i][n])));
  }
  program_free(program);
}

/* ---- the record ----------------------------------------------------------------------- */

static void only_fields_that_are_named_are_read(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { country text  city text  size number required }\n"
                                         "event view { url text  seconds number }\n"
                                         "event click { url text }\n"
                                         "score s { +1 when country is \"FR\"\n"
                                         "          +(seconds) on view }\n");
  assert_int_equal(program->field_count, 2); /* size is required, country is named */
  assert_true(text_equal(program->fields[0].name, TEXT("size")));
  assert_true(program->fields[0].required);
  assert_true(text_equal(program->fields[1].name, TEXT("country")));
  assert_int_equal(program->kind_count, 2); /* all declared kinds: others are counted as unknown */
  assert_int_equal(program->kinds[0].field_count, 1);
  assert_true(text_equal(program->kinds[0].fields[0].name, TEXT("seconds")));
  assert_int_equal(program->kinds[1].field_count, 0);
  assert_int_equal(program->space_count, 1);
  program_free(program);
}

static void queries_of_the_same_kinds_share_a_space(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "event open { campaign text }\n"
                                         "event click { campaign text }\n"
                                         "score s { +1 on open or click once per campaign\n"
                                         "          +1 on click or open at most 2 times\n"
                                         "          +1 on any event once\n"
                                         "          +1 on open }\n");
  assert_int_equal(program->space_count, 2); /* both kinds; opens alone */
  program_free(program);
}

/* ---- registers ---------------------------------------------------------------------------- */

static char *many_rules(int count) {
  size_t room = (size_t)count * 48 + 256, used;
  char *text = malloc(room);
  assert_non_null(text);
  used = (size_t)snprintf(text, room, "policy \"P\"\nlead { size number }\nscore s {\n");
  for (int i = 0; i < count; i++)
    used += (size_t)snprintf(text + used, room - used, "  +%d when size >= %d\n", i % 7 + 1, i);
  snprintf(text + used, room - used, "}\n");
  return text;
}

static void many_rules_need_few_registers(void **state) {
  (void)state;
  char *text = many_rules(1000);
  struct program *program = compile_text(text);
  assert_in_range(program->plain.register_count, 1, 20);
  free(text);
  program_free(program);
}

/* ---- constants and code, each once -------------------------------------------------------- */

enum { MANY = 3000 };

/* Each rule twice: of the second half nothing is new. */
static char *pairs_of_rules(bool brief) {
  size_t room = 200 + (size_t)MANY * 200, length;
  char *text = malloc(room);
  assert_non_null(text);
  length =
      (size_t)snprintf(text, room, "policy \"P\"\nlead { a text  b text  n number }\nscore s {\n");
  for (unsigned i = 0; i < 2 * MANY; i++)
    length += brief ? (size_t)snprintf(text + length, room - length, "+1 when n>%u\n", i % MANY)
                    : (size_t)snprintf(text + length, room - length,
                                       "+1 when a is \"t%u\" or b contains \"T%u\" or n > %u\n",
                                       i % MANY, i % MANY, i % MANY);
  snprintf(text + length, room - length, "}\n");
  return text;
}

/* More than the first tables have room for. */
static void what_comes_again_is_there_already(void **state) {
  (void)state;
  char *text = pairs_of_rules(false);
  struct program *program = compile_text(text);
  assert_int_equal(program->number_count, MANY);       /* the points among them */
  assert_int_equal(program->text_set_count, MANY + 1); /* what b contains, and all that a is */
  assert_int_equal(program->text_sets[MANY].count, MANY);
  assert_int_equal(count_op(&program->plain, OP_NUMBER_GREATER_K), MANY);
  assert_int_equal(count_op(&program->plain, OP_CONTAINS_ANY), MANY);
  assert_int_equal(count_op(&program->plain, OP_LABEL_IS), MANY);
  assert_int_equal(count_op(&program->plain, OP_OR), 2 * MANY);
  assert_int_equal(count_op(&program->plain, OP_ADD_WHEN), 2 * MANY);
  free(text);
  program_free(program);
}

/* It is expected by the length of the text. */
static void there_may_be_more_code_than_was_expected(void **state) {
  (void)state;
  char *text = pairs_of_rules(true);
  struct program *program = compile_text(text);
  assert_int_equal(count_op(&program->full, OP_NUMBER_GREATER_K), MANY);
  assert_int_equal(count_op(&program->full, OP_ADD_WHEN), 3 * MANY); /* each rule's points once */
  free(text);
  program_free(program);
}

/* The Kelvin sign is a k, too. */
static void texts_that_differ_in_case_are_one_constant(void **state) {
  (void)state;
  struct program *program = compile_text("policy \"P\"\n"
                                         "lead { a text }\n"
                                         "score s {\n"
                                         "  +1 when a contains \"Book\"\n"
                                         "  +2 when a contains \"bOO\xE2\x84\xAA\"\n"
                                         "  +3 when a contains any of [\"book\"]\n"
                                         "  +4 when a is exactly \"Book\"\n"
                                         "  +5 when a is exactly \"book\"\n"
                                         "}\n");
  assert_int_equal(program->text_set_count, 3);
  assert_int_equal(count_op(&program->plain, OP_CONTAINS_ANY), 1);
  assert_int_equal(count_op(&program->plain, OP_TEXT_IN), 2);
  program_free(program);
}

/* ---- memory ------------------------------------------------------------------------------- */

struct failing {
  long left; /* allocations that still succeed */
};

static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size) {
  struct failing *failing = context;
  if (new_size > 0 && failing->left-- <= 0)
    return NULL;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static const char everything[] =
    "policy \"P\" { version \"1\" }\n"
    "lead { country text = \"FR\"  size number  plan one of (free, pro)  tags list of text }\n"
    "event view { url text }\n"
    "event buy { amount number }\n"
    "let big = size >= 100\n"
    "segment fans when count(view) > 3 or tags contains \"vip\"\n"
    "exclude \"Nobody\" when country is \"XX\"\n"
    "score s {\n"
    "  decay 50% every 30 days  range to 90\n"
    "  +5 when big and plan is pro\n"
    "  pick best \"Which\" { +1 on view once per url; +(amount) on buy; -3 when size is missing }\n"
    "  group { range to 10; +4 on any event at most 3 times per 2 days }\n"
    "  for fans { -1 every 10 days without view at most 5 points }\n"
    "}\n"
    "score t = 0.5 * s + days(age(last(view)))\n"
    "band b of s { hot from 50  cold otherwise }\n"
    "choose c { \"call\" when s > 20  \"wait\" otherwise }\n"
    "stage one { to two when s >= 10 and big }\n"
    "stage two\n"
    "action ring when entered(two) { sla 2 hours }\n"
    "define twice(x number) = 2 * x\n"
    "test \"one\" {\n"
    "  as of 2026-06-01\n"
    "  lead { id: \"1\"  stage: one  plan: pro  tags: [\"a\", \"b\"]  size: 4 }\n"
    "  view 2026-06-01 2 times { id: \"v\"  url: \"/\" }\n"
    "  expect twice(s) = 3 or size in 1..5 and b is hot and count(view) > 1\n"
    "  expect excluded \"Nobody\"\n"
    "  expect not action ring\n"
    "}\n";

static void fill(struct batch *batch) {
  batch_begin(batch);
  batch_set_id(batch, TEXT("1"));
  for (uint32_t kind = 0; kind < batch->program->kind_count; kind++) {
    batch_event_begin(batch, kind);
    batch_event_add(batch, kind, batch->as_of - CLOCK_DAY, (struct text){0});
  }
  batch_end(batch);
}

/* Compiles and runs with memory for `allocations`; true if that was enough. */
static bool run_with(const struct model *model, bool tests, long allocations) {
  struct failing failing = {allocations};
  const struct memory memory = {failing_resize, &failing};
  struct program *program;
  struct batch batch;
  struct runner runner = {0};
  enum compile_result compiled =
      tests ? compile_tests(model, &memory, &program) : compile_model(model, &memory, &program);
  if (compiled != COMPILE_OK)
    return false;
  bool ok = batch_init(&batch, program, &memory, 4, CLOCK_DAY * 20000);
  if (ok)
    fill(&batch);
  ok = ok && runner_init(&runner, program, &memory, 4, true) && runner_run(&runner, &batch);
  double number;
  if (ok && batch.count == 1)
    assert_true(result_score(&runner, 0, 0, &number));
  runner_clear(&runner); /* also what was half made */
  batch_clear(&batch);
  program_free(program);
  return ok;
}

static void any_allocation_may_fail(void **state) {
  (void)state;
  struct compiling checked;
  compiling_check(&checked, everything);
  for (int tests = 0; tests <= 1; tests++) {
    long allocations = 0;
    while (!run_with(&checked.model, tests, allocations))
      allocations++;
    assert_in_range(allocations, 10, 100000);
  }
  compiling_forget(&checked);
}

/* ---- tests in the language ---------------------------------------------------------------- */

static void a_program_for_scoring_carries_no_tests(void **state) {
  (void)state;
  struct program *scoring = compile_text(everything), *testing = compile_tests_of(everything);
  assert_int_equal(scoring->test_count, 0);
  assert_int_equal(scoring->full.part_count, 0);
  assert_int_equal(testing->test_count, 1);
  assert_int_equal(testing->plain.part_count, 0);
  assert_true(testing->full.code_count > scoring->full.code_count);
  program_free(scoring);
  program_free(testing);
}

static void parts_name_what_they_are_made_of(void **state) {
  (void)state;
  struct program *program = compile_tests_of("policy \"P\"\n"
                                             "lead { a number  b number  c text }\n"
                                             "event e\n"
                                             "define half(x number) = x / 2\n"
                                             "score s { +1 when c is \"x\" }\n"
                                             "test \"t\" { as of 2026-06-01\n"
                                             "  expect half(a) + b > 3 and s = 1 and s = s\n"
                                             "  expect count(e) in [1, 2] }\n");
  static const char *const expected[] = {"half(a) + b", "half(a)", "a", "b", "s", "s", "count(e)"};
  const struct section *full = &program->full;
  assert_int_equal(full->part_count, 4);
  assert_int_equal(full->shown_count, 7);
  bool seen[7] = {false};
  for (uint32_t i = 0; i < full->shown_count; i++)
    for (uint32_t e = 0; e < 7; e++)
      if (!seen[e] && text_equal(full->shown[i].name, text_from(expected[e]))) {
        seen[e] = true;
        break;
      }
  for (uint32_t e = 0; e < 7; e++)
    assert_true(seen[e]);
  assert_int_equal(full->parts[1].shown_count, 1);
  assert_int_equal(full->parts[2].shown_count, 1); /* each name once */
  program_free(program);
}

static void a_test_gives_only_what_the_program_reads(void **state) {
  (void)state;
  struct program *program = compile_tests_of("policy \"P\"\n"
                                             "lead { a number  b number }\n"
                                             "event e { x number  y number }\n"
                                             "score s { +(a) ; +(x) on e }\n"
                                             "test \"t\" { as of 2026-06-01\n"
                                             "  lead { b: 2  a: 1 }\n"
                                             "  e 2 days ago 3 times { y: 2  x: 1  id: \"i\" }\n"
                                             "  expect s = 4 }\n");
  const struct program_test *test = &program->tests[0];
  assert_int_equal(program->field_count, 1);
  assert_int_equal(test->given_count, 1);
  assert_true(test->given[0].field == 0 && test->given[0].value.number == 1);
  assert_int_equal(test->event_count, 1);
  assert_int_equal(test->events[0].given_count, 1);
  assert_int_equal(test->events[0].times, 3);
  assert_int_equal(test->events[0].at, test->as_of - 2 * CLOCK_DAY);
  assert_true(text_equal(test->events[0].id, TEXT("i")));
  assert_int_equal(test->stage, PROGRAM_NONE);
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_decay_factor_is_computed_once_for_all_rules_of_a_kind),
      cmocka_unit_test(a_text_is_folded_once_if_many_tests_ask_about_it),
      cmocka_unit_test(tests_fold_what_few_of_them_ask_about),
      cmocka_unit_test(what_something_else_needs_folded_is_tested_folded),
      cmocka_unit_test(different_decays_have_factors_of_their_own),
      cmocka_unit_test(the_same_condition_is_tested_once),
      cmocka_unit_test(what_nothing_uses_costs_nothing),
      cmocka_unit_test(a_line_names_each_field_once_through_values),
      cmocka_unit_test(only_fields_that_are_named_are_read),
      cmocka_unit_test(queries_of_the_same_kinds_share_a_space),
      cmocka_unit_test(many_rules_need_few_registers),
      cmocka_unit_test(what_comes_again_is_there_already),
      cmocka_unit_test(there_may_be_more_code_than_was_expected),
      cmocka_unit_test(texts_that_differ_in_case_are_one_constant),
      cmocka_unit_test(any_allocation_may_fail),
      cmocka_unit_test(a_program_for_scoring_carries_no_tests),
      cmocka_unit_test(parts_name_what_they_are_made_of),
      cmocka_unit_test(a_test_gives_only_what_the_program_reads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

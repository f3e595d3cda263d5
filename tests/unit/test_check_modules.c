/* test_check_modules.c - `use`, lists from files, params.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

static const struct test_file files[] = {
    {"std.mailbox", "module mailbox\nlist free = [\"mail.example\"]\n"
                    "define is_free(email text) = domain(email) in free\n"
                    "param limit = 3\nsegment regular when size >= limit\nlead { size number }\n"},
    {"fields.bareme", "module fields\nlead { size number  country text from \"c\" }\n"
                      "event visit { url text  hidden number }\n"
                      "score seen { +1 on visit where hidden > 1 }\n"
                      "band depth of seen { deep from 2  flat otherwise }\n"
                      "rules common { +1 when country is \"FR\" }\n"},
    {"outer.bareme", "module outer\nuse \"fields.bareme\" as inner\nlet twice = inner.seen * 2\n"
                     "let big = size > 3\n"},
    {"circle.bareme", "module circle\nuse \"back.bareme\" as back\n"},
    {"back.bareme", "module back\nuse \"circle.bareme\" as circle\n"},
    {"policy.bareme", "policy \"No module\" {}\n"},
    {"wrong.bareme", "module wrong\nlet a = nothing\n"},
    {"unread.bareme", "module unread\nlet a = = 3\n"},
    {"text-size.bareme", "module other\nlead { size text }\n"},
    {"stages.bareme", "module stages\nstage a\n"},
    {"rivals.txt", "# rivals\nrival.example\n\n  spaced.example \nC#\nrival.EXAMPLE # again\r\n"
                   "last.example"},
    {"latin.txt", "caf\xE9\n"},
    {NULL, NULL},
};

#define POLICY "policy \"P\" {}\n"

static void valid(struct checked *checked, const char *policy) {
  check_with(checked, &memory_standard, policy, files, NULL, 0);
  print_errors(checked);
  assert_true(checked->valid);
}

static void error(const char *rest, const char *code, const char *at, const char *says) {
  char policy[1024];
  snprintf(policy, sizeof policy, "%s%s", POLICY, rest);
  only_error_with(policy, files, code, at, says);
}

/* ---- use ---------------------------------------------------------------------------------- */

static void a_module_s_members_are_named_by_its_last_name(void **state) {
  (void)state;
  struct checked checked;
  valid(&checked, POLICY "use std.mailbox lead { email text }\n"
                         "segment a when mailbox.is_free(email) and mailbox.regular\n"
                         "segment b when domain(email) in mailbox.free");
  assert_false(value_named(&checked, "mailbox.regular")->public_output);
  assert_true(value_named(&checked, "a")->public_output);
  check_clear(&checked);
}

static void records_of_modules_merge(void **state) {
  (void)state;
  struct checked checked;
  valid(&checked, POLICY "use \"fields.bareme\" as f use \"outer.bareme\"\n"
                         "lead { own text  size number required }\nevent visit { more text }\n"
                         "score s { include f.common\n +1 on visit where url is \"x\" and more is "
                         "\"y\"\n +(outer.twice) }\n"
                         "band b of f.seen { x from 1  y otherwise }\n"
                         "grid g of f.depth, b { columns x, y  deep: A, B  flat: A, B }");
  const struct model *model = &checked.model;
  assert_int_equal(model->field_count, 4); /* id, size, country, own */
  assert_true(model->fields[1].required);
  assert_true(text_equal(model->fields[2].path, TEXT("c")));
  assert_int_equal(model->kind_count, 1);
  assert_int_equal(model->kinds[0].field_count, 3);
  check_clear(&checked);
}

static void a_module_sees_only_what_it_declares_or_uses(void **state) {
  (void)state;
  const struct test_file more[] = {{"blind.bareme", "module blind\nlet a = own\n"}, {NULL, NULL}};
  only_error_with(POLICY "use \"blind.bareme\"\nlead { own text }", more, "E0204", "own",
                  "no field `own`");
}

static void a_file_is_read_once(void **state) {
  (void)state;
  struct checked checked;
  valid(&checked, POLICY "use \"fields.bareme\" as a use \"fields.bareme\" as b\n"
                         "score s = a.seen + b.seen");
  assert_int_equal(checked.sources.count, 2);
  assert_int_equal(checked.model.value_count, 3);
  check_clear(&checked);
}

static void modules_that_cannot_be_used(void **state) {
  (void)state;
  error("use \"none.bareme\" as none segment a when none.b", "E0601", "\"none.bareme\"",
        "there is no such file");
  error("use std.nothing", "E0601", "std.nothing", "cannot read module std.nothing");
  error("use \"policy.bareme\" as p", "E0602", "\"policy.bareme\"", "`module NAME`");
  error("use \"circle.bareme\" as c", "E0603", "\"circle.bareme\"", "in a circle");
  error("use \"wrong.bareme\" as w let b = w.a + 1", "E0204", "nothing", "nothing");
  error("use \"text-size.bareme\" as o use \"fields.bareme\" as f", "E0604", "number",
        "a text in another file");
  error("use \"stages.bareme\" as s", "E0209", "stage a", "cannot declare `stage`");
  error("use \"fields.bareme\" as f segment a when f.size > 3", "E0204", "f.size", "has no `size`");
  error("use \"fields.bareme\" as f segment a when f.sen > 3", "E0204", "f.sen",
        "did you mean `seen`?");
  error("use std.mailbox use \"fields.bareme\" as mailbox", "E0202", "mailbox", "declared twice");
}

static void what_a_broken_module_may_have_is_not_missed(void **state) {
  (void)state;
  error("use \"unread.bareme\" as u let b = u.c + u.d(3)", "E0101", "=", "");
}

static void without_a_loader_there_are_no_other_files(void **state) {
  (void)state;
  struct checked checked;
  struct check_options none = {0};
  check_with(&checked, &memory_standard, POLICY, NULL, NULL, 0);
  check_clear(&checked);
  memset(&checked, 0, sizeof checked);
  arena_init(&checked.arena, &memory_standard);
  sources_init(&checked.sources, &checked.arena);
  diags_init(&checked.diags, &checked.arena);
  checked.tree.source = sources_add(&checked.sources, TEXT("p"), TEXT(POLICY "use std.mailbox"));
  assert_true(parse_source(&checked.arena, &checked.sources, 0, &checked.diags, &checked.tree));
  assert_false(check_policy(&checked.arena, &checked.sources, &checked.tree, &none, &checked.diags,
                            &checked.model));
  expect_error(&checked, checked.diags.first, "E0601", "std.mailbox", "no other files");
  check_clear(&checked);
}

static void a_module_may_be_checked_by_itself(void **state) {
  (void)state;
  is_valid_with("module m\nlead { a text }\ndefine f(x text) = length(x)\n"
                "test \"t\" { as of 2026-01-01 lead { a: \"xy\" } expect f(a) = 2 }",
                files);
  only_error_with("module m\nexclude \"x\" when true", files, "E0209", "exclude \"x\" when true",
                  "cannot declare `exclude`");
}

/* ---- list from --------------------------------------------------------------------------------
 */

static void a_list_s_file_has_one_text_a_line(void **state) {
  (void)state;
  struct checked checked;
  valid(&checked, POLICY "list rivals from \"rivals.txt\" lead { d text }\n"
                         "segment a when d in rivals");
  const struct value_list *list = value_named(&checked, "a")->expr->set->values;
  const char *expected[] = {"rival.example", "spaced.example", "C#", "last.example"};
  assert_int_equal(list->count, 4);
  for (uint32_t i = 0; i < 4; i++)
    assert_true(text_equal(list->texts[i], text_from(expected[i])));
  check_clear(&checked);
}

static void lists_that_cannot_be_read(void **state) {
  (void)state;
  error("list l from \"none.txt\"", "E0601", "\"none.txt\"", "no such file");
  error("list l from \"latin.txt\"", "E0605", "\"latin.txt\"", "byte 3");
}

/* ---- params -------------------------------------------------------------------------------------
 */

static double limit_with(const char *value, bool expected) {
  struct check_set sets[] = {{TEXT("limit"), text_from(value), false},
                             {TEXT("other"), TEXT("1"), false}};
  struct checked checked;
  check_with(&checked, &memory_standard, POLICY "param limit = 3 * 2 score s = limit * 2", NULL,
             sets, 2);
  assert_true(sets[0].used);
  assert_false(sets[1].used);
  assert_int_equal(checked.valid, expected);
  double number = 0;
  if (expected)
    number = value_named(&checked, "s")->expr->number;
  else
    expect_error(&checked, checked.diags.first, "E0606", "limit", "the param is a number");
  check_clear(&checked);
  return number;
}

static void params_can_be_set(void **state) {
  (void)state;
  assert_true(limit_with("10", true) == 20);
  assert_true(limit_with("50%", true) == 1);
  assert_true(limit_with("-1", true) == -2);
  limit_with("3 days", false);
  limit_with("many", false);
  limit_with("1 +", false);
}

static void a_param_of_a_module_has_its_name(void **state) {
  (void)state;
  struct check_set set = {TEXT("mailbox.limit"), TEXT("7"), false};
  struct checked checked;
  check_with(&checked, &memory_standard, POLICY "use std.mailbox", files, &set, 1);
  assert_true(checked.valid && set.used);
  assert_true(value_named(&checked, "mailbox.limit")->expr->number == 7);
  check_clear(&checked);
}

static void a_param_is_a_constant(void **state) {
  (void)state;
  only_error("param p = company_size", "E0307", "company_size", "`let`");
  is_valid("param p = 3 param q = p * 2 segment a when company_size > q");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_module_s_members_are_named_by_its_last_name),
      cmocka_unit_test(records_of_modules_merge),
      cmocka_unit_test(a_module_sees_only_what_it_declares_or_uses),
      cmocka_unit_test(a_file_is_read_once),
      cmocka_unit_test(modules_that_cannot_be_used),
      cmocka_unit_test(what_a_broken_module_may_have_is_not_missed),
      cmocka_unit_test(without_a_loader_there_are_no_other_files),
      cmocka_unit_test(a_module_may_be_checked_by_itself),
      cmocka_unit_test(a_list_s_file_has_one_text_a_line),
      cmocka_unit_test(lists_that_cannot_be_read),
      cmocka_unit_test(params_can_be_set),
      cmocka_unit_test(a_param_of_a_module_has_its_name),
      cmocka_unit_test(a_param_is_a_constant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

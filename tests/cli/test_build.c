/* test_build.c - `bareme build` and `bareme inspect`, and compiled policies in
 * the place of policies.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

/* ---- the file ------------------------------------------------------------------------ */

static void a_policy_becomes_one_file(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "");
  assert_string_equal(shell->err, "");
  shell_run(shell, "head -c 4 shop.bmc | tail -c 3");
  assert_string_equal(shell->out, "BMC");
  shell_run(shell, "bareme build shop.bareme -o - | cmp - shop.bmc");
  expect_status(shell, 0);
}

static void the_bytes_do_not_depend_on_the_place(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "mkdir -p a/shared b");
  shell_write(shell, "a/p.bareme",
              "policy \"P\" {}\nuse std.mailbox\nuse \"shared/f.bareme\" as f\n"
              "score s { +1 \"Free\" when mailbox.is_free(email); +f.n when size > 2 }\n");
  shell_write(shell, "a/shared/f.bareme",
              "module f\nlead { email text  size number }\nparam n = 2\n");
  shell_run(shell, "sed -i 's/+f.n/+(f.n)/' a/p.bareme && cp -r a/. b/ &&\n"
                   "bareme build a/p.bareme -o 1.bmc && bareme build \"$PWD/b/p.bareme\" -o 2.bmc "
                   "&& (cd a && bareme build ./p.bareme -o ../3.bmc) && cmp 1.bmc 2.bmc && cmp "
                   "1.bmc 3.bmc && ! grep -q \"$PWD\" 1.bmc");
  assert_string_equal(shell->err, "");
  expect_status(shell, 0);
}

static void nothing_is_left_of_a_build_that_failed(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "wrong.bareme", "policy \"P\" {}\nscore s { +1 when }\n");
  shell_run(shell, "bareme build wrong.bareme -o wrong.bmc");
  expect_status(shell, 3);
  assert_int_equal(shell_count_files(shell), 1);
}

static void a_build_says_where_it_goes(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "-o FILE");
}

/* ---- in the place of a policy ---------------------------------------------------------- */

static void results_are_the_same(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc && mv shop.bmc any-name\n"
                   "for how in '' --explain --header '--format csv' '--format table'; do\n"
                   "  for policy in shop.bareme any-name; do\n"
                   "    bareme score $policy leads.ndjson --at 2026-06-01 $how >$policy.out\n"
                   "  done; cmp shop.bareme.out any-name.out || exit 1\n"
                   "done\n"
                   "bareme summary shop.bareme leads.ndjson --at 2026-06-01 >1\n"
                   "bareme summary any-name leads.ndjson --at 2026-06-01 >2; cmp 1 2");
  assert_string_equal(shell->err, "");
  expect_status(shell, 0);
}

static void what_only_a_source_has_is_refused(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc");
  shell_run(shell, "bareme score shop.bmc leads.ndjson --set price=3");
  expect_status(shell, 2);
  expect_words(shell->err, "shop.bmc is a compiled policy: its params");
  shell_run(shell, "bareme test shop.bmc");
  expect_status(shell, 2);
  expect_words(shell->err, "its tests have stayed with its source");
  shell_run(shell, "bareme fmt --check shop.bmc");
  expect_status(shell, 3);
  expect_words(shell->err, "a compiled policy has no layout");
}

static void params_have_the_values_of_the_build(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "p.bareme",
              "policy \"P\" {}\nlead { size number }\nparam n = 2\n"
              "score s { +(n) when size > 0 }\n");
  shell_write(shell, "leads.ndjson", "{\"id\":\"a\",\"size\":1}\n");
  shell_run(shell, "bareme build p.bareme --set n=7 -o p.bmc && bareme score p.bmc leads.ndjson");
  expect_status(shell, 0);
  expect_words(shell->out, "\"s\":7");
}

static void a_stripped_policy_adds_up_without_words(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc && bareme build shop.bmc --strip -o s.bmc "
                   "&& bareme build shop.bareme --strip -o t.bmc && cmp s.bmc t.bmc");
  expect_status(shell, 0);
  shell_run(shell, "for policy in shop.bmc s.bmc; do\n"
                   "  bareme score $policy leads.ndjson --at 2026-06-01 >$policy.out; done\n"
                   "cmp shop.bmc.out s.bmc.out &&\n"
                   "bareme score s.bmc leads.ndjson --at 2026-06-01 --explain");
  expect_status(shell, 0);
  expect_words(shell->out, "{\"kind\":\"rule\",\"points\":");
  expect_no_words(shell->out, "\"label\":");
  expect_no_words(shell->out, "\"line\":");
  shell_run(shell, "id=$(sed -n '1s/.*\"id\": *\"\\([^\"]*\\)\".*/\\1/p' leads.ndjson)\n"
                   "bareme explain s.bmc leads.ndjson --at 2026-06-01 --id \"$id\"");
  expect_status(shell, 0);
  expect_words(shell->out, "rule");
}

static void a_damaged_file_is_refused_everywhere(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc && head -c 300 shop.bmc >cut.bmc");
  static const char *const commands[] = {"check cut.bmc",   "score cut.bmc leads.ndjson",
                                         "inspect cut.bmc", "build cut.bmc -o new.bmc",
                                         "dis cut.bmc",     "summary cut.bmc leads.ndjson"};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    shell_run(shell, "bareme %s", commands[i]);
    expect_status(shell, 3);
    expect_words(shell->err, "the file is cut off: it has 300 bytes");
    assert_string_equal(shell->out, "");
  }
  assert_false(shell_has(shell, "new.bmc"));
}

/* ---- inspect ---------------------------------------------------------------------------- */

static void inspect_shows_what_is_in_it(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "p.bareme",
              "policy \"Small\" { version \"2026.3\" }\n"
              "lead { size number required  tier one of (gold, silver)  vip bool = false }\n"
              "events from \"log\" at \"when\"\n"
              "event visit from \"page-view\" { url text }\n"
              "score s { +1 \"Large\" when size > 2 and tier is gold or vip\n"
              "  +2 on visit where url contains \"x\" }\n"
              "band b of s { 2 from 1  1 otherwise }\n");
  shell_run(shell, "bareme build p.bareme -o p.bmc && bareme inspect p.bmc");
  expect_status(shell, 0);
  static const char *const words[] = {"Small\n",
                                      "version 2026.3",
                                      "format 1.",
                                      "made by Bareme ",
                                      "opcodes",
                                      "crc-32c",
                                      "optional",
                                      "size number, required",
                                      "tier one of (gold, silver)",
                                      "vip bool, with a default",
                                      "  id from id\n",
                                      "  events from log: type from type, at from when, id from id",
                                      "  event visit, of type page-view\n",
                                      "scores    s",
                                      "bands     b (2, 1)",
                                      "instructions"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_words(shell->out, words[i]);
  expect_no_words(shell->out, "stripped");
  shell_run(shell, "bareme build p.bareme --strip -o s.bmc && bareme inspect s.bmc");
  expect_words(shell->out, "stripped");
  expect_no_words(shell->out, "words");
}

static void inspect_tells_programs_the_same(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc && bareme inspect shop.bmc --format json");
  expect_status(shell, 0);
  expect_words(shell->out, "\"format\":{\"major\":1,");
  expect_words(shell->out, "\"stripped\":false");
  expect_words(shell->out, "{\"name\":\"opcodes\",\"offset\":");
  expect_words(shell->out, "\"idRequired\":false,\"paths\":{\"id\":\"id\",\"stage\":\"stage\",");
  shell_run(shell, "bareme inspect shop.bmc --format json |\n"
                   "if command -v python3 >/dev/null; then python3 -m json.tool >/dev/null; fi");
  expect_status(shell, 0);
}

static void inspect_wants_a_compiled_policy(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme inspect shop.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "shop.bareme: this is not a compiled policy");
  shell_run(shell, "bareme inspect none.bmc");
  expect_status(shell, 5);
}

/* ---- what the fuzzer starts from ----------------------------------------------------------- */

/* Files that were written on one machine are written again on this one, bit for
 * bit.  When one is not, instructions, the format or the version have changed:
 * tests/fuzz/images.sh. */
static void the_corpus_is_written_the_same(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "for file in \"$SOURCE\"/tests/fuzz/corpus/image/*.bmc; do\n"
                   "  bareme build \"$file\" -o again.bmc && cmp \"$file\" again.bmc || exit 1\n"
                   "done");
  assert_string_equal(shell->err, "");
  expect_status(shell, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(a_policy_becomes_one_file),
      shell_test(the_bytes_do_not_depend_on_the_place),
      shell_test(nothing_is_left_of_a_build_that_failed),
      shell_test(a_build_says_where_it_goes),
      shell_test(results_are_the_same),
      shell_test(what_only_a_source_has_is_refused),
      shell_test(params_have_the_values_of_the_build),
      shell_test(a_stripped_policy_adds_up_without_words),
      shell_test(a_damaged_file_is_refused_everywhere),
      shell_test(inspect_shows_what_is_in_it),
      shell_test(inspect_tells_programs_the_same),
      shell_test(inspect_wants_a_compiled_policy),
      shell_test(the_corpus_is_written_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

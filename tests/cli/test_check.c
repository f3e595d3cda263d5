/* test_check.c - `bareme check`: right and wrong policies, and files that are none.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdio.h>

static void a_right_policy_is_counted(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme check shop.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "shop.bareme: ok (5 criteria, 2 scores, 1 band, 2 stages)\n");
  assert_string_equal(shell->err, "");
}

static void every_error_of_a_file_comes_in_one_run(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "bad.bareme",
              "policy \"Bad\"\n"
              "lead { a number }\n"
              "score s { +5 when b = 3\n"
              "  +4 when a is \"x\" }\n"
              "band t of s { low from 3 }\n");
  shell_run(shell, "bareme check bad.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "bad.bareme:3:19");
  expect_words(shell->err, "bad.bareme:4:");
  expect_words(shell->err, "bad.bareme:5:");
  expect_words(shell->err, "3 errors, 0 warnings");
  assert_string_equal(shell->out, "");
}

static void several_policies_are_all_checked(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_write(shell, "bad.bareme", "policy \"Bad\"\nlet x = y\n");
  shell_run(shell, "bareme check bad.bareme shop.bareme");
  expect_status(shell, 3);
  expect_words(shell->out, "shop.bareme: ok");
  expect_words(shell->err, "1 of 2 policies is invalid: 1 error");
}

static void what_cannot_be_read_is_status_5(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme check nothing.bareme shop.bareme");
  expect_status(shell, 5);
  expect_words(shell->err, "nothing.bareme: No such file or directory");
  expect_words(shell->out, "shop.bareme: ok");
  shell_run(shell, "bareme check .");
  expect_status(shell, 5);
  expect_words(shell->err, ".: Is a directory");
}

static void odd_files_get_a_clear_message(void **state) {
  struct shell *shell = *state;
  shell_run(shell, ": >empty; printf 'policy \"x\\377\"' >latin; printf 'policy \"x\" \\000' >nul\n"
                   "head -c 52428800 /dev/zero >big\n"
                   "for f in empty latin nul big; do bareme check $f; echo $?; done");
  assert_string_equal(shell->out, "3\n3\n3\n3\n");
  expect_words(shell->err, "empty");
  expect_words(shell->err, "not UTF-8, at byte 9");
  expect_words(shell->err, "NUL byte");
  expect_words(shell->err, "the file has more than 16777216 bytes");
}

static void deep_nesting_is_refused(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "{ printf 'policy \"x\"\\nlet y = '; head -c 10000 /dev/zero | tr '\\0' '(';\n"
                   "  printf 1; head -c 10000 /dev/zero | tr '\\0' ')'; } >deep\n"
                   "bareme check deep");
  expect_status(shell, 3);
  expect_words(shell->err, "nested");
}

static void a_policy_may_come_from_standard_input(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme check - <shop.bareme");
  expect_status(shell, 0);
  shell_run(shell, "echo 'policy \"x\" let' | bareme check -");
  expect_status(shell, 3);
  expect_words(shell->err, "<stdin>:2:1");
}

static void colour_is_for_terminals(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "bad.bareme", "policy \"Bad\"\nlet x = y\n");
  shell_run(shell, "bareme check bad.bareme");
  expect_no_words(shell->err, "\033[");
  shell_run(shell, "bareme check --color=always bad.bareme");
  expect_words(shell->err, "\033[");
}

/* ---- other files ---------------------------------------------------------------------- */

static void write_user(struct shell *shell, const char *path) {
  char text[256];
  snprintf(text, sizeof text, "policy \"User\"\nuse \"%s\" as m\nscore s { +5 when m.big(3) }\n",
           path);
  shell_write(shell, "user.bareme", text);
}

#define MODULE "module m\ndefine big(x number) = x > 2\n"

static void modules_are_read_beside_the_policy(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "mkdir shared inside");
  shell_write(shell, "shared/m.bareme", MODULE);
  write_user(shell, "shared/m.bareme");
  shell_run(shell, "bareme check user.bareme && cd inside && bareme check ../user.bareme &&\n"
                   "bareme check \"$PWD/../user.bareme\"");
  expect_status(shell, 0);
}

static void nothing_outside_of_the_directory_is_read(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "mkdir inside outside");
  shell_write(shell, "outside/m.bareme", MODULE);
  write_user(shell, "../outside/m.bareme");
  shell_run(shell, "mv user.bareme inside; bareme check inside/user.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "it lies outside of the policy's directory");
  shell_run(shell, "bareme check -I outside inside/user.bareme");
  expect_status(shell, 0);
  shell_run(shell, "bareme check -I inside inside/user.bareme");
  expect_status(shell, 3);
}

static void links_do_not_lead_outside(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "mkdir inside outside insider && ln -s ../outside/m.bareme inside/m.bareme");
  shell_write(shell, "outside/m.bareme", MODULE);
  write_user(shell, "m.bareme");
  shell_run(shell, "mv user.bareme inside; bareme check inside/user.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "it lies outside of the policy's directory");
  /* a directory whose name only begins the same is another one */
  shell_run(shell, "rm inside/m.bareme; mv outside/m.bareme insider\n"
                   "ln -s ../insider/m.bareme inside/m.bareme; bareme check inside/user.bareme");
  expect_status(shell, 3);
}

static void include_directories_are_searched(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "mkdir inside library");
  shell_write(shell, "library/m.bareme", MODULE);
  write_user(shell, "m.bareme");
  shell_run(shell, "mv user.bareme inside; bareme check inside/user.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "there is no such file");
  shell_run(shell, "bareme check -Ilibrary inside/user.bareme");
  expect_status(shell, 0);
}

static void the_standard_library_is_part_of_the_program(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "std.bareme",
              "policy \"S\"\nuse std.mailbox\nlead { email text }\n"
              "score s { -5 when mailbox.is_free(email) }\n");
  shell_run(shell, "bareme check std.bareme");
  expect_status(shell, 0);
  shell_write(shell, "std.bareme", "policy \"S\"\nuse std.mailboxes\n");
  shell_run(shell, "bareme check std.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "the standard library has std.mailbox");
}

static void lists_are_read_from_files(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "names.txt", "# free\nhotmail.example\n");
  shell_write(shell, "l.bareme",
              "policy \"L\"\nlead { email text }\nlist n from \"names.txt\"\n"
              "score s { -5 when domain(email) in n }\n");
  shell_run(shell, "bareme check l.bareme");
  expect_status(shell, 0);
  shell_run(shell, "rm names.txt; ln -s /etc/passwd names.txt; bareme check l.bareme");
  expect_status(shell, 3);
}

static void params_are_set(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme check shop.bareme --set base=12");
  expect_status(shell, 0);
  shell_run(shell, "bareme check shop.bareme --set bsae=12");
  expect_status(shell, 2);
  expect_words(shell->err, "the policy has no param `bsae`; did you mean `base`?");
  shell_run(shell, "bareme check shop.bareme --set base");
  expect_status(shell, 2);
  expect_words(shell->err, "`base` is not of the form NAME=VALUE");
}

static void every_example_is_right(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme check \"$SOURCE\"/examples/*.bareme");
  expect_status(shell, 0);
  expect_words(shell->out, "02-inbound-b2b.bareme: ok");
  assert_string_equal(shell->err, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(a_right_policy_is_counted),
      shell_test(every_error_of_a_file_comes_in_one_run),
      shell_test(several_policies_are_all_checked),
      shell_test(what_cannot_be_read_is_status_5),
      shell_test(odd_files_get_a_clear_message),
      shell_test(deep_nesting_is_refused),
      shell_test(a_policy_may_come_from_standard_input),
      shell_test(colour_is_for_terminals),
      shell_test(modules_are_read_beside_the_policy),
      shell_test(nothing_outside_of_the_directory_is_read),
      shell_test(links_do_not_lead_outside),
      shell_test(include_directories_are_searched),
      shell_test(the_standard_library_is_part_of_the_program),
      shell_test(lists_are_read_from_files),
      shell_test(params_are_set),
      shell_test(every_example_is_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

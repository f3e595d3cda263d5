/* test_fmt.c - `bareme fmt`: files, directories and pipes; what it writes, and what it leaves
 * alone.
 *
 * How a policy is laid out is the matter of tests/format.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

static const char untidy[] =
    "policy   \"Shop\"\nlead { a number }\nscore s {\n+5 when a>3 # big\n}\n";
static const char tidy[] = "policy \"Shop\"\n\nlead { a number }\n\nscore s {\n"
                           "  +5 when a > 3  # big\n}\n";

static void expect_file(struct shell *shell, const char *name, const char *expected) {
  char *text = shell_read(shell, name);
  assert_non_null(text);
  assert_string_equal(text, expected);
  free(text);
}

static void a_file_is_written_in_place(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "chmod 640 a.bareme; bareme fmt a.bareme; echo $?; stat -c %%a a.bareme");
  assert_string_equal(shell->out, "0\n640\n");
  assert_string_equal(shell->err, "");
  expect_file(shell, "a.bareme", tidy);
  assert_int_equal(shell_count_files(shell), 1);
}

static void a_tidy_file_is_not_touched(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", tidy);
  shell_run(shell, "touch -d 2001-01-01 a.bareme; i=$(stat -c %%i-%%Y a.bareme)\n"
                   "bareme fmt a.bareme; [ \"$i\" = \"$(stat -c %%i-%%Y a.bareme)\" ]");
  expect_status(shell, 0);
}

static void a_link_stays_a_link(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "ln -s a.bareme b.bareme; bareme fmt b.bareme; [ -h b.bareme ]");
  expect_status(shell, 0);
  expect_file(shell, "a.bareme", tidy);
}

static void standard_input_goes_to_standard_output(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "bareme fmt <a.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->out, tidy);
  shell_run(shell, "bareme fmt - <a.bareme");
  assert_string_equal(shell->out, tidy);
  shell_run(shell, "bareme fmt <a.bareme | bareme fmt --check");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "");
}

static void a_directory_is_walked(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "mkdir -p d/e d/.hidden; cp a.bareme d/b.bareme; cp a.bareme d/e/c.bareme\n"
                   "cp a.bareme d/notes.txt; cp a.bareme d/.hidden/h.bareme; bareme fmt d");
  expect_status(shell, 0);
  expect_file(shell, "d/b.bareme", tidy);
  expect_file(shell, "d/e/c.bareme", tidy);
  expect_file(shell, "a.bareme", untidy);
  expect_file(shell, "d/notes.txt", untidy);
  expect_file(shell, "d/.hidden/h.bareme", untidy);
}

static void check_names_files_and_writes_nothing(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_write(shell, "b.bareme", tidy);
  shell_run(shell, "bareme fmt --check a.bareme b.bareme");
  expect_status(shell, 1);
  assert_string_equal(shell->out, "a.bareme\n");
  assert_string_equal(shell->err, "");
  expect_file(shell, "a.bareme", untidy);
  shell_run(shell, "bareme fmt --check b.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "");
  shell_run(shell, "bareme fmt --check <a.bareme");
  expect_status(shell, 1);
  assert_string_equal(shell->out, "<stdin>\n");
}

static void diff_shows_what_would_change(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "bareme fmt --diff a.bareme");
  expect_status(shell, 1);
  assert_string_equal(shell->out, "--- a.bareme\n"
                                  "+++ a.bareme\n"
                                  "@@ -1,5 +1,7 @@\n"
                                  "-policy   \"Shop\"\n"
                                  "+policy \"Shop\"\n"
                                  "+\n"
                                  " lead { a number }\n"
                                  "+\n"
                                  " score s {\n"
                                  "-+5 when a>3 # big\n"
                                  "+  +5 when a > 3  # big\n"
                                  " }\n");
  expect_file(shell, "a.bareme", untidy);
  shell_write(shell, "a.bareme", tidy);
  shell_run(shell, "bareme fmt --diff a.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "");
}

/* The differences are such that `patch` makes of them what fmt would write:
 * hunks near and far, at both ends, and a last line without its line break. */
static void patch_knows_the_diff(void **state) {
  struct shell *shell = *state;
  shell_run(shell,
            "command -v patch >/dev/null || exit 0\n"
            "{ echo 'policy  \"P\"'; echo; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do\n"
            "  echo \"let a$i = $i\"; echo; [ $((i %% 7)) != 3 ] || echo \"let b$i=$i\"; done\n"
            "  printf 'let last=1'; } >a.bareme\n"
            "cp a.bareme b.bareme; bareme fmt b.bareme; bareme fmt --diff a.bareme >a.diff\n"
            "patch -s a.bareme a.diff && cmp a.bareme b.bareme");
  expect_status(shell, 0);
  assert_string_equal(shell->err, "");
}

static void a_file_with_an_error_is_left_alone(void **state) {
  struct shell *shell = *state;
  static const char broken[] = "policy \"x\"\nlet   a = \n";
  shell_write(shell, "bad.bareme", broken);
  shell_write(shell, "good.bareme", untidy);
  shell_run(shell, "bareme fmt bad.bareme good.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "bad.bareme:2:");
  assert_string_equal(shell->out, "");
  expect_file(shell, "bad.bareme", broken);
  expect_file(shell, "good.bareme", tidy);
  shell_run(shell, "bareme fmt <bad.bareme");
  expect_status(shell, 3);
  assert_string_equal(shell->out, "");
  shell_run(shell, "bareme fmt --check bad.bareme");
  expect_status(shell, 3);
}

/* Names are not looked up: what is half written can be laid out all the same. */
static void only_the_syntax_is_looked_at(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "printf 'policy \"x\"\\nlet a=nothing\\n' | bareme fmt");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "policy \"x\"\n\nlet a = nothing\n");
  shell_run(shell, "printf 'module m\\nlist l=[\"a\"]\\n' | bareme fmt");
  assert_string_equal(shell->out, "module m\n\nlist l = [\"a\"]\n");
}

static void what_cannot_be_read_or_written_is_status_5(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "bareme fmt nothing.bareme a.bareme");
  expect_status(shell, 5);
  expect_words(shell->err, "nothing.bareme: No such file or directory");
  expect_file(shell, "a.bareme", tidy);
  shell_write(shell, "a.bareme", untidy);
  shell_run(shell, "[ $(id -u) = 0 ] && exit 5; chmod 400 a.bareme; bareme fmt a.bareme");
  expect_status(shell, 5);
  expect_file(shell, "a.bareme", untidy);
  shell_run(shell, "bareme fmt <a.bareme >/dev/full");
  expect_status(shell, 5);
}

static void foreign_bytes_are_refused(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "head -c 17000000 /dev/zero >big; printf '\\377\\376p' >wide\n"
                   "for f in big wide; do bareme fmt $f; echo $?; done");
  assert_string_equal(shell->out, "3\n3\n");
  expect_words(shell->err, "the file has more than 16777216 bytes");
  expect_words(shell->err, "UTF-16");
}

static void byte_order_mark_and_carriage_returns_go(void **state) {
  struct shell *shell = *state;
  shell_run(shell,
            "printf '\\357\\273\\277policy \"x\" # c\\r\\n\\r\\nlet a = 1\\r\\n' | bareme fmt");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "policy \"x\"  # c\n\nlet a = 1\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(a_file_is_written_in_place),
      shell_test(a_tidy_file_is_not_touched),
      shell_test(a_link_stays_a_link),
      shell_test(standard_input_goes_to_standard_output),
      shell_test(a_directory_is_walked),
      shell_test(check_names_files_and_writes_nothing),
      shell_test(diff_shows_what_would_change),
      shell_test(patch_knows_the_diff),
      shell_test(a_file_with_an_error_is_left_alone),
      shell_test(only_the_syntax_is_looked_at),
      shell_test(what_cannot_be_read_or_written_is_status_5),
      shell_test(foreign_bytes_are_refused),
      shell_test(byte_order_mark_and_carriage_returns_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

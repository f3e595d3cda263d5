/* test_usage.c - help, and what is said to a wrong command line.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdio.h>

/* All there are, as help lists them. */
#define COMMANDS "bareme help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'"

static void alone_it_says_what_it_is_for(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme");
  expect_status(shell, 0);
  expect_words(shell->out, "bareme check POLICY");
  assert_string_equal(shell->err, "");
}

static void help_lists_every_command(void **state) {
  struct shell *shell = *state;
  static const char *const names[] = {"check", "score", "explain", "summary", "help"};
  shell_run(shell, "bareme help; bareme --help >again; bareme -h | cmp - again");
  expect_status(shell, 0);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char line[32];
    snprintf(line, sizeof line, "\n  %s ", names[i]);
    expect_words(shell->out, line);
  }
}

static void every_command_explains_itself(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "for c in $(" COMMANDS "); do\n"
                   "  bareme help $c >a && bareme $c --help >b && bareme $c -h >c || exit 9\n"
                   "  cmp a b && cmp b c && grep -q \"^usage: bareme $c\" a || exit 8\n"
                   "done");
  expect_status(shell, 0);
}

static void help_fits_eighty_columns(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "for c in '' $(" COMMANDS ") E0101; do bareme help $c; done |\n"
                   "  grep -v '^  bareme' | awk 'length > 100'");
  assert_string_equal(shell->out, "");
}

static void codes_are_explained_however_they_are_written(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme help E0101 >a && bareme help e0101 >b && bareme help 101 >c &&\n"
                   "cmp a b && cmp b c && cat a");
  expect_status(shell, 0);
  expect_words(shell->out, "E0101: unexpected text");
  expect_words(shell->out, "Before:");
  shell_run(shell, "bareme help codes");
  expect_status(shell, 0);
  expect_words(shell->out, "E0101  unexpected text\n");
}

static void unknown_help_is_a_usage_error(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme help scroe");
  expect_status(shell, 2);
  expect_words(shell->err, "did you mean `score`?");
  shell_run(shell, "bareme help E9999");
  expect_status(shell, 2);
  shell_run(shell, "bareme help score check");
  expect_status(shell, 2);
}

static void the_version_is_told(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme --version && bareme -V");
  expect_status(shell, 0);
  expect_words(shell->out, "bareme 0.");
}

static void a_misspelt_command_is_guessed(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme chekc x.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "there is no command `chekc`; did you mean `check`?");
  assert_string_equal(shell->out, "");
  shell_run(shell, "bareme frobnicate");
  expect_status(shell, 2);
  expect_no_words(shell->err, "did you mean");
}

static void a_misspelt_option_is_guessed(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme score --formt=csv x.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "`bareme score` has no option --formt; did you mean --format?");
  expect_words(shell->err, "try `bareme help score`");
  shell_run(shell, "bareme score -x x.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "has no option -x");
}

static void an_option_cannot_be_shortened(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme score --form csv x.bareme");
  expect_status(shell, 2);
}

static void an_option_belongs_to_its_command(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme check --top 3 x.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "has no option --top");
}

static void values_are_checked(void **state) {
  struct shell *shell = *state;
  static const struct {
    const char *arguments, *words;
  } cases[] = {
      {"--format=xml", "--format: `xml` is not one of ndjson|csv|table"},
      {"--format=csv\\|table", "is not one of"},
      {"--at yesterday", "--at: `yesterday` is not an instant"},
      {"--at 2026-02-30", "is not an instant"},
      {"--top 0 --by s", "--top: `0` is not a whole number from 1"},
      {"--top -1 --by s", "--top: `-1` is not"},
      {"--top 99999999999 --by s", "--top: `99999999999` is not"},
      {"--top 3", "--top needs --by"},
      {"--by fit", "--by needs --top"},
      {"--strict=yes", "--strict has no value"},
      {"--at", "--at needs a value"},
      {"-o", "-o needs a value"},
      {"--explain --format csv", "--explain has no place in CSV"},
      {"--header --format csv", "--header is a line of NDJSON"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    shell_run(shell, "bareme score x.bareme %s", cases[i].arguments);
    expect_status(shell, 2);
    expect_words(shell->err, cases[i].words);
  }
}

static void words_are_counted(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "bareme score");
  expect_status(shell, 2);
  expect_words(shell->err, "something is missing: bareme score POLICY");
  shell_run(shell, "bareme explain x.bareme leads.ndjson");
  expect_status(shell, 2);
  expect_words(shell->err, "--id ID");
}

static void options_and_words_may_be_mixed(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell,
            "bareme score --at=2026-06-01 shop.bareme --format csv leads.ndjson >a &&\n"
            "bareme score shop.bareme leads.ndjson --format=csv --at 2026-06-01 >b &&\n"
            "bareme score --at 2026-06-01 --format=csv -- shop.bareme leads.ndjson >c &&\n"
            "bareme score shop.bareme leads.ndjson --format=ndjson --format=csv --at 2026-06-01 "
            "-od && cmp a b && cmp b c && cmp c d");
  expect_status(shell, 0);
}

static void a_file_may_look_like_an_option(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "cp shop.bareme ./--strict && bareme check -- --strict");
  expect_status(shell, 0);
  expect_words(shell->out, "--strict: ok");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(alone_it_says_what_it_is_for),
      shell_test(help_lists_every_command),
      shell_test(every_command_explains_itself),
      shell_test(help_fits_eighty_columns),
      shell_test(codes_are_explained_however_they_are_written),
      shell_test(unknown_help_is_a_usage_error),
      shell_test(the_version_is_told),
      shell_test(a_misspelt_command_is_guessed),
      shell_test(a_misspelt_option_is_guessed),
      shell_test(an_option_cannot_be_shortened),
      shell_test(an_option_belongs_to_its_command),
      shell_test(values_are_checked),
      shell_test(words_are_counted),
      shell_test(options_and_words_may_be_mixed),
      shell_test(a_file_may_look_like_an_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

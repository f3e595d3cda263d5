/* test_docs.c - docs/cli.md and docs/bareme.1 know every command and every option.
 *
 * `bareme help COMMAND` is made from the tables that the parser reads, so what
 * it lists is what there is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

/* All there are, as help lists them. */
#define COMMANDS "bareme help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'"

/* Prints "command --option" for every option of every command. */
#define LIST_OPTIONS                                                                   \
  "for c in $(" COMMANDS "); do\n"                                                     \
  "  bareme help $c | sed -n \"s/^  \\(-., \\)\\{0,1\\}\\(--[a-z-]*\\).*/$c \\2/p\"\n" \
  "done | sort >options\n"

static void the_reference_has_every_option(void **state) {
  struct shell *shell = *state;
  shell_run(
      shell, LIST_OPTIONS
      /* the options in the table of each command's section */
      "awk '/^## .bareme/ { gsub(/`/, \"\"); c = $3; next } /^## / { c = \"\" }\n"
      "     c && /^\\| `-/ { match($0, /--[a-z-]+/); print c, substr($0, RSTART, RLENGTH) }' \\\n"
      "  \"$SOURCE/docs/cli.md\" | sort -u >documented\n"
      "diff options documented");
  assert_string_equal(shell->out, "");
  expect_status(shell, 0);
}

static void the_reference_has_every_usage_line(void **state) {
  struct shell *shell = *state;
  shell_run(shell, "for c in $(" COMMANDS "); do\n"
                   "  line=$(bareme help $c | sed -n 's/^usage: //p')\n"
                   "  grep -qxF \"$line\" \"$SOURCE/docs/cli.md\" || echo \"$line\"\n"
                   "done");
  assert_string_equal(shell->out, "");
}

static void the_manual_page_has_every_option(void **state) {
  struct shell *shell = *state;
  shell_run(shell,
            LIST_OPTIONS "sed 's/.* //' options | sort -u >all\n"
                         "sed -n 's/^\\.It \\(Fl . , \\)\\{0,1\\}Fl -\\([a-z-]*\\).*/--\\2/p' \\\n"
                         "  \"$SOURCE/docs/bareme.1\" | sort -u >documented\n"
                         "diff all documented");
  assert_string_equal(shell->out, "");
  expect_status(shell, 0);
}

static void values_are_called_the_same(void **state) {
  struct shell *shell = *state;
  shell_run(shell,
            "for c in $(" COMMANDS "); do bareme help $c; done |\n"
            "sed -n 's/^  \\(-., \\)\\{0,1\\}\\(--[a-z-]*\\) \\([^ ]*\\).*/\\2 \\3/p' | sort -u |\n"
            "while read -r option value; do\n"
            "  escaped=$(printf '%%s' \"$value\" | sed 's/|/\\\\|/g')\n"
            "  grep -qF -e \"$option${escaped:+ $escaped}\\`\" \"$SOURCE/docs/cli.md\" || echo "
            "\"$option $value\"\n"
            "  grep -qF -e \"Fl -${option#--}${value:+ Ar $value}\" \"$SOURCE/docs/bareme.1\" || "
            "echo \"man: $option\"\n"
            "done");
  assert_string_equal(shell->out, "");
}

static void the_manual_page_is_well_formed(void **state) {
  struct shell *shell = *state;
  shell_run(
      shell,
      "if command -v mandoc >/dev/null; then mandoc -T lint -W warning \"$SOURCE/docs/bareme.1\"\n"
      "elif command -v groff >/dev/null; then groff -mdoc -ww -z \"$SOURCE/docs/bareme.1\" 2>&1; "
      "fi");
  assert_string_equal(shell->out, "");
  expect_status(shell, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(the_reference_has_every_option),   shell_test(the_reference_has_every_usage_line),
      shell_test(the_manual_page_has_every_option), shell_test(values_are_called_the_same),
      shell_test(the_manual_page_is_well_formed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

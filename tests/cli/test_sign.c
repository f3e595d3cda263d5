/* test_sign.c - `bareme sign` and `--verify`: nothing but what is signed is taken,
 * and minisign is of the same opinion.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>

/* shop.bmc, and the keys a and b, without passwords. */
static void begin(struct shell *shell) {
  shell_write_shop(shell);
  shell_run(shell, "bareme build shop.bareme -o shop.bmc && bareme sign --generate a -W && "
                   "bareme sign --generate b -W");
  expect_status(shell, 0);
}

static void what_is_signed_is_taken(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "bareme sign -s a.key shop.bmc -t 'version 3' &&"
                   "bareme check shop.bmc --verify a.pub &&"
                   "bareme check shop.bmc --verify \"$(sed -n 2p a.pub)\"");
  expect_status(shell, 0);
  expect_words(shell->out, "shop.bmc: ok");
  assert_string_equal(shell->err, "");
  shell_run(shell, "bareme score shop.bmc leads.ndjson --at 2026-06-01 --verify a.pub | cmp - "
                   "<<EOF\n$(bareme score shop.bareme leads.ndjson --at 2026-06-01)\nEOF");
  expect_status(shell, 0);
}

static void every_command_asks_for_it(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell,
            "for command in check test 'score -o out' explain summary dis cost inspect; do\n"
            "  case $command in explain) more='leads.ndjson --id a' ;; score* | summary) "
            "more=leads.ndjson ;; *) more= ;; esac\n"
            "  bareme $command shop.bmc $more --verify a.pub >said 2>why; echo \"$command: $?\"\n"
            "  grep -q 'shop.bmc is not trusted: it has no signature' why || cat why said\n"
            "done; test ! -e out");
  assert_string_equal(shell->out, "check: 3\ntest: 3\nscore -o out: 3\nexplain: 3\nsummary: 3\n"
                                  "dis: 3\ncost: 3\ninspect: 3\n");
  expect_status(shell, 0);
  shell_run(shell, "for c in $(bareme help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'); do\n"
                   "  bareme help $c | grep -q -e '^usage: .*POLICY' || continue\n"
                   "  bareme help $c | grep -q -e '--verify KEY' || echo $c\n"
                   "done");
  assert_string_equal(shell->out, "fmt\nbuild\n"); /* these take sources */
}

#define REFUSED(script, words)           \
  do {                                   \
    shell_run(shell, script);            \
    expect_status(shell, 3);             \
    expect_words(shell->err, words);     \
    assert_string_equal(shell->out, ""); \
  } while (0)

static void nothing_else_is_taken(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "bareme sign -s a.key shop.bmc && cp shop.bmc.minisig good");
  REFUSED("bareme check shop.bareme --verify a.pub", "it is not a compiled policy");
  REFUSED("bareme check - --verify a.pub <shop.bmc", "only a file has a signature beside it");
  REFUSED("bareme check shop.bmc --verify b.pub", "it is signed with another key");
  REFUSED("rm shop.bmc.minisig; bareme check shop.bmc --verify a.pub", "it has no signature");
  REFUSED(": >shop.bmc.minisig; bareme check shop.bmc --verify a.pub",
          "the signature is not a file of minisign's");
  REFUSED("sed s/timestamp:/timestamp:9/ good >shop.bmc.minisig;"
          "bareme check shop.bmc --verify a.pub",
          "the signature does not fit its comment, which was changed");
  REFUSED("cp good shop.bmc.minisig; bareme build shop.bareme --strip -o shop.bmc;"
          "bareme check shop.bmc --verify a.pub",
          "the signature does not fit: the file is not what was signed");
  REFUSED("bareme build shop.bareme -o shop.bmc; minisign -S -l -s a.key -m shop.bmc >&2;"
          "bareme check shop.bmc --verify a.pub",
          "of the older kind");
}

static void a_key_that_is_none_is_an_error(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "bareme sign -s a.key shop.bmc; bareme check shop.bmc --verify nobody.pub");
  expect_status(shell, 5);
  expect_words(shell->err, "nobody.pub: No such file or directory");
  shell_run(shell, "bareme check shop.bmc --verify ''");
  assert_true(shell->status != 0);
  shell_run(shell, "bareme check shop.bmc --verify shop.bareme");
  expect_status(shell, 2);
  expect_words(shell->err, "shop.bareme: is not a public key of minisign");
  shell_run(shell, "bareme check shop.bmc --verify a.key");
  expect_status(shell, 2);
}

static void minisign_takes_ours_and_we_take_minisigns(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "bareme sign -s a.key shop.bmc -t 'from bareme' &&"
                   "minisign -V -p a.pub -m shop.bmc &&"
                   "minisign -S -s a.key -m shop.bmc -t 'from minisign' >/dev/null &&"
                   "bareme check shop.bmc --verify a.pub");
  expect_status(shell, 0);
  expect_words(shell->out, "Trusted comment: from bareme");
  shell_run(shell, "minisign -G -W -p m.pub -s m.key >/dev/null &&"
                   "bareme sign -s m.key shop.bmc && minisign -V -p m.pub -m shop.bmc &&"
                   "bareme check shop.bmc --verify m.pub");
  expect_status(shell, 0);
  expect_words(shell->out, "Signature and comment signature verified");
}

/* Each use of a password takes seconds and a gigabyte. */
static void passwords_are_the_same_to_both(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "echo secret >password && bareme sign --generate c --password-file password &&"
                   "minisign -S -s c.key -m shop.bmc <password >/dev/null 2>&1 &&"
                   "bareme check shop.bmc --verify c.pub &&"
                   "bareme sign -s c.key shop.bmc --password-file password &&"
                   "bareme check shop.bmc --verify c.pub");
  expect_status(shell, 0);
  shell_run(shell, "grep -c encrypted c.key; echo wrong | "
                   "bareme sign -s c.key shop.bmc --password-file /dev/stdin");
  expect_status(shell, 2);
  assert_string_equal(shell->out, "1\n");
  expect_words(shell->err, "the password is wrong");
}

/* Types two lines where a person would, and shows what the terminal showed. */
#define AT_A_TERMINAL                                        \
  "python3 -c '\n"                                           \
  "import os, pty, sys\n"                                    \
  "child, terminal = pty.fork()\n"                           \
  "if child == 0: os.execv(sys.argv[3], sys.argv[3:])\n"     \
  "shown = b\"\"\n"                                          \
  "def more():\n"                                            \
  "    global shown\n"                                       \
  "    try: part = os.read(terminal, 64)\n"                  \
  "    except OSError: part = b\"\"\n"                       \
  "    shown += part\n"                                      \
  "    return part\n"                                        \
  "for line in sys.argv[1:3]:\n"                             \
  "    while not shown.endswith(b\": \") and more(): pass\n" \
  "    os.write(terminal, line.encode() + b\"\\r\")\n"       \
  "    more()\n"                                             \
  "while more(): pass\n"                                     \
  "print(shown.decode().replace(\"\\r\", \"\"), end=\"\")\n" \
  "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))' "

static void the_terminal_does_not_show_a_password(void **state) {
  struct shell *shell = *state;
  shell_run(shell, AT_A_TERMINAL "one1 two2 '" PROGRAM "' sign --generate k");
  expect_status(shell, 1);
  assert_string_equal(shell->out, "Password: \nThe same again: \nbareme: the passwords differ\n");
  assert_int_equal(shell_count_files(shell), 0);
}

static void keys_are_kept_from_others_and_not_replaced(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "umask 0; bareme sign --generate d -W >/dev/null; stat -c %%a d.key d.pub");
  assert_string_equal(shell->out, "600\n644\n");
  shell_run(shell, "cp d.key before; bareme sign --generate d -W");
  expect_status(shell, 1);
  expect_words(shell->err, "is there already");
  shell_run(shell, "cmp d.key before");
  expect_status(shell, 0);
  shell_run(shell, "rm d.pub; bareme sign --generate d -W; cmp d.key before && test ! -e d.pub");
  expect_status(shell, 0);
  shell_run(shell, "bareme sign --generate d -W --force && ! cmp -s d.key before");
  expect_status(shell, 0);
}

static void only_compiled_policies_are_signed(void **state) {
  struct shell *shell = *state;
  begin(shell);
  shell_run(shell, "bareme sign -s a.key shop.bareme");
  expect_status(shell, 3);
  expect_words(shell->err, "shop.bareme is not a compiled policy");
  shell_run(shell, "head -c 100 shop.bmc >cut.bmc; bareme sign -s a.key cut.bmc");
  expect_status(shell, 3);
  assert_int_equal(shell_has(shell, "cut.bmc.minisig"), 0);
  shell_run(shell, "bareme sign shop.bmc");
  expect_status(shell, 2);
  shell_run(shell, "bareme sign -s a.pub shop.bmc");
  expect_status(shell, 2);
  expect_words(shell->err, "this is not a secret key of minisign");
  shell_run(shell, "bareme sign -s a.key shop.bmc -t 'two\nlines'");
  expect_status(shell, 2);
  expect_words(shell->err, "more than one line");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(what_is_signed_is_taken),
      shell_test(every_command_asks_for_it),
      shell_test(nothing_else_is_taken),
      shell_test(a_key_that_is_none_is_an_error),
      shell_test(minisign_takes_ours_and_we_take_minisigns),
      shell_test(passwords_are_the_same_to_both),
      shell_test(the_terminal_does_not_show_a_password),
      shell_test(keys_are_kept_from_others_and_not_replaced),
      shell_test(only_compiled_policies_are_signed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

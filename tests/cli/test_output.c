/* test_output.c - where results go when things go wrong: pipes, disks, signals.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS " score shop.bareme leads.ndjson --at 2026-06-01"
#define SCORE     "bareme" ARGUMENTS

static void prepare(struct shell *shell) {
  shell_write_shop(shell);
}

/* Many leads: more than a pipe holds. */
static void prepare_many(struct shell *shell) {
  prepare(shell);
  shell_run(shell,
            "i=0; while [ $i -lt 15 ]; do cat leads.ndjson leads.ndjson >x; mv x leads.ndjson;"
            " i=$((i + 1)); done; sed 's/\"id\":\"[a-d]\",//' leads.ndjson >x; mv x leads.ndjson");
  expect_status(shell, 0);
}

static void a_closed_pipe_ends_quietly(void **state) {
  struct shell *shell = *state;
  prepare_many(shell);
  shell_run(shell, "{ " SCORE "; echo $? >status; } | head -n 1");
  expect_status(shell, 0);
  expect_words(shell->out, "\"scores\"");
  assert_string_equal(shell->err, "");
  char *status = shell_read(shell, "status");
  assert_string_equal(status, "141\n"); /* 128 + SIGPIPE */
  free(status);
}

static void a_closed_pipe_leaves_no_rejects(void **state) {
  struct shell *shell = *state;
  prepare_many(shell);
  shell_run(shell,
            "echo broken >>leads.ndjson; " SCORE " --rejects r.ndjson | head -n 1 >/dev/null");
  assert_int_equal(shell_count_files(shell), 2);
}

static void an_ignored_sigpipe_is_an_error_like_any_other(void **state) {
  struct shell *shell = *state;
  prepare_many(shell);
  shell_run(shell, "trap '' PIPE; { " SCORE "; echo $? >status; } | head -n 1 >/dev/null");
  expect_words(shell->err, "standard output: Broken pipe");
  char *status = shell_read(shell, "status");
  assert_string_equal(status, "5\n");
  free(status);
}

static void a_full_disk_is_told(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " >/dev/full");
  expect_status(shell, 5);
  expect_words(shell->err, "standard output: No space left on device");
  shell_run(shell, SCORE " -o /dev/full");
  expect_status(shell, 5);
  expect_words(shell->err, "/dev/full: No space left on device");
  shell_run(shell, "bareme help >/dev/full");
  expect_status(shell, 5);
  shell_run(shell, "bareme check shop.bareme >/dev/full");
  expect_status(shell, 5);
  shell_run(shell, "bareme --version >/dev/full");
  expect_status(shell, 5);
}

static void a_closed_standard_output_is_told(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " >&-");
  expect_status(shell, 5);
  expect_words(shell->err, "standard output: ");
  shell_run(shell, "bareme check shop.bareme >&-");
  expect_status(shell, 5);
  shell_run(shell, "bareme explain shop.bareme leads.ndjson --id a --at 2026-06-01 >&-");
  expect_status(shell, 5);
}

static void closed_input_and_error_do_no_harm(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " <&- 2>&- | wc -l");
  expect_words(shell->out, "4");
  shell_run(shell, "bareme score shop.bareme <&-");
  expect_status(shell, 5);
}

static void a_file_is_written_whole(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " >a && " SCORE " -o b && " SCORE " --output=c && cmp a b && cmp b c");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "");
  assert_int_equal(shell_count_files(shell), 5);
}

/* The command fails, and the two files stay as they were. */
static void expect_refused(struct shell *shell, const char *command, const char *words) {
  shell_run(shell, "%s", command);
  expect_status(shell, 2);
  expect_words(shell->err, words);
  assert_string_equal(shell->out, "");
  shell_run(shell, "cmp shop.bareme kept/shop.bareme && cmp leads.ndjson kept/leads.ndjson");
  expect_status(shell, 0);
}

static void nothing_that_is_read_is_written_over(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "mkdir kept; cp shop.bareme leads.ndjson kept; ln -s leads.ndjson link");
  expect_refused(shell, SCORE " -o leads.ndjson", "-o leads.ndjson");
  expect_refused(shell, SCORE " -o ./leads.ndjson", "would replace leads.ndjson, which is read");
  expect_refused(shell, SCORE " -o link", "would replace leads.ndjson");
  expect_refused(shell, SCORE " -o shop.bareme", "would replace shop.bareme");
  expect_refused(shell, SCORE " --rejects leads.ndjson", "--rejects leads.ndjson");
  expect_refused(shell, SCORE " --events link -o leads.ndjson", "would replace leads.ndjson");
  expect_refused(shell, "bareme build shop.bareme -o shop.bareme", "would replace shop.bareme");
  expect_refused(shell, "bareme summary shop.bareme leads.ndjson -o leads.ndjson", "would replace");
  shell_run(shell, SCORE " - -o x <leads.ndjson"); /* no file is called so */
  expect_status(shell, 0);
}

static void results_and_rejects_do_not_share_a_file(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "mkdir kept; cp shop.bareme leads.ndjson kept");
  expect_refused(shell, SCORE " -o out --rejects out", "both go to out");
  expect_refused(shell, SCORE " -o out --rejects ./out", "both go to ./out");
  expect_refused(shell, SCORE " -o kept/../out --rejects kept/../kept/../out", "both go to");
  shell_run(shell, "echo old >out; ln out same");
  expect_refused(shell, SCORE " -o out --rejects same", "both go to same");
  expect_refused(shell, SCORE " --rejects -", "both go to standard output");
  expect_refused(shell, SCORE " -o - --rejects -", "both go to standard output");
  shell_run(shell, "echo broken >>leads.ndjson; " SCORE " -o /dev/null --rejects -");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "broken\n");
}

/* The shell's process becomes the program, so the hidden name is known. */
static void a_file_that_has_the_hidden_name_stays(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "echo mine >mine; ln -s mine .out.$$.part; exec $BAREME" ARGUMENTS " -o out");
  expect_status(shell, 0);
  shell_run(shell, "cat mine; wc -l <out");
  assert_string_equal(shell->out, "mine\n4\n");
}

static void a_failed_run_leaves_the_old_file(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_write(shell, "out", "old\n");
  shell_run(shell, "echo broken >>leads.ndjson; " SCORE " --strict -o out");
  expect_status(shell, 4);
  char *out = shell_read(shell, "out");
  assert_string_equal(out, "old\n");
  free(out);
  assert_int_equal(shell_count_files(shell), 3);
}

static void a_failed_run_leaves_no_new_file(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "echo broken >>leads.ndjson; " SCORE " --strict -o out --rejects r");
  expect_status(shell, 4);
  assert_false(shell_has(shell, "out"));
  assert_int_equal(shell_count_files(shell), 2);
  shell_run(shell, "bareme score shop.bareme nothing.ndjson -o out");
  expect_status(shell, 5);
  assert_int_equal(shell_count_files(shell), 2);
}

/* The run waits for more leads when the signal comes. */
static void a_signal_removes_what_is_not_complete(void **state) {
  struct shell *shell = *state;
  static const struct {
    const char *name;
    int status;
  } signals[] = {{"INT", 130}, {"TERM", 143}, {"HUP", 129}};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    prepare(shell);
    /* The program itself and not a function: the signal is for it alone.  And
     * not in the background, where shells ignore SIGINT. */
    shell_run(shell,
              "mkfifo pipe; sleep 5 >pipe & sleeper=$!\n"
              "( while [ ! -e .r.*.part ] && kill -0 $sleeper; do sleep 0.02; done\n"
              "  pid=$(ls -A | sed -n 's/^\\.r\\.\\([0-9]*\\)\\.part$/\\1/p'); kill -%s $pid ) &\n"
              "bareme score shop.bareme pipe -o out --rejects r; echo $?\n"
              "kill $sleeper; rm pipe; ls -A",
              signals[i].name);
    char expected[96];
    snprintf(expected, sizeof expected, "%d\nleads.ndjson\nshop.bareme\n", signals[i].status);
    assert_string_equal(shell->out, expected);
  }
}

static void links_stay_links(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "mkdir d; echo old >d/real; ln -s d/real out; " SCORE " -o out &&\n"
                   "test -L out && grep -c scores d/real");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "4\n");
}

static void a_mode_is_kept(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, ": >out; chmod 640 out; " SCORE " -o out && ls -l out | cut -c 1-10");
  assert_string_equal(shell->out, "-rw-r-----\n");
}

/* Root may write to anything: as root, the program is run as nobody. */
static void a_file_that_may_not_be_written_stays(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, "echo old >out; chmod 444 out; chmod 777 .\n"
                   "as=; [ -w out ] && as='setpriv --reuid 65534 --clear-groups'\n"
                   "$as \"$BAREME\" --version >/dev/null || exit 77\n"
                   "$as \"$BAREME\"" ARGUMENTS " -o out");
  if (shell->status == 77)
    skip(); /* nobody may not read the program */
  expect_status(shell, 5);
  expect_words(shell->err, "out: Permission denied");
  char *out = shell_read(shell, "out");
  assert_string_equal(out, "old\n");
  free(out);
}

static void devices_and_pipes_are_written_to(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " -o /dev/stdout | wc -l; " SCORE " -o /dev/null; test -c /dev/null");
  expect_status(shell, 0);
  expect_words(shell->out, "4");
  shell_run(shell, "mkfifo p; wc -l <p & " SCORE " -o p; wait");
  expect_words(shell->out, "4");
}

static void a_directory_is_no_output(void **state) {
  struct shell *shell = *state;
  prepare(shell);
  shell_run(shell, SCORE " -o .");
  expect_status(shell, 5);
  expect_words(shell->err, ".: Is a directory");
  shell_run(shell, SCORE " -o nowhere/out");
  expect_status(shell, 5);
  expect_words(shell->err, "nowhere/out: No such file or directory");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(a_closed_pipe_ends_quietly),
      shell_test(a_closed_pipe_leaves_no_rejects),
      shell_test(an_ignored_sigpipe_is_an_error_like_any_other),
      shell_test(a_full_disk_is_told),
      shell_test(a_closed_standard_output_is_told),
      shell_test(closed_input_and_error_do_no_harm),
      shell_test(a_file_is_written_whole),
      shell_test(nothing_that_is_read_is_written_over),
      shell_test(results_and_rejects_do_not_share_a_file),
      shell_test(a_file_that_has_the_hidden_name_stays),
      shell_test(a_failed_run_leaves_the_old_file),
      shell_test(a_failed_run_leaves_no_new_file),
      shell_test(a_signal_removes_what_is_not_complete),
      shell_test(links_stay_links),
      shell_test(a_mode_is_kept),
      shell_test(a_file_that_may_not_be_written_stays),
      shell_test(devices_and_pipes_are_written_to),
      shell_test(a_directory_is_no_output),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

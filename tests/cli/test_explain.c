/* test_explain.c - `bareme explain`: the ladder of one lead.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>

#define EXPLAIN "bareme explain shop.bareme leads.ndjson --at 2026-06-01 "

static void the_ladder_of_a_lead(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id a");
  expect_status(shell, 0);
  assert_string_equal(
      shell->out,
      "  a                                                   as of 2026-06-01T00:00:00Z\n"
      "\n"
      "  stage     cold \342\206\222 warm  Interested\n"
      "  segments  large\n"
      "  grade     A  Good\n"
      "\n"
      "  fit  Who they are                                                           35\n"
      "        +10       10  Is there\n"
      "        +20       30  Home\n"
      "         +5       35  when size >= 100\n"
      "\n"
      "  activity  What they do                                                      34\n"
      "         +4        4  Visited                            1 event, 8 before decay\n"
      "        +30       34  Ordered                                            1 event\n");
  assert_string_equal(shell->err, "");
}

static void what_gave_nothing_and_what_is_missing(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "LC_ALL=C " EXPLAIN "--id c");
  expect_status(shell, 0);
  assert_string_equal(
      shell->out,
      "  c                                                   as of 2026-06-01T00:00:00Z\n"
      "\n"
      "  stage     cold\n"
      "  grade     A  Good\n"
      "\n"
      "  fit  Who they are                                                           30\n"
      "        +10       10  Is there\n"
      "        +20       30  Home\n"
      "    not counted\n"
      "         +5           when size >= 100                           size is missing\n"
      "\n"
      "  activity  What they do                                                       0\n"
      "    not counted\n"
      "         +8           Visited                                      nothing found\n"
      "        +30           Ordered                                      nothing found\n"
      "\n"
      "  next stage: warm\n"
      "    [x] fit >= 30                                                             30\n"
      "    [ ] activity >= 5                                                  0, 5 more\n");
}

static void an_excluded_lead_has_its_reason(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id d");
  expect_status(shell, 0);
  expect_words(shell->out, "excluded  Test account");
  expect_no_words(shell->out, "fit");
}

static void one_score_alone(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id b --score activity");
  expect_status(shell, 0);
  expect_words(shell->out, "Visited");
  expect_no_words(shell->out, "Who they are");
  shell_run(shell, EXPLAIN "--id b --score actvity");
  expect_status(shell, 2);
  expect_words(shell->err, "did you mean `activity`?");
}

static void no_such_lead_is_a_no(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id z");
  expect_status(shell, 1);
  expect_words(shell->err, "no lead has the id `z`; 4 were read");
  assert_string_equal(shell->out, "");
  /* it may have been set aside: that is told too */
  shell_run(shell, "echo '{\"id\":\"z\"' >>leads.ndjson; " EXPLAIN "--id z");
  expect_status(shell, 1);
  expect_words(shell->err, "leads.ndjson:5");
}

static void the_lead_may_be_in_any_chunk(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "for id in a b c d; do\n" EXPLAIN "--id $id >x; " EXPLAIN
                   "--id $id --chunk 1 | cmp - x; done");
  assert_string_equal(shell->out, "");
}

static void json_is_the_line_of_score(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id b --json >x; bareme score shop.bareme leads.ndjson --explain "
                           "--at 2026-06-01 | sed -n 2p | cmp - x && cat x");
  expect_status(shell, 0);
  expect_words(shell->out, "\"contributions\":{\"fit\":[");
  expect_words(shell->out, "\"label\":\"Visited\"");
  shell_run(shell, EXPLAIN "--id b --json --score fit");
  expect_status(shell, 2);
}

static void it_may_go_to_a_file(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id b >x; " EXPLAIN "--id b -o y && cmp x y");
  expect_status(shell, 0);
}

/* What comes from the data cannot command the terminal. */
static void control_characters_are_shown_harmless(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_write(shell, "leads.ndjson", "{\"id\":\"x\\u001b[31m\\u0007\\u009b2J\"}\n");
  shell_run(shell, "id=$(printf 'x\\033[31m\\007\\302\\2332J'); " EXPLAIN "--id \"$id\"");
  expect_status(shell, 0);
  expect_words(shell->out, "  x?[31m??2J ");
  expect_no_words(shell->out, "\033");
  shell_run(shell, "bareme score shop.bareme leads.ndjson --format table");
  expect_no_words(shell->out, "\033");
}

static void it_keeps_to_the_width(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "for w in 40 60 80 100; do\n"
                   "  COLUMNS=$w LC_ALL=C; export COLUMNS LC_ALL; " EXPLAIN "--id c |\n"
                   "  awk -v w=$w 'length > w { print w, length, $0 }'; done");
  assert_string_equal(shell->out, "");
}

static void colours_only_when_wanted(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, EXPLAIN "--id a --color always >x; " EXPLAIN
                           "--id a >y; grep -c \"$(printf '\\033')\" y;"
                           "sed \"s/$(printf '\\033')\\[[0-9]*m//g\" x | cmp - y && grep -q "
                           "\"$(printf '\\033')\" x");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "0\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(the_ladder_of_a_lead),
      shell_test(what_gave_nothing_and_what_is_missing),
      shell_test(an_excluded_lead_has_its_reason),
      shell_test(one_score_alone),
      shell_test(no_such_lead_is_a_no),
      shell_test(the_lead_may_be_in_any_chunk),
      shell_test(json_is_the_line_of_score),
      shell_test(it_may_go_to_a_file),
      shell_test(control_characters_are_shown_harmless),
      shell_test(it_keeps_to_the_width),
      shell_test(colours_only_when_wanted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

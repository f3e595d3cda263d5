/* test_score.c - `bareme score` and `bareme summary`: results, order, and the data's problems.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"

#include <stdlib.h>

#define SCORE "bareme score shop.bareme leads.ndjson --at 2026-06-01"

static void results_come_in_the_order_of_the_input(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --format csv | cut -d , -f 1-5");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "id,as_of,excluded,fit,activity\n"
                                  "a,2026-06-01T00:00:00Z,,35,34\n"
                                  "b,2026-06-01T00:00:00Z,,10,8\n"
                                  "c,2026-06-01T00:00:00Z,,30,0\n"
                                  "d,2026-06-01T00:00:00Z,Test account,,\n");
  assert_string_equal(shell->err, "");
}

static void formats_agree_and_files_are_read_in_turn(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "head -n 2 leads.ndjson >1; tail -n 2 leads.ndjson >2\n" SCORE " >all\n"
                   "bareme score shop.bareme 1 2 --at 2026-06-01 | cmp - all &&\n"
                   "bareme score shop.bareme --at 2026-06-01 <leads.ndjson | cmp - all &&\n"
                   "bareme score shop.bareme 1 - --at 2026-06-01 <2 | cmp - all &&\n" SCORE
                   " --chunk 1 | cmp - all && gzip -k leads.ndjson &&\n"
                   "bareme score shop.bareme leads.ndjson.gz --at 2026-06-01 | cmp - all");
  expect_status(shell, 0);
  assert_string_equal(shell->err, "");
}

static void threads_change_nothing(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(
      shell,
      "i=0; while [ $i -lt 9 ]; do cat leads.ndjson leads.ndjson >x; mv x leads.ndjson;"
      " i=$((i + 1)); done; sed 's/\"id\":\"[bcd]\",//' leads.ndjson >x; mv x leads.ndjson\n"
      "for n in 1 2 5; do\n" SCORE " --threads $n --rejects rejects.$n >out.$n 2>err.$n\n"
      "  cat leads.ndjson | bareme score shop.bareme --at 2026-06-01 --threads $n >piped.$n 2>&-\n"
      "  bareme summary shop.bareme leads.ndjson --at 2026-06-01 --threads $n >sum.$n 2>&-\n"
      "done\n"
      "for n in 2 5; do cmp out.1 out.$n; cmp out.1 piped.$n; cmp sum.1 sum.$n; cmp err.1 err.$n;"
      " cmp rejects.1 rejects.$n; done; cmp out.1 piped.1; wc -l <out.1 | tr -d ' '");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "1537\n"); /* 512 times four leads; of one id, the first */
  assert_string_equal(shell->err, "");
  shell_run(shell, SCORE " --threads 0");
  expect_status(shell, 2);
}

static void only_what_is_asked_for_is_written(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --only stage,scores | head -n 1; " SCORE " --only id | tail -n 1");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "{\"id\":\"a\",\"scores\":{\"fit\":35,\"activity\":34},"
                                  "\"stage\":\"warm\"}\n{\"id\":\"d\"}\n");
  shell_run(shell, SCORE " --only bands,next,excluded --format csv | sed -n '2p;5p'");
  assert_string_equal(shell->out, "a,,A,,\nd,Test account,,,\n");
}

static void a_part_that_there_is_not_is_an_error(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --only scores,band");
  expect_status(shell, 2);
  assert_string_equal(shell->out, "");
  expect_words(shell->err, "a result has no key `band`; there are: id as_of");
  shell_run(shell, SCORE " --only scores --format table");
  expect_status(shell, 2);
  expect_words(shell->err, "--only is for NDJSON and CSV");
  shell_run(shell, SCORE " --only contributions");
  expect_status(shell, 2);
  expect_words(shell->err, "`contributions` are part of explained results alone");
  assert_string_equal(shell->out, "");
  shell_run(shell, SCORE " --only stage,contributions --explain | head -n 1");
  expect_words(shell->out, "\"contributions\":{");
}

static void a_table_is_aligned(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --format table");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "lead  stage  fit  activity  grade  segments  excluded\n"
                                  "a     warm    35        34  A      large\n"
                                  "b     cold    10         8  C\n"
                                  "c     cold    30         0  A\n"
                                  "d     cold     -         -  -                Test account\n");
}

static void a_table_tells_reasons(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --format table --explain | head -n 3");
  expect_words(shell->out, "\n  Ordered +30 \302\267 Home +20 \302\267 Is there +10\n");
}

static void a_reason_is_what_its_cap_leaves(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "p.bareme",
              "policy \"P\"\nevent buy { amount number }\n"
              "score s { +(amount) \"Spent\" on buy at most 50 points\n"
              "  +60 \"Bought\" on buy first time\n  -1 \"Lost\" on buy at most 2 points }\n");
  shell_write(shell, "l.ndjson",
              "{\"events\":[{\"type\":\"buy\",\"at\":\"2026-05-01\",\"amount\":700}]}\n");
  shell_run(shell, "bareme score p.bareme l.ndjson --at 2026-06-01 --format table --explain");
  expect_words(shell->out, "\n  Bought +60 \302\267 Spent +50\n");
}

static void a_long_table_streams(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell,
            "i=0; while [ $i -lt 2500 ]; do echo \"{\\\"id\\\":\\\"lead-$i\\\"}\"; i=$((i + 1));"
            " done >leads.ndjson; " SCORE " --format table >t; wc -l <t; tail -n 1 t");
  expect_words(shell->out, "2501\nlead-2499");
}

static void the_best_come_first(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --top 2 --by activity --format csv | cut -d , -f 1,5");
  assert_string_equal(shell->out, "id,activity\na,34\nb,8\n");
  /* the excluded one has no score and does not take part */
  shell_run(shell, SCORE " --top 9 --by fit --format csv | cut -d , -f 1,4");
  assert_string_equal(shell->out, "id,fit\na,35\nc,30\nb,10\n");
  shell_run(shell, SCORE " --top 1 --by fit --format table");
  assert_string_equal(shell->out, "lead  stage  fit  activity  grade  segments\n"
                                  "a     warm    35        34  A      large\n");
  shell_run(shell, SCORE " --top 1 --by fit >x && " SCORE " | head -n 1 | cmp - x");
  expect_status(shell, 0);
}

/* Against sort, in chunks of several sizes: many leads share a score, and then
 * the earlier is better. */
static void the_best_are_those_that_sort_finds(void **state) {
  struct shell *shell = *state;
  shell_write(shell, "p.bareme", "policy \"P\"\nlead { n number }\nscore s { +(n) }\n");
  shell_run(
      shell,
      "awk 'BEGIN { x = 7; for (i = 0; i < 3000; i++) { x = (x * 1103 + 12345) %% 65536;\n"
      "  printf \"{\\\"id\\\":\\\"%%04d\\\",\\\"n\\\":%%d}\\n\", i, x %% 97 } }' >leads\n"
      "bareme score p.bareme leads --format csv --at 2026-06-01 | tail -n +2 |\n"
      "  sort -t , -k 3,3nr -k 1,1 >sorted\n"
      "for n in 1 2 15 16 17 33 1000 2999 3000 9000; do\n"
      "  head -n $n sorted >expected\n"
      "  bareme score p.bareme leads --format csv --top $n --by s --at 2026-06-01 --chunk 64 |\n"
      "    tail -n +2 | cmp - expected || echo $n\n"
      "done");
  assert_string_equal(shell->out, "");
  assert_string_equal(shell->err, "");
}

static void an_unknown_score_is_guessed(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --top 1 --by activty -o out");
  expect_status(shell, 2);
  expect_words(shell->err, "the policy has no score `activty`; did you mean `activity`?");
  assert_false(shell_has(shell, "out"));
}

static void params_change_the_result(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --set base=0 --format csv | sed -n '3s/,[^,]*,,/ /p' | cut -d , -f 1");
  assert_string_equal(shell->out, "b 0\n");
}

static void the_header_tells_policy_and_instant(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " --header | head -n 1");
  expect_words(shell->out, "\"Shop\"");
  expect_words(shell->out, "2026-06-01T00:00:00Z");
  shell_run(shell, SCORE " --header --top 1 --by fit | wc -l");
  expect_words(shell->out, "2");
}

static void without_at_it_is_now(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "now=$(date -u +%%Y-%%m-%%dT%%H); bareme score shop.bareme leads.ndjson |\n"
                   "head -n 1 | grep -q \"\\\"as_of\\\":\\\"$now\" || bareme score shop.bareme "
                   "leads.ndjson | grep -q \"$(date -u +%%Y-%%m-%%dT%%H)\"");
  expect_status(shell, 0);
}

/* ---- data that is wrong ------------------------------------------------------------------ */

static void write_bad_data(struct shell *shell) {
  shell_write_shop(shell);
  shell_write(shell, "leads.ndjson",
              "{\"id\":\"a\",\"size\":\"many\"}\n"
              "not json\n"
              "{\"id\":\"b\"}\n"
              "[1]\n"
              "{\"id\":\"c\",\"stage\":\"hot\"}\n"
              "{\"id\":\"a\"}\n"
              "{\"id\":\"e\",\"events\":[{\"type\":\"visit\",\"at\":\"soon\"}]}\n");
}

static void problems_are_told_with_their_lines(void **state) {
  struct shell *shell = *state;
  write_bad_data(shell);
  shell_run(shell, SCORE " | wc -l");
  expect_status(shell, 0);
  expect_words(shell->err, "problem in the data");
  expect_words(shell->err, "leads.ndjson:2");
  expect_words(shell->err, "(set aside)");
  expect_words(shell->err, "size");
  expect_words(shell->err, "7 records read = ");
}

static void rejects_are_kept_byte_for_byte(void **state) {
  struct shell *shell = *state;
  write_bad_data(shell);
  shell_run(shell, SCORE " --rejects r >out 2>err; grep -c . out; grep -c . r; sed -n 1p r");
  expect_status(shell, 0);
  char *err = shell_read(shell, "err");
  expect_words(err, "7 records read = ");
  free(err);
  expect_words(shell->out, "not json\n");
  /* results and rejects are all there was */
  shell_run(shell, "cat out r | wc -l");
  expect_words(shell->out, "7");
}

static void strict_stops_at_the_first_problem(void **state) {
  struct shell *shell = *state;
  write_bad_data(shell);
  shell_run(shell, SCORE " --strict");
  expect_status(shell, 4);
  expect_words(shell->err, "leads.ndjson:1");
}

static void good_data_needs_no_words(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, SCORE " >/dev/null; bareme summary shop.bareme leads.ndjson >/dev/null");
  assert_string_equal(shell->err, "");
  shell_run(shell, SCORE " -v >/dev/null");
  expect_words(shell->err, "4 records read = 4 results + 0 set aside");
  expect_words(shell->err, "3  events counted");
}

static void what_cannot_be_read_is_status_5(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme score shop.bareme nothing.ndjson");
  expect_status(shell, 5);
  expect_words(shell->err, "nothing.ndjson: No such file or directory");
  shell_run(shell, "bareme score nothing.bareme leads.ndjson");
  expect_status(shell, 5);
  shell_run(shell, "bareme score shop.bareme .");
  expect_status(shell, 5);
  shell_run(shell, SCORE " --events nothing.csv");
  expect_status(shell, 5);
}

static void an_invalid_policy_is_status_3(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_write(shell, "bad.bareme", "policy \"Bad\"\nlet x = y\n");
  shell_run(shell, "bareme score bad.bareme leads.ndjson -o out");
  expect_status(shell, 3);
  expect_words(shell->err, "bad.bareme:2:9");
  assert_false(shell_has(shell, "out"));
}

static void policy_and_leads_cannot_share_standard_input(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "bareme score - <leads.ndjson");
  expect_status(shell, 2);
  shell_run(shell, "bareme score - leads.ndjson --at 2026-06-01 <shop.bareme | wc -l");
  expect_words(shell->out, "4");
}

static void no_leads_are_no_error(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, ": >none; bareme score shop.bareme none && bareme score "
                   "shop.bareme none "
                   "--format table && bareme summary shop.bareme none >/dev/null");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "lead  stage  fit  activity  grade  segments  excluded\n");
}

static void csv_leads_meet_csv_events(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_write(shell, "leads.csv", "id,country,size\na,FR,3\nb,,\n\"c, d\",DE,\"400\"\n");
  shell_write(shell, "events.csv",
              "lead,type,at\nb,visit,2026-05-22\nz,visit,2026-05-01\n"
              "a,order,2026-06-01\n");
  shell_run(shell,
            "bareme score shop.bareme leads.csv --events events.csv --at 2026-06-01 --format csv |"
            " cut -d , -f 1-6");
  expect_status(shell, 0);
  assert_string_equal(shell->out, "id,as_of,excluded,fit,activity,grade\n"
                                  "a,2026-06-01T00:00:00Z,,30,30,A\n"
                                  "b,2026-06-01T00:00:00Z,,10,4,C\n"
                                  "\"c, d\",2026-06-01T00:00:00Z,,15,0\n");
  expect_words(shell->err, "1  events of leads that are not in the input");
}

/* ---- summary ----------------------------------------------------------------------------------
 */

static void a_summary_counts(void **state) {
  struct shell *shell = *state;
  shell_write_shop(shell);
  shell_run(shell, "LC_ALL=C bareme summary shop.bareme leads.ndjson --at 2026-06-01");
  expect_status(shell, 0);
  assert_string_equal(
      shell->out,
      "  Shop: 4 leads as of 2026-06-01T00:00:00Z\n"
      "\n  excluded\n"
      "    Test account                   1   25.0 %  ########\n"
      "\n  stage\n"
      "    cold                           3   75.0 %  #################################\n"
      "    warm                           1   25.0 %  ###########\n"
      "\n  moved now\n"
      "    cold -> warm                   1\n"
      "\n  grade\n"
      "    A  Good                        2   66.7 %  #################################\n"
      "    B                              0    0.0 %\n"
      "    C                              1   33.3 %  ################\n"
      "\n  segments\n"
      "    large                          1   25.0 %  ########\n"
      "\n  score             lowest     1/4 median    3/4 highest\n"
      "    fit                 10     10     30     30     35\n"
      "    activity             0      0      8      8     34\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      shell_test(results_come_in_the_order_of_the_input),
      shell_test(formats_agree_and_files_are_read_in_turn),
      shell_test(threads_change_nothing),
      shell_test(only_what_is_asked_for_is_written),
      shell_test(a_part_that_there_is_not_is_an_error),
      shell_test(a_table_is_aligned),
      shell_test(a_table_tells_reasons),
      shell_test(a_reason_is_what_its_cap_leaves),
      shell_test(a_long_table_streams),
      shell_test(the_best_come_first),
      shell_test(the_best_are_those_that_sort_finds),
      shell_test(an_unknown_score_is_guessed),
      shell_test(params_change_the_result),
      shell_test(the_header_tells_policy_and_instant),
      shell_test(without_at_it_is_now),
      shell_test(problems_are_told_with_their_lines),
      shell_test(rejects_are_kept_byte_for_byte),
      shell_test(strict_stops_at_the_first_problem),
      shell_test(good_data_needs_no_words),
      shell_test(what_cannot_be_read_is_status_5),
      shell_test(an_invalid_policy_is_status_3),
      shell_test(policy_and_leads_cannot_share_standard_input),
      shell_test(no_leads_are_no_error),
      shell_test(csv_leads_meet_csv_events),
      shell_test(a_summary_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

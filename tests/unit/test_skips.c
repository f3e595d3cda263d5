/* test_skips.c - what runs when no lead of a chunk has an event of a kind.
 *
 * The aim is that rules on such events cost nothing: what is left of the code
 * is what the policy without those rules compiles to.  That the results are the
 * same is the judge's business (tests/oracle), which runs leads one by one, most
 * of them without events of some kind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "vm/runner.h"

#define HEAD                                           \
  "policy \"P\"\nlead { size number  country text }\n" \
  "event a { url text  amount number }\nevent b { campaign text }\n"

/* How many instructions run when no space has lanes; the skips are not counted. */
static uint32_t run_without_events(const struct section *section) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < section->code_count; i++)
    if (section->code[i].op == OP_SKIP)
      i += section->code[i].a;
    else
      count++;
  return count;
}

static uint32_t length_of(const char *rules) {
  char text[1000];
  snprintf(text, sizeof text, HEAD "score s {\n  +5 when size > 3\n%s}\n", rules);
  struct program *program = compile_text(text);
  uint32_t length = run_without_events(&program->plain);
  program_free(program);
  return length;
}

static void rules_on_events_that_nobody_has_do_not_run(void **state) {
  (void)state;
  static const char *const rules[] = {
      "  +1 on a\n",
      "  -1 on a where url starts with \"/x\" at most 3 times decay 50% every 30 days\n",
      "  +(amount) on a at most 10 points\n",
      "  +(amount * size) on a where lead.country is \"FR\" first 2 times\n",
      "  +1 on a or b once per at\n",
      "  -2 every 10 days without b at most 9 points\n",
      "  +3 when has(a)\n",
      "  +3 when count(a within 7 days) >= 2 and country is \"FR\"\n",
      "  +3 when age(last(a)) > 3 days\n",
      "  +3 when not (mean(amount of a) < 10)\n",
      "  +3 when sum(amount of a) > 100 or has(a where url is \"x\")\n",
      "  +(count(b)) on a\n",
      "  for country is \"FR\" { +1 on a; +2 on a within 3 days }\n",
      "  group { range -10 to 10\n +1 on a\n +2 when has(a) }\n",
      "  +1 on a\n  +2 on b\n  +3 on a or b\n  +4 on any event\n",
  };
  uint32_t without = length_of("");
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    uint32_t with = length_of(rules[i]);
    if (with != without)
      fail_msg("%u instructions more run for%s", with - without, rules[i]);
  }
}

/* Members of a `pick`, too; what remains is the pick itself. */
static void members_of_a_pick_do_not_run(void **state) {
  (void)state;
  assert_int_equal(
      length_of("  pick first { +1 on a; +2 on b once; +3 when has(a); +9 when size > 5 }\n"),
      length_of("  pick first { +9 when size > 5 }\n"));
  assert_int_equal(
      length_of("  pick best { +1 on a; +2 on b once; +3 when has(a); +9 when size > 5 }\n"),
      length_of("  pick best { +9 when size > 5 }\n"));
}

static void what_holds_of_no_events_runs(void **state) {
  (void)state;
  static const char *const rules[] = {
      "  +1 when not has(a)\n",
      "  +1 when count(a) = 0\n",
      "  +1 when count(a) < 3\n",
      "  +1 when last(a) is missing\n",
      "  +(count(a) + 1)\n",
      "  +1 when sum(amount of a) >= 0\n",
      "  +1 when has(a) or size > 3\n",
  };
  uint32_t without = length_of("");
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (length_of(rules[i]) <= without)
      fail_msg("nothing runs for%s", rules[i]);
}

/* A range that 0 is not in gives points to leads without events. */
static void a_range_that_lifts_runs(void **state) {
  (void)state;
  assert_true(length_of("  group { range from 2\n +1 on a }\n") > length_of(""));
  assert_int_equal(length_of("  group { range from -2\n +1 on a }\n"), length_of(""));
}

/* Stretches lie in the code one after the other, each of one space, and what an
 * event's columns give is not read outside of stretches of their space. */
static void stretches_are_well_formed(void **state) {
  (void)state;
  struct program *program =
      compile_text(HEAD "score s { +1 on a; +2 on b; +3 when size > 1; +4 on a }\n"
                        "score t = s + count(b)\n");
  for (int explains = 0; explains <= 1; explains++) {
    const struct section *section = explains ? &program->full : &program->plain;
    for (uint32_t i = 0; i < section->code_count; i++) {
      if (section->code[i].op != OP_SKIP)
        continue;
      assert_in_range(section->code[i].space, 1, program->space_count);
      assert_in_range(section->code[i].a, 1, section->code_count - i - 1);
      for (uint32_t k = 1; k <= section->code[i].a; k++)
        assert_int_not_equal(section->code[i + k].op, OP_SKIP);
      assert_non_null(section->origins);
    }
  }
  program_free(program);
}

/* ---- one runner, chunk after chunk ------------------------------------------------------ */

enum { HAS_A = 1, HAS_B = 2, ALL_CHUNKS = 4 };

/* A chunk of two leads, of which the second has the events. */
static void fill(struct batch *batch, int has) {
  batch_reset(batch);
  for (uint32_t lead = 0; lead < 2; lead++) {
    batch_begin(batch);
    for (uint32_t kind = 0; lead == 1 && kind < 2; kind++)
      if (has >> kind & 1)
        assert_int_equal(batch_event_add(batch, kind, 0, (struct text){0}), EVENT_ADDED);
    assert_true(batch_end(batch));
  }
}

static void assert_points(struct runner *runner, struct batch *batch, int has) {
  double score;
  fill(batch, has);
  assert_true(runner_run(runner, batch));
  assert_true(result_score(runner, 0, 0, &score));
  assert_true(score == 64);
  assert_true(result_score(runner, 0, 1, &score));
  assert_true(score == 64 + (has & HAS_A ? 21 : 0) + (has & HAS_B ? 42 : 0));
}

/* What was left out in the chunk before runs in this one, and the other way round. */
static void each_chunk_is_asked_anew(void **state) {
  (void)state;
  struct program *program = compile_text(HEAD "score s { +1 on a; +2 on b; +4 on a; +8 on b\n"
                                              "+64 when size is missing; +16 on a; +32 on b }\n");
  for (int explains = 0; explains <= 1; explains++) {
    struct batch batch;
    struct runner runner;
    assert_true(batch_init(&batch, program, &memory_standard, 2, 0));
    assert_true(runner_init(&runner, program, &memory_standard, 2, explains));
    for (int before = 0; before < ALL_CHUNKS; before++)
      for (int has = 0; has < ALL_CHUNKS; has++) {
        assert_points(&runner, &batch, before);
        assert_points(&runner, &batch, has);
      }
    runner_clear(&runner);
    batch_clear(&batch);
  }
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_on_events_that_nobody_has_do_not_run),
      cmocka_unit_test(members_of_a_pick_do_not_run),
      cmocka_unit_test(what_holds_of_no_events_runs),
      cmocka_unit_test(a_range_that_lifts_runs),
      cmocka_unit_test(stretches_are_well_formed),
      cmocka_unit_test(each_chunk_is_asked_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

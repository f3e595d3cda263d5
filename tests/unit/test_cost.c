/* test_cost.c - the bound of what a program costs, against what the machine does.
 *
 * The lanes that the machine works on are counted from the batches it runs, an
 * instruction at a time; the lengths of texts are looked up in its registers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "base/clock.h"
#include "inspect/cost.h"
#include "vm/runner.h"

enum { KINDS = 2, TEXT_BYTES = 24 };

static const char policy[] =
    "policy \"P\"\n"
    "lead { size number  title text  site text }\n"
    "event view { url text  seconds number }\n"
    "event order { total number }\n"
    "segment large when size > 50 and plain(title) contains any of [\"chef\", \"boss\"]\n"
    "score s { decay 50% every 30 days\n"
    "  +1 \"a\" on view where url starts with \"/a\" at most 3 times per 2 days\n"
    "  +2 \"b\" on view where upper(url) like \"*B*\" once per url\n"
    "  +(total) \"c\" on order or view where seconds is missing within 9 days\n"
    "  +3 \"d\" when lower(title) mentions any of [\"chef\"] or domain(site) is \"b.example\"\n"
    "  -1 every 3 days without order\n"
    "}\n"
    "let n = distinct(url of view) + sum(total of order)\n"
    "band b of n { high from 5 mid from 2 low otherwise }\n"
    "stage one { to two when s > 1 and n > 1 }\n"
    "stage two\n";

/* ---- a random batch ------------------------------------------------------------------ */

static uint64_t seed;

static uint32_t below(uint32_t most) {
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(seed >> 33) % most;
}

/* Long ones grow where they are folded and laid flat: U+FB04, U+023A. */
static struct text any_text(void) {
  static const char *const texts[] = {"",
                                      "/about",
                                      "chef",
                                      "x@b.example",
                                      "\xEF\xAC\x84\xEF\xAC\x84\xEF\xAC\x84",
                                      "/a/bB",
                                      "Chef de cuisine, boss 12",
                                      "\xC8\xBA\xC8\xBA\xC8\xBA\xC8\xBA\xC8\xBA"};
  return text_from(texts[below(sizeof texts / sizeof *texts)]);
}

static void set_texts(struct batch *batch, const struct program *program) {
  for (uint32_t f = 0; f < program->field_count; f++)
    if (program->fields[f].kind == COLUMN_TEXT && below(8))
      batch_set_text(batch, f, any_text());
    else if (program->fields[f].kind == COLUMN_NUMBER && below(8))
      batch_set_number(batch, f, below(100));
}

static void add_event(struct batch *batch, const struct program *program, uint32_t kind) {
  batch_event_begin(batch, kind);
  for (uint32_t f = 0; f < program->kinds[kind].field_count; f++)
    if (program->kinds[kind].fields[f].kind == COLUMN_TEXT && below(8))
      batch_event_text(batch, kind, f, any_text());
    else if (program->kinds[kind].fields[f].kind == COLUMN_NUMBER && below(8))
      batch_event_number(batch, kind, f, below(100));
  assert_int_equal(
      batch_event_add(batch, kind, batch->as_of - below(20) * CLOCK_DAY, (struct text){NULL, 0}),
      EVENT_ADDED);
}

static void fill(struct batch *batch, const struct program *program, uint32_t leads,
                 uint64_t events[KINDS]) {
  for (uint32_t l = 0; l < leads; l++) {
    batch_begin(batch);
    set_texts(batch, program);
    for (uint32_t kind = 0; kind < KINDS; kind++)
      for (uint32_t n = below(40); n > 0; n--, events[kind]++)
        add_event(batch, program, kind);
    assert_true(batch_end(batch));
  }
}

/* ---- what the machine does --------------------------------------------------------------- */

static uint64_t lanes_of_space(const struct batch *batch, uint16_t space) {
  return space == 0 ? batch->count : batch->spaces[space - 1].count;
}

/* The lanes of all instructions: those that are left out when they have none have none. */
static uint64_t lanes_run(const struct section *section, const struct batch *batch) {
  uint64_t lanes = 0;
  for (uint32_t i = 0; i < section->code_count; i++) {
    const struct instruction *code = &section->code[i];
    char letter = opcode_infos[code->op].shape[0];
    if (code->op > OP_EVENT_AT && code->op != OP_SKIP)
      lanes += lanes_of_space(batch, code->space);
    if (letter >= 'A' && letter <= 'Z')
      lanes += batch->count;
  }
  return lanes;
}

/* The bytes of texts that instructions made, as they stand after each of them. */
static uint64_t bytes_made(struct program *program, const struct batch *batch) {
  uint64_t bytes = 0;
  const uint32_t all = program->plain.code_count;
  for (uint32_t i = 0; i < all; i++) {
    const struct instruction code = program->plain.code[i];
    if (code.op < OP_FOLD || code.op > OP_PLAIN || code.op == OP_TRIM)
      continue;
    struct runner runner;
    program->plain.code_count = i + 1; /* the run ends behind it */
    assert_true(runner_init(&runner, program, &memory_standard, batch->capacity, false));
    assert_true(runner_run(&runner, batch));
    for (uint32_t l = 0; l < lanes_of_space(batch, code.space); l++)
      bytes += runner.registers[code.d].text[l].length;
    runner_clear(&runner);
  }
  program->plain.code_count = all;
  return bytes;
}

static uint64_t sum_for(const struct program *program, struct cost_options options,
                        const uint64_t events[KINDS], uint32_t leads, bool bits) {
  struct cost cost;
  assert_true(cost_init(&cost, program, &program->plain, &options, &memory_standard));
  uint64_t none[KINDS] = {0};
  const uint64_t *terms = bits ? cost.bits : cost.total;
  uint64_t lead = cost_at(&cost, terms, none);
  uint64_t sum = cost_at(&cost, terms, events) + (leads - 1) * lead;
  cost_clear(&cost);
  return sum;
}

static void the_machine_does_just_what_was_counted(void **state) {
  (void)state;
  struct program *program = compile_text(policy);
  for (seed = 1; seed < 40; seed += 7) {
    struct batch batch;
    uint64_t events[KINDS] = {0};
    uint32_t leads = 1 + below(100);
    assert_true(batch_init(&batch, program, &memory_standard, leads, 1000 * CLOCK_DAY));
    fill(&batch, program, leads, events);
    struct cost_options lanes = {.lanes_alone = true, .text_bytes = TEXT_BYTES};
    struct cost_options steps = {.text_bytes = TEXT_BYTES};
    uint64_t counted = sum_for(program, lanes, events, leads, false);
    assert_int_equal(lanes_run(&program->plain, &batch), counted);
    assert_true(sum_for(program, steps, events, leads, false) > counted);
    batch_clear(&batch);
  }
  program_free(program);
}

static void no_text_grows_longer_than_was_counted(void **state) {
  (void)state;
  struct program *program = compile_text(policy);
  for (seed = 1; seed < 20; seed += 7) {
    struct batch batch;
    uint64_t events[KINDS] = {0};
    uint32_t leads = 1 + below(50);
    assert_true(batch_init(&batch, program, &memory_standard, leads, 1000 * CLOCK_DAY));
    fill(&batch, program, leads, events);
    struct cost_options none = {.text_bytes = 0}, some = {.text_bytes = TEXT_BYTES};
    uint64_t made =
        sum_for(program, some, events, leads, true) - sum_for(program, none, events, leads, true);
    uint64_t bytes = bytes_made(program, &batch);
    assert_true(bytes > 0);
    assert_true(bytes * 8 <= made);
    batch_clear(&batch);
  }
  program_free(program);
}

/* ---- tests that fold by themselves --------------------------------------------------- */

static bool has_opcode(const struct program *program, enum opcode op) {
  for (uint32_t i = 0; i < program->plain.code_count; i++)
    if (program->plain.code[i].op == op)
      return true;
  return false;
}

/* What texts of 10 bytes add: steps to those of a lane, bits to those of empty texts. */
static void what_texts_add(const struct program *program, uint32_t term, uint64_t *steps,
                           uint64_t *bits) {
  const struct cost_options options[] = {
      {.text_bytes = 10}, {.text_bytes = 10, .lanes_alone = true}, {.text_bytes = 0}};
  struct cost costs[3];
  for (int i = 0; i < 3; i++)
    assert_true(cost_init(&costs[i], program, &program->plain, &options[i], &memory_standard));
  *steps = costs[0].total[term] - costs[1].total[term];
  *bits = costs[0].bits[term] - costs[2].bits[term];
  for (int i = 0; i < 3; i++)
    cost_clear(&costs[i]);
}

/* 10 bytes fold to 20 at most, for which there is room for 40. */
static void a_test_that_folds_costs_a_fold(void **state) {
  (void)state;
  uint64_t steps, bits;
  struct program *program = compile_text("policy \"P\"\nlead { title text }\n"
                                         "segment s when title contains any of [\"abcd\"]\n");
  assert_true(has_opcode(program, OP_CONTAINS_ANY) && !has_opcode(program, OP_FOLD));
  what_texts_add(program, 0, &steps, &bits);
  assert_int_equal(steps + 1, (1 + 10) + 1 + (20 + 1) * (5 + 1));
  assert_int_equal(bits, 8 * (40 + 16));
  program_free(program);
}

/* Of a lead's events each may need more room than those before: 2, 8, 18 and 40 bytes. */
static void the_room_to_fold_in_serves_all_events(void **state) {
  (void)state;
  uint64_t steps, bits;
  struct program *program =
      compile_text("policy \"P\"\nlead { size number }\nevent view { url text }\n"
                   "score s { +1 on view where url starts with any of [\"/a\", \"/b\"] }\n");
  assert_true(has_opcode(program, OP_STARTS_ANY) && !has_opcode(program, OP_FOLD));
  what_texts_add(program, 1, &steps, &bits);
  assert_int_equal(steps + 1, (1 + 10) + 1 + 2 * (1 + 2));
  assert_int_equal(bits, 0);
  what_texts_add(program, 0, &steps, &bits);
  assert_int_equal(steps, 0);
  assert_int_equal(bits, 8 * ((2 + 16) + (8 + 16) + (18 + 16) + (40 + 16)));
  program_free(program);
}

/* Many tests of one text: it is folded once for all of them. */
static void a_text_that_is_folded_is_not_folded_again(void **state) {
  (void)state;
  uint64_t steps, bits;
  struct program *program =
      compile_text("policy \"P\"\nlead { t text }\nscore s {\n"
                   "  +1 when t contains any of [\"a\"]\n  +1 when t contains any of [\"b\"]\n"
                   "  +1 when t contains any of [\"c\"]\n  +1 when t contains any of [\"d\"]\n"
                   "  +1 when t contains any of [\"e\"]\n}\n");
  assert_true(has_opcode(program, OP_FOLD));
  what_texts_add(program, 0, &steps, &bits);
  assert_int_equal(steps, 10 + 5 * (20 + 1) * (2 + 1));
  assert_int_equal(bits, 8 * 20);
  program_free(program);
}

/* ---- the sum ------------------------------------------------------------------------- */

static void parts_add_up_to_the_total(void **state) {
  (void)state;
  struct program *program = compile_text(policy);
  const struct section *sections[] = {&program->plain, &program->full};
  for (int s = 0; s < 2; s++) {
    struct cost cost;
    struct cost_options options = {.text_bytes = 64};
    assert_true(cost_init(&cost, program, sections[s], &options, &memory_standard));
    for (uint32_t term = 0; term < cost.terms; term++) {
      uint64_t sum = 0;
      for (uint32_t row = 0; row < cost.rows; row++)
        sum += cost.own[row * cost.terms + term] + cost.shared[row * cost.terms + term];
      assert_int_equal(sum, cost.total[term]);
    }
    assert_int_equal(cost.own[(cost.rows - 1) * cost.terms], 0);
    cost_clear(&cost);
  }
  program_free(program);
}

static void a_program_without_origins_costs_the_same(void **state) {
  (void)state;
  struct program *program = compile_text(policy);
  struct cost cost;
  struct cost_options options = {.text_bytes = 64};
  assert_true(cost_init(&cost, program, &program->plain, &options, &memory_standard));
  uint64_t lead = cost.total[0];
  cost_clear(&cost);
  program->plain.origins = NULL;
  program->criteria = NULL;
  program->criterion_count = 0;
  assert_true(cost_init(&cost, program, &program->plain, &options, &memory_standard));
  assert_int_equal(cost.rows, 1);
  assert_int_equal(cost.total[0], lead);
  assert_int_equal(cost.own[0], lead);
  cost_clear(&cost);
  program_free(program);
}

static void sums_do_not_wrap(void **state) {
  (void)state;
  struct program *program = compile_text(policy);
  struct cost cost;
  struct cost_options options = {.text_bytes = UINT64_MAX / 2};
  uint64_t events[KINDS] = {UINT64_MAX, 1};
  assert_true(cost_init(&cost, program, &program->plain, &options, &memory_standard));
  assert_true(cost_at(&cost, cost.total, events) == UINT64_MAX);
  cost_clear(&cost);
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_machine_does_just_what_was_counted),
      cmocka_unit_test(no_text_grows_longer_than_was_counted),
      cmocka_unit_test(a_test_that_folds_costs_a_fold),
      cmocka_unit_test(the_room_to_fold_in_serves_all_events),
      cmocka_unit_test(a_text_that_is_folded_is_not_folded_again),
      cmocka_unit_test(parts_add_up_to_the_total),
      cmocka_unit_test(a_program_without_origins_costs_the_same),
      cmocka_unit_test(sums_do_not_wrap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

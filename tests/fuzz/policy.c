/* policy.c - any bytes as a policy: parse, check, compile, run, explain.
 *
 * Whatever the bytes are, there is a tree, a model, a program, or at least one
 * error that can be shown; both sections of a program give the same scores, and
 * the lines of an explanation add up to them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

#include "check/check.h"
#include "check/lint.h"
#include "compile/compile.h"
#include "syntax/parse.h"
#include "vm/runner.h"

#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition) \
  if (!(condition))        \
  abort()

enum { LEADS = 3 };

static void put_nowhere(void *context, const char *bytes, size_t length) {
  volatile char last = length ? bytes[length - 1] : 0; /* so that it is read */
  (void)context;
  (void)last;
}

static void set_field(struct batch *batch, uint32_t field, uint32_t lead) {
  const struct text words =
      lead == 1 ? TEXT("VP Marketing") : TEXT("\xc3\xa9t\xc3\xa9 @x.example/a?b");
  static const struct text items[] = {{"vip", 3}, {"Marketing", 9}};
  switch (batch->program->fields[field].kind) {
  case COLUMN_NUMBER: batch_set_number(batch, field, lead == 1 ? 1000 : -0.5); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_set_micros(batch, field, batch->as_of - lead); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_set_text(batch, field, words); break;
  case COLUMN_BOOL: batch_set_bool(batch, field, lead == 1); break;
  case COLUMN_LABEL: batch_set_label(batch, field, 0); break;
  case COLUMN_TEXTS: batch_set_texts(batch, field, (struct text_list){items, 2}); break;
  }
}

static void add_events(struct batch *batch) {
  for (uint32_t kind = 0; kind < batch->program->kind_count; kind++)
    for (int64_t day = 5; day >= 0; day -= 2) {
      const struct program_kind *of = &batch->program->kinds[kind];
      batch_event_begin(batch, kind);
      for (uint32_t f = 0; f < of->field_count; f++)
        if (of->fields[f].kind == COLUMN_TEXT || of->fields[f].kind == COLUMN_SYMBOL)
          batch_event_text(batch, kind, f, TEXT("https://acme.example/pricing?x"));
        else if (of->fields[f].kind == COLUMN_NUMBER)
          batch_event_number(batch, kind, f, (double)day);
      batch_event_add(batch, kind, batch->as_of - day * CLOCK_DAY, (struct text){0});
    }
}

/* Lead 0 has nothing, the others something. */
static void fill(struct batch *batch) {
  for (uint32_t lead = 0; lead < LEADS; lead++) {
    batch_begin(batch);
    for (uint32_t f = 0; f < batch->program->field_count && lead > 0; f++)
      set_field(batch, f, lead);
    if (lead > 0)
      add_events(batch);
    REQUIRE(batch_end(batch));
  }
}

/* Near the largest double a group may overflow, and its rules cannot add up. */
static bool adds_up(const struct contribution *lines, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!(lines[i].points > -1e300 && lines[i].points < 1e300))
      return false;
  return true;
}

static void check_lines(const struct runner *full, uint32_t score, uint32_t lane) {
  double number, sum = 0;
  struct contribution *lines = calloc(result_lines_bound(full, score), sizeof *lines);
  REQUIRE(lines);
  uint32_t count = result_lines(full, score, lane, lines);
  for (uint32_t i = 0; i < count; i++)
    sum += lines[i].points;
  if (result_score(full, score, lane, &number) && adds_up(lines, count))
    REQUIRE(memcmp(&sum, &number, sizeof sum) == 0);
  free(lines);
}

static void compare(const struct runner *plain, const struct runner *full) {
  for (uint32_t lane = 0; lane < LEADS; lane++) {
    for (uint32_t s = 0; s < plain->program->score_count; s++) {
      double a, b;
      REQUIRE(result_score(plain, s, lane, &a) == result_score(full, s, lane, &b));
      REQUIRE(memcmp(&a, &b, sizeof a) == 0);
      check_lines(full, s, lane);
    }
    REQUIRE(result_stage(plain, lane) == result_stage(full, lane));
    uint32_t next = result_next(plain, lane);
    if (next != PROGRAM_NONE)
      result_conjunct(plain, plain->program->transitions[next].first_conjunct, lane);
  }
}

static void run(const struct program *program) {
  struct batch batch;
  struct runner plain, full;
  REQUIRE(batch_init(&batch, program, &memory_standard, LEADS, CLOCK_DAY * 20000));
  REQUIRE(runner_init(&plain, program, &memory_standard, LEADS, false));
  REQUIRE(runner_init(&full, program, &memory_standard, LEADS, true));
  fill(&batch);
  REQUIRE(runner_run(&plain, &batch) && runner_run(&full, &batch));
  compare(&plain, &full);
  runner_clear(&plain);
  runner_clear(&full);
  batch_clear(&batch);
}

static void show(struct diags *diags, const struct sources *sources) {
  struct diag_sink sink = {put_nowhere, NULL, true};
  diags_sort(diags);
  for (const struct diag *diag = diags->first; diag; diag = diag->next)
    diag_render(diag, sources, &sink);
}

static void compile(const struct model *model) {
  struct program *program;
  if (compile_model(model, &memory_standard, &program) != COMPILE_OK)
    return;
  run(program);
  program_free(program);
}

void take_policy(const uint8_t *bytes, size_t length, enum policy_stage last) {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct tree tree = {0};
  struct model model = {0};
  const struct check_options options = {0};
  if (length > 65536) /* what is larger only takes longer */
    return;
  arena_init(&arena, &memory_standard);
  sources_init(&sources, &arena);
  diags_init(&diags, &arena);
  uint32_t source =
      sources_add(&sources, TEXT("fuzz.bareme"), (struct text){(const char *)bytes, length});
  bool ok = parse_source(&arena, &sources, source, &diags, &tree);
  if (last >= CHECK_POLICY && tree.decls) /* the checker also takes what is left of a broken one */
    ok &= check_policy(&arena, &sources, &tree, &options, &diags, &model);
  REQUIRE(ok == (diags.errors == 0));
  if (last >= CHECK_POLICY && ok && tree.decls)
    lint_model(&arena, &model, &diags);
  show(&diags, &sources);
  if (last >= COMPILE_POLICY && ok && tree.decls)
    compile(&model);
  sources_clear(&sources);
  arena_clear(&arena);
}

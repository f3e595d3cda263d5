/* bareme_test.c - runs the tests of a policy.
 *
 * A test is a lead whose result is known, so it takes the way of every lead: a
 * row of a batch, one run of the full section, results and explanations read
 * from registers.  What is expected was compiled into the same section and
 * needs no second evaluator.
 *
 * All leads of a batch have one as-of instant.  Tests mostly share theirs with
 * the next one in the file, so as many as follow each other with the same
 * instant go into a batch together, and are run at once; a test that is in the
 * batch already has its results there.
 *
 *   tests  a b c | d | e f       instants 1 1 1 | 2 | 1 1
 *   batch  first = a, count = 3  while one of a, b, c is asked for
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "base/clock.h"
#include "base/number.h"

#include <string.h>

struct bareme_tester {
  const bareme_policy *policy;
  bareme_runner *runner;
  struct bareme_batch batch;
  uint32_t capacity;     /* leads in a batch */
  uint32_t first, count; /* the tests in the batch */
  uint32_t current;      /* the test that ran last; BAREME_NONE: none */
  struct arena texts;    /* values, written out; forgotten at each run */
};

uint32_t bareme_test_count(const bareme_policy *policy) {
  return policy->program->test_count;
}

bool bareme_test_at(const bareme_policy *policy, uint32_t index, bareme_test *test) {
  const struct program *program = policy->program;
  if (index >= program->test_count)
    return false;
  const struct program_test *from = &program->tests[index];
  *test = (bareme_test){
      .name = public_text(from->name),
      .file = public_text(program->source_names[from->source_name]),
      .line = from->source_line,
      .as_of = from->as_of,
  };
  return true;
}

/* ---- making and freeing ------------------------------------------------------------------ */

/* The most tests that follow each other with the same as-of instant. */
static uint32_t longest_row(const struct program *program) {
  uint32_t longest = 1, row = 0;
  for (uint32_t i = 0; i < program->test_count; i++) {
    row = i > 0 && program->tests[i].as_of == program->tests[i - 1].as_of ? row + 1 : 1;
    longest = row > longest ? row : longest;
  }
  return longest;
}

bareme_status bareme_tester_new(const bareme_policy *policy, bareme_tester **tester) {
  if (!tester)
    return BAREME_INVALID_ARGUMENT;
  *tester = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  bareme_tester *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  uint32_t chunk = runner_chunk(policy->program, true), row = longest_row(policy->program);
  made->policy = policy;
  made->capacity = row < chunk ? row : chunk;
  made->current = BAREME_NONE;
  arena_init(&made->texts, &policy->memory);
  bareme_status status = bareme_runner_new(policy, true, &made->runner);
  if (status == BAREME_OK &&
      !batch_init(&made->batch.batch, policy->program, &policy->memory, made->capacity, 0))
    status = BAREME_NO_MEMORY;
  if (status == BAREME_OK)
    *tester = made;
  else
    bareme_tester_free(made);
  return status;
}

void bareme_tester_free(bareme_tester *tester) {
  if (!tester)
    return;
  struct memory memory = tester->policy->memory;
  bareme_runner_free(tester->runner);
  batch_clear(&tester->batch.batch);
  arena_clear(&tester->texts);
  memory_free(&memory, tester, 1, sizeof *tester);
}

/* ---- from tests to leads ------------------------------------------------------------------- */

static void give_lead(struct batch *batch, const struct program_given *given) {
  uint32_t field = given->field;
  switch (batch->program->fields[field].kind) {
  case COLUMN_NUMBER: batch_set_number(batch, field, given->value.number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_set_micros(batch, field, given->value.micros); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_set_text(batch, field, given->value.text); break;
  case COLUMN_BOOL: batch_set_bool(batch, field, given->value.boolean); break;
  case COLUMN_LABEL: batch_set_label(batch, field, given->value.label); break;
  case COLUMN_TEXTS: batch_set_texts(batch, field, given->texts); break;
  }
}

static void give_event(struct batch *batch, uint32_t kind, const struct program_given *given) {
  uint32_t field = given->field;
  switch (batch->program->kinds[kind].fields[field].kind) {
  case COLUMN_NUMBER: batch_event_number(batch, kind, field, given->value.number); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_event_micros(batch, kind, field, given->value.micros); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_event_text(batch, kind, field, given->value.text); break;
  case COLUMN_BOOL: batch_event_bool(batch, kind, field, given->value.boolean); break;
  case COLUMN_LABEL: batch_event_label(batch, kind, field, given->value.label); break;
  case COLUMN_TEXTS: batch_event_texts(batch, kind, field, given->texts); break;
  }
}

static bool add_event(struct batch *batch, const struct program_test_event *event) {
  for (uint32_t time = 0; time < event->times; time++) {
    batch_event_begin(batch, event->kind);
    for (uint32_t i = 0; i < event->given_count; i++)
      give_event(batch, event->kind, &event->given[i]);
    if (batch_event_add(batch, event->kind, event->at, event->id) == EVENT_NO_MEMORY)
      return false;
  }
  return true;
}

static bool add_lead(struct batch *batch, const struct program_test *test) {
  batch_begin(batch);
  if (test->id.bytes)
    batch_set_id(batch, test->id);
  if (test->stage != PROGRAM_NONE)
    batch_set_stage(batch, test->stage);
  for (uint32_t i = 0; i < test->given_count; i++)
    give_lead(batch, &test->given[i]);
  for (uint32_t i = 0; i < test->event_count; i++)
    if (!add_event(batch, &test->events[i])) {
      batch_cancel(batch);
      return false;
    }
  return batch_end(batch);
}

/* ---- running -------------------------------------------------------------------------------- */

static bareme_status fill(bareme_tester *tester, uint32_t first) {
  const struct program *program = tester->policy->program;
  struct batch *batch = &tester->batch.batch;
  tester->first = first;
  tester->count = 0;
  batch_reset(batch);
  batch->as_of = program->tests[first].as_of;
  for (uint32_t i = first; i < program->test_count && !batch_full(batch); i++) {
    if (program->tests[i].as_of != batch->as_of)
      break;
    if (!add_lead(batch, &program->tests[i]))
      return BAREME_NO_MEMORY;
  }
  return BAREME_OK;
}

static bool is_loaded(const bareme_tester *tester, uint32_t test) {
  return test >= tester->first && test - tester->first < tester->count;
}

static bool passes(bareme_tester *tester) {
  bareme_expectation expectation;
  for (uint32_t i = 0; bareme_tester_expectation(tester, i, &expectation); i++)
    if (expectation.met != 1)
      return false;
  return true;
}

bareme_status bareme_tester_run(bareme_tester *tester, uint32_t test, bool *passed) {
  *passed = false;
  tester->current = BAREME_NONE;
  arena_reset(&tester->texts);
  if (test >= tester->policy->program->test_count)
    return BAREME_INVALID_ARGUMENT;
  if (!is_loaded(tester, test)) {
    bareme_status status = fill(tester, test);
    if (status == BAREME_OK)
      status = bareme_runner_run(tester->runner, &tester->batch);
    if (status != BAREME_OK)
      return status;
    tester->count = tester->batch.batch.count;
  }
  tester->current = test;
  *passed = passes(tester);
  return BAREME_OK;
}

const bareme_runner *bareme_tester_runner(const bareme_tester *tester, uint32_t *lane) {
  *lane = 0;
  if (tester->current == BAREME_NONE)
    return NULL;
  *lane = tester->current - tester->first;
  return tester->runner;
}

/* ---- what was expected ------------------------------------------------------------------------
 */

static const struct program_expectation *expectation_at(const bareme_tester *tester,
                                                        uint32_t index) {
  if (tester->current == BAREME_NONE)
    return NULL;
  const struct program_test *test = &tester->policy->program->tests[tester->current];
  return index < test->expectation_count ? &test->expectations[index] : NULL;
}

static uint32_t lane_of(const bareme_tester *tester) {
  return tester->current - tester->first;
}

static const struct column *column_at(const bareme_tester *tester, uint32_t reg) {
  return &tester->runner->runner.registers[reg];
}

/* The label of the exclusion that the lead met; NULL if it met none. */
static const struct text *excluded_by(const bareme_tester *tester) {
  uint32_t excluded = result_excluded(&tester->runner->runner, lane_of(tester));
  return excluded == PROGRAM_NONE ? NULL : &tester->policy->program->excludes[excluded];
}

static bool is_excluded(const bareme_tester *tester,
                        const struct program_expectation *expectation) {
  const struct text *label = excluded_by(tester);
  return label && (expectation->label.length == 0 || text_equal(expectation->label, *label));
}

static int part_met(const bareme_tester *tester, const struct program_expectation *expectation,
                    uint32_t part) {
  const struct section *section = tester->runner->runner.section;
  bool met = false;
  switch (expectation->kind) {
  case EXPECTED_CONDITION: {
    const struct column *column = column_at(tester, section->parts[part].condition);
    if (bit_get(column->yes, lane_of(tester)))
      return 1;
    return bit_get(column->no, lane_of(tester)) ? 0 : -1;
  }
  case EXPECTED_EXCLUDED: met = is_excluded(tester, expectation); break;
  case EXPECTED_ACTION:
    met = result_action(&tester->runner->runner, expectation->action, lane_of(tester));
    break;
  }
  return met != expectation->negated;
}

/* As `and` has it: false if a part is, else unknown if a part is. */
static int expectation_met(const bareme_tester *tester,
                           const struct program_expectation *expectation) {
  int met = 1;
  for (uint32_t i = 0; i < expectation->part_count; i++) {
    int part = part_met(tester, expectation, expectation->first_part + i);
    if (part == 0)
      return 0;
    met = part < met ? part : met;
  }
  return met;
}

bool bareme_tester_expectation(bareme_tester *tester, uint32_t index,
                               bareme_expectation *expectation) {
  const struct program_expectation *from = expectation_at(tester, index);
  if (!from)
    return false;
  *expectation = (bareme_expectation){
      .source = public_text(from->source),
      .line = from->source_line,
      .met = expectation_met(tester, from),
  };
  return true;
}

bool bareme_tester_part(bareme_tester *tester, uint32_t expectation, uint32_t index,
                        bareme_expected_part *part) {
  const struct program_expectation *from = expectation_at(tester, expectation);
  if (!from || index >= from->part_count)
    return false;
  uint32_t at = from->first_part + index;
  *part = (bareme_expected_part){
      .source = public_text(tester->runner->runner.section->parts[at].source),
      .met = part_met(tester, from, at),
  };
  return true;
}

/* ---- values as text
 * ------------------------------------------------------------------------------ */

static bareme_text keep(bareme_tester *tester, struct text text) {
  bool copied;
  struct text kept = arena_text(&tester->texts, text, &copied);
  return public_text(copied ? kept : TEXT("(out of memory)"));
}

/* Quoted as the language quotes it; `out` has room for it.  Returns the length. */
static size_t quote(struct text text, char *out) {
  size_t length = 0;
  out[length++] = '"';
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"' || text.bytes[i] == '\\')
      out[length++] = '\\';
    out[length++] = text.bytes[i];
  }
  out[length++] = '"';
  return length;
}

static size_t quoted_bound(struct text text) {
  return 2 * text.length + 2;
}

static bareme_text text_value(bareme_tester *tester, struct text text) {
  char *out = arena_alloc(&tester->texts, quoted_bound(text));
  return out ? (bareme_text){out, quote(text, out)} : public_text(TEXT("(out of memory)"));
}

static bareme_text texts_value(bareme_tester *tester, struct text_list texts) {
  size_t bound = 2, length = 0;
  for (size_t i = 0; i < texts.count; i++)
    bound += quoted_bound(texts.items[i]) + 2;
  char *out = arena_alloc(&tester->texts, bound);
  if (!out)
    return public_text(TEXT("(out of memory)"));
  out[length++] = '[';
  for (size_t i = 0; i < texts.count; i++) {
    if (i > 0) {
      memcpy(out + length, ", ", 2);
      length += 2;
    }
    length += quote(texts.items[i], out + length);
  }
  out[length++] = ']';
  return (bareme_text){out, length};
}

static bareme_text number_value(bareme_tester *tester, double number) {
  char bytes[NUMBER_TEXT_SIZE];
  size_t length = number_format(number, bytes);
  return keep(tester, (struct text){bytes, length});
}

static bareme_text micros_value(bareme_tester *tester, enum column_kind kind, int64_t micros) {
  char bytes[DURATION_TEXT_SIZE > CLOCK_TEXT_SIZE ? DURATION_TEXT_SIZE : CLOCK_TEXT_SIZE];
  size_t length =
      kind == COLUMN_TIME ? clock_format(micros, bytes) : duration_format(micros, bytes);
  return keep(tester, (struct text){bytes, length});
}

/* A lane of a column as text; bytes NULL if it is missing. */
static bareme_text lane_value(bareme_tester *tester, const struct program_shown *shown) {
  const struct column *column = column_at(tester, shown->value);
  uint32_t lane = lane_of(tester);
  if (shown->kind == COLUMN_BOOL && bit_get(column->yes, lane))
    return public_text(TEXT("true"));
  if (shown->kind == COLUMN_BOOL && bit_get(column->no, lane))
    return public_text(TEXT("false"));
  if (shown->kind == COLUMN_BOOL || !bit_get(column->known, lane))
    return (bareme_text){NULL, 0};
  switch (shown->kind) {
  case COLUMN_TEXT: return text_value(tester, column->text[lane]);
  case COLUMN_TEXTS: return texts_value(tester, column->texts[lane]);
  case COLUMN_TIME:
  case COLUMN_DURATION: return micros_value(tester, shown->kind, column->micros[lane]);
  case COLUMN_LABEL:
    return public_text(tester->policy->program->labels[shown->labels].labels[column->label[lane]]);
  default: return number_value(tester, column->number[lane]);
  }
}

/* First, whether the lead is left out, where that is asked or says it all. */
bool bareme_tester_value(bareme_tester *tester, uint32_t expectation, uint32_t part, uint32_t index,
                         bareme_named_value *value) {
  const struct program_expectation *from = expectation_at(tester, expectation);
  if (!from || part >= from->part_count)
    return false;
  const struct section *section = tester->runner->runner.section;
  const struct program_part *shown = &section->parts[from->first_part + part];
  const struct text *label = excluded_by(tester);
  if (label || from->kind == EXPECTED_EXCLUDED) {
    if (index == 0) {
      value->name = public_text(TEXT("excluded"));
      value->value = label ? text_value(tester, *label) : (bareme_text){NULL, 0};
      return true;
    }
    index--;
  }
  if (index >= shown->shown_count)
    return false;
  const struct program_shown *item = &section->shown[shown->first_shown + index];
  value->name = public_text(item->name);
  value->value = lane_value(tester, item);
  return true;
}

/* compare.c - the machine's columns beside the answer for one lead.
 *
 * Everything is found by name, so that neither side leans on the other's order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/compare.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* ---- filling a batch ---------------------------------------------------- */

static const struct value *value_of(const struct value *values, const struct model_field *fields,
                                    uint32_t count, struct text name) {
  for (uint32_t i = 0; i < count; i++)
    if (text_equal(fields[i].name, name))
      return values[i].known ? &values[i] : NULL;
  return NULL;
}

static struct text_list texts_of(const struct value *value) {
  return (struct text_list){value->texts, value->text_count};
}

static void fill_field(struct batch *batch, uint32_t field, const struct value *value) {
  switch (value->type) {
  case TYPE_NUMBER: batch_set_number(batch, field, value->number); break;
  case TYPE_TEXT: batch_set_text(batch, field, value->text); break;
  case TYPE_BOOL: batch_set_bool(batch, field, value->boolean); break;
  case TYPE_LABEL: batch_set_label(batch, field, value->label); break;
  case TYPE_TEXTS: batch_set_texts(batch, field, texts_of(value)); break;
  default: batch_set_micros(batch, field, value->micros);
  }
}

static void fill_event_field(struct batch *batch, uint32_t kind, uint32_t field,
                             const struct value *value) {
  switch (value->type) {
  case TYPE_NUMBER: batch_event_number(batch, kind, field, value->number); break;
  case TYPE_TEXT: batch_event_text(batch, kind, field, value->text); break;
  case TYPE_BOOL: batch_event_bool(batch, kind, field, value->boolean); break;
  case TYPE_LABEL: batch_event_label(batch, kind, field, value->label); break;
  case TYPE_TEXTS: batch_event_texts(batch, kind, field, texts_of(value)); break;
  default: batch_event_micros(batch, kind, field, value->micros);
  }
}

static bool fill_event(struct batch *batch, const struct model *model, const struct event *event) {
  const struct model_kind *from = &model->kinds[event->kind];
  const struct program_kind *to = &batch->program->kinds[event->kind];
  batch_event_begin(batch, event->kind);
  for (uint32_t i = 0; i < to->field_count; i++) {
    const struct value *value =
        value_of(event->fields, from->fields, from->field_count, to->fields[i].name);
    if (value)
      fill_event_field(batch, event->kind, i, value);
  }
  return batch_event_add(batch, event->kind, event->at, event->id) != EVENT_NO_MEMORY;
}

/* Begins a lead and gives it everything. */
static bool fill_lead(struct batch *batch, const struct model *model, const struct record *record) {
  const struct program *program = batch->program;
  batch_begin(batch);
  if (record->fields[0].known)
    batch_set_id(batch, record->fields[0].text);
  if (model->stage_count)
    batch_set_stage(batch, record->stage);
  for (uint32_t i = 0; i < program->field_count; i++) {
    const struct value *value =
        value_of(record->fields, model->fields, model->field_count, program->fields[i].name);
    if (value)
      fill_field(batch, i, value);
  }
  for (uint32_t i = 0; i < record->event_count; i++)
    if (!fill_event(batch, model, &record->events[i]))
      return false;
  return true;
}

bool compare_fill(struct batch *batch, const struct model *model, const struct record *records,
                  uint32_t count) {
  batch_reset(batch);
  for (uint32_t i = 0; i < count; i++) {
    bool twice = i % 3 == 1; /* a lead that is taken back out leaves nothing behind */
    if (twice && !fill_lead(batch, model, &records[i]))
      return false;
    if (twice)
      batch_cancel(batch);
    if (!fill_lead(batch, model, &records[i]) || !batch_end(batch))
      return false;
  }
  return true;
}

/* ---- comparing ---------------------------------------------------------- */

struct comparison {
  const struct runner *runner;
  uint32_t lane;
  const struct model *model;
  const struct answer *answer;
  FILE *out;
  bool agrees;
};

static void differ(struct comparison *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void differ(struct comparison *c, const char *format, ...) {
  c->agrees = false;
  if (!c->out)
    return;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(c->out, format, arguments);
  va_end(arguments);
  fputc('\n', c->out);
}

/* -0 never shows. */
static bool same_bits(double a, double b) {
  a += 0.0;
  b += 0.0;
  return memcmp(&a, &b, sizeof a) == 0;
}

/* Where a public output of that name is in model->values. */
static uint32_t find_value(const struct model *model, struct text name) {
  for (uint32_t i = 0; i < model->value_count; i++)
    if (model->values[i]->public_output && text_equal(model->values[i]->name, name))
      return i;
  return ANSWER_NONE;
}

static void compare_score(struct comparison *c, uint32_t score) {
  struct text name = c->runner->program->scores[score].name;
  struct value expected = c->answer->values[find_value(c->model, name)];
  double number = 0;
  bool known = result_score(c->runner, score, c->lane, &number);
  if (known != expected.known || (known && !same_bits(number, expected.number)))
    differ(c, "score %.*s: machine %s %.17g, oracle %s %.17g", TEXT_ARGS(name),
           known ? "known" : "missing", number, expected.known ? "known" : "missing",
           expected.number);
}

/* A label by its text, so that the two may count their labels differently. */
static void compare_outcome(struct comparison *c, const struct program_output *output,
                            uint32_t label) {
  const struct program_labels *labels = &c->runner->program->labels[output->labels];
  uint32_t index = find_value(c->model, output->name);
  const struct model_value *value = c->model->values[index];
  struct value expected = c->answer->values[index];
  if (label >= labels->count)
    differ(c, "%.*s: machine gives label %u of %u", TEXT_ARGS(output->name), label, labels->count);
  else if (expected.type == TYPE_NUMBER
               ? labels->numbers[label] != expected.number
               : !text_equal(labels->labels[label], value->labels->labels[expected.label]))
    differ(c, "%.*s: machine %.*s, oracle label %u or number %.17g", TEXT_ARGS(output->name),
           TEXT_ARGS(labels->labels[label]), expected.label, expected.number);
}

static void compare_outcomes(struct comparison *c) {
  const struct program *program = c->runner->program;
  for (uint32_t i = 0; i < program->band_count; i++)
    compare_outcome(c, &program->bands[i], result_band(c->runner, i, c->lane));
  for (uint32_t i = 0; i < program->grid_count; i++)
    compare_outcome(c, &program->grids[i], result_grid(c->runner, i, c->lane));
  for (uint32_t i = 0; i < program->choice_count; i++)
    compare_outcome(c, &program->choices[i], result_choice(c->runner, i, c->lane));
}

static void compare_flags(struct comparison *c) {
  const struct program *program = c->runner->program;
  for (uint32_t i = 0; i < program->segment_count; i++) {
    struct text name = program->segments[i].name;
    struct value expected = c->answer->values[find_value(c->model, name)];
    if (result_segment(c->runner, i, c->lane) != (expected.known && expected.boolean))
      differ(c, "segment %.*s: oracle %s", TEXT_ARGS(name),
             !expected.known    ? "unknown"
             : expected.boolean ? "true"
                                : "false");
  }
}

static void compare_actions(struct comparison *c) {
  for (uint32_t i = 0; i < c->model->action_count; i++)
    if (result_action(c->runner, i, c->lane) != c->answer->actions[i])
      differ(c, "action %.*s: oracle %d", TEXT_ARGS(c->model->actions[i].name),
             c->answer->actions[i]);
}

/* ---- stages ------------------------------------------------------------- */

/* How far a score is from its threshold; by how much the other way counts for nothing. */
static double lacking(const struct program_conjunct *conjunct, double score) {
  bool upwards = conjunct->compare == PROGRAM_GREATER || conjunct->compare == PROGRAM_GREATER_EQUAL;
  if (conjunct->compare == PROGRAM_EQUAL || conjunct->compare == PROGRAM_NOT_EQUAL)
    return 0;
  return upwards ? conjunct->threshold - score : score - conjunct->threshold;
}

static void compare_requirement(struct comparison *c, uint32_t index, struct value met) {
  const struct program_conjunct *conjunct = &c->runner->section->conjuncts[index];
  struct conjunct_result said = result_conjunct(c->runner, index, c->lane);
  int expected = met.known ? met.boolean : -1;
  if (said.met != expected)
    differ(c, "next: `%.*s`: machine %d, oracle %d", TEXT_ARGS(conjunct->source), said.met,
           expected);
  if (!conjunct->is_threshold)
    return;
  struct text name = c->runner->program->scores[conjunct->score].name;
  struct value score = c->answer->values[find_value(c->model, name)];
  double lacks = expected == 0 ? lacking(conjunct, score.number) : 0;
  if (said.has_value != score.known || (score.known && !same_bits(said.value, score.number)) ||
      !same_bits(said.lacks, lacks))
    differ(c, "next: `%.*s`: machine has %.17g and lacks %.17g, oracle %.17g and %.17g",
           TEXT_ARGS(conjunct->source), said.value, said.lacks, score.number, lacks);
}

static void compare_next(struct comparison *c) {
  const struct program *program = c->runner->program;
  uint32_t next = result_next(c->runner, c->lane);
  uint32_t stage = next == PROGRAM_NONE ? ANSWER_NONE : program->transitions[next].to;
  if (stage != c->answer->next) {
    differ(c, "next: machine %d, oracle %d", (int)stage, (int)c->answer->next);
    return;
  }
  if (next == PROGRAM_NONE)
    return;
  const struct program_transition *way = &program->transitions[next];
  if (way->conjunct_count != c->answer->requirement_count) {
    differ(c, "next: machine has %u conditions, oracle %u", way->conjunct_count,
           c->answer->requirement_count);
    return;
  }
  for (uint32_t i = 0; i < way->conjunct_count; i++)
    compare_requirement(c, way->first_conjunct + i, c->answer->requirements[i].met);
}

static void compare_stages(struct comparison *c) {
  if (c->model->stage_count == 0)
    return;
  uint32_t stage = result_stage(c->runner, c->lane);
  uint32_t previous = result_previous_stage(c->runner, c->lane);
  if (stage != c->answer->stage || previous != c->answer->previous_stage)
    differ(c, "stage: machine %u from %u, oracle %u from %u", stage, previous, c->answer->stage,
           c->answer->previous_stage);
  else
    compare_next(c);
}

/* ---- explanations ------------------------------------------------------- */

static const char *const whys[] = {"counted", "false",      "unknown",
                                   "nothing", "not picked", "missing"};

/* A field that is said to be missing is missing. */
static void check_missing_field(struct comparison *c, const struct contribution *line) {
  uint32_t field = line->missing_field;
  if (line->why != WHY_UNKNOWN || field == PROGRAM_NONE)
    return;
  const struct program_field *of = &c->runner->program->fields[field];
  if (column_knows(&c->runner->batch->fields[field], of->kind, c->lane))
    differ(c, "`%.*s`: %.*s is not missing", TEXT_ARGS(line->line->source), TEXT_ARGS(of->name));
}

static void compare_line(struct comparison *c, struct text score,
                         const struct contribution *machine, const struct answer_line *oracle) {
  struct text source = machine->line->source;
  check_missing_field(c, machine);
  if ((int)machine->why != (int)oracle->why) {
    differ(c, "%.*s: `%.*s`: machine %s, oracle %s", TEXT_ARGS(score), TEXT_ARGS(source),
           whys[machine->why], whys[oracle->why]);
    return;
  }
  if (!same_bits(machine->points, oracle->points))
    differ(c, "%.*s: `%.*s`: machine %.17g points, oracle %.17g", TEXT_ARGS(score),
           TEXT_ARGS(source), machine->points, oracle->points);
  if (machine->why != WHY_COUNTED || !machine->has_events || oracle->kind != ANSWER_RULE)
    return;
  if (machine->events != oracle->events || !same_bits(machine->raw, oracle->raw))
    differ(c, "%.*s: `%.*s`: machine %g events, raw %.17g, oracle %g, %.17g", TEXT_ARGS(score),
           TEXT_ARGS(source), machine->events, machine->raw, oracle->events, oracle->raw);
}

/* Limits that change nothing have no line. */
static const struct answer_line *next_line(const struct answer_line *line,
                                           const struct answer_line *end) {
  while (line < end && line->kind != ANSWER_RULE && line->points == 0)
    line++;
  return line;
}

static bool is_shared_kind(enum line_kind kind) {
  return kind == LINE_RULE || kind == LINE_CAP || kind == LINE_RANGE;
}

static void compare_lines(struct comparison *c, uint32_t score, const struct contribution *lines,
                          uint32_t count) {
  struct text name = c->runner->program->scores[score].name;
  uint32_t index = find_value(c->model, name);
  const struct answer_line *line = c->answer->lines[index];
  const struct answer_line *end = line + c->answer->line_counts[index];
  for (uint32_t i = 0; i < count; i++) {
    if (!is_shared_kind(lines[i].line->kind))
      continue;
    line = next_line(line, end);
    if (line == end || (line->kind == ANSWER_RULE) != (lines[i].line->kind == LINE_RULE)) {
      differ(c, "%.*s: line %u: the lines differ in kind", TEXT_ARGS(name), i);
      return;
    }
    compare_line(c, name, &lines[i], line++);
  }
  if (next_line(line, end) != end)
    differ(c, "%.*s: the machine lists fewer lines", TEXT_ARGS(name));
}

/* Every point has a reason: the lines add up to the score, unless they leave
 * the doubles on the way, as two rules of 1e308 in a group with a range do. */
static void check_sum(struct comparison *c, uint32_t score, const struct contribution *lines,
                      uint32_t count) {
  double number, sum = 0.0;
  if (!result_score(c->runner, score, c->lane, &number))
    return;
  for (uint32_t i = 0; i < count; i++)
    sum += lines[i].points;
  if (isfinite(sum) && !same_bits(sum, number))
    differ(c, "score %.*s: is %.17g, its lines add up to %.17g",
           TEXT_ARGS(c->runner->program->scores[score].name), number, sum);
}

static void compare_explanations(struct comparison *c) {
  for (uint32_t i = 0; i < c->runner->program->score_count; i++) {
    double number;
    size_t bound = result_lines_bound(c->runner, i);
    struct contribution *lines = memory_zeroed(&memory_standard, bound + 1, sizeof *lines);
    if (!lines) {
      differ(c, "out of memory");
      return;
    }
    uint32_t count = result_lines(c->runner, i, c->lane, lines);
    if (result_score(c->runner, i, c->lane, &number))
      compare_lines(c, i, lines, count);
    check_sum(c, i, lines, count);
    memory_free(&memory_standard, lines, bound + 1, sizeof *lines);
  }
}

bool compare_lead(const struct runner *runner, uint32_t lane, const struct model *model,
                  const struct answer *answer, FILE *out) {
  struct comparison c = {runner, lane, model, answer, out, true};
  uint32_t excluded = result_excluded(runner, lane);
  if (excluded != answer->excluded)
    differ(&c, "excluded: machine %d, oracle %d", (int)excluded, (int)answer->excluded);
  compare_stages(&c);
  compare_actions(&c);
  if (!c.agrees || answer->excluded != ANSWER_NONE)
    return c.agrees;
  for (uint32_t i = 0; i < runner->program->score_count; i++)
    compare_score(&c, i);
  compare_outcomes(&c);
  compare_flags(&c);
  if (c.agrees && runner->explain)
    compare_explanations(&c);
  return c.agrees;
}

/* ---- for people --------------------------------------------------------- */

static void print_answer_value(const struct model_value *value, struct value is, FILE *out) {
  fprintf(out, "  %.*s = ", TEXT_ARGS(value->name));
  if (!is.known)
    fputs("missing\n", out);
  else if (is.type == TYPE_NUMBER)
    fprintf(out, "%.17g\n", is.number);
  else if (is.type == TYPE_TEXT)
    fprintf(out, "\"%.*s\"\n", TEXT_ARGS(is.text));
  else if (is.type == TYPE_BOOL)
    fprintf(out, "%s\n", is.boolean ? "true" : "false");
  else if (is.type == TYPE_LABEL)
    fprintf(out, "%.*s\n", TEXT_ARGS(value->labels->labels[is.label]));
  else
    fprintf(out, "%lld us\n", (long long)is.micros);
}

static void print_lines(const struct model *model, const struct answer_line *lines, uint32_t count,
                        FILE *out) {
  for (uint32_t i = 0; i < count; i++) {
    struct text source = span_text(model->sources, lines[i].rule->span);
    fprintf(out, "    %-10s %22.17g  %g events, raw %.17g  `%.*s`\n",
            lines[i].kind == ANSWER_RULE ? whys[lines[i].why] : "limit", lines[i].points,
            lines[i].events, lines[i].raw, (int)(source.length < 70 ? source.length : 70),
            source.bytes);
  }
}

void answer_print(const struct model *model, const struct answer *answer, FILE *out) {
  for (uint32_t i = 0; i < model->value_count; i++) {
    print_answer_value(model->values[i], answer->values[i], out);
    print_lines(model, answer->lines[i], answer->line_counts[i], out);
  }
  fprintf(out, "  excluded %d, stage %d from %d, next %d\n", (int)answer->excluded,
          (int)answer->stage, (int)answer->previous_stage, (int)answer->next);
}

/* compile.c - a model to a program: tables, then the code and its two sections.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/compile.h"

#include "base/clock.h"
#include "base/number.h"
#include "compile/build.h"

#include <string.h>

/* ---- what the results are called ---------------------------------------------- */

static void *keep_array(struct build *build, size_t count, size_t size) {
  void *items = build->failed ? NULL : arena_array(&build->program->arena, count + 1, size);
  if (!items)
    build->failed = true;
  return items;
}

static uint32_t count_values(const struct model *model, enum value_kind a, enum value_kind b) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < model->value_count; i++) {
    const struct model_value *value = model->values[i];
    count += value->public_output && (value->kind == a || value->kind == b);
  }
  return count;
}

static void name_scores(struct build *build) {
  const struct model *model = build->model;
  uint32_t count = count_values(model, VALUE_SCORE, VALUE_COMPUTED), at = 0;
  struct program_score *scores = keep_array(build, count, sizeof *scores);
  for (uint32_t i = 0; i < model->value_count && !build->failed; i++) {
    const struct model_value *value = model->values[i];
    if (value->public_output && (value->kind == VALUE_SCORE || value->kind == VALUE_COMPUTED))
      scores[at++] = (struct program_score){.name = keep_text(build, value->name),
                                            .label = keep_text(build, value->label)};
  }
  build->program->scores = scores;
  build->program->score_count = at;
}

static const struct program_output *name_outputs(struct build *build, enum value_kind kind,
                                                 uint32_t *count) {
  const struct model *model = build->model;
  uint32_t at = 0;
  struct program_output *outputs =
      keep_array(build, count_values(model, kind, kind), sizeof *outputs);
  for (uint32_t i = 0; i < model->value_count && !build->failed; i++) {
    const struct model_value *value = model->values[i];
    if (value->public_output && value->kind == kind)
      outputs[at++] =
          (struct program_output){keep_text(build, value->name), keep_text(build, value->label),
                                  outcome_labels(build, value)};
  }
  *count = at;
  return outputs;
}

static void name_segments(struct build *build) {
  const struct model *model = build->model;
  uint32_t at = 0;
  struct program_segment *segments =
      keep_array(build, count_values(model, VALUE_SEGMENT, VALUE_SEGMENT), sizeof *segments);
  for (uint32_t i = 0; i < model->value_count && !build->failed; i++) {
    const struct model_value *value = model->values[i];
    if (value->public_output && value->kind == VALUE_SEGMENT)
      segments[at++] =
          (struct program_segment){keep_text(build, value->name), keep_text(build, value->label)};
  }
  build->program->segments = segments;
  build->program->segment_count = at;
}

/* The machine has no words for numbers: the value is written out here, once. */
static struct text entry_text(struct build *build, const struct model_entry *entry) {
  char bytes[DURATION_TEXT_SIZE > NUMBER_TEXT_SIZE ? DURATION_TEXT_SIZE : NUMBER_TEXT_SIZE];
  struct text value = {bytes, 0};
  switch (entry->type) {
  case ENTRY_TEXT: value = entry->text; break;
  case ENTRY_BOOL: value = entry->boolean ? TEXT("true") : TEXT("false"); break;
  case ENTRY_NUMBER: value.length = number_format(entry->number, bytes); break;
  case ENTRY_DURATION: value.length = duration_format(entry->micros, bytes); break;
  case ENTRY_TIME: value.length = clock_format(entry->micros, bytes); break;
  }
  return keep_text(build, value);
}

static const struct program_entry *keep_entries(struct build *build,
                                                const struct model_entry *entries, uint32_t count) {
  static const enum entry_kind kinds[] = {[ENTRY_TEXT] = PROGRAM_TEXT,
                                          [ENTRY_NUMBER] = PROGRAM_NUMBER,
                                          [ENTRY_DURATION] = PROGRAM_DURATION,
                                          [ENTRY_BOOL] = PROGRAM_BOOL,
                                          [ENTRY_TIME] = PROGRAM_TIME};
  struct program_entry *kept = keep_array(build, count, sizeof *kept);
  for (uint32_t i = 0; i < count && !build->failed; i++)
    kept[i] = (struct program_entry){keep_text(build, entries[i].key),
                                     kinds[entries[i].type],
                                     entry_text(build, &entries[i]),
                                     entries[i].number,
                                     entries[i].micros,
                                     entries[i].boolean};
  return kept;
}

static void name_actions(struct build *build) {
  const struct model *model = build->model;
  struct program_action *actions = keep_array(build, model->action_count, sizeof *actions);
  for (uint32_t i = 0; i < model->action_count && !build->failed; i++) {
    const struct model_action *action = &model->actions[i];
    actions[i] = (struct program_action){
        keep_text(build, action->name), keep_text(build, action->label),
        keep_entries(build, action->entries, action->entry_count), action->entry_count};
  }
  build->program->actions = actions;
  build->program->action_count = model->action_count;
}

static void name_excludes(struct build *build) {
  const struct model *model = build->model;
  struct text *excludes = keep_array(build, model->exclude_count, sizeof *excludes);
  for (uint32_t i = 0; i < model->exclude_count && !build->failed; i++)
    excludes[i] = keep_text(build, model->excludes[i].label);
  build->program->excludes = excludes;
  build->program->exclude_count = model->exclude_count;
}

static uint32_t conjuncts_of(const struct expr *condition) {
  const struct expr *expr = expr_seen(condition);
  uint32_t count = 0;
  if (expr->kind != EXPR_AND || expr->is_constant)
    return 1;
  for (const struct expr *item = expr->items; item; item = item->next)
    count++;
  return count;
}

static void name_transitions(struct build *build) {
  const struct model *model = build->model;
  uint32_t count = 0, at = 0, conjunct = 0;
  for (uint32_t s = 0; s < model->stage_count; s++)
    count += model->stages[s].transition_count;
  struct program_transition *transitions = keep_array(build, count, sizeof *transitions);
  uint32_t *first = keep_array(build, (size_t)model->stage_count + 1, sizeof *first);
  for (uint32_t s = 0; s < model->stage_count && !build->failed; s++) {
    first[s] = at;
    for (uint32_t t = 0; t < model->stages[s].transition_count; t++) {
      const struct model_transition *way = &model->stages[s].transitions[t];
      uint32_t conjuncts = conjuncts_of(way->condition);
      transitions[at++] = (struct program_transition){s, way->target, conjunct, conjuncts};
      conjunct += conjuncts;
    }
  }
  if (!build->failed)
    first[model->stage_count] = at;
  build->program->transitions = transitions;
  build->program->transition_count = at;
  build->program->stage_transitions = first;
}

static void name_sources(struct build *build) {
  const struct sources *sources = build->model->sources;
  struct text *names = keep_array(build, sources->count, sizeof *names);
  for (size_t i = 0; i < sources->count && !build->failed; i++)
    names[i] = keep_text(build, sources->items[i].name);
  build->program->source_names = names;
  build->program->source_name_count = (uint32_t)sources->count;
}

static void name_everything(struct build *build) {
  const struct model *model = build->model;
  struct program *program = build->program;
  program->title = keep_text(build, model->title);
  program->entries = keep_entries(build, model->entries, model->entry_count);
  program->entry_count = model->entry_count;
  program->stage_labels =
      model->stage_count ? record_labels(build, model->stage_labels) : PROGRAM_NONE;
  name_sources(build);
  name_scores(build);
  program->bands = name_outputs(build, VALUE_BAND, &program->band_count);
  program->grids = name_outputs(build, VALUE_GRID, &program->grid_count);
  program->choices = name_outputs(build, VALUE_CHOOSE, &program->choice_count);
  name_segments(build);
  name_actions(build);
  name_excludes(build);
  name_transitions(build);
}

/* ---- constants ------------------------------------------------------------------- */

#define KEEP(list, type, field, count_field)                            \
  build->program->field = list_keep(build, &build->list, sizeof(type)); \
  build->program->count_field = (uint32_t)build->list.count

static void keep_constants(struct build *build) {
  KEEP(numbers, double, numbers, number_count);
  KEEP(micros, int64_t, micros, micros_count);
  KEEP(texts, struct text, texts, text_count);
  KEEP(text_sets, struct text_set, text_sets, text_set_count);
  KEEP(number_sets, struct number_set, number_sets, number_set_count);
  KEEP(tables, struct index_table, tables, table_count);
  KEEP(band_tables, struct band_table, band_tables, band_table_count);
  KEEP(decays, struct decay, decays, decay_count);
  KEEP(units, struct unit, units, unit_count);
  KEEP(groups, struct program_group, groups, group_count);
  KEEP(criteria, struct program_criterion, criteria, criterion_count);
}

/* ---- the whole ---------------------------------------------------------------------- */

static void clear_build(struct build *build) {
  struct space_build *spaces = build->spaces.items;
  for (size_t s = 0; s < build->spaces.count; s++)
    list_clear(build, &spaces[s].columns, sizeof(struct space_column));
  for (uint32_t k = 0; build->kinds && k < build->model->kind_count; k++)
    list_clear(build, &build->kinds[k].fields, sizeof(struct program_field));
  list_clear(build, &build->fields, sizeof(struct program_field));
  list_clear(build, &build->spaces, sizeof(struct space_build));
  list_clear(build, &build->labels, sizeof(struct program_labels));
  list_clear(build, &build->numbers, sizeof(double));
  list_clear(build, &build->micros, sizeof(int64_t));
  list_clear(build, &build->texts, sizeof(struct text));
  list_clear(build, &build->text_sets, sizeof(struct text_set));
  list_clear(build, &build->number_sets, sizeof(struct number_set));
  list_clear(build, &build->tables, sizeof(struct index_table));
  list_clear(build, &build->band_tables, sizeof(struct band_table));
  list_clear(build, &build->decays, sizeof(struct decay));
  list_clear(build, &build->units, sizeof(struct unit));
  list_clear(build, &build->groups, sizeof(struct program_group));
  list_clear(build, &build->criteria, sizeof(struct program_criterion));
  list_clear(build, &build->code, sizeof(struct instruction));
  list_clear(build, &build->values, sizeof(struct value));
  list_clear(build, &build->lines, sizeof(struct program_line));
  list_clear(build, &build->named, sizeof(uint32_t));
  list_clear(build, &build->parts, sizeof(struct program_part));
  list_clear(build, &build->shown, sizeof(struct program_shown));
  intern_clear(build, &build->names);
  word_table_clear(build, &build->number_words);
  word_table_clear(build, &build->micros_words);
  code_table_clear(build);
  arena_clear(&build->scratch);
}

static uint32_t *copy_registers(struct build *build, const uint32_t *registers, uint32_t count) {
  uint32_t *copy = keep_array(build, count, sizeof *copy);
  if (copy && registers)
    memcpy(copy, registers, count * sizeof *copy);
  return copy;
}

/* The same results without their reasons; its own arrays, for its registers
 * will be others. */
static void copy_results(struct build *build, const struct section *from, struct section *to) {
  const struct program *program = build->program;
  *to = (struct section){
      .scores = copy_registers(build, from->scores, program->score_count),
      .bands = copy_registers(build, from->bands, program->band_count),
      .grids = copy_registers(build, from->grids, program->grid_count),
      .choices = copy_registers(build, from->choices, program->choice_count),
      .segments = copy_registers(build, from->segments, program->segment_count),
      .actions = copy_registers(build, from->actions, program->action_count),
      .transitions = copy_registers(build, from->transitions, program->transition_count),
      .conjuncts = keep_array(build, from->conjunct_count, sizeof *to->conjuncts),
      .conjunct_count = from->conjunct_count,
      .excluded = from->excluded,
      .stage = from->stage,
  };
  if (to->conjuncts && from->conjuncts)
    memcpy(to->conjuncts, from->conjuncts, from->conjunct_count * sizeof *to->conjuncts);
}

static void make_sections(struct build *build) {
  struct program *program = build->program;
  lower_policy(build, &program->full);
  make_symbols(build);
  unfold_tests(build);
  copy_results(build, &program->full, &program->plain);
  allocate_registers(build, &program->plain, false);
  allocate_registers(build, &program->full, true);
}

static enum compile_result compile(const struct model *model, bool tests,
                                   const struct memory *memory, struct program **program) {
  struct build build = {.model = model, .tests = tests, .memory = *memory};
  *program = NULL;
  build.program = program_new(memory);
  if (!build.program)
    return COMPILE_NO_MEMORY;
  arena_init(&build.scratch, memory);
  read_shapes(&build);
  if (record_begin(&build)) {
    name_everything(&build);
    make_sections(&build);
    if (tests)
      keep_tests(&build);
    record_finish(&build);
    keep_constants(&build);
  }
  bool done = !build.failed && program_finish(build.program) == PROGRAM_FINISHED;
  bool too_large = build.too_large;
  clear_build(&build);
  if (!done) {
    program_free(build.program);
    return too_large ? COMPILE_TOO_LARGE : COMPILE_NO_MEMORY;
  }
  *program = build.program;
  return COMPILE_OK;
}

enum compile_result compile_model(const struct model *model, const struct memory *memory,
                                  struct program **program) {
  return compile(model, false, memory, program);
}

enum compile_result compile_tests(const struct model *model, const struct memory *memory,
                                  struct program **program) {
  return compile(model, true, memory, program);
}

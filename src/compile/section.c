/* section.c - the whole of the code: values in their order, who is left out,
 * the ways from stage to stage, actions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include <string.h>

/* ---- named values -------------------------------------------------------------- */

/* The register of each value of the model, by its index; none is lowered yet. */
static void begin_values(struct build *build) {
  uint32_t count = build->model->value_count, fields = build->model->field_count;
  build->values_named =
      arena_array(&build->scratch, (size_t)count + 1, sizeof *build->values_named);
  build->fields_named =
      arena_array(&build->scratch, (size_t)fields + 1, sizeof *build->fields_named);
  if (!build->value_registers)
    build->value_registers =
        arena_array(&build->scratch, (size_t)count + 1, sizeof *build->value_registers);
  if (!build->value_registers || !build->values_named || !build->fields_named) {
    build->failed = true;
    return;
  }
  for (uint32_t i = 0; i < count; i++)
    build->value_registers[i] = PROGRAM_NONE;
}

uint32_t value_register(struct build *build, const struct model_value *value) {
  uint32_t reg = build->failed ? PROGRAM_NONE : build->value_registers[value->index];
  return reg != PROGRAM_NONE ? reg : 0;
}

static uint32_t lower_kind(struct build *build, const struct model_value *value) {
  switch (value->kind) {
  case VALUE_SCORE: return lower_score(build, value);
  case VALUE_COMPUTED: return lower_computed(build, value);
  case VALUE_BAND: return lower_band(build, value);
  case VALUE_GRID: return lower_grid(build, value);
  case VALUE_CHOOSE: return lower_choose(build, value);
  default: return lower_expr(build, value->expr);
  }
}

static uint32_t lower_value(struct build *build, const struct model_value *value) {
  static const enum criterion_kind kinds[] = {
      [VALUE_LET] = CRITERION_LET,         [VALUE_PARAM] = CRITERION_LET,
      [VALUE_SEGMENT] = CRITERION_SEGMENT, [VALUE_SCORE] = CRITERION_SCORE,
      [VALUE_COMPUTED] = CRITERION_SCORE,  [VALUE_BAND] = CRITERION_BAND,
      [VALUE_GRID] = CRITERION_GRID,       [VALUE_CHOOSE] = CRITERION_CHOICE};
  struct origin outer =
      begin_criterion(build, kinds[value->kind], value->name, value->span, value->expr);
  uint32_t reg = lower_kind(build, value);
  end_criterion(build, outer);
  return reg;
}

static bool is_score(const struct model_value *value) {
  return value->kind == VALUE_SCORE || value->kind == VALUE_COMPUTED;
}

/* Where a score stands among the results: in order of declaration. */
static uint32_t score_index(const struct model *model, const struct model_value *value) {
  uint32_t index = 0;
  for (uint32_t i = 0; i < model->value_count && model->values[i] != value; i++)
    if (is_score(model->values[i]) && model->values[i]->public_output)
      index++;
  return index;
}

static void lower_values(struct build *build) {
  const struct model *model = build->model;
  struct program_score *scores = build->program->scores;
  for (uint32_t i = 0; i < model->value_count && !build->failed; i++) {
    const struct model_value *value = model->order[i];
    bool shown = is_score(value) && value->public_output;
    uint32_t score = shown ? score_index(model, value) : PROGRAM_NONE;
    size_t first = build->lines.count;
    uint32_t reg = lower_value(build, value);
    if (build->failed)
      return;
    build->value_registers[value->index] = reg;
    if (shown) {
      scores[score].first_line = (uint32_t)first;
      scores[score].line_count = (uint32_t)(build->lines.count - first);
    }
  }
}

static uint32_t *keep_registers(struct build *build, size_t count) {
  uint32_t *registers = arena_array(&build->program->arena, count + 1, sizeof *registers);
  if (!registers)
    build->failed = true;
  return registers;
}

static bool is_output(const struct model_value *value, enum value_kind kind) {
  if (!value->public_output)
    return false;
  return kind == VALUE_SCORE ? is_score(value) : value->kind == kind;
}

static uint32_t *output_registers(struct build *build, enum value_kind kind, uint32_t count) {
  uint32_t *registers = keep_registers(build, count);
  uint32_t at = 0;
  for (uint32_t i = 0; i < build->model->value_count && !build->failed; i++) {
    const struct model_value *value = build->model->values[i];
    if (!is_output(value, kind))
      continue;
    registers[at] = value_register(build, value);
    pin_result(build, registers[at++]);
  }
  return registers;
}

/* ---- who is left out -------------------------------------------------------------- */

static uint32_t lower_excludes(struct build *build) {
  const struct model *model = build->model;
  uint32_t excluded = emit(build, OP_CONST_LABEL, 0, PROGRAM_NONE, 0, 0);
  for (uint32_t i = model->exclude_count; i-- > 0;) {
    const struct model_exclude *exclude = &model->excludes[i];
    struct origin outer = begin_criterion(build, CRITERION_EXCLUDE, exclude->label, exclude->span,
                                          exclude->condition);
    uint32_t label = emit(build, OP_CONST_LABEL, 0, i, 0, 0);
    uint32_t condition = lower_expr(build, exclude->condition);
    excluded = emit(build, OP_SELECT_LABEL, 0, condition, label, excluded);
    end_criterion(build, outer);
  }
  pin_result(build, excluded);
  return excluded;
}

/* ---- from stage to stage -------------------------------------------------------------- */

static enum program_compare program_compare_of(enum compare compare, bool mirror) {
  static const enum program_compare plain[] = {PROGRAM_EQUAL,   PROGRAM_NOT_EQUAL,
                                               PROGRAM_LESS,    PROGRAM_LESS_EQUAL,
                                               PROGRAM_GREATER, PROGRAM_GREATER_EQUAL};
  static const enum program_compare mirrored[] = {PROGRAM_EQUAL,   PROGRAM_NOT_EQUAL,
                                                  PROGRAM_GREATER, PROGRAM_GREATER_EQUAL,
                                                  PROGRAM_LESS,    PROGRAM_LESS_EQUAL};
  return mirror ? mirrored[compare] : plain[compare];
}

static bool is_shown_score(const struct expr *expr) {
  return expr->kind == EXPR_NAME && !expr->is_constant && expr->ref == REF_VALUE &&
         is_score(expr->value) && expr->value->public_output;
}

static bool is_number_constant(const struct expr *expr) {
  return expr->is_constant && !expr->missing && expr->type.kind == TYPE_NUMBER;
}

static void note_threshold(struct build *build, const struct expr *expr,
                           struct program_conjunct *conjunct) {
  if (expr->kind != EXPR_COMPARE || expr->is_constant)
    return;
  const struct expr *left = expr_seen(expr->left), *right = expr_seen(expr->right);
  bool mirror = is_number_constant(left) && is_shown_score(right);
  if (!mirror && !(is_shown_score(left) && is_number_constant(right)))
    return;
  const struct expr *score = mirror ? right : left, *constant = mirror ? left : right;
  conjunct->is_threshold = true;
  conjunct->score = score_index(build->model, score->value);
  conjunct->value = value_register(build, score->value);
  conjunct->compare = program_compare_of(expr->compare, mirror);
  conjunct->threshold = constant->number;
}

static void add_conjunct(struct build *build, struct list *conjuncts, const struct expr *expr) {
  struct program_conjunct made = {.value = PROGRAM_NONE, .score = PROGRAM_NONE};
  made.condition = lower_expr(build, expr);
  made.source = keep_source(build, expr->span);
  note_threshold(build, expr_seen(expr), &made);
  pin_result(build, made.condition);
  struct program_conjunct *conjunct = list_add(build, conjuncts, sizeof *conjunct);
  if (conjunct)
    *conjunct = made;
}

static struct text way_name(struct build *build, struct text from, struct text to) {
  const struct text word = TEXT(" to ");
  const struct text parts[] = {from, word, to};
  size_t length = 0;
  char *name = arena_alloc(&build->scratch, from.length + word.length + to.length + 1);
  if (!name) {
    build->failed = true;
    return TEXT("");
  }
  for (int i = 0; i < 3; i++) {
    memcpy(name + length, parts[i].bytes, parts[i].length);
    length += parts[i].length;
  }
  return (struct text){name, length};
}

/* The conjuncts of one transition, and the register of them all. */
static uint32_t lower_transition(struct build *build, struct list *conjuncts,
                                 const struct model_stage *stage,
                                 const struct model_transition *way) {
  const struct expr *expr = expr_seen(way->condition);
  struct text target = build->model->stages[way->target].name;
  struct origin outer = begin_criterion(
      build, CRITERION_TRANSITION, way_name(build, stage->name, target), way->span, way->condition);
  bool flat = expr->kind != EXPR_AND || expr->is_constant;
  for (const struct expr *item = flat ? expr : expr->items; item && !build->failed;
       item = flat ? NULL : item->next)
    add_conjunct(build, conjuncts, item);
  uint32_t reg = lower_expr(build, expr);
  pin_result(build, reg);
  end_criterion(build, outer);
  return reg;
}

static void lower_stages(struct build *build, struct section *section, struct list *conjuncts) {
  const struct model *model = build->model;
  uint32_t start = emit(build, OP_START, 0, 0, 0, 0);
  section->stage = PROGRAM_NONE;
  if (model->stage_count == 0)
    return;
  uint32_t *transitions = keep_registers(build, build->program->transition_count);
  uint32_t at = 0;
  for (uint32_t s = 0; s < model->stage_count && !build->failed; s++)
    for (uint32_t t = 0; t < model->stages[s].transition_count; t++)
      transitions[at++] =
          lower_transition(build, conjuncts, &model->stages[s], &model->stages[s].transitions[t]);
  section->transitions = transitions;
  struct origin outer =
      begin_criterion(build, CRITERION_STAGES, TEXT(""), model->stages[0].span, NULL);
  uint32_t excluded = emit(build, OP_KNOWN_LABEL, 0, section->excluded, 0, 0);
  uint32_t entered = emit(build, OP_STAGES, 0, excluded, start, 0);
  uint32_t stage = emit(build, OP_STAGE_REACHED, 0, entered, start, 0);
  end_criterion(build, outer);
  section->stage = stage;
  pin_result(build, stage);
  build->stage = stage;
  build->entered = entered;
}

/* ---- the whole --------------------------------------------------------------------------- */

static void begin(struct build *build) {
  build->group = PROGRAM_NONE;
  build->scope = (struct scope){NULL, 0};
  build->entered = build->hidden = PROGRAM_NONE;
  build->origin = (struct origin){.criterion = PROGRAM_NONE};
  begin_criterion(build, CRITERION_POLICY, build->model->title, (struct span){0}, NULL);
  build->stage = emit(build, OP_START, 0, 0, 0, 0);
  begin_values(build);
}

static void pin_lines(struct build *build) {
  const struct program_line *lines = build->lines.items;
  for (size_t i = 0; i < build->lines.count; i++) {
    pin_reason(build, lines[i].points);
    pin_reason(build, lines[i].condition);
    pin_reason(build, lines[i].taken);
    pin_reason(build, lines[i].events);
    pin_reason(build, lines[i].raw);
  }
}

static void lower_actions(struct build *build, struct section *section) {
  uint32_t *registers = keep_registers(build, build->model->action_count);
  for (uint32_t i = 0; i < build->model->action_count && !build->failed; i++) {
    const struct model_action *action = &build->model->actions[i];
    struct origin outer =
        begin_criterion(build, CRITERION_ACTION, action->name, action->span, action->condition);
    registers[i] = lower_expr(build, action->condition);
    pin_result(build, registers[i]);
    end_criterion(build, outer);
  }
  section->actions = registers;
}

void lower_policy(struct build *build, struct section *section) {
  const struct program *program = build->program;
  struct list conjuncts = {0};
  begin(build);
  lower_values(build);
  section->scores = output_registers(build, VALUE_SCORE, program->score_count);
  section->bands = output_registers(build, VALUE_BAND, program->band_count);
  section->grids = output_registers(build, VALUE_GRID, program->grid_count);
  section->choices = output_registers(build, VALUE_CHOOSE, program->choice_count);
  section->segments = output_registers(build, VALUE_SEGMENT, program->segment_count);
  section->excluded = lower_excludes(build);
  lower_stages(build, section, &conjuncts);
  lower_actions(build, section);
  if (build->tests)
    lower_expectations(build, section);
  pin_lines(build);
  section->conjuncts = list_keep(build, &conjuncts, sizeof(struct program_conjunct));
  section->conjunct_count = (uint32_t)conjuncts.count;
  section->lines = list_keep(build, &build->lines, sizeof(struct program_line));
  section->line_count = (uint32_t)build->lines.count;
  list_clear(build, &conjuncts, sizeof(struct program_conjunct));
}

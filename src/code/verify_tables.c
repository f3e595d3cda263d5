/* verify_tables.c - the record, the constants, and what results are called.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "code/verify.h"
#include "limits.h"

struct tables {
  const struct program *program;
  struct refusal *refusal;
};

/* ---- the record ------------------------------------------------------------------ */

static bool check_value(const struct tables *t, const struct program_field *field) {
  const struct program_value *value = field->default_value;
  if (!value)
    return true;
  if (field->kind == COLUMN_TEXTS)
    return refusal_set(t->refusal, "the list `%.*s` has a default, which lists do not have",
                       (int)field->name.length, field->name.bytes);
  if (field->kind == COLUMN_NUMBER && !math_finite(value->number))
    return refusal_set(t->refusal, "the default of `%.*s` is not a finite number",
                       (int)field->name.length, field->name.bytes);
  if (field->kind == COLUMN_LABEL && value->label >= t->program->labels[field->labels].count)
    return refusal_set(t->refusal, "the default of `%.*s` is none of its labels",
                       (int)field->name.length, field->name.bytes);
  return true;
}

/* A closed set for labels, the folded texts that are asked for, for symbols. */
static bool has_its_labels(const struct program *program, const struct program_field *field) {
  if (field->kind == COLUMN_LABEL)
    return field->labels < program->labels_count;
  if (field->kind == COLUMN_SYMBOL)
    return field->labels < program->text_set_count && program->text_sets[field->labels].folded;
  return field->labels == PROGRAM_NONE;
}

static bool check_fields(const struct tables *t, const struct program_field *fields,
                         uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (!has_its_labels(t->program, &fields[i]))
      return refusal_set(t->refusal, "the field `%.*s` has a closed set that is not there",
                         (int)fields[i].name.length, fields[i].name.bytes);
    if (!check_value(t, &fields[i]))
      return false;
  }
  return true;
}

static bool check_labels(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->labels_count; i++) {
    const struct program_labels *set = &program->labels[i];
    for (uint32_t l = 0; set->numbers && l < set->count; l++)
      if (!math_finite(set->numbers[l]))
        return refusal_set(t->refusal, "label %u of the closed set %u is not a finite number", l,
                           i);
  }
  if (program->stage_labels == PROGRAM_NONE)
    return true;
  if (program->stage_labels >= program->labels_count)
    return refusal_set(t->refusal, "the stages are a closed set that is not there");
  uint32_t stages = program_stage_count(program);
  if (stages == 0 || stages > LIMIT_STAGES)
    return refusal_set(t->refusal, "there are %u stages, and there may be 1 to %u", stages,
                       (uint32_t)LIMIT_STAGES);
  return true;
}

/* For each of the space's kinds, the column's field is there and fits. */
static bool check_column(const struct tables *t, const struct program_space *space,
                         const struct space_column *column) {
  for (uint32_t k = 0; k < space->kind_count; k++) {
    const struct program_kind *kind = &t->program->kinds[space->kinds[k]];
    uint32_t field = column->field_of_kind[k];
    if (field == PROGRAM_NONE)
      continue;
    if (field >= kind->field_count || kind->fields[field].kind != column->kind)
      return refusal_set(t->refusal, "a column of events `%.*s` is of a field that does not fit",
                         (int)kind->name.length, kind->name.bytes);
  }
  return true;
}

static bool check_space(const struct tables *t, const struct program_space *space) {
  for (uint32_t k = 0; k < space->kind_count; k++) {
    if (space->kinds[k] >= t->program->kind_count)
      return refusal_set(t->refusal, "a space is of events that are not declared");
    if (k > 0 && space->kinds[k] <= space->kinds[k - 1])
      return refusal_set(t->refusal, "the kinds of events of a space are not in order");
  }
  for (uint32_t c = 0; c < space->column_count; c++)
    if (!check_column(t, space, &space->columns[c]))
      return false;
  return true;
}

static bool check_record(const struct tables *t) {
  const struct program *program = t->program;
  if (!check_labels(t) || !check_fields(t, program->fields, program->field_count))
    return false;
  for (uint32_t k = 0; k < program->kind_count; k++)
    if (!check_fields(t, program->kinds[k].fields, program->kinds[k].field_count))
      return false;
  if (program->space_count > UINT16_MAX)
    return refusal_set(t->refusal, "there are more spaces of events than an instruction can name");
  for (uint32_t s = 0; s < program->space_count; s++)
    if (!check_space(t, &program->spaces[s]))
      return false;
  return true;
}

/* ---- constants ----------------------------------------------------------------------- */

/* Infinite ones are for ranges; which instruction may have them is checked there. */
static bool check_numbers(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->number_count; i++)
    if (program->numbers[i] != program->numbers[i])
      return refusal_set(t->refusal, "number %u of the constants is not a number", i);
  for (uint32_t i = 0; i < program->number_set_count; i++) {
    const struct number_set *set = &program->number_sets[i];
    for (uint32_t n = 0; n < set->count; n++)
      if (!math_finite(set->items[n]) || (n > 0 && !(set->items[n - 1] < set->items[n])))
        return refusal_set(t->refusal, "the set of numbers %u is not in ascending order", i);
  }
  for (uint32_t i = 0; i < program->band_table_count; i++) {
    const struct band_table *table = &program->band_tables[i];
    for (uint32_t n = 0; n < table->count; n++)
      if (!math_finite(table->bounds[n]) || (n > 0 && !(table->bounds[n] < table->bounds[n - 1])))
        return refusal_set(t->refusal, "the bounds of band %u do not descend", i);
  }
  return true;
}

static bool check_text_sets(const struct tables *t) {
  for (uint32_t i = 0; i < t->program->text_set_count; i++) {
    const struct text_set *set = &t->program->text_sets[i];
    for (uint32_t n = 0; set->folded && n < set->count; n++)
      if (!text_is_folded(set->items[n]))
        return refusal_set(t->refusal, "the set of texts %u is not folded, as it says", i);
  }
  return true;
}

static bool is_whole(double number) {
  return math_finite(number) && number >= 1 && math_floor(number) == number;
}

static bool is_good_decay(const struct decay *decay) {
  switch (decay->kind) {
  case DECAY_NONE: return true;
  case DECAY_RATE:
  case DECAY_RATE_STEPS:
    return decay->duration > 0 && decay->rate >= 0 && decay->rate <= 1 &&
           (decay->rate == 1 || decay->rate_log2 == math_log2(1 - decay->rate));
  case DECAY_LINEAR_STEPS: return decay->duration > 0 && is_whole(decay->steps);
  case DECAY_LINEAR:
  case DECAY_EXPIRE: return decay->duration > 0;
  }
  return false;
}

static bool check_constants(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->decay_count; i++)
    if (!is_good_decay(&program->decays[i]))
      return refusal_set(t->refusal,
                         "decay %u has a duration, rate or number of steps that none has", i);
  for (uint32_t i = 0; i < program->unit_count; i++)
    if (!is_whole(program->units[i].numerator) || !is_whole(program->units[i].denominator))
      return refusal_set(t->refusal, "unit %u is not a fraction of whole numbers", i);
  return check_numbers(t) && check_text_sets(t);
}

/* ---- results ---------------------------------------------------------------------------- */

static bool check_entries(const struct tables *t, const struct program_entry *entries,
                          uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!math_finite(entries[i].number))
      return refusal_set(t->refusal, "the entry `%.*s` is not a finite number",
                         (int)entries[i].key.length, entries[i].key.bytes);
  return true;
}

static bool check_outputs(const struct tables *t, const struct program_output *outputs,
                          uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (outputs[i].labels >= t->program->labels_count)
      return refusal_set(t->refusal, "`%.*s` has a closed set that is not there",
                         (int)outputs[i].name.length, outputs[i].name.bytes);
  return true;
}

/* Each range of a list of ranges lies within what they divide. */
static bool is_inside(uint32_t first, uint32_t count, uint32_t all) {
  return first <= all && count <= all - first;
}

static bool check_transitions(const struct tables *t) {
  const struct program *program = t->program;
  uint32_t stages = program_stage_count(program), conjuncts = program->plain.conjunct_count;
  if (program->full.conjunct_count != conjuncts)
    return refusal_set(t->refusal,
                       "the two sections of code have different conditions of transitions");
  for (uint32_t i = 0; i < program->transition_count; i++) {
    const struct program_transition *transition = &program->transitions[i];
    if (transition->from >= stages || transition->to >= stages)
      return refusal_set(t->refusal, "transition %u is between stages that are not there", i);
    if (!is_inside(transition->first_conjunct, transition->conjunct_count, conjuncts))
      return refusal_set(t->refusal, "transition %u has conditions that are not there", i);
  }
  const uint32_t *first = program->stage_transitions;
  for (uint32_t s = 0; s <= stages; s++)
    if (first[s] > program->transition_count || (s > 0 && first[s] < first[s - 1]))
      return refusal_set(t->refusal, "the transitions are not in the order of their stages");
  return true;
}

static bool check_scores(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->score_count; i++)
    if (!is_inside(program->scores[i].first_line, program->scores[i].line_count,
                   program->full.line_count))
      return refusal_set(t->refusal, "the score `%.*s` has lines that are not there",
                         (int)program->scores[i].name.length, program->scores[i].name.bytes);
  for (uint32_t i = 0; i < program->group_count; i++)
    if (program->groups[i].parent != PROGRAM_NONE && program->groups[i].parent >= i)
      return refusal_set(t->refusal, "group %u stands in a group that comes after it", i);
  return true;
}

static bool check_results(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->action_count; i++)
    if (!check_entries(t, program->actions[i].entries, program->actions[i].entry_count))
      return false;
  return check_entries(t, program->entries, program->entry_count) &&
         check_outputs(t, program->bands, program->band_count) &&
         check_outputs(t, program->grids, program->grid_count) &&
         check_outputs(t, program->choices, program->choice_count) && check_transitions(t) &&
         check_scores(t);
}

/* ---- where code comes from ------------------------------------------------------------------ */

static bool check_criteria(const struct tables *t) {
  const struct program *program = t->program;
  for (uint32_t i = 0; i < program->criterion_count; i++) {
    const struct program_criterion *criterion = &program->criteria[i];
    bool good = (criterion->outer == PROGRAM_NONE || criterion->outer < i) &&
                (criterion->line == PROGRAM_NONE || criterion->line < program->full.line_count) &&
                criterion->source_name < program->source_name_count;
    if (!good)
      return refusal_set(t->refusal, "criterion %u names what is not there", i);
  }
  return true;
}

static bool check_origins(const struct tables *t, const struct section *section) {
  for (uint32_t i = 0; section->origins && i < section->code_count; i++)
    if (section->origins[i].criterion >= t->program->criterion_count ||
        section->origins[i].source_name >= t->program->source_name_count)
      return refusal_set(t->refusal, "the origin of an instruction is not there");
  return true;
}

bool verify_tables(const struct program *program, struct refusal *refusal) {
  const struct tables t = {program, refusal};
  return check_record(&t) && check_constants(&t) && check_results(&t) && check_criteria(&t) &&
         check_origins(&t, &program->plain) && check_origins(&t, &program->full);
}

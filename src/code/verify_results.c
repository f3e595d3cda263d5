/* verify_results.c - what is read from registers when the code has run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/verify.h"

/* A register over the leads that holds what `what` needs. */
static bool check_result(const struct verifier *v, uint32_t reg, enum register_class class,
                         const char *what, uint32_t index) {
  const struct section *section = v->section;
  if (reg < section->register_count && section->registers[reg].class == class &&
      section->registers[reg].space == 0 && verifier_state(v, reg).written)
    return true;
  return refusal_set(v->refusal,
                     "%s %u of the %s section is in register %u, which does not hold it", what,
                     index, v->name, reg);
}

static bool check_optional(const struct verifier *v, uint32_t reg, enum register_class class,
                           const char *what, uint32_t index) {
  return reg == PROGRAM_NONE || check_result(v, reg, class, what, index);
}

static bool check_all(const struct verifier *v, const uint32_t *registers, uint32_t count,
                      enum register_class class, const char *what) {
  for (uint32_t i = 0; i < count; i++)
    if (!check_result(v, registers[i], class, what, i))
      return false;
  return true;
}

static bool check_labels(const struct verifier *v, const uint32_t *registers,
                         const struct program_output *outputs, uint32_t count, const char *what) {
  for (uint32_t i = 0; i < count; i++) {
    if (!check_result(v, registers[i], REGISTER_LABEL, what, i))
      return false;
    if (labels_reached(verifier_state(v, registers[i]).labels) >
        v->program->labels[outputs[i].labels].count)
      return refusal_set(v->refusal, "%s %u of the %s section has more labels than its closed set",
                         what, i, v->name);
  }
  return true;
}

/* ---- who is left out, and stages ------------------------------------------------- */

static bool check_excluded(const struct verifier *v) {
  uint32_t reg = v->section->excluded;
  if (!check_result(v, reg, REGISTER_LABEL, "exclude", 0))
    return false;
  if (verifier_state(v, reg).labels > v->program->exclude_count)
    return refusal_set(v->refusal, "the %s section leaves leads out for reasons that are not there",
                       v->name);
  return true;
}

static bool check_stage(const struct verifier *v) {
  uint32_t reg = v->section->stage, stages = program_stage_count(v->program);
  if ((reg == PROGRAM_NONE) != (stages == 0))
    return refusal_set(v->refusal, "the %s section does not say which stage a lead ends in",
                       v->name);
  if (reg == PROGRAM_NONE)
    return true;
  if (!check_result(v, reg, REGISTER_LABEL, "stage", 0))
    return false;
  if (labels_reached(verifier_state(v, reg).labels) > stages)
    return refusal_set(v->refusal, "leads of the %s section end in stages that are not there",
                       v->name);
  return true;
}

static bool check_conjuncts(const struct verifier *v) {
  for (uint32_t i = 0; i < v->section->conjunct_count; i++) {
    const struct program_conjunct *conjunct = &v->section->conjuncts[i];
    if (!check_result(v, conjunct->condition, REGISTER_BOOL, "condition", i))
      return false;
    if (!conjunct->is_threshold)
      continue;
    if (!check_result(v, conjunct->value, REGISTER_NUMBER, "threshold", i))
      return false;
    if (conjunct->score >= v->program->score_count || !math_finite(conjunct->threshold))
      return refusal_set(
          v->refusal, "threshold %u of the %s section is of a score that is not there", i, v->name);
  }
  return true;
}

/* ---- explanations ------------------------------------------------------------------ */

/* Only the line of rounding, which may stand for several, has no points. */
static bool check_points(const struct verifier *v, uint32_t index) {
  const struct program_line *line = &v->section->lines[index];
  if (line->kind == LINE_ROUNDING)
    return true;
  return check_result(v, line->points, REGISTER_NUMBER, "line", index);
}

static bool check_line(const struct verifier *v, uint32_t index) {
  const struct program *program = v->program;
  const struct program_line *line = &v->section->lines[index];
  for (uint32_t f = 0; f < line->field_count; f++)
    if (line->fields[f] >= program->field_count)
      return refusal_set(v->refusal, "line %u names a field that is not there", index);
  if (line->group != PROGRAM_NONE && line->group >= program->group_count)
    return refusal_set(v->refusal, "line %u is in a group that is not there", index);
  if (line->source_name != PROGRAM_NONE && line->source_name >= program->source_name_count)
    return refusal_set(v->refusal, "line %u is in a file that is not there", index);
  return check_points(v, index) &&
         check_optional(v, line->condition, REGISTER_BOOL, "the condition of line", index) &&
         check_optional(v, line->taken, REGISTER_BOOL, "the choice of line", index) &&
         check_optional(v, line->events, REGISTER_NUMBER, "the events of line", index) &&
         check_optional(v, line->raw, REGISTER_NUMBER, "the raw points of line", index);
}

/* Room is made for the lines of one rounding. */
static bool check_roundings(const struct verifier *v) {
  for (uint32_t i = 0; i < v->program->score_count; i++) {
    const struct program_score *score = &v->program->scores[i];
    uint32_t roundings = 0;
    for (uint32_t l = 0; l < score->line_count; l++)
      roundings += v->section->lines[score->first_line + l].kind == LINE_ROUNDING;
    if (roundings > 1)
      return refusal_set(v->refusal, "the score `%.*s` is rounded more than once",
                         (int)score->name.length, score->name.bytes);
  }
  return true;
}

static bool check_lines(const struct verifier *v) {
  if (v->section != &v->program->full)
    return true;
  for (uint32_t i = 0; i < v->section->line_count; i++)
    if (!check_line(v, i))
      return false;
  return check_roundings(v);
}

/* ---- what tests expect ------------------------------------------------------------------ */

static bool check_parts(const struct verifier *v) {
  const struct section *section = v->section;
  for (uint32_t i = 0; i < section->part_count; i++) {
    const struct program_part *part = &section->parts[i];
    if (!check_optional(v, part->condition, REGISTER_BOOL, "part", i))
      return false;
    if (part->first_shown > section->shown_count ||
        part->shown_count > section->shown_count - part->first_shown)
      return refusal_set(v->refusal, "part %u shows values that are not there", i);
  }
  for (uint32_t i = 0; i < section->shown_count; i++)
    if (!check_result(v, section->shown[i].value, register_class_of_kind(section->shown[i].kind),
                      "shown value", i))
      return false;
  return true;
}

bool verify_results(struct verifier *v) {
  const struct program *program = v->program;
  const struct section *section = v->section;
  return check_all(v, section->scores, program->score_count, REGISTER_NUMBER, "score") &&
         check_labels(v, section->bands, program->bands, program->band_count, "band") &&
         check_labels(v, section->grids, program->grids, program->grid_count, "grid") &&
         check_labels(v, section->choices, program->choices, program->choice_count, "choice") &&
         check_all(v, section->segments, program->segment_count, REGISTER_BOOL, "segment") &&
         check_all(v, section->actions, program->action_count, REGISTER_BOOL, "action") &&
         check_excluded(v) && check_stage(v) && check_conjuncts(v) && check_lines(v) &&
         check_parts(v);
}

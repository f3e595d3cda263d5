/* result.c - how far a lead is from the next stage, read from the registers
 * after a run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/runner.h"

static uint32_t unmet(const struct runner *runner, const struct program_transition *transition,
                      uint32_t lane) {
  uint32_t count = 0;
  for (uint32_t c = 0; c < transition->conjunct_count; c++) {
    uint32_t conjunct = transition->first_conjunct + c;
    count += !result_bool(runner, runner->section->conjuncts[conjunct].condition, lane);
  }
  return count;
}

uint32_t result_next(const struct runner *runner, uint32_t lane) {
  const struct program *program = runner->program;
  uint32_t stage = result_stage(runner, lane);
  if (stage == PROGRAM_NONE || result_excluded(runner, lane) != PROGRAM_NONE)
    return PROGRAM_NONE;
  uint32_t nearest = PROGRAM_NONE, fewest = UINT32_MAX;
  uint32_t end = program->stage_transitions[stage + 1];
  for (uint32_t t = program->stage_transitions[stage]; t < end; t++) {
    const struct program_transition *transition = &program->transitions[t];
    uint32_t count = transition->to > stage ? unmet(runner, transition, lane) : UINT32_MAX;
    if (count < fewest) {
      fewest = count;
      nearest = t;
    }
  }
  return nearest;
}

static double lacking(uint32_t compare, double value, double threshold) {
  double lacks = 0;
  if (compare == PROGRAM_GREATER || compare == PROGRAM_GREATER_EQUAL)
    lacks = threshold - value;
  else if (compare == PROGRAM_LESS || compare == PROGRAM_LESS_EQUAL)
    lacks = value - threshold;
  return lacks > 0 ? lacks : 0;
}

struct conjunct_result result_conjunct(const struct runner *runner, uint32_t conjunct,
                                       uint32_t lane) {
  const struct program_conjunct *c = &runner->section->conjuncts[conjunct];
  const struct column *condition = result_column(runner, c->condition);
  struct conjunct_result result = {.met = -1};
  if (bit_get(condition->yes, lane))
    result.met = 1;
  else if (bit_get(condition->no, lane))
    result.met = 0;
  if (!c->is_threshold || !bit_get(result_column(runner, c->value)->known, lane))
    return result;
  result.has_value = true;
  result.value = result_column(runner, c->value)->number[lane] + 0.0;
  if (result.met != 1)
    result.lacks = lacking(c->compare, result.value, c->threshold);
  return result;
}

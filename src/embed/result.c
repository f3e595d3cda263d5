/* result.c - what a lead got, and why, handed out.
 *
 * Results lie in the runner's registers; every question is answered from
 * there.  Only the lines of an explanation are made when they are asked for,
 * a score of a lead at a time, and kept until another one is asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

static const struct program *program_of(const bareme_runner *runner) {
  return runner->policy->program;
}

bool runner_has_lane(const bareme_runner *runner, uint32_t lane) {
  return lane < runner->lanes;
}

bareme_text bareme_result_id(const bareme_runner *runner, uint32_t lane) {
  if (!runner_has_lane(runner, lane))
    return (bareme_text){NULL, 0};
  return public_text(runner->runner.batch->ids[lane]);
}

uint32_t bareme_result_excluded(const bareme_runner *runner, uint32_t lane) {
  return runner_has_lane(runner, lane) ? result_excluded(&runner->runner, lane) : BAREME_NONE;
}

static bool is_scored(const bareme_runner *runner, uint32_t lane) {
  return runner_has_lane(runner, lane) && result_excluded(&runner->runner, lane) == PROGRAM_NONE;
}

bool bareme_result_score(const bareme_runner *runner, uint32_t score, uint32_t lane,
                         double *number) {
  return score < program_of(runner)->score_count && is_scored(runner, lane) &&
         result_score(&runner->runner, score, lane, number);
}

uint32_t bareme_result_outcome(const bareme_runner *runner, bareme_kind kind, uint32_t index,
                               uint32_t lane) {
  if (!is_scored(runner, lane) || index >= bareme_policy_count(runner->policy, kind))
    return BAREME_NONE;
  switch (kind) {
  case BAREME_BANDS: return result_band(&runner->runner, index, lane);
  case BAREME_GRIDS: return result_grid(&runner->runner, index, lane);
  case BAREME_CHOICES: return result_choice(&runner->runner, index, lane);
  default: return BAREME_NONE;
  }
}

bool bareme_result_segment(const bareme_runner *runner, uint32_t segment, uint32_t lane) {
  return segment < program_of(runner)->segment_count && is_scored(runner, lane) &&
         result_segment(&runner->runner, segment, lane);
}

bool bareme_result_action(const bareme_runner *runner, uint32_t action, uint32_t lane) {
  return action < program_of(runner)->action_count && is_scored(runner, lane) &&
         result_action(&runner->runner, action, lane);
}

uint32_t bareme_result_stage(const bareme_runner *runner, uint32_t lane) {
  return runner_has_lane(runner, lane) ? result_stage(&runner->runner, lane) : BAREME_NONE;
}

uint32_t bareme_result_previous_stage(const bareme_runner *runner, uint32_t lane) {
  return runner_has_lane(runner, lane) ? result_previous_stage(&runner->runner, lane) : BAREME_NONE;
}

/* ---- what is missing to the next stage -------------------------------------------------- */

static const struct program_transition *next_transition(const bareme_runner *runner,
                                                        uint32_t lane) {
  uint32_t next = is_scored(runner, lane) ? result_next(&runner->runner, lane) : PROGRAM_NONE;
  return next == PROGRAM_NONE ? NULL : &program_of(runner)->transitions[next];
}

uint32_t bareme_result_next(const bareme_runner *runner, uint32_t lane) {
  const struct program_transition *transition = next_transition(runner, lane);
  return transition ? transition->to : BAREME_NONE;
}

static const char *compare_sign(uint32_t compare) {
  switch ((enum program_compare)compare) {
  case PROGRAM_LESS: return "<";
  case PROGRAM_LESS_EQUAL: return "<=";
  case PROGRAM_EQUAL: return "=";
  case PROGRAM_NOT_EQUAL: return "!=";
  case PROGRAM_GREATER_EQUAL: return ">=";
  case PROGRAM_GREATER: return ">";
  }
  return NULL;
}

bool bareme_result_requirement(const bareme_runner *runner, uint32_t lane, uint32_t index,
                               bareme_requirement *requirement) {
  const struct program_transition *transition = next_transition(runner, lane);
  if (!transition || index >= transition->conjunct_count)
    return false;
  uint32_t at = transition->first_conjunct + index;
  const struct program_conjunct *conjunct = &runner->runner.section->conjuncts[at];
  struct conjunct_result result = result_conjunct(&runner->runner, at, lane);
  *requirement = (bareme_requirement){
      .source = public_text(conjunct->source),
      .met = result.met,
      .score = conjunct->is_threshold ? conjunct->score : BAREME_NONE,
      .compare = conjunct->is_threshold ? compare_sign(conjunct->compare) : NULL,
      .threshold = conjunct->is_threshold ? conjunct->threshold : 0,
      .has_value = result.has_value,
      .value = result.value,
      .lacks = result.lacks,
  };
  return true;
}

/* ---- explanations ------------------------------------------------------------------------ */

static bool prepare_lines(const bareme_runner *runner, uint32_t score, uint32_t lane) {
  struct explanation *explanation = runner->explanation;
  if (explanation->score == score && explanation->lane == lane)
    return true;
  size_t need = result_lines_bound(&runner->runner, score);
  void *lines = explanation->lines;
  bool room = memory_reserve(&runner->policy->memory, &lines, &explanation->capacity, need,
                             sizeof *explanation->lines);
  explanation->lines = lines;
  if (!room)
    return false;
  explanation->count = result_lines(&runner->runner, score, lane, explanation->lines);
  explanation->score = score;
  explanation->lane = lane;
  return true;
}

static const char *line_kind_text(enum line_kind kind) {
  switch (kind) {
  case LINE_RULE: return "rule";
  case LINE_CAP: return "cap";
  case LINE_RANGE: return "group range";
  case LINE_TERM: return "term";
  case LINE_SCORE_RANGE: return "range";
  case LINE_ROUNDING: return "rounding";
  }
  return "rule";
}

static const char *why_text(enum why_not why) {
  switch (why) {
  case WHY_COUNTED: return NULL;
  case WHY_FALSE: return "false";
  case WHY_UNKNOWN: return "unknown";
  case WHY_NOTHING: return "nothing found";
  case WHY_NOT_PICKED: return "not picked";
  case WHY_MISSING: return "points missing";
  }
  return NULL;
}

static bareme_text missing_field(const struct program *program, const struct contribution *line) {
  if (line->why != WHY_UNKNOWN || line->missing_field == PROGRAM_NONE)
    return (bareme_text){NULL, 0};
  return public_text(program->fields[line->missing_field].name);
}

/* Where the line stands; a stripped policy does not know. */
static bareme_text source_file(const struct program *program, const struct program_line *line) {
  if (line->source_name >= program->source_name_count)
    return (bareme_text){NULL, 0};
  return public_text(program->source_names[line->source_name]);
}

static bareme_text group_label(const struct program *program, const struct program_line *line) {
  if (line->group == PROGRAM_NONE)
    return (bareme_text){NULL, 0};
  return optional_text(program->groups[line->group].label);
}

bool bareme_result_explain(const bareme_runner *runner, uint32_t score, uint32_t lane,
                           uint32_t index, bareme_contribution *contribution) {
  const struct program *program = program_of(runner);
  if (!runner->runner.explain || score >= program->score_count || !is_scored(runner, lane) ||
      !prepare_lines(runner, score, lane) || index >= runner->explanation->count)
    return false;
  const struct contribution *from = &runner->explanation->lines[index];
  const struct program_line *line = from->line;
  *contribution = (bareme_contribution){
      .kind = line_kind_text(line->kind),
      .label = optional_text(line->label),
      .source = optional_text(line->source),
      .file = source_file(program, line),
      .line = line->source_line,
      .depth = line->depth,
      .points = from->points,
      .has_events = from->has_events,
      .events = from->events,
      .unit = line->trigger == LINE_EVERY ? "time" : "event",
      .raw = from->raw,
      .why = why_text(from->why),
      .missing_field = missing_field(program, from),
      .group = group_label(program, line),
  };
  return true;
}

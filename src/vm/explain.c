/* explain.c - the lines that add up to a score.
 *
 * The registers of the full section hold each line's column; this reads one
 * lane of them.  Adding the lines' points in order, in doubles, gives the
 * score exactly: the difference that rounding and the order of additions leave
 * is computed last, as a line of its own.  Where one double cannot express it,
 * a second one can: the first brings the sum within a factor of two of the
 * score, and the difference of such doubles is exact (Sterbenz, 1974).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/runner.h"

enum { ROUNDING_MOST = 3 };

static const struct column *at(const struct runner *runner, uint32_t reg) {
  return &runner->registers[reg];
}

static bool is_true(const struct runner *runner, uint32_t reg, uint32_t lane) {
  return reg == PROGRAM_NONE || bit_get(at(runner, reg)->yes, lane);
}

static double number_at(const struct runner *runner, uint32_t reg, uint32_t lane) {
  return at(runner, reg)->number[lane] + 0.0;
}

static bool field_is_missing(const struct runner *runner, uint32_t field, uint32_t lane) {
  return !column_knows(&runner->batch->fields[field], runner->program->fields[field].kind, lane);
}

static uint32_t missing_field(const struct runner *runner, const struct program_line *line,
                              uint32_t lane) {
  for (uint32_t i = 0; i < line->field_count; i++)
    if (field_is_missing(runner, line->fields[i], lane))
      return line->fields[i];
  return PROGRAM_NONE;
}

static enum why_not why(const struct runner *runner, const struct program_line *line,
                        uint32_t lane) {
  if (!is_true(runner, line->condition, lane))
    return bit_get(at(runner, line->condition)->no, lane) ? WHY_FALSE : WHY_UNKNOWN;
  if (line->events != PROGRAM_NONE && !(bit_get(at(runner, line->events)->known, lane) &&
                                        number_at(runner, line->events, lane) > 0))
    return WHY_NOTHING;
  if (!is_true(runner, line->taken, lane))
    return WHY_NOT_PICKED;
  return bit_get(at(runner, line->points)->known, lane) ? WHY_COUNTED : WHY_MISSING;
}

static struct contribution rule_line(const struct runner *runner, const struct program_line *line,
                                     uint32_t lane) {
  struct contribution c = {.line = line, .missing_field = PROGRAM_NONE};
  c.why = why(runner, line, lane);
  if (c.why == WHY_COUNTED)
    c.points = number_at(runner, line->points, lane);
  if (c.why == WHY_UNKNOWN)
    c.missing_field = missing_field(runner, line, lane);
  if (line->events != PROGRAM_NONE) {
    c.has_events = true;
    c.events =
        bit_get(at(runner, line->events)->known, lane) ? number_at(runner, line->events, lane) : 0;
    c.raw = line->raw != PROGRAM_NONE ? number_at(runner, line->raw, lane) : c.points;
  }
  return c;
}

/* A cap, a range: there only if it changes something that counts. */
static bool limit_line(const struct runner *runner, const struct program_line *line, uint32_t lane,
                       struct contribution *c) {
  *c = (struct contribution){.line = line, .missing_field = PROGRAM_NONE};
  if (!is_true(runner, line->taken, lane) || !bit_get(at(runner, line->points)->known, lane))
    return false;
  c->points = number_at(runner, line->points, lane);
  return c->points != 0;
}

static uint32_t rounding_lines(const struct program_line *line, double sum, double score,
                               struct contribution *out) {
  uint32_t count = 0;
  while (sum != score && count < ROUNDING_MOST) {
    double difference = score - sum;
    out[count++] =
        (struct contribution){.line = line, .points = difference, .missing_field = PROGRAM_NONE};
    sum += difference;
  }
  return count;
}

uint32_t result_lines_bound(const struct runner *runner, uint32_t score) {
  return runner->program->scores[score].line_count + ROUNDING_MOST;
}

uint32_t result_lines_most(const struct runner *runner) {
  uint32_t most = 0;
  for (uint32_t s = 0; s < runner->program->score_count; s++)
    if (result_lines_bound(runner, s) > most)
      most = result_lines_bound(runner, s);
  return most;
}

uint32_t result_lines(const struct runner *runner, uint32_t score, uint32_t lane,
                      struct contribution *out) {
  const struct program_score *named = &runner->program->scores[score];
  double number, sum = 0;
  uint32_t count = 0;
  if (!runner->explain || !result_score(runner, score, lane, &number))
    return 0;
  for (uint32_t i = 0; i < named->line_count; i++) {
    const struct program_line *line = &runner->section->lines[named->first_line + i];
    if (line->kind == LINE_ROUNDING) {
      count += rounding_lines(line, sum, number, out + count);
      continue;
    }
    if (line->kind == LINE_RULE || line->kind == LINE_TERM)
      out[count] = rule_line(runner, line, lane);
    else if (!limit_line(runner, line, lane, &out[count]))
      continue;
    sum += out[count++].points;
  }
  return count;
}

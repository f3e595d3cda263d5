/* write_csv.c - a result as a row of CSV (RFC 4180, but lines end with LF).
 *
 *   id, as_of, excluded, each score, band, grid, choice and segment, stage,
 *   previous_stage, next_stage, next_lacks, actions
 *
 * A column is there if the policy declares such a thing.  A missing score is
 * an empty cell, and so is everything that an excluded lead does not have.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/write.h"

#include "base/clock.h"
#include "base/number.h"

struct outcomes {
  uint32_t count;
  struct text **labels; /* by output, then by label: as cells */
};

struct csv_writer {
  const struct program *program;
  struct result_parts parts;
  struct text header;    /* the whole first line */
  struct text as_of;     /* with its commas */
  struct text *excludes; /* cells */
  struct outcomes bands, grids, choices;
  struct text *stages;
  struct memory memory;
};

/* ---- pieces --------------------------------------------------------------------- */

static struct text make_cell(struct pieces *pieces, struct text text) {
  pieces_cell(pieces, text);
  return pieces_take(pieces);
}

static struct text *make_cells(struct pieces *pieces, const struct text *texts, uint32_t count) {
  struct text *cells = arena_array(pieces->arena, count + 1u, sizeof *cells);
  if (!cells)
    pieces->failed = true;
  for (uint32_t i = 0; cells && i < count; i++)
    cells[i] = make_cell(pieces, texts[i]);
  return cells;
}

static struct outcomes make_outcomes(struct pieces *pieces, const struct program *program,
                                     const struct program_output *outputs, uint32_t count) {
  struct outcomes made = {.count = count};
  made.labels = arena_array(pieces->arena, count + 1u, sizeof *made.labels);
  if (!made.labels)
    pieces->failed = true;
  for (uint32_t i = 0; made.labels && i < count; i++) {
    const struct program_labels *set = &program->labels[outputs[i].labels];
    made.labels[i] = make_cells(pieces, set->labels, set->count);
  }
  return made;
}

/* A name of the policy's must not hide a column of ours: it gets a `_` behind it. */
static void make_column(struct pieces *pieces, struct text name) {
  static const struct text taken[] = {
      {"id", 2},          {"as_of", 5},       {"excluded", 8}, {"stage", 5}, {"previous_stage", 14},
      {"next_stage", 10}, {"next_lacks", 10}, {"actions", 7},
  };
  pieces_literal(pieces, ",");
  pieces_cell(pieces, name);
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (text_equal(name, taken[i]))
      pieces_literal(pieces, "_");
}

/* How many columns a part has: those of the policy, or none if it is left out. */
static uint32_t columns(const struct csv_writer *writer, enum result_part part, uint32_t count) {
  return parts_have(writer->parts, part) ? count : 0;
}

static void make_outcome_columns(struct pieces *pieces, const struct program_output *outputs,
                                 uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    make_column(pieces, outputs[i].name);
}

static void make_stage_columns(const struct csv_writer *writer, struct pieces *pieces) {
  if (parts_have(writer->parts, RESULT_STAGE))
    pieces_literal(pieces, ",stage");
  if (parts_have(writer->parts, RESULT_PREVIOUS_STAGE))
    pieces_literal(pieces, ",previous_stage");
  if (parts_have(writer->parts, RESULT_NEXT))
    pieces_literal(pieces, ",next_stage,next_lacks");
}

static struct text make_header(const struct csv_writer *writer, struct pieces *pieces) {
  const struct program *program = writer->program;
  pieces_literal(pieces, "id");
  if (parts_have(writer->parts, RESULT_AS_OF))
    pieces_literal(pieces, ",as_of");
  if (columns(writer, RESULT_EXCLUDED, program->exclude_count))
    pieces_literal(pieces, ",excluded");
  for (uint32_t i = 0; i < columns(writer, RESULT_SCORES, program->score_count); i++)
    make_column(pieces, program->scores[i].name);
  make_outcome_columns(pieces, program->bands, columns(writer, RESULT_BANDS, program->band_count));
  make_outcome_columns(pieces, program->grids, columns(writer, RESULT_GRIDS, program->grid_count));
  make_outcome_columns(pieces, program->choices,
                       columns(writer, RESULT_CHOICES, program->choice_count));
  for (uint32_t i = 0; i < columns(writer, RESULT_SEGMENTS, program->segment_count); i++)
    make_column(pieces, program->segments[i].name);
  if (program->stage_labels != PROGRAM_NONE)
    make_stage_columns(writer, pieces);
  if (columns(writer, RESULT_ACTIONS, program->action_count))
    pieces_literal(pieces, ",actions");
  pieces_literal(pieces, "\n");
  return pieces_take(pieces);
}

bool csv_writer_init(struct csv_writer **writer, const struct program *program, int64_t as_of,
                     struct result_parts parts, struct arena *arena) {
  struct csv_writer *made = arena_alloc(arena, sizeof *made);
  if (!made)
    return false;
  made->program = program;
  made->parts = parts;
  struct pieces pieces;
  pieces_init(&pieces, arena);
  char instant[CLOCK_TEXT_SIZE];
  pieces_literal(&pieces, ",");
  pieces_text(&pieces, (struct text){instant, clock_format(as_of, instant)});
  made->as_of = pieces_take(&pieces);
  made->header = make_header(made, &pieces);
  made->excludes = make_cells(&pieces, program->excludes, program->exclude_count);
  made->bands = make_outcomes(&pieces, program, program->bands, program->band_count);
  made->grids = make_outcomes(&pieces, program, program->grids, program->grid_count);
  made->choices = make_outcomes(&pieces, program, program->choices, program->choice_count);
  if (program->stage_labels != PROGRAM_NONE) {
    const struct program_labels *set = &program->labels[program->stage_labels];
    made->stages = make_cells(&pieces, set->labels, set->count);
  }
  pieces_clear(&pieces);
  *writer = made;
  return !pieces_failed(&pieces);
}

struct text csv_writer_header(const struct csv_writer *writer) {
  return writer->header;
}

/* ---- leads -------------------------------------------------------------------------- */

static void put_comma(struct buffer *out) {
  BUFFER_LITERAL(out, ",");
}

static void put_outcomes(const struct csv_writer *writer, struct buffer *out, enum result_part part,
                         const struct outcomes *outcomes,
                         uint32_t (*result)(const struct runner *, uint32_t, uint32_t),
                         const struct runner *runner, uint32_t lane) {
  for (uint32_t i = 0; i < columns(writer, part, outcomes->count); i++) {
    put_comma(out);
    buffer_piece(out, outcomes->labels[i][result(runner, i, lane)]);
  }
}

/* `activity 5`, `contact missing`, or the condition as it was written. */
static void put_lack(struct buffer *out, const struct program *program,
                     const struct program_conjunct *conjunct, struct conjunct_result result) {
  if (!conjunct->is_threshold || (result.has_value && result.lacks == 0)) {
    buffer_quoted(out, conjunct->source);
    return;
  }
  buffer_quoted(out, program->scores[conjunct->score].name);
  BUFFER_LITERAL(out, " ");
  if (result.has_value)
    buffer_number(out, result.lacks);
  else
    BUFFER_LITERAL(out, "missing");
}

static void put_next(const struct csv_writer *writer, struct buffer *out,
                     const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  uint32_t next = result_next(runner, lane);
  put_comma(out);
  if (next == PROGRAM_NONE) {
    put_comma(out);
    return;
  }
  const struct program_transition *transition = &program->transitions[next];
  buffer_piece(out, writer->stages[transition->to]);
  BUFFER_LITERAL(out, ",\"");
  bool first = true;
  for (uint32_t i = 0; i < transition->conjunct_count; i++) {
    uint32_t index = transition->first_conjunct + i;
    struct conjunct_result result = result_conjunct(runner, index, lane);
    if (result.met > 0)
      continue;
    if (!first)
      BUFFER_LITERAL(out, "; ");
    put_lack(out, program, &program->plain.conjuncts[index], result);
    first = false;
  }
  BUFFER_LITERAL(out, "\"");
}

static void put_stages(const struct csv_writer *writer, struct buffer *out,
                       const struct runner *runner, uint32_t lane) {
  if (!writer->stages)
    return;
  if (parts_have(writer->parts, RESULT_STAGE)) {
    put_comma(out);
    buffer_piece(out, writer->stages[result_stage(runner, lane)]);
  }
  if (parts_have(writer->parts, RESULT_PREVIOUS_STAGE)) {
    put_comma(out);
    buffer_piece(out, writer->stages[result_previous_stage(runner, lane)]);
  }
  if (parts_have(writer->parts, RESULT_NEXT))
    put_next(writer, out, runner, lane);
}

/* Names are identifiers: nothing in them needs quotes. */
static void put_actions(const struct csv_writer *writer, struct buffer *out,
                        const struct runner *runner, uint32_t lane) {
  bool first = true;
  put_comma(out);
  for (uint32_t i = 0; i < writer->program->action_count; i++) {
    if (!result_action(runner, i, lane))
      continue;
    if (!first)
      BUFFER_LITERAL(out, ";");
    buffer_text(out, writer->program->actions[i].name);
    first = false;
  }
}

static void put_results(const struct csv_writer *writer, struct buffer *out,
                        const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  for (uint32_t i = 0; i < columns(writer, RESULT_SCORES, program->score_count); i++) {
    double score;
    put_comma(out);
    if (result_score(runner, i, lane, &score))
      buffer_number(out, score);
  }
  put_outcomes(writer, out, RESULT_BANDS, &writer->bands, result_band, runner, lane);
  put_outcomes(writer, out, RESULT_GRIDS, &writer->grids, result_grid, runner, lane);
  put_outcomes(writer, out, RESULT_CHOICES, &writer->choices, result_choice, runner, lane);
  for (uint32_t i = 0; i < columns(writer, RESULT_SEGMENTS, program->segment_count); i++) {
    put_comma(out);
    if (result_segment(runner, i, lane))
      BUFFER_LITERAL(out, "true");
    else
      BUFFER_LITERAL(out, "false");
  }
}

static void put_nothing(const struct csv_writer *writer, struct buffer *out) {
  const struct program *program = writer->program;
  uint32_t cells = columns(writer, RESULT_SCORES, program->score_count) +
                   columns(writer, RESULT_BANDS, program->band_count) +
                   columns(writer, RESULT_GRIDS, program->grid_count) +
                   columns(writer, RESULT_CHOICES, program->choice_count) +
                   columns(writer, RESULT_SEGMENTS, program->segment_count);
  for (uint32_t i = 0; i < cells; i++)
    put_comma(out);
}

void csv_writer_lead(const struct csv_writer *writer, struct buffer *out,
                     const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  uint32_t excluded = result_excluded(runner, lane);
  buffer_cell(out, runner->batch->ids[lane]);
  if (parts_have(writer->parts, RESULT_AS_OF))
    buffer_piece(out, writer->as_of);
  if (columns(writer, RESULT_EXCLUDED, program->exclude_count)) {
    put_comma(out);
    if (excluded != PROGRAM_NONE)
      buffer_piece(out, writer->excludes[excluded]);
  }
  if (excluded == PROGRAM_NONE)
    put_results(writer, out, runner, lane);
  else
    put_nothing(writer, out);
  put_stages(writer, out, runner, lane);
  if (columns(writer, RESULT_ACTIONS, program->action_count))
    put_actions(writer, out, runner, lane);
  BUFFER_LITERAL(out, "\n");
}

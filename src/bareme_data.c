/* bareme_data.c - readers, runners, results and writers, handed out.
 *
 * The public names stand for the floors' own: a bareme_batch is the batch of
 * its reader, a bareme_runner the machine's runner.  What is added here is the
 * care that a caller from outside needs: indices are tested, and a runner
 * grows when a batch with more lanes than before comes along.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "io/reader.h"
#include "io/writer.h"
#include "limits.h"

struct bareme_reader {
  struct memory memory;
  struct reader *reader;
  struct bareme_batch batch;
};

/* The lines of one score for one lead of the last run, made when first asked for. */
struct explanation {
  struct contribution *lines;
  size_t capacity;
  uint32_t score, lane; /* BAREME_NONE: of none */
  uint32_t count;
};

struct bareme_writer {
  struct memory memory;
  struct writer *writer;
};

/* ---- reading ------------------------------------------------------------------------ */

static uint32_t chunk_of(const bareme_policy *policy, const bareme_read_options *options) {
  if (options->chunk == 0)
    return runner_chunk(policy->program, options->explain);
  return options->chunk < LIMIT_CHUNK_LEADS ? options->chunk : LIMIT_CHUNK_LEADS;
}

bareme_status bareme_reader_open(const bareme_policy *policy, const bareme_read_options *options,
                                 bareme_failure *failure, bareme_reader **reader) {
  if (!reader)
    return BAREME_INVALID_ARGUMENT;
  *reader = NULL;
  if (!policy || !options)
    return BAREME_INVALID_ARGUMENT;
  bareme_reader *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = policy->memory;
  bareme_status status = BAREME_OK;
  if (!batch_init(&made->batch.batch, policy->program, &made->memory, chunk_of(policy, options),
                  options->as_of))
    status = failure_memory(failure);
  if (status == BAREME_OK)
    status = reader_open(policy->program, &made->memory, options, failure, &made->reader);
  if (status == BAREME_OK)
    *reader = made;
  else
    bareme_reader_free(made);
  return status;
}

bareme_status bareme_reader_read(bareme_reader *reader, bareme_failure *failure,
                                 const bareme_batch **batch) {
  *batch = NULL;
  bareme_status status = reader_read(reader->reader, &reader->batch.batch, failure);
  if (status == BAREME_OK)
    *batch = &reader->batch;
  return status;
}

void bareme_reader_summary(const bareme_reader *reader, bareme_read_summary *summary) {
  reader_summary(reader->reader, summary);
}

bool bareme_reader_problem(const bareme_reader *reader, size_t index, bareme_problem *problem) {
  return reader_problem(reader->reader, index, problem);
}

bareme_status bareme_reader_finish(bareme_reader *reader, bareme_failure *failure) {
  return reader_finish(reader->reader, failure);
}

void bareme_reader_free(bareme_reader *reader) {
  if (!reader)
    return;
  struct memory memory = reader->memory;
  if (reader->reader)
    reader_free(reader->reader);
  batch_clear(&reader->batch.batch);
  memory_free(&memory, reader, 1, sizeof *reader);
}

uint32_t bareme_batch_count(const bareme_batch *batch) {
  return batch->batch.count;
}

bareme_text bareme_batch_id(const bareme_batch *batch, uint32_t lane) {
  if (lane >= batch->batch.count)
    return (bareme_text){NULL, 0};
  return public_text(batch->batch.ids[lane]);
}

/* ---- running -------------------------------------------------------------------------- */

bareme_status bareme_runner_new(const bareme_policy *policy, bool explain, bareme_runner **runner) {
  if (!runner)
    return BAREME_INVALID_ARGUMENT;
  *runner = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  bareme_runner *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->policy = policy;
  bool ready = runner_init(&made->runner, policy->program, &policy->memory,
                           runner_chunk(policy->program, explain), explain);
  made->explanation = memory_zeroed(&policy->memory, 1, sizeof *made->explanation);
  if (!ready || !made->explanation) {
    bareme_runner_free(made);
    return BAREME_NO_MEMORY;
  }
  made->explanation->score = BAREME_NONE;
  *runner = made;
  return BAREME_OK;
}

void bareme_runner_free(bareme_runner *runner) {
  if (!runner)
    return;
  struct memory memory = runner->policy->memory;
  struct explanation *explanation = runner->explanation;
  runner_clear(&runner->runner);
  if (explanation)
    memory_free(&memory, explanation->lines, explanation->capacity, sizeof *explanation->lines);
  memory_free(&memory, explanation, 1, sizeof *explanation);
  memory_free(&memory, runner, 1, sizeof *runner);
}

/* A batch that was filled to be run, not explained, may have more lanes than
 * the runner has room for. */
static bool make_room(bareme_runner *runner, uint32_t lanes) {
  if (lanes <= runner->runner.lead_capacity)
    return true;
  bool explain = runner->runner.explain;
  const bareme_policy *policy = runner->policy;
  runner_clear(&runner->runner);
  return runner_init(&runner->runner, policy->program, &policy->memory, lanes, explain);
}

bareme_status bareme_runner_run(bareme_runner *runner, const bareme_batch *batch) {
  if (batch->batch.program != runner->policy->program)
    return BAREME_INVALID_ARGUMENT;
  runner->explanation->score = BAREME_NONE;
  if (!make_room(runner, batch->batch.count) || !runner_run(&runner->runner, &batch->batch))
    return BAREME_NO_MEMORY;
  return BAREME_OK;
}

/* ---- results -------------------------------------------------------------------------- */

static const struct program *program_of(const bareme_runner *runner) {
  return runner->policy->program;
}

static bool has_lane(const bareme_runner *runner, uint32_t lane) {
  return runner->runner.batch && lane < runner->runner.batch->count;
}

bareme_text bareme_result_id(const bareme_runner *runner, uint32_t lane) {
  if (!has_lane(runner, lane))
    return (bareme_text){NULL, 0};
  return public_text(runner->runner.batch->ids[lane]);
}

uint32_t bareme_result_excluded(const bareme_runner *runner, uint32_t lane) {
  return has_lane(runner, lane) ? result_excluded(&runner->runner, lane) : BAREME_NONE;
}

static bool is_scored(const bareme_runner *runner, uint32_t lane) {
  return has_lane(runner, lane) && result_excluded(&runner->runner, lane) == PROGRAM_NONE;
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
  return has_lane(runner, lane) ? result_stage(&runner->runner, lane) : BAREME_NONE;
}

uint32_t bareme_result_previous_stage(const bareme_runner *runner, uint32_t lane) {
  return has_lane(runner, lane) ? result_previous_stage(&runner->runner, lane) : BAREME_NONE;
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
      .source = public_text(line->source),
      .file = public_text(program->source_names[line->source_name]),
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

/* ---- writing ------------------------------------------------------------------------------ */

bareme_status bareme_writer_open(const bareme_policy *policy, const bareme_write_options *options,
                                 bareme_failure *failure, bareme_writer **writer) {
  if (!writer)
    return BAREME_INVALID_ARGUMENT;
  *writer = NULL;
  if (!policy || !options)
    return BAREME_INVALID_ARGUMENT;
  bareme_writer *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = policy->memory;
  bareme_status status =
      writer_open(policy->program, &made->memory, options, failure, &made->writer);
  if (status == BAREME_OK)
    *writer = made;
  else
    bareme_writer_free(made);
  return status;
}

bareme_status bareme_writer_write(bareme_writer *writer, const bareme_runner *runner,
                                  bareme_failure *failure) {
  const struct batch *batch = runner->runner.batch;
  return writer_write(writer->writer, &runner->runner, 0, batch ? batch->count : 0, failure);
}

bareme_status bareme_writer_write_lead(bareme_writer *writer, const bareme_runner *runner,
                                       uint32_t lane, bareme_failure *failure) {
  if (!has_lane(runner, lane))
    return BAREME_INVALID_ARGUMENT;
  return writer_write(writer->writer, &runner->runner, lane, 1, failure);
}

bareme_status bareme_writer_finish(bareme_writer *writer, bareme_failure *failure) {
  return writer_finish(writer->writer, failure);
}

bool bareme_writer_pipe_closed(const bareme_writer *writer) {
  return writer_pipe_closed(writer->writer);
}

void bareme_writer_free(bareme_writer *writer) {
  if (!writer)
    return;
  struct memory memory = writer->memory;
  if (writer->writer)
    writer_free(writer->writer);
  memory_free(&memory, writer, 1, sizeof *writer);
}

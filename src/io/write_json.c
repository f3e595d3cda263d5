/* write_json.c - a result as a line of JSON.
 *
 *   {"id":…,"as_of":…,"excluded":…,"scores":{…},"bands":{…},"grids":{…},
 *    "choices":{…},"segments":[…],"stage":…,"previous_stage":…,"next":…,
 *    "actions":[…],"contributions":{…}}
 *
 * A key is there if the policy declares such a thing, in this order, for every
 * lead.  All that does not depend on the lead is a piece made beforehand; an
 * array of pieces stands parallel to each table of the program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/write.h"

#include "bareme/bareme.h"
#include "base/clock.h"

/* Bands, grids or choices. */
struct outcomes {
  uint32_t count;
  struct text *keys;    /* `"name":`, with a comma in front but for the first */
  struct text **labels; /* by output, then by label: `"label"`, or a number */
};

struct json_writer {
  const struct program *program;
  struct arena *arena;
  struct text as_of;     /* `,"as_of":"…"` */
  struct text *excludes; /* `"label"` */
  struct text *scores;   /* keys */
  struct outcomes bands, grids, choices;
  struct text *segments;  /* `"name"` */
  struct text *stages;    /* `"name"` */
  struct text *conjuncts; /* `{"score":…,"compare":…,"threshold":…` or `{"condition":…` */
  struct text *actions;   /* whole objects */
  struct text *lines;  /* `{"kind":…,"rule":…,"label":…,"line":…`; NULL: no explanations */
  struct text *fields; /* `,"field":"name"` */
};

/* ---- pieces --------------------------------------------------------------------- */

static const char *const compare_texts[] = {
    [PROGRAM_LESS] = "<",       [PROGRAM_LESS_EQUAL] = "<=",    [PROGRAM_EQUAL] = "=",
    [PROGRAM_NOT_EQUAL] = "!=", [PROGRAM_GREATER_EQUAL] = ">=", [PROGRAM_GREATER] = ">",
};

static const char *const line_kind_texts[] = {
    [LINE_RULE] = "rule", [LINE_CAP] = "cap",           [LINE_RANGE] = "group range",
    [LINE_TERM] = "term", [LINE_SCORE_RANGE] = "range", [LINE_ROUNDING] = "rounding",
};

static struct text *make_array(struct pieces *pieces, size_t count) {
  struct text *array = arena_array(pieces->arena, count + 1, sizeof *array);
  if (!array)
    pieces->failed = true;
  return array;
}

static struct text make_key(struct pieces *pieces, struct text name, bool first) {
  if (!first)
    pieces_literal(pieces, ",");
  pieces_json(pieces, name);
  pieces_literal(pieces, ":");
  return pieces_take(pieces);
}

static struct text make_quoted(struct pieces *pieces, struct text text) {
  pieces_json(pieces, text);
  return pieces_take(pieces);
}

static struct text *make_labels(struct pieces *pieces, const struct program_labels *set) {
  struct text *labels = make_array(pieces, set->count);
  for (uint32_t i = 0; labels && i < set->count; i++) {
    if (set->numbers)
      pieces_number(pieces, set->numbers[i]);
    else
      pieces_json(pieces, set->labels[i]);
    labels[i] = pieces_take(pieces);
  }
  return labels;
}

static struct outcomes make_outcomes(struct pieces *pieces, const struct program *program,
                                     const struct program_output *outputs, uint32_t count) {
  struct outcomes made = {.count = count, .keys = make_array(pieces, count)};
  made.labels = arena_array(pieces->arena, count + 1u, sizeof *made.labels);
  if (!made.labels)
    pieces->failed = true;
  for (uint32_t i = 0; !pieces->failed && i < count; i++) {
    made.keys[i] = make_key(pieces, outputs[i].name, i == 0);
    made.labels[i] = make_labels(pieces, &program->labels[outputs[i].labels]);
  }
  return made;
}

/* A free key must not hide one of ours: it gets a `_` behind it. */
static void make_entry(struct pieces *pieces, const struct program_entry *entry,
                       const struct text *taken, size_t taken_count) {
  bool clash = false;
  for (size_t i = 0; i < taken_count; i++)
    clash = clash || text_equal(entry->key, taken[i]);
  char key[256];
  struct text name = entry->key;
  if (clash && name.length < sizeof key) {
    memcpy(key, name.bytes, name.length);
    key[name.length] = '_';
    name = (struct text){key, name.length + 1};
  }
  pieces_literal(pieces, ",");
  pieces_json(pieces, name);
  pieces_literal(pieces, ":");
  pieces_json_value(pieces, entry);
}

static struct text make_action(struct pieces *pieces, const struct program_action *action) {
  const struct text taken[] = {TEXT("name"), TEXT("label")};
  pieces_literal(pieces, "{\"name\":");
  pieces_json(pieces, action->name);
  if (action->label.length) {
    pieces_literal(pieces, ",\"label\":");
    pieces_json(pieces, action->label);
  }
  for (uint32_t i = 0; i < action->entry_count; i++)
    make_entry(pieces, &action->entries[i], taken, action->label.length ? 2 : 1);
  pieces_literal(pieces, "}");
  return pieces_take(pieces);
}

static struct text make_conjunct(struct pieces *pieces, const struct program *program,
                                 const struct program_conjunct *conjunct) {
  if (conjunct->is_threshold) {
    pieces_literal(pieces, "{\"score\":");
    pieces_json(pieces, program->scores[conjunct->score].name);
    pieces_literal(pieces, ",\"compare\":\"");
    pieces_literal(pieces, compare_texts[conjunct->compare]);
    pieces_literal(pieces, "\",\"threshold\":");
    pieces_number(pieces, conjunct->threshold);
  } else {
    pieces_literal(pieces, "{\"condition\":");
    pieces_json(pieces, conjunct->source);
  }
  return pieces_take(pieces);
}

static struct text make_line(struct pieces *pieces, const struct program *program,
                             const struct program_line *line) {
  pieces_literal(pieces, "{\"kind\":\"");
  pieces_literal(pieces, line_kind_texts[line->kind]);
  pieces_literal(pieces, "\"");
  if (line->source.length) {
    pieces_literal(pieces, ",\"rule\":");
    pieces_json(pieces, line->source);
  }
  if (line->label.length) {
    pieces_literal(pieces, ",\"label\":");
    pieces_json(pieces, line->label);
  }
  if (line->source_line) {
    pieces_literal(pieces, ",\"line\":");
    pieces_number(pieces, line->source_line);
  }
  if (line->source_name > 0 && line->source_name < program->source_name_count) {
    pieces_literal(pieces, ",\"file\":");
    pieces_json(pieces, program->source_names[line->source_name]);
  }
  return pieces_take(pieces);
}

static void make_pieces(struct json_writer *writer, struct pieces *pieces, bool explain) {
  const struct program *program = writer->program;
  writer->excludes = make_array(pieces, program->exclude_count);
  writer->scores = make_array(pieces, program->score_count);
  writer->segments = make_array(pieces, program->segment_count);
  writer->actions = make_array(pieces, program->action_count);
  writer->conjuncts = make_array(pieces, program->plain.conjunct_count);
  writer->fields = make_array(pieces, program->field_count);
  if (explain)
    writer->lines = make_array(pieces, program->full.line_count);
  writer->bands = make_outcomes(pieces, program, program->bands, program->band_count);
  writer->grids = make_outcomes(pieces, program, program->grids, program->grid_count);
  writer->choices = make_outcomes(pieces, program, program->choices, program->choice_count);
  if (program->stage_labels != PROGRAM_NONE)
    writer->stages = make_labels(pieces, &program->labels[program->stage_labels]);
  if (pieces->failed)
    return;
  for (uint32_t i = 0; i < program->exclude_count; i++)
    writer->excludes[i] = make_quoted(pieces, program->excludes[i]);
  for (uint32_t i = 0; i < program->score_count; i++)
    writer->scores[i] = make_key(pieces, program->scores[i].name, i == 0);
  for (uint32_t i = 0; i < program->segment_count; i++)
    writer->segments[i] = make_quoted(pieces, program->segments[i].name);
  for (uint32_t i = 0; i < program->action_count; i++)
    writer->actions[i] = make_action(pieces, &program->actions[i]);
  for (uint32_t i = 0; i < program->plain.conjunct_count; i++)
    writer->conjuncts[i] = make_conjunct(pieces, program, &program->plain.conjuncts[i]);
  for (uint32_t i = 0; writer->lines && i < program->full.line_count; i++)
    writer->lines[i] = make_line(pieces, program, &program->full.lines[i]);
  for (uint32_t i = 0; i < program->field_count; i++) {
    pieces_literal(pieces, ",\"field\":");
    writer->fields[i] = make_quoted(pieces, program->fields[i].name);
  }
}

bool json_writer_init(struct json_writer **writer, const struct program *program, int64_t as_of,
                      bool explain, struct arena *arena) {
  struct json_writer *made = arena_alloc(arena, sizeof *made);
  if (!made)
    return false;
  made->program = program;
  made->arena = arena;
  struct pieces pieces;
  pieces_init(&pieces, arena);
  char instant[CLOCK_TEXT_SIZE];
  pieces_literal(&pieces, ",\"as_of\":");
  made->as_of = make_quoted(&pieces, (struct text){instant, clock_format(as_of, instant)});
  make_pieces(made, &pieces, explain);
  pieces_clear(&pieces);
  *writer = made;
  return !pieces.failed;
}

bool json_writer_header(struct json_writer *writer, struct output *output) {
  static const struct text taken[] = {{"bareme", 6}, {"policy", 6}, {"as_of", 5}};
  struct pieces pieces;
  pieces_init(&pieces, writer->arena);
  pieces_literal(&pieces, "{\"bareme\":\"" BAREME_VERSION "\",\"policy\":");
  pieces_json(&pieces, writer->program->title);
  for (uint32_t i = 0; i < writer->program->entry_count; i++)
    make_entry(&pieces, &writer->program->entries[i], taken, sizeof taken / sizeof *taken);
  pieces_text(&pieces, writer->as_of);
  pieces_literal(&pieces, "}\n");
  output_text(output, pieces_take(&pieces));
  pieces_clear(&pieces);
  return !pieces.failed;
}

/* ---- leads -------------------------------------------------------------------------- */

#define PUT(output, literal) output_put(output, literal, sizeof(literal) - 1)

static void put_scores(struct json_writer *writer, struct output *output,
                       const struct runner *runner, uint32_t lane) {
  PUT(output, ",\"scores\":{");
  for (uint32_t i = 0; i < writer->program->score_count; i++) {
    double score;
    output_text(output, writer->scores[i]);
    if (result_score(runner, i, lane, &score))
      output_number(output, score);
    else
      PUT(output, "null");
  }
  PUT(output, "}");
}

static void put_outcomes(struct output *output, const struct outcomes *outcomes, const char *open,
                         uint32_t (*result)(const struct runner *, uint32_t, uint32_t),
                         const struct runner *runner, uint32_t lane) {
  if (outcomes->count == 0)
    return;
  output_put(output, open, strlen(open));
  for (uint32_t i = 0; i < outcomes->count; i++) {
    output_text(output, outcomes->keys[i]);
    output_text(output, outcomes->labels[i][result(runner, i, lane)]);
  }
  PUT(output, "}");
}

/* The texts for which `result` is true, as a list. */
static void put_list(struct output *output, const struct text *items, uint32_t count,
                     bool (*result)(const struct runner *, uint32_t, uint32_t),
                     const struct runner *runner, uint32_t lane) {
  bool first = true;
  for (uint32_t i = 0; i < count; i++) {
    if (!result(runner, i, lane))
      continue;
    if (!first)
      PUT(output, ",");
    output_text(output, items[i]);
    first = false;
  }
  PUT(output, "]");
}

static void put_requirement(struct json_writer *writer, struct output *output,
                            const struct runner *runner, uint32_t index, uint32_t lane) {
  struct conjunct_result result = result_conjunct(runner, index, lane);
  output_text(output, writer->conjuncts[index]);
  if (writer->program->plain.conjuncts[index].is_threshold) {
    PUT(output, ",\"value\":");
    if (result.has_value) {
      output_number(output, result.value);
      PUT(output, ",\"lacks\":");
      output_number(output, result.lacks);
    } else {
      PUT(output, "null,\"lacks\":null");
    }
  }
  if (result.met > 0)
    PUT(output, ",\"met\":true}");
  else if (result.met == 0)
    PUT(output, ",\"met\":false}");
  else
    PUT(output, ",\"met\":null}");
}

static void put_next(struct json_writer *writer, struct output *output, const struct runner *runner,
                     uint32_t lane) {
  uint32_t next = result_next(runner, lane);
  if (next == PROGRAM_NONE) {
    PUT(output, ",\"next\":null");
    return;
  }
  const struct program_transition *transition = &writer->program->transitions[next];
  PUT(output, ",\"next\":{\"stage\":");
  output_text(output, writer->stages[transition->to]);
  PUT(output, ",\"requirements\":[");
  for (uint32_t i = 0; i < transition->conjunct_count; i++) {
    if (i > 0)
      PUT(output, ",");
    put_requirement(writer, output, runner, transition->first_conjunct + i, lane);
  }
  PUT(output, "]}");
}

static void put_stages(struct json_writer *writer, struct output *output,
                       const struct runner *runner, uint32_t lane) {
  if (!writer->stages)
    return;
  PUT(output, ",\"stage\":");
  output_text(output, writer->stages[result_stage(runner, lane)]);
  PUT(output, ",\"previous_stage\":");
  output_text(output, writer->stages[result_previous_stage(runner, lane)]);
  put_next(writer, output, runner, lane);
}

static const char *why_text(enum why_not why) {
  switch (why) {
  case WHY_COUNTED: break;
  case WHY_FALSE: return ",\"why\":\"false\"";
  case WHY_UNKNOWN: return ",\"why\":\"unknown\"";
  case WHY_NOTHING: return ",\"why\":\"nothing found\"";
  case WHY_NOT_PICKED: return ",\"why\":\"not picked\"";
  case WHY_MISSING: return ",\"why\":\"points missing\"";
  }
  return "";
}

static void put_contribution(struct json_writer *writer, struct output *output,
                             const struct contribution *line) {
  output_text(output, writer->lines[line->line - writer->program->full.lines]);
  PUT(output, ",\"points\":");
  output_number(output, line->points);
  if (line->has_events) {
    PUT(output, ",\"events\":");
    output_number(output, line->events);
  }
  if (line->has_events && line->why == WHY_COUNTED) {
    PUT(output, ",\"raw\":");
    output_number(output, line->raw);
    PUT(output, ",\"decayed\":");
    output_number(output, line->points);
  }
  const char *why = why_text(line->why);
  output_put(output, why, strlen(why));
  if (line->why == WHY_UNKNOWN && line->missing_field != PROGRAM_NONE)
    output_text(output, writer->fields[line->missing_field]);
  PUT(output, "}");
}

static void put_contributions(struct json_writer *writer, struct output *output,
                              const struct runner *runner, uint32_t lane,
                              struct contribution *lines) {
  PUT(output, ",\"contributions\":{");
  for (uint32_t s = 0; s < writer->program->score_count; s++) {
    output_text(output, writer->scores[s]);
    uint32_t count = result_lines(runner, s, lane, lines);
    PUT(output, "[");
    for (uint32_t i = 0; i < count; i++) {
      output_put(output, ",", i > 0);
      put_contribution(writer, output, &lines[i]);
    }
    PUT(output, "]");
  }
  PUT(output, "}");
}

/* What an excluded lead has instead of results. */
static void put_nothing(struct json_writer *writer, struct output *output,
                        const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  if (program->score_count)
    PUT(output, ",\"scores\":{}");
  if (program->band_count)
    PUT(output, ",\"bands\":{}");
  if (program->grid_count)
    PUT(output, ",\"grids\":{}");
  if (program->choice_count)
    PUT(output, ",\"choices\":{}");
  if (program->segment_count)
    PUT(output, ",\"segments\":[]");
  put_stages(writer, output, runner, lane);
  if (program->action_count)
    PUT(output, ",\"actions\":[]");
  if (writer->lines && program->score_count)
    PUT(output, ",\"contributions\":{}");
}

static void put_results(struct json_writer *writer, struct output *output,
                        const struct runner *runner, uint32_t lane, struct contribution *lines) {
  const struct program *program = writer->program;
  if (program->score_count)
    put_scores(writer, output, runner, lane);
  put_outcomes(output, &writer->bands, ",\"bands\":{", result_band, runner, lane);
  put_outcomes(output, &writer->grids, ",\"grids\":{", result_grid, runner, lane);
  put_outcomes(output, &writer->choices, ",\"choices\":{", result_choice, runner, lane);
  if (program->segment_count) {
    PUT(output, ",\"segments\":[");
    put_list(output, writer->segments, program->segment_count, result_segment, runner, lane);
  }
  put_stages(writer, output, runner, lane);
  if (program->action_count) {
    PUT(output, ",\"actions\":[");
    put_list(output, writer->actions, program->action_count, result_action, runner, lane);
  }
  if (writer->lines && program->score_count)
    put_contributions(writer, output, runner, lane, lines);
}

void json_writer_lead(struct json_writer *writer, struct output *output,
                      const struct runner *runner, uint32_t lane, struct contribution *lines) {
  struct text id = runner->batch->ids[lane];
  PUT(output, "{\"id\":");
  if (id.bytes)
    output_json(output, id);
  else
    PUT(output, "null");
  output_text(output, writer->as_of);
  uint32_t excluded = PROGRAM_NONE;
  if (writer->program->exclude_count) {
    excluded = result_excluded(runner, lane);
    PUT(output, ",\"excluded\":");
    output_text(output, excluded == PROGRAM_NONE ? TEXT("null") : writer->excludes[excluded]);
  }
  if (excluded == PROGRAM_NONE)
    put_results(writer, output, runner, lane, lines);
  else
    put_nothing(writer, output, runner, lane);
  PUT(output, "}\n");
}

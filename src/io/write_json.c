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
  struct result_parts parts;
  struct text as_of;     /* `,"as_of":"…"` */
  struct text *excludes; /* `"label"` */
  struct text *scores;   /* keys */
  struct outcomes bands, grids, choices;
  struct text *segments;  /* `"name"` */
  struct text *stages;    /* `"name"` */
  struct text *conjuncts; /* `{"score":…,"compare":…,"threshold":…` or `{"condition":…` */
  struct text *actions;   /* whole objects */
  struct text *lines; /* `{"kind":…,"rule":…,"label":…,"line":…,"points":`; NULL: no explanations */
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
  for (uint32_t i = 0; !pieces_failed(pieces) && i < count; i++) {
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
  pieces_literal(pieces, ",\"points\":");
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
  if (pieces_failed(pieces))
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
                      bool explain, struct result_parts parts, struct arena *arena) {
  struct json_writer *made = arena_alloc(arena, sizeof *made);
  if (!made)
    return false;
  made->program = program;
  made->parts = parts;
  struct pieces pieces;
  pieces_init(&pieces, arena);
  char instant[CLOCK_TEXT_SIZE];
  pieces_literal(&pieces, ",\"as_of\":");
  made->as_of = make_quoted(&pieces, (struct text){instant, clock_format(as_of, instant)});
  make_pieces(made, &pieces, explain && parts_have(parts, RESULT_CONTRIBUTIONS));
  pieces_clear(&pieces);
  *writer = made;
  return !pieces_failed(&pieces);
}

bool json_writer_header(const struct json_writer *writer, struct arena *arena,
                        struct text *header) {
  static const struct text taken[] = {{"bareme", 6}, {"policy", 6}, {"as_of", 5}};
  struct pieces pieces;
  pieces_init(&pieces, arena);
  pieces_literal(&pieces, "{\"bareme\":\"" BAREME_VERSION "\",\"policy\":");
  pieces_json(&pieces, writer->program->title);
  for (uint32_t i = 0; i < writer->program->entry_count; i++)
    make_entry(&pieces, &writer->program->entries[i], taken, sizeof taken / sizeof *taken);
  pieces_text(&pieces, writer->as_of);
  pieces_literal(&pieces, "}\n");
  *header = pieces_take(&pieces);
  pieces_clear(&pieces);
  return !pieces_failed(&pieces);
}

/* ---- leads -------------------------------------------------------------------------- */

#define PUT(to, literal) BUFFER_LITERAL(&(to)->text, literal)

/* Writing a shortest number costs more than all that is around it, and scores
 * come again: in requirements, and points in `decayed`. */
static void put_score(struct rendering *to, uint32_t score, double number) {
  size_t begin = to->text.length;
  buffer_number(&to->text, number);
  to->scores[score] = (struct number_place){number, begin, to->text.length - begin};
}

static void put_no_score(struct rendering *to, uint32_t score) {
  PUT(to, "null");
  to->scores[score].length = 0;
}

static void put_score_again(struct rendering *to, uint32_t score, double number) {
  const struct number_place *place = &to->scores[score];
  if (place->length > 0 && place->number == number)
    buffer_again(&to->text, place->begin, place->length);
  else
    buffer_number(&to->text, number);
}

static void put_scores(const struct json_writer *writer, struct rendering *to,
                       const struct runner *runner, uint32_t lane) {
  PUT(to, ",\"scores\":{");
  for (uint32_t i = 0; i < writer->program->score_count; i++) {
    double score;
    buffer_piece(&to->text, writer->scores[i]);
    if (result_score(runner, i, lane, &score))
      put_score(to, i, score);
    else
      put_no_score(to, i);
  }
  PUT(to, "}");
}

static bool has(const struct json_writer *writer, enum result_part part, uint32_t count) {
  return count > 0 && parts_have(writer->parts, part);
}

static void put_outcomes(struct rendering *to, const struct outcomes *outcomes, const char *open,
                         uint32_t (*result)(const struct runner *, uint32_t, uint32_t),
                         const struct runner *runner, uint32_t lane) {
  buffer_put(&to->text, open, strlen(open));
  for (uint32_t i = 0; i < outcomes->count; i++) {
    buffer_piece(&to->text, outcomes->keys[i]);
    buffer_piece(&to->text, outcomes->labels[i][result(runner, i, lane)]);
  }
  PUT(to, "}");
}

/* The texts for which `result` is true, as a list. */
static void put_list(struct rendering *to, const struct text *items, uint32_t count,
                     bool (*result)(const struct runner *, uint32_t, uint32_t),
                     const struct runner *runner, uint32_t lane) {
  bool first = true;
  for (uint32_t i = 0; i < count; i++) {
    if (!result(runner, i, lane))
      continue;
    if (!first)
      PUT(to, ",");
    buffer_piece(&to->text, items[i]);
    first = false;
  }
  PUT(to, "]");
}

static void put_requirement(const struct json_writer *writer, struct rendering *to,
                            const struct runner *runner, uint32_t index, uint32_t lane) {
  const struct program_conjunct *conjunct = &writer->program->plain.conjuncts[index];
  struct conjunct_result result = result_conjunct(runner, index, lane);
  buffer_piece(&to->text, writer->conjuncts[index]);
  if (conjunct->is_threshold) {
    PUT(to, ",\"value\":");
    if (result.has_value) {
      put_score_again(to, conjunct->score, result.value);
      PUT(to, ",\"lacks\":");
      buffer_number(&to->text, result.lacks);
    } else {
      PUT(to, "null,\"lacks\":null");
    }
  }
  if (result.met > 0)
    PUT(to, ",\"met\":true}");
  else if (result.met == 0)
    PUT(to, ",\"met\":false}");
  else
    PUT(to, ",\"met\":null}");
}

static void put_next(const struct json_writer *writer, struct rendering *to,
                     const struct runner *runner, uint32_t lane) {
  uint32_t next = result_next(runner, lane);
  if (next == PROGRAM_NONE) {
    PUT(to, ",\"next\":null");
    return;
  }
  const struct program_transition *transition = &writer->program->transitions[next];
  PUT(to, ",\"next\":{\"stage\":");
  buffer_piece(&to->text, writer->stages[transition->to]);
  PUT(to, ",\"requirements\":[");
  for (uint32_t i = 0; i < transition->conjunct_count; i++) {
    if (i > 0)
      PUT(to, ",");
    put_requirement(writer, to, runner, transition->first_conjunct + i, lane);
  }
  PUT(to, "]}");
}

static void put_stages(const struct json_writer *writer, struct rendering *to,
                       const struct runner *runner, uint32_t lane) {
  if (!writer->stages)
    return;
  if (parts_have(writer->parts, RESULT_STAGE)) {
    PUT(to, ",\"stage\":");
    buffer_piece(&to->text, writer->stages[result_stage(runner, lane)]);
  }
  if (parts_have(writer->parts, RESULT_PREVIOUS_STAGE)) {
    PUT(to, ",\"previous_stage\":");
    buffer_piece(&to->text, writer->stages[result_previous_stage(runner, lane)]);
  }
  if (parts_have(writer->parts, RESULT_NEXT))
    put_next(writer, to, runner, lane);
}

static void put_why(struct rendering *to, enum why_not why) {
  switch (why) {
  case WHY_COUNTED: break;
  case WHY_FALSE: PUT(to, ",\"why\":\"false\""); break;
  case WHY_UNKNOWN: PUT(to, ",\"why\":\"unknown\""); break;
  case WHY_NOTHING: PUT(to, ",\"why\":\"nothing found\""); break;
  case WHY_NOT_PICKED: PUT(to, ",\"why\":\"not picked\""); break;
  case WHY_MISSING: PUT(to, ",\"why\":\"points missing\""); break;
  }
}

static void put_contribution(const struct json_writer *writer, struct rendering *to,
                             const struct contribution *line) {
  buffer_piece(&to->text, writer->lines[line->line - writer->program->full.lines]);
  size_t begin = to->text.length;
  buffer_number(&to->text, line->points);
  size_t length = to->text.length - begin;
  if (line->has_events) {
    PUT(to, ",\"events\":");
    buffer_number(&to->text, line->events);
  }
  if (line->has_events && line->why == WHY_COUNTED) {
    PUT(to, ",\"raw\":");
    buffer_number(&to->text, line->raw);
    PUT(to, ",\"decayed\":");
    buffer_again(&to->text, begin, length);
  }
  put_why(to, line->why);
  if (line->why == WHY_UNKNOWN && line->missing_field != PROGRAM_NONE)
    buffer_piece(&to->text, writer->fields[line->missing_field]);
  PUT(to, "}");
}

static void put_contributions(const struct json_writer *writer, struct rendering *to,
                              const struct runner *runner, uint32_t lane) {
  PUT(to, ",\"contributions\":{");
  for (uint32_t s = 0; s < writer->program->score_count; s++) {
    buffer_piece(&to->text, writer->scores[s]);
    uint32_t count = result_lines(runner, s, lane, to->lines);
    PUT(to, "[");
    for (uint32_t i = 0; i < count; i++) {
      buffer_put(&to->text, ",", i > 0);
      put_contribution(writer, to, &to->lines[i]);
    }
    PUT(to, "]");
  }
  PUT(to, "}");
}

/* What an excluded lead has instead of results. */
static void put_nothing(const struct json_writer *writer, struct rendering *to,
                        const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  if (has(writer, RESULT_SCORES, program->score_count))
    PUT(to, ",\"scores\":{}");
  if (has(writer, RESULT_BANDS, program->band_count))
    PUT(to, ",\"bands\":{}");
  if (has(writer, RESULT_GRIDS, program->grid_count))
    PUT(to, ",\"grids\":{}");
  if (has(writer, RESULT_CHOICES, program->choice_count))
    PUT(to, ",\"choices\":{}");
  if (has(writer, RESULT_SEGMENTS, program->segment_count))
    PUT(to, ",\"segments\":[]");
  put_stages(writer, to, runner, lane);
  if (has(writer, RESULT_ACTIONS, program->action_count))
    PUT(to, ",\"actions\":[]");
  if (writer->lines && program->score_count)
    PUT(to, ",\"contributions\":{}");
}

static void put_results(const struct json_writer *writer, struct rendering *to,
                        const struct runner *runner, uint32_t lane) {
  const struct program *program = writer->program;
  if (has(writer, RESULT_SCORES, program->score_count))
    put_scores(writer, to, runner, lane);
  if (has(writer, RESULT_BANDS, program->band_count))
    put_outcomes(to, &writer->bands, ",\"bands\":{", result_band, runner, lane);
  if (has(writer, RESULT_GRIDS, program->grid_count))
    put_outcomes(to, &writer->grids, ",\"grids\":{", result_grid, runner, lane);
  if (has(writer, RESULT_CHOICES, program->choice_count))
    put_outcomes(to, &writer->choices, ",\"choices\":{", result_choice, runner, lane);
  if (has(writer, RESULT_SEGMENTS, program->segment_count)) {
    PUT(to, ",\"segments\":[");
    put_list(to, writer->segments, program->segment_count, result_segment, runner, lane);
  }
  put_stages(writer, to, runner, lane);
  if (has(writer, RESULT_ACTIONS, program->action_count)) {
    PUT(to, ",\"actions\":[");
    put_list(to, writer->actions, program->action_count, result_action, runner, lane);
  }
  if (writer->lines && program->score_count)
    put_contributions(writer, to, runner, lane);
}

void json_writer_lead(const struct json_writer *writer, struct rendering *to,
                      const struct runner *runner, uint32_t lane) {
  struct text id = runner->batch->ids[lane];
  PUT(to, "{\"id\":");
  if (id.bytes)
    buffer_json(&to->text, id);
  else
    PUT(to, "null");
  if (parts_have(writer->parts, RESULT_AS_OF))
    buffer_piece(&to->text, writer->as_of);
  uint32_t excluded = result_excluded(runner, lane);
  if (has(writer, RESULT_EXCLUDED, writer->program->exclude_count)) {
    PUT(to, ",\"excluded\":");
    if (excluded == PROGRAM_NONE)
      PUT(to, "null");
    else
      buffer_piece(&to->text, writer->excludes[excluded]);
  }
  if (excluded == PROGRAM_NONE)
    put_results(writer, to, runner, lane);
  else
    put_nothing(writer, to, runner, lane);
  PUT(to, "}\n");
}

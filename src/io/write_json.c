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

#include <assert.h>

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
  size_t bound;        /* bytes of a line: see line_bound */
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

/* ---- how long a line is at most ---------------------------------------------------- */

static size_t longest(const struct text *texts, size_t count) {
  size_t most = 0;
  for (size_t i = 0; i < count; i++)
    most = texts[i].length > most ? texts[i].length : most;
  return most;
}

/* Each with what is put between them. */
static size_t sum_of(const struct text *texts, size_t count, size_t between) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += texts[i].length + between;
  return sum;
}

static size_t outcomes_bound(const struct json_writer *writer, const struct outcomes *outcomes,
                             const struct program_output *outputs) {
  size_t sum = sum_of(outcomes->keys, outcomes->count, 0);
  for (uint32_t i = 0; i < outcomes->count; i++)
    sum += longest(outcomes->labels[i], writer->program->labels[outputs[i].labels].count);
  return sum;
}

/* Of the requirements that a lead may be shown. */
static size_t next_bound(const struct json_writer *writer) {
  const struct program *program = writer->program;
  size_t most = 0;
  for (uint32_t t = 0; t < program->transition_count; t++) {
    const struct program_transition *transition = &program->transitions[t];
    size_t sum = sum_of(writer->conjuncts + transition->first_conjunct, transition->conjunct_count,
                        sizeof ",,\"value\":,\"lacks\":,\"met\":false}" + 2 * NUMBER_TEXT_SIZE);
    most = sum > most ? sum : most;
  }
  return most;
}

/* Behind the id, without explanations, and what pieces and numbers need behind
 * their end.  The constant is for what stands around the parts. */
static size_t line_bound(const struct json_writer *writer) {
  const struct program *program = writer->program;
  size_t bound = 512 + writer->as_of.length + PIECE_ROOM + NUMBER_TEXT_SIZE;
  bound += longest(writer->excludes, program->exclude_count);
  bound += sum_of(writer->scores, program->score_count, NUMBER_TEXT_SIZE);
  bound += outcomes_bound(writer, &writer->bands, program->bands);
  bound += outcomes_bound(writer, &writer->grids, program->grids);
  bound += outcomes_bound(writer, &writer->choices, program->choices);
  bound += sum_of(writer->segments, program->segment_count, 1);
  bound += sum_of(writer->actions, program->action_count, 1);
  if (writer->stages)
    bound += 3 * longest(writer->stages, program->labels[program->stage_labels].count);
  return bound + next_bound(writer);
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
  if (pieces_failed(&pieces))
    return false;
  made->bound = line_bound(made);
  return true;
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

/* ---- leads --------------------------------------------------------------------------
 *
 * There is room for a line, but for its id and explanations, before it is begun
 * (line_bound).  So what puts a part of it takes the place where to put it, and
 * returns the one behind. */

struct line {
  const struct json_writer *writer;
  struct rendering *to;
  const struct runner *runner;
  uint32_t lane;
};

#define PUT(out, literal) PUT_LITERAL(out, literal)

/* Writing a shortest number costs more than all that is around it, and scores
 * come again: in requirements, and points in `decayed`. */
static char *put_score(const struct line *line, char *out, uint32_t score) {
  struct number_place *place = &line->to->scores[score];
  place->length = 0;
  if (!result_score_included(line->runner, score, line->lane, &place->number))
    return PUT(out, "null");
  place->begin = (size_t)(out - line->to->text.bytes);
  place->length = number_format(place->number, out);
  return out + place->length;
}

static char *put_score_again(const struct line *line, char *out, uint32_t score, double number) {
  const struct number_place *place = &line->to->scores[score];
  if (place->length == 0 || place->number != number)
    return out + number_format(number, out);
  memmove(out, line->to->text.bytes + place->begin, NUMBER_TEXT_SIZE);
  return out + place->length;
}

static char *put_scores(const struct line *line, char *out) {
  const struct json_writer *writer = line->writer;
  out = PUT(out, ",\"scores\":{");
  for (uint32_t i = 0; i < writer->program->score_count; i++)
    out = put_score(line, put_piece(out, writer->scores[i]), i);
  return PUT(out, "}");
}

static bool has(const struct json_writer *writer, enum result_part part, uint32_t count) {
  return count > 0 && parts_have(writer->parts, part);
}

static char *put_outcomes(const struct line *line, char *out, const struct outcomes *outcomes,
                          const uint32_t *registers) {
  for (uint32_t i = 0; i < outcomes->count; i++) {
    const struct column *column = result_column(line->runner, registers[i]);
    out = put_piece(out, outcomes->keys[i]);
    out = put_piece(out, outcomes->labels[i][column->label[line->lane]]);
  }
  return PUT(out, "}");
}

/* The texts for which a register says yes, as the rest of a list. */
static char *put_list(const struct line *line, char *out, const struct text *items, uint32_t count,
                      const uint32_t *registers) {
  const char *begin = out;
  for (uint32_t i = 0; i < count; i++) {
    if (!result_bool(line->runner, registers[i], line->lane))
      continue;
    if (out != begin)
      out = PUT(out, ",");
    out = put_piece(out, items[i]);
  }
  return PUT(out, "]");
}

static char *put_requirement(const struct line *line, char *out, uint32_t index) {
  const struct program_conjunct *conjunct = &line->writer->program->plain.conjuncts[index];
  struct conjunct_result result = result_conjunct(line->runner, index, line->lane);
  out = put_piece(out, line->writer->conjuncts[index]);
  if (conjunct->is_threshold && result.has_value) {
    out = put_score_again(line, PUT(out, ",\"value\":"), conjunct->score, result.value);
    out = PUT(out, ",\"lacks\":");
    out += number_format(result.lacks, out);
  } else if (conjunct->is_threshold) {
    out = PUT(out, ",\"value\":null,\"lacks\":null");
  }
  if (result.met > 0)
    return PUT(out, ",\"met\":true}");
  return result.met == 0 ? PUT(out, ",\"met\":false}") : PUT(out, ",\"met\":null}");
}

static char *put_next(const struct line *line, char *out) {
  uint32_t next = result_next(line->runner, line->lane);
  if (next == PROGRAM_NONE)
    return PUT(out, ",\"next\":null");
  const struct program_transition *transition = &line->writer->program->transitions[next];
  out = PUT(out, ",\"next\":{\"stage\":");
  out = put_piece(out, line->writer->stages[transition->to]);
  out = PUT(out, ",\"requirements\":[");
  for (uint32_t i = 0; i < transition->conjunct_count; i++) {
    if (i > 0)
      out = PUT(out, ",");
    out = put_requirement(line, out, transition->first_conjunct + i);
  }
  return PUT(out, "]}");
}

static char *put_stages(const struct line *line, char *out) {
  const struct json_writer *writer = line->writer;
  if (!writer->stages)
    return out;
  if (parts_have(writer->parts, RESULT_STAGE)) {
    out = PUT(out, ",\"stage\":");
    out = put_piece(out, writer->stages[result_stage(line->runner, line->lane)]);
  }
  if (parts_have(writer->parts, RESULT_PREVIOUS_STAGE)) {
    out = PUT(out, ",\"previous_stage\":");
    out = put_piece(out, writer->stages[result_previous_stage(line->runner, line->lane)]);
  }
  return parts_have(writer->parts, RESULT_NEXT) ? put_next(line, out) : out;
}

/* What an excluded lead has instead of results. */
static char *put_nothing(const struct line *line, char *out) {
  const struct json_writer *writer = line->writer;
  const struct program *program = writer->program;
  if (has(writer, RESULT_SCORES, program->score_count))
    out = PUT(out, ",\"scores\":{}");
  if (has(writer, RESULT_BANDS, program->band_count))
    out = PUT(out, ",\"bands\":{}");
  if (has(writer, RESULT_GRIDS, program->grid_count))
    out = PUT(out, ",\"grids\":{}");
  if (has(writer, RESULT_CHOICES, program->choice_count))
    out = PUT(out, ",\"choices\":{}");
  if (has(writer, RESULT_SEGMENTS, program->segment_count))
    out = PUT(out, ",\"segments\":[]");
  out = put_stages(line, out);
  if (has(writer, RESULT_ACTIONS, program->action_count))
    out = PUT(out, ",\"actions\":[]");
  return out;
}

static char *put_results(const struct line *line, char *out) {
  const struct json_writer *writer = line->writer;
  const struct program *program = writer->program;
  const struct section *section = line->runner->section;
  if (has(writer, RESULT_SCORES, program->score_count))
    out = put_scores(line, out);
  if (has(writer, RESULT_BANDS, program->band_count))
    out = put_outcomes(line, PUT(out, ",\"bands\":{"), &writer->bands, section->bands);
  if (has(writer, RESULT_GRIDS, program->grid_count))
    out = put_outcomes(line, PUT(out, ",\"grids\":{"), &writer->grids, section->grids);
  if (has(writer, RESULT_CHOICES, program->choice_count))
    out = put_outcomes(line, PUT(out, ",\"choices\":{"), &writer->choices, section->choices);
  if (has(writer, RESULT_SEGMENTS, program->segment_count))
    out = put_list(line, PUT(out, ",\"segments\":["), writer->segments, program->segment_count,
                   section->segments);
  out = put_stages(line, out);
  if (has(writer, RESULT_ACTIONS, program->action_count))
    out = put_list(line, PUT(out, ",\"actions\":["), writer->actions, program->action_count,
                   section->actions);
  return out;
}

/* Everything behind the id, but for explanations. */
static char *put_line(const struct line *line, char *out, uint32_t excluded) {
  const struct json_writer *writer = line->writer;
  if (parts_have(writer->parts, RESULT_AS_OF))
    out = put_piece(out, writer->as_of);
  if (has(writer, RESULT_EXCLUDED, writer->program->exclude_count)) {
    out = PUT(out, ",\"excluded\":");
    out = excluded == PROGRAM_NONE ? PUT(out, "null") : put_piece(out, writer->excludes[excluded]);
  }
  return excluded == PROGRAM_NONE ? put_results(line, out) : put_nothing(line, out);
}

/* ---- explanations ----------------------------------------------------------------------
 *
 * They are as many as they are; there is room for each before it is begun. */

static char *put_why(char *out, enum why_not why) {
  switch (why) {
  case WHY_COUNTED: break;
  case WHY_FALSE: return PUT(out, ",\"why\":\"false\"");
  case WHY_UNKNOWN: return PUT(out, ",\"why\":\"unknown\"");
  case WHY_NOTHING: return PUT(out, ",\"why\":\"nothing found\"");
  case WHY_NOT_PICKED: return PUT(out, ",\"why\":\"not picked\"");
  case WHY_MISSING: return PUT(out, ",\"why\":\"points missing\"");
  }
  return out;
}

static char *put_contribution(char *out, const struct contribution *line, struct text field) {
  const char *points = out;
  out += number_format(line->points, out);
  size_t length = (size_t)(out - points);
  if (line->has_events) {
    out = PUT(out, ",\"events\":");
    out += number_format(line->events, out);
  }
  if (line->has_events && line->why == WHY_COUNTED) {
    out = PUT(out, ",\"raw\":");
    out += number_format(line->raw, out);
    out = PUT(out, ",\"decayed\":");
    memmove(out, points, NUMBER_TEXT_SIZE);
    out += length;
  }
  out = put_why(out, line->why);
  return PUT(put_piece(out, field), "}");
}

/* What a contribution needs beside its pieces. */
enum { CONTRIBUTION_ROOM = 4 * NUMBER_TEXT_SIZE + 2 * PIECE_ROOM + 96 };

static void explain_one(const struct json_writer *writer, struct buffer *text,
                        const struct contribution *line) {
  static const char none[PIECE_ROOM];
  bool has_field = line->why == WHY_UNKNOWN && line->missing_field != PROGRAM_NONE;
  struct text begin = writer->lines[line->line - writer->program->full.lines];
  struct text field = has_field ? writer->fields[line->missing_field] : (struct text){none, 0};
  size_t room = begin.length + field.length + CONTRIBUTION_ROOM;
  if (!buffer_has_room(text, room))
    return;
  char *out = text->bytes + text->length;
  char *end = put_contribution(put_piece(out, begin), line, field);
  assert((size_t)(end - out) + PIECE_ROOM <= room);
  text->length = (size_t)(end - text->bytes);
}

static void explain(const struct json_writer *writer, struct rendering *to,
                    const struct runner *runner, uint32_t lane) {
  struct buffer *text = &to->text;
  BUFFER_LITERAL(text, ",\"contributions\":{");
  for (uint32_t s = 0; s < writer->program->score_count; s++) {
    buffer_piece(text, writer->scores[s]);
    uint32_t count = result_lines(runner, s, lane, to->lines);
    BUFFER_LITERAL(text, "[");
    for (uint32_t i = 0; i < count; i++) {
      buffer_put(text, ",", i > 0);
      explain_one(writer, text, &to->lines[i]);
    }
    BUFFER_LITERAL(text, "]");
  }
  BUFFER_LITERAL(text, "}");
}

/* ---- the line --------------------------------------------------------------------------- */

void json_writer_lead(const struct json_writer *writer, struct rendering *to,
                      const struct runner *runner, uint32_t lane) {
  const struct line line = {writer, to, runner, lane};
  struct text id = runner->batch->ids[lane];
  uint32_t excluded = result_excluded(runner, lane);
  BUFFER_LITERAL(&to->text, "{\"id\":");
  if (id.bytes)
    buffer_json(&to->text, id);
  else
    BUFFER_LITERAL(&to->text, "null");
  if (!buffer_has_room(&to->text, writer->bound))
    return;
  char *begin = to->text.bytes + to->text.length, *end = put_line(&line, begin, excluded);
  assert((size_t)(end - begin) + PIECE_ROOM <= writer->bound);
  to->text.length = (size_t)(end - to->text.bytes);
  if (writer->lines && writer->program->score_count && excluded == PROGRAM_NONE)
    explain(writer, to, runner, lane);
  else if (writer->lines && writer->program->score_count)
    BUFFER_LITERAL(&to->text, ",\"contributions\":{}");
  BUFFER_LITERAL(&to->text, "}\n");
}

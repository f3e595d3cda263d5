/* case_judge.c - what came out, beside what was expected.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/case_file.h"

#include "base/unicode.h"

/* What is written, and how. */
struct judge {
  const struct case_file *file;
  const struct program *program;
  const struct runner *runner;
  uint32_t lane;
  bool excluded;
  struct pieces *pieces;
};

/* ---- results ------------------------------------------------------------------------- */

static const struct program_labels *labels_of(const struct judge *judge, enum case_subject subject,
                                              uint32_t index) {
  const struct program *program = judge->program;
  switch (subject) {
  case CASE_BAND: return &program->labels[program->bands[index].labels];
  case CASE_GRID: return &program->labels[program->grids[index].labels];
  case CASE_CHOICE: return &program->labels[program->choices[index].labels];
  default: return &program->labels[program->stage_labels];
  }
}

/* Of a band, grid, choice or the stages; PROGRAM_NONE if there is none. */
static uint32_t label_reached(const struct judge *judge, enum case_subject subject,
                              uint32_t index) {
  if (subject == CASE_STAGE)
    return result_stage(judge->runner, judge->lane);
  if (subject == CASE_PREVIOUS_STAGE)
    return result_previous_stage(judge->runner, judge->lane);
  if (judge->excluded)
    return PROGRAM_NONE;
  switch (subject) {
  case CASE_BAND: return result_band(judge->runner, index, judge->lane);
  case CASE_GRID: return result_grid(judge->runner, index, judge->lane);
  default: return result_choice(judge->runner, index, judge->lane);
  }
}

static bool holds(const struct judge *judge, enum case_subject subject, uint32_t index) {
  if (judge->excluded)
    return false;
  return subject == CASE_ACTIONS ? result_action(judge->runner, index, judge->lane)
                                 : result_segment(judge->runner, index, judge->lane);
}

static uint32_t count_of(const struct judge *judge, enum case_subject subject) {
  return subject == CASE_ACTIONS ? judge->program->action_count : judge->program->segment_count;
}

static struct text name_of(const struct judge *judge, enum case_subject subject, uint32_t index) {
  return subject == CASE_ACTIONS ? judge->program->actions[index].name
                                 : judge->program->segments[index].name;
}

/* ---- comparing ---------------------------------------------------------------------------- */

static bool meets_score(const struct judge *judge, const struct case_check *check) {
  double score;
  bool known = result_score(judge->runner, check->index, judge->lane, &score);
  if (check->value.kind == CASE_NOTHING)
    return !known;
  return known && check->value.kind == CASE_NUMBER && check->value.number == score;
}

/* A label that is a number may be written as one, and as a text.  In CSV, `none`
 * may be a label as well as none. */
static bool meets_label(const struct judge *judge, const struct case_check *check) {
  uint32_t label = label_reached(judge, check->subject, check->index);
  if (label == PROGRAM_NONE)
    return check->value.kind == CASE_NOTHING;
  const struct program_labels *labels = labels_of(judge, check->subject, check->index);
  if (check->value.kind == CASE_NOTHING)
    return judge->file->csv && text_equal_folded(labels->labels[label], TEXT("none"));
  if (check->value.kind == CASE_NUMBER)
    return labels->numbers && labels->numbers[label] == check->value.number;
  return check->value.kind == CASE_TEXT &&
         text_equal_folded(labels->labels[label], check->value.text);
}

static bool meets_exclusion(const struct judge *judge, const struct case_value *value) {
  if (!judge->excluded || value->kind == CASE_NOTHING)
    return !judge->excluded && value->kind == CASE_NOTHING;
  uint32_t excluded = result_excluded(judge->runner, judge->lane);
  return value->kind == CASE_TEXT &&
         text_equal_folded(judge->program->excludes[excluded], value->text);
}

static bool is_listed(const struct text_list *list, struct text name) {
  for (size_t i = 0; i < list->count; i++)
    if (text_equal(list->items[i], name))
      return true;
  return false;
}

/* The same names, in whatever order, and no other. */
static bool meets_list(const struct judge *judge, const struct case_check *check) {
  bool nothing = check->value.kind == CASE_NOTHING;
  if (!nothing && check->value.kind != CASE_TEXTS)
    return false;
  uint32_t found = 0;
  for (uint32_t i = 0; i < count_of(judge, check->subject); i++) {
    if (!holds(judge, check->subject, i))
      continue;
    if (nothing || !is_listed(&check->value.texts, name_of(judge, check->subject, i)))
      return false;
    found++;
  }
  return nothing || found == check->value.texts.count;
}

static bool meets(const struct judge *judge, const struct case_check *check) {
  const struct case_value *value = &check->value;
  switch (check->subject) {
  case CASE_EXCLUDED: return meets_exclusion(judge, value);
  case CASE_SCORE: return meets_score(judge, check);
  case CASE_SEGMENT:
    if (judge->excluded || value->kind == CASE_NOTHING)
      return judge->excluded && value->kind == CASE_NOTHING;
    return value->kind == CASE_BOOL && value->boolean == holds(judge, CASE_SEGMENTS, check->index);
  case CASE_SEGMENTS:
  case CASE_ACTIONS: return meets_list(judge, check);
  default: return meets_label(judge, check);
  }
}

/* ---- writing -------------------------------------------------------------------------------- */

static void put_nothing(const struct judge *judge) {
  pieces_literal(judge->pieces, judge->file->csv ? "none" : "null");
}

static void put_text(const struct judge *judge, struct text text) {
  if (judge->file->csv)
    pieces_cell(judge->pieces, text);
  else
    pieces_json(judge->pieces, text);
}

static void put_label(const struct judge *judge, enum case_subject subject, uint32_t index) {
  uint32_t label = label_reached(judge, subject, index);
  if (label == PROGRAM_NONE) {
    put_nothing(judge);
    return;
  }
  const struct program_labels *labels = labels_of(judge, subject, index);
  if (labels->numbers)
    pieces_number(judge->pieces, labels->numbers[label]);
  else
    put_text(judge, labels->labels[label]);
}

static void put_list(const struct judge *judge, enum case_subject subject) {
  bool csv = judge->file->csv, first = true;
  const char *separator = !csv ? "," : judge->file->delimiter == ';' ? "|" : ";";
  pieces_literal(judge->pieces, csv ? "" : "[");
  for (uint32_t i = 0; i < count_of(judge, subject); i++) {
    if (!holds(judge, subject, i))
      continue;
    pieces_literal(judge->pieces, first ? "" : separator);
    put_text(judge, name_of(judge, subject, i));
    first = false;
  }
  if (csv && first)
    put_nothing(judge);
  pieces_literal(judge->pieces, csv ? "" : "]");
}

static void put_score(const struct judge *judge, uint32_t index) {
  double score;
  if (result_score(judge->runner, index, judge->lane, &score))
    pieces_number(judge->pieces, score);
  else
    put_nothing(judge);
}

static void put_excluded(const struct judge *judge) {
  if (judge->excluded)
    put_text(judge, judge->program->excludes[result_excluded(judge->runner, judge->lane)]);
  else
    put_nothing(judge);
}

static void put_result(const struct judge *judge, enum case_subject subject, uint32_t index) {
  switch (subject) {
  case CASE_EXCLUDED: put_excluded(judge); break;
  case CASE_SCORE: put_score(judge, index); break;
  case CASE_SEGMENT:
    if (judge->excluded)
      put_nothing(judge);
    else
      pieces_literal(judge->pieces, holds(judge, CASE_SEGMENTS, index) ? "true" : "false");
    break;
  case CASE_SEGMENTS:
  case CASE_ACTIONS: put_list(judge, subject); break;
  default: put_label(judge, subject, index); break;
  }
}

/* ---- a whole expectation -----------------------------------------------------------------------
 */

/* Calls back for everything that results of the policy have, in their order. */
typedef void put_part(const struct judge *judge, enum case_subject subject, uint32_t index,
                      struct text name);

static void put_outputs(const struct judge *judge, put_part *put, enum case_subject subject,
                        const struct program_output *outputs, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    put(judge, subject, i, outputs[i].name);
}

static void for_each(const struct judge *judge, put_part *put) {
  const struct program *program = judge->program;
  if (program->exclude_count)
    put(judge, CASE_EXCLUDED, 0, TEXT("excluded"));
  for (uint32_t i = 0; i < program->score_count; i++)
    put(judge, CASE_SCORE, i, program->scores[i].name);
  put_outputs(judge, put, CASE_BAND, program->bands, program->band_count);
  put_outputs(judge, put, CASE_GRID, program->grids, program->grid_count);
  put_outputs(judge, put, CASE_CHOICE, program->choices, program->choice_count);
  if (program->segment_count)
    put(judge, CASE_SEGMENTS, 0, TEXT("segments"));
  if (program->stage_labels != PROGRAM_NONE)
    put(judge, CASE_STAGE, 0, TEXT("stage"));
  if (program->action_count)
    put(judge, CASE_ACTIONS, 0, TEXT("actions"));
}

static void put_delimiter(const struct judge *judge) {
  char delimiter[] = {judge->file->delimiter, '\0'};
  pieces_literal(judge->pieces, delimiter);
}

static void put_column_name(const struct judge *judge, enum case_subject subject, uint32_t index,
                            struct text name) {
  (void)subject;
  (void)index;
  put_delimiter(judge);
  pieces_literal(judge->pieces, "expect.");
  pieces_text(judge->pieces, name);
}

static void put_column(const struct judge *judge, enum case_subject subject, uint32_t index,
                       struct text name) {
  (void)name;
  put_delimiter(judge);
  put_result(judge, subject, index);
}

void case_put_header(const struct case_file *file, struct pieces *pieces) {
  const struct judge judge = {.file = file, .program = file->program, .pieces = pieces};
  for_each(&judge, put_column_name);
}

/* `"scores":{…}`: opens and closes the object of a section around its members. */
static void put_member(const struct judge *judge, enum case_subject subject, uint32_t index,
                       struct text name) {
  static const char *const sections[] = {[CASE_SCORE] = "\"scores\":{",
                                         [CASE_BAND] = "\"bands\":{",
                                         [CASE_GRID] = "\"grids\":{",
                                         [CASE_CHOICE] = "\"choices\":{"};
  const struct program *program = judge->program;
  const uint32_t counts[] = {[CASE_SCORE] = program->score_count,
                             [CASE_BAND] = program->band_count,
                             [CASE_GRID] = program->grid_count,
                             [CASE_CHOICE] = program->choice_count};
  bool sectioned = subject >= CASE_SCORE && subject <= CASE_CHOICE;
  const struct buffer *text = &judge->pieces->buffer;
  char last = text->length ? text->bytes[text->length - 1] : '{';
  if (last != '{')
    pieces_literal(judge->pieces, ",");
  if (sectioned && index == 0)
    pieces_literal(judge->pieces, sections[subject]);
  pieces_json(judge->pieces, name);
  pieces_literal(judge->pieces, ":");
  put_result(judge, subject, index);
  if (sectioned && index + 1 == counts[subject])
    pieces_literal(judge->pieces, "}");
}

static void put_whole(const struct judge *judge, const struct case_record *record) {
  if (judge->file->csv) {
    if (!judge->file->expect_columns)
      for_each(judge, put_column);
    return;
  }
  pieces_literal(judge->pieces, record->is_empty ? "\"expect\":{" : ",\"expect\":{");
  for_each(judge, put_member);
  pieces_literal(judge->pieces, "}");
}

/* ---- judging ------------------------------------------------------------------------------------
 */

bool case_judge(struct case_file *file, struct case_record *record, const struct runner *runner,
                uint32_t lane) {
  struct pieces pieces;
  pieces_init(&pieces, &file->arena);
  const struct judge judge = {
      .file = file,
      .program = file->program,
      .runner = runner,
      .lane = lane,
      .excluded = result_excluded(runner, lane) != PROGRAM_NONE,
      .pieces = &pieces,
  };
  for (uint32_t i = 0; i < record->count; i++) {
    struct case_check *check = &file->checks[record->first + i];
    check->met = check->value.kind == CASE_UNSET ? record->has_expect : meets(&judge, check);
    put_result(&judge, check->subject, check->index);
    check->actual = pieces_take(&pieces);
  }
  if (!record->has_expect) {
    put_whole(&judge, record);
    record->whole = pieces_take(&pieces);
  }
  bool done = !pieces_failed(&pieces);
  pieces_clear(&pieces);
  return done;
}

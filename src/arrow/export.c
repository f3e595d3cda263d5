/* export.c - the results of a run as columns of Arrow.
 *
 * The columns have the names and the nesting of the NDJSON results
 * (docs/output.md), and are there if the policy declares such things.  Every
 * text but the id comes from the policy: labels, names, rules.  Those are
 * dictionaries, made once; a row costs an index.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/export.h"

#include <string.h>

/* The columns that each program has some of, in their order. */
enum column_name {
  ID,
  AS_OF,
  EXCLUDED,
  SCORES,
  BANDS,
  GRIDS,
  CHOICES,
  SEGMENTS,
  STAGE,
  PREVIOUS_STAGE,
  NEXT,
  ACTIONS,
  CONTRIBUTIONS,
  COLUMN_COUNT
};

static const char *const names[COLUMN_COUNT] = {
    [ID] = "id",
    [AS_OF] = "as_of",
    [EXCLUDED] = "excluded",
    [SCORES] = "scores",
    [BANDS] = "bands",
    [GRIDS] = "grids",
    [CHOICES] = "choices",
    [SEGMENTS] = "segments",
    [STAGE] = "stage",
    [PREVIOUS_STAGE] = "previous_stage",
    [NEXT] = "next",
    [ACTIONS] = "actions",
    [CONTRIBUTIONS] = "contributions",
};

/* Children of `next.requirements`, of `actions` before the policy's own keys,
 * and of `contributions`. */
enum {
  NEED_SCORE,
  NEED_CONDITION,
  NEED_COMPARE,
  NEED_THRESHOLD,
  NEED_VALUE,
  NEED_LACKS,
  NEED_MET,
  NEED_COUNT
};
enum { ACTION_NAME, ACTION_LABEL, ACTION_KEYS };
enum {
  PART_SCORE,
  PART_KIND,
  PART_RULE,
  PART_LABEL,
  PART_LINE,
  PART_FILE,
  PART_POINTS,
  PART_EVENTS,
  PART_RAW,
  PART_DECAYED,
  PART_WHY,
  PART_FIELD,
  PART_COUNT
};

static const char *const need_names[NEED_COUNT] = {
    "score", "condition", "compare", "threshold", "value", "lacks", "met",
};
static const char *const part_names[PART_COUNT] = {
    "score",  "kind",   "rule", "label",   "line", "file",
    "points", "events", "raw",  "decayed", "why",  "field",
};

static const struct text compare_texts[] = {
    [PROGRAM_LESS] = {"<", 1},           [PROGRAM_LESS_EQUAL] = {"<=", 2},
    [PROGRAM_EQUAL] = {"=", 1},          [PROGRAM_NOT_EQUAL] = {"!=", 2},
    [PROGRAM_GREATER_EQUAL] = {">=", 2}, [PROGRAM_GREATER] = {">", 1},
};
static const struct text kind_texts[] = {
    [LINE_RULE] = {"rule", 4},          [LINE_CAP] = {"cap", 3},
    [LINE_RANGE] = {"group range", 11}, [LINE_TERM] = {"term", 4},
    [LINE_SCORE_RANGE] = {"range", 5},  [LINE_ROUNDING] = {"rounding", 8},
};
static const struct text why_texts[] = {
    [WHY_COUNTED] = {"", 0},
    [WHY_FALSE] = {"false", 5},
    [WHY_UNKNOWN] = {"unknown", 7},
    [WHY_NOTHING] = {"nothing found", 13},
    [WHY_NOT_PICKED] = {"not picked", 10},
    [WHY_MISSING] = {"points missing", 14},
};
#define COUNT(array) (uint32_t)(sizeof(array) / sizeof *(array))

struct export {
  const struct program *program;
  struct memory memory;
  struct arena arena;
  struct builder root;
  struct builder *columns[COLUMN_COUNT]; /* NULL: the policy has no such thing */
  struct text *keys;                     /* of actions, without repetition */
  uint32_t key_count;
  struct contribution *lines; /* room for those of any score */
  size_t line_capacity;
  bool failed; /* while it is made */
};

/* ---- making ---------------------------------------------------------------------- */

static const char *terminated(struct export *export, struct text text) {
  bool copied;
  struct text copy = arena_text(&export->arena, text, &copied);
  export->failed |= !copied;
  return copied ? copy.bytes : "";
}

static void make(struct export *export, struct builder *builder, const char *name,
                 const char *format) {
  builder_init(builder, &export->memory, name, format);
}

static bool make_children(struct export *export, struct builder *builder, uint32_t count) {
  if (!export->failed && count > 0 && !builder_children(builder, &export->arena, count))
    export->failed = true;
  return !export->failed && count > 0;
}

static void make_encoded(struct export *export, struct builder *builder, const char *name,
                         const struct text *texts, uint32_t count) {
  make(export, builder, name, "i");
  if (export->failed)
    return;
  struct dictionary *dictionary = dictionary_new(&export->memory, texts, count);
  export->failed |= !dictionary;
  if (!dictionary)
    return;
  builder_encode(builder, dictionary);
  dictionary_drop(dictionary);
}

/* An array of texts in the arena; NULL if that failed. */
static struct text *texts_of(struct export *export, uint32_t count) {
  struct text *texts = arena_array(&export->arena, count + 1u, sizeof *texts);
  export->failed |= !texts;
  return texts;
}

/* Labels that are all numbers are numbers. */
static void make_labels(struct export *export, struct builder *builder, const char *name,
                        const struct program_labels *set) {
  if (set->numbers)
    make(export, builder, name, "g");
  else
    make_encoded(export, builder, name, set->labels, set->count);
}

static void make_outcomes(struct export *export, struct builder *builder,
                          const struct program_output *outputs, uint32_t count) {
  if (make_children(export, builder, count))
    for (uint32_t i = 0; i < count; i++)
      make_labels(export, &builder->children[i], terminated(export, outputs[i].name),
                  &export->program->labels[outputs[i].labels]);
}

static void make_scores(struct export *export, struct builder *builder) {
  const struct program *program = export->program;
  if (make_children(export, builder, program->score_count))
    for (uint32_t i = 0; i < program->score_count; i++)
      make(export, &builder->children[i], terminated(export, program->scores[i].name), "g");
}

static void make_segments(struct export *export, struct builder *builder) {
  const struct program *program = export->program;
  if (make_children(export, builder, program->segment_count))
    for (uint32_t i = 0; i < program->segment_count; i++)
      make(export, &builder->children[i], terminated(export, program->segments[i].name), "b");
}

/* The struct that is a list's one child. */
static struct builder *make_items(struct export *export, struct builder *list, uint32_t children) {
  if (!make_children(export, list, 1))
    return NULL;
  make(export, &list->children[0], "item", "+s");
  return make_children(export, &list->children[0], children) ? &list->children[0] : NULL;
}

static struct text *score_names(struct export *export) {
  const struct program *program = export->program;
  struct text *texts = texts_of(export, program->score_count);
  for (uint32_t i = 0; !export->failed && i < program->score_count; i++)
    texts[i] = program->scores[i].name;
  return texts;
}

static void make_next(struct export *export, struct builder *next) {
  const struct program *program = export->program;
  const struct program_labels *stages = &program->labels[program->stage_labels];
  if (!make_children(export, next, 2))
    return;
  make_encoded(export, &next->children[0], "stage", stages->labels, stages->count);
  make(export, &next->children[1], "requirements", "+l");
  struct builder *items = make_items(export, &next->children[1], NEED_COUNT);
  uint32_t count = program->plain.conjunct_count;
  struct text *conditions = texts_of(export, count);
  if (export->failed)
    return;
  for (uint32_t i = 0; i < count; i++)
    conditions[i] = program->plain.conjuncts[i].source;
  for (uint32_t i = NEED_THRESHOLD; i < NEED_MET; i++)
    make(export, &items->children[i], need_names[i], "g");
  make(export, &items->children[NEED_MET], need_names[NEED_MET], "b");
  make_encoded(export, &items->children[NEED_SCORE], need_names[NEED_SCORE], score_names(export),
               program->score_count);
  make_encoded(export, &items->children[NEED_CONDITION], need_names[NEED_CONDITION], conditions,
               count);
  make_encoded(export, &items->children[NEED_COMPARE], need_names[NEED_COMPARE], compare_texts,
               COUNT(compare_texts));
}

/* The entry of an action by its key, or NULL. */
static const struct program_entry *entry_of(const struct program_action *action, struct text key) {
  for (uint32_t i = 0; i < action->entry_count; i++)
    if (text_equal(action->entries[i].key, key))
      return &action->entries[i];
  return NULL;
}

static void collect_keys(struct export *export) {
  const struct program *program = export->program;
  uint32_t most = 0;
  for (uint32_t a = 0; a < program->action_count; a++)
    most += program->actions[a].entry_count;
  export->keys = texts_of(export, most);
  for (uint32_t a = 0; !export->failed && a < program->action_count; a++)
    for (uint32_t i = 0; i < program->actions[a].entry_count; i++) {
      struct text key = program->actions[a].entries[i].key;
      uint32_t known = 0;
      while (known < export->key_count && !text_equal(export->keys[known], key))
        known++;
      if (known == export->key_count)
        export->keys[export->key_count++] = key;
    }
}

/* A key that would hide one of our columns gets a `_` behind it. */
static const char *key_name(struct export *export, struct text key) {
  if (!text_equal(key, TEXT("name")) && !text_equal(key, TEXT("label")))
    return terminated(export, key);
  char name[8];
  memcpy(name, key.bytes, key.length);
  name[key.length] = '_';
  return terminated(export, (struct text){name, key.length + 1});
}

static void make_actions(struct export *export, struct builder *list) {
  const struct program *program = export->program;
  uint32_t count = program->action_count;
  collect_keys(export);
  struct builder *items = make_items(export, list, ACTION_KEYS + export->key_count);
  struct text *texts = texts_of(export, count);
  if (export->failed)
    return;
  for (uint32_t a = 0; a < count; a++)
    texts[a] = program->actions[a].name;
  make_encoded(export, &items->children[ACTION_NAME], "name", texts, count);
  for (uint32_t a = 0; a < count; a++)
    texts[a] = program->actions[a].label;
  make_encoded(export, &items->children[ACTION_LABEL], "label", texts, count);
  for (uint32_t k = 0; k < export->key_count; k++) {
    for (uint32_t a = 0; a < count; a++) {
      const struct program_entry *entry = entry_of(&program->actions[a], export->keys[k]);
      texts[a] = entry ? entry->text : (struct text){"", 0};
    }
    make_encoded(export, &items->children[ACTION_KEYS + k], key_name(export, export->keys[k]),
                 texts, count);
  }
}

static void make_contributions(struct export *export, struct builder *list) {
  const struct program *program = export->program;
  uint32_t count = program->full.line_count;
  struct builder *items = make_items(export, list, PART_COUNT);
  struct text *rules = texts_of(export, count), *labels = texts_of(export, count);
  struct text *fields = texts_of(export, program->field_count);
  if (export->failed)
    return;
  for (uint32_t i = 0; i < count; i++) {
    rules[i] = program->full.lines[i].source;
    labels[i] = program->full.lines[i].label;
  }
  for (uint32_t i = 0; i < program->field_count; i++)
    fields[i] = program->fields[i].name;
  struct builder *parts = items->children;
  for (uint32_t i = PART_POINTS; i <= PART_DECAYED; i++)
    make(export, &parts[i], part_names[i], "g");
  make(export, &parts[PART_LINE], part_names[PART_LINE], "i");
  make_encoded(export, &parts[PART_SCORE], part_names[PART_SCORE], score_names(export),
               program->score_count);
  make_encoded(export, &parts[PART_KIND], part_names[PART_KIND], kind_texts, COUNT(kind_texts));
  make_encoded(export, &parts[PART_RULE], part_names[PART_RULE], rules, count);
  make_encoded(export, &parts[PART_LABEL], part_names[PART_LABEL], labels, count);
  make_encoded(export, &parts[PART_FILE], part_names[PART_FILE], program->source_names,
               program->source_name_count);
  make_encoded(export, &parts[PART_WHY], part_names[PART_WHY], why_texts, COUNT(why_texts));
  make_encoded(export, &parts[PART_FIELD], part_names[PART_FIELD], fields, program->field_count);
}

static void make_column(struct export *export, enum column_name name, struct builder *builder) {
  const struct program *program = export->program;
  const struct program_labels *stages =
      program->stage_labels == PROGRAM_NONE ? NULL : &program->labels[program->stage_labels];
  bool list = name == ACTIONS || name == CONTRIBUTIONS;
  make(export, builder, names[name], list ? "+l" : "+s");
  switch (name) {
  case ID: make(export, builder, names[name], "u"); break;
  case AS_OF: make(export, builder, names[name], "tsu:UTC"); break;
  case EXCLUDED:
    make_encoded(export, builder, names[name], program->excludes, program->exclude_count);
    break;
  case SCORES: make_scores(export, builder); break;
  case BANDS: make_outcomes(export, builder, program->bands, program->band_count); break;
  case GRIDS: make_outcomes(export, builder, program->grids, program->grid_count); break;
  case CHOICES: make_outcomes(export, builder, program->choices, program->choice_count); break;
  case SEGMENTS: make_segments(export, builder); break;
  case STAGE:
  case PREVIOUS_STAGE:
    make_encoded(export, builder, names[name], stages->labels, stages->count);
    break;
  case NEXT: make_next(export, builder); break;
  case ACTIONS: make_actions(export, builder); break;
  case CONTRIBUTIONS: make_contributions(export, builder); break;
  case COLUMN_COUNT: break;
  }
}

static void make_columns(struct export *export, bool explain) {
  const struct program *program = export->program;
  bool staged = program->stage_labels != PROGRAM_NONE;
  const bool wanted[COLUMN_COUNT] = {
      [ID] = true,
      [AS_OF] = true,
      [EXCLUDED] = program->exclude_count > 0,
      [SCORES] = program->score_count > 0,
      [BANDS] = program->band_count > 0,
      [GRIDS] = program->grid_count > 0,
      [CHOICES] = program->choice_count > 0,
      [SEGMENTS] = program->segment_count > 0,
      [STAGE] = staged,
      [PREVIOUS_STAGE] = staged,
      [NEXT] = staged,
      [ACTIONS] = program->action_count > 0,
      [CONTRIBUTIONS] = explain && program->score_count > 0,
  };
  uint32_t count = 0;
  for (int name = 0; name < COLUMN_COUNT; name++)
    count += wanted[name];
  make(export, &export->root, "", "+s");
  if (!make_children(export, &export->root, count))
    return;
  struct builder *next = export->root.children;
  for (int name = 0; name < COLUMN_COUNT; name++)
    if (wanted[name]) {
      export->columns[name] = next++;
      make_column(export, (enum column_name)name, export->columns[name]);
    }
}

struct export *export_new(const struct program *program, const struct memory *memory,
                          bool explain) {
  struct export *made = memory_zeroed(memory, 1, sizeof *made);
  if (!made)
    return NULL;
  made->program = program;
  made->memory = *memory;
  arena_init(&made->arena, memory);
  make_columns(made, explain);
  if (!made->failed)
    return made;
  export_free(made);
  return NULL;
}

void export_free(struct export *export) {
  if (!export)
    return;
  struct memory memory = export->memory;
  builder_clear(&export->root);
  memory_free(&memory, export->lines, export->line_capacity, sizeof *export->lines);
  arena_clear(&export->arena);
  memory_free(&memory, export, 1, sizeof *export);
}

bool export_schema(const struct export *export, struct ArrowSchema *schema) {
  return builder_schema(&export->root, schema);
}

/* ---- rows ------------------------------------------------------------------------------ */

static void put_index(struct builder *builder, uint32_t index) {
  if (index == PROGRAM_NONE)
    builder_null(builder);
  else
    builder_int(builder, (int32_t)index);
}

/* An index of a text that may be none: length 0. */
static void put_if(struct builder *builder, struct text text, uint32_t index) {
  put_index(builder, text.length ? index : PROGRAM_NONE);
}

static void put_number_if(struct builder *builder, bool known, double number) {
  if (known)
    builder_number(builder, number);
  else
    builder_null(builder);
}

static void put_scores(struct builder *scores, const struct runner *runner, uint32_t lane,
                       bool excluded) {
  builder_struct(scores);
  for (uint32_t i = 0; i < scores->child_count; i++) {
    double number = 0;
    bool known = !excluded && result_score(runner, i, lane, &number);
    put_number_if(&scores->children[i], known, number);
  }
}

static void put_outcomes(struct export *export, struct builder *builder,
                         const struct program_output *outputs,
                         uint32_t (*result)(const struct runner *, uint32_t, uint32_t),
                         const struct runner *runner, uint32_t lane, bool excluded) {
  builder_struct(builder);
  for (uint32_t i = 0; i < builder->child_count; i++) {
    const double *numbers = export->program->labels[outputs[i].labels].numbers;
    uint32_t label = excluded ? PROGRAM_NONE : result(runner, i, lane);
    if (numbers && label != PROGRAM_NONE)
      builder_number(&builder->children[i], numbers[label]);
    else
      put_index(&builder->children[i], label);
  }
}

static void put_segments(struct builder *builder, const struct runner *runner, uint32_t lane,
                         bool excluded) {
  builder_struct(builder);
  for (uint32_t i = 0; i < builder->child_count; i++)
    if (excluded)
      builder_null(&builder->children[i]);
    else
      builder_bool(&builder->children[i], result_segment(runner, i, lane));
}

static void put_need(struct builder *items, const struct runner *runner, uint32_t at,
                     uint32_t lane) {
  const struct program_conjunct *conjunct = &runner->section->conjuncts[at];
  struct conjunct_result result = result_conjunct(runner, at, lane);
  bool threshold = conjunct->is_threshold;
  struct builder *needs = items->children;
  builder_struct(items);
  put_index(&needs[NEED_SCORE], threshold ? conjunct->score : PROGRAM_NONE);
  put_index(&needs[NEED_CONDITION], threshold ? PROGRAM_NONE : at);
  put_index(&needs[NEED_COMPARE], threshold ? conjunct->compare : PROGRAM_NONE);
  put_number_if(&needs[NEED_THRESHOLD], threshold, conjunct->threshold);
  put_number_if(&needs[NEED_VALUE], threshold && result.has_value, result.value);
  put_number_if(&needs[NEED_LACKS], threshold && result.has_value, result.lacks);
  if (result.met < 0)
    builder_null(&needs[NEED_MET]);
  else
    builder_bool(&needs[NEED_MET], result.met == 1);
}

static void put_next(struct export *export, struct builder *builder, const struct runner *runner,
                     uint32_t lane, bool excluded) {
  uint32_t next = excluded ? PROGRAM_NONE : result_next(runner, lane);
  if (next == PROGRAM_NONE) {
    builder_null(builder);
    return;
  }
  const struct program_transition *transition = &export->program->transitions[next];
  struct builder *list = &builder->children[1];
  builder_struct(builder);
  builder_int(&builder->children[0], (int32_t)transition->to);
  for (uint32_t i = 0; i < transition->conjunct_count; i++)
    put_need(&list->children[0], runner, transition->first_conjunct + i, lane);
  builder_list(list);
}

static void put_actions(struct export *export, struct builder *list, const struct runner *runner,
                        uint32_t lane, bool excluded) {
  const struct program *program = export->program;
  struct builder *items = &list->children[0];
  for (uint32_t a = 0; !excluded && a < program->action_count; a++) {
    const struct program_action *action = &program->actions[a];
    if (!result_action(runner, a, lane))
      continue;
    builder_struct(items);
    builder_int(&items->children[ACTION_NAME], (int32_t)a);
    put_if(&items->children[ACTION_LABEL], action->label, a);
    for (uint32_t k = 0; k < export->key_count; k++)
      put_index(&items->children[ACTION_KEYS + k],
                entry_of(action, export->keys[k]) ? a : PROGRAM_NONE);
  }
  builder_list(list);
}

static void put_contribution(struct export *export, struct builder *items, uint32_t score,
                             const struct contribution *from) {
  const struct program_line *line = from->line;
  const struct program *program = export->program;
  uint32_t at = (uint32_t)(line - program->full.lines);
  bool other_file = line->source_name > 0 && line->source_name < program->source_name_count;
  bool counted = from->has_events && from->why == WHY_COUNTED;
  struct builder *parts = items->children;
  builder_struct(items);
  builder_int(&parts[PART_SCORE], (int32_t)score);
  builder_int(&parts[PART_KIND], (int32_t)line->kind);
  put_if(&parts[PART_RULE], line->source, at);
  put_if(&parts[PART_LABEL], line->label, at);
  put_index(&parts[PART_LINE], line->source_line ? line->source_line : PROGRAM_NONE);
  put_index(&parts[PART_FILE], other_file ? line->source_name : PROGRAM_NONE);
  builder_number(&parts[PART_POINTS], from->points);
  put_number_if(&parts[PART_EVENTS], from->has_events, from->events);
  put_number_if(&parts[PART_RAW], counted, from->raw);
  put_number_if(&parts[PART_DECAYED], counted, from->points);
  put_index(&parts[PART_WHY], from->why == WHY_COUNTED ? PROGRAM_NONE : (uint32_t)from->why);
  put_index(&parts[PART_FIELD], from->why == WHY_UNKNOWN ? from->missing_field : PROGRAM_NONE);
}

static void put_contributions(struct export *export, struct builder *list,
                              const struct runner *runner, uint32_t lane, bool excluded) {
  for (uint32_t s = 0; !excluded && s < export->program->score_count; s++) {
    uint32_t count = result_lines(runner, s, lane, export->lines);
    for (uint32_t i = 0; i < count; i++)
      put_contribution(export, &list->children[0], s, &export->lines[i]);
  }
  builder_list(list);
}

static void put_lead(struct export *export, const struct runner *runner, uint32_t lane) {
  const struct program *program = export->program;
  struct builder *const *columns = export->columns;
  struct text id = runner->batch->ids[lane];
  uint32_t why = program->exclude_count ? result_excluded(runner, lane) : PROGRAM_NONE;
  bool excluded = why != PROGRAM_NONE;
  builder_struct(&export->root);
  if (id.bytes)
    builder_text(columns[ID], id);
  else
    builder_null(columns[ID]);
  builder_micros(columns[AS_OF], runner->batch->as_of);
  if (columns[EXCLUDED])
    put_index(columns[EXCLUDED], why);
  if (columns[SCORES])
    put_scores(columns[SCORES], runner, lane, excluded);
  if (columns[BANDS])
    put_outcomes(export, columns[BANDS], program->bands, result_band, runner, lane, excluded);
  if (columns[GRIDS])
    put_outcomes(export, columns[GRIDS], program->grids, result_grid, runner, lane, excluded);
  if (columns[CHOICES])
    put_outcomes(export, columns[CHOICES], program->choices, result_choice, runner, lane, excluded);
  if (columns[SEGMENTS])
    put_segments(columns[SEGMENTS], runner, lane, excluded);
  if (columns[STAGE]) {
    put_index(columns[STAGE], result_stage(runner, lane));
    put_index(columns[PREVIOUS_STAGE], result_previous_stage(runner, lane));
    put_next(export, columns[NEXT], runner, lane, excluded);
  }
  if (columns[ACTIONS])
    put_actions(export, columns[ACTIONS], runner, lane, excluded);
  if (columns[CONTRIBUTIONS])
    put_contributions(export, columns[CONTRIBUTIONS], runner, lane, excluded);
}

static bool reserve_lines(struct export *export, const struct runner *runner) {
  void *lines = export->lines;
  bool room = memory_reserve(&export->memory, &lines, &export->line_capacity,
                             result_lines_most(runner), sizeof *export->lines);
  export->lines = lines;
  return room;
}

bool export_add(struct export *export, const struct runner *runner, uint32_t first,
                uint32_t count) {
  if (export->columns[CONTRIBUTIONS] && !reserve_lines(export, runner))
    return false;
  for (uint32_t lane = first; lane < first + count; lane++)
    put_lead(export, runner, lane);
  return true;
}

int64_t export_rows(const struct export *export) {
  return export->root.length;
}

bool export_take(struct export *export, struct ArrowArray *array) {
  *array = (struct ArrowArray){0};
  return builder_take(&export->root, array);
}

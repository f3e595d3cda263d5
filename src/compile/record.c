/* record.c - the record that a program needs: only what the code names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include <string.h>

enum column_kind column_kind_of(struct type type) {
  switch (type.kind) {
  case TYPE_BOOL: return COLUMN_BOOL;
  case TYPE_TEXT: return COLUMN_TEXT;
  case TYPE_TIME: return COLUMN_TIME;
  case TYPE_DURATION: return COLUMN_DURATION;
  case TYPE_TEXTS: return COLUMN_TEXTS;
  case TYPE_LABEL: return COLUMN_LABEL;
  default: return COLUMN_NUMBER;
  }
}

enum register_class register_class_of(struct type type) {
  switch (type.kind) {
  case TYPE_BOOL: return REGISTER_BOOL;
  case TYPE_TEXT: return REGISTER_TEXT;
  case TYPE_TIME:
  case TYPE_DURATION: return REGISTER_MICROS;
  case TYPE_TEXTS: return REGISTER_TEXTS;
  case TYPE_LABEL: return REGISTER_LABEL;
  default: return REGISTER_NUMBER;
  }
}

static uint32_t *unmapped(struct build *build, uint32_t count) {
  uint32_t *map = arena_array(&build->scratch, (size_t)count + 1, sizeof *map);
  if (!map) {
    build->failed = true;
    return NULL;
  }
  memset(map, 0xff, ((size_t)count + 1) * sizeof *map);
  return map;
}

/* ---- fields ------------------------------------------------------------------ */

static const struct program_value *keep_default(struct build *build, const struct expr *expr) {
  expr = expr_seen(expr);
  if (!expr)
    return NULL;
  struct program_value *value = arena_alloc(&build->program->arena, sizeof *value);
  if (!value) {
    build->failed = true;
    return NULL;
  }
  const struct constant constant = expr_constant(expr);
  value->number = constant.number;
  value->micros = constant.micros;
  value->boolean = constant.boolean;
  value->label = constant.label;
  if (expr->type.kind == TYPE_TEXT)
    value->text = keep_text(build, constant.text);
  return value;
}

static uint32_t add_field(struct build *build, struct list *fields,
                          const struct model_field *from) {
  struct program_field *field = list_add(build, fields, sizeof *field);
  if (!field)
    return 0;
  uint32_t index = (uint32_t)fields->count - 1;
  struct program_field made = {
      .name = keep_text(build, from->name),
      .path = keep_text(build, from->path),
      .kind = column_kind_of(from->type),
      .required = from->required,
      .labels =
          from->type.kind == TYPE_LABEL ? record_labels(build, from->type.labels) : PROGRAM_NONE,
      .default_value = keep_default(build, from->default_value),
  };
  *field = made;
  return index;
}

uint32_t record_field(struct build *build, uint32_t model_field) {
  if (build->failed)
    return 0;
  uint32_t *index = &build->index_of_field[model_field];
  if (*index == PROGRAM_NONE)
    *index = add_field(build, &build->fields, &build->model->fields[model_field]);
  return *index;
}

static uint32_t kind_field(struct build *build, uint32_t kind, uint32_t model_field) {
  if (build->failed)
    return 0;
  uint32_t *index = &build->kinds[kind].index_of_field[model_field];
  if (*index == PROGRAM_NONE)
    *index = add_field(build, &build->kinds[kind].fields,
                       &build->model->kinds[kind].fields[model_field]);
  return *index;
}

/* ---- spaces -------------------------------------------------------------------- */

uint16_t record_space(struct build *build, const struct query *query) {
  size_t length = query->kind_count * sizeof *query->kind_indices;
  struct text key = {(const char *)query->kind_indices, length};
  bool is_new;
  uint32_t index =
      intern_index(build, &build->names, INTERN_SPACE, key, build->spaces.count, &is_new);
  if (index >= UINT16_MAX) {
    build->too_large = build->failed = true;
    return 1;
  }
  if (is_new) {
    uint32_t *kinds = arena_array(&build->program->arena, query->kind_count + 1, sizeof *kinds);
    struct space_build *space = list_add(build, &build->spaces, sizeof *space);
    if (!kinds || !space) {
      build->failed = true;
      return 1;
    }
    if (length)
      memcpy(kinds, query->kind_indices, length);
    space->space.kinds = kinds;
    space->space.kind_count = query->kind_count;
  }
  return (uint16_t)(index + 1);
}

static bool same_column(const struct space_column *column, const uint32_t *fields, uint32_t count) {
  return memcmp(column->field_of_kind, fields, count * sizeof *fields) == 0;
}

uint32_t record_column(struct build *build, uint16_t space, const struct query *query,
                       uint32_t query_field) {
  const struct query_field *field = &query->fields[query_field];
  uint32_t *fields = arena_array(&build->program->arena, query->kind_count + 1, sizeof *fields);
  if (!fields || build->failed) {
    build->failed = true;
    return 0;
  }
  for (uint32_t i = 0; i < query->kind_count; i++)
    fields[i] = field->field_of_kind[i] == UINT32_MAX
                    ? PROGRAM_NONE
                    : kind_field(build, query->kind_indices[i], field->field_of_kind[i]);
  struct space_build *made = (struct space_build *)build->spaces.items + (space - 1);
  const struct space_column *columns = made->columns.items;
  for (size_t i = 0; i < made->columns.count; i++)
    if (same_column(&columns[i], fields, query->kind_count))
      return (uint32_t)i;
  struct space_column *column = list_add(build, &made->columns, sizeof *column);
  if (column)
    *column = (struct space_column){column_kind_of(field->type), fields};
  return (uint32_t)made->columns.count - 1;
}

/* ---- closed sets ------------------------------------------------------------------ */

static struct text *keep_texts(struct build *build, const struct text *texts, uint32_t count) {
  struct text *copy = arena_array(&build->program->arena, (size_t)count + 1, sizeof *copy);
  if (!copy) {
    build->failed = true;
    return NULL;
  }
  for (uint32_t i = 0; i < count; i++)
    copy[i] = keep_text(build, texts[i]);
  return copy;
}

static double *keep_numbers(struct build *build, const double *numbers, uint32_t count) {
  double *copy = arena_array(&build->program->arena, (size_t)count + 1, sizeof *copy);
  if (!copy) {
    build->failed = true;
    return NULL;
  }
  memcpy(copy, numbers, count * sizeof *copy);
  return copy;
}

/* Sets are equal by identity, so their address is the key. */
uint32_t record_labels(struct build *build, const struct label_set *labels) {
  struct text key = {(const char *)&labels, sizeof labels};
  bool is_new;
  uint32_t index =
      intern_index(build, &build->names, INTERN_LABELS, key, build->labels.count, &is_new);
  struct program_labels *made = is_new ? list_add(build, &build->labels, sizeof *made) : NULL;
  if (made)
    *made = (struct program_labels){
        .name = keep_text(build, labels->name),
        .count = labels->count,
        .labels = keep_texts(build, labels->labels, labels->count),
        .texts = labels->texts ? keep_texts(build, labels->texts, labels->count) : NULL,
        .numbers = labels->numeric ? keep_numbers(build, labels->numbers, labels->count) : NULL,
    };
  return index;
}

/* ---- beginning and end ---------------------------------------------------------------- */

bool record_begin(struct build *build) {
  const struct model *model = build->model;
  build->index_of_field = unmapped(build, model->field_count);
  build->field_registers = unmapped(build, model->field_count);
  build->kinds = arena_array(&build->scratch, (size_t)model->kind_count + 1, sizeof *build->kinds);
  if (!build->index_of_field || !build->field_registers || !build->kinds) {
    build->failed = true;
    return false;
  }
  for (uint32_t k = 0; k < model->kind_count; k++)
    build->kinds[k].index_of_field = unmapped(build, model->kinds[k].field_count);
  /* `id` is read in any case, by itself */
  for (uint32_t f = 1; f < model->field_count; f++)
    if (model->fields[f].required)
      record_field(build, f);
  for (uint32_t k = 0; k < model->kind_count; k++)
    for (uint32_t f = 0; f < model->kinds[k].field_count; f++)
      if (model->kinds[k].fields[f].required)
        kind_field(build, k, f);
  return !build->failed;
}

static void finish_kinds(struct build *build) {
  const struct model *model = build->model;
  struct program_kind *kinds =
      arena_array(&build->program->arena, (size_t)model->kind_count + 1, sizeof *kinds);
  if (!kinds) {
    build->failed = true;
    return;
  }
  for (uint32_t k = 0; k < model->kind_count; k++) {
    kinds[k].name = keep_text(build, model->kinds[k].name);
    kinds[k].type_value = keep_text(build, model->kinds[k].type_value);
    kinds[k].fields = list_keep(build, &build->kinds[k].fields, sizeof(struct program_field));
    kinds[k].field_count = (uint32_t)build->kinds[k].fields.count;
    list_clear(build, &build->kinds[k].fields, sizeof(struct program_field));
  }
  build->program->kinds = kinds;
  build->program->kind_count = model->kind_count;
}

static void finish_spaces(struct build *build) {
  struct space_build *made = build->spaces.items;
  size_t count = build->spaces.count;
  struct program_space *spaces = arena_array(&build->program->arena, count + 1, sizeof *spaces);
  if (!spaces) {
    build->failed = true;
    return;
  }
  for (size_t s = 0; s < count; s++) {
    spaces[s] = made[s].space;
    spaces[s].columns = list_keep(build, &made[s].columns, sizeof(struct space_column));
    spaces[s].column_count = (uint32_t)made[s].columns.count;
  }
  build->program->spaces = spaces;
  build->program->space_count = (uint32_t)count;
}

void record_finish(struct build *build) {
  const struct model *model = build->model;
  struct program *program = build->program;
  program->id = (struct program_field){.name = TEXT("id"),
                                       .path = keep_text(build, model->fields[0].path),
                                       .kind = COLUMN_TEXT,
                                       .labels = PROGRAM_NONE,
                                       .required = model->fields[0].required};
  program->stage_path = keep_text(build, model->stage_path);
  program->events_path = keep_text(build, model->events_path);
  program->type_key = keep_text(build, model->type_key);
  program->at_key = keep_text(build, model->at_key);
  program->id_key = keep_text(build, model->id_key);
  program->fields = list_keep(build, &build->fields, sizeof(struct program_field));
  program->field_count = (uint32_t)build->fields.count;
  finish_kinds(build);
  finish_spaces(build);
  program->labels = list_keep(build, &build->labels, sizeof(struct program_labels));
  program->labels_count = (uint32_t)build->labels.count;
}

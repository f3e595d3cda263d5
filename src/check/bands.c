/* bands.c - bands, grids and choices: values with labels.
 *
 * Their closed sets are made when they are declared, from labels alone, so
 * that every expression can be told a label from a value; conditions, bounds
 * and cells are checked later, in order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* A set whose labels are numbers is compared by these numbers. */
static struct type type_of_set(const struct label_set *labels) {
  if (!labels)
    return type_of(TYPE_ERROR);
  return labels->numeric ? type_of(TYPE_NUMBER) : (struct type){TYPE_LABEL, labels};
}

static void set_labels(struct checker *c, struct node *node, struct labels_build *build) {
  node->value->labels = build->labels.count ? labels_end(c, build, node->value->name) : NULL;
  node->value->type = type_of_set(node->value->labels);
}

/* ---- band
 * ---------------------------------------------------------------------------------------- */

void declare_band(struct checker *c, struct node *node) {
  struct labels_build build;
  labels_begin(c, &build);
  for (struct band_row *row = node->decl->band_rows; row; row = row->next) {
    bool added;
    uint32_t index =
        labels_add(c, &build, row->label.text, row->text.text, row->label.span, &added);
    if (added || c->out_of_memory)
      continue;
    struct diag *diag = diag_error(c->diags, E0409, row->label.span, "the band has two rows `%.*s`",
                                   TEXT_ARGS(row->label.text));
    const struct band_row *first = node->decl->band_rows;
    while (index-- > 0)
      first = first->next;
    diag_note(c->diags, diag, first->label.span, "the first one");
    node->broken = true;
  }
  set_labels(c, node, &build);
  node->value->band_rows = node->decl->band_rows;
}

static void check_descends(struct checker *c, const struct band_row *above,
                           const struct band_row *row) {
  if (!above || row->bound_number < above->bound_number)
    return;
  struct diag *diag =
      diag_error(c->diags, E0412, row->bound->span,
                 "the rows of a band must descend: `%.*s` begins at %s and would never be reached",
                 TEXT_ARGS(row->label.text), expr_source(c, row->bound));
  diag_note(c->diags, diag, above->bound->span, "because `%.*s` begins here",
            TEXT_ARGS(above->label.text));
  diag_help(c->diags, diag, "put the row with the highest bound first");
}

static void report_no_otherwise(struct checker *c, const struct decl *decl, const char *what,
                                const char *example) {
  if (decl->broken)
    return;
  struct diag *diag = diag_error(c->diags, E0410, decl->name.span,
                                 "%s `%.*s` has no `otherwise`: what holds if no row fits?", what,
                                 TEXT_ARGS(decl->name.text));
  diag_help(c->diags, diag, "end it with `%s otherwise`", example);
}

static void report_after_otherwise(struct checker *c, struct span span, struct span otherwise) {
  struct diag *diag = diag_error(c->diags, E0411, span, "this row comes after `otherwise`");
  diag_note(c->diags, diag, otherwise, "nothing below this row is looked at");
}

void check_band(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  const struct band_row *above = NULL, *otherwise = NULL;
  check_typed(c, &scope, node->decl->value, TYPE_NUMBER, "what a band divides");
  for (struct band_row *row = node->decl->band_rows; row; row = row->next) {
    if (otherwise)
      report_after_otherwise(c, row->span, otherwise->span);
    if (row->otherwise) {
      otherwise = row;
      continue;
    }
    if (!check_constant(c, &scope, row->bound, TYPE_NUMBER, "where a row begins"))
      continue;
    row->bound_number = row->bound->number;
    check_descends(c, above, row);
    above = row;
  }
  if (!otherwise)
    report_no_otherwise(c, node->decl, "the band", "low");
}

/* ---- grid
 * ------------------------------------------------------------------------------------------ */

void declare_grid(struct checker *c, struct node *node) {
  struct labels_build build;
  labels_begin(c, &build);
  for (const struct grid_row *row = node->decl->grid_rows; row; row = row->next)
    for (const struct name_list *cell = row->cells; cell; cell = cell->next) {
      bool added;
      labels_add(c, &build, cell->name.text, (struct text){NULL, 0}, cell->name.span, &added);
    }
  set_labels(c, node, &build);
}

static struct model_value *find_band(struct checker *c, const struct scope *scope,
                                     const struct name *name) {
  if (!name->text.length)
    return NULL;
  struct found found = scope_find_declared(c, scope, name);
  if (found.kind == FOUND_SILENT)
    return NULL;
  if (found.kind == FOUND_SYMBOL && found.symbol->kind == SYMBOL_VALUE && found.symbol->node &&
      found.symbol->node->value && found.symbol->node->value->kind == VALUE_BAND)
    return found.symbol->node->value;
  if (found.kind == FOUND_SYMBOL) {
    report_wrong_kind(c, name, found.symbol, "a band");
    return NULL;
  }
  struct diag *diag =
      diag_error(c->diags, E0204, name->span, "there is no band `%.*s`", TEXT_ARGS(name->text));
  struct suggestion suggestion = suggest(c, name->text);
  suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_VALUE);
  suggest_help(c, &suggestion, diag);
  return NULL;
}

static uint32_t list_length(const struct name_list *list) {
  uint32_t count = 0;
  for (; list; list = list->next)
    count++;
  return count;
}

/* Where each label of the band stands among those written: its position, or
 * UINT32_MAX and an error. */
struct axis {
  const struct model_value *band;
  uint32_t *position; /* of label i of the band */
  uint32_t *label;    /* of what is written at position i, or UINT32_MAX */
  const char *what;   /* "row", "column" */
};

static bool open_axis(struct checker *c, struct axis *axis, const struct model_value *band,
                      uint32_t written, const char *what) {
  *axis = (struct axis){.band = band, .what = what};
  axis->position = check_array(c, band->labels->count, sizeof *axis->position);
  axis->label = check_array(c, written, sizeof *axis->label);
  for (uint32_t i = 0; axis->position && i < band->labels->count; i++)
    axis->position[i] = UINT32_MAX;
  return axis->position && axis->label;
}

static void place_label(struct checker *c, struct axis *axis, const struct name *name,
                        uint32_t position) {
  uint32_t label = labels_find(c, axis->band->labels, name->text);
  axis->label[position] = UINT32_MAX;
  if (label == UINT32_MAX) {
    struct diag *diag = diag_error(c->diags, E0413, name->span,
                                   "`%.*s` is not a label of the band `%.*s`, so it cannot be a %s",
                                   TEXT_ARGS(name->text), TEXT_ARGS(axis->band->name), axis->what);
    diag_help(c->diags, diag, "its labels are %s", labels_words(c, axis->band->labels));
    return;
  }
  if (axis->position[label] != UINT32_MAX) {
    diag_error(c->diags, E0413, name->span, "the %s `%.*s` is there twice", axis->what,
               TEXT_ARGS(name->text));
    return;
  }
  axis->position[label] = position;
  axis->label[position] = label;
}

static void check_complete(struct checker *c, const struct decl *decl, const struct axis *axis) {
  for (uint32_t i = 0; i < axis->band->labels->count && !decl->broken; i++) {
    if (axis->position[i] != UINT32_MAX)
      continue;
    struct text label = axis->band->labels->labels[i];
    struct diag *diag =
        diag_error(c->diags, E0413, decl->name.span, "the grid `%.*s` has no %s `%.*s`",
                   TEXT_ARGS(decl->name.text), axis->what, TEXT_ARGS(label));
    diag_note(c->diags, diag, axis->band->span, "which is a label of this band");
  }
}

/* A row's cells, written in the order of the columns. */
static void fill_row(struct checker *c, const struct node *node, const struct grid_row *row,
                     uint32_t row_label, const struct axis *columns, uint32_t *cells) {
  uint32_t wanted = list_length(node->decl->columns), given = list_length(row->cells);
  if (given != wanted && !node->decl->broken)
    diag_error(c->diags, E0414, row->span, "row `%.*s` has %u of %u cells",
               TEXT_ARGS(row->label.text), given, wanted);
  uint32_t position = 0;
  for (const struct name_list *cell = row->cells; cell && position < wanted;
       cell = cell->next, position++) {
    if (row_label == UINT32_MAX || columns->label[position] == UINT32_MAX)
      continue;
    uint32_t count = columns->band->labels->count;
    cells[row_label * count + columns->label[position]] =
        labels_find(c, node->value->labels, cell->name.text);
  }
}

void check_grid(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  struct decl *decl = node->decl;
  struct model_value *value = node->value;
  struct model_value *row_band = find_band(c, &scope, &decl->row_band);
  struct model_value *column_band = find_band(c, &scope, &decl->column_band);
  if (!row_band || !column_band || !row_band->labels || !column_band->labels)
    return;
  uint32_t row_count = 0;
  for (const struct grid_row *row = decl->grid_rows; row; row = row->next)
    row_count++;
  struct axis rows, columns;
  uint32_t *cells =
      check_array(c, (size_t)row_band->labels->count * column_band->labels->count, sizeof *cells);
  if (!cells || !open_axis(c, &rows, row_band, row_count, "row") ||
      !open_axis(c, &columns, column_band, list_length(decl->columns), "column"))
    return;
  uint32_t position = 0;
  for (const struct name_list *column = decl->columns; column; column = column->next)
    place_label(c, &columns, &column->name, position++);
  position = 0;
  for (const struct grid_row *row = decl->grid_rows; row; row = row->next, position++) {
    place_label(c, &rows, &row->label, position);
    fill_row(c, node, row, rows.label[position], &columns, cells);
  }
  check_complete(c, decl, &rows);
  check_complete(c, decl, &columns);
  value->row_band = row_band;
  value->column_band = column_band;
  value->cells = cells;
}

/* ---- choose
 * ------------------------------------------------------------------------------------------- */

static struct text choice_text(struct checker *c, const struct expr *value) {
  if (value->kind == EXPR_TEXT)
    return value->text;
  if (value->kind == EXPR_NAME)
    return value->name->text;
  return span_text(c->sources, value->span);
}

static bool all_numbers(const struct choose_row *rows) {
  for (const struct choose_row *row = rows; row; row = row->next)
    if (!row->value || row->value->kind != EXPR_NUMBER)
      return false;
  return rows != NULL;
}

void declare_choose(struct checker *c, struct node *node) {
  struct decl *decl = node->decl;
  struct model_value *value = node->value;
  value->choose_rows = decl->choose_rows;
  if (all_numbers(decl->choose_rows)) {
    value->type = type_of(TYPE_NUMBER);
    return;
  }
  uint32_t count = 0;
  for (const struct choose_row *row = decl->choose_rows; row; row = row->next)
    count++;
  uint32_t *labels = check_array(c, count, sizeof *labels);
  struct labels_build build;
  labels_begin(c, &build);
  uint32_t position = 0;
  for (const struct choose_row *row = decl->choose_rows; labels && row; row = row->next) {
    bool added;
    if (row->value)
      labels[position] = labels_add(c, &build, choice_text(c, row->value), (struct text){NULL, 0},
                                    row->value->span, &added);
    position++;
  }
  build.numeric = false;
  value->choose_labels = labels;
  set_labels(c, node, &build);
}

void check_choose(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  const struct choose_row *otherwise = NULL;
  for (struct choose_row *row = node->decl->choose_rows; row; row = row->next) {
    if (otherwise)
      report_after_otherwise(c, row->span, otherwise->span);
    if (row->value && row->value->kind == EXPR_NUMBER)
      check_expr(c, &scope, row->value);
    if (row->condition)
      check_condition(c, &scope, row->condition);
    else
      otherwise = row;
  }
  if (!otherwise)
    report_no_otherwise(c, node->decl, "the choice", "\"none\"");
}

/* outcome.c - bands, grids and choices: numbers and conditions to labels.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include "base/number.h"

uint32_t lower_band(struct build *build, const struct model_value *value) {
  uint32_t count = value->labels->count - 1; /* the last row is the otherwise */
  double *bounds = arena_array(&build->scratch, (size_t)count + 1, sizeof *bounds);
  if (!bounds) {
    build->failed = true;
    return 0;
  }
  const struct band_row *row = value->band_rows;
  for (uint32_t i = 0; i < count; i++, row = row->next)
    bounds[i] = row->bound_number;
  uint32_t bands = constant_bands(build, bounds, count);
  return emit(build, OP_BAND, 0, lower_expr(build, value->expr), bands, 0);
}

uint32_t lower_grid(struct build *build, const struct model_value *value) {
  uint32_t rows = value->row_band->labels->count, columns = value->column_band->labels->count;
  uint32_t row = value_register(build, value->row_band);
  uint32_t column = value_register(build, value->column_band);
  /* the number of columns leads the table, so that the machine can find a cell */
  uint32_t *table = arena_array(&build->scratch, (size_t)rows * columns + 1, sizeof *table);
  if (!table) {
    build->failed = true;
    return 0;
  }
  table[0] = columns;
  for (uint32_t i = 0; i < rows * columns; i++)
    table[i + 1] = value->cells[i];
  return emit(build, OP_GRID, 0, row, column, constant_table(build, table, rows * columns + 1));
}

/* Laid over one another from the last row, so that the first true one wins. */
uint32_t lower_choose(struct build *build, const struct model_value *value) {
  uint32_t count = 0;
  for (const struct choose_row *row = value->choose_rows; row; row = row->next)
    count++;
  const struct choose_row **rows = arena_array(&build->scratch, (size_t)count + 1, sizeof *rows);
  if (!rows) {
    build->failed = true;
    return 0;
  }
  count = 0;
  for (const struct choose_row *row = value->choose_rows; row; row = row->next)
    rows[count++] = row;
  uint32_t result = 0;
  while (count-- > 0) {
    uint32_t index = value->choose_labels ? value->choose_labels[count] : count;
    uint32_t label = emit(build, OP_CONST_LABEL, 0, index, 0, 0);
    result = rows[count]->condition == NULL
                 ? label
                 : emit(build, OP_SELECT_LABEL, 0, lower_expr(build, rows[count]->condition), label,
                        result);
  }
  return result;
}

/* A choice whose values are all numbers has no labels of its own: its rows' numbers are. */
static uint32_t number_labels(struct build *build, const struct model_value *value) {
  struct text key = {(const char *)&value, sizeof value};
  bool is_new;
  uint32_t index =
      intern_index(build, &build->names, INTERN_NUMBERED, key, build->labels.count, &is_new);
  if (!is_new)
    return index;
  uint32_t count = 0;
  for (const struct choose_row *row = value->choose_rows; row; row = row->next)
    count++;
  struct text *labels = arena_array(&build->program->arena, (size_t)count + 1, sizeof *labels);
  double *numbers = arena_array(&build->program->arena, (size_t)count + 1, sizeof *numbers);
  struct text name = keep_text(build, value->name);
  struct program_labels *made = list_add(build, &build->labels, sizeof *made);
  if (!labels || !numbers || !made) {
    build->failed = true;
    return index;
  }
  *made = (struct program_labels){name, count, labels, NULL, numbers};
  count = 0;
  for (const struct choose_row *row = value->choose_rows; row; row = row->next, count++) {
    char digits[NUMBER_TEXT_SIZE];
    numbers[count] = expr_seen(row->value)->number;
    size_t length = number_format(numbers[count], digits);
    labels[count] = keep_text(build, (struct text){digits, length});
  }
  return index;
}

uint32_t outcome_labels(struct build *build, const struct model_value *value) {
  return value->labels ? record_labels(build, value->labels) : number_labels(build, value);
}

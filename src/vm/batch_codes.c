/* batch_codes.c - columns of texts whose lanes are codes.
 *
 * A column has a vocabulary while its lanes are codes of it; the batch holds that
 * vocabulary until it is emptied, for texts that took the place of codes are the
 * vocabulary's.  Codes behind the last lane, and of lanes that are not known, are
 * 0 or codes that the column once had of the same vocabulary: who looks answers
 * up by code need not ask which lanes are known.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/batch_quick.h"

#include <assert.h>
#include <string.h>

void batch_encode(struct batch *batch, uint32_t field, struct vocabulary *vocabulary) {
  assert(batch->count == 0 && batch->program->fields[field].kind == COLUMN_TEXT);
  vocabulary_hold(vocabulary);
  vocabulary_drop(batch->held[field]);
  batch->held[field] = vocabulary;
  batch->fields[field].vocabulary = vocabulary;
  batch->encoded = true;
}

void column_decode(struct column *column, uint32_t lanes) {
  for (uint32_t lane = 0; lane < lanes; lane++)
    if (bit_get(column->known, lane))
      column->text[lane] = column->vocabulary->texts[column->code[lane]];
  memset(column->code, 0, lanes * sizeof *column->code);
  column->vocabulary = NULL;
}

/* Its codes might not be there in another vocabulary. */
static void drop_vocabulary(struct column *column, struct vocabulary **held, uint32_t lanes) {
  if (column->vocabulary)
    memset(column->code, 0, lanes * sizeof *column->code);
  column->vocabulary = NULL;
  vocabulary_drop(*held);
  *held = NULL;
}

void batch_drop_codes(struct batch *batch) {
  const struct program *program = batch->program;
  if (!batch->encoded)
    return;
  for (uint32_t f = 0; f < program->field_count; f++)
    drop_vocabulary(&batch->fields[f], &batch->held[f], batch->count);
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t c = 0; c < program->spaces[s].column_count; c++)
      drop_vocabulary(&batch->spaces[s].columns[c], &batch->spaces[s].held[c],
                      batch->spaces[s].count);
  batch->encoded = false;
}

/* Can all columns that the field fills have codes of the vocabulary? */
static bool takes(const struct batch *batch, uint32_t kind, uint32_t field,
                  const struct vocabulary *vocabulary) {
  const struct event_row *row = &batch->rows[kind];
  const struct program_field *of = &batch->program->kinds[kind].fields[field];
  if (of->kind != COLUMN_TEXT || of->default_value)
    return false;
  for (uint32_t i = row->first[field]; i < row->first[field + 1]; i++) {
    const struct batch_space *space = &batch->spaces[row->filled[i].space];
    const uint32_t c = row->filled[i].column;
    bool is_free = !space->held[c] && space->count == 0;
    if (!is_free && space->columns[c].vocabulary != vocabulary)
      return false;
  }
  return true;
}

bool batch_event_encode(struct batch *batch, uint32_t kind, uint32_t field,
                        struct vocabulary *vocabulary) {
  const struct event_row *row = &batch->rows[kind];
  if (!takes(batch, kind, field, vocabulary))
    return false;
  for (uint32_t i = row->first[field]; i < row->first[field + 1]; i++) {
    struct batch_space *space = &batch->spaces[row->filled[i].space];
    const uint32_t c = row->filled[i].column;
    if (!space->held[c])
      space->held[c] = vocabulary_hold(vocabulary);
    space->columns[c].vocabulary = vocabulary;
  }
  batch->encoded = true;
  return true;
}

void batch_event_code(struct batch *batch, uint32_t kind, uint32_t field, uint16_t code) {
  const struct batch_filled *filled = batch->rows[kind].filled + batch->rows[kind].first[field];
  for (struct batch_filling to = batch_fill(batch, kind, field); batch_fill_next(batch, &to);
       filled++) {
    if (to.column->vocabulary)
      to.column->code[to.lane] = code;
    else /* it got a text of its own since */
      to.column->text[to.lane] = batch->spaces[filled->space].held[filled->column]->texts[code];
    bit_set(to.column->known, to.lane);
  }
}

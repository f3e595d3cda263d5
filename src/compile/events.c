/* events.c - queries, and which of the events found count for a rule.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/score.h"

struct scope enter_query(struct build *build, const struct query *query, uint16_t space) {
  struct scope outer = build->scope;
  build->scope = (struct scope){query, space};
  return outer;
}

/* Events after the as-of instant are not in the batch, so a query has only its
 * own conditions to test. */
uint32_t lower_query(struct build *build, const struct query *query, uint16_t space) {
  uint32_t found = PROGRAM_NONE;
  if (query->where)
    found = place(build, lower_expr(build, query->where), space);
  if (query->within_micros >= 0) {
    uint32_t within = constant_micros(build, query->within_micros);
    uint32_t at = emit(build, OP_EVENT_AT, space, 0, 0, 0);
    uint32_t age = emit(build, OP_AGE, space, at, 0, 0);
    uint32_t newer = emit(build, OP_NEWER, space, age, within, 0);
    found = found == PROGRAM_NONE ? newer : emit(build, OP_AND, space, found, newer, 0);
  }
  return found == PROGRAM_NONE ? true_register(build, space) : found;
}

static uint32_t once_per(struct build *build, uint32_t found, const struct modifier *modifier,
                         uint16_t space) {
  static const enum opcode ops[] = {OP_ONCE_PER_NUMBER, OP_ONCE_PER_MICROS, OP_ONCE_PER_TEXT,
                                    OP_ONCE_PER_BOOL, OP_ONCE_PER_LABEL};
  uint32_t column = modifier->field_index == UINT32_MAX
                        ? emit(build, OP_EVENT_AT, space, 0, 0, 0)
                        : event_column(build, modifier->field_index);
  unsigned class = value_at(build, column)->class;
  if (class == REGISTER_TEXT)
    column = emit(build, OP_FOLD, space, column, 0, 0);
  return emit(build, ops[class], space, found, column, 0);
}

/* Counting modifiers apply in the order in which they are written. */
uint32_t lower_counted(struct build *build, uint32_t found, const struct modifier *modifiers,
                       uint16_t space) {
  for (const struct modifier *modifier = modifiers; modifier; modifier = modifier->next)
    switch (modifier->kind) {
    case MODIFIER_AT_MOST: found = emit(build, OP_LATEST, space, found, modifier->times, 0); break;
    case MODIFIER_FIRST: found = emit(build, OP_EARLIEST, space, found, modifier->times, 0); break;
    case MODIFIER_ROLLING:
      found = emit(build, OP_ROLLING, space, found, modifier->times,
                   constant_micros(build, modifier->micros));
      break;
    case MODIFIER_ONCE_PER: found = once_per(build, found, modifier, space); break;
    case MODIFIER_POINTS:
    case MODIFIER_DECAY: break;
    }
  return found;
}

/* The factor of each event; computed once for all rules of these events and decay. */
uint32_t lower_factor(struct build *build, const struct decay *decay, uint16_t space) {
  if (decay->kind == DECAY_NONE)
    return PROGRAM_NONE;
  uint32_t constant = constant_decay(build, decay);
  uint32_t at = emit(build, OP_EVENT_AT, space, 0, 0, 0);
  return emit(build, OP_DECAY_SINCE, space, at, constant, 0);
}

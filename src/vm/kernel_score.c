/* kernel_score.c - points into scores, scores into bands, leads through stages.
 *
 * Adding points never reads the known bits of the score: a score that is built
 * from rules is always there.  Points that are missing give nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include <string.h>

enum { LAST_STAGE_SHIFT = 56 };

static void keep_known(struct column *d, const struct column *a, uint32_t lanes) {
  if (d != a)
    memcpy(d->known, a->known, words_of(lanes) * sizeof *d->known);
}

/* Adds value(l) in the lanes of `bits`; elsewhere d is a.  In place, only those
 * lanes are touched; else d may be the operand that the values come from, so
 * a lane is read before it is written. */
#define ADD_WHERE(bits_of_word, value)                                        \
  for (uint32_t w = 0; w < words_of(lanes); w++) {                            \
    const uint64_t bits = (bits_of_word);                                     \
    const uint32_t first = w * WORD_LANES;                                    \
    if (d->number == a->number)                                               \
      for (uint64_t left = bits; left; left &= left - 1) {                    \
        const uint32_t l = first + lowest_bit(left);                          \
        d->number[l] += (value);                                              \
      }                                                                       \
    else                                                                      \
      for (uint32_t j = 0, l = first; j < lanes_in(lanes, w); j++, l++)       \
        d->number[l] = bits >> j & 1 ? a->number[l] + (value) : a->number[l]; \
  }

static void add_points(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  if (i->op == OP_ADD_WHEN) {
    const double k = m->program->numbers[i->c];
    ADD_WHERE(b->yes[w], k);
  } else if (i->op == OP_ADD_SOME) {
    const struct column *c = &m->r[i->c];
    ADD_WHERE(b->yes[w] & c->known[w], c->number[l]);
  } else {
    ADD_WHERE(b->known[w], b->number[l]);
  }
  keep_known(d, a, lanes);
}

static void better(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b], *c = &m->r[i->c];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t above = 0;
    for (uint32_t j = 0, l = w * WORD_LANES; j < lanes_in(lanes, w); j++, l++)
      above |= (uint64_t)(b->number[l] > c->number[l]) << j;
    uint64_t yes = a->yes[w] & (above | ~c->known[w]);
    d->yes[w] = yes;
    d->no[w] = lane_mask(lanes, w) & ~yes;
  }
}

/* From the lowest bound up, so that the first row whose bound is reached wins. */
static void band(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const struct band_table *table = &m->program->band_tables[i->b];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->label[l] = table->count;
  for (uint32_t row = table->count; row-- > 0;) {
    const double bound = table->bounds[row];
    for (uint32_t l = 0; l < lanes; l++)
      d->label[l] = a->number[l] >= bound ? row : d->label[l];
  }
  for (uint32_t l = 0; l < lanes; l++)
    if (!column_bit(a->known, l))
      d->label[l] = table->count;
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->known[w] = lane_mask(lanes, w);
}

static void grid(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  const uint32_t *table = m->program->tables[i->c].items;
  const uint32_t columns = table[0], *cells = table + 1;
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->label[l] = cells[a->label[l] * columns + b->label[l]];
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->known[w] = a->known[w] & b->known[w];
}

static void label_numbers(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const double *numbers = m->program->labels[i->b].numbers;
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->number[l] = numbers[a->label[l]];
  memcpy(d->known, a->known, words_of(lanes) * sizeof *d->known);
}

/* ---- stages -------------------------------------------------------------------------- */

/* The first way out of the stage that is open and does not lead to a stage
 * that was entered already; PROGRAM_NONE if there is none. */
static uint32_t way_out(const struct machine *m, uint32_t stage, uint64_t entered, uint32_t lane) {
  const struct program *program = m->program;
  const uint32_t *conditions = m->runner->section->transitions;
  uint32_t end = program->stage_transitions[stage + 1];
  for (uint32_t t = program->stage_transitions[stage]; t < end; t++) {
    uint32_t to = program->transitions[t].to;
    if (!(entered >> to & 1) && column_bit(m->r[conditions[t]].yes, lane))
      return to;
  }
  return PROGRAM_NONE;
}

static uint64_t walk(const struct machine *m, uint32_t stage, uint32_t lane) {
  uint64_t entered = 0;
  for (;;) {
    uint32_t to = way_out(m, stage, entered, lane);
    if (to == PROGRAM_NONE)
      break;
    entered |= UINT64_C(1) << to;
    stage = to;
  }
  return entered ? entered | (uint64_t)(stage + 1) << LAST_STAGE_SHIFT : 0;
}

static void stages(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++)
    d->micros[l] = column_bit(a->yes, l) ? 0 : (int64_t)walk(m, b->label[l], l);
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->known[w] = lane_mask(lanes, w);
}

static void stage_reached(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a], *b = &m->r[i->b];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < lanes; l++) {
    uint32_t last = (uint32_t)((uint64_t)a->micros[l] >> LAST_STAGE_SHIFT);
    d->label[l] = last ? last - 1 : b->label[l];
  }
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d->known[w] = lane_mask(lanes, w);
}

static void entered(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t bits = 0;
    for (uint32_t j = 0, l = w * WORD_LANES; j < lanes_in(lanes, w); j++, l++)
      bits |= ((uint64_t)a->micros[l] >> i->b & 1) << j;
    d->yes[w] = bits;
    d->no[w] = lane_mask(lanes, w) & ~bits;
  }
}

bool run_score(const struct machine *m, const struct instruction *i) {
  switch (i->op) {
  case OP_ADD_WHEN:
  case OP_ADD_SOME:
  case OP_ADD_POINTS: add_points(m, i); break;
  case OP_BETTER: better(m, i); break;
  case OP_BAND: band(m, i); break;
  case OP_GRID: grid(m, i); break;
  case OP_LABEL_NUMBER: label_numbers(m, i); break;
  case OP_STAGES: stages(m, i); break;
  case OP_STAGE_REACHED: stage_reached(m, i); break;
  default: entered(m, i);
  }
  return true;
}

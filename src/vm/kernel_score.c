/* kernel_score.c - points into scores, scores into bands, leads through stages.
 *
 * Adding points never reads the known bits of the score: a score that is built
 * from rules is always there.  Points that are missing give nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

enum {
  LAST_STAGE_SHIFT = 56,
  FEW = 12 /* lanes of a word for which a loop over them beats one over all */
};

/* Adds points[j] to a word of lanes where `bits` are set, and copies the rest. */
static inline void add_word(double *d, const double *a, const double *points, uint64_t bits) {
  if (WORD_LANES > FEW && d == a && count_bits(bits) <= FEW) {
    for (; bits; bits &= bits - 1)
      d[lowest_bit(bits)] += points[lowest_bit(bits)];
    return;
  }
  uint8_t flags[WORD_LANES];
  double sum[WORD_LANES];
  flags_of_bits(bits, flags);
  for (uint32_t j = 0; j < WORD_LANES; j++)
    sum[j] = flags[j] ? a[j] + points[j] : a[j];
  memcpy(d, sum, sizeof sum);
}

/* A criterion of a large policy is true for few leads: words without any, and
 * those with few, are what its time goes into. */
KERNEL(ADD_WHEN) {
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  const double k = m->program->numbers[i->c];
  double points[WORD_LANES];
  for (uint32_t j = 0; j < WORD_LANES; j++)
    points[j] = k;
  for (uint32_t w = 0; w < words_of(lanes); w++)
    add_word(d.number + w * WORD_LANES, a.number + w * WORD_LANES, points, b.yes[w]);
  copy_bits(d.known, a.known, lanes);
  return true;
}

KERNEL(ADD_SOME) {
  const struct column a = m->r[i->a], b = m->r[i->b], c = m->r[i->c], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++)
    add_word(d.number + w * WORD_LANES, a.number + w * WORD_LANES, c.number + w * WORD_LANES,
             b.yes[w] & c.known[w]);
  copy_bits(d.known, a.known, lanes);
  return true;
}

KERNEL(ADD_POINTS) {
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++)
    add_word(d.number + w * WORD_LANES, a.number + w * WORD_LANES, b.number + w * WORD_LANES,
             b.known[w]);
  copy_bits(d.known, a.known, lanes);
  return true;
}

KERNEL(BETTER) {
  const struct column a = m->r[i->a], b = m->r[i->b], c = m->r[i->c], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    const double *const x = b.number + w * WORD_LANES, *const y = c.number + w * WORD_LANES;
    uint8_t above[WORD_LANES];
    for (uint32_t j = 0; j < WORD_LANES; j++)
      above[j] = x[j] > y[j];
    const uint64_t yes = a.yes[w] & (bits_of_flags(above) | ~c.known[w]);
    d.yes[w] = yes;
    d.no[w] = lane_mask(lanes, w) & ~yes;
  }
  return true;
}

/* Bounds descend, so the first row whose bound is reached is the number of
 * bounds that are not.  They are counted in bytes, which are compared faster
 * than labels are chosen; longer tables are counted in parts. */
static inline void count_above(const double *number, const double *bounds, uint32_t rows,
                               uint8_t above[WORD_LANES]) {
  memset(above, 0, WORD_LANES);
  for (uint32_t row = 0; row < rows; row++) {
    const double bound = bounds[row];
    for (uint32_t j = 0; j < WORD_LANES; j++)
      above[j] = (uint8_t)(above[j] + !(number[j] >= bound));
  }
}

KERNEL(BAND) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const struct band_table table = m->program->band_tables[i->b];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint32_t *const label = d.label + w * WORD_LANES;
    uint8_t above[WORD_LANES];
    memset(label, 0, WORD_LANES * sizeof *label);
    for (uint32_t row = 0; row < table.count; row += UINT8_MAX) {
      const uint32_t rows = table.count - row < UINT8_MAX ? table.count - row : UINT8_MAX;
      count_above(a.number + w * WORD_LANES, table.bounds + row, rows, above);
      for (uint32_t j = 0; j < WORD_LANES; j++)
        label[j] += above[j];
    }
    for (uint64_t left = lane_mask(lanes, w) & ~a.known[w]; left; left &= left - 1)
      label[lowest_bit(left)] = table.count;
  }
  set_lanes(d.known, lanes);
  return true;
}

KERNEL(GRID) {
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t *table = m->program->tables[i->c].items;
  const uint32_t columns = table[0], *cells = table + 1;
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t l = 0; l < words * WORD_LANES; l++)
    d.label[l] = cells[a.label[l] * columns + b.label[l]];
  for (uint32_t w = 0; w < words; w++)
    d.known[w] = a.known[w] & b.known[w];
  return true;
}

KERNEL(LABEL_NUMBER) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const double *numbers = m->program->labels[i->b].numbers;
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t l = 0; l < words_of(lanes) * WORD_LANES; l++)
    d.number[l] = numbers[a.label[l]];
  copy_bits(d.known, a.known, lanes);
  return true;
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
    if (!(entered >> to & 1) && bit_get(m->r[conditions[t]].yes, lane))
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

/* The lanes of a word whose lead can leave the stage that it came with. */
static uint64_t leaving(const struct machine *m, const uint32_t *stage, uint32_t w) {
  const struct program *program = m->program;
  const uint32_t *conditions = m->runner->section->transitions;
  const uint32_t stage_count = program->labels[program->stage_labels].count;
  uint64_t lanes = 0;
  for (uint32_t s = 0; s < stage_count; s++) {
    uint64_t open = 0;
    for (uint32_t t = program->stage_transitions[s]; t < program->stage_transitions[s + 1]; t++)
      open |= m->r[conditions[t]].yes[w];
    if (open == 0)
      continue;
    uint8_t is_here[WORD_LANES];
    for (uint32_t j = 0; j < WORD_LANES; j++)
      is_here[j] = stage[j] == s;
    lanes |= open & bits_of_flags(is_here);
  }
  return lanes;
}

/* Most leads stay where they are: only those that move are walked along. */
KERNEL(STAGES) {
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    const uint32_t first = w * WORD_LANES;
    uint64_t left = leaving(m, b.label + first, w) & ~a.yes[w];
    memset(d.micros + first, 0, WORD_LANES * sizeof *d.micros);
    for (; left; left &= left - 1) {
      const uint32_t l = first + lowest_bit(left);
      d.micros[l] = (int64_t)walk(m, b.label[l], l);
    }
  }
  set_lanes(d.known, lanes);
  return true;
}

KERNEL(STAGE_REACHED) {
  const struct column a = m->r[i->a], b = m->r[i->b], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    const int64_t *const entered = a.micros + w * WORD_LANES;
    const uint32_t *const start = b.label + w * WORD_LANES;
    uint32_t stage[WORD_LANES];
    for (uint32_t j = 0; j < WORD_LANES; j++) {
      const uint32_t last = (uint32_t)((uint64_t)entered[j] >> LAST_STAGE_SHIFT);
      stage[j] = last ? last - 1 : start[j];
    }
    memcpy(d.label + w * WORD_LANES, stage, sizeof stage);
  }
  set_lanes(d.known, lanes);
  return true;
}

KERNEL(ENTERED) {
  const struct column a = m->r[i->a], d = m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    const int64_t *const stages = a.micros + w * WORD_LANES;
    uint8_t flags[WORD_LANES];
    for (uint32_t j = 0; j < WORD_LANES; j++)
      flags[j] = (uint64_t)stages[j] >> i->b & 1;
    const uint64_t bits = bits_of_flags(flags) & lane_mask(lanes, w);
    d.yes[w] = bits;
    d.no[w] = lane_mask(lanes, w) & ~bits;
  }
  return true;
}

/* kernel_load.c - from the batch and the constants into registers, between
 * spaces, and choices between registers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include <string.h>

/* ---- views -------------------------------------------------------------------- */

static void view_field(const struct machine *m, const struct instruction *i) {
  m->r[i->d] = m->batch->fields[i->a];
}

static void view_event(const struct machine *m, const struct instruction *i) {
  m->r[i->d] = m->batch->spaces[i->space - 1].columns[i->a];
}

static void view_at(const struct machine *m, const struct instruction *i) {
  const struct batch_space *space = &m->batch->spaces[i->space - 1];
  m->r[i->d].micros = space->at;
  m->r[i->d].known = space->at_known;
}

static void view_id(const struct machine *m, const struct instruction *i) {
  m->r[i->d].text = m->batch->ids;
  m->r[i->d].known = m->batch->ids_known;
}

static void view_start(const struct machine *m, const struct instruction *i) {
  m->r[i->d].label = m->batch->stage;
  m->r[i->d].known = m->batch->stage_known;
}

/* ---- constants ------------------------------------------------------------------ */

static void fill_bits(uint64_t *bits, uint32_t lanes, bool set) {
  for (uint32_t w = 0; w < words_of(lanes); w++)
    bits[w] = set ? lane_mask(lanes, w) : 0;
}

static void fill_number(struct column *d, uint32_t lanes, double number, bool known) {
  for (uint32_t l = 0; l < lanes; l++)
    d->number[l] = number;
  fill_bits(d->known, lanes, known);
}

static void fill_micros(struct column *d, uint32_t lanes, int64_t micros, bool known) {
  for (uint32_t l = 0; l < lanes; l++)
    d->micros[l] = micros;
  fill_bits(d->known, lanes, known);
}

static void fill_text(struct column *d, uint32_t lanes, struct text text, bool known) {
  for (uint32_t l = 0; l < lanes; l++)
    d->text[l] = text;
  fill_bits(d->known, lanes, known);
}

static void fill_label(struct column *d, uint32_t lanes, uint32_t label) {
  bool known = label != PROGRAM_NONE;
  for (uint32_t l = 0; l < lanes; l++)
    d->label[l] = known ? label : 0;
  fill_bits(d->known, lanes, known);
}

static void fill_bool(struct column *d, uint32_t lanes, uint32_t value) {
  fill_bits(d->yes, lanes, value == 1);
  fill_bits(d->no, lanes, value == 0);
}

/* ---- a lead's value beside each of its events --------------------------------------- */

static void spread_bits(uint64_t *d, const uint64_t *a, const uint32_t *lead, uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t word = 0;
    for (uint32_t j = 0; j < lanes_in(lanes, w); j++)
      word |= (uint64_t)column_bit(a, lead[w * WORD_LANES + j]) << j;
    d[w] = word;
  }
}

#define SPREAD(member)                 \
  for (uint32_t l = 0; l < lanes; l++) \
    d->member[l] = a->member[lead[l]]; \
  spread_bits(d->known, a->known, lead, lanes)

static void spread(const struct machine *m, const struct instruction *i) {
  const struct column *a = &m->r[i->a];
  struct column *d = &m->r[i->d];
  const uint32_t *lead = m->batch->spaces[i->space - 1].lead;
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_SPREAD_NUMBER: SPREAD(number); break;
  case OP_SPREAD_MICROS: SPREAD(micros); break;
  case OP_SPREAD_TEXT: SPREAD(text); break;
  case OP_SPREAD_LABEL: SPREAD(label); break;
  case OP_SPREAD_TEXTS: SPREAD(texts); break;
  default: spread_bits(d->yes, a->yes, lead, lanes); spread_bits(d->no, a->no, lead, lanes);
  }
}

/* ---- one or the other ------------------------------------------------------------------ */

static void select_bits(uint64_t *d, const uint64_t *yes, const uint64_t *b, const uint64_t *c,
                        uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++)
    d[w] = (b[w] & yes[w]) | (c[w] & ~yes[w]);
}

/* d may be any of the operands; the values are chosen before the bits, which
 * `yes` may share with nothing but another bool. */
#define SELECT(member)                                               \
  for (uint32_t l = 0; l < lanes; l++)                               \
    d->member[l] = column_bit(yes, l) ? b->member[l] : c->member[l]; \
  select_bits(d->known, yes, b->known, c->known, lanes)

static void select_bool(struct column *d, const struct column *a, const struct column *b,
                        const struct column *c, uint32_t lanes) {
  for (uint32_t w = 0; w < words_of(lanes); w++) {
    uint64_t yes = a->yes[w];
    uint64_t is = (b->yes[w] & yes) | (c->yes[w] & ~yes);
    uint64_t not = (b->no[w] & yes) | (c->no[w] & ~yes);
    d->yes[w] = is;
    d->no[w] = not ;
  }
}

static void select_lanes(const struct machine *m, const struct instruction *i) {
  const struct column *b = &m->r[i->b], *c = &m->r[i->c];
  struct column *d = &m->r[i->d];
  const uint64_t *yes = m->r[i->a].yes;
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_SELECT_NUMBER: SELECT(number); break;
  case OP_SELECT_MICROS: SELECT(micros); break;
  case OP_SELECT_TEXT: SELECT(text); break;
  case OP_SELECT_LABEL: SELECT(label); break;
  default: select_bool(d, &m->r[i->a], b, c, lanes);
  }
}

bool run_load(const struct machine *m, const struct instruction *i) {
  struct column *d = &m->r[i->d];
  const struct program *p = m->program;
  uint32_t lanes = lanes_of(m, i->space);
  switch (i->op) {
  case OP_FIELD_NUMBER:
  case OP_FIELD_MICROS:
  case OP_FIELD_TEXT:
  case OP_FIELD_BOOL:
  case OP_FIELD_LABEL:
  case OP_FIELD_TEXTS: view_field(m, i); break;
  case OP_ID: view_id(m, i); break;
  case OP_START: view_start(m, i); break;
  case OP_EVENT_NUMBER:
  case OP_EVENT_MICROS:
  case OP_EVENT_TEXT:
  case OP_EVENT_BOOL:
  case OP_EVENT_LABEL:
  case OP_EVENT_TEXTS: view_event(m, i); break;
  case OP_EVENT_AT: view_at(m, i); break;
  case OP_CONST_NUMBER: fill_number(d, lanes, p->numbers[i->a], true); break;
  case OP_CONST_MICROS: fill_micros(d, lanes, p->micros[i->a], true); break;
  case OP_CONST_TEXT: fill_text(d, lanes, p->texts[i->a], true); break;
  case OP_CONST_BOOL: fill_bool(d, lanes, i->a); break;
  case OP_CONST_LABEL: fill_label(d, lanes, i->a); break;
  case OP_MISSING_NUMBER: fill_number(d, lanes, 0, false); break;
  case OP_MISSING_MICROS: fill_micros(d, lanes, 0, false); break;
  case OP_MISSING_TEXT: fill_text(d, lanes, (struct text){0}, false); break;
  case OP_AS_OF: fill_micros(d, lanes, m->batch->as_of, true); break;
  case OP_SPREAD_NUMBER:
  case OP_SPREAD_MICROS:
  case OP_SPREAD_TEXT:
  case OP_SPREAD_BOOL:
  case OP_SPREAD_LABEL:
  case OP_SPREAD_TEXTS: spread(m, i); break;
  default: select_lanes(m, i);
  }
  return true;
}

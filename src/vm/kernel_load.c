/* kernel_load.c - from the batch and the constants into registers, between
 * spaces, and choices between registers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include <string.h>

/* ---- views -------------------------------------------------------------------- */

#define VIEW_FIELD(op)                   \
  KERNEL(op) {                           \
    m->r[i->d] = m->batch->fields[i->a]; \
    return true;                         \
  }

VIEW_FIELD(FIELD_NUMBER)
VIEW_FIELD(FIELD_MICROS)
VIEW_FIELD(FIELD_BOOL)
VIEW_FIELD(FIELD_LABEL)
VIEW_FIELD(FIELD_TEXTS)

#define VIEW_COLUMN(op)                                        \
  KERNEL(op) {                                                 \
    m->r[i->d] = m->batch->spaces[i->space - 1].columns[i->a]; \
    return true;                                               \
  }

VIEW_COLUMN(EVENT_NUMBER)
VIEW_COLUMN(EVENT_MICROS)
VIEW_COLUMN(EVENT_BOOL)
VIEW_COLUMN(EVENT_LABEL)
VIEW_COLUMN(EVENT_TEXTS)

/* Texts may be codes.  Where an instruction needs the texts themselves they are
 * put beside them. */
static bool view_texts(const struct machine *m, const struct instruction *i,
                       const struct column *column) {
  struct column *const d = &m->r[i->d];
  const uint32_t lanes = lanes_of(m, i->space);
  *d = *column;
  if (!d->vocabulary || !m->runner->plain[i->d])
    return true;
  d->text = arena_array(&m->runner->scratch, words_of(lanes) * WORD_LANES + 1, sizeof *d->text);
  if (!d->text)
    return false;
  for (uint32_t w = 0; w < words_of(lanes); w++)
    for (uint64_t left = d->known[w]; left; left &= left - 1) {
      const uint32_t l = w * WORD_LANES + lowest_bit(left);
      d->text[l] = d->vocabulary->texts[d->code[l]];
    }
  return true;
}

KERNEL(FIELD_TEXT) {
  return view_texts(m, i, &m->batch->fields[i->a]);
}

KERNEL(EVENT_TEXT) {
  return view_texts(m, i, &m->batch->spaces[i->space - 1].columns[i->a]);
}

KERNEL(EVENT_AT) {
  const struct batch_space *space = &m->batch->spaces[i->space - 1];
  m->r[i->d].micros = space->at;
  m->r[i->d].known = space->at_known;
  return true;
}

KERNEL(ID) {
  m->r[i->d].text = m->batch->ids;
  m->r[i->d].known = m->batch->ids_known;
  return true;
}

KERNEL(START) {
  m->r[i->d].label = m->batch->stage;
  m->r[i->d].known = m->batch->stage_known;
  return true;
}

/* ---- constants ------------------------------------------------------------------ */

static void fill_bits(uint64_t *bits, uint32_t lanes, bool set) {
  if (set)
    set_lanes(bits, lanes);
  else
    memset(bits, 0, words_of(lanes) * sizeof *bits);
}

#define FILL(op, member, value, is_known)                       \
  KERNEL(op) {                                                  \
    const struct column d = plain_register(m, i->d);            \
    const uint32_t lanes = lanes_of(m, i->space);               \
    for (uint32_t l = 0; l < words_of(lanes) * WORD_LANES; l++) \
      d.member[l] = (value);                                    \
    fill_bits(d.known, lanes, is_known);                        \
    return true;                                                \
  }

FILL(CONST_NUMBER, number, m->program->numbers[i->a], true)
FILL(CONST_MICROS, micros, m->program->micros[i->a], true)
FILL(CONST_TEXT, text, m->program->texts[i->a], true)
FILL(CONST_LABEL, label, i->a == PROGRAM_NONE ? 0 : i->a, i->a != PROGRAM_NONE)
FILL(MISSING_NUMBER, number, 0, false)
FILL(MISSING_MICROS, micros, 0, false)
FILL(MISSING_TEXT, text, (struct text){0}, false)
FILL(AS_OF, micros, m->batch->as_of, true)

KERNEL(CONST_BOOL) {
  const uint32_t lanes = lanes_of(m, i->space);
  fill_bits(m->r[i->d].yes, lanes, i->a == 1);
  fill_bits(m->r[i->d].no, lanes, i->a == 0);
  return true;
}

/* ---- a lead's value beside each of its events --------------------------------------- */

/* Mostly all leads have a value, and then all events do. */
static bool all_set(const uint64_t *bits, uint32_t lanes) {
  uint64_t missing = 0;
  for (uint32_t w = 0; w < words_of(lanes); w++)
    missing |= ~bits[w] & lane_mask(lanes, w);
  return missing == 0;
}

static void spread_bits(const struct machine *m, const struct instruction *i, uint64_t *d,
                        const uint64_t *a) {
  const struct batch_space *space = &m->batch->spaces[i->space - 1];
  if (all_set(a, m->batch->count)) {
    set_lanes(d, space->count);
    return;
  }
  for (uint32_t w = 0; w < words_of(space->count); w++) {
    uint64_t word = 0;
    for (uint32_t j = 0; j < lanes_in(space->count, w); j++)
      word |= (uint64_t)bit_get(a, space->lead[w * WORD_LANES + j]) << j;
    d[w] = word;
  }
}

/* The last word is filled up: what stands there would be from another column. */
#define SPREAD(op, member)                                                            \
  KERNEL(op) {                                                                        \
    const struct column a = m->r[i->a], d = plain_register(m, i->d);                  \
    const struct batch_space *space = &m->batch->spaces[i->space - 1];                \
    for (uint32_t l = 0; l < space->count; l++)                                       \
      d.member[l] = a.member[space->lead[l]];                                         \
    memset(d.member + space->count, 0, behind_last(space->count) * sizeof *d.member); \
    spread_bits(m, i, d.known, a.known);                                              \
    return true;                                                                      \
  }

SPREAD(SPREAD_NUMBER, number)
SPREAD(SPREAD_MICROS, micros)
SPREAD(SPREAD_TEXT, text)
SPREAD(SPREAD_LABEL, label)
SPREAD(SPREAD_TEXTS, texts)

KERNEL(SPREAD_BOOL) {
  spread_bits(m, i, m->r[i->d].yes, m->r[i->a].yes);
  spread_bits(m, i, m->r[i->d].no, m->r[i->a].no);
  return true;
}

/* ---- one or the other ------------------------------------------------------------------ */

static inline uint64_t choose(uint64_t yes, uint64_t b, uint64_t c) {
  return (b & yes) | (c & ~yes);
}

/* All of a word is chosen before any of it is stored: d may be an operand. */
#define SELECT(op, type, member)                                        \
  KERNEL(op) {                                                          \
    const struct column a = m->r[i->a], b = m->r[i->b], c = m->r[i->c]; \
    const struct column d = plain_register(m, i->d);                    \
    const uint32_t words = words_of(lanes_of(m, i->space));             \
    for (uint32_t w = 0; w < words; w++) {                              \
      const type *const x = b.member + w * WORD_LANES;                  \
      const type *const y = c.member + w * WORD_LANES;                  \
      uint8_t flags[WORD_LANES];                                        \
      type chosen[WORD_LANES];                                          \
      flags_of_bits(a.yes[w], flags);                                   \
      for (uint32_t j = 0; j < WORD_LANES; j++)                         \
        chosen[j] = flags[j] ? x[j] : y[j];                             \
      const uint64_t known = choose(a.yes[w], b.known[w], c.known[w]);  \
      memcpy(d.member + w * WORD_LANES, chosen, sizeof chosen);         \
      d.known[w] = known;                                               \
    }                                                                   \
    return true;                                                        \
  }

SELECT(SELECT_NUMBER, double, number)
SELECT(SELECT_MICROS, int64_t, micros)
SELECT(SELECT_TEXT, struct text, text)
SELECT(SELECT_LABEL, uint32_t, label)

KERNEL(SELECT_BOOL) {
  const struct column a = m->r[i->a], b = m->r[i->b], c = m->r[i->c];
  const struct column d = m->r[i->d];
  const uint32_t words = words_of(lanes_of(m, i->space));
  for (uint32_t w = 0; w < words; w++) {
    const uint64_t yes = choose(a.yes[w], b.yes[w], c.yes[w]);
    const uint64_t no = choose(a.yes[w], b.no[w], c.no[w]);
    d.yes[w] = yes;
    d.no[w] = no;
  }
  return true;
}

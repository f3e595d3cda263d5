/* draft.h - a random policy while it is being written.
 *
 * The draft knows which names there are already, by type: an expression names
 * only what was declared before it, so there are no cycles.  The declarations
 * are shuffled in the end, for their order is free.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_DRAFT_H
#define BAREME_TESTS_DRAFT_H

#include "oracle/random.h"

#define DRAFT_NAMES        40
#define DRAFT_NAME_SIZE    24
#define DRAFT_KINDS        3
#define DRAFT_OUTCOMES     4
#define DRAFT_DECLARATIONS 96

/* Which kinds of event have which fields, as bits: e0 has all, e2 hardly any.
 * All of a name have one type. */
#define HAS_S 3u /* text */
#define HAS_K 7u /* number */
#define HAS_F 1u /* bool */
#define HAS_W 1u /* time */
#define HAS_G 3u /* duration */
#define HAS_Z 3u /* one of (red, green, blue) */
#define HAS_Y 1u /* list of text */
#define HAS_Q 3u /* text that is only compared with constants */

struct draft_names {
  char items[DRAFT_NAMES][DRAFT_NAME_SIZE];
  uint32_t count;
};

/* A band, grid or choice with its labels. */
struct draft_outcome {
  char name[DRAFT_NAME_SIZE];
  char labels[5][DRAFT_NAME_SIZE];
  uint32_t label_count;
  bool numeric;
};

struct draft {
  struct random *random;
  char *bytes;
  size_t length, capacity;
  size_t begins[DRAFT_DECLARATIONS]; /* of each declaration */
  uint32_t declarations;

  /* what can be named */
  struct draft_names numbers, texts, bools, times, durations, lists, number_lists, rules;
  struct draft_outcome bands[DRAFT_OUTCOMES], choices[DRAFT_OUTCOMES];
  uint32_t band_count, choice_count, stage_count, score_count;
  bool has_define, has_grid;

  /* where we are */
  uint32_t query; /* kinds of the innermost query, as bits; 0 outside */
  uint32_t depth; /* of queries in queries */
  bool after;     /* the stages are known: entered() may be asked */
};

/* printf behind what is there. */
void draft_put(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));
void draft_name(struct draft_names *names, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline uint32_t draft_below(struct draft *draft, uint32_t bound) {
  return random_below(draft->random, bound);
}
static inline bool draft_chance(struct draft *draft, uint32_t percent) {
  return random_chance(draft->random, percent);
}

/* Each writes an expression of the type, at most `depth` deep. */
void draft_number(struct draft *draft, uint32_t depth);
void draft_text(struct draft *draft, uint32_t depth);
void draft_condition(struct draft *draft, uint32_t depth);
void draft_time(struct draft *draft, uint32_t depth);
void draft_duration(struct draft *draft, uint32_t depth);

/* True sometimes, if an event that the innermost query looks at has the field. */
static inline bool draft_field(struct draft *draft, uint32_t kinds, uint32_t percent) {
  return (draft->query & kinds) && draft_chance(draft, percent);
}

const char *draft_constant(struct draft *draft);          /* a number */
const char *draft_constant_duration(struct draft *draft); /* above 0 */

/* Writes a query and returns its kinds. */
uint32_t draft_query(struct draft *draft, uint32_t depth);

#endif

/* oracle.h - what the files of the second opinion share.
 *
 *   expression.c   section 6 of the language: what an expression says
 *   events.c       which events a query finds, which of them count, what they sum to
 *   evaluate.c     sections 4, 5 and 7: scores, bands, stages, and the answer
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_ORACLE_H
#define BAREME_TESTS_ORACLE_H

#include "oracle/evaluate.h"

/* One evaluation under way. */
struct oracle {
  struct arena *arena;
  const struct model *model;
  const struct record *record;
  int64_t as_of;
  struct value *values;      /* of model->values, as far as they are known yet */
  uint32_t stage;            /* what `stage` means just now */
  const bool *entered;       /* what entered() means; NULL before the stages are known */
  const struct query *query; /* the innermost query … */
  const struct event *event; /* … and the event it looks at; NULL outside */
};

/* Zeros; ends the program if memory runs out: this is a test. */
void *oracle_array(struct oracle *oracle, size_t count, size_t size);

/* ---- values ------------------------------------------------------------- */

struct value value_missing(enum type_kind type);
struct value value_number(double number); /* missing if not finite */
struct value value_micros(enum type_kind type, int64_t micros);
struct value value_bool(bool boolean);
static inline bool is_true(struct value value) {
  return value.known && value.boolean;
}

/* Kleene's three-valued logic. */
struct value both(struct value a, struct value b);
struct value either(struct value a, struct value b);
struct value opposite(struct value a);

/* The same value, as `is` says: text ignores case.  Both must be known. */
bool value_same(struct oracle *oracle, struct value a, struct value b);

/* ---- expression.c ------------------------------------------------------- */

/* A call of a `define` stands for its body. */
static inline const struct expr *resolved(const struct expr *expr) {
  return expr_seen(expr);
}

struct value expression(struct oracle *oracle, const struct expr *expr);
/* Where the value is in model->values. */
uint32_t value_index(const struct oracle *oracle, const struct model_value *value);

/* ---- events.c ----------------------------------------------------------- */

struct found {
  const struct event **events; /* by time, ties in the order of the input */
  uint32_t count;
};

/* The events that exist and that the query finds. */
struct found find_events(struct oracle *oracle, const struct query *query);
/* Leaves those that the counting modifiers let count. */
struct found counting_events(struct oracle *oracle, const struct rule *rule);
/* An expression for one event of a query. */
struct value of_event(struct oracle *oracle, const struct query *query, const struct event *event,
                      const struct expr *expr);
/* count(…), sum(… of …) … */
struct value over_events(struct oracle *oracle, const struct expr *expr);

#endif

/* range.h - which values an expression can take.
 *
 * For every number, instant and duration an interval; for every condition
 * which of true, false and unknown are possible; for every value whether it
 * may be missing.  All of it errs on the side of "possible": what is ruled out
 * here can never happen, whatever the record.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_RANGE_H
#define BAREME_CHECK_RANGE_H

#include "check/model.h"

enum { CAN_BE_TRUE = 1, CAN_BE_FALSE = 2, CAN_BE_UNKNOWN = 4, CAN_BE_ANYTHING = 7 };

struct range {
  double low, high; /* numbers; instants and durations in microseconds; infinite if open */
  bool may_miss;
  bool by_param; /* a `param` has a part in it: another --set may change it */
  uint8_t truth; /* conditions: CAN_BE_… */
};

struct ranges {
  const struct model *model;
  struct range *values; /* of model->values, by their index */
};

/* Computes the range of every value of the model, in order of evaluation.
 * False if out of memory. */
bool ranges_init(struct ranges *ranges, struct arena *arena, const struct model *model);

/* Of an expression of the model. */
struct range range_of(const struct ranges *ranges, const struct expr *expr);

/* What a rule, and what a block of rules, can give. */
struct range range_of_rules(const struct ranges *ranges, const struct rule *rules,
                            enum rule_kind kind);

#endif

/* events.c - which events exist, which a query finds, which of them count.
 *
 *   exist   declared kinds, not after the as-of instant, the first of an id
 *   found   of the query's kinds, young enough, where the condition is true
 *   count   what the modifiers of a rule leave, one after the other
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/oracle.h"

#include <math.h>

static bool exists(const struct oracle *oracle, uint32_t index) {
  const struct event *event = &oracle->record->events[index];
  if (event->at > oracle->as_of)
    return false;
  for (uint32_t i = 0; i < index && event->id.bytes; i++) {
    const struct event *other = &oracle->record->events[i];
    if (other->at <= oracle->as_of && other->id.bytes && text_equal(other->id, event->id))
      return false;
  }
  return true;
}

static bool names_kind(const struct query *query, uint32_t kind) {
  for (uint32_t i = 0; i < query->kind_count; i++)
    if (query->kind_indices[i] == kind)
      return true;
  return false;
}

struct value of_event(struct oracle *oracle, const struct query *query, const struct event *event,
                      const struct expr *expr) {
  struct oracle inside = *oracle;
  inside.query = query;
  inside.event = event;
  return expression(&inside, expr);
}

static bool is_found(struct oracle *oracle, const struct query *query, const struct event *event) {
  if (!names_kind(query, event->kind))
    return false;
  if (query->within_micros >= 0 && oracle->as_of - event->at > query->within_micros)
    return false;
  return !query->where || is_true(of_event(oracle, query, event, query->where));
}

/* Puts the event behind those that are not later. */
static void insert(struct found *found, const struct event *event) {
  uint32_t place = found->count++;
  for (; place > 0 && found->events[place - 1]->at > event->at; place--)
    found->events[place] = found->events[place - 1];
  found->events[place] = event;
}

struct found find_events(struct oracle *oracle, const struct query *query) {
  const struct record *record = oracle->record;
  struct found found = {oracle_array(oracle, record->event_count, sizeof *found.events), 0};
  for (uint32_t i = 0; i < record->event_count; i++)
    if (exists(oracle, i) && is_found(oracle, query, &record->events[i]))
      insert(&found, &record->events[i]);
  return found;
}

/* ---- counting modifiers ------------------------------------------------- */

static struct found latest(struct found found, uint32_t times) {
  if (found.count <= times)
    return found;
  return (struct found){found.events + (found.count - times), times};
}

static struct found earliest(struct found found, uint32_t times) {
  return (struct found){found.events, found.count < times ? found.count : times};
}

/* An event counts if fewer than N counted ones lie less than D before it. */
static struct found rolling(struct found found, uint32_t times, int64_t duration) {
  struct found kept = {found.events, 0};
  for (uint32_t i = 0; i < found.count; i++) {
    uint32_t near = 0;
    for (uint32_t j = 0; j < kept.count; j++)
      near += found.events[i]->at - kept.events[j]->at < duration;
    if (near < times)
      kept.events[kept.count++] = found.events[i];
  }
  return kept;
}

static struct value field_of(struct oracle *oracle, const struct query *query,
                             const struct event *event, uint32_t field) {
  struct expr expr = {.kind = EXPR_NAME, .ref = REF_EVENT_FIELD, .index = field};
  if (field == UINT32_MAX)
    expr.ref = REF_EVENT_AT;
  return of_event(oracle, query, event, &expr);
}

/* A missing value is one value. */
static bool same_or_both_missing(struct oracle *oracle, struct value a, struct value b) {
  if (!a.known || !b.known)
    return a.known == b.known;
  return value_same(oracle, a, b);
}

/* An event counts if no later one has its value. */
static struct found once_per(struct oracle *oracle, const struct query *query, struct found found,
                             uint32_t field) {
  struct found kept = {oracle_array(oracle, found.count, sizeof *kept.events), 0};
  for (uint32_t i = 0; i < found.count; i++) {
    struct value mine = field_of(oracle, query, found.events[i], field);
    bool is_last = true;
    for (uint32_t j = i + 1; j < found.count; j++)
      if (same_or_both_missing(oracle, mine, field_of(oracle, query, found.events[j], field)))
        is_last = false;
    if (is_last)
      kept.events[kept.count++] = found.events[i];
  }
  return kept;
}

struct found counting_events(struct oracle *oracle, const struct rule *rule) {
  struct found found = find_events(oracle, rule->query);
  for (const struct modifier *m = rule->modifiers; m; m = m->next) {
    switch (m->kind) {
    case MODIFIER_AT_MOST: found = latest(found, m->times); break;
    case MODIFIER_FIRST: found = earliest(found, m->times); break;
    case MODIFIER_ROLLING: found = rolling(found, m->times, m->micros); break;
    case MODIFIER_ONCE_PER: found = once_per(oracle, rule->query, found, m->field_index); break;
    default: break; /* those of the points */
    }
  }
  return found;
}

/* ---- over events -------------------------------------------------------- */

/* The values that are there, in order of time. */
struct series {
  struct value *values;
  uint32_t count;
};

static struct series known_values(struct oracle *oracle, const struct expr *expr,
                                  struct found found) {
  struct series series = {oracle_array(oracle, found.count, sizeof *series.values), 0};
  for (uint32_t i = 0; i < found.count; i++) {
    struct value value = of_event(oracle, expr->query, found.events[i], expr->left);
    if (value.known)
      series.values[series.count++] = value;
  }
  return series;
}

static double sum(struct series series) {
  double total = 0.0;
  for (uint32_t i = 0; i < series.count; i++)
    total += series.values[i].number;
  return total;
}

static struct value extreme(struct series series, bool largest) {
  if (series.count == 0)
    return value_missing(TYPE_NUMBER);
  double best = series.values[0].number;
  for (uint32_t i = 1; i < series.count; i++) {
    double next = series.values[i].number;
    if (largest ? next > best : next < best)
      best = next;
  }
  return value_number(best);
}

static struct value distinct(struct oracle *oracle, struct series series) {
  uint32_t different = 0;
  for (uint32_t i = 0; i < series.count; i++) {
    bool is_new = true;
    for (uint32_t j = 0; j < i; j++)
      if (value_same(oracle, series.values[i], series.values[j]))
        is_new = false;
    different += is_new;
  }
  return value_number(different);
}

static struct value instant_of(struct found found, bool last) {
  if (found.count == 0)
    return value_missing(TYPE_TIME);
  return value_micros(TYPE_TIME, found.events[last ? found.count - 1 : 0]->at);
}

struct value over_events(struct oracle *oracle, const struct expr *expr) {
  struct found found = find_events(oracle, expr->query);
  switch (expr->reduce) {
  case REDUCE_COUNT: return value_number(found.count);
  case REDUCE_HAS: return value_bool(found.count > 0);
  case REDUCE_FIRST: return instant_of(found, false);
  case REDUCE_LAST: return instant_of(found, true);
  default: break;
  }
  struct series series = known_values(oracle, expr, found);
  switch (expr->reduce) {
  case REDUCE_SUM: return value_number(sum(series));
  case REDUCE_MEAN:
    return series.count ? value_number(sum(series) / series.count) : value_missing(TYPE_NUMBER);
  case REDUCE_LARGEST: return extreme(series, true);
  case REDUCE_SMALLEST: return extreme(series, false);
  default: return distinct(oracle, series);
  }
}

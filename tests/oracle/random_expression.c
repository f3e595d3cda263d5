/* random_expression.c - random conditions and values that are well-formed.
 *
 * Operators are mostly written without more parentheses than they need, so
 * that precedence is tested along with them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/draft.h"
#include "oracle/pools.h"

#include <stdarg.h>
#include <stdio.h>

void draft_name(struct draft_names *names, const char *format, ...) {
  if (names->count == DRAFT_NAMES)
    return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(names->items[names->count++], DRAFT_NAME_SIZE, format, arguments);
  va_end(arguments);
}

void draft_put(struct draft *draft, const char *format, ...) {
  size_t left = draft->capacity - draft->length;
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(draft->bytes + draft->length, left, format, arguments);
  va_end(arguments);
  if (written > 0)
    draft->length += (size_t)written < left ? (size_t)written : left - 1;
}

/* ---- constants ---------------------------------------------------------- */

const char *draft_constant(struct draft *draft) {
  return RANDOM_OF(draft->random, pool_numbers).source;
}

const char *draft_constant_duration(struct draft *draft) {
  return RANDOM_OF(draft->random, pool_durations).source;
}

static void put_literal(struct draft *draft) {
  draft_put(draft, "\"%s\"", RANDOM_OF(draft->random, pool_texts));
}

static void put_name(struct draft *draft, const struct draft_names *names) {
  draft_put(draft, "%s", names->items[draft_below(draft, names->count)]);
}

static void put_literals(struct draft *draft) {
  uint32_t count = 1 + draft_below(draft, 4);
  draft_put(draft, "[");
  for (uint32_t i = 0; i < count; i++) {
    draft_put(draft, i ? ", " : "");
    put_literal(draft);
  }
  draft_put(draft, "]");
}

static void put_text_set(struct draft *draft) {
  if (draft->lists.count && draft_chance(draft, 40))
    put_name(draft, &draft->lists);
  else
    put_literals(draft);
}

static void put_number_set(struct draft *draft) {
  if (draft->number_lists.count && draft_chance(draft, 40)) {
    put_name(draft, &draft->number_lists);
    return;
  }
  uint32_t count = 1 + draft_below(draft, 4);
  draft_put(draft, "[");
  for (uint32_t i = 0; i < count; i++)
    draft_put(draft, "%s%s%s", i ? ", " : "", draft_chance(draft, 15) ? "-" : "",
              draft_constant(draft));
  draft_put(draft, "]");
}

/* Constants are in order: a range of nothing is an error. */
static void put_number_range(struct draft *draft) {
  struct pool_number low = RANDOM_OF(draft->random, pool_numbers);
  struct pool_number high = RANDOM_OF(draft->random, pool_numbers);
  bool swap = low.number > high.number;
  draft_put(draft, "%s..%s", (swap ? high : low).source, (swap ? low : high).source);
}

static void put_duration_range(struct draft *draft) {
  struct pool_duration low = RANDOM_OF(draft->random, pool_durations);
  struct pool_duration high = RANDOM_OF(draft->random, pool_durations);
  bool swap = low.micros > high.micros;
  draft_put(draft, "%s..%s", (swap ? high : low).source, (swap ? low : high).source);
}

/* ---- queries ------------------------------------------------------------ */

uint32_t draft_query(struct draft *draft, uint32_t depth) {
  uint32_t kinds = 1 + draft_below(draft, (1u << DRAFT_KINDS) - 1);
  bool first = true;
  if (draft_chance(draft, 20)) {
    draft_put(draft, "any event");
    kinds = (1u << DRAFT_KINDS) - 1;
  } else {
    for (uint32_t kind = 0; kind < DRAFT_KINDS; kind++)
      if (kinds >> kind & 1) {
        draft_put(draft, "%se%u", first ? "" : " or ", kind);
        first = false;
      }
  }
  if (draft_chance(draft, 45)) {
    uint32_t outer = draft->query;
    draft->query = kinds;
    draft->depth++;
    draft_put(draft, " where ");
    draft_condition(draft, depth);
    draft->depth--;
    draft->query = outer;
  }
  if (draft_chance(draft, 35))
    draft_put(draft, " within %s", draft_constant_duration(draft));
  return kinds;
}

/* `sum` ( … of QUERY ) and its like: over all kinds, so that what stands before
 * the query can name every field. */
static void put_of_query(struct draft *draft, const char *name, uint32_t depth) {
  uint32_t outer = draft->query;
  draft->query = (1u << DRAFT_KINDS) - 1;
  draft->depth++;
  draft_put(draft, "%s(", name);
  draft_number(draft, depth);
  draft->depth--;
  draft->query = outer;
  draft_put(draft, " of any event");
  if (draft_chance(draft, 40))
    draft_put(draft, " within %s", draft_constant_duration(draft));
  draft_put(draft, ")");
}

static void put_distinct(struct draft *draft) {
  static const char *const fields[] = {"s", "k", "f", "z", "w", "g", "at"};
  draft_put(draft, "distinct(%s of any event", RANDOM_OF(draft->random, fields));
  if (draft_chance(draft, 40))
    draft_put(draft, " within %s", draft_constant_duration(draft));
  draft_put(draft, ")");
}

static bool may_query(const struct draft *draft) {
  return draft->depth < 2;
}

static void put_count(struct draft *draft, const char *function, uint32_t depth) {
  draft_put(draft, "%s(", function);
  draft_query(draft, depth);
  draft_put(draft, ")");
}

/* ---- numbers ------------------------------------------------------------ */

static void put_case(struct draft *draft, uint32_t depth, void (*value)(struct draft *, uint32_t)) {
  uint32_t arms = 1 + draft_below(draft, 2);
  draft_put(draft, "case { ");
  for (uint32_t i = 0; i < arms; i++) {
    draft_put(draft, "when ");
    draft_condition(draft, depth);
    draft_put(draft, " then ");
    value(draft, depth);
    draft_put(draft, " ");
  }
  draft_put(draft, "otherwise ");
  value(draft, depth);
  draft_put(draft, " }");
}

static void number_leaf(struct draft *draft) {
  static const char *const of_event[] = {"k", "k", "n0"};
  if (draft_field(draft, HAS_K, 50))
    draft_put(draft, "%s", RANDOM_OF(draft->random, of_event));
  else if (draft->query && draft_chance(draft, 30))
    draft_put(draft, "lead.n0");
  else if (draft_chance(draft, 65))
    put_name(draft, &draft->numbers);
  else if (draft_chance(draft, 3))
    draft_put(draft, "(1 / 0)");
  else
    draft_put(draft, "%s", draft_constant(draft));
}

static void number_call(struct draft *draft, uint32_t depth) {
  static const char *const one[] = {"abs",  "floor", "ceil", "round",
                                    "sqrt", "log",   "exp",  "logistic"};
  static const char *const more[] = {"min", "max"};
  if (draft_chance(draft, 60)) {
    draft_put(draft, "%s(", RANDOM_OF(draft->random, one));
    draft_number(draft, depth);
  } else if (draft_chance(draft, 70)) {
    draft_put(draft, "%s(", RANDOM_OF(draft->random, more));
    uint32_t count = 1 + draft_below(draft, 3);
    for (uint32_t i = 0; i < count; i++) {
      draft_put(draft, i ? ", " : "");
      draft_number(draft, depth);
    }
  } else {
    draft_put(draft, "clamp(");
    draft_number(draft, depth);
    draft_put(draft, ", %s, ", draft_constant(draft));
    draft_number(draft, depth);
  }
  draft_put(draft, ")");
}

static void number_of_time(struct draft *draft, uint32_t depth) {
  static const char *const of_duration[] = {"days", "hours"};
  static const char *const of_time[] = {"hour", "weekday"};
  switch (draft_below(draft, 4)) {
  case 0:
    draft_put(draft, "%s(", RANDOM_OF(draft->random, of_time));
    draft_time(draft, depth);
    break;
  case 1:
    draft_put(draft, "(");
    draft_duration(draft, depth);
    draft_put(draft, " / ");
    draft_duration(draft, depth);
    break;
  case 2:
    draft_put(draft, "length(");
    draft_text(draft, depth);
    break;
  default:
    draft_put(draft, "%s(", RANDOM_OF(draft->random, of_duration));
    draft_duration(draft, depth);
  }
  draft_put(draft, ")");
}

static void number_of_events(struct draft *draft, uint32_t depth) {
  static const char *const of[] = {"sum", "mean", "largest", "smallest"};
  if (!may_query(draft))
    number_leaf(draft);
  else if (draft_chance(draft, 40))
    put_count(draft, "count", depth);
  else if (draft_chance(draft, 70))
    put_of_query(draft, RANDOM_OF(draft->random, of), depth);
  else
    put_distinct(draft);
}

static void number_infix(struct draft *draft, uint32_t depth) {
  static const char *const operators[] = {"+", "-", "*", "/"};
  bool parentheses = draft_chance(draft, 40);
  draft_put(draft, parentheses ? "(" : "");
  draft_number(draft, depth);
  draft_put(draft, " %s ", RANDOM_OF(draft->random, operators));
  draft_number(draft, depth);
  draft_put(draft, parentheses ? ")" : "");
}

void draft_number(struct draft *draft, uint32_t depth) {
  if (depth == 0 || draft_chance(draft, 30)) {
    number_leaf(draft);
    return;
  }
  switch (draft_below(draft, 10)) {
  case 0:
  case 1:
  case 2:
  case 3: number_infix(draft, depth - 1); break;
  case 4:
    draft_put(draft, "-");
    number_leaf(draft);
    break;
  case 5:
  case 6: number_call(draft, depth - 1); break;
  case 7: number_of_time(draft, depth - 1); break;
  case 8: number_of_events(draft, depth - 1); break;
  default:
    if (draft->has_define && draft_chance(draft, 50)) {
      draft_put(draft, "scaled(");
      draft_number(draft, depth - 1);
      draft_put(draft, ", ");
      draft_condition(draft, 0);
      draft_put(draft, ")");
    } else {
      put_case(draft, depth - 1, draft_number);
    }
  }
}

/* ---- texts -------------------------------------------------------------- */

void draft_text(struct draft *draft, uint32_t depth) {
  static const char *const functions[] = {"lower",  "upper",      "trim", "plain",
                                          "domain", "local_part", "host", "path"};
  if (depth > 0 && draft_chance(draft, 50)) {
    if (draft_chance(draft, 10)) {
      put_case(draft, depth - 1, draft_text);
      return;
    }
    draft_put(draft, "%s(", RANDOM_OF(draft->random, functions));
    draft_text(draft, depth - 1);
    draft_put(draft, ")");
  } else if (draft_field(draft, HAS_S, 50)) {
    draft_put(draft, "s");
  } else if (draft_chance(draft, 85)) {
    put_name(draft, &draft->texts);
  } else {
    put_literal(draft);
  }
}

/* ---- times and durations ------------------------------------------------ */

static void time_leaf(struct draft *draft) {
  if (draft_field(draft, HAS_W, 25))
    draft_put(draft, "w");
  else if (draft->query && draft_chance(draft, 30))
    draft_put(draft, "at");
  else if (draft_chance(draft, 60))
    put_name(draft, &draft->times);
  else if (draft_chance(draft, 40))
    draft_put(draft, "as_of");
  else
    draft_put(draft, "%s", RANDOM_OF(draft->random, pool_instants));
}

void draft_time(struct draft *draft, uint32_t depth) {
  if (depth == 0 || draft_chance(draft, 40)) {
    time_leaf(draft);
  } else if (draft_chance(draft, 40) && may_query(draft)) {
    put_count(draft, draft_chance(draft, 50) ? "first" : "last", depth - 1);
  } else if (draft_chance(draft, 20)) {
    put_case(draft, depth - 1, draft_time);
  } else {
    draft_put(draft, "(");
    draft_time(draft, depth - 1);
    draft_put(draft, draft_chance(draft, 50) ? " + " : " - ");
    draft_duration(draft, depth - 1);
    draft_put(draft, ")");
  }
}

static void duration_leaf(struct draft *draft) {
  if (draft_field(draft, HAS_G, 30))
    draft_put(draft, "g");
  else if (draft_chance(draft, 50))
    put_name(draft, &draft->durations);
  else
    draft_put(draft, "%s", draft_constant_duration(draft));
}

static void duration_infix(struct draft *draft, uint32_t depth) {
  draft_put(draft, "(");
  switch (draft_below(draft, 4)) {
  case 0:
    draft_duration(draft, depth);
    draft_put(draft, draft_chance(draft, 50) ? " + " : " - ");
    draft_duration(draft, depth);
    break;
  case 1:
    draft_duration(draft, depth);
    draft_put(draft, draft_chance(draft, 50) ? " * " : " / ");
    number_leaf(draft);
    break;
  case 2:
    draft_put(draft, "%s * ", draft_constant(draft));
    draft_duration(draft, depth);
    break;
  default:
    draft_time(draft, depth);
    draft_put(draft, " - ");
    draft_time(draft, depth);
  }
  draft_put(draft, ")");
}

void draft_duration(struct draft *draft, uint32_t depth) {
  if (depth == 0 || draft_chance(draft, 25)) {
    duration_leaf(draft);
  } else if (draft_chance(draft, 55)) {
    draft_put(draft, "age(");
    draft_time(draft, depth - 1);
    draft_put(draft, ")");
  } else if (draft_chance(draft, 10)) {
    put_case(draft, depth - 1, draft_duration);
  } else if (draft_chance(draft, 10)) {
    draft_put(draft, "-");
    duration_leaf(draft);
  } else {
    duration_infix(draft, depth - 1);
  }
}

/* ---- conditions --------------------------------------------------------- */

static void number_condition(struct draft *draft, uint32_t depth) {
  static const char *const compare[] = {"=", "!=", "<", "<=", ">", ">="};
  draft_number(draft, depth);
  switch (draft_below(draft, 6)) {
  case 0:
    draft_put(draft, draft_chance(draft, 30) ? " not in " : " in ");
    put_number_set(draft);
    break;
  case 1:
    draft_put(draft, "%s in ", draft_chance(draft, 30) ? " not" : "");
    put_number_range(draft);
    break;
  case 2: draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present"); break;
  default:
    draft_put(draft, " %s ", RANDOM_OF(draft->random, compare));
    draft_number(draft, draft_chance(draft, 75) ? 0 : depth);
  }
}

static void text_condition(struct draft *draft, uint32_t depth) {
  static const char *const compare[] = {"is", "is not", "=", "!=", "is exactly", "is not exactly"};
  static const char *const match[] = {"contains", "starts with", "ends with", "like", "mentions"};
  static const char *const quantifier[] = {"any of", "all of"};
  draft_text(draft, depth);
  switch (draft_below(draft, 6)) {
  case 0:
    draft_put(draft, draft_chance(draft, 30) ? " not in " : " in ");
    put_text_set(draft);
    break;
  case 1: draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present"); break;
  case 2:
  case 3:
    draft_put(draft, "%s %s ", draft_chance(draft, 20) ? " not" : "",
              RANDOM_OF(draft->random, match));
    if (draft_chance(draft, 50)) {
      draft_put(draft, "%s ", RANDOM_OF(draft->random, quantifier));
      put_text_set(draft);
    } else if (draft_chance(draft, 70)) {
      put_literal(draft);
    } else {
      draft_text(draft, 0);
    }
    break;
  default:
    draft_put(draft, " %s ", RANDOM_OF(draft->random, compare));
    if (draft_chance(draft, 70))
      put_literal(draft);
    else
      draft_text(draft, depth);
  }
}

/* `q`, `q0` and `q1` are texts of which nothing else is asked. */
static void symbol_condition(struct draft *draft) {
  static const char *const compare[] = {"is", "is not", "=", "!="};
  if (draft_field(draft, HAS_Q, 60))
    draft_put(draft, "q");
  else
    draft_put(draft, draft_chance(draft, 60) ? "q0" : "q1");
  switch (draft_below(draft, 5)) {
  case 0:
  case 1:
    draft_put(draft, draft_chance(draft, 30) ? " not in " : " in ");
    put_text_set(draft);
    break;
  case 2: draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present"); break;
  default: draft_put(draft, " %s ", RANDOM_OF(draft->random, compare)); put_literal(draft);
  }
}

/* `y` and `y0` are lists of text. */
static void list_condition(struct draft *draft) {
  draft_put(draft, "%s", draft_field(draft, HAS_Y, 50) ? "y" : "y0");
  if (draft_chance(draft, 20)) {
    draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present");
    return;
  }
  draft_put(draft, draft_chance(draft, 20) ? " not contains " : " contains ");
  if (draft_chance(draft, 50)) {
    draft_put(draft, draft_chance(draft, 50) ? "any of " : "all of ");
    put_text_set(draft);
  } else if (draft_chance(draft, 60)) {
    put_literal(draft);
  } else {
    draft_text(draft, 0);
  }
}

static void time_condition(struct draft *draft, uint32_t depth) {
  static const char *const compare[] = {"=", "!=", "<", "<=", ">", ">="};
  if (draft_chance(draft, 50)) {
    draft_duration(draft, depth);
    if (draft_chance(draft, 20)) {
      draft_put(draft, " in ");
      put_duration_range(draft);
      return;
    }
    if (draft_chance(draft, 10)) {
      draft_put(draft, " in [%s, %s]", draft_constant_duration(draft),
                draft_constant_duration(draft));
      return;
    }
    draft_put(draft, " %s ", RANDOM_OF(draft->random, compare));
    draft_duration(draft, draft_chance(draft, 70) ? 0 : depth);
    return;
  }
  draft_time(draft, depth);
  if (draft_chance(draft, 10)) {
    draft_put(draft, "%s in [%s, %s]", draft_chance(draft, 30) ? " not" : "",
              RANDOM_OF(draft->random, pool_instants), RANDOM_OF(draft->random, pool_instants));
    return;
  }
  if (draft_chance(draft, 15)) {
    draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present");
    return;
  }
  draft_put(draft, " %s ", RANDOM_OF(draft->random, compare));
  draft_time(draft, draft_chance(draft, 70) ? 0 : depth);
}

static const char *label_of(struct draft *draft, const struct draft_outcome *outcome) {
  return outcome->labels[draft_below(draft, outcome->label_count)];
}

/* `is`, `is not` or `in` with labels of the set. */
static void against_labels(struct draft *draft, const struct draft_outcome *set) {
  if (draft_chance(draft, 30))
    draft_put(draft, " in [%s, %s]", label_of(draft, set), label_of(draft, set));
  else
    draft_put(draft, " %s %s", draft_chance(draft, 30) ? "is not" : "is", label_of(draft, set));
}

static void label_condition(struct draft *draft) {
  static const struct draft_outcome colours = {"o0", {"red", "green", "blue"}, 3, false};
  uint32_t outcomes = draft->band_count + draft->choice_count;
  if (draft_field(draft, HAS_Z, 25)) {
    draft_put(draft, draft_chance(draft, 50) ? "z is o0" : "o0 is not z");
  } else if (draft_field(draft, HAS_Z, 60)) {
    draft_put(draft, "z");
    against_labels(draft, &colours);
  } else if (outcomes == 0 || draft_chance(draft, 40)) {
    draft_put(draft, "o0");
    if (draft_chance(draft, 20))
      draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present");
    else if (draft_chance(draft, 15))
      draft_put(draft, "%s o1", draft_chance(draft, 50) ? " is" : " is not");
    else
      against_labels(draft, &colours);
  } else {
    uint32_t index = draft_below(draft, outcomes);
    const struct draft_outcome *outcome = index < draft->band_count
                                              ? &draft->bands[index]
                                              : &draft->choices[index - draft->band_count];
    draft_put(draft, "%s", outcome->name);
    if (outcome->numeric)
      draft_put(draft, " >= %s", label_of(draft, outcome));
    else
      against_labels(draft, outcome);
  }
}

static void bool_leaf(struct draft *draft) {
  if (draft_field(draft, HAS_F, 30))
    draft_put(draft, "f");
  else if (draft->after && draft->stage_count && draft_chance(draft, 30))
    draft_put(draft, "entered(s%u)", draft_below(draft, draft->stage_count));
  else if (draft->stage_count && draft_chance(draft, 15))
    draft_put(draft, "stage %s s%u", draft_chance(draft, 30) ? "is not" : "is",
              draft_below(draft, draft->stage_count));
  else if (draft_chance(draft, 8))
    draft_put(draft, draft_chance(draft, 50) ? "true" : "false");
  else
    put_name(draft, &draft->bools);
}

static void bool_condition(struct draft *draft, uint32_t depth) {
  static const char *const how[] = {"is", "is not", "=", "!="};
  static const char *const sets[] = {"[true]", "[false]", "[true, false]"};
  put_name(draft, &draft->bools);
  switch (draft_below(draft, 6)) {
  case 0: draft_put(draft, draft_chance(draft, 50) ? " is missing" : " is present"); break;
  case 1:
    draft_put(draft, "%s in %s", draft_chance(draft, 40) ? " not" : "",
              RANDOM_OF(draft->random, sets));
    break;
  case 2:
    draft_put(draft, " %s %s", RANDOM_OF(draft->random, how),
              draft_chance(draft, 50) ? "true" : "false");
    break;
  case 3: break;
  default:
    draft_put(draft, " %s (", RANDOM_OF(draft->random, how));
    draft_condition(draft, depth);
    draft_put(draft, ")");
  }
}

static void logic(struct draft *draft, uint32_t depth) {
  const char *operator= draft_chance(draft, 50) ? "and" : "or";
  bool parentheses = draft_chance(draft, 50);
  uint32_t count = 2 + draft_below(draft, 2);
  draft_put(draft, parentheses ? "(" : "");
  for (uint32_t i = 0; i < count; i++) {
    if (i)
      draft_put(draft, " %s ", operator);
    if (draft_chance(draft, 15))
      draft_put(draft, "not ");
    draft_condition(draft, depth);
  }
  draft_put(draft, parentheses ? ")" : "");
}

void draft_condition(struct draft *draft, uint32_t depth) {
  uint32_t deeper = depth ? depth - 1 : 0;
  switch (draft_below(draft, depth ? 18 : 11)) {
  case 0:
  case 1: number_condition(draft, deeper); break;
  case 2:
  case 3: text_condition(draft, deeper); break;
  case 4: time_condition(draft, deeper); break;
  case 5: label_condition(draft); break;
  case 6: list_condition(draft); break;
  case 7:
  case 8: bool_leaf(draft); break;
  case 9:
  case 10: symbol_condition(draft); break;
  case 11: bool_condition(draft, deeper); break;
  case 12:
    draft_put(draft, "not (");
    draft_condition(draft, deeper);
    draft_put(draft, ")");
    break;
  case 13:
    if (may_query(draft))
      put_count(draft, "has", deeper);
    else
      bool_leaf(draft);
    break;
  case 14: put_case(draft, deeper, draft_condition); break;
  default: logic(draft, deeper);
  }
}

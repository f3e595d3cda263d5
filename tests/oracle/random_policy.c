/* random_policy.c - random declarations and rules.
 *
 * The record is always the same (its kinds of event and their fields are told
 * in draft.h); what is made of it is not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/random_policy.h"

#include "oracle/draft.h"
#include "oracle/pools.h"

#include <string.h>

#define POLICY_BYTES 60000u

static const char *constant(struct draft *draft) {
  return draft_constant(draft);
}
static const char *duration(struct draft *draft) {
  return draft_constant_duration(draft);
}

/* Begins a declaration; what follows belongs to it. */
static void declare(struct draft *draft) {
  draft->begins[draft->declarations++] = draft->length;
}

/* ---- the record --------------------------------------------------------- */

static void put_default(struct draft *draft, const char *value) {
  if (draft_chance(draft, 20))
    draft_put(draft, " = %s", value);
  draft_put(draft, "\n");
}

static void fields_of_lead(struct draft *draft) {
  declare(draft);
  draft_put(draft, "lead {\n");
  for (uint32_t i = 0; i < 3; i++) {
    draft_put(draft, "  t%u text", i);
    put_default(draft, "\"Marketing\"");
    draft_name(&draft->texts, "t%u", i);
    draft_put(draft, "  n%u number", i);
    put_default(draft, constant(draft));
    draft_name(&draft->numbers, "n%u", i);
  }
  for (uint32_t i = 0; i < 2; i++) {
    draft_put(draft, "  q%u text", i);
    put_default(draft, i ? "\"Sales\"" : "\"nobody\"");
    if (draft_chance(draft, 5))
      draft_name(&draft->texts, "q%u", i); /* compared with anything after all */
  }
  draft_put(draft, "  b0 bool\n  b1 bool");
  put_default(draft, "false");
  draft_put(draft, "  i0 time\n  i1 time");
  put_default(draft, "2026-05-31T09:30:00Z");
  draft_put(draft, "  d0 duration");
  put_default(draft, duration(draft));
  draft_put(draft, "  y0 list of text\n  o1 one of (red, green, blue)\n"
                   "  o0 one of (red, green, blue)");
  put_default(draft, "green");
  draft_put(draft, "}\n");
  draft_name(&draft->texts, "id");
  draft_name(&draft->bools, "b0");
  draft_name(&draft->bools, "b1");
  draft_name(&draft->times, "i0");
  draft_name(&draft->times, "i1");
  draft_name(&draft->durations, "d0");
}

/* A field of an event, now and then with a default. */
static void event_field(struct draft *draft, const char *field, const char *value) {
  draft_put(draft, "  %s", field);
  if (draft_chance(draft, 12))
    draft_put(draft, " = %s", value);
}

static void kinds_of_event(struct draft *draft) {
  declare(draft);
  draft_put(draft, "event e0 {");
  event_field(draft, "s text", "\"/pricing/eu\"");
  event_field(draft, "q text", "\"sales\"");
  event_field(draft, "k number", constant(draft));
  event_field(draft, "f bool", "true");
  event_field(draft, "w time", "2026-05-02T09:30:00Z");
  event_field(draft, "g duration", duration(draft));
  event_field(draft, "z one of (red, green, blue)", "blue");
  draft_put(draft, "  y list of text  n0 number }\n");
  declare(draft);
  draft_put(draft, "event e1 \"The second\" { s text  q text  k number  g duration");
  event_field(draft, "z one of (red, green, blue)", "red");
  draft_put(draft, " }\n");
  declare(draft);
  draft_put(draft, draft_chance(draft, 50) ? "event e2 { k number }\n"
                                           : "event e2 from \"third kind\" { k number }\n");
}

static void lists(struct draft *draft) {
  if (draft_chance(draft, 60)) {
    declare(draft);
    draft_put(draft, "list words = [");
    uint32_t count = 1 + draft_below(draft, 6);
    for (uint32_t i = 0; i < count; i++)
      draft_put(draft, "%s\"%s\"", i ? ", " : "", RANDOM_OF(draft->random, pool_texts));
    draft_put(draft, "]\n");
    draft_name(&draft->lists, "words");
  }
  if (draft_chance(draft, 40)) {
    declare(draft);
    draft_put(draft, "list figures = [%s, %s, -%s]\n", constant(draft), constant(draft),
              constant(draft));
    draft_name(&draft->number_lists, "figures");
  }
}

/* ---- named values ------------------------------------------------------- */

static void param_and_define(struct draft *draft) {
  if (draft_chance(draft, 40)) {
    declare(draft);
    draft_put(draft, "param p \"A param\" = %s\n", constant(draft));
    draft_name(&draft->numbers, "p");
  }
  if (draft_chance(draft, 40)) {
    declare(draft);
    draft_put(draft, "define scaled(x number, c bool) = case { when c then x * 2.5 otherwise ");
    draft_number(draft, 1);
    draft_put(draft, " + x }\n");
    draft->has_define = true;
  }
}

static void let(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "let v%u = ", number);
  struct draft_names *names = &draft->numbers;
  switch (draft_below(draft, 6)) {
  case 0:
    names = &draft->texts;
    draft_text(draft, 3);
    break;
  case 1:
    names = &draft->times;
    draft_time(draft, 3);
    break;
  case 2:
    names = &draft->durations;
    draft_duration(draft, 3);
    break;
  case 3:
    names = &draft->bools;
    draft_condition(draft, 3);
    break;
  default: draft_number(draft, 3);
  }
  draft_put(draft, "\n");
  draft_name(names, "v%u", number);
}

static void segment(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "segment g%u when ", number);
  draft_condition(draft, 3);
  draft_put(draft, "\n");
  draft_name(&draft->bools, "g%u", number);
}

static void exclude(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "exclude \"Exclusion %u\" when n1 = %s and ", number, constant(draft));
  draft_condition(draft, 1);
  draft_put(draft, "\n");
}

/* ---- rules -------------------------------------------------------------- */

static void decay(struct draft *draft) {
  static const char *const rates[] = {"50%", "10%", "0.25", "100%", "0%", "99.9%", "25% + 25%"};
  static const char *const steps[] = {"1", "2", "3", "10"};
  switch (draft_below(draft, 5)) {
  case 0:
    draft_put(draft, "decay %s every %s", RANDOM_OF(draft->random, rates), duration(draft));
    break;
  case 1:
    draft_put(draft, "decay %s every %s in steps", RANDOM_OF(draft->random, rates),
              duration(draft));
    break;
  case 2: draft_put(draft, "decay to zero over %s", duration(draft)); break;
  case 3:
    draft_put(draft, "decay to zero over %s in %s steps", duration(draft),
              RANDOM_OF(draft->random, steps));
    break;
  default: draft_put(draft, "expire after %s", duration(draft));
  }
}

static void range(struct draft *draft) {
  static const char *const ranges[] = {
      "range 0 to 10", "range 0 to 100",      "range -5 to 5",       "range from 0",
      "range to 25",   "range from -2.5",     "range from 3",        "range to -1",
      "range 2 to 2",  "range 0.5 to 33.333", "range 0 to 2 * 5 + 1"};
  draft_put(draft, "%s", RANDOM_OF(draft->random, ranges));
}

static void rounding(struct draft *draft) {
  static const char *const roundings[] = {"round to 0.01",  "round to 1",   "round to 5",
                                          "round to 0.1",   "round to 0.3", "round to 2.5",
                                          "round to 0.001", "round none",   "round none"};
  draft_put(draft, "%s", RANDOM_OF(draft->random, roundings));
}

static void points(struct draft *draft) {
  draft_put(draft, draft_chance(draft, 75) ? "+" : "-");
  if (draft_chance(draft, 65)) {
    draft_put(draft, "%s", constant(draft));
    return;
  }
  draft_put(draft, "(");
  draft_number(draft, 2);
  draft_put(draft, ")");
}

static void once_per(struct draft *draft, uint32_t kinds) {
  static const struct {
    const char *name;
    uint32_t kinds;
  } fields[] = {{"s", HAS_S}, {"k", HAS_K}, {"f", HAS_F}, {"w", HAS_W},
                {"g", HAS_G}, {"z", HAS_Z}, {"at", ~0u}};
  uint32_t choice = draft_below(draft, sizeof fields / sizeof *fields);
  if (fields[choice].kinds & kinds)
    draft_put(draft, " once per %s", fields[choice].name);
}

/* One to all of the counting modifiers, each at most once, in some order. */
static void counting_modifiers(struct draft *draft, uint32_t kinds) {
  uint32_t first = draft_below(draft, 4);
  uint32_t count = draft_chance(draft, 75) ? 1 : 1 + draft_below(draft, 4);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t times = 1 + draft_below(draft, 4);
    switch ((first + i) % 4) {
    case 0: draft_put(draft, draft_chance(draft, 30) ? " once" : " at most %u times", times); break;
    case 1:
      draft_put(draft, draft_chance(draft, 30) ? " first time" : " first %u times", times);
      break;
    case 2: draft_put(draft, " at most %u times per %s", times, duration(draft)); break;
    default: once_per(draft, kinds);
    }
  }
}

/* POINTS ON QUERY: the query comes last, but points may name its fields, so
 * they are written for events of all kinds and so is the query. */
static void on_rule(struct draft *draft) {
  static const char *const labels[] = {"", "", " \"On an event\"", " \"Été\""};
  bool of_event = draft_chance(draft, 30);
  uint32_t kinds = (1u << DRAFT_KINDS) - 1;
  if (of_event) {
    draft->query = kinds;
    draft_put(draft, draft_chance(draft, 70) ? "+(" : "-(");
    draft_number(draft, 2);
    draft->query = 0;
    draft_put(draft, ")%s on any event", RANDOM_OF(draft->random, labels));
    if (draft_chance(draft, 40))
      draft_put(draft, " within %s", duration(draft));
  } else {
    points(draft);
    draft_put(draft, "%s on ", RANDOM_OF(draft->random, labels));
    kinds = draft_query(draft, 2);
  }
  if (draft_chance(draft, 65))
    counting_modifiers(draft, kinds);
  if (draft_chance(draft, 25))
    draft_put(draft, " at most %u points", 1 + draft_below(draft, 20));
  if (draft_chance(draft, 35)) {
    draft_put(draft, " ");
    if (draft_chance(draft, 20))
      draft_put(draft, "no decay");
    else
      decay(draft);
  }
}

static void rule(struct draft *draft) {
  switch (draft_below(draft, 10)) {
  case 0:
    points(draft);
    if (draft_chance(draft, 50))
      draft_put(draft, " \"A balance\"");
    break;
  case 1:
  case 2:
  case 3:
    points(draft);
    draft_put(draft, " when ");
    draft_condition(draft, 3);
    break;
  case 4:
    points(draft);
    draft_put(draft, " every %s without ", duration(draft));
    draft_query(draft, 1);
    if (draft_chance(draft, 40))
      draft_put(draft, " at most %u points", 1 + draft_below(draft, 20));
    break;
  default: on_rule(draft);
  }
}

static void rules(struct draft *draft, uint32_t depth, uint32_t most);

static void block(struct draft *draft, uint32_t depth) {
  static const char *const heads[] = {"group", "pick first", "pick best"};
  if (draft_chance(draft, 30)) {
    draft_put(draft, "for ");
    draft_condition(draft, 1);
    draft_put(draft, " {\n");
  } else {
    draft_put(draft, "%s%s {", RANDOM_OF(draft->random, heads),
              draft_chance(draft, 50) ? " \"A group\"" : "");
    if (draft_chance(draft, 40)) {
      draft_put(draft, " ");
      range(draft);
    }
    draft_put(draft, "\n");
  }
  rules(draft, depth, 4);
  draft_put(draft, "}");
}

static void rules(struct draft *draft, uint32_t depth, uint32_t most) {
  uint32_t count = 1 + draft_below(draft, most);
  for (uint32_t i = 0; i < count; i++) {
    if (depth > 0 && draft_chance(draft, 25))
      block(draft, depth - 1);
    else if (draft->rules.count && draft_chance(draft, 5))
      draft_put(draft, "include %s", draft->rules.items[0]);
    else
      rule(draft);
    draft_put(draft, draft_chance(draft, 90) ? "\n" : " ;\n");
  }
}

static void reusable(struct draft *draft) {
  declare(draft);
  draft_put(draft, "rules reused {\n");
  rules(draft, 1, 3);
  draft_put(draft, "}\n");
  draft_name(&draft->rules, "reused");
}

static void score(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "score c%u \"Score %u\" {\n", number, number);
  if (draft_chance(draft, 50)) {
    decay(draft);
    draft_put(draft, "\n");
  }
  if (draft_chance(draft, 40)) {
    range(draft);
    draft_put(draft, "\n");
  }
  if (draft_chance(draft, 40)) {
    rounding(draft);
    draft_put(draft, "\n");
  }
  rules(draft, 3, 6);
  draft_put(draft, "}\n");
  draft_name(&draft->numbers, "c%u", number);
}

static void computed(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "score c%u = ", number);
  draft_number(draft, 4);
  if (draft_chance(draft, 40)) {
    draft_put(draft, " { ");
    range(draft);
    if (draft_chance(draft, 50)) {
      draft_put(draft, " ");
      rounding(draft);
    }
    draft_put(draft, " }");
  }
  draft_put(draft, "\n");
  draft_name(&draft->numbers, "c%u", number);
}

/* ---- bands, grids, choices ---------------------------------------------- */

static void band(struct draft *draft, uint32_t number) {
  static const char *const bounds[] = {"100", "33.333", "10", "5", "2.5", "1", "0", "-1", "-10"};
  static const char *const labels[] = {"hot", "warm", "cool", "cold", "A"};
  struct draft_outcome *outcome = &draft->bands[draft->band_count];
  outcome->numeric = draft_chance(draft, 50);
  outcome->label_count = 1 + draft_below(draft, 4);
  snprintf(outcome->name, sizeof outcome->name, "w%u", number);
  declare(draft);
  draft_put(draft, "band w%u of ", number);
  draft_number(draft, draft_chance(draft, 70) ? 0 : 2);
  draft_put(draft, " {\n");
  uint32_t bound = draft_below(draft, 4);
  for (uint32_t i = 0; i < outcome->label_count; i++) {
    if (outcome->numeric)
      snprintf(outcome->labels[i], sizeof outcome->labels[i], "%u", outcome->label_count - i);
    else
      snprintf(outcome->labels[i], sizeof outcome->labels[i], "%s", labels[i]);
    draft_put(draft, "  %s%s", outcome->labels[i], draft_chance(draft, 30) ? " \"A row\"" : "");
    if (i + 1 == outcome->label_count)
      draft_put(draft, " otherwise\n");
    else
      draft_put(draft, " from %s\n", bounds[bound++]);
  }
  draft_put(draft, "}\n");
  draft->band_count++;
  if (outcome->numeric)
    draft_name(&draft->numbers, "w%u", number);
}

static void grid(struct draft *draft) {
  static const char *const cells[] = {"P1", "P2", "P3"};
  const struct draft_outcome *row = &draft->bands[0], *column = &draft->bands[1];
  declare(draft);
  draft_put(draft, "grid m of %s, %s {\n  columns ", row->name, column->name);
  for (uint32_t i = 0; i < column->label_count; i++)
    draft_put(draft, "%s%s", i ? ", " : "", column->labels[i]);
  for (uint32_t i = 0; i < row->label_count; i++) {
    draft_put(draft, "\n  %s: ", row->labels[i]);
    for (uint32_t j = 0; j < column->label_count; j++)
      draft_put(draft, "%s%s", j ? ", " : "", RANDOM_OF(draft->random, cells));
  }
  draft_put(draft, "\n}\n");
}

static void choose(struct draft *draft, uint32_t number) {
  static const char *const texts[] = {"sales", "nurture", "drop"};
  static const char *const numbers[] = {"10", "5", "0.5"};
  struct draft_outcome *outcome = &draft->choices[draft->choice_count];
  outcome->numeric = draft_chance(draft, 40);
  outcome->label_count = 3;
  snprintf(outcome->name, sizeof outcome->name, "h%u", number);
  declare(draft);
  draft_put(draft, "choose h%u {\n", number);
  for (uint32_t i = 0; i < 3; i++) {
    const char *label = outcome->numeric ? numbers[i] : texts[i];
    snprintf(outcome->labels[i], sizeof outcome->labels[i], "%s", label);
    draft_put(draft, outcome->numeric || draft_chance(draft, 30) ? "  %s" : "  \"%s\"", label);
    if (i < 2) {
      draft_put(draft, " when ");
      draft_condition(draft, 2);
    } else {
      draft_put(draft, " otherwise");
    }
    draft_put(draft, "\n");
  }
  draft_put(draft, "}\n");
  draft->choice_count++;
  if (outcome->numeric)
    draft_name(&draft->numbers, "h%u", number);
}

/* ---- stages and actions
 * ------------------------------------------------------------------------------ */

/* What sales reads: thresholds, in conjunctions, either way round. */
static void thresholds(struct draft *draft) {
  static const char *const compare[] = {">=", ">", "<", "<=", "=", "!="};
  uint32_t count = 1 + draft_below(draft, 3);
  for (uint32_t i = 0; i < count; i++) {
    const char *how = draft_chance(draft, 60) ? ">=" : RANDOM_OF(draft->random, compare);
    uint32_t number = draft_below(draft, draft->score_count);
    draft_put(draft, i ? " and " : "");
    if (draft_chance(draft, 75))
      draft_put(draft, "c%u %s %s", number, how, constant(draft));
    else
      draft_put(draft, "%s %s c%u", constant(draft), how, number);
  }
}

static void stages(struct draft *draft) {
  for (uint32_t i = 0; i < draft->stage_count; i++) {
    declare(draft);
    draft_put(draft, "stage s%u", i);
    uint32_t ways = draft_below(draft, 4);
    if (ways > 0)
      draft_put(draft, " {\n");
    for (uint32_t j = 0; j < ways; j++) {
      uint32_t target = (i + 1 + draft_below(draft, draft->stage_count)) % draft->stage_count;
      draft_put(draft, "  to s%u when ", target == i ? (i + 1) % draft->stage_count : target);
      if (draft_chance(draft, 60))
        thresholds(draft);
      else
        draft_condition(draft, 3);
      draft_put(draft, "\n");
    }
    draft_put(draft, ways > 0 ? "}\n" : "\n");
  }
}

static void action(struct draft *draft, uint32_t number) {
  declare(draft);
  draft_put(draft, "action a%u \"An action\" when ", number);
  draft->after = true;
  draft_condition(draft, 3);
  draft->after = false;
  draft_put(draft, "%s\n", draft_chance(draft, 50) ? " { owner \"sdr\"  sla 24 hours }" : "");
}

/* ---- all of it
 * ------------------------------------------------------------------------------------------ */

static void value(struct draft *draft, uint32_t number) {
  uint32_t choice = draft_below(draft, 11);
  if (choice < 2)
    let(draft, number);
  else if (choice < 3)
    segment(draft, number);
  else if (choice < 4)
    computed(draft, draft->score_count++);
  else if (choice < 6 && draft->band_count < DRAFT_OUTCOMES)
    band(draft, number);
  else if (choice < 7 && draft->choice_count < DRAFT_OUTCOMES)
    choose(draft, number);
  else
    score(draft, draft->score_count++);
}

static void values(struct draft *draft) {
  uint32_t count = 3 + draft_below(draft, 7);
  for (uint32_t i = 0; i < count; i++)
    value(draft, i);
  if (draft->score_count == 0)
    score(draft, draft->score_count++);
  if (draft->band_count >= 2)
    grid(draft);
}

static void declarations(struct draft *draft) {
  fields_of_lead(draft);
  kinds_of_event(draft);
  lists(draft);
  param_and_define(draft);
  draft->stage_count = draft_chance(draft, 70) ? 2 + draft_below(draft, 4) : 0;
  if (draft_chance(draft, 15))
    reusable(draft);
  values(draft);
  if (draft_chance(draft, 20))
    exclude(draft, 1);
  if (draft_chance(draft, 10))
    exclude(draft, 2);
  uint32_t actions = draft_below(draft, 3);
  for (uint32_t i = 0; i < actions; i++)
    action(draft, i);
}

/* Swaps declarations; returns their order. */
static void shuffle(struct draft *draft, uint32_t *order) {
  for (uint32_t i = 0; i < draft->declarations; i++) {
    uint32_t j = draft_below(draft, i + 1);
    order[i] = order[j];
    order[j] = i;
  }
}

/* The order of stages means something: they stay behind one another. */
static struct text shuffled(struct arena *arena, struct draft *draft) {
  static const char head[] = "policy \"Random\" { version \"1\" }\n";
  uint32_t order[DRAFT_DECLARATIONS];
  size_t size = draft->length, length = sizeof head - 1;
  draft->begins[draft->declarations] = size;
  shuffle(draft, order);
  char *bytes = arena_alloc(arena, size + POLICY_BYTES);
  if (!bytes)
    return TEXT("");
  memcpy(bytes, head, length);
  for (uint32_t i = 0; i < draft->declarations; i++) {
    size_t begin = draft->begins[order[i]], end = draft->begins[order[i] + 1];
    memcpy(bytes + length, draft->bytes + begin, end - begin);
    length += end - begin;
  }
  draft->declarations = 0;
  draft->length = 0;
  stages(draft);
  memcpy(bytes + length, draft->bytes, draft->length);
  return (struct text){bytes, length + draft->length};
}

struct text random_policy(struct arena *arena, struct random *random) {
  struct draft *draft = arena_alloc(arena, sizeof *draft);
  if (!draft)
    return TEXT("");
  draft->random = random;
  draft->capacity = POLICY_BYTES;
  draft->bytes = arena_alloc(arena, POLICY_BYTES);
  if (!draft->bytes)
    return TEXT("");
  declarations(draft);
  return shuffled(arena, draft);
}

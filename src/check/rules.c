/* rules.c - the rules of a score: points, triggers, modifiers, groups.
 *
 * `include` puts a copy of the named block in its place, checked where it
 * stands in the score but with the names of the module that declares it.
 * `rules` is also checked by itself, so that a block nobody includes has its
 * errors told, and one that many include has them told once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* ---- modifiers ---------------------------------------------------------------------------------
 */

static const char *modifier_words(const struct modifier *modifier) {
  switch (modifier->kind) {
  case MODIFIER_AT_MOST: return modifier->word ? "`once`" : "`at most … times`";
  case MODIFIER_FIRST: return modifier->word ? "`first time`" : "`first … times`";
  case MODIFIER_ROLLING: return "`at most … times per …`";
  case MODIFIER_ONCE_PER: return "`once per …`";
  case MODIFIER_POINTS: return "`at most … points`";
  case MODIFIER_DECAY:
    if (modifier->decay.kind == DECAY_NONE)
      return "`no decay`";
    return modifier->decay.kind == DECAY_EXPIRE ? "`expire`" : "`decay`";
  }
  return "this";
}

static void report_no_events(struct checker *c, const struct rule *rule,
                             const struct modifier *modifier) {
  struct diag *diag =
      diag_error(c->diags, E0401, modifier->span, "%s needs events, but this rule has no `on`",
                 modifier_words(modifier));
  if (modifier->kind == MODIFIER_DECAY)
    diag_help(c->diags, diag, "only points given `on` an event grow old with it");
  else if (rule->trigger == TRIGGER_EVERY)
    diag_help(c->diags, diag, "to limit the whole rule write `at most … points`");
  else
    diag_help(c->diags, diag, "a rule with `when` fires once anyway; events are counted with `on`");
}

static void check_once_per(struct checker *c, const struct scope *inner,
                           struct modifier *modifier) {
  modifier->field_index = UINT32_MAX;
  const struct name *field = &modifier->field;
  struct query *query = inner->query->query;
  bool of_event = !field->qualifier.length && query_has_field(c, inner->module, query, field->text);
  if (!of_event && text_equal(field->text, TEXT("at")))
    return;
  if (of_event) {
    modifier->field_index = query_field(c, inner, field);
    if (!c->out_of_memory && query->fields[modifier->field_index].type.kind == TYPE_TEXTS)
      diag_error(c->diags, E0406, field->span,
                 "`once per` needs one value, but `%.*s` is a list of texts",
                 TEXT_ARGS(field->text));
    return;
  }
  if (inner->query->lost || scope_may_be_lost(c, field->text))
    return;
  struct suggestion suggestion = suggest(c, field->text);
  for (uint32_t i = 0; i < query->kind_count; i++)
    suggest_space(c, &suggestion,
                  GROWING_AT(inner->module->kinds, uint32_t, query->kind_indices[i]), SUGGEST_ALL);
  struct diag *diag = diag_error(c->diags, E0204, field->span, "the event has no field `%.*s`",
                                 TEXT_ARGS(field->text));
  if (!suggest_help(c, &suggestion, diag) && word_is_unit(field->text))
    diag_help(c->diags, diag, "for one event in each %.*s write `at most 1 times per 1 %.*s`",
              TEXT_ARGS(field->text), TEXT_ARGS(field->text));
}

static void check_points_limit(struct checker *c, const struct scope *scope,
                               struct modifier *modifier, struct rule *rule) {
  if (!check_constant(c, scope, modifier->count, TYPE_NUMBER, "the limit of points"))
    return;
  modifier->points = modifier->count->number;
  if (modifier->points >= 0) {
    rule->most_points = modifier->points;
    return;
  }
  struct diag *diag = diag_error(c->diags, E0403, modifier->count->span,
                                 "the limit of points must not be below 0, but is %s",
                                 expr_words(c, modifier->count));
  diag_help(c->diags, diag, "the rule's sum is kept between -N and N: write N without its sign");
}

static void check_times(struct checker *c, const struct scope *scope, struct modifier *modifier) {
  modifier->times = 1;
  if (modifier->count)
    check_count(c, scope, modifier->count, "how often it counts", &modifier->times);
  if (modifier->kind == MODIFIER_ROLLING)
    check_duration(c, scope, modifier->duration, "the time behind `per`", &modifier->micros);
}

/* `inner` sees the events of the rule's query; NULL if it has none. */
static void check_modifier(struct checker *c, const struct scope *scope, const struct scope *inner,
                           struct rule *rule, struct modifier *modifier) {
  if (modifier->kind == MODIFIER_POINTS) {
    check_points_limit(c, scope, modifier, rule);
    return;
  }
  if (!inner) {
    report_no_events(c, rule, modifier);
    return;
  }
  if (modifier->kind == MODIFIER_ONCE_PER)
    check_once_per(c, inner, modifier);
  else if (modifier->kind == MODIFIER_DECAY) {
    check_decay(c, scope, &modifier->decay);
    rule->decay = &modifier->decay.decay;
  } else
    check_times(c, scope, modifier);
}

static void check_modifiers(struct checker *c, const struct scope *scope, const struct scope *inner,
                            struct rule *rule) {
  const struct modifier *seen[MODIFIER_DECAY + 1] = {NULL};
  for (struct modifier *modifier = rule->modifiers; modifier; modifier = modifier->next) {
    const struct modifier *first = seen[modifier->kind];
    if (first) {
      struct diag *diag = diag_error(c->diags, E0402, modifier->span, "%s says again what %s says",
                                     modifier_words(modifier), modifier_words(first));
      diag_note(c->diags, diag, first->span, "said here");
      continue;
    }
    seen[modifier->kind] = modifier;
    check_modifier(c, scope, inner, rule, modifier);
  }
}

/* ---- one rule
 * -------------------------------------------------------------------------------------- */

static void check_points(struct checker *c, const struct scope *scope, struct rule *rule) {
  check_typed(c, scope, rule->points, TYPE_NUMBER, "the points of a rule");
}

static void check_on(struct checker *c, const struct scope *scope, struct rule *rule) {
  if (!rule->query)
    return;
  struct scope_query events;
  struct scope inner;
  check_query(c, scope, rule->query, &events, &inner);
  check_points(c, &inner, rule);
  check_modifiers(c, scope, &inner, rule);
}

static void check_every(struct checker *c, const struct scope *scope, struct rule *rule) {
  struct scope_query events;
  struct scope inner;
  check_duration(c, scope, rule->period, "the time of `every`", &rule->period_micros);
  if (rule->query)
    check_query(c, scope, rule->query, &events, &inner);
  check_points(c, scope, rule);
  check_modifiers(c, scope, NULL, rule);
}

static const struct decay no_decay = {.kind = DECAY_NONE};

static void check_rule(struct checker *c, const struct scope *scope, struct rule *rule,
                       const struct decay *decay) {
  rule->most_points = -1;
  rule->decay = &no_decay;
  switch (rule->trigger) {
  case TRIGGER_ON:
    rule->decay = decay;
    check_on(c, scope, rule);
    break;
  case TRIGGER_EVERY: check_every(c, scope, rule); break;
  case TRIGGER_WHEN:
    check_condition(c, scope, rule->condition);
    check_points(c, scope, rule);
    check_modifiers(c, scope, NULL, rule);
    break;
  case TRIGGER_ALWAYS:
    check_points(c, scope, rule);
    check_modifiers(c, scope, NULL, rule);
    break;
  }
}

/* ---- blocks
 * ------------------------------------------------------------------------------------------ */

static void check_rules(struct checker *c, const struct scope *scope, struct rule *rules,
                        const struct decay *decay);

static void report_no_rules(struct checker *c, const struct scope *scope, const struct rule *rule) {
  if (rule->name->qualifier.length) {
    report_unknown(c, scope, rule->name);
    return;
  }
  struct suggestion suggestion = suggest(c, rule->name->text);
  suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_RULES);
  struct diag *diag = diag_error(c->diags, E0204, rule->name->span, "there are no rules `%.*s`",
                                 TEXT_ARGS(rule->name->text));
  if (!suggest_help(c, &suggestion, diag))
    diag_help(c->diags, diag, "declare them: `rules %.*s { … }`", TEXT_ARGS(rule->name->text));
}

static void check_include(struct checker *c, const struct scope *scope, struct rule *rule,
                          const struct decay *decay) {
  rule->rules = NULL;
  struct found found = scope_find_declared(c, scope, rule->name);
  if (found.kind == FOUND_SILENT)
    return;
  if (found.kind == FOUND_NOTHING) {
    report_no_rules(c, scope, rule);
    return;
  }
  if (found.symbol->kind != SYMBOL_RULES) {
    report_wrong_kind(c, rule->name, found.symbol, "a block of rules");
    return;
  }
  const struct node *node = found.symbol->node;
  if (!node || node->broken || node->cyclic || !node->decl->rules || c->defining)
    return;
  struct scope inner = {.module = node->module};
  c->depth += CHECK_DEPTH / LIMIT_NESTING; /* blocks nest like parentheses */
  rule->rules = c->depth < CHECK_DEPTH ? expand_rules(c, node->decl->rules) : NULL;
  if (rule->rules)
    check_rules(c, &inner, rule->rules, decay);
  else
    report_expansion(c, scope, rule->span);
  c->depth -= CHECK_DEPTH / LIMIT_NESTING;
}

static void check_block(struct checker *c, const struct scope *scope, struct rule *rule,
                        const struct decay *decay) {
  if (rule->range)
    check_range(c, scope, rule->range);
  bool unread = c->current && c->current->decl->broken;
  if (!rule->rules && rule->kind != RULE_GROUP && !unread) {
    diag_error(c->diags, E0407, rule->span, "there is nothing here to pick from");
    return;
  }
  check_rules(c, scope, rule->rules, decay);
}

static void check_rules(struct checker *c, const struct scope *scope, struct rule *rules,
                        const struct decay *decay) {
  for (struct rule *rule = rules; rule && !c->out_of_memory; rule = rule->next) {
    switch (rule->kind) {
    case RULE_POINTS: check_rule(c, scope, rule, decay); break;
    case RULE_GROUP:
    case RULE_FIRST:
    case RULE_BEST: check_block(c, scope, rule, decay); break;
    case RULE_FOR:
      check_condition(c, scope, rule->condition);
      check_rules(c, scope, rule->rules, decay);
      break;
    case RULE_INCLUDE: check_include(c, scope, rule, decay); break;
    }
  }
}

/* ---- score, rules
 * --------------------------------------------------------------------------------------- */

void check_score(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  struct decl *decl = node->decl;
  struct model_value *value = node->value;
  check_decay(c, &scope, &decl->settings.decay);
  check_range(c, &scope, &decl->settings.range);
  check_round(c, &scope, &decl->settings.round);
  value->range = decl->settings.range;
  value->round = decl->settings.round;
  if (value->kind == VALUE_COMPUTED) {
    check_typed(c, &scope, decl->value, TYPE_NUMBER, "a score");
    return;
  }
  check_rules(c, &scope, decl->rules, &decl->settings.decay.decay);
  value->rules = decl->rules;
}

void check_rules_block(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  size_t errors = c->diags->errors;
  struct rule *copy = expand_rules(c, node->decl->rules);
  if (!copy && node->decl->rules)
    report_expansion(c, &scope, node->decl->name.span);
  c->defining = true;
  check_rules(c, &scope, copy, &no_decay);
  c->defining = false;
  node->broken |= c->diags->errors != errors;
}

/* build.c - the nodes of a tree, one constructor for each rule of the grammar.
 *
 * The grammar hands over what it has read, and gets a node of the arena with
 * its span.  Only what a rule cannot say by its shape is looked at here: a
 * setting written twice, a setting where none may be, a chain too long.
 * Expressions have a file of their own, build_expr.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/build.h"

#include <string.h>

/* Written over in turn by every node that finds no memory; nothing is read
 * back from it, because the parse ends at the next token. */
void *build_scratch(struct parser *parser) {
  parser->out_of_memory = true;
  memset(&parser->scratch, 0, sizeof parser->scratch);
  return &parser->scratch;
}

struct expr *build_expr(struct parser *parser, enum expr_kind kind, struct place_range range) {
  struct expr *expr = arena_take(parser->arena, sizeof *expr);
  if (!expr)
    expr = build_scratch(parser);
  *expr = (struct expr){.kind = kind, .span = SPAN(range)};
  return expr;
}

/* ---- names -------------------------------------------------------------- */

struct name *build_name(struct parser *parser, struct text text, struct place_range range) {
  return NODE(name, .text = text, .span = SPAN(range));
}

struct name *build_qualified(struct parser *parser, struct place_range range, struct text module,
                             struct text text) {
  return NODE(name, .qualifier = module, .text = text, .span = SPAN(range));
}

struct name_list *build_names(struct parser *parser, struct name_list *list,
                              const struct name *name) {
  struct name_list *node = NODE(name_list, .name = *name);
  return APPENDED(list, node);
}

struct label *build_label(struct parser *parser, struct text text, struct place_range range) {
  return NODE(label, .present = true, .text = text, .span = SPAN(range));
}

/* ---- declarations ------------------------------------------------------- */

void build_file(struct parser *parser, struct decl *decls) {
  parser->tree->decls = CLOSED(decls);
}

struct decl *build_decl(struct parser *parser, const struct decl *decl) {
  struct decl *node = build_node(parser, decl, sizeof *decl);
  if (parser->errors > parser->errors_before)
    node->broken = true;
  parser->errors_before = parser->errors;
  return node;
}

struct decl *build_at(struct parser *parser, struct decl *decl, struct place_range range) {
  decl->span = SPAN(range);
  return decl;
}

struct type_syntax *build_type(struct parser *parser, enum type_kind kind, struct place_range range,
                               struct name_list *labels) {
  return NODE(type_syntax, .kind = kind, .span = SPAN(range), .labels = labels);
}

struct field_decl *build_field(struct parser *parser, struct place_range range, struct text name,
                               struct place_range name_range, const struct type_syntax *type) {
  struct field_decl *field =
      NODE(field_decl, .span = SPAN(range), .name = *build_name(parser, name, name_range));
  if (type)
    field->type = *type;
  else
    field->type = (struct type_syntax){.kind = TYPE_ERROR, .span = SPAN(range)};
  return field;
}

struct field_decl *field_required(struct parser *parser, struct field_decl *field,
                                  struct place_range range) {
  if (field->required)
    slip_twice(parser, field->span, SPAN(range), "`required`");
  field->required = true;
  field->span = span_join(field->span, SPAN(range));
  return field;
}

struct field_decl *field_default(struct parser *parser, struct field_decl *field,
                                 struct place_range range, struct expr *value) {
  if (field->default_value)
    slip_twice(parser, field->default_value->span, span_join(SPAN(range), value->span),
               "the default");
  field->default_value = value;
  field->span = span_join(field->span, value->span);
  return field;
}

struct field_decl *field_from(struct parser *parser, struct field_decl *field,
                              struct place_range range, const struct label *path) {
  if (field->from.present)
    slip_twice(parser, field->from.span, path->span, "`from`");
  field->from = *path;
  field->span = SPAN(range);
  return field;
}

struct decl *events_key(struct parser *parser, struct decl *events, struct text key,
                        struct place_range key_range, struct text value,
                        struct place_range value_range) {
  struct label *label = build_label(parser, value, value_range);
  struct label *place = text_equal(key, TEXT("type")) ? &events->type_key
                        : text_equal(key, TEXT("at")) ? &events->at_key
                                                      : &events->id_key;
  if (place->present)
    slip_twice(parser, place->span, SPAN(key_range), "this key");
  *place = *label;
  return events;
}

struct band_row *band_from(struct parser *parser, struct band_row *row, struct place_range range,
                           const struct label *text, struct expr *bound) {
  row->span = SPAN(range);
  row->text = *text;
  row->bound = bound;
  row->otherwise = !bound;
  return row;
}

/* ---- tests -------------------------------------------------------------- */

struct decl *test_as_of(struct parser *parser, struct decl *test, struct place_range range,
                        struct expr *instant) {
  if (test->as_of)
    slip_twice(parser, test->as_of->span, span_join(SPAN(range), instant->span), "`as of`");
  test->as_of = instant;
  return test;
}

struct decl *test_lead(struct parser *parser, struct decl *test, struct place_range range,
                       struct assignment *fields) {
  if (test->assignments)
    slip_twice(parser, test->assignments->span, SPAN(range), "the test's `lead`");
  else
    test->assignments = fields;
  return test;
}

struct decl *build_test(struct parser *parser, struct decl *test, const struct label *title,
                        struct place_range range) {
  struct decl draft = *test;
  draft.label = *title;
  draft.span = SPAN(range);
  draft.test_events = CLOSED(draft.test_events);
  draft.expectations = CLOSED(draft.expectations);
  return build_decl(parser, &draft);
}

/* ---- rules -------------------------------------------------------------- */

struct range_syntax *build_range(struct parser *parser, struct place_range range, struct expr *low,
                                 struct expr *high) {
  return NODE(range_syntax, .present = true, .span = SPAN(range), .low = low, .high = high);
}

struct rule_block *block_decay(struct parser *parser, struct rule_block *block,
                               const struct decay_syntax *decay) {
  if (block->settings.decay.present)
    slip_twice(parser, block->settings.decay.span, decay->span, "the decay");
  block->settings.decay = *decay;
  return block;
}

struct rule_block *block_range(struct parser *parser, struct rule_block *block,
                               const struct range_syntax *range) {
  if (block->settings.range.present)
    slip_twice(parser, block->settings.range.span, range->span, "the range");
  block->settings.range = *range;
  return block;
}

struct rule_block *block_round(struct parser *parser, struct rule_block *block,
                               const struct round_syntax *round) {
  if (block->settings.round.present)
    slip_twice(parser, block->settings.round.span, round->span, "the rounding");
  block->settings.round = *round;
  return block;
}

static void refuse(struct parser *parser, bool present, struct span span, const char *what,
                   const char *where, const char *help) {
  if (!present)
    return;
  struct diag *diag =
      diag_error(parser->diags, E0114, span, "%s has no %s of its own", where, what);
  diag_help(parser->diags, diag, "%s", help);
}

struct score_settings *block_of_computed(struct parser *parser, struct rule_block *block) {
  refuse(parser, block->settings.decay.present, block->settings.decay.span, "decay",
         "a score computed by `=`", "events decay in the scores that it is computed from");
  if (block->rules)
    refuse(parser, true, block->rules->span, "rules", "a score computed by `=`",
           "put the rules into a score `name { ... }`, and compute from that");
  return &block->settings;
}

struct rule *block_of_rules(struct parser *parser, const struct rule_block *block,
                            const char *what) {
  const struct score_settings *settings = &block->settings;
  const char *where = text_equal(text_from(what), TEXT("for")) ? "`for`" : "`rules`";
  const char *help = "settings stand at the start of a score, before its rules";
  refuse(parser, settings->decay.present, settings->decay.span, "decay", where, help);
  refuse(parser, settings->range.present, settings->range.span, "range", where,
         "put the rules into a `group { range ... }`");
  refuse(parser, settings->round.present, settings->round.span, "rounding", where, help);
  return block->rules;
}

struct rule *rule_points(struct parser *parser, struct rule *rule, struct place_range range,
                         bool minus, struct expr *points, const struct label *label,
                         struct modifier *modifiers) {
  rule->kind = RULE_POINTS;
  rule->span = SPAN(range);
  rule->minus = minus;
  rule->points = points;
  rule->label = *label;
  rule->modifiers = modifiers;
  return rule;
}

struct rule *rule_group(struct parser *parser, enum rule_kind kind, struct place_range range,
                        const struct label *label, struct rule_block *block) {
  struct score_settings *settings = &block->settings;
  refuse(parser, settings->decay.present, settings->decay.span, "decay", "a group",
         "write the decay at the start of the score, or behind the rules that it is for");
  refuse(parser, settings->round.present, settings->round.span, "rounding", "a group",
         "a score is rounded as a whole: write `round` at its start");
  return NODE(rule, .kind = kind, .span = SPAN(range), .label = *label,
              .range = settings->range.present ? &settings->range : NULL, .rules = block->rules);
}

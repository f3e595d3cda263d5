/* build.h - what the grammar's actions call: one constructor a rule.
 *
 * Nodes come from the arena.  When memory is out, a constructor returns the
 * parser's scratch node, never NULL, and the parse ends at the next token; no
 * action has to ask.  Lists are circles while they grow (see bareme.y).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_BUILD_H
#define BAREME_SYNTAX_BUILD_H

#include "syntax/parser.h"

#include <string.h>

/* A new `struct type` with the fields given. */
#define NODE(type, ...) \
  ((struct type *)build_node(parser, &(struct type){__VA_ARGS__}, sizeof(struct type)))

/* A declaration.  `broken` if anything in it could not be read. */
#define DECL(KIND, place, ...) \
  build_decl(parser, &(struct decl){.kind = DECL_##KIND, .span = SPAN(place), __VA_ARGS__})

/* A declaration of which only kind and name could be read. */
#define BROKEN(KIND, place, declared, value_place) \
  DECL(KIND, place, .broken = true, .name = declared, .value = expr_unreadable(parser, value_place))

#define SPAN(place)       parser_span(parser, place)
#define JOIN(first, last) ((struct place_range){(first).begin, (last).end})

/* A circle of one, and the circle `list` (NULL: empty) with one more at its end. */
#define ALONE(node) ((node)->next = (node))
#define APPENDED(list, node) \
  ((list) ? ((node)->next = (list)->next, (list)->next = (node)) : ((node)->next = (node)))

/* The circle opened: its first node, of a list that ends. */
#define CLOSED(list) \
  ((list) ? (parser->first = (list)->next, (list)->next = NULL, parser->first) : NULL)

/* What stands between the braces of a score, a group, `for` and `rules`. */
struct rule_block {
  struct score_settings settings;
  struct rule *rules;
};

/* A chain of `and` or `or` while it grows. */
struct chain {
  struct expr *node, *last;
};

/* What stands in for a node when memory is out. */
void *build_scratch(struct parser *parser);

static inline void *build_node(struct parser *parser, const void *node, size_t size) {
  void *place = arena_take(parser->arena, size);
  return place ? memcpy(place, node, size) : build_scratch(parser);
}

/* ---- names -------------------------------------------------------------- */

struct name *build_name(struct parser *parser, struct text text, struct place_range range);
struct name *build_qualified(struct parser *parser, struct place_range range, struct text module,
                             struct text text);
struct name_list *build_names(struct parser *parser, struct name_list *list,
                              const struct name *name);
struct label *build_label(struct parser *parser, struct text text, struct place_range range);

/* ---- declarations ------------------------------------------------------- */

void build_file(struct parser *parser, struct decl *decls);
struct decl *build_decl(struct parser *parser, const struct decl *decl);
struct decl *build_at(struct parser *parser, struct decl *decl, struct place_range range);
struct type_syntax *build_type(struct parser *parser, enum type_kind kind, struct place_range range,
                               struct name_list *labels);

/* type NULL: it could not be read. */
struct field_decl *build_field(struct parser *parser, struct place_range range, struct text name,
                               struct place_range name_range, const struct type_syntax *type);
struct field_decl *field_required(struct parser *parser, struct field_decl *field,
                                  struct place_range range);
struct field_decl *field_default(struct parser *parser, struct field_decl *field,
                                 struct place_range range, struct expr *value);
struct field_decl *field_from(struct parser *parser, struct field_decl *field,
                              struct place_range range, const struct label *path);
struct decl *events_key(struct parser *parser, struct decl *events, struct text key,
                        struct place_range key_range, struct text value,
                        struct place_range value_range);

/* bound NULL: the row is `otherwise`. */
struct band_row *band_from(struct parser *parser, struct band_row *row, struct place_range range,
                           const struct label *text, struct expr *bound);

struct decl *test_as_of(struct parser *parser, struct decl *test, struct place_range range,
                        struct expr *instant);
struct decl *test_lead(struct parser *parser, struct decl *test, struct place_range range,
                       struct assignment *fields);
struct decl *build_test(struct parser *parser, struct decl *test, const struct label *title,
                        struct place_range range);

/* ---- rules -------------------------------------------------------------- */

struct range_syntax *build_range(struct parser *parser, struct place_range range, struct expr *low,
                                 struct expr *high);
struct rule_block *block_decay(struct parser *parser, struct rule_block *block,
                               const struct decay_syntax *decay);
struct rule_block *block_range(struct parser *parser, struct rule_block *block,
                               const struct range_syntax *range);
struct rule_block *block_round(struct parser *parser, struct rule_block *block,
                               const struct round_syntax *round);

/* The settings of `score NAME = EXPR { }`, which has no rules. */
struct score_settings *block_of_computed(struct parser *parser, struct rule_block *block);

/* The rules of a block that may have no settings. */
struct rule *block_of_rules(struct parser *parser, const struct rule_block *block,
                            const char *what);

struct rule *rule_points(struct parser *parser, struct rule *rule, struct place_range range,
                         bool minus, struct expr *points, const struct label *label,
                         struct modifier *modifiers);
struct rule *rule_group(struct parser *parser, enum rule_kind kind, struct place_range range,
                        const struct label *label, struct rule_block *block);

/* ---- expressions -------------------------------------------------------- */

struct expr *build_expr(struct parser *parser, enum expr_kind kind, struct place_range range);
struct expr *expr_unreadable(struct parser *parser, struct place_range range);
struct expr *expr_one(struct parser *parser, struct place_range range);
struct expr *expr_text(struct parser *parser, struct text text, struct place_range range);
struct expr *expr_bool(struct parser *parser, bool boolean, struct place_range range);
struct expr *expr_name(struct parser *parser, const struct name *name);
struct expr *expr_negative(struct parser *parser, struct expr *literal, struct place_range range);
struct expr *expr_parenthesised(struct parser *parser, struct expr *expr, struct place_range range);
struct expr *expr_unary(struct parser *parser, enum expr_kind kind, struct place_range range,
                        struct place_range sign, struct expr *operand);
struct expr *expr_compare(struct parser *parser, enum compare compare, struct place_range sign,
                          struct expr *left, struct expr *right);
struct expr *expr_is(struct parser *parser, enum compare compare, bool exactly,
                     struct place_range sign, struct expr *left, struct expr *right);
struct expr *expr_present(struct parser *parser, struct expr *operand, bool missing,
                          struct place_range sign);
struct expr *expr_in(struct parser *parser, struct expr *left, bool negated,
                     struct place_range sign, struct set *set);
struct expr *expr_match(struct parser *parser, struct expr *left, bool negated, enum match match,
                        struct place_range sign, struct expr *right);
struct expr *expr_match_set(struct parser *parser, struct expr *left, bool negated,
                            enum match match, struct place_range sign, enum quantifier quantifier,
                            struct set *set);
struct expr *expr_call(struct parser *parser, struct place_range range, const struct name *name,
                       struct expr *arguments);
struct expr *expr_events(struct parser *parser, struct place_range range, enum reduce reduce,
                         struct place_range sign, struct expr *value, struct query *query);
struct expr *expr_case(struct parser *parser, struct place_range range, struct case_arm *arms,
                       struct expr *otherwise);

/* `in NAME`; anything else there is an error. */
struct set *set_named(struct parser *parser, const struct expr *list);

/* `and`, `or`: flat. */
struct chain chain_logic(struct parser *parser, enum expr_kind kind, struct expr *left,
                         struct expr *right);
struct chain chain_append(struct parser *parser, struct chain chain, struct expr *right);
struct expr *chain_close(struct parser *parser, struct chain chain, struct place_range range);

/* `+ - * /`: leaning to the left. */
struct expr *chain_begin(struct parser *parser, enum arithmetic arithmetic, struct expr *left,
                         struct place_range sign, struct expr *right);
struct expr *chain_continue(struct parser *parser, enum arithmetic arithmetic, struct expr *left,
                            struct place_range sign, struct expr *right);

/* ---- what people write by mistake (slips.c) ------------------------------ */

void slip_comma(struct parser *parser, struct place_range range);
void slip_colon(struct parser *parser, struct place_range range);
void slip_range_from(struct parser *parser, struct place_range range);
void slip_late_setting(struct parser *parser, struct span span);
void slip_once_per_duration(struct parser *parser, struct place_range range,
                            struct place_range duration);
void slip_present(struct parser *parser, struct place_range range, const char *meant);
void slip_twice(struct parser *parser, struct span first, struct span second, const char *what);
struct set *slip_parenthesised_set(struct parser *parser, struct place_range range,
                                   struct expr *first, struct expr *rest);
struct expr *slip_case(struct parser *parser, struct place_range range, struct case_arm *arms);
struct name *slip_capital(struct parser *parser, struct text text, struct place_range range);

#endif

/* build_expr.c - the nodes of expressions.
 *
 * Two shapes keep trees shallow where people write long: `and` and `or` are
 * one flat node however many there are, and `+ - * /` lean to the left, so
 * that walkers follow the left side in a loop.  Both count what they hold,
 * for LIMIT_CHAIN.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/build.h"

/* ---- operands ----------------------------------------------------------- */

struct expr *expr_unreadable(struct parser *parser, struct place_range range) {
  return build_expr(parser, EXPR_ERROR, range);
}

/* The N of `once` and `first time`. */
struct expr *expr_one(struct parser *parser, struct place_range range) {
  struct expr *expr = build_expr(parser, EXPR_NUMBER, range);
  expr->number = 1;
  expr->places = 1;
  expr->written = TEXT("1");
  return expr;
}

struct expr *expr_text(struct parser *parser, struct text text, struct place_range range) {
  struct expr *expr = build_expr(parser, EXPR_TEXT, range);
  expr->text = text;
  return expr;
}

struct expr *expr_bool(struct parser *parser, bool boolean, struct place_range range) {
  struct expr *expr = build_expr(parser, EXPR_BOOL, range);
  expr->boolean = boolean;
  return expr;
}

struct expr *expr_name(struct parser *parser, const struct name *name) {
  struct expr *expr =
      build_expr(parser, EXPR_NAME, (struct place_range){name->span.begin, name->span.end});
  expr->name = name;
  return expr;
}

/* Where a literal has to stand, its sign belongs to it. */
struct expr *expr_negative(struct parser *parser, struct expr *literal, struct place_range range) {
  literal->span = SPAN(range);
  if (literal->kind == EXPR_NUMBER)
    literal->number = -literal->number;
  else
    literal->micros = -literal->micros;
  literal->written = (struct text){parser->bytes.bytes + range.begin, range.end - range.begin};
  return literal;
}

struct expr *expr_parenthesised(struct parser *parser, struct expr *expr,
                                struct place_range range) {
  expr->parenthesised = true;
  expr->span = SPAN(range);
  return expr;
}

struct expr *expr_call(struct parser *parser, struct place_range range, const struct name *name,
                       struct expr *arguments) {
  struct expr *expr = build_expr(parser, EXPR_CALL, range);
  expr->name = name;
  expr->items = arguments;
  return expr;
}

struct expr *expr_events(struct parser *parser, struct place_range range, enum reduce reduce,
                         struct place_range sign, struct expr *value, struct query *query) {
  struct expr *expr = build_expr(parser, EXPR_EVENTS, range);
  expr->reduce = reduce;
  expr->operator_range = sign;
  expr->left = value;
  expr->query = query;
  return expr;
}

struct expr *expr_case(struct parser *parser, struct place_range range, struct case_arm *arms,
                       struct expr *otherwise) {
  struct expr *expr = build_expr(parser, EXPR_CASE, range);
  expr->arms = arms;
  expr->right = otherwise;
  return expr;
}

/* ---- operators ---------------------------------------------------------- */

static struct place_range range_of(const struct expr *first, const struct expr *last) {
  return (struct place_range){first->span.begin, last->span.end};
}

struct expr *expr_unary(struct parser *parser, enum expr_kind kind, struct place_range range,
                        struct place_range sign, struct expr *operand) {
  struct expr *expr = build_expr(parser, kind, range);
  expr->operator_range = sign;
  expr->left = operand;
  return expr;
}

static struct expr *binary(struct parser *parser, enum expr_kind kind, struct place_range sign,
                           struct expr *left, struct expr *right) {
  struct expr *expr = build_expr(parser, kind, range_of(left, right));
  expr->operator_range = sign;
  expr->left = left;
  expr->right = right;
  return expr;
}

struct expr *expr_compare(struct parser *parser, enum compare compare, struct place_range sign,
                          struct expr *left, struct expr *right) {
  struct expr *expr = binary(parser, EXPR_COMPARE, sign, left, right);
  expr->compare = compare;
  return expr;
}

struct expr *expr_is(struct parser *parser, enum compare compare, bool exactly,
                     struct place_range sign, struct expr *left, struct expr *right) {
  struct expr *expr = expr_compare(parser, compare, sign, left, right);
  expr->word = true;
  expr->exactly = exactly;
  return expr;
}

struct expr *expr_present(struct parser *parser, struct expr *operand, bool missing,
                          struct place_range sign) {
  struct expr *expr =
      build_expr(parser, EXPR_PRESENT, (struct place_range){operand->span.begin, sign.end});
  expr->operator_range = sign;
  expr->left = operand;
  expr->negated = missing;
  return expr;
}

static struct expr *with_set(struct parser *parser, enum expr_kind kind, struct expr *left,
                             bool negated, struct place_range sign, struct set *set) {
  struct expr *expr =
      build_expr(parser, kind, (struct place_range){left->span.begin, set->span.end});
  expr->operator_range = sign;
  expr->left = left;
  expr->negated = negated;
  expr->set = set;
  return expr;
}

struct expr *expr_in(struct parser *parser, struct expr *left, bool negated,
                     struct place_range sign, struct set *set) {
  return with_set(parser, EXPR_IN, left, negated, sign, set);
}

struct expr *expr_match(struct parser *parser, struct expr *left, bool negated, enum match match,
                        struct place_range sign, struct expr *right) {
  struct expr *expr = binary(parser, EXPR_MATCH, sign, left, right);
  expr->match = match;
  expr->negated = negated;
  return expr;
}

struct expr *expr_match_set(struct parser *parser, struct expr *left, bool negated,
                            enum match match, struct place_range sign, enum quantifier quantifier,
                            struct set *set) {
  struct expr *expr = with_set(parser, EXPR_MATCH, left, negated, sign, set);
  expr->match = match;
  expr->quantifier = quantifier;
  return expr;
}

/* `in LIST` is read as an operand, so that `in A..B` needs no look-ahead. */
struct set *set_named(struct parser *parser, const struct expr *list) {
  if (list->kind == EXPR_NAME && !list->parenthesised)
    return NODE(set, .kind = SET_NAME, .span = list->span, .name = *list->name);
  struct diag *diag = diag_error(parser->diags, E0112, list->span,
                                 "`in` expects a list `[...]`, the name of a list, or a range");
  if (list->kind == EXPR_TEXT || list->kind == EXPR_NUMBER)
    diag_help(parser->diags, diag, "for one value, write `is` or `=`");
  else if (list->kind == EXPR_ARITHMETIC)
    diag_help(parser->diags, diag, "a range has two dots: `10..50`");
  return NODE(set, .kind = SET_ITEMS, .span = list->span,
              .items =
                  expr_unreadable(parser, (struct place_range){list->span.begin, list->span.end}));
}

/* ---- chains ------------------------------------------------------------- */

/* Too long once: at the term that exceeds, and not again at each after it. */
static void count_term(struct parser *parser, struct expr *chain, uint32_t count,
                       const struct expr *term) {
  chain->index = count;
  if (count == LIMIT_CHAIN + 1)
    diag_error(parser->diags, E0120, term->span,
               "an expression has at most %u terms in a row without parentheses",
               (unsigned)LIMIT_CHAIN);
}

struct chain chain_logic(struct parser *parser, enum expr_kind kind, struct expr *left,
                         struct expr *right) {
  struct expr *expr = build_expr(parser, kind, range_of(left, right));
  expr->items = left;
  left->next = right;
  count_term(parser, expr, 2, right);
  return (struct chain){expr, right};
}

struct chain chain_append(struct parser *parser, struct chain chain, struct expr *right) {
  count_term(parser, chain.node, chain.node->index + 1, right);
  chain.last->next = right;
  chain.last = right;
  return chain;
}

struct expr *chain_close(struct parser *parser, struct chain chain, struct place_range range) {
  chain.node->span = SPAN(range);
  return chain.node;
}

static struct expr *arithmetic_of(struct parser *parser, enum arithmetic arithmetic, uint32_t count,
                                  struct expr *left, struct place_range sign, struct expr *right) {
  struct expr *expr = binary(parser, EXPR_ARITHMETIC, sign, left, right);
  expr->arithmetic = arithmetic;
  count_term(parser, expr, count, right);
  return expr;
}

struct expr *chain_begin(struct parser *parser, enum arithmetic arithmetic, struct expr *left,
                         struct place_range sign, struct expr *right) {
  return arithmetic_of(parser, arithmetic, 2, left, sign, right);
}

struct expr *chain_continue(struct parser *parser, enum arithmetic arithmetic, struct expr *left,
                            struct place_range sign, struct expr *right) {
  return arithmetic_of(parser, arithmetic, left->index + 1, left, sign, right);
}

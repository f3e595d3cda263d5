/* marks_expr.c - where expressions may break, and where no blank stands.
 *
 *   and, or    before each, all of a chain at once
 *   + - * /    behind each: a sign that is first on its line would begin a rule
 *   [ … ]      behind `[` and before `]`, and between items as needed; a list
 *              that was written over several lines keeps its lines
 *   case { }   likewise, a line for each arm, with `then` lined up
 *   f(a, b)    behind commas, as needed
 *   queries    before `where` and `within`
 *
 * A chain that is all that stands in a clause goes no deeper than the clause's
 * other lines; what is inside of it goes INDENT columns deeper each time.
 *
 * Recursion is bounded by LIMIT_NESTING; sums lean to the left and are
 * followed by a loop.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/sheet.h"

#include "syntax/tokens.h"

static uint32_t step_in(const struct sheet *sheet, uint32_t parent) {
  return sheet->groups[parent].root ? 0 : INDENT;
}

static uint32_t open_inside(struct sheet *sheet, uint32_t parent, uint32_t first, uint32_t last) {
  return group_open(sheet, parent, first, last, step_in(sheet, parent));
}

/* ---- lists ----------------------------------------------------------------- */

/* A break that was written is kept if the list was written over several lines. */
static void comma_break(struct sheet *sheet, uint32_t comma, uint32_t group, bool keep) {
  struct piece *next = &sheet->pieces[comma + 1];
  mark_break(sheet, comma + 1, group);
  next->forced |= keep && next->fresh;
  next->keeps_blank = keep;
}

static void mark_items(struct sheet *sheet, uint32_t first, uint32_t last, uint32_t group,
                       bool keep) {
  for (uint32_t i = first; i < last; i++) {
    const struct piece *piece = &sheet->pieces[i];
    if (piece->kind == TOKEN_COMMA)
      comma_break(sheet, i, group, keep);
    else if (piece->mate > i && piece->mate < last)
      i = piece->mate;
  }
}

void mark_commas(struct sheet *sheet, uint32_t first, uint32_t last, uint32_t group) {
  uint32_t inside = open_inside(sheet, group, first, last);
  sheet->groups[inside].fill = true;
  mark_items(sheet, first, last, inside, false);
}

static uint32_t mark_bracket(struct sheet *sheet, uint32_t open, uint32_t group) {
  uint32_t close = sheet->pieces[open].mate;
  uint32_t outside = open_inside(sheet, group, open, close);
  if (close == open + 1)
    return outside;
  mark_break(sheet, open + 1, outside);
  mark_break(sheet, close, outside);
  sheet->pieces[close].closing = true;
  sheet->pieces[open + 1].forced = sheet->pieces[open + 1].fresh;
  return outside;
}

void mark_list(struct sheet *sheet, uint32_t open, const struct expr *items, uint32_t group) {
  uint32_t outside = mark_bracket(sheet, open, group), close = sheet->pieces[open].mate;
  if (close == open + 1)
    return;
  uint32_t first = open + 1, last = close - 1;
  uint32_t inside = group_open(sheet, outside, first, last, 0);
  sheet->groups[inside].fill = true;
  mark_items(sheet, first, last, inside, sheet->pieces[first].fresh);
  for (; items; items = items->next)
    mark_expr(sheet, items, inside);
}

static void mark_set(struct sheet *sheet, const struct set *set, uint32_t group) {
  if (set->kind == SET_ITEMS) {
    mark_list(sheet, piece_at(sheet, set->span.begin), set->items, group);
  } else if (set->kind == SET_RANGE) {
    mark_expr(sheet, set->low, group);
    mark_expr(sheet, set->high, group);
  }
}

/* ---- chains ---------------------------------------------------------------- */

static void mark_logic(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  uint32_t first = piece_at(sheet, expr->items->span.begin);
  uint32_t chain = open_inside(sheet, group, first, first);
  for (const struct expr *item = expr->items; item; item = item->next) {
    if (item != expr->items)
      mark_break(sheet, piece_at(sheet, item->span.begin) - 1, chain);
    mark_expr(sheet, item, chain);
    sheet->groups[chain].last = piece_last(sheet, item->span);
  }
}

static bool is_product(const struct expr *expr) {
  return expr->arithmetic == ARITH_MULTIPLY || expr->arithmetic == ARITH_DIVIDE;
}

/* `a + b - c` is one chain; its products are chains of their own. */
static bool continues(const struct expr *expr) {
  const struct expr *left = expr->left;
  return left->kind == EXPR_ARITHMETIC && !left->parenthesised &&
         is_product(left) == is_product(expr);
}

/* Not before a sign: at the start of a line it would begin a rule. */
static void mark_operand(struct sheet *sheet, const struct expr *expr, uint32_t chain) {
  uint32_t operand = piece_at(sheet, expr->operator_range.end);
  if (sheet->pieces[operand].kind != TOKEN_MINUS)
    mark_break(sheet, operand, chain);
  mark_expr(sheet, expr->right, chain);
}

static void mark_arithmetic(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  size_t depth = 1;
  const struct expr *lowest = expr;
  for (; continues(lowest); lowest = lowest->left)
    depth++;
  const struct expr **spine = arena_array(sheet->arena, depth, sizeof(const struct expr *));
  if (!spine) {
    sheet->failed = true;
    return;
  }
  depth = 0;
  for (const struct expr *at = expr; at != lowest; at = at->left)
    spine[depth++] = at;
  spine[depth++] = lowest;
  uint32_t first = piece_at(sheet, lowest->left->span.begin);
  uint32_t last = piece_last(sheet, expr->right->span);
  uint32_t chain = open_inside(sheet, group, first, last);
  sheet->groups[chain].fill = is_product(expr);
  mark_expr(sheet, lowest->left, chain);
  while (depth-- > 0)
    mark_operand(sheet, spine[depth], chain);
}

/* ---- the others ------------------------------------------------------------- */

static void mark_case(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  uint32_t open = piece_at(sheet, expr->span.begin);
  while (sheet->pieces[open].kind != TOKEN_LEFT_BRACE)
    open++;
  uint32_t outside = mark_bracket(sheet, open, group);
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next) {
    uint32_t when = piece_at(sheet, arm->condition->span.begin) - 1;
    uint32_t then = piece_at(sheet, arm->value->span.begin) - 1;
    sheet->pieces[when].gap = arm == expr->arms ? 1 : 2;
    mark_break(sheet, when, outside);
    mark_expr(sheet, arm->condition, outside);
    sheet->pieces[then].arm = when;
    sheet->pieces[then].group = outside;
    mark_expr(sheet, arm->value, outside);
  }
  uint32_t otherwise = piece_at(sheet, expr->right->span.begin) - 1;
  sheet->pieces[otherwise].gap = 2;
  mark_break(sheet, otherwise, outside);
  mark_expr(sheet, expr->right, outside);
}

static void mark_call(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  uint32_t open = piece_at(sheet, expr->name->span.end), close = sheet->pieces[open].mate;
  sheet->pieces[open].gap = 0;
  if (close == open + 1)
    return;
  uint32_t inside = open_inside(sheet, group, open + 1, close - 1);
  sheet->groups[inside].fill = true;
  mark_items(sheet, open + 1, close - 1, inside, false);
  for (const struct expr *item = expr->items; item; item = item->next)
    mark_expr(sheet, item, inside);
}

static void mark_events(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  uint32_t open = piece_at(sheet, expr->operator_range.end);
  sheet->pieces[open].gap = 0;
  if (expr->left)
    mark_expr(sheet, expr->left, group);
  mark_query(sheet, expr->query, group);
}

void mark_query(struct sheet *sheet, const struct query *query, uint32_t group) {
  uint32_t first = piece_at(sheet, query->span.begin), last = piece_last(sheet, query->span);
  uint32_t inside = open_inside(sheet, group, first, last);
  uint32_t kinds = 0;
  for (const struct name_list *kind = query->kinds; kind && kind->next; kind = kind->next) {
    if (kind == query->kinds) {
      const struct name_list *end = kind;
      while (end->next)
        end = end->next;
      kinds = group_open(sheet, inside, first, piece_last(sheet, end->name.span), INDENT);
      sheet->groups[kinds].fill = true;
    }
    mark_break(sheet, piece_at(sheet, kind->name.span.end), kinds);
  }
  if (query->where) {
    mark_break(sheet, piece_at(sheet, query->where->span.begin) - 1, inside);
    mark_expr(sheet, query->where, inside);
  }
  if (query->within) {
    mark_break(sheet, piece_at(sheet, query->within->span.begin) - 1, inside);
    mark_expr(sheet, query->within, inside);
  }
}

/* The sign of a literal or of a negation stands right before its operand. */
static void mark_sign(struct sheet *sheet, uint32_t piece) {
  if (sheet->pieces[piece].kind == TOKEN_MINUS)
    sheet->pieces[piece + 1].gap = 0;
}

void mark_expr(struct sheet *sheet, const struct expr *expr, uint32_t group) {
  switch (expr->kind) {
  case EXPR_NUMBER:
  case EXPR_DURATION: mark_sign(sheet, piece_at(sheet, expr->span.begin)); return;
  case EXPR_NEGATE:
    mark_sign(sheet, piece_at(sheet, expr->operator_range.begin));
    mark_expr(sheet, expr->left, group);
    return;
  case EXPR_NOT:
  case EXPR_PRESENT: mark_expr(sheet, expr->left, group); return;
  case EXPR_AND:
  case EXPR_OR: mark_logic(sheet, expr, group); return;
  case EXPR_ARITHMETIC: mark_arithmetic(sheet, expr, group); return;
  case EXPR_COMPARE:
    mark_expr(sheet, expr->left, group);
    mark_expr(sheet, expr->right, group);
    return;
  case EXPR_IN:
    mark_expr(sheet, expr->left, group);
    mark_set(sheet, expr->set, group);
    return;
  case EXPR_MATCH:
    mark_expr(sheet, expr->left, group);
    if (expr->quantifier == QUANTIFIER_NONE)
      mark_expr(sheet, expr->right, group);
    else
      mark_set(sheet, expr->set, group);
    return;
  case EXPR_CASE: mark_case(sheet, expr, group); return;
  case EXPR_CALL: mark_call(sheet, expr, group); return;
  case EXPR_EVENTS: mark_events(sheet, expr, group); return;
  case EXPR_TEXT:
  case EXPR_BOOL:
  case EXPR_INSTANT:
  case EXPR_NAME:
  case EXPR_ERROR: return;
  }
}

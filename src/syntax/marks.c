/* marks.c - what the tree tells about the pieces: items, blocks, columns.
 *
 * Each kind of declaration and item has a function here that finds the pieces
 * where its parts begin, by the spans of the tree and the words around them.
 * Nothing is looked at but what was written, so that the marks of a source and
 * those of its formatted text are the same, and formatting twice changes
 * nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/sheet.h"

#include "syntax/tokens.h"

/* What is part of a row but has no column aligned goes on INDENT deeper, in
 * front of an open block twice as deep, so that it does not look like an item. */
#define BEFORE_BLOCK (2 * INDENT)

/* ---- the marks --------------------------------------------------------------- */

static void mark_item(struct sheet *sheet, uint32_t piece, enum row_kind kind) {
  sheet->pieces[piece].item = kind;
}

/* A column begins: `gap` blanks before it on a line by itself, `wide` where it
 * is lined up with its neighbours'. */
static struct piece *mark_column(struct sheet *sheet, uint32_t piece, uint32_t column, unsigned gap,
                                 unsigned wide) {
  struct piece *at = &sheet->pieces[piece];
  at->column = column;
  at->gap = gap;
  at->wide = wide;
  return at;
}

/* All that stands in a clause or behind a `=`. */
static uint32_t mark_root(struct sheet *sheet, uint32_t first, uint32_t last, uint32_t step) {
  uint32_t root = group_open(sheet, 0, first, last, step);
  sheet->groups[root].fill = true;
  sheet->groups[root].root = true;
  return root;
}

static uint32_t mark_value(struct sheet *sheet, const struct expr *value, uint32_t step) {
  uint32_t root =
      mark_root(sheet, piece_at(sheet, value->span.begin), piece_last(sheet, value->span), step);
  mark_expr(sheet, value, root);
  return root;
}

/* `when COND` and its like, from the word on. */
static uint32_t mark_clause(struct sheet *sheet, uint32_t word, uint32_t last, uint32_t column,
                            unsigned gap, unsigned wide) {
  mark_column(sheet, word, column, gap, wide)->clause = true;
  return mark_root(sheet, word, last, INDENT);
}

static void mark_when(struct sheet *sheet, const struct expr *condition, uint32_t column,
                      unsigned gap, unsigned wide) {
  uint32_t first = piece_at(sheet, condition->span.begin);
  mark_expr(sheet, condition,
            mark_clause(sheet, first - 1, piece_last(sheet, condition->span), column, gap, wide));
}

/* The piece behind a declaration's name and label. */
static uint32_t behind_head(const struct sheet *sheet, const struct decl *decl) {
  return piece_at(sheet, decl->label.present ? decl->label.span.end : decl->name.span.end);
}

/* A block: rules are parted by `;` where they share a line, because their sign
 * would else go on with what stands before; other items only if they begin
 * with a sign. */
static void mark_block(struct sheet *sheet, uint32_t open, bool rules) {
  struct piece *pieces = sheet->pieces;
  uint32_t close = pieces[open].mate;
  pieces[open].block = pieces[close].block = true;
  for (uint32_t i = open + 1; i < close; i++) {
    if (pieces[i].item != ROW_NONE) {
      bool sign = pieces[i].kind == TOKEN_PLUS || pieces[i].kind == TOKEN_MINUS;
      pieces[i].gap = i == open + 1 ? 1 : 2;
      pieces[i].semicolon = i > open + 1 && (rules || sign);
    }
    if (pieces[i].mate > i)
      i = pieces[i].mate;
  }
}

/* ---- rules -------------------------------------------------------------------- */

static void mark_decay(struct sheet *sheet, const struct decay_syntax *decay) {
  if (decay->rate)
    mark_expr(sheet, decay->rate, 0);
  if (decay->duration)
    mark_expr(sheet, decay->duration, 0);
  if (decay->steps)
    mark_expr(sheet, decay->steps, 0);
}

static void mark_range(struct sheet *sheet, const struct range_syntax *range) {
  if (!range->present)
    return;
  mark_item(sheet, piece_at(sheet, range->span.begin), ROW_PLAIN);
  if (range->low)
    mark_expr(sheet, range->low, 0);
  if (range->high)
    mark_expr(sheet, range->high, 0);
}

static void mark_modifiers(struct sheet *sheet, const struct modifier *modifier, uint32_t root) {
  for (; modifier; modifier = modifier->next) {
    uint32_t piece = piece_at(sheet, modifier->span.begin);
    sheet->pieces[piece].gap = 2;
    mark_break(sheet, piece, root);
    if (modifier->count && !modifier->word)
      mark_expr(sheet, modifier->count, root);
    if (modifier->duration)
      mark_expr(sheet, modifier->duration, root);
    mark_decay(sheet, &modifier->decay);
  }
}

/* `on QUERY`, `when COND`, `every DURATION without QUERY`, and what follows. */
static void mark_trigger(struct sheet *sheet, const struct rule *rule, uint32_t first) {
  unsigned gap = rule->label.present ? 2 : 1;
  uint32_t last = piece_last(sheet, rule->span);
  if (first > last)
    return;
  if (rule->trigger == TRIGGER_ALWAYS)
    gap = 2;
  uint32_t root = mark_clause(sheet, first, last, 2, gap, gap);
  if (rule->trigger == TRIGGER_WHEN)
    mark_expr(sheet, rule->condition, root);
  if (rule->trigger == TRIGGER_EVERY)
    mark_expr(sheet, rule->period, root);
  if (rule->query)
    mark_query(sheet, rule->query, root);
  mark_modifiers(sheet, rule->modifiers, root);
  sheet->pieces[first].breaks = false; /* a first modifier: the column begins with it */
  sheet->pieces[first].gap = gap;
}

static void mark_points(struct sheet *sheet, const struct rule *rule) {
  uint32_t sign = piece_at(sheet, rule->span.begin);
  uint32_t points = piece_last(sheet, rule->points->span);
  mark_item(sheet, sign, ROW_RULE);
  sheet->pieces[sign + 1].gap = 0;
  mark_expr(sheet, rule->points, mark_root(sheet, sign, points, BEFORE_BLOCK));
  uint32_t next = points + 1;
  if (rule->label.present)
    mark_column(sheet, next++, 1, 1, 1);
  mark_trigger(sheet, rule, next);
}

static void mark_rules(struct sheet *sheet, const struct rule *rules);

static void mark_rule(struct sheet *sheet, const struct rule *rule) {
  if (rule->kind == RULE_POINTS) {
    mark_points(sheet, rule);
    return;
  }
  mark_item(sheet, piece_at(sheet, rule->span.begin), ROW_PLAIN);
  if (rule->kind == RULE_INCLUDE)
    return;
  uint32_t open = sheet->pieces[piece_last(sheet, rule->span)].mate;
  if (rule->condition)
    mark_value(sheet, rule->condition, BEFORE_BLOCK);
  if (rule->range)
    mark_range(sheet, rule->range);
  mark_rules(sheet, rule->rules);
  mark_block(sheet, open, true);
}

static void mark_rules(struct sheet *sheet, const struct rule *rules) {
  for (; rules; rules = rules->next)
    mark_rule(sheet, rules);
}

static void mark_settings(struct sheet *sheet, const struct score_settings *settings) {
  if (settings->decay.present) {
    mark_item(sheet, piece_at(sheet, settings->decay.span.begin), ROW_PLAIN);
    mark_decay(sheet, &settings->decay);
  }
  mark_range(sheet, &settings->range);
  if (settings->round.present) {
    mark_item(sheet, piece_at(sheet, settings->round.span.begin), ROW_PLAIN);
    if (settings->round.unit)
      mark_expr(sheet, settings->round.unit, 0);
  }
}

/* ---- items of declarations ------------------------------------------------------ */

static void mark_entries(struct sheet *sheet, const struct entry *entry) {
  for (; entry; entry = entry->next) {
    mark_item(sheet, piece_at(sheet, entry->key.span.begin), ROW_ENTRY);
    mark_column(sheet, piece_at(sheet, entry->value->span.begin), 1, 1, 2);
    mark_expr(sheet, entry->value, 0);
  }
}

static void mark_type(struct sheet *sheet, const struct type_syntax *type) {
  if (type->kind != TYPE_LABEL)
    return;
  uint32_t close = piece_last(sheet, type->span), open = sheet->pieces[close].mate;
  mark_commas(sheet, open + 1, close - 1, 0);
}

static void mark_fields(struct sheet *sheet, const struct field_decl *field) {
  for (; field; field = field->next) {
    mark_item(sheet, piece_at(sheet, field->span.begin), ROW_FIELD);
    mark_column(sheet, piece_at(sheet, field->type.span.begin), 1, 1, 2)->clause = true;
    mark_type(sheet, &field->type);
    if (field->default_value)
      mark_expr(sheet, field->default_value, 0);
  }
}

static void mark_band_rows(struct sheet *sheet, const struct band_row *row) {
  for (; row; row = row->next) {
    uint32_t first = piece_at(sheet, row->span.begin);
    uint32_t text = piece_at(sheet, row->text.span.begin);
    uint32_t last = piece_last(sheet, row->span);
    mark_item(sheet, first, ROW_BAND);
    if (row->text.present)
      mark_column(sheet, text, 1, 1, 1);
    if (row->bound)
      last = piece_at(sheet, row->bound->span.begin) - 1;
    mark_column(sheet, last, 2, 1, row->text.present ? 2 : 1);
    if (row->bound)
      mark_expr(sheet, row->bound, 0);
  }
}

static void mark_cells(struct sheet *sheet, const struct name_list *cells) {
  uint32_t column = 1;
  for (; cells; cells = cells->next)
    mark_column(sheet, piece_at(sheet, cells->name.span.begin), column++, 1, 1);
}

static void mark_grid(struct sheet *sheet, const struct decl *decl, uint32_t open) {
  mark_item(sheet, open + 1, ROW_GRID);
  mark_cells(sheet, decl->columns);
  for (const struct grid_row *row = decl->grid_rows; row; row = row->next) {
    mark_item(sheet, piece_at(sheet, row->label.span.begin), ROW_GRID);
    mark_cells(sheet, row->cells);
  }
}

static void mark_choose_rows(struct sheet *sheet, const struct choose_row *row) {
  for (; row; row = row->next) {
    mark_item(sheet, piece_at(sheet, row->span.begin), ROW_CHOOSE);
    mark_expr(sheet, row->value, 0);
    if (row->condition)
      mark_when(sheet, row->condition, 1, 1, 2);
    else
      mark_column(sheet, piece_last(sheet, row->span), 1, 1, 2)->clause = true;
  }
}

static void mark_transitions(struct sheet *sheet, const struct transition *out) {
  for (; out; out = out->next) {
    mark_item(sheet, piece_at(sheet, out->span.begin), ROW_TRANSITION);
    mark_when(sheet, out->condition, 1, 1, 1);
  }
}

/* ---- tests ------------------------------------------------------------------------ */

static void mark_assignments(struct sheet *sheet, const struct assignment *set) {
  for (; set; set = set->next) {
    uint32_t value = piece_at(sheet, set->field.span.end) + 1;
    mark_item(sheet, piece_at(sheet, set->span.begin), ROW_ASSIGNMENT);
    mark_column(sheet, value, 1, 1, 1);
    if (set->value)
      mark_expr(sheet, set->value, 0);
    else
      mark_list(sheet, value, set->items,
                mark_root(sheet, value, sheet->pieces[value].mate, INDENT));
  }
}

static void mark_test_events(struct sheet *sheet, const struct test_event *event) {
  for (; event; event = event->next) {
    uint32_t last = piece_last(sheet, event->span);
    uint32_t when = piece_at(sheet, event->when->span.begin);
    uint32_t next = piece_at(sheet, event->when->span.end) + event->ago;
    mark_item(sheet, piece_at(sheet, event->span.begin), ROW_TEST_EVENT);
    mark_column(sheet, when, 1, 1, 2);
    if (next <= last)
      mark_column(sheet, next, 2, 1, 2);
    mark_assignments(sheet, event->fields);
    if (sheet->pieces[last].kind == TOKEN_RIGHT_BRACE)
      mark_block(sheet, sheet->pieces[last].mate, false);
  }
}

/* `as of` and `lead` are found by their words: the tree keeps what they say,
 * but not where an empty `lead { }` stood. */
static void mark_test_heads(struct sheet *sheet, uint32_t open) {
  const struct piece *pieces = sheet->pieces;
  for (uint32_t i = open + 1; i < pieces[open].mate; i++) {
    int kind = pieces[i].kind, next = pieces[i + 1].kind;
    if (kind == TOKEN_AS && next == TOKEN_OF)
      mark_item(sheet, i, ROW_PLAIN);
    if (kind == TOKEN_LEAD && next == TOKEN_LEFT_BRACE) {
      mark_item(sheet, i, ROW_PLAIN);
      mark_block(sheet, i + 1, false);
    }
    if (pieces[i].mate > i)
      i = pieces[i].mate;
  }
}

static void mark_test(struct sheet *sheet, const struct decl *test, uint32_t open) {
  mark_assignments(sheet, test->assignments);
  mark_test_heads(sheet, open);
  mark_test_events(sheet, test->test_events);
  const struct expectation *expectation = test->expectations;
  for (; expectation; expectation = expectation->next) {
    mark_item(sheet, piece_at(sheet, expectation->span.begin), ROW_PLAIN);
    if (expectation->kind == EXPECT_CONDITION)
      mark_value(sheet, expectation->condition, INDENT);
  }
}

/* ---- declarations ------------------------------------------------------------------- */

/* `= VALUE` behind name and label; open: the `{` of a block that follows, or 0. */
static void mark_equal(struct sheet *sheet, const struct decl *decl, uint32_t open) {
  mark_column(sheet, behind_head(sheet, decl), 2, 1, 1);
  mark_value(sheet, decl->value, open ? BEFORE_BLOCK : INDENT);
}

static void mark_list_decl(struct sheet *sheet, const struct decl *decl) {
  uint32_t sign = piece_at(sheet, decl->name.span.end);
  mark_column(sheet, sign, 2, 1, 1);
  if (decl->path.present)
    return;
  uint32_t root = mark_root(sheet, sign + 1, piece_last(sheet, decl->span), INDENT);
  mark_list(sheet, sign + 1, decl->items, root);
}

static void mark_define(struct sheet *sheet, const struct decl *decl) {
  uint32_t open = piece_at(sheet, decl->name.span.end), close = sheet->pieces[open].mate;
  sheet->pieces[open].gap = 0;
  if (close > open + 1)
    mark_commas(sheet, open + 1, close - 1, 0);
  mark_column(sheet, close + 1, 1, 1, 1);
  mark_value(sheet, decl->value, INDENT);
}

static void mark_head(struct sheet *sheet, const struct decl *decl, uint32_t open) {
  unsigned wide = decl->label.present ? 2 : 1;
  if (decl->label.present && decl->name.span.end > 0)
    mark_column(sheet, piece_at(sheet, decl->label.span.begin), 1, 1, 1);
  switch (decl->kind) {
  case DECL_EVENT:
  case DECL_SCORE:
  case DECL_RULES:
  case DECL_CHOOSE:
  case DECL_STAGE:
    if (open)
      mark_column(sheet, open, 2, 1, 2);
    break;
  case DECL_LIST: mark_list_decl(sheet, decl); break;
  case DECL_LET:
  case DECL_PARAM:
  case DECL_COMPUTED: mark_equal(sheet, decl, open); break;
  case DECL_DEFINE: mark_define(sheet, decl); break;
  case DECL_SEGMENT:
  case DECL_EXCLUDE:
  case DECL_ACTION: mark_when(sheet, decl->value, 2, 1, wide); break;
  case DECL_BAND: mark_value(sheet, decl->value, BEFORE_BLOCK); break;
  default: break;
  }
}

/* The `{` of the declaration's block, or 0: the `}` at its end may be that of
 * its value's `case`. */
static uint32_t find_block(const struct sheet *sheet, const struct decl *decl) {
  uint32_t last = piece_last(sheet, decl->span);
  if (sheet->pieces[last].kind != TOKEN_RIGHT_BRACE)
    return 0;
  if (decl->value && decl->value->span.end == decl->span.end)
    return 0;
  return sheet->pieces[last].mate;
}

static void mark_body(struct sheet *sheet, const struct decl *decl, uint32_t open) {
  mark_entries(sheet, decl->entries);
  mark_fields(sheet, decl->fields);
  mark_settings(sheet, &decl->settings);
  mark_rules(sheet, decl->rules);
  mark_band_rows(sheet, decl->band_rows);
  mark_choose_rows(sheet, decl->choose_rows);
  mark_transitions(sheet, decl->transitions);
  if (decl->kind == DECL_GRID)
    mark_grid(sheet, decl, open);
  if (decl->kind == DECL_TEST)
    mark_test(sheet, decl, open);
  bool rules = decl->kind == DECL_SCORE || decl->kind == DECL_COMPUTED || decl->kind == DECL_RULES;
  mark_block(sheet, open, rules);
}

void mark_tree(struct sheet *sheet) {
  for (const struct decl *decl = sheet->tree->decls; decl; decl = decl->next) {
    uint32_t open = find_block(sheet, decl);
    mark_item(sheet, piece_at(sheet, decl->span.begin), ROW_DECL + decl->kind);
    mark_head(sheet, decl, open);
    if (open)
      mark_body(sheet, decl, open);
  }
}

/* dump.c - a tree as nested lists, in the manner of Lisp.
 *
 * Everything that was written shows, and nothing of what the checker adds, so
 * that a test can compare a whole tree with one string.  Depth is bounded by
 * LIMIT_NESTING but for sums and products, which lean to the left; those are
 * followed by a loop.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/dump.h"

#include "limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct dump {
  struct arena *arena;
  char *bytes;
  size_t length, capacity;
  bool out_of_memory;
};

/* ---- text --------------------------------------------------------------- */

static void put_bytes(struct dump *dump, const char *bytes, size_t length) {
  if (length > dump->capacity - dump->length) {
    size_t capacity = (dump->capacity + length) * 2;
    char *larger = arena_alloc(dump->arena, capacity);
    if (!larger) {
      dump->out_of_memory = true;
      return;
    }
    if (dump->length > 0)
      memcpy(larger, dump->bytes, dump->length);
    dump->bytes = larger;
    dump->capacity = capacity;
  }
  if (length > 0)
    memcpy(dump->bytes + dump->length, bytes, length);
  dump->length += length;
}

static void put(struct dump *dump, const char *text) {
  put_bytes(dump, text, strlen(text));
}

static void put_text(struct dump *dump, struct text text) {
  put_bytes(dump, text.bytes, text.length);
}

static void put_quoted(struct dump *dump, struct text text) {
  put(dump, "\"");
  for (size_t i = 0; i < text.length; i++) {
    char c = text.bytes[i];
    if (c == '"' || c == '\\')
      put(dump, "\\");
    if (c == '\n')
      put(dump, "\\n");
    else if (c == '\t')
      put(dump, "\\t");
    else
      put_bytes(dump, &c, 1);
  }
  put(dump, "\"");
}

static void put_name(struct dump *dump, const struct name *name) {
  if (name->qualifier.length > 0) {
    put_text(dump, name->qualifier);
    put(dump, ".");
  }
  put_text(dump, name->text);
}

/* ` "label"`, or nothing. */
static void put_label(struct dump *dump, const struct label *label) {
  if (label->present) {
    put(dump, " ");
    put_quoted(dump, label->text);
  }
}

static void put_names(struct dump *dump, const struct name_list *names) {
  for (; names; names = names->next) {
    put(dump, " ");
    put_name(dump, &names->name);
  }
}

/* ---- expressions -------------------------------------------------------- */

static void put_expr(struct dump *dump, const struct expr *expr);

/* ` expr`, or nothing. */
static void put_part(struct dump *dump, const struct expr *expr) {
  if (expr) {
    put(dump, " ");
    put_expr(dump, expr);
  }
}

/* ` (head expr)`, or nothing. */
static void put_clause(struct dump *dump, const char *head, const struct expr *expr) {
  if (expr) {
    put(dump, " (");
    put(dump, head);
    put_part(dump, expr);
    put(dump, ")");
  }
}

static void put_items(struct dump *dump, const struct expr *items) {
  for (; items; items = items->next)
    put_part(dump, items);
}

static void put_list(struct dump *dump, const struct expr *items) {
  put(dump, "[");
  for (const struct expr *item = items; item; item = item->next) {
    if (item != items)
      put(dump, " ");
    put_expr(dump, item);
  }
  put(dump, "]");
}

static void put_set(struct dump *dump, const struct set *set) {
  put(dump, " ");
  if (set->kind == SET_ITEMS) {
    put_list(dump, set->items);
  } else if (set->kind == SET_NAME) {
    put_name(dump, &set->name);
  } else {
    put_expr(dump, set->low);
    put(dump, "..");
    put_expr(dump, set->high);
  }
}

static void put_query(struct dump *dump, const struct query *query) {
  put(dump, query->any_event ? " (any event" : " (query");
  put_names(dump, query->kinds);
  put_clause(dump, "where", query->where);
  put_clause(dump, "within", query->within);
  put(dump, ")");
}

/* The left side of sums may be very deep: outermost first, then back. */
static void put_arithmetic(struct dump *dump, const struct expr *expr) {
  static const char *const signs[] = {"(+ ", "(- ", "(* ", "(/ "};
  size_t depth = 0;
  const struct expr *left = expr;
  for (; left->kind == EXPR_ARITHMETIC; left = left->left)
    depth++;
  const struct expr **spine = arena_array(dump->arena, depth, sizeof(const struct expr *));
  if (!spine) {
    dump->out_of_memory = true;
    return;
  }
  depth = 0;
  for (left = expr; left->kind == EXPR_ARITHMETIC; left = left->left) {
    put(dump, signs[left->arithmetic]);
    spine[depth++] = left;
  }
  put_expr(dump, left);
  while (depth-- > 0) {
    put_part(dump, spine[depth]->right);
    put(dump, ")");
  }
}

static void put_compare(struct dump *dump, const struct expr *expr) {
  static const char *const signs[] = {"(=", "(!=", "(<", "(<=", "(>", "(>="};
  if (expr->word) {
    put(dump, expr->compare == COMPARE_EQUAL ? "(is" : "(is-not");
    put(dump, expr->exactly ? "-exactly" : "");
  } else {
    put(dump, signs[expr->compare]);
  }
  put_part(dump, expr->left);
  put_part(dump, expr->right);
  put(dump, ")");
}

static void put_match(struct dump *dump, const struct expr *expr) {
  static const char *const words[] = {"contains", "starts-with", "ends-with", "like", "mentions"};
  put(dump, expr->negated ? "(not-" : "(");
  put(dump, words[expr->match]);
  put_part(dump, expr->left);
  put(dump, expr->quantifier == QUANTIFIER_ANY   ? " any-of"
            : expr->quantifier == QUANTIFIER_ALL ? " all-of"
                                                 : "");
  if (expr->quantifier == QUANTIFIER_NONE)
    put_part(dump, expr->right);
  else
    put_set(dump, expr->set);
  put(dump, ")");
}

static void put_case(struct dump *dump, const struct expr *expr) {
  put(dump, "(case");
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next) {
    put(dump, " (");
    put_expr(dump, arm->condition);
    put_part(dump, arm->value);
    put(dump, ")");
  }
  put_part(dump, expr->right);
  put(dump, ")");
}

static void put_events(struct dump *dump, const struct expr *expr) {
  static const char *const words[] = {"(count", "(has",     "(first",    "(last",    "(sum",
                                      "(mean",  "(largest", "(smallest", "(distinct"};
  put(dump, words[expr->reduce]);
  put_part(dump, expr->left);
  put_query(dump, expr->query);
  put(dump, ")");
}

static void put_headed(struct dump *dump, const char *head, const struct expr *first,
                       const struct expr *items) {
  put(dump, "(");
  put(dump, head);
  put_part(dump, first);
  put_items(dump, items);
  put(dump, ")");
}

static void put_expr(struct dump *dump, const struct expr *expr) {
  switch (expr->kind) {
  case EXPR_NUMBER:
  case EXPR_DURATION:
  case EXPR_INSTANT: put_text(dump, expr->written); return;
  case EXPR_TEXT: put_quoted(dump, expr->text); return;
  case EXPR_BOOL: put(dump, expr->boolean ? "true" : "false"); return;
  case EXPR_NAME: put_name(dump, expr->name); return;
  case EXPR_NEGATE: put_headed(dump, "-", expr->left, NULL); return;
  case EXPR_NOT: put_headed(dump, "not", expr->left, NULL); return;
  case EXPR_AND: put_headed(dump, "and", NULL, expr->items); return;
  case EXPR_OR: put_headed(dump, "or", NULL, expr->items); return;
  case EXPR_ARITHMETIC: put_arithmetic(dump, expr); return;
  case EXPR_COMPARE: put_compare(dump, expr); return;
  case EXPR_PRESENT:
    put_headed(dump, expr->negated ? "missing" : "present", expr->left, NULL);
    return;
  case EXPR_IN:
    put(dump, expr->negated ? "(not-in" : "(in");
    put_part(dump, expr->left);
    put_set(dump, expr->set);
    put(dump, ")");
    return;
  case EXPR_MATCH: put_match(dump, expr); return;
  case EXPR_CASE: put_case(dump, expr); return;
  case EXPR_CALL:
    put(dump, "(call ");
    put_name(dump, expr->name);
    put_items(dump, expr->items);
    put(dump, ")");
    return;
  case EXPR_EVENTS: put_events(dump, expr); return;
  case EXPR_ERROR: put(dump, "<error>"); return;
  }
}

/* ---- rules -------------------------------------------------------------- */

static void put_decay(struct dump *dump, const struct decay_syntax *decay) {
  static const char *const words[] = {" (no-decay",           " (decay-rate",
                                      " (decay-rate-steps",   " (decay-linear",
                                      " (decay-linear-steps", " (expire"};
  if (!decay->present)
    return;
  put(dump, words[decay->kind]);
  put_part(dump, decay->rate);
  put_part(dump, decay->duration);
  put_part(dump, decay->steps);
  put(dump, ")");
}

static void put_range(struct dump *dump, const struct range_syntax *range) {
  if (!range->present)
    return;
  put(dump, " (range");
  put_clause(dump, "from", range->low);
  put_clause(dump, "to", range->high);
  put(dump, ")");
}

static void put_settings(struct dump *dump, const struct score_settings *settings) {
  put_decay(dump, &settings->decay);
  put_range(dump, &settings->range);
  if (settings->round.present && settings->round.none)
    put(dump, " (round none)");
  else if (settings->round.present)
    put_clause(dump, "round", settings->round.unit);
}

static void put_modifier(struct dump *dump, const struct modifier *modifier) {
  static const char *const words[] = {"at-most", "first", "at-most", "once-per", "points"};
  if (modifier->kind == MODIFIER_DECAY) {
    put_decay(dump, &modifier->decay);
    return;
  }
  put(dump, " (");
  put(dump, modifier->word ? "once-word " : "");
  put(dump, words[modifier->kind]);
  if (modifier->kind == MODIFIER_ONCE_PER) {
    put(dump, " ");
    put_name(dump, &modifier->field);
  }
  put_part(dump, modifier->count);
  put_clause(dump, "per", modifier->duration);
  put(dump, ")");
}

static void put_points(struct dump *dump, const struct rule *rule) {
  put(dump, rule->minus ? "(- " : "(+ ");
  put_expr(dump, rule->points);
  put_label(dump, &rule->label);
  if (rule->trigger == TRIGGER_WHEN)
    put_clause(dump, "when", rule->condition);
  if (rule->trigger == TRIGGER_EVERY)
    put_clause(dump, "every", rule->period);
  if (rule->trigger == TRIGGER_ON)
    put(dump, " on");
  if (rule->trigger == TRIGGER_EVERY)
    put(dump, " without");
  if (rule->query)
    put_query(dump, rule->query);
  for (const struct modifier *modifier = rule->modifiers; modifier; modifier = modifier->next)
    put_modifier(dump, modifier);
  put(dump, ")");
}

static void put_rules(struct dump *dump, const struct rule *rules) {
  static const char *const words[] = {"", "(group", "(first", "(best", "(for", "(include"};
  for (const struct rule *rule = rules; rule; rule = rule->next) {
    put(dump, " ");
    if (rule->kind == RULE_POINTS) {
      put_points(dump, rule);
      continue;
    }
    put(dump, words[rule->kind]);
    put_label(dump, &rule->label);
    put_part(dump, rule->condition);
    if (rule->kind == RULE_INCLUDE) {
      put(dump, " ");
      put_name(dump, rule->name);
    }
    if (rule->range)
      put_range(dump, rule->range);
    put_rules(dump, rule->rules);
    put(dump, ")");
  }
}

/* ---- declarations ------------------------------------------------------- */

static void put_entries(struct dump *dump, const struct entry *entries) {
  for (const struct entry *entry = entries; entry; entry = entry->next) {
    put(dump, " (");
    put_name(dump, &entry->key);
    put_part(dump, entry->value);
    put(dump, ")");
  }
}

static void put_type(struct dump *dump, const struct type_syntax *type) {
  static const char *const words[] = {"<error>", "bool",     "number", "text",
                                      "time",    "duration", "texts",  "(one-of"};
  put(dump, words[type->kind]);
  if (type->kind == TYPE_LABEL) {
    put_names(dump, type->labels);
    put(dump, ")");
  }
}

static void put_fields(struct dump *dump, const struct field_decl *fields) {
  for (const struct field_decl *field = fields; field; field = field->next) {
    put(dump, " (");
    put_name(dump, &field->name);
    put(dump, " ");
    put_type(dump, &field->type);
    put(dump, field->required ? " required" : "");
    put_clause(dump, "=", field->default_value);
    if (field->from.present)
      put(dump, " from");
    put_label(dump, &field->from);
    put(dump, ")");
  }
}

static void put_params(struct dump *dump, const struct param_decl *params) {
  put(dump, " (");
  for (const struct param_decl *param = params; param; param = param->next) {
    if (param != params)
      put(dump, " ");
    put_name(dump, &param->name);
    put(dump, " ");
    put_type(dump, &param->type);
  }
  put(dump, ")");
}

static void put_band_rows(struct dump *dump, const struct band_row *rows) {
  for (const struct band_row *row = rows; row; row = row->next) {
    put(dump, " (");
    if (row->quoted)
      put_quoted(dump, row->label.text);
    else
      put_name(dump, &row->label);
    put_label(dump, &row->text);
    put(dump, row->otherwise ? " otherwise" : "");
    put_clause(dump, "from", row->bound);
    put(dump, ")");
  }
}

static void put_grid(struct dump *dump, const struct decl *decl) {
  put(dump, " ");
  put_name(dump, &decl->row_band);
  put(dump, " ");
  put_name(dump, &decl->column_band);
  put(dump, " (columns");
  put_names(dump, decl->columns);
  put(dump, ")");
  for (const struct grid_row *row = decl->grid_rows; row; row = row->next) {
    put(dump, " (");
    put_name(dump, &row->label);
    put(dump, ":");
    put_names(dump, row->cells);
    put(dump, ")");
  }
}

static void put_choose_rows(struct dump *dump, const struct choose_row *rows) {
  for (const struct choose_row *row = rows; row; row = row->next) {
    put(dump, " (");
    put_expr(dump, row->value);
    if (row->condition)
      put_clause(dump, "when", row->condition);
    else
      put(dump, " otherwise");
    put(dump, ")");
  }
}

static void put_transitions(struct dump *dump, const struct transition *transitions) {
  for (const struct transition *out = transitions; out; out = out->next) {
    put(dump, " (to ");
    put_name(dump, &out->target);
    put_part(dump, out->condition);
    put(dump, ")");
  }
}

static void put_assignments(struct dump *dump, const struct assignment *assignments) {
  for (const struct assignment *set = assignments; set; set = set->next) {
    put(dump, " (");
    put_name(dump, &set->field);
    put(dump, " ");
    if (set->is_list)
      put_list(dump, set->items);
    else
      put_expr(dump, set->value);
    put(dump, ")");
  }
}

static void put_expectation(struct dump *dump, const struct expectation *expectation) {
  put(dump, expectation->negated ? " (expect not" : " (expect");
  if (expectation->kind == EXPECT_CONDITION) {
    put_part(dump, expectation->condition);
  } else if (expectation->kind == EXPECT_EXCLUDED) {
    put(dump, " excluded");
    put_label(dump, &expectation->label);
  } else {
    put(dump, " action ");
    put_name(dump, &expectation->action);
  }
  put(dump, ")");
}

static void put_test(struct dump *dump, const struct decl *test) {
  put_clause(dump, "as-of", test->as_of);
  if (test->assignments) {
    put(dump, " (lead");
    put_assignments(dump, test->assignments);
    put(dump, ")");
  }
  for (const struct test_event *event = test->test_events; event; event = event->next) {
    put(dump, " (");
    put_name(dump, &event->kind);
    put_part(dump, event->when);
    put(dump, event->ago ? " ago" : "");
    put_clause(dump, "times", event->times);
    put_assignments(dump, event->fields);
    put(dump, ")");
  }
  for (const struct expectation *each = test->expectations; each; each = each->next)
    put_expectation(dump, each);
}

static void put_keyed(struct dump *dump, const char *key, const struct label *label) {
  if (label->present) {
    put(dump, " ");
    put(dump, key);
    put_label(dump, label);
  }
}

static void put_decl(struct dump *dump, const struct decl *decl) {
  static const char *const words[] = {"policy", "module",   "use",    "lead",  "events",  "event",
                                      "list",   "let",      "define", "param", "segment", "exclude",
                                      "score",  "computed", "rules",  "band",  "grid",    "choose",
                                      "stage",  "action",   "test"};
  put(dump, "(");
  put(dump, words[decl->kind]);
  put(dump, decl->broken ? " <broken>" : "");
  if (decl->name.text.length > 0) {
    put(dump, " ");
    put_name(dump, &decl->name);
  }
  put_label(dump, &decl->label);
  put_label(dump, &decl->path);
  put_keyed(dump, "from", &decl->from);
  put_keyed(dump, "type", &decl->type_key);
  put_keyed(dump, "at", &decl->at_key);
  put_keyed(dump, "id", &decl->id_key);
  if (decl->alias.text.length > 0) {
    put(dump, " as ");
    put_name(dump, &decl->alias);
  }
  if (decl->kind == DECL_DEFINE)
    put_params(dump, decl->params);
  put_part(dump, decl->value);
  put_entries(dump, decl->entries);
  put_fields(dump, decl->fields);
  put_items(dump, decl->items);
  put_settings(dump, &decl->settings);
  put_rules(dump, decl->rules);
  put_band_rows(dump, decl->band_rows);
  if (decl->kind == DECL_GRID && !decl->broken)
    put_grid(dump, decl);
  put_choose_rows(dump, decl->choose_rows);
  put_transitions(dump, decl->transitions);
  put_test(dump, decl);
  put(dump, ")");
}

bool tree_dump(struct arena *arena, const struct tree *tree, struct text *text) {
  struct dump dump = {.arena = arena};
  for (const struct decl *decl = tree->decls; decl; decl = decl->next) {
    if (decl != tree->decls)
      put(&dump, "\n");
    put_decl(&dump, decl);
  }
  *text = (struct text){dump.bytes, dump.length};
  return !dump.out_of_memory;
}

bool expr_dump(struct arena *arena, const struct expr *expr, struct text *text) {
  struct dump dump = {.arena = arena};
  put_expr(&dump, expr);
  *text = (struct text){dump.bytes, dump.length};
  return !dump.out_of_memory;
}

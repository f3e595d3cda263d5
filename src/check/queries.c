/* queries.c - which events a query finds, and what it can ask of them.
 *
 * A field can be named if one of the query's kinds declares it; for the others
 * it is missing.  The fields that are named get their place in query->fields
 * one after the other, so that `any event` over many kinds costs nothing for
 * what nobody asks for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

#include <string.h>

/* ---- kinds --------------------------------------------------------------------------------------
 */

static void report_event(struct checker *c, const struct module *module, const struct name *name) {
  const struct symbol *other = symbols_find(c, module->roles, name->text);
  if (!other)
    other = symbols_find(c, module->names, name->text);
  if (other && !name->qualifier.length) {
    report_wrong_kind(c, name, other, "an event");
    return;
  }
  struct suggestion suggestion = suggest(c, name->text);
  suggest_space(c, &suggestion, module->roles, 1u << SYMBOL_EVENT);
  struct diag *diag =
      diag_error(c->diags, E0208, name->span, "there is no event `%.*s`", TEXT_ARGS(name->text));
  if (!suggest_help(c, &suggestion, diag))
    diag_help(c->diags, diag, "declare it: `event %.*s { … }`", TEXT_ARGS(name->text));
}

/* Puts the index where it belongs among those that ascend; once. */
static uint32_t insert(uint32_t *indices, uint32_t count, uint32_t index) {
  uint32_t at = count;
  while (at > 0 && indices[at - 1] > index)
    at--;
  if (at > 0 && indices[at - 1] == index)
    return count;
  memmove(indices + at + 1, indices + at, (count - at) * sizeof *indices);
  indices[at] = index;
  return count + 1;
}

static void all_kinds(struct checker *c, struct query *query) {
  if (!c->all_kinds) {
    uint32_t *indices = check_array(c, c->model->kind_count, sizeof *indices);
    for (uint32_t i = 0; indices && i < c->model->kind_count; i++)
      indices[i] = i;
    c->all_kinds = indices;
  }
  query->kind_indices = c->all_kinds;
  query->kind_count = c->all_kinds ? c->model->kind_count : 0;
  for (uint32_t i = 0; i < query->kind_count; i++)
    c->model->kinds[i].named = true;
}

bool query_kinds(struct checker *c, const struct module *module, struct query *query, bool report) {
  if (query->any_event) {
    all_kinds(c, query);
    return true;
  }
  uint32_t count = 0;
  for (const struct name_list *kind = query->kinds; kind; kind = kind->next)
    count++;
  uint32_t *indices = check_array(c, count, sizeof *indices);
  bool found = true;
  query->kind_count = 0;
  query->kind_indices = indices;
  for (const struct name_list *kind = query->kinds; indices && kind; kind = kind->next) {
    const struct symbol *symbol =
        kind->name.qualifier.length ? NULL : symbols_find(c, module->roles, kind->name.text);
    if (symbol && symbol->kind == SYMBOL_EVENT) {
      query->kind_count = insert(indices, query->kind_count, symbol->index);
      c->model->kinds[symbol->index].named = true;
    } else {
      found = false;
      if (report && !scope_may_be_lost(c, kind->name.text))
        report_event(c, module, &kind->name);
    }
  }
  return found;
}

/* ---- fields
 * -------------------------------------------------------------------------------------- */

/* The field of the i-th kind of the query, if the module can name it. */
static const struct symbol *field_of(const struct checker *c, const struct module *module,
                                     const struct query *query, uint32_t i, struct text name) {
  uint32_t kind = query->kind_indices[i];
  uint32_t space = kind < module->kinds.count ? GROWING_AT(module->kinds, uint32_t, kind) : 0;
  return space ? symbols_find(c, space, name) : NULL;
}

bool query_has_field(const struct checker *c, const struct module *module,
                     const struct query *query, struct text name) {
  if (query->any_event)
    return symbols_find(c, module->event_fields, name) != NULL;
  for (uint32_t i = 0; i < query->kind_count; i++)
    if (field_of(c, module, query, i, name))
      return true;
  return false;
}

static struct model_field *model_field(struct checker *c, const struct query *query, uint32_t i,
                                       uint32_t field) {
  return &c->model->kinds[query->kind_indices[i]].fields[field];
}

struct type query_field_type(struct checker *c, const struct module *module,
                             const struct query *query, struct text name) {
  for (uint32_t i = 0; i < query->kind_count; i++) {
    const struct symbol *symbol = field_of(c, module, query, i, name);
    if (symbol)
      return model_field(c, query, i, symbol->index)->type;
  }
  return type_of(TYPE_ERROR);
}

static void report_disagree(struct checker *c, const struct name *name, const struct model_field *a,
                            const struct model_field *b) {
  struct diag *diag = diag_error(
      c->diags, E0313, name->span, "`%.*s` is %s for one of these events and %s for another",
      TEXT_ARGS(name->text), type_words(c, a->type), type_words(c, b->type));
  diag_note(c->diags, diag, a->span, "%s", type_words(c, a->type));
  diag_note(c->diags, diag, b->span, "%s", type_words(c, b->type));
  diag_help(c->diags, diag, "ask for these events one by one");
}

static struct query_field *new_field(struct checker *c, struct scope_query *events) {
  struct query *query = events->query;
  struct growing fields = {query->fields, query->field_count, events->capacity};
  struct query_field *field = growing_add(c, &fields, sizeof *field);
  if (!field)
    return NULL;
  query->fields = fields.items;
  query->field_count = fields.count;
  events->capacity = fields.capacity;
  return field;
}

static uint32_t add_field(struct checker *c, const struct scope *scope, const struct name *name) {
  struct query *query = scope->query->query;
  uint32_t *indices = check_array(c, query->kind_count, sizeof *indices);
  struct query_field *field = indices ? new_field(c, scope->query) : NULL;
  if (!field)
    return 0;
  const struct model_field *first = NULL;
  struct type type = type_of(TYPE_ERROR);
  for (uint32_t i = 0; i < query->kind_count; i++) {
    const struct symbol *symbol = field_of(c, scope->module, query, i, name->text);
    indices[i] = symbol ? symbol->index : UINT32_MAX;
    if (!symbol)
      continue;
    const struct model_field *here = model_field(c, query, i, symbol->index);
    if (!first) {
      first = here;
      type = here->type;
    } else if (!type_same(here->type, first->type) && !type_is_error(type)) {
      report_disagree(c, name, first, here);
      type = type_of(TYPE_ERROR);
    }
  }
  *field = (struct query_field){.name = name->text, .type = type, .field_of_kind = indices};
  return query->field_count - 1;
}

uint32_t query_field(struct checker *c, const struct scope *scope, const struct name *name) {
  struct query *query = scope->query->query;
  uint32_t index = 0;
  while (index < query->field_count && !text_equal(query->fields[index].name, name->text))
    index++;
  if (index == query->field_count)
    index = add_field(c, scope, name);
  for (uint32_t i = 0; !c->out_of_memory && i < query->kind_count; i++) {
    uint32_t field = query->fields[index].field_of_kind[i];
    if (field != UINT32_MAX)
      check_note_field(c, model_field(c, query, i, field));
  }
  return index;
}

/* ---- the query
 * ------------------------------------------------------------------------------------ */

void check_query(struct checker *c, const struct scope *outer, struct query *query,
                 struct scope_query *events, struct scope *inner) {
  query->fields = NULL;
  query->field_count = 0;
  query->within_micros = -1;
  *events = (struct scope_query){.query = query};
  *inner = *outer;
  inner->query = events;
  events->lost = !query_kinds(c, outer->module, query, true);
  if (query->where)
    check_condition(c, inner, query->where);
  struct scope lead = *outer;
  lead.query = NULL;
  int64_t micros;
  if (query->within && check_duration(c, &lead, query->within, "the time of `within`", &micros))
    query->within_micros = micros;
}

/* ---- count, has, sum …
 * ------------------------------------------------------------------------------ */

static const char *reduce_words(enum reduce reduce) {
  static const char *const words[] = {
      [REDUCE_COUNT] = "count",     [REDUCE_HAS] = "has",           [REDUCE_FIRST] = "first",
      [REDUCE_LAST] = "last",       [REDUCE_SUM] = "sum",           [REDUCE_MEAN] = "mean",
      [REDUCE_LARGEST] = "largest", [REDUCE_SMALLEST] = "smallest", [REDUCE_DISTINCT] = "distinct",
  };
  return words[reduce];
}

static enum type_kind reduce_type(enum reduce reduce) {
  switch (reduce) {
  case REDUCE_HAS: return TYPE_BOOL;
  case REDUCE_FIRST:
  case REDUCE_LAST: return TYPE_TIME;
  default: return TYPE_NUMBER;
  }
}

static void check_distinct(struct checker *c, const struct scope *inner, struct expr *field) {
  check_expr(c, inner, field);
  if (type_is_error(field->type))
    return;
  const struct expr *named = expr_resolved(field);
  if (named->ref != REF_EVENT_FIELD && named->ref != REF_EVENT_AT) {
    struct diag *diag = diag_error(
        c->diags, E0314, field->span,
        "`distinct` counts the values of a field of the event, not of %s", expr_words(c, field));
    diag_help(c->diags, diag, "name a field, as in `distinct(campaign of email_open)`");
  } else if (field->type.kind == TYPE_TEXTS)
    diag_error(c->diags, E0314, field->span, "lists of texts cannot be told apart by `distinct`");
}

void check_events(struct checker *c, const struct scope *scope, struct expr *expr) {
  expr->type = type_of(reduce_type(expr->reduce));
  if (!expr->query)
    return;
  struct scope_query events;
  struct scope inner;
  check_query(c, scope, expr->query, &events, &inner);
  if (!expr->left)
    return;
  if (expr->reduce == REDUCE_DISTINCT) {
    check_distinct(c, &inner, expr->left);
    return;
  }
  const char *what = arena_format(c->arena, "what `%s` looks at", reduce_words(expr->reduce));
  if (what)
    check_typed(c, &inner, expr->left, TYPE_NUMBER, what);
  else
    c->out_of_memory = true;
}

/* stages.c - stages and the ways between them, exclusions, actions, metadata.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* The next declaration of the kind in the main file, which alone has such. */
static struct decl *next_of(struct decl *decl, enum decl_kind kind) {
  while (decl && decl->kind != kind)
    decl = decl->next;
  return decl;
}

static uint32_t count_of(const struct checker *c, enum decl_kind kind) {
  uint32_t count = 0;
  for (struct decl *decl = next_of(c->main->tree->decls, kind); decl;
       decl = next_of(decl->next, kind))
    count++;
  return count;
}

/* ---- stages -------------------------------------------------------------------------------------
 */

/* Makes the closed set of stages, before anything is looked at that names one. */
void stages_declare(struct checker *c) {
  struct labels_build build;
  uint32_t count = count_of(c, DECL_STAGE);
  labels_begin(c, &build);
  for (struct decl *decl = next_of(c->main->tree->decls, DECL_STAGE); decl;
       decl = next_of(decl->next, DECL_STAGE)) {
    bool added;
    uint32_t index =
        labels_add(c, &build, decl->name.text, decl->label.text, decl->name.span, &added);
    struct symbol *symbol = symbols_find(c, c->main->roles, decl->name.text);
    if (symbol && symbol->kind == SYMBOL_STAGE)
      symbol->index = index;
  }
  if (count > LIMIT_STAGES) {
    const struct decl *last = next_of(c->main->tree->decls, DECL_STAGE);
    for (uint32_t i = 0; i < LIMIT_STAGES; i++)
      last = next_of(last->next, DECL_STAGE);
    diag_error(c->diags, E0505, last->name.span, "a policy has at most %d stages", LIMIT_STAGES);
  }
  if (!build.labels.count)
    return;
  build.numeric = false;
  c->model->stage_labels = labels_end(c, &build, TEXT("stage"));
}

static void check_target(struct checker *c, const struct decl *from,
                         struct transition *transition) {
  const struct name *target = &transition->target;
  if (!target->text.length)
    return; /* could not be read */
  const struct symbol *symbol = symbols_find(c, c->main->roles, target->text);
  if (!symbol || symbol->kind != SYMBOL_STAGE) {
    const struct symbol *other = symbol ? symbol : symbols_find(c, c->main->names, target->text);
    if (other && other->kind != SYMBOL_FIELD)
      report_wrong_kind(c, target, other, "a stage");
    else if (!scope_may_be_lost(c, target->text))
      report_unknown_label(c, target->span, target->text, c->model->stage_labels);
    return;
  }
  transition->target_index = symbol->index;
  if (text_equal(target->text, from->name.text)) {
    struct diag *diag = diag_error(c->diags, E0415, transition->span,
                                   "stage `%.*s` cannot lead to itself", TEXT_ARGS(target->text));
    diag_help(c->diags, diag, "a lead for which no transition holds stays where it is");
  }
}

static void check_stage(struct checker *c, struct decl *decl, struct model_stage *stage) {
  struct scope scope = {.module = c->main};
  for (const struct transition *t = decl->transitions; t; t = t->next)
    stage->transition_count++;
  struct model_transition *transitions =
      check_array(c, stage->transition_count, sizeof *transitions);
  if (!transitions)
    return;
  stage->name = decl->name.text;
  stage->label = decl->label.text;
  stage->span = decl->name.span;
  stage->transitions = transitions;
  for (struct transition *t = decl->transitions; t; t = t->next) {
    check_target(c, decl, t);
    if (t->condition)
      check_condition(c, &scope, t->condition);
    *transitions++ = (struct model_transition){
        .target = t->target_index, .condition = t->condition, .span = t->span};
  }
}

void check_stages(struct checker *c) {
  uint32_t count = count_of(c, DECL_STAGE);
  struct model_stage *stages = check_array(c, count, sizeof *stages);
  if (!stages)
    return;
  c->model->stages = stages;
  c->model->stage_count = count;
  for (struct decl *decl = next_of(c->main->tree->decls, DECL_STAGE); decl;
       decl = next_of(decl->next, DECL_STAGE))
    check_stage(c, decl, stages++);
}

/* ---- exclude
 * -------------------------------------------------------------------------------------- */

void check_excludes(struct checker *c) {
  struct scope scope = {.module = c->main};
  uint32_t count = count_of(c, DECL_EXCLUDE);
  struct model_exclude *excludes = check_array(c, count, sizeof *excludes);
  if (!excludes)
    return;
  c->model->excludes = excludes;
  c->model->exclude_count = count;
  for (struct decl *decl = next_of(c->main->tree->decls, DECL_EXCLUDE); decl;
       decl = next_of(decl->next, DECL_EXCLUDE)) {
    if (decl->value)
      check_condition(c, &scope, decl->value);
    *excludes++ = (struct model_exclude){
        .label = decl->label.text, .condition = decl->value, .span = decl->span};
  }
}

/* ---- key value
 * ------------------------------------------------------------------------------------- */

static void fill_entry(struct checker *c, const struct scope *scope, struct expr *value,
                       struct model_entry *entry) {
  if (expr_is_bare(value)) {
    entry->type = ENTRY_TEXT;
    entry->text = value->name->text;
    return;
  }
  check_expr(c, scope, value);
  const struct constant constant = expr_constant(value);
  entry->text = constant.text;
  entry->number = constant.number;
  entry->micros = constant.micros;
  entry->boolean = constant.boolean;
  switch (value->type.kind) {
  case TYPE_NUMBER: entry->type = ENTRY_NUMBER; break;
  case TYPE_DURATION: entry->type = ENTRY_DURATION; break;
  case TYPE_BOOL: entry->type = ENTRY_BOOL; break;
  case TYPE_TIME: entry->type = ENTRY_TIME; break;
  default: entry->type = ENTRY_TEXT; break;
  }
  if (!type_is_error(value->type) && (!value->is_constant || value->missing))
    diag_error(c->diags, E0307, value->span,
               "what is handed on must be a text, a number, a duration or a bool as it is");
}

const struct model_entry *check_entries(struct checker *c, const struct scope *scope,
                                        const struct entry *entries, uint32_t *count) {
  *count = 0;
  for (const struct entry *entry = entries; entry; entry = entry->next)
    ++*count;
  struct model_entry *items = check_array(c, *count, sizeof *items);
  uint32_t space = symbols_space(c);
  uint32_t position = 0;
  for (const struct entry *entry = entries; items && entry; entry = entry->next) {
    const struct symbol *known = symbols_find(c, space, entry->key.text);
    if (known) {
      struct diag *diag = diag_error(c->diags, E0212, entry->key.span, "`%.*s` is given twice",
                                     TEXT_ARGS(entry->key.text));
      diag_note(c->diags, diag, known->span, "first given here");
    } else
      symbols_add(c, space, entry->key.text, SYMBOL_LABEL, entry->key.span);
    items[position].key = entry->key.text;
    if (entry->value)
      fill_entry(c, scope, entry->value, &items[position]);
    position++;
  }
  return items;
}

/* ---- action
 * ------------------------------------------------------------------------------------------ */

void check_actions(struct checker *c) {
  struct scope scope = {.module = c->main, .after = true};
  uint32_t count = count_of(c, DECL_ACTION), position = 0;
  struct model_action *actions = check_array(c, count, sizeof *actions);
  if (!actions)
    return;
  c->model->actions = actions;
  c->model->action_count = count;
  for (struct decl *decl = next_of(c->main->tree->decls, DECL_ACTION); decl;
       decl = next_of(decl->next, DECL_ACTION)) {
    struct symbol *symbol = symbols_find(c, c->main->roles, decl->name.text);
    if (symbol && symbol->kind == SYMBOL_ACTION)
      symbol->index = position;
    if (decl->value)
      check_condition(c, &scope, decl->value);
    struct model_action *action = &actions[position++];
    action->name = decl->name.text;
    action->label = decl->label.text;
    action->condition = decl->value;
    action->entries = check_entries(c, &scope, decl->entries, &action->entry_count);
    action->span = decl->name.span;
  }
}

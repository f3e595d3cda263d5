/* check.c - the phases of a check, in order; see checker.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

static void check_let(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  check_expr(c, &scope, node->decl->value);
  if (node->decl->value)
    node->value->type = node->decl->value->type;
}

static void check_segment(struct checker *c, struct node *node) {
  struct scope scope = {.module = node->module};
  if (node->decl->value)
    check_condition(c, &scope, node->decl->value);
}

static void check_node(struct checker *c, struct node *node) {
  switch (node->decl->kind) {
  case DECL_LET: check_let(c, node); break;
  case DECL_PARAM: check_param(c, node); break;
  case DECL_DEFINE: check_define(c, node); break;
  case DECL_SEGMENT: check_segment(c, node); break;
  case DECL_SCORE:
  case DECL_COMPUTED: check_score(c, node); break;
  case DECL_RULES: check_rules_block(c, node); break;
  case DECL_BAND: check_band(c, node); break;
  case DECL_GRID: check_grid(c, node); break;
  case DECL_CHOOSE: check_choose(c, node); break;
  default: break;
  }
}

static void check_nodes(struct checker *c) {
  for (uint32_t i = 0; i < c->nodes.count && !c->out_of_memory; i++) {
    c->current = c->order[i];
    check_node(c, c->order[i]);
  }
  c->current = NULL;
}

/* ---- the model's own tables
 * ------------------------------------------------------------------------ */

static struct text label_or(const struct label *label, struct text otherwise) {
  return label->present ? label->text : otherwise;
}

static void fill_events(struct checker *c) {
  struct model *model = c->model;
  static const struct decl nothing;
  const struct decl *decl = c->events_decl ? c->events_decl : &nothing;
  model->events_path = label_or(&decl->from, TEXT("events"));
  model->type_key = label_or(&decl->type_key, TEXT("type"));
  model->at_key = label_or(&decl->at_key, TEXT("at"));
  model->id_key = label_or(&decl->id_key, TEXT("id"));
}

static void fill_head(struct checker *c) {
  struct scope scope = {.module = c->main};
  const struct decl *head = c->main->tree->decls;
  while (head && head->kind != DECL_POLICY)
    head = head->next;
  c->model->title = c->main->name;
  if (!head)
    return;
  c->model->title = head->label.text;
  c->model->entries = check_entries(c, &scope, head->entries, &c->model->entry_count);
}

static void fill_values(struct checker *c) {
  struct model *model = c->model;
  model->values = check_array(c, c->nodes.count, sizeof(struct model_value *));
  model->order = check_array(c, c->nodes.count, sizeof(struct model_value *));
  if (!model->values || !model->order)
    return;
  uint32_t ordered = 0;
  for (uint32_t i = 0; i < c->nodes.count; i++) {
    struct node *node = GROWING_AT(c->nodes, struct node *, i);
    if (node->value) {
      node->value->index = model->value_count;
      model->values[model->value_count++] = node->value;
    }
    if (c->order[i]->value)
      model->order[ordered++] = c->order[i]->value;
  }
}

/* ---- phases
 * -------------------------------------------------------------------------------------------- */

/* How many modules there are in order: those that the main file reaches. */
static uint32_t ordered_modules(const struct checker *c) {
  uint32_t count = 0;
  while (count < c->modules.count && c->ordered[count])
    count++;
  return count;
}

static bool declare(struct checker *c) {
  uint32_t count = ordered_modules(c);
  if (!records_begin(c))
    return false;
  for (uint32_t i = 0; i < count && !c->out_of_memory; i++)
    records_declare(c, c->ordered[i]);
  for (uint32_t i = 0; i < count && !c->out_of_memory; i++)
    declare_module(c, c->ordered[i]);
  return !c->out_of_memory && records_end(c);
}

static bool order(struct checker *c) {
  stages_declare(c);
  for (uint32_t i = 0; i < c->nodes.count && !c->out_of_memory; i++)
    depends_collect(c, GROWING_AT(c->nodes, struct node *, i));
  if (!c->out_of_memory)
    order_nodes(c);
  return !c->out_of_memory;
}

/* What is only there to be named, and is not. */
static void fill_unused(struct checker *c) {
  uint32_t count = 0;
  for (const struct decl *decl = c->main->tree->decls; decl; decl = decl->next)
    count++;
  struct model *model = c->model;
  model->is_module = c->main->tree->decls && c->main->tree->decls->kind == DECL_MODULE;
  model->unused = check_array(c, count, sizeof(const struct decl *));
  for (const struct decl *decl = c->main->tree->decls; model->unused && decl; decl = decl->next) {
    bool helper = decl->kind == DECL_LET || decl->kind == DECL_PARAM || decl->kind == DECL_LIST ||
                  decl->kind == DECL_DEFINE || decl->kind == DECL_RULES;
    const struct symbol *symbol = helper ? symbols_find(c, c->main->names, decl->name.text) : NULL;
    if (symbol && !symbol->named && !symbol->imported)
      model->unused[model->unused_count++] = decl;
  }
}

static bool check_meaning(struct checker *c) {
  check_nodes(c);
  if (c->out_of_memory)
    return false;
  records_defaults(c);
  fill_head(c);
  fill_events(c);
  check_excludes(c);
  check_stages(c);
  check_actions(c);
  check_tests(c);
  fill_values(c);
  if (!c->out_of_memory)
    order_live(c);
  if (!c->out_of_memory)
    fill_unused(c);
  return !c->out_of_memory;
}

bool check_policy(struct arena *arena, struct sources *sources, struct tree *tree,
                  const struct check_options *options, struct diags *diags, struct model *model) {
  struct checker checker = {.arena = arena,
                            .sources = sources,
                            .diags = diags,
                            .options = options,
                            .model = model,
                            .syntax_errors = diags->errors > 0};
  struct checker *c = &checker;
  *model = (struct model){.sources = sources};
  for (size_t i = 0; options && i < options->set_count; i++)
    options->sets[i].used = false;
  if (modules_load(c, tree) && declare(c) && order(c) && check_meaning(c))
    return diags->errors == 0 && !diags->out_of_memory;
  diags->out_of_memory = true;
  return false;
}

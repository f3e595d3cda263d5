/* records.c - what is known of a lead and of its events.
 *
 * `lead` and `event` declarations of the policy and of all modules merge into
 * one record: a field that two files declare must have the same type in both,
 * and what the using file says about its path, its default and `required`
 * wins.  A module can name only the fields that it declares or that a module
 * it uses declares, so that its meaning does not depend on who uses it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* ---- types ------------------------------------------------------------------------- */

struct type records_type(struct checker *c, const struct type_syntax *syntax, struct text owner) {
  if (syntax->kind != TYPE_LABEL)
    return type_of(syntax->kind);
  const struct label_set *labels = labels_one_of(c, syntax->labels, owner);
  return labels ? (struct type){TYPE_LABEL, labels} : type_of(TYPE_ERROR);
}

/* ---- merging a field ------------------------------------------------------------------ */

/* Where a field is declared: the lead, or a kind of event. */
struct record {
  struct growing *fields; /* struct model_field */
  uint32_t merged;        /* space of all its fields */
  uint32_t visible;       /* space of those the module can name */
  enum symbol_kind symbol;
  const char *words; /* "the lead" */
};

static void report_twice(struct checker *c, const struct name *name, struct span first) {
  struct diag *diag =
      diag_error(c->diags, E0202, name->span, "`%.*s` is declared twice", TEXT_ARGS(name->text));
  diag_note(c->diags, diag, first, "first declared here");
}

/* Makes the field nameable in the module.  False if it was declared there already. */
static bool show_field(struct checker *c, const struct record *record, struct text name,
                       uint32_t index, struct span span, bool imported) {
  struct symbol *symbol = symbols_find(c, record->visible, name);
  if (symbol && !symbol->imported)
    return imported;
  if (!symbol)
    symbol = symbols_add(c, record->visible, name, record->symbol, span);
  if (!symbol)
    return true;
  symbol->index = index;
  symbol->imported = imported;
  symbol->span = span;
  return true;
}

static void merge_declared(struct checker *c, struct model_field *field,
                           const struct field_decl *decl, struct type type) {
  if (!type_same(field->type, type) && !type_is_error(type) && !type_is_error(field->type)) {
    struct diag *diag =
        diag_error(c->diags, E0604, decl->type.span, "`%.*s` is %s here, but %s in another file",
                   TEXT_ARGS(field->name), type_words(c, type), type_words(c, field->type));
    diag_note(c->diags, diag, field->span, "declared here");
  }
  if (decl->from.present)
    field->path = decl->from.text;
  if (decl->default_value)
    field->default_value = decl->default_value;
  field->required |= decl->required;
}

static uint32_t new_field(struct checker *c, const struct record *record,
                          const struct field_decl *decl, struct type type) {
  struct model_field *field = growing_add(c, record->fields, sizeof *field);
  struct symbol *symbol =
      symbols_add(c, record->merged, decl->name.text, record->symbol, decl->name.span);
  if (!field || !symbol)
    return 0;
  *field = (struct model_field){.name = decl->name.text,
                                .path = decl->from.present ? decl->from.text : decl->name.text,
                                .type = type,
                                .required = decl->required,
                                .default_value = decl->default_value,
                                .span = decl->name.span};
  return symbol->index = record->fields->count - 1;
}

static void check_path(struct checker *c, const struct label *path) {
  if (path->present && !path->text.length)
    diag_error(c->diags, E0213, path->span, "an empty path leads nowhere");
}

static void declare_field(struct checker *c, const struct record *record,
                          const struct field_decl *decl) {
  struct type type = records_type(c, &decl->type, decl->name.text);
  check_path(c, &decl->from);
  const struct symbol *own = symbols_find(c, record->visible, decl->name.text);
  if (own && !own->imported) {
    report_twice(c, &decl->name, own->span);
    return;
  }
  const struct symbol *merged = symbols_find(c, record->merged, decl->name.text);
  uint32_t index = merged ? merged->index : new_field(c, record, decl, type);
  if (merged)
    merge_declared(c, &GROWING_AT(*record->fields, struct model_field, index), decl, type);
  show_field(c, record, decl->name.text, index, decl->name.span, false);
}

/* ---- the lead -------------------------------------------------------------------------- */

static struct record lead_record(struct checker *c, const struct module *module) {
  return (struct record){.fields = &c->fields,
                         .merged = c->lead_fields,
                         .visible = module->names,
                         .symbol = SYMBOL_FIELD,
                         .words = "the lead"};
}

/* `stage text from "x"` says where the lead's stage stands. */
static void declare_stage_field(struct checker *c, struct module *module,
                                const struct field_decl *decl) {
  check_path(c, &decl->from);
  const struct symbol *own = symbols_find(c, module->names, decl->name.text);
  if (own) {
    report_twice(c, &decl->name, own->span);
    return;
  }
  symbols_add(c, module->names, decl->name.text, SYMBOL_STAGE_FIELD, decl->name.span);
  if (decl->from.present)
    c->model->stage_path = decl->from.text;
  if (decl->type.kind != TYPE_TEXT && decl->type.kind != TYPE_ERROR)
    diag_error(c->diags, E0206, decl->type.span, "`stage` is a text in every policy");
  const char *is = decl->required ? "is never required" : "has no default";
  if (decl->required || decl->default_value)
    diag_error(c->diags, E0206, decl->required ? decl->name.span : decl->default_value->span,
               "`stage` %s: a lead without a stage starts in the first that is declared", is);
}

/* False after an error. */
static bool check_id_field(struct checker *c, const struct field_decl *decl) {
  if (decl->type.kind != TYPE_TEXT && decl->type.kind != TYPE_ERROR) {
    diag_error(c->diags, E0206, decl->type.span, "`id` is a text in every policy");
    return false;
  }
  if (decl->default_value)
    diag_error(c->diags, E0206, decl->default_value->span,
               "`id` has no default: it tells one lead from another");
  return !decl->default_value;
}

static void declare_lead_field(struct checker *c, struct module *module,
                               const struct record *record, const struct field_decl *decl) {
  if (text_equal(decl->name.text, TEXT("stage"))) {
    declare_stage_field(c, module, decl);
    return;
  }
  if (text_equal(decl->name.text, TEXT("as_of"))) {
    diag_error(c->diags, E0206, decl->name.span,
               "`as_of` is the instant of the evaluation and cannot be a field");
    return;
  }
  if (!text_equal(decl->name.text, TEXT("id")) || check_id_field(c, decl))
    declare_field(c, record, decl);
}

/* ---- events ------------------------------------------------------------------------------ */

static struct kind_build *kind_at(const struct checker *c, uint32_t index) {
  return &GROWING_AT(c->kinds, struct kind_build, index);
}

static struct record kind_record(struct checker *c, const struct module *module, uint32_t index) {
  struct kind_build *build = kind_at(c, index);
  return (struct record){.fields = &build->fields,
                         .merged = build->space,
                         .visible = GROWING_AT(module->kinds, uint32_t, index),
                         .symbol = SYMBOL_EVENT_FIELD,
                         .words = "this event"};
}

/* Makes the kind nameable in the module, with a space for the fields it can name. */
static struct symbol *show_kind(struct checker *c, struct module *module, struct text name,
                                uint32_t index, struct span span, bool imported) {
  while (module->kinds.count <= index) {
    uint32_t *space = growing_add(c, &module->kinds, sizeof *space);
    if (!space)
      return NULL;
    *space = 0;
  }
  uint32_t *space = &GROWING_AT(module->kinds, uint32_t, index);
  if (*space == 0)
    *space = symbols_space(c);
  struct symbol *symbol = symbols_find(c, module->roles, name);
  if (!symbol)
    symbol = symbols_add(c, module->roles, name, SYMBOL_EVENT, span);
  if (!symbol)
    return NULL;
  symbol->index = index;
  symbol->fields = *space;
  symbol->imported = imported;
  symbol->span = span;
  return symbol;
}

static uint32_t new_kind(struct checker *c, const struct decl *decl) {
  struct kind_build *build = growing_add(c, &c->kinds, sizeof *build);
  struct symbol *symbol =
      symbols_add(c, c->kind_names, decl->name.text, SYMBOL_EVENT, decl->name.span);
  if (!build || !symbol)
    return 0;
  *build = (struct kind_build){.space = symbols_space(c)};
  build->kind = (struct model_kind){
      .name = decl->name.text, .type_value = decl->name.text, .span = decl->name.span};
  return symbol->index = c->kinds.count - 1;
}

/* Fields of any kind, for `any event`. */
static void show_event_field(struct checker *c, const struct module *module, struct text name,
                             struct span span) {
  if (!symbols_find(c, module->event_fields, name))
    symbols_add(c, module->event_fields, name, SYMBOL_EVENT_FIELD, span);
}

static void declare_event_field(struct checker *c, const struct module *module,
                                const struct record *record, const struct field_decl *decl) {
  if (text_equal(decl->name.text, TEXT("at"))) {
    struct diag *diag = diag_error(c->diags, E0206, decl->name.span,
                                   "`at` is the instant of every event and cannot be a field");
    diag_help(c->diags, diag,
              "give the field another name and say where it comes from: "
              "`moment time from \"at\"`");
    return;
  }
  declare_field(c, record, decl);
  show_event_field(c, module, decl->name.text, decl->name.span);
}

static void declare_event(struct checker *c, struct module *module, const struct decl *decl) {
  const struct symbol *own = symbols_find(c, module->roles, decl->name.text);
  if (own && !own->imported) {
    report_twice(c, &decl->name, own->span);
    return;
  }
  const struct symbol *merged = symbols_find(c, c->kind_names, decl->name.text);
  uint32_t index = merged ? merged->index : new_kind(c, decl);
  if (c->out_of_memory || !show_kind(c, module, decl->name.text, index, decl->name.span, false))
    return;
  struct model_kind *kind = &kind_at(c, index)->kind;
  if (decl->label.present)
    kind->label = decl->label.text;
  if (decl->from.present)
    kind->type_value = decl->from.text;
  struct record record = kind_record(c, module, index);
  for (const struct field_decl *field = decl->fields; field && !c->out_of_memory;
       field = field->next)
    declare_event_field(c, module, &record, field);
}

/* ---- what a used module brings ------------------------------------------------------------- */

static void import_kind(struct checker *c, struct module *user, const struct module *used,
                        uint32_t index) {
  uint32_t from = GROWING_AT(used->kinds, uint32_t, index);
  const struct kind_build *build = kind_at(c, index);
  if (from == 0 || !show_kind(c, user, build->kind.name, index, build->kind.span, true))
    return;
  struct record record = kind_record(c, user, index);
  for (uint32_t i = 0; i < build->fields.count && !c->out_of_memory; i++) {
    const struct model_field *field = &GROWING_AT(build->fields, struct model_field, i);
    if (!symbols_find(c, from, field->name))
      continue;
    show_field(c, &record, field->name, i, field->span, true);
    show_event_field(c, user, field->name, field->span);
  }
}

static void import_records(struct checker *c, struct module *user, const struct module *used) {
  struct record record = lead_record(c, user);
  for (uint32_t i = 1; i < c->fields.count && !c->out_of_memory; i++) {
    const struct model_field *field = &GROWING_AT(c->fields, struct model_field, i);
    const struct symbol *symbol = symbols_find(c, used->names, field->name);
    if (symbol && symbol->kind == SYMBOL_FIELD)
      show_field(c, &record, field->name, i, field->span, true);
  }
  for (uint32_t i = 0; i < used->kinds.count && !c->out_of_memory; i++)
    import_kind(c, user, used, i);
}

/* ---- all of it ------------------------------------------------------------------------------- */

bool records_begin(struct checker *c) {
  c->lead_fields = symbols_space(c);
  c->kind_names = symbols_space(c);
  c->label_sets = symbols_space(c);
  c->model->stage_path = TEXT("stage");
  struct model_field *id = growing_add(c, &c->fields, sizeof *id);
  struct symbol *symbol =
      symbols_add(c, c->lead_fields, TEXT("id"), SYMBOL_FIELD, (struct span){0});
  if (!id || !symbol)
    return false;
  *id = (struct model_field){
      .name = TEXT("id"), .path = TEXT("id"), .type = {.kind = TYPE_TEXT}, .used = true};
  return true;
}

void records_declare(struct checker *c, struct module *module) {
  struct record lead = lead_record(c, module);
  show_field(c, &lead, TEXT("id"), 0, (struct span){.source = module->tree->source}, true);
  for (const struct module_use *use = module->uses; use; use = use->next)
    if (use->module)
      import_records(c, module, use->module);
  for (const struct decl *decl = module->tree->decls; decl && !c->out_of_memory;
       decl = decl->next) {
    if (decl->kind == DECL_LEAD)
      for (const struct field_decl *field = decl->fields; field; field = field->next)
        declare_lead_field(c, module, &lead, field);
    if (decl->kind == DECL_EVENT)
      declare_event(c, module, decl);
  }
}

/* Two kinds that the data calls alike could not be told apart. */
static void check_type_values(struct checker *c) {
  uint32_t space = symbols_space(c);
  for (uint32_t i = 0; i < c->kinds.count && !c->out_of_memory; i++) {
    const struct model_kind *kind = &kind_at(c, i)->kind;
    const struct symbol *known = symbols_find(c, space, kind->type_value);
    if (!known) {
      symbols_add(c, space, kind->type_value, SYMBOL_EVENT, kind->span);
      continue;
    }
    struct diag *diag =
        diag_error(c->diags, E0202, kind->span, "two events have the type \"%.*s\" in the data",
                   TEXT_ARGS(kind->type_value));
    diag_note(c->diags, diag, known->span, "this is the other");
  }
}

bool records_end(struct checker *c) {
  struct model *model = c->model;
  check_type_values(c);
  model->kinds = check_array(c, c->kinds.count, sizeof *model->kinds);
  if (!model->kinds)
    return false;
  for (uint32_t i = 0; i < c->kinds.count; i++) {
    struct kind_build *build = kind_at(c, i);
    build->kind.fields = build->fields.items;
    build->kind.field_count = build->fields.count;
    model->kinds[i] = build->kind;
  }
  model->kind_count = c->kinds.count;
  model->fields = c->fields.items;
  model->field_count = c->fields.count;
  return !c->out_of_memory;
}

static void check_default(struct checker *c, struct model_field *field) {
  struct scope scope = {.module = c->main};
  struct expr *value = field->default_value;
  field->used |= field->required;
  if (!value)
    return;
  check_operand(c, &scope, value, field->type.labels);
  if (type_is_error(value->type) || type_is_error(field->type))
    return;
  if (!type_same(value->type, field->type))
    diag_error(c->diags, E0310, value->span, "the default of `%.*s` must be %s, not %s",
               TEXT_ARGS(field->name), literal_words(c, field->type), expr_words_typed(c, value));
  else if (!expr_is_constant(value) || value->missing)
    diag_error(c->diags, E0307, value->span, "the default of `%.*s` must be a constant",
               TEXT_ARGS(field->name));
}

void records_defaults(struct checker *c) {
  for (uint32_t i = 0; i < c->model->field_count; i++)
    check_default(c, &c->model->fields[i]);
  for (uint32_t k = 0; k < c->model->kind_count; k++)
    for (uint32_t i = 0; i < c->model->kinds[k].field_count; i++)
      check_default(c, &c->model->kinds[k].fields[i]);
}

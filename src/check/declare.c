/* declare.c - gives every declaration its symbol, and those with a value a node.
 *
 * A name is declared once in a file, whatever it names.  Only fields of the
 * lead may be called like an event, a stage or an action, since those are never
 * asked for by an expression in the same place.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

static const struct {
  const char *name;
  bool in_module, once;
} declarations[] = {
    [DECL_POLICY] = {"policy", false, true},   [DECL_MODULE] = {"module", true, true},
    [DECL_USE] = {"use", true, false},         [DECL_LEAD] = {"lead", true, true},
    [DECL_EVENTS] = {"events", false, true},   [DECL_EVENT] = {"event", true, false},
    [DECL_LIST] = {"list", true, false},       [DECL_LET] = {"let", true, false},
    [DECL_DEFINE] = {"define", true, false},   [DECL_PARAM] = {"param", true, false},
    [DECL_SEGMENT] = {"segment", true, false}, [DECL_EXCLUDE] = {"exclude", false, false},
    [DECL_SCORE] = {"score", true, false},     [DECL_COMPUTED] = {"score", true, false},
    [DECL_RULES] = {"rules", true, false},     [DECL_BAND] = {"band", true, false},
    [DECL_GRID] = {"grid", true, false},       [DECL_CHOOSE] = {"choose", true, false},
    [DECL_STAGE] = {"stage", false, false},    [DECL_ACTION] = {"action", false, false},
    [DECL_TEST] = {"test", true, false},
};

static bool is_module(const struct module *module) {
  const struct decl *first = module->tree->decls;
  return !module->main || (first && first->kind == DECL_MODULE);
}

/* Reports what does not belong in this kind of file. */
bool module_allows(struct checker *c, const struct module *module, const struct decl *decl) {
  const char *name = declarations[decl->kind].name;
  if (is_module(module) && !declarations[decl->kind].in_module) {
    struct diag *diag =
        diag_error(c->diags, E0209, decl->span, "a module cannot declare `%s`", name);
    diag_help(c->diags, diag, "`%s` belongs in the policy that uses the module", name);
    return false;
  }
  if (decl->kind == DECL_MODULE && decl != module->tree->decls) {
    diag_error(c->diags, E0209, decl->span, "`module` must be the first declaration of its file");
    return false;
  }
  return true;
}

static void check_once(struct checker *c, const struct decl *decl, const struct decl **seen) {
  if (!declarations[decl->kind].once)
    return;
  if (!seen[decl->kind]) {
    seen[decl->kind] = decl;
    return;
  }
  struct diag *diag = diag_error(c->diags, E0203, decl->span, "`%s` is declared twice",
                                 declarations[decl->kind].name);
  diag_note(c->diags, diag, seen[decl->kind]->span, "first declared here");
  if (decl->kind == DECL_LEAD)
    diag_help(c->diags, diag, "write all fields in one `lead { }`");
}

/* ---- symbols ------------------------------------------------------------------------- */

/* `lead.x` names a field of the lead, so no module can be called `lead`. */
static bool is_reserved(struct text name, enum symbol_kind kind) {
  return text_equal(name, TEXT("as_of")) || text_equal(name, TEXT("stage")) ||
         (kind == SYMBOL_MODULE && text_equal(name, TEXT("lead")));
}

static struct symbol *declare_name(struct checker *c, struct module *module,
                                   const struct name *name, enum symbol_kind kind) {
  bool role = kind == SYMBOL_STAGE || kind == SYMBOL_ACTION;
  bool identity = text_equal(name->text, TEXT("id")) && kind == SYMBOL_VALUE;
  if (!role && (identity || is_reserved(name->text, kind))) {
    diag_error(c->diags, E0206, name->span, "`%.*s` has a meaning of its own in every policy",
               TEXT_ARGS(name->text));
    return NULL;
  }
  if (kind == SYMBOL_DEFINE && builtin_exists(name->text)) {
    diag_error(c->diags, E0206, name->span, "`%.*s` is a built-in function", TEXT_ARGS(name->text));
    return NULL;
  }
  const struct symbol *known = symbols_find(c, module->names, name->text);
  if (!known || (role && known->kind == SYMBOL_FIELD))
    known = symbols_find(c, module->roles, name->text);
  if (known && !known->imported) {
    struct diag *diag =
        diag_error(c->diags, E0202, name->span, "`%.*s` is declared twice", TEXT_ARGS(name->text));
    diag_note(c->diags, diag, known->span, "first declared here, as %s", symbol_words(known));
    return NULL;
  }
  if (known) {
    struct diag *diag =
        diag_error(c->diags, E0202, name->span, "`%.*s` is already %s of a module that is used",
                   TEXT_ARGS(name->text), symbol_words(known));
    diag_note(c->diags, diag, known->span, "declared here");
    return NULL;
  }
  return symbols_add(c, role ? module->roles : module->names, name->text, kind, name->span);
}

/* An event's symbol was made with the record; here it meets the other names. */
static void check_event_name(struct checker *c, const struct module *module,
                             const struct decl *decl) {
  const struct symbol *known = symbols_find(c, module->names, decl->name.text);
  if (!known || known->kind == SYMBOL_FIELD || known->kind == SYMBOL_STAGE_FIELD)
    return;
  struct diag *diag = diag_error(c->diags, E0202, decl->name.span, "`%.*s` is declared twice",
                                 TEXT_ARGS(decl->name.text));
  diag_note(c->diags, diag, known->span, "first declared here, as %s", symbol_words(known));
}

static void declare_use(struct checker *c, struct module *module, const struct module_use *use) {
  struct name name = use->decl->alias;
  if (!name.text.length && use->decl->path.present) {
    if (!use->module)
      return;
    name = (struct name){.text = use->module->name, .span = use->decl->path.span};
  } else if (!name.text.length) {
    name = (struct name){.text = use->decl->name.text, .span = use->decl->name.span};
  }
  struct symbol *symbol = declare_name(c, module, &name, SYMBOL_MODULE);
  if (symbol)
    symbol->module = use->module;
}

/* ---- values ---------------------------------------------------------------------------- */

static bool value_kind(enum decl_kind decl, enum value_kind *kind) {
  switch (decl) {
  case DECL_LET: *kind = VALUE_LET; return true;
  case DECL_PARAM: *kind = VALUE_PARAM; return true;
  case DECL_SEGMENT: *kind = VALUE_SEGMENT; return true;
  case DECL_SCORE: *kind = VALUE_SCORE; return true;
  case DECL_COMPUTED: *kind = VALUE_COMPUTED; return true;
  case DECL_BAND: *kind = VALUE_BAND; return true;
  case DECL_GRID: *kind = VALUE_GRID; return true;
  case DECL_CHOOSE: *kind = VALUE_CHOOSE; return true;
  default: return false;
  }
}

static struct node *new_node(struct checker *c, struct module *module, struct decl *decl) {
  struct node *node = check_alloc(c, sizeof *node);
  struct node **entry = node ? growing_add(c, &c->nodes, sizeof *entry) : NULL;
  if (!entry)
    return NULL;
  *node = (struct node){.decl = decl, .module = module, .broken = decl->broken};
  return *entry = node;
}

/* What the value is, as far as its declaration tells without looking at
 * expressions: all but the types of `let` and `param`. */
static void declare_type(struct checker *c, struct node *node) {
  struct model_value *value = node->value;
  switch (value->kind) {
  case VALUE_SEGMENT: value->type = type_of(TYPE_BOOL); break;
  case VALUE_SCORE:
  case VALUE_COMPUTED: value->type = type_of(TYPE_NUMBER); break;
  case VALUE_BAND: declare_band(c, node); break;
  case VALUE_GRID: declare_grid(c, node); break;
  case VALUE_CHOOSE: declare_choose(c, node); break;
  case VALUE_LET:
  case VALUE_PARAM:
  case VALUE_RULES: break;
  }
}

static void declare_value(struct checker *c, struct node *node, enum value_kind kind) {
  struct decl *decl = node->decl;
  struct model_value *value = check_alloc(c, sizeof *value);
  if (!value)
    return;
  *value = (struct model_value){.kind = kind,
                                .name = decl->name.text,
                                .label = decl->label.text,
                                .span = decl->name.span,
                                .decl = decl,
                                .expr = decl->value,
                                .public_output =
                                    node->module->main && kind != VALUE_LET && kind != VALUE_PARAM};
  if (!node->module->main)
    value->name = check_join(c, node->module->name, TEXT("."), decl->name.text);
  node->value = value;
  declare_type(c, node);
}

static void declare_node(struct checker *c, struct module *module, struct decl *decl,
                         enum symbol_kind symbol_kind) {
  struct symbol *symbol = declare_name(c, module, &decl->name, symbol_kind);
  struct node *node = new_node(c, module, decl); /* its body is checked even if it has no name */
  if (!node)
    return;
  if (symbol)
    symbol->node = node;
  enum value_kind kind;
  if (value_kind(decl->kind, &kind))
    declare_value(c, node, kind);
}

static void declare_list(struct checker *c, struct module *module, struct decl *decl) {
  struct symbol *symbol = declare_name(c, module, &decl->name, SYMBOL_LIST);
  if (symbol)
    list_declare(c, module, decl, symbol);
}

static void declare_decl(struct checker *c, struct module *module, struct decl *decl) {
  switch (decl->kind) {
  case DECL_EVENT: check_event_name(c, module, decl); break;
  case DECL_LIST: declare_list(c, module, decl); break;
  case DECL_DEFINE: declare_node(c, module, decl, SYMBOL_DEFINE); break;
  case DECL_RULES: declare_node(c, module, decl, SYMBOL_RULES); break;
  case DECL_LET:
  case DECL_PARAM:
  case DECL_SEGMENT:
  case DECL_SCORE:
  case DECL_COMPUTED:
  case DECL_BAND:
  case DECL_GRID:
  case DECL_CHOOSE: declare_node(c, module, decl, SYMBOL_VALUE); break;
  case DECL_STAGE: declare_name(c, module, &decl->name, SYMBOL_STAGE); break;
  case DECL_ACTION: declare_name(c, module, &decl->name, SYMBOL_ACTION); break;
  case DECL_EVENTS: c->events_decl = decl; break;
  case DECL_POLICY:
  case DECL_MODULE:
  case DECL_USE:
  case DECL_LEAD:
  case DECL_EXCLUDE:
  case DECL_TEST: break;
  }
}

void declare_module(struct checker *c, struct module *module) {
  const struct decl *seen[DECL_TEST + 1] = {NULL};
  for (const struct module_use *use = module->uses; use; use = use->next)
    declare_use(c, module, use);
  for (struct decl *decl = module->tree->decls; decl && !c->out_of_memory; decl = decl->next) {
    check_once(c, decl, seen);
    if (module_allows(c, module, decl))
      declare_decl(c, module, decl);
  }
}

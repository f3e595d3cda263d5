/* modules.c - follows `use`: reads, parses and orders the files of a policy.
 *
 * Files are taken one after the other from a growing list, so a long chain of
 * modules needs no stack.  A file that several modules use is parsed once.
 * Afterwards the modules are put in order, each behind those it uses, and
 * circles are reported.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "check/checker.h"
#include "syntax/parse.h"

static struct module *module_at(const struct checker *c, uint32_t position) {
  return GROWING_AT(c->modules, struct module *, position);
}

static struct module *add_module(struct checker *c, struct tree *tree, struct text file) {
  struct module *module = check_alloc(c, sizeof *module);
  struct module **entry = module ? growing_add(c, &c->modules, sizeof *entry) : NULL;
  if (!entry)
    return NULL;
  *module = (struct module){.tree = tree,
                            .file = file,
                            .main = c->modules.count == 1,
                            .names = symbols_space(c),
                            .roles = symbols_space(c),
                            .event_fields = symbols_space(c)};
  if (tree->decls && tree->decls->kind == DECL_MODULE)
    module->name = tree->decls->name.text;
  *entry = module;
  struct symbol *symbol = symbols_add(c, c->files, file, SYMBOL_FILE, (struct span){0});
  if (!symbol)
    return NULL;
  symbol->module = module;
  return module;
}

/* What the loader is asked for: the path as quoted, or `std.mailbox`. */
static struct text use_path(struct checker *c, const struct decl *decl) {
  if (decl->path.present)
    return decl->path.text;
  if (!decl->name.qualifier.length)
    return decl->name.text;
  return check_join(c, decl->name.qualifier, TEXT("."), decl->name.text);
}

static struct span use_span(const struct decl *decl) {
  return decl->path.present ? decl->path.span : decl->name.span;
}

static struct module *parse_module(struct checker *c, const struct decl *decl, struct text name,
                                   struct text bytes) {
  struct tree *tree = check_alloc(c, sizeof *tree);
  if (!tree)
    return NULL;
  uint32_t source = sources_add(c->sources, name, bytes);
  if (source == UINT32_MAX) {
    c->out_of_memory = true;
    return NULL;
  }
  bool parsed = parse_source(c->arena, c->sources, source, c->diags, tree);
  tree->source = source;
  struct module *module = add_module(c, tree, name);
  if (!module)
    return NULL;
  module->broken = !parsed;
  if (parsed && (!tree->decls || tree->decls->kind != DECL_MODULE)) {
    struct diag *diag =
        diag_error(c->diags, E0602, use_span(decl), "%.*s is not a module", TEXT_ARGS(name));
    diag_help(c->diags, diag, "a module file begins with `module NAME`");
    module->broken = true;
    tree->decls = NULL; /* what else is in it has nothing to do with this policy */
  }
  return module;
}

static struct module *load_module(struct checker *c, const struct module *user,
                                  const struct decl *decl) {
  const struct check_loader *loader = c->options ? c->options->loader : NULL;
  struct text path = use_path(c, decl);
  struct text name = {NULL, 0}, bytes = {NULL, 0};
  const char *reason = "no other files can be read here";
  if (!loader || !loader->load(loader->context, path, user->file, &name, &bytes, &reason)) {
    diag_error(c->diags, E0601, use_span(decl), "cannot read module %.*s: %s", TEXT_ARGS(path),
               reason ? reason : "it cannot be opened");
    return NULL;
  }
  const struct symbol *known = symbols_find(c, c->files, name);
  return known ? known->module : parse_module(c, decl, name, bytes);
}

static void load_uses(struct checker *c, struct module *module) {
  struct module_use **tail = &module->uses;
  for (struct decl *decl = module->tree->decls; decl && !c->out_of_memory; decl = decl->next) {
    if (decl->kind != DECL_USE)
      continue;
    struct module_use *use = check_alloc(c, sizeof *use);
    if (!use)
      return;
    *use = (struct module_use){.decl = decl, .module = load_module(c, module, decl)};
    *tail = use;
    tail = &use->next;
  }
}

/* ---- the order ------------------------------------------------------------------- */

struct visit {
  struct module *module;
  struct module_use *next;
};

static void report_circle(struct checker *c, const struct visit *stack, uint32_t depth,
                          const struct module_use *closing) {
  uint32_t start = depth - 1;
  while (start > 0 && stack[start].module != closing->module)
    start--;
  struct diag *diag =
      diag_error(c->diags, E0603, use_span(closing->decl), "modules use each other in a circle");
  for (uint32_t i = start; i < depth; i++) {
    struct text file = stack[i].module->file;
    diag_note(c->diags, diag, use_span(stack[i].next->decl), "%.*s uses this", TEXT_ARGS(file));
  }
}

/* A depth-first walk; stack[i].next is the use that is being followed. */
static void order_modules(struct checker *c) {
  struct visit *stack = check_array(c, c->modules.count, sizeof *stack);
  c->ordered = check_array(c, c->modules.count, sizeof *c->ordered);
  if (!stack || !c->ordered)
    return;
  uint32_t depth = 0, ordered = 0;
  stack[depth++] = (struct visit){c->main, c->main->uses};
  c->main->state = MODULE_OPEN;
  while (depth > 0) {
    struct visit *top = &stack[depth - 1];
    if (!top->next) {
      top->module->state = MODULE_DONE;
      c->ordered[ordered++] = top->module;
      if (--depth > 0)
        stack[depth - 1].next = stack[depth - 1].next->next;
      continue;
    }
    struct module *used = top->next->module;
    if (used && used->state == MODULE_NEW) {
      used->state = MODULE_OPEN;
      stack[depth++] = (struct visit){used, used->uses};
      continue;
    }
    if (used && used->state == MODULE_OPEN) {
      report_circle(c, stack, depth, top->next);
      top->next->module = NULL;
    }
    top->next = top->next->next;
  }
}

/* ---- the beginning of the policy ---------------------------------------------------- */

static void check_head(struct checker *c) {
  const struct decl *first = c->main->tree->decls;
  if (first && (first->kind == DECL_POLICY || first->kind == DECL_MODULE))
    return;
  if (c->syntax_errors)
    return; /* it may have been lost */
  struct span span = {.source = c->main->tree->source};
  if (first)
    span = first->span;
  bool later = false;
  for (const struct decl *decl = first; decl && !later; decl = decl->next)
    if ((later = decl->kind == DECL_POLICY))
      span = decl->span;
  struct diag *diag = diag_error(c->diags, E0201, span, "%s",
                                 first ? "the first declaration of a policy must be `policy`"
                                       : "the policy is empty");
  diag_help(c->diags, diag,
            later ? "move this to the top of the file" : "begin with `policy \"Name\"`");
}

bool modules_load(struct checker *c, struct tree *tree) {
  c->files = symbols_space(c);
  c->main = add_module(c, tree, c->sources->items[tree->source].name);
  if (!c->main)
    return false;
  check_head(c);
  for (uint32_t i = 0; i < c->modules.count && !c->out_of_memory; i++)
    load_uses(c, module_at(c, i));
  if (!c->out_of_memory)
    order_modules(c);
  return !c->out_of_memory;
}

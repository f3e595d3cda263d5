/* sets.c - sets of constants: `list`, `[ … ]`, and a list's file.
 *
 * Values that are the same are kept once, texts without regard to case; a hash
 * table finds them, since a list from a file may be long.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "check/checker.h"

#include <string.h>

/* ---- collecting ---------------------------------------------------------------------------- */

struct collect {
  struct checker *c;
  struct type type;
  struct growing items; /* struct constant */
  uint32_t *slots;      /* position + 1, or 0 */
  uint32_t slot_count;
};

static uint64_t hash_of(struct type type, const struct constant *item) {
  if (type.kind == TYPE_TEXT)
    return text_hash_folded(item->text, 0);
  uint64_t bits = (uint64_t)item->micros ^ item->label ^ (uint64_t)item->boolean;
  if (type.kind == TYPE_NUMBER) {
    double number = item->number + 0.0; /* -0 is 0 */
    memcpy(&bits, &number, sizeof bits);
  }
  return text_hash((struct text){(const char *)&bits, sizeof bits}, 0);
}

static bool same_constant(struct type type, const struct constant *a, const struct constant *b) {
  switch (type.kind) {
  case TYPE_TEXT: return text_equal_folded(a->text, b->text);
  case TYPE_NUMBER: return a->number == b->number;
  case TYPE_LABEL: return a->label == b->label;
  case TYPE_BOOL: return a->boolean == b->boolean;
  default: return a->micros == b->micros;
  }
}

static struct constant *constant_at(const struct collect *collect, uint32_t position) {
  return &GROWING_AT(collect->items, struct constant, position);
}

static uint32_t slot_for(const struct collect *collect, const struct constant *item) {
  uint32_t mask = collect->slot_count - 1;
  uint32_t slot = (uint32_t)hash_of(collect->type, item) & mask;
  while (collect->slots[slot] &&
         !same_constant(collect->type, constant_at(collect, collect->slots[slot] - 1), item))
    slot = (slot + 1) & mask;
  return slot;
}

static bool grow_slots(struct collect *collect) {
  if (collect->items.count < collect->slot_count / 2)
    return true;
  uint32_t count = collect->slot_count ? collect->slot_count * 2 : 16;
  uint32_t *slots = count ? check_array(collect->c, count, sizeof *slots) : NULL;
  if (!slots)
    return false;
  collect->slots = slots;
  collect->slot_count = count;
  for (uint32_t i = 0; i < collect->items.count; i++)
    slots[slot_for(collect, constant_at(collect, i))] = i + 1;
  return true;
}

static void add_constant(struct collect *collect, struct constant item) {
  if (!grow_slots(collect))
    return;
  uint32_t slot = slot_for(collect, &item);
  if (collect->slots[slot])
    return;
  struct constant *added = growing_add(collect->c, &collect->items, sizeof *added);
  if (!added)
    return;
  *added = item;
  collect->slots[slot] = collect->items.count;
}

/* One array of the values' own type. */
#define FILL(member, field)                                                               \
  do {                                                                                    \
    __typeof__(constant_at(collect, 0)->field) *out = check_array(c, count, sizeof *out); \
    for (uint32_t i = 0; out && i < count; i++)                                           \
      out[i] = constant_at(collect, i)->field;                                            \
    values->member = out;                                                                 \
  } while (0)

static struct value_list *finish(struct collect *collect) {
  struct checker *c = collect->c;
  uint32_t count = collect->items.count;
  struct value_list *values = check_alloc(c, sizeof *values);
  if (!values)
    return NULL;
  *values = (struct value_list){.type = collect->type, .count = count};
  switch (collect->type.kind) {
  case TYPE_TEXT: FILL(texts, text); break;
  case TYPE_NUMBER: FILL(numbers, number); break;
  case TYPE_LABEL: FILL(labels, label); break;
  case TYPE_BOOL: FILL(bools, boolean); break;
  default: FILL(micros, micros); break;
  }
  return values;
}

/* ---- [ … ] ------------------------------------------------------------------------------------
 */

static void collect_item(struct collect *collect, const struct scope *scope, struct expr *item) {
  struct checker *c = collect->c;
  check_operand(c, scope, item, collect->type.kind == TYPE_LABEL ? collect->type.labels : NULL);
  if (type_is_error(item->type))
    return;
  if (type_is_error(collect->type) && item->type.kind != TYPE_TEXTS)
    collect->type = item->type;
  if (!type_same(item->type, collect->type)) {
    diag_error(c->diags, E0308, item->span, "%s stands in a set of another type: %s is needed",
               expr_words_typed(c, item), type_words(c, collect->type));
    return;
  }
  if (expr_is_constant(item) && !item->missing) {
    add_constant(collect, expr_constant(item));
    return;
  }
  if (scope->argument_count > 0 && !scope->call)
    return; /* a definition: the call will tell */
  struct diag *diag = diag_error(c->diags, E0307, item->span,
                                 "a set holds constants, but %s is none", expr_words(c, item));
  note_expansion(c, scope, diag);
  diag_help(c->diags, diag, "compare with it by `is`, and join the comparisons with `or`");
}

/* A type of TYPE_ERROR means: that of the first item.  NULL only without memory. */
struct value_list *list_values(struct checker *c, const struct scope *scope, struct expr *items,
                               struct type type) {
  struct collect collect = {.c = c, .type = type};
  for (struct expr *item = items; item && !c->out_of_memory; item = item->next)
    collect_item(&collect, scope, item);
  return c->out_of_memory ? NULL : finish(&collect);
}

/* ---- a set by name ------------------------------------------------------------------------------
 */

/* The texts of a list as labels of a closed set. */
static const struct value_list *as_labels(struct checker *c, const struct set *set,
                                          const struct value_list *list, struct type type) {
  struct collect collect = {.c = c, .type = type};
  for (uint32_t i = 0; i < list->count && !c->out_of_memory; i++) {
    uint32_t index = labels_find(c, type.labels, list->texts[i]);
    if (index == UINT32_MAX)
      report_unknown_label(c, set->name.span, list->texts[i], type.labels);
    else
      add_constant(&collect, (struct constant){.label = index});
  }
  return c->out_of_memory ? NULL : finish(&collect);
}

static const struct value_list *named_values(struct checker *c, const struct scope *scope,
                                             const struct set *set, struct type type,
                                             const struct expr *left) {
  struct found found = scope_find_declared(c, scope, &set->name);
  if (found.kind == FOUND_SILENT)
    return NULL;
  if (found.kind == FOUND_NOTHING) {
    struct suggestion suggestion = suggest(c, set->name.text);
    suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_LIST);
    struct diag *diag = diag_error(c->diags, E0204, set->name.span, "there is no list `%.*s`",
                                   TEXT_ARGS(set->name.text));
    if (!suggest_help(c, &suggestion, diag))
      diag_help(c->diags, diag, "declare it: `list %.*s = [\"…\", \"…\"]`",
                TEXT_ARGS(set->name.text));
    return NULL;
  }
  if (found.symbol->kind != SYMBOL_LIST) {
    report_wrong_kind(c, &set->name, found.symbol, "a list");
    return NULL;
  }
  const struct value_list *list = found.symbol->list;
  if (!list || type_is_error(type) || type_is_error(list->type))
    return list;
  if (type.kind == TYPE_LABEL && list->type.kind == TYPE_TEXT)
    return as_labels(c, set, list, type);
  if (type_same(list->type, type))
    return list;
  const char *needed = left ? expr_words_typed(c, left) : "a text";
  struct diag *diag =
      diag_error(c->diags, E0308, set->name.span, "the items of `%.*s` are not like %s",
                 TEXT_ARGS(set->name.text), needed);
  diag_note(c->diags, diag, found.symbol->span, "each of them is %s", type_words(c, list->type));
  return NULL;
}

const struct value_list *set_values(struct checker *c, const struct scope *scope, struct set *set,
                                    struct type type, const struct expr *left) {
  if (set->kind == SET_NAME)
    return named_values(c, scope, set, type, left);
  if (!set->items && !c->syntax_errors)
    diag_error(c->diags, E0308, set->span, "this set is empty: nothing is in it");
  return list_values(c, scope, set->items, type);
}

/* ---- list
 * ------------------------------------------------------------------------------------------ */

/* The line without blanks at its ends and without its comment: a `#` that
 * begins the line or stands behind a blank. */
static struct text line_value(struct text line) {
  line = text_trim(line);
  for (size_t i = 0; i < line.length; i++) {
    bool begins = i == 0 || line.bytes[i - 1] == ' ' || line.bytes[i - 1] == '\t';
    if (line.bytes[i] == '#' && begins)
      return text_trim((struct text){line.bytes, i});
  }
  return line;
}

static struct value_list *file_values(struct checker *c, struct text bytes) {
  struct collect collect = {.c = c, .type = type_of(TYPE_TEXT)};
  if (text_starts_with(bytes, TEXT("\xEF\xBB\xBF")))
    bytes = (struct text){bytes.bytes + 3, bytes.length - 3};
  for (size_t at = 0; at < bytes.length && !c->out_of_memory;) {
    const char *line = bytes.bytes + at;
    const char *end = memchr(line, '\n', bytes.length - at);
    size_t length = end ? (size_t)(end - line) : bytes.length - at;
    struct text value = line_value((struct text){line, length});
    if (value.length)
      add_constant(&collect, (struct constant){.text = value});
    at += length + 1;
  }
  return c->out_of_memory ? NULL : finish(&collect);
}

static struct value_list *load_list(struct checker *c, const struct module *module,
                                    const struct decl *decl) {
  const struct check_loader *loader = c->options ? c->options->loader : NULL;
  struct text name = {NULL, 0}, bytes = {NULL, 0};
  const char *reason = "no other files can be read here";
  if (!loader ||
      !loader->load(loader->context, decl->path.text, module->file, &name, &bytes, &reason)) {
    diag_error(c->diags, E0601, decl->path.span, "cannot read %.*s: %s", TEXT_ARGS(decl->path.text),
               reason ? reason : "it cannot be opened");
    return NULL;
  }
  size_t wrong = utf8_error(bytes);
  if (wrong == bytes.length)
    return file_values(c, bytes);
  diag_error(c->diags, E0605, decl->path.span, "%.*s is not UTF-8: see its byte %zu",
             TEXT_ARGS(decl->path.text), wrong);
  return NULL;
}

/* `-1` is read as an operation on 1. */
static bool is_plain(const struct expr *item) {
  if (item->kind == EXPR_NEGATE && item->left)
    item = item->left;
  return expr_is_literal(item) || item->kind == EXPR_ERROR;
}

void list_declare(struct checker *c, struct module *module, struct decl *decl,
                  struct symbol *symbol) {
  if (decl->path.present) {
    symbol->list = load_list(c, module, decl);
    return;
  }
  struct scope scope = {.module = module};
  if (!decl->items && !decl->broken)
    diag_error(c->diags, E0308, decl->name.span, "the list `%.*s` is empty",
               TEXT_ARGS(decl->name.text));
  for (const struct expr *item = decl->items; item; item = item->next) {
    if (is_plain(item))
      continue;
    diag_error(c->diags, E0307, item->span, "a list holds texts or numbers as they are, not %s",
               expr_words(c, item));
    return;
  }
  symbol->list = list_values(c, &scope, decl->items, type_of(TYPE_ERROR));
}

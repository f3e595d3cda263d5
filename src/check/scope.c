/* scope.c - what a name means where it stands, and what else it may have meant.
 *
 * An unqualified name is looked for from the inside out: the parameters of the
 * `define` whose body it stands in, the event of the innermost query, then
 * everything that the module declares.  `lead.x` skips the event, `module.x`
 * asks the module.  A definition's body is closed: it sees its parameters and
 * its own module, never the event of a query around the call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "base/unicode.h"
#include "base/words.h"
#include "check/checker.h"

#include <string.h>

/* ---- the table --------------------------------------------------------------- */

uint32_t symbols_space(struct checker *c) {
  return ++c->symbols.spaces;
}

static struct symbol *symbol_at(const struct symbols *symbols, uint32_t position) {
  return GROWING_AT(symbols->all, struct symbol *, position);
}

/* Neither is empty. */
static bool is_word(struct text text, struct text word) {
  return text.length == word.length && memcmp(text.bytes, word.bytes, word.length) == 0;
}

/* Most names are two words of eight bytes, which may overlap. */
static uint64_t hash_name(uint32_t space, struct text name) {
  if (name.length > 16)
    return text_hash(name, space);
  bool is_long = name.length >= 8;
  uint64_t first = is_long ? word_load(name.bytes) : word_load_part(name.bytes, name.length);
  uint64_t last = is_long ? word_load(name.bytes + name.length - 8) : 0;
  return hash_end(hash_word(hash_word(hash_begin(space), first), last), name.length);
}

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t slot_of(const struct symbols *symbols, uint32_t space, struct text name) {
  uint32_t mask = symbols->slot_count - 1;
  uint32_t slot = (uint32_t)hash_name(space, name) & mask;
  while (symbols->slots[slot]) {
    const struct symbol *symbol = symbol_at(symbols, symbols->slots[slot] - 1);
    if (symbol->space == space && is_word(symbol->name, name))
      break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

struct symbol *symbols_find(const struct checker *c, uint32_t space, struct text name) {
  const struct symbols *symbols = &c->symbols;
  if (!symbols->slot_count)
    return NULL;
  uint32_t entry = symbols->slots[slot_of(symbols, space, name)];
  return entry ? symbol_at(symbols, entry - 1) : NULL;
}

/* Doubles the slots when half of them are taken. */
static bool make_room(struct checker *c) {
  struct symbols *symbols = &c->symbols;
  if (symbols->all.count < symbols->slot_count / 2)
    return true;
  uint32_t slot_count = symbols->slot_count ? symbols->slot_count * 2 : 256;
  uint32_t *slots = slot_count ? check_array(c, slot_count, sizeof *slots) : NULL;
  if (!slots)
    return false;
  symbols->slots = slots;
  symbols->slot_count = slot_count;
  for (uint32_t i = 0; i < symbols->all.count; i++) {
    const struct symbol *symbol = symbol_at(symbols, i);
    slots[slot_of(symbols, symbol->space, symbol->name)] = i + 1;
  }
  return true;
}

struct symbol *symbols_add(struct checker *c, uint32_t space, struct text name,
                           enum symbol_kind kind, struct span span) {
  struct symbol *symbol = make_room(c) ? check_alloc(c, sizeof *symbol) : NULL;
  struct symbol **entry = symbol ? growing_add(c, &c->symbols.all, sizeof *entry) : NULL;
  if (!entry)
    return NULL;
  *symbol = (struct symbol){.kind = kind, .space = space, .name = name, .span = span};
  *entry = symbol;
  c->symbols.slots[slot_of(&c->symbols, space, name)] = c->symbols.all.count;
  return symbol;
}

static const char *value_words(const struct decl *decl) {
  switch (decl->kind) {
  case DECL_LET: return "a value";
  case DECL_PARAM: return "a param";
  case DECL_SEGMENT: return "a segment";
  case DECL_BAND: return "a band";
  case DECL_GRID: return "a grid";
  case DECL_CHOOSE: return "a choice";
  default: return "a score";
  }
}

const char *symbol_words(const struct symbol *symbol) {
  switch (symbol->kind) {
  case SYMBOL_FIELD:
  case SYMBOL_STAGE_FIELD: return "a field of the lead";
  case SYMBOL_EVENT: return "an event";
  case SYMBOL_EVENT_FIELD: return "a field of an event";
  case SYMBOL_LIST: return "a list";
  case SYMBOL_VALUE: return value_words(symbol->node->decl);
  case SYMBOL_DEFINE: return "a function";
  case SYMBOL_RULES: return "a block of rules";
  case SYMBOL_STAGE: return "a stage";
  case SYMBOL_ACTION: return "an action";
  case SYMBOL_MODULE: return "a module";
  case SYMBOL_LABEL:
  case SYMBOL_LABEL_SET:
  case SYMBOL_FILE: break;
  }
  return "a label";
}

/* ---- looking up ---------------------------------------------------------------- */

/* A member of a used module: what it declares itself, but for its fields and
 * events, which are the policy's anyway. */
static const struct symbol *find_member(const struct checker *c, const struct module *module,
                                        struct text name) {
  const struct symbol *symbol = symbols_find(c, module->names, name);
  if (!symbol || symbol->kind == SYMBOL_FIELD || symbol->kind == SYMBOL_STAGE_FIELD ||
      symbol->kind == SYMBOL_MODULE)
    return NULL;
  return symbol;
}

static struct found found_symbol(const struct symbol *symbol) {
  return (struct found){.kind = symbol ? FOUND_SYMBOL : FOUND_NOTHING, .symbol = symbol};
}

static struct found find_qualified(struct checker *c, const struct scope *scope,
                                   const struct name *name) {
  const struct symbol *module = symbols_find(c, scope->module->names, name->qualifier);
  if (!module || module->kind != SYMBOL_MODULE)
    return (struct found){.kind = FOUND_NOTHING};
  if (!module->module)
    return (struct found){.kind = FOUND_SILENT};
  const struct symbol *member = find_member(c, module->module, name->text);
  if (!member && module->module->broken)
    return (struct found){.kind = FOUND_SILENT};
  return found_symbol(member);
}

/* What is looked up is named by somebody, if only by what nobody names. */
static const struct symbol *named_symbol(const struct checker *c, uint32_t space,
                                         struct text name) {
  struct symbol *symbol = symbols_find(c, space, name);
  if (symbol)
    symbol->named = true;
  return symbol;
}

struct found scope_find_declared(struct checker *c, const struct scope *scope,
                                 const struct name *name) {
  struct found found = name->qualifier.length
                           ? find_qualified(c, scope, name)
                           : found_symbol(named_symbol(c, scope->module->names, name->text));
  if (found.kind == FOUND_NOTHING && scope_may_be_lost(c, name->text))
    found.kind = FOUND_SILENT;
  return found;
}

static const struct argument *find_argument(const struct scope *scope, struct text name) {
  for (uint32_t i = 0; i < scope->argument_count; i++)
    if (text_equal(scope->arguments[i].param->name.text, name))
      return &scope->arguments[i];
  return NULL;
}

/* `lead.x`, and what else has a qualifier. */
static struct found find_beyond(struct checker *c, const struct scope *scope,
                                const struct name *name) {
  struct name plain = *name;
  if (!text_equal(name->qualifier, TEXT("lead")))
    return scope_find_declared(c, scope, name);
  plain.qualifier = (struct text){NULL, 0};
  if (text_equal(name->text, TEXT("stage")))
    return (struct found){.kind = FOUND_STAGE};
  struct found found = scope_find_declared(c, scope, &plain);
  if (found.kind == FOUND_SYMBOL && found.symbol->kind != SYMBOL_FIELD)
    found.kind = FOUND_NOTHING;
  return found;
}

struct found scope_find(struct checker *c, const struct scope *scope, const struct name *name) {
  if (name->qualifier.length)
    return find_beyond(c, scope, name);
  const struct argument *argument = find_argument(scope, name->text);
  if (argument)
    return (struct found){.kind = FOUND_ARGUMENT, .argument = argument};
  if (scope->query) {
    if (query_has_field(c, scope->module, scope->query->query, name->text))
      return (struct found){.kind = FOUND_EVENT_FIELD};
    if (is_word(name->text, TEXT("at")))
      return (struct found){.kind = FOUND_EVENT_AT};
  }
  if (is_word(name->text, TEXT("stage")))
    return (struct found){.kind = FOUND_STAGE};
  if (is_word(name->text, TEXT("as_of")))
    return (struct found){.kind = FOUND_AS_OF};
  const struct symbol *symbol = named_symbol(c, scope->module->names, name->text);
  if (symbol)
    return found_symbol(symbol);
  struct found found = scope_find_declared(c, scope, name);
  if (found.kind == FOUND_NOTHING && scope->query && scope->query->lost)
    found.kind = FOUND_SILENT;
  return found;
}

/* ---- what a syntax error may have swallowed ------------------------------------- */

static bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '`';
}

/* The name at `at` is the first or second word of its line: `let x`, `  email text`. */
static bool begins_line(struct text bytes, size_t at) {
  unsigned words = 0;
  bool inside = false;
  while (at > 0 && bytes.bytes[at - 1] != '\n') {
    char byte = bytes.bytes[--at];
    if (!is_word_byte(byte) && byte != ' ' && byte != '\t' && byte != '{' && byte != ';')
      return false;
    if (is_word_byte(byte) && !inside && ++words > 1)
      return false;
    inside = is_word_byte(byte);
  }
  return true;
}

static bool seems_declared(struct text bytes, struct text name) {
  if (!name.length)
    return false;
  for (size_t at = 0; at + name.length <= bytes.length; at++) {
    if (!text_equal((struct text){bytes.bytes + at, name.length}, name))
      continue;
    size_t end = at + name.length;
    bool whole = (at == 0 || !is_word_byte(bytes.bytes[at - 1])) &&
                 (end == bytes.length || !is_word_byte(bytes.bytes[end]));
    if (whole && begins_line(bytes, at))
      return true;
  }
  return false;
}

/* A field could not be read, and perhaps those behind it, too. */
static bool fields_lost(const struct checker *c) {
  for (const struct decl *decl = c->main->tree->decls; decl; decl = decl->next)
    if (decl->broken && (decl->kind == DECL_LEAD || decl->kind == DECL_EVENT))
      return true;
  return false;
}

/* A declaration that could not be parsed is not in the tree.  An unknown name
 * that looks as if it were declared in the text is then no error of its own. */
bool scope_may_be_lost(const struct checker *c, struct text name) {
  if (!c->syntax_errors)
    return false;
  return fields_lost(c) || seems_declared(c->sources->items[c->main->tree->source].bytes, name);
}

/* ---- did you mean ----------------------------------------------------------------- */

/* One edit in three letters is still the same word to a reader. */
struct suggestion suggest(const struct checker *c, struct text wanted) {
  unsigned allowed = wanted.length < 3 ? 1 : (unsigned)(wanted.length / 3);
  if (allowed > 3)
    allowed = 3;
  if (c->diags->errors > LIMIT_DIAGNOSTICS) /* nobody will see it */
    wanted.length = 0;
  return (struct suggestion){.wanted = wanted, .distance = allowed + 1};
}

void suggest_offer(struct suggestion *suggestion, struct text name) {
  if (!suggestion->wanted.length)
    return;
  unsigned distance = text_distance(suggestion->wanted, name, suggestion->distance);
  if (distance < suggestion->distance && distance < name.length) {
    suggestion->distance = distance;
    suggestion->best = name;
    suggestion->symbol = NULL;
  }
}

void suggest_space(const struct checker *c, struct suggestion *suggestion, uint32_t space,
                   unsigned kinds) {
  if (!suggestion->wanted.length)
    return;
  for (uint32_t i = 0; i < c->symbols.all.count; i++) {
    const struct symbol *symbol = symbol_at(&c->symbols, i);
    if (symbol->space != space || !(kinds & (1u << symbol->kind)))
      continue;
    unsigned before = suggestion->distance;
    suggest_offer(suggestion, symbol->name);
    if (suggestion->distance < before)
      suggestion->symbol = symbol;
  }
}

bool suggest_help(struct checker *c, const struct suggestion *suggestion, struct diag *diag) {
  if (!suggestion->best.length)
    return false;
  diag_help(c->diags, diag, "did you mean `%.*s`?", TEXT_ARGS(suggestion->best));
  return true;
}

/* ---- messages ----------------------------------------------------------------------- */

static void suggest_scope(const struct checker *c, const struct scope *scope,
                          struct suggestion *suggestion) {
  suggest_space(c, suggestion, scope->module->names, SUGGEST_VALUES);
  for (uint32_t i = 0; i < scope->argument_count; i++)
    suggest_offer(suggestion, scope->arguments[i].param->name.text);
  if (!scope->query)
    return;
  const struct query *query = scope->query->query;
  if (query->any_event)
    suggest_space(c, suggestion, scope->module->event_fields, SUGGEST_ALL);
  for (uint32_t i = 0; i < query->kind_count && !query->any_event; i++)
    suggest_space(c, suggestion, GROWING_AT(scope->module->kinds, uint32_t, query->kind_indices[i]),
                  SUGGEST_ALL);
}

static const char *after_article(const char *words) {
  while (*words && *words != ' ')
    words++;
  return *words ? words + 1 : words;
}

/* The use of a file that is called so, or NULL: "shared/fields.bareme" and `fields`. */
static const struct module_use *use_of_file(const struct module *module, struct text name) {
  const struct text ending = TEXT(".bareme");
  for (const struct module_use *use = module->uses; use; use = use->next) {
    struct text path = use->decl->path.text;
    if (!use->module || !text_ends_with(path, ending))
      continue;
    path.length -= ending.length;
    if (text_ends_with(path, name) &&
        (path.length == name.length || path.bytes[path.length - name.length - 1] == '/'))
      return use;
  }
  return NULL;
}

static void help_unknown_module(struct checker *c, const struct scope *scope, struct text name,
                                struct diag *diag) {
  const struct module_use *use = use_of_file(scope->module, name);
  if (use && !use->decl->alias.text.length)
    diag_help(c->diags, diag, "the file %.*s is the module `%.*s`", TEXT_ARGS(use->decl->path.text),
              TEXT_ARGS(use->module->name));
  else
    diag_help(c->diags, diag, "bring it in with `use`, as in `use std.%.*s`", TEXT_ARGS(name));
}

static void report_unknown_member(struct checker *c, const struct scope *scope,
                                  const struct name *name) {
  const struct symbol *module = symbols_find(c, scope->module->names, name->qualifier);
  if (!module || module->kind != SYMBOL_MODULE) {
    struct suggestion suggestion = suggest(c, name->qualifier);
    suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_MODULE);
    suggest_offer(&suggestion, TEXT("lead"));
    struct diag *diag = diag_error(c->diags, E0204, name->span, "there is no module `%.*s`",
                                   TEXT_ARGS(name->qualifier));
    if (!suggest_help(c, &suggestion, diag))
      help_unknown_module(c, scope, name->qualifier, diag);
    return;
  }
  struct suggestion suggestion = suggest(c, name->text);
  suggest_space(c, &suggestion, module->module->names,
                ~((1u << SYMBOL_MODULE) | (1u << SYMBOL_FIELD) | (1u << SYMBOL_EVENT)));
  struct diag *diag = diag_error(c->diags, E0204, name->span, "module `%.*s` has no `%.*s`",
                                 TEXT_ARGS(name->qualifier), TEXT_ARGS(name->text));
  suggest_help(c, &suggestion, diag);
}

/* An event, a stage or an action where a value is needed: say how it is asked for. */
static void report_role(struct checker *c, const struct name *name, const struct symbol *role) {
  struct diag *diag = diag_error(c->diags, E0205, name->span, "`%.*s` is %s and has no value",
                                 TEXT_ARGS(name->text), symbol_words(role));
  diag_note(c->diags, diag, role->span, "declared here");
  if (role->kind == SYMBOL_EVENT)
    diag_help(c->diags, diag, "ask `has(%.*s)` or `count(%.*s)`", TEXT_ARGS(name->text),
              TEXT_ARGS(name->text));
  else if (role->kind == SYMBOL_STAGE)
    diag_help(c->diags, diag, "ask `stage is %.*s`", TEXT_ARGS(name->text));
}

/* `10k`, or a word with letters that names do not have, which the parser told. */
static bool report_no_name(struct checker *c, const struct name *name) {
  if (word_is_unit(name->text)) {
    struct diag *diag =
        diag_error(c->diags, E0204, name->span, "there is no field `%.*s`", TEXT_ARGS(name->text));
    diag_help(c->diags, diag, "a duration begins with a number: `1 day`, `30 days`");
    return true;
  }
  for (size_t i = 0; i < name->text.length; i++)
    if ((unsigned char)name->text.bytes[i] >= 0x80)
      return true;
  if (name->text.bytes[0] < '0' || name->text.bytes[0] > '9')
    return false;
  struct diag *diag = diag_error(c->diags, E0110, name->span,
                                 "`%.*s` is neither a number nor a name", TEXT_ARGS(name->text));
  diag_help(c->diags, diag, "write all the digits of a number, as in `10_000`");
  return true;
}

static const struct model_kind *kind_with_field(const struct checker *c, struct text field) {
  for (uint32_t k = 0; k < c->model->kind_count; k++)
    for (uint32_t f = 0; f < c->model->kinds[k].field_count; f++)
      if (text_equal(c->model->kinds[k].fields[f].name, field))
        return &c->model->kinds[k];
  return NULL;
}

/* Words that other tools have for a value that is not there. */
static bool means_missing(struct text word) {
  return text_equal(word, TEXT("empty")) || text_equal(word, TEXT("blank")) ||
         text_equal(word, TEXT("unknown")) || text_equal(word, TEXT("undefined"));
}

static void help_unknown(struct checker *c, const struct name *name, struct diag *diag) {
  const struct model_kind *kind = kind_with_field(c, name->text);
  if (means_missing(name->text))
    diag_help(c->diags, diag,
              "for a value that is not there write `is missing`; its opposite is "
              "`is present`");
  else if (kind)
    diag_help(c->diags, diag, "events have it: `on %.*s where %.*s ...`, `has(%.*s where ...)`",
              TEXT_ARGS(kind->name), TEXT_ARGS(name->text), TEXT_ARGS(kind->name));
  else if (name->qualifier.length)
    diag_help(c->diags, diag, "what is known of a lead is declared in `lead { %.*s text }`",
              TEXT_ARGS(name->text));
  else
    diag_help(c->diags, diag,
              "a text stands in quotes, \"%.*s\"; a field is declared, "
              "`lead { %.*s text }`",
              TEXT_ARGS(name->text), TEXT_ARGS(name->text));
}

void report_unknown(struct checker *c, const struct scope *scope, const struct name *name) {
  bool of_lead = text_equal(name->qualifier, TEXT("lead"));
  if (name->qualifier.length && !of_lead) {
    report_unknown_member(c, scope, name);
    return;
  }
  struct suggestion suggestion = suggest(c, name->text);
  if (of_lead)
    suggest_space(c, &suggestion, scope->module->names, 1u << SYMBOL_FIELD);
  else
    suggest_scope(c, scope, &suggestion);
  const struct symbol *role = symbols_find(c, scope->module->roles, name->text);
  if (role && !of_lead) {
    report_role(c, name, role);
    return;
  }
  if (report_no_name(c, name))
    return;
  bool value = suggestion.symbol && suggestion.symbol->kind == SYMBOL_VALUE;
  struct diag *diag = diag_error(
      c->diags, E0204, name->span, "there is no %s `%.*s`%s",
      value ? after_article(symbol_words(suggestion.symbol)) : "field", TEXT_ARGS(name->text),
      suggestion.best.length || of_lead ? "" : ", nor a score, segment or value of that name");
  if (!suggest_help(c, &suggestion, diag))
    help_unknown(c, name, diag);
}

void report_wrong_kind(struct checker *c, const struct name *name, const struct symbol *symbol,
                       const char *wanted) {
  struct diag *diag = diag_error(c->diags, E0205, name->span, "`%.*s` is %s, but %s is needed here",
                                 TEXT_ARGS(name->text), symbol_words(symbol), wanted);
  diag_note(c->diags, diag, symbol->span, "declared here");
}

/* checker.h - what the files of this floor share.  Nobody else includes it.
 *
 * A check runs in phases, each a file or two:
 *
 *   modules    `use` is followed, each file is parsed once          modules.c
 *   records    fields, events and closed sets get their types       records.c labels.c
 *   names      every declaration becomes a symbol and a node        declare.c scope.c
 *   order      who uses whom, and cycles                            depends.c order.c
 *   meaning    types, constants, queries, rules, node after node    types.c compare.c calls.c
 *                                                                   fold.c sets.c queries.c
 *                                                                   settings.c rules.c bands.c
 *   behaviour  stages, exclusions, actions, tests                   stages.c tests.c
 *
 * Order is known before the first type is looked at, so a value's type is
 * always there when somebody asks for it, and no chain of values makes the
 * stack grow: recursion follows the nesting of one expression only.
 *
 * Whoever finds an error reports it and leaves TYPE_ERROR behind; whoever
 * meets TYPE_ERROR keeps silent.  When memory is short, allocations give NULL,
 * the flag `out_of_memory` is set, and everybody returns as soon as possible.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_CHECKER_H
#define BAREME_CHECK_CHECKER_H

#include "check/check.h"
#include "limits.h"

/* Deepest expression, with `define`s expanded, that later floors have to walk:
 * one level of parentheses is at most nine nodes of the grammar. */
#define CHECK_DEPTH (10 * LIMIT_NESTING)

/* An array that grows in the arena.  What it outgrows stays behind: at most
 * as much again. */
struct growing {
  void *items;
  uint32_t count, capacity;
};

/* ---- symbols --------------------------------------------------------------
 *
 * One hash table for all names.  A name lives in a space: each module has one
 * for its declarations, one for the event fields it can name, one more for
 * each kind of event; each closed set has one for its labels (folded). */

enum symbol_kind {
  SYMBOL_FIELD,       /* of the lead: index */
  SYMBOL_STAGE_FIELD, /* the field `stage`, declared to rename it */
  SYMBOL_EVENT,       /* index of the kind, fields: the space of those this module can name */
  SYMBOL_EVENT_FIELD, /* index in its kind */
  SYMBOL_LIST,        /* list */
  SYMBOL_VALUE,       /* node */
  SYMBOL_DEFINE,      /* node */
  SYMBOL_RULES,       /* node */
  SYMBOL_STAGE,       /* index */
  SYMBOL_ACTION,      /* index */
  SYMBOL_MODULE,      /* module; NULL if it could not be read */
  SYMBOL_LABEL,       /* index in its set */
  SYMBOL_LABEL_SET,   /* labels: to find a set by its contents */
  SYMBOL_FILE         /* module: to find a module by its file */
};

struct symbol {
  enum symbol_kind kind;
  uint32_t space;
  struct text name;
  struct span span; /* where it is declared */
  bool named;       /* something refers to it */
  bool imported;    /* came from a used module: may be declared again, alike */
  uint32_t index;
  uint32_t fields;
  struct node *node;
  struct value_list *list;
  struct module *module;
  const struct label_set *labels;
};

struct symbols {
  struct growing all; /* struct symbol *, in order of declaration */
  uint32_t *slots;    /* index + 1 into all, 0 is free; a power of two of them */
  uint32_t slot_count;
  uint32_t spaces; /* how many were given out */
};

/* ---- modules, nodes, scopes ------------------------------------------------ */

struct module_use {
  struct module_use *next;
  struct decl *decl;
  struct module *module; /* NULL if it could not be read */
};

/* A file of the policy: the main one or one that is used. */
struct module {
  struct tree *tree;
  struct text name;      /* of `module NAME`; length 0 for the policy */
  struct text file;      /* the name of its source */
  bool main;             /* the file that is checked, not one it uses */
  bool broken;           /* could not be parsed: what is unknown in it may be there */
  uint32_t names;        /* space of what expressions name: fields, values, lists, functions … */
  uint32_t roles;        /* space of its events, stages and actions, which are named in places
                            of their own: a field may be called like one of them */
  uint32_t event_fields; /* space of all event fields it can name, whatever the kind */
  struct growing kinds;  /* uint32_t: for each kind of the model its space of fields, or 0 */
  struct module_use *uses;
  enum { MODULE_NEW, MODULE_OPEN, MODULE_DONE } state;
};

struct edge {
  struct edge *next;
  struct node *to;
  struct span span; /* where it is named */
};

struct field_use {
  struct field_use *next;
  struct model_field *field;
};

/* A declaration that others can use. */
struct node {
  struct decl *decl;
  struct module *module;
  struct model_value *value; /* NULL for `define` and `rules` */
  struct edge *first, *last; /* what it uses */
  const struct edge *visit;  /* the next edge to follow, while ordering */
  enum { NODE_NEW, NODE_OPEN, NODE_DONE } state;
  bool cyclic;              /* lies on a cycle */
  bool reported;            /* the cycle was reported */
  bool broken;              /* its body has errors, already reported */
  struct type gives;        /* `define`: what a call gives */
  bool live;                /* something that is evaluated uses it */
  struct field_use *fields; /* what its own expressions read */
};

/* The query whose events are looked at. */
struct scope_query {
  struct query *query;
  uint32_t capacity; /* of query->fields */
  bool lost;         /* one of its kinds is unknown: so may its fields be */
};

/* A parameter of `define` and what stands for it.  While the definition itself
 * is checked there is no argument. */
struct argument {
  const struct param_decl *param;
  struct type type;
  struct expr *expr;
  bool of_event; /* it reads the event of the query around the call */
};

/* Where an expression stands: decides what its names mean. */
struct scope {
  struct module *module;
  struct scope_query *query;        /* innermost; NULL at the level of the lead */
  const struct argument *arguments; /* of the `define` whose body this is */
  uint32_t argument_count;
  const struct expr *call; /* the outermost call that is expanded; NULL outside */
  bool after;              /* stages are known: actions and tests */
};

/* A kind of event while the modules' declarations of it are merged. */
struct kind_build {
  struct model_kind kind;
  struct growing fields; /* struct model_field */
  uint32_t space;        /* of all its fields */
};

struct checker {
  struct arena *arena;
  struct sources *sources;
  struct diags *diags;
  const struct check_options *options;
  struct model *model;
  bool out_of_memory;

  struct symbols symbols;
  uint32_t files;                   /* space: modules by file name */
  uint32_t label_sets;              /* space: `one of` sets by their labels */
  uint32_t lead_fields, kind_names; /* spaces of the merged record */

  struct growing modules;  /* struct module * */
  struct module **ordered; /* each after those it uses */
  struct module *main;

  struct growing fields; /* struct model_field, field 0 is id */
  struct growing kinds;  /* struct kind_build */
  struct growing nodes;  /* struct node *, in order of declaration */
  struct node **order;   /* each after those it uses */
  struct decl *events_decl;
  const uint32_t *all_kinds; /* 0, 1, 2 …: what `any event` means */

  struct node *current; /* whose expressions are being checked; NULL: always evaluated */
  uint32_t depth;       /* of check_expr's recursion */
  uint32_t event_reads; /* how many names stood for something of an event so far */
  size_t expanded;      /* nodes copied for `define` and `include` */
  bool defining;        /* `define` or `rules` by itself: what it calls was checked before */
  bool expansion_reported;
  bool syntax_errors; /* some declarations may have been lost */
};

/* ---- types and expressions at a glance ---- */

static inline struct type type_of(enum type_kind kind) {
  return (struct type){.kind = kind};
}

static inline bool type_is_error(struct type type) {
  return type.kind == TYPE_ERROR;
}

static inline bool type_same(struct type a, struct type b) {
  return a.kind == b.kind && (a.kind != TYPE_LABEL || a.labels == b.labels);
}

static inline bool expr_is_literal(const struct expr *expr) {
  return expr->kind == EXPR_NUMBER || expr->kind == EXPR_TEXT || expr->kind == EXPR_DURATION ||
         expr->kind == EXPR_INSTANT || expr->kind == EXPR_BOOL;
}

/* A value or a label. */
static inline bool expr_is_constant(const struct expr *expr) {
  return expr->is_constant || expr->ref == REF_LABEL;
}

/* Could be a label: an unqualified name. */
static inline bool expr_is_bare(const struct expr *expr) {
  return expr->kind == EXPR_NAME && !expr->name->qualifier.length;
}

/* ---- memory ---- */
void *check_alloc(struct checker *c, size_t size);
void *check_array(struct checker *c, size_t count, size_t size);
void *growing_add(struct checker *c, struct growing *array, size_t size);
#define GROWING_AT(array, type, position) (((type *)(array).items)[position])
struct text check_join(struct checker *c, struct text a, struct text between, struct text b);
struct text check_fold(struct checker *c, struct text text);

/* ---- scope.c ---- */
uint32_t symbols_space(struct checker *c);
struct symbol *symbols_find(const struct checker *c, uint32_t space, struct text name);
/* Adds a name that is not there yet; NULL if out of memory. */
struct symbol *symbols_add(struct checker *c, uint32_t space, struct text name,
                           enum symbol_kind kind, struct span span);
const char *symbol_words(const struct symbol *symbol); /* "a score", "a list" */

enum found_kind {
  FOUND_NOTHING,
  FOUND_SILENT, /* unknown, but an error about its cause was reported */
  FOUND_SYMBOL, /* of a module's names */
  FOUND_ARGUMENT,
  FOUND_EVENT_FIELD, /* ask query_field() */
  FOUND_EVENT_AT,
  FOUND_STAGE,
  FOUND_AS_OF
};

struct found {
  enum found_kind kind;
  const struct symbol *symbol;
  const struct argument *argument;
};

struct found scope_find(struct checker *c, const struct scope *scope, const struct name *name);

/* Of a module's names alone, as `a` or `mailbox.a`: what a query, a call, a set
 * or `include` names. */
struct found scope_find_declared(struct checker *c, const struct scope *scope,
                                 const struct name *name);
bool scope_may_be_lost(const struct checker *c, struct text name);

/* Did you mean: offer what there is, the nearest is kept. */
struct suggestion {
  struct text wanted, best;
  const struct symbol *symbol;
  unsigned distance;
};
struct suggestion suggest(const struct checker *c, struct text wanted);
void suggest_offer(struct suggestion *suggestion, struct text name);
/* Those of the space whose kind is in the set of bits. */
void suggest_space(const struct checker *c, struct suggestion *suggestion, uint32_t space,
                   unsigned kinds);
bool suggest_help(struct checker *c, const struct suggestion *suggestion, struct diag *diag);
#define SUGGEST_ALL    (~0u)
#define SUGGEST_VALUES ((1u << SYMBOL_FIELD) | (1u << SYMBOL_VALUE))

void report_unknown(struct checker *c, const struct scope *scope, const struct name *name);
void report_wrong_kind(struct checker *c, const struct name *name, const struct symbol *symbol,
                       const char *wanted);

/* ---- words.c ---- */
const char *type_words(struct checker *c, struct type type);
const char *literal_words(struct checker *c, struct type type);     /* of what is written down */
bool word_is_unit(struct text word);                                /* `day`, `months` */
const char *expr_words(struct checker *c, const struct expr *expr); /* `a`, the number 5 */
const char *expr_words_typed(struct checker *c, const struct expr *expr); /* `a` (a number) */
const char *expr_type_words(struct checker *c, const struct expr *expr);  /* a number */
const char *expr_source(struct checker *c, const struct expr *expr);      /* as it is written */
const char *labels_words(struct checker *c, const struct label_set *labels);

/* ---- modules.c ---- */
bool modules_load(struct checker *c, struct tree *tree);

/* ---- records.c ---- */
bool records_begin(struct checker *c);
void records_declare(struct checker *c, struct module *module);
bool records_end(struct checker *c);
void records_defaults(struct checker *c);
struct type records_type(struct checker *c, const struct type_syntax *syntax, struct text owner);

/* ---- labels.c ---- */
struct labels_build { /* collects labels, then makes the set */
  uint32_t space;
  struct growing labels, texts; /* struct text */
  bool numeric;
};
void labels_begin(struct checker *c, struct labels_build *build);
/* The index of the label, new or (ignoring case) there already: *added tells. */
uint32_t labels_add(struct checker *c, struct labels_build *build, struct text label,
                    struct text text, struct span span, bool *added);
const struct label_set *labels_end(struct checker *c, struct labels_build *build, struct text name);
const struct label_set *labels_one_of(struct checker *c, const struct name_list *list,
                                      struct text owner);
/* UINT32_MAX if there is no such label. */
uint32_t labels_find(struct checker *c, const struct label_set *labels, struct text label);
void report_unknown_label(struct checker *c, struct span span, struct text label,
                          const struct label_set *labels);

/* ---- declare.c ---- */
void declare_module(struct checker *c, struct module *module);
bool module_allows(struct checker *c, const struct module *module, const struct decl *decl);

/* ---- params.c ---- */
void check_param(struct checker *c, struct node *node);

/* ---- depends.c, order.c ---- */
void depends_collect(struct checker *c, struct node *node);
void order_nodes(struct checker *c);
void order_live(struct checker *c);

/* ---- types.c ---- */
void check_expr(struct checker *c, const struct scope *scope, struct expr *expr);
/* Like check_expr, where a bare name or text may be a label of the set, which may be NULL. */
void check_operand(struct checker *c, const struct scope *scope, struct expr *expr,
                   const struct label_set *labels);
bool check_condition(struct checker *c, const struct scope *scope, struct expr *expr);
/* Number, duration …: false and an error ("`what` …") if it is of another type. */
bool check_typed(struct checker *c, const struct scope *scope, struct expr *expr,
                 enum type_kind kind, const char *what);
/* The same and a constant that is not missing. */
bool check_constant(struct checker *c, const struct scope *scope, struct expr *expr,
                    enum type_kind kind, const char *what);
void check_name(struct checker *c, const struct scope *scope, struct expr *expr);
void check_note_field(struct checker *c, struct model_field *field);
void note_expansion(struct checker *c, const struct scope *scope, struct diag *diag);
void set_label(struct expr *expr, const struct label_set *labels, uint32_t index);

/* ---- compare.c, sets.c ---- */
void check_compare(struct checker *c, const struct scope *scope, struct expr *expr);
void check_in(struct checker *c, const struct scope *scope, struct expr *expr);
void check_match(struct checker *c, const struct scope *scope, struct expr *expr);
const struct value_list *set_values(struct checker *c, const struct scope *scope, struct set *set,
                                    struct type type, const struct expr *left);
struct value_list *list_values(struct checker *c, const struct scope *scope, struct expr *items,
                               struct type type);
void list_declare(struct checker *c, struct module *module, struct decl *decl,
                  struct symbol *symbol);

/* ---- calls.c, expand.c ---- */
bool builtin_exists(struct text name);
void check_call(struct checker *c, const struct scope *scope, struct expr *expr);
void check_define(struct checker *c, struct node *node);
/* Says, once, that copies became too many or too deep. */
void report_expansion(struct checker *c, const struct scope *scope, struct span span);
struct expr *expand_expr(struct checker *c, const struct expr *expr);
struct rule *expand_rules(struct checker *c, const struct rule *rules);

/* ---- fold.c ---- */
static inline void fold_literal(struct expr *expr) {
  expr->is_constant = true;
  expr->missing = false;
}
void fold_copy(struct expr *expr, const struct expr *constant);
void fold_negate(struct expr *expr);
void fold_arithmetic(struct expr *expr);
void fold_builtin(struct expr *expr, enum builtin builtin);
bool fold_unit(const struct expr *expr, struct unit *unit);

/* ---- queries.c ---- */
/* Finds the kinds; reports unknown ones if `report`. */
bool query_kinds(struct checker *c, const struct module *module, struct query *query, bool report);
bool query_has_field(const struct checker *c, const struct module *module,
                     const struct query *query, struct text name);
/* The type of a field that query_has_field(), in the first kind that has it. */
struct type query_field_type(struct checker *c, const struct module *module,
                             const struct query *query, struct text name);
/* Its index in query->fields, added when it is first named.  If the kinds
 * disagree about its type, that is reported and its type is TYPE_ERROR. */
uint32_t query_field(struct checker *c, const struct scope *scope, const struct name *name);
/* Checks where and within; the scope of the query's events goes to *inner. */
void check_query(struct checker *c, const struct scope *outer, struct query *query,
                 struct scope_query *events, struct scope *inner);
void check_events(struct checker *c, const struct scope *scope, struct expr *expr);

/* ---- settings.c, rules.c ---- */
void check_decay(struct checker *c, const struct scope *scope, struct decay_syntax *syntax);
void check_range(struct checker *c, const struct scope *scope, struct range_syntax *range);
void check_round(struct checker *c, const struct scope *scope, struct round_syntax *round);
bool check_count(struct checker *c, const struct scope *scope, struct expr *expr, const char *what,
                 uint32_t *count);
bool check_duration(struct checker *c, const struct scope *scope, struct expr *expr,
                    const char *what, int64_t *micros);
void check_score(struct checker *c, struct node *node);
void check_rules_block(struct checker *c, struct node *node);

/* ---- bands.c ---- */
void declare_band(struct checker *c, struct node *node);
void declare_grid(struct checker *c, struct node *node);
void declare_choose(struct checker *c, struct node *node);
void check_band(struct checker *c, struct node *node);
void check_grid(struct checker *c, struct node *node);
void check_choose(struct checker *c, struct node *node);

/* ---- stages.c, tests.c ---- */
void stages_declare(struct checker *c);
void check_stages(struct checker *c);
void check_excludes(struct checker *c);
void check_actions(struct checker *c);
const struct model_entry *check_entries(struct checker *c, const struct scope *scope,
                                        const struct entry *entries, uint32_t *count);
void check_tests(struct checker *c);

#endif

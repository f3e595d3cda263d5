/* ast.h - a policy as a tree, just as it was written.
 *
 * The parser builds these nodes and looks nothing up.  The checker fills the
 * fields under "by check" and makes the model (check/model.h) from them; the
 * formatter prints them back.  All nodes and texts live in the arena of the
 * parse.  Lists are singly linked by `next`, in source order.
 *
 * A name is kept without backquotes and in its own span, so that messages and
 * the formatter can point at it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_AST_H
#define BAREME_SYNTAX_AST_H

#include "base/clock.h"
#include "base/diag.h"
#include "base/math.h"
#include "base/text.h"

/* Half-open bytes of the source that is meant anyway; bison's location. */
struct place_range {
  uint32_t begin, end;
};

struct expr;
struct query;
struct rule;
struct model_value; /* check/model.h */
struct symbol;      /* check/checker.h */

/* A name as written: `mailbox.is_free` has a qualifier. */
struct name {
  struct text qualifier; /* length 0 if there is none */
  struct text text;
  struct span span; /* of the whole name */
};

/* A quoted label; `present` tells `""` from none. */
struct label {
  struct text text; /* escapes resolved */
  struct span span;
  bool present;
};

/* ---- types ------------------------------------------------------------- */

enum type_kind {
  TYPE_ERROR, /* an error was reported; everything is accepted, nothing reported again */
  TYPE_BOOL,
  TYPE_NUMBER,
  TYPE_TEXT,
  TYPE_TIME,
  TYPE_DURATION,
  TYPE_TEXTS, /* list of text */
  TYPE_LABEL  /* one of a closed set: `one of` fields, stages, bands, grids, choices */
};

struct label_set; /* check/model.h */

struct type {
  enum type_kind kind;
  const struct label_set *labels; /* TYPE_LABEL only; sets are equal by identity */
};

/* A type as written in a declaration. */
struct type_syntax {
  enum type_kind kind; /* TYPE_LABEL for `one of (…)` */
  struct span span;
  struct name_list *labels; /* `one of`: names, labels or strings */
};

struct name_list {
  struct name_list *next;
  struct name name;
};

/* ---- expressions ------------------------------------------------------- */

enum expr_kind {
  EXPR_NUMBER,     /* number; also percent, for which `percent` is true */
  EXPR_TEXT,       /* text */
  EXPR_BOOL,       /* boolean: `true`, `false` */
  EXPR_DURATION,   /* micros */
  EXPR_INSTANT,    /* micros */
  EXPR_NAME,       /* name: a field, score, segment, band, label, `as_of` … */
  EXPR_NEGATE,     /* left */
  EXPR_NOT,        /* left */
  EXPR_AND,        /* items: two or more, flat */
  EXPR_OR,         /* items: two or more, flat */
  EXPR_ARITHMETIC, /* left `arithmetic` right */
  EXPR_COMPARE,    /* left `compare` right: = != < <= > >=, is …; see `exactly` */
  EXPR_PRESENT,    /* left is present; `negated`: is missing */
  EXPR_IN,         /* left in set; `negated`: not in */
  EXPR_MATCH,      /* left `match` (`quantifier`) right or set; `negated` */
  EXPR_CASE,       /* arms, right (the otherwise) */
  EXPR_CALL,       /* name ( items ) : built-in functions and `define`s, `entered(x)` */
  EXPR_EVENTS,     /* `reduce` (left of query): count, has, first, sum … */
  EXPR_ERROR       /* could not be read; that was reported: any type fits, nothing more is said */
};

enum arithmetic { ARITH_ADD, ARITH_SUBTRACT, ARITH_MULTIPLY, ARITH_DIVIDE };

enum compare {
  COMPARE_EQUAL,     /* = and `is` */
  COMPARE_NOT_EQUAL, /* != and `is not` */
  COMPARE_LESS,
  COMPARE_LESS_EQUAL,
  COMPARE_GREATER,
  COMPARE_GREATER_EQUAL
};

enum match { MATCH_CONTAINS, MATCH_STARTS, MATCH_ENDS, MATCH_LIKE, MATCH_MENTIONS };

enum quantifier { QUANTIFIER_NONE, QUANTIFIER_ANY, QUANTIFIER_ALL };

enum reduce {
  REDUCE_COUNT,
  REDUCE_HAS,
  REDUCE_FIRST,
  REDUCE_LAST, /* of the query alone */
  REDUCE_SUM,
  REDUCE_MEAN,
  REDUCE_LARGEST,
  REDUCE_SMALLEST, /* `left` of the query */
  REDUCE_DISTINCT  /* `left`, a field, of the query */
};

/* What stands right of `in`, `any of`, `all of`. */
enum set_kind {
  SET_ITEMS, /* [ … ]: items */
  SET_NAME,  /* a list's name */
  SET_RANGE  /* low..high, inclusive; only with `in` */
};

struct set {
  enum set_kind kind;
  struct span span;
  struct expr *items; /* SET_ITEMS, linked by next */
  struct name name;   /* SET_NAME */
  struct expr *low, *high;
  /* by check */
  const struct value_list *values; /* SET_ITEMS and SET_NAME: constants, duplicates removed */
};

struct case_arm {
  struct case_arm *next;
  struct expr *condition, *value;
};

/* What a name stands for.  By check. */
enum ref_kind {
  REF_NONE,
  REF_LEAD_FIELD,  /* field: also `id` */
  REF_EVENT_FIELD, /* event_field of the innermost query; see query->fields */
  REF_EVENT_AT,    /* `at` inside a query */
  REF_VALUE,       /* value: let, param, segment, score, band, grid, choose */
  REF_STAGE,       /* `stage`: the lead's stage, in this context's sense */
  REF_ENTERED,     /* entered(label) */
  REF_AS_OF,
  REF_LABEL /* a label of the closed set on the other side: label_index */
};

/* A policy of 10,000 criteria has 110,000 of these, and checker and compiler walk
 * over all of them again and again: 80 bytes, of which kinds that need different
 * things share 32.  Which members there are is told by `kind`; who does not look at
 * it asks expr_left() and its like below.
 *
 *                         0            8            16           24
 *   numbers, instants     written ................  |            number or micros
 *   texts                 |            |            text .....................
 *   names                 name         value        text .......... or number
 *   calls                 name         expansion    items        number or micros
 *   sums, signs           left         right        operator     number or micros
 *   and, or               |            |            items        |
 *   other operators       left         right, set   operator     |
 *   count(…) and its like left         query        operator     |
 *   case                  arms         right        |            |
 */
struct expr {
  enum expr_kind kind : 8;
  enum ref_kind ref : 8; /* by check */
  enum arithmetic arithmetic : 4;
  enum compare compare : 4;
  enum match match : 4;
  enum reduce reduce : 4;
  enum quantifier quantifier : 4;
  uint8_t places; /* EXPR_NUMBER and its copies: see expr_decimal() */
  bool percent : 1, boolean : 1, negated : 1, exactly : 1;
  bool word : 1;          /* written `is`, not `=` */
  bool parenthesised : 1; /* for the formatter */
  bool is_constant : 1;   /* by check: number, micros, text or boolean holds the value, and */
  bool missing : 1;       /* this tells a constant that is missing, as 1/0 */
  bool expanded : 1;      /* by check: there is an `expansion` */
  struct span span;
  uint32_t index;    /* by check: of the field, the event field, the built-in, or the label;
                        by the parser: how many terms a chain has */
  struct expr *next; /* in a list of items */
  struct type type;  /* by check */
  union {
    struct text written; /* as it stands there */
    struct {
      union {
        struct expr *left;
        struct case_arm *arms;
        const struct name *name;
      };
      union {
        struct expr *right; /* of `case`: the otherwise */
        struct set *set;    /* EXPR_IN; EXPR_MATCH with a quantifier */
        struct query *query;
        const struct symbol *symbol; /* by check, on the way: of a name without a `ref` yet,
                                        what was found already */
        struct model_value *value;   /* by check */
        struct expr *expansion;      /* by check, of names and calls that are `expanded`: what a
                                        `define` or its argument stands for; see expr_resolved() */
      };
    };
  };
  union {
    struct text text; /* of a call: that of its expansion alone */
    struct {
      union {
        struct place_range operator_range; /* see expr_operator() */
        struct expr *items;
      };
      union {
        double number;
        int64_t micros; /* durations and instants */
      };
    };
  };
};

_Static_assert(sizeof(struct expr) <= 80, "memory and time of large policies go with it");

/* ---- queries ------------------------------------------------------------ */

struct query {
  struct span span;
  bool any_event;
  struct name_list *kinds; /* unless any_event */
  struct expr *where;      /* NULL if absent */
  struct expr *within;     /* a duration; NULL if absent */

  /* by check */
  const uint32_t *kind_indices; /* ascending, each once */
  uint32_t kind_count;
  int64_t within_micros;      /* < 0 if absent */
  struct query_field *fields; /* the event fields this query can name; index space of
                                 REF_EVENT_FIELD */
  uint32_t field_count;
};

/* A field of the events of a query.  Kinds that lack it have it missing. */
struct query_field {
  struct text name;
  struct type type;
  const uint32_t *field_of_kind; /* for kind_indices[i]: its field's index, or UINT32_MAX */
};

/* ---- rules -------------------------------------------------------------- */

struct decay_syntax {
  bool present;
  struct span span;
  enum decay_kind kind; /* DECAY_NONE for `no decay` */
  struct expr *rate;    /* DECAY_RATE… */
  struct expr *duration;
  struct expr *steps; /* DECAY_LINEAR_STEPS */
  struct decay decay; /* by check */
};

struct range_syntax {
  bool present;
  struct span span;
  struct expr *low, *high;        /* NULL: open */
  double low_number, high_number; /* by check; -inf, inf when open */
};

struct round_syntax {
  bool present;
  struct span span;
  bool none;
  struct expr *unit;   /* unless none */
  struct unit decimal; /* by check: 1/100 when nothing is written */
};

enum modifier_kind {
  MODIFIER_AT_MOST,  /* at most N times; `once` is N = 1 with word = true */
  MODIFIER_FIRST,    /* first N times; `first time` is N = 1 with word = true */
  MODIFIER_ROLLING,  /* at most N times per DURATION */
  MODIFIER_ONCE_PER, /* once per FIELD */
  MODIFIER_POINTS,   /* at most N points */
  MODIFIER_DECAY     /* decay, expire, no decay */
};

struct modifier {
  struct modifier *next;
  enum modifier_kind kind;
  struct span span;
  bool word;
  struct expr *count;    /* N */
  struct expr *duration; /* MODIFIER_ROLLING */
  struct name field;     /* MODIFIER_ONCE_PER */
  struct decay_syntax decay;
  /* by check */
  uint32_t times; /* N of times */
  double points;  /* N of points */
  int64_t micros;
  uint32_t field_index; /* into query->fields; UINT32_MAX for `at` */
};

enum trigger { TRIGGER_ALWAYS, TRIGGER_WHEN, TRIGGER_ON, TRIGGER_EVERY };

enum rule_kind {
  RULE_POINTS, /* a rule proper */
  RULE_GROUP,  /* group { } */
  RULE_FIRST,  /* pick first { } */
  RULE_BEST,   /* pick best { } */
  RULE_FOR,    /* for COND { } */
  RULE_INCLUDE /* include NAME: after check, `rules` holds the copy */
};

struct rule {
  struct rule *next;
  enum rule_kind kind;
  struct span span;
  struct label label;
  /* RULE_POINTS */
  bool minus;          /* -N or -(EXPR) */
  struct expr *points; /* N, or the EXPR inside the parentheses, without the sign */
  enum trigger trigger;
  struct expr *condition; /* TRIGGER_WHEN, RULE_FOR */
  struct query *query;    /* TRIGGER_ON, TRIGGER_EVERY (the `without`) */
  struct expr *period;    /* TRIGGER_EVERY */
  struct modifier *modifiers;
  /* blocks */
  struct range_syntax *range; /* NULL if absent */
  struct rule *rules;
  const struct name *name; /* RULE_INCLUDE */
  /* by check */
  int64_t period_micros;
  const struct decay *decay; /* TRIGGER_ON: what applies, the rule's own or the score's */
  double most_points;        /* `at most N points`; < 0 if absent */
};

struct score_settings {
  struct decay_syntax decay;
  struct range_syntax range;
  struct round_syntax round;
};

/* ---- declarations -------------------------------------------------------- */

/* key value, in `policy` and `action`.  The value is a literal or a bare word
 * (EXPR_NAME, handed on as text). */
struct entry {
  struct entry *next;
  struct name key;
  struct expr *value;
};

struct field_decl {
  struct field_decl *next;
  struct span span;
  struct name name;
  struct type_syntax type;
  bool required;
  struct expr *default_value; /* a constant; NULL if none */
  struct label from;
};

struct band_row {
  struct band_row *next;
  struct span span;
  struct name label; /* name, LABEL or number as written, or a string's content */
  bool quoted;       /* the label was written as a string */
  struct label text;
  bool otherwise;
  struct expr *bound;  /* unless otherwise */
  double bound_number; /* by check */
};

struct grid_row {
  struct grid_row *next;
  struct span span;
  struct name label;
  struct name_list *cells;
};

struct choose_row {
  struct choose_row *next;
  struct span span;
  struct expr *value;     /* EXPR_TEXT, EXPR_NUMBER (with sign folded) or EXPR_NAME (a label) */
  struct expr *condition; /* NULL: otherwise */
};

struct transition {
  struct transition *next;
  struct span span;
  struct name target;
  struct expr *condition;
  uint32_t target_index; /* by check */
};

enum expectation_kind { EXPECT_CONDITION, EXPECT_EXCLUDED, EXPECT_ACTION };

struct expectation {
  struct expectation *next;
  struct span span;
  enum expectation_kind kind;
  bool negated; /* `expect not action call`, `expect not excluded` */
  struct expr *condition;
  struct label label; /* EXPECT_EXCLUDED; may be absent: any exclusion */
  struct name action;
  uint32_t action_index; /* by check */
};

/* A field's value in a test: a literal, a list of literals, or a name. */
struct assignment {
  struct assignment *next;
  struct span span;
  struct name field;
  struct expr *value; /* literal or EXPR_NAME (a label) or NULL if `items` */
  bool is_list;
  struct expr *items;
  uint32_t field_index; /* by check: of the lead's or the kind's fields; UINT32_MAX for
                           `stage` of the lead and for the event's own `id` */
};

struct test_event {
  struct test_event *next;
  struct span span;
  struct name kind;
  bool ago;           /* `2 days ago`: when is a duration before as-of */
  struct expr *when;  /* EXPR_INSTANT or EXPR_DURATION */
  struct expr *times; /* NULL: once */
  struct assignment *fields;
  /* by check */
  uint32_t kind_index;
  uint32_t count; /* how many times */
  int64_t at;     /* the instant */
};

struct param_decl { /* a parameter of `define` */
  struct param_decl *next;
  struct name name;
  struct type_syntax type;
};

enum decl_kind {
  DECL_POLICY,   /* label, entries */
  DECL_MODULE,   /* name */
  DECL_USE,      /* name (std.mailbox) or path; alias */
  DECL_LEAD,     /* fields */
  DECL_EVENTS,   /* from, type_key, at_key, id_key */
  DECL_EVENT,    /* name, label, from (type value), fields */
  DECL_LIST,     /* name, items or path */
  DECL_LET,      /* name, label, value */
  DECL_DEFINE,   /* name, params, value */
  DECL_PARAM,    /* name, label, value */
  DECL_SEGMENT,  /* name, label, value (the condition) */
  DECL_EXCLUDE,  /* label, value */
  DECL_SCORE,    /* name, label, settings, rules */
  DECL_COMPUTED, /* name, label, value, settings: score NAME = EXPR */
  DECL_RULES,    /* name, rules */
  DECL_BAND,     /* name, label, value, band_rows */
  DECL_GRID,     /* name, label, row_band, column_band, columns, grid_rows */
  DECL_CHOOSE,   /* name, label, choose_rows */
  DECL_STAGE,    /* name, label, transitions */
  DECL_ACTION,   /* name, label, value, entries */
  DECL_TEST      /* label (the test's name), as_of, assignments, test_events, expectations */
};

struct decl {
  struct decl *next;
  enum decl_kind kind;
  struct span span; /* the whole declaration */
  bool broken;      /* a part of it could not be read, which was reported: what is
                       missing in it (a row, a field, `otherwise`) is no new error */
  struct name name;
  struct label label;
  struct expr *value;
  struct entry *entries;
  struct label path; /* DECL_USE "…", DECL_LIST from "…" */
  struct name alias; /* DECL_USE; text.length 0 if none */
  struct field_decl *fields;
  struct label from, type_key, at_key, id_key;
  struct expr *items; /* DECL_LIST */
  struct param_decl *params;
  struct score_settings settings;
  struct rule *rules;
  struct band_row *band_rows;
  struct name row_band, column_band;
  struct name_list *columns;
  struct grid_row *grid_rows;
  struct choose_row *choose_rows;
  struct transition *transitions;
  struct expr *as_of;
  struct assignment *assignments;
  struct test_event *test_events;
  struct expectation *expectations;
};

/* A comment, for the formatter: without it, what was written would be lost. */
struct comment {
  struct comment *next;
  struct span span; /* from `#` to before the line's end */
  bool own_line;    /* nothing but blanks before it on its line */
};

/* One parsed file. */
struct tree {
  uint32_t source; /* index into sources */
  struct decl *decls;
  struct comment *comments;
};

/* ---- looking into expressions of any kind --------------------------------- */

/* Looks through `define` expansions to the node that counts. */
static inline struct expr *expr_resolved(struct expr *expr) {
  while (expr && expr->expanded)
    expr = expr->expansion;
  return expr;
}

/* The same, to read only. */
static inline const struct expr *expr_seen(const struct expr *expr) {
  while (expr && expr->expanded)
    expr = expr->expansion;
  return expr;
}

/* The sign or word of an operator. */
static inline struct span expr_operator(const struct expr *expr) {
  return (struct span){expr->span.source, expr->operator_range.begin, expr->operator_range.end};
}

/* Parts of an expression, NULL where its kind has none of the sort. */
static inline struct expr *expr_left(const struct expr *expr) {
  switch (expr->kind) {
  case EXPR_NEGATE:
  case EXPR_NOT:
  case EXPR_ARITHMETIC:
  case EXPR_COMPARE:
  case EXPR_PRESENT:
  case EXPR_IN:
  case EXPR_MATCH:
  case EXPR_EVENTS: return expr->left;
  default: return NULL;
  }
}

static inline struct expr *expr_right(const struct expr *expr) {
  switch (expr->kind) {
  case EXPR_ARITHMETIC:
  case EXPR_COMPARE:
  case EXPR_CASE: return expr->right;
  case EXPR_MATCH: return expr->quantifier == QUANTIFIER_NONE ? expr->right : NULL;
  default: return NULL;
  }
}

static inline struct set *expr_set(const struct expr *expr) {
  bool has_one =
      expr->kind == EXPR_IN || (expr->kind == EXPR_MATCH && expr->quantifier != QUANTIFIER_NONE);
  return has_one ? expr->set : NULL;
}

static inline struct expr *expr_items(const struct expr *expr) {
  bool has_some = expr->kind == EXPR_AND || expr->kind == EXPR_OR || expr->kind == EXPR_CALL;
  return has_some ? expr->items : NULL;
}

static inline struct case_arm *expr_arms(const struct expr *expr) {
  return expr->kind == EXPR_CASE ? expr->arms : NULL;
}

/* The value of a constant by its type, the others zero. */
struct constant {
  double number;
  int64_t micros;
  struct text text;
  bool boolean;
  uint32_t label; /* its index */
};

static inline struct constant expr_constant(const struct expr *expr) {
  expr = expr_seen(expr);
  struct constant constant = {.boolean = expr->boolean, .label = expr->index};
  switch (expr->type.kind) {
  case TYPE_NUMBER: constant.number = expr->number; break;
  case TYPE_TIME:
  case TYPE_DURATION: constant.micros = expr->micros; break;
  case TYPE_TEXT: constant.text = expr->text; break;
  default: break;
  }
  return constant;
}

/* The number as the decimal that was written; {0, 0} if there is none. */
struct unit expr_decimal(const struct expr *expr);

#endif

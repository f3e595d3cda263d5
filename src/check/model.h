/* model.h - a checked policy: what every name means, in order of evaluation.
 *
 * The checker makes it from the trees of the policy and its modules; the
 * compiler and the naive evaluator of the tests read it and look nothing up.
 * Expressions stay the nodes of syntax/ast.h, with the fields under "by check"
 * filled in.  Everything lives in the arena of the check.
 *
 * What a reader may rely on:
 * - A node with is_constant is a literal of its type, whatever its kind: also a
 *   name of a `param`, or of a `let` that is constant.  A label is not: it has
 *   REF_LABEL and its index, whether it was written as a name or a text.
 * - A call of a `define`, and in its expansion a parameter, have an expansion;
 *   expr_resolved() looks through both.
 * - No tree is deeper than ten times LIMIT_NESTING, but for the left operands
 *   of EXPR_ARITHMETIC and the items of EXPR_AND and EXPR_OR, which may be as
 *   many as LIMIT_CHAIN and want a loop.
 * - query->fields holds the fields that are named, in the order of their first
 *   mention.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_MODEL_H
#define BAREME_CHECK_MODEL_H

#include "syntax/ast.h"

/* A closed set of labels.  Order is that of the declaration; for a band this
 * is the order of its rows (best first), for stages that of the declarations. */
struct label_set {
  struct text name; /* of the field, band … that owns it */
  uint32_t count;
  const struct text *labels;
  const struct text *texts; /* the quoted text beside each; length 0 if none; may be NULL */
  bool numeric;             /* all labels are numbers: in expressions the value is a number */
  const double *numbers;    /* if numeric */
};

/* Constants of one type: a `list` or `[ … ]`.  Text: duplicates by folding are removed. */
struct value_list {
  struct type type;
  uint32_t count;
  const struct text *texts; /* TYPE_TEXT, as written */
  const double *numbers;    /* TYPE_NUMBER */
  const int64_t *micros;    /* TYPE_TIME, TYPE_DURATION */
  const uint32_t *labels;   /* TYPE_LABEL */
  const bool *bools;        /* TYPE_BOOL */
};

struct model_field {
  struct text name;
  struct text path; /* dotted JSON path or CSV column; the name if not written */
  struct type type;
  bool required;
  struct expr *default_value; /* constant of the type, or NULL */
  struct span span;
  bool named; /* by any expression at all, or by a test */
  bool used;  /* by any expression that is evaluated, or required */
};

struct model_kind { /* a kind of event */
  struct text name;
  struct text label;      /* length 0 if none */
  struct text type_value; /* what the data says: `from`, or the name */
  struct model_field *fields;
  uint32_t field_count;
  struct span span;
  bool named; /* by a query, with `any event`, or by a test */
};

enum value_kind {
  VALUE_LET,
  VALUE_PARAM, /* expr is the constant, after --set */
  VALUE_SEGMENT,
  VALUE_SCORE,    /* rules */
  VALUE_COMPUTED, /* score NAME = EXPR */
  VALUE_BAND,
  VALUE_GRID,
  VALUE_CHOOSE,
  VALUE_RULES /* only inside the checker: never in `order` */
};

/* A named value, computed once per lead. */
struct model_value {
  enum value_kind kind;
  uint32_t index;    /* in model->values */
  struct text name;  /* `mailbox.free` for a module's */
  struct text label; /* length 0 if none */
  struct span span;  /* of the name */
  const struct decl *decl;
  struct type type;   /* in expressions: a numeric band is TYPE_NUMBER */
  bool public_output; /* listed in the result: not lets, params, or a module's own */

  struct expr *expr;                /* let, param, segment, computed, band (of what) */
  struct rule *rules;               /* score; includes are copied in, `for` stays */
  struct range_syntax range;        /* score, computed: present or not, numbers filled in */
  struct round_syntax round;        /* score, computed: decimal filled in unless none */
  const struct label_set *labels;   /* band, grid, choose (unless its values are all numbers) */
  const struct band_row *band_rows; /* in order; the last is the otherwise */
  struct model_value *row_band, *column_band; /* grid */
  const uint32_t *cells;                      /* grid: label index of row * columns + column */
  const struct choose_row *choose_rows;
  const uint32_t *choose_labels; /* choose: label index of each row, if labels */
};

struct model_transition {
  uint32_t target; /* stage index */
  struct expr *condition;
  struct span span;
};

struct model_stage {
  struct text name, label;
  struct span span;
  const struct model_transition *transitions;
  uint32_t transition_count;
};

struct model_exclude {
  struct text label;
  struct expr *condition;
  struct span span;
};

enum entry_type { ENTRY_TEXT, ENTRY_NUMBER, ENTRY_DURATION, ENTRY_BOOL, ENTRY_TIME };

struct model_entry {
  struct text key;
  enum entry_type type;
  struct text text;
  double number;
  int64_t micros;
  bool boolean;
};

struct model_action {
  struct text name, label;
  struct expr *condition;
  const struct model_entry *entries;
  uint32_t entry_count;
  struct span span;
};

struct model {
  const struct sources *sources;
  struct text title;
  const struct model_entry *entries; /* of `policy` */
  uint32_t entry_count;

  struct model_field *fields; /* declared lead fields, and `id` as field 0 */
  uint32_t field_count;
  struct text stage_path; /* "stage", or what `from` says */
  struct text events_path, type_key, at_key, id_key;

  struct model_kind *kinds;
  uint32_t kind_count;

  struct model_value **values; /* every named value, in order of declaration */
  uint32_t value_count;
  struct model_value **order; /* the same, each after those it uses */

  const struct model_exclude *excludes;
  uint32_t exclude_count;
  const struct model_stage *stages;
  uint32_t stage_count; /* 0: the policy has no stages */
  const struct label_set *stage_labels;
  const struct model_action *actions;
  uint32_t action_count;
  const struct decl **tests; /* checked `test` declarations of the main file */
  uint32_t test_count;

  const struct decl *
      *unused; /* let, param, list, define, rules of the main file: nobody names them */
  uint32_t unused_count;
  bool is_module; /* checked for itself: others use what it declares */
};

#endif

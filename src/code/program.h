/* program.h - a compiled policy: the contract between compiler and machine.
 *
 * A program is straight-line code for a register machine whose registers are
 * columns.  An instruction works on all lanes of its space: space 0 is the
 * leads of a chunk, space 1 and up are events: of one kind, or of the kinds
 * that a query names together, sorted by lead and time.  Reductions carry
 * events to leads, spreads carry leads to events.  No jumps: every instruction
 * runs once per chunk, but for stretches that are left out when a space has no
 * lanes.
 *
 * Such a stretch is what stands behind OP_SKIP: as many instructions as it says,
 * at least one, all of them inside the code, none of them OP_SKIP.  What they
 * write for the first time is there only for stretches of the same space.  What
 * was written before keeps its values when they are left out, and that is what
 * they would have computed: points of no events, added in place, are nothing.
 *
 * There are two sections of code for the same policy.  `plain` computes the
 * results; `full` computes the same results, bit for bit, and keeps what an
 * explanation needs in registers that are not used again.
 *
 * A program knows nothing of trees and is never changed once it is finished.
 * It lives in one arena.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_PROGRAM_H
#define BAREME_CODE_PROGRAM_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/math.h"
#include "base/text.h"

#define PROGRAM_NONE UINT32_MAX

/* ---- values ------------------------------------------------------------- */

/* What a lane of a column holds. */
enum column_kind {
  COLUMN_NUMBER,   /* double, finite */
  COLUMN_TIME,     /* int64_t, microseconds since 1970 */
  COLUMN_DURATION, /* int64_t, microseconds */
  COLUMN_TEXT,     /* struct text, UTF-8 */
  COLUMN_BOOL,     /* two bits: known to be true, known to be false */
  COLUMN_LABEL,    /* uint32_t, an index into a closed set */
  COLUMN_TEXTS,    /* struct text_list */
  COLUMN_SYMBOL    /* uint32_t: which of the texts that the program asks for it is */
};

struct text_list {
  const struct text *items;
  size_t count;
};

/* ---- the record it needs -------------------------------------------------- */

struct program_labels { /* a closed set */
  struct text name;
  uint32_t count;
  const struct text *labels;
  const struct text *texts; /* beside each label; length 0 if none; may be NULL */
  const double *numbers;    /* all labels are numbers; else NULL */
};

/* A constant of any kind: the member of the kind counts. */
struct program_value {
  double number;
  int64_t micros;
  struct text text;
  bool boolean;
  uint32_t label;
};

/* A text that the program only compares with constants is a COLUMN_SYMBOL: in
 * the record it is a text like any other, in the batch a number, found by
 * symbol_of when the value is read.  Its instructions are those of labels. */
struct program_field {
  struct text name;
  struct text path; /* dotted JSON path or CSV column */
  enum column_kind kind;
  uint32_t labels;                           /* COLUMN_LABEL: index of the set;
                                                COLUMN_SYMBOL: of the text set */
  bool required;                             /* a lead (an event) without it is a data error */
  const struct program_value *default_value; /* stands in for a missing value; NULL: none */
};

struct program_kind { /* a declared kind of event */
  struct text name;
  struct text type_value;             /* what the data says */
  const struct program_field *fields; /* those that the program reads, and required ones */
  uint32_t field_count;
};

/* Must a record have the field?  Not if a default stands in for it. */
static inline bool program_field_must_come(const struct program_field *field) {
  return field->required && !field->default_value;
}

static inline bool program_kind_requires(const struct program_kind *kind) {
  for (uint32_t f = 0; f < kind->field_count; f++)
    if (program_field_must_come(&kind->fields[f]))
      return true;
  return false;
}

/* A column of a space: for each of the space's kinds which field fills it. */
struct space_column {
  enum column_kind kind;
  const uint32_t *field_of_kind; /* index into that kind's fields, PROGRAM_NONE: missing */
};

struct program_space {
  const uint32_t *kinds; /* ascending */
  uint32_t kind_count;
  const struct space_column *columns;
  uint32_t column_count;
};

/* ---- constants ------------------------------------------------------------ */

/* Texts to compare with.  `folded` sets hold folded texts.  For sets of
 * equality, a hash table finds a text in one step; for searches, `first` tells
 * which bytes can begin an item.  `heads` is a second table, so large that there
 * mostly is one look to take: who takes no step that hangs on what it finds has
 * nothing to guess. */
struct text_set {
  uint32_t count;
  const struct text *items;
  bool folded;
  /* made by program_finish */
  uint64_t lengths;      /* bit min(length, 63) is set if an item has that length */
  uint64_t first[4];     /* bytes that begin an item */
  bool has_empty;        /* the empty text is an item */
  const uint32_t *slots; /* open addressing by text_hash(item, 0): item + 1, or 0 */
  uint32_t slot_mask;
  const uint16_t *heads; /* by text_set_head: the first such item + 1, or 0; NULL: none is made */
  uint32_t head_mask;
};

/* Where in `heads` a text is, by its first 16 bytes, zeros behind them, and its length. */
static inline uint32_t text_set_head(const struct text_set *set, uint64_t first, uint64_t second,
                                     size_t length) {
  uint64_t mixed = (first * HASH_A) ^ (second * HASH_B) ^ ((uint64_t)length * HASH_C);
  return (uint32_t)(mixed >> 40) & set->head_mask;
}

struct number_set {
  uint32_t count;
  const double *items; /* ascending, each once */
};

struct index_table { /* grid cells, sets of labels as 0 or 1, label numbers */
  uint32_t count;
  const uint32_t *items;
};

struct band_table {
  uint32_t count;       /* rows with a bound; the label of row i is i */
  const double *bounds; /* descending; below all of them: label `count` */
};

/* ---- code ------------------------------------------------------------------ */

enum opcode {
#define OP(name, shape, synopsis, prose) OP_##name,
#include "code/opcodes.def"
#undef OP
  OPCODE_COUNT
};

struct instruction {
  uint16_t op;
  uint16_t space;      /* whose lanes it works on */
  uint32_t d, a, b, c; /* by the shape in opcodes.def */
};

/* A register holds a column of its class for the lanes of one space. */
enum register_class {
  REGISTER_NUMBER, /* double */
  REGISTER_MICROS, /* int64_t: times, durations, sets of stages */
  REGISTER_TEXT,
  REGISTER_BOOL,
  REGISTER_LABEL,
  REGISTER_TEXTS
};

struct program_register {
  uint8_t class; /* enum register_class */
  bool view;     /* names a column of the batch: needs no memory of its own */
  uint16_t space;
};

/* ---- where code comes from: for people, never for the machine ---------------- */

/* What a piece of code is for. */
enum criterion_kind {
  CRITERION_POLICY,     /* what belongs to nothing below */
  CRITERION_LET,        /* a let */
  CRITERION_SEGMENT,    /* a segment */
  CRITERION_SCORE,      /* what a score does beside its rules: range, rounding, its expression */
  CRITERION_RULE,       /* a rule of a score */
  CRITERION_GROUP,      /* a group or pick: its range, who is picked */
  CRITERION_FOR,        /* the condition of a `for` */
  CRITERION_BAND,       /* a band */
  CRITERION_GRID,       /* a grid */
  CRITERION_CHOICE,     /* a choose */
  CRITERION_EXCLUDE,    /* an exclude */
  CRITERION_TRANSITION, /* a way from stage to stage: its condition */
  CRITERION_STAGES,     /* the walk along those ways */
  CRITERION_ACTION,     /* an action */
  CRITERION_TEST        /* what a test expects */
};
enum { CRITERION_KIND_COUNT = CRITERION_TEST + 1 };

struct program_criterion {
  enum criterion_kind kind;
  uint32_t outer;       /* the criterion it stands in, which comes before it: a rule's group or
                           score; PROGRAM_NONE */
  uint32_t line;        /* of a rule: its line of the full section; PROGRAM_NONE */
  uint32_t source_name; /* index into source_names */
  uint32_t source_line; /* from 1 */
  struct text name;     /* of what it is; a rule's or group's label; "lead to qualified" */
  struct text source;   /* its condition or expression as written; a rule's is with its line */
};

/* Of one instruction.  Work that several criteria need is done once and belongs
 * to the first of them. */
struct program_origin {
  uint32_t criterion;   /* index into criteria */
  uint32_t source_name; /* index into source_names */
  uint32_t source_line; /* from 1 */
  bool shared;          /* other criteria use it, too */
};

/* One line of an explanation, and the registers of the full section that hold
 * its column.  PROGRAM_NONE where it does not apply. */
enum line_kind {
  LINE_RULE,        /* a rule's points, before `at most N points` */
  LINE_CAP,         /* what `at most N points` takes away */
  LINE_RANGE,       /* what a group's range adds or takes away */
  LINE_TERM,        /* a term of a computed score */
  LINE_SCORE_RANGE, /* what the score's range adds or takes away */
  LINE_ROUNDING     /* what rounding adds or takes away; in doubles, what makes the sum exact */
};

enum line_trigger { LINE_ALWAYS, LINE_WHEN, LINE_ON, LINE_EVERY };

struct program_line {
  enum line_kind kind;
  enum line_trigger trigger;
  struct text label;      /* as quoted; length 0 if none */
  struct text source;     /* the rule as written, white space folded */
  uint32_t source_line;   /* from 1 */
  uint32_t source_name;   /* index into source_names; PROGRAM_NONE: stripped */
  uint32_t depth;         /* 0 directly in the score; groups nest */
  uint32_t group;         /* the line's group: index into groups, or PROGRAM_NONE */
  uint32_t member;        /* which member of its `pick best` it belongs to */
  uint32_t points;        /* number (leads): 0 where it does not fire */
  uint32_t condition;     /* bool (leads): `when` and `for`; unknown tells why */
  uint32_t taken;         /* bool (leads): chosen by every `pick` around it */
  uint32_t events;        /* number (leads): how many events counted, or times fired */
  uint32_t raw;           /* number (leads): points before decay */
  const uint32_t *fields; /* lead fields that its condition names */
  uint32_t field_count;
};

struct program_group {
  struct text label;
  enum { GROUP_SUM, GROUP_FIRST, GROUP_BEST } kind;
  uint32_t parent; /* PROGRAM_NONE at the top */
  uint32_t source_line;
};

/* One conjunct of a transition's condition. */
struct program_conjunct {
  uint32_t condition; /* bool (leads) */
  struct text source; /* as written */
  bool is_threshold;  /* a score compared with a constant */
  uint32_t score;     /* index into scores */
  uint32_t value;     /* number (leads): the score */
  uint32_t compare;   /* enum program_compare, score on the left */
  double threshold;
};

/* A named value of an expectation, to be shown when it fails. */
struct program_shown {
  struct text name;
  enum column_kind kind;
  uint32_t labels; /* COLUMN_LABEL: its set */
  uint32_t value;  /* of its class (leads) */
};

/* A conjunct of an expectation; those that are no conditions are one part
 * without a register, which shows why the lead was left out or acted upon. */
struct program_part {
  uint32_t condition; /* bool (leads), or PROGRAM_NONE */
  struct text source; /* as written */
  uint32_t first_shown, shown_count;
};

enum program_compare {
  PROGRAM_LESS,
  PROGRAM_LESS_EQUAL,
  PROGRAM_EQUAL,
  PROGRAM_NOT_EQUAL,
  PROGRAM_GREATER_EQUAL,
  PROGRAM_GREATER
};

struct section {
  const struct instruction *code;
  uint32_t code_count;
  const struct program_origin *origins; /* one per instruction; NULL: stripped */
  const struct program_register *registers;
  uint32_t register_count;

  /* where the results are: registers over leads, parallel to the tables below */
  uint32_t *scores;                   /* number; unknown where a computed score is missing */
  uint32_t *bands;                    /* label */
  uint32_t *grids;                    /* label */
  uint32_t *choices;                  /* label */
  uint32_t *segments;                 /* bool */
  uint32_t *actions;                  /* bool */
  uint32_t excluded;                  /* label: index into excludes, unknown if not excluded */
  uint32_t stage;                     /* label: the stage it ends in */
  struct program_conjunct *conjuncts; /* of all transitions, in order */
  uint32_t conjunct_count;
  uint32_t *transitions;      /* bool, one per transition: all its conjuncts */
  struct program_line *lines; /* full only, in order of the scores */
  uint32_t line_count;
  struct program_part *parts; /* full only, of all expectations, in order */
  uint32_t part_count;
  struct program_shown *shown; /* of all parts, in order */
  uint32_t shown_count;
};

/* ---- what the results are called -------------------------------------------- */

struct program_score {
  struct text name, label;
  uint32_t first_line, line_count; /* of the full section */
};

struct program_output { /* a band, grid or choice */
  struct text name, label;
  uint32_t labels; /* its set */
};

struct program_segment {
  struct text name, label;
};

enum entry_kind { PROGRAM_TEXT, PROGRAM_NUMBER, PROGRAM_DURATION, PROGRAM_BOOL, PROGRAM_TIME };

struct program_entry { /* metadata and what actions hand on */
  struct text key;
  enum entry_kind kind;
  struct text text; /* of every kind: the value as text */
  double number;
  int64_t micros;
  bool boolean;
};

struct program_action {
  struct text name, label;
  const struct program_entry *entries;
  uint32_t entry_count;
};

struct program_transition {
  uint32_t from, to; /* stages */
  uint32_t first_conjunct, conjunct_count;
};

/* ---- tests: only in a program that was compiled to run them --------------------- */

struct program_given { /* a field's value; fields that the program does not read are left out */
  uint32_t field;      /* index into its fields, or those of the event's kind */
  struct program_value value;
  struct text_list texts; /* COLUMN_TEXTS */
};

struct program_test_event {
  uint32_t kind, times;
  int64_t at;
  struct text id; /* bytes NULL if none */
  const struct program_given *given;
  uint32_t given_count;
};

enum program_expected {
  EXPECTED_CONDITION, /* every part is true */
  EXPECTED_EXCLUDED,  /* the lead is left out, for the reason `label` if that is not empty */
  EXPECTED_ACTION     /* the action is taken */
};

struct program_expectation {
  enum program_expected kind;
  bool negated;
  struct text label;
  uint32_t action;
  struct text source; /* as written */
  uint32_t source_line;
  uint32_t first_part, part_count; /* of the full section */
};

struct program_test {
  struct text name;
  uint32_t source_name, source_line;
  int64_t as_of;
  struct text id; /* bytes NULL if none */
  uint32_t stage; /* PROGRAM_NONE: none */
  const struct program_given *given;
  uint32_t given_count;
  const struct program_test_event *events;
  uint32_t event_count;
  const struct program_expectation *expectations;
  uint32_t expectation_count;
};

struct program {
  struct arena arena;

  struct text title;
  const struct program_entry *entries;
  uint32_t entry_count;
  const struct text *source_names;
  uint32_t source_name_count;

  struct program_field id; /* path of the identity */
  struct text stage_path;
  struct text events_path, type_key, at_key, id_key;
  const struct program_field *fields;
  uint32_t field_count; /* those it reads, and required ones */
  const struct program_kind *kinds;
  uint32_t kind_count; /* all declared */
  const struct program_space *spaces;
  uint32_t space_count; /* space 1 is spaces[0] */
  const struct program_labels *labels;
  uint32_t labels_count;
  uint32_t stage_labels; /* the stages, or PROGRAM_NONE */

  const double *numbers;
  uint32_t number_count;
  const int64_t *micros;
  uint32_t micros_count;
  const struct text *texts;
  uint32_t text_count;
  struct text_set *text_sets;
  uint32_t text_set_count;
  const struct number_set *number_sets;
  uint32_t number_set_count;
  const struct index_table *tables;
  uint32_t table_count;
  const struct band_table *band_tables;
  uint32_t band_table_count;
  const struct decay *decays;
  uint32_t decay_count;
  const struct unit *units;
  uint32_t unit_count;

  struct program_score *scores;
  uint32_t score_count;
  const struct program_output *bands;
  uint32_t band_count;
  const struct program_output *grids;
  uint32_t grid_count;
  const struct program_output *choices;
  uint32_t choice_count;
  const struct program_segment *segments;
  uint32_t segment_count;
  const struct program_action *actions;
  uint32_t action_count;
  const struct text *excludes;
  uint32_t exclude_count;
  const struct program_transition *transitions;
  uint32_t transition_count;
  const uint32_t *stage_transitions; /* stage s: transitions [s] to [s + 1] */
  struct program_group *groups;
  uint32_t group_count;
  const struct program_criterion *criteria; /* of both sections; NULL: stripped */
  uint32_t criterion_count;
  const struct program_test *tests;
  uint32_t test_count;

  struct section plain, full;
};

/* An empty program in an arena of its own; NULL if out of memory. */
struct program *program_new(const struct memory *memory);

enum program_finished {
  PROGRAM_FINISHED,
  PROGRAM_NO_MEMORY,
  PROGRAM_CROWDED /* the texts of a set share few places: chance does not do that */
};

/* Builds the look-up tables of the constants.  Called once, when everything
 * else is in place. */
enum program_finished program_finish(struct program *program);

/* Frees the program, which lies in its own arena. */
void program_free(struct program *program);

/* True if the set holds the text; the text is folded if the set is. */
bool text_set_has(const struct text_set *set, struct text text);

/* The index of the item that the text is, but for case; set->count if it is
 * none of them.  The set is folded. */
uint32_t symbol_of(const struct text_set *set, struct text text);

struct opcode_info {
  const char *name;
  const char *shape; /* operand letters: see opcodes.def */
  const char *synopsis;
  const char *prose;
};
extern const struct opcode_info opcode_infos[OPCODE_COUNT];

/* The class of a letter that stands for a register; REGISTER_NONE for others. */
enum { REGISTER_NONE = REGISTER_TEXTS + 1 };
static inline unsigned opcode_class(char letter) {
  switch (letter) {
  case 'n':
  case 'N': return REGISTER_NUMBER;
  case 'm':
  case 'M': return REGISTER_MICROS;
  case 't':
  case 'T': return REGISTER_TEXT;
  case 'b':
  case 'B': return REGISTER_BOOL;
  case 'l':
  case 'L': return REGISTER_LABEL;
  case 'x':
  case 'X': return REGISTER_TEXTS;
  default: return REGISTER_NONE;
  }
}

/* True if the instruction makes its register a view of the batch. */
static inline bool opcode_is_view(uint16_t op) {
  return op <= OP_EVENT_AT;
}

/* False if the instruction looks at other lanes than the one it writes: it
 * must not write where it reads. */
static inline bool opcode_is_in_place(uint16_t op) {
  return op < OP_LATEST || op > OP_ONCE_PER_LABEL;
}

#endif

/* build.h - the compiler's workbench: a program while it grows.
 *
 * Code is built in single-assignment form: every instruction writes a new
 * virtual register, so two instructions with the same operation and operands
 * are one (work that rules share is done once).  It is built once, with all
 * that an explanation reads.  When it is complete, allocate.c makes the two
 * sections of it: it leaves out what nothing in the section needs, and maps
 * virtual registers to few real ones.
 *
 * Fields, kinds, spaces and constants are added to the program when the code
 * first names them, so that a program asks readers only for what it uses.
 *
 * Out of memory is remembered in `failed`; every function then returns
 * something harmless, and the caller of all of them asks once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_COMPILE_BUILD_H
#define BAREME_COMPILE_BUILD_H

#include "check/check.h"
#include "check/model.h"
#include "code/program.h"

#include <string.h>

/* A growing array. */
struct list {
  void *items;
  size_t count, capacity;
};

/* Finds what was added before: keys are bytes of some kind, answers are indices. */
struct intern_slot;
struct intern {
  struct intern_slot *slots;
  size_t count, capacity; /* a power of two */
};

/* What the keys in build->names are. */
enum intern_kind {
  INTERN_TEXT,          /* a text */
  INTERN_SINGLE,        /* the only text of a set */
  INTERN_FOLDED_SINGLE, /* the same, folded */
  INTERN_SET,           /* a set of texts */
  INTERN_FOLDED_SET,    /* the same, folded */
  INTERN_NUMBER_SET,
  INTERN_TABLE,
  INTERN_BANDS,
  INTERN_DECAY,
  INTERN_UNIT,
  INTERN_SPACE,   /* the kinds of a space */
  INTERN_LABELS,  /* the address of a set of labels */
  INTERN_NUMBERED /* the address of a choice whose rows are numbers */
};

/* The same for words of 64 bits. */
struct word_slot;
struct word_table {
  struct word_slot *slots;
  size_t count, capacity; /* a power of two */
};

/* Finds code that was emitted before.  The tags are read again and again, and so
 * few that they stay near the processor: most instructions are new, and then
 * nothing but a tag is looked at. */
struct code_table {
  uint8_t *tags;     /* seven bits of a hash, + 128; 0: free */
  uint32_t *indices; /* into the code */
  uint32_t capacity; /* a power of two */
  uint32_t room;     /* how many more there may be: then two thirds are taken */
};

/* What the shape of an instruction says (opcodes.def), unpacked. */
struct shape {
  uint8_t reads;  /* bit n: operand n (a, b, c) is a register, */
  uint8_t texts;  /* one of a text */
  uint8_t class;  /* of the result */
  bool for_leads; /* the result is about the leads, whatever the space */
  bool asks_set;  /* b is a text set */
};

/* Where the code that is being made comes from. */
struct origin {
  uint32_t criterion;     /* index into criteria */
  uint32_t source, begin; /* a source and a place in it */
  bool expanded;          /* inside a call: the place stays that of the call */
};

/* The line that was found last: where it is, and how many bytes it has. */
struct line_hint {
  uint32_t source, line, begin, length;
};

/* A virtual register.  While code is lowered, its instruction has its index. */
struct value {
  uint8_t class;
  bool view;
  bool result; /* read after a run: its memory is its own */
  bool reason; /* the same, but only after a run that explains */
  uint16_t space;
  uint32_t folded;              /* of a text: the register that holds it folded, or 0 */
  struct program_origin origin; /* the first criterion that asked for it */
};

/* The line that named a field or a value last, and at which depth: see lines.c. */
struct named {
  uint32_t line; /* how many lines there are with it; 0: none */
  int depth;
};

/* The query whose events an expression is about. */
struct scope {
  const struct query *query;
  uint16_t space;
};

struct kind_build {
  struct list fields;       /* struct program_field */
  uint32_t *index_of_field; /* model field -> index above, or PROGRAM_NONE */
};

struct space_build {
  struct program_space space;
  struct list columns; /* struct space_column */
};

struct build {
  const struct model *model;
  bool tests; /* they come along */
  struct program *program;
  struct memory memory;
  struct arena scratch;
  struct intern names; /* constants, spaces, sets of labels by content */
  struct word_table number_words, micros_words;
  struct value none; /* what is read after a failure */
  bool failed;       /* no memory */
  bool too_large;    /* a count does not fit the instruction format */
  struct shape shapes[OPCODE_COUNT];

  /* the record */
  struct list fields;       /* struct program_field */
  uint32_t *index_of_field; /* model field -> index above */
  struct kind_build *kinds;
  struct list spaces; /* struct space_build */
  struct list labels; /* struct program_labels */

  /* constants */
  struct list numbers, micros, texts, text_sets, number_sets, tables, band_tables, decays, units;

  /* the code */
  struct list code;          /* struct instruction, operands virtual */
  struct list values;        /* struct value */
  struct code_table shared;  /* instructions that may be asked for again */
  uint32_t *value_registers; /* of model->values, by index; PROGRAM_NONE: not lowered */
  uint32_t *field_registers; /* of model->fields; PROGRAM_NONE: not read yet */
  struct scope scope;        /* query NULL: the lead */
  uint32_t zero;             /* the number 0 over the leads; 0: not there yet */
  uint32_t stage;            /* what `stage` means here */
  uint32_t entered;          /* the stages entered, as bits; PROGRAM_NONE before they are known */
  struct origin origin;      /* of what is emitted */
  struct list criteria;      /* struct program_criterion */
  struct line_hint line;
  struct list lines; /* struct program_line */
  struct list named; /* uint32_t: the fields that a line names, while it is made */
  struct named *fields_named, *values_named; /* of the model's fields and values */
  struct list groups;                        /* struct program_group */
  uint32_t depth, group;                     /* of the rules being lowered */
  uint32_t hidden;          /* leads (bool) without results, where that matters; or PROGRAM_NONE */
  struct list parts, shown; /* struct program_part, struct program_shown */
};

/* ---- growing ---- */

bool list_grow(struct build *build, struct list *list, size_t size);
/* Room for one more item of `size`, zeroed; NULL and failed if out of memory. */
static inline void *list_add(struct build *build, struct list *list, size_t size) {
  if (build->failed || (list->count == list->capacity && !list_grow(build, list, size)))
    return NULL;
  return memset((char *)list->items + list->count++ * size, 0, size);
}
/* The same, not zeroed. */
static inline void *list_room(struct build *build, struct list *list, size_t size) {
  if (build->failed || (list->count == list->capacity && !list_grow(build, list, size)))
    return NULL;
  return (char *)list->items + list->count++ * size;
}
/* Copies the items to the program's arena. */
void *list_keep(struct build *build, const struct list *list, size_t size);
void list_clear(struct build *build, struct list *list, size_t size);

/* The index kept for the key, or `fresh`, which it then keeps; *is_new tells. */
uint32_t intern_index(struct build *build, struct intern *intern, uint32_t kind, struct text key,
                      size_t fresh, bool *is_new);
void intern_clear(struct build *build, struct intern *intern);
void word_table_clear(struct build *build, struct word_table *table);

/* A copy in the program's arena. */
struct text keep_text(struct build *build, struct text text);
/* What stands at the span, on one line, without comments, in the program's arena. */
struct text keep_source(struct build *build, struct span span);

/* ---- constants: indices into the program's tables (constants.c) ---- */

uint32_t constant_number(struct build *build, double value);
uint32_t constant_micros(struct build *build, int64_t value);
uint32_t constant_text(struct build *build, struct text text);
uint32_t constant_text_set(struct build *build, const struct text *texts, uint32_t count,
                           bool folded);
uint32_t constant_number_set(struct build *build, const double *numbers, uint32_t count);
uint32_t constant_table(struct build *build, const uint32_t *items, uint32_t count);
uint32_t constant_bands(struct build *build, const double *bounds, uint32_t count);
uint32_t constant_decay(struct build *build, const struct decay *decay);
uint32_t constant_unit(struct build *build, struct unit unit);

/* ---- the record (record.c) ---- */

bool record_begin(struct build *build);
void record_finish(struct build *build);
uint32_t record_field(struct build *build, uint32_t model_field);
uint16_t record_space(struct build *build, const struct query *query);
uint32_t record_column(struct build *build, uint16_t space, const struct query *query,
                       uint32_t query_field);
uint32_t record_labels(struct build *build, const struct label_set *labels);
enum column_kind column_kind_of(struct type type);
enum register_class register_class_of(struct type type);

/* ---- code ----
 *
 * What is emitted or added to the constants has an order, which the bytes of a
 * compiled policy show: so no call has two arguments that do such things, for C
 * leaves the order of arguments to the compiler. */

/* Emits d = op(a, b, c) over a space and gives the register d; an instruction
 * that was emitted before gives its register again. */
uint32_t emit(struct build *build, enum opcode op, uint16_t space, uint32_t a, uint32_t b,
              uint32_t c);
/* The same for what nobody else can ask for: what grows in place. */
uint32_t emit_own(struct build *build, enum opcode op, uint16_t space, uint32_t a, uint32_t b,
                  uint32_t c);
void code_table_clear(struct build *build);

static inline struct value *value_at(struct build *build, uint32_t reg) {
  if (build->failed || reg >= build->values.count)
    return &build->none;
  return (struct value *)build->values.items + reg;
}

static inline uint16_t space_of(struct build *build, uint32_t reg) {
  return value_at(build, reg)->space;
}

uint32_t place_elsewhere(struct build *build, uint32_t reg, uint16_t space);
/* The same values in the lanes of `space`: spreads a lead's beside its events. */
static inline uint32_t place(struct build *build, uint32_t reg, uint16_t space) {
  return space_of(build, reg) == space ? reg : place_elsewhere(build, reg, space);
}
/* The register is read after a run; after one that explains. */
static inline void pin_result(struct build *build, uint32_t reg) {
  if (reg != PROGRAM_NONE)
    value_at(build, reg)->result = true;
}
static inline void pin_reason(struct build *build, uint32_t reg) {
  if (reg != PROGRAM_NONE)
    value_at(build, reg)->reason = true;
}

/* ---- where it comes from (origin.c) ---- */

/* What is emitted from here on is for this criterion, at this place; expr, which
 * may be NULL, is its condition.  The answer brings back, in end_criterion, what
 * was before. */
struct origin begin_criterion(struct build *build, enum criterion_kind kind, struct text name,
                              struct span place, const struct expr *expr);
void end_criterion(struct build *build, struct origin outer);
/* The criterion that is being lowered; NULL after a failure. */
struct program_criterion *current_criterion(struct build *build);
uint32_t find_line(struct build *build, uint32_t index, uint32_t offset);
/* The line of a place in a source, from 1: quick where places follow the text. */
static inline uint32_t line_at(struct build *build, uint32_t source, uint32_t offset) {
  const struct line_hint *hint = &build->line;
  bool found = source == hint->source && offset - hint->begin < hint->length;
  return found ? hint->line : find_line(build, source, offset);
}
/* The register was asked for again. */
static inline void share(struct build *build, uint32_t reg) {
  struct value *value = value_at(build, reg);
  value->origin.shared |= value->origin.criterion != build->origin.criterion;
}

/* ---- lowering ---- */

uint32_t lower_expr(struct build *build, const struct expr *expr);
/* A bool over the events of the query: those it finds. */
uint32_t lower_query(struct build *build, const struct query *query, uint16_t space);
/* From one query to another and back. */
struct scope enter_query(struct build *build, const struct query *query, uint16_t space);
/* The register of a named value, lowered earlier. */
uint32_t value_register(struct build *build, const struct model_value *value);
uint32_t event_column(struct build *build, uint32_t query_field);
uint32_t true_register(struct build *build, uint16_t space);

uint32_t lower_score(struct build *build, const struct model_value *value);
uint32_t lower_computed(struct build *build, const struct model_value *value);
uint32_t lower_band(struct build *build, const struct model_value *value);
uint32_t lower_grid(struct build *build, const struct model_value *value);
uint32_t lower_choose(struct build *build, const struct model_value *value);
/* The label set of a band, grid or choose, in the program. */
uint32_t outcome_labels(struct build *build, const struct model_value *value);

/* What the tests expect of the results (tests.c). */
void lower_expectations(struct build *build, struct section *section);
/* The tests themselves, once it is known which fields are read. */
void keep_tests(struct build *build);

/* Everything: values, stages, actions, and the reasons for all of it.  The
 * section's registers are virtual. */
void lower_policy(struct build *build, struct section *section);
/* Texts that are only compared with constants become symbols (symbols.c). */
void make_symbols(struct build *build);
/* Tests fold texts themselves where nothing else needs them folded (unfold.c). */
void unfold_tests(struct build *build);

/* When an instruction may be left out. */
struct skip {
  uint16_t space; /* when this space has no lanes; 0: never */
  uint32_t stays; /* then this register must keep the result, as it is; or PROGRAM_NONE */
};
/* For each instruction of the code that a section needs (skips.c); last_use is of
 * each register, as an instruction's index + 1.  False if out of memory. */
bool find_skips(struct build *build, const uint32_t *last_use, bool explains, struct skip *skips);

/* A register that is read after a run: its memory is its own. */
static inline bool is_read_after(const struct value *value, bool explains) {
  return value->result || (value->reason && explains);
}

/* ---- what instructions read ---- */

void read_shapes(struct build *build);

/* The registers that an instruction reads, each once. */
static inline uint32_t code_operands(const struct build *build, const struct instruction *code,
                                     uint32_t registers[3]) {
  uint8_t reads = build->shapes[code->op].reads;
  uint32_t count = 0;
  if (reads & 1)
    registers[count++] = code->a;
  if (reads & 2 && (count == 0 || code->b != code->a))
    registers[count++] = code->b;
  if (reads & 4 && !(count > 0 && registers[0] == code->c) &&
      !(count > 1 && registers[1] == code->c))
    registers[count++] = code->c;
  return count;
}

/* Virtual to real registers; writes the section's code and registers: what the
 * results need, and if `explains`, what the reasons need. */
void allocate_registers(struct build *build, struct section *section, bool explains);
#endif

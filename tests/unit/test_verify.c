/* test_verify.c - the verifier, one broken thing at a time.
 *
 * A small program is put together by hand: its tables have one of everything,
 * its code leaves nobody out and walks through two stages.  Each case adds a
 * few instructions, or changes one thing of a table, and names the reason with
 * which the program is refused, or none.  That programs of the compiler pass is
 * the judge's business (tests/oracle), and that of a test at the end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "base/clock.h"
#include "code/verify.h"
#include "vm/runner.h"

#include <math.h>

enum { MOST_REGISTERS = 24, MOST_CODE = 24 };

/* ---- the program by hand ------------------------------------------------------------- */

struct fixture {
  struct program program;
  struct program_register registers[MOST_REGISTERS];
  struct instruction code[MOST_CODE];
  struct text stage_names[2], tier_names[3], set_items[2];
  double tier_numbers[3], numbers[4], set_numbers[2], bounds[2];
  int64_t micros[2];
  uint32_t kinds[1], first_of_kind[1], second_of_kind[1];
  uint32_t grid[7], tiers[3], first_transition[3], conditions[1];
  struct program_labels labels[2];
  struct program_field fields[4], event_fields[2];
  struct program_kind kind[1];
  struct space_column columns[2];
  struct program_space space[1];
  struct text text[1];
  struct text_set sets[1];
  uint32_t slots[4];
  struct number_set number_sets[1];
  struct index_table tables[2];
  struct band_table bands[1];
  struct decay decays[1];
  struct unit units[1];
  struct program_transition transitions[1];
};

/* What every case has: registers 0 to 4, of which 0 says who is left out, 2 is
 * a bool and 4 the stage a lead ends in. */
enum { OUT, STARTED, IS_OUT, WALK, STAGE, FREE };
static const struct program_register first_registers[] = {
    {REGISTER_LABEL, false, 0},  {REGISTER_LABEL, true, 0},  {REGISTER_BOOL, false, 0},
    {REGISTER_MICROS, false, 0}, {REGISTER_LABEL, false, 0},
};
static const struct instruction first_code[] = {
    {OP_CONST_LABEL, 0, OUT, PROGRAM_NONE, 0, 0},   {OP_START, 0, STARTED, 0, 0, 0},
    {OP_KNOWN_LABEL, 0, IS_OUT, OUT, 0, 0},         {OP_STAGES, 0, WALK, IS_OUT, STARTED, 0},
    {OP_STAGE_REACHED, 0, STAGE, WALK, STARTED, 0},
};
enum { FIRST_CODE = sizeof first_code / sizeof *first_code };

static void make_record(struct fixture *f) {
  f->stage_names[0] = TEXT("one");
  f->stage_names[1] = TEXT("two");
  f->tier_names[0] = TEXT("1");
  f->tier_names[1] = TEXT("2");
  f->tier_names[2] = TEXT("3");
  for (int i = 0; i < 3; i++)
    f->tier_numbers[i] = i + 1;
  f->labels[0] = (struct program_labels){.count = 2, .labels = f->stage_names};
  f->labels[1] =
      (struct program_labels){.count = 3, .labels = f->tier_names, .numbers = f->tier_numbers};
  f->fields[0] =
      (struct program_field){.name = TEXT("size"), .kind = COLUMN_NUMBER, .labels = PROGRAM_NONE};
  f->fields[1] = (struct program_field){.name = TEXT("tier"), .kind = COLUMN_LABEL, .labels = 1};
  f->fields[2] = (struct program_field){.name = TEXT("city"), .kind = COLUMN_SYMBOL, .labels = 0};
  f->fields[3] =
      (struct program_field){.name = TEXT("wait"), .kind = COLUMN_DURATION, .labels = PROGRAM_NONE};
  f->event_fields[0] = f->fields[0];
  f->event_fields[1] = f->fields[1];
  f->kind[0] =
      (struct program_kind){.name = TEXT("visit"), .fields = f->event_fields, .field_count = 2};
  f->second_of_kind[0] = 1;
  f->columns[0] = (struct space_column){COLUMN_NUMBER, f->first_of_kind};
  f->columns[1] = (struct space_column){COLUMN_LABEL, f->second_of_kind};
  f->space[0] = (struct program_space){f->kinds, 1, f->columns, 2};
}

static void make_constants(struct fixture *f) {
  f->numbers[0] = 2;
  f->numbers[1] = INFINITY;
  f->numbers[2] = -INFINITY;
  f->numbers[3] = 7;
  f->micros[0] = CLOCK_DAY;
  f->text[0] = TEXT("Paris");
  f->set_items[0] = TEXT("lyon");
  f->set_items[1] = TEXT("paris");
  f->sets[0] = (struct text_set){
      .count = 2, .items = f->set_items, .folded = true, .slots = f->slots, .slot_mask = 3};
  f->set_numbers[0] = 1;
  f->set_numbers[1] = 5;
  f->number_sets[0] = (struct number_set){2, f->set_numbers};
  static const uint32_t grid[] = {3, 0, 1, 0, 1, 0, 1}; /* two rows of three columns */
  memcpy(f->grid, grid, sizeof grid);
  f->tables[0] = (struct index_table){7, f->grid};
  f->tables[1] = (struct index_table){3, f->tiers};
  f->bounds[0] = 80;
  f->bounds[1] = 40;
  f->bands[0] = (struct band_table){2, f->bounds};
  f->decays[0] = (struct decay){DECAY_RATE, CLOCK_DAY, 0.5, -1, 0};
  f->units[0] = (struct unit){1, 100};
}

static void make_section(struct fixture *f, struct section *section) {
  *section = (struct section){.registers = f->registers,
                              .register_count = FREE,
                              .code = f->code,
                              .code_count = FIRST_CODE,
                              .excluded = OUT,
                              .stage = STAGE,
                              .transitions = f->conditions};
}

static void make(struct fixture *f) {
  *f = (struct fixture){.conditions = {IS_OUT}, .first_transition = {0, 1, 1}};
  make_record(f);
  make_constants(f);
  memcpy(f->registers, first_registers, sizeof first_registers);
  memcpy(f->code, first_code, sizeof first_code);
  f->transitions[0] = (struct program_transition){.from = 0, .to = 1};
  f->program = (struct program){
      .labels = f->labels,
      .labels_count = 2,
      .stage_labels = 0,
      .fields = f->fields,
      .field_count = 4,
      .kinds = f->kind,
      .kind_count = 1,
      .spaces = f->space,
      .space_count = 1,
      .numbers = f->numbers,
      .number_count = 4,
      .micros = f->micros,
      .micros_count = 2,
      .texts = f->text,
      .text_count = 1,
      .text_sets = f->sets,
      .text_set_count = 1,
      .number_sets = f->number_sets,
      .number_set_count = 1,
      .tables = f->tables,
      .table_count = 2,
      .band_tables = f->bands,
      .band_table_count = 1,
      .decays = f->decays,
      .decay_count = 1,
      .units = f->units,
      .unit_count = 1,
      .transitions = f->transitions,
      .transition_count = 1,
      .stage_transitions = f->first_transition,
  };
  make_section(f, &f->program.plain);
  make_section(f, &f->program.full);
}

/* NULL: it is accepted. */
static void expect(const struct fixture *f, const char *words, const char *what) {
  struct refusal refusal = {.length = 0};
  enum verify_result result = verify_program(&f->program, &memory_standard, &refusal);
  bool right =
      words ? result == VERIFY_REFUSED && strstr(refusal.text, words) : result == VERIFY_OK;
  if (!right)
    fail_msg("%s: expected `%s`, found `%s`", what, words ? words : "", refusal.text);
}

/* ---- code ------------------------------------------------------------------------------- */

/* Registers from FREE on, by their letters in opcodes.def: of the leads if
 * capital, else of space 1; `v` before one makes it a view. */
static void add_registers(struct fixture *f, const char *letters) {
  for (; *letters; letters++) {
    bool view = *letters == 'v';
    letters += view;
    f->registers[f->program.plain.register_count++] =
        (struct program_register){(uint8_t)opcode_class(*letters), view, *letters >= 'a' ? 1 : 0};
  }
}

struct code_case {
  const char *registers;
  struct instruction code[5]; /* the first with op 0 and nothing in it ends them */
  const char *words;
};

static bool is_end(const struct instruction *code) {
  return code->op == 0 && code->d == 0;
}

/* a, b, c are registers 5, 6, 7 … */
enum { A = FREE, B, C, D, E };

static const struct code_case code_cases[] = {
    /* what is right */
    {"", {{0}}, NULL},
    {"vNN", {{OP_FIELD_NUMBER, 0, A, 0, 0, 0}, {OP_ADD, 0, B, A, A, 0}}, NULL},
    {"vnnbN",
     {{OP_EVENT_NUMBER, 1, A, 0, 0, 0},
      {OP_ABSOLUTE, 1, B, A, 0, 0},
      {OP_CONST_BOOL, 1, C, 1, 0, 0},
      {OP_SUM, 1, D, C, B, 0}},
     NULL},
    {"vmn", {{OP_EVENT_AT, 1, A, 0, 0, 0}, {OP_DECAY_SINCE, 1, B, A, 0, 0}}, NULL},
    {"N", {{OP_CONST_NUMBER, 0, A, 0, 0, 0}, {OP_LIMIT, 0, A, A, 2, 1}}, NULL},

    /* instructions and registers */
    {"N", {{OPCODE_COUNT, 0, A, 0, 0, 0}}, "instruction 5 of the plain section is none"},
    {"N",
     {{OP_ADD, 0, A, A, A, 0}},
     "instruction 5 of the plain section (ADD) reads register 5 before it is written"},
    {"N", {{OP_CONST_NUMBER, 0, 99, 0, 0, 0}}, "writes register 99, which is not there"},
    {"N", {{OP_ADD, 0, A, 99, 99, 0}}, "reads register 99, which is not there"},
    {"B", {{OP_CONST_NUMBER, 0, A, 0, 0, 0}}, "writes register 5, which holds something else"},
    {"N", {{OP_NEGATE, 0, A, IS_OUT, 0, 0}}, "reads register 2, which holds something else"},
    {"n", {{OP_CONST_NUMBER, 0, A, 0, 0, 0}}, "writes register 5, which is of another space"},
    {"Nn",
     {{OP_CONST_NUMBER, 0, A, 0, 0, 0}, {OP_NEGATE, 1, B, A, 0, 0}},
     "reads register 5, which is of another space"},
    {"nb",
     {{OP_CONST_BOOL, 1, B, 1, 0, 0}, {OP_COUNT, 1, A, B, 0, 0}},
     "writes register 5, which is of another space"},
    {"NN", {{OP_CONST_NUMBER, 0, A, 0, 0, 0}}, "register 6 of the plain section is never written"},
    {"N", {{OP_CONST_NUMBER, 2, A, 0, 0, 0}}, "is about a space that is not there"},
    {"b",
     {{OP_CONST_BOOL, 1, A, 1, 0, 0}, {OP_LATEST, 1, A, A, 3, 0}},
     "writes register 5, which it still reads"},

    /* views */
    {"N", {{OP_FIELD_NUMBER, 0, A, 0, 0, 0}}, "writes register 5, which is not a view"},
    {"vN", {{OP_CONST_NUMBER, 0, A, 0, 0, 0}}, "writes register 5, which is a view of the batch"},
    {"vN",
     {{OP_FIELD_NUMBER, 0, A, 0, 0, 0}, {OP_NEGATE, 0, A, A, 0, 0}},
     "which is a view of the batch"},

    /* fields, columns, spaces */
    {"vN", {{OP_FIELD_NUMBER, 0, A, 4, 0, 0}}, "reads a field that is not there"},
    {"vN", {{OP_FIELD_NUMBER, 0, A, 1, 0, 0}}, "reads a field of another kind"},
    {"vM", {{OP_FIELD_MICROS, 0, A, 3, 0, 0}}, NULL},
    {"vn", {{OP_FIELD_NUMBER, 1, A, 0, 0, 0}}, "reads a field of the lead in a space of events"},
    {"vn", {{OP_EVENT_NUMBER, 1, A, 2, 0, 0}}, "reads a column that is not there"},
    {"vn", {{OP_EVENT_NUMBER, 1, A, 1, 0, 0}}, "reads a column of another kind"},
    {"vN", {{OP_EVENT_NUMBER, 0, A, 0, 0, 0}}, "reads a column of events in the space of leads"},
    {"vM", {{OP_EVENT_AT, 0, A, 0, 0, 0}}, "is about events, and stands in the space of leads"},
    {"vt", {{OP_ID, 1, A, 0, 0, 0}}, "is about leads, and stands in a space of events"},
    {"NB",
     {{OP_CONST_BOOL, 0, B, 1, 0, 0}, {OP_COUNT, 0, A, B, 0, 0}},
     "is about events, and stands in the space of leads"},

    /* constants */
    {"N", {{OP_CONST_NUMBER, 0, A, 4, 0, 0}}, "names a constant that is not there"},
    {"T", {{OP_CONST_TEXT, 0, A, 1, 0, 0}}, "names a constant that is not there"},
    {"N", {{OP_CONST_NUMBER, 0, A, 1, 0, 0}}, "calculates with a number that is not finite"},
    {"N",
     {{OP_CONST_NUMBER, 0, A, 0, 0, 0}, {OP_LIMIT, 0, A, A, 3, 0}},
     "has a range without numbers in it"},
    {"N",
     {{OP_CONST_NUMBER, 0, A, 0, 0, 0}, {OP_LIMIT, 0, A, A, 1, 1}},
     "has a range without numbers in it"},
    {"B", {{OP_CONST_BOOL, 0, A, 3, 0, 0}}, "is neither true, false nor unknown"},
    {"MN",
     {{OP_AS_OF, 0, A, 0, 0, 0}, {OP_MICROS_STEPS, 0, B, A, 1, 0}},
     "has a duration that is not positive"},
    {"MN",
     {{OP_AS_OF, 0, A, 0, 0, 0}, {OP_MICROS_UNITS, 0, B, A, 1, 0}},
     "has a duration that is not positive"},
    {"bb",
     {{OP_CONST_BOOL, 1, A, 1, 0, 0}, {OP_EARLIEST, 1, B, A, 0, 0}},
     "counts events up to none"},
    {"bb",
     {{OP_CONST_BOOL, 1, A, 1, 0, 0}, {OP_ROLLING, 1, B, A, 1, 1}},
     "has a duration that is not positive"},

    /* labels */
    {"LB", {{OP_CONST_LABEL, 0, A, 2, 0, 0}, {OP_LABEL_IN, 0, B, A, 1, 0}}, NULL},
    {"LB",
     {{OP_CONST_LABEL, 0, A, 3, 0, 0}, {OP_LABEL_IN, 0, B, A, 1, 0}},
     "looks for labels behind the end of its table"},
    {"LLL",
     {{OP_CONST_LABEL, 0, A, 1, 0, 0}, {OP_CONST_LABEL, 0, B, 2, 0, 0}, {OP_GRID, 0, C, A, B, 0}},
     NULL},
    {"LLL",
     {{OP_CONST_LABEL, 0, A, 2, 0, 0}, {OP_CONST_LABEL, 0, B, 0, 0, 0}, {OP_GRID, 0, C, A, B, 0}},
     "looks for cells behind the end of its grid"},
    {"LLL",
     {{OP_CONST_LABEL, 0, A, 0, 0, 0}, {OP_CONST_LABEL, 0, B, 3, 0, 0}, {OP_GRID, 0, C, A, B, 0}},
     "looks for cells behind the end of its grid"},
    {"LN", {{OP_CONST_LABEL, 0, A, 2, 0, 0}, {OP_LABEL_NUMBER, 0, B, A, 1, 0}}, NULL},
    {"LN",
     {{OP_CONST_LABEL, 0, A, 3, 0, 0}, {OP_LABEL_NUMBER, 0, B, A, 1, 0}},
     "looks for numbers that its labels do not have"},
    {"LN",
     {{OP_CONST_LABEL, 0, A, 0, 0, 0}, {OP_LABEL_NUMBER, 0, B, A, 0, 0}},
     "looks for numbers that its labels do not have"},
    {"vLB", {{OP_FIELD_LABEL, 0, A, 1, 0, 0}, {OP_LABEL_IN, 0, B, A, 1, 0}}, NULL},
    {"vLB",
     {{OP_FIELD_LABEL, 0, A, 2, 0, 0}, {OP_LABEL_IN, 0, B, A, 1, 0}},
     NULL}, /* two symbols and none of them */
    {"NLB",
     {{OP_CONST_NUMBER, 0, A, 0, 0, 0}, {OP_BAND, 0, B, A, 0, 0}, {OP_LABEL_IN, 0, C, B, 1, 0}},
     NULL},
    {"LLB",
     {{OP_CONST_LABEL, 0, A, 1, 0, 0},
      {OP_CONST_LABEL, 0, B, 9, 0, 0},
      {OP_SELECT_LABEL, 0, A, IS_OUT, A, B},
      {OP_LABEL_IN, 0, C, A, 1, 0}},
     "looks for labels behind the end of its table"},

    /* stages */
    {"LM",
     {{OP_CONST_LABEL, 0, A, 2, 0, 0}, {OP_STAGES, 0, B, IS_OUT, A, 0}},
     "walks from stages that are not there"},
    {"ML",
     {{OP_AS_OF, 0, A, 0, 0, 0}, {OP_STAGE_REACHED, 0, B, A, STARTED, 0}},
     "reads stages from what holds none"},
    {"MB",
     {{OP_AS_OF, 0, A, 0, 0, 0}, {OP_ENTERED, 0, B, A, 0, 0}},
     "reads stages from what holds none"},
    {"B", {{OP_ENTERED, 0, A, WALK, 56, 0}}, "asks for a stage that is not there"},

    /* instants of events */
    {"mn",
     {{OP_AS_OF, 1, A, 0, 0, 0}, {OP_DECAY_SINCE, 1, B, A, 0, 0}},
     "decays since what is no instant of events"},
    {"mmn",
     {{OP_AS_OF, 1, A, 0, 0, 0}, {OP_AGE, 1, B, A, 0, 0}, {OP_DECAY_SINCE, 1, C, B, 0, 0}},
     "decays since what is no instant of events"},

    /* stretches that are left out */
    {"bN",
     {{OP_SKIP, 1, 0, 2, 0, 0}, {OP_CONST_BOOL, 1, A, 1, 0, 0}, {OP_COUNT, 1, B, A, 0, 0}},
     NULL},
    {"bN",
     {{OP_SKIP, 1, 0, 1, 0, 0}, {OP_CONST_BOOL, 1, A, 1, 0, 0}, {OP_COUNT, 1, B, A, 0, 0}},
     "reads register 5 before it is written"},
    {"bN",
     {{OP_SKIP, 1, 0, 1, 0, 0},
      {OP_CONST_BOOL, 1, A, 1, 0, 0},
      {OP_SKIP, 1, 0, 1, 0, 0},
      {OP_COUNT, 1, B, A, 0, 0}},
     NULL},
    {"LB",
     {{OP_CONST_LABEL, 0, A, 0, 0, 0},
      {OP_SKIP, 1, 0, 1, 0, 0},
      {OP_CONST_LABEL, 0, A, 9, 0, 0},
      {OP_LABEL_IN, 0, B, A, 1, 0}},
     "looks for labels behind the end of its table"},
    {"LB",
     {{OP_CONST_LABEL, 0, A, 9, 0, 0},
      {OP_SKIP, 1, 0, 1, 0, 0},
      {OP_CONST_LABEL, 0, A, 0, 0, 0},
      {OP_LABEL_IN, 0, B, A, 1, 0}},
     "looks for labels behind the end of its table"},
    {"b",
     {{OP_SKIP, 1, 0, 2, 0, 0}, {OP_CONST_BOOL, 1, A, 1, 0, 0}},
     "leaves out what is not there"},
    {"b",
     {{OP_SKIP, 1, 0, 0, 0, 0}, {OP_CONST_BOOL, 1, A, 1, 0, 0}},
     "leaves out what is not there"},
    {"B",
     {{OP_SKIP, 0, 0, 1, 0, 0}, {OP_CONST_BOOL, 0, A, 1, 0, 0}},
     "leaves out what all leads need"},
    {"b",
     {{OP_SKIP, 1, 0, 2, 0, 0}, {OP_SKIP, 1, 0, 1, 0, 0}, {OP_CONST_BOOL, 1, A, 1, 0, 0}},
     "stands in a stretch that is left out already"},
};

static void code_is_checked_step_by_step(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof code_cases / sizeof *code_cases; i++) {
    const struct code_case *from = &code_cases[i];
    struct fixture f;
    char what[32];
    make(&f);
    add_registers(&f, from->registers);
    struct section *plain = &f.program.plain;
    for (const struct instruction *code = from->code; code < from->code + 5 && !is_end(code);
         code++)
      f.code[plain->code_count++] = *code;
    snprintf(what, sizeof what, "case %zu (%s)", i,
             from->code[0].op < OPCODE_COUNT ? opcode_infos[from->code[0].op].name : "none");
    expect(&f, from->words, what);
  }
}

/* ---- tables and results -------------------------------------------------------------------- */

/* One broken thing, and what is said of it. */
#define BROKEN(name, words, ...)            \
  static const char words_##name[] = words; \
  static void name(struct fixture *f) __VA_ARGS__

BROKEN(stage_set, "the stages are a closed set that is not there", { f->program.stage_labels = 2; })
BROKEN(no_stages, "there are 0 stages, and there may be 1 to 56", { f->labels[0].count = 0; })
BROKEN(label_number, "label 1 of the closed set 1 is not a finite number",
       { f->tier_numbers[1] = NAN; })
BROKEN(field_set, "the field `tier` has a closed set that is not there",
       { f->fields[1].labels = 2; })
BROKEN(number_with_set, "the field `size` has a closed set that is not there",
       { f->fields[0].labels = 1; })
BROKEN(symbol_set, "the field `city` has a closed set that is not there",
       { f->fields[2].labels = 1; })
BROKEN(exact_symbols, "the field `city` has a closed set that is not there",
       { f->sets[0].folded = false; })
BROKEN(default_label, "the default of `tier` is none of its labels", {
  static const struct program_value value = {.label = 3};
  f->fields[1].default_value = &value;
})
BROKEN(default_number, "the default of `size` is not a finite number", {
  static const struct program_value value = {.number = INFINITY};
  f->fields[0].default_value = &value;
})
BROKEN(space_kind, "a space is of events that are not declared", { f->kinds[0] = 1; })
BROKEN(column_field, "a column of events `visit` is of a field that does not fit",
       { f->first_of_kind[0] = 2; })
BROKEN(column_kind, "a column of events `visit` is of a field that does not fit",
       { f->first_of_kind[0] = 1; })
BROKEN(not_a_number, "number 3 of the constants is not a number", { f->numbers[3] = NAN; })
BROKEN(number_order, "the set of numbers 0 is not in ascending order", { f->set_numbers[0] = 5; })
BROKEN(band_order, "the bounds of band 0 do not descend", { f->bounds[1] = 80; })
BROKEN(unfolded, "the set of texts 0 is not folded, as it says",
       { f->set_items[1] = TEXT("Paris"); })
BROKEN(decay_duration, "decay 0 has a duration, rate or number of steps that none has",
       { f->decays[0].duration = 0; })
BROKEN(decay_rate, "decay 0 has a duration", { f->decays[0].rate = 1.5; })
BROKEN(decay_logarithm, "decay 0 has a duration", { f->decays[0].rate_log2 = 1; })
BROKEN(decay_steps, "decay 0 has a duration", {
  f->decays[0].kind = DECAY_LINEAR_STEPS;
  f->decays[0].steps = 2.5;
})
BROKEN(unit, "unit 0 is not a fraction of whole numbers", { f->units[0].denominator = 0; })
BROKEN(transition_stage, "transition 0 is between stages that are not there",
       { f->transitions[0].to = 2; })
BROKEN(transition_conjuncts, "transition 0 has conditions that are not there",
       { f->transitions[0].conjunct_count = 1; })
BROKEN(transition_order, "the transitions are not in the order of their stages",
       { f->first_transition[1] = 2; })
BROKEN(conjunct_counts, "the two sections of code have different conditions of transitions",
       { f->program.full.conjunct_count = 1; })
BROKEN(excluded_register, "exclude 0 of the plain section is in register 2, which does not hold it",
       { f->program.plain.excluded = IS_OUT; })
BROKEN(excluded_label, "the plain section leaves leads out for reasons that are not there",
       { f->code[0].a = 0; })
BROKEN(stage_missing, "the full section does not say which stage a lead ends in",
       { f->program.full.stage = PROGRAM_NONE; })
BROKEN(stage_label, "leads of the plain section end in stages that are not there",
       { f->code[4] = (struct instruction){OP_CONST_LABEL, 0, STAGE, 2, 0, 0}; })
BROKEN(condition_register, "reads register 3, which holds something else",
       { f->conditions[0] = WALK; })
BROKEN(register_space, "register 4 of the plain section is of a space that is not there",
       { f->registers[STAGE].space = 2; })

static struct program_score score = {.line_count = 2};
static struct program_line lines[2];
static uint32_t scores[1];

/* A score in a register that a constant is in, with two lines. */
static void add_score(struct fixture *f) {
  score = (struct program_score){.name = TEXT("s"), .line_count = 2};
  for (int i = 0; i < 2; i++)
    lines[i] = (struct program_line){.kind = i ? LINE_ROUNDING : LINE_RULE,
                                     .group = PROGRAM_NONE,
                                     .source_name = PROGRAM_NONE,
                                     .points = A,
                                     .condition = PROGRAM_NONE,
                                     .taken = PROGRAM_NONE,
                                     .events = PROGRAM_NONE,
                                     .raw = PROGRAM_NONE};
  scores[0] = A;
  f->program.scores = &score;
  f->program.score_count = 1;
  add_registers(f, "N");
  f->code[FIRST_CODE] = (struct instruction){OP_CONST_NUMBER, 0, A, 0, 0, 0};
  f->program.plain.code_count++;
  f->program.plain.scores = scores;
  f->program.full = f->program.plain;
  f->program.full.lines = lines;
  f->program.full.line_count = 2;
}

BROKEN(score_lines, "the score `s` has lines that are not there", {
  score.first_line = 1;
  (void)f;
})
BROKEN(score_register, "score 0 of the plain section is in register 2, which does not hold it", {
  scores[0] = IS_OUT;
  (void)f;
})
BROKEN(line_points, "line 0 of the full section is in register 2, which does not hold it", {
  lines[0].points = IS_OUT;
  (void)f;
})
BROKEN(line_no_points, "line 0 of the full section is in register 4294967295", {
  lines[0].points = PROGRAM_NONE;
  (void)f;
})
BROKEN(line_condition, "the condition of line 0 of the full section is in register 5", {
  lines[0].condition = A;
  (void)f;
})
BROKEN(line_group, "line 0 is in a group that is not there", {
  lines[0].group = 0;
  (void)f;
})
BROKEN(line_file, "line 0 is in a file that is not there", {
  lines[0].source_name = 0;
  (void)f;
})
BROKEN(line_field, "line 0 names a field that is not there", {
  static const uint32_t field = 4;
  lines[0].fields = &field;
  lines[0].field_count = 1;
  (void)f;
})
BROKEN(two_roundings, "the score `s` is rounded more than once", {
  lines[0].kind = LINE_ROUNDING;
  (void)f;
})
BROKEN(group_order, "group 0 stands in a group that comes after it", {
  static struct program_group group = {.parent = 0};
  f->program.groups = &group;
  f->program.group_count = 1;
})
BROKEN(band_labels, "band 0 of the plain section has more labels than its closed set", {
  static const struct program_output band = {.labels = 0};
  static uint32_t registers[] = {STAGE};
  f->code[4] = (struct instruction){OP_CONST_LABEL, 0, STAGE, 2, 0, 0};
  f->program.bands = &band;
  f->program.band_count = 1;
  f->program.plain.bands = f->program.full.bands = registers;
})
BROKEN(band_set, "`heat` has a closed set that is not there", {
  static const struct program_output band = {.name = {"heat", 4}, .labels = 2};
  f->program.bands = &band;
  f->program.band_count = 1;
})
BROKEN(threshold_score, "threshold 0 of the plain section is of a score that is not there", {
  static struct program_conjunct conjunct = {
      .condition = IS_OUT, .is_threshold = true, .value = A, .score = 1};
  f->program.plain.conjuncts = f->program.full.conjuncts = &conjunct;
  f->program.plain.conjunct_count = f->program.full.conjunct_count = 1;
})
BROKEN(criterion, "criterion 0 names what is not there", {
  static const struct program_criterion made = {.outer = 0, .line = PROGRAM_NONE};
  f->program.criteria = &made;
  f->program.criterion_count = 1;
})
BROKEN(origin, "the origin of an instruction is not there", {
  static const struct program_origin made[MOST_CODE];
  f->program.plain.origins = made;
})

struct broken {
  void (*apply)(struct fixture *f);
  const char *words, *name;
};
#define ROW(name) \
  { name, words_##name, #name }

static void tables_are_checked_one_by_one(void **state) {
  (void)state;
  static const struct broken rows[] = {
      ROW(stage_set),
      ROW(no_stages),
      ROW(label_number),
      ROW(field_set),
      ROW(number_with_set),
      ROW(symbol_set),
      ROW(exact_symbols),
      ROW(default_label),
      ROW(default_number),
      ROW(space_kind),
      ROW(column_field),
      ROW(column_kind),
      ROW(not_a_number),
      ROW(number_order),
      ROW(band_order),
      ROW(unfolded),
      ROW(decay_duration),
      ROW(decay_rate),
      ROW(decay_logarithm),
      ROW(decay_steps),
      ROW(unit),
      ROW(transition_stage),
      ROW(transition_conjuncts),
      ROW(transition_order),
      ROW(conjunct_counts),
      ROW(criterion),
      ROW(origin),
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct fixture f;
    make(&f);
    rows[i].apply(&f);
    expect(&f, rows[i].words, rows[i].name);
  }
}

static void results_are_checked_one_by_one(void **state) {
  (void)state;
  static const struct broken rows[] = {
      ROW(excluded_register),  ROW(excluded_label), ROW(stage_missing),   ROW(stage_label),
      ROW(condition_register), ROW(register_space), ROW(score_lines),     ROW(score_register),
      ROW(line_points),        ROW(line_no_points), ROW(line_condition),  ROW(line_group),
      ROW(line_file),          ROW(line_field),     ROW(two_roundings),   ROW(group_order),
      ROW(band_labels),        ROW(band_set),       ROW(threshold_score),
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct fixture f;
    make(&f);
    add_score(&f);
    expect(&f, NULL, "with a score");
    rows[i].apply(&f);
    expect(&f, rows[i].words, rows[i].name);
  }
}

/* ---- what the proof relies on --------------------------------------------------------------- */

/* Kernels work on whole words of lanes: what stands behind the last lane is used
 * as an index like any other. */
static void labels_behind_the_last_lane_are_labels(void **state) {
  (void)state;
  struct fixture f;
  struct batch batch;
  struct runner runner;
  make(&f);
  add_registers(&f, "lb");
  struct section *plain = &f.program.plain;
  f.code[plain->code_count++] = (struct instruction){OP_CONST_LABEL, 1, A, 9, 0, 0};
  f.code[plain->code_count++] = (struct instruction){OP_SPREAD_LABEL, 1, A, STARTED, 0, 0};
  f.code[plain->code_count++] = (struct instruction){OP_LABEL_IN, 1, B, A, 1, 0};
  expect(&f, NULL, "spread");
  assert_true(batch_init(&batch, &f.program, &memory_standard, 1, 0));
  assert_true(runner_init(&runner, &f.program, &memory_standard, 1, false));
  batch_begin(&batch);
  batch_event_begin(&batch, 0);
  assert_int_equal(batch_event_add(&batch, 0, 0, (struct text){0}), EVENT_ADDED);
  assert_true(batch_end(&batch));
  assert_true(runner_run(&runner, &batch));
  for (uint32_t lane = 0; lane < 64; lane++)
    assert_in_range(runner.registers[A].label[lane], 0, 1);
  runner_clear(&runner);
  batch_clear(&batch);
}

/* ---- programs of the compiler ------------------------------------------------------------------
 */

static void programs_with_tests_pass(void **state) {
  (void)state;
  struct refusal refusal = {.length = 0};
  struct program *program =
      compile_tests_of("policy \"p\" {}\nlead { size number  vip bool }\nevent visit { url text }\n"
                       "score s { +1 when vip; +2 on visit once per url decay 50% every 3 days }\n"
                       "band b of s { 1 from 2  2 otherwise }\n"
                       "stage one { to two when s > 2 }\nstage two\n"
                       "test \"t\" { as of 2026-06-01  lead { vip: true }  visit 2026-05-30\n"
                       "  expect s = 3 and b = 1 and stage is two }\n");
  if (verify_program(program, &memory_standard, &refusal) != VERIFY_OK)
    fail_msg("refused: %s", refusal.text);
  program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(code_is_checked_step_by_step),
      cmocka_unit_test(tables_are_checked_one_by_one),
      cmocka_unit_test(results_are_checked_one_by_one),
      cmocka_unit_test(labels_behind_the_last_lane_are_labels),
      cmocka_unit_test(programs_with_tests_pass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* verify_code.c - one walk over straight-line code.
 *
 * As there are no jumps, what holds of a register is what the last instruction
 * that wrote it makes hold; only for stretches that OP_SKIP may leave out does
 * it depend on whether their space has lanes.  Operands are checked by their letters in
 * opcodes.def, so that a new instruction is checked when it is in that table;
 * what its letters do not say stands in check_demands and labels_made, and an
 * instruction that makes labels without a line in labels_made is refused.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/verify.h"
#include "limits.h"

/* ---- what holds of registers ------------------------------------------------------- */

static uint32_t larger(uint32_t a, uint32_t b) {
  return a > b ? a : b;
}

/* What holds when it is not known which of the two does. */
static struct register_state either(struct register_state a, struct register_state b) {
  return (struct register_state){.written = a.written && b.written,
                                 .fact = a.fact == b.fact ? a.fact : (uint8_t)FACT_NONE,
                                 .labels = larger(a.labels, b.labels)};
}

struct register_state verifier_state(const struct verifier *v, uint32_t reg) {
  const struct register_states *states = &v->states[reg];
  if (states->space == 0)
    return states->always;
  return states->space == v->stretch ? states->within : either(states->always, states->within);
}

static void set_state(const struct verifier *v, uint32_t reg, struct register_state state) {
  struct register_states *states = &v->states[reg];
  if (v->stretch == 0) {
    *states = (struct register_states){.always = state};
    return;
  }
  if (states->space != 0 && states->space != v->stretch)
    states->always = either(states->always, states->within);
  states->within = state;
  states->space = v->stretch;
}

/* The instruction that is looked at. */
struct step {
  struct verifier *v;
  const struct instruction *code;
  const char *shape;
  uint32_t index;
};

/* `instruction 17 of the plain section (ADD) <what>`; false. */
static bool blame(const struct step *s, const char *what) {
  return refusal_set(s->v->refusal, "instruction %u of the %s section (%s) %s", s->index,
                     s->v->name, opcode_infos[s->code->op].name, what);
}

static bool blame_register(const struct step *s, const char *verb, uint32_t reg, const char *how) {
  return refusal_set(s->v->refusal, "instruction %u of the %s section (%s) %s register %u%s",
                     s->index, s->v->name, opcode_infos[s->code->op].name, verb, reg, how);
}

/* ---- operands ------------------------------------------------------------------ */

static bool is_of_leads(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

static bool check_register(const struct step *s, char letter, uint32_t reg, const char *verb) {
  const struct section *section = s->v->section;
  if (reg >= section->register_count)
    return blame_register(s, verb, reg, ", which is not there");
  const struct program_register *found = &section->registers[reg];
  if (found->class != opcode_class(letter))
    return blame_register(s, verb, reg, ", which holds something else");
  if (found->space != (is_of_leads(letter) ? 0 : s->code->space))
    return blame_register(s, verb, reg, ", which is of another space");
  return true;
}

static bool check_read(const struct step *s, char letter, uint32_t reg) {
  if (!check_register(s, letter, reg, "reads"))
    return false;
  if (!verifier_state(s->v, reg).written)
    return blame_register(s, "reads", reg, " before it is written");
  if (reg == s->code->d && !opcode_is_in_place(s->code->op))
    return blame_register(s, "writes", reg, ", which it still reads");
  return true;
}

static bool check_write(const struct step *s) {
  uint32_t d = s->code->d;
  if (s->shape[0] == '-')
    return true;
  if (!check_register(s, s->shape[0], d, "writes"))
    return false;
  if (s->v->section->registers[d].view != opcode_is_view(s->code->op))
    return blame_register(s, "writes", d,
                          opcode_is_view(s->code->op) ? ", which is not a view"
                                                      : ", which is a view of the batch");
  return true;
}

/* How many constants there are of the kind that a letter stands for; false for
 * letters of other things. */
static bool constants_of(const struct program *program, char letter, uint32_t *count) {
  switch (letter) {
  case 'k': *count = program->number_count; return true;
  case 'i': *count = program->micros_count; return true;
  case 's': *count = program->text_count; return true;
  case 'S': *count = program->text_set_count; return true;
  case 'R': *count = program->number_set_count; return true;
  case 'Q': *count = program->table_count; return true;
  case 'W': *count = program->band_table_count; return true;
  case 'D': *count = program->decay_count; return true;
  case 'U': *count = program->unit_count; return true;
  case 'P': *count = program->labels_count; return true;
  default: return false;
  }
}

static bool check_field(const struct step *s, uint32_t field) {
  const struct program *program = s->v->program;
  if (s->code->space != 0)
    return blame(s, "reads a field of the lead in a space of events");
  if (field >= program->field_count)
    return blame(s, "reads a field that is not there");
  if (register_class_of_kind(program->fields[field].kind) != opcode_class(s->shape[0]))
    return blame(s, "reads a field of another kind");
  return true;
}

static bool check_column(const struct step *s, uint32_t column) {
  if (s->code->space == 0)
    return blame(s, "reads a column of events in the space of leads");
  const struct program_space *space = &s->v->program->spaces[s->code->space - 1];
  if (column >= space->column_count)
    return blame(s, "reads a column that is not there");
  if (register_class_of_kind(space->columns[column].kind) != opcode_class(s->shape[0]))
    return blame(s, "reads a column of another kind");
  return true;
}

static bool check_operand(const struct step *s, char letter, uint32_t operand) {
  uint32_t count;
  if (opcode_class(letter) != REGISTER_NONE)
    return check_read(s, letter, operand);
  if (constants_of(s->v->program, letter, &count))
    return operand < count || blame(s, "names a constant that is not there");
  if (letter == 'f')
    return check_field(s, operand);
  if (letter == 'c')
    return check_column(s, operand);
  return true;
}

/* ---- what letters do not say -------------------------------------------------------- */

static bool check_finite(const struct step *s) {
  const uint32_t operands[] = {s->code->a, s->code->b, s->code->c};
  for (int i = 0; i < 3; i++)
    if (s->shape[i + 1] == 'k' && !math_finite(s->v->program->numbers[operands[i]]))
      return blame(s, "calculates with a number that is not finite");
  return true;
}

static bool check_range(const struct step *s) {
  double low = s->v->program->numbers[s->code->b], high = s->v->program->numbers[s->code->c];
  bool open = !math_finite(low) && !math_finite(high);
  return (low <= high && (!open || low < high)) || blame(s, "has a range without numbers in it");
}

static bool check_duration(const struct step *s, uint32_t constant) {
  return s->v->program->micros[constant] > 0 || blame(s, "has a duration that is not positive");
}

static bool check_times(const struct step *s) {
  return s->code->b > 0 || blame(s, "counts events up to none");
}

static bool check_fact(const struct step *s, uint32_t reg, enum register_fact fact,
                       const char *what) {
  return verifier_state(s->v, reg).fact == fact || blame(s, what);
}

static uint32_t labels_in(const struct step *s, uint32_t reg) {
  return labels_reached(verifier_state(s->v, reg).labels);
}

static bool check_label_set(const struct step *s) {
  return labels_in(s, s->code->a) <= s->v->program->tables[s->code->b].count ||
         blame(s, "looks for labels behind the end of its table");
}

/* The first number of the table says how many columns each row has. */
static bool check_grid(const struct step *s) {
  const struct index_table *table = &s->v->program->tables[s->code->c];
  uint64_t rows = labels_in(s, s->code->a), columns = labels_in(s, s->code->b);
  if (table->count == 0 || columns > table->items[0] ||
      (rows - 1) * table->items[0] + columns > table->count - 1)
    return blame(s, "looks for cells behind the end of its grid");
  return true;
}

static bool check_label_numbers(const struct step *s) {
  const struct program_labels *set = &s->v->program->labels[s->code->b];
  return (set->numbers && labels_in(s, s->code->a) <= set->count) ||
         blame(s, "looks for numbers that its labels do not have");
}

/* The walk reads the conditions of all transitions. */
static bool check_stages(const struct step *s) {
  const struct verifier *v = s->v;
  uint32_t stages = program_stage_count(v->program);
  if (stages == 0 || labels_in(s, s->code->b) > stages)
    return blame(s, "walks from stages that are not there");
  for (uint32_t t = 0; t < v->program->transition_count; t++) {
    uint32_t reg = v->section->transitions[t];
    if (!check_read(s, 'B', reg))
      return false;
  }
  return true;
}

/* From here on the walk is in the stretch that is left out. */
static bool begin_stretch(const struct step *s) {
  const struct instruction *code = s->code;
  struct verifier *v = s->v;
  if (code->space == 0)
    return blame(s, "leaves out what all leads need");
  if (v->stretch != 0)
    return blame(s, "stands in a stretch that is left out already");
  if (code->a == 0 || code->a >= v->section->code_count - s->index)
    return blame(s, "leaves out what is not there");
  v->stretch = code->space;
  v->stretch_end = s->index + code->a + 1;
  return true;
}

/* Where an instruction must stand. */
static bool check_space(const struct step *s) {
  uint16_t op = s->code->op, space = s->code->space;
  bool leads = op == OP_ID || op == OP_START || op == OP_STAGES;
  bool events = op == OP_EVENT_AT || !opcode_is_in_place(op);
  for (int i = 0; i < 4; i++)
    events = events || (is_of_leads(s->shape[i]) && opcode_class(s->shape[i]) != REGISTER_NONE);
  if (space > s->v->program->space_count)
    return blame(s, "is about a space that is not there");
  if (leads && space != 0)
    return blame(s, "is about leads, and stands in a space of events");
  if (events && space == 0)
    return blame(s, "is about events, and stands in the space of leads");
  return true;
}

static bool check_demands(const struct step *s) {
  const struct instruction *code = s->code;
  switch (code->op) {
  case OP_LIMIT: return check_range(s);
  case OP_CONST_BOOL: return code->a <= 2 || blame(s, "is neither true, false nor unknown");
  case OP_MICROS_UNITS:
  case OP_MICROS_STEPS: return check_duration(s, code->b);
  case OP_LATEST:
  case OP_EARLIEST: return check_times(s);
  case OP_ROLLING: return check_times(s) && check_duration(s, code->c);
  case OP_DECAY_SINCE:
    return check_fact(s, code->a, FACT_EVENT_AT, "decays since what is no instant of events");
  case OP_LABEL_IN: return check_label_set(s);
  case OP_GRID: return check_grid(s);
  case OP_LABEL_NUMBER: return check_label_numbers(s);
  case OP_STAGES: return check_stages(s);
  case OP_ENTERED:
    if (code->b >= LIMIT_STAGES)
      return blame(s, "asks for a stage that is not there");
    return check_fact(s, code->a, FACT_STAGES, "reads stages from what holds none");
  case OP_STAGE_REACHED:
    return check_fact(s, code->a, FACT_STAGES, "reads stages from what holds none");
  case OP_SKIP: return begin_stretch(s);
  default: return check_finite(s);
  }
}

/* ---- what holds afterwards ------------------------------------------------------------ */

/* The labels of the fields that fill a column; 0 if none does. */
static uint32_t labels_of_column(const struct program *program, const struct program_space *space,
                                 const struct space_column *column) {
  uint32_t labels = 0;
  for (uint32_t k = 0; k < space->kind_count; k++) {
    const struct program_kind *kind = &program->kinds[space->kinds[k]];
    if (column->field_of_kind[k] == PROGRAM_NONE)
      continue;
    const struct program_field *field = &kind->fields[column->field_of_kind[k]];
    labels = larger(labels, field_labels(program, field));
  }
  return labels;
}

static uint32_t labels_of_cells(const struct index_table *table) {
  uint32_t most = 0;
  for (uint32_t i = 1; i < table->count; i++)
    most = larger(most, table->items[i]);
  return most == UINT32_MAX ? most : most + 1;
}

static uint32_t labels_at(const struct step *s, uint32_t reg) {
  return verifier_state(s->v, reg).labels;
}

/* Below what the labels are that an instruction makes.  False if nobody knows. */
static bool labels_made(const struct step *s, uint32_t *labels) {
  const struct program *program = s->v->program;
  const struct instruction *code = s->code;
  switch (code->op) {
  case OP_FIELD_LABEL: *labels = field_labels(program, &program->fields[code->a]); break;
  case OP_START: *labels = larger(program_stage_count(program), 1); break;
  case OP_EVENT_LABEL: {
    const struct program_space *space = &program->spaces[code->space - 1];
    *labels = labels_of_column(program, space, &space->columns[code->a]);
    break;
  }
  case OP_CONST_LABEL: *labels = code->a == PROGRAM_NONE ? 0 : code->a + 1; break;
  case OP_SPREAD_LABEL: *labels = labels_at(s, code->a); break;
  case OP_SELECT_LABEL: *labels = larger(labels_at(s, code->b), labels_at(s, code->c)); break;
  case OP_BAND: *labels = program->band_tables[code->b].count + 1; break;
  case OP_GRID: *labels = labels_of_cells(&program->tables[code->c]); break;
  case OP_STAGE_REACHED:
    *labels = larger(program_stage_count(program), labels_at(s, code->b));
    break;
  default: return false;
  }
  return true;
}

static enum register_fact fact_made(const struct step *s) {
  switch (s->code->op) {
  case OP_EVENT_AT: return FACT_EVENT_AT;
  case OP_STAGES: return FACT_STAGES;
  default: return FACT_NONE;
  }
}

static bool note_written(const struct step *s) {
  struct register_state state = {.written = true, .fact = (uint8_t)fact_made(s)};
  if (s->shape[0] == '-')
    return true;
  if (opcode_class(s->shape[0]) == REGISTER_LABEL && !labels_made(s, &state.labels))
    return blame(s, "makes labels that nobody has counted");
  set_state(s->v, s->code->d, state);
  return true;
}

/* ---- the walk --------------------------------------------------------------------------- */

static bool check_step(const struct step *s) {
  const uint32_t operands[] = {s->code->a, s->code->b, s->code->c};
  if (!check_space(s))
    return false;
  for (int i = 0; i < 3; i++)
    if (!check_operand(s, s->shape[i + 1], operands[i]))
      return false;
  return check_write(s) && check_demands(s) && note_written(s);
}

static bool check_registers(const struct verifier *v) {
  for (uint32_t i = 0; i < v->section->register_count; i++) {
    const struct program_register *reg = &v->section->registers[i];
    if (reg->class > REGISTER_TEXTS || reg->space > v->program->space_count)
      return refusal_set(
          v->refusal, "register %u of the %s section is of a space that is not there", i, v->name);
  }
  return true;
}

/* Memory for what nobody writes would be asked for in vain. */
static bool check_all_written(const struct verifier *v) {
  for (uint32_t i = 0; i < v->section->register_count; i++)
    if (!v->states[i].always.written && !v->states[i].within.written)
      return refusal_set(v->refusal, "register %u of the %s section is never written", i, v->name);
  return true;
}

bool verify_code(struct verifier *v) {
  if (!check_registers(v))
    return false;
  for (uint32_t i = 0; i < v->section->code_count; i++) {
    const struct instruction *code = &v->section->code[i];
    if (i == v->stretch_end)
      v->stretch = 0;
    if (code->op >= OPCODE_COUNT)
      return refusal_set(v->refusal, "instruction %u of the %s section is none", i, v->name);
    const struct step step = {v, code, opcode_infos[code->op].shape, i};
    if (!check_step(&step))
      return false;
  }
  v->stretch = 0;
  return check_all_written(v);
}

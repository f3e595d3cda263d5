/* meanings.c - what the values of registers stand for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "inspect/meanings.h"

#include <string.h>

/* The instructions that wrote the operands of one instruction. */
struct sources {
  uint32_t of[3]; /* MEANING_NONE: the operand is no register */
};

struct search {
  const struct program *program;
  const struct section *section;
  struct memory memory;
  uint32_t *writer; /* of each register: the last instruction that wrote it */
  struct sources *sources;
  uint32_t *meanings;
};

static bool is_register_letter(char letter) {
  return letter != '-' && strchr("nmtblxNMTBLX", letter) != NULL;
}

/* Labels and microseconds are the values that need one. */
static bool needs_meaning(char letter) {
  return letter == 'l' || letter == 'L' || letter == 'm' || letter == 'M';
}

static void find_sources(struct search *search) {
  const struct section *section = search->section;
  for (uint32_t i = 0; i < section->code_count; i++) {
    const struct instruction *code = &section->code[i];
    const char *shape = opcode_infos[code->op].shape;
    const uint32_t operands[] = {code->a, code->b, code->c};
    for (int o = 0; o < 3; o++)
      search->sources[i].of[o] =
          is_register_letter(shape[o + 1]) ? search->writer[operands[o]] : MEANING_NONE;
    if (is_register_letter(shape[0]))
      search->writer[code->d] = i;
  }
}

/* ---- from where values come ------------------------------------------------------ */

static uint32_t meaning_of_kind(enum column_kind kind, uint32_t labels) {
  switch (kind) {
  case COLUMN_LABEL: return labels;
  case COLUMN_SYMBOL: return MEANING_SYMBOLS + labels;
  case COLUMN_TIME: return MEANING_TIME;
  case COLUMN_DURATION: return MEANING_DURATION;
  default: return MEANING_NONE;
  }
}

static uint32_t meaning_of_field(const struct program_field *field) {
  return meaning_of_kind(field->kind, field->labels);
}

/* A column's labels are those of the first of its kinds that has the field. */
static uint32_t meaning_of_column(const struct program *program, const struct instruction *code) {
  const struct program_space *space = &program->spaces[code->space - 1];
  const struct space_column *column = &space->columns[code->a];
  for (uint32_t k = 0; k < space->kind_count; k++)
    if (column->field_of_kind[k] != PROGRAM_NONE)
      return meaning_of_field(&program->kinds[space->kinds[k]].fields[column->field_of_kind[k]]);
  return MEANING_NONE;
}

static uint32_t own_meaning(const struct program *program, const struct instruction *code) {
  switch (code->op) {
  case OP_FIELD_LABEL:
  case OP_FIELD_MICROS: return meaning_of_field(&program->fields[code->a]);
  case OP_EVENT_LABEL:
  case OP_EVENT_MICROS: return meaning_of_column(program, code);
  case OP_START:
  case OP_STAGES:
  case OP_STAGE_REACHED:
  case OP_ENTERED: return program->stage_labels;
  case OP_LABEL_NUMBER: return code->b;
  case OP_EVENT_AT:
  case OP_AS_OF:
  case OP_FIRST_AT:
  case OP_LAST_AT: return MEANING_TIME;
  case OP_AGE:
  case OP_NEWER:
  case OP_DECAY_SINCE:
  case OP_ROLLING:
  case OP_MICROS_NEGATE:
  case OP_MICROS_SCALE:
  case OP_MICROS_SHRINK:
  case OP_MICROS_RATIO:
  case OP_MICROS_UNITS:
  case OP_MICROS_STEPS: return MEANING_DURATION;
  default: return MEANING_NONE;
  }
}

static void name_results(struct search *search, const uint32_t *registers,
                         const struct program_output *outputs, uint32_t count) {
  for (uint32_t i = 0; registers && i < count; i++)
    if (search->writer[registers[i]] != MEANING_NONE)
      search->meanings[search->writer[registers[i]]] = outputs[i].labels;
}

static void begin_meanings(struct search *search) {
  const struct program *program = search->program;
  const struct section *section = search->section;
  for (uint32_t i = 0; i < section->code_count; i++)
    search->meanings[i] = own_meaning(program, &section->code[i]);
  name_results(search, section->bands, program->bands, program->band_count);
  name_results(search, section->grids, program->grids, program->grid_count);
  name_results(search, section->choices, program->choices, program->choice_count);
  if (section->excluded != PROGRAM_NONE && search->writer[section->excluded] != MEANING_NONE)
    search->meanings[search->writer[section->excluded]] = MEANING_EXCLUDE;
}

/* ---- along the code ----------------------------------------------------------------- */

/* What goes in is of the same meaning as what comes out, or is compared with it.
 * What an age is of is a time, what a cell is found by is not a cell, and so on. */
static bool keeps_meaning(uint16_t op) {
  switch (op) {
  case OP_SPREAD_MICROS:
  case OP_SPREAD_LABEL:
  case OP_SELECT_MICROS:
  case OP_SELECT_LABEL:
  case OP_MICROS_LESS:
  case OP_MICROS_LESS_EQUAL:
  case OP_MICROS_EQUAL:
  case OP_MICROS_LESS_K:
  case OP_MICROS_LESS_EQUAL_K:
  case OP_MICROS_EQUAL_K:
  case OP_MICROS_NEGATE:
  case OP_LABEL_EQUAL:
  case OP_LABEL_IS:
  case OP_LABEL_WITHIN:
  case OP_LABEL_IN:
  case OP_LABEL_NUMBER: return true;
  default: return false;
  }
}

/* A time and a duration make a time; two times, or two durations, a duration. */
static uint32_t sum_meaning(uint32_t a, uint32_t b) {
  if (a == MEANING_NONE || b == MEANING_NONE)
    return MEANING_NONE;
  return (a == MEANING_TIME) != (b == MEANING_TIME) ? MEANING_TIME : MEANING_DURATION;
}

static uint32_t source_meaning(const struct search *search, uint32_t at, int operand) {
  uint32_t source = search->sources[at].of[operand];
  return source == MEANING_NONE ? MEANING_NONE : search->meanings[source];
}

static void walk_on(struct search *search) {
  const struct section *section = search->section;
  for (uint32_t i = 0; i < section->code_count; i++) {
    const struct instruction *code = &section->code[i];
    const char *shape = opcode_infos[code->op].shape;
    if (search->meanings[i] != MEANING_NONE)
      continue;
    if (code->op == OP_MICROS_ADD || code->op == OP_MICROS_SUBTRACT)
      search->meanings[i] = sum_meaning(source_meaning(search, i, 0), source_meaning(search, i, 1));
    for (int o = 0; o < 3 && keeps_meaning(code->op) && search->meanings[i] == MEANING_NONE; o++)
      if (needs_meaning(shape[o + 1]))
        search->meanings[i] = source_meaning(search, i, o);
  }
}

static void walk_back(struct search *search) {
  const struct section *section = search->section;
  for (uint32_t i = section->code_count; i-- > 0;) {
    const struct instruction *code = &section->code[i];
    const char *shape = opcode_infos[code->op].shape;
    if (search->meanings[i] == MEANING_NONE || !keeps_meaning(code->op))
      continue;
    for (int o = 0; o < 3; o++) {
      uint32_t source = search->sources[i].of[o];
      if (needs_meaning(shape[o + 1]) && source != MEANING_NONE &&
          search->meanings[source] == MEANING_NONE)
        search->meanings[source] = search->meanings[i];
    }
  }
}

static bool allocate(struct search *search) {
  size_t count = search->section->code_count, registers = search->section->register_count;
  search->writer = memory_alloc(&search->memory, registers, sizeof *search->writer);
  search->sources = memory_alloc(&search->memory, count, sizeof *search->sources);
  search->meanings = memory_alloc(&search->memory, count, sizeof *search->meanings);
  if (!search->writer || !search->sources || !search->meanings) {
    memory_free(&search->memory, search->meanings, count, sizeof *search->meanings);
    search->meanings = NULL;
    return false;
  }
  memset(search->writer, 0xff, registers * sizeof *search->writer);
  return true;
}

uint32_t *meanings_find(const struct program *program, const struct section *section,
                        const struct memory *memory) {
  struct search search = {.program = program, .section = section, .memory = *memory};
  if (section->code_count > 0 && allocate(&search)) {
    find_sources(&search);
    begin_meanings(&search);
    walk_on(&search);
    walk_back(&search);
    walk_on(&search);
  }
  memory_free(memory, search.sources, section->code_count, sizeof *search.sources);
  memory_free(memory, search.writer, section->register_count, sizeof *search.writer);
  return search.meanings;
}

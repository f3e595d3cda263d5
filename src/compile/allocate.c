/* allocate.c - from single assignment to few registers, for one section.
 *
 * The code has no jumps, so one walk from its end finds what is used at all
 * and where each register is read last; one walk from its start then gives
 * each register memory that nothing needs any more.  An instruction may write
 * where it reads: the machine's kernels go lane by lane, and those that do not
 * (reductions, and the ones that look back at earlier lanes) read other spaces
 * or are kept apart below.
 *
 * Neighbours that may be left out with the same space (skips.c) become one
 * stretch behind an OP_SKIP.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include <string.h>

struct allocation {
  struct build *build;
  bool explains;
  uint32_t *last_use;       /* of each virtual register: instruction index; 0 if unused */
  uint32_t *real;           /* virtual -> real */
  struct skip *skips;       /* of each instruction */
  struct instruction *code; /* what is kept */
  struct program_origin *origins;
  struct list real_registers;  /* struct program_register */
  struct list *free_registers; /* uint32_t, by space and class */
  uint32_t spaces;
};

enum { CLASSES = REGISTER_TEXTS + 1 };

/* From the end: what is read by something that is needed is needed. */
static void find_uses(struct allocation *allocation) {
  const struct instruction *code = allocation->build->code.items;
  const struct value *values = allocation->build->values.items;
  for (size_t i = allocation->build->code.count; i-- > 0;) {
    uint32_t d = code[i].d, read[3];
    if (!allocation->last_use[d] && !is_read_after(&values[d], allocation->explains))
      continue;
    for (uint32_t n = code_operands(&code[i], read); n-- > 0;)
      if (!allocation->last_use[read[n]])
        allocation->last_use[read[n]] = (uint32_t)i + 1;
  }
}

static struct list *free_list(struct allocation *allocation, const struct value *value) {
  return &allocation->free_registers[value->space * CLASSES + value->class];
}

static void give_back(struct allocation *allocation, uint32_t reg, size_t at) {
  const struct value *value = (struct value *)allocation->build->values.items + reg;
  if (is_read_after(value, allocation->explains) || value->view ||
      allocation->last_use[reg] != at + 1)
    return;
  uint32_t *item = list_add(allocation->build, free_list(allocation, value), sizeof *item);
  if (item)
    *item = allocation->real[reg];
}

static uint32_t fresh(struct allocation *allocation, const struct value *value) {
  struct program_register *made =
      list_add(allocation->build, &allocation->real_registers, sizeof *made);
  if (!made)
    return 0;
  *made = (struct program_register){value->class, value->view, value->space};
  return (uint32_t)allocation->real_registers.count - 1;
}

static uint32_t assign(struct allocation *allocation, uint32_t reg) {
  const struct value *value = (struct value *)allocation->build->values.items + reg;
  struct list *list = free_list(allocation, value);
  if (is_read_after(value, allocation->explains) || value->view || list->count == 0)
    return fresh(allocation, value);
  return ((uint32_t *)list->items)[--list->count];
}

static void rewrite(struct allocation *allocation, struct instruction *code) {
  const char *shape = opcode_infos[code->op].shape;
  uint32_t *fields[] = {&code->d, &code->a, &code->b, &code->c};
  for (int i = 0; i < 4; i++)
    if (is_register_letter(shape[i]))
      *fields[i] = allocation->real[*fields[i]];
}

static bool is_kept(const struct allocation *allocation, size_t at) {
  const struct build *build = allocation->build;
  uint32_t d = ((const struct instruction *)build->code.items)[at].d;
  const struct value *value = (const struct value *)build->values.items + d;
  return allocation->last_use[d] || is_read_after(value, allocation->explains);
}

/* Where the result of an instruction goes; what it reads last is free then. */
static void assign_result(struct allocation *allocation, size_t at) {
  const struct instruction *code = (const struct instruction *)allocation->build->code.items + at;
  uint32_t stays = allocation->skips[at].stays, read[3], reads = code_operands(code, read);
  bool in_place = opcode_is_in_place(code->op);
  if (stays != PROGRAM_NONE)
    allocation->real[code->d] = allocation->real[stays];
  else if (!in_place)
    allocation->real[code->d] = assign(allocation, code->d);
  for (uint32_t n = reads; n-- > 0;) /* the first operand last: it is taken first */
    if (read[n] != stays)
      give_back(allocation, read[n], at);
  if (stays == PROGRAM_NONE && in_place)
    allocation->real[code->d] = assign(allocation, code->d);
}

/* The next kept instruction from `at` on. */
static size_t next_kept(const struct allocation *allocation, size_t at) {
  while (at < allocation->build->code.count && !is_kept(allocation, at))
    at++;
  return at;
}

/* How many instructions from `at` on are left out with the same space. */
static uint32_t stretch_from(const struct allocation *allocation, size_t at) {
  uint16_t space = allocation->skips[at].space;
  uint32_t length = 0;
  for (; at < allocation->build->code.count && allocation->skips[at].space == space;
       at = next_kept(allocation, at + 1))
    length++;
  return length;
}

static void keep(struct allocation *allocation, struct section *section,
                 struct instruction instruction, uint32_t of) {
  uint32_t at = section->code_count++;
  allocation->code[at] = instruction;
  allocation->origins[at] = origin_of(allocation->build, of);
}

static void assign_all(struct allocation *allocation, struct section *section) {
  struct build *build = allocation->build;
  const struct instruction *code = build->code.items;
  uint16_t space = 0; /* that the stretch around an instruction is left out with */
  for (size_t i = next_kept(allocation, 0); i < build->code.count && !build->failed;
       i = next_kept(allocation, i + 1)) {
    uint16_t before = space;
    space = allocation->skips[i].space;
    if (space && space != before)
      keep(allocation, section,
           (struct instruction){OP_SKIP, space, 0, stretch_from(allocation, i), 0, 0}, code[i].d);
    struct instruction made = code[i];
    assign_result(allocation, i);
    rewrite(allocation, &made);
    keep(allocation, section, made, code[i].d);
  }
  section->code = allocation->code;
  section->origins = allocation->origins;
}

/* Room for the code that is kept, and for a skip before each stretch. */
static bool make_room(struct allocation *allocation) {
  struct arena *arena = &allocation->build->program->arena;
  size_t count = 1;
  uint16_t space = 0;
  for (size_t i = next_kept(allocation, 0); i < allocation->build->code.count;
       i = next_kept(allocation, i + 1)) {
    count += 1u + (allocation->skips[i].space != space);
    space = allocation->skips[i].space;
  }
  allocation->code = arena_array(arena, count, sizeof *allocation->code);
  allocation->origins = arena_array(arena, count, sizeof *allocation->origins);
  return allocation->code && allocation->origins;
}

/* ---- the results move with their registers ------------------------------------- */

static void move(const struct allocation *allocation, uint32_t *reg) {
  if (*reg != PROGRAM_NONE)
    *reg = allocation->real[*reg];
}

static void move_all(const struct allocation *allocation, uint32_t *registers, size_t count) {
  for (size_t i = 0; registers && i < count; i++)
    move(allocation, &registers[i]);
}

static void move_results(const struct allocation *allocation, struct section *section) {
  const struct program *program = allocation->build->program;
  move_all(allocation, section->scores, program->score_count);
  move_all(allocation, section->bands, program->band_count);
  move_all(allocation, section->grids, program->grid_count);
  move_all(allocation, section->choices, program->choice_count);
  move_all(allocation, section->segments, program->segment_count);
  move_all(allocation, section->actions, program->action_count);
  move_all(allocation, section->transitions, program->transition_count);
  move(allocation, &section->excluded);
  move(allocation, &section->stage);
  struct program_conjunct *conjuncts = section->conjuncts;
  for (uint32_t i = 0; i < section->conjunct_count; i++) {
    move(allocation, &conjuncts[i].condition);
    move(allocation, &conjuncts[i].value);
  }
  struct program_line *lines = section->lines;
  for (uint32_t i = 0; i < section->line_count; i++) {
    move(allocation, &lines[i].points);
    move(allocation, &lines[i].condition);
    move(allocation, &lines[i].taken);
    move(allocation, &lines[i].events);
    move(allocation, &lines[i].raw);
  }
  for (uint32_t i = 0; i < section->part_count; i++)
    move(allocation, &section->parts[i].condition);
  for (uint32_t i = 0; i < section->shown_count; i++)
    move(allocation, &section->shown[i].value);
}

void allocate_registers(struct build *build, struct section *section, bool explains) {
  if (build->failed)
    return;
  struct allocation allocation = {
      .build = build, .explains = explains, .spaces = (uint32_t)build->spaces.count + 1};
  size_t values = build->values.count + 1, lists = (size_t)allocation.spaces * CLASSES;
  allocation.last_use = memory_zeroed(&build->memory, values, sizeof(uint32_t));
  allocation.real = memory_zeroed(&build->memory, values, sizeof(uint32_t));
  allocation.free_registers = memory_zeroed(&build->memory, lists, sizeof(struct list));
  size_t instructions = build->code.count + 1;
  allocation.skips = memory_alloc(&build->memory, instructions, sizeof *allocation.skips);
  if (allocation.last_use && allocation.real && allocation.free_registers && allocation.skips) {
    for (size_t i = 0; i < instructions; i++)
      allocation.skips[i] = (struct skip){0, PROGRAM_NONE};
    find_uses(&allocation);
    build->failed = (build->spaces.count > 0 &&
                     !find_skips(build, allocation.last_use, explains, allocation.skips)) ||
                    !make_room(&allocation);
    assign_all(&allocation, section);
  } else {
    build->failed = true;
  }
  if (!build->failed)
    move_results(&allocation, section);
  section->registers =
      list_keep(build, &allocation.real_registers, sizeof(struct program_register));
  section->register_count = (uint32_t)allocation.real_registers.count;
  list_clear(build, &allocation.real_registers, sizeof(struct program_register));
  for (size_t i = 0; allocation.free_registers && i < lists; i++)
    list_clear(build, &allocation.free_registers[i], sizeof(uint32_t));
  memory_free(&build->memory, allocation.skips, instructions, sizeof *allocation.skips);
  memory_free(&build->memory, allocation.free_registers, lists, sizeof(struct list));
  memory_free(&build->memory, allocation.real, values, sizeof(uint32_t));
  memory_free(&build->memory, allocation.last_use, values, sizeof(uint32_t));
}

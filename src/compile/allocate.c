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
  uint32_t *last_use;       /* of each virtual register: its reader's index + 1; 0 if unused */
  uint32_t *real;           /* virtual -> real */
  uint32_t kept;            /* how many instructions the section needs */
  struct skip *skips;       /* of each instruction; NULL: nothing is skipped */
  struct instruction *code; /* what is kept */
  struct program_origin *origins;
  struct list real_registers; /* struct program_register */
  uint32_t *first_free;       /* real register by space and class, or NOBODY */
  uint32_t *next_free;        /* behind each that is free */
};

enum { CLASSES = REGISTER_TEXTS + 1 };

/* The last use of a register whose memory is not given to another. */
#define FOR_EVER UINT32_MAX

/* No register is free. */
#define NOBODY UINT32_MAX

/* ---- what is used, and until when ------------------------------------------------ */

static void pin_registers(struct allocation *allocation) {
  const struct value *values = allocation->build->values.items;
  for (size_t v = 0; v < allocation->build->values.count; v++)
    allocation->last_use[v] = is_read_after(&values[v], allocation->explains) ? FOR_EVER : 0;
}

static void use(struct allocation *allocation, uint32_t reg, size_t at) {
  if (!allocation->last_use[reg])
    allocation->last_use[reg] = (uint32_t)at + 1;
}

/* From the end: what is read by something that is needed is needed. */
static void find_uses(struct allocation *allocation) {
  const struct build *build = allocation->build;
  const struct instruction *code = build->code.items;
  for (size_t i = build->code.count; i-- > 0;) {
    if (!allocation->last_use[code[i].d])
      continue;
    allocation->kept++;
    if (opcode_is_view(code[i].op)) /* it has no memory of its own */
      allocation->last_use[code[i].d] = FOR_EVER;
    uint8_t reads = build->shapes[code[i].op].reads;
    if (reads & 1)
      use(allocation, code[i].a, i);
    if (reads & 2)
      use(allocation, code[i].b, i);
    if (reads & 4)
      use(allocation, code[i].c, i);
  }
}

/* The next kept instruction from `at` on. */
static size_t next_kept(const struct allocation *allocation, size_t at) {
  const struct instruction *code = allocation->build->code.items;
  while (at < allocation->build->code.count && !allocation->last_use[code[at].d])
    at++;
  return at;
}

/* ---- real registers ----------------------------------------------------------------- */

static uint32_t *first_free(const struct allocation *allocation, const struct value *value) {
  return &allocation->first_free[value->space * CLASSES + value->class];
}

static void give_back(const struct allocation *allocation, uint32_t reg) {
  const struct value *value = (struct value *)allocation->build->values.items + reg;
  uint32_t *first = first_free(allocation, value), real = allocation->real[reg];
  allocation->next_free[real] = *first;
  *first = real;
}

/* What the instruction is the last to read, but for one register.  The first
 * operand is the last, for it is taken first; each is given back once. */
static void give_operands_back(const struct allocation *allocation, const struct instruction *code,
                               size_t at, uint32_t stays) {
  const uint32_t *last_use = allocation->last_use, now = (uint32_t)at + 1;
  uint8_t reads = allocation->build->shapes[code->op].reads;
  bool a = reads & 1 && last_use[code->a] == now;
  bool b = reads & 2 && last_use[code->b] == now && !(a && code->b == code->a);
  bool c = reads & 4 && last_use[code->c] == now && !(a && code->c == code->a) &&
           !(b && code->c == code->b);
  if (c && code->c != stays)
    give_back(allocation, code->c);
  if (b && code->b != stays)
    give_back(allocation, code->b);
  if (a && code->a != stays)
    give_back(allocation, code->a);
}

static uint32_t add_register(struct allocation *allocation, const struct value *value) {
  struct program_register *made =
      list_room(allocation->build, &allocation->real_registers, sizeof *made);
  if (made)
    *made = (struct program_register){value->class, value->view, value->space};
  return made ? (uint32_t)allocation->real_registers.count - 1 : 0;
}

static uint32_t assign(struct allocation *allocation, uint32_t reg) {
  const struct value *value = (struct value *)allocation->build->values.items + reg;
  uint32_t *first = first_free(allocation, value), real = *first;
  if (real == NOBODY || allocation->last_use[reg] == FOR_EVER)
    return add_register(allocation, value);
  *first = allocation->next_free[real];
  return real;
}

/* Where the result of an instruction goes; what it reads last is free then. */
static void assign_result(struct allocation *allocation, const struct instruction *code,
                          size_t at) {
  uint32_t stays = allocation->skips ? allocation->skips[at].stays : PROGRAM_NONE;
  uint32_t *real = &allocation->real[code->d];
  bool in_place = opcode_is_in_place(code->op);
  if (stays != PROGRAM_NONE)
    *real = allocation->real[stays];
  else if (!in_place)
    *real = assign(allocation, code->d);
  give_operands_back(allocation, code, at, stays);
  if (stays == PROGRAM_NONE && in_place)
    *real = assign(allocation, code->d);
}

/* ---- the section's code --------------------------------------------------------------- */

/* The space that an instruction is left out with. */
static uint16_t skip_space(const struct allocation *allocation, size_t at) {
  return allocation->skips ? allocation->skips[at].space : 0;
}

/* How many instructions from `at` on are left out with the same space. */
static uint32_t stretch_from(const struct allocation *allocation, size_t at) {
  uint16_t space = skip_space(allocation, at);
  uint32_t length = 0;
  for (; at < allocation->build->code.count && skip_space(allocation, at) == space;
       at = next_kept(allocation, at + 1))
    length++;
  return length;
}

/* Room for an instruction of this origin. */
static struct instruction *keep(const struct allocation *allocation, struct section *section,
                                const struct program_origin *origin) {
  allocation->origins[section->code_count] = *origin;
  return &allocation->code[section->code_count++];
}

/* The instruction with real registers. */
static void move_operands(const struct allocation *allocation, const struct instruction *code,
                          struct instruction *made) {
  uint8_t reads = allocation->build->shapes[code->op].reads;
  const uint32_t *real = allocation->real;
  made->op = code->op;
  made->space = code->space;
  made->d = real[code->d];
  made->a = reads & 1 ? real[code->a] : code->a;
  made->b = reads & 2 ? real[code->b] : code->b;
  made->c = reads & 4 ? real[code->c] : code->c;
}

static void assign_all(struct allocation *allocation, struct section *section) {
  struct build *build = allocation->build;
  const struct instruction *code = build->code.items;
  const struct value *values = build->values.items;
  uint16_t space = 0; /* that the stretch around an instruction is left out with */
  for (size_t i = 0; i < build->code.count && !build->failed; i++) {
    if (!allocation->last_use[code[i].d])
      continue;
    const struct program_origin *origin = &values[code[i].d].origin;
    uint16_t before = space;
    space = skip_space(allocation, i);
    if (space && space != before)
      *keep(allocation, section, origin) =
          (struct instruction){OP_SKIP, space, 0, stretch_from(allocation, i), 0, 0};
    assign_result(allocation, &code[i], i);
    move_operands(allocation, &code[i], keep(allocation, section, origin));
  }
  section->code = allocation->code;
  section->origins = allocation->origins;
}

/* How many stretches there are: a skip stands before each. */
static uint32_t count_stretches(const struct allocation *allocation) {
  uint32_t count = 0;
  uint16_t space = 0;
  if (!allocation->skips)
    return 0;
  for (size_t i = next_kept(allocation, 0); i < allocation->build->code.count;
       i = next_kept(allocation, i + 1)) {
    count += allocation->skips[i].space != 0 && allocation->skips[i].space != space;
    space = allocation->skips[i].space;
  }
  return count;
}

static bool make_room(struct allocation *allocation) {
  struct arena *arena = &allocation->build->program->arena;
  size_t count = (size_t)allocation->kept + count_stretches(allocation) + 1;
  allocation->code = arena_room(arena, count, sizeof *allocation->code);
  allocation->origins = arena_room(arena, count, sizeof *allocation->origins);
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

/* Only what is about events is ever skipped. */
static bool mark_skips(struct allocation *allocation, size_t instructions) {
  struct build *build = allocation->build;
  if (build->spaces.count == 0)
    return true;
  allocation->skips = memory_alloc(&build->memory, instructions, sizeof *allocation->skips);
  if (!allocation->skips)
    return false;
  for (size_t i = 0; i < instructions; i++)
    allocation->skips[i] = (struct skip){0, PROGRAM_NONE};
  return find_skips(build, allocation->last_use, allocation->explains, allocation->skips);
}

void allocate_registers(struct build *build, struct section *section, bool explains) {
  if (build->failed)
    return;
  struct allocation allocation = {.build = build, .explains = explains};
  const struct memory *memory = &build->memory;
  size_t values = build->values.count + 1, lists = (build->spaces.count + 1) * CLASSES;
  size_t instructions = build->code.count + 1;
  allocation.last_use = memory_alloc(memory, values, sizeof(uint32_t));
  allocation.real = memory_zeroed(memory, values, sizeof(uint32_t));
  allocation.next_free = memory_alloc(memory, values, sizeof(uint32_t));
  allocation.first_free = memory_alloc(memory, lists, sizeof(uint32_t));
  build->failed =
      !allocation.last_use || !allocation.real || !allocation.next_free || !allocation.first_free;
  if (!build->failed) {
    memset(allocation.first_free, 0xff, lists * sizeof(uint32_t));
    pin_registers(&allocation);
    find_uses(&allocation);
    build->failed = !mark_skips(&allocation, instructions) || !make_room(&allocation);
    assign_all(&allocation, section);
  }
  if (!build->failed)
    move_results(&allocation, section);
  section->registers =
      list_keep(build, &allocation.real_registers, sizeof(struct program_register));
  section->register_count = (uint32_t)allocation.real_registers.count;
  list_clear(build, &allocation.real_registers, sizeof(struct program_register));
  memory_free(memory, allocation.skips, instructions, sizeof *allocation.skips);
  memory_free(memory, allocation.first_free, lists, sizeof(uint32_t));
  memory_free(memory, allocation.next_free, values, sizeof(uint32_t));
  memory_free(memory, allocation.real, values, sizeof(uint32_t));
  memory_free(memory, allocation.last_use, values, sizeof(uint32_t));
}

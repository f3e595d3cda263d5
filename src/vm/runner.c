/* runner.c - memory for registers, and the loop over the code.
 *
 * Registers over leads get their memory once.  Those over events grow when a
 * chunk has more events than any before it: that is the only allocation while
 * running, besides the scratch arena, which keeps its memory, and answers about
 * the texts of a vocabulary that comes for the first time (memo.h).
 *
 * Which spaces have no lanes is mostly the same from chunk to chunk.  So how far
 * each OP_SKIP leads is found out only when other spaces are empty than before, and
 * stretches that are left out one behind the other are one step, however many.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/runner.h"

#include "limits.h"
#include "vm/machine.h"
#include "vm/memo.h"

#include <string.h>

struct runner_space {
  char *memory;
  size_t size;
  uint32_t capacity;             /* lanes there is room for */
  uint32_t first;                /* its registers: see list_registers */
  bool empty;                    /* the batch has no lanes in it */
  const struct kernels *kernels; /* that suit how many lanes the batch has in it */
};

static size_t class_size(uint8_t class) {
  static const size_t sizes[] = {sizeof(double),   sizeof(int64_t),         sizeof(struct text), 0,
                                 sizeof(uint32_t), sizeof(struct text_list)};
  return sizes[class];
}

/* Bytes of a register for a whole number of words of lanes: values, then bits. */
static size_t register_size(uint8_t class, size_t words) {
  size_t bits = words * sizeof(uint64_t);
  size_t values = class == REGISTER_BOOL ? bits : words * WORD_LANES * class_size(class);
  return (values + bits + 63) / 64 * 64;
}

/* About a megabyte is what the second-level cache holds; explanations keep
 * everything and may take more. */
uint32_t runner_chunk(const struct program *program, bool explain) {
  const struct section *section = explain ? &program->full : &program->plain;
  size_t lane = 1, budget = 16u << 20;
  for (uint32_t i = 0; i < section->register_count; i++)
    if (section->registers[i].space == 0 && !section->registers[i].view)
      lane += class_size(section->registers[i].class) + 1;
  size_t leads = budget / lane;
  if (leads >= LIMIT_CHUNK_LEADS)
    return LIMIT_CHUNK_LEADS;
  return leads < WORD_LANES ? (LIMIT_CHUNK_LEADS < WORD_LANES ? LIMIT_CHUNK_LEADS : WORD_LANES)
                            : (uint32_t)(leads / WORD_LANES * WORD_LANES);
}

/* ---- memory ------------------------------------------------------------------- */

/* Lists the registers that need memory by their space, in order: those of space
 * s are listed from [s].first to [s + 1].first. */
static void list_registers(struct runner *runner) {
  const struct section *section = runner->section;
  for (uint32_t i = 0; i < section->register_count; i++)
    if (!section->registers[i].view)
      runner->spaces[section->registers[i].space + 1].first++;
  uint32_t sum = 0;
  for (uint32_t s = 0; s <= runner->program->space_count; s++) {
    uint32_t count = runner->spaces[s + 1].first;
    runner->spaces[s + 1].first = sum;
    sum += count;
  }
  for (uint32_t i = 0; i < section->register_count; i++)
    if (!section->registers[i].view)
      runner->listed[runner->spaces[section->registers[i].space + 1].first++] = i;
}

static size_t space_size(const struct runner *runner, uint32_t space, size_t words) {
  size_t size = 0;
  for (uint32_t n = runner->spaces[space].first; n < runner->spaces[space + 1].first; n++)
    size += register_size(runner->section->registers[runner->listed[n]].class, words);
  return size;
}

static void place_registers(struct runner *runner, uint32_t space, size_t words) {
  char *next = runner->spaces[space].memory;
  for (uint32_t n = runner->spaces[space].first; n < runner->spaces[space + 1].first; n++) {
    uint32_t i = runner->listed[n];
    const struct program_register *r = &runner->section->registers[i];
    size_t values = r->class == REGISTER_BOOL ? words * sizeof(uint64_t)
                                              : words * WORD_LANES * class_size(r->class);
    runner->registers[i].any = next;
    runner->registers[i].known = (uint64_t *)(void *)(next + values);
    next += register_size(r->class, words);
  }
}

static bool grow(struct runner *runner, uint32_t space, uint32_t lanes) {
  struct runner_space *room = &runner->spaces[space];
  size_t words = words_of(lanes > room->capacity ? lanes : room->capacity);
  if (space > 0)
    words += words / 2; /* chunks differ: do not grow again for a few events more */
  if (words == 0)
    words = 1;
  size_t size = space_size(runner, space, words) + 64;
  memory_free(&runner->memory, room->memory, room->size, 1);
  room->size = size;
  room->capacity = 0;
  room->memory = memory_zeroed(&runner->memory, size, 1);
  if (!room->memory) {
    room->size = 0;
    return false;
  }
  room->capacity = words * WORD_LANES > UINT32_MAX ? UINT32_MAX : (uint32_t)(words * WORD_LANES);
  place_registers(runner, space, words);
  return true;
}

/* Room for `lanes` in a space; the contents are not kept. */
static inline bool reserve(struct runner *runner, uint32_t space, uint32_t lanes) {
  const struct runner_space *room = &runner->spaces[space];
  return (room->memory && lanes <= room->capacity) || grow(runner, space, lanes);
}

static uint32_t count_skips(const struct section *section) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < section->code_count; i++)
    count += section->code[i].op == OP_SKIP;
  return count;
}

static void list_skips(struct runner *runner) {
  const struct section *section = runner->section;
  uint32_t count = 0;
  for (uint32_t i = 0; i < section->code_count; i++)
    if (section->code[i].op == OP_SKIP)
      runner->skips[count++] = &section->code[i];
}

bool runner_init(struct runner *runner, const struct program *program, const struct memory *memory,
                 uint32_t lead_capacity, bool explain) {
  *runner = (struct runner){
      .program = program, .memory = *memory, .explain = explain, .lead_capacity = lead_capacity};
  runner->section = explain ? &program->full : &program->plain;
  runner_use(runner, math_machine_best());
  arena_init(&runner->scratch, memory);
  size_t registers = (size_t)runner->section->register_count + 1;
  runner->registers = memory_zeroed(memory, registers, sizeof *runner->registers);
  runner->listed = memory_zeroed(memory, registers, sizeof *runner->listed);
  runner->spaces = memory_zeroed(memory, (size_t)program->space_count + 2, sizeof *runner->spaces);
  runner->skip_count = count_skips(runner->section);
  size_t skips = (size_t)runner->skip_count + 1;
  runner->skips = memory_zeroed(memory, skips, sizeof *runner->skips);
  runner->leaps = memory_zeroed(memory, skips, sizeof *runner->leaps);
  if (!runner->registers || !runner->listed || !runner->spaces || !runner->skips || !runner->leaps)
    return false;
  list_registers(runner);
  list_skips(runner);
  return reserve(runner, 0, lead_capacity);
}

void runner_clear(struct runner *runner) {
  if (!runner->program)
    return;
  memo_clear(runner);
  size_t spaces = (size_t)runner->program->space_count + 1;
  for (size_t s = 0; runner->spaces && s < spaces; s++)
    memory_free(&runner->memory, runner->spaces[s].memory, runner->spaces[s].size, 1);
  memory_free(&runner->memory, runner->spaces, spaces + 1, sizeof *runner->spaces);
  memory_free(&runner->memory, runner->listed, (size_t)runner->section->register_count + 1,
              sizeof *runner->listed);
  memory_free(&runner->memory, runner->registers, (size_t)runner->section->register_count + 1,
              sizeof *runner->registers);
  size_t skips = (size_t)runner->skip_count + 1;
  memory_free(&runner->memory, runner->skips, skips, sizeof *runner->skips);
  memory_free(&runner->memory, runner->leaps, skips, sizeof *runner->leaps);
  arena_clear(&runner->scratch);
  *runner = (struct runner){0};
}

/* ---- the loop -------------------------------------------------------------------- */

static const struct kernels *kernels_of(enum math_machine machine) {
#ifdef __x86_64__
  if (machine == MATH_AVX512)
    return &kernels_avx512;
  if (machine == MATH_AVX2)
    return &kernels_avx2;
#endif
  (void)machine;
  return &kernels_every;
}

/* Every kernel looks at texts one by one: for them the machine's are the best. */
void runner_use(struct runner *runner, enum math_machine machine) {
  runner->machine = machine;
  runner->kernels = kernels_of(machine);
  runner->lone = kernels_lone;
  for (uint32_t op = OP_FOLD; op <= OP_HOLDS_ALL; op++)
    runner->lone.run[op] = runner->kernels->run[op];
}

/* Makes ready for the lanes that a space has. */
static bool prepare(struct runner *runner, uint32_t space, uint32_t lanes) {
  struct runner_space *room = &runner->spaces[space];
  bool lone = lanes == 1 && runner->batch->count == 1, empty = lanes == 0;
  room->kernels = lone ? &runner->lone : runner->kernels;
  runner->leaps_known &= room->empty == empty;
  room->empty = empty;
  return reserve(runner, space, lanes);
}

/* Lists how far the skips lead: to the last instruction that is left out, or no
 * further than the skip itself.  A skip right behind that is taken in the same step. */
static void find_leaps(struct runner *runner) {
  size_t count = 0;
  for (uint32_t n = 0; n < runner->skip_count; n++) {
    const struct instruction *skip = runner->skips[n];
    count += count == 0 || runner->leaps[count - 1] + 1 != skip;
    runner->leaps[count - 1] = skip + (runner->spaces[skip->space].empty ? skip->a : 0);
  }
  runner->leaps_known = true;
}

bool runner_run(struct runner *runner, const struct batch *batch) {
  runner->batch = batch;
  arena_reset(&runner->scratch);
  if (batch->encoded && !memo_prepare(runner))
    return false;
  if (!prepare(runner, 0, batch->count))
    return false;
  for (uint32_t s = 0; s < runner->program->space_count; s++)
    if (!prepare(runner, s + 1, batch->spaces[s].count))
      return false;
  if (!runner->leaps_known)
    find_leaps(runner);
  const struct machine machine = {runner, runner->program, batch, runner->registers};
  const struct runner_space *spaces = runner->spaces;
  const struct instruction *const *leap = runner->leaps;
  const struct instruction *code = runner->section->code;
  const struct instruction *end = code + runner->section->code_count;
  for (; code < end; code++) {
    if (code->op == OP_SKIP)
      code = *leap++;
    else if (!spaces[code->space].kernels->run[code->op](&machine, code))
      return false;
  }
  return true;
}

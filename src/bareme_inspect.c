/* bareme_inspect.c - the code of a policy, in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "inspect/cost.h"
#include "inspect/disasm.h"

/* ---- criteria ----------------------------------------------------------------------- */

static const char *criterion_word(enum criterion_kind kind) {
  static const char *const words[CRITERION_KIND_COUNT] = {
      [CRITERION_POLICY] = "policy",   [CRITERION_LET] = "let",
      [CRITERION_SEGMENT] = "segment", [CRITERION_SCORE] = "score",
      [CRITERION_RULE] = "rule",       [CRITERION_GROUP] = "group",
      [CRITERION_FOR] = "for",         [CRITERION_BAND] = "band",
      [CRITERION_GRID] = "grid",       [CRITERION_CHOICE] = "choose",
      [CRITERION_EXCLUDE] = "exclude", [CRITERION_TRANSITION] = "transition",
      [CRITERION_STAGES] = "stages",   [CRITERION_ACTION] = "action",
      [CRITERION_TEST] = "test",
  };
  return words[kind];
}

bool bareme_policy_criterion(const bareme_policy *policy, uint32_t index,
                             bareme_criterion *criterion) {
  const struct program *program = policy->program;
  if (index >= program->criterion_count || !program->criteria)
    return false;
  const struct program_criterion *found = &program->criteria[index];
  bool has_line = found->line != PROGRAM_NONE && found->line < program->full.line_count;
  *criterion = (bareme_criterion){
      .kind = criterion_word(found->kind),
      .name = optional_text(found->name),
      .source = optional_text(has_line ? program->full.lines[found->line].source : found->source),
      .file = public_text(program->source_names[found->source_name]),
      .line = found->source_line,
      .outer = found->outer,
  };
  return true;
}

/* ---- listings ------------------------------------------------------------------------- */

struct bareme_listing {
  struct memory memory;
  struct disasm disasm;
};

bareme_status bareme_listing_new(const bareme_policy *policy, bareme_section section,
                                 bareme_listing **listing) {
  if (!listing)
    return BAREME_INVALID_ARGUMENT;
  *listing = NULL;
  if (!policy || (section != BAREME_SECTION_PLAIN && section != BAREME_SECTION_FULL))
    return BAREME_INVALID_ARGUMENT;
  const struct program *program = policy->program;
  bareme_listing *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->memory = policy->memory;
  if (!disasm_init(&made->disasm, program,
                   section == BAREME_SECTION_FULL ? &program->full : &program->plain,
                   &made->memory)) {
    bareme_listing_free(made);
    return BAREME_NO_MEMORY;
  }
  *listing = made;
  return BAREME_OK;
}

uint32_t bareme_listing_count(const bareme_listing *listing) {
  return listing->disasm.section->code_count;
}

uint32_t bareme_listing_registers(const bareme_listing *listing) {
  return listing->disasm.section->register_count;
}

bareme_status bareme_listing_at(bareme_listing *listing, uint32_t index,
                                bareme_instruction *instruction) {
  const struct section *section = listing->disasm.section;
  struct disasm_line line;
  if (index >= section->code_count)
    return BAREME_END;
  if (!disasm_line(&listing->disasm, index, &line))
    return BAREME_NO_MEMORY;
  *instruction = (bareme_instruction){
      .name = line.name,
      .space = section->code[index].space,
      .lanes = public_text(line.space),
      .operation = public_text(line.operation),
      .meaning = public_text(line.meaning),
      .criterion = BAREME_NONE,
  };
  if (section->origins) {
    const struct program_origin *origin = &section->origins[index];
    instruction->criterion = origin->criterion;
    instruction->shared = origin->shared;
    instruction->file = public_text(listing->disasm.program->source_names[origin->source_name]);
    instruction->line = origin->source_line;
  }
  return BAREME_OK;
}

void bareme_listing_free(bareme_listing *listing) {
  if (!listing)
    return;
  struct memory memory = listing->memory;
  disasm_clear(&listing->disasm);
  memory_free(&memory, listing, 1, sizeof *listing);
}

/* ---- cost -------------------------------------------------------------------------------- */

struct bareme_cost {
  struct memory memory;
  struct cost cost;
};

bareme_status bareme_cost_new(const bareme_policy *policy, const bareme_cost_options *options,
                              bareme_cost **cost) {
  static const bareme_cost_options defaults = BAREME_COST_OPTIONS_INIT;
  if (!cost)
    return BAREME_INVALID_ARGUMENT;
  *cost = NULL;
  if (!options)
    options = &defaults;
  if (!policy ||
      (options->section != BAREME_SECTION_PLAIN && options->section != BAREME_SECTION_FULL))
    return BAREME_INVALID_ARGUMENT;
  const struct program *program = policy->program;
  const struct section *section =
      options->section == BAREME_SECTION_FULL ? &program->full : &program->plain;
  const struct cost_options inner = {.text_bytes = options->text_bytes};
  bareme_cost *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->memory = policy->memory;
  if (!cost_init(&made->cost, program, section, &inner, &made->memory)) {
    bareme_cost_free(made);
    return BAREME_NO_MEMORY;
  }
  *cost = made;
  return BAREME_OK;
}

void bareme_cost_free(bareme_cost *cost) {
  if (!cost)
    return;
  struct memory memory = cost->memory;
  cost_clear(&cost->cost);
  memory_free(&memory, cost, 1, sizeof *cost);
}

static const uint64_t *cost_terms(const struct cost *cost, uint32_t criterion,
                                  bareme_cost_part part) {
  if (criterion == BAREME_NONE)
    return cost->total;
  return (part == BAREME_COST_SHARED ? cost->shared : cost->own) + (size_t)criterion * cost->terms;
}

uint64_t bareme_cost_steps(const bareme_cost *cost, uint32_t criterion, bareme_cost_part part,
                           uint32_t kind) {
  uint32_t term = kind == BAREME_NONE ? 0 : kind + 1;
  bool known = term < cost->cost.terms && (criterion == BAREME_NONE || criterion < cost->cost.rows);
  return known ? cost_terms(&cost->cost, criterion, part)[term] : 0;
}

uint64_t bareme_cost_steps_at(const bareme_cost *cost, uint32_t criterion, bareme_cost_part part,
                              const uint64_t *events) {
  if (criterion != BAREME_NONE && criterion >= cost->cost.rows)
    return 0;
  return cost_at(&cost->cost, cost_terms(&cost->cost, criterion, part), events);
}

uint64_t bareme_cost_bits(const bareme_cost *cost, uint32_t kind) {
  uint32_t term = kind == BAREME_NONE ? 0 : kind + 1;
  return term < cost->cost.terms ? cost->cost.bits[term] : 0;
}

uint64_t bareme_cost_bytes_at(const bareme_cost *cost, const uint64_t *events) {
  uint64_t bits = cost_at(&cost->cost, cost->cost.bits, events);
  return bits / 8 + (bits % 8 > 0);
}

/* ---- opcodes ----------------------------------------------------------------------------- */

/* The table once more, with the titles that stand between its rows. */
static const char *const titles[] = {
#define GROUP(title)                     title,
#define OP(name, shape, synopsis, prose) NULL,
#include "code/opcodes.def"
#undef OP
};

static const char *group_of(uint32_t index) {
  const char *group = "";
  for (size_t i = 0, opcode = 0; i < sizeof titles / sizeof *titles; i++)
    if (titles[i])
      group = titles[i];
    else if (opcode++ == index)
      break;
  return group;
}

bool bareme_opcode_at(uint32_t index, bareme_opcode *opcode) {
  if (index >= OPCODE_COUNT)
    return false;
  const struct opcode_info *info = &opcode_infos[index];
  *opcode = (bareme_opcode){group_of(index), info->name, info->shape, info->synopsis, info->prose};
  return true;
}

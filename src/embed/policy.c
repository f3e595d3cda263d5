/* policy.c - a compiled policy and what it declares: names, labels, outcomes, metadata.
 *
 * A compiled program has a table for each kind of declaration; readers of
 * results see them all through the same few questions, by kind and index.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

#include "limits.h"

bareme_status policy_adopt(struct program *program, const struct memory *memory,
                           bareme_policy **policy) {
  bareme_policy *made = memory_zeroed(memory, 1, sizeof *made);
  *policy = made;
  if (!made) {
    program_free(program);
    return BAREME_NO_MEMORY;
  }
  made->memory = *memory;
  made->program = program;
  return BAREME_OK;
}

void bareme_policy_free(bareme_policy *policy) {
  if (!policy)
    return;
  struct memory memory = policy->memory;
  program_free(policy->program);
  memory_free(&memory, policy, 1, sizeof *policy);
}

/* ---- what it declares ---------------------------------------------------------------- */

bareme_text bareme_policy_title(const bareme_policy *policy) {
  return public_text(policy->program->title);
}

static const struct program_labels *stages(const struct program *program) {
  return program->stage_labels == PROGRAM_NONE ? NULL : &program->labels[program->stage_labels];
}

static uint32_t count_criteria(const struct section *section) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < section->line_count; i++)
    count += section->lines[i].kind == LINE_RULE;
  return count;
}

uint32_t bareme_policy_count(const bareme_policy *policy, bareme_kind kind) {
  const struct program *program = policy->program;
  switch (kind) {
  case BAREME_SCORES: return program->score_count;
  case BAREME_BANDS: return program->band_count;
  case BAREME_GRIDS: return program->grid_count;
  case BAREME_CHOICES: return program->choice_count;
  case BAREME_SEGMENTS: return program->segment_count;
  case BAREME_STAGES: return stages(program) ? stages(program)->count : 0;
  case BAREME_ACTIONS: return program->action_count;
  case BAREME_EXCLUDES: return program->exclude_count;
  case BAREME_CRITERIA: return count_criteria(&program->full);
  case BAREME_EVENTS: return program->kind_count;
  }
  return 0;
}

static const struct program_output *output(const struct program *program, bareme_kind kind,
                                           uint32_t index) {
  if (kind == BAREME_BANDS)
    return &program->bands[index];
  return kind == BAREME_GRIDS ? &program->grids[index] : &program->choices[index];
}

/* What a declaration is called: its name and its label, of length 0 where it has none. */
static void called(const bareme_policy *policy, bareme_kind kind, uint32_t index, struct text *name,
                   struct text *label) {
  const struct program *program = policy->program;
  *name = *label = (struct text){NULL, 0};
  if (index >= bareme_policy_count(policy, kind))
    return;
  switch (kind) {
  case BAREME_SCORES:
    *name = program->scores[index].name;
    *label = program->scores[index].label;
    break;
  case BAREME_BANDS:
  case BAREME_GRIDS:
  case BAREME_CHOICES:
    *name = output(program, kind, index)->name;
    *label = output(program, kind, index)->label;
    break;
  case BAREME_SEGMENTS:
    *name = program->segments[index].name;
    *label = program->segments[index].label;
    break;
  case BAREME_STAGES:
    *name = stages(program)->labels[index];
    if (stages(program)->texts)
      *label = stages(program)->texts[index];
    break;
  case BAREME_ACTIONS:
    *name = program->actions[index].name;
    *label = program->actions[index].label;
    break;
  case BAREME_EXCLUDES: *label = program->excludes[index]; break;
  case BAREME_EVENTS: *name = program->kinds[index].name; break;
  case BAREME_CRITERIA: break;
  }
}

bareme_text bareme_policy_name(const bareme_policy *policy, bareme_kind kind, uint32_t index) {
  struct text name, label;
  called(policy, kind, index, &name, &label);
  return optional_text(name);
}

bareme_text bareme_policy_label(const bareme_policy *policy, bareme_kind kind, uint32_t index) {
  struct text name, label;
  called(policy, kind, index, &name, &label);
  return optional_text(label);
}

struct text wanted_name(const char *name) {
  size_t length = 0;
  while (length <= LIMIT_NAME_BYTES && name[length])
    length++;
  return (struct text){name, length};
}

uint32_t bareme_policy_find(const bareme_policy *policy, bareme_kind kind, const char *name) {
  struct text wanted = wanted_name(name);
  for (uint32_t i = 0; i < bareme_policy_count(policy, kind); i++) {
    struct text found, label;
    called(policy, kind, i, &found, &label);
    if (found.length > 0 && text_equal(found, wanted))
      return i;
  }
  return BAREME_NONE;
}

/* The closed set of a band, grid, choice or of the stages; NULL if there is none. */
static const struct program_labels *outcomes(const bareme_policy *policy, bareme_kind kind,
                                             uint32_t index) {
  if (index >= bareme_policy_count(policy, kind))
    return NULL;
  if (kind == BAREME_BANDS || kind == BAREME_GRIDS || kind == BAREME_CHOICES)
    return &policy->program->labels[output(policy->program, kind, index)->labels];
  return NULL;
}

bareme_text bareme_policy_outcome(const bareme_policy *policy, bareme_kind kind, uint32_t index,
                                  uint32_t outcome) {
  const struct program_labels *labels = outcomes(policy, kind, index);
  if (!labels || outcome >= labels->count)
    return (bareme_text){NULL, 0};
  return public_text(labels->labels[outcome]);
}

bareme_text bareme_policy_outcome_text(const bareme_policy *policy, bareme_kind kind,
                                       uint32_t index, uint32_t outcome) {
  const struct program_labels *labels = outcomes(policy, kind, index);
  if (!labels || !labels->texts || outcome >= labels->count)
    return (bareme_text){NULL, 0};
  return optional_text(labels->texts[outcome]);
}

/* ---- metadata -------------------------------------------------------------------------- */

bool bareme_policy_entry(const bareme_policy *policy, size_t index, bareme_text *key,
                         bareme_text *value) {
  if (index >= policy->program->entry_count)
    return false;
  *key = public_text(policy->program->entries[index].key);
  *value = public_text(policy->program->entries[index].text);
  return true;
}

bool bareme_policy_action_entry(const bareme_policy *policy, uint32_t action, size_t index,
                                bareme_text *key, bareme_text *value) {
  const struct program *program = policy->program;
  if (action >= program->action_count || index >= program->actions[action].entry_count)
    return false;
  *key = public_text(program->actions[action].entries[index].key);
  *value = public_text(program->actions[action].entries[index].text);
  return true;
}

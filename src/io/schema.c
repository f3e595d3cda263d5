/* schema.c - what a program wants of a record, arranged for finding it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/schema.h"

static bool add_lead(struct schema *schema) {
  const struct program *program = schema->program;
  struct paths *paths = &schema->lead;
  if (!paths_init(paths, &schema->arena) || !paths_add(paths, program->id.path, &schema->id_slot))
    return false;
  schema->stage_slot = PATH_NONE;
  if (program->stage_labels != PROGRAM_NONE &&
      !paths_add(paths, program->stage_path, &schema->stage_slot))
    return false;
  schema->events_slot = PATH_NONE;
  if (program->kind_count > 0 && !paths_add(paths, program->events_path, &schema->events_slot))
    return false;
  schema->field_slots =
      arena_array(&schema->arena, program->field_count + 1u, sizeof *schema->field_slots);
  if (!schema->field_slots)
    return false;
  for (uint32_t f = 0; f < program->field_count; f++) {
    schema->has_required = schema->has_required || program->fields[f].required;
    if (!paths_add(paths, program->fields[f].path, &schema->field_slots[f]))
      return false;
  }
  return paths_finish(paths);
}

static bool add_kind(struct schema *schema, uint32_t index) {
  const struct program_kind *kind = &schema->program->kinds[index];
  struct kind_schema *own = &schema->kinds[index];
  key_table_add(&schema->types, kind->type_value, index);
  own->slots = arena_array(&schema->arena, kind->field_count + 1u, sizeof *own->slots);
  if (!own->slots)
    return false;
  own->has_required = program_kind_requires(kind);
  for (uint32_t f = 0; f < kind->field_count; f++)
    if (!paths_add(&schema->event, kind->fields[f].path, &own->slots[f]))
      return false;
  return true;
}

static bool add_events(struct schema *schema) {
  const struct program *program = schema->program;
  struct paths *paths = &schema->event;
  if (!paths_init(paths, &schema->arena) ||
      !paths_add(paths, program->type_key, &schema->type_slot) ||
      !paths_add(paths, program->at_key, &schema->at_slot) ||
      !paths_add(paths, program->id_key, &schema->event_id_slot) ||
      !paths_add(paths, TEXT("lead_id"), &schema->lead_id_slot) ||
      !paths_add(paths, TEXT("lead"), &schema->lead_slot) ||
      !paths_add(paths, program->id.path, &schema->event_lead_slot))
    return false;
  schema->kinds = arena_array(&schema->arena, program->kind_count + 1u, sizeof *schema->kinds);
  if (!schema->kinds || !key_table_init(&schema->types, &schema->arena, program->kind_count))
    return false;
  for (uint32_t k = 0; k < program->kind_count; k++)
    if (!add_kind(schema, k))
      return false;
  return paths_finish(paths);
}

bool schema_init(struct schema *schema, const struct program *program,
                 const struct memory *memory) {
  *schema = (struct schema){.program = program};
  arena_init(&schema->arena, memory);
  schema->labels = labels_make(program, &schema->arena);
  return schema->labels && add_lead(schema) && add_events(schema);
}

void schema_clear(struct schema *schema) {
  arena_clear(&schema->arena);
}

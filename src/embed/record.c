/* record.c - the record that a policy reads, handed out: its fields and events.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

/* The fields of a kind of events or of the lead; none for an index out of range. */
struct fields {
  const struct program_field *items;
  uint32_t count;
};

static struct fields fields_of(const bareme_policy *policy, uint32_t event) {
  const struct program *program = policy->program;
  if (event == BAREME_LEAD)
    return (struct fields){program->fields, program->field_count};
  if (event >= program->kind_count)
    return (struct fields){NULL, 0};
  return (struct fields){program->kinds[event].fields, program->kinds[event].field_count};
}

static const struct program_labels *labels_of(const bareme_policy *policy,
                                              const struct program_field *field) {
  return field->kind == COLUMN_LABEL ? &policy->program->labels[field->labels] : NULL;
}

static bareme_type type_of(enum column_kind kind) {
  switch (kind) {
  case COLUMN_NUMBER: return BAREME_NUMBER;
  case COLUMN_TIME: return BAREME_TIME;
  case COLUMN_DURATION: return BAREME_DURATION;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: return BAREME_TEXT;
  case COLUMN_BOOL: return BAREME_BOOL;
  case COLUMN_LABEL: return BAREME_LABEL;
  case COLUMN_TEXTS: return BAREME_TEXTS;
  }
  return BAREME_TEXT;
}

uint32_t bareme_policy_field_count(const bareme_policy *policy, uint32_t event) {
  return fields_of(policy, event).count;
}

bool bareme_policy_field(const bareme_policy *policy, uint32_t event, uint32_t index,
                         bareme_field *field) {
  struct fields fields = fields_of(policy, event);
  if (index >= fields.count)
    return false;
  const struct program_field *from = &fields.items[index];
  const struct program_labels *labels = labels_of(policy, from);
  *field = (bareme_field){
      .name = public_text(from->name),
      .path = public_text(from->path),
      .type = type_of(from->kind),
      .required = from->required,
      .has_default = from->default_value != NULL,
      .label_count = labels ? labels->count : 0,
  };
  return true;
}

uint32_t bareme_policy_find_field(const bareme_policy *policy, uint32_t event, const char *name) {
  struct fields fields = fields_of(policy, event);
  struct text wanted = wanted_name(name);
  for (uint32_t i = 0; i < fields.count; i++)
    if (text_equal(fields.items[i].name, wanted))
      return i;
  return BAREME_NONE;
}

bareme_text bareme_policy_field_label(const bareme_policy *policy, uint32_t event, uint32_t field,
                                      uint32_t label) {
  struct fields fields = fields_of(policy, event);
  const struct program_labels *labels =
      field < fields.count ? labels_of(policy, &fields.items[field]) : NULL;
  if (!labels || label >= labels->count)
    return (bareme_text){NULL, 0};
  return public_text(labels->labels[label]);
}

bareme_text bareme_policy_event_type(const bareme_policy *policy, uint32_t event) {
  if (event >= policy->program->kind_count)
    return (bareme_text){NULL, 0};
  return public_text(policy->program->kinds[event].type_value);
}

uint32_t bareme_policy_find_event_type(const bareme_policy *policy, bareme_text type) {
  struct text wanted = {type.bytes, type.length};
  for (uint32_t i = 0; i < policy->program->kind_count; i++)
    if (text_equal(policy->program->kinds[i].type_value, wanted))
      return i;
  return BAREME_NONE;
}

static struct text path_of(const struct program *program, bareme_path path) {
  switch (path) {
  case BAREME_PATH_ID: return program->id.path;
  case BAREME_PATH_STAGE: return program->stage_path;
  case BAREME_PATH_EVENTS: return program->events_path;
  case BAREME_PATH_EVENT_TYPE: return program->type_key;
  case BAREME_PATH_EVENT_AT: return program->at_key;
  case BAREME_PATH_EVENT_ID: return program->id_key;
  }
  return (struct text){NULL, 0};
}

bareme_text bareme_policy_path(const bareme_policy *policy, bareme_path path) {
  const struct program *program = policy->program;
  bool is_there = path == BAREME_PATH_ID      ? true
                  : path == BAREME_PATH_STAGE ? program->stage_labels != PROGRAM_NONE
                                              : program->kind_count > 0;
  return is_there ? public_text(path_of(program, path)) : (bareme_text){NULL, 0};
}

bool bareme_policy_requires_id(const bareme_policy *policy) {
  return policy->program->id.required;
}

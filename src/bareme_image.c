/* bareme_image.c - compiled policies as files: written, read, and looked into.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_load.h"
#include "bareme_private.h"

#include "code/image.h"
#include "limits.h"

bool bareme_image_begins(const void *bytes, size_t length) {
  return bytes && image_begins((struct text){bytes, length});
}

/* ---- reading ------------------------------------------------------------------- */

bareme_status policy_from_image(struct text bytes, const struct memory *memory,
                                struct refusal *refusal, bareme_policy **policy) {
  struct program *program;
  switch (image_read(bytes, memory, &program, refusal)) {
  case IMAGE_OK: return policy_adopt(program, memory, policy);
  case IMAGE_REFUSED: return BAREME_INVALID_POLICY;
  case IMAGE_NO_MEMORY: break;
  }
  return BAREME_NO_MEMORY;
}

/* ---- writing ------------------------------------------------------------------- */

bareme_status bareme_policy_write(const bareme_policy *policy, const bareme_image_options *options,
                                  const bareme_sink *sink, bareme_failure *failure) {
  bareme_image_options own = BAREME_IMAGE_OPTIONS_INIT;
  if (!policy || !sink || (options && !options_take(&own, sizeof own, options)))
    return BAREME_INVALID_ARGUMENT;
  const struct image_options how = {
      .strip = own.strip,
      .made_by = {BAREME_VERSION_MAJOR, BAREME_VERSION_MINOR, BAREME_VERSION_PATCH}};
  struct refusal refusal = {.length = 0};
  struct text bytes;
  switch (image_write(policy->program, &how, &policy->memory, &bytes, &refusal)) {
  case IMAGE_OK: break;
  case IMAGE_REFUSED: failure_set(failure, "%s", refusal.text); return BAREME_INVALID_ARGUMENT;
  case IMAGE_NO_MEMORY: return failure_memory(failure);
  }
  sink->put(sink->context, bytes.bytes, bytes.length);
  image_free(bytes, &policy->memory);
  return BAREME_OK;
}

/* ---- looking into one ------------------------------------------------------------ */

struct bareme_image {
  struct memory memory;
  struct image_outline outline;
  bareme_policy *policy;
};

static bareme_status load(struct arena *arena, const char *path, const char *name,
                          struct text *bytes, bareme_failure *failure) {
  const char *reason = NULL;
  switch (load_file(arena, path, bytes, &reason)) {
  case LOAD_OK: return BAREME_OK;
  case LOAD_FAILED: failure_set(failure, "%s: %s", name, reason); return BAREME_IO;
  case LOAD_TOO_LARGE:
    failure_set(failure, "%s: this is not a compiled policy, or one of more than %u bytes", name,
                LIMIT_IMAGE_BYTES);
    return BAREME_INVALID_POLICY;
  case LOAD_NO_MEMORY: break;
  }
  return failure_memory(failure);
}

static bareme_status read_image(bareme_image *image, struct text bytes, const char *name,
                                bareme_failure *failure) {
  struct refusal refusal = {.length = 0};
  bareme_status status = BAREME_INVALID_POLICY;
  if (image_outline(bytes, &image->outline, &refusal))
    status = policy_from_image(bytes, &image->memory, &refusal, &image->policy);
  if (status == BAREME_NO_MEMORY)
    return failure_memory(failure);
  if (status != BAREME_OK)
    failure_set(failure, "%s: %s", name, refusal.text);
  return status;
}

bareme_status bareme_image_open(const char *path, const char *verify_key, bareme_failure *failure,
                                bareme_image **image) {
  if (!image)
    return BAREME_INVALID_ARGUMENT;
  *image = NULL;
  if (!path)
    return BAREME_INVALID_ARGUMENT;
  const char *name = text_equal(text_from(path), TEXT("-")) ? "<stdin>" : path;
  bareme_image *made = memory_zeroed(&memory_standard, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = memory_standard;
  struct arena arena;
  struct text bytes;
  arena_init(&arena, &memory_standard);
  bareme_status status = load(&arena, path, name, &bytes, failure);
  if (status == BAREME_OK && verify_key)
    status = policy_trust(verify_key, path, text_from(name), bytes, &memory_standard, failure);
  if (status == BAREME_OK)
    status = read_image(made, bytes, name, failure);
  arena_clear(&arena);
  if (status == BAREME_OK)
    *image = made;
  else
    bareme_image_free(made);
  return status;
}

void bareme_image_free(bareme_image *image) {
  if (!image)
    return;
  struct memory memory = image->memory;
  bareme_policy_free(image->policy);
  memory_free(&memory, image, 1, sizeof *image);
}

void bareme_image_about(const bareme_image *image, bareme_image_info *info) {
  const struct image_outline *outline = &image->outline;
  *info = (bareme_image_info){
      .format_major = outline->major,
      .format_minor = outline->minor,
      .made_major = outline->made_by[0],
      .made_minor = outline->made_by[1],
      .made_patch = outline->made_by[2],
      .length = outline->length,
      .stripped = image->policy->program->source_name_count == 0,
  };
}

bool bareme_image_section_at(const bareme_image *image, uint32_t index,
                             bareme_image_section *section) {
  if (index >= image->outline.section_count)
    return false;
  const struct image_section *from = &image->outline.sections[index];
  *section = (bareme_image_section){from->name,     from->offset,   from->length,
                                    from->checksum, from->optional, from->known};
  return true;
}

bool bareme_image_count_at(const bareme_image *image, uint32_t index, bareme_image_count *count) {
  const struct program *p = image->policy->program;
  const bareme_image_count counts[] = {
      {"constants", "numbers", p->number_count},
      {"constants", "instants and durations", p->micros_count},
      {"constants", "texts", p->text_count},
      {"constants", "sets of texts", p->text_set_count},
      {"constants", "sets of numbers", p->number_set_count},
      {"constants", "tables", p->table_count},
      {"constants", "bands", p->band_table_count},
      {"constants", "decays", p->decay_count},
      {"constants", "units", p->unit_count},
      {"plain", "instructions", p->plain.code_count},
      {"plain", "registers", p->plain.register_count},
      {"full", "instructions", p->full.code_count},
      {"full", "registers", p->full.register_count},
      {"full", "lines of explanation", p->full.line_count},
  };
  if (index >= sizeof counts / sizeof *counts)
    return false;
  *count = counts[index];
  return true;
}

const bareme_policy *bareme_image_policy(const bareme_image *image) {
  return image->policy;
}

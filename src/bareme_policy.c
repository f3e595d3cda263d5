/* bareme_policy.c - text to tree to model to program.
 *
 *   bytes --parse--> tree --check--> model --compile--> program
 *            |                |                  |
 *            +----------------+---- diags -------+----> report
 *
 * Tree and model live in the arena of the report and are gone with it; the
 * program has memory of its own and is all that a policy keeps.
 *
 * The checker also sees a tree that the parser could not read all of, so that
 * the messages of both come in one run: the tree says which parts are broken,
 * and the checker keeps silent about those.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_load.h"
#include "bareme_private.h"

#include "check/check.h"
#include "check/lint.h"
#include "code/image.h"
#include "compile/compile.h"
#include "limits.h"
#include "syntax/parse.h"

#include <string.h>

/* ---- compiling -------------------------------------------------------------------- */

/* One compilation, from the bytes on. */
struct compilation {
  bareme_report *report;
  struct load_context load;
  struct check_set *sets;
  size_t set_count;
  struct model model;
  bool tests;
  const char *verify_key; /* NULL: it need not be signed */
  bareme_failure *failure;
};

static bareme_status read_sets(struct compilation *work, const bareme_compile_options *options) {
  if (options->set_count == 0)
    return BAREME_OK;
  work->sets = arena_array(&work->report->arena, options->set_count, sizeof *work->sets);
  if (!work->sets)
    return BAREME_NO_MEMORY;
  for (size_t i = 0; i < options->set_count; i++) {
    struct text text = text_from(options->sets[i]);
    const char *equals = memchr(text.bytes, '=', text.length);
    if (!equals || equals == text.bytes) {
      failure_set(work->failure, "`%.*s` is not of the form NAME=VALUE", TEXT_ARGS(text));
      return BAREME_INVALID_ARGUMENT;
    }
    size_t length = (size_t)(equals - text.bytes);
    work->sets[i].name = (struct text){text.bytes, length};
    work->sets[i].value = (struct text){equals + 1, text.length - length - 1};
  }
  work->set_count = options->set_count;
  return BAREME_OK;
}

/* The param whose name is nearest to one that does not exist; NULL if none is near. */
static const struct model_value *nearest_param(const struct model *model, struct text name) {
  const struct model_value *nearest = NULL;
  unsigned best = (unsigned)(name.length + 2) / 3; /* a third of the letters may be wrong */
  for (uint32_t i = 0; i < model->value_count; i++) {
    const struct model_value *value = model->values[i];
    unsigned distance =
        value->kind == VALUE_PARAM ? text_distance(value->name, name, best) : best + 1;
    if (distance > best)
      continue;
    nearest = value;
    best = distance;
  }
  return nearest;
}

static bareme_status check_sets_used(struct compilation *work) {
  for (size_t i = 0; i < work->set_count; i++) {
    struct text name = work->sets[i].name;
    if (work->sets[i].used)
      continue;
    const struct model_value *near = nearest_param(&work->model, name);
    if (near)
      failure_set(work->failure, "the policy has no param `%.*s`; did you mean `%.*s`?",
                  TEXT_ARGS(name), TEXT_ARGS(near->name));
    else
      failure_set(work->failure, "the policy has no param `%.*s`", TEXT_ARGS(name));
    return BAREME_INVALID_ARGUMENT;
  }
  return BAREME_OK;
}

/* A floor said no: either it told why, or it had no memory. */
static bareme_status refuse(const bareme_report *report) {
  bool told = report->diags.errors > 0 && !report->diags.out_of_memory;
  return told ? BAREME_INVALID_POLICY : BAREME_NO_MEMORY;
}

/* Text to model.  BAREME_INVALID_POLICY: the report says why. */
static bareme_status analyse(struct compilation *work, uint32_t source) {
  bareme_report *report = work->report;
  struct tree tree = {0};
  bool parsed = parse_source(&report->arena, &report->sources, source, &report->diags, &tree);
  if (!parsed && !tree.decls)
    return refuse(report);
  struct check_loader loader = {load_module, &work->load};
  struct check_options options = {work->sets, work->set_count, &loader};
  bool checked =
      check_policy(&report->arena, &report->sources, &tree, &options, &report->diags, &work->model);
  if (!parsed || !checked)
    return refuse(report);
  lint_model(&report->arena, &work->model, &report->diags);
  return BAREME_OK;
}

static bareme_status refuse_program(struct diags *diags) {
  struct diag *diag =
      diag_error(diags, E0502, (struct span){0}, "the policy is too large for one program");
  diag_help(diags, diag, "divide it into policies that are scored one by one");
  return BAREME_INVALID_POLICY;
}

static bareme_status generate(struct compilation *work, bareme_policy **policy) {
  const struct memory *memory = &work->report->memory;
  struct program *program;
  enum compile_result result = work->tests ? compile_tests(&work->model, memory, &program)
                                           : compile_model(&work->model, memory, &program);
  if (result == COMPILE_OK)
    return policy_adopt(program, memory, policy);
  return result == COMPILE_TOO_LARGE ? refuse_program(&work->report->diags) : BAREME_NO_MEMORY;
}

/* What only a source has. */
static const char *asked_of_source(const struct compilation *work) {
  if (work->set_count > 0)
    return "its params have had their values since it was built";
  return work->tests ? "its tests have stayed with its source" : NULL;
}

/* A policy that was compiled before. */
static bareme_status take_image(struct compilation *work, struct text name, struct text bytes,
                                bareme_policy **policy) {
  struct refusal refusal = {.length = 0};
  bareme_report *report = work->report;
  const char *asked = asked_of_source(work);
  if (asked) {
    failure_set(work->failure, "%.*s is a compiled policy: %s", TEXT_ARGS(name), asked);
    return BAREME_INVALID_ARGUMENT;
  }
  bareme_status status = policy_from_image(bytes, &report->memory, &refusal, policy);
  if (status != BAREME_INVALID_POLICY)
    return status;
  failure_set(work->failure, "%.*s: %s", TEXT_ARGS(name), refusal.text);
  if (sources_add(&report->sources, name, TEXT("")) == UINT32_MAX)
    return BAREME_NO_MEMORY;
  diag_error(&report->diags, E0607, (struct span){0}, "%s", refusal.text);
  return BAREME_INVALID_POLICY;
}

static bareme_status compile_bytes(struct compilation *work, struct text name, struct text bytes,
                                   bareme_policy **policy) {
  if (image_begins(bytes))
    return take_image(work, name, bytes, policy);
  uint32_t source = sources_add(&work->report->sources, name, bytes);
  if (source == UINT32_MAX)
    return BAREME_NO_MEMORY;
  bareme_status status = analyse(work, source);
  if (status == BAREME_OK)
    status = check_sets_used(work);
  if (status == BAREME_OK)
    status = generate(work, policy);
  return status;
}

static bareme_status refuse_size(struct compilation *work, struct text name) {
  if (sources_add(&work->report->sources, name, TEXT("")) == UINT32_MAX)
    return BAREME_NO_MEMORY;
  struct diags *diags = &work->report->diags;
  struct diag *diag =
      diag_error(diags, E0501, (struct span){0},
                 "the file has more than %u bytes, and was not read", LIMIT_SOURCE_BYTES);
  diag_help(diags, diag,
            "is this a policy? Long lists of texts can be files of their own: "
            "`list names from \"names.txt\"`");
  return BAREME_INVALID_POLICY;
}

/* What may have to be signed is looked at before anything reads it. */
static bareme_status take_file(struct compilation *work, const char *path, struct text name,
                               struct text bytes, bareme_policy **policy) {
  bareme_status status = BAREME_OK;
  if (work->verify_key)
    status =
        policy_trust(work->verify_key, path, name, bytes, &work->report->memory, work->failure);
  return status == BAREME_OK ? compile_bytes(work, name, bytes, policy) : status;
}

static bareme_status compile_file(struct compilation *work, const char *path,
                                  bareme_policy **policy) {
  struct text name = strcmp(path, "-") == 0 ? TEXT("<stdin>") : text_from(path);
  struct text bytes;
  const char *reason = NULL;
  switch (load_file(&work->report->arena, path, &bytes, &reason)) {
  case LOAD_OK: return take_file(work, path, name, bytes, policy);
  case LOAD_TOO_LARGE: return refuse_size(work, name);
  case LOAD_NO_MEMORY: return BAREME_NO_MEMORY;
  case LOAD_FAILED: break;
  }
  failure_set(work->failure, "%.*s: %s", TEXT_ARGS(name), reason);
  return BAREME_IO;
}

/* Hands the report over, or frees it where there is nothing to tell. */
static bareme_status conclude(struct compilation *work, bareme_status status,
                              bareme_report **report, bareme_policy **policy) {
  if (status == BAREME_OK || status == BAREME_INVALID_POLICY)
    if (!report_close(work->report))
      status = BAREME_NO_MEMORY;
  if (status != BAREME_OK) {
    bareme_policy_free(*policy);
    *policy = NULL;
  }
  if (status == BAREME_NO_MEMORY)
    failure_set(work->failure, "out of memory");
  if (report && status != BAREME_NO_MEMORY)
    *report = work->report;
  else
    bareme_report_free(work->report);
  return status;
}

/* What both ways in have in common: `path` or else the bytes. */
static bareme_status compile(const char *path, const char *name, struct text bytes,
                             const bareme_compile_options *options, bareme_report **report,
                             bareme_failure *failure, bareme_policy **policy) {
  bareme_compile_options own = BAREME_COMPILE_OPTIONS_INIT;
  struct memory memory;
  if ((options && !options_take(&own, sizeof own, options)) ||
      !allocator_memory(own.allocator, &memory))
    return BAREME_INVALID_ARGUMENT;
  struct compilation work = {.report = report_new(&memory),
                             .tests = own.tests,
                             .verify_key = own.verify_key,
                             .failure = failure};
  if (!work.report)
    return BAREME_NO_MEMORY;
  struct arena *arena = &work.report->arena;
  bareme_status status = read_sets(&work, &own);
  if (status == BAREME_OK && !load_context_init(&work.load, arena, path, own.include_directories,
                                                own.include_directory_count))
    status = BAREME_NO_MEMORY;
  if (status == BAREME_OK)
    status = path ? compile_file(&work, path, policy)
                  : take_file(&work, NULL, text_from(name), bytes, policy);
  if (work.load.out_of_memory)
    status = BAREME_NO_MEMORY;
  return conclude(&work, status, report, policy);
}

bareme_status bareme_policy_open(const char *path, const bareme_compile_options *options,
                                 bareme_report **report, bareme_failure *failure,
                                 bareme_policy **policy) {
  if (report)
    *report = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  *policy = NULL;
  if (!path)
    return BAREME_INVALID_ARGUMENT;
  return compile(path, NULL, (struct text){NULL, 0}, options, report, failure, policy);
}

bareme_status bareme_policy_compile(const char *name, const char *bytes, size_t length,
                                    const bareme_compile_options *options, bareme_report **report,
                                    bareme_failure *failure, bareme_policy **policy) {
  if (report)
    *report = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  *policy = NULL;
  if (!name || (!bytes && length > 0))
    return BAREME_INVALID_ARGUMENT;
  return compile(NULL, name, (struct text){bytes, length}, options, report, failure, policy);
}

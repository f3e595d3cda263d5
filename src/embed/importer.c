/* importer.c - leads from columns of Arrow, handed out as batches.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/import.h"
#include "embed/handles.h"
#include "intake/id_set.h"
#include "intake/say.h"
#include "limits.h"

struct bareme_importer {
  struct memory memory;
  struct arena arena;
  struct problems problems;
  struct id_set ids;
  struct import import;
  bareme_batch batch;
  bool has_batch;
};

static bool identify(void *context, struct text id, bool *repeated) {
  bareme_importer *importer = context;
  enum id_set_result result = id_set_add(&importer->ids, id_hash(&importer->ids.seeds, id));
  *repeated = result == ID_SEEN;
  return result != ID_NO_MEMORY;
}

static uint32_t chunk_of(const bareme_policy *policy, const bareme_import_options *options) {
  if (options->chunk == 0)
    return runner_chunk(policy->program, options->explain);
  return options->chunk < LIMIT_CHUNK_LEADS ? options->chunk : LIMIT_CHUNK_LEADS;
}

static bareme_status set_up(bareme_importer *importer, const bareme_policy *policy,
                            const struct ArrowSchema *schema, const bareme_import_options *options,
                            bareme_failure *failure) {
  const struct program *program = policy->program;
  const struct memory *memory = &importer->memory;
  uint32_t chunk = chunk_of(policy, options);
  struct import_context context = {
      .labels = labels_make(program, &importer->arena),
      .problems = &importer->problems,
      .strict = options->strict,
      .identify = identify,
      .context = importer,
  };
  if (!context.labels || !problems_init(&importer->problems, program, memory))
    return say_memory(failure);
  problems_at(&importer->problems, TEXT("<arrow>"), 0);
  importer->has_batch = true;
  if (!batch_init(&importer->batch.batch, program, memory, chunk, options->as_of))
    return say_memory(failure);
  return import_init(&importer->import, program, memory, &context, chunk, schema, failure);
}

bareme_status bareme_importer_new(const bareme_policy *policy, const struct ArrowSchema *schema,
                                  const bareme_import_options *options, bareme_failure *failure,
                                  bareme_importer **importer) {
  if (!importer)
    return BAREME_INVALID_ARGUMENT;
  *importer = NULL;
  bareme_import_options own = BAREME_IMPORT_OPTIONS_INIT;
  if (!policy || !schema || !options || !options_take(&own, sizeof own, options))
    return BAREME_INVALID_ARGUMENT;
  bareme_importer *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return say_memory(failure);
  made->memory = policy->memory;
  arena_init(&made->arena, &made->memory);
  arena_init(&made->problems.arena, &made->memory);
  /* Where memory lies is as good as chance, and asks nothing of the system. */
  uint64_t place = (uint64_t)(uintptr_t)made;
  const struct id_seeds seeds = {place * UINT64_C(0x9e3779b185ebca87),
                                 ~place * UINT64_C(0xc2b2ae3d27d4eb4f)};
  id_set_init(&made->ids, &made->memory, seeds);
  bareme_status status = set_up(made, policy, schema, &own, failure);
  if (status == BAREME_OK)
    *importer = made;
  else
    bareme_importer_free(made);
  return status;
}

bareme_status bareme_importer_give(bareme_importer *importer, const struct ArrowArray *array,
                                   bareme_failure *failure) {
  if (!importer || !array)
    return BAREME_INVALID_ARGUMENT;
  return import_give(&importer->import, array, failure);
}

static bareme_status tell(const bareme_importer *importer, bareme_failure *failure) {
  const struct import *import = &importer->import;
  if (import->status == BAREME_NO_MEMORY)
    return say_memory(failure);
  problems_explain(&importer->problems, import->cause.problem, import->cause.subject, failure);
  return BAREME_REJECTED;
}

/* A failure is told when the leads before it have been handed out. */
bareme_status bareme_importer_next(bareme_importer *importer, bareme_failure *failure,
                                   const bareme_batch **batch) {
  if (!batch)
    return BAREME_INVALID_ARGUMENT;
  *batch = NULL;
  if (!importer)
    return BAREME_INVALID_ARGUMENT;
  struct import *import = &importer->import;
  struct batch *leads = &importer->batch.batch;
  batch_reset(leads);
  while (import->status == BAREME_OK && leads->count == 0 && import_left(import) > 0)
    import_rows(import, leads);
  if (leads->count > 0)
    *batch = &importer->batch;
  else if (import->status == BAREME_OK)
    return BAREME_END;
  return *batch ? BAREME_OK : tell(importer, failure);
}

void bareme_importer_summary(const bareme_importer *importer, bareme_read_summary *summary) {
  size_t problems = 0;
  bareme_problem problem;
  while (problems_get(&importer->problems, problems, &problem))
    problems++;
  *summary = (bareme_read_summary){
      .records = importer->import.records,
      .accepted = importer->import.accepted,
      .rejected = importer->import.rejected,
      .events = importer->import.counts.added,
      .future_events = importer->import.counts.future,
      .duplicate_events = importer->import.counts.duplicate,
      .ignored_events = importer->import.counts.ignored,
      .problems = problems,
  };
}

bool bareme_importer_problem(const bareme_importer *importer, size_t index,
                             bareme_problem *problem) {
  return problems_get(&importer->problems, index, problem);
}

void bareme_importer_free(bareme_importer *importer) {
  if (!importer)
    return;
  struct memory memory = importer->memory;
  import_clear(&importer->import);
  if (importer->has_batch)
    batch_clear(&importer->batch.batch);
  id_set_clear(&importer->ids);
  problems_clear(&importer->problems);
  arena_clear(&importer->arena);
  memory_free(&memory, importer, 1, sizeof *importer);
}

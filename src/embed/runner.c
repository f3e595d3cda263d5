/* runner.c - batches and the runners that score them, handed out.
 *
 * A bareme_runner is the machine's runner.  What is added here is the care
 * that a caller from outside needs: arguments are tested, and a runner grows
 * when a batch with more lanes than before comes along.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

uint32_t bareme_batch_count(const bareme_batch *batch) {
  return batch->batch.count;
}

bareme_text bareme_batch_id(const bareme_batch *batch, uint32_t lane) {
  if (lane >= batch->batch.count)
    return (bareme_text){NULL, 0};
  return public_text(batch->batch.ids[lane]);
}

bareme_status bareme_runner_new(const bareme_policy *policy, bool explain, bareme_runner **runner) {
  if (!runner)
    return BAREME_INVALID_ARGUMENT;
  *runner = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  bareme_runner *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->policy = policy;
  bool ready = runner_init(&made->runner, policy->program, &policy->memory,
                           runner_chunk(policy->program, explain), explain);
  made->explanation = memory_zeroed(&policy->memory, 1, sizeof *made->explanation);
  if (!ready || !made->explanation) {
    bareme_runner_free(made);
    return BAREME_NO_MEMORY;
  }
  made->explanation->score = BAREME_NONE;
  *runner = made;
  return BAREME_OK;
}

void bareme_runner_free(bareme_runner *runner) {
  if (!runner)
    return;
  struct memory memory = runner->policy->memory;
  struct explanation *explanation = runner->explanation;
  runner_clear(&runner->runner);
  if (explanation)
    memory_free(&memory, explanation->lines, explanation->capacity, sizeof *explanation->lines);
  memory_free(&memory, explanation, 1, sizeof *explanation);
  memory_free(&memory, runner, 1, sizeof *runner);
}

/* A batch that was filled to be run, not explained, may have more lanes than
 * the runner has room for. */
static bool make_room(bareme_runner *runner, uint32_t lanes) {
  if (lanes <= runner->runner.lead_capacity)
    return true;
  bool explain = runner->runner.explain;
  const bareme_policy *policy = runner->policy;
  runner_clear(&runner->runner);
  return runner_init(&runner->runner, policy->program, &policy->memory, lanes, explain);
}

bareme_status bareme_runner_run(bareme_runner *runner, const bareme_batch *batch) {
  if (batch->batch.program != runner->policy->program)
    return BAREME_INVALID_ARGUMENT;
  runner->explanation->score = BAREME_NONE;
  if (!make_room(runner, batch->batch.count) || !runner_run(&runner->runner, &batch->batch))
    return BAREME_NO_MEMORY;
  return BAREME_OK;
}

/* runner.c - scoring, handed out.
 *
 * A bareme_runner is the machine's runner.  What is added here is the care
 * that a caller from outside needs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

/* Room to begin with: who scores single leads needs no more, and has the registers close together.
 * A run over more makes more. */
enum { FIRST_LEADS = 1 };

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
  bool ready = runner_init(&made->runner, policy->program, &policy->memory, FIRST_LEADS, explain);
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

bool runner_score(bareme_runner *runner, const struct batch *batch) {
  runner->explanation->score = BAREME_NONE;
  runner->lanes = 0;
  if (!runner_run(&runner->runner, batch))
    return false;
  runner->lanes = batch->count;
  return true;
}

bareme_status bareme_runner_run(bareme_runner *runner, const bareme_batch *batch) {
  if (!runner || !batch || batch->batch.program != runner->policy->program || batch->row.open)
    return BAREME_INVALID_ARGUMENT;
  return runner_score(runner, &batch->batch) ? BAREME_OK : BAREME_NO_MEMORY;
}

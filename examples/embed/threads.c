/* threads.c - threads that share one policy.
 *
 *   cc threads.c -lbareme -pthread -o threads && ./threads inbound.bmc
 *
 * A policy never changes once it is loaded, so all threads read the same one.
 * Each has a batch and a runner of its own, which nobody else touches: there is
 * nothing to lock.  The leads of all threads together are scored once more by
 * one, to show that who scores what changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/bareme.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, LEADS = 20000 };

/* What one thread does: the leads from begin to end, and what came of them. */
struct share {
  const bareme_policy *policy;
  int64_t as_of;
  uint32_t begin, end;
  uint32_t qualified;
  double interest;
  bareme_status status;
};

/* The indices of what a lead is made of, looked up once. */
struct places {
  uint32_t country, size, consent, visit, page, demo;
};

static bareme_text text(const char *terminated) {
  return (bareme_text){terminated, strlen(terminated)};
}

static struct places find_places(const bareme_policy *policy) {
  uint32_t visit = bareme_policy_find_event_type(policy, text("visit"));
  return (struct places){
      .country = bareme_policy_find_field(policy, BAREME_LEAD, "country"),
      .size = bareme_policy_find_field(policy, BAREME_LEAD, "size"),
      .consent = bareme_policy_find_field(policy, BAREME_LEAD, "consent"),
      .visit = visit,
      .page = bareme_policy_find_field(policy, visit, "page"),
      .demo = bareme_policy_find_event_type(policy, text("demo_requested")),
  };
}

/* Lead `number` of those that there are: made up, and always the same. */
static bareme_status add_lead(bareme_batch *batch, const struct places *places, int64_t as_of,
                              uint32_t number) {
  static const char *const countries[] = {"AT", "BE", "CH", "DE", "FR"};
  const int64_t hour = INT64_C(3600000000);
  const bareme_text no_id = {NULL, 0};
  uint32_t random = number * 2654435761u;
  bareme_batch_begin(batch);
  bareme_batch_set_text(batch, places->country, text(countries[random % 5]));
  bareme_batch_set_number(batch, places->size, (random >> 8) % 500);
  bareme_batch_set_bool(batch, places->consent, (random >> 16) % 3 > 0);
  for (uint32_t i = 0; i < (random >> 20) % 8; i++) {
    bareme_batch_begin_event(batch, places->visit);
    bareme_batch_set_text(batch, places->page, text(i % 2 ? "/pricing" : "/docs"));
    bareme_batch_add_event(batch, as_of - (int64_t)(i * 100 + number % 100) * hour, no_id, NULL);
  }
  if ((random >> 24) % 4 == 0) {
    bareme_batch_begin_event(batch, places->demo);
    bareme_batch_add_event(batch, as_of - (int64_t)(number % 1000) * hour, no_id, NULL);
  }
  return bareme_batch_end(batch, NULL);
}

static void add_up(struct share *share, const bareme_runner *runner, uint32_t count) {
  uint32_t qualified = bareme_policy_find(share->policy, BAREME_STAGES, "qualified");
  uint32_t interest = bareme_policy_find(share->policy, BAREME_SCORES, "interest");
  for (uint32_t lane = 0; lane < count; lane++) {
    double score = 0;
    share->qualified += bareme_result_stage(runner, lane) == qualified;
    if (bareme_result_score(runner, interest, lane, &score))
      share->interest += score;
  }
}

/* Fills the batch until it is full, runs it, and begins anew. */
static bareme_status score(struct share *share, bareme_batch *batch, bareme_runner *runner) {
  struct places places = find_places(share->policy);
  for (uint32_t next = share->begin; next < share->end;) {
    bareme_status status = bareme_batch_reset(batch, share->as_of);
    while (status == BAREME_OK && next < share->end) {
      status = add_lead(batch, &places, share->as_of, next);
      next += status == BAREME_OK;
    }
    if (status == BAREME_OK || status == BAREME_FULL)
      status = bareme_runner_run(runner, batch);
    if (status != BAREME_OK)
      return status;
    add_up(share, runner, bareme_batch_count(batch));
  }
  return BAREME_OK;
}

static void *work(void *context) {
  struct share *share = context;
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_batch *batch = NULL;
  bareme_runner *runner = NULL;
  options.as_of = share->as_of;
  share->status = bareme_batch_new(share->policy, &options, &batch);
  if (share->status == BAREME_OK)
    share->status = bareme_runner_new(share->policy, false, &runner);
  if (share->status == BAREME_OK)
    share->status = score(share, batch, runner);
  bareme_runner_free(runner);
  bareme_batch_free(batch);
  return NULL;
}

/* All leads by so many threads; false if one of them failed. */
static bool score_all(const bareme_policy *policy, int64_t as_of, uint32_t threads,
                      struct share *total) {
  struct share shares[THREADS];
  pthread_t ids[THREADS];
  bool good = true;
  *total = (struct share){0};
  for (uint32_t i = 0; i < threads; i++) {
    shares[i] = (struct share){.policy = policy,
                               .as_of = as_of,
                               .begin = LEADS / threads * i,
                               .end = LEADS / threads * (i + 1)};
    if (pthread_create(&ids[i], NULL, work, &shares[i]) != 0)
      return false;
  }
  for (uint32_t i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    good = good && shares[i].status == BAREME_OK;
    total->qualified += shares[i].qualified;
    total->interest += shares[i].interest;
  }
  return good;
}

int main(int argc, char **argv) {
  bareme_failure failure = {"usage: threads POLICY"};
  bareme_policy *policy = NULL;
  int64_t as_of = 0;
  struct share one, many;
  bareme_instant_parse("2026-06-01", 10, &as_of);
  if (argc < 2 || bareme_policy_open(argv[1], NULL, NULL, &failure, &policy) != BAREME_OK) {
    fprintf(stderr, "%s\n", failure.text);
    return 1;
  }
  bool good = score_all(policy, as_of, 1, &one) && score_all(policy, as_of, THREADS, &many);
  if (good) {
    printf("1 thread:  %u of %d leads qualified, interest %.2f each\n", one.qualified, LEADS,
           one.interest / LEADS);
    printf("%d threads: %u of %d leads qualified, interest %.2f each\n", THREADS, many.qualified,
           LEADS, many.interest / LEADS);
  }
  bareme_policy_free(policy);
  return good ? 0 : 1;
}

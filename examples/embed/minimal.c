/* minimal.c - one lead, scored and explained by libbareme-vm.
 *
 *   bareme build inbound.bareme -o inbound.bmc
 *   cc minimal.c -lbareme-vm -o minimal && ./minimal inbound.bmc
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/vm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libbareme-vm has no memory of its own: it takes what it is given. */
static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context, (void)old_size;
  if (new_size > 0)
    return realloc(block, new_size);
  free(block);
  return NULL;
}

static bareme_text text(const char *terminated) {
  return (bareme_text){terminated, strlen(terminated)};
}

static bareme_policy *load(const char *path) {
  static char bytes[1 << 16];
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
  bareme_allocator allocator = {resize, NULL};
  bareme_load_options options = BAREME_LOAD_OPTIONS_INIT;
  bareme_failure failure = {"no such file"};
  bareme_policy *policy = NULL;
  options.allocator = &allocator;
  if (!file || bareme_policy_load(bytes, length, &options, &failure, &policy) != BAREME_OK)
    fprintf(stderr, "%s: %s\n", path, failure.text);
  if (file)
    fclose(file);
  return policy;
}

/* Ada, from Switzerland, has 250 people; she looked at the prices and asked for a demo. */
static bareme_status add_ada(const bareme_policy *policy, bareme_batch *batch, int64_t today,
                             bareme_failure *failure) {
  const int64_t day = INT64_C(86400000000); /* microseconds */
  const bareme_text no_id = {NULL, 0};
  uint32_t visit = bareme_policy_find_event_type(policy, text("visit"));
  bareme_batch_begin(batch);
  bareme_batch_set_id(batch, text("ada"));
  bareme_batch_set_text(batch, bareme_policy_find_field(policy, BAREME_LEAD, "country"),
                        text("CH"));
  bareme_batch_set_number(batch, bareme_policy_find_field(policy, BAREME_LEAD, "size"), 250);
  bareme_batch_set_bool(batch, bareme_policy_find_field(policy, BAREME_LEAD, "consent"), true);
  bareme_batch_begin_event(batch, visit);
  bareme_batch_set_text(batch, bareme_policy_find_field(policy, visit, "page"),
                        text("/pricing/eu"));
  bareme_batch_add_event(batch, today - 30 * day, no_id, NULL);
  bareme_batch_begin_event(batch, bareme_policy_find_event_type(policy, text("demo_requested")));
  bareme_batch_add_event(batch, today, no_id, NULL);
  return bareme_batch_end(batch, failure); /* tells the first failure of all of the above */
}

static void print_score(const bareme_policy *policy, const bareme_runner *runner, uint32_t score) {
  bareme_contribution line;
  double points = 0;
  bareme_text name = bareme_policy_name(policy, BAREME_SCORES, score);
  bareme_result_score(runner, score, 0, &points);
  printf("  %.*s %.1f\n", (int)name.length, name.bytes, points);
  for (uint32_t i = 0; bareme_result_explain(runner, score, 0, i, &line); i++)
    if (!line.why) /* it counts */
      printf("    %+.1f %.*s\n", line.points, (int)line.label.length, line.label.bytes);
}

int main(int argc, char **argv) {
  bareme_policy *policy = argc > 1 ? load(argv[1]) : NULL;
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_batch *batch = NULL;
  bareme_runner *runner = NULL;
  options.capacity = 1;
  bareme_instant_parse("2026-06-01", 10, &options.as_of);
  if (policy && bareme_batch_new(policy, &options, &batch) == BAREME_OK &&
      bareme_runner_new(policy, true, &runner) == BAREME_OK &&
      add_ada(policy, batch, options.as_of, &failure) == BAREME_OK &&
      bareme_runner_run(runner, batch) == BAREME_OK) {
    bareme_text grade = bareme_policy_outcome(policy, BAREME_BANDS, 0,
                                              bareme_result_outcome(runner, BAREME_BANDS, 0, 0));
    bareme_text stage = bareme_policy_name(policy, BAREME_STAGES, bareme_result_stage(runner, 0));
    printf("ada: %.*s, %.*s\n", (int)grade.length, grade.bytes, (int)stage.length, stage.bytes);
    for (uint32_t i = 0; i < bareme_policy_count(policy, BAREME_SCORES); i++)
      print_score(policy, runner, i);
  }
  fputs(failure.text, stderr);
  bareme_runner_free(runner);
  bareme_batch_free(batch);
  bareme_policy_free(policy);
  return runner ? 0 : 1;
}

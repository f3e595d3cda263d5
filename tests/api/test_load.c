/* test_load.c - compiled policies from memory, and the host's allocator.
 *
 * What may stand in a file and what may not is tests/unit/test_image.c's; here
 * is what a host sees: statuses, reasons, who owns what, and that whatever
 * request for memory is refused, all goes on as if it had not been made.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/fixture.h"

#define DAY (INT64_C(86400) * 1000000)

static bareme_text text(const char *terminated) {
  return (bareme_text){terminated, strlen(terminated)};
}

/* ---- an allocator that counts, checks, and may refuse -------------------------------------------
 */

struct host {
  size_t live_blocks, live_bytes;
  size_t requests, refuse; /* the request that is refused, from 1; 0: none */
};

/* The size of each block stands before it: the library must tell it right. */
enum { BEFORE = 16 };

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  struct host *host = context;
  char *old = block ? (char *)block - BEFORE : NULL;
  size_t known = 0;
  if (old)
    memcpy(&known, old, sizeof known);
  assert_int_equal(old_size, known);
  if (new_size > 0 && ++host->requests == host->refuse)
    return NULL;
  host->live_bytes += new_size - old_size;
  host->live_blocks += (new_size > 0) - (size_t)(old != NULL);
  if (new_size == 0) {
    free(old);
    return NULL;
  }
  char *made = realloc(old, BEFORE + new_size);
  assert_non_null(made);
  memcpy(made, &new_size, sizeof new_size);
  if (new_size > old_size) /* nobody counts on zeros */
    memset(made + BEFORE + old_size, 0xa5, new_size - old_size);
  return made + BEFORE;
}

/* ---- fixture
 * -------------------------------------------------------------------------------------- */

struct fixture {
  bareme_policy *source; /* compiled, never written */
  struct gathered image;
};

static int begin(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  bareme_sink sink = fixture_sink(&fixture->image);
  fixture->source = fixture_policy();
  assert_int_equal(bareme_policy_write(fixture->source, NULL, &sink, NULL), BAREME_OK);
  *state = fixture;
  return 0;
}

static int end(void **state) {
  struct fixture *fixture = *state;
  bareme_policy_free(fixture->source);
  free(fixture->image.bytes);
  free(fixture);
  return 0;
}

static bareme_policy *load(const struct fixture *fixture) {
  bareme_failure failure = {""};
  bareme_policy *policy;
  assert_int_equal(
      bareme_policy_load(fixture->image.bytes, fixture->image.length, NULL, &failure, &policy),
      BAREME_OK);
  assert_string_equal(failure.text, "");
  return policy;
}

/* ---- what is loaded ----------------------------------------------------------------------------
 */

static void assert_same_text(bareme_text a, bareme_text b) {
  assert_int_equal(a.length, b.length);
  assert_int_equal(a.bytes == NULL, b.bytes == NULL);
  if (a.length > 0)
    assert_memory_equal(a.bytes, b.bytes, a.length);
}

static void a_loaded_policy_declares_what_its_source_does(void **state) {
  struct fixture *fixture = *state;
  const bareme_policy *source = fixture->source;
  bareme_policy *loaded = load(fixture);
  assert_same_text(bareme_policy_title(loaded), bareme_policy_title(source));
  for (bareme_kind kind = BAREME_SCORES; kind <= BAREME_EVENTS; kind++) {
    assert_int_equal(bareme_policy_count(loaded, kind), bareme_policy_count(source, kind));
    for (uint32_t i = 0; i < bareme_policy_count(source, kind); i++) {
      assert_same_text(bareme_policy_name(loaded, kind, i), bareme_policy_name(source, kind, i));
      assert_same_text(bareme_policy_label(loaded, kind, i), bareme_policy_label(source, kind, i));
    }
  }
  bareme_text key, value, other_key, other;
  for (size_t i = 0; bareme_policy_entry(source, i, &key, &value); i++) {
    assert_true(bareme_policy_entry(loaded, i, &other_key, &other));
    assert_same_text(key, other_key);
    assert_same_text(value, other);
  }
  bareme_policy_free(loaded);
}

static void the_bytes_are_not_needed_afterwards(void **state) {
  struct fixture *fixture = *state;
  char *copy = malloc(fixture->image.length);
  bareme_policy *policy;
  memcpy(copy, fixture->image.bytes, fixture->image.length);
  assert_int_equal(bareme_policy_load(copy, fixture->image.length, NULL, NULL, &policy), BAREME_OK);
  memset(copy, 0xff, fixture->image.length);
  free(copy);
  assert_text(bareme_policy_title(policy), "Shop");
  bareme_policy_free(policy);
}

static void assert_refused(const void *bytes, size_t length) {
  bareme_failure failure = {""};
  bareme_policy *policy = (bareme_policy *)&failure;
  assert_int_equal(bareme_policy_load(bytes, length, NULL, &failure, &policy),
                   BAREME_INVALID_POLICY);
  assert_null(policy);
  assert_true(failure.text[0] != '\0');
}

static void what_is_no_compiled_policy_is_refused_with_a_reason(void **state) {
  struct fixture *fixture = *state;
  assert_refused(NULL, 0);
  assert_refused("", 0);
  assert_refused(fixture_source, strlen(fixture_source));
  for (size_t length = 0; length < fixture->image.length; length++)
    assert_refused(fixture->image.bytes, length);
}

static void a_changed_byte_is_noticed(void **state) {
  struct fixture *fixture = *state;
  for (size_t at = 0; at < fixture->image.length; at++) {
    fixture->image.bytes[at] ^= 0x10;
    assert_refused(fixture->image.bytes, fixture->image.length);
    fixture->image.bytes[at] ^= 0x10;
  }
}

static void wrong_calls_are_refused(void **state) {
  struct fixture *fixture = *state;
  const char *bytes = fixture->image.bytes;
  size_t length = fixture->image.length;
  bareme_load_options options = BAREME_LOAD_OPTIONS_INIT;
  bareme_allocator nothing = {NULL, NULL};
  bareme_policy *policy;
  assert_int_equal(bareme_policy_load(bytes, length, NULL, NULL, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_policy_load(NULL, 1, NULL, NULL, &policy), BAREME_INVALID_ARGUMENT);
  options.allocator = &nothing;
  assert_int_equal(bareme_policy_load(bytes, length, &options, NULL, &policy),
                   BAREME_INVALID_ARGUMENT);
  options.size = 1;
  assert_int_equal(bareme_policy_load(bytes, length, &options, NULL, &policy),
                   BAREME_INVALID_ARGUMENT);
}

/* ---- memory
 * -------------------------------------------------------------------------------------- */

/* A host's work: a small lead, then one with more events than there was room for. */
struct work {
  struct host host;
  bareme_policy *policy;
  bareme_batch *batch;
  bareme_runner *runner;
};

static bareme_status open(struct work *work, const struct fixture *fixture) {
  bareme_allocator allocator = {resize, &work->host};
  bareme_load_options options = BAREME_LOAD_OPTIONS_INIT;
  options.allocator = &allocator; /* which is copied */
  return bareme_policy_load(fixture->image.bytes, fixture->image.length, &options, NULL,
                            &work->policy);
}

static bareme_status make_batch(struct work *work) {
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  options.as_of = AS_OF;
  options.capacity = 2;
  return bareme_batch_new(work->policy, &options, &work->batch);
}

static bareme_status make_runner(struct work *work) {
  return bareme_runner_new(work->policy, true, &work->runner);
}

/* Events without order, each with an identity; every tenth is there twice. */
static bareme_status add_lead(struct work *work, uint32_t events) {
  bareme_batch *batch = work->batch;
  uint32_t visit = bareme_policy_find(work->policy, BAREME_EVENTS, "visit");
  uint32_t order = bareme_policy_find(work->policy, BAREME_EVENTS, "order");
  uint32_t country = bareme_policy_find_field(work->policy, BAREME_LEAD, "country");
  uint32_t amount = bareme_policy_find_field(work->policy, order, "amount");
  bareme_batch_begin(batch);
  bareme_batch_set_id(batch, text("somebody"));
  bareme_batch_set_text(batch, country, text("FR"));
  for (uint32_t i = 0; i < events; i++) {
    char id[16];
    snprintf(id, sizeof id, "%u", i % 10 == 9 ? i - 1 : i);
    bareme_batch_begin_event(batch, i % 2 ? visit : order);
    if (i % 2 == 0)
      bareme_batch_set_number(batch, amount, i);
    bareme_batch_add_event(batch, AS_OF - (int64_t)(i * 7 % 11) * DAY, text(id), NULL);
  }
  return bareme_batch_end(batch, NULL);
}

static bareme_status add_small(struct work *work) {
  return add_lead(work, 1);
}

static bareme_status add_large(struct work *work) {
  return add_lead(work, 300);
}

static bareme_status run(struct work *work) {
  return bareme_runner_run(work->runner, work->batch);
}

/* The results of both leads, added up; and their explanations, where there was memory. */
static double results(const struct work *work) {
  double sum = 0, points;
  for (uint32_t lane = 0; lane < 2; lane++)
    for (uint32_t score = 0; score < bareme_policy_count(work->policy, BAREME_SCORES); score++)
      if (bareme_result_score(work->runner, score, lane, &points))
        sum += points;
  return sum;
}

static double explanations(const struct work *work) {
  bareme_contribution line;
  double sum = 0;
  for (uint32_t lane = 0; lane < 2; lane++)
    for (uint32_t score = 0; score < bareme_policy_count(work->policy, BAREME_SCORES); score++)
      for (uint32_t i = 0; bareme_result_explain(work->runner, score, lane, i, &line); i++)
        sum += line.points;
  return sum;
}

static void close(struct work *work) {
  bareme_runner_free(work->runner);
  bareme_batch_free(work->batch);
  bareme_policy_free(work->policy);
  assert_int_equal(work->host.live_blocks, 0);
  assert_int_equal(work->host.live_bytes, 0);
}

/* Does a step; if there was no memory, does it again. */
static void insist(struct work *work, bareme_status (*step)(struct work *work)) {
  size_t requests = work->host.requests;
  bareme_status status = step(work);
  if (work->host.refuse > requests && work->host.refuse <= work->host.requests) {
    assert_int_equal(status, BAREME_NO_MEMORY);
    status = step(work);
  }
  assert_int_equal(status, BAREME_OK);
}

static void do_all(struct work *work, const struct fixture *fixture) {
  if (open(work, fixture) != BAREME_OK) {
    assert_null(work->policy);
    assert_int_equal(work->host.live_blocks, 0);
    assert_int_equal(open(work, fixture), BAREME_OK);
  }
  insist(work, make_runner);
  insist(work, make_batch);
  insist(work, add_small);
  insist(work, run);
  insist(work, add_large);
  insist(work, run);
}

static void the_host_s_allocator_gives_all_memory_and_gets_it_back(void **state) {
  struct work work = {0};
  do_all(&work, *state);
  assert_true(work.host.requests > 20);
  assert_true(work.host.live_blocks > 0);
  assert_true(explanations(&work) > 0);
  close(&work);
}

static void whatever_request_is_refused_the_next_try_succeeds(void **state) {
  struct work all = {0};
  do_all(&all, *state);
  double expected = results(&all);
  size_t before_explaining = all.host.requests;
  assert_true(explanations(&all) != 0);
  for (size_t n = 1; n <= before_explaining; n++) {
    struct work work = {.host.refuse = n};
    do_all(&work, *state);
    assert_true(results(&work) == expected);
    close(&work);
  }
  close(&all);
}

static void an_explanation_without_memory_has_no_lines(void **state) {
  struct work work = {0};
  do_all(&work, *state);
  work.host.refuse = work.host.requests + 1;
  bareme_contribution line;
  assert_false(bareme_result_explain(work.runner, 0, 0, 0, &line));
  assert_true(bareme_result_explain(work.runner, 0, 0, 0, &line));
  close(&work);
}

static void compiling_takes_the_host_s_memory_as_well(void **state) {
  struct host host = {0};
  bareme_allocator allocator = {resize, &host};
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  (void)state;
  options.allocator = &allocator;
  assert_int_equal(bareme_policy_compile("shop.bareme", fixture_source, strlen(fixture_source),
                                         &options, &report, NULL, &policy),
                   BAREME_OK);
  bareme_report_free(report);
  assert_true(host.live_blocks > 0);
  bareme_policy_free(policy);
  assert_int_equal(host.live_blocks, 0);
  assert_int_equal(host.live_bytes, 0);
}

/* ---- values that are asked for without a lead
 * ------------------------------------------------------ */

static void results_of_a_runner_that_never_ran_are_none(void **state) {
  struct fixture *fixture = *state;
  bareme_policy *policy = load(fixture);
  bareme_runner *runner;
  double number;
  assert_int_equal(bareme_runner_new(policy, true, &runner), BAREME_OK);
  assert_false(bareme_result_score(runner, 0, 0, &number));
  assert_int_equal(bareme_result_stage(runner, 0), BAREME_NONE);
  assert_no_text(bareme_result_id(runner, 0));
  assert_int_equal(bareme_runner_run(runner, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_runner_run(NULL, NULL), BAREME_INVALID_ARGUMENT);
  bareme_runner_free(runner);
  bareme_policy_free(policy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_loaded_policy_declares_what_its_source_does),
      TEST(the_bytes_are_not_needed_afterwards),
      TEST(what_is_no_compiled_policy_is_refused_with_a_reason),
      TEST(a_changed_byte_is_noticed),
      TEST(wrong_calls_are_refused),
      TEST(the_host_s_allocator_gives_all_memory_and_gets_it_back),
      TEST(whatever_request_is_refused_the_next_try_succeeds),
      TEST(an_explanation_without_memory_has_no_lines),
      TEST(compiling_takes_the_host_s_memory_as_well),
      TEST(results_of_a_runner_that_never_ran_are_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

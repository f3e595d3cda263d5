/* test_rows.c - the record a policy reads, and leads built row by row.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/fixture.h"

#include <math.h>

#define DAY (INT64_C(86400) * 1000000)

static const bareme_text NO_ID = {NULL, 0};

static bareme_text text(const char *terminated) {
  return (bareme_text){terminated, strlen(terminated)};
}

/* Every type of field, for the lead and for an event; all are read. */
static const char types_source[] =
    "policy \"Types\"\n"
    "lead { n number required  t time  d duration  s text = \"none\"  b bool\n"
    "       l one of (red, green, blue)  ts list of text }\n"
    "event e from \"E!\" { n number  t time  d duration  s text  b bool\n"
    "                      l one of (up, down)  r text required }\n"
    "event quiet {}\n"
    "score total {\n"
    "  +1 when n = 5\n"
    "  +2 when t = 2026-01-01\n"
    "  +4 when d = 3 days\n"
    "  +8 when s is \"deux\"\n"
    "  +16 when b\n"
    "  +32 when l is green\n"
    "  +64 when ts contains \"x\"\n"
    "  +128 on e where n = 5 and t = 2026-01-01 and d = 3 days and s is \"deux\" and b and l is "
    "down\n"
    "  +256 on e where r is \"é\"\n"
    "}\n"
    "stage one { to two when total >= 1000 }\n"
    "stage two\n";

struct fixture {
  bareme_policy *policy;
  bareme_batch *batch;
  bareme_runner *runner;
};

static bareme_batch *new_batch(const bareme_policy *policy, uint32_t capacity, bool borrow) {
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_batch *batch;
  options.as_of = AS_OF;
  options.capacity = capacity;
  options.borrow = borrow;
  assert_int_equal(bareme_batch_new(policy, &options, &batch), BAREME_OK);
  return batch;
}

static int begin(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->policy = fixture_compile(types_source);
  fixture->batch = new_batch(fixture->policy, 3, false);
  assert_int_equal(bareme_runner_new(fixture->policy, true, &fixture->runner), BAREME_OK);
  *state = fixture;
  return 0;
}

static int end(void **state) {
  struct fixture *fixture = *state;
  bareme_runner_free(fixture->runner);
  bareme_batch_free(fixture->batch);
  bareme_policy_free(fixture->policy);
  free(fixture);
  return 0;
}

static uint32_t lead_field(const struct fixture *fixture, const char *name) {
  uint32_t field = bareme_policy_find_field(fixture->policy, BAREME_LEAD, name);
  assert_int_not_equal(field, BAREME_NONE);
  return field;
}

static uint32_t event_field(const struct fixture *fixture, const char *name) {
  uint32_t field = bareme_policy_find_field(fixture->policy, 0, name);
  assert_int_not_equal(field, BAREME_NONE);
  return field;
}

static double score_of(struct fixture *fixture, uint32_t lane) {
  double score = -1;
  assert_int_equal(bareme_runner_run(fixture->runner, fixture->batch), BAREME_OK);
  assert_true(bareme_result_score(fixture->runner, 0, lane, &score));
  return score;
}

/* ---- what it reads -------------------------------------------------------------------------- */

static void a_policy_tells_the_record_it_reads(void **state) {
  struct fixture *fixture = *state;
  bareme_field field;
  assert_int_equal(bareme_policy_field_count(fixture->policy, BAREME_LEAD), 7);
  assert_true(bareme_policy_field(fixture->policy, BAREME_LEAD, lead_field(fixture, "n"), &field));
  assert_text(field.name, "n");
  assert_text(field.path, "n");
  assert_int_equal(field.type, BAREME_NUMBER);
  assert_true(field.required);
  assert_false(field.has_default);
  assert_true(bareme_policy_field(fixture->policy, BAREME_LEAD, lead_field(fixture, "s"), &field));
  assert_true(field.has_default);
  assert_int_equal(field.type, BAREME_TEXT);
  uint32_t l = lead_field(fixture, "l");
  assert_true(bareme_policy_field(fixture->policy, BAREME_LEAD, l, &field));
  assert_int_equal(field.type, BAREME_LABEL);
  assert_int_equal(field.label_count, 3);
  assert_text(bareme_policy_field_label(fixture->policy, BAREME_LEAD, l, 2), "blue");
  assert_no_text(bareme_policy_field_label(fixture->policy, BAREME_LEAD, l, 3));
  assert_false(bareme_policy_field(fixture->policy, BAREME_LEAD, 7, &field));
  assert_int_equal(bareme_policy_find_field(fixture->policy, BAREME_LEAD, "zzz"), BAREME_NONE);
}

static void a_policy_tells_its_kinds_of_events(void **state) {
  struct fixture *fixture = *state;
  bareme_field field;
  assert_int_equal(bareme_policy_count(fixture->policy, BAREME_EVENTS), 2);
  assert_text(bareme_policy_name(fixture->policy, BAREME_EVENTS, 0), "e");
  assert_int_equal(bareme_policy_find(fixture->policy, BAREME_EVENTS, "quiet"), 1);
  assert_text(bareme_policy_event_type(fixture->policy, 0), "E!");
  assert_no_text(bareme_policy_event_type(fixture->policy, 2));
  assert_int_equal(bareme_policy_find_event_type(fixture->policy, text("E!")), 0);
  assert_int_equal(bareme_policy_find_event_type(fixture->policy, text("e")), BAREME_NONE);
  assert_int_equal(bareme_policy_field_count(fixture->policy, 0), 7);
  assert_true(bareme_policy_field(fixture->policy, 0, event_field(fixture, "r"), &field));
  assert_true(field.required);
  assert_int_equal(bareme_policy_field_count(fixture->policy, 2), 0);
  assert_false(bareme_policy_field(fixture->policy, 2, 0, &field));
}

static void a_policy_tells_where_records_have_what_all_read(void **state) {
  (void)state;
  bareme_policy *policy = fixture_compile(
      "policy \"P\"\nlead { id text required from \"key.id\"  stage text from \"phase\" }\n"
      "events from \"log\" type \"what\" at \"when\" id \"uid\"\nevent e\n"
      "stage one\n");
  static const char *const paths[] = {"key.id", "phase", "log", "what", "when", "uid"};
  for (int i = BAREME_PATH_ID; i <= BAREME_PATH_EVENT_ID; i++)
    assert_text(bareme_policy_path(policy, (bareme_path)i), paths[i]);
  assert_true(bareme_policy_requires_id(policy));
  bareme_policy_free(policy);
  policy = fixture_compile("policy \"P\"\n");
  assert_text(bareme_policy_path(policy, BAREME_PATH_ID), "id");
  for (int i = BAREME_PATH_STAGE; i <= BAREME_PATH_EVENT_ID; i++)
    assert_no_text(bareme_policy_path(policy, (bareme_path)i));
  assert_false(bareme_policy_requires_id(policy));
  bareme_policy_free(policy);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void set_all(struct fixture *fixture) {
  bareme_batch *batch = fixture->batch;
  bareme_text list[] = {text("w"), {NULL, 0}, text("x")};
  bareme_batch_set_number(batch, lead_field(fixture, "n"), 5);
  bareme_batch_set_time(batch, lead_field(fixture, "t"), INT64_C(1767225600) * 1000000);
  bareme_batch_set_duration(batch, lead_field(fixture, "d"), 3 * DAY);
  bareme_batch_set_text(batch, lead_field(fixture, "s"), text("deux"));
  bareme_batch_set_bool(batch, lead_field(fixture, "b"), false);
  bareme_batch_set_bool(batch, lead_field(fixture, "b"), true);
  bareme_batch_set_text(batch, lead_field(fixture, "l"), text("GREEN"));
  bareme_batch_set_texts(batch, lead_field(fixture, "ts"), list, 3);
}

static void set_event(struct fixture *fixture) {
  bareme_batch *batch = fixture->batch;
  bareme_batch_set_number(batch, event_field(fixture, "n"), 5);
  bareme_batch_set_time(batch, event_field(fixture, "t"), INT64_C(1767225600) * 1000000);
  bareme_batch_set_duration(batch, event_field(fixture, "d"), 3 * DAY);
  bareme_batch_set_text(batch, event_field(fixture, "s"), text("deux"));
  bareme_batch_set_bool(batch, event_field(fixture, "b"), true);
  bareme_batch_set_label(batch, event_field(fixture, "l"), 1);
  bareme_batch_set_text(batch, event_field(fixture, "r"), text("é"));
}

static void values_of_every_type_arrive(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  assert_int_equal(bareme_batch_begin(batch), BAREME_OK);
  assert_int_equal(bareme_batch_set_id(batch, text("ada")), BAREME_OK);
  set_all(fixture);
  assert_int_equal(bareme_batch_begin_event(batch, 0), BAREME_OK);
  set_event(fixture);
  assert_int_equal(bareme_batch_add_event(batch, AS_OF, NO_ID, NULL), BAREME_OK);
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
  assert_int_equal(bareme_batch_count(batch), 1);
  assert_text(bareme_batch_id(batch, 0), "ada");
  assert_true(score_of(fixture, 0) == 511);
  assert_text(bareme_result_id(fixture->runner, 0), "ada");
}

static void what_is_not_set_is_missing_or_its_default(void **state) {
  struct fixture *fixture = *state;
  for (int i = 0; i < 2; i++) {
    bareme_batch_begin(fixture->batch);
    if (i == 0)
      set_all(fixture);
    else
      bareme_batch_set_number(fixture->batch, lead_field(fixture, "n"), 5);
    assert_int_equal(bareme_batch_end(fixture->batch, NULL), BAREME_OK);
  }
  assert_true(score_of(fixture, 1) == 1);
  assert_true(score_of(fixture, 0) == 127);
  assert_no_text(bareme_result_id(fixture->runner, 0));
}

static void texts_are_copied_unless_they_are_borrowed(void **state) {
  struct fixture *fixture = *state;
  char bytes[] = "deux";
  bareme_batch *borrowing = new_batch(fixture->policy, 1, true), *owning = fixture->batch;
  bareme_batch *batches[] = {owning, borrowing};
  for (int i = 0; i < 2; i++) {
    bareme_batch_begin(batches[i]);
    bareme_batch_set_id(batches[i], (bareme_text){bytes, 4});
    bareme_batch_set_number(batches[i], lead_field(fixture, "n"), 5);
    bareme_batch_set_text(batches[i], lead_field(fixture, "s"), (bareme_text){bytes, 4});
    assert_int_equal(bareme_batch_end(batches[i], NULL), BAREME_OK);
  }
  assert_ptr_equal(bareme_batch_id(borrowing, 0).bytes, bytes);
  memcpy(bytes, "XXXX", 4);
  assert_text(bareme_batch_id(owning, 0), "deux");
  assert_true(score_of(fixture, 0) == 9);
  bareme_batch_free(borrowing);
}

static void an_event_counts_as_the_data_say(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  static const struct {
    int64_t at;
    const char *id;
    bareme_event_outcome outcome;
  } events[] = {
      {AS_OF - DAY, "1", BAREME_EVENT_ADDED},
      {AS_OF + 1, "2", BAREME_EVENT_FUTURE},
      {AS_OF - 2 * DAY, "1", BAREME_EVENT_DUPLICATE},
      {AS_OF - 3 * DAY, NULL, BAREME_EVENT_ADDED},
  };
  bareme_event_outcome outcome;
  bareme_batch_begin(batch);
  bareme_batch_set_number(batch, lead_field(fixture, "n"), 0);
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    bareme_batch_begin_event(batch, 0);
    bareme_batch_set_text(batch, event_field(fixture, "r"), text("é"));
    bareme_text id = events[i].id ? text(events[i].id) : NO_ID;
    assert_int_equal(bareme_batch_add_event(batch, events[i].at, id, &outcome), BAREME_OK);
    assert_int_equal(outcome, events[i].outcome);
  }
  bareme_batch_begin_event(batch, 0);
  assert_int_equal(bareme_batch_add_event(batch, AS_OF, NO_ID, &outcome), BAREME_OK);
  assert_int_equal(outcome, BAREME_EVENT_INCOMPLETE);
  bareme_batch_begin_event(batch, BAREME_NONE);
  assert_int_equal(bareme_batch_set_number(batch, 3, 1), BAREME_OK);
  assert_int_equal(bareme_batch_set_text(batch, 3, text("x")), BAREME_OK);
  assert_int_equal(bareme_batch_add_event(batch, AS_OF, NO_ID, &outcome), BAREME_OK);
  assert_int_equal(outcome, BAREME_EVENT_IGNORED);
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
  assert_true(score_of(fixture, 0) == 512);
}

static void what_the_policy_does_not_read_is_ignored(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  bareme_batch_begin(batch);
  assert_int_equal(bareme_batch_set_number(batch, BAREME_NONE, NAN), BAREME_OK);
  assert_int_equal(bareme_batch_set_text(batch, BAREME_NONE, text("x")), BAREME_OK);
  assert_int_equal(bareme_batch_set_texts(batch, BAREME_NONE, NULL, 1), BAREME_OK);
  assert_int_equal(bareme_batch_set_number(batch, lead_field(fixture, "n"), 5), BAREME_OK);
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
}

static void a_lead_comes_with_its_stage(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  static const char *const stages[] = {"TWO", "", "one"};
  static const uint32_t expected[] = {1, 0, 0};
  for (uint32_t i = 0; i < 3; i++) {
    bareme_batch_begin(batch);
    bareme_batch_set_number(batch, lead_field(fixture, "n"), 5);
    assert_int_equal(bareme_batch_set_stage(batch, text(stages[i])), BAREME_OK);
    assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
  }
  score_of(fixture, 0);
  for (uint32_t i = 0; i < 3; i++)
    assert_int_equal(bareme_result_previous_stage(fixture->runner, i), expected[i]);
}

/* ---- failures -------------------------------------------------------------------------------- */

/* Each is tried on a lead that has been begun; then ending must say the same. */
static bareme_status wrong_type(struct fixture *f) {
  return bareme_batch_set_text(f->batch, lead_field(f, "n"), text("5"));
}
static bareme_status not_finite(struct fixture *f) {
  return bareme_batch_set_number(f->batch, lead_field(f, "n"), INFINITY);
}
static bareme_status not_a_time(struct fixture *f) {
  return bareme_batch_set_time(f->batch, lead_field(f, "t"), INT64_C(253402300800000000));
}
static bareme_status not_utf8(struct fixture *f) {
  return bareme_batch_set_text(f->batch, lead_field(f, "s"), text("\xc3"));
}
static bareme_status not_utf8_in_a_list(struct fixture *f) {
  bareme_text list[] = {text("a"), text("\xff")};
  return bareme_batch_set_texts(f->batch, lead_field(f, "ts"), list, 2);
}
static bareme_status no_list(struct fixture *f) {
  return bareme_batch_set_texts(f->batch, lead_field(f, "ts"), NULL, 1);
}
static bareme_status no_label(struct fixture *f) {
  return bareme_batch_set_text(f->batch, lead_field(f, "l"), text("pink"));
}
static bareme_status no_label_index(struct fixture *f) {
  return bareme_batch_set_label(f->batch, lead_field(f, "l"), 3);
}
static bareme_status no_field(struct fixture *f) {
  return bareme_batch_set_bool(f->batch, 7, true);
}
static bareme_status no_stage(struct fixture *f) {
  return bareme_batch_set_stage(f->batch, text("three"));
}
static bareme_status no_id(struct fixture *f) {
  return bareme_batch_set_id(f->batch, text("\x80"));
}
static bareme_status no_event(struct fixture *f) {
  return bareme_batch_begin_event(f->batch, 2);
}
static bareme_status event_type(struct fixture *f) {
  bareme_batch_begin_event(f->batch, 0);
  return bareme_batch_set_duration(f->batch, event_field(f, "t"), 1);
}
static bareme_status event_at(struct fixture *f) {
  bareme_batch_begin_event(f->batch, 1);
  return bareme_batch_add_event(f->batch, INT64_MIN, NO_ID, NULL);
}
static bareme_status event_twice(struct fixture *f) {
  bareme_batch_begin_event(f->batch, 1);
  return bareme_batch_begin_event(f->batch, 1);
}
static bareme_status event_never(struct fixture *f) {
  return bareme_batch_add_event(f->batch, AS_OF, NO_ID, NULL);
}
static bareme_status lead_twice(struct fixture *f) {
  return bareme_batch_begin(f->batch);
}

static const struct {
  bareme_status (*act)(struct fixture *fixture);
  bareme_status status;
  const char *text;
} failures[] = {
    {wrong_type, BAREME_WRONG_TYPE, "the field `n` has another type"},
    {not_finite, BAREME_INVALID_VALUE, "the field `n`: the number is not finite"},
    {not_a_time, BAREME_INVALID_VALUE, "the field `t`: the instant is not of the years 1 to 9999"},
    {not_utf8, BAREME_INVALID_VALUE, "the field `s`: the text is not UTF-8"},
    {not_utf8_in_a_list, BAREME_INVALID_VALUE, "the field `ts`: the text is not UTF-8"},
    {no_list, BAREME_INVALID_ARGUMENT, "the field `ts`: the list is NULL"},
    {no_label, BAREME_INVALID_VALUE, "the field `l`: this is not one of its labels"},
    {no_label_index, BAREME_INVALID_VALUE, "the field `l`: this is not one of its labels"},
    {no_field, BAREME_INVALID_ARGUMENT, "there is no field of that index"},
    {no_stage, BAREME_INVALID_VALUE, "there is no such stage"},
    {no_id, BAREME_INVALID_VALUE, "the identity is not UTF-8"},
    {no_event, BAREME_INVALID_ARGUMENT, "there is no kind of events of that index"},
    {event_type, BAREME_WRONG_TYPE, "the field `t` of `e` has another type"},
    {event_at, BAREME_INVALID_VALUE, "the instant of the event is not of the years 1 to 9999"},
    {event_twice, BAREME_INVALID_ARGUMENT, "the calls are not in order"},
    {event_never, BAREME_INVALID_ARGUMENT, "the calls are not in order"},
    {lead_twice, BAREME_INVALID_ARGUMENT, "the calls are not in order"},
};

static void the_first_failure_of_a_lead_is_told_when_it_ends(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
    bareme_failure failure = {""};
    assert_int_equal(bareme_batch_begin(batch), BAREME_OK);
    bareme_batch_set_number(batch, lead_field(fixture, "n"), 1);
    assert_int_equal(failures[i].act(fixture), failures[i].status);
    /* what comes then does nothing, and says the same */
    assert_int_equal(bareme_batch_set_id(batch, text("x")), failures[i].status);
    assert_int_equal(bareme_batch_end(batch, &failure), failures[i].status);
    assert_string_equal(failure.text, failures[i].text);
    assert_int_equal(bareme_batch_count(batch), 0);
  }
  bareme_batch_begin(batch);
  bareme_batch_set_number(batch, lead_field(fixture, "n"), 5);
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
  assert_true(score_of(fixture, 0) == 1);
}

static void a_lead_without_a_required_field_is_rejected(void **state) {
  struct fixture *fixture = *state;
  bareme_failure failure = {""};
  bareme_batch_begin(fixture->batch);
  bareme_batch_set_text(fixture->batch, lead_field(fixture, "s"), text("deux"));
  assert_int_equal(bareme_batch_end(fixture->batch, &failure), BAREME_REJECTED);
  assert_string_equal(failure.text, "the field `n` is required and missing");
  assert_int_equal(bareme_batch_count(fixture->batch), 0);
}

static void a_lead_without_a_required_id_is_rejected(void **state) {
  (void)state;
  bareme_failure failure = {""};
  bareme_policy *policy = fixture_compile("policy \"P\"\nlead { id text required }\n");
  bareme_batch *batch = new_batch(policy, 3, false);
  bareme_batch_begin(batch);
  assert_int_equal(bareme_batch_end(batch, &failure), BAREME_REJECTED);
  assert_string_equal(failure.text, "the id is required and missing");
  bareme_batch_begin(batch);
  bareme_batch_set_id(batch, text("a"));
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
  bareme_batch_begin(batch); /* the id before is not its own */
  assert_int_equal(bareme_batch_end(batch, &failure), BAREME_REJECTED);
  bareme_batch_free(batch);
  bareme_policy_free(policy);
}

static void a_full_batch_says_so_and_can_be_emptied(void **state) {
  struct fixture *fixture = *state;
  bareme_failure failure = {""};
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 3; i++) {
      assert_int_equal(bareme_batch_begin(fixture->batch), BAREME_OK);
      bareme_batch_set_number(fixture->batch, lead_field(fixture, "n"), 5);
      assert_int_equal(bareme_batch_end(fixture->batch, NULL), BAREME_OK);
    }
    assert_int_equal(bareme_batch_begin(fixture->batch), BAREME_FULL);
    assert_int_equal(bareme_batch_set_number(fixture->batch, 0, 5), BAREME_FULL);
    assert_int_equal(bareme_batch_end(fixture->batch, &failure), BAREME_FULL);
    assert_string_equal(failure.text, "the batch is full");
    assert_int_equal(bareme_batch_count(fixture->batch), 3);
    assert_true(score_of(fixture, 2) == 1);
    assert_int_equal(bareme_batch_reset(fixture->batch, AS_OF + DAY), BAREME_OK);
    assert_int_equal(bareme_batch_count(fixture->batch), 0);
  }
}

static void a_cancelled_lead_leaves_nothing(void **state) {
  struct fixture *fixture = *state;
  bareme_batch_begin(fixture->batch);
  set_all(fixture);
  bareme_batch_begin_event(fixture->batch, 0);
  set_event(fixture);
  assert_int_equal(bareme_batch_add_event(fixture->batch, AS_OF, text("1"), NULL), BAREME_OK);
  assert_int_equal(bareme_batch_cancel(fixture->batch), BAREME_OK);
  assert_int_equal(bareme_batch_cancel(fixture->batch), BAREME_INVALID_ARGUMENT);
  bareme_batch_begin(fixture->batch);
  bareme_batch_set_number(fixture->batch, lead_field(fixture, "n"), 0);
  assert_int_equal(bareme_batch_end(fixture->batch, NULL), BAREME_OK);
  assert_true(score_of(fixture, 0) == 0);
}

static void without_a_lead_nothing_can_be_set(void **state) {
  struct fixture *fixture = *state;
  bareme_batch *batch = fixture->batch;
  bareme_text x = text("x");
  assert_int_equal(bareme_batch_set_id(batch, x), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_set_number(batch, 0, 1), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_set_text(batch, 0, x), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_begin_event(batch, 0), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_add_event(batch, 0, NO_ID, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_begin(NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_end(NULL, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_reset(NULL, 0), BAREME_INVALID_ARGUMENT);
}

static void a_lead_under_construction_is_not_run(void **state) {
  struct fixture *fixture = *state;
  bareme_batch_begin(fixture->batch);
  assert_int_equal(bareme_runner_run(fixture->runner, fixture->batch), BAREME_INVALID_ARGUMENT);
  bareme_batch_cancel(fixture->batch);
  assert_int_equal(bareme_runner_run(fixture->runner, fixture->batch), BAREME_OK);
}

static void leads_that_came_after_a_run_have_no_results(void **state) {
  struct fixture *fixture = *state;
  double score;
  for (int i = 0; i < 2; i++) {
    bareme_batch_begin(fixture->batch);
    bareme_batch_set_number(fixture->batch, lead_field(fixture, "n"), 5);
    bareme_batch_end(fixture->batch, NULL);
    if (i == 0)
      score_of(fixture, 0);
  }
  assert_true(bareme_result_score(fixture->runner, 0, 0, &score));
  assert_false(bareme_result_score(fixture->runner, 0, 1, &score));
  assert_true(score_of(fixture, 1) == 1);
}

/* ---- options --------------------------------------------------------------------------------- */

static void a_batch_is_made_only_as_it_can_be(void **state) {
  struct fixture *fixture = *state;
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_batch *batch = fixture->batch;
  options.capacity = 1025;
  assert_int_equal(bareme_batch_new(fixture->policy, &options, &batch), BAREME_INVALID_ARGUMENT);
  assert_null(batch);
  options.capacity = 0;
  options.as_of = INT64_MAX;
  assert_int_equal(bareme_batch_new(fixture->policy, &options, &batch), BAREME_INVALID_VALUE);
  options.as_of = 0;
  assert_int_equal(bareme_batch_new(NULL, &options, &batch), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_new(fixture->policy, NULL, &batch), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_new(fixture->policy, &options, NULL), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_batch_new(fixture->policy, &options, &batch), BAREME_OK);
  bareme_batch_free(batch);
  bareme_batch_free(NULL);
}

/* A program compiled with an older header knows fewer options, one with a newer header more. */
static void options_of_other_versions_are_understood(void **state) {
  struct fixture *fixture = *state;
  struct {
    bareme_batch_options known;
    uint64_t unknown;
  } newer = {BAREME_BATCH_OPTIONS_INIT, 0};
  bareme_batch *batch;
  newer.known.size = sizeof newer;
  assert_int_equal(bareme_batch_new(fixture->policy, &newer.known, &batch), BAREME_OK);
  bareme_batch_free(batch);
  newer.unknown = 1;
  assert_int_equal(bareme_batch_new(fixture->policy, &newer.known, &batch),
                   BAREME_INVALID_ARGUMENT);
  bareme_batch_options older = {.size = offsetof(bareme_batch_options, capacity), .capacity = 9999};
  assert_int_equal(bareme_batch_new(fixture->policy, &older, &batch), BAREME_OK);
  bareme_batch_free(batch);
  older.size = 0;
  assert_int_equal(bareme_batch_new(fixture->policy, &older, &batch), BAREME_INVALID_ARGUMENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_policy_tells_the_record_it_reads),
      TEST(a_policy_tells_its_kinds_of_events),
      TEST(a_policy_tells_where_records_have_what_all_read),
      TEST(values_of_every_type_arrive),
      TEST(what_is_not_set_is_missing_or_its_default),
      TEST(texts_are_copied_unless_they_are_borrowed),
      TEST(an_event_counts_as_the_data_say),
      TEST(what_the_policy_does_not_read_is_ignored),
      TEST(a_lead_comes_with_its_stage),
      TEST(the_first_failure_of_a_lead_is_told_when_it_ends),
      TEST(a_lead_without_a_required_field_is_rejected),
      TEST(a_lead_without_a_required_id_is_rejected),
      TEST(a_full_batch_says_so_and_can_be_emptied),
      TEST(a_cancelled_lead_leaves_nothing),
      TEST(without_a_lead_nothing_can_be_set),
      TEST(a_lead_under_construction_is_not_run),
      TEST(leads_that_came_after_a_run_have_no_results),
      TEST(a_batch_is_made_only_as_it_can_be),
      TEST(options_of_other_versions_are_understood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

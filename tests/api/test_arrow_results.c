/* test_arrow_results.c - results as columns of Arrow.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/columns.h"

/* A run of the fixture's policy over four leads, and what was exported of it. */
struct run {
  bareme_policy *policy;
  bareme_batch *batch;
  bareme_runner *runner;
  bareme_exporter *exporter;
  struct ArrowSchema schema;
  struct ArrowArray array;
};

static bareme_text text(const char *bytes) {
  return (bareme_text){bytes, bytes ? strlen(bytes) : 0};
}

static void add(struct run *run, const char *id, const char *country, double size, bool visited) {
  bareme_batch *batch = run->batch;
  uint32_t visit = bareme_policy_find_event_type(run->policy, text("visit"));
  bareme_batch_begin(batch);
  bareme_batch_set_id(batch, text(id));
  bareme_batch_set_text(batch, bareme_policy_find_field(run->policy, BAREME_LEAD, "country"),
                        text(country));
  bareme_batch_set_number(batch, bareme_policy_find_field(run->policy, BAREME_LEAD, "size"), size);
  bareme_batch_set_bool(batch, bareme_policy_find_field(run->policy, BAREME_LEAD, "consent"), true);
  if (visited) {
    bareme_batch_begin_event(batch, visit);
    bareme_batch_add_event(batch, AS_OF, text(NULL), NULL);
  }
  assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
}

static struct run begin(bool explain) {
  struct run run = {.policy = fixture_policy()};
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  options.as_of = AS_OF;
  options.explain = explain;
  assert_int_equal(bareme_batch_new(run.policy, &options, &run.batch), BAREME_OK);
  assert_int_equal(bareme_runner_new(run.policy, explain, &run.runner), BAREME_OK);
  assert_int_equal(bareme_exporter_new(run.policy, explain, &run.exporter), BAREME_OK);
  add(&run, "a", "FR", 2000, true);
  add(&run, NULL, "DE", 50, false);
  add(&run, "c", "XX", 2000, true);
  add(&run, "d", "fr", 100, false);
  assert_int_equal(bareme_runner_run(run.runner, run.batch), BAREME_OK);
  assert_int_equal(bareme_exporter_schema(run.exporter, &run.schema), BAREME_OK);
  assert_int_equal(bareme_exporter_array(run.exporter, run.runner, &run.array), BAREME_OK);
  return run;
}

/* Everything but what was exported, which lives on. */
static void end_policy(struct run *run) {
  bareme_exporter_free(run->exporter);
  bareme_runner_free(run->runner);
  bareme_batch_free(run->batch);
  bareme_policy_free(run->policy);
}

static void end(struct run *run) {
  end_policy(run);
  run->array.release(&run->array);
  run->schema.release(&run->schema);
  assert_null(run->array.release);
  assert_null(run->schema.release);
}

/* ---- looking ------------------------------------------------------------------------ */

struct column {
  const struct ArrowSchema *schema;
  const struct ArrowArray *array;
};

static struct column child(struct column of, const char *name) {
  assert_int_equal(of.schema->n_children, of.array->n_children);
  for (int64_t i = 0; i < of.schema->n_children; i++)
    if (strcmp(of.schema->children[i]->name, name) == 0)
      return (struct column){of.schema->children[i], of.array->children[i]};
  fail_msg("no column %s", name);
  return of;
}

static bool known(struct column column, int64_t row) {
  const unsigned char *bits = column.array->buffers[0];
  return !bits || bits[row / 8] >> (row % 8) & 1;
}

static double number(struct column column, int64_t row) {
  assert_string_equal(column.schema->format, "g");
  return ((const double *)column.array->buffers[1])[row];
}

static void assert_utf8(const struct ArrowArray *array, int64_t row, const char *expected) {
  const int32_t *offsets = array->buffers[1];
  const char *bytes = array->buffers[2];
  assert_int_equal(offsets[row + 1] - offsets[row], strlen(expected));
  assert_memory_equal(bytes + offsets[row], expected, strlen(expected));
}

/* expected NULL: it is null. */
static void assert_word(struct column column, int64_t row, const char *expected) {
  assert_int_equal(known(column, row), expected != NULL);
  if (!expected)
    return;
  assert_string_equal(column.schema->format, "i");
  assert_string_equal(column.schema->dictionary->format, "u");
  int32_t index = ((const int32_t *)column.array->buffers[1])[row];
  assert_true(index >= 0 && index < column.array->dictionary->length);
  assert_utf8(column.array->dictionary, index, expected);
}

static int32_t begin_of(struct column list, int64_t row) {
  assert_string_equal(list.schema->format, "+l");
  return ((const int32_t *)list.array->buffers[1])[row];
}

/* ---- tests ---------------------------------------------------------------------------- */

static void results_come_out_as_columns(void **state) {
  (void)state;
  struct run run = begin(false);
  struct column leads = {&run.schema, &run.array};
  assert_string_equal(run.schema.format, "+s");
  assert_int_equal(run.array.length, 4);
  assert_utf8(child(leads, "id").array, 0, "a");
  assert_false(known(child(leads, "id"), 1));
  assert_int_equal(child(leads, "id").array->null_count, 1);
  assert_string_equal(child(leads, "as_of").schema->format, "tsu:UTC");
  assert_true(((const int64_t *)child(leads, "as_of").array->buffers[1])[3] == AS_OF);
  assert_word(child(leads, "excluded"), 0, NULL);
  assert_word(child(leads, "excluded"), 2, "Test account");
  struct column fit = child(child(leads, "scores"), "fit");
  for (uint32_t lane = 0; lane < 4; lane++) {
    double expected;
    bool there = bareme_result_score(run.runner, 0, lane, &expected);
    assert_int_equal(known(fit, lane), there);
    assert_true(!there || number(fit, lane) == expected);
  }
  assert_false(known(fit, 2));
  assert_word(child(child(leads, "bands"), "grade"), 0, "A");
  assert_word(child(child(leads, "bands"), "grade"), 2, NULL);
  struct column large = child(child(leads, "segments"), "large");
  assert_int_equal(*(const unsigned char *)large.array->buffers[1] & 15, 1 + 8);
  assert_false(known(large, 2));
  assert_word(child(leads, "stage"), 0, "warm");
  assert_word(child(leads, "previous_stage"), 0, "cold");
  assert_word(child(leads, "stage"), 1, "cold");
  struct column actions = child(leads, "actions");
  assert_int_equal(begin_of(actions, 1) - begin_of(actions, 0), 1);
  assert_int_equal(begin_of(actions, 4), 1);
  struct column action = {actions.schema->children[0], actions.array->children[0]};
  assert_word(child(action, "name"), 0, "call");
  assert_word(child(action, "label"), 0, "Call them");
  assert_word(child(action, "owner"), 0, "sdr");
  assert_word(child(action, "sla"), 0, "1 day");
  end(&run);
}

static void the_next_stage_says_what_is_missing(void **state) {
  (void)state;
  struct run run = begin(false);
  struct column leads = {&run.schema, &run.array}, next = child(leads, "next");
  assert_false(known(next, 0)); /* it is there */
  assert_true(known(next, 1));
  assert_false(known(next, 2)); /* excluded */
  assert_word(child(next, "stage"), 1, "warm");
  struct column list = child(next, "requirements");
  assert_int_equal(begin_of(list, 2) - begin_of(list, 1), 3);
  struct column item = {list.schema->children[0], list.array->children[0]};
  int64_t at = begin_of(list, 1);
  assert_word(child(item, "score"), at, "fit");
  assert_word(child(item, "compare"), at, ">=");
  assert_true(number(child(item, "threshold"), at) == 30);
  assert_true(number(child(item, "lacks"), at) == 20);
  assert_word(child(item, "condition"), at, NULL);
  assert_word(child(item, "condition"), at + 2, "consent");
  end(&run);
}

static void contributions_add_up(void **state) {
  (void)state;
  struct run run = begin(true);
  struct column leads = {&run.schema, &run.array}, list = child(leads, "contributions");
  struct column item = {list.schema->children[0], list.array->children[0]};
  struct column points = child(item, "points");
  assert_int_equal(begin_of(list, 2), begin_of(list, 3)); /* excluded */
  for (int64_t row = 0; row < 4; row += row == 1 ? 2 : 1) {
    double sum = 0;
    for (int64_t at = begin_of(list, row); at < begin_of(list, row + 1); at++) {
      int32_t score = ((const int32_t *)child(item, "score").array->buffers[1])[at];
      sum += score == 0 ? number(points, at) : 0;
    }
    assert_true(sum == number(child(child(leads, "scores"), "fit"), row));
  }
  assert_word(child(item, "score"), 0, "fit");
  assert_word(child(item, "kind"), 0, "rule");
  assert_word(child(item, "label"), 0, "Is there");
  assert_word(child(item, "why"), 0, NULL);
  assert_word(child(item, "file"), 0, NULL);
  end(&run);
}

static void children_live_for_themselves(void **state) {
  (void)state;
  struct run run = begin(true);
  end_policy(&run);
  struct ArrowArray *from = run.array.children[0], id = *from;
  struct ArrowArray excluded = *run.array.children[2], words;
  from->release = NULL; /* moved */
  run.array.children[2]->release = NULL;
  words = *excluded.dictionary;
  excluded.dictionary->release = NULL;
  run.array.release(&run.array);
  run.schema.release(&run.schema);
  excluded.release(&excluded);
  assert_utf8(&id, 3, "d");
  assert_utf8(&words, 0, "Test account");
  id.release(&id);
  words.release(&words);
}

static void each_run_is_an_array_of_its_own(void **state) {
  (void)state;
  struct run run = begin(false);
  struct ArrowArray second;
  assert_int_equal(bareme_batch_reset(run.batch, AS_OF), BAREME_OK);
  assert_int_equal(bareme_runner_run(run.runner, run.batch), BAREME_OK);
  assert_int_equal(bareme_exporter_array(run.exporter, run.runner, &second), BAREME_OK);
  assert_int_equal(second.length, 0);
  assert_non_null(second.children[0]->buffers[1]); /* offsets, even of nothing */
  second.release(&second);
  assert_int_equal(run.array.length, 4);
  end(&run);
}

static void what_cannot_be_exported_is_an_error(void **state) {
  (void)state;
  struct run run = begin(false);
  bareme_policy *other = fixture_policy();
  bareme_exporter *exporter;
  struct ArrowArray array;
  assert_int_equal(bareme_exporter_new(NULL, false, &exporter), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_exporter_new(run.policy, true, &exporter), BAREME_OK);
  assert_int_equal(bareme_exporter_array(exporter, run.runner, &array), BAREME_INVALID_ARGUMENT);
  bareme_exporter_free(exporter);
  assert_int_equal(bareme_exporter_new(other, false, &exporter), BAREME_OK);
  assert_int_equal(bareme_exporter_array(exporter, run.runner, &array), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_exporter_array(exporter, NULL, &array), BAREME_INVALID_ARGUMENT);
  bareme_exporter_free(exporter);
  bareme_policy_free(other);
  end(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(results_come_out_as_columns),
      cmocka_unit_test(the_next_stage_says_what_is_missing),
      cmocka_unit_test(contributions_add_up),
      cmocka_unit_test(children_live_for_themselves),
      cmocka_unit_test(each_run_is_an_array_of_its_own),
      cmocka_unit_test(what_cannot_be_exported_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_arrow_events.c - events as columns, all of which must come to the same.
 *
 * Most events are put by a short way, whose texts are looked at together; what is
 * unusual goes a longer one.  Here the same events of all sorts, made by chance,
 * come in layouts that take one way or the other, and the results are compared.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/columns.h"

#include <math.h>

static const char source[] = "policy \"Events\" {}\n"
                             "lead { name text }\n"
                             "event look { url text }\n"
                             "event choose { plan one of (free, paid)  url text }\n"
                             "event rate { stars number  good bool  since time }\n"
                             "event sit { place text required }\n"
                             "event go { place text = \"home\" }\n"
                             "segment named when name is present\n"
                             "segment odd_name when name contains \"é\"\n"
                             "score looks { +1 on look where url contains \"é\" }\n"
                             "score choices { +3 on choose where plan is paid }\n"
                             "score stars = sum(stars of rate) { round none }\n"
                             "score good { +1 on rate where good }\n"
                             "score long_since { +1 on rate where age(since) > 1 day }\n"
                             "score seats { +1 on sit where place is \"a\" }\n"
                             "score home { +1 on go where place is \"home\" }\n";

static const char *const scores[] = {"looks",      "choices", "stars", "good",
                                     "long_since", "seats",   "home"};
enum { SCORES = sizeof scores / sizeof *scores, LEADS = 70, EVENTS = 700, PROBLEMS = 16 };

static bareme_policy *policy;

static int set_up(void **state) {
  (void)state;
  columns_free();
  policy = fixture_compile(source);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  bareme_policy_free(policy);
  columns_free();
  return 0;
}

/* ---- outcomes ------------------------------------------------------------------- */

/* All that an import tells. */
struct outcome {
  uint32_t leads;
  double score[LEADS][SCORES];
  bool named[LEADS], odd_name[LEADS];
  bareme_read_summary summary;
  struct {
    const char *what;
    uint64_t count, first;
  } problems[PROBLEMS];
};

static void note_leads(struct outcome *outcome, const bareme_runner *runner, uint32_t count) {
  uint32_t named = bareme_policy_find(policy, BAREME_SEGMENTS, "named");
  uint32_t odd = bareme_policy_find(policy, BAREME_SEGMENTS, "odd_name");
  for (uint32_t lane = 0; lane < count; lane++, outcome->leads++) {
    for (uint32_t s = 0; s < SCORES; s++)
      if (!bareme_result_score(runner, bareme_policy_find(policy, BAREME_SCORES, scores[s]), lane,
                               &outcome->score[outcome->leads][s]))
        outcome->score[outcome->leads][s] = -1;
    outcome->named[outcome->leads] = bareme_result_segment(runner, named, lane);
    outcome->odd_name[outcome->leads] = bareme_result_segment(runner, odd, lane);
  }
}

static void import_all(const struct node *leads, struct outcome *outcome) {
  bareme_import_options options = BAREME_IMPORT_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_importer *importer;
  bareme_runner *runner;
  const bareme_batch *batch;
  bareme_problem problem;
  options.as_of = AS_OF;
  memset(outcome, 0, sizeof *outcome);
  assert_int_equal(bareme_importer_new(policy, &leads->schema, &options, &failure, &importer),
                   BAREME_OK);
  assert_int_equal(bareme_importer_give(importer, &leads->array, &failure), BAREME_OK);
  assert_int_equal(bareme_runner_new(policy, false, &runner), BAREME_OK);
  while (bareme_importer_next(importer, &failure, &batch) == BAREME_OK) {
    assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
    note_leads(outcome, runner, bareme_batch_count(batch));
  }
  bareme_importer_summary(importer, &outcome->summary);
  for (size_t i = 0; bareme_importer_problem(importer, i, &problem); i++) {
    assert_true(i < PROBLEMS);
    outcome->problems[i].what = problem.what;
    outcome->problems[i].count = problem.count;
    outcome->problems[i].first = problem.lines[0];
  }
  bareme_runner_free(runner);
  bareme_importer_free(importer);
}

static void assert_same(const struct outcome *a, const struct outcome *b) {
  assert_int_equal(a->leads, b->leads);
  for (uint32_t i = 0; i < a->leads; i++) {
    for (uint32_t s = 0; s < SCORES; s++)
      assert_true(a->score[i][s] == b->score[i][s]);
    assert_int_equal(a->named[i], b->named[i]);
    assert_int_equal(a->odd_name[i], b->odd_name[i]);
  }
  assert_memory_equal(&a->summary, &b->summary, sizeof a->summary);
  for (size_t i = 0; i < PROBLEMS; i++) {
    assert_ptr_equal(a->problems[i].what, b->problems[i].what);
    assert_int_equal(a->problems[i].count, b->problems[i].count);
    assert_int_equal(a->problems[i].first, b->problems[i].first);
  }
}

/* ---- events of all sorts ------------------------------------------------------------ */

/* Events by chance; texts that are NULL are missing. */
struct events {
  const char *type[EVENTS], *id[EVENTS], *url[EVENTS], *plan[EVENTS], *place[EVENTS];
  const char *name[LEADS];
  int64_t at[EVENTS], since[EVENTS], begin[LEADS + 1];
  double stars[EVENTS];
  char good[EVENTS + 1], good_known[EVENTS + 1], known[EVENTS + 1], at_known[EVENTS + 1];
  char lists_known[LEADS + 1];
};

static uint32_t chance(uint32_t *state, uint32_t below) {
  *state = *state * 1664525 + 1013904223;
  return (uint32_t)((uint64_t)(*state >> 8) * below >> 24);
}

#define ONE_OF(list) list[chance(&random, sizeof list / sizeof *list)]

static void make_events(struct events *events, uint32_t random, bool broken) {
  static const char *const types[] = {"look", "choose", "rate", "sit",
                                      "go",   "scroll", "look", NULL};
  static const char *const urls[] = {"/a", "/caf\xc3\xa9", "", NULL, "/\xe2\x82\xac/long/path/é",
                                     "x"};
  static const char *const torn[] = {"/caf\xc3", "\xa9/a", "\xff", "/a", "\xe2\x82", "\xc3\xa9"};
  static const char *const plans[] = {"paid", "PAID",  "free",
                                      NULL,   "other", "a plan of many words"};
  static const char *const places[] = {"a", "b", NULL, "a text that is longer"};
  static const char *const ids[] = {NULL, NULL, "1", "2", "3", "an identity of many bytes"};
  const int64_t day = INT64_C(86400000000);
  for (int i = 0; i < EVENTS; i++) {
    events->type[i] = ONE_OF(types);
    events->url[i] = broken && chance(&random, 8) == 0 ? ONE_OF(torn) : ONE_OF(urls);
    events->plan[i] = broken && chance(&random, 16) == 0 ? ONE_OF(torn) : ONE_OF(plans);
    events->place[i] = ONE_OF(places);
    events->id[i] = ONE_OF(ids);
    events->at[i] = AS_OF - (int64_t)chance(&random, 40) * day + 2 * day;
    events->since[i] = AS_OF - (int64_t)chance(&random, 4) * day;
    events->stars[i] = chance(&random, 20) == 0 ? (double)NAN : (double)chance(&random, 6);
    events->good[i] = "01"[chance(&random, 2)];
    events->good_known[i] = "0111"[chance(&random, 4)];
    events->known[i] = chance(&random, 12) == 0 ? '0' : '1';
    events->at_known[i] = chance(&random, 12) == 0 ? '0' : '1';
  }
  for (int i = 0; i < LEADS; i++) {
    events->name[i] = broken && chance(&random, 6) == 0 ? ONE_OF(torn) : ONE_OF(urls);
    events->begin[i] = (int64_t)i * EVENTS / LEADS;
    events->lists_known[i] = chance(&random, 10) == 0 ? '0' : '1';
  }
  events->begin[LEADS] = EVENTS;
}

static struct node *lay_out(const struct events *events) {
  struct node *items = columns_struct("item", EVENTS, events->known);
  int64_t front = items->array.offset;
  struct node *columns[] = {columns_texts("type", EVENTS, events->type),
                            columns_fixed("tsu:UTC", "at", 8, EVENTS, events->at, events->at_known),
                            columns_texts("id", EVENTS, events->id),
                            columns_texts("url", EVENTS, events->url),
                            columns_texts("plan", EVENTS, events->plan),
                            columns_texts("place", EVENTS, events->place),
                            columns_numbers("stars", EVENTS, events->stars, events->good_known),
                            columns_bools("good", events->good, events->good_known),
                            columns_fixed("tsu:", "since", 8, EVENTS, events->since, NULL)};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    columns[i]->array.offset -= front;
    columns[i]->array.length += front;
    columns_child(items, columns[i]);
  }
  struct node *leads = columns_node("+s", NULL, LEADS);
  columns_known(leads, NULL);
  columns_child(leads, columns_texts("name", LEADS, events->name));
  columns_child(leads, columns_list("events", LEADS, events->begin, events->lists_known, items));
  return leads;
}

static void events_are_the_same_in_every_layout(void **state) {
  (void)state;
  static const char *const lists[] = {"+l", "+L", "+vl", "+vL"};
  static const char *const formats[] = {"u", "U", "vu"};
  static struct events events;
  static struct outcome expected, found;
  for (uint32_t seed = 0; seed < 8; seed++) {
    make_events(&events, seed * 77 + 1, seed % 2);
    for (unsigned variant = 0; variant < 4 * 3 * 8; variant++) {
      columns_free();
      layout.list = lists[variant % 4];
      layout.text = formats[variant / 4 % 3];
      layout.offset = variant / 12 & 1 ? 13 : 0;
      layout.unaligned = layout.unknown_nulls = variant / 12 & 2;
      layout.index = variant == 0 || variant / 12 & 4 ? "i" : NULL; /* the first: the long way */
      import_all(lay_out(&events), &found);
      if (variant == 0)
        expected = found;
      assert_same(&expected, &found);
    }
    assert_true(expected.summary.events > 100 && expected.summary.ignored_events > 10 &&
                expected.summary.duplicate_events > 10 && expected.summary.future_events > 10);
  }
}

/* ---- texts that cut others --------------------------------------------------------------- */

/* Names at these offsets of the bytes. */
static struct outcome *names_of(const char *bytes, int64_t count, const int64_t *offsets,
                                const char *known) {
  static struct outcome outcome;
  for (int large = 0; large < 2; large++) {
    struct node *leads = columns_struct(NULL, count, NULL);
    struct node *name = columns_node(large ? "U" : "u", "name", count);
    int32_t narrow[8];
    for (int64_t i = 0; i <= count; i++)
      narrow[i] = (int32_t)offsets[i];
    columns_known(name, known);
    columns_buffer(name, 1, large ? (const void *)offsets : narrow,
                   (size_t)(count + 1) * (large ? 8 : 4));
    columns_buffer(name, 2, bytes, strlen(bytes));
    columns_child(leads, name);
    struct outcome before = outcome;
    import_all(leads, &outcome);
    if (large)
      assert_same(&before, &outcome);
  }
  return &outcome;
}

static void assert_named(const char *bytes, int64_t count, const int64_t *offsets,
                         const char *known, const char *expected) {
  const struct outcome *outcome = names_of(bytes, count, offsets, known);
  uint64_t bad = 0;
  for (int64_t i = 0; i < count; i++) {
    assert_int_equal(outcome->named[i], expected[i] == '1');
    bad += expected[i] == '!';
  }
  assert_int_equal(outcome->problems[0].what ? outcome->problems[0].count : 0, bad);
}

static void each_text_is_utf8_by_itself(void **state) {
  (void)state;
  static const char bytes[] = "a\xc3\xa9"
                              "b";
  assert_named(bytes, 3, (int64_t[]){0, 1, 3, 4}, NULL, "111");
  assert_true(names_of(bytes, 3, (int64_t[]){0, 1, 3, 4}, NULL)->odd_name[1]);
  assert_named(bytes, 2, (int64_t[]){0, 2, 4}, NULL, "!!");
  assert_named(bytes, 3, (int64_t[]){0, 2, 2, 4}, NULL, "!1!"); /* nothing is UTF-8 anywhere */
  assert_named(bytes, 3, (int64_t[]){0, 2, 3, 4}, NULL, "!!1");
  assert_named(bytes, 3, (int64_t[]){1, 3, 3, 4}, NULL, "111");
  assert_named(bytes, 1, (int64_t[]){2, 3}, NULL, "!");
  assert_named(bytes, 1, (int64_t[]){0, 2}, NULL, "!");
}

static void texts_do_not_answer_for_their_neighbours(void **state) {
  (void)state;
  assert_named("a\xff"
               "b",
               3, (int64_t[]){0, 1, 2, 3}, NULL, "1!1");
  assert_named("a\xff"
               "b",
               3, (int64_t[]){0, 1, 2, 3}, "101", "101");
}

static void offsets_that_go_back_are_problems(void **state) {
  (void)state;
  assert_named("abcd", 3, (int64_t[]){0, 4, 2, 3}, NULL, "1!1");
  assert_named("abcd", 3, (int64_t[]){2, 0, 3, 4}, NULL, "!11");
  assert_named("abcd", 3, (int64_t[]){1, 4, 2, 3}, NULL, "1!1");
  assert_named("abcd", 3, (int64_t[]){4, 4, 2, 3}, NULL, "1!1");
  assert_named("abcd", 2, (int64_t[]){-1, 2, 3}, NULL, "!1");
  assert_named("abcd", 2, (int64_t[]){0, 2, -3}, NULL, "1!");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(events_are_the_same_in_every_layout),
      TEST(each_text_is_utf8_by_itself),
      TEST(texts_do_not_answer_for_their_neighbours),
      TEST(offsets_that_go_back_are_problems),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

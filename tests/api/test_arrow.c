/* test_arrow.c - leads from columns of Arrow, in every layout.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/columns.h"

#include <math.h>

static const char source[] = "policy \"Columns\" {}\n"
                             "lead {\n"
                             "  size number from \"company.size\"\n"
                             "  country text\n"
                             "  note text\n"
                             "  plan one of (free, paid)\n"
                             "  consent bool = false\n"
                             "  since time\n"
                             "  wait duration\n"
                             "  tags list of text\n"
                             "}\n"
                             "event visit { url text  seconds number }\n"
                             "event order from \"buy\" { amount number required }\n"
                             "segment french when country is exactly \"FR\"\n"
                             "segment long when note starts with \"a note of more\"\n"
                             "segment noted when note is present\n"
                             "segment paying when plan is paid\n"
                             "segment agreed when consent\n"
                             "segment tagged when tags contains \"vip\"\n"
                             "score size_of = size { round none }\n"
                             "score days_since = days(age(since)) { round none }\n"
                             "score hours_of = hours(wait) { round none }\n"
                             "score seconds_of = sum(seconds of visit) { round none }\n"
                             "score visits { +1 on visit }\n"
                             "score pricing { +1 on visit where path(url) is \"/pricing\" }\n"
                             "score secure { +1 on visit where url starts with \"https:\" }\n"
                             "score orders { +(amount) on order }\n"
                             "stage cold { to warm when visits >= 100 }\n"
                             "stage warm\n";

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

/* An import of one array, run batch by batch. */
struct job {
  bareme_importer *importer;
  bareme_runner *runner;
  bareme_failure failure;
};

static struct job begin_with(const struct node *node, bareme_import_options options) {
  struct job job = {.failure = {""}};
  options.as_of = AS_OF;
  bareme_status status =
      bareme_importer_new(policy, &node->schema, &options, &job.failure, &job.importer);
  if (status != BAREME_OK)
    print_error("%s\n", job.failure.text);
  assert_int_equal(status, BAREME_OK);
  assert_int_equal(bareme_importer_give(job.importer, &node->array, &job.failure), BAREME_OK);
  assert_int_equal(bareme_runner_new(policy, false, &job.runner), BAREME_OK);
  return job;
}

static struct job begin(const struct node *node) {
  return begin_with(node, (bareme_import_options)BAREME_IMPORT_OPTIONS_INIT);
}

/* How many leads the next batch has; 0 at the end. */
static uint32_t next(struct job *job) {
  const bareme_batch *batch;
  bareme_status status = bareme_importer_next(job->importer, &job->failure, &batch);
  if (status == BAREME_END)
    return 0;
  assert_int_equal(status, BAREME_OK);
  assert_int_equal(bareme_runner_run(job->runner, batch), BAREME_OK);
  return bareme_batch_count(batch);
}

static void end(struct job *job) {
  bareme_runner_free(job->runner);
  bareme_importer_free(job->importer);
}

static const double missing = -1e300;

static double score(const struct job *job, const char *name, uint32_t lane) {
  double number;
  uint32_t index = bareme_policy_find(policy, BAREME_SCORES, name);
  assert_true(index != BAREME_NONE);
  return bareme_result_score(job->runner, index, lane, &number) ? number : missing;
}

static bool segment(const struct job *job, const char *name, uint32_t lane) {
  uint32_t index = bareme_policy_find(policy, BAREME_SEGMENTS, name);
  assert_true(index != BAREME_NONE);
  return bareme_result_segment(job->runner, index, lane);
}

static void assert_problem(const struct job *job, const char *what, uint64_t count, uint64_t row) {
  bareme_problem problem;
  for (size_t i = 0; bareme_importer_problem(job->importer, i, &problem); i++)
    if (strcmp(problem.what, what) == 0) {
      assert_int_equal(problem.count, count);
      assert_int_equal(problem.lines[0], row);
      return;
    }
  fail_msg("no problem of this kind: %s", what);
}

/* ---- numbers ------------------------------------------------------------------- */

/* A column `company.size` alone. */
static struct node *sizes(struct node *column) {
  struct node *leads = columns_node("+s", NULL, column->array.length);
  struct node *company = columns_node("+s", "company", column->array.length);
  columns_known(leads, NULL);
  columns_known(company, NULL);
  columns_child(leads, company);
  columns_child(company, column);
  return leads;
}

static void check_sizes(struct node *column, const double *expected, uint32_t count) {
  struct job job = begin(sizes(column));
  assert_int_equal(next(&job), count);
  for (uint32_t i = 0; i < count; i++)
    assert_true(score(&job, "size_of", i) == expected[i]);
  assert_int_equal(next(&job), 0);
  end(&job);
}

static void numbers_of_every_type_are_read(void **state) {
  (void)state;
  const double expected[] = {1, missing, 3};
  for (int variant = 0; variant < 4; variant++) {
    layout.offset = variant & 1 ? 5 : 0;
    layout.unaligned = layout.unknown_nulls = variant >> 1;
#define CHECK(format, type) \
  check_sizes(columns_fixed(format, "size", sizeof(type), 3, (type[]){1, 2, 3}, "101"), expected, 3)
    CHECK("c", int8_t);
    CHECK("C", uint8_t);
    CHECK("s", int16_t);
    CHECK("S", uint16_t);
    CHECK("i", int32_t);
    CHECK("I", uint32_t);
    CHECK("l", int64_t);
    CHECK("L", uint64_t);
    CHECK("f", float);
    CHECK("g", double);
#undef CHECK
  }
}

static void numbers_keep_their_value(void **state) {
  (void)state;
  check_sizes(columns_fixed("L", "size", 8, 2, (uint64_t[]){UINT64_MAX, 0}, NULL),
              (double[]){18446744073709551615.0, 0}, 2);
  check_sizes(columns_fixed("l", "size", 8, 2, (int64_t[]){INT64_MIN, -1}, NULL),
              (double[]){-9223372036854775808.0, -1}, 2);
  check_sizes(columns_fixed("e", "size", 2, 6,
                            (uint16_t[]){0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x0000}, NULL),
              (double[]){1, -2, 0x1p-24, 1023 * 0x1p-24, 65504, 0}, 6);
}

static void numbers_that_are_not_finite_are_problems(void **state) {
  (void)state;
  double values[] = {1, NAN, -INFINITY, 4};
  struct job job = begin(sizes(columns_numbers("size", 4, values, NULL)));
  assert_int_equal(next(&job), 4);
  assert_true(score(&job, "size_of", 1) == missing && score(&job, "size_of", 2) == missing);
  assert_true(score(&job, "size_of", 3) == 4);
  assert_problem(&job, "the value is not a number", 2, 2);
  end(&job);
}

/* ---- texts ------------------------------------------------------------------------ */

static void texts_of_every_layout_are_read(void **state) {
  (void)state;
  static const char *const formats[] = {"u", "U", "vu"};
  static const char *const indices[] = {NULL, "c", "C", "s", "S", "i", "I", "l", "L"};
  static const char *const countries[] = {"FR", NULL, "fr", "", "FR", NULL};
  static const char *const notes[] = {"",       "a note of more than twelve bytes",      NULL,
                                      "a note", "a note of more than twelve bytes, too", NULL};
  for (unsigned variant = 0; variant < 3 * 9 * 4; variant++) {
    layout.text = formats[variant % 3];
    layout.index = indices[variant / 3 % 9];
    layout.offset = variant / 27 & 1 ? 3 : 0;
    layout.unaligned = layout.unknown_nulls = variant / 27 >> 1;
    struct node *leads = columns_struct(NULL, 6, NULL);
    layout.offset *= 2; /* a column's own offset and that of the struct add up */
    struct node *country = columns_texts("country", 6, countries);
    struct node *note = columns_texts("note", 6, notes);
    int64_t front = leads->array.offset;
    country->array.length += front, note->array.length += front;
    country->array.offset -= front, note->array.offset -= front;
    columns_child(leads, country);
    columns_child(leads, note);
    struct job job = begin(leads);
    assert_int_equal(next(&job), 6);
    for (uint32_t i = 0; i < 6; i++) {
      assert_int_equal(segment(&job, "french", i), i == 0 || i == 4);
      assert_int_equal(segment(&job, "long", i), i == 1 || i == 4);
      assert_int_equal(segment(&job, "noted", i), notes[i] != NULL);
    }
    end(&job);
  }
}

static void texts_that_are_not_utf8_are_problems(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 2, NULL);
  columns_child(leads, columns_texts("note", 2, (const char *const[]){"ok", "\xff"}));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 2);
  assert_true(segment(&job, "noted", 0));
  assert_false(segment(&job, "noted", 1));
  assert_problem(&job, "the value is not a text", 1, 2);
  end(&job);
}

static void an_index_beyond_its_dictionary_is_a_problem(void **state) {
  (void)state;
  layout.index = "c";
  struct node *leads = columns_struct(NULL, 2, NULL);
  struct node *note = columns_texts("note", 2, (const char *const[]){"a", "b"});
  const int8_t indices[] = {-1, 2};
  columns_buffer(note, 1, indices, sizeof indices);
  columns_child(leads, note);
  struct job job = begin(leads);
  assert_int_equal(next(&job), 2);
  assert_problem(&job, "the value is not a text", 2, 1);
  end(&job);
}

/* A record of a note, of which some may be missing, encoded. */
static struct node *notes_of(int64_t rows, const char *const *notes) {
  layout.index = "i";
  struct node *leads = columns_struct(NULL, rows, NULL);
  columns_child(leads, columns_texts("note", rows, notes));
  return leads;
}

static void arrays_may_have_dictionaries_of_their_own(void **state) {
  (void)state;
  static const char *const first[] = {"x", "a note of more", "x", "x"};
  static const char *const second[] = {"A note of more", "x", NULL, NULL};
  struct job job = begin(notes_of(4, first));
  assert_int_equal(next(&job), 4);
  for (uint32_t i = 0; i < 4; i++)
    assert_int_equal(segment(&job, "long", i), i == 1);
  const struct node *other = notes_of(4, second);
  assert_int_equal(bareme_importer_give(job.importer, &other->array, &job.failure), BAREME_OK);
  assert_int_equal(next(&job), 4);
  for (uint32_t i = 0; i < 4; i++) {
    assert_int_equal(segment(&job, "long", i), i == 0);
    assert_int_equal(segment(&job, "noted", i), i < 2);
  }
  end(&job);
}

static void a_dictionary_of_more_entries_than_rows_is_looked_up(void **state) {
  (void)state;
  struct node *leads = notes_of(3, (const char *const[]){"x", "a note of more", NULL});
  leads->array.length = leads->child_arrays[0]->length = 1;
  leads->child_arrays[0]->offset++;
  struct job job = begin(leads);
  assert_int_equal(next(&job), 1);
  assert_true(segment(&job, "long", 0));
  end(&job);
}

static void bad_entries_of_a_dictionary_are_problems_where_they_are_used(void **state) {
  (void)state;
  struct node *leads = notes_of(4, (const char *const[]){"ok", "\xff", "ok", "\xff"});
  struct job job = begin(leads);
  assert_int_equal(next(&job), 4);
  for (uint32_t i = 0; i < 4; i++)
    assert_int_equal(segment(&job, "noted", i), i % 2 == 0);
  assert_problem(&job, "the value is not a text", 2, 2);
  end(&job);
}

static void holes_in_codes_are_closed(void **state) {
  (void)state;
  struct node *leads = notes_of(4, (const char *const[]){"x", "y", "a note of more", NULL});
  columns_child(leads, columns_texts("id", 4, (const char *const[]){"a", "a", "b", "c"}));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 3);
  for (uint32_t i = 0; i < 3; i++) {
    assert_int_equal(segment(&job, "long", i), i == 1);
    assert_int_equal(segment(&job, "noted", i), i < 2);
  }
  end(&job);
}

static void a_view_beyond_its_buffers_is_a_problem(void **state) {
  (void)state;
  layout.text = "vu";
  struct node *leads = columns_struct(NULL, 1, NULL);
  struct node *note = columns_texts("note", 1, (const char *const[]){"more than twelve bytes"});
  columns_child(leads, note);
  static const int32_t broken[][4] = {{22, 0, 1, 0}, {22, 0, -1, 0}, {22, 0, 0, 1},
                                      {23, 0, 0, 0}, {22, 0, 0, -1}, {-1, 0, 0, 0}};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    columns_buffer(note, 1, broken[i], sizeof broken[i]);
    note->array.n_buffers = 4;
    struct job job = begin(leads);
    assert_int_equal(next(&job), 1);
    assert_problem(&job, "the value is not a text", 1, 1);
    end(&job);
  }
}

/* ---- the other kinds ----------------------------------------------------------------- */

static void bools_and_labels_and_lists_are_read(void **state) {
  (void)state;
  for (int variant = 0; variant < 4; variant++) {
    columns_free();
    layout.offset = variant & 1 ? 9 : 0;
    layout.unaligned = layout.unknown_nulls = variant >> 1;
    layout.list = (const char *const[]){"+l", "+L", "+vl", "+vL"}[variant];
    layout.text = variant & 1 ? "u" : "vu";
    const int64_t begin_of[] = {0, 2, 2, 3, 3};
    struct node *leads = columns_node("+s", NULL, 4);
    columns_known(leads, NULL);
    columns_child(leads, columns_bools("consent", "1001", "1101"));
    columns_child(leads,
                  columns_texts("plan", 4, (const char *const[]){"paid", "Paid", NULL, "gold"}));
    columns_child(leads,
                  columns_list("tags", 4, begin_of, "1110",
                               columns_texts("item", 3, (const char *const[]){"vip", "x", "VIP"})));
    struct job job = begin(leads);
    assert_int_equal(next(&job), 4);
    for (uint32_t i = 0; i < 4; i++) {
      assert_int_equal(segment(&job, "agreed", i), i == 0 || i == 3);
      assert_int_equal(segment(&job, "paying", i), i < 2);
      assert_int_equal(segment(&job, "tagged", i), i == 0 || i == 2);
    }
    assert_problem(&job, "the value is none of the labels of its field", 1, 4);
    end(&job);
  }
}

static void lists_of_a_fixed_size_are_read(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 2, NULL), *tags = columns_node("+w:2", "tags", 2);
  tags->array.offset = 1; /* the first two items are of no row */
  columns_known(tags, "11");
  columns_child(
      tags, columns_texts("item", 6, (const char *const[]){"vip", "vip", "a", "b", "c", "vip"}));
  columns_child(leads, tags);
  struct job job = begin(leads);
  assert_int_equal(next(&job), 2);
  assert_false(segment(&job, "tagged", 0));
  assert_true(segment(&job, "tagged", 1));
  end(&job);
}

static void instants_of_every_unit_are_read(void **state) {
  (void)state;
  const int64_t day = AS_OF / 1000000 / 86400 - 1;
  const struct {
    const char *format;
    int64_t unit;
  } cases[] = {{"tss:", 86400},
               {"tsm:UTC", INT64_C(86400000)},
               {"tsu:Europe/Paris", INT64_C(86400000000)},
               {"tsn:", INT64_C(86400000000000)},
               {"tdm", INT64_C(86400000)},
               {"l", 86400}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct node *leads = columns_struct(NULL, 2, NULL);
    const int64_t values[] = {day * cases[i].unit, 0};
    columns_child(leads, columns_fixed(cases[i].format, "since", 8, 2, values, "10"));
    struct job job = begin(leads);
    assert_int_equal(next(&job), 2);
    assert_true(score(&job, "days_since", 0) == 1);
    assert_true(score(&job, "days_since", 1) == missing);
    end(&job);
  }
  struct node *leads = columns_struct(NULL, 1, NULL);
  const int32_t days = (int32_t)day;
  columns_child(leads, columns_fixed("tdD", "since", 4, 1, &days, NULL));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 1);
  assert_true(score(&job, "days_since", 0) == 1);
  end(&job);
}

static void instants_beyond_the_calendar_are_problems(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 3, NULL);
  const int64_t values[] = {INT64_MAX, INT64_MIN, INT64_C(253402300800)};
  columns_child(leads, columns_fixed("tss:", "since", 8, 3, values, NULL));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 3);
  assert_problem(&job, "the value is not an instant", 3, 1);
  end(&job);
}

static void durations_are_read(void **state) {
  (void)state;
  const struct {
    const char *format;
    int64_t value;
  } cases[] = {
      {"tDs", 7200}, {"tDm", 7200000}, {"tDu", 7200000000}, {"tDn", 7200000000000}, {"l", 7200}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct node *leads = columns_struct(NULL, 1, NULL);
    columns_child(leads, columns_fixed(cases[i].format, "wait", 8, 1, &cases[i].value, NULL));
    struct job job = begin(leads);
    assert_int_equal(next(&job), 1);
    assert_true(score(&job, "hours_of", 0) == 2);
    end(&job);
  }
}

/* ---- structs and events ------------------------------------------------------------------ */

static void offsets_add_up_through_structs(void **state) {
  (void)state;
  /* rows 2 and 3 of the record, lanes 2 + 1 and 3 + 1 of company, + 1 of size */
  const double values[] = {10, 11, 12, 13, 14, 15};
  struct node *leads = columns_node("+s", NULL, 2), *company = columns_node("+s", "company", 4);
  struct node *size = columns_node("g", "size", 5);
  leads->array.offset = 2, company->array.offset = 1, size->array.offset = 1;
  columns_known(leads, "11");
  columns_known(company, "1101");
  columns_known(size, NULL);
  columns_buffer(size, 1, values, sizeof values);
  columns_child(leads, company);
  columns_child(company, size);
  struct job job = begin(leads);
  assert_int_equal(next(&job), 2);
  assert_true(score(&job, "size_of", 0) == missing); /* its company is not there */
  assert_true(score(&job, "size_of", 1) == 15);
  end(&job);
}

static void a_column_may_be_called_like_the_whole_path(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 1, NULL);
  columns_child(leads, columns_numbers("company.size", 1, (double[]){7}, NULL));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 1);
  assert_true(score(&job, "size_of", 0) == 7);
  end(&job);
}

/* Two leads, the second with events of all sorts, in a slice of a longer list. */
static struct node *leads_with_events(void) {
  static const char *const types[] = {"visit", "visit", "buy", "visit", "buy", "scroll", "visit"};
  static const char *const urls[] = {"x", "https://a.example/pricing", NULL, "/", "/", "/", "/"};
  static const char *const ids[] = {"a", "b", "c", "b", NULL, NULL, "d"};
  const int64_t second = 1000000, at[] = {AS_OF - 9 * second, AS_OF - second, AS_OF,    AS_OF - 2,
                                          AS_OF - 3,          AS_OF - 4,      AS_OF + 1};
  const double seconds[] = {1, 2, 4, 8, 16, 32, 64}, amounts[] = {0, 0, 5, 0, 0, 0, 0};
  struct node *items = columns_struct("item", 7, "1111111");
  int64_t front = items->array.offset;
  struct node *columns[] = {columns_texts("type", 7, types),
                            columns_fixed("tsu:UTC", "at", 8, 7, at, NULL),
                            columns_texts("id", 7, ids),
                            columns_texts("url", 7, urls),
                            columns_numbers("seconds", 7, seconds, NULL),
                            columns_numbers("amount", 7, amounts, "0010000")};
  for (size_t i = 0; i < 6; i++) {
    /* the lanes in front are the struct's, too */
    columns[i]->array.offset -= front;
    columns[i]->array.length += front;
    columns_child(items, columns[i]);
  }
  const int64_t begin_of[] = {1, 1, 7, 7};
  struct node *leads = columns_node("+s", NULL, 3);
  columns_known(leads, NULL);
  columns_child(leads, columns_list("events", 3, begin_of, "110", items));
  return leads;
}

static void events_are_slices_of_lists_of_structs(void **state) {
  (void)state;
  static const char *const lists[] = {"+l", "+L", "+vl", "+vL"};
  for (unsigned variant = 0; variant < 64; variant++) {
    columns_free();
    layout.list = lists[variant % 4];
    layout.index = variant & 32 ? "S" : NULL;
    layout.offset = variant & 4 ? 11 : 0;
    layout.unaligned = layout.unknown_nulls = variant & 8;
    layout.text = variant & 16 ? "vu" : "u";
    struct job job = begin(leads_with_events());
    assert_int_equal(next(&job), 3);
    assert_true(score(&job, "visits", 0) == 0 && score(&job, "visits", 2) == 0);
    assert_true(score(&job, "visits", 1) == 1);
    assert_true(score(&job, "pricing", 1) == 1);
    assert_true(score(&job, "secure", 1) == 1);
    assert_true(score(&job, "seconds_of", 1) == 2);
    assert_true(score(&job, "orders", 1) == 5);
    bareme_read_summary summary;
    bareme_importer_summary(job.importer, &summary);
    assert_int_equal(summary.events, 2);
    assert_int_equal(summary.duplicate_events, 1);
    assert_int_equal(summary.future_events, 1);
    assert_int_equal(summary.ignored_events, 1);
    assert_problem(&job, "the event lacks a required field", 1, 2);
    end(&job);
  }
}

static void lists_that_lead_nowhere_are_problems(void **state) {
  (void)state;
  struct node *leads = leads_with_events();
  static const int32_t broken[][4] = {{0, 8, 8, 8}, {-1, 0, 0, 0}, {2, 1, 1, 1}};
  for (size_t i = 0; i < 3; i++) {
    struct ArrowArray *list = leads->child_arrays[0];
    struct node *node = (struct node *)(void *)((char *)list - offsetof(struct node, array));
    columns_buffer(node, 1, broken[i], sizeof broken[i]);
    struct job job = begin(leads);
    assert_int_equal(next(&job), 3);
    assert_problem(&job, "the events are not a list", i == 0 ? 2 : 1, 1);
    end(&job);
  }
}

/* ---- records that are set aside -------------------------------------------------------------- */

static void records_are_set_aside_for_the_same_reasons(void **state) {
  (void)state;
  layout.index = "c";
  struct node *leads = columns_struct(NULL, 6, "101111");
  columns_child(leads,
                columns_texts("id", 6, (const char *const[]){"a", "b", "a", "c", NULL, "d"}));
  columns_child(
      leads,
      columns_texts("stage", 6, (const char *const[]){"warm", NULL, NULL, "hot", NULL, "WARM"}));
  columns_child(leads, columns_numbers("company.size", 6, (double[]){1, 2, 3, 4, 5, 6}, NULL));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 3);
  assert_true(score(&job, "size_of", 0) == 1 && score(&job, "size_of", 1) == 5);
  assert_true(score(&job, "size_of", 2) == 6);
  assert_int_equal(bareme_result_previous_stage(job.runner, 0), 1);
  assert_int_equal(bareme_result_previous_stage(job.runner, 1), 0);
  assert_int_equal(bareme_result_previous_stage(job.runner, 2), 1);
  assert_text(bareme_result_id(job.runner, 2), "d");
  assert_no_text(bareme_result_id(job.runner, 1));
  assert_problem(&job, "the record is not an object", 1, 2);
  assert_problem(&job, "a lead with the same id came before", 1, 3);
  assert_problem(&job, "the stage is not one of the policy's", 1, 4);
  bareme_read_summary summary;
  bareme_importer_summary(job.importer, &summary);
  assert_int_equal(summary.records, 6);
  assert_int_equal(summary.accepted, 3);
  assert_int_equal(summary.rejected, 3);
  end(&job);
}

static void holes_in_borrowed_columns_are_closed(void **state) {
  (void)state;
  enum { ROWS = 3000 };
  static double values[ROWS];
  static int64_t ids[ROWS];
  for (int i = 0; i < ROWS; i++) {
    values[i] = i;
    ids[i] = i % 700 == 699 ? 0 : i; /* the id of the first */
  }
  struct node *leads = columns_struct(NULL, ROWS, NULL);
  columns_child(leads, columns_numbers("company.size", ROWS, values, NULL));
  columns_child(leads, columns_fixed("l", "id", 8, ROWS, ids, NULL));
  struct job job = begin(leads);
  int row = 0;
  for (uint32_t count; (count = next(&job)) > 0;)
    for (uint32_t lane = 0; lane < count; lane++, row++) {
      row += row % 700 == 699;
      assert_true(score(&job, "size_of", lane) == row);
    }
  assert_int_equal(row, ROWS);
  end(&job);
  for (int i = 0; i < ROWS; i++)
    assert_true(values[i] == i); /* nothing was written to */
}

static void a_strict_import_ends_at_the_first_problem(void **state) {
  (void)state;
  const double values[] = {1, 2, NAN, 4};
  bareme_import_options options = BAREME_IMPORT_OPTIONS_INIT;
  options.strict = true;
  struct job job = begin_with(sizes(columns_numbers("size", 4, values, NULL)), options);
  const bareme_batch *batch;
  assert_int_equal(next(&job), 3);
  assert_int_equal(bareme_importer_next(job.importer, &job.failure, &batch), BAREME_REJECTED);
  assert_null(batch);
  assert_string_equal(job.failure.text, "<arrow>:3: `size`: the value is not a number; write it "
                                        "without quotes, with a point for decimals: 250 or 0.5");
  end(&job);
}

static void rows_are_counted_over_all_arrays(void **state) {
  (void)state;
  struct node *first = sizes(columns_numbers("size", 2, (double[]){1, 2}, NULL));
  struct node *empty = sizes(columns_numbers("size", 0, (double[]){0}, NULL));
  struct node *second = sizes(columns_numbers("size", 2, (double[]){3, NAN}, NULL));
  struct job job = begin(first);
  assert_int_equal(next(&job), 2);
  assert_int_equal(bareme_importer_give(job.importer, &empty->array, &job.failure), BAREME_OK);
  assert_int_equal(next(&job), 0);
  assert_int_equal(bareme_importer_give(job.importer, &second->array, &job.failure), BAREME_OK);
  assert_int_equal(next(&job), 2);
  assert_true(score(&job, "size_of", 0) == 3);
  assert_problem(&job, "the value is not a number", 1, 4);
  end(&job);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void assert_refused(const struct node *node, const char *words) {
  bareme_import_options options = BAREME_IMPORT_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_importer *importer;
  assert_int_equal(bareme_importer_new(policy, &node->schema, &options, &failure, &importer),
                   BAREME_INVALID_ARGUMENT);
  assert_null(importer);
  if (!strstr(failure.text, words))
    fail_msg("%s", failure.text);
}

static void columns_of_other_types_are_refused(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 0, NULL);
  columns_child(leads, columns_node("d:19,4", "company.size", 0));
  assert_refused(leads, "the column `company.size` is of the type decimal, and its field a number");
  leads = columns_struct(NULL, 0, NULL);
  columns_child(leads, columns_node("i", "country", 0));
  assert_refused(leads, "the column `country` is of the type int32, and its field a text");
  leads = columns_struct(NULL, 0, NULL);
  columns_child(leads, columns_node("u", "events", 0));
  assert_refused(leads, "events are a list of structs");
  leads = columns_struct(NULL, 0, NULL);
  columns_child(leads, columns_node("u", "country", 0));
  columns_child(leads, columns_node("u", "country", 0));
  assert_refused(leads, "the column `country` is there twice");
  assert_refused(columns_node("u", NULL, 0), "leads are columns of a struct");
  leads = columns_struct(NULL, 0, NULL);
  leads->schema.format = NULL;
  assert_refused(leads, "released");
}

static void arrays_of_another_schema_are_refused(void **state) {
  (void)state;
  struct node *leads = sizes(columns_numbers("size", 2, (double[]){1, 2}, NULL));
  struct job job = begin(leads);
  struct ArrowArray *size = leads->child_arrays[0]->children[0], good = *size;
  bareme_failure failure;
#define REFUSED(change)                                                         \
  change;                                                                       \
  assert_int_equal(bareme_importer_give(job.importer, &leads->array, &failure), \
                   BAREME_INVALID_ARGUMENT);                                    \
  *size = good
  REFUSED(size->length = 1);
  REFUSED(size->length = -1);
  REFUSED(size->offset = -1);
  REFUSED(size->offset = INT64_MAX);
  REFUSED(size->n_buffers = 1);
  REFUSED(size->buffers = NULL);
  REFUSED(leads->child_arrays[0]->n_children = 0);
  leads->child_arrays[0]->n_children = 1;
  REFUSED(leads->array.release = NULL);
#undef REFUSED
  end(&job);
}

static void a_column_of_nothing_is_missing(void **state) {
  (void)state;
  struct node *leads = columns_struct(NULL, 2, NULL);
  static const char *const names[] = {"company.size", "country", "consent", "events", "id", "tags"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    columns_child(leads, columns_node("n", names[i], 2));
  struct job job = begin(leads);
  assert_int_equal(next(&job), 2);
  assert_true(score(&job, "size_of", 1) == missing);
  assert_problem(&job, "there is no column of this name", 1, 0);
  end(&job);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(numbers_of_every_type_are_read),
      TEST(numbers_keep_their_value),
      TEST(numbers_that_are_not_finite_are_problems),
      TEST(texts_of_every_layout_are_read),
      TEST(texts_that_are_not_utf8_are_problems),
      TEST(an_index_beyond_its_dictionary_is_a_problem),
      TEST(arrays_may_have_dictionaries_of_their_own),
      TEST(a_dictionary_of_more_entries_than_rows_is_looked_up),
      TEST(bad_entries_of_a_dictionary_are_problems_where_they_are_used),
      TEST(holes_in_codes_are_closed),
      TEST(a_view_beyond_its_buffers_is_a_problem),
      TEST(bools_and_labels_and_lists_are_read),
      TEST(lists_of_a_fixed_size_are_read),
      TEST(instants_of_every_unit_are_read),
      TEST(instants_beyond_the_calendar_are_problems),
      TEST(durations_are_read),
      TEST(offsets_add_up_through_structs),
      TEST(a_column_may_be_called_like_the_whole_path),
      TEST(events_are_slices_of_lists_of_structs),
      TEST(lists_that_lead_nowhere_are_problems),
      TEST(records_are_set_aside_for_the_same_reasons),
      TEST(holes_in_borrowed_columns_are_closed),
      TEST(a_strict_import_ends_at_the_first_problem),
      TEST(rows_are_counted_over_all_arrays),
      TEST(columns_of_other_types_are_refused),
      TEST(arrays_of_another_schema_are_refused),
      TEST(a_column_of_nothing_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

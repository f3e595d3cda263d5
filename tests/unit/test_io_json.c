/* test_io_json.c - NDJSON and JSON become leads; what is wrong is told.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit/io_support.h"

static struct reading reading;

/* Reads lines and compares the leads; nothing must be wrong with them. */
static void expect(const char *text, const char *leads) {
  read_text(&reading, "leads.ndjson", text);
  assert_int_equal(reading.status, BAREME_END);
  assert_string_equal(reading.leads.text, leads);
  assert_string_equal(reading.problems.text, "");
}

/* One line with a problem. */
static void expect_problem(const char *text, const char *leads, const char *problems) {
  read_text(&reading, "leads.ndjson", text);
  assert_int_equal(reading.status, BAREME_END);
  assert_string_equal(reading.leads.text, leads);
  assert_string_equal(reading.problems.text, problems);
}

/* ---- records ---- */

static void every_line_is_a_lead(void **state) {
  (void)state;
  expect("{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "a/0\nb/0\n");
  expect("{\"id\":\"a\"}\r\n\r\n \t\n{\"id\":\"b\"}", "a/0\nb/0\n");
  expect("\xef\xbb\xbf{\"id\":\"a\"}", "a/0\n");
  expect("", "");
  expect("\n", "");
  expect("  {\"id\" : \"a\" }  \n", "a/0\n");
  expect("{}\n{}", "?/0\n?/0\n");
}

static void an_array_is_leads_too(void **state) {
  (void)state;
  read_text(&reading, "leads.json", "[{\"id\":\"a]\"},\n {\"id\":\"b\\\"\",\"events\":[]}\n]\n");
  assert_string_equal(reading.leads.text, "a]/0\nb\"/0\n");
  assert_string_equal(reading.problems.text, "");
  read_text(&reading, "leads.json", " [ ] ");
  assert_int_equal(reading.summary.records, 0);
  assert_string_equal(reading.problems.text, "");
  read_text(&reading, "leads.json", "{\n \"id\": \"a\"\n}\n");
  assert_string_equal(reading.leads.text, "a/0\n");
  read_text(&reading, "leads.json", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  read_text(&reading, "leads", "{\n\"id\":\"a\"}\n");
  assert_string_equal(reading.leads.text, "a/0\n");
}

static void what_is_not_a_lead_is_set_aside(void **state) {
  (void)state;
  read_text(&reading, "leads.ndjson",
            "{\"id\":\"a\"}\n{\"id\":\"b\"\nnonsense\n[]\n12\n\"x\"\n{\"id\":\"c\"} x\n"
            "{\"id\":\"d\",}\n{\"id\":\"\xff\"}\n{\"id\":\"e\"}\n");
  assert_string_equal(reading.leads.text, "a/0\ne/0\n");
  assert_string_equal(reading.problems.text, "the line is not JSON x4 at 2 3 7 8 rejects\n"
                                             "the record is not an object x3 at 4 5 6 rejects\n"
                                             "the record is not UTF-8 x1 at 9 rejects\n");
  assert_string_equal(reading.rejects.text,
                      "{\"id\":\"b\"\nnonsense\n[]\n12\n\"x\"\n"
                      "{\"id\":\"c\"} x\n{\"id\":\"d\",}\n{\"id\":\"\xff\"}\n");
  assert_int_equal(reading.summary.records, 10);
  assert_int_equal(reading.summary.rejected, 8);
}

/* Whatever a line ends with, it does not reach into the next. */
static void a_broken_line_leaves_its_neighbours_alone(void **state) {
  (void)state;
  static const char *const broken[] = {
      "{\"id\":\"x",     "{\"id\":\"x\\", "\\",   "{\"id\":\"x\\\"",    "\"\\\\\\",
      "{\"id\":\"x\\\r", "{\"id\":[",     "\xc3", "{\"id\":\"\xf0\x9f", "'\""};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char text[200];
    snprintf(text, sizeof text, "{\"id\":\"a\"}\n%s\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n", broken[i]);
    read_text(&reading, "leads.ndjson", text);
    assert_string_equal(reading.leads.text, "a/0\nb/0\nc/0\n");
    assert_int_equal(reading.summary.rejected, 1);
  }
}

static void what_nobody_reads_must_be_json_too(void **state) {
  (void)state;
  static const char *const broken[] = {
      "tru",        "nulll",     "01",      "1.",        "-",           ".5",
      "1e",         "+1",        "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00x\"",
      "[1,]",       "[,1]",      "[1 2]",   "{\"a\"}",   "{\"a\":}",    "{a:1}",
      "{\"a\":1,}", "{\"a\" 1}", "12\"a\"", "\"a\"b",    "\"a\"\"b\"",  "[1}",
      "{\"a\":1]",  "NaN",       "'x'",     "\"\t\"",    "[\"\\\"]",    "\f1",
      "1\x1a",      "",
  };
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char text[200];
    snprintf(text, sizeof text, "{\"other\":%s}\n{\"id\":\"z\"}\n", broken[i]);
    expect_problem(text, "z/0\n", "the line is not JSON x1 at 1 rejects\n");
    snprintf(text, sizeof text, "{\"id\":\"y\",\"events\":[{\"x\":%s}]}\n{\"id\":\"z\"}\n",
             broken[i]);
    expect_problem(text, "z/0\n", "the line is not JSON x1 at 1 rejects\n");
  }
  expect("{\"other\":[{},[],[[{\"a\":[1,-0.5e+3,true,false,null,\"\\u00e9\\ud83d\\ude00\"]}]]],"
         "\"id\":\"z\"}",
         "z/0\n");
}

static void nesting_is_bounded(void **state) {
  (void)state;
  for (int depth = LIMIT_JSON_NESTING - 2; depth <= LIMIT_JSON_NESTING; depth++) {
    static char text[3 * LIMIT_JSON_NESTING];
    size_t length = (size_t)sprintf(text, "{\"x\":");
    for (int i = 0; i < depth; i++)
      text[length++] = '[';
    for (int i = 0; i < depth; i++)
      text[length++] = ']';
    strcpy(text + length, "}");
    bool fits = depth + 1 <= LIMIT_JSON_NESTING;
    expect_problem(text, fits ? "?/0\n" : "",
                   fits ? "" : "the record is nested too deeply x1 at 1 rejects\n");
  }
}

/* ---- values ---- */

static void values_of_each_kind(void **state) {
  (void)state;
  expect("{\"id\":\"a\",\"stage\":\"Qualified\",\"email\":\"x@y\",\"company\":{\"size\":12},"
         "\"consent\":true,\"since\":\"1970-01-02\",\"wait\":\"3 days\",\"tier\":\"SILVER\","
         "\"tags\":[\"p\",\"q\"]}",
         "a/1 email='x@y' size=12 consent=true since=86400000000 wait=259200000000 tier=#1 "
         "tags=['p' 'q']\n");
  expect("{\"id\":17,\"company\":{\"size\":-0.0},\"consent\":false,\"since\":86400,\"wait\":1.5,"
         "\"tags\":[]}",
         "17/0 size=0(-) consent=false since=86400000000 wait=1500000 tags=[]\n");
  expect("{\"company\":{\"size\":12345678901234567890}}", "?/0 size=12345678901234567000\n");
  expect("{\"company\":{\"size\":123456789012345}}", "?/0 size=123456789012345\n");
  expect("{\"company\":{\"size\":-123456789012345}}", "?/0 size=-123456789012345\n");
  expect("{\"since\":1000000000000}", "?/0 since=1000000000000000\n");
}

static void null_and_absent_are_missing_but_empty_is_not(void **state) {
  (void)state;
  expect("{\"id\":null,\"stage\":null,\"email\":null,\"company\":null,\"consent\":null,"
         "\"since\":null,\"wait\":null,\"tier\":null,\"tags\":null,\"events\":null}",
         "?/0\n");
  expect("{\"email\":\"\",\"id\":\"\"}", "/0 email=''\n");
}

static void escapes_are_decoded_where_they_count(void **state) {
  (void)state;
  expect("{\"\\u0069d\":\"a\\n\\u00e9\\ud83d\\ude00\\/\",\"em\\u0061il\":\"\\\"\"}",
         "a\n\xc3\xa9\xf0\x9f\x98\x80//0 email='\"'\n");
  expect("{\"tier\":\"g\\u006fld\",\"stage\":\"custome\\u0072\"}", "?/2 tier=#0\n");
  expect("{\"events\":[{\"ty\\u0070e\":\"p\\u0061ge_view\",\"at\":\"1970-01-01T00:00:0\\u0037Z\","
         "\"url\":\"\\\\\"}]}",
         "?/0 view@7('\\',?)\n");
}

static void of_equal_keys_the_first_counts(void **state) {
  (void)state;
  expect("{\"id\":\"a\",\"id\":\"b\",\"email\":null,\"email\":\"x\",\"company\":{\"size\":1},"
         "\"company\":{\"size\":2}}",
         "a/0 size=1\n");
}

static void a_bad_value_is_missing_and_counted(void **state) {
  (void)state;
  expect_problem(
      "{\"id\":\"a\",\"company\":{\"size\":\"12\"}}\n{\"id\":\"b\",\"company\":{\"size\":1e999}}",
      "a/0\nb/0\n", "the value is not a number (size) x2 at 1 2\n");
  expect_problem("{\"email\":12}", "?/0\n", "the value is not a text (email) x1 at 1\n");
  expect_problem("{\"email\":{\"a\":1}}", "?/0\n", "the value is not a text (email) x1 at 1\n");
  expect_problem("{\"consent\":1}", "?/0\n", "the value is not true or false (consent) x1 at 1\n");
  expect_problem("{\"since\":\"tomorrow\"}", "?/0\n",
                 "the value is not an instant (since) x1 at 1\n");
  expect_problem("{\"since\":1e30}", "?/0\n", "the value is not an instant (since) x1 at 1\n");
  expect_problem("{\"wait\":\"3 moons\"}", "?/0\n", "the value is not a duration (wait) x1 at 1\n");
  expect_problem("{\"tier\":\"bronze\"}", "?/0\n",
                 "the value is none of the labels of its field (tier) x1 at 1\n");
  expect_problem("{\"tags\":[\"a\",1]}", "?/0\n",
                 "the value is not a list of texts (tags) x1 at 1\n");
  expect_problem("{\"tags\":\"a\"}", "?/0\n", "the value is not a list of texts (tags) x1 at 1\n");
  expect_problem("{\"id\":1.5}", "?/0\n",
                 "the id is neither a text nor a whole number (id) x1 at 1\n");
  expect_problem("{\"events\":{}}", "?/0\n", "the events are not a list (events) x1 at 1\n");
}

static void the_first_five_lines_are_kept(void **state) {
  (void)state;
  read_text(&reading, "leads.ndjson",
            "{\"email\":1}\n\n{\"email\":1}\n{}\n{\"email\":1}\n{\"email\":1}\n{\"email\":1}\n{"
            "\"email\":1}\n");
  assert_string_equal(reading.problems.text, "the value is not a text (email) x6 at 1 3 5 6 7\n");
}

static void durations_are_written_as_in_the_language(void **state) {
  (void)state;
  expect("{\"wait\":\"1 second\"}\n{\"wait\":\"2minutes\"}\n{\"wait\":\" 1.5 hours "
         "\"}\n{\"wait\":\"-1 week\"}",
         "?/0 wait=1000000\n?/0 wait=120000000\n?/0 wait=5400000000\n?/0 wait=-604800000000\n");
  expect_problem("{\"wait\":\"\"}\n{\"wait\":\"days\"}\n{\"wait\":\"1 dayss\"}\n{\"wait\":\"1 "
                 "month\"}\n{\"wait\":\"1e30 days\"}",
                 "?/0\n?/0\n?/0\n?/0\n?/0\n",
                 "the value is not a duration (wait) x5 at 1 2 3 4 5\n");
}

/* ---- stages and identities ---- */

static void an_unknown_stage_sets_the_record_aside(void **state) {
  (void)state;
  expect_problem(
      "{\"id\":\"a\",\"stage\":\"leed\",\"email\":1}\n{\"id\":\"a\",\"stage\":3}\n{\"id\":\"a\"}",
      "a/0\n",
      "the stage is not one of the policy's (stage) x1 at 1 rejects\n"
      "the stage is not a text (stage) x1 at 2 rejects\n");
}

static void a_policy_without_stages_has_no_use_for_one(void **state) {
  (void)state;
  struct program program = support_program();
  program.stage_labels = PROGRAM_NONE;
  const char *text = "{\"stage\":3}";
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(&reading, &program, "leads.ndjson", text, strlen(text), options, 3);
  assert_string_equal(reading.leads.text, "?/0\n");
  assert_string_equal(reading.problems.text, "");
}

static void the_second_lead_of_an_id_is_set_aside(void **state) {
  (void)state;
  expect_problem(
      "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"a\",\"email\":\"x\"}\n{}\n{}\n{\"id\":\"b\"}\n",
      "a/0\nb/0\n?/0\n?/0\n", "a lead with the same id came before x2 at 3 6 rejects\n");
  assert_string_equal(reading.rejects.text, "{\"id\":\"a\",\"email\":\"x\"}\n{\"id\":\"b\"}\n");
}

static void a_required_field_must_be_there(void **state) {
  (void)state;
  struct program program = support_program();
  struct program_field fields[FIELD_COUNT];
  memcpy(fields, lead_fields, sizeof fields);
  fields[F_EMAIL].required = fields[F_CONSENT].required = true;
  program.fields = fields;
  const char *text =
      "{\"id\":\"a\",\"email\":\"x\",\"consent\":false}\n{\"id\":\"b\",\"consent\":true}\n"
      "{\"id\":\"c\",\"email\":\"x\",\"consent\":0}\n{\"id\":\"c\",\"email\":\"\",\"consent\":true}"
      "\n";
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(&reading, &program, "leads.ndjson", text, strlen(text), options, 3);
  assert_string_equal(reading.leads.text,
                      "a/0 email='x' consent=false\nc/0 email='' consent=true\n");
  assert_string_equal(reading.problems.text,
                      "a required field is missing (email) x1 at 2 rejects\n"
                      "a required field is missing (consent) x1 at 3 rejects\n");
}

static void a_required_id_must_be_there(void **state) {
  (void)state;
  struct program program = support_program();
  program.id.required = true;
  const char *text = "{\"id\":\"a\"}\n{}\n{\"id\":null}\n{\"id\":[]}\n{\"id\":7}\n";
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(&reading, &program, "leads.ndjson", text, strlen(text), options, 3);
  assert_string_equal(reading.leads.text, "a/0\n7/0\n");
  assert_string_equal(reading.problems.text,
                      "a required field is missing (id) x3 at 2 3 4 rejects\n");
  text = "id,email\na,x\n,y\n";
  read_bytes(&reading, &program, "leads.csv", text, strlen(text), options, 3);
  assert_string_equal(reading.leads.text, "a/0 email='x'\n");
}

/* ---- events ---- */

static void events_are_read_in_any_order_of_keys(void **state) {
  (void)state;
  expect("{\"events\":[{\"url\":\"u\",\"at\":\"1970-01-01T00:00:05Z\",\"seconds\":3,\"type\":"
         "\"page_view\"},"
         "{\"type\":\"email_open\",\"at\":2,\"url\":7},{\"type\":\"page_view\",\"at\":\"1970-01-"
         "01T00:00:01Z\"},"
         "{\"type\":\"other\",\"at\":[1]}],\"id\":\"a\"}",
         "a/0 view@1(?,?) view@5('u',3) open@2\n");
  assert_int_equal(reading.summary.events, 3);
  assert_int_equal(reading.summary.ignored_events, 1);
}

static void bad_events_are_left_out_and_counted(void **state) {
  (void)state;
  expect_problem(
      "{\"id\":\"a\",\"events\":[1,null,[],{},{\"type\":7,\"at\":1},{\"type\":\"email_open\"},"
      "{\"type\":\"email_open\",\"at\":null},{\"type\":\"email_open\",\"at\":\"soon\"},"
      "{\"type\":\"page_view\",\"at\":3,\"seconds\":\"x\"},{\"type\":\"email_open\",\"at\":4,"
      "\"id\":{}}]}",
      "a/0 view@3(?,?) open@4\n",
      "the event is not an object x3 at 1\n"
      "the event has no type x2 at 1\n"
      "the event has no instant (open) x2 at 1\n"
      "the event's instant cannot be read (open) x1 at 1\n"
      "the value is not a number (view.seconds) x1 at 1\n"
      "the id is neither a text nor a whole number (open) x1 at 1\n");
  assert_int_equal(reading.summary.events, 2);
}

static void future_and_duplicate_events_do_not_exist(void **state) {
  (void)state;
  struct program program = support_program();
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.as_of = 10 * CLOCK_SECOND;
  const char *text =
      "{\"id\":\"a\",\"events\":[{\"type\":\"email_open\",\"at\":10,\"id\":\"x\"},"
      "{\"type\":\"email_open\",\"at\":11},{\"type\":\"page_view\",\"at\":9,\"id\":\"x\"},"
      "{\"type\":\"page_view\",\"at\":9,\"id\":7},{\"type\":\"page_view\",\"at\":8,\"id\":\"7\"}]}"
      "\n";
  read_bytes(&reading, &program, "leads.ndjson", text, strlen(text), options, 3);
  assert_string_equal(reading.leads.text, "a/0 view@9(?,?) open@10\n");
  assert_int_equal(reading.summary.events, 2);
  assert_int_equal(reading.summary.future_events, 1);
  assert_int_equal(reading.summary.duplicate_events, 2);
}

static void events_of_rejected_records_are_not_counted(void **state) {
  (void)state;
  expect_problem(
      "{\"events\":[{\"type\":\"email_open\",\"at\":1},{\"type\":\"x\"},{}],\"stage\":\"no\"}\n",
      "", "the stage is not one of the policy's (stage) x1 at 1 rejects\n");
  assert_int_equal(reading.summary.events, 0);
  assert_int_equal(reading.summary.ignored_events, 0);
}

/* ---- arrays that are broken ---- */

static void broken_arrays_give_what_can_be_read(void **state) {
  (void)state;
  read_text(&reading, "leads.json", "[{\"id\":\"a\"},\n{\"id\":\"b\"},\n{\"id\":");
  assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  assert_string_equal(reading.problems.text, "the line is not JSON x1 at 3 rejects\n"
                                             "the array has no end x1 at 3\n");
  read_text(&reading, "leads.json", "[{\"id\":\"a\"},,\n{\"id\":\"b\"},]");
  assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  assert_string_equal(reading.problems.text,
                      "there is nothing between two commas of the array x2 at 1 2\n");
  read_text(&reading, "leads.json",
            "[{\"id\":\"a\"} {\"id\":\"b\"},\n{\"id\":\"c\"}]\n\n{\"id\":\"d\"}\n");
  assert_string_equal(reading.leads.text, "c/0\n");
  assert_string_equal(reading.problems.text,
                      "the line is not JSON x1 at 1 rejects\n"
                      "there is something behind the end of the array x1 at 4 rejects\n");
  assert_string_equal(reading.rejects.text, "{\"id\":\"a\"} {\"id\":\"b\"}\n{\"id\":\"d\"}\n");
  read_text(&reading, "leads.json", "[{\"id\":\"a\n\"},{\"id\":\"b\"}]");
  assert_string_equal(reading.leads.text, "b/0\n");
  read_text(&reading, "leads.json", "[{\"id\":\"a\"");
  assert_string_equal(reading.leads.text, "");
  read_text(&reading, "leads.json", "[");
  assert_string_equal(reading.problems.text, "the array has no end x1 at 1\n");
}

/* ---- many ---- */

/* Leads of very different length, every 97th of them broken. */
static char *make_many(size_t size, bool array, size_t *length, uint32_t *count) {
  char *text = malloc(size + 300);
  uint32_t noise = 5;
  assert_non_null(text);
  *length = (size_t)sprintf(text, array ? "[" : "");
  for (*count = 0; *length < size; ++*count) {
    noise = noise * 1664525u + 1013904223u;
    size_t pad = noise >> 28 == 0 ? 200000 : noise >> 22;
    if (*length + pad > size)
      break;
    *length += (size_t)sprintf(text + *length, "%s{\"id\":\"%u\",\"pad\":\"",
                               array && *count ? "," : "", *count);
    memset(text + *length, 'x', pad);
    *length += pad;
    *length += (size_t)sprintf(text + *length, "\",\"email\":\"m%u\"%s}\n", *count,
                               *count % 97 ? "" : ",");
  }
  *length += (size_t)sprintf(text + *length, array ? "]" : "");
  return text;
}

/* The leads of make_many, wherever blocks and chunks end. */
static void check_many(struct reader *reader, struct batch *batch) {
  bareme_failure failure;
  uint32_t next = 0;
  while (reader_read(reader, batch, &failure) == BAREME_OK)
    for (uint32_t lane = 0; lane < batch->count; lane++, next++) {
      char id[16], email[16];
      next += next % 97 == 0; /* that one is broken */
      snprintf(id, sizeof id, "%u", next);
      snprintf(email, sizeof email, "m%u", next);
      assert_true(text_equal(batch->ids[lane], text_from(id)));
      assert_true(text_equal(batch->fields[F_EMAIL].text[lane], text_from(email)));
    }
}

static void records_across_blocks_are_whole(void **state) {
  (void)state;
  struct program program = support_program();
  for (int array = 0; array < 2; array++) {
    size_t length;
    uint32_t count;
    char path[256], *text = make_many(5u << 20, array, &length, &count);
    const char *paths[] = {write_file(path, "many", text, length)};
    bareme_read_options options = BAREME_READ_OPTIONS_INIT;
    options.paths = paths;
    options.path_count = 1;
    struct reader *reader;
    struct batch batch;
    bareme_failure failure;
    bareme_read_summary summary;
    assert_int_equal(reader_open(&program, &memory_standard, &options, &failure, &reader),
                     BAREME_OK);
    assert_true(batch_init(&batch, &program, &memory_standard, 1000, 0));
    check_many(reader, &batch);
    reader_summary(reader, &summary);
    assert_int_equal(summary.records, count);
    assert_int_equal(summary.rejected, (count + 96) / 97);
    assert_int_equal(summary.bytes, length);
    reader_free(reader);
    batch_clear(&batch);
    unlink(path);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_line_is_a_lead),
      cmocka_unit_test(an_array_is_leads_too),
      cmocka_unit_test(what_is_not_a_lead_is_set_aside),
      cmocka_unit_test(a_broken_line_leaves_its_neighbours_alone),
      cmocka_unit_test(what_nobody_reads_must_be_json_too),
      cmocka_unit_test(nesting_is_bounded),
      cmocka_unit_test(values_of_each_kind),
      cmocka_unit_test(null_and_absent_are_missing_but_empty_is_not),
      cmocka_unit_test(escapes_are_decoded_where_they_count),
      cmocka_unit_test(of_equal_keys_the_first_counts),
      cmocka_unit_test(a_bad_value_is_missing_and_counted),
      cmocka_unit_test(the_first_five_lines_are_kept),
      cmocka_unit_test(durations_are_written_as_in_the_language),
      cmocka_unit_test(an_unknown_stage_sets_the_record_aside),
      cmocka_unit_test(a_policy_without_stages_has_no_use_for_one),
      cmocka_unit_test(the_second_lead_of_an_id_is_set_aside),
      cmocka_unit_test(a_required_field_must_be_there),
      cmocka_unit_test(a_required_id_must_be_there),
      cmocka_unit_test(events_are_read_in_any_order_of_keys),
      cmocka_unit_test(bad_events_are_left_out_and_counted),
      cmocka_unit_test(future_and_duplicate_events_do_not_exist),
      cmocka_unit_test(events_of_rejected_records_are_not_counted),
      cmocka_unit_test(broken_arrays_give_what_can_be_read),
      cmocka_unit_test(records_across_blocks_are_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

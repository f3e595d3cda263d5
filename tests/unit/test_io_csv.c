/* test_io_csv.c - CSV becomes leads, and a file of events finds its leads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit/io_support.h"

static struct reading reading;

static const char all_columns[] = "id,stage,email,company.size,consent,since,wait,tier,tags\n";

static void expect(const char *rows, const char *leads, const char *problems) {
  static char text[8192];
  snprintf(text, sizeof text, "%s%s", all_columns, rows);
  read_text(&reading, "leads.csv", text);
  assert_int_equal(reading.status, BAREME_END);
  assert_string_equal(reading.leads.text, leads);
  assert_string_equal(reading.problems.text, problems);
}

/* ---- cells ---- */

static void cells_of_each_kind(void **state) {
  (void)state;
  expect("a,Customer,x@y, 12 ,YES,1970-01-02,3 days,gold,p; q ;;r\n",
         "a/2 email='x@y' size=12 consent=true since=86400000000 wait=259200000000 tier=#0 "
         "tags=['p' 'q' 'r']\n",
         "");
  expect("17,, x ,-0.5e1,0,86400,1.5,,p\r\n",
         "17/0 email=' x ' size=-5 consent=false since=86400000000 wait=1500000 tags=['p']\n", "");
}

static void empty_cells_are_missing(void **state) {
  (void)state;
  expect(",,,,,,,,\n\n\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\na,, , , , , , , \n",
         "?/0\n?/0\na/0 email=' '\n", "");
}

static void quotes_hold_separators_lines_and_quotes(void **state) {
  (void)state;
  expect("\"a,1\",,\"say \"\"hi\"\"\",,,,,,\r\n\"b\",,\"two\r\nlines\",,,,,,\nc,,5\" nail,,,,,,\n",
         "a,1/0 email='say \"hi\"'\nb/0 email='two\r\nlines'\nc/0 email='5\" nail'\n", "");
}

static void bad_cells_are_missing_and_counted(void **state) {
  (void)state;
  expect("a,,\xff,12x,maybe,soon,3 moons,bronze,\n", "a/0\n",
         "the value is not a text (email) x1 at 2\n"
         "the value is not a number (size) x1 at 2\n"
         "the value is not true or false (consent) x1 at 2\n"
         "the value is not an instant (since) x1 at 2\n"
         "the value is not a duration (wait) x1 at 2\n"
         "the value is none of the labels of its field (tier) x1 at 2\n");
}

/* ---- rows ---- */

static void broken_rows_are_set_aside_under_their_header(void **state) {
  (void)state;
  expect(
      "a,,\n\"b\"x,,,,,,,,\nc,,,,,,,,,\nd,nostage,,,,,,,\n\"e\n\",,,,,,,,\ne,,,,,,,,\ne,,,,,,,,\n"
      "\"f,,,,,,,,\n",
      "e\n/0\ne/0\n",
      "the row has not as many cells as the header x2 at 2 4 rejects\n"
      "the quotes of the row are broken x2 at 3 10 rejects\n"
      "the stage is not one of the policy's (stage) x1 at 5 rejects\n"
      "a lead with the same id came before x1 at 9 rejects\n");
  assert_string_equal(
      reading.rejects.text,
      "id,stage,email,company.size,consent,since,wait,tier,tags\n"
      "a,,\n\"b\"x,,,,,,,,\nc,,,,,,,,,\nd,nostage,,,,,,,\ne,,,,,,,,\n\"f,,,,,,,,\n\n");
}

static void the_delimiter_is_found_in_the_header(void **state) {
  (void)state;
  read_text(&reading, "leads.csv", "id;email;tags\na;x,y;p|q\n");
  assert_string_equal(reading.leads.text, "a/0 email='x,y' tags=['p' 'q']\n");
  read_text(&reading, "leads.tsv", "id\temail\na\tx,y\n");
  assert_string_equal(reading.leads.text, "a/0 email='x,y'\n");
  read_text(&reading, "leads.csv", "\"id;1\",email,\"id\"\n1,2,3\n");
  assert_string_equal(reading.leads.text, "3/0 email='2'\n");
}

/* ---- headers ---- */

static void columns_are_found_by_name_in_any_order(void **state) {
  (void)state;
  read_text(&reading, "leads.csv", "\xef\xbb\xbf other , E-Mail,EMAIL, Id \n1,2,x,a\n");
  assert_string_equal(reading.leads.text, "a/0 email='x'\n");
  read_text(&reading, "leads.csv", "email,EMAIL,id\nx,y,a\n");
  assert_string_equal(reading.leads.text, "a/0 email='x'\n");
}

static void missing_columns_are_told(void **state) {
  (void)state;
  read_text(&reading, "leads.csv", "email,company.size,since,wait,tier,tags\nx,1,,,,\n");
  assert_string_equal(reading.leads.text, "?/0 email='x' size=1\n");
  assert_string_equal(reading.problems.text, "there is no column of this name (id) x1 at 1\n"
                                             "there is no column of this name (consent) x1 at 1\n");
}

static void a_column_must_be_there_once(void **state) {
  (void)state;
  read_text(&reading, "leads.csv", "id,email,email\na,x,y\n");
  assert_int_equal(reading.status, BAREME_IO);
  assert_non_null(strstr(reading.failure.text, "has 2 columns `email`"));
  read_text(&reading, "leads.csv", "id,other,other,email\na,1,2,x\n");
  assert_string_equal(reading.leads.text, "a/0 email='x'\n");
}

static void nothing_is_a_file_of_no_leads(void **state) {
  (void)state;
  read_text(&reading, "leads.csv", "");
  assert_int_equal(reading.summary.records, 0);
  assert_string_equal(reading.problems.text, "");
  read_text(&reading, "leads.csv", "id,email,company.size,consent,since,wait,tier,tags");
  assert_int_equal(reading.summary.records, 0);
  assert_string_equal(reading.problems.text, "");
}

/* ---- events ---- */

static void read_joined(const char *leads, const char *events_name, const char *events) {
  struct program program = support_program();
  char path[256];
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.events_path = write_file(path, events_name, events, strlen(events));
  options.as_of = 100 * CLOCK_SECOND;
  read_bytes(&reading, &program, "leads", leads, strlen(leads), options, 2);
  unlink(path);
}

static void events_find_their_leads_in_any_order(void **state) {
  (void)state;
  static const char leads[] =
      "{\"id\":\"a\",\"events\":[{\"type\":\"page_view\",\"at\":5,\"url\":\"in\"}]}\n"
      "{\"id\":7}\n{\"id\":\"none\"}\n{}\n";
  static const char expected[] = "a/0 view@5('in',?) view@5('u1',3) view@9('u2',?)\n"
                                 "7/0 open@1 open@2\nnone/0\n?/0\n";
  read_joined(
      leads, "events.csv",
      "at,url,lead_id,type,seconds\n9,u2,a,page_view,\n2,,7,email_open,\n5,u1,a,page_view,3\n"
      "1,,7,email_open,\n3,,ghost,email_open,\n200,,a,page_view,\n4,,a,other,\n");
  assert_string_equal(reading.leads.text, expected);
  assert_string_equal(reading.problems.text, "");
  assert_int_equal(reading.summary.events, 5);
  assert_int_equal(reading.summary.orphan_events, 1);
  assert_int_equal(reading.summary.future_events, 1);
  assert_int_equal(reading.summary.ignored_events, 1);
  read_joined(
      leads, "events.ndjson",
      "{\"at\":9,\"url\":\"u2\",\"lead\":\"a\",\"type\":\"page_view\"}\n"
      "{\"at\":2,\"lead_id\":7,\"type\":\"email_open\"}\n"
      "{\"lead\":\"a\",\"at\":5,\"url\":\"\\u0075\\u0031\",\"type\":\"page_view\",\"seconds\":3}\n"
      "{\"id\":\"7\",\"at\":1,\"type\":\"email_open\"}\n");
  assert_string_equal(reading.leads.text, expected);
  assert_string_equal(reading.problems.text, "");
}

static void identities_of_events_are_known_across_both_sources(void **state) {
  (void)state;
  read_joined("{\"id\":\"a\",\"events\":[{\"type\":\"email_open\",\"at\":5,\"id\":\"e\"}]}\n",
              "events.csv",
              "lead_id,id,type,at\na,e,email_open,1\na,f,email_open,2\na,,email_open,3\n");
  assert_string_equal(reading.leads.text, "a/0 open@2 open@3 open@5\n");
  assert_int_equal(reading.summary.duplicate_events, 1);
  /* an `id` alone is the lead's */
  read_joined("{\"id\":\"a\"}\n", "events.csv", "id,type,at\na,email_open,1\na,email_open,2\n");
  assert_int_equal(reading.summary.events, 2);
}

static void bad_lines_of_events_are_counted(void **state) {
  (void)state;
  read_joined(
      "{\"id\":\"a\"}\n", "events.ndjson",
      "{\"lead_id\":\"a\",\"type\":\"email_open\",\"at\":1}\nnonsense\n[]\n"
      "{\"lead_id\":\"a\",\"at\":1}\n{\"lead_id\":\"a\",\"type\":\"email_open\",\"at\":\"x\"}\n"
      "{\"type\":\"email_open\",\"at\":1}\n{\"lead_id\":\"a\",\"type\":\"email_open\",\"at\":1} "
      "2\n");
  assert_string_equal(reading.leads.text, "a/0 open@1\n");
  assert_string_equal(reading.problems.text,
                      "the line of the file of events cannot be read x2 at 2 7\n"
                      "the event is not an object x1 at 3\n"
                      "the event has no type x1 at 4\n"
                      "the event's instant cannot be read (open) x1 at 5\n"
                      "the event does not say which lead it is of (open) x1 at 6\n");
  read_joined(
      "{\"id\":\"a\"}\n", "events.csv",
      "lead_id,type,at\na,email_open\n,email_open,1\na,,1\na,email_open,\na,email_open,z\n");
  assert_string_equal(reading.leads.text, "a/0\n");
  assert_string_equal(reading.problems.text,
                      "there is no column of this name (view.url) x1 at 1\n"
                      "there is no column of this name (view.seconds) x1 at 1\n"
                      "the line of the file of events cannot be read x1 at 2\n"
                      "the event does not say which lead it is of (open) x1 at 3\n"
                      "the event has no type x1 at 4\n"
                      "the event has no instant (open) x1 at 5\n"
                      "the event's instant cannot be read (open) x1 at 6\n");
}

static void events_need_something_to_join_by(void **state) {
  (void)state;
  read_joined("{\"id\":\"a\"}\n", "events.csv", "type,at\nemail_open,1\n");
  assert_int_equal(reading.status, BAREME_IO);
  assert_non_null(strstr(reading.failure.text, "no column `lead_id`"));
  read_joined("{\"id\":\"a\"}\n", "events.csv", "lead_id,at\na,1\n");
  assert_int_equal(reading.status, BAREME_IO);
  assert_non_null(strstr(reading.failure.text, "no column `type`"));
  read_joined("email\nx\n", "events.csv", "lead_id,type,at\na,email_open,1\n");
  assert_int_equal(reading.status, BAREME_IO);
  assert_non_null(strstr(reading.failure.text, "no column `id` to join the events by"));
}

static void events_of_rejected_leads_are_orphans(void **state) {
  (void)state;
  read_joined("{\"id\":\"a\",\"stage\":\"no\"}\n{\"id\":\"b\"}\n{\"id\":\"b\"}\n", "events.csv",
              "lead_id,type,at\na,email_open,1\nb,email_open,1\n");
  assert_string_equal(reading.leads.text, "b/0 open@1\n");
  assert_int_equal(reading.summary.orphan_events, 1);
  assert_int_equal(reading.summary.events, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_of_each_kind),
      cmocka_unit_test(empty_cells_are_missing),
      cmocka_unit_test(quotes_hold_separators_lines_and_quotes),
      cmocka_unit_test(bad_cells_are_missing_and_counted),
      cmocka_unit_test(broken_rows_are_set_aside_under_their_header),
      cmocka_unit_test(the_delimiter_is_found_in_the_header),
      cmocka_unit_test(columns_are_found_by_name_in_any_order),
      cmocka_unit_test(missing_columns_are_told),
      cmocka_unit_test(a_column_must_be_there_once),
      cmocka_unit_test(nothing_is_a_file_of_no_leads),
      cmocka_unit_test(events_find_their_leads_in_any_order),
      cmocka_unit_test(identities_of_events_are_known_across_both_sources),
      cmocka_unit_test(bad_lines_of_events_are_counted),
      cmocka_unit_test(events_need_something_to_join_by),
      cmocka_unit_test(events_of_rejected_leads_are_orphans),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

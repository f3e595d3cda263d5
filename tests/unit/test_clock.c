/* test_clock.c - instants and durations.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/clock_usual.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Read from a block of its exact size, so that reading beyond is found. */
static bool parse(const char *text, int64_t *micros) {
  size_t length = strlen(text);
  char *block = malloc(length ? length : 1);
  memcpy(block, text, length);
  bool read = clock_parse((struct text){block, length}, micros);
  free(block);
  return read;
}

static void assert_instant(const char *text, int64_t expected) {
  int64_t micros;
  if (!parse(text, &micros))
    fail_msg("`%s` is an instant", text);
  if (micros != expected)
    fail_msg("`%s` is %lld, not %lld", text, (long long)micros, (long long)expected);
}

static void assert_no_instant(const char *text) {
  int64_t micros;
  if (parse(text, &micros))
    fail_msg("`%s` is no instant", text);
}

#define JUNE_1 INT64_C(1780272000000000) /* 2026-06-01 */

static void dates_and_times_are_read(void **state) {
  (void)state;
  assert_instant("1970-01-01", 0);
  assert_instant("2026-06-01", JUNE_1);
  assert_instant("2026-06-01T09:30:00Z", JUNE_1 + 570 * CLOCK_MINUTE);
  assert_instant("2026-06-01t09:30:00z", JUNE_1 + 570 * CLOCK_MINUTE);
  assert_instant("2026-06-01 09:30:00", JUNE_1 + 570 * CLOCK_MINUTE);
  assert_instant("2026-06-01T09:30:00+02:00", JUNE_1 + 450 * CLOCK_MINUTE);
  assert_instant("2026-06-01T09:30:00-05:30", JUNE_1 + 900 * CLOCK_MINUTE);
  assert_instant("2026-06-01T23:59:60Z", JUNE_1 + CLOCK_DAY);
  assert_instant("0001-01-01T00:00:00Z", CLOCK_MIN);
  assert_instant("9999-12-31T23:59:59.999999Z", CLOCK_MAX);
  assert_instant("1969-12-31T23:59:59.5Z", -CLOCK_SECOND / 2);
}

static void fractions_are_cut_at_microseconds(void **state) {
  (void)state;
  assert_instant("1970-01-01T00:00:00.1Z", 100000);
  assert_instant("1970-01-01T00:00:00.123456", 123456);
  assert_instant("1970-01-01T00:00:00.1234569999999Z", 123456);
  assert_instant("1970-01-01T00:00:00.000000000000001+00:00", 0);
  assert_no_instant("1970-01-01T00:00:00.Z");
  assert_no_instant("1970-01-01T00:00:00.");
  assert_no_instant("1970-01-01T00:00:00,5Z");
}

static void the_calendar_is_checked(void **state) {
  (void)state;
  assert_no_instant("0000-01-01");
  assert_no_instant("2026-00-01");
  assert_no_instant("2026-13-01");
  assert_no_instant("2026-01-00");
  assert_no_instant("2026-01-32");
  assert_no_instant("2026-04-31");
  assert_no_instant("2026-02-29");
  assert_no_instant("1900-02-29");
  assert_instant("2024-02-29", INT64_C(1709164800000000));
  assert_instant("2000-02-29", INT64_C(951782400000000));
  assert_no_instant("2026-01-01T24:00:00Z");
  assert_no_instant("2026-01-01T00:60:00Z");
  assert_no_instant("2026-01-01T00:00:61Z");
  assert_no_instant("2026-01-01T00:00:00+24:00");
  assert_no_instant("2026-01-01T00:00:00+00:60");
}

static void instants_stay_within_their_years(void **state) {
  (void)state;
  assert_no_instant("0001-01-01T00:00:00+00:01");
  assert_no_instant("9999-12-31T23:59:60Z");
  assert_no_instant("9999-12-31T23:59:59-00:01");
  assert_instant("0001-01-01T00:01:00+00:01", CLOCK_MIN);
}

static void other_shapes_are_refused(void **state) {
  (void)state;
  const char *wrong[] = {
      "",
      "2026",
      "2026-06-0",
      "2026-6-01",
      "20260601",
      "2026/06/01",
      "2026-06-01T",
      "2026-06-01T09",
      "2026-06-01T09:30",
      "2026-06-01T09:30Z",
      "2026-06-01T09:30:0",
      "2026-06-01_09:30:00Z",
      "2026-06-01T09:30:00ZZ",
      "2026-06-01T09:30:00Z ",
      " 2026-06-01",
      "2026-06-01T09:30:00+0200",
      "2026-06-01T09:30:00+02",
      "2026-06-01T09:30:00*02:00",
      "2026-06-01T09.30.00Z",
      "+026-06-01",
      "-026-06-01",
      "2o26-06-01",
      "2026-06-01\24009:30:00",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_no_instant(wrong[i]);
}

/* One byte changed in a good instant: it is read only if the byte is a digit
 * in the place of a digit (or a sign that may stand there). */
static void any_wrong_byte_is_seen(void **state) {
  (void)state;
  const char good[] = "2011-11-11T11:11:11Z";
  for (size_t at = 0; at < sizeof good - 1; at++)
    for (int byte = 0; byte < 256; byte++) {
      char text[sizeof good];
      int64_t micros;
      memcpy(text, good, sizeof good);
      text[at] = (char)byte;
      bool digit = good[at] >= '0' && good[at] <= '9';
      bool may = byte == good[at] || (at == 10 && (byte == 't' || byte == ' ')) ||
                 (at == 19 && byte == 'z');
      if (!digit)
        assert_int_equal(clock_parse((struct text){text, 20}, &micros), may);
      else if (byte < '0' || byte > '9')
        assert_false(clock_parse((struct text){text, 20}, &micros));
      else if (at < 4 || at == 9 || at == 12 || at == 15 || at == 18) /* any digit will do */
        assert_true(clock_parse((struct text){text, 20}, &micros));
    }
}

/* A string with its quotes, in a block of its own of the size that may be read. */
static bool parse_usual(const char *text, struct clock_months *months, int64_t *micros) {
  char *block = malloc(CLOCK_USUAL_BYTES);
  memset(block, '0', CLOCK_USUAL_BYTES);
  memcpy(block, text, strlen(text) < CLOCK_USUAL_BYTES ? strlen(text) : CLOCK_USUAL_BYTES);
  bool read = clock_parse_usual(block, months, micros);
  free(block);
  return read;
}

/* Usual ways to write an instant, with their quotes. */
static const char *const usual_instants[] = {
    "\"2026-06-01T09:30:00Z\"",
    "\"2026-06-01T09:30:00\"",
    "\"2026-06-01T09:30:00.5Z\"",
    "\"2026-06-01T09:30:00.123\"",
    "\"2026-06-01T09:30:00.123456Z\"",
    "\"2026-06-01T09:30:00+02:00\"",
    "\"2026-06-01T09:30:00.123-05:30\"",
    "\"2026-06-01T09:30:00.000000+00:00\"",
    "\"2026-06-01T09:30:00.123456+23:59\"",
};

/* What is read is what clock_parse says, and what is refused is no instant or
 * an unusual one, whatever dates were read before: the good one before each,
 * and the same one again. */
static void usual_instants_are_read_alike(void **state) {
  (void)state;
  struct clock_months months = {0};
  for (size_t i = 0; i < sizeof usual_instants / sizeof *usual_instants; i++) {
    const char *good = usual_instants[i];
    size_t length = strlen(good);
    for (size_t at = 0; at < length; at++)
      for (int byte = 1; byte < 256; byte++) {
        char text[CLOCK_USUAL_BYTES + 1];
        int64_t micros, usual = 0;
        memcpy(text, good, length + 1);
        text[at] = (char)byte;
        const char *end = strchr(text + 1, '"');
        bool read = text[0] == '"' && end &&
                    clock_parse((struct text){text + 1, (size_t)(end - text) - 1}, &micros);
        bool odd = byte == 't' || byte == 'z' || (at == 11 && (byte == ' ' || byte == '"')) ||
                   (at == 27 && byte >= '0' && byte <= '9'); /* a seventh digit */
        assert_true(parse_usual(good, &months, &usual));
        for (int times = 0; times < 2; times++) {
          if (parse_usual(text, &months, &usual) != (read && !odd))
            fail_msg("%s", text);
          assert_true(!read || odd || usual == micros);
        }
      }
  }
}

/* Fractions of each length, cut off anywhere. */
static void usual_fractions_have_one_to_six_digits(void **state) {
  (void)state;
  struct clock_months months = {0};
  const char digits[] = "9876543210";
  for (int count = 0; count <= 10; count++)
    for (size_t z = 0; z < 2; z++) {
      char text[64];
      int64_t micros, usual;
      snprintf(text, sizeof text, "\"2026-06-01T09:30:00.%.*s%s\"", count, digits, z ? "Z" : "");
      bool read = count >= 1 && count <= 6;
      assert_int_equal(parse_usual(text, &months, &usual), read);
      if (read) {
        assert_true(clock_parse((struct text){text + 1, strlen(text) - 2}, &micros));
        assert_int_equal(usual, micros);
      }
    }
}

/* Each number that two digits may be, as day, hour, minute and second, and of an offset. */
static void usual_instants_have_their_ranges(void **state) {
  (void)state;
  static const size_t places[] = {9, 12, 15, 18, 21, 24};
  struct clock_months months = {0};
  for (size_t place = 0; place < 6; place++)
    for (int number = 0; number < 100; number++)
      for (int month = 1; month <= 2; month++) {
        char text[] = "\"2026-0M-01T09:30:00+02:00\"";
        int64_t micros, usual = 0;
        text[7] = (char)('0' + month);
        text[places[place]] = (char)('0' + number / 10);
        text[places[place] + 1] = (char)('0' + number % 10);
        bool read = clock_parse((struct text){text + 1, 25}, &micros);
        assert_int_equal(parse_usual(text, &months, &usual), read);
        assert_true(!read || usual == micros);
      }
}

static void usual_instants_end_with_the_calendar(void **state) {
  (void)state;
  struct clock_months months = {0};
  int64_t micros;
  assert_true(parse_usual("\"9999-12-31T23:59:59Z\"", &months, &micros));
  assert_int_equal(micros, CLOCK_MAX / CLOCK_SECOND * CLOCK_SECOND);
  assert_true(parse_usual("\"9999-12-31T23:59:59.999999\"", &months, &micros));
  assert_int_equal(micros, CLOCK_MAX);
  assert_true(parse_usual("\"0001-01-01T02:00:00+02:00\"", &months, &micros));
  assert_int_equal(micros, CLOCK_MIN);
  assert_false(parse_usual("\"9999-12-31T23:59:60Z\"", &months, &micros));
  assert_false(parse_usual("\"9999-12-31T23:59:60\"", &months, &micros));
  assert_false(parse_usual("\"9999-12-31T23:59:00-00:01\"", &months, &micros));
  assert_false(parse_usual("\"0001-01-01T02:00:00+02:01\"", &months, &micros));
}

static void an_empty_date_is_none(void **state) {
  (void)state;
  struct clock_months months = {0};
  char none[CLOCK_USUAL_BYTES] = "\0\0\0\0\0\0\0\0-01T09:30:00Z\"";
  int64_t micros;
  assert_false(clock_parse_usual(none, &months, &micros));
  none[10] = '0';
  assert_false(clock_parse_usual(none, &months, &micros));
}

static bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Each day of the calendar, counted one by one, there and back. */
static void every_day_is_read_and_written(void **state) {
  (void)state;
  struct clock_months months = {0};
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t expected = CLOCK_MIN;
  for (int year = 1; year <= 9999; year++)
    for (int month = 1; month <= 12; month++)
      for (int day = 1; day <= lengths[month - 1] + (month == 2 && is_leap(year)); day++) {
        char out[CLOCK_TEXT_SIZE];
        int64_t micros;
        assert_int_equal(clock_format(expected, out), 20);
        assert_memory_equal(out + 10, "T00:00:00Z", 11);
        assert_int_equal(atoi(out), year);
        assert_int_equal(atoi(out + 5), month);
        assert_int_equal(atoi(out + 8), day);
        assert_true(clock_parse((struct text){out, 10}, &micros));
        assert_int_equal(micros, expected);
        char quoted[CLOCK_USUAL_BYTES];
        snprintf(quoted, sizeof quoted, "\"%.20s\"", out);
        for (int times = 0; times < 2; times++) { /* the second time it is remembered */
          assert_true(clock_parse_usual(quoted, &months, &micros));
          assert_int_equal(micros, expected);
        }
        expected += CLOCK_DAY;
      }
  assert_int_equal(expected, CLOCK_MAX + 1);
}

static const char *format(int64_t micros) {
  static char out[CLOCK_TEXT_SIZE];
  size_t length = clock_format(micros, out);
  assert_int_equal(length, strlen(out));
  return out;
}

static void instants_are_written_without_needless_digits(void **state) {
  (void)state;
  assert_string_equal(format(0), "1970-01-01T00:00:00Z");
  assert_string_equal(format(JUNE_1 + 34200 * CLOCK_SECOND + 250000), "2026-06-01T09:30:00.25Z");
  assert_string_equal(format(1), "1970-01-01T00:00:00.000001Z");
  assert_string_equal(format(-1), "1969-12-31T23:59:59.999999Z");
  assert_string_equal(format(CLOCK_MIN), "0001-01-01T00:00:00Z");
  assert_string_equal(format(CLOCK_MAX), "9999-12-31T23:59:59.999999Z");
  /* Beyond the calendar it must only be safe. */
  assert_string_equal(format(INT64_MAX), "294247-01-10T04:00:54.775807Z");
  assert_string_equal(format(INT64_MIN), "-290308-12-21T19:59:05.224192Z");
}

static void numbers_are_seconds_or_milliseconds(void **state) {
  (void)state;
  int64_t micros;
  assert_true(clock_from_number(0, &micros) && micros == 0);
  assert_true(clock_from_number(-0.5, &micros) && micros == -500000);
  assert_true(clock_from_number(1780272000, &micros) && micros == JUNE_1);
  assert_true(clock_from_number(1780272000000, &micros) && micros == JUNE_1);
  assert_true(clock_from_number(1780272000.123456, &micros) && micros == JUNE_1 + 123456);
  assert_true(clock_from_number(99999999999, &micros) && micros == INT64_C(99999999999000000));
  assert_true(clock_from_number(100000000000, &micros) && micros == INT64_C(100000000000000));
  assert_true(clock_from_number(-62135596800, &micros) && micros == CLOCK_MIN);
  assert_true(clock_from_number(253402300799999, &micros) && micros == CLOCK_MAX - 999);
  assert_false(clock_from_number(253402300800000, &micros));
  assert_false(clock_from_number(-62135596801, &micros));
  assert_false(clock_from_number(1e300, &micros));
  assert_false(clock_from_number(HUGE_VAL, &micros));
}

static void texts_from_data_may_be_numbers(void **state) {
  (void)state;
  int64_t micros;
  assert_true(clock_from_data(TEXT("2026-06-01"), &micros) && micros == JUNE_1);
  assert_true(clock_from_data(TEXT("1780272000"), &micros) && micros == JUNE_1);
  assert_true(clock_from_data(TEXT("1780272000000"), &micros) && micros == JUNE_1);
  assert_true(clock_from_data(TEXT("1780272000.25"), &micros) && micros == JUNE_1 + 250000);
  assert_true(clock_from_data(TEXT("1780272000.12345600000000000001"), &micros));
  assert_int_equal(micros, JUNE_1 + 123456);
  assert_true(clock_from_data(TEXT("-1"), &micros) && micros == -CLOCK_SECOND);
  assert_true(clock_from_data(TEXT("0000000000000000000001"), &micros) && micros == CLOCK_SECOND);
  const char *wrong[] = {
      "", "-", ".", "1.", ".5", "1..5", "1e3", "+1", " 1", "99999999999999999999", "x"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(clock_from_data(text_from(wrong[i]), &micros));
}

static const char *duration(int64_t micros) {
  static char out[DURATION_TEXT_SIZE];
  size_t length = duration_format(micros, out);
  assert_int_equal(length, strlen(out));
  return out;
}

static void durations_take_the_largest_unit(void **state) {
  (void)state;
  assert_string_equal(duration(0), "0 seconds");
  assert_string_equal(duration(CLOCK_SECOND), "1 second");
  assert_string_equal(duration(90 * CLOCK_SECOND), "1.5 minutes");
  assert_string_equal(duration(90 * CLOCK_MINUTE), "1.5 hours");
  assert_string_equal(duration(30 * CLOCK_MINUTE), "30 minutes");
  assert_string_equal(duration(24 * CLOCK_HOUR), "1 day");
  assert_string_equal(duration(25 * CLOCK_HOUR), "25 hours");
  assert_string_equal(duration(30 * CLOCK_DAY), "30 days");
  assert_string_equal(duration(3 * CLOCK_DAY), "3 days");
  assert_string_equal(duration(-14 * CLOCK_DAY), "-2 weeks");
  assert_string_equal(duration(-CLOCK_DAY), "-1 day");
  assert_string_equal(duration(CLOCK_SECOND / 4), "0.25 seconds");
  assert_string_equal(duration(-1), "-0.000001 seconds");
  assert_string_equal(duration(INT64_MAX), "9223372036854.775807 seconds");
  assert_string_equal(duration(INT64_MIN), "-9223372036854.775808 seconds");
}

static void hours_and_weekdays_are_of_utc(void **state) {
  (void)state;
  assert_int_equal(clock_weekday(0), 4); /* a Thursday */
  assert_int_equal(clock_weekday(-1), 3);
  assert_int_equal(clock_weekday(JUNE_1), 1);
  assert_int_equal(clock_weekday(JUNE_1 - 1), 7);
  assert_int_equal(clock_weekday(CLOCK_MIN), 1);
  assert_int_equal(clock_weekday(CLOCK_MAX), 5);
  assert_int_equal(clock_hour(0), 0);
  assert_int_equal(clock_hour(-1), 23);
  assert_int_equal(clock_hour(JUNE_1 + 570 * CLOCK_MINUTE), 9);
  assert_int_equal(clock_hour(CLOCK_MAX), 23);
}

static void the_clock_is_set(void **state) {
  (void)state;
  assert_true(clock_now() > INT64_C(1704067200000000) && clock_now() < CLOCK_MAX); /* past 2024 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dates_and_times_are_read),
      cmocka_unit_test(fractions_are_cut_at_microseconds),
      cmocka_unit_test(the_calendar_is_checked),
      cmocka_unit_test(instants_stay_within_their_years),
      cmocka_unit_test(other_shapes_are_refused),
      cmocka_unit_test(any_wrong_byte_is_seen),
      cmocka_unit_test(usual_instants_are_read_alike),
      cmocka_unit_test(usual_fractions_have_one_to_six_digits),
      cmocka_unit_test(usual_instants_end_with_the_calendar),
      cmocka_unit_test(usual_instants_have_their_ranges),
      cmocka_unit_test(an_empty_date_is_none),
      cmocka_unit_test(every_day_is_read_and_written),
      cmocka_unit_test(instants_are_written_without_needless_digits),
      cmocka_unit_test(numbers_are_seconds_or_milliseconds),
      cmocka_unit_test(texts_from_data_may_be_numbers),
      cmocka_unit_test(durations_take_the_largest_unit),
      cmocka_unit_test(hours_and_weekdays_are_of_utc),
      cmocka_unit_test(the_clock_is_set),
  };
  return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}

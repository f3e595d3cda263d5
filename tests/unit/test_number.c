/* test_number.c - numbers and their text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/number_rare.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static void assert_number(const char *text, double expected) {
  double number;
  if (!number_parse(text_from(text), &number))
    fail_msg("`%s` is a number", text);
  if (bits_of(number) != bits_of(expected))
    fail_msg("`%s` is %.17g, not %.17g", text, number, expected);
}

static void numbers_are_read(void **state) {
  (void)state;
  assert_number("0", 0);
  assert_number("-0", -0.0);
  assert_number("12", 12);
  assert_number("-1.5", -1.5);
  assert_number("1e3", 1000);
  assert_number("1E+3", 1000);
  assert_number("25e-1", 2.5);
  assert_number("0.1", 0.1);
  assert_number("9007199254740993", 9007199254740992.0); /* a tie, to even */
  assert_number("9007199254740993.00000000000000000000000000000001", 9007199254740994.0);
  assert_number("1.7976931348623157e308", DBL_MAX);
  assert_number("2.2250738585072011e-308", 2.2250738585072011e-308);
  assert_number("5e-324", 0x1p-1074);
  assert_number("0e999999999999999999999999", 0);
}

static void too_small_is_zero(void **state) {
  (void)state;
  assert_number("1e-400", 0);
  assert_number("-1e-400", -0.0);
  assert_number("2e-324", 0);
  assert_number("0.0000001e-999999999999999999999", 0);
  assert_number("100000e-99999", 0);
}

static void too_large_is_no_number(void **state) {
  (void)state;
  double number;
  const char *large[] = {"1e309", "-1e309", "1.8e308", "1e999999999999999999999", "0.001e400"};
  for (size_t i = 0; i < sizeof large / sizeof *large; i++)
    assert_false(number_parse(text_from(large[i]), &number));
}

static void only_json_numbers_are_numbers(void **state) {
  (void)state;
  double number;
  const char *wrong[] = {"",    "-",     "+1",   ".5",   "1.",  "01",       "-01",
                         "1e",  "1e+",   "0x10", "inf",  "nan", "1 ",       " 1",
                         "1,5", "1_000", "--1",  "1.e3", "1f",  "Infinity", "1e5.0"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (number_parse(text_from(wrong[i]), &number))
      fail_msg("`%s` is no number", wrong[i]);
  assert_false(number_parse((struct text){NULL, 0}, &number));
  assert_false(number_parse(TEXT("1\0"), &number));
}

static void assert_written(double number, const char *expected) {
  char out[NUMBER_TEXT_SIZE + 1];
  memset(out, '~', sizeof out);
  size_t length = number_format(number, out);
  assert_true(length < NUMBER_TEXT_SIZE);
  assert_int_equal(out[NUMBER_TEXT_SIZE], '~');
  out[length] = '\0';
  assert_string_equal(out, expected);
}

/* As Number.prototype.toString of JavaScript writes them. */
static void numbers_are_written_as_javascript_does(void **state) {
  (void)state;
  assert_written(0, "0");
  assert_written(-0.0, "0");
  assert_written(1, "1");
  assert_written(-42.5, "-42.5");
  assert_written(0.1, "0.1");
  assert_written(0.07, "0.07");
  assert_written(-0.01, "-0.01");
  assert_written(33.33, "33.33");
  assert_written(100.1, "100.1");
  assert_written(0.1 + 0.2, "0.30000000000000004");
  assert_written(1.0 / 3, "0.3333333333333333");
  assert_written(123456789012345680.0, "123456789012345680");
  assert_written(9007199254740993.0, "9007199254740992");
  assert_written(1e20, "100000000000000000000");
  assert_written(123456789012345678901.0, "123456789012345680000");
  assert_written(1e21, "1e+21");
  assert_written(-1.5e300, "-1.5e+300");
  assert_written(0.000001, "0.000001");
  assert_written(0.00000123, "0.00000123");
  assert_written(0.0000001, "1e-7");
  assert_written(1.234e-7, "1.234e-7");
  assert_written(DBL_MAX, "1.7976931348623157e+308");
  assert_written(-DBL_MIN, "-2.2250738585072014e-308");
  assert_written(0x1p-1074, "5e-324");
  assert_written(-1.2345678901234567e-6, "-0.0000012345678901234567");
}

/* Where one way of writing ends and the next begins, and between two texts
 * that are as near as each other. */
static void boundaries_are_written(void **state) {
  (void)state;
  assert_written(-0.5, "-0.5");
  assert_written(0.125, "0.125");
  assert_written(-99999999, "-99999999");
  assert_written(100000000, "100000000");
  assert_written(1000000.5, "1000000.5");
  assert_written(999999.99, "999999.99");
  assert_written(999999.999, "999999.999");
  assert_written(1000000.01, "1000000.01");
  assert_written(9999999.999, "9999999.999");
  assert_written(-12345678.901, "-12345678.901");
  assert_written(0x1p-19, "0.0000019073486328125");
  assert_written(0.1 + 0.7, "0.7999999999999999");
  assert_written(0.12345678, "0.12345678"); /* from 0.12345677999…: the last digits carry */
  assert_written(-2.3456789, "-2.3456789");
  assert_written(1125899906842624.25, "1125899906842624.2"); /* a tie, to even */
  assert_written(1125899906842624.75, "1125899906842624.8");
  assert_written(4503599627370495.5, "4503599627370495.5");
  assert_written(9007199254740991.0, "9007199254740991");
}

static void every_number_comes_back(void **state) {
  (void)state;
  uint64_t seed = 9;
  for (int i = 0; i < 500000; i++) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    uint64_t bits = seed ^ seed >> 29;
    double number, again;
    memcpy(&number, &bits, sizeof number);
    if (i % 2) /* around what scores are */
      number = (double)(int64_t)(bits % 20000000) / 100 - 100000 + (i % 4 == 1 ? 0 : 1e-9);
    if (!isfinite(number) || number == 0)
      continue;
    char out[NUMBER_TEXT_SIZE];
    assert_true(number_parse((struct text){out, number_format(number, out)}, &again));
    assert_int_equal(bits_of(again), bits_of(number));
  }
}

/* The quick way of scores gives what the shortest digits give. */
static void hundredths_are_the_shortest_text(void **state) {
  (void)state;
  uint64_t seed = 11;
  for (int i = 0; i < 300000; i++) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    int64_t hundredths = (int64_t)((seed >> 20) % (UINT64_C(1) << (i % 44)));
    double number = (double)hundredths / 100;
    char out[NUMBER_TEXT_SIZE], shortest[40];
    size_t length = number_format(number, out);
    for (int digits = 1;; digits++) { /* the fewest that read back */
      snprintf(shortest, sizeof shortest, "%.*e", digits - 1, number);
      if (strtod(shortest, NULL) == number)
        break;
    }
    size_t significant = strcspn(shortest, "e") - (strchr(shortest, '.') ? 1 : 0);
    size_t ours = 0, zeros = 0;
    for (size_t k = 0; k < length; k++)
      if (out[k] != '.') {
        zeros = out[k] == '0' ? zeros + 1 : 0;
        ours += ours > 0 || out[k] != '0';
      }
    assert_int_equal(memchr(out, '.', length) || number == 0 ? ours + (number == 0) : ours - zeros,
                     significant);
  }
}

static void assert_same_text(double number) {
  char fast[NUMBER_TEXT_SIZE], shortest[NUMBER_TEXT_SIZE];
  size_t length = number_format(number, fast);
  if (length != number_format_rare(number, shortest) || memcmp(fast, shortest, length) != 0)
    fail_msg("%a is written `%.*s`", number, (int)length, fast);
}

/* A number and its neighbours. */
static void assert_same_texts(double number) {
  double below = nextafter(number, 0), above = nextafter(number, HUGE_VAL);
  assert_same_text(number);
  assert_same_text(below);
  assert_same_text(above);
  assert_same_text(nextafter(below, 0));
  assert_same_text(nextafter(above, HUGE_VAL));
}

/* Everything that number_format does itself, it does as <charconv>. */
static void every_way_writes_the_same(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int i = 0; i < 1000000; i++) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    uint64_t bits = seed ^ seed >> 31;
    int exponent = (int)(bits >> 53) % 76 - 21; /* 2^-21 to 2^54 */
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    if (i % 3 == 0)
      fraction &= ~UINT64_C(0) << (i % 52); /* few digits in binary */
    assert_same_text(ldexp((double)(fraction | UINT64_C(1) << 52), exponent - 52));
    double decimal = (double)(bits % 100000000) / pow(10, i % 12); /* few digits in decimal */
    assert_same_text(decimal);
  }
}

static void every_way_writes_the_same_at_its_borders(void **state) {
  (void)state;
  for (int exponent = -1074; exponent < 1023; exponent++) {
    assert_same_texts(ldexp(1, exponent));
    assert_same_texts(ldexp(3, exponent));
  }
  for (int exponent = -320; exponent < 308; exponent++)
    for (int digit = 1; digit < 10; digit++) {
      char text[32];
      snprintf(text, sizeof text, "%de%d", digit, exponent);
      assert_same_texts(strtod(text, NULL));
    }
  for (int whole = 0; whole <= 300000; whole++) {
    assert_same_text(whole);
    assert_same_text(whole / 100.0);
    assert_same_text(whole / 1000.0);
  }
  assert_same_texts(1e13);
  assert_same_texts(1e13 / 100);
  assert_same_texts(9007199254740993.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_read),
      cmocka_unit_test(too_small_is_zero),
      cmocka_unit_test(too_large_is_no_number),
      cmocka_unit_test(only_json_numbers_are_numbers),
      cmocka_unit_test(numbers_are_written_as_javascript_does),
      cmocka_unit_test(boundaries_are_written),
      cmocka_unit_test(every_number_comes_back),
      cmocka_unit_test(hundredths_are_the_shortest_text),
      cmocka_unit_test(every_way_writes_the_same),
      cmocka_unit_test(every_way_writes_the_same_at_its_borders),
  };
  return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}

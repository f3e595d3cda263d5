/* test_json_look.c - values that a look shows to be whole, and short numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_look.h"
#include "unit/io_support.h"

/* A value between two pieces, with room behind it. */
struct sample {
  char bytes[256];
  uint32_t pieces[2];
  struct json json;
};

static json_place begin(struct sample *sample, const char *value) {
  size_t length = strlen(value);
  memset(sample, 0, sizeof *sample);
  memset(sample->bytes, ',', sizeof sample->bytes);
  memcpy(sample->bytes + 3, value, length);
  sample->pieces[0] = 3;
  sample->pieces[1] = 3 + (uint32_t)length;
  struct text all = {sample->bytes, sizeof sample->bytes};
  json_begin(&sample->json, all, all, sample->pieces);
  return sample->pieces;
}

static bool is_plain(const char *value) {
  static struct sample sample;
  json_place place = begin(&sample, value);
  return json_is_plain(sample.bytes, place);
}

static void what_is_whole_is_plain(void **state) {
  (void)state;
  static const char *const whole[] = {"0",    "7",    "10",    "12345678", "99999999",
                                      "true", "null", "false", "\"\"",     "\"a text\" ",
                                      "-1",   "1.5",  "-0.25", "0.000001", "-123456.7"};
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
    assert_true(is_plain(whole[i]));
}

/* Some are numbers all the same: then it takes more than a look. */
static void anything_else_is_not(void **state) {
  (void)state;
  static const char *const rest[] = {
      "00",    "01",   "123456789", "--1",   "1.",  "1 ", " 1",       "1e3", "1/",
      "1:",    "/1",   ":1",        "1a",    "+1",  "{",  "[",        "}",   "]",
      "tru",   "True", "trues",     "nul",   "nil", "n",  "fals ",    "t",   "12345678 ",
      "true ", "\xb1", "1\xb1",     "1\x80", ":",   "/",  "\x30\x01", "a",   "0x1"};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
    if (is_plain(rest[i]))
      fail_msg("plain: %s", rest[i]);
}

/* As the grammar has it: digits, the first of several not 0. */
static bool is_number(const char *bytes, uint32_t room) {
  for (uint32_t i = 0; i < room; i++)
    if (bytes[i] < '0' || bytes[i] > '9')
      return false;
  return room >= 1 && room <= 8 && (room == 1 || bytes[0] != '0');
}

/* Every byte at every place of numbers of nought to nine digits, all of them 0, or 9, or mixed. */
static void numbers_are_told_byte_by_byte(void **state) {
  (void)state;
  static const char *const around[] = {"000000000000", "999999999999", "907856341278"};
  for (size_t a = 0; a < sizeof around / sizeof *around; a++)
    for (uint32_t room = 0; room <= 9; room++)
      for (uint32_t place = 0; place <= room; place++)
        for (int byte = 0; byte < 256; byte++) {
          char bytes[16];
          memcpy(bytes, around[a], 12);
          bytes[place] = (char)byte;
          assert_int_equal(json_is_plain_number(bytes, room), is_number(bytes, room));
        }
}

/* All numbers of up to four digits, and around the powers of ten. */
static void short_numbers_are_read(void **state) {
  (void)state;
  static struct sample sample;
  char digits[16];
  uint32_t power = 1;
  for (uint32_t i = 0; i < 10000 + 3 * 8; i++) {
    uint32_t number = i;
    if (i >= 10000) {
      power = (i - 10000) % 3 == 0 ? (i == 10000 ? 10 : power * 10) : power;
      number = power - 1 + (i - 10000) % 3;
    }
    double read = -1;
    snprintf(digits, sizeof digits, "%" PRIu32, number);
    json_place place = begin(&sample, digits);
    if (strlen(digits) > 8) {
      assert_false(json_short_number(&sample.json, place, &read));
      continue;
    }
    assert_true(json_short_number(&sample.json, place, &read));
    assert_true(read == number);
  }
}

static void other_values_are_no_short_numbers(void **state) {
  (void)state;
  static struct sample sample;
  static const char *const rest[] = {"-1", "1.5", "01", "\"1\"", "null", "1 ", "123456789", "x"};
  double number;
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
    json_place place = begin(&sample, rest[i]);
    assert_false(json_short_number(&sample.json, place, &number));
  }
}

/* As the grammar has it, without an exponent: how many bytes of the text are a number. */
static size_t decimal_length(const char *text) {
  size_t sign = *text == '-', whole = strspn(text + sign, "0123456789");
  if (whole == 0 || (whole > 1 && text[sign] == '0'))
    return 0;
  size_t point = sign + whole, fraction = strspn(text + point + (text[point] == '.'), "0123456789");
  return text[point] != '.' ? point : fraction > 0 ? point + 1 + fraction : 0;
}

/* All texts of up to six of these bytes, and some longer ones. */
static void decimals_are_told_from_the_rest(void **state) {
  (void)state;
  static const char letters[] = "0159.-e :x";
  enum { LETTERS = sizeof letters - 1 };
  for (uint32_t number = 0; number < 1111111; number++) {
    char text[32] = "";
    uint32_t length = 0;
    for (uint32_t rest = number; rest > 0; rest = (rest - 1) / LETTERS)
      text[length++] = letters[(rest - 1) % LETTERS];
    assert_true(length <= 6);
    assert_int_equal(json_is_plain_decimal(text, length),
                     length > 0 && decimal_length(text) == length);
  }
  static const char *const longest[] = {"12345678",  "1234567.8", "-1234567", "-12345678",
                                        "-12345.67", "123456.78", "0.000001", "-0.000001"};
  for (size_t i = 0; i < sizeof longest / sizeof *longest; i++) {
    char text[32] = "";
    uint32_t length = (uint32_t)strlen(longest[i]);
    memcpy(text, longest[i], length);
    assert_int_equal(json_is_plain_decimal(text, length), length - (*text == '-') <= 8);
  }
}

/* With any point and sign, as the C library reads them. */
static void decimals_are_read(void **state) {
  (void)state;
  static struct sample sample;
  uint64_t seed = 5;
  for (int round = 0; round < 200000; round++) {
    char digits[32], text[40];
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint32_t length = 1 + (uint32_t)(seed >> 60), point = (uint32_t)(seed >> 56 & 15) % length;
    snprintf(digits, sizeof digits, "%016" PRIu64, (seed >> 8) % UINT64_C(10000000000000000));
    if (point != 1 && length > 1 && digits[0] == '0')
      digits[0] = '7';
    if (point == 0) /* none */
      snprintf(text, sizeof text, "%s%.*s", seed & 1 ? "-" : "", (int)length, digits);
    else
      snprintf(text, sizeof text, "%s%.*s.%.*s", seed & 1 ? "-" : "", (int)point, digits,
               (int)(length - point), digits + point);
    double number, expected = strtod(text, NULL);
    assert_true(json_number(&sample.json, begin(&sample, text), &number));
    assert_memory_equal(&number, &expected, sizeof number);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_whole_is_plain),
      cmocka_unit_test(anything_else_is_not),
      cmocka_unit_test(numbers_are_told_byte_by_byte),
      cmocka_unit_test(short_numbers_are_read),
      cmocka_unit_test(other_values_are_no_short_numbers),
      cmocka_unit_test(decimals_are_told_from_the_rest),
      cmocka_unit_test(decimals_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

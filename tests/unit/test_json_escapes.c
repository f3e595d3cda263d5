/* test_json_escapes.c - which escapes strings may have, also those that nobody reads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/unicode.h"
#include "io/json.h"

/* Passes the text, which is followed by nothing or by what may be read.  True
 * if it is JSON; what it means is then in `decoded`. */
static char decoded[1024];
static struct json_index *pieces_of;

static bool passes(const char *string, bool room) {
  char bytes[512];
  size_t length = strlen(string);
  const uint32_t *pieces;
  struct json json = {.memory = memory_standard};
  assert_true(length + JSON_READABLE <= sizeof bytes);
  memset(bytes, '\\', sizeof bytes); /* behind the text nothing counts */
  memcpy(bytes, string, length);
  if (json_index_make(pieces_of, bytes, (uint32_t)length, &pieces) != JSON_INDEX_OK)
    return false;
  struct text text = {bytes, length}, all = {bytes, room ? sizeof bytes : length};
  json_begin(&json, all, text, pieces);
  bool passed = json_skip(&json);
  struct text meaning;
  if (passed) {
    assert_true(json_passing_text(&json, pieces, &meaning));
    memcpy(decoded, meaning.bytes, meaning.length);
    decoded[meaning.length] = '\0';
  }
  json_clear(&json);
  return passed;
}

static int setup(void **state) {
  (void)state;
  pieces_of = json_index_new();
  return pieces_of ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  json_index_free(pieces_of);
  return 0;
}

static void every_code_but_half_pairs(void **state) {
  (void)state;
  for (uint32_t code = 1; code <= 0xffff; code++) {
    char string[16], expected[8] = "";
    snprintf(string, sizeof string, code % 2 ? "\"\\u%04x\"" : "\"\\u%04X\"", code);
    bool half = code >= 0xd800 && code <= 0xdfff;
    assert_int_equal(passes(string, true), !half);
    expected[half ? 0 : utf8_put(expected, code)] = '\0';
    assert_true(half || strcmp(decoded, expected) == 0);
  }
}

static void pairs_are_one_character(void **state) {
  (void)state;
  assert_true(passes("\"\\ud83d\\ude00\"", true));
  assert_string_equal(decoded, "\xf0\x9f\x98\x80");
  assert_true(passes("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", true));
  assert_string_equal(decoded, "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  assert_false(passes("\"\\ude00\\ud83d\"", true));
  assert_false(passes("\"\\ud83d\"", true));
  assert_false(passes("\"\\ud83d\\u0041\"", true));
  assert_false(passes("\"\\ud83d\\n\"", true));
  assert_false(passes("\"\\ud83d \\ude00\"", true));
  assert_false(passes("\"\\ud83d\\ude0\"", true));
}

/* Any byte in the place of each byte of an escape. */
static void only_digits_make_codes(void **state) {
  (void)state;
  for (size_t at = 2; at < 7; at++)
    for (int byte = 1; byte < 256; byte++) {
      char string[] = "\"\\u00e9 and more\"";
      string[at] = (char)byte;
      bool is_hex = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
                    (byte >= 'A' && byte <= 'F');
      bool is_short = byte != 0 && strchr("\"\\/bfnrtu", byte) && at == 2;
      assert_int_equal(passes(string, true), at == 2 ? is_short : is_hex);
    }
}

/* Two escapes with 0 to 20 bytes between, at the end of what may be read and before it. */
static void escapes_at_any_distance(void **state) {
  (void)state;
  static const char *const escapes[] = {"\\n", "\\\\", "\\\"", "\\u0041", "\\ud83d\\ude00"};
  static const char *const meanings[] = {"\n", "\\", "\"", "A", "\xf0\x9f\x98\x80"};
  const char *dots = "....................";
  for (int room = 0; room < 2; room++)
    for (size_t a = 0; a < 5; a++)
      for (size_t b = 0; b < 5; b++)
        for (int between = 0; between <= 20; between++) {
          char string[64], expected[64];
          snprintf(string, sizeof string, "\"%s%.*s%s\"", escapes[a], between, dots, escapes[b]);
          snprintf(expected, sizeof expected, "%s%.*s%s", meanings[a], between, dots, meanings[b]);
          assert_true(passes(string, room));
          assert_string_equal(decoded, expected);
          snprintf(string, sizeof string, "\"%s%.*s\\x\"", escapes[a], between, dots);
          assert_false(passes(string, room));
        }
}

static void an_escape_ends_with_its_string(void **state) {
  (void)state;
  static const char *const broken[] = {"\"\\u\"",    "\"\\u0\"",      "\"\\u00\"",
                                       "\"\\u004\"", "\"\\ud83d\\\"", "\"\\ud83d\\u\""};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
    for (int room = 0; room < 2; room++)
      assert_false(passes(broken[i], room));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_but_half_pairs),      cmocka_unit_test(pairs_are_one_character),
      cmocka_unit_test(only_digits_make_codes),         cmocka_unit_test(escapes_at_any_distance),
      cmocka_unit_test(an_escape_ends_with_its_string),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}

/* test_unicode.c - UTF-8, the tables, and texts mapped by them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIMIT 0x110000u

static bool is_scalar(uint32_t code_point) {
  return code_point < LIMIT && (code_point < 0xd800 || code_point > 0xdfff);
}

/* The text is moved through blocks of exactly its size, so that a sanitizer
 * sees a byte read or written too much. */
static char *exactly(struct text text) {
  char *block = malloc(text.length ? text.length : 1);
  if (text.length > 0)
    memcpy(block, text.bytes, text.length);
  return block;
}

static void assert_error_at(struct text text, size_t offset) {
  char *block = exactly(text);
  assert_int_equal(utf8_error((struct text){block, text.length}), offset);
  free(block);
}

static void every_code_point_survives_utf8(void **state) {
  (void)state;
  for (uint32_t c = 0; c < LIMIT; c++) {
    char bytes[4];
    struct text text = {bytes, utf8_put(bytes, c)};
    size_t next = 0, previous = text.length;
    assert_int_equal(utf8_error(text), is_scalar(c) ? text.length : 0);
    assert_int_equal(utf8_next(text, &next), c);
    assert_int_equal(next, text.length);
    assert_int_equal(utf8_previous(text, &previous), c);
    assert_int_equal(previous, 0);
  }
}

static void malformed_sequences_are_found_where_they_begin(void **state) {
  (void)state;
  const struct text wrong[] = {
      TEXT("\x80"),
      TEXT("\xbf"),
      TEXT("\xc0\x80"),
      TEXT("\xc1\xbf"),
      TEXT("\xc3"),
      TEXT("\xc3z"),
      TEXT("\xe0\x9f\xbf"),
      TEXT("\xe2\x82"),
      TEXT("\xe2z\xac"),
      TEXT("\xed\xa0\x80"),
      TEXT("\xed\xbf\xbf"),
      TEXT("\xf0\x8f\xbf\xbf"),
      TEXT("\xf0\x9f\x98"),
      TEXT("\xf4\x90\x80\x80"),
      TEXT("\xf5\x80\x80\x80"),
      TEXT("\xfe"),
      TEXT("\xff"),
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    for (size_t before = 0; before < 20; before++) {
      char bytes[32];
      memset(bytes, 'a', before);
      memcpy(bytes + before, wrong[i].bytes, wrong[i].length);
      assert_error_at((struct text){bytes, before + wrong[i].length}, before);
    }
  assert_error_at(TEXT(""), 0);
  assert_int_equal(utf8_error((struct text){NULL, 0}), 0);
  assert_error_at(TEXT("a\0b"), 3); /* NUL is a character */
}

static void code_points_are_counted(void **state) {
  (void)state;
  assert_int_equal(utf8_count((struct text){NULL, 0}), 0);
  assert_int_equal(utf8_count(TEXT("abc")), 3);
  assert_int_equal(
      utf8_count(TEXT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 and more, eight by eight")), 28);
}

static void characters_fold_and_change_case(void **state) {
  (void)state;
  assert_int_equal(unicode_fold('A'), 'a');
  assert_int_equal(unicode_fold(0xc9), 0xe9);       /* É */
  assert_int_equal(unicode_fold(0x3c2), 0x3c3);     /* final sigma */
  assert_int_equal(unicode_fold(0x212a), 'k');      /* Kelvin sign */
  assert_int_equal(unicode_fold(0x1e9e), 0xdf);     /* capital sharp s, simple folding */
  assert_int_equal(unicode_fold(0x130), 0x130);     /* dotted I has no simple folding */
  assert_int_equal(unicode_fold(0x10400), 0x10428); /* Deseret */
  assert_int_equal(unicode_fold(0x13a0), 0x13a0);   /* Cherokee folds to capitals */
  assert_int_equal(unicode_fold(0xab70), 0x13a0);
  assert_int_equal(unicode_lower(0x130), 'i');
  assert_int_equal(unicode_upper(0xff), 0x178);
  assert_int_equal(unicode_upper(0xdf), 0xdf);
  assert_int_equal(unicode_upper(0x131), 'I');
  assert_int_equal(unicode_fold(LIMIT), LIMIT);
  assert_int_equal(unicode_fold(UINT32_MAX), UINT32_MAX);
}

static void folding_is_final(void **state) {
  (void)state;
  for (uint32_t c = 0; c < LIMIT; c++) {
    uint32_t folded = unicode_fold(c);
    assert_int_equal(unicode_fold(folded), folded);
    assert_true(is_scalar(folded) == is_scalar(c));
  }
}

static void characters_have_properties(void **state) {
  (void)state;
  const uint32_t words[] = {'a', 'Z', '0', 0xe9, 0x301, 0x4e2d, 0x664, 0x2167, 0xbd, 0x1d165};
  const uint32_t others[] = {' ', '_', '-', '+', 0x20ac, 0x2014, 0x1f600, 0xe000, 0x378, 0};
  for (size_t i = 0; i < 10; i++) {
    assert_true(unicode_is_word(words[i]));
    assert_false(unicode_is_word(others[i]));
  }
  const uint32_t spaces[] = {' ', '\t', '\n', 0x0b, 0x85, 0xa0, 0x1680, 0x2003, 0x2028, 0x3000};
  for (size_t i = 0; i < 10; i++)
    assert_true(unicode_is_space(spaces[i]));
  assert_false(unicode_is_space(0x200b) || unicode_is_space(0xfeff) || unicode_is_space('x'));
  assert_true(unicode_is_mark(0x301) && unicode_is_mark(0xe0100));
  assert_false(unicode_is_mark('a') || unicode_is_mark(0x903)); /* Mc is no nonspacing mark */
  assert_int_equal(unicode_columns('a'), 1);
  assert_int_equal(unicode_columns(0x301), 0);
  assert_int_equal(unicode_columns(0x200b), 0);
  assert_int_equal(unicode_columns(0x4e2d), 2);
  assert_int_equal(unicode_columns(0x1f600), 2);
}

/* ---- mapping ---- */

typedef size_t map_text(struct text text, char *out);

static void assert_maps(map_text *map, struct text text, struct text expected) {
  for (size_t before = 0; before < 17; before += 8) { /* also behind words of eight */
    char in[256], out[1024];
    memset(in, '#', before);
    memcpy(in + before, text.bytes, text.length);
    char *block = exactly((struct text){in, before + text.length});
    size_t length = map((struct text){block, before + text.length}, out);
    free(block);
    assert_int_equal(length, before + expected.length);
    assert_memory_equal(out + before, expected.bytes, expected.length);
  }
}

static void texts_fold_and_change_case(void **state) {
  (void)state;
  assert_maps(text_fold, TEXT("VP Sales"), TEXT("vp sales"));
  assert_maps(text_fold, TEXT("@[`{AZaz09"), TEXT("@[`{azaz09"));
  assert_maps(text_fold, TEXT("\xc3\x89T\xc3\x89"), TEXT("\xc3\xa9t\xc3\xa9"));
  assert_maps(text_fold, TEXT("\xe2\x84\xaa"), TEXT("k"));
  assert_maps(text_lower, TEXT("@[`{AZaz09 \xc3\x84"), TEXT("@[`{azaz09 \xc3\xa4"));
  assert_maps(text_upper, TEXT("@[`{AZaz09 \xc3\xa4"), TEXT("@[`{AZAZ09 \xc3\x84"));
  assert_maps(text_upper,
              TEXT("stra\xc3\x9f"
                   "e"),
              TEXT("STRA\xc3\x9f"
                   "E"));
}

static void plain_strips_diacritics(void **state) {
  (void)state;
  assert_maps(text_plain,
              TEXT("Cr\xc3\xa8me Br\xc3\xbbl\xc3\xa9"
                   "e"),
              TEXT("Creme Brulee"));
  assert_maps(text_plain, TEXT("e\xcc\x81\xcc\xa3"), TEXT("e"));
  assert_maps(text_plain, TEXT("\xcc\x81"), TEXT(""));
  assert_maps(text_plain, TEXT("\xef\xac\x81n"), TEXT("fin")); /* ligature fi */
  assert_maps(text_plain, TEXT("\xc2\xbd"),
              TEXT("1\xe2\x81\x84"
                   "2"));                                   /* one half */
  assert_maps(text_plain, TEXT("\xef\xbc\xa1"), TEXT("A")); /* full width */
  assert_maps(text_plain, TEXT("\xc3\x98\xc5\x82"),
              TEXT("\xc3\x98\xc5\x82")); /* no decomposition */
  assert_maps(text_plain, TEXT("\xed\x95\x9c"), TEXT("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"));
  assert_maps(text_plain, TEXT("\xea\xb0\x80"), TEXT("\xe1\x84\x80\xe1\x85\xa1"));
}

#define STEM "\xf0\x9d\x85\xa5" /* U+1D165, class 216 */
#define DOT  "\xf0\x9d\x85\xad" /* U+1D16D, class 226 */
#define HEAD "\xf0\x9d\x85\x98" /* U+1D158 */
#define NOTE "\xf0\x9d\x85\x9f" /* U+1D15F = HEAD STEM */

static void marks_that_stay_are_put_in_order(void **state) {
  (void)state;
  assert_maps(text_plain, TEXT(HEAD DOT STEM), TEXT(HEAD STEM DOT));
  assert_maps(text_plain, TEXT(NOTE DOT STEM), TEXT(HEAD STEM STEM DOT));
  assert_maps(text_plain, TEXT(DOT "\xcc\x81" STEM "x" DOT STEM), TEXT(STEM DOT "x" STEM DOT));
  /* U+0B56, a nonspacing mark of class 0, ends a run. */
  assert_maps(text_plain, TEXT(DOT "\xe0\xad\x96" STEM), TEXT(DOT STEM));
  assert_maps(text_plain, TEXT(DOT NOTE), TEXT(DOT HEAD STEM));
}

/* What a byte of text can grow to: the bounds of unicode.h, over all code
 * points.  Longer texts are concatenations. */
static void mapped_texts_stay_within_their_bounds(void **state) {
  (void)state;
  size_t longest_plain = 0;
  for (uint32_t c = 0; c < LIMIT; c++) {
    char bytes[4], out[64];
    if (!is_scalar(c))
      continue;
    struct text text = {bytes, utf8_put(bytes, c)};
    assert_true(text_fold(text, out) <= TEXT_FOLD_BOUND(text.length));
    assert_true(text_lower(text, out) <= TEXT_CASE_BOUND(text.length));
    assert_true(text_upper(text, out) <= TEXT_CASE_BOUND(text.length));
    size_t plain = text_plain(text, out);
    assert_true(plain <= TEXT_PLAIN_BOUND(text.length));
    if (plain > longest_plain)
      longest_plain = plain;
  }
  assert_int_equal(longest_plain, 33); /* U+FDFA */
}

/* Plain text has nothing left to decompose or to strip, and what is written
 * stays within the bound while marks are put in order. */
static void plain_is_final_and_bounded(void **state) {
  (void)state;
  static const uint32_t parts[] = {'a',     0xe9,    0x301,   0x1715, 0x302e,
                                   0x1d165, 0x1d16d, 0x1d160, 0xfdfa, 0xac01};
  uint64_t seed = 7;
  for (int round = 0; round < 20000; round++) {
    char in[64];
    size_t length = 0;
    for (int i = 0; i < 12; i++) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      length += utf8_put(in + length, parts[(seed >> 33) % 10]);
    }
    struct text text = {in, length};
    char *out = malloc(TEXT_PLAIN_BOUND(length)), *again = malloc(TEXT_PLAIN_BOUND(length) * 12);
    size_t plain = text_plain(text, out);
    assert_int_equal(utf8_error((struct text){out, plain}), plain);
    assert_int_equal(text_plain((struct text){out, plain}, again), plain);
    assert_memory_equal(out, again, plain);
    free(out);
    free(again);
  }
}

/* ---- comparing ---- */

static void folded_texts_are_recognised(void **state) {
  (void)state;
  assert_true(text_is_folded(TEXT("")));
  assert_true(text_is_folded(TEXT("vp sales, 1st \xc3\xa9t\xc3\xa9")));
  assert_false(text_is_folded(TEXT("vp sales, 1st \xc3\x89t\xc3\xa9")));
  assert_false(text_is_folded(TEXT("12345678A")));
  assert_false(text_is_folded(TEXT("1234567A")));
}

static void equality_ignores_case(void **state) {
  (void)state;
  assert_true(text_equal_folded(TEXT("Marketing"), TEXT("MARKETING")));
  assert_true(text_equal_folded(TEXT("\xe2\x84\xaa"
                                     "elvin is long"),
                                TEXT("Kelvin Is Long")));
  assert_true(text_equal_folded((struct text){NULL, 0}, TEXT("")));
  assert_false(text_equal_folded(TEXT("marketing"), TEXT("marketin")));
  assert_false(text_equal_folded(TEXT("marketin"), TEXT("marketing")));
  assert_false(text_equal_folded(TEXT("caf\xc3\xa9"), TEXT("cafe")));
  assert_false(text_equal_folded(TEXT("[marketing"), TEXT("{marketing")));
}

/* Equality, hash and is_folded against text_fold, on random texts of letters
 * that change their length when they fold. */
static void folding_agrees_with_itself(void **state) {
  (void)state;
  static const uint32_t parts[] = {'A', 'a', 'k', 'K', 0x212a, 0xc9, 0xe9, 0x23a, 0x2c65, 0x10400};
  uint64_t seed = 3;
  for (int round = 0; round < 50000; round++) {
    char in[2][128], out[2][256];
    struct text text[2], folded[2];
    for (int side = 0; side < 2; side++) {
      size_t length = 0;
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      for (uint64_t left = (seed >> 33) % 24, pick = seed; left > 0; left--) {
        pick = pick * 6364136223846793005ULL + 1442695040888963407ULL;
        length += utf8_put(in[side] + length, parts[(pick >> 33) % (round % 2 ? 10 : 2)]);
      }
      text[side] = (struct text){in[side], length};
      folded[side] = (struct text){out[side], text_fold(text[side], out[side])};
      assert_int_equal(text_hash_folded(text[side], 5), text_hash(folded[side], 5));
      assert_int_equal(text_is_folded(text[side]), text_equal(text[side], folded[side]));
      assert_true(text_equal_folded(text[side], folded[side]));
    }
    assert_int_equal(text_equal_folded(text[0], text[1]), text_equal(folded[0], folded[1]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_point_survives_utf8),
      cmocka_unit_test(malformed_sequences_are_found_where_they_begin),
      cmocka_unit_test(code_points_are_counted),
      cmocka_unit_test(characters_fold_and_change_case),
      cmocka_unit_test(folding_is_final),
      cmocka_unit_test(characters_have_properties),
      cmocka_unit_test(texts_fold_and_change_case),
      cmocka_unit_test(plain_strips_diacritics),
      cmocka_unit_test(marks_that_stay_are_put_in_order),
      cmocka_unit_test(mapped_texts_stay_within_their_bounds),
      cmocka_unit_test(plain_is_final_and_bounded),
      cmocka_unit_test(folded_texts_are_recognised),
      cmocka_unit_test(equality_ignores_case),
      cmocka_unit_test(folding_agrees_with_itself),
  };
  return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}

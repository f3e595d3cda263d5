/* test_text.c - texts compared, hashed, searched and taken apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t random_below(uint32_t limit) {
  static uint64_t seed = 1;
  seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (uint32_t)((seed >> 33) % limit);
}

/* A text over few letters, so that parts repeat. */
static struct text random_text(char *out, uint32_t longest, const char *letters) {
  uint32_t length = random_below(longest + 1), count = (uint32_t)strlen(letters);
  for (uint32_t i = 0; i < length; i++)
    out[i] = letters[random_below(count)];
  return (struct text){out, length};
}

static void texts_compare_by_bytes(void **state) {
  (void)state;
  const struct text none = {NULL, 0};
  assert_true(text_equal(TEXT("a\0b"), TEXT("a\0b")));
  assert_false(text_equal(TEXT("a\0b"), TEXT("a\0c")));
  assert_true(text_equal(none, TEXT("")));
  assert_true(text_equal(text_from("abc"), TEXT("abc")));
  assert_true(text_compare(TEXT("a"), TEXT("b")) < 0);
  assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
  assert_true(text_compare(TEXT("\xc3\xa9"), TEXT("z")) > 0);
  assert_int_equal(text_compare(none, TEXT("")), 0);
  assert_true(text_starts_with(TEXT("abc"), TEXT("ab")));
  assert_true(text_starts_with(TEXT("abc"), none));
  assert_false(text_starts_with(TEXT("ab"), TEXT("abc")));
  assert_true(text_ends_with(TEXT("abc"), TEXT("bc")));
  assert_true(text_ends_with(none, none));
  assert_false(text_ends_with(TEXT("bc"), TEXT("abc")));
}

/* Each length and place; what differs from the byte in one bit is not taken for it. */
static void the_last_byte_is_found(void **state) {
  (void)state;
  for (size_t length = 0; length <= 40; length++)
    for (unsigned bit = 0; bit < 8; bit++) {
      char *bytes = malloc(length + 1);
      memset(bytes, '\n' ^ 1 << bit, length);
      assert_int_equal(text_last((struct text){bytes, length}, '\n'), 0);
      for (size_t at = 0; at < length; at++) {
        bytes[at] = '\n';
        assert_int_equal(text_last((struct text){bytes, length}, '\n'), at + 1);
      }
      free(bytes);
    }
  assert_int_equal(text_last((struct text){NULL, 0}, 'a'), 0);
}

static void hashes_are_the_same_everywhere(void **state) {
  (void)state;
  uint64_t all = 0;
  char bytes[40];
  for (size_t length = 0; length <= sizeof bytes; length++) {
    if (length > 0)
      bytes[length - 1] = (char)(200 - 3 * length);
    all = all * 31 + text_hash((struct text){bytes, length}, length);
  }
  assert_int_equal(all, UINT64_C(0x96bf9c659e85b0e9));
}

static void hashes_see_every_byte_the_length_and_the_seed(void **state) {
  (void)state;
  char a[24] = {0}, b[24] = {0};
  for (size_t length = 1; length <= 24; length++)
    for (size_t i = 0; i < length; i++) {
      b[i] = 1;
      assert_int_not_equal(text_hash((struct text){a, length}, 0),
                           text_hash((struct text){b, length}, 0));
      b[i] = 0;
    }
  for (size_t length = 0; length < 24; length++)
    assert_int_not_equal(text_hash((struct text){a, length}, 0),
                         text_hash((struct text){a, length + 1}, 0));
  assert_int_not_equal(text_hash(TEXT("a"), 0), text_hash(TEXT("a"), 1));
}

static void hashes_spread_over_their_low_bits(void **state) {
  (void)state;
  unsigned counts[256] = {0};
  for (uint32_t i = 0; i < 25600; i++) {
    char name[] = "/pricing/00000";
    uint32_t rest = i;
    for (size_t k = sizeof name - 2; rest > 0; k--, rest /= 10)
      name[k] = (char)('0' + rest % 10);
    counts[text_hash(text_from(name), 0) % 256]++;
  }
  for (size_t i = 0; i < 256; i++)
    assert_in_range(counts[i], 50, 160);
}

static void distances_count_single_edits(void **state) {
  (void)state;
  const struct {
    struct text a, b;
    unsigned distance;
  } cases[] = {
      {TEXT(""), TEXT(""), 0},
      {TEXT("department"), TEXT("department"), 0},
      {TEXT("departement"), TEXT("department"), 1},
      {TEXT("depratment"), TEXT("department"), 1},
      {TEXT("compani_size"), TEXT("company_size"), 1},
      {TEXT(""), TEXT("abc"), 3},
      {TEXT("abc"), TEXT(""), 3},
      {TEXT("kitten"), TEXT("sitting"), 3},
      {TEXT("ca"), TEXT("abc"), 3}, /* a swapped pair is not edited again */
      {TEXT("caf\xc3\xa9"), TEXT("cafe"), 1},
      {TEXT("\xff\xfe"), TEXT("\xff"), 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (unsigned limit = 0; limit < 6; limit++) {
      unsigned expected = cases[i].distance <= limit ? cases[i].distance : limit + 1;
      assert_int_equal(text_distance(cases[i].a, cases[i].b, limit), expected);
      assert_int_equal(text_distance(cases[i].b, cases[i].a, limit), expected);
    }
}

static unsigned slow_distance(struct text a, struct text b) {
  unsigned d[16][16];
  for (unsigned i = 0; i <= a.length; i++)
    for (unsigned j = 0; j <= b.length; j++) {
      unsigned best = i && j ? d[i - 1][j - 1] + (a.bytes[i - 1] != b.bytes[j - 1]) : i + j;
      if (i && d[i - 1][j] + 1 < best)
        best = d[i - 1][j] + 1;
      if (j && d[i][j - 1] + 1 < best)
        best = d[i][j - 1] + 1;
      if (i > 1 && j > 1 && a.bytes[i - 1] == b.bytes[j - 2] && a.bytes[i - 2] == b.bytes[j - 1] &&
          d[i - 2][j - 2] + 1 < best)
        best = d[i - 2][j - 2] + 1;
      d[i][j] = best;
    }
  return d[a.length][b.length];
}

static void distances_agree_with_the_whole_matrix(void **state) {
  (void)state;
  char a[16], b[16];
  for (int i = 0; i < 50000; i++) {
    struct text left = random_text(a, 12, "abc"), right = random_text(b, 12, "abc");
    unsigned limit = random_below(15), distance = slow_distance(left, right);
    assert_int_equal(text_distance(left, right, limit), distance <= limit ? distance : limit + 1);
  }
}

static void very_long_texts_are_equal_or_far(void **state) {
  (void)state;
  static char a[1000], b[1000];
  memset(a, 'x', sizeof a);
  memset(b, 'x', sizeof b);
  assert_int_equal(text_distance((struct text){a, 1000}, (struct text){b, 1000}, 3), 0);
  assert_int_equal(text_distance((struct text){a, 1000}, (struct text){b, 999}, 3), 4);
  assert_int_equal(text_distance((struct text){a, 256}, (struct text){b, 255}, 3), 1);
  assert_int_equal(text_distance((struct text){a, 256}, (struct text){b, 0}, 999), 256);
}

/* ---- finding ---- */

static size_t slow_find(struct text text, struct text needle, size_t from) {
  for (; from <= text.length && needle.length <= text.length - from; from++)
    if (memcmp(text.bytes + from, needle.bytes, needle.length) == 0)
      return from;
  return SIZE_MAX;
}

static void finding_agrees_with_trying_every_place(void **state) {
  (void)state;
  char a[64], b[8];
  for (int i = 0; i < 200000; i++) {
    /* In a block of its exact size, so that reading beyond is found. */
    struct text text = random_text(a, 40, "ab"), needle = random_text(b, 6, "ab");
    char *exact = malloc(text.length + 1);
    memcpy(exact, text.bytes, text.length);
    char *tight = realloc(exact, text.length ? text.length : 1);
    size_t from = random_below(44);
    assert_int_equal(text_find((struct text){tight, text.length}, needle, from),
                     slow_find(text, needle, from));
    free(tight);
  }
}

static void the_ends_of_finding(void **state) {
  (void)state;
  const struct text none = {NULL, 0};
  assert_int_equal(text_find(none, none, 0), 0);
  assert_int_equal(text_find(none, TEXT("a"), 0), SIZE_MAX);
  assert_int_equal(text_find(TEXT("abc"), none, 3), 3);
  assert_int_equal(text_find(TEXT("abc"), none, 4), SIZE_MAX);
  assert_int_equal(text_find(TEXT("abc"), TEXT("c"), 2), 2);
  assert_int_equal(text_find(TEXT("abc"), TEXT("c"), SIZE_MAX), SIZE_MAX);
  assert_int_equal(text_find(TEXT("a\0b\0b"), TEXT("\0b"), 2), 3);
  assert_int_equal(text_find(TEXT("\x7f\x80\x81\x7f\x80\x81\x80\x80"), TEXT("\x81\x80"), 0), 5);
}

static void only_whole_words_are_mentioned(void **state) {
  (void)state;
  assert_true(text_mentions(TEXT("vp sales"), TEXT("vp")));
  assert_true(text_mentions(TEXT("vp"), TEXT("vp")));
  assert_false(text_mentions(TEXT("mvp"), TEXT("vp")));
  assert_false(text_mentions(TEXT("vps"), TEXT("vp")));
  assert_true(text_mentions(TEXT("mvp, vp"), TEXT("vp")));
  assert_true(text_mentions(TEXT("head of (vp)"), TEXT("vp")));
  assert_false(text_mentions(TEXT("\xc3\xa9vp"), TEXT("vp")));
  assert_false(text_mentions(TEXT("vp\xcc\x81"), TEXT("vp"))); /* a mark belongs to the word */
  assert_false(text_mentions(TEXT("vp2"), TEXT("vp")));
  assert_true(text_mentions(TEXT("vp_2"), TEXT("vp")));
  assert_true(text_mentions(TEXT("our vp sales team"), TEXT("vp sales")));
  assert_true(text_mentions(TEXT("c++dev"), TEXT("c++"))); /* its edge is no word */
  assert_false(text_mentions(TEXT("anything"), TEXT("")));
  assert_false(text_mentions(TEXT(""), TEXT("vp")));
  assert_true(text_mentions(TEXT("\xe2\x82\xacvp\xe2\x82\xac"), TEXT("vp")));
}

static void globs_match_the_whole_text(void **state) {
  (void)state;
  assert_true(text_like(TEXT(""), TEXT("")));
  assert_true(text_like(TEXT(""), TEXT("**")));
  assert_false(text_like(TEXT(""), TEXT("?")));
  assert_false(text_like(TEXT("a"), TEXT("")));
  assert_true(text_like(TEXT("abc"), TEXT("a*c")));
  assert_true(text_like(TEXT("abcbc"), TEXT("a*bc")));
  assert_false(text_like(TEXT("abcb"), TEXT("a*bc")));
  assert_true(text_like(TEXT("a*c"), TEXT("a*c")));
  assert_true(text_like(TEXT("caf\xc3\xa9"), TEXT("caf?")));
  assert_false(text_like(TEXT("caf\xc3\xa9"), TEXT("caf??")));
  assert_true(text_like(TEXT("\xc3\xa9t\xc3\xa9"), TEXT("*?t?")));
  assert_true(text_like(TEXT("head of sales"), TEXT("head*")));
  assert_false(text_like(TEXT("the head"), TEXT("head*")));
  assert_true(text_like(TEXT("mississippi"), TEXT("*iss*pi")));
}

static bool slow_like(const char *text, size_t m, const char *pattern, size_t n) {
  if (n == 0)
    return m == 0;
  if (pattern[0] == '*')
    return slow_like(text, m, pattern + 1, n - 1) ||
           (m > 0 && slow_like(text + 1, m - 1, pattern, n));
  return m > 0 && (pattern[0] == '?' || pattern[0] == text[0]) &&
         slow_like(text + 1, m - 1, pattern + 1, n - 1);
}

static void globs_agree_with_backtracking(void **state) {
  (void)state;
  char a[16], b[8];
  for (int i = 0; i < 100000; i++) {
    struct text text = random_text(a, 10, "ab"), pattern = random_text(b, 6, "ab*?");
    assert_int_equal(text_like(text, pattern),
                     slow_like(text.bytes, text.length, pattern.bytes, pattern.length));
  }
}

/* ---- parts ---- */

#define assert_text(text, expected) assert_true(text_equal(text, TEXT(expected)))

static void white_space_is_trimmed_at_both_ends(void **state) {
  (void)state;
  assert_text(text_trim(TEXT("  a b\t\r\n")), "a b");
  assert_text(text_trim(TEXT("\xc2\xa0x\xe3\x80\x80")), "x"); /* no-break, ideographic */
  assert_text(text_trim(TEXT(" \xe2\x80\x83 ")), "");
  assert_text(text_trim(TEXT("")), "");
  assert_text(text_trim(TEXT("\xc3\xa9")), "\xc3\xa9");
  assert_int_equal(text_trim((struct text){NULL, 0}).length, 0);
}

typedef struct text part_of(struct text text, bool *found);

static void check_part(part_of *part, const char *text, const char *expected) {
  bool found;
  struct text result = part(text_from(text), &found);
  if (found != (expected != NULL))
    fail_msg("`%s`: %s", text, found ? "found" : "not found");
  if (!text_equal(result, text_from(expected ? expected : "")))
    fail_msg("`%s`: `%.*s` instead of `%s`", text, (int)result.length, result.bytes, expected);
}

static void addresses_have_two_sides(void **state) {
  (void)state;
  check_part(text_domain, "a@b.example", "b.example");
  check_part(text_domain, "\"a@b\"@c.example", "c.example");
  check_part(text_domain, "a@", NULL);
  check_part(text_domain, "a", NULL);
  check_part(text_domain, "", NULL);
  check_part(text_local_part, "a.b@c", "a.b");
  check_part(text_local_part, "a@b@c", "a@b");
  check_part(text_local_part, "@c", NULL);
  check_part(text_local_part, "c", NULL);
}

static void urls_have_a_host_and_a_path(void **state) {
  (void)state;
  const struct {
    const char *url, *host, *path;
  } cases[] = {
      {"https://acme.example/pricing?x=1#y", "acme.example", "/pricing"},
      {"https://acme.example", "acme.example", "/"},
      {"https://acme.example?x=/y", "acme.example", "/"},
      {"https://acme.example#/y", "acme.example", "/"},
      {"HTTPS://user:pass@acme.example:8080/a/b/", "acme.example", "/a/b/"},
      {"https://a@b@acme.example/", "acme.example", "/"},
      {"https://[2001:db8::1]:443/x", "[2001:db8::1]", "/x"},
      {"//cdn.example/x", "cdn.example", "/x"},
      {"acme.example", "acme.example", "/"},
      {"acme.example/pricing", "acme.example", "/pricing"},
      {"acme.example:8080/pricing", "acme.example", "/pricing"},
      {"localhost:3000", "localhost", "/"},
      {"LocalHost/x", "LocalHost", "/x"},
      {"/pricing/eu?x", NULL, "/pricing/eu"},
      {"/", NULL, "/"},
      {"file:///etc/hosts", NULL, "/etc/hosts"},
      {"file:/etc/hosts", NULL, "/etc/hosts"},
      {"android-app://com.example.app/x", "com.example.app", "/x"},
      {"https:///x", NULL, "/x"},
      {"https://", NULL, "/"},
      {"mailto:a@b.example", NULL, NULL},
      {"pricing", NULL, NULL},
      {"pricing/eu", NULL, NULL},
      {"?x=1", NULL, NULL},
      {"#top", NULL, NULL},
      {"", NULL, NULL},
      {":", NULL, NULL},
      {"http:", NULL, NULL},
      {"https://:80/x", NULL, "/x"},
      {"https://[::1", "[::1", "/"},
      {"https://\xc3\xa9t\xc3\xa9.example/\xc3\xa9", "\xc3\xa9t\xc3\xa9.example", "/\xc3\xa9"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_part(text_host, cases[i].url, cases[i].host);
    check_part(text_path, cases[i].url, cases[i].path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_compare_by_bytes),
      cmocka_unit_test(the_last_byte_is_found),
      cmocka_unit_test(hashes_are_the_same_everywhere),
      cmocka_unit_test(hashes_see_every_byte_the_length_and_the_seed),
      cmocka_unit_test(hashes_spread_over_their_low_bits),
      cmocka_unit_test(distances_count_single_edits),
      cmocka_unit_test(distances_agree_with_the_whole_matrix),
      cmocka_unit_test(very_long_texts_are_equal_or_far),
      cmocka_unit_test(finding_agrees_with_trying_every_place),
      cmocka_unit_test(the_ends_of_finding),
      cmocka_unit_test(only_whole_words_are_mentioned),
      cmocka_unit_test(globs_match_the_whole_text),
      cmocka_unit_test(globs_agree_with_backtracking),
      cmocka_unit_test(white_space_is_trimmed_at_both_ends),
      cmocka_unit_test(addresses_have_two_sides),
      cmocka_unit_test(urls_have_a_host_and_a_path),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

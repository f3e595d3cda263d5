/* test_print.c - the printer's promises about time, depth and memory, and the comparison of trees.
 *
 * What a policy looks like is shown by tests/format, with whole files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "limits.h"
#include "syntax/compare.h"
#include "syntax/parse.h"
#include "syntax/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct source_read {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct tree tree;
};

static bool open_source(struct source_read *read, struct text source) {
  memset(read, 0, sizeof *read);
  arena_init(&read->arena, &memory_standard);
  sources_init(&read->sources, &read->arena);
  diags_init(&read->diags, &read->arena);
  uint32_t index = sources_add(&read->sources, TEXT("test.bareme"), source);
  return parse_source(&read->arena, &read->sources, index, &read->diags, &read->tree);
}

static void close_source(struct source_read *read) {
  sources_clear(&read->sources);
  arena_clear(&read->arena);
}

static struct text print(struct source_read *read) {
  struct text text;
  assert_int_equal(print_tree(&read->arena, &read->sources, &read->tree, &text), PRINT_DONE);
  return text;
}

static void expect(const char *source, const char *expected) {
  struct source_read read;
  assert_true(open_source(&read, text_from(source)));
  struct text text = print(&read);
  char *printed = strndup(text.bytes, text.length);
  assert_string_equal(printed, expected);
  free(printed);
  close_source(&read);
}

/* ---- layout ----------------------------------------------------------------------------- */

/* A line of exactly 100 columns stays; one more breaks it. */
static void lines_have_a_hundred_columns(void **state) {
  (void)state;
  char name[101], source[200], expected[200];
  memset(name, 'a', sizeof name);
  for (int width = 99; width <= 101; width++) {
    int length = width - 13;
    snprintf(source, sizeof source, "let x = b or %.*s", length, name);
    snprintf(expected, sizeof expected, "let x = b%sor %.*s\n", width <= 100 ? " " : "\n  ", length,
             name);
    assert_int_equal(strlen(source), width);
    expect(source, expected);
  }
}

/* Wide characters take two columns, combining marks none. */
static void columns_are_those_of_a_terminal(void **state) {
  (void)state;
  expect("score s {\n+1 \"\xE6\x97\xA5\" when a\n+1 \"e\xCC\x81\" when a\n+1 \"abc\" when a\n}",
         "score s {\n"
         "  +1 \"\xE6\x97\xA5\"   when a\n"
         "  +1 \"e\xCC\x81\"    when a\n"
         "  +1 \"abc\"  when a\n"
         "}\n");
}

/* At the start of a line a sign would begin a rule. */
static void no_line_begins_with_a_sign(void **state) {
  (void)state;
  char source[4000] = "score s { +1 when 0 < a";
  for (int i = 0; i < 60; i++)
    strcat(source, i % 2 ? " + -bbbbbbbb" : " - ccccccc * -1");
  strcat(source, " }");
  struct source_read read;
  assert_true(open_source(&read, text_from(source)));
  struct text text = print(&read);
  unsigned lines = 0;
  for (size_t i = 0; i + 1 < text.length; i++)
    if (text.bytes[i] == '\n') {
      lines++;
      while (text.bytes[i + 1] == ' ')
        i++;
      assert_true(text.bytes[i + 1] != '-' && (lines == 1 || text.bytes[i + 1] != '+'));
    }
  assert_true(lines > 5);
  close_source(&read);
}

static void literals_stay_as_they_were_written(void **state) {
  (void)state;
  static const char text[] = "let a = 1_000\nlet b = 0.50\nlet c = 50%\nlet d = 30 days\n"
                             "let e = \"\\u{e9} \\\" \\n\"\nlet f = 2026-06-01T09:30:00+02:00\n"
                             "let g = `list`\nlet h = ((a))\n";
  expect(text, text);
}

static void an_empty_line_stays_empty_and_single(void **state) {
  (void)state;
  expect("\n\n# a\n\n\n\n# b\nlet x = 1\n\n\nlet y = 2\nlet z = 3\n\n\n",
         "# a\n\n# b\nlet x = 1\n\nlet y = 2\nlet z = 3\n");
}

/* ---- time and depth ----------------------------------------------------------------------- */

static struct text repeat(struct arena *arena, const char *head, const char *part, size_t count,
                          const char *tail) {
  size_t length = strlen(part), at = strlen(head);
  char *bytes = arena_alloc(arena, at + length * count + strlen(tail));
  assert_non_null(bytes);
  memcpy(bytes, head, at);
  for (size_t i = 0; i < count; i++, at += length)
    memcpy(bytes + at, part, length);
  memcpy(bytes + at, tail, strlen(tail));
  return (struct text){bytes, at + strlen(tail)};
}

static void expect_printed(struct arena *arena, const char *head, const char *part, size_t count,
                           const char *tail) {
  struct source_read read;
  assert_true(open_source(&read, repeat(arena, head, part, count, tail)));
  assert_true(print(&read).length > count);
  close_source(&read);
}

/* Quadratic time would run into ctest's. */
static void long_chains_and_lists_take_no_time(void **state) {
  (void)state;
  struct arena arena;
  size_t count = LIMIT_CHAIN / 2;
  arena_init(&arena, &memory_standard);
  expect_printed(&arena, "let x = a", " or a", count, "");
  expect_printed(&arena, "let x = a", " and not a", count, "");
  expect_printed(&arena, "let x = a", " + a", count, "");
  expect_printed(&arena, "let x = a", " * a", count, "");
  expect_printed(&arena, "list l = [", "\"text\", ", count, "]");
  expect_printed(&arena, "let x = f(a", ", a", count, ")");
  expect_printed(&arena, "grid g of a, b { columns x", ", x", count, "\n x: P, P }");
  expect_printed(&arena, "grid g of a, b { columns x\n", "x: P\n", count, "}");
  expect_printed(&arena, "score s {\n", "+1 \"Label\" when a\n", count, "}");
  expect_printed(&arena, "", "# comment\n", count, "let x = 1");
  expect_printed(&arena, "score s { +1 # c", "\n# c", count, "\n when a }");
  arena_clear(&arena);
}

static void nesting_goes_as_deep_as_the_parser_does(void **state) {
  (void)state;
  static const char *const shapes[][3] = {{"(", "a", " + a)"},
                                          {"(a and ", "a", ")"},
                                          {"not ", "a", ""},
                                          {"f(a, ", "a", ")"},
                                          {"(a in [", "a", "])"}};
  struct arena arena;
  arena_init(&arena, &memory_standard);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    size_t depth = (LIMIT_NESTING - 1) / (i == 4 ? 2u : 1u);
    struct text head = repeat(&arena, "let x = ", shapes[i][0], depth, shapes[i][1]);
    const char *terminated = arena_format(&arena, "%.*s", TEXT_ARGS(head));
    expect_printed(&arena, terminated, shapes[i][2], depth, "\n");
  }
  struct text head = repeat(&arena, "score s {", "for a {", LIMIT_NESTING - 1, "");
  expect_printed(&arena, arena_format(&arena, "%.*s", TEXT_ARGS(head)), "}", LIMIT_NESTING - 1,
                 "}");
  arena_clear(&arena);
}

/* ---- memory --------------------------------------------------------------------------------- */

struct countdown {
  size_t left;
};

static void *count_down(void *context, void *block, size_t old_size, size_t new_size) {
  struct countdown *countdown = context;
  if (new_size > 0 && countdown->left == 0)
    return NULL;
  countdown->left -= new_size > 0;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

/* The text of the tests in tests/format is longer than a block of the arena,
 * so that every step has to ask for memory. */
static void memory_may_end_anywhere(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  struct text source = repeat(&arena, "policy \"x\"\n", "let x = a or b # c\n", 300, "");
  for (size_t allowed = 0, done = 0; !done; allowed++) {
    struct source_read read;
    assert_true(open_source(&read, source));
    struct countdown countdown = {allowed};
    struct memory memory = {count_down, &countdown};
    struct arena scarce;
    struct text text;
    arena_init(&scarce, &memory);
    enum print_result result = print_tree(&scarce, &read.sources, &read.tree, &text);
    assert_true(result == PRINT_DONE || (result == PRINT_NO_MEMORY && text.length == 0));
    done = result == PRINT_DONE;
    assert_true(allowed > 0 || !done);
    arena_clear(&scarce);
    close_source(&read);
  }
  arena_clear(&arena);
}

/* ---- comparing trees ----------------------------------------------------------------------------
 */

static bool same(const char *a, const char *b) {
  struct source_read first, second;
  assert_true(open_source(&first, text_from(a)));
  assert_true(open_source(&second, text_from(b)));
  bool equal = tree_equal((struct reading){&first.sources, &first.tree},
                          (struct reading){&second.sources, &second.tree});
  close_source(&first);
  close_source(&second);
  return equal;
}

static void layout_makes_no_difference(void **state) {
  (void)state;
  assert_true(same("let x = a or b # c \nlet y=1", "let   x=a\n or b\n# c\n;let y = 1"));
  assert_true(same("let x = 30   days", "let x = 30 days"));
  assert_true(same("score s { +1; -1 }", "score s {\n+1\n-1 }"));
}

/* Each pair differs in one thing. */
static void everything_written_makes_a_difference(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"let x = a", "let y = a"},
      {"let x = a", "let x \"L\" = a"},
      {"let x = a", "param x = a"},
      {"let x = a", "let x = b.a"},
      {"let x = a", "let x = (a)"},
      {"let x = a", "let x = -a"},
      {"let x = a", "let x = a\nlet y = a"},
      {"let x = a # c", "let x = a"},
      {"let x = a # c", "let x = a # d"},
      {"let x = 1000", "let x = 1_000"},
      {"let x = 50%", "let x = 0.5"},
      {"let x = 7 days", "let x = 1 week"},
      {"let x = \"a\"", "let x = \"A\""},
      {"let x = true", "let x = false"},
      {"let x = a + b", "let x = a - b"},
      {"let x = a + b + c", "let x = a + b - c"},
      {"let x = a + b + c", "let x = a + (b + c)"},
      {"let x = a or b", "let x = a and b"},
      {"let x = a or b", "let x = a or b or c"},
      {"let x = a = b", "let x = a is b"},
      {"let x = a is b", "let x = a is not b"},
      {"let x = a is b", "let x = a is exactly b"},
      {"let x = a < b", "let x = a <= b"},
      {"let x = a is missing", "let x = a is present"},
      {"let x = a in [1]", "let x = a not in [1]"},
      {"let x = a in [1]", "let x = a in 1..1"},
      {"let x = a in [1]", "let x = a in [1, 1]"},
      {"let x = a in l", "let x = a in m"},
      {"let x = a contains b", "let x = a like b"},
      {"let x = a contains any of b", "let x = a contains all of b"},
      {"let x = f(a)", "let x = f(a, a)"},
      {"let x = f(a)", "let x = g(a)"},
      {"let x = count(a)", "let x = has(a)"},
      {"let x = count(a)", "let x = count(any event)"},
      {"let x = count(a)", "let x = count(a or b)"},
      {"let x = count(a where b)", "let x = count(a where c)"},
      {"let x = count(a)", "let x = count(a within 1 day)"},
      {"let x = sum(a of b)", "let x = sum(c of b)"},
      {"let x = case { when a then b otherwise c }", "let x = case { when a then b otherwise d }"},
      {"let x = case { when a then b otherwise c }", "let x = case { when a then c otherwise c }"},
      {"policy \"x\" { a 1 }", "policy \"x\" { a 2 }"},
      {"policy \"x\" { a 1 }", "policy \"x\" { b 1 }"},
      {"use a", "use a as b"},
      {"use a", "use \"a\""},
      {"lead { a text }", "lead { a number }"},
      {"lead { a text }", "lead { a text required }"},
      {"lead { a text }", "lead { a text from \"b\" }"},
      {"lead { a text }", "lead { a text = \"b\" }"},
      {"lead { a one of (b) }", "lead { a one of (c) }"},
      {"events from \"a\" at \"b\"", "events from \"a\" id \"b\""},
      {"event a", "event a from \"b\""},
      {"list a = [1]", "list a from \"1\""},
      {"define f(a text) = a", "define f(a number) = a"},
      {"score s { +1 }", "score s { -1 }"},
      {"score s { +1 }", "score s { +1 \"L\" }"},
      {"score s { +1 when a }", "score s { +1 on a }"},
      {"score s { +1 on a }", "score s { +1 every 1 day without a }"},
      {"score s { +1 on a once }", "score s { +1 on a at most 1 times }"},
      {"score s { +1 on a once }", "score s { +1 on a first time }"},
      {"score s { +1 on a once per b }", "score s { +1 on a once per c }"},
      {"score s { +1 on a at most 2 times }", "score s { +1 on a at most 2 points }"},
      {"score s { +1 on a no decay }", "score s { +1 on a expire after 1 day }"},
      {"score s { decay 1% every 1 day }", "score s { decay 1% every 1 day in steps }"},
      {"score s { range to 5 }", "score s { range from 5 }"},
      {"score s { round to 5 }", "score s { round none }"},
      {"score s { group { +1 } }", "score s { pick best { +1 } }"},
      {"score s { group { +1 } }", "score s { group { range to 5\n +1 } }"},
      {"score s { for a { +1 } }", "score s { for b { +1 } }"},
      {"score s { include a }", "score s { include b }"},
      {"score s = a", "score s = a { round none }"},
      {"band b of a { c from 1 d otherwise }", "band b of a { c from 2 d otherwise }"},
      {"band b of a { c otherwise }", "band b of a { \"c\" otherwise }"},
      {"band b of a { c otherwise }", "band b of a { c \"d\" otherwise }"},
      {"grid g of a, b { columns c d: e }", "grid g of a, b { columns c d: f }"},
      {"grid g of a, b { columns c d: e }", "grid g of a, b { columns f d: e }"},
      {"grid g of a, b { columns c d: e }", "grid g of b, a { columns c d: e }"},
      {"choose c { a when b d otherwise }", "choose c { a when e d otherwise }"},
      {"choose c { a otherwise }", "choose c { \"a\" otherwise }"},
      {"stage a { to b when c }", "stage a { to d when c }"},
      {"stage a { to b when c }", "stage a"},
      {"action a when b { c 1 }", "action a when b"},
      {"exclude \"a\" when b", "exclude \"a\" when c"},
      {"test \"a\" { as of 2026-01-01 }", "test \"a\" { as of 2026-01-02 }"},
      {"test \"a\" { lead { b: 1 } }", "test \"a\" { lead { b: 2 } }"},
      {"test \"a\" { lead { b: 1 } }", "test \"a\" { lead { b: [1] } }"},
      {"test \"a\" { b 2026-01-01 }", "test \"a\" { b 2026-01-01 2 times }"},
      {"test \"a\" { b 1 day ago }", "test \"a\" { b 2 days ago }"},
      {"test \"a\" { expect b }", "test \"a\" { expect c }"},
      {"test \"a\" { expect excluded }", "test \"a\" { expect not excluded }"},
      {"test \"a\" { expect action b }", "test \"a\" { expect action c }"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    assert_true(same(pairs[i][0], pairs[i][0]));
    if (same(pairs[i][0], pairs[i][1]))
      fail_msg("`%s` and `%s` are no different", pairs[i][0], pairs[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_have_a_hundred_columns),
      cmocka_unit_test(columns_are_those_of_a_terminal),
      cmocka_unit_test(no_line_begins_with_a_sign),
      cmocka_unit_test(literals_stay_as_they_were_written),
      cmocka_unit_test(an_empty_line_stays_empty_and_single),
      cmocka_unit_test(long_chains_and_lists_take_no_time),
      cmocka_unit_test(nesting_goes_as_deep_as_the_parser_does),
      cmocka_unit_test(memory_may_end_anywhere),
      cmocka_unit_test(layout_makes_no_difference),
      cmocka_unit_test(everything_written_makes_a_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

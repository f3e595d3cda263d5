/* test_slips.c - what is said about a policy that cannot be read.
 *
 * Each mistake has one message, in the right place and in plain words, and the
 * rest of the file is read all the same.  Where a fix is offered, applying it
 * gives a policy that parses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

struct slip {
  const char *source, *messages;
};

#define ASSERT_SLIPS(slips)                                    \
  for (size_t i = 0; i < sizeof(slips) / sizeof *(slips); i++) \
  assert_messages((slips)[i].source, (slips)[i].messages)

/* The source with all fixes applied, from the last to the first. */
static struct text apply_fixes(struct parsing *parsing, struct text source) {
  const struct diag *fixes[32];
  size_t count = 0;
  bool copied;
  struct text text = arena_text(&parsing->arena, source, &copied);
  diags_sort(&parsing->diags);
  for (const struct diag *diag = parsing->diags.first; diag; diag = diag->next)
    if (diag->has_fix && count < 32)
      fixes[count++] = diag;
  while (count-- > 0) {
    const struct diag *diag = fixes[count];
    size_t begin = diag->fix_span.begin, end = diag->fix_span.end;
    const char *fixed = arena_format(&parsing->arena, "%.*s%s%.*s", (int)begin, text.bytes,
                                     diag->fix_text, (int)(text.length - end), text.bytes + end);
    text = text_from(fixed);
  }
  return text;
}

/* The source gives these messages, whose fixes make it into `fixed`. */
static void assert_fixed(const char *source, const char *messages, const char *fixed) {
  struct parsing parsing;
  parsing_open(&parsing, &memory_standard, text_from(source));
  assert_string_equal(parsing_messages(&parsing), messages);
  struct text text = apply_fixes(&parsing, text_from(source));
  assert_string_equal(arena_format(&parsing.arena, "%.*s", TEXT_ARGS(text)), fixed);
  struct parsing again;
  parsing_open(&again, &memory_standard, text);
  assert_string_equal(parsing_messages(&again), "");
  parsing_close(&again);
  parsing_close(&parsing);
}

/* ---- signs and words of other languages ---------------------------------- */

static void signs_of_other_languages(void **state) {
  (void)state;
  assert_fixed("let x = a == 1", "E0109 1:11 `==` is written `=`", "let x = a = 1");
  assert_fixed("let x = a === 1", "E0109 1:11 `===` is written `=`", "let x = a = 1");
  assert_fixed("let x := 1", "E0109 1:7 `:=` is written `=`", "let x = 1");
  assert_fixed("let x = a <> 1", "E0109 1:11 `<>` is written `!=`", "let x = a != 1");
  assert_fixed("let x = a => 1", "E0109 1:11 `=>` is written `>=`", "let x = a >= 1");
  assert_fixed("let x = a \xE2\x89\xA4 1", "E0109 1:11 `\xE2\x89\xA4` is written `<=`",
               "let x = a <= 1");
  assert_fixed("let x = a && b", "E0109 1:11 `&&` is written `and`", "let x = a and b");
  assert_fixed("let x = a || b", "E0109 1:11 `||` is written `or`", "let x = a or b");
  assert_fixed("let x = !a", "E0109 1:9 `!` is written `not`", "let x = not a");
  assert_fixed("let x = ! a", "E0109 1:9 `!` is written `not`", "let x = not a");
  assert_fixed("let x = a in 1...3", "E0109 1:15 `...` is written `..`", "let x = a in 1..3");
  assert_fixed("let x = 3 \xE2\x88\x92 1", "E0109 1:11 `\xE2\x88\x92` is written `-`",
               "let x = 3 - 1");
}

static void quotes_of_other_languages(void **state) {
  (void)state;
  assert_fixed("let x = 'a b'", "E0109 1:9 a text stands in plain double quotes",
               "let x = \"a b\"");
  assert_fixed("let x = \xE2\x80\x9C"
               "a b\xE2\x80\x9D",
               "E0109 1:9 a text stands in plain double quotes", "let x = \"a b\"");
  assert_fixed("let x = \xE2\x80\x98"
               "a\xE2\x80\x99",
               "E0109 1:9 a text stands in plain double quotes", "let x = \"a\"");
  assert_fixed("let x = \xC2\xAB"
               "a\xC2\xBB",
               "E0109 1:9 a text stands in plain double quotes", "let x = \"a\"");
  assert_fixed("let x = \xE2\x80\x9C"
               "a\"",
               "E0109 1:9 a text stands in plain double quotes", "let x = \"a\"");
}

static void comments_of_other_languages(void **state) {
  static const struct slip slips[] = {
      {"/* one\n two */ let x = 1", "E0109 1:1 a comment begins with `#`"},
      {"let x = 1 /* two */\nlet y = *", "E0109 1:11 a comment begins with `#`\n"
                                         "E0101 2:9 expected a condition or value, found `*`"}};
  (void)state;
  assert_fixed("// one\nlet x = 1", "E0109 1:1 a comment begins with `#`", "# one\nlet x = 1");
  assert_fixed("-- one\nlet x = 1", "E0109 1:1 a comment begins with `#`", "# one\nlet x = 1");
  ASSERT_SLIPS(slips);
}

static void words_of_other_languages(void **state) {
  (void)state;
  assert_fixed("segment s if a", "E0109 1:11 `if` is written `when`", "segment s when a");
  assert_fixed("score s { +5 if a }", "E0109 1:14 `if` is written `when`", "score s { +5 when a }");
  assert_fixed("let x = case { when a then 1 else 2 }", "E0109 1:30 `else` is written `otherwise`",
               "let x = case { when a then 1 otherwise 2 }");
  assert_fixed("let x = a is null", "E0109 1:11 `is null` is written `is missing`",
               "let x = a is missing");
  assert_fixed("let x = a is not nil", "E0109 1:11 `is not nil` is written `is present`",
               "let x = a is present");
  assert_fixed("let x = a != null", "E0109 1:11 `!= null` is written `is present`",
               "let x = a is present");
  assert_fixed("let x = a is not missing", "E0109 1:11 `is not missing` is written `is present`",
               "let x = a is present");
  assert_fixed("lead { a string }", "E0109 1:10 `string` is written `text`", "lead { a text }");
  assert_fixed("lead { a integer }", "E0109 1:10 `integer` is written `number`",
               "lead { a number }");
  assert_fixed("lead { a boolean }", "E0109 1:10 `boolean` is written `bool`", "lead { a bool }");
  assert_fixed("lead { a date }", "E0109 1:10 `date` is written `time`", "lead { a time }");
}

static void commas_and_colons(void **state) {
  (void)state;
  assert_fixed("lead { a: text, b number }",
               "E0109 1:9 no `:` stands here\nE0109 1:15 no comma stands between these items",
               "lead { a text b number }");
  assert_fixed("policy \"p\" { a: 1, b = 2 }",
               "E0109 1:15 no `:` stands here\nE0109 1:18 no comma stands between these items\n"
               "E0109 1:22 no `=` stands here",
               "policy \"p\" { a 1 b  2 }");
  assert_fixed("test \"t\" { lead { a: 1, b: 2 } }",
               "E0109 1:23 no comma stands between these items",
               "test \"t\" { lead { a: 1 b: 2 } }");
  assert_fixed("let x = a in (\"b\", \"c\")", "E0109 1:14 a list stands in brackets",
               "let x = a in [\"b\", \"c\"]");
}

/* ---- numbers, durations, texts ------------------------------------------ */

static void months_and_years(void **state) {
  (void)state;
  assert_fixed("let x = 1 month", "E0116 1:9 a month has no fixed length", "let x = 30 days");
  assert_fixed("let x = 3 months", "E0116 1:9 a month has no fixed length", "let x = 90 days");
  assert_fixed("let x = 2 years", "E0116 1:9 a year has no fixed length", "let x = 730 days");
  assert_fixed("score s { decay 50% every 1 month }", "E0116 1:27 a month has no fixed length",
               "score s { decay 50% every 30 days }");
}

static void durations(void **state) {
  static const struct slip slips[] = {
      {"let x = 3652060 days", "E0110 1:9 this duration is longer than 10,000 years"},
      {"let x = 99999999999999999999 weeks",
       "E0110 1:9 this duration is longer than 10,000 years"}};
  const char *blank = "a duration is written as a number, a blank and a unit";
  char message[200];
  (void)state;
  ASSERT_SLIPS(slips);
  snprintf(message, sizeof message, "E0109 1:9 %s", blank);
  assert_fixed("let x = 30days", message, "let x = 30 days");
  snprintf(message, sizeof message, "E0109 1:22 %s", blank);
  assert_fixed("let x = has(e within 30d)", message, "let x = has(e within 30 days)");
  assert_fixed("let x = has(e within 24 h)", "E0109 1:25 a unit is written out: `hours`",
               "let x = has(e within 24 hours)");
  assert_fixed("score s { +1 on e once per 7 days }",
               "E0109 1:19 `once per` is followed by an event's field",
               "score s { +1 on e at most 1 times per 7 days }");
}

static void numbers(void **state) {
  static const struct slip slips[] = {
      {"let x = 1e5", "E0110 1:9 a number is written without an exponent"},
      {"let x = 1.5e-5", "E0110 1:9 a number is written without an exponent"},
      {"let x = 1__0", "E0110 1:9 in a number, `_` stands between two digits"},
      {"let x = 1_", "E0110 1:9 in a number, `_` stands between two digits"},
      {"let x = 50 %", "E0108 1:12 `%` means nothing here"}};
  char digits[500], source[600];
  (void)state;
  ASSERT_SLIPS(slips);
  memset(digits, '9', sizeof digits);
  digits[400] = '\0';
  snprintf(source, sizeof source, "let x = %s", digits);
  assert_messages(source, "E0110 1:9 this number is too large");
}

static void instants(void **state) {
  static const struct slip slips[] = {
      {"let x = 2026-02-30", "E0111 1:9 there is no instant `2026-02-30`"},
      {"let x = 2026-6-1", "E0111 1:9 there is no instant `2026-6-1`"},
      {"let x = 2026-06-01T25:00:00Z", "E0111 1:9 there is no instant `2026-06-01T25:00:00Z`"},
      {"let x = 2026-06-01T09:30:00", "E0111 1:9 this instant does not say in which time zone"}};
  (void)state;
  ASSERT_SLIPS(slips);
}

static void texts(void **state) {
  static const struct slip slips[] = {
      {"let x = \"a\nlet y = 1", "E0106 1:9 this text is not closed"},
      {"policy \"x {\n  version \"1\"\n}\nlet y =", "E0106 1:8 this text is not closed\n"
                                                    "E0101 4:7 a condition or value is missing "
                                                    "behind `=`"},
      {"score s {\n  +5 \"a when b\r\n  +6 \"c\" when d\n}", "E0106 2:6 this text is not closed"},
      {"let x = \"\\q\"", "E0107 1:10 there is no escape `\\q` in a text"},
      {"let x = \"\\u{110000}\\u{d800}\\u{}\\u41\"",
       "E0107 1:10 `\\u` does not name a code point\n"
       "E0107 1:20 `\\u` does not name a code point\n"
       "E0107 1:28 `\\u` does not name a code point\n"
       "E0107 1:32 `\\u` does not name a code point"}};
  (void)state;
  ASSERT_SLIPS(slips);
}

static void names(void **state) {
  static const struct slip slips[] = {
      {"let 2nd = 1", "E0121 1:5 a name begins with a letter"},
      {"let soci\xC3\xA9t\xC3\xA9 = 1", "E0108 1:5 a name has only letters a to z, digits and `_`"},
      {"let `a b` = 1", "E0108 1:5 a name has only letters a to z, digits and `_`"},
      {"let `` = 1", "E0108 1:5 a name stands between backquotes"},
      {"let x = @", "E0108 1:9 `@` means nothing in a policy\n"
                    "E0101 1:7 a condition or value is missing behind `=`"}};
  (void)state;
  for (size_t i = 0; i + 1 < sizeof slips / sizeof *slips; i++)
    assert_messages(slips[i].source, slips[i].messages);
  assert_fixed("segment bigCompany when a",
               "E0121 1:9 a name is written in small letters, with `_` between its words",
               "segment big_company when a");
  assert_fixed("let VIP = 1",
               "E0121 1:5 a name is written in small letters, with `_` between its words",
               "let vip = 1");
}

/* ---- misspelt and missing words ----------------------------------------- */

static void misspelt_words(void **state) {
  (void)state;
  assert_fixed("scoer s {\n  +5 when a\n}", "E0101 1:1 unexpected `scoer`",
               "score s {\n  +5 when a\n}");
  assert_fixed("segement s when a", "E0101 1:1 unexpected `segement`", "segment s when a");
  assert_fixed("SEGMENT s when a", "E0101 1:1 unexpected `SEGMENT`", "segment s when a");
  assert_fixed("score s {\n  +5 wehn a\n  gruop { +1 }\n}",
               "E0101 2:6 unexpected `wehn`\nE0101 3:3 unexpected `gruop`",
               "score s {\n  +5 when a\n  group { +1 }\n}");
  assert_fixed("test \"t\" {\n  expct a\n}", "E0101 2:3 unexpected `expct`",
               "test \"t\" {\n  expect a\n}");
  assert_fixed("lead { a txt }", "E0101 1:10 unexpected `txt`", "lead { a text }");
}

/* The name that a broken declaration declares is known all the same. */
static void misspelt_words_declare(void **state) {
  struct parsing parsing;
  (void)state;
  parsing_open(&parsing, &memory_standard, TEXT("scoer s {\n  +5 when a\n}\nlet y = 1 +\nlet z ="));
  assert_string_equal(parsing_dump(&parsing),
                      "(score <broken> s (+ 5 (when a)))\n(let <broken> y <error>)\n"
                      "(let <broken> z <error>)");
  parsing_close(&parsing);
}

static void missing_words(void **state) {
  static const struct slip slips[] = {
      {"segment s a > 1", "E0101 1:11 `when` is missing before `a`"},
      {"segment s { a > 1 }", "E0101 1:11 `when` is missing before `{`"},
      {"score s {\n  +5 \"L\" a > 1\n}", "E0101 2:10 `when` or `on` is missing before `a`"},
      {"score s {\n  +5 when\n  +6 when a\n}",
       "E0101 2:6 a condition or value is missing behind `when`"},
      {"let x =\nscore s { +1 }", "E0101 1:7 a value is missing behind `=`"},
      {"lead {\n  a\n  b text\n}", "E0101 2:3 the type of `a` is missing"},
      {"lead { a }", "E0101 1:8 the type of `a` is missing"},
      {"lead { a thing }", "E0101 1:10 `a` needs a type, and `thing` is none"},
      {"let x = case { when a then 1 }", "E0124 1:30 this `case` lacks its `otherwise`"},
      {"test \"t\" {\n  form yesterday\n}",
       "E0101 2:8 expected an instant behind the event `form`, found `yesterday`"},
      {"grid g of a, b {\n  columns x y\n  1: A, B\n}", "E0101 2:13 a comma is missing before `y`"},
      {"exclude when a", "E0101 1:9 an exclusion says why"},
      {"score when { +1 }", "E0101 1:7 expected a name, found `when`"},
      {"list l = a", "E0101 1:10 expected `[`, found `a`"},
      {"band b a { x otherwise }", "E0101 1:8 expected a text in quotes or `of`, found `a`"}};
  (void)state;
  ASSERT_SLIPS(slips);
  assert_fixed("segment s = a > 1", "E0101 1:11 the condition stands behind `when`, not behind `=`",
               "segment s when a > 1");
}

static void misplaced_words(void **state) {
  static const struct slip slips[] = {
      {"score s {\n  +5 when a then b\n}", "E0101 2:13 unexpected `then`"},
      {"score s {\n  +5 on e when a\n}", "E0101 2:11 a rule has one trigger, and here it is `on`"},
      {"score s {\n  +5 on e \"L\"\n}", "E0101 2:11 a rule's label stands right behind its points"},
      {"score s {\n  +0.5 * x on e\n}", "E0101 2:8 points that are computed stand in parentheses"},
      {"score s {\n  +x on e\n}", "E0101 2:4 points that are computed stand in parentheses"},
      {"score s {\n  +5\n  range 0 to 5\n  +6\n}", "E0113 3:3 settings come before the first rule"},
      {"score s {\n  for a {\n    range to 5\n    +6\n  }\n}",
       "E0114 3:5 `for` has no range of its own"},
      {"score s {\n  group {\n    decay 5% every 1 day\n    +6\n  }\n}",
       "E0114 3:5 a group has no decay of its own"},
      {"score s {\n  range to 5\n  range to 6\n}", "E0115 3:3 the range is given twice"},
      {"test \"t\" {\n as of 2026-06-01\n as of 2026-06-02 }", "E0115 3:2 `as of` is given twice"},
      {"let x = 1 < a < 5", "E0122 1:15 comparisons cannot be chained"},
      {"let x = a is b is c", "E0122 1:16 comparisons cannot be chained"},
      {"let x = a\n  + b", "E0123 2:3 a `+` that is first on its line begins a rule"},
      {"score s {\n  +1 when (a\n    - b) > 2\n}",
       "E0123 3:5 a `-` that is first on its line begins a rule"},
      {"let x = a in \"FR\"",
       "E0112 1:14 `in` expects a list `[...]`, the name of a list, or a range"}};
  (void)state;
  ASSERT_SLIPS(slips);
  assert_fixed("score s { range from 1 to 5 }", "E0109 1:17 a range is written `range A to B`",
               "score s { range  1 to 5 }");
}

/* ---- brackets ----------------------------------------------------------- */

static void brackets(void **state) {
  static const struct slip slips[] = {
      {"score a {\n  +5\nscore b {\n  +6\n}", "E0117 3:1 `}` is missing before this `score`"},
      {"score a {\n  +5\n", "E0117 3:1 `}` is missing before the end of the file"},
      {"score a {\n  +5 when (b and c\n  +6 when d\n}", "E0117 3:3 `)` is missing before `+`"},
      {"score a {\n  +5 when (b and c\n}\nlet x = 1", "E0117 3:1 `)` is missing before `}`"},
      {"let x = (1 + 2", "E0117 1:15 `)` is missing before the end of the file"},
      {"score a {\n}\n}\nlet x = 1", "E0118 3:1 this `}` closes nothing"},
      {"let x = 1)))", "E0118 1:10 this `)` closes nothing"},
      {"let x = a in [1, 2\nlet y = 2", "E0101 2:1 expected `]`, found `let`"}};
  (void)state;
  for (size_t i = 0; i + 1 < sizeof slips / sizeof *slips; i++)
    assert_messages(slips[i].source, slips[i].messages);
  assert_fixed("let x = f(1]", "E0117 1:12 what `(` opened is closed by `)`", "let x = f(1)");
  assert_fixed("let x = a in [1)", "E0117 1:16 what `[` opened is closed by `]`",
               "let x = a in [1]");
}

/* ---- many mistakes, one message each ------------------------------------- */

/* A text that is not closed may have swallowed a bracket: no message about it. */
static void swallowed_brackets(void **state) {
  static const struct slip slips[] = {
      {"policy \"p\" { v \"1 }\nlead {\n  email text\n}\n", "E0106 1:16 this text is not closed"},
      {"let x = f(\"a)\nlet y = 2\n", "E0106 1:11 this text is not closed"},
      {"lead { a text\n  b text\nscore s {\n  +1\n}\n",
       "E0117 3:1 `}` is missing before this `score`"},
      {"let x = a /* b */ + 1", "E0109 1:11 a comment begins with `#`"},
      {"let x = a /* b\nlet y = 1", "E0109 1:11 a comment begins with `#`"}};
  (void)state;
  ASSERT_SLIPS(slips);
}

static void each_mistake_has_one_message(void **state) {
  struct parsing parsing;
  (void)state;
  parsing_open(&parsing, &memory_standard,
               TEXT("lead {\n"
                    "  email text\n"
                    "  name\n"
                    "  size number\n"
                    "}\n"
                    "score a {\n"
                    "  +5 when size >\n"
                    "  +6 when size > 5 email\n"
                    "  group {\n"
                    "    +7 when = 3\n"
                    "    +8 when email is present\n"
                    "  }\n"
                    "  +9\n"
                    "}\n"
                    "band b of a + { high from 3  low otherwise }\n"
                    "stage s {\n"
                    "  to t email is present\n"
                    "  to u when size > 3\n"
                    "}\n"
                    "let z = 1 +\n"));
  assert_string_equal(parsing_messages(&parsing),
                      "E0101 3:3 the type of `name` is missing\n"
                      "E0101 7:16 a value is missing behind `>`\n"
                      "E0101 8:20 expected an operator, a rule or `}`, found `email`\n"
                      "E0101 10:13 expected a condition or value, found `=`\n"
                      "E0101 15:15 expected a value, found `{`\n"
                      "E0101 17:8 `when` is missing before `email`\n"
                      "E0101 20:11 a value is missing behind `+`");
  assert_string_equal(parsing_dump(&parsing),
                      "(lead <broken> (email text) (name <error>) (size number))\n"
                      "(score <broken> a (group (+ 8 (when (present email)))) (+ 9))\n"
                      "(band <broken> b <error>)\n"
                      "(stage <broken> s (to u (> size 3)))\n"
                      "(let <broken> z <error>)");
  parsing_close(&parsing);
}

/* ---- what is no policy at all -------------------------------------------- */

static void assert_bytes(struct text source, const char *messages) {
  struct parsing parsing;
  parsing_open(&parsing, &memory_standard, source);
  assert_string_equal(parsing_messages(&parsing), messages);
  assert_false(parsing.ok);
  parsing_close(&parsing);
}

static void bytes_that_are_no_text(void **state) {
  (void)state;
  assert_bytes(TEXT(""), "E0104 1:1 there is no declaration in this file");
  assert_bytes(TEXT("# nothing\n\n"), "E0104 1:1 there is no declaration in this file");
  assert_bytes(TEXT("\xEF\xBB\xBF"), "E0104 1:1 there is no declaration in this file");
  assert_bytes(TEXT("let a = \"\xFF\"\nlet b = \"\xC3\x28\""),
               "E0102 1:10 this is not UTF-8, at byte 9\nE0102 2:10 this is not UTF-8, at byte 21");
  assert_bytes(TEXT("let a\0\0 = 1"), "E0103 1:6 a NUL byte stands in the text, at byte 5");
  assert_bytes(TEXT("\xFF\xFEl\0e\0t\0"), "E0102 1:1 this file is UTF-16");
}

static void files_as_large_as_allowed(void **state) {
  size_t size = LIMIT_SOURCE_BYTES + 1;
  char *bytes = malloc(size);
  (void)state;
  assert_non_null(bytes);
  memset(bytes, '\n', size);
  memcpy(bytes, "let a = 1", 9);
  struct parsing parsing;
  parsing_open(&parsing, &memory_standard, (struct text){bytes, LIMIT_SOURCE_BYTES});
  assert_true(parsing.ok);
  parsing_close(&parsing);
  parsing_open(&parsing, &memory_standard, (struct text){bytes, size});
  assert_false(parsing.ok);
  assert_int_equal(parsing.diags.first->code, E0501);
  parsing_close(&parsing);
  free(bytes);
}

/* ---- limits: at N, and at N + 1 ------------------------------------------ */

struct builder {
  char *bytes;
  size_t length;
};

static void append(struct builder *builder, const char *text, size_t times) {
  size_t length = strlen(text);
  builder->bytes = realloc(builder->bytes, builder->length + times * length + 1);
  assert_non_null(builder->bytes);
  for (size_t i = 0; i < times; i++) {
    memcpy(builder->bytes + builder->length, text, length);
    builder->length += length;
  }
  builder->bytes[builder->length] = '\0';
}

/* `head`, `open` N times, `middle`, `close` N times, `tail`: the only message,
 * if any, has this code. */
static void assert_code(const char *const parts[5], size_t times, enum error_code code, bool ok) {
  struct builder source = {NULL, 0};
  struct parsing parsing;
  append(&source, parts[0], 1);
  append(&source, parts[1], times);
  append(&source, parts[2], 1);
  append(&source, parts[3], times);
  append(&source, parts[4], 1);
  parsing_open(&parsing, &memory_standard, (struct text){source.bytes, source.length});
  assert_int_equal(parsing.ok, ok);
  assert_int_equal(parsing.diags.errors, ok ? 0 : 1);
  if (!ok)
    assert_int_equal(parsing.diags.first->code, code);
  parsing_close(&parsing);
  free(source.bytes);
}

static void nesting_is_limited(void **state) {
  static const char *const parts[][5] = {
      {"let x = ", "(", "1", ")", "\nlet y = 2"},
      {"let x = ", "f(", "1", ")", ""},
      {"let x = ", "not ", "a", "", ""},
      {"let x = ", "- ", "a", "", ""},
      {"let x = ", "case { when a then 1 otherwise ", "2", "}", ""},
      {"let x = ", "a or b and c in d .. e + f * g(h, ", "2", ")", ""}};
  (void)state;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    assert_code(parts[i], LIMIT_NESTING - 1, E0119, true);
    assert_code(parts[i], LIMIT_NESTING, E0119, true);
    assert_code(parts[i], LIMIT_NESTING + 1, E0119, false);
    assert_code(parts[i], 10000, E0119, false);
  }
  const char *const groups[] = {"score s {\n", "group { ", "+1", " }", "\n}"};
  assert_code(groups, LIMIT_NESTING - 1, E0119, true);
  assert_code(groups, LIMIT_NESTING, E0119, false);
  assert_code(groups, 10000, E0119, false);
  const char *const open[] = {"let x = ", "(", "", "", ""};
  assert_code(open, 10000, E0119, false);
}

static void long_chains_are_flat_and_limited(void **state) {
  static const char *const parts[][5] = {{"let x = ", "a or ", "a", "", ""},
                                         {"let x = ", "a and ", "a", "", ""},
                                         {"let x = ", "a + ", "a", "", ""},
                                         {"let x = ", "a * ", "a", "", ""}};
  (void)state;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    assert_code(parts[i], LIMIT_CHAIN - 1, E0120, true);
    assert_code(parts[i], LIMIT_CHAIN, E0120, false);
    assert_code(parts[i], LIMIT_CHAIN + 7, E0120, false);
  }
}

static void names_and_texts_are_limited(void **state) {
  const char *const name[] = {"let ", "a", " = 1", "", ""};
  const char *const text[] = {"let x = \"", "a", "\"", "", ""};
  (void)state;
  assert_code(name, LIMIT_NAME_BYTES, E0120, true);
  assert_code(name, LIMIT_NAME_BYTES + 1, E0120, false);
  assert_code(text, LIMIT_TEXT_BYTES, E0120, true);
  assert_code(text, LIMIT_TEXT_BYTES + 1, E0120, false);
}

/* ---- memory, and anything at all ----------------------------------------- */

static const char example[] =
    "policy \"p\" { a 1 }\n"
    "lead { email text  size number = 3 }\n"
    "score s \"S\" {\n"
    "  decay 50% every 30 days\n"
    "  +5 \"a\\n\" on e or f where x in [1, 2] and not y within 7 days at most 3 times\n"
    "  for (a or b) { +(case { when c then 1 otherwise -2 }) when d starts with any of names }\n"
    "  pick first { +1 when z is missing\n -2 }\n"
    "}\n"
    "band b of s { high \"H\" from 3  low otherwise }\n"
    "grid g of b, b { columns high, low\n high: A, B\n low: C, D }\n"
    "choose c { \"x\" when b is high  y otherwise }\n"
    "stage t { to u when has(e) and sum(x of e) > 3 }\n"
    "action v when entered(u) { owner \"o\" sla 24 hours }\n"
    "test \"t\" { as of 2026-06-01\n lead { a: 1 } e 2 days ago 3 times { x: 1 }\n expect not a "
    "}\n";

struct failing {
  size_t left; /* allocations until none succeeds */
};

static void *resize_failing(void *context, void *block, size_t old_size, size_t new_size) {
  struct failing *failing = context;
  if (new_size > 0 && failing->left == 0)
    return NULL;
  failing->left -= new_size > 0;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static void memory_may_run_out_anywhere(void **state) {
  bool ok = false;
  (void)state;
  for (size_t n = 0; !ok; n++) {
    struct failing failing = {n};
    struct memory memory = {resize_failing, &failing};
    struct parsing parsing;
    assert_true(n < 10000);
    parsing_open(&parsing, &memory, text_from(example));
    ok = parsing.ok;
    if (!ok)
      assert_null(parsing.tree.decls);
    parsing_close(&parsing);
  }
}

static uint32_t next_random(uint32_t *seed) {
  *seed = *seed * 1664525 + 1013904223;
  return *seed >> 8;
}

/* Pieces of the example left out, doubled and moved: whatever comes of it, the
 * parser ends, and says something if and only if it returns false. */
static void any_bytes_are_answered(void **state) {
  static const char *const pieces[] = {"(",    ")", "{",    "}",      "[",  "]",     ";",
                                       "\n",   "+", "-",    "score ", "\"", "when ", "case ",
                                       "not ", "3", "days", ":",      ",",  ".."};
  size_t length = sizeof example - 1;
  uint32_t seed = 1;
  char source[sizeof example * 2];
  (void)state;
  for (int round = 0; round < 3000; round++) {
    size_t size = 0, at = 0;
    memcpy(source, example, length);
    size = length;
    for (int edit = 0; edit < 1 + round % 4; edit++) {
      size_t cut = next_random(&seed) % 12;
      const char *piece = pieces[next_random(&seed) % (sizeof pieces / sizeof *pieces)];
      size_t grow = next_random(&seed) % 2 ? strlen(piece) : 0;
      at = next_random(&seed) % size;
      cut = cut > size - at ? size - at : cut;
      memmove(source + at + grow, source + at + cut, size - at - cut);
      memcpy(source + at, piece, grow);
      size = size - cut + grow;
    }
    struct parsing parsing;
    parsing_open(&parsing, &memory_standard, (struct text){source, size});
    assert_int_equal(parsing.ok, parsing.diags.errors == 0);
    assert_false(parsing.diags.out_of_memory);
    assert_true(parsing.diags.errors < 20);
    parsing_dump(&parsing);
    parsing_close(&parsing);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(signs_of_other_languages),
                                     cmocka_unit_test(quotes_of_other_languages),
                                     cmocka_unit_test(comments_of_other_languages),
                                     cmocka_unit_test(words_of_other_languages),
                                     cmocka_unit_test(commas_and_colons),
                                     cmocka_unit_test(months_and_years),
                                     cmocka_unit_test(durations),
                                     cmocka_unit_test(numbers),
                                     cmocka_unit_test(instants),
                                     cmocka_unit_test(texts),
                                     cmocka_unit_test(names),
                                     cmocka_unit_test(misspelt_words),
                                     cmocka_unit_test(misspelt_words_declare),
                                     cmocka_unit_test(missing_words),
                                     cmocka_unit_test(misplaced_words),
                                     cmocka_unit_test(brackets),
                                     cmocka_unit_test(swallowed_brackets),
                                     cmocka_unit_test(each_mistake_has_one_message),
                                     cmocka_unit_test(bytes_that_are_no_text),
                                     cmocka_unit_test(files_as_large_as_allowed),
                                     cmocka_unit_test(nesting_is_limited),
                                     cmocka_unit_test(long_chains_are_flat_and_limited),
                                     cmocka_unit_test(names_and_texts_are_limited),
                                     cmocka_unit_test(memory_may_run_out_anywhere),
                                     cmocka_unit_test(any_bytes_are_answered)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

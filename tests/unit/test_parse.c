/* test_parse.c - every construct of the language becomes the tree it should.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

#include "syntax/bareme_parser.h"
#include "syntax/parser.h"

struct example {
  const char *source, *tree;
};

#define ASSERT_TREES(examples)                                       \
  for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++) \
  assert_tree((examples)[i].source, (examples)[i].tree)

/* `let x = SOURCE` gives TREE. */
static void assert_expr(const char *source, const char *tree) {
  char text[512], wanted[512];
  snprintf(text, sizeof text, "let x = %s", source);
  snprintf(wanted, sizeof wanted, "(let x %s)", tree);
  assert_tree(text, wanted);
}

#define ASSERT_EXPRS(examples)                                       \
  for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++) \
  assert_expr((examples)[i].source, (examples)[i].tree)

/* ---- words -------------------------------------------------------------- */

static void the_table_of_words_is_sorted_and_found(void **state) {
  static const struct {
    const char *spelling;
    int token;
  } words[] = {
#define KEYWORD(token, spelling, class) {spelling, TOKEN_##token},
#include "../../grammar/keywords.def"
#undef KEYWORD
  };
  (void)state;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    assert_int_equal(word_token(text_from(words[i].spelling)), words[i].token);
    if (i > 0)
      assert_true(strcmp(words[i - 1].spelling, words[i].spelling) < 0);
  }
  static const char *const others[] = {"",         "a",         "scores",     "scor",
                                       "otherwis", "otherwisa", "otherwiser", "smallesta",
                                       "zeros",    "zzzzzzzz",  "________"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_int_equal(word_token(text_from(others[i])), TOKEN_NAME);
}

/* More words than there is room to remember, in turns. */
static void a_word_that_comes_again_is_the_same(void **state) {
  static struct parser parser;
  char name[12];
  (void)state;
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < 500; i++) {
      snprintf(name, sizeof name, "n%d", i * 977);
      assert_int_equal(word_recall(&parser, text_from(name)), TOKEN_NAME);
      assert_int_equal(word_recall(&parser, TEXT("when")), TOKEN_WHEN);
      assert_int_equal(word_recall(&parser, TEXT("whe")), TOKEN_NAME);
      assert_int_equal(word_recall(&parser, TEXT("contains")), TOKEN_CONTAINS);
      assert_int_equal(word_recall(&parser, TEXT("otherwise")), TOKEN_OTHERWISE);
    }
}

/* Where nothing else can stand, every word is a name. */
static void words_are_keys_and_fields(void **state) {
  static const char *const words[] = {
#define KEYWORD(token, spelling, class) spelling,
#include "../../grammar/keywords.def"
#undef KEYWORD
  };
  (void)state;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    char source[256], tree[256];
    const char *word = words[i];
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
      continue;
    snprintf(source, sizeof source,
             "policy \"x\" { %s 1 } test \"t\" { lead { %s: 2 } } let y = a.%s", word, word, word);
    snprintf(tree, sizeof tree, "(policy \"x\" (%s 1))\n(test \"t\" (lead (%s 2)))\n(let y a.%s)",
             word, word, word);
    assert_tree(source, tree);
    snprintf(source, sizeof source, "let y = `%s` > 1", word);
    snprintf(tree, sizeof tree, "(let y (> %s 1))", word);
    assert_tree(source, tree);
    if (strcmp(word, "required") == 0 || strcmp(word, "from") == 0)
      continue;
    snprintf(source, sizeof source, "lead { %s text  next number }", word);
    snprintf(tree, sizeof tree, "(lead (%s text) (next number))", word);
    assert_tree(source, tree);
  }
}

static void names_that_are_words_elsewhere(void **state) {
  static const struct example examples[] = {
      {"at", "at"},
      {"hour(at) < 9", "(< (call hour at) 9)"},
      {"stage is lead", "(is stage lead)"},
      {"lead.score > 3", "(> lead.score 3)"},
      {"first + last", "(+ first last)"},
      {"type is \"form\" and list = 2", "(and (is type \"form\") (= list 2))"},
      {"round(points) + time", "(+ (call round points) time)"},
      {"as_of", "as_of"},
      {"days(age(at))", "(call days (call age at))"},
      {"`list`", "list"},
      {"`P1`", "P1"},
      {"priority is P1", "(is priority P1)"},
      {"fit is 2nd", "(is fit 2nd)"},
      {"mailbox.is_free(email)", "(call mailbox.is_free email)"}};
  (void)state;
  ASSERT_EXPRS(examples);
  assert_tree("score time { +1 } segment first when x stage lead { to test when a } stage test",
              "(score time (+ 1))\n(segment first x)\n(stage lead (to test a))\n(stage test)");
}

/* ---- literals ----------------------------------------------------------- */

static const struct expr *value_of(struct parsing *parsing, const char *source) {
  parsing_open(parsing, &memory_standard, text_from(source));
  assert_string_equal(parsing_messages(parsing), "");
  return parsing->tree.decls->value;
}

static void assert_number(const char *source, double number, double numerator, double denominator) {
  struct parsing parsing;
  char text[600];
  snprintf(text, sizeof text, "let x = %s", source);
  const struct expr *expr = value_of(&parsing, text);
  assert_int_equal(expr->kind, EXPR_NUMBER);
  assert_true(expr->number == number);
  struct unit decimal = expr_decimal(expr);
  assert_true(decimal.numerator == numerator);
  assert_true(decimal.denominator == denominator);
  parsing_close(&parsing);
}

static void numbers(void **state) {
  (void)state;
  assert_number("0", 0, 0, 1);
  assert_number("007", 7, 7, 1);
  assert_number("1_000", 1000, 1000, 1);
  assert_number("0.01", 0.01, 1, 100);
  assert_number("2.50", 2.5, 250, 100);
  assert_number("00.5", 0.5, 5, 10);
  assert_number("0_0.2_5", 0.25, 25, 100);
  assert_number("50%", 0.5, 50, 100);
  assert_number("12.5%", 0.125, 125, 1000);
  assert_number("7%", 0.07, 7, 100); /* 7 / 100 and not 7 * 0.01 */
  assert_number("999999999999999", 999999999999999.0, 999999999999999.0, 1);
  assert_number("1000000000000000", 1e15, 0, 0); /* a digit too many for a decimal */
  assert_number("0.1000000000000000055", 0.1, 0, 0);
}

static void assert_duration(const char *source, int64_t micros) {
  struct parsing parsing;
  char text[200];
  snprintf(text, sizeof text, "let x = %s", source);
  const struct expr *expr = value_of(&parsing, text);
  assert_int_equal(expr->kind, EXPR_DURATION);
  assert_int_equal(expr->micros, micros);
  parsing_close(&parsing);
}

static void durations(void **state) {
  (void)state;
  assert_duration("1 second", CLOCK_SECOND);
  assert_duration("90 seconds", 90 * CLOCK_SECOND);
  assert_duration("1 minute", CLOCK_MINUTE);
  assert_duration("2 hours", 2 * CLOCK_HOUR);
  assert_duration("1.5 days", 36 * CLOCK_HOUR);
  assert_duration("0.000001 seconds", 1);
  assert_duration("0.0000019 seconds", 1); /* cut below a microsecond */
  assert_duration("0.1 days", 8640 * CLOCK_SECOND);
  assert_duration("2 weeks", 14 * CLOCK_DAY);
  assert_duration("1_000 days", 1000 * CLOCK_DAY);
  assert_duration("30\n  days", 30 * CLOCK_DAY);
  assert_duration("30 # thirty\n days", 30 * CLOCK_DAY);
  assert_duration("3652058 days", 3652058 * CLOCK_DAY);
}

/* A unit's word behind a number can be the name of the next thing. */
static void words_of_units_are_names_too(void **state) {
  static const struct example examples[] = {
      {"test \"t\" { lead { a: 3 days: 4 } }", "(test \"t\" (lead (a 3) (days 4)))"},
      {"lead { a number = 3\n days number\n hour text }",
       "(lead (a number (= 3)) (days number) (hour text))"},
      {"lead { a duration = 3 days  b number }", "(lead (a duration (= 3 days)) (b number))"},
      {"band b of s { high from 3\n day from 2\n low otherwise }",
       "(band b s (high (from 3)) (day (from 2)) (low otherwise))"},
      {"choose c { \"a\" when age(t) < 3 days \"b\" otherwise }",
       "(choose c (\"a\" (when (< (call age t) 3 days))) (\"b\" otherwise))"},
      {"let x = hours(t) + days", "(let x (+ (call hours t) days))"}};
  (void)state;
  ASSERT_TREES(examples);
}

static void instants(void **state) {
  static const struct {
    const char *source, *same;
  } cases[] = {{"2026-06-01", "2026-06-01T00:00:00Z"},
               {"2026-06-01T09:30:00Z", "2026-06-01T09:30:00Z"},
               {"2026-06-01T09:30:00+02:00", "2026-06-01T07:30:00Z"},
               {"2026-06-01t09:30:00.25z", "2026-06-01T09:30:00.25Z"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct parsing parsing;
    char text[100];
    int64_t micros;
    snprintf(text, sizeof text, "let x = %s", cases[i].source);
    const struct expr *expr = value_of(&parsing, text);
    assert_true(clock_parse(text_from(cases[i].same), &micros));
    assert_int_equal(expr->kind, EXPR_INSTANT);
    assert_int_equal(expr->micros, micros);
    parsing_close(&parsing);
  }
}

static void texts(void **state) {
  static const struct example examples[] = {
      {"\"\"", "\"\""},
      {"\"a b\"", "\"a b\""},
      {"\"say \\\"hi\\\" \\\\ \\n\\t\"", "\"say \\\"hi\\\" \\\\ \\n\\t\""},
      {"\"\\u{e9}\\u{1F600}\\u{0041}\"", "\"\xC3\xA9\xF0\x9F\x98\x80"
                                         "A\""},
      {"\"\xC3\xA9 # no comment\"", "\"\xC3\xA9 # no comment\""}};
  (void)state;
  ASSERT_EXPRS(examples);
}

/* ---- expressions -------------------------------------------------------- */

static void operators_bind_as_they_should(void **state) {
  static const struct example examples[] = {
      {"1 + 2 * 3", "(+ 1 (* 2 3))"},
      {"(1 + 2) * 3", "(* (+ 1 2) 3)"},
      {"1 - 2 - 3", "(- (- 1 2) 3)"},
      {"8 / 4 / 2 * 3", "(* (/ (/ 8 4) 2) 3)"},
      {"-a * -b", "(* (- a) (- b))"},
      {"- - a", "(- (- a))"},
      {"a or b and c or d", "(or a (and b c) d)"},
      {"a or b or c", "(or a b c)"},
      {"(a or b) or c", "(or (or a b) c)"},
      {"a and b and not c", "(and a b (not c))"},
      {"not a = b", "(not (= a b))"},
      {"not not a", "(not (not a))"},
      {"a + 1 < b * 2", "(< (+ a 1) (* b 2))"},
      {"a = b", "(= a b)"},
      {"a != b", "(!= a b)"},
      {"a <= b and a >= c and a > d", "(and (<= a b) (>= a c) (> a d))"},
      {"a -\n  b", "(- a b)"},
      {"f(\n  -1,\n  -2)", "(call f (- 1) (- 2))"},
      {"\n  -1", "(- 1)"}};
  (void)state;
  ASSERT_EXPRS(examples);
}

static void comparisons_in_words(void **state) {
  static const struct example examples[] = {
      {"a is b", "(is a b)"},
      {"a is not \"x\"", "(is-not a \"x\")"},
      {"a is exactly \"x\"", "(is-exactly a \"x\")"},
      {"a is not exactly \"x\"", "(is-not-exactly a \"x\")"},
      {"a is missing", "(missing a)"},
      {"a + 1 is present", "(present (+ a 1))"},
      {"a is true", "(is a true)"},
      {"a in [1, 2]", "(in a [1 2])"},
      {"a in [\"x\", \"y\",]", "(in a [\"x\" \"y\"])"},
      {"a in []", "(in a [])"},
      {"a in names", "(in a names)"},
      {"a in geo.names", "(in a geo.names)"},
      {"a not in [1]", "(not-in a [1])"},
      {"a in 1..5", "(in a 1..5)"},
      {"a not in -1.5..x + 1", "(not-in a (- 1.5)..(+ x 1))"},
      {"a contains \"x\"", "(contains a \"x\")"},
      {"a not contains \"x\"", "(not-contains a \"x\")"},
      {"a starts with \"x\"", "(starts-with a \"x\")"},
      {"a ends with lower(b)", "(ends-with a (call lower b))"},
      {"a like \"*x?\"", "(like a \"*x?\")"},
      {"a mentions any of [\"x\"]", "(mentions a any-of [\"x\"])"},
      {"a not mentions all of words", "(not-mentions a all-of words)"},
      {"a not starts with any of m.words", "(not-starts-with a any-of m.words)"}};
  (void)state;
  ASSERT_EXPRS(examples);
}

static void operands(void **state) {
  static const struct example examples[] = {
      {"true", "true"},
      {"f()", "(call f)"},
      {"clamp(x, 0, 100)", "(call clamp x 0 100)"},
      {"entered(qualified)", "(call entered qualified)"},
      {"case { when a then 1 otherwise 2 }", "(case (a 1) 2)"},
      {"case { when a then 1; when b then 2; otherwise 3; }", "(case (a 1) (b 2) 3)"},
      {"case {\n  when a then -1\n  otherwise\n  -3\n}", "(case (a (- 1)) (- 3))"},
      {"count(a)", "(count (query a))"},
      {"has(a or m.b where c or d within 7 days)",
       "(has (query a m.b (where (or c d)) (within 7 days)))"},
      {"first(any event)", "(first (any event))"},
      {"last(any event where at > as_of within d * 2)",
       "(last (any event (where (> at as_of)) (within (* d 2))))"},
      {"sum(a + b of q)", "(sum (+ a b) (query q))"},
      {"mean(a of q) + largest(a of q)", "(+ (mean a (query q)) (largest a (query q)))"},
      {"smallest(a of q)", "(smallest a (query q))"},
      {"distinct(url of page_view)", "(distinct url (query page_view))"}};
  (void)state;
  ASSERT_EXPRS(examples);
}

/* ---- declarations ------------------------------------------------------- */

static void declarations(void **state) {
  static const struct example examples[] = {
      {"policy \"A\" { version \"1\"  owner revops  n -3  on true  sla 24 hours }",
       "(policy \"A\" (version \"1\") (owner revops) (n -3) (on true) (sla 24 hours))"},
      {"policy \"A\"", "(policy \"A\")"},
      {"module mailbox", "(module mailbox)"},
      {"use std.mailbox", "(use std.mailbox)"},
      {"use std.mailbox as mb", "(use std.mailbox as mb)"},
      {"use \"shared/fields.bareme\" as fields", "(use \"shared/fields.bareme\" as fields)"},
      {"use \"shared/fields.bareme\"", "(use \"shared/fields.bareme\")"},
      {"events from \"activity\" type \"kind\" at \"time\" id \"key\"",
       "(events from \"activity\" type \"kind\" at \"time\" id \"key\")"},
      {"events from \"activity\"", "(events from \"activity\")"},
      {"event a", "(event a)"},
      {"event a \"Label\" from \"x.y\" { url text }",
       "(event a \"Label\" from \"x.y\" (url text))"},
      {"list l = [\"a\", \"b\"]", "(list l \"a\" \"b\")"},
      {"list l = [\n  1,\n  -2,\n]", "(list l 1 (- 2))"},
      {"list l from \"names.txt\"", "(list l \"names.txt\")"},
      {"let a \"Label\" = 1", "(let a \"Label\" 1)"},
      {"define f(a number, b one of (x, Y)) = a", "(define f (a number b (one-of x Y)) a)"},
      {"define f() = 1", "(define f () 1)"},
      {"param p \"Label\" = 5%", "(param p \"Label\" 5%)"},
      {"segment s \"Label\" when a", "(segment s \"Label\" a)"},
      {"exclude \"Rival\" when a", "(exclude \"Rival\" a)"},
      {"rules r { +1 }", "(rules r (+ 1))"},
      {"stage a", "(stage a)"},
      {"stage a \"Label\" { to b when x; to c when y }", "(stage a \"Label\" (to b x) (to c y))"},
      {"action a \"Label\" when x { owner \"o\" }", "(action a \"Label\" x (owner \"o\"))"},
      {"action a when x", "(action a x)"}};
  (void)state;
  ASSERT_TREES(examples);
}

static void fields(void **state) {
  static const struct example examples[] = {
      {"lead { a text  b number = -1  c bool required  d time from \"x.y\" }",
       "(lead (a text) (b number (= (- 1))) (c bool required) (d time from \"x.y\"))"},
      {"lead { a duration required = 3 days from \"x\"; b list of text }",
       "(lead (a duration required (= 3 days) from \"x\") (b texts))"},
      {"lead { a text from \"x\" required }", "(lead (a text required from \"x\"))"},
      {"lead { a one of (x, Y, 2nd, \"two words\", 3) = x }",
       "(lead (a (one-of x Y 2nd two words 3) (= x)))"},
      {"lead { type text  label text  first text  at time }",
       "(lead (type text) (label text) (first text) (at time))"},
      {"lead { text text  number number  list list of text }",
       "(lead (text text) (number number) (list texts))"},
      {"lead { }", "(lead)"}};
  (void)state;
  ASSERT_TREES(examples);
}

static void bands_grids_and_choices(void **state) {
  static const struct example examples[] = {
      {"band b \"L\" of a + 1 { 5 \"Call\" from 80  Hot from 60.5  low from -3  \"x y\" otherwise "
       "}",
       "(band b \"L\" (+ a 1) (5 \"Call\" (from 80)) (Hot (from 60.5)) (low (from (- 3))) "
       "(\"x y\" otherwise))"},
      {"band b of a { \"q\" \"text\" from p * 2  z otherwise }",
       "(band b a (\"q\" \"text\" (from (* p 2))) (z otherwise))"},
      {"band b of a { high from 3 }", "(band b a (high (from 3)))"}, /* the checker's matter */
      {"grid g \"L\" of a, m.b { columns high, 2, \"x\"\n 5: P1, P2, 3\n A: no, OR, \"y z\" }",
       "(grid g \"L\" a m.b (columns high 2 x) (5: P1 P2 3) (A: no OR y z))"},
      {"choose c \"L\" { \"sales\" when a  5 when b  -5 when c  hot when d  P1 otherwise }",
       "(choose c \"L\" (\"sales\" (when a)) (5 (when b)))"}};
  (void)state;
  for (size_t i = 0; i + 1 < sizeof examples / sizeof *examples; i++)
    assert_tree(examples[i].source, examples[i].tree);
  assert_tree(
      "choose c \"L\" {\n \"sales\" when a\n 5 when b\n -5 when c\n hot when d\n P1 otherwise\n}",
      "(choose c \"L\" (\"sales\" (when a)) (5 (when b)) (-5 (when c)) (hot (when d)) "
      "(P1 otherwise))");
}

static void tests_of_policies(void **state) {
  (void)state;
  assert_tree("test \"t\" {\n"
              "  as of 2026-06-01\n"
              "  lead { stage: lead  n: -5  ok: true  tags: [\"a\", \"b\"]  since: 2026-01-01 }\n"
              "  form 2026-06-01\n"
              "  form 2026-06-01 3 times\n"
              "  page 2 days ago 4 times { url: \"u\"; d: 3 days }\n"
              "  test 1 hour ago\n"
              "  expect a = 1 and b\n"
              "  expect not a\n"
              "  expect excluded\n"
              "  expect excluded \"Rival\"\n"
              "  expect not excluded\n"
              "  expect action call\n"
              "  expect not action call\n"
              "}",
              "(test \"t\" (as-of 2026-06-01) (lead (stage lead) (n -5) (ok true) "
              "(tags [\"a\" \"b\"]) (since 2026-01-01)) (form 2026-06-01) "
              "(form 2026-06-01 (times 3)) (page 2 days ago (times 4) (url \"u\") (d 3 days)) "
              "(test 1 hour ago) (expect (and (= a 1) b)) (expect (not a)) (expect excluded) "
              "(expect excluded \"Rival\") (expect not excluded) (expect action call) "
              "(expect not action call))");
}

/* ---- scores ------------------------------------------------------------- */

static void assert_rule(const char *source, const char *tree) {
  char text[512], wanted[512];
  snprintf(text, sizeof text, "score s {\n  %s\n}", source);
  snprintf(wanted, sizeof wanted, "(score s %s)", tree);
  assert_tree(text, wanted);
}

#define ASSERT_RULES(examples)                                       \
  for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++) \
  assert_rule((examples)[i].source, (examples)[i].tree)

static void rules(void **state) {
  static const struct example examples[] = {
      {"+5", "(+ 5)"},
      {"-5 \"L\"", "(- 5 \"L\")"},
      {"+ 5 when a", "(+ 5 (when a))"},
      {"+(0.5 * seconds) \"L\" on page", "(+ (* 0.5 seconds) \"L\" on (query page))"},
      {"-(a) when b", "(- a (when b))"},
      {"+5 on a or b where c within 7 days", "(+ 5 on (query a b (where c) (within 7 days)))"},
      {"-5 every 30 days without any event where x",
       "(- 5 (every 30 days) without (any event (where x)))"},
      {"+1 when a - b", "(+ 1 (when (- a b)))"},
      {"+1 when a\n  -2 when b\n  +3", "(+ 1 (when a)) (- 2 (when b)) (+ 3)"},
      {"+1 when a; +2 when b;; -3", "(+ 1 (when a)) (+ 2 (when b)) (- 3)"},
      {"include r\n include m.r", "(include r) (include m.r)"},
      {"for a and b { +1\n -2 }", "(for (and a b) (+ 1) (- 2))"},
      {"group \"G\" { range 0 to 10\n +1 }", "(group \"G\" (range (from 0) (to 10)) (+ 1))"},
      {"pick first \"F\" { +1 when a\n +2 }", "(first \"F\" (+ 1 (when a)) (+ 2))"},
      {"pick best { pick first { +1 }\n group \"x\" { -1 } }",
       "(best (first (+ 1)) (group \"x\" (- 1)))"}};
  (void)state;
  ASSERT_RULES(examples);
}

static void modifiers(void **state) {
  static const struct example examples[] = {
      {"+5 on e at most 4 times", "(+ 5 on (query e) (at-most 4))"},
      {"+5 on e at most 1 time", "(+ 5 on (query e) (at-most 1))"},
      {"+5 on e at most n * 2 times", "(+ 5 on (query e) (at-most (* n 2)))"},
      {"+5 on e at most 2 times per 7 days", "(+ 5 on (query e) (at-most 2 (per 7 days)))"},
      {"+5 on e at most 50 points", "(+ 5 on (query e) (points 50))"},
      {"+5 on e once", "(+ 5 on (query e) (once-word at-most 1))"},
      {"+5 on e once per campaign", "(+ 5 on (query e) (once-per campaign))"},
      {"+5 on e once per at", "(+ 5 on (query e) (once-per at))"},
      {"+5 on e first 3 times", "(+ 5 on (query e) (first 3))"},
      {"+5 on e first time", "(+ 5 on (query e) (once-word first 1))"},
      {"+5 on e decay 50% every 30 days", "(+ 5 on (query e) (decay-rate 50% 30 days))"},
      {"+5 on e decay p every d in steps", "(+ 5 on (query e) (decay-rate-steps p d))"},
      {"+5 on e decay to zero over 90 days", "(+ 5 on (query e) (decay-linear 90 days))"},
      {"+5 on e decay to zero over 90 days in 3 steps",
       "(+ 5 on (query e) (decay-linear-steps 90 days 3))"},
      {"+5 on e expire after 1 week", "(+ 5 on (query e) (expire 1 week))"},
      {"+5 on e no decay", "(+ 5 on (query e) (no-decay))"},
      {"+5 on e where x in 1..3 first 2 times once per a at most 9 points no decay",
       "(+ 5 on (query e (where (in x 1..3))) (first 2) (once-per a) (points 9) (no-decay))"}};
  (void)state;
  ASSERT_RULES(examples);
}

static void settings(void **state) {
  static const struct example examples[] = {
      {"score s { }", "(score s)"},
      {"score s \"L\" { decay 50% every 30 days range 0 to 100 round to 0.5 }",
       "(score s \"L\" (decay-rate 50% 30 days) (range (from 0) (to 100)) (round 0.5))"},
      {"score s { range from -5; round none; +1 }",
       "(score s (range (from (- 5))) (round none) (+ 1))"},
      {"score s { range to 60\n +1 }", "(score s (range (to 60)) (+ 1))"},
      {"score s = a * 2 { range 0 to top  round to 5 }",
       "(computed s (* a 2) (range (from 0) (to top)) (round 5))"},
      {"score s \"L\" = a score t = b", "(computed s \"L\" a)\n(computed t b)"}};
  (void)state;
  ASSERT_TREES(examples);
}

/* ---- layout ------------------------------------------------------------- */

static void layout_does_not_matter(void **state) {
  (void)state;
  assert_tree("\xEF\xBB\xBFpolicy \"A\" {}\r\nlet\ta\r\n=\n1 # end\r\n",
              "(policy \"A\")\n(let a 1)");
  assert_tree(
      "lead\n{\nemail\ntext\nsize\nnumber\n=\n3\n}\nstage\nlead\n{\nto\nx\nwhen\na\nis\nnot\n"
      "exactly\nb\n}\nscore\ns\n{\n+5\non\ne\nat\nmost\n3\ntimes\n}",
      "(lead (email text) (size number (= 3)))\n(stage lead (to x (is-not-exactly a b)))\n"
      "(score s (+ 5 on (query e) (at-most 3)))");
  assert_tree(";; let a = 1; let b = 2;", "(let a 1)\n(let b 2)");
}

static void comments_are_kept(void **state) {
  struct parsing parsing;
  struct text source = TEXT("# one\nlet a = 1 # two\r\n  # three");
  (void)state;
  parsing_open(&parsing, &memory_standard, source);
  assert_true(parsing.ok);
  const struct comment *comment = parsing.tree.comments;
  assert_true(text_equal(span_text(&parsing.sources, comment->span), TEXT("# one")));
  assert_true(comment->own_line);
  comment = comment->next;
  assert_true(text_equal(span_text(&parsing.sources, comment->span), TEXT("# two")));
  assert_false(comment->own_line);
  comment = comment->next;
  assert_true(text_equal(span_text(&parsing.sources, comment->span), TEXT("# three")));
  assert_true(comment->own_line);
  assert_null(comment->next);
  parsing_close(&parsing);
}

static struct text text_at(const struct parsing *parsing, struct span span) {
  return span_text(&parsing->sources, span);
}

static void spans_cover_what_was_written(void **state) {
  struct parsing parsing;
  (void)state;
  parsing_open(&parsing, &memory_standard,
               TEXT("score s \"L\" {\n  +5 \"M\" when not `a` + 1 is b or m.c\n}\n"));
  const struct decl *decl = parsing.tree.decls;
  const struct rule *rule = decl->rules;
  const struct expr *either = rule->condition, *is = either->items->left;
  assert_true(text_equal(text_at(&parsing, decl->span),
                         TEXT("score s \"L\" {\n  +5 \"M\" when not `a` + 1 is b or m.c\n}")));
  assert_true(text_equal(text_at(&parsing, decl->name.span), TEXT("s")));
  assert_true(text_equal(text_at(&parsing, decl->label.span), TEXT("\"L\"")));
  assert_true(
      text_equal(text_at(&parsing, rule->span), TEXT("+5 \"M\" when not `a` + 1 is b or m.c")));
  assert_true(text_equal(text_at(&parsing, either->span), TEXT("not `a` + 1 is b or m.c")));
  assert_true(text_equal(text_at(&parsing, expr_operator(either->items)), TEXT("not")));
  assert_true(text_equal(text_at(&parsing, is->span), TEXT("`a` + 1 is b")));
  assert_true(text_equal(text_at(&parsing, expr_operator(is)), TEXT("is")));
  assert_true(text_equal(text_at(&parsing, is->left->left->name->span), TEXT("`a`")));
  assert_true(text_equal(is->left->left->name->text, TEXT("a")));
  assert_true(text_equal(text_at(&parsing, either->items->next->name->span), TEXT("m.c")));
  parsing_close(&parsing);
}

/* ---- constants of the command line --------------------------------------- */

static void constants(void **state) {
  static const struct example good[] = {{"5", "5"},
                                        {" 12.5 ", "12.5"},
                                        {"-3", "-3"},
                                        {"50%", "50%"},
                                        {"\"a b\"", "\"a b\""},
                                        {"30 days", "30 days"},
                                        {"-2 weeks", "-2 weeks"},
                                        {"2026-06-01", "2026-06-01"},
                                        {"true", "true"},
                                        {"EMEA", "\"EMEA\""},
                                        {"lead", "\"lead\""},
                                        {"small_1", "\"small_1\""}};
  static const char *const bad[] = {"",      "1 2",    "a b", "1 +",    "=",          "-",
                                    "-true", "30dy s", "\"a", "1e5",    "2026-13-01", "-2026-06-01",
                                    "a.b",   "(1)",    "{",   "1 month"};
  struct arena arena;
  (void)state;
  arena_init(&arena, &memory_standard);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    struct text text;
    struct expr *expr;
    assert_true(parse_constant(&arena, text_from(good[i].source), &expr));
    assert_non_null(expr);
    assert_true(expr_dump(&arena, expr, &text));
    assert_string_equal(arena_format(&arena, "%.*s", TEXT_ARGS(text)), good[i].tree);
  }
  struct expr *negative, *none;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_true(parse_constant(&arena, text_from(bad[i]), &none));
    assert_null(none);
  }
  assert_true(parse_constant(&arena, TEXT("-2.5"), &negative));
  assert_true(negative->number == -2.5);
  arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_table_of_words_is_sorted_and_found),
                                     cmocka_unit_test(a_word_that_comes_again_is_the_same),
                                     cmocka_unit_test(words_are_keys_and_fields),
                                     cmocka_unit_test(names_that_are_words_elsewhere),
                                     cmocka_unit_test(numbers),
                                     cmocka_unit_test(durations),
                                     cmocka_unit_test(words_of_units_are_names_too),
                                     cmocka_unit_test(instants),
                                     cmocka_unit_test(texts),
                                     cmocka_unit_test(operators_bind_as_they_should),
                                     cmocka_unit_test(comparisons_in_words),
                                     cmocka_unit_test(operands),
                                     cmocka_unit_test(declarations),
                                     cmocka_unit_test(fields),
                                     cmocka_unit_test(bands_grids_and_choices),
                                     cmocka_unit_test(tests_of_policies),
                                     cmocka_unit_test(rules),
                                     cmocka_unit_test(modifiers),
                                     cmocka_unit_test(settings),
                                     cmocka_unit_test(layout_does_not_matter),
                                     cmocka_unit_test(comments_are_kept),
                                     cmocka_unit_test(spans_cover_what_was_written),
                                     cmocka_unit_test(constants)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_check_limits.c - large policies, long chains, and no memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

/* A policy that is written piece by piece. */
struct source_text {
  char *bytes;
  size_t length, capacity;
};

static void put(struct source_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct source_text *text, const char *format, ...) {
  char piece[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  assert_in_range(length, 0, sizeof piece - 1);
  if (text->length + (size_t)length + 1 > text->capacity) {
    text->capacity = text->capacity * 2 + sizeof piece;
    text->bytes = realloc(text->bytes, text->capacity);
    assert_non_null(text->bytes);
  }
  memcpy(text->bytes + text->length, piece, (size_t)length + 1);
  text->length += (size_t)length;
}

/* What the policy's only error is called, or "" if there is none. */
static const char *verdict(struct source_text *text) {
  struct checked checked;
  check_with(&checked, &memory_standard, text->bytes, NULL, NULL, 0);
  assert_in_range(checked.diags.errors, 0, 1);
  assert_int_equal(checked.valid, checked.diags.errors == 0);
  const char *name = checked.diags.first ? error_code_name(checked.diags.first->code) : "";
  check_clear(&checked);
  free(text->bytes);
  return name;
}

static struct source_text begin(void) {
  struct source_text text = {NULL, 0, 0};
  put(&text, "policy \"P\" {}\nlead { n number  c bool }\n");
  return text;
}

/* ---- long, not deep ------------------------------------------------------------------------ */

static void a_chain_of_a_hundred_thousand_values(void **state) {
  (void)state;
  struct source_text text = begin();
  for (int i = 0; i < 100000; i++)
    put(&text, "let v%d = v%d + 1\n", i, i + 1);
  put(&text, "let v100000 = n\n");
  assert_string_equal(verdict(&text), "");
}

static void a_cycle_of_a_hundred_thousand_values(void **state) {
  (void)state;
  struct source_text text = begin();
  for (int i = 0; i < 100000; i++)
    put(&text, "let v%d = v%d + 1\n", i, (i + 1) % 100000);
  assert_string_equal(verdict(&text), "E0207");
}

static void sums_and_alternatives_of_many_terms(void **state) {
  (void)state;
  struct source_text text = begin();
  put(&text, "let sum = n");
  for (int i = 1; i < 50000; i++)
    put(&text, " + n");
  put(&text, "\nsegment any_of_them when c");
  for (int i = 1; i < 50000; i++)
    put(&text, " or n = %d", i);
  assert_string_equal(verdict(&text), "");
}

static void ten_thousand_criteria(void **state) {
  (void)state;
  struct source_text text = begin();
  put(&text, "score s {\n");
  for (int i = 0; i < 10000; i++)
    put(&text, "  +%d \"rule %d\" when n >= %d and c\n", i % 50, i, i);
  put(&text, "}\n");
  assert_string_equal(verdict(&text), "");
}

/* ---- definitions and blocks ------------------------------------------------------------------ */

/* Each definition calls the one before it, once or twice. */
static const char *chain_of_definitions(int count, bool doubling) {
  struct source_text text = begin();
  put(&text, "define f0(x number) = x\n");
  for (int i = 1; i < count; i++)
    if (doubling)
      put(&text, "define f%d(x number) = f%d(x) * f%d(x)\n", i, i - 1, i - 1);
    else
      put(&text, "define f%d(x number) = f%d(x) + 1\n", i, i - 1);
  put(&text, "score s = f%d(n)\n", count - 1);
  return verdict(&text);
}

static void definitions_nest_until_they_are_too_deep(void **state) {
  (void)state;
  assert_string_equal(chain_of_definitions(100, false), "");
  assert_string_equal(chain_of_definitions(100000, false), "E0503");
}

static void definitions_double_until_they_are_too_many(void **state) {
  (void)state;
  assert_string_equal(chain_of_definitions(10, true), "");
  assert_string_equal(chain_of_definitions(64, true), "E0504");
}

static const char *chain_of_includes(int count, bool doubling) {
  struct source_text text = begin();
  put(&text, "rules r0 { +1 when c }\n");
  for (int i = 1; i < count; i++)
    if (doubling)
      put(&text, "rules r%d { include r%d include r%d }\n", i, i - 1, i - 1);
    else
      put(&text, "rules r%d { include r%d }\n", i, i - 1);
  put(&text, "score s { include r%d }\n", count - 1);
  return verdict(&text);
}

static void blocks_of_rules_include_each_other_until_they_are_too_many(void **state) {
  (void)state;
  assert_string_equal(chain_of_includes(100, false), "");
  assert_string_equal(chain_of_includes(10000, false), "E0503");
  assert_string_equal(chain_of_includes(64, true), "E0504");
}

/* Each level of arguments must not double what is checked and copied. */
static void calls_within_calls_do_not_double(void **state) {
  (void)state;
  struct source_text text = begin();
  put(&text, "define f(x number) = x + 1\nscore s = ");
  for (int i = 0; i < LIMIT_NESTING / 2; i++)
    put(&text, "f(");
  put(&text, "n");
  for (int i = 0; i < LIMIT_NESTING / 2; i++)
    put(&text, ")");
  assert_string_equal(verdict(&text), "");
}

/* ---- many errors
 * --------------------------------------------------------------------------------- */

static void errors_beyond_the_limit_are_counted(void **state) {
  (void)state;
  struct source_text text = begin();
  put(&text, "score s {\n");
  for (int i = 0; i < 10000; i++)
    put(&text, "  +1 when unknown%d\n", i);
  put(&text, "}\n");
  struct checked checked;
  check_with(&checked, &memory_standard, text.bytes, NULL, NULL, 0);
  assert_int_equal(checked.diags.errors, 10000);
  assert_false(checked.diags.out_of_memory);
  check_clear(&checked);
  free(text.bytes);
}

/* ---- no memory
 * -------------------------------------------------------------------------------------- */

struct budget {
  size_t left; /* allocations until there is no memory any more */
};

static void *resize_within(void *context, void *block, size_t old_size, size_t new_size) {
  struct budget *budget = context;
  if (new_size > 0 && budget->left == 0)
    return NULL;
  if (new_size > 0)
    budget->left--;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

static const char everything[] = RECORD
    "param month = 30 days\nlist fr = [\"FR\", \"BE\", \"fr\"]\n"
    "define near(x number, y number) = abs(x - y) < 3\n"
    "let w = case { when consent then 1 otherwise count(page_view within month) }\n"
    "segment a \"A\" when near(company_size, w) and country in fr and plan is pro\n"
    "rules r { +1 on form_submit where form is \"x\" or at > created once per form }\n"
    "score s { decay 50% every month\n range 0 to 9\n include r\n for a { +1 } }\n"
    "score t = 0.5 * s { round none }\n"
    "band b of t { hi from 5  lo otherwise }\nband d of s { 2 from 5  1 otherwise }\n"
    "grid g of b, d { columns 2, 1  hi: A, B  lo: A, C }\n"
    "choose c { \"x\" when g is A  y otherwise }\nexclude \"no\" when c is \"x\"\n"
    "stage one { to two when s > 3 }\nstage two\naction go when entered(two) { sla 3 days }\n"
    "test \"t\" { as of 2026-01-01 lead { plan: free } page_view 1 day ago expect a }\n";

/* Some allocations are large, so that the number of them is small; a build
 * with tiny blocks of memory makes this test thorough. */
static void running_out_of_memory_is_an_error_like_any_other(void **state) {
  (void)state;
  bool valid = false;
  for (size_t allocations = 0; !valid; allocations++) {
    struct budget budget = {allocations};
    const struct memory memory = {resize_within, &budget};
    struct checked checked;
    check_with(&checked, &memory, everything, NULL, NULL, 0);
    valid = checked.valid;
    assert_true(valid || checked.diags.out_of_memory || checked.diags.errors > 0);
    check_clear(&checked);
    assert_in_range(allocations, 0, 1000000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_chain_of_a_hundred_thousand_values),
      cmocka_unit_test(a_cycle_of_a_hundred_thousand_values),
      cmocka_unit_test(sums_and_alternatives_of_many_terms),
      cmocka_unit_test(ten_thousand_criteria),
      cmocka_unit_test(definitions_nest_until_they_are_too_deep),
      cmocka_unit_test(definitions_double_until_they_are_too_many),
      cmocka_unit_test(blocks_of_rules_include_each_other_until_they_are_too_many),
      cmocka_unit_test(calls_within_calls_do_not_double),
      cmocka_unit_test(errors_beyond_the_limit_are_counted),
      cmocka_unit_test(running_out_of_memory_is_an_error_like_any_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

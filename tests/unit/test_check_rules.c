/* test_check_rules.c - rules, modifiers, decay, range, round, groups, include.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check_support.h"

#include <math.h>

/* The first rule of the score `s`. */
static const struct rule *rule_of(struct checked *checked, const char *score) {
  char policy[4096];
  snprintf(policy, sizeof policy, "%sparam month = 30 days param n = 2 score s { %s }\n", RECORD,
           score);
  check_valid(checked, policy);
  return value_named(checked, "s")->rules;
}

static void error_of_rule(const char *score, const char *code, const char *at, const char *says) {
  char rest[1024];
  snprintf(rest, sizeof rest, "score s { %s }", score);
  only_error(rest, code, at, says);
}

/* ---- settings ------------------------------------------------------------------------------ */

static void settings_are_filled_in(void **state) {
  (void)state;
  struct checked checked;
  const struct rule *rule =
      rule_of(&checked, "decay 50% every month range 0 to n * 50 round to 0.25\n +5 on page_view");
  assert_int_equal(rule->decay->kind, DECAY_RATE);
  assert_int_equal(rule->decay->duration, 30 * CLOCK_DAY);
  assert_true(rule->decay->rate == 0.5);
  assert_true(rule->decay->rate_log2 == -1);
  const struct model_value *value = value_named(&checked, "s");
  assert_true(value->range.low_number == 0 && value->range.high_number == 100);
  assert_true(value->round.decimal.numerator / value->round.decimal.denominator == 0.25);
  check_clear(&checked);
}

static void without_settings_a_score_is_open_and_has_two_decimals(void **state) {
  (void)state;
  struct checked checked;
  const struct rule *rule = rule_of(&checked, "+5 on page_view");
  const struct model_value *value = value_named(&checked, "s");
  assert_int_equal(rule->decay->kind, DECAY_NONE);
  assert_true(rule->most_points < 0);
  assert_true(isinf(value->range.low_number) && isinf(value->range.high_number));
  assert_true(value->round.decimal.numerator == 1 && value->round.decimal.denominator == 100);
  check_clear(&checked);
}

static void a_computed_unit_is_rounded_to_as_it_is_printed(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, "policy \"P\" {} param u = 0.1 score a = 1 { round to u / 4 } "
                        "score b = 1 { round to u } score c = 1 { round none }");
  struct unit a = value_named(&checked, "a")->round.decimal;
  assert_true(a.numerator == 25 && a.denominator == 1000);
  struct unit b = value_named(&checked, "b")->round.decimal;
  assert_true(b.numerator == 1 && b.denominator == 10);
  assert_true(value_named(&checked, "c")->round.none);
  check_clear(&checked);
  only_error("param u = 0.1 score a = 1 { round to u * 3 }", "E0405", "u * 3", "too many digits");
}

static void settings_that_make_no_sense(void **state) {
  (void)state;
  error_of_rule("decay 150% every 30 days", "E0403", "150%", "between 0% and 100%");
  error_of_rule("decay 50 every 30 days", "E0403", "50", "as a percentage: 50%");
  error_of_rule("decay 50% every 0 days", "E0403", "0 days", "longer than nothing");
  error_of_rule("decay to zero over 9 days in 0 steps", "E0403", "0", "a whole number, at least 1");
  error_of_rule("decay to zero over 9 days in 1.5 steps", "E0403", "1.5", "a whole number");
  error_of_rule("range 100 to 0", "E0404", "range 100 to 0", "`range 0 to 100`");
  error_of_rule("range company_size to 1000", "E0307", "company_size", "must be a constant");
  error_of_rule("round to 0", "E0405", "0", "`round none`");
  only_error("score a = 1 { round to -1 }", "E0405", "-1", "above 0");
  is_valid("score a { decay 0% every 1 day range 5 to 5 } score b { decay 100% every 1 day }");
}

/* ---- modifiers ---------------------------------------------------------------------------------
 */

static void modifiers_are_filled_in_the_order_written(void **state) {
  (void)state;
  struct checked checked;
  const struct rule *rule =
      rule_of(&checked, "+5 on page_view first n times at most 3 times per 2 days once per form "
                        "once at most 7.5 points no decay");
  const struct modifier *m = rule->modifiers;
  assert_int_equal(m->kind, MODIFIER_FIRST);
  assert_int_equal(m->times, 2);
  m = m->next;
  assert_int_equal(m->kind, MODIFIER_ROLLING);
  assert_int_equal(m->times, 3);
  assert_int_equal(m->micros, 2 * CLOCK_DAY);
  m = m->next;
  assert_int_equal(m->kind, MODIFIER_ONCE_PER);
  assert_true(text_equal(rule->query->fields[m->field_index].name, TEXT("form")));
  m = m->next;
  assert_int_equal(m->kind, MODIFIER_AT_MOST);
  assert_int_equal(m->times, 1);
  assert_true(rule->most_points == 7.5);
  check_clear(&checked);
}

static void a_rule_s_decay_replaces_the_score_s(void **state) {
  (void)state;
  struct checked checked;
  const struct rule *rule =
      rule_of(&checked, "decay 50% every 30 days\n +1 on page_view no decay\n"
                        " +1 on page_view expire after 7 days\n +1 on page_view\n +1 when consent");
  assert_int_equal(rule->decay->kind, DECAY_NONE);
  rule = rule->next;
  assert_int_equal(rule->decay->kind, DECAY_EXPIRE);
  assert_int_equal(rule->decay->duration, 7 * CLOCK_DAY);
  rule = rule->next;
  assert_int_equal(rule->decay->kind, DECAY_RATE);
  rule = rule->next;
  assert_int_equal(rule->decay->kind, DECAY_NONE);
  check_clear(&checked);
}

static void counting_needs_events(void **state) {
  (void)state;
  error_of_rule("+5 when consent once", "E0401", "once", "this rule has no `on`");
  error_of_rule("+5 at most 3 times", "E0401", "at most 3 times", "no `on`");
  error_of_rule("+5 when consent no decay", "E0401", "no decay", "grow old");
  error_of_rule("-1 every 9 days without any event at most 3 times", "E0401", "at most 3 times",
                "`at most … points`");
  is_valid("score s { -1 every 9 days without any event at most 3 points\n"
           " +1 when consent at most 0 points }");
}

static void modifiers_that_make_no_sense(void **state) {
  (void)state;
  error_of_rule("+5 on page_view once at most 3 times", "E0402", "at most 3 times",
                "says again what `once` says");
  error_of_rule("+5 on page_view no decay expire after 1 day", "E0402", "expire after 1 day",
                "says again");
  error_of_rule("+5 on page_view at most 0 times", "E0403", "0", "a whole number, at least 1");
  error_of_rule("+5 on page_view at most 2147483648 times", "E0403", "2147483648",
                "at most 2147483647");
  is_valid("score s { +5 on page_view at most 2147483647 times }");
  error_of_rule("+5 on page_view at most -1 points", "E0403", "-1", "without its sign");
  error_of_rule("+5 on page_view once per urll", "E0204", "urll", "did you mean `url`?");
  error_of_rule("+5 on page_view once per country", "E0204", "country", "no field `country`");
  error_of_rule("+5 on form_submit once per tags", "E0406", "tags", "a list of texts");
  is_valid("score s { +5 on page_view once per at }");
}

static void points_are_numbers(void **state) {
  (void)state;
  error_of_rule("+(country) when consent", "E0304", "(country)", "must be a number");
  error_of_rule("+(seconds) when consent", "E0204", "seconds", "no field `seconds`");
  error_of_rule("-1 every trial without any event", "E0307", "trial", "must be a constant");
  error_of_rule("-1 every 3 without any event", "E0304", "3", "`3 days`");
}

/* ---- blocks ------------------------------------------------------------------------------------
 */

static void groups_nest_and_have_ranges(void **state) {
  (void)state;
  struct checked checked;
  const struct rule *rule = rule_of(&checked, "group \"g\" { range to 5\n pick best { +1 } }");
  assert_int_equal(rule->kind, RULE_GROUP);
  assert_true(rule->range->high_number == 5 && isinf(rule->range->low_number));
  assert_int_equal(rule->rules->kind, RULE_BEST);
  check_clear(&checked);
  error_of_rule("pick first { }", "E0407", "pick first { }", "nothing here to pick from");
  error_of_rule("group { range 3 to 1\n +1 }", "E0404", "range 3 to 1", "nothing fits");
  error_of_rule("for country { +1 }", "E0303", "country", "a condition");
}

static void included_rules_are_copies(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked, RECORD "rules r { +1 on page_view\n +2 when consent }\n"
                               "score a { decay 50% every 1 day\n include r }\n"
                               "score b { include r }");
  const struct rule *a = value_named(&checked, "a")->rules, *b = value_named(&checked, "b")->rules;
  assert_int_equal(a->kind, RULE_INCLUDE);
  assert_ptr_not_equal(a->rules, b->rules);
  assert_int_equal(a->rules->decay->kind, DECAY_RATE);
  assert_int_equal(b->rules->decay->kind, DECAY_NONE);
  assert_non_null(a->rules->next);
  assert_int_equal(checked.model.value_count, 2); /* the block itself is no value */
  check_clear(&checked);
}

static void errors_of_rules_are_told_once(void **state) {
  (void)state;
  only_error("rules r { +1 when nothing } score a { include r } score b { include r }", "E0204",
             "nothing", "nothing");
  only_error("rules r { +1 when nothing }", "E0204", "nothing", "nothing");
}

/* ---- define
 * ---------------------------------------------------------------------------------------- */

static void a_call_is_its_body_with_the_arguments(void **state) {
  (void)state;
  struct checked checked;
  check_valid(&checked,
              RECORD "define twice(x number) = x * 2\nlet a = twice(company_size)\n"
                     "let b = twice(3)\nlet c = count(page_view where twice(seconds) > 1)");
  const struct expr *call = value_named(&checked, "a")->expr;
  const struct expr *body = expr_resolved((struct expr *)(uintptr_t)call);
  assert_int_equal(body->kind, EXPR_ARITHMETIC);
  assert_int_equal(expr_resolved(body->left)->ref, REF_LEAD_FIELD);
  assert_true(value_named(&checked, "b")->expr->is_constant);
  assert_true(value_named(&checked, "b")->expr->number == 6);
  check_clear(&checked);
}

static void definitions_are_closed(void **state) {
  (void)state;
  only_error("define f(x number) = x + seconds let a = count(page_view where f(1) > 2)", "E0204",
             "seconds", "seconds");
  is_valid("define f(country number) = country + 1 let a = f(3)"); /* hides the lead's text */
  only_error("define seen(u text) = has(page_view where url is u)\n"
             "score s { +1 on form_submit where seen(form) }",
             "E0408", "u", "another event");
  is_valid("define seen(u text) = has(page_view where url is u)\n"
           "score s { +1 on form_submit where seen(country) }");
}

static void what_a_definition_needs_is_told_at_the_call(void **state) {
  (void)state;
  is_valid("define recent(d duration) = count(page_view within d) let a = recent(3 days)");
  only_error("define recent(d duration) = count(page_view within d) let a = recent(trial)", "E0307",
             "d", "must be a constant");
  only_error("define f(x number) = x let a = f(country)", "E0312", "country", "needs a number");
  only_error("define f(x number) = x let a = f(1, 2)", "E0311", "f(1, 2)", "takes one value");
  only_error("define f(x number) = x + country let a = f(1) let b = f(2)", "E0302", "+", "country");
  is_valid("define is_pro(p one of (free, pro, \"to be sold\")) = p is pro\n"
           "segment a when is_pro(plan) or is_pro(free)");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(settings_are_filled_in),
      cmocka_unit_test(without_settings_a_score_is_open_and_has_two_decimals),
      cmocka_unit_test(a_computed_unit_is_rounded_to_as_it_is_printed),
      cmocka_unit_test(settings_that_make_no_sense),
      cmocka_unit_test(modifiers_are_filled_in_the_order_written),
      cmocka_unit_test(a_rule_s_decay_replaces_the_score_s),
      cmocka_unit_test(counting_needs_events),
      cmocka_unit_test(modifiers_that_make_no_sense),
      cmocka_unit_test(points_are_numbers),
      cmocka_unit_test(groups_nest_and_have_ranges),
      cmocka_unit_test(included_rules_are_copies),
      cmocka_unit_test(errors_of_rules_are_told_once),
      cmocka_unit_test(a_call_is_its_body_with_the_arguments),
      cmocka_unit_test(definitions_are_closed),
      cmocka_unit_test(what_a_definition_needs_is_told_at_the_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

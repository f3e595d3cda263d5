/* test_math.c - the arithmetic against long double, and columns against scalars.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/math.h"
#include "base/math_machine.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed = 0x853c49e6748fea9bULL;

static uint64_t random_bits(void) { /* splitmix64 */
  uint64_t z = seed += 0x9e3779b97f4a7c15ULL;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
  return z ^ z >> 31;
}

static double random_between(double low, double high) {
  return low + (high - low) * ((double)(random_bits() >> 11) * 0x1p-53);
}

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

#define assert_same_bits(a, b) assert_int_equal(bits_of(a), bits_of(b))

/* The distance of y from the true value in units of y's last place. */
static double error_in_ulp(double y, long double truth) {
  double size = fabs((double)truth);
  double ulp = size < DBL_MIN ? 0x1p-1074 : ldexp(1, ilogb(size) - 52);
  return (double)(fabsl((long double)y - truth) / ulp);
}

static double worst_error(double (*ours)(double), long double (*truth)(long double), double low,
                          double high, int count) {
  double worst = 0;
  for (int i = 0; i < count; i++) {
    double x = random_between(low, high);
    double error = error_in_ulp(ours(x), truth(x));
    if (!(error <= worst)) /* NaN is worst of all */
      worst = error;
  }
  return worst;
}

#define assert_within_ulp(ours, truth, low, high) \
  assert_true(worst_error(ours, truth, low, high, 300000) < 1.0)

static void exp2_is_within_an_ulp(void **state) {
  (void)state;
  assert_within_ulp(math_exp2, exp2l, -1, 0);
  assert_within_ulp(math_exp2, exp2l, -40, 40);
  assert_within_ulp(math_exp2, exp2l, -1022, 1024);
  assert_within_ulp(math_exp2, exp2l, -1075, -1021);
  assert_within_ulp(math_exp2, exp2l, -1e-9, 1e-9);
}

static void exp2_is_exact_at_integers(void **state) {
  (void)state;
  for (int k = -1074; k < 1024; k++)
    assert_same_bits(math_exp2(k), ldexp(1, k));
}

static void exp2_underflows_and_overflows(void **state) {
  (void)state;
  assert_same_bits(math_exp2(-1075), 0.0); /* a tie, to even */
  assert_same_bits(math_exp2(nextafter(-1075, 0)), 0x1p-1074);
  assert_same_bits(math_exp2(-1074.5), 0x1p-1074);
  assert_same_bits(math_exp2(-1e300), 0.0);
  assert_same_bits(math_exp2(-INFINITY), 0.0);
  assert_same_bits(math_exp2(1024), INFINITY);
  assert_same_bits(math_exp2(INFINITY), INFINITY);
  assert_true(math_finite(math_exp2(nextafter(1024, 0))));
  assert_same_bits(math_exp2(-0.0), 1.0);
  assert_same_bits(math_exp2(0x1p-1074), 1.0);
  assert_true(isnan(math_exp2(NAN)));
}

static void exp_is_within_an_ulp(void **state) {
  (void)state;
  assert_within_ulp(math_exp, expl, -1, 1);
  assert_within_ulp(math_exp, expl, -40, 40);
  assert_within_ulp(math_exp, expl, -745, 709.78);
  assert_within_ulp(math_exp, expl, -1e-9, 1e-9);
}

static void exp_underflows_and_overflows(void **state) {
  (void)state;
  assert_same_bits(math_exp(0), 1.0);
  assert_same_bits(math_exp(-0.0), 1.0);
  assert_same_bits(math_exp(709.78271289338409), INFINITY);
  assert_true(math_finite(math_exp(709.78271289338397)));
  assert_same_bits(math_exp(-745.13321910194111), 0x1p-1074);
  assert_same_bits(math_exp(-745.13321910194122), 0.0);
  assert_same_bits(math_exp(1e300), INFINITY);
  assert_same_bits(math_exp(-1e300), 0.0);
  assert_same_bits(math_exp(-INFINITY), 0.0);
  assert_true(isnan(math_exp(NAN)));
}

static void logarithms_are_within_an_ulp(void **state) {
  (void)state;
  const double ranges[][2] = {{0.5, 2},           {0.99, 1.01},        {1 - 1e-9, 1 + 1e-9},
                              {1e-300, 1e-290},   {0x1p-1074, 1e-310}, {0, 1e300},
                              {0.70710, 0.70711}, {1.41420, 1.41422}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    assert_within_ulp(math_log2, log2l, ranges[i][0], ranges[i][1]);
    assert_within_ulp(math_log, logl, ranges[i][0], ranges[i][1]);
  }
}

static void logarithms_are_exact_where_they_can_be(void **state) {
  (void)state;
  for (int k = -1074; k < 1024; k++)
    assert_same_bits(math_log2(ldexp(1, k)), (double)k);
  assert_same_bits(math_log(1), 0.0);
}

static void logarithms_of_nothing_are_nan(void **state) {
  (void)state;
  const double none[] = {0.0, -0.0, -1, -INFINITY, INFINITY, NAN};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    assert_true(isnan(math_log2(none[i])));
    assert_true(isnan(math_log(none[i])));
  }
}

static const double whole_cases[] = {0.0,     0.5,          0.49999999999999994,
                                     1.0,     1.5,          2.5,
                                     0x1p51,  0x1p51 + 0.5, 0x1p52 - 0.5,
                                     0x1p52,  0x1p52 + 1,   0x1p53,
                                     0x1p63,  0x1p64,       1e300,
                                     DBL_MAX, DBL_MIN,      0x1p-1074,
                                     INFINITY};

static void check_whole(double x) {
  assert_same_bits(math_floor(x), floor(x));
  assert_same_bits(math_ceil(x), ceil(x));
  assert_same_bits(math_round(x), round(x));
}

static void rounding_agrees_with_the_c_library(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof whole_cases / sizeof *whole_cases; i++) {
    check_whole(whole_cases[i]);
    check_whole(-whole_cases[i]);
  }
  for (int i = 0; i < 300000; i++) {
    double x;
    uint64_t bits = random_bits();
    memcpy(&x, &bits, sizeof x);
    if (x == x)
      check_whole(x);
    check_whole(random_between(-1e4, 1e4));
  }
  assert_true(isnan(math_floor(NAN)) && isnan(math_ceil(NAN)) && isnan(math_round(NAN)));
}

static void square_roots_are_rounded_correctly(void **state) {
  (void)state;
  assert_same_bits(math_sqrt(2), 1.4142135623730951);
  assert_same_bits(math_sqrt(0x1p-1074), 0x1p-537);
  assert_same_bits(math_sqrt(-0.0), -0.0);
  assert_true(isnan(math_sqrt(-1)));
}

static void only_numbers_are_finite(void **state) {
  (void)state;
  assert_true(math_finite(DBL_MAX) && math_finite(-DBL_MAX) && math_finite(0x1p-1074));
  assert_false(math_finite(INFINITY) || math_finite(-INFINITY) || math_finite(NAN));
}

static void the_logistic_function_stays_between_0_and_1(void **state) {
  (void)state;
  assert_same_bits(math_logistic(0), 0.5);
  assert_same_bits(math_logistic(-1e4), 0.0);
  assert_same_bits(math_logistic(1e4), 1.0);
  assert_true(fabs(math_logistic(1) - 0.7310585786300049) < 1e-16);
}

static double to_hundredths(double x) {
  return math_round_to(x, (struct unit){1, 100});
}

static void rounding_to_a_unit_gives_the_nearest_decimal(void **state) {
  (void)state;
  assert_same_bits(to_hundredths(0.125), 0.13);
  assert_same_bits(to_hundredths(-0.125), -0.13);
  assert_same_bits(to_hundredths(33.333333333333336), 33.33);
  assert_same_bits(to_hundredths(0.1 + 0.2), 0.3);
  assert_same_bits(to_hundredths(-0.001), 0.0); /* never -0 */
  assert_same_bits(to_hundredths(-0.0), 0.0);
  assert_same_bits(to_hundredths(1e17 + 16), 1e17 + 16);
  assert_same_bits(to_hundredths(DBL_MAX), DBL_MAX);
  assert_same_bits(math_round_to(12.5, (struct unit){5, 1}), 15.0);
  assert_same_bits(math_round_to(12.4, (struct unit){5, 1}), 10.0);
  assert_same_bits(math_round_to(-12.5, (struct unit){5, 1}), -15.0);
  assert_same_bits(math_round_to(0.3, (struct unit){25, 100}), 0.25);
}

static void every_multiple_of_a_hundredth_is_a_fixed_point(void **state) {
  (void)state;
  for (int k = -200000; k <= 200000; k++)
    assert_same_bits(to_hundredths(k / 100.0), k == 0 ? 0.0 : k / 100.0);
}

#define DAY INT64_C(86400000000)

static struct decay decay_of(enum decay_kind kind, double rate, int64_t duration, double steps) {
  return (struct decay){kind, duration, rate, rate < 1 ? math_log2(1 - rate) : 0, steps};
}

static void a_half_life_halves(void **state) {
  (void)state;
  struct decay decay = decay_of(DECAY_RATE, 0.5, 30 * DAY, 1);
  assert_same_bits(math_decay(&decay, 0), 1.0);
  assert_same_bits(math_decay(&decay, 30 * DAY), 0.5);
  assert_same_bits(math_decay(&decay, 60 * DAY), 0.25);
  assert_true(fabs(math_decay(&decay, 15 * DAY) - sqrt(0.5)) < 1e-15);
  assert_same_bits(math_decay(&decay, INT64_C(1) << 58), 0.0);
}

static void the_ends_of_a_rate_are_defined(void **state) {
  (void)state;
  struct decay all = decay_of(DECAY_RATE, 1, DAY, 1), none = decay_of(DECAY_RATE, 0, DAY, 1);
  assert_same_bits(math_decay(&all, 0), 1.0);
  assert_same_bits(math_decay(&all, 1), 0.0);
  assert_same_bits(math_decay(&none, 1000 * DAY), 1.0);
  struct decay steps = decay_of(DECAY_RATE_STEPS, 1, DAY, 1);
  assert_same_bits(math_decay(&steps, DAY - 1), 1.0);
  assert_same_bits(math_decay(&steps, DAY), 0.0);
}

static void steps_change_at_their_boundaries(void **state) {
  (void)state;
  struct decay rate = decay_of(DECAY_RATE_STEPS, 0.5, DAY, 1);
  assert_same_bits(math_decay(&rate, DAY - 1), 1.0);
  assert_same_bits(math_decay(&rate, DAY), 0.5);
  assert_same_bits(math_decay(&rate, 2 * DAY - 1), 0.5);
  assert_same_bits(math_decay(&rate, 2 * DAY), 0.25);
  struct decay line = decay_of(DECAY_LINEAR_STEPS, 0, 90 * DAY, 3);
  assert_same_bits(math_decay(&line, 30 * DAY - 1), 1.0);
  assert_same_bits(math_decay(&line, 30 * DAY), 1 - 1.0 / 3);
  assert_same_bits(math_decay(&line, 90 * DAY - 1), 1 - 2.0 / 3);
  assert_same_bits(math_decay(&line, 90 * DAY), 0.0);
  assert_same_bits(math_decay(&line, 91 * DAY), 0.0);
}

static void lines_and_expiry_end_where_they_say(void **state) {
  (void)state;
  struct decay line = decay_of(DECAY_LINEAR, 0, 90 * DAY, 1);
  assert_same_bits(math_decay(&line, 0), 1.0);
  assert_same_bits(math_decay(&line, 45 * DAY), 0.5);
  assert_same_bits(math_decay(&line, 90 * DAY), 0.0);
  assert_same_bits(math_decay(&line, 900 * DAY), 0.0);
  struct decay expire = decay_of(DECAY_EXPIRE, 0, 90 * DAY, 1);
  assert_same_bits(math_decay(&expire, 90 * DAY), 1.0);
  assert_same_bits(math_decay(&expire, 90 * DAY + 1), 0.0);
}

#define LANES 259 /* no multiple of a vector */

/* Whatever this processor has, each variant gives the scalar's bits. */
static void check_column(const struct decay *decay, const int64_t *age) {
  double out[LANES];
  for (int machine = MATH_EVERY; machine <= (int)math_machine_best(); machine++) {
    math_decay_column_on((enum math_machine)machine, decay, out, age, LANES);
    for (size_t i = 0; i < LANES; i++)
      assert_same_bits(out[i], math_decay(decay, age[i]));
  }
  math_decay_column(decay, out, age, LANES);
  assert_same_bits(out[LANES - 1], math_decay(decay, age[LANES - 1]));
}

/* Ages around multiples of the duration (or of a step) and any others. */
static int64_t random_age(int64_t step, int64_t limit) {
  int64_t age = (int64_t)(random_bits() % (uint64_t)limit);
  if (random_bits() % 2)
    age = age / step * step + (int64_t)(random_bits() % 3) - 1;
  return age < 0 ? 0 : age;
}

static void columns_have_the_bits_of_scalars(void **state) {
  (void)state;
  const int64_t durations[] = {1, 3, 1000, DAY, 7 * DAY, 30 * DAY, 90 * DAY, INT64_C(1) << 53};
  const double rates[] = {0, 0.1, 0.5, 0.9999999, 1};
  const double steps[] = {1, 3, 90, 1000000007};
  const int64_t limits[] = {DAY, 400 * DAY, INT64_C(1) << 51, INT64_C(315500000000000000)};
  int64_t age[LANES];
  for (int i = 0; i < 3000; i++) {
    struct decay decay = decay_of((enum decay_kind)(random_bits() % 6), rates[random_bits() % 5],
                                  durations[random_bits() % 8], steps[random_bits() % 4]);
    int64_t step = decay.duration;
    if (decay.kind == DECAY_LINEAR_STEPS && step >= (int64_t)decay.steps)
      step /= (int64_t)decay.steps;
    int64_t limit = limits[random_bits() % 4];
    for (size_t k = 0; k < LANES; k++)
      age[k] = random_age(step, limit);
    check_column(&decay, age);
  }
}

static void the_exp2_column_has_the_bits_of_the_scalar(void **state) {
  (void)state;
  double x[LANES], out[LANES];
  for (int round = 0; round < 2000; round++) {
    for (size_t i = 0; i < LANES; i++)
      x[i] = i < 4 ? -1075 + (double)i / 2 : random_between(round % 2 ? -1100 : -3, 0);
    for (int machine = MATH_EVERY; machine <= (int)math_machine_best(); machine++) {
      math_exp2_column_on((enum math_machine)machine, out, x, LANES);
      for (size_t i = 0; i < LANES; i++)
        assert_same_bits(out[i], math_exp2(x[i]));
    }
  }
  math_exp2_column(out, x, LANES);
  assert_same_bits(out[0], math_exp2(x[0]));
}

/* Bits that every compiler, optimisation and machine must give. */
static void known_bits(void **state) {
  (void)state;
  uint64_t hash = 0;
  seed = 42;
  for (int i = 0; i < 100000; i++) {
    double x = random_between(-20, 20);
    const double results[] = {math_exp2(x), math_exp(x), math_log2(x * x), math_log(x * x),
                              math_logistic(x)};
    for (size_t k = 0; k < sizeof results / sizeof *results; k++)
      hash = (hash ^ bits_of(results[k])) * 0x9e3779b97f4a7c15ULL;
  }
  assert_int_equal(hash, UINT64_C(0x960ed0b217c0cff6));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exp2_is_within_an_ulp),
      cmocka_unit_test(exp2_is_exact_at_integers),
      cmocka_unit_test(exp2_underflows_and_overflows),
      cmocka_unit_test(exp_is_within_an_ulp),
      cmocka_unit_test(exp_underflows_and_overflows),
      cmocka_unit_test(logarithms_are_within_an_ulp),
      cmocka_unit_test(logarithms_are_exact_where_they_can_be),
      cmocka_unit_test(logarithms_of_nothing_are_nan),
      cmocka_unit_test(rounding_agrees_with_the_c_library),
      cmocka_unit_test(square_roots_are_rounded_correctly),
      cmocka_unit_test(only_numbers_are_finite),
      cmocka_unit_test(the_logistic_function_stays_between_0_and_1),
      cmocka_unit_test(rounding_to_a_unit_gives_the_nearest_decimal),
      cmocka_unit_test(every_multiple_of_a_hundredth_is_a_fixed_point),
      cmocka_unit_test(a_half_life_halves),
      cmocka_unit_test(the_ends_of_a_rate_are_defined),
      cmocka_unit_test(steps_change_at_their_boundaries),
      cmocka_unit_test(lines_and_expiry_end_where_they_say),
      cmocka_unit_test(columns_have_the_bits_of_scalars),
      cmocka_unit_test(the_exp2_column_has_the_bits_of_the_scalar),
      cmocka_unit_test(known_bits),
  };
  return cmocka_run_group_tests_name("math", tests, NULL, NULL);
}

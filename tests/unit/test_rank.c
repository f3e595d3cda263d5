/* test_rank.c - the number at a rank, beside that of a sorted list.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/rank.c" /* the command line is no library */

enum { MOST = 600 };

static int by_number(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void check(const double *numbers, size_t count) {
  double sorted[MOST];
  memcpy(sorted, numbers, count * sizeof *numbers);
  qsort(sorted, count, sizeof *sorted, by_number);
  for (size_t rank = 0; rank < count; rank++) {
    double number = rank_number(numbers, count, rank);
    assert_true(number == sorted[rank]);
    assert_false(number == 0 && signbit(number));
  }
}

static void of_a_few(void **state) {
  (void)state;
  static const double some[] = {0.5, -3, 0, -0.0, 1e300, -1e300, 0.1, 5e-324, -5e-324, 7, 7, 7};
  for (size_t count = 1; count <= sizeof some / sizeof *some; count++)
    check(some, count);
  static const double ends[] = {HUGE_VAL, -HUGE_VAL, 0, 1.7976931348623157e308};
  check(ends, 4);
}

/* Points as scores have them, numbers that differ in their last bits, and any bits at all. */
static void of_many(void **state) {
  (void)state;
  uint64_t seed = 11;
  for (int kind = 0; kind < 4; kind++)
    for (int round = 0; round < 10; round++) {
      double numbers[MOST];
      for (size_t i = 0; i < MOST; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = seed ^ seed >> 29;
        double steps = (double)(bits >> 40 & 0xff);
        numbers[i] = kind == 0 ? steps - 100 : kind == 1 ? steps / 3 : 1 + steps * 0x1p-52;
        if (kind == 3)
          memcpy(&numbers[i], &bits, sizeof bits);
        numbers[i] = isnan(numbers[i]) ? 1 : numbers[i];
      }
      check(numbers, MOST);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(of_a_few),
      cmocka_unit_test(of_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

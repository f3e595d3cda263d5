/* rank.c - the number at a rank, without sorting.
 *
 * The bits of a double, as an unsigned number, are in the order of what they
 * stand for, once the sign is turned: of negative ones all bits, of others the
 * first (IEEE 754, total order).  So the number is found digit by digit, from
 * the highest: each pass counts the digits that stand behind what is known.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/rank.h"

#include <stdint.h>
#include <string.h>

#define SIGN       (UINT64_C(1) << 63)
#define DIGIT_BITS 11
#define DIGITS     (1 << DIGIT_BITS)
#define TOP_SHIFT  55 /* of the highest digit, which has nine bits; then 44, 33, 22, 11, 0 */

static uint64_t bits_of(double number) {
  uint64_t bits;
  number += 0.0; /* makes 0 of -0 */
  memcpy(&bits, &number, sizeof bits);
  return bits & SIGN ? ~bits : bits | SIGN;
}

static double number_of(uint64_t bits) {
  double number;
  bits = bits & SIGN ? bits & ~SIGN : ~bits;
  memcpy(&number, &bits, sizeof number);
  return number;
}

double rank_number(const double *numbers, size_t count, size_t rank) {
  uint64_t known = 0, mask = 0;
  for (int shift = TOP_SHIFT; shift >= 0; shift -= DIGIT_BITS) {
    size_t counts[DIGITS] = {0};
    for (size_t i = 0; i < count; i++) {
      uint64_t bits = bits_of(numbers[i]);
      counts[bits >> shift & (DIGITS - 1)] += (bits & mask) == known;
    }
    uint64_t digit = 0;
    for (; rank >= counts[digit]; digit++)
      rank -= counts[digit];
    known |= digit << shift;
    mask |= (uint64_t)(DIGITS - 1) << shift;
  }
  return number_of(known);
}

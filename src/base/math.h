/* math.h - arithmetic with the same bits on every platform.
 *
 * libm's functions differ between platforms, so the transcendental ones are
 * written here from additions and multiplications in a fixed order (compiled
 * with -ffp-contract=off).  They are within 1 ulp of the true value (a test
 * holds them against long double), monotone where the true function is at the
 * points that people see, and exact where the true value is a double:
 * math_exp2 at integers, math_log2 at powers of two.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_MATH_H
#define BAREME_BASE_MATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double math_exp2(double x); /* 0 below -1075, infinite from 1024 */
double math_log2(double x); /* x > 0, finite; else NaN */
double math_exp(double x);
double math_log(double x);
double math_sqrt(double x); /* correctly rounded, as IEEE 754 says */
double math_floor(double x);
double math_ceil(double x);
double math_round(double x);    /* half away from zero */
double math_logistic(double x); /* 1 / (1 + e^-x) */
bool math_finite(double x);

/* out[i] = math_exp2(x[i]), the same bits, for a column: branch-free, so that
 * compilers vectorise it.  x[i] must lie in [-1100, 0]. */
void math_exp2_column(double *restrict out, const double *restrict x, size_t count);

/* A unit to round to, kept as the decimal that was written: numerator divided
 * by denominator, the denominator a power of ten (1/100 for 0.01, 5/1). */
struct unit {
  double numerator, denominator; /* both whole, > 0 */
};

/* The multiple of the unit that is nearest to x, half away from zero, as the
 * double nearest to that decimal: q = x * denominator / numerator, k = q
 * rounded, result k * numerator / denominator.  Never -0.  If q is at or above
 * 2^52, x has no digits to lose and is returned. */
double math_round_to(double x, struct unit unit);

/* The decay of section 5 of the language, with age and duration in
 * microseconds, age >= 0, duration > 0. */
enum decay_kind {
  DECAY_NONE,         /* 1 */
  DECAY_RATE,         /* (1-P)^(a/D)               = exp2((a/D) * rate_log2) */
  DECAY_RATE_STEPS,   /* (1-P)^floor(a/D) */
  DECAY_LINEAR,       /* max(0, 1 - a/D) */
  DECAY_LINEAR_STEPS, /* max(0, 1 - floor(a*N/D)/N) */
  DECAY_EXPIRE        /* 1 while a <= D, then 0 */
};

struct decay {
  enum decay_kind kind;
  int64_t duration; /* D, microseconds */
  double rate;      /* P as written, 0 to 1 */
  double rate_log2; /* math_log2(1 - P); -infinity is not used: P = 1 has rate 1 */
  double steps;     /* N, whole, >= 1 */
};

/* One factor, the judge of all: for DECAY_RATE with P = 1 it is 1 at age 0
 * and 0 after; floors are of exact integer quotients. */
double math_decay(const struct decay *decay, int64_t age);

/* out[i] = math_decay(decay, age[i]), the same bits. */
void math_decay_column(const struct decay *decay, double *restrict out, const int64_t *restrict age,
                       size_t count);

#endif

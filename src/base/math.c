/* math.c - arithmetic with the same bits on every platform.
 *
 * Everything is made of additions, multiplications, divisions and comparisons
 * of doubles, each rounded as IEEE 754 says, in a fixed order; the compiler
 * may neither fuse nor reorder them (-ffp-contract=off, no fast-math).  So a
 * scalar function and its column agree bit for bit, however wide the vectors.
 *
 * The method is the classical one.  A number is split into a power of two,
 * which is exact, and a rest of small range, for which a polynomial does.  The
 * polynomials were fitted with Sollya's fpminimax; the comment at each gives
 * the command and its error.  What is rounded last is a large term plus a
 * small one, and what the large one's own rounding lost is in the small one,
 * which keeps the total below one unit in the last place (measured: exp2
 * 0.88, exp 0.91, log2 and log 0.9 ulp at most).
 *
 * Columns are plain loops without branches, compiled three times for x86: for
 * every machine, for AVX2 and for AVX-512, chosen at the call.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/math.h"

#include "base/math_machine.h"

#include <float.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be computed as doubles");

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

ALWAYS_INLINE double double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#define SIGN         UINT64_C(0x8000000000000000)
#define NOT_A_NUMBER double_of(UINT64_C(0x7ff8000000000000))
#define INFINITE     double_of(UINT64_C(0x7ff0000000000000))

bool math_finite(double x) {
  return (bits_of(x) & ~SIGN) < UINT64_C(0x7ff0000000000000);
}

/* ---- whole numbers ---------------------------------------------------------
 *
 * From 2^52 on every double is whole.  Below, adding 2^52 leaves no room for a
 * fraction: the sum is rounded to a whole number, and subtracting is exact. */

#define WHOLE 0x1p52

ALWAYS_INLINE double floor_positive(double x) { /* 0 <= x <= 2^52 */
  double near = (x + WHOLE) - WHOLE;
  return near > x ? near - 1 : near;
}

ALWAYS_INLINE double magnitude(double x) {
  return double_of(bits_of(x) & ~SIGN);
}

ALWAYS_INLINE double with_sign(double x, double sign) {
  return double_of(bits_of(x) | (bits_of(sign) & SIGN));
}

double math_floor(double x) {
  double size = magnitude(x);
  if (!(size < WHOLE)) /* whole, infinite, NaN */
    return x;
  double below = floor_positive(size);
  bool up = bits_of(x) & SIGN && below != size;
  return with_sign(up ? below + 1 : below, x);
}

double math_ceil(double x) {
  return -math_floor(-x);
}

double math_round(double x) {
  double size = magnitude(x);
  if (!(size < WHOLE))
    return x;
  double below = floor_positive(size);
  return with_sign(size - below >= 0.5 ? below + 1 : below, x);
}

/* Without branches, so that a column of them is vector code. */
ALWAYS_INLINE double round_to(double x, struct unit unit) {
  double quotient = x * unit.denominator / unit.numerator;
  bool has_fraction = magnitude(quotient) < WHOLE;
  double size = has_fraction ? magnitude(quotient) : 0;
  double below = floor_positive(size);
  double whole = with_sign(size - below >= 0.5 ? below + 1 : below, quotient);
  double multiple = whole * unit.numerator / unit.denominator;
  return (has_fraction ? multiple : x) + 0.0; /* -0 + 0 = 0 */
}

double math_round_to(double x, struct unit unit) {
  return round_to(x, unit);
}

/* One instruction where there is one (-fno-math-errno, as the build has it);
 * IEEE 754 leaves no choice of the result. */
double math_sqrt(double x) {
  return __builtin_sqrt(x);
}

/* ---- powers of two ---------------------------------------------------------
 *
 *     2^x = 2^k * 2^r,   k whole, |r| <= 1/2
 *     2^r = 1 + r ln 2 + r^2 q(r)
 */

#define LN2 0x1.62e42fefa39efp-1

/* Adding it rounds to a whole number, which is then in the sum's low bits. */
#define ROUNDER 0x1.8p52

/* q(r), by Estrin's scheme: short chains, so that a scalar does not wait.
 *
 *     fpminimax(2^x - 1 - x * round(log(2), D, RN), [|2,...,11|], [|D...|],
 *               [-0.5, 0.5], floating, absolute)       error 2^-57.4 of 2^x */
ALWAYS_INLINE double exp2_rest(double r, double r2) {
  double r4 = r2 * r2;
  double a = 0x1.ebfbdff82c5ap-3 + 0x1.c6b08d704a154p-5 * r;
  double b = 0x1.3b2ab6fba0917p-7 + 0x1.5d87fe7892f75p-10 * r;
  double c = 0x1.4309130d9576p-13 + 0x1.ffcbfcaa0d302p-17 * r;
  double d = 0x1.62bfca420ad84p-20 + 0x1.b5248700f51b3p-24 * r;
  double e = 0x1.e61760ed41688p-28 + 0x1.ea6c2f426491ap-32 * r;
  return (a + b * r2) + ((c + d * r2) + e * r4) * r4;
}

/* 2^(r + tail), where the tail is less than r's last place.  A tail of -0.0
 * costs nothing: adding it changes no double, and compilers know. */
ALWAYS_INLINE double exp2_fraction(double r, double tail) {
  double r2 = r * r;
  double lead = r * LN2;
  double rest = r2 * exp2_rest(r, r2) + tail * LN2;
  double sum = 1 + lead;
  double lost = (1 - sum) + lead; /* exact, as 1 is larger than lead */
  return sum + (lost + rest);
}

/* 2^k for what `x + ROUNDER` holds, -1022 <= k + shift <= 1023. */
ALWAYS_INLINE double power_of_two(double rounded, int shift) {
  return double_of((bits_of(rounded) + (uint64_t)(1023 + shift)) << 52);
}

/* Results below 2^-1022 have fewer digits and must be rounded once: the first
 * factor keeps clear of them by 2^100, the second one then rounds. */
#define CLEAR         100
#define CLEAR_FACTOR  0x1p100
#define CLEAR_INVERSE 0x1p-100

ALWAYS_INLINE double exp2_negative(double x) { /* -1100 <= x <= 0 */
  double rounded = x + ROUNDER;
  double r = x - (rounded - ROUNDER);
  return exp2_fraction(r, -0.0) * power_of_two(rounded, CLEAR) * CLEAR_INVERSE;
}

/* 2^(x + tail) for -1100 <= x <= 1024. */
static double exp2_any(double x, double tail) {
  double rounded = x + ROUNDER;
  double r = x - (rounded - ROUNDER);
  double near = r + tail;
  double fraction = exp2_fraction(near, (r - near) + tail);
  if (rounded > ROUNDER)
    return fraction * power_of_two(rounded, -CLEAR) * CLEAR_FACTOR;
  return fraction * power_of_two(rounded, CLEAR) * CLEAR_INVERSE;
}

double math_exp2(double x) {
  if (x != x)
    return x;
  if (x >= 1024)
    return INFINITE;
  if (x <= -1075)
    return 0;
  return x <= 0 ? exp2_negative(x) : exp2_any(x, -0.0);
}

/* 1 / ln 2 in two parts; a double times the first is exact in two pieces. */
#define LOG2E_HIGH 0x1.7154768p0
#define LOG2E_LOW  -0x1.6a3e80f444178p-27
#define LOG2E      0x1.71547652b82fep0

/* The first 26 bits: a product with a number of 26 or 27 bits is exact. */
static double leading_bits(double x) {
  return double_of(bits_of(x) & ~UINT64_C(0x7ffffff));
}

/* e^x = 2^(x / ln 2), the exponent in two doubles. */
double math_exp(double x) {
  if (x != x)
    return x;
  if (x > 709.79) /* e^709.79 is above the largest double */
    return INFINITE;
  if (x < -745.14) /* e^-745.14 is below half of the smallest */
    return 0;
  double high = leading_bits(x), low = x - high;
  double exponent = x * LOG2E;
  double tail = ((high * LOG2E_HIGH - exponent) + low * LOG2E_HIGH) + x * LOG2E_LOW;
  return exp2_any(exponent, tail);
}

double math_logistic(double x) {
  return 1 / (1 + math_exp(-x));
}

/* ---- logarithms ------------------------------------------------------------
 *
 *     x = 2^k * (1 + f),   sqrt(1/2) <= 1 + f < sqrt(2)
 *     s = f / (2 + f)
 *     ln(1 + f) = 2 atanh(s) = f - (h - s * (h + R(s^2))),   h = f^2 / 2
 */

struct logarithm {
  double k, f, h, rest; /* ln(x) = k ln 2 + f - (h - rest) */
};

/*     fpminimax((2 * atanh(sqrt(x)) / sqrt(x) - 2) / x, [|0,...,6|], [|D...|],
 *               [2^-30, 0.0295], floating, absolute)     error 2^-56.6 of 2 */
static double log_series(double z) {
  double z2 = z * z;
  double odd = 0x1.5555555555558p-1 +
               z2 * (0x1.2492492e0c875p-2 + z2 * (0x1.7462bfebe847p-3 + z2 * 0x1.2b6a94c8ac386p-3));
  double even = 0x1.9999999995239p-2 + z2 * (0x1.c71c62bf42ed4p-3 + z2 * 0x1.39fce62a8101p-3);
  return z * (odd + z * even);
}

#define SQRT_HALF_BITS UINT64_C(0x3fe6a09e667f3bcd)
#define ONE_BITS       UINT64_C(0x3ff0000000000000)
#define FRACTION_BITS  UINT64_C(0x000fffffffffffff)

static struct logarithm logarithm_of(double x) { /* positive and finite */
  struct logarithm log = {0};
  if (x < DBL_MIN) { /* fewer digits: make it an ordinary number */
    x *= 0x1p54;
    log.k = -54;
  }
  /* Moves sqrt(1/2) to 1, so that the exponent counts from there. */
  uint64_t bits = bits_of(x) + (ONE_BITS - SQRT_HALF_BITS);
  log.k += (double)((int)(bits >> 52) - 1023);
  log.f = double_of((bits & FRACTION_BITS) + SQRT_HALF_BITS) - 1;
  double s = log.f / (2 + log.f);
  log.h = 0.5 * log.f * log.f;
  log.rest = s * (log.h + log_series(s * s));
  return log;
}

static bool has_logarithm(double x) {
  return x > 0 && math_finite(x);
}

double math_log2(double x) {
  if (!has_logarithm(x))
    return NOT_A_NUMBER;
  struct logarithm log = logarithm_of(x);
  /* ln(1 + f) in two parts, the first short enough that its product with the
   * first part of 1 / ln 2 is exact. */
  double high = leading_bits(log.f - log.h);
  double low = ((log.f - high) - log.h) + log.rest;
  double lead = high * LOG2E_HIGH;
  double rest = (low + high) * LOG2E_LOW + low * LOG2E_HIGH;
  double sum = log.k + lead;
  return sum + (((log.k - sum) + lead) + rest);
}

/* ln 2 in two parts: the first has 32 bits, so that k times it is exact. */
#define LN2_HIGH 0x1.62e42ffp-1
#define LN2_LOW  -0x1.718432a1b0e26p-35

double math_log(double x) {
  if (!has_logarithm(x))
    return NOT_A_NUMBER;
  struct logarithm log = logarithm_of(x);
  return log.k * LN2_HIGH - ((log.h - (log.rest + log.k * LN2_LOW)) - log.f);
}

/* ---- decay -----------------------------------------------------------------
 *
 * The functions here are shared by the scalar and the column, each for one
 * kind; `_exact` is for any age, the rest for what a column was checked to
 * hold. */

/* An exponent lower than this has underflowed to 0 anyway. */
#define LOWEST_EXPONENT -1100.0

ALWAYS_INLINE double rate_factor(double periods, double rate_log2) {
  double exponent = periods * rate_log2;
  return exp2_negative(exponent < LOWEST_EXPONENT ? LOWEST_EXPONENT : exponent);
}

/* Age and duration as doubles, `native` where the machine converts vectors of
 * 64-bit integers itself.  Elsewhere each half is put into the digits of a
 * double with a fitting exponent; the sum rounds once, as a conversion does. */
ALWAYS_INLINE double age_as_double(int64_t age, bool native) {
  if (native)
    return (double)age;
  uint64_t bits = (uint64_t)age;
  double high = double_of(bits >> 32 | UINT64_C(0x4530000000000000));         /* 2^84 + .. */
  double low = double_of((bits & 0xffffffff) | UINT64_C(0x4330000000000000)); /* 2^52 + .. */
  return (high - (0x1p84 + 0x1p52)) + low;
}

ALWAYS_INLINE double linear_factor(double periods) {
  return periods < 1 ? 1 - periods : 0;
}

ALWAYS_INLINE double expire_factor(int64_t age, int64_t duration) {
  return age <= duration ? 1.0 : 0.0;
}

/* A rate of 1 leaves nothing: its logarithm is no number to calculate with. */
static double rate_exact(const struct decay *decay, double periods) {
  if (decay->rate >= 1)
    return periods > 0 ? 0 : 1;
  return rate_factor(periods, decay->rate_log2);
}

__extension__ typedef unsigned __int128 wide;

static double linear_steps_exact(const struct decay *decay, int64_t age) {
  if (age >= decay->duration)
    return 0;
  uint64_t steps = decay->steps < 0x1p53 ? (uint64_t)decay->steps : UINT64_C(1) << 53;
  uint64_t done = (uint64_t)((wide)(uint64_t)age * steps / (uint64_t)decay->duration);
  return 1 - (double)done / decay->steps;
}

double math_decay(const struct decay *decay, int64_t age) {
  double periods = (double)age / (double)decay->duration;
  switch (decay->kind) {
  case DECAY_RATE: return rate_exact(decay, periods);
  case DECAY_RATE_STEPS: return rate_exact(decay, (double)(age / decay->duration));
  case DECAY_LINEAR: return linear_factor(periods);
  case DECAY_LINEAR_STEPS: return linear_steps_exact(decay, age);
  case DECAY_EXPIRE: return expire_factor(age, decay->duration);
  case DECAY_NONE: break;
  }
  return 1;
}

/* The floor of the rounded quotient of two whole numbers a and d, both exact
 * as doubles and a below 2^52, is the floor of the true one: a quotient that
 * is not whole lies 1/d or more below the next whole number q, and as q * d is
 * at most 2^52, that is more than the rounding can bridge. */
ALWAYS_INLINE double whole_quotient(double a, double d) {
  return floor_positive(a / d);
}

ALWAYS_INLINE void decay_loop(const struct decay *decay, double *restrict out,
                              const int64_t *restrict age, size_t count, bool native) {
  double duration = (double)decay->duration, rate_log2 = decay->rate_log2, steps = decay->steps;
  switch (decay->kind) {
  case DECAY_RATE:
    for (size_t i = 0; i < count; i++)
      out[i] = rate_factor(age_as_double(age[i], native) / duration, rate_log2);
    break;
  case DECAY_RATE_STEPS:
    for (size_t i = 0; i < count; i++)
      out[i] = rate_factor(whole_quotient(age_as_double(age[i], native), duration), rate_log2);
    break;
  case DECAY_LINEAR:
    for (size_t i = 0; i < count; i++)
      out[i] = linear_factor(age_as_double(age[i], native) / duration);
    break;
  case DECAY_LINEAR_STEPS:
    for (size_t i = 0; i < count; i++) {
      double ended = age_as_double(age[i], native);
      ended = ended < duration ? ended : duration;
      out[i] = 1 - whole_quotient(ended * steps, duration) / steps;
    }
    break;
  case DECAY_EXPIRE:
    for (size_t i = 0; i < count; i++)
      out[i] = expire_factor(age[i], decay->duration);
    break;
  case DECAY_NONE:
    for (size_t i = 0; i < count; i++)
      out[i] = 1;
    break;
  }
}

ALWAYS_INLINE void exp2_loop(double *restrict out, const double *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = exp2_negative(x[i]);
}

/* ---- columns ----------------------------------------------------------------
 *
 * No variant may have fused multiply-add at its disposal and use it: the flags
 * of the build forbid it, and a test compares the bits of column and scalar. */

#define COLUMNS(suffix, target, native)                                                            \
  target static void decay_##suffix(const struct decay *decay, double *restrict out,               \
                                    const int64_t *restrict age, size_t count) {                   \
    decay_loop(decay, out, age, count, native);                                                    \
  }                                                                                                \
  target static void exp2_##suffix(double *restrict out, const double *restrict x, size_t count) { \
    exp2_loop(out, x, count);                                                                      \
  }                                                                                                \
  target static void round_to_##suffix(struct unit unit, double *restrict out,                     \
                                       const double *restrict x, size_t count) {                   \
    for (size_t i = 0; i < count; i++)                                                             \
      out[i] = round_to(x[i], unit);                                                               \
  }

COLUMNS(every, , false)

#ifdef __x86_64__
COLUMNS(avx2, __attribute__((target("avx2"))), false)
COLUMNS(avx512, __attribute__((target("avx512dq,avx512vl"))), true)

/* Tests of bits that the start of the program has set.  All that the kernels of
 * the machine (src/vm) are compiled for belongs to it, not only what is used here. */
#define HAS(feature) (__builtin_cpu_supports(feature) != 0)
#define HAS_AVX2     (HAS("avx2") && HAS("bmi") && HAS("bmi2") && HAS("popcnt"))
#define HAS_AVX512                                                                        \
  (HAS_AVX2 && HAS("avx512f") && HAS("avx512bw") && HAS("avx512cd") && HAS("avx512dq") && \
   HAS("avx512vl"))
#else
#define decay_avx2      decay_every
#define decay_avx512    decay_every
#define exp2_avx2       exp2_every
#define exp2_avx512     exp2_every
#define round_to_avx2   round_to_every
#define round_to_avx512 round_to_every
#define HAS_AVX2        false
#define HAS_AVX512      false
#endif

enum math_machine math_machine_best(void) {
  return HAS_AVX512 ? MATH_AVX512 : HAS_AVX2 ? MATH_AVX2 : MATH_EVERY;
}

void math_exp2_column_on(enum math_machine machine, double *restrict out, const double *restrict x,
                         size_t count) {
  switch (machine) {
  case MATH_AVX512: exp2_avx512(out, x, count); break;
  case MATH_AVX2: exp2_avx2(out, x, count); break;
  case MATH_EVERY: exp2_every(out, x, count); break;
  }
}

void math_exp2_column(double *restrict out, const double *restrict x, size_t count) {
  math_exp2_column_on(math_machine_best(), out, x, count);
}

void math_round_to_column_on(enum math_machine machine, struct unit unit, double *restrict out,
                             const double *restrict x, size_t count) {
  switch (machine) {
  case MATH_AVX512: round_to_avx512(unit, out, x, count); break;
  case MATH_AVX2: round_to_avx2(unit, out, x, count); break;
  case MATH_EVERY: round_to_every(unit, out, x, count); break;
  }
}

/* Whether whole_quotient is exact for all of the column.  Ages of 2^52
 * microseconds, 142 years, are mistakes in the data, but must not change the
 * result; the other kinds need no such care. */
static bool quotients_fit(const struct decay *decay, const int64_t *age, size_t count) {
  if (decay->kind == DECAY_LINEAR_STEPS)
    return (double)decay->duration * decay->steps < WHOLE;
  if (decay->kind != DECAY_RATE_STEPS)
    return true;
  int64_t any = 0;
  for (size_t i = 0; i < count; i++)
    any |= age[i];
  return any >> 52 == 0;
}

void math_decay_column_on(enum math_machine machine, const struct decay *decay,
                          double *restrict out, const int64_t *restrict age, size_t count) {
  bool rate = decay->kind == DECAY_RATE || decay->kind == DECAY_RATE_STEPS;
  if ((rate && decay->rate >= 1) || !quotients_fit(decay, age, count)) {
    for (size_t i = 0; i < count; i++)
      out[i] = math_decay(decay, age[i]);
    return;
  }
  switch (machine) {
  case MATH_AVX512: decay_avx512(decay, out, age, count); break;
  case MATH_AVX2: decay_avx2(decay, out, age, count); break;
  case MATH_EVERY: decay_every(decay, out, age, count); break;
  }
}

void math_decay_column(const struct decay *decay, double *restrict out, const int64_t *restrict age,
                       size_t count) {
  math_decay_column_on(math_machine_best(), decay, out, age, count);
}

/* number_format.c - the shortest text of a number, fast for what scores are.
 *
 * Most numbers that are written are whole, or have two decimals, since scores
 * are rounded to 0.01: both are tried first and cost a few instructions.  The
 * rest is found by Raffaello Giulietti's algorithm ("The Schubfach way to
 * render doubles", 2020): a double stands for all numbers that are nearer to
 * it than to its neighbours; scaled by a power of ten, that interval is longer
 * than 1 and shorter than 10, so that of the few whole numbers in it one is the
 * shortest text.
 *
 *      10 q     lower    value    upper      10 q + 10
 *   -----+--------|--------+--------|------------+-----   a multiple of ten, if
 *                     whole  whole + 1                    one is inside; else the
 *                                                         nearest whole number
 *
 * From 0.000001 to 2^52 the powers of ten that are needed are below 10^22,
 * their odd part fits in one word, and the scaling is one exact product of two
 * words.  What lies outside goes to <charconv>, which gives the same text for
 * all doubles; a test compares them.
 *
 * What nobody can guess must not be a branch: how many digits there are, which
 * of the candidates it is, the sign.  Digits are made eight at a time, in the
 * bytes of a word, and shifted to where they belong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <stdint.h>
#include <string.h>

#include "base/number_rare.h"
#include "base/words.h"

/* ---- digits --------------------------------------------------------------------- */

#define EIGHT   UINT64_C(100000000)         /* 10^8 */
#define SIXTEEN UINT64_C(10000000000000000) /* 10^16 */

/* The digits of a number below 10^8 as the bytes of a word, each 0 to 9: first
 * two halves side by side, then four pairs, then eight digits.  Each step finds
 * quotients by a product, and puts what is left of each behind it by another:
 * of x = 100 q + r, x * 2^16 - q * (100 * 2^16 - 1) is r * 2^16 + q. */
static inline uint64_t eight_digits(uint64_t number) {
  uint64_t halves = number * 109951163 >> 40;
  halves = (number << 32) - halves * ((UINT64_C(10000) << 32) - 1);
  uint64_t pairs = halves * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
  pairs = (halves << 16) - pairs * ((100 << 16) - 1);
  uint64_t digits = pairs * 103 >> 10 & UINT64_C(0x000f000f000f000f);
  return (pairs << 8) - digits * ((10 << 8) - 1);
}

/* How many bits to shift by to lose leading zeros, but keep the bytes from
 * `least` on. */
static inline unsigned leading_zeros(uint64_t digits, unsigned least) {
  return (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 8 * least) & ~7u;
}

/* Bytes of a word up to the last one that is not 0; the word is not 0. */
static inline size_t used_bytes(uint64_t word) {
  return 8 - (size_t)__builtin_clzll(word) / 8;
}

/* A whole number below 10^16, of which most that are written are below 100.  What
 * is written behind the length does not count, here and in all that follows. */
static inline size_t put_whole(char *out, uint64_t number) {
  if (number < 100) {
    unsigned two = (unsigned)number, tens = two * 103 >> 10, ones = two - 10 * tens;
    out[0] = (char)('0' + (tens ? tens : ones));
    out[1] = (char)('0' + ones);
    return 1 + (tens > 0);
  }
  uint64_t first = eight_digits(number < EIGHT ? number : number / EIGHT);
  unsigned zeros = leading_zeros(first, 7);
  size_t length = 8 - zeros / 8;
  word_store(out, (first | WORD_OF('0')) >> zeros);
  if (number < EIGHT)
    return length;
  word_store(out + length, eight_digits(number % EIGHT) | WORD_OF('0'));
  return length + 8;
}

/* A number of hundredths below 10^8 that is not whole. */
static inline size_t put_hundredths(char *out, uint64_t hundredths) {
  uint64_t digits = eight_digits(hundredths), text = digits | WORD_OF('0');
  unsigned zeros = leading_zeros(digits, 5);
  size_t whole = 6 - zeros / 8;
  word_store(out, text >> zeros);
  out[whole] = '.';
  out[whole + 1] = (char)(text >> 48);
  out[whole + 2] = (char)(text >> 56);
  return whole + 2 + (digits >> 56 != 0);
}

/* ---- the shortest decimal ---------------------------------------------------------- */

#define FRACTION_BITS   52
#define EXPONENT_OF_ONE 1023
#define LEAST_PLAIN     1e-6
#define ABOVE_ALL_PLAIN 0x1p52 /* from there on doubles have no fraction */

struct decimal {                /* of 17 digits, or 16: then `first` is 0 */
  uint64_t first, middle, last; /* a digit, eight, and eight */
  int whole;                    /* how many are before the point; 0 and less: none */
};

/* 10^n as a word whose highest bit is set, for n = 0 …: 5^n, shifted. */
static const uint64_t powers[] = {
    0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
    0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
    0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000,
};

/* Of a number from LEAST_PLAIN to 2^52 that is not whole: the interval is scaled
 * so that it is longer than 1 and shorter than 10.  As a double has 53 bits, the
 * value then has 16 or 17 digits before its point, and behind it at most 51 bits,
 * as half the interval has: a word with four bits before the point holds both
 * exactly.
 *
 * That the number is not whole makes what follows short.  An end of the interval
 * is an odd multiple of a power of two below 1, so it is no whole number, and it
 * does not matter whether the ends belong to the interval.  Half of it is more
 * than 1/2, so the nearest whole number is inside, and less than 5, so one
 * multiple of ten is at most.  A power of two, whose interval is shorter below,
 * has 14 digits at most (2^-19): it is a multiple of ten itself. */
struct scaled {
  uint64_t whole, fraction; /* the value */
  uint64_t half;            /* of the interval: four bits before the point */
};

/* From the value's whole part to the shortest number, which may be below it. */
static inline uint64_t step_to_shortest(struct scaled scaled) {
  uint64_t digit = scaled.whole % 10, odd = scaled.whole & 1;
  uint64_t beyond = digit << 60 | scaled.fraction >> 4; /* the last multiple of ten */
  /* The nearer multiple, and from its interval's lower end to the value. */
  uint64_t is_next = (beyond + (UINT64_C(3) << 60)) >> 63; /* from 5 on */
  uint64_t from_lower = beyond - is_next * (UINT64_C(10) << 60) + scaled.half;
  uint64_t is_ten = -(uint64_t)(from_lower < 2 * scaled.half); /* all ones, if true: no branch */
  /* The nearer whole number; a tie goes to the even one. */
  uint64_t is_above = ((scaled.fraction >> 1) + (UINT64_C(1) << 62) - 1 + odd) >> 63;
  return ((10 * is_next - digit) & is_ten) | (is_above & ~is_ten);
}

static inline struct decimal find_shortest(uint64_t bits) {
  __extension__ typedef unsigned __int128 product;
  uint64_t hidden = UINT64_C(1) << FRACTION_BITS;
  uint64_t significand = (bits & (hidden - 1)) | hidden;
  int exponent = (int)(bits >> FRACTION_BITS) - 1075; /* number = significand * 2^exponent */
  /* The interval's length is at least 10^-ten and below 10^(1 - ten). */
  int ten = (-exponent * 1262611 + (1 << 22) - 1) >> 22;
  int shift = exponent + (ten * 1741647 >> 19) + 1; /* floor(log2(10^ten)); 1 to 4 */
  product value = (product)powers[ten] * (significand << shift);
  struct scaled scaled = {(uint64_t)(value >> 64), (uint64_t)value, powers[ten] >> (5 - shift)};
  /* Only the last digits hang on the step, so the others need not wait for it. */
  uint64_t nine = scaled.whole / EIGHT, first = scaled.whole / SIXTEEN;
  uint64_t last = scaled.whole - nine * EIGHT + step_to_shortest(scaled);
  if (last >= EIGHT) { /* once in ten millions */
    last -= EIGHT;
    first = ++nine / EIGHT;
  }
  return (struct decimal){first, nine - first * EIGHT, last, (first ? 17 : 16) - ten};
}

struct digits { /* of a decimal, in a row; `length` of them up to the last that is not 0 */
  uint64_t begin, then, end;
  size_t length;
};

static inline struct digits line_up(struct decimal decimal) {
  uint64_t middle = eight_digits(decimal.middle), last = eight_digits(decimal.last);
  uint64_t has_first = decimal.first != 0, one = 8 * has_first, kept = -has_first;
  size_t length = last ? 8 + used_bytes(last) : middle ? used_bytes(middle) : 0;
  middle |= WORD_OF('0');
  last |= WORD_OF('0');
  return (struct digits){
      .begin = ((decimal.first | '0') & kept) | middle << one,
      .then = (middle >> 56 & kept) | last << one,
      .end = last >> 56 & kept,
      .length = has_first + length,
  };
}

/* With none of them, or 8 and more, before the point. */
static size_t put_apart(char *out, struct digits digits, int whole) {
  size_t zeros = whole < 0 ? (size_t)-whole : 0;
  memcpy(out, "0.000000", 8); /* no more: LEAST_PLAIN */
  char *to = whole <= 0 ? out + 2 + zeros : out;
  word_store(to, digits.begin);
  word_store(to + 8, digits.then);
  to[16] = (char)digits.end;
  if (whole <= 0)
    return 2 + zeros + digits.length;
  memmove(out + whole + 1, out + whole, 9); /* 8 digits or more are before it */
  out[whole] = '.';
  return digits.length + 1;
}

static inline size_t put_decimal(char *out, struct decimal decimal) {
  struct digits digits = line_up(decimal);
  if (decimal.whole <= 0 || decimal.whole >= 8)
    return put_apart(out, digits, decimal.whole);
  uint64_t point = 8 * (unsigned)decimal.whole, before = (UINT64_C(1) << point) - 1;
  word_store(out, (digits.begin & before) | (uint64_t)'.' << point | (digits.begin & ~before) << 8);
  word_store(out + 8, digits.begin >> 56 | digits.then << 8);
  word_store(out + 16, digits.then >> 56 | digits.end << 8);
  return digits.length + 1;
}

/* Of a number below ABOVE_ALL_PLAIN that is not negative: has it no bits behind
 * the point?  Most that are below 1 have some. */
static inline bool is_whole(uint64_t bits) {
  unsigned exponent = (unsigned)(bits >> FRACTION_BITS);
  unsigned before = exponent >= EXPONENT_OF_ONE ? 12 + exponent - EXPONENT_OF_ONE : 0;
  return bits << before == 0;
}

size_t number_format(double number, char out[NUMBER_TEXT_SIZE]) {
  size_t sign = number < 0;
  out[0] = '-'; /* is overwritten if there is none */
  out += sign;
  number = __builtin_fabs(number);
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  if (number < ABOVE_ALL_PLAIN) {
    if (is_whole(bits))
      return sign + put_whole(out, (uint64_t)(int64_t)number);
    int64_t hundredths = (int64_t)(number * 100 + 0.5);
    if ((double)hundredths / 100 == number && hundredths < (int64_t)EIGHT)
      return sign + put_hundredths(out, (uint64_t)hundredths);
    if (number >= LEAST_PLAIN)
      return sign + put_decimal(out, find_shortest(bits));
  }
  return sign + number_format_rare(number, out);
}

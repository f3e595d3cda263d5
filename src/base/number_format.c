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
 * From 0.000001 to 2^53 the powers of ten that are needed are below 10^22,
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

/* A whole number below 10^16.  What is written behind the length does not count,
 * here and in all that follows. */
static size_t put_whole(char *out, uint64_t number) {
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

#define FRACTION_BITS    52
#define LEAST_PLAIN      1e-6
#define ABOVE_ALL_WHOLES 0x1p53 /* from there on doubles have no fraction */
#define MOST_HUNDREDTHS  1e6

struct decimal {   /* digits * 10^exponent */
  uint64_t digits; /* 17 of them; those at the end may be zeros */
  int exponent;
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

/* Of a number from LEAST_PLAIN to 2^53 that is not whole.
 *
 * The interval is scaled so that it is longer than 1 and shorter than 10.  As a
 * double has 53 bits, the number then has 16 or 17 digits before its point, and
 * behind it at most 51 bits, as half the interval has: a word with four bits
 * before the point holds both exactly.
 *
 * That the number is not whole makes this short.  An end of the interval is an
 * odd multiple of a power of two below 1, so it is no whole number, and it does
 * not matter whether the ends belong to the interval.  Half of it is more than
 * 1/2, so the nearest whole number is inside, and less than 5, so one multiple
 * of ten is at most.  A power of two, whose interval is shorter below, has 14
 * digits at most (2^-19): it is a multiple of ten itself. */
static struct decimal find_shortest(double number) {
  __extension__ typedef unsigned __int128 product;
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  uint64_t hidden = UINT64_C(1) << FRACTION_BITS;
  uint64_t significand = (bits & (hidden - 1)) | hidden;
  int exponent = (int)(bits >> FRACTION_BITS) - 1075; /* number = significand * 2^exponent */
  /* The interval's length is at least 10^-ten and below 10^(1 - ten). */
  int ten = (-exponent * 1262611 + (1 << 22) - 1) >> 22;
  int shift = exponent + (ten * 1741647 >> 19) + 1; /* floor(log2(10^ten)); 1 to 4 */
  product scaled = (product)powers[ten] * (significand << shift);
  uint64_t whole = (uint64_t)(scaled >> 64), fraction = (uint64_t)scaled;
  uint64_t half = powers[ten] >> (5 - shift);
  uint64_t last = whole % 10, beyond = last << 60 | fraction >> 4;
  uint64_t below = -(uint64_t)(beyond < half); /* all ones, if true */
  uint64_t above = -(uint64_t)(beyond > (UINT64_C(10) << 60) - half);
  uint64_t nearer = fraction >> 63 & (whole | (fraction << 1 != 0)); /* a tie goes to even */
  uint64_t up = (nearer & ~below & ~above) | (10 & above);
  uint64_t digits = whole + up - (last & (below | above));
  uint64_t sixteen = digits < SIXTEEN;
  return (struct decimal){digits + (9 * digits & -sixteen), -ten - (int)sixteen};
}

/* All digits are written, around the point: the first, and two words of eight. */
static size_t put_decimal(char *out, struct decimal decimal) {
  uint64_t nine = decimal.digits / EIGHT, first = nine / EIGHT;
  uint64_t middle = eight_digits(nine % EIGHT), last = eight_digits(decimal.digits % EIGHT);
  size_t length = last ? 9 + used_bytes(last) : middle ? 1 + used_bytes(middle) : 1;
  middle |= WORD_OF('0');
  last |= WORD_OF('0');
  uint64_t eight = first | '0' | middle << 8;
  int whole = 17 + decimal.exponent; /* digits before the point, if above 0 */
  if (whole > 0 && whole < 8) {
    uint64_t before = (UINT64_C(1) << 8 * whole) - 1;
    word_store(out, (eight & before) | (uint64_t)'.' << 8 * whole | (eight & ~before) << 8);
    word_store(out + 8, eight >> 56 | middle >> 56 << 8 | last << 16);
    word_store(out + 16, last >> 48);
    return length + 1;
  }
  size_t zeros = whole < 0 ? (size_t)-whole : 0;
  memcpy(out, "0.000000", 8); /* no more: LEAST_PLAIN */
  char *digits = whole <= 0 ? out + 2 + zeros : out;
  word_store(digits, eight);
  word_store(digits + 8, middle >> 56 | last << 8);
  digits[16] = (char)(last >> 56);
  if (whole <= 0)
    return 2 + zeros + length;
  memmove(out + whole + 1, out + whole, 9); /* 8 digits or more are before it */
  out[whole] = '.';
  return length + 1;
}

size_t number_format(double number, char out[NUMBER_TEXT_SIZE]) {
  size_t sign = number < 0;
  out[0] = '-'; /* is overwritten if there is none */
  out += sign;
  number = __builtin_fabs(number);
  if (number < ABOVE_ALL_WHOLES && (double)(int64_t)number == number)
    return sign + put_whole(out, (uint64_t)(int64_t)number);
  int64_t hundredths = number < MOST_HUNDREDTHS ? (int64_t)(number * 100 + 0.5) : 0;
  if ((double)hundredths / 100 == number)
    return sign + put_hundredths(out, (uint64_t)hundredths);
  if (number >= LEAST_PLAIN && number < ABOVE_ALL_WHOLES)
    return sign + put_decimal(out, find_shortest(number));
  return sign + number_format_rare(number, out);
}

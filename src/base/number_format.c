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
 *   lower      value        upper
 *     |----------+-----------|            4 * s, 4 * s + 4: candidates with all
 *        |           |                    digits; every tenth of them: with one
 *       4s         4s+4                   less
 *
 * From 0.000001 to 2^53 the powers of ten that are needed are below 10^22,
 * their odd part fits in one word, and the scaling is one exact product of two
 * words.  What lies outside goes to <charconv>, which gives the same text for
 * all doubles; a test compares them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <stdint.h>
#include <string.h>

#include "base/number_rare.h"
#include "base/words.h"

/* ---- digits --------------------------------------------------------------------- */

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static const uint64_t tens[] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* How many digits a number below 10^18 has; 0 has one. */
static size_t count_digits(uint64_t number) {
  size_t bits = 64 - (size_t)__builtin_clzll(number | 1);
  size_t guess = bits * 1233 >> 12; /* log10(2) = 1233 / 4096, a little less */
  return guess + (number >= tens[guess]);
}

/* Writes exactly `count` digits. */
static void put_digits(char *out, uint64_t number, size_t count) {
  for (; count >= 2; number /= 100)
    memcpy(out + (count -= 2), pairs + number % 100 * 2, 2);
  if (count)
    *out = (char)('0' + number);
}

static size_t put_whole(char *out, uint64_t number) {
  size_t count = number ? count_digits(number) : 1;
  put_digits(out, number, count);
  return count;
}

/* If the number is the double nearest to hundredths / 100, and these are so few
 * that no two such decimals share a double, then that decimal is the shortest
 * text.  0 if it is not. */
static size_t put_hundredths(char *out, double number) {
  if (number >= 1e13)
    return 0;
  int64_t nearest = (int64_t)(number * 100 + 0.5);
  if ((double)nearest / 100 != number)
    return 0;
  uint64_t hundredths = (uint64_t)nearest;
  size_t length = put_whole(out, hundredths / 100);
  uint64_t fraction = hundredths % 100;
  out[length] = '.';
  memcpy(out + length + 1, pairs + fraction * 2, 2);
  return length + (fraction % 10 ? 3 : 2);
}

/* ---- the shortest decimal ---------------------------------------------------------- */

#define FRACTION_BITS    52
#define LEAST_PLAIN      1e-6
#define ABOVE_ALL_WHOLES 0x1p53 /* from there on doubles have no fraction */

struct decimal {   /* digits * 10^exponent */
  uint64_t digits; /* 16 or 17 of them; those at the end may be zeros */
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

/* The upper word of the product.  Its last bit also stands for what is lost,
 * so that comparisons come out as those of the exact product would. */
static uint64_t scale(uint64_t power, uint64_t number) {
  __extension__ typedef unsigned __int128 product;
  product exact = (product)power * number;
  return (uint64_t)(exact >> 64) | ((uint64_t)exact != 0);
}

/* Of a number from LEAST_PLAIN to 2^53 that is not whole.  As its interval's
 * length is 1 to 10 after scaling, and a double has 53 bits, s has 16 or 17 digits. */
static struct decimal find_shortest(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
  uint64_t significand = fraction | UINT64_C(1) << FRACTION_BITS;
  int exponent = (int)(bits >> FRACTION_BITS) - 1075; /* number = significand * 2^exponent */
  /* The next double below a power of two is only half as far away. */
  bool is_power = fraction == 0;
  /* The interval's length is at least 10^-ten and below 10^(1 - ten). */
  int ten = (-exponent * 1262611 + (is_power ? 524031 : 0) + (1 << 22) - 1) >> 22;
  int shift = exponent + (ten * 1741647 >> 19) + 1; /* floor(log2(10^ten)) */
  uint64_t power = powers[ten];
  uint64_t odd = significand & 1; /* the ends of an odd number's interval belong to the even ones */
  uint64_t lower = scale(power, (4 * significand - 2 + is_power) << shift) + odd;
  uint64_t value = scale(power, 4 * significand << shift);
  uint64_t upper = scale(power, (4 * significand + 2) << shift) - odd;
  /* What comes next hangs on the last digits and cannot be guessed: no branches. */
  uint64_t s = value / 4, tens_of_s = s / 10 * 10, middle = 4 * s + 2;
  bool below = lower <= 4 * tens_of_s, above = 4 * tens_of_s + 40 <= upper;
  bool has_shorter = below != above;
  uint64_t shorter = tens_of_s + 10 * above;
  below = lower <= 4 * s;
  above = 4 * s + 4 <= upper;
  bool nearer = (value > middle) | ((value == middle) & (s % 2));
  uint64_t longer = s + (below != above ? above : nearer);
  return (struct decimal){has_shorter ? shorter : longer, -ten};
}

/* The digits of a number below 10^8 as the bytes of a word, each 0 to 9: first
 * two halves side by side, then four pairs, then eight digits.  The products
 * are quotients by 100 and by 10 of numbers that are small enough. */
static inline uint64_t eight_digits(uint64_t number) {
  uint64_t halves = number / 10000 | number % 10000 << 32;
  uint64_t hundreds = halves * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
  uint64_t two = hundreds | (halves - 100 * hundreds) << 16;
  uint64_t ten = two * 103 >> 10 & UINT64_C(0x000f000f000f000f);
  return ten | (two - 10 * ten) << 8;
}

/* Bytes of a word up to the last one that is not 0; the word is not 0. */
static inline size_t used_bytes(uint64_t word) {
  return 8 - (size_t)__builtin_clzll(word) / 8;
}

/* All digits are written, around the point: two words of eight and a last one.
 * What is behind the length does not count. */
static size_t put_decimal(char *out, struct decimal decimal) {
  bool has_last = decimal.digits >= tens[16];
  uint64_t sixteen = has_last ? decimal.digits / 10 : decimal.digits;
  uint64_t last = has_last ? decimal.digits % 10 : 0;
  uint64_t first = eight_digits(sixteen / tens[8]), second = eight_digits(sixteen % tens[8]);
  int whole = 16 + has_last + decimal.exponent; /* digits before the point, if above 0 */
  size_t length = last ? 17 : second ? 8 + used_bytes(second) : used_bytes(first);
  first |= WORD_OF('0');
  second |= WORD_OF('0');
  last |= '0';
  if (whole > 0 && whole < 8) {
    uint64_t before = (UINT64_C(1) << 8 * whole) - 1;
    word_store(out, (first & before) | (uint64_t)'.' << 8 * whole | (first & ~before) << 8);
    word_store(out + 8, first >> 56 | second << 8);
    word_store(out + 16, second >> 56 | last << 8);
    return length + 1;
  }
  char digits[24];
  size_t zeros = whole < 0 ? (size_t)-whole : 0;
  word_store(digits, first);
  word_store(digits + 8, second);
  word_store(digits + 16, last);
  if (whole <= 0) {
    memcpy(out, "0.000000", 8); /* no more: LEAST_PLAIN */
    memcpy(out + 2 + zeros, digits, 17);
    return 2 + zeros + length;
  }
  memcpy(out, digits, (size_t)whole);
  out[whole] = '.';
  memcpy(out + whole + 1, digits + whole, length - (size_t)whole);
  return length + 1;
}

size_t number_format(double number, char out[NUMBER_TEXT_SIZE]) {
  size_t sign = number < 0;
  out[0] = '-'; /* is overwritten if there is none */
  out += sign;
  number = sign ? -number : number;
  if (number < ABOVE_ALL_WHOLES && (double)(int64_t)number == number)
    return sign + put_whole(out, (uint64_t)number);
  size_t length = put_hundredths(out, number);
  if (length > 0)
    return sign + length;
  if (number >= LEAST_PLAIN && number < ABOVE_ALL_WHOLES)
    return sign + put_decimal(out, find_shortest(number));
  return sign + number_format_rare(number, out);
}

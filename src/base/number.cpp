/* number.cpp - numbers and their text, by the C++ library's <charconv>.
 *
 * std::from_chars and std::to_chars are exact, fast and free of locales; this
 * file holds them to the grammar of JSON and to the layout of JavaScript.
 * C++ stays in here: what C sees are two functions that neither throw nor
 * allocate.  Most numbers are written by number_format.c and never come here.
 * SPDX-License-Identifier: Apache-2.0 */
extern "C" {
#include "base/number.h"
#include "base/number_rare.h"
}

#include <charconv>
#include <cmath>
#include <cstring>

namespace {

/* The parts of a JSON number: -, whole digits, fraction, exponent. */
struct shape {
  bool valid;
  bool zero;       /* all digits are 0 */
  long long order; /* power of ten of the first digit that is not 0, without the exponent */
  long long exponent;
};

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/* A number that has this many places more than any double does needs no exact
 * count of them. */
constexpr long long PLENTY = 1000000000000;

const char *scan_exponent(const char *at, const char *end, shape &shape) {
  at++;
  bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+'))
    at++;
  shape.valid = at < end && is_digit(*at);
  for (; at < end && is_digit(*at); at++)
    if (shape.exponent < PLENTY)
      shape.exponent = shape.exponent * 10 + (*at - '0');
  if (negative)
    shape.exponent = -shape.exponent;
  return at;
}

const char *scan_fraction(const char *at, const char *end, shape &shape) {
  const char *first = ++at;
  for (; at < end && is_digit(*at); at++)
    if (shape.zero && *at != '0') {
      shape.zero = false;
      shape.order = -(at - first) - 1;
    }
  shape.valid = at > first;
  return at;
}

/* RFC 8259, section 6. */
shape scan(const char *at, const char *end) {
  shape shape = {true, true, 0, 0};
  if (at < end && *at == '-')
    at++;
  const char *first = at;
  while (at < end && is_digit(*at))
    at++;
  shape.valid = at > first && (*first != '0' || at - first == 1);
  if (shape.valid && *first != '0') {
    shape.zero = false;
    shape.order = at - first - 1;
  }
  if (shape.valid && at < end && *at == '.')
    at = scan_fraction(at, end, shape);
  if (shape.valid && at < end && (*at == 'e' || *at == 'E'))
    at = scan_exponent(at, end, shape);
  shape.valid = shape.valid && at == end;
  return shape;
}

/* Significant digits of a number and the power of ten of the first. */
struct decimal {
  char digits[20];
  size_t count;
  int order;
};

/* to_chars writes d[.ddd]e±dd, with the fewest digits that read back. */
decimal shortest(double number) {
  char text[NUMBER_TEXT_SIZE];
  auto written = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  decimal decimal = {{}, 0, 0};
  const char *at = text;
  for (; *at != 'e'; at++)
    if (*at != '.')
      decimal.digits[decimal.count++] = *at;
  at += at[1] == '+' ? 2 : 1;
  std::from_chars(at, written.ptr, decimal.order);
  return decimal;
}

char *put(char *out, const char *bytes, size_t count) {
  std::memcpy(out, bytes, count);
  return out + count;
}

char *put_zeros(char *out, int count) {
  for (; count > 0; count--)
    *out++ = '0';
  return out;
}

char *put_plain(char *out, const decimal &decimal) {
  const char *digits = decimal.digits;
  if (decimal.order < 0) {
    out = put_zeros(put(out, "0.", 2), -decimal.order - 1);
    return put(out, digits, decimal.count);
  }
  size_t whole = static_cast<size_t>(decimal.order) + 1;
  if (decimal.count <= whole)
    return put_zeros(put(out, digits, decimal.count), static_cast<int>(whole - decimal.count));
  out = put(put(out, digits, whole), ".", 1);
  return put(out, digits + whole, decimal.count - whole);
}

char *put_scientific(char *out, const decimal &decimal) {
  *out++ = decimal.digits[0];
  if (decimal.count > 1)
    out = put(put(out, ".", 1), decimal.digits + 1, decimal.count - 1);
  out = put(out, decimal.order < 0 ? "e-" : "e+", 2);
  return std::to_chars(out, out + 4, std::abs(decimal.order)).ptr;
}

} // namespace

extern "C" bool number_parse(struct text text, double *number) {
  const char *end = text.bytes + text.length;
  shape shape = scan(text.bytes, end);
  if (!shape.valid)
    return false;
  double value = 0;
  auto read = std::from_chars(text.bytes, end, value);
  if (read.ec == std::errc::result_out_of_range) {
    if (!shape.zero && shape.order + shape.exponent > 0)
      return false;
    value = *text.bytes == '-' ? -0.0 : 0.0; /* nearer to 0 than to any other double */
  } else if (read.ec != std::errc() || !std::isfinite(value)) {
    return false;
  }
  *number = value;
  return true;
}

extern "C" size_t number_format_rare(double number, char out[NUMBER_TEXT_SIZE]) {
  decimal decimal = shortest(number);
  bool plain = decimal.order >= -6 && decimal.order <= 20; /* 1e-6 to below 1e21 */
  char *end = plain ? put_plain(out, decimal) : put_scientific(out, decimal);
  return static_cast<size_t>(end - out);
}

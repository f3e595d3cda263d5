/* clock.c - instants between text, numbers and microseconds.
 *
 * The nineteen bytes of `YYYY-MM-DDTHH:MM:SS` are handled as words of eight
 * (clock_pairs.h): one subtraction turns digits into values and separators into
 * zeros, one test finds anything else, one multiplication makes pairs of digits
 * into numbers.
 *
 * Days are counted in years that begin in March, so that the leap day is the
 * last of its year (Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms").  The calendar repeats every 400 years, 146,097 days.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/clock_usual.h"
#include "base/math.h"

#define DAYS_OF_ERA 146097
#define EPOCH_SHIFT 719468 /* days from 0000-03-01 to 1970-01-01 */

static unsigned days_of_month(unsigned year, unsigned month) {
  static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* Days since 1970-01-01; year 1 to 9999. */
static int64_t days_of_date(unsigned year, unsigned month, unsigned day) {
  static const uint16_t days_before[] = {306, 337, 0,   31,  61,  92,
                                         122, 153, 184, 214, 245, 275}; /* since March */
  year -= month <= 2;
  unsigned century = year / 100;
  unsigned days = year * 365 + year / 4 - century + century / 4 + days_before[month - 1] + day - 1;
  return (int64_t)days - EPOCH_SHIFT;
}

static unsigned digit(char byte) {
  return (unsigned)(unsigned char)byte - '0';
}

/* The ten bytes of `YYYY-MM-DD`, as microseconds. */
static inline __attribute__((always_inline)) bool read_date(const char *bytes, int64_t *micros) {
  struct clock_pairs date;
  unsigned high = digit(bytes[0]), low = digit(bytes[1]);
  if (!clock_read_pairs(bytes + 2, "00-00-00", &date) || high > 9 || low > 9)
    return false;
  unsigned year = high * 1000 + low * 100 + date.first;
  if (year == 0 || date.second - 1 >= 12 || date.third - 1 >= 31)
    return false;
  if (date.third > 28 && date.third > days_of_month(year, date.second))
    return false;
  *micros = days_of_date(year, date.second, date.third) * CLOCK_DAY;
  return true;
}

/* The eight bytes of `HH:MM:SS`. */
static inline bool read_time(const char *bytes, int64_t *micros) {
  struct clock_pairs time;
  if (!clock_read_pairs(bytes, "00:00:00", &time))
    return false;
  unsigned seconds = (time.first * 60 + time.second) * 60 + time.third;
  *micros = seconds * CLOCK_SECOND;
  return (time.first < 24) & (time.second < 60) & (time.third <= 60);
}

/* `.5`, from the point on: at least one digit, of which six count. */
static bool read_fraction(struct text text, size_t *at, int64_t *micros) {
  int64_t unit = CLOCK_SECOND / 10;
  size_t first = ++*at;
  for (; *at < text.length && digit(text.bytes[*at]) <= 9; ++*at) {
    *micros += digit(text.bytes[*at]) * unit;
    unit /= 10;
  }
  return *at > first;
}

/* `+HH:MM` or `-HH:MM` at the end of the text. */
static bool read_offset(struct text text, size_t at, int64_t *micros) {
  if (text.length - at != 6 || text.bytes[at + 3] != ':')
    return false;
  const char *bytes = text.bytes + at;
  unsigned h1 = digit(bytes[1]), h2 = digit(bytes[2]), m1 = digit(bytes[4]), m2 = digit(bytes[5]);
  if (h1 > 9 || h2 > 9 || m1 > 5 || m2 > 9 || h1 * 10 + h2 > 23)
    return false;
  int64_t offset = (h1 * 10 + h2) * CLOCK_HOUR + (m1 * 10 + m2) * CLOCK_MINUTE;
  if (bytes[0] != '+' && bytes[0] != '-')
    return false;
  *micros += bytes[0] == '+' ? -offset : offset;
  return true;
}

#define DATE_LENGTH 10
#define TIME_LENGTH 19 /* with the date */

bool clock_parse(struct text text, int64_t *micros) {
  int64_t date, time;
  if (text.length < DATE_LENGTH || !read_date(text.bytes, &date))
    return false;
  if (text.length == DATE_LENGTH) {
    *micros = date;
    return true;
  }
  if (text.length < TIME_LENGTH || !read_time(text.bytes + DATE_LENGTH + 1, &time))
    return false;
  char between = text.bytes[DATE_LENGTH];
  if (between != 'T' && between != 't' && between != ' ')
    return false;
  int64_t sum = date + time;
  size_t at = TIME_LENGTH;
  if (at < text.length && text.bytes[at] == '.' && !read_fraction(text, &at, &sum))
    return false;
  bool zulu = at + 1 == text.length && (text.bytes[at] | 0x20) == 'z';
  if (!zulu && at < text.length && !read_offset(text, at, &sum))
    return false;
  *micros = sum;
  return clock_holds(sum);
}

bool clock_read_month(const char *bytes, struct clock_month *month) {
  char first[10];
  int64_t micros;
  memcpy(first, bytes + 1, 7);
  memcpy(first + 7, "-01", 3);
  if (bytes[0] != '"' || !read_date(first, &micros))
    return false;
  unsigned year =
      digit(first[0]) * 1000 + digit(first[1]) * 100 + digit(first[2]) * 10 + digit(first[3]);
  unsigned days = days_of_month(year, digit(first[5]) * 10 + digit(first[6]));
  *month = (struct clock_month){word_load(bytes), micros - CLOCK_DAY, CLOCK_TWO(days, 23)};
  return true;
}

/* Reads one to six digits of a fraction: how many; 0 if there are fewer or more. */
static size_t read_digits(const char bytes[8], int64_t *micros) {
  uint64_t digits = word_load(bytes) ^ WORD_OF('0');
  uint64_t others = (digits | (digits + WORD_OF(0x76))) & WORD_HIGH;
  size_t count = others ? word_first(others) : 8;
  if (count == 0 || count > 6)
    return 0;
  /* Eight digits, zeros behind those that are there, become pairs, fours, and one number. */
  digits &= WORD_LOW(count);
  digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
  digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
  digits = (digits * 10000 + (digits >> 32)) & UINT64_C(0xffffffff);
  *micros += (int64_t)(digits / 100);
  return count;
}

bool clock_read_tail(const char bytes[16], int64_t *micros) {
  if (*bytes == '.') {
    size_t count = read_digits(bytes + 1, micros);
    if (count == 0)
      return false;
    bytes += 1 + count;
  }
  if (*bytes == 'Z' || *bytes == '"')
    return (*bytes == '"' || bytes[1] == '"') && clock_holds(*micros);
  struct clock_word word = clock_read_word(bytes + 1, "00:00\"00");
  unsigned hours = word.tens & 0xff, minutes = word.tens >> 24 & 0xff;
  if ((*bytes != '+' && *bytes != '-') || (word.wrong & WORD_LOW(6) & WORD_HIGH) != 0 ||
      hours > 23 || minutes > 59)
    return false;
  int64_t offset = hours * CLOCK_HOUR + minutes * CLOCK_MINUTE;
  *micros += *bytes == '+' ? -offset : offset;
  return clock_holds(*micros);
}

/* Above this a number counts milliseconds. */
#define SECONDS_LIMIT 1e11

/* Whole units are multiplied as integers: as doubles, instants of later
 * centuries would lose their last digits. */
bool clock_from_number(double number, int64_t *micros) {
  double magnitude = number < 0 ? -number : number;
  if (!(magnitude <= (double)(CLOCK_MAX / 1000))) /* nor NaN */
    return false;
  int64_t unit = magnitude < SECONDS_LIMIT ? CLOCK_SECOND : CLOCK_SECOND / 1000;
  double whole = math_floor(number);
  *micros = (int64_t)whole * unit + (int64_t)math_round((number - whole) * (double)unit);
  return clock_holds(*micros);
}

/* [-]digits[.digits], exactly rounded: the digits as a whole number below 2^53
 * divided by a power of ten that is a double.  Digits of a fraction for which
 * there is no room are finer than a microsecond, for instants up to the year
 * 2255. */
#define WHOLE_LIMIT (INT64_C(1) << 53)
#define MOST_PLACES 15

static bool read_number(struct text text, double *number) {
  static const double powers[MOST_PLACES + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  bool negative = text.length > 0 && text.bytes[0] == '-', point = false;
  int64_t whole = 0;
  unsigned places = 0;
  for (size_t at = negative; at < text.length; at++) {
    unsigned value = digit(text.bytes[at]);
    bool room = whole <= (WHOLE_LIMIT - 10) / 10 && places < MOST_PLACES;
    if (text.bytes[at] == '.' && !point && at > negative)
      point = true;
    else if (value > 9 || (!room && !point))
      return false;
    else if (room) {
      whole = whole * 10 + value;
      places += point;
    }
  }
  if (text.length <= negative || text.bytes[text.length - 1] == '.')
    return false;
  *number = (double)(negative ? -whole : whole) / powers[places];
  return true;
}

bool clock_from_data(struct text text, int64_t *micros) {
  double number;
  if (clock_parse(text, micros))
    return true;
  return read_number(text, &number) && clock_from_number(number, micros);
}

static int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

static int64_t floor_rest(int64_t a, int64_t b) {
  return a % b < 0 ? a % b + b : a % b;
}

/* Writes `value` with at least `width` digits; returns the length. */
static size_t put_digits(char *out, uint64_t value, size_t width) {
  size_t length = 1;
  for (uint64_t rest = value / 10; rest > 0; rest /= 10)
    length++;
  if (length < width)
    length = width;
  for (size_t i = length; i-- > 0; value /= 10)
    out[i] = (char)('0' + value % 10);
  return length;
}

/* `.25` for 250000; nothing for 0. */
static size_t put_fraction(char *out, uint64_t micros) {
  if (micros == 0)
    return 0;
  out[0] = '.';
  size_t length = 1 + put_digits(out + 1, micros, 6);
  while (out[length - 1] == '0')
    length--;
  return length;
}

static size_t put_date(char *out, int64_t days) {
  int64_t shifted = days + EPOCH_SHIFT;
  int64_t era = floor_divide(shifted, DAYS_OF_ERA);
  unsigned day_of_era = (unsigned)(shifted - era * DAYS_OF_ERA);
  unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  unsigned march_month = (5 * day_of_year + 2) / 153;
  unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
  int64_t year = era * 400 + year_of_era + (month <= 2);
  size_t length = 0;
  if (year < 0)
    out[length++] = '-';
  length += put_digits(out + length, (uint64_t)(year < 0 ? -year : year), 4);
  out[length++] = '-';
  length += put_digits(out + length, month, 2);
  out[length++] = '-';
  return length + put_digits(out + length, day_of_year - (153 * march_month + 2) / 5 + 1, 2);
}

size_t clock_format(int64_t micros, char out[CLOCK_TEXT_SIZE]) {
  int64_t days = floor_divide(micros, CLOCK_DAY);
  uint64_t time = (uint64_t)floor_rest(micros, CLOCK_DAY), second = time / CLOCK_SECOND;
  size_t length = put_date(out, days);
  out[length++] = 'T';
  length += put_digits(out + length, second / 3600, 2);
  out[length++] = ':';
  length += put_digits(out + length, second / 60 % 60, 2);
  out[length++] = ':';
  length += put_digits(out + length, second % 60, 2);
  length += put_fraction(out + length, time % CLOCK_SECOND);
  out[length++] = 'Z';
  out[length] = '\0';
  return length;
}

size_t duration_format(int64_t micros, char out[DURATION_TEXT_SIZE]) {
  static const struct {
    uint64_t micros;
    struct text name;
  } units[] = {
      {CLOCK_WEEK, {"week", 4}},     {CLOCK_DAY, {"day", 3}},       {CLOCK_HOUR, {"hour", 4}},
      {CLOCK_MINUTE, {"minute", 6}}, {CLOCK_SECOND, {"second", 6}},
  };
  uint64_t size = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
  size_t unit = 0, length = 0;
  while (unit < 4 && (size < units[unit].micros || size % (units[unit].micros / 10) != 0))
    unit++;
  uint64_t whole = size / units[unit].micros, rest = size % units[unit].micros;
  if (micros < 0)
    out[length++] = '-';
  length += put_digits(out + length, whole, 1);
  length += put_fraction(out + length, rest / (units[unit].micros / CLOCK_SECOND));
  out[length++] = ' ';
  memcpy(out + length, units[unit].name.bytes, units[unit].name.length);
  length += units[unit].name.length;
  if (whole != 1 || rest != 0)
    out[length++] = 's';
  out[length] = '\0';
  return length;
}

int clock_hour(int64_t micros) {
  return (int)(floor_rest(micros, CLOCK_DAY) / CLOCK_HOUR);
}

#define EPOCH_WEEKDAY 3 /* 1970-01-01 was a Thursday; Monday is 0 here */

int clock_weekday(int64_t micros) {
  return (int)floor_rest(floor_divide(micros, CLOCK_DAY) + EPOCH_WEEKDAY, 7) + 1;
}

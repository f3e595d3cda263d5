/* literals.c - numbers, durations, instants and texts as they are written.
 *
 * A literal is read exactly: a number is the double nearest to its decimal
 * (50% is the one nearest to 0.5, not 50 divided by 100), and a duration is
 * counted in whole microseconds without passing through a double.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_parser.h"
#include "base/number.h"
#include "base/unicode.h"
#include "syntax/build.h"

#include <string.h>

/* ---- numbers ------------------------------------------------------------ */

/* A double counts whole numbers up to here, and has these powers of ten. */
#define EXACT_DIGITS 15
#define EXACT_TENS   22

static double power_of_ten(unsigned exponent) {
  double power = 1;
  while (exponent-- > 0)
    power *= 10;
  return power;
}

/* The digits without `_` and leading zeros, as JSON wants them; with `e-2`
 * behind a percentage.  False if out of memory. */
static bool plain_digits(struct parser *parser, struct text digits, bool percent,
                         struct text *plain) {
  char *out = arena_alloc(parser->arena, digits.length + 4);
  if (!out)
    return false;
  size_t length = 0, from = 0;
  while (from + 1 < digits.length && (digits.bytes[from] == '0' || digits.bytes[from] == '_') &&
         digits.bytes[from + 1] != '.')
    from++;
  for (size_t i = from; i < digits.length; i++)
    if (digits.bytes[i] != '_')
      out[length++] = digits.bytes[i];
  if (percent) {
    memcpy(out + length, "e-2", 3);
    length += 3;
  }
  *plain = (struct text){out, length};
  return true;
}

/* The decimal as a fraction, and its places; {0, 0} if it has more digits than a double. */
static struct unit decimal_of(struct text digits, bool percent, unsigned *behind) {
  double numerator = 0;
  unsigned significant = 0, places = 0;
  bool point = false;
  for (size_t i = 0; i < digits.length; i++) {
    char digit = digits.bytes[i];
    if (digit == '_')
      continue;
    if (digit == '.') {
      point = true;
      continue;
    }
    significant += significant > 0 || digit != '0';
    numerator = numerator * 10 + (digit - '0');
    places += point;
  }
  places += percent ? 2 : 0;
  if (significant > EXACT_DIGITS || places > EXACT_TENS)
    return (struct unit){0, 0};
  *behind = places;
  return (struct unit){numerator, power_of_ten(places)};
}

/* Exact: the numerator is below 10^15, so that neither the quotient nor its product
 * with the denominator is off by as much as half of one. */
struct unit expr_decimal(const struct expr *expr) {
  if (expr->places == 0)
    return (struct unit){0, 0};
  double denominator = power_of_ten(expr->places - 1u);
  return (struct unit){math_round(expr->number * denominator), denominator};
}

void literal_number(struct parser *parser, struct token *token, struct text digits, bool percent) {
  struct text plain;
  unsigned places = 0;
  struct unit decimal = decimal_of(digits, percent, &places);
  struct expr *expr = build_expr(parser, EXPR_NUMBER, token->range);
  token->kind = TOKEN_NUMBER;
  token->expr = expr;
  expr->written = token->text;
  expr->percent = percent;
  if (decimal.denominator > 0) { /* both are exact, so that the quotient is the nearest */
    expr->number = decimal.numerator / decimal.denominator;
    expr->places = (uint8_t)(1 + places);
  } else if (!plain_digits(parser, digits, percent, &plain))
    parser->out_of_memory = true;
  else if (!number_parse(plain, &expr->number))
    slip_error(parser, E0110, token->range, "this number is too large");
}

/* ---- durations ---------------------------------------------------------- */

int64_t unit_micros(struct text word) {
  static const struct {
    const char *one, *many;
    int64_t micros;
  } units[] = {{"second", "seconds", CLOCK_SECOND},
               {"minute", "minutes", CLOCK_MINUTE},
               {"hour", "hours", CLOCK_HOUR},
               {"day", "days", CLOCK_DAY},
               {"week", "weeks", CLOCK_WEEK}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (text_equal(word, text_from(units[i].one)) || text_equal(word, text_from(units[i].many)))
      return units[i].micros;
  return 0;
}

int unit_varying(struct text word) {
  if (text_equal(word, TEXT("month")) || text_equal(word, TEXT("months")))
    return 30;
  if (text_equal(word, TEXT("quarter")) || text_equal(word, TEXT("quarters")))
    return 90;
  if (text_equal(word, TEXT("year")) || text_equal(word, TEXT("years")))
    return 365;
  return 0;
}

/* Instants span 10,000 years; no two of them are further apart. */
#define DURATION_MAX (CLOCK_MAX - CLOCK_MIN)

/* digits * unit.  The fraction is added from its last digit on, by Horner's
 * rule, cut below a microsecond.  False if it is more than DURATION_MAX. */
static bool duration_of(struct text digits, int64_t unit, int64_t *micros) {
  int64_t whole = 0, fraction = 0;
  size_t i = 0;
  for (; i < digits.length && digits.bytes[i] != '.'; i++) {
    if (digits.bytes[i] == '_')
      continue;
    whole = whole * 10 + (digits.bytes[i] - '0');
    if (whole > DURATION_MAX / unit)
      return false;
  }
  for (size_t j = digits.length; j > i + 1; j--)
    if (digits.bytes[j - 1] != '_')
      fraction = (fraction + (digits.bytes[j - 1] - '0') * unit) / 10;
  *micros = whole * unit + fraction;
  return *micros <= DURATION_MAX;
}

struct expr *literal_duration(struct parser *parser, const struct token *number, int64_t unit,
                              struct place_range range) {
  struct expr *expr = build_expr(parser, EXPR_DURATION, range);
  expr->written = (struct text){parser->bytes.bytes + range.begin, range.end - range.begin};
  if (!duration_of(number->text, unit, &expr->micros)) {
    slip_error(parser, E0110, range, "this duration is longer than 10,000 years");
    expr->micros = DURATION_MAX;
  }
  return expr;
}

/* ---- instants ----------------------------------------------------------- */

static bool has_zone(struct text text) {
  char last = text.bytes[text.length - 1];
  return last == 'Z' || last == 'z' || memchr(text.bytes + 11, '+', text.length - 11) ||
         memchr(text.bytes + 11, '-', text.length - 11);
}

void literal_instant(struct parser *parser, struct token *token) {
  struct text text = token->text;
  struct expr *expr = build_expr(parser, EXPR_INSTANT, token->range);
  token->kind = TOKEN_INSTANT;
  token->expr = expr;
  expr->written = text;
  if (!clock_parse(text, &expr->micros)) {
    struct diag *diag =
        slip_error(parser, E0111, token->range, "there is no instant `%.*s`", TEXT_ARGS(text));
    diag_help(parser->diags, diag,
              "write a day as `2026-06-01` and an instant as `2026-06-01T09:30:00Z`");
  } else if (text.length > 10 && !has_zone(text)) {
    struct diag *diag =
        slip_error(parser, E0111, token->range, "this instant does not say in which time zone");
    diag_help(parser->diags, diag, "add `Z` for UTC, or an offset such as `+02:00`");
  }
}

/* ---- texts in quotes ---------------------------------------------------- */

static int hex(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* `\u{1F600}` at raw[at], behind the `u`: how many bytes, 0 if it is not one. */
static size_t code_point(struct text raw, size_t at, uint32_t *value) {
  size_t i = at;
  *value = 0;
  if (i >= raw.length || raw.bytes[i++] != '{')
    return 0;
  size_t digits = i;
  for (; i < raw.length && hex(raw.bytes[i]) >= 0; i++)
    if (*value <= 0x10FFFF)
      *value = *value * 16 + (uint32_t)hex(raw.bytes[i]);
  bool valid = *value <= 0x10FFFF && (*value < 0xD800 || *value > 0xDFFF);
  if (i == digits || i >= raw.length || raw.bytes[i] != '}' || !valid)
    return 0;
  return i + 1 - at;
}

static void wrong_escape(struct parser *parser, uint32_t begin, uint32_t end) {
  struct place_range range = {begin, end};
  struct text text = {parser->bytes.bytes + begin, end - begin};
  if (text_equal(text, TEXT("\\u"))) {
    struct diag *diag = slip_error(parser, E0107, range, "`\\u` does not name a code point");
    diag_help(parser->diags, diag, "write its number in braces, from `\\u{0}` to `\\u{10FFFF}`");
    return;
  }
  struct diag *diag =
      slip_error(parser, E0107, range, "there is no escape `%.*s` in a text", TEXT_ARGS(text));
  diag_help(
      parser->diags, diag,
      "write `\\\"`, `\\\\`, `\\n`, `\\t` or a code point as `\\u{e9}`; a backslash is `\\\\`");
}

/* One escape at raw[*at], the backslash; writes what it stands for. */
static size_t escape(struct parser *parser, struct text raw, uint32_t begin, size_t *at,
                     char *out) {
  size_t start = *at, length;
  uint32_t value;
  char letter = raw.bytes[start + 1];
  *at += 2;
  switch (letter) {
  case '"':
  case '\\': out[0] = letter; return 1;
  case 'n': out[0] = '\n'; return 1;
  case 't': out[0] = '\t'; return 1;
  case 'u':
    length = code_point(raw, *at, &value);
    *at += length;
    if (length > 0)
      return utf8_put(out, value);
    break;
  default: /* the whole of a character of several bytes */
    while (*at < raw.length && ((unsigned char)raw.bytes[*at] & 0xC0) == 0x80)
      ++*at;
  }
  wrong_escape(parser, begin + (uint32_t)start, begin + (uint32_t)*at);
  return 0;
}

/* `raw` is what stands between the quotes, from `begin` of the source on. */
void literal_text(struct parser *parser, struct token *token, struct text raw, uint32_t begin) {
  token->kind = TOKEN_STRING;
  token->text = raw;
  if (raw.length > LIMIT_TEXT_BYTES) {
    slip_error(parser, E0120, token->range, "a text has at most %u bytes; this one has %zu",
               (unsigned)LIMIT_TEXT_BYTES, raw.length);
    return;
  }
  if (raw.length == 0 || !memchr(raw.bytes, '\\', raw.length))
    return;
  char *out = arena_alloc(parser->arena, raw.length); /* no escape is longer than it is written */
  if (!out) {
    parser->out_of_memory = true;
    return;
  }
  size_t length = 0;
  for (size_t i = 0; i < raw.length;) {
    if (raw.bytes[i] == '\\' && i + 1 < raw.length)
      length += escape(parser, raw, begin, &i, out + length);
    else
      out[length++] = raw.bytes[i++];
  }
  token->text = (struct text){out, length};
}

/* json.c - one JSON text, checked completely, of which only some is decoded.
 *
 * What simdjson's first stage leaves to us: the grammar of objects and arrays,
 * the spelling of numbers and words, and the escapes in strings (most texts
 * have none, which one search for a backslash shows).  Two properties of its
 * list carry this file.  A string holds no piece inside, so between the piece
 * behind it and its closing quote is nothing but white space.  A number or word
 * that runs into something it may not touch (`12"a"`) gets no piece of its own
 * there, so the byte behind it is looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json.h"

#include <string.h>

#include "base/number.h"
#include "base/unicode.h"
#include "base/words.h"
#include "limits.h"

static bool fail(struct json *json, enum json_error error) {
  json->error = error;
  return false;
}

static bool broken(struct json *json) {
  return fail(json, JSON_BROKEN);
}

void json_clear(struct json *json) {
  memory_free(&json->memory, json->scratch, json->scratch_size, 1);
  json->scratch = NULL;
  json->scratch_size = 0;
}

/* Pieces are plain up to the next escape, within the text, and where words can be loaded. */
static void limit_plain(struct json *json) {
  json->plain = json->escape < json->limit ? json->escape : json->limit;
}

/* The first backslash from an offset on is there. */
static inline void set_escape(struct json *json, uint32_t from, uint32_t escape) {
  json->searched = from;
  json->escape = escape;
  limit_plain(json);
}

/* Finds the first backslash from that offset on, be it in a text behind this
 * one: each byte is searched once. */
static void find_escape(struct json *json, uint32_t from) {
  const char *escape = memchr(json->base + from, '\\', json->horizon - from);
  set_escape(json, from, escape ? (uint32_t)(escape - json->base) : json->horizon);
}

void json_begin(struct json *json, struct text all, struct text text, json_place next) {
  uint32_t begin = (uint32_t)(text.bytes - all.bytes), horizon = (uint32_t)all.length;
  bool known = json->base == all.bytes && json->horizon == horizon && json->searched <= begin &&
               begin <= json->escape;
  json->base = all.bytes;
  json->horizon = horizon;
  json->next = next;
  json->end = begin + (uint32_t)text.length;
  uint32_t readable = horizon < JSON_READABLE ? 0 : horizon - JSON_READABLE;
  json->limit = json->end < readable ? json->end : readable;
  if (known)
    limit_plain(json);
  else
    find_escape(json, begin);
  json->first_escape = json->escape;
  json->depth = 0;
  json->error = JSON_OK;
}

static inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* ---- strings --------------------------------------------------------------- */

/* The bytes between the quotes.  False if no quote closes it. */
static inline bool string_bytes(const struct json *json, json_place place, struct text *raw) {
  const char *begin = json->base + *place + 1;
  const char *last = json->base + (place[1] < json->end ? place[1] : json->end) - 1;
  while (last >= begin && is_space(*last))
    last--;
  if (last < begin || *last != '"')
    return false;
  *raw = (struct text){begin, (size_t)(last - begin)};
  return true;
}

static bool has_escape(const struct json *json, json_place place, struct text raw) {
  return !json_is_clear(json, place) && memchr(raw.bytes, '\\', raw.length);
}

#define HEX_DIGIT 16 /* together with its value */

static const uint8_t hex_digits[256] = {
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21, ['6'] = 22, ['7'] = 23,
    ['8'] = 24, ['9'] = 25, ['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31,
    ['A'] = 26, ['B'] = 27, ['C'] = 28, ['D'] = 29, ['E'] = 30, ['F'] = 31};

/* Four digits at text.bytes[at]; -1 if they are not there. */
static inline int32_t hex_four(struct text text, size_t at) {
  if (text.length - at < 4)
    return -1;
  const unsigned char *c = (const unsigned char *)text.bytes + at;
  int32_t first = hex_digits[c[0]], second = hex_digits[c[1]], third = hex_digits[c[2]],
          fourth = hex_digits[c[3]];
  if ((first & second & third & fourth & HEX_DIGIT) == 0)
    return -1;
  return (first & 15) << 12 | (second & 15) << 8 | (third & 15) << 4 | (fourth & 15);
}

/* Reads `\uXXXX`, two of them if they are a pair, from behind the `u` at *at.
 * Half a pair is no character, so it is not accepted.  -1 if broken. */
static int32_t unicode_escape(struct text raw, size_t *at) {
  int32_t code = hex_four(raw, *at);
  *at += 4;
  if (code < 0xD800 || code > 0xDFFF)
    return code;
  if (code > 0xDBFF || raw.length - *at < 6 || raw.bytes[*at] != '\\' || raw.bytes[*at + 1] != 'u')
    return -1;
  int32_t low = hex_four(raw, *at + 2);
  *at += 6;
  if (low < 0xDC00 || low > 0xDFFF)
    return -1;
  return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* What `\c` stands for; 0 if nothing. */
static char short_escape(char c) {
  switch (c) {
  case '"': return '"';
  case '\\': return '\\';
  case '/': return '/';
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  }
  return 0;
}

/* Passes the escape at *at, and puts what it stands for: how many bytes; 0 if
 * it is broken. */
static size_t pass_escape(struct text raw, size_t *at, char bytes[4]) {
  char c = raw.length - *at > 1 ? raw.bytes[*at + 1] : '\0';
  *at += 2;
  bytes[0] = short_escape(c);
  if (c != 'u')
    return bytes[0] != 0;
  int32_t code = unicode_escape(raw, at);
  return code < 0 ? 0 : utf8_put(bytes, (uint32_t)code);
}

/* Decodes a string that was checked to `out`, which has room for raw.length
 * bytes.  Returns the length. */
static size_t unescape(struct text raw, char *out) {
  size_t length = 0;
  for (size_t at = 0; at < raw.length;) {
    const char *from = raw.bytes + at, *slash = memchr(from, '\\', raw.length - at);
    size_t plain = slash ? (size_t)(slash - from) : raw.length - at;
    char bytes[4];
    memcpy(out + length, from, plain);
    length += plain;
    at += plain;
    if (!slash)
      break;
    size_t size = pass_escape(raw, &at, bytes);
    memcpy(out + length, bytes, size);
    length += size;
  }
  return length;
}

/* The string under the cursor; *escaped tells whether it needs decoding.
 * Strings are passed in order, so each backslash is searched for once. */
static inline bool check_string(struct json *json, struct text *raw, bool *escaped) {
  if (!string_bytes(json, json->next, raw))
    return broken(json);
  uint32_t begin = (uint32_t)(raw->bytes - json->base), end = begin + (uint32_t)raw->length;
  if (json->escape < begin)
    find_escape(json, begin);
  *escaped = json->escape < end;
  return !*escaped || json_pass_escapes(json, end) || broken(json);
}

/* The bytes of the escape that the text begins with; 0 if it is broken. */
static inline size_t escape_length(struct text text) {
  bool is_unicode = text.length >= 6 && text.bytes[1] == 'u';
  int32_t code = is_unicode ? hex_four(text, 2) : -1;
  if (code >= 0 && (code & 0xf800) != 0xd800)
    return 6;
  size_t at = 0;
  char bytes[4];
  return pass_escape(text, &at, bytes) ? at : 0;
}

#define NOT_NEAR UINT32_MAX

/* The first backslash of the next eight bytes: where there is one escape, others are often near. */
static inline uint32_t near_escape(const struct json *json, uint32_t from) {
  if (json->horizon - from < 8)
    return NOT_NEAR;
  uint64_t near = word_zeros(word_load(json->base + from) ^ WORD_OF('\\'));
  return near ? from + (uint32_t)word_first(near) : NOT_NEAR;
}

bool json_pass_escapes(struct json *json, uint32_t offset) {
  while (json->escape < offset) {
    uint32_t escape = json->escape, from;
    do {
      size_t length = escape_length((struct text){json->base + escape, offset - escape});
      if (length == 0)
        return false;
      from = escape + (uint32_t)length;
      escape = near_escape(json, from);
    } while (escape < offset);
    if (escape == NOT_NEAR)
      find_escape(json, from);
    else
      set_escape(json, from, escape);
  }
  return true;
}

static bool reserve_scratch(struct json *json, size_t need) {
  void *scratch = json->scratch;
  if (!memory_reserve(&json->memory, &scratch, &json->scratch_size, need, 1))
    return fail(json, JSON_NO_MEMORY);
  json->scratch = scratch;
  return true;
}

/* Decodes a string to the scratch buffer. */
static bool decode_passing(struct json *json, struct text *text) {
  if (!reserve_scratch(json, text->length))
    return false;
  *text = (struct text){json->scratch, unescape(*text, json->scratch)};
  return true;
}

bool json_passing_text(struct json *json, json_place place, struct text *text) {
  *text = json_raw_text(json, place);
  return !has_escape(json, place, *text) || decode_passing(json, text);
}

bool json_text(struct json *json, json_place place, struct arena *arena, struct text *text) {
  struct text raw = json_raw_text(json, place);
  *text = raw;
  if (!has_escape(json, place, raw))
    return true;
  char *out = arena_alloc(arena, raw.length);
  if (!out)
    return fail(json, JSON_NO_MEMORY);
  *text = (struct text){out, unescape(raw, out)};
  return true;
}

/* ---- numbers and words ------------------------------------------------------- */

/* What may stand behind a number or word. */
static bool ends_word(const struct json *json, const char *at) {
  if (at >= json->base + json->end)
    return true;
  switch (*at) {
  case ' ':
  case '\t':
  case '\n':
  case '\r':
  case ',':
  case ':':
  case ']':
  case '}':
  case '[':
  case '{': return true;
  }
  return false;
}

static const char *digits(const char *at, const char *end) {
  while (at < end && is_digit(*at))
    at++;
  return at;
}

/* The end of the number at `at`, or NULL. */
static const char *number_end(const char *at, const char *end) {
  if (at < end && *at == '-')
    at++;
  const char *whole = at;
  at = digits(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1))
    return NULL;
  if (at < end && *at == '.') {
    const char *fraction = ++at;
    at = digits(at, end);
    if (at == fraction)
      return NULL;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-'))
      at++;
    const char *exponent = at;
    at = digits(at, end);
    if (at == exponent)
      return NULL;
  }
  return at;
}

static bool check_number(struct json *json) {
  const char *end = number_end(json->base + *json->next, json->base + json->end);
  return (end && ends_word(json, end)) || broken(json);
}

static bool check_word(struct json *json, const char *word, size_t length) {
  const char *at = json->base + *json->next;
  return (json->end - *json->next >= length && memcmp(at, word, length) == 0 &&
          ends_word(json, at + length)) ||
         broken(json);
}

struct text json_word(const struct json *json, json_place place) {
  const char *begin = json->base + *place, *end = begin;
  while (!ends_word(json, end))
    end++;
  return (struct text){begin, (size_t)(end - begin)};
}

/* A whole number of so many digits is a double, and so is the power of ten that
 * it is divided by: the quotient is the double that is nearest to the text. */
enum { EXACT_DIGITS = 15 };

bool json_number(const struct json *json, json_place place, double *number) {
  static const double powers[EXACT_DIGITS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  struct text word = json_word(json, place);
  bool negative = word.bytes[0] == '-', point = false;
  size_t first = negative, places = 0;
  if (word.length - first > EXACT_DIGITS + 1)
    return number_parse(word, number);
  int64_t whole = 0;
  for (size_t i = first; i < word.length; i++) {
    bool digit = is_digit(word.bytes[i]);
    if (!digit && word.bytes[i] != '.')
      return number_parse(word, number);
    whole = digit ? whole * 10 + (word.bytes[i] - '0') : whole;
    places += point;
    point |= !digit;
  }
  if (word.length - first - point > EXACT_DIGITS)
    return number_parse(word, number);
  double size = (double)whole / powers[places];
  *number = negative ? -size : size; /* -0 stays -0 */
  return true;
}

/* ---- one after the other ------------------------------------------------------------ */

bool json_pass_scalar(struct json *json) {
  struct text raw;
  bool escaped, passed;
  switch (json_peek(json)) {
  case '"': passed = check_string(json, &raw, &escaped); break;
  case 't': passed = check_word(json, "true", 4); break;
  case 'f': passed = check_word(json, "false", 5); break;
  case 'n': passed = check_word(json, "null", 4); break;
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9': passed = check_number(json); break;
  default: passed = broken(json);
  }
  json->next += passed;
  return passed;
}

bool json_pass_key(struct json *json, struct json_name *name) {
  if (json_peek(json) != '"' || !check_string(json, &name->raw, &name->escaped))
    return broken(json);
  json->next++;
  if (json_peek(json) != ':')
    return broken(json);
  json->next++;
  return true;
}

bool json_decode_key(struct json *json, struct json_name *name) {
  return !name->escaped || decode_passing(json, &name->raw);
}

/* Moves behind a value that is known to be well-formed. */
static json_place behind(const struct json *json, json_place place) {
  uint32_t depth = 0;
  do {
    char c = json_peek_at(json, place++);
    if (c == '{' || c == '[')
      depth++;
    else if (c == '}' || c == ']')
      depth--;
  } while (depth > 0);
  return place;
}

bool json_first_item(const struct json *json, json_place list, json_place *item) {
  *item = list + 1;
  return json_peek_at(json, *item) != ']';
}

bool json_next_item(const struct json *json, json_place *item) {
  *item = behind(json, *item);
  return json_peek_at(json, (*item)++) == ',';
}

/* json_look.h - values that a look shows to be whole.
 *
 * Most values are a string, whose end simdjson has seen; a short whole number,
 * or a word, with nothing behind it but the next piece.  A few comparisons tell.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_LOOK_H
#define BAREME_IO_JSON_LOOK_H

#include "base/words.h"
#include "io/json.h"

/* By how many digits there are beside the first. */
static const uint64_t json_digit_masks[8] = {WORD_LOW(1), WORD_LOW(2), WORD_LOW(3), WORD_LOW(4),
                                             WORD_LOW(5), WORD_LOW(6), WORD_LOW(7), WORD_LOW(8)};

/* One to eight digits that fill the room up to the next piece; a number of
 * several digits does not begin with 0.  Without a branch, for what numbers
 * are like nobody can guess: of several digits the first is made one less, and
 * a 0 then sets its high bit, as what is no digit does. */
static inline bool json_is_plain_number(const char *at, uint32_t room) {
  uint32_t more = room - 1;
  uint64_t values = (word_load(at) ^ WORD_OF('0')) & json_digit_masks[more & 7];
  uint64_t wrong = (values - (more != 0)) | (values + WORD_OF(0x76));
  return ((wrong & WORD_HIGH) == 0) & (more < 8);
}

/* A number of up to eight bytes with a sign, a point between its digits, or
 * both, that fills the room up to the next piece. */
static inline bool json_is_plain_decimal(const char *at, uint32_t room) {
  uint32_t sign = *at == '-', more = room - sign - 1;
  if (more >= 8)
    return false;
  uint64_t values = (word_load(at + sign) ^ WORD_OF('0')) & json_digit_masks[more];
  uint64_t others = (values | (values + WORD_OF(0x76))) & WORD_HIGH;
  /* Of several digits in front of the point, or without one, the first is not 0. */
  uint32_t point = others ? (uint32_t)word_first(others) : more + 1;
  bool is_short = point == 1 || (values & 0xff) != 0;
  bool has_end =
      !others || (at[sign + point] == '.' && point < more && (others & (others - 1)) == 0);
  return is_short & has_end & (point > 0);
}

static inline bool json_is_plain_word(const char *at, uint32_t room) {
  return (room == 4 && (memcmp(at, "true", 4) == 0 || memcmp(at, "null", 4) == 0)) ||
         (room == 5 && memcmp(at, "false", 5) == 0);
}

/* True if a look shows that the value is a whole string, number or word; the
 * piece behind it is below json->plain. */
static inline bool json_is_plain(const char *base, json_place value) {
  const char *at = base + value[0];
  uint32_t room = value[1] - value[0];
  if (*at == '"')
    return true;
  return *at <= '9' ? json_is_plain_number(at, room) || json_is_plain_decimal(at, room)
                    : json_is_plain_word(at, room);
}

/* The number of one to eight digits, of which nothing else is there.  False if
 * it is another one, or none. */
static inline bool json_short_number(const struct json *json, json_place value, double *number) {
  const char *at = json->base + value[0];
  uint32_t room = value[1] - value[0];
  if (value[1] >= json->limit || !json_is_plain_number(at, room))
    return false;
  /* The last digit is the highest byte, and in front of the first one are zeros:
   * neighbours are added up to pairs, then to fours, then to eight. */
  uint64_t digits = (word_load(at) ^ WORD_OF('0')) << (64 - 8 * room);
  digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
  digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
  *number = (double)(uint32_t)(digits * 10000 + (digits >> 32));
  return true;
}

#endif

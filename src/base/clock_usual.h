/* clock_usual.h - instants as most data writes them, in line.
 *
 * A run reads an instant for each event.  With their quotes, twenty-two bytes
 * are three words, the last two of which overlap:
 *
 *   "2026-06 -01T09:3 :30:00Z"
 *
 * The first one is a month, of which data have few, again and again.  The others
 * have two numbers of two digits each, in the same places.  Programs that know
 * more than seconds, or another zone, write `.250` or `+02:00` before the quote.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_CLOCK_USUAL_H
#define BAREME_BASE_CLOCK_USUAL_H

#include "base/clock.h"
#include "base/clock_pairs.h"

/* Months that were read before.  Begins as zeros: a month of no days. */
struct clock_months {
  struct clock_month {
    uint64_t text;  /* `"2026-06` */
    int64_t micros; /* of the day before the first */
    uint64_t last;  /* its last day, and the last hour of a day: CLOCK_TWO */
  } slots[64];
};

/* Reads `"YYYY-MM`.  False, and the month as it was, if it is none. */
bool clock_read_month(const char *bytes, struct clock_month *month);

/* Two numbers of two digits: the first in bits 0 to 7, the second in bits 24 to 31. */
#define CLOCK_TWO(first, second) ((uint64_t)(first) | (uint64_t)(second) << 24)

/* Those of the digits 1 and 2, and 4 and 5. */
static inline uint64_t clock_two_of(struct clock_word word) {
  return word.tens >> 8 & CLOCK_TWO(0xff, 0xff);
}

/* Bytes of the longest usual instant, `"YYYY-MM-DDTHH:MM:SS.ffffff+HH:MM"`, and of two more,
 * for words are read. */
enum { CLOCK_USUAL_BYTES = 36 };

/* Reads what stands behind the seconds, with the quote: up to six digits of a
 * fraction; `Z`, an offset or nothing.  `micros` is put right.  False if it is
 * something else, or out of range. */
bool clock_read_tail(const char bytes[16], int64_t *micros);

/* Reads a string that begins `"YYYY-MM-DDTHH:MM:SS` and has no escapes.  False
 * if it is no usual instant: clock_parse says whether it is another way to write one. */
static inline bool clock_parse_usual(const char bytes[CLOCK_USUAL_BYTES],
                                     struct clock_months *months, int64_t *micros) {
  uint64_t text = word_load(bytes);
  struct clock_month *month = &months->slots[text * UINT64_C(0x9e3779b97f4a7c15) >> 58];
  if (month->text != text && !clock_read_month(bytes, month))
    return false;
  struct clock_word begin = clock_read_word(bytes + 8, "-00T00:0");
  struct clock_word end = clock_read_word(bytes + 14, ":00:00Z\"");
  uint64_t hour = clock_two_of(begin), second = clock_two_of(end); /* of a day, of a minute */
  /* Each number times what it counts for, added up from bit 40 on. */
  uint64_t seconds =
      (hour * (UINT64_C(86400) << 40 | 3600 << 16) + second * (UINT64_C(60) << 40 | 1 << 16)) >> 40;
  *micros = month->micros + (int64_t)seconds * CLOCK_SECOND;
  /* What is subtracted from less than it is leaves high bits; there is no day 0. */
  uint64_t wrong = (month->last - hour) | (hour - 1) | (CLOCK_TWO(59, 60) - second) | begin.wrong;
  uint64_t tail = end.wrong & ~WORD_LOW(6); /* `Z"` */
  if (((wrong | (end.wrong & WORD_LOW(6))) & WORD_HIGH) != 0)
    return false;
  return (tail & WORD_HIGH) == 0 ? *micros <= CLOCK_MAX : clock_read_tail(bytes + 20, micros);
}

#endif

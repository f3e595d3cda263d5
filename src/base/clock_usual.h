/* clock_usual.h - instants as most data writes them, in line.
 *
 * A run reads an instant for each event.  The twenty bytes are three words:
 *
 *   2026-06- 01T09:30 :00Z
 *
 * The first one is a month, of which data have few, again and again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_CLOCK_USUAL_H
#define BAREME_BASE_CLOCK_USUAL_H

#include "base/clock.h"
#include "base/clock_pairs.h"

/* Months that were read before.  Begins as zeros: a month of no days. */
struct clock_months {
  struct clock_month {
    uint64_t text; /* `2026-06-` */
    int64_t micros;
    unsigned days;
  } slots[64];
};

/* Reads `YYYY-MM-`.  False, and the month as it was, if it is none. */
bool clock_read_month(const char *bytes, struct clock_month *month);

/* The twenty bytes `YYYY-MM-DDTHH:MM:SSZ`.  False if they are none: clock_parse
 * says whether it is another way to write one. */
static inline bool clock_parse_usual(const char bytes[20], struct clock_months *months,
                                     int64_t *micros) {
  uint64_t text = word_load(bytes);
  struct clock_month *month = &months->slots[text * UINT64_C(0x9e3779b97f4a7c15) >> 58];
  if (month->text != text && !clock_read_month(bytes, month))
    return false;
  struct clock_pairs day; /* day, hour, minute */
  bool usual = clock_read_pairs(bytes + 8, 'T', ':', &day);
  uint64_t tail = (word_load(bytes + 12) >> 32) ^ CLOCK_BYTES(':', '0', '0', 'Z', 0, 0, 0, 0);
  uint64_t excess = tail + CLOCK_BYTES(0x7f, 0x76, 0x76, 0x7f, 0, 0, 0, 0);
  unsigned second = (unsigned)(tail >> 8 & 0xff) * 10 + (unsigned)(tail >> 16 & 0xff);
  int64_t minutes = ((int64_t)day.first * 24 + day.second) * 60 + day.third;
  *micros = month->micros - CLOCK_DAY + (minutes * 60 + second) * CLOCK_SECOND;
  return usual & (((tail | excess) & WORD_HIGH) == 0) & (day.first - 1 < month->days) &
         (day.second < 24) & (day.third < 60) & (second <= 60) & (*micros <= CLOCK_MAX);
}

#endif

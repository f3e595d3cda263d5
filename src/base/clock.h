/* clock.h - instants and durations, in microseconds, UTC.
 *
 * An instant is a count of microseconds since 1970-01-01T00:00:00Z in the
 * proleptic Gregorian calendar, without leap seconds, years 0001 to 9999.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_CLOCK_H
#define BAREME_BASE_CLOCK_H

#include "base/text.h"

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR   (60 * CLOCK_MINUTE)
#define CLOCK_DAY    (24 * CLOCK_HOUR)
#define CLOCK_WEEK   (7 * CLOCK_DAY)
#define CLOCK_MIN    INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define CLOCK_MAX    INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* Is it an instant, from the year 0001 to 9999? */
static inline bool clock_holds(int64_t micros) {
  return (micros >= CLOCK_MIN) & (micros <= CLOCK_MAX);
}

/* Reads RFC 3339 (`2026-06-01T09:30:00Z`, `+02:00`, fractions, a space or `t`
 * for the `T`), or `YYYY-MM-DD` (midnight UTC).  A date and time without an
 * offset is read as UTC.  Digits of a fraction beyond microseconds are cut.
 * Second 60 is read as the next second's 0.  False if it is none of these. */
bool clock_parse(struct text text, int64_t *micros);

/* A number from data: seconds since 1970 if its magnitude is below 1e11,
 * milliseconds otherwise (1e11 s is the year 5138, 1e11 ms is 1973).
 * False if not finite or out of range. */
bool clock_from_number(double number, int64_t *micros);

/* A text from data: clock_parse, or a number of digits as clock_from_number. */
bool clock_from_data(struct text text, int64_t *micros);

/* `2026-06-01T09:30:00Z`, with a fraction only if there is one.
 * At most 27 bytes and a NUL; returns the length. */
#define CLOCK_TEXT_SIZE 32
size_t clock_format(int64_t micros, char out[CLOCK_TEXT_SIZE]);

/* `3 days`, `1.5 hours`, `-2 weeks`, as the language writes durations: in the
 * largest unit of which it is at least one, with at most one decimal; what no
 * unit gives so, in seconds with as many decimals as it has.  Exact.  At most 47 bytes and a NUL;
 * returns the length. */
#define DURATION_TEXT_SIZE 48
size_t duration_format(int64_t micros, char out[DURATION_TEXT_SIZE]);

int clock_hour(int64_t micros);    /* 0 to 23 */
int clock_weekday(int64_t micros); /* Monday 1 to Sunday 7 */

/* The system's clock: only the command line may ask it. */
int64_t clock_now(void);

#endif

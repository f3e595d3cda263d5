/* instants.h - counts of Arrow's units as microseconds.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_INSTANTS_H
#define BAREME_ARROW_INSTANTS_H

#include <string.h>

#include "arrow/source.h"
#include "base/clock.h"

static inline int64_t floor_thousandth(int64_t nanos) {
  return nanos / 1000 - (nanos % 1000 < 0);
}

static inline bool micros_scale(int64_t count, int64_t unit, int64_t *micros) {
  return !__builtin_mul_overflow(count, unit, micros);
}

/* What is finer than a microsecond is cut, as it is of a text. */
static inline bool micros_of(int64_t count, enum arrow_unit unit, int64_t *micros) {
  switch (unit) {
  case ARROW_SECONDS: return micros_scale(count, CLOCK_SECOND, micros);
  case ARROW_MILLIS: return micros_scale(count, CLOCK_SECOND / 1000, micros);
  case ARROW_MICROS: *micros = count; return true;
  case ARROW_NANOS: *micros = floor_thousandth(count); return true;
  }
  return false;
}

/* The instant of a row that is known.  False if the source is not one of timestamps, or
 * it is beyond the calendar. */
static inline bool source_timestamp(const struct source *source, int64_t row, int64_t *micros) {
  int64_t count;
  if (source->type.kind != ARROW_TIMESTAMP || source->encoded)
    return false;
  memcpy(&count, source->rows.first + (source->rows.offset + row) * 8, sizeof count);
  return micros_of(count, source->type.unit, micros) && clock_holds(*micros);
}

#endif

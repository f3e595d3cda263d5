/* results.h - which parts of a result are written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_RESULTS_H
#define BAREME_IO_RESULTS_H

#include "bareme/bareme.h"

enum result_part {
#define RESULT(name, key) RESULT_##name,
#include "io/results.def"
#undef RESULT
  RESULT_COUNT
};

/* A bit for each part. */
struct result_parts {
  uint32_t bits;
};

static inline bool parts_have(struct result_parts parts, enum result_part part) {
  return parts.bits >> part & 1;
}

/* The parts whose keys `only` lists, separated by commas; NULL: all of them.
 * False, and failure says why, if there is no such key. */
bool parts_read(struct result_parts *parts, const char *only, bareme_failure *failure);

#endif

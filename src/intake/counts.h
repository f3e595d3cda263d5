/* counts.h - what became of the events that came.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_COUNTS_H
#define BAREME_INTAKE_COUNTS_H

#include <stdint.h>

struct event_counts {
  uint64_t added, future, duplicate, ignored;
};

static inline void event_counts_add(struct event_counts *counts, const struct event_counts *more) {
  counts->added += more->added;
  counts->future += more->future;
  counts->duplicate += more->duplicate;
  counts->ignored += more->ignored;
}

#endif

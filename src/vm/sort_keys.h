/* sort_keys.h - events in order of time.
 *
 * Events of one lead stay in the order of the input where their times are the
 * same: sorting is stable.  Most data has them in order already, or the newest
 * first, which is found out first; else by insertion up to some events, by
 * merging such runs above, so that a lead of a million events is nothing special.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_SORT_KEYS_H
#define BAREME_VM_SORT_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct sort_key {
  int64_t at;
  uint32_t lane;
};

/* By `at`, in place.  `room` is as large. */
void sort_keys(struct sort_key *keys, struct sort_key *room, size_t count);

#endif

/* top.h - the N leads with the highest score, kept while the others go by.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include "cli/page.h"

struct top_entry {
  double score;
  uint64_t order;     /* in the input, from 0: of equal scores, the earlier is better */
  struct page record; /* what will be written */
};

struct top {
  struct top_entry *entries; /* a heap: the worst is first */
  size_t count, most;
};

void top_init(struct top *top, size_t most);
void top_clear(struct top *top);

/* Is a lead with this score, which comes later than all before, among the best so far? */
bool top_wants(const struct top *top, double score);

/* Keeps it with the record, which is given back empty.  False if out of memory. */
bool top_keep(struct top *top, double score, uint64_t order, struct page *record);

/* Brings the entries in order, the best first; nothing can be kept afterwards. */
void top_sort(struct top *top);

#endif

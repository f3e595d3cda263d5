/* top.c - the N leads with the highest score, kept while the others go by.
 *
 * A heap with the worst on top: of a million leads in random order, only some
 * N x ln(million / N) are ever kept, and only for those the result is written
 * out.  The room for entries grows with the leads that come, not with N.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/top.h"

#include <stdlib.h>

void top_init(struct top *top, size_t most) {
  *top = (struct top){NULL, 0, most};
}

void top_clear(struct top *top) {
  for (size_t i = 0; i < top->count; i++)
    page_clear(&top->entries[i].record);
  free(top->entries);
  *top = (struct top){0};
}

static bool is_worse(const struct top_entry *a, const struct top_entry *b) {
  return a->score != b->score ? a->score < b->score : a->order > b->order;
}

static void swap(struct top_entry *a, struct top_entry *b) {
  struct top_entry kept = *a;
  *a = *b;
  *b = kept;
}

static void sift_up(struct top_entry *entries, size_t at) {
  for (; at > 0 && is_worse(&entries[at], &entries[(at - 1) / 2]); at = (at - 1) / 2)
    swap(&entries[at], &entries[(at - 1) / 2]);
}

static void sift_down(struct top_entry *entries, size_t count) {
  for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && is_worse(&entries[child + 1], &entries[child]))
      child++;
    if (!is_worse(&entries[child], &entries[at]))
      return;
    swap(&entries[child], &entries[at]);
  }
}

bool top_wants(const struct top *top, double score) {
  return top->count < top->most || score > top->entries[0].score;
}

/* Entries double: 16, 32, 64, …, and that is when the count is one of them. */
static struct top_entry *add(struct top *top) {
  if (top->count == 0 || (top->count >= 16 && (top->count & (top->count - 1)) == 0)) {
    size_t room = top->count == 0 ? 16 : top->count * 2;
    struct top_entry *entries = realloc(top->entries, room * sizeof *entries);
    if (!entries)
      return NULL;
    top->entries = entries;
  }
  top->entries[top->count].record = (struct page){0};
  return &top->entries[top->count++];
}

bool top_keep(struct top *top, double score, uint64_t order, struct page *record) {
  bool full = top->count == top->most;
  struct top_entry *entry = full ? &top->entries[0] : add(top);
  if (!entry)
    return false;
  struct page previous = entry->record; /* its memory serves the next record */
  *entry = (struct top_entry){score, order, *record};
  *record = previous;
  record->length = record->column = 0;
  if (full)
    sift_down(top->entries, top->count);
  else
    sift_up(top->entries, top->count - 1);
  return true;
}

static int by_rank(const void *a, const void *b) {
  return is_worse(a, b) ? 1 : is_worse(b, a) ? -1 : 0;
}

void top_sort(struct top *top) {
  if (top->count > 1)
    qsort(top->entries, top->count, sizeof *top->entries, by_rank);
}

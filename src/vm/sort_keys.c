/* sort_keys.c - insertion and merging, stable.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/sort_keys.h"

#include <stdbool.h>
#include <string.h>

/* Events that are sorted by insertion. */
enum { RUN = 32 };

static void reverse_keys(struct sort_key *keys, size_t count) {
  for (size_t i = 0, k = count - 1; i < k; i++, k--) {
    struct sort_key key = keys[i];
    keys[i] = keys[k];
    keys[k] = key;
  }
}

static void insert_keys(struct sort_key *keys, size_t count) {
  for (size_t i = 1; i < count; i++) {
    struct sort_key key = keys[i];
    size_t k = i;
    for (; k > 0 && keys[k - 1].at > key.at; k--)
      keys[k] = keys[k - 1];
    keys[k] = key;
  }
}

static void merge_keys(const struct sort_key *left, size_t left_count, const struct sort_key *right,
                       size_t right_count, struct sort_key *out) {
  const struct sort_key *left_end = left + left_count, *right_end = right + right_count;
  while (left < left_end && right < right_end)
    *out++ = right->at < left->at ? *right++ : *left++;
  memcpy(out, left, (size_t)(left_end - left) * sizeof *out);
  out += left_end - left;
  memcpy(out, right, (size_t)(right_end - right) * sizeof *out);
}

/* Merges neighbouring runs of `width` keys; the last may be shorter or alone. */
static void merge_runs(const struct sort_key *from, size_t count, size_t width,
                       struct sort_key *to) {
  for (size_t at = 0; at < count;) {
    size_t left = count - at < width ? count - at : width;
    size_t rest = count - at - left;
    size_t right = rest < width ? rest : width;
    merge_keys(from + at, left, from + at + left, right, to + at);
    at += left + right;
  }
}

static bool strictly_descending(const struct sort_key *keys, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (keys[i - 1].at <= keys[i].at)
      return false;
  return true;
}

void sort_keys(struct sort_key *keys, struct sort_key *room, size_t count) {
  if (strictly_descending(keys, count)) {
    reverse_keys(keys, count);
    return;
  }
  for (size_t at = 0; at < count; at += RUN)
    insert_keys(keys + at, count - at < RUN ? count - at : RUN);
  struct sort_key *from = keys, *to = room;
  for (size_t width = RUN; width < count; width *= 2) {
    merge_runs(from, count, width, to);
    struct sort_key *merged = to;
    to = from;
    from = merged;
  }
  if (from != keys)
    memcpy(keys, from, count * sizeof *from);
}

/* diff.c - how two texts differ, line by line.
 *
 * Lines that stand once in either text and in the same order in both are what
 * a reader's eye goes by, so they are the anchors (this is known as patience
 * diff); the longest row of them that is in order is found in n log n.  Between
 * two anchors, lines that are equal from the top or from the bottom stay, and
 * all others are removed and added.  That is not always the shortest
 * difference, but a readable one, and never takes long.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/diff.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT 3 /* equal lines shown around what differs */

struct line {
  bareme_text text; /* with its line break; the last may have none */
  size_t mate;      /* the equal line of the other text, + 1; 0: there is none */
};

struct side {
  struct line *lines;
  size_t count;
};

/* A text of a line, where it stands in both: only those that stand once count. */
struct entry {
  bareme_text text;
  size_t counts[2], lines[2];
};

struct diff {
  struct side sides[2];
  struct entry *entries; /* a hash table */
  size_t capacity;       /* a power of 2 */
};

/* ---- lines ------------------------------------------------------------------------------ */

static bool split(struct side *side, bareme_text text) {
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++)
    count += text.bytes[i] == '\n' || i + 1 == text.length;
  side->lines = calloc(count + 1, sizeof *side->lines);
  if (!side->lines)
    return false;
  for (size_t begin = 0, i = 0; i < text.length; i++)
    if (text.bytes[i] == '\n' || i + 1 == text.length) {
      side->lines[side->count++].text = text_of(text.bytes + begin, i + 1 - begin);
      begin = i + 1;
    }
  return true;
}

static bool same(bareme_text a, bareme_text b) {
  return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void match(struct diff *diff, size_t before, size_t after) {
  diff->sides[0].lines[before].mate = after + 1;
  diff->sides[1].lines[after].mate = before + 1;
}

static bool equal_at(const struct diff *diff, size_t before, size_t after) {
  return same(diff->sides[0].lines[before].text, diff->sides[1].lines[after].text);
}

/* ---- anchors ---------------------------------------------------------------------------- */

static struct entry *find(struct diff *diff, bareme_text text) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < text.length; i++)
    hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(1099511628211);
  size_t at = (size_t)(hash ^ hash >> 32) & (diff->capacity - 1);
  while (diff->entries[at].text.bytes && !same(diff->entries[at].text, text))
    at = (at + 1) & (diff->capacity - 1);
  return &diff->entries[at];
}

static bool count_lines(struct diff *diff) {
  size_t all = diff->sides[0].count + diff->sides[1].count;
  diff->capacity = 16;
  while (diff->capacity < all * 2)
    diff->capacity *= 2;
  diff->entries = calloc(diff->capacity, sizeof *diff->entries);
  if (!diff->entries)
    return false;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < diff->sides[side].count; i++) {
      bareme_text text = diff->sides[side].lines[i].text;
      struct entry *entry = find(diff, text);
      entry->text = text;
      entry->counts[side]++;
      entry->lines[side] = i;
    }
  return true;
}

/* The line after that stands once in both, for one before; or SIZE_MAX. */
static size_t only_mate(struct diff *diff, size_t before) {
  const struct entry *entry = find(diff, diff->sides[0].lines[before].text);
  return entry->counts[0] == 1 && entry->counts[1] == 1 ? entry->lines[1] : SIZE_MAX;
}

/* The longest row that grows in both: ends[k] is the line that ends the best
 * row of k + 1 lines so far, links[] what comes before each line in its row. */
static bool match_anchors(struct diff *diff) {
  size_t count = diff->sides[0].count, longest = 0;
  size_t *ends = calloc(count + 1, sizeof *ends), *links = calloc(count + 1, sizeof *links);
  size_t *mates = calloc(count + 1, sizeof *mates);
  bool room = ends && links && mates;
  for (size_t i = 0; room && i < count; i++) {
    mates[i] = only_mate(diff, i);
    if (mates[i] == SIZE_MAX)
      continue;
    size_t low = 0, high = longest;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (mates[ends[middle]] < mates[i])
        low = middle + 1;
      else
        high = middle;
    }
    links[i] = low > 0 ? ends[low - 1] : SIZE_MAX;
    ends[low] = i;
    longest += low == longest;
  }
  for (size_t i = room && longest > 0 ? ends[longest - 1] : SIZE_MAX; i != SIZE_MAX; i = links[i])
    match(diff, i, mates[i]);
  free(ends);
  free(links);
  free(mates);
  return room;
}

/* Lines [a, a_end) and [b, b_end) have no anchors. */
static void match_ends(struct diff *diff, size_t a, size_t a_end, size_t b, size_t b_end) {
  for (; a < a_end && b < b_end && equal_at(diff, a, b); a++, b++)
    match(diff, a, b);
  for (; a < a_end && b < b_end && equal_at(diff, a_end - 1, b_end - 1); a_end--, b_end--)
    match(diff, a_end - 1, b_end - 1);
}

static void match_between(struct diff *diff) {
  const struct side *before = &diff->sides[0], *after = &diff->sides[1];
  size_t a = 0, b = 0;
  for (size_t i = 0; i < before->count; i++)
    if (before->lines[i].mate) {
      size_t mate = before->lines[i].mate - 1;
      match_ends(diff, a, i, b, mate);
      a = i + 1;
      b = mate + 1;
    }
  match_ends(diff, a, before->count, b, after->count);
}

/* ---- hunks ------------------------------------------------------------------------------- */

/* Bytes as they are, for `patch`; on a terminal, without what could command it. */
static void put_line(struct page *page, char sign, const struct line *line) {
  bareme_text text = line->text;
  bool ended = text.bytes[text.length - 1] == '\n';
  text.length -= ended;
  if (sign != ' ')
    page_style(page, sign == '-' ? STYLE_RED : STYLE_GREEN);
  page_raw(page, &sign, 1);
  if (page->terminal)
    page_text(page, text, PAGE_UNCUT);
  else
    page_raw(page, text.bytes, text.length);
  page_line(page);
  if (!ended)
    page_word(page, "\\ No newline at end of file\n");
}

/* "12,7"; a range of none begins at the line before it. */
static void put_range(struct page *page, size_t begin, size_t end) {
  page_format(page, "%zu", end > begin ? begin + 1 : begin);
  if (end - begin != 1)
    page_format(page, ",%zu", end - begin);
}

/* The next lines that are not equal, from (*a, *b) on; false if there are none. */
static bool find_change(const struct diff *diff, size_t *a, size_t *b) {
  const struct side *before = &diff->sides[0], *after = &diff->sides[1];
  while (*a < before->count && *b < after->count && before->lines[*a].mate == *b + 1) {
    ++*a;
    ++*b;
  }
  return *a < before->count || *b < after->count;
}

static void pass_change(const struct diff *diff, size_t *a, size_t *b) {
  const struct side *before = &diff->sides[0], *after = &diff->sides[1];
  while (*a < before->count && !before->lines[*a].mate)
    ++*a;
  while (*b < after->count && !after->lines[*b].mate)
    ++*b;
}

static void put_lines(struct page *page, const struct diff *diff, size_t a, size_t a_end, size_t b,
                      size_t b_end) {
  const struct side *before = &diff->sides[0], *after = &diff->sides[1];
  while (a < a_end || b < b_end) {
    if (a < a_end && !before->lines[a].mate) {
      put_line(page, '-', &before->lines[a++]);
    } else if (b < b_end && !after->lines[b].mate) {
      put_line(page, '+', &after->lines[b++]);
    } else {
      put_line(page, ' ', &before->lines[a++]);
      b++;
    }
  }
}

/* The hunk that begins with the change at (*a, *b), and goes on while the next
 * change is near enough for their contexts to touch. */
static void put_hunk(struct page *page, const struct diff *diff, size_t *a, size_t *b) {
  size_t lead = *a < CONTEXT ? *a : CONTEXT;
  size_t a_begin = *a - lead, b_begin = *b - lead, next_a = *a, next_b = *b;
  do {
    *a = next_a;
    *b = next_b;
    pass_change(diff, a, b);
    next_a = *a;
    next_b = *b;
  } while (find_change(diff, &next_a, &next_b) && next_a - *a <= 2 * CONTEXT);
  size_t rest = diff->sides[0].count - *a, tail = rest < CONTEXT ? rest : CONTEXT;
  page_style(page, STYLE_CYAN);
  page_word(page, "@@ -");
  put_range(page, a_begin, *a + tail);
  page_word(page, " +");
  put_range(page, b_begin, *b + tail);
  page_word(page, " @@");
  page_line(page);
  put_lines(page, diff, a_begin, *a + tail, b_begin, *b + tail);
}

static void put_name(struct page *page, const char *sign, const char *name) {
  page_style(page, STYLE_BOLD);
  page_word(page, sign);
  page_text(page, text_of(name, strlen(name)), PAGE_UNCUT);
  page_line(page);
}

void diff_put(struct page *page, const char *name, bareme_text before, bareme_text after) {
  struct diff diff = {.capacity = 0};
  if (split(&diff.sides[0], before) && split(&diff.sides[1], after) && count_lines(&diff) &&
      match_anchors(&diff)) {
    match_between(&diff);
    size_t a = 0, b = 0;
    if (find_change(&diff, &a, &b)) {
      put_name(page, "--- ", name);
      put_name(page, "+++ ", name);
      do
        put_hunk(page, &diff, &a, &b);
      while (find_change(&diff, &a, &b));
    }
  } else {
    page->out_of_memory = true;
  }
  free(diff.sides[0].lines);
  free(diff.sides[1].lines);
  free(diff.entries);
}

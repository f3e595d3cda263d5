/* progress.c - a line on the terminal for work that takes longer than a second.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include "cli/page.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_MICROS 1000000
#define AGAIN_MICROS 100000

void progress_begin(struct progress *progress, bool wanted) {
  int64_t now = wanted ? bareme_now() : 0;
  *progress = (struct progress){wanted, false, now, now + FIRST_MICROS};
}

static void put(struct page *page, const bareme_read_summary *summary, double seconds) {
  page_count(page, summary->records, 0);
  page_word(page, " records  ");
  page_count(page, (uint64_t)((double)summary->records / seconds), 0);
  page_format(page, "/s  %.1f MB  %.1f MB/s", (double)summary->bytes / 1e6,
              (double)summary->bytes / 1e6 / seconds);
  if (summary->rejected > 0) {
    page_word(page, "  ");
    page_count(page, summary->rejected, 0);
    page_word(page, " rejected");
  }
}

void progress_show(struct progress *progress, const bareme_reader *reader) {
  if (!progress->wanted)
    return;
  int64_t now = bareme_now();
  if (now < progress->next)
    return;
  progress->next = now + AGAIN_MICROS;
  progress->shown = true;
  bareme_read_summary summary;
  bareme_reader_summary(reader, &summary);
  struct page page;
  page_init(&page, STDERR_FILENO, 0);
  put(&page, &summary, (double)(now - progress->begun) / 1e6);
  size_t length = page.length < page.width ? page.length : page.width - 1;
  fprintf(stderr, "\r%.*s\033[K", (int)length, page.bytes ? page.bytes : "");
  fflush(stderr);
  page_clear(&page);
}

void progress_end(struct progress *progress) {
  if (progress->shown)
    fputs("\r\033[K", stderr);
  progress->shown = false;
}

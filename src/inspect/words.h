/* words.h - text that grows, and values of a program as people write them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INSPECT_WORDS_H
#define BAREME_INSPECT_WORDS_H

#include "code/program.h"

struct words {
  struct memory memory;
  void *bytes;
  size_t length, capacity;
  bool failed; /* no memory: what came after is missing */
};

void words_init(struct words *words, const struct memory *memory);
void words_clear(struct words *words);

void words_put(struct words *words, const char *terminated);
void words_text(struct words *words, struct text text);
void words_count(struct words *words, uint64_t count);
void words_number(struct words *words, double number); /* may be infinite */
void words_instant(struct words *words, int64_t micros);
void words_duration(struct words *words, int64_t micros);

/* Between quotes, with escapes as the language has them; what is long is cut. */
void words_quoted(struct words *words, struct text text);

/* "50% every 30 days in steps" */
void words_decay(struct words *words, const struct decay *decay);

/* "page_view", "page_view or form", "any event"; space 0 is "leads". */
void words_space(struct words *words, const struct program *program, uint32_t space);

#endif

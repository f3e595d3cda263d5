/* lead_lines.c - lines of NDJSON become leads, by any thread.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead.h"

/* Lines that are being decoded. */
struct walk {
  const char *at, *end;
  uint64_t offset; /* of `at` */
};

static bool is_blank(struct text line) {
  size_t i = 0;
  while (i < line.length &&
         (line.bytes[i] == ' ' || line.bytes[i] == '\t' || line.bytes[i] == '\r'))
    i++;
  return i == line.length;
}

/* Takes the next line and its end. */
static void take_line(struct walk *walk, struct account *account, size_t behind,
                      struct record *record) {
  size_t rest = (size_t)(walk->end - walk->at);
  const char *newline = memchr(walk->at, '\n', rest);
  size_t length = newline ? (size_t)(newline - walk->at) : rest;
  size_t passed = newline ? length + 1 : rest;
  bool has_return = length > 0 && walk->at[length - 1] == '\r';
  *record = (struct record){.kind = RECORD_WHOLE,
                            .bytes = {walk->at, has_return ? length - 1 : length},
                            .offset = walk->offset,
                            .ready = rest,
                            .behind = behind,
                            .line = account->lines + 1};
  account->lines += newline != NULL;
  walk->at += passed;
  walk->offset += passed;
}

static bool decode_line(struct loader *loader, const struct record *record) {
  struct reason reason = {PROBLEM_NOT_JSON, SUBJECT_NONE};
  problems_at(&loader->account.problems, TEXT(""), record->line);
  enum outcome outcome = lead_from_json(loader, record, &reason);
  return lead_conclude(loader, record, outcome, reason);
}

bool lead_lines(struct loader *loader, struct text lines, uint64_t offset, size_t *passed) {
  struct walk walk = {lines.bytes, lines.bytes + lines.length, offset};
  bool done = true;
  while (done && walk.at < walk.end && !batch_full(loader->batch) && !loader->account.stopped) {
    struct record record;
    take_line(&walk, &loader->account, loader->behind, &record);
    done = is_blank(record.bytes) || decode_line(loader, &record);
  }
  *passed = (size_t)(walk.at - lines.bytes);
  return done;
}

/* images.h - what the tests of compiled policies share: checksums put right
 * after a change, and a program run over a few leads and looked at all over.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_IMAGES_H
#define BAREME_TESTS_IMAGES_H

#include "base/clock.h"
#include "code/crc32c.h"
#include "code/image_format.h"
#include "vm/runner.h"

#include <stdlib.h>
#include <string.h>

/* ---- damage that checksums do not find ------------------------------------------- */

/* Sections one behind the other as long as they say, the last to the end of the
 * file, and all checksums right.  False if there is no room for the table. */
static inline bool image_mend(char *bytes, size_t length) {
  if (length < IMAGE_AT_TABLE || length > UINT32_MAX)
    return false;
  size_t count = image_u16(bytes + IMAGE_AT_SECTIONS), table = count * IMAGE_ENTRY_BYTES;
  if (table > length - IMAGE_AT_TABLE)
    return false;
  size_t at = IMAGE_AT_TABLE + table;
  for (size_t i = 0; i < count; i++) {
    char *entry = bytes + IMAGE_AT_TABLE + i * IMAGE_ENTRY_BYTES;
    size_t body = image_u32(entry + IMAGE_ENTRY_LENGTH);
    if (body > length - at || i + 1 == count)
      body = length - at;
    image_put_u32(entry + IMAGE_ENTRY_OFFSET, (uint32_t)at);
    image_put_u32(entry + IMAGE_ENTRY_LENGTH, (uint32_t)body);
    image_put_u32(entry + IMAGE_ENTRY_CHECKSUM, crc32c(0, (struct text){bytes + at, body}));
    at += body;
  }
  memcpy(bytes, IMAGE_MAGIC, sizeof IMAGE_MAGIC - 1);
  image_put_u32(bytes + IMAGE_AT_LENGTH, (uint32_t)length);
  uint32_t checksum = crc32c(0, (struct text){bytes, IMAGE_AT_CHECKSUM});
  checksum = crc32c(checksum, (struct text){bytes + IMAGE_AT_TABLE, table});
  image_put_u32(bytes + IMAGE_AT_CHECKSUM, checksum);
  return true;
}

/* ---- a program that came from anywhere ----------------------------------------------- */

/* assert() is not compiled into every build. */
#define IMAGES_REQUIRE(condition) \
  if (!(condition))               \
  abort()

enum { IMAGES_LEADS = 70 }; /* more than a word of lanes */

static inline void images_field(struct batch *batch, uint32_t f, uint32_t lead) {
  const struct program_field *field = &batch->program->fields[f];
  static const struct text items[] = {{"vip", 3}, {"Marketing", 9}};
  const struct text words[] = {TEXT("VP Marketing"), TEXT("\xc3\xa9t\xc3\xa9 @x.example/a?b"),
                               TEXT("")};
  switch (field->kind) {
  case COLUMN_NUMBER: batch_set_number(batch, f, lead % 5 == 1 ? 1000 : -0.5 * lead); break;
  case COLUMN_TIME:
  case COLUMN_DURATION: batch_set_micros(batch, f, batch->as_of - lead * CLOCK_DAY); break;
  case COLUMN_TEXT:
  case COLUMN_SYMBOL: batch_set_text(batch, f, words[lead % 3]); break;
  case COLUMN_BOOL: batch_set_bool(batch, f, lead % 2 == 1); break;
  case COLUMN_LABEL:
    if (batch->program->labels[field->labels].count > 0)
      batch_set_label(batch, f, batch->program->labels[field->labels].count - 1);
    break;
  case COLUMN_TEXTS: batch_set_texts(batch, f, (struct text_list){items, lead % 3}); break;
  }
}

static inline void images_events(struct batch *batch, uint32_t kind, uint32_t lead) {
  const struct program_kind *of = &batch->program->kinds[kind];
  for (int64_t day = lead % 7; day >= 0; day -= 2) {
    batch_event_begin(batch, kind);
    for (uint32_t f = 0; f < of->field_count; f++)
      if (of->fields[f].kind == COLUMN_TEXT || of->fields[f].kind == COLUMN_SYMBOL)
        batch_event_text(batch, kind, f, TEXT("https://acme.example/pricing?x"));
      else if (of->fields[f].kind == COLUMN_NUMBER)
        batch_event_number(batch, kind, f, (double)day);
      else if (of->fields[f].kind == COLUMN_LABEL &&
               batch->program->labels[of->fields[f].labels].count > 0)
        batch_event_label(batch, kind, f, batch->program->labels[of->fields[f].labels].count - 1);
    IMAGES_REQUIRE(batch_event_add(batch, kind, batch->as_of - day * CLOCK_DAY, TEXT("")) !=
                   EVENT_NO_MEMORY);
  }
}

/* Every third lead has nothing at all. */
static inline void images_fill(struct batch *batch) {
  const struct program *program = batch->program;
  uint32_t stages =
      program->stage_labels == PROGRAM_NONE ? 0 : program->labels[program->stage_labels].count;
  for (uint32_t lead = 0; lead < IMAGES_LEADS; lead++) {
    batch_begin(batch);
    if (stages > 0 && lead % 2 == 1)
      batch_set_stage(batch, lead % stages);
    for (uint32_t f = 0; f < program->field_count && lead % 3 > 0; f++)
      images_field(batch, f, lead);
    for (uint32_t kind = 0; kind < program->kind_count && lead % 3 > 0; kind++)
      images_events(batch, kind, lead);
    IMAGES_REQUIRE(batch_end(batch));
  }
}

/* What comes out is finite, and all labels are labels. */
static inline void images_look_at_lines(const struct runner *runner, uint32_t score,
                                        uint32_t lane) {
  uint32_t bound = result_lines_bound(runner, score);
  struct contribution *lines = calloc((size_t)bound + 1, sizeof *lines);
  IMAGES_REQUIRE(lines);
  uint32_t count = result_lines(runner, score, lane, lines);
  IMAGES_REQUIRE(count <= bound);
  for (uint32_t i = 0; i < count; i++)
    IMAGES_REQUIRE(lines[i].missing_field == PROGRAM_NONE ||
                   lines[i].missing_field < runner->program->field_count);
  free(lines);
}

static inline void images_look_at(const struct runner *runner, uint32_t lane) {
  const struct program *p = runner->program;
  double number;
  uint32_t excluded = result_excluded(runner, lane), next = result_next(runner, lane);
  IMAGES_REQUIRE(excluded == PROGRAM_NONE || excluded < p->exclude_count);
  for (uint32_t s = 0; s < p->score_count; s++) {
    if (result_score(runner, s, lane, &number))
      IMAGES_REQUIRE(math_finite(number));
    if (runner->explain)
      images_look_at_lines(runner, s, lane);
  }
  for (uint32_t i = 0; i < p->band_count; i++)
    IMAGES_REQUIRE(result_band(runner, i, lane) < p->labels[p->bands[i].labels].count);
  for (uint32_t i = 0; i < p->grid_count; i++)
    IMAGES_REQUIRE(result_grid(runner, i, lane) < p->labels[p->grids[i].labels].count);
  for (uint32_t i = 0; i < p->choice_count; i++)
    IMAGES_REQUIRE(result_choice(runner, i, lane) < p->labels[p->choices[i].labels].count);
  if (p->stage_labels != PROGRAM_NONE)
    IMAGES_REQUIRE(result_stage(runner, lane) < p->labels[p->stage_labels].count);
  for (uint32_t c = 0; next != PROGRAM_NONE && c < p->transitions[next].conjunct_count; c++)
    result_conjunct(runner, p->transitions[next].first_conjunct + c, lane);
}

/* Scores leads by a program that passed the verifier, both sections. */
static inline void images_run(const struct program *program) {
  struct batch batch;
  struct runner runner;
  IMAGES_REQUIRE(batch_init(&batch, program, &memory_standard, IMAGES_LEADS, CLOCK_DAY * 20000));
  images_fill(&batch);
  for (int explain = 0; explain <= 1; explain++) {
    IMAGES_REQUIRE(runner_init(&runner, program, &memory_standard, IMAGES_LEADS, explain == 1));
    IMAGES_REQUIRE(runner_run(&runner, &batch));
    for (uint32_t lane = 0; lane < IMAGES_LEADS; lane++)
      images_look_at(&runner, lane);
    runner_clear(&runner);
  }
  batch_clear(&batch);
}

#endif

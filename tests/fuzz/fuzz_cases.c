/* fuzz_cases.c - any bytes as a file of cases: CSV if the first byte is `c`, which is not part
 * of it, else NDJSON.
 *
 * Expectations stand in order and inside of the file, and where all are met, nothing changes:
 * what is written back is what was read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/case_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A program that has nothing but names. */
static struct program_score scores[] = {{.name = {"fit", 3}}};
static struct text labels[] = {{"hot", 3}};
static const struct program_labels label_sets[] = {{.count = 1, .labels = labels}};
static const struct program_output bands[] = {{.name = {"grade", 5}, .labels = 0}};
static const struct program program = {
    .scores = scores,
    .score_count = 1,
    .labels = label_sets,
    .labels_count = 1,
    .stage_labels = 0,
    .bands = bands,
    .band_count = 1,
};

static void require(bool condition) {
  if (!condition)
    abort();
}

/* Is what is put the rest of what was read? */
static void compare(void *context, const char *put, size_t length) {
  struct text *rest = context;
  require(length <= rest->length && memcmp(put, rest->bytes, length) == 0);
  rest->bytes += length;
  rest->length -= length;
}

static void meet_all(struct case_file *file) {
  size_t at = 0;
  for (size_t i = 0; i < file->check_count; i++) {
    struct case_check *check = &file->checks[i];
    require(check->begin >= at && check->end >= check->begin && check->end <= file->bytes.length);
    at = check->end;
    check->met = true;
  }
  for (size_t i = 0; i < file->record_count; i++) {
    require(file->records[i].insert <= file->bytes.length);
    file->records[i].has_expect = true;
  }
  file->expect_columns = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  bool csv = length > 0 && bytes[0] == 'c';
  struct text text = {(const char *)bytes + csv, length - csv};
  struct case_file file;
  bareme_failure failure = {""};
  bareme_status status =
      case_file_init(&file, &program, &memory_standard, TEXT("f"), text, csv, &failure);
  if (status == BAREME_OK) {
    struct text rest = text;
    const bareme_sink sink = {compare, &rest};
    meet_all(&file);
    case_file_write(&file, &sink);
    require(rest.length == 0);
  } else {
    require(status == BAREME_REJECTED && failure.text[0]);
  }
  case_file_clear(&file);
  return 0;
}

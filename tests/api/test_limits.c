/* test_limits.c - limits of limits.h at one below, at, and one above.
 *
 * Limits that a unit test sees from nearer have theirs beside what they
 * limit (tests/lint/limits.sh knows that each has one); here are those that
 * show in the public interface: what is refused, and in which words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "fixture.h"

#include "limits.h"

#include <sys/mman.h>
#include <unistd.h>

/* ---- policies ----------------------------------------------------------------------------- */

struct source {
  char *bytes;
  size_t length, capacity;
};

static void put(struct source *source, const char *text) {
  size_t length = strlen(text);
  if (source->length + length >= source->capacity) {
    source->capacity = 2 * (source->capacity + length);
    source->bytes = realloc(source->bytes, source->capacity);
    assert_non_null(source->bytes);
  }
  memcpy(source->bytes + source->length, text, length + 1);
  source->length += length;
}

static void put_times(struct source *source, size_t times, const char *text) {
  for (size_t i = 0; i < times; i++)
    put(source, text);
}

/* The code of the first error of the policy, "" if there is none; frees the source. */
static const char *verdict(struct source *source) {
  bareme_report *report = NULL;
  bareme_policy *policy = NULL;
  bareme_finding finding;
  bareme_failure failure = {""};
  bareme_status status = bareme_policy_compile("limits.bareme", source->bytes, source->length, NULL,
                                               &report, &failure, &policy);
  static char code[8];
  code[0] = '\0';
  if (status == BAREME_INVALID_POLICY && bareme_report_finding(report, 0, &finding))
    snprintf(code, sizeof code, "%s", finding.code);
  else
    assert_int_equal(status, BAREME_OK);
  bareme_report_free(report);
  bareme_policy_free(policy);
  free(source->bytes);
  *source = (struct source){NULL, 0, 0};
  return code;
}

/* A definition is copied once to be checked itself and once for each call: large ones bring the
 * count near the limit, small ones to it. */
static const char *expanding_to(size_t parts) {
  enum { LARGE = 1999, SMALL = 1 };
  size_t left = parts - LARGE - SMALL, large = left / LARGE;
  struct source source = {NULL, 0, 0};
  put(&source, "policy \"P\" {}\nlead { n number }\ndefine small(x number) = 1\n"
               "define large(x number) = 1");
  put_times(&source, LARGE / 2, " + 1");
  put(&source, "\nscore s = n");
  put_times(&source, large, " + large(n)");
  put_times(&source, left - large * LARGE, " + small(n)");
  put(&source, "\n");
  return verdict(&source);
}

static void definitions_expand_to_the_limit(void **state) {
  (void)state;
  assert_string_equal(expanding_to(LIMIT_EXPANSION - 1), "");
  assert_string_equal(expanding_to(LIMIT_EXPANSION), "");
  assert_string_equal(expanding_to(LIMIT_EXPANSION + 1), "E0504");
}

/* Zeros: what is too long is refused for that, what is not for being no compiled policy. */
static void a_compiled_policy_has_so_many_bytes(void **state) {
  (void)state;
  size_t room = (size_t)LIMIT_IMAGE_BYTES + 1;
  void *bytes = mmap(NULL, room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(bytes, MAP_FAILED);
  for (size_t length = room - 2; length <= room; length++) {
    bareme_failure failure = {""};
    bareme_policy *policy = NULL;
    assert_int_equal(bareme_policy_load(bytes, length, NULL, &failure, &policy),
                     BAREME_INVALID_POLICY);
    char most[16];
    snprintf(most, sizeof most, "%u", LIMIT_IMAGE_BYTES);
    assert_true((strstr(failure.text, most) != NULL) == (length > LIMIT_IMAGE_BYTES));
  }
  munmap(bytes, room);
}

/* ---- findings ---------------------------------------------------------------------------------
 */

static void errors_are_kept_up_to_the_limit(void **state) {
  (void)state;
  for (size_t errors = LIMIT_DIAGNOSTICS - 1; errors <= LIMIT_DIAGNOSTICS + 1; errors++) {
    struct source source = {NULL, 0, 0};
    bareme_report *report = NULL;
    bareme_policy *policy = NULL;
    put(&source, "policy \"P\" {}\n");
    put_times(&source, errors, "score s = nowhere\n");
    assert_int_equal(bareme_policy_compile("limits.bareme", source.bytes, source.length, NULL,
                                           &report, NULL, &policy),
                     BAREME_INVALID_POLICY);
    size_t told = bareme_report_errors(report), kept = bareme_report_count(report);
    assert_true(told >= errors);
    assert_int_equal(kept, told < LIMIT_DIAGNOSTICS ? told : LIMIT_DIAGNOSTICS);
    bareme_report_free(report);
    free(source.bytes);
  }
}

/* ---- data
 * ----------------------------------------------------------------------------------------- */

static const char one_field[] = "policy \"P\" {}\nlead { name text  size number }\n"
                                "score s { +1 when name is \"a\"; +1 when size > 0 }\n";

/* Reads the bytes as a file of the format; how many records were accepted, and what failed. */
static bareme_read_summary read_bytes(const struct source *source, bareme_format format,
                                      bareme_failure *failure, bareme_status *status) {
  bareme_policy *policy = fixture_compile(one_field);
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_read_summary summary = {0};
  bareme_reader *reader = NULL;
  const bareme_batch *batch;
  char path[64];
  const char *paths = path;
  int file = memfd_create("limits", 0);
  assert_true(file >= 0);
  for (size_t at = 0; at < source->length;) {
    ssize_t wrote = write(file, source->bytes + at, source->length - at);
    assert_true(wrote > 0);
    at += (size_t)wrote;
  }
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  options.paths = &paths;
  options.path_count = 1;
  options.format = format;
  options.as_of = AS_OF;
  *status = bareme_reader_open(policy, &options, failure, &reader);
  while (*status == BAREME_OK)
    *status = bareme_reader_read(reader, failure, &batch);
  if (reader)
    bareme_reader_summary(reader, &summary);
  bareme_reader_free(reader);
  bareme_policy_free(policy);
  close(file);
  return summary;
}

static void a_row_of_csv_has_so_many_columns(void **state) {
  (void)state;
  for (size_t columns = LIMIT_CSV_COLUMNS - 1; columns <= LIMIT_CSV_COLUMNS + 1; columns++) {
    struct source source = {NULL, 0, 0};
    bareme_failure failure = {""};
    bareme_status status;
    put(&source, "name");
    put_times(&source, columns - 1, ",x");
    put(&source, "\na");
    put_times(&source, columns - 1, ",1");
    put(&source, "\n");
    bareme_read_summary summary = read_bytes(&source, BAREME_CSV, &failure, &status);
    if (columns <= LIMIT_CSV_COLUMNS) {
      assert_int_equal(status, BAREME_END);
      assert_int_equal(summary.accepted, 1);
    } else {
      assert_int_equal(status, BAREME_IO);
      assert_non_null(strstr(failure.text, "columns"));
    }
    free(source.bytes);
  }
}

/* A record of so many bytes, without the end of its line. */
static void put_record(struct source *source, size_t bytes) {
  static const char begin[] = "{\"id\":\"1\",\"name\":\"a\",\"note\":\"", end[] = "\"}";
  source->capacity = bytes + 64;
  source->bytes = malloc(source->capacity);
  assert_non_null(source->bytes);
  memset(source->bytes, 'x', bytes);
  memcpy(source->bytes, begin, sizeof begin - 1);
  memcpy(source->bytes + bytes - (sizeof end - 1), end, sizeof end);
  source->length = bytes;
}

static void a_record_has_so_many_bytes(void **state) {
  (void)state;
  for (size_t bytes = LIMIT_RECORD_BYTES - 1; bytes <= LIMIT_RECORD_BYTES + 1; bytes++) {
    struct source source;
    bareme_failure failure = {""};
    bareme_status status;
    put_record(&source, bytes);
    put(&source, "\n{\"id\":\"2\",\"name\":\"a\"}\n");
    bareme_read_summary summary = read_bytes(&source, BAREME_NDJSON, &failure, &status);
    assert_int_equal(status, BAREME_END);
    assert_int_equal(summary.accepted, bytes <= LIMIT_RECORD_BYTES ? 2 : 1);
    assert_int_equal(summary.rejected, bytes <= LIMIT_RECORD_BYTES ? 0 : 1);
    free(source.bytes);
  }
}

/* ---- Arrow ------------------------------------------------------------------------------------
 */

/* Streams as pyarrow writes them, up to the body of the batch: a column of nothing, and one of
 * bytes. */
static const char of_nulls[] =
    "\xff\xff\xff\xff\x70\x00\x00\x00\x10\x00\x00\x00\x00\x00\x0a\x00\x0c\x00\x06\x00"
    "\x05\x00\x08\x00\x0a\x00\x00\x00\x00\x01\x04\x00\x0c\x00\x00\x00\x08\x00\x08\x00"
    "\x00\x00\x04\x00\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x14\x00\x00\x00"
    "\x10\x00\x14\x00\x08\x00\x06\x00\x07\x00\x0c\x00\x00\x00\x10\x00\x10\x00\x00\x00"
    "\x00\x00\x01\x01\x10\x00\x00\x00\x18\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00"
    "\x01\x00\x00\x00\x78\x00\x00\x00\x04\x00\x04\x00\x04\x00\x00\x00\x00\x00\x00\x00"
    "\xff\xff\xff\xff\x58\x00\x00\x00\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0a\x00"
    "\x0e\x00\x06\x00\x05\x00\x08\x00\x0a\x00\x00\x00\x00\x03\x04\x00\x10\x00\x00\x00"
    "\x00\x00\x0a\x00\x14\x00\x0c\x00\x04\x00\x08\x00\x0a\x00\x00\x00\x14\x00\x00\x00"
    "\x0c\x00\x00\x00\x67\x45\x23\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"
    "\x67\x45\x23\x01\x00\x00\x00\x00\x67\x45\x23\x01\x00\x00\x00\x00\xff\xff\xff\xff"
    "\x00\x00\x00\x00";
static const char of_bytes[] =
    "\xff\xff\xff\xff\x78\x00\x00\x00\x10\x00\x00\x00\x00\x00\x0a\x00\x0c\x00\x06\x00"
    "\x05\x00\x08\x00\x0a\x00\x00\x00\x00\x01\x04\x00\x0c\x00\x00\x00\x08\x00\x08\x00"
    "\x00\x00\x04\x00\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x14\x00\x00\x00"
    "\x10\x00\x14\x00\x08\x00\x06\x00\x07\x00\x0c\x00\x00\x00\x10\x00\x10\x00\x00\x00"
    "\x00\x00\x01\x02\x10\x00\x00\x00\x1c\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00"
    "\x01\x00\x00\x00\x78\x00\x00\x00\x08\x00\x0c\x00\x08\x00\x07\x00\x08\x00\x00\x00"
    "\x00\x00\x00\x01\x08\x00\x00\x00\xff\xff\xff\xff\x88\x00\x00\x00\x14\x00\x00\x00"
    "\x00\x00\x00\x00\x0c\x00\x16\x00\x06\x00\x05\x00\x08\x00\x0c\x00\x0c\x00\x00\x00"
    "\x00\x03\x04\x00\x18\x00\x00\x00\x40\x30\x00\x00\x00\x00\x00\x00\x00\x00\x0a\x00"
    "\x18\x00\x0c\x00\x04\x00\x08\x00\x0a\x00\x00\x00\x3c\x00\x00\x00\x10\x00\x00\x00"
    "\x39\x30\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x39\x30\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x39\x30\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";

/* Puts the number at each of the places where the stream has it. */
static struct source patched(const char *stream, size_t length, const size_t *places, size_t count,
                             uint64_t number) {
  struct source source = {malloc(length), length, length};
  assert_non_null(source.bytes);
  memcpy(source.bytes, stream, length);
  for (size_t i = 0; i < count; i++)
    memcpy(source.bytes + places[i], &number, sizeof number);
  return source;
}

static void a_batch_of_arrow_without_bytes_has_so_many_rows(void **state) {
  (void)state;
  const size_t places[] = {184, 200, 208};
  for (uint64_t rows = LIMIT_ARROW_EMPTY_ROWS - 1; rows <= LIMIT_ARROW_EMPTY_ROWS + 1; rows++) {
    struct source source = patched(of_nulls, sizeof of_nulls - 1, places, 3, rows);
    bareme_failure failure = {""};
    bareme_status status;
    bareme_read_summary summary = read_bytes(&source, BAREME_ARROW, &failure, &status);
    bool fits = rows <= LIMIT_ARROW_EMPTY_ROWS;
    assert_int_equal(status, fits ? BAREME_END : BAREME_IO);
    assert_int_equal(summary.accepted, fits ? rows : 0);
    if (!fits)
      assert_non_null(strstr(failure.text, "more rows than there is room for"));
    free(source.bytes);
  }
}

/* The body is not there: it is missed, or refused before anybody looks for it. */
static void a_message_of_arrow_has_so_many_bytes(void **state) {
  (void)state;
  const size_t place = 168;
  for (uint64_t bytes = LIMIT_ARROW_BYTES - 1; bytes <= (uint64_t)LIMIT_ARROW_BYTES + 1; bytes++) {
    struct source source = patched(of_bytes, sizeof of_bytes - 1, &place, 1, bytes);
    bareme_failure failure = {""};
    bareme_status status;
    read_bytes(&source, BAREME_ARROW, &failure, &status);
    assert_int_equal(status, BAREME_IO);
    assert_true((strstr(failure.text, "too large") != NULL) == (bytes > LIMIT_ARROW_BYTES));
    free(source.bytes);
  }
}

/* Compressed with LZ4; where the length of the first buffer stands. */
static struct source compressed(size_t *place) {
  struct source source = {malloc(65536), 0, 65536};
  FILE *file = fopen(SOURCE_DIRECTORY "/tests/fuzz/corpus/arrow/lz4", "rb");
  assert_true(source.bytes && file);
  source.length = fread(source.bytes, 1, source.capacity, file);
  fclose(file);
  const char *frame = memmem(source.bytes, source.length, "\x04\x22\x4d\x18", 4);
  assert_non_null(frame);
  *place = (size_t)(frame - source.bytes) - sizeof(uint64_t);
  return source;
}

/* Whoever sends some bytes does not get gigabytes for them. */
static void a_compressed_buffer_of_arrow_claims_no_more_than_it_can_become(void **state) {
  (void)state;
  const uint64_t claims[] = {1000, 1 << 30, LIMIT_ARROW_BYTES, (uint64_t)LIMIT_ARROW_BYTES + 1};
  const char *const reasons[] = {"is damaged", "too short for its length",
                                 "too short for its length", "too large"};
  size_t place;
  struct source whole = compressed(&place);
  for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
    struct source source = patched(whole.bytes, whole.length, &place, 1, claims[i]);
    bareme_failure failure = {""};
    bareme_status status;
    read_bytes(&source, BAREME_ARROW, &failure, &status);
    assert_int_equal(status, BAREME_IO);
    assert_non_null(strstr(failure.text, reasons[i]));
    free(source.bytes);
  }
  free(whole.bytes);
}

/* ---- batches ----------------------------------------------------------------------------------
 */

/* Leads with megabytes of notes: a batch ends when the bytes read for it reach the limit. */
static void a_batch_points_into_so_many_bytes(void **state) {
  (void)state;
  enum { NOTE = 1 << 20, LEADS = 3 * (LIMIT_BATCH_BYTES / NOTE) + 1 };
  struct source source = {NULL, 0, 0};
  char *note = malloc(NOTE + 1);
  assert_non_null(note);
  memset(note, 'x', NOTE);
  note[NOTE] = '\0';
  for (size_t i = 0; i < LEADS; i++) {
    put(&source, "{\"name\":\"a\",\"note\":\"");
    put(&source, note);
    put(&source, "\"}\n");
  }
  bareme_policy *policy = fixture_compile(one_field);
  char *path = fixture_file(source.bytes);
  bareme_reader *reader = fixture_reader(policy, path, 0, false);
  bareme_failure failure = {""};
  const bareme_batch *batch;
  size_t leads = 0;
  while (bareme_reader_read(reader, &failure, &batch) == BAREME_OK) {
    leads += bareme_batch_count(batch);
    assert_in_range(bareme_batch_count(batch), 1, LIMIT_BATCH_BYTES / NOTE + 1);
  }
  assert_int_equal(leads, LEADS);
  bareme_reader_free(reader);
  bareme_policy_free(policy);
  fixture_remove(path);
  free(source.bytes);
  free(note);
}

static void a_batch_holds_so_many_leads(void **state) {
  (void)state;
  bareme_policy *policy = fixture_compile(one_field);
  for (uint32_t leads = LIMIT_CHUNK_LEADS - 1; leads <= LIMIT_CHUNK_LEADS + 1; leads++) {
    bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
    bareme_batch *batch = NULL;
    options.capacity = leads;
    options.as_of = AS_OF;
    bareme_status status = bareme_batch_new(policy, &options, &batch);
    if (leads > LIMIT_CHUNK_LEADS) {
      assert_int_equal(status, BAREME_INVALID_ARGUMENT);
      assert_null(batch);
      continue;
    }
    assert_int_equal(status, BAREME_OK);
    for (uint32_t i = 0; i < leads; i++) {
      assert_int_equal(bareme_batch_begin(batch), BAREME_OK);
      assert_int_equal(bareme_batch_end(batch, NULL), BAREME_OK);
    }
    assert_int_equal(bareme_batch_begin(batch), BAREME_FULL);
    bareme_batch_free(batch);
  }
  bareme_policy_free(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(definitions_expand_to_the_limit),
      cmocka_unit_test(a_compiled_policy_has_so_many_bytes),
      cmocka_unit_test(errors_are_kept_up_to_the_limit),
      cmocka_unit_test(a_row_of_csv_has_so_many_columns),
      cmocka_unit_test(a_record_has_so_many_bytes),
      cmocka_unit_test(a_batch_of_arrow_without_bytes_has_so_many_rows),
      cmocka_unit_test(a_message_of_arrow_has_so_many_bytes),
      cmocka_unit_test(a_compressed_buffer_of_arrow_claims_no_more_than_it_can_become),
      cmocka_unit_test(a_batch_points_into_so_many_bytes),
      cmocka_unit_test(a_batch_holds_so_many_leads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_io_files.c - files: packed or plain, many or broken, read or written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit/io_support.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "io/output.h"
#include "io/records.h"

static struct reading reading;
static const char two_leads[] = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n";

/* ---- packed files ---- */

static size_t gzip(const char *bytes, size_t length, char *out, size_t room) {
  z_stream zlib = {0};
  assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  char *copy = malloc(length + 1);
  memcpy(copy, bytes, length);
  zlib.next_in = (Bytef *)copy;
  zlib.avail_in = (uInt)length;
  zlib.next_out = (Bytef *)out;
  zlib.avail_out = (uInt)room;
  assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
  size_t packed = room - zlib.avail_out;
  deflateEnd(&zlib);
  free(copy);
  return packed;
}

static size_t zstd(const char *bytes, size_t length, char *out, size_t room) {
  size_t packed = ZSTD_compress(out, room, bytes, length, 3);
  assert_false(ZSTD_isError(packed));
  return packed;
}

static void read_packed(const char *name, const char *bytes, size_t length) {
  struct program program = support_program();
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(&reading, &program, name, bytes, length, options, 3);
}

typedef size_t (*packer)(const char *bytes, size_t length, char *out, size_t room);
static const packer packers[] = {gzip, zstd};

static void packed_files_are_known_by_their_first_bytes(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    char packed[1000];
    size_t length = packers[i](two_leads, strlen(two_leads), packed, sizeof packed);
    read_packed("leads", packed, length);
    assert_int_equal(reading.status, BAREME_END);
    assert_string_equal(reading.leads.text, "a/0\nb/0\n");
    assert_int_equal(reading.summary.bytes, strlen(two_leads));
    read_packed("leads.csv.gz", packed, 0);
    assert_int_equal(reading.summary.records, 0);
    length = packers[i]("", 0, packed, sizeof packed);
    read_packed("leads.ndjson.zst", packed, length);
    assert_int_equal(reading.status, BAREME_END);
    assert_int_equal(reading.summary.records, 0);
  }
}

static void parts_of_a_packed_file_are_one_text(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    char packed[1000];
    size_t length = packers[i](two_leads, 7, packed, sizeof packed);
    length += packers[i]("", 0, packed + length, sizeof packed - length);
    length +=
        packers[i](two_leads + 7, strlen(two_leads) - 7, packed + length, sizeof packed - length);
    read_packed("leads.ndjson", packed, length);
    assert_int_equal(reading.status, BAREME_END);
    assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  }
  char packed[1000] = {0};
  size_t length = gzip(two_leads, strlen(two_leads), packed, sizeof packed);
  read_packed("leads.ndjson", packed, length + 100); /* filled up with zeros */
  assert_int_equal(reading.status, BAREME_END);
  assert_string_equal(reading.leads.text, "a/0\nb/0\n");
}

/* Cut anywhere, it is a failure, and what came before still counts. */
static void a_packed_file_that_is_cut_fails(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    char packed[1000];
    size_t length = packers[i](two_leads, strlen(two_leads), packed, sizeof packed);
    for (size_t cut = 5; cut < length; cut++) {
      read_packed("leads.ndjson", packed, cut);
      assert_int_equal(reading.status, BAREME_IO);
      assert_non_null(strstr(reading.failure.text, "ends too early"));
      assert_int_equal(reading.summary.rejected, 0);
    }
    length += packers[i]("{\"id\":\"c\"}\n{\"id", 15, packed + length, sizeof packed - length) - 1;
    read_packed("leads.ndjson", packed, length);
    assert_int_equal(reading.status, BAREME_IO);
    assert_memory_equal(reading.leads.text, "a/0\nb/0\n", 8);
  }
}

static void a_packed_file_that_is_damaged_fails(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    char packed[1000];
    size_t length = packers[i](two_leads, strlen(two_leads), packed, sizeof packed);
    strcpy(packed + length, "garbage");
    read_packed("leads.ndjson", packed, length + 7);
    assert_int_equal(reading.status, BAREME_IO);
    assert_non_null(strstr(reading.failure.text, "is damaged"));
    assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  }
}

/* ---- many files ---- */

static void files_are_read_in_order(void **state) {
  (void)state;
  struct program program = support_program();
  char first[256], second[256], third[256];
  write_file(first, "1.ndjson", two_leads, strlen(two_leads));
  write_file(second, "2.csv", "id\nc\na\n", 7);
  write_file(third, "3.json", "[{\"id\":\"d\"},{\"id\":\"c\"}]", 23);
  const char *paths[] = {first, second, third};
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = paths;
  options.path_count = 3;
  read_with(&reading, &program, options, 2);
  assert_string_equal(reading.leads.text, "a/0\nb/0\nc/0\nd/0\n");
  assert_string_equal(reading.rejects.text, "id\na\n{\"id\":\"c\"}\n");
  assert_int_equal(reading.summary.records, 6);
  unlink(third);
  read_with(&reading, &program, options, 2);
  assert_int_equal(reading.status, BAREME_IO);
  assert_non_null(strstr(reading.failure.text, "3.json: No such file"));
  unlink(first);
  unlink(second);
}

static void a_format_that_is_asked_for_is_obeyed(void **state) {
  (void)state;
  struct program program = support_program();
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.format = BAREME_NDJSON;
  read_bytes(&reading, &program, "leads.csv", two_leads, strlen(two_leads), options, 3);
  assert_string_equal(reading.leads.text, "a/0\nb/0\n");
  read_bytes(&reading, &program, "leads", "[\n{}\n]\n", 7, options, 3);
  assert_int_equal(reading.summary.rejected, 2);
  options.format = BAREME_CSV;
  read_bytes(&reading, &program, "leads.json", "id\na\n", 5, options, 3);
  assert_string_equal(reading.leads.text, "a/0\n");
  options.format = BAREME_JSON;
  read_bytes(&reading, &program, "leads.csv", "[{\"id\":\"a\"}]", 12, options, 3);
  assert_string_equal(reading.leads.text, "a/0\n");
}

/* ---- strict ---- */

static void expect_strict(const char *name, const char *text, const char *leads, const char *said) {
  struct program program = support_program();
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.strict = true;
  read_bytes(&reading, &program, name, text, strlen(text), options, 3);
  assert_int_equal(reading.status, said ? BAREME_REJECTED : BAREME_END);
  assert_string_equal(reading.leads.text, leads);
  if (said)
    assert_non_null(strstr(reading.failure.text, said));
}

static void strict_ends_at_the_first_problem(void **state) {
  (void)state;
  expect_strict("s.ndjson", two_leads, "a/0\nb/0\n", NULL);
  expect_strict("s.ndjson", "{\"id\":\"a\"}\nnonsense\n{\"id\":\"b\"}\n", "a/0\n",
                "s.ndjson:2: the line is not JSON; make it");
  expect_strict("s.ndjson", "{\"id\":\"a\"}\n{\"id\":\"b\",\"company\":{\"size\":\"1\"}}\n{}\n",
                "a/0\nb/0\n",
                "s.ndjson:2: `size`: the value is not a number; write it without quotes");
  expect_strict("s.ndjson", "{\"events\":[{\"type\":\"email_open\"}]}", "?/0\n",
                ":1: `open`: the event has no instant;");
  expect_strict("s.json", "[{}", "?/0\n", ":1: the array has no end;");
  expect_strict("s.csv", "id,stage\na,x\n", "", ":2: `stage`: the stage is not one");
}

/* ---- records that are too large ---- */

/* All records of a file, with their kinds: `W:bytes|`. */
static void list_records(struct paper *paper, const char *bytes, bareme_format format,
                         size_t limit) {
  char path[256];
  struct records records;
  bareme_failure failure;
  write_file(path, "large", bytes, strlen(bytes));
  records_init(&records, &memory_standard, limit);
  assert_int_equal(records_open(&records, path, format, &failure), BAREME_OK);
  memset(paper, 0, sizeof *paper);
  for (struct record record; records_next(&records, &record), record.kind != RECORD_END;)
    put(paper, "%c%d:%.*s|", "WBPLN"[record.kind], (int)record.line, (int)record.bytes.length,
        record.bytes.bytes);
  records_clear(&records);
  unlink(path);
}

static void a_record_at_the_limit_is_whole(void **state) {
  (void)state;
  static struct paper paper;
  list_records(&paper, "1234\n123\n12345\n\n12\n", BAREME_NDJSON, 4);
  assert_string_equal(paper.text, "W1:1234|W2:123|L3:12345|W5:12|");
  list_records(&paper, "12345", BAREME_NDJSON, 4);
  assert_string_equal(paper.text, "P1:12345|L1:|");
  list_records(&paper, "[1234,123,\n12345,12]", BAREME_JSON, 4);
  assert_string_equal(paper.text, "W1:1234|W1:123|L2:12345|W2:12|");
  list_records(&paper, "{12}", BAREME_JSON, 4);
  assert_string_equal(paper.text, "W1:{12}|");
  list_records(&paper, "{123}\n", BAREME_JSON, 4);
  assert_string_equal(paper.text, "P1:{123}\n|L1:|");
  list_records(&paper, "1234\n\"\n\"\n\"1\n2\"\n12", BAREME_CSV, 4);
  assert_string_equal(paper.text, "W1:1234|W2:\"\n\"|L4:\"1\n2\"|W6:12|");
}

/* A record of several blocks comes in parts that are together what was read. */
static void parts_are_together_what_was_read(void **state) {
  (void)state;
  static const bareme_format formats[] = {BAREME_NDJSON, BAREME_JSON, BAREME_CSV};
  static const char *const frames[][3] = {
      {"a\n", "\nb\n", ""}, {"[1,", ",2]", ""}, {"a\n\"", "\"\nb\n", "\n"}};
  const size_t size = 5u << 20;
  char *text = malloc(size + 100), *seen = malloc(size + 100);
  for (size_t f = 0; f < 3; f++) {
    size_t head = strlen(frames[f][0]);
    strcpy(text, frames[f][0]);
    memset(text + head, 'x', size);
    strcpy(text + head + size, frames[f][1]);
    char path[256];
    struct records records;
    struct record record;
    bareme_failure failure;
    write_file(path, "parts", text, strlen(text));
    records_init(&records, &memory_standard, 100000);
    assert_int_equal(records_open(&records, path, formats[f], &failure), BAREME_OK);
    records_next(&records, &record);
    assert_int_equal(record.kind, RECORD_WHOLE);
    size_t length = 0, parts = 0;
    do {
      feed_release(&records.feed);
      records_next(&records, &record);
      memcpy(seen + length, record.bytes.bytes, record.bytes.length);
      length += record.bytes.length;
      parts++;
    } while (record.kind == RECORD_PART);
    assert_int_equal(record.kind, RECORD_LAST_PART);
    assert_true(parts > 3);
    bool quoted = formats[f] == BAREME_CSV;
    assert_int_equal(length, size + 2 * quoted);
    assert_memory_equal(seen, text + head - quoted, length);
    records_next(&records, &record);
    assert_int_equal(record.kind, RECORD_WHOLE);
    records_next(&records, &record);
    assert_int_equal(record.kind, RECORD_END);
    records_clear(&records);
    unlink(path);
  }
  free(text);
  free(seen);
}

/* What may be looked at goes up to the last byte that was read, whatever is there. */
static void what_stands_behind_a_record_is_known(void **state) {
  (void)state;
  static const struct {
    bareme_format format;
    const char *text;
  } files[] = {{BAREME_NDJSON, "{\"id\":1}\r\n\n{\"id\":2}\n{}"},
               {BAREME_JSON, "[{\"id\":1} ,\n{\"id\":2},[]\n,1]\n\n"},
               {BAREME_CSV, "id,name\n1,a\n\"2\",\"b\"\r\n"}};
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    char path[256];
    struct records records;
    bareme_failure failure;
    size_t count = 0, length = strlen(files[f].text);
    write_file(path, "behind", files[f].text, length);
    records_init(&records, &memory_standard, 100);
    assert_int_equal(records_open(&records, path, files[f].format, &failure), BAREME_OK);
    for (struct record record; records_next(&records, &record), record.kind != RECORD_END;) {
      assert_int_equal(record.offset + record.ready + record.behind, length);
      assert_memory_equal(record.bytes.bytes, files[f].text + record.offset,
                          record.ready + record.behind);
      count++;
    }
    assert_in_range(count, 3, 4);
    records_clear(&records);
    unlink(path);
  }
}

/* How much is read of 8 MiB of `fill` behind `begin` to find out what it is. */
static uint64_t read_to_open(const char *begin, char fill, bareme_format expected) {
  const size_t size = 8u << 20;
  char path[256], *text = malloc(size);
  struct records records;
  bareme_failure failure;
  memset(text, fill, size);
  memcpy(text, begin, strlen(begin));
  write_file(path, "guess", text, size);
  records_init(&records, &memory_standard, 100000);
  assert_int_equal(records_open(&records, path, BAREME_AUTO, &failure), BAREME_OK);
  assert_int_equal(records.format, expected);
  uint64_t total = records.feed.total;
  records_clear(&records);
  unlink(path);
  free(text);
  return total;
}

static void a_format_is_found_without_reading_on(void **state) {
  (void)state;
  const uint64_t least = 256 * 1024; /* is read at once */
  assert_int_equal(read_to_open(" \n [1,", '2', BAREME_JSON), least);
  assert_int_equal(read_to_open("{\"a\":\"", 'x', BAREME_NDJSON), least);
  assert_int_equal(read_to_open("{ \r\n", 'x', BAREME_JSON), least);
  /* A line, or blanks, that are longer than a record may be. */
  assert_true(read_to_open("a,b", 'x', BAREME_CSV) <= 2 * least);
  assert_true(read_to_open(" ", ' ', BAREME_CSV) <= 2 * least);
}

/* ---- rejects and output ---- */

static bool has_file(const char *path) {
  return access(path, F_OK) == 0;
}

static void read_file(const char *path, char *out, size_t room) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  out[fread(out, 1, room - 1, file)] = 0;
  fclose(file);
}

static void the_file_of_rejects_appears_at_the_end(void **state) {
  (void)state;
  struct program program = support_program();
  char path[256], rejects[300], text[100];
  write_file(path, "in.ndjson", "{}\nx\n", 5);
  snprintf(rejects, sizeof rejects, "%s.rejects", path);
  const char *paths[] = {path};
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = paths;
  options.path_count = 1;
  options.rejects_path = rejects;
  bareme_failure failure;
  for (int finish = 0; finish < 2; finish++) {
    struct reader *reader;
    struct batch batch;
    assert_int_equal(reader_open(&program, &memory_standard, &options, &failure, &reader),
                     BAREME_OK);
    assert_true(batch_init(&batch, &program, &memory_standard, 3, 0));
    assert_int_equal(reader_read(reader, &batch, &failure), BAREME_OK);
    assert_int_equal(reader_read(reader, &batch, &failure), BAREME_END);
    assert_false(has_file(rejects));
    if (finish)
      assert_int_equal(reader_finish(reader, &failure), BAREME_OK);
    reader_free(reader);
    batch_clear(&batch);
    assert_int_equal(has_file(rejects), finish);
  }
  read_file(rejects, text, sizeof text);
  assert_string_equal(text, "x\n");
  unlink(rejects);
  unlink(path);
}

static void an_output_is_whole_or_not_there(void **state) {
  (void)state;
  char path[256], text[100];
  struct output output;
  bareme_failure failure;
  write_file(path, "out", "old", 3);
  chmod(path, 0640);
  assert_int_equal(output_open(&output, &memory_standard, path, NULL, &failure), BAREME_OK);
  output_put(&output, "new", 3);
  assert_int_equal(output_flush(&output, &failure), BAREME_OK);
  output_clear(&output);
  read_file(path, text, sizeof text);
  assert_string_equal(text, "old");
  assert_int_equal(output_open(&output, &memory_standard, path, NULL, &failure), BAREME_OK);
  output_put(&output, "new", 3);
  assert_int_equal(output_finish(&output, &failure), BAREME_OK);
  output_clear(&output);
  read_file(path, text, sizeof text);
  assert_string_equal(text, "new");
  struct stat there;
  assert_int_equal(stat(path, &there), 0);
  assert_int_equal(there.st_mode & 0777, 0640);
  unlink(path);
}

static void a_link_goes_on_pointing(void **state) {
  (void)state;
  char path[256], link[300], text[100];
  struct output output;
  bareme_failure failure;
  write_file(path, "target", "old", 3);
  snprintf(link, sizeof link, "%s.link", path);
  assert_int_equal(symlink(path, link), 0);
  assert_int_equal(output_open(&output, &memory_standard, link, NULL, &failure), BAREME_OK);
  output_put(&output, "new", 3);
  assert_int_equal(output_finish(&output, &failure), BAREME_OK);
  output_clear(&output);
  read_file(path, text, sizeof text);
  assert_string_equal(text, "new");
  struct stat there;
  assert_int_equal(lstat(link, &there), 0);
  assert_true(S_ISLNK(there.st_mode));
  unlink(link);
  unlink(path);
}

static void failures_to_write_are_told(void **state) {
  (void)state;
  struct output output;
  bareme_failure failure = {""};
  assert_int_equal(output_open(&output, &memory_standard, "/nowhere/at/all", NULL, &failure),
                   BAREME_IO);
  assert_string_equal(failure.text, "/nowhere/at/all: No such file or directory");
  output_clear(&output);
  if (access("/dev/full", W_OK) != 0)
    return;
  assert_int_equal(output_open(&output, &memory_standard, "/dev/full", NULL, &failure), BAREME_OK);
  output_put(&output, "x", 1);
  assert_int_equal(output_finish(&output, &failure), BAREME_IO);
  assert_string_equal(failure.text, "/dev/full: No space left on device");
  assert_false(output.pipe_closed);
  output_clear(&output);
  assert_true(has_file("/dev/full"));
}

static void large_pieces_go_through(void **state) {
  (void)state;
  char path[256];
  struct output output;
  bareme_failure failure;
  write_file(path, "out", "", 0);
  static const size_t sizes[] = {
      1, OUTPUT_BUFFER - 2, 1, 1, OUTPUT_BUFFER, 5, OUTPUT_BUFFER + 1, OUTPUT_BUFFER - 5, 6, 0};
  size_t total = 0;
  char *piece = malloc(OUTPUT_BUFFER + 1);
  assert_int_equal(output_open(&output, &memory_standard, path, NULL, &failure), BAREME_OK);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    memset(piece, 'a' + (int)i, sizes[i]);
    output_put(&output, piece, sizes[i]);
    total += sizes[i];
  }
  assert_int_equal(output_finish(&output, &failure), BAREME_OK);
  output_clear(&output);
  char *text = malloc(total + 2);
  read_file(path, text, total + 2);
  assert_int_equal(strlen(text), total);
  size_t at = 0;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t k = 0; k < sizes[i]; k++)
      assert_int_equal(text[at++], 'a' + (int)i);
  free(text);
  free(piece);
  unlink(path);
}

/* ---- out of memory ---- */

struct meter {
  size_t left, in_use;
};

static void *metered(void *context, void *block, size_t old_size, size_t new_size) {
  struct meter *meter = context;
  if (new_size > 0 && meter->left == 0)
    return NULL;
  meter->left -= new_size > 0;
  void *result = memory_standard.resize(memory_standard.context, block, old_size, new_size);
  if (result || new_size == 0)
    meter->in_use = meter->in_use - old_size + new_size;
  return result;
}

static bareme_status read_metered(struct meter *meter, const bareme_read_options *options) {
  struct memory memory = {metered, meter};
  struct program program = support_program();
  struct reader *reader;
  struct batch batch;
  bareme_failure failure = {""};
  bareme_status status = reader_open(&program, &memory, options, &failure, &reader);
  if (status != BAREME_OK)
    return status;
  if (batch_init(&batch, &program, &memory, 2, CLOCK_MAX))
    while ((status = reader_read(reader, &batch, &failure)) == BAREME_OK)
      ;
  else
    status = BAREME_NO_MEMORY;
  batch_clear(&batch);
  reader_free(reader);
  return status;
}

static void running_out_of_memory_anywhere_is_an_error_like_any_other(void **state) {
  (void)state;
  char json[256], csv[256], events[256];
  static const char lines[] =
      "{\"id\":\"a\\n\",\"email\":\"\\u0041\",\"tags\":[\"x\",\"\\t\"],\"tier\":\"\\u0067old\","
      "\"events\":[{\"type\":\"page_view\",\"at\":1,\"url\":\"\\\\\"},{}]}\nbad\n{\"id\":\"b\"}\n";
  static const char rows[] = "id,email,tags\nc,x,p;q\n";
  static const char joined[] = "lead_id,type,at,url\nb,page_view,1,u\nc,email_open,2,\n";
  write_file(json, "m.ndjson", lines, strlen(lines));
  write_file(csv, "m.csv", rows, strlen(rows));
  write_file(events, "m.events.csv", joined, strlen(joined));
  const char *paths[] = {json, csv};
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = paths;
  options.path_count = 2;
  options.events_path = events;
  bareme_status status = BAREME_NO_MEMORY;
  size_t allowed = 0;
  for (; status == BAREME_NO_MEMORY && allowed < 2000; allowed++) {
    struct meter meter = {.left = allowed};
    status = read_metered(&meter, &options);
    assert_int_equal(meter.in_use, 0);
  }
  assert_int_equal(status, BAREME_END);
  assert_true(allowed > 20);
  unlink(json);
  unlink(csv);
  unlink(events);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(packed_files_are_known_by_their_first_bytes),
      cmocka_unit_test(parts_of_a_packed_file_are_one_text),
      cmocka_unit_test(a_packed_file_that_is_cut_fails),
      cmocka_unit_test(a_packed_file_that_is_damaged_fails),
      cmocka_unit_test(files_are_read_in_order),
      cmocka_unit_test(a_format_that_is_asked_for_is_obeyed),
      cmocka_unit_test(strict_ends_at_the_first_problem),
      cmocka_unit_test(a_record_at_the_limit_is_whole),
      cmocka_unit_test(parts_are_together_what_was_read),
      cmocka_unit_test(what_stands_behind_a_record_is_known),
      cmocka_unit_test(a_format_is_found_without_reading_on),
      cmocka_unit_test(the_file_of_rejects_appears_at_the_end),
      cmocka_unit_test(an_output_is_whole_or_not_there),
      cmocka_unit_test(a_link_goes_on_pointing),
      cmocka_unit_test(failures_to_write_are_told),
      cmocka_unit_test(large_pieces_go_through),
      cmocka_unit_test(running_out_of_memory_anywhere_is_an_error_like_any_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

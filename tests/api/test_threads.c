/* test_threads.c - what comes out does not depend on how many threads there are.
 *
 * The reference is the caller's own loop: read, run, write.  Each input is then
 * scored by bareme_score_all with several numbers of threads, and cut into
 * stretches of many sizes, down to a byte: so that every place of the input is
 * once the end of a stretch.  All that can be seen must be the same: results,
 * rejects, counts, problems with their lines, the failure and its text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* ---- one run ------------------------------------------------------------------- */

struct input {
  const char *paths[3];
  size_t path_count;
  const char *events;
  bareme_format out;
  bool explain, strict;
  size_t ids;      /* in memory */
  bool no_rejects; /* are asked for */
};

/* All that can be seen of a run. */
struct seen {
  bareme_status status;
  bareme_failure failure;
  struct gathered results, rejects, told;
  uint64_t leads;
};

static void forget(struct seen *seen) {
  free(seen->results.bytes);
  free(seen->rejects.bytes);
  free(seen->told.bytes);
}

static bareme_reader *open_reader(const bareme_policy *policy, const struct input *input,
                                  const bareme_sink *rejects) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_reader *reader;
  options.paths = input->paths;
  options.path_count = input->path_count;
  options.events_path = input->events;
  options.as_of = AS_OF;
  options.explain = input->explain;
  options.strict = input->strict;
  options.rejects = input->no_rejects ? NULL : rejects;
  options.ids_in_memory = input->ids;
  if (bareme_reader_open(policy, &options, &failure, &reader) != BAREME_OK)
    fail_msg("%s", failure.text);
  return reader;
}

static bareme_writer *open_writer(const bareme_policy *policy, const struct input *input,
                                  const bareme_sink *sink) {
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_writer *writer;
  options.format = input->out;
  options.explain = input->explain;
  options.as_of = AS_OF;
  options.sink = sink;
  assert_int_equal(bareme_writer_open(policy, &options, &failure, &writer), BAREME_OK);
  return writer;
}

static void tell(struct gathered *told, const bareme_reader *reader) {
  bareme_sink sink = fixture_sink(told);
  bareme_read_summary s;
  bareme_problem p;
  char line[512];
  bareme_reader_summary(reader, &s);
  int length = snprintf(line, sizeof line, "%llu %llu %llu, events %llu %llu %llu %llu %llu\n",
                        (unsigned long long)s.records, (unsigned long long)s.accepted,
                        (unsigned long long)s.rejected, (unsigned long long)s.events,
                        (unsigned long long)s.future_events, (unsigned long long)s.duplicate_events,
                        (unsigned long long)s.ignored_events, (unsigned long long)s.orphan_events);
  sink.put(sink.context, line, (size_t)length);
  for (size_t i = 0; bareme_reader_problem(reader, i, &p); i++) {
    length = snprintf(line, sizeof line, "%s %.*s %llu %.*s", p.what, (int)p.where.length,
                      p.where.bytes ? p.where.bytes : "", (unsigned long long)p.count,
                      (int)p.file.length, p.file.bytes ? p.file.bytes : "");
    sink.put(sink.context, line, (size_t)length);
    for (size_t l = 0; l < p.line_count; l++)
      sink.put(sink.context, line,
               (size_t)snprintf(line, sizeof line, " %llu", (unsigned long long)p.lines[l]));
    sink.put(sink.context, "\n", 1);
  }
}

static bareme_status loop(const bareme_policy *policy, bareme_reader *reader, bareme_writer *writer,
                          bool explain, struct seen *seen) {
  const bareme_batch *batch;
  bareme_runner *runner;
  bareme_status status = bareme_runner_new(policy, explain, &runner);
  while (status == BAREME_OK) {
    status = bareme_reader_read(reader, &seen->failure, &batch);
    if (status != BAREME_OK)
      break;
    seen->leads += bareme_batch_count(batch);
    assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
    status = bareme_writer_write(writer, runner, &seen->failure);
  }
  bareme_runner_free(runner);
  return status == BAREME_END ? BAREME_OK : status;
}

/* threads 0: by a loop of our own. */
static struct seen run(const bareme_policy *policy, const struct input *input, uint32_t threads,
                       size_t stretch) {
  struct seen seen = {.failure = {""}};
  bareme_sink results = fixture_sink(&seen.results), rejects = fixture_sink(&seen.rejects);
  bareme_reader *reader = open_reader(policy, input, &rejects);
  bareme_writer *writer = open_writer(policy, input, &results);
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  options.threads = threads;
  options.stretch = stretch;
  options.writer = writer;
  seen.status = threads == 0 ? loop(policy, reader, writer, input->explain, &seen)
                             : bareme_score_all(reader, &options, &seen.leads, &seen.failure);
  assert_int_equal(bareme_writer_finish(writer, NULL), BAREME_OK);
  tell(&seen.told, reader);
  bareme_writer_free(writer);
  assert_int_equal(bareme_reader_finish(reader, NULL), BAREME_OK);
  bareme_reader_free(reader);
  return seen;
}

static void assert_gathered(const char *what, const struct gathered *is,
                            const struct gathered *expected, uint32_t threads, size_t stretch) {
  size_t at = 0;
  while (at < is->length && at < expected->length && is->bytes[at] == expected->bytes[at])
    at++;
  if (at < is->length || at < expected->length)
    fail_msg("%u threads, stretches of %zu: %s differ at byte %zu:\n%.300s\n--- not\n%.300s",
             threads, stretch, what, at, at < is->length ? is->bytes + at : "",
             at < expected->length ? expected->bytes + at : "");
}

static void assert_the_same(const bareme_policy *policy, const struct input *input,
                            const size_t *stretches) {
  static const uint32_t threads[] = {1, 2, 3, 8};
  struct seen expected = run(policy, input, 0, 0);
  for (size_t t = 0; t < 4; t++)
    for (size_t s = 0; s == 0 || stretches[s - 1] != 0; s++) {
      struct seen is = run(policy, input, threads[t], stretches[s]);
      assert_gathered("results", &is.results, &expected.results, threads[t], stretches[s]);
      assert_gathered("rejects", &is.rejects, &expected.rejects, threads[t], stretches[s]);
      assert_gathered("counts and problems", &is.told, &expected.told, threads[t], stretches[s]);
      assert_string_equal(is.failure.text, expected.failure.text);
      assert_int_equal(is.status, expected.status);
      assert_int_equal(is.leads, expected.leads);
      forget(&is);
    }
  forget(&expected);
}

/* From a byte to more than there is; the last one is what suits. */
static const size_t many[] = {1, 2, 3, 5, 7, 11, 16, 29, 64, 100, 255, 1000, 4096, 1 << 20, 0};
static const size_t some[] = {400, 3000, 20000, 1 << 20, 0};

static void check(const char *lines, const size_t *stretches) {
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(lines);
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, false, false, 0, false};
  assert_the_same(policy, &input, stretches);
  input.strict = true;
  assert_the_same(policy, &input, stretches);
  input.strict = false;
  struct seen expected = run(policy, &input, 0, 0);
  input.ids = 2; /* the others go to a file */
  for (uint32_t threads = 0; threads <= 2; threads++) {
    struct seen is = run(policy, &input, threads, stretches[0]);
    assert_gathered("results", &is.results, &expected.results, threads, 2);
    assert_gathered("rejects", &is.rejects, &expected.rejects, threads, 2);
    forget(&is);
  }
  forget(&expected);
  fixture_remove(path);
  bareme_policy_free(policy);
}

/* ---- lines --------------------------------------------------------------------- */

static void plain_lines(void **state) {
  (void)state;
  check("", many);
  check("\n", many);
  check("\n\n\n", many);
  check("{\"id\":\"a\"}", many);
  check("{\"id\":\"a\"}\n{\"id\":\"b\",\"size\":3}\n", many);
  check("{\"id\":\"a\"}\r\n\r\n{\"id\":\"b\",\"size\":3}\r\n{\"id\":\"c\"}", many);
  check("\xef\xbb\xbf{\"id\":\"a\"}\n{\"id\":\"b\"}\n", many);
}

static void lines_that_are_set_aside(void **state) {
  (void)state;
  check("no\n{\"id\":\"a\"}\nno\n", many);
  check("{\"id\":\"a\"}\nno\n\nno\nno", many);
  check("{\"id\":\"a\",\"size\":\"x\"}\n{\"id\":\"b\",\"size\":\"y\",\"consent\":3}\n[]\n{\"id\":",
        many);
  check("{\"id\":\"a\",\"stage\":\"hot\"}\n{\"id\":\"b\",\"stage\":\"warm\"}\n", many);
  check("{\"id\":\"\xff\"}\n{\"id\":\"a\\", many);
}

static void ids_that_come_again(void **state) {
  (void)state;
  check("{\"id\":\"a\"}\n{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"a\"}\n", many);
  /* What is wrong with one that came before is not told. */
  check("{\"id\":\"a\"}\nno\n{\"id\":\"a\",\"size\":\"x\"}\n{\"id\":\"b\",\"size\":\"x\"}\n", many);
  check("{\"id\":\"a\",\"events\":[{\"type\":\"visit\",\"at\":\"2026-05-01\"}]}\n"
        "{\"id\":\"a\",\"events\":[{\"type\":\"visit\",\"at\":\"2027-05-01\"},{\"type\":\"x\"}]}\n",
        many);
  check("{\"id\":\"b\"}\n{\"size\":1}\n{\"id\":null}\n{\"id\":\"b\"}\n{\"id\":\"b\"}", many);
}

/* Leads of the demo, with lines among them that are wrong, blank, or repeated. */
static char *mixed_leads(size_t *length) {
  char *path = fixture_leads();
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  static char line[65536], kept[65536];
  struct gathered mixed = {NULL, 0};
  bareme_sink sink = fixture_sink(&mixed);
  for (size_t i = 0; i < 700 && fgets(line, sizeof line, file); i++) {
    sink.put(sink.context, line, strlen(line));
    if (i % 100 == 7)
      memcpy(kept, line, sizeof line);
    if (i % 61 == 60)
      sink.put(sink.context, kept, strlen(kept));
    if (i % 53 == 52)
      sink.put(sink.context, "\r\n{\"id\":\r\n", 10);
    if (i % 97 == 96)
      sink.put(sink.context, "{\"id\":\"\",\"size\":\"many\"}\n", 24);
  }
  fclose(file);
  fixture_remove(path);
  *length = mixed.length;
  return mixed.bytes;
}

static void many_leads(void **state) {
  (void)state;
  size_t length;
  char *text = mixed_leads(&length);
  check(text, some);
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(text);
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, true, false, 0, false};
  assert_the_same(policy, &input, some);
  input.explain = false;
  input.out = BAREME_CSV;
  assert_the_same(policy, &input, some);
  fixture_remove(path);
  bareme_policy_free(policy);
  free(text);
}

/* A record that is longer than a stretch goes through several. */
static void long_lines(void **state) {
  (void)state;
  struct gathered text = {NULL, 0};
  bareme_sink sink = fixture_sink(&text);
  static char long_text[300000];
  memset(long_text, 'x', sizeof long_text);
  for (int i = 0; i < 6; i++) {
    char line[64];
    int length = snprintf(line, sizeof line, "{\"id\":\"%d\",\"country\":\"", i);
    sink.put(sink.context, line, (size_t)length);
    sink.put(sink.context, long_text, i % 2 ? sizeof long_text : 5);
    sink.put(sink.context, i == 3 ? "\"\n" : "\"}\n", i == 3 ? 2 : 3);
  }
  check(text.bytes, (const size_t[]){4000, 100000, 300000, 400000, 0});
  free(text.bytes);
}

/* More results than a thread keeps: their stretch is done again in its turn. */
static void results_that_are_large(void **state) {
  (void)state;
  struct gathered text = {NULL, 0};
  bareme_sink sink = fixture_sink(&text);
  for (int i = 0; i < 9000; i++) {
    char line[64];
    int length = snprintf(line, sizeof line, "{\"id\":%d}\n%s", i % 8900,
                          i == 8000 || i == 20 ? "no\n" : "");
    sink.put(sink.context, line, (size_t)length);
  }
  bareme_policy *policy = fixture_policy();
  char *path = fixture_file(text.bytes);
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, true, false, 0, false};
  assert_the_same(policy, &input, (const size_t[]){40000, 90000, 1 << 20, 0});
  input.strict = true;
  assert_the_same(policy, &input, (const size_t[]){1 << 20, 0});
  fixture_remove(path);
  bareme_policy_free(policy);
  free(text.bytes);
}

/* ---- other input ------------------------------------------------------------------- */

static void several_files(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *one = fixture_file("{\"id\":\"a\"}\nno\n{\"id\":\"b\"}");
  char *two = fixture_file("id;size\nb;1\nc;x\n\"d\nd\";2\ne;\"\n");
  char *three = fixture_file("[{\"id\":\"a\"},\n\n{\"id\":\"f\",\"size\":\n3},,{\"id\":4}\n}, 3");
  struct input input = {{one, two, three}, 3, NULL, BAREME_NDJSON, false, false, 0, false};
  assert_the_same(policy, &input, many);
  input.strict = true;
  assert_the_same(policy, &input, many);
  input = (struct input){{two, one, three}, 3, NULL, BAREME_CSV, false, false, 0, false};
  assert_the_same(policy, &input, many);
  fixture_remove(one);
  fixture_remove(two);
  fixture_remove(three);
  bareme_policy_free(policy);
}

static void events_of_their_own(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *leads =
      fixture_file("{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"a\"}\n{\"id\":\"c\",\"stage\":3}\n");
  char *events = fixture_file("lead,type,at,url\na,visit,2026-05-20,/\nb,visit,2026-05-21,/\n"
                              "c,visit,2026-05-20,/\nd,visit,2026-05-20,/\na,visit,yesterday,/\n");
  struct input input = {{leads}, 1, events, BAREME_NDJSON, true, false, 0, false};
  assert_the_same(policy, &input, many);
  fixture_remove(leads);
  fixture_remove(events);
  bareme_policy_free(policy);
}

static void write_gzip(const char *path, const char *text, size_t length) {
  gzFile file = gzopen(path, "wb");
  assert_int_equal(gzwrite(file, text, (unsigned)length), length);
  assert_int_equal(gzclose(file), Z_OK);
}

static void write_zstd(const char *path, const char *text, size_t length) {
  size_t room = ZSTD_compressBound(length);
  char *packed = malloc(room);
  FILE *file = fopen(path, "wb");
  size_t size = ZSTD_compress(packed, room, text, length, 1);
  assert_int_equal(fwrite(packed, 1, size, file), size);
  fclose(file);
  free(packed);
}

static void compressed_input(void **state) {
  (void)state;
  size_t length;
  char *text = mixed_leads(&length), *path = fixture_file("");
  bareme_policy *policy = fixture_policy();
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, false, false, 0, false};
  write_gzip(path, text, length);
  assert_the_same(policy, &input, some);
  write_zstd(path, text, length);
  assert_the_same(policy, &input, some);
  assert_int_equal(truncate(path, 20000), 0); /* ends too early: what came before counts */
  assert_the_same(policy, &input, some);
  fixture_remove(path);
  bareme_policy_free(policy);
  free(text);
}

/* Leads as the results of others, which the writer makes a stream of: some dictionaries,
 * and behind them a batch for each that was scored. */
static char *stream_of(uint32_t first, uint32_t count) {
  bareme_policy *policy = fixture_policy();
  struct gathered lines = {NULL, 0};
  bareme_sink sink = fixture_sink(&lines);
  for (uint32_t i = first; i < first + count; i++) {
    char line[160];
    int length = snprintf(line, sizeof line,
                          "{\"id\":\"%u\",\"country\":\"%s\",\"size\":%u,\"events\":[{\"type\":"
                          "\"visit\",\"at\":\"2026-05-%02uT10:00:00Z\"}]}\n",
                          i, i % 53 ? i % 3 ? "FR" : "DE" : "XX", i % 2000, i % 28 + 1);
    sink.put(sink.context, line, (size_t)length);
  }
  char *path = fixture_file(lines.bytes);
  struct input input = {{path}, 1, NULL, BAREME_ARROW, false, false, 0, false};
  struct seen seen = run(policy, &input, 0, 0);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(seen.results.bytes, 1, seen.results.length, file), seen.results.length);
  assert_int_equal(fclose(file), 0);
  forget(&seen);
  free(lines.bytes);
  bareme_policy_free(policy);
  return path;
}

/* Reads what stream_of has made.  Excluded leads lack their stage, which is a problem. */
static bareme_policy *policy_of_streams(void) {
  return fixture_compile("policy \"Again\" {}\n"
                         "lead { fit number = 0 from \"scores.fit\"  why text from \"excluded\"\n"
                         "       activity number from \"scores.activity\"\n"
                         "       home bool from \"segments.home\"  nowhere number\n"
                         "       grade text required from \"bands.grade\" }\n"
                         "score sum { +(fit); +7 when grade is \"B\"; +1 when home\n"
                         "            +3 when why is \"Test account\"; +5 when activity > 3 }\n");
}

/* Rows of a batch are scored by several threads while the next batch is read. */
static void streams_of_arrow(void **state) {
  (void)state;
  static const size_t sizes[] = {20000, 1 << 20, 0};
  bareme_policy *policy = policy_of_streams();
  char *one = stream_of(0, 3000), *two = stream_of(2500, 1500);
  char *lines = fixture_file("{\"id\":\"1\",\"bands\":{\"grade\":\"A\"}}\n{\"id\":\"x\"}\n");
  struct input input = {{one, two, one}, 3, NULL, BAREME_NDJSON, false, false, 0, true};
  assert_the_same(policy, &input, sizes);
  input = (struct input){{lines, one, lines}, 3, NULL, BAREME_NDJSON, true, false, 0, true};
  assert_the_same(policy, &input, sizes);
  input.strict = true;
  assert_the_same(policy, &input, sizes);
  assert_int_equal(truncate(two, 90000), 0); /* in the middle of a batch */
  input = (struct input){{two, one}, 2, NULL, BAREME_CSV, false, false, 0, true};
  assert_the_same(policy, &input, sizes);
  input = (struct input){{lines, one}, 2, NULL, BAREME_NDJSON, false, false, 0, false};
  assert_the_same(policy, &input, sizes); /* rejects are wanted: Arrow has none */
  fixture_remove(one);
  fixture_remove(two);
  fixture_remove(lines);
  bareme_policy_free(policy);
}

static void a_file_that_is_not_there(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *one = fixture_file("{\"id\":\"a\"}\n"), *two = fixture_file("id,id\n1,2\n");
  struct input input = {{one, two, one}, 3, NULL, BAREME_NDJSON, false, false, 0, false};
  assert_the_same(policy, &input, many); /* two columns of one name: the file cannot be read */
  fixture_remove(one);
  fixture_remove(two);
  bareme_policy_free(policy);
}

/* ---- callers ------------------------------------------------------------------------- */

struct visitor {
  struct gathered ids;
  uint64_t asked, until;
};

static void visit(void *context, const bareme_runner *runner, uint32_t first, uint32_t count,
                  const bareme_sink *sink) {
  (void)context;
  for (uint32_t lane = first; lane < first + count; lane++) {
    bareme_text id = bareme_result_id(runner, lane);
    sink->put(sink->context, id.bytes, id.length);
    sink->put(sink->context, "\n", 1);
  }
}

static void take(void *context, const char *bytes, size_t length) {
  struct visitor *visitor = context;
  bareme_sink sink = fixture_sink(&visitor->ids);
  sink.put(sink.context, bytes, length);
}

static bool goes_on(void *context) {
  struct visitor *visitor = context;
  return ++visitor->asked < visitor->until;
}

static uint64_t visit_all(const bareme_policy *policy, const char *path, uint32_t threads,
                          struct visitor *visitor) {
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, false, false, 0, false};
  bareme_reader *reader = open_reader(policy, &input, NULL);
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  bareme_failure failure = {""};
  uint64_t leads;
  options.threads = threads;
  options.stretch = 3000;
  options.visit = visit;
  options.take = take;
  options.goes_on = goes_on;
  options.context = visitor;
  assert_int_equal(bareme_score_all(reader, &options, &leads, &failure), BAREME_OK);
  /* Once all is read, there is nothing more. */
  const bareme_batch *batch;
  assert_int_equal(bareme_reader_read(reader, &failure, &batch), BAREME_END);
  bareme_reader_free(reader);
  return leads;
}

static void a_visitor_gets_what_it_put_in_order(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_leads();
  struct visitor alone = {{NULL, 0}, 0, UINT64_MAX}, three = alone;
  uint64_t leads = visit_all(policy, path, 1, &alone);
  assert_in_range(leads, 500, 2000);
  assert_int_equal(visit_all(policy, path, 3, &three), leads);
  assert_int_equal(alone.ids.length, three.ids.length);
  assert_memory_equal(alone.ids.bytes, three.ids.bytes, alone.ids.length);
  free(alone.ids.bytes);
  free(three.ids.bytes);
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void it_ends_when_it_is_no_longer_wanted(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_leads();
  for (uint32_t threads = 1; threads <= 4; threads += 3) {
    struct visitor few = {{NULL, 0}, 0, 20};
    assert_in_range(visit_all(policy, path, threads, &few), 1, 400);
    assert_int_equal(few.asked, 20);
    free(few.ids.bytes);
  }
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void a_full_disk_ends_it(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_leads();
  for (uint32_t threads = 1; threads <= 4; threads++) {
    struct input input = {{path}, 1, NULL, BAREME_NDJSON, true, false, 0, false};
    bareme_reader *reader = open_reader(policy, &input, NULL);
    bareme_write_options out = BAREME_WRITE_OPTIONS_INIT;
    bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
    bareme_failure failure = {""};
    out.path = "/dev/full";
    out.explain = true;
    options.threads = threads;
    assert_int_equal(bareme_writer_open(policy, &out, &failure, &options.writer), BAREME_OK);
    assert_int_equal(bareme_score_all(reader, &options, NULL, &failure), BAREME_IO);
    assert_string_equal(failure.text, "/dev/full: No space left on device");
    bareme_writer_free(options.writer);
    bareme_reader_free(reader);
  }
  fixture_remove(path);
  bareme_policy_free(policy);
}

static void arguments_are_tested(void **state) {
  (void)state;
  bareme_policy *policy = fixture_policy();
  char *path = fixture_leads();
  struct input input = {{path}, 1, NULL, BAREME_NDJSON, false, false, 0, false};
  bareme_reader *reader = open_reader(policy, &input, NULL);
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  bareme_failure failure = {""};
  const bareme_batch *batch;
  assert_int_equal(bareme_score_all(reader, &options, NULL, &failure), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_score_all(NULL, &options, NULL, &failure), BAREME_INVALID_ARGUMENT);
  assert_int_equal(bareme_score_all(reader, NULL, NULL, &failure), BAREME_INVALID_ARGUMENT);
  options.visit = visit;
  options.take = take;
  assert_int_equal(bareme_reader_read(reader, &failure, &batch), BAREME_OK);
  assert_int_equal(bareme_score_all(reader, &options, NULL, &failure), BAREME_INVALID_ARGUMENT);
  bareme_reader_free(reader);
  fixture_remove(path);
  bareme_policy_free(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_lines),
      cmocka_unit_test(lines_that_are_set_aside),
      cmocka_unit_test(ids_that_come_again),
      cmocka_unit_test(many_leads),
      cmocka_unit_test(long_lines),
      cmocka_unit_test(results_that_are_large),
      cmocka_unit_test(several_files),
      cmocka_unit_test(events_of_their_own),
      cmocka_unit_test(compressed_input),
      cmocka_unit_test(streams_of_arrow),
      cmocka_unit_test(a_file_that_is_not_there),
      cmocka_unit_test(a_visitor_gets_what_it_put_in_order),
      cmocka_unit_test(it_ends_when_it_is_no_longer_wanted),
      cmocka_unit_test(a_full_disk_ends_it),
      cmocka_unit_test(arguments_are_tested),
  };
  return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}

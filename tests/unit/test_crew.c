/* test_crew.c - records that are too large, or broken, whoever reads them: what a
 * crew makes of a file is what is read of it batch by batch.
 *
 * The limit of a record is 256 MiB; here the reader is told a smaller one.
 * What the public interface can show is in tests/api/test_threads.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io_support.h"

#include "io/crew.h"
#include "io/reader_parts.h"

enum { LIMIT = 40 };

struct gathered {
  char bytes[64 * 1024];
  size_t length;
};

static void gather(void *context, const char *bytes, size_t length) {
  struct gathered *gathered = context;
  assert_true(length < sizeof gathered->bytes - gathered->length);
  memcpy(gathered->bytes + gathered->length, bytes, length);
  gathered->length += length;
  gathered->bytes[gathered->length] = '\0';
}

/* ---- work that notes ids ------------------------------------------------------------ */

struct own {
  const struct batch *batch;
};

static void *join(void *context) {
  (void)context;
  return calloc(1, sizeof(struct own));
}

static void leave(void *context, void *own) {
  (void)context;
  free(own);
}

static bool run(void *context, void *own, const struct batch *batch) {
  (void)context;
  ((struct own *)own)->batch = batch;
  return true;
}

static bool render(void *context, void *own, uint32_t first, uint32_t count,
                   struct buffer *results) {
  (void)context;
  for (uint32_t lane = first; lane < first + count; lane++) {
    buffer_text(results, ((struct own *)own)->batch->ids[lane]);
    BUFFER_LITERAL(results, " ");
  }
  return !results->failed;
}

static bareme_status take(void *context, const char *bytes, size_t length,
                          bareme_failure *failure) {
  (void)failure;
  gather(context, bytes, length);
  return BAREME_OK;
}

static bool goes_on(void *context) {
  (void)context;
  return true;
}

/* ---- runs --------------------------------------------------------------------------- */

struct outcome_text {
  struct gathered ids, rejects, told;
};

struct file {
  const char *path;
  bareme_format format;
  size_t limit;
};

static struct reader *open_file(const struct program *program, const struct file *file,
                                const bareme_sink *rejects) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  struct reader *reader;
  options.paths = &file->path;
  options.path_count = 1;
  options.format = file->format;
  options.rejects = rejects;
  assert_int_equal(reader_open(program, &memory_standard, &options, &failure, &reader), BAREME_OK);
  reader->records.limit = file->limit;
  return reader;
}

static void tell(struct outcome_text *out, const struct reader *reader) {
  bareme_read_summary summary;
  bareme_problem problem;
  char line[256];
  reader_summary(reader, &summary);
  gather(&out->told, line,
         (size_t)snprintf(line, sizeof line, "%d = %d + %d;", (int)summary.records,
                          (int)summary.accepted, (int)summary.rejected));
  for (size_t i = 0; reader_problem(reader, i, &problem); i++) {
    gather(&out->told, line,
           (size_t)snprintf(line, sizeof line, " %s %d:", problem.what, (int)problem.count));
    for (size_t l = 0; l < problem.line_count; l++)
      gather(&out->told, line, (size_t)snprintf(line, sizeof line, " %d", (int)problem.lines[l]));
  }
}

/* threads 0: batch by batch. */
static void read_all(const struct file *file, uint32_t threads, size_t stretch,
                     struct outcome_text *out) {
  struct program program = support_program();
  *out = (struct outcome_text){0};
  const bareme_sink rejects = {gather, &out->rejects};
  struct reader *reader = open_file(&program, file, &rejects);
  bareme_failure failure = {""};
  bareme_status status = BAREME_OK;
  struct crew_options options = {.threads = threads, .chunk = 3, .stretch = stretch};
  const struct crew_work work = {&out->ids, join, leave, run, render, take, goes_on};
  struct batch batch;
  uint64_t leads;
  if (threads > 0) {
    status = crew_run(reader, &options, &work, &leads, &failure);
  } else {
    assert_true(batch_init(&batch, &program, &memory_standard, 3, 0));
    while ((status = reader_read(reader, &batch, &failure)) == BAREME_OK)
      for (uint32_t lane = 0; lane < batch.count; lane++) {
        gather(&out->ids, batch.ids[lane].bytes, batch.ids[lane].length);
        gather(&out->ids, " ", 1);
      }
    batch_clear(&batch);
  }
  assert_int_equal(status, BAREME_END);
  tell(out, reader);
  assert_int_equal(reader_finish(reader, &failure), BAREME_OK);
  reader_free(reader);
}

static struct outcome_text check_file(const struct file *file, const size_t *stretches,
                                      size_t count) {
  struct outcome_text expected, is;
  read_all(file, 0, 0, &expected);
  for (uint32_t threads = 1; threads <= 3; threads += 2)
    for (size_t s = 0; s < count; s++) {
      read_all(file, threads, stretches[s], &is);
      assert_string_equal(is.ids.bytes, expected.ids.bytes);
      assert_string_equal(is.rejects.bytes, expected.rejects.bytes);
      assert_string_equal(is.told.bytes, expected.told.bytes);
    }
  return expected;
}

/* Returns what all agree on. */
static struct outcome_text check_as(bareme_format format, size_t limit, const char *text) {
  static const size_t stretches[] = {1, 2, 7, 20, 41, 64, 1000};
  char path[256];
  write_file(path, "leads", text, strlen(text));
  const struct file file = {path, format, limit};
  struct outcome_text all = check_file(&file, stretches, sizeof stretches / sizeof *stretches);
  unlink(path);
  return all;
}

static void check(const char *text) {
  check_as(BAREME_NDJSON, LIMIT, text);
}

#define FORTY     "{\"id\":\"x\"}                              " /* as long as the limit */
#define FORTY_ONE FORTY " "
#define SIXTY     FORTY "                    "

static void records_at_the_limit_are_read(void **state) {
  (void)state;
  assert_int_equal(strlen(FORTY), LIMIT);
  check(FORTY);
  check(FORTY "\n");
  check("{\"id\":\"a\"}\n" FORTY "\n{\"id\":\"b\"}\n");
}

static void records_above_the_limit_are_set_aside(void **state) {
  (void)state;
  check(FORTY_ONE);
  check(FORTY_ONE "\n");
  check("{\"id\":\"a\"}\n" FORTY_ONE "\n{\"id\":\"b\"}\n");
  check("{\"id\":\"a\"}\n" SIXTY SIXTY SIXTY "\n{\"id\":\"b\"}\n" SIXTY "\r\n{\"id\":\"b\"}\nno\n");
  check(SIXTY "\n" SIXTY SIXTY "\n\n\n{\"id\":\"b\"}\n" SIXTY);
}

/* Items of an array are indexed together, where a quote behind a backslash is none
 * outside of strings either: two of them must not turn all between inside out. */
static void a_broken_item_leaves_its_neighbours_alone(void **state) {
  (void)state;
  static const char *const broken[] = {
      "\\",
      "\\\"x\"",
      "\"x\"\\",
      "{\"id\":\"x\"}\\",
      "{\"id\":\"x\n\"}",
      "{\"id\":\"\xc3\"}",
      "\xf0\x9f",
      "\"\\\\\"\\\\\"\"",
      "tru",
      "}",
      "\"\"\"\"",
  };
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char text[200];
    snprintf(text, sizeof text, "[{\"id\":\"a\"},%s,{\"id\":\"b\"},%s,\n{\"id\":\"c\"} ]",
             broken[i], broken[i]);
    struct outcome_text is = check_as(BAREME_JSON, 100, text);
    assert_string_equal(is.ids.bytes, "a b c ");
  }
}

/* Leads of many lines, together more than are indexed at once; in one of them a
 * string goes on over the end of a line, which makes it broken. */
static char *make_laid_out(size_t leads, size_t pad) {
  char *text = malloc(leads * (pad + 100) + 100), *at = text;
  assert_non_null(text);
  at += sprintf(at, "[");
  for (size_t i = 0; i < leads; i++) {
    at +=
        sprintf(at, "%s\n  {\n    \"id\": \"%zu%s\"", i ? "," : "", i, i == leads / 2 ? "\n" : "");
    for (size_t p = 0; p < pad * (i % 3); p += 10)
      at += sprintf(at, ",\n  \"x\": 7");
    at += sprintf(at, "\n  }");
  }
  sprintf(at, "\n]\n");
  return text;
}

static void items_may_have_many_lines(void **state) {
  (void)state;
  static const size_t stretches[] = {1000, 100 * 1000, 256 * 1024};
  char path[256], *text = make_laid_out(400, 1600);
  write_file(path, "leads", text, strlen(text));
  const struct file file = {path, BAREME_JSON, 1 << 20};
  struct outcome_text all = check_file(&file, stretches, sizeof stretches / sizeof *stretches);
  assert_non_null(strstr(all.told.bytes, "400 = 399 + 1;"));
  unlink(path);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(records_at_the_limit_are_read),
      cmocka_unit_test(records_above_the_limit_are_set_aside),
      cmocka_unit_test(a_broken_item_leaves_its_neighbours_alone),
      cmocka_unit_test(items_may_have_many_lines),
  };
  return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}

/* test_crew.c - records that are too large, whoever reads them.
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
  char bytes[4096];
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

static struct reader *open_small(const struct program *program, const char *path,
                                 const bareme_sink *rejects) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  struct reader *reader;
  options.paths = &path;
  options.path_count = 1;
  options.format = BAREME_NDJSON;
  options.rejects = rejects;
  assert_int_equal(reader_open(program, &memory_standard, &options, &failure, &reader), BAREME_OK);
  reader->records.limit = LIMIT;
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
static void read_all(const char *path, uint32_t threads, size_t stretch, struct outcome_text *out) {
  struct program program = support_program();
  *out = (struct outcome_text){0};
  const bareme_sink rejects = {gather, &out->rejects};
  struct reader *reader = open_small(&program, path, &rejects);
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

static void check(const char *text) {
  static const size_t stretches[] = {1, 2, 7, 20, 41, 64, 1000};
  char path[256];
  struct outcome_text expected, is;
  write_file(path, "leads", text, strlen(text));
  read_all(path, 0, 0, &expected);
  for (uint32_t threads = 1; threads <= 3; threads += 2)
    for (size_t s = 0; s < sizeof stretches / sizeof *stretches; s++) {
      read_all(path, threads, stretches[s], &is);
      assert_string_equal(is.ids.bytes, expected.ids.bytes);
      assert_string_equal(is.rejects.bytes, expected.rejects.bytes);
      assert_string_equal(is.told.bytes, expected.told.bytes);
    }
  unlink(path);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(records_at_the_limit_are_read),
      cmocka_unit_test(records_above_the_limit_are_set_aside),
  };
  return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}

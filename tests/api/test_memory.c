/* test_memory.c - the N-th allocation fails, for every N, in every public
 * function: of ours, and of the libraries that read and write for us.
 *
 * Each scenario is run again and again, with the next request for memory
 * refused, alone or with all behind it, until it gets by.  Whatever is refused,
 * it ends with BAREME_NO_MEMORY and nothing is left behind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "columns.h"
#include "heap.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

typedef bareme_status scenario(void);

static void put_nowhere(void *context, const char *bytes, size_t length) {
  (void)context, (void)bytes, (void)length;
}
static const bareme_sink nowhere = {put_nowhere, NULL};

/* ---- what there is, made before anything fails ----------------------------------- */

static struct {
  char directory[32];
  char leads[64], compressed[64], squeezed[64], table[64], events[64], array[64], policy[64];
  char cases[64], event_lines[64], image[64], public_key[64];
  bareme_policy *compiled, *with_tests, *columns;
  struct gathered bytes, secret, signature; /* of a compiled policy; a key; what it signs */
  struct node *leads_array;
} here;

/* Everything that a batch can hold: that of the streams in the fuzzing corpus. */
static const char columns_source[] =
    "policy \"Columns\" {}\n"
    "lead { name text  size number from \"company.size\"  ok bool = true  born time\n"
    "  stay duration  plan one of (free, pro)  tags list of text }\n"
    "event view \"View\" { url text  seconds number  at_home bool  moment time }\n"
    "event buy from \"Purchase\" { amount number = 1  plan one of (free, pro) }\n"
    "segment known when lower(name) mentions any of [\"a\"] or tags contains \"b\"\n"
    "score s { decay 50% every 30 days\n"
    "  +1 \"Known\" when name contains \"a\" or plain(name) is \"o\" or plan is pro or not ok\n"
    "  +(size) when born < as_of and stay > 1 day\n"
    "  +2 on view where seconds > 1 or at_home or moment < as_of once per url\n"
    "  +(amount) on buy where plan is free at most 2 times per 3 days\n"
    "  +(distinct(url of view)) }\n"
    "stage a { to b when s > 3 }\n"
    "stage b\n";

static const char lead_lines[] =
    "{\"id\":\"a\",\"country\":\"FR\",\"size\":2000,\"consent\":true,\"events\":["
    "{\"type\":\"visit\",\"at\":\"2026-05-22\",\"id\":\"1\",\"url\":\"\\u0041\"},"
    "{\"type\":\"order\",\"at\":\"2026-05-01\",\"amount\":10,\"id\":\"2\"}]}\n"
    "{\"id\":\"b\",\"country\":3,\"events\":[{\"type\":\"visit\",\"at\":\"2026-06-02\"},"
    "{\"type\":\"dance\",\"at\":\"2026-05-01\"}]}\n"
    "{\"id\":\"c\",\"country\":\"XX\",\"stage\":\"hot\"}\n"
    "not a record\n";

static char *at(char *path, const char *name) {
  snprintf(path, 64, "%s/%s", here.directory, name);
  return path;
}

static void write_file(const char *path, const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void write_text(const char *path, const char *text) {
  write_file(path, text, strlen(text));
}

static void write_compressed(void) {
  char packed[1024];
  size_t length = ZSTD_compress(packed, sizeof packed, lead_lines, sizeof lead_lines - 1, 1);
  write_file(at(here.squeezed, "leads.ndjson.zst"), packed, length);
  gzFile file = gzopen(at(here.compressed, "leads.ndjson.gz"), "wb");
  assert_int_equal(gzwrite(file, lead_lines, sizeof lead_lines - 1), sizeof lead_lines - 1);
  assert_int_equal(gzclose(file), Z_OK);
}

static void write_gathered(const char *path, const struct gathered *gathered) {
  write_file(path, gathered->bytes, gathered->length);
}

/* A compiled policy as a file, and a signature beside it. */
static void write_signed(void) {
  char signature[72];
  struct gathered key = {NULL, 0};
  bareme_failure failure = {""};
  const bareme_sink bytes = fixture_sink(&here.bytes), secret = fixture_sink(&here.secret),
                    public_key = fixture_sink(&key), by = fixture_sink(&here.signature);
  assert_int_equal(bareme_policy_write(here.compiled, NULL, &bytes, &failure), BAREME_OK);
  assert_int_equal(bareme_key_generate(NULL, 0, &secret, &public_key, &failure), BAREME_OK);
  assert_int_equal(bareme_sign(here.secret.bytes, here.secret.length, NULL, 0, here.bytes.bytes,
                               here.bytes.length, "a comment", &by, &failure),
                   BAREME_OK);
  write_gathered(at(here.image, "policy.bmc"), &here.bytes);
  snprintf(signature, sizeof signature, "%s.minisig", here.image);
  write_gathered(signature, &here.signature);
  write_gathered(at(here.public_key, "policy.pub"), &key);
  free(key.bytes);
}

static struct node *views(void) {
  static const char *const types[] = {"View", "dance", "View"}, *const urls[] = {"/", NULL, "/A"};
  struct node *events = columns_struct("item", 3, NULL);
  columns_child(events, columns_texts("type", 3, types));
  columns_child(events, columns_fixed("tsu:UTC", "at", 8, 3, (int64_t[]){AS_OF, 0, 1}, NULL));
  columns_child(events, columns_texts("url", 3, urls));
  columns_child(events, columns_numbers("seconds", 3, (double[]){1, 2, 3}, "110"));
  return events;
}

static void make_columns(void) {
  static const char *const ids[] = {"a", "b", "a"}, *const names[] = {"Ada", NULL, "\xC5\x90"},
                           *const tags[] = {"x", "B"};
  columns_free(); /* the plainest layout */
  struct node *leads = here.leads_array = columns_struct("", 3, NULL);
  struct node *company = columns_struct("company", 3, NULL);
  columns_child(company, columns_numbers("size", 3, (double[]){1, 2000, 3}, "101"));
  columns_child(leads, columns_texts("id", 3, ids));
  columns_child(leads, company);
  layout.index = "c";
  columns_child(leads, columns_texts("name", 3, names));
  layout.index = NULL;
  columns_child(leads, columns_list("tags", 3, (int64_t[]){0, 0, 2, 2}, "011",
                                    columns_texts("item", 2, tags)));
  columns_child(leads, columns_list("events", 3, (int64_t[]){0, 2, 2, 3}, NULL, views()));
}

static int set_up(void **state) {
  char other[64];
  (void)state;
  strcpy(here.directory, "/tmp/bareme-memory-XXXXXX");
  assert_non_null(mkdtemp(here.directory));
  write_text(at(here.leads, "leads.ndjson"), lead_lines);
  write_compressed();
  write_text(at(here.array, "leads.json"), "[{\"id\":\"a\"}, {\"id\":\"b\",\"size\":\"x\"}]");
  write_text(at(here.table, "leads.csv"), "id,country,size\na,FR,2000\nb,\"D\"\"E\",x\n");
  write_text(at(here.events, "events.csv"), "lead,type,at,url\na,visit,2026-05-01,/\n");
  write_text(at(here.event_lines, "events.ndjson"),
             "{\"lead\":\"a\",\"type\":\"visit\",\"at\":\"2026-05-01\"}\n"
             "{\"lead\":\"z\",\"type\":\"visit\",\"at\":\"2026-05-01\"}\n");
  write_text(at(here.cases, "cases.ndjson"),
             "{\"id\":\"a\",\"country\":\"FR\",\"expect\":{\"scores\":{\"fit\":1}}}\n");
  write_text(at(other, "words.txt"), "red\ngreen\n");
  write_text(at(other, "parts.bareme"), "module parts\nlead { colour text }\n"
                                        "define known(c text) = c in [\"red\"]\n");
  write_text(at(here.policy, "policy.bareme"),
             "policy \"Files\" {}\nuse std.mailbox\nuse \"parts.bareme\" as parts\n"
             "lead { email text }\nlist words from \"words.txt\"\nscore s {\n"
             "  +1 when colour in words and parts.known(colour)\n"
             "  -1 when mailbox.is_free(email)\n}\n"
             "test \"one\" { as of 2026-06-01  lead { colour: \"red\" }  expect s = 2 }\n");
  here.compiled = fixture_policy();
  here.columns = fixture_compile(columns_source);
  write_signed();
  make_columns();
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  options.tests = true;
  assert_int_equal(bareme_policy_open(here.policy, &options, NULL, NULL, &here.with_tests),
                   BAREME_OK);
  return 0;
}

static int tear_down(void **state) {
  char command[64];
  (void)state;
  bareme_policy_free(here.compiled);
  bareme_policy_free(here.with_tests);
  bareme_policy_free(here.columns);
  columns_free();
  free(here.bytes.bytes);
  free(here.secret.bytes);
  free(here.signature.bytes);
  snprintf(command, sizeof command, "rm -r '%s'", here.directory);
  return system(command);
}

/* ---- compiling ------------------------------------------------------------------- */

static bareme_status compiles(void) {
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_status status = bareme_policy_compile("a", fixture_source, strlen(fixture_source), NULL,
                                               &report, NULL, &policy);
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static bareme_status opens(void) {
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_failure failure = {""};
  bareme_status status = bareme_policy_open(here.policy, NULL, &report, &failure, &policy);
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static bareme_status refuses(void) {
  static const char wrong[] = "policy \"P\" {}\nlead { a text }\nlet x = month + nowhere\n"
                              "score s { +1 when a > 3\n +2 on nothing }\n";
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_status status =
      bareme_policy_compile("a", wrong, sizeof wrong - 1, NULL, &report, NULL, &policy);
  assert_null(policy);
  if (report)
    bareme_report_render(report, true, &nowhere);
  bareme_report_free(report);
  return status == BAREME_INVALID_POLICY ? BAREME_OK : status;
}

static bareme_status formats(void) {
  return bareme_source_format("a", fixture_source, strlen(fixture_source), NULL, NULL, &nowhere);
}

static bareme_status formats_what_is_wrong(void) {
  static const char wrong[] = "policy \"P\" {}\nlead { a text\nscore s { +1 when }\n";
  bareme_report *report = NULL;
  bareme_status status =
      bareme_source_format("a", wrong, sizeof wrong - 1, &report, NULL, &nowhere);
  if (report)
    bareme_report_render(report, false, &nowhere);
  bareme_report_free(report);
  return status == BAREME_INVALID_POLICY ? BAREME_OK : status;
}

static bareme_status compiles_with_params(void) {
  const char *const sets[] = {"base=20"}, *const directories[] = {here.directory};
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  bareme_policy *policy = NULL;
  bareme_failure failure = {""};
  char source[2048];
  snprintf(source, sizeof source, "%s\nuse \"parts.bareme\" as parts\n", fixture_source);
  options.sets = sets;
  options.set_count = 1;
  options.include_directories = directories;
  options.include_directory_count = 1;
  options.tests = true;
  bareme_status status =
      bareme_policy_compile("a", source, strlen(source), &options, NULL, &failure, &policy);
  bareme_policy_free(policy);
  return status;
}

/* ---- compiled policies --------------------------------------------------------------- */

static bareme_status writes_an_image(void) {
  bareme_image_options options = BAREME_IMAGE_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_status status = bareme_policy_write(here.compiled, NULL, &nowhere, &failure);
  options.strip = true;
  if (status == BAREME_OK)
    status = bareme_policy_write(here.columns, &options, &nowhere, &failure);
  return status;
}

static bareme_status loads(void) {
  bareme_failure failure = {""};
  bareme_policy *policy = NULL;
  bareme_status status =
      bareme_policy_load(here.bytes.bytes, here.bytes.length, NULL, &failure, &policy);
  bareme_policy_free(policy);
  return status;
}

static bareme_status opens_an_image(void) {
  bareme_image *image = NULL;
  bareme_image_section section;
  bareme_image_count count;
  bareme_failure failure = {""};
  bareme_status status = bareme_image_open(here.image, here.public_key, &failure, &image);
  for (uint32_t i = 0; status == BAREME_OK && bareme_image_section_at(image, i, &section); i++)
    assert_non_null(section.name);
  for (uint32_t i = 0; status == BAREME_OK && bareme_image_count_at(image, i, &count); i++)
    assert_non_null(count.what);
  bareme_image_free(image);
  return status;
}

static bareme_status opens_what_is_signed(void) {
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  bareme_policy *policy = NULL;
  bareme_report *report = NULL;
  bareme_failure failure = {""};
  options.verify_key = here.public_key;
  bareme_status status = bareme_policy_open(here.image, &options, &report, &failure, &policy);
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static bareme_status distrusts_what_is_not_signed(void) {
  bareme_image *image = NULL;
  bareme_failure failure = {""};
  bareme_status status = bareme_image_open(here.leads, here.public_key, &failure, &image);
  assert_null(image);
  return status == BAREME_UNTRUSTED ? BAREME_OK : status;
}

static bareme_status signs(void) {
  static const char wrong[] = "RWQI7mmWR4w8CMqs9ijZq0KRlqqpbd6XYVf5HbNbDKhulWGY550m03fM";
  bareme_failure failure = {""};
  bareme_text comment;
  bareme_status status = bareme_key_generate(NULL, 0, &nowhere, &nowhere, &failure);
  if (status == BAREME_OK)
    status = bareme_sign(here.secret.bytes, here.secret.length, NULL, 0, "abc", 3, "a comment",
                         &nowhere, &failure);
  if (status != BAREME_OK)
    return status;
  status = bareme_signature_verify(wrong, here.bytes.bytes, here.bytes.length, here.signature.bytes,
                                   here.signature.length, &comment, &failure);
  return status == BAREME_UNTRUSTED ? BAREME_OK : status;
}

static bareme_status lists(void) {
  bareme_listing *listing = NULL;
  bareme_instruction instruction;
  bareme_status status = bareme_listing_new(here.columns, BAREME_SECTION_FULL, &listing);
  for (uint32_t i = 0; status == BAREME_OK; i++)
    status = bareme_listing_at(listing, i, &instruction);
  bareme_listing_free(listing);
  return status == BAREME_END ? BAREME_OK : status;
}

static bareme_status counts_costs(void) {
  bareme_cost *cost = NULL;
  bareme_status status = bareme_cost_new(here.columns, NULL, &cost);
  if (status == BAREME_OK)
    assert_true(bareme_cost_steps(cost, BAREME_NONE, BAREME_COST_OWN, BAREME_NONE) > 0);
  bareme_cost_free(cost);
  return status;
}

/* ---- scoring row by row ---------------------------------------------------------------- */

static bareme_text text(const char *terminated) {
  return (bareme_text){terminated, strlen(terminated)};
}

static uint32_t field(uint32_t event, const char *name) {
  uint32_t index = bareme_policy_find_field(here.columns, event, name);
  assert_int_not_equal(index, BAREME_NONE);
  return index;
}

static void add_events(bareme_batch *batch, uint32_t count) {
  const uint32_t view = bareme_policy_find(here.columns, BAREME_EVENTS, "view");
  for (uint32_t i = 0; i < count; i++) {
    char id[8];
    snprintf(id, sizeof id, "%u", i);
    bareme_batch_begin_event(batch, view);
    bareme_batch_set_text(batch, field(view, "url"), text(id));
    bareme_batch_set_bool(batch, field(view, "at_home"), true);
    bareme_batch_set_time(batch, field(view, "moment"), 0);
    bareme_batch_add_event(batch, AS_OF - i, text(id), NULL);
  }
}

/* The first failure of a lead is remembered, so that the end tells. */
static bareme_status add_lead(bareme_batch *batch, uint32_t events) {
  const bareme_text tags[] = {text("X"), text("a tag of more than a few bytes, \xC5\x90")};
  bareme_failure failure = {""};
  bareme_batch_begin(batch);
  bareme_batch_set_id(batch, text("an identity"));
  bareme_batch_set_stage(batch, text("B"));
  bareme_batch_set_text(batch, field(BAREME_LEAD, "name"), text("\xC5\x90 a name"));
  bareme_batch_set_number(batch, field(BAREME_LEAD, "size"), 3);
  bareme_batch_set_bool(batch, field(BAREME_LEAD, "ok"), false);
  bareme_batch_set_time(batch, field(BAREME_LEAD, "born"), 0);
  bareme_batch_set_duration(batch, field(BAREME_LEAD, "stay"), AS_OF);
  bareme_batch_set_label(batch, field(BAREME_LEAD, "plan"), 1);
  bareme_batch_set_texts(batch, field(BAREME_LEAD, "tags"), tags, 2);
  add_events(batch, events);
  return bareme_batch_end(batch, &failure);
}

/* Everything that can be asked of a result. */
static void look(const bareme_policy *policy, const bareme_runner *runner, uint32_t lane) {
  bareme_contribution line;
  bareme_requirement requirement;
  for (uint32_t s = 0; s < bareme_policy_count(policy, BAREME_SCORES); s++)
    for (uint32_t i = 0; bareme_result_explain(runner, s, lane, i, &line); i++)
      assert_non_null(line.kind);
  for (uint32_t i = 0; bareme_result_requirement(runner, lane, i, &requirement); i++)
    assert_non_null(requirement.source.bytes);
}

static bareme_status scores_rows(bool explain, bool borrow) {
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_batch *batch = NULL;
  bareme_runner *runner = NULL;
  options.as_of = AS_OF;
  options.capacity = 4;
  options.explain = explain;
  options.borrow = borrow;
  bareme_status status = bareme_batch_new(here.columns, &options, &batch);
  if (status == BAREME_OK)
    status = bareme_runner_new(here.columns, explain, &runner);
  for (uint32_t round = 0; status == BAREME_OK && round < 2; round++) {
    status = bareme_batch_reset(batch, AS_OF);
    for (uint32_t lead = 0; status == BAREME_OK && lead < 3; lead++)
      status = add_lead(batch, lead * round * 40);
    if (status == BAREME_OK)
      status = bareme_runner_run(runner, batch);
    if (status == BAREME_OK)
      look(here.columns, runner, 2);
  }
  bareme_runner_free(runner);
  bareme_batch_free(batch);
  return status;
}

static bareme_status scores_copied_rows(void) {
  return scores_rows(true, false);
}
static bareme_status scores_borrowed_rows(void) {
  return scores_rows(false, true);
}

/* A lead that memory was refused for is taken out, and the next is as good as any. */
static bareme_status goes_on_without_a_lead(void) {
  bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
  bareme_batch *batch = NULL;
  options.as_of = AS_OF;
  options.capacity = 4;
  bareme_status status = bareme_batch_new(here.columns, &options, &batch);
  if (status == BAREME_OK) {
    status = add_lead(batch, 40);
    assert_int_equal(bareme_batch_count(batch), status == BAREME_OK);
    if (status == BAREME_NO_MEMORY && add_lead(batch, 40) == BAREME_OK)
      assert_int_equal(bareme_batch_count(batch), 1);
  }
  bareme_batch_free(batch);
  return status;
}

/* ---- columns ------------------------------------------------------------------------ */

static bareme_status exports(const bareme_runner *runner) {
  struct ArrowSchema schema = {.release = NULL};
  struct ArrowArray array = {.release = NULL};
  bareme_exporter *exporter = NULL;
  bareme_status status = bareme_exporter_new(here.columns, true, &exporter);
  if (status == BAREME_OK)
    status = bareme_exporter_schema(exporter, &schema);
  if (status == BAREME_OK)
    status = bareme_exporter_array(exporter, runner, &array);
  if (array.release)
    array.release(&array);
  if (schema.release)
    schema.release(&schema);
  bareme_exporter_free(exporter);
  return status;
}

static bareme_status scores_columns(void) {
  bareme_import_options options = BAREME_IMPORT_OPTIONS_INIT;
  bareme_importer *importer = NULL;
  bareme_runner *runner = NULL;
  bareme_failure failure = {""};
  const bareme_batch *batch;
  options.as_of = AS_OF;
  options.chunk = 2;
  options.explain = true;
  bareme_status status =
      bareme_importer_new(here.columns, &here.leads_array->schema, &options, &failure, &importer);
  if (status == BAREME_OK)
    status = bareme_runner_new(here.columns, true, &runner);
  if (status == BAREME_OK)
    status = bareme_importer_give(importer, &here.leads_array->array, &failure);
  while (status == BAREME_OK) {
    status = bareme_importer_next(importer, &failure, &batch);
    if (status == BAREME_OK)
      status = bareme_runner_run(runner, batch);
    if (status == BAREME_OK)
      status = exports(runner);
  }
  bareme_runner_free(runner);
  bareme_importer_free(importer);
  return status == BAREME_END ? BAREME_OK : status;
}

/* ---- reading, scoring, writing --------------------------------------------------------- */

/* Reads, runs with explanations, and writes. */
static bareme_status pipe_through(const bareme_policy *policy, const bareme_read_options *in,
                                  bareme_format format, const char *only) {
  bareme_failure failure = {""};
  bareme_reader *reader = NULL;
  bareme_runner *runner = NULL;
  bareme_writer *writer = NULL;
  const bareme_batch *batch;
  bareme_write_options out = BAREME_WRITE_OPTIONS_INIT;
  out.format = format;
  out.explain = format != BAREME_CSV && !only;
  out.only = only;
  out.as_of = AS_OF;
  out.sink = &nowhere;
  bareme_status status = bareme_reader_open(policy, in, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_runner_new(policy, true, &runner);
  if (status == BAREME_OK)
    status = bareme_writer_open(policy, &out, &failure, &writer);
  while (status == BAREME_OK) {
    status = bareme_reader_read(reader, &failure, &batch);
    if (status == BAREME_OK)
      status = bareme_runner_run(runner, batch);
    if (status == BAREME_OK)
      status = bareme_writer_write(writer, runner, &failure);
    if (status == BAREME_OK && format == BAREME_NDJSON)
      status = bareme_writer_write_lead(writer, runner, 0, &failure);
  }
  if (status == BAREME_END)
    status = bareme_writer_finish(writer, &failure);
  if (status == BAREME_OK)
    status = bareme_reader_finish(reader, &failure);
  bareme_writer_free(writer);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
  return status;
}

static bareme_read_options read_options(const char *const *path, const char *events) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = path;
  options.path_count = 1;
  options.events_path = events;
  options.as_of = AS_OF;
  options.chunk = 2;
  options.explain = true;
  options.rejects = &nowhere;
  return options;
}

static bareme_status scores(const char *path, const char *events, bareme_format out) {
  bareme_read_options options = read_options(&path, events);
  return pipe_through(here.compiled, &options, out, NULL);
}

static bareme_status scores_lines(void) {
  return scores(here.leads, NULL, BAREME_NDJSON);
}
static bareme_status scores_gzip(void) {
  return scores(here.compressed, NULL, BAREME_CSV);
}
static bareme_status scores_zstd(void) {
  return scores(here.squeezed, NULL, BAREME_NDJSON);
}
static bareme_status scores_array(void) {
  return scores(here.array, NULL, BAREME_NDJSON);
}
static bareme_status scores_table(void) {
  return scores(here.table, here.events, BAREME_CSV);
}

static bareme_status scores_with_events(void) {
  return scores(here.leads, here.event_lines, BAREME_NDJSON);
}

/* Ids in a file as soon as there are two, and rejects in another. */
static bareme_status scores_with_files(void) {
  char rejects[64];
  const char *path = here.leads;
  bareme_read_options options = read_options(&path, NULL);
  options.rejects = NULL;
  options.rejects_path = at(rejects, "rejects.ndjson");
  options.temporary = here.directory;
  options.ids_in_memory = 1;
  return pipe_through(here.compiled, &options, BAREME_NDJSON, NULL);
}

static bareme_status writes_only_parts(void) {
  const char *path = here.leads;
  bareme_read_options options = read_options(&path, NULL);
  bareme_status status = pipe_through(here.compiled, &options, BAREME_CSV, "scores,stage");
  return status == BAREME_OK ? pipe_through(here.compiled, &options, BAREME_NDJSON, "bands,actions")
                             : status;
}

static bareme_status scores_stream(const char *name) {
  char full[256];
  const char *path = full;
  snprintf(full, sizeof full, "%s/tests/fuzz/corpus/arrow/%s", SOURCE_DIRECTORY, name);
  bareme_read_options options = read_options(&path, NULL);
  options.format = BAREME_ARROW;
  options.rejects = NULL; /* which Arrow has none of */
  return pipe_through(here.columns, &options, BAREME_ARROW, NULL);
}

static bareme_status scores_a_stream(void) {
  return scores_stream("utf8-encoded");
}
static bareme_status scores_an_arrow_file(void) {
  return scores_stream("file");
}
static bareme_status scores_a_stream_of_lz4(void) {
  return scores_stream("lz4-encoded");
}
static bareme_status scores_a_stream_of_zstd(void) {
  return scores_stream("zstd");
}

static bareme_status scores_together(const char *path, uint32_t threads) {
  bareme_failure failure = {""};
  bareme_reader *reader = NULL;
  bareme_read_options in = BAREME_READ_OPTIONS_INIT;
  bareme_write_options out = BAREME_WRITE_OPTIONS_INIT;
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  in.paths = &path;
  in.path_count = 1;
  in.as_of = AS_OF;
  in.chunk = 2;
  in.rejects = out.sink = &nowhere;
  options.threads = threads;
  options.stretch = 200;
  bareme_status status = bareme_reader_open(here.compiled, &in, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_writer_open(here.compiled, &out, &failure, &options.writer);
  if (status == BAREME_OK)
    status = bareme_score_all(reader, &options, NULL, &failure);
  bareme_writer_free(options.writer);
  bareme_reader_free(reader);
  return status;
}

static bareme_status scores_alone(void) {
  return scores_together(here.leads, 1);
}
static bareme_status scores_in_twos(void) {
  return scores_together(here.leads, 2);
}
static bareme_status scores_in_threes(void) {
  return scores_together(here.leads, 3);
}
static bareme_status scores_a_table_in_twos(void) {
  return scores_together(here.table, 2);
}

static void visit(void *context, const bareme_runner *runner, uint32_t first, uint32_t count,
                  const bareme_sink *sink) {
  (void)context;
  for (uint32_t lane = first; lane < first + count; lane++) {
    look(here.compiled, runner, lane);
    sink->put(sink->context, "lead\n", 5);
  }
}

static bool goes_on(void *context) {
  (void)context;
  return true;
}

static bareme_status visits_in_twos(void) {
  const char *path = here.leads;
  uint64_t leads;
  bareme_failure failure = {""};
  bareme_reader *reader = NULL;
  bareme_read_options in = read_options(&path, NULL);
  bareme_score_options options = BAREME_SCORE_OPTIONS_INIT;
  options.threads = 2;
  options.stretch = 200;
  options.explain = true;
  options.visit = visit;
  options.take = put_nowhere;
  options.goes_on = goes_on;
  bareme_status status = bareme_reader_open(here.compiled, &in, &failure, &reader);
  if (status == BAREME_OK)
    status = bareme_score_all(reader, &options, &leads, &failure);
  bareme_reader_free(reader);
  return status;
}

static bareme_status writes_a_file(void) {
  char path[64];
  bareme_failure failure = {""};
  bareme_writer *writer = NULL;
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  options.path = at(path, "out.ndjson");
  options.header = true;
  bareme_status status = bareme_writer_open(here.compiled, &options, &failure, &writer);
  if (status == BAREME_OK)
    status = bareme_writer_finish(writer, &failure);
  bareme_writer_free(writer);
  return status;
}

static bareme_status runs_tests(void) {
  bareme_tester *tester = NULL;
  bareme_expectation expectation;
  bareme_expected_part part;
  bareme_named_value value;
  bool passed;
  bareme_status status = bareme_tester_new(here.with_tests, &tester);
  if (status == BAREME_OK)
    status = bareme_tester_run(tester, 0, &passed);
  if (status == BAREME_OK)
    for (uint32_t e = 0; bareme_tester_expectation(tester, e, &expectation); e++)
      for (uint32_t p = 0; bareme_tester_part(tester, e, p, &part); p++)
        for (uint32_t v = 0; bareme_tester_value(tester, e, p, v, &value); v++)
          if (value.value.bytes && value.value.bytes[0] == '(') /* (out of memory) */
            status = BAREME_NO_MEMORY;
  bareme_tester_free(tester);
  return status;
}

static bareme_status runs_cases(void) {
  bareme_cases *cases = NULL;
  bareme_failure failure = {""};
  bareme_case one;
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = here.cases;
  options.has_as_of = true;
  options.as_of = AS_OF;
  bareme_status status = bareme_cases_open(here.compiled, &options, &failure, &cases);
  while (status == BAREME_OK)
    status = bareme_cases_next(cases, &failure, &one);
  if (status == BAREME_END)
    status = bareme_cases_write(cases, &nowhere);
  bareme_cases_free(cases);
  return status;
}

/* ---- failing ------------------------------------------------------------------------ */

/* Refuses request after request until the scenario gets by; how many it took. */
static size_t starve(scenario *run, bool all_behind) {
  for (size_t nth = 1;; nth++) {
    long alive = heap_alive();
    heap_begin(nth, all_behind);
    bareme_status status = run();
    size_t requests = heap_end();
    if (heap_alive() > alive) /* the C library may let go of something of its own */
      fail_msg("request %zu refused: %ld blocks left behind", nth, heap_alive() - alive);
    if (requests < nth) {
      assert_int_equal(status, BAREME_OK);
      return nth;
    }
    if (status != BAREME_NO_MEMORY && status != BAREME_OK)
      fail_msg("request %zu refused: status %d, %s", nth, status, bareme_status_text(status));
    if (status == BAREME_OK && all_behind)
      fail_msg("request %zu and all behind it refused, and it got by", nth);
  }
}

static struct {
  const char *name;
  scenario *run;
} scenarios[] = {
    {"compiling a text", compiles},
    {"compiling files", opens},
    {"telling what is wrong", refuses},
    {"compiling with params, directories and tests", compiles_with_params},
    {"laying out", formats},
    {"telling why it is not laid out", formats_what_is_wrong},
    {"writing a compiled policy", writes_an_image},
    {"loading a compiled policy", loads},
    {"looking into a compiled policy", opens_an_image},
    {"opening a signed policy", opens_what_is_signed},
    {"distrusting", distrusts_what_is_not_signed},
    {"signing", signs},
    {"listing", lists},
    {"counting costs", counts_costs},
    {"scoring rows", scores_copied_rows},
    {"scoring borrowed rows", scores_borrowed_rows},
    {"going on without a lead", goes_on_without_a_lead},
    {"scoring columns", scores_columns},
    {"scoring NDJSON", scores_lines},
    {"scoring what gzip made", scores_gzip},
    {"scoring what zstd made", scores_zstd},
    {"scoring an array", scores_array},
    {"scoring CSV, with events", scores_table},
    {"scoring NDJSON, with events", scores_with_events},
    {"scoring with ids and rejects in files", scores_with_files},
    {"writing only parts", writes_only_parts},
    {"scoring a stream of Arrow", scores_a_stream},
    {"scoring a file of Arrow", scores_an_arrow_file},
    {"scoring a stream of Arrow, LZ4", scores_a_stream_of_lz4},
    {"scoring a stream of Arrow, zstd", scores_a_stream_of_zstd},
    {"scoring all, alone", scores_alone},
    {"scoring all, two threads", scores_in_twos},
    {"visiting all, two threads", visits_in_twos},
    {"scoring all, three threads", scores_in_threes},
    {"scoring all of a table, two threads", scores_a_table_in_twos},
    {"writing a file", writes_a_file},
    {"running tests", runs_tests},
    {"running cases", runs_cases},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

static void libraries_ask_the_same_heap(void **state) {
  (void)state;
  heap_begin(1, true);
  ZSTD_DCtx *context = ZSTD_createDCtx();
  assert_int_equal(heap_end(), 1);
  assert_null(context);
}

static void survives(void **state) {
  scenario *run = *(scenario **)*state;
  assert_int_equal(run(), BAREME_OK); /* whatever a library keeps for good is allocated here */
  size_t requests = starve(run, false);
  assert_in_range(requests, 1, 1000000); /* signing takes none */
  starve(run, true);
}

/* What a server does for a request. */
static void score_lead(bareme_batch *batch, bareme_runner *runner, uint32_t events) {
  assert_int_equal(bareme_batch_reset(batch, AS_OF), BAREME_OK);
  assert_int_equal(add_lead(batch, events), BAREME_OK);
  assert_int_equal(bareme_runner_run(runner, batch), BAREME_OK);
  look(here.columns, runner, 0);
}

/* Once it has had a lead with as many events and as long texts. */
static void lead_after_lead_takes_no_memory(void **state) {
  (void)state;
  for (int explain = 0; explain < 2; explain++) {
    bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
    bareme_batch *batch;
    bareme_runner *runner;
    options.as_of = AS_OF;
    options.capacity = 1;
    assert_int_equal(bareme_batch_new(here.columns, &options, &batch), BAREME_OK);
    assert_int_equal(bareme_runner_new(here.columns, explain, &runner), BAREME_OK);
    score_lead(batch, runner, 20);
    heap_begin(SIZE_MAX, false);
    for (uint32_t lead = 0; lead < 1000; lead++)
      score_lead(batch, runner, lead % 21);
    assert_int_equal(heap_end(), 0);
    bareme_runner_free(runner);
    bareme_batch_free(batch);
  }
}

int main(void) {
  struct CMUnitTest tests[SCENARIOS + 2] = {
      [SCENARIOS] = cmocka_unit_test(libraries_ask_the_same_heap),
      [SCENARIOS + 1] = cmocka_unit_test(lead_after_lead_takes_no_memory)};
  for (size_t i = 0; i < SCENARIOS; i++)
    tests[i] = (struct CMUnitTest){
        .name = scenarios[i].name, .test_func = survives, .initial_state = &scenarios[i].run};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

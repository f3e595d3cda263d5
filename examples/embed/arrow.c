/* arrow.c - columns in, columns out, by the Arrow C Data Interface.
 *
 *   cc arrow.c -lbareme -o arrow && ./arrow inbound.bmc
 *
 * A host that has its leads in columns hands over where they lie; nothing of
 * Arrow's is linked.  Here the columns are plain arrays of this program; DuckDB,
 * pyarrow, polars and many others export theirs in the same two structs.  The
 * scores come back as columns, too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/arrow.h>
#include <bareme/bareme.h>

#include <stdio.h>
#include <string.h>

enum { LEADS = 4, COLUMNS = 3 };

/* ---- three columns: id, country, size ----------------------------------------------------- */

static const char ids[] = "adabobcyddan";
static const int32_t id_ends[LEADS + 1] = {0, 3, 6, 9, 12};
static const char countries[] = "CHFRDE";
static const int32_t country_ends[LEADS + 1] = {0, 2, 4, 4, 6};
static const double sizes[LEADS] = {250, 1000, 80, 0};
static const uint8_t country_known = 0x0b, size_known = 0x07; /* a bit a lead, the first lowest */

static void keep_schema(struct ArrowSchema *schema) { /* nothing to free: all of it is static */
  schema->release = NULL;
}

static void keep_array(struct ArrowArray *array) {
  array->release = NULL;
}

static struct ArrowSchema column_schemas[COLUMNS] = {
    {.format = "u", .name = "id", .release = keep_schema},
    {.format = "u", .name = "country", .flags = ARROW_FLAG_NULLABLE, .release = keep_schema},
    {.format = "g", .name = "size", .flags = ARROW_FLAG_NULLABLE, .release = keep_schema},
};

static const void *id_buffers[] = {NULL, id_ends, ids};
static const void *country_buffers[] = {&country_known, country_ends, countries};
static const void *size_buffers[] = {&size_known, sizes};

static struct ArrowArray column_arrays[COLUMNS] = {
    {.length = LEADS, .n_buffers = 3, .buffers = id_buffers, .release = keep_array},
    {.length = LEADS,
     .null_count = 1,
     .n_buffers = 3,
     .buffers = country_buffers,
     .release = keep_array},
    {.length = LEADS,
     .null_count = 1,
     .n_buffers = 2,
     .buffers = size_buffers,
     .release = keep_array},
};

/* ---- results -------------------------------------------------------------------------------- */

/* Column `name` of a struct; -1 if there is none. */
static int64_t find(const struct ArrowSchema *schema, const char *name) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (strcmp(schema->children[i]->name, name) == 0)
      return i;
  return -1;
}

/* The numbers of `scores.NAME`. */
static const double *score_column(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                  const char *name) {
  int64_t scores = find(schema, "scores");
  if (scores < 0)
    return NULL;
  int64_t score = find(schema->children[scores], name);
  return score < 0 ? NULL : array->children[scores]->children[score]->buffers[1];
}

static int print_scores(bareme_exporter *exporter, const bareme_runner *runner) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  if (bareme_exporter_schema(exporter, &schema) != BAREME_OK)
    return 1;
  if (bareme_exporter_array(exporter, runner, &array) == BAREME_OK) {
    const double *fit = score_column(&schema, &array, "fit");
    for (int64_t i = 0; fit && i < array.length; i++)
      printf("%.*s: fit %.1f\n", (int)(id_ends[i + 1] - id_ends[i]), ids + id_ends[i], fit[i]);
    array.release(&array);
  }
  schema.release(&schema);
  return 0;
}

/* ---- from columns to columns ----------------------------------------------------------------- */

static int score(const bareme_policy *policy, bareme_failure *failure) {
  struct ArrowSchema *schemas[COLUMNS];
  struct ArrowArray *arrays[COLUMNS];
  for (int i = 0; i < COLUMNS; i++) {
    schemas[i] = &column_schemas[i];
    arrays[i] = &column_arrays[i];
  }
  const void *no_nulls[] = {NULL};
  struct ArrowSchema schema = {
      .format = "+s", .n_children = COLUMNS, .children = schemas, .release = keep_schema};
  struct ArrowArray array = {.length = LEADS,
                             .n_buffers = 1,
                             .n_children = COLUMNS,
                             .buffers = no_nulls,
                             .children = arrays,
                             .release = keep_array};
  bareme_import_options options = BAREME_IMPORT_OPTIONS_INIT;
  bareme_importer *importer = NULL;
  bareme_exporter *exporter = NULL;
  bareme_runner *runner = NULL;
  const bareme_batch *batch;
  int failed = 1;
  bareme_instant_parse("2026-06-01", 10, &options.as_of);
  if (bareme_importer_new(policy, &schema, &options, failure, &importer) == BAREME_OK &&
      bareme_exporter_new(policy, false, &exporter) == BAREME_OK &&
      bareme_runner_new(policy, false, &runner) == BAREME_OK &&
      bareme_importer_give(importer, &array, failure) == BAREME_OK) {
    failed = 0;
    while (!failed && bareme_importer_next(importer, failure, &batch) == BAREME_OK)
      failed = bareme_runner_run(runner, batch) != BAREME_OK || print_scores(exporter, runner);
  }
  bareme_runner_free(runner);
  bareme_exporter_free(exporter);
  bareme_importer_free(importer);
  return failed;
}

int main(int argc, char **argv) {
  bareme_failure failure = {"usage: arrow POLICY"};
  bareme_policy *policy = NULL;
  if (argc < 2 || bareme_policy_open(argv[1], NULL, NULL, &failure, &policy) != BAREME_OK) {
    fprintf(stderr, "%s\n", failure.text);
    return 1;
  }
  int status = score(policy, &failure);
  if (status != 0)
    fprintf(stderr, "%s\n", failure.text);
  bareme_policy_free(policy);
  return status;
}

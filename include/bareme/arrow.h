/* arrow.h - leads and results as columns of Apache Arrow.
 *
 * The Arrow C Data Interface is two structs through which programs hand
 * columns to each other in memory: one says of what type they are, the other
 * where their buffers lie.  Nothing of Arrow's needs to be linked.  Part of
 * libbareme-vm.
 *
 *     schema, arrays -> importer -> batch -> runner -> exporter -> schema, arrays
 *
 * docs/arrow.md tells which types are read and written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_H
#define BAREME_ARROW_H

#include <bareme/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the structs of the specification, shared with others by the guard ----------- */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

/* ---- in ----------------------------------------------------------------------------- */

typedef struct bareme_importer bareme_importer;

typedef struct bareme_import_options {
  size_t size;
  int64_t as_of;  /* events after it do not exist */
  uint32_t chunk; /* leads a batch; 0: what suits the machine */
  bool explain;   /* the batches will be explained */
  bool strict;    /* the first problem of the data ends the reading */
} bareme_import_options;
#define BAREME_IMPORT_OPTIONS_INIT \
  { sizeof(bareme_import_options), 0, 0, false, false }

/* Looks in the schema, a struct with a column a child, for what the policy
 * reads.  The schema is only read, and not needed afterwards.
 * BAREME_INVALID_ARGUMENT if a column is of a type that its field cannot be:
 * the failure tells which.  failure may be NULL, here and below. */
BAREME_API bareme_status bareme_importer_new(const bareme_policy *policy,
                                             const struct ArrowSchema *schema,
                                             const bareme_import_options *options,
                                             bareme_failure *failure, bareme_importer **importer);

/* The next rows, an array of that schema.  It stays the caller's, who releases
 * it: not before the importer is given the next one or freed, for batches and
 * the results of their runs point into it.  What was left of the array before
 * is forgotten. */
BAREME_API bareme_status bareme_importer_give(bareme_importer *importer,
                                              const struct ArrowArray *array,
                                              bareme_failure *failure);

/* Fills *batch, which belongs to the importer and is valid until the next call,
 * with the next leads of the array, in order.  BAREME_END when there are none
 * left of it. */
BAREME_API bareme_status bareme_importer_next(bareme_importer *importer, bareme_failure *failure,
                                              const bareme_batch **batch);

/* What came so far.  The lines of a problem are rows, counted from 1 over all
 * arrays. */
BAREME_API void bareme_importer_summary(const bareme_importer *importer,
                                        bareme_read_summary *summary);
BAREME_API bool bareme_importer_problem(const bareme_importer *importer, size_t index,
                                        bareme_problem *problem);
BAREME_API void bareme_importer_free(bareme_importer *importer);

/* ---- out ---------------------------------------------------------------------------- */

typedef struct bareme_exporter bareme_exporter;

/* explain: with contributions, for runners with `explain`. */
BAREME_API bareme_status bareme_exporter_new(const bareme_policy *policy, bool explain,
                                             bareme_exporter **exporter);

/* The type of the results, a struct with a column a child.  The caller releases
 * it; it may outlive everything else but what the policy's memory comes from. */
BAREME_API bareme_status bareme_exporter_schema(const bareme_exporter *exporter,
                                                struct ArrowSchema *schema);

/* The results of the runner's last run, a row for each of its leads, in order.
 * The caller releases the array; it may outlive everything else but what the
 * policy's memory comes from.  BAREME_INVALID_ARGUMENT if the runner is one of
 * another policy, or does not explain what the exporter explains. */
BAREME_API bareme_status bareme_exporter_array(bareme_exporter *exporter,
                                               const bareme_runner *runner,
                                               struct ArrowArray *array);
BAREME_API void bareme_exporter_free(bareme_exporter *exporter);

#ifdef __cplusplus
}
#endif

#endif

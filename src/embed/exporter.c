/* exporter.c - results as columns of Arrow, handed out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "arrow/export.h"
#include "embed/handles.h"

struct bareme_exporter {
  const bareme_policy *policy;
  struct export *export;
  bool explain;
};

bareme_status bareme_exporter_new(const bareme_policy *policy, bool explain,
                                  bareme_exporter **exporter) {
  if (!exporter)
    return BAREME_INVALID_ARGUMENT;
  *exporter = NULL;
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  bareme_exporter *made = memory_zeroed(&policy->memory, 1, sizeof *made);
  if (!made)
    return BAREME_NO_MEMORY;
  made->policy = policy;
  made->explain = explain;
  made->export = export_new(policy->program, &policy->memory, explain);
  if (!made->export) {
    bareme_exporter_free(made);
    return BAREME_NO_MEMORY;
  }
  *exporter = made;
  return BAREME_OK;
}

void bareme_exporter_free(bareme_exporter *exporter) {
  if (!exporter)
    return;
  struct memory memory = exporter->policy->memory;
  export_free(exporter->export);
  memory_free(&memory, exporter, 1, sizeof *exporter);
}

bareme_status bareme_exporter_schema(const bareme_exporter *exporter, struct ArrowSchema *schema) {
  if (!exporter || !schema)
    return BAREME_INVALID_ARGUMENT;
  return export_schema(exporter->export, schema) ? BAREME_OK : BAREME_NO_MEMORY;
}

bareme_status bareme_exporter_array(bareme_exporter *exporter, const bareme_runner *runner,
                                    struct ArrowArray *array) {
  if (!exporter || !runner || !array || runner->policy->program != exporter->policy->program ||
      (exporter->explain && !runner->runner.explain) || !runner->runner.batch)
    return BAREME_INVALID_ARGUMENT;
  struct export *export = exporter->export;
  return export_add(export, &runner->runner, 0, runner->lanes) && export_take(export, array)
             ? BAREME_OK
             : BAREME_NO_MEMORY;
}

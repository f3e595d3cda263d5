/* export.h - the results of a run as columns of Arrow.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_EXPORT_H
#define BAREME_ARROW_EXPORT_H

#include "arrow/builder.h"
#include "vm/runner.h"

struct export;

/* explain: with contributions.  NULL if out of memory. */
struct export *export_new(const struct program *program, const struct memory *memory, bool explain);
void export_free(struct export *export);

/* False if out of memory, as for the other. */
bool export_schema(const struct export *export, struct ArrowSchema *schema);

/* Adds a row for each of the leads first .. first + count of the runner's last run. */
bool export_add(struct export *export, const struct runner *runner, uint32_t first, uint32_t count);
int64_t export_rows(const struct export *export);

/* All rows that were added, if all went well. */
bool export_take(struct export *export, struct ArrowArray *array);

#endif

/* writer.h - results to NDJSON and CSV.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_WRITER_H
#define BAREME_IO_WRITER_H

#include "bareme/bareme.h"
#include "vm/runner.h"

struct writer;

bareme_status writer_open(const struct program *program, const struct memory *memory,
                          const bareme_write_options *options, bareme_failure *failure,
                          struct writer **writer);
/* Leads first .. first + count of the runner's last run. */
bareme_status writer_write(struct writer *writer, const struct runner *runner, uint32_t first,
                           uint32_t count, bareme_failure *failure);
bareme_status writer_finish(struct writer *writer, bareme_failure *failure);
bool writer_pipe_closed(const struct writer *writer);
void writer_free(struct writer *writer);

#endif

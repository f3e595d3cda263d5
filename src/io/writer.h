/* writer.h - results to NDJSON, CSV and Arrow.
 *
 * Rendering and writing are two steps: several threads may render at the same
 * time, each into a rendering of its own, and one puts the texts in order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_WRITER_H
#define BAREME_IO_WRITER_H

#include "bareme/bareme.h"
#include "io/output.h"
#include "io/write.h"

struct writer;

bareme_status writer_open(const struct program *program, const struct memory *memory,
                          const bareme_write_options *options, bareme_failure *failure,
                          struct writer **writer);
/* Leads first .. first + count of the runner's last run. */
bareme_status writer_write(struct writer *writer, const struct runner *runner, uint32_t first,
                           uint32_t count, bareme_failure *failure);
bareme_status writer_finish(struct writer *writer, bareme_failure *failure);
/* Do its results need runners that can explain? */
bool writer_explains(const struct writer *writer);
/* Must leads be rendered in the order of the input, by one thread?  Columns
 * grow in the writer, and are put out when there is a batch of them. */
bool writer_renders_in_order(const struct writer *writer);
bool writer_pipe_closed(const struct writer *writer);
void writer_free(struct writer *writer);

/* ---- in two steps ---- */

/* False if out of memory; may then still be cleared. */
bool rendering_init(struct rendering *rendering, const struct writer *writer);
void rendering_clear(struct rendering *rendering);

/* Appends results to the rendering's text.  Changes nothing but the rendering.
 * False if out of memory. */
bool writer_render(const struct writer *writer, const struct runner *runner, uint32_t first,
                   uint32_t count, struct rendering *rendering);

/* Writes what was rendered. */
bareme_status writer_put(struct writer *writer, const char *bytes, size_t length,
                         bareme_failure *failure);

#endif

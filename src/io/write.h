/* write.h - what the two ways to write results share.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_WRITE_H
#define BAREME_IO_WRITE_H

#include "io/pieces.h"
#include "vm/runner.h"

struct json_writer;
struct csv_writer;

/* False if out of memory.  `as_of` is what each result records. */
bool json_writer_init(struct json_writer **writer, const struct program *program, int64_t as_of,
                      bool explain, struct arena *arena);
/* The first line, about the policy and the run. */
bool json_writer_header(struct json_writer *writer, struct output *output);
/* One lead; `lines` has room for the lines of any score, NULL without explain. */
void json_writer_lead(struct json_writer *writer, struct output *output,
                      const struct runner *runner, uint32_t lane, struct contribution *lines);

bool csv_writer_init(struct csv_writer **writer, const struct program *program, int64_t as_of,
                     struct arena *arena);
void csv_writer_header(struct csv_writer *writer, struct output *output);
void csv_writer_lead(struct csv_writer *writer, struct output *output, const struct runner *runner,
                     uint32_t lane);

#endif

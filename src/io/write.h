/* write.h - what the two ways to write results share.
 *
 * A json_writer or csv_writer holds the pieces that are made of the program
 * and is not changed afterwards: threads may share it.  What changes while
 * results are written is in the rendering, of which each thread has its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_WRITE_H
#define BAREME_IO_WRITE_H

#include "arrow/export.h"
#include "io/pieces.h"
#include "io/results.h"
#include "vm/runner.h"

struct json_writer;
struct csv_writer;

/* Where the text of a number stands that may be wanted again. */
struct number_place {
  double number;
  size_t begin, length; /* in the rendering's text; length 0: nowhere */
};

/* Results on their way to text. */
struct rendering {
  struct buffer text;
  struct contribution *lines; /* explanations: room for those of any score; else NULL */
  size_t line_capacity;
  struct number_place *scores; /* of the lead that is being written */
  size_t score_count;
};

/* False if out of memory.  `as_of` is what each result records. */
bool json_writer_init(struct json_writer **writer, const struct program *program, int64_t as_of,
                      bool explain, struct result_parts parts, struct arena *arena);
/* The first line, about the policy and the run: false if out of memory. */
bool json_writer_header(const struct json_writer *writer, struct arena *arena, struct text *header);
/* One lead. */
void json_writer_lead(const struct json_writer *writer, struct rendering *to,
                      const struct runner *runner, uint32_t lane);

bool csv_writer_init(struct csv_writer **writer, const struct program *program, int64_t as_of,
                     struct result_parts parts, struct arena *arena);
struct text csv_writer_header(const struct csv_writer *writer);
void csv_writer_lead(const struct csv_writer *writer, struct buffer *out,
                     const struct runner *runner, uint32_t lane);

/* Arrow: the schema and all dictionaries; leads, which go out when there are
 * ARROW_WRITER_ROWS of them, or with a flush, so that batches do not depend on
 * how leads come; the mark behind the last.  False if out of memory. */
enum { ARROW_WRITER_ROWS = 4096 };
bool arrow_writer_begin(struct export *export, struct buffer *out);
bool arrow_writer_leads(struct export *export, const struct runner *runner, uint32_t first,
                        uint32_t count, struct buffer *out);
bool arrow_writer_flush(struct export *export, struct buffer *out);
void arrow_writer_end(struct buffer *out);

#endif

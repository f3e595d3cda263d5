/* output.h - bytes to a file that appears complete or not at all.
 *
 * What is written goes to a file beside the one that was asked for, which
 * takes its name at the end.  What is there already and is not a plain file (a
 * device, a pipe) is written directly, and so is standard output.
 *
 * Failing to write is remembered: the first failure is what flush and finish
 * report, and nothing is written after it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_OUTPUT_H
#define BAREME_IO_OUTPUT_H

#include "base/memory.h"
#include "io/failure.h"

struct output {
  struct memory memory;
  int file;               /* -1: none, or a sink */
  bool owned;             /* close it */
  bareme_sink sink;       /* put NULL: none */
  char *path, *temporary; /* NULL: written directly */
  size_t path_size, temporary_size;
  const char *name; /* for messages */
  char *buffer;     /* NULL: a sink */
  size_t used;
  bool has_failed, pipe_closed;
  bareme_failure failure; /* the first */
};

/* path NULL or "-": standard output.  sink, if not NULL, receives the bytes
 * instead.  After a failure the output may still be cleared. */
bareme_status output_open(struct output *output, const struct memory *memory, const char *path,
                          const bareme_sink *sink, bareme_failure *failure);

/* A file of our own gets so many bytes at a time, from a multiple of them on:
 * the system then keeps them in large pieces, which halves what they cost.
 * Nothing is buffered for a sink. */
enum { OUTPUT_BUFFER = 256 * 1024 };

void output_put(struct output *output, const char *bytes, size_t length);

/* Hands on what is buffered. */
bareme_status output_flush(struct output *output, bareme_failure *failure);

/* Flushes, closes, and puts the file in its place. */
bareme_status output_finish(struct output *output, bareme_failure *failure);

/* Frees; without a finish before, no file is left. */
void output_clear(struct output *output);

#endif

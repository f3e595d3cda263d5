/* output.h - where bytes go: standard output, or a file that is complete or absent.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "bareme/bareme.h"

struct output {
  const char *shown; /* what messages call it */
  char *target;      /* the file to become; NULL: bytes go straight to `file` */
  char *temporary;   /* its name until it is complete */
  int file;          /* -1: not open */
  int error;         /* errno of the first failure; nothing is written after it */
  int signal_slot;
  size_t used;
  char *buffer;
};

/* path: NULL or "-" for standard output.  A file that is not a regular one (a
 * pipe, a device) is written to directly.  What is wrong is said on standard
 * error; the result is EXIT_DONE or EXIT_OUTSIDE. */
int output_open(struct output *output, const char *path);

/* A bareme_sink's function, with the struct output as its context. */
void output_put(void *context, const char *bytes, size_t length);
void output_flush(struct output *output);

/* Nothing has failed so far.  Buffered bytes may still fail. */
bool output_good(const struct output *output);

/* Writes what is left, and puts the file in its place.  EXIT_OUTSIDE, said on
 * standard error, if anything failed since it was opened.  When the reader of
 * a pipe has gone, the process ends here, quietly, by SIGPIPE. */
int output_close(struct output *output);

/* Gives up: the file does not appear.  After output_close it does nothing. */
void output_discard(struct output *output);

#endif

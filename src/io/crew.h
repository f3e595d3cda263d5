/* crew.h - all leads of a reader, decoded and scored by several threads.
 *
 * What is done with a batch is the caller's: it makes bytes of the results on
 * whatever thread the batch was decoded, and gets the bytes back in the order
 * of the input.  Whatever the number of threads, the same bytes come in the
 * same order, and the reader's ledger is the same at the end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_CREW_H
#define BAREME_IO_CREW_H

#include "io/buffer.h"
#include "io/reader.h"

/* What is done with the leads. */
struct crew_work {
  void *context;
  /* What one thread needs of its own; NULL if there is no memory for it. */
  void *(*join)(void *context);
  void (*leave)(void *context, void *own);
  /* Scores a batch, by any thread, with its own: no memory is what can go wrong. */
  bool (*run)(void *context, void *own, const struct batch *batch);
  /* Appends what is to be known of so many leads of that batch. */
  bool (*render)(void *context, void *own, uint32_t first, uint32_t count, struct buffer *results);
  /* Takes results in order.  By any thread, but one at a time. */
  bareme_status (*put)(void *context, const char *bytes, size_t length, bareme_failure *failure);
  /* Is asked now and then, like put: false ends the work. */
  bool (*goes_on)(void *context);
};

struct crew_options {
  uint32_t threads; /* that of the caller is one of them */
  uint32_t chunk;   /* leads in a batch */
  int64_t as_of;
  size_t stretch; /* bytes of a stretch; 0: what suits */
};

/* How many processors there are for this process. */
uint32_t crew_processors(void);

/* Reads all that there is.  Nothing may have been read before.  *leads counts
 * those whose results were put.  What was read and scored before a failure was
 * put all the same. */
bareme_status crew_run(struct reader *reader, const struct crew_options *options,
                       const struct crew_work *work, uint64_t *leads, bareme_failure *failure);

#endif

/* handles.h - what the handles of <bareme/vm.h> hold.
 *
 * This floor is the public interface of libbareme-vm: it owns nothing but
 * handles, turns `struct text` into `bareme_text` and back, and tests what
 * comes from outside.  Like all below it, it asks nothing of a C library but
 * to copy, fill and compare memory.
 *
 *   status.c    versions, statuses, instants
 *   options.c   options of callers that were compiled with another header
 *   load.c      a compiled policy from bytes
 *   policy.c    a compiled policy and what it declares
 *   record.c    the record that it reads
 *   rows.c      batches, built row by row
 *   runner.c    scoring them
 *   result.c    what a lead got, and why
 *   importer.c  leads from columns of Arrow
 *   exporter.c  results as columns of Arrow
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_EMBED_HANDLES_H
#define BAREME_EMBED_HANDLES_H

#include "bareme/vm.h"
#include "code/program.h"
#include "vm/runner.h"

struct bareme_policy {
  struct memory memory;
  struct program *program;
};

/* The lead under construction in a batch of the host's; rows.c. */
struct row {
  bool open;      /* bareme_batch_begin was called */
  bool begun;     /* and the batch had room */
  bool in_event;  /* an event of it is under construction: */
  uint32_t event; /* of this kind; PROGRAM_NONE: of one that the policy does not declare */
  uint32_t fault; /* enum row_fault: what failed first */
  uint32_t fault_event, fault_field;
};

struct bareme_batch {
  struct batch batch;
  struct row row;
  bool borrow; /* texts are not copied */
};

/* The lines of one score for one lead of the last run, made when first asked for. */
struct explanation {
  struct contribution *lines;
  size_t capacity;
  uint32_t score, lane; /* BAREME_NONE: of none */
  uint32_t count;
};

struct bareme_runner {
  const bareme_policy *policy;
  struct runner runner;
  uint32_t lanes;                  /* of the last run: the batch may have grown since */
  struct explanation *explanation; /* apart, for it changes while results are read */
};

/* A policy that owns the program, which is freed if that fails. */
bareme_status policy_adopt(struct program *program, const struct memory *memory,
                           bareme_policy **policy);

/* The memory of an allocator that the host named, or else the heap.  False if there is neither. */
bool allocator_memory(const bareme_allocator *allocator, struct memory *memory);

/* Copies the options of a caller, who may know fewer of them than we do, or
 * more as long as those are 0, over *own, which has the defaults.  False if
 * they are none. */
bool options_take(void *own, size_t own_size, const void *given);

/* A terminated name; of one that is longer than any name, enough to find none. */
struct text wanted_name(const char *name);

/* Scores a batch that need not be one of the host's.  False if out of memory. */
bool runner_score(bareme_runner *runner, const struct batch *batch);

/* True for a lead of the last run. */
bool runner_has_lane(const bareme_runner *runner, uint32_t lane);

static inline bareme_text public_text(struct text text) {
  return (bareme_text){text.bytes, text.length};
}

/* The same for optional texts, for which length 0 means that there is none. */
static inline bareme_text optional_text(struct text text) {
  return text.length > 0 ? public_text(text) : (bareme_text){NULL, 0};
}

#endif

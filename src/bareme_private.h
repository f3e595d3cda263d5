/* bareme_private.h - what the handles of the public interface hold.
 *
 * The facade is thin on purpose: it owns nothing but handles, turns `struct
 * text` into `bareme_text` and back, and binds the floors below in the order
 * in which data flows.
 *
 *   bareme.c          versions, statuses, instants, numbers, codes
 *   bareme_load.c     files of a policy: where they may lie, how large they may be
 *   bareme_policy.c   text -> tree -> model -> program
 *   bareme_format.c   text -> tree -> text
 *   bareme_names.c    what the policy declares
 *   bareme_report.c   diagnostics, handed out
 *   bareme_data.c     readers, runners, results, writers
 *   bareme_test.c     tests of a policy
 *   bareme_cases.c    records with the results that are expected of them
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_PRIVATE_H
#define BAREME_PRIVATE_H

#include "bareme/bareme.h"
#include "base/diag.h"
#include "code/program.h"
#include "io/failure.h"
#include "vm/runner.h"

struct bareme_policy {
  struct memory memory;
  struct program *program;
  struct arena arena;                 /* of the texts below */
  const struct text *entries;         /* values of the policy's metadata, as text */
  const struct text **action_entries; /* by action: values of what it hands on */
};

struct bareme_batch {
  struct batch batch;
};

struct bareme_runner {
  const bareme_policy *policy;
  struct runner runner;
  struct explanation *explanation; /* bareme_data.c */
};

/* Everything that lives as long as the compilation's messages: the sources
 * they quote, and the trees and the model made on the way. */
struct bareme_report {
  struct memory memory;
  struct arena arena;
  struct sources sources;
  struct diags diags;
  const struct diag **items; /* those kept, in order; made by report_close */
  size_t count;
};

/* NULL if out of memory. */
bareme_report *report_new(const struct memory *memory);

/* Brings the diagnostics in order.  False if out of memory. */
bool report_close(bareme_report *report);

/* Writes out all metadata as text, once: the policy is immutable afterwards.
 * False if out of memory. */
bool policy_write_entries(bareme_policy *policy);

static inline bareme_text public_text(struct text text) {
  return (bareme_text){text.bytes, text.length};
}

/* The same for optional texts, for which length 0 means that there is none. */
static inline bareme_text optional_text(struct text text) {
  return text.length > 0 ? public_text(text) : (bareme_text){NULL, 0};
}

#endif

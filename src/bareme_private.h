/* bareme_private.h - what the handles of the public interface hold.
 *
 * The facade is thin on purpose: it owns nothing but handles, turns `struct
 * text` into `bareme_text` and back, and binds the floors below in the order
 * in which data flows.  What runs a compiled policy is embed/, a floor of its
 * own, so that it can be a library of its own.
 *
 *   bareme.c          the clock, numbers, codes
 *   bareme_load.c     files of a policy: where they may lie, how large they may be
 *   bareme_policy.c   text -> tree -> model -> program
 *   bareme_image.c    program -> bytes of a file, and what such a file consists of
 *   bareme_format.c   text -> tree -> text
 *   bareme_report.c   diagnostics, handed out
 *   bareme_sign.c     keys, signatures, and policies that must be signed
 *   bareme_inspect.c  the code of a policy, in words
 *   bareme_data.c     readers, writers
 *   bareme_score.c    all of a reader's leads, by several threads
 *   bareme_test.c     tests of a policy
 *   bareme_cases.c    records with the results that are expected of them
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_PRIVATE_H
#define BAREME_PRIVATE_H

#include "bareme/bareme.h"
#include "base/diag.h"
#include "code/image.h"
#include "embed/handles.h"
#include "io/failure.h"
#include "io/reader.h"
#include "io/writer.h"

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

struct bareme_reader {
  struct memory memory;
  const bareme_policy *policy;
  struct reader *reader;
  struct bareme_batch batch;
};

struct bareme_writer {
  struct memory memory;
  struct writer *writer;
};

/* BAREME_OK if the bytes, read from the file at path, are a compiled policy with
 * a signature beside it by the key, which is one itself or names a file with it. */
bareme_status policy_trust(const char *word, const char *path, struct text name, struct text bytes,
                           const struct memory *memory, bareme_failure *failure);

/* NULL if out of memory. */
bareme_report *report_new(const struct memory *memory);

/* Brings the diagnostics in order.  False if out of memory. */
bool report_close(bareme_report *report);

/* The policy in the bytes of a file.  BAREME_INVALID_POLICY: the refusal says why. */
bareme_status policy_from_image(struct text bytes, const struct memory *memory,
                                struct refusal *refusal, bareme_policy **policy);

#endif

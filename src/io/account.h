/* account.h - what there is to tell of some records beside their leads.
 *
 * Reading has two halves.  Decoding turns records into leads and needs to know
 * nothing but these records, so any thread may do it for any part of a file
 * (lead.h).  Whatever depends on the records before, whose ids came already
 * and what number a line has, waits for the order of the input (ledger.h).  An
 * account is what the first half hands to the second.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ACCOUNT_H
#define BAREME_IO_ACCOUNT_H

#include "intake/counts.h"
#include "intake/id_set.h"
#include "intake/problems.h"

struct stored_lead;

/* A record that was set aside; its bytes lie where they were read. */
struct reject {
  struct text bytes;
  uint64_t line;
  struct reason reason;
};

/* The identity of a lead in which nothing else is wrong. */
struct identity {
  struct id_hash hash;
  struct stored_lead *stored; /* its events in a file of their own; NULL: none */
  bool repeated;              /* says the ledger: it came before */
};

struct account {
  struct memory memory;
  struct problems problems; /* with lines as in `lines` */
  uint64_t lines;           /* ended so far: lines are counted from the first of the account, 1 */
  uint64_t records, accepted;
  struct event_counts events;
  struct reject *rejects; /* in order, as are the identities */
  size_t reject_count, reject_capacity;
  struct identity *identities;
  size_t identity_count, identity_capacity;
  bool judged;         /* `repeated` is known: the records are decoded once more */
  bool stopped;        /* a strict reader goes no further than ... */
  struct reject cause; /* ... this: bytes NULL if the record was accepted */
};

/* False if out of memory; may then still be cleared. */
bool account_init(struct account *account, const struct program *program,
                  const struct memory *memory);
void account_clear(struct account *account);

/* Begins anew for other records. */
void account_reset(struct account *account);

/* Begins anew for the same records, keeping what was judged. */
void account_repeat(struct account *account);

/* False if out of memory. */
bool account_reject(struct account *account, const struct reject *reject);

/* Notes an identity; *repeated is what is known of it, else false.  False if
 * out of memory. */
bool account_identify(struct account *account, struct id_hash hash, struct stored_lead *stored,
                      bool *repeated);

#endif

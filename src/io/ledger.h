/* ledger.h - what is known of all records so far, in the order of the input.
 *
 * Accounts are entered one after the other as their records stand in the
 * input, whoever decoded them and when.  First the ledger judges: which of the
 * leads' ids came before?  If any did, which is rare, the records are decoded
 * again, and this time the decoder knows which leads to set aside.  Then the
 * account is entered: counts, problems with their lines, rejects.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_LEDGER_H
#define BAREME_IO_LEDGER_H

#include "io/account.h"
#include "io/id_store.h"
#include "io/output.h"

struct event_store;

struct ledger {
  struct problems problems;
  struct id_store ids;
  struct event_store *store; /* events in a file of their own; NULL: none */
  uint64_t records, accepted, rejected;
  struct event_counts events;
  bool strict; /* the first problem ends the run */
  struct output rejects;
  bool has_rejects;
  struct text header;         /* of this file of CSV, or length 0 */
  struct text written_header; /* of the rejects that were written last */
};

/* Where an account's records stand. */
struct origin {
  struct text file;
  uint64_t line; /* of the first, from 1 */
};

/* False if out of memory; may then still be cleared. */
bool ledger_init(struct ledger *ledger, const struct program *program, const struct memory *memory,
                 const bareme_read_options *options);
void ledger_clear(struct ledger *ledger);

/* Keeps records that are set aside; must be done first, if at all. */
bareme_status ledger_open_rejects(struct ledger *ledger, const char *path, const bareme_sink *sink,
                                  bareme_failure *failure);

/* So many bytes of records are ahead: makes room for their identities, as far as
 * their number can be guessed. */
void ledger_expect(struct ledger *ledger, uint64_t bytes);

/* Adds the account's identities to those that came.  *repeat: some of them had
 * come before, and the records are to be decoded again before they are entered.
 * An account is judged once. */
bareme_status ledger_judge(struct ledger *ledger, struct account *account, bool *repeat,
                           bareme_failure *failure);

/* Enters an account that was judged.  BAREME_REJECTED: it is the last one, for
 * the run is strict. */
bareme_status ledger_enter(struct ledger *ledger, const struct account *account,
                           const struct origin *origin, bareme_failure *failure);

/* A record that is too large, in parts. */
bareme_status ledger_enter_part(struct ledger *ledger, struct text part, bool first, bool last,
                                const struct origin *origin, bareme_failure *failure);

/* A problem that sets no record aside. */
bareme_status ledger_note(struct ledger *ledger, enum problem_kind problem,
                          const struct origin *origin, bareme_failure *failure);

/* Every record is accounted for, or what is told at the end would lie. */
bool ledger_balances(const struct ledger *ledger);

#endif

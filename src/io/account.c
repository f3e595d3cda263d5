/* account.c - what there is to tell of some records beside their leads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/account.h"

bool account_init(struct account *account, const struct program *program,
                  const struct memory *memory) {
  *account = (struct account){.memory = *memory};
  return problems_init(&account->problems, program, memory);
}

void account_clear(struct account *account) {
  const struct memory *memory = &account->memory;
  problems_clear(&account->problems);
  memory_free(memory, account->rejects, account->reject_capacity, sizeof *account->rejects);
  memory_free(memory, account->identities, account->identity_capacity, sizeof *account->identities);
}

static void forget(struct account *account) {
  problems_forget(&account->problems);
  account->lines = account->records = account->accepted = 0;
  account->events = (struct event_counts){0};
  account->reject_count = account->identity_count = 0;
  account->stopped = false;
}

void account_reset(struct account *account) {
  forget(account);
  account->judged = false;
}

void account_repeat(struct account *account) {
  forget(account);
  account->judged = true;
}

bool account_reject(struct account *account, const struct reject *reject) {
  void *rejects = account->rejects;
  if (!memory_reserve(&account->memory, &rejects, &account->reject_capacity,
                      account->reject_count + 1, sizeof *account->rejects))
    return false;
  account->rejects = rejects;
  account->rejects[account->reject_count++] = *reject;
  return true;
}

/* Room for one more identity. */
static __attribute__((noinline)) bool make_room(struct account *account) {
  void *identities = account->identities;
  bool made = memory_reserve(&account->memory, &identities, &account->identity_capacity,
                             account->identity_count + 1, sizeof *account->identities);
  account->identities = identities;
  return made;
}

bool account_identify(struct account *account, struct id_hash hash, struct stored_lead *stored,
                      bool *repeated) {
  if (account->identity_count == account->identity_capacity && !make_room(account))
    return false;
  /* Decoding the same records asks for the same identities in the same order. */
  struct identity *identity = &account->identities[account->identity_count++];
  if (!account->judged)
    *identity = (struct identity){hash, stored, false};
  *repeated = identity->repeated;
  return true;
}

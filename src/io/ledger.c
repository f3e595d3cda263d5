/* ledger.c - what is known of all records so far, in the order of the input.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/ledger.h"

#include <sys/random.h>

#include "io/event_store.h"

/* Nothing but the time of a look-up depends on them. */
static struct id_seeds random_seeds(void) {
  struct id_seeds seeds;
  if (getrandom(&seeds, sizeof seeds, GRND_NONBLOCK) != (ssize_t)sizeof seeds)
    seeds = (struct id_seeds){UINT64_C(0x2545f4914f6cdd1d), UINT64_C(0x9e6c63d0876a9a47)};
  return seeds;
}

bool ledger_init(struct ledger *ledger, const struct program *program, const struct memory *memory,
                 const bareme_read_options *options) {
  *ledger = (struct ledger){.rejects = {.file = -1}, .strict = options->strict};
  id_store_init(&ledger->ids, memory, random_seeds(), options->temporary, options->ids_in_memory);
  return problems_init(&ledger->problems, program, memory);
}

void ledger_clear(struct ledger *ledger) {
  output_clear(&ledger->rejects);
  event_store_free(ledger->store);
  id_store_clear(&ledger->ids);
  problems_clear(&ledger->problems);
}

bareme_status ledger_open_rejects(struct ledger *ledger, const char *path, const bareme_sink *sink,
                                  bareme_failure *failure) {
  ledger->has_rejects = true;
  return output_open(&ledger->rejects, &ledger->ids.recent.memory, path, sink, failure);
}

/* ---- identities ----------------------------------------------------------------- */

/* Identities whose places in the table are on their way. */
enum { AHEAD = 24 };

/* Bytes of a record, about: to make room for too many costs little, and too
 * little room grows. */
enum { RECORD_BYTES = 1024 };

void ledger_expect(struct ledger *ledger, uint64_t bytes) {
  id_store_reserve(&ledger->ids, ledger->records + bytes / RECORD_BYTES);
}

bareme_status ledger_judge(struct ledger *ledger, struct account *account, bool *repeat,
                           bareme_failure *failure) {
  struct identity *identities = account->identities;
  size_t count = account->identity_count;
  bareme_status status = BAREME_OK;
  *repeat = false;
  for (size_t i = 0; i < count && i < AHEAD; i++)
    id_store_expect(&ledger->ids, identities[i].hash);
  for (size_t i = 0; i < count && status == BAREME_OK; i++) {
    if (i + AHEAD < count)
      id_store_expect(&ledger->ids, identities[i + AHEAD].hash);
    status = id_store_add(&ledger->ids, identities[i].hash, &identities[i].repeated, failure);
    *repeat = *repeat || identities[i].repeated;
  }
  return status;
}

static void mark_events(const struct account *account) {
  for (size_t i = 0; i < account->identity_count; i++)
    if (account->identities[i].stored && !account->identities[i].repeated)
      event_store_mark(account->identities[i].stored);
}

/* ---- rejects ---------------------------------------------------------------------- */

static void put_line(struct output *output, struct text line) {
  output_put(output, line.bytes, line.length);
  output_put(output, "\n", 1);
}

/* Rejected rows need their header to be read again. */
static void put_header(struct ledger *ledger) {
  if (ledger->header.length == 0 || text_equal(ledger->written_header, ledger->header))
    return;
  ledger->written_header = ledger->header;
  put_line(&ledger->rejects, ledger->header);
}

/* Records of lines stay lines; an item of an array that is written over
 * several lines stays as it is, too. */
static void put_rejects(struct ledger *ledger, const struct account *account) {
  if (!ledger->has_rejects || account->reject_count == 0)
    return;
  put_header(ledger);
  for (size_t i = 0; i < account->reject_count; i++)
    put_line(&ledger->rejects, account->rejects[i].bytes);
}

static bareme_status rejects_status(struct ledger *ledger, bareme_failure *failure) {
  return ledger->has_rejects && ledger->rejects.has_failed ? output_flush(&ledger->rejects, failure)
                                                           : BAREME_OK;
}

/* ---- entering ------------------------------------------------------------------------ */

static bareme_status end_strict(struct ledger *ledger, struct reason reason,
                                bareme_failure *failure) {
  problems_explain(&ledger->problems, reason.problem, reason.subject, failure);
  return BAREME_REJECTED;
}

bareme_status ledger_enter(struct ledger *ledger, const struct account *account,
                           const struct origin *origin, bareme_failure *failure) {
  struct problems *problems = &ledger->problems;
  problems_at(problems, origin->file, origin->line);
  problems_add(problems, &account->problems, origin->line - 1);
  if (problems->out_of_memory)
    return failure_memory(failure);
  event_counts_add(&ledger->events, &account->events);
  ledger->records += account->records;
  ledger->accepted += account->accepted;
  ledger->rejected += account->reject_count;
  mark_events(account);
  put_rejects(ledger, account);
  if (account->stopped) {
    problems_at(problems, origin->file, origin->line - 1 + account->cause.line);
    return end_strict(ledger, account->cause.reason, failure);
  }
  return rejects_status(ledger, failure);
}

bareme_status ledger_enter_part(struct ledger *ledger, struct text part, bool first, bool last,
                                const struct origin *origin, bareme_failure *failure) {
  struct reason reason = {PROBLEM_TOO_LARGE, SUBJECT_NONE};
  if (ledger->has_rejects) {
    put_header(ledger);
    output_put(&ledger->rejects, part.bytes, part.length);
    if (last)
      output_put(&ledger->rejects, "\n", 1);
  }
  if (!first)
    return BAREME_OK;
  ledger->records++;
  ledger->rejected++;
  problems_at(&ledger->problems, origin->file, origin->line);
  problems_count(&ledger->problems, reason.problem, reason.subject);
  if (ledger->problems.out_of_memory)
    return failure_memory(failure);
  bareme_status status = rejects_status(ledger, failure);
  return status == BAREME_OK && ledger->strict ? end_strict(ledger, reason, failure) : status;
}

bareme_status ledger_note(struct ledger *ledger, enum problem_kind problem,
                          const struct origin *origin, bareme_failure *failure) {
  problems_at(&ledger->problems, origin->file, origin->line);
  problems_count(&ledger->problems, problem, SUBJECT_NONE);
  if (ledger->problems.out_of_memory)
    return failure_memory(failure);
  return ledger->strict ? end_strict(ledger, (struct reason){problem, SUBJECT_NONE}, failure)
                        : BAREME_OK;
}

bool ledger_balances(const struct ledger *ledger) {
  return ledger->records == ledger->accepted + ledger->rejected;
}

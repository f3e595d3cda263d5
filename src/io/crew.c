/* crew.c - all leads of a reader, decoded and scored by several threads.
 *
 * Every thread does the same: of all that can be done it does what is nearest
 * to the end.  There is no thread for reading, none for writing, and no queue
 * between them, but a ring of stretches and three marks that move along it:
 *
 *     entered        judged          taken
 *        |             |               |
 *    ----+--READY------+--DONE--WORK---+- - - - - free until entered + ring - - -
 *
 *   read     ahead, where the next stretches are of something large: one thread
 *            at a time, while others take what was read before
 *   take     the next stretch of the input: one thread at a time
 *   work     fetch, decode, score: many threads, each with a stretch
 *   judge    which leads came before: one at a time, in order.  Scoring did not
 *            wait for that; a stretch in which some came before is done again,
 *            by any thread, knowing which
 *   enter    counts and problems to the ledger, results to the caller: one at a
 *            time, in order
 *
 * All state that threads share is behind one mutex, which is held only to look
 * at marks and change them, some microseconds a stretch.  Threads that read,
 * take, judge or enter do so without holding it: a flag keeps others away.
 *
 * Memory is bounded by the ring, and by what a stretch may become.  Results of
 * one can be a thousand times its size (explanations of tiny leads by a large
 * policy), so a stretch whose results exceed RESULT_BYTES is dropped and done
 * when all before it are entered, batch by batch with nothing kept: as one
 * thread alone does with all of them.  The next stretches are then made smaller.
 *
 * Ends: the thread that enters finds out that the input ended, or that it could
 * not be read, or was no longer wanted, and sets `over`; all others come home
 * when they next look.  What they were doing is dropped.  So a failure is told
 * at its place in the input, whoever met it first.
 *
 * Signals are left to the threads of the host: those made here block them all.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity, where there is one */

#include "io/crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "io/stretch.h"

/* A stretch's results, beyond which it waits for its turn. */
enum { RESULT_BYTES = 2 * 1024 * 1024 };

/* Bytes of input in a stretch: enough to make the way through the ring cheap,
 * few enough for several stretches to a thread. */
enum { STRETCH_LEAST = 64 * 1024, STRETCH_MOST = 256 * 1024 };

/* One thread alone keeps a stretch in its cache. */
enum { STRETCH_ALONE = 256 * 1024 };

/* Stretches in the ring to each thread, and as many more.  A thread that loses
 * its processor for some milliseconds holds up all behind its stretch: so many
 * can meanwhile be done by the others. */
enum { SLOTS = 4 };

/* Results are put when there are so many bytes of them. */
enum { PUT_BYTES = 256 * 1024 };

/* Leads that are rendered between two looks at how much they have become. */
enum { RENDER_LEADS = 8 };

/* More threads than this are not of use to anyone. */
enum { THREADS_MOST = 256 };

enum state {
  STATE_FREE,
  STATE_BUSY,   /* some thread works on it */
  STATE_DONE,   /* to be judged */
  STATE_LARGE,  /* to be done when its turn comes */
  STATE_REPEAT, /* judged: some leads came before */
  STATE_READY   /* to be entered */
};

struct slot {
  enum state state;
  struct stretch stretch;
  struct buffer results;
  uint64_t leads;
};

/* What a thread works with. */
struct member {
  struct crew *crew;
  struct loader loader;
  struct batch batch;
  void *own; /* the work's */
  pthread_t thread;
  bool is_running;
};

struct crew {
  struct reader *reader;
  const struct crew_work *work;
  struct crew_options options;
  struct member *members;
  uint32_t member_count;
  struct slot *slots;
  uint32_t slot_count;
  size_t stretch; /* bytes of the next one */

  pthread_mutex_t mutex;
  pthread_cond_t changed;
  /* behind the mutex */
  uint64_t taken, judged, entered;
  bool reading, taking, entering;
  bool ended; /* nothing more is to be taken */
  bool over;
  bareme_status status; /* of the whole run, when it is over */
  bareme_failure failure;
  uint64_t leads;
};

/* ---- members ---------------------------------------------------------------------- */

static void clear_member(struct member *member) {
  struct crew *crew = member->crew;
  if (!crew)
    return;
  if (member->own)
    crew->work->leave(crew->work->context, member->own);
  if (member->loader.program)
    loader_clear(&member->loader);
  batch_clear(&member->batch);
  *member = (struct member){0};
}

/* False if out of memory. */
static bool init_member(struct member *member, struct crew *crew) {
  const struct reader *reader = crew->reader;
  const struct memory *memory = &reader->memory;
  const struct program *program = reader->schema.program;
  member->crew = crew;
  bool made = loader_init(&member->loader, &reader->schema, memory);
  member->loader.store = reader->ledger.store;
  member->loader.seeds = reader->loader.seeds;
  member->loader.strict = reader->loader.strict;
  made =
      batch_init(&member->batch, program, memory, crew->options.chunk, crew->options.as_of) && made;
  member->loader.batch = &member->batch;
  member->own = made ? crew->work->join(crew->work->context) : NULL;
  return member->own != NULL;
}

/* ---- results ----------------------------------------------------------------------- */

static bareme_status put_results(struct crew *crew, struct buffer *results,
                                 bareme_failure *failure) {
  bareme_status status = BAREME_OK;
  if (results->length > 0)
    status = crew->work->put(crew->work->context, results->bytes, results->length, failure);
  results->length = 0;
  return status;
}

/* What the results of the member's batch are appended to, and what becomes of
 * them when they are many. */
struct results {
  struct buffer *buffer;
  size_t most; /* bytes */
  bool put;    /* then; else no more are appended */
};

/* Scores the member's batch.  *done tells whether that was all of it. */
static bareme_status score_batch(struct member *member, const struct results *results, bool *done,
                                 bareme_failure *failure) {
  const struct crew_work *work = member->crew->work;
  uint32_t count = member->batch.count, first = 0;
  bareme_status status = BAREME_OK;
  *done = true;
  if (count > 0 && !work->run(work->context, member->own, &member->batch))
    return failure_memory(failure);
  while (status == BAREME_OK && *done && first < count) {
    uint32_t some = count - first < RENDER_LEADS ? count - first : RENDER_LEADS;
    if (!work->render(work->context, member->own, first, some, results->buffer))
      return failure_memory(failure);
    first += some;
    if (results->buffer->length < results->most)
      continue;
    if (results->put)
      status = put_results(member->crew, results->buffer, failure);
    else
      *done = false;
  }
  return status;
}

/* ---- one stretch, in its turn ------------------------------------------------------- */

/* Decodes a batch, and once more if some of its leads came before. */
static bareme_status decode_in_turn(struct member *member, struct stretch *stretch,
                                    bareme_failure *failure) {
  struct loader *loader = &member->loader;
  size_t begin = stretch->at;
  bool repeat;
  batch_reset(&member->batch);
  account_reset(&loader->account);
  bool decoded = stretch_decode(stretch, loader, stretch->end);
  bareme_status status =
      ledger_judge(&member->crew->reader->ledger, &loader->account, &repeat, failure);
  if (repeat) {
    size_t end = stretch->at;
    stretch->at = begin;
    batch_reset(&member->batch);
    loader_repeat(loader);
    decoded = stretch_decode(stretch, loader, end) && decoded;
  }
  return status == BAREME_OK && !decoded ? failure_memory(failure) : status;
}

/* Leads that were read before something went wrong count: their results are put. */
static bareme_status do_batch_in_turn(struct member *member, struct slot *slot,
                                      bareme_failure *failure) {
  struct crew *crew = member->crew;
  const struct results results = {&slot->results, PUT_BYTES, true};
  bareme_failure undecoded = {""}, unscored = {""};
  bool done;
  bareme_status decoded = decode_in_turn(member, &slot->stretch, &undecoded);
  bareme_status entered =
      stretch_enter(&slot->stretch, &member->loader.account, crew->reader, failure);
  bareme_status scored = score_batch(member, &results, &done, &unscored);
  if (scored == BAREME_OK)
    crew->leads += member->batch.count;
  if (entered != BAREME_OK)
    return entered;
  *failure = decoded != BAREME_OK ? undecoded : unscored;
  return decoded != BAREME_OK ? decoded : scored;
}

static bareme_status do_in_turn(struct member *member, struct slot *slot, bareme_failure *failure) {
  struct stretch *stretch = &slot->stretch;
  bareme_status status = BAREME_OK;
  json_lines_restart(&member->loader.lines); /* it may have been here, ahead */
  while (status == BAREME_OK && stretch->at < stretch->end)
    status = do_batch_in_turn(member, slot, failure);
  return status;
}

/* Puts what is left of the results, and enters what is not a record.  status:
 * how the stretch went so far, which is told if there is nothing worse. */
static bareme_status finish(struct crew *crew, struct slot *slot, bareme_status status,
                            bareme_failure *failure) {
  bareme_failure unput = {""};
  bareme_status put = put_results(crew, &slot->results, &unput);
  if (status != BAREME_OK)
    return status;
  if (put != BAREME_OK) {
    *failure = unput;
    return put;
  }
  status = stretch_leave(&slot->stretch, crew->reader, failure);
  return status == BAREME_OK && !crew->work->goes_on(crew->work->context) ? BAREME_END : status;
}

/* ---- one stretch, ahead of its turn -------------------------------------------------- */

static void swap_accounts(struct member *member, struct stretch *stretch) {
  struct account account = member->loader.account;
  member->loader.account = stretch->account;
  stretch->account = account;
}

/* Decodes and scores all of it.  False if the results are too large to keep.
 * What goes wrong is kept in the stretch, and told when it is entered. */
static bool do_ahead(struct member *member, struct slot *slot) {
  const struct results results = {&slot->results, RESULT_BYTES, false};
  struct stretch *stretch = &slot->stretch;
  struct loader *loader = &member->loader;
  bareme_status status = BAREME_OK;
  bool done = true, decoded = true;
  slot->leads = 0;
  slot->results.length = 0;
  stretch->at = stretch->begin;
  swap_accounts(member, stretch);
  while (done && decoded && status == BAREME_OK && stretch->at < stretch->end &&
         !loader->account.stopped) {
    batch_reset(&member->batch);
    decoded = stretch_decode(stretch, loader, stretch->end);
    status = score_batch(member, &results, &done, &stretch->failure);
    slot->leads += member->batch.count;
  }
  swap_accounts(member, stretch);
  if (status == BAREME_OK && !decoded)
    status = failure_memory(&stretch->failure);
  if (status != BAREME_OK)
    stretch->status = status;
  return done;
}

static enum state work_ahead(struct member *member, struct slot *slot) {
  stretch_fetch(&slot->stretch, member->crew->reader->records.limit);
  if (!stretch_has_records(&slot->stretch))
    return STATE_DONE;
  account_reset(&slot->stretch.account);
  return do_ahead(member, slot) ? STATE_DONE : STATE_LARGE;
}

/* Some of its leads came before, and it is known which. */
static enum state work_again(struct member *member, struct slot *slot) {
  swap_accounts(member, &slot->stretch);
  loader_repeat(&member->loader);
  swap_accounts(member, &slot->stretch);
  do_ahead(member, slot);
  return STATE_READY;
}

/* ---- in order: judging and entering ----------------------------------------------------- */

static enum state judge(struct crew *crew, struct slot *slot) {
  struct stretch *stretch = &slot->stretch;
  bareme_failure failure = {""};
  bool repeat = false;
  bareme_status status = BAREME_OK;
  if (stretch_has_records(stretch))
    status = ledger_judge(&crew->reader->ledger, &stretch->account, &repeat, &failure);
  if (status != BAREME_OK) {
    stretch->status = status;
    stretch->failure = failure;
  }
  return repeat ? STATE_REPEAT : STATE_READY;
}

static bareme_status enter(struct member *member, struct slot *slot, enum state state,
                           bareme_failure *failure) {
  struct crew *crew = member->crew;
  struct stretch *stretch = &slot->stretch;
  bareme_status status = BAREME_OK;
  if (state == STATE_LARGE) {
    slot->results.length = 0;
    stretch->at = stretch->begin;
    status = do_in_turn(member, slot, failure);
  } else if (stretch_has_records(stretch)) {
    status = stretch_enter(stretch, &stretch->account, crew->reader, failure);
    crew->leads += slot->leads;
  }
  return finish(crew, slot, status, failure);
}

/* The size of the next stretches, after one whose results are so large. */
static void choose_stretch(struct crew *crew, const struct slot *slot, size_t results) {
  uint64_t read = stretch_size(&slot->stretch);
  if (crew->options.stretch || read == 0 || results == 0)
    return;
  uint64_t bytes = read * (RESULT_BYTES / 2) / results;
  crew->stretch = bytes < STRETCH_LEAST  ? STRETCH_LEAST
                  : bytes > STRETCH_MOST ? STRETCH_MOST
                                         : (size_t)bytes;
}

/* ---- sharing ------------------------------------------------------------------------------ */

static struct slot *slot_of(const struct crew *crew, uint64_t number) {
  return &crew->slots[number % crew->slot_count];
}

static void end(struct crew *crew, bareme_status status, const bareme_failure *failure) {
  crew->over = true;
  crew->status = status;
  crew->failure = *failure;
}

/* Each of these does one thing if it can be done, and says whether it could.
 * They are called with the mutex and return with it. */

static bool try_enter(struct member *member) {
  struct crew *crew = member->crew;
  struct slot *slot = slot_of(crew, crew->entered);
  bool is_turn =
      crew->entered < crew->taken &&
      (slot->state == STATE_READY || (slot->state == STATE_LARGE && crew->judged == crew->entered));
  if (crew->entering || !is_turn)
    return false;
  enum state state = slot->state;
  size_t results = slot->results.length;
  bareme_failure failure = {""};
  crew->entering = true;
  pthread_mutex_unlock(&crew->mutex);
  bareme_status status = enter(member, slot, state, &failure);
  pthread_mutex_lock(&crew->mutex);
  crew->entering = false;
  choose_stretch(crew, slot, state == STATE_LARGE ? RESULT_BYTES : results);
  crew->judged += state == STATE_LARGE;
  if (stretch_holds_up(&slot->stretch))
    crew->taking = false;
  crew->entered++;
  slot->state = STATE_FREE;
  if (status != BAREME_OK)
    end(crew, status, &failure);
  return true;
}

static bool try_judge(struct member *member) {
  struct crew *crew = member->crew;
  struct slot *slot = slot_of(crew, crew->judged);
  if (crew->entering || crew->judged == crew->taken || slot->state != STATE_DONE)
    return false;
  crew->entering = true;
  pthread_mutex_unlock(&crew->mutex);
  enum state state = judge(crew, slot);
  pthread_mutex_lock(&crew->mutex);
  crew->entering = false;
  slot->state = state;
  crew->judged++;
  return true;
}

static bool try_repeat(struct member *member) {
  struct crew *crew = member->crew;
  uint64_t number = crew->entered;
  while (number < crew->judged && slot_of(crew, number)->state != STATE_REPEAT)
    number++;
  if (number == crew->judged)
    return false;
  struct slot *slot = slot_of(crew, number);
  slot->state = STATE_BUSY;
  pthread_mutex_unlock(&crew->mutex);
  enum state state = work_again(member, slot);
  pthread_mutex_lock(&crew->mutex);
  slot->state = state;
  return true;
}

static bool try_read_ahead(struct member *member) {
  struct crew *crew = member->crew;
  if (crew->reading || crew->taking || crew->ended || !stretch_can_read_ahead(crew->reader))
    return false;
  crew->reading = true;
  pthread_mutex_unlock(&crew->mutex);
  stretch_read_ahead(crew->reader);
  pthread_mutex_lock(&crew->mutex);
  crew->reading = false;
  return true;
}

static bool try_take(struct member *member) {
  struct crew *crew = member->crew;
  if (crew->taking || crew->ended || crew->taken - crew->entered == crew->slot_count ||
      !stretch_can_take(crew->reader, crew->reading))
    return false;
  struct slot *slot = slot_of(crew, crew->taken);
  size_t bytes = crew->stretch;
  crew->taking = true;
  pthread_mutex_unlock(&crew->mutex);
  stretch_take(&slot->stretch, crew->reader, bytes);
  pthread_mutex_lock(&crew->mutex);
  crew->taking = stretch_holds_up(&slot->stretch);
  crew->ended = slot->stretch.status != BAREME_OK;
  slot->state = STATE_BUSY;
  crew->taken++;
  pthread_cond_broadcast(&crew->changed); /* another may take the next one */
  pthread_mutex_unlock(&crew->mutex);
  enum state state = work_ahead(member, slot);
  pthread_mutex_lock(&crew->mutex);
  slot->state = state;
  return true;
}

static void *work(void *context) {
  struct member *member = context;
  struct crew *crew = member->crew;
  pthread_mutex_lock(&crew->mutex);
  while (!crew->over)
    if (try_enter(member) || try_judge(member) || try_repeat(member) || try_read_ahead(member) ||
        try_take(member))
      pthread_cond_broadcast(&crew->changed);
    else
      pthread_cond_wait(&crew->changed, &crew->mutex);
  pthread_mutex_unlock(&crew->mutex);
  return NULL;
}

/* Those that cannot be started are done without. */
static void start_members(struct crew *crew) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (uint32_t i = 1; i < crew->member_count; i++) {
    struct member *member = &crew->members[i];
    member->is_running = pthread_create(&member->thread, NULL, work, member) == 0;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void work_together(struct crew *crew) {
  start_members(crew);
  work(&crew->members[0]);
  for (uint32_t i = 1; i < crew->member_count; i++)
    if (crew->members[i].is_running)
      pthread_join(crew->members[i].thread, NULL);
}

/* One thread does everything in its turn. */
static void work_alone(struct crew *crew) {
  struct slot *slot = &crew->slots[0];
  bareme_failure failure = {""};
  size_t bytes = crew->options.stretch ? crew->options.stretch : STRETCH_ALONE;
  while (!crew->over) {
    stretch_take(&slot->stretch, crew->reader, bytes);
    stretch_fetch(&slot->stretch, crew->reader->records.limit);
    bareme_status status = enter(&crew->members[0], slot, STATE_LARGE, &failure);
    if (status != BAREME_OK)
      end(crew, status, &failure);
  }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void clear(struct crew *crew) {
  const struct memory *memory = &crew->reader->memory;
  for (uint32_t i = 0; crew->members && i < crew->member_count; i++)
    clear_member(&crew->members[i]);
  for (uint32_t i = 0; crew->slots && i < crew->slot_count; i++) {
    stretch_clear(&crew->slots[i].stretch);
    buffer_clear(&crew->slots[i].results);
  }
  memory_free(memory, crew->members, crew->member_count, sizeof *crew->members);
  memory_free(memory, crew->slots, crew->slot_count, sizeof *crew->slots);
  pthread_mutex_destroy(&crew->mutex);
  pthread_cond_destroy(&crew->changed);
}

/* False if out of memory; may then still be cleared. */
static bool init(struct crew *crew) {
  const struct memory *memory = &crew->reader->memory;
  bool alone = crew->member_count == 1;
  crew->slot_count = alone ? 1 : crew->member_count * SLOTS + SLOTS;
  crew->members = memory_zeroed(memory, crew->member_count, sizeof *crew->members);
  crew->slots = memory_zeroed(memory, crew->slot_count, sizeof *crew->slots);
  bool done = crew->members && crew->slots;
  for (uint32_t i = 0; done && i < crew->slot_count; i++) {
    buffer_init(&crew->slots[i].results, memory);
    done = stretch_init(&crew->slots[i].stretch, crew->reader);
  }
  for (uint32_t i = 0; done && i < crew->member_count; i++)
    done = init_member(&crew->members[i], crew);
  return done;
}

uint32_t crew_processors(void) {
  long count = 0;
#ifdef CPU_COUNT
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) == 0)
    count = CPU_COUNT(&processors);
#endif
  if (count < 1)
    count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count < THREADS_MOST ? (uint32_t)count : THREADS_MOST;
}

bareme_status crew_run(struct reader *reader, const struct crew_options *options,
                       const struct crew_work *work_done, uint64_t *leads,
                       bareme_failure *failure) {
  struct crew crew = {.reader = reader, .work = work_done, .options = *options};
  *leads = 0;
  if (reader->status != BAREME_OK || reader->next_path > 0)
    return BAREME_INVALID_ARGUMENT;
  crew.member_count = options->threads < THREADS_MOST ? options->threads : THREADS_MOST;
  /* So that in a stretch only the last record can be too large. */
  if (crew.options.stretch > reader->records.limit)
    crew.options.stretch = reader->records.limit;
  crew.stretch = crew.options.stretch ? crew.options.stretch : STRETCH_LEAST;
  if (pthread_mutex_init(&crew.mutex, NULL) != 0)
    return failure_memory(failure);
  if (pthread_cond_init(&crew.changed, NULL) != 0) {
    pthread_mutex_destroy(&crew.mutex);
    return failure_memory(failure);
  }
  if (!init(&crew))
    end(&crew, BAREME_NO_MEMORY, &(bareme_failure){"out of memory"});
  else if (crew.member_count == 1)
    work_alone(&crew);
  else
    work_together(&crew);
  if (crew.status == BAREME_END && !ledger_balances(&reader->ledger)) {
    failure_set(&crew.failure, "records were lost while reading: this is a bug of Bareme");
    crew.status = BAREME_INTERNAL;
  }
  clear(&crew);
  *leads = crew.leads;
  reader->status = crew.status;
  reader->failure = crew.failure;
  if (crew.status != BAREME_END && failure)
    *failure = crew.failure;
  return crew.status;
}

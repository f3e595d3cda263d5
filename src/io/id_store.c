/* id_store.c - which identities came before, in memory that does not grow.
 *
 *   recent   an id_set of at most RECENT_MOST hashes: 16 MiB
 *   filter   a Bloom filter over those in the file, 16 MiB: eight bits of one
 *            cache line for each
 *   file     pages of 256 hashes.  The upper bits of a hash say which page it is
 *            in, so nothing has to be searched.  A page that is full makes the
 *            file twice as large: its pages then have one bit more to go by, and
 *            each parts into two neighbours
 *
 * When the recent ones go to the file, they go in the order of its pages, which
 * is that of their own table: a page is read and written once for all that
 * belong to it.  So ten million ids cost about a system call for ten of them,
 * and a hundred million, where the filter fills up, one or two for each.
 *
 * The file has no name: whatever ends the process, nothing stays.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* mkstemp */

#include "io/id_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Three quarters of a table of 2^20. */
enum { RECENT_MOST = 786432 };

enum { PAGE_IDS = 256 };

struct id_page {
  struct id_hash ids[PAGE_IDS]; /* both halves 0: free, and so are all behind it */
};

/* Pages that a file begins with. */
enum { FIRST_PAGES = 1024 };

struct filter_block {
  uint64_t words[8];
};

enum { FILTER_BLOCKS = 262144 };

void id_store_init(struct id_store *store, const struct memory *memory, struct id_seeds seeds,
                   const char *directory, size_t most) {
  *store = (struct id_store){.file = -1};
  store->directory = directory ? directory : "/tmp";
  store->most = most ? most : RECENT_MOST;
  id_set_init(&store->recent, memory, seeds);
}

void id_store_reserve(struct id_store *store, uint64_t count) {
  id_set_reserve(&store->recent, count < store->most ? (size_t)count : store->most);
}

void id_store_clear(struct id_store *store) {
  const struct memory *memory = &store->recent.memory;
  if (store->file >= 0)
    close(store->file);
  store->file = -1;
  memory_free(memory, store->page, 3, sizeof *store->page);
  memory_free(memory, store->filter, FILTER_BLOCKS, sizeof *store->filter);
  store->page = NULL;
  store->filter = NULL;
  id_set_clear(&store->recent);
}

/* ---- the filter ------------------------------------------------------------------- */

static struct filter_block *block_of(const struct id_store *store, struct id_hash hash) {
  return &store->filter[hash.low % FILTER_BLOCKS];
}

/* One bit of each word, by six bits of the hash that choose neither page nor block. */
static uint64_t bit_of(struct id_hash hash, size_t word) {
  uint64_t bits = (hash.low >> 18 ^ hash.high) * UINT64_C(0x9e3779b97f4a7c15);
  return UINT64_C(1) << (bits >> (word * 6 + 16) & 63);
}

static bool filter_has(const struct id_store *store, struct id_hash hash) {
  const struct filter_block *block = block_of(store, hash);
  for (size_t word = 0; word < 8; word++)
    if (!(block->words[word] & bit_of(hash, word)))
      return false;
  return true;
}

static void filter_add(struct id_store *store, struct id_hash hash) {
  struct filter_block *block = block_of(store, hash);
  for (size_t word = 0; word < 8; word++)
    block->words[word] |= bit_of(hash, word);
}

/* ---- the file ---------------------------------------------------------------------- */

static bareme_status fail(const struct id_store *store, bareme_failure *failure) {
  int error = errno;
  failure_set(failure, "%s: %s; ids that came before are kept there, TMPDIR names another place",
              store->directory, strerror(error));
  return BAREME_IO;
}

static bareme_status open_file(const struct id_store *store, int *file, bareme_failure *failure) {
  static const char name[] = "/bareme-ids-XXXXXX";
  const struct memory *memory = &store->recent.memory;
  size_t length = strlen(store->directory), size = length + sizeof name;
  char *path = memory_alloc(memory, size, 1);
  if (!path)
    return failure_memory(failure);
  memcpy(path, store->directory, length);
  memcpy(path + length, name, sizeof name);
  *file = mkstemp(path);
  bareme_status status = *file < 0 ? fail(store, failure) : BAREME_OK;
  if (*file >= 0) {
    unlink(path);
    fcntl(*file, F_SETFD, FD_CLOEXEC);
  }
  memory_free(memory, path, size, 1);
  return status;
}

/* What was never written reads as zeros: a page of nothing. */
static bareme_status read_page(const struct id_store *store, int file, uint64_t number,
                               struct id_page *page, bareme_failure *failure) {
  char *bytes = (char *)page;
  size_t length = 0;
  while (length < sizeof *page) {
    ssize_t got =
        pread(file, bytes + length, sizeof *page - length, (off_t)(number * sizeof *page + length));
    if (got < 0 && errno != EINTR)
      return fail(store, failure);
    if (got == 0)
      break;
    length += got > 0 ? (size_t)got : 0;
  }
  memset(bytes + length, 0, sizeof *page - length);
  return BAREME_OK;
}

static bareme_status write_pages(const struct id_store *store, int file, uint64_t number,
                                 const struct id_page *pages, size_t count,
                                 bareme_failure *failure) {
  const char *bytes = (const char *)pages;
  size_t size = count * sizeof *pages, length = 0;
  while (length < size) {
    ssize_t put =
        pwrite(file, bytes + length, size - length, (off_t)(number * sizeof *pages + length));
    if (put < 0 && errno != EINTR)
      return fail(store, failure);
    length += put > 0 ? (size_t)put : 0;
  }
  return BAREME_OK;
}

/* pages is a power of two: as many upper bits. */
static uint64_t page_of(uint64_t pages, struct id_hash hash) {
  return (hash.high >> 32) * pages >> 32;
}

static bool is_free(struct id_hash hash) {
  return hash.high == 0 && hash.low == 0;
}

/* The place of the hash in the page, or the first free one; PAGE_IDS: neither. */
static size_t find(const struct id_page *page, struct id_hash hash) {
  size_t i = 0;
  while (i < PAGE_IDS && !is_free(page->ids[i]) &&
         !(page->ids[i].high == hash.high && page->ids[i].low == hash.low))
    i++;
  return i;
}

/* Parts the first page into the two behind it. */
static void part(struct id_page *three, uint64_t pages) {
  size_t counts[2] = {0, 0};
  memset(three + 1, 0, 2 * sizeof *three);
  for (size_t i = 0; i < PAGE_IDS && !is_free(three->ids[i]); i++) {
    size_t side = page_of(pages, three->ids[i]) & 1;
    three[1 + side].ids[counts[side]++] = three->ids[i];
  }
}

/* Makes the file twice as large. */
static bareme_status grow(struct id_store *store, bareme_failure *failure) {
  int file = -1;
  bareme_status status = open_file(store, &file, failure);
  if (status != BAREME_OK)
    return status;
  for (uint64_t i = 0; i < store->pages && status == BAREME_OK; i++) {
    status = read_page(store, store->file, i, store->page, failure);
    part(store->page, store->pages * 2);
    if (status == BAREME_OK)
      status = write_pages(store, file, i * 2, store->page + 1, 2, failure);
  }
  if (status != BAREME_OK) {
    close(file);
    return status;
  }
  close(store->file);
  store->file = file;
  store->pages *= 2;
  return BAREME_OK;
}

/* ---- from memory to the file ----------------------------------------------------------- */

static bareme_status begin_file(struct id_store *store, bareme_failure *failure) {
  const struct memory *memory = &store->recent.memory;
  if (!store->page)
    store->page = memory_alloc(memory, 3, sizeof *store->page);
  if (!store->filter)
    store->filter = memory_zeroed(memory, FILTER_BLOCKS, sizeof *store->filter);
  if (!store->page || !store->filter)
    return failure_memory(failure);
  store->pages = FIRST_PAGES;
  return open_file(store, &store->file, failure);
}

/* Slots whose hashes are on their way. */
enum { AHEAD = 32 };

static const struct id_hash *next_at(const struct id_set *recent, size_t slot) {
  if (slot + AHEAD < recent->capacity)
    __builtin_prefetch(id_set_at(recent, slot + AHEAD));
  return id_set_at(recent, slot);
}

/* Puts those from slot `*at` on that belong to the page of that number; *at is
 * then behind them, or at one for which there is no room. */
static bareme_status put_some(struct id_store *store, uint64_t number, size_t *at, bool *full,
                              bareme_failure *failure) {
  const struct id_set *recent = &store->recent;
  bareme_status status = read_page(store, store->file, number, store->page, failure);
  if (status != BAREME_OK)
    return status;
  for (*full = false; *at < recent->capacity && !*full; *at += !*full) {
    const struct id_hash *hash = next_at(recent, *at);
    if (!hash)
      continue;
    if (page_of(store->pages, *hash) != number)
      break;
    size_t place = find(store->page, *hash);
    *full = place == PAGE_IDS;
    if (*full)
      break;
    store->page->ids[place] = *hash;
    filter_add(store, *hash);
  }
  return write_pages(store, store->file, number, store->page, 1, failure);
}

static bareme_status move_to_file(struct id_store *store, bareme_failure *failure) {
  struct id_set *recent = &store->recent;
  bareme_status status = store->file < 0 ? begin_file(store, failure) : BAREME_OK;
  for (size_t at = 0; at < recent->capacity && status == BAREME_OK;) {
    const struct id_hash *hash = id_set_at(recent, at);
    bool full;
    if (!hash) {
      at++;
      continue;
    }
    status = put_some(store, page_of(store->pages, *hash), &at, &full, failure);
    if (status == BAREME_OK && full)
      status = grow(store, failure);
  }
  if (status == BAREME_OK)
    id_set_forget(recent);
  return status;
}

/* ---- asking ------------------------------------------------------------------------------ */

void id_store_expect(const struct id_store *store, struct id_hash hash) {
  id_set_expect(&store->recent, hash);
  if (store->filter)
    __builtin_prefetch(block_of(store, hash));
}

/* What there is to do beside the recent ones. */
static __attribute__((noinline)) bareme_status
look_further(struct id_store *store, struct id_hash hash, bool *seen, bareme_failure *failure) {
  bareme_status status = BAREME_OK;
  if (store->recent.count >= store->most)
    status = move_to_file(store, failure);
  if (status != BAREME_OK || store->file < 0 || !filter_has(store, hash))
    return status;
  status = read_page(store, store->file, page_of(store->pages, hash), store->page, failure);
  if (status != BAREME_OK)
    return status;
  size_t place = find(store->page, hash);
  *seen = place < PAGE_IDS && !is_free(store->page->ids[place]);
  return BAREME_OK;
}

bareme_status id_store_add(struct id_store *store, struct id_hash hash, bool *seen,
                           bareme_failure *failure) {
  *seen = false;
  if (store->file >= 0 || store->recent.count >= store->most) {
    bareme_status status = look_further(store, hash, seen, failure);
    if (status != BAREME_OK || *seen)
      return status;
  }
  switch (id_set_add(&store->recent, hash)) {
  case ID_NEW: break;
  case ID_SEEN: *seen = true; break;
  case ID_NO_MEMORY: return failure_memory(failure);
  }
  return BAREME_OK;
}

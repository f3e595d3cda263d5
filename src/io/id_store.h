/* id_store.h - which identities came before, in memory that does not grow.
 *
 * The newest ones are in memory; when these are too many they go to a file,
 * from which nothing is read unless a filter in memory says that it may have
 * what is asked for.  The answers are the same as if all were in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ID_STORE_H
#define BAREME_IO_ID_STORE_H

#include "intake/id_set.h"
#include "io/failure.h"

struct id_store {
  struct id_set recent;
  size_t most;           /* ids that `recent` may have */
  const char *directory; /* of the file; must live as long */
  int file;              /* -1: none yet */
  uint64_t pages;        /* of the file, a power of two */
  struct id_page *page;  /* the one that is looked at; scratch for two when the file grows */
  struct filter_block *filter;
};

/* most: ids in memory, 0 for what suits; directory: NULL for /tmp. */
void id_store_init(struct id_store *store, const struct memory *memory, struct id_seeds seeds,
                   const char *directory, size_t most);
void id_store_clear(struct id_store *store);

/* Makes room for so many hashes, if there is memory: it is only quicker. */
void id_store_reserve(struct id_store *store, uint64_t count);

/* Sends for the places of a hash that is added soon. */
void id_store_expect(const struct id_store *store, struct id_hash hash);

/* *seen: it came before; else it is noted.  BAREME_NO_MEMORY, or BAREME_IO if
 * the file cannot be written or read. */
bareme_status id_store_add(struct id_store *store, struct id_hash hash, bool *seen,
                           bareme_failure *failure);

#endif

/* event_store.h - events from a file of their own, until their leads come.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_EVENT_STORE_H
#define BAREME_IO_EVENT_STORE_H

#include "io/lead.h"

struct event_store;

/* Reads all events of the file; what was wrong with them goes into the loader's
 * account.  strict: the first problem is BAREME_REJECTED.  *store may be there,
 * and is to be freed, after a failure too. */
bareme_status event_store_load(struct loader *loader, const char *path, bool strict,
                               bareme_failure *failure, struct event_store **store);
void event_store_free(struct event_store *store);

/* The lead of that id; NULL if it has no events here.  store may be NULL. */
struct stored_lead *event_store_find(const struct event_store *store, struct text id);

/* Adds the events of the lead with that id to the lead that is being built.
 * *stored_lead tells where they are, NULL if there are none.  store may be NULL.
 * False if out of memory. */
bool event_store_join(const struct event_store *store, struct loader *loader, struct text id,
                      struct stored_lead **stored_lead);

/* The lead was accepted: its events are no orphans. */
void event_store_mark(struct stored_lead *lead);

/* Events of leads that did not come. */
uint64_t event_store_orphans(const struct event_store *store);

#endif

/* event_store.h - events from a file of their own, until their leads come.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_EVENT_STORE_H
#define BAREME_IO_EVENT_STORE_H

#include "io/lead.h"

struct event_store;

/* Reads all events of the file.  strict: the first problem is BAREME_REJECTED. */
bareme_status event_store_load(struct loader *loader, const char *path, bool strict,
                               bareme_failure *failure);
void event_store_free(struct event_store *store);

/* Adds the events of the lead with that id to the lead that is being built.
 * store may be NULL.  False if out of memory. */
bool event_store_join(struct event_store *store, struct loader *loader, struct text id);

/* Its lead was accepted: its events are no orphans. */
void event_store_mark(struct event_store *store, struct text id);

/* Events of leads that did not come. */
uint64_t event_store_orphans(const struct event_store *store);

#endif

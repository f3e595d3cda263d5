/* lead_arrow.c - leads from rows of a batch of an Arrow stream.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead_arrow.h"

#include "io/event_store.h"
#include "io/lead.h"

void arrow_import_clear(struct arrow_import *own) {
  if (!own)
    return;
  import_clear(&own->import);
  own->opened = own->bound = 0;
}

/* ---- what an import asks of the loader -------------------------------------------- */

static bool identify(void *context, struct text id, bool *repeated) {
  struct loader *loader = context;
  return account_identify(&loader->account, id_hash(&loader->seeds, id),
                          event_store_find(loader->store, id), repeated);
}

static bool join(void *context, struct text id) {
  struct loader *loader = context;
  struct stored_lead *stored;
  if (!event_store_join(loader->store, loader, id, &stored))
    return false;
  event_counts_add(&loader->account.events, &loader->noted);
  loader->noted = (struct event_counts){0};
  loader->has_events = false;
  return true;
}

/* ---- opening ------------------------------------------------------------------------ */

bareme_status arrow_import_open(struct loader *loader, const struct arrow_stream *stream,
                                bareme_failure *failure) {
  struct arrow_import *own = loader->arrow;
  const struct import_context context = {
      .labels = loader->schema->labels,
      .problems = &loader->account.problems,
      .strict = loader->strict,
      .identify = identify,
      .join = loader->store ? join : NULL,
      .context = loader,
  };
  uint32_t capacity = loader->batch ? loader->batch->capacity : 0;
  arrow_import_clear(own);
  problems_at(&loader->account.problems, TEXT(""), 0);
  bareme_status status = import_init(&own->import, loader->program, &loader->memory, &context,
                                     capacity, &stream->schema.schema, failure);
  if (status == BAREME_OK)
    own->opened = stream->opened;
  return status;
}

/* When its records begin to be decoded, the account has nothing else in it.  What
 * columns are not there was told when the stream was opened. */
static bool follow(struct loader *loader, const struct arrow_rows *rows) {
  struct arrow_import *own = loader->arrow;
  if (own->opened != rows->stream->opened) {
    if (arrow_import_open(loader, rows->stream, NULL) != BAREME_OK)
      return false;
    problems_forget(&loader->account.problems);
  }
  if (own->bound == rows->batch->number)
    return true;
  bool bound = import_give(&own->import, &rows->batch->array, NULL) == BAREME_OK;
  own->bound = bound ? rows->batch->number : 0;
  return bound;
}

/* ---- decoding ----------------------------------------------------------------------- */

/* What the import found, as an account.  False if out of memory. */
static bool fill_account(struct account *account, const struct import *import) {
  const struct reject reject = {{NULL, 0}, account->problems.line, import->cause};
  bool room = import->status != BAREME_NO_MEMORY;
  account->records += import->records;
  account->accepted += import->accepted;
  event_counts_add(&account->events, &import->counts);
  account->stopped = import->status == BAREME_REJECTED;
  account->cause = reject;
  for (uint64_t i = 0; room && i < import->rejected; i++)
    room = account_reject(account, &reject);
  return room;
}

bool lead_rows(struct loader *loader, struct arrow_rows *rows) {
  struct import *import = &loader->arrow->import;
  if (!follow(loader, rows))
    return false;
  problems_at(&loader->account.problems, TEXT(""), 0);
  import_select(import, rows->batch->before, (int64_t)rows->next, (int64_t)rows->end);
  import_rows(import, loader->batch);
  rows->next = rows->end - (size_t)import_left(import);
  return fill_account(&loader->account, import);
}

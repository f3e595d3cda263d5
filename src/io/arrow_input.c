/* arrow_input.c - leads from an Arrow stream, for a reader.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_input.h"

#include "io/event_store.h"
#include "io/reader_parts.h"

void arrow_input_init(struct arrow_input *input, const struct memory *memory, struct feed *feed) {
  *input = (struct arrow_input){0};
  arrow_stream_init(&input->stream, memory, feed);
}

void arrow_input_clear(struct arrow_input *input) {
  import_clear(&input->import);
  arrow_stream_clear(&input->stream);
}

/* ---- what an import asks of the reader ------------------------------------------ */

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

/* ---- opening ----------------------------------------------------------------------- */

/* Tells which columns are not there. */
static bareme_status enter_schema(struct reader *reader, bareme_failure *failure) {
  const struct origin origin = {reader->file, 1};
  return ledger_enter(&reader->ledger, &reader->loader.account, &origin, failure);
}

static bareme_status begin_import(struct reader *reader, uint32_t capacity,
                                  bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  struct loader *loader = &reader->loader;
  const struct import_context context = {
      .labels = reader->schema.labels,
      .problems = &loader->account.problems,
      .strict = loader->strict,
      .identify = identify,
      .join = loader->store ? join : NULL,
      .context = loader,
  };
  bareme_failure why = {""};
  account_reset(&loader->account);
  problems_at(&loader->account.problems, reader->file, 0);
  import_clear(&input->import);
  bareme_status status = import_init(&input->import, loader->program, &reader->memory, &context,
                                     capacity, &input->stream.schema.schema, &why);
  if (status == BAREME_OK)
    return enter_schema(reader, failure);
  if (status == BAREME_NO_MEMORY)
    return failure_memory(failure);
  failure_set(failure, "%.*s: %s", (int)reader->file.length, reader->file.bytes, why.text);
  return BAREME_IO;
}

static bareme_status open_input(struct reader *reader, uint32_t capacity, bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  if (reader->ledger.has_rejects) {
    failure_set(failure,
                "%.*s: records of Arrow have no bytes of their own that could be kept: files of "
                "rejects are for NDJSON, JSON and CSV",
                (int)reader->file.length, reader->file.bytes);
    return BAREME_IO;
  }
  bareme_status status = arrow_stream_open(&input->stream, reader->file.bytes, failure);
  if (status == BAREME_OK)
    status = begin_import(reader, capacity, failure);
  input->is_open = status == BAREME_OK;
  return status;
}

/* ---- reading --------------------------------------------------------------------------- */

/* What the import found, as an account.  False if out of memory. */
static bool fill_account(struct reader *reader) {
  struct account *account = &reader->loader.account;
  const struct import *import = &reader->arrow.import;
  const struct reject reject = {{NULL, 0}, account->problems.line, import->cause};
  bool room = import->status != BAREME_NO_MEMORY;
  account->records = import->records;
  account->accepted = import->accepted;
  event_counts_add(&account->events, &import->counts);
  account->stopped = import->status == BAREME_REJECTED;
  account->cause = reject;
  for (uint64_t i = 0; room && i < import->rejected; i++)
    room = account_reject(account, &reject);
  return room;
}

static bool import_some(struct reader *reader, struct batch *batch) {
  struct import *import = &reader->arrow.import;
  import->records = import->accepted = import->rejected = 0;
  import->counts = (struct event_counts){0};
  import->status = BAREME_OK;
  problems_at(&reader->loader.account.problems, reader->file, 0);
  import_rows(import, batch);
  return fill_account(reader);
}

/* Imports, and once more if some of the leads came before. */
static bareme_status import_and_judge(struct reader *reader, struct batch *batch,
                                      bareme_failure *failure) {
  struct loader *loader = &reader->loader;
  struct import *import = &reader->arrow.import;
  int64_t left = import_left(import);
  bool repeat;
  account_reset(&loader->account);
  bool imported = import_some(reader, batch);
  bareme_status status = ledger_judge(&reader->ledger, &loader->account, &repeat, failure);
  if (repeat) {
    import_back(import, left - import_left(import));
    batch_reset(batch);
    loader_repeat(loader);
    imported = import_some(reader, batch) && imported;
  }
  return status == BAREME_OK && !imported ? failure_memory(failure) : status;
}

static bareme_status read_rows(struct reader *reader, struct batch *batch,
                               bareme_failure *failure) {
  const struct origin origin = {reader->file, 1}; /* rows are counted from 1 already */
  bareme_failure why = {""};
  bareme_status imported = import_and_judge(reader, batch, &why);
  bareme_status status = ledger_enter(&reader->ledger, &reader->loader.account, &origin, failure);
  if (status != BAREME_OK || imported == BAREME_OK)
    return status;
  if (failure)
    *failure = why;
  return imported;
}

/* The next message of the stream with rows. */
static bareme_status next_message(struct arrow_input *input, bareme_failure *failure) {
  bareme_failure why = {""};
  bareme_status status = arrow_stream_next(&input->stream, &input->array, failure);
  if (status != BAREME_OK)
    return status;
  status = import_give(&input->import, &input->array, &why);
  if (status == BAREME_OK)
    return BAREME_OK;
  if (status == BAREME_NO_MEMORY)
    return failure_memory(failure);
  failure_set(failure, "%s: %s", input->stream.name, why.text);
  return BAREME_IO;
}

bareme_status arrow_input_read(struct reader *reader, struct batch *batch,
                               bareme_failure *failure) {
  struct arrow_input *input = &reader->arrow;
  bareme_status status = BAREME_OK;
  reader->loader.batch = batch;
  if (!input->is_open)
    status = open_input(reader, batch->capacity, failure);
  while (status == BAREME_OK && batch->count == 0) {
    if (import_left(&input->import) == 0)
      status = next_message(input, failure);
    else
      status = read_rows(reader, batch, failure);
  }
  if (status != BAREME_OK)
    input->is_open = false;
  return status;
}

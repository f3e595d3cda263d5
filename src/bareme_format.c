/* bareme_format.c - a policy's text in its one layout.
 *
 *   bytes --parse--> tree --print--> bytes, parsed again and compared --> sink
 *
 * Only the syntax is looked at: a policy whose names are wrong can be
 * formatted, and so can a module by itself.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "limits.h"
#include "syntax/parse.h"
#include "syntax/print.h"

static bareme_status refuse(const bareme_report *report) {
  bool told = report->diags.errors > 0 && !report->diags.out_of_memory;
  return told ? BAREME_INVALID_POLICY : BAREME_NO_MEMORY;
}

static bareme_status refuse_size(bareme_report *report, struct text name) {
  if (sources_add(&report->sources, name, TEXT("")) == UINT32_MAX)
    return BAREME_NO_MEMORY;
  diag_error(&report->diags, E0501, (struct span){0},
             "the file has more than %u bytes, and was not read", LIMIT_SOURCE_BYTES);
  return BAREME_INVALID_POLICY;
}

static bareme_status format(bareme_report *report, struct text name, struct text bytes,
                            bareme_failure *failure, struct text *text) {
  if (bytes.length > LIMIT_SOURCE_BYTES)
    return refuse_size(report, name);
  struct tree tree;
  uint32_t source = sources_add(&report->sources, name, bytes);
  if (source == UINT32_MAX)
    return BAREME_NO_MEMORY;
  if (!parse_source(&report->arena, &report->sources, source, &report->diags, &tree))
    return refuse(report);
  switch (print_tree(&report->arena, &report->sources, &tree, text)) {
  case PRINT_DONE: return BAREME_OK;
  case PRINT_NO_MEMORY: return BAREME_NO_MEMORY;
  case PRINT_CHANGED: break;
  }
  failure_set(failure,
              "%.*s: formatting would change what it says, so it is left as it is; this is a "
              "mistake of Bareme's, not yours: please report it",
              TEXT_ARGS(name));
  return BAREME_INTERNAL;
}

/* The report quotes the source, so it has a copy of its own. */
static bareme_status format_copy(bareme_report *report, const char *name, struct text bytes,
                                 bareme_failure *failure, struct text *text) {
  bool copied_name, copied = true;
  struct text own_name = arena_text(&report->arena, text_from(name), &copied_name);
  if (bytes.length <= LIMIT_SOURCE_BYTES)
    bytes = arena_text(&report->arena, bytes, &copied);
  if (!copied_name || !copied)
    return BAREME_NO_MEMORY;
  return format(report, own_name, bytes, failure, text);
}

bareme_status bareme_source_format(const char *name, const char *bytes, size_t length,
                                   bareme_report **report, bareme_failure *failure,
                                   const bareme_sink *sink) {
  if (report)
    *report = NULL;
  if (!name || (!bytes && length > 0) || !sink)
    return BAREME_INVALID_ARGUMENT;
  bareme_report *own = report_new(&memory_standard);
  if (!own)
    return BAREME_NO_MEMORY;
  struct text text = {NULL, 0};
  bareme_status status = format_copy(own, name, (struct text){bytes, length}, failure, &text);
  if (!report_close(own))
    status = BAREME_NO_MEMORY;
  if (status == BAREME_OK)
    sink->put(sink->context, text.bytes, text.length);
  if (status == BAREME_NO_MEMORY)
    failure_set(failure, "out of memory");
  if (report && status != BAREME_NO_MEMORY)
    *report = own;
  else
    bareme_report_free(own);
  return status;
}

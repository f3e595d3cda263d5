/* bareme_report.c - what is wrong with a policy, handed out to the caller.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include <stdio.h>
#include <string.h>

bareme_report *report_new(const struct memory *memory) {
  bareme_report *report = memory_zeroed(memory, 1, sizeof *report);
  if (!report)
    return NULL;
  report->memory = *memory;
  arena_init(&report->arena, memory);
  sources_init(&report->sources, &report->arena);
  diags_init(&report->diags, &report->arena);
  return report;
}

bool report_close(bareme_report *report) {
  diags_sort(&report->diags);
  size_t count = 0;
  for (const struct diag *diag = report->diags.first; diag; diag = diag->next)
    count++;
  if (count > 0) {
    report->items = arena_array(&report->arena, count, sizeof *report->items);
    if (!report->items)
      return false;
  }
  for (const struct diag *diag = report->diags.first; diag; diag = diag->next)
    report->items[report->count++] = diag;
  return !report->diags.out_of_memory;
}

void bareme_report_free(bareme_report *report) {
  if (!report)
    return;
  struct memory memory = report->memory;
  sources_clear(&report->sources);
  arena_clear(&report->arena);
  memory_free(&memory, report, 1, sizeof *report);
}

size_t bareme_report_errors(const bareme_report *report) {
  return report->diags.errors;
}

size_t bareme_report_warnings(const bareme_report *report) {
  return report->diags.warnings;
}

size_t bareme_report_count(const bareme_report *report) {
  return report->count;
}

bool bareme_report_finding(const bareme_report *report, size_t index, bareme_finding *finding) {
  if (index >= report->count)
    return false;
  const struct diag *diag = report->items[index];
  const struct source *source = &report->sources.items[diag->span.source];
  struct place begin = source_place(source, diag->span.begin);
  struct place end = source_place(source, diag->span.end);
  *finding = (bareme_finding){
      .code = error_code_name(diag->code),
      .is_error = diag->severity == SEVERITY_ERROR,
      .message = diag->message,
      .help = diag->help,
      .file = public_text(source->name),
      .line = begin.line,
      .column = begin.column,
      .end_line = end.line,
      .end_column = end.column,
  };
  return true;
}

void bareme_report_render(const bareme_report *report, bool colour, const bareme_sink *sink) {
  struct diag_sink out = {sink->put, sink->context, colour};
  for (size_t i = 0; i < report->count; i++)
    diag_render(report->items[i], &report->sources, &out);
  if (report->diags.dropped == 0)
    return;
  char more[80];
  int length =
      snprintf(more, sizeof more, "... and %zu more that are not shown\n", report->diags.dropped);
  sink->put(sink->context, more, (size_t)length);
}

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

/* From the first to behind the last character. */
struct extent {
  bareme_text file;
  struct place begin, end;
};

static struct extent extent_of(const bareme_report *report, struct span span) {
  const struct source *source = &report->sources.items[span.source];
  return (struct extent){public_text(source->name), source_place(source, span.begin),
                         source_place(source, span.end)};
}

static bareme_text line_of(const struct source *source, uint32_t line) {
  uint32_t begin = source->lines[line - 1];
  size_t end = line < source->line_count ? source->lines[line] : source->bytes.length;
  while (end > begin &&
         (source->bytes.bytes[end - 1] == '\n' || source->bytes.bytes[end - 1] == '\r'))
    end--;
  return public_text((struct text){source->bytes.bytes + begin, end - begin});
}

bareme_text bareme_report_line(const bareme_report *report, bareme_text file, uint32_t line) {
  const struct text name = {file.bytes, file.length};
  for (size_t i = 0; i < report->sources.count; i++) {
    const struct source *source = &report->sources.items[i];
    if (text_equal(source->name, name))
      return line >= 1 && line <= source->line_count ? line_of(source, line)
                                                     : (bareme_text){NULL, 0};
  }
  return (bareme_text){NULL, 0};
}

static size_t count_notes(const struct diag *diag) {
  size_t count = 0;
  for (const struct diag_note *note = diag->notes; note; note = note->next)
    count++;
  return count;
}

static void put_fix(const bareme_report *report, const struct diag *diag, bareme_finding *finding) {
  struct extent extent = extent_of(report, diag->fix_span);
  finding->has_fix = true;
  finding->fix = diag->fix_text;
  finding->fix_line = extent.begin.line;
  finding->fix_column = extent.begin.column;
  finding->fix_end_line = extent.end.line;
  finding->fix_end_column = extent.end.column;
}

bool bareme_report_finding(const bareme_report *report, size_t index, bareme_finding *finding) {
  if (index >= report->count)
    return false;
  const struct diag *diag = report->items[index];
  struct extent extent = extent_of(report, diag->span);
  *finding = (bareme_finding){
      .code = error_code_name(diag->code),
      .is_error = diag->severity == SEVERITY_ERROR,
      .message = diag->message,
      .help = diag->help,
      .file = extent.file,
      .line = extent.begin.line,
      .column = extent.begin.column,
      .end_line = extent.end.line,
      .end_column = extent.end.column,
      .source_line = line_of(&report->sources.items[diag->span.source], extent.begin.line),
      .note_count = count_notes(diag),
  };
  if (diag->has_fix && diag->fix_text && diag->fix_span.source == diag->span.source)
    put_fix(report, diag, finding);
  return true;
}

bool bareme_report_note(const bareme_report *report, size_t index, size_t note_index,
                        bareme_note *note) {
  const struct diag_note *found = index < report->count ? report->items[index]->notes : NULL;
  for (size_t i = 0; found && i < note_index; i++)
    found = found->next;
  if (!found)
    return false;
  struct extent extent = extent_of(report, found->span);
  *note = (bareme_note){
      .message = found->message,
      .file = extent.file,
      .line = extent.begin.line,
      .column = extent.begin.column,
      .end_line = extent.end.line,
      .end_column = extent.end.column,
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

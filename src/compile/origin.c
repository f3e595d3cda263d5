/* origin.c - which criterion each instruction is for, and where that is written.
 *
 * Lowering opens a criterion, emits, and closes it.
 *
 * An instruction belongs to the criterion that first asks for it.  Places are
 * kept as offsets and become lines at the end, for what is kept at all: code
 * mostly follows the text, so the line is nearly always the last one or the
 * next.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

static bool is_on_line(const struct source *source, uint32_t line, uint32_t offset) {
  return line >= 1 && line <= source->line_count && source->lines[line - 1] <= offset &&
         (line == source->line_count || offset < source->lines[line]);
}

uint32_t find_line(struct build *build, uint32_t index, uint32_t offset) {
  const struct source *source = &build->model->sources->items[index];
  uint32_t line = build->line.line + 1;
  if (!is_on_line(source, line, offset))
    line = source_line(source, offset);
  bool known = is_on_line(source, line, offset);
  uint32_t begin = known ? source->lines[line - 1] : 0;
  uint32_t end = known && line < source->line_count ? source->lines[line] : UINT32_MAX;
  build->line = (struct line_hint){index, line, begin, known ? end - begin : 0};
  return line;
}

static void add_criterion(struct build *build, enum criterion_kind kind, struct text name,
                          struct span place, const struct expr *expr) {
  struct program_criterion made = {
      .kind = kind,
      .outer = build->origin.criterion,
      .line = PROGRAM_NONE,
      .source_name = place.source,
      .source_line = line_at(build, place.source, place.begin),
      .name = keep_text(build, name),
      .source = expr ? keep_source(build, expr->span) : TEXT(""),
  };
  struct program_criterion *criterion =
      list_add(build, &build->criteria, sizeof(struct program_criterion));
  if (criterion)
    *criterion = made;
}

struct origin begin_criterion(struct build *build, enum criterion_kind kind, struct text name,
                              struct span place, const struct expr *expr) {
  struct origin outer = build->origin;
  uint32_t criterion = (uint32_t)build->criteria.count;
  add_criterion(build, kind, name, place, expr);
  build->origin = (struct origin){criterion, place.source, place.begin, false};
  return outer;
}

void end_criterion(struct build *build, struct origin outer) {
  build->origin = outer;
}

struct program_criterion *current_criterion(struct build *build) {
  if (build->failed)
    return NULL;
  return (struct program_criterion *)build->criteria.items + build->origin.criterion;
}

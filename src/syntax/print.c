/* print.c - the formatter: prints, reads again, compares.
 *
 * How it prints is told in sheet.h.  Nothing leaves before it has been parsed
 * again and its tree compared with the one it was printed from, comments
 * included: a formatter that may damage a policy is worse than none.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/print.h"

#include "syntax/compare.h"
#include "syntax/parse.h"
#include "syntax/sheet.h"

static enum print_result print(struct arena *arena, const struct sources *sources,
                               const struct tree *tree, struct text *text) {
  struct sheet sheet;
  struct rows rows;
  if (!sheet_read(&sheet, arena, sources, tree))
    return PRINT_NO_MEMORY;
  mark_tree(&sheet);
  if (sheet.failed || !rows_make(&sheet, &rows) || !layout_rows(&sheet, &rows, text))
    return PRINT_NO_MEMORY;
  return PRINT_DONE;
}

static enum print_result verify(struct arena *arena, const struct sources *original,
                                const struct tree *tree, struct text text) {
  struct sources sources;
  struct diags diags;
  struct tree again;
  sources_init(&sources, arena);
  diags_init(&diags, arena);
  uint32_t source = sources_add(&sources, original->items[tree->source].name, text);
  enum print_result result = PRINT_CHANGED;
  if (source == UINT32_MAX)
    result = PRINT_NO_MEMORY;
  else if (!parse_source(arena, &sources, source, &diags, &again))
    result = diags.out_of_memory ? PRINT_NO_MEMORY : PRINT_CHANGED;
  else if (tree_equal((struct reading){original, tree}, (struct reading){&sources, &again}))
    result = PRINT_DONE;
  sources_clear(&sources);
  return result;
}

enum print_result print_tree(struct arena *arena, const struct sources *sources,
                             const struct tree *tree, struct text *text) {
  *text = TEXT("");
  struct text printed;
  enum print_result result = print(arena, sources, tree, &printed);
  if (result == PRINT_DONE)
    result = verify(arena, sources, tree, printed);
  if (result == PRINT_DONE)
    *text = printed;
  return result;
}

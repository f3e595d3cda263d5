/* labels.c - closed sets: `one of`, stages, bands, grids, choices.
 *
 * Labels are compared without regard to case, so two labels that differ in
 * case only are the same one.  Each set has a space of its own in the symbol
 * table, where its labels are found folded.  Sets of `one of` with the same
 * labels in the same order are one set: two fields of that type compare.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/unicode.h"
#include "check/checker.h"

#include <string.h>

/* The model's set, and where its labels are found. */
struct labels_found {
  struct label_set set; /* first, so that the one can be taken for the other */
  uint32_t space;
};

void labels_begin(struct checker *c, struct labels_build *build) {
  *build = (struct labels_build){.space = symbols_space(c), .numeric = true};
}

uint32_t labels_add(struct checker *c, struct labels_build *build, struct text label,
                    struct text text, struct span span, bool *added) {
  struct text folded = check_fold(c, label);
  const struct symbol *known = symbols_find(c, build->space, folded);
  *added = !known;
  if (known)
    return known->index;
  struct symbol *symbol = symbols_add(c, build->space, folded, SYMBOL_LABEL, span);
  struct text *label_slot = growing_add(c, &build->labels, sizeof *label_slot);
  struct text *text_slot = growing_add(c, &build->texts, sizeof *text_slot);
  if (!symbol || !label_slot || !text_slot)
    return 0;
  double number;
  if (!number_parse(label, &number))
    build->numeric = false;
  *label_slot = label;
  *text_slot = text;
  symbol->index = build->labels.count - 1;
  return symbol->index;
}

static const double *label_numbers(struct checker *c, const struct label_set *set) {
  double *numbers = check_array(c, set->count, sizeof *numbers);
  for (uint32_t i = 0; numbers && i < set->count; i++)
    number_parse(set->labels[i], &numbers[i]);
  return numbers;
}

const struct label_set *labels_end(struct checker *c, struct labels_build *build,
                                   struct text name) {
  struct labels_found *found = check_alloc(c, sizeof *found);
  if (!found)
    return NULL;
  found->space = build->space;
  found->set = (struct label_set){.name = name,
                                  .count = build->labels.count,
                                  .labels = build->labels.items,
                                  .texts = build->texts.items,
                                  .numeric = build->numeric && build->labels.count > 0};
  if (found->set.numeric)
    found->set.numbers = label_numbers(c, &found->set);
  return &found->set;
}

uint32_t labels_find(struct checker *c, const struct label_set *labels, struct text label) {
  const struct labels_found *found = (const struct labels_found *)labels;
  const struct symbol *symbol = symbols_find(c, found->space, check_fold(c, label));
  return symbol ? symbol->index : UINT32_MAX;
}

/* ---- one of ---------------------------------------------------------------------- */

/* The labels as one text, by which an equal set is found. */
static struct text set_key(struct checker *c, const struct name_list *list) {
  size_t length = 0;
  for (const struct name_list *item = list; item; item = item->next)
    length += item->name.text.length + 1;
  char *bytes = check_array(c, length, 1);
  if (!bytes)
    return (struct text){NULL, 0};
  size_t at = 0;
  for (const struct name_list *item = list; item; item = item->next) {
    if (item->name.text.length)
      memcpy(bytes + at, item->name.text.bytes, item->name.text.length);
    at += item->name.text.length;
    bytes[at++] = '\0';
  }
  return (struct text){bytes, length};
}

const struct label_set *labels_one_of(struct checker *c, const struct name_list *list,
                                      struct text owner) {
  struct text key = set_key(c, list);
  const struct symbol *known = symbols_find(c, c->label_sets, key);
  if (known)
    return known->labels;
  struct labels_build build;
  labels_begin(c, &build);
  build.numeric = false;
  for (const struct name_list *item = list; item; item = item->next) {
    bool added;
    labels_add(c, &build, item->name.text, (struct text){NULL, 0}, item->name.span, &added);
    if (!added)
      diag_error(c->diags, E0409, item->name.span, "`%.*s` is listed twice in `one of`",
                 TEXT_ARGS(item->name.text));
  }
  build.numeric = false;
  struct symbol *symbol = symbols_add(c, c->label_sets, key, SYMBOL_LABEL_SET, (struct span){0});
  if (!symbol)
    return NULL;
  return symbol->labels = labels_end(c, &build, owner);
}

/* ---- messages -------------------------------------------------------------------- */

void report_unknown_label(struct checker *c, struct span span, struct text label,
                          const struct label_set *labels) {
  bool stages = labels == c->model->stage_labels;
  struct diag *diag =
      stages ? diag_error(c->diags, E0210, span, "there is no stage `%.*s`", TEXT_ARGS(label))
             : diag_error(c->diags, E0210, span, "`%.*s` is not a label of `%.*s`",
                          TEXT_ARGS(label), TEXT_ARGS(labels->name));
  struct suggestion suggestion = suggest(c, label);
  for (uint32_t i = 0; i < labels->count; i++)
    suggest_offer(&suggestion, labels->labels[i]);
  const char *all = labels_words(c, labels);
  const char *what = stages ? "the stages are" : "its labels are";
  if (suggestion.best.length)
    diag_help(c->diags, diag, "did you mean `%.*s`? (%s %s)", TEXT_ARGS(suggestion.best), what,
              all);
  else
    diag_help(c->diags, diag, "%s %s", what, all);
}

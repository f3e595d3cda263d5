/* words.c - how messages speak of types and expressions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* A longer piece of source in the middle of a sentence is not read. */
enum { SNIPPET_BYTES = 60 };

static const char *or_empty(struct checker *c, const char *words) {
  if (!words)
    c->out_of_memory = true;
  return words ? words : "";
}

const char *type_words(struct checker *c, struct type type) {
  switch (type.kind) {
  case TYPE_BOOL: return "a condition";
  case TYPE_NUMBER: return "a number";
  case TYPE_TEXT: return "a text";
  case TYPE_TIME: return "an instant";
  case TYPE_DURATION: return "a duration";
  case TYPE_TEXTS: return "a list of texts";
  case TYPE_LABEL:
    if (type.labels == c->model->stage_labels)
      return "a stage";
    return or_empty(c, arena_format(c->arena, "a label of `%.*s`", TEXT_ARGS(type.labels->name)));
  case TYPE_ERROR: break;
  }
  return "unknown";
}

/* The first line of what is written there, cut if it is long. */
static struct text snippet(struct checker *c, struct span span, bool *cut) {
  struct text text = span_text(c->sources, span);
  size_t length = 0;
  while (length < text.length && length < SNIPPET_BYTES && text.bytes[length] != '\n' &&
         text.bytes[length] != '\r')
    length++;
  *cut = length < text.length;
  while (*cut && length > 0 && ((unsigned char)text.bytes[length] & 0xC0) == 0x80)
    length--;
  return (struct text){text.bytes, length};
}

const char *expr_words(struct checker *c, const struct expr *expr) {
  bool cut;
  struct text text = snippet(c, expr->span, &cut);
  const char *kind = expr->kind == EXPR_NUMBER     ? "the number "
                     : expr->kind == EXPR_TEXT     ? "the text "
                     : expr->kind == EXPR_DURATION ? "the duration "
                     : expr->kind == EXPR_INSTANT  ? "the instant "
                                                   : NULL;
  if (kind)
    return or_empty(c, arena_format(c->arena, "%s%.*s%s", kind, TEXT_ARGS(text), cut ? "…" : ""));
  return or_empty(c, arena_format(c->arena, "`%.*s%s`", TEXT_ARGS(text), cut ? " …" : ""));
}

const char *expr_words_typed(struct checker *c, const struct expr *expr) {
  const char *words = expr_words(c, expr);
  if (expr_is_literal(expr) && expr->kind != EXPR_BOOL)
    return words;
  return or_empty(c, arena_format(c->arena, "%s (%s)", words, expr_type_words(c, expr)));
}

const char *literal_words(struct checker *c, struct type type) {
  return type.kind == TYPE_BOOL ? "`true` or `false`" : type_words(c, type);
}

bool word_is_unit(struct text word) {
  static const char *const units[] = {"second", "minute", "hour", "day", "week", "month", "year"};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    struct text unit = text_from(units[i]);
    if (word.length >= unit.length && word.length <= unit.length + 1 &&
        text_starts_with(word, unit) &&
        (word.length == unit.length || word.bytes[unit.length] == 's'))
      return true;
  }
  return false;
}

/* That `interest` is a label of `interest` tells nobody anything. */
const char *expr_type_words(struct checker *c, const struct expr *expr) {
  if (expr->type.kind == TYPE_LABEL && expr->kind == EXPR_NAME &&
      text_equal(expr->type.labels->name, expr->name->text) &&
      expr->type.labels != c->model->stage_labels)
    return "a label";
  return type_words(c, expr->type);
}

const char *expr_source(struct checker *c, const struct expr *expr) {
  bool cut;
  struct text text = snippet(c, expr->span, &cut);
  return or_empty(c, arena_format(c->arena, "%.*s%s", TEXT_ARGS(text), cut ? " …" : ""));
}

/* `a`, `b` and `c`; of a long set the first ones. */
const char *labels_words(struct checker *c, const struct label_set *labels) {
  enum { SHOWN = 12 };
  const char *words = "";
  for (uint32_t i = 0; i < labels->count && i < SHOWN; i++) {
    const char *between = i == 0 ? "" : i + 1 == labels->count ? " and " : ", ";
    words = or_empty(
        c, arena_format(c->arena, "%s%s`%.*s`", words, between, TEXT_ARGS(labels->labels[i])));
  }
  if (labels->count > SHOWN)
    words = or_empty(c, arena_format(c->arena, "%s and %u more", words, labels->count - SHOWN));
  return words;
}

/* parse.c - from bytes to a tree.
 *
 * The source is copied once, with NUL bytes behind it as the scanner wants them.
 * In the copy every byte that is not text - invalid UTF-8, NUL, the byte-order
 * mark - is replaced by a harmless one of the same length, after it was
 * reported.  So offsets stay those of the source, and everything behind this
 * point works on valid UTF-8 without NUL.
 *
 * There are two parsers of the one grammar.  To say what could have stood where
 * something else stands, bison must go through its automaton twice for each token
 * (`parse.lac`); so a source is parsed without that at first, and only if there is
 * a syntax error, it is parsed anew from the start by the one that can explain it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/parse.h"

#include "base/unicode.h"
#include "syntax/tokens.h"

#include <string.h>

/* A file that is not text at all has them everywhere. */
#define MOST_BAD_BYTES 10

static bool is_continuation(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Replaces what is not UTF-8 by `_`, which may stand in words and texts; one
 * message for each run. */
static void clean_utf8(struct parser *parser, char *bytes, size_t length) {
  size_t at = 0;
  for (unsigned count = 0; at < length; count++) {
    size_t bad = at + utf8_error((struct text){bytes + at, length - at});
    if (bad >= length)
      return;
    size_t end = bad;
    do
      bytes[end++] = '_';
    while (end < length && is_continuation(bytes[end]));
    if (count < MOST_BAD_BYTES) {
      struct diag *diag =
          slip_error(parser, E0102, (struct place_range){(uint32_t)bad, (uint32_t)end},
                     "this is not UTF-8, at byte %zu", bad);
      diag_help(parser->diags, diag, "save the file as UTF-8");
    }
    at = end;
  }
}

static void clean_nul(struct parser *parser, char *bytes, size_t length) {
  char *at = memchr(bytes, '\0', length);
  for (unsigned count = 0; at; count++) {
    char *end = at;
    while (end < bytes + length && *end == '\0')
      *end++ = ' ';
    if (count < MOST_BAD_BYTES)
      slip_error(parser, E0103,
                 (struct place_range){(uint32_t)(at - bytes), (uint32_t)(end - bytes)},
                 "a NUL byte stands in the text, at byte %zu", (size_t)(at - bytes));
    at = memchr(end, '\0', (size_t)(bytes + length - end));
  }
}

static bool is_utf16(struct text text) {
  return text.length >= 2 &&
         (memcmp(text.bytes, "\xFF\xFE", 2) == 0 || memcmp(text.bytes, "\xFE\xFF", 2) == 0);
}

/* The clean copy.  False if out of memory. */
static bool copy_source(struct parser *parser, struct text text) {
  char *bytes = scanner_copy(parser->arena, text);
  if (!bytes)
    return false;
  clean_utf8(parser, bytes, text.length);
  clean_nul(parser, bytes, text.length);
  parser->bytes = (struct text){bytes, text.length};
  return true;
}

/* What cannot be read at all. */
static bool refuse_source(struct parser *parser, struct text text) {
  struct place_range start = {0, 0};
  if (text.length > LIMIT_SOURCE_BYTES) {
    slip_error(parser, E0501, start, "a policy has at most %u bytes; this file has %zu",
               (unsigned)LIMIT_SOURCE_BYTES, text.length);
    return true;
  }
  if (is_utf16(text)) {
    struct diag *diag = slip_error(parser, E0102, start, "this file is UTF-16");
    diag_help(parser->diags, diag, "save it as UTF-8");
    return true;
  }
  return false;
}

static void refuse_empty(struct parser *parser) {
  struct diag *diag =
      slip_error(parser, E0104, (struct place_range){0, 0}, "there is no declaration in this file");
  diag_help(parser->diags, diag,
            "a policy begins with `policy \"Name\"`, a module with `module name`");
}

static struct comment *closed_comments(struct parser *parser) {
  struct comment *last = parser->comments;
  if (!last)
    return NULL;
  struct comment *first = last->next;
  last->next = NULL;
  return first;
}

static void read_source(struct parser *parser, struct text text) {
  int (*const read)(struct parser *) = parser->quick ? bareme_parse_quickly : bareme_parse;
  if (!copy_source(parser, text) || !tokens_open(parser) || read(parser) == 2)
    parser->out_of_memory = true;
}

static void parse(struct parser *parser, struct text text) {
  const struct parser fresh = *parser;
  const struct diags before = *parser->diags;
  if (refuse_source(parser, text))
    return;
  parser->quick = true;
  read_source(parser, text);
  if (parser->errors > 0 && !parser->out_of_memory) {
    diags_forget(parser->diags, &before);
    *parser = fresh;
    read_source(parser, text);
  }
  if (parser->out_of_memory)
    return;
  parser->tree->comments = closed_comments(parser);
  if (!parser->tree->decls && parser->diags->errors == before.errors)
    refuse_empty(parser);
}

bool parse_source(struct arena *arena, const struct sources *sources, uint32_t index,
                  struct diags *diags, struct tree *tree) {
  size_t before = diags->errors;
  struct parser *parser = arena_alloc(arena, sizeof *parser);
  *tree = (struct tree){.source = index};
  if (!parser) {
    diags->out_of_memory = true;
    return false;
  }
  parser->arena = arena;
  parser->sources = sources;
  parser->source = index;
  parser->diags = diags;
  parser->tree = tree;
  parse(parser, sources->items[index].bytes);
  if (parser->out_of_memory) {
    *tree = (struct tree){.source = index};
    diags->out_of_memory = true;
  }
  return !parser->out_of_memory && diags->errors == before;
}

/* ---- one constant ------------------------------------------------------- */

static bool is_literal(int kind) {
  return kind == TOKEN_NUMBER || kind == TOKEN_DURATION || kind == TOKEN_INSTANT;
}

static struct expr *constant(struct parser *parser) {
  struct token token = tokens_plain(parser);
  bool negative = token.kind == TOKEN_MINUS || token.kind == TOKEN_RULE_MINUS;
  uint32_t begin = token.range.begin;
  if (negative)
    token = tokens_plain(parser);
  struct place_range range = {begin, token.range.end};
  if (tokens_plain(parser).kind != TOKEN_END)
    return NULL;
  if (is_literal(token.kind)) {
    if (negative && token.kind == TOKEN_INSTANT)
      return NULL;
    return negative ? expr_negative(parser, token.expr, range) : token.expr;
  }
  if (negative)
    return NULL;
  if (token.kind == TOKEN_TRUE || token.kind == TOKEN_FALSE)
    return expr_bool(parser, token.kind == TOKEN_TRUE, range);
  if (token.kind == TOKEN_STRING || token.kind == TOKEN_NAME || token.kind == TOKEN_LABEL ||
      word_spelling(token.kind))
    return expr_text(parser, token.text, range);
  return NULL;
}

bool parse_constant(struct arena *arena, struct text text, struct expr **expr) {
  struct diags diags;
  *expr = NULL;
  if (text.length > LIMIT_TEXT_BYTES)
    return true;
  struct parser *parser = arena_alloc(arena, sizeof *parser);
  if (!parser)
    return false;
  diags_init(&diags, arena);
  parser->arena = arena;
  parser->diags = &diags;
  if (!copy_source(parser, text) || !tokens_open(parser))
    return false;
  struct expr *read = constant(parser);
  if (diags.errors == 0)
    *expr = read;
  return !parser->out_of_memory && !diags.out_of_memory;
}

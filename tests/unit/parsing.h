/* parsing.h - what the tests of the parser share: a source becomes a tree, and
 * both the tree and the messages become text that a test can compare.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_PARSING_H
#define BAREME_TESTS_PARSING_H

#include "limits.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct parsing {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct tree tree;
  bool ok;
};

static inline void parsing_open(struct parsing *parsing, const struct memory *memory,
                                struct text source) {
  memset(parsing, 0, sizeof *parsing);
  arena_init(&parsing->arena, memory);
  sources_init(&parsing->sources, &parsing->arena);
  diags_init(&parsing->diags, &parsing->arena);
  uint32_t index = sources_add(&parsing->sources, TEXT("policy.bareme"), source);
  if (index != UINT32_MAX)
    parsing->ok =
        parse_source(&parsing->arena, &parsing->sources, index, &parsing->diags, &parsing->tree);
}

static inline void parsing_close(struct parsing *parsing) {
  sources_clear(&parsing->sources);
  arena_clear(&parsing->arena);
}

/* The tree as nested lists; NUL-terminated. */
static inline const char *parsing_dump(struct parsing *parsing) {
  struct text text;
  assert_true(tree_dump(&parsing->arena, &parsing->tree, &text));
  return arena_format(&parsing->arena, "%.*s", TEXT_ARGS(text));
}

/* One line for each message: `E0101 2:5 message`. */
static inline const char *parsing_messages(struct parsing *parsing) {
  const char *all = "";
  diags_sort(&parsing->diags);
  for (const struct diag *diag = parsing->diags.first; diag; diag = diag->next) {
    struct place place = source_place(&parsing->sources.items[0], diag->span.begin);
    all = arena_format(&parsing->arena, "%s%s%s %u:%u %s", all, *all ? "\n" : "",
                       error_code_name(diag->code), (unsigned)place.line, (unsigned)place.column,
                       diag->message);
  }
  return all;
}

/* The source parses without a message, into this tree. */
static inline void assert_tree(const char *source, const char *tree) {
  struct parsing parsing;
  parsing_open(&parsing, &memory_standard, text_from(source));
  assert_string_equal(parsing_messages(&parsing), "");
  assert_true(parsing.ok);
  assert_string_equal(parsing_dump(&parsing), tree);
  parsing_close(&parsing);
}

/* The source gives exactly these messages. */
static inline void assert_messages(const char *source, const char *messages) {
  struct parsing parsing;
  parsing_open(&parsing, &memory_standard, text_from(source));
  assert_string_equal(parsing_messages(&parsing), messages);
  assert_false(parsing.ok);
  parsing_close(&parsing);
}

#endif

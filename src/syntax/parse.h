/* parse.h - text to tree.  Pure: no state but what is passed in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_PARSE_H
#define BAREME_SYNTAX_PARSE_H

#include "syntax/ast.h"

/* Parses the source `index` of `sources` into *tree, whose nodes live in the
 * arena.  Problems go to diags: lexical and syntax errors, with recovery at
 * the next rule, item or declaration, so that all of a file's errors come in
 * one run.  The tree then holds what could be read.  False if there was an
 * error or no memory.  Never recurses deeper than LIMIT_NESTING. */
bool parse_source(struct arena *arena, const struct sources *sources, uint32_t index,
                  struct diags *diags, struct tree *tree);

/* Parses one constant as `--set NAME=VALUE` gives it: a number, percent, text in
 * quotes, duration, instant, true or false; a bare word is a text.  *expr is NULL,
 * with nothing reported, if it is none of these.  False if out of memory. */
bool parse_constant(struct arena *arena, struct text text, struct expr **expr);

#endif

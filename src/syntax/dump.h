/* dump.h - a tree as text, for tests and for looking at what the parser made.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_DUMP_H
#define BAREME_SYNTAX_DUMP_H

#include "syntax/ast.h"

/* One line for each declaration, nested lists in parentheses:
 *
 *   (segment big "Big ones" (> company_size 1000))
 *
 * False if out of memory. */
bool tree_dump(struct arena *arena, const struct tree *tree, struct text *text);

/* The same of one expression. */
bool expr_dump(struct arena *arena, const struct expr *expr, struct text *text);

#endif

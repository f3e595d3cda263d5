/* print.h - a policy in its one layout.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_PRINT_H
#define BAREME_SYNTAX_PRINT_H

#include "syntax/ast.h"

/* Columns that a line has; what cannot be broken may go beyond. */
#define PRINT_COLUMNS 100

enum print_result {
  PRINT_DONE,
  PRINT_NO_MEMORY,
  PRINT_CHANGED /* a bug of ours: the text would not mean the same; *text is empty */
};

/* Prints a tree that was read without an error, with all its comments, into
 * the arena.  The text has been read again and compared with the tree: it says
 * the same, token for token. */
enum print_result print_tree(struct arena *arena, const struct sources *sources,
                             const struct tree *tree, struct text *text);

#endif

/* compare.h - do two trees say the same?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_COMPARE_H
#define BAREME_SYNTAX_COMPARE_H

#include "syntax/ast.h"

/* A tree and where it was read from. */
struct reading {
  const struct sources *sources;
  const struct tree *tree;
};

/* True if both say the same: names, literals as they were written, parentheses
 * and comments, everything but where it stands.  What the checker adds is not
 * looked at. */
bool tree_equal(struct reading a, struct reading b);

#endif

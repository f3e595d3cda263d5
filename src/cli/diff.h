/* diff.h - how two texts differ, line by line, in the unified format.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli/page.h"

/* Puts what leads from one text to the other, as `diff -u` and `patch` know it;
 * nothing if they are equal.  Out of memory, the page is. */
void diff_put(struct page *page, const char *name, bareme_text before, bareme_text after);

#endif

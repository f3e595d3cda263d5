/* shake.h - a policy's source with another layout.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_SHAKE_H
#define BAREME_TESTS_SHAKE_H

#include "base/arena.h"
#include "oracle/random.h"

/* The same words in the same order, with other blanks, line breaks and empty
 * lines between them, some blocks on one line, and with comments thrown in:
 * `#c0` to `#cN`, of which *comments tells how many.  It mostly says the same,
 * but not always: the caller has to look.  Empty if out of memory. */
struct text shake(struct arena *arena, struct random *random, struct text source,
                  uint32_t *comments);

#endif

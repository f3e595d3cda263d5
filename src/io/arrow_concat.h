/* arrow_concat.h - two arrays one behind the other: a dictionary and what is added to it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_CONCAT_H
#define BAREME_IO_ARROW_CONCAT_H

#include "bareme/arrow.h"
#include "base/arena.h"

/* Both as decoded, without offsets, of texts or of a fixed width.  The result
 * lies in the arena.  NULL: *why tells, which is NULL if out of memory. */
struct ArrowArray *arrow_concat(const struct ArrowArray *first, const struct ArrowArray *second,
                                const char *format, struct arena *arena, const char **why);

#endif

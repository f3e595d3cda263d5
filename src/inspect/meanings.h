/* meanings.h - what the values of registers stand for.
 *
 * The machine knows a label as an index and an instant as microseconds.  To
 * show them as people do, one must know of which closed set a label is, and
 * whether microseconds count from 1970 or are a duration.  Code is straight
 * and registers are written before they are read, so three walks along the
 * code find out: from fields onward, from results back, and onward again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INSPECT_MEANINGS_H
#define BAREME_INSPECT_MEANINGS_H

#include "code/program.h"

/* A meaning is an index into program->labels, or one of these.  The symbols of a
 * set of texts are MEANING_SYMBOLS + its index. */
#define MEANING_SYMBOLS  UINT32_C(0x80000000)
#define MEANING_TIME     (UINT32_MAX - 3)
#define MEANING_DURATION (UINT32_MAX - 2)
#define MEANING_EXCLUDE  (UINT32_MAX - 1) /* a label: index into program->excludes */
#define MEANING_NONE     UINT32_MAX

/* For each instruction of the section what its labels or its microseconds
 * mean: those it writes, or, if it writes neither, those it reads.  Freed by
 * memory_free(memory, meanings, section->code_count, sizeof *meanings); NULL if
 * out of memory, and for a section without code. */
uint32_t *meanings_find(const struct program *program, const struct section *section,
                        const struct memory *memory);

#endif

/* failure.h - what a call could not do, in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_FAILURE_H
#define BAREME_IO_FAILURE_H

#include "bareme/bareme.h"

/* Writes the text, cut to its room.  failure may be NULL. */
void failure_set(bareme_failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "NAME: what the system says of errno".  Returns BAREME_IO. */
bareme_status failure_errno(bareme_failure *failure, const char *name);

/* "out of memory".  Returns BAREME_NO_MEMORY. */
bareme_status failure_memory(bareme_failure *failure);

#endif

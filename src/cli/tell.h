/* tell.h - messages of the program itself, on standard error.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/command.h"

/* All begin with "bareme: " and return the status to end with. */
int tell_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));   /* EXIT_USAGE */
int tell_outside(const char *format, ...) __attribute__((format(printf, 1, 2))); /* EXIT_OUTSIDE */
int tell_no(const char *format, ...) __attribute__((format(printf, 1, 2)));      /* EXIT_NO */

/* What a failed call of the library means for the process.  Says why, unless
 * the report did so already. */
int tell_status(bareme_status status, const bareme_failure *failure);

#endif

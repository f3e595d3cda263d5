/* failure.c - what a call could not do, in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void failure_set(bareme_failure *failure, const char *format, ...) {
  if (!failure)
    return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
}

bareme_status failure_errno(bareme_failure *failure, const char *name) {
  char why[128];
  if (strerror_r(errno, why, sizeof why) != 0)
    snprintf(why, sizeof why, "error %d", errno);
  failure_set(failure, "%s: %s", name, why);
  return BAREME_IO;
}

bareme_status failure_memory(bareme_failure *failure) {
  failure_set(failure, "out of memory");
  return BAREME_NO_MEMORY;
}

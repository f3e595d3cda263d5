/* tell.c - messages of the program itself, on standard error.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/tell.h"

#include <stdarg.h>
#include <stdio.h>

static void tell(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static void tell(const char *format, va_list arguments) {
  fputs("bareme: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

int tell_usage(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tell(format, arguments);
  va_end(arguments);
  return EXIT_USAGE;
}

int tell_outside(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tell(format, arguments);
  va_end(arguments);
  return EXIT_OUTSIDE;
}

int tell_no(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tell(format, arguments);
  va_end(arguments);
  return EXIT_NO;
}

int tell_status(bareme_status status, const bareme_failure *failure) {
  const char *why = failure && failure->text[0] ? failure->text : bareme_status_text(status);
  switch (status) {
  case BAREME_OK:
  case BAREME_END: return EXIT_DONE;
  case BAREME_INVALID_POLICY: return EXIT_POLICY;
  case BAREME_INVALID_ARGUMENT: return tell_usage("%s", why);
  case BAREME_UNTRUSTED: tell_outside("%s", why); return EXIT_POLICY;
  case BAREME_REJECTED: tell_outside("%s", why); return EXIT_DATA;
  case BAREME_IO:
  case BAREME_NO_MEMORY:
  case BAREME_INTERNAL:
  case BAREME_FULL:
  case BAREME_WRONG_TYPE:
  case BAREME_INVALID_VALUE: break;
  }
  return tell_outside("%s", why);
}

/* arena_format.c - printf into an arena.
 *
 * Apart from arena.c because it needs the C library, which the virtual machine
 * does without.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

const char *arena_format_list(struct arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (length < 0)
    return NULL;
  char *bytes = arena_alloc(arena, (size_t)length + 1);
  if (bytes)
    vsnprintf(bytes, (size_t)length + 1, format, arguments);
  return bytes;
}

const char *arena_format(struct arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *bytes = arena_format_list(arena, format, arguments);
  va_end(arguments);
  return bytes;
}

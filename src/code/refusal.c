/* refusal.c - a few words and numbers, put together without the C library.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/refusal.h"

#include <stdarg.h>

static void put_byte(struct refusal *refusal, char byte) {
  if (refusal->length + 1 < REFUSAL_SIZE)
    refusal->text[refusal->length++] = byte;
}

static void put_bytes(struct refusal *refusal, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    put_byte(refusal, bytes[i]);
}

static void put_number(struct refusal *refusal, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do
    digits[--at] = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  put_bytes(refusal, digits + at, sizeof digits - at);
}

/* One directive, from behind its `%`; gives what stands behind it. */
static const char *put_directive(struct refusal *refusal, const char *format, va_list *arguments) {
  if (format[0] == 'z') {
    put_number(refusal, va_arg(*arguments, size_t));
    return format + 2;
  }
  if (format[0] == '.') {
    int length = va_arg(*arguments, int);
    put_bytes(refusal, va_arg(*arguments, const char *), length > 0 ? (size_t)length : 0);
    return format + 3;
  }
  if (format[0] == 's') {
    struct text word = text_from(va_arg(*arguments, const char *));
    put_bytes(refusal, word.bytes, word.length);
  } else if (format[0] == 'u') {
    put_number(refusal, va_arg(*arguments, uint32_t));
  } else {
    put_byte(refusal, format[0]);
  }
  return format + 1;
}

bool refusal_set(struct refusal *refusal, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  refusal->length = 0;
  while (*format)
    if (*format == '%')
      format = put_directive(refusal, format + 1, &arguments);
    else
      put_byte(refusal, *format++);
  refusal->text[refusal->length] = '\0';
  va_end(arguments);
  return false;
}

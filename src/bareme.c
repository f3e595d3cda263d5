/* bareme.c - the small change of the public interface: the clock, numbers and
 * the catalogue of error codes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/unicode.h"

int64_t bareme_now(void) {
  return clock_now();
}

size_t bareme_number_format(double number, char *out) {
  size_t length = number_format(number, out);
  out[length] = '\0';
  return length;
}

size_t bareme_text_columns(bareme_text text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.length;)
    columns += unicode_columns(utf8_next((struct text){text.bytes, text.length}, &at));
  return columns;
}

/* ---- codes ----------------------------------------------------------------------- */

const char *bareme_code_at(size_t index) {
  return index < ERROR_CODE_COUNT ? error_code_name((enum error_code)index) : NULL;
}

const char *bareme_code_title(const char *code) {
  enum error_code found;
  return error_code_find(text_from(code), &found) ? error_code_title(found) : NULL;
}

const char *bareme_code_explanation(const char *code) {
  enum error_code found;
  return error_code_find(text_from(code), &found) ? error_code_explanation(found) : NULL;
}

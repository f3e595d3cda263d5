/* bareme.c - the small change of the public interface: versions, statuses,
 * instants, numbers and the catalogue of error codes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/unicode.h"

const char *bareme_version(void) {
  return BAREME_VERSION;
}

const char *bareme_status_text(bareme_status status) {
  switch (status) {
  case BAREME_OK: return "done";
  case BAREME_END: return "there are no more leads";
  case BAREME_INVALID_ARGUMENT: return "the call is wrong";
  case BAREME_INVALID_POLICY: return "the policy is invalid";
  case BAREME_REJECTED: return "data was rejected";
  case BAREME_IO: return "a file cannot be read or written";
  case BAREME_NO_MEMORY: return "out of memory";
  case BAREME_INTERNAL: return "Bareme has made a mistake";
  }
  return "unknown status";
}

/* ---- instants and numbers ------------------------------------------------------ */

bool bareme_instant_parse(const char *bytes, size_t length, int64_t *micros) {
  return clock_from_data((struct text){bytes, length}, micros);
}

size_t bareme_instant_format(int64_t micros, char *out) {
  size_t length = clock_format(micros, out);
  out[length] = '\0';
  return length;
}

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

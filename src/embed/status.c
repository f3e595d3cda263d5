/* status.c - the small change: versions, statuses, instants.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

#include "base/clock.h"

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
  case BAREME_FULL: return "the batch is full";
  case BAREME_WRONG_TYPE: return "the field has another type";
  case BAREME_INVALID_VALUE: return "the value is not allowed";
  case BAREME_UNTRUSTED: return "it is not signed by the key";
  }
  return "unknown status";
}

bool bareme_instant_parse(const char *bytes, size_t length, int64_t *micros) {
  return clock_from_data((struct text){bytes, length}, micros);
}

size_t bareme_instant_format(int64_t micros, char *out) {
  size_t length = clock_format(micros, out);
  out[length] = '\0';
  return length;
}

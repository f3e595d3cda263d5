/* fuzz_ndjson.c - any bytes as NDJSON, a JSON array, or what they look like.
 * The first byte says which; it is not part of the data.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  if (length == 0)
    return 0;
  switch (bytes[0]) {
  case '[': read_records(bytes, length, BAREME_JSON, false); break;
  case '?': read_records(bytes + 1, length - 1, BAREME_AUTO, false); break;
  case 'e': read_records(bytes + 1, length - 1, BAREME_AUTO, true); break;
  default: read_records(bytes, length, BAREME_NDJSON, false);
  }
  return 0;
}

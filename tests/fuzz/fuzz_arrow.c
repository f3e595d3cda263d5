/* fuzz_arrow.c - any bytes as an Arrow stream of leads, which are scored.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  read_records(bytes, length, BAREME_ARROW, false);
  return 0;
}

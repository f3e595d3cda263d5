/* fuzz_csv.c - any bytes as CSV of leads, or, behind a first byte `e`, of events.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  if (length > 0 && bytes[0] == 'e')
    read_records(bytes + 1, length - 1, BAREME_CSV, true);
  else
    read_records(bytes, length, BAREME_CSV, false);
  return 0;
}

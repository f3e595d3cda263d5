/* fuzz_check.c - any bytes to the parser and checker.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  take_policy(bytes, length, CHECK_POLICY);
  return 0;
}

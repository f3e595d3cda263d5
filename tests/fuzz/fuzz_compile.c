/* fuzz_compile.c - any bytes to the compiler, and to the machine what comes out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  take_policy(bytes, length, COMPILE_POLICY);
  return 0;
}

/* policy.h - any bytes as a policy, up to a stage.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_POLICY_H
#define FUZZ_POLICY_H

#include <stddef.h>
#include <stdint.h>

enum policy_stage {
  PARSE_POLICY,
  CHECK_POLICY,  /* and what `bareme check` warns of */
  COMPILE_POLICY /* and run both sections over a few leads */
};

void take_policy(const uint8_t *bytes, size_t length, enum policy_stage last);

#endif

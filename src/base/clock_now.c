/* clock_now.c - the one question to the system's clock.
 *
 * Apart from clock.c, so that what evaluates a policy cannot even link it.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"

#include <time.h>

int64_t clock_now(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0)
    return 0; /* cannot fail for this clock */
  return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

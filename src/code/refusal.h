/* refusal.h - why a compiled policy is not taken, in words for people.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_REFUSAL_H
#define BAREME_CODE_REFUSAL_H

#include "base/text.h"

enum { REFUSAL_SIZE = 320 };

struct refusal {
  char text[REFUSAL_SIZE]; /* terminated; cut where there is no more room */
  size_t length;
};

/* Takes the place of what was said before.  Knows %s, %u (uint32_t), %zu, %.*s
 * and %%, and nothing else of printf, which this floor may not call.  Returns
 * false, for `return refusal_set(…)`. */
bool refusal_set(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

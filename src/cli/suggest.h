/* suggest.h - did you mean …?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include "bareme/bareme.h"

/* The nearest word so far to one that is not known. */
struct suggestion {
  const char *wanted;
  size_t length;
  size_t distance;  /* of `word`; at first, more than what is still a slip */
  bareme_text word; /* as it was given to suggest_try; bytes NULL: nothing is near */
};

struct suggestion suggest_begin(const char *wanted, size_t length);
void suggest_try(struct suggestion *suggestion, const char *word);

/* The nearest of a policy's names of a kind. */
bareme_text suggest_name(const bareme_policy *policy, bareme_kind kind, const char *wanted,
                         size_t length);

#endif

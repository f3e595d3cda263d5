/* results.c - `scores,bands,stage` as a set of parts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/results.h"

#include "base/text.h"
#include "io/failure.h"

#include <string.h>

static const struct text keys[RESULT_COUNT] = {
#define RESULT(name, key) [RESULT_##name] = {key, sizeof(key) - 1},
#include "io/results.def"
#undef RESULT
};

#define RESULT(name, key) " " key
static const char all_keys[] = "id"
#include "io/results.def"
    ;
#undef RESULT

static bool add_part(struct result_parts *parts, struct text key) {
  if (text_equal(key, TEXT("id")))
    return true;
  for (int i = 0; i < RESULT_COUNT; i++)
    if (text_equal(key, keys[i])) {
      parts->bits |= UINT32_C(1) << i;
      return true;
    }
  return false;
}

bool parts_read(struct result_parts *parts, const char *only, bareme_failure *failure) {
  parts->bits = only ? 0 : UINT32_MAX;
  if (!only)
    return true;
  struct text rest = text_from(only);
  for (bool more = true; more;) {
    const char *comma = rest.length > 0 ? memchr(rest.bytes, ',', rest.length) : NULL;
    struct text key = {rest.bytes, comma ? (size_t)(comma - rest.bytes) : rest.length};
    if (!add_part(parts, key)) {
      failure_set(failure, "a result has no key `%.*s`; there are: %s", (int)key.length, key.bytes,
                  all_keys);
      return false;
    }
    more = comma != NULL;
    if (more)
      rest = (struct text){comma + 1, rest.length - key.length - 1};
  }
  return true;
}

/* recall.h - strings of JSON as words by which their meaning is recalled
 * (intake/recall.h).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_RECALL_H
#define BAREME_IO_RECALL_H

#include "base/words.h"
#include "intake/recall.h"
#include "io/json.h"

enum { RECALL_BYTES = 16 }; /* of a string with its quotes */

/* Is there no backslash in it? */
static inline bool recall_is_raw(const struct recall_words *words) {
  uint64_t backslash = WORD_OF('\\');
  return (word_zeros(words->word[0] ^ backslash) | word_zeros(words->word[1] ^ backslash)) == 0;
}

/* The string with its quotes, and zeros behind them.  False if what stands there is no string,
 * or too long, or has escapes. */
static inline bool recall_load(const struct json *json, json_place place,
                               struct recall_words *words) {
  const char *bytes = json->base + place[0];
  uint32_t room = place[1] - place[0];
  if (room > RECALL_BYTES || place[1] >= json->limit || *bytes != '"')
    return false;
  words->word[0] = word_load(bytes) & word_pair_masks[room][0];
  words->word[1] = word_load(bytes + 8) & word_pair_masks[room][1];
  return json_is_clear(json, place) || recall_is_raw(words);
}

#endif

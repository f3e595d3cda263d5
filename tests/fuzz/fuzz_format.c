/* fuzz_format.c - any bytes that are a policy, formatted.
 *
 * The printer never refuses: that would be a mistake of its own that was found
 * in time.  What it has printed it prints again as it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/parse.h"
#include "syntax/print.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define REQUIRE(condition) \
  if (!(condition))        \
  abort()

/* False if the source is no policy. */
static bool format(struct arena *arena, struct text source, struct text *text) {
  struct sources sources;
  struct diags diags;
  struct tree tree;
  sources_init(&sources, arena);
  diags_init(&diags, arena);
  uint32_t index = sources_add(&sources, TEXT("fuzz.bareme"), source);
  bool ok = parse_source(arena, &sources, index, &diags, &tree);
  if (ok)
    REQUIRE(print_tree(arena, &sources, &tree, text) == PRINT_DONE);
  sources_clear(&sources);
  return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct arena arena;
  struct text once, twice;
  if (length > 65536) /* what is larger only takes longer */
    return 0;
  arena_init(&arena, &memory_standard);
  if (format(&arena, (struct text){(const char *)bytes, length}, &once)) {
    REQUIRE(format(&arena, once, &twice));
    REQUIRE(text_equal(once, twice));
  }
  arena_clear(&arena);
  return 0;
}

/* compiling.h - what the tests of compiled policies share: a text becomes a
 * program, or the test fails with what is wrong in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_COMPILING_H
#define BAREME_TESTS_COMPILING_H

#include "check/check.h"
#include "compile/compile.h"
#include "syntax/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct compiling {
  struct arena arena;
  struct sources sources;
  struct model model;
};

static inline void compiling_check(struct compiling *checked, const char *text) {
  struct diags diags;
  struct tree tree = {0};
  const struct check_options options = {0};
  arena_init(&checked->arena, &memory_standard);
  sources_init(&checked->sources, &checked->arena);
  diags_init(&diags, &checked->arena);
  uint32_t source = sources_add(&checked->sources, TEXT("policy.bareme"), text_from(text));
  bool ok =
      parse_source(&checked->arena, &checked->sources, source, &diags, &tree) &&
      check_policy(&checked->arena, &checked->sources, &tree, &options, &diags, &checked->model);
  if (!ok)
    fail_msg("the policy has an error: %s", diags.first ? diags.first->message : "no memory");
}

static inline void compiling_forget(struct compiling *checked) {
  sources_clear(&checked->sources);
  arena_clear(&checked->arena);
}

static inline struct program *compile_text(const char *text) {
  struct compiling checked;
  struct program *program;
  compiling_check(&checked, text);
  assert_int_equal(compile_model(&checked.model, &memory_standard, &program), COMPILE_OK);
  compiling_forget(&checked);
  return program;
}

static inline struct program *compile_tests_of(const char *text) {
  struct compiling checked;
  struct program *program;
  compiling_check(&checked, text);
  assert_int_equal(compile_tests(&checked.model, &memory_standard, &program), COMPILE_OK);
  compiling_forget(&checked);
  return program;
}

#endif

/* check_support.h - policies of one line, checked, for the tests of src/check.
 *
 * `only_error` is the sentence that most tests say: this policy has exactly
 * one error, of this code, whose caret stands under this text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_UNIT_CHECK_SUPPORT_H
#define BAREME_TESTS_UNIT_CHECK_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/check.h"
#include "limits.h"
#include "syntax/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the policies of the tests are about. */
#define RECORD                                                                                     \
  "policy \"Test\" {}\n"                                                                           \
  "lead { email text  country text  job_title text  company_size number  consent bool\n"           \
  "  created time  trial duration  tags list of text  plan one of (free, pro, \"to be sold\") }\n" \
  "event page_view { url text  seconds number  form text }\n"                                      \
  "event form_submit { form text  tags list of text }\n"

struct checked {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct tree tree;
  struct model model;
  bool valid;
};

/* The files that `use` and `list … from` find, ended by a name of NULL. */
struct test_file {
  const char *name, *bytes;
};

static inline bool load_test_file(void *context, struct text path, struct text from,
                                  struct text *name, struct text *bytes, const char **reason) {
  (void)from;
  for (const struct test_file *file = context; file && file->name; file++) {
    if (!text_equal(path, text_from(file->name)))
      continue;
    *name = text_from(file->name);
    *bytes = text_from(file->bytes);
    return true;
  }
  *reason = "there is no such file";
  return false;
}

static inline void check_with(struct checked *checked, const struct memory *memory,
                              const char *policy, const struct test_file *files,
                              struct check_set *sets, size_t set_count) {
  memset(checked, 0, sizeof *checked);
  arena_init(&checked->arena, memory);
  sources_init(&checked->sources, &checked->arena);
  diags_init(&checked->diags, &checked->arena);
  uint32_t source = sources_add(&checked->sources, TEXT("test.bareme"), text_from(policy));
  if (source == UINT32_MAX) {
    checked->diags.out_of_memory = true;
    return;
  }
  parse_source(&checked->arena, &checked->sources, source, &checked->diags, &checked->tree);
  checked->tree.source = source;
  struct check_loader loader = {load_test_file, (void *)(uintptr_t)files};
  struct check_options options = {.sets = sets, .set_count = set_count, .loader = &loader};
  checked->valid = check_policy(&checked->arena, &checked->sources, &checked->tree, &options,
                                &checked->diags, &checked->model);
  diags_sort(&checked->diags);
}

static inline void check_clear(struct checked *checked) {
  sources_clear(&checked->sources);
  arena_clear(&checked->arena);
}

static inline void print_errors(const struct checked *checked) {
  for (const struct diag *diag = checked->diags.first; diag; diag = diag->next) {
    struct text at = span_text(&checked->sources, diag->span);
    print_error("%s: %s\n  at: %.*s\n  help: %s\n", error_code_name(diag->code), diag->message,
                (int)at.length, at.bytes, diag->help ? diag->help : "-");
  }
}

/* Checks a policy that has no errors; the caller looks at the model and clears. */
static inline void check_valid(struct checked *checked, const char *policy) {
  check_with(checked, &memory_standard, policy, NULL, NULL, 0);
  print_errors(checked);
  assert_true(checked->valid);
}

static inline void is_valid_with(const char *policy, const struct test_file *files) {
  struct checked checked;
  check_with(&checked, &memory_standard, policy, files, NULL, 0);
  print_errors(&checked);
  assert_true(checked.valid);
  assert_int_equal(checked.diags.errors, 0);
  check_clear(&checked);
}

/* Everything after the record must be right. */
static inline void is_valid(const char *rest) {
  char policy[4096];
  snprintf(policy, sizeof policy, "%s%s\n", RECORD, rest);
  is_valid_with(policy, NULL);
}

static inline void expect_error(const struct checked *checked, const struct diag *diag,
                                const char *code, const char *at, const char *says) {
  struct text text = span_text(&checked->sources, diag->span);
  const char *help = diag->help ? diag->help : "";
  bool right = strcmp(error_code_name(diag->code), code) == 0 && text_equal(text, text_from(at)) &&
               (strstr(diag->message, says) || strstr(help, says));
  if (!right)
    print_error("expected %s at `%s`, saying: %s\n", code, at, says);
  if (!right)
    print_errors(checked);
  assert_true(right);
}

static inline void only_error_with(const char *policy, const struct test_file *files,
                                   const char *code, const char *at, const char *says) {
  struct checked checked;
  check_with(&checked, &memory_standard, policy, files, NULL, 0);
  if (checked.diags.errors != 1)
    print_errors(&checked);
  assert_false(checked.valid);
  assert_int_equal(checked.diags.errors, 1);
  expect_error(&checked, checked.diags.first, code, at, says);
  check_clear(&checked);
}

/* One error, of this code, under this text; its message or its help has these words. */
static inline void only_error(const char *rest, const char *code, const char *at,
                              const char *says) {
  char policy[4096];
  snprintf(policy, sizeof policy, "%s%s\n", RECORD, rest);
  only_error_with(policy, NULL, code, at, says);
}

static inline const struct model_value *value_named(const struct checked *checked,
                                                    const char *name) {
  for (uint32_t i = 0; i < checked->model.value_count; i++)
    if (text_equal(checked->model.values[i]->name, text_from(name)))
      return checked->model.values[i];
  fail_msg("there is no value %s", name);
  return NULL;
}

#endif

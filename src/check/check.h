/* check.h - names, types, constants and order: trees to a model.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_CHECK_H
#define BAREME_CHECK_CHECK_H

#include "check/model.h"

enum builtin {
#define BUILTIN(id, name, result, parameters, summary) BUILTIN_##id,
#include "check/builtins.def"
#undef BUILTIN
  BUILTIN_COUNT
};

/* One `--set NAME=VALUE`. */
struct check_set {
  struct text name, value;
  bool used; /* written by check: false means that no such param exists */
};

/* Reads the file that `use` or `list … from` names.  `path` is as written,
 * `from` the using file's name.  On success gives the bytes, in memory that
 * outlives the model, and the name to show.  The loader keeps files inside the
 * policy's directory tree.  On failure, *reason says why, in words that
 * complete "cannot read …: ".
 *
 * For `use std.mailbox` the path is `std.mailbox`: a path without quotes is
 * handed on as it is written, and the loader knows where the standard modules
 * are.  The name tells files apart: a file that is used twice is parsed once,
 * so the same file must have the same name whoever uses it. */
struct check_loader {
  bool (*load)(void *context, struct text path, struct text from, struct text *name,
               struct text *bytes, const char **reason);
  void *context;
};

struct check_options {
  struct check_set *sets;
  size_t set_count;
  const struct check_loader *loader; /* NULL: `use "…"` and `list … from` are errors */
};

/* Checks a policy whose main file has been parsed into *tree: reports every
 * error of names, types, constants, order and structure.  *model is complete
 * if the result is true; false means errors or no memory. */
bool check_policy(struct arena *arena, struct sources *sources, struct tree *tree,
                  const struct check_options *options, struct diags *diags, struct model *model);

#endif

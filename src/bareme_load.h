/* bareme_load.h - the files of a policy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_LOAD_H
#define BAREME_LOAD_H

#include "base/arena.h"
#include "check/check.h"

enum load_result {
  LOAD_OK,
  LOAD_TOO_LARGE, /* more than LIMIT_SOURCE_BYTES, or LIMIT_IMAGE_BYTES: it was not read */
  LOAD_FAILED,    /* *reason says why */
  LOAD_NO_MEMORY
};

/* Reads a whole file ("-": standard input) into the arena. */
enum load_result load_file(struct arena *arena, const char *path, struct text *bytes,
                           const char **reason);

/* Where the other files of a policy may lie. */
struct load_context {
  struct arena *arena;
  const char *root;               /* resolved directory of the policy; NULL: there is none */
  const char *const *directories; /* of -I, as given */
  size_t directory_count;
  bool out_of_memory;
};

/* root: the directory of the policy at `path` ("-": the current directory).
 * False if out of memory. */
bool load_context_init(struct load_context *context, struct arena *arena, const char *path,
                       const char *const *directories, size_t directory_count);

/* A struct check_loader's function, with a struct load_context as its context. */
bool load_module(void *context, struct text path, struct text from, struct text *name,
                 struct text *bytes, const char **reason);

#endif

/* find.h - the policy files that arguments mean: files as they are, directories with all below.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include <stddef.h>

struct paths {
  char **items;
  size_t count, capacity;
};

/* Adds each word that is no directory, and of those that are every `*.bareme`
 * in and below them, in order of their names; hidden directories and symbolic
 * links to directories are passed by.  No words mean the current directory.  An
 * exit_status: what is wrong was said on standard error.  Clear in any case. */
int paths_find(struct paths *paths, const char *const *words, size_t word_count);
void paths_clear(struct paths *paths);

#endif

/* stdlib.h - the modules of stdlib/, embedded by the build (cmake/embed.cmake).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_STDLIB_H
#define BAREME_CHECK_STDLIB_H

#include "base/text.h"

/* What `use std.NAME` brings in. */
struct stdlib_module {
  struct text name;  /* "mailbox" */
  struct text bytes; /* the whole file */
};

extern const struct stdlib_module stdlib_modules[]; /* by name */
extern const size_t stdlib_module_count;

#endif

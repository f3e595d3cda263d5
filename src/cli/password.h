/* password.h - a password, from a person or from a file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PASSWORD_H
#define CLI_PASSWORD_H

#include <stddef.h>

enum { PASSWORD_MOST = 1024 };

struct password {
  char bytes[PASSWORD_MOST];
  size_t length;
};

/* From the first line of the file at path, or, if that is NULL, asked for on the
 * terminal, where what is typed is not shown; `twice` asks again and compares.
 * An exit_status; what is wrong is said on standard error.  Clear in any case. */
int password_get(struct password *password, const char *path, int twice);
void password_clear(struct password *password);

#endif

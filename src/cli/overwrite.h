/* overwrite.h - whether a command would write over what it reads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OVERWRITE_H
#define CLI_OVERWRITE_H

#include "cli/command.h"

/* Refuses an output that would replace the policy, leads or events that are
 * read, or another output: EXIT_USAGE, said on standard error. */
int overwrite_check(const struct arguments *arguments);

#endif

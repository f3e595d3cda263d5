/* help.h - what the program says about itself.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

/* Each writes to standard output and returns an exit_status. */
int help_short(void);    /* for `bareme` alone */
int help_commands(void); /* all commands */
int help_command(const struct command *command);
int help_version(void);

#endif

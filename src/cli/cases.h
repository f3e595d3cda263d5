/* cases.h - `bareme test POLICY --cases FILE`.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CASES_H
#define CLI_CASES_H

#include "cli/command.h"

/* An exit_status. */
int cases_run(const struct arguments *arguments);

#endif

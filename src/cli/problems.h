/* problems.h - what was wrong with the data, told at the end of a run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROBLEMS_H
#define CLI_PROBLEMS_H

#include "cli/command.h"

/* Says nothing if nothing was wrong, unless --verbose. */
void problems_tell(const bareme_reader *reader, const bareme_read_summary *summary,
                   const struct arguments *arguments);

#endif

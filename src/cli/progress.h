/* progress.h - a line on the terminal for work that takes longer than a second.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "bareme/bareme.h"

struct progress {
  bool wanted; /* standard error is a terminal that results do not go to */
  bool shown;
  int64_t begun, next; /* microseconds */
};

void progress_begin(struct progress *progress, bool wanted);
void progress_show(struct progress *progress, const bareme_reader *reader);
void progress_end(struct progress *progress); /* clears the line */

#endif

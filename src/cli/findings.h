/* findings.h - what is wrong with policies, told to programs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "cli/page.h"

enum findings_format { /* in the order of --format */
                       FINDINGS_TEXT,
                       FINDINGS_JSON,
                       FINDINGS_SARIF,
                       FINDINGS_GITHUB
};

struct findings {
  enum findings_format format;
  struct page body; /* the findings so far */
  size_t count, errors, warnings;
  char *directory;   /* where the program was started, with a `/`; NULL if unknown */
  struct page codes; /* SARIF: those that were found, with blanks between */
};

/* format: of --format. */
void findings_begin(struct findings *findings, unsigned format);
void findings_clear(struct findings *findings);

/* Not for FINDINGS_TEXT, which bareme_report_render writes. */
void findings_add(struct findings *findings, const bareme_report *report);

/* Everything, on standard output; an exit_status. */
int findings_print(struct findings *findings);

#endif

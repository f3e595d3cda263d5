/* verdicts.h - the outcome of tests, told to people and to programs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VERDICTS_H
#define CLI_VERDICTS_H

#include "cli/command.h"
#include "cli/page.h"

enum verdicts_format { /* in the order of --format */
                       VERDICTS_TEXT,
                       VERDICTS_TAP,
                       VERDICTS_JUNIT,
                       VERDICTS_JSON,
                       VERDICTS_GITHUB
};

struct verdicts {
  enum verdicts_format format;
  struct page page;       /* what will be printed; the body of a JUnit file */
  struct page suite;      /* JUnit: the tests of a file, which its counts precede */
  size_t tests, failed;   /* of all files */
  size_t invalid, unread; /* files */
  size_t suite_tests, suite_failed;
};

/* One test or case. */
struct verdict {
  const char *file;
  uint32_t line;
  bareme_text name;
  bool passed;
  /* if it failed; in TEXT, why and ladder may have colours */
  bareme_text brief;   /* the first thing that was not met, on one line */
  uint32_t brief_line; /* where that is */
  bareme_text why;     /* everything that was not met, as lines */
  bareme_text ladder;  /* the lead's result; empty where it is not asked for */
  bareme_text data;    /* for JSON: what was not met, as items of an array */
};

void verdicts_begin(struct verdicts *verdicts, unsigned format, unsigned colour_choice);

/* By --filter. */
bool verdicts_wanted(const struct arguments *arguments, bareme_text name);

/* Each file, its tests, and the file's end. */
void verdicts_file(struct verdicts *verdicts, const char *file);
void verdicts_add(struct verdicts *verdicts, const struct verdict *verdict);

/* What a failure has to say, while it is written: the reasons, the lead's ladder, and both as
 * JSON. */
struct verdict_pages {
  struct page why, ladder, data;
};

void verdicts_begin_failure(const struct verdicts *verdicts, struct verdict_pages *pages);

/* Adds the verdict with the texts of its pages, which are cleared. */
void verdicts_add_failure(struct verdicts *verdicts, struct verdict *verdict,
                          struct verdict_pages *pages);
void verdicts_file_end(struct verdicts *verdicts, const char *file);

/* The file could not be compiled; report may be NULL if `why` says it. */
void verdicts_broken(struct verdicts *verdicts, const char *file, bareme_status status,
                     const bareme_report *report, const char *why);

/* Prints everything; an exit_status that speaks of printing alone. */
int verdicts_end(struct verdicts *verdicts);
void verdicts_clear(struct verdicts *verdicts);

#endif

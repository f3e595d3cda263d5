/* job.h - a policy over leads: what score, explain and summary have in common.
 *
 *   job_open -> job_next … job_next -> job_close, and job_clear in any case
 *
 * Every function that returns an int returns an exit_status, and has said on
 * standard error what went wrong if it is not EXIT_DONE.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"

struct job {
  const struct arguments *arguments;
  bareme_policy *policy;
  bareme_reader *reader;
  bareme_runner *runner;
  struct output rejects; /* of --rejects */
  bareme_sink rejects_sink;
  struct progress progress;
  int64_t as_of;
  uint64_t results; /* leads scored so far */
};

/* Of --set and -I. */
bareme_compile_options job_compile_options(const struct arguments *arguments);

/* A policy's errors and warnings, on standard error. */
void job_render_report(const struct arguments *arguments, const bareme_report *report);

/* Opens the policy at a path, and tells its errors. */
int job_open_policy(const struct arguments *arguments, const char *path, bareme_policy **policy);

/* The same with the report, which has the policy's text; free both. */
int job_open_source(const struct arguments *arguments, const char *path, bareme_report **report,
                    bareme_policy **policy);

/* The first word is the policy, the others are files of leads.  explain: the
 * results will be explained. */
int job_open(struct job *job, const struct arguments *arguments, bool explain);

/* The index of the score of an option, or BAREME_NONE after having said that
 * there is none, and which was meant. */
uint32_t job_find_score(const struct job *job, const char *name);

/* The next leads; *batch is NULL when there are no more. */
int job_read(struct job *job, const bareme_batch **batch);
/* Scores them: the results are job->runner's. */
int job_run(struct job *job, const bareme_batch *batch);
/* Both: *count is how many leads there are, 0 when there are no more. */
int job_next(struct job *job, uint32_t *count);

/* All of them by several threads, as the options say, which get --threads. */
int job_score(struct job *job, bareme_score_options *options);
/* Shows how far the reading is, if someone wants to see it. */
void job_show(struct job *job);

/* If all went well so far (status), completes the file of rejects and tells what
 * was wrong with the data.  Returns status, or what went wrong now. */
int job_close(struct job *job, int status);

/* Frees everything; the job may have been opened, or have failed to. */
void job_clear(struct job *job);

#endif

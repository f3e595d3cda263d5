/* job.c - a policy over leads: what score, explain and summary have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"

#include "cli/page.h"
#include "cli/problems.h"
#include "cli/suggest.h"
#include "cli/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bareme_compile_options job_compile_options(const struct arguments *arguments) {
  bareme_compile_options options = BAREME_COMPILE_OPTIONS_INIT;
  options.sets = arguments->option[OPTION_SET].words;
  options.set_count = arguments->option[OPTION_SET].word_count;
  options.include_directories = arguments->option[OPTION_INCLUDE].words;
  options.include_directory_count = arguments->option[OPTION_INCLUDE].word_count;
  options.verify_key = arguments->option[OPTION_VERIFY].word;
  return options;
}

static void put_error(void *context, const char *bytes, size_t length) {
  fwrite(bytes, 1, length, context);
}

void job_render_report(const struct arguments *arguments, const bareme_report *report) {
  struct page page; /* knows whether standard error takes colours */
  page_init(&page, STDERR_FILENO, arguments->option[OPTION_COLOR].choice);
  bareme_sink sink = {put_error, stderr};
  bareme_report_render(report, page.colour, &sink);
  page_clear(&page);
}

/* ---- opening -------------------------------------------------------------------------- */

int job_open_source(const struct arguments *arguments, const char *path, bareme_report **report,
                    bareme_policy **policy) {
  bareme_failure failure = {""};
  bareme_compile_options options = job_compile_options(arguments);
  bareme_status status = bareme_policy_open(path, &options, report, &failure, policy);
  if (*report && bareme_report_errors(*report) > 0) /* warnings are the business of check */
    job_render_report(arguments, *report);
  return tell_status(status, &failure);
}

int job_open_policy(const struct arguments *arguments, const char *path, bareme_policy **policy) {
  bareme_report *report;
  int status = job_open_source(arguments, path, &report, policy);
  bareme_report_free(report);
  return status;
}

/* Are leads read from standard input?  Without files they are. */
static bool reads_standard_input(const struct arguments *arguments) {
  for (size_t i = 1; i < arguments->word_count; i++)
    if (strcmp(arguments->words[i], "-") == 0)
      return true;
  return arguments->word_count == 1;
}

static int check_standard_input(const struct arguments *arguments) {
  if (!reads_standard_input(arguments))
    return EXIT_DONE;
  if (strcmp(arguments->words[0], "-") == 0)
    return tell_usage("the policy and the leads cannot both come from standard input");
  if (isatty(STDIN_FILENO))
    fputs("bareme: reading leads from standard input; Ctrl-D ends them\n", stderr);
  return EXIT_DONE;
}

static int open_rejects(struct job *job, bareme_read_options *options) {
  const struct option_value *rejects = &job->arguments->option[OPTION_REJECTS];
  if (!rejects->given)
    return EXIT_DONE;
  int status = output_open(&job->rejects, rejects->word);
  job->rejects_sink = (bareme_sink){output_put, &job->rejects};
  options->rejects = &job->rejects_sink;
  return status;
}

static int open_reader(struct job *job, bool explain) {
  const struct option_value *given = job->arguments->option;
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  options.paths = job->arguments->words + 1;
  options.path_count = job->arguments->word_count - 1;
  options.format = (bareme_format)given[OPTION_INPUT].choice;
  options.events_path = given[OPTION_EVENTS].word;
  options.strict = given[OPTION_STRICT].given;
  options.as_of = job->as_of;
  options.chunk = (uint32_t)given[OPTION_CHUNK].number;
  options.explain = explain;
  options.temporary = getenv("TMPDIR");
  if (options.temporary && !*options.temporary)
    options.temporary = NULL;
  int status = open_rejects(job, &options);
  if (status != EXIT_DONE)
    return status;
  bareme_failure failure = {""};
  return tell_status(bareme_reader_open(job->policy, &options, &failure, &job->reader), &failure);
}

int job_open(struct job *job, const struct arguments *arguments, bool explain) {
  *job = (struct job){.arguments = arguments, .rejects = {.file = -1, .signal_slot = -1}};
  const struct option_value *at = &arguments->option[OPTION_AT];
  job->as_of = at->given ? at->instant : bareme_now();
  bool to_terminal = isatty(STDOUT_FILENO) && !arguments->option[OPTION_OUTPUT].given;
  progress_begin(&job->progress, isatty(STDERR_FILENO) && !to_terminal);
  int status = check_standard_input(arguments);
  if (status == EXIT_DONE)
    status = job_open_policy(arguments, arguments->words[0], &job->policy);
  if (status == EXIT_DONE)
    status = open_reader(job, explain);
  if (status == EXIT_DONE)
    status = tell_status(bareme_runner_new(job->policy, explain, &job->runner), NULL);
  return status;
}

/* ---- names ------------------------------------------------------------------------------ */

uint32_t job_find_score(const struct job *job, const char *name) {
  uint32_t found = bareme_policy_find(job->policy, BAREME_SCORES, name);
  if (found != BAREME_NONE)
    return found;
  bareme_text near = suggest_name(job->policy, BAREME_SCORES, name, strlen(name));
  if (near.bytes)
    tell_usage("the policy has no score `%s`; did you mean `%.*s`?", name, (int)near.length,
               near.bytes);
  else
    tell_usage("the policy has no score `%s`", name);
  return BAREME_NONE;
}

/* ---- running ------------------------------------------------------------------------------ */

int job_read(struct job *job, const bareme_batch **batch) {
  bareme_failure failure = {""};
  bareme_status status = bareme_reader_read(job->reader, &failure, batch);
  progress_show(&job->progress, job->reader);
  if (status != BAREME_OK)
    progress_end(&job->progress);
  return tell_status(status, &failure);
}

int job_run(struct job *job, const bareme_batch *batch) {
  job->results += bareme_batch_count(batch);
  return tell_status(bareme_runner_run(job->runner, batch), NULL);
}

int job_next(struct job *job, uint32_t *count) {
  const bareme_batch *batch;
  int status = job_read(job, &batch);
  *count = batch ? bareme_batch_count(batch) : 0;
  return batch ? job_run(job, batch) : status;
}

int job_score(struct job *job, bareme_score_options *options) {
  const struct option_value *given = job->arguments->option;
  bareme_failure failure = {""};
  options->threads = (uint32_t)given[OPTION_THREADS].number;
  options->stretch = given[OPTION_STRETCH].number;
  bareme_status status = bareme_score_all(job->reader, options, &job->results, &failure);
  progress_end(&job->progress);
  return tell_status(status, &failure);
}

void job_show(struct job *job) {
  progress_show(&job->progress, job->reader);
}

/* Records read = results + rejected: otherwise a lead was lost on the way, and
 * no result of the run can be trusted. */
static int check_account(const struct job *job, const bareme_read_summary *summary) {
  if (summary->records == job->results + summary->rejected)
    return EXIT_DONE;
  return tell_outside("%llu records were read, but there are %llu results and %llu rejected: "
                      "this is a bug of bareme",
                      (unsigned long long)summary->records, (unsigned long long)job->results,
                      (unsigned long long)summary->rejected);
}

int job_close(struct job *job, int status) {
  progress_end(&job->progress);
  if (!job->reader)
    return status;
  bareme_failure failure = {""};
  bareme_read_summary summary;
  if (status == EXIT_DONE)
    status = tell_status(bareme_reader_finish(job->reader, &failure), &failure);
  bareme_reader_summary(job->reader, &summary);
  if (status == EXIT_DONE)
    status = check_account(job, &summary);
  if (status == EXIT_DONE)
    status = output_close(&job->rejects);
  if (status == EXIT_DONE || job->arguments->option[OPTION_VERBOSE].given)
    problems_tell(job->reader, &summary, job->arguments);
  return status;
}

void job_clear(struct job *job) {
  progress_end(&job->progress);
  bareme_runner_free(job->runner);
  bareme_reader_free(job->reader);
  bareme_policy_free(job->policy);
  output_discard(&job->rejects);
}

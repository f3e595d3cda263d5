/* cases.c - `bareme test POLICY --cases FILE`: the results of records, beside what is expected.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/cases.h"

#include "cli/escape.h"
#include "cli/job.h"
#include "cli/ladder.h"
#include "cli/tell.h"
#include "cli/verdicts.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct run {
  const struct arguments *arguments;
  const char *path;
  bareme_policy *policy;
  bareme_cases *cases;
  struct verdicts verdicts;
};

/* ---- why a case failed ----------------------------------------------------------------- */

/* "  scores.contact  expected 25, is 21.46" */
static void put_differences(struct page *page, const struct run *run, bool expects) {
  bareme_difference difference;
  if (!expects)
    page_word(page, "  nothing is expected of it: --update writes what comes out\n");
  for (uint32_t i = 0; bareme_cases_difference(run->cases, i, &difference); i++) {
    page_word(page, "  ");
    page_style(page, STYLE_RED);
    page_text(page, difference.path, PAGE_UNCUT);
    page_style(page, STYLE_PLAIN);
    page_word(page, "  expected ");
    page_text(page, difference.expected, PAGE_UNCUT);
    page_word(page, ", is ");
    page_text(page, difference.actual, PAGE_UNCUT);
    page_line(page);
  }
}

static void put_data(struct page *page, const struct run *run) {
  bareme_difference difference;
  for (uint32_t i = 0; bareme_cases_difference(run->cases, i, &difference); i++) {
    page_word(page, i == 0 ? "{\"path\":" : ",{\"path\":");
    escape_json(page, difference.path);
    page_word(page, ",\"expected\":");
    escape_json(page, difference.expected);
    page_word(page, ",\"actual\":");
    escape_json(page, difference.actual);
    page_word(page, "}");
  }
}

static void add_failure(struct run *run, struct verdict *verdict, const bareme_case *one) {
  struct verdicts *verdicts = &run->verdicts;
  struct verdict_pages pages;
  bareme_difference first;
  uint32_t lane;
  verdicts_begin_failure(verdicts, &pages);
  put_differences(&pages.why, run, one->expects);
  put_data(&pages.data, run);
  const bareme_runner *runner = bareme_cases_runner(run->cases, &lane);
  if (verdicts->format == VERDICTS_TEXT || verdicts->format == VERDICTS_JUNIT)
    ladder_put(&pages.ladder, run->policy, runner, lane, BAREME_NONE, one->as_of);
  verdict->brief = bareme_cases_difference(run->cases, 0, &first)
                       ? first.path
                       : text_of("nothing is expected", strlen("nothing is expected"));
  verdict->brief_line = verdict->line;
  verdicts_add_failure(verdicts, verdict, &pages);
}

/* A case is called by its id, or else by its line. */
static void add_case(struct run *run, const bareme_case *one) {
  char line[32];
  int length = snprintf(line, sizeof line, "line %llu", (unsigned long long)one->line);
  struct verdict verdict = {
      .file = run->path,
      .line = one->line <= UINT32_MAX ? (uint32_t)one->line : UINT32_MAX,
      .name = one->id.bytes ? one->id : text_of(line, (size_t)length),
      .passed = one->passed,
  };
  if (!verdicts_wanted(run->arguments, verdict.name))
    return;
  if (one->passed)
    verdicts_add(&run->verdicts, &verdict);
  else
    add_failure(run, &verdict, one);
}

/* ---- running ------------------------------------------------------------------------------- */

static int open_cases(struct run *run) {
  const struct option_value *at = &run->arguments->option[OPTION_CASES_AT];
  bareme_failure failure = {""};
  bareme_case_options options = BAREME_CASE_OPTIONS_INIT;
  options.path = run->path;
  options.has_as_of = at->given;
  options.as_of = at->instant;
  return tell_status(bareme_cases_open(run->policy, &options, &failure, &run->cases), &failure);
}

static int compare(struct run *run) {
  bareme_failure failure = {""};
  bareme_case one;
  bareme_status status;
  verdicts_begin(&run->verdicts, run->arguments->option[OPTION_TEST_FORMAT].choice,
                 run->arguments->option[OPTION_COLOR].choice);
  verdicts_file(&run->verdicts, run->path);
  while ((status = bareme_cases_next(run->cases, &failure, &one)) == BAREME_OK)
    add_case(run, &one);
  verdicts_file_end(&run->verdicts, run->path);
  int result = tell_status(status, &failure);
  if (result == EXIT_DONE)
    result = verdicts_end(&run->verdicts);
  if (result != EXIT_DONE)
    return result;
  if (run->verdicts.tests == 0 && !run->arguments->option[OPTION_ALLOW_EMPTY].given)
    return tell_no("%s: there are no cases; --allow-empty says that none are expected", run->path);
  return run->verdicts.failed > 0 ? EXIT_NO : EXIT_DONE;
}

static int write_file(const struct run *run) {
  struct output output;
  bareme_sink sink = {output_put, &output};
  int status = output_open(&output, run->path);
  if (status != EXIT_DONE)
    return status;
  status = tell_status(bareme_cases_write(run->cases, &sink), NULL);
  if (status == EXIT_DONE)
    return output_close(&output);
  output_discard(&output);
  return status;
}

/* Nothing is written if everything is as it was. */
static int update(struct run *run) {
  bareme_failure failure = {""};
  bareme_case one;
  bareme_status status;
  size_t count = 0, changed = 0;
  while ((status = bareme_cases_next(run->cases, &failure, &one)) == BAREME_OK) {
    count++;
    changed += !one.passed;
  }
  int result = tell_status(status, &failure);
  if (result == EXIT_DONE && changed > 0)
    result = write_file(run);
  if (result != EXIT_DONE)
    return result;
  struct page page;
  page_init(&page, STDOUT_FILENO, run->arguments->option[OPTION_COLOR].choice);
  page_count(&page, changed, 0);
  page_word(&page, " of ");
  page_count(&page, count, 0);
  page_word(&page, count == 1 ? " case changed" : " cases changed");
  page_line(&page);
  result = page_print(&page, NULL);
  page_clear(&page);
  return result;
}

static int open_and_run(struct run *run) {
  int status = job_open_policy(run->arguments, run->arguments->words[0], &run->policy);
  if (status == EXIT_DONE)
    status = open_cases(run);
  if (status != EXIT_DONE)
    return status;
  return run->arguments->option[OPTION_UPDATE].given ? update(run) : compare(run);
}

/* What is not there, and directories, have words of their own. */
static int check_path(const char *path) {
  struct stat status;
  bool standard = strcmp(path, "-") == 0;
  if (!standard && (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
    return EXIT_DONE;
  return tell_usage("--cases: %s is no plain file; cases are read twice, from where they stand",
                    path);
}

int cases_run(const struct arguments *arguments) {
  const struct option_value *given = arguments->option;
  if (arguments->word_count != 1)
    return tell_usage("--cases goes with one policy: bareme test POLICY --cases FILE");
  if (given[OPTION_UPDATE].given && given[OPTION_FILTER].given)
    return tell_usage("--update writes all cases: leave --filter out");
  struct run run = {.arguments = arguments, .path = given[OPTION_CASES].word};
  int status = check_path(run.path);
  if (status == EXIT_DONE)
    status = open_and_run(&run);
  verdicts_clear(&run.verdicts);
  bareme_cases_free(run.cases);
  bareme_policy_free(run.policy);
  return status;
}

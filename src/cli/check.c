/* check.c - `bareme check`: is the policy right?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/findings.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/tell.h"

#include <string.h>
#include <unistd.h>

/* How the policies of a run did. */
struct tally {
  size_t right, wrong, unread, errors, warnings;
  struct findings findings;
};

static void put_part(struct page *page, uint32_t count, const char *one, const char *many,
                     bool *first) {
  if (count == 0)
    return;
  page_word(page, *first ? " (" : ", ");
  page_count(page, count, 0);
  page_format(page, " %s", count == 1 ? one : many);
  *first = false;
}

/* "policy.bareme: ok (12 criteria, 3 scores, 4 stages)" */
static void put_right(struct page *page, const char *path, const bareme_policy *policy) {
  bool first = true;
  page_text(page, text_of(path, strlen(path)), PAGE_UNCUT);
  page_word(page, ": ");
  page_style(page, STYLE_GREEN);
  page_word(page, "ok");
  page_style(page, STYLE_PLAIN);
  put_part(page, bareme_policy_count(policy, BAREME_CRITERIA), "criterion", "criteria", &first);
  put_part(page, bareme_policy_count(policy, BAREME_SCORES), "score", "scores", &first);
  put_part(page, bareme_policy_count(policy, BAREME_BANDS), "band", "bands", &first);
  put_part(page, bareme_policy_count(policy, BAREME_STAGES), "stage", "stages", &first);
  put_part(page, bareme_policy_count(policy, BAREME_ACTIONS), "action", "actions", &first);
  page_word(page, first ? "" : ")");
  page_line(page);
}

static bareme_status check_one(const struct arguments *arguments, const char *path,
                               struct page *page, struct tally *tally) {
  bareme_policy *policy;
  bareme_report *report;
  bareme_failure failure = {""};
  bareme_compile_options options = job_compile_options(arguments);
  bareme_status status = bareme_policy_open(path, &options, &report, &failure, &policy);
  if (report) {
    tally->errors += bareme_report_errors(report);
    tally->warnings += bareme_report_warnings(report);
    if (tally->findings.format == FINDINGS_TEXT)
      job_render_report(arguments, report);
    else
      findings_add(&tally->findings, report);
  }
  if (status != BAREME_OK)
    tell_status(status, &failure);
  else if (tally->findings.format == FINDINGS_TEXT)
    put_right(page, path, policy);
  tally->right += status == BAREME_OK;
  tally->wrong += status == BAREME_INVALID_POLICY || status == BAREME_UNTRUSTED;
  tally->unread += status == BAREME_IO || status == BAREME_NO_MEMORY;
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

static void put_number(struct page *page, size_t count, const char *one, const char *many) {
  page_count(page, count, 0);
  page_format(page, " %s", count == 1 ? one : many);
}

/* "2 of 5 policies are invalid: 7 errors, 1 warning" */
static void put_summary(struct page *page, const struct tally *tally) {
  size_t all = tally->right + tally->wrong + tally->unread;
  if (all > 1)
    page_format(page, "%zu of %zu policies %s invalid: ", tally->wrong, all,
                tally->wrong == 1 ? "is" : "are");
  put_number(page, tally->errors, "error", "errors");
  page_word(page, ", ");
  put_number(page, tally->warnings, "warning", "warnings");
  page_line(page);
}

static int status_of(const struct tally *tally, bool usage) {
  if (usage)
    return EXIT_USAGE;
  if (tally->unread > 0)
    return EXIT_OUTSIDE;
  return tally->wrong > 0 ? EXIT_POLICY : EXIT_DONE;
}

static int run(const struct arguments *arguments) {
  struct page right, summary;
  struct tally tally = {0};
  bool usage = false;
  findings_begin(&tally.findings, arguments->option[OPTION_CHECK_FORMAT].choice);
  page_init(&right, STDOUT_FILENO, arguments->option[OPTION_COLOR].choice);
  page_init(&summary, STDERR_FILENO, arguments->option[OPTION_COLOR].choice);
  for (size_t i = 0; i < arguments->word_count; i++)
    usage |= check_one(arguments, arguments->words[i], &right, &tally) == BAREME_INVALID_ARGUMENT;
  bool text = tally.findings.format == FINDINGS_TEXT;
  if (text && tally.errors + tally.warnings > 0)
    put_summary(&summary, &tally);
  page_tell(&summary);
  int status = text ? page_print(&right, NULL) : findings_print(&tally.findings);
  findings_clear(&tally.findings);
  page_clear(&right);
  page_clear(&summary);
  return status == EXIT_DONE ? status_of(&tally, usage) : status;
}

const struct command command_check = {
    .name = "check",
    .summary = "tell every error of a policy, or that it is right",
    .usage = "POLICY...",
    .prose =
        "Reads each policy with the modules and lists it uses, and tells every error in it: where "
        "it is, what is wrong, and how to mend it. `bareme help CODE` explains a code at "
        "length. With a --format other than text, standard output has the findings and nothing "
        "else.\n\n"
        "Exit status: 0 all are right, 3 at least one is invalid, 5 a file cannot be read.",
    .options = (const enum option_id[]){OPTION_CHECK_FORMAT, OPTION_SET, OPTION_VERIFY,
                                        OPTION_INCLUDE, OPTION_COLOR, OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = SIZE_MAX,
    .run = run,
};

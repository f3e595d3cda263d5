/* test.c - `bareme test`: does a policy do what its tests say?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/cases.h"
#include "cli/escape.h"
#include "cli/find.h"
#include "cli/job.h"
#include "cli/ladder.h"
#include "cli/tell.h"
#include "cli/verdicts.h"

#include <string.h>

/* ---- why a test failed ----------------------------------------------------------------- */

/* `activity is 21.46`, `email is missing` */
static void put_value(struct page *page, const bareme_named_value *value) {
  static const char excluded[] = "excluded";
  bool exclusion = value->name.length == sizeof excluded - 1 &&
                   memcmp(value->name.bytes, excluded, value->name.length) == 0;
  if (exclusion && !value->value.bytes) {
    page_word(page, "the lead is not excluded");
    return;
  }
  page_word(page, exclusion ? "the lead is " : "");
  page_text(page, value->name, PAGE_UNCUT);
  page_word(page, exclusion ? " by " : " is ");
  if (value->value.bytes)
    page_text(page, value->value, PAGE_UNCUT);
  else
    page_word(page, "missing");
}

/* What the names of a part are: beside it if there is room, else below it,
 * from the column `margin` on. */
static void put_values(struct page *page, bareme_tester *tester, uint32_t expectation,
                       uint32_t part, size_t margin) {
  bareme_named_value value;
  struct page words;
  page_init(&words, -1, 2);
  words.unicode = page->unicode;
  page_style(page, STYLE_DIM);
  for (uint32_t i = 0; bareme_tester_value(tester, expectation, part, i, &value); i++) {
    words.length = words.column = 0;
    put_value(&words, &value);
    page_word(page, i > 0 ? ", " : page->column > margin ? "   " : "");
    if (page->column > margin && page->column + words.column > page->width) {
      page_line(page);
      page_style(page, STYLE_DIM);
    }
    page_pad(page, margin);
    page_put(page, words.bytes, words.length);
  }
  if (page->column > 0)
    page_line(page);
  page_style(page, STYLE_PLAIN);
  page->out_of_memory |= words.out_of_memory;
  page_clear(&words);
}

/* One that has no parts says it all itself. */
static void put_expectation(struct page *page, bareme_tester *tester, uint32_t index,
                            const bareme_expectation *expectation) {
  bareme_expected_part part;
  bool parts = bareme_tester_part(tester, index, 1, &part);
  page_word(page, "  ");
  page_mark(page, expectation->met);
  page_text(page, expectation->source, PAGE_UNCUT);
  page_style(page, STYLE_DIM);
  page_format(page, "   line %u", expectation->line);
  page_line(page);
  page_style(page, STYLE_PLAIN);
  if (!parts)
    put_values(page, tester, index, 0, 6);
  for (uint32_t i = 0; parts && bareme_tester_part(tester, index, i, &part); i++) {
    page_word(page, "      ");
    page_mark(page, part.met);
    page_text(page, part.source, PAGE_UNCUT);
    put_values(page, tester, index, i, 8);
  }
}

static void put_why(struct page *page, bareme_tester *tester) {
  bareme_expectation expectation;
  for (uint32_t i = 0; bareme_tester_expectation(tester, i, &expectation); i++)
    if (expectation.met != 1)
      put_expectation(page, tester, i, &expectation);
}

/* The same as items of a JSON array. */
static void put_data(struct page *page, bareme_tester *tester) {
  bareme_expectation expectation;
  bareme_expected_part part;
  bareme_named_value value;
  bool first = true;
  for (uint32_t e = 0; bareme_tester_expectation(tester, e, &expectation); e++) {
    if (expectation.met == 1)
      continue;
    page_format(page, "%s{\"line\":%u,\"expect\":", first ? "" : ",", expectation.line);
    escape_json(page, expectation.source);
    page_word(page, ",\"parts\":[");
    for (uint32_t p = 0; bareme_tester_part(tester, e, p, &part); p++) {
      page_format(page, "%s{\"met\":%s,\"source\":", p == 0 ? "" : ",",
                  part.met > 0    ? "true"
                  : part.met == 0 ? "false"
                                  : "null");
      escape_json(page, part.source);
      page_word(page, ",\"values\":{");
      for (uint32_t v = 0; bareme_tester_value(tester, e, p, v, &value); v++) {
        page_word(page, v == 0 ? "" : ",");
        escape_json(page, value.name);
        page_word(page, ":");
        if (value.value.bytes)
          escape_json(page, value.value);
        else
          page_word(page, "null");
      }
      page_word(page, "}}");
    }
    page_word(page, "]}");
    first = false;
  }
}

static void note_first(struct verdict *verdict, bareme_tester *tester) {
  bareme_expectation expectation;
  for (uint32_t i = 0; bareme_tester_expectation(tester, i, &expectation); i++)
    if (expectation.met != 1) {
      verdict->brief = expectation.source;
      verdict->brief_line = expectation.line;
      return;
    }
}

static void add_failure(struct verdicts *verdicts, struct verdict *verdict,
                        const bareme_policy *policy, bareme_tester *tester, int64_t as_of) {
  struct verdict_pages pages;
  uint32_t lane;
  verdicts_begin_failure(verdicts, &pages);
  const bareme_runner *runner = bareme_tester_runner(tester, &lane);
  if (verdicts->format == VERDICTS_JSON)
    put_data(&pages.data, tester);
  else
    put_why(&pages.why, tester);
  if (verdicts->format == VERDICTS_TEXT || verdicts->format == VERDICTS_JUNIT)
    ladder_put(&pages.ladder, policy, runner, lane, BAREME_NONE, as_of);
  note_first(verdict, tester);
  verdicts_add_failure(verdicts, verdict, &pages);
}

/* ---- the tests of a file ----------------------------------------------------------------- */

static bareme_status run_test(struct verdicts *verdicts, const char *path,
                              const bareme_policy *policy, bareme_tester *tester, uint32_t index,
                              const bareme_test *test) {
  struct verdict verdict = {.file = path, .line = test->line, .name = test->name};
  bareme_status status = bareme_tester_run(tester, index, &verdict.passed);
  if (status != BAREME_OK)
    return status;
  if (verdict.passed)
    verdicts_add(verdicts, &verdict);
  else
    add_failure(verdicts, &verdict, policy, tester, test->as_of);
  return BAREME_OK;
}

static bareme_status run_tests(const struct arguments *arguments, struct verdicts *verdicts,
                               const char *path, const bareme_policy *policy) {
  bareme_tester *tester;
  bareme_test test;
  bareme_status status = bareme_tester_new(policy, &tester);
  for (uint32_t i = 0; status == BAREME_OK && bareme_test_at(policy, i, &test); i++)
    if (verdicts_wanted(arguments, test.name))
      status = run_test(verdicts, path, policy, tester, i, &test);
  bareme_tester_free(tester);
  return status;
}

static bareme_status test_file(const struct arguments *arguments, struct verdicts *verdicts,
                               const char *path) {
  bareme_policy *policy;
  bareme_report *report;
  bareme_failure failure = {""};
  bareme_compile_options options = job_compile_options(arguments);
  options.tests = true;
  bareme_status status = bareme_policy_open(path, &options, &report, &failure, &policy);
  if (report && bareme_report_errors(report) > 0) /* warnings are the business of check */
    job_render_report(arguments, report);
  if (status == BAREME_OK) {
    verdicts_file(verdicts, path);
    status = run_tests(arguments, verdicts, path, policy);
    verdicts_file_end(verdicts, path);
    tell_status(status, &failure);
  } else {
    const char *why = failure.text[0] ? failure.text : bareme_status_text(status);
    verdicts_broken(verdicts, path, status, report, why);
    tell_status(status, &failure);
  }
  bareme_report_free(report);
  bareme_policy_free(policy);
  return status;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int status_of(const struct arguments *arguments, const struct verdicts *verdicts) {
  if (verdicts->unread > 0)
    return EXIT_OUTSIDE;
  if (verdicts->invalid > 0)
    return EXIT_POLICY;
  if (verdicts->tests == 0 && !arguments->option[OPTION_ALLOW_EMPTY].given)
    return tell_no("no test was found; --allow-empty says that none is expected");
  return verdicts->failed > 0 ? EXIT_NO : EXIT_DONE;
}

static int run_policies(const struct arguments *arguments) {
  struct paths paths;
  struct verdicts verdicts;
  bareme_status worst = BAREME_OK;
  int status = paths_find(&paths, arguments->words, arguments->word_count);
  verdicts_begin(&verdicts, arguments->option[OPTION_TEST_FORMAT].choice,
                 arguments->option[OPTION_COLOR].choice);
  for (size_t i = 0; status == EXIT_DONE && i < paths.count; i++) {
    bareme_status one = test_file(arguments, &verdicts, paths.items[i]);
    worst = one == BAREME_INVALID_ARGUMENT || one == BAREME_NO_MEMORY ? one : worst;
  }
  if (status == EXIT_DONE)
    status = verdicts_end(&verdicts);
  if (status == EXIT_DONE && worst != BAREME_OK)
    status = worst == BAREME_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_OUTSIDE;
  else if (status == EXIT_DONE)
    status = status_of(arguments, &verdicts);
  verdicts_clear(&verdicts);
  paths_clear(&paths);
  return status;
}

static int run(const struct arguments *arguments) {
  const struct option_value *given = arguments->option;
  if (given[OPTION_CASES].given)
    return cases_run(arguments);
  if (given[OPTION_UPDATE].given)
    return tell_usage("--update writes into the file of --cases FILE");
  if (given[OPTION_CASES_AT].given)
    return tell_usage("--at goes with --cases; each `test` says its own `as of`");
  return run_policies(arguments);
}

const struct command command_test = {
    .name = "test",
    .summary = "run the tests that policies bring along",
    .usage = "[POLICY|DIRECTORY...] | POLICY --cases FILE",
    .prose =
        "Runs the `test` declarations of each policy and module, those of a directory with all "
        "that is below it, or of the current directory. Of a test that fails, it shows what was "
        "expected, with the value of each name in it, and the lead's ladder.\n\n"
        "With --cases, scores the records of a file and compares each with what it says under "
        "`expect`, or in columns `expect.NAME`.\n\n"
        "Exit status: 0 all passed, 1 a test failed or none was found, 3 a policy is invalid, "
        "4 a file of cases is not what it should be, 5 a file cannot be read.\n\n"
        "  bareme test inbound.bareme\n"
        "  bareme test --filter \"free mailbox\" --format junit policies/ > results.xml\n"
        "  bareme test inbound.bareme --cases cases.ndjson --at 2026-06-01",
    .options =
        (const enum option_id[]){OPTION_FILTER, OPTION_TEST_FORMAT, OPTION_CASES, OPTION_CASES_AT,
                                 OPTION_UPDATE, OPTION_ALLOW_EMPTY, OPTION_SET, OPTION_VERIFY,
                                 OPTION_INCLUDE, OPTION_COLOR, OPTION_HELP, OPTION_COUNT},
    .least_words = 0,
    .most_words = SIZE_MAX,
    .run = run,
};

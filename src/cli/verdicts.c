/* verdicts.c - the outcome of tests, told to people and to programs.
 *
 *   text    what failed, and a last line; nothing for tests that passed
 *   tap     Test Anything Protocol 14, why in a block of YAML
 *   junit   the XML that build servers read: a suite for each file
 *   json    one document
 *   github  workflow commands, which mark the lines in a pull request
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/verdicts.h"

#include "cli/escape.h"

#include <string.h>
#include <unistd.h>

static bareme_text words(const char *terminated) {
  return text_of(terminated, strlen(terminated));
}

void verdicts_begin(struct verdicts *verdicts, unsigned format, unsigned colour_choice) {
  *verdicts = (struct verdicts){.format = (enum verdicts_format)format};
  unsigned never = 2;
  page_init(&verdicts->page, STDOUT_FILENO, format == VERDICTS_TEXT ? colour_choice : never);
  page_init(&verdicts->suite, -1, never);
  if (format == VERDICTS_TAP)
    page_word(&verdicts->page, "TAP version 14\n");
  if (format == VERDICTS_JSON)
    page_word(&verdicts->page, "{\"files\":[");
}

void verdicts_clear(struct verdicts *verdicts) {
  page_clear(&verdicts->page);
  page_clear(&verdicts->suite);
}

bool verdicts_wanted(const struct arguments *arguments, bareme_text name) {
  const char *filter = arguments->option[OPTION_FILTER].word;
  size_t length = filter ? strlen(filter) : 0;
  for (size_t at = 0; at + length <= name.length; at++)
    if (length == 0 || memcmp(name.bytes + at, filter, length) == 0)
      return true;
  return false;
}

/* For the text of failures: like what it will stand in. */
static void failure_page(const struct verdicts *verdicts, struct page *page) {
  page_init(page, -1, 2);
  page->unicode = verdicts->page.unicode || verdicts->format != VERDICTS_TEXT;
  if (verdicts->format != VERDICTS_TEXT)
    return;
  page->colour = verdicts->page.colour;
  page->width = verdicts->page.width;
  page->terminal = verdicts->page.terminal;
}

/* Lines, each behind the margin. */
static void put_indented(struct page *page, const char *margin, bareme_text text) {
  for (size_t at = 0; at < text.length;) {
    const char *line = text.bytes + at, *end = memchr(line, '\n', text.length - at);
    size_t length = end ? (size_t)(end - line) : text.length - at;
    if (length > 0)
      page_word(page, margin);
    page_raw(page, line, length);
    page_raw(page, "\n", 1);
    page->column = 0;
    at += length + 1;
  }
}

/* ---- text ----------------------------------------------------------------------------- */

static void put_failed(struct page *page, const struct verdict *verdict) {
  page_style(page, STYLE_RED);
  page_word(page, "FAIL");
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
  page_style(page, STYLE_BOLD);
  page_text(page, verdict->name, PAGE_UNCUT);
  page_style(page, STYLE_PLAIN);
  page_word(page, "  ");
  page_style(page, STYLE_DIM);
  page_text(page, words(verdict->file), PAGE_UNCUT);
  page_format(page, ":%u", verdict->line);
  page_style(page, STYLE_PLAIN);
  page_line(page);
  page_put(page, verdict->why.bytes, verdict->why.length);
  page_line(page);
  page_put(page, verdict->ladder.bytes, verdict->ladder.length);
  page_line(page);
}

static void put_part(struct page *page, size_t count, const char *one, const char *many) {
  page_count(page, count, 0);
  page_format(page, " %s", count == 1 ? one : many);
}

/* "12 tests, 1 failed" */
static void put_summary(struct page *page, const struct verdicts *verdicts) {
  bool good = verdicts->failed + verdicts->invalid + verdicts->unread == 0 && verdicts->tests > 0;
  page_style(page, good ? STYLE_GREEN : STYLE_RED);
  put_part(page, verdicts->tests, "test", "tests");
  if (verdicts->failed > 0) {
    page_word(page, ", ");
    page_count(page, verdicts->failed, 0);
    page_word(page, " failed");
  } else if (verdicts->tests > 0) {
    page_word(page, " passed");
  }
  if (verdicts->invalid > 0) {
    page_word(page, ", ");
    put_part(page, verdicts->invalid, "policy is invalid", "policies are invalid");
  }
  if (verdicts->unread > 0) {
    page_word(page, ", ");
    put_part(page, verdicts->unread, "file cannot be read", "files cannot be read");
  }
  page_style(page, STYLE_PLAIN);
  page_line(page);
}

/* ---- tap -------------------------------------------------------------------------------- */

/* A description ends at `#`, and `\` escapes it. */
static void put_description(struct page *page, bareme_text text) {
  for (size_t at = 0; at < text.length; at++) {
    char c = text.bytes[at];
    if (c == '#' || c == '\\')
      page_raw(page, "\\", 1);
    page_raw(page, c == '\n' || c == '\r' ? " " : &c, 1);
  }
}

static void put_point(struct page *page, bool passed, size_t number, const char *file,
                      bareme_text name) {
  page_format(page, "%sok %zu - ", passed ? "" : "not ", number);
  put_description(page, words(file));
  if (name.length > 0) {
    page_word(page, ": ");
    put_description(page, name);
  }
  page_line(page);
}

static void put_yaml(struct page *page, const char *file, uint32_t line, bareme_text why) {
  page_word(page, "  ---\n  file: ");
  escape_json(page, words(file));
  if (line > 0)
    page_format(page, "\n  line: %u", line);
  page_word(page, "\n  message: |2\n");
  put_indented(page, "    ", why);
  page_word(page, "  ...\n");
}

/* Files that cannot be compiled count as points of their own. */
static size_t points(const struct verdicts *verdicts) {
  return verdicts->tests + verdicts->invalid + verdicts->unread;
}

/* ---- junit ------------------------------------------------------------------------------- */

static void put_attribute(struct page *page, const char *name, bareme_text value) {
  page_format(page, " %s=\"", name);
  escape_xml(page, value, true);
  page_word(page, "\"");
}

static void put_junit_test(struct page *suite, const struct verdict *verdict) {
  page_word(suite, "    <testcase");
  put_attribute(suite, "classname", words(verdict->file));
  put_attribute(suite, "name", verdict->name);
  put_attribute(suite, "file", words(verdict->file));
  page_format(suite, " line=\"%u\"", verdict->line);
  if (verdict->passed) {
    page_word(suite, "/>\n");
    return;
  }
  page_word(suite, ">\n      <failure");
  put_attribute(suite, "message", verdict->brief);
  page_word(suite, ">");
  escape_xml(suite, verdict->why, false);
  page_word(suite, "\n");
  escape_xml(suite, verdict->ladder, false);
  page_word(suite, "</failure>\n    </testcase>\n");
}

static void put_junit_suite(struct verdicts *verdicts, const char *file, size_t errors) {
  struct page *page = &verdicts->page, *suite = &verdicts->suite;
  page_word(page, "  <testsuite");
  put_attribute(page, "name", words(file));
  page_format(page, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
              verdicts->suite_tests + errors, verdicts->suite_failed, errors);
  page_raw(page, suite->bytes, suite->length);
  page_word(page, "  </testsuite>\n");
  page->out_of_memory |= suite->out_of_memory;
  suite->length = suite->column = 0;
}

static void put_junit_broken(struct page *suite, const char *file, bareme_text why) {
  page_word(suite, "    <testcase");
  put_attribute(suite, "classname", words(file));
  put_attribute(suite, "name", words("compiles"));
  page_word(suite, ">\n      <error>");
  escape_xml(suite, why, false);
  page_word(suite, "</error>\n    </testcase>\n");
}

/* The whole document: the counts stand before what they count. */
static void put_junit_document(struct verdicts *verdicts) {
  struct page all;
  failure_page(verdicts, &all);
  size_t errors = verdicts->invalid + verdicts->unread;
  page_word(&all, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bareme\"");
  page_format(&all, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", points(verdicts),
              verdicts->failed, errors);
  page_raw(&all, verdicts->page.bytes, verdicts->page.length);
  page_word(&all, "</testsuites>\n");
  all.out_of_memory |= verdicts->page.out_of_memory;
  page_clear(&verdicts->page);
  verdicts->page = all;
}

/* ---- json ---------------------------------------------------------------------------------- */

static void put_comma(struct page *page) {
  char last = page->length > 0 ? page->bytes[page->length - 1] : '[';
  page_word(page, last == '[' ? "\n  " : ",\n  ");
}

static void put_json_test(struct page *page, const struct verdict *verdict) {
  put_comma(page);
  page_format(page, "  {\"line\":%u,\"name\":", verdict->line);
  escape_json(page, verdict->name);
  page_format(page, ",\"passed\":%s", verdict->passed ? "true" : "false");
  if (!verdict->passed) {
    page_word(page, ",\"failures\":[");
    page_raw(page, verdict->data.bytes, verdict->data.length);
    page_word(page, "]");
  }
  page_word(page, "}");
}

static void begin_json_file(struct page *page, const char *file) {
  put_comma(page);
  page_word(page, "{\"file\":");
  escape_json(page, words(file));
}

static void put_json_findings(struct page *page, const bareme_report *report) {
  bareme_finding finding;
  bool first = true;
  page_word(page, ",\"findings\":[");
  for (size_t i = 0; bareme_report_finding(report, i, &finding); i++) {
    page_format(page, "%s{\"code\":\"%s\",\"line\":%u,\"column\":%u,\"message\":", first ? "" : ",",
                finding.code, finding.line, finding.column);
    escape_json(page, words(finding.message));
    page_word(page, "}");
    first = false;
  }
  page_word(page, "]");
}

static void put_json_broken(struct page *page, const char *file, const bareme_report *report,
                            bareme_text why) {
  begin_json_file(page, file);
  page_word(page, ",\"error\":");
  escape_json(page, why);
  if (report)
    put_json_findings(page, report);
  page_word(page, "}");
}

/* ---- github -----------------------------------------------------------------------------------
 */

static void put_command(struct page *page, const char *file, uint32_t line, bareme_text title,
                        bareme_text message) {
  page_word(page, "::error file=");
  escape_github(page, words(file), true);
  if (line > 0)
    page_format(page, ",line=%u", line);
  page_word(page, ",title=");
  escape_github(page, title, true);
  page_word(page, "::");
  escape_github(page, message, false);
  page_line(page);
}

static void put_findings(struct page *page, const bareme_report *report) {
  bareme_finding finding;
  for (size_t i = 0; bareme_report_finding(report, i, &finding); i++) {
    struct page file; /* terminated */
    page_init(&file, -1, 2);
    page_raw(&file, finding.file.bytes, finding.file.length);
    page_raw(&file, "", 1);
    if (finding.is_error && !file.out_of_memory)
      put_command(page, file.bytes, finding.line, words(finding.code), words(finding.message));
    page_clear(&file);
  }
}

/* ---- all of them --------------------------------------------------------------------------------
 */

void verdicts_file(struct verdicts *verdicts, const char *file) {
  verdicts->suite_tests = verdicts->suite_failed = 0;
  if (verdicts->format == VERDICTS_JSON) {
    begin_json_file(&verdicts->page, file);
    page_word(&verdicts->page, ",\"tests\":[");
  }
}

void verdicts_add(struct verdicts *verdicts, const struct verdict *verdict) {
  struct page *page = &verdicts->page;
  verdicts->tests++;
  verdicts->suite_tests++;
  verdicts->failed += !verdict->passed;
  verdicts->suite_failed += !verdict->passed;
  switch (verdicts->format) {
  case VERDICTS_TEXT:
    if (!verdict->passed)
      put_failed(page, verdict);
    break;
  case VERDICTS_TAP:
    put_point(page, verdict->passed, points(verdicts), verdict->file, verdict->name);
    if (!verdict->passed)
      put_yaml(page, verdict->file, verdict->line, verdict->why);
    break;
  case VERDICTS_JUNIT: put_junit_test(&verdicts->suite, verdict); break;
  case VERDICTS_JSON: put_json_test(page, verdict); break;
  case VERDICTS_GITHUB:
    if (!verdict->passed)
      put_command(page, verdict->file, verdict->brief_line, verdict->name, verdict->why);
    break;
  }
}

void verdicts_file_end(struct verdicts *verdicts, const char *file) {
  if (verdicts->format == VERDICTS_JSON)
    page_word(&verdicts->page, "]}");
  if (verdicts->format == VERDICTS_JUNIT)
    put_junit_suite(verdicts, file, 0);
}

void verdicts_broken(struct verdicts *verdicts, const char *file, bareme_status status,
                     const bareme_report *report, const char *why) {
  struct page *page = &verdicts->page;
  bool invalid = status == BAREME_INVALID_POLICY || status == BAREME_UNTRUSTED;
  verdicts->invalid += invalid;
  verdicts->unread += !invalid;
  verdicts->suite_tests = verdicts->suite_failed = 0;
  switch (verdicts->format) {
  case VERDICTS_TEXT: break; /* it was said on standard error */
  case VERDICTS_TAP:
    put_point(page, false, points(verdicts), file, text_of("", 0));
    put_yaml(page, file, 0, words(why));
    break;
  case VERDICTS_JUNIT:
    put_junit_broken(&verdicts->suite, file, words(why));
    put_junit_suite(verdicts, file, 1);
    break;
  case VERDICTS_JSON: put_json_broken(page, file, report, words(why)); break;
  case VERDICTS_GITHUB:
    if (report)
      put_findings(page, report);
    else
      put_command(page, file, 0, words("bareme test"), words(why));
    break;
  }
}

int verdicts_end(struct verdicts *verdicts) {
  struct page *page = &verdicts->page;
  switch (verdicts->format) {
  case VERDICTS_TEXT:
  case VERDICTS_GITHUB: put_summary(page, verdicts); break;
  case VERDICTS_TAP: page_format(page, "1..%zu\n", points(verdicts)); break;
  case VERDICTS_JUNIT: put_junit_document(verdicts); break;
  case VERDICTS_JSON:
    page_format(page, "],\n \"tests\":%zu,\"failed\":%zu,\"invalid\":%zu,\"unread\":%zu}\n",
                verdicts->tests, verdicts->failed, verdicts->invalid, verdicts->unread);
    break;
  }
  return page_print(page, NULL);
}

/* ---- failures ------------------------------------------------------------------------------ */

void verdicts_begin_failure(const struct verdicts *verdicts, struct verdict_pages *pages) {
  failure_page(verdicts, &pages->why);
  failure_page(verdicts, &pages->ladder);
  page_init(&pages->data, -1, 2);
}

void verdicts_add_failure(struct verdicts *verdicts, struct verdict *verdict,
                          struct verdict_pages *pages) {
  verdict->why = text_of_page(&pages->why);
  verdict->ladder = text_of_page(&pages->ladder);
  verdict->data = text_of_page(&pages->data);
  verdicts_add(verdicts, verdict);
  verdicts->page.out_of_memory |=
      pages->why.out_of_memory | pages->ladder.out_of_memory | pages->data.out_of_memory;
  page_clear(&pages->why);
  page_clear(&pages->ladder);
  page_clear(&pages->data);
}

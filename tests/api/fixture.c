/* fixture.c - what the tests of the public interface have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* mkstemp */
#include "fixture.h"

#include <unistd.h>

const char fixture_source[] =
    "policy \"Shop\" { version \"1.2\"  owner revops  limit 12.5  fresh true  wait 3 days }\n"
    "lead { country text  size number  consent bool }\n"
    "event visit { url text }\n"
    "event order { amount number }\n"
    "param base = 10\n"
    "segment large \"Large\" when size >= 100\n"
    "segment home when country is \"FR\"\n"
    "exclude \"Test account\" when country is \"XX\"\n"
    "score fit \"Who they are\" {\n"
    "  +(base) \"Is there\"\n"
    "  +20 \"Home\" when home\n"
    "  group \"Size\" { range to 8; +5 when size >= 100; +5 when size >= 1000 }\n"
    "}\n"
    "score activity {\n"
    "  decay 50% every 10 days\n"
    "  +8 \"Visited\" on visit  at most 2 times\n"
    "  +(amount / 3) \"Ordered\" on order\n"
    "  -5 \"Quiet\" every 30 days without any event  at most 10 points\n"
    "}\n"
    "score total = 0.5 * fit + activity\n"
    "band grade of fit { A \"Good\" from 30  B from 15  C otherwise }\n"
    "stage cold \"New\" { to warm when fit >= 30 and activity >= 5 and consent }\n"
    "stage warm\n"
    "action call \"Call them\" when entered(warm) { owner \"sdr\"  sla 24 hours }\n";

bareme_policy *fixture_compile(const char *text) {
  bareme_policy *policy;
  bareme_report *report;
  bareme_failure failure = {""};
  bareme_status status =
      bareme_policy_compile("test.bareme", text, strlen(text), NULL, &report, &failure, &policy);
  bareme_finding finding;
  if (status != BAREME_OK && report && bareme_report_finding(report, 0, &finding))
    print_error("%s: %s\n", finding.code, finding.message);
  assert_int_equal(status, BAREME_OK);
  assert_non_null(policy);
  bareme_report_free(report);
  return policy;
}

bareme_policy *fixture_policy(void) {
  return fixture_compile(fixture_source);
}

char *fixture_file(const char *text) {
  char *path = strdup("/tmp/bareme-api-XXXXXX");
  assert_non_null(path);
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), strlen(text));
  close(file);
  return path;
}

void fixture_remove(char *path) {
  unlink(path);
  free(path);
}

char *fixture_leads(void) {
  char *path = fixture_file(""), command[512];
  snprintf(command, sizeof command, "'%s' 2000 7 >%s", LEADS_PROGRAM, path);
  assert_int_equal(system(command), 0);
  return path;
}

bareme_reader *fixture_reader(const bareme_policy *policy, const char *path, uint32_t chunk,
                              bool explain) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  bareme_reader *reader;
  options.paths = &path;
  options.path_count = 1;
  options.format = BAREME_NDJSON;
  options.as_of = AS_OF;
  options.chunk = chunk;
  options.explain = explain;
  assert_int_equal(bareme_reader_open(policy, &options, &failure, &reader), BAREME_OK);
  return reader;
}

static void gather(void *context, const char *bytes, size_t length) {
  struct gathered *gathered = context;
  gathered->bytes = realloc(gathered->bytes, gathered->length + length + 1);
  assert_non_null(gathered->bytes);
  memcpy(gathered->bytes + gathered->length, bytes, length);
  gathered->length += length;
  gathered->bytes[gathered->length] = '\0';
}

bareme_sink fixture_sink(struct gathered *gathered) {
  return (bareme_sink){gather, gathered};
}

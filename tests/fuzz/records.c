/* records.c - any bytes as data.
 *
 * The reader opens files by name, so the bytes stand in a file without one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define REQUIRE(condition) \
  if (!(condition))        \
  abort()

/* Of `mark` only a constant is asked, of `url` its value. */
static const char policy_text[] =
    "policy \"Fuzz\"\n"
    "lead { name text  size number from \"company.size\"  ok bool = true  born time  stay "
    "duration\n"
    "  plan one of (free, pro)  tags list of text  must text  mark text }\n"
    "event view \"View\" { url text  mark text  seconds number  at_home bool  moment time }\n"
    "event buy from \"Purchase\" { amount number = 1  plan one of (free, pro) }\n"
    "score s { decay 50% every 30 days\n"
    "  +1 when name contains \"a\" or tags contains \"b\" or plan is pro or not ok\n"
    "  +(size) when born < as_of and stay > 1 day and must is present\n"
    "  +1 when mark is \"x\"; +1 on view where mark is \"x\"\n"
    "  +2 on view where seconds > 1 or at_home or moment < as_of once per url\n"
    "  +(amount) on buy where plan is free }\n"
    "stage a { to b when s > 3 }\n"
    "stage b\n";

static const char one_lead[] = "{\"id\":\"1\",\"name\":\"a\",\"size\":1}\n";

/* Made once: the policy is always the same. */
static bareme_policy *policy(void) {
  static bareme_policy *compiled;
  if (!compiled)
    REQUIRE(bareme_policy_compile("fuzz.bareme", policy_text, sizeof policy_text - 1, NULL, NULL,
                                  NULL, &compiled) == BAREME_OK);
  return compiled;
}

struct file {
  int descriptor;
  char path[64];
};

static struct file open_bytes(const void *bytes, size_t length) {
  struct file file = {memfd_create("records", 0), ""};
  REQUIRE(file.descriptor >= 0);
  REQUIRE(write(file.descriptor, bytes, length) == (ssize_t)length);
  snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
  return file;
}

static void score_all(const bareme_read_options *options) {
  bareme_failure failure = {""};
  bareme_reader *reader;
  bareme_runner *runner;
  const bareme_batch *batch;
  uint64_t leads = 0;
  if (bareme_reader_open(policy(), options, &failure, &reader) != BAREME_OK)
    return;
  REQUIRE(bareme_runner_new(policy(), false, &runner) == BAREME_OK);
  bareme_status status;
  while ((status = bareme_reader_read(reader, &failure, &batch)) == BAREME_OK) {
    REQUIRE(bareme_runner_run(runner, batch) == BAREME_OK);
    leads += bareme_batch_count(batch);
  }
  bareme_read_summary summary;
  bareme_reader_summary(reader, &summary);
  REQUIRE(status == BAREME_IO || summary.accepted == leads);
  REQUIRE(status == BAREME_IO || summary.records == summary.accepted + summary.rejected);
  bareme_runner_free(runner);
  bareme_reader_free(reader);
}

void read_records(const uint8_t *bytes, size_t length, bareme_format format, bool events) {
  struct file data = open_bytes(bytes, length);
  struct file lead = open_bytes(one_lead, sizeof one_lead - 1);
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  const char *path = events ? lead.path : data.path;
  options.paths = &path;
  options.path_count = 1;
  options.events_path = events ? data.path : NULL;
  options.format = events ? BAREME_AUTO : format;
  options.as_of = INT64_C(1780272000000000);
  score_all(&options);
  close(data.descriptor);
  close(lead.descriptor);
}

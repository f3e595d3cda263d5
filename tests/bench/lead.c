/* lead.c - what one lead costs in process, again and again: bareme-lead.
 *
 *   bareme-lead POLICY LEADS AS_OF [ROUNDS]
 *
 * Takes the first line of LEADS from memory and does what a server does for a
 * request: decodes it into a batch of one, runs the policy over it, renders the
 * result.  Told, as JSON, are the medians of ROUNDS rounds of a thousand leads
 * each, in nanoseconds, and how often memory was asked for in all of them once
 * everything had been used: never, or something is wrong.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "base/clock.h"
#include "io/lead.h"
#include "io/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEADS = 1000, MOST_ROUNDS = 1001, PADDING = 64 };

enum step { DECODE, SCORE, RENDER, STEPS };

static void give_up(const char *what, const char *why) {
  fprintf(stderr, "lead: %s: %s\n", what, why);
  exit(1);
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The C library's heap, counting requests. */
static void *resize_counting(void *context, void *block, size_t old_size, size_t new_size) {
  *(size_t *)context += new_size > 0;
  return memory_standard.resize(memory_standard.context, block, old_size, new_size);
}

struct server {
  bareme_policy *policy;
  struct text line; /* with its end, and bytes behind it that can be read */
  struct memory memory;
  size_t requests;
  struct schema schema;
  struct loader loader;
  struct batch batch;
  struct runner runner;
  struct writer *writer;
  struct rendering rendering;
};

static struct text first_line(const char *path) {
  FILE *file = fopen(path, "rb");
  char *bytes = calloc(1 << 20, 1);
  if (!file || !bytes || !fgets(bytes, (1 << 20) - PADDING, file))
    give_up(path, "no line to read");
  fclose(file);
  return (struct text){bytes, strlen(bytes)};
}

static void put_nowhere(void *context, const char *bytes, size_t length) {
  (void)context, (void)bytes, (void)length;
}

static void open_server(struct server *server, const char *policy, const char *leads,
                        int64_t as_of) {
  static const bareme_sink nowhere = {put_nowhere, NULL};
  bareme_failure failure = {""};
  bareme_write_options options = BAREME_WRITE_OPTIONS_INIT;
  options.as_of = as_of;
  options.sink = &nowhere;
  server->line = first_line(leads);
  server->memory = (struct memory){resize_counting, &server->requests};
  if (bareme_policy_open(policy, NULL, NULL, &failure, &server->policy) != BAREME_OK)
    give_up(policy, failure.text);
  const struct program *program = server->policy->program;
  const struct memory *memory = &server->memory;
  if (!schema_init(&server->schema, program, memory) ||
      !loader_init(&server->loader, &server->schema, memory) ||
      !batch_init(&server->batch, program, memory, 1, as_of) ||
      !runner_init(&server->runner, program, memory, 1, false) ||
      writer_open(program, memory, &options, &failure, &server->writer) != BAREME_OK ||
      !rendering_init(&server->rendering, server->writer))
    give_up("opening", "out of memory");
  server->loader.batch = &server->batch;
}

static void close_server(struct server *server) {
  rendering_clear(&server->rendering);
  writer_free(server->writer);
  runner_clear(&server->runner);
  batch_clear(&server->batch);
  loader_clear(&server->loader);
  schema_clear(&server->schema);
  bareme_policy_free(server->policy);
  free((char *)(uintptr_t)server->line.bytes);
}

/* A request holds one record: nobody looks for where it ends. */
static void decode(struct server *server) {
  const struct record record = {.kind = RECORD_WHOLE,
                                .bytes = server->line,
                                .ready = server->line.length,
                                .behind = PADDING,
                                .line = 1};
  struct reason reason;
  batch_reset(&server->batch);
  account_reset(&server->loader.account);
  json_lines_restart(&server->loader.lines);
  if (lead_from_json(&server->loader, &record, &reason) != OUTCOME_ACCEPTED)
    give_up("decoding", "the line is no lead");
}

/* Leads that go as far as the step. */
static double round_of(struct server *server, enum step last) {
  double begun = nanoseconds();
  for (int i = 0; i < LEADS; i++) {
    decode(server);
    if (last >= SCORE && !runner_run(&server->runner, &server->batch))
      give_up("running", "out of memory");
    server->rendering.text.length = 0;
    if (last >= RENDER && !writer_render(server->writer, &server->runner, 0, 1, &server->rendering))
      give_up("rendering", "out of memory");
  }
  return (nanoseconds() - begun) / LEADS;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(struct server *server, int rounds) {
  static double times[STEPS][MOST_ROUNDS];
  round_of(server, RENDER);
  server->requests = 0;
  for (int round = 0; round < rounds; round++)
    for (int step = 0; step < STEPS; step++)
      times[step][round] = round_of(server, (enum step)step);
  for (int step = 0; step < STEPS; step++)
    qsort(times[step], (size_t)rounds, sizeof(double), ascending);
  double decoded = times[DECODE][rounds / 2], scored = times[SCORE][rounds / 2];
  printf("{\"decode_ns\":%.1f,\"score_ns\":%.1f,\"decode_score_ns\":%.1f,"
         "\"decode_score_write_ns\":%.1f,\"allocations\":%zu}\n",
         decoded, scored - decoded, scored, times[RENDER][rounds / 2], server->requests);
}

int main(int count, char **arguments) {
  static struct server server;
  int64_t as_of;
  int rounds = count > 4 ? atoi(arguments[4]) : 51;
  if (count < 4 || rounds < 1 || rounds > MOST_ROUNDS)
    give_up("usage", "bareme-lead POLICY LEADS AS_OF [ROUNDS]");
  if (!clock_from_data(text_from(arguments[3]), &as_of))
    give_up(arguments[3], "not an instant");
  open_server(&server, arguments[1], arguments[2], as_of);
  measure(&server, rounds);
  bool frugal = server.requests == 0;
  close_server(&server);
  return frugal ? 0 : 1;
}

/* columns.c - how fast programs run over records that are columns already.
 *
 *   columns POLICY LEADS AS_OF [--plain] [--chunk N] [--rounds N] [--explain] [--json]
 *
 * Reads all leads into batches, once, and then only runs the program over
 * them, again and again: no reading, no writing.  A round goes over all
 * batches, so that the columns of a large file come from memory as they would
 * in a job.  Told are the median and the best round.
 *
 * Columns of texts with few different ones are columns of codes, as Arrow's
 * dictionaries are, unless --plain is given.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "base/clock.h"
#include "encode.h"
#include "io/reader.h"
#include "limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ROUNDS = 10001 };

struct task {
  const char *policy_path, *leads_path, *as_of_text;
  uint32_t chunk, rounds;
  bool explain, json, plain;
  bareme_policy *policy;
  int64_t as_of;
  struct batch *batches;
  size_t batch_count, leads, events;
};

static void give_up(const char *what, const char *why) {
  fprintf(stderr, "columns: %s: %s\n", what, why);
  exit(1);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- reading, once ------------------------------------------------------------ */

/* Blocks that live as long as the batches. */
static struct block { struct block *next; } * kept;

static void *room(size_t size) {
  struct block *block = malloc(sizeof *block + size);
  if (!block)
    give_up("keeping", "out of memory");
  block->next = kept;
  kept = block;
  return block + 1;
}

static void let_go(void) {
  while (kept) {
    struct block *next = kept->next;
    free(kept);
    kept = next;
  }
}

/* Copies the texts, one behind the other. */
static void keep_texts(struct text *texts, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++)
    length += texts[i].length;
  char *next = room(length);
  for (size_t i = 0; i < count; i++)
    if (texts[i].bytes) {
      texts[i].bytes = memcpy(next, texts[i].bytes, texts[i].length);
      next += texts[i].length;
    }
}

static void keep_list(struct text_list *list) {
  struct text *items = room(list->count * sizeof *items);
  memcpy(items, list->items, list->count * sizeof *items);
  keep_texts(items, list->count);
  list->items = items;
}

static void keep_column(enum column_kind kind, struct column *column, uint32_t lanes) {
  if (kind == COLUMN_TEXT)
    keep_texts(column->text, lanes);
  for (uint32_t l = 0; kind == COLUMN_TEXTS && l < lanes; l++)
    if (column->texts[l].count > 0)
      keep_list(&column->texts[l]);
}

/* What the reader read lives until it reads on; a batch that stays needs its own. */
static void keep_batch(struct batch *batch) {
  const struct program *program = batch->program;
  keep_texts(batch->ids, batch->count);
  for (uint32_t f = 0; f < program->field_count; f++)
    keep_column(program->fields[f].kind, &batch->fields[f], batch->count);
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t c = 0; c < program->spaces[s].column_count; c++)
      keep_column(program->spaces[s].columns[c].kind, &batch->spaces[s].columns[c],
                  batch->spaces[s].count);
}

static struct batch *next_batch(struct task *task) {
  struct batch *batches = realloc(task->batches, (task->batch_count + 1) * sizeof *task->batches);
  if (!batches)
    give_up("batch", "out of memory");
  task->batches = batches;
  struct batch *batch = &batches[task->batch_count];
  if (!batch_init(batch, task->policy->program, &memory_standard, task->chunk, task->as_of))
    give_up("batch", "out of memory");
  return batch;
}

static void read_leads(struct task *task) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  bareme_failure failure = {""};
  struct reader *reader;
  options.paths = &task->leads_path;
  options.path_count = 1;
  options.as_of = task->as_of;
  if (reader_open(task->policy->program, &memory_standard, &options, &failure, &reader))
    give_up(task->leads_path, failure.text);
  for (;;) {
    struct batch *batch = next_batch(task);
    bareme_status status = reader_read(reader, batch, &failure);
    if (status != BAREME_OK && status != BAREME_END)
      give_up(task->leads_path, failure.text);
    if (status == BAREME_END) {
      batch_clear(batch);
      break;
    }
    keep_batch(batch);
    task->batch_count++;
    task->leads += batch->count;
    for (uint32_t s = 0; s < task->policy->program->space_count; s++)
      task->events += batch->spaces[s].count;
  }
  reader_free(reader);
}

/* ---- codes -------------------------------------------------------------------- */

/* Who has columns gives a text a code where it comes eight times or more. */
enum { TIMES_LEAST = 8 };

static void encode_all(struct encoded *list, size_t count) {
  size_t lanes = 0;
  for (size_t n = 0; n < count; n++)
    lanes += list[n].lanes;
  size_t most = lanes / TIMES_LEAST;
  encode(list, count, most < VOCABULARY_MOST ? (uint32_t)most : VOCABULARY_MOST, NULL, 0);
}

static void encode_texts(struct task *task) {
  const struct program *program = task->policy->program;
  struct encoded *list = encode_room(task->batch_count, sizeof *list);
  for (uint32_t f = 0; f < program->field_count; f++) {
    for (size_t b = 0; b < task->batch_count; b++)
      list[b] = encode_field(&task->batches[b], f);
    if (program->fields[f].kind == COLUMN_TEXT)
      encode_all(list, task->batch_count);
  }
  for (uint32_t s = 0; s < program->space_count; s++)
    for (uint32_t c = 0; c < program->spaces[s].column_count; c++) {
      for (size_t b = 0; b < task->batch_count; b++)
        list[b] = encode_column(&task->batches[b], s, c);
      if (program->spaces[s].columns[c].kind == COLUMN_TEXT)
        encode_all(list, task->batch_count);
    }
  free(list);
}

/* ---- running ------------------------------------------------------------------ */

static double run_all(const struct task *task, struct runner *runner) {
  double start = seconds_now();
  for (size_t b = 0; b < task->batch_count; b++)
    if (!runner_run(runner, &task->batches[b]))
      give_up("run", "out of memory");
  return seconds_now() - start;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(const struct task *task) {
  static double times[MOST_ROUNDS];
  struct runner runner;
  if (!runner_init(&runner, task->policy->program, &memory_standard, task->chunk, task->explain))
    give_up("runner", "out of memory");
  run_all(task, &runner); /* registers get their memory */
  for (uint32_t r = 0; r < task->rounds; r++)
    times[r] = run_all(task, &runner);
  qsort(times, task->rounds, sizeof *times, ascending);
  double median = times[task->rounds / 2] * 1e9 / (double)task->leads;
  double best = times[0] * 1e9 / (double)task->leads;
  if (task->json)
    printf("{\"leads\":%zu,\"lanes\":%zu,\"instructions\":%u,\"chunk\":%u,\"rounds\":%u,"
           "\"median_ns_per_lead\":%.2f,\"best_ns_per_lead\":%.2f}\n",
           task->leads, task->events, runner.section->code_count, task->chunk, task->rounds, median,
           best);
  else
    printf("%zu leads, %zu lanes of events, %u instructions, chunks of %u, %u rounds\n"
           "median %.2f ns a lead, best %.2f (%.0f leads a second)\n",
           task->leads, task->events, runner.section->code_count, task->chunk, task->rounds, median,
           best, 1e9 / best);
  runner_clear(&runner);
}

/* ---- the command line ----------------------------------------------------------- */

static uint32_t number(const char *text, uint32_t most) {
  unsigned long value = text ? strtoul(text, NULL, 10) : 0;
  if (value < 1 || value > most)
    give_up(text ? text : "option", "not a number in range");
  return (uint32_t)value;
}

static void parse(struct task *task, int count, char **arguments) {
  if (count < 4)
    give_up("usage",
            "columns POLICY LEADS AS_OF [--plain] [--chunk N] [--rounds N] [--explain] [--json]");
  task->policy_path = arguments[1];
  task->leads_path = arguments[2];
  task->as_of_text = arguments[3];
  for (int i = 4; i < count; i++)
    if (strcmp(arguments[i], "--explain") == 0)
      task->explain = true;
    else if (strcmp(arguments[i], "--plain") == 0)
      task->plain = true;
    else if (strcmp(arguments[i], "--json") == 0)
      task->json = true;
    else if (strcmp(arguments[i], "--chunk") == 0 && i + 1 < count)
      task->chunk = number(arguments[++i], LIMIT_CHUNK_LEADS);
    else if (strcmp(arguments[i], "--rounds") == 0 && i + 1 < count)
      task->rounds = number(arguments[++i], MOST_ROUNDS);
    else
      give_up(arguments[i], "unknown option");
}

int main(int count, char **arguments) {
  struct task task = {.rounds = 25};
  bareme_report *report = NULL;
  bareme_failure failure = {""};
  parse(&task, count, arguments);
  if (!bareme_instant_parse(task.as_of_text, strlen(task.as_of_text), &task.as_of))
    give_up(task.as_of_text, "not an instant");
  if (bareme_policy_open(task.policy_path, NULL, &report, &failure, &task.policy) != BAREME_OK)
    give_up(task.policy_path, failure.text[0] ? failure.text : "has errors");
  if (task.chunk == 0)
    task.chunk = runner_chunk(task.policy->program, task.explain);
  read_leads(&task);
  if (!task.plain)
    encode_texts(&task);
  measure(&task);
  for (size_t b = 0; b < task.batch_count; b++)
    batch_clear(&task.batches[b]);
  free(task.batches);
  let_go();
  bareme_policy_free(task.policy);
  bareme_report_free(report);
  return 0;
}

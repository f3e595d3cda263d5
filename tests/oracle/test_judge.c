/* test_judge.c - random policies and records: do machine and definition agree?
 *
 *   test_judge [--seed N] [--count N]
 *
 * Each seed makes a policy as text and some records.  The text goes the whole
 * way, through parser, checker and compiler; the program is proved safe, made
 * into the bytes of a file, and read again.  The machine scores the records in
 * chunks of 1, of 4 and of the full size, with and without explanations, with
 * the kernels of each instruction set that it has, and with texts as they are
 * and as codes of vocabularies; the naive evaluator scores them one by one.  All
 * must agree, bit for bit.
 *
 * Where they do not, the case is made small (records, events and lines of the
 * policy are left out as long as they still disagree) and printed with its
 * seed, and the exit status is 1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/compare.h"
#include "oracle/pools.h"
#include "oracle/random_policy.h"

#include "check/check.h"
#include "code/image.h"
#include "code/verify.h"
#include "compile/compile.h"
#include "encode.h"
#include "limits.h"
#include "syntax/parse.h"

#include <stdlib.h>
#include <string.h>

/* ---- a policy from text to program -------------------------------------- */

struct subject {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct model model;
  struct program *program;
};

/* What runs is what was read, so that the way through a file is judged, too. */
static bool take_through_file(struct subject *subject) {
  const struct image_options options = {.strip = false};
  struct refusal refusal = {.length = 0};
  struct text bytes;
  struct program *read = NULL;
  if (verify_program(subject->program, &memory_standard, &refusal) == VERIFY_OK &&
      image_write(subject->program, &options, &memory_standard, &bytes, &refusal) == IMAGE_OK) {
    image_read(bytes, &memory_standard, &read, &refusal);
    image_free(bytes, &memory_standard);
  }
  program_free(subject->program);
  subject->program = read;
  if (!read)
    fprintf(stderr, "the program is refused: %s\n", refusal.text);
  return read != NULL;
}

static bool subject_open(struct subject *subject, struct text policy) {
  *subject = (struct subject){0};
  arena_init(&subject->arena, &memory_standard);
  sources_init(&subject->sources, &subject->arena);
  diags_init(&subject->diags, &subject->arena);
  uint32_t source = sources_add(&subject->sources, TEXT("random.bareme"), policy);
  struct tree tree;
  const struct check_options options = {0};
  return source != UINT32_MAX &&
         parse_source(&subject->arena, &subject->sources, source, &subject->diags, &tree) &&
         check_policy(&subject->arena, &subject->sources, &tree, &options, &subject->diags,
                      &subject->model) &&
         compile_model(&subject->model, &memory_standard, &subject->program) == COMPILE_OK &&
         take_through_file(subject);
}

static void subject_close(struct subject *subject) {
  if (subject->program)
    program_free(subject->program);
  sources_clear(&subject->sources);
  arena_clear(&subject->arena);
}

/* ---- one case ----------------------------------------------------------- */

static uint32_t smaller(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

static bool run_batch(const struct subject *subject, struct runner *runner, struct batch *batch,
                      const struct answer *answers, FILE *out) {
  if (!runner_run(runner, batch))
    return false;
  for (uint32_t lane = 0; lane < batch->count; lane++)
    if (!compare_lead(runner, lane, &subject->model, &answers[lane], out)) {
      if (out)
        fprintf(out, "(in chunks of %u, %s section, %s)\n", batch->capacity,
                runner->explain ? "full" : "plain", batch->encoded ? "codes" : "texts");
      return false;
    }
  return true;
}

/* Texts that no record has make some vocabularies larger than the chunk. */
static void encode_texts(struct batch *batch, uint32_t chunk) {
  static const struct text others[] = {{"", 0},  {"a", 1}, {"b", 1}, {"c", 1}, {"d", 1},
                                       {"e", 1}, {"f", 1}, {"g", 1}, {"h", 1}};
  encode_batch(batch, others, chunk % 3 == 1 ? sizeof others / sizeof *others : 0);
}

static bool run_chunks(const struct subject *subject, struct runner *runner, struct batch *batch,
                       const struct record *records, const struct answer *answers, uint32_t count,
                       FILE *out) {
  for (uint32_t first = 0; first < count; first += batch->capacity) {
    uint32_t size = smaller(batch->capacity, count - first);
    if (!compare_fill(batch, &subject->model, records + first, size) ||
        !run_batch(subject, runner, batch, answers + first, out))
      return false;
    encode_texts(batch, first / batch->capacity);
    if (!run_batch(subject, runner, batch, answers + first, out))
      return false;
  }
  return true;
}

/* With the kernels of each instruction set that this machine has. */
static bool run_in(const struct subject *subject, uint32_t chunk, bool explain,
                   const struct record *records, const struct answer *answers, uint32_t count,
                   FILE *out) {
  struct batch batch;
  struct runner runner;
  bool agrees = batch_init(&batch, subject->program, &memory_standard, chunk, POOL_AS_OF) &&
                runner_init(&runner, subject->program, &memory_standard, chunk, explain);
  for (enum math_machine set = MATH_EVERY; agrees && set <= math_machine_best(); set++) {
    runner_use(&runner, set);
    agrees = run_chunks(subject, &runner, &batch, records, answers, count, out);
    if (!agrees && out)
      fprintf(out, "(with instruction set %d)\n", (int)set);
  }
  runner_clear(&runner);
  batch_clear(&batch);
  return agrees;
}

/* All chunk sizes, both sections. */
static bool agrees(const struct subject *subject, const struct record *records, uint32_t count,
                   FILE *out) {
  static const uint32_t chunks[] = {1, 4, LIMIT_CHUNK_LEADS};
  struct arena arena;
  arena_init(&arena, &memory_standard);
  struct answer *answers = arena_array(&arena, count, sizeof *answers);
  bool result = answers != NULL;
  for (uint32_t i = 0; result && i < count; i++)
    answers[i] = evaluate(&arena, &subject->model, &records[i], POOL_AS_OF);
  for (size_t i = 0; result && i < sizeof chunks / sizeof *chunks; i++)
    result = run_in(subject, chunks[i], false, records, answers, count, out) &&
             run_in(subject, chunks[i], true, records, answers, count, out);
  arena_clear(&arena);
  return result;
}

/* ---- making a case small ------------------------------------------------ */

static bool still_disagrees(struct text policy, const struct record *record) {
  struct subject subject;
  bool opened = subject_open(&subject, policy);
  bool has_stage = record->stage == 0 || record->stage < subject.model.stage_count;
  bool result = opened && has_stage && !agrees(&subject, record, 1, NULL);
  subject_close(&subject);
  return result;
}

static size_t line_end(struct text text, size_t begin) {
  const char *end = memchr(text.bytes + begin, '\n', text.length - begin);
  return end ? (size_t)(end - text.bytes) + 1 : text.length;
}

/* The end of the line, or of the block that it opens. */
static size_t block_end(struct text text, size_t begin) {
  int open = 0;
  size_t at = begin;
  do {
    size_t end = line_end(text, at);
    for (; at < end; at++)
      open += (text.bytes[at] == '{') - (text.bytes[at] == '}');
  } while (open > 0 && at < text.length);
  return at;
}

static struct text without(struct arena *arena, struct text text, size_t begin, size_t end) {
  char *bytes = arena_alloc(arena, text.length + 1);
  if (!bytes)
    return text;
  memcpy(bytes, text.bytes, begin);
  memcpy(bytes + begin, text.bytes + end, text.length - end);
  return (struct text){bytes, text.length - (end - begin)};
}

/* Leaves out lines and blocks.  Fields of the record stay: their declarations must. */
static struct text shrink_policy(struct arena *arena, struct text policy,
                                 const struct record *record) {
  for (size_t at = 0; at < policy.length;) {
    bool is_record =
        text_starts_with((struct text){policy.bytes + at, policy.length - at}, TEXT("lead {")) ||
        text_starts_with((struct text){policy.bytes + at, policy.length - at}, TEXT("event "));
    size_t end = block_end(policy, at);
    struct text shorter = without(arena, policy, at, end);
    if (!is_record && still_disagrees(shorter, record))
      policy = shorter;
    else
      at = is_record ? end : line_end(policy, at);
  }
  return policy;
}

static void shrink_record(struct arena *arena, struct text policy, const struct model *model,
                          struct record *record) {
  struct value *fields = arena_array(arena, model->field_count, sizeof *fields);
  struct event *events = arena_array(arena, record->event_count + 1, sizeof *events);
  if (!fields || !events)
    return;
  memcpy(fields, record->fields, model->field_count * sizeof *fields);
  memcpy(events, record->events, record->event_count * sizeof *events);
  record->fields = fields;
  record->events = events;
  for (uint32_t i = 0; i < record->event_count;) {
    struct event left_out = events[i];
    memmove(events + i, events + i + 1, (--record->event_count - i) * sizeof *events);
    if (still_disagrees(policy, record))
      continue;
    memmove(events + i + 1, events + i, (record->event_count++ - i) * sizeof *events);
    events[i++] = left_out;
  }
  for (uint32_t i = 0; i < model->field_count; i++) {
    bool known = fields[i].known;
    fields[i].known = false;
    if (known && !still_disagrees(policy, record))
      fields[i].known = true;
  }
}

static void report(uint64_t seed, struct text policy, struct record record) {
  struct subject subject;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  bool opened = subject_open(&subject, policy);
  struct text small = policy;
  if (opened) {
    small = shrink_policy(&arena, policy, &record);
    shrink_record(&arena, small, &subject.model, &record);
    small = shrink_policy(&arena, small, &record);
  }
  subject_close(&subject);
  printf("seed %llu\n---- policy\n%.*s---- record, as of " POOL_AS_OF_TEXT "\n",
         (unsigned long long)seed, TEXT_ARGS(small));
  if (subject_open(&subject, small)) {
    record_print(&subject.model, &record, stdout);
    printf("---- differs\n");
    agrees(&subject, &record, 1, stdout);
    struct answer answer = evaluate(&arena, &subject.model, &record, POOL_AS_OF);
    printf("---- the definition's answer\n");
    answer_print(&subject.model, &answer, stdout);
  }
  subject_close(&subject);
  arena_clear(&arena);
}

/* Each record alone is scored as it should be: lanes disturb one another. */
static void report_together(const struct subject *subject, uint64_t seed, struct text policy,
                            const struct record *records, uint32_t count) {
  printf("seed %llu: only together\n---- policy\n%.*s---- records, as of " POOL_AS_OF_TEXT "\n",
         (unsigned long long)seed, TEXT_ARGS(policy));
  for (uint32_t i = 0; i < count; i++)
    record_print(&subject->model, &records[i], stdout);
  printf("---- differs\n");
  agrees(subject, records, count, stdout);
}

/* ---- seeds -------------------------------------------------------------- */

static void put(void *context, const char *bytes, size_t length) {
  fwrite(bytes, 1, length, context);
}

/* The generator promises policies without errors. */
static bool report_invalid(const struct subject *subject, uint64_t seed, struct text policy) {
  struct diag_sink sink = {put, stdout, false};
  printf("seed %llu: the policy is refused\n---- policy\n%.*s----\n", (unsigned long long)seed,
         TEXT_ARGS(policy));
  for (const struct diag *diag = subject->diags.first; diag; diag = diag->next)
    if (diag->severity == SEVERITY_ERROR)
      diag_render(diag, &subject->sources, &sink);
  return false;
}

/* Mostly a chunk of four and a bit; now and then over a word of lanes, or over a full chunk. */
static uint32_t records_for(uint64_t seed) {
  if (seed % 1000 == 999)
    return LIMIT_CHUNK_LEADS + 3;
  return seed % 50 == 49 ? 67 : 6;
}

static bool judge(uint64_t seed, uint64_t *pairs) {
  struct random random = {seed};
  struct subject subject;
  struct arena arena;
  arena_init(&arena, &memory_standard);
  struct text policy = random_policy(&arena, &random);
  bool ok = subject_open(&subject, policy);
  if (!ok)
    report_invalid(&subject, seed, policy);
  uint32_t count = records_for(seed);
  const struct record *records = ok ? random_records(&arena, &random, &subject.model, count) : NULL;
  if (ok && !agrees(&subject, records, count, NULL)) {
    uint32_t worst = 0;
    while (worst < count && agrees(&subject, records + worst, 1, NULL))
      worst++;
    if (worst < count)
      report(seed, policy, records[worst]);
    else
      report_together(&subject, seed, policy, records, count);
    ok = false;
  }
  *pairs += count;
  subject_close(&subject);
  arena_clear(&arena);
  return ok;
}

int main(int argc, char **argv) {
  uint64_t seed = 1, count = 2000, pairs = 0, failures = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--seed") == 0)
      seed = strtoull(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--count") == 0)
      count = strtoull(argv[i + 1], NULL, 10);
  }
  for (uint64_t i = 0; i < count && failures < 3; i++)
    failures += !judge(seed + i, &pairs);
  printf("%llu policies, %llu pairs of policy and record, %llu disagree\n",
         (unsigned long long)count, (unsigned long long)pairs, (unsigned long long)failures);
  return failures > 0;
}

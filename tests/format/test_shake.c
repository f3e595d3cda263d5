/* test_shake.c - sources with a random layout: does the formatter keep its promises?
 *
 *   format_shake [--seed N] [--count N] [FILE...]
 *
 * Sources are random policies, which know most of the language, and the files,
 * which know all of it.  Each is shaken: laid out in another way, with comments
 * thrown in.  Of what is printed it must be true that
 *
 *   - it says what the source says, as another reading of both trees tells, and
 *     compiles to the same code if the source does;
 *   - all comments are in it, in their order;
 *   - it is printed as itself;
 *   - no line ends in a blank, no two empty lines stand together, none at the
 *     start, and one line break ends it.
 *
 * A failure prints the source, and the exit status is 1.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "format/shake.h"
#include "oracle/random_policy.h"

#include "check/check.h"
#include "compile/compile.h"
#include "syntax/dump.h"
#include "syntax/parse.h"
#include "syntax/print.h"

#include <stdlib.h>
#include <string.h>

/* ---- readings ----------------------------------------------------------------------------- */

struct reading_of {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  struct tree tree;
  struct text dump; /* the tree, as text: a comparison that is not the printer's own */
};

static bool open_source(struct reading_of *reading, struct text source) {
  memset(reading, 0, sizeof *reading);
  arena_init(&reading->arena, &memory_standard);
  sources_init(&reading->sources, &reading->arena);
  diags_init(&reading->diags, &reading->arena);
  uint32_t index = sources_add(&reading->sources, TEXT("shaken.bareme"), source);
  return index != UINT32_MAX &&
         parse_source(&reading->arena, &reading->sources, index, &reading->diags, &reading->tree) &&
         tree_dump(&reading->arena, &reading->tree, &reading->dump);
}

static void close_source(struct reading_of *reading) {
  sources_clear(&reading->sources);
  arena_clear(&reading->arena);
}

/* The program of a policy that needs no other file; NULL if it is not valid. */
static struct program *compile(struct reading_of *reading) {
  const struct check_options options = {0};
  struct model model;
  struct program *program = NULL;
  if (check_policy(&reading->arena, &reading->sources, &reading->tree, &options, &reading->diags,
                   &model) &&
      compile_model(&model, &memory_standard, &program) != COMPILE_OK)
    program = NULL;
  return program;
}

/* Empty tables are NULL, which memcmp may not be given. */
static bool same_bytes(const void *a, size_t a_count, const void *b, size_t b_count, size_t size) {
  return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * size) == 0);
}

static bool same_section(const struct section *a, const struct section *b) {
  return a->register_count == b->register_count &&
         same_bytes(a->code, a->code_count, b->code, b->code_count, sizeof *a->code);
}

static bool same_program(const struct program *a, const struct program *b) {
  return a->text_count == b->text_count && same_section(&a->plain, &b->plain) &&
         same_section(&a->full, &b->full) &&
         same_bytes(a->numbers, a->number_count, b->numbers, b->number_count, sizeof *a->numbers) &&
         same_bytes(a->micros, a->micros_count, b->micros, b->micros_count, sizeof *a->micros);
}

static bool compiles_alike(struct reading_of *a, struct reading_of *b, uint64_t *programs) {
  struct program *first = compile(a), *second = compile(b);
  *programs += first != NULL;
  bool alike = first && second ? same_program(first, second) : first == second;
  if (first)
    program_free(first);
  if (second)
    program_free(second);
  return alike;
}

/* Durations are dumped with the blanks that were written in them. */
static bool same_dump(struct text a, struct text b) {
  size_t i = 0, j = 0;
  for (;; i++, j++) {
    while (i < a.length && (a.bytes[i] == ' ' || a.bytes[i] == '\t'))
      i++;
    while (j < b.length && (b.bytes[j] == ' ' || b.bytes[j] == '\t'))
      j++;
    if (i == a.length || j == b.length)
      return i == a.length && j == b.length;
    if (a.bytes[i] != b.bytes[j])
      return false;
  }
}

/* ---- promises ---------------------------------------------------------------------------------
 */

static bool has_comments(struct text text, uint32_t count) {
  const char *at = text.bytes, *end = text.bytes + text.length;
  for (uint32_t i = 0; i < count; i++) {
    char words[32];
    size_t length = (size_t)snprintf(words, sizeof words, "#c%u\n", i);
    while (at + length <= end && memcmp(at, words, length) != 0)
      at++;
    if (at + length > end)
      return false;
    at += length;
  }
  return true;
}

static bool is_clean(struct text text) {
  const char *bytes = text.bytes;
  if (text.length < 2 || bytes[0] == '\n' || bytes[text.length - 1] != '\n' ||
      bytes[text.length - 2] == '\n')
    return false;
  for (size_t i = 1; i < text.length; i++) {
    bool ends = bytes[i] == '\n';
    if ((ends && (bytes[i - 1] == ' ' || bytes[i - 1] == '\t' || bytes[i - 1] == '\r')) ||
        (ends && i + 1 < text.length && bytes[i - 1] == '\n' && bytes[i + 1] == '\n'))
      return false;
  }
  return true;
}

/* What is broken of the promises, or NULL. */
static const char *judge(struct reading_of *source, uint32_t comments, struct text *text,
                         uint64_t *programs) {
  struct reading_of again;
  struct text twice;
  if (print_tree(&source->arena, &source->sources, &source->tree, text) != PRINT_DONE)
    return "the printer refuses";
  if (!has_comments(*text, comments))
    return "a comment is lost";
  if (!is_clean(*text))
    return "blanks at an end, or empty lines";
  const char *broken = NULL;
  if (!open_source(&again, *text))
    broken = "what was printed cannot be read";
  else if (!same_dump(source->dump, again.dump))
    broken = "it says something else";
  else if (print_tree(&again.arena, &again.sources, &again.tree, &twice) != PRINT_DONE ||
           !text_equal(*text, twice))
    broken = "printed again, it changes";
  else if (!compiles_alike(source, &again, programs))
    broken = "it compiles to something else";
  close_source(&again);
  return broken;
}

/* ---- all of it
 * ------------------------------------------------------------------------------------ */

struct tally {
  uint64_t seed, sources, programs, passed_by, failures;
};

static void fail(const struct tally *tally, const char *broken, struct text shaken,
                 struct text printed) {
  printf("seed %llu: %s\n---- source\n%.*s---- printed\n%.*s----\n",
         (unsigned long long)tally->seed, broken, TEXT_ARGS(shaken), TEXT_ARGS(printed));
}

/* Shakes and formats a source, if shaking has kept what it says. */
static void try_source(struct tally *tally, struct random *random, const struct reading_of *plain) {
  struct arena arena;
  struct reading_of reading;
  uint32_t comments = 0;
  arena_init(&arena, &memory_standard);
  struct text shaken =
      shake(&arena, random, plain->sources.items[plain->tree.source].bytes, &comments);
  if (open_source(&reading, shaken) && same_dump(plain->dump, reading.dump)) {
    struct text printed = TEXT("");
    const char *broken = judge(&reading, comments, &printed, &tally->programs);
    tally->sources++;
    tally->failures += broken != NULL;
    if (broken)
      fail(tally, broken, shaken, printed);
  } else {
    tally->passed_by++;
  }
  close_source(&reading);
  arena_clear(&arena);
}

static void try_random(struct tally *tally) {
  struct arena arena;
  struct reading_of plain;
  struct random random = {tally->seed};
  arena_init(&arena, &memory_standard);
  if (open_source(&plain, random_policy(&arena, &random)))
    try_source(tally, &random, &plain);
  close_source(&plain);
  arena_clear(&arena);
}

static void try_file(struct tally *tally, const char *path, uint64_t count) {
  static char bytes[1 << 20];
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
  struct reading_of plain;
  if (file)
    fclose(file);
  bool readable = open_source(&plain, (struct text){bytes, length});
  tally->failures += !readable;
  if (!readable)
    printf("%s cannot be read\n", path);
  for (uint64_t i = 0; readable && i < count; i++) {
    struct random random = {tally->seed + i};
    try_source(tally, &random, &plain);
  }
  close_source(&plain);
}

int main(int argc, char **argv) {
  uint64_t count = 1000;
  struct tally tally = {.seed = 1};
  int word = 1;
  for (; word + 1 < argc && strncmp(argv[word], "--", 2) == 0; word += 2) {
    uint64_t number = strtoull(argv[word + 1], NULL, 10);
    *(strcmp(argv[word], "--seed") == 0 ? &tally.seed : &count) = number;
  }
  for (; word < argc; word++)
    try_file(&tally, argv[word], count / 4);
  for (uint64_t i = 0; i < count && tally.failures < 3; i++, tally.seed++)
    try_random(&tally);
  printf(
      "%llu sources, %llu of them whole policies, %llu that shaking had changed, %llu failures\n",
      (unsigned long long)tally.sources, (unsigned long long)tally.programs,
      (unsigned long long)tally.passed_by, (unsigned long long)tally.failures);
  return tally.failures > 0 || tally.passed_by > tally.sources;
}

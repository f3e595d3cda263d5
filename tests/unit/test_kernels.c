/* test_kernels.c - every instruction set's kernels say of a text what base/ says.
 *
 * Kernels look at short texts through registers of the machine, in ways that
 * depend on the instruction set and on the text's length.  So texts of all
 * lengths around those of registers, with what is looked for at all places of
 * them, are tested by each set that this machine has, and by the functions of
 * base/.  Texts end where their memory ends: a sanitizer sees what reads on.
 * Where lanes are codes of a vocabulary, the same must come out, whether its texts
 * fit into a table in registers, are more, or are more than there were lanes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "base/unicode.h"
#include "encode.h"
#include "vm/runner.h"

#include <stdlib.h>

/* The conditions, as bits of the score. */
enum {
  CONTAINS = 1,
  STARTS = 2,
  STARTS_ANY = 4,
  MENTIONS = 8,
  DOMAIN = 16,
  PATH = 32,
  LOCAL_PART = 64,
  ENDS = 128,
  EXACTLY = 256,
  LONG = 512,
  TRIMMED = 1024,
  UPPER = 2048,
  SHORT = 4096,
  CHOSEN = 8192
};

static const char policy[] =
    "policy \"P\"\n"
    "lead { t text  u text }\n"
    "score s {\n"
    "  round none\n"
    "  +1   when t contains any of [\"vp\", \"header\", \"\\u{e9}t\\u{e9}\"]\n"
    "  +2   when t starts with \"/pricing\"\n"
    "  +4   when t starts with any of [\"/a\", \"/pricing/plans\", \"k\"]\n"
    "  +8   when t mentions any of [\"vp\", \"chief officer\"]\n"
    "  +16  when domain(t) in [\"acme.example\", \"b.example\", "
    "\"a-domain-of-more-than-24.example\", \"a-domain-of-more-than-25.example\"]\n"
    "  +32  when path(t) in [\"/\", \"/pricing\", \"/pricing/\"]\n"
    "  +64  when local_part(t) is \"vp\"\n"
    "  +128 when u ends with any of [\"x\", \"example\"]\n"
    "  +256 when u is exactly \"VP\"\n"
    "  +512 when u contains \"a text that is longer than half of any of the registers there are\"\n"
    "  +1024 when trim(t) is exactly \"vp\"\n"
    "  +2048 when upper(t) starts with \"VP\"\n"
    "  +4096 when length(t) = 2\n"
    "  +8192 when case { when length(t) >= 3 then trim(t) otherwise lower(u) } is \"vp\"\n"
    "}\n";

struct fixture {
  struct program *program;
  struct batch batch;
  struct runner runner;
};

static bool is_one_of(struct text text, bool found, const char *const *items) {
  for (; found && *items; items++)
    if (text_equal_folded(text, text_from(*items)))
      return true;
  return false;
}

static bool has(struct text folded, const char *item) {
  return text_find(folded, text_from(item), 0) != SIZE_MAX;
}

static bool begins(struct text folded, const char *item) {
  return text_starts_with(folded, text_from(item));
}

/* What the score must be. */
static int expected(struct text text) {
  static const char *const domains[] = {"acme.example", "b.example",
                                        "a-domain-of-more-than-24.example",
                                        "a-domain-of-more-than-25.example", NULL};
  static const char *const paths[] = {"/", "/pricing", "/pricing/", NULL};
  static const char *const locals[] = {"vp", NULL};
  char bytes[TEXT_FOLD_BOUND(256)];
  bool domain, path, local;
  struct text folded = {bytes, text_fold(text, bytes)};
  struct text of_domain = text_domain(text, &domain), of_path = text_path(text, &path);
  struct text of_local = text_local_part(text, &local);
  int bits = 0;
  bits |=
      has(folded, "vp") || has(folded, "header") || has(folded, "\xc3\xa9t\xc3\xa9") ? CONTAINS : 0;
  bits |= begins(folded, "/pricing") ? STARTS : 0;
  bits |= begins(folded, "/a") || begins(folded, "/pricing/plans") || begins(folded, "k")
              ? STARTS_ANY
              : 0;
  bits |= text_mentions(folded, TEXT("vp")) || text_mentions(folded, TEXT("chief officer"))
              ? MENTIONS
              : 0;
  bits |= is_one_of(of_domain, domain, domains) ? DOMAIN : 0;
  bits |= is_one_of(of_path, path, paths) ? PATH : 0;
  bits |= is_one_of(of_local, local, locals) ? LOCAL_PART : 0;
  bits |= text_ends_with(folded, TEXT("x")) || text_ends_with(folded, TEXT("example")) ? ENDS : 0;
  bits |= text_equal(text, TEXT("VP")) ? EXACTLY : 0;
  bits |=
      has(folded, "a text that is longer than half of any of the registers there are") ? LONG : 0;
  struct text trimmed = text_trim(text);
  bits |= text_equal(trimmed, TEXT("vp")) ? TRIMMED : 0;
  bits |= begins(folded, "vp") ? UPPER : 0;
  bits |= utf8_count(text) == 2 ? SHORT : 0;
  bits |= text_equal_folded(utf8_count(text) >= 3 ? trimmed : text, TEXT("vp")) ? CHOSEN : 0;
  return bits;
}

static void score_batch(struct fixture *fixture, const struct text *texts) {
  for (enum math_machine set = MATH_EVERY; set <= math_machine_best(); set++) {
    runner_use(&fixture->runner, set);
    assert_true(runner_run(&fixture->runner, &fixture->batch));
    for (uint32_t lane = 0; lane < fixture->batch.count; lane++) {
      double score;
      assert_true(result_score(&fixture->runner, 0, lane, &score));
      if ((int)score != expected(texts[lane]))
        print_error("instruction set %d, `%.*s`\n", (int)set, (int)texts[lane].length,
                    texts[lane].bytes);
      assert_int_equal((int)score, expected(texts[lane]));
    }
  }
}

enum { LEADS = 64 };

/* Texts wait until there is a chunk of them. */
static struct text waiting[LEADS];
static uint32_t waiting_count;

static void fill_batch(struct fixture *fixture) {
  batch_reset(&fixture->batch);
  for (uint32_t i = 0; i < waiting_count; i++) {
    batch_begin(&fixture->batch);
    batch_set_text(&fixture->batch, 0, waiting[i]);
    batch_set_text(&fixture->batch, 1, waiting[i]);
    assert_true(batch_end(&fixture->batch));
  }
}

/* Words that no lead has, so that a vocabulary has `more` texts than a chunk. */
enum { MORE_MOST = 100 };
static const size_t mores[] = {0, 1, MORE_MOST};

static void score_codes(struct fixture *fixture, size_t more) {
  static char bytes[MORE_MOST][2];
  struct text others[MORE_MOST];
  for (size_t n = 0; n < more; n++) {
    bytes[n][0] = '~';
    bytes[n][1] = (char)(n + 1);
    others[n] = (struct text){bytes[n], 2};
  }
  fill_batch(fixture);
  encode_batch(&fixture->batch, others, (uint32_t)more);
  score_batch(fixture, waiting); /* by each set once: the first comes too early to ask all */
  score_batch(fixture, waiting);
}

static void flush(struct fixture *fixture) {
  fill_batch(fixture);
  score_batch(fixture, waiting);
  for (size_t n = 0; n < sizeof mores / sizeof *mores; n++)
    score_codes(fixture, mores[n]);
  for (uint32_t i = 0; i < waiting_count; i++)
    free((char *)(uintptr_t)waiting[i].bytes);
  waiting_count = 0;
}

static void ask(struct fixture *fixture, const char *before, size_t filling, char with,
                const char *after) {
  size_t begin = strlen(before), end = strlen(after), length = begin + filling + end;
  char *bytes = malloc(length + (length == 0));
  assert_non_null(bytes);
  memcpy(bytes, before, begin);
  memset(bytes + begin, with, filling);
  memcpy(bytes + begin + filling, after, end);
  waiting[waiting_count++] = (struct text){bytes, length};
  if (waiting_count == LEADS)
    flush(fixture);
}

static const char *const pieces[] = {
    "",
    "vp",
    "VP",
    "Header",
    "v",
    "\xc3\x89T\xc3\xa9", /* ÉTé */
    "\xe2\x84\xaa",      /* the sign of Kelvin, which folds to k */
    "K",
    "/Pricing",
    "/pricing/plans",
    "/PRICIN\xc4\xb0", /* a dotted capital I */
    "/a",
    "chief officer",
    " vp ",
    "VP@ACME.example",
    "@b.example",
    "vp@",
    "@",
    "vp@x@a-domain-of-more-than-24.example",
    "@a-domain-of-more-than-25.example", /* begins like another, and is as long */
    "@a-domain-of-more-than-26.example",
    "http://acme.example/pricing",
    "HTTPS://acme.example/pricing/?q#f",
    "https://acme.example",
    "http://",
    "http:/",
    "//acme.example/pricing#f",
    "/pricing?x",
    "a text that is longer than half of any of the registers there are",
    "x",
};
enum { PIECES = sizeof pieces / sizeof *pieces };

static void all_instruction_sets_agree_about_texts(void **state) {
  struct fixture *fixture = *state;
  static const char fillings[] = {'a', ' ', '/', '\0'};
  for (size_t before = 0; before < PIECES; before++)
    for (size_t after = 0; after < PIECES; after++)
      for (size_t filling = 0; filling < 68; filling += filling < 8 || filling > 56 ? 1 : 5)
        ask(fixture, pieces[before], filling, fillings[(before + after + filling) % 4],
            pieces[after]);
  flush(fixture);
}

static int set_up(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  *state = fixture;
  if (!fixture)
    return 1;
  fixture->program = compile_text(policy);
  return !(batch_init(&fixture->batch, fixture->program, &memory_standard, LEADS, 0) &&
           runner_init(&fixture->runner, fixture->program, &memory_standard, LEADS, false));
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  runner_clear(&fixture->runner);
  batch_clear(&fixture->batch);
  program_free(fixture->program);
  free(fixture);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_instruction_sets_agree_about_texts),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

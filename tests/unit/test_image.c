/* test_image.c - compiled policies as bytes: written, read, damaged, of other versions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"
#include "images.h"

#include "base/unicode.h"
#include "code/image.h"

#define POLICY                                                                           \
  "policy \"Small\" { version \"2026.3\"  sla 24 hours }\n"                              \
  "lead { size number = 3  tier one of (gold, silver)  name text  tags list of text }\n" \
  "event visit { url text  seconds number }\n"                                           \
  "exclude \"No name\" when name is missing\n"                                           \
  "score interest \"What they do\" {\n"                                                  \
  "  decay 50% every 30 days\n"                                                          \
  "  range 0 to 100\n"                                                                   \
  "  +20 \"Large\" when size >= 1000 or tier is gold\n"                                  \
  "  +(seconds / 2) on visit where url contains \"/pricing\" at most 4 times\n"          \
  "  pick best \"one of these\" { +3 when tags contains any of [\"a\", \"b\"]; +2 }\n"   \
  "}\n"                                                                                  \
  "band stars of interest { 2 \"Call\" from 10  1 otherwise }\n"                         \
  "band heat of interest { hot from 5  cold otherwise }\n"                               \
  "grid g of stars, heat { columns hot, cold  2: A, B  1: B, C }\n"                      \
  "stage one { to two when interest >= 3 and stars = 2 }\n"                              \
  "stage two\n"                                                                          \
  "action call when entered(two) { owner \"sdr\" }\n"

/* ---- helpers ----------------------------------------------------------------------- */

static struct text image_of(const struct program *program, bool strip) {
  const struct image_options options = {.strip = strip, .made_by = {1, 2, 3}};
  struct refusal refusal;
  struct text bytes;
  assert_int_equal(image_write(program, &options, &memory_standard, &bytes, &refusal), IMAGE_OK);
  return bytes;
}

static struct text compile_to_image(const char *policy, bool strip) {
  struct program *program = compile_text(policy);
  struct text bytes = image_of(program, strip);
  program_free(program);
  return bytes;
}

static struct program *read_good(struct text bytes) {
  struct refusal refusal;
  struct program *program;
  if (image_read(bytes, &memory_standard, &program, &refusal) != IMAGE_OK)
    fail_msg("it was refused: %s", refusal.text);
  return program;
}

static struct refusal refusal_of(struct text bytes) {
  struct refusal refusal = {.length = 0};
  struct program *program;
  assert_int_equal(image_read(bytes, &memory_standard, &program, &refusal), IMAGE_REFUSED);
  assert_null(program);
  assert_true(refusal.length > 0);
  return refusal;
}

static void expect_refusal(struct text bytes, const char *words) {
  struct refusal refusal = refusal_of(bytes);
  if (!strstr(refusal.text, words))
    fail_msg("expected `%s`, found `%s`", words, refusal.text);
}

static char *writable(struct text bytes) {
  return (char *)(uintptr_t)bytes.bytes;
}

static uint32_t section_index(struct text bytes, const char *name) {
  struct image_outline outline;
  struct refusal refusal;
  assert_true(image_outline(bytes, &outline, &refusal));
  for (uint32_t i = 0; i < outline.section_count; i++)
    if (strcmp(outline.sections[i].name, name) == 0)
      return i;
  fail_msg("there is no section `%s`", name);
  return 0;
}

static char *entry_of(struct text bytes, const char *name) {
  return writable(bytes) + IMAGE_AT_TABLE + section_index(bytes, name) * (size_t)IMAGE_ENTRY_BYTES;
}

/* ---- there and back ------------------------------------------------------------------ */

/* RFC 3720, appendix B.4. */
static void checksums_are_those_of_the_standard(void **state) {
  (void)state;
  char zeros[32] = {0}, ones[32], up[32], down[32];
  for (int i = 0; i < 32; i++) {
    ones[i] = (char)-1;
    up[i] = (char)i;
    down[i] = (char)(31 - i);
  }
  assert_int_equal(crc32c(0, (struct text){zeros, 32}), 0x8A9136AA);
  assert_int_equal(crc32c(0, (struct text){ones, 32}), 0x62A8AB43);
  assert_int_equal(crc32c(0, (struct text){up, 32}), 0x46DD794E);
  assert_int_equal(crc32c(0, (struct text){down, 32}), 0x113FDB5C);
  assert_int_equal(crc32c(0, TEXT("123456789")), 0xE3069283);
  assert_int_equal(crc32c(crc32c(0, TEXT("1234")), TEXT("56789")), 0xE3069283);
}

/* Long inputs are divided a word at a time. */
static void a_long_checksum_is_that_of_its_pieces(void **state) {
  (void)state;
  static char bytes[40000];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (char)(i * i >> 3);
  for (size_t length = 16300; length < 16500; length += 1 + length % 3) {
    uint32_t pieces = 0;
    for (size_t at = 0; at < length; at += 1000)
      pieces = crc32c(pieces, (struct text){bytes + at, length - at < 1000 ? length - at : 1000});
    assert_int_equal(crc32c(0, (struct text){bytes, length}), pieces);
    assert_int_equal(crc32c(7, (struct text){bytes + 1, 20000 + length % 9}),
                     crc32c(crc32c(7, (struct text){bytes + 1, 9}),
                            (struct text){bytes + 10, 20000 + length % 9 - 9}));
  }
}

static void what_was_read_is_written_the_same(void **state) {
  (void)state;
  for (int strip = 0; strip <= 1; strip++) {
    struct text first = compile_to_image(POLICY, strip == 1);
    struct program *program = read_good(first);
    struct text second = image_of(program, false);
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.bytes, second.bytes, first.length);
    program_free(program);
    image_free(first, &memory_standard);
    image_free(second, &memory_standard);
  }
}

static void a_stripped_policy_has_no_words(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, true);
  struct program *program = read_good(bytes);
  assert_int_equal(program->source_name_count, 0);
  assert_int_equal(program->criterion_count, 0);
  assert_null(program->plain.origins);
  assert_true(program->full.line_count > 3);
  for (uint32_t i = 0; i < program->full.line_count; i++) {
    assert_int_equal(program->full.lines[i].label.length, 0);
    assert_int_equal(program->full.lines[i].source.length, 0);
    assert_int_equal(program->full.lines[i].source_name, PROGRAM_NONE);
  }
  assert_true(text_equal(program->scores[0].label, TEXT("What they do")));
  assert_true(text_equal(program->plain.conjuncts[0].source, TEXT("interest >= 3")));
  images_run(program);
  program_free(program);
  image_free(bytes, &memory_standard);
}

/* Every platform and every preset must come to the same bytes.  The policy has
 * so little code that the compiler seldom makes another; when that is meant, or
 * the format changes, so does this sum. */
static void the_bytes_are_the_same_everywhere(void **state) {
  (void)state;
  struct text bytes = compile_to_image("policy \"p\" { version \"2026.3\"  sla 24 hours }\n"
                                       "lead { size number required = 1.5  tier one of (a, b) }\n"
                                       "event visit { url text required }\n"
                                       "segment always \"A\" when true\n",
                                       false);
  assert_int_equal(crc32c(0, bytes), 0x7DA7A7D9);
  image_free(bytes, &memory_standard);
}

static void tests_of_a_policy_are_not_written(void **state) {
  (void)state;
  const struct image_options options = {.strip = false};
  struct refusal refusal;
  struct text bytes;
  struct program *program = compile_tests_of(
      POLICY "test \"t\" { as of 2026-06-01  lead { name: \"a\" }  expect interest = 2 }\n");
  assert_int_equal(image_write(program, &options, &memory_standard, &bytes, &refusal),
                   IMAGE_REFUSED);
  assert_non_null(strstr(refusal.text, "tests"));
  program_free(program);
}

static struct text directories(const char *first, const char *second) {
  struct program *program = compile_text(POLICY);
  const struct text names[] = {text_from(first), text_from(second)};
  program->source_names = names;
  program->source_name_count = 2;
  struct text bytes = image_of(program, false);
  program_free(program);
  return bytes;
}

static void names_of_files_are_seen_from_the_policy(void **state) {
  (void)state;
  static const struct {
    const char *first, *second, *expected;
  } cases[] = {
      {"inbound.bareme", "shared/fields.bareme", "shared/fields.bareme"},
      {"dir/inbound.bareme", "dir/shared/fields.bareme", "shared/fields.bareme"},
      {"/home/ann/inbound.bareme", "/home/ann/shared/fields.bareme", "shared/fields.bareme"},
      {"dir/inbound.bareme", "library/fields.bareme", "fields.bareme"},
      {"inbound.bareme", "/usr/share/fields.bareme", "fields.bareme"},
      {"inbound.bareme", "../fields.bareme", "fields.bareme"},
      {"./inbound.bareme", "shared/fields.bareme", "shared/fields.bareme"},
      {"dir/inbound.bareme", "std/mailbox.bareme", "std/mailbox.bareme"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct text bytes = directories(cases[i].first, cases[i].second);
    struct program *program = read_good(bytes);
    assert_true(text_equal(program->source_names[0], TEXT("inbound.bareme")));
    assert_true(text_equal(program->source_names[1], text_from(cases[i].expected)));
    program_free(program);
    image_free(bytes, &memory_standard);
  }
}

/* ---- other versions ---------------------------------------------------------------------- */

static void another_major_version_is_refused(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  for (uint32_t major = 0; major <= 2; major += 2) {
    image_put_u16(writable(bytes) + IMAGE_AT_VERSION, major);
    image_mend(writable(bytes), bytes.length);
    expect_refusal(bytes, "made by Bareme 1.2.3 in version");
    expect_refusal(bytes, "this build reads version 1");
  }
  image_free(bytes, &memory_standard);
}

static void another_minor_version_is_read(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  image_put_u16(writable(bytes) + IMAGE_AT_VERSION + 2, 77);
  image_mend(writable(bytes), bytes.length);
  program_free(read_good(bytes));
  image_free(bytes, &memory_standard);
}

/* A section that this build does not know. */
static void only_what_is_optional_is_skipped(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  char *words = entry_of(bytes, "words"), *origins = entry_of(bytes, "origins");
  memcpy(origins, "novelty\0", IMAGE_NAME_BYTES);
  image_mend(writable(bytes), bytes.length);
  program_free(read_good(bytes));
  memcpy(words, "strange\0", IMAGE_NAME_BYTES);
  image_put_u32(words + IMAGE_ENTRY_FLAGS, 0);
  image_mend(writable(bytes), bytes.length);
  expect_refusal(bytes, "a section `strange` that this build does not know");
  image_free(bytes, &memory_standard);
}

static void a_section_that_is_needed_must_be_there(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  char *record = entry_of(bytes, "record");
  memcpy(record, "other\0\0\0", IMAGE_NAME_BYTES);
  image_put_u32(record + IMAGE_ENTRY_FLAGS, IMAGE_OPTIONAL);
  image_mend(writable(bytes), bytes.length);
  expect_refusal(bytes, "section `record`: it is missing");
  memcpy(record, "plain\0\0\0", IMAGE_NAME_BYTES);
  image_mend(writable(bytes), bytes.length);
  expect_refusal(bytes, "two sections `plain`");
  memcpy(record, "pla\x1bn\0\0\0", IMAGE_NAME_BYTES);
  image_mend(writable(bytes), bytes.length);
  expect_refusal(bytes, "a name that none can have");
  image_free(bytes, &memory_standard);
}

static void an_instruction_of_another_version_is_named(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  size_t found = text_find(bytes, TEXT("ADD_WHEN"), 0);
  assert_int_not_equal(found, SIZE_MAX);
  memcpy(writable(bytes) + found, "SUB_WHEN", 8);
  image_mend(writable(bytes), bytes.length);
  expect_refusal(bytes, "made by Bareme 1.2.3 and has the instruction `SUB_WHEN`");
  image_free(bytes, &memory_standard);
}

/* ---- damage ------------------------------------------------------------------------------- */

static void every_changed_byte_is_found(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  for (size_t i = 0; i < bytes.length; i++) {
    for (int bit = 0; bit < 8; bit += 7) {
      writable(bytes)[i] ^= (char)(1 << bit);
      refusal_of(bytes);
      writable(bytes)[i] ^= (char)(1 << bit);
    }
  }
  program_free(read_good(bytes));
  image_free(bytes, &memory_standard);
}

static void every_cut_is_found(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  for (size_t length = 0; length < bytes.length; length++) {
    char *copy = malloc(length + 1); /* of this length, so that a sanitizer sees a step beyond */
    assert_non_null(copy);
    memcpy(copy, bytes.bytes, length);
    refusal_of((struct text){copy, length});
    free(copy);
  }
  char *longer = malloc(bytes.length + 1);
  assert_non_null(longer);
  memcpy(longer, bytes.bytes, bytes.length);
  longer[bytes.length] = 0;
  expect_refusal((struct text){longer, bytes.length + 1}, "something was added");
  free(longer);
  image_free(bytes, &memory_standard);
}

/* The generator of Marsaglia, "Xorshift RNGs", 2003: the same on every machine. */
static uint32_t random_below(uint64_t *seed, uint32_t bound) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return (uint32_t)(*seed >> 32) % bound;
}

static void change(char *bytes, size_t first, size_t length, uint64_t *seed) {
  char *byte = bytes + first + random_below(seed, (uint32_t)(length - first));
  switch (random_below(seed, 4)) {
  case 0: *byte = (char)(*byte + 1); break;
  case 1: *byte = (char)(*byte - 1); break;
  case 2: *byte = (char)(*byte ^ 1 << random_below(seed, 8)); break;
  default: *byte = (char)random_below(seed, 256); break;
  }
}

/* Damage with checksums that fit: refused with a reason, or run within its bounds. */
static void what_passes_the_verifier_runs(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  size_t first =
      IMAGE_AT_TABLE + image_u16(bytes.bytes + IMAGE_AT_SECTIONS) * (size_t)IMAGE_ENTRY_BYTES;
  char *copy = malloc(bytes.length);
  uint64_t seed = 42;
  uint32_t ran = 0, refused = 0;
  assert_non_null(copy);
  for (int round = 0; round < 4000; round++) {
    struct refusal refusal = {.length = 0};
    struct program *program;
    memcpy(copy, bytes.bytes, bytes.length);
    for (uint32_t changes = 1 + random_below(&seed, 2); changes > 0; changes--)
      change(copy, first, bytes.length, &seed);
    image_mend(copy, bytes.length);
    struct text image = {copy, bytes.length};
    if (image_read(image, &memory_standard, &program, &refusal) == IMAGE_OK) {
      images_run(program);
      program_free(program);
      ran++;
    } else {
      assert_true(refusal.length > 0);
      refused++;
    }
  }
  assert_true(ran > 100 && refused > 100); /* or this test would test nothing */
  free(copy);
  image_free(bytes, &memory_standard);
}

/* ---- memory --------------------------------------------------------------------------------- */

struct meter {
  size_t calls, fail_at, used, most;
};

static void *measured(void *context, void *block, size_t old_size, size_t new_size) {
  struct meter *meter = context;
  if (new_size > 0 && ++meter->calls == meter->fail_at)
    return NULL;
  void *made = memory_standard.resize(memory_standard.context, block, old_size, new_size);
  meter->used = meter->used - old_size + new_size;
  meter->most = meter->used > meter->most ? meter->used : meter->most;
  return made;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  struct text bytes = compile_to_image(POLICY, false);
  enum image_result result = IMAGE_NO_MEMORY;
  for (size_t n = 1; result != IMAGE_OK; n++) {
    struct meter meter = {.fail_at = n};
    const struct memory memory = {measured, &meter};
    struct refusal refusal = {.length = 0};
    struct program *program;
    result = image_read(bytes, &memory, &program, &refusal);
    assert_int_not_equal(result, IMAGE_REFUSED);
    program_free(program);
    assert_int_equal(meter.used, 0);
  }
  struct program *program = read_good(bytes);
  result = IMAGE_NO_MEMORY;
  for (size_t n = 1; result != IMAGE_OK; n++) {
    struct meter meter = {.fail_at = n};
    const struct memory memory = {measured, &meter};
    const struct image_options options = {.strip = false};
    struct refusal refusal;
    struct text again;
    result = image_write(program, &options, &memory, &again, &refusal);
    image_free(again, &memory);
    assert_int_equal(meter.used, 0);
  }
  program_free(program);
  image_free(bytes, &memory_standard);
}

/* A count that promises more than the file has asks for no memory. */
static void a_small_file_asks_for_little(void **state) {
  (void)state;
  static const char most[] = "\xff\xff\xff\xff\x0f";
  struct text bytes = compile_to_image(POLICY, false);
  char *copy = malloc(bytes.length);
  assert_non_null(copy);
  size_t first =
      IMAGE_AT_TABLE + image_u16(bytes.bytes + IMAGE_AT_SECTIONS) * (size_t)IMAGE_ENTRY_BYTES;
  for (size_t at = first; at + 5 <= bytes.length; at++) {
    struct meter meter = {0};
    const struct memory memory = {measured, &meter};
    struct refusal refusal;
    struct program *program;
    memcpy(copy, bytes.bytes, bytes.length);
    memcpy(copy + at, most, 5);
    image_mend(copy, bytes.length);
    if (image_read((struct text){copy, bytes.length}, &memory, &program, &refusal) == IMAGE_OK)
      program_free(program);
    assert_true(meter.most < 20 * bytes.length + 4096);
  }
  free(copy);
  image_free(bytes, &memory_standard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(checksums_are_those_of_the_standard),
      cmocka_unit_test(a_long_checksum_is_that_of_its_pieces),
      cmocka_unit_test(what_was_read_is_written_the_same),
      cmocka_unit_test(a_stripped_policy_has_no_words),
      cmocka_unit_test(the_bytes_are_the_same_everywhere),
      cmocka_unit_test(tests_of_a_policy_are_not_written),
      cmocka_unit_test(names_of_files_are_seen_from_the_policy),
      cmocka_unit_test(another_major_version_is_refused),
      cmocka_unit_test(another_minor_version_is_read),
      cmocka_unit_test(only_what_is_optional_is_skipped),
      cmocka_unit_test(a_section_that_is_needed_must_be_there),
      cmocka_unit_test(an_instruction_of_another_version_is_named),
      cmocka_unit_test(every_changed_byte_is_found),
      cmocka_unit_test(every_cut_is_found),
      cmocka_unit_test(what_passes_the_verifier_runs),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(a_small_file_asks_for_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fuzz_image.c - any bytes as a compiled policy: read, verified, run, written again.
 *
 * A checksum would keep the fuzzer out; so it is put right before the bytes are
 * read.  What passes the verifier is run over leads with and without data, under
 * sanitizers: it must stay within its memory and give finite numbers.  What was
 * read is written and read once more, and must give the same bytes from then on.
 *
 * Lengths stand before what they count, so bytes that are put in or taken out
 * mostly end in a refusal at once: the mutator changes one section at a time
 * and puts the table right around it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "images.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { LONGEST = 65536 };

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed) {
  struct image_outline outline;
  struct refusal refusal;
  const struct text image = {(const char *)bytes, length};
  if (!image_outline(image, &outline, &refusal) || outline.section_count == 0 || seed % 64 == 0)
    return LLVMFuzzerMutate(bytes, length, room);
  const struct image_section *section = &outline.sections[seed % outline.section_count];
  size_t end = (size_t)section->offset + section->length, rest = length - end;
  uint8_t *behind = malloc(rest + 1);
  if (!behind)
    return length;
  memcpy(behind, bytes + end, rest);
  size_t made =
      LLVMFuzzerMutate(bytes + section->offset, section->length, room - section->offset - rest);
  memcpy(bytes + section->offset + made, behind, rest);
  free(behind);
  length = section->offset + made + rest;
  image_put_u32((char *)bytes + IMAGE_AT_TABLE +
                    (seed % outline.section_count) * (size_t)IMAGE_ENTRY_BYTES + IMAGE_ENTRY_LENGTH,
                (uint32_t)made);
  image_mend((char *)bytes, length);
  return length;
}

/* From the first writing on, the bytes are always the same. */
static void write_again(const struct program *program) {
  const struct image_options options = {.strip = false};
  struct refusal refusal;
  struct program *again;
  struct text first, second;
  IMAGES_REQUIRE(image_write(program, &options, &memory_standard, &first, &refusal) == IMAGE_OK);
  IMAGES_REQUIRE(image_read(first, &memory_standard, &again, &refusal) == IMAGE_OK);
  IMAGES_REQUIRE(image_write(again, &options, &memory_standard, &second, &refusal) == IMAGE_OK);
  IMAGES_REQUIRE(text_equal(first, second));
  program_free(again);
  image_free(first, &memory_standard);
  image_free(second, &memory_standard);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct refusal refusal;
  struct program *program;
  if (length > LONGEST) /* what is larger only takes longer */
    return 0;
  char *copy = malloc(length + 1);
  IMAGES_REQUIRE(copy);
  memcpy(copy, bytes, length);
  image_mend(copy, length);
  struct text image = {copy, length};
  if (image_read(image, &memory_standard, &program, &refusal) == IMAGE_OK) {
    free(copy); /* nothing may point into it */
    images_run(program);
    write_again(program);
    program_free(program);
    return 0;
  }
  free(copy);
  return 0;
}

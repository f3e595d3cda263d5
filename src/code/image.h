/* image.h - a program as the bytes of a .bmc file, and back.
 *
 * The bytes depend on the program alone: not on the machine, its byte order,
 * addresses, or the directory that the policy lay in.  What a file looks like
 * is in image_format.h and, field by field, in image_structs.def; docs/bytecode.md
 * explains it.
 *
 * The tests of a policy are not part of a file: they are run where the policy
 * is written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_IMAGE_H
#define BAREME_CODE_IMAGE_H

#include "code/program.h"
#include "code/refusal.h"

/* What of a file can be told without reading the program in it. */
enum { IMAGE_NAME_BYTES = 8, IMAGE_SECTIONS_MOST = 32 };

struct image_section {
  char name[IMAGE_NAME_BYTES + 1]; /* terminated */
  uint32_t offset, length;         /* bytes */
  uint32_t checksum;               /* CRC-32C of those bytes */
  bool optional;                   /* a reader that does not know it may skip it */
  bool known;                      /* this build reads it */
};

struct image_outline {
  uint16_t major, minor; /* of the format */
  uint16_t made_by[3];   /* the version of Bareme that wrote it */
  uint32_t length;       /* of the whole file */
  uint32_t section_count;
  struct image_section sections[IMAGE_SECTIONS_MOST];
};

/* True if the bytes begin as every image does, whatever its version; no text
 * of a policy can. */
bool image_begins(struct text bytes);

/* Checks the header, the table of sections and the checksums of all of them. */
bool image_outline(struct text bytes, struct image_outline *outline, struct refusal *refusal);

enum image_result {
  IMAGE_OK,
  IMAGE_REFUSED, /* the refusal says why */
  IMAGE_NO_MEMORY
};

/* Reads a program and proves that it is safe to run (verify.h).  The bytes are
 * not needed afterwards.  The program, to be freed by program_free, lives in
 * an arena of its own that takes its memory from `memory`: at most about
 * twenty times as much as there are bytes. */
enum image_result image_read(struct text bytes, const struct memory *memory,
                             struct program **program, struct refusal *refusal);

struct image_options {
  bool strip;          /* leave out the words of rules, their places, and origins */
  uint16_t made_by[3]; /* the version of Bareme to name in the header */
};

/* The bytes are allocated from `memory` and freed by image_free. */
enum image_result image_write(const struct program *program, const struct image_options *options,
                              const struct memory *memory, struct text *bytes,
                              struct refusal *refusal);
void image_free(struct text bytes, const struct memory *memory);

#endif

/* image_format.h - how the bytes of a .bmc file are laid out.
 *
 *        0  magic            8 bytes; the first is no text, the rest shows a
 *                            file that was copied as text
 *        8  major, minor     u16 each: the version of the format
 *       12  made by          3 x u16: the version of Bareme that wrote the file
 *       18  sections         u16: how many
 *       20  length           u32: bytes of the whole file
 *       24  reserved         u32: 0
 *       28  checksum         u32: of bytes 0 to 27 and of the table
 *       32  table            24 bytes a section:
 *                              0  name      8 bytes, filled up with zeros
 *                              8  offset    u32: from the beginning of the file
 *                             12  length    u32
 *                             16  checksum  u32: of the section's bytes
 *                             20  flags     u32: 1: may be skipped by a reader that does
 *                                           not know it
 *           sections         one behind the other, in order of the table, to
 *                            the end of the file: every byte is under a checksum
 *
 * All numbers have their lowest byte first; checksums are CRC-32C.  Header and
 * table look like this in every version for ever, so that any reader can say
 * what it is that it cannot read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_IMAGE_FORMAT_H
#define BAREME_CODE_IMAGE_FORMAT_H

#include "code/image.h"

#define IMAGE_MAGIC \
  "\x89"            \
  "BMC\r\n\x1a\n"

enum {
  IMAGE_MAJOR = 1, /* another one is not read */
  IMAGE_MINOR = 0, /* any is read: what it added stands in sections of its own */

  IMAGE_AT_VERSION = 8,
  IMAGE_AT_MAKER = 12,
  IMAGE_AT_SECTIONS = 18,
  IMAGE_AT_LENGTH = 20,
  IMAGE_AT_CHECKSUM = 28,
  IMAGE_AT_TABLE = 32,

  IMAGE_ENTRY_BYTES = 24,
  IMAGE_ENTRY_OFFSET = 8,
  IMAGE_ENTRY_LENGTH = 12,
  IMAGE_ENTRY_CHECKSUM = 16,
  IMAGE_ENTRY_FLAGS = 20,

  IMAGE_OPTIONAL = 1 /* in the flags */
};

/* Every section, in order of the file. */
enum image_section_id {
#define SECTION(id, name, optional) IMAGE_##id,
#include "code/image_sections.def"
#undef SECTION
  IMAGE_SECTION_COUNT
};

struct image_section_info {
  const char *name;
  bool optional;
};
extern const struct image_section_info image_sections[IMAGE_SECTION_COUNT];

/* Numbers in the header. */
static inline uint32_t image_u16(const char *bytes) {
  const unsigned char *b = (const unsigned char *)bytes;
  return b[0] | (uint32_t)b[1] << 8;
}

static inline uint32_t image_u32(const char *bytes) {
  return image_u16(bytes) | image_u16(bytes + 2) << 16;
}

static inline void image_put_u16(char *bytes, uint32_t number) {
  bytes[0] = (char)(unsigned char)(number & 0xff);
  bytes[1] = (char)(unsigned char)(number >> 8 & 0xff);
}

static inline void image_put_u32(char *bytes, uint32_t number) {
  image_put_u16(bytes, number & 0xffff);
  image_put_u16(bytes + 2, number >> 16);
}

#endif

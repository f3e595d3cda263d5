/* image_outline.c - the header of an image and its table of sections.
 *
 * After this, every section is known to lie in the file and to be the one that
 * was written, as far as a checksum can tell.  What stands in it is still not
 * trusted: a checksum is easily made to fit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/crc32c.h"
#include "code/image_format.h"

#include <string.h>

const struct image_section_info image_sections[IMAGE_SECTION_COUNT] = {
#define SECTION(id, name, optional) {name, optional},
#include "code/image_sections.def"
#undef SECTION
};

bool image_begins(struct text bytes) {
  return text_starts_with(bytes, TEXT(IMAGE_MAGIC));
}

static void read_header(struct text bytes, struct image_outline *outline) {
  outline->major = (uint16_t)image_u16(bytes.bytes + IMAGE_AT_VERSION);
  outline->minor = (uint16_t)image_u16(bytes.bytes + IMAGE_AT_VERSION + 2);
  for (int i = 0; i < 3; i++)
    outline->made_by[i] = (uint16_t)image_u16(bytes.bytes + IMAGE_AT_MAKER + 2 * i);
  outline->section_count = image_u16(bytes.bytes + IMAGE_AT_SECTIONS);
  outline->length = image_u32(bytes.bytes + IMAGE_AT_LENGTH);
}

/* The header and the table are those that were written. */
static bool check_header(struct text bytes, struct image_outline *outline,
                         struct refusal *refusal) {
  if (!image_begins(bytes))
    return refusal_set(refusal, "this is not a compiled policy");
  if (bytes.length < IMAGE_AT_TABLE)
    return refusal_set(refusal, "the file is cut off in its header");
  read_header(bytes, outline);
  size_t table = (size_t)outline->section_count * IMAGE_ENTRY_BYTES;
  if (bytes.length < outline->length || bytes.length - IMAGE_AT_TABLE < table)
    return refusal_set(refusal, "the file is cut off: it has %zu bytes, and should have %u",
                       bytes.length, outline->length);
  if (bytes.length > outline->length)
    return refusal_set(refusal, "the file has %zu bytes, and should have %u: something was added",
                       bytes.length, outline->length);
  uint32_t checksum = crc32c(0, (struct text){bytes.bytes, IMAGE_AT_CHECKSUM});
  checksum = crc32c(checksum, (struct text){bytes.bytes + IMAGE_AT_TABLE, table});
  if (checksum != image_u32(bytes.bytes + IMAGE_AT_CHECKSUM))
    return refusal_set(refusal, "the header is damaged: its checksum does not fit");
  return true;
}

static bool check_version(const struct image_outline *outline, struct refusal *refusal) {
  if (outline->major != IMAGE_MAJOR)
    return refusal_set(
        refusal,
        "it was made by Bareme %u.%u.%u in version %u of the format, and this build "
        "reads version %u: build the policy again from its source, or use the Bareme "
        "that made it",
        (uint32_t)outline->made_by[0], (uint32_t)outline->made_by[1], (uint32_t)outline->made_by[2],
        (uint32_t)outline->major, (uint32_t)IMAGE_MAJOR);
  if (outline->section_count > IMAGE_SECTIONS_MOST)
    return refusal_set(refusal, "it has %u sections, and no policy has more than %u",
                       outline->section_count, (uint32_t)IMAGE_SECTIONS_MOST);
  return true;
}

static bool is_known(const char *name) {
  for (int i = 0; i < IMAGE_SECTION_COUNT; i++)
    if (text_equal(text_from(image_sections[i].name), text_from(name)))
      return true;
  return false;
}

/* Names are for people, too: letters, digits and `-`, to be printed as they are. */
static bool read_name(const char *bytes, char *name) {
  size_t length = 0;
  while (length < IMAGE_NAME_BYTES && bytes[length])
    length++;
  for (size_t i = 0; i < IMAGE_NAME_BYTES; i++) {
    char c = bytes[i];
    bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (i < length ? !fits : c != '\0')
      return false;
    name[i] = c;
  }
  name[IMAGE_NAME_BYTES] = '\0';
  return length > 0;
}

static bool is_double(const struct image_outline *outline, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (memcmp(outline->sections[i].name, outline->sections[index].name, IMAGE_NAME_BYTES) == 0)
      return true;
  return false;
}

static bool read_entry(struct text bytes, uint32_t index, uint32_t offset,
                       struct image_outline *outline, struct refusal *refusal) {
  const char *entry = bytes.bytes + IMAGE_AT_TABLE + (size_t)index * IMAGE_ENTRY_BYTES;
  struct image_section *section = &outline->sections[index];
  section->offset = image_u32(entry + IMAGE_ENTRY_OFFSET);
  section->length = image_u32(entry + IMAGE_ENTRY_LENGTH);
  section->checksum = image_u32(entry + IMAGE_ENTRY_CHECKSUM);
  section->optional = image_u32(entry + IMAGE_ENTRY_FLAGS) & IMAGE_OPTIONAL;
  if (!read_name(entry, section->name))
    return refusal_set(refusal, "section %u has a name that none can have", index);
  section->known = is_known(section->name);
  if (is_double(outline, index))
    return refusal_set(refusal, "there are two sections `%s`", section->name);
  if (section->offset != offset || section->length > bytes.length - offset)
    return refusal_set(refusal, "section `%s` does not lie where it should", section->name);
  struct text body = {bytes.bytes + offset, section->length};
  if (crc32c(0, body) != section->checksum)
    return refusal_set(refusal, "section `%s` is damaged: its checksum does not fit",
                       section->name);
  return true;
}

bool image_outline(struct text bytes, struct image_outline *outline, struct refusal *refusal) {
  *outline = (struct image_outline){0};
  if (!check_header(bytes, outline, refusal) || !check_version(outline, refusal))
    return false;
  size_t offset = IMAGE_AT_TABLE + (size_t)outline->section_count * IMAGE_ENTRY_BYTES;
  for (uint32_t i = 0; i < outline->section_count; i++) {
    if (!read_entry(bytes, i, (uint32_t)offset, outline, refusal))
      return false;
    offset += outline->sections[i].length;
  }
  if (offset != bytes.length)
    return refusal_set(refusal, "there are bytes behind the last section");
  return true;
}

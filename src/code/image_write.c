/* image_write.c - a program to bytes.
 *
 * image_structs.def says what is written; here stands how.  Texts are written
 * once each, however often they are used, in a section of their own that is
 * complete when all others are.
 *
 * Two things keep the bytes the same wherever a policy is compiled.  The tables
 * of a program are in the order of the source, so that writing them is enough.
 * And the names of its files, which are what the user typed, are cut down to
 * what lies below the directory of the policy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/crc32c.h"
#include "code/image_format.h"
#include "limits.h"

#include <string.h>

struct writer {
  const struct program *program;
  struct memory memory;
  bool strip, no_memory;
  char *bytes;
  size_t length, capacity;
  uint32_t width; /* of the rows that come next */

  uint16_t opcodes[OPCODE_COUNT]; /* what the code calls each: its place in the section + 1 */

  /* the texts, in order of their first use; slots find them again: index + 1 */
  struct text *texts;
  size_t text_count, text_capacity;
  uint32_t *slots;
  size_t slot_count;
};

/* ---- bytes ------------------------------------------------------------------ */

static char *room_for(struct writer *w, size_t count) {
  void *bytes = w->bytes;
  if (w->no_memory || count > SIZE_MAX - w->length ||
      !memory_reserve(&w->memory, &bytes, &w->capacity, w->length + count, 1)) {
    w->no_memory = true;
    return NULL;
  }
  w->bytes = bytes;
  w->length += count;
  return w->bytes + w->length - count;
}

static void put_byte(struct writer *w, unsigned byte) {
  char *room = room_for(w, 1);
  if (room)
    *room = (char)(unsigned char)byte;
}

static void put_count(struct writer *w, uint32_t number) {
  for (; number >= 0x80; number >>= 7)
    put_byte(w, (number & 0x7f) | 0x80);
  put_byte(w, number);
}

static void put_index(struct writer *w, uint32_t index) {
  put_count(w, index == PROGRAM_NONE ? 0 : index + 1);
}

static void put_word(struct writer *w, uint64_t word) {
  for (int i = 0; i < 8; i++)
    put_byte(w, (unsigned)(word >> 8 * i & 0xff));
}

static void put_number(struct writer *w, double number) {
  uint64_t word;
  memcpy(&word, &number, sizeof word);
  put_word(w, word);
}

/* ---- texts -------------------------------------------------------------------- */

static uint32_t *slot_of(const struct writer *w, struct text text) {
  size_t mask = w->slot_count - 1, at = (size_t)text_hash(text, 0) & mask;
  while (w->slots[at] && !text_equal(w->texts[w->slots[at] - 1], text))
    at = (at + 1) & mask;
  return &w->slots[at];
}

static bool grow_slots(struct writer *w) {
  size_t old = w->slot_count, count = old ? old * 2 : 256;
  uint32_t *slots = memory_zeroed(&w->memory, count, sizeof *slots);
  if (!slots)
    return false;
  memory_free(&w->memory, w->slots, old, sizeof *slots);
  w->slots = slots;
  w->slot_count = count;
  for (size_t i = 0; i < w->text_count; i++)
    *slot_of(w, w->texts[i]) = (uint32_t)i + 1;
  return true;
}

static bool add_text(struct writer *w, struct text text) {
  void *texts = w->texts;
  if (!memory_reserve(&w->memory, &texts, &w->text_capacity, w->text_count + 1, sizeof text))
    return false;
  w->texts = texts;
  w->texts[w->text_count++] = text;
  return true;
}

static uint32_t text_index(struct writer *w, struct text text) {
  if (w->no_memory)
    return 0;
  if (w->text_count * 2 >= w->slot_count && !grow_slots(w)) {
    w->no_memory = true;
    return 0;
  }
  uint32_t *slot = slot_of(w, text);
  if (!*slot) {
    w->no_memory = !add_text(w, text);
    *slot = (uint32_t)w->text_count;
  }
  return *slot - 1;
}

static void put_text(struct writer *w, struct text text) {
  put_count(w, text_index(w, text));
}

/* ---- names of files --------------------------------------------------------------- */

/* Where the name of the file itself begins. */
static size_t name_begin(struct text path) {
  size_t begin = path.length;
  while (begin > 0 && path.bytes[begin - 1] != '/')
    begin--;
  return begin;
}

static struct text without_dots(struct text path) {
  while (text_starts_with(path, TEXT("./")))
    path = (struct text){path.bytes + 2, path.length - 2};
  return path;
}

/* A name as seen from the directory of the policy, which is the first file; of
 * what lies elsewhere, where -I led, only its own name.  Modules of the
 * standard library are called std/NAME.bareme wherever the policy is. */
static struct text portable_name(const struct program *program, uint32_t index) {
  struct text name = without_dots(program->source_names[index]);
  struct text first = without_dots(program->source_names[0]);
  struct text directory = {first.bytes, name_begin(first)};
  size_t begin = 0;
  if (text_starts_with(name, TEXT("std/")))
    return name;
  if (directory.length > 0 && text_starts_with(name, directory))
    begin = directory.length;
  else if (directory.length > 0 || text_starts_with(name, TEXT("/")) ||
           text_starts_with(name, TEXT("../")))
    begin = name_begin(name);
  return (struct text){name.bytes + begin, name.length - begin};
}

static void put_source_names(struct writer *w) {
  put_count(w, w->program->source_name_count);
  for (uint32_t i = 0; i < w->program->source_name_count; i++)
    put_text(w, portable_name(w->program, i));
}

/* ---- code ----------------------------------------------------------------------------- */

/* Only operands that the instruction has are written. */
static void put_instruction(struct writer *w, const struct instruction *code) {
  const char *shape = opcode_infos[code->op].shape;
  const uint32_t operands[] = {code->d, code->a, code->b, code->c};
  put_count(w, w->opcodes[code->op] - 1u);
  put_count(w, code->space);
  for (int i = 0; i < 4; i++)
    if (shape[i] != '-')
      put_count(w, operands[i]);
}

static void note_opcodes(struct writer *w, const struct section *section) {
  for (uint32_t i = 0; i < section->code_count; i++)
    w->opcodes[section->code[i].op] = 1;
}

/* Instructions are called by their place in this list of names, not by a number
 * of this build: opcodes may come and go. */
static void put_opcodes(struct writer *w) {
  uint16_t count = 0;
  note_opcodes(w, &w->program->plain);
  note_opcodes(w, &w->program->full);
  for (size_t op = 0; op < OPCODE_COUNT; op++)
    if (w->opcodes[op])
      w->opcodes[op] = ++count;
  put_count(w, count);
  for (size_t op = 0; op < OPCODE_COUNT; op++)
    if (w->opcodes[op]) {
      put_text(w, text_from(opcode_infos[op].name));
      put_text(w, text_from(opcode_infos[op].shape));
    }
}

/* ---- structs ---------------------------------------------------------------------------- */

/* The items of a list or row: `put` is what is done with item i. */
#define PUT_EACH(count, put)                               \
  for (uint32_t i = 0; i < (count) && !io->no_memory; i++) \
    put;
#define PUT_LIST(count, put)  \
  put_count(io, item->count); \
  PUT_EACH(item->count, put)
#define PUT_IF(f, put)           \
  put_byte(io, item->f != NULL); \
  PUT_EACH(item->f ? io->width : 0, put)

#define COUNT(f)           put_count(io, item->f);
#define INDEX(f)           put_index(io, item->f);
#define UP_TO(f, most)     put_count(io, (uint32_t)item->f);
#define FLAG(f)            put_byte(io, item->f);
#define NUMBER(f)          put_number(io, item->f);
#define MICROS(f)          put_word(io, (uint64_t)item->f);
#define TEXT_OF(f)         put_text(io, item->f);
#define LIST(f, count, s)  PUT_LIST(count, write_##s(io, &item->f[i]))
#define TEXTS(f, count)    PUT_LIST(count, put_text(io, item->f[i]))
#define COUNTS(f, count)   PUT_LIST(count, put_count(io, item->f[i]))
#define NUMBERS(f, count)  PUT_LIST(count, put_number(io, item->f[i]))
#define MICROSES(f, count) PUT_LIST(count, put_word(io, (uint64_t)item->f[i]))
#define CODE(f, count)     PUT_LIST(count, put_instruction(io, &item->f[i]))
#define SOURCES(f, count)  put_source_names(io);
#define WIDTH(n)           io->width = (n);
#define ROW(f)             PUT_EACH(io->width, put_count(io, item->f[i]))
#define INDICES(f)         PUT_EACH(io->width, put_index(io, item->f[i]))
#define ROWS(f, s)         PUT_EACH(io->width, write_##s(io, &item->f[i]))
#define TEXTS_IF(f)        PUT_IF(f, put_text(io, item->f[i]))
#define NUMBERS_IF(f)      PUT_IF(f, put_number(io, item->f[i]))
#define EACH(f, count, s)  PUT_EACH(item->count, write_##s(io, &item->f[i]))
#define OPTIONAL(f, s)           \
  put_byte(io, item->f != NULL); \
  if (item->f)                   \
    write_##s(io, item->f);

#define STRUCT(name, type, fields)                                       \
  static void write_##name(struct writer *io, const struct type *item) { \
    fields                                                               \
  }
#include "code/image_structs.def"
#undef STRUCT

/* ---- sections ------------------------------------------------------------------------------- */

static void put_texts(struct writer *w) {
  put_count(w, (uint32_t)w->text_count);
  for (size_t i = 0; i < w->text_count; i++)
    put_count(w, (uint32_t)w->texts[i].length);
  for (size_t i = 0; i < w->text_count; i++) {
    char *room = room_for(w, w->texts[i].length);
    if (room && w->texts[i].length > 0)
      memcpy(room, w->texts[i].bytes, w->texts[i].length);
  }
}

static void put_section(struct writer *w, enum image_section_id id) {
  const struct program *program = w->program;
  switch (id) {
  case IMAGE_OPCODES: put_opcodes(w); break;
  case IMAGE_POLICY: write_policy(w, program); break;
  case IMAGE_RECORD: write_record(w, program); break;
  case IMAGE_CONSTANTS: write_constants(w, program); break;
  case IMAGE_RESULTS: write_results(w, program); break;
  case IMAGE_PLAIN: write_code(w, &program->plain); break;
  case IMAGE_FULL: write_code(w, &program->full); break;
  case IMAGE_WORDS: write_words(w, program); break;
  case IMAGE_ORIGINS: write_origins(w, program); break;
  case IMAGE_TEXTS: put_texts(w); break;
  case IMAGE_SECTION_COUNT: break;
  }
}

static bool has_section(const struct writer *w, enum image_section_id id) {
  if (id == IMAGE_WORDS)
    return !w->strip && w->program->source_name_count > 0;
  if (id == IMAGE_ORIGINS)
    return !w->strip && w->program->source_name_count > 0 && w->program->plain.origins &&
           w->program->full.origins;
  return true;
}

/* The section's entry in the table, whose room is there already. */
static void put_entry(struct writer *w, enum image_section_id id, uint32_t index, size_t begin) {
  if (w->no_memory)
    return;
  char *entry = w->bytes + IMAGE_AT_TABLE + (size_t)index * IMAGE_ENTRY_BYTES;
  struct text name = text_from(image_sections[id].name);
  struct text body = {w->bytes + begin, w->length - begin};
  memcpy(entry, name.bytes, name.length);
  image_put_u32(entry + IMAGE_ENTRY_OFFSET, (uint32_t)begin);
  image_put_u32(entry + IMAGE_ENTRY_LENGTH, (uint32_t)body.length);
  image_put_u32(entry + IMAGE_ENTRY_CHECKSUM, crc32c(0, body));
  image_put_u32(entry + IMAGE_ENTRY_FLAGS, image_sections[id].optional ? IMAGE_OPTIONAL : 0);
}

static void put_header(struct writer *w, const struct image_options *options, uint32_t sections) {
  char *header = w->bytes;
  memcpy(header, IMAGE_MAGIC, sizeof IMAGE_MAGIC - 1);
  image_put_u16(header + IMAGE_AT_VERSION, IMAGE_MAJOR);
  image_put_u16(header + IMAGE_AT_VERSION + 2, IMAGE_MINOR);
  for (int i = 0; i < 3; i++)
    image_put_u16(header + IMAGE_AT_MAKER + 2 * i, options->made_by[i]);
  image_put_u16(header + IMAGE_AT_SECTIONS, sections);
  image_put_u32(header + IMAGE_AT_LENGTH, (uint32_t)w->length);
  uint32_t checksum = crc32c(0, (struct text){header, IMAGE_AT_CHECKSUM});
  struct text table = {header + IMAGE_AT_TABLE, (size_t)sections * IMAGE_ENTRY_BYTES};
  image_put_u32(header + IMAGE_AT_CHECKSUM, crc32c(checksum, table));
}

static void write_all(struct writer *w, const struct image_options *options) {
  uint32_t sections = 0, index = 0;
  for (int id = 0; id < IMAGE_SECTION_COUNT; id++)
    sections += has_section(w, (enum image_section_id)id);
  size_t front = IMAGE_AT_TABLE + (size_t)sections * IMAGE_ENTRY_BYTES;
  char *room = room_for(w, front);
  if (room)
    memset(room, 0, front);
  for (int id = 0; id < IMAGE_SECTION_COUNT && !w->no_memory; id++) {
    size_t begin = w->length;
    if (!has_section(w, (enum image_section_id)id))
      continue;
    put_section(w, (enum image_section_id)id);
    put_entry(w, (enum image_section_id)id, index++, begin);
  }
  if (!w->no_memory)
    put_header(w, options, sections);
}

/* The bytes in a block of just their size. */
static enum image_result hand_over(struct writer *w, struct text *bytes) {
  char *block = memory_alloc(&w->memory, w->length, 1);
  if (!block)
    return IMAGE_NO_MEMORY;
  memcpy(block, w->bytes, w->length);
  *bytes = (struct text){block, w->length};
  return IMAGE_OK;
}

enum image_result image_write(const struct program *program, const struct image_options *options,
                              const struct memory *memory, struct text *bytes,
                              struct refusal *refusal) {
  struct writer w = {.program = program, .memory = *memory, .strip = options->strip};
  enum image_result result = IMAGE_NO_MEMORY;
  *bytes = (struct text){NULL, 0};
  if (program->test_count > 0 || program->full.part_count > 0) {
    refusal_set(refusal, "it was compiled with its tests, which a compiled policy does not have");
    return IMAGE_REFUSED;
  }
  write_all(&w, options);
  if (!w.no_memory && w.length > LIMIT_IMAGE_BYTES) {
    refusal_set(refusal, "the compiled policy has %zu bytes, more than the %u that are read again",
                w.length, LIMIT_IMAGE_BYTES);
    result = IMAGE_REFUSED;
  } else if (!w.no_memory) {
    result = hand_over(&w, bytes);
  }
  memory_free(memory, w.bytes, w.capacity, 1);
  memory_free(memory, w.texts, w.text_capacity, sizeof *w.texts);
  memory_free(memory, w.slots, w.slot_count, sizeof *w.slots);
  return result;
}

void image_free(struct text bytes, const struct memory *memory) {
  memory_free(memory, (void *)(uintptr_t)bytes.bytes, bytes.length, 1);
}

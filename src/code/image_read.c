/* image_read.c - bytes to a program, trusting none of them.
 *
 * image_structs.def says what is read; here stands how.  The first thing that
 * does not fit is remembered as the refusal; from then on every function gives
 * something harmless, and who called them all asks once.
 *
 * Memory is bounded by the file's size: a list is made only if what is left of
 * its section is long enough for so many items, each as short as it can be.
 * Nothing recurses: structs only contain those that stand before them.
 *
 * This file sees to it that the program is well formed: counts, ranges of
 * values, texts.  That it makes sense is proved by verify_program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "code/image_format.h"
#include "code/verify.h"
#include "limits.h"

#include <string.h>

struct reader {
  struct program *program;
  struct refusal *refusal;
  enum image_result result;
  const struct image_outline *outline;
  struct text file;

  const char *section; /* which one is being read */
  const char *next, *end;
  uint32_t width; /* of the rows that come next */

  const struct text *texts;
  uint32_t text_count;
  uint16_t opcodes[OPCODE_COUNT]; /* place in the section `opcodes` -> ours */
  uint32_t opcode_count;
};

/* ---- refusals --------------------------------------------------------------- */

static bool is_well(const struct reader *r) {
  return r->result == IMAGE_OK;
}

/* Only the first one counts. */
static void fail(struct reader *r, const char *what) {
  if (is_well(r))
    refusal_set(r->refusal, "section `%s`: %s", r->section, what);
  if (is_well(r))
    r->result = IMAGE_REFUSED;
}

static void *allocate(struct reader *r, size_t count, size_t size) {
  if (!is_well(r))
    return NULL;
  void *items = arena_array(&r->program->arena, count, size);
  if (!items)
    r->result = IMAGE_NO_MEMORY;
  return items;
}

/* ---- bytes -------------------------------------------------------------------- */

static size_t left(const struct reader *r) {
  return (size_t)(r->end - r->next);
}

/* Base 128, in as few bytes as it takes: each number has one form. */
static uint32_t get_long_count(struct reader *r) {
  const char *next = r->next;
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (next == r->end) {
      fail(r, "it ends too early");
      return 0;
    }
    unsigned byte = (unsigned char)*next++;
    number |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80)
      continue;
    if (number > UINT32_MAX || (byte == 0 && shift > 0))
      break;
    r->next = next;
    return (uint32_t)number;
  }
  fail(r, "a whole number is not written as it should be");
  return 0;
}

/* Most are one byte. */
static inline uint32_t get_count(struct reader *r) {
  if (!is_well(r))
    return 0;
  if (r->next < r->end && (unsigned char)*r->next < 0x80)
    return (unsigned char)*r->next++;
  return get_long_count(r);
}

static uint32_t get_index(struct reader *r) {
  uint32_t number = get_count(r);
  return number == 0 ? PROGRAM_NONE : number - 1;
}

static uint32_t get_up_to(struct reader *r, uint32_t most) {
  uint32_t number = get_count(r);
  if (number <= most)
    return number;
  fail(r, "a value is none of those that it can be");
  return 0;
}

static bool get_flag(struct reader *r) {
  return get_up_to(r, 1) != 0;
}

static uint64_t get_word(struct reader *r) {
  uint64_t word = 0;
  if (!is_well(r) || left(r) < 8) {
    fail(r, "it ends too early");
    return 0;
  }
  for (int i = 0; i < 8; i++)
    word |= (uint64_t)(unsigned char)r->next[i] << 8 * i;
  r->next += 8;
  return word;
}

static double get_number(struct reader *r) {
  uint64_t word = get_word(r);
  double number;
  memcpy(&number, &word, sizeof number);
  return number;
}

static int64_t get_micros(struct reader *r) {
  uint64_t word = get_word(r);
  int64_t micros;
  memcpy(&micros, &word, sizeof micros);
  return micros;
}

static struct text get_text(struct reader *r) {
  uint32_t index = get_count(r);
  if (is_well(r) && index < r->text_count)
    return r->texts[index];
  fail(r, "it names a text that is not there");
  return (struct text){"", 0};
}

/* Memory for so many items that each take at least `least` bytes of the file. */
static void *get_room(struct reader *r, uint32_t count, size_t least, size_t size) {
  if (is_well(r) && count > left(r) / least)
    fail(r, "it ends too early for what it counts");
  return allocate(r, count, size);
}

/* ---- code ----------------------------------------------------------------------- */

static struct instruction get_instruction(struct reader *r) {
  struct instruction code = {0};
  uint32_t *operands[] = {&code.d, &code.a, &code.b, &code.c};
  uint32_t index = get_count(r);
  code.space = (uint16_t)get_up_to(r, UINT16_MAX);
  if (index >= r->opcode_count)
    fail(r, "an instruction is none of those that it lists");
  if (!is_well(r))
    return code;
  code.op = r->opcodes[index];
  const char *shape = opcode_infos[code.op].shape;
  for (int i = 0; i < 4; i++)
    if (shape[i] != '-')
      *operands[i] = get_count(r);
  return code;
}

/* ---- structs: first the fewest bytes that each takes ----------------------------- */

#define COUNT(f)           +1
#define INDEX(f)           +1
#define UP_TO(f, most)     +1
#define FLAG(f)            +1
#define NUMBER(f)          +8
#define MICROS(f)          +8
#define TEXT_OF(f)         +1
#define LIST(f, count, s)  +1
#define TEXTS(f, count)    +1
#define COUNTS(f, count)   +1
#define NUMBERS(f, count)  +1
#define MICROSES(f, count) +1
#define CODE(f, count)     +1
#define SOURCES(f, count)  +1
#define OPTIONAL(f, s)     +1
#define TEXTS_IF(f)        +1
#define NUMBERS_IF(f)      +1
#define WIDTH(n)
#define ROW(f)
#define INDICES(f)
#define ROWS(f, s)
#define EACH(f, count, s)

enum {
#define STRUCT(name, type, fields) LEAST_OF_##name = 0 fields,
#include "code/image_structs.def"
#undef STRUCT
  LEAST_OF_INSTRUCTION = 2
};

#undef COUNT
#undef INDEX
#undef UP_TO
#undef FLAG
#undef NUMBER
#undef MICROS
#undef TEXT_OF
#undef LIST
#undef TEXTS
#undef COUNTS
#undef NUMBERS
#undef MICROSES
#undef CODE
#undef SOURCES
#undef OPTIONAL
#undef TEXTS_IF
#undef NUMBERS_IF
#undef WIDTH
#undef ROW
#undef INDICES
#undef ROWS
#undef EACH

/* ---- structs: then how they are read ------------------------------------------------ */

#define GET_ALL(name, type, least, get)                        \
  static type *get_##name(struct reader *io, uint32_t count) { \
    type *items = get_room(io, count, least, sizeof *items);   \
    for (uint32_t i = 0; i < count && is_well(io); i++)        \
      items[i] = get(io);                                      \
    return items;                                              \
  }

GET_ALL(texts, struct text, 1, get_text)
GET_ALL(counts, uint32_t, 1, get_count)
GET_ALL(indices, uint32_t, 1, get_index)
GET_ALL(numbers, double, 8, get_number)
GET_ALL(microses, int64_t, 8, get_micros)
GET_ALL(code, struct instruction, LEAST_OF_INSTRUCTION, get_instruction)

#define COUNT(f)       item->f = get_count(io);
#define INDEX(f)       item->f = get_index(io);
#define UP_TO(f, most) item->f = (__typeof__(item->f))get_up_to(io, most);
#define FLAG(f)        item->f = get_flag(io);
#define NUMBER(f)      item->f = get_number(io);
#define MICROS(f)      item->f = get_micros(io);
#define TEXT_OF(f)     item->f = get_text(io);
#define GET_LIST(f, count, get) \
  item->count = get_count(io);  \
  item->f = get(io, item->count);
#define LIST(f, count, s)  GET_LIST(f, count, list_##s)
#define TEXTS(f, count)    GET_LIST(f, count, get_texts)
#define COUNTS(f, count)   GET_LIST(f, count, get_counts)
#define NUMBERS(f, count)  GET_LIST(f, count, get_numbers)
#define MICROSES(f, count) GET_LIST(f, count, get_microses)
#define CODE(f, count)     GET_LIST(f, count, get_code)
#define SOURCES(f, count)  GET_LIST(f, count, get_texts)
#define WIDTH(n)           io->width = (n);
#define ROW(f)             item->f = get_counts(io, io->width);
#define INDICES(f)         item->f = get_indices(io, io->width);
#define ROWS(f, s)         item->f = list_##s(io, io->width);
#define TEXTS_IF(f)        item->f = get_flag(io) ? get_texts(io, io->width) : NULL;
#define NUMBERS_IF(f)      item->f = get_flag(io) ? get_numbers(io, io->width) : NULL;
#define OPTIONAL(f, s)     item->f = get_flag(io) ? list_##s(io, 1) : NULL;
#define EACH(f, count, s)                                   \
  for (uint32_t i = 0; i < item->count && is_well(io); i++) \
    fill_##s(io, &item->f[i]);

#define STRUCT(name, type, fields)                                                             \
  static void fill_##name(struct reader *io, struct type *item) {                              \
    fields                                                                                     \
  }                                                                                            \
  __attribute__((unused)) static struct type *list_##name(struct reader *io, uint32_t count) { \
    struct type *items = get_room(io, count, LEAST_OF_##name, sizeof *items);                  \
    for (uint32_t i = 0; i < count && is_well(io); i++)                                        \
      fill_##name(io, &items[i]);                                                              \
    return items;                                                                              \
  }
#include "code/image_structs.def"
#undef STRUCT

/* ---- texts and names of opcodes ----------------------------------------------------------- */

static size_t sum_of(struct reader *r, struct text *texts, uint32_t count) {
  size_t sum = 0;
  for (uint32_t i = 0; i < count && is_well(r); i++) {
    texts[i].length = get_count(r);
    sum += texts[i].length; /* no more than the file has numbers, each below 2^32 */
  }
  return sum;
}

/* The lengths of all texts, then their bytes, which are copied in one piece. */
static void read_texts(struct reader *r) {
  uint32_t count = get_count(r);
  struct text *texts = get_room(r, count, 1, sizeof *texts);
  size_t sum = sum_of(r, texts, count);
  if (is_well(r) && sum > left(r))
    fail(r, "it ends too early for the texts in it");
  char *bytes = allocate(r, sum, 1);
  if (!is_well(r))
    return;
  memcpy(bytes, r->next, sum);
  r->next += sum;
  for (uint32_t i = 0; i < count; i++) {
    texts[i].bytes = bytes;
    bytes += texts[i].length;
    if (utf8_error(texts[i]) != texts[i].length)
      fail(r, "a text is not UTF-8");
  }
  r->texts = texts;
  r->text_count = count;
}

static uint32_t find_opcode(struct text name) {
  for (uint32_t op = 0; op < OPCODE_COUNT; op++)
    if (text_equal(text_from(opcode_infos[op].name), name))
      return op;
  return OPCODE_COUNT;
}

static void refuse_opcode(struct reader *r, struct text name) {
  const uint16_t *made_by = r->outline->made_by;
  if (is_well(r))
    refusal_set(
        r->refusal,
        "it was made by Bareme %u.%u.%u and has the instruction `%.*s`, which is not the one "
        "of this build or is not known here: build the policy again from its source, or use "
        "the Bareme that made it",
        (uint32_t)made_by[0], (uint32_t)made_by[1], (uint32_t)made_by[2],
        (int)(name.length < 40 ? name.length : 40), name.bytes);
  if (is_well(r))
    r->result = IMAGE_REFUSED;
}

static void read_opcodes(struct reader *r) {
  uint32_t count = get_count(r);
  if (count > OPCODE_COUNT)
    fail(r, "it lists more instructions than there are");
  for (; is_well(r) && r->opcode_count < count;) {
    struct text name = get_text(r), shape = get_text(r);
    uint32_t op = find_opcode(name);
    if (op == OPCODE_COUNT || !text_equal(text_from(opcode_infos[op].shape), shape))
      refuse_opcode(r, name);
    else
      r->opcodes[r->opcode_count++] = (uint16_t)op;
  }
}

/* ---- sections ---------------------------------------------------------------------------------
 */

static const struct image_section *find_section(const struct reader *r, const char *name) {
  for (uint32_t i = 0; i < r->outline->section_count; i++)
    if (text_equal(text_from(r->outline->sections[i].name), text_from(name)))
      return &r->outline->sections[i];
  return NULL;
}

static void read_body(struct reader *r, enum image_section_id id) {
  struct program *program = r->program;
  switch (id) {
  case IMAGE_OPCODES: read_opcodes(r); break;
  case IMAGE_POLICY: fill_policy(r, program); break;
  case IMAGE_RECORD: fill_record(r, program); break;
  case IMAGE_CONSTANTS: fill_constants(r, program); break;
  case IMAGE_RESULTS: fill_results(r, program); break;
  case IMAGE_PLAIN: fill_code(r, &program->plain); break;
  case IMAGE_FULL: fill_code(r, &program->full); break;
  case IMAGE_WORDS: fill_words(r, program); break;
  case IMAGE_ORIGINS: fill_origins(r, program); break;
  case IMAGE_TEXTS: read_texts(r); break;
  case IMAGE_SECTION_COUNT: break;
  }
}

static void read_section(struct reader *r, enum image_section_id id) {
  const struct image_section *section = find_section(r, image_sections[id].name);
  r->section = image_sections[id].name;
  if (!section && !image_sections[id].optional)
    fail(r, "it is missing");
  if (!section || !is_well(r))
    return;
  r->next = r->file.bytes + section->offset;
  r->end = r->next + section->length;
  read_body(r, id);
  if (is_well(r) && r->next != r->end)
    fail(r, "it goes on where it should end");
}

/* What this build does not know it may skip only if that is said. */
static void check_unknown(struct reader *r) {
  const struct image_outline *outline = r->outline;
  for (uint32_t i = 0; i < outline->section_count && is_well(r); i++) {
    if (outline->sections[i].known || outline->sections[i].optional)
      continue;
    refusal_set(
        r->refusal,
        "it was made by Bareme %u.%u.%u and has a section `%s` that this build does not know "
        "and may not skip: build the policy again from its source, or use the Bareme that "
        "made it",
        (uint32_t)outline->made_by[0], (uint32_t)outline->made_by[1], (uint32_t)outline->made_by[2],
        outline->sections[i].name);
    r->result = IMAGE_REFUSED;
  }
}

/* ---- what is not in the file -------------------------------------------------------------------
 */

static void fill_stage_transitions(struct reader *r) {
  struct program *program = r->program;
  uint32_t stages = 0, at = 0;
  if (program->stage_labels < program->labels_count)
    stages = program->labels[program->stage_labels].count;
  uint32_t *first = allocate(r, (size_t)stages + 1, sizeof *first);
  for (uint32_t s = 0; is_well(r) && s < stages; s++) {
    first[s] = at;
    while (at < program->transition_count && program->transitions[at].from == s)
      at++;
  }
  if (is_well(r))
    first[stages] = at;
  if (is_well(r) && at != program->transition_count)
    fail(r, "transitions are not in the order of their stages");
  program->stage_transitions = first;
}

static void complete(struct reader *r) {
  struct program *program = r->program;
  r->section = image_sections[IMAGE_RESULTS].name;
  program->id.name = TEXT("id");
  program->id.kind = COLUMN_TEXT;
  program->id.labels = PROGRAM_NONE;
  if (program->source_name_count == 0)
    for (uint32_t i = 0; is_well(r) && i < program->full.line_count; i++)
      program->full.lines[i].source_name = PROGRAM_NONE;
  fill_stage_transitions(r);
  if (!is_well(r))
    return;
  switch (program_finish(program)) {
  case PROGRAM_FINISHED: break;
  case PROGRAM_NO_MEMORY: r->result = IMAGE_NO_MEMORY; break;
  case PROGRAM_CROWDED:
    r->section = image_sections[IMAGE_CONSTANTS].name;
    fail(r, "the texts of a set are made to be slow to look up");
    break;
  }
}

static void prove(struct reader *r) {
  if (!is_well(r))
    return;
  switch (verify_program(r->program, &r->program->arena.memory, r->refusal)) {
  case VERIFY_OK: break;
  case VERIFY_REFUSED: r->result = IMAGE_REFUSED; break;
  case VERIFY_NO_MEMORY: r->result = IMAGE_NO_MEMORY; break;
  }
}

static void read_all(struct reader *r) {
  check_unknown(r);
  read_section(r, IMAGE_TEXTS); /* the others name them */
  for (int id = 0; id < IMAGE_SECTION_COUNT; id++)
    if (id != IMAGE_TEXTS)
      read_section(r, (enum image_section_id)id);
  complete(r);
  prove(r);
}

enum image_result image_read(struct text bytes, const struct memory *memory,
                             struct program **program, struct refusal *refusal) {
  struct image_outline outline;
  *program = NULL;
  if (bytes.length > LIMIT_IMAGE_BYTES) {
    refusal_set(refusal, "it has %zu bytes, and the most that are read are %u", bytes.length,
                LIMIT_IMAGE_BYTES);
    return IMAGE_REFUSED;
  }
  if (!image_outline(bytes, &outline, refusal))
    return IMAGE_REFUSED;
  struct reader r = {.file = bytes, .outline = &outline, .refusal = refusal};
  r.program = program_new(memory);
  if (!r.program)
    return IMAGE_NO_MEMORY;
  read_all(&r);
  if (is_well(&r))
    *program = r.program;
  else
    program_free(r.program);
  return r.result;
}

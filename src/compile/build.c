/* build.c - the workbench: growing tables, kept texts, and shared code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include "base/hash.h"
#include "base/words.h"

#include <string.h>

/* ---- lists ---------------------------------------------------------------- */

bool list_grow(struct build *build, struct list *list, size_t size) {
  if (list->count >= UINT32_MAX - 1)
    build->too_large = build->failed = true;
  else if (!memory_reserve(&build->memory, &list->items, &list->capacity, list->count + 1, size))
    build->failed = true;
  return !build->failed;
}

void *list_keep(struct build *build, const struct list *list, size_t size) {
  if (build->failed || list->count == 0)
    return NULL;
  void *copy = arena_copy(&build->program->arena, list->items, list->count * size);
  build->failed = !copy;
  return copy;
}

void list_clear(struct build *build, struct list *list, size_t size) {
  memory_free(&build->memory, list->items, list->capacity, size);
  *list = (struct list){0};
}

/* ---- texts -------------------------------------------------------------------- */

struct text keep_text(struct build *build, struct text text) {
  bool copied = true;
  if (build->failed || text.length == 0)
    return TEXT("");
  struct text copy = arena_text(&build->program->arena, text, &copied);
  if (!copied)
    build->failed = true;
  return copy;
}

/* True if a source text is on one line without a `#` and has no two blanks in a
 * row: folding would not change it.  Bytes beside those may count as well, which
 * only means that the text is folded. */
static bool is_folded(struct text source) {
  uint64_t odd = 0, last = 0; /* whether a blank stood at the end of the word before */
  size_t at = 0;
  for (; at + 8 <= source.length; at += 8) {
    uint64_t word = word_load(source.bytes + at), blanks = word_zeros(word ^ WORD_OF(' '));
    odd |= word_zeros(word ^ WORD_OF('#')) | ((word - WORD_OF(' ')) & ~word & WORD_HIGH) |
           (blanks & (blanks << 8 | last));
    last = blanks >> 56;
  }
  for (bool blank = last != 0; at < source.length; at++) {
    char c = source.bytes[at];
    odd |= (unsigned char)c < ' ' || c == '#' || (c == ' ' && blank);
    blank = c == ' ';
  }
  return odd == 0 && (source.length == 0 || source.bytes[source.length - 1] != ' ');
}

/* Copies a source text without comments, each run of white space as one blank.
 * Quoted strings are copied as they are. */
static size_t fold_source(struct text source, char *out) {
  size_t length = 0;
  bool quoted = false, blank = false;
  for (size_t i = 0; i < source.length; i++) {
    char c = source.bytes[i];
    if (!quoted && c == '#') {
      while (i < source.length && source.bytes[i] != '\n')
        i++;
      blank = true;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      blank = true;
    } else {
      if (blank && length)
        out[length++] = ' ';
      blank = false;
      out[length++] = c;
      if (quoted && c == '\\' && i + 1 < source.length)
        out[length++] = source.bytes[++i];
      else if (c == '"')
        quoted = !quoted;
    }
  }
  return length;
}

struct text keep_source(struct build *build, struct span span) {
  struct text source = span_text(build->model->sources, span);
  if (is_folded(source))
    return keep_text(build, source);
  char *out = build->failed ? NULL : arena_alloc(&build->program->arena, source.length + 1);
  if (!out) {
    build->failed = true;
    return (struct text){0};
  }
  return (struct text){out, fold_source(source, out)};
}

/* ---- code ------------------------------------------------------------------------- */

static bool is_capital(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

void read_shapes(struct build *build) {
  for (uint32_t op = 0; op < OPCODE_COUNT; op++) {
    const char *letters = opcode_infos[op].shape;
    struct shape *shape = &build->shapes[op];
    shape->class = (uint8_t)opcode_class(letters[0]);
    shape->for_leads = is_capital(letters[0]);
    shape->asks_set = letters[2] == 'S';
    for (unsigned n = 0; n < 3; n++) {
      unsigned class = opcode_class(letters[n + 1]);
      shape->reads |= (uint8_t)((class != REGISTER_NONE) << n);
      shape->texts |= (uint8_t)((class == REGISTER_TEXT) << n);
    }
  }
}

static void add_code(struct build *build, const struct instruction *instruction) {
  const struct shape *shape = &build->shapes[instruction->op];
  struct value *value = list_room(build, &build->values, sizeof *value);
  struct instruction *code = list_room(build, &build->code, sizeof *code);
  if (!code || !value)
    return;
  *code = *instruction;
  *value = (struct value){
      .class = shape->class,
      .view = opcode_is_view(instruction->op),
      .space = shape->for_leads ? 0 : instruction->space,
      .origin = {.criterion = build->origin.criterion,
                 .source_name = build->origin.source,
                 .source_line = line_at(build, build->origin.source, build->origin.begin)},
  };
}

/* ---- instructions by what they compute --------------------------------------------- */

static uint32_t hash_code(const struct instruction *code) {
  uint64_t first = (uint64_t)code->op << 48 | (uint64_t)code->space << 32 | code->a;
  uint64_t hash = first * HASH_A ^ ((uint64_t)code->b << 32 | code->c) * HASH_B;
  return (uint32_t)((hash ^ hash >> 32) * HASH_C >> 32);
}

static uint8_t tag_of(uint32_t hash) {
  return (uint8_t)(hash >> 25 | 0x80);
}

/* The place of an instruction that computes the same, or the free one for it. */
static uint32_t find_code(const struct build *build, const struct instruction *wanted,
                          uint32_t hash) {
  const struct code_table *table = &build->shared;
  const struct instruction *code = build->code.items;
  uint32_t mask = table->capacity - 1, at = hash & mask;
  for (; table->tags[at]; at = (at + 1) & mask) {
    if (table->tags[at] != tag_of(hash))
      continue;
    const struct instruction *one = &code[table->indices[at]];
    if (one->a == wanted->a && one->b == wanted->b && one->c == wanted->c &&
        one->op == wanted->op && one->space == wanted->space)
      break;
  }
  return at;
}

static void move_code(const struct build *build, const struct code_table *from,
                      struct code_table *to) {
  const struct instruction *code = build->code.items;
  for (uint32_t i = 0; i < from->capacity; i++) {
    if (!from->tags[i])
      continue;
    uint32_t mask = to->capacity - 1, at = hash_code(&code[from->indices[i]]) & mask;
    while (to->tags[at])
      at = (at + 1) & mask;
    to->tags[at] = from->tags[i];
    to->indices[at] = from->indices[i];
  }
}

/* How much code the text may become: an instruction that is not asked for again
 * takes some twenty bytes to write. */
static size_t expected_code(const struct build *build) {
  const struct sources *sources = build->model->sources;
  size_t bytes = 0;
  for (size_t i = 0; i < sources->count; i++)
    bytes += sources->items[i].bytes.length;
  return bytes / 16 + 64;
}

static uint32_t first_capacity(size_t expected) {
  uint32_t capacity = 256;
  while (capacity < expected && capacity < UINT32_MAX / 4)
    capacity *= 2;
  return capacity;
}

/* Room for the code and its values, so that they need not move as they grow. */
static bool reserve_code(struct build *build, size_t expected) {
  struct list *code = &build->code, *values = &build->values;
  return memory_reserve(&build->memory, &code->items, &code->capacity, expected,
                        sizeof(struct instruction)) &&
         memory_reserve(&build->memory, &values->items, &values->capacity, expected,
                        sizeof(struct value));
}

/* A first table, or twice as large a one. */
static bool grow_code(struct build *build) {
  struct code_table *table = &build->shared, larger = {0};
  size_t expected = table->capacity ? 0 : expected_code(build);
  larger.capacity = table->capacity ? table->capacity * 2 : first_capacity(expected);
  larger.room = larger.capacity / 3 * 2 - (table->capacity / 3 * 2 - table->room);
  larger.tags = memory_zeroed(&build->memory, larger.capacity, sizeof *larger.tags);
  larger.indices = memory_alloc(&build->memory, larger.capacity, sizeof *larger.indices);
  bool done = larger.tags && larger.indices && reserve_code(build, expected);
  if (done)
    move_code(build, table, &larger);
  code_table_clear(build);
  *table = larger;
  build->failed = !done;
  return done;
}

void code_table_clear(struct build *build) {
  struct code_table *table = &build->shared;
  memory_free(&build->memory, table->tags, table->capacity, sizeof *table->tags);
  memory_free(&build->memory, table->indices, table->capacity, sizeof *table->indices);
  *table = (struct code_table){0};
}

uint32_t emit(struct build *build, enum opcode op, uint16_t space, uint32_t a, uint32_t b,
              uint32_t c) {
  const struct instruction made = {(uint16_t)op, space, (uint32_t)build->values.count, a, b, c};
  struct code_table *table = &build->shared;
  if (build->failed || (table->room == 0 && !grow_code(build)))
    return 0;
  uint32_t hash = hash_code(&made), at = find_code(build, &made, hash);
  if (table->tags[at]) {
    uint32_t d = ((const struct instruction *)build->code.items)[table->indices[at]].d;
    share(build, d);
    return d;
  }
  table->tags[at] = tag_of(hash);
  table->indices[at] = (uint32_t)build->code.count;
  table->room--;
  add_code(build, &made);
  return made.d;
}

uint32_t emit_own(struct build *build, enum opcode op, uint16_t space, uint32_t a, uint32_t b,
                  uint32_t c) {
  const struct instruction made = {(uint16_t)op, space, (uint32_t)build->values.count, a, b, c};
  add_code(build, &made);
  return build->failed ? 0 : made.d;
}

uint32_t place_elsewhere(struct build *build, uint32_t reg, uint16_t space) {
  static const enum opcode spread[] = {OP_SPREAD_NUMBER, OP_SPREAD_MICROS, OP_SPREAD_TEXT,
                                       OP_SPREAD_BOOL,   OP_SPREAD_LABEL,  OP_SPREAD_TEXTS};
  const struct value *value = value_at(build, reg);
  if (build->failed)
    return reg;
  const struct instruction *code = (struct instruction *)build->code.items + reg;
  if (code->op >= OP_CONST_NUMBER && code->op <= OP_AS_OF)
    return emit(build, (enum opcode)code->op, space, code->a, code->b, code->c);
  return emit(build, spread[value->class], space, reg, 0, 0);
}

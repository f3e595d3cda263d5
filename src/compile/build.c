/* build.c - the workbench: growing tables, constants, and shared code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include "base/hash.h"
#include "base/unicode.h"
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

/* ---- interning -------------------------------------------------------------- */

struct intern_slot {
  const void *key; /* NULL: free */
  size_t length;
  uint64_t hash;
  uint32_t index;
};

static struct intern_slot *find_slot(struct intern_slot *slots, size_t capacity, const void *key,
                                     size_t length, uint64_t hash) {
  size_t at = (size_t)hash & (capacity - 1);
  while (slots[at].key && !(slots[at].hash == hash && slots[at].length == length &&
                            memcmp(slots[at].key, key, length) == 0))
    at = (at + 1) & (capacity - 1);
  return &slots[at];
}

static bool grow_intern(struct build *build, struct intern *intern) {
  size_t capacity = intern->capacity ? intern->capacity * 2 : 256;
  struct intern_slot *slots = memory_zeroed(&build->memory, capacity, sizeof *slots);
  if (!slots)
    return false;
  for (size_t i = 0; i < intern->capacity; i++) {
    const struct intern_slot *old = &intern->slots[i];
    if (old->key)
      *find_slot(slots, capacity, old->key, old->length, old->hash) = *old;
  }
  memory_free(&build->memory, intern->slots, intern->capacity, sizeof *slots);
  intern->slots = slots;
  intern->capacity = capacity;
  return true;
}

uint32_t intern_index(struct build *build, struct intern *intern, const void *key, size_t length,
                      uint32_t fresh, bool *is_new) {
  *is_new = false;
  if (build->failed)
    return 0;
  if (intern->count * 2 >= intern->capacity && !grow_intern(build, intern)) {
    build->failed = true;
    return 0;
  }
  uint64_t hash = text_hash((struct text){key, length}, 0);
  struct intern_slot *slot = find_slot(intern->slots, intern->capacity, key, length, hash);
  if (slot->key)
    return slot->index;
  void *copy = arena_copy(&build->scratch, key, length);
  if (!copy) {
    build->failed = true;
    return 0;
  }
  *slot = (struct intern_slot){copy, length, hash, fresh};
  intern->count++;
  *is_new = true;
  return fresh;
}

void intern_clear(struct build *build, struct intern *intern) {
  memory_free(&build->memory, intern->slots, intern->capacity, sizeof *intern->slots);
  *intern = (struct intern){0};
}

/* ---- texts -------------------------------------------------------------------- */

struct text keep_text(struct build *build, struct text text) {
  bool copied = true;
  if (build->failed)
    return (struct text){0};
  struct text copy = arena_text(&build->program->arena, text, &copied);
  if (!copied)
    build->failed = true;
  return copy;
}

/* The folded text, in scratch memory. */
static struct text fold_text(struct build *build, struct text text) {
  char *folded =
      build->failed ? NULL : arena_alloc(&build->scratch, TEXT_FOLD_BOUND(text.length) + 1);
  if (!folded) {
    build->failed = true;
    return (struct text){0};
  }
  return (struct text){folded, text_fold(text, folded)};
}

/* True if a source text is on one line without a `#` and has no two blanks in a
 * row: folding would not change it.  Bytes beside those may count as well, which
 * only means that the text is folded. */
static bool is_folded(struct text source) {
  uint64_t odd = 0;
  size_t at = 0;
  for (; at + 9 <= source.length; at += 8) {
    uint64_t word = word_load(source.bytes + at), next = word_load(source.bytes + at + 1);
    odd |= word_zeros(word ^ WORD_OF('#')) | ((word - WORD_OF(' ')) & ~word & WORD_HIGH) |
           (word_zeros(word ^ WORD_OF(' ')) & word_zeros(next ^ WORD_OF(' ')));
  }
  for (; at < source.length; at++) {
    char c = source.bytes[at];
    bool blank = c == ' ' && (at + 1 == source.length || source.bytes[at + 1] == ' ');
    odd |= (unsigned char)c < ' ' || c == '#' || blank;
  }
  return odd == 0;
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

static void *keep_bytes(struct build *build, const void *items, size_t count, size_t size) {
  void *copy = build->failed ? NULL : arena_array(&build->program->arena, count + 1, size);
  if (!copy) {
    build->failed = true;
    return NULL;
  }
  if (count)
    memcpy(copy, items, count * size);
  return copy;
}

/* ---- constants ------------------------------------------------------------------ */

/* One table of names serves all kinds of constants: a key begins with a letter. */
static bool fresh_constant(struct build *build, char kind, const void *bytes, size_t length,
                           const struct list *list, uint32_t *index) {
  char small[64];
  char *key = length < sizeof small ? small : arena_alloc(&build->scratch, length + 1);
  if (!key) {
    build->failed = true;
    *index = 0;
    return false;
  }
  key[0] = kind;
  if (length)
    memcpy(key + 1, bytes, length);
  bool is_new;
  *index = intern_index(build, &build->names, key, length + 1, (uint32_t)list->count, &is_new);
  return is_new;
}

#define SCALAR_CONSTANT(function, type, kind, list)                                \
  uint32_t function(struct build *build, type value) {                             \
    uint32_t index;                                                                \
    if (fresh_constant(build, kind, &value, sizeof value, &build->list, &index)) { \
      type *item = list_add(build, &build->list, sizeof *item);                    \
      if (item)                                                                    \
        *item = value;                                                             \
    }                                                                              \
    return index;                                                                  \
  }

SCALAR_CONSTANT(constant_number, double, 'k', numbers)
SCALAR_CONSTANT(constant_micros, int64_t, 'i', micros)
SCALAR_CONSTANT(constant_unit, struct unit, 'U', units)

uint32_t constant_text(struct build *build, struct text text) {
  uint32_t index;
  if (fresh_constant(build, 's', text.bytes, text.length, &build->texts, &index)) {
    struct text copy = keep_text(build, text);
    struct text *item = list_add(build, &build->texts, sizeof *item);
    if (item)
      *item = copy;
  }
  return index;
}

/* The key of a set: each item's length and bytes. */
static char *set_key(struct build *build, const struct text *texts, uint32_t count,
                     size_t *length) {
  size_t total = 0;
  for (uint32_t i = 0; i < count; i++)
    total += sizeof texts[i].length + texts[i].length;
  char *key = arena_alloc(&build->scratch, total + 1), *next = key;
  for (uint32_t i = 0; key && i < count; i++) {
    memcpy(next, &texts[i].length, sizeof texts[i].length);
    next += sizeof texts[i].length;
    if (texts[i].length)
      memcpy(next, texts[i].bytes, texts[i].length);
    next += texts[i].length;
  }
  *length = total;
  return key;
}

uint32_t constant_text_set(struct build *build, const struct text *texts, uint32_t count,
                           bool folded) {
  struct text *items = arena_array(&build->scratch, (size_t)count + 1, sizeof *items);
  uint32_t index = 0;
  size_t length;
  for (uint32_t i = 0; items && i < count; i++)
    items[i] = folded ? fold_text(build, texts[i]) : texts[i];
  if (!items || build->failed) {
    build->failed = true;
    return 0;
  }
  char *key = set_key(build, items, count, &length);
  if (!key) {
    build->failed = true;
    return 0;
  }
  if (fresh_constant(build, folded ? 'S' : 'E', key, length, &build->text_sets, &index)) {
    struct text *kept = keep_bytes(build, items, count, sizeof *kept);
    for (uint32_t i = 0; kept && i < count; i++)
      kept[i] = keep_text(build, items[i]);
    struct text_set *set = list_add(build, &build->text_sets, sizeof *set);
    if (set)
      *set = (struct text_set){.count = count, .items = kept, .folded = folded};
  }
  return index;
}

/* Ascending, each number once; sets are short, and often sorted already. */
static uint32_t sort_numbers(double *items, uint32_t count) {
  uint32_t kept = 0;
  for (uint32_t gap = count / 2; gap > 0; gap /= 2)
    for (uint32_t i = gap; i < count; i++)
      for (uint32_t j = i; j >= gap && items[j - gap] > items[j]; j -= gap) {
        double swap = items[j];
        items[j] = items[j - gap];
        items[j - gap] = swap;
      }
  for (uint32_t i = 0; i < count; i++)
    if (kept == 0 || items[i] != items[kept - 1])
      items[kept++] = items[i];
  return kept;
}

uint32_t constant_number_set(struct build *build, const double *numbers, uint32_t count) {
  double *items = keep_bytes(build, numbers, count, sizeof *items);
  uint32_t index = 0;
  if (!items)
    return 0;
  count = sort_numbers(items, count);
  if (fresh_constant(build, 'R', items, count * sizeof *items, &build->number_sets, &index)) {
    struct number_set *set = list_add(build, &build->number_sets, sizeof *set);
    if (set)
      *set = (struct number_set){count, items};
  }
  return index;
}

uint32_t constant_table(struct build *build, const uint32_t *items, uint32_t count) {
  uint32_t index;
  if (fresh_constant(build, 'Q', items, count * sizeof *items, &build->tables, &index)) {
    uint32_t *copy = keep_bytes(build, items, count, sizeof *items);
    struct index_table *table = list_add(build, &build->tables, sizeof *table);
    if (table)
      *table = (struct index_table){count, copy};
  }
  return index;
}

uint32_t constant_bands(struct build *build, const double *bounds, uint32_t count) {
  uint32_t index;
  if (fresh_constant(build, 'W', bounds, count * sizeof *bounds, &build->band_tables, &index)) {
    double *copy = keep_bytes(build, bounds, count, sizeof *bounds);
    struct band_table *table = list_add(build, &build->band_tables, sizeof *table);
    if (table)
      *table = (struct band_table){count, copy};
  }
  return index;
}

uint32_t constant_decay(struct build *build, const struct decay *decay) {
  struct decay key; /* padding is zeroed so that equal decays have equal bytes */
  memset(&key, 0, sizeof key);
  key.kind = decay->kind;
  key.duration = decay->duration;
  key.rate = decay->rate;
  key.rate_log2 = decay->rate_log2;
  key.steps = decay->steps;
  uint32_t index;
  if (fresh_constant(build, 'D', &key, sizeof key, &build->decays, &index)) {
    struct decay *item = list_add(build, &build->decays, sizeof *item);
    if (item)
      *item = key;
  }
  return index;
}

/* ---- code ------------------------------------------------------------------------- */

static uint32_t add_value(struct build *build, char letter, uint16_t space, bool view) {
  struct value *value = list_add(build, &build->values, sizeof *value);
  if (!value)
    return 0;
  value->class = (uint8_t)opcode_class(letter);
  value->view = view;
  value->space = letter >= 'A' && letter <= 'Z' ? 0 : space;
  value->definition = (uint32_t)build->code.count;
  value->origin = build->origin;
  return (uint32_t)(build->values.count - 1);
}

static void add_code(struct build *build, struct instruction instruction) {
  add_value(build, opcode_infos[instruction.op].shape[0], instruction.space,
            opcode_is_view(instruction.op));
  struct instruction *code = list_add(build, &build->code, sizeof *code);
  if (code)
    *code = instruction;
}

/* ---- instructions by what they compute --------------------------------------------- */

static uint32_t hash_code(const struct instruction *code) {
  uint64_t hash =
      hash_word(hash_begin(0), (uint64_t)code->op << 48 | (uint64_t)code->space << 32 | code->a);
  return (uint32_t)hash_end(hash_word(hash, (uint64_t)code->b << 32 | code->c), 16);
}

/* The slot of an instruction that computes the same, or the free one for it. */
static uint32_t find_code(const struct instruction *code, const struct code_table *table,
                          const struct instruction *wanted) {
  uint32_t slot = hash_code(wanted) & (table->capacity - 1);
  for (; table->slots[slot]; slot = (slot + 1) & (table->capacity - 1)) {
    const struct instruction *one = &code[table->slots[slot] - 1];
    if (one->a == wanted->a && one->b == wanted->b && one->c == wanted->c &&
        one->op == wanted->op && one->space == wanted->space)
      break;
  }
  return slot;
}

/* Room for one more instruction in a table that is at most half full. */
static bool make_code_room(struct build *build) {
  struct code_table *table = &build->shared, larger = *table;
  const struct instruction *code = build->code.items;
  if (table->count < table->capacity / 2)
    return true;
  larger.capacity = table->capacity ? table->capacity * 2 : 1024;
  larger.slots =
      larger.capacity ? memory_zeroed(&build->memory, larger.capacity, sizeof *larger.slots) : NULL;
  if (!larger.slots) {
    build->failed = true;
    return false;
  }
  for (uint32_t i = 0; i < table->capacity; i++)
    if (table->slots[i])
      larger.slots[find_code(code, &larger, &code[table->slots[i] - 1])] = table->slots[i];
  code_table_clear(build);
  *table = larger;
  return true;
}

void code_table_clear(struct build *build) {
  struct code_table *table = &build->shared;
  memory_free(&build->memory, table->slots, table->capacity, sizeof *table->slots);
  *table = (struct code_table){0};
}

uint32_t emit(struct build *build, enum opcode op, uint16_t space, uint32_t a, uint32_t b,
              uint32_t c) {
  uint32_t d = (uint32_t)build->values.count;
  const struct instruction made = {(uint16_t)op, space, d, a, b, c};
  if (build->failed || !make_code_room(build))
    return 0;
  const struct instruction *code = build->code.items;
  uint32_t slot = find_code(code, &build->shared, &made);
  if (build->shared.slots[slot]) {
    d = code[build->shared.slots[slot] - 1].d;
    share(build, d);
    return d;
  }
  build->shared.slots[slot] = (uint32_t)build->code.count + 1;
  build->shared.count++;
  add_code(build, made);
  return d;
}

uint32_t emit_own(struct build *build, enum opcode op, uint16_t space, uint32_t a) {
  uint32_t d = (uint32_t)build->values.count;
  add_code(build, (struct instruction){(uint16_t)op, space, d, a, 0, 0});
  return build->failed ? 0 : d;
}

struct value *value_at(struct build *build, uint32_t reg) {
  if (build->failed || reg >= build->values.count)
    return &build->none;
  return (struct value *)build->values.items + reg;
}

uint16_t space_of(struct build *build, uint32_t reg) {
  return value_at(build, reg)->space;
}

uint32_t place(struct build *build, uint32_t reg, uint16_t space) {
  static const enum opcode spread[] = {OP_SPREAD_NUMBER, OP_SPREAD_MICROS, OP_SPREAD_TEXT,
                                       OP_SPREAD_BOOL,   OP_SPREAD_LABEL,  OP_SPREAD_TEXTS};
  const struct value *value = value_at(build, reg);
  if (build->failed || value->space == space)
    return reg;
  const struct instruction *code = (struct instruction *)build->code.items + value->definition;
  if (code->op >= OP_CONST_NUMBER && code->op <= OP_AS_OF)
    return emit(build, (enum opcode)code->op, space, code->a, code->b, code->c);
  return emit(build, spread[value->class], space, reg, 0, 0);
}

void pin_result(struct build *build, uint32_t reg) {
  if (!build->failed && reg != PROGRAM_NONE)
    value_at(build, reg)->result = true;
}

void pin_reason(struct build *build, uint32_t reg) {
  if (!build->failed && reg != PROGRAM_NONE)
    value_at(build, reg)->reason = true;
}

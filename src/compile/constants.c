/* constants.c - the program's constants, each once.
 *
 * A table finds by its bytes what was added before; numbers and durations, of
 * which every other condition has one, have tables of words of their own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include "base/hash.h"
#include "base/unicode.h"

#include <string.h>

/* ---- by bytes ----------------------------------------------------------------- */

struct intern_slot {
  const void *key; /* NULL: free */
  uint32_t length, hash;
  uint32_t kind, index;
};

/* A key as it is, or but for case: that of a folded text. */
static bool is_key(const struct intern_slot *slot, const struct intern_slot *wanted) {
  if (slot->hash != wanted->hash || slot->kind != wanted->kind)
    return false;
  if (slot->kind == INTERN_FOLDED_SINGLE)
    return text_equal_folded((struct text){slot->key, slot->length},
                             (struct text){wanted->key, wanted->length});
  return slot->length == wanted->length && memcmp(slot->key, wanted->key, slot->length) == 0;
}

static struct intern_slot *find_slot(const struct intern *intern,
                                     const struct intern_slot *wanted) {
  for (size_t at = wanted->hash;; at++) {
    struct intern_slot *slot = &intern->slots[at & (intern->capacity - 1)];
    if (!slot->key || is_key(slot, wanted))
      return slot;
  }
}

static bool grow_intern(struct build *build, struct intern *intern) {
  struct intern larger = {.count = intern->count,
                          .capacity = intern->capacity ? intern->capacity * 2 : 256};
  larger.slots = memory_zeroed(&build->memory, larger.capacity, sizeof *larger.slots);
  if (!larger.slots)
    return false;
  for (size_t i = 0; i < intern->capacity; i++) {
    size_t at = intern->slots[i].hash;
    while (intern->slots[i].key && larger.slots[at & (larger.capacity - 1)].key)
      at++;
    if (intern->slots[i].key)
      larger.slots[at & (larger.capacity - 1)] = intern->slots[i];
  }
  intern_clear(build, intern);
  *intern = larger;
  return true;
}

/* The slot of a key, or a free one for it: then it is filled, but for the key
 * itself, which must get memory that stays.  NULL after a failure. */
static struct intern_slot *intern_slot(struct build *build, struct intern *intern, uint32_t kind,
                                       struct text key, uint64_t hash, size_t fresh) {
  build->too_large |= key.length > UINT32_MAX;
  build->failed |= build->too_large;
  if (!build->failed && intern->count * 2 >= intern->capacity)
    build->failed = !grow_intern(build, intern);
  if (build->failed)
    return NULL;
  const struct intern_slot wanted = {.key = key.length ? key.bytes : "",
                                     .length = (uint32_t)key.length,
                                     .hash = (uint32_t)hash,
                                     .kind = kind,
                                     .index = (uint32_t)fresh};
  struct intern_slot *slot = find_slot(intern, &wanted);
  if (!slot->key) {
    *slot = wanted;
    slot->key = NULL;
    intern->count++;
  }
  return slot;
}

uint32_t intern_index(struct build *build, struct intern *intern, uint32_t kind, struct text key,
                      size_t fresh, bool *is_new) {
  struct intern_slot *slot = intern_slot(build, intern, kind, key, text_hash(key, kind), fresh);
  *is_new = slot && !slot->key;
  if (*is_new) {
    slot->key = arena_copy(&build->scratch, key.bytes, key.length);
    *is_new = slot->key != NULL;
    build->failed = !*is_new;
  }
  return slot ? slot->index : 0;
}

void intern_clear(struct build *build, struct intern *intern) {
  memory_free(&build->memory, intern->slots, intern->capacity, sizeof *intern->slots);
  *intern = (struct intern){0};
}

/* ---- words of 64 bits ------------------------------------------------------------ */

struct word_slot {
  uint64_t word;
  uint32_t index; /* + 1; 0: free */
};

static struct word_slot *find_word(const struct word_table *table, uint64_t word) {
  for (uint64_t at = hash_end(hash_word(hash_begin(0), word), sizeof word);; at++) {
    struct word_slot *slot = &table->slots[at & (table->capacity - 1)];
    if (!slot->index || slot->word == word)
      return slot;
  }
}

static bool grow_words(struct build *build, struct word_table *table) {
  struct word_table larger = {.count = table->count,
                              .capacity = table->capacity ? table->capacity * 2 : 64};
  larger.slots = memory_zeroed(&build->memory, larger.capacity, sizeof *larger.slots);
  if (!larger.slots)
    return false;
  for (size_t i = 0; i < table->capacity; i++)
    if (table->slots[i].index)
      *find_word(&larger, table->slots[i].word) = table->slots[i];
  word_table_clear(build, table);
  *table = larger;
  return true;
}

/* The index of a word among the items of a list, which are words: new or there before. */
static uint32_t word_index(struct build *build, struct word_table *table, struct list *list,
                           uint64_t word) {
  if (!build->failed && table->count * 2 >= table->capacity)
    build->failed = !grow_words(build, table);
  if (build->failed)
    return 0;
  struct word_slot *slot = find_word(table, word);
  if (slot->index)
    return slot->index - 1;
  uint64_t *item = list_room(build, list, sizeof *item);
  if (!item)
    return 0;
  *item = word;
  table->count++;
  *slot = (struct word_slot){word, (uint32_t)list->count};
  return (uint32_t)list->count - 1;
}

void word_table_clear(struct build *build, struct word_table *table) {
  memory_free(&build->memory, table->slots, table->capacity, sizeof *table->slots);
  *table = (struct word_table){0};
}

uint32_t constant_number(struct build *build, double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof word);
  return word_index(build, &build->number_words, &build->numbers, word);
}

uint32_t constant_micros(struct build *build, int64_t value) {
  return word_index(build, &build->micros_words, &build->micros, (uint64_t)value);
}

/* ---- texts ---------------------------------------------------------------------- */

uint32_t constant_text(struct build *build, struct text text) {
  struct intern_slot *slot = intern_slot(build, &build->names, INTERN_TEXT, text,
                                         text_hash(text, INTERN_TEXT), build->texts.count);
  if (!slot)
    return 0;
  uint32_t index = slot->index;
  if (!slot->key) {
    struct text *item = list_add(build, &build->texts, sizeof *item);
    if (item) {
      *item = keep_text(build, text);
      slot->key = item->bytes;
    }
  }
  return index;
}

/* The folded text, in scratch memory. */
static struct text fold_text(struct build *build, struct text text) {
  size_t bound = TEXT_FOLD_BOUND(text.length) + 1;
  char *bytes = build->failed ? NULL : arena_alloc(&build->scratch, bound);
  build->failed |= bytes == NULL;
  return (struct text){bytes, bytes ? text_fold(text, bytes) : 0};
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

static const struct text *add_set(struct build *build, const struct text *items, uint32_t count,
                                  bool folded) {
  struct text *kept =
      build->failed ? NULL : arena_array(&build->program->arena, count, sizeof *kept);
  struct text_set *set = list_add(build, &build->text_sets, sizeof *set);
  if (!kept || !set) {
    build->failed = true;
    return NULL;
  }
  for (uint32_t i = 0; i < count; i++)
    kept[i] = keep_text(build, items[i]);
  *set = (struct text_set){.count = count, .items = kept, .folded = folded};
  return kept;
}

/* A set of one text, which most comparisons of texts have.  It is looked for
 * without being folded first. */
static uint32_t constant_single(struct build *build, struct text text, bool folded) {
  uint32_t kind = folded ? INTERN_FOLDED_SINGLE : INTERN_SINGLE;
  uint64_t hash = folded ? text_hash_folded(text, kind) : text_hash(text, kind);
  struct intern_slot *slot =
      intern_slot(build, &build->names, kind, text, hash, build->text_sets.count);
  if (!slot || slot->key)
    return slot ? slot->index : 0;
  uint32_t index = slot->index;
  text = folded ? fold_text(build, text) : text;
  const struct text *kept = add_set(build, &text, 1, folded);
  slot->key = kept ? kept->bytes : NULL;
  slot->length = (uint32_t)text.length;
  return index;
}

/* The key of a set: each item's length and bytes, in scratch memory. */
static struct text set_key(struct build *build, const struct text *texts, uint32_t count) {
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
  build->failed |= key == NULL;
  return (struct text){key, key ? total : 0};
}

uint32_t constant_text_set(struct build *build, const struct text *texts, uint32_t count,
                           bool folded) {
  if (count == 1)
    return constant_single(build, texts[0], folded);
  struct text *items = arena_array(&build->scratch, (size_t)count + 1, sizeof *items);
  build->failed |= items == NULL;
  for (uint32_t i = 0; items && i < count; i++)
    items[i] = folded ? fold_text(build, texts[i]) : texts[i];
  if (build->failed)
    return 0;
  struct text key = set_key(build, items, count);
  uint32_t kind = folded ? INTERN_FOLDED_SET : INTERN_SET;
  struct intern_slot *slot =
      intern_slot(build, &build->names, kind, key, text_hash(key, kind), build->text_sets.count);
  if (!slot)
    return 0;
  uint32_t index = slot->index;
  if (!slot->key) {
    slot->key = key.bytes;
    add_set(build, items, count, folded);
  }
  return index;
}

/* ---- the others ------------------------------------------------------------------- */

/* True if there is no such constant yet; *index is its index in the list, old or new. */
static bool fresh_constant(struct build *build, enum intern_kind kind, const void *bytes,
                           size_t length, const struct list *list, uint32_t *index) {
  bool is_new;
  *index =
      intern_index(build, &build->names, kind, (struct text){bytes, length}, list->count, &is_new);
  return is_new;
}

uint32_t constant_unit(struct build *build, struct unit unit) {
  uint32_t index;
  if (fresh_constant(build, INTERN_UNIT, &unit, sizeof unit, &build->units, &index)) {
    struct unit *item = list_add(build, &build->units, sizeof *item);
    if (item)
      *item = unit;
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
  if (fresh_constant(build, INTERN_NUMBER_SET, items, count * sizeof *items, &build->number_sets,
                     &index)) {
    struct number_set *set = list_add(build, &build->number_sets, sizeof *set);
    if (set)
      *set = (struct number_set){count, items};
  }
  return index;
}

uint32_t constant_table(struct build *build, const uint32_t *items, uint32_t count) {
  uint32_t index;
  if (fresh_constant(build, INTERN_TABLE, items, count * sizeof *items, &build->tables, &index)) {
    uint32_t *copy = keep_bytes(build, items, count, sizeof *items);
    struct index_table *table = list_add(build, &build->tables, sizeof *table);
    if (table)
      *table = (struct index_table){count, copy};
  }
  return index;
}

uint32_t constant_bands(struct build *build, const double *bounds, uint32_t count) {
  uint32_t index;
  if (fresh_constant(build, INTERN_BANDS, bounds, count * sizeof *bounds, &build->band_tables,
                     &index)) {
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
  if (fresh_constant(build, INTERN_DECAY, &key, sizeof key, &build->decays, &index)) {
    struct decay *item = list_add(build, &build->decays, sizeof *item);
    if (item)
      *item = key;
  }
  return index;
}

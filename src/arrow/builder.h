/* builder.h - a column of Arrow while it grows, value by value.
 *
 * Builders form a tree like the type of the column: a struct's children get a
 * value for each of its own, a list's items stand in its one child.  When all
 * is added, builder_take hands the buffers over to an ArrowArray, and the
 * builder is empty again.  Every array of the tree owns its buffers, so that
 * whoever takes it may move children out of it and release each for itself, as
 * the specification wants; only the texts of dictionaries are shared, and
 * counted.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_BUILDER_H
#define BAREME_ARROW_BUILDER_H

#include "bareme/arrow.h"
#include "base/arena.h"

/* Texts that many arrays point into; freed with the last of them. */
struct dictionary;

struct growth { /* a buffer that grows */
  void *bytes;
  size_t used, capacity; /* bytes */
};

struct builder {
  struct memory memory;
  const char *name;              /* terminated; lives in the exporter's arena */
  const char *format;            /* of indices, if there is a dictionary */
  struct dictionary *dictionary; /* NULL: none */
  struct builder *children;
  uint32_t child_count;
  int64_t length, nulls;
  struct growth known, values, bytes; /* values: also offsets; bytes: of texts */
  bool out_of_memory;
};

/* A column, or a child of one, in the arena.  `format` is a literal. */
void builder_init(struct builder *builder, const struct memory *memory, const char *name,
                  const char *format);
/* Room for children, which the caller begins; false if out of memory. */
bool builder_children(struct builder *builder, struct arena *arena, uint32_t count);
void builder_clear(struct builder *builder);

/* Dictionaries: `count` texts.  The maker holds one reference. */
struct dictionary *dictionary_new(const struct memory *memory, const struct text *texts,
                                  uint32_t count);
void dictionary_hold(struct dictionary *dictionary);
void dictionary_drop(struct dictionary *dictionary); /* may be NULL */
/* The builder's values are indices of it from here on. */
void builder_encode(struct builder *builder, struct dictionary *dictionary);

/* ---- one value more; a failure is remembered and told by builder_take ---- */

void builder_null(struct builder *builder); /* of a struct: and of all its children */
void builder_number(struct builder *builder, double number);
void builder_micros(struct builder *builder, int64_t micros);
void builder_int(struct builder *builder, int32_t number); /* also an index */
void builder_bool(struct builder *builder, bool value);
void builder_text(struct builder *builder, struct text text);
void builder_struct(struct builder *builder); /* then a value to each child */
void builder_list(struct builder *builder);   /* after its items were added to the child */

/* ---- what comes of it ---- */

/* The type.  False if out of memory; nothing is left then. */
bool builder_schema(const struct builder *builder, struct ArrowSchema *schema);
/* Everything that was added.  False if out of memory, now or before. */
bool builder_take(struct builder *builder, struct ArrowArray *array);

#endif

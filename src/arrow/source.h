/* source.h - where in Arrow's arrays the values of a field are.
 *
 * A source is found once, in the schema, by its dotted path, and bound to the
 * buffers of each array that comes.  Offsets of arrays and of the structs around
 * them add up, so that a lane is found by one addition; bits of validity have
 * to be asked of every struct on the way:
 *
 *   row r of  lead { company { size } }     offsets 2, 0, 5
 *             is lane r + 7 of size's values, and known if
 *             bit r + 2 of lead, r + 2 of company and r + 7 of size are set
 *
 * A buffer may lie at any address, and nothing in it is trusted that is looked
 * at anyway: offsets that go back, indices beyond a dictionary and views beyond
 * their buffers make a bad value.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_ARROW_SOURCE_H
#define BAREME_ARROW_SOURCE_H

#include "arrow/type.h"
#include "base/arena.h"
#include "code/program.h"
#include "intake/labels.h"
#include "vm/batch.h"

struct arrow_bits {
  const uint8_t *bits; /* NULL: all are set */
  int64_t offset;      /* of row 0 */
};

struct arrow_span { /* the lanes of an array */
  struct arrow_bits known;
  int64_t offset;                 /* of row 0 in the buffers */
  int64_t count;                  /* rows */
  const uint8_t *first, *second;  /* the buffers behind the validity */
  int64_t sound_begin, sound_end; /* of texts: these bytes of `second` are UTF-8; -1: none */
  const struct ArrowArray *array; /* views: where their other buffers are */
};

struct source {
  struct text path;        /* for messages */
  const char *format;      /* for messages, while the schema is there */
  struct arrow_type type;  /* of the values */
  struct arrow_type index; /* of a dictionary's indices */
  bool encoded;            /* by a dictionary */
  uint32_t *steps;         /* which child, and of it which child, and so on */
  uint32_t step_count;
  struct source *items; /* of a list; NULL if it is none */
  /* while an array is bound */
  struct arrow_bits *above; /* of the structs around it */
  uint32_t above_count;
  struct arrow_span rows, dictionary;
};

enum source_result {
  SOURCE_FOUND,
  SOURCE_NONE, /* there is no such column */
  SOURCE_AMBIGUOUS,
  SOURCE_NO_MEMORY
};

/* A step into a struct takes the child that is called like all that is left of
 * the path, dots and all, else the one that is called like its next part. */
enum source_result source_find(const struct ArrowSchema *schema, struct text path,
                               struct arena *arena, struct source **source);

/* Can it give values of the kind?  An identity can also be whole numbers. */
bool source_gives(const struct source *source, enum column_kind kind, bool identity);
/* Lists of structs: where events are. */
bool source_gives_structs(const struct source *source);

/* Binds it to an array of the schema in which it was found.  False if the array
 * is not of that schema. */
bool source_bind(struct source *source, const struct ArrowArray *array);

/* Which of the rows first .. first + count (at most 64) are there, bit by bit. */
uint64_t source_known(const struct source *source, int64_t first, uint32_t count);
uint64_t arrow_bits_word(struct arrow_bits bits, int64_t first, uint32_t count);

static inline bool arrow_bits_get(struct arrow_bits bits, int64_t row) {
  const int64_t at = bits.offset + row;
  return !bits.bits || (bits.bits[at / 8] >> (at % 8) & 1);
}

/* Is that row there? */
static inline bool source_has(const struct source *source, int64_t row) {
  bool has = source->type.kind != ARROW_NULL && arrow_bits_get(source->rows.known, row);
  for (uint32_t i = 0; i < source->above_count; i++)
    has = has && arrow_bits_get(source->above[i], row);
  return has;
}

enum arrow_status { VALUE_FOUND, VALUE_ABSENT, VALUE_WRONG, VALUE_NO_ROOM };

/* The value of a row that is known.  Texts point into the buffers; lists are
 * made in the arena. */
enum arrow_status source_value(const struct source *source, enum column_kind kind,
                               const struct label_table *labels, struct arena *arena, int64_t row,
                               union batch_value *value);
/* Of a source with a dictionary: the index that a row has, -1 if it is none of the
 * dictionary's; and an entry as a text. */
int64_t source_index(const struct source *source, int64_t row);
enum arrow_status source_entry(const struct source *source, int64_t index, struct text *text);
/* Whole numbers become their digits, in the arena. */
enum arrow_status source_identity(const struct source *source, struct arena *arena, int64_t row,
                                  struct text *id);

/* The items of a list in a row that is known; false if they cannot be there. */
bool source_items(const struct source *source, int64_t row, int64_t *first, int64_t *count);

#endif

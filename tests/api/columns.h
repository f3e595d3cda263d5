/* columns.h - arrays of the Arrow C Data Interface, made by hand.
 *
 * Every buffer is a block of memory of its own of exactly its size, at an odd
 * address if the test asks for that, so that a sanitizer sees the first byte
 * that is read beyond it.  A node is schema and array in one; what is made
 * lives until columns_free, and nodes are only released by it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef API_COLUMNS_H
#define API_COLUMNS_H

#include "api/fixture.h"

#include <bareme/arrow.h>

/* How the next nodes are laid out. */
struct layout {
  int64_t offset;     /* lanes in front of each array's first, filled with rubbish */
  bool unaligned;     /* buffers at odd addresses */
  bool unknown_nulls; /* null_count -1 */
  const char *text;   /* format of texts: "u", "U", "vu" */
  const char *index;  /* format of a dictionary's indices; NULL: none */
  const char *list;   /* "+l", "+L", "+vl", "+vL" */
};
extern struct layout layout;

struct node {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const void *buffers[8];
  struct ArrowSchema *child_schemas[16];
  struct ArrowArray *child_arrays[16];
};

struct node *columns_node(const char *format, const char *name, int64_t length);
/* Buffer `index`: a copy. */
void columns_buffer(struct node *node, int64_t index, const void *bytes, size_t size);
/* Which lanes are there, as "1101"; NULL: all, and there is no buffer. */
void columns_known(struct node *node, const char *known);
void columns_child(struct node *node, struct node *child);

/* Columns by the layout; `known` as above. */
struct node *columns_fixed(const char *format, const char *name, size_t width, int64_t length,
                           const void *values, const char *known);
struct node *columns_numbers(const char *name, int64_t length, const double *values,
                             const char *known);
struct node *columns_texts(const char *name, int64_t length, const char *const *values);
struct node *columns_bools(const char *name, const char *values, const char *known);
/* Items begin[i] to begin[i + 1] in row i. */
struct node *columns_list(const char *name, int64_t length, const int64_t *begin, const char *known,
                          struct node *items);
struct node *columns_struct(const char *name, int64_t length, const char *known);

void columns_free(void);

#endif

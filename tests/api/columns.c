/* columns.c - arrays of the Arrow C Data Interface, made by hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "api/columns.h"

struct layout layout;

static void *blocks[4096];
static size_t block_count;

static void *block(size_t size) {
  assert_true(block_count < sizeof blocks / sizeof *blocks);
  void *made = malloc(size ? size : 1);
  assert_non_null(made);
  return blocks[block_count++] = made;
}

void columns_free(void) {
  while (block_count > 0)
    free(blocks[--block_count]);
  layout = (struct layout){.text = "u", .list = "+l"};
}

static void release_schema(struct ArrowSchema *schema) {
  schema->release = NULL;
}
static void release_array(struct ArrowArray *array) {
  array->release = NULL;
}

struct node *columns_node(const char *format, const char *name, int64_t length) {
  struct node *node = block(sizeof *node);
  memset(node, 0, sizeof *node);
  node->schema = (struct ArrowSchema){.format = format,
                                      .name = name,
                                      .flags = ARROW_FLAG_NULLABLE,
                                      .children = node->child_schemas,
                                      .release = release_schema};
  node->array = (struct ArrowArray){.length = length,
                                    .buffers = node->buffers,
                                    .children = node->child_arrays,
                                    .release = release_array};
  return node;
}

void columns_buffer(struct node *node, int64_t index, const void *bytes, size_t size) {
  char *copy = block(size + layout.unaligned);
  memcpy(copy + layout.unaligned, bytes, size);
  node->buffers[index] = copy + layout.unaligned;
  if (node->array.n_buffers <= index)
    node->array.n_buffers = index + 1;
}

void columns_known(struct node *node, const char *known) {
  if (node->array.n_buffers == 0)
    node->array.n_buffers = 1;
  if (!known)
    return;
  int64_t lanes = node->array.offset + node->array.length;
  size_t size = (size_t)(lanes + 7) / 8;
  unsigned char *bits = calloc(size + 1, 1);
  assert_non_null(bits);
  for (int64_t i = 0; i < lanes; i++) { /* in front of the array, as in it, some of both */
    bool set = i < node->array.offset ? i % 2 : known[i - node->array.offset] == '1';
    bits[i / 8] |= (unsigned char)(set << (i % 8));
    node->array.null_count += i >= node->array.offset && !set;
  }
  columns_buffer(node, 0, bits, size);
  free(bits);
  if (layout.unknown_nulls)
    node->array.null_count = -1;
}

void columns_child(struct node *node, struct node *child) {
  node->child_schemas[node->schema.n_children++] = &child->schema;
  node->child_arrays[node->array.n_children++] = &child->array;
}

static struct node *shifted(const char *format, const char *name, int64_t length) {
  struct node *node = columns_node(format, name, length);
  node->array.offset = layout.offset;
  return node;
}

struct node *columns_fixed(const char *format, const char *name, size_t width, int64_t length,
                           const void *values, const char *known) {
  struct node *node = shifted(format, name, length);
  size_t front = (size_t)layout.offset * width, size = (size_t)length * width;
  char *bytes = block(front + size);
  memset(bytes, 0x5a, front);
  memcpy(bytes + front, values, size);
  columns_known(node, known);
  columns_buffer(node, 1, bytes, front + size);
  return node;
}

struct node *columns_numbers(const char *name, int64_t length, const double *values,
                             const char *known) {
  return columns_fixed("g", name, sizeof(double), length, values, known);
}

struct node *columns_bools(const char *name, const char *values, const char *known) {
  int64_t length = (int64_t)strlen(values);
  struct node *bits = shifted("b", name, length), *node = shifted("b", name, length);
  columns_known(bits, values);
  columns_known(node, known);
  columns_buffer(node, 1, bits->buffers[0], (size_t)(layout.offset + length + 7) / 8);
  return node;
}

struct node *columns_struct(const char *name, int64_t length, const char *known) {
  struct node *node = shifted("+s", name, length);
  columns_known(node, known);
  return node;
}

/* ---- texts ------------------------------------------------------------------- */

/* One letter a value, for columns_known. */
static char *known_of(int64_t length, const char *const *values) {
  char *known = block((size_t)length + 1);
  bool all = true;
  for (int64_t i = 0; i < length; i++) {
    known[i] = values[i] ? '1' : '0';
    all = all && values[i];
  }
  known[length] = 0;
  return all && !layout.unknown_nulls ? NULL : known;
}

static void put_offset(char *out, int64_t index, int64_t value, bool large) {
  int32_t small = (int32_t)value;
  if (large)
    memcpy(out + index * 8, &value, 8);
  else
    memcpy(out + index * 4, &small, 4);
}

static void fill_offsets(struct node *node, const char *const *values, bool large) {
  int64_t lanes = node->array.offset + node->array.length;
  char *offsets = block((size_t)(lanes + 1) * 8), *bytes = block(65536);
  int64_t used = 0;
  for (int64_t i = 0; i <= lanes; i++) {
    put_offset(offsets, i, used, large);
    const char *value = i < node->array.offset ? "rubbish"
                        : i < lanes            ? values[i - node->array.offset]
                                               : NULL;
    size_t length = value ? strlen(value) : 0;
    memcpy(bytes + used, value ? value : "", length);
    used += (int64_t)length;
  }
  columns_buffer(node, 1, offsets, (size_t)(lanes + 1) * (large ? 8 : 4));
  columns_buffer(node, 2, bytes, (size_t)used);
}

static void fill_views(struct node *node, const char *const *values) {
  int64_t lanes = node->array.offset + node->array.length;
  char *views = block((size_t)lanes * 16), *bytes = block(65536);
  int32_t used = 0;
  memset(views, 0x5a, (size_t)lanes * 16);
  for (int64_t i = 0; i < node->array.length; i++) {
    char *view = views + (node->array.offset + i) * 16;
    int32_t length = values[i] ? (int32_t)strlen(values[i]) : 0, buffer = 0;
    memset(view, 0, 16);
    memcpy(view, &length, 4);
    if (length <= 12) {
      memcpy(view + 4, values[i] ? values[i] : "", (size_t)length);
      continue;
    }
    memcpy(view + 4, values[i], 4);
    memcpy(view + 8, &buffer, 4);
    memcpy(view + 12, &used, 4);
    memcpy(bytes + used, values[i], (size_t)length);
    used += length;
  }
  int64_t size = used;
  columns_buffer(node, 1, views, (size_t)lanes * 16);
  columns_buffer(node, 2, bytes, (size_t)used);
  columns_buffer(node, 3, &size, sizeof size);
}

static struct node *plain_texts(const char *name, int64_t length, const char *const *values) {
  struct node *node = shifted(layout.text, name, length);
  columns_known(node, known_of(length, values));
  if (strcmp(layout.text, "vu") == 0)
    fill_views(node, values);
  else
    fill_offsets(node, values, layout.text[0] == 'U');
  return node;
}

/* Where a text is among those of a dictionary, which it joins if it is not. */
static int64_t entry_of(const char **items, int64_t *count, const char *value) {
  for (int64_t i = 0; i < *count; i++)
    if (strcmp(items[i], value) == 0)
      return i;
  items[*count] = value;
  return (*count)++;
}

/* Of two lanes without a value, one has no index and the next an index of none. */
struct node *columns_texts(const char *name, int64_t length, const char *const *values) {
  if (!layout.index)
    return plain_texts(name, length, values);
  const char **items = block((size_t)(length + 1) * sizeof *items);
  char *indices = block((size_t)(length + layout.offset) * 8), *known = block((size_t)length + 1);
  size_t width = strchr("cC", layout.index[0])   ? 1
                 : strchr("sS", layout.index[0]) ? 2
                 : strchr("iI", layout.index[0]) ? 4
                                                 : 8;
  int64_t missing = 0, entries = 0;
  memset(indices, 0x5a, (size_t)(length + layout.offset) * 8);
  for (int64_t i = 0; i < length; i++)
    if (values[i])
      entry_of(items, &entries, values[i]);
  items[entries] = NULL;
  for (int64_t i = 0; i < length; i++) {
    int64_t count = entries, index = values[i] ? entry_of(items, &count, values[i]) : entries;
    known[i] = values[i] || missing++ % 2 ? '1' : '0';
    memcpy(indices + (layout.offset + i) * (int64_t)width, &index, width);
  }
  known[length] = 0;
  struct node *node = shifted(layout.index, name, length);
  struct node *dictionary = plain_texts(NULL, entries + (missing > 1), items);
  columns_known(node, known);
  columns_buffer(node, 1, indices, (size_t)(length + layout.offset) * width);
  node->schema.dictionary = &dictionary->schema;
  node->array.dictionary = &dictionary->array;
  return node;
}

/* ---- lists --------------------------------------------------------------------- */

struct node *columns_list(const char *name, int64_t length, const int64_t *begin, const char *known,
                          struct node *items) {
  struct node *node = shifted(layout.list, name, length);
  int64_t lanes = node->array.offset + length;
  bool view = layout.list[1] == 'v', large = layout.list[view ? 2 : 1] == 'L';
  char *offsets = block((size_t)(lanes + 1) * 8), *sizes = block((size_t)(lanes + 1) * 8);
  for (int64_t i = 0; i <= lanes; i++) {
    int64_t row = i < node->array.offset ? 0 : i - node->array.offset;
    put_offset(offsets, i, begin[row], large);
    put_offset(sizes, i, row < length ? begin[row + 1] - begin[row] : 0, large);
  }
  columns_known(node, known);
  columns_buffer(node, 1, offsets, (size_t)(lanes + !view) * (large ? 8 : 4));
  if (view)
    columns_buffer(node, 2, sizes, (size_t)lanes * (large ? 8 : 4));
  columns_child(node, items);
  return node;
}

/* distinct.c - which values of a column were seen already.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/distinct.h"

#include <string.h>

enum { LIST_MOST = 16 };

enum distinct_kind distinct_kind_of(enum opcode op) {
  switch (op) {
  case OP_ONCE_PER_NUMBER:
  case OP_DISTINCT_NUMBER: return DISTINCT_NUMBER;
  case OP_ONCE_PER_MICROS:
  case OP_DISTINCT_MICROS: return DISTINCT_MICROS;
  case OP_ONCE_PER_TEXT:
  case OP_DISTINCT_TEXT: return DISTINCT_TEXT;
  case OP_ONCE_PER_BOOL:
  case OP_DISTINCT_BOOL: return DISTINCT_BOOL;
  default: return DISTINCT_LABEL;
  }
}

bool distinct_knows(const struct distinct *distinct, uint32_t lane) {
  const struct column *column = distinct->column;
  if (distinct->kind == DISTINCT_BOOL)
    return bit_get(column->yes, lane) || bit_get(column->no, lane);
  return bit_get(column->known, lane);
}

static bool same(const struct distinct *distinct, uint32_t a, uint32_t b) {
  const struct column *column = distinct->column;
  bool known = distinct_knows(distinct, a);
  if (known != distinct_knows(distinct, b))
    return false;
  if (!known)
    return true;
  switch (distinct->kind) {
  case DISTINCT_NUMBER: return column->number[a] == column->number[b];
  case DISTINCT_MICROS: return column->micros[a] == column->micros[b];
  case DISTINCT_TEXT: return text_equal(column->text[a], column->text[b]);
  case DISTINCT_BOOL: return bit_get(column->yes, a) == bit_get(column->yes, b);
  default: return column->label[a] == column->label[b];
  }
}

static uint64_t hash(const struct distinct *distinct, uint32_t lane) {
  const struct column *column = distinct->column;
  if (!distinct_knows(distinct, lane))
    return 0;
  double number; /* + 0.0: both zeros are one value */
  switch (distinct->kind) {
  case DISTINCT_NUMBER:
    number = column->number[lane] + 0.0;
    return text_hash((struct text){(const char *)&number, sizeof number}, 1);
  case DISTINCT_MICROS:
    return text_hash((struct text){(const char *)&column->micros[lane], sizeof(int64_t)}, 1);
  case DISTINCT_TEXT: return text_hash(column->text[lane], 1);
  case DISTINCT_BOOL: return 1 + bit_get(column->yes, lane);
  default: return column->label[lane] + UINT64_C(1);
  }
}

bool distinct_begin(struct distinct *distinct, struct arena *scratch, uint32_t most) {
  size_t size = LIST_MOST;
  distinct->count = 0;
  distinct->table_mask = 0;
  while (most > LIST_MOST && size < (size_t)most * 2)
    size *= 2;
  if (distinct->capacity < size) {
    distinct->lanes = arena_array(scratch, size, sizeof *distinct->lanes);
    distinct->capacity = distinct->lanes ? size : 0;
    if (!distinct->lanes)
      return false;
  }
  if (most > LIST_MOST) {
    distinct->table_mask = (uint32_t)(size - 1);
    memset(distinct->lanes, 0, size * sizeof *distinct->lanes);
  }
  return true;
}

bool distinct_add(struct distinct *distinct, uint32_t lane) {
  uint32_t *lanes = distinct->lanes;
  if (distinct->table_mask) {
    uint32_t slot = (uint32_t)(hash(distinct, lane) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
    for (slot &= distinct->table_mask; lanes[slot]; slot = (slot + 1) & distinct->table_mask)
      if (same(distinct, lanes[slot] - 1, lane))
        return false;
    lanes[slot] = lane + 1;
    return true;
  }
  for (uint32_t i = 0; i < distinct->count; i++)
    if (same(distinct, lanes[i], lane))
      return false;
  lanes[distinct->count++] = lane;
  return true;
}

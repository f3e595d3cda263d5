/* json_index.cpp - simdjson's first stage behind a C function.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_index.h"

#include <algorithm>
#include <new>

#include <simdjson.h>

using implementation = simdjson::internal::dom_parser_implementation;

static const size_t sentinels = JSON_INDEX_SENTINELS;

struct json_index {
  std::unique_ptr<implementation> parser;
  uint32_t nothing[sentinels];
};

/* The second stage is not used, so its depth is as small as it can be. */
static const size_t unused_depth = 1;

struct json_index *json_index_new(void) {
  auto *index = new (std::nothrow) json_index;
  if (!index)
    return nullptr;
  std::fill_n(index->nothing, sentinels, UINT32_MAX);
  auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
      64 * 1024, unused_depth, index->parser);
  if (error) {
    delete index;
    return nullptr;
  }
  return index;
}

void json_index_free(struct json_index *index) {
  delete index;
}

/* simdjson has room for as many offsets as the text may have bytes: for the
 * sentinels it is told of so many bytes more. */
static bool make_room(implementation &parser, size_t length) {
  size_t need = length + sentinels;
  if (need <= parser.capacity())
    return true;
  size_t doubled = parser.capacity() * 2;
  size_t capacity = doubled > need ? doubled : need;
  return parser.allocate(capacity, unused_depth) == simdjson::SUCCESS;
}

enum json_index_result json_index_make(struct json_index *index, const char *bytes, uint32_t length,
                                       const uint32_t **offsets) {
  implementation &parser = *index->parser;
  *offsets = index->nothing;
  if (length == 0)
    return JSON_INDEX_OK;
  if (!make_room(parser, length))
    return JSON_INDEX_NO_MEMORY;
  auto error = parser.stage1(reinterpret_cast<const uint8_t *>(bytes), length,
                             simdjson::stage1_mode::regular);
  switch (error) {
  case simdjson::SUCCESS: break;
  case simdjson::EMPTY: return JSON_INDEX_OK;
  case simdjson::UTF8_ERROR: return JSON_INDEX_UTF8;
  case simdjson::MEMALLOC: return JSON_INDEX_NO_MEMORY;
  default: return JSON_INDEX_BROKEN;
  }
  std::fill_n(parser.structural_indexes.get() + parser.n_structural_indexes, sentinels, UINT32_MAX);
  *offsets = parser.structural_indexes.get();
  return JSON_INDEX_OK;
}

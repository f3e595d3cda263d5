/* json_lines.c - many records through simdjson's first stage at once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_lines.h"

/* Bytes of a window: it and its list stay in the second-level cache. */
#define WINDOW_BYTES ((size_t)128 * 1024)

bool json_lines_init(struct json_lines *lines) {
  *lines = (struct json_lines){.index = json_index_new()};
  return lines->index != NULL;
}

void json_lines_clear(struct json_lines *lines) {
  json_index_free(lines->index);
  lines->index = NULL;
}

void json_lines_restart(struct json_lines *lines) {
  lines->window = (struct text){NULL, 0};
}

/* Whole lines from the record on, at least those of the record. */
static size_t window_length(const struct record *record) {
  const char *bytes = record->bytes.bytes;
  size_t least = record->bytes.length;
  if (record->ready <= WINDOW_BYTES)
    return record->ready > least ? record->ready : least;
  if (least >= WINDOW_BYTES)
    return least;
  return least + text_last((struct text){bytes + least, WINDOW_BYTES - least}, '\n');
}

static enum json_error error_of(enum json_index_result result) {
  switch (result) {
  case JSON_INDEX_OK: break;
  case JSON_INDEX_UTF8: return JSON_UTF8;
  case JSON_INDEX_BROKEN: return JSON_BROKEN;
  case JSON_INDEX_NO_MEMORY: return JSON_NO_MEMORY;
  }
  return JSON_OK;
}

static enum json_error index_bytes(struct json_lines *lines, struct text bytes, json_place *list) {
  return error_of(json_index_make(lines->index, bytes.bytes, (uint32_t)bytes.length, list));
}

/* So many bytes, and those that may be looked at behind them. */
static size_t readable_length(const struct record *record, size_t length) {
  size_t more = (record->ready > length ? record->ready - length : 0) + record->behind;
  return length + (more < JSON_READABLE ? more : JSON_READABLE);
}

static void open_window(struct json_lines *lines, const struct record *record) {
  struct text window = {record->bytes.bytes, window_length(record)};
  lines->window = window;
  lines->readable = readable_length(record, window.length);
  lines->offset = record->offset;
  lines->broken = index_bytes(lines, window, &lines->next) != JSON_OK;
}

static bool is_in_window(const struct json_lines *lines, const struct record *record) {
  uint64_t ahead = record->offset - lines->offset;
  return lines->window.bytes && ahead < lines->window.length &&
         record->bytes.length <= lines->window.length - ahead &&
         lines->window.bytes + ahead == record->bytes.bytes;
}

bool json_lines_begin(struct json_lines *lines, const struct record *record, struct json *json) {
  struct text bytes = record->bytes;
  if (bytes.length == 0) {
    json->error = JSON_BROKEN;
    return false;
  }
  if (!is_in_window(lines, record)) {
    open_window(lines, record);
    json_forget(json);
  } else if (!lines->broken && json->base == lines->window.bytes) {
    lines->next = json->next; /* where the record before ended, or broke off */
  }
  /* On machines without vectors simdjson takes the line's end for escaped, and
   * a string for going on in the next line. */
  if (bytes.bytes[bytes.length - 1] == '\\')
    lines->broken = true;
  if (!lines->broken) {
    uint32_t offset = (uint32_t)(bytes.bytes - lines->window.bytes);
    while (*lines->next < offset)
      lines->next++;
    json_begin(json, (struct text){lines->window.bytes, lines->readable}, bytes, lines->next);
  } else {
    json_place list;
    enum json_error error = index_bytes(lines, bytes, &list);
    json_begin(json, (struct text){bytes.bytes, readable_length(record, bytes.length)}, bytes,
               list);
    json->error = error;
  }
  return json->error == JSON_OK;
}

/* json_shape.c - an object that is like one that came before, passed as a whole.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_shape.h"

/* Some of a run of bytes, from `at` on. */
static struct json_bytes bytes_of(struct text run, uint32_t at) {
  struct json_bytes bytes = {{0}, {0}};
  if (at >= run.length)
    return bytes;
  size_t length = run.length - at < JSON_PROBE_BYTES ? run.length - at : JSON_PROBE_BYTES;
  memcpy(&bytes.words, run.bytes + at, length);
  memset(&bytes.masks, 0xff, length);
  return bytes;
}

/* Adds the probes of a run of bytes that begins at a piece. */
static bool add_run(struct json_shape *shape, uint32_t piece, struct text run) {
  uint32_t at = 0;
  if (run.length > JSON_SHAPE_RUN || memchr(run.bytes, '\\', run.length))
    return false;
  for (uint32_t i = 0; piece == 0 && i < 2; i++, at += JSON_PROBE_BYTES)
    shape->first[i] = bytes_of(run, at);
  for (; at < run.length; at += JSON_PROBE_BYTES) {
    if (shape->probe_count == shape->probe_capacity)
      return false;
    shape->probes[shape->probe_count++] = (struct json_probe){bytes_of(run, at), piece, at};
  }
  return true;
}

/* Is it the first byte of a string, number or word that is no key? */
static bool is_value(const struct json *json, json_place piece) {
  switch (json->base[piece[0]]) {
  case '{':
  case '}':
  case '[':
  case ']':
  case ',':
  case ':': return false;
  }
  return json->base[piece[1]] != ':';
}

static bool add_look(struct json_shape *shape, uint32_t piece) {
  if (shape->look_count == JSON_SHAPE_LOOKS)
    return false;
  shape->looks[shape->look_count++] = (uint8_t)piece;
  return true;
}

/* Is it the value of the first member, or of the second one behind a constant?  Not one of an
 * object or list within, nor behind an empty one, which somebody may want. */
static bool is_early(uint32_t piece, uint32_t constant) {
  return piece == 3 || (piece == 7 && constant == 3);
}

/* Puts probes that fit everywhere behind the others, up to a number that is compared together. */
static void fill_up(struct json_shape *shape) {
  while (shape->probe_count < JSON_PROBES_FIRST ||
         (shape->probe_count - JSON_PROBES_FIRST) % JSON_PROBES_AT_ONCE != 0)
    shape->probes[shape->probe_count++] = (struct json_probe){.piece = 0};
}

bool json_shape_make(struct json_shape *shape, const struct json *json, json_place begin,
                     json_place end, uint32_t constant) {
  uint32_t first = 0; /* piece of the run */
  size_t count = (size_t)(end - begin);
  if (count > JSON_SHAPE_PIECES)
    return false;
  shape->pieces = (uint32_t)count;
  shape->last = json->base[end[-1]];
  shape->probe_count = shape->look_count = shape->opening = 0;
  shape->looks[0] = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (i + 1 < count && (i == constant || !is_value(json, begin + i)))
      continue;
    const char *from = json->base + begin[first], *to = json->base + begin[i];
    bool ends = i + 1 == count, string = *to == '"';
    if (ends && first == i) /* the last piece alone: that is looked at anyway */
      break;
    if (first == 0 && string && is_early(i, constant) && to < from + 2 * JSON_PROBE_BYTES)
      shape->opening = i;
    /* The last piece and the quote belong to the run. */
    if (!add_run(shape, first, (struct text){from, (size_t)(to - from) + (ends || string)}) ||
        (!ends && !string && !add_look(shape, i)))
      return false;
    first = i + 1;
  }
  fill_up(shape);
  return true;
}

/* A value that is not plain, as -1 or 2.5, is passed the long way, and back. */
static bool pass_look(struct json *json, json_place value) {
  json_place next = json->next;
  json->next = value;
  bool passed = json_pass_scalar(json) && json->next == value + 1;
  json->next = next;
  if (!passed)
    json->error = JSON_OK; /* who passes the object will find it again */
  return passed;
}

bool json_shape_looks(const struct json_shape *shape, struct json *json, json_place pieces) {
  for (uint32_t i = 0; i < shape->look_count; i++) {
    json_place value = pieces + shape->looks[i];
    if (!json_is_plain(json->base, value) && !pass_look(json, value))
      return false;
  }
  return true;
}

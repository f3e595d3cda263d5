/* json_shape.h - an object that is like one that came before, passed as a whole.
 *
 * The objects of a list are often alike but for their values.  A shape is what
 * such an object has that does not change: how many pieces, and which bytes
 * stand between its values.
 *
 *   {"type":"page_view","at":"2026-05-01T09:30:00Z","seconds":195}
 *   '-------------------------'                    '----------'   '
 *
 * Whatever the shape calls constant, as the type here, belongs to the bytes
 * between.  They are compared sixteen at a time, each run of them from the
 * piece where it begins, and several such probes without a branch between:
 * objects of different shapes alternate, and no processor guesses which one
 * comes.  The pieces' number then tells where every value is.
 *
 * An object that fits is JSON: the bytes between are those of an object that
 * was checked, and begin at the same pieces; a string between two of them has an
 * end, for simdjson has seen it; and all other values are looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_SHAPE_H
#define BAREME_IO_JSON_SHAPE_H

#include "io/json_look.h"

enum {
  JSON_SHAPE_PIECES = JSON_INDEX_SENTINELS, /* of the largest object: one may look so far ahead */
  JSON_SHAPE_LOOKS = 16,
  JSON_PROBE_BYTES = 16,
  JSON_PROBES_FIRST = 2,         /* that are compared together with the object's first bytes, */
  JSON_PROBES_AT_ONCE = 4,       /* and then so many */
  JSON_SHAPE_RUN = JSON_READABLE /* bytes of the longest run */
};

/* Two words at once, where the machine can. */
typedef uint64_t json_words __attribute__((vector_size(JSON_PROBE_BYTES)));

/* Sixteen bytes, or fewer. */
struct json_bytes {
  json_words words; /* zeros behind the bytes */
  json_words masks;
};

/* Bytes that stand so far behind a piece. */
struct json_probe {
  struct json_bytes bytes;
  uint32_t piece, offset;
};

struct json_shape {
  struct json_bytes first[2]; /* the object's first bytes */
  /* JSON_PROBES_FIRST and a multiple of JSON_PROBES_AT_ONCE; the ones too many fit everywhere. */
  struct json_probe *probes;
  uint32_t probe_capacity, probe_count, pieces, look_count;
  /* The piece of the first value that is not constant, if it is a member's, a string, in
   * front of which stands no other value, and `first` reaches up to it: what begins so is
   * told without the rest.  0: it is not so. */
  uint32_t opening;
  /* The pieces of values that did not begin with a quote; if there are none, the
   * first is one that can be looked at. */
  uint8_t looks[JSON_SHAPE_LOOKS];
  char last; /* the last piece */
};

/* Whether comparing pays.  Objects whose members come and go fit no shape more
 * often than one; they are better passed member by member at once. */
struct json_odds {
  uint32_t hits, misses;
  uint32_t pause; /* objects that are not compared */
};

enum { JSON_ODDS_MISSES = 32, JSON_ODDS_PAUSE = 2048 };

/* True if the next object is not to be compared. */
static inline bool json_odds_pause(struct json_odds *odds) {
  if (odds->pause == 0)
    return false;
  odds->pause--;
  return true;
}

/* An object did not fit. */
static inline void json_odds_miss(struct json_odds *odds) {
  if (++odds->misses < JSON_ODDS_MISSES)
    return;
  bool few = odds->hits < 2 * JSON_ODDS_MISSES;
  *odds = (struct json_odds){.pause = few ? JSON_ODDS_PAUSE : 0};
}

/* Makes the shape of the pieces from `begin`, an object's brace, to before
 * `end`, which were passed; the last one is a bracket or brace.  The value of the piece with
 * the number `constant` is taken for constant.  The shape's probes are the
 * caller's, as many as JSON_PROBES_FIRST and a multiple of JSON_PROBES_AT_ONCE.
 * False if no shape can be made: there are too many pieces, or keys with escapes. */
bool json_shape_make(struct json_shape *shape, const struct json *json, json_place begin,
                     json_place end, uint32_t constant);

/* True if all values of the object that are looked at are strings, numbers or words. */
bool json_shape_looks(const struct json_shape *shape, struct json *json, json_place pieces);

/* The bits in which the text differs. */
static inline json_words json_bytes_miss(const struct json_bytes *bytes, const char *at) {
  json_words words;
  memcpy(&words, at, sizeof words);
  return (words ^ bytes->words) & bytes->masks;
}

static inline json_words json_probe_miss(const struct json_probe *probe, const char *base,
                                         json_place pieces) {
  return json_bytes_miss(&probe->bytes, base + pieces[probe->piece] + probe->offset);
}

/* True if an object that may have another shape begins as this one up to its
 * first value, a string whose end is below json->plain. */
static inline bool json_shape_opens(const struct json_shape *shape, const struct json *json,
                                    json_place pieces) {
  const char *begin = json->base + pieces[0];
  if (shape->opening == 0 || pieces[shape->opening + 1] >= json->plain)
    return false;
  json_words miss = json_bytes_miss(&shape->first[0], begin) |
                    json_bytes_miss(&shape->first[1], begin + JSON_PROBE_BYTES);
  return (miss[0] | miss[1]) == 0;
}

/* True if the first bytes and probes fit. */
static inline bool json_shape_begins(const struct json_shape *shape, const char *base,
                                     json_place pieces) {
  const char *begin = base + pieces[0];
  json_words miss = (json_bytes_miss(&shape->first[0], begin) |
                     json_bytes_miss(&shape->first[1], begin + JSON_PROBE_BYTES)) |
                    (json_probe_miss(&shape->probes[0], base, pieces) |
                     json_probe_miss(&shape->probes[1], base, pieces));
  return (miss[0] | miss[1]) == 0;
}

/* True if the object of these pieces, or its beginning, has the shape.  Probes read up to
 * JSON_READABLE bytes from a piece on, and that can be done from any piece below json->limit.  A
 * backslash can only lie in strings, for it is in no run, and in no value that was looked at. */
static inline bool json_shape_fits(const struct json_shape *shape, struct json *json,
                                   json_place pieces) {
  const char *base = json->base;
  uint32_t last = pieces[shape->pieces - 1];
  if (last >= json->limit || base[last] != shape->last || !json_shape_begins(shape, base, pieces))
    return false;
  for (uint32_t i = JSON_PROBES_FIRST; i < shape->probe_count; i += JSON_PROBES_AT_ONCE) {
    const struct json_probe *probe = &shape->probes[i];
    json_words miss =
        (json_probe_miss(probe, base, pieces) | json_probe_miss(probe + 1, base, pieces)) |
        (json_probe_miss(probe + 2, base, pieces) | json_probe_miss(probe + 3, base, pieces));
    if ((miss[0] | miss[1]) != 0)
      return false;
  }
  /* Whether there is something to look at and whether it is a number is not
   * asked one after the other: neither can be guessed. */
  json_place look = pieces + shape->looks[0];
  bool number = json_is_plain_number(base + look[0], look[1] - look[0]);
  if (((shape->look_count != 0) & !number) | (shape->look_count > 1) &&
      !json_shape_looks(shape, json, pieces))
    return false;
  return json->escape >= last || json_pass_escapes(json, last);
}

#endif

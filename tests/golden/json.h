/* json.h - just enough JSON to hold an expected result against an actual one.
 *
 * An expected value asks for a part: of an object, the members that it names;
 * of an array, every item.  Numbers are equal by value, texts by their bytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_JSON_H
#define BAREME_TESTS_JSON_H

#include "base/arena.h"

#include <stdio.h>

enum json_kind { JSON_SCALAR, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
  enum json_kind kind;
  struct json *next; /* in an array or object */
  struct text key;   /* in an object: without quotes, escapes as written */
  struct text text;  /* scalar or string, likewise */
  struct json *items;
};

/* NULL if it is not JSON (or nested very deep), or out of memory. */
struct json *json_parse(struct arena *arena, struct text text);

/* True if `actual` has all that `expected` asks for. */
bool json_has(const struct json *actual, const struct json *expected);

/* Writes what `actual` has of that which `expected` asks for: how the
 * expectation would have to read. */
void json_print_asked(const struct json *actual, const struct json *expected, FILE *out);

#endif

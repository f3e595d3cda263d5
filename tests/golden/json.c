/* json.c - see json.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "golden/json.h"

#include "base/number.h"

#include <string.h>

enum { DEPTH = 64 };

struct parser {
  struct arena *arena;
  struct text text;
  size_t at;
};

static void skip_blanks(struct parser *p) {
  while (p->at < p->text.length && memchr(" \t\r\n", p->text.bytes[p->at], 4))
    p->at++;
}

/* Takes the sign if it is next. */
static bool take(struct parser *p, char sign) {
  skip_blanks(p);
  if (p->at == p->text.length || p->text.bytes[p->at] != sign)
    return false;
  p->at++;
  return true;
}

/* Behind the opening quote. */
static bool parse_string(struct parser *p, struct text *text) {
  size_t begin = p->at;
  for (; p->at < p->text.length; p->at++) {
    char c = p->text.bytes[p->at];
    if (c == '\\')
      p->at++;
    else if (c == '"') {
      *text = (struct text){p->text.bytes + begin, p->at++ - begin};
      return true;
    }
  }
  return false;
}

static bool parse_scalar(struct parser *p, struct text *text) {
  size_t begin = p->at;
  while (p->at < p->text.length && !memchr(" \t\r\n,]}", p->text.bytes[p->at], 7))
    p->at++;
  *text = (struct text){p->text.bytes + begin, p->at - begin};
  double number;
  return text_equal(*text, TEXT("null")) || text_equal(*text, TEXT("true")) ||
         text_equal(*text, TEXT("false")) || number_parse(*text, &number);
}

static struct json *parse_value(struct parser *p, int depth);

static bool parse_items(struct parser *p, struct json *parent, char end, int depth) {
  struct json **tail = &parent->items;
  if (take(p, end))
    return true;
  do {
    struct text key = {NULL, 0};
    if (parent->kind == JSON_OBJECT && !(take(p, '"') && parse_string(p, &key) && take(p, ':')))
      return false;
    struct json *item = parse_value(p, depth + 1);
    if (!item)
      return false;
    item->key = key;
    *tail = item;
    tail = &item->next;
  } while (take(p, ','));
  return take(p, end);
}

static struct json *parse_value(struct parser *p, int depth) {
  struct json *json = depth < DEPTH ? arena_alloc(p->arena, sizeof *json) : NULL;
  if (!json)
    return NULL;
  bool ok;
  if (take(p, '{')) {
    json->kind = JSON_OBJECT;
    ok = parse_items(p, json, '}', depth);
  } else if (take(p, '[')) {
    json->kind = JSON_ARRAY;
    ok = parse_items(p, json, ']', depth);
  } else if (take(p, '"')) {
    json->kind = JSON_STRING;
    ok = parse_string(p, &json->text);
  } else {
    ok = parse_scalar(p, &json->text);
  }
  return ok ? json : NULL;
}

struct json *json_parse(struct arena *arena, struct text text) {
  struct parser p = {arena, text, 0};
  struct json *json = parse_value(&p, 0);
  skip_blanks(&p);
  return p.at == text.length ? json : NULL;
}

/* ---- holding one against the other -------------------------------------- */

static const struct json *member(const struct json *object, struct text key) {
  const struct json *item = object->kind == JSON_OBJECT ? object->items : NULL;
  while (item && !text_equal(item->key, key))
    item = item->next;
  return item;
}

static bool same_scalar(struct text a, struct text b) {
  double x, y;
  if (number_parse(a, &x) && number_parse(b, &y))
    return x == y;
  return text_equal(a, b);
}

bool json_has(const struct json *actual, const struct json *expected) {
  if (actual->kind != expected->kind)
    return false;
  if (expected->kind == JSON_SCALAR)
    return same_scalar(actual->text, expected->text);
  if (expected->kind == JSON_STRING)
    return text_equal(actual->text, expected->text);
  const struct json *here = actual->items;
  for (const struct json *item = expected->items; item; item = item->next) {
    if (expected->kind == JSON_OBJECT)
      here = member(actual, item->key);
    if (!here || !json_has(here, item))
      return false;
    here = here->next;
  }
  return expected->kind == JSON_OBJECT || !here;
}

static void print_asked_items(const struct json *actual, const struct json *expected, FILE *out) {
  const char *separator = "";
  const struct json *asked = expected->items;
  const struct json *here = actual->kind == JSON_ARRAY ? actual->items : asked;
  while (here) {
    const struct json *item = actual->kind == JSON_ARRAY ? here : member(actual, here->key);
    if (item) {
      fputs(separator, out);
      if (actual->kind == JSON_OBJECT)
        fprintf(out, "\"%.*s\": ", (int)item->key.length, item->key.bytes);
      json_print_asked(item, asked ? asked : item, out);
      separator = ", ";
    }
    here = here->next;
    asked = asked ? asked->next : NULL;
  }
}

void json_print_asked(const struct json *actual, const struct json *expected, FILE *out) {
  if (actual->kind != expected->kind)
    expected = actual;
  switch (actual->kind) {
  case JSON_SCALAR: fprintf(out, "%.*s", (int)actual->text.length, actual->text.bytes); break;
  case JSON_STRING: fprintf(out, "\"%.*s\"", (int)actual->text.length, actual->text.bytes); break;
  case JSON_ARRAY:
  case JSON_OBJECT:
    fputc(actual->kind == JSON_ARRAY ? '[' : '{', out);
    print_asked_items(actual, expected, out);
    fputc(actual->kind == JSON_ARRAY ? ']' : '}', out);
  }
}

/* case_json.c - what a line of JSON expects.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/case_file.h"

#include "base/clock.h"
#include "base/unicode.h"
#include "io/json_lines.h"
#include "io/value.h"

/* A file that is being looked through. */
struct scan {
  struct case_file *file;
  struct case_record *record;
  struct json_lines lines;
  struct json json;
  struct paths paths;
  uint32_t as_of_slot, expect_slot;
  bareme_failure *failure;
};

static size_t offset_of(const struct scan *scan, const char *bytes) {
  return (size_t)(bytes - scan->file->bytes.bytes);
}

static bareme_status refuse_type(const struct scan *scan, const char *name, const char *wanted) {
  return case_refuse(scan->file, scan->record->line, scan->failure, "`%s` is not %s", name, wanted);
}

/* ---- members of an object that was checked ---------------------------------------------- */

struct member {
  struct text key;
  json_place value, next; /* next: the `,` or `}` behind it */
};

static bool read_member(struct scan *scan, json_place key, struct member *member) {
  struct json *json = &scan->json;
  if (!json_text(json, key, &scan->file->arena, &member->key))
    return false;
  json->next = member->value = key + 2; /* behind the colon */
  if (!json_skip(json))
    return false;
  member->next = json->next;
  return true;
}

/* Of an object; NULL if it is empty. */
static json_place first_key(const struct json *json, json_place object) {
  return json_peek_at(json, object + 1) == '}' ? NULL : object + 1;
}

/* NULL behind the last member. */
static json_place next_key(const struct json *json, const struct member *member) {
  return json_peek_at(json, member->next) == ',' ? member->next + 1 : NULL;
}

/* ---- values --------------------------------------------------------------------------------- */

/* Behind the last byte of a member's value. */
static size_t end_of(const struct scan *scan, const struct member *member) {
  const struct json *json = &scan->json;
  char first = json_peek_at(json, member->value);
  if (first == '"') {
    struct text raw = json_raw_text(json, member->value);
    return offset_of(scan, raw.bytes + raw.length) + 1;
  }
  if (first == '{' || first == '[')
    return offset_of(scan, json->base + member->next[-1]) + 1;
  struct text word = json_word(json, member->value);
  return offset_of(scan, word.bytes + word.length);
}

/* An item of a list: a name, or an action as results have it, `{"name":…}`. */
static bool read_item(struct scan *scan, json_place item, struct text *name, bool *is_name) {
  struct json *json = &scan->json;
  *is_name = true;
  if (json_peek_at(json, item) == '"')
    return json_text(json, item, &scan->file->arena, name);
  struct member member;
  json_place key = json_peek_at(json, item) == '{' ? first_key(json, item) : NULL;
  for (; key; key = next_key(json, &member)) {
    if (!read_member(scan, key, &member))
      return false;
    if (text_equal(member.key, TEXT("name")) && json_peek_at(json, member.value) == '"')
      return json_text(json, member.value, &scan->file->arena, name);
  }
  *is_name = false;
  return true;
}

static bool read_list(struct scan *scan, json_place place, struct case_value *value) {
  json_place item;
  size_t count = 0;
  for (bool more = json_first_item(&scan->json, place, &item); more;
       more = json_next_item(&scan->json, &item))
    count++;
  struct text *texts = arena_array(&scan->file->arena, count + 1, sizeof *texts);
  if (!texts)
    return false;
  *value = (struct case_value){.kind = CASE_TEXTS, .texts = {texts, count}};
  count = 0;
  for (bool more = json_first_item(&scan->json, place, &item); more;
       more = json_next_item(&scan->json, &item)) {
    bool is_name;
    if (!read_item(scan, item, &texts[count++], &is_name))
      return false;
    if (!is_name)
      value->kind = CASE_OTHER;
  }
  return true;
}

static bool read_value(struct scan *scan, json_place place, struct case_value *value) {
  struct json *json = &scan->json;
  *value = (struct case_value){.kind = CASE_OTHER};
  switch (json_peek_at(json, place)) {
  case '"':
    value->kind = CASE_TEXT;
    return json_text(json, place, &scan->file->arena, &value->text);
  case '[': return read_list(scan, place, value);
  case '{': return true;
  case 'n': value->kind = CASE_NOTHING; return true;
  case 't':
  case 'f':
    value->kind = CASE_BOOL;
    value->boolean = json_peek_at(json, place) == 't';
    return true;
  default:
    if (json_number(json, place, &value->number))
      value->kind = CASE_NUMBER;
    return true;
  }
}

/* ---- expect -----------------------------------------------------------------------------------
 */

static struct text path_of(struct scan *scan, struct text section, struct text name) {
  if (section.length == 0)
    return name;
  const char *joined = arena_format(&scan->file->arena, "%.*s.%.*s", (int)section.length,
                                    section.bytes, (int)name.length, name.bytes);
  return joined ? text_from(joined) : name;
}

static bareme_status read_check(struct scan *scan, struct text section,
                                const struct member *member) {
  enum case_subject subject;
  uint32_t index;
  struct text path = path_of(scan, section, member->key);
  if (!case_find(scan->file->program, section, member->key, &subject, &index))
    return case_refuse(scan->file, scan->record->line, scan->failure,
                       "results of this policy have no `%.*s`", (int)path.length, path.bytes);
  struct case_check *check = case_add_check(scan->file, scan->record);
  if (!check)
    return failure_memory(scan->failure);
  check->subject = subject;
  check->index = index;
  check->path = path;
  check->begin = offset_of(scan, scan->json.base + *member->value);
  check->end = end_of(scan, member);
  return read_value(scan, member->value, &check->value) ? BAREME_OK : failure_memory(scan->failure);
}

static bool is_section(struct text key) {
  return text_equal(key, TEXT("scores")) || text_equal(key, TEXT("bands")) ||
         text_equal(key, TEXT("grids")) || text_equal(key, TEXT("choices"));
}

/* Objects are two deep: `expect` itself, and a section of it. */
static bareme_status read_object(struct scan *scan, struct text section, json_place place) {
  struct json *json = &scan->json;
  struct member member;
  bareme_status status = BAREME_OK;
  json_place key = first_key(json, place);
  while (key && status == BAREME_OK) {
    if (!read_member(scan, key, &member))
      return failure_memory(scan->failure);
    if (section.length > 0 || !is_section(member.key))
      status = read_check(scan, section, &member);
    else if (json_peek_at(json, member.value) == '{')
      status = read_object(scan, member.key, member.value);
    else
      status =
          case_refuse(scan->file, scan->record->line, scan->failure,
                      "`expect.%.*s` is not an object", (int)member.key.length, member.key.bytes);
    key = next_key(json, &member);
  }
  return status;
}

/* ---- lines --------------------------------------------------------------------------------------
 */

static bareme_status read_as_of(struct scan *scan, json_place place) {
  switch (value_at_from_json(&scan->json, place, &scan->record->as_of)) {
  case VALUE_KNOWN: scan->record->has_as_of = true; return BAREME_OK;
  case VALUE_MISSING: return BAREME_OK;
  case VALUE_NO_MEMORY: return failure_memory(scan->failure);
  case VALUE_BAD: break;
  }
  return refuse_type(scan, "as_of", "an instant");
}

static bareme_status read_places(struct scan *scan, const json_place *places) {
  bareme_status status = BAREME_OK;
  json_place expect = places[scan->expect_slot], as_of = places[scan->as_of_slot];
  if (as_of)
    status = read_as_of(scan, as_of);
  if (status != BAREME_OK || !expect || json_peek_at(&scan->json, expect) == 'n')
    return status;
  scan->record->has_expect = true;
  if (json_peek_at(&scan->json, expect) != '{')
    return refuse_type(scan, "expect", "an object");
  return read_object(scan, (struct text){NULL, 0}, expect);
}

static bareme_status read_line(struct scan *scan, struct text bytes) {
  struct case_record *record = scan->record;
  struct record line = {.kind = RECORD_WHOLE,
                        .bytes = bytes,
                        .offset = offset_of(scan, bytes.bytes),
                        .line = record->line};
  line.ready = scan->file->bytes.length - (size_t)line.offset;
  json_place places[2] = {NULL, NULL};
  struct json_wanted wanted = {.places = places, .list = PATH_NONE, .telling = PATH_NONE};
  bool whole =
      json_lines_begin(&scan->lines, &line, &scan->json) && json_peek(&scan->json) == '{' &&
      json_collect(&scan->json, scan->paths.root, &wanted) && *scan->json.next >= scan->json.end;
  if (!whole && scan->json.error == JSON_NO_MEMORY)
    return failure_memory(scan->failure);
  if (!whole)
    return case_refuse(scan->file, record->line, scan->failure, "the line is not a JSON object");
  record->insert = offset_of(scan, scan->json.base + scan->json.next[-1]);
  record->is_empty = json_peek_at(&scan->json, scan->json.next - 2) == '{';
  return read_places(scan, places);
}

static bool is_blank(struct text line) {
  return text_trim(line).length == 0;
}

static bareme_status read_lines(struct scan *scan) {
  struct text bytes = scan->file->bytes;
  bareme_status status = BAREME_OK;
  uint64_t number = 0;
  size_t at = text_starts_with(bytes, TEXT("\xEF\xBB\xBF")) ? 3 : 0;
  while (at < bytes.length && status == BAREME_OK) {
    const char *begin = bytes.bytes + at, *end = memchr(begin, '\n', bytes.length - at);
    struct text line = {begin, end ? (size_t)(end - begin) : bytes.length - at};
    number++;
    at += line.length + 1;
    if (is_blank(line))
      continue;
    scan->record = case_add_record(scan->file);
    if (!scan->record)
      return failure_memory(scan->failure);
    scan->record->line = number;
    scan->record->begin = offset_of(scan, line.bytes);
    scan->record->end = scan->record->begin + line.length;
    status = read_line(scan, line);
  }
  return status;
}

bareme_status case_scan_json(struct case_file *file, bareme_failure *failure) {
  struct scan scan = {.file = file, .failure = failure};
  scan.json.memory = file->arena.memory;
  bool ready = json_lines_init(&scan.lines) && paths_init(&scan.paths, &file->arena) &&
               paths_add(&scan.paths, TEXT("as_of"), &scan.as_of_slot) &&
               paths_add(&scan.paths, TEXT("expect"), &scan.expect_slot) &&
               paths_finish(&scan.paths);
  bareme_status status = ready ? read_lines(&scan) : failure_memory(failure);
  json_clear(&scan.json);
  json_lines_clear(&scan.lines);
  return status;
}

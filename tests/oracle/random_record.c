/* random_record.c - random leads, and leads as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle/random_policy.h"

#include "base/number.h"
#include "oracle/pools.h"

#include <inttypes.h>
#include <string.h>

/* ---- values ------------------------------------------------------------- */

static struct text pool_text(struct random *random) {
  return text_from(RANDOM_OF(random, pool_texts));
}

static double some_number(struct random *random) {
  static const double odd[] = {-0.0, 1e300, -1e300, 1.7e308, -1.7e308, 5e-324, 9007199254740993.0,
                               1e15, -0.005};
  if (random_chance(random, 5))
    return RANDOM_OF(random, odd);
  double number = RANDOM_OF(random, pool_numbers).number;
  return random_chance(random, 20) ? -number : number;
}

/* Often the same, often on a boundary, now and then a microsecond beside it. */
static int64_t some_duration(struct random *random) {
  int64_t duration = RANDOM_OF(random, pool_durations).micros * random_below(random, 4);
  return duration + (int64_t)(random_chance(random, 30) ? random_below(random, 3) : 1) - 1;
}

static int64_t some_duration_field(struct random *random) {
  static const int64_t odd[] = {INT64_MAX, INT64_MIN, INT64_MIN + 1, 0, -1};
  if (random_chance(random, 5))
    return RANDOM_OF(random, odd);
  int64_t duration = some_duration(random);
  return random_chance(random, 10) ? -duration : duration;
}

static int64_t some_instant(struct random *random) {
  static const int64_t odd[] = {CLOCK_MIN, CLOCK_MAX, 0, -1};
  if (random_chance(random, 3))
    return RANDOM_OF(random, odd);
  int64_t age = some_duration(random);
  return random_chance(random, 12) ? POOL_AS_OF + age : POOL_AS_OF - age;
}

static void some_texts(struct arena *arena, struct random *random, struct value *value) {
  value->text_count = random_below(random, 4);
  struct text *texts = arena_array(arena, value->text_count + 1, sizeof *texts);
  for (size_t i = 0; texts && i < value->text_count; i++)
    texts[i] = pool_text(random);
  value->texts = texts;
}

static struct value some_value(struct arena *arena, struct random *random, struct type type) {
  struct value value = {.type = type.kind, .known = random_chance(random, 75)};
  if (!value.known)
    return value;
  switch (type.kind) {
  case TYPE_NUMBER: value.number = some_number(random); break;
  case TYPE_TEXT: value.text = pool_text(random); break;
  case TYPE_BOOL: value.boolean = random_chance(random, 50); break;
  case TYPE_TIME: value.micros = some_instant(random); break;
  case TYPE_DURATION: value.micros = some_duration_field(random); break;
  case TYPE_LABEL: value.label = random_below(random, type.labels->count); break;
  default: some_texts(arena, random, &value);
  }
  return value;
}

static const struct value *some_fields(struct arena *arena, struct random *random,
                                       const struct model_field *fields, uint32_t count) {
  struct value *values = arena_array(arena, count + 1, sizeof *values);
  for (uint32_t i = 0; values && i < count; i++)
    values[i] = some_value(arena, random, fields[i].type);
  return values;
}

/* ---- events ------------------------------------------------------------- */

static struct event some_event(struct arena *arena, struct random *random,
                               const struct model *model, const struct event *before) {
  static const char *const ids[] = {"x",  "X",  "y",  "z",  "",   "a1", "a2", "a3", "a4", "a5",
                                    "a6", "a7", "a8", "a9", "b1", "b2", "b3", "b4", "b5", "b6"};
  struct event event = {.kind = random_below(random, model->kind_count)};
  const struct model_kind *kind = &model->kinds[event.kind];
  event.at = before && random_chance(random, 20) ? before->at : some_instant(random);
  if (random_chance(random, 30))
    event.id = text_from(RANDOM_OF(random, ids));
  event.fields = some_fields(arena, random, kind->fields, kind->field_count);
  return event;
}

static struct record some_record(struct arena *arena, struct random *random,
                                 const struct model *model) {
  static const uint32_t most[] = {0, 1, 2, 3, 4, 6, 8, 8, 20, 100};
  struct record record = {.event_count = random_below(random, RANDOM_OF(random, most) + 1)};
  record.fields = some_fields(arena, random, model->fields, model->field_count);
  if (model->stage_count)
    record.stage = random_below(random, model->stage_count);
  struct event *events = arena_array(arena, record.event_count + 1, sizeof *events);
  for (uint32_t i = 0; events && i < record.event_count; i++)
    events[i] = some_event(arena, random, model, i ? &events[i - 1] : NULL);
  record.events = events;
  return record;
}

const struct record *random_records(struct arena *arena, struct random *random,
                                    const struct model *model, uint32_t count) {
  struct record *records = arena_array(arena, count, sizeof *records);
  for (uint32_t i = 0; records && i < count; i++)
    records[i] = some_record(arena, random, model);
  return records;
}

/* ---- as JSON ------------------------------------------------------------ */

static void print_text(struct text text, FILE *out) {
  fputc('"', out);
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"' || text.bytes[i] == '\\')
      fputc('\\', out);
    fputc(text.bytes[i], out);
  }
  fputc('"', out);
}

static void print_instant(int64_t at, FILE *out) {
  char text[CLOCK_TEXT_SIZE];
  fprintf(out, "\"%.*s\"", (int)clock_format(at, text), text);
}

static void print_value(struct value value, struct type type, FILE *out) {
  char number[NUMBER_TEXT_SIZE];
  switch (value.type) {
  case TYPE_NUMBER: fprintf(out, "%.*s", (int)number_format(value.number, number), number); break;
  case TYPE_TEXT: print_text(value.text, out); break;
  case TYPE_BOOL: fputs(value.boolean ? "true" : "false", out); break;
  case TYPE_TIME: print_instant(value.micros, out); break;
  case TYPE_DURATION: fprintf(out, "\"%" PRId64 " microseconds\"", value.micros); break;
  case TYPE_LABEL: print_text(type.labels->labels[value.label], out); break;
  default:
    fputc('[', out);
    for (size_t i = 0; i < value.text_count; i++) {
      fputs(i ? ", " : "", out);
      print_text(value.texts[i], out);
    }
    fputc(']', out);
  }
}

static void print_fields(const struct value *values, const struct model_field *fields,
                         uint32_t count, const char *separator, FILE *out) {
  for (uint32_t i = 0; i < count; i++) {
    if (!values[i].known)
      continue;
    fputs(separator, out);
    print_text(fields[i].path, out);
    fputs(": ", out);
    print_value(values[i], fields[i].type, out);
    separator = ", ";
  }
}

static void print_event(const struct model *model, const struct event *event, FILE *out) {
  const struct model_kind *kind = &model->kinds[event->kind];
  fputs("{\"type\": ", out);
  print_text(kind->type_value, out);
  fputs(", \"at\": ", out);
  print_instant(event->at, out);
  if (event->id.bytes) {
    fputs(", \"id\": ", out);
    print_text(event->id, out);
  }
  print_fields(event->fields, kind->fields, kind->field_count, ", ", out);
  fputc('}', out);
}

void record_print(const struct model *model, const struct record *record, FILE *out) {
  fputc('{', out);
  print_fields(record->fields, model->fields, model->field_count, "", out);
  if (model->stage_count) {
    fputs(", \"stage\": ", out);
    print_text(model->stages[record->stage].name, out);
  }
  fputs(", \"events\": [", out);
  for (uint32_t i = 0; i < record->event_count; i++) {
    fputs(i ? ",\n    " : "\n    ", out);
    print_event(model, &record->events[i], out);
  }
  fputs("]}\n", out);
}

/* test_batch.c - records become columns: nothing lost, nothing left over.
 *
 * The program is written by hand: three fields of a lead, two kinds of event,
 * a space of each kind and one of both.  A plain array of expected events,
 * kept beside the batch and sorted by a slow stable sort, is the judge of
 * order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OPEN, CLICK };          /* kinds */
enum { SIZE, EMAIL, CONSENT }; /* fields of a lead */
enum { OPENS, CLICKS, BOTH };  /* spaces */
enum { LINK_COLUMN, DEPTH_COLUMN, BOT_COLUMN };

static const struct program_field lead_fields[] = {
    [SIZE] = {.name = {"size", 4}, .kind = COLUMN_NUMBER},
    [EMAIL] = {.name = {"email", 5}, .kind = COLUMN_TEXT},
    [CONSENT] = {.name = {"consent", 7}, .kind = COLUMN_BOOL},
};
static const struct program_field click_fields[] = {
    {.name = {"link", 4}, .kind = COLUMN_TEXT},
    {.name = {"depth", 5}, .kind = COLUMN_NUMBER},
    {.name = {"bot", 3}, .kind = COLUMN_BOOL},
};
static const struct program_kind kinds[] = {
    [OPEN] = {.name = {"open", 4}},
    [CLICK] = {.name = {"click", 5}, .fields = click_fields, .field_count = 3},
};

static const uint32_t only_open[] = {OPEN}, only_click[] = {CLICK}, both[] = {OPEN, CLICK};
static const uint32_t field_0[] = {0}, field_1[] = {1}, field_2[] = {2};
static const uint32_t none_or_1[] = {PROGRAM_NONE, 1};
static const struct space_column click_columns[] = {
    [LINK_COLUMN] = {COLUMN_TEXT, field_0},
    [DEPTH_COLUMN] = {COLUMN_NUMBER, field_1},
    [BOT_COLUMN] = {COLUMN_BOOL, field_2},
};
static const struct space_column both_columns[] = {{COLUMN_NUMBER, none_or_1}};
static const struct program_space spaces[] = {
    [OPENS] = {only_open, 1, NULL, 0},
    [CLICKS] = {only_click, 1, click_columns, 3},
    [BOTH] = {both, 2, both_columns, 1},
};

static const struct program program = {
    .fields = lead_fields,
    .field_count = 3,
    .kinds = kinds,
    .kind_count = 2,
    .spaces = spaces,
    .space_count = 3,
};

static const struct text nobody = {NULL, 0};

static bool bit(const uint64_t *bits, uint32_t lane) {
  return bits[lane / 64] >> (lane % 64) & 1;
}

static void start(struct batch *batch, uint32_t capacity) {
  assert_true(batch_init(batch, &program, &memory_standard, capacity, 1000000));
}

static enum event_outcome add_open(struct batch *batch, int64_t at, struct text id) {
  batch_event_begin(batch, OPEN);
  return batch_event_add(batch, OPEN, at, id);
}

/* A click whose depth tells it from all others. */
static enum event_outcome add_click(struct batch *batch, int64_t at, double depth) {
  batch_event_begin(batch, CLICK);
  batch_event_number(batch, CLICK, 1, depth);
  batch_event_bool(batch, CLICK, 2, (int)depth % 2 == 0);
  return batch_event_add(batch, CLICK, at, nobody);
}

/* The text of a lane, known to be there. */
static struct text text_at(const struct column *column, uint32_t lane) {
  assert_true(bit(column->known, lane));
  return column->vocabulary ? column->vocabulary->texts[column->code[lane]] : column->text[lane];
}

static const struct text some_links[] = {{"/a", 2}, {"/b", 2}, {"/c", 2}};
enum { WORDS = sizeof some_links / sizeof *some_links };

static struct vocabulary *some_words(void) {
  struct vocabulary *made = vocabulary_new(&memory_standard, some_links, WORDS);
  assert_non_null(made);
  return made;
}

/* ---- leads ---- */

static void unset_fields_are_missing(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 2);
  batch_begin(&batch);
  batch_set_number(&batch, SIZE, 12);
  batch_set_bool(&batch, CONSENT, false);
  batch_set_id(&batch, TEXT("a"));
  batch_set_stage(&batch, 3);
  assert_true(batch_end(&batch));
  batch_begin(&batch);
  batch_set_text(&batch, EMAIL, TEXT(""));
  assert_true(batch_end(&batch));

  assert_true(batch_full(&batch));
  const struct column *fields = batch.fields;
  assert_true(bit(fields[SIZE].known, 0) && !bit(fields[SIZE].known, 1));
  assert_true(fields[SIZE].number[0] == 12 && fields[SIZE].number[1] == 0);
  assert_true(!bit(fields[EMAIL].known, 0) && bit(fields[EMAIL].known, 1));
  assert_true(!bit(fields[CONSENT].yes, 0) && bit(fields[CONSENT].no, 0));
  assert_true(!bit(fields[CONSENT].yes, 1) && !bit(fields[CONSENT].no, 1));
  assert_true(bit(batch.ids_known, 0) && !bit(batch.ids_known, 1));
  assert_null(batch.ids[1].bytes);
  assert_int_equal(batch.stage[0], 3);
  assert_int_equal(batch.stage[1], 0);
  assert_int_equal(*batch.stage_known, 3);
  batch_clear(&batch);
}

static void the_last_value_set_is_the_value(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 1);
  batch_begin(&batch);
  batch_set_bool(&batch, CONSENT, false);
  batch_set_bool(&batch, CONSENT, true);
  batch_set_id(&batch, TEXT("a"));
  batch_set_id(&batch, nobody);
  assert_true(batch_end(&batch));
  assert_true(bit(batch.fields[CONSENT].yes, 0) && !bit(batch.fields[CONSENT].no, 0));
  assert_false(bit(batch.ids_known, 0));
  batch_clear(&batch);
}

static void kept_texts_outlive_their_source(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 1);
  batch_begin(&batch);
  char source[] = "ann@example.org";
  struct text kept;
  assert_true(batch_keep(&batch, (struct text){source, strlen(source)}, &kept));
  memset(source, 'x', sizeof source - 1);
  batch_set_text(&batch, EMAIL, kept);
  assert_true(batch_end(&batch));
  assert_true(text_equal(batch.fields[EMAIL].text[0], TEXT("ann@example.org")));
  batch_clear(&batch);
}

/* ---- codes ---- */

static void a_vocabulary_has_its_own_texts(void **state) {
  (void)state;
  char bytes[] = "/a";
  struct text texts[] = {{bytes, 2}, {NULL, 0}};
  struct vocabulary *made = vocabulary_new(&memory_standard, texts, 2);
  assert_non_null(made);
  assert_true(vocabulary_is(made, texts, 2));
  assert_false(vocabulary_is(made, texts, 1));
  bytes[1] = 'x';
  assert_false(vocabulary_is(made, texts, 2));
  assert_true(text_equal(made->texts[0], TEXT("/a")));
  assert_int_equal(made->texts[1].length, 0);
  vocabulary_drop(made);
  vocabulary_drop(NULL);
}

static void a_text_of_its_own_ends_the_codes_of_a_field(void **state) {
  (void)state;
  struct batch batch;
  struct vocabulary *made = some_words();
  start(&batch, 3);
  batch_encode(&batch, EMAIL, made);
  vocabulary_drop(made); /* the batch holds it */
  batch.fields[EMAIL].code[0] = 2;
  *batch.fields[EMAIL].known = 1;
  batch_begin_filled(&batch);
  assert_true(batch_end(&batch));
  assert_true(text_equal(text_at(&batch.fields[EMAIL], 0), TEXT("/c")));
  batch_begin(&batch);
  batch_set_text(&batch, EMAIL, TEXT("ann"));
  assert_true(batch_end(&batch));
  assert_null(batch.fields[EMAIL].vocabulary);
  assert_true(text_equal(batch.fields[EMAIL].text[0], TEXT("/c")));
  assert_true(text_equal(batch.fields[EMAIL].text[1], TEXT("ann")));
  batch_reset(&batch);
  assert_false(batch.encoded);
  assert_int_equal(batch.fields[EMAIL].code[0], 0);
  batch_clear(&batch);
}

static void click_code(struct batch *batch, int64_t at, uint16_t code) {
  batch_event_begin(batch, CLICK);
  batch_event_code(batch, CLICK, 0, code);
  assert_int_equal(batch_event_add(batch, CLICK, at, nobody), EVENT_ADDED);
}

static void codes_of_events_go_with_them(void **state) {
  (void)state;
  enum { CLICKS_MADE = 300 }; /* more than a space has room for at first */
  struct batch batch;
  struct vocabulary *made = some_words();
  start(&batch, 2);
  assert_true(batch_event_encode(&batch, CLICK, 0, made));
  assert_true(batch_event_encode(&batch, CLICK, 0, made));
  assert_false(batch_event_encode(&batch, CLICK, 1, made)); /* numbers */
  batch_begin(&batch);
  click_code(&batch, 1, 2);
  batch_cancel(&batch);
  batch_begin(&batch);
  for (int i = 0; i < CLICKS_MADE; i++)
    click_code(&batch, CLICKS_MADE - i, (uint16_t)(i % WORDS)); /* the newest first */
  batch_event_begin(&batch, CLICK);
  batch_event_code(&batch, CLICK, 0, 1);
  assert_int_equal(batch_event_add(&batch, CLICK, 2000000, nobody), EVENT_FUTURE);
  assert_true(batch_end(&batch));
  const struct column *links = &batch.spaces[CLICKS].columns[LINK_COLUMN];
  assert_ptr_equal(links->vocabulary, made);
  for (uint32_t i = 0; i < CLICKS_MADE; i++)
    assert_int_equal(links->code[i], (CLICKS_MADE - 1 - i) % WORDS);
  assert_int_equal(links->code[CLICKS_MADE], 0);
  batch_clear(&batch);
  vocabulary_drop(made);
}

static void a_text_of_its_own_ends_the_codes_of_events(void **state) {
  (void)state;
  struct batch batch;
  struct vocabulary *made = some_words(), *other = some_words();
  start(&batch, 2);
  assert_true(batch_event_encode(&batch, CLICK, 0, made));
  assert_false(batch_event_encode(&batch, CLICK, 0, other));
  batch_begin(&batch);
  click_code(&batch, 1, 2);
  batch_event_begin(&batch, CLICK);
  batch_event_text(&batch, CLICK, 0, TEXT("/x"));
  assert_int_equal(batch_event_add(&batch, CLICK, 2, nobody), EVENT_ADDED);
  click_code(&batch, 3, 1);
  assert_true(batch_end(&batch));
  const struct column *links = &batch.spaces[CLICKS].columns[LINK_COLUMN];
  assert_null(links->vocabulary);
  assert_true(text_equal(text_at(links, 0), TEXT("/c")));
  assert_true(text_equal(text_at(links, 1), TEXT("/x")));
  assert_true(text_equal(text_at(links, 2), TEXT("/b")));
  batch_reset(&batch);
  assert_true(batch_event_encode(&batch, CLICK, 0, other));
  batch_clear(&batch);
  vocabulary_drop(made);
  vocabulary_drop(other);
}

/* ---- events ---- */

static void events_go_to_every_space_of_their_kind(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 4);
  batch_begin(&batch);
  assert_int_equal(add_open(&batch, 10, nobody), EVENT_ADDED);
  assert_int_equal(add_click(&batch, 20, 7), EVENT_ADDED);
  assert_true(batch_end(&batch));
  batch_begin(&batch); /* a lead without events */
  assert_true(batch_end(&batch));
  batch_begin(&batch);
  assert_int_equal(add_click(&batch, 5, 8), EVENT_ADDED);
  assert_true(batch_end(&batch));

  const struct batch_space *opens = &batch.spaces[OPENS], *clicks = &batch.spaces[CLICKS],
                           *all = &batch.spaces[BOTH];
  assert_int_equal(opens->count, 1);
  assert_int_equal(clicks->count, 2);
  assert_int_equal(all->count, 3);
  assert_memory_equal(all->begin, ((uint32_t[]){0, 2, 2, 3}), 16);
  assert_memory_equal(clicks->begin, ((uint32_t[]){0, 1, 1, 2}), 16);
  assert_memory_equal(all->lead, ((uint16_t[]){0, 0, 2}), 6);
  assert_memory_equal(all->at, ((int64_t[]){10, 20, 5}), 24);
  assert_int_equal(*all->at_known, 7);
  /* the open has no depth */
  assert_int_equal(*all->columns[0].known, 6);
  assert_true(all->columns[0].number[0] == 0 && all->columns[0].number[1] == 7);
  assert_int_equal(*clicks->columns[BOT_COLUMN].yes, 2);
  assert_int_equal(*clicks->columns[BOT_COLUMN].no, 1);
  assert_int_equal(*clicks->columns[LINK_COLUMN].known, 0);
  batch_clear(&batch);
}

static void values_of_the_event_before_are_forgotten(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 1);
  batch_begin(&batch);
  assert_int_equal(add_click(&batch, 1, 7), EVENT_ADDED);
  batch_event_begin(&batch, CLICK);
  assert_int_equal(batch_event_add(&batch, CLICK, 2, nobody), EVENT_ADDED);
  assert_true(batch_end(&batch));
  assert_int_equal(*batch.spaces[CLICKS].columns[DEPTH_COLUMN].known, 1);
  assert_int_equal(*batch.spaces[CLICKS].columns[BOT_COLUMN].yes, 0);
  assert_int_equal(*batch.spaces[CLICKS].columns[BOT_COLUMN].no, 1);
  batch_clear(&batch);
}

/* A click with values that is never added, or not because it is in the future. */
static void leave_out_click(struct batch *batch, bool is_future) {
  batch_event_begin(batch, CLICK);
  batch_event_number(batch, CLICK, 1, 99);
  batch_event_bool(batch, CLICK, 2, true);
  if (is_future)
    assert_int_equal(batch_event_add(batch, CLICK, 1000001, nobody), EVENT_FUTURE);
}

/* At every number of events around those at which a space grows and a word of
 * lanes ends: what an event left behind would be in the next one's lane. */
static void nothing_is_left_of_events_that_are_not_added(void **state) {
  (void)state;
  for (uint32_t count = 0; count < 130; count++) {
    struct batch batch;
    start(&batch, 2);
    batch_begin(&batch);
    for (uint32_t i = 0; i < count; i++)
      assert_int_equal(add_click(&batch, i, i), EVENT_ADDED);
    leave_out_click(&batch, count % 2);
    assert_true(batch_end(&batch));
    batch_begin(&batch);
    batch_event_begin(&batch, CLICK);
    assert_int_equal(batch_event_add(&batch, CLICK, 5, nobody), EVENT_ADDED);
    leave_out_click(&batch, count % 2 == 0);
    batch_cancel(&batch);
    const struct batch_space *clicks = &batch.spaces[CLICKS];
    assert_int_equal(clicks->count, count);
    for (uint32_t lane = 0; lane < clicks->capacity; lane++) {
      assert_int_equal(bit(clicks->columns[DEPTH_COLUMN].known, lane), lane < count);
      assert_true(lane >= count || clicks->columns[DEPTH_COLUMN].number[lane] == lane);
      assert_int_equal(bit(clicks->columns[BOT_COLUMN].yes, lane), lane < count && lane % 2 == 0);
    }
    batch_clear(&batch);
  }
}

static void the_future_does_not_exist(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 1);
  batch_begin(&batch);
  assert_int_equal(add_open(&batch, 1000001, TEXT("a")), EVENT_FUTURE);
  assert_int_equal(add_open(&batch, 1000000, TEXT("a")), EVENT_ADDED); /* nor does its identity */
  assert_int_equal(add_open(&batch, 999999, TEXT("a")), EVENT_DUPLICATE);
  assert_true(batch_end(&batch));
  assert_int_equal(batch.spaces[OPENS].count, 1);
  assert_int_equal(batch.spaces[OPENS].at[0], 1000000);
  batch_clear(&batch);
}

static void identities_are_those_of_one_lead_across_kinds(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 2);
  batch_begin(&batch);
  assert_int_equal(add_open(&batch, 10, TEXT("a")), EVENT_ADDED);
  batch_event_begin(&batch, CLICK);
  assert_int_equal(batch_event_add(&batch, CLICK, 5, TEXT("a")), EVENT_DUPLICATE);
  assert_int_equal(add_open(&batch, 10, nobody), EVENT_ADDED);
  assert_int_equal(add_open(&batch, 10, nobody), EVENT_ADDED);
  assert_int_equal(add_open(&batch, 10, TEXT("")), EVENT_ADDED); /* empty is an identity */
  assert_int_equal(add_open(&batch, 10, TEXT("")), EVENT_DUPLICATE);
  assert_true(batch_end(&batch));
  batch_begin(&batch);
  assert_int_equal(add_open(&batch, 10, TEXT("a")), EVENT_ADDED);
  assert_true(batch_end(&batch));
  assert_int_equal(batch.spaces[OPENS].count, 5);
  assert_int_equal(batch.spaces[CLICKS].count, 0);
  batch_clear(&batch);
}

/* Around the numbers where the list becomes a table and the table grows, and
 * for a small lead after a large one. */
static void identities_are_found_at_every_size(void **state) {
  (void)state;
  static char names[5000][16];
  for (int i = 0; i < 5000; i++)
    snprintf(names[i], sizeof names[i], "e%d", i);
  static const int sizes[] = {1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 5000, 40, 3};
  struct batch batch;
  start(&batch, 16);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    batch_begin(&batch);
    for (int round = 0; round < 2; round++)
      for (int i = 0; i < sizes[s]; i++)
        assert_int_equal(add_open(&batch, i, text_from(names[i])),
                         round ? EVENT_DUPLICATE : EVENT_ADDED);
    assert_true(batch_end(&batch));
    const uint32_t *begin = batch.spaces[OPENS].begin;
    assert_int_equal(begin[s + 1] - begin[s], sizes[s]);
  }
  batch_clear(&batch);
}

/* ---- order ---- */

struct expected {
  int64_t at;
  double depth;
};

static void sort_expected(struct expected *items, size_t count) {
  for (size_t i = 1; i < count; i++)
    for (size_t k = i; k > 0 && items[k - 1].at > items[k].at; k--) {
      struct expected item = items[k];
      items[k] = items[k - 1];
      items[k - 1] = item;
    }
}

static void check_clicks(const struct batch *batch, uint32_t lead, const struct expected *items,
                         size_t count) {
  const struct batch_space *clicks = &batch->spaces[CLICKS];
  uint32_t first = clicks->begin[lead];
  assert_int_equal(clicks->begin[lead + 1] - first, count);
  for (uint32_t i = 0; i < count; i++) {
    assert_int_equal(clicks->lead[first + i], lead);
    assert_int_equal(clicks->at[first + i], items[i].at);
    assert_true(bit(clicks->at_known, first + i));
    assert_true(clicks->columns[DEPTH_COLUMN].number[first + i] == items[i].depth);
    bool even = (int)items[i].depth % 2 == 0;
    assert_int_equal(bit(clicks->columns[BOT_COLUMN].yes, first + i), even);
    assert_int_equal(bit(clicks->columns[BOT_COLUMN].no, first + i), !even);
  }
}

/* Few different times, so that many are the same: ties keep their order. */
static int64_t time_of(const char *order, int i, int count) {
  static uint32_t noise = 1;
  noise = noise * 1664525u + 1013904223u;
  if (strcmp(order, "ascending") == 0)
    return i;
  if (strcmp(order, "descending") == 0)
    return count - i;
  if (strcmp(order, "descending with ties") == 0)
    return (count - i) / 3;
  if (strcmp(order, "one late") == 0)
    return i == count - 1 ? 0 : i;
  return (int64_t)(noise >> 24);
}

static void events_are_in_order_of_time_then_input(void **state) {
  (void)state;
  static const char *const orders[] = {"ascending", "descending", "descending with ties",
                                       "one late", "random"};
  static const int counts[] = {1, 2, 3, 31, 32, 33, 63, 64, 65, 96, 97, 700};
  static struct expected items[700];
  for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
    struct batch batch;
    start(&batch, 12);
    for (uint32_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      batch_begin(&batch);
      for (int i = 0; i < counts[c]; i++) {
        items[i] = (struct expected){time_of(orders[o], i, counts[c]), i};
        assert_int_equal(add_click(&batch, items[i].at, i), EVENT_ADDED);
      }
      assert_true(batch_end(&batch));
      sort_expected(items, (size_t)counts[c]);
      check_clicks(&batch, c, items, (size_t)counts[c]);
    }
    batch_clear(&batch);
  }
}

static void a_million_events_of_one_lead_take_no_time(void **state) {
  (void)state;
  struct batch batch;
  start(&batch, 2);
  batch_begin(&batch);
  uint32_t noise = 7;
  for (int i = 0; i < 1000000; i++) {
    noise = noise * 1664525u + 1013904223u;
    char id[4] = {(char)(i >> 16), (char)(i >> 8), (char)i, 1};
    struct text kept;
    assert_true(batch_keep(&batch, (struct text){id, sizeof id}, &kept));
    assert_int_equal(add_open(&batch, (int64_t)(noise >> 13), kept), EVENT_ADDED);
  }
  assert_true(batch_end(&batch));
  const struct batch_space *opens = &batch.spaces[OPENS];
  assert_int_equal(opens->count, 1000000);
  for (uint32_t i = 1; i < opens->count; i++)
    assert_true(opens->at[i - 1] <= opens->at[i]);
  batch_clear(&batch);
}

/* ---- taking back ---- */

/* What tells which leads and events there are and what is known of them, as bytes. */
static size_t image(const struct batch *batch, char *out) {
  char *at = out;
#define PUT(pointer, size) (memcpy(at, (pointer), (size)), at += (size))
  size_t words = (batch->capacity + 63) / 64;
  PUT(batch->ids, batch->count * sizeof(struct text));
  PUT(batch->ids_known, words * 8);
  PUT(batch->stage, batch->count * 4);
  PUT(batch->stage_known, words * 8);
  PUT(batch->fields[SIZE].known, words * 8);
  PUT(batch->fields[EMAIL].known, words * 8);
  PUT(batch->fields[CONSENT].yes, words * 8);
  PUT(batch->fields[CONSENT].no, words * 8);
  for (uint32_t s = 0; s < program.space_count; s++) {
    const struct batch_space *space = &batch->spaces[s];
    PUT(&space->count, sizeof space->count);
    PUT(space->begin, (batch->count + 1) * 4);
    size_t some = 64; /* lanes: the first capacity */
    PUT(space->at_known, some / 8);
    for (uint32_t c = 0; c < program.spaces[s].column_count; c++) {
      PUT(space->columns[c].known, some / 8);
      if (program.spaces[s].columns[c].kind == COLUMN_BOOL)
        PUT(space->columns[c].yes, some / 8);
    }
  }
#undef PUT
  return (size_t)(at - out);
}

static void fill_lead(struct batch *batch, int events) {
  batch_begin(batch);
  batch_set_id(batch, TEXT("someone"));
  batch_set_stage(batch, 2);
  batch_set_number(batch, SIZE, 4);
  batch_set_text(batch, EMAIL, TEXT("a@b"));
  batch_set_bool(batch, CONSENT, true);
  for (int i = 0; i < events; i++) {
    assert_int_equal(add_click(batch, events - i, i), EVENT_ADDED);
    assert_int_equal(add_open(batch, i, nobody), EVENT_ADDED);
  }
}

static void cancel_is_as_if_it_had_never_been(void **state) {
  (void)state;
  static char before[100000], after[100000];
  for (int leads = 0; leads < 3; leads++)
    for (int events = 0; events < 200; events += 1 + events / 2) {
      struct batch batch;
      start(&batch, 70);
      for (int i = 0; i < leads; i++) {
        fill_lead(&batch, 5);
        assert_true(batch_end(&batch));
      }
      size_t size = image(&batch, before);
      fill_lead(&batch, events);
      batch_cancel(&batch);
      assert_int_equal(image(&batch, after), size);
      assert_memory_equal(before, after, size);
      /* and the next lead is not what was cancelled */
      batch_begin(&batch);
      assert_true(batch_end(&batch));
      assert_null(batch.ids[leads].bytes);
      assert_int_equal(batch.stage[leads], 0);
      batch_clear(&batch);
    }
}

static void reset_is_as_new(void **state) {
  (void)state;
  static char before[100000], after[100000];
  struct batch batch;
  start(&batch, 70);
  size_t size = image(&batch, before);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 70; i++) {
      fill_lead(&batch, i % 4);
      assert_true(batch_end(&batch));
    }
    batch_reset(&batch);
    assert_int_equal(batch.count, 0);
    assert_int_equal(image(&batch, after), size);
    assert_memory_equal(before, after, size);
  }
  batch_clear(&batch);
}

/* ---- out of memory ---- */

struct meter {
  size_t left;   /* allocations until the next one fails */
  size_t in_use; /* bytes */
};

static void *metered(void *context, void *block, size_t old_size, size_t new_size) {
  struct meter *meter = context;
  if (new_size > 0 && meter->left-- == 0) {
    meter->left = 0;
    return NULL;
  }
  void *result = memory_standard.resize(memory_standard.context, block, old_size, new_size);
  if (result || new_size == 0)
    meter->in_use = meter->in_use - old_size + new_size;
  return result;
}

/* Builds three leads, of which each must be whole or not there. */
static bool build(struct batch *batch, const struct memory *memory) {
  if (!batch_init(batch, &program, memory, 3, 1000))
    return false;
  static char ids[100][16];
  for (uint32_t lead = 0; lead < 3; lead++) {
    batch_begin(batch);
    batch_set_number(batch, SIZE, lead);
    for (int i = 0; i < 100; i++) {
      snprintf(ids[i], sizeof ids[i], "%d", i);
      struct text kept;
      if (!batch_keep(batch, text_from(ids[i]), &kept)) {
        batch_cancel(batch);
        return false;
      }
      batch_event_begin(batch, CLICK);
      if (batch_event_add(batch, CLICK, 500 - i % 7, kept) != EVENT_ADDED) {
        batch_cancel(batch);
        return false;
      }
    }
    if (!batch_end(batch))
      return false;
  }
  return true;
}

static void running_out_of_memory_anywhere_leaves_a_batch_to_clear(void **state) {
  (void)state;
  bool done = false;
  size_t allowed = 0;
  for (; !done && allowed < 1000; allowed++) {
    struct meter meter = {.left = allowed};
    struct memory memory = {metered, &meter};
    struct batch batch;
    done = build(&batch, &memory);
    for (uint32_t s = 0; batch.block && s < program.space_count; s++)
      if (batch.spaces[s].capacity)
        assert_int_equal(batch.spaces[s].count, s == OPENS ? 0 : 100 * batch.count);
    batch_clear(&batch);
    assert_int_equal(meter.in_use, 0);
  }
  assert_true(done);
  assert_true(allowed > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unset_fields_are_missing),
      cmocka_unit_test(the_last_value_set_is_the_value),
      cmocka_unit_test(kept_texts_outlive_their_source),
      cmocka_unit_test(a_vocabulary_has_its_own_texts),
      cmocka_unit_test(a_text_of_its_own_ends_the_codes_of_a_field),
      cmocka_unit_test(codes_of_events_go_with_them),
      cmocka_unit_test(a_text_of_its_own_ends_the_codes_of_events),
      cmocka_unit_test(events_go_to_every_space_of_their_kind),
      cmocka_unit_test(values_of_the_event_before_are_forgotten),
      cmocka_unit_test(nothing_is_left_of_events_that_are_not_added),
      cmocka_unit_test(the_future_does_not_exist),
      cmocka_unit_test(identities_are_those_of_one_lead_across_kinds),
      cmocka_unit_test(identities_are_found_at_every_size),
      cmocka_unit_test(events_are_in_order_of_time_then_input),
      cmocka_unit_test(a_million_events_of_one_lead_take_no_time),
      cmocka_unit_test(cancel_is_as_if_it_had_never_been),
      cmocka_unit_test(reset_is_as_new),
      cmocka_unit_test(running_out_of_memory_anywhere_leaves_a_batch_to_clear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

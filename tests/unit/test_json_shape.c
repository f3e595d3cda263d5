/* test_json_shape.c - which objects fit the shape of another.
 *
 * Whether what fits is read right is test_io_guesses.c's.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/json_shape.h"
#include "unit/io_support.h"

/* A text with room behind it, its pieces, and a cursor before them. */
struct sample {
  char bytes[512];
  uint32_t pieces[128 + JSON_INDEX_SENTINELS];
  uint32_t count;
  struct json json;
};

static void begin(struct sample *sample, const char *object) {
  struct json_index *index = json_index_new();
  const uint32_t *offsets;
  size_t length = strlen(object);
  assert_true(index && length + JSON_READABLE <= sizeof sample->bytes);
  memset(sample, 0, sizeof *sample);
  memset(sample->bytes, ' ', sizeof sample->bytes);
  memcpy(sample->bytes, object, length);
  assert_int_equal(json_index_make(index, sample->bytes, (uint32_t)length, &offsets),
                   JSON_INDEX_OK);
  while (offsets[sample->count] != UINT32_MAX)
    sample->count++;
  assert_true(sample->count <= 128);
  memcpy(sample->pieces, offsets, (sample->count + JSON_INDEX_SENTINELS) * sizeof *offsets);
  json_index_free(index);
  struct text all = {sample->bytes, sizeof sample->bytes}, text = {sample->bytes, length};
  json_begin(&sample->json, all, text, sample->pieces);
}

/* The place of `constant` is that of the third piece, the first value. */
static bool make(struct json_shape *shape, const char *object) {
  static struct sample sample;
  enum { PROBES = JSON_PROBES_FIRST + 5 * JSON_PROBES_AT_ONCE };
  static struct json_probe probes[PROBES];
  begin(&sample, object);
  *shape = (struct json_shape){.probes = probes, .probe_capacity = PROBES};
  return json_shape_make(shape, &sample.json, sample.pieces, sample.pieces + sample.count, 3);
}

static bool fits(const struct json_shape *shape, const char *object) {
  static struct sample sample;
  begin(&sample, object);
  bool fit = json_shape_fits(shape, &sample.json, sample.json.next);
  assert_ptr_equal(sample.json.next, sample.pieces); /* nothing was passed */
  assert_int_equal(sample.json.error, JSON_OK);
  return fit;
}

static void values_may_differ(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"\",\"n\":-1.5e3}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"some time later\",\"n\":null}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":\"a text\"}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"now\" ,\"n\": 12 }"));
}

static void the_rest_may_not(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"vies\",\"at\":\"now\",\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"as\":\"now\",\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"m\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":12,\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\"}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12,\"o\":1}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":{}}"));
  assert_false(fits(&shape, "{ \"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_false(fits(&shape, "{}"));
}

static void what_is_not_json_does_not_fit(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":012}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":1.}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":nul}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\"x,\"n\":12}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12]"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12"));
}

/* They are checked; in what is compared there may be none. */
static void escapes_may_stand_in_values(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_false(make(&shape, "{\"t\":\"view\",\"\\u0061t\":\"now\"}"));
  assert_false(make(&shape, "{\"t\":\"vi\\u0065w\",\"at\":\"now\"}"));
  assert_true(make(&shape, "{\"t\":\"view\",\"at\":\"n\\u006fw\",\"n\":1}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":1}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"at\":\"\\\"\\\\\\ud83d\\ude00\",\"n\":\"\\n\"}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"\\u0061t\":\"now\",\"n\":1}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"\\x\",\"n\":1}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"\\u12\",\"n\":1}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"at\":\"\\ud83d\",\"n\":\"\\ude00\"}"));
}

static void objects_within_belong_to_the_shape(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"p\":{\"url\":\"/\",\"l\":[1,\"a\",{}]}}"));
  assert_true(fits(&shape, "{\"t\":\"view\",\"p\":{\"url\":\"/a\",\"l\":[22,\"\",{}]}}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"p\":{\"url\":\"/a\",\"l\":[22,\"\",[]]}}"));
  assert_false(fits(&shape, "{\"t\":\"view\",\"p\":{\"url\":\"/a\",\"l\":[22,\"\"]}}"));
}

/* Exactly as long as a run may be, and as many pieces, and one more of each. */
static void large_objects_have_no_shape(void **state) {
  (void)state;
  static struct json_shape shape;
  char object[256], key[JSON_SHAPE_RUN + 1];
  for (int more = 0; more <= 1; more++) {
    size_t length = JSON_SHAPE_RUN - strlen("{\"t\":\"\",\"\":\"") + (size_t)more;
    memset(key, 'k', length);
    key[length] = '\0';
    snprintf(object, sizeof object, "{\"t\":\"\",\"%s\":\"v\"}", key);
    assert_int_equal(make(&shape, object), !more);
    assert_int_equal(!more && fits(&shape, object), !more);
  }
  for (int members = 15; members <= 16; members++) { /* of four pieces, and one is the brace */
    int at = snprintf(object, sizeof object, "{\"t\":\"\"");
    for (int i = 1; i < members; i++)
      at += snprintf(object + at, sizeof object - (size_t)at, ",\"k\":\"\"");
    snprintf(object + at, sizeof object - (size_t)at, "}");
    assert_int_equal(make(&shape, object), 1 + 4 * members <= JSON_SHAPE_PIECES);
  }
}

static bool opens(const struct json_shape *shape, const char *object) {
  static struct sample sample;
  begin(&sample, object);
  return json_shape_opens(shape, &sample.json, sample.json.next);
}

/* Up to and with the quote of the first value that is not the constant one. */
static void objects_may_only_open_alike(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_int_equal(shape.opening, 7);
  assert_true(opens(&shape, "{\"t\":\"view\",\"at\":\"now\",\"n\":12}"));
  assert_true(opens(&shape, "{\"t\":\"view\",\"at\":\"then\",\"more\":[{}]}"));
  assert_true(opens(&shape, "{\"t\":\"view\",\"at\":\"then\"}"));
  assert_false(opens(&shape, "{\"t\":\"vied\",\"at\":\"now\",\"n\":12}"));
  assert_false(opens(&shape, "{\"t\":\"view\",\"at\":12,\"n\":12}"));
  assert_false(opens(&shape, "{\"t\":\"view\",\"et\":\"now\",\"n\":12}"));
  assert_false(opens(&shape, "{\"t\":\"view\",\"at\":\"n\\u006fw\",\"n\":12}"));
}

static void some_shapes_have_no_opening(void **state) {
  (void)state;
  static struct json_shape shape;
  assert_true(make(&shape, "{\"t\":\"view\",\"n\":12,\"at\":\"now\"}")); /* a number first */
  assert_int_equal(shape.opening, 0);
  assert_true(make(&shape, "{\"t\":\"view\"}")); /* no other value */
  assert_int_equal(shape.opening, 0);
  assert_false(opens(&shape, "{\"t\":\"view\"}"));
  /* within another value, and behind one that is empty */
  assert_true(make(&shape, "{\"t\":\"view\",\"p\":{\"at\":\"now\"}}"));
  assert_int_equal(shape.opening, 0);
  assert_true(make(&shape, "{\"t\":\"view\",\"p\":[\"now\"]}"));
  assert_int_equal(shape.opening, 0);
  assert_true(make(&shape, "{\"t\":\"view\",\"p\":{},\"at\":\"now\"}"));
  assert_int_equal(shape.opening, 0);
  /* the last quote is the 32nd byte, and the 33rd */
  assert_true(make(&shape, "{\"type\":\"page_views\",\"at_time\":\"now\"}"));
  assert_int_equal(shape.opening, 7);
  assert_true(make(&shape, "{\"type\":\"page_viewed\",\"at_time\":\"now\"}"));
  assert_int_equal(shape.opening, 0);
}

static void what_fits_seldom_is_let_pass(void **state) {
  (void)state;
  struct json_odds odds = {0};
  for (int i = 0; i < JSON_ODDS_MISSES; i++) {
    assert_false(json_odds_pause(&odds));
    json_odds_miss(&odds);
  }
  for (int i = 0; i < JSON_ODDS_PAUSE; i++)
    assert_true(json_odds_pause(&odds));
  assert_false(json_odds_pause(&odds)); /* and is compared again */
  assert_int_equal(odds.hits + odds.misses, 0);
}

static void what_fits_often_is_always_compared(void **state) {
  (void)state;
  struct json_odds odds = {0};
  for (int i = 0; i < 10 * JSON_ODDS_MISSES; i++) {
    odds.hits += 2; /* for each that does not fit */
    json_odds_miss(&odds);
    assert_false(json_odds_pause(&odds));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_may_differ),
      cmocka_unit_test(the_rest_may_not),
      cmocka_unit_test(what_is_not_json_does_not_fit),
      cmocka_unit_test(escapes_may_stand_in_values),
      cmocka_unit_test(objects_within_belong_to_the_shape),
      cmocka_unit_test(large_objects_have_no_shape),
      cmocka_unit_test(objects_may_only_open_alike),
      cmocka_unit_test(some_shapes_have_no_opening),
      cmocka_unit_test(what_fits_seldom_is_let_pass),
      cmocka_unit_test(what_fits_often_is_always_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

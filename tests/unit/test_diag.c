/* test_diag.c - sources, the list of diagnostics, and how they look.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"
#include "limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What every test works with, and what it rendered. */
struct scene {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  char out[8192];
  size_t length;
};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  arena_init(&scene->arena, &memory_standard);
  sources_init(&scene->sources, &scene->arena);
  diags_init(&scene->diags, &scene->arena);
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  sources_clear(&scene->sources);
  arena_clear(&scene->arena);
  free(scene);
  return 0;
}

static void put_out(void *context, const char *bytes, size_t length) {
  struct scene *scene = context;
  assert_true(scene->length + length < sizeof scene->out);
  memcpy(scene->out + scene->length, bytes, length);
  scene->length += length;
  scene->out[scene->length] = '\0';
}

static const char *render(struct scene *scene, const struct diag *diag) {
  struct diag_sink sink = {put_out, scene, false};
  scene->length = 0;
  scene->out[0] = '\0';
  diag_render(diag, &scene->sources, &sink);
  return scene->out;
}

static void add_policy(struct scene *scene, const char *text) {
  assert_int_not_equal(sources_add(&scene->sources, TEXT("policy.bareme"), text_from(text)),
                       UINT32_MAX);
}

/* The span of the n-th occurrence, from 1, of a text in a source. */
static struct span span_of(struct scene *scene, uint32_t source, const char *what, int n) {
  const char *bytes = scene->sources.items[source].bytes.bytes, *found = bytes - 1;
  while (n-- > 0)
    assert_non_null(found = strstr(found + 1, what));
  uint32_t begin = (uint32_t)(found - bytes);
  return (struct span){source, begin, begin + (uint32_t)strlen(what)};
}

static struct span at(uint32_t begin, uint32_t end) {
  return (struct span){0, begin, end};
}

static struct diag *error_at(struct scene *scene, struct span span, const char *message) {
  return diag_error(&scene->diags, E0101, span, "%s", message);
}

/* ---- sources ---- */

static void assert_place(const struct source *source, uint32_t offset, uint32_t line,
                         uint32_t column) {
  struct place place = source_place(source, offset);
  assert_int_equal(place.line, line);
  assert_int_equal(place.column, column);
}

static void places_count_lines_and_code_points(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "a\r\n\xc3\xa9\xe2\x82\xac z\n\nend");
  const struct source *source = &scene->sources.items[0];
  assert_int_equal(source->line_count, 4);
  assert_place(source, 0, 1, 1);
  assert_place(source, 2, 1, 3); /* the \n */
  assert_place(source, 3, 2, 1);
  assert_place(source, 5, 2, 2);
  assert_place(source, 9, 2, 4);
  assert_place(source, 11, 3, 1);
  assert_place(source, 12, 4, 1);
  assert_place(source, 15, 4, 4);
  assert_place(source, 4000, 4, 4);
}

static void a_file_that_ends_in_a_line_break_has_an_empty_last_line(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "a\n");
  assert_place(&scene->sources.items[0], 2, 2, 1);
  add_policy(scene, "");
  assert_place(&scene->sources.items[1], 0, 1, 1);
}

static void a_byte_order_mark_has_no_column(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "\xef\xbb\xbfpolicy");
  assert_place(&scene->sources.items[0], 0, 1, 1);
  assert_place(&scene->sources.items[0], 3, 1, 1);
  assert_place(&scene->sources.items[0], 4, 1, 2);
}

static void wrong_bytes_have_a_column_each(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "\xff\xe2\x82z");
  assert_place(&scene->sources.items[0], 3, 1, 4);
}

static void spans_give_their_text(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "one two");
  assert_true(text_equal(span_text(&scene->sources, at(4, 7)), TEXT("two")));
  assert_true(text_equal(span_text(&scene->sources, at(4, 99)), TEXT("two")));
  assert_int_equal(span_text(&scene->sources, at(99, 99)).length, 0);
  assert_int_equal(span_text(&scene->sources, (struct span){7, 0, 1}).length, 0);
  struct span joined = span_join(at(0, 3), at(4, 7));
  assert_int_equal(joined.begin, 0);
  assert_int_equal(joined.end, 7);
}

/* ---- the list ---- */

static void sorting_goes_by_source_and_place_and_is_stable(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "one two three");
  add_policy(scene, "one two three");
  diag_error(&scene->diags, E0101, (struct span){1, 0, 1}, "fourth");
  diag_error(&scene->diags, E0101, at(8, 9), "second");
  diag_warning(&scene->diags, E0101, at(8, 9), "third");
  diag_error(&scene->diags, E0101, at(0, 1), "first");
  diags_sort(&scene->diags);
  const char *order[] = {"first", "second", "third", "fourth"};
  const struct diag *diag = scene->diags.first;
  for (size_t i = 0; i < 4; i++, diag = diag->next)
    assert_string_equal(diag->message, order[i]);
  assert_null(diag);
  assert_string_equal(scene->diags.last->message, "fourth");
  assert_int_equal(scene->diags.errors, 3);
  assert_int_equal(scene->diags.warnings, 1);
}

static void past_the_limit_diagnostics_are_counted(void **state) {
  struct scene *scene = *state;
  for (int i = 0; i < LIMIT_DIAGNOSTICS; i++)
    assert_ptr_not_equal(error_at(scene, at(0, 0), "x"), &scene->diags.scratch);
  assert_int_equal(scene->diags.dropped, 0);
  struct diag *extra = error_at(scene, at(0, 0), "x");
  assert_ptr_equal(extra, &scene->diags.scratch);
  diag_note(&scene->diags, extra, at(0, 0), "nothing");
  diag_help(&scene->diags, extra, "nothing");
  diag_fix(&scene->diags, extra, at(0, 0), "nothing");
  assert_null(extra->notes);
  assert_int_equal(scene->diags.errors, LIMIT_DIAGNOSTICS + 1);
  assert_int_equal(scene->diags.dropped, 1);
}

/* An allocator that refuses from the n-th request on. */
struct meagre {
  int left;
};

static void *resize_meagre(void *context, void *block, size_t old_size, size_t new_size) {
  struct meagre *meagre = context;
  if (new_size > 0 && meagre->left-- <= 0)
    return NULL;
  return memory_standard.resize(NULL, block, old_size, new_size);
}

static void report_something(struct arena *arena) {
  struct sources sources;
  struct diags diags;
  sources_init(&sources, arena);
  diags_init(&diags, arena);
  char *long_text = malloc(100000);
  memset(long_text, '\n', 99999);
  long_text[99999] = '\0';
  uint32_t source = sources_add(&sources, TEXT("a"), text_from(long_text));
  struct diag *diag = diag_error(&diags, E0101, (struct span){source, 0, 1}, "%s", long_text);
  diag_note(&diags, diag, (struct span){source, 1, 2}, "%s", long_text);
  diag_help(&diags, diag, "%s", long_text);
  diag_fix(&diags, diag, (struct span){source, 0, 1}, long_text);
  assert_int_equal(diags.errors, 1);
  sources_clear(&sources);
  free(long_text);
}

static void without_memory_everything_is_still_counted(void **state) {
  (void)state;
  for (int n = 0; n < 20; n++) {
    struct meagre meagre = {n};
    struct arena arena;
    arena_init(&arena, &(struct memory){resize_meagre, &meagre});
    report_something(&arena);
    arena_clear(&arena);
  }
}

static void codes_are_found_by_name(void **state) {
  (void)state;
  enum error_code code;
  assert_true(error_code_find(TEXT("E0101"), &code));
  assert_int_equal(code, E0101);
  assert_true(error_code_find(TEXT("e0101"), &code));
  assert_false(error_code_find(TEXT("E9999"), &code));
  assert_false(error_code_find(TEXT("\xff"), &code));
  assert_string_equal(error_code_name(E0101), "E0101");
  assert_string_equal(error_code_title(E0101), "unexpected text");
}

/* Each explanation ends with an example and fits a terminal. */
static void every_code_is_explained(void **state) {
  (void)state;
  for (int i = 0; i < ERROR_CODE_COUNT; i++) {
    const char *text = error_code_explanation((enum error_code)i);
    const char *name = error_code_name((enum error_code)i);
    if (strlen(text) < 40 || text[strlen(text) - 1] != '\n')
      fail_msg("%s: the explanation is no text of lines", name);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
      if (strchr(line, '\n') - line > 100)
        fail_msg("%s: a line of the explanation is longer than 100", name);
    size_t title = strlen(error_code_title((enum error_code)i));
    if (title == 0 || error_code_title((enum error_code)i)[title - 1] == '.')
      fail_msg("%s: a title has no full stop", name);
  }
}

/* ---- rendering ---- */

static void an_error_points_at_its_text(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "score contact {\n  +25 when departement is \"x\"\n}\n");
  struct diag *diag =
      error_at(scene, span_of(scene, 0, "departement", 1), "there is no field `departement`");
  diag_help(&scene->diags, diag, "did you mean `%s`?", "department");
  assert_string_equal(render(scene, diag), "error[E0101]: there is no field `departement`\n"
                                           " --> policy.bareme:2:12\n"
                                           "  |\n"
                                           "2 |   +25 when departement is \"x\"\n"
                                           "  |            ^^^^^^^^^^^\n"
                                           "  = help: did you mean `department`?\n");
}

static void notes_stand_in_the_order_of_lines(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "score a {\n}\n\n\n\n\n\n\n\nscore a {\n}\nscore a {\n}\n");
  struct diag *diag = error_at(scene, span_of(scene, 0, "a {", 2), "`a` is declared twice");
  diag_note(&scene->diags, diag, span_of(scene, 0, "a {", 3), "and again here");
  diag_note(&scene->diags, diag, span_of(scene, 0, "a {", 1), "first declared here");
  assert_string_equal(render(scene, diag), "error[E0101]: `a` is declared twice\n"
                                           "  --> policy.bareme:10:7\n"
                                           "   |\n"
                                           " 1 | score a {\n"
                                           "   |       --- first declared here\n"
                                           "...\n"
                                           "10 | score a {\n"
                                           "   |       ^^^\n"
                                           "11 | }\n"
                                           "12 | score a {\n"
                                           "   |       --- and again here\n");
}

static void marks_on_one_line_have_a_row_each(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "+1 when a = b = c");
  struct diag *diag = error_at(scene, span_of(scene, 0, "=", 2), "comparisons are not chained");
  diag_note(&scene->diags, diag, span_of(scene, 0, "=", 1), "the first one");
  assert_string_equal(render(scene, diag), "error[E0101]: comparisons are not chained\n"
                                           " --> policy.bareme:1:15\n"
                                           "  |\n"
                                           "1 | +1 when a = b = c\n"
                                           "  |               ^\n"
                                           "  |           - the first one\n");
}

static void notes_in_other_files_follow(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "lead { a text }\n");
  sources_add(&scene->sources, TEXT("shared/fields.bareme"), TEXT("module x\nlead { a number }\n"));
  struct diag *diag = error_at(scene, span_of(scene, 0, "a text", 1), "`a` has two types");
  diag_note(&scene->diags, diag, span_of(scene, 1, "a number", 1), "declared here as number");
  assert_string_equal(render(scene, diag), "error[E0101]: `a` has two types\n"
                                           " --> policy.bareme:1:8\n"
                                           "  |\n"
                                           "1 | lead { a text }\n"
                                           "  |        ^^^^^^\n"
                                           " ::: shared/fields.bareme:2:8\n"
                                           "  |\n"
                                           "2 | lead { a number }\n"
                                           "  |        -------- declared here as number\n");
}

static void tabs_become_blanks(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "\tab\tx");
  struct diag *diag = error_at(scene, span_of(scene, 0, "x", 1), "no");
  assert_string_equal(render(scene, diag), "error[E0101]: no\n"
                                           " --> policy.bareme:1:5\n"
                                           "  |\n"
                                           "1 |     ab  x\n"
                                           "  |         ^\n");
}

static void marks_stand_under_wide_and_combining_text(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "\"\xe6\x97\xa5\xe6\x9c\xac\" e\xcc\x81 x");
  struct diag *diag = error_at(scene, span_of(scene, 0, "x", 1), "no");
  assert_string_equal(render(scene, diag), "error[E0101]: no\n"
                                           " --> policy.bareme:1:9\n"
                                           "  |\n"
                                           "1 | \"\xe6\x97\xa5\xe6\x9c\xac\" e\xcc\x81 x\n"
                                           "  |          ^\n");
}

static void dangerous_bytes_become_visible(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "a\xff\x1b[2J\xe2\x80\xaeq");
  struct diag *diag = error_at(scene, span_of(scene, 0, "q", 1), "bad \x1b here");
  assert_string_equal(render(scene, diag), "error[E0101]: bad \xe2\x90\x9b here\n"
                                           " --> policy.bareme:1:8\n"
                                           "  |\n"
                                           "1 | a\xef\xbf\xbd\xe2\x90\x9b[2J\xef\xbf\xbdq\n"
                                           "  |        ^\n");
}

static void a_span_of_many_lines_is_marked_on_its_first(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "band b {\r\n  x\r\n}\r\n");
  struct diag *diag = error_at(scene, at(5, 15), "no `otherwise`");
  assert_string_equal(render(scene, diag), "error[E0101]: no `otherwise`\n"
                                           " --> policy.bareme:1:6\n"
                                           "  |\n"
                                           "1 | band b {\n"
                                           "  |      ^^^\n");
}

static void the_end_of_the_file_has_a_mark(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "score {");
  assert_string_equal(render(scene, error_at(scene, at(7, 7), "a `}` is missing")),
                      "error[E0101]: a `}` is missing\n"
                      " --> policy.bareme:1:8\n"
                      "  |\n"
                      "1 | score {\n"
                      "  |        ^\n");
  add_policy(scene, "score {\n");
  struct span end = {1, 8, 8};
  assert_string_equal(render(scene, error_at(scene, end, "a `}` is missing")),
                      "error[E0101]: a `}` is missing\n"
                      " --> policy.bareme:2:1\n"
                      "  |\n"
                      "2 |\n"
                      "  | ^\n");
}

static void an_empty_file_has_no_line_to_show(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "");
  assert_string_equal(render(scene, error_at(scene, at(0, 0), "the file is empty")),
                      "error[E0101]: the file is empty\n"
                      " --> policy.bareme\n");
}

static void without_a_source_there_is_only_the_message(void **state) {
  struct scene *scene = *state;
  struct diag *diag = error_at(scene, (struct span){UINT32_MAX, 0, 0}, "no file");
  diag_note(&scene->diags, diag, (struct span){UINT32_MAX, 0, 0}, "two lines\nof text");
  assert_string_equal(render(scene, diag), "error[E0101]: no file\n"
                                           "  = note: two lines\n"
                                           "          of text\n");
}

static void a_diagnostic_without_message_shows_its_title(void **state) {
  struct scene *scene = *state;
  assert_string_equal(render(scene, error_at(scene, (struct span){UINT32_MAX, 0, 0}, "")),
                      "error[E0101]: unexpected text\n");
}

static size_t longest_line(const char *text) {
  size_t longest = 0;
  for (size_t length; *text; text += length + (text[length] != '\0')) {
    length = strcspn(text, "\n");
    longest = length > longest ? length : longest;
  }
  return longest;
}

static void a_line_of_a_megabyte_is_cut_around_the_mark(void **state) {
  struct scene *scene = *state;
  size_t size = 1024 * 1024;
  char *line = arena_alloc(&scene->arena, size + 1);
  memset(line, 'a', size);
  const uint32_t places[] = {0, 1, 79, 80, 119, 120, 121, 500000, 1048575};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    line[places[i]] = 'X';
  add_policy(scene, line);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const char *out = render(scene, error_at(scene, at(places[i], places[i] + 1), "here"));
    assert_true(longest_line(out) < 140);
    const char *shown = strstr(out, "1 | "), *caret = strchr(out, '^');
    size_t column = (size_t)(caret - (strstr(shown, "\n") + 1));
    /* The ellipsis is three bytes and one column. */
    bool cut = strncmp(shown + 4, "\xe2\x80\xa6", 3) == 0;
    assert_int_equal(shown[column + (cut ? 2 : 0)], 'X');
  }
}

static void a_mark_out_of_sight_shows_its_line_again(void **state) {
  struct scene *scene = *state;
  char *line = arena_alloc(&scene->arena, 1001);
  memset(line, 'a', 1000);
  add_policy(scene, line);
  struct diag *diag = error_at(scene, at(0, 1), "here");
  diag_note(&scene->diags, diag, at(900, 901), "there");
  const char *out = render(scene, diag);
  const char *first = strstr(out, "1 | a"), *second = strstr(out, "1 | \xe2\x80\xa6");
  assert_non_null(first);
  assert_non_null(second);
  assert_true(first < strchr(out, '^') && strchr(out, '^') < second);
  assert_non_null(strstr(second, "- there\n"));
}

static void fixes_speak_for_themselves(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "a == b");
  struct diag *diag = error_at(scene, at(2, 4), "no");
  diag_fix(&scene->diags, diag, at(2, 4), "=");
  assert_non_null(strstr(render(scene, diag), "= help: write `=` instead of `==`\n"));
  diag_fix(&scene->diags, diag, at(3, 4), "");
  assert_non_null(strstr(render(scene, diag), "= help: remove `=`\n"));
  diag_fix(&scene->diags, diag, at(6, 6), "}");
  assert_non_null(strstr(render(scene, diag), "= help: insert `}`\n"));
  diag_help(&scene->diags, diag, "better words");
  assert_non_null(strstr(render(scene, diag), "= help: better words\n"));
}

static void colours_are_escapes_around_the_same_text(void **state) {
  struct scene *scene = *state;
  add_policy(scene, "x");
  struct diag *diag = diag_warning(&scene->diags, E0101, at(0, 1), "no");
  struct diag_sink sink = {put_out, scene, true};
  diag_render(diag, &scene->sources, &sink);
  assert_non_null(strstr(scene->out, "\x1b[1;33mwarning[E0101]\x1b[0m"));
  assert_non_null(strstr(scene->out, "\x1b[1;33m^\x1b[0m\n"));
  char bare[1024];
  size_t length = 0;
  for (const char *c = scene->out; *c; c++) {
    if (*c == '\x1b')
      c += strcspn(c, "m");
    else
      bare[length++] = *c;
  }
  bare[length] = '\0';
  assert_string_equal(bare, render(scene, diag));
}

static const char *summary(struct scene *scene, size_t errors, size_t warnings, size_t dropped) {
  struct diags diags = {.errors = errors, .warnings = warnings, .dropped = dropped};
  struct diag_sink sink = {put_out, scene, false};
  scene->length = 0;
  scene->out[0] = '\0';
  diag_render_summary(&diags, &sink);
  return scene->out;
}

static void the_summary_counts_in_words(void **state) {
  struct scene *scene = *state;
  assert_string_equal(summary(scene, 0, 0, 0), "");
  assert_string_equal(summary(scene, 1, 0, 0), "1 error\n");
  assert_string_equal(summary(scene, 2, 1, 0), "2 errors and 1 warning\n");
  assert_string_equal(summary(scene, 0, 2, 0), "2 warnings\n");
  assert_string_equal(summary(scene, 140, 0, 40), "140 errors, 40 of them not shown\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(places_count_lines_and_code_points),
      TEST(a_file_that_ends_in_a_line_break_has_an_empty_last_line),
      TEST(a_byte_order_mark_has_no_column),
      TEST(wrong_bytes_have_a_column_each),
      TEST(spans_give_their_text),
      TEST(sorting_goes_by_source_and_place_and_is_stable),
      TEST(past_the_limit_diagnostics_are_counted),
      TEST(without_memory_everything_is_still_counted),
      TEST(codes_are_found_by_name),
      TEST(every_code_is_explained),
      TEST(an_error_points_at_its_text),
      TEST(notes_stand_in_the_order_of_lines),
      TEST(marks_on_one_line_have_a_row_each),
      TEST(notes_in_other_files_follow),
      TEST(tabs_become_blanks),
      TEST(marks_stand_under_wide_and_combining_text),
      TEST(dangerous_bytes_become_visible),
      TEST(a_span_of_many_lines_is_marked_on_its_first),
      TEST(the_end_of_the_file_has_a_mark),
      TEST(an_empty_file_has_no_line_to_show),
      TEST(without_a_source_there_is_only_the_message),
      TEST(a_diagnostic_without_message_shows_its_title),
      TEST(a_line_of_a_megabyte_is_cut_around_the_mark),
      TEST(a_mark_out_of_sight_shows_its_line_again),
      TEST(fixes_speak_for_themselves),
      TEST(colours_are_escapes_around_the_same_text),
      TEST(the_summary_counts_in_words),
  };
  return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}

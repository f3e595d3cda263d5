/* fixture.h - what the tests of the public interface have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef API_FIXTURE_H
#define API_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <bareme/bareme.h>

/* 2026-06-01T00:00:00Z */
#define AS_OF INT64_C(1780272000000000)

/* A policy with a bit of everything, which must compile. */
bareme_policy *fixture_policy(void);
extern const char fixture_source[];

/* Compiles the text, which must be right. */
bareme_policy *fixture_compile(const char *text);

/* A new file in /tmp with the text; free the name with fixture_remove. */
char *fixture_file(const char *text);
void fixture_remove(char *path);

/* 2000 leads of the demo's generator. */
char *fixture_leads(void);

/* Opens a reader of one NDJSON file. */
bareme_reader *fixture_reader(const bareme_policy *policy, const char *path, uint32_t chunk,
                              bool explain);

/* A sink that gathers; free bytes. */
struct gathered {
  char *bytes;
  size_t length;
};
bareme_sink fixture_sink(struct gathered *gathered);

#define assert_text(text, expected)                           \
  do {                                                        \
    bareme_text text_ = (text);                               \
    assert_non_null(text_.bytes);                             \
    assert_int_equal(text_.length, strlen(expected));         \
    assert_memory_equal(text_.bytes, expected, text_.length); \
  } while (0)
#define assert_no_text(text) assert_null((text).bytes)

#endif

/* pools.h - the constants that random policies and random records share.
 *
 * A random text would never equal another, and a random age never lie on a
 * boundary; taken from the same few values they meet all the time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_POOLS_H
#define BAREME_TESTS_POOLS_H

#include "base/clock.h"

/* Everything is evaluated at this instant, a Monday. */
#define POOL_AS_OF_TEXT "2026-06-01T09:30:00Z"
#define POOL_AS_OF      INT64_C(1780306200000000)

/* Numbers as a policy writes them and as a record has them. */
struct pool_number {
  const char *source;
  double number;
};
static const struct pool_number pool_numbers[] = {
    {"0", 0},         {"1", 1},         {"2", 2},           {"3", 3},         {"5", 5},
    {"10", 10},       {"25", 25},       {"100", 100},       {"0.5", 0.5},     {"0.1", 0.1},
    {"0.3", 0.3},     {"2.5", 2.5},     {"1_000", 1000},    {"7.25", 7.25},   {"50%", 0.5},
    {"12.5%", 0.125}, {"0.005", 0.005}, {"33.333", 33.333}, {"86400", 86400}, {"1.005", 1.005},
};

struct pool_duration {
  const char *source;
  int64_t micros;
};
static const struct pool_duration pool_durations[] = {
    {"1 second", CLOCK_SECOND},  {"1 minute", CLOCK_MINUTE},    {"90 seconds", 90 * CLOCK_SECOND},
    {"1 hour", CLOCK_HOUR},      {"12 hours", 12 * CLOCK_HOUR}, {"1 day", CLOCK_DAY},
    {"2 days", 2 * CLOCK_DAY},   {"3 days", 3 * CLOCK_DAY},     {"7 days", 7 * CLOCK_DAY},
    {"1 week", CLOCK_WEEK},      {"10 days", 10 * CLOCK_DAY},   {"30 days", 30 * CLOCK_DAY},
    {"90 days", 90 * CLOCK_DAY}, {"1.5 days", 36 * CLOCK_HOUR}, {"365 days", 365 * CLOCK_DAY},
};

/* Texts as the bytes that a policy writes between quotes; none needs an escape.
 * Beside plain words: letters that fold in surprising ways (the Kelvin sign,
 * sharp s small and capital, dotted capital I, long s, the three sigmas),
 * combining marks, words within words, addresses and patterns. */
static const char *const pool_texts[] = {
    "",
    "marketing",
    "Marketing",
    "MARKETING ",
    "mar",
    "sales",
    "\xC5\xBF"
    "ales",
    "k",
    "K",
    "\xE2\x84\xAA",
    "stra\xC3\x9F"
    "e",
    "STRA\xE1\xBA\x9E"
    "E",
    "strasse",
    "i",
    "I",
    "\xC4\xB0",
    "i\xCC\x87",
    "\xC3\xA9t\xC3\xA9",
    "e\xCC\x81te\xCC\x81",
    "\xC3\x89T\xC3\x89",
    "\xCF\x83\xCE\xBF\xCF\x82",
    "\xCE\xA3\xCE\x9F\xCE\xA3",
    "vp",
    "VP Sales",
    "MVP",
    "vp-sales",
    "head of sales",
    "a*b",
    "*",
    "?",
    "*ar*",
    "m?rketing",
    "  \xC2\xA0 x ",
    "ada@acme.example",
    "ADA@Rival.Example",
    "no at",
    "two@at@rival.example",
    "https://acme.example/pricing?x=1#y",
    "HTTPS://u@ACME.example:8080/Pricing",
    "/pricing/eu",
    "acme.example",
    "//host/path",
    "\xF0\x9F\x98\x80",
    "10",
    "\xEF\xAC\x81",
};

static const char *const pool_instants[] = {
    "2026-06-01",           POOL_AS_OF_TEXT,        "2026-05-31T09:30:00Z",
    "2026-05-25T09:30:00Z", "2026-05-02T09:30:00Z", "2026-06-01T11:30:00+02:00",
    "1970-01-01",           "2027-01-01",           "0001-01-01",
};

#endif

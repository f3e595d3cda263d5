/* leads.c - the leads that speed is measured on: bareme-bench-leads N [SEED [EVENTS]].
 *
 * Writes N leads as NDJSON, each about as long as a CRM exports them: twenty
 * fields of which a policy reads half, a note with characters that need
 * escapes, and on average ten events of eight kinds, of which the reference
 * policy knows six.  EVENTS fixes their number instead.
 *
 * The same arguments give the same bytes on every machine: the generator of
 * random numbers is our own and all arithmetic is of whole numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY         86400
#define AS_OF       INT64_C(1780272000) /* 2026-06-01T00:00:00Z: every event is earlier */
#define MOST_EVENTS 60

/* ---- chance --------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static int below(uint64_t *state, int limit) {
  return (int)(next(state) % (uint64_t)limit);
}

static bool happens(uint64_t *state, int percent) {
  return below(state, 100) < percent;
}

#define ONE_OF(state, list) ((list)[below(state, (int)(sizeof(list) / sizeof *(list)))])

/* ---- time ------------------------------------------------------------------------------- */

/* "2026-05-31T23:59:59Z"; civil from days: Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms". */
static void print_instant(int64_t seconds) {
  int64_t days = seconds / DAY + 719468, rest = seconds % DAY;
  int64_t era = days / 146097, of_era = days - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153;
  int64_t day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  year += era * 400 + (month <= 2);
  printf("\"%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%02" PRId64 "Z\"",
         year, month, day, rest / 3600, rest / 60 % 60, rest % 60);
}

/* An age below 200 days, small ones more often: the smallest of three draws. */
static int64_t draw_age(uint64_t *state) {
  int64_t age = 200 * DAY;
  for (int i = 0; i < 3; i++) {
    int64_t drawn = 1 + (int64_t)(next(state) % (200 * DAY - 1));
    age = drawn < age ? drawn : age;
  }
  return age;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* ---- a lead ------------------------------------------------------------------------------ */

static void print_note(uint64_t *state) {
  int words = 10 + below(state, 24);
  printf("\"notes\":\"");
  for (int i = 0; i < words; i++)
    printf("%s%s", i > 0 ? " " : "", ONE_OF(state, note_words));
  printf("\"");
}

static void print_person(uint64_t *state, long number) {
  const struct name *first = &ONE_OF(state, first_names), *last = &ONE_OF(state, last_names);
  printf("{\"id\":\"L%07ld\",\"email\":\"%s.%s@", number, first->ascii, last->ascii);
  if (happens(state, 30))
    printf("%s", ONE_OF(state, free_mailboxes));
  else
    printf("%s%s", ONE_OF(state, companies), ONE_OF(state, endings));
  printf("\",\"first_name\":\"%s\",\"last_name\":\"%s\",\"job_title\":\"%s\"", first->text,
         last->text, ONE_OF(state, job_titles));
  const char *department = happens(state, 30) ? "marketing" : ONE_OF(state, departments);
  printf(",\"department\":\"%s\",\"industry\":\"%s\",\"country\":\"%s\"", department,
         ONE_OF(state, industries), ONE_OF(state, countries));
  int magnitude = below(state, 14); /* companies of all sizes from 1 to 16,000 people */
  printf(",\"company_size\":%d", 1 + below(state, 1 << magnitude) + (1 << magnitude) / 2);
  printf(",\"phone\":\"+33 %d %02d %02d %02d %02d\"", 1 + below(state, 9), below(state, 100),
         below(state, 100), below(state, 100), below(state, 100));
  printf(",\"consent\":%s", happens(state, 88) ? "true" : "false");
}

static void print_event(uint64_t *state, int64_t at) {
  int kind = below(state, 200);
  const struct event_kind *drawn = event_kinds;
  for (; kind >= drawn->weight; drawn++)
    kind -= drawn->weight;
  printf("{\"type\":\"%s\",\"at\":", drawn->type);
  print_instant(at);
  switch (drawn->detail) {
  case DETAIL_URL:
    printf(",\"url\":\"%s\",\"seconds\":%d",
           happens(state, 20) ? ONE_OF(state, price_pages) : ONE_OF(state, other_pages),
           1 + below(state, 300));
    break;
  case DETAIL_FORM: printf(",\"form\":\"%s\"", ONE_OF(state, forms)); break;
  case DETAIL_CAMPAIGN: printf(",\"campaign\":\"c%03d\"", below(state, 200)); break;
  case DETAIL_MINUTES:
    printf(",\"webinar\":\"w%02d\",\"minutes\":%d", below(state, 40), 5 + below(state, 85));
    break;
  case DETAIL_SECONDS: printf(",\"seconds\":%d", below(state, 1800)); break;
  }
  printf("}");
}

static void print_lead(uint64_t *state, long number, int fixed) {
  int64_t ages[MOST_EVENTS];
  int count = 0;
  while (fixed < 0 && count < MOST_EVENTS && below(state, 11) < 10)
    count++;
  count = fixed < 0 ? count : fixed;
  for (int i = 0; i < count; i++)
    ages[i] = draw_age(state);
  qsort(ages, (size_t)count, sizeof *ages, ascending);
  static const char *const stages[] = {"lead", "lead", "lead", "lead", "lead",    "lead",
                                       "lead", "mql",  "mql",  "sql",  "customer"};
  print_person(state, number);
  printf(",\"stage\":\"%s\",\"created_at\":", ONE_OF(state, stages));
  print_instant(AS_OF - (count > 0 ? ages[count - 1] : DAY) - below(state, 20 * DAY));
  printf(",\"utm_source\":\"%s\",\"utm_campaign\":\"%s\",", ONE_OF(state, sources),
         ONE_OF(state, campaigns));
  print_note(state);
  printf(",\"events\":[");
  for (int i = count; i-- > 0;) {
    print_event(state, AS_OF - ages[i]);
    printf("%s", i > 0 ? "," : "");
  }
  printf("]}\n");
}

int main(int count, char **arguments) {
  long leads = count > 1 ? strtol(arguments[1], NULL, 10) : 0;
  uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 42;
  long events = count > 3 ? strtol(arguments[3], NULL, 10) : -1;
  if (leads < 1 || events > MOST_EVENTS) {
    fprintf(stderr, "usage: bareme-bench-leads N [SEED [EVENTS]]\n"
                    "  N at least 1, EVENTS at most 60\n");
    return 2;
  }
  for (long i = 1; i <= leads; i++)
    print_lead(&seed, i, (int)events);
  return fflush(stdout) == 0 ? 0 : 1;
}

/* leads.c - the leads that speed is measured on.
 *
 *   bareme-bench-leads [--vary HOW] N [SEED [EVENTS]]
 *
 * Writes N leads as NDJSON, each about as long as a CRM exports them:
 * seventeen fields of which a policy reads half, a note with characters that
 * need escapes, and on average ten events of eight kinds, of which the
 * reference policy knows six.  EVENTS fixes their number instead.
 *
 * All have the same members in the same order, as one program writes them.
 * With --vary they are the same leads, but
 *
 *   sparse     each member except the id and the events is missing in three of ten
 *   shuffled   members come in any order
 *   optional   an event has up to four members more, each in half of the events
 *   types      the same, and half of the events have one of sixty types that no
 *              policy declares
 *
 * The same arguments give the same bytes on every machine: the generator of
 * random numbers is our own, all arithmetic is of whole numbers, and no two
 * draws stand in one call, whose arguments are evaluated in any order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY         86400
#define AS_OF       INT64_C(1780272000) /* 2026-06-01T00:00:00Z: every event is earlier */
#define MOST_EVENTS 60
#define MOST_BYTES  (1 << 15) /* of a lead: 60 events of 250 bytes, and its fields */
#define MEMBERS     17

enum variety { ALIKE, SPARSE, SHUFFLED, OPTIONAL, TYPES };

/* What is drawn next, and the lead that is being made. */
struct leads {
  uint64_t values; /* the state that values are drawn from: the same however leads vary */
  uint64_t varied; /* the one for what varies */
  enum variety variety;
  int events; /* of each lead; below 0 if that is drawn */

  char bytes[MOST_BYTES]; /* members one behind the other, without the commas between */
  size_t length;
  size_t ends[MEMBERS];
  int members;
};

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

/* ---- text ------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void put(struct leads *leads, const char *format,
                                                      ...) {
  size_t room = MOST_BYTES - leads->length;
  va_list values;
  va_start(values, format);
  int length = vsnprintf(leads->bytes + leads->length, room, format, values);
  va_end(values);
  if (length < 0 || (size_t)length >= room) {
    fprintf(stderr, "bareme-bench-leads: a lead is too long\n");
    exit(1);
  }
  leads->length += (size_t)length;
}

static void end_member(struct leads *leads) {
  leads->ends[leads->members++] = leads->length;
}

/* "2026-05-31T23:59:59Z"; civil from days: Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms". */
static void put_instant(struct leads *leads, int64_t seconds) {
  int64_t days = seconds / DAY + 719468, rest = seconds % DAY;
  int64_t era = days / 146097, of_era = days - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153;
  int64_t day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  year += era * 400 + (month <= 2);
  put(leads, "\"%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, day);
  put(leads, "T%02" PRId64 ":%02" PRId64 ":%02" PRId64 "Z\"", rest / 3600, rest / 60 % 60,
      rest % 60);
}

static void put_text(struct leads *leads, const char *key, const char *text) {
  put(leads, "\"%s\":\"%s\"", key, text);
  end_member(leads);
}

/* ---- events ------------------------------------------------------------------------------ */

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

static void put_type(struct leads *leads, const char *type) {
  if (leads->variety == TYPES && happens(&leads->varied, 50)) {
    const char *thing = ONE_OF(&leads->varied, things), *fate = ONE_OF(&leads->varied, fates);
    put(leads, "\"type\":\"%s_%s\"", thing, fate);
  } else {
    put(leads, "\"type\":\"%s\"", type);
  }
}

static void put_detail(struct leads *leads, enum event_detail detail) {
  uint64_t *state = &leads->values;
  switch (detail) {
  case DETAIL_URL: {
    int seconds = 1 + below(state, 300);
    const char *url = happens(state, 20) ? ONE_OF(state, price_pages) : ONE_OF(state, other_pages);
    put(leads, ",\"url\":\"%s\",\"seconds\":%d", url, seconds);
    break;
  }
  case DETAIL_FORM: put(leads, ",\"form\":\"%s\"", ONE_OF(state, forms)); break;
  case DETAIL_CAMPAIGN: put(leads, ",\"campaign\":\"c%03d\"", below(state, 200)); break;
  case DETAIL_MINUTES: {
    int minutes = 5 + below(state, 85);
    put(leads, ",\"webinar\":\"w%02d\",\"minutes\":%d", below(state, 40), minutes);
    break;
  }
  case DETAIL_SECONDS: put(leads, ",\"seconds\":%d", below(state, 1800)); break;
  }
}

static void put_options(struct leads *leads) {
  uint64_t *state = &leads->varied;
  if (happens(state, 50))
    put(leads, ",\"session\":\"s%06d\"", below(state, 1000000));
  if (happens(state, 50))
    put(leads, ",\"ip\":\"10.0.0.%d\"", below(state, 256));
  if (happens(state, 50))
    put(leads, ",\"referrer\":\"%s\"", ONE_OF(state, referrers));
  if (happens(state, 50))
    put(leads, ",\"duration\":%d", below(state, 1000));
}

static void put_event(struct leads *leads, int64_t at) {
  int kind = below(&leads->values, 200);
  const struct event_kind *drawn = event_kinds;
  for (; kind >= drawn->weight; drawn++)
    kind -= drawn->weight;
  put(leads, "{");
  put_type(leads, drawn->type);
  put(leads, ",\"at\":");
  put_instant(leads, at);
  put_detail(leads, drawn->detail);
  if (leads->variety == OPTIONAL || leads->variety == TYPES)
    put_options(leads);
  put(leads, "}");
}

/* ---- a lead ------------------------------------------------------------------------------ */

static void put_note(struct leads *leads) {
  uint64_t *state = &leads->values;
  int words = 10 + below(state, 24);
  put(leads, "\"notes\":\"");
  for (int i = 0; i < words; i++)
    put(leads, "%s%s", i > 0 ? " " : "", ONE_OF(state, note_words));
  put(leads, "\"");
  end_member(leads);
}

static void put_phone(struct leads *leads) {
  int digits[4];
  for (int i = 4; i-- > 0;)
    digits[i] = below(&leads->values, 100);
  int area = 1 + below(&leads->values, 9);
  put(leads, "\"phone\":\"+33 %d %02d %02d %02d %02d\"", area, digits[0], digits[1], digits[2],
      digits[3]);
  end_member(leads);
}

static void put_name(struct leads *leads) {
  uint64_t *state = &leads->values;
  const struct name *first = &ONE_OF(state, first_names), *last = &ONE_OF(state, last_names);
  put(leads, "\"email\":\"%s.%s@", first->ascii, last->ascii);
  if (happens(state, 30)) {
    put(leads, "%s\"", ONE_OF(state, free_mailboxes));
  } else {
    const char *ending = ONE_OF(state, endings);
    put(leads, "%s%s\"", ONE_OF(state, companies), ending);
  }
  end_member(leads);
  put_text(leads, "first_name", first->text);
  put_text(leads, "last_name", last->text);
}

static void put_work(struct leads *leads) {
  uint64_t *state = &leads->values;
  put_text(leads, "job_title", ONE_OF(state, job_titles));
  put_text(leads, "department", happens(state, 30) ? "marketing" : ONE_OF(state, departments));
  const char *country = ONE_OF(state, countries);
  put_text(leads, "industry", ONE_OF(state, industries));
  put_text(leads, "country", country);
  int magnitude = below(state, 14); /* companies of all sizes from 1 to 16,000 people */
  put(leads, "\"company_size\":%d", 1 + below(state, 1 << magnitude) + (1 << magnitude) / 2);
  end_member(leads);
}

/* When the lead came, which is before its first event, and from where. */
static void put_origin(struct leads *leads, int64_t oldest) {
  uint64_t *state = &leads->values;
  static const char *const stages[] = {"lead", "lead", "lead", "lead", "lead",    "lead",
                                       "lead", "mql",  "mql",  "sql",  "customer"};
  put_text(leads, "stage", ONE_OF(state, stages));
  put(leads, "\"created_at\":");
  put_instant(leads, AS_OF - oldest - below(state, 20 * DAY));
  end_member(leads);
  const char *campaign = ONE_OF(state, campaigns);
  put_text(leads, "utm_source", ONE_OF(state, sources));
  put_text(leads, "utm_campaign", campaign);
}

static int draw_ages(struct leads *leads, int64_t *ages) {
  int count = 0;
  while (leads->events < 0 && count < MOST_EVENTS && below(&leads->values, 11) < 10)
    count++;
  count = leads->events < 0 ? count : leads->events;
  for (int i = 0; i < count; i++)
    ages[i] = draw_age(&leads->values);
  qsort(ages, (size_t)count, sizeof *ages, ascending);
  return count;
}

static void make_lead(struct leads *leads, long number) {
  int64_t ages[MOST_EVENTS];
  int count = draw_ages(leads, ages);
  leads->length = 0;
  leads->members = 0;
  put(leads, "\"id\":\"L%07ld\"", number);
  end_member(leads);
  put_name(leads);
  put_work(leads);
  put_phone(leads);
  put(leads, "\"consent\":%s", happens(&leads->values, 88) ? "true" : "false");
  end_member(leads);
  put_origin(leads, count > 0 ? ages[count - 1] : DAY);
  put_note(leads);
  put(leads, "\"events\":[");
  for (int i = count; i-- > 0;) {
    put_event(leads, AS_OF - ages[i]);
    put(leads, "%s", i > 0 ? "," : "");
  }
  put(leads, "]");
  end_member(leads);
}

static void draw_order(struct leads *leads, int order[MEMBERS]) {
  for (int i = 0; i < MEMBERS; i++)
    order[i] = i;
  for (int i = 0; leads->variety == SHUFFLED && i < leads->members; i++) {
    int place = below(&leads->varied, i + 1);
    order[i] = order[place];
    order[place] = i;
  }
}

/* Writes those members that the lead shall have, in the order in which it shall have them. */
static void print_lead(struct leads *leads) {
  int order[MEMBERS];
  draw_order(leads, order);
  const char *before = "{";
  for (int i = 0; i < leads->members; i++) {
    int member = order[i];
    bool needed = member == 0 || member == leads->members - 1; /* the id, the events */
    if (leads->variety == SPARSE && !needed && happens(&leads->varied, 30))
      continue;
    size_t begin = member > 0 ? leads->ends[member - 1] : 0;
    printf("%s%.*s", before, (int)(leads->ends[member] - begin), leads->bytes + begin);
    before = ",";
  }
  printf("}\n");
}

/* ---- the command line ---------------------------------------------------------------------- */

/* False if there is no such variety. */
static bool choose(struct leads *leads, const char *word) {
  static const char *const words[] = {"alike", "sparse", "shuffled", "optional", "types"};
  for (int i = SPARSE; i <= TYPES; i++)
    if (strcmp(word, words[i]) == 0)
      leads->variety = (enum variety)i;
  return leads->variety != ALIKE;
}

static int refuse(void) {
  fprintf(stderr, "usage: bareme-bench-leads [--vary HOW] N [SEED [EVENTS]]\n"
                  "  N at least 1, EVENTS at most 60\n"
                  "  HOW is sparse, shuffled, optional or types\n");
  return 2;
}

int main(int count, char **arguments) {
  static struct leads leads;
  if (count > 2 && strcmp(arguments[1], "--vary") == 0) {
    if (!choose(&leads, arguments[2]))
      return refuse();
    count -= 2;
    arguments += 2;
  }
  long number = count > 1 ? strtol(arguments[1], NULL, 10) : 0;
  leads.values = count > 2 ? strtoull(arguments[2], NULL, 10) : 42;
  leads.varied = ~leads.values;
  leads.events = count > 3 ? (int)strtol(arguments[3], NULL, 10) : -1;
  if (number < 1 || leads.events > MOST_EVENTS)
    return refuse();
  for (long i = 1; i <= number; i++) {
    make_lead(&leads, i);
    print_lead(&leads);
  }
  return fflush(stdout) == 0 ? 0 : 1;
}

/* generate.c - leads as a company gets them, made up: bareme-demo-leads N SEED.
 *
 * Writes N leads as NDJSON, a lead a line with its events inside, as an export
 * of a CRM would have them: people of eight languages, their companies, and a
 * year of visits, forms, e-mails and webinars up to 1 June 2026.  What they do
 * follows from who they are (struct persona): a champion comes back to the
 * prices until the demo is asked for, a ghost completes one form and is never
 * seen again.  Some values are missing, as they are.
 *
 * The same N and SEED give the same bytes on every machine: the generator of
 * random numbers is our own, all arithmetic is of whole numbers, and each lead
 * is drawn from a stream of its own, so that lead 17 is the same among 100
 * leads and among a million.
 *
 * All company domains end in .example; the people do not exist.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY         86400
#define LAST_DAY    INT64_C(1780272000) /* 2026-06-01T00:00:00Z: nothing is later */
#define MOST_EVENTS 400

/* ---- chance --------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
struct chance {
  uint64_t state;
};

static uint64_t next(struct chance *chance) {
  uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* From low to high, both included.  The bias of the remainder is below 2^-40. */
static int between(struct chance *chance, int low, int high) {
  return low + (int)(next(chance) % (uint64_t)(high - low + 1));
}

static bool happens(struct chance *chance, int percent) {
  return between(chance, 1, 100) <= percent;
}

/* Mostly small: the smaller of two draws. */
static int mostly_low(struct chance *chance, int low, int high) {
  int a = between(chance, low, high), b = between(chance, low, high);
  return a < b ? a : b;
}

static const char *one_of(struct chance *chance, const char *const *list) {
  int count = 0;
  while (list[count])
    count++;
  return list[between(chance, 0, count - 1)];
}

/* The index of a weight, in proportion to it. */
static int weighted(struct chance *chance, const int *weights, int count) {
  int sum = 0, i = 0;
  for (int j = 0; j < count; j++)
    sum += weights[j];
  for (int drawn = between(chance, 1, sum); drawn > weights[i]; i++)
    drawn -= weights[i];
  return i;
}

/* ---- personas --------------------------------------------------------------------------- */

struct span_of_days {
  int first, last; /* days before the end: first >= last */
};

struct persona {
  const char *name;
  int weight;
  int levels[LEVELS];                                                       /* weights */
  int departments[DEPARTMENTS];                                             /* weights */
  int size_low, size_high;                                                  /* of the company */
  int free_mailbox, consents, without_size, without_country, without_title; /* percent */
  struct span_of_days active;                                               /* when things happen */
  int visits_low, visits_high;                 /* sessions; each of 1 to 6 pages */
  int topics[TOPICS];                          /* weights */
  int guide, newsletter, contact, demo, trial; /* percent: forms, and a trial */
  int mails_low, mails_high;                   /* opened */
  int clicks, webinar, unsubscribes;           /* percent */
  int stages[4];      /* weights: prospect, lead, qualified, customer; none is prospect */
  const char *domain; /* always this one; NULL: the company's */
};

static const struct persona personas[] = {
    {"champion",
     6,
     {0, 5, 30, 45, 20},
     {50, 25, 10, 10, 3, 2},
     80,
     6000,
     3,
     97,
     6,
     3,
     2,
     {70, 0},
     6,
     20,
     {2, 3, 3, 3, 5, 0},
     60,
     30,
     30,
     65,
     35,
     4,
     10,
     60,
     55,
     1,
     {30, 60, 10, 0},
     NULL},
    {"evaluator",
     12,
     {0, 35, 40, 20, 5},
     {15, 10, 30, 25, 18, 2},
     30,
     3000,
     8,
     92,
     10,
     5,
     4,
     {120, 2},
     4,
     14,
     {2, 5, 3, 4, 3, 0},
     45,
     25,
     15,
     22,
     20,
     2,
     7,
     40,
     30,
     3,
     {40, 55, 5, 0},
     NULL},
    {"researcher",
     22,
     {0, 50, 35, 12, 3},
     {30, 15, 20, 15, 12, 8},
     10,
     2000,
     18,
     82,
     18,
     8,
     8,
     {300, 10},
     3,
     12,
     {6, 3, 2, 1, 1, 0},
     55,
     50,
     5,
     3,
     2,
     2,
     9,
     25,
     15,
     8,
     {55, 44, 1, 0},
     NULL},
    {"subscriber",
     17,
     {0, 40, 35, 20, 5},
     {40, 20, 15, 10, 5, 10},
     5,
     5000,
     25,
     90,
     30,
     15,
     15,
     {360, 5},
     0,
     4,
     {8, 2, 1, 0, 1, 0},
     10,
     100,
     2,
     1,
     0,
     3,
     14,
     15,
     6,
     15,
     {80, 20, 0, 0},
     NULL},
    {"ghost",
     24,
     {0, 40, 38, 17, 5},
     {30, 25, 15, 10, 10, 10},
     5,
     8000,
     20,
     75,
     28,
     15,
     12,
     {365, 150},
     1,
     4,
     {4, 4, 1, 1, 2, 0},
     50,
     30,
     12,
     4,
     3,
     0,
     3,
     10,
     5,
     6,
     {50, 49, 1, 0},
     NULL},
    {"student",
     8,
     {100, 0, 0, 0, 0},
     {60, 10, 5, 10, 10, 5},
     1,
     60,
     78,
     80,
     70,
     10,
     0,
     {250, 1},
     4,
     18,
     {9, 3, 4, 1, 1, 0},
     80,
     40,
     5,
     3,
     12,
     1,
     6,
     30,
     30,
     5,
     {60, 40, 0, 0},
     NULL},
    {"job seeker",
     3,
     {20, 60, 15, 5, 0},
     {20, 20, 20, 20, 15, 5},
     1,
     500,
     85,
     60,
     60,
     12,
     5,
     {60, 1},
     2,
     8,
     {1, 2, 1, 0, 0, 9},
     0,
     5,
     3,
     0,
     0,
     0,
     1,
     5,
     1,
     0,
     {100, 0, 0, 0},
     NULL},
    {"competitor",
     2,
     {0, 20, 40, 30, 10},
     {40, 20, 5, 35, 0, 0},
     100,
     900,
     0,
     60,
     10,
     5,
     5,
     {200, 1},
     4,
     16,
     {2, 5, 4, 5, 9, 0},
     60,
     40,
     0,
     15,
     20,
     1,
     8,
     30,
     40,
     2,
     {70, 30, 0, 0},
     "rival.example"},
    {"customer",
     6,
     {0, 20, 40, 30, 10},
     {35, 20, 20, 15, 8, 2},
     50,
     4000,
     2,
     98,
     4,
     2,
     2,
     {365, 0},
     4,
     16,
     {4, 6, 2, 0, 1, 0},
     30,
     60,
     30,
     70,
     50,
     5,
     14,
     45,
     45,
     1,
     {0, 0, 5, 95},
     NULL},
};
#define PERSONAS ((int)(sizeof personas / sizeof personas[0]))

static int pick_persona(struct chance *chance) {
  int weights[PERSONAS];
  for (int i = 0; i < PERSONAS; i++)
    weights[i] = personas[i].weight;
  return weighted(chance, weights, PERSONAS);
}

static const struct language *pick_language(struct chance *chance) {
  int weights[LANGUAGES];
  for (int i = 0; i < LANGUAGES; i++)
    weights[i] = languages[i].weight;
  return &languages[weighted(chance, weights, LANGUAGES)];
}

/* ---- people --------------------------------------------------------------------------------- */

struct person {
  const struct persona *persona;
  const struct language *language;
  const char *given, *family;
  char title[96], company[96], domain[96], id[96];
  enum department department;
  int company_size;
};

/* The pattern with the word in the place of its %. */
static void fill(char *out, size_t size, const char *pattern, const char *word) {
  const char *place = strchr(pattern, '%');
  if (place)
    snprintf(out, size, "%.*s%s%s", (int)(place - pattern), pattern, word, place + 1);
  else
    snprintf(out, size, "%s", pattern);
}

/* Letters beyond ASCII that the names have, and what addresses write for them. */
static const char *const plain_letters[][2] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ö", "oe"}, {"Ä", "ae"}, {"ß", "ss"}, {"é", "e"},
    {"è", "e"},  {"ë", "e"},  {"É", "e"},  {"ï", "i"},  {"í", "i"},  {"Í", "i"},  {"ı", "i"},
    {"ô", "o"},  {"ò", "o"},  {"ó", "o"},  {"á", "a"},  {"Á", "a"},  {"å", "a"},  {"Å", "a"},
    {"ą", "a"},  {"ú", "u"},  {"ñ", "n"},  {"ń", "n"},  {"ł", "l"},  {"Ł", "l"},  {"ç", "c"},
};

/* "van den Berg" -> "vandenberg", "Lefèvre" -> "lefevre": appends to out. */
static void append_plain(char *out, size_t size, const char *name) {
  size_t length = strlen(out);
  while (*name && length + 3 < size) {
    unsigned char c = (unsigned char)*name;
    if (c < 0x80) {
      char lower = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
      if (lower >= 'a' && lower <= 'z')
        out[length++] = lower;
      name++;
      continue;
    }
    for (size_t i = 0; i < sizeof plain_letters / sizeof plain_letters[0]; i++)
      if (strncmp(name, plain_letters[i][0], 2) == 0)
        for (const char *p = plain_letters[i][1]; *p; p++)
          out[length++] = *p;
    name += 2; /* all of them take two bytes */
  }
  out[length] = '\0';
}

static void invent_company(struct chance *chance, struct person *person) {
  bool family = happens(chance, 40);
  const char *word =
      family ? one_of(chance, person->language->families) : one_of(chance, made_up_names);
  fill(person->company, sizeof person->company, one_of(chance, person->language->companies), word);
  person->domain[0] = '\0';
  append_plain(person->domain, sizeof person->domain - 12, word);
  strcat(person->domain, ".example");
  const struct persona *persona = person->persona;
  person->company_size = mostly_low(chance, persona->size_low, persona->size_high);
  if (persona->domain) {
    strcpy(person->company, "Rival Lighting");
    strcpy(person->domain, persona->domain);
  }
}

static void invent_person(struct chance *chance, uint64_t number, struct person *person) {
  person->persona = &personas[pick_persona(chance)];
  person->language = pick_language(chance);
  const struct language *language = person->language;
  bool woman = happens(chance, 50);
  person->given = one_of(chance, woman ? language->women : language->men);
  person->family = one_of(chance, language->families);
  person->department = (enum department)weighted(chance, person->persona->departments, DEPARTMENTS);
  int level = weighted(chance, person->persona->levels, LEVELS);
  fill(person->title, sizeof person->title,
       woman ? language->titles_women[level] : language->titles_men[level],
       language->departments[person->department]);
  invent_company(chance, person);
  person->id[0] = '\0';
  append_plain(person->id, 32, person->given);
  strcat(person->id, "-");
  append_plain(person->id, 64, person->family);
  snprintf(person->id + strlen(person->id), 24, "-%05" PRIu64, number);
}

/* ---- what they did -----------------------------------------------------------------------------
 */

enum event_kind {
  PAGE_VIEW,
  FORM_SUBMIT,
  EMAIL_OPEN,
  EMAIL_CLICK,
  WEBINAR,
  TRIAL_START,
  UNSUBSCRIBE
};

struct event {
  enum event_kind kind;
  int64_t at;       /* seconds since 1970 */
  const char *text; /* url, form, campaign, title */
  int number;       /* seconds, minutes */
};

struct history {
  struct event events[MOST_EVENTS];
  int count;
};

static void add(struct history *history, enum event_kind kind, int64_t at, const char *text,
                int number) {
  if (history->count < MOST_EVENTS && at < LAST_DAY)
    history->events[history->count++] = (struct event){kind, at, text, number};
}

/* A moment in the days of the persona: mostly at work, mostly lately. */
static int64_t moment(struct chance *chance, const struct persona *persona) {
  int days = mostly_low(chance, persona->active.last, persona->active.first);
  int64_t day = LAST_DAY - (int64_t)(days + 1) * DAY;
  bool weekend = (day / DAY + 3) % 7 >= 5; /* 1 January 1970 was a Thursday */
  if (weekend && happens(chance, 80))
    day -= 2 * DAY;
  int hour = happens(chance, 85) ? between(chance, 7, 18) : between(chance, 0, 23);
  return day + hour * 3600 + between(chance, 0, 3599);
}

static void visit(struct chance *chance, const struct persona *persona, struct history *history) {
  int64_t at = moment(chance, persona);
  for (int page = mostly_low(chance, 1, 6); page > 0; page--) {
    int topic = weighted(chance, persona->topics, TOPICS);
    int seconds = mostly_low(chance, 3, 400);
    add(history, PAGE_VIEW, at, one_of(chance, pages[topic]), seconds);
    at += seconds + between(chance, 0, 5);
  }
}

static void read_mail(struct chance *chance, const struct persona *persona,
                      struct history *history) {
  int64_t at = moment(chance, persona);
  const char *campaign = one_of(chance, campaigns);
  add(history, EMAIL_OPEN, at, campaign, 0);
  if (happens(chance, persona->clicks))
    add(history, EMAIL_CLICK, at + between(chance, 5, 90), campaign, 0);
}

static void submit(struct chance *chance, const struct persona *persona, struct history *history,
                   int percent, const char *form) {
  if (happens(chance, percent))
    add(history, FORM_SUBMIT, moment(chance, persona), form, 0);
}

static void live(struct chance *chance, const struct persona *persona, struct history *history) {
  history->count = 0;
  for (int i = between(chance, persona->visits_low, persona->visits_high); i > 0; i--)
    visit(chance, persona, history);
  for (int i = between(chance, persona->mails_low, persona->mails_high); i > 0; i--)
    read_mail(chance, persona, history);
  submit(chance, persona, history, persona->guide, "guide");
  submit(chance, persona, history, persona->newsletter, "newsletter");
  submit(chance, persona, history, persona->contact, "contact");
  submit(chance, persona, history, persona->demo, "demo");
  if (happens(chance, persona->trial))
    add(history, TRIAL_START, moment(chance, persona), NULL, 0);
  if (happens(chance, persona->webinar))
    add(history, WEBINAR, moment(chance, persona), one_of(chance, webinars),
        between(chance, 5, 55));
  if (happens(chance, persona->unsubscribes))
    add(history, UNSUBSCRIBE, moment(chance, persona), NULL, 0);
}

/* By time; what was added first stays first. */
static void sort(struct history *history) {
  for (int i = 1; i < history->count; i++) {
    struct event event = history->events[i];
    int at = i;
    for (; at > 0 && history->events[at - 1].at > event.at; at--)
      history->events[at] = history->events[at - 1];
    history->events[at] = event;
  }
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Civil from days, by Howard Hinnant's algorithm; years after 1970. */
static void write_instant(int64_t at) {
  int64_t days = at / DAY + 719468, second = at % DAY;
  int64_t era = days / 146097, of_era = days % 146097;
  int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * of_year + 2) / 153; /* March is 0 */
  int64_t day = of_year - (153 * shifted + 2) / 5 + 1;
  int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  printf("\"%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%02" PRId64 "Z\"",
         era * 400 + year_of_era + (month <= 2), month, day, second / 3600, second / 60 % 60,
         second % 60);
}

static void write_event(const struct event *event) {
  static const char *const types[] = {"page_view",      "form_submit", "email_open", "email_click",
                                      "webinar_attend", "trial_start", "unsubscribe"};
  printf("{\"type\":\"%s\",\"at\":", types[event->kind]);
  write_instant(event->at);
  switch (event->kind) {
  case PAGE_VIEW:
    printf(",\"url\":\"https://lumen.example%s\",\"seconds\":%d", event->text, event->number);
    break;
  case FORM_SUBMIT: printf(",\"form\":\"%s\"", event->text); break;
  case EMAIL_OPEN:
  case EMAIL_CLICK: printf(",\"campaign\":\"%s\"", event->text); break;
  case WEBINAR: printf(",\"title\":\"%s\",\"minutes\":%d", event->text, event->number); break;
  case TRIAL_START:
  case UNSUBSCRIBE: break;
  }
  putchar('}');
}

/* A field that may be missing: left out, or null, as exports do. */
static void write_text(struct chance *chance, int missing, const char *name, const char *value) {
  if (!happens(chance, missing))
    printf(",\"%s\":\"%s\"", name, value);
  else if (happens(chance, 50))
    printf(",\"%s\":null", name);
}

static void write_address(struct chance *chance, const struct person *person) {
  char local[96] = "";
  append_plain(local, 40, person->given);
  strcat(local, ".");
  append_plain(local, 90, person->family);
  if (happens(chance, person->persona->free_mailbox))
    printf(",\"email\":\"%s%s@%s\"", local, strrchr(person->id, '-'),
           one_of(chance, person->language->mailboxes));
  else if (!happens(chance, 2))
    printf(",\"email\":\"%s@%s\"", local, person->domain);
}

static void write_person(struct chance *chance, const struct person *person) {
  const struct persona *persona = person->persona;
  printf("{\"id\":\"%s\",\"name\":\"%s %s\"", person->id, person->given, person->family);
  write_address(chance, person);
  write_text(chance, persona->without_title, "job_title", person->title);
  write_text(chance, 5, "department", department_names[person->department]);
  write_text(chance, 4, "company", person->company);
  write_text(chance, 12, "industry", one_of(chance, industries));
  write_text(chance, persona->without_country, "country",
             one_of(chance, person->language->countries));
  if (!happens(chance, persona->without_size))
    printf(",\"company_size\":%d", person->company_size);
  printf(",\"consent\":%s", happens(chance, persona->consents) ? "true" : "false");
}

static void write_lead(uint64_t seed, uint64_t number) {
  static const char *const stages[] = {"prospect", "lead", "qualified", "customer"};
  static struct history history;
  struct chance chance = {seed * UINT64_C(0xd1342543de82ef95) + number};
  struct person person;
  next(&chance);
  invent_person(&chance, number, &person);
  live(&chance, person.persona, &history);
  sort(&history);
  write_person(&chance, &person);
  int stage = weighted(&chance, person.persona->stages, 4);
  if (stage > 0 || happens(&chance, 50)) /* a lead without a stage is where all begin */
    printf(",\"stage\":\"%s\"", stages[stage]);
  printf(",\"events\":[");
  for (int i = 0; i < history.count; i++) {
    if (i > 0)
      putchar(',');
    write_event(&history.events[i]);
  }
  puts("]}");
}

static bool read_number(const char *word, uint64_t *number) {
  char *end;
  *number = strtoull(word, &end, 10);
  return *word >= '0' && *word <= '9' && *end == '\0';
}

int main(int count, char **words) {
  uint64_t leads, seed;
  if (count != 3 || !read_number(words[1], &leads) || !read_number(words[2], &seed)) {
    fputs("usage: bareme-demo-leads N SEED\n", stderr);
    return 2;
  }
  for (uint64_t number = 1; number <= leads && !ferror(stdout); number++)
    write_lead(seed, number);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("bareme-demo-leads: standard output cannot be written to\n", stderr);
    return 5;
  }
  return 0;
}

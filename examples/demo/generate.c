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

struct range {
  int low, high; /* both included */
};

struct persona {
  const char *name;
  int weight;
  int levels[LEVELS], departments[DEPARTMENTS]; /* weights */
  struct range company_size;
  int free_mailbox, consents; /* percent */
  struct {
    int size, country, title;
  } without; /* percent: not known of them */
  struct {
    int first, last;
  } active;            /* when things happen, in days before the end */
  struct range visits; /* sessions, each of 1 to 6 pages */
  int topics[TOPICS];  /* weights: which pages */
  struct range mails;  /* opened */
  struct {
    int guide, newsletter, contact, demo;
  } forms;                                  /* percent */
  int trial, clicks, webinar, unsubscribes; /* percent */
  int stages[4];                            /* weights: prospect, lead, qualified, customer */
  const char *domain;                       /* always this one; NULL: the company's */
};

/* What makes people do what they do.  Percentages are of the leads of the persona; weights are
 * shares among their own. */
/* clang-format off */
static const struct persona personas[] = {
  {.name = "champion", .weight = 6,
   .levels = {0, 5, 30, 45, 20}, .departments = {50, 25, 10, 10, 3, 2}, .company_size = {80, 6000},
   .free_mailbox = 3, .consents = 97, .without = {.size = 6, .country = 3, .title = 2},
   .active = {70, 0}, .visits = {6, 20}, .topics = {2, 3, 3, 3, 5, 0}, .mails = {4, 10},
   .forms = {.guide = 60, .newsletter = 30, .contact = 30, .demo = 65},
   .trial = 35, .clicks = 60, .webinar = 55, .unsubscribes = 1, .stages = {30, 60, 10, 0}},
  {.name = "evaluator", .weight = 12,
   .levels = {0, 35, 40, 20, 5}, .departments = {15, 10, 30, 25, 18, 2}, .company_size = {30, 3000},
   .free_mailbox = 8, .consents = 92, .without = {.size = 10, .country = 5, .title = 4},
   .active = {120, 2}, .visits = {4, 14}, .topics = {2, 5, 3, 4, 3, 0}, .mails = {2, 7},
   .forms = {.guide = 45, .newsletter = 25, .contact = 15, .demo = 22},
   .trial = 20, .clicks = 40, .webinar = 30, .unsubscribes = 3, .stages = {40, 55, 5, 0}},
  {.name = "researcher", .weight = 22,
   .levels = {0, 50, 35, 12, 3}, .departments = {30, 15, 20, 15, 12, 8}, .company_size = {10, 2000},
   .free_mailbox = 18, .consents = 82, .without = {.size = 18, .country = 8, .title = 8},
   .active = {300, 10}, .visits = {3, 12}, .topics = {6, 3, 2, 1, 1, 0}, .mails = {2, 9},
   .forms = {.guide = 55, .newsletter = 50, .contact = 5, .demo = 3},
   .trial = 2, .clicks = 25, .webinar = 15, .unsubscribes = 8, .stages = {55, 44, 1, 0}},
  {.name = "subscriber", .weight = 17,
   .levels = {0, 40, 35, 20, 5}, .departments = {40, 20, 15, 10, 5, 10}, .company_size = {5, 5000},
   .free_mailbox = 25, .consents = 90, .without = {.size = 30, .country = 15, .title = 15},
   .active = {360, 5}, .visits = {0, 4}, .topics = {8, 2, 1, 0, 1, 0}, .mails = {3, 14},
   .forms = {.guide = 10, .newsletter = 100, .contact = 2, .demo = 1},
   .trial = 0, .clicks = 15, .webinar = 6, .unsubscribes = 15, .stages = {80, 20, 0, 0}},
  {.name = "ghost", .weight = 24,
   .levels = {0, 40, 38, 17, 5}, .departments = {30, 25, 15, 10, 10, 10}, .company_size = {5, 8000},
   .free_mailbox = 20, .consents = 75, .without = {.size = 28, .country = 15, .title = 12},
   .active = {365, 150}, .visits = {1, 4}, .topics = {4, 4, 1, 1, 2, 0}, .mails = {0, 3},
   .forms = {.guide = 50, .newsletter = 30, .contact = 12, .demo = 4},
   .trial = 3, .clicks = 10, .webinar = 5, .unsubscribes = 6, .stages = {50, 49, 1, 0}},
  {.name = "student", .weight = 8,
   .levels = {100, 0, 0, 0, 0}, .departments = {60, 10, 5, 10, 10, 5}, .company_size = {1, 60},
   .free_mailbox = 78, .consents = 80, .without = {.size = 70, .country = 10, .title = 0},
   .active = {250, 1}, .visits = {4, 18}, .topics = {9, 3, 4, 1, 1, 0}, .mails = {1, 6},
   .forms = {.guide = 80, .newsletter = 40, .contact = 5, .demo = 3},
   .trial = 12, .clicks = 30, .webinar = 30, .unsubscribes = 5, .stages = {60, 40, 0, 0}},
  {.name = "job seeker", .weight = 3,
   .levels = {20, 60, 15, 5, 0}, .departments = {20, 20, 20, 20, 15, 5}, .company_size = {1, 500},
   .free_mailbox = 85, .consents = 60, .without = {.size = 60, .country = 12, .title = 5},
   .active = {60, 1}, .visits = {2, 8}, .topics = {1, 2, 1, 0, 0, 9}, .mails = {0, 1},
   .forms = {.guide = 0, .newsletter = 5, .contact = 3, .demo = 0},
   .trial = 0, .clicks = 5, .webinar = 1, .unsubscribes = 0, .stages = {100, 0, 0, 0}},
  {.name = "competitor", .weight = 2,
   .levels = {0, 20, 40, 30, 10}, .departments = {40, 20, 5, 35, 0, 0}, .company_size = {100, 900},
   .free_mailbox = 0, .consents = 60, .without = {.size = 10, .country = 5, .title = 5},
   .active = {200, 1}, .visits = {4, 16}, .topics = {2, 5, 4, 5, 9, 0}, .mails = {1, 8},
   .forms = {.guide = 60, .newsletter = 40, .contact = 0, .demo = 15},
   .trial = 20, .clicks = 30, .webinar = 40, .unsubscribes = 2, .stages = {70, 30, 0, 0},
   .domain = "rival.example"},
  {.name = "customer", .weight = 6,
   .levels = {0, 20, 40, 30, 10}, .departments = {35, 20, 20, 15, 8, 2}, .company_size = {50, 4000},
   .free_mailbox = 2, .consents = 98, .without = {.size = 4, .country = 2, .title = 2},
   .active = {365, 0}, .visits = {4, 16}, .topics = {4, 6, 2, 0, 1, 0}, .mails = {5, 14},
   .forms = {.guide = 30, .newsletter = 60, .contact = 30, .demo = 70},
   .trial = 50, .clicks = 45, .webinar = 45, .unsubscribes = 1, .stages = {0, 0, 5, 95}},
};
/* clang-format on */
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
  person->company_size = mostly_low(chance, persona->company_size.low, persona->company_size.high);
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
  for (int i = between(chance, persona->visits.low, persona->visits.high); i > 0; i--)
    visit(chance, persona, history);
  for (int i = between(chance, persona->mails.low, persona->mails.high); i > 0; i--)
    read_mail(chance, persona, history);
  submit(chance, persona, history, persona->forms.guide, "guide");
  submit(chance, persona, history, persona->forms.newsletter, "newsletter");
  submit(chance, persona, history, persona->forms.contact, "contact");
  submit(chance, persona, history, persona->forms.demo, "demo");
  if (happens(chance, persona->trial))
    add(history, TRIAL_START, moment(chance, persona), NULL, 0);
  if (happens(chance, persona->webinar)) {
    /* One draw a statement: C does not say in which order arguments are evaluated. */
    int64_t at = moment(chance, persona);
    const char *title = one_of(chance, webinars);
    add(history, WEBINAR, at, title, between(chance, 5, 55));
  }
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
  write_text(chance, persona->without.title, "job_title", person->title);
  write_text(chance, 5, "department", department_names[person->department]);
  write_text(chance, 4, "company", person->company);
  write_text(chance, 12, "industry", one_of(chance, industries));
  write_text(chance, persona->without.country, "country",
             one_of(chance, person->language->countries));
  if (!happens(chance, persona->without.size))
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

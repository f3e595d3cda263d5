/* words.h - what the leads of leads.c are made of.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

struct name {
  const char *text, *ascii;
};

static const struct name first_names[] = {
    {"Camille", "camille"}, {"Jean", "jean"},   {"Chloé", "chloe"}, {"Léa", "lea"},
    {"Hugo", "hugo"},       {"Anna", "anna"},   {"John", "john"},   {"Maria", "maria"},
    {"Nina", "nina"},       {"Omar", "omar"},   {"Zoë", "zoe"},     {"Karim", "karim"},
    {"Søren", "soren"},     {"Tomáš", "tomas"}, {"Paul", "paul"},   {"Inês", "ines"}};

static const struct name last_names[] = {
    {"Martin", "martin"}, {"Dubois", "dubois"}, {"Müller", "mueller"}, {"Rossi", "rossi"},
    {"García", "garcia"}, {"Novák", "novak"},   {"Smith", "smith"},    {"Jones", "jones"},
    {"Kim", "kim"},       {"Chen", "chen"},     {"Petit", "petit"},    {"Silva", "silva"}};

static const char *const free_mailboxes[] = {
    "gmail.com", "yahoo.com",    "hotmail.com", "outlook.com", "icloud.com",  "gmx.de",
    "web.de",    "orange.fr",    "wanadoo.fr",  "free.fr",     "laposte.net", "bluewin.ch",
    "proton.me", "fastmail.com", "libero.it",   "qq.com"};

static const char *const companies[] = {"acme",   "globex",   "initech", "umbrella",
                                        "hooli",  "vandelay", "wonka",   "cyberdyne",
                                        "tyrell", "soylent",  "stark",   "dunder"};
static const char *const endings[] = {".example", "-group.example", ".fr.example", ".de.example",
                                      ".ch.example"};

static const char *const job_titles[] = {
    "Head of Marketing", "Chief Marketing Officer", "VP Sales",        "Marketing Director",
    "Marketing Manager", "Growth Manager",          "Data Analyst",    "Account Executive",
    "HR Manager",        "DIRECTOR OF OPERATIONS",  "Product Manager", "Student",
    "Software Engineer", "Office Manager",          "Content Writer",  "Chief of Staff",
    "head of growth",    "vp engineering",          "Controller",      "Sales Representative",
    "Community Manager", "SEO Specialist",          "Intern",          "Support Agent"};

static const char *const departments[] = {"marketing",  "sales",   "it",    "finance", "hr",
                                          "operations", "product", "legal", "support"};
static const char *const industries[] = {"software",      "saas",      "fintech",    "retail",
                                         "healthcare",    "education", "logistics",  "energy",
                                         "manufacturing", "media",     "consulting", "banking"};
static const char *const countries[] = {"FR", "BE", "CH", "DE", "US", "GB",
                                        "ES", "IT", "NL", "CA", "SE", "PL"};
static const char *const sources[] = {"google", "linkedin", "newsletter", "direct", "partner"};
static const char *const campaigns[] = {"spring_launch_2026", "q2_demand_gen", "brand_fr",
                                        "retarget_pricing", "always_on"};

/* As they stand in JSON: some with escapes. */
static const char *const note_words[] = {"asked",       "about",        "pricing", "for",
                                         "the",         "team",         "and",     "wants",
                                         "a",           "call",         "back",    "next",
                                         "week",        "met",          "at",      "trade",
                                         "show",        "in",           "Paris",   "needs",
                                         "integration", "with",         "CRM",     "budget",
                                         "approved",    "démo",         "réunion", "\\\"urgent\\\"",
                                         "renewal",     "\\u00e9quipe", "deck",    "signed"};

static const char *const price_pages[] = {"/pricing", "/pricing?x=1",
                                          "/pricing/enterprise?utm_source=ad", "/pricing/team"};
static const char *const other_pages[] = {"/",
                                          "/blog/how-to-score-leads",
                                          "/features",
                                          "/features/automation?ref=nav",
                                          "/about",
                                          "/docs/getting-started",
                                          "/contact",
                                          "/customers/case-study",
                                          "/security",
                                          "/integrations/crm",
                                          "/blog/pricing-strategies"};
static const char *const forms[] = {"demo", "newsletter", "whitepaper", "contact", "ebook"};

static const char *const referrers[] = {"https://www.google.com/", "https://www.linkedin.com/feed/",
                                        "https://duckduckgo.com/", "https://acme.example/news"};

/* Types that no policy declares: a thing and what became of it, "ticket_closed". */
static const char *const things[] = {"ad",    "call",  "demo",  "deal",   "invoice",
                                     "quote", "trial", "video", "survey", "ticket"};
static const char *const fates[] = {"viewed", "opened", "created", "closed", "shared", "rated"};

enum event_detail { DETAIL_URL, DETAIL_FORM, DETAIL_CAMPAIGN, DETAIL_MINUTES, DETAIL_SECONDS };

/* Weights add up to 200. */
static const struct event_kind {
  const char *type;
  int weight;
  enum event_detail detail;
} event_kinds[] = {{"page_view", 80, DETAIL_URL},          {"email_open", 44, DETAIL_CAMPAIGN},
                   {"email_click", 20, DETAIL_CAMPAIGN},   {"form_submit", 16, DETAIL_FORM},
                   {"webinar_attend", 10, DETAIL_MINUTES}, {"unsubscribe", 3, DETAIL_CAMPAIGN},
                   {"chat_message", 15, DETAIL_SECONDS},   {"call_logged", 12, DETAIL_SECONDS}};

#endif

/* words.h - the names, titles and companies that the demo's leads are made of.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef DEMO_WORDS_H
#define DEMO_WORDS_H

#include <stddef.h>

/* Lists end with NULL. */
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

enum level { LEVEL_STUDENT, LEVEL_SPECIALIST, LEVEL_MANAGER, LEVEL_HEAD, LEVEL_CHIEF, LEVELS };

enum department {
  DEPARTMENT_MARKETING,
  DEPARTMENT_SALES,
  DEPARTMENT_OPERATIONS,
  DEPARTMENT_PRODUCT,
  DEPARTMENT_IT,
  DEPARTMENT_FINANCE,
  DEPARTMENTS
};

static const char *const department_names[DEPARTMENTS] = {"marketing", "sales", "operations",
                                                          "product",   "it",    "finance"};

/* How people of one language are called, and what their cards say.  In a
 * title, % stands for the department. */
struct language {
  int weight;                   /* of 100 */
  const char *const *countries; /* the first ones are the most likely */
  const char *const *women, *const *men, *const *families;
  const char *titles_women[LEVELS], *titles_men[LEVELS];
  const char *departments[DEPARTMENTS]; /* in the language */
  const char *const *companies;         /* % stands for a family name or a made-up one */
  const char *const *mailboxes;         /* free providers */
};

static const struct language languages[] = {
    {.weight = 24,
     .countries = LIST("GB", "US", "IE"),
     .women = LIST("Amelia", "Grace", "Priya", "Hannah", "Olivia", "Zoe", "Ruth", "Maya"),
     .men = LIST("James", "Oliver", "Dev", "Connor", "Samuel", "Ethan", "Marcus", "Idris"),
     .families = LIST("Walker", "Patel", "O'Brien", "Hughes", "Bennett", "Okafor", "Fraser", "Reid",
                      "Nolan", "Sutton", "Khan", "Doyle"),
     .titles_women = {"Student", "% Specialist", "% Manager", "Head of %", "Chief % Officer"},
     .titles_men = {"Student", "% Specialist", "Senior % Manager", "VP %", "Founder & CEO"},
     .departments = {"Marketing", "Sales", "Operations", "Product", "IT", "Finance"},
     .companies =
         LIST("% & Sons Ltd", "% Logistics", "% Software Inc", "% Group plc", "% Partners LLP"),
     .mailboxes = LIST("gmail.com", "outlook.com", "icloud.com", "btinternet.com")},
    {.weight = 26,
     .countries = LIST("DE", "DE", "DE", "AT", "CH"),
     .women = LIST("Anna", "Jana", "Katharina", "Lena", "Sabine", "Özlem", "Greta", "Ulrike"),
     .men = LIST("Jürgen", "Lukas", "Matthias", "Felix", "Björn", "Emre", "Stefan", "Götz"),
     .families = LIST("Müller", "Schäfer", "Weiß", "Brandt", "Köhler", "Vogel", "Yılmaz", "Hofmann",
                      "Lindner", "Krüger", "Bauer", "Engel"),
     .titles_women = {"Studentin", "Referentin %", "%-Managerin", "Leiterin %",
                      "Geschäftsführerin"},
     .titles_men = {"Praktikant %", "Referent %", "%-Manager", "Bereichsleiter %",
                    "Geschäftsführer"},
     .departments = {"Marketing", "Vertrieb", "Betrieb", "Produkt", "IT", "Finanzen"},
     .companies = LIST("% Maschinenbau GmbH", "% & Co. KG", "% Spedition GmbH", "% Systemhaus AG",
                       "Gebr. % GmbH"),
     .mailboxes = LIST("gmx.de", "web.de", "t-online.de", "gmail.com")},
    {.weight = 18,
     .countries = LIST("FR", "FR", "FR", "BE", "CH"),
     .women = LIST("Inès", "Chloé", "Margaux", "Élodie", "Aïcha", "Camille", "Noémie", "Léa"),
     .men = LIST("Théo", "Hugo", "François", "Loïc", "Karim", "Rémi", "Gaël", "Étienne"),
     .families = LIST("Moreau", "Lefèvre", "Garnier", "Benali", "Rousseau", "Hérault", "Dupuis",
                      "Marchand", "Côté", "Fabre", "Roche", "Gérard"),
     .titles_women = {"Étudiante", "Chargée de %", "Cheffe de projet %", "Directrice %",
                      "Présidente"},
     .titles_men = {"Stagiaire %", "Chargé de %", "Responsable %", "Directeur %", "Gérant"},
     .departments = {"marketing", "ventes", "opérations", "produit", "informatique", "finances"},
     .companies = LIST("% SAS", "Transports %", "Ateliers %", "% Conseil", "Groupe % SA"),
     .mailboxes = LIST("orange.fr", "free.fr", "laposte.net", "gmail.com")},
    {.weight = 9,
     .countries = LIST("IT"),
     .women = LIST("Giulia", "Chiara", "Francesca", "Beatrice", "Alessia"),
     .men = LIST("Marco", "Luca", "Matteo", "Davide", "Simone", "Pietro"),
     .families =
         LIST("Rossi", "Bianchi", "Esposito", "Ricci", "De Luca", "Ferrari", "Conti", "Serra"),
     .titles_women = {"Studentessa", "Addetta %", "Manager %", "Direttrice %",
                      "Amministratore delegato"},
     .titles_men = {"Studente", "Addetto %", "Manager %", "Responsabile %", "Amministratore unico"},
     .departments = {"marketing", "vendite", "operazioni", "prodotto", "IT", "finanza"},
     .companies = LIST("% S.r.l.", "Officine %", "% Logistica S.p.A.", "Fratelli % S.n.c."),
     .mailboxes = LIST("libero.it", "virgilio.it", "gmail.com")},
    {.weight = 8,
     .countries = LIST("ES", "ES", "MX"),
     .women = LIST("Lucía", "Carmen", "Nuria", "Begoña", "Sofía", "Inés"),
     .men = LIST("Álvaro", "Javier", "Íñigo", "Diego", "Raúl", "Andrés"),
     .families = LIST("García", "Núñez", "Martín", "Ibáñez", "Ortega", "Peña", "Vidal", "Solís"),
     .titles_women = {"Estudiante", "Técnica de %", "Gerente de %", "Directora de %",
                      "Consejera delegada"},
     .titles_men = {"Estudiante", "Técnico de %", "Gerente de %", "Jefe de %",
                    "Consejero delegado"},
     .departments = {"marketing", "ventas", "operaciones", "producto", "sistemas", "finanzas"},
     .companies = LIST("% S.L.", "Talleres %", "Grupo %", "% Ingeniería S.A."),
     .mailboxes = LIST("yahoo.es", "hotmail.es", "gmail.com")},
    {.weight = 7,
     .countries = LIST("NL", "NL", "BE"),
     .women = LIST("Sanne", "Femke", "Lotte", "Anouk", "Renée", "Yara"),
     .men = LIST("Daan", "Sven", "Thijs", "Joost", "Bram", "Niels"),
     .families = LIST("de Vries", "van Dijk", "Bakker", "Smit", "Jansen", "van den Berg", "Mulder"),
     .titles_women = {"Student", "Medewerker %", "%manager", "Hoofd %", "Algemeen directeur"},
     .titles_men = {"Stagiair %", "Medewerker %", "%manager", "Hoofd %", "Algemeen directeur"},
     .departments = {"Marketing", "Sales", "Operations", "Product", "ICT", "Finance"},
     .companies = LIST("% B.V.", "% Transport B.V.", "% Groep N.V.", "Koninklijke %"),
     .mailboxes = LIST("ziggo.nl", "hotmail.nl", "gmail.com")},
    {.weight = 5,
     .countries = LIST("PL"),
     .women = LIST("Agnieszka", "Małgorzata", "Zofia", "Łucja", "Kinga"),
     .men = LIST("Paweł", "Michał", "Jakub", "Łukasz", "Stanisław"),
     .families = LIST("Nowak", "Wójcik", "Zieliński", "Dąbrowska", "Mazur", "Król"),
     .titles_women = {"Studentka", "Specjalistka ds. %", "Menedżerka ds. %",
                      "Kierowniczka działu %", "Prezes zarządu"},
     .titles_men = {"Student", "Specjalista ds. %", "Menedżer ds. %", "Dyrektor działu %",
                    "Prezes zarządu"},
     .departments = {"marketingu", "sprzedaży", "operacji", "produktu", "IT", "finansów"},
     .companies = LIST("% Sp. z o.o.", "% Logistyka", "Zakłady % S.A."),
     .mailboxes = LIST("wp.pl", "onet.pl", "gmail.com")},
    {.weight = 3,
     .countries = LIST("SE"),
     .women = LIST("Åsa", "Elin", "Linnéa", "Saga"),
     .men = LIST("Björn", "Göran", "Nils", "Arvid"),
     .families = LIST("Lindqvist", "Åkesson", "Sjöberg", "Öberg", "Nyström"),
     .titles_women = {"Student", "Specialist %", "%ansvarig", "Chef %", "VD"},
     .titles_men = {"Student", "Specialist %", "%ansvarig", "Chef %", "VD"},
     .departments = {"Marknad", "Försäljning", "Drift", "Produkt", "IT", "Ekonomi"},
     .companies = LIST("% AB", "% Åkeri AB", "% Verkstad"),
     .mailboxes = LIST("telia.com", "live.se", "gmail.com")},
};
#define LANGUAGES ((int)(sizeof languages / sizeof languages[0]))

/* Companies that are not called after a family. */
static const char *const made_up_names[] = {
    "Northwind", "Aurelia", "Kestrel", "Tessera", "Polaris",  "Meridian", "Lumina",
    "Arbor",     "Cobalt",  "Verdant", "Helix",   "Solstice", "Quarry",   "Halcyon",
    "Octant",    "Fathom",  "Juniper", "Basalt",  "Zephyr",   "Palisade", NULL};

static const char *const industries[] = {
    "software",   "manufacturing", "logistics",  "finance",      "retail",
    "healthcare", "education",     "consulting", "construction", NULL};

static const char *const campaigns[] = {
    "newsletter-06",  "newsletter-07",  "newsletter-08", "newsletter-09",
    "newsletter-10",  "newsletter-11",  "newsletter-12", "newsletter-01",
    "newsletter-02",  "newsletter-03",  "newsletter-04", "newsletter-05",
    "autumn-release", "spring-release", "price-guide",   NULL};

static const char *const webinars[] = {"Scoring without guessing", "From lead to meeting in a day",
                                       "What your website already knows", "Ask us anything", NULL};

/* Pages by what they tell of a visitor. */
enum topic {
  TOPIC_BLOG,
  TOPIC_PRODUCT,
  TOPIC_CUSTOMERS,
  TOPIC_COMPARE,
  TOPIC_PRICING,
  TOPIC_CAREERS,
  TOPICS
};

static const char *const *const pages[TOPICS] = {
    [TOPIC_BLOG] = LIST("/blog/what-is-a-qualified-lead", "/blog/half-life-of-interest",
                        "/blog/spring-cleaning-your-crm", "/blog?page=2"),
    [TOPIC_PRODUCT] = LIST("/", "/product", "/product/integrations", "/docs/getting-started"),
    [TOPIC_CUSTOMERS] = LIST("/customers/kestrel", "/customers/octant", "/customers/"),
    [TOPIC_COMPARE] = LIST("/compare/otherlamp", "/compare/spreadsheets"),
    [TOPIC_PRICING] = LIST("/pricing", "/pricing?plan=team", "/pricing/enterprise"),
    [TOPIC_CAREERS] = LIST("/careers", "/careers/data-engineer", "/careers/office-manager"),
};

#endif

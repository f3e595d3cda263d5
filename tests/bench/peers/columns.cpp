/* columns.cpp - the reference policy over columns, by hand: the bound that
 * running is measured against.
 *
 *   columns FREEMAIL LEADS ROUNDS    medians of nanoseconds for a lead, a line each
 *
 * First one operation at a time over chunks of 1,024 leads, as a vectorised
 * machine works: a comparison selects the events of a rule (indices, compressed),
 * their ages are gathered, decayed, and scattered into the leads' sums.
 *
 * Then, where there is AVX-512, all at once: eight events of a lead in a register,
 * a mask for each rule, and nothing in between is stored.  That is what knowing
 * the policy beforehand is worth.
 *
 * Both have it easier than Bareme: a column of text is one byte of a dictionary,
 * and what a rule asks of a text was asked once for each entry of the dictionary,
 * before the clock ran; of an email only the domain is there; nothing is ever
 * missing; ages are known; sums are not in order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <simdjson.h>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

namespace {

constexpr size_t chunk = 1024;

/* A column of texts: codes, and what the dictionary's entries are worth. */
struct dictionary {
  std::vector<uint8_t> codes;
  int8_t points[256] = {};
  std::map<std::string, uint8_t> entries;

  template <class Worth> void add(std::string_view text, Worth worth) {
    auto [entry, fresh] = entries.emplace(std::string(text), uint8_t(entries.size()));
    if (fresh)
      points[entry->second] = int8_t(worth(text));
    codes.push_back(entry->second);
  }
};

/* Codes of events: a kind and what its field says. */
enum code : uint8_t { nothing, priced, viewed, opened, clicked, sent, demanded, attended, left };

struct columns {
  dictionary department, title, industry, country, domain;
  std::vector<int32_t> company_size;
  std::vector<uint8_t> consent, stage;
  std::vector<uint32_t> begin{0}, age;
  std::vector<uint8_t> code;
  /* results */
  std::vector<int32_t> contact;
  std::vector<double> activity, engagement;
  std::vector<uint8_t> new_stage, grade;
};

uint8_t code_of(simdjson::dom::object event) {
  std::string_view detail;
  switch (kind_of(event["type"])) {
  case view: detail = event["url"]; return detail.substr(0, 8) == "/pricing" ? priced : viewed;
  case submit: detail = event["form"]; return detail == "demo" ? demanded : sent;
  case open_mail: return opened;
  case click: return clicked;
  case webinar: return attended;
  case unsubscribe: return left;
  case other_kind: break;
  }
  return nothing;
}

void add_lead(columns &c, simdjson::dom::element lead, const free_mail &free) {
  auto is_in = [](std::string_view text, std::initializer_list<const char *> set) {
    return std::find(set.begin(), set.end(), text) != set.end();
  };
  std::string_view email = lead["email"];
  c.department.add(lead["department"], [](auto t) { return t == "marketing" ? 25 : 0; });
  c.title.add(lead["job_title"], [](auto t) { return decides(t) ? 15 : 0; });
  c.industry.add(lead["industry"], [&](auto t) {
    return is_in(t, {"software", "saas", "fintech"}) ? 10 : 0;
  });
  c.country.add(lead["country"], [&](auto t) { return is_in(t, {"FR", "BE", "CH"}) ? 5 : 0; });
  c.domain.add(email.substr(email.rfind('@')), [&](auto t) { return free.has(t) ? -20 : 0; });
  c.company_size.push_back(int32_t(int64_t(lead["company_size"])));
  c.consent.push_back(bool(lead["consent"]));
  std::string_view stage = lead["stage"];
  c.stage.push_back(stage == "lead" ? 0 : stage == "mql" ? 1 : stage == "sql" ? 2 : 3);
  for (simdjson::dom::object event : lead["events"]) {
    c.code.push_back(code_of(event));
    c.age.push_back(uint32_t(as_of - seconds(std::string_view(event["at"]).data())));
  }
  c.begin.push_back(uint32_t(c.code.size()));
}

columns load(const char *path, const free_mail &free) {
  columns c;
  simdjson::dom::parser parser;
  simdjson::dom::document_stream stream = parser.load_many(path, 1 << 22);
  for (auto lead : stream)
    add_lead(c, lead.value(), free);
  size_t leads = c.stage.size();
  c.contact.resize(leads);
  c.activity.resize(leads);
  c.engagement.resize(leads);
  c.new_stage.resize(leads);
  c.grade.resize(leads);
  return c;
}

/* ---- operations over a chunk -------------------------------------------------------- */

constexpr size_t lanes = chunk * 64; /* of events; a lead has at most 60 */
uint16_t lead_of[lanes];
uint32_t selected[lanes + 16]; /* a vector may be stored behind the last one */
double ages[lanes], factors[lanes], sum_activity[chunk], sum_views[chunk], sum_engagement[chunk];

size_t select(const uint8_t *codes, uint8_t a, uint8_t b, size_t count) {
  size_t found = 0, i = 0;
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
  const __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i all_a = _mm512_set1_epi8(char(a)), all_b = _mm512_set1_epi8(char(b));
  for (; i + 64 <= count; i += 64) {
    __m512i bytes = _mm512_loadu_si512(codes + i);
    uint64_t hit = _mm512_cmpeq_epi8_mask(bytes, all_a) | _mm512_cmpeq_epi8_mask(bytes, all_b);
    for (size_t part = 0; part < 64; part += 16) {
      __mmask16 mask = __mmask16(hit >> part);
      __m512i indices = _mm512_add_epi32(step, _mm512_set1_epi32(int(i + part)));
      _mm512_storeu_si512(selected + found, _mm512_maskz_compress_epi32(mask, indices));
      found += size_t(__builtin_popcount(mask));
    }
  }
#endif
  for (; i < count; i++) {
    selected[found] = uint32_t(i);
    found += (codes[i] == a) | (codes[i] == b);
  }
  return found;
}

size_t first(size_t count, unsigned limit) {
  size_t found = 0;
  unsigned seen = 0, last = ~0u;
  for (size_t i = 0; i < count; i++) {
    unsigned lead = lead_of[selected[i]];
    seen = lead == last ? seen + 1 : 1;
    last = lead;
    selected[found] = selected[i];
    found += seen <= limit;
  }
  return found;
}

void gather(const uint32_t *from, size_t count) {
  for (size_t i = 0; i < count; i++)
    ages[i] = double(from[selected[i]]);
}

/* 2^(-age / half-life) by a polynomial of degree 12 after reduction, as a compiler can
 * vectorise it. */
void halve(size_t count) {
  for (size_t i = 0; i < count; i++) {
    double x = ages[i] * (-1 / half_life);
    double whole = std::nearbyint(x), f = (x - whole) * 0.693147180559945309417;
    double p = 1 / 479001600.0;
    for (double c : {1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0,
                     1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 0.5, 1.0, 1.0})
      p = p * f + c;
    int64_t bits = int64_t(whole + 1023) << 52;
    double scale;
    std::memcpy(&scale, &bits, sizeof scale);
    factors[i] = p * scale;
  }
}

void fade(size_t count) {
  for (size_t i = 0; i < count; i++) {
    double factor = 1 - ages[i] * (1 / to_zero);
    factors[i] = factor > 0 ? factor : 0;
  }
}

void scatter(size_t count, double points, double *sums) {
  for (size_t i = 0; i < count; i++)
    sums[lead_of[selected[i]]] += points * factors[i];
}

struct rule {
  uint8_t a, b;
  unsigned limit;
  double points;
  double *sums;
  bool halves;
};
const rule rules[] = {{sent, demanded, 0, 10, sum_activity, true},
                      {priced, priced, 4, 5, sum_activity, true},
                      {viewed, viewed, 0, 1, sum_views, true},
                      {demanded, demanded, 1, 50, sum_activity, true},
                      {left, left, 0, -30, sum_activity, true},
                      {opened, clicked, 0, 5, sum_engagement, false},
                      {attended, attended, 0, 15, sum_engagement, false}};

void run_events(const columns &c, size_t from, size_t leads) {
  const uint32_t *begin = c.begin.data() + from;
  for (size_t i = 0; i < leads; i++)
    for (uint32_t e = begin[i]; e < begin[i + 1]; e++)
      lead_of[e - begin[0]] = uint16_t(i);
  for (double *sums : {sum_activity, sum_views, sum_engagement})
    std::fill(sums, sums + leads, 0.0);
  for (const rule &rule : rules) {
    size_t count = select(c.code.data() + begin[0], rule.a, rule.b, begin[leads] - begin[0]);
    if (rule.limit > 0)
      count = first(count, rule.limit);
    gather(c.age.data() + begin[0], count);
    rule.halves ? halve(count) : fade(count);
    scatter(count, rule.points, rule.sums);
  }
}

/* ---- all at once ------------------------------------------------------------------------ */

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__BMI2__)

__m512d halve_eight(__m512d ages) {
  __m512d x = _mm512_mul_pd(ages, _mm512_set1_pd(-1 / half_life));
  __m512d whole = _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512d f = _mm512_mul_pd(_mm512_sub_pd(x, whole), _mm512_set1_pd(0.693147180559945309417));
  __m512d p = _mm512_set1_pd(1 / 479001600.0);
  for (double c : {1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0,
                   1 / 120.0, 1 / 24.0, 1 / 6.0, 0.5, 1.0, 1.0})
    p = _mm512_fmadd_pd(p, f, _mm512_set1_pd(c));
  return _mm512_scalef_pd(p, whole);
}

/* The lowest bits of those set, as many as are left; fewer are left then. */
uint8_t take(uint8_t bits, unsigned &left) {
  uint8_t taken = uint8_t(_pdep_u32((1u << left) - 1, bits));
  left -= unsigned(__builtin_popcount(taken));
  return taken;
}

void run_lead_at_once(const columns &c, size_t lead, size_t to) {
  const __m512d zero = _mm512_setzero_pd(), one = _mm512_set1_pd(1);
  __m512d activity = zero, views = zero, engagement = zero;
  unsigned priced_left = 4, demands_left = 1;
  for (uint32_t e = c.begin[lead]; e < c.begin[lead + 1]; e += 8) {
    uint32_t left = c.begin[lead + 1] - e;
    __mmask8 here = left >= 8 ? 0xff : __mmask8((1u << left) - 1);
    __m128i codes = _mm_maskz_loadu_epi8(here, c.code.data() + e);
    __m512d age = _mm512_cvtepu32_pd(_mm256_maskz_loadu_epi32(here, c.age.data() + e));
    auto is = [&](code of) { return uint8_t(_mm_cmpeq_epi8_mask(codes, _mm_set1_epi8(char(of)))); };
    uint8_t demands = is(demanded), pages = take(is(priced), priced_left);
    __m512d half = halve_eight(age);
    __m512d fading = _mm512_max_pd(zero, _mm512_fmadd_pd(age, _mm512_set1_pd(-1 / to_zero), one));
    __m512d points = _mm512_maskz_mov_pd(is(sent) | demands, _mm512_set1_pd(10));
    points = _mm512_mask_mov_pd(points, pages, _mm512_set1_pd(5));
    points = _mm512_mask_mov_pd(points, is(::left), _mm512_set1_pd(-30));
    points = _mm512_mask_mov_pd(points, take(demands, demands_left), _mm512_set1_pd(60));
    activity = _mm512_fmadd_pd(half, points, activity);
    views = _mm512_mask_add_pd(views, is(viewed), views, half);
    points = _mm512_maskz_mov_pd(is(opened) | is(clicked), _mm512_set1_pd(5));
    points = _mm512_mask_mov_pd(points, is(attended), _mm512_set1_pd(15));
    engagement = _mm512_fmadd_pd(fading, points, engagement);
  }
  sum_activity[to] = _mm512_reduce_add_pd(activity);
  sum_views[to] = _mm512_reduce_add_pd(views);
  sum_engagement[to] = _mm512_reduce_add_pd(engagement);
}

constexpr bool at_once = true;
#else
void run_lead_at_once(const columns &, size_t, size_t) {}
constexpr bool at_once = false;
#endif

void run_events_at_once(const columns &c, size_t from, size_t leads) {
  for (size_t i = 0; i < leads; i++)
    run_lead_at_once(c, from + i, i);
}

/* ---- leads -------------------------------------------------------------------------------- */

void run_leads(columns &c, size_t from, size_t leads) {
  int32_t *contact = c.contact.data() + from;
  for (size_t i = 0; i < leads; i++)
    contact[i] = (c.company_size[from + i] >= 200 ? 10 : 0) - (c.consent[from + i] ? 0 : 50);
  for (const dictionary *d : {&c.department, &c.title, &c.industry, &c.country, &c.domain})
    for (size_t i = 0; i < leads; i++)
      contact[i] += d->points[d->codes[from + i]];
  double *activity = c.activity.data() + from, *engagement = c.engagement.data() + from;
  for (size_t i = 0; i < leads; i++) {
    activity[i] = sum_activity[i] + std::min(sum_views[i], 10.0);
    engagement[i] = std::min(sum_engagement[i], 60.0);
  }
  for (size_t i = 0; i < leads; i++) {
    uint8_t stage = c.stage[from + i];
    bool moves = stage == 0 && contact[i] >= 25 && activity[i] >= 30 && engagement[i] >= 10;
    c.new_stage[from + i] = moves ? 1 : stage;
    c.grade[from + i] = contact[i] >= 50   ? 'A'
                        : contact[i] >= 30 ? 'B'
                        : contact[i] >= 10 ? 'C'
                                           : 'D';
  }
}

template <class Events> void measure(columns &c, int rounds, Events run) {
  size_t leads = c.stage.size();
  std::vector<double> times;
  for (int round = 0; round < rounds; round++) {
    auto begun = std::chrono::steady_clock::now();
    for (size_t from = 0; from < leads; from += chunk) {
      run(c, from, std::min(chunk, leads - from));
      run_leads(c, from, std::min(chunk, leads - from));
    }
    std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    times.push_back(took.count() / double(leads));
  }
  std::sort(times.begin(), times.end());
  double sum = 0;
  for (size_t i = 0; i < leads; i++)
    sum += c.contact[i] + c.activity[i] + c.engagement[i] + c.new_stage[i] + c.grade[i];
  std::printf("%.2f ns a lead, %zu leads, checksum %.6f\n", times[times.size() / 2], leads, sum);
}

} // namespace

int main(int count, char **arguments) {
  if (count != 4)
    return 2;
  free_mail free(arguments[1]);
  columns c = load(arguments[2], free);
  measure(c, std::atoi(arguments[3]), run_events);
  measure(c, std::atoi(arguments[3]), at_once ? run_events_at_once : run_events);
  return 0;
}

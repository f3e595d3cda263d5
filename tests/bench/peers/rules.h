/* rules.h - the reference policy by hand, as one would write it in C++ for
 * speed: what simdjson.cpp and columns.cpp have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_RULES_H
#define BENCH_RULES_H

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_set>

constexpr int64_t as_of = 1780272000; /* 2026-06-01T00:00:00Z */
constexpr double half_life = 30 * 86400.0, to_zero = 90 * 86400.0;

enum kind : uint8_t { other_kind, view, submit, open_mail, click, webinar, unsubscribe };

inline kind kind_of(std::string_view type) {
  switch (type.size()) {
  case 9: return type == "page_view" ? view : other_kind;
  case 10: return type == "email_open" ? open_mail : other_kind;
  case 11:
    return type == "form_submit"   ? submit
           : type == "email_click" ? click
           : type == "unsubscribe" ? unsubscribe
                                   : other_kind;
  case 14: return type == "webinar_attend" ? webinar : other_kind;
  default: return other_kind;
  }
}

/* freemail.txt as a set; FreeMail(text) asks it. */
class free_mail {
public:
  explicit free_mail(const char *path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
      if (!line.empty() && line[0] != '#')
        domains.insert(line);
    for (const std::string &domain : domains)
      views.insert(domain);
  }
  bool has(std::string_view email) const {
    size_t at = email.rfind('@');
    return at != email.npos && views.count(email.substr(at + 1)) > 0;
  }

private:
  std::unordered_set<std::string> domains;
  std::unordered_set<std::string_view> views;
};

/* Does the text, without regard to ASCII case, contain head, chief, vp or director? */
inline bool decides(std::string_view title) {
  auto at = [&](size_t i, std::string_view word) {
    if (title.size() - i < word.size())
      return false;
    for (size_t k = 0; k < word.size(); k++)
      if ((title[i + k] | 32) != word[k])
        return false;
    return true;
  };
  for (size_t i = 0; i < title.size(); i++)
    switch (title[i] | 32) {
    case 'h':
      if (at(i, "head"))
        return true;
      break;
    case 'c':
      if (at(i, "chief"))
        return true;
      break;
    case 'v':
      if (at(i, "vp"))
        return true;
      break;
    case 'd':
      if (at(i, "director"))
        return true;
      break;
    default: break;
    }
  return false;
}

/* "YYYY-MM-DDTHH:MM:SSZ", known to be well formed. */
inline int64_t seconds(const char *t) {
  auto two = [&](int i) { return (t[i] - '0') * 10 + (t[i + 1] - '0'); };
  int64_t year = two(0) * 100 + two(2), month = two(5), day = two(8);
  year -= month <= 2;
  int64_t era = year / 400, of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  return days * 86400 + two(11) * 3600 + two(14) * 60 + two(17);
}

/* What a lead does not say begins as what says nothing: points are lost by a consent that is
 * refused, not by one that is missing, and the first stage is where a journey begins. */
struct lead_fields {
  std::string_view id, email, title, department, industry, country, stage = "lead";
  int64_t company_size = 0;
  bool consent = true;
};

struct sums {
  double activity = 0, other_views = 0, engagement = 0;
  int price_views = 0;
  bool demo = false;

  void add(kind kind, int64_t at, bool priced, bool is_demo) {
    double age = double(as_of - at);
    auto half = [&] { return std::exp2(-age / half_life); };
    auto fading = [&] { return std::max(0.0, 1 - age / to_zero); };
    switch (kind) {
    case view:
      if (!priced)
        other_views += half();
      else if (price_views++ < 4)
        activity += 5 * half();
      break;
    case submit: {
      double factor = half();
      activity += 10 * factor;
      if (is_demo && !demo) {
        demo = true;
        activity += 50 * factor;
      }
      break;
    }
    case open_mail:
    case click: engagement += 5 * fading(); break;
    case webinar: engagement += 15 * fading(); break;
    case unsubscribe: activity -= 30 * half(); break;
    case other_kind: break;
    }
  }
};

inline int contact_of(const lead_fields &lead, const free_mail &free) {
  int points = 0;
  points += lead.department == "marketing" ? 25 : 0;
  points += decides(lead.title) ? 15 : 0;
  points +=
      lead.industry == "software" || lead.industry == "saas" || lead.industry == "fintech" ? 10 : 0;
  points += lead.company_size >= 200 ? 10 : 0;
  points += lead.country == "FR" || lead.country == "BE" || lead.country == "CH" ? 5 : 0;
  points -= free.has(lead.email) ? 20 : 0;
  points -= lead.consent ? 0 : 50;
  return points;
}

/* One line of output; `out` has room for 512 bytes and the id. */
inline char *write_result(char *out, const lead_fields &lead, const sums &sums, int contact) {
  auto put = [&](std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    out += text.size();
  };
  double activity = sums.activity + std::min(sums.other_views, 10.0);
  double engagement = std::min(sums.engagement, 60.0);
  bool moves = lead.stage == "lead" && contact >= 25 && activity >= 30 && engagement >= 10;
  put("{\"id\":\"");
  put(lead.id);
  put("\",\"contact\":");
  out = std::to_chars(out, out + 16, contact).ptr;
  put(",\"activity\":");
  out = std::to_chars(out, out + 40, activity).ptr;
  put(",\"engagement\":");
  out = std::to_chars(out, out + 40, engagement).ptr;
  put(",\"stage\":\"");
  put(moves ? "mql" : lead.stage);
  put("\",\"grade\":\"");
  *out++ = contact >= 50 ? 'A' : contact >= 30 ? 'B' : contact >= 10 ? 'C' : 'D';
  put("\"}\n");
  return out;
}

#endif

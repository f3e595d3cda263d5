/* simdjson.cpp - the reference policy on simdjson, by hand: the bound that the
 * reading of files is measured against.
 *
 *   simdjson FREEMAIL file LEADS OUT    NDJSON in, NDJSON out, one thread
 *   simdjson FREEMAIL lead LEADS ROUNDS decode, score and write the first lead, again and
 *                                       again: the median of nanoseconds
 *
 * Fields of a lead may stand in any order and may be missing, unknown ones are
 * skipped, texts are unescaped: what any correct program has to do, with
 * nothing else.  Documents
 * come from iterate_many, which finds the structure of a megabyte at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

using namespace simdjson;

namespace {

void read_event(ondemand::object event, sums &sums) {
  kind kind = other_kind;
  int64_t at = 0;
  bool priced = false, is_demo = false;
  for (auto field : event) {
    ondemand::raw_json_string key = field.key();
    switch (key.raw()[0]) {
    case 't':
      if (key.unsafe_is_equal("type"))
        kind = kind_of(field.value().get_string());
      break;
    case 'a':
      if (key.unsafe_is_equal("at"))
        at = seconds(std::string_view(field.value().get_string()).data());
      break;
    case 'u':
      if (key.unsafe_is_equal("url")) {
        std::string_view url = field.value().get_string();
        priced = url.substr(0, 8) == "/pricing";
      }
      break;
    case 'f':
      if (key.unsafe_is_equal("form"))
        is_demo = std::string_view(field.value().get_string()) == "demo";
      break;
    default: break;
    }
  }
  sums.add(kind, at, priced, is_demo);
}

char *score(ondemand::document_reference document, const free_mail &free, char *out) {
  lead_fields lead;
  sums sums;
  for (auto field : document.get_object()) {
    ondemand::raw_json_string key = field.key();
    auto text = [&](const char *name, std::string_view &value) {
      if (key.unsafe_is_equal(name))
        value = field.value().get_string();
    };
    switch (key.raw()[0]) {
    case 'i':
      if (key.unsafe_is_equal("id"))
        lead.id = field.value().get_string();
      else
        text("industry", lead.industry);
      break;
    case 'e':
      if (key.unsafe_is_equal("events")) {
        for (auto event : field.value().get_array())
          read_event(event.get_object(), sums);
      } else {
        text("email", lead.email);
      }
      break;
    case 'j': text("job_title", lead.title); break;
    case 'd': text("department", lead.department); break;
    case 'c':
      if (key.unsafe_is_equal("company_size"))
        lead.company_size = field.value().get_int64();
      else if (key.unsafe_is_equal("consent"))
        lead.consent = field.value().get_bool();
      else
        text("country", lead.country);
      break;
    case 's': text("stage", lead.stage); break;
    default: break;
    }
  }
  return write_result(out, lead, sums, contact_of(lead, free));
}

constexpr size_t block = 1 << 20;

void write_all(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t wrote = write(file, bytes, length);
    if (wrote <= 0)
      exit(1);
    bytes += wrote;
    length -= size_t(wrote);
  }
}

/* Whole lines of at most a block each. */
int score_file(const free_mail &free, const char *in, const char *out) {
  int source = open(in, O_RDONLY), target = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (source < 0 || target < 0)
    return 1;
  std::vector<char> bytes(2 * block + SIMDJSON_PADDING), results(block);
  ondemand::parser parser;
  size_t have = 0;
  char *next = results.data();
  for (;;) {
    ssize_t got = read(source, bytes.data() + have, block);
    if (got <= 0)
      break;
    have += size_t(got);
    size_t whole = have;
    while (whole > 0 && bytes[whole - 1] != '\n')
      whole--;
    ondemand::document_stream stream;
    if (parser.iterate_many(bytes.data(), whole, whole + 64).get(stream))
      return 1;
    for (auto document : stream) {
      next = score(document.value(), free, next);
      if (next - results.data() > ptrdiff_t(block - 4096)) {
        write_all(target, results.data(), size_t(next - results.data()));
        next = results.data();
      }
    }
    std::memmove(bytes.data(), bytes.data() + whole, have - whole);
    have -= whole;
  }
  write_all(target, results.data(), size_t(next - results.data()));
  return close(target);
}

int time_lead(const free_mail &free, const char *in, int rounds) {
  padded_string json = padded_string::load(in);
  ondemand::parser parser;
  char result[1024];
  std::vector<double> times;
  for (int round = 0; round < rounds; round++) {
    auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; i++) {
      ondemand::document document = parser.iterate(json);
      score(ondemand::document_reference(document), free, result);
    }
    std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    times.push_back(took.count() / 1000);
  }
  std::sort(times.begin(), times.end());
  std::printf("%.1f\n", times[times.size() / 2]);
  return 0;
}

} // namespace

int main(int count, char **arguments) {
  if (count != 5)
    return 2;
  free_mail free(arguments[1]);
  std::string_view mode = arguments[2];
  if (mode == "file")
    return score_file(free, arguments[3], arguments[4]);
  return mode == "lead" ? time_lead(free, arguments[3], std::atoi(arguments[4])) : 2;
}

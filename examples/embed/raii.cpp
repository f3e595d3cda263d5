/* raii.cpp - the C interface with C++17: nothing to free, and errors that are thrown.
 *
 *   c++ -std=c++17 raii.cpp -lbareme -o raii && ./raii inbound.bmc
 *
 * The few lines of namespace `scoring` are all the wrapping that it takes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/bareme.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace scoring {

template <auto Free> struct freed_by {
  template <typename Handle> void operator()(Handle *handle) const {
    Free(handle);
  }
};
using policy_ptr = std::unique_ptr<bareme_policy, freed_by<bareme_policy_free>>;
using batch_ptr = std::unique_ptr<bareme_batch, freed_by<bareme_batch_free>>;
using runner_ptr = std::unique_ptr<bareme_runner, freed_by<bareme_runner_free>>;

bareme_text text(std::string_view view) {
  return {view.data(), view.size()};
}

std::string_view view(bareme_text text) {
  return {text.bytes ? text.bytes : "", text.length};
}

void check(bareme_status status, const bareme_failure &failure = {}) {
  if (status != BAREME_OK)
    throw std::runtime_error(*failure.text ? failure.text : bareme_status_text(status));
}

policy_ptr load(const char *path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  bareme_policy *made = nullptr;
  bareme_failure failure{};
  check(bareme_policy_load(bytes.data(), bytes.size(), nullptr, &failure, &made), failure);
  return policy_ptr(made);
}

batch_ptr make_batch(const policy_ptr &policy, const bareme_batch_options &options) {
  bareme_batch *made = nullptr;
  check(bareme_batch_new(policy.get(), &options, &made));
  return batch_ptr(made);
}

runner_ptr make_runner(const policy_ptr &policy, bool explain) {
  bareme_runner *made = nullptr;
  check(bareme_runner_new(policy.get(), explain, &made));
  return runner_ptr(made);
}

} // namespace scoring

namespace {

constexpr int64_t day = INT64_C(86400000000); // microseconds

void add_ada(const scoring::policy_ptr &policy, const scoring::batch_ptr &batch, int64_t today) {
  auto *rows = batch.get();
  auto field = [&](const char *name, uint32_t event = BAREME_LEAD) {
    return bareme_policy_find_field(policy.get(), event, name);
  };
  auto event = [&](std::string_view type) {
    return bareme_policy_find_event_type(policy.get(), scoring::text(type));
  };
  bareme_batch_begin(rows);
  bareme_batch_set_id(rows, scoring::text("ada"));
  bareme_batch_set_text(rows, field("country"), scoring::text("CH"));
  bareme_batch_set_number(rows, field("size"), 250);
  bareme_batch_set_bool(rows, field("consent"), true);
  bareme_batch_begin_event(rows, event("visit"));
  bareme_batch_set_text(rows, field("page", event("visit")), scoring::text("/pricing/eu"));
  bareme_batch_add_event(rows, today - 30 * day, {}, nullptr);
  bareme_batch_begin_event(rows, event("demo_requested"));
  bareme_batch_add_event(rows, today, {}, nullptr);
  bareme_failure failure{};
  scoring::check(bareme_batch_end(rows, &failure), failure);
}

void print(const scoring::policy_ptr &policy, const scoring::runner_ptr &runner, uint32_t lane) {
  const auto grade = scoring::view(bareme_policy_outcome(
      policy.get(), BAREME_BANDS, 0, bareme_result_outcome(runner.get(), BAREME_BANDS, 0, lane)));
  const auto stage = scoring::view(
      bareme_policy_name(policy.get(), BAREME_STAGES, bareme_result_stage(runner.get(), lane)));
  const auto id = scoring::view(bareme_result_id(runner.get(), lane));
  std::printf("%s: %s, %s\n", std::string(id).c_str(), std::string(grade).c_str(),
              std::string(stage).c_str());
  for (uint32_t i = 0; i < bareme_policy_count(policy.get(), BAREME_SCORES); i++) {
    double points = 0;
    bareme_result_score(runner.get(), i, lane, &points);
    const auto name = scoring::view(bareme_policy_name(policy.get(), BAREME_SCORES, i));
    std::printf("  %s %.1f\n", std::string(name).c_str(), points);
    bareme_contribution line;
    for (uint32_t k = 0; bareme_result_explain(runner.get(), i, lane, k, &line); k++)
      if (!line.why)
        std::printf("    %+.1f %s\n", line.points, std::string(scoring::view(line.label)).c_str());
  }
}

} // namespace

int main(int argc, char **argv) {
  try {
    const auto policy = scoring::load(argc > 1 ? argv[1] : "inbound.bmc");
    bareme_batch_options options = BAREME_BATCH_OPTIONS_INIT;
    options.capacity = 1;
    bareme_instant_parse("2026-06-01", 10, &options.as_of);
    const auto batch = scoring::make_batch(policy, options);
    const auto runner = scoring::make_runner(policy, true);
    add_ada(policy, batch, options.as_of);
    scoring::check(bareme_runner_run(runner.get(), batch.get()));
    print(policy, runner, 0);
    return 0;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

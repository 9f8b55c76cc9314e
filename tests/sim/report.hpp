// The report of a failed run: the first broken rule, and the steps before it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "base/clock.hpp"

namespace frontrow::sim {

class Report {
 public:
  explicit Report(const Clock& clock) : clock_(clock) {}

  template <class... Args>
  void step(fmt::format_string<Args...> format, Args&&... args) {
    steps_.push_back({operations, clock_.now(), fmt::format(format, std::forward<Args>(args)...)});
    if (steps_.size() > kSteps) steps_.pop_front();
  }

  // Only the first broken rule counts: later ones may follow from it.
  template <class... Args>
  void broken(const char* rule, fmt::format_string<Args...> format, Args&&... args) {
    if (is_broken()) return;
    rule_ = rule;
    what_ = fmt::format(format, std::forward<Args>(args)...);
    step("BROKEN {}: {}", rule_, what_);
  }

  bool is_broken() const { return !rule_.empty(); }
  const std::string& rule() const { return rule_; }
  std::string what() const { return rule_ + ": " + what_; }

  std::string story() const {
    std::string text;
    for (const Step& step : steps_) text += fmt::format("  #{:<6} {} {}\n", step.operation, iso8601(step.at), step.what);
    return text;
  }

  std::int64_t operations = 0;

 private:
  static constexpr std::size_t kSteps = 30;
  struct Step {
    std::int64_t operation;
    TimePoint at;
    std::string what;
  };
  const Clock& clock_;
  std::deque<Step> steps_;
  std::string rule_, what_;
};

}  // namespace frontrow::sim

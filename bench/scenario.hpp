// What users do, told apart from how requests travel: a scenario says what is asked and what an answer leads to.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/tally.hpp"

namespace frontrow::bench {

using Instant = std::chrono::steady_clock::time_point;

// A request of one user. Its latency counts from `intended`, however late it could be sent.
struct Call {
  std::uint32_t user = 0;  // an index of the scenario's own
  Endpoint endpoint{};
  Instant intended;
};

struct Answer {
  Outcome outcome = 0;
  std::string_view body;  // until the handler returns
};

// One thread. The engine calls; the scenario answers by asking the engine for more.
class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual void on_begin(Instant /*now*/) {}
  // Somebody comes. Begins a journey if there is anybody left, and ends it through Engine::journey_over.
  virtual void on_arrival(Instant intended) = 0;
  // Appends the whole request. Called when there is a connection for it.
  virtual void write_request(const Call& call, std::string& out) = 0;
  virtual void on_answer(const Call& call, const Answer& answer) = 0;
  // Asked for through Engine::at.
  virtual void on_due(std::uint32_t /*user*/, Instant /*at*/) {}
  virtual bool is_over() const = 0;
};

}  // namespace frontrow::bench

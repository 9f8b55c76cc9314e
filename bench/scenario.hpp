// The behaviour of users, apart from the transport of requests: a scenario decides which request comes next after an
// answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/tally.hpp"

namespace frontrow::bench {

using Instant = std::chrono::steady_clock::time_point;

// A request of one user. Its latency counts from `intended`, even if it was sent later.
struct Call {
  std::uint32_t user = 0;  // an index that only the scenario interprets
  Endpoint endpoint{};
  Instant intended;
};

struct Answer {
  Outcome outcome = 0;
  std::string_view body;  // valid until the handler returns
};

// One thread. The engine calls the scenario, and the scenario answers with further requests to the engine.
class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual void on_begin(Instant /*now*/) {}
  // A person comes. Begins a journey if any person is left, and ends it through Engine::journey_over.
  virtual void on_arrival(Instant intended) = 0;
  // Appends the whole request. Called when a connection is free for it.
  virtual void write_request(const Call& call, std::string& out) = 0;
  virtual void on_answer(const Call& call, const Answer& answer) = 0;
  // Requested through Engine::at.
  virtual void on_due(std::uint32_t /*user*/, Instant /*at*/) {}
  virtual bool is_over() const = 0;
};

}  // namespace frontrow::bench

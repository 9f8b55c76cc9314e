// Counts of the requests by endpoint and outcome. Plain memory of fixed size: a generator process writes its own, and
// the parent reads all of them during the run.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "bench/histogram.hpp"

namespace frontrow::bench {

enum class Endpoint : std::uint8_t { join, poll, schedules, seats, hold, charge, pay, cancel, leave };
inline constexpr std::size_t kEndpoints = 9;
std::string_view name_of(Endpoint endpoint);

// A refusal is a normal answer of the sale; every other failure is an error.
enum class Kind : std::uint8_t { ok, refused, error };
inline constexpr std::size_t kKinds = 3;

// A row of the table in tally.cpp.
using Outcome = std::uint8_t;
inline constexpr std::size_t kOutcomes = 33;

std::string_view name_of(Outcome outcome);
Kind kind_of(Outcome outcome);
// For an answer: from its status and the `code` of its problem document.
Outcome outcome_of(int status, std::string_view code);

// For a request without an answer.
extern const Outcome kOk;
extern const Outcome kTimedOut;        // sent, not answered in time
extern const Outcome kConnectionLost;  // sent, the connection ended before the answer
extern const Outcome kNotConnected;    // no connection could be opened
extern const Outcome kDropped;         // not sent: no connection was free in time
extern const Outcome kBadAnswer;       // not HTTP, or against the contract

// True if the request may have had its effect without an answer.
bool is_unknown(Outcome outcome);

struct Tally {
  struct Line {
    std::array<std::uint64_t, kOutcomes> outcomes{};
    std::array<Histogram, kKinds> latency{};  // from the intended start, for requests that were answered or timed out

    std::uint64_t count(Kind kind) const;
    std::uint64_t count() const;
  };
  std::array<Line, kEndpoints> lines{};
  std::uint64_t reconnects = 0;
  std::uint64_t unreadable = 0;  // successes with a body that breaks the contract
  std::uint64_t backlog = 0;     // calls that wait for a connection now
  std::uint64_t journeys = 0;    // ended journeys
  std::uint64_t users_left = 0;  // rush and poll: users who have not ended yet
  std::chrono::steady_clock::time_point last_answer{};

  void record(Endpoint endpoint, Outcome outcome, Histogram::Value latency);
  void add(const Tally& other);
  std::uint64_t count() const;
  std::uint64_t count(Kind kind) const;
  std::uint64_t count(Outcome outcome) const;
  Histogram latency() const;
};

}  // namespace frontrow::bench

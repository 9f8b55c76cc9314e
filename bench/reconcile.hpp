// Compares the server's answers with its stored data. Nothing here touches the network.
//
// Every answered success must be stored, exactly. Everything stored must have been answered, or asked for by a request
// of unknown outcome. And the stored data must be possible: one live reservation for each seat, one end for each
// reservation, amounts that add up.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/told.hpp"

namespace frontrow::bench {

enum class EventType : std::uint8_t { created, expired, cancelled, paid };

struct StoredEvent {
  std::int64_t id = 0;
  EventType type{};
  std::int64_t reservation = 0;
  std::int64_t seq = 0;
  std::int64_t user = 0;
  std::int64_t amount = 0;
  std::int64_t payment = 0;     // paid
  std::int64_t at_ms = 0;       // time of the event
  std::int64_t expires_ms = 0;  // of the hold
  std::vector<std::int64_t> seats;
};

// GET …/sales of the concert.
struct Sales {
  std::int64_t seats = 0;
  std::int64_t held = 0;
  std::int64_t sold = 0;
  std::int64_t reservations = 0;
  std::int64_t confirmed = 0;
  std::int64_t expired = 0;
  std::int64_t cancelled = 0;
  std::int64_t revenue = 0;
};

struct Stored {
  std::vector<StoredEvent> events;                         // the concert's events since before the run, in the order of the feed
  Sales sales;                                             // read after the events
  std::map<std::int64_t, std::int64_t> balances;           // of some users
  std::map<std::int64_t, std::string> reservation_states;  // of some reservations: TEMPORARY, CONFIRMED, EXPIRED or CANCELLED
};

struct Reconciliation {
  std::int64_t holds = 0;     // answered
  std::int64_t payments = 0;  // answered
  std::int64_t charges = 0;   // answered
  std::int64_t unknown = 0;   // requests of unknown outcome
  std::int64_t compared = 0;  // number of single comparisons
  std::int64_t mismatches = 0;
  std::vector<std::string> examples;  // the first few, as sentences

  bool is_clean() const { return mismatches == 0; }
};

Reconciliation reconcile(const ToldHeader& header, const std::vector<Told>& told, const Stored& stored);

}  // namespace frontrow::bench

// A ticket's fields, the admission rate, and the poll interval of a shared waiting room.
//
// `tail` is the last number given, `front` the highest number called. A called person claims a place with the next
// poll. Nothing here reads a clock, a database or the network.
#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "domain/catalog.hpp"
#include "domain/ids.hpp"

namespace frontrow {

enum class TicketStatus : std::uint8_t { waiting, active, completed, expired };

// The fields of a signed ticket. Times are whole seconds on the wire.
struct Ticket {
  ConcertId concert;
  TicketNumber number;
  UserId user;
  TimePoint issued_at;
  TimePoint expires_at;  // end of the sale, as known when the ticket was given
  friend bool operator==(const Ticket&, const Ticket&) = default;
};

struct QueueLimits {
  Duration active = std::chrono::seconds{600};         // ACTIVE for at most this long
  Duration idle = std::chrono::seconds{120};           // ACTIVE for at most this long without a request
  Duration return_window = std::chrono::seconds{600};  // a called place lapses this long after its last poll
  // no ticket is called while more people than this are inside for each free seat
  int people_per_free_seat = 10;
};

// Admission at a steady rate with a burst of one second's worth (at least one person): a token bucket.
class AdmissionBucket {
 public:
  double available(TimePoint now, int per_second) const;
  void take(TimePoint now, int per_second, int count);
  friend bool operator==(const AdmissionBucket&, const AdmissionBucket&) = default;

  double level = -1;  // below 0: never used, so full
  TimePoint at{};
};

inline constexpr Duration kMinPollAfter{1'000};
inline constexpr Duration kMaxPollAfter{30'000};
inline constexpr double kPollJitter = 0.3;

// clamp(1 s, 30 s, wait / 10), then up to 30 % more; `unit` is a random number in [0, 1).
Duration poll_after(Duration estimated_wait, double unit);
// People ahead, divided by the claims a second; at most a day.
Duration estimated_wait(std::int64_t people_ahead, double claims_per_second);

}  // namespace frontrow

// The view of a ticket for its owner, and the places it lets the owner into: one rule, from whatever source the ticket's state was
// read.
#pragma once

#include <optional>

#include "domain/error.hpp"
#include "domain/waiting_room.hpp"

namespace frontrow {

struct TicketView {
  TicketStatus status = TicketStatus::waiting;
  std::int64_t position = 0;                     // people ahead + 1 while waiting, else 0
  std::optional<WaitRange> estimated_wait = {};  // while waiting, if it can be estimated
  Duration poll_after{};
  std::optional<TimePoint> expires_at = {};  // while active and limited
  bool may_claim = false;                    // called: the next step is a claim
};

// The purpose for which a ticket is shown.
enum class Purpose : std::uint8_t {
  poll,  // how it stands
  look,  // at seats: ACTIVE, or a live hold made with it
  hold,  // ACTIVE
};

// How a ticket stands.
struct Standing {
  bool is_live = false;           // neither ended nor another user's
  bool was_paid = false;          // something was paid with it
  std::optional<Stay> stay = {};  // inside
  TimePoint holds_until = {};     // the end of the last live hold made with it
};

// Where it stands in line.
struct InLine {
  std::int64_t number = 0;
  std::int64_t position = 1;
  std::int64_t free_places = 0;  // places for which no person is expected
};

TicketView view_ticket(const Room& room, const QueueRow& row, const Standing& standing, const InLine& in_line, TimePoint now,
                       double unit);

// True if looking at the ticket shows that its owner is there. A look must not revive a ticket whose time is over and that only a
// live hold keeps.
bool is_sign_of_life(const Room& room, const Standing& standing, TimePoint now);

// QUEUE_TOKEN_EXPIRED, QUEUE_TOKEN_COMPLETED, or QUEUE_TOKEN_NOT_ACTIVE with position and Retry-After. `view` is as of before the
// sign of life.
std::optional<Refusal> refuse_entry(const Room& room, const Standing& standing, const TicketView& view, Purpose purpose,
                                    TimePoint now);

}  // namespace frontrow

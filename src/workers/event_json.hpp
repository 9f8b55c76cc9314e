// How an event looks to the world outside: one JSON object (docs/events.md). What an operator has changed comes as JSON from app/commands/change_json.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ports/event_stream.hpp"
#include "ports/store.hpp"

namespace frontrow {

// For the stream: topic by type, key by reservation (of queue.activated by concert).
Message message_of(const FeedEvent& feed);

// What a payload of reservation.created says about the hold's end.
struct CreatedHold {
  ReservationId reservation;
  int seq = 0;
  TimePoint expires_at;
};
// Nothing when it is no such event, whatever else it is. What it does not know it ignores.
std::optional<CreatedHold> read_created(std::string_view payload);

}  // namespace frontrow

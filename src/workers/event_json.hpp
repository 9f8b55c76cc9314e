// The JSON form of an event (docs/events.md). The changes of an operator come as JSON from app/commands/change_json.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ports/event_stream.hpp"
#include "ports/store.hpp"

namespace frontrow {

// For the stream: the topic by type, the key by reservation (queue.activated: by concert).
Message message_of(const FeedEvent& feed);

// The hold's end, from a payload of reservation.created.
struct CreatedHold {
  ReservationId reservation;
  int seq = 0;
  TimePoint expires_at;
};
// Nothing if the payload is no such event. Unknown fields are ignored.
std::optional<CreatedHold> read_created(std::string_view payload);

}  // namespace frontrow
